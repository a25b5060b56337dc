"""The simple values: text, whole numbers, exact fractions, dates, times, choices.

    bool, int, str      as they are, of exactly that type; no control characters
    date                "2026-03-10"
    datetime            "2026-03-10T09:00:00Z", always in UTC
    time                "16:30:00", a time of day
    Decimal             "12.50", at least two places where they fit, no exponent
    Fraction            "1/3"; where an int may stand too, a whole one is an int
    enumeration         the value of its member, a string

One value has one text. So a moment comes back as the same instant in UTC, whatever zone
it was given in, and an amount with the places shown above, whatever zeros it had.

>>> SCALARS[Decimal].write(Decimal("12.5")), SCALARS[Decimal].read("12.50")
('12.50', Decimal('12.50'))
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from backorderkit.codec.forms import Form, Misfit
from backorderkit.errors import InvalidValue
from backorderkit.values import check_text

MOST_DIGITS = 40
"""No count, amount or version of a shop has more."""
MOST_DIGITS_OF_A_FRACTION = 1_000
"""Exact shares of a large shop have long denominators."""


def _text(value: object) -> str:
    """Return a string without control characters and lone surrogates."""
    if type(value) is not str:
        raise Misfit(value, "give a string")
    if not value.isprintable():
        try:
            check_text("text", value, len(value))
        except InvalidValue as error:
            raise Misfit(value, error.remedy) from None
    return value


def _whole(value: object) -> int:
    """Return a whole number."""
    if type(value) is not int:
        raise Misfit(value, "give a whole number")
    if not -_TOO_LARGE < value < _TOO_LARGE:
        raise Misfit(value, f"give a number of {MOST_DIGITS} digits or less")
    return value


_TOO_LARGE = 10**MOST_DIGITS


def _flag(value: object) -> bool:
    """Return a truth value."""
    if type(value) is not bool:
        raise Misfit(value, "give true or false")
    return value


def _date(value: object) -> str:
    """Write a calendar date."""
    if type(value) is not date:
        raise Misfit(value, "give a date (not a datetime or a string)")
    return value.isoformat()


def _read_date(value: object) -> date:
    """Read a calendar date."""
    text = _matching(value, _DATE, "give a date such as 2026-03-10")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misfit(value, "give a day that the calendar has") from None


def _moment(value: object) -> str:
    """Write an instant."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise Misfit(value, "give an aware datetime, e.g. with tzinfo=UTC")
    return _in_utc(value).replace(tzinfo=None).isoformat() + "Z"


def _read_moment(value: object) -> datetime:
    """Read an instant, given with its distance from UTC."""
    remedy = "give an instant with its zone such as 2026-03-10T09:00:00Z"
    text = _matching(value, _MOMENT, remedy)
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        raise Misfit(value, "give a day and a zone that exist") from None


def _in_utc(value: datetime) -> datetime:
    """Return the same instant in UTC."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Misfit(value, "give a day that the calendar has in UTC too") from None


def _time(value: object) -> str:
    """Write a time of day."""
    if type(value) is not time or value.tzinfo is not None:
        raise Misfit(value, "give a time of day without a zone")
    return value.isoformat()


def _read_time(value: object) -> time:
    """Read a time of day."""
    return time.fromisoformat(_matching(value, _TIME, "give a time such as 16:30:00"))


_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{3}|\.[0-9]{6})?"
_TIME = re.compile(_CLOCK)
_MOMENT = re.compile(f"{_DATE.pattern}T{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})")


def _matching(value: object, shape: "re.Pattern[str]", remedy: str) -> str:
    """Return a string of a certain shape."""
    if type(value) is not str or not shape.fullmatch(value):
        raise Misfit(value, remedy)
    return value


def _amount(value: object) -> str:
    """Write a decimal, in the one way that does not depend on its zeros."""
    if type(value) is not Decimal or not value.is_finite():
        raise Misfit(value, "give a finite Decimal")
    whole, _, places = f"{value:f}".partition(".")
    places = places.rstrip("0")
    if len(whole) <= MOST_DIGITS - 4:  # two more digits and their places must fit
        places = f"{places:0<2}"
    text = f"{whole}.{places}".rstrip(".") if value else "0.00"
    if not _AMOUNT.fullmatch(text):
        raise Misfit(value, f"give a number of {MOST_DIGITS} digits or less")
    return text


def _read_amount(value: object) -> Decimal:
    """Read a decimal."""
    remedy = f'give a decimal as text, e.g. "12.50", of {MOST_DIGITS} digits or less'
    return Decimal(_matching(value, _AMOUNT, remedy))


_AMOUNT = re.compile(rf"-?(?=(\.?[0-9]){{1,{MOST_DIGITS}}}$)[0-9]+(\.[0-9]+)?")


def _fraction(value: object) -> str:
    """Write an exact fraction."""
    if type(value) is not Fraction:
        raise Misfit(value, "give a Fraction")
    if max(abs(value.numerator), value.denominator) >= _TOO_LONG:
        remedy = f"give {MOST_DIGITS_OF_A_FRACTION} digits or less on either side"
        raise Misfit("a longer fraction", remedy)
    return f"{value.numerator}/{value.denominator}"


def _read_fraction(value: object) -> Fraction:
    """Read an exact fraction."""
    return Fraction(_matching(value, _FRACTION, 'give a fraction as text, e.g. "1/3"'))


_TOO_LONG = 10**MOST_DIGITS_OF_A_FRACTION
_LENGTH = f"{{1,{MOST_DIGITS_OF_A_FRACTION}}}"
_FRACTION = re.compile(f"-?[0-9]{_LENGTH}/(?!0+$)[0-9]{_LENGTH}")


def _number(value: object) -> int | str:
    """Write a whole number or a fraction; equal ones alike."""
    if type(value) is not Fraction:
        return _whole(value)
    return _whole(value.numerator) if value.denominator == 1 else _fraction(value)


def _read_number(value: object) -> int | Fraction:
    """Read a whole number or a fraction."""
    return _read_fraction(value) if type(value) is str else _whole(value)


NUMBER = int | Fraction
SCALARS: Mapping[object, Form] = {
    str: Form(_text, _text),
    int: Form(_whole, _whole),
    bool: Form(_flag, _flag),
    date: Form(_read_date, _date),
    datetime: Form(_read_moment, _moment),
    time: Form(_read_time, _time),
    Decimal: Form(_read_amount, _amount),
    Fraction: Form(_read_fraction, _fraction),
    NUMBER: Form(_read_number, _number),
}


def choice(kind: type[Enum]) -> Form:
    """Return the form of an enumeration whose values are strings."""
    members = {member.value: member for member in kind}
    if not all(type(value) is str for value in members):
        raise TypeError(f"{kind.__name__} has values that are no strings")

    def read(value: object) -> Enum:
        if type(value) is not str or value not in members:
            raise Misfit(value, f"give one of {', '.join(members)}")
        return members[value]

    def write(value: object) -> Any:  # a string, just seen
        if not isinstance(value, kind):
            raise Misfit(value, f"give a member of {kind.__name__}")
        return value.value

    return Form(read, write)
