"""What a decision sees: the book, and beside it the differences the plan makes so far.

Free units per pool, and a delta for every portion that the plan has changed or added,
are kept beside the untouched book; reading a queue merges the two. So a pool with five
free units of which the plan has allocated three shows two, while the book shows five.

Invariant: what is shown equals what the book will show after `apply`. `Draft` writes
the differences and holds that invariant, one event at a time.

Cost: reading a queue costs what is read, plus the portions changed in that pool.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any

import attrs

from backorderkit.book import OrderBook, PoolRecord, PortionRecord, State
from backorderkit.coverage import ExpectedPortion
from backorderkit.deciding.order_deltas import OrderDelta
from backorderkit.deciding.portion_deltas import PortionDelta
from backorderkit.model import AllocationPolicy, Backorder, Event, Reason, ShipTogether
from backorderkit.policies import PortionRef
from backorderkit.values import LineRef, OrderRef, Pool, check_time

Place = tuple[Any, LineRef, int]  # the first is whatever a policy ranks by


class Overlay:
    """The queues and the free stock as they would be now."""

    def __init__(
        self,
        book: OrderBook,
        policy: AllocationPolicy | None = None,
        *,
        at: datetime,
        trigger: str = "",
        together: ShipTogether | None = None,
    ) -> None:
        """Start a decision on a book, under its own policy or another.

        `together` overrides what the policy does with orders that ship together.
        """
        self.book: OrderBook = book
        self.state: State = book.state
        self.policy: AllocationPolicy = policy or book.state.policy
        self.together: ShipTogether = together or self.policy.together
        self.at: datetime = check_time("at", at)
        self.trigger: str = trigger
        self.events: list[Event] = []
        self.reasons: list[Reason] = []
        self.dirty: dict[Pool, None] = {}
        self.changes: dict[OrderRef, OrderDelta] = {}
        self.due: dict[LineRef, None] = {}
        self._free: dict[Pool, int] = {}
        self._reserves: dict[Pool, int] = {}
        # The same deltas three times: by reference, by pool for its queue, and those
        # of new portions by line, for the book cannot list them.
        self._deltas: dict[PortionRef, PortionDelta] = {}
        self._changed: dict[Pool, dict[PortionRef, PortionDelta]] = {}
        self._new: dict[LineRef, list[PortionDelta]] = {}
        # Of new portions, when what is pinned to them comes.
        self.kept_days: dict[PortionRef, list[ExpectedPortion]] = {}
        # Per portion, the units pinned to it by purchase lines.
        self._pins: dict[PortionRef, dict[str, int]] = {}

    def free(self, pool: Pool) -> int:
        """Return the units of a pool that may be given to a line."""
        return max(self.unreserved(pool), 0)

    def has_supply(self, pool: Pool) -> bool:
        """Return whether anything is free in a pool, or on its way to it."""
        record = self.state.pools.get(pool)
        return self.free(pool) > 0 or (record is not None and bool(record.supplies))

    def unreserved(self, pool: Pool) -> int:
        """Return on hand less allocated and reserved; negative if too little is there.

        A reserve may be set above what is on hand: the next units then fill it.
        """
        if pool not in self._free:
            record = self.state.pools.get(pool)
            self._free[pool] = record.unreserved if record else 0
        return self._free[pool]

    def reserved(self, pool: Pool) -> int:
        """Return the units that a pool is to keep from the queue."""
        record = self.state.pools.get(pool)
        return self._reserves.get(pool, record.reserve if record else 0)

    def kept_back(self, pool: Pool) -> int:
        """Return the units on hand that a reserve keeps from the queue."""
        reserve = self.reserved(pool)
        if not reserve:  # nearly always
            return 0
        return max(min(reserve, self.unreserved(pool) + reserve), 0)

    def queue(self, pool: Pool) -> Iterator[Backorder]:
        """Iterate over the waiting portions of a pool that are due, in rank order."""
        record, changed = self.state.pools.get(pool), self._changed.get(pool)
        unchanged = iter(()) if record is None else _due(record)
        if self.policy is not self.state.policy:
            unchanged = iter(sorted(unchanged, key=self.place))
        if not changed:
            return unchanged
        # A copy: the plan may change more portions while the caller still reads.
        known = dict(changed)
        extra = [delta.backorder() for delta in known.values() if delta.queued]
        extra.sort(key=self.place)
        rest = (one for one in unchanged if (one.line, one.portion) not in known)
        return merge(rest, extra, key=self.place) if extra else rest

    def units_ahead(self, backorder: Backorder) -> int:
        """Return the units that are served before a waiting portion.

        O(portions the plan has changed × log n).
        """
        mine, record = self.place(backorder), self.state.pools.get(backorder.pool)
        me = (backorder.line, backorder.portion)
        total = 0
        if record is not None:
            total = record.queue.before((False, *mine))
        for ref, delta in self._changed.get(backorder.pool, {}).items():
            total -= self._counted_before(mine, *ref)
            if ref != me and delta.queued and self.place(delta.backorder()) < mine:
                total += delta.queued
        return total

    def _counted_before(self, place: Place, line: LineRef, number: int) -> int:
        """Return the units with which the book has a portion before a place."""
        record = self.state.lines.get(line)
        if record is None or number >= len(record.portions) or record.postponed:
            return 0
        key = record.portions[number].key
        return record.portions[number].queued if key and key[1:] < place else 0

    def pins(self, portion: PortionRef) -> dict[str, int]:
        """Return the units pinned to a portion, by purchase line."""
        if portion not in self._pins:
            self._pins[portion] = dict(self.state.pins.get(portion, {}))
        return self._pins[portion]

    def pinned(self, purchase_line: str) -> dict[PortionRef, int]:
        """Return the units of a purchase line that are pinned, by portion."""
        known = self.state.purchase_line(purchase_line).pins
        refs = dict.fromkeys([*known, *self._pins])
        pinned = {ref: self.pins(ref).get(purchase_line, 0) for ref in refs}
        return {ref: units for ref, units in pinned.items() if units}

    def to_come(self, line: LineRef) -> Counter[Pool]:
        """Return the units pinned to a line, by pool."""
        record, units = self.state.lines.get(line), Counter[Pool]()
        for portion in record.portions if record else ():
            units[portion.pool.pool] += sum(self.pins(portion.ref).values())
        for delta in self._new.get(line, ()):
            units[delta.pool] += sum(self.pins(delta.ref).values())
        return units

    def loose(self, portion: PortionRecord) -> int:
        """Return the waiting units of a portion that nothing is pinned to."""
        delta = self._deltas.get(portion.ref)
        return portion.loose if delta is None else delta.loose

    def claim(self, portion: PortionRecord, units: int) -> Backorder:
        """Return what a policy sees of units that are pinned to a portion."""
        delta = self._deltas.get(portion.ref)
        if delta is None:
            return portion.claim(units)
        known = delta.backorder()
        return attrs.evolve(known, quantity=units, ordered=known.covered + units)

    def waiting_portions(
        self, order: OrderRef, line: LineRef
    ) -> Iterator[Backorder | None]:
        """Yield what waits of a line now; None if any of it may not be served yet."""
        is_held, record = self.change(order).held, self.state.lines.get(line)
        for portion in record.portions if record else ():
            delta = self._deltas.get(portion.ref)
            if delta is not None:
                yield from _waiting(delta)
            elif portion.loose:
                outside = is_held or self._is_postponed(portion)
                yield None if outside else portion.backorder()
        for delta in tuple(self._new.get(line, ())):
            yield from _waiting(delta)

    def is_outside(self, line: LineRef) -> bool:
        """Return whether new units of a line are on hold or not yet due."""
        return any(delta.is_outside for delta in self._new.get(line, ()))

    def change(self, order: OrderRef) -> OrderDelta:
        """Return the differences for an order, of the book or of this plan."""
        change = self.changes.get(order)
        if change is None:
            record = self.state.orders[order]
            change = OrderDelta(record.order, record, bool(record.held))
            self.changes[order] = change
        return change

    def place(self, backorder: Backorder) -> Place:
        """Return the sort key of a backorder in its queue."""
        return (self.policy.rank(backorder), backorder.line, backorder.portion)

    def _is_postponed(self, portion: PortionRecord) -> bool:
        """Return whether the day of a portion of the book has still not come."""
        return portion.line.postponed and portion.line.line.ref not in self.due

    def _delta(self, line: LineRef, number: int) -> PortionDelta:
        """Return a portion as the plan leaves it, to be changed by the caller."""
        delta = self._deltas.get((line, number))
        if delta is None:
            return self._opened(self.state.portion(line, number))
        return delta

    def _opened(self, portion: PortionRecord) -> PortionDelta:
        """Return a portion of the book that the plan has not changed yet."""
        record = portion.line
        line, pool = record.line.ref, portion.pool.pool
        ordered = portion.ordered - portion.cancelled - portion.pinned
        delta = PortionDelta(
            (line, portion.number),
            pool,
            self.change(record.order.order.ref),
            portion,
            ordered - portion.allocated - portion.shipped,
            ordered,
            record.deliveries,
            record.postponed and line not in self.due,
        )
        self._enter(delta)
        return delta

    def _deltas_of(self, line: LineRef) -> list[PortionDelta]:
        """Return every portion of a line, to be changed by the caller."""
        record, new = self.state.lines.get(line), self._new.get(line, ())
        numbers = range(len(record.portions)) if record else ()
        return [*(self._delta(line, number) for number in numbers), *new]

    def _enter(self, delta: PortionDelta) -> None:
        """Show a portion by its delta from now on."""
        ref, pool = delta.ref, delta.pool
        self._deltas[ref] = delta
        if pool in self._changed:
            self._changed[pool][ref] = delta
        else:
            self._changed[pool] = {ref: delta}


def _waiting(delta: PortionDelta) -> Iterator[Backorder | None]:
    """Yield what waits of a changed portion, None if it may not be served yet."""
    if delta.loose:
        yield None if delta.is_outside else delta.backorder()


def _due(record: PoolRecord) -> Iterator[Backorder]:
    """Return the part of a queue that may be served now."""
    for portion in record.queue:
        if portion.line.postponed:
            return
        yield portion.backorder()
