"""Why a line has what it has: structured first, and the clerk's sentence from it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    by_priority,
    explain,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_hold,
    plan_order,
    plan_purchase_order,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_shipment,
    smallest_first,
)
from backorderkit.coverage import (
    ExpectedPortion,
    Explanation,
    SupplySource,
    expected_dates,
)
from backorderkit.coverage.explanation import Rival
from backorderkit.errors import UnknownReference
from backorderkit.model import Evidence, ShipTogether
from backorderkit.policies import Filling, linear, uniform
from tests.shop import NOON, do, stock

MARCH_3 = date(2026, 3, 3)


def place(book, ref, quantity, minute=0, number=1, sku="LAMP", **details):
    at = NOON + timedelta(minutes=minute)
    line = Line(f"{ref}/{number}", sku, quantity)
    return do(book, plan_order, Order(ref, "ada", at, [line], **details))


def bought(book, ref, quantity, day):
    line = PurchaseLine(ref, "LAMP", quantity, expected_on=day)
    order = PurchaseOrder(f"{ref} order", "ACME", NOON, [line])
    return do(book, plan_purchase_order, order)


def on_order(quantity, day, ref):
    return ExpectedPortion(quantity, day, SupplySource.ON_ORDER, ref, Evidence.REQUEST)


def unknown(quantity):
    return ExpectedPortion(quantity, None, SupplySource.UNKNOWN)


def test_the_clerk_can_say_who_took_it_and_when_the_rest_comes(book):
    stock(book, 20)
    place(book, "O-7", 9)
    place(book, "O-9", 6, 1, number=2)
    place(book, "O-10", 20, 2)
    bought(book, "PO-17", 10, MARCH_3)
    found = explain(book, "O-10/1")
    assert found == Explanation(
        "O-10/1",
        "oldest_first",
        wanted=20,
        got=5,
        took=(Rival("O-7/1", 9), Rival("O-9/2", 6)),
        expected=(on_order(10, MARCH_3, "PO-17"), unknown(5)),
    )
    assert found.waiting == 15
    assert str(found) == (
        "O-10/1 gets 5 of 20 (policy: oldest first): "
        "O-7/1, O-9/2 come first and have 15; "
        "10 more expected on 2026-03-03 from PO-17; "
        "5 more expected on an unknown date."
    )


def test_a_line_with_all_it_wanted_needs_no_excuse(book):
    stock(book, 9)
    place(book, "O-1", 4)
    place(book, "O-2", 5, 1)
    assert str(explain(book, "O-2/1")) == "O-2/1 gets all of 5."
    assert explain(book, "O-2/1").took == ()


def test_those_who_wait_before_it_are_named(book):
    for n, quantity in enumerate((3, 4, 5, 6, 7)):
        place(book, f"O-{n}", quantity, n)
    found = explain(book, "O-4/1")
    assert found.ahead == tuple(Rival(f"O-{n}/1", n + 3) for n in range(4))
    assert "O-0/1, O-1/1, O-2/1 and 1 more come first and wait for 18" in str(found)
    assert explain(book, "O-0/1").ahead == ()
    assert "O-0/1 comes first and waits for 3" in str(explain(book, "O-1/1"))


def test_shipped_units_count_as_got_and_shipped_lines_hold_nothing(book):
    stock(book, 6)
    place(book, "O-1", 4)
    place(book, "O-2", 5, 1)
    do(book, plan_shipment, "S-1", "O-1", at=NOON)
    do(book, plan_shipment, "S-2", "O-2", at=NOON)
    found = explain(book, "O-2/1")
    assert (found.wanted, found.got, found.took) == (5, 2, ())


def test_cancelled_units_are_not_wanted_any_more(book):
    stock(book, 2)
    place(book, "O-1", 5)
    do(book, plan_cancellation, "O-1", {"O-1/1": 2}, at=NOON)
    found = explain(book, "O-1/1")
    assert (found.wanted, found.got, found.waiting) == (3, 2, 1)


def test_a_held_order_says_so(book):
    place(book, "O-1", 5)
    do(book, plan_hold, "O-1", reason="fraud check", at=NOON)
    stock(book, 9)
    found = explain(book, "O-1/1")
    assert (found.held, found.ahead) == ("fraud check", ())
    assert found.expected == (unknown(5),)
    assert "its order is held, fraud check" in str(found)
    do(book, plan_release_hold, "O-1", at=NOON)
    assert explain(book, "O-1/1").held == ""


def test_a_line_not_yet_due_says_from_when(book):
    stock(book, 3)
    later = Line("O-1/1", "LAMP", 5, allocate_not_before=date(2026, 4, 1))
    do(book, plan_order, Order("O-1", "ada", NOON, [later]))
    bought(book, "PO-1", 9, MARCH_3)
    found = explain(book, "O-1/1")
    assert found.due_on == date(2026, 4, 1)
    assert found.expected == (
        ExpectedPortion(3, date(2026, 4, 1), SupplySource.IN_STOCK),
        on_order(2, date(2026, 4, 1), "PO-1"),
    )
    assert "it is not due before 2026-04-01" in str(found)


def test_stock_it_does_not_get_yet_is_part_of_the_answer():
    book = OrderBook(oldest_first(together=ShipTogether.SKIP))
    stock(book, 5)
    lines = [Line("O-1/1", "LAMP", 2), Line("O-1/2", "RUG", 1)]
    whole = DeliveryRule.SHIP_COMPLETE
    do(book, plan_order, Order("O-1", "ada", NOON, lines, delivery=whole))
    found = explain(book, "O-1/1")
    assert (found.got, found.wanted) == (0, 2)
    assert found.expected == (ExpectedPortion(2, None, SupplySource.IN_STOCK),)
    assert str(found).endswith(": 2 in stock that it is not given yet.")


def test_what_it_has_already_is_not_expected_again(book):
    stock(book, 2)
    place(book, "O-1", 5)
    bought(book, "PO-1", 2, MARCH_3)
    assert explain(book, "O-1/1").expected == (
        on_order(2, MARCH_3, "PO-1"),
        unknown(1),
    )


def test_what_lies_free_beside_a_served_line_is_told_apart():
    book = OrderBook(oldest_first(filling=Filling.WHOLE_LINE))
    stock(book, 4)
    place(book, "O-1", 2)
    do(book, plan_amendment, "O-1/1", 5, at=NOON)
    assert explain(book, "O-1/1").expected == (
        ExpectedPortion(2, None, SupplySource.IN_STOCK),
        unknown(1),
    )


def test_a_raised_line_counts_each_rival_once(book):
    stock(book, 15)
    place(book, "O-1", 15)
    place(book, "O-2", 4, 1)
    place(book, "O-3", 6, 2)
    do(book, plan_amendment, "O-3/1", 9, at=NOON + timedelta(hours=1))
    place(book, "O-4", 2, 3)
    found = explain(book, "O-3/1")
    assert found.took == (Rival("O-1/1", 15),)
    assert found.ahead == (Rival("O-2/1", 4), Rival("O-4/1", 2))


def test_a_line_that_waits_in_two_places_names_the_rivals_of_both(book):
    place(book, "O-1", 5)
    place(book, "O-2", 6, 1)
    do(book, plan_rerouting, "O-2/1", "north", quantity=2, at=NOON)
    found = explain(book, "O-2/1")
    assert (found.wanted, found.got) == (6, 0)
    assert found.ahead == (Rival("O-1/1", 5),)


def test_an_unknown_line_is_refused(book):
    with pytest.raises(UnknownReference):
        explain(book, "O-1/1")


def test_a_reserve_is_not_stock_for_anybody(book):
    do(book, plan_reserve, "LAMP", 3, at=NOON)
    stock(book, 3)
    place(book, "O-1", 2)
    assert explain(book, "O-1/1").expected == (unknown(2),)


# A recount by brute force

POLICIES = [oldest_first(), by_priority(), smallest_first(), uniform(), linear()]


def rank_of(policy, order, portion):
    """Return the place of a portion by the words of its policy's definition."""
    if policy.name == "by_priority, oldest_first":
        return (order.priority, portion.queued_at)
    if policy.name == "smallest_first, oldest_first":
        return (portion.waiting, portion.queued_at)
    return (portion.queued_at,)


def recounted(book):
    """Return every portion of the book with its place, from the public views."""
    rows = []
    for ref in book.orders():
        order = book.order(ref)
        for line in order.lines:
            for one in line.portions:
                place = (*rank_of(book.policy, order, one), line.ref, one.number)
                rows.append((place, line.ref, one, order))
    return sorted(rows, key=lambda row: row[0])


def by_line(pairs):
    units = {}
    for ref, quantity in pairs:
        units[ref] = units.get(ref, 0) + quantity
    return tuple(Rival(ref, quantity) for ref, quantity in units.items())


@st.composite
def books(draw):
    book = OrderBook(draw(st.sampled_from(POLICIES)))
    for n in range(draw(st.integers(1, 5))):
        quantity, minute = draw(st.integers(1, 6)), draw(st.integers(0, 2))
        place(book, f"O-{n}", quantity, minute, priority=draw(st.integers(0, 2)))
        if draw(st.booleans()):
            stock(book, book.pool("LAMP").on_hand + draw(st.integers(0, 4)))
        if extra := draw(st.integers(0, 2)):
            total = quantity + extra
            do(book, plan_amendment, f"O-{n}/1", total, at=NOON + timedelta(minutes=1))
    for n in range(draw(st.integers(0, 2))):
        day = draw(st.sampled_from([None, MARCH_3, date(2026, 3, 9)]))
        bought(book, f"PO-{n}", draw(st.integers(1, 6)), day)
    for ref in book.orders():
        if draw(st.sampled_from([False, False, False, True])):
            do(book, plan_hold, ref, reason="fraud check", at=NOON)
    return book


def arrivals(book):
    """Return the supply of every waiting unit in queue order: (day, purchase line)."""
    supplies = []
    for order in book.purchase_orders():
        line = book.purchase_line(order.lines[0].ref)
        supplies += [(line.expected_on or date.max, line.ref)] * line.open
    return sorted(supplies)


@given(books())
def test_an_explanation_equals_a_recount_of_the_whole_book(book):
    rows, supplies = recounted(book), arrivals(book)
    queue = [row for row in rows if row[2].waiting and not row[3].held]
    units = [row[0] for row in queue for _ in range(row[2].waiting)]
    free = book.pool("LAMP").free
    assert not (free and queue)
    for ref in {row[1] for row in rows}:
        found, status = explain(book, ref), book.line(ref)
        mine = [row for row in rows if row[1] == ref and row[2].waiting]
        last = max((row[0] for row in mine), default=None)
        before = [] if last is None else [row for row in rows if row[0] < last]
        others = [row for row in before if row[1] != ref]
        held = book.order(status.order).held
        took = by_line((r, one.allocated) for _, r, one, _ in others if one.allocated)
        ahead = by_line(
            (r, one.waiting)
            for _, r, one, order in others
            if one.waiting and not order.held and not held
        )
        assert (found.line, found.policy) == (ref, book.policy.name)
        assert (found.wanted, found.got) == (
            status.ordered - status.cancelled,
            status.allocated + status.shipped,
        )
        assert (found.held, found.due_on) == (held, None)
        assert set(found.took) == set(took)
        assert set(found.ahead) == set(ahead)
        if len(mine) == 1:
            assert (found.took, found.ahead) == (took, ahead)
        wanted: dict[object, int] = {}
        if held and mine:
            wanted[None, None] = sum(row[2].waiting for row in mine)
        for position, place in enumerate(units):
            if place[-2] == ref:
                day, source = (
                    supplies[position] if position < len(supplies) else (date.max, None)
                )
                key = (None if day == date.max else day, source)
                wanted[key] = wanted.get(key, 0) + 1
        got: dict[object, int] = {}
        for one in found.expected:
            key = (one.on, one.purchase_line)
            got[key] = got.get(key, 0) + one.quantity
            assert (one.source is SupplySource.ON_ORDER) == (
                one.purchase_line is not None
            )
        assert got == wanted
        assert sum(one.quantity for one in expected_dates(book, ref)) == (
            status.waiting + status.allocated
        )
        assert str(found)
