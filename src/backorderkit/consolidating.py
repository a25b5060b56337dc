"""Buying what is missing: many customers' shortages, one order per supplier.

For every pool the need is what waits and no supply covers, plus what a target level
asks for:

    need = waiting + target − free − incoming

Held orders are not bought for. Each SKU is bought from one of the suppliers that offer
it, chosen by the caller's rule. Lines for one supplier, destination and currency become
one purchase order; minimum and multiple are applied once per line, never per customer.
Every line keeps the waiting portions it is for, and how its quantity came about; what
is left over is surplus, supply for the next demand.

A plan that is not applied has bought nothing; planning again after applying it adds
nothing.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, SupplierTerms, oldest_first, plan_order
>>> monday, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
>>> for n, units in ((1, 5), (2, 3)):
...     order = Order(f"O-{n}", "ada", monday, [Line(f"O-{n}/1", "LAMP", units)])
...     book.apply(plan_order(book, order))
>>> terms = SupplierTerms("ACME", "LAMP", lead_time_days=7, multiple=12)
>>> plan = plan_purchases(book, Catalogue([terms]), at=monday)
>>> line = plan.events[0].order.lines[0]
>>> line.quantity, [need.line for need in line.needs], line.surplus
(12, ['O-1/1', 'O-2/1'], 4)
"""

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

import attrs

from backorderkit.book import OrderBook
from backorderkit.checks import (
    check_count,
    check_kind,
    check_mapping,
    check_ref,
    check_time,
)
from backorderkit.choosing import SupplierChoice, chosen, preferred
from backorderkit.errors import Duplicate, InvalidValue
from backorderkit.events import PurchasePlaced
from backorderkit.plan import Plan, Reason
from backorderkit.purchasing import (
    Catalogue,
    Need,
    PurchaseLine,
    PurchaseOrder,
    SupplierTerms,
)
from backorderkit.records import PoolRecord
from backorderkit.values import Location, Pool, Sku, SupplierRef

__all__ = ["TargetLevel", "plan_purchases"]

Key: TypeAlias = tuple[SupplierRef, Location, str]  # the last is the currency
Basket: TypeAlias = list[PurchaseLine]


@attrs.frozen
class TargetLevel:
    """Stock is filled up to `target` once it would fall below `minimum`.

    >>> TargetLevel(200, 300).wanted(level=194)
    (106, 6)
    """

    minimum: int
    target: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no whole number, and a target below the minimum.

        A minimum may be negative: so many units may be short before anything is bought.
        """
        for name, value in (("minimum", self.minimum), ("target", self.target)):
            check_count(f"{name} level", abs(value) if type(value) is int else value)
        if self.target < self.minimum:
            raise InvalidValue("target", self.target, f"give {self.minimum} or more")

    def wanted(self, level: int) -> tuple[int, int]:
        """Return the units to order at a level, and those that may not stay missing."""
        if level >= self.minimum:
            return 0, 0
        return max(self.target - level, 0), self.minimum - level


def plan_purchases(
    book: OrderBook,
    catalogue: Catalogue,
    *,
    at: datetime,
    targets: Mapping[Sku, int | TargetLevel] | None = None,
    choose: SupplierChoice = preferred,
    numbered: Callable[[int], str] = "PO-{}".format,
) -> Plan:
    """Decide what to buy now, from whom, and for whom.

    `targets` are levels per SKU to fill every location of the SKU up to, beyond what
    waits: a number, or a `TargetLevel` with a trigger. `numbered` makes the reference
    of the nth purchase order of the book. A SKU that nobody offers is named among the
    reasons. When to buy is the caller's decision: an order planned outside a supplier's
    slots is placed all the same, and expected as if it left in the next slot.

    Cost: O(pools + waiting portions that are bought for).

    >>> from datetime import UTC
    >>> from backorderkit import SupplierTerms, oldest_first
    >>> book = OrderBook(oldest_first())
    >>> catalogue = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> plan = plan_purchases(book, catalogue, at=monday, targets={"LAMP": 10})
    >>> plan.events[0].order.lines[0].quantity
    10
    """
    check_time("at", at)
    check_kind("catalogue", catalogue, Catalogue)
    levels = _levels(check_mapping("targets", targets or {}))
    reasons: list[Reason] = []
    baskets: dict[Key, Basket] = {}
    for pool in _pools(book, levels):
        need, urgent = _need(book, pool, levels)
        if need <= 0:
            continue
        offers = catalogue.offers(pool.sku)
        if not offers:
            reasons.append(_no_source(pool, need))
            continue
        terms = chosen(choose, offers, need)
        currency = terms.price.currency if terms.price else ""
        line = _line(book, pool, terms, need, urgent, at)
        if line.quantity < need:
            reasons.append(_maximum(pool, terms, need - line.quantity))
        key = (terms.supplier, pool.location, currency)
        baskets.setdefault(key, []).append(line)
    events = _orders(book, baskets, at, numbered)
    cause = "ordered from the supplier"
    return Plan(events, tuple(reasons), basis=book.version, at=at, cause=cause)


def _levels(targets: Mapping[Sku, int | TargetLevel]) -> dict[Sku, TargetLevel]:
    """Return the targets as levels: a bare number is minimum and target at once."""
    levels: dict[Sku, TargetLevel] = {}
    for sku, given in targets.items():
        check_ref("SKU", sku)
        if isinstance(given, TargetLevel):
            levels[sku] = given
        else:
            level = check_count(f"target level of {sku}", given)
            levels[sku] = TargetLevel(level, level)
    return levels


def _pools(book: OrderBook, levels: Mapping[Sku, TargetLevel]) -> list[Pool]:
    """Return every pool that may need goods, in sorted order."""
    pools = set(book.state.pools)
    pools.update(Pool(sku) for sku in levels if sku not in book.state.skus)
    return sorted(pools)


def _need(
    book: OrderBook, pool: Pool, levels: Mapping[Sku, TargetLevel]
) -> tuple[int, int]:
    """Return the units a pool needs, and the part that rounding may not leave out."""
    record = book.state.pools.get(pool)
    level = 0
    if record is not None:
        level = record.covered - record.queue.total
    short = max(-level, 0)
    target = levels.get(pool.sku)
    if target is None:
        return short, short
    wanted, urgent = target.wanted(level)
    return wanted, max(urgent, min(short, wanted))


def _no_source(pool: Pool, need: int) -> Reason:
    """Say that nobody offers a SKU."""
    text = f"{need} are needed at {pool.location}, and no supplier offers it"
    return Reason(pool.sku, "no_source", text, {"need": need})


def _maximum(pool: Pool, terms: SupplierTerms, rest: int) -> Reason:
    """Say that a supplier's maximum leaves a need for the next run."""
    text = f"{terms.supplier} takes no larger order; {rest} are left for the next one"
    return Reason(pool.sku, "maximum", text, {"rest": rest})


def _line(
    book: OrderBook,
    pool: Pool,
    terms: SupplierTerms,
    need: int,
    urgent: int,
    at: datetime,
) -> PurchaseLine:
    """Return the purchase line for a need; its reference is given later."""
    sizing = terms.size(need, at_least=urgent)
    return PurchaseLine(
        "-",
        pool.sku,
        sizing.quantity,
        expected_on=terms.arrival(at),
        unit_cost=terms.price,
        needs=tuple(_needs(book.state.pools.get(pool), sizing.quantity)),
        sizing=sizing,
    )


def _needs(pool: PoolRecord | None, units: int) -> Iterator[Need]:
    """Yield what no present supply covers, portion by portion, up to `units`."""
    if pool is None:
        return
    short = pool.short
    tail: list[Need] = []
    for portion in reversed(pool.queue):
        if short <= 0:
            break
        taken = min(short, portion.queued)
        short -= taken
        tail.append(Need(portion.line.line.ref, portion.number, taken))
    for need in reversed(tail):
        taken = min(need.quantity, units)
        if taken:
            whole = taken == need.quantity
            yield need if whole else attrs.evolve(need, quantity=taken)
            units -= taken


def _orders(
    book: OrderBook,
    baskets: Mapping[Key, Basket],
    at: datetime,
    numbered: Callable[[int], str],
) -> tuple[PurchasePlaced, ...]:
    """Make one purchase order of each basket, its lines in order of SKU."""
    events = []
    baskets = _with_unpriced(baskets)
    taken = Taken(book.state.purchases, book.state.purchase_lines)
    number = len(book.state.purchases)
    for supplier, destination, currency in sorted(baskets):
        basket = baskets[supplier, destination, currency]
        number, ref = taken.next_free(number, numbered, len(basket))
        lines = [
            attrs.evolve(line, ref=f"{ref}/{place}")
            for place, line in enumerate(basket, 1)
        ]
        order = PurchaseOrder(ref, supplier, at, lines, destination=destination)
        events.append(PurchasePlaced(order))
    return tuple(events)


@attrs.define
class Taken:
    """The references of purchase orders and lines that cannot be used again."""

    orders: Container[str]
    lines: Container[str]
    new: dict[str, None] = attrs.field(factory=dict)

    def next_free(
        self, number: int, numbered: Callable[[int], str], size: int
    ) -> tuple[int, str]:
        """Return the next number whose reference is free, for it and its lines."""
        previous = ""
        while True:
            number += 1
            ref = check_ref("purchase order reference", numbered(number))
            if self._is_free(ref, size):
                self.new[ref] = None
                return number, ref
            if ref == previous:
                raise Duplicate("purchase order", ref)
            previous = ref

    def _is_free(self, ref: str, size: int) -> bool:
        """Tell whether neither the order nor one of its lines is known."""
        if ref in self.orders or ref in self.new:
            return False
        return not any(f"{ref}/{place}" in self.lines for place in range(1, size + 1))


def _with_unpriced(baskets: Mapping[Key, Basket]) -> dict[Key, Basket]:
    """Let lines without a price join the supplier's first order that has prices."""
    joined = {key: list(basket) for key, basket in baskets.items()}
    for supplier, destination, currency in sorted(baskets):
        unpriced = joined.get((supplier, destination, ""), [])
        if currency and unpriced:
            basket = [*joined[supplier, destination, currency], *unpriced]
            joined[supplier, destination, currency] = sorted(
                basket, key=lambda line: line.sku
            )
            del joined[supplier, destination, ""]
    return joined
