"""Orders and lines: what a shop can say about one, and what it cannot."""

from datetime import date, datetime

import attrs
import pytest

from backorderkit import BackorderError, DeliveryRule, Line, Money, Order
from backorderkit.errors import InvalidValue
from tests.shop import NOON

LAMP = Line("O-1/1", "LAMP", 2)


def order(*lines, **details):
    return Order("O-1", "ada", NOON, lines or [LAMP], **details)


@pytest.mark.parametrize(
    "quantity", [0, -1, 1.0, 2.5, True, "2", None, 10**15 + 1, float("inf")]
)
def test_a_line_asks_for_a_whole_number_of_units(quantity):
    with pytest.raises(InvalidValue, match=r"^quantity is "):
        Line("O-1/1", "LAMP", quantity)


@pytest.mark.parametrize("quantity", [1, 2, 10**15])
def test_a_line_asks_for_one_unit_at_least(quantity):
    assert Line("O-1/1", "LAMP", quantity).quantity == quantity


@pytest.mark.parametrize("field", ["ref", "sku", "location", "delivery_group"])
@pytest.mark.parametrize("value", ["", " x", "a\nb", 7])
def test_every_name_of_a_line_is_a_reference(field, value):
    named = {"ref": "O-1/1", "sku": "LAMP", "quantity": 2, field: value}
    with pytest.raises(InvalidValue, match=f"^{field} is "):
        Line(**named)


@pytest.mark.parametrize(
    "field", ["requested_on", "allocate_not_before", "cancel_after"]
)
@pytest.mark.parametrize("value", [NOON, "2026-03-01", 5])
def test_the_days_of_a_line_are_dates(field, value):
    assert getattr(Line("a", "b", 1, **{field: date(2026, 3, 1)}), field)
    with pytest.raises(InvalidValue, match=f"^{field} is "):
        Line("a", "b", 1, **{field: value})


@pytest.mark.parametrize("price", [1.5, "1.50", 2])
def test_the_price_of_a_line_is_money(price):
    assert Line("a", "b", 1, unit_price=Money("1.50", "EUR")).unit_price
    with pytest.raises(BackorderError):
        Line("a", "b", 1, unit_price=price)


def test_what_follows_the_quantity_is_named():
    with pytest.raises(TypeError):
        Line("O-1/1", "LAMP", 2, "north")


@pytest.mark.parametrize(
    "placed_at",
    [datetime(2026, 3, 1), date(2026, 3, 1), "today", None],  # noqa: DTZ001
)
def test_an_order_is_placed_at_a_moment_with_a_zone(placed_at):
    with pytest.raises(InvalidValue, match=r"^placed_at is "):
        Order("O-1", "ada", placed_at, [LAMP])


@pytest.mark.parametrize("lines", [[], (), ["O-1/1"], [LAMP, None], [("LAMP", 1)]])
def test_an_order_has_lines_and_nothing_but_lines(lines):
    with pytest.raises(InvalidValue, match="give at least one Line"):
        Order("O-1", "ada", NOON, lines)


@pytest.mark.parametrize("lines", [None, 5, LAMP])
def test_what_cannot_be_walked_through_is_no_lines(lines):
    with pytest.raises(BackorderError):
        Order("O-1", "ada", NOON, lines)


def test_the_lines_may_come_from_a_generator_and_are_kept():
    made = Order("O-1", "ada", NOON, (one for one in [LAMP]))
    assert made.lines == (LAMP,)
    assert made == order()
    assert hash(made) == hash(order())


def test_two_lines_of_an_order_have_their_own_references():
    with pytest.raises(InvalidValue, match="give each line its own"):
        order(LAMP, Line("O-1/1", "CHAIR", 1))
    assert len(order(LAMP, Line("O-1/2", "LAMP", 2)).lines) == 2


@pytest.mark.parametrize("priority", [-(10**6), -1, 0, 10**6])
def test_a_priority_is_a_small_whole_number(priority):
    assert order(priority=priority).priority == priority


@pytest.mark.parametrize("priority", [10**6 + 1, -(10**6) - 1, 1.0, True, None, "1"])
def test_a_priority_is_nothing_else(priority):
    with pytest.raises(InvalidValue, match=r"^priority is "):
        order(priority=priority)


@pytest.mark.parametrize("hold", [None, 1, True, "a\nb"])
def test_a_hold_is_its_reason(hold):
    assert order(hold="fraud check").hold == "fraud check"
    with pytest.raises(InvalidValue, match=r"^hold is "):
        order(hold=hold)


@pytest.mark.parametrize("delivery", ["ship_complete", None, True])
def test_a_delivery_rule_is_one_of_the_enum(delivery):
    with pytest.raises(BackorderError):
        order(delivery=delivery)


def test_lines_of_one_group_are_named_together_in_the_order_given():
    lines = [
        Line("a", "LAMP", 1, delivery_group="desk"),
        Line("b", "RUG", 1),
        Line("c", "CHAIR", 1, delivery_group="sofa"),
        Line("d", "CHAIR", 1, delivery_group="desk"),
    ]
    assert order(*lines).groups == {"desk": ("a", "d"), "sofa": ("c",)}
    assert not order(*lines).delivers_whole


def test_an_order_without_groups_has_none():
    assert order().groups == {}


def test_a_ship_complete_order_is_one_group():
    whole = order(LAMP, Line("O-1/2", "RUG", 1), delivery=DeliveryRule.SHIP_COMPLETE)
    assert whole.groups == {"": ("O-1/1", "O-1/2")}
    assert whole.delivers_whole


def test_a_ship_complete_order_has_no_groups_within():
    with pytest.raises(InvalidValue, match="the order already ships complete"):
        order(
            Line("a", "LAMP", 1, delivery_group="desk"),
            delivery=DeliveryRule.SHIP_COMPLETE,
        )


def test_an_order_is_a_fact_and_does_not_change():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        order().priority = 3
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        LAMP.quantity = 3
