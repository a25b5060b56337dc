"""Law 4: pegs fit demand and supply, on both sides and to the unit.

Read from the public views of a book: what is open, queued and pinned.
"""

from backorderkit.book import OrderBook
from backorderkit.coverage import cover
from backorderkit.testing.failures import BookLawBroken, lines_of, same
from backorderkit.values import LineRef, Pool

__all__ = ["pegs_fit"]


def pegs_fit(book: OrderBook) -> None:
    """Law 4: pegs never exceed demand or supply, and both sides add up.

    >>> from backorderkit import OrderBook, oldest_first
    >>> pegs_fit(OrderBook(oldest_first()))
    """
    law = "pegs_fit"
    supplies: dict[Pool, dict[str | None, int]] = {}
    for bought in map(book.purchase_line, book.purchase_lines()):
        supplies.setdefault(bought.pool, {})[bought.ref] = bought.open
    pinned = _pinned_units(book)
    for pool in book.pools():
        stock, where = book.pool(*pool), " at ".join(pool)
        supply = {None: stock.free, **supplies.get(pool, {})}
        queue = book.backorders(*pool)
        demand = {(one.line, one.portion): one.quantity for one in queue}
        for ref, units in pinned.get(pool, {}).items():
            demand[ref] = demand.get(ref, 0) + units
        # The shortfall of a reserve comes first: that supply goes to no line.
        lacking = max(stock.reserve + stock.allocated - stock.on_hand, 0)
        kept = min(lacking, stock.incoming - stock.pinned)
        short = max(sum(demand.values()) + kept - sum(supply.values()), 0)
        coverage = cover(book, *pool)
        same(law, where, "shortage", coverage.shortage, short)
        for peg in coverage.pegs:
            supply[peg.purchase_line] -= peg.quantity
            demand[peg.line, peg.portion] -= peg.quantity
        for missing in coverage.uncovered:
            demand[missing.line, missing.portion] -= missing.quantity
        for source, units in coverage.surplus:
            supply[source] -= units
        same(law, where, "supply left out", sum(supply.values()), kept)
        if any(demand.values()) or min(supply.values()) < 0 or supply[None]:
            raise BookLawBroken(law, where, demand_left=demand, supply_left=supply)


def _pinned_units(book: OrderBook) -> dict[Pool, dict[tuple[LineRef, int], int]]:
    """Return the pinned units of every portion, by pool."""
    pinned: dict[Pool, dict[tuple[LineRef, int], int]] = {}
    for line in lines_of(book):
        for one in line.portions:
            if one.pinned:
                pool = pinned.setdefault(Pool(line.sku, one.location), {})
                pool[line.ref, one.number] = one.pinned
    return pinned
