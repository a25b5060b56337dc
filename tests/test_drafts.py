"""What a decision sees while it plans equals what the book says after it.

The law runs around every step of the book machines and random shops (`WatchedBook`);
here it meets each kind of event once by hand, random histories, and planted bugs: in
the draft, and in the fold that it must equal.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    Line,
    Order,
    OrderBook,
    Pool,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    by_priority,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_hold,
    plan_order,
    plan_pin,
    plan_priority,
    plan_reallocation,
    plan_reassignment,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_transfer,
    plan_unpin,
    smallest_first,
)
from backorderkit.book.fold import demand, stock
from backorderkit.deciding import Draft
from backorderkit.model import Portion, PortionAdded, StockCounted
from backorderkit.policies import at_most_deliveries, uniform
from backorderkit.promising import plan_acceptance, plan_promises, plan_quote
from backorderkit.supply import plan_dispatch, plan_purchase_order
from backorderkit.testing import LawBroken
from backorderkit.testing.book_laws import check_foresight, foresee
from backorderkit.testing.strategies import MONDAY, Clerk

WHY = {"reason": "a wedding", "at": MONDAY}
BY_HAND = {"actor": "eve", **WHY}
POLICIES = [
    oldest_first(),
    by_priority(),
    smallest_first(),
    uniform(),
    at_most_deliveries(2)(uniform()),
]


def follow(book, decision, *args, **kwargs):
    """Decide, look ahead, apply, and hold what was seen ahead to the book."""
    plan = decision(book, *args, **kwargs)
    foreseen = foresee(book, plan)
    book.apply(plan)
    check_foresight(foreseen, book)
    return plan


def an_order(ref, units, hours=0, **fields):
    at = MONDAY + timedelta(hours=hours)
    line = Line(f"{ref}/1", "LAMP", units, **fields)
    return Order(ref, "ada", at, [line])


def a_day_of_everything(policy):
    """Let every kind of event meet the queue of one pool."""
    book, kinds = OrderBook(policy), set()

    def do(decision, *args, **kwargs):
        plan = follow(book, decision, *args, **kwargs)
        kinds.update(type(event).__name__ for event in plan.events)

    do(plan_count, "LAMP", 4, at=MONDAY)
    for number in (1, 2, 3):
        do(plan_order, an_order(f"O-{number}", 4, hours=number))
    do(plan_order, an_order("O-4", 2, allocate_not_before=date(2027, 1, 1)))
    do(plan_reassignment, "O-1/1", "O-2/1", 1, **BY_HAND)
    bought = PurchaseLine("PO-1/1", "LAMP", 6, expected_on=date(2026, 3, 20))
    do(plan_purchase_order, PurchaseOrder("PO-1", "ACME", MONDAY, [bought]))
    do(plan_pin, "PO-1/1", "O-3/1", 2, **WHY)
    do(plan_priority, "O-3", -5, **BY_HAND)
    do(plan_promises, at=MONDAY)
    do(plan_hold, "O-3", **WHY)
    delivery = [ReceiptLine("LAMP", 2, purchase_line="PO-1/1")]
    do(plan_receipt, Receipt("R-1", MONDAY, delivery))
    do(plan_release_hold, "O-3", at=MONDAY)
    do(plan_pin, "PO-1/1", "O-2/1", 1, **WHY)
    do(plan_unpin, "PO-1/1", "O-2/1", 1, **WHY)
    do(plan_pin, "PO-1/1", "O-2/1", 1, **WHY)
    do(plan_rerouting, "O-2/1", "north", at=MONDAY)
    do(plan_amendment, "O-1/1", 6, at=MONDAY)
    do(plan_cancellation, "O-2", {"O-2/1": 1}, **WHY)
    do(plan_reserve, "LAMP", 1, at=MONDAY)
    do(plan_receipt, Receipt("R-2", MONDAY, [ReceiptLine("LAMP", 3)]))
    do(plan_reallocation, uniform(), at=MONDAY)
    do(plan_shipment, "S-1", "O-1", at=MONDAY)
    do(plan_return, "T-1", "O-1/1", 1, at=MONDAY)
    do(plan_quote, an_order("Q-1", 3, hours=9), until=MONDAY + timedelta(days=2))
    do(plan_acceptance, "Q-1", at=MONDAY + timedelta(hours=10))
    do(plan_day, at=MONDAY + timedelta(days=400))
    do(plan_count, "LAMP", 40, at=MONDAY)
    where = {"source": "main", "destination": "north", "at": MONDAY}
    do(plan_transfer, "T-2", "LAMP", 3, **where)
    do(plan_dispatch, "T-3", "LAMP", 3, expected_on=None, **where)
    do(plan_count, "LAMP", 0, at=MONDAY)
    return kinds


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_kind_of_event_is_seen_as_it_will_be(policy):
    kinds = a_day_of_everything(policy)
    assert kinds >= {
        "Allocated",
        "AllocationMoved",
        "AllocationReleased",
        "HoldReleased",
        "LineBecameDue",
        "OrderReprioritised",
        "PinReleased",
        "PortionAdded",
        "PortionMoved",
        "QuantityCancelled",
        "QuoteAccepted",
        "ReserveSet",
        "StockTransferred",
        "TransferDispatched",
        "UnitsPinned",
    }


@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_a_random_shop_sees_what_will_be(seed, policy):
    book = OrderBook(policy)
    for command in Clerk(seed).commands(40):
        try:
            follow(book, command.decision, *command.args, **command.kwargs)
        except BackorderError:
            continue  # it asked for too much


def test_a_line_that_gets_goods_twice_in_a_plan_was_given_goods_twice():
    book = OrderBook(oldest_first())
    book.apply(plan_order(book, an_order("O-1", 5)))
    draft = Draft(book, at=MONDAY)
    for units in (1, 2):
        (waiting,) = draft.waiting_portions("O-1", "O-1/1")
        draft.allocate(waiting, units)
    (waiting,) = draft.waiting_portions("O-1", "O-1/1")
    assert (waiting.quantity, waiting.covered, waiting.deliveries) == (2, 3, 2)


def test_a_portion_that_gets_moved_units_keeps_its_size():
    book = OrderBook(oldest_first())
    book.apply(plan_count(book, "LAMP", 4, at=MONDAY))
    for number in (1, 2):
        book.apply(plan_order(book, an_order(f"O-{number}", 4, hours=number)))
    (event,) = plan_reassignment(book, "O-1/1", "O-2/1", 3, **BY_HAND).events
    draft = Draft(book, at=MONDAY)
    draft.follow(event)
    queue = draft.queue(Pool("LAMP"))
    shown = [(one.line, one.quantity, one.ordered) for one in queue]
    assert shown == [("O-1/1", 3, 4), ("O-2/1", 1, 4)]


def test_units_added_after_a_delivery_in_the_same_plan_show_it():
    book = OrderBook(oldest_first())
    book.apply(plan_order(book, an_order("O-1", 5)))
    draft = Draft(book, at=MONDAY)
    (waiting,) = draft.waiting_portions("O-1", "O-1/1")
    draft.follow(StockCounted("LAMP", "main", 2, "counted", MONDAY))
    draft.allocate(waiting, 2)
    draft.follow(PortionAdded(Portion("O-1/1", 1, "main", 3), MONDAY))
    foreseen, plan = tuple(draft.queue(Pool("LAMP"))), draft.plan()
    book.apply(plan)
    assert [one.deliveries for one in foreseen] == [1, 1]
    assert foreseen == tuple(book.backorders("LAMP"))


# Planted bugs


def test_goods_for_rerouted_units_count_as_a_delivery_of_the_whole_line():
    book = OrderBook(oldest_first())
    follow(book, plan_order, an_order("O-1", 3))
    follow(book, plan_count, "LAMP", 1, at=MONDAY, location="north")
    follow(book, plan_rerouting, "O-1/1", "north", quantity=2, at=MONDAY)
    assert book.line("O-1/1").deliveries == 1
    assert {one.deliveries for one in book.backorders("LAMP")} == {1}


def forget_who_got_moved_units(monkeypatch):
    def half(self, event):
        self._take(event.line, event.portion, event.quantity)

    monkeypatch.setattr(Draft, "_hand_on", half)


def leave_pins_of_goods_that_came(monkeypatch):
    monkeypatch.setattr(Draft, "_settle_pins", lambda *_: None)


def keep_old_ranks(monkeypatch):
    monkeypatch.setattr(Draft, "_show", lambda *_, **__: None)


def count_no_delivery(monkeypatch):
    monkeypatch.setattr(Draft, "_deliver", Draft._delta)


def let_held_orders_queue(monkeypatch):
    monkeypatch.setattr(Draft, "_hold", lambda *_, **__: None)


def forget_the_day(monkeypatch):
    monkeypatch.setattr(Draft, "_fall_due", lambda *_: None)


def add_reserves_up(monkeypatch):
    def added(self, event):
        self._supply(Pool("LAMP"), -event.quantity)

    monkeypatch.setattr(Draft, "_reserve", added)


def lose_moved_units(monkeypatch):
    def lost(self, event):
        self._leave(event.line, event.portion, event.quantity)

    monkeypatch.setattr(Draft, "_move", lost)


def cancel_twice_what_was_said(monkeypatch):
    leave = Draft._leave

    def greedy(self, line, number, units):
        leave(self, line, number, units)
        return leave(self, line, number, 1)

    monkeypatch.setattr(Draft, "_leave", greedy)


def fold_no_reserve(monkeypatch):
    monkeypatch.setattr(stock, "reserve", lambda state, event: None)


def fold_no_priority(monkeypatch):
    monkeypatch.setattr(demand, "reprioritise", lambda state, event: None)


BUGS = [
    forget_who_got_moved_units,
    leave_pins_of_goods_that_came,
    keep_old_ranks,
    count_no_delivery,
    let_held_orders_queue,
    forget_the_day,
    add_reserves_up,
    lose_moved_units,
    cancel_twice_what_was_said,
    fold_no_reserve,
    fold_no_priority,
]


@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__)
def test_a_planted_difference_is_noticed(plant, monkeypatch):
    plant(monkeypatch)
    with pytest.raises(LawBroken, match="draft_equals_book"):
        a_day_of_everything(oldest_first())
