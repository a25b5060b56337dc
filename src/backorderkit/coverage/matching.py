"""The two axes of a pool laid over one another: which supply lies under which demand.

Both lie in the book and are measured in units (see `axis`), so that nothing has to be
matched anew: what lies under a stretch of one is looked up on the other, in O(log n)
and what is found there. Free stock comes before the first open unit. Where a reserve
lacks units, the first open ones are nobody's.

Pinned units lie on neither axis. Of a purchase line that comes in parts, the first part
is for those whom it is kept for, in the order of the queue.

>>> from backorderkit.values import Pool
>>> from backorderkit.book.records import SkuRecord
>>> pool = PoolRecord(Pool("LAMP"), SkuRecord("LAMP"), on_hand=5)
>>> list(supplied(pool, 2, 9))
[(3, None)]
"""

from collections.abc import Iterator
from datetime import date

import attrs

from backorderkit.book import (
    OrderBook,
    PoolRecord,
    PortionRecord,
    PurchaseRecord,
    SupplyRecord,
)
from backorderkit.model import Confidence, Evidence
from backorderkit.values import LineRef

__all__ = ["Peg"]


@attrs.frozen
class Peg:
    """Units of a waiting portion and the supply that covers them.

    `purchase_line` is None for free stock, and the reference of a transfer for goods
    under way from another location; `expected_on` is None when nobody knows. A pinned
    peg is kept through every planning; any other follows the order of the queue.

    >>> peg = Peg("O-1/1", 0, 5, "PO-1/1", date(2026, 3, 10), Evidence.CONFIRMATION)
    >>> peg.quantity, peg.confidence.value
    (5, 'confirmed')
    """

    line: LineRef
    portion: int
    quantity: int
    purchase_line: str | None
    expected_on: date | None
    evidence: Evidence = Evidence.STOCK
    is_pinned: bool = False

    @property
    def confidence(self) -> Confidence:
        """Return how sure the day is."""
        return self.evidence.confidence


def supplied(
    pool: PoolRecord, begin: int, end: int, free: int | None = None
) -> Iterator[tuple[int, SupplyRecord | None]]:
    """Yield the supplies under the units from `begin` to `end` of the demand axis.

    Each comes with the units it covers; None is stock. `free` units lie in stock
    (negative: the reserve lacks some, and gets them first); without it, what the book
    says. Units that nothing covers are missing at the end. O(log n + supplies yielded).
    """
    free = pool.unreserved if free is None else free
    if begin < min(free, end):
        yield min(free, end) - begin, None
    begin, end = max(begin - free, 0), end - free
    if begin >= end:
        return
    for start, supply in pool.supplies.reaching_beyond(begin):
        if start >= end:
            return
        yield min(start + supply.units, end) - max(start, begin), supply


def peg_of(portion: PortionRecord, units: int, supply: SupplyRecord | None) -> Peg:
    """Return the peg of a portion to free stock or to open units."""
    if supply is None:
        return Peg(*portion.ref, units, None, None)
    source = supply.purchase.line.ref
    return Peg(*portion.ref, units, source, supply.on, supply.evidence)


def pinned_pegs(book: OrderBook, pool: PoolRecord) -> Iterator[Peg]:
    """Yield the pinned pegs of a pool, by purchase line, then by place in the queue."""
    for ref in sorted(pool.open_lines):
        yield from pins_of(book, pool.open_lines[ref])


def pins_of(book: OrderBook, purchase: PurchaseRecord) -> Iterator[Peg]:
    """Yield the pinned pegs of a purchase line: the first in the queue get it first.

    O(pins log pins).
    """
    parts = list(purchase.parts())
    known = [(book.state.portion(*ref), units) for ref, units in purchase.pins.items()]
    rank = book.policy.rank
    known.sort(key=lambda pair: (rank(pair[0].claim(pair[1])), *pair[0].ref))
    place, left = 0, parts[0].units if parts else 0
    for portion, units in known:
        wanted = units
        while wanted and place < len(parts):
            taken, part = min(wanted, left), parts[place]
            peg = peg_of(portion, taken, part)
            yield attrs.evolve(peg, is_pinned=True)
            wanted, left = wanted - taken, left - taken
            if not left:
                place += 1
                left = parts[place].units if place < len(parts) else 0


def pins_of_portion(book: OrderBook, portion: PortionRecord) -> list[Peg]:
    """Return the pinned pegs of a portion."""
    return [
        peg
        for ref in sorted(book.state.pins.get(portion.ref, ()))
        for peg in pins_of(book, book.state.purchase_lines[ref])
        if (peg.line, peg.portion) == portion.ref
    ]
