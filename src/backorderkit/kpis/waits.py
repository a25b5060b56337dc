"""How long units waited: from joining a queue until goods were given to them.

A history is cut into waits: units of one line, since one moment, until another.
Units that were there at once waited 0 days and are part of the answer, so that a mean
over all units and one over delayed units come from the same list. Units taken back wait
on from their first moment. Cancelled units drop out: they were never served.

Averages weigh units, not lines. The average backlog over a period is the time-weighted
number of waiting units; with the rate at which units arrive it obeys Little's law.

>>> from datetime import UTC, timedelta
>>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
>>> waits = [
...     Wait("O-1/1", 3, noon, until=noon),
...     Wait("O-2/1", 1, noon, until=noon + timedelta(days=10)),
... ]
>>> mean_days(waits), percentile_days(waits, 75), percentile_days(waits, 76)
(Fraction(5, 2), Fraction(0, 1), Fraction(10, 1))
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import (
    Allocated,
    AllocationMoved,
    AllocationReleased,
    Event,
    LineBecameDue,
    OrderPlaced,
    PortionAdded,
    PortionMoved,
    QuantityCancelled,
    QuoteAccepted,
)
from backorderkit.values import LineRef, check_count

__all__ = ["Wait", "average_backlog", "mean_days", "percentile_days", "waits_of"]


@attrs.frozen
class Wait:
    """Units of one line that waited together; `until` is None if they still do.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> Wait("O-1/1", 3, noon, until=noon + timedelta(hours=30)).days
    Fraction(5, 4)
    """

    line: LineRef
    quantity: int
    since: datetime
    until: datetime | None = attrs.field(kw_only=True)

    @property
    def days(self) -> Fraction | None:
        """Return how long it took, in days; None if it is not over."""
        return None if self.until is None else _days(self.until - self.since)


def _days(duration: timedelta) -> Fraction:
    """Return a duration in days, exactly."""
    return Fraction(duration // MICROSECOND, MICROSECONDS_A_DAY)


MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_A_DAY = timedelta(days=1) // MICROSECOND


def mean_days(waits: Iterable[Wait]) -> Fraction | None:
    """Return the mean wait of a unit, of the waits that are over; None without any.

    >>> mean_days([]) is None
    True
    """
    over = _over(waits)
    units = sum(quantity for _, quantity in over)
    total = sum(duration * quantity for duration, quantity in over)
    return Fraction(total, units * MICROSECONDS_A_DAY) if units else None


def percentile_days(waits: Iterable[Wait], percent: int) -> Fraction | None:
    """Return the wait that `percent` of the units did not exceed, by nearest rank.

    It is a wait that really occurred; 50 is the median. O(n log n).

    >>> percentile_days([], 50) is None
    True
    """
    if check_count("percent", percent, 1) > _WHOLE:
        raise InvalidValue("percent", percent, "give 1 to 100")
    over = sorted(_over(waits))
    units = sum(quantity for _, quantity in over)
    reached, rank = 0, -(-units * percent // _WHOLE)
    for duration, quantity in over:
        reached += quantity
        if reached >= rank:
            return Fraction(duration, MICROSECONDS_A_DAY)
    return None


def _over(waits: Iterable[Wait]) -> list[tuple[int, int]]:
    """Return the microseconds and the units of the waits that are over."""
    return [
        ((one.until - one.since) // MICROSECOND, one.quantity)
        for one in waits
        if one.until is not None
    ]


_WHOLE = 100


def average_backlog(waits: Iterable[Wait], start: datetime, end: datetime) -> Fraction:
    """Return the time-weighted mean of the waiting units from `start` to `end`.

    Waits that are not over count until `end`.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> wait = Wait("O-1/1", 5, noon, until=None)
    >>> average_backlog([wait], noon, noon + timedelta(days=9))
    Fraction(5, 1)
    """
    if end <= start:
        raise InvalidValue("end", end, "give a moment after the start")
    nothing = timedelta(0)
    area = Fraction(0)
    for one in waits:
        inside = min(one.until or end, end) - max(one.since, start)
        area += one.quantity * _days(max(inside, nothing))
    return area / _days(end - start)


@attrs.define
class _Portion:
    """What waits of one portion, since when, and the units that were served."""

    since: datetime
    waiting: int
    served: list[tuple[int, datetime]] = attrs.field(factory=list)

    def serve(self, units: int, at: datetime) -> None:
        """Give goods to waiting units."""
        self.waiting -= units
        self.served.append((units, at))

    def take_back(self, units: int) -> None:
        """Return the units served last to waiting."""
        self.waiting += units
        while units:
            last, at = self.served.pop()
            taken = min(last, units)
            units -= taken
            if last > taken:
                self.served.append((last - taken, at))


def waits_of(history: "Iterable[Event]") -> tuple[Wait, ...]:
    """Return every wait of a history, line by line as ordered; O(events).

    A line that was not yet due when it was ordered waits from the day it fell due.

    >>> from datetime import UTC
    >>> from backorderkit import Line, MemoryRepository, Order, OrderDesk, oldest_first
    >>> from backorderkit import plan_count, plan_order
    >>> monday, tuesday = (datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3))
    >>> shelf = MemoryRepository()
    >>> desk = OrderDesk(shelf, oldest_first())
    >>> order = Order("O-1", "ada", monday, [Line("O-1/1", "LAMP", 5)])
    >>> _ = desk.carry_out(plan_order, order)
    >>> _ = desk.carry_out(plan_count, "LAMP", 3, at=tuesday)
    >>> [(one.quantity, one.days) for one in waits_of(shelf.history(0)[0])]
    [(3, Fraction(1, 1)), (2, None)]
    """
    portions: dict[tuple[LineRef, int], _Portion] = {}
    for event in history:
        _follow(portions, event)
    return tuple(
        wait for (line, _), one in portions.items() for wait in _waits(line, one)
    )


def _waits(line: LineRef, portion: _Portion) -> list[Wait]:
    """Return the waits of one portion, in the order they ended."""
    ended = [Wait(line, units, portion.since, until=at) for units, at in portion.served]
    if portion.waiting:
        ended.append(Wait(line, portion.waiting, portion.since, until=None))
    return ended


def _follow(portions: dict[tuple[LineRef, int], _Portion], event: Event) -> None:
    """Follow what an event does to waiting units; those of a quote do not wait yet."""
    now = event.at
    match event:
        case QuoteAccepted():
            for held in event.portions:
                joined = _Portion(now, held.quantity)
                portions[held.line, held.number] = joined
                if held.allocated:
                    joined.serve(held.allocated, now)
        case OrderPlaced():
            for one in event.portions:
                portions[one.line, one.number] = _Portion(now, one.quantity)
        case PortionAdded(one):
            portions[one.line, one.number] = _Portion(now, one.quantity)
        case AllocationMoved():
            if giver := portions.get((event.line, event.portion)):
                giver.take_back(event.quantity)
            if taker := portions.get((event.to_line, event.to_portion)):
                taker.serve(event.quantity, now)
        case _ if (getattr(event, "line", ""), getattr(event, "portion", 0)) not in (
            portions
        ):
            pass  # it concerns no line, or one that is only quoted
        case PortionMoved():
            source = portions[event.line, event.portion]
            source.waiting -= event.quantity
            key = (event.line, event.number)
            moved = portions.setdefault(key, _Portion(source.since, 0))
            moved.waiting += event.quantity
        case LineBecameDue():
            number = 0
            while portion := portions.get((event.line, number)):
                portion.since = max(portion.since, now)
                number += 1
        case Allocated():
            portions[event.line, event.portion].serve(event.quantity, now)
        case AllocationReleased():
            portions[event.line, event.portion].take_back(event.quantity)
        case QuantityCancelled():
            portions[event.line, event.portion].waiting -= event.quantity
        case _:
            pass  # it moves no waiting unit
