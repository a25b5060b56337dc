"""Availability for a prospective order: what a pool can promise at its queue position.

The prospective order takes the queue position it would get. Every portion before it
takes what it needs of each supply, as early as possible: due lines at once, others on
their day. What is left can be promised. Supply of unknown date, or of a day that has
passed, is not promised; but it is on order, and need not be bought again.

>>> march = date(2026, 3, 1)
>>> stock = Lot(5, march, None, Evidence.STOCK)
>>> shelf = Shelf(Pool("LAMP"), march, (stock,), (DatedQuantity(3, march),))
>>> shelf.left_by(march)
2
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

import attrs

from backorderkit.book import OrderBook, PoolRecord
from backorderkit.coverage import ExpectedPortion, SupplySource
from backorderkit.model import Backorder, DatedQuantity, Evidence, Line
from backorderkit.promising.demands import DatedDemand
from backorderkit.promising.scheduling import schedule
from backorderkit.promising.timeline import Timeline
from backorderkit.values import Pool

Place: TypeAlias = tuple[Any, str, int]  # the first is whatever the policy ranks by

# A prospective order comes behind every line of the same rank.
LAST = "\U0010ffff"


@attrs.frozen
class Lot:
    """Units that are there on a day, where they come from, and what the day rests on.

    >>> Lot(5, date(2026, 3, 1), "PO-1/1", Evidence.CONFIRMATION).source.value
    'on_order'
    """

    quantity: int
    on: date
    purchase_line: str | None
    evidence: Evidence

    @property
    def source(self) -> SupplySource:
        """Return where the goods come from."""
        if self.purchase_line is not None:
            return SupplySource.ON_ORDER
        in_stock = self.evidence is Evidence.STOCK
        return SupplySource.IN_STOCK if in_stock else SupplySource.TO_BE_ORDERED


@attrs.frozen
class Shelf:
    """The lots of a pool, and what the portions before an order take, by day.

    `undated` units are left for the order, on an unknown date.

    >>> Shelf(Pool("LAMP"), date(2026, 3, 1)).left_by(date.max)
    0
    """

    pool: Pool
    today: date
    lots: tuple[Lot, ...] = ()
    taken: tuple[DatedQuantity, ...] = ()
    undated: int = 0

    def left_by(self, on: date) -> int:
        """Return the units that are left for the order by a day."""
        timeline = Timeline(self.today)
        for lot in self.lots:
            timeline.receive(lot.on, lot.quantity)
        for one in self.taken:
            timeline.claim(one.on, one.quantity)
        return timeline.available(on)

    def supplies(self) -> list[DatedQuantity]:
        """Return the lots as dated supplies."""
        return [DatedQuantity(lot.quantity, lot.on) for lot in self.lots]

    def portion(self, quantity: int, on: date, before: int) -> ExpectedPortion:
        """Return a portion with what its day rests on: no weaker evidence than needed.

        `before` units of the same wish came earlier.
        """
        taken = sum(one.quantity for one in self.taken if one.on <= on)
        wanted = taken + before + quantity
        there = [lot for lot in self.lots if lot.on <= on]
        for lot in sorted(there, key=lambda lot: _weakness(lot.evidence)):
            wanted -= lot.quantity
            if wanted <= 0:
                break
        return ExpectedPortion(
            quantity, on, lot.source, lot.purchase_line, lot.evidence
        )


_weakness = list(Evidence).index


def shelf_of(
    book: OrderBook, wish: DatedDemand, pool: Pool, at: datetime, priority: int
) -> Shelf:
    """Return what a pool holds for a prospective order.

    O(log n + open purchase lines + lines not yet due).
    """
    record, today = book.state.pools.get(pool), at.date()
    if record is None:
        return Shelf(pool, today)
    ahead = _ahead(record, _place(book, pool, wish, at, priority), today)
    shelf = Shelf(pool, today, tuple(_lots(record, today)))
    taken = tuple(_taken(shelf, ahead))
    open_units = record.supplies.total + record.free
    undated = open_units - sum(lot.quantity for lot in shelf.lots)
    lacking = sum(ahead.values()) - sum(one.quantity for one in taken)
    return attrs.evolve(shelf, taken=taken, undated=max(undated - lacking, 0))


def claims(shelves: Iterable[Shelf]) -> Iterator[DatedDemand]:
    """Yield what the portions before the order take of some shelves."""
    for place, shelf in enumerate(shelves):
        for number, one in enumerate(shelf.taken):
            ref = f"{LAST} {place} {number}"
            yield DatedDemand(ref, shelf.pool.sku, one.quantity, one.on)


def _lots(pool: PoolRecord, today: date) -> Iterator[Lot]:
    """Yield the supplies of a pool that are not pinned and have a day."""
    if pool.free:
        yield Lot(pool.free, today, None, Evidence.STOCK)
    for supply in pool.supplies:
        if supply.on is not None and supply.on >= today:
            ref = supply.purchase.line.ref
            yield Lot(supply.units, supply.on, ref, supply.evidence)


def _taken(shelf: Shelf, ahead: Mapping[date, int]) -> Iterator[DatedQuantity]:
    """Yield what the portions before the order get, as early as possible."""
    sku = shelf.pool.sku
    asked = [
        DatedDemand(f"{LAST} {day}", sku, units, day)
        for day, units in ahead.items()
        if units
    ]
    for found in schedule(asked, {sku: shelf.supplies()}, today=shelf.today):
        yield from found.deliveries


def _ahead(pool: PoolRecord, place: Place, today: date) -> dict[date, int]:
    """Return what is served before the order: due lines now, others on their day.

    What a reserve lacks is served first.
    """
    units = {today: pool.queue.before((False, *place)) + max(-pool.unreserved, 0)}
    for _, portion in pool.queue.reaching_beyond(pool.queued):
        later = portion.line.line.allocate_not_before
        mine = portion.key and (portion.key[1][1], *portion.key[2:])
        if later is not None and mine and mine < place:
            day = max(later, today)
            units[day] = units.get(day, 0) + portion.queued
    return units


def _place(
    book: OrderBook, pool: Pool, wish: DatedDemand, at: datetime, priority: int
) -> Place:
    """Return the sort key that a prospective order gets in a queue."""
    quantity, on = wish.quantity, wish.due_on
    line = Line(LAST, pool.sku, quantity, location=pool.location, requested_on=on)
    prospective = Backorder(
        LAST,
        0,
        LAST,
        LAST,
        *pool,
        quantity=quantity,
        ordered=quantity,
        queued_at=at,
        priority=priority,
        details=line,
    )
    return (book.policy.rank(prospective), LAST, 0)
