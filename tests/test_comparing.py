"""What a plan changes: gains and losses, promises and days, side by side."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Plan,
    Receipt,
    ReceiptLine,
    by_priority,
    differences,
    oldest_first,
    plan_cancellation,
    plan_count,
    plan_hold,
    plan_order,
    plan_promises,
    plan_reallocation,
    plan_reassignment,
    plan_receipt,
    plan_shipment,
    smallest_first,
)
from backorderkit.coverage import Difference
from backorderkit.errors import NotPossible, StalePlan
from backorderkit.model import Allocated, DatedQuantity, PromiseMade
from backorderkit.policies import linear, uniform
from tests.shop import NOON, TODAY, do, place, purchase, stock


def promise(book, ref, day):
    units = book.line(ref).waiting or book.line(ref).ordered
    book.follow([PromiseMade(ref, (DatedQuantity(units, day),), "asked", NOON)])


def moved(book, units=2):
    by = {"actor": "eve", "reason": "a wedding", "at": NOON}
    return plan_reassignment(book, "O-1/1", "O-2/1", units, **by)


def seen(book, plan):
    version = book.version
    found = differences(book, plan, today=TODAY)
    assert book.version == version
    book.check_invariants()
    return {one.line: one for one in found}


@pytest.fixture
def pair(book) -> OrderBook:
    stock(book, 4)
    place(book, "O-1", 4)
    place(book, "O-2", 4, 1)
    return book


def test_a_preview_names_who_gains_and_who_loses(pair):
    found = differences(pair, moved(pair), today=TODAY)
    assert found == (
        Difference("O-1/1", "O-1", "ada", before=4, after=2, waiting=2),
        Difference("O-2/1", "O-2", "ada", before=0, after=2, waiting=2),
    )
    assert [one.gains for one in found] == [-2, 2]


def test_the_days_are_those_after_the_plan(pair):
    purchase(pair, "PO-1", 2, date(2026, 3, 10))
    purchase(pair, "PO-2", 2, date(2026, 3, 20))
    found = seen(pair, moved(pair))
    assert found["O-1/1"].expected_on == date(2026, 3, 10)
    assert found["O-2/1"].expected_on == date(2026, 3, 20)
    found = seen(pair, moved(pair, 4))
    assert found["O-1/1"].expected_on == date(2026, 3, 20)
    assert (found["O-2/1"].waiting, found["O-2/1"].expected_on) == (0, None)


@pytest.mark.parametrize(
    ("promised", "broken"),
    [(date(2026, 3, 9), True), (date(2026, 3, 10), False), (date(2026, 3, 11), False)],
)
def test_a_promise_is_broken_from_the_day_before_the_new_one(pair, promised, broken):
    promise(pair, "O-1/1", promised)
    purchase(pair, "PO-1", 2, date(2026, 3, 10))
    one = seen(pair, moved(pair))["O-1/1"]
    assert (one.promised_on, one.breaks_promise) == (promised, broken)


def test_a_promise_is_broken_when_nobody_knows_the_new_day(pair):
    promise(pair, "O-1/1", date(2026, 3, 31))
    assert seen(pair, moved(pair))["O-1/1"].breaks_promise
    purchase(pair, "PO-1", 1, date(2026, 3, 10))  # one of its two units stays unknown
    assert seen(pair, moved(pair))["O-1/1"].breaks_promise
    purchase(pair, "PO-2", 1, None)
    assert seen(pair, moved(pair))["O-1/1"].breaks_promise


def test_a_day_that_has_passed_is_no_day_to_be_told(pair):
    promise(pair, "O-1/1", date(2026, 3, 31))
    purchase(pair, "PO-1", 2, TODAY - timedelta(days=1))
    one = seen(pair, moved(pair))["O-1/1"]
    assert (one.expected_on, one.breaks_promise) == (None, True)


def test_who_was_promised_nothing_or_loses_nothing_has_no_broken_promise(pair):
    promise(pair, "O-2/1", date(2026, 3, 2))
    found = seen(pair, moved(pair))
    assert [one.breaks_promise for one in found.values()] == [False, False]
    assert found["O-2/1"].promised_on == date(2026, 3, 2)


def test_a_promise_the_plan_itself_makes_is_not_the_one_it_breaks(pair):
    promise(pair, "O-1/1", date(2026, 3, 5))
    purchase(pair, "PO-1", 2, date(2026, 3, 10))
    plan = moved(pair)
    later = PromiseMade("O-1/1", (DatedQuantity(2, date(2026, 3, 10)),), "moved", NOON)
    both = Plan((*plan.events, later), basis=pair.version)
    one = seen(pair, both)["O-1/1"]
    assert (one.promised_on, one.breaks_promise) == (date(2026, 3, 5), True)


def test_what_is_cancelled_waits_for_nothing_and_breaks_no_promise(pair):
    promise(pair, "O-1/1", date(2026, 3, 1))
    plan = plan_cancellation(pair, "O-1", {"O-1/1": 3}, at=NOON)
    found = seen(pair, plan)
    assert found["O-1/1"] == Difference(
        "O-1/1", "O-1", "ada", before=4, after=1, waiting=0, promised_on=TODAY
    )
    assert not found["O-1/1"].breaks_promise
    assert found["O-2/1"].gains == 3


def test_goods_that_a_count_did_not_find_do_not_lie_in_stock(pair):
    promise(pair, "O-1/1", date(2026, 3, 31))
    one = seen(pair, plan_count(pair, "LAMP", 1, at=NOON))["O-1/1"]
    assert (one.gains, one.waiting, one.expected_on) == (-3, 3, None)
    assert one.breaks_promise


def test_a_delivery_is_seen_as_the_book_will_be(pair):
    purchase(pair, "PO-1", 3, date(2026, 3, 10))
    purchase(pair, "PO-2", 3, date(2026, 3, 20))
    line = ReceiptLine("LAMP", 3, purchase_line="PO-1/1")
    plan = plan_receipt(pair, Receipt("R-1", NOON, [line]))
    assert list(seen(pair, plan).values()) == [
        Difference(
            "O-2/1", "O-2", "ada", before=0, after=3, waiting=1,
            expected_on=date(2026, 3, 20),
        )
    ]  # fmt: skip


def test_a_held_line_that_loses_stock_comes_on_a_day_nobody_knows(pair):
    promise(pair, "O-1/1", date(2026, 3, 31))
    purchase(pair, "PO-1", 9, date(2026, 3, 10))
    do(pair, plan_hold, "O-1", reason="fraud check", at=NOON)
    one = seen(pair, moved(pair))["O-1/1"]
    assert (one.expected_on, one.breaks_promise) == (None, True)


def test_a_line_not_yet_due_comes_no_earlier_than_its_day(book):
    stock(book, 4)
    place(book, "O-1", 4)
    due = date(2026, 3, 15)
    later = Line("O-2/1", "LAMP", 4, allocate_not_before=due)
    do(book, plan_order, Order("O-2", "ada", NOON, [later]))
    purchase(book, "PO-1", 9, date(2026, 3, 10))
    assert seen(book, moved(book))["O-2/1"].expected_on == due


def test_orders_the_plan_places_are_left_out(pair):
    stock(pair, 6)
    order = Order("O-3", "bob", NOON, [Line("O-3/1", "LAMP", 2)])
    plan = plan_order(pair, order)
    assert any(isinstance(one, Allocated) for one in plan.events) is False
    stock(pair, 9)
    plan = plan_order(pair, order)
    assert any(isinstance(one, Allocated) for one in plan.events)
    assert differences(pair, plan, today=TODAY) == ()


def test_what_is_given_and_taken_back_in_one_plan_is_no_difference(pair):
    there, back = moved(pair), Plan((), basis=0)
    assert differences(pair, Plan((), basis=pair.version), today=TODAY) == ()
    pair.apply(there)
    by = {"actor": "eve", "reason": "no wedding", "at": NOON}
    back = plan_reassignment(pair, "O-2/1", "O-1/1", 2, **by)
    pair.apply(back)
    both = Plan((*there.events, *back.events), basis=pair.version)
    assert differences(pair, both, today=TODAY) == ()


def test_a_shipment_changes_nothing_between_lines(pair):
    plan = plan_shipment(pair, "S-1", "O-1", at=NOON)
    assert differences(pair, plan, today=TODAY) == ()


def test_a_plan_that_does_not_fit_is_refused_and_leaves_the_book_alone(pair):
    plan = moved(pair)
    stock(pair, 5)
    with pytest.raises(StalePlan):
        differences(pair, plan, today=TODAY)
    too_much = Plan((Allocated("O-2/1", 0, 9, wanted=4, at=NOON),), basis=pair.version)
    with pytest.raises(NotPossible):
        differences(pair, too_much, today=TODAY)
    assert pair.line("O-2/1").allocated == 1
    pair.check_invariants()


def test_plans_under_several_policies_are_laid_side_by_side(book):
    stock(book, 9)
    for n, quantity in enumerate((2, 6, 8)):
        place(book, f"O-{n}", quantity, n)
    table = {}
    for policy in (oldest_first(), uniform(), linear(), smallest_first()):
        found = seen(book, plan_reallocation(book, policy, at=NOON))
        table[policy.name] = {ref: one.after for ref, one in found.items()}
    assert table == {
        "oldest_first": {},
        "uniform": {"O-1/1": 4, "O-2/1": 3},
        "linear": {"O-0/1": 0, "O-1/1": 4, "O-2/1": 5},
        "smallest_first, oldest_first": {},
    }


POLICIES = [uniform(), linear(), by_priority(), smallest_first()]


@st.composite
def promised_books(draw):
    book = OrderBook(oldest_first())
    book.apply(plan_count(book, "LAMP", draw(st.integers(1, 12)), at=NOON))
    for n in range(draw(st.integers(2, 5))):
        priority, quantity = draw(st.integers(0, 2)), draw(st.integers(1, 6))
        place(book, f"O-{n}", quantity, draw(st.integers(0, 2)), priority=priority)
    for n in range(draw(st.integers(0, 2))):
        day = draw(st.sampled_from([None, *(date(2026, 3, d) for d in (1, 10, 20))]))
        purchase(book, f"PO-{n}", draw(st.integers(1, 8)), day)
    for ref in book.orders():
        if draw(st.booleans()):
            promise(book, f"{ref}/1", date(2026, 3, draw(st.integers(1, 25))))
    if draw(st.booleans()):
        book.apply(plan_promises(book, at=NOON))
    return book


@given(promised_books(), st.sampled_from(POLICIES))
def test_the_difference_is_what_the_book_says_before_and_after(book, policy):
    plan = plan_reallocation(book, policy, at=NOON)
    refs = [f"{ref}/1" for ref in book.orders()]
    before = {ref: book.line(ref) for ref in refs}
    found = seen(book, plan)
    assert {ref: book.line(ref) for ref in refs} == before
    book.apply(plan)
    after = {ref: book.line(ref) for ref in refs}
    changed = {ref for ref in refs if before[ref].allocated != after[ref].allocated}
    assert set(found) == changed
    for ref, one in found.items():
        assert (one.before, one.after) == (before[ref].allocated, after[ref].allocated)
        assert one.waiting == after[ref].waiting
        assert one.promised_on == before[ref].promised_on
        last = last_day(book, ref)
        assert one.expected_on == last
        loses = after[ref].allocated < before[ref].allocated
        late = last is None or (one.promised_on is not None and last > one.promised_on)
        assert one.breaks_promise == bool(one.promised_on and loses and late)


def last_day(book, ref):
    """Return the day of the last waiting unit, laid end to end by hand."""
    supplies = []
    for order in book.purchase_orders():
        line = book.purchase_line(order.lines[0].ref)
        supplies += [(line.expected_on or date.max, line.ref)] * line.open
    supplies.sort()
    days = [day for day, _ in supplies]
    units = [one.line for one in book.backorders("LAMP") for _ in range(one.quantity)]
    mine = [place for place, line in enumerate(units) if line == ref]
    if not mine or mine[-1] >= len(days):
        return None
    known = [days[place] for place in mine]
    return None if max(known) == date.max or min(known) < TODAY else max(known)
