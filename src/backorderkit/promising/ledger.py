"""What customers are told: a first date, and a new one when the old cannot be kept.

The expected date moves with every receipt and every slip; a promise does not. It is
made when a date is first known, and made anew when the goods will come later than was
told, or much earlier. Every promise stays in the ledger of its line.

Dates come from the same matching that allocates goods (see `coverage`), so a customer's
date moves only if the supply that reaches his place in the queue moves.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from backorderkit.book import OrderBook
from backorderkit.checks import (
    check_again,
    check_all,
    check_count,
    check_kind,
    check_text,
    check_time,
)
from backorderkit.coverage import cover
from backorderkit.deciding.accepting import arrival
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.events import DatedQuantity, PromiseMade
from backorderkit.expecting import (
    ExpectedPortion,
    Source,
    companions,
    not_before,
    together_dates,
    told_dates,
    with_unordered,
)
from backorderkit.plan import Plan
from backorderkit.purchasing import Catalogue
from backorderkit.records import LineRecord
from backorderkit.values import LineRef, OrderRef, Pool

__all__ = ["plan_promises"]


def plan_promises(
    book: OrderBook,
    *,
    at: datetime,
    cause: str = "supply changed",
    pools: Iterable[Pool] | None = None,
    catalogue: Catalogue | None = None,
    earlier_by_days: int = 3,
) -> Plan:
    """Decide which waiting lines are told a first date, or a new one.

    Looks at the given pools, or at all. A line is told a first date once all it waits
    for has one; a later date than the promised one, or that nobody knows a date any
    more; and an earlier one if it is earlier by `earlier_by_days` or more. With a
    `catalogue`, what is not yet ordered is dated as if it were ordered today; such a
    date never moves a promise forward.

    Cost: O(waiting portions of the pools).

    >>> from datetime import UTC
    >>> from backorderkit.policies import oldest_first
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> plan_promises(OrderBook(oldest_first()), at=now).is_empty
    True
    """
    today = check_time("at", at).date()
    check_text("cause", cause)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    check_count("earlier_by_days", earlier_by_days)
    check_again("pools", pools)
    if pools is not None:
        pools = check_all("pools", pools, Pool)
    expected = _expected(book, pools, catalogue, today)
    for ref, units in _lying_ready(book, expected).items():
        expected[ref] = [ExpectedPortion(units, None, Source.IN_STOCK)]
    dates = {ref: told_dates(found, today) for ref, found in expected.items()}
    promises: list[PromiseMade] = []
    for ref, told in _as_they_leave(book, dates).items():
        record, sure = book.state.lines[ref], _is_ordered(expected[ref])
        promise = _promise(record, told, sure, at, cause, earlier_by_days)
        if promise is not None:
            promises.append(promise)
    draft = Draft(book, at=at, cause=cause)
    for promise in promises:
        draft.promise(promise)
    return fill(draft)


def _expected(
    book: OrderBook,
    pools: Iterable[Pool] | None,
    catalogue: Catalogue | None,
    today: date,
) -> dict[LineRef, list[ExpectedPortion]]:
    """Return what every line that waits in some pools expects, all of it."""
    chosen = sorted(book.state.pools if pools is None else set(pools))
    expected: dict[LineRef, list[ExpectedPortion]] = {}
    seen = _with_companions(book, (r for pool in chosen for r in _lines_of(book, pool)))
    for pool in sorted({*chosen, *(one for ref in seen for one in _pools(book, ref))}):
        coverage = cover(book, *pool)
        for peg in coverage.pegs:
            source = Source.ON_ORDER if peg.purchase_line else Source.IN_STOCK
            expected.setdefault(peg.line, []).append(
                ExpectedPortion(
                    peg.quantity, peg.expected_on, source, peg.purchase_line
                )
            )
        to_order_on = arrival(catalogue, pool.sku, today)
        for missing in coverage.uncovered:
            portions = expected.setdefault(missing.line, [])
            portions += with_unordered([], missing.quantity, to_order_on)
    return {
        ref: not_before(portions, _due(book, ref))
        for ref, portions in expected.items()
        if ref in seen
    }


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
    """Return the lines that wait in a pool."""
    record = book.state.pools.get(pool)
    return [one.line.line.ref for one in record.queue] if record else []


def _with_companions(book: OrderBook, lines: Iterable[LineRef]) -> set[LineRef]:
    """Return lines and the waiting lines they ship together with."""
    seen = set(lines)
    orders = {book.state.lines[ref].order.order.ref for ref in seen}
    for order in orders:
        for group in book.state.orders[order].groups.values():
            if seen.intersection(group):
                seen.update(one for one in group if book.state.lines[one].waiting)
    return seen


def _pools(book: OrderBook, line: LineRef) -> list[Pool]:
    """Return the pools in which a line waits."""
    return [one.pool.pool for one in book.state.lines[line].portions if one.waiting]


def _as_they_leave(
    book: OrderBook, dates: Mapping[LineRef, tuple[DatedQuantity, ...]]
) -> dict[LineRef, tuple[DatedQuantity, ...]]:
    """Return the dates by line, those of one parcel on one day."""
    by_order: dict[OrderRef, dict[LineRef, tuple[DatedQuantity, ...]]] = {}
    for ref in dates:
        order = book.state.lines[ref].order.order.ref
        by_order.setdefault(order, {})[ref] = dates[ref]
    told: dict[LineRef, tuple[DatedQuantity, ...]] = {}
    for order, own in by_order.items():
        told.update(together_dates(book.state.orders[order].order, own))
    return {ref: told[ref] for ref in dates}


def _is_ordered(expected: list[ExpectedPortion]) -> bool:
    """Tell whether a date rests on goods in stock or on order alone."""
    return all(one.source is not Source.TO_BE_ORDERED for one in expected)


def _promise(
    line: LineRecord,
    dates: tuple[DatedQuantity, ...],
    is_ordered: bool,
    at: datetime,
    cause: str,
    earlier_by_days: int,
) -> PromiseMade | None:
    """Return the promise a line must hear now, None if the last one stands."""
    told = line.promised_on
    if not dates:
        unknown = PromiseMade(line.line.ref, (), cause, at)
        return None if told is None else unknown
    on = dates[-1].on
    new = PromiseMade(line.line.ref, dates, cause, at)
    if told is None or on > told:
        return new
    earlier = told - on >= timedelta(days=max(earlier_by_days, 1))
    return new if is_ordered and earlier else None
