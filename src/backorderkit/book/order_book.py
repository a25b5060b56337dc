"""The order book: what every customer is owed and the supply that can cover it.

A book is the fold of its events. It changes only through `apply` (a plan made for its
present version) and `follow` (facts that another copy already holds), in place, at a
cost that grows with what the events touch and not with the backlog behind them.

The policy given at the start orders every queue in the book. It belongs to the shop,
not to the history: the same events replayed under another policy give the same
quantities in queues of another order.

A book may hold a part of what a store has. Such a part answers as the whole would, or
raises `NotLoaded`: also when it is asked for all orders, pools or purchase lines.

>>> from datetime import UTC, datetime
>>> from backorderkit.model import Line, Order
>>> from backorderkit.policies import oldest_first
>>> from backorderkit.deciding import plan_count, plan_order
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> book = OrderBook(oldest_first())
>>> book.apply(plan_count(book, "LAMP", 3, at=noon))
>>> plan = plan_order(book, Order("O-1", "ada", noon, [Line("O-1/1", "LAMP", 5)]))
>>> print(plan.explain())
O-1 of ada is placed: 5 units.
O-1/1 gets 3 of the 5 it waits for.
>>> book.apply(plan)
>>> book.line("O-1/1").summary
'partly covered, 3 of 5'
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import ClassVar, Self

from backorderkit.book.audit import audit
from backorderkit.book.fold.dispatch import fold
from backorderkit.book.partial import Extent
from backorderkit.book.snapshot import (
    BookSnapshot,
    line_status,
    order_status,
    pool_status,
    purchase_line_status,
    rebuild,
    snapshot_of,
)
from backorderkit.book.state import State
from backorderkit.book.views import (
    LineStatus,
    OrderStatus,
    PoolStatus,
    PurchaseLineStatus,
)
from backorderkit.errors import InvalidValue, StalePlan, UnknownReference
from backorderkit.model import (
    AllocationPolicy,
    Backorder,
    Event,
    Plan,
    PromiseMade,
    PurchaseOrder,
)
from backorderkit.values import MAIN, LineRef, Location, OrderRef, Pool, Sku, check_ref

__all__ = ["OrderBook"]


class OrderBook:
    """The state of one or many pools, indexed, changed only by events.

    `version` counts the events the book holds. `state` is for the library's own rooms.

    >>> from backorderkit.policies import oldest_first
    >>> OrderBook(oldest_first())
    <OrderBook: 0 orders, 0 units waiting, version 0>
    """

    state: State
    version: int
    __hash__: ClassVar[None]  # type: ignore[assignment]  # a book changes in place

    def __init__(self, policy: AllocationPolicy) -> None:
        """Open an empty book whose queues are ordered by a policy."""
        for part in ("rank", "share", "name", "together"):
            if not hasattr(policy, part):
                raise InvalidValue("policy", policy, "give one, e.g. oldest_first()")
        self.state = State(policy)
        self.version = 0
        self._applying: tuple[Event, ...] = ()

    @classmethod
    def replay(cls, events: "Iterable[Event]", policy: AllocationPolicy) -> Self:
        """Return the book that a history of events adds up to."""
        book = cls(policy)
        book.follow(events)
        return book

    @classmethod
    def restored(
        cls,
        snapshot: BookSnapshot,
        policy: AllocationPolicy,
        *,
        version: int = 0,
        extent: Extent | None = None,
    ) -> Self:
        """Return the book of a snapshot, its queues in the order of a policy.

        Without `extent` the snapshot is all there is; with it, the book raises
        `NotLoaded` when it is asked for more than it holds. O(n log n).

        >>> from backorderkit.policies import oldest_first
        >>> lamps = PoolStatus(Pool("LAMP"), on_hand=3, received=3)
        >>> book = OrderBook.restored(BookSnapshot((lamps,)), oldest_first(), version=7)
        >>> book.pool("LAMP").on_hand, book.version
        (3, 7)
        """
        book = cls(policy)
        book.version = version
        rebuild(book.state, snapshot, extent)
        return book

    def apply(self, plan: Plan) -> None:
        """Make a plan true, whole or not at all.

        Raises `StalePlan` if the plan was made for another version of the book.
        """
        self._check_basis(plan)
        self.follow(plan.events)

    @contextmanager
    def applying(self, plan: Plan) -> Iterator[None]:
        """Make a plan true if the body succeeds, else leave the book as it was.

        For a desk that must store a plan and apply it, both or neither: inside the body
        the plan has been found to fit, and the book already shows it.
        """
        self._check_basis(plan)
        with self._following(plan.events):
            self._applying = plan.events
            try:
                yield
            finally:
                self._applying = ()

    def is_applying(self, events: "Iterable[Event]") -> bool:
        """Return whether the body of `applying` runs for exactly these events.

        Then the book shows them, and `state.changed()` is what they have changed.
        """
        return bool(self._applying) and self._applying == tuple(events)

    @contextmanager
    def trying(self, plan: Plan) -> Iterator[None]:
        """Show the book as a plan would leave it, inside the body only.

        Afterwards it is as it was, whatever happens inside. O(events × log n).
        """
        with suppress(_Tried), self.applying(plan):
            yield
            raise _Tried

    def follow(self, events: "Iterable[Event]") -> None:
        """Record facts that were already decided, all of them or none."""
        with self._following(events):
            pass

    def _check_basis(self, plan: Plan) -> None:
        """Refuse a plan made for another version of the book."""
        if plan.basis != self.version:
            raise StalePlan(planned_for=plan.basis, version=self.version)

    @contextmanager
    def _following(self, events: Iterable[Event]) -> Iterator[None]:
        """Record facts, and undo them if the body fails."""
        state, version = self.state, self.version
        try:
            for event in events:
                fold(state, event)
                self.version += 1
            yield
        except BaseException:
            state.rollback()
            self.version = version
            raise
        state.commit()

    # What a host asks.

    @property
    def policy(self) -> AllocationPolicy:
        """Return the policy that orders every queue."""
        return self.state.policy

    def orders(self) -> tuple[OrderRef, ...]:
        """Return the references of all orders, as placed; O(n)."""
        return tuple(self.state.orders)

    def order(self, ref: OrderRef) -> OrderStatus:
        """Return the status of an order and its lines."""
        return order_status(self.state.order(ref))

    def line(self, ref: LineRef) -> LineStatus:
        """Return the status of a line: where each unit is."""
        return line_status(self.state.line(ref))

    def promises(self, ref: LineRef) -> tuple[PromiseMade, ...]:
        """Return every promise ever made for a line, oldest first."""
        return self.state.line(ref).promises

    def pools(self) -> tuple[Pool, ...]:
        """Return all pools in sorted order; O(n log n)."""
        return tuple(sorted(self.state.pools))

    def pool(self, sku: Sku, location: Location = MAIN) -> PoolStatus:
        """Return stock, waiting and incoming of a pool; an unknown one has nothing."""
        record = self.state.pools.get(_pool(sku, location))
        return pool_status(record) if record else PoolStatus(_pool(sku, location))

    def backorders(self, sku: Sku, location: Location = MAIN) -> Iterator[Backorder]:
        """Iterate over the queue of a pool, the next to be served first."""
        record = self.state.pools.get(_pool(sku, location))
        return iter(()) if record is None else (one.backorder() for one in record.queue)

    def purchase_orders(self) -> tuple[PurchaseOrder, ...]:
        """Return all purchase orders, as placed; O(n)."""
        return tuple(self.state.purchases.values())

    def purchase_order(self, ref: str) -> PurchaseOrder:
        """Return a purchase order as it was placed."""
        try:
            return self.state.purchases[ref]
        except (KeyError, TypeError):
            raise UnknownReference("purchase order", ref) from None

    def purchase_lines(self) -> tuple[str, ...]:
        """Return the references of all purchase lines and transfers under way; O(n)."""
        return tuple(self.state.purchase_lines)

    def purchase_line(self, ref: str) -> PurchaseLineStatus:
        """Return what came of a purchase line, or of a transfer under way."""
        return purchase_line_status(self.state.purchase_line(ref))

    def snapshot(self) -> BookSnapshot:
        """Return all that the book holds, as plain values; O(n log n).

        `OrderBook.restored` makes the same book of it again, without its history.

        >>> from backorderkit.policies import oldest_first
        >>> book = OrderBook(oldest_first())
        >>> OrderBook.restored(book.snapshot(), oldest_first()) == book
        True
        """
        return snapshot_of(self.state)

    # What a test asks.

    def check_invariants(self) -> None:
        """Recount every law from the raw records; raise `InvariantBroken` if one fails.

        O(n log n).
        """
        audit(self.state)

    def __eq__(self, other: object) -> bool:
        """Compare the snapshots of two books, and the order of their queues.

        How the books came about does not count, nor which order was placed first.
        """
        if not isinstance(other, OrderBook):
            return NotImplemented
        return _compared(self) == _compared(other)

    def __repr__(self) -> str:
        """Show the size of the book, or that only a part of it was loaded."""
        if self.state.loaded_skus is not None:
            part = f"a part, SKUs loaded: {len(self.state.loaded_skus)}"
            return f"<OrderBook: {part}, version {self.version}>"
        waiting = sum(sku.waiting for sku in self.state.skus.values())
        return (
            f"<OrderBook: {len(self.state.orders)} orders, {waiting} units waiting, "
            f"version {self.version}>"
        )


class _Tried(Exception):
    """Ends a trial of a plan; the book is as it was before."""


def _pool(sku: Sku, location: Location) -> Pool:
    """Return the pool of that name, which need not exist."""
    return Pool(check_ref("SKU", sku), check_ref("location", location))


def _compared(book: OrderBook) -> tuple[object, ...]:
    """Return the snapshot of a book by reference, and its queues; O(n log n)."""
    snapshot = book.snapshot()
    queues = {
        pool: [portion.ref for portion in record.queue]
        for pool, record in book.state.pools.items()
    }
    return (
        snapshot.pools,
        {order.order.ref: order for order in snapshot.orders},
        {line.ref: line for line in snapshot.purchase_lines},
        snapshot.facts,
        queues,
    )
