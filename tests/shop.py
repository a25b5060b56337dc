"""A small shop to test: one moment, one supplier, and what the tests do with a book.

Every maker takes what a test is about and fills in the rest: orders are of ada's, for
LAMP, placed at noon or some minutes later; purchases are from ACME. A keyword that is a
field of a line goes to the line, any other to the order.

    place(book, "O-1", 5, minute=1, requested_on=day(2), priority=2)
    purchase(book, "PO-1", 8, day(10))
    stock(book, 3)
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    oldest_first,
    plan_count,
    plan_order,
    plan_purchase_order,
)
from backorderkit.model import AllocationPolicy

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
LINE_FIELDS = frozenset(field.name for field in attrs.fields(Line))
DECISION_OPTIONS = frozenset({"catalogue", "rules", "sourcing"})


def book_with(
    policy: AllocationPolicy | None = None,
    *,
    stock: int = 0,
    orders: tuple[Order, ...] = (),
    purchases: tuple[PurchaseOrder, ...] = (),
) -> OrderBook:
    """Return a book, with LAMPs on hand, orders and purchases in this sequence."""
    book = OrderBook(policy or oldest_first())
    if stock:
        do(book, plan_count, "LAMP", stock, at=NOON)
    for order in orders:
        do(book, plan_order, order)
    for bought in purchases:
        do(book, plan_purchase_order, bought)
    return book


def do(
    book: OrderBook, decide: Callable[..., Plan], *args: Any, **options: Any
) -> Plan:
    """Decide, apply, recount the book, and return the plan."""
    plan = decide(book, *args, **options)
    book.apply(plan)
    book.check_invariants()
    return plan


def do_at_noon(
    book: OrderBook, decide: Callable[..., Plan], *args: Any, **options: Any
) -> Plan:
    """Do it at noon, unless the test names a moment."""
    return do(book, decide, *args, **{"at": NOON, **options})


def day(number: int) -> date:
    """Return the day `number` days after today."""
    return TODAY + timedelta(days=number)


def later(minutes: int) -> datetime:
    """Return a moment some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def an_order(
    ref: str, quantity: int = 5, minute: int = 0, sku: str = "LAMP", **details: Any
) -> Order:
    """Return an order of one line."""
    own = {name: details.pop(name) for name in LINE_FIELDS & details.keys()}
    line = Line(own.pop("ref", f"{ref}/1"), sku, quantity, **own)
    customer = details.pop("customer", "ada")
    return Order(ref, customer, later(minute), [line], **details)


def a_purchase(
    ref: str,
    quantity: int,
    on: date | None = None,
    sku: str = "LAMP",
    *,
    location: str = "main",
    supplier: str = "ACME",
    at: datetime = NOON,
    line: str = "",
    **details: Any,
) -> PurchaseOrder:
    """Return a purchase order of one line."""
    name = line or f"{ref}/1"
    bought = PurchaseLine(name, sku, quantity, expected_on=on, **details)
    return PurchaseOrder(ref, supplier, at, [bought], destination=location)


def place(
    book: OrderBook,
    ref: str,
    quantity: int,
    minute: int = 0,
    sku: str = "LAMP",
    **details: Any,
) -> Plan:
    """Place an order of one line."""
    options = {name: details.pop(name) for name in DECISION_OPTIONS & details.keys()}
    return do(
        book, plan_order, an_order(ref, quantity, minute, sku, **details), **options
    )


def purchase(
    book: OrderBook,
    ref: str,
    quantity: int,
    on: date | None = None,
    sku: str = "LAMP",
    **details: Any,
) -> Plan:
    """Place a purchase order of one line."""
    return do(book, plan_purchase_order, a_purchase(ref, quantity, on, sku, **details))


def stock(
    book: OrderBook, units: int, sku: str = "LAMP", location: str = "main"
) -> Plan:
    """Count units on the shelf."""
    return do(book, plan_count, sku, units, at=NOON, location=location)
