"""What a run is about: a shop's stock, orders and suppliers, and what will happen.

A scenario says everything in advance. Without deliveries every supplier brings all of a
purchase line on the expected day; `slips` and `damages` are the exceptions.
With deliveries, exactly those come.

>>> Slip(date(2026, 3, 16), "PO-4/1", date(2026, 3, 30), "a strike at the port").reason
'a strike at the port'
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import attrs

from backorderkit import (
    UNLIMITED,
    Order,
    Pool,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
)
from backorderkit.adapters.csv import Delivery
from backorderkit.model import AllocationPolicy
from backorderkit.values import OrderRef

ANY_NUMBER = SellingRule(UNLIMITED)


@attrs.frozen
class Slip:
    """On a day, a supplier names a new date of a purchase line."""

    on: date
    purchase_line: str
    expected_on: date
    reason: str


@attrs.frozen
class Damage:
    """Units of a purchase line that come broken and are replaced later."""

    purchase_line: str
    units: int
    reason: str
    replaced_on: date


@attrs.frozen
class Cancellation:
    """On a day, a customer no longer wants what still waits of an order."""

    on: date
    order: OrderRef
    reason: str


@attrs.frozen(kw_only=True)
class Scenario:
    """A shop and all that will happen to it.

    What is missing is ordered on the first day and every `buying_every_days` after it.
    `until` ends the run; without it, it ends when nothing more can happen.

    >>> Scenario(title="An empty shop", orders=()).deliveries is None
    True
    """

    title: str
    orders: tuple[Order, ...]
    stock: Mapping[Pool, int] = attrs.field(factory=dict)
    terms: tuple[SupplierTerms, ...] = ()
    deliveries: tuple[Delivery, ...] | None = None
    slips: tuple[Slip, ...] = ()
    damages: tuple[Damage, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    policy: AllocationPolicy = attrs.field(factory=by_priority)
    rules: SellingRules = attrs.field(factory=lambda: SellingRules(ANY_NUMBER))
    buying_every_days: int = 7
    until: date | None = None


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a time on a day, in UTC.

    >>> at(date(2026, 3, 2), 9).isoformat()
    '2026-03-02T09:00:00+00:00'
    """
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
