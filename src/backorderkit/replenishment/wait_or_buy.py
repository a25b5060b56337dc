"""Wait or buy: which units wait for what is on order, and which are bought once more.

Without a window a line waits for any open purchase line, however late. A `WaitWindow`
says how long it waits. Each waiting unit has a latest day:

    latest = min(max(day it is wanted, today) + days of the window, cancel_after)

It is wanted on `requested_on`, not before `allocate_not_before`, and otherwise today.
Supply that comes by then is waited for. A unit that would wait longer, or for an
unknown date, is bought once more if a purchase made now comes earlier, and while the
customer still takes it. So the day by which supply must come is never before the
arrival of such a purchase.

    today    1 January, lead time 7 days, window 90 days, O-1 waits for 200
    PO-1     100 on 1 February   →  buy 100; O-1 waits for the other 100
    PO-1     100 on 1 September  →  buy 200; PO-1 is surplus

The least quantity is bought with which every line could be served by its day: for every
day, the units needed by then less the supplies that come by then. It is never more than
what is uncovered or comes too late, and once it is bought it is not bought again. The
policy still decides who gets it: a line behind others may be late all the same, and the
reasons name it. An urgent order then needs a better priority, or a pinned peg.

Units in stock and pinned units play no part. A day that has passed counts until it is
corrected. When a purchase line comes in parts, each part has its own day.

>>> window = WaitWindow(90)
>>> window.latest_day(Line("O-1/1", "LAMP", 200), date(2024, 1, 1)).isoformat()
'2024-03-31'
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Literal, TypeAlias

import attrs

from backorderkit.book import PoolRecord, PortionRecord, SupplyRecord
from backorderkit.coverage import Overlap, Supplies, overlaps
from backorderkit.errors import InvalidValue
from backorderkit.model import Confidence, Line, Unlimited
from backorderkit.values import is_a, is_count

__all__ = ["WaitWindow"]


def _is_some_day(
    _: object, field: "attrs.Attribute[Confidence]", value: object
) -> None:
    """Validate a confidence that a day can have."""
    if value is Confidence.UNKNOWN:
        raise InvalidValue(field.name, value, "name one that a day can have")


@attrs.frozen
class WaitWindow:
    """How long a line waits for supply on order, and for how sure a day.

    `days` count from the day a line is wanted. `at_least` is the least confidence that
    is worth waiting for. What is less sure still counts when it comes no later than a
    purchase made now, whose day would be no surer; otherwise the purchase that a plan
    proposed would be made again by the next one. Window and confidence are one value,
    because the second says nothing without the first.

    >>> WaitWindow(90, at_least=Confidence.CONFIRMED).trusts(Confidence.ESTIMATED)
    False
    """

    days: int = attrs.field(validator=is_count)
    at_least: Confidence = attrs.field(
        default=Confidence.ESTIMATED,
        validator=[is_a(Confidence), _is_some_day],
        kw_only=True,
    )

    def latest_day(self, line: Line, today: date) -> date:
        """Return the last day on which supply for a line is still waited for.

        >>> line = Line("O-1/1", "LAMP", 5, cancel_after=date(2024, 1, 20))
        >>> WaitWindow(90).latest_day(line, date(2024, 1, 1)).isoformat()
        '2024-01-20'
        """
        start = max(
            today, line.requested_on or today, line.allocate_not_before or today
        )
        left = (date.max - start).days
        latest = start + timedelta(days=min(self.days, left))
        return min(latest, line.cancel_after or latest)

    def trusts(self, confidence: Confidence) -> bool:
        """Return whether a day is sure enough to wait for.

        >>> WaitWindow(90).trusts(Confidence.UNKNOWN)
        False
        """
        return _BY_DOUBT[confidence] <= _BY_DOUBT[self.at_least]


_BY_DOUBT = {confidence: doubt for doubt, confidence in enumerate(Confidence)}

Wait: TypeAlias = WaitWindow | Literal[Unlimited.UNLIMITED]


@attrs.frozen
class Choice:
    """Wait or buy, today, if a purchase made now came on a day (None: never)."""

    window: WaitWindow
    today: date
    arrival: date | None

    def counted(self, supply: SupplyRecord | None) -> date | None:
        """Return the day on which a supply can be waited for, None if it cannot be."""
        if supply is None or supply.on is None:
            return None
        if self.window.trusts(supply.evidence.confidence):
            return supply.on
        is_early = self.arrival is not None and supply.on <= self.arrival
        return supply.on if is_early else None

    def needed_by(self, wanted: Overlap) -> date | None:
        """Return the day by which units need supply, None if buying does not help."""
        line, on = wanted.portion.line.line, self.counted(wanted.supply)
        arrival = self.arrival
        if arrival is None:
            return None
        if line.cancel_after is not None and line.cancel_after < arrival:
            in_time = on is not None and on <= line.cancel_after
            return line.cancel_after if in_time else None
        return max(self.window.latest_day(line, self.today), arrival)

    def is_lacking(self, wanted: Overlap) -> bool:
        """Return whether units are uncovered, or covered too late."""
        supply, by = wanted.supply, self.needed_by(wanted)
        if supply is None:
            return True
        on = self.counted(supply)
        return by is not None and (on is None or on > by)


def awaited(pool: PoolRecord, supplies: Supplies | None = None) -> Iterator[Overlap]:
    """Yield what each waiting unit that is not in stock waits for, if for anything."""
    return (found for found in overlaps(pool, supplies) if not found.is_in_stock)


def missing_units(pool: PoolRecord, choice: Choice) -> int:
    """Return the least units to buy: with fewer, some line could not be served in time.

    O(n log n) in the waiting portions and open supplies of the pool; without open
    supplies O(1).
    """
    if not pool.supplies:
        return pool.short
    change: dict[date, int] = {}
    for wanted in awaited(pool):
        if (by := choice.needed_by(wanted)) is not None:
            change[by] = change.get(by, 0) - wanted.quantity
    for supply in pool.supplies:
        if (on := choice.counted(supply)) is not None:
            change[on] = change.get(on, 0) + supply.units
    balance, missing = 0, pool.short
    for day in sorted(change):
        balance += change[day]
        missing = max(missing, -balance)
    return missing


def lacking(pool: PoolRecord, choice: Choice) -> Iterator[tuple[PortionRecord, int]]:
    """Yield the units that are uncovered or come too late, in the order of the queue.

    O(waiting portions + open supplies of the pool).
    """
    late = (wanted for wanted in awaited(pool) if choice.is_lacking(wanted))
    for portion, parts in groupby(late, key=attrgetter("portion")):
        yield portion, sum(part.quantity for part in parts)
