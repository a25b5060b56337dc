"""What a decision sees: the book, and beside it the differences the plan makes so far.

Free units per pool, and the present backorder of every portion that the plan has
changed or added, are kept beside the untouched book; reading a queue merges the two.

Cost: reading a queue costs what is read, plus the portions changed in that pool.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any

import attrs

from backorderkit.book import OrderBook, PoolRecord, PortionRecord
from backorderkit.coverage import ExpectedPortion
from backorderkit.deciding.order_deltas import Change
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
        self.book, self.state = book, book.state
        self.policy = policy or book.state.policy
        self.together = together or self.policy.together
        self.at, self.trigger = check_time("at", at), trigger
        self.events: list[Event] = []
        self.reasons: list[Reason] = []
        self.dirty: dict[Pool, None] = {}
        self.changes: dict[OrderRef, Change] = {}
        self.due: dict[LineRef, None] = {}
        self._free: dict[Pool, int] = {}
        self._reserves: dict[Pool, int] = {}
        # Per pool, what waits now of each portion that this plan has changed.
        self._changed: dict[Pool, dict[PortionRef, tuple[Backorder, int]]] = {}
        self._new: dict[LineRef, list[Backorder]] = {}
        # Units that ended while their portion stood outside the queue.
        self._ended: dict[PortionRef, int] = {}
        # Of new portions, when what is kept for them comes.
        self.kept_days: dict[PortionRef, list[ExpectedPortion]] = {}
        # Per portion, the units kept for it by purchase lines.
        self._pins: dict[PortionRef, dict[str, int]] = {}

    def free(self, pool: Pool) -> int:
        """Return the units of a pool that may be given to a line."""
        return max(self.unreserved(pool), 0)

    def has_supply(self, pool: Pool) -> bool:
        """Tell whether anything is free in a pool, or on its way to it."""
        record = self.state.pools.get(pool)
        return self.free(pool) > 0 or (record is not None and bool(record.supplies))

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

        O(portions the plan has changed × log n).
        """
        mine, record = self.place(backorder), self.state.pools.get(backorder.pool)
        me = (backorder.line, backorder.portion)
        total = 0
        if record is not None:
            total = record.queue.before((False, *mine))
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

    def pins(self, portion: PortionRef) -> dict[str, int]:
        """Return the units kept for a portion, by purchase line."""
        if portion not in self._pins:
            self._pins[portion] = dict(self.state.pins.get(portion, {}))
        return self._pins[portion]

    def pinned(self, purchase_line: str) -> dict[PortionRef, int]:
        """Return the units a purchase line is kept for, by portion."""
        known = self.state.purchase_line(purchase_line).pins
        refs = dict.fromkeys([*known, *self._pins])
        kept = {ref: self.pins(ref).get(purchase_line, 0) for ref in refs}
        return {ref: units for ref, units in kept.items() if units}

    def to_come(self, line: LineRef) -> Counter[Pool]:
        """Return the units that purchase lines keep for a line, by pool."""
        record, units = self.state.lines.get(line), Counter[Pool]()
        known = (
            [(one.number, one.pool.pool) for one in record.portions] if record else []
        )
        new = [(one.portion, one.pool) for one in self._new.get(line, ())]
        for number, pool in (*known, *new):
            units[pool] += sum(self.pins((line, number)).values())
        return units

    def loose(self, portion: PortionRecord) -> int:
        """Return the waiting units of a portion that nothing is kept for."""
        if self._stands_outside(portion):
            return portion.loose - self._ended.get(portion.ref, 0)
        known = self._changed.get(portion.pool.pool, {}).get(portion.ref)
        return known[1] if known else portion.loose

    def claim(self, portion: PortionRecord, units: int) -> Backorder:
        """Return what a policy sees of units that are kept for a portion."""
        known = self._changed.get(portion.pool.pool, {}).get(portion.ref)
        if known is None or self._stands_outside(portion):
            return portion.claim(units)
        backorder, loose = known
        covered = backorder.ordered - loose
        return attrs.evolve(backorder, quantity=units, ordered=covered + units)

    def _stands_outside(self, portion: PortionRecord) -> bool:
        """Tell whether a portion of the book is in no queue, held or not yet due."""
        line = portion.line
        later = line.postponed and line.line.ref not in self.due
        return later or self.change(line.order.order.ref).held

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
            changed = self._changed.get(one.pool, {})
            known, units = changed.get((line, one.portion), (one, one.quantity))
            units -= self._ended.get((line, one.portion), 0)
            if units > 0 and stays_out:
                yield None
            elif units > 0:
                same = units == known.quantity
                yield known if same else attrs.evolve(known, quantity=units)

    def change(self, order: OrderRef) -> Change:
        """Return the differences for an order of the book."""
        change = self.changes.get(order)
        if change is None:
            record = self.state.orders[order]
            change = Change(record.order, record, bool(record.held))
            self.changes[order] = change
        return change

    def place(self, backorder: Backorder) -> Place:
        """Return the sort key of a backorder in its queue."""
        return (self.policy.rank(backorder), backorder.line, backorder.portion)

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
