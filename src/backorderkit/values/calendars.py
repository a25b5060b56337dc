"""Which days count: open days, closed days, and when a supplier takes orders.

A calendar answers one question: is a day open? Whatever answers it is a calendar: some
weekdays, a table of public holidays, the host's own diary. Going forwards or backwards
to an open day, and counting open days, are functions over any calendar.

An `OrderCalendar` is a supplier's: an order leaves in the next slot, travels its lead
time in calendar days, and arrives on the first delivery day from then on. A search ends
with an error after `LONGEST_CLOSURE_DAYS` closed days in a row, never in a loop.

>>> shop = Weekdays(closed_on=[date(2026, 4, 6)])  # Easter Monday
>>> next_open(shop, date(2026, 4, 4)), last_open(shop, date(2026, 4, 6))
(datetime.date(2026, 4, 7), datetime.date(2026, 4, 3))
>>> mondays = OrderCalendar(order_weekdays=[0], delivery_weekdays=[3])
>>> mondays.arrival(date(2026, 3, 2), lead_time_days=7)
datetime.date(2026, 3, 12)
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

import attrs

from backorderkit.errors import InvalidValue, PolicyBreach
from backorderkit.values.validation import (
    check_all,
    check_count,
    check_date,
    check_time,
    days_after,
)

__all__ = [
    "EVERY_DAY",
    "AllOpen",
    "Calendar",
    "OrderCalendar",
    "Weekdays",
    "last_open",
    "next_open",
    "open_days_after",
]

LONGEST_CLOSURE_DAYS = 3_660
"""After ten closed years in a row a calendar counts as one that never opens."""


class Calendar(Protocol):
    """Says which days are open; the same day always gets the same answer.

    >>> class FirstOfMonth:
    ...     def is_open(self, day: date) -> bool:
    ...         return day.day == 1
    >>> next_open(FirstOfMonth(), date(2026, 3, 2))
    datetime.date(2026, 4, 1)
    """

    def is_open(self, day: date, /) -> bool:
        """Return whether a day is open."""


def _weekdays(value: Iterable[int]) -> tuple[int, ...]:
    """Return weekdays in order, each once: 0 is Monday, 6 is Sunday."""
    days = check_all("weekdays", value, int)
    for day in days:
        if isinstance(day, bool) or not 0 <= day < len(_WEEK):
            raise InvalidValue("weekday", day, "give 0 for Monday to 6 for Sunday")
    return tuple(sorted({int(day) for day in days}))


_WEEK = range(7)


def _closed_on(value: Iterable[date]) -> tuple[date, ...]:
    """Return days in order, each once."""
    days = check_all("closed_on", value, date)
    return tuple(sorted({check_date("closed day", day) for day in days}))


@attrs.frozen
class Weekdays:
    """A calendar of weekdays (0 is Monday), less single days on which it is closed.

    `is_open` costs O(log closed days).

    >>> Weekdays().is_open(date(2026, 3, 7)), Weekdays([5]).is_open(date(2026, 3, 7))
    (False, True)
    """

    weekdays: tuple[int, ...] = attrs.field(default=range(5), converter=_weekdays)
    closed_on: tuple[date, ...] = attrs.field(
        default=(), converter=_closed_on, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a week without an open day."""
        if not self.weekdays:
            raise InvalidValue("weekdays", self.weekdays, "name at least one")

    def is_open(self, day: date) -> bool:
        """Return whether a day is one of the weekdays and not closed."""
        if day.weekday() not in self.weekdays:
            return False
        place = bisect_left(self.closed_on, day)
        return self.closed_on[place : place + 1] != (day,)


EVERY_DAY: Calendar = Weekdays(_WEEK)
"""The calendar of those who never close."""


def check_calendar(what: str, value: Any) -> Calendar:
    """Return the value if it is a calendar, or raise.

    >>> check_calendar("warehouse", EVERY_DAY) is EVERY_DAY
    True
    """
    if isinstance(value, type) or not callable(getattr(value, "is_open", None)):
        raise InvalidValue(what, value, "give a calendar, e.g. Weekdays()")
    calendar: Calendar = value
    return calendar


def is_calendar(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a calendar."""
    check_calendar(field.name, value)


def _calendars(value: Iterable[Calendar]) -> tuple[Calendar, ...]:
    """Return calendars as a tuple, at least one."""
    given = check_all("calendars", value, object, 1)
    return tuple(check_calendar("calendar", one) for one in given)


@attrs.frozen
class AllOpen:
    """A calendar that is open when all of several calendars are.

    >>> both = AllOpen([Weekdays(), Weekdays([4, 5])])
    >>> [both.is_open(date(2026, 3, day)) for day in (5, 6, 7)]
    [False, True, False]
    """

    calendars: tuple[Calendar, ...] = attrs.field(converter=_calendars)

    def is_open(self, day: date) -> bool:
        """Return whether every calendar is open on a day."""
        return all(_opens(one, day) for one in self.calendars)


def next_open(calendar: Calendar, day: date) -> date:
    """Return the first open day from a day on, the day itself included.

    Raises `InvalidValue` if none follows within `LONGEST_CLOSURE_DAYS`. O(closed days).

    >>> next_open(Weekdays(), date(2026, 3, 7))
    datetime.date(2026, 3, 9)
    """
    return _open_day(calendar, day, 1, (date.max - check_date("day", day)).days)


def last_open(calendar: Calendar, day: date) -> date:
    """Return the last open day up to a day, the day itself included.

    Raises `InvalidValue` if none lies within `LONGEST_CLOSURE_DAYS`. O(closed days).

    >>> last_open(Weekdays(), date(2026, 3, 7))
    datetime.date(2026, 3, 6)
    """
    return _open_day(calendar, day, -1, (check_date("day", day) - date.min).days)


def open_days_after(calendar: Calendar, day: date, days: int) -> date:
    """Return the day a number of open days after the first open one from `day` on.

    Work that needs no day is done on the first open day. O(days passed over).

    >>> friday, saturday = date(2026, 3, 6), date(2026, 3, 7)
    >>> open_days_after(Weekdays(), friday, 1), open_days_after(Weekdays(), saturday, 1)
    (datetime.date(2026, 3, 9), datetime.date(2026, 3, 10))
    """
    check_count("days", days)
    reached = next_open(calendar, day)
    for _ in range(days):
        reached = next_open(calendar, days_after(reached, 1))
    return reached


def _open_day(calendar: Calendar, day: date, step: int, most: int) -> date:
    """Return the nearest open day in one direction, at most `most` days away."""
    check_calendar("calendar", calendar)
    for distance in range(min(most, LONGEST_CLOSURE_DAYS) + 1):
        found = day + timedelta(days=step * distance)
        if _opens(calendar, found):
            return found
    remedy = f"open it on a day within {LONGEST_CLOSURE_DAYS} days"
    side = "after" if step > 0 else "before"
    raise InvalidValue(f"calendar {side} {day}", calendar, remedy)


def _opens(calendar: Calendar, day: date) -> bool:
    """Ask a calendar and check its answer."""
    answer = calendar.is_open(day)
    if not isinstance(answer, bool):
        breach = f"said {answer!r} of {day}, which is neither True nor False"
        raise PolicyBreach(type(calendar).__name__, breach)
    return answer


def _is_cut_off(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Validate a time of day, or None."""
    if value is not None and type(value) is not time:
        raise InvalidValue(field.name, value, "give a time of day, e.g. time(12)")


@attrs.frozen(kw_only=True)
class OrderCalendar:
    """When a supplier takes orders and when they deliver.

    Weekdays count from 0 for Monday; naming none means any. On a day that is not open
    in `working_days` they do neither. An order made up to `cut_off`, that moment
    included, is in time for the slot of its day. Day and time are read in the zone of
    `cut_off` if it has one, else in the zone of the moment given.

    >>> from datetime import UTC
    >>> tuesdays = OrderCalendar(order_weekdays=[1], cut_off=time(12))
    >>> tuesdays.next_slot(datetime(2026, 3, 3, 12, tzinfo=UTC))
    datetime.date(2026, 3, 3)
    >>> tuesdays.next_slot(datetime(2026, 3, 3, 12, 1, tzinfo=UTC))
    datetime.date(2026, 3, 10)
    """

    order_weekdays: tuple[int, ...] = attrs.field(default=(), converter=_weekdays)
    delivery_weekdays: tuple[int, ...] = attrs.field(default=(), converter=_weekdays)
    cut_off: time | None = attrs.field(default=None, validator=_is_cut_off)
    working_days: Calendar = attrs.field(default=EVERY_DAY, validator=is_calendar)

    def next_slot(self, at: datetime) -> date:
        """Return the day on which an order made at a moment leaves."""
        check_time("at", at)
        first = at.date()
        if self.cut_off is not None:
            local = at.astimezone(self.cut_off.tzinfo) if self.cut_off.tzinfo else at
            missed = local.time() > self.cut_off.replace(tzinfo=None)
            first = days_after(local.date(), 1) if missed else local.date()
        return next_open(self._days(self.order_weekdays), first)

    def arrival(self, ordered_on: date, lead_time_days: int) -> date:
        """Return the first delivery day once the lead time is over, that day included.

        The lead time counts calendar days.
        """
        check_count("lead_time_days", lead_time_days)
        ready = days_after(check_date("ordered_on", ordered_on), lead_time_days)
        return next_open(self._days(self.delivery_weekdays), ready)

    def latest_order(self, need_by: date, lead_time_days: int) -> date:
        """Return the last slot whose order arrives by the day of need.

        It may have passed already: that is for the caller to see.
        """
        check_count("lead_time_days", lead_time_days)
        arrival = last_open(self._days(self.delivery_weekdays), need_by)
        if lead_time_days > (arrival - date.min).days:
            remedy = f"there is no day that long before {arrival}"
            raise InvalidValue("lead_time_days", lead_time_days, remedy)
        leaves = arrival - timedelta(days=lead_time_days)
        return last_open(self._days(self.order_weekdays), leaves)

    def _days(self, weekdays: tuple[int, ...]) -> Calendar:
        """Return the working days that are among some weekdays; none means any."""
        if not weekdays:
            return self.working_days
        return AllOpen([Weekdays(weekdays), self.working_days])


ANY_DAY = OrderCalendar()
"""The calendar of a supplier who takes orders and delivers all the time."""
