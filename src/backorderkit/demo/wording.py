"""Days, goods, numbers and tables in words; nothing is wider than the screen.

>>> Wording(years=False).day(date(2026, 3, 9))
'Mon 9 Mar'
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import islice
from textwrap import wrap
from typing import TypeAlias
from unicodedata import combining, east_asian_width

import attrs

from backorderkit import Notice
from backorderkit.notices import NoticeKind, NoticeLine
from backorderkit.values import MAIN, Location, Sku

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def goods(units: int, sku: Sku, location: Location = MAIN) -> str:
    """Return units of a SKU, and where they are unless the shop has one location.

    >>> goods(4, "LAMP"), goods(4, "LAMP", "north")
    ('4 LAMP', '4 LAMP at north')
    """
    return f"{units:,} {item(sku, location)}"


def item(sku: Sku, location: Location = MAIN) -> str:
    """Return a SKU, and where it is unless the shop has one location."""
    return sku if location == MAIN else f"{sku} at {location}"


def all_goods(counts: Iterable[tuple[Sku, int]], most: int = 8) -> str:
    """Return counts of several SKUs as a list.

    >>> all_goods([("LAMP", 4), ("RUG", 1)])
    '4 LAMP and 1 RUG'
    """
    words = [goods(units, sku) for sku, units in counts if units]
    return listed(words, most) if words else "nothing"


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines that keep a number and its unit together.

    >>> wrapped("ada hears: 4 LAMP", 13)
    ['ada hears:', '4 LAMP']
    """
    glued = BELONGS_TOGETHER.sub(GLUE, text)
    return [line.replace(GLUE, " ") for line in wrap(glued, width)]


WIDTH = 96
GLUE = "\xa0"
BELONGS_TOGETHER = re.compile(r"(?<=\d) (?=\w)|(?<=Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=\d)")


@attrs.frozen
class Wording:
    """How days are written: with the year where a run sees more than one."""

    years: bool = attrs.field(kw_only=True)

    @property
    def margin(self) -> int:
        """Return the columns in front of the text that hold its day."""
        return len("Wed 30 Sep 2026  ") if self.years else len("Wed 30 Sep  ")

    @property
    def width(self) -> int:
        """Return the columns of the text."""
        return WIDTH - self.margin

    def day(self, on: date) -> str:
        """Return a day."""
        text = f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"
        return f"{text} {on.year}" if self.years else text

    def cell(self, on: date | None) -> str:
        """Return a day for a table, where there is little room.

        >>> Wording(years=True).cell(date(2026, 3, 9))
        '2026-03-09'
        """
        if on is None:
            return "unknown"
        return on.isoformat() if self.years else self.day(on)

    def hears(self, notices: Sequence[Notice]) -> str:
        """Return what the notices of one order say to its customer."""
        news = "; ".join(
            self._news(notice.kind, line) for notice in notices for line in notice.lines
        )
        return f"{notices[0].customer} ({notices[0].order}) hears: {news}."

    def _news(self, kind: NoticeKind, line: NoticeLine) -> str:
        """Return what a notice says of a line."""
        what = goods(line.quantity, line.sku)
        match kind:
            case NoticeKind.DATE_MOVED if line.moved_from is not None:
                return f"{self._dates(line)}, not {self.day(line.moved_from)}"
            case NoticeKind.CONFIRMED if line.quantity and line.waiting:
                return f"{what} at once, {self._dates(line)}"
            case NoticeKind.CONFIRMED if not line.waiting:
                return f"{what} at once"
            case _:
                return self._dates(line)

    def _dates(self, line: NoticeLine) -> str:
        """Return when the waiting units of a line come."""
        if not line.dates:
            return f"{goods(line.waiting, line.sku)}, date unknown"
        return " and ".join(
            f"{goods(portion.quantity, line.sku)} on {self.day(portion.on)}"
            for portion in line.dates
        )


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
    return f"{cell:,}" if isinstance(cell, int) else cell


def _cut(text: str, width: int) -> str:
    """Cut a text that is too wide, and show that it was cut."""
    if _width(text) <= width:
        return text
    while _width(text) > width - 3:
        text = text[:-1]
    return text + "..."


def _width(text: str) -> int:
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


def rounded(value: Fraction, places: int = 1) -> str:
    """Return a number of 0 or more as a decimal, half a unit of the last place up.

    >>> rounded(Fraction(1, 4)), rounded(Fraction(1, 4), 0)
    ('0.3', '0')
    """
    units = (2 * value * 10**places + 1) // 2
    digits = str(units).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def percent(rate: Fraction | None) -> str:
    """Return a share as a percentage, or that there is none."""
    return "none" if rate is None else f"{rounded(rate * 100)} %"
