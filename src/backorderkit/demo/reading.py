"""CSV files cell by cell: what is wrong is collected, with its place and its remedy.

Files are UTF-8, with or without a byte order mark; cells are parted by commas,
semicolons or tabs, whichever the first row uses most. The columns stand in any order.
Rows are counted as a spreadsheet counts them: the first row holds the names.

>>> faults = Faults()
>>> faults.add("orders.csv", 7, "quantity", "2.5", "give a whole number, 1 or more")
>>> print(faults.listing())
orders.csv, row 7, column quantity is '2.5': give a whole number, 1 or more
"""

import csv
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, Final

import attrs

from backorderkit import InvalidValue
from backorderkit.demo.columns import Column, Sheet
from backorderkit.errors import shown

SHOWN_FAULTS: Final = 20
DELIMITERS = ",;\t"


class Faults:
    """What is wrong with some files."""

    def __init__(self) -> None:
        """Start with nothing wrong."""
        self._told: list[str] = []

    def __len__(self) -> int:
        """Count them."""
        return len(self._told)

    def add(self, file: str, row: int, column: str, value: object, remedy: str) -> None:
        """Note a wrong cell."""
        place = f"{file}, row {row}, column {column}"
        self._told.append(f"{place} is {shown(value)}: {remedy}")

    def add_file(self, file: str, what: str) -> None:
        """Note what is wrong with a file as a whole."""
        self._told.append(f"{file}: {what}")

    def listing(self) -> str:
        """Return the first of them, one a line, and how many more there are."""
        lines = self._told[:SHOWN_FAULTS]
        if len(self._told) > SHOWN_FAULTS:
            lines.append(f"... and {len(self._told) - SHOWN_FAULTS:,} more")
        return "\n".join(lines)


@attrs.frozen
class Row:
    """The cells of one row, read; `number` is its place in the file."""

    number: int
    cells: dict[str, Any]  # of the types that the columns read

    def __getitem__(self, column: str) -> Any:
        """Return the value of a column."""
        return self.cells[column]


def rows_of(path: Path, sheet: Sheet, faults: Faults) -> list[Row]:
    """Return the rows of a file that have nothing wrong; note what is wrong."""
    file = path.name
    content = _content(path, faults)
    if content is None:
        return []
    head = content.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(StringIO(content, newline=""), delimiter=delimiter, strict=True)
    records = _records(file, reader, faults)
    columns = _columns(file, sheet, next(records, (0, []))[1], faults)
    if columns is None:
        return []
    found = (
        _row(file, number, record, sheet, columns, faults) for number, record in records
    )
    return [row for row in found if row is not None]


def _content(path: Path, faults: Faults) -> str | None:
    """Return the text of a file, None if there is none to be had."""
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.add_file(str(path), f"cannot be read: {error.strerror or error}")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        wrong = content[error.start]
        faults.add_file(
            path.name,
            f"row {row} is not UTF-8 (byte 0x{wrong:02x}): save it as CSV UTF-8",
        )
        return None


def _records(
    file: str, reader: Iterator[list[str]], faults: Faults
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
            faults.add_file(file, f"row {number} is no CSV: {error}")
            return
        cells = [cell.strip() for cell in record]
        if any(cells):
            yield number, cells


def _columns(
    file: str, sheet: Sheet, names: Sequence[str], faults: Faults
) -> list[Column] | None:
    """Return the columns as they stand in the file, None if they cannot be used."""
    known = {column.name: column for column in sheet.columns}
    wanted, before = ", ".join(known), len(faults)
    if not names:
        faults.add_file(file, f"is empty: give a first row with the names {wanted}")
        return None
    last = max(place for place, name in enumerate(names) if name)
    names = [name.lower() for name in names[: last + 1]]
    for place, name in enumerate(names):
        if name in names[:place]:
            faults.add_file(file, f"column {shown(name)} is there twice: keep one")
        elif name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {wanted}"
            faults.add_file(file, f"column {shown(name)} is not known: {hint}")
    for column in sheet.columns:
        if column.must_be_filled and column.name not in names:
            faults.add_file(file, f"column {column.name!r} is missing: add it")
    return [known[name] for name in names] if len(faults) == before else None


def _row(
    file: str,
    number: int,
    record: Sequence[str],
    sheet: Sheet,
    columns: Sequence[Column],
    faults: Faults,
) -> Row | None:
    """Return a row, read cell by cell; None if something in it is wrong."""
    if len(record) < len(columns) or any(record[len(columns) :]):
        faults.add_file(
            file,
            f"row {number} has {len(record)} cells, the first row {len(columns)}:"
            " check its commas and quotes",
        )
        return None
    before = len(faults)
    cells = {column.name: column.default for column in sheet.columns}
    for column, cell in zip(columns, record, strict=False):
        if cell:
            try:
                cells[column.name] = column.parse(cell)
            except InvalidValue as error:
                faults.add(file, number, column.name, cell, error.remedy)
        elif column.must_be_filled:
            faults.add(file, number, column.name, cell, "fill it in")
    return Row(number, cells) if len(faults) == before else None
