"""What has an inner structure, as JSON in one column, and the few simple values.

The forms are those of the codec: strict, canonical, and able to name what is wrong. The
version of what stands in the tables is that of the schema.

>>> from backorderkit.model import Order
>>> order_text = '{"customer":"ada"}'
>>> read(Order, order_text, "order O-1")
Traceback (most recent call last):
    ...
backorderkit.errors.DecodeError: order O-1.ref is missing: give it: it has no default
"""

from datetime import UTC, date, datetime
from typing import Any

from backorderkit.adapters.sql.sort_keys import DAY_ZERO, TICK, microseconds
from backorderkit.codec import (
    FAULTS,
    Limits,
    canonical,
    form_of,
    parsed,
    reading_fault,
    writing_fault,
)
from backorderkit.errors import DecodeError

LIMITS = Limits()


def written(kind: Any, value: object) -> str:  # a type or an annotation
    """Return a value as JSON."""
    form = form_of(kind)
    try:
        plain = form.write(value)
    except FAULTS as error:
        raise writing_fault(form, value, "stored value", error) from None
    return canonical(plain)


def read(kind: Any, text: object, where: str) -> Any:  # as `kind` says
    """Return the value of a JSON text; `where` names the row in the error."""
    form = form_of(kind)
    try:
        data = parsed(text, LIMITS)
    except DecodeError as error:
        raise DecodeError(
            f"{where}, {error.where}", error.value, error.remedy
        ) from None
    try:
        return form.read(data)
    except FAULTS as error:
        raise reading_fault(form, data, where, error) from None


def moment(number: int) -> datetime:
    """Return the moment so many microseconds after the start of 1970.

    >>> moment(1_000_000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return DAY_ZERO + number * TICK


def moment_or_none(number: int | None) -> datetime | None:
    """Return a moment that may be missing."""
    return None if number is None else moment(number)


def number_or_none(at: datetime | None) -> int | None:
    """Return a moment that may be missing as microseconds."""
    return None if at is None else microseconds(at.astimezone(UTC))


def day_or_none(text: str | None) -> date | None:
    """Return a day that may be missing."""
    return None if text is None else date.fromisoformat(text)


def iso_or_none(day: date | None) -> str | None:
    """Return a day that may be missing as text."""
    return None if day is None else day.isoformat()
