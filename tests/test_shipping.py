"""Parcels, returns, and goods out of planning's reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_release_hold,
    plan_return,
    plan_shipment,
    plan_thaw,
)
from backorderkit.deciding import in_given_order
from backorderkit.errors import Duplicate, InvalidValue, NotPossible, UnknownReference
from tests.shop import NOON, do, stock

NOT_A_COUNT = [0, -1, 1.0, 2.5, True, "1", None]


def place(book, ref, *lines, minute=0, sourcing=None, **details):
    """Place an order; a line is (SKU, units) or (SKU, units, delivery group)."""
    made = [
        Line(f"{ref}/{number}", sku, units, delivery_group=group[0] if group else None)
        for number, (sku, units, *group) in enumerate(lines, 1)
    ]
    at = NOON + timedelta(minutes=minute)
    order = Order(ref, "ada", at, made, **details)
    return do(book, plan_order, order, sourcing=sourcing)


def ship(book, ref, order="O-1", lines=None, **options):
    return do(book, plan_shipment, ref, order, lines, at=NOON, **options)


def parcel(plan):
    [event] = plan.events
    return [(one.line, one.portion, one.quantity) for one in event.lines]


def everything(book):
    orders = [book.order(ref) for ref in book.orders()]
    return book.version, orders, [book.pool(*pool) for pool in book.pools()]


@contextmanager
def refused(book, error, match=None) -> Iterator[None]:
    """Expect one clear error, and a book that is as it was."""
    before = everything(book)
    with pytest.raises(error, match=match):
        yield
    assert everything(book) == before
    book.check_invariants()


# Parcels


def test_all_that_may_leave_leaves_when_nothing_is_said(book):
    stock(book, 3)
    stock(book, 1, "RUG")
    place(book, "O-1", ("LAMP", 5), ("RUG", 1), ("CHAIR", 2))
    assert parcel(ship(book, "S-1")) == [("O-1/1", 0, 3), ("O-1/2", 0, 1)]
    assert book.line("O-1/1").waiting == 2
    with refused(book, NotPossible, "nothing of it may leave yet"):
        ship(book, "S-2")


@pytest.mark.parametrize("units", [1, 2, 3])
def test_a_parcel_holds_what_is_said(book, units):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 5))
    ship(book, "S-1", lines={"O-1/1": units})
    line = book.line("O-1/1")
    assert (line.shipped, line.allocated, line.waiting) == (units, 3 - units, 2)
    assert book.pool("LAMP").on_hand == 3 - units


def test_a_parcel_holds_no_more_than_is_allocated(book):
    stock(book, 9)
    place(book, "O-0", ("LAMP", 6), minute=-1)
    place(book, "O-1", ("LAMP", 5))
    with refused(book, NotPossible, "cannot ship 4 of 'O-1/1', only 3"):
        ship(book, "S-1", lines={"O-1/1": 4})


@pytest.mark.parametrize("units", NOT_A_COUNT)
def test_a_parcel_holds_whole_units(book, units):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    with refused(book, InvalidValue, "quantity to ship of O-1/1"):
        ship(book, "S-1", lines={"O-1/1": units})


def test_one_bad_line_keeps_the_whole_parcel(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 2), ("RUG", 1))
    place(book, "O-2", ("LAMP", 1))
    for other in ("O-1/2", "O-2/1", "O-9/1"):
        with refused(book, BackorderError):
            ship(book, "S-1", lines={"O-1/1": 2, other: 1})


def test_a_parcel_number_is_used_once(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    ship(book, "S-1", lines={"O-1/1": 1})
    with refused(book, Duplicate, "shipment 'S-1'"):
        ship(book, "S-1", lines={"O-1/1": 1})


def test_a_held_order_does_not_leave(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    do(book, plan_hold, "O-1", reason="fraud check", at=NOON)
    with refused(book, InvalidValue, "release it before shipping"):
        ship(book, "S-1")
    do(book, plan_release_hold, "O-1", at=NOON)
    assert parcel(ship(book, "S-1")) == [("O-1/1", 0, 3)]


@pytest.mark.parametrize(
    ("shipment", "order", "at", "error"),
    [
        ("S-1", "O-9", NOON, UnknownReference),
        ("", "O-1", NOON, InvalidValue),
        (None, "O-1", NOON, InvalidValue),
        ("S-1", "O-1", datetime(2026, 3, 1), InvalidValue),  # noqa: DTZ001
        ("S-1", None, NOON, UnknownReference),
    ],
)
def test_a_parcel_names_itself_its_order_and_its_moment(
    book, shipment, order, at, error
):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    with refused(book, error):
        plan_shipment(book, shipment, order, at=at)


@pytest.mark.parametrize("lines", [["O-1/1"], 5, "O-1/1"])
@pytest.mark.parametrize("decision", ["ship", "freeze", "thaw"])
def test_lines_that_are_no_mapping_are_one_clear_error(book, decision, lines):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    with refused(book, BackorderError):
        if decision == "ship":
            plan_shipment(book, "S-1", "O-1", lines, at=NOON)
        elif decision == "freeze":
            plan_freeze(book, lines, at=NOON)
        else:
            plan_thaw(book, lines, at=NOON)


def test_an_empty_parcel_is_no_parcel(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    with refused(book, NotPossible):
        ship(book, "S-1", lines={})


# Portions and locations


@pytest.fixture
def spread(book):
    """A line with two units in the north and two in the south."""
    stock(book, 2, location="north")
    stock(book, 2, location="south")
    place(book, "O-1", ("LAMP", 4), sourcing=in_given_order("north", "south"))
    return book


def test_a_parcel_takes_the_first_portion_first(spread):
    assert parcel(ship(spread, "S-1", lines={"O-1/1": 3})) == [
        ("O-1/1", 0, 2),
        ("O-1/1", 1, 1),
    ]
    assert spread.pool("LAMP", "south").on_hand == 1


@pytest.mark.parametrize(("location", "portion"), [("north", 0), ("south", 1)])
def test_a_parcel_may_be_limited_to_a_location(spread, location, portion):
    assert parcel(ship(spread, "S-1", location=location)) == [("O-1/1", portion, 2)]
    with refused(spread, NotPossible, "cannot ship 1 of 'O-1/1', only 0"):
        ship(spread, "S-2", lines={"O-1/1": 1}, location=location)
    with refused(spread, NotPossible):
        ship(spread, "S-2", location="nowhere")


# What ships together


@pytest.mark.parametrize("rule", ["order", "group"])
def test_what_ships_together_waits_for_its_last_unit(book, rule):
    group = ("desk",) if rule == "group" else ()
    details = {"delivery": DeliveryRule.SHIP_COMPLETE} if rule == "order" else {}
    stock(book, 2)
    place(book, "O-1", ("LAMP", 2, *group), ("RUG", 2, *group), **details)
    for units, leaves in ((1, False), (2, True)):
        stock(book, units, "RUG")
        assert book.order("O-1").is_shippable == leaves
        if not leaves:
            for lines in (None, {"O-1/1": 2}, {"O-1/1": 2, "O-1/2": 1}):
                with refused(book, BackorderError):
                    ship(book, "S-1", lines=lines)
    assert parcel(ship(book, "S-1")) == [("O-1/1", 0, 2), ("O-1/2", 0, 2)]


@pytest.mark.parametrize("part", [{"O-1/1": 2}, {"O-1/1": 1, "O-1/2": 2}])
def test_a_complete_group_leaves_in_one_parcel(book, part):
    stock(book, 2)
    stock(book, 2, "RUG")
    place(book, "O-1", ("LAMP", 2, "desk"), ("RUG", 2, "desk"))
    with refused(book, InvalidValue, "delivery group 'desk' leaves together"):
        ship(book, "S-1", lines=part)
    ship(book, "S-1", lines={"O-1/1": 2, "O-1/2": 2})


def test_lines_outside_a_group_leave_as_they_come(book):
    stock(book, 2)
    stock(book, 1, "CHAIR")
    place(book, "O-1", ("LAMP", 2, "desk"), ("RUG", 2, "desk"), ("CHAIR", 1))
    assert parcel(ship(book, "S-1")) == [("O-1/3", 0, 1)]


def test_two_groups_do_not_wait_for_each_other(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 2, "desk"), ("RUG", 2, "sofa"), ("LAMP", 1, "desk"))
    assert parcel(ship(book, "S-1")) == [("O-1/1", 0, 2), ("O-1/3", 0, 1)]


def test_cancelling_what_lacks_completes_the_rest(book):
    stock(book, 2)
    place(book, "O-1", ("LAMP", 2), ("RUG", 2), delivery=DeliveryRule.SHIP_COMPLETE)
    plan = do(book, plan_cancellation, "O-1", ["O-1/2"], at=NOON)
    assert plan.became_shippable == plan.left_backlog == ("O-1",)
    assert parcel(ship(book, "S-1")) == [("O-1/1", 0, 2)]


@pytest.mark.parametrize("location", ["north", "south"])
def test_a_parcel_of_one_house_is_the_same_said_or_unsaid(book, location):
    stock(book, 2, location="north")
    stock(book, 2, location="south")
    place(
        book,
        "O-1",
        ("LAMP", 4),
        delivery=DeliveryRule.SHIP_COMPLETE,
        sourcing=in_given_order("north", "south"),
    )
    answers = []
    for lines in ({"O-1/1": 2}, None):
        try:
            plan = plan_shipment(book, "S-1", "O-1", lines, at=NOON, location=location)
            answers.append(parcel(plan))
        except BackorderError:
            answers.append("refused")
    assert answers[0] == answers[1]


# Frozen goods


@pytest.mark.parametrize(("units", "ok"), [(1, True), (5, True), (6, False)])
def test_allocated_units_can_be_frozen(book, units, ok):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 8))
    if ok:
        do(book, plan_freeze, {"O-1/1": units}, at=NOON, reason="packed")
        assert book.line("O-1/1").frozen == units
    else:
        with refused(book, NotPossible, "cannot freeze 6 of 'O-1/1', only 5"):
            plan_freeze(book, {"O-1/1": units}, at=NOON)


def test_what_is_frozen_is_not_frozen_again(book):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 5))
    do(book, plan_freeze, {"O-1/1": 3}, at=NOON)
    do(book, plan_freeze, {"O-1/1": 2}, at=NOON)
    with refused(book, NotPossible, "only 0"):
        plan_freeze(book, {"O-1/1": 1}, at=NOON)


@pytest.mark.parametrize(("units", "ok"), [(1, True), (3, True), (4, False)])
def test_only_frozen_units_are_thawed(book, units, ok):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 5))
    do(book, plan_freeze, {"O-1/1": 3}, at=NOON)
    if ok:
        do(book, plan_thaw, {"O-1/1": units}, at=NOON)
        assert book.line("O-1/1").frozen == 3 - units
    else:
        with refused(book, NotPossible, "cannot thaw 4 of 'O-1/1', only 3"):
            plan_thaw(book, {"O-1/1": units}, at=NOON)


@pytest.mark.parametrize("decision", [plan_freeze, plan_thaw])
@pytest.mark.parametrize("units", NOT_A_COUNT)
def test_whole_units_are_frozen_and_thawed(book, decision, units):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 5))
    do(book, plan_freeze, {"O-1/1": 2}, at=NOON)
    with refused(book, InvalidValue):
        decision(book, {"O-1/1": units}, at=NOON)


def test_one_bad_line_freezes_nothing(book):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 2), ("LAMP", 2))
    for bad in ({"O-1/2": 3}, {"O-9/1": 1}):
        with refused(book, BackorderError):
            do(book, plan_freeze, {"O-1/1": 1, **bad}, at=NOON)
    with refused(book, InvalidValue, "say why"):
        plan_freeze(book, {"O-1/1": 1}, reason="", at=NOON)


@pytest.mark.parametrize(("shipped", "frozen"), [(1, 2), (3, 0), (4, 0), (5, 0)])
def test_frozen_units_leave_first(book, shipped, frozen):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 5))
    do(book, plan_freeze, {"O-1/1": 3}, at=NOON)
    ship(book, "S-1", lines={"O-1/1": shipped})
    line = book.line("O-1/1")
    assert (line.frozen, line.allocated) == (frozen, 5 - shipped)


# Returns


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("usable", [0, 1, None])
def test_usable_returns_are_stock_again(book, units, usable):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    ship(book, "S-1")
    do(book, plan_return, "RET-1", "O-1/1", units, at=NOON, restocked=usable)
    pool, line = book.pool("LAMP"), book.line("O-1/1")
    assert pool.on_hand == pool.free == (units if usable is None else usable)
    assert (line.shipped, line.returned, line.waiting) == (3, units, 0)


def test_no_more_comes_back_than_went_out(book):
    stock(book, 4)
    place(book, "O-1", ("LAMP", 4))
    ship(book, "S-1", lines={"O-1/1": 3})
    with refused(book, NotPossible, "cannot return 4 of 'O-1/1', only 3"):
        plan_return(book, "RET-1", "O-1/1", 4, at=NOON)
    do(book, plan_return, "RET-1", "O-1/1", 2, at=NOON)
    with refused(book, NotPossible, "cannot return 2 of 'O-1/1', only 1"):
        plan_return(book, "RET-2", "O-1/1", 2, at=NOON)
    with refused(book, Duplicate, "return 'RET-1'"):
        plan_return(book, "RET-1", "O-1/1", 1, at=NOON)


@pytest.mark.parametrize(
    "bad",
    [
        {"quantity": 0},
        {"quantity": 1.5},
        {"restocked": 3},
        {"restocked": -1},
        {"restocked": True},
        {"location": ""},
        {"at": None},
        {"ref": ""},
    ],
)
def test_a_return_out_of_range_is_refused(book, bad):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    ship(book, "S-1")
    given_values = {"ref": "RET-1", "quantity": 2, "at": NOON, **bad}
    ref, quantity = given_values.pop("ref"), given_values.pop("quantity")
    with refused(book, InvalidValue):
        plan_return(book, ref, "O-1/1", quantity, **given_values)


def test_returned_goods_meet_the_queue_where_they_arrive(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    ship(book, "S-1")
    place(book, "O-2", ("LAMP", 2), minute=1)
    north = do(book, plan_return, "A", "O-1/1", 1, at=NOON, location="north")
    assert north.allocated() == {}
    here = do(book, plan_return, "B", "O-1/1", 2, at=NOON, restocked=1)
    assert here.allocated() == {"O-2/1": 1}
    assert book.pool("LAMP", "north").free == 1


def test_a_returned_line_is_owed_nothing_until_it_is_raised(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3))
    ship(book, "S-1")
    do(book, plan_return, "RET-1", "O-1/1", 3, at=NOON)
    assert book.pool("LAMP").free == 3
    do(book, plan_amendment, "O-1/1", 5, at=NOON)
    assert book.line("O-1/1").allocated == 2


@given(
    on_hand=st.integers(0, 12),
    ordered=st.integers(1, 12),
    parcels=st.lists(st.integers(1, 5), max_size=4),
)
def test_parcels_take_from_shelf_and_claim_what_they_hold(on_hand, ordered, parcels):
    book = OrderBook(oldest_first())
    stock(book, on_hand)
    place(book, "O-1", ("LAMP", ordered))
    claimed, shipped = min(on_hand, ordered), 0
    for number, units in enumerate(parcels):
        if units > claimed:
            with refused(book, NotPossible):
                ship(book, f"S-{number}", lines={"O-1/1": units})
        else:
            ship(book, f"S-{number}", lines={"O-1/1": units})
            claimed, shipped = claimed - units, shipped + units
    line, pool = book.line("O-1/1"), book.pool("LAMP")
    assert (line.shipped, line.allocated) == (shipped, claimed)
    assert (pool.on_hand, pool.shipped) == (on_hand - shipped, shipped)
