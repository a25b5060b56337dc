"""How a cell of a file is read: text in, a value out, or what to change.

Numbers are whole numbers: a quantity of 2.5 or 1e3 is refused, and so is 1,000. Days
are ISO 8601. Every reader raises `InvalidValue` with a remedy.

>>> units(1)("12"), day("2026-03-31").day
(12, 31)
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

from backorderkit import DeliveryRule, InvalidValue, Money, Remedy
from backorderkit.values import check_count, check_ref, check_text

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
FURTHEST_PRIORITY = 1_000_000
WHOLE_NUMBER = re.compile("[0-9]{1,16}")
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = re.compile(DAY + "([T ][0-9:.]+(Z|[+-][0-9:]+)?)?")

Parse: TypeAlias = Callable[[str], Any]  # what a cell means depends on its column
Choice = TypeVar("Choice")


def ref(cell: str) -> str:
    """Read a reference.

    >>> ref("LAMP")
    'LAMP'
    """
    return check_ref("cell", cell)


def text(cell: str) -> str:
    """Read any words."""
    return check_text("cell", cell)


def units(least: int, most: int | None = None) -> Parse:
    """Return a reader of whole numbers of units.

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
    if not re.fullmatch(r"[+-]?[0-9]{1,7}", cell) or abs(int(cell)) > FURTHEST_PRIORITY:
        raise InvalidValue("cell", cell, remedy)
    return int(cell)


def price(cell: str) -> str:
    """Read an exact amount of money, 0 or more.

    >>> price("12,50")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: cell is '12,50': give an amount like 12.50
    """
    if not re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,10})?", cell):
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
    if not re.fullmatch(DAY, cell):
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
    if not re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?", cell
    ):
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
    """Refuse years that only a slip of the keyboard can mean."""
    if not EARLIEST_YEAR <= found.year < LATEST_YEAR:
        remedy = f"give a year from {EARLIEST_YEAR} to {LATEST_YEAR - 1}"
        raise InvalidValue("cell", cell, remedy)
    return found


def delivery(cell: str) -> DeliveryRule:
    """Read a delivery rule."""
    return _one_of(cell, {rule.value: rule for rule in DeliveryRule})


def remedy(cell: str) -> Remedy:
    """Read what a supplier does about rejected goods."""
    return _one_of(cell, {one.value: one for one in Remedy})


def yes_or_no(cell: str) -> bool:
    """Read yes or no."""
    return _one_of(cell, {"yes": True, "no": False})


def _one_of(cell: str, choices: Mapping[str, Choice]) -> Choice:
    """Read one of a few words, whichever way it is written."""
    if cell.lower() not in choices:
        raise InvalidValue("cell", cell, f"give {' or '.join(choices)}")
    return choices[cell.lower()]
