"""What every desk does with a plan: store it, ask for a key, hand notices over.

>>> from backorderkit.adapters import MemoryRepository
>>> is_done(MemoryRepository(), "place O-1", Token(0))
False
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from backorderkit.book import OrderBook
from backorderkit.errors import Duplicate, NoticeNotSent
from backorderkit.notices import notices_of
from backorderkit.plan import Plan, Reason
from backorderkit.protocols import Notifier, Repository, Token

__all__ = ["send_notices"]

Arguments = ParamSpec("Arguments")
Decision = Callable[Concatenate[OrderBook, Arguments], Plan]


def send_notices(repository: Repository, notifier: Notifier) -> int:
    """Hand over every notice that waits in a repository; return how many went out.

    A notifier that raises keeps its notice waiting, and those behind it; that is told
    as `NoticeNotSent`.

    >>> from backorderkit.adapters import MemoryRepository
    >>> send_notices(MemoryRepository(), None)
    0
    """
    sent = 0
    for notice in repository.unsent():
        try:
            notifier.send(notice)
        except Exception as error:
            raise NoticeNotSent(notice.key) from error
        repository.mark_sent([notice.key])
        sent += 1
    return sent


def save(
    repository: Repository, book: OrderBook, plan: Plan, token: Token, key: str
) -> Token:
    """Store a plan and apply it, both or neither."""
    notices = notices_of(book, plan)
    with book.applying(plan):
        return repository.save(plan.events, notices, token, key=key)


def is_done(repository: Repository, key: str, token: Token) -> bool:
    """Tell whether a command was stored under a key; "" is the key of none."""
    if not key:
        return False
    try:
        repository.save((), (), token, key=key)
    except Duplicate:
        return True
    return False


def done_before(book: OrderBook, key: str) -> Plan:
    """Return the empty plan of a command that was carried out before."""
    reason = Reason(key, "done_before", "the command was carried out before")
    return Plan((), (reason,), basis=book.version)
