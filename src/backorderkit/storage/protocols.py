"""The border: what a host plugs in, and what crosses to it.

The library decides; the host stores and sends. A `Repository` keeps the history and the
notices; a `Notifier` sends a notice to the customer. Both are Protocols: any object of
that shape will do, and `backorderkit.testing` proves one. Parameters before a `/` are
passed by position, so a host names them as it likes.

A **token** is a position in the history: the number of facts stored so far. A save
names the token of the book the plan was made for. If facts about the same pools,
orders or purchase orders (see `Footprints`) were saved since, nothing is written and
`Conflict` is raised: concurrent update, reload and retry. Facts about other things do
not matter. Events and notices of one plan are stored together or not at all.

A store with locks offers a **unit of work** as well: one transaction from load to save,
in which no other writer changes the pools that a command is about. It spares the
retries; the token stays the fence.

**Order**: `history` gives the facts in the order in which they were stored, the same to
every reader. **Retry**: a command may be given a key; a key that was stored is refused
as `Duplicate("command", key)`, so a retry after a lost answer is done once.
**Isolation**: loaded books are never shared; nothing that was returned changes later.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NewType, Protocol, runtime_checkable

from backorderkit.book import OrderBook
from backorderkit.model import AllocationPolicy, Event
from backorderkit.notices import Notice
from backorderkit.values import Sku

__all__ = [
    "Notifier",
    "Repository",
    "Token",
    "Transactional",
    "UnitOfWork",
]

Token = NewType("Token", int)


class UnitOfWork(Protocol):
    """What one command needs of a store: to load a book, and to save what was decided.

    >>> from backorderkit.adapters import MemoryRepository
    >>> unit: UnitOfWork = MemoryRepository()
    """

    def load(
        self, policy: AllocationPolicy, /, skus: Iterable[Sku] | None = None
    ) -> tuple[OrderBook, Token]:
        """Return a book under a policy, and the token of what it shows.

        With `skus` it must show all that concerns these, and may leave out the rest; it
        serves one command and is then dropped.
        """

    def save(
        self,
        events: "Sequence[Event]",
        notices: Sequence[Notice],
        token: Token,
        /,
        *,
        key: str = "",
    ) -> Token:
        """Store events and notices together and return the new token.

        Raises `Conflict`, and stores nothing, if what the events touch was touched
        after `token`; `Duplicate` if the command's `key` was stored before. Without
        events nothing is stored, not even the key: so a key can be looked up.
        """


class Repository(UnitOfWork, Protocol):
    """Where a host keeps the history of a book and the notices to send: five methods.

    >>> from backorderkit.adapters import MemoryRepository
    >>> repository: Repository = MemoryRepository()
    >>> repository.unsent()
    ()
    """

    def history(self, since: Token, /) -> "tuple[Sequence[Event], Token]":
        """Return the events after a token (0: all), in order, and the newest token."""

    def unsent(self) -> Sequence[Notice]:
        """Return the stored notices that were not sent yet, the oldest first."""

    def mark_sent(self, keys: Iterable[str], /) -> None:
        """Record that notices were sent."""


@runtime_checkable
class Transactional(Protocol):
    """A repository that may offer this as well: a command in one transaction.

    >>> from backorderkit.adapters import MemoryRepository
    >>> isinstance(MemoryRepository(), Transactional)
    False
    """

    def begin(
        self, skus: Iterable[Sku], /, *, key: str = ""
    ) -> AbstractContextManager[UnitOfWork]:
        """Begin a unit of work in which no other writer changes the pools of some SKUs.

        It is committed when the body ends, and rolled back if the body raises. Raises
        `Duplicate` if the command's `key` was stored before, and `Conflict`, from the
        body too, after a concurrent update all the same: begin again and plan again.
        The body uses the store only through the unit.
        """


class Notifier(Protocol):
    """How a host sends a notice to a customer.

    >>> from backorderkit.notices import NoticeKind
    >>> class Printer:
    ...     def send(self, notice):
    ...         print(notice.kind.value, "to", notice.customer)
    >>> Printer().send(
    ...     Notice(NoticeKind.SHIPPED, "ada", "O-1", (), reason="S-1", key="k", at=None)
    ... )
    shipped to ada
    """

    def send(self, notice: Notice, /) -> None:
        """Send a notice; raise if that failed, and it will be tried again.

        The same notice may come twice; its `key` identifies it.
        """
