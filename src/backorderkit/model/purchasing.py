"""What is bought: suppliers' terms, purchase orders and their lines.

A purchase order is placed once and never rewritten. Its lines state what was ordered,
when it is expected, and which waiting lines it was bought for: many customers' needs in
one line, each still named. What came of it (accepted, rejected, closed) is in the book.

`SupplierTerms` are one supplier's conditions for one SKU: days to arrival, price, the
smallest and largest order, the pack. Its `size` turns a need into an order quantity and
shows every step.

>>> terms = SupplierTerms("ACME", "LAMP", lead_time_days=7, minimum=20, multiple=12)
>>> terms.size(need=5)
Sizing(need=5, by_minimum=15, by_rounding=4, by_maximum=0)
>>> terms.size(need=5).quantity, terms.size(need=5).surplus
(24, 19)
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model.evidence import Evidence
from backorderkit.model.lot_sizing import Rounding, Sizing
from backorderkit.values import (
    ANY_DAY,
    MAIN,
    LineRef,
    Location,
    Money,
    OrderCalendar,
    Sku,
    SupplierRef,
    check_all,
    check_count,
    check_time,
    is_a,
    is_count,
    is_optional,
    is_optional_date,
    is_quantity,
    is_ref,
    is_text,
    is_time,
)

__all__ = [
    "Catalogue",
    "PurchaseLine",
    "PurchaseNeed",
    "PurchaseOrder",
    "SupplierTerms",
]


def _is_maximum(_: object, field: "attrs.Attribute[int]", value: object) -> None:
    """Validate a maximum: None for none, else 1 or more."""
    if value is not None:
        is_quantity(_, field, value)


@attrs.frozen
class SupplierTerms:
    """One supplier's conditions for one SKU.

    Quantities are base units. `maximum=None` means no maximum. Of two equal offers the
    one with the lower `preference` is taken, then the one whose supplier sorts first.
    Without a `calendar` the supplier takes orders and delivers on any day.

    >>> SupplierTerms("ACME", "LAMP", lead_time_days=7).multiple
    1
    """

    supplier: SupplierRef = attrs.field(validator=is_ref)
    sku: Sku = attrs.field(validator=is_ref)
    lead_time_days: int = attrs.field(validator=is_count, kw_only=True)
    price: Money | None = attrs.field(
        default=None, validator=is_optional(Money), kw_only=True
    )
    minimum: int = attrs.field(default=1, validator=is_quantity, kw_only=True)
    multiple: int = attrs.field(default=1, validator=is_quantity, kw_only=True)
    maximum: int | None = attrs.field(default=None, validator=_is_maximum, kw_only=True)
    rounding: Rounding = attrs.field(
        default=Rounding.UP, validator=is_a(Rounding), kw_only=True
    )
    preference: int = attrs.field(default=0, validator=is_count, kw_only=True)
    calendar: OrderCalendar | None = attrs.field(
        default=None, validator=is_optional(OrderCalendar), kw_only=True
    )

    def arrival(self, at: datetime) -> date:
        """Return the day an order made now arrives: next slot, then lead time."""
        calendar = self.calendar or ANY_DAY
        return calendar.arrival(calendar.next_slot(at), self.lead_time_days)

    def size(self, need: int, *, at_least: int = 0) -> Sizing:
        """Return the order quantity for a need, with the steps that led to it.

        The need is lifted to the minimum, brought to whole packs, cut to the maximum.
        `at_least` is the part of the need that rounding down may not leave unmet. A
        maximum below one pack still buys one pack; a maximum below the minimum wins.
        """
        check_count("need", abs(need) if type(need) is int else need)
        if need <= 0:
            return Sizing(need=0)
        check_count("at_least", at_least)
        lifted = max(need, self.minimum)
        packs = -(-lifted // self.multiple)
        if self.rounding is Rounding.DOWN:
            floor = lifted // self.multiple * self.multiple
            if floor >= max(at_least, self.minimum, 1):
                packs = floor // self.multiple
        rounded = packs * self.multiple
        most = self._most()
        cut = 0 if most is None else max(rounded - most, 0)
        return Sizing(
            need=need,
            by_minimum=lifted - need,
            by_rounding=rounded - lifted,
            by_maximum=cut,
        )

    def _most(self) -> int | None:
        """Return the largest order in whole packs, at least one pack."""
        if self.maximum is None:
            return None
        return max(self.maximum // self.multiple, 1) * self.multiple


@attrs.frozen(init=False)
class Catalogue:
    """The offers of all suppliers, by SKU; built once, asked often.

    >>> catalogue = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    >>> [offer.supplier for offer in catalogue.offers("LAMP")], catalogue.offers("RUG")
    (['ACME'], ())
    """

    _offers: Mapping[Sku, tuple[SupplierTerms, ...]]

    def __init__(self, terms: Iterable[SupplierTerms] = ()) -> None:
        """Sort the terms by SKU, preference and supplier; O(n log n)."""
        offers: dict[Sku, list[SupplierTerms]] = {}
        given = check_all("terms", terms, SupplierTerms)
        for one in sorted(given, key=_offer_order):
            offers.setdefault(one.sku, []).append(one)
        self.__attrs_init__({sku: tuple(offers[sku]) for sku in sorted(offers)})

    def offers(self, sku: Sku) -> tuple[SupplierTerms, ...]:
        """Return the offers for a SKU, the most preferred first."""
        return self._offers.get(sku, ())

    def earliest_arrival(self, sku: Sku, at: datetime) -> date | None:
        """Return the first day on which an order made now can arrive, over all offers.

        None if nobody offers the SKU, or only later than any date; O(offers).
        """
        left = (date.max - check_time("at", at).date()).days
        offers = [one for one in self.offers(sku) if one.lead_time_days <= left]
        return min((one.arrival(at) for one in offers), default=None)


def _offer_order(terms: SupplierTerms) -> tuple[object, ...]:
    """Rank offers by preference and supplier; the rest only makes the order total."""
    price = (terms.price.amount, terms.price.currency) if terms.price else (0, "")
    rest = (terms.minimum, terms.multiple, terms.maximum or 0, terms.rounding.value)
    calendar = repr(terms.calendar)
    first = (terms.preference, terms.supplier, terms.lead_time_days)
    return (*first, *price, *rest, calendar)


@attrs.frozen
class PurchaseNeed:
    """A part of a purchase line and the waiting portion it was bought for.

    >>> PurchaseNeed("O-1/1", 0, 5).quantity
    5
    """

    line: LineRef = attrs.field(validator=is_ref)
    portion: int = attrs.field(validator=is_count)
    quantity: int = attrs.field(validator=is_quantity)


def _needs(value: Iterable[PurchaseNeed]) -> tuple[PurchaseNeed, ...]:
    """Return the needs as a tuple."""
    return check_all("needs", value, PurchaseNeed)


@attrs.frozen
class PurchaseLine:
    """One SKU on a purchase order: how much, when it should come, whom it is for.

    `requested_on` is the day we asked the supplier for, `expected_on` the day we expect
    at first, and `evidence` what that rests on. Later days are facts of the book.

    >>> line = PurchaseLine("PO-1/1", "LAMP", 24, needs=[PurchaseNeed("O-1/1", 0, 5)])
    >>> line.surplus
    19
    """

    ref: str = attrs.field(validator=is_ref)
    sku: Sku = attrs.field(validator=is_ref)
    quantity: int = attrs.field(validator=is_quantity)
    expected_on: date | None = attrs.field(
        default=None, validator=is_optional_date, kw_only=True
    )
    requested_on: date | None = attrs.field(
        default=None, validator=is_optional_date, kw_only=True
    )
    evidence: Evidence = attrs.field(
        default=Evidence.REQUEST, validator=is_a(Evidence), kw_only=True
    )
    unit_cost: Money | None = attrs.field(
        default=None, validator=is_optional(Money), kw_only=True
    )
    needs: tuple[PurchaseNeed, ...] = attrs.field(
        default=(), converter=_needs, kw_only=True
    )
    sizing: Sizing | None = attrs.field(
        default=None, validator=is_optional(Sizing), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a line that is for more than it orders."""
        needed = sum(need.quantity for need in self.needs)
        if needed > self.quantity:
            raise InvalidValue("needs", needed, f"name at most {self.quantity} units")

    @property
    def surplus(self) -> int:
        """Return the units bought for stock, not pinned to a line."""
        return self.quantity - sum(need.quantity for need in self.needs)


def _lines(value: Iterable[PurchaseLine]) -> tuple[PurchaseLine, ...]:
    """Return the lines as a tuple, at least one, each with its own reference."""
    lines = check_all("lines", value, PurchaseLine, 1)
    if len({line.ref for line in lines}) < len(lines):
        refs = [line.ref for line in lines]
        raise InvalidValue("line references", refs, "give each line its own")
    return lines


@attrs.frozen
class PurchaseOrder:
    """An order placed with a supplier, to be delivered to one location.

    `mode` is how the goods travel, in the host's words (by air, by sea): lead times are
    learnt for each.

    >>> from datetime import UTC
    >>> order = PurchaseOrder(
    ...     "PO-1", "ACME", datetime(2026, 3, 2, tzinfo=UTC),
    ...     lines=[PurchaseLine("PO-1/1", "LAMP", 24, unit_cost=Money("2.50", "EUR"))],
    ... )
    >>> str(order.value)
    '60.00 EUR'
    """

    ref: str = attrs.field(validator=is_ref)
    supplier: SupplierRef = attrs.field(validator=is_ref)
    ordered_at: datetime = attrs.field(validator=is_time)
    lines: tuple[PurchaseLine, ...] = attrs.field(converter=_lines)
    destination: Location = attrs.field(default=MAIN, validator=is_ref, kw_only=True)
    mode: str = attrs.field(default="", validator=is_text, kw_only=True)
    note: str = attrs.field(default="", validator=is_text, kw_only=True)

    @property
    def value(self) -> Money | None:
        """Return what the priced lines cost together; None if no line has a price."""
        total: Money | None = None
        for line in self.lines:
            if line.unit_cost is not None:
                cost = line.unit_cost * line.quantity
                total = cost if total is None else total + cost
        return total
