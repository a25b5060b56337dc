"""Buying what is missing: many customers' shortages, one order per supplier.

For every pool the need is what waits and no supply covers, plus what a target level
asks for (see `requirements`), plus what would wait too long for its supply (see
`wait_or_buy`). Held orders are not bought for. Each SKU is bought from one of the
suppliers that offer it, chosen by the caller's rule. Lines for one supplier,
destination and currency become one purchase order; minimum and multiple are applied
once per line, never per customer. Every line keeps the waiting portions it is for, and
how its quantity came about; what is left over is surplus, supply for the next demand.

A plan that is not applied has bought nothing; planning again after applying it adds
nothing, unless the caller's choice turns to a faster supplier.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, SupplierTerms, oldest_first, plan_order
>>> monday, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
>>> for n, units in ((1, 5), (2, 3)):
...     order = Order(f"O-{n}", "ada", monday, [Line(f"O-{n}/1", "LAMP", units)])
...     book.apply(plan_order(book, order))
>>> terms = SupplierTerms("ACME", "LAMP", lead_time_days=7, multiple=12)
>>> plan = plan_replenishment(book, Catalogue([terms]), at=monday)
>>> line = plan.events[0].order.lines[0]
>>> line.quantity, [need.line for need in line.needs], line.surplus
(12, ['O-1/1', 'O-2/1'], 4)
"""

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date, datetime
from typing import TypeAlias

import attrs

from backorderkit.book import OrderBook, PoolRecord
from backorderkit.coverage import uncovered
from backorderkit.errors import Duplicate
from backorderkit.model import (
    UNLIMITED,
    Catalogue,
    Plan,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    PurchasePlaced,
    Reason,
    ReasonCode,
    SupplierChoice,
    SupplierTerms,
    chosen,
    preferred,
)
from backorderkit.replenishment.requirements import (
    TargetLevel,
    levels_of,
    need_of,
    needs_of,
)
from backorderkit.replenishment.wait_or_buy import (
    Choice,
    Wait,
    WaitWindow,
    lacking,
    missing_units,
)
from backorderkit.replenishment.wait_reasons import reasons_for_needs, reasons_for_pool
from backorderkit.values import (
    Location,
    Pool,
    Sku,
    SupplierRef,
    check_kind,
    check_ref,
    check_time,
)

__all__ = ["TargetLevel", "plan_replenishment"]

Key: TypeAlias = tuple[SupplierRef, Location, str]  # the last is the currency
Basket: TypeAlias = list[PurchaseLine]


def plan_replenishment(
    book: OrderBook,
    catalogue: Catalogue,
    *,
    at: datetime,
    targets: Mapping[Sku, int | TargetLevel] | None = None,
    wait: Wait = UNLIMITED,
    choose: SupplierChoice = preferred,
    numbered: Callable[[int], str] = "PO-{}".format,
) -> Plan:
    """Decide what to buy now, from whom, and for whom.

    `targets` are levels per SKU to fill every location of the SKU up to, beyond what
    waits: a number, or a `TargetLevel` with a trigger. `wait` says how long lines wait
    for what is on order already: as long as it takes, or a `WaitWindow`, beyond which
    units are bought once more if that is faster; then the reasons name what each line
    waits for and which supply is left over. `choose` is asked with the units that the
    fastest offer would be bought for; its own day decides how many are. `numbered`
    makes the reference of the nth purchase order of the book. A SKU that nobody offers
    is named among the reasons, and so is a line for which a purchase comes too late.
    When to buy is the caller's decision: an order planned outside a supplier's slots is
    placed all the same, and expected as if it left in the next slot.

    Cost: O(pools + waiting portions that are bought for); with a window O(n log n) in
    the waiting portions and open supplies of the pools that have any on order.

    >>> from datetime import UTC
    >>> from backorderkit import SupplierTerms, oldest_first
    >>> book = OrderBook(oldest_first())
    >>> catalogue = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> plan = plan_replenishment(book, catalogue, at=monday, targets={"LAMP": 10})
    >>> plan.events[0].order.lines[0].quantity
    10
    """
    check_time("at", at)
    check_kind("catalogue", catalogue, Catalogue)
    if wait is not UNLIMITED:
        check_kind("wait", wait, WaitWindow)
    need = Asking(book, catalogue, levels_of(targets), wait, at)
    reasons: list[Reason] = []
    baskets: dict[Key, Basket] = {}
    for pool in need.pools():
        units, _ = need.of(pool, need.choice(pool))
        if units <= 0:
            continue
        offers = catalogue.offers(pool.sku)
        if not offers:
            reasons.append(_no_source(pool, units))
            continue
        terms = chosen(choose, offers, units)
        line = need.line(pool, terms)
        if line is None:
            continue
        currency = terms.price.currency if terms.price else ""
        if line.sizing is not None and line.quantity < line.sizing.need:
            reasons.append(_maximum(pool, terms, line.sizing.need - line.quantity))
        key = (terms.supplier, pool.location, currency)
        baskets.setdefault(key, []).append(line)
    events = _orders(book, baskets, at, numbered)
    reasons.extend(need.reasons([event.order for event in events]))
    reason = "ordered from the supplier"
    return Plan(events, tuple(reasons), basis=book.version, at=at, trigger=reason)


@attrs.frozen
class Asking:
    """What the pools of a book need, by levels and by how long their lines wait."""

    book: OrderBook
    catalogue: Catalogue
    levels: Mapping[Sku, TargetLevel]
    wait: Wait
    at: datetime

    def pools(self) -> list[Pool]:
        """Return every pool that may need goods, in sorted order."""
        known = self.book.state
        new = (Pool(sku) for sku in self.levels if sku not in known.skus)
        return sorted([*known.pools, *new])

    def choice(self, pool: Pool, arrival: date | None = None) -> Choice | None:
        """Return how to choose between waiting and buying, None if all can wait.

        Without an arrival, what is bought now comes as early as any offer allows.
        """
        if not isinstance(self.wait, WaitWindow):
            return None
        earliest = arrival or self.catalogue.earliest_arrival(pool.sku, self.at)
        return Choice(self.wait, self.at.date(), earliest)

    def of(self, pool: Pool, choice: Choice | None) -> tuple[int, int]:
        """Return the units to buy for a pool, and those that are urgent."""
        record, missing = self.book.state.pools.get(pool), 0
        if record is not None:
            missing = missing_units(record, choice) if choice else record.short
        return need_of(record, self.levels.get(pool.sku), missing)

    def line(self, pool: Pool, terms: SupplierTerms) -> PurchaseLine | None:
        """Return the purchase line for a pool, None if it needs nothing by then.

        Its reference is given later.
        """
        arrival = terms.arrival(self.at)
        choice = self.choice(pool, arrival)
        units, urgent = self.of(pool, choice)
        if units <= 0:
            return None
        sizing = terms.size(units, at_least=urgent)
        record = self.book.state.pools.get(pool)
        needs = () if record is None else _needs(record, choice, sizing.quantity)
        return PurchaseLine(
            "-",
            pool.sku,
            sizing.quantity,
            expected_on=arrival,
            unit_cost=terms.price,
            needs=tuple(needs),
            sizing=sizing,
        )

    def reasons(self, orders: list[PurchaseOrder]) -> Iterator[Reason]:
        """Yield what comes too late and, with a window, what waits for what."""
        bought = {
            Pool(line.sku, order.destination): (line, order)
            for order in orders
            for line in order.lines
        }
        for pool in self.pools():
            record, new = self.book.state.pools.get(pool), bought.get(pool)
            choice = self.choice(pool, new[0].expected_on if new else None)
            if choice is None and new is not None:
                yield from reasons_for_needs(self.book, new[0])
            elif choice and record and (new or record.supplies):
                yield from reasons_for_pool(record, choice, new)


def _needs(
    pool: PoolRecord, choice: Choice | None, units: int
) -> Iterator[PurchaseNeed]:
    """Yield the portions that units are bought for, in the order of the queue."""
    return needs_of(lacking(pool, choice) if choice else uncovered(pool), units)


def _no_source(pool: Pool, need: int) -> Reason:
    """Describe a SKU that no supplier offers."""
    text = f"{need} are needed at {pool.location}, and no supplier offers it"
    return Reason(pool.sku, ReasonCode.NO_SOURCE, text, {"need": need})


def _maximum(pool: Pool, terms: SupplierTerms, rest: int) -> Reason:
    """Describe how a supplier's maximum leaves a need for the next run."""
    text = f"{terms.supplier} takes no larger order; {rest} are left for the next one"
    return Reason(pool.sku, ReasonCode.MAXIMUM, text, {"rest": rest})


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
        """Return whether neither the order nor one of its lines is known."""
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
