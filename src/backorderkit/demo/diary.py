"""What is to be done on which day, in the order of the clock.

>>> diary = Diary()
>>> diary.note(datetime(2026, 3, 3, 9, tzinfo=UTC), (1, "O-2"), lambda: print("second"))
>>> diary.note(datetime(2026, 3, 3, 9, tzinfo=UTC), (1, "O-1"), lambda: print("first"))
>>> for day in diary.days():
...     for deed in diary.deeds(day):
...         deed()
first
second
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import TypeAlias

Deed: TypeAlias = Callable[[], None]
Place: TypeAlias = tuple[int | str, ...]
"""Decides among deeds of one moment: of one diary, all alike in shape."""


class Diary:
    """Deeds by day; days can be added while it is worked through."""

    def __init__(self) -> None:
        """Start empty."""
        self._days: list[date] = []
        self._deeds: dict[date, list[tuple[datetime, Place, Deed]]] = {}

    def open(self, day: date) -> None:
        """Make sure that a day is not passed over."""
        if day not in self._deeds:
            self._deeds[day] = []
            heapq.heappush(self._days, day)

    def note(self, moment: datetime, place: Place, deed: Deed) -> None:
        """Write a deed down for the day of its moment."""
        day = moment.astimezone(UTC).date()
        self.open(day)
        self._deeds[day].append((moment, place, deed))

    @property
    def span(self) -> tuple[date, date]:
        """Return the first and the last day there is, the first day of all if none."""
        return min(self._deeds, default=date.min), max(self._deeds, default=date.min)

    def days(self) -> Iterator[date]:
        """Yield the days in turn, those included that are added on the way."""
        while self._days:
            yield heapq.heappop(self._days)

    def deeds(self, day: date) -> Iterator[Deed]:
        """Yield what is to be done on a day, in order."""
        for _, _, deed in sorted(self._deeds[day], key=itemgetter(0, 1)):
            yield deed
