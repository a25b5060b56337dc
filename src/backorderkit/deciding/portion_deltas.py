"""What a plan would change for one portion: the units that queue, and what it shows.

A policy sees a portion as a `Backorder`. Until the plan changes one, the record of the
book says what it shows; the value is made on demand, because a portion that is served
completely is rarely read again.

Invariant: `loose` units wait that nothing is pinned for, and `ordered - loose` of the
portion were given to it. For a portion of 5 that got 2: `ordered` 5, `loose` 3.
"""

from datetime import datetime

import attrs

from backorderkit.book import PortionRecord
from backorderkit.deciding.order_deltas import OrderDelta
from backorderkit.model import Backorder, Line, Order, Portion
from backorderkit.policies import PortionRef
from backorderkit.values import Pool, fixed_offset


@attrs.define(eq=False)
class PortionDelta:
    """A portion as the plan leaves it so far; `shown` is what it showed before."""

    ref: PortionRef
    pool: Pool
    change: OrderDelta
    shown: Backorder | PortionRecord
    loose: int
    ordered: int
    deliveries: int
    postponed: bool

    @property
    def is_outside(self) -> bool:
        """Return whether it is in no queue: on hold, or not yet due."""
        return self.postponed or self.change.held

    @property
    def queued(self) -> int:
        """Return the units that may be served now."""
        return 0 if self.is_outside else self.loose

    def backorder(self) -> Backorder:
        """Return what a policy sees of it now."""
        shown = self.shown
        if isinstance(shown, PortionRecord):
            shown = shown.backorder()
        figures = (shown.quantity, shown.ordered, shown.deliveries)
        if figures != (self.loose, self.ordered, self.deliveries):
            shown = attrs.evolve(
                shown,
                quantity=self.loose,
                ordered=self.ordered,
                deliveries=self.deliveries,
            )
        self.shown = shown
        return shown


def backorder_of(
    order: Order, line: Line, portion: Portion, queued_at: datetime
) -> Backorder:
    """Return the backorder that a new portion becomes, all of it waiting."""
    return Backorder(
        line.ref,
        portion.number,
        order.ref,
        order.customer,
        line.sku,
        portion.location,
        quantity=portion.quantity,
        ordered=portion.quantity,
        queued_at=fixed_offset(queued_at),
        priority=order.priority,
        details=line,
    )
