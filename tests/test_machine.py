"""Every decision in any order, under policies of every kind, checked after each step.

The searches are small and always the same; `--hypothesis-profile=thorough` draws anew
and longer. A run in which nothing interesting happened counts as a failure.
"""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from backorderkit import (
    DeliveryRule,
    Line,
    MemoryRepository,
    Order,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    by_priority,
    earliest_promise_first,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_order,
    plan_priority,
    plan_purchase_order,
    plan_reassignment,
    plan_receipt,
    plan_rerouting,
    smallest_first,
)
from backorderkit.deciding import in_given_order
from backorderkit.model import Award, Incomplete, ShipTogether
from backorderkit.policies import (
    Filling,
    QueueDiscipline,
    peg_first,
    ranked_by,
    uniform,
)
from backorderkit.testing.book_laws import WatchedBook, book_machine
from backorderkit.testing.strategies import MONDAY
from tests.searching import scaled

WHOLE, SKIP = Filling.WHOLE_LINE, QueueDiscipline.SKIP


class LoyalFirst:
    """A host's own policy, not made of ours: ada first, one unit each."""

    name = "loyal first"
    together = ShipTogether.HOLD

    def rank(self, backorder):
        return (backorder.customer != "ada", backorder.queued_at)

    def share(self, available, backorders):
        for _, backorder in zip(range(available), backorders, strict=False):
            yield Award(backorder, 1)


POLICIES = {
    "oldest-first": oldest_first(),
    "by-priority": by_priority(),
    "promise": earliest_promise_first(),
    "smallest": smallest_first(),
    "whole-lines": oldest_first(filling=WHOLE),
    "whole-lines-skipping": smallest_first(filling=WHOLE, queue=SKIP),
    "promise-whole-lines": earliest_promise_first(filling=WHOLE),
    "all-or-nothing": oldest_first(together=ShipTogether.SKIP),
    "blocking": by_priority(together=ShipTogether.BLOCK),
    "whole-lines-blocking": oldest_first(
        filling=WHOLE, queue=SKIP, together=ShipTogether.BLOCK
    ),
    "every-order-whole": oldest_first(
        together=ShipTogether(Incomplete.IS_SKIPPED, every_order=True)
    ),
    "sharing": uniform(),
    "a-key": ranked_by(lambda one: one.customer, name="customer"),
    "pegs-first": peg_first(smallest_first()),
    "a-hosts-own": LoyalFirst(),
}
EXAMPLES, STEPS = 12, 30


def searched(policy, examples=EXAMPLES, steps=STEPS, **options) -> Counter:
    """Run the machine and return what was seen."""
    machine = book_machine(policy, **options)
    thorough = settings.get_current_profile_name() == "thorough"
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=500 if thorough else scaled(examples),
            stateful_step_count=50 if thorough else steps,
        ),
    )
    return machine.seen


@pytest.mark.parametrize("name", POLICIES)
def test_no_decision_in_any_order_breaks_a_law(name):
    seen = searched(POLICIES[name])
    # How much is seen varies with the drawing; a run that saw nothing shows nothing.
    assert seen["OrderPlaced"] > scaled(EXAMPLES) / 3
    assert seen["Allocated"] > scaled(EXAMPLES) / 3


# What a run must have seen, or it has shown nothing.
INTERESTING = {
    "Allocated",
    "AllocationFrozen",
    "AllocationMoved",
    "AllocationThawed",
    "GoodsReturned",
    "GoodsShipped",
    "LineBecameDue",
    "OrderHeld",
    "OrderRefused",
    "HoldReleased",
    "OrderReprioritised",
    "UnitsPinned",
    "PinReleased",
    "PortionAdded",
    "PortionMoved",
    "PromiseMade",
    "PurchaseConfirmed",
    "PurchaseExpected",
    "PurchaseLineClosed",
    "PurchasePlaced",
    "QuantityRefused",
    "ReserveSet",
    "StockTransferred",
    "SupplyShipped",
    "TransferDispatched",
    "allocated units cancelled",
    "became shippable",
    "conflict at a desk",
    "date moved",
    "day moved",
    "delivery out of order",
    "exact fill",
    "final delivery",
    "left the backlog",
    "less than is kept",
    "let go: by hand",
    "let go: demand",
    "let go: supply",
    "line postponed",
    "line split over locations",
    "partial delivery",
    "partial fill",
    "promise broken",
    "reason: idle",
    "reason: incomplete",
    "reason: kept_back",
    "reason: over_delivery",
    "refused: Duplicate",
    "refused: InvalidValue",
    "refused: NotPossible",
    "refused: StalePlan",
    "rejected: credit",
    "rejected: replace",
    "taken back by a count",
    "transfer arrives",
    "unplanned delivery",
}


@pytest.mark.slow
def test_two_desks_in_turn_come_to_the_same_book():
    seen = searched(oldest_first(), 40, repository=MemoryRepository)
    assert seen["conflict at a desk"]


@pytest.mark.slow
def test_everything_interesting_is_seen_and_two_desks_still_agree():
    seen = searched(oldest_first(), 300, 50, repository=MemoryRepository)
    together = oldest_first(together=ShipTogether.SKIP)
    seen += searched(together, 200, 50, repository=MemoryRepository)
    assert sorted(INTERESTING - set(seen)) == []


def test_a_machine_tells_what_it_saw_over_all_its_runs():
    machine = book_machine(oldest_first())
    run_state_machine_as_test(machine, settings=settings(max_examples=5))
    first = sum(machine.seen.values())
    run_state_machine_as_test(machine, settings=settings(max_examples=5))
    assert sum(machine.seen.values()) > first > 0
    assert not book_machine(oldest_first()).seen


# Found by the machine, and kept: each broke a law once.


def an_order(ref, *lines, hours=0, **options):
    at = MONDAY + timedelta(hours=hours)
    made = [
        Line(f"{ref}/{number}", sku, units, **more)
        for number, (sku, units, more) in enumerate(lines, 1)
    ]
    return Order(ref, "ada", at, made, **options)


def a_delivery(ref, sku, units):
    return Receipt(ref, MONDAY, [ReceiptLine(sku, units)])


def watched(policy, **stock):
    book = WatchedBook(policy)
    for sku, units in stock.items():
        book.carry_out(plan_count, sku, units, at=MONDAY)
    return book


COMPLETE = {"delivery": DeliveryRule.SHIP_COMPLETE}
BY_HAND = {"actor": "eve", "reason": "a wedding", "at": MONDAY}


def test_cancelling_what_an_order_lacks_completes_it():
    watch = watched(oldest_first(together=ShipTogether.SKIP), CHAIR=1)
    order = an_order("B1", ("LAMP", 1, {}), ("CHAIR", 1, {}), **COMPLETE)
    watch.carry_out(plan_order, order)
    watch.carry_out(plan_cancellation, "B1", ["B1/1"], at=MONDAY)
    assert watch.book.line("B1/2").allocated == 1


def test_a_completed_order_frees_the_queue_it_blocked_elsewhere():
    watch = watched(oldest_first(together=ShipTogether.BLOCK), CHAIR=5)
    order = an_order("B1", ("LAMP", 1, {}), ("CHAIR", 1, {}), **COMPLETE)
    watch.carry_out(plan_order, order)
    watch.carry_out(plan_order, an_order("B2", ("CHAIR", 2, {}), hours=1))
    assert watch.book.line("B2/1").allocated == 0
    watch.carry_out(plan_receipt, a_delivery("R1", "LAMP", 1))
    assert watch.book.line("B2/1").allocated == 2


def test_nobody_passes_an_order_that_blocks_a_shelf_the_plan_does_not_touch():
    watch = watched(oldest_first(together=ShipTogether.BLOCK), CHAIR=1)
    first = an_order("B1", ("CHAIR", 1, {}), ("RUG", 1, {}), **COMPLETE)
    second = an_order("B2", ("LAMP", 1, {}), ("CHAIR", 1, {}), hours=1, **COMPLETE)
    watch.carry_out(plan_order, first)
    watch.carry_out(plan_order, second)
    watch.carry_out(plan_receipt, a_delivery("R1", "LAMP", 1))
    assert watch.book.line("B2/2").allocated == 0
    watch.carry_out(plan_receipt, a_delivery("R2", "RUG", 1))
    assert watch.book.line("B1/1").allocated == 1


def test_a_raise_at_the_end_of_the_queue_lets_nobody_pass_the_order():
    watch = watched(oldest_first(together=ShipTogether.BLOCK))
    first = an_order("B1", ("CHAIR", 1, {}), ("RUG", 1, {}), **COMPLETE)
    watch.carry_out(plan_order, first)
    watch.carry_out(plan_order, an_order("B2", ("CHAIR", 3, {}), hours=1, **COMPLETE))
    watch.carry_out(plan_count, "CHAIR", 8, at=MONDAY)
    watch.carry_out(plan_amendment, "B1/1", 5, at=MONDAY + timedelta(hours=2))
    assert watch.book.line("B2/1").allocated == 0


def test_a_line_that_is_cancelled_before_its_day_holds_its_order_up_no_longer():
    watch = watched(oldest_first(together=ShipTogether.SKIP), CHAIR=1)
    later = {"allocate_not_before": (MONDAY + timedelta(days=3)).date()}
    order = an_order("B1", ("LAMP", 1, later), ("CHAIR", 1, {}), **COMPLETE)
    watch.carry_out(plan_order, order)
    watch.carry_out(plan_cancellation, "B1", ["B1/1"], at=MONDAY)
    assert watch.book.line("B1/2").allocated == 1


def test_a_line_that_moves_before_its_day_still_holds_its_order_up():
    watch = watched(oldest_first(together=ShipTogether.SKIP), CHAIR=1)
    later = {"allocate_not_before": (MONDAY + timedelta(days=3)).date()}
    order = an_order("B1", ("LAMP", 1, later), ("CHAIR", 1, {}), **COMPLETE)
    watch.carry_out(plan_order, order)
    watch.carry_out(plan_rerouting, "B1/1", "north", at=MONDAY)
    assert watch.book.line("B1/2").allocated == 0


def test_units_that_expire_on_the_day_they_fall_due_are_not_served():
    watch = watched(oldest_first(together=ShipTogether.SKIP), CHAIR=1, LAMP=1)
    day, eve = (MONDAY + timedelta(days=3)).date(), (MONDAY + timedelta(days=2)).date()
    due = {"allocate_not_before": day}
    gone = {"allocate_not_before": day, "cancel_after": eve}
    order = an_order("B1", ("LAMP", 1, gone), ("CHAIR", 1, due), **COMPLETE)
    watch.carry_out(plan_order, order)
    watch.carry_out(plan_day, at=MONDAY + timedelta(days=4))
    assert watch.book.line("B1/1").cancelled == 1
    assert watch.book.line("B1/2").allocated == 1


def test_a_promise_that_moves_the_queue_lets_the_new_head_be_served():
    watch = watched(earliest_promise_first(filling=WHOLE), LAMP=3)
    watch.carry_out(plan_order, an_order("B1", ("LAMP", 5, {})))
    line = PurchaseLine("P1/1", "LAMP", 10, expected_on=MONDAY.date())
    watch.carry_out(plan_purchase_order, PurchaseOrder("P1", "ACME", MONDAY, [line]))
    watch.carry_out(plan_order, an_order("B2", ("LAMP", 2, {}), hours=1))
    assert watch.book.line("B2/1").promised_on is not None
    assert watch.book.line("B2/1").allocated == 2


def test_what_the_rules_refuse_is_never_what_lies_there():
    watch = watched(oldest_first(), LAMP=3)
    watch.carry_out(plan_count, "LAMP", 2, at=MONDAY, location="north")
    watch.carry_out(
        plan_order,
        an_order("B1", ("LAMP", 10, {})),
        rules=SellingRules(SellingRule(0)),
        sourcing=in_given_order("main", "north"),
    )
    line = watch.book.line("B1/1")
    assert (line.allocated, line.waiting, line.refused) == (5, 0, 5)


def test_goods_moved_by_hand_let_the_new_head_be_served():
    watch = watched(oldest_first(filling=WHOLE), LAMP=2)
    watch.carry_out(plan_order, an_order("B2", ("LAMP", 2, {}), hours=1))
    watch.carry_out(plan_order, an_order("B1", ("LAMP", 5, {})))
    watch.carry_out(plan_count, "LAMP", 5, at=MONDAY)
    watch.carry_out(plan_reassignment, "B2/1", "B1/1", 2, **BY_HAND)
    assert watch.book.line("B1/1").allocated == 5


def test_an_order_made_urgent_by_hand_is_served_if_it_can_be():
    watch = watched(by_priority(filling=WHOLE), LAMP=2)
    watch.carry_out(plan_order, an_order("B1", ("LAMP", 5, {}), priority=1))
    watch.carry_out(plan_order, an_order("B2", ("LAMP", 2, {}), priority=2))
    watch.carry_out(plan_priority, "B2", 0, **BY_HAND)
    assert watch.book.line("B2/1").allocated == 2
