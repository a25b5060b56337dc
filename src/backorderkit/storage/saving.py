"""What every desk does with a plan: store it, ask for a key, hand notices over.

>>> from backorderkit.adapters import MemoryRepository
>>> is_done(MemoryRepository(), "place O-1", Token(0))
False
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from backorderkit.book import OrderBook
from backorderkit.errors import Duplicate, NoticeNotSent
from backorderkit.model import Plan, Reason, ReasonCode
from backorderkit.notices import notices_of
from backorderkit.storage.protocols import Notifier, Repository, Token, UnitOfWork
from backorderkit.values import OrderRef

__all__ = ["send_notices"]

Arguments = ParamSpec("Arguments")
Decision = Callable[Concatenate[OrderBook, Arguments], Plan]

_FAILURES = 3
"""After so many in a row it is not an address that fails, but the way there."""


def send_notices(repository: Repository, notifier: Notifier) -> int:
    """Hand over every notice that waits in a repository; return how many went out.

    A notifier that raises keeps its notice waiting, and those of the same order behind
    it; the others leave. After three failures in a row it is asked no more. The first
    failure is told as `NoticeNotSent` when the others have left.

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


def save(
    unit: UnitOfWork, book: OrderBook, plan: Plan, token: Token, key: str
) -> Token:
    """Store a plan and apply it, both or neither."""
    notices = notices_of(book, plan)
    with book.applying(plan):
        return unit.save(plan.events, notices, token, key=key)


def refuse_if_done(unit: UnitOfWork, key: str, token: Token) -> None:
    """Raise `Duplicate` if a command was stored under a key; "" is the key of none."""
    if key:
        unit.save((), (), token, key=key)


def is_done(unit: UnitOfWork, key: str, token: Token) -> bool:
    """Tell whether a command was stored under a key."""
    try:
        refuse_if_done(unit, key, token)
    except Duplicate:
        return True
    return False


def done_before(key: str, version: int) -> Plan:
    """Return the empty plan of a command that was carried out before."""
    reason = Reason(key, ReasonCode.DONE_BEFORE, "the command was carried out before")
    return Plan((), (reason,), basis=version)
