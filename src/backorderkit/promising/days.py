"""The days a customer can be told: what the matching expects, as parcels will leave.

Lines of one parcel leave on the latest of their days, so what is expected of a line
also depends on its companions. If any unit of a parcel has no day, no customer can be
told one.

>>> from backorderkit.policies import oldest_first
>>> days_to_tell(OrderBook(oldest_first()), {}, date(2026, 3, 1))
{}
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from backorderkit.book import OrderBook
from backorderkit.coverage import (
    ExpectedPortion,
    SupplySource,
    companions,
    cover,
    expected_of,
    not_before,
    together_dates,
    told_dates,
    with_unordered,
)
from backorderkit.leadtimes import arrival
from backorderkit.model import Catalogue, DatedQuantity
from backorderkit.values import LineRef, OrderRef, Pool

Expected = dict[LineRef, list[ExpectedPortion]]


def expected_lines(
    book: OrderBook,
    lines: Iterable[LineRef],
    at: datetime,
    catalogue: Catalogue | None = None,
    *,
    held: bool = False,
) -> Expected:
    """Return what lines and their companions expect; O(log n) for each portion.

    With a catalogue, what is not ordered is dated as if it were ordered now. Lines of
    held orders are left out, unless `held`.
    """
    expected: Expected = {}
    for ref in sorted(_with_companions(book, lines, held=held)):
        record = book.state.lines[ref]
        portions = []
        for portion in record.portions:
            to_order_on = arrival(catalogue, record.line.sku, at)
            portions += expected_of(book, portion, to_order_on)
        expected[ref] = not_before(portions, _due(book, ref))
    return {ref: portions for ref, portions in expected.items() if portions}


def expected_pools(
    book: OrderBook, pools: Iterable[Pool], at: datetime, catalogue: Catalogue | None
) -> Expected:
    """Return what every line that waits in some pools expects, all of it.

    Walks each pool once: O(waiting portions).
    """
    chosen = sorted(set(pools))
    expected: Expected = {}
    waiting = (ref for pool in chosen for ref in _lines_of(book, pool))
    seen = _with_companions(book, waiting)
    for pool in sorted({*chosen, *(one for ref in seen for one in _pools(book, ref))}):
        coverage = cover(book, *pool)
        for peg in coverage.pegs:
            source = (
                SupplySource.ON_ORDER if peg.purchase_line else SupplySource.IN_STOCK
            )
            expected.setdefault(peg.line, []).append(
                ExpectedPortion(
                    peg.quantity,
                    peg.expected_on,
                    source,
                    peg.purchase_line,
                    peg.evidence,
                )
            )
        to_order_on = arrival(catalogue, pool.sku, at)
        for missing in coverage.uncovered:
            portions = expected.setdefault(missing.line, [])
            portions += with_unordered([], missing.quantity, to_order_on)
    return {
        ref: not_before(portions, _due(book, ref))
        for ref, portions in expected.items()
        if ref in seen
    }


def days_to_tell(
    book: OrderBook, expected: Mapping[LineRef, list[ExpectedPortion]], today: date
) -> dict[LineRef, tuple[DatedQuantity, ...]]:
    """Return the days by line, those of one parcel on one day; none if one is unknown.

    What lies ready and only waits for its companions is told their day.
    """
    dates = {ref: told_dates(found, today) for ref, found in expected.items()}
    for ref, units in _lying_ready(book, expected).items():
        dates[ref] = (DatedQuantity(units, today),)
    by_order: dict[OrderRef, dict[LineRef, tuple[DatedQuantity, ...]]] = {}
    for ref, own in dates.items():
        order = book.state.lines[ref].order.order.ref
        by_order.setdefault(order, {})[ref] = own
    told: dict[LineRef, tuple[DatedQuantity, ...]] = {}
    for order, parcel in by_order.items():
        told.update(together_dates(book.state.orders[order].order, parcel))
    return {ref: told[ref] for ref in dates}


def _lying_ready(book: OrderBook, waiting: Iterable[LineRef]) -> dict[LineRef, int]:
    """Return the units that only wait for what they ship together with, by line."""
    orders: dict[OrderRef, list[LineRef]] = {}
    for ref in waiting:
        orders.setdefault(book.state.lines[ref].order.order.ref, []).append(ref)
    ready: dict[LineRef, int] = {}
    for order, lines in orders.items():
        for ref in companions(book.state.orders[order].order, lines):
            ready[ref] = book.state.lines[ref].allocated
    return {ref: units for ref, units in ready.items() if units}


def _due(book: OrderBook, line: LineRef) -> date | None:
    """Return the day from which a line may be served, None if it may be now."""
    record = book.state.lines[line]
    return record.line.allocate_not_before if record.postponed else None


def _lines_of(book: OrderBook, pool: Pool) -> list[LineRef]:
    """Return the lines that wait in a pool, in the queue or for what is kept."""
    record = book.state.pools.get(pool)
    if record is None:
        return []
    kept = [ref for one in record.open_lines.values() for ref, _ in one.pins]
    return [*kept, *(one.line.line.ref for one in record.queue)]


def _with_companions(
    book: OrderBook, lines: Iterable[LineRef], *, held: bool = False
) -> set[LineRef]:
    """Return lines, held ones aside, and the waiting lines they ship together with."""
    seen = {ref for ref in lines if held or not book.state.lines[ref].order.held}
    orders = {book.state.lines[ref].order.order.ref for ref in seen}
    for order in orders:
        for group in book.state.orders[order].groups.values():
            if seen.intersection(group):
                seen.update(one for one in group if book.state.lines[one].waiting)
    return seen


def _pools(book: OrderBook, line: LineRef) -> list[Pool]:
    """Return the pools in which a line waits."""
    return [one.pool.pool for one in book.state.lines[line].portions if one.waiting]
