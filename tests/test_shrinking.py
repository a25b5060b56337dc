"""Smaller purchase lines: what is proposed, what is left alone, what a cut does."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Catalogue,
    OrderBook,
    Pool,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SupplierTerms,
    cover,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_dispatch,
    plan_hold,
    plan_pin,
    plan_purchase_order,
    plan_receipt,
    plan_replenishment,
    plan_reserve,
    plan_shipping_notice,
    plan_supply_change,
    shortages,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import Evidence
from backorderkit.replenishment import (
    PurchaseReduction,
    TargetLevel,
    WaitWindow,
    proposed_reductions,
)
from tests.shop import NOON, day, do_at_noon as do, place

LAMP = Pool("LAMP")


def supply(
    book,
    ref,
    quantity,
    on=None,
    evidence=Evidence.REQUEST,
    *,
    sku="LAMP",
    location="main",
    supplier="ACME",
):
    line = PurchaseLine(
        f"{ref}/1",
        sku,
        quantity,
        expected_on=None if on is None else day(on),
        evidence=evidence,
    )
    order = PurchaseOrder(ref, supplier, NOON, [line], destination=location)
    book.apply(plan_purchase_order(book, order))


def receive(book, ref, units):
    line = ReceiptLine("LAMP", units, purchase_line=f"{ref}/1")
    book.apply(plan_receipt(book, Receipt(f"R-{ref}", NOON, [line])))


def offered(**details) -> Catalogue:
    return Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7, **details)])


def cuts(book, pools=None, **options):
    """Return (purchase line, surplus, units to cut) per proposal."""
    return [
        (one.purchase_line, one.surplus, one.quantity)
        for one in proposed_reductions(book, pools, **options)
    ]


# What nobody needs


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (13, []),
        (12, []),
        (11, [("PO-2/1", 1, 1)]),
        (8, [("PO-2/1", 4, 4)]),
        (7, [("PO-2/1", 5, 5)]),
        (6, [("PO-2/1", 5, 5), ("PO-1/1", 1, 1)]),
        (1, [("PO-2/1", 5, 5), ("PO-1/1", 6, 6)]),
    ],
)
def test_the_latest_supply_is_cut_first(book, wanted, expected):
    place(book, "O-1", wanted)
    supply(book, "PO-2", 5, 20)
    supply(book, "PO-1", 7, 10)
    assert cuts(book) == expected


def test_a_line_of_which_nothing_is_needed_is_cut_to_nothing(book):
    supply(book, "PO-1", 7, 10)
    assert proposed_reductions(book) == (
        PurchaseReduction("PO-1/1", LAMP, surplus=7, quantity=7, open_quantity=0),
    )


def test_supply_of_an_unknown_day_is_the_latest(book):
    place(book, "O-1", 7)
    supply(book, "PO-1", 7)
    supply(book, "PO-2", 7, 20)
    assert cuts(book) == [("PO-1/1", 7, 7)]


@pytest.mark.parametrize(
    ("on_hand", "reserve", "cut"), [(0, 0, 2), (2, 0, 4), (0, 2, 0)]
)
def test_stock_and_reserve_count_before_what_is_on_order(book, on_hand, reserve, cut):
    supply(book, "PO-1", 7, 10)
    do(book, plan_reserve, "LAMP", reserve)
    do(book, plan_count, "LAMP", on_hand)
    place(book, "O-1", 5)
    assert sum(units for *_, units in cuts(book)) == cut


def test_stock_beyond_the_demand_makes_all_supply_surplus(book):
    do(book, plan_count, "LAMP", 50)
    supply(book, "PO-1", 7, 10)
    assert cuts(book) == [("PO-1/1", 7, 7)]


def test_the_parts_of_a_line_are_surplus_together(book):
    supply(book, "PO-1", 7, 10)
    notice = {"expected_on": day(5)}
    do(book, plan_shipping_notice, "ASN-1", "PO-1/1", 3, **notice)
    assert cuts(book) == [("PO-1/1", 7, 0)]


def test_held_lines_need_nothing_and_pinned_units_are_needed(book):
    place(book, "O-1", 5)
    supply(book, "PO-1", 7, 10)
    do(book, plan_hold, "O-1", reason="check")
    assert cuts(book) == [("PO-1/1", 7, 7)]
    do(book, plan_pin, "PO-1/1", "O-1/1", 3, reason="made to measure")
    assert cuts(book) == [("PO-1/1", 4, 4)]


@pytest.mark.parametrize(
    ("target", "cut"),
    [(0, 5), (4, 1), (5, 0), (9, 0), (TargetLevel(1, 3), 2), (TargetLevel(-9, -2), 5)],
)
def test_what_fills_a_level_is_needed(book, target, cut):
    place(book, "O-1", 2)
    supply(book, "PO-1", 7, 10)
    found = cuts(book, targets={"LAMP": target})
    assert sum(units for *_, units in found) == cut


def test_what_a_level_bought_is_not_proposed_to_be_cut(book):
    place(book, "O-1", 2)
    targets = {"LAMP": TargetLevel(3, 8)}
    do(book, plan_replenishment, offered(), targets=targets)
    assert cuts(book, targets=targets) == []
    assert cuts(book) == [("PO-1/1", 8, 8)]


# What may be cut


@pytest.mark.parametrize(
    ("minimum", "multiple", "wanted", "cut"),
    [
        (1, 1, 5, 19),
        (5, 1, 5, 19),
        (6, 1, 5, 18),
        (1, 6, 5, 18),
        (1, 6, 6, 18),
        (1, 6, 7, 12),
        (13, 6, 5, 6),
        (24, 6, 5, 0),
        (30, 6, 5, 0),
        (30, 6, 0, 24),
    ],
)
def test_a_cut_leaves_the_minimum_and_whole_packs_or_nothing(
    book, minimum, multiple, wanted, cut
):
    if wanted:
        place(book, "O-1", wanted)
    supply(book, "PO-1", 24, 10)
    offers = offered(minimum=minimum, multiple=multiple)
    assert cuts(book, catalogue=offers) == [("PO-1/1", 24 - wanted, cut)]
    assert cuts(book) == [("PO-1/1", 24 - wanted, 24 - wanted)]


def test_the_terms_are_those_of_the_supplier_of_the_line(book):
    place(book, "O-1", 5)
    supply(book, "PO-1", 24, 10, supplier="BOLT")
    assert cuts(book, catalogue=offered(minimum=20)) == [("PO-1/1", 19, 19)]


@pytest.mark.parametrize(
    ("accepted", "still_open"), [(2, 8), (3, 7), (5, 5), (6, 9), (10, 5)]
)
def test_what_was_accepted_counts_towards_the_minimum_and_the_pack(
    book, accepted, still_open
):
    place(book, "O-1", accepted + 5)
    supply(book, "PO-1", accepted + 20, 10)
    receive(book, "PO-1", accepted)
    [found] = proposed_reductions(book, catalogue=offered(minimum=10, multiple=5))
    assert (found.surplus, found.open_quantity) == (15, still_open)
    assert found.quantity == 20 - still_open


CONFIRMATIONS = {
    "confirmed": lambda book: do(
        book, plan_supply_change, "PO-1/1", confirmed_on=day(12), reason="word"
    ),
    "confirmed once": lambda book: (
        do(book, plan_supply_change, "PO-1/1", confirmed_on=day(12), reason="word"),
        do(
            book,
            plan_supply_change,
            "PO-1/1",
            expected_on=day(15),
            evidence=Evidence.EXPERIENCE,
            reason="he is late as a rule",
        ),
    ),
    "announced in part": lambda book: do(
        book, plan_shipping_notice, "ASN-1", "PO-1/1", 2, expected_on=day(11)
    ),
}


@pytest.mark.parametrize("said", CONFIRMATIONS)
def test_what_the_supplier_stands_by_is_surplus_and_never_cut(book, said):
    place(book, "O-1", 5)
    supply(book, "PO-1", 7, 10)
    assert cuts(book) == [("PO-1/1", 2, 2)]
    CONFIRMATIONS[said](book)
    [found] = proposed_reductions(book)
    assert (found.surplus, found.quantity, found.open_quantity) == (2, 0, 7)
    assert found.is_confirmed


@pytest.mark.parametrize(
    "evidence", [one for one in Evidence if one is not Evidence.STOCK]
)
def test_evidence_says_whether_a_line_is_confirmed(book, evidence):
    supply(book, "PO-1", 7, 10, evidence)
    [found] = proposed_reductions(book)
    assert found.is_confirmed == evidence.confidence.is_sure
    assert found.quantity == (0 if found.is_confirmed else 7)


@pytest.mark.parametrize("on", [None, 10])
def test_goods_under_way_from_another_house_are_not_cut(book, on):
    do(book, plan_count, "LAMP", 5, location="north")
    do(
        book,
        plan_dispatch,
        "T-1",
        "LAMP",
        5,
        source="north",
        destination="main",
        expected_on=None if on is None else day(on),
    )
    [found] = proposed_reductions(book)
    assert (found.surplus, found.quantity, found.is_confirmed) == (5, 0, True)


def test_a_line_before_a_confirmed_one_is_not_cut_in_its_stead(book):
    place(book, "O-1", 7)
    supply(book, "PO-1", 7, 10)
    supply(book, "PO-2", 5, 20, Evidence.CONFIRMATION)
    assert cuts(book) == [("PO-2/1", 5, 0)]


# Which pools


def test_cuts_come_by_pool_and_only_of_the_pools_asked_for(book):
    supply(book, "PO-1", 1, 10, sku="RUG")
    supply(book, "PO-2", 2, 10, location="north")
    supply(book, "PO-3", 3, 10)
    refs = [one.purchase_line for one in proposed_reductions(book)]
    assert refs == ["PO-3/1", "PO-2/1", "PO-1/1"]
    asked = [Pool("RUG"), Pool("SOFA"), Pool("LAMP"), Pool("RUG")]
    assert cuts(book, asked) == [("PO-3/1", 3, 3), ("PO-1/1", 1, 1)]
    assert cuts(book, []) == []


@pytest.mark.parametrize("pools", ["LAMP", [("LAMP", "main")], 7])
def test_pools_are_pools(book, pools):
    with pytest.raises(InvalidValue, match="pools"):
        proposed_reductions(book, pools)


def test_a_catalogue_is_a_catalogue(book):
    with pytest.raises(InvalidValue, match="catalogue"):
        proposed_reductions(
            book, catalogue=[SupplierTerms("ACME", "LAMP", lead_time_days=1)]
        )


@pytest.mark.parametrize(
    ("quantity", "confirmed"), [(6, False), (1, True), (-1, False)]
)
def test_a_cut_takes_only_surplus_and_only_of_what_is_not_confirmed(
    quantity, confirmed
):
    with pytest.raises(InvalidValue, match="quantity"):
        PurchaseReduction(
            "PO-1/1",
            LAMP,
            surplus=5,
            quantity=quantity,
            open_quantity=2,
            is_confirmed=confirmed,
        )


# What a cancellation says


def said(plan):
    return [
        (one.subject, one.figures["quantity"], one.figures["open_quantity"])
        for one in plan.reasons
        if one.code == "may_shrink"
    ]


def test_a_cancellation_names_the_lines_that_may_be_cut(book):
    place(book, "O-1", 10)
    place(book, "O-2", 2, 1)
    supply(book, "PO-1", 7, 10)
    supply(book, "PO-2", 5, 20)
    assert said(plan_cancellation(book, "O-2", at=NOON)) == [("PO-2/1", 2, 3)]
    plan = plan_cancellation(book, "O-1", at=NOON)
    assert said(plan) == [("PO-2/1", 5, 0), ("PO-1/1", 5, 2)]
    text = "PO-1/1: 5 of 7 open units are no longer needed; they may be cut"
    assert plan.explain().splitlines()[-1] == text


@pytest.mark.parametrize(
    ("quantity", "cut"), [(12, []), (10, []), (9, [1]), (3, [5, 2])]
)
def test_a_lowered_line_names_the_lines_that_may_be_cut(book, quantity, cut):
    place(book, "O-1", 10)
    supply(book, "PO-1", 5, 10)
    supply(book, "PO-2", 5, 20)
    plan = plan_amendment(book, "O-1/1", quantity, at=NOON)
    assert [units for _, units, _ in said(plan)] == cut


def test_only_what_the_cancellation_sets_free_is_named(book):
    place(book, "O-1", 5)
    supply(book, "PO-1", 5, 10)
    supply(book, "PO-2", 5, 20)
    supply(book, "PO-9", 5, 20, sku="RUG")
    assert said(plan_cancellation(book, "O-1", at=NOON)) == [("PO-1/1", 5, 0)]


def test_allocated_goods_that_come_free_let_a_line_be_cut(book):
    do(book, plan_count, "LAMP", 5)
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    supply(book, "PO-1", 5, 10)
    plan = plan_cancellation(book, "O-1", at=NOON)
    assert plan.allocated() == {"O-2/1": 5}
    assert said(plan) == [("PO-1/1", 5, 0)]


def test_a_pin_that_is_let_go_lets_its_line_be_cut(book):
    place(book, "O-1", 5)
    place(book, "O-2", 1, 1)
    supply(book, "PO-1", 4, 10)
    supply(book, "PO-2", 6, 20)
    do(book, plan_pin, "PO-2/1", "O-1/1", 5, reason="made to measure")
    assert cuts(book) == [("PO-2/1", 1, 1), ("PO-1/1", 3, 3)]
    plan = plan_cancellation(book, "O-1", at=NOON)
    assert said(plan) == [("PO-2/1", 6, 0)]
    book.apply(plan)
    assert cuts(book) == [("PO-2/1", 6, 6), ("PO-1/1", 3, 3)]


def test_confirmed_lines_and_empty_pools_are_not_named(book):
    place(book, "O-1", 5)
    assert plan_cancellation(book, "O-1", at=NOON).reasons == ()
    supply(book, "PO-1", 5, 10, Evidence.CONFIRMATION)
    assert plan_cancellation(book, "O-1", at=NOON).reasons == ()


def test_looking_ahead_leaves_the_book_as_it_is(book):
    place(book, "O-1", 5)
    supply(book, "PO-1", 5, 10)
    version = book.version
    assert said(plan_cancellation(book, "O-1", at=NOON))
    assert (book.version, book.line("O-1/1").waiting) == (version, 5)
    book.check_invariants()


# Laws

SAID = [Evidence.REQUEST, Evidence.REQUEST, Evidence.CONFIRMATION, Evidence.CATALOGUE]
supplies = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.one_of(st.none(), st.integers(1, 5)),
        st.sampled_from(SAID),
    ),
    max_size=4,
)
wanted = st.lists(st.integers(1, 6), max_size=4)


def shop(wanted, supplies, on_hand, reserve) -> OrderBook:
    book = OrderBook(oldest_first())
    do(book, plan_reserve, "LAMP", reserve)
    do(book, plan_count, "LAMP", on_hand)
    for number, quantity in enumerate(wanted):
        place(book, f"O-{number}", quantity, number)
    for number, one in enumerate(supplies):
        supply(book, f"PO-{number}", *one)
    return book


def expected_days(book):
    """Return the day of every unit that waits, in order of the queue."""
    coverage = cover(book, "LAMP")
    known = [
        (peg.line, peg.expected_on or date.max)
        for peg in coverage.pegs
        for _ in range(peg.quantity)
    ]
    return known, coverage.shortage


@given(wanted, supplies, st.integers(0, 6), st.integers(0, 4))
def test_unit_by_unit_nobody_needs_what_is_cut(wanted, supplies, on_hand, reserve):
    book = shop(wanted, supplies, on_hand, reserve)
    shelf = [None] * on_hand
    coming = [
        (on or 99, f"PO-{number}/1")
        for number, (units, on, _) in enumerate(supplies)
        for _ in range(units)
    ]
    everything = shelf + sorted(coming)
    kept = everything[:reserve]
    left = everything[len(kept) :]
    taken = min(sum(wanted), len(left))
    surplus: dict[str, int] = {}
    for one in left[taken:]:
        if one is not None:
            surplus[one[1]] = surplus.get(one[1], 0) + 1
    sure = {
        f"PO-{number}/1"
        for number, (_, on, said) in enumerate(supplies)
        if said is Evidence.CONFIRMATION and on is not None
    }
    found = proposed_reductions(book)
    assert {one.purchase_line: one.surplus for one in found} == surplus
    assert {one.purchase_line for one in found if one.is_confirmed} == sure & set(
        surplus
    )
    for one in found:
        assert one.quantity == (0 if one.purchase_line in sure else one.surplus)


@given(
    wanted,
    supplies,
    st.integers(0, 6),
    st.integers(0, 4),
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 9),
)
def test_after_all_cuts_nobody_waits_longer_and_no_more_is_missing(
    wanted, supplies, on_hand, reserve, minimum, multiple, pinned
):
    book = shop(wanted, supplies, on_hand, reserve)
    if wanted and supplies and book.line("O-0/1").waiting:
        most = min(book.line("O-0/1").waiting, supplies[0][0])
        do(
            book,
            plan_pin,
            "PO-0/1",
            "O-0/1",
            min(pinned, most) or 1,
            reason="made to measure",
        )
    offers = offered(minimum=minimum, multiple=multiple)
    window = WaitWindow(2)
    do(book, plan_replenishment, offers, wait=window)
    before, missing = expected_days(book), shortages(book)
    for one in proposed_reductions(book, catalogue=offers):
        if one.quantity:
            do(
                book,
                plan_supply_change,
                one.purchase_line,
                open_quantity=one.open_quantity,
                reason="nobody needs it",
            )
            ordered = one.open_quantity
            assert ordered == 0 or ordered >= minimum
            assert ordered % multiple == 0
    assert expected_days(book) == before
    assert shortages(book) == missing
    assert all(one.quantity == 0 for one in proposed_reductions(book, catalogue=offers))
    assert plan_replenishment(book, offers, at=NOON, wait=window).is_empty


@given(wanted, supplies, st.integers(0, 6), st.integers(0, 4), st.data())
def test_what_a_cancellation_says_can_be_cut_can_be_cut_afterwards(
    wanted, supplies, on_hand, reserve, data
):
    book = shop(wanted, supplies, on_hand, reserve)
    if not wanted:
        return
    order = data.draw(st.integers(0, len(wanted) - 1))
    units = data.draw(st.integers(1, wanted[order]))
    before = {one.purchase_line: one.quantity for one in proposed_reductions(book)}
    plan = do(book, plan_cancellation, f"O-{order}", {f"O-{order}/1": units})
    now = {one.purchase_line: one.quantity for one in proposed_reductions(book)}
    assert {ref: units for ref, units, _ in said(plan)} == {
        ref: units for ref, units in now.items() if units > before.get(ref, 0)
    }
