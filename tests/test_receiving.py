"""Supply arrives, slips, or never comes: receipts, closings, purchases, new days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    cover,
    oldest_first,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_receipt,
    plan_short_close,
    plan_supply_change,
)
from backorderkit.errors import (
    Duplicate,
    InvalidValue,
    NotPossible,
    StalePlan,
    UnknownReference,
)
from backorderkit.model import GoodsReceived, PurchaseLineClosed, Remedy, ShipTogether
from tests.shop import NOON, do, place, purchase

MARCH_10, MARCH_20 = date(2026, 3, 10), date(2026, 3, 20)


def delivery(ref, *lines):
    return Receipt(ref, NOON + timedelta(days=9), lines)


def for_line(accepted, line="PO-1/1", sku="LAMP", **details):
    if details.get("rejected"):
        details.setdefault("reason", "bent")
    return ReceiptLine(sku, accepted, purchase_line=line, **details)


def figures(book, ref="PO-1/1"):
    line = book.purchase_line(ref)
    return line.open, line.accepted, line.closed, line.over, line.rejected


def everything(book):
    return (
        book.version,
        [book.order(ref) for ref in book.orders()],
        [book.pool(*pool) for pool in book.pools()],
        [
            book.purchase_line(line.ref)
            for order in book.purchase_orders()
            for line in order.lines
        ],
    )


@contextmanager
def refused(book, error, match=None) -> Iterator[None]:
    """Expect one clear error, and a book that is as it was."""
    before = everything(book)
    with pytest.raises(error, match=match):
        yield
    assert everything(book) == before
    book.check_invariants()


# Receipts


@pytest.mark.parametrize(
    ("accepted", "given", "free", "left"),
    [(4, 4, 0, ()), (5, 5, 0, ("O-1",)), (6, 5, 1, ("O-1",))],
)
def test_accepted_goods_meet_the_queue(book, accepted, given, free, left):
    place(book, "O-1", 5)
    plan = do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", accepted)))
    assert plan.allocated() == {"O-1/1": given}
    assert book.pool("LAMP").free == free
    assert plan.left_backlog == left
    assert plan.became_shippable == ("O-1",)


def test_a_receipt_names_only_orders_for_which_it_makes_the_difference(book):
    place(book, "O-1", 5)
    do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 1)))
    plan = do(book, plan_receipt, delivery("R-2", ReceiptLine("LAMP", 1)))
    assert plan.allocated() == {"O-1/1": 1}
    assert (plan.became_shippable, plan.left_backlog) == ((), ())


def test_goods_go_to_the_pool_they_arrived_at(book):
    place(book, "O-1", 5, location="north")
    place(book, "O-2", 5, sku="RUG")
    lines = [ReceiptLine("LAMP", 3), ReceiptLine("LAMP", 2, location="north")]
    plan = do(book, plan_receipt, delivery("R-1", *lines, ReceiptLine("RUG", 9)))
    assert plan.allocated() == {"O-1/1": 2, "O-2/1": 5}
    assert (book.pool("LAMP").free, book.pool("RUG").free) == (3, 4)


def test_rejected_goods_reach_nobody(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5)
    plan = do(book, plan_receipt, delivery("R-1", for_line(0, rejected=5)))
    assert plan.allocated() == {}
    assert book.pool("LAMP").on_hand == 0
    assert cover(book, "LAMP").of_purchase_line("PO-1/1")[0].quantity == 5


def test_a_held_order_gets_nothing_of_a_receipt(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    do(book, plan_hold, "O-1", reason="check", at=NOON)
    plan = do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 6)))
    assert plan.allocated() == {"O-2/1": 5}
    assert book.pool("LAMP").free == 1


def blocking():
    """Nine lamps and no rug; two rugs are what O-1 lacks, and it lets nobody pass."""
    book = OrderBook(oldest_first(together=ShipTogether.BLOCK))
    do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 9)))
    return book


def place_both(book, ref, minute=0, lamps=2, rugs=2, **details):
    own = {"allocate_not_before": details.pop("lamps_from", None)}
    lines = [
        Line(f"{ref}/1", "LAMP", lamps, delivery_group=details.get("group"), **own),
        Line(f"{ref}/2", "RUG", rugs, delivery_group=details.get("group")),
    ]
    at = NOON + timedelta(minutes=minute)
    return do(book, plan_order, Order(ref, "ada", at, lines))


def test_an_order_that_is_completed_lets_the_others_pass_in_all_its_queues():
    book = blocking()
    place_both(book, "O-1", group="desk")
    place(book, "O-2", 3, 1)
    assert book.line("O-2/1").allocated == 0
    plan = do(book, plan_receipt, delivery("R-2", ReceiptLine("RUG", 2)))
    assert plan.allocated() == {"O-1/1": 2, "O-1/2": 2, "O-2/1": 3}


def test_a_line_that_is_not_due_blocks_nobody_in_its_queue():
    book = blocking()
    place_both(book, "O-1", group="desk", lamps_from=date(2026, 4, 1))
    do(book, plan_receipt, delivery("R-2", ReceiptLine("RUG", 1)))
    place_both(book, "O-2", 1, lamps=3)
    assert book.line("O-2/1").allocated == 3


REPLACE, CREDIT = Remedy.REPLACE, Remedy.CREDIT


@pytest.mark.parametrize(
    ("accepted", "rejected", "remedy", "final", "expected"),
    [
        # open, accepted, closed, over, rejected; of ten ordered
        (9, 0, REPLACE, False, (1, 9, 0, 0, 0)),
        (10, 0, REPLACE, False, (0, 10, 0, 0, 0)),
        (11, 0, REPLACE, False, (0, 10, 0, 1, 0)),
        (9, 0, REPLACE, True, (0, 9, 1, 0, 0)),
        (10, 0, REPLACE, True, (0, 10, 0, 0, 0)),
        (11, 0, REPLACE, True, (0, 10, 0, 1, 0)),
        (7, 2, REPLACE, False, (3, 7, 0, 0, 2)),
        (7, 2, REPLACE, True, (0, 7, 3, 0, 2)),
        (7, 2, CREDIT, False, (1, 7, 2, 0, 2)),
        (7, 3, CREDIT, False, (0, 7, 3, 0, 3)),
        (7, 4, CREDIT, False, (0, 7, 3, 0, 4)),
        (7, 2, CREDIT, True, (0, 7, 3, 0, 2)),
        (0, 10, CREDIT, False, (0, 0, 10, 0, 10)),
        (0, 11, CREDIT, True, (0, 0, 10, 0, 11)),
        (0, 1, REPLACE, True, (0, 0, 10, 0, 1)),
        (12, 3, CREDIT, True, (0, 10, 0, 2, 3)),
    ],
)
def test_a_delivery_settles_its_purchase_line(
    book, accepted, rejected, remedy, final, expected
):
    purchase(book, "PO-1", 10)
    line = for_line(accepted, rejected=rejected, remedy=remedy, final=final)
    do(book, plan_receipt, delivery("R-1", line))
    assert figures(book) == expected
    assert book.pool("LAMP").on_hand == accepted
    assert book.pool("LAMP").incoming == expected[0]


def test_what_is_credited_and_what_is_final_are_closed_for_their_own_reasons(book):
    purchase(book, "PO-1", 10)
    line = for_line(5, rejected=2, remedy=CREDIT, final=True)
    plan = plan_receipt(book, delivery("R-1", line))
    closed = [one for one in plan.events if isinstance(one, PurchaseLineClosed)]
    assert [(one.quantity, one.reason) for one in closed] == [
        (2, "credited: bent"),
        (3, "closed short: the delivery was final"),
    ]


deliveries = st.lists(
    st.tuples(
        st.integers(0, 9), st.integers(0, 4), st.sampled_from(Remedy), st.booleans()
    ).filter(lambda one: one[0] + one[1] > 0),
    max_size=5,
)


@given(ordered=st.integers(1, 20), arriving=deliveries)
def test_any_run_of_deliveries_adds_up_unit_by_unit(ordered, arriving):
    book = OrderBook(oldest_first())
    purchase(book, "PO-1", ordered)
    still_open, taken, closed, over, refused_units = ordered, 0, 0, 0, 0
    for number, (accepted, rejected, remedy, final) in enumerate(arriving):
        line = for_line(accepted, rejected=rejected, remedy=remedy, final=final)
        do(book, plan_receipt, delivery(f"R-{number}", line))
        for _ in range(accepted):
            if still_open:
                still_open, taken = still_open - 1, taken + 1
            else:
                over += 1
        refused_units += rejected
        for _ in range(rejected if remedy is CREDIT else 0):
            if still_open:
                still_open, closed = still_open - 1, closed + 1
        if final:
            still_open, closed = 0, closed + still_open
    assert figures(book) == (still_open, taken, closed, over, refused_units)
    assert book.pool("LAMP").on_hand == taken + over


@pytest.mark.parametrize("closing", ["final", "close", "cancel"])
def test_what_comes_after_the_end_is_free_stock_and_kept_apart(book, closing):
    purchase(book, "PO-1", 10)
    if closing == "cancel":
        do(book, plan_purchase_cancellation, "PO-1", reason="late", at=NOON)
    else:
        first = for_line(4, final=closing == "final")
        do(book, plan_receipt, delivery("R-1", first))
    if closing == "close":
        do(book, plan_short_close, "PO-1/1", reason="late", at=NOON)
    before = figures(book)
    place(book, "O-1", 6)
    had = book.line("O-1/1").allocated
    plan = do(book, plan_receipt, delivery("R-2", for_line(3)))
    is_open, accepted, closed, over, rejected = before
    assert figures(book) == (is_open, accepted, closed, over + 3, rejected)
    assert is_open == 0
    assert book.line("O-1/1").allocated == min(had + 3, 6)
    [reason] = plan.reasons
    assert (reason.code, reason.figures) == ("over_delivery", {"over": 3})


def test_two_purchase_lines_of_one_sku_are_settled_each_by_itself(book):
    purchase(book, "PO-1", 10)
    purchase(book, "PO-2", 10)
    both = delivery("R-1", for_line(12), for_line(3, "PO-2/1"))
    do(book, plan_receipt, both)
    assert figures(book) == (0, 10, 0, 2, 0)
    assert figures(book, "PO-2/1") == (7, 3, 0, 0, 0)


def test_goods_nobody_ordered_leave_purchases_alone(book):
    purchase(book, "PO-1", 10)
    do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 4)))
    assert figures(book) == (10, 0, 0, 0, 0)
    assert book.pool("LAMP").incoming == 10


def test_a_receipt_that_outruns_its_peg_takes_nothing_from_who_is_picked(book):
    place(book, "O-1", 5)
    do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 2)))
    do(book, plan_freeze, {"O-1/1": 2}, at=NOON)
    place(book, "O-0", 5, -60)
    plan = do(book, plan_receipt, delivery("R-2", ReceiptLine("LAMP", 4)))
    assert plan.allocated() == {"O-0/1": 4}
    assert book.line("O-1/1").frozen == 2


def test_the_same_receipt_twice_is_refused(book):
    do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 4)))
    with refused(book, Duplicate, "receipt 'R-1' is already recorded"):
        do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 4)))


def test_a_receipt_planned_twice_is_made_true_once(book):
    receipt = delivery("R-1", ReceiptLine("LAMP", 4))
    first, second = plan_receipt(book, receipt), plan_receipt(book, receipt)
    assert first == second
    book.apply(first)
    with refused(book, StalePlan):
        book.apply(second)
    with refused(book, Duplicate):
        book.follow([GoodsReceived(receipt)])


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (for_line(1, "PO-9/1"), UnknownReference),
        (for_line(1, sku="RUG"), InvalidValue),
        (for_line(1, location="north"), InvalidValue),
    ],
)
def test_one_bad_line_leaves_the_whole_delivery_out(book, line, error):
    purchase(book, "PO-1", 10)
    place(book, "O-1", 5)
    with refused(book, error):
        do(book, plan_receipt, delivery("R-1", ReceiptLine("LAMP", 3), line))
    with refused(book, error):
        book.follow([GoodsReceived(delivery("R-1", ReceiptLine("LAMP", 3), line))])


@pytest.mark.parametrize("receipt", [None, "R-1", ReceiptLine("LAMP", 1)])
def test_only_a_receipt_is_received(book, receipt):
    with refused(book, InvalidValue, "give a Receipt"):
        plan_receipt(book, receipt)


# Closing and cancelling


@pytest.mark.parametrize("accepted", [1, 9])
def test_the_open_rest_is_closed_once_something_came(book, accepted):
    purchase(book, "PO-1", 10)
    do(book, plan_receipt, delivery("R-1", for_line(accepted)))
    do(book, plan_short_close, "PO-1/1", reason="sold out", at=NOON)
    assert figures(book) == (0, accepted, 10 - accepted, 0, 0)
    with refused(book, NotPossible, "nothing is open"):
        plan_short_close(book, "PO-1/1", reason="sold out", at=NOON)


def test_a_line_is_not_closed_short_before_anything_was_accepted(book):
    purchase(book, "PO-1", 10)
    do(book, plan_receipt, delivery("R-1", for_line(0, rejected=3)))
    with refused(book, InvalidValue, "cancel the purchase instead"):
        plan_short_close(book, "PO-1/1", reason="sold out", at=NOON)


def test_a_purchase_is_cancelled_as_far_as_it_is_open(book):
    lines = [PurchaseLine(f"PO-1/{n}", "LAMP", 10) for n in (1, 2, 3)]
    do(book, plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, lines))
    some = delivery("R-1", for_line(10), for_line(4, "PO-1/2"))
    do(book, plan_receipt, some)
    plan = do(book, plan_purchase_cancellation, "PO-1", reason="late", at=NOON)
    closed = [(one.purchase_line, one.quantity) for one in plan.events]
    assert closed == [("PO-1/2", 6), ("PO-1/3", 10)]
    assert book.pool("LAMP").incoming == 0
    with refused(book, NotPossible, "nothing is open"):
        plan_purchase_cancellation(book, "PO-1", reason="late", at=NOON)


def test_supply_that_will_not_come_is_a_shortage_again(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5)
    assert cover(book, "LAMP").shortage == 0
    do(book, plan_purchase_cancellation, "PO-1", reason="late", at=NOON)
    assert cover(book, "LAMP").shortage == 5


@pytest.mark.parametrize("bad", [{"reason": ""}, {"reason": None}, {"at": None}])
@pytest.mark.parametrize("decision", [plan_short_close, plan_purchase_cancellation])
def test_an_end_needs_a_reason_and_a_moment(book, decision, bad):
    purchase(book, "PO-1", 10)
    do(book, plan_receipt, delivery("R-1", for_line(1)))
    ref = "PO-1/1" if decision is plan_short_close else "PO-1"
    with refused(book, InvalidValue):
        decision(book, ref, **{"reason": "late", "at": NOON, **bad})


@pytest.mark.parametrize("ref", ["PO-9", "", None, ["PO-1"]])
@pytest.mark.parametrize("decision", [plan_short_close, plan_purchase_cancellation])
def test_only_a_known_purchase_is_ended(book, decision, ref):
    with refused(book, UnknownReference):
        decision(book, ref, reason="late", at=NOON)


# Purchases placed by others


def test_a_purchase_is_recorded_once(book):
    purchase(book, "PO-1", 10)
    with refused(book, Duplicate, "purchase order 'PO-1'"):
        purchase(book, "PO-1", 10)


def test_a_purchase_line_belongs_to_one_order(book):
    purchase(book, "PO-1", 10)
    lines = [PurchaseLine("new", "LAMP", 1), PurchaseLine("PO-1/1", "LAMP", 1)]
    with refused(book, Duplicate, "purchase line 'PO-1/1'"):
        plan_purchase_order(book, PurchaseOrder("PO-2", "ACME", NOON, lines))


@pytest.mark.parametrize("order", [None, "PO-1", 5])
def test_only_a_purchase_order_is_recorded(book, order):
    with refused(book, InvalidValue, "give a PurchaseOrder"):
        plan_purchase_order(book, order)


# Other days


@pytest.mark.parametrize("expected_on", [MARCH_10, None])
def test_a_purchase_line_moves_among_the_supplies(book, expected_on):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, date(2026, 3, 5))
    purchase(book, "PO-2", 5, date(2026, 3, 7))
    [peg] = cover(book, "LAMP").pegs
    assert peg.purchase_line == "PO-1/1"
    do(
        book,
        plan_supply_change,
        "PO-1/1",
        expected_on=expected_on,
        reason="strike",
        at=NOON,
    )
    [peg] = cover(book, "LAMP").pegs
    assert peg.purchase_line == "PO-2/1"
    assert book.purchase_line("PO-1/1").expected_on == expected_on


def test_an_unchanged_day_is_no_news(book):
    purchase(book, "PO-1", 5, MARCH_10)
    plan = plan_supply_change(
        book, "PO-1/1", expected_on=MARCH_10, reason="asked", at=NOON
    )
    assert plan.is_empty


def test_a_new_day_tells_nobody_by_itself(book):
    purchase(book, "PO-1", 5, MARCH_10)
    place(book, "O-1", 5)
    do(
        book,
        plan_supply_change,
        "PO-1/1",
        expected_on=MARCH_20,
        reason="strike",
        at=NOON,
    )
    assert book.line("O-1/1").promised_on == MARCH_10


@pytest.mark.parametrize(
    "bad",
    [
        {"expected_on": NOON},
        {"expected_on": "2026-03-20"},
        {"reason": ""},
        {"reason": None},
        {"at": date(2026, 3, 1)},
    ],
)
def test_a_new_day_is_a_date_with_a_cause(book, bad):
    purchase(book, "PO-1", 5, MARCH_10)
    options = {"expected_on": MARCH_20, "reason": "strike", "at": NOON, **bad}
    with refused(book, InvalidValue):
        plan_supply_change(book, "PO-1/1", **options)


def test_a_line_with_nothing_open_has_no_new_day(book):
    purchase(book, "PO-1", 5, MARCH_10)
    do(book, plan_receipt, delivery("R-1", for_line(5)))
    with refused(book, BackorderError):
        plan_supply_change(
            book, "PO-1/1", expected_on=MARCH_20, reason="strike", at=NOON
        )
