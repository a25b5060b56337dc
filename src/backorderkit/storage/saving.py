"""What every desk does with a command: decide, save, apply, hand the notices over.

A `Command` is a decision with its arguments and its key, bound once where it comes in.
`carry_out` is the one way from a loaded book to a stored plan. A key is looked up only
where its command may have been carried out already: the command is refused, finds
nothing to do, or its references are taken. That spares every other command a query.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.policies import oldest_first
>>> repository = MemoryRepository()
>>> work = Work(repository, *repository.load(oldest_first()))
>>> nothing = Command(lambda book: Plan((), (), basis=book.version), "c-1")
>>> carry_out(work, nothing).is_empty
True
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Concatenate, ParamSpec

import attrs

from backorderkit.book import OrderBook
from backorderkit.errors import Conflict, Duplicate, NoticeNotSent, NotLoaded
from backorderkit.model import Plan, Reason, ReasonCode
from backorderkit.notices import notices_of
from backorderkit.storage.protocols import Notifier, Repository, Token, UnitOfWork
from backorderkit.values import OrderRef

__all__ = ["send_notices"]

Arguments = ParamSpec("Arguments")
Decision = Callable[Concatenate[OrderBook, Arguments], Plan]

_FAILURES = 3
"""After this many in a row the channel fails, not an address."""


def send_notices(repository: Repository, notifier: Notifier) -> int:
    """Send every notice that waits in a repository; return how many were sent.

    A notice whose notifier raises keeps waiting, and so do later ones of its order; the
    others are sent. After three failures in a row the rest waits. The first failure is
    raised as `NoticeNotSent` at the end.

    >>> from backorderkit.adapters import MemoryRepository
    >>> send_notices(MemoryRepository(), None)
    0
    """
    sent = in_a_row = 0
    failures: dict[OrderRef, tuple[str, Exception]] = {}
    for notice in repository.unsent():
        if notice.order in failures:
            continue
        try:
            notifier.send(notice)
        except Exception as error:
            failures[notice.order] = (notice.key, error)
            in_a_row += 1
            if in_a_row == _FAILURES:
                break
        else:
            repository.mark_sent([notice.key])
            sent, in_a_row = sent + 1, 0
    if failures:
        key, reason = next(iter(failures.values()))
        raise NoticeNotSent(key) from reason
    return sent


@attrs.frozen(eq=False)
class Command:
    """A decision that needs only a book any more, and its key ("" has none)."""

    decide: Callable[[OrderBook], Plan]
    key: str = ""

    @classmethod
    def of(
        cls,
        key: str,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> "Command":
        """Bind a decision to its arguments."""
        return cls(lambda book: decision(book, *args, **kwargs), key)

    def is_named_by(self, error: Duplicate) -> bool:
        """Return whether an error says that this command was carried out before."""
        return bool(self.key) and (error.kind, error.ref) == ("command", self.key)

    def done_before(self, version: int) -> Plan:
        """Return the empty plan of a command that was carried out before."""
        text = "the command was carried out before"
        reason = Reason(self.key, ReasonCode.DONE_BEFORE, text)
        return Plan((), (reason,), basis=version)


@attrs.define(eq=False)
class Work:
    """A store, a book that was loaded from it, and the token of what the book shows.

    `saved_on` is the token under which the last plan was saved.
    """

    unit: UnitOfWork
    book: OrderBook
    token: Token
    saved_on: Token = attrs.field(default=Token(0), init=False)


def carry_out(work: Work, command: Command) -> Plan:
    """Decide, save and apply; an empty plan saves nothing.

    Raises `Duplicate` with the command's key if it was carried out before.
    """
    try:
        plan = command.decide(work.book)
    except NotLoaded:  # the same command follows on a larger book
        raise
    except Exception:
        refuse_if_done(work, command.key)
        raise
    if plan.is_empty:
        refuse_if_done(work, command.key)
        return plan
    try:
        save(work, plan, command.key)
    except Duplicate:
        refuse_if_done(work, command.key)
        raise
    return plan


def save(work: Work, plan: Plan, key: str) -> None:
    """Store a plan and apply it, both or neither."""
    notices = notices_of(work.book, plan)
    with work.book.applying(plan):
        new = work.unit.save(plan.events, notices, work.token, key=key)
    work.saved_on, work.token = work.token, new


def refuse_if_done(work: Work, key: str) -> None:
    """Raise `Duplicate` if a command was stored under a key."""
    if key:
        work.unit.save((), (), work.token, key=key)


def retried(attempt: Callable[[], Plan], tries: int) -> Plan:
    """Return what an attempt returns; repeat it after a `Conflict`, `tries` in all."""
    for _ in range(tries - 1):
        with suppress(Conflict):
            return attempt()
    return attempt()
