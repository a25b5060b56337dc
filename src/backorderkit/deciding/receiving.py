"""Supply arrives, or will not: receipts, closings, purchase orders, new dates.

A receipt puts accepted goods on the shelf and settles purchase lines. What came beyond
a line's open quantity is stock too, kept apart in the line's figures. Rejected units
stay owed by the supplier unless he credits them. Then the goods meet the queue.

Closing a purchase line, wholly or short, takes supply away: the lines that counted on
it become shortage again, which the next purchase plan buys.

Cost of a receipt: O(receipt lines + lines served), each O(log n).
"""

from datetime import date, datetime

import attrs

from backorderkit.backorders import Backorder
from backorderkit.book import OrderBook
from backorderkit.checks import check_count, check_date, check_text, check_time
from backorderkit.deciding.asking import PortionId, would_give
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.deciding.grouping import group_of
from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from backorderkit.events import (
    GoodsReceived,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
)
from backorderkit.plan import Plan, Reason
from backorderkit.policies.pegging import serves_pegged_first
from backorderkit.purchasing import PurchaseOrder
from backorderkit.receipts import Receipt, ReceiptLine, Remedy
from backorderkit.values import LineRef, Pool

__all__ = [
    "plan_purchase",
    "plan_purchase_cancellation",
    "plan_receipt",
    "plan_short_close",
    "plan_supply_change",
]


def plan_receipt(book: OrderBook, receipt: Receipt) -> Plan:
    """Decide who gets a delivery.

    The plan names the orders that became shippable and those that wait for nothing any
    more. Raises `Duplicate` for a receipt the book knows, `UnknownReference` for an
    unknown purchase line.

    >>> from datetime import UTC
    >>> from backorderkit.policies import oldest_first
    >>> book = OrderBook(oldest_first())
    >>> noon = datetime(2026, 3, 9, 12, tzinfo=UTC)
    >>> plan = plan_receipt(book, Receipt("R-1", noon, [ReceiptLine("LAMP", 8)]))
    >>> book.apply(plan)
    >>> book.pool("LAMP").on_hand
    8
    """
    if not isinstance(receipt, Receipt):
        raise InvalidValue("receipt", receipt, "give a Receipt")
    if ("receipt", receipt.ref) in book.state.facts:
        raise Duplicate("receipt", receipt.ref)
    draft = Draft(book, at=receipt.received_at, cause=receipt.ref)
    draft.events.append(GoodsReceived(receipt))
    for line in receipt.lines:
        _settle(draft, line, receipt.received_at)
        draft.supply(Pool(line.sku, line.location), line.accepted)
    if serves_pegged_first(book.policy):
        for line in receipt.lines:
            _serve_pegged(draft, line)
    return fill(draft)


def _settle(draft: Draft, line: ReceiptLine, at: datetime) -> None:
    """Close what will not come any more; say what came beyond the order."""
    if line.purchase_line is None:
        return
    purchase = draft.state.purchase_line(line.purchase_line)
    if purchase.pool.pool != Pool(line.sku, line.location):
        raise InvalidValue(
            f"delivery for {line.purchase_line}",
            (line.sku, line.location),
            f"it must be {tuple(purchase.pool.pool)}; else book it without the line",
        )
    over = max(line.accepted - purchase.open, 0)
    left = purchase.open - line.accepted + over
    credited = min(line.rejected, left) if line.remedy is Remedy.CREDIT else 0
    for units, reason in (
        (credited, f"credited: {line.reason}"),
        (left - credited if line.final else 0, "closed short: the delivery was final"),
    ):
        if units:
            draft.events.append(
                PurchaseLineClosed(line.purchase_line, units, reason, at)
            )
    if over:
        draft.reasons.append(
            Reason(
                line.purchase_line,
                "over_delivery",
                f"{over} more came than were open; they are free stock",
                {"over": over},
            )
        )


def _serve_pegged(draft: Draft, line: ReceiptLine) -> None:
    """Give goods to the portions they were bought for, shared by the policy."""
    pool = Pool(line.sku, line.location)
    if line.purchase_line is None:
        return
    known: dict[PortionId, Backorder] = {}
    claims: list[Backorder] = []
    for ref, units in _owed(draft, line.purchase_line).items():
        one = _waiting(draft, pool, *ref)
        if one is not None and units > 0:
            known[ref], part = one, min(units, one.quantity)
            claims.append(attrs.evolve(one, quantity=part, ordered=one.covered + part))
    claims.sort(key=draft.place)
    free = min(line.accepted, draft.free(pool))
    for ref, units in would_give(draft.policy, free, lambda: claims).items():
        draft.allocate(known[ref], units, line.purchase_line)


def _owed(draft: Draft, purchase_line: str) -> dict[PortionId, int]:
    """Return the units of a purchase line still owed to whom it was bought for."""
    purchase = draft.state.purchase_line(purchase_line)
    owed = {ref: -units for ref, units in purchase.given.items()}
    for one in purchase.line.needs:
        ref = (one.line, one.portion)
        owed[ref] = owed.get(ref, 0) + one.quantity
    return owed


def _waiting(draft: Draft, pool: Pool, line: LineRef, portion: int) -> Backorder | None:
    """Return a portion that may be served alone in a pool now, None if it may not."""
    record = draft.state.lines.get(line)
    if record is None:
        return None
    for one in draft.waiting_portions(record.order.order.ref, line):
        if one is not None and one.portion == portion and one.pool == pool:
            alone = draft.together.holds or group_of(draft, one) is None
            return one if alone else None
    return None


def plan_short_close(
    book: OrderBook, purchase_line: str, *, reason: str, at: datetime
) -> Plan:
    """Give up the open rest of a purchase line of which something came.

    Raises `InvalidValue` if nothing came yet: such a line is cancelled, not closed.

    >>> from backorderkit.policies import oldest_first
    >>> plan_short_close(OrderBook(oldest_first()), "PO-1/1", reason="", at=None)
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no purchase line 'PO-1/1': \
check the reference, or record it first
    """
    purchase = book.state.purchase_line(purchase_line)
    if not purchase.accepted:
        raise InvalidValue(
            f"accepted quantity of {purchase_line}", 0, "cancel the purchase instead"
        )
    _check_reason(reason, at)
    if not purchase.open:
        raise NotPossible(
            "close", purchase_line, asked=1, possible=0, remedy="nothing is open"
        )
    event = PurchaseLineClosed(purchase_line, purchase.open, reason, at)
    return Plan((event,), basis=book.version, at=at, cause=reason)


def plan_purchase_cancellation(
    book: OrderBook, purchase_order: str, *, reason: str, at: datetime
) -> Plan:
    """Give up everything that is still open of a purchase order.

    >>> from backorderkit.policies import oldest_first
    >>> book = OrderBook(oldest_first())
    >>> plan_purchase_cancellation(book, "PO-1", reason="", at=None)
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no purchase order 'PO-1': \
check the reference, or record it first
    """
    order = book.purchase_order(purchase_order)
    _check_reason(reason, at)
    lines = [book.state.purchase_lines[line.ref] for line in order.lines]
    events = tuple(
        PurchaseLineClosed(line.line.ref, line.open, reason, at)
        for line in lines
        if line.open
    )
    if not events:
        raise NotPossible(
            "cancel", purchase_order, asked=1, possible=0, remedy="nothing is open"
        )
    return Plan(events, basis=book.version, at=at, cause=reason)


def plan_purchase(book: OrderBook, order: PurchaseOrder) -> Plan:
    """Record a purchase order that somebody else decided on; its lines are supply.

    >>> from backorderkit.policies import oldest_first
    >>> plan_purchase(OrderBook(oldest_first()), "PO-1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: purchase order is 'PO-1': give a PurchaseOrder
    """
    if not isinstance(order, PurchaseOrder):
        raise InvalidValue("purchase order", order, "give a PurchaseOrder")
    if order.ref in book.state.purchases:
        raise Duplicate("purchase order", order.ref)
    for line in order.lines:
        if line.ref in book.state.purchase_lines:
            raise Duplicate("purchase line", line.ref)
    event = PurchasePlaced(order)
    at, cause = order.ordered_at, order.ref
    return Plan((event,), basis=book.version, at=at, cause=cause)


def plan_supply_change(
    book: OrderBook,
    purchase_line: str,
    *,
    expected_on: date | None,
    cause: str,
    at: datetime,
) -> Plan:
    """Move an open purchase line to another day, or to a day nobody knows (None).

    What customers were told stays as it is: `plan_promises` decides who hears of it.

    >>> from backorderkit.policies import oldest_first
    >>> book = OrderBook(oldest_first())
    >>> plan_supply_change(book, "PO-1/1", expected_on=None, cause="late", at=None)
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no purchase line 'PO-1/1': \
check the reference, or record it first
    """
    purchase = book.state.purchase_line(purchase_line)
    if expected_on is not None:
        check_date("expected_on", expected_on)
    _check_reason(cause, at)
    check_count(f"open quantity of {purchase_line}", purchase.open, 1)
    if purchase.expected_on == expected_on:
        return Plan((), basis=book.version)
    event = PurchaseExpected(purchase_line, expected_on, cause, at)
    return Plan((event,), basis=book.version, at=at, cause=cause)


def _check_reason(reason: str, at: datetime) -> None:
    """Refuse a decision without a reason or without a time."""
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    check_time("at", at)
