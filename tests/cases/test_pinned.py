"""Worked cases: goods that are bought for one order, and who waits for which supply."""

from datetime import timedelta

import pytest

from backorderkit import (
    Catalogue,
    SupplierTerms,
    cover,
    expected_dates,
    pegs_of_line,
    plan_replenishment,
)
from backorderkit.coverage import pegs_of_purchase_line
from backorderkit.model import Confidence

ACME = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])


def pegs(pegged):
    """Return (line, purchase line, units) of pegs."""
    return [(one.line, one.purchase_line, one.quantity) for one in pegged]


@pytest.mark.parametrize("quantity", [11, 55, 100])
def test_goods_bought_for_an_order_go_to_it_and_the_old_ones_stay__erp_E5(
    shop, quantity
):
    shop.stock("LAMP", 10)
    shop.order("O-1", {"LAMP": quantity}, hold="bought to order")
    assert (shop.figures("O-1/1"), shop.free("LAMP")) == ((0, quantity), 10)
    shop.special_order("PO-1", "LAMP", {"O-1/1": quantity})
    plan = shop.receive("LAMP", quantity, purchase_line="PO-1/1")
    assert plan.allocated() == {"O-1/1": quantity}
    assert shop.figures("O-1/1") == (quantity, 0)
    assert (shop.on_hand("LAMP"), shop.free("LAMP")) == (quantity + 10, 10)
    assert shop.release("O-1").became_shippable == ("O-1",)
    assert (shop.figures("O-1/1"), shop.free("LAMP")) == ((quantity, 0), 10)


@pytest.mark.parametrize("quantity", [11, 100])
def test_a_released_order_takes_no_old_goods_for_what_is_kept__erp_E5(shop, quantity):
    shop.stock("LAMP", 10)
    shop.order("O-1", {"LAMP": quantity}, hold="bought to order")
    shop.special_order("PO-1", "LAMP", {"O-1/1": quantity})
    assert shop.release("O-1").allocated() == {}
    assert (shop.figures("O-1/1"), shop.free("LAMP")) == ((0, quantity), 10)
    shop.order("O-2", {"LAMP": 10})
    assert shop.figures("O-2/1") == (10, 0)
    shop.receive("LAMP", quantity, purchase_line="PO-1/1")
    assert shop.figures("O-1/1") == (quantity, 0)


def test_a_sale_supplied_on_order_is_assigned_as_it_comes__erp_T1(shop):
    shop.order("O-1", {"LAMP": 250}, hold="supplied on order")
    # A proposal that nobody orders leaves the need as it is.
    assert shop.book.line("O-1/1").waiting == 250
    assert shop.book.purchase_orders() == ()
    shop.special_order("PO-1", "LAMP", {"O-1/1": 250})
    [peg] = pegs_of_line(shop.book, "O-1/1")
    assert (peg.is_pinned, peg.quantity) == (True, 250)
    assert shop.receive("LAMP", 100, purchase_line="PO-1/1").allocated() == {
        "O-1/1": 100
    }
    assert shop.figures("O-1/1") == (100, 150)
    assert pegs(pegs_of_line(shop.book, "O-1/1")) == [("O-1/1", "PO-1/1", 150)]
    shop.release("O-1")
    assert plan_replenishment(shop.book, ACME, at=shop.tick()).is_empty
    shop.receive("LAMP", 150, purchase_line="PO-1/1")
    assert shop.figures("O-1/1") == (250, 0)


def test_a_purchase_that_is_given_up_is_needed_again__erp_T1(shop):
    shop.order("O-1", {"LAMP": 250})
    for number in (1, 2):
        [event] = plan_replenishment(shop.book, ACME, at=shop.tick()).events
        assert event.order.lines[0].quantity == 250
        shop.special_order(f"PO-{number}", "LAMP", {"O-1/1": 250})
        assert plan_replenishment(shop.book, ACME, at=shop.tick()).is_empty
        if number == 1:
            shop.cancel_purchase("PO-1")
            assert cover(shop.book, "LAMP").shortage == 250


def test_each_pin_reads_the_same_from_both_sides__erp_F28(shop):
    for number in range(1, 11):
        shop.order(f"O-{number}", {"LAMP": 10})
    shop.purchase("PO-1", {"LAMP": 100})
    # Half of the deliveries are pinned, the others follow the queue.
    for number in range(2, 11, 2):
        shop.pin("PO-1/1", f"O-{number}/1")
    wanted = sorted((f"O-{number}/1", "PO-1/1", 10) for number in range(1, 11))
    assert sorted(pegs(pegs_of_purchase_line(shop.book, "PO-1/1"))) == wanted
    from_lines = [
        peg
        for number in range(1, 11)
        for peg in pegs_of_line(shop.book, f"O-{number}/1")
    ]
    assert sorted(pegs(from_lines)) == wanted
    both = (pegs_of_purchase_line(shop.book, "PO-1/1"), from_lines)
    for found in both:
        assert sorted(one.line for one in found if one.is_pinned) == sorted(
            f"O-{number}/1" for number in range(2, 11, 2)
        )


def test_a_draft_covers_nobody_and_a_notice_makes_supply_firm__erp_O1(shop):
    shop.order("O-1", {"LAMP": 5})
    # A proposal is no supply: the five stay uncovered, however often it is made.
    plan_replenishment(shop.book, ACME, at=shop.tick())
    assert cover(shop.book, "LAMP").shortage == 5
    soon = shop.today + timedelta(days=3)
    shop.purchase("PO-1", {"LAMP": 2})
    [peg] = cover(shop.book, "LAMP").pegs
    assert (peg.quantity, peg.confidence) == (2, Confidence.UNKNOWN)
    shop.announce("ASN-1", "PO-1/1", 2, soon)
    coverage = cover(shop.book, "LAMP")
    assert [(one.quantity, one.expected_on) for one in coverage.pegs] == [(2, soon)]
    assert (coverage.pegs[0].confidence, coverage.shortage) == (Confidence.FIRM, 3)
    shop.receive("LAMP", 2, purchase_line="PO-1/1")
    shop.purchase("PO-2", {"LAMP": 3})
    shop.announce("ASN-2", "PO-2/1", 3, soon)
    told = [
        (one.quantity, one.purchase_line) for one in expected_dates(shop.book, "O-1/1")
    ]
    assert told == [(2, None), (3, "PO-2/1")]
    assert cover(shop.book, "LAMP").shortage == 0


@pytest.mark.parametrize(("pinned", "free"), [(None, 3), (1, 3), (2, 3), (3, 3)])
def test_what_is_free_of_a_receipt_does_not_depend_on_pins__erp_O2(shop, pinned, free):
    shop.purchase("PO-1", {"LAMP": 6})
    shop.order("O-1", {"LAMP": 3})
    if pinned:
        shop.pin("PO-1/1", "O-1/1", pinned)
    coverage = cover(shop.book, "LAMP")
    assert sum(peg.quantity for peg in coverage.of_line("O-1/1")) == 3
    assert coverage.surplus == (("PO-1/1", free),)
    # What is matched comes first, and the pinned part before all.
    assert [peg.is_pinned for peg in coverage.pegs] == sorted(
        (peg.is_pinned for peg in coverage.pegs), reverse=True
    )


def test_a_pin_takes_its_units_out_of_the_dates_of_the_others__erp_X1(shop):
    soon, late = (shop.today + timedelta(days=days) for days in (10, 40))
    for number in range(1, 7):
        shop.order(f"O-{number}", {"LAMP": 5})
    shop.purchase("PO-1", {"LAMP": 5}, expected_on=soon)
    shop.purchase("PO-2", {"LAMP": 100}, expected_on=late)
    shop.pin("PO-1/1", "O-4/1")
    days = [
        [one.on for one in expected_dates(shop.book, f"O-{number}/1")]
        for number in range(1, 7)
    ]
    assert days == [[soon] if number == 4 else [late] for number in range(1, 7)]
