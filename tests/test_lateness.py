"""Who comes late, and which supply makes it so: both directions, and the day itself."""

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    OrderBook,
    Pool,
    late_lines,
    oldest_first,
    plan_count,
    plan_hold,
    plan_pin,
    plan_promises,
    plan_supply_change,
)
from backorderkit.coverage import LateLine, made_late_by, what_makes_late
from backorderkit.errors import InvalidValue
from tests.shop import NOON, day, do, place, purchase


def move(book, ref, on):
    do(book, plan_supply_change, ref, expected_on=on, reason="strike", at=NOON)


def told(found):
    return [(one.line, one.quantity, one.days, one.purchase_line) for one in found]


@pytest.mark.parametrize(("on", "days"), [(4, None), (5, None), (6, 1), (35, 30)])
def test_coming_on_the_day_is_on_time(book, on, days):
    place(book, "O-1", 3, requested_on=day(5))
    purchase(book, "PO-1", 3, day(on))
    late = () if days is None else ("O-1/1", 3, days, "PO-1/1")
    for found in (
        late_lines(book),
        made_late_by(book, "PO-1/1"),
        what_makes_late(book, "O-1/1"),
    ):
        assert told(found) == ([late] if late else [])


def test_a_late_unit_is_named_with_all_that_a_letter_needs(book):
    place(book, "O-1", 3, requested_on=day(5))
    purchase(book, "PO-1", 3, day(6))
    assert late_lines(book) == (
        LateLine("O-1/1", "O-1", "ada", 3, day(5), day(6), "PO-1/1"),
    )


@pytest.mark.parametrize(("moved_to", "late"), [(9, False), (10, False), (11, True)])
def test_the_day_promised_counts_before_the_day_wished(book, moved_to, late):
    purchase(book, "PO-1", 3, day(10))
    place(book, "O-1", 3, requested_on=day(5))
    assert book.line("O-1/1").promised_on == day(10)
    move(book, "PO-1/1", day(moved_to))
    assert bool(late_lines(book)) is late
    assert all(one.due_on == day(10) for one in late_lines(book))


def test_a_promise_that_was_taken_back_leaves_the_wish(book):
    purchase(book, "PO-1", 3, day(10))
    place(book, "O-1", 3, requested_on=day(5))
    move(book, "PO-1/1", None)
    do(book, plan_promises, at=NOON)
    [late] = late_lines(book)
    assert (late.due_on, late.expected_on) == (day(5), None)


def test_who_has_no_day_is_never_late(book):
    place(book, "O-1", 3)
    assert late_lines(book) == what_makes_late(book, "O-1/1") == ()


def test_an_unknown_day_is_late_for_any(book):
    place(book, "O-1", 3, requested_on=day(5))
    purchase(book, "PO-1", 3, None)
    expected = [("O-1/1", 3, None, "PO-1/1")]
    assert told(late_lines(book)) == told(made_late_by(book, "PO-1/1")) == expected


def test_what_nothing_covers_is_late_because_of_no_supply(book):
    place(book, "O-1", 5, requested_on=day(5))
    purchase(book, "PO-1", 2, day(5))
    expected = [("O-1/1", 3, None, None)]
    assert told(late_lines(book)) == told(what_makes_late(book, "O-1/1")) == expected
    assert made_late_by(book, "PO-1/1") == ()


def test_what_lies_there_is_in_time(book):
    place(book, "O-1", 5, requested_on=day(0))
    do(book, plan_count, "LAMP", 5, at=NOON)
    assert late_lines(book) == ()


@pytest.mark.parametrize(("not_before", "late"), [(4, 0), (5, 0), (6, 1), (9, 4)])
def test_a_line_that_is_not_yet_due_comes_on_its_first_day(book, not_before, late):
    place(book, "O-1", 3, requested_on=day(5), allocate_not_before=day(not_before))
    purchase(book, "PO-1", 3, day(2))
    found = [one.days for one in what_makes_late(book, "O-1/1")]
    assert found == ([late] if late else [])
    assert found == [one.days for one in made_late_by(book, "PO-1/1")]


def test_a_held_order_is_late_only_with_what_is_kept_for_it(book):
    place(book, "O-1", 5, requested_on=day(1))
    purchase(book, "PO-1", 9, day(4))
    do(book, plan_pin, "PO-1/1", "O-1/1", 2, reason="hers", at=NOON)
    do(book, plan_hold, "O-1", reason="unpaid", at=NOON)
    expected = [("O-1/1", 2, 3, "PO-1/1")]
    assert told(late_lines(book)) == told(what_makes_late(book, "O-1/1")) == expected


def test_only_the_pools_that_are_named_are_looked_at(book):
    place(book, "O-1", 1, requested_on=day(1))
    place(book, "O-2", 1, requested_on=day(1), location="north")
    assert [one.line for one in late_lines(book)] == ["O-1/1", "O-2/1"]
    assert [one.line for one in late_lines(book, [Pool("LAMP", "north")])] == ["O-2/1"]
    assert late_lines(book, [Pool("RUG")]) == late_lines(book, []) == ()


DAYS = st.none() | st.integers(0, 6)


@given(
    stock=st.integers(0, 6),
    orders=st.lists(
        st.tuples(st.integers(1, 5), DAYS, DAYS, st.booleans()), max_size=6
    ),
    supplies=st.lists(st.tuples(st.integers(1, 6), DAYS), max_size=4),
    pins=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=3),
)
def test_both_directions_tell_the_same(stock, orders, supplies, pins):
    book = OrderBook(oldest_first())
    do(book, plan_count, "LAMP", stock, at=NOON)
    for number, (units, on) in enumerate(supplies):
        purchase(book, f"P{number}", units, None if on is None else day(on))
    for number, (units, wish, first, is_held) in enumerate(orders):
        details = {
            "requested_on": None if wish is None else day(wish),
            "allocate_not_before": None if first is None else day(first),
            "hold": "unpaid" if is_held else "",
        }
        place(book, f"O{number}", units, number, **details)
    for supply, order in pins:
        refs = (f"P{supply}/1", f"O{order}/1")
        try:
            do(book, plan_pin, *refs, reason="hers", at=NOON)
        except BackorderError:
            continue
    everything = late_lines(book)
    by_line = [one for ref in book.state.lines for one in what_makes_late(book, ref)]
    by_supply = [
        one for ref in book.purchase_lines() for one in made_late_by(book, ref)
    ]
    uncovered = [one for one in everything if one.purchase_line is None]
    assert sorted(map(repr, everything)) == sorted(map(repr, by_line))
    assert sorted(map(repr, everything)) == sorted(map(repr, by_supply + uncovered))


@pytest.mark.parametrize("pools", [["LAMP"], "LAMP", 7])
def test_what_is_no_pool_is_refused(pools):
    with pytest.raises(InvalidValue, match=r"^pools is "):
        late_lines(OrderBook(oldest_first()), pools)
