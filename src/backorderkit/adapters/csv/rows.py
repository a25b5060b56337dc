"""CSV texts row by row: what is wrong is collected, with its place and its remedy.

Files are UTF-8, with or without a byte order mark; the delimiter is a comma, semicolon
or tab, the most frequent of them in the first row. The columns may be in any order.
Rows are counted as a spreadsheet counts them: the first row holds the names.

>>> from backorderkit.adapters.csv.columns import STOCK
>>> faults: list[Fault] = []
>>> lines = ["sku,on_hand", "LAMP,2.5"]
>>> rows_of(STOCK, *text_of(lines, "stock.csv", faults), faults)
[]
>>> print(faults[0])
stock.csv, row 2, column on_hand is '2.5': give a whole number, 0 or more
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from io import StringIO
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from backorderkit.adapters.csv.columns import Column, Table
from backorderkit.errors import BackorderError, InvalidValue, shown

SHOWN_FAULTS = 20
DELIMITERS = ",;\t"

Source: TypeAlias = str | PathLike[str] | Iterable[str]
"""The path of a file, or its lines: an open text file, or any iterable of lines."""


@attrs.frozen
class Fault:
    """What is wrong with a file: with a cell if `column` is named, or with a row.

    >>> print(Fault("orders.csv", "is empty: give a first row"))
    orders.csv: is empty: give a first row
    >>> print(Fault("orders.csv", "is '': fill it in", row=3, column="sku"))
    orders.csv, row 3, column sku is '': fill it in
    """

    file: str
    problem: str
    row: int | None = attrs.field(default=None, kw_only=True)
    column: str | None = attrs.field(default=None, kw_only=True)

    def __str__(self) -> str:
        """Return the place, the value and the remedy."""
        if self.column is None:
            return f"{self.file}: {self.problem}"
        return f"{self.file}, row {self.row}, column {self.column} {self.problem}"


class InvalidTable(BackorderError, ValueError):
    """A table cannot be used; `faults` are all that is to change, with their places.

    The message lists the first twenty.

    >>> str(InvalidTable([Fault("stock.csv", "is empty")]))
    'stock.csv: is empty'
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        """List what is wrong."""
        self.faults: tuple[Fault, ...] = tuple(faults)
        lines = [str(fault) for fault in self.faults[:SHOWN_FAULTS]]
        if len(self.faults) > SHOWN_FAULTS:
            lines.append(f"... and {len(self.faults) - SHOWN_FAULTS:,} more")
        super().__init__("\n".join(lines))


@attrs.frozen
class Row:
    """The cells of one row, read; `number` is its place in the file."""

    number: int
    cells: dict[str, Any]  # of the types that the columns read

    def __getitem__(self, column: str) -> Any:
        """Return the value of a column."""
        return self.cells[column]

    def without(self, *columns: str) -> dict[str, Any]:
        """Return the cells of the other columns."""
        return {name: cell for name, cell in self.cells.items() if name not in columns}


def text_of(source: Source, name: str, faults: list[Fault]) -> tuple[str, str | None]:
    """Return the name of a file for messages and its text, None if it has none."""
    if not isinstance(source, str | PathLike):
        ended = (
            line if line.endswith(("\n", "\r")) else line + "\n" for line in source
        )
        return name, "".join(ended).removeprefix("\ufeff")
    path = Path(source)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        faults.append(Fault(str(path), f"cannot be read: {why}"))
        return path.name, None
    try:
        return path.name, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        wrong = content[error.start]
        problem = f"row {row} is not UTF-8 (byte 0x{wrong:02x}): save it as CSV UTF-8"
        faults.append(Fault(path.name, problem, row=row))
        return path.name, None


def rows_of(
    table: Table, file: str, text: str | None, faults: list[Fault]
) -> list[Row]:
    """Return the rows of a text that have nothing wrong; note what is wrong."""
    if text is None:
        return []
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records = _records(file, reader, faults)
    columns = _columns(file, table, next(records, (0, []))[1], faults)
    if columns is None:
        return []
    found = (
        _row(file, number, record, table, columns, faults) for number, record in records
    )
    return [row for row in found if row is not None]


def _records(
    file: str, reader: Iterator[list[str]], faults: list[Fault]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with their number."""
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"row {number} is no CSV: {error}"
            faults.append(Fault(file, problem, row=number))
            return
        cells = [cell.strip() for cell in record]
        if any(cells):
            yield number, cells


def _columns(
    file: str, table: Table, names: Sequence[str], faults: list[Fault]
) -> list[Column] | None:
    """Return the columns in the order of the file, None if they cannot be used."""
    known = {column.name: column for column in table.columns}
    wanted, problems = ", ".join(known), list[str]()
    if not names:
        problem = f"is empty: give a first row with the names {wanted}"
        faults.append(Fault(file, problem))
        return None
    last = max(place for place, name in enumerate(names) if name)
    names = [name.lower() for name in names[: last + 1]]
    for place, name in enumerate(names):
        if name in names[:place]:
            problems.append(f"column {shown(name)} is there twice: keep one")
        elif name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {wanted}"
            problems.append(f"column {shown(name)} is not known: {hint}")
    for column in table.columns:
        if column.must_be_filled and column.name not in names:
            problems.append(f"column {column.name!r} is missing: add it")
    faults += [Fault(file, problem, row=1) for problem in problems]
    return None if problems else [known[name] for name in names]


def _row(
    file: str,
    number: int,
    record: Sequence[str],
    table: Table,
    columns: Sequence[Column],
    faults: list[Fault],
) -> Row | None:
    """Return a row, read cell by cell; None if something in it is wrong."""
    if len(record) < len(columns) or any(record[len(columns) :]):
        problem = (
            f"row {number} has {len(record)} cells, the first row {len(columns)}:"
            " check its commas and quotes"
        )
        faults.append(Fault(file, problem, row=number))
        return None
    before = len(faults)
    cells = {column.name: column.default for column in table.columns}
    for column, cell in zip(columns, record, strict=False):
        if cell:
            try:
                cells[column.name] = column.parse(cell)
            except InvalidValue as error:
                faults.append(_wrong(file, number, column.name, cell, error.remedy))
        elif column.must_be_filled:
            faults.append(_wrong(file, number, column.name, cell, "fill it in"))
    return Row(number, cells) if len(faults) == before else None


def _wrong(file: str, row: int, column: str, value: object, remedy: str) -> Fault:
    """Return the fault of a cell."""
    return Fault(file, f"is {shown(value)}: {remedy}", row=row, column=column)


class Rows:
    """The rows of one table, and the faults that only several rows show."""

    def __init__(self, table: Table, source: Source) -> None:
        """Read the rows of a source."""
        self.faults: list[Fault] = []
        self.file: str
        self.file, text = text_of(source, f"{table.name}.csv", self.faults)
        self.rows: tuple[Row, ...] = tuple(rows_of(table, self.file, text, self.faults))

    def groups(self, column: str) -> dict[str, list[Row]]:
        """Return the rows by the value of a column, in order of first appearance."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row[column], []).append(row)
        return groups

    def agree(self, rows: Sequence[Row], columns: Iterable[str]) -> None:
        """Note the rows that contradict the first row of their group."""
        first = rows[0]
        for row in rows[1:]:
            for column in columns:
                if row[column] != first[column]:
                    self.wrong(row, column, f"say the same as row {first.number}")

    def unique(self, rows: Iterable[Row], *columns: str) -> None:
        """Note the rows that repeat another row's key."""
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            key = tuple(row[column] for column in columns)
            if key in seen:
                remedy = f"row {seen[key]} already has it: keep one"
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
        self.faults.append(_wrong(self.file, row.number, column, shown, remedy))

    def check(self) -> None:
        """Raise `InvalidTable` if anything is wrong."""
        if self.faults:
            raise InvalidTable(self.faults)
