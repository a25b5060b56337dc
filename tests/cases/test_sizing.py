"""Worked cases: how much is bought for how much that is missing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backorderkit import (
    Catalogue,
    Line,
    SupplierTerms,
    cover,
    expected_dates,
    plan_replenishment,
    plan_supply_change,
)
from backorderkit.model import Rounding
from backorderkit.replenishment import TargetLevel, WaitWindow


def catalogue(**terms):
    terms.setdefault("lead_time_days", 7)
    return Catalogue([SupplierTerms("ACME", "LAMP", **terms)])


def proposal(shop, offers=None, **options):
    """Return the quantities per purchase line that would be bought now."""
    plan = plan_replenishment(
        shop.book, offers or catalogue(), at=shop.tick(), **options
    )
    return [line.quantity for event in plan.events for line in event.order.lines]


def buy(shop, offers=None, **options):
    """Buy what is proposed; return the purchase lines."""
    plan = shop.do(plan_replenishment, offers or catalogue(), at=shop.tick(), **options)
    return [line for event in plan.events for line in event.order.lines]


@pytest.mark.parametrize(
    ("target", "rounding", "quantity"),
    [
        (300, Rounding.UP, 200),
        (250, Rounding.UP, 100),
        (300, Rounding.DOWN, 100),
        (250, Rounding.DOWN, 100),
    ],
)
def test_rounding_down_never_leaves_less_than_the_minimum__erp_O10(
    shop, target, rounding, quantity
):
    shop.stock("LAMP", 194)
    levels = {"LAMP": TargetLevel(200, target)}
    offers = catalogue(multiple=100, rounding=rounding)
    assert proposal(shop, offers, targets=levels) == [quantity]


@pytest.mark.parametrize(("on_hand", "quantity"), [(199, [200]), (200, []), (201, [])])
def test_the_trigger_is_strictly_below_the_minimum__erp_O10(shop, on_hand, quantity):
    shop.stock("LAMP", on_hand)
    levels = {"LAMP": TargetLevel(200, 300)}
    assert proposal(shop, catalogue(multiple=100), targets=levels) == quantity


@pytest.mark.parametrize(
    ("rounding", "quantity"), [(Rounding.UP, 21), (Rounding.DOWN, 18)]
)
def test_a_target_between_two_packs_is_rounded_as_said__erp_O11(
    shop, rounding, quantity
):
    levels = {"LAMP": TargetLevel(1, 20)}
    offers = catalogue(multiple=3, rounding=rounding)
    assert proposal(shop, offers, targets=levels) == [quantity]


@pytest.mark.parametrize(("minimum", "quantity"), [(17, 18), (18, 18), (19, 21)])
def test_rounding_down_stops_at_the_minimum__erp_O11(shop, minimum, quantity):
    levels = {"LAMP": TargetLevel(minimum, 20)}
    offers = catalogue(multiple=3, rounding=Rounding.DOWN)
    assert proposal(shop, offers, targets=levels) == [quantity]


@pytest.mark.parametrize(
    ("minimum", "orders", "quantity", "surplus"),
    [
        (100, (20, 20, 20), 100, 40),
        (1234, (250, 500), 1234, 484),
        (1234, (250, 1000), 1250, 0),
        (1234, (1233,), 1234, 1),
        (1234, (1234,), 1234, 0),
        (1234, (1235,), 1235, 0),
    ],
)
def test_a_minimum_applies_once_to_the_consolidated_line__erp_E7(
    shop, minimum, orders, quantity, surplus
):
    for number, units in enumerate(orders, 1):
        shop.order(f"O-{number}", {"LAMP": units})
    [line] = buy(shop, catalogue(minimum=minimum))
    assert (line.quantity, line.surplus) == (quantity, surplus)
    assert [need.quantity for need in line.needs] == list(orders)
    assert proposal(shop, catalogue(minimum=minimum)) == []


def test_surplus_is_carried_to_the_next_slot__erp_E7(shop):
    bought = []
    for number in (1, 2, 3):
        shop.order(f"O-{number}", {"LAMP": 20})
        bought.append(sum(line.quantity for line in buy(shop, catalogue(minimum=100))))
    assert bought == [100, 0, 0]


@pytest.mark.parametrize(
    ("orders", "expected"), [((250, 500), [1234, 0]), ((250, 1000), [1234, 1234])]
)
def test_only_what_surplus_does_not_cover_is_bought__erp_E7(shop, orders, expected):
    offers, bought = catalogue(minimum=1234), []
    for number, units in enumerate(orders, 1):
        shop.order(f"O-{number}", {"LAMP": units})
        bought.append(sum(line.quantity for line in buy(shop, offers)))
    assert bought == expected


@pytest.mark.parametrize(
    ("level", "quantity"),
    [
        (None, [1]),
        (TargetLevel(-1, 10), []),
        (TargetLevel(5, 10), [11]),
        (TargetLevel(0, 10), [11]),
    ],
)
def test_a_level_decides_when_and_how_much_is_bought__erp_T4(shop, level, quantity):
    shop.order("O-1", {"LAMP": 1})
    targets = {} if level is None else {"LAMP": level}
    assert [line.quantity for line in buy(shop, targets=targets)] == quantity
    assert proposal(shop, targets=targets) == []


def test_two_houses_are_each_filled_once__erp_O14(shop):
    for location in ("north", "south"):
        shop.stock("LAMP", 1, location)
        shop.transfer("LAMP", 1, location, "main")
    shop.order("O-0", {"LAMP": 2})
    shop.ship("O-0")
    levels = {"LAMP": 5}
    lines = buy(shop, targets=levels)
    assert [line.quantity for line in lines] == [5, 5, 5]
    destinations = [one.destination for one in shop.book.purchase_orders()]
    assert destinations == ["main", "north", "south"]
    assert proposal(shop, targets=levels) == []


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_a_second_run_adds_nothing__erp_O14(shop, runs):
    levels = {"LAMP": 5, "CHAIR": 5}
    offers = Catalogue(
        SupplierTerms("ACME", sku, lead_time_days=7) for sku in ("LAMP", "CHAIR")
    )
    bought = [
        sum(line.quantity for line in buy(shop, offers, targets=levels))
        for _ in range(runs)
    ]
    assert bought == [10, 0, 0][:runs]


def test_a_proposal_not_yet_placed_grows_with_the_need__erp_O7(shop):
    levels = {"LAMP": 0}
    assert proposal(shop, targets=levels) == []
    shop.order("O-1", {"LAMP": 1})
    assert proposal(shop, targets=levels) == proposal(shop, targets=levels) == [1]
    shop.order("O-2", {"LAMP": 1})
    [line] = buy(shop, targets=levels)
    assert line.quantity == 2
    assert [need.line for need in line.needs] == ["O-1/1", "O-2/1"]
    assert proposal(shop, targets=levels) == []


def test_only_what_stock_does_not_cover_is_bought__erp_T2(shop):
    shop.stock("LAMP", 5)
    bought = []
    for number, units in ((1, 3), (2, 3), (3, 4)):
        shop.order(f"O-{number}", {"LAMP": units})
        bought.append(sum(line.quantity for line in buy(shop)))
    assert bought == [0, 1, 4]


@pytest.mark.parametrize(
    ("found", "left", "quantity"),
    [(15, 5, [5]), (10, 0, [10]), (20, 9, [1]), (20, 10, []), (20, 11, [])],
)
def test_what_was_written_off_is_bought_again__erp_M5(shop, found, left, quantity):
    shop.stock("LAMP", found)
    shop.stock("LAMP", left)
    shop.order("O-1", {"LAMP": 10})
    assert proposal(shop) == quantity


def test_allocated_goods_that_are_written_off_are_bought_again__erp_M5(shop):
    shop.stock("LAMP", 15)
    shop.order("O-1", {"LAMP": 10})
    shop.stock("LAMP", 5)
    assert shop.figures("O-1/1") == (5, 5)
    assert proposal(shop) == [5]


def test_one_line_takes_minimum_then_multiple_for_both_demands__erp_F14(shop):
    shop.stock("LAMP", 10)
    for number in (1, 2):
        shop.order(f"O-{number}", {"LAMP": 100})
    june = date(2026, 6, 1)
    shop.purchase("PO-1", {"LAMP": 100}, expected_on=june)
    [line] = buy(shop, catalogue(lead_time_days=21, minimum=125, multiple=100))
    assert line.quantity == 200
    assert line.expected_on == shop.today + timedelta(days=21)
    coverage = cover(shop.book, "LAMP")
    assert [
        (peg.line, peg.quantity) for peg in coverage.of_purchase_line(line.ref)
    ] == [
        ("O-1/1", 90),
        ("O-2/1", 100),
    ]
    assert coverage.surplus == ((line.ref, 10), ("PO-1/1", 100))


@pytest.mark.parametrize(
    ("need", "quantity"), [(1, 200), (125, 200), (200, 200), (201, 300)]
)
def test_a_need_is_lifted_to_the_minimum_and_then_to_whole_packs__erp_F14(
    shop, need, quantity
):
    shop.order("O-1", {"LAMP": need})
    assert proposal(shop, catalogue(minimum=125, multiple=100)) == [quantity]


@pytest.mark.parametrize(
    ("need", "quantity"), [(20, []), (100, []), (101, [1]), (200, [100])]
)
def test_only_what_confirmed_supply_does_not_cover_is_bought__erp_F17_erp_F18(
    shop, need, quantity
):
    shop.purchase("PO-1", {"LAMP": 100}, expected_on=date(2026, 4, 1))
    shop.order("O-1", {"LAMP": need})
    assert proposal(shop) == quantity


def new_year(shop, wanted, confirmed_on, **dates):
    """Let `wanted` be due on 1 January and 100 be confirmed; say when they come."""
    shop.now = datetime(2024, 1, 1, 9, tzinfo=UTC)
    shop.order("O-1", [Line("O-1/1", "LAMP", wanted, requested_on=shop.today, **dates)])
    shop.purchase("PO-0", {"LAMP": 100})
    news = {"confirmed_on": confirmed_on, "reason": "confirmed"}
    shop.do(plan_supply_change, "PO-0/1", at=shop.tick(), **news)


def days_of(shop):
    """Return the units of O-1/1 by the day on which they are expected."""
    days: dict[date, int] = {}
    for portion in expected_dates(shop.book, "O-1/1"):
        days[portion.on] = days.get(portion.on, 0) + portion.quantity
    return days


FEBRUARY, JANUARY_8 = date(2024, 2, 1), date(2024, 1, 8)


def test_a_line_waits_for_confirmed_supply_within_the_window__erp_F17(shop):
    new_year(shop, 20, FEBRUARY)
    plan = shop.do(plan_replenishment, catalogue(), at=shop.tick(), wait=WaitWindow(90))
    assert plan.is_empty
    text = "O-1/1: awaiting PO-0/1: 20 come on 2024-02-01"
    assert [str(one) for one in plan.reasons] == [text]
    assert days_of(shop) == {FEBRUARY: 20}


@pytest.mark.parametrize(
    ("last", "quantity"),
    [(date(2024, 1, 31), [20]), (FEBRUARY, []), (date(2024, 2, 2), [])],
)
def test_a_latest_day_before_the_supply_forbids_to_wait__erp_F17(shop, last, quantity):
    new_year(shop, 20, FEBRUARY, cancel_after=last)
    lines = buy(shop, wait=WaitWindow(90))
    assert [line.quantity for line in lines] == quantity
    assert days_of(shop) == {JANUARY_8 if quantity else FEBRUARY: 20}


@pytest.mark.parametrize(("days", "quantity"), [(30, [20]), (31, []), (32, [])])
def test_the_window_ends_on_its_last_day__erp_F17(shop, days, quantity):
    new_year(shop, 20, FEBRUARY)
    assert proposal(shop, wait=WaitWindow(days)) == quantity


def test_only_what_confirmed_supply_leaves_uncovered_is_bought__erp_F18(shop):
    new_year(shop, 200, FEBRUARY)
    [line] = buy(shop, wait=WaitWindow(90))
    assert (line.quantity, line.expected_on) == (100, JANUARY_8)
    assert days_of(shop) == {JANUARY_8: 100, FEBRUARY: 100}
    assert proposal(shop, wait=WaitWindow(90)) == []


def test_supply_beyond_the_window_is_bought_again_and_left_over__erp_F19(shop):
    new_year(shop, 200, date(2024, 9, 1))
    plan = shop.do(plan_replenishment, catalogue(), at=shop.tick(), wait=WaitWindow(90))
    [line] = plan.events[0].order.lines
    assert line.quantity == 200
    assert [need.quantity for need in line.needs] == [200]
    assert days_of(shop) == {JANUARY_8: 200}
    assert cover(shop.book, "LAMP").surplus == (("PO-0/1", 100),)
    assert [str(one) for one in plan.reasons] == ["PO-0/1: 100 are no longer needed"]
    assert proposal(shop, wait=WaitWindow(90)) == []
    assert proposal(shop) == []


@pytest.mark.parametrize("quantity", [11, 55, 100])
def test_stock_is_netted_before_anything_is_bought__erp_E5(shop, quantity):
    shop.stock("LAMP", 10)
    shop.order("O-1", {"LAMP": quantity})
    [line] = buy(shop)
    assert line.quantity == quantity - 10
    shop.receive("LAMP", quantity - 10, purchase_line=line.ref)
    assert shop.figures("O-1/1") == (quantity, 0)
    assert shop.free("LAMP") == 0
