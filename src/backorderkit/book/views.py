"""What a book says of an order, a pool or a purchase line: frozen answers.

A status is a value: it does not change when the book does, and equal answers are equal.
It holds what cannot be derived and computes the rest, so a book is stored and restored
as its statuses (see `snapshot`). The waiting quantity is always shown beside the rest:
"allocated" never hides that only part of a line is covered.

>>> from datetime import UTC
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> portion = PortionStatus(0, "main", ordered=5, queued_at=noon, allocated=3)
>>> line = LineStatus("O-1/1", "O-1", "ada", "LAMP", portions=(portion,))
>>> line.summary
'partly covered, 3 of 5'
"""

from collections.abc import Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Self

import attrs

from backorderkit.book.records import (
    OrderRecord,
    PoolFigures,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import (
    Confidence,
    Evidence,
    Order,
    PromiseMade,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    SupplyShipped,
)
from backorderkit.values import (
    CustomerRef,
    LineRef,
    Location,
    OrderRef,
    Pool,
    Sku,
    is_count,
    is_time,
)

__all__ = [
    "LineStatus",
    "OrderStatus",
    "PoolStatus",
    "PortionStatus",
    "PurchaseLineStatus",
]


# Orders


@attrs.frozen
class PortionStatus:
    """The units of a line at one place of one queue; `is_queued` while it has a place.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> PortionStatus(0, "main", ordered=5, queued_at=noon, allocated=3).waiting
    2
    """

    # Checked when a book is restored, not here: laws must see what a broken book says.
    number: int
    location: Location
    ordered: int = attrs.field(kw_only=True)
    queued_at: datetime = attrs.field(kw_only=True)
    allocated: int = attrs.field(default=0, kw_only=True)
    frozen: int = attrs.field(default=0, kw_only=True)
    shipped: int = attrs.field(default=0, kw_only=True)
    cancelled: int = attrs.field(default=0, kw_only=True)
    pinned: int = attrs.field(default=0, kw_only=True)
    is_queued: bool = attrs.field(default=False, kw_only=True)

    @property
    def waiting(self) -> int:
        """Return the units it waits for."""
        return self.ordered - self.allocated - self.shipped - self.cancelled


@attrs.frozen
class LineStatus:
    """Where every unit is: ordered = waiting + allocated + shipped + cancelled.

    Units are summed over the `portions`, in order of number. `refused` units were never
    accepted and are not part of `ordered`. To the `pinned` of the waiting ones open
    purchase units are pinned. `deliveries` counts how often the line was allocated
    anything; it `is_postponed` until the day from which it may be served.

    >>> LineStatus("O-1/1", "O-1", "ada", "LAMP", portions=(), refused=5).summary
    'refused'
    """

    ref: LineRef
    order: OrderRef
    customer: CustomerRef
    sku: Sku
    portions: tuple[PortionStatus, ...] = attrs.field(kw_only=True)
    refused: int = attrs.field(default=0, validator=is_count, kw_only=True)
    returned: int = attrs.field(default=0, validator=is_count, kw_only=True)
    deliveries: int = attrs.field(default=0, validator=is_count, kw_only=True)
    is_postponed: bool = attrs.field(default=False, kw_only=True)
    promises: tuple[PromiseMade, ...] = attrs.field(default=(), kw_only=True)

    @property
    def ordered(self) -> int:
        """Return the accepted units, cancelled ones among them."""
        return sum(portion.ordered for portion in self.portions)

    @property
    def waiting(self) -> int:
        """Return the units it waits for."""
        return sum(portion.waiting for portion in self.portions)

    @property
    def allocated(self) -> int:
        """Return the units of stock given to it and not shipped."""
        return sum(portion.allocated for portion in self.portions)

    @property
    def pinned(self) -> int:
        """Return the waiting units to which open purchase units are pinned."""
        return sum(portion.pinned for portion in self.portions)

    @property
    def frozen(self) -> int:
        """Return the allocated units that may not be taken back."""
        return sum(portion.frozen for portion in self.portions)

    @property
    def shipped(self) -> int:
        """Return the units that left."""
        return sum(portion.shipped for portion in self.portions)

    @property
    def cancelled(self) -> int:
        """Return the units that were given up."""
        return sum(portion.cancelled for portion in self.portions)

    @property
    def promised_on(self) -> date | None:
        """Return the day last promised, None if none was."""
        return self.promises[-1].promised_on if self.promises else None

    @property
    def summary(self) -> str:
        """Describe in a few words how far the line is."""
        owed = self.ordered - self.cancelled
        if not owed:
            return "cancelled" if self.ordered else "refused"
        waiting = self.waiting
        if not waiting:
            return "shipped" if self.shipped == owed else f"covered, {owed} of {owed}"
        if waiting == owed:
            return f"waiting for {owed}"
        return f"partly covered, {owed - waiting} of {owed}"


@attrs.frozen
class OrderStatus:
    """An order as placed, the state of its `lines`, and whether any of it may ship now.

    An order on hold says why in `held`. A quote expires at `quoted_until`. `waiting`
    and `allocated` are the sums that the book keeps over the lines.

    >>> from datetime import UTC
    >>> from backorderkit.model import Line
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> order = Order("O-1", "ada", noon, [Line("O-1/1", "LAMP", 5)])
    >>> line = LineStatus("O-1/1", "O-1", "ada", "LAMP", portions=())
    >>> OrderStatus(order, (line,), held="not paid").is_shippable
    False
    """

    order: Order
    lines: tuple[LineStatus, ...]
    held: str = attrs.field(default="", kw_only=True)
    priority: int = attrs.field(default=0, kw_only=True)
    quoted_until: datetime | None = attrs.field(default=None, kw_only=True)
    waiting: int = attrs.field(default=0, kw_only=True)
    allocated: int = attrs.field(default=0, kw_only=True)

    @property
    def is_shippable(self) -> bool:
        """Return whether any unit may leave now, by the order's groups."""
        if self.held or not self.allocated:
            return False
        waiting = {line.ref: line.waiting for line in self.lines}
        allocated = {line.ref: line.allocated for line in self.lines}
        return may_ship(self.order, waiting, allocated)


# Goods


@attrs.frozen
class PoolStatus(PoolFigures):
    """The stock of one SKU at one location, and what is waiting and coming.

    `free` is on hand less allocated and reserved. `waiting` is queued, postponed (not
    yet due), on hold and `pinned` (to open purchase units) together. `incoming` is
    open on purchase orders and transfers, the pinned units among it.

    >>> PoolStatus(Pool("LAMP"), on_hand=8, allocated=5, reserve=1).free
    2
    """

    @property
    def free(self) -> int:
        """Return the units that may be given to a line, never negative."""
        return max(self.on_hand - self.allocated - self.reserve, 0)

    @property
    def short(self) -> int:
        """Return the waiting units, those on hold aside, that no supply covers."""
        supply = self.on_hand - self.allocated - self.reserve
        supply += self.incoming - self.pinned
        return max(self.queued + self.postponed - supply, 0)

    def checked(self) -> Self:
        """Return the status itself, or refuse figures that no pool can have.

        A total of many lines has no limit, and corrections go either way.
        """
        for field in attrs.fields(type(self))[1:]:
            name, value = field.name, getattr(self, field.name)
            if type(value) is not int:
                raise InvalidValue(name, value, "give a whole number (int) of units")
            if value < 0 and name not in _CORRECTIONS:
                raise InvalidValue(name, value, "give 0 or more")
        return self


_CORRECTIONS = frozenset({"counted", "transferred"})


@attrs.frozen
class PurchaseLineStatus:
    """What came of a purchase line: ordered = open + accepted + closed.

    A transfer under way is one too. `line` and `purchase` are as placed. `over` came
    beyond the order, `rejected` was refused at the dock; both are apart. The supplier's
    days are kept apart too: `requested_on` is what we asked for, `confirmed_on` what
    the supplier said last, `expected_on` what we believe now, resting on `evidence` of
    the time `dated_at`, and `named_on` the last day that was named rather than
    estimated from experience. `announced` units are under way by the shipping
    `notices`. `kept` are open units pinned to portions, `given` the received units that
    portions were allocated because they were bought for them.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> line = PurchaseLine("PO-1/1", "LAMP", 10)
    >>> purchase = PurchaseOrder("PO-1", "ACME", monday, [line])
    >>> PurchaseLineStatus(line, purchase, accepted=6, dated_at=monday).open
    4
    """

    line: PurchaseLine
    purchase: PurchaseOrder
    accepted: int = attrs.field(default=0, validator=is_count, kw_only=True)
    closed: int = attrs.field(default=0, validator=is_count, kw_only=True)
    over: int = attrs.field(default=0, validator=is_count, kw_only=True)
    rejected: int = attrs.field(default=0, validator=is_count, kw_only=True)
    confirmed_on: date | None = attrs.field(default=None, kw_only=True)
    expected_on: date | None = attrs.field(default=None, kw_only=True)
    named_on: date | None = attrs.field(default=None, kw_only=True)
    evidence: Evidence = attrs.field(default=Evidence.NOTHING, kw_only=True)
    dated_at: datetime = attrs.field(validator=is_time, kw_only=True)
    is_transfer: bool = attrs.field(default=False, kw_only=True)
    # As announced: a plan speaks of them in this order, before and after a restart.
    under_way: tuple[SupplyShipped, ...] = attrs.field(default=(), kw_only=True)
    kept: tuple[PurchaseNeed, ...] = attrs.field(default=(), kw_only=True)
    given: tuple[PurchaseNeed, ...] = attrs.field(default=(), kw_only=True)

    @property
    def ref(self) -> str:
        """Return the reference of the purchase line."""
        return self.line.ref

    @property
    def order(self) -> str:
        """Return the reference of the purchase order."""
        return self.purchase.ref

    @property
    def supplier(self) -> str:
        """Return who delivers."""
        return self.purchase.supplier

    @property
    def pool(self) -> Pool:
        """Return the pool that the goods come to."""
        return Pool(self.line.sku, self.purchase.destination)

    @property
    def mode(self) -> str:
        """Return the way it is shipped."""
        return self.purchase.mode

    @property
    def ordered_at(self) -> datetime:
        """Return when it was ordered."""
        return self.purchase.ordered_at

    @property
    def requested_on(self) -> date | None:
        """Return the day we asked for."""
        return self.line.requested_on

    @property
    def ordered(self) -> int:
        """Return the ordered units."""
        return self.line.quantity

    @property
    def open(self) -> int:
        """Return the units still to come."""
        return self.ordered - self.accepted - self.closed

    @property
    def pinned(self) -> int:
        """Return the open units that are pinned to portions."""
        return sum(need.quantity for need in self.kept)

    @property
    def announced(self) -> int:
        """Return the open units that are under way."""
        return sum(notice.quantity for notice in self.under_way)

    @property
    def notices(self) -> tuple[SupplyShipped, ...]:
        """Return the shipping notices of what is under way, by reference."""
        return tuple(sorted(self.under_way, key=attrgetter("ref")))

    @property
    def confidence(self) -> Confidence:
        """Return how sure the expected day is."""
        return self.evidence.confidence


# What may ship


def is_shippable(order: OrderRecord) -> bool:
    """Return whether any unit of an order may leave now, by its delivery rule.

    Cost: O(1) for an order without groups, else its number of lines.
    """
    if order.held or not order.allocated:
        return False
    if not order.groups:
        return True
    waiting = {line.line.ref: line.waiting for line in order.lines}
    allocated = {line.line.ref: line.allocated for line in order.lines}
    return may_ship(order.order, waiting, allocated)


def may_ship(
    order: Order, waiting: Mapping[LineRef, int], allocated: Mapping[LineRef, int]
) -> bool:
    """Return whether lines with these units may leave, by the order's groups."""
    groups = order.groups.values()
    bound = {ref for group in groups for ref in group}
    complete = [
        ref
        for group in groups
        if not any(waiting.get(ref) for ref in group)
        for ref in group
    ]
    loose = [line.ref for line in order.lines if line.ref not in bound]
    return any(allocated.get(ref) for ref in (*complete, *loose))
