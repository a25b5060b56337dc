"""All records of a book, and the one place where units move between them.

`State.shift` is the only function that moves units of a
portion; it keeps the sums of pool, order and SKU in step and the queue in order.
Everything else in the book reads.

A portion stands in its pool's queue while it waits for units and its order is not held.
The queue is sorted by the rank of the policy, then line and portion. Lines that are not
yet due stand behind all that are, by the day they fall due.

Cost: moving units of one portion is O(log n) in the length of its queue.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import attrs
from sortedcontainers import SortedList

from backorderkit.book.journal import Journal
from backorderkit.book.records import (
    LineRecord,
    OrderRecord,
    PoolRecord,
    PortionRecord,
    PortionRef,
    PurchaseRecord,
    SkuRecord,
)
from backorderkit.errors import Duplicate, NotLoaded, PolicyBreach, UnknownReference
from backorderkit.model import AllocationPolicy, Order, PurchaseOrder
from backorderkit.values import LineRef, OrderRef, Pool, Sku, check_all


@attrs.define(eq=False)
class State(Journal):
    """All records of a book."""

    policy: AllocationPolicy
    skus: dict[Sku, SkuRecord] = attrs.field(factory=dict)
    pools: dict[Pool, PoolRecord] = attrs.field(factory=dict)
    orders: dict[OrderRef, OrderRecord] = attrs.field(factory=dict)
    lines: dict[LineRef, LineRecord] = attrs.field(factory=dict)
    purchases: dict[str, PurchaseOrder] = attrs.field(factory=dict)
    purchase_lines: dict[str, PurchaseRecord] = attrs.field(factory=dict)
    facts: dict[tuple[str, str], None] = attrs.field(factory=dict)
    postponed: "SortedList[tuple[date, LineRef]]" = attrs.field(factory=SortedList)
    expiring: "SortedList[tuple[date, LineRef]]" = attrs.field(factory=SortedList)
    quotes: "SortedList[tuple[datetime, OrderRef]]" = attrs.field(factory=SortedList)
    pins: dict[PortionRef, dict[str, int]] = attrs.field(factory=dict)
    # The SKUs a part was loaded for; None in a whole book.
    loaded_skus: frozenset[Sku] | None = None

    # Looking things up, with one clear error.

    def check_loaded(self, skus: Iterable[Sku]) -> None:
        """Raise one `NotLoaded` that names all of these SKUs that were not loaded.

        Decisions that name their SKUs ask first, so that one more load is enough.
        """
        if self.loaded_skus is not None:
            known = self.loaded_skus
            missing = [sku for sku in dict.fromkeys(skus) if sku not in known]
            if missing:
                raise NotLoaded("SKU", *missing)

    def pools_asked(self, pools: Iterable[Pool] | None) -> tuple[Pool, ...]:
        """Return the pools that are named, or all of them; none may be left out."""
        if pools is None:
            return tuple(self.pools)
        named = check_all("pools", pools, Pool)
        self.check_loaded(pool.sku for pool in named)
        return tuple(named)

    def check_new(self, order: Order) -> None:
        """Refuse an order of which a reference is taken."""
        if order.ref in self.orders:
            raise Duplicate("order", order.ref)
        for line in order.lines:
            if line.ref in self.lines:
                raise Duplicate("line", line.ref)

    def order(self, ref: OrderRef) -> OrderRecord:
        """Return the record of an order."""
        try:
            return self.orders[ref]
        except (KeyError, TypeError):
            raise UnknownReference("order", ref) from None

    def line(self, ref: LineRef) -> LineRecord:
        """Return the record of a line."""
        try:
            return self.lines[ref]
        except (KeyError, TypeError):
            raise UnknownReference("line", ref) from None

    def known_line(self, ref: LineRef) -> LineRecord | None:
        """Return the record of a line, None if there is no such line."""
        try:
            return self.lines[ref]
        except KeyError:
            return None

    def portion(self, ref: LineRef, number: int) -> PortionRecord:
        """Return the record of a portion."""
        line = self.line(ref)
        if not 0 <= number < len(line.portions):
            raise UnknownReference("portion", (ref, number))
        return line.portions[number]

    def purchase_line(self, ref: str) -> PurchaseRecord:
        """Return the record of a purchase line."""
        try:
            return self.purchase_lines[ref]
        except (KeyError, TypeError):
            raise UnknownReference("purchase line", ref) from None

    def pool(self, pool: Pool) -> PoolRecord:
        """Return the record of a pool, made if the pool is new."""
        record = self.pools.get(pool)
        if record is None:
            sku = self.skus.get(pool.sku)
            if sku is None:
                sku = self.enter(self.skus, pool.sku, SkuRecord(pool.sku))
            self.touch(sku)
            record = self.enter(self.pools, pool, PoolRecord(pool, sku))
            ordered = sorted((*sku.pools, record), key=lambda one: one.pool)
            sku.pools = tuple(ordered)
        return record

    def quote_entries(
        self, skus: Iterable[Sku] | None
    ) -> "Iterator[tuple[datetime, OrderRef]]":
        """Return when quotes end, the first one first: all, or at least those of SKUs.

        A part holds the quotes of the SKUs it was loaded for, and reads no others.
        """
        if skus is None:
            return iter(self.quotes)
        self.check_loaded(skus)
        entries: Iterator[tuple[datetime, OrderRef]] = SortedList.__iter__(self.quotes)
        return entries

    def portions(self) -> Iterator[PortionRecord]:
        """Return every portion in the book."""
        for line in self.lines.values():
            yield from line.portions

    def shift(
        self,
        portion: PortionRecord,
        *,
        allocated: int = 0,
        shipped: int = 0,
        cancelled: int = 0,
        added: int = 0,
    ) -> None:
        """Move units of a portion and keep every sum and the queue in step."""
        pool, order = portion.pool, portion.line.order
        for record in (portion, pool, order, pool.sku):
            self.touch(record)
        portion.ordered += added
        portion.allocated += allocated
        portion.shipped += shipped
        portion.cancelled += cancelled
        waiting = added - allocated - shipped - cancelled
        pool.waiting += waiting
        pool.allocated += allocated
        pool.sku.waiting += waiting
        order.waiting += waiting
        order.allocated += allocated
        if allocated:
            if portion.allocated:
                pool.holders[portion.ref] = portion
            else:
                pool.holders.pop(portion.ref, None)
        self.requeue(portion)
        if portion.line.line.cancel_after is not None:
            self._follow_expiry(portion.line)
        if order.quoted_until is not None:
            self.follow_quote(order)

    def requeue(self, portion: PortionRecord) -> None:
        """Put a portion where it belongs now: at its place in the queue, or outside.

        The caller has touched the portion and its pool.
        """
        pool, old, key = portion.pool, portion.key, self.key_of(portion)
        units = portion.loose if key is not None else 0
        change = units - portion.queued
        if key == old:
            portion.queued = units
            if key is not None and change:
                pool.queue.resize(portion, change)
                self._count(pool, key, change)
            return
        if key is not None:
            self._check_comparable(pool, key)
        if old is not None:
            pool.queue.remove(portion)
            self._count(pool, old, -portion.queued)
        portion.key, portion.queued = key, units
        if key is not None:
            pool.queue.add(portion)
            self._count(pool, key, units)

    def _count(self, pool: PoolRecord, key: tuple[Any, ...], units: int) -> None:
        """Count units that came to stand in a queue, by whether they are due."""
        if key[0]:
            pool.postponed += units
        else:
            pool.queued += units

    def pin(self, portion: PortionRecord, purchase: PurchaseRecord, units: int) -> None:
        """Keep open units of a purchase line for a portion, or fewer if negative."""
        pool, ref, name = portion.pool, portion.ref, purchase.line.ref
        for record in (portion, pool, purchase):
            self.touch(record)
        self.tally(purchase.pins, ref, units)
        kept = self.pins.setdefault(ref, {})
        self.tally(kept, name, units)
        portion.pinned += units
        pool.pinned += units
        self.requeue(portion)
        self.resupply(purchase)

    def resupply(self, purchase: PurchaseRecord) -> None:
        """Put the unallocated open units of a purchase line on its pool's axis.

        Pinned units come first. The caller has touched the line.
        """
        pool, ref = purchase.pool, purchase.line.ref
        if purchase.open and ref not in pool.open_lines:
            self.enter(pool.open_lines, ref, purchase)
        elif not purchase.open and ref in pool.open_lines:
            self.leave(pool.open_lines, ref)
        for one in purchase.supplies:
            pool.supplies.remove(one)
        kept, loose = purchase.pinned, []
        for one in purchase.parts():
            taken = min(kept, one.units)
            kept -= taken
            if taken < one.units:
                loose.append(attrs.evolve(one, units=one.units - taken))
        purchase.supplies = tuple(loose)
        for one in loose:
            pool.supplies.add(one)

    def _check_comparable(self, pool: PoolRecord, key: Any) -> None:
        """Refuse a rank that cannot be compared, before anything moves."""
        try:
            pool.queue.find(key)
        except TypeError:
            rank = f"ranked a line by {key[1]!r}, which does not compare with others"
            raise PolicyBreach(self.policy.name, rank) from None

    def key_of(self, portion: PortionRecord) -> tuple[bool, Any, LineRef, int] | None:
        """Return the place of a portion in its queue, None if it has none."""
        line = portion.line
        if not portion.loose or line.order.held:
            return None
        rank = self.policy.rank(portion.backorder())
        if line.postponed:
            rank = (line.line.allocate_not_before, rank)
        return (line.postponed, rank, line.line.ref, portion.number)

    def index(self, record: Any, *, leave: bool) -> None:
        """Let a record leave the sorted views, or enter them, by its present values."""
        match record:
            case PortionRecord(pool=pool):
                if record.key is not None:
                    _put(pool.queue, record, leave)
                if record.allocated and leave:
                    pool.holders.pop(record.ref)
                elif record.allocated:
                    pool.holders[record.ref] = record
            case PurchaseRecord(pool=pool):
                for supply in record.supplies:
                    _put(pool.supplies, supply, leave)
            case OrderRecord(order=order):
                if record.expires:
                    _put(self.quotes, (record.quoted_until, order.ref), leave)
            case LineRecord(line=line):
                if record.postponed:
                    _put(self.postponed, (line.allocate_not_before, line.ref), leave)
                if record.expires:
                    _put(self.expiring, (line.cancel_after, line.ref), leave)

    def postpone(self, line: LineRecord, until_due: bool) -> None:
        """Enter a line in the calendar of what falls due, or take it out."""
        self.touch(line)
        entry = (line.line.allocate_not_before or date.max, line.line.ref)
        if line.postponed != until_due:
            _put(self.postponed, entry, leave=not until_due)
        line.postponed = until_due

    def follow_quote(self, order: OrderRecord, *, has_ended: bool = False) -> None:
        """Keep a quote in the calendar of what expires while it holds anything.

        The caller has touched the order.
        """
        expires = order.waiting + order.allocated > 0 and not has_ended
        if order.expires != expires:
            entry = (order.quoted_until, order.order.ref)
            _put(self.quotes, entry, leave=not expires)
            order.expires = expires

    def _follow_expiry(self, line: LineRecord) -> None:
        """Keep a line in the calendar of what expires while any of it waits."""
        expires = line.waiting > 0
        if line.line.cancel_after is not None and line.expires != expires:
            self.touch(line)
            entry = (line.line.cancel_after, line.line.ref)
            _put(self.expiring, entry, leave=not expires)
            line.expires = expires


def _put(view: Any, entry: Any, leave: bool) -> None:
    """Remove an entry from a sorted view, or add it."""
    if leave:
        view.remove(entry)
    else:
        view.add(entry)
