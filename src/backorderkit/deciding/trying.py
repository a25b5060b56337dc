"""What is accepted of a new order: the selling rules, judged by trials of the order."""

from collections.abc import Mapping

import attrs

from backorderkit.book import OrderBook, OrderRecord
from backorderkit.deciding.acceptance import expected_in, may_wait, restricts, short_now
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill, given_by
from backorderkit.deciding.portions import Portions, placed_draft
from backorderkit.deciding.quotes import ending
from backorderkit.model import (
    Acceptance,
    Catalogue,
    Line,
    Order,
    Portion,
    QuantityRefused,
    SellingRules,
    ShipTogether,
)
from backorderkit.values import LineRef, Pool, Sku


def accepted(
    book: OrderBook,
    order: Order,
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
        cut = _first_cut(book, order, portions, rules, catalogue, quote)
        if cut is None:
            return portions, [refused[one] for one in portions if one in refused]
        line, parts, code, reason = cut
        portions = {**portions, line.ref: parts}
        units = line.quantity - sum(one.quantity for one in parts)
        refused[line.ref] = QuantityRefused(
            line.ref, order.ref, units, code, reason, at=order.placed_at
        )


def _first_cut(
    book: OrderBook,
    order: Order,
    portions: Portions,
    rules: SellingRules,
    catalogue: Catalogue | None,
    quote: OrderRecord | None,
) -> tuple[Line, list[Portion], str, str] | None:
    """Return the first line that would wait for too much, with what it may have."""
    today = order.placed_at.date()
    trial = _tried(book, order, portions, quote)
    got = given_by(fill(trial))
    short: dict[Sku, int] = {}
    for line in order.lines:
        ends = ending(book, quote, order.placed_at, line.sku)
        before = short.setdefault(line.sku, short_now(book, line.sku) - ends)
        parts = portions[line.ref]
        missing = sum(one.quantity - got.get(_id(one), 0) for one in parts)
        expected = expected_in(trial, order.ref, line, order.placed_at, catalogue)
        rule = rules.of(line.sku)
        allowed, code, reason = may_wait(rule, line, missing, before, expected, today)
        if missing > allowed:
            if rules.accept is Acceptance.WHOLE_LINES:
                return line, [], code, reason
            cut = _reduced(parts, missing - allowed, got)
            free = sum(trial.free(Pool(line.sku, one.location)) for one in parts)
            larger = _reduced(parts, max(missing - allowed - free, 1), got)
            if free and _fits(
                book, order, {**portions, line.ref: larger}, line, allowed, quote
            ):
                cut = larger
            return line, cut, code, reason
        short[line.sku] = before + missing
    return None


def _fits(
    book: OrderBook,
    order: Order,
    portions: Portions,
    line: Line,
    allowed: int,
    quote: OrderRecord | None,
) -> bool:
    """Tell whether a line would be served up to what may wait.

    A policy that serves whole lines may give nothing to a large line and all to a
    smaller one.
    """
    got = given_by(fill(_tried(book, order, portions, quote)))
    parts = portions[line.ref]
    return sum(one.quantity - got.get(_id(one), 0) for one in parts) <= allowed


def _tried(
    book: OrderBook, order: Order, portions: Portions, quote: OrderRecord | None
) -> Draft:
    """Return a draft of the order as if it were not held and its lines not bound."""
    loose = attrs.evolve(order, hold="") if order.hold else order
    return placed_draft(book, loose, portions, ShipTogether.HOLD, quote)


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
