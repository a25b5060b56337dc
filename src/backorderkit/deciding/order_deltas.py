"""What a plan would change for one order: units waiting and allocated, by line.

A plan names the orders that may ship because of it and those that leave the backlog.
Both follow from differences: an order of the book that waits for 5 and gets 5 leaves
the backlog, one that gets 3 of them does not.

Invariant: the figures of the record plus these differences are the figures after
`apply`. A new order has no record; all of it is difference.
"""

import attrs

from backorderkit.book import OrderRecord, is_shippable, may_ship
from backorderkit.model import Order
from backorderkit.values import LineRef


@attrs.define(eq=False)
class OrderDelta:
    """How many more or fewer units of an order wait and are allocated, by line."""

    order: Order
    record: OrderRecord | None
    held: bool
    waiting: dict[LineRef, int] = attrs.field(factory=dict)
    allocated: dict[LineRef, int] = attrs.field(factory=dict)

    def wait(self, line: LineRef, units: int) -> None:
        """Add units of a line that wait, or take them away."""
        self.waiting[line] = self.waiting.get(line, 0) + units

    def give(self, line: LineRef, units: int) -> None:
        """Add allocated units of a line, or take them away."""
        self.allocated[line] = self.allocated.get(line, 0) + units

    @property
    def waits(self) -> int:
        """Return the units of the order that would wait."""
        before = self.record.waiting if self.record else 0
        return before + sum(self.waiting.values())

    @property
    def leaves_backlog(self) -> bool:
        """Return whether the order waits for nothing more because of this plan."""
        waited = self.record is not None and self.record.waiting > 0
        return waited and not self.waits

    @property
    def becomes_shippable(self) -> bool:
        """Return whether some of the order may ship only because of this plan."""
        record = self.record
        if self.held or (record is not None and is_shippable(record)):
            return False
        allocated = sum(self.allocated.values()) + (record.allocated if record else 0)
        if not allocated or not self.order.groups:
            return allocated > 0
        waiting, given = dict(self.waiting), dict(self.allocated)
        for line in record.lines if record else ():
            ref = line.line.ref
            waiting[ref] = waiting.get(ref, 0) + line.waiting
            given[ref] = given.get(ref, 0) + line.allocated
        return may_ship(self.order, waiting, given)
