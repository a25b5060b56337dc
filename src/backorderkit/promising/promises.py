"""What customers are told: a first date, and a new one when the old cannot be kept.

The expected date moves with every receipt and every slip; a promise does not. It is
made when a date is first known, and again when the goods will come later than was told,
or much earlier and surely. Every promise stays in the ledger of its line, with
what it rested on.

Dates come from the same matching that allocates goods (see `coverage`), so a customer's
date moves only if the supply that reaches their queue position moves.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from backorderkit.book import LineRecord, OrderBook
from backorderkit.coverage import promise_of
from backorderkit.deciding import Draft, fill
from backorderkit.errors import InvalidValue
from backorderkit.model import Catalogue, Plan, PromiseMade
from backorderkit.promising.days import (
    Expected,
    days_to_tell,
    expected_lines,
    expected_pools,
)
from backorderkit.values import (
    LineRef,
    Pool,
    check_again,
    check_all,
    check_count,
    check_kind,
    check_text,
    check_time,
)

__all__ = ["plan_promises"]


def plan_promises(
    book: OrderBook,
    *,
    at: datetime,
    reason: str = "supply changed",
    pools: Iterable[Pool] | None = None,
    lines: Iterable[LineRef] | None = None,
    catalogue: Catalogue | None = None,
    later_by_days: int = 1,
    earlier_by_days: int = 3,
) -> Plan:
    """Decide which waiting lines are told a first date, or a new one.

    Looks at the given lines, at the given pools, or at all. A line is told a first date
    once all it waits for has one. After that its promise holds until the goods come
    `later_by_days` or more after it, or the date becomes unknown; or until they
    come `earlier_by_days` or more before it and surely: in stock, in transit, or
    confirmed. With a `catalogue`, what is not yet ordered is dated as if it were
    ordered today.

    Cost: O(waiting portions of the pools); of given lines, each O(log n) with the lines
    they ship together with. After a change of supply, `plan.slip.lines` are the lines
    to look at.

    >>> from datetime import UTC
    >>> from backorderkit.policies import oldest_first
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> plan_promises(OrderBook(oldest_first()), at=now).is_empty
    True
    """
    today = check_time("at", at).date()
    check_text("reason", reason)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    check_count("later_by_days", later_by_days, 1)
    check_count("earlier_by_days", earlier_by_days)
    expected = _expected(book, pools, lines, at, catalogue)
    thresholds = (timedelta(later_by_days), timedelta(max(earlier_by_days, 1)))
    draft = Draft(book, at=at, trigger=reason)
    for ref, told in days_to_tell(book, expected, today).items():
        record = book.state.lines[ref]
        promise = promise_of(ref, told, expected.get(ref, ()), reason, at)
        if _must_be_told(record, promise, *thresholds):
            draft.follow(promise)
    return fill(draft)


def _expected(
    book: OrderBook,
    pools: Iterable[Pool] | None,
    lines: Iterable[LineRef] | None,
    at: datetime,
    catalogue: Catalogue | None,
) -> Expected:
    """Return what is expected of the lines to look at."""
    if lines is not None:
        if pools is not None:
            raise InvalidValue("pools", pools, "give lines or pools, not both")
        check_again("lines", lines)
        refs = check_all("lines", lines, str)
        known = [ref for ref in refs if book.state.line(ref).waiting]
        return expected_lines(book, known, at, catalogue)
    check_again("pools", pools)
    chosen = book.state.pools_asked(pools)
    return expected_pools(book, chosen, at, catalogue)


def _must_be_told(
    line: LineRecord, promise: PromiseMade, later: timedelta, earlier: timedelta
) -> bool:
    """Return whether a customer must hear a promise, or the last one told holds."""
    told, on = line.promised_on, promise.promised_on
    if told is None or on is None:
        return told != on
    if on > told:
        return on - told >= later
    return told - on >= earlier and promise.confidence.is_sure
