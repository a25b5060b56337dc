"""The raw records behind a book: plain, linked, and private to it.

A portion knows its line and its pool, a line its order. Records hold figures and read
sums; they change only through `State` (see `state`).
"""

from collections.abc import Iterator
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeAlias

import attrs

from backorderkit.book.axis import Axis
from backorderkit.model import (
    Backorder,
    Evidence,
    Line,
    Order,
    PromiseMade,
    PurchaseLine,
    PurchaseOrder,
    SupplyShipped,
)
from backorderkit.values import LineRef, Location, Pool, Sku


@attrs.define(eq=False)
class SkuRecord:
    """What waits of one SKU over all locations, and where it is kept."""

    sku: Sku
    waiting: int = 0
    pools: tuple["PoolRecord", ...] = ()


# Checked when a book is restored, not here: a total has no limit, and laws must see
# what a broken book says.
@attrs.define(eq=False)
class PoolFigures:
    """Every figure of a pool, named once for its record, its status and its snapshot.

    A new figure is added here, and as a column of the table `pools`. The sums over the
    queue and the incoming supply are figures too: a partially loaded book needs them,
    because it does not hold all the records they add up.
    """

    pool: Pool
    on_hand: int = attrs.field(default=0, kw_only=True)
    allocated: int = attrs.field(default=0, kw_only=True)
    reserve: int = attrs.field(default=0, kw_only=True)
    waiting: int = attrs.field(default=0, kw_only=True)
    queued: int = attrs.field(default=0, kw_only=True)
    postponed: int = attrs.field(default=0, kw_only=True)
    pinned: int = attrs.field(default=0, kw_only=True)
    incoming: int = attrs.field(default=0, kw_only=True)
    received: int = attrs.field(default=0, kw_only=True)
    returned: int = attrs.field(default=0, kw_only=True)
    counted: int = attrs.field(default=0, kw_only=True)
    transferred: int = attrs.field(default=0, kw_only=True)
    shipped: int = attrs.field(default=0, kw_only=True)


@attrs.define(eq=False)
class PoolRecord(PoolFigures):
    """One SKU at one location: its figures, its queue, its incoming supply.

    `waiting` counts every waiting unit, `queued` those that may be served now,
    `postponed` those not yet due, `pinned` those to which open purchase units are
    pinned; the rest is on hold. `holders` are the portions with allocated units,
    `open_lines` the purchase lines with open ones. On `queue` lie the units that wait
    for any supply, on `supplies` the open ones that are not pinned.
    """

    sku: SkuRecord
    open_lines: "dict[str, PurchaseRecord]" = attrs.field(factory=dict)
    holders: "dict[tuple[LineRef, int], PortionRecord]" = attrs.field(factory=dict)
    queue: "Axis[PortionRecord]" = attrs.field(
        factory=lambda: Axis(attrgetter("key"), attrgetter("queued"))
    )
    supplies: "Axis[SupplyRecord]" = attrs.field(
        factory=lambda: Axis(attrgetter("key"), attrgetter("units"))
    )

    @property
    def unreserved(self) -> int:
        """Return on hand less allocated and kept back; negative if too little."""
        return self.on_hand - self.allocated - self.reserve

    @property
    def free(self) -> int:
        """Return the units that may be given to a waiting line."""
        return max(self.unreserved, 0)

    @property
    def covered(self) -> int:
        """Return the units of supply, in stock and open, that are not pinned."""
        return self.unreserved + self.supplies.total

    @property
    def short(self) -> int:
        """Return the units in the queue that no supply covers."""
        return max(self.queue.total - self.covered, 0)


@attrs.define(eq=False)
class OrderRecord:
    """An order, whether it is held, and the sums over its lines.

    With `quoted_until` it is a quote; `expires` says that it is in the calendar.
    """

    order: Order
    held: str
    groups: dict[str, tuple[LineRef, ...]]
    priority: int
    quoted_until: datetime | None = None
    expires: bool = False
    lines: tuple["LineRecord", ...] = ()
    waiting: int = 0
    allocated: int = 0


@attrs.define(eq=False)
class LineRecord:
    """A line, its portions, and the promises made for it.

    `postponed` and `expires` say that it is in the calendar of lines that fall due,
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
    """Units of a line with one place in one queue; `key` is None outside the queue.

    `pinned` of the waiting units are kept for it by purchase lines; the others are
    `loose` and queue for whatever comes.
    """

    line: LineRecord
    number: int
    pool: PoolRecord
    ordered: int
    queued_at: datetime
    allocated: int = 0
    frozen: int = 0
    shipped: int = 0
    cancelled: int = 0
    pinned: int = 0
    queued: int = 0
    key: tuple[bool, Any, LineRef, int] | None = None

    @property
    def waiting(self) -> int:
        """Return the units it waits for."""
        return self.ordered - self.allocated - self.shipped - self.cancelled

    @property
    def location(self) -> Location:
        """Return where it queues, or queued."""
        return self.pool.pool.location

    @property
    def is_queued(self) -> bool:
        """Return whether it has a place in the queue."""
        return self.key is not None

    @property
    def loose(self) -> int:
        """Return the waiting units that are not pinned."""
        return self.waiting - self.pinned

    @property
    def ref(self) -> "PortionRef":
        """Return what names it: its line and its number."""
        return (self.line.line.ref, self.number)

    def backorder(self) -> Backorder:
        """Return the value a policy sees: the units that queue, pinned ones aside."""
        line, pool, order = self.line.line, self.pool.pool, self.line.order.order
        return Backorder(
            line.ref,
            self.number,
            order.ref,
            order.customer,
            pool.sku,
            pool.location,
            quantity=self.loose,
            ordered=self.ordered - self.cancelled - self.pinned,
            queued_at=self.queued_at,
            priority=self.line.order.priority,
            promised_on=self.line.promised_on,
            deliveries=self.line.deliveries,
            details=line,
        )

    def claim(self, units: int) -> Backorder:
        """Return the value a policy sees of its pinned units."""
        known = self.backorder()
        return attrs.evolve(known, quantity=units, ordered=known.covered + units)


@attrs.define(eq=False)
class PurchaseRecord:
    """A purchase line, or a transfer under way, and what came of it.

    `expected_on` with its `evidence`, named at `dated_at`, is for the open units that
    are not `announced`; `named_on` is the last such day that experience did not make
    up, or else the first that it did. `confirmed_on` is the day the supplier named
    last. `pins` are open units kept for portions; `given` are units that portions got
    because the line was bought for them. `supplies` are its stretches on the axis of
    the pool.
    """

    line: PurchaseLine
    order: PurchaseOrder
    pool: PoolRecord
    expected_on: date | None
    evidence: Evidence
    dated_at: datetime
    is_transfer: bool = False
    named_on: date | None = attrs.field()
    confirmed_on: date | None = None
    announced: tuple[SupplyShipped, ...] = ()
    accepted: int = 0
    over: int = 0
    rejected: int = 0
    closed: int = 0
    pins: "dict[PortionRef, int]" = attrs.field(factory=dict)
    given: "dict[PortionRef, int]" = attrs.field(factory=dict)
    supplies: "tuple[SupplyRecord, ...]" = ()

    @named_on.default
    def _named_on(self) -> date | None:
        """Return the day the line was placed with."""
        return self.expected_on

    @property
    def open(self) -> int:
        """Return the units still to come."""
        return self.line.quantity - self.accepted - self.closed

    @property
    def pinned(self) -> int:
        """Return the open units that are pinned to portions."""
        return sum(self.pins.values())

    def parts(self) -> Iterator["SupplyRecord"]:
        """Yield all open units by the day on which they come, the first first."""
        said = Evidence.SHIPPING_NOTICE
        parts = [
            SupplyRecord(
                self, notice.quantity, notice.expected_on, said, notice.at, notice.ref
            )
            for notice in self.announced
        ]
        left = self.open - sum(part.units for part in parts)
        if left:
            rest = (self.expected_on, self.evidence, self.dated_at)
            parts.append(SupplyRecord(self, left, *rest))
        return iter(sorted(parts, key=attrgetter("key")))


@attrs.frozen(eq=False)
class SupplyRecord:
    """Open units of a purchase line that come on one day.

    `said` is what dated the line; without a day it is evidence of nothing.
    """

    purchase: PurchaseRecord
    units: int
    on: date | None
    said: Evidence
    as_of: datetime
    notice: str = ""

    @property
    def evidence(self) -> Evidence:
        """Return what the day rests on."""
        return Evidence.NOTHING if self.on is None else self.said

    @property
    def key(self) -> tuple[date, str, bool, str]:
        """Return its place in its pool: of one day, announced units first."""
        ref, notice = self.purchase.line.ref, self.notice
        return (self.on or date.max, ref, not notice, notice)


PortionRef: TypeAlias = tuple[LineRef, int]
