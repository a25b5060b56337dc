"""Placing an order: what is recorded, allocated, refused, promised and said."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Catalogue,
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
    earliest_promise_first,
    expected_dates,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_hold,
    plan_order,
    plan_purchase_order,
    plan_release_hold,
    plan_rerouting,
    smallest_first,
)
from backorderkit.deciding import in_given_order
from backorderkit.errors import (
    Duplicate,
    InvalidValue,
    NotPossible,
    StalePlan,
    UnknownReference,
)
from backorderkit.model import Allocated, OrderPlaced, PromiseMade, ShipTogether
from backorderkit.policies import ranked_by

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = MONDAY.date()
COMPLETE = DeliveryRule.SHIP_COMPLETE


def day(number):
    """So many days from today."""
    return TODAY + timedelta(days=number)


class Recorded(OrderBook):
    """A book that keeps its history and is recounted after every change."""

    def __init__(self, policy=None):
        self.history = []
        super().__init__(policy or oldest_first())

    def follow(self, events):
        kept = tuple(events)
        super().follow(kept)
        self.history += kept
        self.check_invariants()

    def replayed(self):
        return OrderBook.replay(self.history, self.policy)

    def do(self, decision, *args, **options):
        plan = decision(self, *args, **options)
        self.apply(plan)
        assert self.replayed() == self
        return plan

    def place(self, ref, *asked, rules=None, sourcing=None, catalogue=None, **details):
        """Place an order of (SKU, quantity) pairs, or of lines."""
        options = {"sourcing": sourcing, "catalogue": catalogue}
        if rules is not None:
            options["rules"] = rules
        return self.do(plan_order, make(ref, *asked, **details), **options)

    def count(self, sku, units, location="main"):
        return self.do(plan_count, sku, units, at=MONDAY, location=location)

    def buy(self, ref, units, on, sku="LAMP"):
        lines = [PurchaseLine(f"{ref}/1", sku, units, expected_on=on)]
        return self.do(plan_purchase_order, PurchaseOrder(ref, "ACME", MONDAY, lines))

    def told(self, line):
        """Return (units, days from today) of the promises of a line, newest last."""
        return [
            [(one.quantity, (one.on - TODAY).days) for one in promise.dates]
            for promise in self.promises(line)
        ]


def make(ref, *asked, at=MONDAY, customer="ada", **details):
    """An order of (SKU, quantity) pairs, or of lines."""
    made = [
        one if isinstance(one, Line) else Line(f"{ref}/{n}", *one)
        for n, one in enumerate(asked, 1)
    ]
    return Order(ref, customer, at, made, **details)


def delivered_in(days):
    """A catalogue in which LAMPs take so many days."""
    return Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=days)])


# What a plan is


def test_a_plan_changes_nothing_until_it_is_applied():
    book = Recorded()
    book.count("LAMP", 3)
    before = book.replayed()
    plan = plan_order(book, make("O-1", ("LAMP", 5)))
    assert book == before
    assert book.orders() == ()
    book.apply(plan)
    assert book.line("O-1/1").summary == "partly covered, 3 of 5"


def test_planning_twice_gives_the_same_plan():
    book = Recorded()
    book.count("LAMP", 3)
    order = make("O-1", ("LAMP", 5))
    assert plan_order(book, order) == plan_order(book, order)


def test_a_plan_is_applied_once_and_only_to_the_book_it_was_made_for():
    book = Recorded()
    first = plan_order(book, make("O-1", ("LAMP", 5)))
    second = plan_order(book, make("O-2", ("LAMP", 5)))
    book.apply(first)
    before = book.replayed()
    for stale in (first, second):
        with pytest.raises(StalePlan):
            book.apply(stale)
    assert book == before


def test_a_plan_says_what_happens_in_the_order_in_which_it_happens():
    book = Recorded()
    book.count("LAMP", 3)
    book.buy("PO-1", 9, day(7))
    plan = book.place("O-1", ("LAMP", 9), rules=SellingRules(SellingRule(2)))
    capped = "only 2 more of LAMP can be backordered (limit 2, 0 waiting)"
    assert plan.explain().splitlines() == [
        "O-1 of ada is placed: 5 units.",
        f"O-1/1: 4 refused, {capped}.",
        "O-1/1 gets 3 of the 5 it waits for.",
        "O-1/1 is promised for 2026-03-09, order placed.",
    ]


# Bad input: one clear error, nothing changed


def test_the_same_order_twice_is_refused():
    book = Recorded()
    book.place("O-1", ("LAMP", 5))
    before = book.replayed()
    with pytest.raises(Duplicate, match="order 'O-1' is already recorded"):
        book.place("O-1", ("LAMP", 5))
    with pytest.raises(Duplicate, match="line 'O-1/1' is already recorded"):
        book.place("O-2", ("LAMP", 1), Line("O-1/1", "RUG", 1))
    assert book == before


@pytest.mark.parametrize("order", [None, "O-1", [Line("O-1/1", "LAMP", 1)]], ids=repr)
def test_only_an_order_can_be_placed(order):
    with pytest.raises(InvalidValue, match="give an Order"):
        plan_order(Recorded(), order)


@pytest.mark.parametrize(
    "quantity",
    [0, -1, 1.0, 2.5, True, None, "5", Decimal(5), 10**15 + 1, float("nan")],
    ids=repr,
)
def test_a_quantity_is_a_whole_number_of_sensible_size(quantity):
    with pytest.raises(InvalidValue, match="quantity is"):
        Line("O-1/1", "LAMP", quantity)


def test_the_largest_quantity_there_is_can_be_ordered():
    book = Recorded()
    book.place("O-1", ("LAMP", 10**15), ("LAMP", 10**15))
    assert book.pool("LAMP").waiting == 2 * 10**15


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 2, 9),  # noqa: DTZ001 -- a naive datetime is the point
        date(2026, 3, 2),
        "2026-03-02",
        None,
        0,
    ],
    ids=repr,
)
def test_an_order_is_placed_at_an_aware_datetime(at):
    with pytest.raises(InvalidValue, match="placed_at is"):
        make("O-1", ("LAMP", 1), at=at)


@pytest.mark.parametrize(
    "ref", ["", " ", "O-1 ", "O\n1", "O\x00", "\ud800", "x" * 201, None, 7, b"O-1"]
)
def test_references_are_printable_and_not_blank(ref):
    with pytest.raises(InvalidValue):
        Order(ref, "ada", MONDAY, [Line("O-1/1", "LAMP", 1)])
    with pytest.raises(InvalidValue):
        Order("O-1", ref, MONDAY, [Line("O-1/1", "LAMP", 1)])
    for place in ({"ref": ref}, {"sku": ref}, {"location": ref}):
        with pytest.raises(InvalidValue):
            Line(**{"ref": "O-1/1", "sku": "LAMP", "quantity": 1, **place})


@pytest.mark.parametrize(
    "lines",
    [[], ["O-1/1"], "O-1/1", [None], None, 5, Line("O-1/1", "LAMP", 1)],
    ids=repr,
)
def test_an_order_has_lines_and_only_lines(lines):
    with pytest.raises(InvalidValue, match="lines is"):
        Order("O-1", "ada", MONDAY, lines)


def test_lines_of_one_order_have_their_own_references():
    line = Line("O-1/1", "LAMP", 1)
    with pytest.raises(InvalidValue, match="give each line its own"):
        Order("O-1", "ada", MONDAY, [line, line])


def test_a_complete_order_has_no_groups():
    line = Line("O-1/1", "LAMP", 1, delivery_group="desk")
    with pytest.raises(InvalidValue, match="the order already ships complete"):
        Order("O-1", "ada", MONDAY, [line], delivery=COMPLETE)


@pytest.mark.parametrize("priority", [1.5, True, None, "1", 10**6 + 1, -(10**6) - 1])
def test_a_priority_is_a_small_whole_number(priority):
    with pytest.raises(InvalidValue, match="priority is"):
        make("O-1", ("LAMP", 1), priority=priority)


@pytest.mark.parametrize(
    "name", ["requested_on", "allocate_not_before", "cancel_after"]
)
@pytest.mark.parametrize("value", ["2026-03-02", MONDAY, 5], ids=repr)
def test_the_dates_of_a_line_are_dates(name, value):
    with pytest.raises(InvalidValue, match=f"{name} is"):
        Line("O-1/1", "LAMP", 1, **{name: value})


@pytest.mark.parametrize(
    "command",
    [
        lambda book: plan_amendment(book, "O-9/1", 1, at=MONDAY),
        lambda book: plan_amendment(book, None, 1, at=MONDAY),
        lambda book: plan_amendment(book, ["O-1/1"], 1, at=MONDAY),
        lambda book: plan_cancellation(book, "O-9", at=MONDAY),
        lambda book: plan_hold(book, "O-9", reason="check", at=MONDAY),
        lambda book: plan_release_hold(book, "O-9", at=MONDAY),
        lambda book: plan_rerouting(book, "O-9/1", "north", at=MONDAY),
    ],
)
def test_what_the_book_does_not_know_cannot_be_changed(command):
    book = Recorded()
    book.place("O-1", ("LAMP", 5))
    before = book.replayed()
    with pytest.raises(UnknownReference, match="there is no"):
        book.do(command)
    assert book == before


NAIVE = datetime(2026, 3, 2, 9)  # noqa: DTZ001 -- a naive datetime is the point


@pytest.mark.parametrize(
    "command",
    [
        lambda book: plan_amendment(book, "O-1/1", 1, at=NAIVE),
        lambda book: plan_cancellation(book, "O-1", at=NAIVE),
        lambda book: plan_cancellation(book, "O-1", at=MONDAY, reason=None),
        lambda book: plan_cancellation(book, "O-1", "O-1/1", at=MONDAY),
        lambda book: plan_cancellation(book, "O-1", ["O-9/1"], at=MONDAY),
        lambda book: plan_cancellation(book, "O-1", {"O-1/1": 0}, at=MONDAY),
        lambda book: plan_cancellation(book, "O-1", {"O-1/1": -1}, at=MONDAY),
        lambda book: plan_cancellation(book, "O-1", {"O-1/1": 1.0}, at=MONDAY),
        lambda book: plan_amendment(book, "O-1/1", -1, at=MONDAY),
        lambda book: plan_amendment(book, "O-1/1", 2.0, at=MONDAY),
        lambda book: plan_amendment(book, "O-1/1", 10**15 + 1, at=MONDAY),
        lambda book: plan_hold(book, "O-1", reason="check", at=NAIVE),
        lambda book: plan_hold(book, "O-1", reason="", at=MONDAY),
        lambda book: plan_release_hold(book, "O-1", at=MONDAY),
        lambda book: plan_rerouting(book, "O-1/1", "", at=MONDAY),
        lambda book: plan_rerouting(book, "O-1/1", "north", at=NAIVE),
        lambda book: plan_rerouting(book, "O-1/1", "n", at=MONDAY, quantity=1.0),
        lambda book: plan_day(book, at=NAIVE),
        lambda book: plan_day(book, at=TODAY),
        lambda book: plan_count(book, "LAMP", 1.0, at=MONDAY),
        lambda book: plan_count(book, "LAMP", 10**15 + 1, at=MONDAY),
    ],
)
def test_a_bad_command_gets_one_clear_error_and_changes_nothing(command):
    book = Recorded()
    book.count("LAMP", 2)
    book.place("O-1", ("LAMP", 5))
    before, version = book.replayed(), book.version
    with pytest.raises(InvalidValue):
        book.do(command)
    assert (book, book.version) == (before, version)


@pytest.mark.parametrize(
    "options",
    [
        {"rules": 5},
        {"rules": None},
        {"sourcing": "north"},
        {"catalogue": "ACME"},
        {"catalogue": [SupplierTerms("ACME", "LAMP", lead_time_days=1)]},
    ],
    ids=repr,
)
def test_an_option_of_another_kind_is_refused_by_name(options):
    (name,) = options
    with pytest.raises(InvalidValue, match=name):
        plan_order(Recorded(), make("O-1", ("LAMP", 1)), **options)


# Allocation at the counter


def test_two_lines_of_one_sku_are_served_one_after_the_other():
    book = Recorded()
    book.count("LAMP", 5)
    plan = book.place("O-1", ("LAMP", 4), ("LAMP", 4))
    assert plan.allocated() == {"O-1/1": 4, "O-1/2": 1}
    assert book.line("O-1/2").waiting == 3


def test_a_newcomer_does_not_overtake_who_waits_already():
    book = Recorded()
    book.place("O-1", ("LAMP", 2))
    book.place("O-2", ("LAMP", 2), at=MONDAY - timedelta(days=1))
    book.count("LAMP", 2)
    # The second order is the older one by its own date, whenever it was typed in.
    assert [book.line(f"O-{one}/1").allocated for one in (1, 2)] == [0, 2]


def test_an_urgent_newcomer_takes_nothing_back():
    book = Recorded(by_priority())
    book.count("LAMP", 2)
    book.place("O-1", ("LAMP", 2), priority=5)
    plan = book.place("O-2", ("LAMP", 2), priority=1)
    assert plan.allocated() == {}
    assert book.line("O-1/1").allocated == 2


@pytest.mark.parametrize("units", [4, 5, 6])
def test_an_order_that_never_waited_leaves_no_backlog(units):
    book = Recorded()
    book.count("LAMP", 5)
    plan = book.place("O-1", ("LAMP", units))
    assert plan.became_shippable == ("O-1",)
    assert plan.left_backlog == ()
    assert book.order("O-1").is_shippable


def test_a_complete_order_is_shippable_when_all_of_it_is_there():
    book = Recorded()
    book.count("LAMP", 5)
    plan = book.place("O-1", ("LAMP", 5), ("RUG", 1), delivery=COMPLETE)
    assert plan.became_shippable == ()
    assert not book.order("O-1").is_shippable
    plan = book.count("RUG", 1)
    assert (plan.became_shippable, plan.left_backlog) == (("O-1",), ("O-1",))


def test_a_split_line_has_a_portion_for_each_location():
    book = Recorded()
    book.count("LAMP", 2, "north")
    book.count("LAMP", 2, "south")
    plan = book.place("O-1", ("LAMP", 5), sourcing=in_given_order("north", "south"))
    (placed,) = [one for one in plan.events if isinstance(one, OrderPlaced)]
    assert [(one.number, one.location, one.quantity) for one in placed.portions] == [
        (0, "north", 2),
        (1, "south", 2),
        (2, "main", 1),
    ]
    assert plan.allocated() == {"O-1/1": 4}


# Held and postponed


def test_a_held_order_takes_nothing_and_keeps_its_place():
    book = Recorded()
    book.count("LAMP", 3)
    plan = book.place("O-1", ("LAMP", 2), hold="fraud check")
    assert plan.allocated() == {}
    assert plan.became_shippable == ()
    assert book.pool("LAMP").free == 3
    assert list(book.backorders("LAMP")) == []
    book.place("O-2", ("LAMP", 2), at=MONDAY + timedelta(minutes=1))
    book.place("O-3", ("LAMP", 2), at=MONDAY + timedelta(minutes=2))
    plan = book.do(plan_release_hold, "O-1", at=MONDAY + timedelta(hours=1))
    assert plan.allocated() == {}
    assert [one.line for one in book.backorders("LAMP")] == ["O-1/1", "O-3/1"]


def test_a_held_order_is_promised_nothing():
    book = Recorded()
    book.buy("PO-1", 9, day(7))
    book.place("O-1", ("LAMP", 2), hold="fraud check", catalogue=delivered_in(3))
    assert book.told("O-1/1") == []


@pytest.mark.parametrize(
    ("not_before", "allocated"), [(-1, 2), (0, 2), (1, 0), (None, 2)]
)
def test_a_line_is_given_goods_from_its_day_on(not_before, allocated):
    book = Recorded()
    book.count("LAMP", 3)
    on = None if not_before is None else day(not_before)
    plan = book.place("O-1", Line("O-1/1", "LAMP", 2, allocate_not_before=on))
    assert book.line("O-1/1").allocated == allocated
    assert book.pool("LAMP").postponed == 2 - allocated
    assert not [one for one in plan.events if isinstance(one, PromiseMade)]
    if not allocated:
        assert book.do(plan_day, at=MONDAY).is_empty
        book.do(plan_day, at=MONDAY + timedelta(days=1))
        assert book.line("O-1/1").allocated == 2


def test_a_postponed_line_lets_the_next_one_pass():
    book = Recorded()
    book.place("O-1", Line("O-1/1", "LAMP", 2, allocate_not_before=day(3)))
    book.place("O-2", ("LAMP", 2), at=MONDAY + timedelta(minutes=1))
    book.count("LAMP", 2)
    assert book.line("O-2/1").allocated == 2


def test_a_held_order_whose_day_comes_waits_for_its_release():
    book = Recorded()
    book.count("LAMP", 2)
    line = Line("O-1/1", "LAMP", 2, allocate_not_before=day(1))
    book.place("O-1", line, hold="fraud check")
    book.do(plan_day, at=MONDAY + timedelta(days=1))
    assert book.line("O-1/1").allocated == 0
    book.do(plan_release_hold, "O-1", at=MONDAY + timedelta(days=1))
    assert book.line("O-1/1").allocated == 2


def test_a_released_order_waits_for_its_day():
    book = Recorded()
    book.count("LAMP", 2)
    line = Line("O-1/1", "LAMP", 2, allocate_not_before=day(1))
    book.place("O-1", line, hold="fraud check")
    book.do(plan_release_hold, "O-1", at=MONDAY)
    assert book.line("O-1/1").allocated == 0
    book.do(plan_day, at=MONDAY + timedelta(days=1))
    assert book.line("O-1/1").allocated == 2


@pytest.mark.parametrize(("days_later", "waiting"), [(0, 2), (1, 2), (2, 0)])
def test_what_still_waits_after_its_last_day_is_cancelled(days_later, waiting):
    book = Recorded()
    book.count("LAMP", 1)
    book.place("O-1", Line("O-1/1", "LAMP", 3, cancel_after=day(1)))
    book.do(plan_day, at=MONDAY + timedelta(days=days_later))
    line = book.line("O-1/1")
    assert (line.allocated, line.waiting) == (1, waiting)


def test_a_line_that_expired_before_its_day_never_joins():
    book = Recorded()
    line = Line("O-1/1", "LAMP", 3, allocate_not_before=day(2), cancel_after=day(1))
    book.place("O-1", line)
    book.do(plan_day, at=MONDAY + timedelta(days=5))
    book.count("LAMP", 3)
    assert book.line("O-1/1").summary == "cancelled"
    assert book.pool("LAMP").free == 3


# Promises


def test_a_line_that_is_covered_is_promised_nothing():
    book = Recorded()
    book.count("LAMP", 5)
    book.place("O-1", ("LAMP", 5), catalogue=delivered_in(3))
    assert book.told("O-1/1") == []


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (6, [(1, 3)]),
        (7, [(2, 3)]),
        (8, [(2, 3), (1, 9)]),
        (11, [(2, 3), (4, 9)]),
    ],
)
def test_each_part_of_a_wait_is_promised_its_own_day(wanted, told):
    book = Recorded()
    book.count("LAMP", 5)
    book.buy("PO-1", 2, day(3))
    book.buy("PO-2", 4, day(9))
    book.place("O-1", ("LAMP", wanted))
    assert book.told("O-1/1") == [told]
    assert book.line("O-1/1").promised_on == day(told[-1][1])


def test_a_wait_whose_end_nobody_knows_is_promised_nothing():
    book = Recorded()
    book.buy("PO-1", 2, day(3))
    book.place("O-1", ("LAMP", 3))
    assert book.told("O-1/1") == []
    book.place("O-2", ("LAMP", 3), catalogue=delivered_in(7))
    assert book.told("O-2/1") == [[(3, 7)]]


def test_what_nobody_ordered_yet_is_promised_by_the_catalogue():
    book = Recorded()
    book.buy("PO-1", 2, day(9))
    book.place("O-1", ("LAMP", 3), catalogue=delivered_in(7))
    assert book.told("O-1/1") == [[(1, 7), (2, 9)]]


def test_a_day_that_has_passed_is_promised_to_nobody():
    book = Recorded()
    book.buy("PO-1", 9, day(-1))
    book.place("O-1", ("LAMP", 3))
    assert book.told("O-1/1") == []


def test_supply_that_reaches_others_first_is_not_promised_again():
    book = Recorded()
    book.buy("PO-1", 5, day(3))
    book.buy("PO-2", 5, day(9))
    for number in (1, 2, 3):
        at = MONDAY + timedelta(minutes=number)
        book.place(f"O-{number}", ("LAMP", 4), at=at)
    told = [book.told(f"O-{number}/1") for number in (1, 2, 3)]
    assert told == [[[(4, 3)]], [[(1, 3), (3, 9)]], []]


def test_an_urgent_order_is_promised_the_supply_it_overtakes():
    book = Recorded(by_priority())
    book.buy("PO-1", 5, day(3))
    book.place("O-1", ("LAMP", 4), priority=5)
    book.place("O-2", ("LAMP", 3), priority=1)
    assert book.told("O-2/1") == [[(3, 3)]]
    # What the first customer was told stays on record.
    assert book.told("O-1/1") == [[(4, 3)]]


def test_lines_of_one_order_are_promised_the_same_supply_once():
    book = Recorded()
    book.buy("PO-1", 5, day(3))
    book.buy("PO-2", 5, day(9))
    book.place("O-1", ("LAMP", 4), ("LAMP", 4))
    assert (book.told("O-1/1"), book.told("O-1/2")) == ([[(4, 3)]], [[(1, 3), (3, 9)]])


def test_a_postponed_line_is_not_counted_ahead():
    book = Recorded()
    book.buy("PO-1", 5, day(3))
    book.place("O-1", Line("O-1/1", "LAMP", 4, allocate_not_before=day(2)))
    book.place("O-2", ("LAMP", 4), at=MONDAY + timedelta(minutes=1))
    assert book.told("O-2/1") == [[(4, 3)]]


def test_a_line_over_two_locations_is_promised_by_the_supply_of_each():
    book = Recorded()
    book.count("LAMP", 2, "north")
    book.buy("PO-1", 9, day(3))
    book.place("O-1", ("LAMP", 5), sourcing=in_given_order("north"))
    assert book.told("O-1/1") == [[(3, 3)]]


@pytest.mark.parametrize(
    "policy",
    [
        oldest_first(),
        smallest_first(),
        earliest_promise_first(),
        ranked_by(lambda backorder: -backorder.quantity, name="largest first"),
    ],
    ids=lambda policy: policy.label,
)
def test_the_part_a_line_waits_for_is_promised_whatever_the_rank(policy):
    """A rank may look at the waiting units, which change while the order is placed."""
    book = Recorded(policy)
    book.count("LAMP", 3)
    book.buy("PO-1", 2, day(3))
    book.place("O-1", ("LAMP", 5))
    assert book.told("O-1/1") == [[(2, 3)]]


@given(
    shelf=st.integers(0, 6),
    supplies=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5)), max_size=4),
    wanted=st.lists(st.integers(1, 6), min_size=1, max_size=4),
)
def test_a_promise_is_what_a_count_of_the_queue_says(shelf, supplies, wanted):
    """Lay supplies in order of time against orders in order of age, unit by unit."""
    book = Recorded()
    book.count("LAMP", shelf)
    for number, (units, on) in enumerate(supplies):
        book.buy(f"PO-{number}", units, day(on))
    axis = [0] * shelf + sorted(on for units, on in supplies for _ in range(units))
    for number, units in enumerate(wanted):
        at = MONDAY + timedelta(minutes=number)
        book.place(f"O-{number}", ("LAMP", units), at=at)
        mine, axis = axis[:units], axis[units:]
        ref = f"O-{number}/1"
        later = [on for on in mine if on]
        assert book.line(ref).allocated == len(mine) - len(later)
        if len(mine) < units or not later:
            assert book.told(ref) == []
        else:
            days = sorted(set(later))
            assert book.told(ref) == [[(later.count(on), on) for on in days]]


@pytest.mark.parametrize("lead", [10**7, 10**15])
def test_an_absurd_lead_time_promises_nothing(lead):
    book = Recorded()
    try:
        catalogue = delivered_in(lead)
    except InvalidValue:
        return
    book.place("O-1", ("LAMP", 3), catalogue=catalogue)
    assert book.told("O-1/1") == []


def test_goods_a_policy_withholds_are_promised_for_the_day_they_can_leave():
    """The LAMP lies there, but the order leaves whole, when the RUG has come."""
    book = Recorded(oldest_first(together=ShipTogether.SKIP))
    book.count("LAMP", 5)
    book.buy("PO-1", 9, day(3), sku="RUG")
    book.place("O-1", ("LAMP", 2), ("RUG", 1), delivery=COMPLETE)
    assert book.told("O-1/2") == [[(1, 3)]]
    assert book.told("O-1/1") in ([], [[(2, 3)]])


# After a refusal


def test_a_line_that_was_refused_can_neither_be_cancelled_nor_moved():
    book = Recorded()
    book.count("RUG", 1)
    rules = SellingRules(SellingRule(0))
    book.place("O-1", ("LAMP", 3), ("RUG", 1), rules=rules)
    before = book.replayed()
    with pytest.raises(InvalidValue):
        book.do(plan_cancellation, "O-1", ["O-1/1"], at=MONDAY)
    with pytest.raises(NotPossible):
        book.do(plan_cancellation, "O-1", {"O-1/1": 1}, at=MONDAY)
    with pytest.raises(NotPossible):
        book.do(plan_rerouting, "O-1/1", "north", at=MONDAY)
    assert expected_dates(book, "O-1/1") == ()
    assert book == before
    book.do(plan_cancellation, "O-1", at=MONDAY)
    assert [line.summary for line in book.order("O-1").lines] == [
        "refused",
        "cancelled",
    ]


def test_a_complete_order_ships_without_what_was_refused():
    book = Recorded()
    book.count("RUG", 1)
    rules = SellingRules(SellingRule(0))
    plan = book.place("O-1", ("LAMP", 3), ("RUG", 1), rules=rules, delivery=COMPLETE)
    assert plan.became_shippable == ("O-1",)


def test_a_refused_order_is_in_the_history_and_not_in_the_book():
    book = Recorded()
    plan = book.place("O-1", ("LAMP", 3), rules=SellingRules(SellingRule(0)))
    assert plan.explain() == "O-1 is refused: O-1/1: LAMP is not sold short."
    assert (book.orders(), book.version) == ((), 1)
    assert not [one for one in plan.events if isinstance(one, Allocated)]
    with pytest.raises(UnknownReference):
        book.order("O-1")


# The order in which things are typed in decides nothing


@given(
    wanted=st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 2)), min_size=2, max_size=5
    ),
    stock=st.integers(0, 12),
    data=st.data(),
)
def test_orders_placed_in_any_sequence_are_served_alike(wanted, stock, data):
    orders = [
        make(f"O-{n}", ("LAMP", units), priority=urgent)
        for n, (units, urgent) in enumerate(wanted)
    ]
    answers = []
    for sequence in (orders, data.draw(st.permutations(orders))):
        book = Recorded(by_priority())
        for order in sequence:
            book.do(plan_order, order)
        book.count("LAMP", stock)
        answers.append([book.line(f"{one.ref}/1") for one in orders])
    assert answers[0] == answers[1]
