"""From many shortages to one order per supplier: netting, grouping, sizing, naming."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    UNLIMITED,
    BackorderError,
    Catalogue,
    Line,
    Money,
    Order,
    OrderBook,
    SellingRule,
    SellingRules,
    SupplierTerms,
    cover,
    oldest_first,
    plan_amendment,
    plan_count,
    plan_hold,
    plan_order,
    plan_promises,
    plan_purchase_cancellation,
    plan_replenishment,
    plan_reserve,
)
from backorderkit.errors import Duplicate, InvalidValue, PolicyBreach
from backorderkit.model import PurchasePlaced, Rounding, cheapest, fastest, preferred
from backorderkit.replenishment import TargetLevel
from backorderkit.values import OrderCalendar
from tests.shop import NOON, do_at_noon as do, place, purchase, stock


def terms(supplier="ACME", sku="LAMP", **details):
    details.setdefault("lead_time_days", 7)
    return SupplierTerms(supplier, sku, **details)


ACME = Catalogue([terms()])


def bought(book, catalogue=ACME, **options):
    """Return (order, supplier, destination, SKU, quantity) per proposed line."""
    plan = plan_replenishment(book, catalogue, **{"at": NOON, **options})
    return [
        (
            event.order.ref,
            event.order.supplier,
            event.order.destination,
            line.sku,
            line.quantity,
        )
        for event in plan.events
        for line in event.order.lines
    ]


def quantities(book, catalogue=ACME, **options):
    return [units for *_, units in bought(book, catalogue, **options)]


@contextmanager
def refused(book, error, match=None) -> Iterator[None]:
    """Expect one clear error, and a book that is as it was."""
    before = book.version, [book.pool(*pool) for pool in book.pools()]
    with pytest.raises(error, match=match):
        yield
    assert (book.version, [book.pool(*pool) for pool in book.pools()]) == before
    book.check_invariants()


# Netting


@pytest.mark.parametrize(
    ("on_hand", "incoming", "expected"),
    [(0, 0, [10]), (4, 0, [6]), (4, 5, [1]), (4, 6, []), (10, 0, []), (0, 11, [])],
)
def test_the_need_is_what_waits_less_what_is_there_and_what_comes(
    book, on_hand, incoming, expected
):
    stock(book, on_hand)
    place(book, "O-1", 10)
    if incoming:
        purchase(book, "PO-0", incoming)
    assert quantities(book) == expected


@pytest.mark.parametrize(
    ("target", "expected"), [(0, [10]), (1, [11]), (5, [15]), (100, [110])]
)
def test_a_target_is_bought_on_top_of_what_waits(book, target, expected):
    place(book, "O-1", 10)
    assert quantities(book, targets={"LAMP": target}) == expected


@pytest.mark.parametrize(
    ("on_hand", "expected"), [(4, [6]), (9, [1]), (10, []), (11, [])]
)
def test_a_target_is_filled_up_to_and_not_beyond(book, on_hand, expected):
    stock(book, on_hand)
    assert quantities(book, targets={"LAMP": 10}) == expected


@pytest.mark.parametrize(
    ("on_hand", "expected"), [(3, [7]), (4, [6]), (5, []), (6, []), (10, [])]
)
def test_a_level_is_filled_once_it_falls_below_its_minimum(book, on_hand, expected):
    stock(book, on_hand)
    assert quantities(book, targets={"LAMP": TargetLevel(5, 10)}) == expected


def test_a_target_is_bought_for_a_sku_nobody_asked_for_yet(book):
    assert bought(book, targets={"LAMP": 3}) == [("PO-1", "ACME", "main", "LAMP", 3)]


def test_a_target_holds_at_every_location_of_its_sku(book):
    stock(book, 1, location="north")
    stock(book, 5, location="south")
    assert bought(book, targets={"LAMP": 4}) == [("PO-1", "ACME", "north", "LAMP", 3)]


def test_allocated_goods_do_not_cover_anybody_else(book):
    stock(book, 5)
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    assert quantities(book) == [5]


def test_units_kept_back_are_bought_for_who_waits(book):
    stock(book, 5)
    do(book, plan_reserve, "LAMP", 5)
    place(book, "O-1", 3)
    assert quantities(book) == [3]


def test_held_orders_are_not_bought_for_and_postponed_ones_are(book):
    place(book, "O-1", 5, hold="not paid")
    place(book, "O-2", 3, 1, allocate_not_before=date(2026, 9, 1))
    assert quantities(book) == [3]
    do(book, plan_hold, "O-2", reason="check")
    assert quantities(book) == []


def test_supply_that_was_cancelled_is_bought_again(book):
    place(book, "O-1", 5)
    purchase(book, "PO-0", 5)
    assert quantities(book) == []
    do(book, plan_purchase_cancellation, "PO-0", reason="late")
    assert quantities(book) == [5]


# Whom it is for


def test_a_line_names_who_it_is_for_and_why_it_is_that_large(book):
    stock(book, 4)
    for ref, units, minute in (("O-1", 6, 0), ("O-2", 3, 1), ("O-3", 4, 2)):
        place(book, ref, units, minute)
    purchase(book, "PO-0", 3)
    plan = plan_replenishment(book, Catalogue([terms(minimum=9, multiple=4)]), at=NOON)
    [line] = plan.events[0].order.lines
    assert [(one.line, one.quantity) for one in line.needs] == [
        ("O-2/1", 2),
        ("O-3/1", 4),
    ]
    sizing = line.sizing
    assert (sizing.need, sizing.by_minimum, sizing.by_rounding) == (6, 3, 3)
    assert (line.quantity, line.surplus) == (12, 6)


def test_each_portion_of_a_line_is_named_by_itself(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    do(book, plan_amendment, "O-1/1", 8, at=NOON + timedelta(minutes=2))
    [line] = plan_replenishment(book, ACME, at=NOON).events[0].order.lines
    assert [(one.line, one.portion, one.quantity) for one in line.needs] == [
        ("O-1/1", 0, 5),
        ("O-2/1", 0, 5),
        ("O-1/1", 1, 3),
    ]


@pytest.mark.parametrize(
    ("maximum", "needs"),
    [(4, [4]), (5, [5]), (6, [5, 1]), (8, [5, 3]), (9, [5, 3])],
)
def test_an_order_cut_short_is_for_the_first_in_line(book, maximum, needs):
    place(book, "O-1", 5)
    place(book, "O-2", 3, 1)
    offers = Catalogue([terms(maximum=maximum)])
    [line] = plan_replenishment(book, offers, at=NOON).events[0].order.lines
    assert [one.quantity for one in line.needs] == needs
    assert line.quantity == min(maximum, 8)


def test_what_a_maximum_leaves_open_is_bought_by_the_next_run(book):
    place(book, "O-1", 12)
    offers, runs = Catalogue([terms(maximum=5)]), []
    for _ in range(4):
        plan = do(book, plan_replenishment, offers)
        runs += [line.quantity for event in plan.events for line in event.order.lines]
    assert runs == [5, 5, 2]
    assert cover(book, "LAMP").shortage == 0


# One order per supplier, destination and currency


def test_lines_for_one_supplier_and_place_are_one_order_sorted_by_sku(book):
    for number, sku in enumerate(("RUG", "LAMP", "CHAIR")):
        place(book, f"O-{number}", 1, sku=sku)
    place(book, "O-9", 1, location="north")
    offers = Catalogue([terms(sku=sku) for sku in ("RUG", "LAMP", "CHAIR")])
    assert bought(book, offers) == [
        ("PO-1", "ACME", "main", "CHAIR", 1),
        ("PO-1", "ACME", "main", "LAMP", 1),
        ("PO-1", "ACME", "main", "RUG", 1),
        ("PO-2", "ACME", "north", "LAMP", 1),
    ]


def test_currencies_are_not_mixed_in_one_order(book):
    prices = {"CHAIR": Money(1, "USD"), "LAMP": Money(2, "EUR"), "RUG": Money(3, "USD")}
    for sku in prices:
        place(book, f"O-{sku}", 2, sku=sku)
    offers = Catalogue([terms(sku=sku, price=prices[sku]) for sku in prices])
    plan = plan_replenishment(book, offers, at=NOON)
    assert [str(event.order.value) for event in plan.events] == ["4 EUR", "8 USD"]


def test_lines_are_numbered_within_their_order(book):
    for sku in ("RUG", "LAMP"):
        place(book, f"O-{sku}", 1, sku=sku)
    offers = Catalogue([terms(sku="RUG"), terms("BOLT"), terms("BOLT", "RUG")])
    orders = [event.order for event in plan_replenishment(book, offers, at=NOON).events]
    assert [[line.ref for line in one.lines] for one in orders] == [
        ["PO-1/1"],
        ["PO-2/1"],
    ]


def test_rows_in_another_order_buy_the_same(book):
    demands = [("O-1", 5, "LAMP"), ("O-2", 3, "RUG"), ("O-3", 4, "LAMP")]
    offers = [terms(), terms("BOLT"), terms("BOLT", "RUG"), terms("CORD", "RUG")]
    plans = []
    for order in permutations(demands):
        other = OrderBook(oldest_first())
        for ref, units, sku in order:
            place(other, ref, units, sku=sku)
        rows = offers if len(plans) % 2 else offers[::-1]
        plans.append(bought(other, Catalogue(rows)))
    assert all(one == plans[0] for one in plans)


def test_goods_are_expected_after_the_lead_time(book):
    place(book, "O-1", 1)
    for days in (0, 1, 30):
        offers = Catalogue([terms(lead_time_days=days)])
        [line] = plan_replenishment(book, offers, at=NOON).events[0].order.lines
        assert line.expected_on == NOON.date() + timedelta(days=days)


# From whom

OFFERS = [
    terms("ACME", lead_time_days=9, price=Money(3, "EUR"), preference=1),
    terms("BOLT", lead_time_days=5, price=Money(5, "EUR"), preference=0),
    terms("CORD", lead_time_days=2, preference=2),
]


@pytest.mark.parametrize(
    ("choice", "supplier"),
    [(preferred, "BOLT"), (cheapest, "ACME"), (fastest, "CORD")],
)
def test_a_choice_decides_among_the_offers(book, choice, supplier):
    place(book, "O-1", 1)
    for offers in permutations(OFFERS):
        assert choice(offers, 1).supplier == supplier
        found = bought(book, Catalogue(offers), choose=choice)
        assert found == [("PO-1", supplier, "main", "LAMP", 1)]


@pytest.mark.parametrize("choice", [preferred, cheapest, fastest])
def test_equal_offers_go_to_the_first_supplier_by_name(choice):
    offers = [terms(one, price=Money(3, "EUR")) for one in ("CORD", "ACME", "BOLT")]
    assert choice(offers, 1).supplier == "ACME"


def test_prices_in_two_currencies_have_no_cheapest():
    offers = [terms(price=Money(1, "EUR")), terms("BOLT", price=Money(1, "USD"))]
    with pytest.raises(InvalidValue, match="convert the prices"):
        cheapest(offers, 1)


def test_a_hosts_own_choice_sees_offers_and_need(book):
    seen = []

    def large_to_bolt(offers, need):
        seen.append(([one.supplier for one in offers], need))
        return offers[-1] if need > 10 else offers[0]

    place(book, "O-1", 11)
    found = bought(book, Catalogue([terms(), terms("BOLT")]), choose=large_to_bolt)
    assert found[0][1] == "BOLT"
    assert seen == [(["ACME", "BOLT"], 11)]


@pytest.mark.parametrize("answer", [None, terms("ZEST"), terms(minimum=2), "ACME"])
def test_a_choice_outside_the_offers_is_blamed_by_name(book, answer):
    def whim(offers, need):
        return answer

    place(book, "O-1", 1)
    with refused(book, PolicyBreach, "'whim' chose"):
        plan_replenishment(book, ACME, at=NOON, choose=whim)


def test_what_nobody_offers_is_named_with_its_quantity(book):
    place(book, "O-1", 7, sku="RUG", location="north")
    place(book, "O-2", 2)
    plan = plan_replenishment(book, ACME, at=NOON)
    assert [event.order.lines[0].sku for event in plan.events] == ["LAMP"]
    [reason] = plan.reasons
    assert (reason.subject, reason.code) == ("RUG", "no_source")
    assert reason.figures == {"need": 7}
    assert "north" in reason.text


# Planning twice


def test_a_plan_that_is_dropped_has_bought_nothing(book):
    place(book, "O-1", 7)
    plan_replenishment(book, ACME, at=NOON)
    assert book.purchase_orders() == ()
    assert quantities(book) == [7]


sizes = st.tuples(st.integers(1, 30), st.integers(1, 12), st.sampled_from(Rounding))


@given(
    demand=st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 9)), max_size=6),
    on_hand=st.integers(0, 20),
    target=st.integers(0, 15),
    size=sizes,
)
def test_what_was_bought_covers_everything_and_is_not_bought_again(
    demand, on_hand, target, size
):
    minimum, multiple, rounding = size
    book = OrderBook(oldest_first())
    do(book, plan_count, "A", on_hand)
    for number, (sku, units) in enumerate(demand):
        place(book, f"O-{number}", units, number, sku=sku)
    offers = Catalogue(
        terms(sku=sku, minimum=minimum, multiple=multiple, rounding=rounding)
        for sku in "AB"
    )
    levels = {"A": target}
    plan = do(book, plan_replenishment, offers, targets=levels)
    wanted = {sku: sum(n for one, n in demand if one == sku) for sku in "AB"}
    need = {"A": max(wanted["A"] + target - on_hand, 0), "B": wanted["B"]}
    lines = {line.sku: line for one in plan.events for line in one.order.lines}
    assert sorted(lines) == [sku for sku in "AB" if need[sku]]
    for sku, line in lines.items():
        assert line.quantity >= max(need[sku], minimum)
        assert line.quantity % multiple == 0
        assert line.quantity < max(need[sku], minimum) + multiple
        missing = wanted[sku] - (min(on_hand, wanted["A"]) if sku == "A" else 0)
        assert sum(one.quantity for one in line.needs) == missing
        assert cover(book, sku).shortage == 0
    assert plan_replenishment(book, offers, at=NOON, targets=levels).is_empty


# Names and bad input


def test_orders_are_numbered_on_from_those_in_the_book(book):
    place(book, "O-1", 1)
    do(book, plan_replenishment, ACME)
    place(book, "O-2", 1, 1)
    assert bought(book)[0][0] == "PO-2"
    assert bought(book, numbered="2026-{:04}".format)[0][0] == "2026-0002"


def test_a_number_that_is_taken_is_passed_over(book):
    purchase(book, "PO-2", 1)
    place(book, "O-1", 5)
    [event] = plan_replenishment(book, ACME, at=NOON).events
    assert event.order.ref == "PO-3"


def test_a_numbering_that_never_changes_is_refused(book):
    purchase(book, "PO-2", 1)
    place(book, "O-1", 5)
    with refused(book, Duplicate, "purchase order 'PO-2'"):
        plan_replenishment(book, ACME, at=NOON, numbered=lambda number: "PO-2")


def test_a_plan_never_holds_what_the_book_would_refuse(book):
    purchase(book, "OLD", 1, line="PO-2/1")
    place(book, "O-1", 5)
    place(book, "O-2", 5, sku="RUG", location="north")
    offers = Catalogue([terms(), terms(sku="RUG")])
    for numbered in ("PO-{}".format, lambda number: "SAME"):
        try:
            plan = plan_replenishment(book, offers, at=NOON, numbered=numbered)
        except BackorderError:
            continue  # refused while planning: nothing can be saved
        OrderBook.replay([*history_of(book), *plan.events], oldest_first())


def history_of(book):
    """Return purchases that make a book with the same references taken."""
    return [PurchasePlaced(order) for order in book.purchase_orders()]


@pytest.mark.parametrize("name", ["", " PO", None, 7])
def test_a_number_is_a_reference(book, name):
    place(book, "O-1", 5)
    with refused(book, InvalidValue):
        plan_replenishment(book, ACME, at=NOON, numbered=lambda number: name)


@pytest.mark.parametrize("target", [-1, 2.5, True, "5", None])
def test_a_target_is_a_count_or_a_level(book, target):
    with refused(book, InvalidValue, "target level of LAMP"):
        plan_replenishment(book, ACME, at=NOON, targets={"LAMP": target})


@pytest.mark.parametrize(
    ("minimum", "target"), [(2.5, 10), (2, 10.5), ("2", 10), (None, 10), (True, 10)]
)
def test_a_level_is_made_of_whole_numbers(minimum, target):
    with pytest.raises(BackorderError):
        TargetLevel(minimum, target)


@pytest.mark.parametrize(("minimum", "ok"), [(9, True), (10, True), (11, False)])
def test_the_target_of_a_level_is_not_below_its_minimum(minimum, ok):
    if ok:
        assert TargetLevel(minimum, 10).target == 10
    else:
        with pytest.raises(BackorderError):
            TargetLevel(minimum, 10)


@pytest.mark.parametrize("at", [None, date(2026, 3, 1), datetime(2026, 3, 1)])  # noqa: DTZ001
def test_a_purchase_is_planned_at_a_moment(book, at):
    with refused(book, InvalidValue):
        plan_replenishment(book, ACME, at=at)


def test_a_lead_time_beyond_the_calendar_is_one_clear_error(book):
    place(book, "O-1", 5)
    with refused(book, BackorderError):
        offers = Catalogue([terms(lead_time_days=10**7)])
        plan_replenishment(book, offers, at=NOON)


# Order slots


THURSDAYS = OrderCalendar(order_weekdays=[3], delivery_weekdays=[0], cut_off=time(12))
SLOTS = Catalogue([terms(calendar=THURSDAYS)])


@pytest.mark.parametrize(
    ("at", "expected_on"),
    [
        (NOON, date(2026, 3, 16)),  # Sunday: Thursday 5 + 7 days, then Monday
        (datetime(2026, 3, 5, 12, tzinfo=UTC), date(2026, 3, 16)),
        (datetime(2026, 3, 5, 12, 1, tzinfo=UTC), date(2026, 3, 23)),
    ],
)
def test_what_is_bought_outside_a_slot_is_ordered_now_and_expected_from_the_next_one(
    book, at, expected_on
):
    place(book, "O-1", 5)
    [placed] = plan_replenishment(book, SLOTS, at=at).events
    assert placed.order.ordered_at == at
    assert placed.order.lines[0].expected_on == expected_on


@pytest.mark.parametrize(
    ("at", "promised_on"),
    [
        (NOON, date(2026, 3, 16)),
        (datetime(2026, 3, 5, 12, tzinfo=UTC), date(2026, 3, 16)),
        (datetime(2026, 3, 5, 12, 1, tzinfo=UTC), date(2026, 3, 23)),
    ],
)
def test_a_line_to_be_bought_is_promised_for_the_day_its_purchase_will_be_expected(
    book, at, promised_on
):
    order = Order("O-1", "ada", at, [Line("O-1/1", "LAMP", 5)])
    book.apply(plan_order(book, order, catalogue=SLOTS))
    assert book.line("O-1/1").promised_on == promised_on
    bought = do(book, plan_replenishment, SLOTS, at=at)
    assert bought.events[0].order.lines[0].expected_on == promised_on
    assert not plan_promises(book, at=at).events


def test_a_missed_slot_moves_the_date_of_what_is_still_not_ordered(book):
    order = Order("O-1", "ada", NOON, [Line("O-1/1", "LAMP", 5)])
    book.apply(plan_order(book, order, catalogue=SLOTS))
    for day, moved_to in ((4, []), (5, [date(2026, 3, 23)])):
        evening = datetime(2026, 3, day, 18, tzinfo=UTC)
        plan = plan_promises(book, at=evening, catalogue=SLOTS)
        assert [event.promised_on for event in plan.events] == moved_to


@pytest.mark.parametrize(("wait_days", "accepted"), [(14, 0), (15, 5), (16, 5)])
def test_a_longest_wait_is_judged_by_the_slot(book, wait_days, accepted):
    order = Order("O-1", "ada", NOON, [Line("O-1/1", "LAMP", 5)])
    rules = SellingRules(SellingRule(UNLIMITED, wait_days=wait_days))
    book.apply(plan_order(book, order, rules=rules, catalogue=SLOTS))
    assert (book.line("O-1/1").waiting if accepted else 0) == accepted
    assert ("O-1" in book.state.orders) == bool(accepted)
