"""The working paper of a decision: what the book would look like so far.

A decision reads the book and writes down events one after the other. Some of them free
stock or change who waits, and what follows must see that: goods given back are offered
to the queue in the same plan, and two lines of one SKU never get the same unit. The
draft keeps those differences, and only those, beside the untouched book: free units per
pool, and the present backorder of every portion the plan has changed.

Cost: O(1) per change; reading a queue costs what is read.
"""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any

import attrs

from backorderkit.backorders import AllocationPolicy, Backorder, Together
from backorderkit.book import OrderBook
from backorderkit.deciding.changes import Change
from backorderkit.events import (
    Allocated,
    AllocationReleased,
    Event,
    PortionMoved,
    PromiseMade,
    QuantityCancelled,
)
from backorderkit.plan import Plan, Reason
from backorderkit.records import PoolRecord, PortionRecord
from backorderkit.values import LineRef, OrderRef, Pool

PortionId = tuple[LineRef, int]
Place = tuple[Any, LineRef, int]  # the first is whatever a policy ranks by


class Draft:
    """Events and reasons so far, and the differences they make."""

    def __init__(
        self,
        book: OrderBook,
        policy: AllocationPolicy | None = None,
        *,
        at: datetime | None = None,
        cause: str = "",
        together: Together | None = None,
    ) -> None:
        """Start a decision on a book, under its own policy or another.

        `together` overrides what the policy does with orders that ship together.
        """
        self.book, self.state = book, book.state
        self.policy = policy or book.state.policy
        self.together = together or self.policy.together
        self.at, self.cause = at, cause
        self.events: list[Event] = []
        self.reasons: list[Reason] = []
        self.dirty: dict[Pool, None] = {}
        self.changes: dict[OrderRef, Change] = {}
        self.due: dict[LineRef, None] = {}
        self._free: dict[Pool, int] = {}
        self._reserves: dict[Pool, int] = {}
        # Per pool, what waits now of each portion that this plan has changed.
        self._changed: dict[Pool, dict[PortionId, tuple[Backorder, int]]] = {}
        self._new: dict[LineRef, list[Backorder]] = {}
        # Units that ended while their portion stood outside the queue.
        self._ended: dict[PortionId, int] = {}

    # Reading

    def free(self, pool: Pool) -> int:
        """Return the units of a pool that may be given to a line."""
        return max(self.unreserved(pool), 0)

    def unreserved(self, pool: Pool) -> int:
        """Return on hand less allocated and kept back; negative if too much is kept."""
        if pool not in self._free:
            record = self.state.pools.get(pool)
            self._free[pool] = record.unreserved if record else 0
        return self._free[pool]

    def queue(self, pool: Pool) -> Iterator[Backorder]:
        """Iterate over the waiting portions of a pool that are due, in rank order."""
        record, changed = self.state.pools.get(pool), self._changed.get(pool)
        unchanged = iter(()) if record is None else _due(record)
        if self.policy is not self.state.policy:
            unchanged = iter(sorted(unchanged, key=self.place))
        if not changed:
            return unchanged
        known = dict(changed)
        extra = [
            one if one.quantity == units else attrs.evolve(one, quantity=units)
            for one, units in known.values()
            if units
        ]
        extra.sort(key=self.place)
        rest = (one for one in unchanged if (one.line, one.portion) not in known)
        return merge(rest, extra, key=self.place) if extra else rest

    def units_ahead(self, backorder: Backorder) -> int:
        """Return the units that are served before a waiting portion.

        O(portions behind it in the queue + portions the plan has changed).
        """
        mine, record = self.place(backorder), self.state.pools.get(backorder.pool)
        me = (backorder.line, backorder.portion)
        total = 0
        if record is not None:
            total = record.queued
            for portion in reversed(record.queue):
                if portion.line.postponed or portion.key is None:
                    continue
                if portion.key[1:] < mine:
                    break
                total -= portion.waiting
        for ref, (known, units) in self._changed.get(backorder.pool, {}).items():
            total -= self._counted_before(mine, *ref)
            if ref != me and self.place(attrs.evolve(known, quantity=units)) < mine:
                total += units
        return total

    def _counted_before(self, place: Place, line: LineRef, number: int) -> int:
        """Return the units with which the book has a portion before a place."""
        record = self.state.lines.get(line)
        if record is None or number >= len(record.portions) or record.postponed:
            return 0
        key = record.portions[number].key
        return record.portions[number].queued if key and key[1:] < place else 0

    def waiting_portions(
        self, order: OrderRef, line: LineRef
    ) -> Iterator[Backorder | None]:
        """Yield what waits of a line now; None if any of it may not be served yet."""
        change, record = self.change(order), self.state.lines.get(line)
        later = record is not None and record.postponed and line not in self.due
        stays_out = change.held or later or line in change.postponed
        if record is None and stays_out and change.waiting.get(line):
            yield None
        known = [one.backorder() for one in record.portions] if record else []
        for one in (*known, *self._new.get(line, ())):
            changed = self._changed.get(one.pool, {}).get((line, one.portion))
            units = one.quantity if changed is None else changed[1]
            units -= self._ended.get((line, one.portion), 0)
            if units > 0 and stays_out:
                yield None
            elif units > 0:
                same = units == one.quantity
                yield one if same else attrs.evolve(one, quantity=units)

    def place(self, backorder: Backorder) -> Place:
        """Return the sort key of a backorder in its queue."""
        return (self.policy.rank(backorder), backorder.line, backorder.portion)

    # Writing

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

    def allocate(self, backorder: Backorder, units: int) -> None:
        """Give free units to a waiting portion."""
        self.events.append(
            Allocated(backorder.line, backorder.portion, units, backorder.quantity)
        )
        pool = backorder.pool
        self._free[pool] = self.unreserved(pool) - units
        self._note(backorder, backorder.quantity - units)
        change = self.change(backorder.order)
        change.wait(backorder.line, -units)
        change.give(backorder.line, units)

    def take_back(self, portion: PortionRecord, units: int, reason: str) -> None:
        """Let allocated units wait again; the freed stock is offered anew."""
        ref = portion.line.line.ref
        self.events.append(AllocationReleased(ref, portion.number, units, reason))
        self.supply(portion.pool.pool, units)
        change = self.change(portion.line.order.order.ref)
        change.give(ref, -units)
        self._grow(portion, units, change)

    def cancel(
        self, portion: PortionRecord, units: int, event: QuantityCancelled | None
    ) -> None:
        """End the wait of units; `event` is None when they go on waiting elsewhere."""
        if event is not None:
            self.events.append(event)
        self._grow(portion, -units, self.change(portion.line.order.order.ref))
        self.dirty[portion.pool.pool] = None

    def move(self, portion: PortionRecord, event: PortionMoved) -> None:
        """Let waiting units of a portion queue at another location."""
        line, change = portion.line, self.change(portion.line.order.order.ref)
        self.events.append(event)
        self.cancel(portion, event.quantity, None)
        change.wait(event.line, event.quantity)
        if line.postponed or change.held:
            return
        moved = attrs.evolve(
            portion.backorder(),
            portion=event.number,
            location=event.destination,
            quantity=event.quantity,
            ordered=event.quantity,
        )
        self._new.setdefault(event.line, []).append(moved)
        self._note(moved, event.quantity)

    def promise(self, event: PromiseMade) -> None:
        """Tell a line its days; its place in the queue may follow."""
        self.events.append(event)
        order = self._order_of(event.line)
        for one in tuple(self.waiting_portions(order, event.line)):
            if one is not None:
                told = attrs.evolve(one, promised_on=event.promised_on)
                self._note(told, one.quantity)

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
        ref = (portion.line.line.ref, portion.number)
        if waiting := portion.waiting - self._ended.get(ref, 0):
            self._note(portion.backorder(), waiting)

    def change(self, order: OrderRef) -> Change:
        """Return the differences for an order of the book."""
        change = self.changes.get(order)
        if change is None:
            record = self.state.orders[order]
            change = Change(record.order, record, bool(record.held))
            self.changes[order] = change
        return change

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
            cause=self.cause,
            became_shippable=tuple(shippable),
            left_backlog=tuple(cleared),
        )

    def _grow(self, portion: PortionRecord, units: int, change: Change) -> None:
        """Change the waiting units of a portion of the book."""
        line = portion.line
        change.wait(line.line.ref, units)
        if line.postponed or change.held:
            ref = (line.line.ref, portion.number)
            self._ended[ref] = self._ended.get(ref, 0) - units
            return  # it stands outside the queue, whatever waits of it
        known = self._changed.get(portion.pool.pool, {})
        backorder, waiting = known.get((line.line.ref, portion.number)) or (
            portion.backorder(),
            portion.waiting,
        )
        if units < 0:  # they are no longer part of the order
            backorder = attrs.evolve(backorder, ordered=backorder.ordered + units)
        self._note(backorder, waiting + units)

    def _note(self, backorder: Backorder, units: int) -> None:
        """Remember what waits of a portion now."""
        self.dirty[backorder.pool] = None
        changed = self._changed.setdefault(backorder.pool, {})
        changed[backorder.line, backorder.portion] = (backorder, units)


def _due(record: PoolRecord) -> Iterator[Backorder]:
    """Return the part of a queue that may be served now."""
    for portion in record.queue:
        if portion.line.postponed:
            return
        yield portion.backorder()
