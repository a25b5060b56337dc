"""Open days, closed days, and the slots of a supplier, against lists of days."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from backorderkit import Catalogue, SupplierTerms
from backorderkit.errors import InvalidValue, PolicyBreach
from backorderkit.values import (
    EVERY_DAY,
    AllOpen,
    Calendar,
    OrderCalendar,
    Weekdays,
    last_open,
    next_open,
    open_days_after,
)
from backorderkit.values.calendars import LONGEST_CLOSURE_DAYS

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (
    date(2026, 3, day) for day in range(2, 9)
)
WEEK = timedelta(days=7)
EAST, WEST = timezone(timedelta(hours=9)), timezone(timedelta(hours=-9))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1)


class OpenOn:
    """A host's own calendar: open on the days it lists."""

    def __init__(self, *days: date) -> None:
        self.days = days

    def is_open(self, day: date) -> bool:
        return day in self.days


class Says:
    """A calendar that answers with whatever it was given."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def is_open(self, day: date) -> object:
        return self.answer


NEVER = OpenOn()


# Which days are open


def test_a_week_is_open_from_monday_to_friday_unless_told_otherwise():
    found = [Weekdays().is_open(MONDAY + timedelta(days=n)) for n in range(7)]
    assert found == [True] * 5 + [False] * 2
    assert all(EVERY_DAY.is_open(MONDAY + timedelta(days=n)) for n in range(7))


def test_a_closed_day_is_closed_and_its_neighbours_are_not():
    shop = Weekdays(closed_on=[FRIDAY, TUESDAY, FRIDAY])
    week = [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY]
    assert [shop.is_open(day) for day in week] == [True, False, True, True, False]
    assert shop == Weekdays([4, 3, 2, 1, 0], closed_on=[TUESDAY, FRIDAY])
    assert shop.is_open(TUESDAY + WEEK)


def test_several_calendars_are_open_together_when_each_of_them_is():
    both = AllOpen([Weekdays([0, 1]), OpenOn(MONDAY, WEDNESDAY)])
    assert [both.is_open(day) for day in (MONDAY, TUESDAY, WEDNESDAY)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("bad", [[], [7], [-1], [True], [1.0], ["Monday"], None, 3])
def test_weekdays_are_numbers_from_0_to_6_and_at_least_one(bad):
    with pytest.raises(InvalidValue, match="weekday"):
        Weekdays(bad)


@pytest.mark.parametrize("bad", [["2026-03-02"], [datetime(2026, 3, 2, tzinfo=UTC)]])
def test_closed_days_are_dates(bad):
    with pytest.raises(InvalidValue, match=r"^closed"):
        Weekdays(closed_on=bad)


@pytest.mark.parametrize("bad", [[], [None], [Weekdays], [Weekdays(), "Monday"]])
def test_only_calendars_can_be_combined(bad):
    with pytest.raises(InvalidValue, match=r"^calendars? is "):
        AllOpen(bad)


# Going to an open day


def test_an_open_day_is_its_own_next_and_last():
    assert next_open(Weekdays(), FRIDAY) == last_open(Weekdays(), FRIDAY) == FRIDAY


def test_a_closed_day_leads_to_its_open_neighbours():
    for day in (SATURDAY, SUNDAY):
        assert next_open(Weekdays(), day) == MONDAY + WEEK
        assert last_open(Weekdays(), day) == FRIDAY


@given(DAYS, st.sets(DAYS, min_size=1, max_size=9), st.integers(0, 5))
def test_the_open_days_around_a_day_are_those_of_a_sorted_list(day, days, count):
    calendar: Calendar = OpenOn(*days)
    after, before = [d for d in days if d >= day], [d for d in days if d <= day]
    if after:
        assert next_open(calendar, day) == min(after)
    if before:
        assert last_open(calendar, day) == max(before)
    if count < len(after):
        assert open_days_after(calendar, day, count) == sorted(after)[count]


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, MONDAY + WEEK),
        (SATURDAY, 0, MONDAY + WEEK),
        (SATURDAY, 1, TUESDAY + WEEK),
        (MONDAY, 4, FRIDAY),
        (MONDAY, 5, MONDAY + WEEK),
    ],
)
def test_work_begins_on_an_open_day_and_takes_open_days(day, days, expected):
    assert open_days_after(Weekdays(), day, days) == expected


@pytest.mark.parametrize(
    "search",
    [
        lambda: next_open(NEVER, MONDAY),
        lambda: last_open(NEVER, MONDAY),
        lambda: open_days_after(NEVER, MONDAY, 0),
        lambda: next_open(NEVER, date.max),
        lambda: last_open(NEVER, date.min),
        lambda: OrderCalendar(working_days=NEVER).arrival(MONDAY, 1),
        lambda: OrderCalendar(working_days=NEVER).latest_order(MONDAY, 1),
        lambda: next_open(AllOpen([Weekdays([0]), Weekdays([1])]), MONDAY),
    ],
)
def test_a_calendar_that_never_opens_ends_the_search(search):
    with pytest.raises(InvalidValue, match="open it on a day within 3660 days"):
        search()


@pytest.mark.parametrize("step", [1, -1])
def test_a_closure_as_long_as_the_bound_is_survived_and_none_longer(step):
    search = next_open if step > 0 else last_open
    furthest = MONDAY + step * timedelta(days=LONGEST_CLOSURE_DAYS)
    assert search(OpenOn(furthest), MONDAY) == furthest
    with pytest.raises(InvalidValue):
        search(OpenOn(furthest + step * timedelta(days=1)), MONDAY)


@pytest.mark.parametrize("answer", [None, 1, "yes"])
def test_a_calendar_that_says_neither_yes_nor_no_is_blamed_by_name(answer):
    for calendar in (Says(answer), AllOpen([Says(answer)])):
        with pytest.raises(PolicyBreach, match="'Says' said"):
            next_open(calendar, MONDAY)


@pytest.mark.parametrize("bad", [None, Weekdays, (0, 1), "Monday"])
def test_what_cannot_say_that_a_day_is_open_is_no_calendar(bad):
    for search in (next_open, last_open):
        with pytest.raises(InvalidValue, match=r"^calendar is "):
            search(bad, MONDAY)
    with pytest.raises(InvalidValue, match=r"^working_days is "):
        OrderCalendar(working_days=bad)


@pytest.mark.parametrize("bad", [datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02", None])
def test_searches_start_at_a_date(bad):
    for search in (next_open, last_open):
        with pytest.raises(InvalidValue, match=r"^day is "):
            search(EVERY_DAY, bad)


@pytest.mark.parametrize("bad", [-1, 1.5, True])
def test_open_days_are_counted_in_whole_numbers(bad):
    with pytest.raises(InvalidValue, match=r"^days is "):
        open_days_after(EVERY_DAY, MONDAY, bad)


# A supplier's slots


def at(day: date, hour: int, minute: int = 0, zone=UTC) -> datetime:
    return datetime.combine(day, time(hour, minute), zone)


def test_without_slots_an_order_leaves_at_once_and_arrives_on_any_day():
    anytime = OrderCalendar()
    assert anytime.next_slot(at(SUNDAY, 23, 59)) == SUNDAY
    assert anytime.arrival(SUNDAY, 7) == SUNDAY + WEEK
    assert anytime.latest_order(SUNDAY + WEEK, 7) == SUNDAY


@pytest.mark.parametrize(
    ("moment", "slot"),
    [
        (at(TUESDAY, 11, 59), TUESDAY),
        (at(TUESDAY, 12), TUESDAY),
        (at(TUESDAY, 12, 1), THURSDAY),
        (at(WEDNESDAY, 18), THURSDAY),
        (at(THURSDAY, 12, 1), TUESDAY + WEEK),
        (at(MONDAY, 23), TUESDAY),
    ],
)
def test_an_order_leaves_in_the_first_slot_whose_cut_off_it_meets(moment, slot):
    calendar = OrderCalendar(order_weekdays=[1, 3], cut_off=time(12))
    assert calendar.next_slot(moment) == slot


def test_a_cut_off_is_read_in_the_zone_of_the_moment_unless_it_has_its_own():
    early, late = at(TUESDAY, 9, zone=EAST), at(TUESDAY, 15, zone=WEST)
    bare = OrderCalendar(cut_off=time(12))
    assert (bare.next_slot(early), bare.next_slot(late)) == (TUESDAY, WEDNESDAY)
    zoned = OrderCalendar(cut_off=time(12, tzinfo=UTC))
    assert zoned.next_slot(early) == TUESDAY  # midnight there
    assert zoned.next_slot(late) == WEDNESDAY  # midnight of the next day there
    assert zoned.next_slot(at(TUESDAY, 22, zone=EAST)) == WEDNESDAY  # 13:00 there
    assert zoned.next_slot(at(TUESDAY, 3, zone=WEST)) == TUESDAY  # 12:00 there
    assert zoned.next_slot(at(TUESDAY, 3, 1, zone=WEST)) == WEDNESDAY


def test_a_cut_off_at_midnight_leaves_that_moment_only():
    calendar = OrderCalendar(cut_off=time(0))
    assert calendar.next_slot(at(TUESDAY, 0)) == TUESDAY
    assert calendar.next_slot(at(TUESDAY, 0, 1)) == WEDNESDAY


def test_a_holiday_moves_the_slot_and_the_delivery():
    off = Weekdays(range(7), closed_on=[TUESDAY, TUESDAY + WEEK])
    calendar = OrderCalendar(
        order_weekdays=[1, 2], delivery_weekdays=[1], working_days=off
    )
    assert calendar.next_slot(at(MONDAY, 9)) == WEDNESDAY
    assert calendar.arrival(WEDNESDAY, 6) == TUESDAY + 2 * WEEK
    assert calendar.arrival(WEDNESDAY, 0) == TUESDAY + 2 * WEEK
    assert calendar.latest_order(TUESDAY + WEEK, 0) == TUESDAY - WEEK


@given(
    need_by=DAYS,
    days=st.integers(0, 30),
    orders=WEEKDAYS,
    deliveries=WEEKDAYS,
    closed=st.sets(DAYS, max_size=20),
)
def test_the_latest_order_is_the_last_slot_that_still_arrives_in_time(
    need_by, days, orders, deliveries, closed
):
    off = Weekdays(range(7), closed_on=closed)
    calendar = OrderCalendar(
        order_weekdays=orders, delivery_weekdays=deliveries, working_days=off
    )

    def arrives(ordered_on: date) -> date:
        on = ordered_on + timedelta(days=days)
        while on.weekday() not in deliveries or on in closed:
            on += timedelta(days=1)
        return on

    slots = [
        slot
        for back in range(120)
        for slot in [need_by - timedelta(days=back)]
        if slot.weekday() in orders and slot not in closed
    ]
    expected = next(slot for slot in slots if arrives(slot) <= need_by)
    assert calendar.latest_order(need_by, days) == expected
    assert calendar.arrival(expected, days) == arrives(expected)


@given(DAYS, st.times(), WEEKDAYS, st.times())
def test_the_next_slot_is_the_first_open_day_whose_cut_off_lies_ahead(
    day, clock, orders, cut_off
):
    moment = datetime.combine(day, clock, UTC)
    ahead = [
        slot
        for days in range(8)
        for slot in [day + timedelta(days=days)]
        if slot.weekday() in orders and datetime.combine(slot, cut_off, UTC) >= moment
    ]
    calendar = OrderCalendar(order_weekdays=orders, cut_off=cut_off)
    assert calendar.next_slot(moment) == ahead[0]


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("order_weekdays", [7]),
        ("delivery_weekdays", ["Monday"]),
        ("cut_off", "12:00"),
        ("cut_off", 12),
        ("cut_off", at(MONDAY, 12)),
    ],
)
def test_an_order_calendar_is_checked(field, bad):
    with pytest.raises(InvalidValue):
        OrderCalendar(**{field: bad})


def test_slots_are_asked_for_moments_and_days_that_exist():
    calendar = OrderCalendar(delivery_weekdays=[0])
    for refused in (
        lambda: calendar.next_slot(MONDAY),
        lambda: calendar.next_slot(datetime(2026, 3, 2)),  # noqa: DTZ001 - on purpose
        lambda: calendar.arrival(at(MONDAY, 9), 7),
        lambda: calendar.arrival(MONDAY, 1.5),
        lambda: calendar.arrival(MONDAY, -1),
        lambda: calendar.latest_order(MONDAY, -1),
        lambda: calendar.arrival(date.max, 1),
        lambda: calendar.latest_order(date(1, 1, 8), 8),
    ):
        with pytest.raises(InvalidValue):
            refused()


# What it does to a catalogue


def test_the_earliest_arrival_looks_at_slots_and_not_at_lead_times_alone():
    mondays = OrderCalendar(order_weekdays=[0])
    quick = SupplierTerms("ACME", "LAMP", lead_time_days=2, calendar=mondays)
    slow = SupplierTerms("BOLT", "LAMP", lead_time_days=4)
    catalogue = Catalogue([quick, slow])
    assert quick.arrival(at(TUESDAY, 9)) == WEDNESDAY + WEEK
    assert catalogue.earliest_arrival("LAMP", at(TUESDAY, 9)) == SATURDAY
    assert catalogue.earliest_arrival("LAMP", at(MONDAY, 9)) == WEDNESDAY
    assert catalogue.earliest_arrival("LAMP", at(SATURDAY, 9)) == WEDNESDAY + WEEK
    assert catalogue.earliest_arrival("RUG", at(TUESDAY, 9)) is None


def test_offers_that_arrive_after_the_last_date_are_passed_over():
    days_left = (date.max - MONDAY).days
    for days, expected in ((days_left, date.max), (days_left + 1, None)):
        catalogue = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=days)])
        assert catalogue.earliest_arrival("LAMP", at(MONDAY, 9)) == expected


def test_offers_that_differ_in_their_slots_alone_stand_in_one_order():
    offers = [
        SupplierTerms("ACME", "LAMP", lead_time_days=2, calendar=calendar)
        for calendar in (None, OrderCalendar(), OrderCalendar(order_weekdays=[1]))
    ]
    assert Catalogue(offers) == Catalogue(offers[::-1])


@pytest.mark.parametrize("bad", [Weekdays(), "Monday", OrderCalendar])
def test_the_calendar_of_terms_is_an_order_calendar(bad):
    with pytest.raises(InvalidValue, match=r"^calendar is "):
        SupplierTerms("ACME", "LAMP", lead_time_days=2, calendar=bad)
