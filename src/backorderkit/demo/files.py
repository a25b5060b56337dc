"""A shop from its own files: orders, stock, terms and, if there are any, receipts.

Rows are read one by one (`reading`), then put together: orders from their lines,
receipts from theirs. Here is judged what no cell shows alone: rows that contradict each
other, and a thing that is told twice. Whatever is wrong, nothing is run.

>>> scenario_of(Paths(Path("no.csv"), Path("no.csv"), Path("no.csv"))).orders
Traceback (most recent call last):
    ...
backorderkit.demo.files.WrongFiles: no.csv: cannot be read: No such file or \
directory
no.csv: cannot be read: No such file or directory
no.csv: cannot be read: No such file or directory
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from backorderkit import (
    AllocationPolicy,
    BackorderError,
    DeliveryRule,
    Line,
    Money,
    Order,
    SupplierTerms,
)
from backorderkit.demo.columns import SHEETS
from backorderkit.demo.reading import Faults, Row, rows_of
from backorderkit.demo.scenario import DeliveredLine, Delivery, Scenario, Stock


class WrongFiles(BackorderError, ValueError):
    """The files cannot be used; the message lists what to change."""


@attrs.frozen
class Paths:
    """Where the files are.

    >>> Paths(Path("orders.csv"), Path("stock.csv"), Path("terms.csv")).receipts is None
    True
    """

    orders: Path
    stock: Path
    terms: Path
    receipts: Path | None = None


def scenario_of(paths: Paths, policy: AllocationPolicy | None = None) -> Scenario:
    """Return the scenario that the files tell; raise `WrongFiles` if they cannot."""
    faults = Faults()
    orders = _orders(paths.orders, faults)
    stock = _stock(paths.stock, faults)
    terms = _terms(paths.terms, faults)
    receipts = None
    if paths.receipts is not None:
        receipts = _receipts(paths.receipts, faults)
    if not orders and not faults:
        faults.add_file(paths.orders.name, "holds no orders: give at least one row")
    if faults:
        raise WrongFiles(faults.listing())
    scenario = Scenario(
        title=f"The orders of {paths.orders.name}",
        orders=orders,
        stock=stock,
        terms=terms,
        deliveries=receipts,
    )
    return scenario if policy is None else attrs.evolve(scenario, policy=policy)


@attrs.frozen
class _Reader:
    """One file, its good rows, and where to note what is wrong with them."""

    file: str
    rows: tuple[Row, ...]
    faults: Faults

    def groups(self, column: str) -> dict[str, list[Row]]:
        """Return the rows by the value of a column, in order of first appearance."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row[column], []).append(row)
        return groups

    def agree(self, rows: Sequence[Row], columns: Iterable[str]) -> None:
        """Note the rows that contradict the first one of their group."""
        first = rows[0]
        for row in rows[1:]:
            for column in columns:
                if row[column] != first[column]:
                    self.wrong(row, column, f"say the same as row {first.number}")

    def unique(self, rows: Iterable[Row], *columns: str) -> None:
        """Note the rows that tell of the same thing as another one."""
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            key = tuple(row[column] for column in columns)
            if key in seen:
                remedy = f"row {seen[key]} tells of it already: keep one"
                self.wrong(row, columns[-1], remedy)
            seen.setdefault(key, row.number)

    def priced(self, column: str) -> None:
        """Note prices without a currency, and currencies without a price."""
        for row in self.rows:
            if (row[column] is None) != (row["currency"] is None):
                empty = column if row[column] is None else "currency"
                self.wrong(row, empty, "give both price and currency, or neither")

    def wrong(self, row: Row, column: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        value = row[column]
        text = "" if value is None else getattr(value, "value", value)
        shown = text if isinstance(text, str | int) else str(text)
        self.faults.add(self.file, row.number, column, shown, remedy)


def _reader(path: Path, sheet: str, faults: Faults) -> _Reader:
    """Read a file."""
    return _Reader(path.name, tuple(rows_of(path, SHEETS[sheet], faults)), faults)


def _money(row: Row, column: str) -> Money | None:
    """Return the price of a row."""
    if row[column] is None or row["currency"] is None:
        return None
    return Money(row[column], row["currency"])


# Orders


def _orders(path: Path, faults: Faults) -> tuple[Order, ...]:
    """Return the orders of a file."""
    reader = _reader(path, "orders", faults)
    reader.priced("unit_price")
    orders: list[Order] = []
    seen: dict[str, Row] = {}
    for ref, rows in reader.groups("order").items():
        before = len(faults)
        reader.agree(rows, ("customer", "placed_at", "priority", "delivery"))
        reader.unique(rows, "line")
        for row in rows:
            _check_line(reader, row, seen)
        if len(faults) == before:
            orders.append(_order(ref, rows))
    return tuple(orders)


def _check_line(reader: _Reader, row: Row, seen: dict[str, Row]) -> None:
    """Note a line whose name another order's line has, and impossible groups."""
    ref = _line_ref(row)
    if len(ref) > LONGEST_REF:
        reader.wrong(row, "line", f"{ref[:20]}... is longer than {LONGEST_REF} signs")
    elif seen.setdefault(ref, row)["order"] != row["order"]:
        first = f"row {seen[ref].number} has the same name {ref!r}"
        reader.wrong(row, "line", f"{first}: rename the order or line")
    if row["delivery_group"] and row["delivery"] is DeliveryRule.SHIP_COMPLETE:
        remedy = "leave it empty: the order already ships complete"
        reader.wrong(row, "delivery_group", remedy)


LONGEST_REF = 200


def _line_ref(row: Row) -> str:
    """Return the reference of a line: unique in the whole shop."""
    return f"{row['order']}/{row['line']}"


def _order(ref: str, rows: Sequence[Row]) -> Order:
    """Return the order that some rows tell."""
    first = rows[0]
    return Order(
        ref,
        first["customer"],
        first["placed_at"],
        [
            Line(
                _line_ref(row),
                row["sku"],
                row["quantity"],
                location=row["location"],
                unit_price=_money(row, "unit_price"),
                requested_on=row["requested_on"],
                allocate_not_before=row["allocate_not_before"],
                cancel_after=row["cancel_after"],
                delivery_group=row["delivery_group"],
            )
            for row in rows
        ],
        priority=first["priority"],
        delivery=first["delivery"],
    )


# Stock and terms


def _stock(path: Path, faults: Faults) -> tuple[Stock, ...]:
    """Return what lies on the shelf."""
    reader = _reader(path, "stock", faults)
    reader.unique(reader.rows, "location", "sku")
    return tuple(
        Stock(row["sku"], row["on_hand"], row["location"]) for row in reader.rows
    )


def _terms(path: Path, faults: Faults) -> tuple[SupplierTerms, ...]:
    """Return the offers of the suppliers."""
    reader = _reader(path, "terms", faults)
    reader.priced("price")
    reader.unique(reader.rows, "supplier", "sku")
    return tuple(
        SupplierTerms(
            row["supplier"],
            row["sku"],
            lead_time_days=row["lead_time_days"],
            price=_money(row, "price"),
            minimum=row["minimum"],
            multiple=row["multiple"],
            maximum=row["maximum"],
            preference=row["preference"],
        )
        for row in reader.rows
    )


# Receipts


def _receipts(path: Path, faults: Faults) -> tuple[Delivery, ...]:
    """Return the deliveries."""
    reader = _reader(path, "receipts", faults)
    for row in reader.rows:
        if not row["accepted"] + row["rejected"]:
            remedy = "give accepted or rejected units, or leave the row out"
            reader.wrong(row, "accepted", remedy)
        if row["rejected"] and not row["reason"]:
            reader.wrong(row, "reason", "say why units were rejected")
        if row["final"] and row["purchase_line"] is None:
            remedy = "name the purchase line of which nothing more comes"
            reader.wrong(row, "purchase_line", remedy)
    deliveries: list[Delivery] = []
    for ref, rows in reader.groups("receipt").items():
        reader.agree(rows, ("received_at",))
        named = [row for row in rows if row["purchase_line"] is not None]
        reader.unique(named, "purchase_line")
        lines = [_delivered(row) for row in rows]
        deliveries.append(Delivery(ref, rows[0]["received_at"], lines))
    return tuple(deliveries)


def _delivered(row: Row) -> DeliveredLine:
    """Return the goods that a row tells of."""
    return DeliveredLine(
        row["sku"],
        row["accepted"],
        location=row["location"],
        purchase_line=row["purchase_line"],
        rejected=row["rejected"],
        reason=row["reason"],
        remedy=row["remedy"],
        final=row["final"],
        row=row.number,
    )
