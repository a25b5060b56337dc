"""A day that has passed is no day: what is believed of supply that is overdue.

Experience may name another day, given that the goods have not come so far. Without it,
and in any case once the goods are overdue by more than a fence of days, nobody knows.
So an overdue line is never expected today, and never counted on for ever.

    named for 10 March, today 12 March    →  experience: 19 March, estimated
    named for 10 March, today 25 March    →  beyond a fence of 14 days: unknown
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeAlias

import attrs

from backorderkit.book import (
    OrderBook,
    PurchaseLineStatus,
    PurchaseRecord,
    purchase_line_status,
)
from backorderkit.errors import InvalidValue
from backorderkit.leadtimes import LeadTimes, arrival_on
from backorderkit.model import Event, Evidence, Plan, PurchaseExpected, SupplyShipped
from backorderkit.values import check_count, check_date, check_kind, check_time

__all__ = ["Estimate", "by_experience", "plan_overdue"]

Estimate: TypeAlias = Callable[[PurchaseLineStatus, date], date | None]
"""Returns the day on which overdue goods come, seen from today; None: unknown."""

CAUSE = "overdue"


def by_experience(lead_times: LeadTimes, percent: int) -> Estimate:
    """Return an estimate: by then so many per cent of such deliveries had come.

    Of the deliveries that took as long as this one so far, that is. For `plan_overdue`.

    >>> from datetime import UTC
    >>> from backorderkit import PurchaseLine, PurchaseOrder, oldest_first
    >>> from backorderkit.leadtimes import Observation
    >>> from backorderkit import plan_purchase_order
    >>> monday, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
    >>> line = PurchaseLine("PO-1/1", "LAMP", 8, expected_on=date(2026, 3, 10))
    >>> order = PurchaseOrder("PO-1", "ACME", monday, [line])
    >>> book.apply(plan_purchase_order(book, order))
    >>> days = (7, 7, 7, 7, 8, 8, 8, 8, *[14] * 8)
    >>> learnt = LeadTimes(Observation("ACME", "LAMP", one) for one in days)
    >>> estimate = by_experience(learnt, 80)
    >>> estimate(book.purchase_line("PO-1/1"), date(2026, 3, 12))
    datetime.date(2026, 3, 16)
    """
    check_kind("lead_times", lead_times, LeadTimes)

    def estimate(line: PurchaseLineStatus, today: date) -> date | None:
        if line.ordered_at is None:
            return None
        return arrival_on(
            lead_times,
            line.supplier,
            line.pool.sku,
            percent,
            ordered_on=line.ordered_at.date(),
            today=today,
            mode=line.mode,
        )

    return estimate


def plan_overdue(
    book: OrderBook,
    *,
    at: datetime,
    estimate: Estimate | None = None,
    fence_days: int = 14,
) -> Plan:
    """Estimate a new day for every open purchase line whose expected day has passed.

    `estimate` names a day, today or later, given that the goods have not come so far.
    More than `fence_days` after the day that was last named for it, a line has no day
    any more, nor has it one without an estimate. Goods that are announced and overdue
    have none either. Run it once a day, and `plan_promises` after it. O(open purchase
    lines).

    >>> from datetime import UTC
    >>> from backorderkit import PurchaseLine, PurchaseOrder, oldest_first
    >>> from backorderkit import plan_purchase_order
    >>> monday, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
    >>> line = PurchaseLine("PO-1/1", "LAMP", 8, expected_on=date(2026, 3, 10))
    >>> order = PurchaseOrder("PO-1", "ACME", monday, [line])
    >>> book.apply(plan_purchase_order(book, order))
    >>> plan = plan_overdue(book, at=datetime(2026, 3, 12, tzinfo=UTC))
    >>> print(plan.explain())
    PO-1/1 is expected on an unknown date, overdue.
    """
    check_time("at", at)
    check_count("fence_days", fence_days)
    fence = timedelta(fence_days)
    events: list[Event] = []
    for pool in sorted(book.state.pools):
        for _, purchase in sorted(book.state.pools[pool].open_lines.items()):
            events += _withdrawn_notices(purchase, at)
            events += _dated_anew(purchase, estimate, fence, at)
    return Plan(tuple(events), basis=book.version, at=at, trigger=CAUSE)


def _withdrawn_notices(
    purchase: PurchaseRecord, at: datetime
) -> Iterator[SupplyShipped]:
    """Yield what was announced for a day that has passed, now without a day."""
    for notice in purchase.announced:
        if notice.expected_on is not None and notice.expected_on < at.date():
            yield attrs.evolve(notice, expected_on=None, at=at)


def _dated_anew(
    purchase: PurchaseRecord, estimate: Estimate | None, fence: timedelta, at: datetime
) -> Iterator[PurchaseExpected]:
    """Yield the new day of a line that is overdue, by experience or none."""
    today, line = at.date(), purchase.line.ref
    expected, named = purchase.expected_on, purchase.named_on
    if expected is None or named is None:
        return
    if today - named > fence:
        yield PurchaseExpected(line, None, CAUSE, at, Evidence.NOTHING)
    elif expected < today:
        on = estimate(purchase_line_status(purchase), today) if estimate else None
        if on is not None and check_date(f"estimate for {line}", on) < today:
            raise InvalidValue(f"estimate for {line}", on, "give today or later")
        known = Evidence.EXPERIENCE if on else Evidence.NOTHING
        yield PurchaseExpected(line, on, CAUSE, at, known)
