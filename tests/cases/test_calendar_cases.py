"""Worked cases: on which day a supplier's delivery falls."""

from datetime import UTC, date, datetime

import pytest

from backorderkit import Catalogue, SupplierTerms
from backorderkit.values import OrderCalendar

MONDAY = date(2011, 11, 21)
WEEK = {"Mon": 0, "Tue": 1, "Wed": 2, "Thu": 3, "Fri": 4, "Sat": 5, "Sun": 6}


@pytest.mark.parametrize(
    ("ordered_on", "days", "weekday", "supplied_on"),
    [
        (MONDAY, 10, "Mon", date(2011, 12, 5)),
        (MONDAY, 9, "Tue", date(2011, 12, 6)),
        (MONDAY, 8, "Wed", date(2011, 11, 30)),
        (MONDAY, 7, "Thu", date(2011, 12, 1)),
        (MONDAY, 6, "Fri", date(2011, 12, 2)),
        (MONDAY, 5, "Sat", date(2011, 11, 26)),
        (MONDAY, 4, "Sun", date(2011, 11, 27)),
        (MONDAY, 10, None, date(2011, 12, 1)),
        (date(2011, 12, 22), 12, "Sun", date(2012, 1, 8)),
    ],
)
def test_goods_come_on_the_first_delivery_day_after_the_lead_time__erp_T5(
    ordered_on, days, weekday, supplied_on
):
    allowed = [WEEK[weekday]] if weekday else []
    calendar = OrderCalendar(delivery_weekdays=allowed)
    assert calendar.arrival(ordered_on, days) == supplied_on
    terms = SupplierTerms("ACME", "LAMP", lead_time_days=days, calendar=calendar)
    at = datetime(ordered_on.year, ordered_on.month, ordered_on.day, 9, tzinfo=UTC)
    assert Catalogue([terms]).earliest_arrival("LAMP", at) == supplied_on


def test_without_a_lead_time_goods_never_come__erp_T5():
    at = datetime(2011, 11, 21, 9, tzinfo=UTC)
    assert Catalogue([]).earliest_arrival("LAMP", at) is None
