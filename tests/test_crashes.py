"""Writers that are killed at every step: afterwards all or nothing is there, and it
goes on.

A writer carries out the commands of a clerk and is killed at a step of its storage. The
same commands on one book in memory say what must be there: what was acknowledged, with
or without the command under way, and nothing in between. The next writer begins with
the command that was not acknowledged, under its key.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from itertools import count

import attrs

from backorderkit import (
    BackorderError,
    Duplicate,
    MemoryRepository,
    OrderBook,
    OrderDesk,
    RequestDesk,
    oldest_first,
    send_notices,
)
from backorderkit.events import Event
from backorderkit.testing import Clerk
from tests.filed import FiledRepository
from tests.forking import Workers

SKUS = ("LAMP", "CHAIR", "RUG")
POLICY = oldest_first()


@cache
def script():
    """Return the commands, always the same."""
    return tuple(Clerk(2026, "", SKUS).commands(600))


def key_of(number):
    """Return the key under which a command is sent, and sent again."""
    return f"command {number}"


def carry_out(desk, number):
    """Carry out one command of the script; most refusals are the customer's fault."""
    command = script()[number]
    with suppress(BackorderError):
        desk.carry_out_once(
            key_of(number), command.decision, *command.args, **command.kwargs
        )


@attrs.frozen
class Model:
    """What nobody killed: all facts, all keys of notices, and how many when."""

    facts: tuple[Event, ...]
    keys: tuple[str, ...]
    counts: tuple[tuple[int, int], ...]


@cache
def model():
    """Return what a desk in memory comes to with the whole script."""
    repository = MemoryRepository()
    desk, counts = OrderDesk(repository, POLICY), [(0, 0)]
    for number in range(len(script())):
        carry_out(desk, number)
        counts.append((repository.history(0)[1], len(repository.unsent())))
    keys = tuple(notice.key for notice in repository.unsent())
    return Model(repository.history(0)[0], keys, tuple(counts))


@attrs.define
class Mailbox:
    """Tells what it was given."""

    tell: Callable[..., None]

    def send(self, notice):
        self.tell("sent", notice.key)


def writer(open_store, begin, last_step, tell):
    """Carry out commands from one on, and die at a step."""
    steps = count(1)

    def passing(step):
        if next(steps) == last_step:
            tell("died", step)
            os.kill(os.getpid(), signal.SIGKILL)

    repository = open_store(passing)
    for number in range(begin, len(script())):
        skus = script()[number].skus
        carry_out(RequestDesk(repository, POLICY, skus, tries=20), number)
        tell("done", number)
        if number % 3 == 0:
            send_notices(repository, Mailbox(tell))


class Story:
    """What writers did before they died, and what must be there after each death."""

    def __init__(self, open_store):
        self.open_store, self.seen = open_store, Counter()
        self.next, self.sent = 0, set()

    def kill_at(self, step):
        """Let a writer go on until it dies, and see what it left."""
        workers = Workers([partial(writer, self.open_store, self.next, step)])
        died = ""
        for _, (kind, what) in workers:
            if kind == "done":
                self.next = what + 1
            elif kind == "sent":
                self.seen["sent again"] += what in self.sent
                self.sent.add(what)
            else:
                died = what
        assert not workers.failures, workers.failures
        assert workers.processes[0].exitcode == -signal.SIGKILL
        self.seen[died] += 1
        self.is_whole()

    def is_whole(self):
        """See that the command under way is there as a whole, or not at all."""
        repository, unkilled = self.open_store(str), model()
        history, token = repository.history(0)
        before, after = unkilled.counts[self.next : self.next + 2]
        facts, notices = after if token == after[0] else before
        if before != after:
            self.seen["stored" if token == after[0] else "not stored"] += 1
        assert (token, tuple(history)) == (facts, unkilled.facts[:facts])
        book, at = repository.load(POLICY)
        assert (book, at) == (OrderBook.replay(history, POLICY), token)
        book.check_invariants()
        told = unkilled.keys[:notices]
        waiting = [one.key for one in repository.unsent()]
        assert self.sent | set(waiting) == set(told)
        assert waiting == [key for key in told if key in set(waiting)]
        with suppress(Duplicate):
            repository.save((), (), token, key=key_of(self.next))
            assert token == before[0]


def test_a_file_survives_writers_killed_at_every_step(tmp_path):
    story = Story(lambda passing: FiledRepository(tmp_path / "shop", passing))
    for step in [*range(1, 13), *range(1, 13)]:
        story.kill_at(step)
    assert story.seen["stored"]
    assert story.seen["not stored"]
    print(story.seen)
