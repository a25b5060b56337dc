"""A plan: what would happen, why, and for which version of the book.

A `plan_*` function reads a book and returns a `Plan`. Nothing has changed yet: a plan
can be looked at, compared, and dropped. `OrderBook.apply` makes it true, once, and only
on the version of the book it was made for.

Reasons carry figures first and words second: `explain()` puts them into sentences.

>>> plan = Plan((Allocated("O-1/1", 0, 3, wanted=5, at=None),), basis=0)
>>> print(plan.explain())
O-1/1 gets 3 of the 5 it waits for.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

import attrs

from backorderkit.model.events import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    Event,
    GoodsReceived,
    GoodsReturned,
    GoodsShipped,
    HoldReleased,
    LineBecameDue,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    OrderReprioritised,
    PinReleased,
    PortionAdded,
    PortionMoved,
    PromiseMade,
    PurchaseConfirmed,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuoteExpired,
    QuoteHeld,
    QuoteRefused,
    ReserveSet,
    SegmentUnmet,
    StockCounted,
    StockTransferred,
    SupplyShipped,
    TransferDispatched,
    UnitsPinned,
)
from backorderkit.model.reasons import Reason
from backorderkit.model.slips import Slip
from backorderkit.values import OrderRef

__all__ = ["Plan"]


@attrs.frozen
class Plan:
    """Events that would happen, reasons, and the version of the book they fit.

    `at` and `trigger` say when and by what it was set off, for the notices.

    `became_shippable` and `left_backlog` name the orders for which this plan makes the
    difference. `slip` says whose dates move with the supplier's.

    >>> Plan((), basis=4).is_empty
    True
    """

    events: "tuple[Event, ...]"
    reasons: tuple[Reason, ...] = ()
    basis: int = attrs.field(kw_only=True)
    at: datetime | None = attrs.field(default=None, kw_only=True)
    trigger: str = attrs.field(default="", kw_only=True)
    became_shippable: tuple[OrderRef, ...] = attrs.field(default=(), kw_only=True)
    left_backlog: tuple[OrderRef, ...] = attrs.field(default=(), kw_only=True)
    slip: Slip | None = attrs.field(default=None, kw_only=True)

    @property
    def is_empty(self) -> bool:
        """Return whether applying the plan would change nothing."""
        return not self.events

    def allocated(self) -> dict[str, int]:
        """Return the units each line gets under this plan.

        >>> Plan((Allocated("O-1/1", 0, 3, wanted=5, at=None),), basis=0).allocated()
        {'O-1/1': 3}
        """
        units: dict[str, int] = {}
        for event in self.events:
            if isinstance(event, Allocated):
                units[event.line] = units.get(event.line, 0) + event.quantity
        return units

    def explain(self) -> str:
        """Return the plan in sentences, one a line: what happens, then what does not.

        >>> print(Plan((), [Reason("LAMP", "idle", "none waits")], basis=0).explain())
        LAMP: none waits
        """
        return "\n".join([*map(_sentence, self.events), *map(str, self.reasons)])


def _sentence(event: Event) -> str:  # noqa: PLR0915 - one case per fact
    """Return one event as a sentence."""
    match event:
        case OrderPlaced():
            units = _sum(portion.quantity for portion in event.portions)
            return f"{event.order.ref} of {event.order.customer} is placed: {units}."
        case QuantityRefused():
            return f"{event.line}: {event.quantity} refused, {event.reason}."
        case QuoteHeld():
            units = _sum(portion.quantity for portion in event.portions)
            until = event.until.isoformat(" ", "minutes")
            return f"{event.order.ref} holds {units} until {until}."
        case OrderRefused() | QuoteRefused():
            why = "; ".join(f"{line.line}: {line.reason}" for line in event.refused)
            return f"{event.order.ref} is refused: {why}."
        case PortionAdded(portion):
            units = _sum([portion.quantity])
            return f"{portion.line} queues {units} more at {portion.location}."
        case PortionMoved():
            units = _sum([event.quantity])
            return f"{event.line}: {units} now wait at {event.destination}."
        case QuantityCancelled():
            return f"{event.line}: {event.quantity} cancelled, {event.reason}."
        case OrderHeld():
            return f"{event.order} is put on hold: {event.reason}."
        case HoldReleased():
            return f"{event.order} is released from hold."
        case QuoteAccepted():
            return f"{event.order} is accepted as an order."
        case QuoteExpired():
            return f"{event.order} has expired."
        case LineBecameDue():
            return f"{event.line} is due."
        case Allocated():
            asked = "all" if event.quantity == event.wanted else f"{event.quantity} of"
            bought = f", bought for it in {event.source}" if event.source else ""
            return f"{event.line} gets {asked} the {event.wanted} it waits for{bought}."
        case AllocationReleased():
            return f"{event.line} gives back {event.quantity}, {event.reason}."
        case AllocationFrozen():
            return f"{event.line}: {event.quantity} frozen, {event.reason}."
        case AllocationThawed():
            return f"{event.line}: {event.quantity} no longer frozen."
        case AllocationMoved():
            units = _sum([event.quantity])
            who = f"{event.actor}: {event.reason}"
            return f"{event.line} gives {units} to {event.to_line} ({who})."
        case OrderReprioritised():
            who = f"{event.actor}: {event.reason}"
            return f"{event.order} now has priority {event.priority} ({who})."
        case SegmentUnmet():
            owed = f"{event.segment} needs {event.owed}, {event.possible} are there"
            return f"{event.line}: {owed}; nothing was moved."
        case GoodsShipped():
            units = _sum(line.quantity for line in event.lines)
            return f"{event.order} ships {units} in {event.shipment}."
        case GoodsReturned():
            return (
                f"{event.line}: {event.quantity} came back, {event.restocked} usable."
            )
        case GoodsReceived(receipt):
            units = _sum(line.accepted for line in receipt.lines)
            return f"{receipt.ref} brings {units}."
        case StockCounted():
            return (
                f"{event.sku} at {event.location}: {event.difference:+d} on hand, "
                f"{event.reason}."
            )
        case StockTransferred():
            return (
                f"{event.quantity} {event.sku} go from {event.source} "
                f"to {event.destination}."
            )
        case TransferDispatched():
            when = event.expected_on or "an unknown date"
            return (
                f"{event.quantity} {event.sku} leave {event.source} "
                f"for {event.destination}, expected on {when}."
            )
        case ReserveSet():
            return f"{event.sku} at {event.location}: {event.quantity} reserved."
        case PurchasePlaced(order):
            units = _sum(line.quantity for line in order.lines)
            return f"{order.ref} orders {units} from {order.supplier}."
        case PurchaseConfirmed():
            return f"{event.purchase_line} is confirmed for {event.confirmed_on}."
        case PurchaseExpected():
            when = event.expected_on or "an unknown date"
            return f"{event.purchase_line} is expected on {when}, {event.reason}."
        case PurchaseLineClosed():
            units = f"{event.quantity} will not come"
            return f"{event.purchase_line}: {units}, {event.reason}."
        case SupplyShipped():
            units = f"{event.quantity} in transit"
            when = event.expected_on or "an unknown date"
            return f"{event.purchase_line}: {units}, expected on {when}."
        case UnitsPinned():
            units = f"{event.quantity} are pinned to {event.line}"
            return f"{event.purchase_line}: {units}, {event.reason}."
        case PinReleased():
            units = f"{event.quantity} are no longer pinned to {event.line}"
            return f"{event.purchase_line}: {units}, {event.reason}."
        case PromiseMade():
            when = event.promised_on or "an unknown date"
            return f"{event.line} is promised for {when}, {event.reason}."
        case _:
            assert_never(event)


def _sum(quantities: Iterable[int]) -> str:
    """Return a number of units in words."""
    units = sum(quantities)
    return f"{units} unit" if units == 1 else f"{units} units"
