"""Who comes late, and which supply makes it so: asked from either side.

A line is late when some of its units come after the day that counts for it: the day it
was promised, else the day the customer wished. Coming on that day is on time. Units of
which nobody knows a day are late for any day. A held order waits for its release and
not for supply: it is late only with what is kept for it.

>>> march, april = date(2026, 3, 10), date(2026, 4, 9)
>>> LateLine("O-1/1", "O-1", "ada", 5, march, april, "PO-1/1").days
30
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from backorderkit.book import OrderBook
from backorderkit.coverage.coverage import cover
from backorderkit.coverage.matching import Peg
from backorderkit.coverage.pegs import pegs_of_line, pegs_of_purchase_line
from backorderkit.values import CustomerRef, LineRef, OrderRef, Pool

__all__ = ["LateLine", "late_lines", "made_late_by", "what_makes_late"]


@attrs.frozen
class LateLine:
    """Units of a line that come after its day, and the supply they wait for.

    `due_on` is the day promised, or wished; `expected_on` is None when unknown.
    `purchase_line` is None where nothing covers the units.

    >>> LateLine("O-1/1", "O-1", "ada", 5, date(2026, 3, 10), None, None).days is None
    True
    """

    line: LineRef
    order: OrderRef
    customer: CustomerRef
    quantity: int
    due_on: date
    expected_on: date | None
    purchase_line: str | None

    @property
    def days(self) -> int | None:
        """Return by how many days they are late, None if unknown."""
        return (
            None if self.expected_on is None else (self.expected_on - self.due_on).days
        )


def late_lines(
    book: OrderBook, pools: Iterable[Pool] | None = None
) -> tuple[LateLine, ...]:
    """Return all late units of some pools, or of all, in the order of the queues.

    O(waiting portions + open purchase lines of the pools).

    >>> from backorderkit import oldest_first
    >>> late_lines(OrderBook(oldest_first()))
    ()
    """
    late: list[LateLine] = []
    chosen = book.state.pools_asked(pools)
    for pool in sorted(set(chosen)):
        coverage = cover(book, *pool)
        late += _late(book, coverage.pegs)
        late += _late(
            book,
            (
                Peg(one.line, one.portion, one.quantity, "", None)
                for one in coverage.uncovered
            ),
        )
    return tuple(late)


def made_late_by(book: OrderBook, purchase_line: str) -> tuple[LateLine, ...]:
    """Return the units that a purchase line brings too late; O(log n + its pegs).

    >>> from backorderkit import oldest_first
    >>> made_late_by(OrderBook(oldest_first()), "PO-1/1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no purchase line 'PO-1/1': \
check the reference, or record it first
    """
    return tuple(_late(book, pegs_of_purchase_line(book, purchase_line)))


def what_makes_late(book: OrderBook, line: LineRef) -> tuple[LateLine, ...]:
    """Return the late units of one line with the supply they wait for; O(log n).

    >>> from backorderkit import oldest_first
    >>> what_makes_late(OrderBook(oldest_first()), "O-1/1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no line 'O-1/1': \
check the reference, or record it first
    """
    pegs = pegs_of_line(book, line)
    covered: Counter[int] = Counter()
    for peg in pegs:
        covered[peg.portion] += peg.quantity
    missing = (
        Peg(line, one.number, one.pinned + one.queued - covered[one.number], "", None)
        for one in book.state.line(line).portions
    )
    return (*_late(book, pegs), *_late(book, missing))


def _late(book: OrderBook, pegs: Iterable[Peg]) -> Iterator[LateLine]:
    """Yield the pegged units that come after the day of their line."""
    for peg in pegs:
        record = book.state.lines[peg.line]
        due_on = record.promised_on or record.line.requested_on
        if due_on is None or peg.purchase_line is None or not peg.quantity:
            continue
        later = record.line.allocate_not_before if record.postponed else None
        on = peg.expected_on and max(peg.expected_on, later or peg.expected_on)
        if on is None or on > due_on:
            order = record.order.order
            source = peg.purchase_line or None
            yield LateLine(
                peg.line, order.ref, order.customer, peg.quantity, due_on, on, source
            )
