"""Worked cases: which part of an order is there now, and which part waits."""

# Test names carry the id of their case as it is written.

import pytest

from backorderkit import UNLIMITED, SellingRule, SellingRules
from backorderkit.deciding import in_given_order
from backorderkit.errors import NotPossible

NEVER_SHORT = SellingRules(SellingRule(0))
ALWAYS = SellingRules(SellingRule(UNLIMITED))


@pytest.mark.parametrize(
    ("on_hand", "asked", "now", "later"),
    [
        (10, 5, 5, 0),
        (10, 9, 9, 0),
        (10, 10, 10, 0),
        (10, 11, 10, 1),
        (10, 20, 10, 10),
        (0, 20, 0, 20),
    ],
)
def test_an_order_is_split_into_now_and_later__cm_S1(shop, on_hand, asked, now, later):
    shop.stock("LAMP", on_hand)
    shop.order("O-1", {"LAMP": asked}, rules=ALWAYS)
    assert shop.figures("O-1/1") == (now, later)
    assert shop.free("LAMP") == on_hand - now


@pytest.mark.parametrize(("asked", "refused"), [(9, 0), (10, 0), (11, 1), (20, 10)])
def test_what_may_not_wait_is_refused_by_name_and_number__cm_S2(shop, asked, refused):
    shop.stock("LAMP", 10)
    plan = shop.order("O-1", {"LAMP": asked}, rules=NEVER_SHORT)
    expected = {"O-1/1": (refused, "LAMP is not sold short")} if refused else {}
    assert shop.refused(plan) == expected
    assert shop.figures("O-1/1") == (asked - refused, 0)
    assert shop.book.line("O-1/1").refused == refused


@pytest.mark.parametrize(
    ("lowered_to", "kept"), [(3, (1, 2)), (2, (1, 1)), (1, (1, 0)), (0, (0, 0))]
)
def test_waiting_units_are_given_up_first__cm_S4(shop, lowered_to, kept):
    shop.stock("LAMP", 1)
    shop.order("O-1", {"LAMP": 3})
    shop.amend("O-1/1", lowered_to)
    assert shop.figures("O-1/1") == kept
    assert shop.free("LAMP") == 1 - kept[0]


def test_a_line_cannot_fall_below_its_shipped_quantity__cm_S5(shop):
    shop.stock("LAMP", 1)
    shop.order("O-1", {"LAMP": 2})
    shop.ship("O-1")
    shop.amend("O-1/1", 1)
    line = shop.book.line("O-1/1")
    assert (line.shipped, line.waiting, line.cancelled) == (1, 0, 1)
    with shop.refuses(NotPossible, "shipped units come back by a return") as caught:
        shop.amend("O-1/1", 0)
    assert (caught.value.asked, caught.value.possible) == (1, 0)


@pytest.mark.parametrize(
    ("stock", "second"), [(4, (0, 4)), (6, (2, 2)), (7, (3, 1)), (8, (4, 0))]
)
def test_the_second_order_gets_what_the_first_left__cm_S7(shop, stock, second):
    shop.stock("LAMP", stock)
    shop.order("A", {"LAMP": 4})
    shop.order("B", {"LAMP": 4})
    assert shop.figures("A/1") == (4, 0)
    assert shop.figures("B/1") == second


def test_claimed_units_are_not_there_for_the_next__cm_S8(shop):
    shop.stock("LAMP", 10)
    shop.order("A", {"LAMP": 5})
    shop.order("C", {"LAMP": 20})
    assert shop.figures("C/1") == (5, 15)


def test_a_newcomer_does_not_inherit_the_shortage_of_others__cm_S10(shop):
    shop.order("A", {"LAMP": 5})
    shop.order("B", {"LAMP": 5})
    assert shop.figures("B/1") == (0, 5)
    assert [one.quantity for one in shop.book.backorders("LAMP")] == [5, 5]


def test_a_line_waits_at_its_own_location_beside_a_full_one__cm_S12(shop):
    shop.stock("LAMP", 10, "south")
    shop.order("O-1", {"LAMP": 1}, location="north")
    assert shop.at("O-1/1") == {"north": (0, 1)}
    assert [one.line for one in shop.book.backorders("LAMP", "north")] == ["O-1/1"]
    assert shop.free("LAMP", "south") == 10


def test_another_location_counts_when_the_sourcing_admits_it__cm_S12(shop):
    shop.stock("LAMP", 10, "south")
    sourcing = in_given_order("north", "south")
    shop.order("O-1", {"LAMP": 1}, location="north", sourcing=sourcing)
    assert shop.at("O-1/1") == {"south": (1, 0)}


@pytest.mark.parametrize(
    ("stock", "first", "second"),
    [
        (3, (3, 1), (0, 4)),
        (4, (4, 0), (0, 4)),
        (5, (4, 0), (1, 3)),
        (8, (4, 0), (4, 0)),
    ],
)
def test_two_lines_of_one_sku_never_get_the_same_unit__cm_S13(
    shop, stock, first, second
):
    shop.stock("LAMP", stock)
    shop.order("O-1", [("LAMP", 4), ("LAMP", 4)])
    assert shop.figures("O-1/1") == first
    assert shop.figures("O-1/2") == second
    assert shop.free("LAMP") == 0


def test_the_rest_stays_on_the_same_backorder_until_stock_comes__erp_C7(shop):
    """Releasing to the warehouse is a shipment of what is there; a retry finds none."""
    shop.stock("LAMP", 7)
    shop.order("O-1", {"LAMP": 20})
    shop.ship("O-1")
    with shop.refuses(NotPossible, "nothing of it may leave yet"):
        shop.ship("O-1")
    assert shop.stock("LAMP", 0).is_empty
    (backorder,) = shop.book.backorders("LAMP")
    assert (backorder.line, backorder.portion, backorder.quantity) == ("O-1/1", 0, 13)
    shop.receive("LAMP", 30)
    line = shop.book.line("O-1/1")
    assert (line.shipped, line.allocated, line.waiting) == (7, 13, 0)
    assert len(line.portions) == 1
    assert shop.free("LAMP") == 17


def test_each_product_of_an_order_is_split_by_its_own_stock__erp_C8(shop):
    for sku, units in {"A": 15, "B": 10}.items():
        shop.stock(sku, units)
    shop.order("O-1", {"A": 20, "B": 10, "C": 20, "D": 10})
    found = [shop.figures(f"O-1/{number}") for number in (1, 2, 3, 4)]
    assert found == [(15, 5), (10, 0), (0, 20), (0, 10)]
    assert shop.book.order("O-1").waiting == 35


def test_what_is_short_stays_linked_to_its_order__erp_X4(shop):
    shop.stock("LAMP", 70)
    shop.order("O-1", {"LAMP": 100})
    assert shop.figures("O-1/1") == (70, 30)
    (backorder,) = shop.book.backorders("LAMP")
    assert (backorder.order, backorder.ordered, backorder.quantity) == ("O-1", 100, 30)
