"""The ledgers of a book, added up again from its history by plain arithmetic.

This is a second, naive implementation of what the events mean: one dictionary of
figures per portion, pool and purchase line, and nothing else. No queue, no index, no
running sum, no check. It asks neither the book nor a decision for anything, so it can
contradict both.

>>> from datetime import UTC, datetime
>>> from backorderkit import OrderBook, oldest_first, plan_count
>>> book = OrderBook(oldest_first())
>>> plan = plan_count(book, "LAMP", 3, at=datetime(2026, 3, 1, tzinfo=UTC))
>>> recount(plan.events).stock("LAMP", "main")["on_hand"]
3
"""

from collections import Counter
from collections.abc import Iterable

from backorderkit.model import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    Event,
    GoodsShipped,
    HoldReleased,
    LineBecameDue,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    OrderReprioritised,
    PinReleased,
    Portion,
    PortionAdded,
    PortionMoved,
    PromiseMade,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuoteExpired,
    QuoteHeld,
    QuoteRefused,
    SegmentUnmet,
    UnitsPinned,
)
from backorderkit.testing.book_laws.ledger import Ledger, PortionRef
from backorderkit.testing.book_laws.recounting_goods import record_goods
from backorderkit.values import Pool

__all__ = ["recount"]


def recount(events: "Iterable[Event]") -> Ledger:
    """Return what a history of events adds up to; O(n).

    >>> recount([]).portions
    {}
    """
    ledger = Ledger()
    for event in events:
        _record(ledger, event)
    return ledger


def _record(ledger: Ledger, event: Event) -> None:  # noqa: PLR0915 - one case per fact
    """Write one fact into the ledger."""
    match event:
        case OrderPlaced() | QuoteHeld():
            _place(ledger, event)
        case QuantityRefused():
            ledger.refused[event.line] += event.quantity
        case OrderRefused() | QuoteRefused() | QuoteExpired() | SegmentUnmet():
            pass  # nothing moves
        case PortionAdded(portion):
            _join(ledger, portion)
        case PortionMoved():
            ref = (event.line, event.portion)
            ledger.portions[ref]["ordered"] -= event.quantity
            ledger.portions[ref]["waiting"] -= event.quantity
            moved = Portion(event.line, event.number, event.destination, event.quantity)
            _join(ledger, moved)
        case QuantityCancelled():
            _move(ledger, event, "waiting", "cancelled")
        case OrderHeld():
            ledger.held[event.order] = event.reason
        case HoldReleased() | QuoteAccepted():
            ledger.held[event.order] = ""
        case OrderReprioritised():
            ledger.priority[event.order] = event.priority
        case LineBecameDue():
            ledger.postponed.discard(event.line)
        case Allocated():
            _move(ledger, event, "waiting", "allocated")
            ledger.deliveries[event.line] += 1
            if event.source is not None:
                ref = (event.line, event.portion)
                kept = ledger.pins[event.source, ref]
                _pin(ledger, event.source, ref, -min(kept, event.quantity))
        case UnitsPinned():
            ref = (event.line, event.portion)
            _pin(ledger, event.purchase_line, ref, event.quantity)
        case PinReleased():
            ref = (event.line, event.portion)
            _pin(ledger, event.purchase_line, ref, -event.quantity)
        case AllocationReleased():
            _move(ledger, event, "allocated", "waiting")
        case AllocationMoved():
            units = event.quantity
            source = ledger.portions[event.line, event.portion]
            source.update(allocated=-units, waiting=units)
            target = ledger.portions[event.to_line, event.to_portion]
            target.update(allocated=units, waiting=-units)
            ledger.deliveries[event.to_line] += 1
        case AllocationFrozen():
            ledger.portions[event.line, event.portion]["frozen"] += event.quantity
        case AllocationThawed():
            ledger.portions[event.line, event.portion]["frozen"] -= event.quantity
        case GoodsShipped():
            _ship(ledger, event)
        case PromiseMade():
            before = ledger.promises.get(event.line, ())
            ledger.promises[event.line] = (*before, event)
        case _:
            record_goods(ledger, event)


def _place(ledger: Ledger, event: OrderPlaced | QuoteHeld) -> None:
    """Write an order and its portions into the ledger."""
    order = event.order
    ledger.orders[order.ref] = order
    ledger.held[order.ref], ledger.priority[order.ref] = order.hold, order.priority
    if isinstance(event, OrderPlaced):
        ledger.postponed.update(event.postponed)
    for line in order.lines:
        ledger.order_of[line.ref], ledger.sku_of[line.ref] = order, line.sku
    for portion in event.portions:
        _join(ledger, portion)


def _join(ledger: Ledger, portion: Portion) -> None:
    """Write a portion into the ledger, all of it waiting."""
    ref, units = (portion.line, portion.number), portion.quantity
    ledger.portions[ref] = Counter(ordered=units, waiting=units)
    ledger.place[ref] = Pool(ledger.sku_of[portion.line], portion.location)
    ledger.pool(*ledger.place[ref])


def _move(
    ledger: Ledger,
    event: QuantityCancelled | Allocated | AllocationReleased,
    source: str,
    destination: str,
) -> None:
    """Move units of a portion from one of its figures to another."""
    figures = ledger.portions[event.line, event.portion]
    figures[source] -= event.quantity
    figures[destination] += event.quantity


def _ship(ledger: Ledger, event: GoodsShipped) -> None:
    """Ship allocated units; picked ones are taken first."""
    for line in event.lines:
        ref, units = (line.line, line.portion), line.quantity
        figures = ledger.portions[ref]
        figures.update(allocated=-units, shipped=units)
        figures["frozen"] -= min(units, figures["frozen"])
        ledger.pool(*ledger.place[ref]).update(on_hand=-units, shipped=units)


def _pin(ledger: Ledger, purchase_line: str, ref: PortionRef, units: int) -> None:
    """Keep open units for a portion, or fewer."""
    ledger.pins[purchase_line, ref] += units
    ledger.portions[ref]["pinned"] += units
