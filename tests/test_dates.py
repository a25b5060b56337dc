"""Four dates of a line stay apart: requested, promised, expected, actual."""

from datetime import UTC, date, datetime, timedelta

from backorderkit import (
    Line,
    MemoryRepository,
    Order,
    OrderDesk,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_order,
    plan_promises,
    plan_purchase_order,
    plan_receipt,
    plan_shipment,
    plan_supply_change,
)
from backorderkit.coverage import SupplySource
from backorderkit.kpis import dates_of
from backorderkit.model import DatedQuantity

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MARCH_4, MARCH_10, MARCH_20 = (date(2026, 3, day) for day in (4, 10, 20))


def a_desk():
    """A desk where PO-1/1 brings 5 on 10 March and ada wishes 5 for 4 March."""
    shelf = MemoryRepository()
    desk = OrderDesk(shelf, oldest_first())
    line = PurchaseLine("PO-1/1", "LAMP", 5, expected_on=MARCH_10)
    desk.carry_out(plan_purchase_order, PurchaseOrder("PO-1", "ACME", MONDAY, [line]))
    wish = Line("O-1/1", "LAMP", 5, requested_on=MARCH_4)
    desk.carry_out(plan_order, Order("O-1", "ada", MONDAY, [wish]))
    return desk, shelf


def dates(desk, shelf):
    history, _ = shelf.history(0)
    [found] = dates_of(desk.book, history, ["O-1/1"])
    return found


def short(portions):
    return [(one.quantity, one.on, one.source) for one in portions]


def test_a_slip_moves_what_is_expected_and_nothing_else():
    desk, shelf = a_desk()
    desk.carry_out(
        plan_supply_change, "PO-1/1", expected_on=MARCH_20, reason="late", at=MONDAY
    )
    found = dates(desk, shelf)
    assert found.requested_on == MARCH_4
    assert found.promised == (DatedQuantity(5, MARCH_10),)
    assert short(found.expected) == [(5, MARCH_20, SupplySource.ON_ORDER)]
    assert found.actual == ()
    assert found.days_late is None


def test_the_first_promise_counts_and_later_ones_stay_on_record():
    desk, shelf = a_desk()
    news = {"expected_on": MARCH_20, "reason": "late", "at": MONDAY}
    desk.carry_out(plan_supply_change, "PO-1/1", **news)
    desk.carry_out(plan_promises, at=MONDAY)
    found = dates(desk, shelf)
    told = [one.promised_on for one in found.promises]
    assert told == [MARCH_10, MARCH_20]
    assert found.promised == (DatedQuantity(5, MARCH_20),)
    assert found.first_promised_on == MARCH_10


def test_each_parcel_has_its_day_and_the_last_one_is_judged():
    desk, shelf = a_desk()
    for number, (day, units) in enumerate([(9, 2), (12, 3)], start=1):
        at = MONDAY.replace(day=day)
        goods = ReceiptLine("LAMP", units, purchase_line="PO-1/1")
        desk.carry_out(plan_receipt, Receipt(f"R-{number}", at, [goods]))
        later = at + timedelta(hours=1)
        desk.carry_out(plan_shipment, f"S-{number}", "O-1", at=later)
        found = dates(desk, shelf)
        assert (found.days_late is None) == (number == 1)
    parcels = (DatedQuantity(2, date(2026, 3, 9)), DatedQuantity(3, date(2026, 3, 12)))
    assert found.actual == parcels
    assert found.expected == ()
    assert found.days_late == 2


def test_a_line_that_was_never_promised_is_neither_early_nor_late():
    shelf = MemoryRepository()
    desk = OrderDesk(shelf, oldest_first())
    order = Order("O-1", "ada", MONDAY, [Line("O-1/1", "LAMP", 5)])
    desk.carry_out(plan_order, order)
    found = dates(desk, shelf)
    assert (found.first_promised_on, found.promised, found.days_late) == (
        None,
        (),
        None,
    )
    assert short(found.expected) == [(5, None, SupplySource.UNKNOWN)]


def test_without_names_every_line_is_told():
    desk, shelf = a_desk()
    history, _ = shelf.history(0)
    assert [one.line for one in dates_of(desk.book, history)] == ["O-1/1"]
