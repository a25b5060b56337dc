"""A quote holds goods for a customer until a time, and an order can take them over.

A quote is an order on hold: what is in stock is allocated to it, and what is on order
is pinned to it, so that no other order gets these units. It holds only what stock and
open purchase lines with a known day cover, at the queue position an order would get;
the rest is refused, and nothing is bought for it. It cannot ship.

    plan_quote       → held until a time
    plan_order       → an order, perhaps of other quantities, takes over what is held
    plan_acceptance  → the quote itself becomes the order
    plan_day, or a later order of its SKUs → what an expired quote holds is given back

>>> from datetime import UTC, timedelta
>>> from backorderkit import Line, oldest_first, plan_count
>>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
>>> book.apply(plan_count(book, "LAMP", 3, at=now))
>>> wish = Order("Q-1", "ada", now, [Line("Q-1/1", "LAMP", 5)])
>>> plan = plan_quote(book, wish, until=now + timedelta(days=2))
>>> print(plan.explain())
Q-1 holds 3 units until 2026-03-03 00:00+00:00.
Q-1/1: 2 refused, nothing on hand or on its way covers them.
Q-1/1 gets all the 3 it waits for.
"""

from collections.abc import Iterator
from datetime import date, datetime

import attrs

from backorderkit.book import OrderBook, OrderRecord
from backorderkit.coverage import promise_of, supplied
from backorderkit.deciding import (
    Draft,
    Sourcing,
    check_new,
    check_quote,
    end_expired,
    fill,
    given_by,
    placed_draft,
    sourced,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import (
    Allocated,
    Order,
    Plan,
    Portion,
    QuantityRefused,
    QuoteAccepted,
    QuotedPortion,
    QuoteHeld,
    QuoteRefused,
    ReasonCode,
    ShipTogether,
    UnitsPinned,
)
from backorderkit.promising.days import days_to_tell, expected_lines
from backorderkit.values import OrderRef, Pool, check_time

__all__ = ["plan_acceptance", "plan_quote"]

UNCOVERED = "nothing on hand or on its way covers them"


@attrs.frozen
class _Hold:
    """What a quote holds for one portion: stock, and open units by purchase line."""

    portion: Portion
    pool: Pool
    stock: int
    open: tuple[tuple[str, int], ...]

    @property
    def units(self) -> int:
        """Return all units held."""
        return self.stock + sum(units for _, units in self.open)


def plan_quote(
    book: OrderBook,
    order: Order,
    *,
    until: datetime,
    sourcing: Sourcing | None = None,
    at: datetime | None = None,
) -> Plan:
    """Hold goods for an order that is not placed yet, until a time.

    What nothing covers is refused, in whole if it is all. `at` is the moment of the
    decision, by default `order.placed_at`. Raises `Duplicate` for an order or line the
    book knows, `InvalidValue` for an end that is not later than that moment. O(lines of
    the order × (log n + supplies that cover them)).

    >>> from backorderkit import oldest_first
    >>> plan_quote(OrderBook(oldest_first()), "Q-1", until=None)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: order is 'Q-1': give an Order
    """
    check_new(book, order)
    now = order.placed_at if at is None else check_time("at", at)
    if check_time("until", until) <= now:
        raise InvalidValue("until", until.isoformat(), "give a later time than now")
    if order.hold:
        raise InvalidValue("hold", order.hold, "leave it empty: a quote is on hold")
    holds = list(_holds(book, order, sourcing, now))
    refused = tuple(_refused(order, holds, now))
    if not any(one.units for one in holds):
        event = QuoteRefused(order, refused, until, at=now)
        return Plan((event,), basis=book.version, at=now, trigger=order.ref)
    draft = Draft(book, at=now, trigger=order.ref)
    end_expired(draft, now, [line.sku for line in order.lines])
    _enter(draft, order, until, [one for one in holds if one.units], refused)
    return fill(draft)


def _holds(
    book: OrderBook, order: Order, sourcing: Sourcing | None, at: datetime
) -> Iterator[_Hold]:
    """Yield what there is for each portion of an order, at its place in the queue."""
    portions, today = sourced(book, order, sourcing), at.date()
    trial = placed_draft(book, order, portions, ShipTogether.HOLD, at=at)
    got = given_by(fill(trial))
    own: dict[str, int] = {}
    for line in order.lines:
        numbers = iter(range(len(portions[line.ref])))
        for portion in portions[line.ref]:
            pool = Pool(line.sku, portion.location)
            stock = got.get((line.ref, portion.number), 0)
            kept = _open_units(trial, order, portion, today, own)
            hold = _Hold(portion, pool, stock, kept)
            number = next(numbers) if hold.units else portion.number
            smaller = attrs.evolve(portion, number=number)
            yield attrs.evolve(hold, portion=smaller)


def _open_units(
    trial: Draft, order: Order, portion: Portion, today: date, own: dict[str, int]
) -> tuple[tuple[str, int], ...]:
    """Return the open units of known day that would reach a portion of an order.

    What is kept of a purchase line is the first of it to come. So nothing is held of a
    later part while others wait for an earlier one, which would be lost to them; `own`
    counts what the quote has of each line.
    """
    units: dict[str, int] = {}
    for one in trial.waiting_portions(order.ref, portion.line):
        record = trial.state.pools.get(one.pool) if one is not None else None
        if one is None or one.portion != portion.number or record is None:
            continue
        ahead, free = trial.units_ahead(one), trial.unreserved(one.pool)
        for count, supply in supplied(record, ahead, ahead + one.quantity, free):
            if supply is None or supply.on is None or supply.on < today:
                continue
            ref, parts = supply.purchase.line.ref, supply.purchase.supplies
            earlier = sum(part.units for part in parts if part.key < supply.key)
            if own.get(ref, 0) >= earlier:
                own[ref] = own.get(ref, 0) + count
                units[ref] = units.get(ref, 0) + count
    return tuple(units.items())


def _refused(
    order: Order, holds: list[_Hold], at: datetime
) -> Iterator[QuantityRefused]:
    """Yield what nothing covers."""
    for line in order.lines:
        held = sum(one.units for one in holds if one.portion.line == line.ref)
        if missing := line.quantity - held:
            code = ReasonCode.NOT_COVERED
            yield QuantityRefused(line.ref, order.ref, missing, code, UNCOVERED, at=at)


def _enter(
    draft: Draft,
    order: Order,
    until: datetime,
    holds: list[_Hold],
    refused: tuple[QuantityRefused, ...],
) -> None:
    """Write down the quote, and give it what it holds."""
    at, words = draft.at, until.isoformat(" ", "minutes")
    quote = attrs.evolve(order, hold=f"quoted until {words}")
    parts = tuple(attrs.evolve(one.portion, quantity=one.units) for one in holds)
    draft.follow(QuoteHeld(quote, parts, until, at=at))
    for event in refused:
        draft.follow(event)
    for hold, part in zip(holds, parts, strict=True):
        if hold.stock:
            given = (hold.stock, part.quantity)
            draft.follow(Allocated(part.line, part.number, *given, at=at))
        for purchase_line, units in hold.open:
            ref = (part.line, part.number)
            draft.follow(UnitsPinned(purchase_line, *ref, units, "quoted", at))


def plan_acceptance(book: OrderBook, quote: OrderRef, *, at: datetime) -> Plan:
    """Accept a quote as an order, unchanged, and promise what was quoted.

    Raises `InvalidValue` for an order that is no quote, and for a quote that expired or
    holds nothing any more.

    >>> from datetime import UTC, timedelta
    >>> from backorderkit import Line, oldest_first, plan_count
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> wish = Order("Q-1", "ada", now, [Line("Q-1/1", "LAMP", 2)])
    >>> book.apply(plan_quote(book, wish, until=now + timedelta(days=2)))
    >>> book.apply(plan_acceptance(book, "Q-1", at=now))
    >>> book.line("Q-1/1").allocated, book.order("Q-1").held
    (2, '')
    """
    record = book.state.order(quote)
    check_time("at", at)
    check_quote(record, at, "place an order instead")
    draft = Draft(book, at=at, trigger="a quote was accepted")
    draft.follow(QuoteAccepted(quote, at, _holdings(record)))
    lines = [line.line.ref for line in record.lines if line.waiting]
    expected = expected_lines(book, lines, at, held=True)
    for ref, told in days_to_tell(book, expected, at.date()).items():
        if told:
            why = "quote accepted"
            draft.follow(promise_of(ref, told, expected.get(ref, ()), why, at))
    return fill(draft)


def _holdings(quote: OrderRecord) -> tuple[QuotedPortion, ...]:
    """Return what a quote brings into its order."""
    return tuple(
        QuotedPortion(*portion.ref, portion.pool.pool.location, units, allocated)
        for line in quote.lines
        for portion in line.portions
        if (units := portion.waiting + (allocated := portion.allocated))
    )
