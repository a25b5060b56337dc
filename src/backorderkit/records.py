"""The raw records behind a book: plain, linked, and private to it.

A portion knows its line and its pool, a line its order. Records hold figures and read
sums; they change only through `State` (see `state`).
"""

from datetime import date, datetime
from operator import attrgetter
from typing import Any

import attrs
from sortedcontainers import SortedKeyList, SortedList

from backorderkit.backorders import Backorder
from backorderkit.events import PromiseMade
from backorderkit.orders import Line, Order
from backorderkit.purchasing import PurchaseLine, PurchaseOrder
from backorderkit.values import LineRef, Pool, Sku


@attrs.define(eq=False)
class SkuRecord:
    """What waits of one SKU over all locations, and where it is kept."""

    sku: Sku
    waiting: int = 0
    pools: tuple["PoolRecord", ...] = ()


@attrs.define(eq=False)
class PoolRecord:
    """One SKU at one location: its stock ledger, its queue, its incoming supply.

    `waiting` counts every waiting unit, `queued` those that may be served now,
    `postponed` those not yet due; the rest is held. `holders` are the portions with
    allocated units. `supplies` holds (expected day, or the last day there is, purchase
    line) of every open line.
    """

    pool: Pool
    sku: SkuRecord
    on_hand: int = 0
    allocated: int = 0
    reserve: int = 0
    received: int = 0
    returned: int = 0
    counted: int = 0
    transferred: int = 0
    shipped: int = 0
    waiting: int = 0
    queued: int = 0
    postponed: int = 0
    incoming: int = 0
    holders: "dict[tuple[LineRef, int], PortionRecord]" = attrs.field(factory=dict)
    queue: "SortedKeyList[PortionRecord, Any]" = attrs.field(
        factory=lambda: SortedKeyList(key=attrgetter("key"))
    )
    supplies: "SortedList[tuple[date, str]]" = attrs.field(factory=SortedList)

    @property
    def unreserved(self) -> int:
        """Return on hand less allocated and kept back; negative if too little."""
        return self.on_hand - self.allocated - self.reserve

    @property
    def free(self) -> int:
        """Return the units that may be given to a waiting line."""
        return max(self.unreserved, 0)


@attrs.define(eq=False)
class OrderRecord:
    """An order, whether it is held, and the sums over its lines."""

    order: Order
    held: str
    groups: dict[str, tuple[LineRef, ...]]
    priority: int
    lines: tuple["LineRecord", ...] = ()
    waiting: int = 0
    allocated: int = 0


@attrs.define(eq=False)
class LineRecord:
    """A line, its portions, and the promises made for it.

    `postponed` and `expires` say that it stands in the calendar of lines that fall due,
    or that are no longer wanted after a day.
    """

    line: Line
    order: OrderRecord
    postponed: bool = False
    expires: bool = False
    portions: tuple["PortionRecord", ...] = ()
    refused: int = 0
    returned: int = 0
    deliveries: int = 0
    promises: tuple[PromiseMade, ...] = ()

    @property
    def waiting(self) -> int:
        """Return the units this line waits for, over all its portions."""
        return sum(portion.waiting for portion in self.portions)

    @property
    def allocated(self) -> int:
        """Return the units allocated to this line, over all its portions."""
        return sum(portion.allocated for portion in self.portions)

    @property
    def promised_on(self) -> date | None:
        """Return the day last told, None if none was."""
        return self.promises[-1].promised_on if self.promises else None


@attrs.define(eq=False)
class PortionRecord:
    """Units of a line with one place in one queue; `key` is None outside the queue."""

    line: LineRecord
    number: int
    pool: PoolRecord
    quantity: int
    queued_at: datetime
    allocated: int = 0
    frozen: int = 0
    shipped: int = 0
    cancelled: int = 0
    queued: int = 0
    key: tuple[bool, Any, LineRef, int] | None = None

    @property
    def waiting(self) -> int:
        """Return the units it waits for."""
        return self.quantity - self.allocated - self.shipped - self.cancelled

    def backorder(self) -> Backorder:
        """Return the value a policy sees."""
        line, pool, order = self.line.line, self.pool.pool, self.line.order.order
        return Backorder(
            line.ref,
            self.number,
            order.ref,
            order.customer,
            pool.sku,
            pool.location,
            quantity=self.waiting,
            ordered=self.quantity - self.cancelled,
            queued_at=self.queued_at,
            priority=self.line.order.priority,
            promised_on=self.line.promised_on,
            deliveries=self.line.deliveries,
            details=line,
        )


@attrs.define(eq=False)
class PurchaseRecord:
    """A purchase line and what came of it.

    `given` are units that portions got because the line was bought for them.
    """

    line: PurchaseLine
    order: PurchaseOrder
    pool: PoolRecord
    expected_on: date | None
    accepted: int = 0
    over: int = 0
    rejected: int = 0
    closed: int = 0
    given: dict[tuple[LineRef, int], int] = attrs.field(factory=dict)

    @property
    def open(self) -> int:
        """Return the units still to come."""
        return self.line.quantity - self.accepted - self.closed

    @property
    def place(self) -> tuple[date, str]:
        """Return where it stands among the supplies of its pool."""
        return (self.expected_on or date.max, self.line.ref)
