"""One long history, saved in the same batches in every store, and what it comes to.

Facts of every kind, from the story in which everything happens and from clerks who do a
shop's daily business. While it is saved, a store must also answer to tokens older than
the last, to keys it knows, and to somebody who hands notices over. The answers, the
book, the history and what waits in the outbox are summed up, so that stores can be
compared which never meet.

>>> len(batches(100)[0].events) > 0
True
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import cycle, islice
from random import Random

import attrs

from backorderkit import BackorderError, Notice, OrderBook, oldest_first
from backorderkit.codec import encode_event, encode_notice
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import Event
from backorderkit.notices import notices_of
from backorderkit.storage import Repository, Token
from backorderkit.testing.store_laws import whole_story
from backorderkit.testing.strategies import Clerk

POLICY = oldest_first()
MOST_COMMANDS = 9
"""Commands whose facts are saved together."""


@attrs.frozen
class Batch:
    """What is saved together, under a key, and what else is asked of the store.

    `late` says how many saves ago somebody looked who tries to save it first, and
    `handed_over` how many notices go out afterwards.
    """

    key: str
    events: tuple[Event, ...]
    notices: tuple[Notice, ...]
    late: int
    handed_over: int


@attrs.frozen
class Digests:
    """What a store answered, and digests of what it keeps."""

    answers: tuple[str, ...]
    book: str
    history: str
    outbox: str
    token: int


@cache
def batches(facts: int) -> tuple[Batch, ...]:
    """Return a history of at least so many facts, always the same."""
    random = Random(10_000)  # noqa: S311 - repeatable, not secret
    decided, some, number = _decided(), [], 0
    while number < facts:
        events, notices = [], []
        for told in islice(decided, random.randint(1, MOST_COMMANDS)):
            events += told[0]
            notices += told[1]
        late, handed_over = random.choice((0, 0, 1, 3)), random.choice((0,) * 7 + (30,))
        key = f"batch {len(some)}"
        some.append(Batch(key, tuple(events), tuple(notices), late, handed_over))
        number += len(events)
    return tuple(some)


def _decided() -> Iterator[tuple[Sequence[Event], Sequence[Notice]]]:
    """Yield the facts and notices of one command after the other, for ever."""
    book = OrderBook(POLICY)
    for chapter in whole_story():
        book.follow(chapter.events)
        yield chapter.events, chapter.notices
    clerks = [
        Clerk(seed, f"{seed}-", [f"{name}-{seed}" for name in ("LAMP", "CHAIR", "RUG")])
        for seed in range(4)
    ]
    for clerk in cycle(clerks):
        for one in clerk.commands(1):
            with suppress(BackorderError):  # the customer's fault, not the storage's
                plan = one.decision(book, *one.args, **one.kwargs)
                notices = notices_of(book, plan)
                book.apply(plan)
                if plan.events:
                    yield plan.events, notices


def kept_by(repository: Repository, some: Iterable[Batch]) -> Digests:
    """Save a history in a store, and sum up what it answered and what it keeps."""
    token, answers = Token(0), []
    known = deque([token], maxlen=4)
    for batch in some:
        looked = known[max(0, len(known) - 1 - batch.late)]
        answers.append(_answer(repository, batch, looked))
        if answers[-1] == "Conflict":
            answers.append(_answer(repository, batch, token))
        answers.append(_answer(repository, batch, token))
        token = repository.history(token)[1]
        known.append(token)
        if batch.handed_over:
            waiting = repository.unsent()[: batch.handed_over]
            repository.mark_sent([notice.key for notice in waiting])
    return Digests(tuple(answers), *sums(repository))


def _answer(repository: Repository, batch: Batch, token: Token) -> str:
    """Save a batch, and return the answer in a word."""
    try:
        return str(repository.save(batch.events, batch.notices, token, key=batch.key))
    except (Conflict, Duplicate) as refusal:
        return type(refusal).__name__


def sums(repository: Repository) -> tuple[str, str, str, int]:
    """Return the digests of the book, the history and the outbox, and the token."""
    history, token = repository.history(Token(0))
    book, at = repository.load(POLICY)
    assert at == token == len(history)
    assert book == OrderBook.replay(history, POLICY)
    book.check_invariants()
    outbox = [encode_notice(notice) for notice in repository.unsent()]
    events = [encode_event(event) for event in history]
    return digest_of(book), _digest(events), _digest(outbox), token


def digest_of(book: OrderBook) -> str:
    """Return the digest of all that a book holds."""
    snapshot = book.snapshot()
    parts = attrs.astuple(snapshot, recurse=False)
    pools, orders, purchases, facts = (list(map(repr, part)) for part in parts)
    return _digest([*sorted(pools), *orders, *purchases, *sorted(facts)])


def _digest(texts: Iterable[str]) -> str:
    """Return the digest of some texts, in their order."""
    return sha256("\n".join(texts).encode()).hexdigest()
