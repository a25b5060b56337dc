"""The working paper of a decision: what the book would look like so far.

A decision writes down events one after the other, all of them through `Draft.follow`.
Some free stock or change who waits, and what comes next must see that: goods taken back
are offered to the queue in the same plan, and two lines of one SKU never get the same
unit. What an event changes for the rest of a plan is written in this module and nowhere
else; a new kind of event does not pass the type checker until it has a case here.

Invariant: what the draft shows of a pool, portion or order equals what the book will
show after `apply`. A property test holds the two equal for every decision. The draft
follows what the queue and the orders need; days and open units of purchase lines are
left alone, because no decision reads them after it has changed them.

>>> from datetime import UTC, datetime
>>> from backorderkit.book import OrderBook
>>> from backorderkit.policies import oldest_first
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> draft = Draft(OrderBook(oldest_first()), at=noon)
>>> draft.follow(StockCounted("LAMP", "main", 5, "counted", noon))
>>> draft.free(Pool("LAMP"))
5

Cost: O(1) per event, O(lines) for events of a whole order; reading a queue costs what
is read.
"""

from typing import Any, assert_never

import attrs

from backorderkit.book import PortionRecord
from backorderkit.deciding.order_deltas import OrderDelta
from backorderkit.deciding.overlay import Overlay
from backorderkit.deciding.portion_deltas import PortionDelta, backorder_of
from backorderkit.model import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    Backorder,
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
    Plan,
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
from backorderkit.values import LineRef, Pool


class Draft(Overlay):
    """Events and reasons so far, and the differences they make."""

    def follow(self, event: Event) -> None:  # noqa: PLR0915 - one case per fact
        """Write an event down and show what it changes; the fold says it of a book."""
        self.events.append(event)
        match event:
            case Allocated():
                self._allocate(event)
            case OrderPlaced() | QuoteHeld():
                self._place(event)
            case PromiseMade():
                self._show(event.line, promised_on=event.promised_on)
            case AllocationReleased():
                pool = self._take(event.line, event.portion, event.quantity)
                self._supply(pool, event.quantity)
            case AllocationMoved():
                self._hand_on(event)
            case QuantityCancelled():
                self._leave(event.line, event.portion, event.quantity)
            case PortionAdded():
                self._add(event)
            case PortionMoved():
                self._move(event)
            case UnitsPinned():
                self._pin(event, event.quantity)
            case PinReleased():
                self._pin(event, -event.quantity)
            case OrderHeld():
                self._hold(self.change(event.order), held=True)
            case HoldReleased() | QuoteAccepted():
                self._hold(self.change(event.order), held=False)
            case LineBecameDue():
                self._fall_due(event.line)
            case OrderReprioritised():
                for line in self.change(event.order).order.lines:
                    self._show(line.ref, priority=event.priority)
            case GoodsReceived():
                for arrived in event.receipt.lines:
                    pool = Pool(arrived.sku, arrived.location)
                    self._supply(pool, arrived.accepted)
            case GoodsReturned():
                sku = self.state.line(event.line).line.sku
                self._supply(Pool(sku, event.location), event.restocked)
            case GoodsShipped():
                change = self.change(event.order)
                for parcel_line in event.lines:
                    change.give(parcel_line.line, -parcel_line.quantity)
            case StockCounted():
                self._supply(Pool(event.sku, event.location), event.difference)
            case StockTransferred():
                self._supply(Pool(event.sku, event.source), -event.quantity)
                self._supply(Pool(event.sku, event.destination), event.quantity)
            case TransferDispatched():
                self._supply(Pool(event.sku, event.source), -event.quantity)
            case ReserveSet():
                self._reserve(event)
            case AllocationFrozen() | AllocationThawed():
                pass  # frozen units stay allocated, and every decision reads the book
            case QuantityRefused() | OrderRefused() | QuoteRefused() | SegmentUnmet():
                pass  # nothing is owed for what was refused
            case QuoteExpired():
                pass  # the facts that follow it give back what the quote held
            case (
                PurchasePlaced()
                | PurchaseConfirmed()
                | PurchaseExpected()
                | PurchaseLineClosed()
                | SupplyShipped()
            ):
                pass  # what is on order meets no queue before it is received
            case _:
                assert_never(event)

    # Makers: events that a decision writes in more than one place.

    def allocate(
        self, backorder: Backorder, units: int, source: str | None = None
    ) -> None:
        """Give free units to a waiting portion, perhaps because bought for it."""
        line, number, wanted = backorder.line, backorder.portion, backorder.quantity
        self.follow(Allocated(line, number, units, wanted, source, at=self.at))

    def take_back(self, portion: PortionRecord, units: int, reason: str) -> None:
        """Take allocated units back, which wait again; the stock is offered again."""
        self.follow(AllocationReleased(*portion.ref, units, reason, at=self.at))

    def cancel(self, portion: PortionRecord, units: int, reason: str) -> None:
        """End the wait of units, loose ones first, then pinned ones."""
        self.unpin_beyond(portion, units, reason)
        self.follow(QuantityCancelled(*portion.ref, units, reason, self.at))

    def unpin(
        self, purchase_line: str, portion: PortionRecord, units: int, reason: str
    ) -> None:
        """Release pinned units; the portion queues for whatever comes."""
        self.follow(PinReleased(purchase_line, *portion.ref, units, reason, self.at))

    def unpin_beyond(self, portion: PortionRecord, units: int, reason: str) -> None:
        """Release pins until `units` of a portion are loose.

        Only loose units can leave a portion. The last purchase line loses first.
        """
        excess = units - self.loose(portion)
        for purchase_line, pinned in sorted(
            self.pins(portion.ref).items(), reverse=True
        ):
            taken = min(excess, pinned)
            if taken > 0:
                self.unpin(purchase_line, portion, taken, reason)
                excess -= taken

    def plan(self) -> Plan:
        """Return the decision: its events, reasons, and which orders may ship by it."""
        changes = self.changes.items()
        shippable = [ref for ref, change in changes if change.becomes_shippable]
        cleared = [ref for ref, change in changes if change.leaves_backlog]
        return Plan(
            tuple(self.events),
            tuple(self.reasons),
            basis=self.book.version,
            at=self.at,
            trigger=self.trigger,
            became_shippable=tuple(shippable),
            left_backlog=tuple(cleared),
        )

    # What each kind of event changes.

    def _allocate(self, event: Allocated) -> None:
        """Take units off the shelf and off the wait; a source ends its own pins."""
        units = event.quantity
        delta = self._deliver(event.line, event.portion)
        if event.source is not None:
            self._settle_pins(delta, event.source, units)
        self._free[delta.pool] = self.unreserved(delta.pool) - units
        self._give(delta, units)

    def _hand_on(self, event: AllocationMoved) -> None:
        """Move allocated units from one portion to another; no stock becomes free."""
        self._take(event.line, event.portion, event.quantity)
        self._give(self._deliver(event.to_line, event.to_portion), event.quantity)

    def _deliver(self, line: LineRef, number: int) -> PortionDelta:
        """Return a portion that gets goods; a delivery counts for its whole line."""
        record = self.state.lines.get(line)
        if record is None or len(record.portions) > 1 or line in self._new:
            for delta in self._deltas_of(line):
                delta.deliveries += 1
            return self._deltas[line, number]
        # Nearly every line has one portion: this is the inner loop of a receipt.
        known = self._deltas.get((line, number)) or self._opened(record.portions[0])
        known.deliveries += 1
        return known

    def _deliveries(self, line: LineRef) -> int:
        """Return how often a line was given goods, the plan included."""
        known = self._deltas.get((line, 0))
        return known.deliveries if known else self.state.line(line).deliveries

    def _settle_pins(self, delta: PortionDelta, source: str, units: int) -> None:
        """End the pins of a purchase line whose goods are given to the portion."""
        pins = self.pins(delta.ref)
        if settled := min(pins.get(source, 0), units):
            pins[source] -= settled
            delta.loose += settled
            delta.ordered += settled

    def _give(self, delta: PortionDelta, units: int) -> None:
        """Turn waiting units of a portion into allocated ones."""
        line, change = delta.ref[0], delta.change
        delta.loose -= units
        change.wait(line, -units)
        change.give(line, units)
        self._mark(delta)

    def _take(self, line: LineRef, number: int, units: int) -> Pool:
        """Turn allocated units of a portion into waiting ones; return its pool."""
        delta = self._delta(line, number)
        delta.loose += units
        delta.change.wait(line, units)
        delta.change.give(line, -units)
        self._mark(delta)
        return delta.pool

    def _leave(self, line: LineRef, number: int, units: int) -> PortionDelta:
        """Remove loose units from a portion."""
        delta = self._delta(line, number)
        delta.loose -= units
        delta.ordered -= units
        delta.change.wait(line, -units)
        self.dirty[delta.pool] = None
        return delta

    def _place(self, event: OrderPlaced | QuoteHeld) -> None:
        """Queue the portions of a new order."""
        order = event.order
        postponed = event.postponed if isinstance(event, OrderPlaced) else ()
        change = self.changes[order.ref] = OrderDelta(order, None, bool(order.hold))
        lines = {line.ref: line for line in order.lines}
        for portion in event.portions:
            backorder = backorder_of(
                order, lines[portion.line], portion, order.placed_at
            )
            self._join(backorder, change, postponed=portion.line in postponed)

    def _add(self, event: PortionAdded) -> None:
        """Queue more units of a line behind, with what the line shows elsewhere."""
        portion, record = event.portion, self.state.line(event.portion.line)
        change = self.change(record.order.order.ref)
        backorder = attrs.evolve(
            backorder_of(change.order, record.line, portion, event.queued_at),
            priority=record.order.priority,
            promised_on=record.promised_on,
            deliveries=self._deliveries(portion.line),
        )
        is_due = not record.postponed or portion.line in self.due
        self._join(backorder, change, postponed=not is_due)

    def _move(self, event: PortionMoved) -> None:
        """Queue waiting units at another location, at their old position."""
        source = self._leave(event.line, event.portion, event.quantity)
        backorder = attrs.evolve(
            source.backorder(),
            portion=event.number,
            location=event.destination,
            quantity=event.quantity,
            ordered=event.quantity,
        )
        self._join(backorder, source.change, postponed=source.postponed)

    def _join(
        self, backorder: Backorder, change: OrderDelta, *, postponed: bool
    ) -> None:
        """Add a portion, all of which waits."""
        ref, units = (backorder.line, backorder.portion), backorder.quantity
        pool, deliveries = backorder.pool, backorder.deliveries
        delta = PortionDelta(
            ref, pool, change, backorder, units, units, deliveries, postponed
        )
        self._enter(delta)
        self._new.setdefault(backorder.line, []).append(delta)
        change.wait(backorder.line, units)
        self._mark(delta)

    def _pin(self, event: UnitsPinned | PinReleased, units: int) -> None:
        """Take units of a portion out of the common queue, or back into it."""
        delta = self._delta(event.line, event.portion)
        pins = self.pins(delta.ref)
        pins[event.purchase_line] = pins.get(event.purchase_line, 0) + units
        delta.loose -= units
        delta.ordered -= units
        self._mark(delta)

    def _hold(self, change: OrderDelta, *, held: bool) -> None:
        """Take an order out of the queues, or put it back at its old positions."""
        change.held = held
        for line in change.order.lines:
            for delta in self._deltas_of(line.ref):
                if delta.loose and not delta.postponed:
                    self.dirty[delta.pool] = None

    def _fall_due(self, line: LineRef) -> None:
        """Queue a line whose day has come."""
        self.due[line] = None
        for delta in self._deltas_of(line):
            delta.postponed = False
            self._mark(delta)

    def _show(self, line: LineRef, **figures: Any) -> None:
        """Change fields of the backorders of a line; its rank may follow."""
        for delta in self._deltas_of(line):
            delta.shown = attrs.evolve(delta.backorder(), **figures)
            if delta.loose:
                self._mark(delta)

    def _supply(self, pool: Pool, units: int) -> None:
        """Add units on hand to a pool, or take them away."""
        self._free[pool] = self.unreserved(pool) + units
        self.dirty[pool] = None

    def _reserve(self, event: ReserveSet) -> None:
        """Keep another number of units of a pool from the queue."""
        pool = Pool(event.sku, event.location)
        self._supply(pool, self.reserved(pool) - event.quantity)
        self._reserves[pool] = event.quantity

    def _mark(self, delta: PortionDelta) -> None:
        """Mark a pool whose queue has changed, so that `fill` offers its stock."""
        if not delta.is_outside:
            self.dirty[delta.pool] = None
