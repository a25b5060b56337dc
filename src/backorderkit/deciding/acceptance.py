"""How much of an order may wait: the selling rules, judged by trials of the order.

A rule limits what cannot be served now, so it is judged with the facts of a trial: how
many units the request would lack, how many of the SKU are short already, and when the
missing ones would come. The first line that would wait for too much is cut, and the
rest is tried again, for it may be served otherwise then.

Invariant: what is accepted would, if it were placed now, wait for no more than the
rules allow. With 3 LAMP free and a rule of 2, an order for 9 is accepted for 5: 3 are
allocated, 2 wait, and 4 are refused with code and reason.

Cost: one trial of the order per line that is cut, and one more where a policy serves
whole lines only.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import attrs

from backorderkit.book import OrderBook, OrderRecord
from backorderkit.coverage import (
    ExpectedPortion,
    expected_at,
    units_by_day,
    with_unordered,
)
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill, given_by
from backorderkit.deciding.portions import Portions, placed_draft
from backorderkit.deciding.quotes import ending
from backorderkit.leadtimes import arrival
from backorderkit.model import (
    UNLIMITED,
    Acceptance,
    Backorder,
    Catalogue,
    Line,
    Order,
    Portion,
    QuantityRefused,
    ReasonCode,
    SellingRule,
    SellingRules,
    ShipTogether,
)
from backorderkit.values import LineRef, OrderRef, Pool, Sku, days_after

ANYTHING = SellingRules(SellingRule(UNLIMITED))


def accepted(
    book: OrderBook,
    order: Order,
    at: datetime,
    portions: Portions,
    rules: SellingRules,
    catalogue: Catalogue | None,
    quote: OrderRecord | None = None,
) -> tuple[Portions, list[QuantityRefused]]:
    """Return what the selling rules allow of the portions, and what they refuse.

    The order is tried as if it were not held and every line shipped alone: what is
    there is there, whatever the parcel waits for. The first line that would wait for
    too much is cut, and the rest is tried again, for it may be served otherwise then.
    """
    refused: dict[LineRef, QuantityRefused] = {}
    if not any(restricts(rules.of(line.sku)) for line in order.lines):
        return portions, []
    while True:
        cut = _first_cut(book, order, at, portions, rules, catalogue, quote)
        if cut is None:
            return portions, [refused[one] for one in portions if one in refused]
        line, parts, code, reason = cut
        portions = {**portions, line.ref: parts}
        units = line.quantity - sum(one.quantity for one in parts)
        refused[line.ref] = QuantityRefused(
            line.ref, order.ref, units, code, reason, at=at
        )


def _first_cut(
    book: OrderBook,
    order: Order,
    at: datetime,
    portions: Portions,
    rules: SellingRules,
    catalogue: Catalogue | None,
    quote: OrderRecord | None,
) -> tuple[Line, list[Portion], str, str] | None:
    """Return the first line that would wait for too much, with what it may have."""
    today = at.date()
    trial = _tried(book, order, at, portions, quote)
    got = given_by(fill(trial))
    short: dict[Sku, int] = {}
    for line in order.lines:
        ends = ending(book, quote, at, line.sku)
        before = short.setdefault(line.sku, short_now(book, line.sku) - ends)
        parts = portions[line.ref]
        missing = sum(one.quantity - got.get(_id(one), 0) for one in parts)
        expected = expected_in(trial, order.ref, line, at, catalogue)
        rule = rules.of(line.sku)
        allowed, code, reason = may_wait(rule, line, missing, before, expected, today)
        if missing > allowed:
            if rules.accept is Acceptance.WHOLE_LINES:
                return line, [], code, reason
            cut = _reduced(parts, missing - allowed, got)
            free = sum(trial.free(Pool(line.sku, one.location)) for one in parts)
            larger = _reduced(parts, max(missing - allowed - free, 1), got)
            if free and _fits(
                book, order, at, {**portions, line.ref: larger}, line, allowed, quote
            ):
                cut = larger
            return line, cut, code, reason
        short[line.sku] = before + missing
    return None


def _fits(
    book: OrderBook,
    order: Order,
    at: datetime,
    portions: Portions,
    line: Line,
    allowed: int,
    quote: OrderRecord | None,
) -> bool:
    """Return whether a line would be served up to what may wait.

    A policy that serves whole lines may give nothing to a large line and all to a
    smaller one.
    """
    got = given_by(fill(_tried(book, order, at, portions, quote)))
    parts = portions[line.ref]
    return sum(one.quantity - got.get(_id(one), 0) for one in parts) <= allowed


def _tried(
    book: OrderBook,
    order: Order,
    at: datetime,
    portions: Portions,
    quote: OrderRecord | None,
) -> Draft:
    """Return a draft of the order as if it were not held and its lines not bound."""
    loose = attrs.evolve(order, hold="") if order.hold else order
    return placed_draft(book, loose, portions, ShipTogether.HOLD, quote, at=at)


def _id(portion: Portion) -> tuple[LineRef, int]:
    """Return what names a portion."""
    return (portion.line, portion.number)


def _reduced(
    parts: list[Portion], units: int, got: Mapping[tuple[LineRef, int], int]
) -> list[Portion]:
    """Take refused units off the parts of a line: what would wait first, then the rest.

    Of each kind the last part gives first. Numbers stay without gaps.
    """
    left = {_id(one): one.quantity for one in parts}
    for keep in (got, {}):
        for one in reversed(parts):
            taken = min(units, max(left[_id(one)] - keep.get(_id(one), 0), 0))
            left[_id(one)] -= taken
            units -= taken
    kept = [(one, left[_id(one)]) for one in parts if left[_id(one)]]
    return [
        attrs.evolve(one, number=number, quantity=quantity)
        for number, (one, quantity) in enumerate(kept)
    ]


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
