"""Worked cases: what a window says, what a quote holds, when a whole order leaves."""

from datetime import date, timedelta

import pytest

from backorderkit import (
    Catalogue,
    DeliveryRule,
    SellingRule,
    SellingRules,
    SupplierTerms,
    check_availability,
    late_lines,
    oldest_first,
    plan_acceptance,
    plan_day,
    plan_order,
    plan_promises,
    plan_quote,
)
from backorderkit.coverage import SupplySource, pegs_of_purchase_line
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import Acceptance, ShipTogether
from backorderkit.promising import Availability
from backorderkit.values import EVERY_DAY, open_days_after

WEEK = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
CAP_OF_FIVE = SellingRules(SellingRule(5), accept=Acceptance.WHOLE_ORDER)
WHOLE = DeliveryRule.SHIP_COMPLETE


def ask(shop, quantity, on=None, **options):
    return check_availability(
        shop.book, "LAMP", quantity, on or shop.today, at=shop.now, **options
    )


def parts(answer):
    return [(one.quantity, one.on) for one in answer.portions]


def quote(shop, ref, quantity, customer="ada", hours=48):
    order = shop.make_order(ref, {"LAMP": quantity}, customer=customer)
    until = order.placed_at + timedelta(hours=hours)
    return shop.do(plan_quote, order, until=until)


# A window and its dates


@pytest.mark.parametrize("quantity", [1, 4, 5])
def test_what_is_on_the_shelf_takes_the_delivery_time_alone__cm_D1(shop, quantity):
    """Delivery takes 1 to 3 days; the restock time of a week plays no part."""
    shop.stock("LAMP", 5)
    answer = ask(shop, quantity, catalogue=WEEK)
    ready = answer.complete_on
    window = [open_days_after(EVERY_DAY, ready, days) for days in (1, 3)]
    assert window == [shop.today + timedelta(days=days) for days in (1, 3)]
    assert [one.source for one in answer.portions] == [SupplySource.IN_STOCK]
    shop.order("O-1", {"LAMP": quantity}, catalogue=WEEK)
    assert shop.figures("O-1/1") == (quantity, 0)
    assert shop.book.promises("O-1/1") == ()


def test_one_more_than_the_shelf_holds_waits_for_the_restock__cm_D1(shop):
    shop.stock("LAMP", 5)
    restocked = shop.today + timedelta(days=7)
    assert parts(ask(shop, 6, catalogue=WEEK)) == [(5, shop.today), (1, restocked)]


@pytest.mark.parametrize(
    ("on_hand", "on", "availability", "split", "short"),
    [
        (100, None, "full", [(100, 0)], 0),
        # What is delayed has a date too, or nothing supplies it.
        (50, None, "partial", [(50, 0)], 50),
        (50, 123, "partial", [(50, 0), (50, 123)], 0),
        (0, 123, "restock", [(100, 123)], 0),
        (0, None, "no", [], 100),
    ],
)
def test_a_window_has_four_answers__erp_C10(
    shop, on_hand, on, availability, split, short
):
    """A receipt on 2021-07-03 is 123 days after the first Tuesday of that March."""
    shop.now = shop.now.replace(year=2021)
    if on is not None:
        assert shop.today + timedelta(days=on) == date(2021, 7, 3)
        shop.purchase("PO-1", {"LAMP": 100}, expected_on=date(2021, 7, 3))
    shop.stock("LAMP", on_hand)
    answer = ask(shop, 100)
    assert answer.availability is Availability(availability)
    assert [(n, (day - shop.today).days) for n, day in parts(answer)] == split
    assert answer.short == short


@pytest.mark.parametrize(
    ("claimed", "dated"), [(0, 100), (1, 100), (2, 99), (60, 41), (101, 0), (200, 0)]
)
def test_a_receipt_dates_only_what_nobody_claimed_before__erp_C10(shop, claimed, dated):
    on = shop.today + timedelta(days=9)
    if claimed:
        shop.order("O-1", {"LAMP": claimed})
    shop.purchase("PO-1", {"LAMP": 101}, expected_on=on)
    answer = ask(shop, 100)
    assert parts(answer) == ([(dated, on)] if dated else [])
    assert answer.short == 100 - dated
    word = Availability.RESTOCK if dated else Availability.NO
    assert answer.availability is word


def test_each_further_order_is_told_what_is_left__erp_X1(shop):
    """The six orders of 5 ask first: 5 units come on day 10 and 100 on day 40."""
    soon, late = (shop.today + timedelta(days=days) for days in (10, 40))
    shop.purchase("PO-1", {"LAMP": 5}, expected_on=soon)
    shop.purchase("PO-2", {"LAMP": 100}, expected_on=late)
    told = []
    for number in range(1, 7):
        asked = ask(shop, 5).complete_on
        shop.order(f"O-{number}", {"LAMP": 5})
        assert shop.book.line(f"O-{number}/1").promised_on == asked
        told.append(asked)
    assert told == [soon, *([late] * 5)]


# Quotes and inquiries on a book


def test_a_book_plans_orders_and_quotes_and_no_inquiry__erp_F29(shop):
    shop.stock("LAMP", 10)
    shop.order("O-open", {"LAMP": 4})
    quote(shop, "O-quote", 4)
    shop.order("O-closed", {"LAMP": 4})
    shop.cancel("O-closed")
    version = shop.book.version
    assert parts(ask(shop, 4)) == [(2, shop.today)]
    assert shop.book.version == version
    assert shop.figures("O-open/1") == shop.figures("O-quote/1") == (4, 0)
    assert shop.figures("O-closed/1") == (0, 0)
    assert shop.free("LAMP") == 2


def test_an_inquiry_never_holds_anything_whatever_it_stands_for__erp_F29(shop):
    shop.stock("LAMP", 10)
    for _ in range(3):
        assert parts(ask(shop, 10, priority=-9)) == [(10, shop.today)]
    shop.order("O-1", {"LAMP": 10})
    assert shop.figures("O-1/1") == (10, 0)


@pytest.mark.parametrize(
    ("hold", "free"), [("another's", 6), ("expired", 10), ("one's own", 10)]
)
def test_how_much_is_free_beside_a_hold__cm_R23(shop, hold, free):
    shop.stock("LAMP", 10)
    customer = "ada" if hold == "one's own" else "bob"
    quote(shop, "HOLD", 4, customer=customer, hours=1)
    assert shop.free("LAMP") == 6
    if hold == "expired":
        shop.tick(hours=1)
    own = "HOLD" if hold == "one's own" else None
    shop.do(plan_order, shop.make_order("O-1", {"LAMP": 11}), quote=own)
    assert shop.figures("O-1/1") == (free, 11 - free)


@pytest.mark.parametrize(("minutes", "free"), [(59, 6), (60, 10), (61, 10)])
def test_a_hold_ends_on_the_minute__cm_R23(shop, minutes, free):
    shop.stock("LAMP", 10)
    quote(shop, "HOLD", 4, hours=1)
    shop.do(plan_day, at=shop.tick(minutes=minutes))
    assert shop.free("LAMP") == free
    if free == 10:
        with shop.refuses(InvalidValue, match="end of quote HOLD"):
            shop.do(plan_acceptance, "HOLD", at=shop.now)
    else:
        shop.do(plan_acceptance, "HOLD", at=shop.now)
        assert shop.figures("HOLD/1") == (4, 0)


@pytest.mark.parametrize(
    ("own", "asked", "taken"),
    [
        (False, 3, True),
        (False, 4, False),
        (False, 5, False),
        (True, 4, True),
        (True, 5, True),
        (True, 6, False),
    ],
)
def test_a_buyers_own_hold_is_not_counted_against_him__cm_C11(shop, own, asked, taken):
    """The pre-order is for what comes in a week; a cart holds 2 of it."""
    shop.purchase("PO-1", {"LAMP": 2}, expected_on=shop.today + timedelta(days=7))
    quote(shop, "CART", 2, customer="ada" if own else "bob")
    held = "CART" if own else None
    order = shop.make_order("O-1", {"LAMP": asked})
    plan = shop.do(plan_order, order, rules=CAP_OF_FIVE, quote=held)
    assert ("O-1" in shop.book.orders()) is taken
    assert bool(shop.refused(plan)) is not taken
    if taken:
        assert shop.figures("O-1/1") == (0, asked)
        pegs = pegs_of_purchase_line(shop.book, "PO-1/1")
        assert [one.line for one in pegs] == ["O-1/1" if own else "CART/1"]
    else:
        assert shop.figures("CART/1") == (0, 2)


# What there is, and complete orders


def test_an_order_gets_what_there_is__erp_M1(shop):
    """Stock came in lots of 1 and 3."""
    shop.receive("LAMP", 1)
    shop.receive("LAMP", 3)
    assert parts(ask(shop, 10)) == [(4, shop.today)]
    shop.order("O-1", {"LAMP": 10})
    assert shop.figures("O-1/1") == (4, 6)
    shop.ship("O-1")
    assert (shop.book.line("O-1/1").shipped, shop.on_hand("LAMP")) == (4, 0)


def test_what_needs_no_stock_keeps_nobody_waiting__erp_M1(shop):
    """Fitting ten lamps is no goods: the host brings the lamps to the book alone."""
    shop.stock("LAMP", 10)
    shop.order("O-1", {"LAMP": 10}, delivery=WHOLE)
    assert shop.figures("O-1/1") == (10, 0)
    shop.ship("O-1")
    assert shop.book.line("O-1/1").shipped == 10


def test_nobody_is_forced_out_of_an_empty_shelf__erp_M1(shop):
    shop.order("O-1", {"LAMP": 10})
    with shop.refuses(NotPossible):
        shop.ship("O-1", {"O-1/1": 10})
    # Somebody counts first, and finds what he wants to send.
    shop.stock("LAMP", 10)
    shop.ship("O-1", {"O-1/1": 10})
    assert shop.on_hand("LAMP") == 0


HELD = {0: [0, 0], 5: [5, 0], 15: [10, 5], 20: [10, 10], 21: [10, 11], 100: [10, 11]}


@pytest.mark.parametrize("stock", HELD)
@pytest.mark.parametrize(
    "together", [ShipTogether.HOLD, ShipTogether.SKIP, ShipTogether.BLOCK]
)
def test_a_complete_order_leaves_when_all_of_it_is_there__erp_M2(
    open_shop, together, stock
):
    """Whether it holds the part that is there meanwhile is what the policy says."""
    shop = open_shop(oldest_first(together=together))
    plan = shop.order("O-1", [("LAMP", 10), ("LAMP", 11)], delivery=WHOLE)
    if stock:
        plan = shop.stock("LAMP", stock)
    is_complete = stock >= 21
    held = HELD[stock] if together is ShipTogether.HOLD or is_complete else [0, 0]
    assert [shop.figures(f"O-1/{number}")[0] for number in (1, 2)] == held
    assert plan.became_shippable == (("O-1",) if is_complete else ())
    assert any(one.code == "incomplete" for one in plan.reasons) is (
        not is_complete and stock > 0 and together is not ShipTogether.HOLD
    )
    if not is_complete:
        with shop.refuses(NotPossible):
            shop.ship("O-1")
        return
    shop.ship("O-1")
    assert [shop.book.line(f"O-1/{number}").shipped for number in (1, 2)] == [10, 11]


@pytest.mark.parametrize(
    ("together", "got"),
    [(ShipTogether.HOLD, 0), (ShipTogether.SKIP, 5), (ShipTogether.BLOCK, 0)],
)
def test_who_comes_behind_a_complete_order_gets_what_the_policy_lets_go__erp_M2(
    open_shop, together, got
):
    shop = open_shop(oldest_first(together=together))
    shop.order("O-1", [("LAMP", 10), ("LAMP", 11)], delivery=WHOLE)
    shop.order("O-2", {"LAMP": 5})
    shop.stock("LAMP", 15)
    assert shop.figures("O-2/1")[0] == got
    with shop.refuses(NotPossible):
        shop.ship("O-1")


def test_a_day_that_is_missed_is_seen_from_either_side__erp_X1(shop):
    """A promise for day 10 is late once the five units are cut to four."""
    soon, late = (shop.today + timedelta(days=days) for days in (10, 40))
    shop.purchase("PO-1", {"LAMP": 5}, expected_on=soon)
    shop.order("O-1", {"LAMP": 5})
    shop.purchase("PO-2", {"LAMP": 100}, expected_on=late)
    assert late_lines(shop.book) == ()
    shop.receive("LAMP", 4, purchase_line="PO-1/1")
    shop.short_close("PO-1/1")
    [one] = late_lines(shop.book)
    assert (one.quantity, one.days, one.purchase_line) == (1, 30, "PO-2/1")
    [promise_] = plan_promises(shop.book, at=shop.tick()).events
    assert promise_.promised_on == late
