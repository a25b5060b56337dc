"""Questions that every shop asks of its tables, as queries to refine and join.

Each returns a `Select` of SQLAlchemy: add conditions, columns and joins with tables of
your own, and run it on any connection. Who orders by `place` gets a queue in the order
in which it is served, where the repository was given its policy.

>>> from sqlalchemy import MetaData
>>> from backorderkit.adapters.sql import tables
>>> shop = tables(MetaData())
>>> late = open_backorders(shop).where(shop.backorders.c.promised_on < "2026-03-10")
>>> [column.name for column in late.selected_columns][:4]
['line', 'number', 'order_ref', 'customer']
"""

from typing import Any

from sqlalchemy import Select, select

from backorderkit.adapters.sql.tables import ONE, ZERO, Tables

__all__ = ["open_backorders", "open_purchase_lines", "shippable_orders"]


def open_backorders(tables: Tables) -> Select[Any]:
    """Return who waits for what, by SKU, location and place, and whether it is held.

    >>> from sqlalchemy import MetaData
    >>> from backorderkit.adapters.sql import tables
    >>> "held" in open_backorders(tables(MetaData())).selected_columns
    True
    """
    one, order = tables.backorders.c, tables.orders.c
    return (
        select(
            *(one.line, one.number, one.order_ref, one.customer, one.sku),
            *(one.location, one.ordered, one.waiting, one.allocated, one.pinned),
            *(one.queued_at, one.promised_on, one.place, order.held, order.priority),
        )
        .join_from(tables.backorders, tables.orders, one.order_ref == order.ref)
        .where(one.waiting > ZERO)
        .order_by(one.sku, one.location, one.place, one.line, one.number)
    )


def open_purchase_lines(tables: Tables) -> Select[Any]:
    """Return what is on order, the first to come first; days nobody knows last.

    >>> from sqlalchemy import MetaData
    >>> from backorderkit.adapters.sql import tables
    >>> "expected_on" in open_purchase_lines(tables(MetaData())).selected_columns
    True
    """
    one = tables.purchase_lines.c
    is_unknown = one.expected_on.is_(None)
    days = (one.requested_on, one.confirmed_on, one.expected_on, one.evidence)
    return (
        select(
            *(one.ref, one.purchase, one.supplier, one.sku, one.location, one.ordered),
            *(one.open, one.pinned, *days, one.is_transfer),
        )
        .where(one.open > ZERO)
        .order_by(is_unknown, one.expected_on, one.ref)
    )


def shippable_orders(tables: Tables) -> Select[Any]:
    """Return the orders of which anything may leave now, the oldest first.

    >>> from sqlalchemy import MetaData
    >>> from backorderkit.adapters.sql import tables
    >>> "allocated" in shippable_orders(tables(MetaData())).selected_columns
    True
    """
    one = tables.orders.c
    return (
        select(one.ref, one.customer, one.placed_at, one.priority, one.allocated)
        .where(one.is_shippable == ONE)
        .order_by(one.placed_at, one.ref)
    )
