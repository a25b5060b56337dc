"""What a run is about: a shop's stock, orders and suppliers, and what will happen.

A scenario says everything in advance. Without deliveries every supplier brings all of a
purchase line on the expected day; what goes wrong then is told by slips and damages.
With deliveries, exactly those come.

>>> Delivery("R-1", datetime(2026, 3, 9, 8, tzinfo=UTC), [DeliveredLine("LAMP", 6)]).ref
'R-1'
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import attrs

from backorderkit import (
    UNLIMITED,
    AllocationPolicy,
    Order,
    Remedy,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
)
from backorderkit.values import MAIN, Location, OrderRef, Sku


@attrs.frozen
class Stock:
    """What lies on the shelf before the first day.

    >>> Stock("LAMP", 8).location
    'main'
    """

    sku: Sku
    on_hand: int
    location: Location = MAIN


@attrs.frozen
class DeliveredLine:
    """Goods of one SKU in a delivery; `row` is where a file told of them.

    Without a purchase line the oldest open one of the pool is settled first.

    >>> DeliveredLine("LAMP", 6).purchase_line is None
    True
    """

    sku: Sku
    accepted: int
    location: Location = attrs.field(default=MAIN, kw_only=True)
    purchase_line: str | None = attrs.field(default=None, kw_only=True)
    rejected: int = attrs.field(default=0, kw_only=True)
    reason: str = attrs.field(default="", kw_only=True)
    remedy: Remedy = attrs.field(default=Remedy.REPLACE, kw_only=True)
    final: bool = attrs.field(default=False, kw_only=True)
    row: int = attrs.field(default=0, kw_only=True)


ANY_NUMBER = SellingRule(UNLIMITED)


def _delivered(lines: Iterable[DeliveredLine]) -> tuple[DeliveredLine, ...]:
    """Return the lines as a tuple."""
    return tuple(lines)


@attrs.frozen
class Delivery:
    """Goods that come on one day, before anybody knows whose they are."""

    ref: str
    received_at: datetime
    lines: tuple[DeliveredLine, ...] = attrs.field(converter=_delivered)


@attrs.frozen
class Slip:
    """On a day, a supplier names another one for a purchase line."""

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
    stock: tuple[Stock, ...] = ()
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
