"""The columns of the four tables, and how a cell of each is read and written.

A column without a default must be filled in every row; one with a default may be empty
or left out. Numbers are whole numbers: 2.5, 1e3 and 1,000 are refused. Days are ISO
8601. Every reader raises `InvalidValue` with a remedy. `docs/csv.md` shows the same
columns.

>>> print(TABLES["stock"].markdown())
| column | must be filled | what it says |
| --- | --- | --- |
| `sku` | yes | the article |
| `location` | no (`main`) | the location that holds it |
| `on_hand` | yes | units that can be sold, 0 or more |
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache, partial
from typing import Any, TypeAlias, TypeVar

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import DeliveryRule, Remedy
from backorderkit.values import MAIN, Money, check_count, check_ref, check_text

Parse: TypeAlias = Callable[[str], Any]  # what a cell means depends on its column
Choice = TypeVar("Choice")


class Unset:
    """The default of a column that must be filled."""


@attrs.frozen
class Column:
    """One column: its name, how a cell is read, what an empty cell means."""

    name: str
    parse: Parse
    text: str
    default: Any = Unset  # of the type that `parse` returns

    @property
    def must_be_filled(self) -> bool:
        """Return whether every row needs a value here."""
        return self.default is Unset


@attrs.frozen
class Table:
    """The columns of one file.

    >>> [column.name for column in TABLES["stock"].columns]
    ['sku', 'location', 'on_hand']
    """

    name: str
    columns: tuple[Column, ...]

    def markdown(self) -> str:
        """Return the columns as a Markdown table."""
        rows = ["| column | must be filled | what it says |", "| --- | --- | --- |"]
        for column in self.columns:
            default = "" if column.must_be_filled else written(column.default)
            shown = f" (`{default}`)" if default not in {"", "no"} else ""
            need = "yes" if column.must_be_filled else f"no{shown}"
            rows.append(f"| `{column.name}` | {need} | {column.text} |")
        return "\n".join(rows)


def written(value: Any) -> str:
    """Return a value as a cell, such that reading the cell gives the value.

    >>> written(True), written(date(2026, 3, 9)), written(None)
    ('yes', '2026-03-09', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)


# How cells are read

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
FURTHEST_PRIORITY = 1_000_000
LONGEST_LEAD_TIME_DAYS = 1000
WHOLE_NUMBER = re.compile("[0-9]{1,16}")
PRIORITY = re.compile("[+-]?[0-9]{1,7}")
PRICE = re.compile(r"[0-9]{1,20}(\.[0-9]{1,10})?")
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(DAY.pattern + "([T ][0-9:.]+(Z|[+-][0-9:]+)?)?")


def units(least: int, most: int | None = None) -> Parse:
    """Return a reader of whole numbers.

    >>> units(1)("2.5")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: cell is '2.5': give a whole number, 1 or more
    """

    def read(cell: str) -> int:
        if not WHOLE_NUMBER.fullmatch(cell):
            raise InvalidValue("cell", cell, f"give a whole number, {least} or more")
        number = check_count("cell", int(cell), least)
        if most is not None and number > most:
            raise InvalidValue("cell", cell, f"give at most {most:,}")
        return number

    return read


def priority(cell: str) -> int:
    """Read a priority: a whole number, perhaps below 0."""
    remedy = f"give a whole number from -{FURTHEST_PRIORITY:,} to {FURTHEST_PRIORITY:,}"
    if not PRIORITY.fullmatch(cell) or abs(int(cell)) > FURTHEST_PRIORITY:
        raise InvalidValue("cell", cell, remedy)
    return int(cell)


def price(cell: str) -> str:
    """Read an exact amount of money, 0 or more; its currency is another cell."""
    if not PRICE.fullmatch(cell):
        raise InvalidValue("cell", cell, "give an amount like 12.50")
    return cell


def currency(cell: str) -> str:
    """Read a currency."""
    return Money(0, cell).currency


@lru_cache(maxsize=4096)
def day(cell: str) -> date:
    """Read a date.

    >>> day("2026-02-30")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: cell is '2026-02-30': give a date like 2026-03-31
    """
    remedy = "give a date like 2026-03-31"
    if not DAY.fullmatch(cell):
        raise InvalidValue("cell", cell, remedy)
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        raise InvalidValue("cell", cell, remedy) from None
    return _near(cell, found)


@lru_cache(maxsize=4096)
def moment(cell: str) -> datetime:
    """Read a date, or a date and a time; without a zone it is UTC.

    >>> moment("2026-03-02T10:30+01:00").isoformat(), moment("2026-03-02").isoformat()
    ('2026-03-02T09:30:00+00:00', '2026-03-02T00:00:00+00:00')
    """
    remedy = "give a date and time like 2026-03-31T14:05 or 2026-03-31T14:05+02:00"
    if not MOMENT.fullmatch(cell):
        raise InvalidValue("cell", cell, remedy)
    try:
        found = datetime.fromisoformat(cell)
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        found = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValue("cell", cell, remedy) from None
    _near(cell, found.date())
    return found


def _near(cell: str, found: date) -> date:
    """Refuse years that can only be typing errors."""
    if not EARLIEST_YEAR <= found.year < LATEST_YEAR:
        remedy = f"give a year from {EARLIEST_YEAR} to {LATEST_YEAR - 1}"
        raise InvalidValue("cell", cell, remedy)
    return found


def _choice(choices: Mapping[str, Choice], cell: str) -> Choice:
    """Read a word from a short list, in capitals or not."""
    if cell.lower() not in choices:
        raise InvalidValue("cell", cell, f"give {' or '.join(choices)}")
    return choices[cell.lower()]


ref: Parse = partial(check_ref, "cell")
text: Parse = partial(check_text, "cell")
delivery: Parse = partial(_choice, {rule.value: rule for rule in DeliveryRule})
remedy: Parse = partial(_choice, {choice.value: choice for choice in Remedy})
yes_or_no: Parse = partial(_choice, {"yes": True, "no": False})


# The four tables

ISO_CODE = "with a price: its ISO code, as `EUR`"
ORDERS = Table(
    "orders",
    (
        Column("order", ref, "the order; its rows may be anywhere in the file"),
        Column("customer", ref, "who ordered"),
        Column(
            "placed_at",
            moment,
            "when: `2026-03-02`, `2026-03-02T10:30` (UTC) or `2026-03-02T10:30+01:00`",
        ),
        Column("line", ref, "the line, unique within its order"),
        Column("sku", ref, "the article"),
        Column("quantity", units(1), "units, a whole number"),
        Column("location", ref, "the location that serves it", MAIN),
        Column("priority", priority, "the lowest number is served first", 0),
        Column("unit_price", price, "what a unit is sold for", None),
        Column("currency", currency, ISO_CODE, None),
        Column("requested_on", day, "the day the customer asked for", None),
        Column("allocate_not_before", day, "until then others get the goods", None),
        Column("cancel_after", day, "the last day on which it is wanted", None),
        Column(
            "delivery",
            delivery,
            "`ship_as_available`, or `ship_complete` for one parcel",
            DeliveryRule.SHIP_AS_AVAILABLE,
        ),
        Column("delivery_group", ref, "lines of one group leave together", None),
    ),
)
STOCK = Table(
    "stock",
    (
        Column("sku", ref, "the article"),
        Column("location", ref, "the location that holds it", MAIN),
        Column("on_hand", units(0), "units that can be sold, 0 or more"),
    ),
)
TERMS = Table(
    "terms",
    (
        Column("supplier", ref, "who offers it"),
        Column("sku", ref, "the article"),
        Column(
            "lead_time_days",
            units(0, LONGEST_LEAD_TIME_DAYS),
            "days from order to arrival",
        ),
        Column("price", price, "what a unit costs", None),
        Column("currency", currency, ISO_CODE, None),
        Column("minimum", units(1), "the smallest order", 1),
        Column("multiple", units(1), "the pack", 1),
        Column("maximum", units(1), "the largest order", None),
        Column("preference", units(0), "the supplier with the lowest is asked", 0),
    ),
)
RECEIPTS = Table(
    "receipts",
    (
        Column("receipt", ref, "the delivery; its rows may be anywhere in the file"),
        Column("received_at", moment, "when, as in `placed_at`"),
        Column("sku", ref, "the article"),
        Column("accepted", units(0), "units that can be sold"),
        Column("location", ref, "the location that received them", MAIN),
        Column(
            "purchase_line",
            ref,
            "the line of the shop's purchase order, as a run names it"
            " (`PO-1/1`); without it the oldest open one is settled, and the"
            " rest is stock",
            None,
        ),
        Column("rejected", units(0), "units that were refused", 0),
        Column("reason", text, "with rejected units: why", ""),
        Column(
            "remedy",
            remedy,
            "of rejected units: `replace`, or `credit` if none follow",
            Remedy.REPLACE,
        ),
        Column(
            "final",
            yes_or_no,
            "`yes` if nothing more comes for the purchase line named",
            False,
        ),
    ),
)
TABLES: Mapping[str, Table] = {
    table.name: table for table in (ORDERS, STOCK, TERMS, RECEIPTS)
}
"""The tables by name: orders, stock, terms and receipts."""
