"""Supply arrives: a receipt puts goods on the shelf and settles purchase lines.

What came beyond a line's open quantity is stock too, kept apart in the line's figures.
Rejected units stay owed by the supplier unless they credit them. Pinned goods are
allocated to the pinned line: a short delivery is divided among the pinned lines by the
policy. Then the rest meets the queue. A transfer arrives in the same way, named by its
reference.

Cost of a receipt: O(receipt lines + lines served), each O(log n).
"""

from collections import Counter
from datetime import datetime

import attrs

from backorderkit.book import OrderBook
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.deciding.grouping import group_of
from backorderkit.deciding.pinning import fit_pins, serve_pinned
from backorderkit.errors import Duplicate, InvalidValue
from backorderkit.model import (
    Allocated,
    Backorder,
    GoodsReceived,
    Plan,
    PurchaseLineClosed,
    Reason,
    ReasonCode,
    Receipt,
    ReceiptLine,
    Remedy,
)
from backorderkit.policies import PortionRef, would_give
from backorderkit.values import LineRef, Pool, check_time

__all__ = ["plan_receipt"]


def plan_receipt(
    book: OrderBook, receipt: Receipt, *, at: datetime | None = None
) -> Plan:
    """Decide who gets a delivery.

    The plan names the orders that became shippable and those that wait for nothing any
    more. `at` is the moment of its events, `receipt.received_at` where it is not given.
    Raises `Duplicate` for a receipt the book knows, `UnknownReference` for an
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
    book.state.check_loaded(line.sku for line in receipt.lines)
    at = receipt.received_at if at is None else check_time("at", at)
    draft = Draft(book, at=at, trigger=receipt.ref)
    draft.follow(GoodsReceived(receipt, at=at))
    left = {}
    for line in receipt.lines:
        still_open = _settle(draft, line, at)
        if (ref := line.purchase_line) is not None:
            left[ref] = serve_pinned(draft, ref, line.accepted)
            fit_pins(draft, ref, still_open, "it will not come")
    if book.policy.together.pegged_first:
        for ref, units in left.items():
            _serve_pegged(draft, ref, units)
    return fill(draft)


def _settle(draft: Draft, line: ReceiptLine, at: datetime) -> int:
    """Close what will not come any more; say what came beyond; return what is open."""
    if line.purchase_line is None:
        return 0
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
    final = left - credited if line.final else 0
    for units, reason in (
        (credited, f"credited: {line.reason}"),
        (final, "closed short: the delivery was final"),
    ):
        if units:
            draft.follow(PurchaseLineClosed(line.purchase_line, units, reason, at))
    if over:
        draft.reasons.append(
            Reason(
                line.purchase_line,
                ReasonCode.OVER_DELIVERY,
                f"{over} more came than were open; they are free stock",
                {"over": over},
            )
        )
    return left - credited - final


def _serve_pegged(draft: Draft, purchase_line: str, left: int) -> None:
    """Give goods to the portions they were bought for, shared by the policy."""
    pool = draft.state.purchase_line(purchase_line).pool.pool
    known: dict[PortionRef, Backorder] = {}
    claims: list[Backorder] = []
    for ref, units in _owed(draft, purchase_line).items():
        one = _waiting(draft, pool, *ref)
        if one is not None and units > 0:
            known[ref], part = one, min(units, one.quantity)
            claims.append(attrs.evolve(one, quantity=part, ordered=one.covered + part))
    claims.sort(key=draft.place)
    free = min(left, draft.free(pool))
    for ref, units in would_give(draft.policy, free, lambda: claims).items():
        draft.allocate(known[ref], units, purchase_line)


def _owed(draft: Draft, purchase_line: str) -> Counter[PortionRef]:
    """Return the units of a purchase line still owed to whom it was bought for.

    What this plan has just given them is not owed again.
    """
    purchase = draft.state.purchase_line(purchase_line)
    owed: Counter[PortionRef] = Counter()
    for one in purchase.line.needs:
        owed[one.line, one.portion] += one.quantity
    owed.subtract(purchase.given)
    for event in draft.events:
        if isinstance(event, Allocated) and event.source == purchase_line:
            owed[event.line, event.portion] -= event.quantity
    return owed


def _waiting(draft: Draft, pool: Pool, line: LineRef, portion: int) -> Backorder | None:
    """Return a portion that may be served alone in a pool now, None if it may not."""
    record = draft.state.known_line(line)
    if record is None:
        return None
    for one in draft.waiting_portions(record.order.order.ref, line):
        if one is not None and one.portion == portion and one.pool == pool:
            alone = draft.together.holds or group_of(draft, one) is None
            return one if alone else None
    return None
