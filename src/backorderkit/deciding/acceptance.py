"""How much may wait: the selling rules applied to units that cannot be served now.

The rule of a SKU is judged with the facts of a trial: how many units the request would
lack, how many of the SKU are short already, and when the missing ones would come.
"""

from collections.abc import Iterable
from datetime import date, datetime

from backorderkit.book import OrderBook
from backorderkit.coverage import (
    ExpectedPortion,
    expected_at,
    units_by_day,
    with_unordered,
)
from backorderkit.deciding.draft import Draft
from backorderkit.leadtimes import arrival
from backorderkit.model import (
    UNLIMITED,
    Backorder,
    Catalogue,
    Line,
    ReasonCode,
    SellingRule,
    SellingRules,
)
from backorderkit.values import OrderRef, Sku, days_after

ANYTHING = SellingRules(SellingRule(UNLIMITED))


def restricts(rule: SellingRule) -> bool:
    """Return whether a rule can refuse anything."""
    unlimited = rule.backorders is UNLIMITED and rule.wait_days is UNLIMITED
    return not unlimited or rule.until is not None


def short_now(book: OrderBook, sku: Sku) -> int:
    """Return the units of a SKU that wait now, over all locations."""
    record = book.state.skus.get(sku)
    return record.waiting if record else 0


def may_wait(
    rule: SellingRule,
    line: Line,
    missing: int,
    short: int,
    expected: Iterable[ExpectedPortion],
    today: date,
) -> tuple[int, str, str]:
    """Return how many of the missing units may wait; code and reason for no more."""
    allowed, code, reason = missing, "", ""
    headroom = rule.headroom(short)
    if headroom is not UNLIMITED and headroom < allowed:
        allowed, code = headroom, ReasonCode.CAP_REACHED
        more = f"only {allowed}" if allowed else "no"
        figures = f"limit {rule.backorders}, {short} waiting"
        reason = f"{more} more of {line.sku} can be backordered ({figures})"
        if not rule.backorders:
            code, reason = ReasonCode.NOT_SOLD_SHORT, f"{line.sku} is not sold short"
    latest = _latest(rule, today)
    if latest is not None:
        days = units_by_day(expected, today)
        in_time = sum(units for on, units in days.items() if on <= latest)
        if in_time < allowed:
            allowed, code = in_time, ReasonCode.TOO_LATE
            reason = f"only {in_time} of {line.sku} can be there by {latest}"
    return allowed, code, reason


def _latest(rule: SellingRule, today: date) -> date | None:
    """Return the last day on which waiting goods may arrive, None for no limit."""
    latest = rule.until
    if rule.wait_days is not UNLIMITED:
        by_wait = days_after(today, min(rule.wait_days, (date.max - today).days))
        latest = by_wait if latest is None else min(latest, by_wait)
    return latest


def expected_in(
    draft: Draft,
    order: OrderRef,
    line: Line,
    at: datetime,
    catalogue: Catalogue | None = None,
    portion: int | None = None,
) -> list[ExpectedPortion]:
    """Return when the units that a line (or one portion of it) waits for would come."""
    if draft.is_outside(line.ref):
        return []
    to_order_on = arrival(catalogue, line.sku, at)
    expected: list[ExpectedPortion] = []
    for ref, days in draft.kept_days.items():
        expected += days if ref[0] == line.ref else []
    for one in draft.waiting_portions(order, line.ref):
        if one is None:
            return []
        if portion is None or one.portion == portion:
            dates = _supplied(draft, one)
            expected += with_unordered(dates, one.quantity, to_order_on)
    return expected


def _supplied(draft: Draft, backorder: Backorder) -> list[ExpectedPortion]:
    """Return when present supply reaches a waiting portion."""
    pool = draft.state.pools.get(backorder.pool)
    free = draft.unreserved(backorder.pool)
    if pool is None or not (pool.supplies or free > 0):
        return []
    ahead = draft.units_ahead(backorder)
    return expected_at(pool, ahead, backorder.quantity, free)
