"""Worked cases: which locations serve an order, and where the rest waits.

Lots are not known to the book; no case needs them.
"""

# Test names carry the id of their case as it is written.

import pytest

from backorderkit import DeliveryRule, SellingRule, SellingRules, UnitOfMeasure, cover
from backorderkit.deciding import (
    Assignment,
    fewest_parcels,
    in_given_order,
    most_free_first,
)
from backorderkit.errors import InvalidValue, NotPossible

METRE = UnitOfMeasure("m", 10)
NEVER_SHORT = SellingRules(SellingRule(0))


def given(shop, line):
    """Return what each location gives to a line."""
    return {place: allocated for place, (allocated, _) in shop.at(line).items()}


def three_houses(shop, units):
    """So many units at each of three locations."""
    for name in ("a", "b", "c"):
        shop.stock("LAMP", units, name)


def test_a_full_location_serves_everything__cm_L1(shop):
    shop.stock("V1", 100)
    shop.stock("V2", 100)
    sourcing = in_given_order("main", "dropship")
    shop.order("O-1", {"V1": 30, "V2": 5}, sourcing=sourcing)
    assert shop.at("O-1/1") == {"main": (30, 0)}
    assert shop.at("O-1/2") == {"main": (5, 0)}


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        (9, {"main": (9, 0)}),
        (10, {"main": (10, 0)}),
        (11, {"main": (10, 0), "dropship": (1, 0)}),
        (15, {"main": (10, 0), "dropship": (5, 0)}),
        (30, {"main": (10, 0), "dropship": (20, 0)}),
        (31, {"main": (10, 1), "dropship": (20, 0)}),
    ],
)
def test_the_next_location_gives_the_rest__cm_L2(shop, asked, parts):
    shop.stock("V1", 10)
    shop.stock("V2", 10)
    shop.stock("V1", 20, "dropship")
    sourcing = in_given_order("main", "dropship")
    shop.order("O-1", {"V1": asked, "V2": 5}, sourcing=sourcing)
    assert shop.at("O-1/1") == parts
    assert shop.at("O-1/2") == {"main": (5, 0)}


@pytest.mark.parametrize(
    ("asked", "parcels"), [(2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 3), (9, 3)]
)
def test_no_more_parcels_than_needed__cm_L4(shop, asked, parcels):
    three_houses(shop, 3)
    sourcing = fewest_parcels()
    shop.order("O-1", {"LAMP": asked}, rules=NEVER_SHORT, sourcing=sourcing)
    assert len(given(shop, "O-1/1")) == parcels
    assert shop.figures("O-1/1") == (asked, 0)


@pytest.mark.parametrize(
    ("asked", "parcels", "taken"), [(4, 2, 4), (5, 3, 5), (6, 3, 6), (7, 3, 6)]
)
def test_three_parcels_where_two_are_not_enough__cm_L5(shop, asked, parcels, taken):
    three_houses(shop, 2)
    plan = shop.order(
        "O-1",
        {"LAMP": asked},
        location="a",
        rules=NEVER_SHORT,
        sourcing=fewest_parcels(),
    )
    assert len(given(shop, "O-1/1")) == parcels
    assert shop.figures("O-1/1") == (taken, 0)
    refused = {"O-1/1": (asked - taken, "LAMP is not sold short")}
    assert shop.refused(plan) == (refused if asked > taken else {})


@pytest.mark.parametrize(("asked", "taken"), [(4, 4), (5, 5), (6, 5)])
def test_two_locations_together_can_be_enough__cm_L7(shop, asked, taken):
    shop.stock("LAMP", 2, "a")
    shop.stock("LAMP", 3, "b")
    sourcing = in_given_order("a", "b")
    plan = shop.order("O-1", {"LAMP": asked}, rules=NEVER_SHORT, sourcing=sourcing)
    assert shop.figures("O-1/1") == (taken, 0)
    assert sum(units for units, _ in shop.refused(plan).values()) == asked - taken


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        (4, {"full": 4}),
        (5, {"full": 4, "fair": 1}),
        (7, {"full": 4, "fair": 3}),
    ],
)
def test_the_fullest_location_gives_first__cm_L8(shop, asked, parts):
    shop.stock("LAMP", 3, "fair")
    shop.stock("LAMP", 4, "full")
    shop.order("O-1", {"LAMP": asked}, sourcing=most_free_first())
    assert given(shop, "O-1/1") == parts


def test_what_others_claimed_is_not_free__cm_L11(shop):
    shop.stock("LAMP", 5, "a")
    shop.stock("LAMP", 3, "b")
    shop.order("O-1", {"LAMP": 4}, location="a")
    shop.order("O-2", {"LAMP": 1}, location="b")
    shop.order("O-3", {"LAMP": 3}, sourcing=most_free_first())
    assert list(given(shop, "O-3/1").items()) == [("b", 2), ("a", 1)]


# The third source of the next two has 10 but may not be used: it is not named.


def three_sources(shop):
    """Two usable sources of 5.5 and 3 metres, and one of 10 that is not."""
    for name, metres in {"one": "5.5", "two": "3", "closed": "10"}.items():
        shop.stock("CLOTH", METRE.to_base(metres), name)


@pytest.mark.parametrize(
    ("metres", "parts", "shippable"),
    [
        (7, {"one": (55, 0), "two": (15, 0)}, True),
        ("8.5", {"one": (55, 0), "two": (30, 0)}, True),
        ("8.6", {"one": (55, 1), "two": (30, 0)}, False),
        (15, {"one": (55, 65), "two": (30, 0)}, False),
    ],
)
def test_an_unusable_location_gives_nothing__cm_L13(shop, metres, parts, shippable):
    three_sources(shop)
    shop.order(
        "O-1",
        {"CLOTH": METRE.to_base(metres)},
        location="one",
        sourcing=in_given_order("one", "two"),
        delivery=DeliveryRule.SHIP_COMPLETE,
    )
    assert shop.at("O-1/1") == parts
    assert shop.book.order("O-1").is_shippable is shippable
    assert shop.free("CLOTH", "closed") == 100


@pytest.mark.parametrize(
    ("metres", "parts"),
    [
        (3, {"two": 30}),
        ("3.1", {"two": 30, "one": 1}),
        (5, {"two": 30, "one": 20}),
    ],
)
def test_the_order_of_the_sources_is_the_hosts__cm_L14(shop, metres, parts):
    three_sources(shop)
    units = METRE.to_base(metres)
    shop.order("O-1", {"CLOTH": units}, sourcing=in_given_order("two", "one"))
    assert given(shop, "O-1/1") == parts


def test_each_line_is_split_by_its_own_stock__cm_L16(shop):
    shop.stock("CLOTH", METRE.to_base("5.5"), "one")
    shop.stock("CLOTH", METRE.to_base(3), "two")
    shop.stock("RIBBON", METRE.to_base(6), "two")
    wanted = {"CLOTH": METRE.to_base(8), "RIBBON": METRE.to_base(4)}
    shop.order("O-1", wanted, sourcing=in_given_order("one", "two"))
    assert given(shop, "O-1/1") == {"one": 55, "two": 25}
    assert given(shop, "O-1/2") == {"two": 40}


@pytest.mark.parametrize(
    ("asked", "parts"),
    [(10, {"a": 10}), (11, {"a": 10, "b": 1}), (13, {"a": 10, "b": 3})],
)
def test_each_location_is_offered_only_the_rest__cm_L17(shop, asked, parts):
    shop.stock("LAMP", 10, "a")
    shop.stock("LAMP", 15, "b")
    shop.order("O-1", {"LAMP": asked}, sourcing=in_given_order("a", "b"))
    assert given(shop, "O-1/1") == parts
    assert shop.free("LAMP", "b") == 15 - parts.get("b", 0)


# Moving an order to another house


def test_an_order_moved_to_another_house_claims_there__cm_L19(shop):
    shop.stock("LAMP", 10, "north")
    shop.stock("LAMP", 10, "south")
    shop.order("O-1", {"LAMP": 15}, location="north")
    assert shop.at("O-1/1") == {"north": (10, 5)}
    shop.relocate("O-1/1", "south")
    assert shop.at("O-1/1") == {"south": (10, 5)}
    assert shop.free("LAMP", "north") == 10
    south = shop.book.pool("LAMP", "south")
    assert (south.on_hand, south.allocated, south.waiting) == (10, 10, 5)


def test_goods_an_order_leaves_go_to_who_waits_there__cm_L19(shop):
    shop.stock("LAMP", 10, "north")
    shop.order("O-1", {"LAMP": 15}, location="north")
    shop.order("O-2", {"LAMP": 4}, location="north")
    shop.relocate("O-1/1", "south")
    assert shop.at("O-2/1") == {"north": (4, 0)}
    assert shop.free("LAMP", "north") == 6


@pytest.mark.parametrize(
    ("moved", "stays", "goes"),
    [
        (4, (4, 2), (0, 4)),
        (6, (4, 0), (0, 6)),
        (7, (3, 0), (0, 7)),
    ],
)
def test_waiting_units_move_first__cm_L20(shop, moved, stays, goes):
    """A new parcel of the same house is no matter of the book: they go to an annex."""
    shop.stock("LAMP", 4)
    shop.order("O-1", {"LAMP": 10})
    shop.relocate("O-1/1", "annex", moved)
    assert shop.at("O-1/1") == {"main": stays, "annex": goes}


def test_units_cannot_move_to_where_they_are__cm_L20(shop):
    shop.stock("LAMP", 4)
    shop.order("O-1", {"LAMP": 10})
    with shop.refuses(NotPossible, "as does what is already there"):
        shop.relocate("O-1/1", "main", 4)


def test_units_moved_to_a_house_that_owes_wait_there__cm_L22(shop):
    shop.stock("LAMP", 10, "north")
    shop.order("O-1", {"LAMP": 10}, location="north")
    shop.order("O-2", {"LAMP": 1}, location="south")
    shop.relocate("O-1/1", "south", 7)
    assert shop.at("O-1/1") == {"north": (3, 0), "south": (0, 7)}
    assert shop.free("LAMP", "north") == 7
    assert shop.book.pool("LAMP", "south").waiting == 8


@pytest.mark.parametrize(("moved", "possible"), [(10, True), (11, False)])
def test_no_more_units_move_than_there_are__cm_L22(shop, moved, possible):
    shop.stock("LAMP", 10, "north")
    shop.order("O-1", {"LAMP": 10}, location="north")
    if possible:
        shop.relocate("O-1/1", "south", moved)
        assert shop.at("O-1/1") == {"south": (0, 10)}
    else:
        with shop.refuses(NotPossible, "cannot move 11 of 'O-1/1', only 10"):
            shop.relocate("O-1/1", "south", moved)


def test_picked_units_do_not_move__cm_L22(shop):
    shop.stock("LAMP", 10, "north")
    shop.order("O-1", {"LAMP": 12}, location="north")
    shop.freeze({"O-1/1": 4})
    with shop.refuses(NotPossible, "cannot move 9 of 'O-1/1', only 8"):
        shop.relocate("O-1/1", "south", 9)
    shop.relocate("O-1/1", "south")
    assert shop.at("O-1/1") == {"north": (4, 0), "south": (0, 8)}


def test_nothing_is_no_quantity_to_move__cm_L22(shop):
    shop.order("O-1", {"LAMP": 10})
    with shop.refuses(InvalidValue, "quantity is 0: give 1 or more"):
        shop.relocate("O-1/1", "south", 0)


# Totals, and nothing across locations by itself


def test_what_is_free_adds_up_over_locations__cm_L23(shop):
    shop.stock("LAMP", 4, "L1")
    shop.stock("LAMP", 4, "L2")
    shop.order("O-1", {"LAMP": 2}, location="L2")
    pools = [shop.book.pool(*pool) for pool in shop.book.pools()]
    assert [(one.pool.location, one.free) for one in pools] == [("L1", 4), ("L2", 2)]
    assert sum(one.free for one in pools) == 6


def largest_excess_first(own, safety):
    """A host's own sourcing: the own house, then the largest excess over safety."""

    def source(lines, free):
        (line,) = lines
        others = sorted(
            (one for one in free if one != own),
            key=lambda one: (safety - free[one][line.sku], one),
        )
        left = line.quantity
        for location in (own, *others):
            units = min(left, free.get(location, {}).get(line.sku, 0))
            if units:
                left -= units
                yield Assignment(line.ref, location, units)

    return source


@pytest.fixture
def houses(shop):
    """10, 100 and 20 of one item at three houses."""
    for name, units in {"WH1": 10, "WH2": 100, "WH5": 20}.items():
        shop.stock("LAMP", units, name)
    return shop


def test_other_houses_help_out_by_their_excess_over_safety__erp_F26(houses):
    """The policy is a sourcing function of the host; later supply is his relocation.

    Safety stock ranks the houses and blocks no firm demand, so it is not a reserve.
    """
    shop, sourcing = houses, largest_excess_first("WH1", safety=10)
    for number in (1, 2, 3, 4):
        shop.order(f"O-{number}", {"LAMP": 40}, location="WH1", sourcing=sourcing)
    assert shop.at("O-1/1") == {"WH1": (10, 0), "WH2": (30, 0)}
    assert shop.at("O-2/1") == {"WH2": (40, 0)}
    assert shop.at("O-3/1") == {"WH2": (30, 0), "WH5": (10, 0)}
    assert shop.at("O-4/1") == {"WH5": (10, 0), "WH1": (0, 30)}
    shop.purchase("PO-1", {"LAMP": 100}, location="WH5")
    shop.relocate("O-4/1", "WH5")
    shop.receive("LAMP", 100, "WH5", purchase_line="PO-1/1")
    assert shop.at("O-4/1") == {"WH5": (40, 0)}
    assert shop.free("LAMP", "WH5") == 70


def test_other_houses_do_not_help_out_by_themselves__erp_F26(houses):
    houses.order("O-1", {"LAMP": 40}, location="WH1")
    assert houses.at("O-1/1") == {"WH1": (10, 30)}
    assert houses.free("LAMP", "WH2") == 100


def test_supply_is_never_matched_across_houses__erp_O4(shop):
    shop.order("O-1", {"LAMP": 5}, location="north")
    shop.order("O-2", {"LAMP": 8}, location="south")
    shop.purchase("PO-1", {"LAMP": 13}, location="south")
    assert cover(shop.book, "LAMP", "north").shortage == 5
    assert [peg.line for peg in cover(shop.book, "LAMP", "south").pegs] == ["O-2/1"]
    shop.receive("LAMP", 13, "south", purchase_line="PO-1/1")
    assert shop.figures("O-1/1") == (0, 5)
    assert shop.figures("O-2/1") == (8, 0)
    assert shop.free("LAMP", "south") == 5
