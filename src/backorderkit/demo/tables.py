"""Aligned text tables: numbers to the right, words to the left, nothing too wide.

>>> for line in table(["item", "units"], [["LAMP", 12], ["CORNER TABLE", 3]]):
...     print(line)
item          units
LAMP             12
CORNER TABLE      3
"""

from collections.abc import Sequence
from itertools import islice
from typing import TypeAlias
from unicodedata import combining, east_asian_width

Cell: TypeAlias = str | int
GAP = "  "
WIDEST = 24
NARROWEST = 12


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    most: int | None = None,
    width: int = 96,
) -> list[str]:
    """Return the lines of a table; of more than `most` rows, the first ones.

    Cells are cut at 24 columns; the last column takes what is left of `width`.
    """
    shown = list(islice(rows, most))
    texts = [[_cut(_text(cell), WIDEST) for cell in row[:-1]] for row in shown]
    taken = sum(
        max(map(_width, column)) + len(GAP)
        for column in zip(headings[:-1], *texts, strict=True)
    )
    for row, text in zip(shown, texts, strict=True):
        text.append(_cut(_text(row[-1]), max(width - taken, NARROWEST)))
    numeric = [
        bool(shown) and all(isinstance(row[place], int) for row in shown)
        for place in range(len(headings))
    ]
    widths = [max(map(_width, column)) for column in zip(headings, *texts, strict=True)]
    lines = [_line(row, widths, numeric) for row in [list(headings), *texts]]
    if len(rows) > len(shown):
        lines.append(f"... and {len(rows) - len(shown):,} more")
    return lines


def _text(cell: Cell) -> str:
    """Return a cell as text."""
    return f"{cell:,}" if isinstance(cell, int) else cell


def _cut(text: str, width: int) -> str:
    """Cut a text that is too wide, and show that it was cut."""
    if _width(text) <= width:
        return text
    while _width(text) > width - 3:
        text = text[:-1]
    return text + "..."


def _width(text: str) -> int:
    """Return the columns a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(sign) else 1 + (east_asian_width(sign) in "WF") for sign in text
    )


def _line(row: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    """Return one row, its cells padded to the widths of their columns."""
    cells = [
        " " * (width - _width(text)) + text
        if to_the_right
        else text + " " * (width - _width(text))
        for text, width, to_the_right in zip(row, widths, numeric, strict=True)
    ]
    return GAP.join(cells).rstrip()


def count(number: int, noun: str) -> str:
    """Return a number of things.

    >>> count(1, "order"), count(1200, "order")
    ('1 order', '1,200 orders')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Sequence[str], most: int = 6) -> str:
    """Return words as a list in a sentence; of more than `most`, the first ones.

    >>> listed(["ada", "ben", "cleo"]), listed(["ada", "ben", "cleo", "dora"], most=2)
    ('ada, ben and cleo', 'ada, ben and 2 more')
    """
    if len(words) > most:
        words = [*words[:most], f"{len(words) - most:,} more"]
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"
