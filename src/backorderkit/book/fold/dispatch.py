"""Which function takes in which fact: total over the union of events.

Each function first checks that the fact fits what the book knows, then moves units. A
fact that does not fit raises and the caller undoes the whole change, so a book is never
half changed.
"""

from typing import assert_never

from backorderkit.book.fold import demand, pegs, stock, supply
from backorderkit.book.state import State
from backorderkit.model import (
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


def fold(state: State, event: Event) -> None:  # noqa: PLR0915 - one case per fact
    """Apply one event to the records."""
    match event:
        case Allocated():
            stock.allocate(state, event)
        case OrderPlaced() | QuoteHeld():
            demand.place(state, event)
        case PromiseMade():
            demand.promise(state, event)
        case AllocationReleased():
            stock.release(state, event)
        case GoodsShipped():
            stock.ship(state, event)
        case GoodsReceived():
            supply.receive(state, event)
        case PurchasePlaced():
            supply.purchase(state, event)
        case PurchaseLineClosed():
            supply.close(state, event)
        case PurchaseExpected():
            supply.expect(state, event)
        case PurchaseConfirmed():
            supply.confirm(state, event)
        case SupplyShipped():
            supply.announce(state, event)
        case UnitsPinned():
            pegs.pin(state, event)
        case PinReleased():
            pegs.release(state, event)
        case QuantityCancelled():
            demand.cancel(state, event)
        case QuantityRefused():
            demand.refuse(state, event)
        case OrderRefused() | QuoteRefused():
            demand.turn_away(state, event)
        case SegmentUnmet():
            pass  # a fact of the history; the book owes nothing for it
        case PortionAdded():
            demand.add(state, event)
        case PortionMoved():
            demand.move(state, event)
        case OrderHeld() | HoldReleased():
            demand.hold(state, event)
        case QuoteAccepted():
            demand.accept(state, event)
        case QuoteExpired():
            demand.expire(state, event)
        case LineBecameDue():
            demand.become_due(state, event)
        case AllocationFrozen() | AllocationThawed():
            stock.freeze(state, event)
        case AllocationMoved():
            stock.move(state, event)
        case OrderReprioritised():
            demand.reprioritise(state, event)
        case GoodsReturned():
            stock.take_return(state, event)
        case StockCounted():
            stock.count(state, event)
        case StockTransferred():
            stock.transfer(state, event)
        case TransferDispatched():
            supply.dispatch(state, event)
        case ReserveSet():
            stock.reserve(state, event)
        case _:
            assert_never(event)
