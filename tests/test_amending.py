"""Changed minds: lower, raise, cancel, hold, release, move, and the turn of a day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    UNLIMITED,
    BackorderError,
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    SellingRule,
    SellingRules,
    by_priority,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_day,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_release_hold,
    plan_rerouting,
    plan_shipment,
)
from backorderkit.deciding import in_given_order
from backorderkit.errors import InvalidValue, NotPossible, UnknownReference
from backorderkit.model import (
    AllocationReleased,
    LineBecameDue,
    PortionAdded,
    QuantityCancelled,
    QuantityRefused,
    ShipTogether,
)
from backorderkit.policies import Filling
from tests import shop
from tests.shop import NOON, place, stock

APRIL = date(2026, 4, 1)
NOT_A_COUNT = [-1, 1.0, 2.5, True, "1", None, 10**15 + 1]


def later(minutes=0, days=0):
    return NOON + timedelta(minutes=minutes, days=days)


def do(book, decision, *args, **options):
    """Do it hours later, unless the test names a moment."""
    return shop.do(book, decision, *args, **{"at": later(600), **options})


def freeze(book, lines):
    plan = plan_freeze(book, lines, at=NOON)
    book.apply(plan)
    book.check_invariants()


def units(book, line="O-1/1"):
    """Return (allocated, waiting) of each portion."""
    return [(one.allocated, one.waiting) for one in book.line(line).portions]


def queue(book, location="main"):
    return [(one.line, one.quantity) for one in book.backorders("LAMP", location)]


def everything(book):
    orders = [book.order(ref) for ref in book.orders()]
    pools = [book.pool(*pool) for pool in book.pools()]
    return (
        book.version,
        orders,
        pools,
        [queue(book, one.location) for one in book.pools()],
    )


@contextmanager
def refused(book, error, match=None) -> Iterator[None]:
    """Expect one clear error, and a book that is as it was."""
    before = everything(book)
    with pytest.raises(error, match=match):
        yield
    assert everything(book) == before
    book.check_invariants()


# Lowering


@pytest.mark.parametrize(
    ("lowered_to", "left"),
    [(8, (5, 3)), (6, (5, 1)), (5, (5, 0)), (4, (4, 0)), (0, (0, 0))],
)
def test_a_lowered_line_gives_up_what_waits_first(book, lowered_to, left):
    stock(book, 5)
    place(book, "O-1", 8)
    do(book, plan_amendment, "O-1/1", lowered_to)
    assert units(book) == [left]
    assert book.line("O-1/1").cancelled == 8 - lowered_to


@pytest.mark.parametrize(("given_up", "passed_on"), [(3, 0), (4, 1), (8, 5)])
def test_what_is_given_up_goes_to_the_next_in_the_same_plan(book, given_up, passed_on):
    stock(book, 5)
    place(book, "O-1", 8)
    place(book, "O-2", 9, 1)
    plan = do(book, plan_amendment, "O-1/1", 8 - given_up)
    assert plan.allocated() == ({"O-2/1": passed_on} if passed_on else {})
    assert book.pool("LAMP").free == 0


@pytest.mark.parametrize(("lowered_to", "ok"), [(4, True), (3, True), (2, False)])
def test_frozen_and_shipped_units_are_never_given_up(book, lowered_to, ok):
    stock(book, 5)
    place(book, "O-1", 5)
    do(book, plan_shipment, "S-1", "O-1", {"O-1/1": 1})
    freeze(book, {"O-1/1": 2})
    if ok:
        do(book, plan_amendment, "O-1/1", lowered_to)
        assert units(book) == [(lowered_to - 1, 0)]
    else:
        with refused(book, NotPossible, "cannot give up 3 of 'O-1/1', only 2"):
            plan_amendment(book, "O-1/1", lowered_to, at=NOON)


def test_the_same_quantity_is_no_change(book):
    stock(book, 5)
    place(book, "O-1", 8)
    plan = plan_amendment(book, "O-1/1", 8, at=NOON)
    assert plan.is_empty
    assert not plan.reasons


def test_the_youngest_portion_gives_up_first(book):
    place(book, "O-1", 5)
    do(book, plan_amendment, "O-1/1", 8, at=later(10))
    do(book, plan_amendment, "O-1/1", 10, at=later(20))
    for lowered_to, left in (
        (9, [5, 3, 1]),
        (7, [5, 2, 0]),
        (5, [5, 0, 0]),
        (4, [4, 0, 0]),
    ):
        do(book, plan_amendment, "O-1/1", lowered_to)
        assert [waiting for _, waiting in units(book)] == left


def test_waiting_units_of_an_old_portion_go_before_claimed_ones_of_a_young_one(book):
    place(book, "O-1", 5, location="main")
    stock(book, 3, location="north")
    do(book, plan_amendment, "O-1/1", 8, at=later(10))
    do(book, plan_rerouting, "O-1/1", "north", quantity=3)
    assert units(book) == [(0, 2), (0, 3), (3, 0)]
    do(book, plan_amendment, "O-1/1", 3)
    assert units(book) == [(0, 0), (0, 0), (3, 0)]
    do(book, plan_amendment, "O-1/1", 1)
    assert units(book) == [(0, 0), (0, 0), (1, 0)]


def test_moved_units_keep_their_age_when_units_are_given_up(book):
    place(book, "O-1", 5)
    do(book, plan_amendment, "O-1/1", 8, at=later(10))
    do(book, plan_rerouting, "O-1/1", "north", quantity=2)
    do(book, plan_amendment, "O-1/1", 6)
    # The two units added later are the youngest, wherever the others wait by now.
    by_age = {}
    for portion in book.line("O-1/1").portions:
        by_age[portion.queued_at] = by_age.get(portion.queued_at, 0) + portion.waiting
    assert by_age == {NOON: 5, later(10): 1}


steps = st.lists(
    st.tuples(st.sampled_from(["raise", "stock", "freeze", "ship"]), st.integers(1, 4)),
    max_size=8,
)


@given(first=st.integers(1, 6), steps=steps, given_up=st.integers(1, 12))
def test_lowering_takes_units_one_by_one_from_the_least_missed(first, steps, given_up):
    book = OrderBook(oldest_first())
    place(book, "O-1", first)
    on_hand = 0
    for number, (step, count) in enumerate(steps):
        line = book.line("O-1/1")
        if step == "raise":
            owed = line.ordered - line.cancelled
            do(book, plan_amendment, "O-1/1", owed + count, at=later(number + 1))
        elif step == "stock":
            on_hand = book.pool("LAMP").on_hand + count
            stock(book, on_hand)
        elif step == "freeze" and line.allocated - line.frozen >= count:
            freeze(book, {"O-1/1": count})
        elif step == "ship" and line.allocated >= count:
            do(book, plan_shipment, f"S-{number}", "O-1", {"O-1/1": count})
    status = book.line("O-1/1")
    # One entry per unit, the least missed first: waiting before allocated, and within
    # each the portion that joined last.
    portions = status.portions[::-1]
    waiting = [one.number for one in portions for _ in range(one.waiting)]
    held = [one.number for one in portions for _ in range(one.allocated - one.frozen)]
    owed = status.ordered - status.cancelled
    if given_up > owed:
        return
    if given_up > len(waiting + held):
        with refused(book, NotPossible):
            plan_amendment(book, "O-1/1", owed - given_up, at=later(600))
        return
    taken = (waiting + held)[:given_up]
    from_held = given_up - len(waiting)
    do(book, plan_amendment, "O-1/1", owed - given_up)
    for before, after in zip(status.portions, book.line("O-1/1").portions, strict=True):
        assert after.cancelled - before.cancelled == taken.count(before.number)
        lost = held[: max(from_held, 0)].count(before.number)
        assert before.allocated - after.allocated == lost
        assert after.frozen == before.frozen


# Raising


def test_a_raise_queues_behind_and_the_old_units_keep_their_place(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    do(book, plan_amendment, "O-1/1", 8, at=later(2))
    assert queue(book) == [("O-1/1", 5), ("O-2/1", 5), ("O-1/1", 3)]
    stock(book, 12)
    assert units(book) == [(5, 0), (2, 1)]
    assert book.line("O-2/1").waiting == 0


@pytest.mark.parametrize(("free", "left"), [(1, (1, 2)), (3, (3, 0)), (4, (3, 0))])
def test_a_raise_takes_what_is_free(book, free, left):
    stock(book, 5 + free)
    place(book, "O-1", 5)
    do(book, plan_amendment, "O-1/1", 8)
    assert units(book) == [(5, 0), left]


@pytest.mark.parametrize(("raised_to", "taken"), [(6, 6), (7, 7), (8, 7), (99, 7)])
def test_a_raise_is_subject_to_the_selling_rule(book, raised_to, taken):
    stock(book, 5)
    place(book, "O-1", 5)
    rules = SellingRules(SellingRule(2))
    plan = do(book, plan_amendment, "O-1/1", raised_to, rules=rules)
    line = book.line("O-1/1")
    assert line.ordered == taken
    assert line.refused == raised_to - taken
    refusals = [one for one in plan.events if isinstance(one, QuantityRefused)]
    assert [one.quantity for one in refusals] == ([raised_to - 7] * (raised_to > 7))


def test_a_raise_that_is_refused_whole_adds_no_portion(book):
    place(book, "O-1", 5)
    rules = SellingRules(SellingRule(0))
    plan = do(book, plan_amendment, "O-1/1", 8, rules=rules)
    assert not any(isinstance(one, PortionAdded) for one in plan.events)
    assert units(book) == [(0, 5)]
    unlimited = SellingRules(SellingRule(UNLIMITED))
    do(book, plan_amendment, "O-1/1", 8, rules=unlimited)
    assert units(book) == [(0, 5), (0, 3)]


def test_a_lowered_line_that_is_raised_again_waits_behind(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    do(book, plan_amendment, "O-1/1", 3, at=later(2))
    do(book, plan_amendment, "O-1/1", 5, at=later(3))
    assert queue(book) == [("O-1/1", 3), ("O-2/1", 5), ("O-1/1", 2)]


@pytest.mark.parametrize("quantity", NOT_A_COUNT)
def test_an_amendment_names_a_whole_number(book, quantity):
    place(book, "O-1", 5)
    with refused(book, InvalidValue, "^quantity is "):
        plan_amendment(book, "O-1/1", quantity, at=NOON)


@pytest.mark.parametrize(
    ("line", "at", "error"),
    [
        ("O-9/1", NOON, UnknownReference),
        (None, NOON, UnknownReference),
        (["O-1/1"], NOON, UnknownReference),
        ("O-1/1", datetime(2026, 3, 1), InvalidValue),  # noqa: DTZ001
        ("O-1/1", None, InvalidValue),
    ],
)
def test_an_amendment_names_its_line_and_its_moment(book, line, at, error):
    place(book, "O-1", 5)
    with refused(book, error):
        plan_amendment(book, line, 3, at=at)


# Cancelling


@pytest.fixture
def three(book):
    """An order of three lines: five allocated, five waiting, one frozen of two."""
    stock(book, 5)
    stock(book, 2, sku="RUG")
    lines = [Line("a", "LAMP", 5), Line("b", "CHAIR", 5), Line("c", "RUG", 2)]
    book.apply(plan_order(book, Order("O-1", "ada", NOON, lines)))
    freeze(book, {"c": 1})
    return book


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ({"a": 2}, (3, 5, 2)),
        ({"a": 5, "b": 1}, (0, 4, 2)),
        (["a", "b"], (0, 0, 2)),
        (("b", "b"), (5, 0, 2)),
        ({"c": 1}, (5, 5, 1)),
    ],
)
def test_lines_or_parts_of_them_are_cancelled(three, lines, left):
    do(three, plan_cancellation, "O-1", lines)
    owed = [line.allocated + line.waiting for line in three.order("O-1").lines]
    assert tuple(owed) == left


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ({"a": 6}, NotPossible),
        ({"b": 1, "a": 6}, NotPossible),
        ({"c": 2}, NotPossible),
        (["a", "c"], NotPossible),
        (None, NotPossible),
        ({"a": 0}, InvalidValue),
        ({"a": 1.0}, InvalidValue),
        ({"d": 1}, InvalidValue),
        (["a", "d"], InvalidValue),
        ("a", InvalidValue),
        ({}, NotPossible),
        ([], NotPossible),
        (5, BackorderError),
        ([["a"]], BackorderError),
    ],
)
def test_a_cancellation_that_does_not_fit_changes_nothing(three, lines, error):
    with refused(three, error):
        do(three, plan_cancellation, "O-1", lines)


def test_a_whole_order_is_cancelled_once(three):
    book = OrderBook(oldest_first())
    stock(book, 5)
    place(book, "O-1", 8)
    plan = do(book, plan_cancellation, "O-1", reason="too late")
    assert [type(one) for one in plan.events] == [AllocationReleased, QuantityCancelled]
    assert plan.left_backlog == ("O-1",)
    assert book.line("O-1/1").summary == "cancelled"
    with refused(book, NotPossible, "nothing of it is left"):
        plan_cancellation(book, "O-1", at=NOON)


def test_a_line_of_another_order_is_not_cancelled(three):
    place(three, "O-2", 1)
    with refused(three, InvalidValue, "name lines of order O-1"):
        plan_cancellation(three, "O-1", ["O-2/1"], at=NOON)


@pytest.mark.parametrize(
    "bad", [{"at": None}, {"reason": None}, {"reason": "a\nb"}, {"order": "O-9"}]
)
def test_a_cancellation_names_order_reason_and_moment(three, bad):
    options = {"order": "O-1", "at": NOON, **bad}
    with refused(three, BackorderError):
        plan_cancellation(three, options.pop("order"), **options)


def test_a_line_does_not_get_back_what_it_gives_up(book):
    stock(book, 5)
    place(book, "O-1", 5)
    place(book, "O-2", 9, 1)
    plan = do(book, plan_cancellation, "O-1", {"O-1/1": 3})
    assert plan.allocated() == {"O-2/1": 3}
    assert units(book) == [(2, 0)]


def lacking_rugs(policy, **rug):
    """An order that ships complete: nine lamps are there for its two, no rug is."""
    book = OrderBook(policy)
    stock(book, 9)
    lines = [Line("O-1/1", "LAMP", 2), Line("O-1/2", "RUG", 2, **rug)]
    order = Order("O-1", "ada", NOON, lines, delivery=DeliveryRule.SHIP_COMPLETE)
    book.apply(plan_order(book, order))
    assert book.order("O-1").allocated == 0
    return book


@pytest.mark.parametrize("together", [ShipTogether.SKIP, ShipTogether.BLOCK])
def test_cancelling_what_lacks_completes_what_lies_elsewhere(together):
    book = lacking_rugs(oldest_first(together=together))
    plan = do(book, plan_cancellation, "O-1", ["O-1/2"])
    assert plan.allocated() == {"O-1/1": 2}
    assert plan.became_shippable == ("O-1",)


def test_a_day_that_ends_what_lacks_completes_what_lies_elsewhere():
    policy = oldest_first(together=ShipTogether.SKIP)
    book = lacking_rugs(policy, cancel_after=date(2026, 3, 5))
    assert do(book, plan_day, at=later(days=9)).allocated() == {"O-1/1": 2}


def test_a_line_that_ends_and_falls_due_on_one_day_is_no_longer_lacking():
    policy = oldest_first(together=ShipTogether.SKIP)
    days = {"allocate_not_before": date(2026, 3, 3), "cancel_after": date(2026, 3, 5)}
    book = lacking_rugs(policy, **days)
    assert do(book, plan_day, at=later(days=9)).allocated() == {"O-1/1": 2}


def test_a_cancelled_line_that_is_not_due_keeps_nothing_waiting():
    policy = oldest_first(together=ShipTogether.SKIP)
    book = lacking_rugs(policy, allocate_not_before=APRIL)
    do(book, plan_cancellation, "O-1", ["O-1/2"])
    stock(book, 10)
    assert book.line("O-1/1").allocated == 2


# Holding and releasing


def test_a_held_order_keeps_its_goods_and_leaves_the_queue(book):
    stock(book, 3)
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    do(book, plan_hold, "O-1", reason="fraud check")
    assert units(book) == [(3, 2)]
    assert queue(book) == [("O-2/1", 5)]
    stock(book, 4)
    assert book.line("O-2/1").allocated == 1


def test_a_released_order_is_back_at_its_old_place(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    do(book, plan_hold, "O-1", reason="fraud check")
    do(book, plan_release_hold, "O-1")
    assert queue(book) == [("O-1/1", 5), ("O-2/1", 5)]


@pytest.mark.parametrize(("free", "given_units"), [(0, 0), (4, 4), (5, 5), (6, 5)])
def test_a_released_order_takes_what_is_free(book, free, given_units):
    place(book, "O-1", 5, hold="not paid")
    stock(book, free)
    plan = do(book, plan_release_hold, "O-1")
    assert plan.allocated() == ({"O-1/1": given_units} if given_units else {})
    assert plan.left_backlog == (("O-1",) if given_units == 5 else ())
    assert plan.became_shippable == (("O-1",) if given_units else ())


def test_a_blocking_head_that_is_held_lets_the_next_pass():
    book = OrderBook(oldest_first(filling=Filling.WHOLE_LINE))
    place(book, "O-1", 9)
    place(book, "O-2", 2, 1)
    stock(book, 3)
    assert book.line("O-2/1").allocated == 0
    plan = do(book, plan_hold, "O-1", reason="fraud check")
    assert plan.allocated() == {"O-2/1": 2}


@pytest.mark.parametrize(("lowered_to", "left"), [(4, (3, 1)), (2, (2, 0))])
def test_a_held_order_can_be_lowered_and_does_not_come_back_larger(
    book, lowered_to, left
):
    stock(book, 3)
    place(book, "O-1", 5)
    do(book, plan_hold, "O-1", reason="fraud check")
    do(book, plan_amendment, "O-1/1", lowered_to)
    assert queue(book) == []
    do(book, plan_release_hold, "O-1")
    assert units(book) == [left]
    assert queue(book) == ([("O-1/1", left[1])] if left[1] else [])


def test_a_raise_of_a_held_order_waits_for_the_release(book):
    stock(book, 9)
    place(book, "O-1", 5, hold="not paid")
    plan = do(book, plan_amendment, "O-1/1", 7)
    assert plan.allocated() == {}
    assert do(book, plan_release_hold, "O-1").allocated() == {"O-1/1": 7}


@pytest.mark.parametrize(
    ("decision", "options", "error"),
    [
        (plan_hold, {"reason": ""}, InvalidValue),
        (plan_hold, {"reason": None}, InvalidValue),
        (plan_hold, {"reason": "x", "at": None}, InvalidValue),
        (plan_release_hold, {}, InvalidValue),
    ],
)
def test_a_hold_has_a_reason_and_a_release_has_a_hold(book, decision, options, error):
    place(book, "O-1", 5)
    with refused(book, error):
        decision(book, "O-1", **{"at": NOON, **options})


def test_a_held_order_is_not_held_twice(book):
    place(book, "O-1", 5, hold="not paid")
    with refused(book, InvalidValue, "release it first"):
        plan_hold(book, "O-1", reason="fraud check", at=NOON)


# Moving to another location


@pytest.mark.parametrize(
    ("quantity", "stays", "moved"),
    [(1, (3, 1), 1), (2, (3, 0), 2), (3, (2, 0), 3), (5, (0, 0), 5), (None, (0, 0), 5)],
)
def test_waiting_units_move_before_claimed_ones(book, quantity, stays, moved):
    stock(book, 3)
    place(book, "O-1", 5)
    do(book, plan_rerouting, "O-1/1", "north", quantity=quantity)
    assert units(book) == [stays, (0, moved)]
    assert book.pool("LAMP").free == 3 - stays[0]
    assert queue(book, "north") == [("O-1/1", moved)]


def test_moved_units_stand_at_their_old_place(book):
    place(book, "O-1", 5, 1)
    place(book, "O-0", 5, location="north")
    place(book, "O-2", 5, 2, location="north")
    do(book, plan_rerouting, "O-1/1", "north", at=later(99))
    assert [ref for ref, _ in queue(book, "north")] == ["O-0/1", "O-1/1", "O-2/1"]


def test_claimed_goods_that_stay_behind_go_to_the_next(book):
    stock(book, 3)
    stock(book, 1, location="north")
    place(book, "O-1", 3)
    place(book, "O-2", 5, 1)
    plan = do(book, plan_rerouting, "O-1/1", "north")
    assert plan.allocated() == {"O-1/1": 1, "O-2/1": 3}


@pytest.mark.parametrize(("quantity", "ok"), [(3, True), (4, False)])
def test_frozen_and_shipped_units_stay_where_they_are(book, quantity, ok):
    stock(book, 6)
    place(book, "O-1", 6)
    do(book, plan_shipment, "S-1", "O-1", {"O-1/1": 1})
    freeze(book, {"O-1/1": 2})
    if ok:
        do(book, plan_rerouting, "O-1/1", "north", quantity=quantity)
        assert units(book) == [(2, 0), (0, 3)]
    else:
        with refused(book, NotPossible, "cannot move 4 of 'O-1/1', only 3"):
            plan_rerouting(book, "O-1/1", "north", at=NOON, quantity=quantity)


@pytest.mark.parametrize("allocated", [0, 2])
def test_a_held_order_moves_and_waits_for_its_release_there(book, allocated):
    stock(book, allocated)
    place(book, "O-1", 5)
    do(book, plan_hold, "O-1", reason="fraud check")
    stock(book, 9, location="north")
    plan = do(book, plan_rerouting, "O-1/1", "north")
    assert plan.allocated() == {}
    assert units(book) == [(0, 0), (0, 5)]
    assert queue(book, "north") == []
    assert book.pool("LAMP").free == allocated
    assert do(book, plan_release_hold, "O-1").allocated() == {"O-1/1": 5}


def test_a_postponed_line_moves_and_falls_due_there(book):
    place(book, "O-1", 5, allocate_not_before=APRIL)
    stock(book, 9, location="north")
    plan = do(book, plan_rerouting, "O-1/1", "north", quantity=3)
    assert plan.allocated() == {}
    assert (book.pool("LAMP").postponed, book.pool("LAMP", "north").postponed) == (2, 3)
    due = do(book, plan_day, at=later(days=31))
    assert due.allocated() == {"O-1/1": 3}
    assert units(book) == [(0, 2), (3, 0)]


def test_units_of_several_places_move_together(book):
    stock(book, 2, location="north")
    stock(book, 1, location="south")
    place(book, "O-1", 6, sourcing=in_given_order("north", "south"))
    assert units(book) == [(2, 0), (1, 0), (0, 3)]
    do(book, plan_rerouting, "O-1/1", "south", quantity=4)
    assert units(book) == [(1, 0), (1, 0), (0, 0), (0, 1), (0, 3)]
    with refused(book, NotPossible, "cannot move 2 of 'O-1/1', only 1"):
        plan_rerouting(book, "O-1/1", "south", at=NOON, quantity=2)
    do(book, plan_rerouting, "O-1/1", "south")
    assert book.pool("LAMP", "south").waiting == 5


def test_a_ship_complete_order_may_move_and_be_completed_there(book):
    stock(book, 2)
    stock(book, 5, location="north")
    place(book, "O-1", 5, delivery=DeliveryRule.SHIP_COMPLETE)
    plan = do(book, plan_rerouting, "O-1/1", "north")
    assert plan.became_shippable == ("O-1",)
    assert plan.left_backlog == ("O-1",)


@pytest.mark.parametrize("quantity", [0, *NOT_A_COUNT[:-2]])
def test_a_move_is_of_whole_units(book, quantity):
    place(book, "O-1", 5)
    with refused(book, BackorderError):
        plan_rerouting(book, "O-1/1", "north", at=NOON, quantity=quantity)


@pytest.mark.parametrize("destination", ["main", "", None, 5])
def test_a_move_is_to_another_location(book, destination):
    place(book, "O-1", 5)
    with refused(book, BackorderError):
        plan_rerouting(book, "O-1/1", destination, at=NOON)


# The turn of a day


@pytest.mark.parametrize(("day", "due"), [(30, False), (31, True), (32, True)])
def test_a_line_falls_due_on_its_day(book, day, due):
    place(book, "O-1", 5, allocate_not_before=APRIL)
    place(book, "O-2", 5, 1)
    stock(book, 8)
    assert (book.line("O-2/1").allocated, book.pool("LAMP").free) == (5, 3)
    plan = do(book, plan_day, at=later(days=day))
    assert plan.allocated() == ({"O-1/1": 3} if due else {})
    assert plan.is_empty != due
    assert plan_day(book, at=later(days=day)).is_empty


@pytest.mark.parametrize(("day", "given_units"), [(-1, 5), (0, 5), (1, 0)])
def test_a_line_whose_day_has_come_is_served_when_it_is_placed(book, day, given_units):
    stock(book, 5)
    place(book, "O-1", 5, allocate_not_before=NOON.date() + timedelta(days=day))
    assert book.line("O-1/1").allocated == given_units


def test_a_line_that_is_due_has_the_place_of_its_age(book):
    place(book, "O-1", 5, allocate_not_before=APRIL)
    place(book, "O-2", 5, 1)
    assert [one.line for one in book.backorders("LAMP")] == ["O-2/1", "O-1/1"]
    do(book, plan_day, at=later(days=31))
    assert [one.line for one in book.backorders("LAMP")] == ["O-1/1", "O-2/1"]


@pytest.mark.parametrize(("day", "wanted"), [(30, True), (31, True), (32, False)])
def test_the_rest_is_wanted_to_the_end_of_its_last_day(book, day, wanted):
    stock(book, 2)
    place(book, "O-1", 5, cancel_after=APRIL)
    plan = do(book, plan_day, at=later(days=day))
    assert plan.is_empty == wanted
    assert units(book) == [(2, 3 if wanted else 0)]
    assert plan_day(book, at=later(days=day)).is_empty


def test_a_raise_ends_with_its_line(book):
    place(book, "O-1", 5, cancel_after=APRIL)
    do(book, plan_amendment, "O-1/1", 8)
    do(book, plan_day, at=later(days=40))
    assert units(book) == [(0, 0), (0, 0)]


@pytest.mark.parametrize("hold", ["", "not paid"])
def test_a_line_that_ends_before_it_is_due_never_waits(book, hold):
    place(
        book,
        "O-1",
        5,
        allocate_not_before=APRIL,
        cancel_after=date(2026, 3, 15),
        hold=hold,
    )
    stock(book, 9)
    plan = do(book, plan_day, at=later(days=40))
    assert plan.allocated() == {}
    assert units(book) == [(0, 0)]
    assert book.pool("LAMP").free == 9


def test_a_held_line_falls_due_and_waits_for_its_release(book):
    place(book, "O-1", 5, allocate_not_before=APRIL, hold="not paid")
    stock(book, 9)
    plan = do(book, plan_day, at=later(days=31))
    assert [type(one) for one in plan.events] == [LineBecameDue]
    assert do(book, plan_release_hold, "O-1").allocated() == {"O-1/1": 5}


def test_a_line_released_before_it_is_due_still_waits_for_its_day(book):
    place(book, "O-1", 5, allocate_not_before=APRIL, hold="not paid")
    stock(book, 9)
    assert do(book, plan_release_hold, "O-1").allocated() == {}
    assert do(book, plan_day, at=later(days=31)).allocated() == {"O-1/1": 5}


def test_lines_that_fall_due_together_are_served_in_rank_order():
    book = OrderBook(by_priority())
    place(book, "O-1", 5, allocate_not_before=APRIL, priority=2)
    place(book, "O-2", 5, 1, allocate_not_before=APRIL, priority=1)
    stock(book, 6)
    plan = do(book, plan_day, at=later(days=31))
    assert plan.allocated() == {"O-2/1": 5, "O-1/1": 1}


@pytest.mark.parametrize("at", [None, APRIL, datetime(2026, 4, 1)])  # noqa: DTZ001
def test_a_day_begins_at_a_moment(book, at):
    place(book, "O-1", 5, allocate_not_before=APRIL)
    with refused(book, InvalidValue):
        plan_day(book, at=at)
