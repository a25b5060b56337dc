"""Worked cases: purchase orders, what comes of them, and what never comes."""

import attrs
import pytest

from backorderkit import (
    Catalogue,
    Money,
    ReceiptLine,
    SupplierTerms,
    cover,
    plan_purchase_order,
    plan_replenishment,
)
from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from backorderkit.model import GoodsReceived, Remedy

ACME = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])


@pytest.fixture
def bought(shop):
    """A purchase of 100 at 12.50, placed with the supplier."""
    shop.purchase("PO-1", {"LAMP": 100}, unit_cost=Money("12.50", "EUR"))
    return shop


def came_of(shop, line="PO-1/1"):
    """Return (open, incoming, on hand)."""
    pool = shop.book.pool("LAMP")
    return shop.book.purchase_line(line).open, pool.incoming, pool.on_hand


def test_a_purchase_that_was_placed_is_incoming_and_fixed__cm_P1(bought):
    assert came_of(bought) == (100, 100, 0)
    order = bought.book.purchase_order("PO-1")
    assert order.value == Money("1250.00", "EUR")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        order.lines[0].quantity = 90


def test_a_purchase_comes_in_parts_under_their_own_references__cm_P2(bought):
    bought.receive("LAMP", 60, purchase_line="PO-1/1", ref="R-a")
    assert came_of(bought) == (40, 40, 60)
    bought.receive("LAMP", 40, purchase_line="PO-1/1", ref="R-b")
    assert came_of(bought) == (0, 0, 100)
    assert bought.book.purchase_line("PO-1/1").accepted == 100
    with bought.refuses(Duplicate, "receipt 'R-b' is already recorded"):
        bought.receive("LAMP", 1, ref="R-b")


@pytest.mark.parametrize(
    ("accepted", "is_open", "on_hand", "over"),
    [(99, 1, 99, 0), (100, 0, 100, 0), (101, 0, 101, 1)],
)
def test_what_comes_beyond_the_purchase_is_kept_apart__cm_P2(
    bought, accepted, is_open, on_hand, over
):
    bought.receive("LAMP", accepted, purchase_line="PO-1/1")
    assert came_of(bought) == (is_open, is_open, on_hand)
    assert bought.book.purchase_line("PO-1/1").over == over


@pytest.mark.parametrize(
    ("remedy", "still_open"), [(Remedy.REPLACE, 92), (Remedy.CREDIT, 90)]
)
def test_a_refusal_says_whether_the_units_stay_owed__cm_P4(bought, remedy, still_open):
    line = ReceiptLine(
        "LAMP", 8, purchase_line="PO-1/1", rejected=2, reason="bent", remedy=remedy
    )
    bought.receive([line])
    assert came_of(bought) == (still_open, still_open, 8)
    status = bought.book.purchase_line("PO-1/1")
    assert (status.accepted, status.rejected) == (8, 2)
    assert status.closed == 92 - still_open


def test_refused_units_stay_owed_when_nothing_is_said__cm_P4(bought):
    bought.receive("LAMP", 8, purchase_line="PO-1/1", rejected=2, reason="bent")
    assert came_of(bought) == (92, 92, 8)


def test_a_refusal_needs_a_reason__cm_P5(bought):
    with bought.refuses(InvalidValue, "say why units were rejected"):
        bought.receive("LAMP", 8, purchase_line="PO-1/1", rejected=2)
    assert came_of(bought) == (100, 100, 0)


def test_a_purchase_line_is_named_once_in_a_delivery__cm_P7(bought):
    parts = [ReceiptLine("LAMP", n, purchase_line="PO-1/1") for n in (60, 40)]
    with bought.refuses(InvalidValue, "name each only once"):
        bought.receive(parts)
    assert came_of(bought) == (100, 100, 0)


@pytest.mark.parametrize(("accepted", "rejected"), [(0, 0), (-1, 0), (8, -1), (-1, 2)])
def test_a_delivery_of_nothing_or_less_is_refused__cm_P8(bought, accepted, rejected):
    with bought.refuses(InvalidValue):
        bought.receive(
            "LAMP", accepted, purchase_line="PO-1/1", rejected=rejected, reason="bent"
        )


def test_one_refused_unit_is_a_delivery__cm_P8(bought):
    bought.receive("LAMP", 0, purchase_line="PO-1/1", rejected=1, reason="bent")
    assert came_of(bought) == (100, 100, 0)


def test_closing_short_keeps_the_figure_and_uncovers_the_demand__cm_P10(bought):
    bought.order("O-1", {"LAMP": 90})
    bought.receive("LAMP", 60, purchase_line="PO-1/1")
    assert cover(bought.book, "LAMP").shortage == 0
    assert cover(bought.book, "LAMP").of_purchase_line("PO-1/1")[0].quantity == 30
    bought.short_close("PO-1/1", "supplier out of stock")
    assert came_of(bought) == (0, 0, 60)
    assert bought.book.purchase_line("PO-1/1").closed == 40
    coverage = cover(bought.book, "LAMP")
    assert (coverage.pegs, coverage.shortage) == ((), 30)
    assert bought.book.line("O-1/1").allocated == 60


def test_what_never_came_is_cancelled_and_not_closed_short__cm_P11(bought):
    bought.order("O-1", {"LAMP": 90})
    with bought.refuses(InvalidValue, "cancel the purchase instead"):
        bought.short_close("PO-1/1")
    assert came_of(bought) == (100, 100, 0)
    bought.cancel_purchase("PO-1")
    assert came_of(bought) == (0, 0, 0)
    assert cover(bought.book, "LAMP").shortage == 90


def test_one_unit_that_came_is_enough_to_close_short__cm_P11(bought):
    bought.receive("LAMP", 1, purchase_line="PO-1/1")
    bought.short_close("PO-1/1")
    assert came_of(bought) == (0, 0, 1)
    with bought.refuses(NotPossible, "nothing is open"):
        bought.short_close("PO-1/1")


def test_a_proposal_that_is_dropped_never_was_incoming__cm_P13(shop):
    shop.order("O-1", {"LAMP": 107})
    shop.purchase("PO-1", {"LAMP": 7})
    draft = plan_replenishment(shop.book, ACME, at=shop.tick())
    assert [event.order.lines[0].quantity for event in draft.events] == [100]
    assert shop.book.pool("LAMP").incoming == 7
    del draft
    assert shop.book.pool("LAMP").incoming == 7
    shop.book.check_invariants()


def test_each_delivery_keeps_its_own_cost__cm_P14(bought):
    for units, cost in ((60, "12.50"), (40, "14.00")):
        bought.receive(
            "LAMP", units, purchase_line="PO-1/1", unit_cost=Money(cost, "EUR")
        )
    costs = [
        (line.accepted, str(line.unit_cost))
        for event in bought.history
        if isinstance(event, GoodsReceived)
        for line in event.receipt.lines
    ]
    assert costs == [(60, "12.50 EUR"), (40, "14.00 EUR")]
    assert bought.book.purchase_order("PO-1").value == Money("1250.00", "EUR")


def test_what_the_buyer_adds_is_free_supply_and_no_peg__erp_O5(shop):
    shop.order("O-1", {"LAMP": 10})
    [event] = plan_replenishment(shop.book, ACME, at=shop.tick()).events
    [line] = event.order.lines
    assert line.quantity == 10
    raised = attrs.evolve(event.order, lines=[attrs.evolve(line, quantity=12)])
    shop.do(plan_purchase_order, raised)
    assert shop.book.purchase_line(line.ref).ordered == 12
    coverage = cover(shop.book, "LAMP")
    assert [peg.quantity for peg in coverage.of_line("O-1/1")] == [10]
    assert coverage.surplus == ((line.ref, 2),)
    # A placed order is never rewritten: three more are an order of their own.
    shop.purchase("PO-9", {"LAMP": 3})
    coverage = cover(shop.book, "LAMP")
    assert [peg.quantity for peg in coverage.of_line("O-1/1")] == [10]
    assert sum(units for _, units in coverage.surplus) == 5
    shop.receive("LAMP", 12, purchase_line=line.ref)
    shop.receive("LAMP", 3, purchase_line="PO-9/1")
    assert shop.figures("O-1/1") == (10, 0)
    assert shop.free("LAMP") == 5


def test_the_need_outlives_a_proposal_and_shrinks_with_receipts__erp_T1(shop):
    shop.order("O-1", {"LAMP": 250})
    for _ in range(2):
        [event] = plan_replenishment(shop.book, ACME, at=shop.tick()).events
        assert event.order.lines[0].quantity == 250
    shop.do(plan_replenishment, ACME, at=shop.tick())
    [ref] = [line.ref for line in shop.book.purchase_orders()[0].lines]
    shop.receive("LAMP", 100, purchase_line=ref)
    assert shop.figures("O-1/1") == (100, 150)
    [peg] = cover(shop.book, "LAMP").of_purchase_line(ref)
    assert (peg.line, peg.quantity) == ("O-1/1", 150)
    assert plan_replenishment(shop.book, ACME, at=shop.tick()).is_empty


@pytest.mark.parametrize(
    ("steps", "allocated", "waiting", "uncovered"),
    [
        (("100",), 100, 0, 0),
        ((), 0, 100, 0),
        (("cancel",), 0, 100, 100),
        (("60", "40"), 100, 0, 0),
        (("60", "close"), 60, 40, 40),
        (("60", "cancel"), 60, 40, 40),
        (("60 final",), 60, 40, 40),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_whatever_comes_of_a_purchase_the_demand_is_right__cm_P10(
    bought, steps, allocated, waiting, uncovered
):
    bought.order("O-1", {"LAMP": 100})
    for step in steps:
        match step.split():
            case ["close"]:
                bought.short_close("PO-1/1")
            case ["cancel"]:
                bought.cancel_purchase("PO-1")
            case [units, *final]:
                bought.receive(
                    "LAMP", int(units), purchase_line="PO-1/1", final=bool(final)
                )
    assert bought.figures("O-1/1") == (allocated, waiting)
    assert cover(bought.book, "LAMP").shortage == uncovered
