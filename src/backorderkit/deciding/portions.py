"""How a new order enters: where its lines are served from, and where they queue."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

import attrs

from backorderkit.book import OrderBook, OrderRecord
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.quotes import Held, end_expired, give_back, hand_over
from backorderkit.deciding.sourcing import Sourcing, assigned
from backorderkit.model import Line, Order, OrderPlaced, Portion, ShipTogether
from backorderkit.values import LineRef, Location, Quantities, Sku

Portions: TypeAlias = Mapping[LineRef, list[Portion]]


def sourced(
    book: OrderBook,
    order: Order,
    sourcing: Sourcing | None,
    quote: OrderRecord | None = None,
) -> Portions:
    """Split every line into portions by location; the rest waits at its own.

    What a quote holds is taken where it is held, before anything else is looked for.
    """
    if quote is not None:
        return _as_quoted(book, order, sourcing, quote)
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


def _as_quoted(
    book: OrderBook, order: Order, sourcing: Sourcing | None, quote: OrderRecord
) -> Portions:
    """Split lines over the places where a quote holds units, and source the rest."""
    held = Held.by(book, quote)
    skus = dict.fromkeys(line.sku for line in order.lines)
    left = {sku: held.units(sku) for sku in skus}
    taken: dict[LineRef, dict[Location, int]] = {}
    for line in order.lines:
        missing, own = line.quantity, taken.setdefault(line.ref, {})
        for pool, units in tuple(left[line.sku].items()):
            if part := min(units, missing):
                own[pool.location] = own.get(pool.location, 0) + part
                left[line.sku][pool] -= part
                missing -= part
    rests = {
        line: line.quantity - sum(taken[line.ref].values()) for line in order.lines
    }
    lines = [attrs.evolve(line, quantity=rest) for line, rest in rests.items() if rest]
    more = sourced(book, attrs.evolve(order, lines=lines), sourcing) if lines else {}
    portions: dict[LineRef, list[Portion]] = {}
    for ref, own in taken.items():
        for one in more.get(ref, ()):
            own[one.location] = own.get(one.location, 0) + one.quantity
        portions[ref] = [
            Portion(ref, number, location, units)
            for number, (location, units) in enumerate(own.items())
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


def placed_draft(
    book: OrderBook,
    order: Order,
    portions: Portions,
    together: ShipTogether | None = None,
    quote: OrderRecord | None = None,
    *,
    at: datetime,
) -> Draft:
    """Return a draft in which the order is placed at a moment, and queued.

    Its queue position follows `placed_at`, days follow `at`. Expired quotes of its SKUs
    have ended in it; one that is named is taken over.
    """
    draft = Draft(book, at=at, trigger=order.ref, together=together)
    end_expired(draft, at, [line.sku for line in order.lines])
    held = None
    if quote is not None:
        held = Held.by(book, quote)
        give_back(draft, quote, f"ordered as {order.ref}", at)
    today = at.date()
    postponed = tuple(
        line.ref
        for line in order.lines
        if line.allocate_not_before is not None and line.allocate_not_before > today
    )
    parts = tuple(one for line in order.lines for one in portions[line.ref])
    draft.follow(OrderPlaced(order, parts, postponed, at=at))
    if held is not None:
        hand_over(draft, order, parts, held)
    return draft
