"""What a plan would change for one order: units waiting and allocated, by line."""

import attrs

from backorderkit.book import OrderRecord, is_shippable, may_ship
from backorderkit.model import Order
from backorderkit.values import LineRef


@attrs.define(eq=False)
class Change:
    """How many units of an order would be waiting and allocated, by line."""

    order: Order
    record: OrderRecord | None
    held: bool
    waiting: dict[LineRef, int] = attrs.field(factory=dict)
    allocated: dict[LineRef, int] = attrs.field(factory=dict)

    def wait(self, line: LineRef, units: int) -> None:
        """Let more units of a line wait, or fewer."""
        self.waiting[line] = self.waiting.get(line, 0) + units

    def give(self, line: LineRef, units: int) -> None:
        """Let more units of a line be allocated, or fewer."""
        self.allocated[line] = self.allocated.get(line, 0) + units

    @property
    def waits(self) -> int:
        """Return the units of the order that would wait."""
        before = self.record.waiting if self.record else 0
        return before + sum(self.waiting.values())

    @property
    def leaves_backlog(self) -> bool:
        """Tell whether the order waits for nothing any more because of this plan."""
        waited = self.record is not None and self.record.waiting > 0
        return waited and not self.waits

    @property
    def becomes_shippable(self) -> bool:
        """Tell whether some of the order may ship only because of this plan."""
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
