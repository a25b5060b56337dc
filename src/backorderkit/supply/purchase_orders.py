"""Purchase orders placed by others, and the end of what will not come.

Closing a purchase line, wholly or short, takes supply away: the lines that counted on
it become shortage again, which the next purchase plan buys. Units that were kept for
somebody go last; then whom they were kept for queues again.

>>> from datetime import UTC
>>> from backorderkit.policies import oldest_first
>>> from backorderkit.model import PurchaseLine
>>> monday = datetime(2026, 3, 2, tzinfo=UTC)
>>> order = PurchaseOrder("PO-1", "ACME", monday, [PurchaseLine("PO-1/1", "LAMP", 8)])
>>> print(plan_purchase_order(OrderBook(oldest_first()), order).explain())
PO-1 orders 8 units from ACME.
"""

from datetime import datetime

from backorderkit.book import OrderBook, PurchaseRecord
from backorderkit.deciding import Draft, check_why, fill, fit_pins
from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from backorderkit.model import (
    Plan,
    PurchaseLine,
    PurchaseLineClosed,
    PurchaseNeed,
    PurchaseOrder,
    PurchasePlaced,
    UnitsPinned,
)
from backorderkit.supply.slips import with_slip
from backorderkit.values import Pool, check_time

__all__ = [
    "plan_purchase_cancellation",
    "plan_purchase_order",
    "plan_short_close",
    "plan_special_order",
]


def plan_purchase_order(
    book: OrderBook, order: PurchaseOrder, *, at: datetime | None = None
) -> Plan:
    """Record a purchase order that was decided elsewhere; its lines become supply.

    `at` is the moment of its event, `order.ordered_at` where it is not given.

    >>> from backorderkit.policies import oldest_first
    >>> plan_purchase_order(OrderBook(oldest_first()), "PO-1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: purchase order is 'PO-1': give a PurchaseOrder
    """
    _check_new(book, order)
    at = order.ordered_at if at is None else check_time("at", at)
    event = PurchasePlaced(order, at=at)
    return Plan((event,), basis=book.version, at=at, trigger=order.ref)


def _check_new(book: OrderBook, order: PurchaseOrder) -> None:
    """Refuse what the book already knows."""
    if not isinstance(order, PurchaseOrder):
        raise InvalidValue("purchase order", order, "give a PurchaseOrder")
    if order.ref in book.state.purchases:
        raise Duplicate("purchase order", order.ref)
    for line in order.lines:
        if line.ref in book.state.purchase_lines:
            raise Duplicate("purchase line", line.ref)


def plan_special_order(
    book: OrderBook,
    order: PurchaseOrder,
    *,
    reason: str = "bought for it",
    at: datetime | None = None,
) -> Plan:
    """Record a special order: every need of its lines becomes a pinned peg.

    No other line gets what was bought for one customer, and the line takes nothing else
    for these units. Raises `NotPossible` where a need is more than waits loosely, and
    `InvalidValue` where it waits for other goods. `at` is the moment of its events,
    `order.ordered_at` where it is not given. O(needs × log n).

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, PurchaseLine, oldest_first
    >>> from backorderkit.model import PurchaseNeed
    >>> from backorderkit import plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> wish = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, wish))
    >>> line = PurchaseLine("PO-1/1", "LAMP", 8, needs=[PurchaseNeed("O-1/1", 0, 5)])
    >>> plan = plan_special_order(book, PurchaseOrder("PO-1", "ACME", now, [line]))
    >>> print(plan.explain())
    PO-1 orders 8 units from ACME.
    PO-1/1: 5 are pinned to O-1/1, bought for it.
    """
    _check_new(book, order)
    at = order.ordered_at if at is None else at
    check_why(reason, at)
    draft = Draft(book, at=at, trigger=order.ref)
    draft.follow(PurchasePlaced(order, at=at))
    for line in order.lines:
        for need in line.needs:
            _pin(draft, order, line, need, reason, at)
    return fill(draft)


def _pin(
    draft: Draft,
    order: PurchaseOrder,
    line: PurchaseLine,
    need: PurchaseNeed,
    reason: str,
    at: datetime,
) -> None:
    """Keep units of a new purchase line for the portion they are bought for."""
    portion = draft.state.portion(need.line, need.portion)
    goods = Pool(line.sku, order.destination)
    if portion.pool.pool != goods:
        wanted = tuple(portion.pool.pool)
        raise InvalidValue(
            f"need of {need.line}", tuple(goods), f"it waits for {wanted}"
        )
    loose = draft.loose(portion)
    if need.quantity > loose:
        raise NotPossible(
            "pin",
            line.ref,
            asked=need.quantity,
            possible=loose,
            remedy=f"no more of {need.line} waits that nothing is kept for",
        )
    draft.follow(UnitsPinned(line.ref, *portion.ref, need.quantity, reason, at))


def plan_short_close(
    book: OrderBook, purchase_line: str, *, reason: str, at: datetime
) -> Plan:
    """Give up the open rest of a purchase line of which something came.

    Raises `InvalidValue` if nothing came yet: such a line is cancelled, not closed. The
    plan's `slip` says whose days move. Cost: see `plan_supply_change`.

    >>> from datetime import UTC
    >>> from backorderkit import PurchaseLine, oldest_first, plan_receipt
    >>> from backorderkit import Receipt, ReceiptLine
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 8)])
    >>> book.apply(plan_purchase_order(book, bought))
    >>> line = ReceiptLine("LAMP", 6, purchase_line="PO-1/1")
    >>> book.apply(plan_receipt(book, Receipt("R-1", now, [line])))
    >>> book.apply(plan_short_close(book, "PO-1/1", reason="sold out", at=now))
    >>> book.purchase_line("PO-1/1").closed
    2
    """
    purchase = book.state.purchase_line(purchase_line)
    if not purchase.accepted:
        raise InvalidValue(
            f"accepted quantity of {purchase_line}", 0, "cancel the purchase instead"
        )
    check_why(reason, at)
    if not purchase.open:
        raise NotPossible(
            "close", purchase_line, asked=1, possible=0, remedy="nothing is open"
        )
    draft = Draft(book, at=at, trigger=reason)
    close(draft, purchase, purchase.open, reason, at)
    return with_slip(book, fill(draft), purchase_line, at)


def close(
    draft: Draft, purchase: PurchaseRecord, units: int, reason: str, at: datetime
) -> None:
    """Give up open units, those that are not pinned first."""
    ref = purchase.line.ref
    draft.follow(PurchaseLineClosed(ref, units, reason, at))
    fit_pins(draft, ref, purchase.open - units, reason)


def plan_purchase_cancellation(
    book: OrderBook, purchase_order: str, *, reason: str, at: datetime
) -> Plan:
    """Give up everything that is still open of a purchase order.

    >>> from datetime import UTC
    >>> from backorderkit import PurchaseLine, oldest_first
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 8)])
    >>> book.apply(plan_purchase_order(book, bought))
    >>> why = {"reason": "too late", "at": now}
    >>> book.apply(plan_purchase_cancellation(book, "PO-1", **why))
    >>> book.purchase_line("PO-1/1").open
    0
    """
    order = book.purchase_order(purchase_order)
    check_why(reason, at)
    draft = Draft(book, at=at, trigger=reason)
    for line in order.lines:
        purchase = book.state.purchase_lines[line.ref]
        if purchase.open:
            close(draft, purchase, purchase.open, reason, at)
    if not draft.events:
        raise NotPossible(
            "cancel", purchase_order, asked=1, possible=0, remedy="nothing is open"
        )
    return fill(draft)
