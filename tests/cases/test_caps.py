"""Worked cases: how much may be short at one time, and what is refused beyond it.

A source's threshold of −n is a cap of n; +n is n units kept back; 0 is no backorder.
"""

# Test names carry the id of their case as it is written.

import pytest

from backorderkit import UNLIMITED, SellingRule, SellingRules, UnitOfMeasure, plan_order
from backorderkit.errors import InvalidValue
from backorderkit.model import Acceptance

METRE = UnitOfMeasure("m", 10)


def cap(units, accept=Acceptance.WHAT_FITS):
    """So many units may be short at one time."""
    return SellingRules(SellingRule(units), accept=accept)


def whole(units):
    """A cap under which an order that does not fit is refused as a whole."""
    return cap(units, Acceptance.WHOLE_ORDER)


def only_wait(units, waiting=0):
    """The reason for a refusal under a cap."""
    if not units:
        return "LAMP is not sold short"
    figures = f"limit {waiting + units}, {waiting} waiting"
    return f"only {units} more of LAMP can be backordered ({figures})"


@pytest.mark.parametrize(
    ("kept_back", "allowed", "asked", "taken"),
    [
        (0, 0, 2, 2),
        (0, 0, 3, 3),
        (0, 0, 4, 3),
        (0, 0, 5, 3),
        (2, 0, 1, 1),
        (2, 0, 2, 1),
        (0, 5, 7, 7),
        (0, 5, 8, 8),
        (0, 5, 9, 8),
    ],
)
def test_a_threshold_bounds_what_is_taken__cm_C1(
    shop, kept_back, allowed, asked, taken
):
    shop.stock("LAMP", 3)
    shop.reserve("LAMP", kept_back)
    plan = shop.order("O-1", {"LAMP": asked}, rules=cap(allowed))
    assert shop.book.line("O-1/1").ordered == taken
    refused = asked - taken
    expected = {"O-1/1": (refused, only_wait(allowed))} if refused else {}
    assert shop.refused(plan) == expected


@pytest.mark.parametrize(("asked", "next_one"), [(24, 1), (25, 0), (26, 0)])
def test_a_full_cap_refuses_the_next_order__cm_C2(shop, asked, next_one):
    shop.stock("LAMP", 5)
    shop.order("O-1", {"LAMP": asked}, rules=cap(20))
    assert shop.figures("O-1/1") == (5, min(asked, 25) - 5)
    plan = shop.order("O-2", {"LAMP": 1}, rules=whole(20))
    full = "no more of LAMP can be backordered (limit 20, 20 waiting)"
    expected = {} if next_one else {"O-2/1": (1, full)}
    assert shop.refused(plan) == expected


@pytest.mark.parametrize(
    ("on_hand", "claimed", "kept_back", "allowed", "saleable"),
    [
        (10, 0, 0, 0, 10),
        (10, 0, 3, 0, 7),
        (10, 5, 0, 0, 5),
        (10, 5, 3, 0, 2),
        (10, 10, 0, 0, 0),
        (10, 10, 0, 5, 5),
    ],
)
def test_what_is_saleable_is_what_an_order_would_get__cm_C4(
    shop, on_hand, claimed, kept_back, allowed, saleable
):
    """A plan that is dropped answers how much could be sold; nothing changes."""
    shop.stock("LAMP", on_hand)
    if claimed:
        shop.order("O-1", {"LAMP": claimed})
    shop.reserve("LAMP", kept_back)
    for asked in (max(saleable, 1), saleable + 1, saleable + 1000):
        order = shop.make_order("O-2", {"LAMP": asked})
        plan = plan_order(shop.book, order, rules=cap(allowed))
        refused = shop.refused(plan).get("O-2/1", (0, ""))[0]
        assert asked - refused == min(asked, saleable)
    assert shop.book.orders() == (("O-1",) if claimed else ())


@pytest.mark.parametrize(
    ("metres", "accepted"),
    [("12.9", True), ("13", True), ("13.1", False), ("14", False)],
)
def test_a_cap_is_exact_in_fractions_of_a_metre__cm_C5(shop, metres, accepted):
    """8.5 m available and a cap of 4.5 m, counted in tenths of a metre."""
    shop.stock("CLOTH", METRE.to_base("8.5"))
    rules = whole(METRE.to_base("4.5"))
    shop.order("O-1", {"CLOTH": METRE.to_base(metres)}, rules=rules)
    assert (shop.book.orders() == ("O-1",)) is accepted


def test_a_cap_of_nothing_is_a_cap__cm_C7(shop):
    shop.stock("CLOTH", METRE.to_base("8.5"))
    plan = shop.order("O-1", {"CLOTH": METRE.to_base(100)}, rules=cap(0))
    allocated, waiting = shop.figures("O-1/1")
    assert (str(METRE.from_base(allocated)), waiting) == ("8.5", 0)
    refused, reason = shop.refused(plan)["O-1/1"]
    assert str(METRE.from_base(refused)) == "91.5"
    assert reason == "CLOTH is not sold short"


def test_no_cap_is_said_with_its_own_value__cm_C7(shop):
    shop.stock("CLOTH", METRE.to_base("8.5"))
    plan = shop.order("O-1", {"CLOTH": METRE.to_base(100)}, rules=cap(UNLIMITED))
    assert shop.refused(plan) == {}
    assert shop.figures("O-1/1") == (85, 915)
    with pytest.raises(InvalidValue, match="say UNLIMITED, or give a number"):
        SellingRule(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("counted", [-21, -20, -10, -1])
def test_on_hand_is_never_negative_whatever_the_cap__cm_C9(shop, counted):
    shop.order("O-1", {"LAMP": 20}, rules=cap(20))
    with shop.refuses(InvalidValue, f"on_hand is {counted}: give 0 or more"):
        shop.stock("LAMP", counted)


@pytest.mark.parametrize(("asked", "taken"), [(9, True), (10, True), (11, False)])
def test_a_pre_order_beyond_the_cap_of_a_channel_is_not_recorded__cm_C10(
    shop, asked, taken
):
    """A channel has its own rules; they are given with each of its orders."""
    plan = shop.order("O-1", {"LAMP": asked}, rules=whole(10))
    assert (shop.book.orders() == ("O-1",)) is taken
    if not taken:
        assert shop.refused(plan) == {"O-1/1": (1, only_wait(10))}
        assert shop.book.pool("LAMP").waiting == 0
        shop.order("O-1", {"LAMP": 10}, rules=whole(10))
        assert shop.figures("O-1/1") == (0, 10)


@pytest.mark.parametrize(
    ("asked", "taken"), [(2, True), (3, True), (4, False), (5, False)]
)
def test_units_claimed_by_others_count_against_the_cap__cm_C11(shop, asked, taken):
    """Another cart's hold is an order of 2 that waits."""
    shop.order("CART", {"LAMP": 2}, customer="bob", rules=whole(5))
    plan = shop.order("O-1", {"LAMP": asked}, rules=whole(5))
    assert (shop.book.orders() == ("CART", "O-1")) is taken
    assert shop.refused(plan) == (
        {} if taken else {"O-1/1": (asked - 3, only_wait(3, 2))}
    )


@pytest.mark.parametrize(("wanted", "taken"), [(4, 4), (5, 5), (6, 5)])
def test_ones_own_claim_does_not_count_against_oneself__cm_C11(shop, wanted, taken):
    """One's own hold is an order of 2 that is raised."""
    shop.order("O-1", {"LAMP": 2}, rules=whole(5))
    plan = shop.amend("O-1/1", wanted, rules=cap(5))
    assert shop.figures("O-1/1") == (0, taken)
    refused = {"O-1/1": (1, only_wait(3, 2))} if wanted > taken else {}
    assert shop.refused(plan) == refused


# Caps over several lines and places


@pytest.mark.parametrize(
    ("first", "second", "taken"), [(3, 2, (3, 2)), (3, 3, (3, 2)), (6, 1, (5, 0))]
)
def test_lines_of_one_order_share_the_cap__cm_C2(shop, first, second, taken):
    rules = cap(5)
    shop.order("O-1", [("LAMP", first), ("LAMP", second)], rules=rules)
    ordered = tuple(shop.book.line(f"O-1/{one}").ordered for one in (1, 2))
    assert ordered == taken


def test_the_cap_counts_what_waits_at_every_location__cm_C2(shop):
    shop.order("O-1", {"LAMP": 3}, location="north", rules=cap(5))
    plan = shop.order("O-2", {"LAMP": 3}, location="south", rules=cap(5))
    assert shop.refused(plan) == {"O-2/1": (1, only_wait(2, 3))}


def test_held_and_postponed_units_count_against_the_cap__cm_C2(shop):
    shop.order("O-1", {"LAMP": 3}, hold="fraud check", rules=cap(5))
    plan = shop.order("O-2", {"LAMP": 3}, rules=cap(5))
    assert shop.refused(plan) == {"O-2/1": (1, only_wait(2, 3))}


def test_a_cancelled_wait_gives_its_room_back__cm_C2(shop):
    shop.order("O-1", {"LAMP": 5}, rules=cap(5))
    shop.cancel("O-1", {"O-1/1": 2})
    plan = shop.order("O-2", {"LAMP": 3}, rules=cap(5))
    assert shop.refused(plan) == {"O-2/1": (1, only_wait(2, 3))}
