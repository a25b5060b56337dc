"""The working paper of a decision: what the book would look like so far.

A decision reads the book and writes down events one after the other. Some of them free
stock or change who waits, and what follows must see that: goods given back are offered
to the queue in the same plan, and two lines of one SKU never get the same unit. The
draft writes such differences; as an `Overlay` it shows them beside the untouched book.

Cost: O(1) per change; reading a queue costs what is read.
"""

import attrs

from backorderkit.book import PortionRecord
from backorderkit.deciding.order_deltas import Change
from backorderkit.deciding.overlay import Overlay
from backorderkit.model import (
    Allocated,
    AllocationReleased,
    Backorder,
    OrderReprioritised,
    PinReleased,
    Plan,
    Portion,
    PortionMoved,
    PromiseMade,
    QuantityCancelled,
    UnitsPinned,
)
from backorderkit.policies import PortionRef
from backorderkit.values import LineRef, OrderRef, Pool


class Draft(Overlay):
    """Events and reasons so far, and the differences they make."""

    def supply(self, pool: Pool, units: int) -> None:
        """Let a pool have more units on hand, or fewer."""
        self._free[pool] = self.unreserved(pool) + units
        self.dirty[pool] = None

    def reserve(self, pool: Pool, units: int) -> None:
        """Let a pool keep so many units back."""
        self.supply(pool, self._reserve(pool) - units)
        self._reserves[pool] = units

    def kept_back(self, pool: Pool) -> int:
        """Return the units on the shelf that a reserve keeps from the queue."""
        reserve = self._reserve(pool)
        return max(min(reserve, self.unreserved(pool) + reserve), 0)

    def _reserve(self, pool: Pool) -> int:
        """Return the units that a pool is to keep back."""
        record = self.state.pools.get(pool)
        return self._reserves.get(pool, record.reserve if record else 0)

    def queue_up(self, backorder: Backorder, change: Change) -> None:
        """Let units wait that did not, or that waited elsewhere."""
        self._note(backorder, backorder.quantity)
        self._new.setdefault(backorder.line, []).append(backorder)
        change.wait(backorder.line, backorder.quantity)

    def allocate(
        self, backorder: Backorder, units: int, source: str | None = None
    ) -> None:
        """Give free units to a waiting portion, perhaps because bought for it."""
        line, number, wanted = backorder.line, backorder.portion, backorder.quantity
        self.events.append(Allocated(line, number, units, wanted, source, at=self.at))
        pool = backorder.pool
        self._free[pool] = self.unreserved(pool) - units
        self._note(backorder, backorder.quantity - units)
        change = self.change(backorder.order)
        change.wait(backorder.line, -units)
        change.give(backorder.line, units)

    def hand(self, portion: Portion, order: OrderRef, pool: Pool, units: int) -> None:
        """Give free units to a portion of a new order, whether it queues or not."""
        ref = (portion.line, portion.number)
        self.events.append(Allocated(*ref, units, portion.quantity, at=self.at))
        self._free[pool] = self.unreserved(pool) - units
        change = self.change(order)
        change.wait(portion.line, -units)
        change.give(portion.line, units)
        if known := self._changed.get(pool, {}).get(ref):
            self._note(known[0], known[1] - units)

    def take_back(self, portion: PortionRecord, units: int, reason: str) -> None:
        """Let allocated units wait again; the freed stock is offered anew."""
        ref = portion.line.line.ref
        released = AllocationReleased(ref, portion.number, units, reason, at=self.at)
        self.events.append(released)
        self.supply(portion.pool.pool, units)
        change = self.change(portion.line.order.order.ref)
        change.give(ref, -units)
        self._grow(portion, units, change)

    def cancel(
        self, portion: PortionRecord, units: int, event: QuantityCancelled | None
    ) -> None:
        """End the wait of units; `event` is None when they go on waiting elsewhere.

        Loose units go first; what is kept for the others is kept no longer.
        """
        self._unpin_beyond(portion, units, event.reason if event else "moved away")
        if event is not None:
            self.events.append(event)
        self._grow(portion, -units, self.change(portion.line.order.order.ref))
        self.dirty[portion.pool.pool] = None

    def move(self, portion: PortionRecord, event: PortionMoved) -> None:
        """Let waiting units of a portion queue at another location."""
        line, change = portion.line, self.change(portion.line.order.order.ref)
        self._unpin_beyond(portion, event.quantity, "moved away")
        self.events.append(event)
        self.cancel(portion, event.quantity, None)
        change.wait(event.line, event.quantity)
        moved = attrs.evolve(
            portion.backorder(),
            portion=event.number,
            location=event.destination,
            quantity=event.quantity,
            ordered=event.quantity,
        )
        self._new.setdefault(event.line, []).append(moved)
        if not (line.postponed or change.held):
            self._note(moved, event.quantity)

    def pin(self, event: UnitsPinned) -> None:
        """Keep open units for a portion, which queues for them no longer."""
        self.events.append(event)
        ref = (event.line, event.portion)
        pins = self.pins(ref)
        pins[event.purchase_line] = pins.get(event.purchase_line, 0) + event.quantity
        if event.line in self.state.lines:
            self._loosen(self.state.portion(*ref), -event.quantity)
        else:
            self._pin_new(ref, event.quantity)

    def _pin_new(self, ref: PortionRef, units: int) -> None:
        """Take units of a new portion out of its queue."""
        for backorder in self._new.get(ref[0], ()):
            if backorder.portion == ref[1]:
                known, loose = self._changed[backorder.pool][ref]
                less = attrs.evolve(known, ordered=known.ordered - units)
                self._note(less, loose - units)

    def unpin(
        self, purchase_line: str, portion: PortionRecord, units: int, reason: str
    ) -> None:
        """Let pinned units go; the portion queues for whatever comes."""
        ref = portion.ref
        self.events.append(PinReleased(purchase_line, *ref, units, reason, self.at))
        self.pins(ref)[purchase_line] -= units
        self._loosen(portion, units)

    def fulfil(self, portion: PortionRecord, units: int, purchase_line: str) -> None:
        """Give a portion goods that were kept for it."""
        ref, pins = portion.ref, self.pins(portion.ref)
        wanted = pins[purchase_line]
        self.events.append(Allocated(*ref, units, wanted, purchase_line, at=self.at))
        pins[purchase_line] -= units
        self._free[portion.pool.pool] = self.unreserved(portion.pool.pool) - units
        change = self.change(portion.line.order.order.ref)
        change.wait(ref[0], -units)
        change.give(ref[0], units)
        self._loosen(portion, 0, covered=units)  # the rest is more nearly complete

    def _unpin_beyond(self, portion: PortionRecord, units: int, reason: str) -> None:
        """Let go what is kept for units of a portion beyond its loose ones."""
        excess = units - self.loose(portion)
        for purchase_line, kept in sorted(self.pins(portion.ref).items(), reverse=True):
            taken = min(excess, kept)
            if taken > 0:
                self.unpin(purchase_line, portion, taken, reason)
                excess -= taken

    def _loosen(self, portion: PortionRecord, units: int, covered: int = 0) -> None:
        """Let so many more units of a portion queue; `covered` ones were served."""
        ref = portion.ref
        if self._stands_outside(portion):
            self._ended[ref] = self._ended.get(ref, 0) - units
            return
        loose = self.loose(portion) + units
        known = self._changed.get(portion.pool.pool, {}).get(ref)
        backorder = known[0] if known else portion.backorder()
        grown = attrs.evolve(backorder, ordered=backorder.ordered + units + covered)
        self._note(grown, loose)

    def promise(self, event: PromiseMade) -> None:
        """Tell a line its days; its place in the queue may follow."""
        self.events.append(event)
        order = self._order_of(event.line)
        for one in tuple(self.waiting_portions(order, event.line)):
            if one is not None:
                told = attrs.evolve(one, promised_on=event.promised_on)
                self._note(told, one.quantity)

    def reprioritise(self, event: OrderReprioritised) -> None:
        """Make an order more or less urgent; its places in the queues follow."""
        self.events.append(event)
        for line in self.change(event.order).order.lines:
            for one in tuple(self.waiting_portions(event.order, line.ref)):
                if one is not None:
                    urgent = attrs.evolve(one, priority=event.priority)
                    self._note(urgent, one.quantity)

    def _order_of(self, line: LineRef) -> OrderRef:
        """Return the order of a line, of the book or of this plan."""
        record = self.state.lines.get(line)
        return record.order.order.ref if record else self._new[line][0].order

    def leave(self, portion: PortionRecord) -> None:
        """Take a portion out of its queue; its units still wait."""
        self._note(portion.backorder(), 0)

    def fall_due(self, portion: PortionRecord) -> None:
        """Let a portion join the queue whose day has come."""
        self.due[portion.line.line.ref] = None
        self.release(portion)

    def release(self, portion: PortionRecord) -> None:
        """Let a portion that stood outside the queue join it."""
        if waiting := portion.loose - self._ended.get(portion.ref, 0):
            self._note(portion.backorder(), waiting)

    def plan(self) -> Plan:
        """Return the decision: its events, reasons, and which orders it sets free."""
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

    def _grow(self, portion: PortionRecord, units: int, change: Change) -> None:
        """Change the waiting units of a portion of the book."""
        line = portion.line
        change.wait(line.line.ref, units)
        ref = portion.ref
        if line.postponed or change.held:
            self._ended[ref] = self._ended.get(ref, 0) - units
            return  # it stands outside the queue, whatever waits of it
        known = self._changed.get(portion.pool.pool, {})
        backorder, waiting = known.get(ref) or (portion.backorder(), portion.loose)
        if units < 0:  # they are no longer part of the order
            backorder = attrs.evolve(backorder, ordered=backorder.ordered + units)
        self._note(backorder, waiting + units)
