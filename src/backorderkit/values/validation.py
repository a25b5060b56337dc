"""The checks that every value passes once, when it is made.

A `check_*` function returns what it was given or raises `InvalidValue` with the value
and the remedy; an `is_*` function is the same check in the shape attrs calls a
validator. Bools are not whole numbers here, datetimes are not dates, and a float is
nothing at all.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeAlias, TypeVar

import attrs

from backorderkit.errors import InvalidValue


class Said(str):
    """A value that errors show as it is said, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show the text itself."""
        return str(self)


Kind = TypeVar("Kind")
Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]

LARGEST_QUANTITY = 10**15
"""No shop counts higher; a larger number is a slip of a keyboard or a converter."""


def check_text(what: str, value: object, limit: int = 1000) -> str:
    """Return a text without control characters or lone surrogates, or raise.

    >>> check_text("reason", "lost in the post")
    'lost in the post'
    """
    if type(value) is not str:
        raise InvalidValue(what, value, "give a string")
    if len(value) > limit:
        raise InvalidValue(what, value, f"give at most {limit} characters")
    if not value.isprintable() and _UNPRINTABLE.search(value):
        raise InvalidValue(what, value, "leave out control characters and surrogates")
    return value


_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def check_ref(what: str, value: object) -> str:
    """Return a reference: 1 to 200 printable characters, no blank at either end.

    >>> check_ref("SKU", "LAMP")
    'LAMP'
    """
    text = check_text(what, value, 200)
    if not text or text[0].isspace() or text[-1].isspace():
        raise InvalidValue(what, value, "give a reference without blanks around it")
    return text


def check_count(what: str, value: object, least: int = 0) -> int:
    """Return a whole number of units from `least` to `LARGEST_QUANTITY`, or raise.

    >>> check_count("quantity", 2.5)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: quantity is 2.5: give a whole number (int) of \
base units; UnitOfMeasure converts fractions
    """
    if type(value) is not int:
        raise InvalidValue(
            what,
            value,
            "give a whole number (int) of base units; UnitOfMeasure converts fractions",
        )
    if value < least:
        raise InvalidValue(what, value, f"give {least} or more")
    if value > LARGEST_QUANTITY:
        raise InvalidValue(what, value, f"give at most {LARGEST_QUANTITY}")
    return value


def check_time(what: str, value: object) -> datetime:
    """Return a datetime that knows its zone, or raise.

    >>> from datetime import UTC
    >>> check_time("placed_at", datetime(2026, 3, 1, 9, tzinfo=UTC)).hour
    9
    """
    if not isinstance(value, datetime):
        raise InvalidValue(what, value, "give an aware datetime")
    if value.utcoffset() is None:
        raise InvalidValue(what, value, "give it a time zone, e.g. tzinfo=UTC")
    return value


def fixed_offset(at: datetime) -> datetime:
    """Return a moment at its present offset, where moments compare as instants.

    Two moments of one zone are compared by the wall, even in the hour that comes twice
    when summer ends (PEP 495).

    >>> from zoneinfo import ZoneInfo
    >>> at = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
    >>> fixed_offset(at).isoformat()
    '2026-10-25T02:30:00+01:00'
    """
    if isinstance(at.tzinfo, timezone):
        return at
    return at.replace(tzinfo=timezone(at.utcoffset() or timedelta()), fold=0)


def check_date(what: str, value: object) -> date:
    """Return a calendar date (not a datetime), or raise.

    >>> check_date("requested_on", date(2026, 3, 1)).day
    1
    """
    if type(value) is not date:
        raise InvalidValue(what, value, "give a date (not a datetime or a string)")
    return value


def check_kind(what: str, value: object, kind: type[Kind]) -> Kind:
    """Return a value of the given class, or raise.

    >>> check_kind("flag", "yes", bool)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: flag is 'yes': give a bool
    """
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise InvalidValue(what, value, f"give {article} {kind.__name__}")
    return value


def check_all(
    what: str, values: object, kind: type[Kind], least: int = 0
) -> tuple[Kind, ...]:
    """Return values as a tuple, all of one class and at least `least`, or raise.

    >>> check_all("sizes", [1, 2], int)
    (1, 2)
    """
    if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping):
        raise InvalidValue(what, values, f"give a list of {kind.__name__}")
    found = tuple(values)
    if len(found) < least or not all(isinstance(one, kind) for one in found):
        some = "at least one" if least else "only"
        raise InvalidValue(what, found, f"give {some} {kind.__name__}, nothing else")
    return found


def check_again(what: str, values: object) -> None:
    """Refuse an iterator, which a decision made a second time would find spent.

    >>> check_again("lines", iter(["O-1/1"]))
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: lines is an iterator: give a list
    """
    if isinstance(values, Iterator):
        raise InvalidValue(what, Said("an iterator"), "give a list")


def check_mapping(what: str, value: object) -> dict[Any, Any]:
    """Return a private copy of a mapping, or raise.

    >>> check_mapping("lines", {"O-1/1": 2})
    {'O-1/1': 2}
    """
    if not isinstance(value, Mapping):
        raise InvalidValue(what, value, "give a mapping, e.g. a dict")
    return dict(value)


def days_after(day: date, days: int) -> date:
    """Return the day a number of days later, or raise when the calendar ends before.

    >>> days_after(date(2026, 3, 1), 7).isoformat()
    '2026-03-08'
    """
    if days > (date.max - day).days:
        raise InvalidValue("days", days, f"there is no day that long after {day}")
    return day + timedelta(days=days)


# The same checks in the shape attrs calls validators.


def is_ref(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a reference."""
    check_ref(field.name, value)


def is_optional_ref(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a reference or None."""
    if value is not None:
        check_ref(field.name, value)


def is_text(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a text; it may be empty."""
    check_text(field.name, value)


def is_count(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a whole number, 0 or more."""
    check_count(field.name, value)


def is_quantity(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a whole number, 1 or more."""
    check_count(field.name, value, 1)


def is_time(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate an aware datetime."""
    check_time(field.name, value)


def is_optional_date(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a date or None."""
    if value is not None:
        check_date(field.name, value)


def is_flag(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a bool."""
    check_kind(field.name, value, bool)


def is_optional_function(
    _: object, field: "attrs.Attribute[Any]", value: object
) -> None:
    """Validate a function or None."""
    if value is not None and not callable(value):
        raise InvalidValue(field.name, value, "give a function")


def is_a(kind: type) -> Validator:
    """Return a validator of one class."""

    def validate(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
        check_kind(field.name, value, kind)

    return validate


def is_optional(kind: type) -> Validator:
    """Return a validator of one class, or None."""

    def validate(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value is not None:
            check_kind(field.name, value, kind)

    return validate
