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
from datetime import date
from typing import TypeAlias, assert_never

import attrs

from backorderkit.events import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    Event,
    GoodsReceived,
    GoodsReturned,
    GoodsShipped,
    LineBecameDue,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    OrderReleased,
    OrderReprioritised,
    Portion,
    PortionAdded,
    PortionMoved,
    PromiseMade,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
    QuantityCancelled,
    QuantityRefused,
    ReserveSet,
    SegmentUnmet,
    StockCounted,
    StockTransferred,
)
from backorderkit.orders import Order
from backorderkit.purchasing import PurchaseOrder
from backorderkit.values import LineRef, Location, OrderRef, Pool, Sku

__all__ = ["Ledger", "recount"]

PortionRef: TypeAlias = tuple[LineRef, int]
Figures: TypeAlias = Counter[str]


@attrs.define
class Ledger:
    """What a history adds up to; every figure is a plain number under its name.

    Portions count `ordered`, `waiting`, `allocated`, `frozen`, `shipped`, `cancelled`.
    Pools count what came and went; `stock` adds the units of their portions.

    >>> Ledger().stock("LAMP", "main")["waiting"]
    0
    """

    orders: dict[OrderRef, Order] = attrs.field(factory=dict)
    held: dict[OrderRef, str] = attrs.field(factory=dict)
    priority: dict[OrderRef, int] = attrs.field(factory=dict)
    order_of: dict[LineRef, Order] = attrs.field(factory=dict)
    sku_of: dict[LineRef, Sku] = attrs.field(factory=dict)
    postponed: set[LineRef] = attrs.field(factory=set)
    portions: dict[PortionRef, Figures] = attrs.field(factory=dict)
    place: dict[PortionRef, Pool] = attrs.field(factory=dict)
    refused: Counter[LineRef] = attrs.field(factory=Counter)
    returned: Counter[LineRef] = attrs.field(factory=Counter)
    pools: dict[Pool, Figures] = attrs.field(factory=dict)
    purchases: dict[str, PurchaseOrder] = attrs.field(factory=dict)
    purchase_lines: dict[str, Figures] = attrs.field(factory=dict)
    destination: dict[str, Pool] = attrs.field(factory=dict)
    expected_on: dict[str, date | None] = attrs.field(factory=dict)
    promises: dict[LineRef, tuple[PromiseMade, ...]] = attrs.field(factory=dict)

    def pool(self, sku: Sku, location: Location) -> Figures:
        """Return the stock ledger of a pool, to be changed."""
        return self.pools.setdefault(Pool(sku, location), Counter())

    def stock(self, sku: Sku, location: Location) -> Figures:
        """Return all figures of a pool: its stock, its portions, its supply."""
        pool = Pool(sku, location)
        total = Counter(self.pools.get(pool, Counter()))
        for ref, figures in self.portions.items():
            if self.place[ref] == pool:
                total["allocated"] += figures["allocated"]
                total["waiting"] += figures["waiting"]
                total[self._standing(ref[0])] += figures["waiting"]
        for name, figures in self.purchase_lines.items():
            if self.destination[name] == pool:
                total["incoming"] += figures["open"]
        return total

    def _standing(self, line: LineRef) -> str:
        """Return under which name the waiting units of a line are counted."""
        if self.held.get(self.order_of[line].ref):
            return "held"
        return "postponed" if line in self.postponed else "queued"

    def is_due(self, line: LineRef) -> bool:
        """Tell whether a line may be given goods now: not held, not postponed."""
        return self._standing(line) == "queued"

    def group(self, line: LineRef, every_order: bool) -> tuple[LineRef, ...]:
        """Return the lines that ship together with a line, itself among them.

        Empty if it ships as it comes; with `every_order` the whole order counts.
        """
        order = self.order_of[line]
        if every_order:
            return tuple(one.ref for one in order.lines)
        return next((group for group in order.groups.values() if line in group), ())


def recount(events: Iterable[Event]) -> Ledger:
    """Return what a history of events adds up to; O(n).

    >>> recount([]).portions
    {}
    """
    ledger = Ledger()
    for event in events:
        _record(ledger, event)
    return ledger


def _record(ledger: Ledger, event: Event) -> None:  # one case per fact
    """Write one fact into the ledger."""
    match event:
        case OrderPlaced():
            _place(ledger, event)
        case QuantityRefused():
            ledger.refused[event.line] += event.quantity
        case OrderRefused() | SegmentUnmet():
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
        case OrderReleased():
            ledger.held[event.order] = ""
        case OrderReprioritised():
            ledger.priority[event.order] = event.priority
        case LineBecameDue():
            ledger.postponed.discard(event.line)
        case Allocated():
            _move(ledger, event, "waiting", "allocated")
        case AllocationReleased():
            _move(ledger, event, "allocated", "waiting")
        case AllocationMoved():
            units = event.quantity
            source = ledger.portions[event.line, event.portion]
            source.update(allocated=-units, waiting=units)
            target = ledger.portions[event.to_line, event.to_portion]
            target.update(allocated=units, waiting=-units)
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
            _record_goods(ledger, event)


def _record_goods(
    ledger: Ledger,
    event: GoodsReturned
    | GoodsReceived
    | StockCounted
    | StockTransferred
    | ReserveSet
    | PurchasePlaced
    | PurchaseExpected
    | PurchaseLineClosed,
) -> None:
    """Write a fact about stock or supply into the ledger."""
    match event:
        case GoodsReturned():
            ledger.returned[event.line] += event.quantity
            pool = ledger.pool(ledger.sku_of[event.line], event.location)
            pool.update(on_hand=event.restocked, returned=event.restocked)
        case GoodsReceived():
            _receive(ledger, event)
        case StockCounted():
            pool = ledger.pool(event.sku, event.location)
            pool.update(on_hand=event.difference, counted=event.difference)
        case StockTransferred():
            units = event.quantity
            ledger.pool(event.sku, event.source).update(
                on_hand=-units, transferred=-units
            )
            ledger.pool(event.sku, event.destination).update(
                on_hand=units, transferred=units
            )
        case ReserveSet():
            ledger.pool(event.sku, event.location)["reserve"] = event.quantity
        case PurchasePlaced():
            _buy(ledger, event.order)
        case PurchaseExpected():
            ledger.expected_on[event.purchase_line] = event.expected_on
        case PurchaseLineClosed():
            figures = ledger.purchase_lines[event.purchase_line]
            figures.update(open=-event.quantity, closed=event.quantity)
        case _:
            assert_never(event)


def _place(ledger: Ledger, event: OrderPlaced) -> None:
    """Write an order and its portions into the ledger."""
    order = event.order
    ledger.orders[order.ref] = order
    ledger.held[order.ref], ledger.priority[order.ref] = order.hold, order.priority
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
    """Let allocated units leave; picked ones are taken first."""
    for line in event.lines:
        ref, units = (line.line, line.portion), line.quantity
        figures = ledger.portions[ref]
        figures.update(allocated=-units, shipped=units)
        figures["frozen"] -= min(units, figures["frozen"])
        ledger.pool(*ledger.place[ref]).update(on_hand=-units, shipped=units)


def _receive(ledger: Ledger, event: GoodsReceived) -> None:
    """Put accepted units on the shelf and settle what they were bought on."""
    for line in event.receipt.lines:
        pool = ledger.pool(line.sku, line.location)
        pool.update(on_hand=line.accepted, received=line.accepted)
        if line.purchase_line is not None:
            figures = ledger.purchase_lines[line.purchase_line]
            due = min(line.accepted, figures["open"])
            figures.update(open=-due, accepted=due)
            figures.update(over=line.accepted - due, rejected=line.rejected)


def _buy(ledger: Ledger, order: PurchaseOrder) -> None:
    """Write a purchase order into the ledger, all of it open."""
    ledger.purchases[order.ref] = order
    for line in order.lines:
        units = line.quantity
        ledger.purchase_lines[line.ref] = Counter(ordered=units, open=units)
        ledger.destination[line.ref] = Pool(line.sku, order.destination)
        ledger.expected_on[line.ref] = line.expected_on
        ledger.pool(line.sku, order.destination)
