"""A place in a queue as text: texts sort as the ranks do that they were made from.

A policy ranks by whatever compares: numbers, texts, days, moments, and tuples of them.
Each is written so that the order by code point is the order of the values:

    number     its sign, the number of its digits, its digits; below zero complemented
    text       itself and an end mark that sorts before everything
    day        2026-03-10; a moment as the microseconds since 1970 in UTC
    tuple      its elements, each after a mark, and an end mark

What has no such text (a fraction, a value of the host's own) gives None: then the whole
queue is read, which is slower and never wrong.

>>> written((False, date(2026, 3, 10), "O-1/1", 0)) < written((True, date.min, "", 0))
True
"""

import re
from datetime import UTC, date, datetime, timedelta

LONGEST = 900
"""Bytes of the longest place, so that an index of PostgreSQL takes it with its pool."""
END, NEXT = "\x01", "\x02"
DAY_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def written(place: object) -> str | None:
    """Return a place as text that sorts alike, None if there is none.

    >>> written(-5) < written(-4) < written(7) < written(10)
    True
    """
    text = _written(place)
    return text if text is not None and len(text.encode()) <= LONGEST else None


def microseconds(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (at - DAY_ZERO) // TICK


def _written(value: object) -> str | None:
    """Return any value as text."""
    if isinstance(value, tuple):
        parts = [_written(one) for one in value]
        whole = [NEXT + one for one in parts if one is not None]
        return "".join(whole) + END if len(whole) == len(parts) else None
    if type(value) is int or type(value) is bool:
        return _number(value)
    if type(value) is str:
        return None if _UNSORTED.search(value) else value + END
    if type(value) is date:
        return value.isoformat()
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return _number(microseconds(value))
    return None


def _number(value: int) -> str | None:
    """Return a whole number of at most 99 digits."""
    digits = str(abs(value))
    if len(digits) > _MOST:
        return None
    if value >= 0:
        return f"1{len(digits):02}{digits}"
    return f"0{_MOST - len(digits):02}" + digits.translate(_COMPLEMENT)


_UNSORTED = re.compile("[\x00-\x02\ud800-\udfff]")
_MOST = 99
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
