"""Which supply covers which demand, and when it comes: the matching, read from a book.

The waiting lines of a pool are in the policy's order; the supplies (free stock, then
open purchase lines by expected day) are in order of time. Both are laid end to end on
one axis of units. Where the stretch of a line and the stretch of a supply overlap,
the line is pegged to that supply, for the length of the overlap.

    supply   |- stock 3 -|------- PO-1/1: 10, 10 March -------|- PO-2/1: 5, 9 April -|
    demand   |---- O-1: 5 ----|-- O-2: 4 --|----------- O-3: 12 -----------------------|

O-1 has 3 from stock and 2 on 10 March; O-3 gets 4 on 10 March, 5 on 9 April, and 3 are
not covered by anything: they must be bought. The demand axis ends in lines not yet due;
held orders are not on it. What is left of a supply is its surplus, free for the next.

Nothing of this is stored: pegs follow from the book, so they always add up. (Interval
pegging is the rule of the planning system frePPLe.) Only pinned units are
facts of their own: they lie on neither axis, and neither do the open units pinned to
them.
"""

from datetime import date

import attrs

from backorderkit.book import OrderBook, PoolRecord, PortionRecord
from backorderkit.coverage.expected_dates import (
    ExpectedPortion,
    SupplySource,
    not_before,
    with_unordered,
)
from backorderkit.coverage.matching import (
    Peg,
    left_over,
    overlaps,
    peg_of,
    pinned_pegs,
    pins_of_portion,
    supplied,
)
from backorderkit.values import MAIN, LineRef, Location, Pool, Quantities, Sku

__all__ = [
    "Coverage",
    "Uncovered",
    "cover",
    "expected_dates",
    "shortages",
]


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

    The pinned pegs come first. `surplus` holds the units of each purchase line (None:
    stock) that are not needed.

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
        return sum(portion.quantity for portion in self.uncovered)

    def of_line(self, line: LineRef) -> tuple[Peg, ...]:
        """Return the pegs of one line: what it waits for."""
        return tuple(peg for peg in self.pegs if peg.line == line)

    def of_purchase_line(self, purchase_line: str) -> tuple[Peg, ...]:
        """Return the pegs on one purchase line: who waits for it."""
        return tuple(peg for peg in self.pegs if peg.purchase_line == purchase_line)


def cover(book: OrderBook, sku: Sku, location: Location = MAIN) -> Coverage:
    """Return the matching of one pool; O(waiting portions + open purchase lines).

    For one line or one purchase line, `pegs_of_line` and `pegs_of_purchase_line` answer
    without looking at the others.

    >>> from backorderkit.policies import oldest_first
    >>> cover(OrderBook(oldest_first()), "LAMP").pegs
    ()
    """
    pool = book.state.pools.get(Pool(sku, location))
    if pool is None:
        return Coverage(Pool(sku, location))
    pegs, uncovered = list(pinned_pegs(book, pool)), []
    for portion, units, supply, is_in_stock in overlaps(pool):
        if supply is not None or is_in_stock:
            pegs.append(peg_of(portion, units, supply))
        else:
            uncovered.append(Uncovered(*portion.ref, units))
    surplus = [
        (supply.purchase.line.ref if supply else None, units)
        for units, supply in left_over(pool, pool.queue.total)
    ]
    return Coverage(pool.pool, tuple(pegs), tuple(uncovered), _by_line(surplus))


def _by_line(
    surplus: list[tuple[str | None, int]],
) -> tuple[tuple[str | None, int], ...]:
    """Return the units of each source, in the order in which they come."""
    units: dict[str | None, int] = {}
    for source, quantity in surplus:
        units[source] = units.get(source, 0) + quantity
    return tuple(units.items())


def expected_dates(
    book: OrderBook, line: LineRef, *, to_order_on: date | None = None
) -> tuple[ExpectedPortion, ...]:
    """Return when the units a line is owed can leave, portion by portion.

    Allocated units are in stock. Waiting ones follow their pegs; what no supply covers
    is expected on `to_order_on` if the caller knows when a new purchase would arrive.

    O(log n + supplies that cover it) per portion, and the pins of a purchase line where
    some of it is pinned.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> expected_dates(book, "O-1/1", to_order_on=date(2026, 3, 8))[0].source.value
    'to_be_ordered'
    """
    record = book.state.line(line)
    due = record.line.allocate_not_before if record.postponed else None
    portions: list[ExpectedPortion] = []
    for portion in record.portions:
        if portion.allocated:
            portions.append(
                ExpectedPortion(portion.allocated, None, SupplySource.IN_STOCK)
            )
        waits = expected_of(book, portion, to_order_on)
        portions.extend(not_before(waits, due))
    return tuple(portions)


def expected_of(
    book: OrderBook, portion: PortionRecord, to_order_on: date | None = None
) -> list[ExpectedPortion]:
    """Return when the waiting units of a portion come: the pinned, then the loose."""
    pinned = [
        ExpectedPortion(
            peg.quantity,
            peg.expected_on,
            SupplySource.ON_ORDER,
            peg.purchase_line,
            peg.evidence,
        )
        for peg in pins_of_portion(book, portion)
    ]
    if portion.key is None:
        held = ExpectedPortion(portion.loose, None, SupplySource.UNKNOWN)
        return [*pinned, held] if portion.loose else pinned
    ahead = portion.pool.queue.before(portion.key)
    loose = expected_at(portion.pool, ahead, portion.queued)
    return pinned + with_unordered(loose, portion.queued, to_order_on)


def expected_at(
    pool: PoolRecord, ahead: int, quantity: int, free: int | None = None
) -> list[ExpectedPortion]:
    """Return when `quantity` units behind `ahead` others are covered.

    Units that no supply covers are missing in the answer; for `free` see `supplied`.
    """
    return [
        ExpectedPortion(units, None, SupplySource.IN_STOCK)
        if supply is None
        else ExpectedPortion(
            units,
            supply.on,
            SupplySource.ON_ORDER,
            supply.purchase.line.ref,
            supply.evidence,
        )
        for units, supply in supplied(pool, ahead, ahead + quantity, free)
    ]


def shortages(book: OrderBook) -> Quantities:
    """Return what must be bought of each SKU, over all its locations; O(pools).

    >>> from backorderkit.policies import oldest_first
    >>> shortages(OrderBook(oldest_first()))
    Quantities()
    """
    missing: dict[Sku, int] = {}
    for pool in book.state.pools.values():
        if pool.short:
            missing[pool.pool.sku] = missing.get(pool.pool.sku, 0) + pool.short
    return Quantities(missing)
