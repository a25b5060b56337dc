"""Open units kept for one line: pinned, let go, received, left alone by the rest."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    by_priority,
    cover,
    expected_dates,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_hold,
    plan_order,
    plan_pin,
    plan_priority,
    plan_promises,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_reallocation,
    plan_reassignment,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_shipping_notice,
    plan_short_close,
    plan_special_order,
    plan_supply_change,
    plan_unpin,
    smallest_first,
)
from backorderkit.errors import InvalidValue, NotPossible, UnknownReference
from backorderkit.model import (
    Allocated,
    GoodsReceived,
    PinReleased,
    PurchaseNeed,
    PurchasePlaced,
    QuantityCancelled,
    Remedy,
    ShipTogether,
    SupplyShipped,
    TransferDispatched,
    UnitsPinned,
)
from backorderkit.policies import (
    Filling,
    QueueDiscipline,
    SharingBasis,
    linear,
    peg_first,
    uniform,
)
from backorderkit.testing.book_laws import WatchedBook, look
from backorderkit.testing.book_laws.step_laws import kept_by
from tests.shop import NOON

MARCH_10, MARCH_20 = date(2026, 3, 10), date(2026, 3, 20)
BY_HAND = {"reason": "made to measure", "at": NOON}
WHOLE = DeliveryRule.SHIP_COMPLETE


class Shop(WatchedBook):
    """A book under watch: every step is held against all laws."""

    def do(self, decision, *args, **options):
        plan = decision(self.book, *args, **options)
        assert self.carry_out(decision, *args, **options) == plan
        return plan

    def place(self, ref, *lines, minute=0, **details):
        """Order lines of (SKU, units) or units of LAMP; called ref/1, ref/2, …"""
        at = NOON + timedelta(minutes=minute)
        asked = [("LAMP", one) if isinstance(one, int) else one for one in lines]
        made = [
            Line(f"{ref}/{number}", sku, units, **(more[0] if more else {}))
            for number, (sku, units, *more) in enumerate(asked, 1)
        ]
        return self.do(plan_order, Order(ref, "ada", at, made, **details))

    def buy(self, ref, units, on=MARCH_10, *, needs=(), sku="LAMP", to="main"):
        needs = [PurchaseNeed(f"{order}/1", 0, quantity) for order, quantity in needs]
        line = PurchaseLine(f"{ref}/1", sku, units, expected_on=on, needs=needs)
        order = PurchaseOrder(ref, "ACME", NOON, [line], destination=to)
        return self.do(plan_special_order if needs else plan_purchase_order, order)

    def pin(self, purchase, line, units=None):
        return self.do(plan_pin, purchase, line, units, **BY_HAND)

    def unpin(self, purchase, line, units=None):
        return self.do(plan_unpin, purchase, line, units, **BY_HAND)

    def arrives(self, accepted, purchase="PO-1/1", sku="LAMP", **details):
        line = ReceiptLine(sku, accepted, purchase_line=purchase, **details)
        receipt = Receipt(f"R-{len(self.events)}", NOON + timedelta(days=9), [line])
        return self.do(plan_receipt, receipt)

    def stock(self, units, sku="LAMP", location="main"):
        return self.do(plan_count, sku, units, at=NOON, location=location)

    def figures(self, line):
        """Return (allocated, waiting, pinned) of a line."""
        status = self.book.line(line)
        return status.allocated, status.waiting, status.pinned

    def kept(self, purchase="PO-1/1"):
        """Return the units that a purchase line keeps, by line."""
        bought = self.book.purchase_line(purchase)
        return {one.line: one.quantity for one in bought.kept}


@pytest.fixture
def shop():
    opened = Shop(oldest_first())
    yield opened
    opened.close()


def of(plan, kind):
    return [event for event in plan.events if isinstance(event, kind)]


def bought(shop, units=8, *orders):
    """Let O-1, O-2, … wait for so many units each, and PO-1/1 bring some."""
    for number, wanted in enumerate(orders or (5, 5), 1):
        shop.place(f"O-{number}", wanted, minute=number)
    shop.buy("PO-1", units)


# Pinning


@pytest.mark.parametrize("units", [1, 5])
def test_open_units_are_kept_for_a_line_whatever_its_rank(shop, units):
    bought(shop)
    plan = shop.pin("PO-1/1", "O-2/1", units)
    assert plan.events == (UnitsPinned("PO-1/1", "O-2/1", 0, units, *BY_HAND.values()),)
    assert shop.figures("O-2/1") == (0, 5, units)
    first = cover(shop.book, "LAMP").of_line("O-2/1")[0]
    assert (first.quantity, first.purchase_line) == (units, "PO-1/1")
    assert (first.is_pinned, first.expected_on) == (True, MARCH_10)
    pool = shop.book.pool("LAMP")
    assert (pool.pinned, pool.waiting, pool.queued) == (units, 10, 10 - units)


@pytest.mark.parametrize(
    ("open_units", "wanted", "kept"),
    [(4, None, 4), (5, None, 5), (6, None, 5), (4, 4, 4), (6, 5, 5)],
)
def test_without_a_number_as_much_is_kept_as_is_open_and_waited_for(
    shop, open_units, wanted, kept
):
    bought(shop, open_units)
    shop.pin("PO-1/1", "O-2/1", wanted)
    assert shop.kept() == {"O-2/1": kept}


@pytest.mark.parametrize(("open_units", "wanted"), [(4, 5), (9, 6)])
def test_no_more_is_kept_than_is_open_or_waited_for(shop, open_units, wanted):
    bought(shop, open_units)
    with pytest.raises(NotPossible, match=f"{wanted} of 'PO-1/1'") as refused:
        plan_pin(shop.book, "PO-1/1", "O-2/1", wanted, **BY_HAND)
    assert refused.value.possible == min(open_units, 5)


def test_what_is_kept_once_is_not_kept_twice(shop):
    bought(shop, 8)
    shop.pin("PO-1/1", "O-1/1")
    shop.pin("PO-1/1", "O-2/1")
    assert shop.kept() == {"O-1/1": 5, "O-2/1": 3}
    for line in ("O-1/1", "O-2/1"):
        with pytest.raises(NotPossible) as refused:
            plan_pin(shop.book, "PO-1/1", line, **BY_HAND)
        assert refused.value.possible == 0


@pytest.mark.parametrize(
    ("purchase", "line", "error"),
    [
        ("PO-9/1", "O-1/1", UnknownReference),
        ("PO-1/1", "O-9/1", UnknownReference),
        ("PO-2/1", "O-1/1", NotPossible),
        ("PO-3/1", "O-1/1", NotPossible),
    ],
    ids=["unknown purchase", "unknown line", "other goods", "other house"],
)
@pytest.mark.parametrize("decision", [plan_pin, plan_unpin])
def test_only_goods_that_a_line_waits_for_are_kept(
    shop, decision, purchase, line, error
):
    bought(shop)
    shop.buy("PO-2", 5, sku="RUG")
    shop.buy("PO-3", 5, to="north")
    with pytest.raises(error):
        decision(shop.book, purchase, line, **BY_HAND)


@pytest.mark.parametrize("decision", [plan_pin, plan_unpin])
@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"at": NOON.replace(tzinfo=None)}, {"quantity": 0}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_keeping_and_letting_go_has_a_reason_a_time_and_a_number(shop, decision, wrong):
    bought(shop)
    shop.pin("PO-1/1", "O-1/1", 2)
    with pytest.raises(InvalidValue):
        decision(shop.book, "PO-1/1", "O-1/1", **{**BY_HAND, **wrong})


def test_many_lines_share_a_purchase_and_many_purchases_a_line(shop):
    bought(shop, 8, 5, 5)
    shop.buy("PO-2", 4, MARCH_20)
    shop.pin("PO-1/1", "O-1/1", 2)
    shop.pin("PO-1/1", "O-2/1", 3)
    shop.pin("PO-2/1", "O-2/1", 2)
    pegs = [peg for peg in cover(shop.book, "LAMP").pegs if peg.is_pinned]
    assert [(one.line, one.purchase_line, one.quantity) for one in pegs] == [
        ("O-1/1", "PO-1/1", 2),
        ("O-2/1", "PO-1/1", 3),
        ("O-2/1", "PO-2/1", 2),
    ]
    told = [(one.quantity, one.on) for one in expected_dates(shop.book, "O-2/1")]
    assert told == [(3, MARCH_10), (2, MARCH_20)]


def test_the_oldest_portion_of_a_line_is_kept_for_first(shop):
    bought(shop, 8, 5)
    shop.do(plan_amendment, "O-1/1", 8, at=NOON + timedelta(hours=1))
    shop.pin("PO-1/1", "O-1/1", 6)
    assert [one.pinned for one in shop.book.line("O-1/1").portions] == [5, 1]
    shop.unpin("PO-1/1", "O-1/1", 2)
    assert [one.pinned for one in shop.book.line("O-1/1").portions] == [4, 0]


def test_nobody_else_gets_an_earlier_day_from_what_is_kept(shop):
    bought(shop, 8)
    shop.buy("PO-2", 5, MARCH_20)
    shop.pin("PO-1/1", "O-2/1")
    told = [(one.quantity, one.on) for one in expected_dates(shop.book, "O-1/1")]
    assert told == [(3, MARCH_10), (2, MARCH_20)]


# Letting go


@pytest.mark.parametrize(("units", "left"), [(1, 3), (3, 1), (4, 0), (None, 0)])
def test_units_that_are_let_go_queue_at_their_old_place(shop, units, left):
    bought(shop)
    shop.pin("PO-1/1", "O-1/1", 4)
    plan = shop.unpin("PO-1/1", "O-1/1", units)
    [event] = of(plan, PinReleased)
    assert (event.quantity, shop.kept().get("O-1/1", 0)) == (4 - left, left)
    assert next(shop.book.backorders("LAMP")).line == "O-1/1"
    assert shop.figures("O-1/1") == (0, 5, left)


def test_no_more_is_let_go_than_is_kept(shop):
    bought(shop)
    shop.pin("PO-1/1", "O-1/1", 4)
    with pytest.raises(NotPossible) as refused:
        plan_unpin(shop.book, "PO-1/1", "O-1/1", 5, **BY_HAND)
    assert refused.value.possible == 4
    with pytest.raises(NotPossible, match="no more are kept"):
        plan_unpin(shop.book, "PO-1/1", "O-2/1", **BY_HAND)


def test_what_is_let_go_meets_the_free_goods(shop):
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1")
    shop.stock(3)
    assert shop.figures("O-1/1") == (0, 5, 5)
    plan = shop.unpin("PO-1/1", "O-1/1", 4)
    assert plan.allocated() == {"O-1/1": 3}
    assert shop.figures("O-1/1") == (3, 2, 1)


# Special orders


def test_a_special_order_keeps_what_it_buys_for_whom_it_buys(shop):
    bought(shop, 3, 5, 5)
    plan = shop.buy("PO-2", 9, needs=[("O-1", 5), ("O-2", 3)])
    assert isinstance(plan.events[0], PurchasePlaced)
    kept = [(one.line, one.quantity, one.reason) for one in of(plan, UnitsPinned)]
    assert kept == [("O-1/1", 5, "bought for it"), ("O-2/1", 3, "bought for it")]
    assert shop.kept("PO-2/1") == {"O-1/1": 5, "O-2/1": 3}
    assert cover(shop.book, "LAMP").surplus == (("PO-1/1", 1), ("PO-2/1", 1))


@pytest.mark.parametrize("units", [5, 6])
def test_a_special_order_keeps_no_more_than_waits(shop, units):
    shop.place("O-1", 5)
    line = PurchaseLine("PO-1/1", "LAMP", 9, needs=[PurchaseNeed("O-1/1", 0, units)])
    order = PurchaseOrder("PO-1", "ACME", NOON, [line])
    if units == 5:
        shop.do(plan_special_order, order)
        assert shop.kept() == {"O-1/1": 5}
        return
    with pytest.raises(NotPossible) as refused:
        plan_special_order(shop.book, order)
    assert refused.value.possible == 5


@pytest.mark.parametrize(
    ("needs", "sku", "to", "error"),
    [
        (
            [PurchaseNeed("O-1/1", 0, 3), PurchaseNeed("O-1/1", 0, 3)],
            "LAMP",
            "main",
            NotPossible,
        ),
        ([PurchaseNeed("O-1/1", 0, 3)], "RUG", "main", InvalidValue),
        ([PurchaseNeed("O-1/1", 0, 3)], "LAMP", "north", InvalidValue),
        ([PurchaseNeed("O-1/1", 1, 3)], "LAMP", "main", UnknownReference),
        ([PurchaseNeed("O-9/1", 0, 3)], "LAMP", "main", UnknownReference),
    ],
    ids=["twice", "other goods", "other house", "no such portion", "no such line"],
)
def test_a_special_order_for_what_nobody_waits_for_is_refused(
    shop, needs, sku, to, error
):
    shop.place("O-1", 5)
    line = PurchaseLine("PO-1/1", sku, 9, needs=needs)
    order = PurchaseOrder("PO-1", "ACME", NOON, [line], destination=to)
    with pytest.raises(error):
        plan_special_order(shop.book, order)
    assert shop.book.purchase_orders() == ()


def test_units_that_are_kept_already_are_not_bought_again(shop):
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1", 3)
    line = PurchaseLine("PO-2/1", "LAMP", 3, needs=[PurchaseNeed("O-1/1", 0, 3)])
    with pytest.raises(NotPossible) as refused:
        plan_special_order(shop.book, PurchaseOrder("PO-2", "ACME", NOON, [line]))
    assert refused.value.possible == 2


# Goods come


@pytest.mark.parametrize(
    ("accepted", "allocated", "left"),
    [
        (3, {"O-2/1": 3}, {"O-2/1": 1}),
        (4, {"O-2/1": 4}, {}),
        (5, {"O-2/1": 4, "O-1/1": 1}, {}),
        (8, {"O-2/1": 4, "O-1/1": 4}, {}),
        (10, {"O-2/1": 5, "O-1/1": 5}, {}),
    ],
    ids=["short", "exact", "one more", "all", "over"],
)
def test_goods_that_come_are_allocated_to_whom_they_are_kept_for(
    shop, accepted, allocated, left
):
    bought(shop, 8)
    shop.pin("PO-1/1", "O-2/1", 4)
    plan = shop.arrives(accepted)
    assert plan.allocated() == allocated
    first = of(plan, Allocated)[0]
    assert (first.line, first.source, first.wanted) == ("O-2/1", "PO-1/1", 4)
    assert shop.kept() == left


@pytest.mark.parametrize(
    ("remedy", "final", "kept"),
    [
        (Remedy.REPLACE, False, 4),
        (Remedy.CREDIT, False, 3),
        (Remedy.REPLACE, True, 0),
        (Remedy.CREDIT, True, 0),
    ],
)
def test_rejected_goods_stay_kept_unless_they_are_not_replaced(
    shop, remedy, final, kept
):
    bought(shop, 5, 5)
    shop.pin("PO-1/1", "O-1/1")
    plan = shop.arrives(1, rejected=1, reason="bent", remedy=remedy, final=final)
    assert plan.allocated() == {"O-1/1": 1}
    assert shop.kept() == ({"O-1/1": kept} if kept else {})
    assert sum(event.quantity for event in of(plan, PinReleased)) == 4 - kept
    assert shop.book.pool("LAMP").short == 4 - kept


def test_a_delivery_of_rejects_only_gives_nobody_anything(shop):
    bought(shop, 5, 5)
    shop.pin("PO-1/1", "O-1/1")
    plan = shop.arrives(0, rejected=2, reason="bent", remedy=Remedy.CREDIT)
    assert (plan.allocated(), shop.kept()) == ({}, {"O-1/1": 3})


def test_what_a_final_delivery_lacks_queues_again_and_takes_what_is_there(shop):
    shop.place("O-1", 5, minute=1)
    shop.buy("PO-1", 5)
    shop.pin("PO-1/1", "O-1/1")
    shop.stock(1)
    plan = shop.arrives(3, final=True)
    assert [one.quantity for one in of(plan, Allocated)] == [3, 1]
    assert shop.figures("O-1/1") == (4, 1, 0)


def test_goods_without_a_purchase_line_are_for_the_queue(shop):
    bought(shop)
    shop.pin("PO-1/1", "O-1/1")
    line = ReceiptLine("LAMP", 5)
    plan = shop.do(plan_receipt, Receipt("R-1", NOON, [line]))
    assert plan.allocated() == {"O-2/1": 5}
    assert shop.kept() == {"O-1/1": 5}


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        (oldest_first(), {"O-1/1": 4, "O-2/1": 1}),
        (by_priority(), {"O-2/1": 2, "O-1/1": 3}),
        (smallest_first(), {"O-2/1": 2, "O-1/1": 3}),
        (uniform(), {"O-1/1": 3, "O-2/1": 2}),
        (linear(), {"O-1/1": 4, "O-2/1": 1}),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_short_delivery_is_divided_among_several_pins_by_the_policy(policy, given):
    shop = Shop(policy)
    shop.place("O-1", 4, minute=1, priority=2)
    shop.place("O-2", 2, minute=2, priority=1)
    shop.place("O-3", 9, minute=0, priority=0)
    shop.buy("PO-1", 6)
    shop.pin("PO-1/1", "O-1/1")
    shop.pin("PO-1/1", "O-2/1")
    assert shop.arrives(5).allocated() == given


@pytest.mark.parametrize(("accepted", "given"), [(1, 1), (3, 3), (4, 4), (5, 5)])
@pytest.mark.parametrize("queue", [QueueDiscipline.STRICT, QueueDiscipline.SKIP])
def test_goods_kept_for_somebody_are_never_left_to_others(accepted, given, queue):
    shop = Shop(oldest_first(filling=Filling.WHOLE_LINE, queue=queue))
    shop.place("O-1", 4, minute=1)
    shop.place("O-2", 1, minute=2)
    shop.place("O-3", 1, minute=0)
    shop.buy("PO-1", 5)
    shop.pin("PO-1/1", "O-1/1")
    shop.pin("PO-1/1", "O-2/1")
    plan = shop.arrives(accepted)
    assert "O-3/1" not in plan.allocated()
    assert sum(plan.allocated().values()) == given


def test_what_a_condition_would_leave_idle_goes_by_rank():
    shop = Shop(oldest_first(filling=Filling.WHOLE_LINE))
    shop.place("O-1", 4, minute=1)
    shop.place("O-2", 3, minute=2)
    shop.buy("PO-1", 7)
    shop.pin("PO-1/1", "O-2/1")
    shop.pin("PO-1/1", "O-1/1")
    assert shop.arrives(3).allocated() == {"O-1/1": 3}


def test_the_last_in_rank_lose_first_what_will_not_come(shop):
    bought(shop, 8, 5, 5)
    shop.pin("PO-1/1", "O-2/1", 4)
    shop.pin("PO-1/1", "O-1/1", 4)
    plan = shop.do(plan_supply_change, "PO-1/1", open_quantity=3, reason="cut", at=NOON)
    lost = [(one.line, one.quantity, one.reason) for one in of(plan, PinReleased)]
    assert lost == [("O-2/1", 4, "cut"), ("O-1/1", 1, "cut")]
    assert shop.book.pool("LAMP").short == 7


def test_the_smallest_claim_is_the_one_that_is_kept_for_not_the_rest():
    shop = Shop(smallest_first())
    shop.place("O-1", 5, minute=1)
    shop.place("O-2", 2, minute=2)
    shop.buy("PO-1", 7)
    shop.pin("PO-1/1", "O-1/1")
    shop.pin("PO-1/1", "O-2/1")
    assert shop.arrives(2).allocated() == {"O-2/1": 2}


def test_what_came_for_a_line_counts_in_the_running_total_of_its_rest():
    shop = Shop(uniform(basis=SharingBasis.CUMULATIVE))
    shop.place("O-1", 8, minute=1)
    shop.place("O-2", 4, minute=2)
    shop.buy("PO-1", 6)
    shop.pin("PO-1/1", "O-1/1")
    plan = shop.arrives(4, final=True)
    assert plan.allocated() == {"O-1/1": 4}
    shop.stock(4 + 4)
    # Each has four of what came in all.
    assert [shop.figures(f"O-{n}/1")[0] for n in (1, 2)] == [4, 4]


def test_what_comes_first_of_a_purchase_is_for_the_first_in_rank_by_what_is_kept():
    shop = Shop(smallest_first())
    shop.place("O-1", 5, minute=1)
    shop.place("O-2", 2, minute=2)
    shop.buy("PO-1", 7, MARCH_20)
    shop.pin("PO-1/1", "O-1/1")
    shop.pin("PO-1/1", "O-2/1")
    soon = {"expected_on": MARCH_10, "at": NOON}
    shop.do(plan_shipping_notice, "ASN-1", "PO-1/1", 2, **soon)
    assert [one.on for one in expected_dates(shop.book, "O-2/1")] == [MARCH_10]
    assert [one.on for one in expected_dates(shop.book, "O-1/1")] == [MARCH_20]


def test_what_just_came_counts_in_the_running_total_of_what_will_not_come():
    shop = Shop(uniform(basis=SharingBasis.CUMULATIVE))
    shop.place("O-1", 4, minute=1)
    shop.place("O-2", 4, minute=2)
    shop.buy("PO-1", 4, needs=[("O-1", 4)])
    short = ReceiptLine("LAMP", 3, purchase_line="PO-1/1", final=True)
    receipt = Receipt("R-1", NOON, [short, ReceiptLine("LAMP", 2)])
    plan = shop.do(plan_receipt, receipt)
    assert plan.allocated() == {"O-1/1": 3, "O-2/1": 2}


def test_two_purchases_in_one_delivery_see_what_each_other_gave():
    shop = Shop(uniform(basis=SharingBasis.CUMULATIVE))
    shop.place("O-1", 4, minute=1)
    shop.place("O-2", 4, minute=2)
    shop.buy("PO-1", 2, needs=[("O-1", 2)])
    shop.buy("PO-2", 4, needs=[("O-1", 2), ("O-2", 2)])
    lines = [ReceiptLine("LAMP", 2, purchase_line=f"PO-{n}/1") for n in (1, 2)]
    plan = shop.do(plan_receipt, Receipt("R-1", NOON, lines))
    assert plan.allocated() == {"O-1/1": 2, "O-2/1": 2}


@pytest.mark.parametrize("how", ["held", "not yet due"])
def test_goods_kept_for_a_line_come_to_it_though_it_may_not_be_served(shop, how):
    day = NOON.date() + timedelta(days=30)
    later = {"allocate_not_before": day} if how == "not yet due" else {}
    hold = "checked" if how == "held" else ""
    shop.place("O-1", ("LAMP", 5, later), hold=hold)
    shop.place("O-2", 5, minute=1)
    shop.buy("PO-1", 4, needs=[("O-1", 3)])
    plan = shop.arrives(4)
    assert plan.allocated() == {"O-1/1": 3, "O-2/1": 1}
    assert ("O-1" in plan.became_shippable) == (how != "held")
    shop.stock(9)
    assert shop.figures("O-1/1") == (3, 2, 0)
    if how == "held":
        assert shop.do(plan_release_hold, "O-1", at=NOON).allocated() == {"O-1/1": 1}
    else:
        at = NOON + timedelta(days=30)
        assert shop.do(plan_day, at=at).allocated() == {"O-1/1": 1}


def test_a_held_line_stays_out_of_the_queue_whatever_is_let_go(shop):
    bought(shop, 8)
    shop.pin("PO-1/1", "O-1/1")
    shop.do(plan_hold, "O-1", reason="checked", at=NOON)
    shop.unpin("PO-1/1", "O-1/1", 2)
    assert [one.line for one in shop.book.backorders("LAMP")] == ["O-2/1"]
    assert shop.arrives(8).allocated() == {"O-1/1": 3, "O-2/1": 5}


def test_an_order_is_shippable_when_what_was_kept_for_it_has_come(shop):
    shop.place("O-1", 5, ("RUG", 1), delivery=WHOLE)
    shop.stock(1, "RUG")
    shop.buy("PO-1", 5, needs=[("O-1", 5)])
    assert shop.arrives(4).became_shippable == ()
    plan = shop.arrives(1)
    assert (plan.became_shippable, plan.left_backlog) == (("O-1",), ("O-1",))


# Orders that ship together


@pytest.mark.parametrize("together", [ShipTogether.SKIP, ShipTogether.BLOCK])
def test_an_order_that_ships_together_gets_what_is_kept_for_it(together):
    shop = Shop(oldest_first(together=together))
    shop.place("O-1", 5, ("RUG", 2), delivery=WHOLE)
    shop.buy("PO-1", 5, needs=[("O-1", 5)])
    assert shop.arrives(3).allocated() == {"O-1/1": 3}
    assert shop.arrives(2).allocated() == {"O-1/1": 2}
    assert shop.stock(1, "RUG").allocated() == {}
    plan = shop.stock(2, "RUG")
    assert (plan.allocated(), plan.became_shippable) == ({"O-1/2": 2}, ("O-1",))


@pytest.mark.parametrize(
    ("together", "other"), [(ShipTogether.SKIP, 2), (ShipTogether.BLOCK, 0)]
)
def test_an_order_waits_whole_for_what_is_kept_for_it_and_still_to_come(
    together, other
):
    shop = Shop(oldest_first(together=together))
    shop.place("O-1", 5, ("RUG", 2), delivery=WHOLE)
    shop.place("O-2", ("RUG", 2), minute=1)
    shop.buy("PO-1", 5, needs=[("O-1", 5)])
    plan = shop.stock(4, "RUG")
    assert plan.allocated() == ({"O-2/1": other} if other else {})
    [reason] = [one for one in plan.reasons if one.code == "incomplete"]
    assert reason.figures == {"LAMP": 5}
    assert shop.arrives(4).allocated() == {"O-1/1": 4}
    last = shop.arrives(1).allocated()
    assert last == {"O-1/1": 1, "O-1/2": 2, **({} if other else {"O-2/1": 2})}


@pytest.mark.parametrize(("pinned", "passes"), [(1, 0), (0, 1)])
def test_a_line_that_is_not_due_but_kept_for_lets_its_order_block(pinned, passes):
    shop = Shop(oldest_first(together=ShipTogether.BLOCK))
    later = {"allocate_not_before": NOON.date() + timedelta(days=30)}
    shop.place("O-1", ("LAMP", 1, later), ("RUG", 2), delivery=WHOLE)
    shop.place("O-2", ("RUG", 2), minute=1)
    shop.buy("PO-1", 1, needs=[("O-1", 1)] if pinned else ())
    assert shop.stock(1, "RUG").allocated() == ({"O-2/1": 1} if passes else {})


def test_a_chosen_order_of_trying_never_sees_what_waits_for_kept_goods():
    seen = []

    def chosen(bundles, free):
        seen.extend(one.order for one in bundles)
        return bundles

    shop = Shop(
        oldest_first(together=ShipTogether(ShipTogether.SKIP.incomplete, choose=chosen))
    )
    shop.place("O-1", 5, ("RUG", 2), delivery=WHOLE)
    shop.place("O-2", ("RUG", 2), minute=1, delivery=WHOLE)
    shop.buy("PO-1", 5, needs=[("O-1", 5)])
    seen.clear()
    assert shop.stock(2, "RUG").allocated() == {"O-2/1": 2}
    assert set(seen) == {"O-2"}


# Demand shrinks


@pytest.mark.parametrize(("units", "kept"), [(1, 3), (2, 3), (3, 2), (4, 1), (5, 0)])
def test_cancelled_units_are_those_that_nothing_is_kept_for_first(shop, units, kept):
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1", 3)
    plan = shop.do(plan_cancellation, "O-1", {"O-1/1": units}, at=NOON)
    assert shop.figures("O-1/1") == (0, 5 - units, kept)
    assert sum(one.quantity for one in of(plan, PinReleased)) == 3 - kept
    assert [one.quantity for one in of(plan, QuantityCancelled)] == [units]
    assert cover(shop.book, "LAMP").surplus == (("PO-1/1", 3 + units),)


@pytest.mark.parametrize(("total", "kept"), [(4, 3), (3, 3), (2, 2), (0, 0)])
def test_an_order_that_is_amended_down_frees_what_it_needs_no_more(shop, total, kept):
    bought(shop, 8, 5, 9)
    shop.pin("PO-1/1", "O-1/1", 3)
    shop.do(plan_amendment, "O-1/1", total, at=NOON)
    assert shop.figures("O-1/1") == (0, total, kept)
    assert shop.kept() == ({"O-1/1": kept} if kept else {})


def test_of_several_purchases_the_last_by_name_is_let_go_first(shop):
    bought(shop, 3, 5)
    shop.buy("PO-2", 3)
    shop.pin("PO-1/1", "O-1/1", 2)
    shop.pin("PO-2/1", "O-1/1", 3)
    shop.do(plan_amendment, "O-1/1", 3, at=NOON)
    assert (shop.kept(), shop.kept("PO-2/1")) == ({"O-1/1": 2}, {"O-1/1": 1})


def test_a_line_that_gives_up_allocated_units_too_keeps_nothing(shop):
    shop.stock(2)
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1", 2)
    plan = shop.do(plan_amendment, "O-1/1", 1, at=NOON)
    assert shop.figures("O-1/1") == (1, 0, 0)
    assert sum(one.quantity for one in of(plan, PinReleased)) == 2


def test_a_line_that_is_no_longer_wanted_frees_what_is_kept_for_it(shop):
    eve = {"cancel_after": NOON.date() + timedelta(days=3)}
    shop.place("O-1", ("LAMP", 5, eve))
    shop.place("O-2", 5, minute=1)
    shop.buy("PO-1", 5, needs=[("O-1", 5)])
    assert shop.do(plan_day, at=NOON + timedelta(days=3)).is_empty
    plan = shop.do(plan_day, at=NOON + timedelta(days=4))
    assert [one.quantity for one in of(plan, PinReleased)] == [5]
    assert [one.line for one in cover(shop.book, "LAMP").pegs] == ["O-2/1"]


@pytest.mark.parametrize(("units", "kept"), [(2, 3), (3, 2), (5, 0), (None, 0)])
def test_units_that_move_away_are_let_go_the_loose_first(shop, units, kept):
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1", 3)
    plan = shop.do(plan_rerouting, "O-1/1", "north", quantity=units, at=NOON)
    assert shop.kept() == ({"O-1/1": kept} if kept else {})
    let_go = {one.reason for one in of(plan, PinReleased)}
    assert let_go == ({"moved away"} if kept < 3 else set())
    assert shop.book.pool("LAMP", "north").queued == (units or 5)


@pytest.mark.parametrize("units", [2, 3])
def test_goods_given_by_hand_go_to_units_that_nothing_is_kept_for(shop, units):
    shop.stock(4)
    bought(shop, 8, 4, 5)
    shop.pin("PO-1/1", "O-2/1", 3)
    how = {"actor": "eve", **BY_HAND}
    if units > 2:
        with pytest.raises(NotPossible) as refused:
            plan_reassignment(shop.book, "O-1/1", "O-2/1", units, **how)
        assert refused.value.possible == 2
        shop.unpin("PO-1/1", "O-2/1", 1)
    shop.do(plan_reassignment, "O-1/1", "O-2/1", units, **how)
    assert shop.figures("O-2/1") == (units, 5 - units, 5 - units)
    assert shop.figures("O-1/1") == (4 - units, units, 0)


# Supply shrinks


@pytest.mark.parametrize(("left", "kept"), [(5, 4), (4, 4), (3, 3), (1, 1), (0, 0)])
def test_a_cut_takes_what_is_kept_for_nobody_first(shop, left, kept):
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1", 4)
    cut = {"open_quantity": left, "reason": "cut", "at": NOON}
    shop.do(plan_supply_change, "PO-1/1", **cut)
    assert shop.kept() == ({"O-1/1": kept} if kept else {})
    assert shop.book.pool("LAMP").short == 5 - min(left, 5)


def test_a_cancelled_purchase_uncovers_whom_it_was_kept_for(shop):
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1")
    plan = shop.do(plan_purchase_cancellation, "PO-1", reason="too dear", at=NOON)
    assert [one.reason for one in of(plan, PinReleased)] == ["too dear"]
    assert cover(shop.book, "LAMP").shortage == 5
    assert [one.line for one in shop.book.backorders("LAMP")] == ["O-1/1"]


def test_a_purchase_that_is_closed_short_uncovers_the_rest(shop):
    bought(shop, 8, 5)
    shop.pin("PO-1/1", "O-1/1")
    shop.arrives(2)
    shop.do(plan_short_close, "PO-1/1", reason="sold out", at=NOON)
    assert shop.figures("O-1/1") == (2, 3, 0)
    assert cover(shop.book, "LAMP").shortage == 3


# What leaves pins alone


def _reallocated(shop):
    shop.do(plan_reallocation, uniform(), at=NOON)


def _counted(shop):
    shop.stock(3)
    shop.stock(0)


def _reserved(shop):
    shop.do(plan_reserve, "LAMP", 9, at=NOON)


def _more_urgent(shop):
    shop.do(plan_priority, "O-1", -1, actor="eve", **BY_HAND)


def _promised(shop):
    shop.do(plan_promises, at=NOON)


def _postponed(shop):
    late = {"expected_on": None, "reason": "late", "at": NOON}
    shop.do(plan_supply_change, "PO-1/1", **late)


def _held(shop):
    shop.do(plan_hold, "O-2", reason="checked", at=NOON)


def _joined(shop):
    shop.place("O-9", 50, minute=-9, priority=-5)


@pytest.mark.parametrize(
    "happens",
    [
        _reallocated,
        _counted,
        _reserved,
        _more_urgent,
        _promised,
        _postponed,
        _held,
        _joined,
    ],
    ids=lambda happens: happens.__name__[1:],
)
def test_what_is_kept_stays_kept_whatever_else_is_planned(shop, happens):
    bought(shop, 8, 5, 5)
    shop.pin("PO-1/1", "O-2/1", 4)
    happens(shop)
    assert shop.kept() == {"O-2/1": 4}
    assert "O-2/1" in shop.arrives(4).allocated()


@pytest.mark.parametrize(("reserve", "other"), [(2, 2), (3, 1), (4, 0), (9, 0)])
def test_a_reserve_takes_no_goods_that_are_kept_for_somebody(shop, reserve, other):
    bought(shop, 8, 5, 5)
    shop.pin("PO-1/1", "O-2/1", 4)
    shop.do(plan_reserve, "LAMP", reserve, at=NOON)
    pegged = cover(shop.book, "LAMP").of_line("O-1/1")
    assert sum(one.quantity for one in pegged) == other
    given = shop.arrives(8).allocated()
    assert given == {"O-2/1": 4, **({"O-1/1": other} if other else {})}


# Under `peg_first` a purchase line may keep units for a need, and owe it others


def test_a_need_that_is_kept_for_is_not_served_twice():
    shop = Shop(peg_first(oldest_first()))
    shop.place("O-1", 5)
    shop.place("O-2", 10, minute=1)
    shop.buy("PO-1", 10, needs=[("O-2", 5)])
    assert shop.arrives(10).allocated() == {"O-2/1": 5, "O-1/1": 5}


def test_a_need_waits_for_what_is_kept_for_it_and_takes_nothing_else():
    shop = Shop(peg_first(oldest_first(filling=Filling.WHOLE_LINE)))
    shop.place("O-1", 9)
    shop.place("O-2", 10, minute=1)
    shop.stock(4)
    shop.buy("PO-1", 5, needs=[("O-2", 5)])
    assert shop.arrives(3).allocated() == {"O-2/1": 3}
    assert shop.kept() == {"O-2/1": 2}


def test_a_need_beyond_what_is_kept_takes_only_what_has_come_for_it():
    shop = Shop(peg_first(oldest_first(filling=Filling.WHOLE_LINE)))
    shop.place("O-1", 9)
    shop.place("O-2", 10, minute=1)
    shop.stock(4)
    shop.buy("PO-1", 5, needs=[("O-2", 5)])
    shop.unpin("PO-1/1", "O-2/1", 2)
    assert shop.arrives(3).allocated() == {"O-2/1": 3}
    assert shop.arrives(2).allocated() == {"O-2/1": 2}
    assert shop.book.pool("LAMP").free == 4


def test_a_need_that_was_let_go_is_still_served_first():
    shop = Shop(peg_first(oldest_first()))
    shop.place("O-1", 5)
    shop.place("O-2", 5, minute=1)
    shop.buy("PO-1", 5, needs=[("O-2", 5)])
    shop.unpin("PO-1/1", "O-2/1", 2)
    assert shop.arrives(5).allocated() == {"O-2/1": 5}


# Undone as a whole


def facts():
    """Facts of every new kind, in an order in which they hold."""
    line = PurchaseLine("PO-2/1", "LAMP", 6)
    receipt = ReceiptLine("LAMP", 2, purchase_line="PO-1/1")
    return [
        PurchasePlaced(PurchaseOrder("PO-2", "ACME", NOON, [line])),
        SupplyShipped("ASN-1", "PO-2/1", 4, MARCH_10, NOON),
        UnitsPinned("PO-2/1", "O-1/1", 0, 2, "for it", NOON),
        TransferDispatched("T-1", "LAMP", 1, "north", "main", MARCH_20, NOON),
        UnitsPinned("T-1", "O-1/1", 0, 1, "for it", NOON),
        PinReleased("PO-1/1", "O-2/1", 0, 1, "no more", NOON),
        GoodsReceived(Receipt("R-1", NOON, [receipt])),
        Allocated("O-2/1", 0, 2, 2, "PO-1/1", at=NOON),
    ]


IMPOSSIBLE = [
    UnitsPinned("PO-1/1", "O-1/1", 0, 99, "too much", NOON),
    UnitsPinned("PO-2/1", "O-9/1", 0, 1, "for nobody", NOON),
    PinReleased("PO-1/1", "O-1/1", 0, 1, "never kept", NOON),
    SupplyShipped("ASN-2", "PO-2/1", 7, MARCH_10, NOON),
    TransferDispatched("T-1", "LAMP", 1, "north", "main", None, NOON),
    Allocated("O-2/1", 0, 1, 1, "PO-9/1", at=NOON),
]


@pytest.mark.parametrize("last", IMPOSSIBLE, ids=lambda last: str(last)[:30])
def test_a_history_that_fails_at_its_end_leaves_no_trace(shop, last):
    bought(shop, 8, 5, 5)
    shop.stock(3, location="north")
    shop.pin("PO-1/1", "O-2/1", 3)
    before, again = look(shop.book), OrderBook.replay(shop.events, shop.book.policy)
    # More of them fail at the last fact, and each must be undone with the others.
    for number in range(len(facts()) + 1):
        with pytest.raises(BackorderError):
            shop.book.follow([*facts()[:number], last, last])
        assert look(shop.book) == before
        assert shop.book == again
        shop.book.check_invariants()
    shop.book.follow(facts())
    shop.book.check_invariants()
    assert kept_by(look(shop.book)) == {
        ("PO-2/1", ("O-1/1", 0)): 2,
        ("T-1", ("O-1/1", 0)): 1,
    }
    shop.events += facts()


def test_a_purchase_that_was_never_placed_is_not_looked_for_later(shop):
    shop.place("O-1", 5)
    line = PurchaseLine("PO-1/1", "LAMP", 6, expected_on=MARCH_10)
    placed = PurchasePlaced(PurchaseOrder("PO-1", "ACME", NOON, [line]))
    with pytest.raises(UnknownReference):
        shop.book.follow([placed, UnitsPinned("PO-9/1", "O-1/1", 0, 1, "x", NOON)])
    assert cover(shop.book, "LAMP").shortage == 5
    assert shop.book.pool("LAMP").incoming == 0
    assert list(shop.book.state.pools["LAMP", "main"].open_lines) == []


# Any story


@st.composite
def stories(draw):
    """Draw how many each line wants, what is kept for it, and what comes."""
    wishes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    kept = [draw(st.integers(0, wanted)) for wanted in wishes]
    spare = draw(st.integers(0, 3))
    parts = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    return wishes, kept, spare, parts


@given(
    story=stories(),
    policy=st.sampled_from([oldest_first(), smallest_first(), uniform(), linear()]),
)
def test_kept_goods_come_first_and_everything_adds_up(story, policy):
    wishes, kept, spare, parts = story
    shop = Shop(policy)
    for number, wanted in enumerate(wishes):
        shop.place(f"O-{number}", wanted, minute=number)
    needs = [(f"O-{number}", units) for number, units in enumerate(kept) if units]
    shop.buy("PO-1", max(sum(kept) + spare, 1), needs=needs)
    waiting = {f"O-{number}/1": wanted for number, wanted in enumerate(wishes)}
    open_pins = {f"{order}/1": units for order, units in needs}
    for units in parts:
        plan = shop.arrives(units)
        own = {one.line: one.quantity for one in of(plan, Allocated) if one.source}
        assert sum(own.values()) == min(units, sum(open_pins.values()))
        for line, given_units in own.items():
            open_pins[line] -= given_units
        for line, given_units in plan.allocated().items():
            waiting[line] -= given_units
        loose = sum(waiting.values()) - sum(open_pins.values())
        assert shop.book.pool("LAMP").free == 0 or loose == 0
        assert shop.kept() == {line: left for line, left in open_pins.items() if left}
        assert {line: shop.figures(line)[1] for line in waiting} == waiting
    shop.close()
