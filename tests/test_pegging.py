"""Deliveries that serve first whom they were bought for."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    by_priority,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_hold,
    plan_order,
    plan_purchase_order,
    plan_receipt,
    plan_reserve,
)
from backorderkit.errors import NotPossible, UnknownReference
from backorderkit.model import Allocated, GoodsReceived, PurchaseNeed, ShipTogether
from backorderkit.policies import (
    Filling,
    SharingBasis,
    linear,
    peg_first,
    uniform,
    whole_line,
)
from tests.shop import NOON, do, place


@pytest.fixture
def book() -> OrderBook:
    return OrderBook(peg_first(oldest_first()))


def bought(book, ref, quantity, *needs, sku="LAMP"):
    needs = [
        PurchaseNeed(f"{order}/1", portion, units) for order, portion, units in needs
    ]
    line = PurchaseLine(f"{ref}/1", sku, quantity, needs=needs)
    return do(book, plan_purchase_order, PurchaseOrder(ref, "ACME", NOON, [line]))


def delivery(number, accepted, purchase_line="PO-1/1", sku="LAMP"):
    line = ReceiptLine(sku, accepted, purchase_line=purchase_line)
    return Receipt(f"R-{number}", NOON + timedelta(days=9), [line])


def arrives(book, number, accepted, purchase_line="PO-1/1"):
    return do(book, plan_receipt, delivery(number, accepted, purchase_line))


def queue_of_three(book):
    """O-1 is the oldest, O-2 and O-3 are those for whom PO-1 buys."""
    for n, quantity in enumerate((5, 5, 5), 1):
        place(book, f"O-{n}", quantity, n)


@pytest.mark.parametrize(
    ("accepted", "given"),
    [
        (3, {"O-2/1": 3}),
        (4, {"O-2/1": 4}),
        (5, {"O-2/1": 4, "O-1/1": 1}),
        (9, {"O-2/1": 4, "O-1/1": 5}),
        (10, {"O-2/1": 5, "O-1/1": 5}),
    ],
)
def test_goods_go_to_whom_they_were_bought_for_then_by_the_policy(
    book, accepted, given
):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-2", 0, 4))
    assert arrives(book, 1, accepted).allocated() == given


def test_without_the_wrapper_the_policy_alone_decides():
    book = OrderBook(oldest_first())
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-2", 0, 4))
    plan = arrives(book, 1, 5)
    assert plan.allocated() == {"O-1/1": 5}
    assert [one.source for one in plan.events if isinstance(one, Allocated)] == [None]


def test_the_plan_says_what_was_bought_for_whom(book):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-2", 0, 4))
    plan = arrives(book, 1, 5)
    assert plan.events[1:] == (
        Allocated("O-2/1", 0, 4, wanted=5, source="PO-1/1", at=plan.at),
        Allocated("O-1/1", 0, 1, wanted=5, at=plan.at),
    )
    said = "O-2/1 gets 4 of the 5 it waits for, bought for it in PO-1/1."
    assert said in plan.explain()


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        (oldest_first(), {"O-2/1": 4, "O-3/1": 1}),
        (by_priority(), {"O-3/1": 4, "O-2/1": 1}),
        (uniform(), {"O-2/1": 3, "O-3/1": 2}),
        (linear(), {"O-2/1": 3, "O-3/1": 2}),
        (uniform(weights=lambda one: 1 + (one.line == "O-3/1") * 3), None),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_short_delivery_is_divided_among_them_by_the_policy(policy, given):
    book = OrderBook(peg_first(policy))
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1, priority=1)
    place(book, "O-3", 5, 2, priority=0)
    bought(book, "PO-1", 10, ("O-2", 0, 4), ("O-3", 0, 4))
    expected = given or {"O-2/1": 1, "O-3/1": 4}
    assert arrives(book, 1, 5).allocated() == expected


def test_a_running_total_counts_only_what_a_line_was_given():
    book = OrderBook(peg_first(uniform(basis=SharingBasis.CUMULATIVE)))
    place(book, "O-1", 10)
    place(book, "O-2", 4, 1)
    bought(book, "PO-1", 8, ("O-1", 0, 4), ("O-2", 0, 4))
    assert arrives(book, 1, 4).allocated() == {"O-1/1": 2, "O-2/1": 2}


def test_needs_shrink_with_each_delivery(book):
    queue_of_three(book)
    bought(book, "PO-1", 20, ("O-2", 0, 3), ("O-3", 0, 2))
    assert arrives(book, 1, 2).allocated() == {"O-2/1": 2}
    assert arrives(book, 2, 2).allocated() == {"O-2/1": 1, "O-3/1": 1}
    assert arrives(book, 3, 3).allocated() == {"O-3/1": 1, "O-1/1": 2}
    assert arrives(book, 4, 5).allocated() == {"O-1/1": 3, "O-2/1": 2}


def test_two_needs_of_one_portion_add_up(book):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-3", 0, 3), ("O-3", 0, 2))
    assert arrives(book, 1, 6).allocated() == {"O-3/1": 5, "O-1/1": 1}


def test_a_need_of_another_purchase_line_is_not_served_by_this_one(book):
    queue_of_three(book)
    bought(book, "PO-1", 5, ("O-3", 0, 5))
    bought(book, "PO-2", 5, ("O-2", 0, 5))
    assert arrives(book, 1, 5, "PO-2/1").allocated() == {"O-2/1": 5}
    assert arrives(book, 2, 5, "PO-1/1").allocated() == {"O-3/1": 5}


def test_a_delivery_without_a_purchase_line_is_shared_by_the_policy(book):
    queue_of_three(book)
    bought(book, "PO-1", 5, ("O-3", 0, 5))
    assert arrives(book, 1, 5, None).allocated() == {"O-1/1": 5}


def test_needs_that_were_cancelled_or_served_free_their_goods(book):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-2", 0, 5), ("O-3", 0, 5))
    do(book, plan_cancellation, "O-2", {"O-2/1": 4}, at=NOON)
    do(book, plan_cancellation, "O-3", at=NOON)
    assert arrives(book, 1, 4).allocated() == {"O-2/1": 1, "O-1/1": 3}


def test_a_need_served_from_elsewhere_is_no_claim_any_more(book):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-1", 0, 5), ("O-3", 0, 5))
    do(book, plan_count, "LAMP", 5, at=NOON)  # the oldest is served from the shelf
    assert arrives(book, 1, 6).allocated() == {"O-3/1": 5, "O-2/1": 1}


def test_a_held_line_is_passed_over(book):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-2", 0, 5))
    do(book, plan_hold, "O-2", reason="fraud check", at=NOON)
    assert arrives(book, 1, 5).allocated() == {"O-1/1": 5}


def test_what_a_raise_added_was_not_bought_for(book):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-3", 0, 5))
    do(book, plan_amendment, "O-3/1", 8, at=NOON + timedelta(hours=1))
    assert arrives(book, 1, 8).allocated() == {"O-3/1": 5, "O-1/1": 3}


def test_a_reserve_comes_before_the_pegged(book):
    queue_of_three(book)
    bought(book, "PO-1", 10, ("O-3", 0, 5))
    do(book, plan_reserve, "LAMP", 4, at=NOON)
    assert arrives(book, 1, 6).allocated() == {"O-3/1": 2}


def test_a_condition_applies_to_the_part_that_was_bought():
    for inner in (oldest_first(filling=Filling.WHOLE_LINE), whole_line(oldest_first())):
        for accepted, served in ((1, {}), (2, {"O-1/1": 2}), (3, {"O-1/1": 3})):
            book = OrderBook(peg_first(inner))
            place(book, "O-1", 3)
            bought(book, "PO-1", 3, ("O-1", 0, 2))
            assert arrives(book, 1, accepted).allocated() == served


class Counted:
    """A host's wrapper that counts how often it is asked, and passes the rest on."""

    def __init__(self, policy):
        self.policy, self.name, self.asked = policy, "counted", 0

    @property
    def together(self):
        return self.policy.together

    def rank(self, waiting_line):
        return self.policy.rank(waiting_line)

    def share(self, units, waiting_lines):
        self.asked += 1
        return self.policy.share(units, waiting_lines)


@pytest.mark.parametrize(
    "wrap", [Counted, whole_line, lambda inner: Counted(whole_line(Counted(inner)))]
)
def test_what_was_bought_for_a_line_comes_first_within_any_wrapper(wrap):
    for inner, served in (
        (peg_first(oldest_first()), {"O-3/1": 5}),
        (oldest_first(), {"O-1/1": 5}),
    ):
        book = OrderBook(wrap(inner))
        queue_of_three(book)
        bought(book, "PO-1", 5, ("O-3", 0, 5))
        assert arrives(book, 1, 5).allocated() == served


def test_an_order_that_ships_together_is_not_served_out_of_turn():
    book = OrderBook(peg_first(oldest_first(together=ShipTogether.SKIP)))
    whole = DeliveryRule.SHIP_COMPLETE
    place(book, "O-1", 5)
    lines = [Line("O-2/1", "LAMP", 5), Line("O-2/2", "RUG", 1)]
    do(book, plan_order, Order("O-2", "bob", NOON, lines, delivery=whole))
    place(book, "O-3", 5, 2, delivery=whole)
    bought(book, "PO-1", 10, ("O-2", 0, 5), ("O-3", 0, 5))
    assert arrives(book, 1, 5).allocated() == {"O-1/1": 5}
    assert arrives(book, 2, 5).allocated() == {"O-3/1": 5}


def test_an_order_that_ships_together_holds_what_was_bought_for_it():
    book = OrderBook(peg_first(oldest_first(together=ShipTogether.HOLD)))
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1, delivery=DeliveryRule.SHIP_COMPLETE)
    bought(book, "PO-1", 10, ("O-2", 0, 5))
    plan = arrives(book, 1, 4)
    assert plan.allocated() == {"O-2/1": 4}
    assert plan.became_shippable == ()


def test_a_plan_that_fails_at_its_last_event_gives_the_needs_back(book):
    queue_of_three(book)
    bought(book, "PO-1", 20, ("O-3", 0, 4))
    arrives(book, 1, 1)
    received = plan_receipt(book, delivery(2, 3))
    for served in (1, 3):
        failing = [
            GoodsReceived(delivery(2, 3)),
            Allocated("O-3/1", 0, served, wanted=4, source="PO-1/1", at=NOON),
            Allocated("O-1/1", 0, 99, wanted=5, at=NOON),
        ]
        with pytest.raises(NotPossible):
            book.follow(failing)
        book.check_invariants()
        assert plan_receipt(book, delivery(2, 3)) == received
    assert received.allocated() == {"O-3/1": 3}


def test_a_purchase_undone_with_its_delivery_can_be_told_again(book):
    queue_of_three(book)
    needs = [PurchaseNeed("O-3/1", 0, 4)]
    order = PurchaseOrder(
        "PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 4, needs=needs)]
    )
    placed = plan_purchase_order(book, order).events
    served = [
        *placed,
        GoodsReceived(delivery(1, 4)),
        Allocated("O-3/1", 0, 4, wanted=5, source="PO-1/1", at=NOON),
    ]
    with pytest.raises(NotPossible):
        book.follow([*served, Allocated("O-3/1", 0, 2, wanted=1, at=NOON)])
    with pytest.raises(UnknownReference):
        book.purchase_line("PO-1/1")
    book.follow(placed)
    assert arrives(book, 1, 4).allocated() == {"O-3/1": 4}


POLICIES = [oldest_first(), by_priority(), uniform(), linear()]


@st.composite
def stories(draw):
    """Lines (quantity, priority), what was bought for each, and deliveries."""
    wishes = draw(
        st.lists(
            st.tuples(st.integers(1, 6), st.integers(0, 1)), min_size=1, max_size=4
        )
    )
    needs = [draw(st.integers(0, quantity)) for quantity, _ in wishes]
    deliveries = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    return wishes, needs, deliveries


@given(stories(), st.sampled_from(POLICIES))
def test_nobody_else_is_served_while_a_pegged_line_needs_goods(story, inner):
    wishes, needs, deliveries = story
    policy = peg_first(inner)
    book, history = OrderBook(policy), []

    def happens(plan):
        book.apply(plan)
        book.check_invariants()
        history.extend(plan.events)
        return plan

    for n, (quantity, priority) in enumerate(wishes):
        at = NOON + timedelta(minutes=n)
        line = Line(f"O-{n}/1", "LAMP", quantity)
        happens(plan_order(book, Order(f"O-{n}", "ada", at, [line], priority=priority)))
    named = [
        PurchaseNeed(f"O-{n}/1", 0, units) for n, units in enumerate(needs) if units
    ]
    line = PurchaseLine("PO-1/1", "LAMP", 30, needs=named)
    happens(plan_purchase_order(book, PurchaseOrder("PO-1", "ACME", NOON, [line])))
    owed = {f"O-{n}/1": units for n, units in enumerate(needs)}
    waiting = {f"O-{n}/1": quantity for n, (quantity, _) in enumerate(wishes)}
    for number, accepted in enumerate(deliveries):
        plan = happens(plan_receipt(book, delivery(number, accepted)))
        claims = {ref: min(owed[ref], waiting[ref]) for ref in owed}
        gives = [one for one in plan.events if isinstance(one, Allocated)]
        pegged = dict.fromkeys(owed, 0)
        for one in gives:
            waiting[one.line] -= one.quantity
            if one.source == "PO-1/1":
                pegged[one.line] += one.quantity
        assert sum(pegged.values()) == min(accepted, sum(claims.values()))
        for ref, units in pegged.items():
            assert units <= claims[ref]
            owed[ref] -= units
        total = sum(one.quantity for one in gives)
        assert total == min(accepted, total + sum(waiting.values()))
        assert {ref: book.line(ref).waiting for ref in waiting} == waiting
        assert OrderBook.replay(history, policy) == book
