"""A form: how one kind of value is written as plain data and read back, strictly.

Plain data are what JSON knows: dicts, lists, strings, whole numbers, booleans, None. A
form raises `Misfit` for whatever it does not know exactly; nothing is converted on the
way, so that `"7"` is never 7 and `true` never 1. A misfit does not know where it is:
`parts` lets the search in `faults` descend to the place, and only when something is
wrong, so that the way of good data is short.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs

from backorderkit.errors import shown

Parts: TypeAlias = Iterator[tuple[str | int, Any, "Form"]]


class Misfit(Exception):
    """A value that a form refuses; `at` names the member it is about, if any."""

    def __init__(self, value: object, remedy: str, at: str = "") -> None:
        """Keep the value and the remedy."""
        super().__init__(remedy)
        self.value: object = value
        self.remedy: str = remedy
        self.at: str = at


def _no_parts(_: object) -> Parts:
    """Return no parts: the value is a simple one."""
    return iter(())


@attrs.frozen(eq=False)
class Form:
    """One kind of value, both ways.

    `parts` yields the parts of a value or of plain data: the name or place of each
    ("" for the value itself in a narrower form), the part, and its form.
    """

    read: Callable[[Any], Any]  # takes whatever stood in the text
    write: Callable[[Any], Any]  # takes whatever the caller put into the field
    parts: Callable[[Any], Parts] = _no_parts


def below(path: str, member: str | int) -> str:
    """Return the path of a member or an element.

    >>> below(below("events", 3), "quantity"), below("figures", "a b")
    ('events[3].quantity', "figures['a b']")
    """
    if member == "":
        return path
    if isinstance(member, str) and len(member) <= _LONGEST and member.isidentifier():
        return f"{path}.{member}" if path else member
    return f"{path}[{shown(member, _LONGEST)}]"


_LONGEST = 40
