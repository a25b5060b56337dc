"""Placing an order: what is accepted, where it is served from, what waits, until when.

The order walks through four steps. Sourcing splits its lines over locations. The
selling rules say how much of what cannot be served now may be sold short; what they
refuse is named with its reason. Free goods meet the queue, in which the new lines stand
at their place like everyone else. And each line that waits is promised the day on which
the supply that reaches it arrives, if there is one.

Cost: O(lines of the order × log n); the units ahead of a line are counted from the end
of the queue, so an urgent order costs what it overtakes.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import attrs

from backorderkit.backorders import Together
from backorderkit.book import OrderBook
from backorderkit.checks import check_kind
from backorderkit.coverage import together_dates, told_dates
from backorderkit.deciding.accepting import (
    ANYTHING,
    backorder_of,
    expected_in,
    may_wait,
    restricts,
    short_now,
)
from backorderkit.deciding.changes import Change
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.deciding.sourcing import Sourcing, assigned
from backorderkit.errors import Duplicate, InvalidValue
from backorderkit.events import (
    Allocated,
    OrderPlaced,
    OrderRefused,
    Portion,
    PromiseMade,
    QuantityRefused,
)
from backorderkit.orders import Line, Order
from backorderkit.plan import Plan
from backorderkit.purchasing import Catalogue
from backorderkit.selling import Acceptance, SellingRules
from backorderkit.values import LineRef, Location, Pool, Quantities, Sku

__all__ = ["plan_order"]

Portions: TypeAlias = Mapping[LineRef, list[Portion]]


def plan_order(
    book: OrderBook,
    order: Order,
    *,
    rules: SellingRules = ANYTHING,
    sourcing: Sourcing | None = None,
    catalogue: Catalogue | None = None,
) -> Plan:
    """Decide on a new order: accept, allocate what is free, promise the rest.

    Without `rules` everything may be sold short, without limit. Without `sourcing` each
    line is served from its own location. With a `catalogue`, what no supply covers yet
    is promised for the day on which a purchase made today would arrive.

    Raises `Duplicate` for an order or line the book knows.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import SellingRule, oldest_first
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> rules = SellingRules(SellingRule(2))
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> print(plan_order(OrderBook(oldest_first()), order, rules=rules).explain())
    O-1 of ada is placed: 2 units.
    O-1/1: 3 refused, only 2 of LAMP may wait now.
    """
    _check_new(book, order)
    check_kind("rules", rules, SellingRules)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    portions = _sourced(book, order, sourcing)
    portions, refused = _accepted(book, order, portions, rules, catalogue)
    if refused and _nothing_left(order, refused, rules):
        event, at = OrderRefused(order, tuple(refused)), order.placed_at
        return Plan((event,), basis=book.version, at=at, cause=order.ref)
    draft = _placed(book, order, portions)
    draft.events += refused
    plan = fill(draft)
    promises = _promises(draft, order, catalogue)
    if not promises:
        return plan
    draft.reasons.clear()
    for promise in promises:
        draft.promise(promise)
    return fill(draft)


def _check_new(book: OrderBook, order: Order) -> None:
    """Refuse what the book already knows."""
    if not isinstance(order, Order):
        raise InvalidValue("order", order, "give an Order")
    if order.ref in book.state.orders:
        raise Duplicate("order", order.ref)
    for line in order.lines:
        if line.ref in book.state.lines:
            raise Duplicate("line", line.ref)


# Where it is served from


def _sourced(book: OrderBook, order: Order, sourcing: Sourcing | None) -> Portions:
    """Split every line into portions by location; the rest waits at its own."""
    if sourcing is None:
        return {
            line.ref: [Portion(line.ref, 0, line.location, line.quantity)]
            for line in order.lines
        }
    answer = assigned(order, sourcing, _free_by_location(book, order.lines))
    portions: dict[LineRef, list[Portion]] = {}
    for line in order.lines:
        units: dict[Location, int] = {}
        for one in answer[line.ref]:
            units[one.location] = units.get(one.location, 0) + one.quantity
        rest = line.quantity - sum(units.values())
        if rest:
            units[line.location] = units.get(line.location, 0) + rest
        portions[line.ref] = [
            Portion(line.ref, number, location, quantity)
            for number, (location, quantity) in enumerate(units.items())
        ]
    return portions


def _free_by_location(
    book: OrderBook, lines: Iterable[Line]
) -> dict[Location, Quantities]:
    """Return what is free of the SKUs of an order, by location."""
    free: dict[Location, dict[Sku, int]] = {}
    for sku in sorted({line.sku for line in lines}):
        record = book.state.skus.get(sku)
        for pool in record.pools if record else ():
            free.setdefault(pool.pool.location, {})[sku] = pool.free
    return {location: Quantities(free[location]) for location in sorted(free)}


# What is accepted


def _accepted(
    book: OrderBook,
    order: Order,
    portions: Portions,
    rules: SellingRules,
    catalogue: Catalogue | None,
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
        cut = _first_cut(book, order, portions, rules, catalogue)
        if cut is None:
            return portions, [refused[one] for one in portions if one in refused]
        line, parts, code, reason = cut
        portions = {**portions, line.ref: parts}
        units = line.quantity - sum(one.quantity for one in parts)
        refused[line.ref] = QuantityRefused(line.ref, order.ref, units, code, reason)


def _first_cut(
    book: OrderBook,
    order: Order,
    portions: Portions,
    rules: SellingRules,
    catalogue: Catalogue | None,
) -> tuple[Line, list[Portion], str, str] | None:
    """Return the first line that would wait for too much, with what it may have."""
    today = order.placed_at.date()
    trial = _tried(book, order, portions)
    got = _given(fill(trial))
    short: dict[Sku, int] = {}
    for line in order.lines:
        before = short.setdefault(line.sku, short_now(book, line.sku))
        parts = portions[line.ref]
        missing = sum(one.quantity - got.get(_id(one), 0) for one in parts)
        expected = expected_in(trial, order.ref, line, today, catalogue)
        rule = rules.of(line.sku)
        allowed, code, reason = may_wait(rule, line, missing, before, expected, today)
        if missing > allowed:
            if rules.accept is Acceptance.WHOLE_LINES:
                return line, [], code, reason
            cut = _reduced(parts, missing - allowed, got)
            free = sum(trial.free(Pool(line.sku, one.location)) for one in parts)
            larger = _reduced(parts, max(missing - allowed - free, 1), got)
            if free and _fits(
                book, order, {**portions, line.ref: larger}, line, allowed
            ):
                cut = larger
            return line, cut, code, reason
        short[line.sku] = before + missing
    return None


def _fits(
    book: OrderBook, order: Order, portions: Portions, line: Line, allowed: int
) -> bool:
    """Tell whether a line would be served up to what may wait.

    A policy that serves whole lines may give nothing to a large line and all to a
    smaller one.
    """
    got = _given(fill(_tried(book, order, portions)))
    parts = portions[line.ref]
    return sum(one.quantity - got.get(_id(one), 0) for one in parts) <= allowed


def _tried(book: OrderBook, order: Order, portions: Portions) -> Draft:
    """Return a draft of the order as if it were not held and its lines not bound."""
    loose = attrs.evolve(order, hold="") if order.hold else order
    return _placed(book, loose, portions, together=Together.HOLD)


def _given(plan: Plan) -> dict[tuple[LineRef, int], int]:
    """Return the units that a plan allocates to each portion."""
    units: dict[tuple[LineRef, int], int] = {}
    for event in plan.events:
        if isinstance(event, Allocated):
            ref = (event.line, event.portion)
            units[ref] = units.get(ref, 0) + event.quantity
    return units


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


def _nothing_left(
    order: Order, refused: list[QuantityRefused], rules: SellingRules
) -> bool:
    """Tell whether the refused quantities leave nothing to accept."""
    if rules.accept is Acceptance.WHOLE_ORDER:
        return True
    units = sum(one.quantity for one in refused)
    return units == sum(line.quantity for line in order.lines)


# Who waits, and until when


def _placed(
    book: OrderBook,
    order: Order,
    portions: Portions,
    together: Together | None = None,
) -> Draft:
    """Return a draft in which the order stands in its queues."""
    draft = Draft(book, at=order.placed_at, cause=order.ref, together=together)
    today = order.placed_at.date()
    postponed = tuple(
        line.ref
        for line in order.lines
        if line.allocate_not_before is not None and line.allocate_not_before > today
    )
    parts = tuple(one for line in order.lines for one in portions[line.ref])
    draft.events.append(OrderPlaced(order, parts, postponed))
    change = Change(order, None, bool(order.hold), postponed)
    draft.changes[order.ref] = change
    for line in order.lines:
        for portion in portions[line.ref]:
            if change.held or line.ref in postponed:
                change.wait(line.ref, portion.quantity)
            else:
                draft.queue_up(
                    backorder_of(order, line, portion, order.placed_at), change
                )
    return draft


def _promises(
    draft: Draft, order: Order, catalogue: Catalogue | None
) -> list[PromiseMade]:
    """Promise each line that waits the days on which its supply comes."""
    today, waiting = order.placed_at.date(), draft.changes[order.ref].waiting
    dates = {
        line.ref: told_dates(
            expected_in(draft, order.ref, line, today, catalogue), today
        )
        for line in order.lines
        if waiting.get(line.ref)
    }
    told = together_dates(order, dates)
    return [
        PromiseMade(ref, told[ref], "order placed", order.placed_at)
        for ref in told
        if told[ref]
    ]
