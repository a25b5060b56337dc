"""Reading the tables: gzip CSV with a header row, one file per table.

A cell that cannot be read is reported with file, line, column, value and remedy. An
empty cell means "not known"; whoever reads a column says what that amounts to.
"""

import csv
import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

Reader = Callable[[str], Any]  # raises ValueError with a remedy


class TableError(Exception):
    """A table is missing or does not hold what its layout promises."""


def rows(data: Path, table: str, **columns: Reader) -> Iterator[tuple[Any, ...]]:
    """Yield the named columns of every row, in the order named, each by its reader."""
    path = data / f"{table}.csv.gz"
    if not path.is_file():
        raise TableError(f"{path}: no such table; give its folder's parent as --data")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        try:
            header = next(lines, [])
            places = _places(path, header, columns)
            for cells in lines:
                if cells:
                    yield _read(path, lines.line_num, cells, places)
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise TableError(f"{path}: {error}; fetch the table again") from error


Places = Sequence[tuple[int, str, Reader]]


def _places(path: Path, header: Sequence[str], columns: Mapping[str, Reader]) -> Places:
    """Find the columns in the header."""
    missing = [name for name in columns if name not in header]
    if missing:
        raise TableError(f"{path}: no column {', '.join(missing)} among {header}")
    return [(header.index(name), name, reader) for name, reader in columns.items()]


def _read(
    path: Path, number: int, cells: Sequence[str], places: Places
) -> tuple[Any, ...]:
    """Read the cells of one row."""
    try:
        return tuple([reader(cells[place]) for place, _, reader in places])
    except (ValueError, IndexError):
        raise TableError(_complaint(path, number, cells, places)) from None


def _complaint(path: Path, number: int, cells: Sequence[str], places: Places) -> str:
    """Name the first cell that cannot be read."""
    for place, name, reader in places:
        where = f"{path}, line {number}, column {name}"
        if place >= len(cells):
            return f"{where}: the row ends before it; give every column a cell"
        try:
            reader(cells[place])
        except ValueError as error:
            return f"{where}: {cells[place]!r}: {error}"
    raise AssertionError(f"{path}, line {number} could be read after all")


# One reader per kind of cell.


def text(cell: str) -> str:
    """Return the cell as it is."""
    return cell


def name(cell: str) -> str:
    """Return a key that may not be empty."""
    if not cell:
        raise ValueError("give a value, it is a key")
    return cell


@cache
def whole(cell: str) -> int:
    """Return a whole number."""
    try:
        return int(cell)
    except ValueError:
        raise ValueError("give a whole number") from None


def whole_or(default: int) -> Reader:
    """Return a reader of whole numbers that are not always known."""
    return lambda cell: whole(cell) if cell else default


def exact(cell: str) -> Decimal:
    """Return an exact decimal number."""
    try:
        number = Decimal(cell)
    except InvalidOperation:
        raise ValueError("give a decimal number") from None
    if not number.is_finite():
        raise ValueError("give a finite number")
    return number


def exact_or_none(cell: str) -> Decimal | None:
    """Return an exact decimal number, None where it is not known."""
    return exact(cell) if cell else None


@cache
def day(cell: str) -> date:
    """Return the day of a date or of a time."""
    try:
        return date.fromisoformat(cell[:10])
    except ValueError:
        raise ValueError("give a date, YYYY-MM-DD") from None
