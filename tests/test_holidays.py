"""Public holidays as a calendar, against days that everybody knows."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from backorderkit.adapters.holidays import public_holidays
from backorderkit.errors import InvalidValue
from backorderkit.values import Calendar, OrderCalendar, next_open, open_days_after

EPIPHANY = date(2026, 1, 6)
GOOD_FRIDAY, SATURDAY = date(2026, 4, 3), date(2026, 4, 4)
TUESDAY = date(2026, 4, 7)


@pytest.mark.usefixtures("holiday_lists")
def test_a_region_has_holidays_of_its_own():
    country, region = public_holidays("DE"), public_holidays("DE", region="BY")
    assert (country.is_open(EPIPHANY), region.is_open(EPIPHANY)) == (True, False)
    assert not country.is_open(GOOD_FRIDAY) and not region.is_open(GOOD_FRIDAY)


@pytest.mark.usefixtures("holiday_lists")
def test_weekdays_and_holidays_close_together():
    shop = public_holidays("DE", weekdays=[4, 5])
    open_days = [shop.is_open(date(2026, 4, day)) for day in (2, 3, 4, 9, 10, 11)]
    assert open_days == [False, False, True, False, True, True]


@pytest.mark.usefixtures("holiday_lists")
@pytest.mark.parametrize("year", [1999, 2026, 2050])
def test_every_year_has_a_list(year):
    christmas = date(year, 12, 25)
    assert not public_holidays("DE", weekdays=range(7)).is_open(christmas)


@pytest.mark.usefixtures("holiday_lists")
def test_work_passes_over_a_long_weekend():
    calendar: Calendar = public_holidays("DE")
    assert next_open(calendar, GOOD_FRIDAY) == TUESDAY
    assert open_days_after(calendar, date(2026, 4, 2), 1) == TUESDAY


@pytest.mark.usefixtures("holiday_lists")
def test_a_supplier_takes_no_orders_on_a_holiday():
    slots = OrderCalendar(order_weekdays=[4], working_days=public_holidays("DE"))
    assert slots.next_slot(datetime(2026, 4, 3, 9, tzinfo=UTC)) == date(2026, 4, 10)


@pytest.mark.usefixtures("holiday_lists")
def test_calendars_made_alike_are_equal():
    first, second = (public_holidays("DE", region="BY") for _ in range(2))
    assert not first.is_open(EPIPHANY)
    assert first == second and hash(first) == hash(second)
    assert repr(first) == repr(second)
    assert first != public_holidays("DE")


@pytest.mark.usefixtures("holiday_lists")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"country": "XX"}, "country is 'XX': give a code"),
        ({"country": 49}, "country is 49: give a string"),
        ({"country": "DE", "region": "XX"}, "region of DE is 'XX': give one of BB, "),
        ({"country": "MC", "region": "XX"}, "region of MC is 'XX': leave it out"),
        ({"country": "DE", "region": ""}, "region is ''"),
        ({"country": "DE", "weekdays": [7]}, "weekday is 7"),
        ({"country": "DE", "weekdays": []}, "weekdays is ()"),
    ],
)
def test_what_no_list_knows_is_refused_by_name(given, message):
    with pytest.raises(InvalidValue) as refused:
        public_holidays(**given)
    assert str(refused.value).startswith(message)


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(ImportError, match=r'pip install "backorderkit\[calendars\]"'):
        public_holidays("DE")


def test_the_library_is_imported_when_a_country_is_asked_for_and_not_before():
    program = (
        "import sys, backorderkit, backorderkit.adapters.holidays;"
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
