"""Inquiries: when a newcomer could have so many units, against two oracles.

The one is an order: what `plan_order` would give him and promise him on the same book.
The other tries every day by brute force, from plain lists of who comes before him and
of what comes when.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Catalogue,
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    SupplierTerms,
    by_priority,
    check_availability,
    check_availability_together,
    earliest_promise_first,
    oldest_first,
    plan_dispatch,
    plan_hold,
    plan_order,
    plan_pin,
    plan_reserve,
    plan_shipping_notice,
    smallest_first,
)
from backorderkit.coverage import SupplySource
from backorderkit.errors import InvalidValue
from backorderkit.model import Allocated, Evidence, PromiseMade
from backorderkit.policies import ranked_by
from backorderkit.promising import Availability
from tests.shop import NOON, TODAY, day, do, place, purchase, stock

LATER = NOON + timedelta(hours=6)


def sold_in(**days):
    return Catalogue(
        [SupplierTerms("ACME", sku, lead_time_days=time) for sku, time in days.items()]
    )


def ask(book, quantity, on=TODAY, sku="LAMP", **options):
    return check_availability(book, sku, quantity, on, **{"at": LATER, **options})


def told(answer):
    """Return the parts of an answer: (units, days from today)."""
    return [(one.quantity, (one.on - TODAY).days) for one in answer.portions]


# The plain cases


def test_what_comes_before_is_served_first_covered_or_not(book):
    stock(book, 5)
    purchase(book, "PO-1", 10, day(9))
    place(book, "O-1", 12)
    answer = ask(book, 6)
    assert (told(answer), answer.short, answer.complete_on) == ([(3, 9)], 3, None)
    assert [str(one) for one in answer.reasons] == [
        "LAMP: 3 units wait for supply on 2026-03-10",
        "LAMP: nothing supplies 3 units",
    ]


@pytest.mark.parametrize(
    ("quantity", "availability"),
    [(4, "full"), (5, "full"), (6, "partial"), (15, "partial"), (16, "partial")],
)
def test_a_window_says_in_a_word_what_can_be_had(book, quantity, availability):
    stock(book, 5)
    purchase(book, "PO-1", 10, day(9))
    assert ask(book, quantity).availability is Availability(availability)


def test_what_only_comes_later_is_restocked_and_what_never_comes_is_not(book):
    assert ask(book, 5).availability is Availability.NO
    purchase(book, "PO-1", 4, day(9))
    assert ask(book, 4).availability is Availability.RESTOCK
    assert ask(book, 5).availability is Availability.RESTOCK
    assert ask(book, 5, day(9)).availability is Availability.PARTIAL


def test_nothing_comes_before_the_day_that_is_wished(book):
    stock(book, 5)
    purchase(book, "PO-1", 5, day(3))
    assert told(ask(book, 7, day(2))) == [(5, 2), (2, 3)]
    assert told(ask(book, 7, day(3))) == [(7, 3)]
    assert told(ask(book, 7, day(8))) == [(7, 8)]


@pytest.mark.parametrize(("on", "comes"), [(-1, False), (0, True), (1, True)])
def test_a_day_that_has_passed_is_nothing_to_count_on(book, on, comes):
    purchase(book, "PO-1", 5, day(on))
    answer = ask(book, 5)
    assert told(answer) == ([(5, on)] if comes else [])


@pytest.mark.parametrize("on", [None, day(-1)])
def test_a_day_nobody_knows_is_nothing_to_count_on(book, on):
    purchase(book, "PO-1", 5, on)
    answer = ask(book, 6)
    assert (told(answer), answer.short) == ([], 6)
    assert [str(one) for one in answer.reasons] == [
        "LAMP: 5 units wait for supply of unknown date",
        "LAMP: nothing supplies 1 unit",
    ]


def test_what_is_bought_but_without_a_day_is_not_bought_again(book):
    place(book, "O-1", 2)
    purchase(book, "PO-1", 5, None)
    week = sold_in(LAMP=7)
    answer = ask(book, 4, catalogue=week)
    assert (told(answer), answer.short) == ([(1, 7)], 3)
    # Who cannot wait for it needs a purchase of his own.
    assert told(ask(book, 4, catalogue=week, most_days_late=7)) == [(4, 7)]


def test_a_day_before_that_of_asking_counts_as_that_day(book):
    stock(book, 5)
    answer = ask(book, 5, day(-3), most_days_late=0)
    assert (told(answer), answer.wanted_on) == ([(5, 0)], TODAY)


def test_who_asks_without_a_time_asks_on_the_day_he_wishes(book):
    purchase(book, "PO-1", 5, day(3))
    assert told(check_availability(book, "LAMP", 5, day(3))) == [(5, 3)]
    # The day before, it has not come; he cannot know that it will.
    assert check_availability(book, "LAMP", 5, day(4)).short == 5
    assert told(ask(book, 5, day(4))) == [(5, 4)]


def test_a_reserve_is_nobodys_and_gets_what_it_lacks_first(book):
    stock(book, 5)
    do(book, plan_reserve, "LAMP", 3, at=NOON)
    assert told(ask(book, 3)) == [(2, 0)]
    do(book, plan_reserve, "LAMP", 7, at=NOON)
    purchase(book, "PO-1", 4, day(3))
    assert told(ask(book, 3)) == [(2, 3)]


def test_what_is_kept_for_others_is_not_his(book):
    place(book, "O-1", 3)
    purchase(book, "PO-1", 5, day(3))
    do(book, plan_pin, "PO-1/1", "O-1/1", reason="hers", at=NOON)
    do(book, plan_hold, "O-1", reason="unpaid", at=NOON)
    assert told(ask(book, 5)) == [(2, 3)]


def test_held_orders_are_not_before_him(book):
    stock(book, 5)
    place(book, "O-1", 7, hold="unpaid")
    assert told(ask(book, 5)) == [(5, 0)]


def test_an_urgent_newcomer_passes_who_only_waits():
    book = OrderBook(by_priority())
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(3))
    assert told(ask(book, 4)) == []
    assert told(ask(book, 4, priority=-1)) == [(4, 3)]


def test_a_policy_may_rank_by_the_day_that_is_wished():
    wish = ranked_by(lambda one: one.details.requested_on, name="by wish")
    book = OrderBook(wish)
    place(book, "O-1", 5, requested_on=day(4))
    purchase(book, "PO-1", 5, day(3))
    assert told(ask(book, 5, day(3))) == [(5, 3)]
    assert told(ask(book, 5, day(5))) == []


def test_each_place_answers_for_itself(book):
    stock(book, 5, location="north")
    assert told(ask(book, 5)) == []
    assert told(ask(book, 5, location="north")) == [(5, 0)]
    assert ask(book, 5, location="north").location == "north"


def test_references_of_any_length_are_answered(book):
    long = "L" * 200
    place(book, "O-1", 2, sku=long)
    stock(book, 5, sku=long)
    assert told(check_availability(book, long, 3, TODAY, at=LATER)) == [(3, 0)]


# Lines that are not yet due protect their stock


@pytest.mark.parametrize(("quantity", "now"), [(2, 2), (3, 3), (4, 3)])
def test_a_better_ranked_line_protects_what_it_needs_on_its_day(book, quantity, now):
    stock(book, 5)
    place(book, "O-1", 2, allocate_not_before=day(20))
    assert sum(units for units, _ in told(ask(book, quantity))) == now


def test_a_worse_ranked_line_protects_nothing():
    book = OrderBook(by_priority())
    stock(book, 5)
    place(book, "O-1", 2, allocate_not_before=day(20), priority=3)
    assert told(ask(book, 5)) == [(5, 0)]


def test_supply_that_comes_by_its_day_sets_the_stock_free(book):
    stock(book, 5)
    place(book, "O-1", 5, allocate_not_before=day(20))
    assert told(ask(book, 5)) == []
    purchase(book, "PO-1", 5, day(20))
    assert told(ask(book, 5)) == [(5, 0)]


# What an answer rests on


def test_what_lies_there_is_in_stock_whoever_is_served_later(book):
    stock(book, 5)
    place(book, "O-1", 10, allocate_not_before=day(20))
    purchase(book, "PO-1", 10, day(10))
    [portion] = ask(book, 5).portions
    assert (portion.source, portion.evidence) == (SupplySource.IN_STOCK, Evidence.STOCK)


@pytest.mark.parametrize(
    ("quantity", "ref", "evidence"),
    [
        (1, None, Evidence.STOCK),
        (2, None, Evidence.STOCK),
        (3, "PO-2/1", Evidence.CONFIRMATION),
        (5, "PO-2/1", Evidence.CONFIRMATION),
        (6, "PO-1/1", Evidence.REQUEST),
    ],
)
def test_a_day_rests_on_the_best_evidence_that_suffices(book, quantity, ref, evidence):
    stock(book, 2)
    purchase(book, "PO-1", 3, day(3))
    purchase(book, "PO-2", 3, day(4), evidence=Evidence.CONFIRMATION)
    [portion] = ask(book, quantity, day(4)).portions
    assert (portion.purchase_line, portion.evidence) == (ref, evidence)


def test_who_stands_before_has_the_better_evidence(book):
    place(book, "O-1", 3)
    purchase(book, "PO-1", 3, day(4), evidence=Evidence.CONFIRMATION)
    purchase(book, "PO-2", 3, day(4), evidence=Evidence.EXPERIENCE)
    [portion] = ask(book, 1).portions
    assert portion.evidence is Evidence.EXPERIENCE


def test_each_portion_rests_on_what_came_since_the_last(book):
    stock(book, 2)
    purchase(book, "PO-1", 3, day(5))
    do(
        book,
        plan_shipping_notice,
        "N-1",
        "PO-1/1",
        2,
        expected_on=day(3),
        at=NOON,
    )
    answer = ask(book, 6, catalogue=sold_in(LAMP=9))
    assert [(one.quantity, one.on, one.evidence) for one in answer.portions] == [
        (2, TODAY, Evidence.STOCK),
        (2, day(3), Evidence.SHIPPING_NOTICE),
        (1, day(5), Evidence.REQUEST),
        (1, day(9), Evidence.CATALOGUE),
    ]


def test_goods_under_way_from_another_place_are_firm(book):
    stock(book, 5, location="north")
    way = {"source": "north", "destination": "main", "expected_on": day(2)}
    do(book, plan_dispatch, "T-1", "LAMP", 5, at=NOON, **way)
    [portion] = ask(book, 5).portions
    assert (portion.evidence, portion.on) == (Evidence.TRANSFER, day(2))


# Buying


def test_what_nothing_supplies_is_dated_as_if_it_were_bought_now(book):
    stock(book, 2)
    answer = ask(book, 5, catalogue=sold_in(LAMP=7))
    assert told(answer) == [(2, 0), (3, 7)]
    assert answer.portions[1].source is SupplySource.TO_BE_ORDERED
    assert [str(one) for one in answer.reasons] == [
        "LAMP: 3 units must be bought and come on 2026-03-08"
    ]


def test_supply_on_its_way_is_preferred_to_a_faster_purchase(book):
    purchase(book, "PO-1", 4, day(9))
    week = sold_in(LAMP=7)
    assert told(ask(book, 4, catalogue=week)) == [(4, 9)]
    assert told(ask(book, 5, catalogue=week)) == [(1, 7), (4, 9)]


@pytest.mark.parametrize(("late", "parts"), [(8, [(4, 7)]), (9, [(4, 9)])])
def test_supply_that_comes_too_late_does_not_count(book, late, parts):
    purchase(book, "PO-1", 4, day(9))
    answer = ask(book, 4, catalogue=sold_in(LAMP=7), most_days_late=late)
    assert told(answer) == parts


def test_those_before_him_do_not_get_what_is_bought_for_him(book):
    place(book, "O-1", 12)
    stock(book, 5)
    purchase(book, "PO-1", 10, day(9))
    answer = ask(book, 6, catalogue=sold_in(LAMP=7))
    assert told(answer) == [(3, 7), (3, 9)]


@pytest.mark.parametrize(("late", "comes"), [(6, False), (7, True), (8, True)])
def test_a_purchase_that_comes_too_late_is_no_help(book, late, comes):
    answer = ask(book, 5, catalogue=sold_in(LAMP=7), most_days_late=late)
    assert told(answer) == ([(5, 7)] if comes else [])
    [reason] = answer.reasons
    assert reason.code == "lead_time"
    assert "2026-03-08" in str(reason)


def test_what_nobody_sells_is_refused(book):
    answer = ask(book, 5, catalogue=sold_in(RUG=7))
    assert [str(one) for one in answer.reasons] == ["LAMP: nothing supplies 5 units"]


def test_units_bought_and_units_awaited_of_one_day_are_told_apart(book):
    purchase(book, "PO-1", 2, day(7))
    answer = ask(book, 5, catalogue=sold_in(LAMP=7))
    assert told(answer) == [(5, 7)]
    assert [(one.code, one.figures["units"]) for one in answer.reasons] == [
        ("lead_time", 3),
        ("awaiting_supply", 2),
    ]


# Shipments and lateness


@pytest.mark.parametrize(
    ("minimum", "parts"),
    [
        (1, [(3, 0), (2, 3), (5, 6)]),
        (2, [(3, 0), (2, 3), (5, 6)]),
        (3, [(3, 0), (7, 6)]),
        (4, [(5, 3), (5, 6)]),
        (5, [(5, 3), (5, 6)]),
        (6, [(10, 6)]),
        (10, [(10, 6)]),
        (11, [(10, 6)]),
    ],
)
def test_no_portion_is_below_the_smallest_shipment(book, minimum, parts):
    stock(book, 3)
    purchase(book, "PO-1", 2, day(3))
    purchase(book, "PO-2", 5, day(6))
    assert told(ask(book, 10, minimum_shipment=minimum)) == parts


def test_no_useless_rest_is_left(book):
    stock(book, 9)
    purchase(book, "PO-1", 3, day(3))
    assert told(ask(book, 10, minimum_shipment=4)) == [(6, 0), (4, 3)]
    assert told(ask(book, 9, minimum_shipment=4)) == [(9, 0)]


@pytest.mark.parametrize(
    ("late", "came"), [(0, 3), (2, 3), (3, 5), (6, 10), (None, 10)]
)
def test_nothing_comes_later_than_is_allowed(book, late, came):
    stock(book, 3)
    purchase(book, "PO-1", 2, day(3))
    purchase(book, "PO-2", 5, day(6))
    answer = ask(book, 10, most_days_late=late)
    assert (sum(units for units, _ in told(answer)), answer.short) == (came, 10 - came)


def test_a_refusal_says_what_comes_too_late(book):
    purchase(book, "PO-1", 5, day(6))
    [reason] = ask(book, 5, most_days_late=5).reasons
    assert (reason.code, reason.figures) == ("awaiting_supply", {"units": 5})
    assert str(reason).endswith("wait for supply on 2026-03-07, later than 2026-03-06")


# Several SKUs in one parcel


def test_a_parcel_waits_for_its_last_sku(book):
    stock(book, 5)
    purchase(book, "PO-1", 5, day(4), sku="RUG")
    lamp, rug = check_availability_together(
        book, {"LAMP": 2, "RUG": 3}, TODAY, at=LATER
    )
    assert (told(lamp), told(rug)) == ([(2, 4)], [(3, 4)])
    assert [str(one) for one in lamp.reasons] == [
        "LAMP: waits for RUG until 2026-03-05"
    ]
    assert lamp.portions[0].source is SupplySource.IN_STOCK


def test_a_parcel_that_lacks_something_never_leaves(book):
    stock(book, 5)
    lamp, rug = check_availability_together(
        book, {"LAMP": 2, "RUG": 3}, TODAY, at=LATER
    )
    assert (lamp.short, rug.short) == (2, 3)
    assert "RUG" in str(lamp.reasons[0])
    assert str(rug.reasons[0]) == "RUG: nothing supplies 3 units"
    sold = {"catalogue": sold_in(RUG=8), "at": LATER}
    for late, comes in ((7, False), (8, True)):
        answers = check_availability_together(
            book, {"LAMP": 2, "RUG": 3}, TODAY, most_days_late=late, **sold
        )
        assert [told(one) for one in answers] == (
            [[(2, 8)], [(3, 8)]] if comes else [[], []]
        )


def test_a_parcel_of_one_sku_may_come_in_parts(book):
    stock(book, 1)
    purchase(book, "PO-1", 5, day(4))
    [answer] = check_availability_together(book, {"LAMP": 2}, TODAY, at=LATER)
    assert told(answer) == [(1, 0), (1, 4)]


# Nothing is held


def test_an_inquiry_changes_nothing(book):
    stock(book, 5)
    place(book, "O-1", 2, allocate_not_before=day(3))
    before, version = repr(book), book.version
    first = ask(book, 9, catalogue=sold_in(LAMP=3))
    assert ask(book, 9, catalogue=sold_in(LAMP=3)) == first
    assert (repr(book), book.version) == (before, version)
    book.check_invariants()
    assert ask(book, 1, sku="NEW").short == 1
    assert "NEW" not in book.state.skus


BAD = [
    {"on": "today"},
    {"on": NOON},
    {"quantity": 0},
    {"quantity": 1.5},
    {"quantity": -1},
    {"sku": ""},
    {"sku": 7},
    {"at": TODAY},
    {"at": datetime(2026, 3, 1)},  # noqa: DTZ001  # that is what is wrong with it
    {"location": ""},
    {"priority": "high"},
    {"catalogue": "ACME"},
    {"minimum_shipment": 0},
    {"most_days_late": -1},
]


@pytest.mark.parametrize("bad", BAD)
def test_bad_input_is_refused(book, bad):
    asked = {"sku": "LAMP", "quantity": 5, "on": TODAY, **bad}
    with pytest.raises(InvalidValue):
        check_availability(book, asked.pop("sku"), asked.pop("quantity"), **asked)


@pytest.mark.parametrize("bad", [{}, [("LAMP", 5)], {"LAMP": 5, "RUG": 0}])
def test_a_parcel_holds_something(book, bad):
    with pytest.raises(InvalidValue):
        check_availability_together(book, bad, TODAY)


# An order on the same book is told the same

RANKINGS = [
    oldest_first(),
    by_priority(),
    smallest_first(),
    earliest_promise_first(),
]
UNITS = st.integers(1, 6)
SUPPLIES = st.lists(st.tuples(UNITS, st.none() | st.integers(0, 9)), max_size=4)


def fill_book(book, on_hand, reserve, orders, supplies, sku="LAMP", letter=""):
    """Return a book in which some wait; nobody is served before all are there."""
    for number, (units, on) in enumerate(supplies):
        when = None if on is None else day(on)
        evidence = list(Evidence)[3 + units % 4]
        ref = f"P{letter}{number}"
        purchase(book, ref, units, when, sku, evidence=evidence)
    for number, (units, priority, held) in enumerate(orders):
        hold = "unpaid" if held else ""
        details = {"priority": priority, "hold": hold, "sku": sku}
        place(book, f"O{letter}{number}", units, number, **details)
    stock(book, on_hand, sku)
    do(book, plan_reserve, sku, reserve, at=NOON)


ORDERS = st.lists(
    st.tuples(UNITS, st.integers(-1, 1), st.sampled_from([False, False, True])),
    max_size=5,
)


def given_to(plan, line):
    """Return the dates an order is given at once and promised: units by day."""
    units, promised = {}, None
    for event in plan.events:
        if isinstance(event, Allocated) and event.line == line:
            units[TODAY] = units.get(TODAY, 0) + event.quantity
        if isinstance(event, PromiseMade) and event.line == line:
            promised = event.dates
    for one in promised or ():
        units[one.on] = units.get(one.on, 0) + one.quantity
    return units, promised is not None


@given(
    policy=st.sampled_from(RANKINGS),
    on_hand=st.integers(0, 12),
    reserve=st.integers(0, 3),
    orders=ORDERS,
    supplies=SUPPLIES,
    quantity=st.integers(1, 9),
    priority=st.integers(-1, 1),
    lead_time=st.none() | st.integers(0, 9),
)
def test_an_order_would_get_and_be_told_the_same(
    policy, on_hand, reserve, orders, supplies, quantity, priority, lead_time
):
    book = OrderBook(policy)
    fill_book(book, on_hand, reserve, orders, supplies)
    catalogue = None if lead_time is None else sold_in(LAMP=lead_time)
    options = {"at": LATER, "priority": priority, "catalogue": catalogue}
    answer = check_availability(book, "LAMP", quantity, TODAY, **options)
    assert sum(one.quantity for one in answer.portions) + answer.short == quantity
    line = Line("Z/1", "LAMP", quantity)
    order = Order("Z", "zoe", LATER, [line], priority=priority)
    plan = plan_order(book, order, catalogue=catalogue)
    units, is_promised = given_to(plan, "Z/1")
    split = {one.on: one.quantity for one in answer.split}
    if is_promised or sum(units.values()) == quantity:
        assert split == units
        assert answer.complete_on == max(units)
    else:
        # Some day is unknown, so nothing is told; what is given at once agrees.
        assert split.get(TODAY, 0) >= units.get(TODAY, 0)
        assert answer.short


@given(
    policy=st.sampled_from(RANKINGS),
    lamps=st.tuples(st.integers(0, 8), st.integers(0, 2), ORDERS, SUPPLIES),
    rugs=st.tuples(st.integers(0, 8), st.integers(0, 2), ORDERS, SUPPLIES),
    quantities=st.tuples(UNITS, UNITS),
    lead_time=st.none() | st.integers(0, 9),
)
def test_a_parcel_would_be_told_the_same(policy, lamps, rugs, quantities, lead_time):
    book = OrderBook(policy)
    fill_book(book, *lamps)
    fill_book(book, *rugs, sku="RUG", letter="R")
    wish = dict(zip(("LAMP", "RUG"), quantities, strict=True))
    catalogue = None if lead_time is None else sold_in(LAMP=lead_time, RUG=4)
    answers = check_availability_together(
        book, wish, TODAY, at=LATER, catalogue=catalogue
    )
    lines = [Line(f"Z/{sku}", sku, units) for sku, units in wish.items()]
    whole = DeliveryRule.SHIP_COMPLETE
    order = Order("Z", "zoe", LATER, lines, delivery=whole)
    plan = plan_order(book, order, catalogue=catalogue)
    days = {answer.complete_on for answer in answers}
    assert len(days) == 1
    told_on = {
        event.promised_on for event in plan.events if isinstance(event, PromiseMade)
    }
    waiting = order_waits(plan, lines)
    if not waiting:
        assert days == {TODAY}
    else:
        assert days == (told_on or {None})


def order_waits(plan, lines):
    units = {line.ref: line.quantity for line in lines}
    for event in plan.events:
        if isinstance(event, Allocated) and event.line in units:
            units[event.line] -= event.quantity
    return sum(units.values())


# Every day tried by brute force

HORIZON = 12


def naive_answer(ahead, supplies, quantity, on, last):
    """Return what a newcomer can have on each day at the earliest, and in all.

    `ahead` are claims (units, day), served one after the other, each unit on the first
    day on which giving it away leaves no day without cover. So is the newcomer.
    """
    balance = [0] * (HORIZON + 1)
    for units, when in supplies:
        for one in range(when, HORIZON + 1):
            balance[one] += units
    taken = []
    for units, when in [*sorted(ahead, key=lambda one: one[1]), (quantity, on)]:
        taken = []
        for _ in range(units):
            free = [
                one
                for one in range(when, HORIZON + 1)
                if all(left > 0 for left in balance[one:])
            ]
            if not free:
                break
            taken.append(free[0])
            for one in range(free[0], HORIZON + 1):
                balance[one] -= 1
    return [one for one in taken if one <= last]


@given(
    policy=st.sampled_from(RANKINGS),
    on_hand=st.integers(0, 9),
    reserve=st.integers(0, 4),
    now=ORDERS,
    later=st.lists(st.tuples(UNITS, st.integers(-1, 1), st.integers(1, 9)), max_size=4),
    supplies=st.lists(
        st.tuples(UNITS, st.sampled_from([None, -2, -1, *range(10)])), max_size=4
    ),
    asked=st.tuples(st.integers(1, 9), st.integers(0, 6), st.integers(-1, 1)),
    late=st.none() | st.integers(0, 6),
)
def test_the_earliest_days_are_found_by_trying_all(
    policy, on_hand, reserve, now, later, supplies, asked, late
):
    book = OrderBook(policy)
    fill_book(book, on_hand, reserve, now, supplies)
    for number, (units, priority, when) in enumerate(later):
        details = {"allocate_not_before": day(when), "priority": priority}
        place(book, f"L{number}", units, 60 + number, **details)
    quantity, on, priority = asked
    me = (quantity, priority)
    ahead = [(max(reserve - free_before_reserve(book), 0), 0)]
    for record in book.state.lines.values():
        for one in record.portions:
            if one.key is not None and stands_before(book, one, me):
                first = record.line.allocate_not_before
                when = (first - TODAY).days if record.postponed else 0
                ahead.append((one.queued, when))
    coming = [
        (units, when) for units, when in supplies if when is not None and when >= 0
    ]
    coming.append((max(free_before_reserve(book) - reserve, 0), 0))
    last = HORIZON if late is None else on + late
    wanted = naive_answer(ahead, coming, quantity, on, last)
    answer = check_availability(
        book,
        "LAMP",
        quantity,
        day(on),
        at=LATER,
        priority=priority,
        most_days_late=late,
    )
    found = [when for units, when in told(answer) for _ in range(units)]
    assert found == wanted
    complete = day(wanted[-1]) if len(wanted) == quantity else None
    assert answer.complete_on == complete
    check_evidence(book, answer, ahead)


def free_before_reserve(book):
    pool = book.pool("LAMP")
    return pool.on_hand - pool.allocated


def stands_before(book, portion, me):
    """Tell whether a portion is served before a newcomer who comes last of his kind."""
    quantity, priority = me
    known = portion.line.order.order.priority
    name = book.policy.name
    if name.startswith("by_priority"):
        return known <= priority
    if name.startswith("smallest_first"):
        return portion.queued <= quantity
    return True  # the older, or the one that was told a day, or an equal


def check_evidence(book, answer, ahead):
    """Each portion rests on lots that are there, the weakest only if it is needed."""
    lots = [(max(book.pool("LAMP").free, 0), TODAY, Evidence.STOCK)]
    for ref in book.purchase_lines():
        one = book.purchase_line(ref)
        if one.expected_on is not None and one.expected_on >= TODAY:
            lots.append((one.open, one.expected_on, one.evidence))
    served = 0
    order = list(Evidence)
    for portion in answer.portions:
        served += portion.quantity
        before = sum(units for units, when in ahead if day(when) <= portion.on)
        weaker = order.index(portion.evidence)
        better = sum(
            units
            for units, when, evidence in lots
            if when <= portion.on and order.index(evidence) < weaker
        )
        enough = better + sum(
            units
            for units, when, evidence in lots
            if when <= portion.on and order.index(evidence) == weaker
        )
        assert better < before + served <= enough
