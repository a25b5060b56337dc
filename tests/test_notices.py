"""What customers hear: one notice per order and kind, about what is short."""

from datetime import date, timedelta

import pytest

from backorderkit import (
    UNLIMITED,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    notices_of,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_promises,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_supply_change,
    plan_transfer,
)
from backorderkit.model import Acceptance
from backorderkit.notices import NoticeKind
from tests.shop import NOON

LATER = NOON + timedelta(hours=5)
MARCH_10, MARCH_20 = date(2026, 3, 10), date(2026, 3, 20)

ARRIVED, CANCELLED, CONFIRMED, DATE_MOVED, DATE_SET, REFUSED, SHIPPED = (
    NoticeKind.ARRIVED,
    NoticeKind.CANCELLED,
    NoticeKind.CONFIRMED,
    NoticeKind.DATE_MOVED,
    NoticeKind.DATE_SET,
    NoticeKind.REFUSED,
    NoticeKind.SHIPPED,
)


def do(book, decision, *args, **options):
    """Decide, apply, and return the notices of the plan."""
    plan = decision(book, *args, **options)
    notices = notices_of(book, plan)
    assert notices == notices_of(book, plan)
    book.apply(plan)
    book.check_invariants()
    for notice in notices:
        said = [one.line for one in notice.lines]
        assert len(set(said)) == len(said)
        for one in notice.lines:
            assert one.waiting == waiting(book, one.line)
    keys = [notice.key for notice in notices]
    assert len(set(keys)) == len(keys)
    kinds = [(notice.order, notice.kind) for notice in notices]
    assert len(set(kinds)) == len(kinds)
    return notices


def waiting(book, line):
    if any(line.startswith(f"{ref}/") for ref in book.orders()):
        return book.line(line).waiting
    return 0  # an order that was refused is not in the book


def made(ref, *lines, minute=0, customer="ada", **details):
    names = [f"{ref}/{number}" for number, _ in enumerate(lines, 1)]
    parts = [Line(name, sku, units) for name, (sku, units) in zip(names, lines)]  # noqa: B905
    return Order(ref, customer, NOON + timedelta(minutes=minute), parts, **details)


def place(book, ref, *lines, rules=None, **details):
    options = {} if rules is None else {"rules": rules}
    return do(book, plan_order, made(ref, *lines, **details), **options)


def purchase(book, ref, quantity, on=MARCH_10, sku="LAMP"):
    lines = [PurchaseLine(f"{ref}/1", sku, quantity, expected_on=on)]
    return do(book, plan_purchase_order, PurchaseOrder(ref, "ACME", NOON, lines))


def stock(book, units, sku="LAMP", location="main"):
    return do(book, plan_count, sku, units, at=LATER, location=location)


def receive(book, ref, *lines):
    return do(book, plan_receipt, Receipt(ref, LATER, lines))


def move(book, ref, on):
    return do(book, plan_supply_change, ref, expected_on=on, reason="strike", at=LATER)


def heard(notices):
    """Return (kind, order, {line: (quantity, waiting)}) of each notice."""
    return [
        (one.kind, one.order, {n.line: (n.quantity, n.waiting) for n in one.lines})
        for one in notices
    ]


def dates(line):
    return [(one.quantity, one.on) for one in line.dates]


# Confirmed, refused


@pytest.mark.parametrize(("on_hand", "now", "later"), [(5, 5, 0), (4, 4, 1), (0, 0, 5)])
def test_a_confirmation_says_what_waits_and_not_what_was_ordered(
    book, on_hand, now, later
):
    stock(book, on_hand)
    [notice] = place(book, "O-1", ("LAMP", 5))
    assert heard([notice]) == [(CONFIRMED, "O-1", {"O-1/1": (now, later)})]
    assert (notice.customer, notice.reason, notice.at) == ("ada", "O-1", NOON)


def test_a_confirmation_says_until_when_the_short_part_waits(book):
    stock(book, 2)
    purchase(book, "PO-1", 9)
    [notice] = place(book, "O-1", ("LAMP", 5), ("RUG", 1))
    lamp, rug = notice.lines
    assert dates(lamp) == [(3, MARCH_10)]
    assert (dates(rug), rug.waiting) == ([], 1)


def test_allocations_and_first_promises_of_a_new_order_are_no_news_of_their_own(book):
    stock(book, 2)
    purchase(book, "PO-1", 9)
    notices = place(book, "O-1", ("LAMP", 5))
    assert [one.kind for one in notices] == [CONFIRMED]


def test_what_was_refused_is_told_beside_what_was_accepted(book):
    rules = SellingRules(SellingRule(2))
    notices = place(book, "O-1", ("LAMP", 5), ("RUG", 1), rules=rules)
    assert heard(notices) == [
        (CONFIRMED, "O-1", {"O-1/1": (0, 2), "O-1/2": (0, 1)}),
        (REFUSED, "O-1", {"O-1/1": (3, 0 + 2)}),
    ]


def test_an_order_that_was_refused_is_told_so(book):
    notices = place(book, "O-1", ("LAMP", 5), rules=SellingRules(SellingRule(0)))
    assert heard(notices) == [(REFUSED, "O-1", {"O-1/1": (5, 0)})]
    assert notices[0].customer == "ada"


def test_an_order_refused_whole_is_refused_with_every_unit_of_every_line(book):
    rules = SellingRules(
        SellingRule(UNLIMITED),
        {"LAMP": SellingRule(2)},
        accept=Acceptance.WHOLE_ORDER,
    )
    notices = place(book, "O-1", ("LAMP", 5), ("RUG", 1), rules=rules)
    assert heard(notices) == [(REFUSED, "O-1", {"O-1/1": (5, 0), "O-1/2": (1, 0)})]


# Dates


def test_a_first_date_is_set_for_what_waits(book):
    stock(book, 2)
    place(book, "O-1", ("LAMP", 5))
    purchase(book, "PO-1", 9)
    [notice] = do(book, plan_promises, at=LATER, reason="PO-1 confirmed")
    assert heard([notice]) == [(DATE_SET, "O-1", {"O-1/1": (3, 3)})]
    assert dates(notice.lines[0]) == [(3, MARCH_10)]
    assert notice.lines[0].moved_from is None
    assert (notice.reason, notice.at) == ("PO-1 confirmed", LATER)


def test_a_date_that_moved_is_told_from_to_and_why(book):
    purchase(book, "PO-1", 9)
    place(book, "O-1", ("LAMP", 5))
    assert move(book, "PO-1/1", MARCH_20) == ()
    [notice] = do(book, plan_promises, at=LATER, reason="strike at ACME")
    assert heard([notice]) == [(DATE_MOVED, "O-1", {"O-1/1": (5, 5)})]
    assert notice.lines[0].moved_from == MARCH_10
    assert dates(notice.lines[0]) == [(5, MARCH_20)]
    assert notice.reason == "strike at ACME"


def test_a_date_that_is_lost_is_told_with_what_it_was(book):
    purchase(book, "PO-1", 9)
    place(book, "O-1", ("LAMP", 5))
    do(book, plan_purchase_cancellation, "PO-1", reason="late", at=LATER)
    [notice] = do(book, plan_promises, at=LATER)
    assert notice.kind is DATE_MOVED
    assert (notice.lines[0].moved_from, dates(notice.lines[0])) == (MARCH_10, [])


def test_lines_of_one_order_share_the_notice_of_their_kind(book):
    purchase(book, "PO-1", 9)
    place(book, "O-1", ("LAMP", 5), ("RUG", 2), ("LAMP", 1))
    purchase(book, "PO-2", 9, MARCH_20, sku="RUG")
    move(book, "PO-1/1", MARCH_20)
    notices = do(book, plan_promises, at=LATER)
    assert heard(notices) == [
        (DATE_SET, "O-1", {"O-1/2": (2, 2)}),
        (DATE_MOVED, "O-1", {"O-1/1": (5, 5), "O-1/3": (1, 1)}),
    ]


# Arrived


@pytest.mark.parametrize(("arriving", "given"), [(1, 1), (4, 4), (5, 5), (6, 5)])
def test_goods_that_arrived_are_told_with_what_still_waits(book, arriving, given):
    place(book, "O-1", ("LAMP", 5))
    [notice] = receive(book, "R-1", ReceiptLine("LAMP", arriving))
    assert heard([notice]) == [(ARRIVED, "O-1", {"O-1/1": (given, 5 - given)})]
    assert (notice.reason, notice.at) == ("R-1", LATER)


def test_dates_never_speak_of_more_units_than_wait(book):
    purchase(book, "PO-1", 5)
    place(book, "O-1", ("LAMP", 5))
    [notice] = receive(book, "R-1", ReceiptLine("LAMP", 3, purchase_line="PO-1/1"))
    assert dates(notice.lines[0]) in ([(2, MARCH_10)], [])
    [notice] = do(book, plan_shipment, "S-1", "O-1", at=LATER)
    assert dates(notice.lines[0]) in ([(2, MARCH_10)], [])


def test_dates_of_a_line_that_was_lowered_speak_of_what_is_left(book):
    purchase(book, "PO-1", 5)
    place(book, "O-1", ("LAMP", 5))
    [notice] = do(book, plan_amendment, "O-1/1", 2, at=LATER)
    assert heard([notice]) == [(CANCELLED, "O-1", {"O-1/1": (3, 2)})]
    assert dates(notice.lines[0]) in ([(2, MARCH_10)], [])


def test_nobody_is_told_of_a_receipt_that_served_others(book):
    place(book, "O-1", ("LAMP", 5))
    place(book, "O-2", ("LAMP", 5), minute=1, customer="ben")
    notices = receive(book, "R-1", ReceiptLine("LAMP", 5))
    assert [one.order for one in notices] == ["O-1"]


def test_two_orders_of_one_customer_are_two_notices(book):
    place(book, "O-1", ("LAMP", 2))
    place(book, "O-2", ("LAMP", 2), minute=1)
    notices = receive(book, "R-1", ReceiptLine("LAMP", 3))
    assert heard(notices) == [
        (ARRIVED, "O-1", {"O-1/1": (2, 0)}),
        (ARRIVED, "O-2", {"O-2/1": (1, 1)}),
    ]


def freed_by_count(book):
    return do(book, plan_count, "LAMP", 9, at=LATER)


def freed_by_release(book):
    place(book, "O-0", ("LAMP", 1), hold="not paid")
    do(book, plan_count, "RUG", 3, at=NOON)
    place(book, "O-2", ("RUG", 2), minute=2, hold="not paid")
    return do(book, plan_release_hold, "O-2", at=LATER)


def freed_by_transfer(book):
    stock(book, 9, location="north")
    options = {"source": "north", "destination": "main"}
    return do(book, plan_transfer, "T-1", "LAMP", 9, at=LATER, **options)


def freed_by_return(book):
    stock(book, 2)
    do(book, plan_shipment, "S-1", "O-1", at=NOON)
    return do(book, plan_return, "RET-1", "O-1/1", 2, at=LATER)


def freed_by_reserve(book):
    do(book, plan_reserve, "LAMP", 9, at=NOON)
    stock(book, 9)
    return do(book, plan_reserve, "LAMP", 0, at=LATER)


def freed_by_relocation(book):
    stock(book, 9, location="north")
    return do(book, plan_rerouting, "O-1/1", "north", at=LATER)


def freed_by_day(book):
    stock(book, 7)
    line = Line("O-3/1", "LAMP", 1, allocate_not_before=date(2026, 3, 2))
    do(book, plan_order, Order("O-3", "cleo", NOON, [line]))
    return do(book, plan_day, at=LATER + timedelta(days=1))


@pytest.mark.parametrize(
    "event",
    [
        freed_by_count,
        freed_by_release,
        freed_by_transfer,
        freed_by_return,
        freed_by_reserve,
        freed_by_relocation,
        freed_by_day,
    ],
)
def test_whatever_freed_the_goods_the_notice_has_a_cause_and_a_moment(book, event):
    place(book, "O-1", ("LAMP", 5))
    notices = event(book)
    assert [one.kind for one in notices] == [ARRIVED]
    for notice in notices:
        assert notice.reason
        assert notice.at.date() >= NOON.date()


def test_goods_that_only_changed_their_place_are_no_news(book):
    stock(book, 5)
    stock(book, 5, location="north")
    place(book, "O-1", ("LAMP", 5))
    assert do(book, plan_rerouting, "O-1/1", "north", at=LATER) == ()
    assert book.line("O-1/1").allocated == 5


@pytest.mark.parametrize("quiet", ["hold", "purchase", "freeze", "closing", "nothing"])
def test_what_concerns_no_customer_is_told_to_none(book, quiet):
    stock(book, 2)
    purchase(book, "PO-1", 9)
    place(book, "O-1", ("LAMP", 5))
    decisions = {
        "hold": lambda: do(book, plan_hold, "O-1", reason="check", at=LATER),
        "purchase": lambda: purchase(book, "PO-2", 9),
        "freeze": lambda: do(book, plan_freeze, {"O-1/1": 1}, at=LATER),
        "closing": lambda: do(
            book, plan_purchase_cancellation, "PO-1", reason="late", at=LATER
        ),
        "nothing": lambda: do(book, plan_count, "LAMP", 2, at=LATER),
    }
    assert decisions[quiet]() == ()


# Shipped


def test_a_parcel_is_told_with_what_is_still_open(book):
    stock(book, 3)
    stock(book, 1, "CHAIR")
    purchase(book, "PO-1", 9, sku="RUG")
    place(book, "O-1", ("LAMP", 5), ("RUG", 4), ("CHAIR", 1))
    [notice] = do(book, plan_shipment, "S-1", "O-1", {"O-1/1": 3}, at=LATER)
    lines = {one.line: one for one in notice.lines}
    assert (lines["O-1/1"].quantity, lines["O-1/1"].waiting) == (3, 2)
    assert (lines["O-1/2"].quantity, lines["O-1/2"].waiting) == (0, 4)
    assert dates(lines["O-1/2"]) == [(4, MARCH_10)]
    assert (notice.reason, notice.at) == ("S-1", LATER)


def test_a_parcel_does_not_name_lines_that_are_done(book):
    stock(book, 3)
    stock(book, 1, "CHAIR")
    place(book, "O-1", ("LAMP", 5), ("CHAIR", 1), ("RUG", 1))
    do(book, plan_shipment, "S-1", "O-1", {"O-1/2": 1}, at=LATER)
    do(book, plan_cancellation, "O-1", ["O-1/3"], at=LATER)
    notices = do(book, plan_shipment, "S-2", "O-1", at=LATER)
    assert heard(notices) == [(SHIPPED, "O-1", {"O-1/1": (3, 2)})]


def test_the_last_parcel_leaves_nothing_open(book):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 5))
    notices = do(book, plan_shipment, "S-1", "O-1", at=LATER)
    assert heard(notices) == [(SHIPPED, "O-1", {"O-1/1": (5, 0)})]


def test_a_line_spread_over_portions_is_one_line_of_the_notice(book):
    stock(book, 5)
    place(book, "O-1", ("LAMP", 2))
    do(book, plan_amendment, "O-1/1", 6, at=NOON)
    notices = do(book, plan_shipment, "S-1", "O-1", at=LATER)
    assert heard(notices) == [(SHIPPED, "O-1", {"O-1/1": (5, 1)})]


# Cancelled, and other things in the same plan


@pytest.mark.parametrize(("cancelled", "left"), [(1, 4), (5, 0)])
def test_a_cancellation_is_told_with_what_still_waits(book, cancelled, left):
    place(book, "O-1", ("LAMP", 5))
    [notice] = do(book, plan_cancellation, "O-1", {"O-1/1": cancelled}, at=LATER)
    assert heard([notice]) == [(CANCELLED, "O-1", {"O-1/1": (cancelled, left)})]
    assert notice.reason == "cancelled by the customer"


def test_who_cancels_and_who_gets_the_goods_both_hear_of_it(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 5))
    place(book, "O-2", ("LAMP", 5), minute=1, customer="ben")
    notices = do(book, plan_cancellation, "O-1", at=LATER)
    assert heard(notices) == [
        (CANCELLED, "O-1", {"O-1/1": (5, 0)}),
        (ARRIVED, "O-2", {"O-2/1": (3, 2)}),
    ]
    assert [one.customer for one in notices] == ["ada", "ben"]


def test_an_order_that_gives_up_one_line_may_gain_on_another(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 3), ("LAMP", 3))
    notices = do(book, plan_cancellation, "O-1", {"O-1/1": 2}, at=LATER)
    assert heard(notices) == [
        (ARRIVED, "O-1", {"O-1/2": (2, 1)}),
        (CANCELLED, "O-1", {"O-1/1": (2, 0)}),
    ]


def test_claimed_units_that_are_given_up_are_cancelled_and_not_arrived(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 5))
    notices = do(book, plan_amendment, "O-1/1", 1, at=LATER)
    assert heard(notices) == [(CANCELLED, "O-1", {"O-1/1": (4, 0)})]
    assert notices[0].reason == "amended"


def test_a_day_that_ends_a_wait_tells_why(book):
    line = Line("O-1/1", "LAMP", 5, cancel_after=MARCH_10)
    do(book, plan_order, Order("O-1", "ada", NOON, [line]))
    [notice] = do(book, plan_day, at=NOON + timedelta(days=20))
    assert heard([notice]) == [(CANCELLED, "O-1", {"O-1/1": (5, 0)})]
    assert notice.reason == "not wanted after 2026-03-10"


def test_a_raise_is_told_what_is_there_and_what_was_refused(book):
    stock(book, 6)
    place(book, "O-1", ("LAMP", 5))
    rules = SellingRules(SellingRule(1))
    notices = do(book, plan_amendment, "O-1/1", 9, at=LATER, rules=rules)
    assert heard(notices) == [
        (REFUSED, "O-1", {"O-1/1": (2, 1)}),
        (ARRIVED, "O-1", {"O-1/1": (1, 1)}),
    ]


def test_a_raise_that_is_refused_whole_is_told_with_its_moment(book):
    place(book, "O-1", ("LAMP", 5))
    rules = SellingRules(SellingRule(0))
    [notice] = do(book, plan_amendment, "O-1/1", 9, at=LATER, rules=rules)
    assert heard([notice]) == [(REFUSED, "O-1", {"O-1/1": (4, 5)})]
    assert notice.at == LATER
    assert notice.reason


# Keys


def test_a_key_is_the_same_each_time_the_same_plan_is_told(book):
    stock(book, 3)
    place(book, "O-1", ("LAMP", 5))
    plan = plan_receipt(book, Receipt("R-1", LATER, [ReceiptLine("LAMP", 1)]))
    again = plan_receipt(book, Receipt("R-1", LATER, [ReceiptLine("LAMP", 1)]))
    assert notices_of(book, plan) == notices_of(book, again)


def test_the_same_news_another_day_has_another_key(book):
    place(book, "O-1", ("LAMP", 5))
    keys = [
        notice.key
        for number in range(5)
        for notice in receive(book, f"R-{number}", ReceiptLine("LAMP", 1))
    ]
    assert len(keys) == len(set(keys)) == 5


def test_notices_follow_the_book_and_not_the_machine(book):
    twin = OrderBook(oldest_first())
    for one in (book, twin):
        stock(one, 3)
        place(one, "O-1", ("LAMP", 5), ("RUG", 1))
    found = [
        notices_of(one, plan_receipt(one, Receipt("R", LATER, [ReceiptLine("RUG", 9)])))
        for one in (book, twin)
    ]
    assert found[0] == found[1]
