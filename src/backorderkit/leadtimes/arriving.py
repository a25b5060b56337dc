"""From experience to days: when a purchase arrives, is usable, and can leave.

A purchase line that is on time is expected after its usual lead time. Once that day has
passed, today is no estimate: the deliveries that took longer still give one, and where
there are too few of them the day is unknown.

Lead times count calendar days; work in the warehouse counts days on which it is open.

>>> from backorderkit.leadtimes import LeadTimes, Observation
>>> from backorderkit.values import Weekdays
>>> days = (12, 13, 13, 14, 14, 15, 15, 16, 18, 21, 34)
>>> learnt = LeadTimes((Observation("ACME", "LAMP", n) for n in days), at_least=2)
>>> friday, sunday = date(2026, 3, 20), date(2026, 3, 22)
>>> for today in (friday, sunday):
...     asked = {"ordered_on": date(2026, 3, 2), "today": today}
...     print(arrival_on(learnt, "ACME", "LAMP", 80, **asked))
2026-03-20
2026-04-05
>>> desk = HandlingTime(dock_to_stock_days=1, handling_days=1, warehouse=Weekdays())
>>> desk.usable_on(friday), desk.ships_on(friday)
(datetime.date(2026, 3, 23), datetime.date(2026, 3, 24))
"""

from datetime import date, datetime

import attrs

from backorderkit.leadtimes.learning import LeadTimes
from backorderkit.model import Catalogue
from backorderkit.values import (
    EVERY_DAY,
    Calendar,
    Sku,
    SupplierRef,
    check_date,
    check_kind,
    days_after,
    is_calendar,
    is_count,
    open_days_after,
)

__all__ = ["HandlingTime", "arrival_on"]


def arrival_on(
    lead_times: LeadTimes,
    supplier: SupplierRef,
    sku: Sku,
    percent: int,
    *,
    ordered_on: date,
    today: date,
    mode: str = "",
) -> date | None:
    """Return the day by which a purchase comes in `percent` of such cases.

    For a line that is overdue on that day, that percentage of the cases that are later
    still: a day after today. None if experience does not reach that far. O(log n).

    >>> from backorderkit.leadtimes import Observation
    >>> learnt = LeadTimes([Observation("ACME", "LAMP", 12)] * 8)
    >>> monday = date(2026, 3, 2)
    >>> arrival_on(learnt, "ACME", "LAMP", 80, ordered_on=monday, today=monday)
    datetime.date(2026, 3, 14)
    """
    check_kind("lead_times", lead_times, LeadTimes)
    check_date("ordered_on", ordered_on)
    elapsed = (check_date("today", today) - ordered_on).days
    answer = lead_times.quantile(supplier, sku, percent, mode=mode)
    if answer is not None and elapsed > answer.days:
        answer = lead_times.overdue_quantile(
            supplier, sku, percent, elapsed_days=elapsed, mode=mode
        )
    return None if answer is None else days_after(ordered_on, answer.days)


@attrs.frozen(kw_only=True)
class HandlingTime:
    """The open days between a delivery at the dock and a parcel that leaves.

    A delivery on a closed day waits for the next open one. Observed lead times already
    end with usable goods; `dock_to_stock_days` are for days that end at the dock, as a
    carrier's do.

    >>> HandlingTime(handling_days=2).ships_on(date(2026, 3, 6))
    datetime.date(2026, 3, 8)
    """

    dock_to_stock_days: int = attrs.field(default=0, validator=is_count)
    handling_days: int = attrs.field(default=0, validator=is_count)
    warehouse: Calendar = attrs.field(default=EVERY_DAY, validator=is_calendar)

    def usable_on(self, arrival: date) -> date:
        """Return the day on which goods that arrive can be allocated."""
        return open_days_after(self.warehouse, arrival, self.dock_to_stock_days)

    def ships_on(self, arrival: date) -> date:
        """Return the day on which goods that arrive can leave for a customer."""
        usable_on = self.usable_on(arrival)
        return open_days_after(self.warehouse, usable_on, self.handling_days)


def arrival(catalogue: Catalogue | None, sku: Sku, at: datetime) -> date | None:
    """Return the day on which a purchase made now would arrive, None if unknown."""
    return None if catalogue is None else catalogue.earliest_arrival(sku, at)
