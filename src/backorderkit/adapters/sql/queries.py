"""Questions that every shop asks of its tables, as queries to refine and join.

Each returns a `Select` of SQLAlchemy: add conditions, columns and joins with tables of
your own, and run it on any connection. Order by `place` to get a queue in the
order in which it is served, where the repository was given its policy.

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
    portion, order = tables.backorders.c, tables.orders.c
    return (
        select(
            *(
                portion.line,
                portion.number,
                portion.order_ref,
                portion.customer,
                portion.sku,
            ),
            *(
                portion.location,
                portion.ordered,
                portion.waiting,
                portion.allocated,
                portion.pinned,
            ),
            *(
                portion.queued_at,
                portion.promised_on,
                portion.place,
                order.held,
                order.priority,
            ),
        )
        .join_from(tables.backorders, tables.orders, portion.order_ref == order.ref)
        .where(portion.waiting > ZERO)
        .order_by(
            portion.sku, portion.location, portion.place, portion.line, portion.number
        )
    )


def open_purchase_lines(tables: Tables) -> Select[Any]:
    """Return what is on order, by expected day; unknown days last.

    >>> from sqlalchemy import MetaData
    >>> from backorderkit.adapters.sql import tables
    >>> "expected_on" in open_purchase_lines(tables(MetaData())).selected_columns
    True
    """
    line = tables.purchase_lines.c
    is_unknown = line.expected_on.is_(None)
    days = (line.requested_on, line.confirmed_on, line.expected_on, line.evidence)
    return (
        select(
            *(
                line.ref,
                line.purchase,
                line.supplier,
                line.sku,
                line.location,
                line.ordered,
            ),
            *(line.open, line.pinned, *days, line.is_transfer),
        )
        .where(line.open > ZERO)
        .order_by(is_unknown, line.expected_on, line.ref)
    )


def shippable_orders(tables: Tables) -> Select[Any]:
    """Return the orders of which anything may leave now, the oldest first.

    >>> from sqlalchemy import MetaData
    >>> from backorderkit.adapters.sql import tables
    >>> "allocated" in shippable_orders(tables(MetaData())).selected_columns
    True
    """
    order = tables.orders.c
    return (
        select(
            order.ref, order.customer, order.placed_at, order.priority, order.allocated
        )
        .where(order.is_shippable == ONE)
        .order_by(order.placed_at, order.ref)
    )
