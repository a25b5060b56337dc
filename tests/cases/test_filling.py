"""Worked cases: who is filled when stock comes, and who is not.

A source's counter of −n is read as "on hand 0, n waiting".
"""

# Test names carry the id of their case as it is written.

from datetime import UTC, date, datetime

import pytest

from backorderkit import (
    Catalogue,
    Line,
    SupplierTerms,
    by_priority,
    cover,
    earliest_promise_first,
    expected_dates,
    smallest_first,
)
from backorderkit.errors import InvalidValue, NotPossible


def two_wait_for_one_each(shop):
    """U1, then U2 wait for one unit each."""
    shop.order("U1", {"LAMP": 1})
    shop.order("U2", {"LAMP": 1})


@pytest.mark.parametrize(
    ("arriving", "first", "second", "free"),
    [(1, (1, 0), (0, 1), 0), (2, (1, 0), (1, 0), 0), (3, (1, 0), (1, 0), 1)],
)
def test_an_arriving_unit_goes_to_the_first_in_line__cm_W1(
    shop, arriving, first, second, free
):
    two_wait_for_one_each(shop)
    shop.receive("LAMP", arriving)
    assert shop.figures("U1/1") == first
    assert shop.figures("U2/1") == second
    assert shop.free("LAMP") == free


def test_one_more_unit_of_demand_fills_nobody__cm_W2(shop):
    """The source's −1 is one more unit of demand: a third order."""
    two_wait_for_one_each(shop)
    shop.order("U3", {"LAMP": 1})
    assert [shop.figures(f"U{number}/1") for number in (1, 2, 3)] == [(0, 1)] * 3
    assert shop.on_hand("LAMP") == 0


def test_correcting_on_hand_below_nothing_is_refused__cm_W2(shop):
    two_wait_for_one_each(shop)
    with shop.refuses(InvalidValue, "on_hand is -1: give 0 or more"):
        shop.stock("LAMP", -1)
    assert shop.stock("LAMP", 0).is_empty


@pytest.mark.parametrize(
    ("counted", "first", "second", "free"),
    [
        (1, (1, 0), (0, 1), 0),
        (2, (1, 0), (1, 0), 0),
        (3, (1, 0), (1, 0), 1),
        (4, (1, 0), (1, 0), 2),
    ],
)
def test_a_correction_upwards_wakes_the_queue_like_a_receipt__cm_W4(
    shop, counted, first, second, free
):
    """The counter set to 1 with two waiting is on hand corrected to 3."""
    two_wait_for_one_each(shop)
    shop.stock("LAMP", counted)
    assert (shop.figures("U1/1"), shop.figures("U2/1")) == (first, second)
    assert shop.free("LAMP") == free


@pytest.mark.parametrize(
    ("arriving", "head", "next_one"),
    [(3, (3, 1), (0, 1)), (4, (4, 0), (0, 1)), (5, (4, 0), (1, 0))],
)
def test_a_strict_queue_covers_the_head_in_part_and_lets_nobody_pass__cm_W5(
    shop, arriving, head, next_one
):
    shop.order("A", {"LAMP": 4})
    shop.order("B", {"LAMP": 1})
    shop.receive("LAMP", arriving)
    assert shop.figures("A/1") == head
    assert shop.figures("B/1") == next_one


def test_smallest_first_serves_the_small_line_before_the_old_one__cm_W5(open_shop):
    shop = open_shop(smallest_first())
    shop.order("A", {"LAMP": 4})
    shop.order("B", {"LAMP": 1})
    shop.receive("LAMP", 3)
    assert shop.figures("B/1") == (1, 0)
    assert shop.figures("A/1") == (2, 2)


def test_an_order_that_is_not_firm_is_not_considered__cm_W7(shop):
    """An unfinished order is one on hold; before that it is not in the book at all."""
    shop.order("O-1", {"LAMP": 1}, hold="not paid yet")
    shop.receive("LAMP", 1)
    assert shop.figures("O-1/1") == (0, 1)
    assert shop.free("LAMP") == 1
    shop.release("O-1")
    assert shop.figures("O-1/1") == (1, 0)


def test_a_line_that_is_not_due_is_not_considered__cm_W7(shop):
    later = Line("O-1/1", "LAMP", 1, allocate_not_before=date(2026, 3, 3))
    shop.order("O-1", [later])
    shop.receive("LAMP", 1)
    assert shop.figures("O-1/1") == (0, 1)
    shop.day()
    assert shop.figures("O-1/1") == (1, 0)


def test_a_withdrawn_promise_is_not_an_arrival__cm_W8(shop):
    two_wait_for_one_each(shop)
    plan = shop.cancel("U1")
    assert plan.allocated() == {}
    assert shop.figures("U1/1") == (0, 0)
    assert shop.figures("U2/1") == (0, 1)


def test_editing_an_order_down_and_up_again_fills_nobody__cm_W9(shop):
    shop.order("O-1", {"LAMP": 1})
    shop.order("O-2", {"LAMP": 2})
    shop.order("O-3", {"LAMP": 1})
    shop.amend("O-2/1", 1)
    shop.amend("O-2/1", 2)
    assert [shop.figures(f"O-{one}/1") for one in (1, 2, 3)] == [(0, 1), (0, 2), (0, 1)]
    assert shop.on_hand("LAMP") == 0
    assert shop.book.pool("LAMP").waiting == 4


def test_the_unit_given_up_and_asked_for_again_queues_behind__cm_W9(shop):
    shop.order("O-1", {"LAMP": 1})
    shop.order("O-2", {"LAMP": 2})
    shop.order("O-3", {"LAMP": 1})
    shop.amend("O-2/1", 1)
    shop.amend("O-2/1", 2)
    shop.receive("LAMP", 3)
    assert [shop.figures(f"O-{one}/1") for one in (1, 2, 3)] == [(1, 0), (1, 1), (1, 0)]


@pytest.mark.parametrize(
    ("arriving", "critical", "high", "normal"),
    [(5, 2, 3, 0), (6, 2, 4, 0), (7, 2, 4, 1)],
)
def test_priority_comes_before_age__cm_W11(open_shop, arriving, critical, high, normal):
    shop = open_shop(by_priority())
    shop.order("NORMAL", {"LAMP": 3}, priority=3)
    shop.order("CRITICAL", {"LAMP": 2}, priority=1)
    shop.order("HIGH", {"LAMP": 4}, priority=2)
    shop.receive("LAMP", arriving)
    assert shop.figures("CRITICAL/1") == (critical, 2 - critical)
    assert shop.figures("HIGH/1") == (high, 4 - high)
    assert shop.figures("NORMAL/1") == (normal, 3 - normal)


@pytest.mark.parametrize(
    ("arriving", "summary"),
    [
        (0, "waiting for 5"),
        (1, "partly covered, 1 of 5"),
        (3, "partly covered, 3 of 5"),
        (4, "partly covered, 4 of 5"),
        (5, "covered, 5 of 5"),
    ],
)
def test_the_status_says_how_much_is_covered__cm_W13(shop, arriving, summary):
    shop.order("A", {"LAMP": 5})
    if arriving:
        shop.receive("LAMP", arriving)
    assert shop.book.line("A/1").summary == summary


def three_claims_due_in_january(shop):
    """Claims of 10 by falling priority; the least important is wanted first."""
    for priority, day in ((1, 10), (2, 11), (3, 5)):
        line = Line(f"P{priority}/1", "LAMP", 10, requested_on=date(2026, 1, day))
        shop.order(f"P{priority}", [line], priority=priority)


def new_year(open_shop):
    """A shop by priority on 1 January."""
    shop = open_shop(by_priority())
    shop.now = datetime(2026, 1, 1, 8, tzinfo=UTC)
    return shop


@pytest.mark.parametrize(
    ("arriving", "last"), [(19, 0), (20, 0), (21, 1), (25, 5), (30, 10)]
)
def test_the_stock_a_more_important_claim_needs_later_is_protected__erp_F10(
    open_shop, arriving, last
):
    """Stock is allocated at once, in the order of priority; that protects it."""
    shop = new_year(open_shop)
    three_claims_due_in_january(shop)
    shop.receive("LAMP", arriving)
    assert shop.figures("P1/1") == (10, 0)
    assert shop.figures("P2/1") == (min(arriving - 10, 10), 10 - min(arriving - 10, 10))
    assert shop.figures("P3/1") == (last, 10 - last)


def test_a_later_supply_reaches_the_least_important_claim__erp_F11(open_shop):
    shop = new_year(open_shop)
    shop.purchase("PO-1", {"LAMP": 25}, expected_on=date(2026, 1, 1))
    shop.purchase("PO-2", {"LAMP": 2}, expected_on=date(2026, 1, 20))
    three_claims_due_in_january(shop)
    assert [(one.quantity, one.on) for one in expected_dates(shop.book, "P3/1")] == [
        (5, date(2026, 1, 1)),
        (2, date(2026, 1, 20)),
        (3, None),
    ]
    shop.receive("LAMP", 25, purchase_line="PO-1/1")
    assert shop.figures("P3/1") == (5, 5)
    coverage = cover(shop.book, "LAMP")
    assert [(peg.line, peg.quantity) for peg in coverage.pegs] == [("P3/1", 2)]
    assert [(one.line, one.quantity) for one in coverage.uncovered] == [("P3/1", 3)]
    assert shop.book.pool("LAMP").short == coverage.shortage == 3


def test_moving_goods_within_a_location_changes_no_reservation__erp_O13(shop):
    """Shelves of one location are not the book's matter: a recount finds as many."""
    shop.stock("LAMP", 8)
    shop.order("D-1", {"LAMP": 5})
    shop.order("D-2", {"LAMP": 5})
    assert shop.stock("LAMP", 8).is_empty
    assert shop.figures("D-1/1") == (5, 0)
    assert shop.figures("D-2/1") == (3, 2)


def test_finding_less_and_then_all_of_it_again_changes_no_reservation__erp_O13(shop):
    shop.stock("LAMP", 8)
    shop.order("D-1", {"LAMP": 5})
    shop.order("D-2", {"LAMP": 5})
    shop.stock("LAMP", 6)
    assert (shop.figures("D-1/1"), shop.figures("D-2/1")) == ((5, 0), (1, 4))
    shop.stock("LAMP", 8)
    assert (shop.figures("D-1/1"), shop.figures("D-2/1")) == ((5, 0), (3, 2))


# Priority, then the promised day


def promised(days):
    """A catalogue under which what waits is promised so many days from now."""
    return Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=days)])


@pytest.fixture
def promises_shop(open_shop):
    """On 27 February, by priority, then by the promised day."""
    shop = open_shop(by_priority(then=earliest_promise_first()))
    shop.now = datetime(2026, 2, 27, 8, tzinfo=UTC)
    return shop


def the_others_order(shop):
    """B is more important and promised last; C is promised first."""
    shop.order("B", {"LAMP": 6}, priority=1, catalogue=promised(10))
    shop.order("C", {"LAMP": 4}, priority=2, catalogue=promised(2))
    assert shop.book.line("B/1").promised_on == date(2026, 3, 9)
    assert shop.book.line("C/1").promised_on == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("arriving", "given"),
    [
        (5, (0, 5, 0)),
        (6, (0, 6, 0)),
        (7, (0, 6, 1)),
        (10, (0, 6, 4)),
        (11, (1, 6, 4)),
    ],
)
def test_priority_decides_before_the_promised_day__erp_X2(
    promises_shop, arriving, given
):
    shop = promises_shop
    shop.order("A", {"LAMP": 6}, priority=2, catalogue=promised(6))
    assert shop.book.line("A/1").promised_on == date(2026, 3, 5)
    the_others_order(shop)
    shop.receive("LAMP", arriving)
    allocated = tuple(shop.figures(f"{one}/1")[0] for one in "ABC")
    assert allocated == given


def test_picked_goods_are_left_untouched__erp_X2(promises_shop):
    shop = promises_shop
    shop.stock("LAMP", 6)
    shop.order("A", {"LAMP": 6}, priority=2)
    shop.freeze({"A/1": 6}, reason="on a pick list")
    the_others_order(shop)
    assert shop.figures("A/1") == (6, 0)
    with shop.refuses(NotPossible, "cannot take back 1 of 'LAMP', only 0"):
        shop.stock("LAMP", 5)
    shop.receive("LAMP", 10)
    assert [shop.figures(f"{one}/1") for one in "ABC"] == [(6, 0), (6, 0), (4, 0)]
