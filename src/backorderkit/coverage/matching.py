"""The one matching: the supplies of a pool laid under its waiting portions.

Demand and supply are two axes measured in units (see `book.axis`). What lies under a
stretch of one is looked up on the other, in O(log n) plus what is found there. Free
stock comes before the first open unit. Where a reserve lacks units, the first open
units fill it up.

Every other answer is read off three functions: `supplied` (one stretch of demand),
`overlaps` (the whole queue) and `left_over` (what a demand leaves). Pegs, dates, wait
or buy, requirements and reductions use them. A trial with further supplies passes an
axis of its own (`with_supplies`).

Pinned units lie on neither axis. When a purchase line comes in parts, the first part
goes to its pinned portions, in the order of the queue.

>>> from backorderkit.values import Pool
>>> from backorderkit.book.records import SkuRecord
>>> pool = PoolRecord(Pool("LAMP"), SkuRecord("LAMP"), on_hand=5)
>>> list(supplied(pool, 2, 9))
[(3, None)]
"""

from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import NamedTuple, TypeAlias

import attrs

from backorderkit.book import (
    Axis,
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

    `purchase_line` is None for free stock, and the reference of a transfer for goods in
    transit from another location; `expected_on` is None when the date is unknown. A
    pinned peg stays through every planning; any other follows the order of the queue.

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


Supplies: TypeAlias = Axis[SupplyRecord]


class Overlap(NamedTuple):
    """Units of a waiting portion over one supply.

    Without a supply they are in stock, or nothing covers them.
    """

    portion: PortionRecord
    quantity: int
    supply: SupplyRecord | None
    is_in_stock: bool


def with_supplies(pool: PoolRecord, more: Iterable[SupplyRecord]) -> Supplies:
    """Return the open supplies of a pool together with others; O(n log n)."""
    axis = Supplies(attrgetter("key"), attrgetter("units"))
    axis.fill(sorted([*pool.supplies, *more], key=attrgetter("key")))
    return axis


def overlaps(pool: PoolRecord, supplies: Supplies | None = None) -> Iterator[Overlap]:
    """Yield the whole queue over its supplies, the first in the queue first.

    `supplies` replace those of the book. O(waiting portions × log n + supplies).
    """
    start = 0
    for portion in pool.queue:
        left, end = portion.queued, start + portion.queued
        for units, supply in supplied(pool, start, end, supplies=supplies):
            yield Overlap(portion, units, supply, supply is None)
            left -= units
        if left:
            yield Overlap(portion, left, None, is_in_stock=False)
        start = end


def uncovered(pool: PoolRecord) -> Iterator[tuple[PortionRecord, int]]:
    """Yield the units that no supply covers, in the order of the queue.

    O(log n + portions yielded).
    """
    covered = max(pool.covered, 0)
    for start, portion in pool.queue.reaching_beyond(covered):
        yield portion, start + portion.queued - max(start, covered)


def left_over(
    pool: PoolRecord, demand: int, supplies: Supplies | None = None
) -> Iterator[tuple[int, SupplyRecord | None]]:
    """Yield the units that a demand leaves of each supply, by day; None is stock.

    O(log n + supplies yielded).
    """
    open_units = pool.supplies.total if supplies is None else supplies.total
    end = max(pool.unreserved + open_units, demand)
    return supplied(pool, demand, end, supplies=supplies)


def supplied(
    pool: PoolRecord,
    begin: int,
    end: int,
    free: int | None = None,
    supplies: Supplies | None = None,
) -> Iterator[tuple[int, SupplyRecord | None]]:
    """Yield the supplies under the units from `begin` to `end` of the demand axis.

    Each comes with the units it covers; None is stock. `free` units are in stock
    (negative: the reserve lacks some and is filled first), `supplies` are open; without
    them, what the book says. Units that nothing covers are missing at the end. O(log n
    + supplies yielded).
    """
    free = pool.unreserved if free is None else free
    supplies = pool.supplies if supplies is None else supplies
    if begin < min(free, end):
        yield min(free, end) - begin, None
    begin, end = max(begin - free, 0), end - free
    if begin >= end:
        return
    for start, supply in supplies.reaching_beyond(begin):
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
