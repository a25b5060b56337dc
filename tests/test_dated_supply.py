"""All supply of a pool on one list: its order, what each day rests on, and its age."""

from datetime import UTC, datetime, time, timedelta

import pytest

from backorderkit import (
    Catalogue,
    Line,
    Order,
    PurchaseLine,
    PurchaseOrder,
    SupplierTerms,
    dated_supply,
    plan_count,
    plan_dispatch,
    plan_order,
    plan_pin,
    plan_purchase_order,
    plan_reserve,
    plan_shipping_notice,
    plan_supply_change,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import Confidence, Evidence
from backorderkit.values import OrderCalendar
from tests.shop import do

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
TODAY = NOON.date()
HOUR = timedelta(hours=1)


def day(number):
    return TODAY + timedelta(days=number)


def place(book, ref, quantity):
    line = Line(f"{ref}/1", "LAMP", quantity)
    do(book, plan_order, Order(ref, "ada", NOON, [line]))


def purchase(book, ref, quantity, on, at=NOON, **details):
    lines = [PurchaseLine(f"{ref}/1", "LAMP", quantity, expected_on=on, **details)]
    do(book, plan_purchase_order, PurchaseOrder(ref, "ACME", at, lines))


def listed(book, **options):
    found = dated_supply(book, "LAMP", at=NOON + HOUR, **options)
    return [(one.purchase_line, one.quantity, one.on) for one in found]


def test_stock_comes_first_then_open_units_by_day_then_by_name(book):
    do(book, plan_count, "LAMP", 3, at=NOON)
    purchase(book, "PO-1", 1, None)
    purchase(book, "PO-3", 2, day(5))
    purchase(book, "PO-2", 4, day(5))
    purchase(book, "PO-4", 8, day(1))
    assert listed(book) == [
        (None, 3, None),
        ("PO-4/1", 8, day(1)),
        ("PO-2/1", 4, day(5)),
        ("PO-3/1", 2, day(5)),
        ("PO-1/1", 1, None),
    ]


def test_only_what_is_free_is_stock(book):
    do(book, plan_count, "LAMP", 9, at=NOON)
    place(book, "O-1", 4)
    do(book, plan_reserve, "LAMP", 2, at=NOON)
    assert listed(book) == [(None, 3, None)]
    do(book, plan_reserve, "LAMP", 5, at=NOON)
    assert listed(book) == []


def test_each_day_is_as_sure_as_what_it_rests_on(book):
    do(book, plan_count, "LAMP", 3, at=NOON)
    purchase(book, "PO-1", 9, day(5))
    purchase(book, "PO-2", 9, day(6), evidence=Evidence.EXPERIENCE)
    purchase(book, "PO-3", 9, None)
    purchase(book, "PO-4", 9, day(7))
    do(book, plan_supply_change, "PO-4/1", confirmed_on=day(8), reason="ok", at=NOON)
    notice = {"expected_on": day(2), "at": NOON + HOUR}
    do(book, plan_shipping_notice, "N-1", "PO-4/1", 4, **notice)
    way = {"source": "main", "destination": "north", "expected_on": day(9)}
    do(book, plan_dispatch, "T-1", "LAMP", 2, at=NOON, **way)
    found = [
        (one.evidence, one.confidence) for one in dated_supply(book, "LAMP", at=NOON)
    ]
    assert found == [
        (Evidence.STOCK, Confidence.IN_STOCK),
        (Evidence.SHIPPING_NOTICE, Confidence.FIRM),
        (Evidence.REQUEST, Confidence.ESTIMATED),
        (Evidence.EXPERIENCE, Confidence.ESTIMATED),
        (Evidence.CONFIRMATION, Confidence.CONFIRMED),
        (Evidence.NOTHING, Confidence.UNKNOWN),
    ]
    [moved] = dated_supply(book, "LAMP", "north", at=NOON)
    assert (moved.purchase_line, moved.evidence) == ("T-1", Evidence.TRANSFER)


def test_news_grows_old_until_it_is_renewed(book):
    purchase(book, "PO-1", 9, day(9), at=NOON - 2 * HOUR)
    assert dated_supply(book, "LAMP", at=NOON)[0].age == 2 * HOUR
    do(book, plan_supply_change, "PO-1/1", expected_on=day(9), evidence=CONFIRMED, **ON)
    assert dated_supply(book, "LAMP", at=NOON + HOUR)[0].age == HOUR
    notice = {"expected_on": day(2), "at": NOON + HOUR}
    do(book, plan_shipping_notice, "N-1", "PO-1/1", 4, **notice)
    ages = [one.age for one in dated_supply(book, "LAMP", at=NOON + 3 * HOUR)]
    assert ages == [2 * HOUR, 3 * HOUR]


CONFIRMED = Evidence.CONFIRMATION
ON = {"reason": "he said so", "at": NOON}


@pytest.mark.parametrize(("on", "is_overdue"), [(-1, True), (0, False), (1, False)])
def test_a_day_that_has_passed_is_overdue_and_nothing_is_sure_of_it(
    book, on, is_overdue
):
    purchase(book, "PO-1", 9, day(on), evidence=Evidence.CONFIRMATION)
    [one] = dated_supply(book, "LAMP", at=NOON)
    assert one.is_overdue is is_overdue
    unknown, confirmed = Confidence.UNKNOWN, Confidence.CONFIRMED
    assert one.confidence is (unknown if is_overdue else confirmed)
    assert one.evidence is Evidence.CONFIRMATION


def test_what_is_kept_for_lines_is_the_first_of_a_purchase_line(book):
    place(book, "O-1", 6)
    purchase(book, "PO-1", 9, day(9))
    notice = {"expected_on": day(2), "at": NOON}
    do(book, plan_shipping_notice, "N-1", "PO-1/1", 4, **notice)
    do(book, plan_pin, "PO-1/1", "O-1/1", reason="hers", at=NOON)
    found = dated_supply(book, "LAMP", at=NOON)
    assert [(one.quantity, one.pinned, one.on) for one in found] == [
        (4, 4, day(2)),
        (5, 2, day(9)),
    ]


def test_what_must_be_bought_is_listed_last_on_the_day_it_would_come(book):
    place(book, "O-1", 6)
    purchase(book, "PO-1", 4, day(30))
    week = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    assert listed(book) == [("PO-1/1", 4, day(30))]
    assert listed(book, catalogue=week) == [("PO-1/1", 4, day(30)), (None, 2, day(7))]
    planned = dated_supply(book, "LAMP", at=NOON, catalogue=week)[-1]
    assert (planned.evidence, planned.age) == (Evidence.CATALOGUE, None)


@pytest.mark.parametrize(
    ("calendar", "on"),
    [
        (OrderCalendar(order_weekdays=[0]), 5 + 3),  # Mondays
        (OrderCalendar(order_weekdays=[2], cut_off=time(13)), 3),  # just in time today
        (OrderCalendar(order_weekdays=[2], cut_off=time(12, 59)), 7 + 3),
        (OrderCalendar(delivery_weekdays=[4]), 9),  # Fridays; ready on a Saturday
    ],
)
def test_what_must_be_bought_keeps_to_the_suppliers_days(book, calendar, on):
    place(book, "O-1", 6)
    terms = SupplierTerms("ACME", "LAMP", lead_time_days=3, calendar=calendar)
    assert listed(book, catalogue=Catalogue([terms])) == [(None, 6, day(on))]


def test_what_nobody_sells_is_listed_without_a_day(book):
    place(book, "O-1", 6)
    [one] = dated_supply(book, "LAMP", at=NOON, catalogue=Catalogue())
    assert (one.quantity, one.on, one.evidence) == (6, None, Evidence.NOTHING)


def test_what_supply_covers_is_not_planned_again(book):
    place(book, "O-1", 4)
    purchase(book, "PO-1", 4, day(30))
    week = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    assert listed(book, catalogue=week) == [("PO-1/1", 4, day(30))]


def test_nothing_short_is_nothing_planned(book):
    week = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    assert dated_supply(book, "LAMP", at=NOON, catalogue=week) == ()
    do(book, plan_count, "LAMP", 2, at=NOON)
    assert listed(book, catalogue=week) == [(None, 2, None)]
    assert dated_supply(book, "RUG", at=NOON, catalogue=week) == ()


@pytest.mark.parametrize("bad", [{"at": None}, {"at": NOON, "catalogue": "ACME"}])
def test_a_time_and_a_catalogue_are_needed(book, bad):
    with pytest.raises(InvalidValue):
        dated_supply(book, "LAMP", **bad)
