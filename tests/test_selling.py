"""How much may be sold short, and for how long: the rules, and what they refuse."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    UNLIMITED,
    Catalogue,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
    oldest_first,
    plan_amendment,
    plan_count,
    plan_order,
    plan_purchase_order,
    smallest_first,
)
from backorderkit.deciding import fewest_parcels, in_given_order
from backorderkit.errors import InvalidValue
from backorderkit.model import Acceptance, OrderRefused, QuantityRefused, ShipTogether
from backorderkit.policies import Filling, QueueDiscipline

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = MONDAY.date()


def day(number):
    """So many days from today."""
    return TODAY + timedelta(days=number)


def booked(policy=None, *, stock=(), coming=()):
    """A book with (SKU, units) in stock and (units, day or None) of LAMP on order."""
    book = OrderBook(policy or oldest_first())
    for sku, units in stock:
        book.apply(plan_count(book, sku, units, at=MONDAY))
    for number, (units, on) in enumerate(coming, 1):
        line = PurchaseLine(f"PO-{number}/1", "LAMP", units, expected_on=on)
        purchase = PurchaseOrder(f"PO-{number}", "ACME", MONDAY, [line])
        book.apply(plan_purchase_order(book, purchase))
    return book


def order(*asked, ref="O-1", **details):
    """An order of (SKU, quantity) pairs."""
    made = [Line(f"{ref}/{n}", sku, units) for n, (sku, units) in enumerate(asked, 1)]
    return Order(ref, "ada", MONDAY, made, **details)


def rule(backorders=UNLIMITED, *, accept=Acceptance.WHAT_FITS, **limits):
    """One rule for every SKU."""
    return SellingRules(SellingRule(backorders, **limits), accept=accept)


def refused(plan):
    """Return (units, reason) of what a plan refuses, by line."""
    found = {}
    for event in plan.events:
        inner = event.refused if isinstance(event, OrderRefused) else (event,)
        for one in inner:
            if isinstance(one, QuantityRefused):
                found[one.line] = (one.quantity, one.reason)
    return found


def place(book, *asked, rules, **options):
    """Place an order, recount the book, and return what was refused."""
    plan = plan_order(book, order(*asked), rules=rules, **options)
    book.apply(plan)
    book.check_invariants()
    return refused(plan)


# The rules as values


@pytest.mark.parametrize("limit", [-1, 1.5, True, None, "5", Decimal(5), 10**15 + 1])
def test_a_limit_is_a_whole_number_or_unlimited(limit):
    with pytest.raises(InvalidValue, match="backorders is"):
        SellingRule(limit)
    with pytest.raises(InvalidValue, match="wait_days is"):
        SellingRule(0, wait_days=limit)


def test_no_limit_is_never_said_by_leaving_it_out():
    with pytest.raises(InvalidValue, match="say UNLIMITED, or give a number"):
        SellingRule(None)
    with pytest.raises(TypeError):
        SellingRule()


@pytest.mark.parametrize("until", ["2026-03-02", MONDAY, 20260302])
def test_until_is_a_date(until):
    with pytest.raises(InvalidValue, match="until is"):
        SellingRule(0, until=until)


@pytest.mark.parametrize(("short", "room"), [(0, 5), (4, 1), (5, 0), (6, 0), (1000, 0)])
def test_the_headroom_shrinks_to_nothing_and_no_further(short, room):
    assert SellingRule(5).headroom(short) == room
    assert SellingRule(UNLIMITED).headroom(short) is UNLIMITED


def test_an_exception_takes_the_place_of_the_default():
    rules = SellingRules(SellingRule(2), {"RUG": SellingRule(0)})
    assert (rules.of("LAMP").backorders, rules.of("RUG").backorders) == (2, 0)


def test_rules_are_copied_on_the_way_in():
    exceptions = {"RUG": SellingRule(0)}
    rules = SellingRules(SellingRule(2), exceptions)
    exceptions["LAMP"] = SellingRule(9)
    assert rules.of("LAMP") == SellingRule(2)


def test_an_exception_that_is_no_rule_is_named():
    with pytest.raises(InvalidValue, match="rule of RUG is 0: give a SellingRule"):
        SellingRules(SellingRule(2), {"RUG": 0})


@pytest.mark.parametrize(
    "make",
    [
        lambda: SellingRules(0),
        lambda: SellingRules(SellingRule(0), accept="whole_order"),
        lambda: SellingRules(SellingRule(0), None),
    ],
    ids=["a default that is no rule", "an unknown acceptance", "no exceptions"],
)
def test_rules_of_another_kind_are_refused_when_they_are_made(make):
    with pytest.raises(InvalidValue):
        make()


def test_a_single_rule_is_not_taken_for_the_rules_of_a_shop():
    book = booked()
    with pytest.raises(InvalidValue):
        plan_order(book, order(("LAMP", 1)), rules=SellingRule(0))


# What is taken of a request that does not fit


@pytest.mark.parametrize(
    ("accept", "taken", "refusals"),
    [
        (Acceptance.WHAT_FITS, (3, 2), {"O-1/1": 2}),
        (Acceptance.WHOLE_LINES, (0, 2), {"O-1/1": 5}),
        (Acceptance.WHOLE_ORDER, None, {"O-1/1": 2}),
    ],
)
def test_acceptance_decides_how_much_falls_with_what_does_not_fit(
    accept, taken, refusals
):
    book = booked(stock=[("LAMP", 3), ("RUG", 2)])
    rules = rule(0, accept=accept)
    found = place(book, ("LAMP", 5), ("RUG", 2), rules=rules)
    assert {line: units for line, (units, _) in found.items()} == refusals
    if taken is None:
        assert book.orders() == ()
        assert (book.pool("LAMP").free, book.pool("RUG").free) == (3, 2)
    else:
        assert tuple(one.ordered for one in book.order("O-1").lines) == taken
        assert tuple(one.allocated for one in book.order("O-1").lines) == taken


@pytest.mark.parametrize("accept", list(Acceptance))
@pytest.mark.parametrize(("asked", "fits"), [(4, True), (5, True), (6, False)])
def test_what_fits_exactly_is_taken_under_every_acceptance(accept, asked, fits):
    book = booked(stock=[("LAMP", 3)])
    found = place(book, ("LAMP", asked), rules=rule(2, accept=accept))
    assert (found == {}) is fits


def test_a_line_of_which_nothing_is_accepted_stays_on_the_order():
    book = booked(stock=[("RUG", 2)])
    place(book, ("LAMP", 5), ("RUG", 2), rules=rule(0))
    line = book.line("O-1/1")
    assert (line.ordered, line.refused, line.portions) == (0, 5, ())
    assert line.summary == "refused"
    assert book.line("O-1/2").summary == "covered, 2 of 2"
    assert book.order("O-1").is_shippable


def test_a_line_that_fits_is_taken_whole_though_an_earlier_one_does_not():
    """The units that a refused line does not take are there for the next."""
    book = booked(stock=[("LAMP", 3)])
    rules = rule(0, accept=Acceptance.WHOLE_LINES)
    found = place(book, ("LAMP", 5), ("LAMP", 3), rules=rules)
    assert found == {"O-1/1": (5, "LAMP is not sold short")}
    assert book.line("O-1/2").allocated == 3


def test_what_is_on_the_shelf_is_sold_though_whole_lines_are_filled():
    """Of 5 wanted, 3 are there and none may wait: 3 can be sold at once."""
    book = booked(oldest_first(filling=Filling.WHOLE_LINE), stock=[("LAMP", 3)])
    assert place(book, ("LAMP", 5), rules=rule(0)) == {
        "O-1/1": (2, "LAMP is not sold short")
    }
    assert book.line("O-1/1").allocated == 3


def test_refused_units_are_taken_from_those_that_would_wait():
    """One of the two locations has the goods; what waits at the other is refused."""
    book = OrderBook(oldest_first())
    for location in ("north", "south"):
        book.apply(plan_count(book, "LAMP", 2, at=MONDAY, location=location))
    line = Line("O-1/1", "LAMP", 5, location="north")
    plan = plan_order(
        book,
        Order("O-1", "ada", MONDAY, [line]),
        rules=rule(0),
        sourcing=in_given_order("north", "south"),
    )
    book.apply(plan)
    assert refused(plan) == {"O-1/1": (1, "LAMP is not sold short")}
    status = book.line("O-1/1")
    assert (status.allocated, status.waiting) == (4, 0)


def test_a_refused_order_leaves_its_references_free():
    book = booked()
    place(book, ("LAMP", 5), rules=rule(0))
    assert book.orders() == ()
    assert place(book, ("LAMP", 5), rules=rule(5)) == {}
    assert book.line("O-1/1").waiting == 5


# Until when


@pytest.mark.parametrize(
    ("wait_days", "taken"), [(0, 0), (6, 0), (7, 5), (8, 5), (UNLIMITED, 5)]
)
def test_the_wait_may_last_exactly_as_many_days_as_the_rule_says(wait_days, taken):
    book = booked(coming=[(5, day(7))])
    found = place(book, ("LAMP", 5), rules=rule(wait_days=wait_days))
    assert sum(units for units, _ in found.values()) == 5 - taken
    if not taken:
        assert found["O-1/1"][1] == f"only 0 of LAMP can be there by {day(wait_days)}"


@pytest.mark.parametrize(("until", "taken"), [(6, 0), (7, 5), (8, 5), (-1, 0)])
def test_goods_may_arrive_on_the_last_day_and_not_after(until, taken):
    book = booked(coming=[(5, day(7))])
    found = place(book, ("LAMP", 5), rules=rule(until=day(until)))
    assert sum(units for units, _ in found.values()) == 5 - taken


@pytest.mark.parametrize(
    ("wait_days", "until", "latest"), [(5, 9, 5), (9, 5, 5), (5, 5, 5)]
)
def test_the_tighter_of_two_limits_of_time_decides(wait_days, until, latest):
    book = booked(coming=[(1, day(5)), (1, day(6)), (1, day(9))])
    rules = rule(wait_days=wait_days, until=day(until))
    found = place(book, ("LAMP", 3), rules=rules)
    assert found == {"O-1/1": (2, f"only 1 of LAMP can be there by {day(latest)}")}


def capped(units):
    """Return the reason for a refusal when nothing waits yet."""
    return f"only {units} more of LAMP can be backordered (limit {units}, 0 waiting)"


@pytest.mark.parametrize(
    ("backorders", "refusals"),
    [
        (1, {"O-1/1": (4, capped(1))}),
        (2, {"O-1/1": (3, capped(2))}),
        (3, {"O-1/1": (3, f"only 2 of LAMP can be there by {day(5)}")}),
        (0, {"O-1/1": (5, "LAMP is not sold short")}),
    ],
)
def test_the_tighter_of_cap_and_wait_gives_the_reason(backorders, refusals):
    book = booked(coming=[(2, day(5)), (9, day(6))])
    assert place(book, ("LAMP", 5), rules=rule(backorders, wait_days=5)) == refusals


def test_stock_on_the_shelf_keeps_every_limit_of_time():
    book = booked(stock=[("LAMP", 5)])
    assert place(book, ("LAMP", 5), rules=rule(wait_days=0, until=day(-9))) == {}


@pytest.mark.parametrize("coming", [[], [(5, None)], [(5, day(-1))]])
def test_a_wait_whose_end_nobody_knows_keeps_no_limit(coming):
    """No supply; a supplier who names no day; one whose day has passed."""
    book = booked(coming=coming)
    found = place(book, ("LAMP", 5), rules=rule(wait_days=365))
    assert found == {"O-1/1": (5, f"only 0 of LAMP can be there by {day(365)}")}


def test_supply_that_comes_today_is_in_time():
    book = booked(coming=[(5, day(0))])
    assert place(book, ("LAMP", 5), rules=rule(wait_days=0)) == {}


@pytest.mark.parametrize(("lead", "taken"), [(6, 5), (7, 5), (8, 2)])
def test_a_catalogue_answers_for_what_is_not_on_order_yet(lead, taken):
    catalogue = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=lead)])
    book = booked(coming=[(2, day(3))])
    rules = rule(wait_days=7)
    found = place(book, ("LAMP", 5), rules=rules, catalogue=catalogue)
    assert sum(units for units, _ in found.values()) == 5 - taken
    assert book.line("O-1/1").waiting == taken


def test_a_catalogue_that_does_not_know_the_sku_answers_nothing():
    catalogue = Catalogue([SupplierTerms("ACME", "RUG", lead_time_days=1)])
    found = place(booked(), ("LAMP", 5), rules=rule(wait_days=7), catalogue=catalogue)
    assert found["O-1/1"][0] == 5


def test_the_longest_wait_there_is_passes_the_end_of_the_calendar():
    book = booked(coming=[(5, date.max)])
    assert place(book, ("LAMP", 5), rules=rule(wait_days=10**15)) == {}


@pytest.mark.parametrize("lead", [10**7, 10**15])
def test_an_absurd_lead_time_is_no_date(lead):
    """It lies beyond the calendar: refused as a value, or a wait without an end."""
    book = booked()
    try:
        catalogue = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=lead)])
    except InvalidValue:
        return
    found = place(book, ("LAMP", 5), rules=rule(wait_days=7), catalogue=catalogue)
    assert found["O-1/1"][0] == 5


def test_supply_that_others_wait_for_is_not_counted():
    book = booked(coming=[(5, day(7))])
    book.apply(plan_order(book, order(("LAMP", 4), ref="O-0")))
    found = place(book, ("LAMP", 5), rules=rule(wait_days=7))
    assert found == {"O-1/1": (4, f"only 1 of LAMP can be there by {day(7)}")}


def test_an_urgent_order_counts_the_supply_it_would_get():
    book = booked(by_priority(), coming=[(5, day(7))])
    book.apply(plan_order(book, order(("LAMP", 4), ref="O-0", priority=5)))
    urgent = order(("LAMP", 5), priority=1)
    plan = plan_order(book, urgent, rules=rule(wait_days=7))
    assert refused(plan) == {}


def test_lines_of_one_order_do_not_count_the_same_supply_twice():
    book = booked(coming=[(5, day(7))])
    found = place(book, ("LAMP", 3), ("LAMP", 3), rules=rule(wait_days=7))
    assert found == {"O-1/2": (1, f"only 2 of LAMP can be there by {day(7)}")}


# A raise is judged like a new order


@pytest.mark.parametrize(
    ("cap", "wanted", "ordered"),
    [(5, 4, 4), (5, 5, 5), (5, 6, 5), (0, 4, 3), (UNLIMITED, 99, 99)],
)
def test_a_raise_is_subject_to_the_cap(cap, wanted, ordered):
    book = booked()
    book.apply(plan_order(book, order(("LAMP", 3))))
    plan = plan_amendment(book, "O-1/1", wanted, at=MONDAY, rules=rule(cap))
    book.apply(plan)
    book.check_invariants()
    assert book.line("O-1/1").waiting == ordered
    assert (refused(plan) != {}) is (ordered < wanted)


@pytest.mark.parametrize(("wait_days", "ordered"), [(6, 3), (7, 5)])
def test_a_raise_is_subject_to_the_longest_wait(wait_days, ordered):
    book = booked(coming=[(5, day(7))])
    book.apply(plan_order(book, order(("LAMP", 3))))
    rules = rule(wait_days=wait_days)
    book.apply(plan_amendment(book, "O-1/1", 9, at=MONDAY, rules=rules))
    assert book.line("O-1/1").ordered == ordered


def test_lowering_is_subject_to_no_rule():
    book = booked()
    book.apply(plan_order(book, order(("LAMP", 3))))
    plan = plan_amendment(book, "O-1/1", 1, at=MONDAY, rules=rule(0))
    assert refused(plan) == {}


def test_a_line_of_which_nothing_was_accepted_can_be_raised():
    book = booked(stock=[("RUG", 1)])
    place(book, ("LAMP", 5), ("RUG", 1), rules=rule(0))
    book.apply(plan_amendment(book, "O-1/1", 2, at=MONDAY))
    book.check_invariants()
    assert book.line("O-1/1").waiting == 2


# The law of the cap, whatever the policy

policies = st.builds(
    lambda make, filling, queue, together: make(
        filling=filling, queue=queue, together=together
    ),
    st.sampled_from([oldest_first, by_priority, smallest_first]),
    st.sampled_from(Filling),
    st.sampled_from(QueueDiscipline),
    st.sampled_from([ShipTogether.HOLD, ShipTogether.SKIP, ShipTogether.BLOCK]),
)
requests = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["LAMP", "RUG"]), st.integers(1, 6)),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)
shelves = st.lists(
    st.tuples(
        st.sampled_from(["LAMP", "RUG"]),
        st.sampled_from(["main", "annex"]),
        st.integers(1, 6),
    ),
    max_size=4,
)


@given(
    policy=policies,
    stock=shelves,
    orders=requests,
    cap=st.integers(0, 5),
    accept=st.sampled_from(Acceptance),
    sourcing=st.sampled_from([None, fewest_parcels()]),
)
def test_no_more_is_ever_short_than_the_cap_allows(
    policy, stock, orders, cap, accept, sourcing
):
    book = OrderBook(policy)
    for sku, location, units in stock:
        book.apply(plan_count(book, sku, units, at=MONDAY, location=location))
    for number, asked in enumerate(orders):
        new = order(*asked, ref=f"O-{number}")
        rules = rule(cap, accept=accept)
        book.apply(plan_order(book, new, rules=rules, sourcing=sourcing))
        book.check_invariants()
        for sku in ("LAMP", "RUG"):
            places = ("main", "annex")
            waiting = sum(book.pool(sku, place).waiting for place in places)
            assert waiting <= cap


@given(stock=st.integers(0, 9), asked=st.integers(1, 9), cap=st.integers(0, 9))
def test_what_is_accepted_is_the_stock_and_the_cap_and_no_more(stock, asked, cap):
    book = booked(stock=[("LAMP", stock)] if stock else [])
    found = place(book, ("LAMP", asked), rules=rule(cap))
    refusal = sum(units for units, _ in found.values())
    assert asked - refusal == min(asked, stock + cap)
