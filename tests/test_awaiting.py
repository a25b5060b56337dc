"""Wait or buy: the window and its edges, how sure a day must be, what is said."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    UNLIMITED,
    Catalogue,
    Line,
    OrderBook,
    SupplierTerms,
    cover,
    oldest_first,
    plan_amendment,
    plan_count,
    plan_dispatch,
    plan_hold,
    plan_pin,
    plan_replenishment,
    plan_reserve,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import Confidence, Evidence, Rounding, fastest
from backorderkit.replenishment import TargetLevel, WaitWindow
from backorderkit.values import OrderCalendar
from tests.shop import NOON, TODAY, day, do_at_noon as do, place, purchase


def offered(**details) -> Catalogue:
    details.setdefault("lead_time_days", 7)
    return Catalogue([SupplierTerms("ACME", "LAMP", **details)])


ACME = offered()


def plan(book, days, catalogue=ACME, *, at_least=Confidence.ESTIMATED, **options):
    wait = WaitWindow(days, at_least=at_least)
    return plan_replenishment(book, catalogue, **{"at": NOON, "wait": wait, **options})


def units(plan) -> int:
    return sum(line.quantity for one in plan.events for line in one.order.lines)


def bought(book, days, catalogue=ACME, **options) -> int:
    return units(plan(book, days, catalogue, **options))


def reasons(plan) -> list[tuple[str, str, int]]:
    return [
        (one.subject, one.code, next(iter(one.figures.values())))
        for one in plan.reasons
    ]


# The edges of the window


@pytest.mark.parametrize(("on", "expected"), [(29, 0), (30, 0), (31, 5), (None, 5)])
def test_what_comes_within_the_window_is_waited_for(book, on, expected):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, None if on is None else day(on))
    found = plan(book, 30)
    assert units(found) == expected
    assert reasons(found)[0][1] == ("surplus" if expected else "awaiting")
    assert units(plan_replenishment(book, ACME, at=NOON)) == 0


@pytest.mark.parametrize(("wanted", "expected"), [(-9, 5), (0, 5), (9, 5), (10, 0)])
@pytest.mark.parametrize("field", ["requested_on", "allocate_not_before"])
def test_the_window_opens_on_the_day_a_line_is_wanted(book, field, wanted, expected):
    place(book, "O-1", 5, **{field: day(wanted)})
    purchase(book, "PO-1", 5, day(40))
    assert bought(book, 30) == expected


def test_the_later_of_two_days_opens_the_window():
    line = Line("O-1/1", "LAMP", 1, requested_on=day(3), allocate_not_before=day(5))
    assert WaitWindow(10).latest_day(line, TODAY) == day(15)
    line = Line("O-1/1", "LAMP", 1, requested_on=day(9), allocate_not_before=day(5))
    assert WaitWindow(10).latest_day(line, TODAY) == day(19)


@pytest.mark.parametrize(("last", "expected"), [(19, 5), (20, 0), (21, 0)])
def test_nobody_waits_past_the_last_day_on_which_a_line_is_wanted(book, last, expected):
    place(book, "O-1", 5, cancel_after=day(last))
    purchase(book, "PO-1", 5, day(20))
    assert bought(book, 90) == expected


@pytest.mark.parametrize(("lead", "expected"), [(39, 5), (40, 0), (41, 0)])
def test_units_are_bought_again_only_if_that_is_faster(book, lead, expected):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(40))
    assert bought(book, 30, offered(lead_time_days=lead)) == expected


@pytest.mark.parametrize(("last", "expected"), [(6, 0), (7, 5), (8, 5)])
def test_units_are_not_bought_again_for_whom_they_would_come_too_late(
    book, last, expected
):
    place(book, "O-1", 5, cancel_after=day(last))
    purchase(book, "PO-1", 5, day(40))
    found = plan(book, 90)
    assert units(found) == expected
    assert [one for one in reasons(found) if one[1] == "too_late"] == (
        [] if expected else [("O-1/1", "too_late", 5)]
    )


@pytest.mark.parametrize(("on", "expected"), [(4, 5), (5, 5), (6, 0)])
def test_supply_is_kept_for_who_takes_it_in_time_and_left_by_who_cannot(
    book, on, expected
):
    place(book, "O-1", 5, cancel_after=day(5))
    place(book, "O-2", 5, 1)
    purchase(book, "PO-1", 5, day(on))
    purchase(book, "PO-2", 5, day(50))
    assert bought(book, 30) == expected


def test_a_window_longer_than_the_calendar_has_no_end():
    assert WaitWindow(10**7).latest_day(Line("O-1/1", "LAMP", 1), TODAY) == date.max


def test_a_day_that_has_passed_counts_as_kept(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(-3))
    assert bought(book, 0) == 0


# How much


@pytest.mark.parametrize(("wanted", "expected"), [(9, 0), (10, 0), (11, 1), (14, 4)])
def test_only_the_uncovered_rest_is_bought(book, wanted, expected):
    place(book, "O-1", wanted)
    purchase(book, "PO-1", 10, day(20))
    assert bought(book, 30) == expected


def test_only_the_late_part_is_bought(book):
    place(book, "O-1", 10)
    purchase(book, "PO-1", 6, day(20))
    purchase(book, "PO-2", 6, day(50))
    found = plan(book, 30)
    assert units(found) == 4
    [line] = found.events[0].order.lines
    assert [(one.line, one.quantity) for one in line.needs] == [("O-1/1", 4)]


def test_who_is_served_on_the_last_day_is_not_named_as_bought_for(book):
    for number, on in enumerate((30, 31)):
        place(book, f"O-{number}", 5, number)
        purchase(book, f"PO-{number}", 5, day(on))
    [line] = plan(book, 30).events[0].order.lines
    assert [(one.line, one.quantity) for one in line.needs] == [("O-1/1", 5)]


def test_a_purchase_that_lets_everybody_move_up_is_made_once(book):
    for number, latest in enumerate((9, 20, 30)):
        place(book, f"O-{number}", 1, number, cancel_after=day(latest))
        purchase(book, f"PO-{number}", 1, day((10, 25, 35)[number]))
    assert bought(book, 90) == 1


def test_stock_and_what_is_kept_back_are_not_waited_for(book):
    do(book, plan_count, "LAMP", 4)
    do(book, plan_reserve, "LAMP", 7)
    place(book, "O-1", 5)
    purchase(book, "PO-1", 8, day(50))
    assert bought(book, 30) == 5
    assert bought(book, 50) == 0


def test_pinned_units_are_neither_bought_again_nor_counted(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 8, day(50))
    do(book, plan_pin, "PO-1/1", "O-1/1", 5, reason="made to measure")
    assert plan(book, 30).is_empty
    place(book, "O-2", 4, 1)
    assert bought(book, 30) == 4
    assert bought(book, 50) == 1


def test_held_lines_are_not_bought_for(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(50))
    do(book, plan_hold, "O-1", reason="check")
    assert plan(book, 30).is_empty


def test_goods_under_way_from_another_house_are_supply_like_any_other(book):
    do(book, plan_count, "LAMP", 5, location="north")
    do(
        book,
        plan_dispatch,
        "T-1",
        "LAMP",
        5,
        source="north",
        destination="main",
        expected_on=day(20),
    )
    place(book, "O-1", 5)
    assert bought(book, 20, at_least=Confidence.FIRM) == 0
    assert bought(book, 19) == 5


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (0, 5),  # nothing is short, but five come too late
        (3, 5),  # and then three of them are left over, as wanted
        (9, 9),
        (TargetLevel(-9, 0), 5),
    ],
)
def test_what_is_late_is_part_of_what_fills_a_level(book, level, expected):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(50))
    options = {"targets": {"LAMP": level}}
    assert bought(book, 30, **options) == expected
    do(book, plan_replenishment, ACME, wait=WaitWindow(30), **options)
    assert plan(book, 30, **options).is_empty


def test_rounding_down_leaves_out_nothing_that_comes_too_late(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(50))
    levels = {"LAMP": TargetLevel(3, 6)}
    offers = offered(multiple=4, rounding=Rounding.DOWN)
    assert bought(book, 30, offers, targets=levels) == 8
    assert bought(book, 50, offers, targets=levels) == 4


def test_a_level_that_allows_a_shortage_allows_it_within_a_window(book):
    place(book, "O-1", 5)
    assert bought(book, 30, targets={"LAMP": TargetLevel(-5, 0)}) == 0
    assert bought(book, 30, targets={"LAMP": TargetLevel(-4, 0)}) == 5


@pytest.mark.parametrize(("minimum", "multiple", "expected"), [(1, 6, 6), (9, 4, 12)])
def test_minimum_and_pack_apply_to_what_is_bought_again(
    book, minimum, multiple, expected
):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(50))
    assert bought(book, 30, offered(minimum=minimum, multiple=multiple)) == expected


def test_the_next_run_buys_what_a_maximum_left_over(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(50))
    runs = [
        units(do(book, plan_replenishment, offered(maximum=2), wait=WaitWindow(30)))
        for _ in range(4)
    ]
    assert runs == [2, 2, 1, 0]


def test_the_chosen_offer_decides_whether_buying_is_faster(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(50))
    slow = SupplierTerms("ACME", "LAMP", lead_time_days=60)
    quick = SupplierTerms("BOLT", "LAMP", lead_time_days=7, preference=1)
    assert bought(book, 30, Catalogue([slow, quick])) == 0
    assert bought(book, 30, Catalogue([slow, quick]), choose=fastest) == 5


def test_the_next_slot_decides_whether_buying_is_faster(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(12))
    thursdays = OrderCalendar(order_weekdays=[3])
    assert bought(book, 10, offered(calendar=thursdays)) == 5  # arrives on day 11
    assert bought(book, 10, offered(lead_time_days=8, calendar=thursdays)) == 0


# How sure

SURE = [Evidence.SHIPPING_NOTICE, Evidence.CONFIRMATION, Evidence.REQUEST]


@pytest.mark.parametrize(
    ("at_least", "waits_for"),
    [(Confidence.FIRM, 1), (Confidence.CONFIRMED, 2), (Confidence.ESTIMATED, 3)],
)
def test_only_days_as_sure_as_asked_for_are_waited_for(at_least, waits_for):
    for place_in_order, evidence in enumerate(SURE):
        book = OrderBook(oldest_first())
        place(book, "O-1", 5)
        purchase(book, "PO-1", 5, day(20), evidence=evidence)
        expected = 0 if place_in_order < waits_for else 5
        assert bought(book, 30, at_least=at_least) == expected


@pytest.mark.parametrize(("on", "expected"), [(6, 0), (7, 0), (8, 5)])
def test_a_day_that_is_not_sure_counts_up_to_the_day_of_a_new_purchase(
    book, on, expected
):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(on))
    assert bought(book, 30, at_least=Confidence.CONFIRMED) == expected


def test_what_was_bought_instead_of_an_unsure_day_is_not_bought_again(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(20))
    wait = WaitWindow(30, at_least=Confidence.CONFIRMED)
    assert units(do(book, plan_replenishment, ACME, wait=wait)) == 5
    for later in (0, 1, 6):
        at = NOON + timedelta(days=later)
        assert plan_replenishment(book, ACME, at=at, wait=wait).is_empty


# What is said


def test_each_line_is_told_what_it_waits_for(book):
    place(book, "O-1", 3)
    place(book, "O-2", 5, 1)
    purchase(book, "PO-1", 4, day(10), evidence=Evidence.CONFIRMATION)
    purchase(book, "PO-2", 9, day(20))
    found = plan(book, 30)
    assert found.is_empty
    assert [str(one) for one in found.reasons] == [
        "O-1/1: awaiting PO-1/1: 3 come on 2026-03-11",
        "O-2/1: awaiting PO-1/1: 1 come on 2026-03-11",
        "O-2/1: awaiting PO-2/1: 4 come on 2026-03-21",
    ]
    assert reasons(found) == [
        ("O-1/1", "awaiting", 3),
        ("O-2/1", "awaiting", 1),
        ("O-2/1", "awaiting", 4),
    ]


def test_without_a_window_nothing_is_said_of_waiting(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 9, day(10))
    assert plan_replenishment(book, ACME, at=NOON, wait=UNLIMITED).reasons == ()


def test_supply_that_loses_its_last_taker_is_named_once(book):
    place(book, "O-1", 5)
    purchase(book, "PO-0", 8, day(50))
    found = plan(book, 30)
    assert reasons(found) == [("PO-0/1", "surplus", 5)]
    book.apply(found)
    assert reasons(plan(book, 30)) == [("O-1/1", "awaiting", 5)]
    assert cover(book, "LAMP").surplus == (("PO-0/1", 8),)


def test_what_a_pack_brings_beyond_the_need_is_no_news(book):
    place(book, "O-1", 5)
    purchase(book, "PO-0", 4, day(1))
    found = plan(book, 30, offered(minimum=9))
    assert reasons(found) == [("O-1/1", "awaiting", 4)]


def test_a_line_that_no_purchase_can_speed_up_is_named(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(50))
    found = plan(book, 30, offered(lead_time_days=60))
    assert found.is_empty
    assert [str(one) for one in found.reasons] == [
        "O-1/1: 5 come in PO-1/1 on 2026-04-20, after 2026-03-31"
    ]
    found = plan(book, 30, Catalogue())
    assert reasons(found) == [("O-1/1", "outside_window", 5)]


def test_an_unsure_day_and_an_unknown_one_are_named_for_what_they_are(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 3, day(10))
    purchase(book, "PO-2", 2, None)
    found = plan(book, 30, Catalogue(), at_least=Confidence.CONFIRMED)
    assert [one.text for one in found.reasons] == [
        "3 come in PO-1/1 on 2026-03-11, which is only estimated",
        "2 come in PO-2/1 on an unknown date, after 2026-03-31",
    ]


def test_a_line_behind_others_is_named_when_what_is_bought_goes_to_them(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1, cancel_after=day(20))
    purchase(book, "PO-0", 5, day(30))
    found = plan(book, 90)
    assert units(found) == 5
    assert reasons(found) == [("O-2/1", "too_late", 5)]
    book.apply(found)
    assert plan(book, 90).is_empty
    do(book, plan_pin, "PO-2/1", "O-2/1", reason="wanted by day 20")
    assert reasons(plan(book, 90)) == [("O-1/1", "awaiting", 5)]


@pytest.mark.parametrize("wait", [UNLIMITED, WaitWindow(30)])
@pytest.mark.parametrize(("last", "late"), [(6, True), (7, False), (8, False)])
def test_a_purchase_after_the_last_day_of_a_line_is_never_made_in_silence(
    book, wait, last, late
):
    place(book, "O-1", 5, cancel_after=day(last))
    place(book, "O-2", 2, 1)
    found = plan_replenishment(book, ACME, at=NOON, wait=wait)
    assert units(found) == 7
    assert reasons(found) == ([("O-1/1", "too_late", 5)] if late else [])
    if late:
        text = "5 come in PO-1/1 on 2026-03-08, and it is wanted until 2026-03-07"
        assert found.reasons[0].text == text


def test_portions_of_one_line_are_told_together(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 9, day(10))
    do(book, plan_amendment, "O-1/1", 8)
    assert reasons(plan(book, 30)) == [("O-1/1", "awaiting", 8)]


# Bad input


@pytest.mark.parametrize("days", [-1, 2.5, True, None, UNLIMITED])
def test_a_window_is_a_whole_number_of_days(days):
    with pytest.raises(InvalidValue):
        WaitWindow(days)


@pytest.mark.parametrize("at_least", [Confidence.UNKNOWN, "confirmed", None])
def test_a_confidence_is_one_that_a_day_can_have(at_least):
    with pytest.raises(InvalidValue):
        WaitWindow(30, at_least=at_least)


@pytest.mark.parametrize("wait", [30, None, "unlimited"])
def test_a_wait_is_a_window_or_unlimited(book, wait):
    with pytest.raises(InvalidValue, match="wait"):
        plan_replenishment(book, ACME, at=NOON, wait=wait)


# Laws, judged by a count unit by unit

days = st.integers(0, 12)
maybe = st.one_of(st.none(), days)
demands = st.lists(
    st.tuples(st.integers(1, 4), maybe, maybe, maybe), min_size=1, max_size=5
)
supplies = st.lists(
    st.tuples(st.integers(1, 5), maybe, st.sampled_from(SURE)), max_size=4
)
windows = st.builds(
    WaitWindow,
    st.integers(0, 8),
    at_least=st.sampled_from([Confidence.CONFIRMED, Confidence.ESTIMATED]),
)
leads = st.integers(0, 9)


def shop(demands, supplies, on_hand=0) -> OrderBook:
    book = OrderBook(oldest_first())
    for number, (quantity, requested, not_before, last) in enumerate(demands):
        dates = {
            "requested_on": requested,
            "allocate_not_before": not_before,
            "cancel_after": last,
        }
        known = {name: day(on) for name, on in dates.items() if on is not None}
        place(book, f"O-{number}", quantity, number, **known)
    for number, (quantity, on, evidence) in enumerate(supplies):
        due = None if on is None else day(on)
        purchase(book, f"PO-{number}", quantity, due, evidence=evidence)
    do(book, plan_count, "LAMP", on_hand)
    return book


def latest(demand, window) -> int:
    """Return the number of the last day on which a demand waits."""
    _, requested, not_before, last = demand
    by = max(0, requested or 0, not_before or 0) + window.days
    return by if last is None else min(by, last)


def pieces(book, demands, supplies, window, lead):
    """Return per unit not in stock: its demand, and when it comes (None: uncounted)."""
    coverage = cover(book, "LAMP")
    found = []
    for peg in coverage.pegs:
        if peg.purchase_line is None:
            continue
        demand = demands[int(peg.line[2:-2])]
        on = None if peg.expected_on is None else (peg.expected_on - TODAY).days
        unsure = peg.evidence is Evidence.REQUEST
        sure_only = window.at_least is Confidence.CONFIRMED
        if on is not None and unsure and sure_only and on > lead:
            on = None
        found += [(demand, on)] * peg.quantity
    return found, coverage.shortage


def most_on_time(deadlines, supplied) -> int:
    """Return how many deadlines can be met at most, by trying all pairings."""
    taken: dict[int, int] = {}

    def find(unit, seen):
        for place_, on in enumerate(supplied):
            if on <= deadlines[unit] and place_ not in seen:
                seen.add(place_)
                if place_ not in taken or find(taken[place_], seen):
                    taken[place_] = unit
                    return True
        return False

    return sum(find(unit, set()) for unit in range(len(deadlines)))


def least_purchase(book, demands, supplies, window, lead) -> int:
    """Return the fewest units that let everybody be served by his day, by trial."""
    found, short = pieces(book, demands, supplies, window, lead)
    for portion in cover(book, "LAMP").uncovered:
        found += [(demands[int(portion.line[2:-2])], None)] * portion.quantity
    deadlines = []
    for demand, on in found:
        last = demand[3]
        if last is None or last >= lead:
            deadlines.append(max(latest(demand, window), lead))
        elif on is not None and on <= last:
            deadlines.append(last)
    sure_only = window.at_least is Confidence.CONFIRMED
    comes = [
        on
        for quantity, on, evidence in supplies
        for _ in range(quantity)
        if on is not None
        and not (sure_only and evidence is Evidence.REQUEST and on > lead)
    ]
    units = short
    while most_on_time(deadlines, comes + [lead] * units) < len(deadlines):
        units += 1
    return units


@given(demands, supplies, windows, leads, st.integers(0, 6))
def test_the_least_is_bought_with_which_everybody_can_be_served_in_time(
    demands, supplies, window, lead, on_hand
):
    book = shop(demands, supplies, on_hand)
    found = plan_replenishment(book, offered(lead_time_days=lead), at=NOON, wait=window)
    assert units(found) == least_purchase(book, demands, supplies, window, lead)


@given(demands, supplies, windows, leads, st.integers(0, 6))
def test_never_more_is_bought_than_what_is_uncovered_or_comes_too_late(
    demands, supplies, window, lead, on_hand
):
    book = shop(demands, supplies, on_hand)
    found, short = pieces(book, demands, supplies, window, lead)
    late = sum(
        on is None or on > max(latest(demand, window), lead) for demand, on in found
    )
    plan = plan_replenishment(book, offered(lead_time_days=lead), at=NOON, wait=window)
    assert short <= units(plan) <= short + late
    named = [
        one.quantity
        for event in plan.events
        for line in event.order.lines
        for one in line.needs
    ]
    assert sum(named) == units(plan)
    assert units(plan_replenishment(book, ACME, at=NOON)) == short


@given(
    demands,
    supplies,
    windows,
    leads,
    st.integers(0, 6),
    st.integers(0, 8),
    st.integers(1, 5),
    st.sampled_from([None, 0, 4, TargetLevel(-3, 2), TargetLevel(-6, -2)]),
)
def test_what_was_bought_with_a_window_is_not_bought_again(
    demands, supplies, window, lead, on_hand, reserve, multiple, level
):
    book = shop(demands, supplies, on_hand)
    do(book, plan_reserve, "LAMP", reserve)
    offers = offered(lead_time_days=lead, multiple=multiple)
    options = {"wait": window, "targets": {} if level is None else {"LAMP": level}}
    do(book, plan_replenishment, offers, **options)
    assert plan_replenishment(book, offers, at=NOON, **options).is_empty


@given(demands, supplies, windows, leads, st.integers(0, 6), st.integers(0, 6))
def test_every_wait_for_supply_on_order_is_said(
    demands, supplies, window, lead, on_hand, reserve
):
    book = shop(demands, supplies, on_hand)
    do(book, plan_reserve, "LAMP", reserve)
    found = plan_replenishment(book, offered(lead_time_days=lead), at=NOON, wait=window)
    before = dict(cover(book, "LAMP").surplus)
    book.apply(found)
    new = {line.ref for event in found.events for line in event.order.lines}
    waits: dict[str, int] = {}
    coverage = cover(book, "LAMP")
    for peg in coverage.pegs:
        if peg.purchase_line is None:
            continue
        last = demands[int(peg.line[2:-2])][3]
        too_late = (
            last is not None
            and peg.expected_on is not None
            and peg.expected_on > day(last)
        )
        if peg.purchase_line not in new or too_late:
            waits[peg.line] = waits.get(peg.line, 0) + peg.quantity
    said: dict[str, int] = {}
    for one in found.reasons:
        if one.code in {"awaiting", "outside_window", "too_late"}:
            said[one.subject] = said.get(one.subject, 0) + one.figures["units"]
    assert said == waits
    assert {
        one.subject: one.figures["units"]
        for one in found.reasons
        if one.code == "surplus"
    } == {
        ref: units - before.get(ref, 0)
        for ref, units in coverage.surplus
        if ref not in new and units > before.get(ref, 0)
    }
