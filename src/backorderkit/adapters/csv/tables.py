"""Orders, stock, supplier terms and deliveries: from a table to values, and back.

Readers also check what no cell shows alone: rows that contradict each other, and
repeated rows. All that is wrong comes in one `InvalidTable`.

What is written reads back equal. A writer reads its own text before anything reaches
the file, and refuses what its table cannot hold, as an order's hold or a supplier's
calendar. All functions are O(rows).
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from itertools import zip_longest
from os import PathLike
from pathlib import Path
from typing import Any, TextIO, TypeAlias

import attrs

from backorderkit.adapters.csv.columns import (
    ORDERS,
    RECEIPTS,
    STOCK,
    TERMS,
    Table,
    written,
)
from backorderkit.adapters.csv.deliveries import DeliveredLine, Delivery
from backorderkit.adapters.csv.rows import Row, Rows, Source
from backorderkit.errors import InvalidValue
from backorderkit.model import DeliveryRule, Line, Order, Receipt, SupplierTerms
from backorderkit.values import Money, Pool

LONGEST_REF = 200


Target: TypeAlias = str | PathLike[str] | TextIO
"""The path of a file, or an open text file."""

Cells: TypeAlias = dict[str, object]


# Orders


def read_orders(source: Source) -> tuple[Order, ...]:
    """Return the orders of a table; a line is named by its order and its own name.

    >>> lines = ["order,customer,placed_at,line,sku,quantity",
    ...          "O-1,ada,2026-03-02T09:00,1,LAMP,5"]
    >>> [line.ref for order in read_orders(lines) for line in order.lines]
    ['O-1/1']
    >>> read_orders([lines[0], lines[1].replace("5", "2.5")])
    Traceback (most recent call last):
        ...
    backorderkit.adapters.csv.rows.InvalidTable: orders.csv, row 2, column quantity is \
'2.5': give a whole number, 1 or more
    """
    table = Rows(ORDERS, source)
    table.priced("unit_price")
    seen: dict[str, Row] = {}
    groups = table.groups("order")
    for rows in groups.values():
        table.agree(rows, ("customer", "placed_at", "priority", "delivery"))
        table.unique(rows, "line")
        for row in rows:
            _check_line(table, row, seen)
    table.check()
    return tuple(_order(ref, rows) for ref, rows in groups.items())


def _check_line(table: Rows, row: Row, seen: dict[str, Row]) -> None:
    """Note a line whose name another order's line has, and impossible groups."""
    ref = _line_ref(row)
    if len(ref) > LONGEST_REF:
        remedy = f"{ref[:20]}... is longer than {LONGEST_REF} characters"
        table.wrong(row, "line", remedy)
    elif seen.setdefault(ref, row)["order"] != row["order"]:
        first = f"row {seen[ref].number} has the same name {ref!r}"
        table.wrong(row, "line", f"{first}: rename the order or line")
    if row["delivery_group"] and row["delivery"] is DeliveryRule.SHIP_COMPLETE:
        remedy = "leave it empty: the order already ships complete"
        table.wrong(row, "delivery_group", remedy)


def _line_ref(row: Row) -> str:
    """Return the reference of a line: unique in the whole shop."""
    return f"{row['order']}/{row['line']}"


def _order(ref: str, rows: Sequence[Row]) -> Order:
    first = rows[0]
    return Order(
        ref,
        first["customer"],
        first["placed_at"],
        map(_line, rows),
        priority=first["priority"],
        delivery=first["delivery"],
    )


def _line(row: Row) -> Line:
    cells = row.without(
        *("order", "customer", "placed_at", "priority", "delivery"),
        *("line", "unit_price", "currency"),
    )
    return Line(_line_ref(row), unit_price=_money(row, "unit_price"), **cells)


def write_orders(target: Target, orders: Iterable[Order]) -> None:
    """Write orders; each line must be named after its order, as `O-1/1`.

    >>> from io import StringIO
    >>> lines = ["order,customer,placed_at,line,sku,quantity",
    ...          "O-1,ada,2026-03-02T09:00,1,LAMP,5"]
    >>> file = StringIO()
    >>> write_orders(file, read_orders(lines))
    >>> read_orders(file.getvalue().splitlines()) == read_orders(lines)
    True
    """
    given = tuple(orders)
    rows = [_line_cells(order, line) for order in given for line in order.lines]
    _save(target, ORDERS, rows, given, read_orders)


def _line_cells(order: Order, line: Line) -> Cells:
    prefix = f"{order.ref}/"
    if not line.ref.startswith(prefix):
        raise InvalidValue("line", line.ref, f"name it {prefix} and its own name")
    return {
        "order": order.ref,
        "customer": order.customer,
        "placed_at": order.placed_at,
        "priority": order.priority,
        "delivery": order.delivery,
        **_fields(line),
        "line": line.ref.removeprefix(prefix),
        **_price_cells("unit_price", line.unit_price),
    }


# Stock


def read_stock(source: Source) -> dict[Pool, int]:
    """Return the units on hand of each pool, in the order of the rows.

    >>> read_stock(["sku;on_hand", "LAMP;3"])
    {Pool(sku='LAMP', location='main'): 3}
    """
    table = Rows(STOCK, source)
    table.unique(table.rows, "location", "sku")
    table.check()
    return {Pool(row["sku"], row["location"]): row["on_hand"] for row in table.rows}


def write_stock(target: Target, on_hand: Mapping[Pool, int]) -> None:
    """Write the units on hand of each pool.

    >>> from io import StringIO
    >>> file = StringIO()
    >>> write_stock(file, {Pool("LAMP"): 3})
    >>> file.getvalue().splitlines()
    ['sku,location,on_hand', 'LAMP,main,3']
    """
    rows: list[Cells] = [
        {"sku": pool.sku, "location": pool.location, "on_hand": units}
        for pool, units in on_hand.items()
    ]
    given = tuple(on_hand.items())
    _save(target, STOCK, rows, given, lambda lines: tuple(read_stock(lines).items()))


# Terms


def read_terms(source: Source) -> tuple[SupplierTerms, ...]:
    """Return the offers of the suppliers.

    >>> terms, = read_terms(["supplier,sku,lead_time_days", "ACME,LAMP,7"])
    >>> terms.supplier, terms.lead_time_days, terms.multiple
    ('ACME', 7, 1)
    """
    table = Rows(TERMS, source)
    table.priced("price")
    table.unique(table.rows, "supplier", "sku")
    table.check()
    return tuple(
        SupplierTerms(price=_money(row, "price"), **row.without("price", "currency"))
        for row in table.rows
    )


def write_terms(target: Target, terms: Iterable[SupplierTerms]) -> None:
    """Write the offers of the suppliers.

    >>> from io import StringIO
    >>> file = StringIO()
    >>> write_terms(file, [SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    >>> file.getvalue().splitlines()[1]
    'ACME,LAMP,7,,,1,1,,0'
    """
    given = tuple(terms)
    rows = [{**_fields(offer), **_price_cells("price", offer.price)} for offer in given]
    _save(target, TERMS, rows, given, read_terms)


# Receipts


def read_receipts(source: Source) -> tuple[Delivery, ...]:
    """Return the deliveries of a table.

    >>> note, = read_receipts(
    ...     ["receipt,received_at,sku,accepted", "R-1,2026-03-09,LAMP,6"])
    >>> note.as_receipt().lines[0].accepted
    6
    """
    table = Rows(RECEIPTS, source)
    for row in table.rows:
        _check_delivered(table, row)
    groups = table.groups("receipt")
    for rows in groups.values():
        table.agree(rows, ("received_at",))
        named = [row for row in rows if row["purchase_line"] is not None]
        table.unique(named, "purchase_line")
    table.check()
    return tuple(
        Delivery(ref, rows[0]["received_at"], map(_delivered, rows))
        for ref, rows in groups.items()
    )


def _check_delivered(table: Rows, row: Row) -> None:
    """Note incomplete rows of a delivery."""
    if not row["accepted"] + row["rejected"]:
        remedy = "give accepted or rejected units, or leave the row out"
        table.wrong(row, "accepted", remedy)
    if row["rejected"] and not row["reason"]:
        table.wrong(row, "reason", "say why units were rejected")
    if row["final"] and row["purchase_line"] is None:
        remedy = "name the purchase line of which nothing more comes"
        table.wrong(row, "purchase_line", remedy)


def _delivered(row: Row) -> DeliveredLine:
    cells = row.without("receipt", "received_at")
    return DeliveredLine(row=row.number, **cells)


def write_receipts(target: Target, receipts: Iterable[Receipt | Delivery]) -> None:
    """Write deliveries, or the receipts of a shop.

    >>> from io import StringIO
    >>> file = StringIO()
    >>> write_receipts(file, read_receipts(
    ...     ["receipt,received_at,sku,accepted", "R-1,2026-03-09,LAMP,6"]))
    >>> file.getvalue().splitlines()[1]
    'R-1,2026-03-09T00:00:00+00:00,LAMP,6,main,,0,,replace,no'
    """
    given = tuple(receipts)
    rows = [
        {"receipt": receipt.ref, "received_at": receipt.received_at, **_fields(line)}
        for receipt in given
        for line in receipt.lines
    ]

    def again(lines: Source) -> Sequence[Receipt | Delivery]:
        read = zip_longest(given, read_receipts(lines))
        return [
            note.as_receipt() if isinstance(receipt, Receipt) and note else note
            for receipt, note in read
        ]

    _save(target, RECEIPTS, rows, given, again)


# Money and texts


def _money(row: Row, column: str) -> Money | None:
    """Return the price of a row."""
    return None if row[column] is None else Money(row[column], row["currency"])


def _price_cells(column: str, price: Money | None) -> Cells:
    """Return a price as cells, without an exponent."""
    if price is None:
        return {column: None, "currency": None}
    return {column: format(price.amount, "f"), "currency": price.currency}


def _fields(value: attrs.AttrsInstance) -> Cells:
    """Return the fields of a value by name."""
    return {
        field.name: getattr(value, field.name) for field in attrs.fields(type(value))
    }


def _save(
    target: Target,
    table: Table,
    rows: Iterable[Cells],
    given: Sequence[Any],
    read: Callable[[Source], Sequence[Any]],
) -> None:
    """Write rows after reading them back; refuse what the table cannot hold."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    names = [column.name for column in table.columns]
    writer.writerow(names)
    writer.writerows([written(row[name]) for name in names] for row in rows)
    text.seek(0)
    for value, again in zip_longest(given, read(text)):
        if value != again:
            shown = getattr(value, "ref", value)
            remedy = "its table has no column for part of it, or holds it twice"
            raise InvalidValue(f"entry of {table.name}.csv", shown, remedy)
    if isinstance(target, str | PathLike):
        Path(target).write_text(text.getvalue(), encoding="utf-8", newline="")
    else:
        target.write(text.getvalue())
