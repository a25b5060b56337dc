"""What a host reads of an order: frozen answers, made when asked.

Views are values: they do not change when the book does, and equal answers are equal.
The waiting quantity is always shown beside the rest, so "allocated" never hides that
only part of a line is covered.

>>> line = LineStatus(
...     "O-1/1", "O-1", "ada", "LAMP", ordered=5, waiting=2, allocated=3, frozen=0,
...     shipped=0, cancelled=0, refused=0, returned=0, promised_on=None, portions=(),
... )
>>> line.summary
'partly covered, 3 of 5'
"""

from collections.abc import Mapping
from datetime import date, datetime

import attrs

from backorderkit.book.records import LineRecord, OrderRecord
from backorderkit.model import Order
from backorderkit.values import CustomerRef, LineRef, Location, OrderRef, Sku

__all__ = [
    "LineStatus",
    "OrderStatus",
    "PortionStatus",
]


@attrs.frozen(kw_only=True)
class PortionStatus:
    """The units of a line that queue, or queued, in one place.

    >>> from datetime import UTC
    >>> PortionStatus(
    ...     number=0, location="main", ordered=5, waiting=2, allocated=3, frozen=0,
    ...     shipped=0, cancelled=0, queued_at=datetime(2026, 3, 1, tzinfo=UTC),
    ...     is_queued=True,
    ... ).waiting
    2
    """

    number: int
    location: Location
    ordered: int
    waiting: int
    allocated: int
    frozen: int
    shipped: int
    cancelled: int
    pinned: int = 0
    queued_at: datetime
    is_queued: bool


@attrs.frozen
class LineStatus:
    """Where every unit is: ordered = waiting + allocated + shipped + cancelled.

    `refused` units were never accepted and are not part of `ordered`. `pinned` of the
    waiting ones are kept for the line by purchase lines. `deliveries` counts how often
    it was given anything; it `is_postponed` until the day from which it may be served.

    >>> LineStatus(
    ...     "O-1/1", "O-1", "ada", "LAMP", ordered=5, waiting=5, allocated=0,
    ...     frozen=0, shipped=0, cancelled=0, refused=0, returned=0,
    ...     promised_on=None, portions=(),
    ... ).summary
    'waiting for 5'
    """

    ref: LineRef
    order: OrderRef
    customer: CustomerRef
    sku: Sku
    ordered: int = attrs.field(kw_only=True)
    waiting: int = attrs.field(kw_only=True)
    allocated: int = attrs.field(kw_only=True)
    pinned: int = attrs.field(default=0, kw_only=True)
    frozen: int = attrs.field(kw_only=True)
    shipped: int = attrs.field(kw_only=True)
    cancelled: int = attrs.field(kw_only=True)
    refused: int = attrs.field(kw_only=True)
    returned: int = attrs.field(kw_only=True)
    deliveries: int = attrs.field(default=0, kw_only=True)
    is_postponed: bool = attrs.field(default=False, kw_only=True)
    promised_on: date | None = attrs.field(kw_only=True)
    portions: tuple[PortionStatus, ...] = attrs.field(kw_only=True, repr=False)

    @property
    def summary(self) -> str:
        """Say in a few words how far the line is."""
        owed = self.ordered - self.cancelled
        if not owed:
            return "cancelled" if self.ordered else "refused"
        if not self.waiting:
            return "shipped" if self.shipped == owed else f"covered, {owed} of {owed}"
        if self.waiting == owed:
            return f"waiting for {owed}"
        return f"partly covered, {owed - self.waiting} of {owed}"


@attrs.frozen
class OrderStatus:
    """An order, its lines, and whether any of it may ship now.

    A quote has a time at which it ends, `quoted_until`.

    >>> OrderStatus.__attrs_attrs__.waiting.type
    <class 'int'>
    """

    order: Order
    held: str
    priority: int
    lines: tuple[LineStatus, ...]
    waiting: int
    allocated: int
    is_shippable: bool
    quoted_until: datetime | None = None


def line_status(line: LineRecord) -> LineStatus:
    """Return the view of a line."""
    portions = tuple(
        PortionStatus(
            number=portion.number,
            location=portion.pool.pool.location,
            ordered=portion.quantity,
            waiting=portion.waiting,
            allocated=portion.allocated,
            frozen=portion.frozen,
            shipped=portion.shipped,
            cancelled=portion.cancelled,
            pinned=portion.pinned,
            queued_at=portion.queued_at,
            is_queued=portion.key is not None,
        )
        for portion in line.portions
    )
    return LineStatus(
        line.line.ref,
        line.order.order.ref,
        line.order.order.customer,
        line.line.sku,
        ordered=sum(portion.ordered for portion in portions),
        waiting=sum(portion.waiting for portion in portions),
        pinned=sum(portion.pinned for portion in portions),
        allocated=sum(portion.allocated for portion in portions),
        frozen=sum(portion.frozen for portion in portions),
        shipped=sum(portion.shipped for portion in portions),
        cancelled=sum(portion.cancelled for portion in portions),
        refused=line.refused,
        returned=line.returned,
        deliveries=line.deliveries,
        is_postponed=line.postponed,
        promised_on=line.promised_on,
        portions=portions,
    )


def order_status(order: OrderRecord) -> OrderStatus:
    """Return the view of an order."""
    return OrderStatus(
        order.order,
        order.held,
        order.priority,
        tuple(line_status(line) for line in order.lines),
        order.waiting,
        order.allocated,
        is_shippable(order),
        order.quoted_until,
    )


def is_shippable(order: OrderRecord) -> bool:
    """Tell whether any unit of an order may leave now, by its delivery rule.

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
    """Tell whether lines with these units may leave in part, by the order's groups."""
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
