"""What a plan does, in words to be counted.

A search that found no fault shows something only if enough has happened. So every step
is put into words (a fact, a partial fill, a late delivery, a broken promise), and a
test can ask for those it must have seen.

>>> from backorderkit.model import Plan
>>> list(sightings(Look({}, {}, {}, {}, {}), Plan((), basis=0)))
[]
"""

from collections.abc import Iterator

from backorderkit.model import (
    Allocated,
    AllocationReleased,
    GoodsReceived,
    OrderPlaced,
    PinReleased,
    Plan,
    PortionMoved,
    PromiseMade,
    PurchaseLineClosed,
    QuantityCancelled,
    StockCounted,
)
from backorderkit.testing.book_laws.step_laws import Look

__all__ = ["sightings"]


def sightings(before: Look, plan: Plan) -> Iterator[str]:
    """Yield what a plan does, in words to be counted.

    >>> fill = Plan((Allocated("B1/1", 0, 3, wanted=5, at=None),), basis=0)
    >>> list(sightings(Look({}, {}, {}, {}, {}), fill))
    ['Allocated', 'partial fill']
    """
    given_back = {
        one.line for one in plan.events if isinstance(one, AllocationReleased)
    }
    counted = any(isinstance(one, StockCounted) for one in plan.events)
    for event in plan.events:
        yield type(event).__name__
        match event:
            case Allocated(quantity=units, wanted=wanted):
                yield "partial fill" if units < wanted else "exact fill"
            case QuantityCancelled(line=line) if line in given_back:
                yield "allocated units cancelled"
            case PinReleased(purchase_line=ref):
                yield f"let go: {_why_let_go(plan, ref)}"
            case AllocationReleased() if counted:
                yield "taken back by a count"
            case OrderPlaced():
                if len(event.portions) > len(event.order.lines):
                    yield "line split over locations"
                if event.postponed:
                    yield "line postponed"
            case PromiseMade(line=line) if before.promises.get(line):
                yield "date moved"
            case GoodsReceived():
                yield from _deliveries(before, event)
    if plan.slip is not None:
        yield from ("day moved" for _ in plan.slip.moves)
        yield from ("promise broken" for _ in plan.slip.broken)
    yield from (f"reason: {reason.code}" for reason in plan.reasons)
    yield from ("became shippable" for _ in plan.became_shippable)
    yield from ("left the backlog" for _ in plan.left_backlog)


def _why_let_go(plan: Plan, purchase_line: str) -> str:
    """Return what a plan does that lets a pin go."""
    for event in plan.events:
        match event:
            case PurchaseLineClosed(purchase_line=ref) if ref == purchase_line:
                return "supply"
            case QuantityCancelled() | PortionMoved():
                return "demand"
    return "by hand"


def _deliveries(before: Look, event: GoodsReceived) -> Iterator[str]:
    """Yield what is remarkable about a delivery."""
    for line in event.receipt.lines:
        if line.purchase_line is None:
            yield "unplanned delivery"
            continue
        bought = before.purchases[line.purchase_line]
        if line.accepted < bought.open:
            yield "partial delivery"
        if line.accepted < bought.pinned:
            yield "less than is kept"
        if bought.is_transfer:
            yield "transfer arrives"
        if line.rejected:
            yield f"rejected: {line.remedy.value}"
        if line.final:
            yield "final delivery"
        earlier = [
            one
            for one in before.purchases.values()
            if one.pool == bought.pool and one.open and one.ref < bought.ref
        ]
        if earlier:
            yield "delivery out of order"
