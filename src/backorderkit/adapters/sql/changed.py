"""The records that a batch has changed, by kind, and whether all of them were locked.

>>> from backorderkit import OrderBook, oldest_first
>>> Changed.of(OrderBook(oldest_first()), Rows((), (), (), ())).pools
[]
"""

from collections.abc import Sequence
from operator import attrgetter

import attrs

from backorderkit.adapters.sql.references import Rows
from backorderkit.book import (
    LineRecord,
    OrderBook,
    OrderRecord,
    PoolRecord,
    PortionRecord,
    PurchaseRecord,
)
from backorderkit.errors import InvariantBroken
from backorderkit.storage import Key


def shows(book: OrderBook, found: Rows) -> bool:
    """Return whether a book held all these rows before its unfinished change.

    A part of a book does not hold a reference that the command did not ask for: only
    the rows can say that it is taken.
    """
    state = book.state
    made = {id(record) for record in state.made()}
    return all(
        row.ref in records and id(records[row.ref]) not in made
        for rows, records in (
            (found.orders, state.orders),
            (found.lines, state.lines),
            (found.purchase_lines, state.purchase_lines),
        )
        for row in rows
    )


@attrs.frozen(eq=False)
class Changed:
    """The records that a batch has changed, by kind, and which of them are new."""

    pools: Sequence[PoolRecord]
    lines: Sequence[LineRecord]
    portions: Sequence[PortionRecord]
    orders: Sequence[OrderRecord]
    new_orders: Sequence[OrderRecord]
    purchase_lines: Sequence[PurchaseRecord]
    new_purchase_lines: Sequence[PurchaseRecord]
    once_pinned: Sequence[str]

    @classmethod
    def of(cls, book: OrderBook, found: Rows) -> "Changed":
        """Return what an unfinished change of a book has changed."""
        records = book.state.changed()
        orders = [one for one in records if isinstance(one, OrderRecord)]
        bought = [one for one in records if isinstance(one, PurchaseRecord)]
        old = {row.ref for row in found.orders}
        old_lines = {row.ref: row.pinned for row in found.purchase_lines}
        pools = [one for one in records if isinstance(one, PoolRecord)]
        return cls(
            sorted(pools, key=attrgetter("pool")),
            [one for one in records if isinstance(one, LineRecord)],
            [one for one in records if isinstance(one, PortionRecord)],
            [one for one in orders if one.order.ref in old],
            [one for one in orders if one.order.ref not in old],
            [one for one in bought if one.line.ref in old_lines],
            [one for one in bought if one.line.ref not in old_lines],
            [one.line.ref for one in bought if old_lines.get(one.line.ref)],
        )

    def check(self, keys: Sequence[Key]) -> None:
        """Refuse a change of what was not locked: a defect of the library."""
        locked = set(keys)
        for pool in self.pools:
            if ("pool", *pool.pool) not in locked:
                finding = "it was changed by facts that do not touch it"
                raise InvariantBroken(f"pool {tuple(pool.pool)}", finding)
        for order in self.orders:
            if ("order", order.order.ref) not in locked:
                finding = "it was changed by facts that do not touch it"
                raise InvariantBroken(f"order {order.order.ref}", finding)
