"""Decisions of this shop: two of the library's in one plan, so that they are one fact.

When supply changes, customers must hear of it, and neither may be lost without the
other. So the promises are planned on the book as the first plan would leave it, and
both go into the store together.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, SupplierTerms, oldest_first, plan_order
>>> monday, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
>>> order = Order("O-1", "ada", monday, [Line("O-1/1", "LAMP", 5)])
>>> book.apply(plan_order(book, order))
>>> catalogue = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
>>> print(plan_buying(book, catalogue, at=monday).explain())
PO-1 orders 5 units from ACME.
O-1/1 is promised for 2026-03-09, ordered for you.
"""

from collections.abc import Iterable
from datetime import date, datetime

import attrs

from backorderkit import (
    Catalogue,
    OrderBook,
    Plan,
    Pool,
    Receipt,
    plan_promises,
    plan_receipt,
    plan_replenishment,
    plan_supply_change,
)
from backorderkit.supply import UNCHANGED


def plan_buying(book: OrderBook, catalogue: Catalogue, *, at: datetime) -> Plan:
    """Buy what is missing, and tell those for whom it is when it comes."""
    plan = plan_replenishment(book, catalogue, at=at)
    return with_promises(book, plan, catalogue, at=at, reason="ordered for you")


def plan_delivery(book: OrderBook, receipt: Receipt, catalogue: Catalogue) -> Plan:
    """Give a delivery out, and tell those who still wait if their day moves."""
    plan, at = plan_receipt(book, receipt), receipt.received_at
    pools = [Pool(line.sku, line.location) for line in receipt.lines]
    reason = "goods arrived"
    return with_promises(book, plan, catalogue, at=at, reason=reason, pools=pools)


def plan_news(
    book: OrderBook,
    purchase_line: str,
    catalogue: Catalogue,
    *,
    reason: str,
    at: datetime,
    expected_on: date | None,
    confirmed_on: date | None,
    open_quantity: int | None,
) -> Plan:
    """Take in what a supplier says, and tell exactly those whose day moves.

    None leaves a figure as it is.
    """
    plan = plan_supply_change(
        book,
        purchase_line,
        reason=reason,
        at=at,
        expected_on=UNCHANGED if expected_on is None else expected_on,
        confirmed_on=UNCHANGED if confirmed_on is None else confirmed_on,
        open_quantity=UNCHANGED if open_quantity is None else open_quantity,
    )
    lines = plan.slip.lines if plan.slip else ()
    return with_promises(book, plan, catalogue, at=at, reason=reason, lines=lines)


def with_promises(
    book: OrderBook,
    plan: Plan,
    catalogue: Catalogue,
    *,
    at: datetime,
    reason: str,
    pools: Iterable[Pool] | None = None,
    lines: Iterable[str] | None = None,
) -> Plan:
    """Return a plan completed by the promises that follow from it; empty stays so.

    Without the catalogue, whatever is not on order yet would lose the day that its
    customer was told.
    """
    if plan.is_empty:
        return plan
    with book.trying(plan):
        told = plan_promises(
            book, at=at, reason=reason, pools=pools, lines=lines, catalogue=catalogue
        )
    return attrs.evolve(
        plan,
        events=plan.events + told.events,
        reasons=plan.reasons + told.reasons,
    )
