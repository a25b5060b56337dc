"""From text to plain data, with everything refused that JSON parsers accept.

Bytes, nesting and members are counted before anything is parsed, so that a small text
cannot grow into a large object. Then Python's own parser runs, with hooks: a float, NaN
or Infinity, a member named twice and a number of thousands of digits are left in the
data as `Refused`, and the first of them is named by its path.

>>> parsed('{"quantity": 2.5}', Limits())
Traceback (most recent call last):
    ...
backorderkit.errors.DecodeError: quantity is 2.5: write whole numbers as such, \
decimals as text
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import accumulate

import attrs

from backorderkit.codec.forms import below
from backorderkit.codec.scalars import MOST_DIGITS
from backorderkit.errors import DecodeError, InvalidValue
from backorderkit.values import Said, check_count, is_quantity

__all__ = ["Limits"]


def _is_level(_: object, field: "attrs.Attribute[int]", value: object) -> None:
    """Validate a depth that the parser can follow."""
    if check_count(field.name, value, 1) > _DEEPEST:
        raise InvalidValue(field.name, value, f"give at most {_DEEPEST}")


_DEEPEST = 200


@attrs.frozen(kw_only=True)
class Limits:
    """How large a document may be: bytes, levels of nesting, and members in all.

    A member is one element of a list or one name of an object. The default reads
    some fifty thousand events in a second or two; give more for a long history.

    >>> Limits(most_bytes=100_000_000, most_members=10_000_000).most_levels
    32
    """

    most_bytes: int = attrs.field(default=10_000_000, validator=is_quantity)
    most_levels: int = attrs.field(default=32, validator=_is_level)
    most_members: int = attrs.field(default=1_000_000, validator=is_quantity)


@attrs.frozen
class Refused:
    """Stands in the data for what may not be there."""

    value: object
    remedy: str


canonical: Callable[[object], str] = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True
).encode
"""Writes plain data as a text; equal data give equal texts."""


def parsed(text: object, limits: Limits) -> object:
    """Return the plain data of a text, or raise `DecodeError`; O(n)."""
    raw = _bytes(text, limits.most_bytes)
    _check_shape(raw, limits)
    try:
        data = _Parser().data(raw.decode())
    except UnicodeDecodeError as error:
        byte = raw[error.start : error.start + 1]
        raise DecodeError(f"byte {error.start}", byte, "give UTF-8") from None
    except json.JSONDecodeError as error:
        found = error.doc[error.pos : error.pos + 20] or Said("the end")
        remedy = f"give one JSON document ({error.msg})"
        raise DecodeError(f"character {error.pos}", found, remedy) from None
    except RecursionError:
        remedy = "allow fewer levels, or call from higher up"
        raise DecodeError("document", Said("too deep for this stack"), remedy) from None
    return data


def _bytes(text: object, most: int) -> bytes:
    """Return a text as bytes, unless there are too many."""
    if not isinstance(text, str | bytes):
        raise DecodeError("document", text, "give str or bytes")
    if len(text) > most:  # a character is a byte at least
        raise _too_long(len(text), most)
    try:
        raw = text.encode() if isinstance(text, str) else text
    except UnicodeEncodeError as error:
        found = error.object[error.start : error.start + 1]
        raise DecodeError(f"character {error.start}", found, "give UTF-8") from None
    if len(raw) > most:
        raise _too_long(len(raw), most)
    return raw


def _too_long(size: int, most: int) -> DecodeError:
    """Return the error for a text of n bytes, or more."""
    remedy = f"give {most} at most, or raise most_bytes"
    return DecodeError("document", Said(f"at least {size} bytes long"), remedy)


def _check_shape(raw: bytes, limits: Limits) -> None:
    """Refuse a document that is too deep or has too many members, before parsing it."""
    marks = _STRINGS.sub(b"", raw).translate(None, _NO_MARKS)
    opened = marks.count(b"[") + marks.count(b"{")
    members = opened + marks.count(b",")  # n members have one bracket and n - 1 commas
    if members > limits.most_members:
        remedy = f"give {limits.most_members} at most, or raise most_members"
        raise DecodeError("document", Said(f"of {members} members"), remedy)
    if opened > limits.most_levels:
        levels = max(accumulate(map(_STEPS.__getitem__, marks)))
        if levels > limits.most_levels:
            remedy = f"give {limits.most_levels} at most, or raise most_levels"
            raise DecodeError("document", Said(f"{levels} levels deep"), remedy)


# The end of a string that is never closed is the end of the text: no second look.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_MARKS = bytes(set(range(256)) - set(b"[]{},"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}


class _Parser:
    """One run of the JSON parser, which remembers whether anything was refused."""

    def __init__(self) -> None:
        """Start with nothing refused."""
        self.is_clean = True

    def data(self, text: str) -> object:
        """Return the data of a text, unless something in it is refused."""
        data = json.loads(
            text,
            object_pairs_hook=self.members,
            parse_int=self.whole,
            parse_float=self.inexact,
            parse_constant=self.inexact,
        )
        if self.is_clean:
            return data
        path, found = next(_refusals(data, ""))
        raise DecodeError(path or "document", found.value, found.remedy)

    def members(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        """Return an object; a name given twice stands for itself."""
        named = dict(pairs)
        if len(named) < len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    named[name] = self.refused("given twice", "give it once")
                seen.add(name)
        return named

    def whole(self, digits: str) -> object:
        """Return a whole number of a length that somebody may have meant."""
        if len(digits) <= MOST_DIGITS or len(digits.lstrip("-")) <= MOST_DIGITS:
            return int(digits)
        return self.refused(f"{digits[:20]}…", f"give {MOST_DIGITS} digits or less")

    def inexact(self, digits: str) -> object:
        """Refuse a float, NaN and Infinity."""
        if not self.is_clean:
            return None  # one refusal will do, and a list may hold millions
        shortened = digits if len(digits) <= MOST_DIGITS else f"{digits[:20]}…"
        return self.refused(shortened, "write whole numbers as such, decimals as text")

    def refused(self, said: str, remedy: str) -> Refused:
        """Remember that something is refused."""
        self.is_clean = False
        return Refused(Said(said), remedy)


def _refusals(data: object, path: str) -> Iterator[tuple[str, Refused]]:
    """Yield what was refused and where, from the beginning of the document."""
    if isinstance(data, Refused):
        yield path, data
    elif isinstance(data, dict):
        for name, one in data.items():
            yield from _refusals(one, below(path, name))
    elif isinstance(data, list):
        for place, one in enumerate(data):
            yield from _refusals(one, below(path, place))
