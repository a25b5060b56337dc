"""Goods in transit: shipped by a supplier, or moved between our own locations.

A shipping notice (an advance shipping notice, ASN) dates so many open units of a
purchase line surely; the rest of the line keeps its day. A transfer takes free stock
from its shelf at once and is supply of its destination until a receipt names it. Both
arrive by `plan_receipt`.
"""

from datetime import date, datetime

from backorderkit.book import OrderBook
from backorderkit.deciding import Draft, check_transfer, fill
from backorderkit.errors import Duplicate, NotPossible
from backorderkit.model import Plan, SupplyShipped, TransferDispatched
from backorderkit.supply.slips import with_slip
from backorderkit.values import (
    Location,
    Sku,
    check_count,
    check_date,
    check_ref,
    check_time,
)

__all__ = ["plan_dispatch", "plan_shipping_notice"]


def plan_shipping_notice(
    book: OrderBook,
    ref: str,
    purchase_line: str,
    quantity: int | None = None,
    *,
    expected_on: date,
    at: datetime,
) -> Plan:
    """Record that the supplier sent open units of a purchase line, and when they come.

    Without `quantity`, all that is open and not yet announced. The same `ref` again
    replaces what it said before. The plan's `slip` says whose days move. Raises
    `NotPossible` for more than is open. Cost: see `plan_supply_change`.

    >>> from datetime import UTC
    >>> from backorderkit import PurchaseLine, PurchaseOrder, oldest_first
    >>> from backorderkit import plan_purchase_order
    >>> monday, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
    >>> line = PurchaseLine("PO-1/1", "LAMP", 8)
    >>> order = PurchaseOrder("PO-1", "ACME", monday, [line])
    >>> book.apply(plan_purchase_order(book, order))
    >>> book.apply(plan_shipping_notice(
    ...     book, "ASN-1", "PO-1/1", 6, expected_on=date(2026, 3, 10), at=monday))
    >>> book.purchase_line("PO-1/1").announced
    6
    """
    purchase = book.state.purchase_line(purchase_line)
    check_ref("shipping notice", ref)
    check_date("expected_on", expected_on)
    check_time("at", at)
    others = sum(notice.quantity for notice in purchase.announced if notice.ref != ref)
    left = purchase.open - others
    units = left if quantity is None else check_count("quantity", quantity, 1)
    if not 0 < units <= left:
        remedy = f"{others} are announced already, {purchase.open} are open"
        asked = max(units, 1)
        verb = "announce"
        raise NotPossible(
            verb, purchase_line, asked=asked, possible=left, remedy=remedy
        )
    event = SupplyShipped(ref, purchase_line, units, expected_on, at)
    plan = Plan((event,), basis=book.version, at=at, trigger=f"shipping notice {ref}")
    return with_slip(book, plan, purchase_line, at)


def plan_dispatch(
    book: OrderBook,
    ref: str,
    sku: Sku,
    quantity: int,
    *,
    source: Location,
    destination: Location,
    expected_on: date | None,
    at: datetime,
) -> Plan:
    """Dispatch free stock to another location, where it arrives on an expected day.

    Until a receipt names `ref` as its purchase line, it is supply of the destination.
    For goods that are there at once, see `plan_transfer`. Raises `NotPossible` for more
    than is free.

    >>> from datetime import UTC
    >>> from backorderkit import oldest_first, plan_count
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> book.apply(plan_dispatch(book, "T-1", "LAMP", 2, source="main",
    ...     destination="north", expected_on=date(2026, 3, 4), at=now))
    >>> book.pool("LAMP").on_hand, book.pool("LAMP", "north").incoming
    (1, 2)
    """
    check_transfer(book, ref, sku, quantity, source, destination, at)
    if expected_on is not None:
        check_date("expected_on", expected_on)
    if ref in book.state.purchase_lines:
        raise Duplicate("purchase line", ref)
    draft = Draft(book, at=at, trigger=ref)
    draft.follow(
        TransferDispatched(ref, sku, quantity, source, destination, expected_on, at)
    )
    return fill(draft)
