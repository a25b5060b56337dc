"""Placing an order: what is accepted, where it is served from, what waits, until when.

The order walks through four steps. Sourcing splits its lines over locations. The
selling rules say how much of what cannot be served now may be sold short; what they
refuse is named with its reason. Free stock is allocated to the queue, in which the new
lines have their position like all others. And each line that waits is promised the day
on which the supply that reaches it arrives, if there is one.

Cost: O(lines of the order × log n); the units ahead of a line are counted from the end
of the queue, so an urgent order costs what it overtakes.
"""

from datetime import datetime

from backorderkit.book import OrderBook
from backorderkit.coverage import (
    ExpectedPortion,
    companions,
    promise_of,
    together_dates,
    told_dates,
)
from backorderkit.deciding.acceptance import ANYTHING, accepted, expected_in
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.deciding.portions import placed_draft, sourced
from backorderkit.deciding.quotes import quote_for
from backorderkit.deciding.sourcing import Sourcing
from backorderkit.errors import InvalidValue
from backorderkit.model import (
    Acceptance,
    Catalogue,
    DatedQuantity,
    Order,
    OrderRefused,
    Plan,
    PromiseMade,
    QuantityRefused,
    SellingRules,
)
from backorderkit.values import LineRef, OrderRef, check_kind, check_time

__all__ = ["plan_order"]


def plan_order(
    book: OrderBook,
    order: Order,
    *,
    rules: SellingRules = ANYTHING,
    sourcing: Sourcing | None = None,
    catalogue: Catalogue | None = None,
    quote: OrderRef | None = None,
    at: datetime | None = None,
) -> Plan:
    """Decide on a new order: accept, allocate what is free, promise the rest.

    Without `rules` everything may be sold short, without limit. Without `sourcing` each
    line is served from its own location. With a `catalogue`, what no supply covers yet
    is promised for the day on which a purchase made today would arrive. With a `quote`
    of the same customer, the order takes over what is held for that, and nothing held
    counts against it; the rest of the quote ends. Expired quotes of its SKUs end, too.
    `at` is the moment of the decision, by default `order.placed_at`: days follow it,
    the queue position follows `placed_at`.

    Raises `Duplicate` for an order or line the book knows, `InvalidValue` for a quote
    that has expired or holds nothing any more.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, SellingRule, oldest_first
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> rules = SellingRules(SellingRule(2))
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> print(plan_order(OrderBook(oldest_first()), order, rules=rules).explain())
    O-1 of ada is placed: 2 units.
    O-1/1: 3 refused, only 2 more of LAMP can be backordered (limit 2, 0 waiting).
    """
    check_new(book, order)
    check_kind("rules", rules, SellingRules)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    now = order.placed_at if at is None else check_time("at", at)
    held = None
    if quote is not None:
        held = quote_for(now, book.state.order(quote), order)
    portions = sourced(book, order, sourcing, held)
    portions, refused = accepted(book, order, now, portions, rules, catalogue, held)
    if refused and _nothing_left(order, refused, rules):
        event = OrderRefused(order, tuple(refused), at=now)
        return Plan((event,), basis=book.version, at=now, trigger=order.ref)
    draft = placed_draft(book, order, portions, quote=held, at=now)
    for part in refused:
        draft.follow(part)
    plan = fill(draft)
    promises = _promises(draft, order, catalogue)
    if not promises:
        return plan
    draft.reasons.clear()
    for promise in promises:
        draft.follow(promise)
    return fill(draft)


def check_new(book: OrderBook, order: Order) -> None:
    """Refuse what the book already knows."""
    if not isinstance(order, Order):
        raise InvalidValue("order", order, "give an Order")
    book.state.check_loaded(line.sku for line in order.lines)
    book.state.check_new(order)


def _nothing_left(
    order: Order, refused: list[QuantityRefused], rules: SellingRules
) -> bool:
    """Return whether the refused quantities leave nothing to accept."""
    if rules.accept is Acceptance.WHOLE_ORDER:
        return True
    units = sum(one.quantity for one in refused)
    return units == sum(line.quantity for line in order.lines)


def _promises(
    draft: Draft, order: Order, catalogue: Catalogue | None
) -> list[PromiseMade]:
    """Promise each line that waits the days on which its supply comes."""
    supplied = draft.kept_days or any(map(draft.has_supply, draft.dirty))
    if catalogue is None and not supplied:
        return []
    at, change = draft.at, draft.changes[order.ref]
    today = at.date()
    expected: dict[LineRef, list[ExpectedPortion]] = {}
    dates: dict[LineRef, tuple[DatedQuantity, ...]] = {}
    for line in order.lines:
        if change.waiting.get(line.ref):
            own = expected_in(draft, order.ref, line, at, catalogue)
            expected[line.ref], dates[line.ref] = own, told_dates(own, today)
    for ref in companions(order, dates):
        if units := change.allocated.get(ref, 0):
            dates[ref] = (DatedQuantity(units, today),)
    told = together_dates(order, dates)
    reason = "order placed"
    return [
        promise_of(ref, told[ref], expected.get(ref, ()), reason, at)
        for ref in told
        if told[ref]
    ]
