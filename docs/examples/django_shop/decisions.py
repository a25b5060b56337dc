"""What the shop decides: the library's decisions, and the dates told in one breath.

Each function reads a book and returns a plan. After goods are bought, delivered or
late, the customers concerned are told new dates; that belongs to the same plan, so that
it is shown, stored and mailed together.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from backorderkit import (
    UNLIMITED,
    Catalogue,
    Order,
    OrderBook,
    Plan,
    Receipt,
    SellingRule,
    SellingRules,
    plan_order,
    plan_promises,
    plan_receipt,
    plan_replenishment,
    plan_shipment,
    plan_supply_change,
)
from backorderkit.values import Pool
from django_shop.catalogue import Product, SupplierTerms

Decision = Callable[[OrderBook], Plan]


def catalogue() -> Catalogue:
    """Return the terms of all suppliers."""
    return Catalogue([terms.value() for terms in SupplierTerms.objects.all()])


def selling_rules() -> SellingRules:
    """Return how far each product is sold short."""
    limited = Product.objects.exclude(most_short=None)
    return SellingRules(
        SellingRule(UNLIMITED),
        {one.sku: SellingRule(one.most_short) for one in limited},
    )


def place(order: Order) -> Decision:
    """Accept an order, give it what is free, and promise the rest."""
    terms, rules = catalogue(), selling_rules()
    return lambda book: plan_order(book, order, rules=rules, catalogue=terms)


def receive(receipt: Receipt) -> Decision:
    """Give a delivery to those it is for, and tell the others what it changes."""
    terms, at = catalogue(), receipt.received_at
    pools = [Pool(line.sku, line.location) for line in receipt.lines]

    def decide(book: OrderBook) -> Plan:
        plan = plan_receipt(book, receipt)
        return _with_dates(book, plan, at, "goods arrived", terms, pools=pools)

    return decide


def buy(at: datetime) -> Decision:
    """Order what is missing from the suppliers, and tell those it is for."""
    terms = catalogue()

    def decide(book: OrderBook) -> Plan:
        plan = plan_replenishment(book, terms, at=at)
        pools = [
            Pool(line.sku, event.order.destination)
            for event in plan.events
            for line in event.order.lines
        ]
        return _with_dates(book, plan, at, "ordered for you", terms, pools=pools)

    return decide


def hear(purchase_line: str, at: datetime, reason: str, **news: Any) -> Decision:
    """Take in a supplier's news, and tell those whose day it moves."""
    terms = catalogue()

    def decide(book: OrderBook) -> Plan:
        plan = plan_supply_change(book, purchase_line, reason=reason, at=at, **news)
        lines = plan.slip.lines if plan.slip else ()
        return _with_dates(book, plan, at, reason, terms, lines=lines)

    return decide


def ship(order: str, parcel: str, at: datetime) -> Decision:
    """Let all of an order leave that may, in one parcel."""
    return lambda book: plan_shipment(book, parcel, order, at=at)


def _with_dates(
    book: OrderBook,
    plan: Plan,
    at: datetime,
    reason: str,
    terms: Catalogue,
    **where: Any,
) -> Plan:
    """Return a plan followed by the dates that customers are told after it."""
    if plan.is_empty:
        return plan
    with book.trying(plan):
        told = plan_promises(book, at=at, reason=reason, catalogue=terms, **where)
    return attrs.evolve(
        plan,
        events=(*plan.events, *told.events),
        reasons=(*plan.reasons, *told.reasons),
        trigger=reason,
    )
