"""A store under test: how cases open it, write to it, and report what was wrong.

A case is a function of a `Store`. It opens the storage as often as it likes, each time
as a fresh instance, and compares what comes back with what it wrote itself. All
instances are closed when the case is over.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit import plan_count
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     store.carry_out(plan_count, "LAMP", 3, at=NOON)
...     store.book().pool("LAMP").on_hand
1
3
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, TypeAlias

import attrs

from backorderkit.book import OrderBook
from backorderkit.errors import Conflict, Duplicate, shown
from backorderkit.model import (
    AllocationPolicy,
    Event,
    Line,
    Order,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
)
from backorderkit.notices import Notice, notices_of
from backorderkit.policies import oldest_first
from backorderkit.storage import Repository, Token
from backorderkit.testing.failures import PlugInLawBroken
from backorderkit.values import MAIN, Sku

__all__ = ["MakeStore", "OpenStore", "RepositoryLawBroken"]

OpenStore: TypeAlias = Callable[[], Repository | AbstractContextManager[Repository]]
"""Opens a storage: a fresh instance, or a context manager that gives and closes one."""

MakeStore: TypeAlias = Callable[[], OpenStore]
"""Makes an empty storage and returns what opens it."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = Token(0)


class RepositoryLawBroken(PlugInLawBroken):
    """A repository breaks its contract; the message has three lines.

    >>> print(RepositoryLawBroken("a_stale_token_is_refused", "Conflict", "token 2"))
    the repository breaks a_stale_token_is_refused:
    expected: Conflict
    came: token 2
    """

    plug_in = "repository"


class NotOffered(Exception):
    """A case is about something that a repository need not have.

    >>> str(NotOffered())
    'the repository has no units of work'
    """

    def __str__(self) -> str:
        """Report what is missing."""
        return "the repository has no units of work"


class Differs(AssertionError):
    """What came is not what was expected; the case that saw it has the name."""

    def __init__(self, what: str, expected: object, came: object) -> None:
        """Name what was compared and give both sides."""
        self.expected: str = f"{what}: {shown(expected, 400)}"
        self.came: str = shown(came, 400)
        super().__init__(f"{self.expected}, not {self.came}")


def same(what: str, came: object, expected: object) -> None:
    """Compare an answer with what it must be; of long sequences show where they part.

    >>> same("token", 3, 3)
    """
    if came == expected:
        return
    if isinstance(came, tuple) and isinstance(expected, tuple):
        pairs = zip(came, expected, strict=False)
        place = next(
            (place for place, (one, other) in enumerate(pairs) if one != other),
            min(len(came), len(expected)),
        )
        what = f"{what}, {len(expected)} of them, from number {place}"
        came, expected = came[place : place + 2], expected[place : place + 2]
    raise Differs(what, expected, came)


def refuses(
    what: str, act: Callable[[], object], *errors: type[Exception]
) -> Exception:
    """Do what must be refused with one of some errors, and return the error."""
    names = " or ".join(error.__name__ for error in errors)
    try:
        came = act()
    except errors as error:
        return error
    except Exception as error:  # whatever a plug-in raises is what came
        came = error
    raise Differs(what, names, came)


@attrs.frozen
class Draft:
    """Events and notices planned on a book, ready to be saved."""

    repository: Repository
    events: tuple[Event, ...]
    notices: tuple[Notice, ...]
    token: Token

    def save(self, key: str = "", *, token: int | None = None) -> Token:
        """Save under the token of the book, or another."""
        held = self.token if token is None else Token(token)
        return self.repository.save(self.events, self.notices, held, key=key)

    def is_refused(self, key: str = "", *, token: int | None = None) -> None:
        """Check that the save is refused because another writer was first."""
        refuses("saving", lambda: self.save(key, token=token), Conflict)


@attrs.define(eq=False)
class Store(AbstractContextManager["Store"]):
    """A storage for one case."""

    _open: OpenStore
    _opened: ExitStack = attrs.field(factory=ExitStack, init=False)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every instance."""
        self._opened.close()

    def open(self) -> Repository:
        """Return a fresh instance, closed at the end of the case."""
        return entered(self._opened, self._open)

    def opened(self) -> AbstractContextManager[Repository]:
        """Return a fresh instance to be closed by a `with`, in a thread of its own."""
        return _Opened(self._open)

    def draft(
        self, decision: Callable[..., Plan], *args: Any, **kwargs: Any
    ) -> Draft:  # any plan_* function; it gets the book first
        """Load in a fresh instance and decide; nothing is saved yet."""
        repository = self.open()
        book, token = repository.load(oldest_first())
        plan = decision(book, *args, **kwargs)
        return Draft(repository, plan.events, notices_of(book, plan), token)

    def carry_out(
        self, decision: Callable[..., Plan], *args: Any, **kwargs: Any
    ) -> Token:
        """Load in a fresh instance, decide and save."""
        return self.draft(decision, *args, **kwargs).save()

    def book(
        self,
        policy: AllocationPolicy | None = None,
        skus: Iterable[Sku] | None = None,
    ) -> OrderBook:
        """Return the book that a fresh instance loads."""
        return self.open().load(policy or oldest_first(), skus)[0]

    def history(self, since: int = 0) -> tuple[Event, ...]:
        """Return the facts that a fresh instance reads."""
        return tuple(self.open().history(Token(since))[0])

    def token(self) -> Token:
        """Return the newest token that a fresh instance knows."""
        return self.open().history(START)[1]

    def unsent(self) -> tuple[str, ...]:
        """Return the keys of the notices that wait, as a fresh instance reads them."""
        return tuple(notice.key for notice in self.open().unsent())

    def state(self) -> tuple[tuple[Event, ...], Token, tuple[Notice, ...]]:
        """Return all there is to see of the storage."""
        repository = self.open()
        history, token = repository.history(START)
        return tuple(history), token, tuple(repository.unsent())


def entered(stack: ExitStack, opening: OpenStore) -> Repository:
    """Open a storage; what is a context manager is closed with the stack."""
    opened = opening()
    if isinstance(opened, AbstractContextManager):
        return stack.enter_context(opened)
    return opened


@attrs.define(eq=False)
class _Opened(AbstractContextManager[Repository]):
    """One instance for one `with`."""

    _open: OpenStore
    _stack: ExitStack = attrs.field(factory=ExitStack, init=False)

    def __enter__(self) -> Repository:
        """Open."""
        return entered(self._stack, self._open)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self._stack.close()


# What cases write.


def order(ref: str, *lines: tuple[Sku, int], minute: int = 0, **more: Any) -> Order:
    """Return an order of ada; its lines are numbered."""
    at = NOON + timedelta(minutes=minute)
    named = [
        Line(f"{ref}/{number}", sku, units)
        for number, (sku, units) in enumerate(lines or (("LAMP", 1),), 1)
    ]
    return Order(ref, "ada", at, named, **more)


def delivery(ref: str, sku: Sku = "LAMP", units: int = 3, **more: Any) -> Receipt:
    """Return a receipt of one line."""
    return Receipt(ref, NOON, [ReceiptLine(sku, units, **more)])


def purchase(ref: str, sku: Sku = "LAMP", units: int = 5, **more: Any) -> PurchaseOrder:
    """Return a purchase order of one line."""
    line = PurchaseLine(f"{ref}/1", sku, units)
    return PurchaseOrder(ref, "ACME", NOON, [line], **{"destination": MAIN, **more})


def keys_of(notices: Sequence[Notice]) -> tuple[str, ...]:
    """Return the keys of notices, in order."""
    return tuple(notice.key for notice in notices)


SOMEBODY_ELSE = (Conflict, Duplicate)
"""The errors a store may raise when a reference was taken meanwhile."""

BOTH = (("LAMP", 2), ("CHAIR", 2))
"""Two lines of an order, in two pools."""


def first_wins(
    store: Store, left: Draft, right: Draft, *errors: type[Exception]
) -> None:
    """See that the second draft is refused and leaves no trace."""
    left.save("left")
    before = store.state()
    if errors:
        refuses("saving the same", lambda: right.save("right"), *errors)
    else:
        right.is_refused("right")
    same("all there is after a refused save", store.state(), before)
