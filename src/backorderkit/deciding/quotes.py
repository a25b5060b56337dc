"""Quotes end: because their time is over, or because an order takes what they hold.

A quote is an order on hold that has what it was offered: stock allocated to it, and
open units kept for it. When it expires it gives all of that back, to whoever waits.
When an order takes it over, the order gets exactly these units, stock first, before the
queue is asked; what the order does not need is given back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile

import attrs

from backorderkit.book import OrderBook, OrderRecord, State
from backorderkit.coverage import ExpectedPortion, Peg, SupplySource, pins_of_portion
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.lowering import lower
from backorderkit.model import Allocated, Order, Portion, QuoteExpired, UnitsPinned
from backorderkit.values import Pool, Sku


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
