"""Worked cases: who waits for which supply, and until when."""

from datetime import date, timedelta

import pytest

from backorderkit import (
    Catalogue,
    SupplierTerms,
    cover,
    expected_dates,
    notices_of,
    plan_promises,
    plan_replenishment,
)
from backorderkit.coverage import SupplySource
from backorderkit.notices import NoticeKind

RESTOCK = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])


def expected(shop, line, **options):
    """Return (units, day, source) of what a line is owed."""
    return [
        (one.quantity, one.on, one.source)
        for one in expected_dates(shop.book, line, **options)
    ]


@pytest.mark.parametrize(
    ("quantity", "portions"),
    [(4, [(4, False)]), (5, [(5, False)]), (6, [(5, False), (1, True)])],
)
def test_only_what_is_not_on_the_shelf_takes_the_restock_time__cm_D2(
    shop, quantity, portions
):
    shop.stock("LAMP", 5)
    shop.order("O-1", {"LAMP": quantity}, catalogue=RESTOCK)
    restocked = shop.today + timedelta(days=7)
    found = expected(shop, "O-1/1", to_order_on=restocked)
    assert found == [
        (units, restocked if later else None, source)
        for units, later in portions
        for source in [SupplySource.TO_BE_ORDERED if later else SupplySource.IN_STOCK]
    ]
    assert shop.book.line("O-1/1").promised_on == (restocked if quantity > 5 else None)


def test_a_date_that_passed_asks_for_news_and_stays_on_record__cm_D4(shop):
    ships_by = shop.today + timedelta(days=5)
    shop.purchase("PO-1", {"LAMP": 10}, expected_on=ships_by)
    shop.order("O-1", {"LAMP": 4})
    assert shop.book.line("O-1/1").promised_on == ships_by
    for overdue in (False, True):
        shop.tick(days=1 if overdue else 5)
        plan = plan_promises(shop.book, at=shop.now, reason="overdue")
        assert bool(plan.events) == overdue
    [notice] = notices_of(shop.book, plan)
    assert notice.kind is NoticeKind.DATE_MOVED
    assert (notice.lines[0].moved_from, notice.lines[0].dates) == (ships_by, ())
    shop.apply(plan)
    assert [one.promised_on for one in shop.book.promises("O-1/1")] == [ships_by, None]
    assert shop.figures("O-1/1") == (0, 4)


def test_an_arrival_dates_only_as_many_orders_as_it_covers__erp_X1(shop):
    soon, late = (shop.today + timedelta(days=days) for days in (10, 40))
    for number in range(1, 7):
        shop.order(f"O-{number}", {"LAMP": 5})
    shop.purchase("PO-1", {"LAMP": 5}, expected_on=soon)
    shop.purchase("PO-2", {"LAMP": 100}, expected_on=late)
    days = [expected(shop, f"O-{number}/1") for number in range(1, 7)]
    on_order = SupplySource.ON_ORDER
    assert days == [[(5, soon, on_order)], *([[(5, late, on_order)]] * 5)]
    promises = plan_promises(shop.book, at=shop.tick()).events
    assert [one.promised_on for one in promises] == [soon, *([late] * 5)]


@pytest.mark.parametrize(
    ("inbound", "portions"), [(4, [4, 1]), (5, [5]), (6, [5]), (9, [5]), (10, [5])]
)
def test_an_arrival_reaches_exactly_as_far_as_it_goes__erp_X1(shop, inbound, portions):
    shop.order("O-1", {"LAMP": 5})
    shop.order("O-2", {"LAMP": 5})
    shop.purchase("PO-1", {"LAMP": inbound}, expected_on=date(2026, 3, 12))
    found = expected(shop, "O-1/1")
    assert [units for units, _, _ in found] == portions
    covered = sum(
        units
        for units, _, source in expected(shop, "O-2/1")
        if source.value != "unknown"
    )
    assert covered == max(inbound - 5, 0)


def test_two_needs_become_one_line_with_a_peg_each__erp_O8(shop):
    shop.order("O-1", {"LAMP": 10})
    shop.order("O-2", {"LAMP": 5})
    shop.do(plan_replenishment, RESTOCK, at=shop.tick())
    [order] = shop.book.purchase_orders()
    [line] = order.lines
    assert (line.quantity, line.expected_on) == (15, shop.today + timedelta(days=7))
    needs = [(need.line, need.quantity) for need in line.needs]
    pegs = [
        (peg.line, peg.quantity)
        for peg in cover(shop.book, "LAMP").of_purchase_line(line.ref)
    ]
    assert needs == pegs == [("O-1/1", 10), ("O-2/1", 5)]


def test_a_small_need_waits_for_confirmed_supply__erp_F17(shop):
    confirmed = shop.today + timedelta(days=31)
    shop.purchase("PO-1", {"LAMP": 100}, expected_on=confirmed)
    shop.order("O-1", {"LAMP": 20})
    assert plan_replenishment(shop.book, RESTOCK, at=shop.tick()).is_empty
    assert shop.book.line("O-1/1").promised_on == confirmed


def test_a_large_need_is_served_by_both_supplies_in_time_order__erp_F18(shop):
    confirmed = shop.today + timedelta(days=31)
    shop.purchase("PO-1", {"LAMP": 100}, expected_on=confirmed)
    shop.order("O-1", {"LAMP": 200})
    shop.do(plan_replenishment, RESTOCK, at=shop.tick())
    soon = shop.today + timedelta(days=7)
    assert expected(shop, "O-1/1") == [
        (100, soon, SupplySource.ON_ORDER),
        (100, confirmed, SupplySource.ON_ORDER),
    ]


def test_pegs_are_readable_from_both_sides__erp_F28(shop):
    shop.purchase("PO-1", {"LAMP": 100}, expected_on=date(2026, 4, 1))
    for number in range(1, 11):
        shop.order(f"O-{number}", {"LAMP": 10})
    coverage = cover(shop.book, "LAMP")
    for number in range(1, 11):
        [peg] = coverage.of_line(f"O-{number}/1")
        assert (peg.purchase_line, peg.quantity) == ("PO-1/1", 10)
    pegs = coverage.of_purchase_line("PO-1/1")
    assert {peg.line: peg.quantity for peg in pegs} == {
        f"O-{number}/1": 10 for number in range(1, 11)
    }
    assert (coverage.surplus, coverage.shortage) == ((), 0)


def test_supply_is_matched_as_it_is_confirmed_and_comes__erp_O1(shop):
    shop.order("O-1", {"LAMP": 5})
    assert cover(shop.book, "LAMP").shortage == 5
    shop.purchase("PO-1", {"LAMP": 2})
    coverage = cover(shop.book, "LAMP")
    assert [(peg.purchase_line, peg.quantity) for peg in coverage.pegs] == [
        ("PO-1/1", 2)
    ]
    assert coverage.shortage == 3
    shop.receive("LAMP", 2, purchase_line="PO-1/1")
    shop.purchase("PO-2", {"LAMP": 3})
    coverage = cover(shop.book, "LAMP")
    assert shop.figures("O-1/1") == (2, 3)
    assert [(peg.purchase_line, peg.quantity) for peg in coverage.pegs] == [
        ("PO-2/1", 3)
    ]
    assert (coverage.shortage, coverage.surplus) == (0, ())


def test_what_nobody_waits_for_is_surplus__erp_O2(shop):
    shop.purchase("PO-1", {"LAMP": 6})
    shop.order("O-1", {"LAMP": 3})
    coverage = cover(shop.book, "LAMP")
    assert [(peg.line, peg.quantity) for peg in coverage.pegs] == [("O-1/1", 3)]
    assert coverage.surplus == (("PO-1/1", 3),)
