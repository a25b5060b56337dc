"""The four histories, read from their tables.

What their quirks ask for is done here: splits undone, services left out, vendors
invented where a history has none. A customer that is not known is `unknown`.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from backorderkit import Catalogue, SupplierTerms
from tests.replays.demand import Delivery, Wanted, by_first, found, money
from tests.replays.tables import (
    day,
    exact,
    exact_or_none,
    name,
    rows,
    text,
    whole,
    whole_or,
)

NOBODY = "unknown"
VENDORS = 40


# AdventureWorks


def sales(data: Path, bought: Catalogue | None = None) -> list[Wanted]:
    """Return all order lines, or those of the products somebody offers."""
    orders = by_first(
        rows(
            data,
            "adventureworks/sales_orders",
            order_id=whole,
            order_date=day,
            customer_id=text,
        )
    )
    lines = rows(
        data,
        "adventureworks/sales_order_lines",
        order_id=whole,
        line_no=whole,
        product_id=name,
        quantity=whole,
    )
    return sorted(
        Wanted(on, order, line, sku, quantity, customer or NOBODY)
        for order, line, sku, quantity in lines
        if bought is None or bought.offers(sku)
        for on, customer in [found(orders, order, "sales order")]
    )


def vendors(data: Path, *, with_minimum: bool) -> Catalogue:
    """Return the vendors' terms; of equal prices the lowest vendor comes first."""
    terms = rows(
        data,
        "adventureworks/product_vendors",
        vendor_id=whole,
        product_id=name,
        average_lead_time_days=whole,
        standard_price=exact_or_none,
        min_order_qty=whole_or(1),
    )
    return Catalogue(
        SupplierTerms(
            f"V-{vendor}",
            sku,
            lead_time_days=days,
            price=money(price),
            minimum=max(least, 1) if with_minimum else 1,
            preference=vendor,
        )
        for vendor, sku, days, price, least in terms
    )


def shelves(data: Path) -> dict[str, int]:
    """Return the stock of every product over all its locations."""
    stock: dict[str, int] = {}
    for sku, quantity in rows(
        data, "adventureworks/inventory", product_id=name, quantity=whole_or(0)
    ):
        stock[sku] = stock.get(sku, 0) + quantity
    return stock


def arrivals(data: Path) -> tuple[Delivery, ...]:
    """Return what was stocked of every purchase order that was not rejected."""
    orders = rows(data, "adventureworks/purchase_orders", po_id=whole, status=text)
    status = by_first(orders)
    lines = rows(
        data,
        "adventureworks/purchase_order_lines",
        due_date=day,
        po_id=whole,
        product_id=name,
        stocked_qty=whole_or(0),
    )
    return tuple(
        sorted(
            Delivery(on, order, sku, quantity)
            for on, order, sku, quantity in lines
            if quantity and found(status, order, "purchase order") != ("rejected",)
        )
    )


# Wide World Importers


def order_lines(data: Path) -> list[Wanted]:
    """Return the lines as the customers ordered them, every split undone."""
    orders = by_first(
        rows(data, "wwi/orders", order_id=whole, order_date=day, customer_id=text)
    )
    lines = rows(
        data,
        "wwi/order_lines",
        root_order_id=whole,
        order_line_id=whole,
        stock_item_id=name,
        quantity=whole,
    )
    return sorted(
        Wanted(on, order, line, sku, quantity, customer or NOBODY)
        for order, line, sku, quantity in lines
        for on, customer in [found(orders, order, "order")]
    )


def suppliers(data: Path) -> Catalogue:
    """Return the one supplier of every stock item, who sells whole outers."""
    terms = rows(
        data,
        "wwi/stock_items",
        supplier_id=name,
        stock_item_id=name,
        lead_time_days=whole,
        last_cost_price=exact_or_none,
        units_per_outer=whole_or(1),
    )
    return Catalogue(
        SupplierTerms(
            f"V-{supplier}",
            sku,
            lead_time_days=days,
            price=money(price),
            multiple=max(pack, 1),
        )
        for supplier, sku, days, price, pack in terms
    )


def target_levels(data: Path) -> dict[str, int]:
    """Return the stock level every item is meant to have."""
    levels = rows(
        data, "wwi/stock_items", stock_item_id=name, target_stock_level=whole_or(0)
    )
    return dict(levels)


# Online Retail


def clean_sales(data: Path) -> list[Wanted]:
    """Return the goods sold: no cancellations, write-offs, services or gifts."""
    listed = rows(
        data,
        "online_retail/invoices",
        invoice_no=name,
        kind=text,
        invoice_ts=day,
        customer_id=text,
    )
    invoices = {ref: (place, *rest) for place, (ref, *rest) in enumerate(listed)}
    items = by_first(rows(data, "online_retail/items", stock_code=name, kind=text))
    lines = rows(
        data,
        "online_retail/invoice_lines",
        invoice_no=name,
        line_no=whole,
        stock_code=name,
        quantity=whole,
        unit_price_gbp=exact,
    )
    return sorted(
        Wanted(on, place, line, sku, quantity, customer or NOBODY)
        for ref, line, sku, quantity, price in lines
        if quantity > 0 and price > 0 and found(items, sku, "item") == ("goods",)
        for place, kind, on, customer in [found(invoices, ref, "invoice")]
        if kind == "sale"
    )


def hashed_vendors(demand: Iterable[Wanted]) -> Catalogue:
    """Return an invented vendor for every item, found by a hash of its code."""
    terms = []
    for sku in sorted({wanted.sku for wanted in demand}):
        vendor = int(sha256(sku.encode()).hexdigest()[:8], 16) % VENDORS
        days = 7 * (1 + vendor % 4)
        terms.append(SupplierTerms(f"V-{vendor}", sku, lead_time_days=days))
    return Catalogue(terms)


# Northwind


def open_orders(data: Path) -> list[Wanted]:
    """Return the lines of the orders that were not shipped, by product."""
    orders = by_first(
        rows(
            data,
            "northwind/orders",
            order_id=whole,
            order_date=day,
            customer_id=text,
            shipped_date=text,
        )
    )
    lines = rows(
        data, "northwind/order_lines", order_id=whole, product_id=whole, quantity=whole
    )
    return sorted(
        Wanted(on, order, product, str(product), quantity, customer or NOBODY)
        for order, product, quantity in lines
        for on, customer, shipped in [found(orders, order, "order")]
        if not shipped
    )


def products(data: Path, *, with_on_order: bool) -> dict[str, int]:
    """Return the stock of every product, with or without what is on order."""
    stock = rows(
        data,
        "northwind/products",
        product_id=whole,
        units_in_stock=whole_or(0),
        units_on_order=whole_or(0),
    )
    return {
        str(product): on_hand + (on_order if with_on_order else 0)
        for product, on_hand, on_order in stock
    }
