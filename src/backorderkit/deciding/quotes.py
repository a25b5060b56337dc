"""Quotes: what a quote may not do, who can take it over, and how it ends.

A quote is an order on hold that has what it was offered: stock allocated to it, and
open units pinned to it. It cannot ship, be picked, released or raised. An order takes
it over, or it is accepted as it is, before its time is over and while it holds
anything.

When it expires, it gives back what it holds to the queue. When an order takes it over,
the order gets exactly these units, stock first, before the queue is asked; what the
order does not need is given back.

>>> from backorderkit.model import Line
>>> from datetime import UTC
>>> now = datetime(2026, 3, 1, tzinfo=UTC)
>>> wish = Order("Q-1", "ada", now, [Line("Q-1/1", "LAMP", 5)])
>>> refuse_quote(OrderRecord(wish, "", {}, 0, quoted_until=now), "release")
Traceback (most recent call last):
    ...
backorderkit.errors.NotPossible: cannot release 1 of 'Q-1', only 0: \
accept the quote as an order first
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile

import attrs

from backorderkit.book import OrderBook, OrderRecord, State
from backorderkit.coverage import ExpectedPortion, Peg, SupplySource, pins_of_portion
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.lowering import lower
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import Allocated, Order, Portion, QuoteExpired, UnitsPinned
from backorderkit.values import Pool, Sku


def refuse_quote(order: OrderRecord, verb: str) -> None:
    """Refuse to treat a quote as if it were an order already."""
    if order.quoted_until is not None:
        ref = order.order.ref
        raise NotPossible(
            verb, ref, asked=1, possible=0, remedy="accept the quote as an order first"
        )


def check_quote(quote: OrderRecord, at: datetime, remedy: str) -> None:
    """Refuse what is no quote, is over, or holds nothing any more."""
    ref = quote.order.ref
    if quote.quoted_until is None:
        raise InvalidValue("quote", ref, "name an order that is only quoted")
    if quote.quoted_until <= at:
        until = quote.quoted_until.isoformat()
        raise InvalidValue(f"end of quote {ref}", until, remedy)
    if not quote.expires:
        raise InvalidValue(f"units held by quote {ref}", 0, remedy)


def quote_for(at: datetime, quote: OrderRecord, order: Order) -> OrderRecord:
    """Return a quote that an order may take over, or refuse it with the reason."""
    check_quote(quote, at, "place the order without it")
    if quote.order.customer != order.customer:
        customer = quote.order.customer
        raise InvalidValue("customer of the order", order.customer, f"it is {customer}")
    return quote


def end_expired(draft: Draft, at: datetime, skus: Iterable[Sku] | None = None) -> None:
    """Release what expired quotes hold, all or those that hold some SKUs.

    O(quotes that have expired).
    """
    for quote in expired(draft.state, at, skus):
        draft.follow(QuoteExpired(quote.order.ref, at))
        give_back(draft, quote, "the quote expired", at)


def expired(
    state: State, at: datetime, skus: Iterable[Sku] | None = None
) -> tuple[OrderRecord, ...]:
    """Return the quotes that still hold something though their time is over.

    Without `skus` those of the whole book. A part holds every quote of its SKUs.
    """
    ended = takewhile(lambda entry: entry[0] <= at, state.quote_entries(skus))
    quotes = (state.orders[ref] for _, ref in ended)
    if skus is None:
        return tuple(quotes)
    wanted = frozenset(skus)
    return tuple(
        quote
        for quote in quotes
        if any(line.line.sku in wanted for line in quote.lines)
    )


def give_back(draft: Draft, quote: OrderRecord, reason: str, at: datetime) -> None:
    """Let go everything a quote holds."""
    for line in quote.lines:
        if units := line.waiting + line.allocated:
            lower(draft, line, units, reason)


@attrs.define
class Held:
    """What a quote held: stock and open units, by pool."""

    stock: dict[Pool, int] = attrs.field(factory=dict)
    pegs: dict[Pool, list[Peg]] = attrs.field(factory=dict)

    @classmethod
    def by(cls, book: OrderBook, quote: OrderRecord) -> "Held":
        """Look at what a quote holds."""
        held = cls()
        for line in quote.lines:
            for portion in line.portions:
                pool = portion.pool.pool
                held.stock[pool] = held.stock.get(pool, 0) + portion.allocated
                own = held.pegs.setdefault(pool, [])
                own += pins_of_portion(book, portion)
        return held

    def units(self, sku: Sku) -> dict[Pool, int]:
        """Return how many units of a SKU it held, by pool."""
        return {
            pool: stock + sum(peg.quantity for peg in self.pegs[pool])
            for pool, stock in self.stock.items()
            if pool.sku == sku
        }


def hand_over(
    draft: Draft, order: Order, portions: Iterable[Portion], held: Held
) -> None:
    """Give the new portions of an order what a quote held for it, stock first."""
    skus = {line.ref: line.sku for line in order.lines}
    for portion in portions:
        pool = Pool(skus[portion.line], portion.location)
        left = portion.quantity
        if units := min(held.stock.get(pool, 0), left):
            held.stock[pool] -= units
            ref, wanted = (portion.line, portion.number), portion.quantity
            draft.follow(Allocated(*ref, units, wanted, at=draft.at))
            left -= units
        held.pegs[pool], taken = _split(held.pegs.get(pool, ()), left)
        for peg in taken:
            _keep(draft, portion, peg)


def _split(pegs: Sequence[Peg], units: int) -> tuple[list[Peg], list[Peg]]:
    """Divide pegs: what is left after so many units, and those units."""
    left, taken = [], []
    for peg in pegs:
        part = min(peg.quantity, units)
        units -= part
        if part:
            taken.append(attrs.evolve(peg, quantity=part))
        if part < peg.quantity:
            left.append(attrs.evolve(peg, quantity=peg.quantity - part))
    return left, taken


def _keep(draft: Draft, portion: Portion, peg: Peg) -> None:
    """Pin open units to a new portion that a quote had pinned."""
    ref, at = (portion.line, portion.number), draft.at
    line = peg.purchase_line or ""
    draft.follow(UnitsPinned(line, *ref, peg.quantity, "as quoted", at))
    days = draft.kept_days.setdefault(ref, [])
    days.append(
        ExpectedPortion(
            peg.quantity, peg.expected_on, SupplySource.ON_ORDER, line, peg.evidence
        )
    )


def ending(book: OrderBook, quote: OrderRecord | None, at: datetime, sku: Sku) -> int:
    """Return the units of a SKU whose wait ends with quotes: one named, or expired."""
    quotes = (*expired(book.state, at, [sku]), *((quote,) if quote else ()))
    lines = (line for one in quotes for line in one.lines)
    return sum(line.waiting for line in lines if line.line.sku == sku)
