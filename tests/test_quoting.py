"""Quotes: they hold what is covered, until an order takes it or time is over."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    Catalogue,
    DeliveryRule,
    Line,
    Money,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
    check_availability,
    cover,
    notices_of,
    oldest_first,
    plan_acceptance,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_freeze,
    plan_order,
    plan_promises,
    plan_purchase_order,
    plan_quote,
    plan_receipt,
    plan_release_hold,
    plan_replenishment,
    plan_rerouting,
    plan_shipment,
    plan_shipping_notice,
    plan_supply_change,
    shortages,
    smallest_first,
)
from backorderkit.deciding import in_given_order
from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from backorderkit.kpis import (
    PromiseAccuracy,
    backlog_by_age,
    filled_at_once,
    prepaid_exposure,
    promise_accuracy,
    surplus,
    waits_of,
)
from backorderkit.model import (
    Allocated,
    AllocationMoved,
    AllocationReleased,
    OrderPlaced,
    Portion,
    PromiseMade,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuotedPortion,
    QuoteHeld,
    QuoteRefused,
    ShipTogether,
)
from backorderkit.notices import NoticeKind
from backorderkit.policies import Filling
from backorderkit.testing.book_laws import check_laws
from tests.shop import NOON, TODAY, day

HOUR = timedelta(hours=1)
UNTIL = NOON + timedelta(days=2)


class Till:
    """A book, its history, and a terse word for each command."""

    def __init__(self, policy=None):
        self.policy = policy or oldest_first()
        self.book = OrderBook(self.policy)
        self.history = []

    def do(self, decision, *args, **options):
        """Plan, apply, recount, and compare with the replayed history."""
        plan = decision(self.book, *args, **options)
        before, version = OrderBook.replay(self.history, self.policy), self.book.version
        with pytest.raises(_Undo), self.book.applying(plan):
            raise _Undo
        assert self.book == before
        assert self.book.version == version
        self.book.apply(plan)
        self.history += plan.events
        self.book.check_invariants()
        check_laws(self.book, self.history)
        assert OrderBook.replay(self.history, self.policy) == self.book
        return plan

    def stock(self, units, location="main", sku="LAMP"):
        self.do(plan_count, sku, units, at=NOON, location=location)

    def buy(self, ref, units, on, location="main", sku="LAMP"):
        line = PurchaseLine(f"{ref}/1", sku, units, expected_on=on)
        order = PurchaseOrder(ref, "ACME", NOON, [line], destination=location)
        self.do(plan_purchase_order, order)

    def receive(self, units, purchase_line=None, at=NOON):
        line = ReceiptLine("LAMP", units, purchase_line=purchase_line)
        number = len(self.history)
        return self.do(plan_receipt, Receipt(f"R-{number}", at, [line]))

    def quote(self, *wishes, ref="Q-1", until=UNTIL, sourcing=None, **details):
        asked = wish(ref, *wishes, **details)
        return self.do(plan_quote, asked, until=until, sourcing=sourcing)

    def order(self, ref, *wishes, at=None, quote=None, rules=None, **details):
        options = {name: details.pop(name, None) for name in ("sourcing", "catalogue")}
        if rules is not None:
            options["rules"] = rules
        asked = wish(ref, *wishes, at=at or NOON + HOUR, **details)
        return self.do(plan_order, asked, quote=quote, **options)

    def has(self, ref):
        """Return (allocated, pinned, waiting for nothing in particular) of a line."""
        line = self.book.line(ref)
        return line.allocated, line.pinned, line.waiting - line.pinned

    def free(self, location="main"):
        return self.book.pool("LAMP", location).free


class _Undo(Exception):
    """Stop in the middle of applying a plan."""


def wish(ref, *wishes, at=NOON, customer="ada", **details):
    """Return an order of lamps; a wish is a quantity, or a line without a reference."""
    lines = []
    for number, one in enumerate(wishes, 1):
        known = {"quantity": one} if isinstance(one, int) else dict(one)
        sku = known.pop("sku", "LAMP")
        lines.append(Line(f"{ref}/{number}", sku, known.pop("quantity"), **known))
    return Order(ref, customer, at, lines, **details)


@pytest.fixture
def till() -> Till:
    return Till()


def north(quantity):
    return {"quantity": quantity, "location": "north"}


# What a quote holds


@pytest.mark.parametrize(
    ("asked", "held", "refused"),
    [
        (2, (2, 0, 0), 0),
        (3, (3, 0, 0), 0),
        (4, (3, 1, 0), 0),
        (7, (3, 4, 0), 0),
        (8, (3, 4, 0), 1),
    ],
)
def test_a_quote_holds_stock_and_open_units_and_not_more(till, asked, held, refused):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    plan = till.quote(asked)
    assert till.has("Q-1/1") == held
    codes = [
        (e.quantity, e.code) for e in plan.events if isinstance(e, QuantityRefused)
    ]
    assert codes == ([(refused, "not_covered")] if refused else [])
    assert till.book.line("Q-1/1").refused == refused
    assert till.book.order("Q-1").quoted_until == UNTIL


def test_a_quote_stands_where_an_order_would_stand(till):
    till.order("O-1", 2, at=NOON - HOUR)
    till.buy("PO-1", 5, day(5))
    till.quote(5)
    assert till.has("Q-1/1") == (0, 3, 0)
    [waiting, quoted] = sorted(cover(till.book, "LAMP").pegs, key=lambda one: one.line)
    assert (waiting.quantity, waiting.expected_on) == (2, day(5))
    assert (quoted.quantity, quoted.is_pinned) == (3, True)


def test_an_urgent_quote_stands_before_who_waits():
    till = Till(by_priority())
    till.order("O-1", 2, at=NOON - HOUR)
    till.buy("PO-1", 5, day(5))
    till.quote(5, priority=-1)
    assert till.has("Q-1/1") == (0, 5, 0)


@pytest.mark.parametrize(("on", "held"), [(-1, 0), (0, 4), (1, 4), (None, 0)])
def test_only_a_day_that_can_be_told_is_held(till, on, held):
    till.stock(1)
    till.buy("PO-1", 4, None if on is None else day(on))
    till.quote(5)
    assert till.has("Q-1/1") == (1, held, 0)


def test_a_quote_of_what_is_nowhere_is_refused_whole(till):
    plan = till.quote(5, 2)
    [event] = plan.events
    assert isinstance(event, QuoteRefused)
    assert [one.quantity for one in event.refused] == [5, 2]
    assert event.until == UNTIL
    assert till.book.orders() == ()


def test_two_lines_of_one_sku_share_what_there_is(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(2, 4, 9)
    held = [till.has(f"Q-1/{number}") for number in (1, 2, 3)]
    assert held == [(2, 0, 0), (1, 3, 0), (0, 1, 0)]


def test_a_quote_may_hold_goods_in_several_places(till):
    till.stock(2)
    till.stock(3, "north")
    till.buy("PO-1", 4, day(5))
    till.quote(7, sourcing=in_given_order("north", "main"))
    portions = till.book.line("Q-1/1").portions
    assert [(one.location, one.allocated, one.pinned) for one in portions] == [
        ("north", 3, 0),
        ("main", 2, 2),
    ]
    till.do(plan_acceptance, "Q-1", at=NOON + HOUR)
    assert till.has("Q-1/1") == (5, 2, 0)


def test_a_place_that_has_nothing_leaves_no_gap_in_the_portions(till):
    till.stock(3, "north")
    till.quote(5, sourcing=in_given_order("north", "main"))
    assert [one.number for one in till.book.line("Q-1/1").portions] == [0]
    till.order("O-1", 5, quote="Q-1")
    assert till.has("O-1/1") == (3, 0, 2)


def test_a_place_that_is_blocked_leaves_no_gap_in_the_portions():
    till = Till(oldest_first(filling=Filling.WHOLE_LINE))
    till.order("O-1", north(9), at=NOON - HOUR)
    till.stock(3, "north")
    till.buy("PO-1", 4, day(5))
    till.quote(7, sourcing=in_given_order("north", "main"))
    portions = till.book.line("Q-1/1").portions
    assert [(one.number, one.location, one.pinned) for one in portions] == [
        (0, "main", 4)
    ]


def test_units_that_are_not_wanted_yet_are_not_quoted(till):
    till.stock(3)
    till.quote({"quantity": 2, "allocate_not_before": day(9)}, 1)
    assert till.has("Q-1/1") == (0, 0, 0)
    assert till.has("Q-1/2") == (1, 0, 0)


def test_a_later_part_is_not_held_while_others_wait_for_an_earlier_one(till):
    till.order("O-1", 3, at=NOON - HOUR)
    till.buy("PO-1", 10, day(9))
    how = {"expected_on": day(2), "at": NOON}
    till.do(plan_shipping_notice, "N-1", "PO-1/1", 5, **how)
    till.quote(4, 2)
    # Two of the first part are left; a third would push O-1 into the second part.
    assert till.has("Q-1/1") == (0, 2, 0)
    assert till.has("Q-1/2") == (0, 0, 0)
    assert [one.expected_on for one in cover(till.book, "LAMP").of_line("O-1/1")] == [
        day(2)
    ]


def test_a_quote_that_has_all_of_the_first_part_may_have_the_next(till):
    till.buy("PO-1", 10, day(9))
    how = {"expected_on": day(2), "at": NOON}
    till.do(plan_shipping_notice, "N-1", "PO-1/1", 5, **how)
    till.quote(4, 4)
    assert till.has("Q-1/1") == till.has("Q-1/2") == (0, 4, 0)


def test_a_quote_gives_nothing_to_the_queue_that_it_does_not_hold(till):
    till.stock(3)
    till.quote(2)
    till.order("O-1", 5)
    assert till.has("O-1/1") == (1, 0, 4)


# What cannot be done with a quote


def test_an_urgent_order_cannot_take_what_is_quoted():
    till = Till(by_priority())
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7)
    till.order("O-1", 5, priority=-9)
    assert till.has("O-1/1") == (0, 0, 5)
    assert (
        check_availability(till.book, "LAMP", 1, TODAY, at=NOON, priority=-9).short == 1
    )
    till.receive(4, "PO-1/1")
    assert till.has("Q-1/1") == (7, 0, 0)
    till.receive(2)
    assert till.has("O-1/1") == (2, 0, 3)


def test_nothing_is_bought_for_a_quote(till):
    week = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7)
    assert shortages(till.book).total == 0
    assert plan_replenishment(till.book, week, at=NOON).is_empty
    till.do(plan_supply_change, "PO-1/1", open_quantity=1, reason="sold out", at=NOON)
    assert till.has("Q-1/1") == (3, 1, 3)
    assert plan_replenishment(till.book, week, at=NOON).is_empty


def test_a_quote_stays_where_it_is(till):
    till.stock(3)
    till.quote(3)
    for decision, args, options in (
        (plan_shipment, ("S-1", "Q-1"), {"at": NOON}),
        (plan_freeze, ({"Q-1/1": 1},), {"at": NOON}),
        (plan_release_hold, ("Q-1",), {"at": NOON}),
        (plan_amendment, ("Q-1/1", 4), {"at": NOON}),
    ):
        with pytest.raises((InvalidValue, NotPossible)):
            decision(till.book, *args, **options)
    assert till.has("Q-1/1") == (3, 0, 0)


def test_a_quote_may_be_lowered_or_withdrawn(till):
    till.stock(3)
    till.quote(3)
    till.do(plan_amendment, "Q-1/1", 2, at=NOON)
    assert (till.has("Q-1/1"), till.free()) == ((2, 0, 0), 1)
    till.do(plan_cancellation, "Q-1", at=NOON)
    assert (till.has("Q-1/1"), till.free()) == ((0, 0, 0), 3)


@pytest.mark.parametrize(
    "bad",
    [
        {"until": NOON},
        {"until": NOON - HOUR},
        {"until": day(1)},
        {"until": None},
        {"hold": "unpaid"},
    ],
)
def test_a_quote_ends_later_than_it_begins_and_is_held_by_itself(till, bad):
    till.stock(3)
    with pytest.raises(InvalidValue):
        till.quote(3, **bad)


def test_a_quote_needs_references_of_its_own(till):
    till.stock(3)
    till.quote(1)
    with pytest.raises(Duplicate):
        till.quote(1)
    with pytest.raises(Duplicate):
        till.order("Q-1", 1)


# An order takes it over


@pytest.mark.parametrize(
    ("asked", "has", "free"),
    [
        (2, (2, 0, 0), 1),
        (3, (3, 0, 0), 0),
        (4, (3, 1, 0), 0),
        (7, (3, 4, 0), 0),
        (9, (3, 4, 2), 0),
    ],
)
def test_an_order_takes_what_it_needs_and_the_rest_ends(till, asked, has, free):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7)
    till.order("O-1", asked, quote="Q-1")
    assert (till.has("O-1/1"), till.free()) == (has, free)
    assert till.has("Q-1/1") == (0, 0, 0)
    assert till.book.purchase_line("PO-1/1").pinned == has[1]
    promised = till.book.line("O-1/1").promised_on
    assert promised == (day(5) if has[1] and not has[2] else None)


def test_what_an_order_does_not_take_goes_to_who_waits(till):
    till.stock(3)
    till.quote(3)
    till.order("O-1", 5)
    till.order("O-2", 2, at=NOON + 2 * HOUR, quote="Q-1")
    assert till.has("O-2/1") == (2, 0, 0)
    assert till.has("O-1/1") == (1, 0, 4)


def test_units_of_an_order_beyond_its_quote_queue_like_all_others(till):
    till.stock(3)
    till.quote(2)
    till.order("O-1", 4)
    till.order("O-2", 5, at=NOON + 2 * HOUR, quote="Q-1")
    assert till.has("O-1/1") == (1, 0, 3)
    assert till.has("O-2/1") == (2, 0, 3)


def test_an_order_of_something_else_takes_nothing_over(till):
    till.stock(3)
    till.stock(2, sku="RUG")
    till.quote(3)
    till.order("O-1", {"sku": "RUG", "quantity": 2}, quote="Q-1")
    assert till.has("O-1/1") == (2, 0, 0)
    assert till.free() == 3


def test_several_lines_take_what_one_line_held(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7)
    till.order("O-1", 2, 4, quote="Q-1")
    assert [till.has(f"O-1/{number}") for number in (1, 2)] == [(2, 0, 0), (1, 3, 0)]


def test_goods_are_taken_where_they_are_held(till):
    till.stock(3, "north")
    till.quote(north(3))
    till.order("O-1", 5, quote="Q-1")
    portions = till.book.line("O-1/1").portions
    assert [(one.location, one.allocated, one.waiting) for one in portions] == [
        ("north", 3, 0),
        ("main", 0, 2),
    ]


def test_a_second_line_waits_at_home_for_what_the_first_one_took(till):
    till.stock(3, "north")
    till.quote(north(3))
    till.order("O-1", 2, 3, quote="Q-1")
    portions = till.book.line("O-1/2").portions
    assert [(one.location, one.allocated, one.waiting) for one in portions] == [
        ("north", 1, 0),
        ("main", 0, 2),
    ]


def test_the_rests_of_all_lines_are_sourced_together(till):
    till.stock(2, "north")
    till.stock(5)
    till.quote(2)
    sourcing = in_given_order("north", "main")
    till.order("O-1", 3, 3, quote="Q-1", sourcing=sourcing)
    # Two were quoted at main; the other four find two at north and two at main.
    assert [till.has(f"O-1/{number}") for number in (1, 2)] == [(3, 0, 0), (3, 0, 0)]


def test_an_order_on_hold_keeps_what_was_quoted(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7)
    till.order("O-1", 7, quote="Q-1", hold="unpaid")
    assert till.has("O-1/1") == (3, 4, 0)
    assert till.book.promises("O-1/1") == ()
    till.receive(4, "PO-1/1")
    assert till.has("O-1/1") == (7, 0, 0)


def test_a_line_not_yet_due_keeps_what_was_quoted(till):
    till.stock(3)
    till.quote(3)
    later = {"quantity": 5, "allocate_not_before": day(9)}
    till.order("O-1", later, quote="Q-1")
    assert till.has("O-1/1") == (3, 0, 2)
    till.order("O-2", 3)
    assert till.has("O-2/1") == (0, 0, 3)


@pytest.mark.parametrize(
    "together", [ShipTogether.HOLD, ShipTogether.SKIP, ShipTogether.BLOCK]
)
def test_an_order_that_ships_complete_keeps_what_was_quoted(together):
    till = Till(oldest_first(together=together))
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7, delivery=WHOLE)
    assert till.has("Q-1/1") == (3, 4, 0)
    plan = till.order("O-1", 7, quote="Q-1", delivery=WHOLE)
    assert till.has("O-1/1") == (3, 4, 0)
    assert [one.promised_on for one in promises(plan)] == [day(5)]
    with pytest.raises(NotPossible):
        plan_shipment(till.book, "S-1", "O-1", at=NOON)
    till.receive(4, "PO-1/1")
    assert till.has("O-1/1") == (7, 0, 0)


WHOLE = DeliveryRule.SHIP_COMPLETE


def promises(plan):
    return [one for one in plan.events if isinstance(one, PromiseMade)]


def test_only_the_customer_who_was_quoted_takes_it_over(till):
    till.stock(3)
    till.quote(3)
    with pytest.raises(InvalidValue, match="it is ada"):
        till.order("O-1", 3, quote="Q-1", customer="bob")
    till.order("O-1", 3)
    with pytest.raises(InvalidValue, match="only quoted"):
        till.order("O-2", 3, quote="O-1")
    with pytest.raises(LookupError):
        till.order("O-2", 3, quote="Q-9")


def test_a_quote_is_taken_over_once(till):
    till.stock(3)
    till.quote(3)
    till.order("O-1", 2, quote="Q-1")
    with pytest.raises(InvalidValue, match="units held by quote Q-1"):
        till.order("O-2", 1, quote="Q-1")
    with pytest.raises(InvalidValue, match="units held by quote Q-1"):
        till.do(plan_acceptance, "Q-1", at=NOON)


# Time


@pytest.mark.parametrize(("hours", "ended"), [(47, False), (48, True), (49, True)])
def test_a_quote_ends_when_its_time_is_over(till, hours, ended):
    till.stock(3)
    till.quote(3)
    till.do(plan_day, at=NOON + hours * HOUR)
    assert till.has("Q-1/1") == ((0, 0, 0) if ended else (3, 0, 0))
    assert till.free() == (3 if ended else 0)


@pytest.mark.parametrize(("hours", "ended"), [(47, False), (48, True), (49, True)])
def test_the_next_order_ends_it_too(till, hours, ended):
    till.stock(3)
    till.quote(3)
    till.order("O-1", 3, at=NOON + hours * HOUR)
    assert till.has("O-1/1") == ((3, 0, 0) if ended else (0, 0, 3))


@pytest.mark.parametrize(("hours", "held"), [(47, (0, 0, 0)), (48, (3, 0, 0))])
def test_the_next_quote_ends_it_too(till, hours, held):
    till.stock(3)
    till.quote(3)
    plan = till.quote(3, ref="Q-2", at=NOON + hours * HOUR, until=UNTIL + 9 * HOUR)
    if held[0]:
        assert till.has("Q-2/1") == held
    else:
        assert isinstance(plan.events[0], QuoteRefused)


@pytest.mark.parametrize("hours", [47, 48, 49])
def test_an_expired_quote_becomes_no_order(till, hours):
    till.stock(3)
    till.quote(3)
    at = NOON + hours * HOUR
    for decide in (
        lambda: plan_acceptance(till.book, "Q-1", at=at),
        lambda: plan_order(till.book, wish("O-1", 3, at=at), quote="Q-1"),
    ):
        if hours < 48:
            assert decide().events
        else:
            with pytest.raises(InvalidValue, match="end of quote Q-1"):
                decide()


def test_what_an_expired_quote_held_goes_to_the_queue(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7)
    till.order("O-1", 5)
    till.do(plan_day, at=UNTIL)
    assert till.has("O-1/1") == (3, 0, 2)
    assert [one.quantity for one in cover(till.book, "LAMP").of_line("O-1/1")] == [2]


def test_a_day_ends_a_quote_once_though_its_line_is_not_wanted_any_more(till):
    till.buy("PO-1", 4, day(5))
    till.quote({"quantity": 4, "cancel_after": day(1)})
    till.do(plan_day, at=UNTIL)
    assert till.has("Q-1/1") == (0, 0, 0)
    till.do(plan_day, at=UNTIL + HOUR)


# Acceptance


def test_an_accepted_quote_is_an_order_with_all_it_held(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(7)
    plan = till.do(plan_acceptance, "Q-1", at=NOON + HOUR)
    assert till.has("Q-1/1") == (3, 4, 0)
    status = till.book.order("Q-1")
    assert (status.held, status.quoted_until) == ("", None)
    [promise_] = promises(plan)
    assert [(one.quantity, one.on) for one in promise_.dates] == [(4, day(5))]
    till.do(plan_day, at=UNTIL)
    assert till.has("Q-1/1") == (3, 4, 0)
    till.do(plan_shipment, "S-1", "Q-1", at=UNTIL)
    assert till.book.line("Q-1/1").shipped == 3
    with pytest.raises(InvalidValue, match="only quoted"):
        till.do(plan_acceptance, "Q-1", at=NOON + HOUR)


def test_what_an_accepted_quote_lost_queues_at_its_old_place(till):
    till.buy("PO-1", 4, day(5))
    till.quote(4)
    till.order("O-1", 3)
    till.do(plan_supply_change, "PO-1/1", open_quantity=1, reason="gone", at=NOON)
    till.stock(2)
    assert till.has("O-1/1") == (2, 0, 1)
    till.do(plan_acceptance, "Q-1", at=NOON + HOUR)
    assert till.has("Q-1/1") == (0, 1, 3)
    till.receive(2)
    assert till.has("Q-1/1") == (2, 1, 1)


# Receipts and cuts


def test_goods_that_come_go_to_whom_they_were_quoted(till):
    till.order("O-1", 2, at=NOON - HOUR)
    till.buy("PO-1", 6, day(5))
    till.quote(4)
    till.receive(5, "PO-1/1")
    assert till.has("Q-1/1") == (4, 0, 0)
    assert till.has("O-1/1") == (1, 0, 1)
    till.receive(1, "PO-1/1")
    assert till.has("O-1/1") == (2, 0, 0)


@pytest.mark.parametrize(("left", "pinned"), [(6, 4), (4, 4), (3, 3), (1, 1)])
def test_a_quote_shrinks_when_supply_is_cut_below_it(till, left, pinned):
    till.buy("PO-1", 6, day(5))
    till.quote(4)
    if left < 6:
        how = {"open_quantity": left, "reason": "sold out", "at": NOON}
        till.do(plan_supply_change, "PO-1/1", **how)
    assert till.has("Q-1/1") == (0, pinned, 4 - pinned)
    till.stock(9)
    assert till.has("Q-1/1") == (0, pinned, 4 - pinned)


def test_a_quote_loses_stock_that_is_not_there(till):
    till.stock(5)
    till.quote(4)
    till.stock(3)
    assert till.has("Q-1/1") == (3, 0, 1)
    till.order("O-1", 4, quote="Q-1")
    assert till.has("O-1/1") == (3, 0, 1)


def test_a_quote_that_moves_gives_back_what_it_had(till):
    till.stock(3)
    till.quote(3)
    till.do(plan_rerouting, "Q-1/1", "north", at=NOON)
    assert (till.has("Q-1/1"), till.free()) == ((0, 0, 3), 3)


# Selling rules


def cap(units):
    return SellingRules(SellingRule(units))


@pytest.mark.parametrize(("asked", "refused"), [(5, 0), (6, 1)])
def test_a_buyers_own_quote_does_not_count_against_him(till, asked, refused):
    till.buy("PO-1", 2, day(5))
    till.quote(2)
    till.order("O-1", asked, quote="Q-1", rules=cap(5))
    assert till.book.line("O-1/1").refused == refused


@pytest.mark.parametrize(("hours", "refused"), [(47, 2), (48, 0), (49, 0)])
def test_an_expired_quote_counts_against_nobody(till, hours, refused):
    till.buy("PO-1", 2, day(5))
    till.quote(2)
    till.order("O-1", 5, at=NOON + hours * HOUR, rules=cap(5), customer="bob")
    assert till.book.line("O-1/1").refused == refused


# Figures and news


def test_nobody_hears_of_a_quote_until_it_is_an_order(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    heard = []
    for decision, args, options in (
        (plan_quote, (wish("Q-1", 7),), {"until": UNTIL}),
        (plan_quote, (wish("Q-2", 9),), {"until": UNTIL}),  # refused whole
        (plan_promises, (), {"at": NOON}),
        (plan_day, (), {"at": UNTIL}),
    ):
        plan = decision(till.book, *args, **options)
        heard += notices_of(till.book, plan)
        till.do(lambda _, plan=plan: plan)
    assert heard == []


def test_an_accepted_quote_is_confirmed_like_an_order(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    till.quote(9)
    plan = plan_acceptance(till.book, "Q-1", at=NOON + HOUR)
    [notice] = notices_of(till.book, plan)
    assert (notice.kind, notice.order) == (NoticeKind.CONFIRMED, "Q-1")
    [line] = notice.lines
    assert (line.quantity, line.waiting, line.open) == (3, 4, 7)
    assert [(one.quantity, one.on) for one in line.dates] == [(4, day(5))]


def test_an_order_that_takes_a_quote_over_is_confirmed_alone(till):
    till.stock(3)
    till.quote(3)
    plan = plan_order(till.book, wish("O-1", 2, at=NOON + HOUR), quote="Q-1")
    assert [one.order for one in notices_of(till.book, plan)] == ["O-1"]


def test_what_an_ended_quote_sets_free_is_news_for_who_gets_it(till):
    till.stock(3)
    till.quote(3)
    till.order("O-1", 2)
    plan = plan_day(till.book, at=UNTIL)
    told = [(one.kind, one.order) for one in notices_of(till.book, plan)]
    assert told == [(NoticeKind.ARRIVED, "O-1")]


def test_a_quote_shows_in_no_figure(till):
    till.stock(3)
    till.buy("PO-1", 4, day(5))
    price = Money("2.50", "EUR")
    till.quote({"quantity": 7, "unit_price": price})
    till.quote(1, ref="Q-2")
    assert waits_of(till.history) == filled_at_once(till.history) == ()
    assert promise_accuracy(till.history, on=day(9)) == PromiseAccuracy()
    assert sum(one.units for one in backlog_by_age(till.book, at=NOON)) == 0
    assert prepaid_exposure(till.book).amounts == ()
    # What is kept for a quote is not spare.
    assert surplus(till.book).on_order.total == 0
    till.do(plan_acceptance, "Q-1", at=NOON + HOUR)
    assert [(one.requested, one.filled) for one in filled_at_once(till.history)] == [
        (7, 3)
    ]
    assert promise_accuracy(till.history, on=day(5)).open == 1
    assert sum(one.units for one in backlog_by_age(till.book, at=NOON + HOUR)) == 4
    assert [str(one) for one in prepaid_exposure(till.book).amounts] == ["10.00 EUR"]
    waits = [(one.quantity, one.since, one.until) for one in waits_of(till.history)]
    assert waits == [(3, NOON + HOUR, NOON + HOUR), (4, NOON + HOUR, None)]


def test_a_history_is_told_as_if_there_had_been_no_quotes():
    asked, other = wish("Q-1", 5), wish("Q-2", 2)
    later = wish("O-1", 4, at=NOON + HOUR)
    refused = QuantityRefused("Q-1/1", "Q-1", 1, "not_covered", "no more", at=NOON)
    placed = OrderPlaced(later, (Portion("O-1/1", 0, "main", 4),))
    held = QuotedPortion("Q-1/1", 0, "main", 3, allocated=1)
    history = [
        QuoteHeld(asked, (Portion("Q-1/1", 0, "main", 4),), UNTIL),
        refused,
        Allocated("Q-1/1", 0, 3, 4, at=NOON),
        QuoteRefused(other, (), UNTIL),
        placed,
        AllocationReleased("Q-1/1", 0, 1, "counted", at=NOON),
        AllocationMoved("Q-1/1", 0, "O-1/1", 0, 1, "eve", "a wedding", NOON + HOUR),
        QuantityCancelled("Q-1/1", 0, 1, "amended", NOON + HOUR),
        QuoteAccepted("Q-1", NOON + 2 * HOUR, (held,)),
        Allocated("Q-1/1", 0, 2, 2, at=NOON + 2 * HOUR),
    ]
    accepted = Order("Q-1", "ada", NOON + 2 * HOUR, asked.lines)
    without_quotes = [
        placed,
        Allocated("O-1/1", 0, 1, 1, at=NOON + HOUR),
        OrderPlaced(accepted, (Portion("Q-1/1", 0, "main", 3),)),
        Allocated("Q-1/1", 0, 1, 1, at=NOON + 2 * HOUR),
        Allocated("Q-1/1", 0, 2, 2, at=NOON + 2 * HOUR),
    ]
    assert waits_of(history) == waits_of(without_quotes)
    assert filled_at_once(history)[1:] == filled_at_once(without_quotes)[1:]
    accuracy = promise_accuracy(history, on=UNTIL.date())
    assert accuracy == promise_accuracy(without_quotes, on=UNTIL.date())


# Any sequence

POLICIES = [
    oldest_first(),
    by_priority(),
    smallest_first(),
    oldest_first(together=ShipTogether.SKIP),
    oldest_first(together=ShipTogether.BLOCK),
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("stock", "buy", "quote", "quote", "order", "take", "accept"),
                *("receive", "cut", "notice", "day", "cancel", "amend", "promise"),
            )
        ),
        st.integers(0, 9),
        st.integers(1, 6),
        st.integers(0, 30),
        st.sampled_from(("main", "north")),
    ),
    min_size=6,
    max_size=14,
)


def decided(book, number, step):
    """Decide on a step, if the book allows it."""
    kind, pick, units, hours, location = step
    at = NOON + number * HOUR
    sourcing = in_given_order("north", "main") if pick % 2 else None
    delivery = WHOLE if pick % 4 == 3 else DeliveryRule.SHIP_AS_AVAILABLE
    details = {"at": at, "priority": pick % 3, "delivery": delivery}
    wishes = ({"quantity": units, "location": location}, hours % 4 + 1)
    quotes = [ref for _, ref in book.state.quotes]
    orders, bought = book.orders(), book.purchase_lines()
    match kind:
        case "stock":
            return plan_count(book, "LAMP", pick, at=at, location=location)
        case "buy":
            on = day(hours % 5) if hours % 7 else None
            line = PurchaseLine(f"P{number}/1", "LAMP", units + 2, expected_on=on)
            place = {"destination": location}
            return plan_purchase_order(
                book, PurchaseOrder(f"P{number}", "ACME", at, [line], **place)
            )
        case "quote":
            asked, until = (
                wish(f"Q{number}", *wishes, **details),
                at + (hours % 9 + 1) * HOUR,
            )
            return plan_quote(book, asked, until=until, sourcing=sourcing)
        case "order" | "take":
            quote = quotes[pick % len(quotes)] if kind == "take" and quotes else None
            asked = wish(f"O{number}", *wishes, **details)
            rules = cap(pick)
            return plan_order(book, asked, quote=quote, sourcing=sourcing, rules=rules)
        case "accept":
            ref = quotes[pick % len(quotes)] if quotes else ""
            return plan_acceptance(book, ref, at=at)
        case "receive":
            ref = bought[pick % len(bought)] if bought else ""
            pool = book.purchase_line(ref).pool
            line = ReceiptLine("LAMP", units, location=pool.location, purchase_line=ref)
            return plan_receipt(book, Receipt(f"R{number}", at, [line]))
        case "cut":
            ref = bought[pick % len(bought)] if bought else ""
            left = min(units, book.purchase_line(ref).open)
            return plan_supply_change(
                book, ref, open_quantity=left - 1, reason="gone", at=at
            )
        case "notice":
            ref = bought[pick % len(bought)] if bought else ""
            on = day(hours % 4)
            return plan_shipping_notice(
                book, f"N{number}", ref, units, expected_on=on, at=at
            )
        case "day":
            return plan_day(book, at=at + hours % 9 * HOUR)
        case "cancel":
            ref = orders[pick % len(orders)] if orders else ""
            return plan_cancellation(book, ref, at=at)
        case "amend":
            lines = [*book.state.lines]
            ref = lines[pick % len(lines)] if lines else ""
            return plan_amendment(book, ref, units, at=at)
        case _:
            return plan_promises(book, at=at)


@given(policy=st.sampled_from(POLICIES), steps=STEPS)
def test_laws_hold_after_any_steps(policy, steps):
    till = Till(policy)
    for location in ("main", "north"):
        till.stock(5, location)
        till.buy(f"P-{location}", 9, day(3), location)
    for number, step in enumerate(steps):
        try:
            plan = decided(till.book, number, step)
        except BackorderError:
            continue  # it asked for what may not be; nothing happened
        before = days_of_others(till.book)
        heard = notices_of(till.book, plan)
        till.do(lambda _, plan=plan: plan)
        open_quotes = {
            ref for ref in till.book.orders() if till.book.order(ref).quoted_until
        }
        assert not open_quotes & {one.order for one in heard}
        figures = {one.order for one in filled_at_once(till.history)}
        assert not open_quotes & figures
        assert not open_quotes & set(plan.became_shippable)
        if step[0] == "quote":
            check_quote_is_covered(till.book, f"Q{number}")
            assert days_of_others(till.book).items() >= before.items() or expired(plan)
    waits_of(till.history)
    promise_accuracy(till.history, on=day(9))


def check_quote_is_covered(book, ref):
    """All that a new quote has is there or kept for it; nothing of it is loose."""
    for line in book.order(ref).lines if ref in book.orders() else ():
        assert line.waiting == line.pinned
        assert line.ordered == line.allocated + line.pinned
    for line in book.order(ref).lines if ref in book.orders() else ():
        for peg in cover_of(book, line):
            assert peg.is_pinned
            assert peg.expected_on is not None


def cover_of(book, line):
    return [
        peg
        for location in ("main", "north")
        for peg in cover(book, line.sku, location).of_line(line.ref)
    ]


def days_of_others(book):
    """Return what each waiting line that is no quote is covered by, oldest first."""
    if book.policy.name != "oldest_first":
        return {}  # a newcomer may stand before others
    days = {}
    for location in ("main", "north"):
        for peg in cover(book, "LAMP", location).pegs:
            if book.order(book.line(peg.line).order).quoted_until is None:
                key = (peg.line, peg.portion, peg.expected_on, peg.purchase_line)
                days[key] = days.get(key, 0) + peg.quantity
    return days


def expired(plan):
    """Tell whether a plan ended quotes, which moves everybody."""
    return any(isinstance(one, QuantityCancelled) for one in plan.events)
