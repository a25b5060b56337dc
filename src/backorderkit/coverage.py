"""Which supply covers which demand, and when it comes: the matching, read from a book.

The waiting lines of a pool stand in the policy's order; the supplies (free stock, then
open purchase lines by expected day) stand in order of time. Both are laid end to end on
one axis of units. Where the stretch of a line and the stretch of a supply overlap,
the line is pegged to that supply, for the length of the overlap.

    supply   |- stock 3 -|------- PO-1/1: 10, 10 March -------|- PO-2/1: 5, 9 April -|
    demand   |---- O-1: 5 ----|-- O-2: 4 --|----------- O-3: 12 -----------------------|

O-1 has 3 from stock and 2 on 10 March; O-3 gets 4 on 10 March, 5 on 9 April, and 3 are
not covered by anything: they must be bought. The demand axis ends in lines not yet due;
held orders are not on it. What is left of a supply is its surplus, free for the next.

Nothing is stored: pegs follow from the book, so they always add up. (Interval pegging
is the rule of the planning system frePPLe.)
"""

from collections.abc import Iterator
from datetime import date

import attrs

from backorderkit.book import OrderBook
from backorderkit.expecting import ExpectedPortion, Source, not_before, with_unordered
from backorderkit.records import PoolRecord
from backorderkit.values import MAIN, LineRef, Location, Pool, Quantities, Sku

__all__ = [
    "Coverage",
    "Peg",
    "Uncovered",
    "cover",
    "expected_dates",
    "shortages",
]


@attrs.frozen
class Peg:
    """Units of a waiting portion and the supply that covers them.

    `purchase_line` is None for free stock; `expected_on` is None when nobody knows.

    >>> Peg("O-1/1", 0, 5, "PO-1/1", date(2026, 3, 10)).quantity
    5
    """

    line: LineRef
    portion: int
    quantity: int
    purchase_line: str | None
    expected_on: date | None


@attrs.frozen
class Uncovered:
    """Units of a waiting portion that no supply covers.

    >>> Uncovered("O-1/1", 0, 3).quantity
    3
    """

    line: LineRef
    portion: int
    quantity: int


@attrs.frozen
class Coverage:
    """The matching of one pool: pegs in queue order, the uncovered, the surplus.

    `surplus` holds the units of each purchase line (None: stock) that nobody needs.

    >>> Coverage(Pool("LAMP")).shortage
    0
    """

    pool: Pool
    pegs: tuple[Peg, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()
    surplus: tuple[tuple[str | None, int], ...] = ()

    @property
    def shortage(self) -> int:
        """Return the units that must be bought."""
        return sum(one.quantity for one in self.uncovered)

    def of_line(self, line: LineRef) -> tuple[Peg, ...]:
        """Return the pegs of one line: what it waits for."""
        return tuple(peg for peg in self.pegs if peg.line == line)

    def of_purchase_line(self, purchase_line: str) -> tuple[Peg, ...]:
        """Return the pegs on one purchase line: who waits for it."""
        return tuple(peg for peg in self.pegs if peg.purchase_line == purchase_line)


def cover(book: OrderBook, sku: Sku, location: Location = MAIN) -> Coverage:
    """Return the matching of one pool; O(waiting portions + open purchase lines).

    >>> from backorderkit.policies import oldest_first
    >>> cover(OrderBook(oldest_first()), "LAMP").pegs
    ()
    """
    pool = book.state.pools.get(Pool(sku, location))
    if pool is None:
        return Coverage(Pool(sku, location))
    supplies = list(_supplies(book, pool, pool.unreserved))
    place, left = 0, supplies[0][1] if supplies else 0
    pegs, uncovered = [], []
    for portion in pool.queue:
        wanted, line = portion.waiting, portion.line.line.ref
        while wanted and place < len(supplies):
            taken = min(wanted, left)
            if taken:
                source, _, on = supplies[place]
                pegs.append(Peg(line, portion.number, taken, source, on))
                wanted, left = wanted - taken, left - taken
            if not left:
                place += 1
                left = supplies[place][1] if place < len(supplies) else 0
        if wanted:
            uncovered.append(Uncovered(line, portion.number, wanted))
    surplus = [(source, units) for source, units, _ in supplies[place + 1 :]]
    if left:
        surplus.insert(0, (supplies[place][0], left))
    return Coverage(pool.pool, tuple(pegs), tuple(uncovered), tuple(surplus))


def _supplies(
    book: OrderBook, pool: PoolRecord, free: int
) -> Iterator[tuple[str | None, int, date | None]]:
    """Yield the supplies of a pool in order of time: source, units, expected day.

    `free` is negative when the reserve of the pool lacks units: those come first.
    """
    if free > 0:
        yield None, free, None
    lacking = max(-free, 0)
    for _, ref in pool.supplies:
        purchase = book.state.purchase_lines[ref]
        kept = min(lacking, purchase.open)
        lacking -= kept
        if purchase.open > kept:
            yield ref, purchase.open - kept, purchase.expected_on


def expected_dates(
    book: OrderBook, line: LineRef, *, to_order_on: date | None = None
) -> tuple[ExpectedPortion, ...]:
    """Return when the units a line is owed can leave, portion by portion.

    Allocated units are in stock. Waiting ones follow their pegs; what no supply covers
    is expected on `to_order_on` if the caller knows when a new purchase would arrive.

    O(waiting portions ahead) per pool in which the line waits.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> expected_dates(book, "O-1/1", to_order_on=date(2026, 3, 8))[0].source.value
    'to_be_ordered'
    """
    record = book.state.line(line)
    portions: list[ExpectedPortion] = []
    for portion in record.portions:
        if portion.allocated:
            portions.append(ExpectedPortion(portion.allocated, None, Source.IN_STOCK))
        if portion.key is None:
            if portion.waiting:
                portions.append(ExpectedPortion(portion.waiting, None, Source.UNKNOWN))
            continue
        ahead = _units_ahead(portion.pool, portion.key)
        free = portion.pool.unreserved
        dates = expected_at(book, portion.pool, ahead, portion.waiting, free)
        dates = with_unordered(dates, portion.waiting, to_order_on)
        due = record.line.allocate_not_before if record.postponed else None
        portions.extend(not_before(dates, due))
    return tuple(portions)


def _units_ahead(pool: PoolRecord, key: object) -> int:
    """Return the units that stand before a place in the queue."""
    total = 0
    for portion in pool.queue:
        if portion.key == key:
            return total
        total += portion.waiting
    return total


def expected_at(
    book: OrderBook, pool: PoolRecord, ahead: int, quantity: int, free: int
) -> list[ExpectedPortion]:
    """Return when `quantity` units behind `ahead` others are covered.

    `free` units lie in stock (negative: the reserve lacks some). Units that no supply
    covers are missing in the answer. O(open purchase lines).
    """
    portions: list[ExpectedPortion] = []
    if ahead >= free + pool.incoming:
        return portions
    reached, end = 0, ahead + quantity
    for ref, units, on in _supplies(book, pool, free):
        overlap = min(reached + units, end) - max(reached, ahead)
        if overlap > 0:
            source = Source.IN_STOCK if ref is None else Source.ON_ORDER
            portions.append(ExpectedPortion(overlap, on, source, ref))
        reached += units
        if reached >= end:
            break
    return portions


def shortages(book: OrderBook) -> Quantities:
    """Return what must be bought of each SKU, over all its locations; O(pools).

    >>> from backorderkit.policies import oldest_first
    >>> shortages(OrderBook(oldest_first()))
    Quantities()
    """
    missing: dict[Sku, int] = {}
    for pool in book.state.pools.values():
        short = pool.queued + pool.postponed - pool.unreserved - pool.incoming
        if short > 0:
            missing[pool.pool.sku] = missing.get(pool.pool.sku, 0) + short
    return Quantities(missing)
