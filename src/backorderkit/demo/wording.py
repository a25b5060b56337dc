"""Days, goods and customers in words.

>>> from datetime import date
>>> Wording(years=False).day(date(2026, 3, 9))
'Mon 9 Mar'
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from textwrap import wrap

import attrs

from backorderkit import Notice, NoticeKind, NoticeLine
from backorderkit.demo.tables import listed
from backorderkit.values import MAIN, Location, Sku

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def goods(units: int, sku: Sku, location: Location = MAIN) -> str:
    """Return units of a SKU, and where they are unless there is only one place.

    >>> goods(4, "LAMP"), goods(4, "LAMP", "north")
    ('4 LAMP', '4 LAMP at north')
    """
    return f"{units:,} {item(sku, location)}"


def item(sku: Sku, location: Location = MAIN) -> str:
    """Return a SKU, and where it is unless there is only one place."""
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
        """Return a day as it stands in a table, where there is little room.

        >>> Wording(years=True).cell(date(2026, 3, 9))
        '2026-03-09'
        """
        if on is None:
            return "nobody knows"
        return on.isoformat() if self.years else self.day(on)

    def hears(self, notices: Sequence[Notice]) -> str:
        """Return what the notices of one order tell its customer."""
        news = "; ".join(
            self._news(notice.kind, line) for notice in notices for line in notice.lines
        )
        return f"{notices[0].customer} ({notices[0].order}) hears: {news}."

    def _news(self, kind: NoticeKind, line: NoticeLine) -> str:
        """Return what a notice tells of one line."""
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
            return f"{goods(line.waiting, line.sku)}, nobody knows when"
        return " and ".join(
            f"{goods(one.quantity, line.sku)} on {self.day(one.on)}"
            for one in line.dates
        )
