"""What a replay needs to know of a history: demand, stock, suppliers, deliveries.

Demand is served in the order (date, order, line), and `Wanted` sorts by it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

import attrs

from backorderkit import Catalogue, Money
from backorderkit.model import cheapest
from tests.replays.tables import TableError

CURRENCY = "USD"
REVIEW_DAYS = 7


class Wanted(NamedTuple):
    """One line of demand."""

    on: date
    order: int
    line: int
    sku: str
    quantity: int
    customer: str


class Delivery(NamedTuple):
    """Goods that arrive on a day, whoever ordered them."""

    on: date
    purchase_order: int
    sku: str
    quantity: int


class Kind(Enum):
    """Where supply comes from: stock alone, weekly purchases, given deliveries."""

    FINITE = "finite"
    WEEKLY = "weekly"
    DATED = "dated"


@attrs.frozen
class Setup:
    """Demand in the order of service, and what there is to meet it.

    What a kind of set-up has no use for is empty.
    """

    kind: Kind
    demand: list[Wanted]
    stock: Mapping[str, int] = attrs.field(factory=dict, kw_only=True)
    catalogue: Catalogue = attrs.field(factory=Catalogue, kw_only=True)
    targets: Mapping[str, int] = attrs.field(factory=dict, kw_only=True)
    deliveries: tuple[Delivery, ...] = attrs.field(default=(), kw_only=True)


def with_targets(setup: Setup, factor: Fraction) -> Setup:
    """Return a set-up that starts at its order-up-to levels and is filled up to them.

        level = ceil(factor × total demand × (7 + lead time) / calendar days)

    The calendar runs from the first to the last day of the demand.
    """
    levels: dict[str, int] = {}
    for sku, units in total(setup.demand).items():
        days = (setup.demand[-1].on - setup.demand[0].on).days + 1
        lead = cheapest(setup.catalogue.offers(sku), units).lead_time_days
        levels[sku] = ceil(factor * units * (REVIEW_DAYS + lead) / days)
    return attrs.evolve(setup, stock=levels, targets=levels)


def total(demand: Iterable[Wanted]) -> dict[str, int]:
    """Return the units wanted of every item."""
    units: dict[str, int] = {}
    for wanted in demand:
        units[wanted.sku] = units.get(wanted.sku, 0) + wanted.quantity
    return units


def money(price: Decimal | None) -> Money | None:
    """Return a price, None where there is none."""
    return None if price is None else Money(price, CURRENCY)


def by_first(rows: Iterable[tuple[Any, ...]]) -> dict[Any, tuple[Any, ...]]:
    """Return rows by their first column."""
    return {key: tuple(rest) for key, *rest in rows}


def found(known: Mapping[Any, Any], key: object, what: str) -> Any:
    """Return an entry that another table speaks of."""
    try:
        return known[key]
    except KeyError:
        raise TableError(
            f"{what} {key} has lines but is in no table; add its row"
        ) from None
