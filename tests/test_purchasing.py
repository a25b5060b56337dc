"""Suppliers' terms, the sizing of orders, and purchase orders as values."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    Catalogue,
    Money,
    PurchaseLine,
    PurchaseOrder,
    SupplierTerms,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import PurchaseNeed, Rounding
from tests.shop import NOON


def terms(**details):
    details.setdefault("lead_time_days", 7)
    return SupplierTerms("ACME", "LAMP", **details)


# Sizing


@pytest.mark.parametrize(
    ("need", "quantity"), [(1, 20), (19, 20), (20, 20), (21, 21), (500, 500)]
)
def test_a_need_is_lifted_to_the_minimum(need, quantity):
    sizing = terms(minimum=20).size(need)
    assert sizing.quantity == quantity
    assert sizing.by_minimum == sizing.surplus == max(20 - need, 0)


@pytest.mark.parametrize(
    ("need", "quantity"), [(1, 12), (11, 12), (12, 12), (13, 24), (25, 36)]
)
def test_a_need_is_rounded_up_to_whole_packs(need, quantity):
    sizing = terms(multiple=12).size(need)
    assert (sizing.quantity, sizing.by_rounding) == (quantity, quantity - need)


@pytest.mark.parametrize(
    ("need", "quantity"), [(9, 9), (10, 10), (11, 10), (1_000, 10)]
)
def test_an_order_is_cut_to_the_maximum(need, quantity):
    sizing = terms(maximum=10).size(need)
    assert (sizing.quantity, sizing.by_maximum) == (quantity, need - quantity)
    assert sizing.surplus == 0


@pytest.mark.parametrize(
    ("maximum", "quantity"), [(11, 12), (12, 12), (23, 12), (24, 24)]
)
def test_a_maximum_is_whole_packs_and_at_least_one(maximum, quantity):
    assert terms(multiple=12, maximum=maximum).size(100).quantity == quantity


def test_a_maximum_below_the_minimum_wins():
    assert terms(minimum=20, maximum=10).size(5).quantity == 10


def test_nothing_needed_is_nothing_ordered():
    assert terms(minimum=20, multiple=12).size(0).quantity == 0


@given(
    need=st.integers(1, 200),
    at_least=st.integers(0, 200),
    minimum=st.integers(1, 60),
    multiple=st.integers(1, 25),
    maximum=st.none() | st.integers(1, 120),
    rounding=st.sampled_from(Rounding),
)
def test_a_size_is_what_trying_all_sizes_finds(
    need, at_least, minimum, multiple, maximum, rounding
):
    at_least = min(at_least, need)
    offer = terms(
        minimum=minimum, multiple=multiple, maximum=maximum, rounding=rounding
    )
    wanted = max(need, minimum)
    packs = range(multiple, 1_000, multiple)
    above = min(size for size in packs if size >= wanted)
    below = [size for size in packs if at_least <= size <= wanted and size >= minimum]
    expected = above if rounding is Rounding.UP or not below else max(below)
    if maximum is not None:
        largest = max([size for size in packs if size <= maximum], default=multiple)
        expected = min(expected, largest)
    sizing = offer.size(need, at_least=at_least)
    assert sizing.quantity == expected
    assert sizing.need == need
    steps = sizing.need + sizing.by_minimum + sizing.by_rounding - sizing.by_maximum
    assert steps == expected
    assert sizing.surplus == max(expected - need, 0)


@pytest.mark.parametrize("need", [2.5, 2.0, "5", None, True])
def test_a_need_is_a_whole_number(need):
    with pytest.raises(BackorderError):
        terms().size(need)


# Terms


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("lead_time_days", -1),
        ("lead_time_days", 1.5),
        ("minimum", 0),
        ("multiple", 0),
        ("multiple", -12),
        ("maximum", 0),
        ("maximum", 2.5),
        ("preference", -1),
    ],
)
def test_terms_out_of_range_are_named(field, bad):
    with pytest.raises(InvalidValue, match=f"^{field} is "):
        terms(**{field: bad})


@pytest.mark.parametrize(("field", "bad"), [("price", 2.5), ("rounding", "up")])
def test_terms_of_another_kind_are_refused(field, bad):
    with pytest.raises(BackorderError):
        terms(**{field: bad})


def test_the_least_terms_are_taken():
    offer = terms(lead_time_days=0, minimum=1, multiple=1, maximum=1)
    assert offer.size(1).quantity == 1


# Catalogue


def test_offers_come_by_preference_and_then_by_supplier():
    offers = [
        SupplierTerms("BOLT", "LAMP", lead_time_days=3),
        SupplierTerms("ACME", "LAMP", lead_time_days=9),
        SupplierTerms("ZEST", "LAMP", lead_time_days=1, preference=1),
        SupplierTerms("ACME", "RUG", lead_time_days=5),
    ]
    for order in permutations(offers):
        catalogue = Catalogue(order)
        names = [one.supplier for one in catalogue.offers("LAMP")]
        assert names == ["ACME", "BOLT", "ZEST"]
        assert catalogue.earliest_arrival("LAMP", NOON) == date(2026, 3, 2)
        assert catalogue == Catalogue(offers)
    assert Catalogue(offers).offers("TABLE") == ()
    assert Catalogue().earliest_arrival("LAMP", NOON) is None


def test_two_offers_of_one_supplier_do_not_depend_on_the_order_of_rows():
    offers = [terms(minimum=5), terms(minimum=50, lead_time_days=9)]
    try:
        forward = Catalogue(offers)
    except BackorderError:
        return  # refusing two rows for one thing is an answer, too
    assert forward.offers("LAMP") == Catalogue(offers[::-1]).offers("LAMP")


@pytest.mark.parametrize("bad", [[None], ["ACME"], [PurchaseNeed("O-1/1", 0, 5)]])
def test_a_catalogue_holds_terms_only(bad):
    with pytest.raises(BackorderError):
        Catalogue(bad)


# Purchase orders


def test_a_line_knows_what_it_is_for_and_what_is_left_over():
    needs = [PurchaseNeed("O-1/1", 0, 5), PurchaseNeed("O-2/1", 1, 3)]
    line = PurchaseLine("PO-1/1", "LAMP", 12, needs=iter(needs))
    assert line.needs == tuple(needs)
    assert line.surplus == 4
    assert PurchaseLine("PO-1/1", "LAMP", 8, needs=needs).surplus == 0


def test_a_line_is_for_no_more_than_it_orders():
    with pytest.raises(BackorderError):
        PurchaseLine("PO-1/1", "LAMP", 7, needs=[PurchaseNeed("O-1/1", 0, 8)])


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 1.0])
def test_a_need_names_a_whole_number_of_units(quantity):
    with pytest.raises(BackorderError):
        PurchaseNeed("O-1/1", 0, quantity)


@pytest.mark.parametrize("cost", [12.5, "12.50", 12])
def test_the_cost_of_a_purchase_line_is_money(cost):
    with pytest.raises(BackorderError):
        PurchaseLine("PO-1/1", "LAMP", 7, unit_cost=cost)


@pytest.mark.parametrize(
    ("field", "bad"),
    [("quantity", 0), ("quantity", 2.5), ("sku", ""), ("expected_on", NOON)],
)
def test_a_purchase_line_is_checked(field, bad):
    named = {"ref": "PO-1/1", "sku": "LAMP", "quantity": 5, field: bad}
    with pytest.raises(InvalidValue, match=f"^{field} is "):
        PurchaseLine(**named)


def test_an_order_is_worth_what_its_priced_lines_cost():
    lines = [
        PurchaseLine("a", "LAMP", 3, unit_cost=Money("0.10", "EUR")),
        PurchaseLine("b", "RUG", 1),
        PurchaseLine("c", "CHAIR", 2, unit_cost=Money("12.50", "EUR")),
    ]
    assert PurchaseOrder("PO-1", "ACME", NOON, lines).value == Money("25.30", "EUR")
    assert PurchaseOrder("PO-1", "ACME", NOON, lines[1:2]).value is None


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["PO-1/1"],
        [PurchaseLine("a", "LAMP", 1), PurchaseLine("a", "RUG", 1)],
    ],
)
def test_an_order_has_lines_each_with_its_own_reference(lines):
    with pytest.raises(InvalidValue):
        PurchaseOrder("PO-1", "ACME", NOON, lines)


@pytest.mark.parametrize("ordered_at", [date(2026, 3, 1), None, "today"])
def test_an_order_is_placed_at_a_moment(ordered_at):
    with pytest.raises(InvalidValue, match=r"^ordered_at is "):
        PurchaseOrder("PO-1", "ACME", ordered_at, [PurchaseLine("a", "LAMP", 1)])
