"""The mappings of a part: what was loaded is given, what was not is asked for."""

import pytest

from backorderkit.book.partial_records import (
    PartialGroup,
    PartialPins,
    PartialPools,
    PartialRecords,
    PartialSkus,
    _PartialCalendar,
)
from backorderkit.errors import NotLoaded
from backorderkit.values import Pool

MAIN, NORTH, OTHER = Pool("LAMP"), Pool("LAMP", "north"), Pool("RUG")
HIDDEN = NotLoaded("queue", "LAMP")


def test_a_reference_is_known_known_to_be_none_or_not_loaded():
    orders = PartialRecords("order", {"O-2"})
    orders["O-1"] = 1
    assert orders["O-1"] == 1
    with pytest.raises(KeyError, match="O-2"):
        orders["O-2"]
    with pytest.raises(NotLoaded) as caught:
        orders["O-3"]
    assert (caught.value.kind, caught.value.ref) == ("order", "O-3")
    assert [ref in orders for ref in ("O-1", "O-2", "O-3")] == [True, False, False]


def test_what_is_uncounted_is_found_all_the_same():
    purchases = PartialRecords("purchase order", {"PO-2"})
    purchases["PO-1"] = 1
    assert purchases["PO-1"] == 1
    with pytest.raises(NotLoaded, match="every purchase order"):
        len(purchases)


@pytest.fixture
def pools():
    pools = PartialPools({"LAMP"})
    pools[MAIN] = 1
    return pools


def test_of_a_loaded_sku_every_pool_is_known(pools):
    assert (MAIN in pools, NORTH in pools) == (True, False)
    assert (pools[MAIN], pools.get(MAIN), pools.get(MAIN, 7)) == (1, 1, 1)
    assert (pools.get(NORTH), pools.get(NORTH, 7)) == (None, 7)


def test_a_pool_of_another_sku_is_known_if_it_is_there(pools):
    for ask in (pools.get, pools.__contains__, pools.__getitem__):
        with pytest.raises(NotLoaded) as caught:
            ask(OTHER)
        assert (caught.value.kind, caught.value.ref) == ("SKU", "RUG")
    pools[OTHER] = 2
    assert (OTHER in pools, pools[OTHER], pools.get(OTHER)) == (True, 2, 2)


def test_what_is_known_of_a_sku_is_known_if_it_was_loaded():
    skus = PartialSkus({"LAMP", "CHAIR"})
    skus["LAMP"] = 1
    assert (skus.get("LAMP"), skus.get("LAMP", 7)) == (1, 1)
    assert (skus.get("CHAIR"), skus.get("CHAIR", 7)) == (None, 7)
    with pytest.raises(NotLoaded, match="RUG"):
        skus.get("RUG")


def test_what_is_withheld_is_taken_and_not_listed():
    withheld = PartialGroup(HIDDEN)
    withheld["O-1/1"] = 3
    assert withheld["O-1/1"] == 3
    assert withheld
    for ask in (
        iter,
        len,
        list,
        PartialGroup.keys,
        PartialGroup.values,
        PartialGroup.items,
    ):
        with pytest.raises(NotLoaded) as caught:
            ask(withheld)
        assert caught.value is HIDDEN


def test_withheld_days_are_kept_and_not_listed():
    days = _PartialCalendar(HIDDEN)
    days.add(2)
    with pytest.raises(NotLoaded) as caught:
        list(days)
    assert caught.value is HIDDEN


def test_pins_are_known_for_portions_of_which_nothing_is_hidden():
    known, hidden, none = ("O-1/1", 0), ("O-2/1", 0), ("O-3/1", 0)
    pins = PartialPins({known: {"PO-1/1": 2}}, {hidden: "LAMP"})
    assert (pins.get(known), pins.get(known, {})) == ({"PO-1/1": 2},) * 2
    assert (pins.get(none), pins.get(none, {})) == (None, {})
    with pytest.raises(NotLoaded) as caught:
        pins.get(hidden)
    assert (caught.value.kind, caught.value.ref) == ("SKU", "LAMP")
