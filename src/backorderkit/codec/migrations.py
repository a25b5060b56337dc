"""From older formats to the present one, a step at a time.

Within a format only fields with a default are added. Anything else (a field renamed, a
tag split in two, another shape) is a new format and one function here that turns the
plain data of format n into those of n + 1. Texts of every format stay readable.

A step is given the whole document, checked for nothing but its format, and returns a
new one; it need not touch the format number. It may raise the errors that plain data of
a wrong shape lead to.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from backorderkit.errors import DecodeError
from backorderkit.values import Said

Document: TypeAlias = dict[str, Any]  # JSON of any shape
Migration: TypeAlias = Callable[[Document], Document]

PRESENT_FORMAT = 1
"""The number of the format that is written."""

MIGRATIONS: dict[int, Migration] = {}
"""What turns a document of format n into one of n + 1; there is no older format yet."""


def migrated(document: Document) -> Document:
    """Return a document in the present format.

    >>> migrated({"format": 1, "kind": "events", "events": []})["kind"]
    'events'
    """
    number = document.get("format", Said("missing"))
    if type(number) is not int:
        raise DecodeError("format", number, "give the number of the document's format")
    if number > PRESENT_FORMAT:
        remedy = f"read it with a newer release: this one knows up to {PRESENT_FORMAT}"
        raise DecodeError("format", number, remedy)
    for older in range(number, PRESENT_FORMAT):
        document = _step(older, document)
    return document


def _step(number: int, document: Document) -> Document:
    """Return a document one format later."""
    if number not in MIGRATIONS:
        raise DecodeError("format", number, "give one that was ever written")
    try:
        later = MIGRATIONS[number](document)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        remedy = f"it is no document of format {number}"
        raise DecodeError("document", document, remedy) from error
    return {**later, "format": number + 1}
