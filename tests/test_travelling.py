"""Goods under way: notices and transfers, what dates them and what settles them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Line,
    Order,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    cover,
    expected_dates,
    oldest_first,
    plan_count,
    plan_dispatch,
    plan_order,
    plan_pin,
    plan_purchase_order,
    plan_receipt,
    plan_reserve,
    plan_shipping_notice,
    plan_supply_change,
    plan_transfer,
)
from backorderkit.coverage import SupplySource
from backorderkit.errors import Duplicate, InvalidValue, NotPossible, UnknownReference
from backorderkit.model import Confidence, Evidence, Remedy
from backorderkit.testing.book_laws import WatchedBook

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARCH = {day: date(2026, 3, day) for day in range(1, 31)}


class Shop(WatchedBook):
    """A book under watch, with a purchase of ten on 20 March and a wish for ten."""

    def __init__(self, wanted=10, units=10, on=MARCH[20]):
        super().__init__(oldest_first())
        if wanted:
            self.place("O-1", wanted)
        if units:
            line = PurchaseLine("PO-1/1", "LAMP", units, expected_on=on)
            self.do(plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, [line]))

    def do(self, decision, *args, **options):
        plan = decision(self.book, *args, **options)
        assert self.carry_out(decision, *args, **options) == plan
        return plan

    def place(self, ref, units, minute=0, location="main"):
        at = NOON + timedelta(minutes=minute)
        line = Line(f"{ref}/1", "LAMP", units, location=location)
        return self.do(plan_order, Order(ref, "ada", at, [line]))

    def notice(self, ref, units=None, day=10, purchase="PO-1/1"):
        how = {"expected_on": MARCH[day], "at": NOON}
        return self.do(plan_shipping_notice, ref, purchase, units, **how)

    def arrives(self, accepted, purchase="PO-1/1", location="main", **details):
        line = ReceiptLine(
            "LAMP", accepted, purchase_line=purchase, location=location, **details
        )
        receipt = Receipt(f"R-{len(self.events)}", NOON, [line])
        return self.do(plan_receipt, receipt)

    def dispatch(self, units, ref="T-1", day=10, source="main", to="north"):
        way = {"source": source, "destination": to}
        on = MARCH[day] if day else None
        return self.do(
            plan_dispatch, ref, "LAMP", units, **way, expected_on=on, at=NOON
        )

    def days(self, line="O-1/1"):
        """Return (units, day of March) of what a line waits for."""
        found = expected_dates(self.book, line)
        return [
            (one.quantity, one.on and one.on.day)
            for one in found
            if one.source is not SupplySource.IN_STOCK
        ]

    def announced(self, purchase="PO-1/1"):
        """Return the units still under way, by notice."""
        bought = self.book.purchase_line(purchase)
        assert bought.announced == sum(one.quantity for one in bought.notices)
        return {one.ref: one.quantity for one in bought.notices}


# Shipping notices


@pytest.mark.parametrize(
    ("units", "days"),
    [(1, [(1, 10), (9, 20)]), (9, [(9, 10), (1, 20)]), (10, [(10, 10)])],
)
def test_a_notice_dates_a_part_of_a_line_and_the_rest_keeps_its_day(units, days):
    shop = Shop()
    plan = shop.notice("ASN-1", units)
    assert shop.days() == days
    assert shop.announced() == {"ASN-1": units}
    moved = [
        (one.quantity, one.moved_from.day, one.moved_to.day) for one in plan.slip.moves
    ]
    assert (moved, plan.slip.unmoved_units) == ([(units, 20, 10)], 10 - units)


def test_without_a_number_all_that_is_not_announced_is():
    shop = Shop()
    shop.notice("ASN-1", 4)
    shop.notice("ASN-2", day=12)
    assert shop.announced() == {"ASN-1": 4, "ASN-2": 6}
    with pytest.raises(NotPossible) as refused:
        shop.notice("ASN-3")
    assert refused.value.possible == 0


@pytest.mark.parametrize("units", [6, 7])
def test_no_more_is_announced_than_is_open(units):
    shop = Shop()
    shop.arrives(1)
    shop.notice("ASN-1", 3)
    if units == 6:
        shop.notice("ASN-2", units)
        assert sum(shop.announced().values()) == 9
        return
    with pytest.raises(NotPossible, match="3 are announced already, 9 are open"):
        shop.notice("ASN-2", units)


@pytest.mark.parametrize("units", [2, 10, 11])
def test_the_same_notice_again_replaces_what_it_said(units):
    shop = Shop()
    shop.notice("ASN-1", 6)
    if units > 10:
        with pytest.raises(NotPossible):
            shop.notice("ASN-1", units, day=12)
        return
    shop.notice("ASN-1", units, day=12)
    assert shop.announced() == {"ASN-1": units}
    assert shop.days()[0] == (units, 12)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ref": ""}, InvalidValue),
        ({"purchase": "PO-9/1"}, UnknownReference),
        ({"units": 0}, InvalidValue),
        ({"expected_on": None}, InvalidValue),
        ({"at": NOON.replace(tzinfo=None)}, InvalidValue),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_notice_that_says_nothing_is_refused(change, error):
    said = {"ref": "ASN-1", "purchase": "PO-1/1", "units": 1}
    said |= {"expected_on": MARCH[10], "at": NOON} | change
    with pytest.raises(error):
        plan_shipping_notice(
            Shop().book,
            said["ref"],
            said["purchase"],
            said["units"],
            expected_on=said["expected_on"],
            at=said["at"],
        )


@pytest.mark.parametrize(
    ("accepted", "rejected", "left"),
    [
        (1, 0, {"ASN-1": 4, "ASN-2": 2}),
        (2, 0, {"ASN-1": 4, "ASN-2": 1}),
        (3, 0, {"ASN-1": 4}),
        (4, 0, {"ASN-1": 3}),
        (2, 2, {"ASN-1": 3}),
        (0, 3, {"ASN-1": 4}),
        (7, 0, {}),
        (9, 0, {}),
        (12, 0, {}),
    ],
)
def test_what_comes_settles_the_earliest_notice_first(accepted, rejected, left):
    shop = Shop()
    shop.notice("ASN-1", 4, day=12)
    shop.notice("ASN-2", 3, day=10)
    shop.arrives(accepted, rejected=rejected, reason="bent" if rejected else "")
    assert shop.announced() == left


def test_rejected_units_are_owed_on_the_old_day_if_they_are_replaced():
    shop = Shop()
    shop.notice("ASN-1", 4)
    shop.arrives(1, rejected=3, reason="bent")
    assert (shop.announced(), shop.days()) == ({}, [(9, 20)])


def test_rejected_units_are_gone_if_they_are_credited():
    shop = Shop()
    shop.notice("ASN-1", 4)
    shop.arrives(1, rejected=3, reason="bent", remedy=Remedy.CREDIT)
    assert (shop.announced(), shop.days()) == ({}, [(6, 20), (3, None)])


@pytest.mark.parametrize(
    ("left", "announced"),
    [
        (8, {"ASN-1": 3, "ASN-2": 4}),
        (7, {"ASN-1": 3, "ASN-2": 4}),
        (6, {"ASN-1": 2, "ASN-2": 4}),
        (4, {"ASN-2": 4}),
        (3, {"ASN-2": 3}),
        (0, {}),
    ],
)
def test_a_cut_takes_what_is_not_announced_first_then_the_latest(left, announced):
    shop = Shop()
    shop.notice("ASN-1", 3, day=12)
    shop.notice("ASN-2", 4, day=10)
    cut = {"open_quantity": left, "reason": "cut", "at": NOON}
    shop.do(plan_supply_change, "PO-1/1", **cut)
    assert shop.announced() == announced
    assert sum(units for units, day in shop.days() if day) == left


def test_a_notice_after_a_cut_is_held_against_what_is_still_open():
    shop = Shop()
    shop.notice("ASN-1", 8)
    cut = {"open_quantity": 3, "reason": "cut", "at": NOON}
    shop.do(plan_supply_change, "PO-1/1", **cut)
    with pytest.raises(NotPossible, match="3 are announced already, 3 are open") as no:
        shop.notice("ASN-2", 1)
    assert no.value.possible == 0


def test_news_of_a_line_leaves_announced_units_on_their_day():
    shop = Shop()
    shop.notice("ASN-1", 4)
    late = {"expected_on": MARCH[28], "reason": "late", "at": NOON}
    shop.do(plan_supply_change, "PO-1/1", **late)
    assert shop.days() == [(4, 10), (6, 28)]


def test_announced_goods_are_firm_and_the_rest_is_not():
    shop = Shop()
    shop.notice("ASN-1", 4)
    pegs = cover(shop.book, "LAMP").pegs
    assert [(one.quantity, one.confidence, one.evidence) for one in pegs] == [
        (4, Confidence.FIRM, Evidence.SHIPPING_NOTICE),
        (6, Confidence.ESTIMATED, Evidence.REQUEST),
    ]


def test_the_first_to_come_is_for_whom_the_line_is_kept():
    shop = Shop()
    shop.place("O-2", 5, minute=1)
    how = {"reason": "made to measure", "at": NOON}
    shop.do(plan_pin, "PO-1/1", "O-2/1", **how)
    shop.notice("ASN-1", 4)
    assert shop.days("O-2/1") == [(4, 10), (1, 20)]
    assert shop.days("O-1/1") == [(5, 20), (5, None)]


def test_notices_of_one_day_stand_by_name():
    shop = Shop()
    shop.notice("ASN-2", 4)
    shop.notice("ASN-1", 4)
    shop.arrives(5)
    assert shop.announced() == {"ASN-2": 3}


# Transfers under way


def test_goods_leave_one_shelf_at_once_and_are_supply_of_the_other():
    shop = Shop(wanted=0, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.place("O-1", 4, location="north")
    shop.dispatch(3)
    assert (
        shop.book.pool("LAMP").on_hand,
        shop.book.pool("LAMP", "north").incoming,
    ) == (2, 3)
    assert shop.days() == [(3, 10), (1, None)]
    [peg] = cover(shop.book, "LAMP", "north").pegs
    assert (peg.purchase_line, peg.confidence) == ("T-1", Confidence.FIRM)
    under_way = shop.book.purchase_line("T-1")
    assert (under_way.is_transfer, under_way.supplier, under_way.open) == (
        True,
        "main",
        3,
    )
    assert "T-1" in shop.book.purchase_lines()
    assert shop.book.purchase_orders() == ()


@pytest.mark.parametrize(("allocated", "reserve"), [(0, 0), (2, 0), (0, 2), (1, 1)])
@pytest.mark.parametrize("more", [0, 1])
def test_only_free_goods_leave(allocated, reserve, more):
    shop = Shop(wanted=allocated, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.do(plan_reserve, "LAMP", reserve, at=NOON)
    free = 5 - allocated - reserve
    if more:
        with pytest.raises(NotPossible) as refused:
            shop.dispatch(free + 1)
        assert refused.value.possible == free
    else:
        shop.dispatch(free)
        assert shop.book.pool("LAMP").free == 0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"to": "main"}, InvalidValue),
        ({"ref": "PO-1/1"}, Duplicate),
        ({"units": 0}, InvalidValue),
        ({"to": ""}, InvalidValue),
    ],
    ids=["same shelf", "a name that is taken", "nothing", "nowhere"],
)
def test_a_transfer_that_goes_nowhere_is_refused(change, error):
    shop = Shop(wanted=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    with pytest.raises(error):
        shop.dispatch(**{"units": 1, **change})


def test_a_transfer_is_told_once():
    shop = Shop(wanted=0, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.dispatch(1)
    with pytest.raises(Duplicate):
        shop.dispatch(1)
    way = {"source": "main", "destination": "north", "at": NOON}
    with pytest.raises(Duplicate):
        plan_transfer(shop.book, "T-1", "LAMP", 1, **way)


@pytest.mark.parametrize(
    ("accepted", "given", "still_open"), [(2, 2, 1), (3, 3, 0), (4, 3, 0)]
)
def test_a_transfer_arrives_by_a_receipt(accepted, given, still_open):
    shop = Shop(wanted=0, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.place("O-1", 3, location="north")
    shop.dispatch(3)
    plan = shop.arrives(accepted, "T-1", "north")
    assert plan.allocated() == {"O-1/1": given}
    assert shop.book.purchase_line("T-1").open == still_open
    north = shop.book.pool("LAMP", "north")
    assert (north.transferred, north.received, north.on_hand) == (accepted, 0, accepted)


def test_a_transfer_arrives_only_where_it_goes():
    shop = Shop(wanted=0, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.dispatch(3)
    line = ReceiptLine("LAMP", 3, purchase_line="T-1")
    with pytest.raises(InvalidValue, match="north"):
        plan_receipt(shop.book, Receipt("R-1", NOON, [line]))


def test_what_is_lost_on_the_way_is_closed_by_the_last_delivery():
    shop = Shop(wanted=0, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.place("O-1", 4, location="north")
    shop.dispatch(4)
    shop.arrives(1, "T-1", "north", final=True)
    under_way = shop.book.purchase_line("T-1")
    assert (under_way.accepted, under_way.closed, under_way.open) == (1, 3, 0)
    assert cover(shop.book, "LAMP", "north").shortage == 3
    # Nothing comes back to the shelf it left.
    assert (shop.book.pool("LAMP").on_hand, shop.book.pool("LAMP").transferred) == (
        1,
        -4,
    )


def test_a_transfer_that_is_lost_altogether_is_cut_to_nothing():
    shop = Shop(wanted=0, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.place("O-1", 4, location="north")
    shop.dispatch(4)
    lost = {"open_quantity": 0, "reason": "stolen", "at": NOON}
    plan = shop.do(plan_supply_change, "T-1", **lost)
    assert [(one.line, one.moved_to) for one in plan.slip.moves] == [("O-1/1", None)]
    assert cover(shop.book, "LAMP", "north").shortage == 4


def test_a_transfer_may_be_dated_anew_and_kept_for_a_line():
    shop = Shop(wanted=0, units=0)
    shop.do(plan_count, "LAMP", 5, at=NOON)
    shop.place("O-1", 4, location="north")
    shop.place("O-2", 4, minute=1, location="north")
    shop.dispatch(5, day=None)
    assert shop.days() == [(4, None)]
    shop.do(plan_pin, "T-1", "O-2/1", reason="urgent", at=NOON)
    named = {"expected_on": MARCH[12], "reason": "the driver called", "at": NOON}
    shop.do(plan_supply_change, "T-1", **named)
    assert (shop.days("O-1/1"), shop.days("O-2/1")) == ([(1, 12), (3, None)], [(4, 12)])
    assert shop.arrives(5, "T-1", "north").allocated() == {"O-2/1": 4, "O-1/1": 1}


# Any run of notices, deliveries and cuts, against a plain list

steps = st.lists(
    st.tuples(
        st.sampled_from(["notice", "notice", "again", "comes", "cut"]),
        st.integers(1, 4),
        st.integers(3, 9),
    ),
    max_size=10,
)


@given(steps=steps)
def test_days_follow_notices_deliveries_and_cuts_as_a_list_of_units_does(steps):
    shop, coming = Shop(wanted=20, units=12), [(20, "")] * 12
    came = 0
    for number, (kind, asked, day) in enumerate(steps):
        # What is announced comes first, the earliest of it before the others.
        coming.sort(key=lambda one: (not one[1], *one))
        units, named = min(asked, len(coming)), [ref for _, ref in coming if ref]
        if kind in ("notice", "again"):
            ref = named[-1] if named and kind == "again" else f"A{number}"
            others = [one for one in coming if one[1] not in ("", ref)]
            loose = len(coming) - len(others) - asked
            if loose < 0:
                continue
            shop.notice(ref, asked, day=day)
            coming = others + [(20, "")] * loose + [(day, ref)] * asked
        elif kind == "comes" and units:
            shop.arrives(units)
            came, coming = came + units, coming[units:]
        elif kind == "cut" and units:
            left = len(coming) - units
            cut = {"open_quantity": left, "reason": "cut", "at": NOON}
            shop.do(plan_supply_change, "PO-1/1", **cut)
            coming = coming[:left]
        days = [day for units, day in shop.days() for _ in range(units) if day]
        assert days == sorted(day for day, _ in coming)
        assert shop.book.line("O-1/1").allocated == came
    shop.close()
