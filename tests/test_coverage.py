"""The matching of demand and supply, held against one that deals unit by unit."""

from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    OrderBook,
    Pool,
    Quantities,
    Receipt,
    ReceiptLine,
    by_priority,
    cover,
    expected_dates,
    plan_amendment,
    plan_hold,
    plan_receipt,
    plan_reserve,
    shortages,
)
from backorderkit.coverage import Coverage, ExpectedPortion, Peg, SupplySource
from backorderkit.coverage.coverage import Uncovered
from backorderkit.errors import UnknownReference
from backorderkit.model import Evidence
from tests.shop import NOON, do, place, purchase, stock

MARCH_10, MARCH_20 = date(2026, 3, 10), date(2026, 3, 20)


def short(portions):
    """Return (units, day, source) of expected portions."""
    return [(one.quantity, one.on, one.source) for one in portions]


# The matching


def test_supplies_and_demands_lie_on_one_axis(book):
    for ref, units, minute in (("O-1", 8, 0), ("O-2", 4, 1), ("O-3", 12, 2)):
        place(book, ref, units, minute)
    purchase(book, "PO-2", 5, MARCH_20)
    purchase(book, "PO-1", 10, MARCH_10)
    stock(book, 3)
    coverage = cover(book, "LAMP")
    assert coverage.pegs == (
        Peg("O-1/1", 0, 5, "PO-1/1", MARCH_10, Evidence.REQUEST),
        Peg("O-2/1", 0, 4, "PO-1/1", MARCH_10, Evidence.REQUEST),
        Peg("O-3/1", 0, 1, "PO-1/1", MARCH_10, Evidence.REQUEST),
        Peg("O-3/1", 0, 5, "PO-2/1", MARCH_20, Evidence.REQUEST),
    )
    assert coverage.uncovered == (Uncovered("O-3/1", 0, 6),)
    assert (coverage.shortage, coverage.surplus) == (6, ())


@pytest.mark.parametrize(
    ("units", "pegged", "uncovered", "surplus"),
    [(9, 9, 1, 0), (10, 10, 0, 0), (11, 10, 0, 1)],
)
def test_a_supply_reaches_as_far_as_it_goes(book, units, pegged, uncovered, surplus):
    place(book, "O-1", 10)
    purchase(book, "PO-1", units)
    coverage = cover(book, "LAMP")
    assert sum(peg.quantity for peg in coverage.pegs) == pegged
    assert coverage.shortage == uncovered
    assert coverage.surplus == ((("PO-1/1", surplus),) if surplus else ())


def test_a_pool_nobody_knows_has_an_empty_matching(book):
    assert cover(book, "LAMP") == Coverage(Pool("LAMP"))
    assert cover(book, "LAMP", "north").pool == Pool("LAMP", "north")
    assert book.pools() == ()


def test_supply_of_no_known_day_comes_last(book):
    purchase(book, "PO-1", 5, None)
    purchase(book, "PO-2", 5, MARCH_20)
    place(book, "O-1", 7)
    assert [(peg.purchase_line, peg.quantity) for peg in cover(book, "LAMP").pegs] == [
        ("PO-2/1", 5),
        ("PO-1/1", 2),
    ]


def test_supplies_of_one_day_are_used_by_reference(book):
    for ref in ("PO-2", "PO-1"):
        purchase(book, ref, 5, MARCH_10)
    place(book, "O-1", 7)
    assert [peg.purchase_line for peg in cover(book, "LAMP").pegs] == [
        "PO-1/1",
        "PO-2/1",
    ]


def test_held_orders_are_not_matched(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    purchase(book, "PO-1", 5, MARCH_10)
    do(book, plan_hold, "O-1", reason="check", at=NOON)
    assert [peg.line for peg in cover(book, "LAMP").pegs] == ["O-2/1"]
    assert short(expected_dates(book, "O-1/1")) == [(5, None, SupplySource.UNKNOWN)]


def test_lines_not_yet_due_are_matched_last(book):
    place(book, "O-1", 5, allocate_not_before=date(2026, 4, 1))
    place(book, "O-2", 5, 1)
    purchase(book, "PO-1", 7, MARCH_10)
    assert [(peg.line, peg.quantity) for peg in cover(book, "LAMP").pegs] == [
        ("O-2/1", 5),
        ("O-1/1", 2),
    ]
    assert cover(book, "LAMP").shortage == 3


def test_locations_are_matched_apart(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, MARCH_10, location="north")
    assert cover(book, "LAMP").shortage == 5
    assert cover(book, "LAMP", "north").surplus == (("PO-1/1", 5),)
    assert shortages(book) == Quantities(LAMP=5)


def test_each_portion_is_matched_at_its_own_place(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    later = NOON + timedelta(minutes=2)
    do(book, plan_amendment, "O-1/1", 8, at=later)
    purchase(book, "PO-1", 12, MARCH_10)
    coverage = cover(book, "LAMP")
    assert [(peg.line, peg.portion, peg.quantity) for peg in coverage.pegs] == [
        ("O-1/1", 0, 5),
        ("O-2/1", 0, 5),
        ("O-1/1", 1, 2),
    ]
    assert coverage.uncovered == (Uncovered("O-1/1", 1, 1),)
    assert short(expected_dates(book, "O-1/1", to_order_on=MARCH_20)) == [
        (5, MARCH_10, SupplySource.ON_ORDER),
        (2, MARCH_10, SupplySource.ON_ORDER),
        (1, MARCH_20, SupplySource.TO_BE_ORDERED),
    ]


def test_a_peg_shrinks_with_each_receipt_of_its_supply(book):
    place(book, "O-1", 10)
    purchase(book, "PO-1", 10, MARCH_10)
    for number, left in ((1, 7), (2, 4), (3, 1)):
        line = ReceiptLine("LAMP", 3, purchase_line="PO-1/1")
        do(book, plan_receipt, Receipt(f"R-{number}", NOON, [line]))
        [peg] = cover(book, "LAMP").of_line("O-1/1")
        assert peg.quantity == left


def test_what_is_allocated_is_in_stock_and_what_nothing_covers_is_unknown(book):
    stock(book, 2)
    place(book, "O-1", 5)
    purchase(book, "PO-1", 2, MARCH_10)
    assert expected_dates(book, "O-1/1") == (
        ExpectedPortion(2, None, SupplySource.IN_STOCK),
        ExpectedPortion(2, MARCH_10, SupplySource.ON_ORDER, "PO-1/1", Evidence.REQUEST),
        ExpectedPortion(1, None, SupplySource.UNKNOWN),
    )
    with pytest.raises(UnknownReference):
        expected_dates(book, "O-9/1")


@pytest.mark.parametrize("reserve", [1, 3, 4, 9])
def test_supply_that_only_fills_up_a_reserve_covers_nobody(book, reserve):
    do(book, plan_reserve, "LAMP", reserve, at=NOON)
    place(book, "O-1", 3)
    purchase(book, "PO-1", 3, MARCH_10)
    line = ReceiptLine("LAMP", 3, purchase_line="PO-1/1")
    arrival = plan_receipt(book, Receipt("R-1", NOON, [line])).allocated()
    pegged = sum(peg.quantity for peg in cover(book, "LAMP").pegs)
    assert pegged == arrival.get("O-1/1", 0) == max(3 - reserve, 0)
    assert cover(book, "LAMP").shortage == 3 - pegged


# Unit by unit

DAYS = st.none() | st.integers(1, 4).map(lambda day: date(2026, 3, day))
orders = st.lists(
    st.tuples(
        st.integers(1, 6),  # units
        st.integers(0, 2),  # priority
        st.none() | st.sampled_from([date(2026, 4, 1), date(2026, 4, 2)]),  # due
        st.booleans(),  # held
    ),
    max_size=8,
)
purchases = st.lists(st.tuples(st.integers(1, 9), DAYS), max_size=5)


def runs(units):
    """Return a list of units as (unit, how many) for each run of equal ones."""
    return [(unit, sum(1 for _ in run)) for unit, run in groupby(units)]


def dealt(orders, purchases, on_hand):
    """Deal stock and supplies unit by unit; return pegs, uncovered and surplus."""
    due, later = [], []
    for number, (units, priority, not_before, held) in enumerate(orders):
        if held:
            continue
        place_in_line = (not_before or date.min, priority, number)
        target = due if not_before is None else later
        target += [(place_in_line, f"O-{number}/1")] * units
    due.sort()
    later.sort()
    shelf = [(None, None)] * on_hand
    given_now = min(len(shelf), len(due))
    demand = [line for _, line in due[given_now:] + later]
    coming = sorted(
        (on or date.max, f"PO-{number}/1", units, on)
        for number, (units, on) in enumerate(purchases)
    )
    supply = shelf[given_now:]
    supply += [(ref, on) for _, ref, units, on in coming for _ in range(units)]
    matched = runs(list(zip(demand, supply, strict=False)))
    pegs = [(line, units, ref, on) for (line, (ref, on)), units in matched]
    left = runs(demand[len(supply) :])
    surplus = [(ref, units) for (ref, _), units in runs(supply[len(demand) :])]
    return pegs, left, surplus


@given(orders=orders, purchases=purchases, on_hand=st.integers(0, 25))
def test_the_matching_is_what_dealing_unit_by_unit_gives(orders, purchases, on_hand):
    book = OrderBook(by_priority())
    for number, (units, priority, not_before, held) in enumerate(orders):
        place(
            book,
            f"O-{number}",
            units,
            number,
            allocate_not_before=not_before,
            priority=priority,
            hold="check" if held else "",
        )
    for number, (units, on) in enumerate(purchases):
        purchase(book, f"PO-{number}", units, on)
    stock(book, on_hand)
    pegs, left, surplus = dealt(orders, purchases, on_hand)
    coverage = cover(book, "LAMP")
    found = [
        (one.line, one.quantity, one.purchase_line, one.expected_on)
        for one in coverage.pegs
    ]
    assert found == pegs
    assert [(one.line, one.quantity) for one in coverage.uncovered] == left
    assert list(coverage.surplus) == surplus
    assert coverage.shortage == shortages(book)["LAMP"] == sum(n for _, n in left)
    for number, (_, _, not_before, held) in enumerate(orders):
        line = f"O-{number}/1"
        told = [
            (one.quantity, one.purchase_line, one.on)
            for one in expected_dates(book, line)
            if one.source is not SupplySource.UNKNOWN
        ]
        allocated = book.line(line).allocated
        mine = [(allocated, None, None)] if allocated else []
        for who, units, ref, on in pegs:
            if who == line:
                # What lies there or comes earlier is kept until the line is due.
                known = on is not None or ref is None
                first = max(on or not_before, not_before) if not_before else on
                mine.append((units, ref, first if known else None))
        assert told == mine
        assert not held or allocated == 0


@given(orders=orders, purchases=purchases, on_hand=st.integers(0, 25))
def test_pegs_and_what_is_free_add_up_on_both_sides(orders, purchases, on_hand):
    book = OrderBook(by_priority())
    stock(book, on_hand)
    for number, (units, priority, not_before, held) in enumerate(orders):
        hold = "check" if held else ""
        place(
            book,
            f"O-{number}",
            units,
            number,
            allocate_not_before=not_before,
            priority=priority,
            hold=hold,
        )
    for number, (units, on) in enumerate(purchases):
        purchase(book, f"PO-{number}", units, on)
    coverage, surplus = cover(book, "LAMP"), dict(cover(book, "LAMP").surplus)
    for number, (units, _) in enumerate(purchases):
        ref = f"PO-{number}/1"
        pegged = sum(peg.quantity for peg in coverage.of_purchase_line(ref))
        assert pegged + surplus.get(ref, 0) == units
    for number, (_, _, _, held) in enumerate(orders):
        line = f"O-{number}/1"
        pegged = sum(peg.quantity for peg in coverage.of_line(line))
        missing = sum(one.quantity for one in coverage.uncovered if one.line == line)
        waiting = 0 if held else book.line(line).waiting
        assert pegged + missing == waiting
