"""How long deliveries took, read from the facts of a book.

One receipt line is one observation: the days from the release of its purchase order to
the receipt of usable goods, late and partial deliveries included. What was rejected
whole, came before its order was released, or was never ordered, teaches nothing about a
lead time. Delays of the shop's own making cannot be seen in the facts; a host who knows
of them leaves those observations out.

>>> from datetime import UTC
>>> from backorderkit.model import PurchaseLine, PurchaseOrder
>>> from backorderkit.model import Receipt, ReceiptLine
>>> monday, friday = (datetime(2026, 3, day, 9, tzinfo=UTC) for day in (2, 13))
>>> line = PurchaseLine("PO-1/1", "LAMP", 24)
>>> goods = ReceiptLine("LAMP", 24, purchase_line="PO-1/1")
>>> history = [
...     PurchasePlaced(PurchaseOrder("PO-1", "ACME", monday, [line])),
...     PurchaseConfirmed("PO-1/1", date(2026, 3, 9), monday),
...     GoodsReceived(Receipt("R-1", friday, [goods])),
... ]
>>> [(one.days, one.confirmed_days) for one in observations(history)]
[(11, 7)]
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import attrs

from backorderkit.model import (
    Event,
    Evidence,
    GoodsReceived,
    PurchaseConfirmed,
    PurchaseExpected,
    PurchasePlaced,
)
from backorderkit.values import Sku, SupplierRef, check_count, is_count, is_ref, is_text

__all__ = ["Observation", "observations"]


def _is_optional_count(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a whole number, 0 or more, or None."""
    if value is not None:
        check_count(field.name, value)


@attrs.frozen
class Observation:
    """The days one delivery took, and the days the supplier had confirmed.

    `mode` is how the goods travelled, in the host's words; empty when not known.

    >>> Observation("ACME", "LAMP", 16, confirmed_days=14).lateness
    2
    """

    supplier: SupplierRef = attrs.field(validator=is_ref)
    sku: Sku = attrs.field(validator=is_ref)
    days: int = attrs.field(validator=is_count)
    mode: str = attrs.field(default="", validator=is_text, kw_only=True)
    confirmed_days: int | None = attrs.field(
        default=None, validator=_is_optional_count, kw_only=True
    )

    @property
    def lateness(self) -> int | None:
        """Return the days after the confirmed day, negative if early; None if none."""
        return None if self.confirmed_days is None else self.days - self.confirmed_days


@attrs.define
class _Purchase:
    """What is known of a purchase line before its goods arrive."""

    supplier: SupplierRef
    sku: Sku
    ordered_at: datetime
    mode: str
    confirmed_on: date | None


def observations(history: "Iterable[Event]") -> tuple[Observation, ...]:
    """Return what the events of a book show of its suppliers, by time of receipt.

    Receipts for orders that the history does not hold are passed over, and so are
    transfers. What the supplier first confirmed counts, by a confirmation or as the
    evidence of an expected day; our own wishes and estimates do not. O(events).

    >>> observations([])
    ()
    """
    purchases: dict[str, _Purchase] = {}
    found: list[Observation] = []
    for event in history:
        match event:
            case PurchasePlaced(order):
                for line in order.lines:
                    said = line.evidence is Evidence.CONFIRMATION
                    purchases[line.ref] = _Purchase(
                        order.supplier,
                        line.sku,
                        order.ordered_at,
                        order.mode,
                        line.expected_on if said else None,
                    )
            case PurchaseConfirmed(ref) if ref in purchases:
                _confirm(purchases[ref], event.confirmed_on)
            case PurchaseExpected(ref) if ref in purchases:
                if event.evidence is Evidence.CONFIRMATION:
                    _confirm(purchases[ref], event.expected_on)
            case GoodsReceived(receipt):
                for goods in receipt.lines:
                    purchase = purchases.get(goods.purchase_line or "")
                    if purchase and goods.accepted:
                        found += _observed(purchase, receipt.received_at)
    return tuple(found)


def _confirm(purchase: _Purchase, on: date | None) -> None:
    """Take the first day that was named: a later slip must not excuse the first."""
    if purchase.confirmed_on is None:
        purchase.confirmed_on = on


def _observed(purchase: _Purchase, received_at: datetime) -> list[Observation]:
    """Return what one delivery shows; nothing if it came before its order."""
    ordered_on = purchase.ordered_at.date()
    days = (received_at.date() - ordered_on).days
    if days < 0:
        return []
    confirmed_on = purchase.confirmed_on
    known = confirmed_on is not None and confirmed_on >= ordered_on
    confirmed = (confirmed_on - ordered_on).days if confirmed_on and known else None
    one = Observation(
        purchase.supplier,
        purchase.sku,
        days,
        mode=purchase.mode,
        confirmed_days=confirmed,
    )
    return [one]
