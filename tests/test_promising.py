"""What customers are told: a first date, a new one, and when to keep quiet."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    Catalogue,
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    Pool,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SupplierTerms,
    by_priority,
    earliest_promise_first,
    expected_dates,
    oldest_first,
    plan_amendment,
    plan_count,
    plan_dispatch,
    plan_hold,
    plan_order,
    plan_pin,
    plan_promises,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_receipt,
    plan_rerouting,
    plan_shipping_notice,
    plan_supply_change,
    smallest_first,
)
from backorderkit.coverage import SupplySource
from backorderkit.errors import InvalidValue
from backorderkit.model import Evidence, PromiseMade, ShipTogether
from backorderkit.policies import Filling
from tests.shop import NOON, TODAY, day, do, place, purchase, stock

LAMPS_IN_A_WEEK = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])


def move(book, ref, on):
    do(book, plan_supply_change, ref, expected_on=on, reason="strike", at=NOON)


def promise(book, **options):
    """Promise, apply, and return {line: ((units, day in days from today), …)}."""
    plan = do(book, plan_promises, **{"at": NOON, **options})
    return {
        one.line: tuple((part.quantity, (part.on - TODAY).days) for part in one.dates)
        for one in plan.events
        if isinstance(one, PromiseMade)
    }


# A first date


@pytest.mark.parametrize(
    ("incoming", "told"),
    [(4, {}), (5, {"O-1/1": ((5, 9),)}), (6, {"O-1/1": ((5, 9),)})],
)
def test_a_line_is_told_a_date_once_all_it_waits_for_has_one(book, incoming, told):
    place(book, "O-1", 5)
    purchase(book, "PO-1", incoming, day(9))
    assert promise(book) == told
    assert promise(book) == {}


def test_portions_are_told_in_order_of_arrival(book):
    stock(book, 1)
    place(book, "O-1", 10)
    purchase(book, "PO-1", 6, day(20))
    purchase(book, "PO-2", 2, day(4))
    purchase(book, "PO-3", 1, day(20))
    assert promise(book) == {"O-1/1": ((2, 4), (7, 20))}
    assert book.line("O-1/1").promised_on == day(20)


def test_supply_without_a_day_promises_nothing(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, None)
    assert promise(book) == {}


@pytest.mark.parametrize(("on", "told"), [(-1, False), (0, True), (1, True)])
def test_a_day_that_has_passed_is_no_date_to_tell(book, on, told):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(on))
    assert bool(promise(book)) == told


def test_what_is_not_ordered_yet_is_dated_as_if_it_were_today(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 2, day(3))
    assert promise(book, catalogue=LAMPS_IN_A_WEEK) == {"O-1/1": ((2, 3), (3, 7))}


def test_an_order_is_promised_when_it_is_placed(book):
    purchase(book, "PO-1", 5, day(9))
    plan = place(book, "O-1", 5)
    [event] = [one for one in plan.events if isinstance(one, PromiseMade)]
    assert (event.reason, event.promised_on) == ("order placed", day(9))
    assert promise(book) == {}


def test_held_orders_are_told_nothing(book):
    place(book, "O-1", 5, hold="not paid")
    purchase(book, "PO-1", 5, day(9))
    assert promise(book) == {}


@pytest.mark.parametrize(
    ("supply", "told"), [("stock", 30), (9, 30), (30, 30), (31, 31)]
)
def test_no_line_is_told_a_day_before_its_own_first_day(book, supply, told):
    place(book, "O-1", 5, allocate_not_before=day(30))
    if supply == "stock":
        stock(book, 5)
    else:
        purchase(book, "PO-1", 5, day(supply))
    found = promise(book)
    assert found in ({}, {"O-1/1": ((5, told),)})


@pytest.mark.parametrize(("supply", "told"), [(9, 30), (30, 30), (31, 31)])
def test_a_line_that_is_named_is_told_no_day_before_its_own_first(book, supply, told):
    place(book, "O-1", 5, allocate_not_before=day(30))
    purchase(book, "PO-1", 5, day(supply))
    assert promise(book, lines=["O-1/1"]) == {"O-1/1": ((5, told),)}
    assert promise(book) == {}


# A new date


@pytest.mark.parametrize(
    ("moved_to", "told"),
    [(10, None), (9, None), (8, None), (7, 7), (6, 6), (11, 11), (40, 40)],
)
def test_a_later_day_is_told_at_once_and_an_earlier_one_if_much_earlier(
    book, moved_to, told
):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    move(book, "PO-1/1", day(moved_to))
    expected = {} if told is None else {"O-1/1": ((5, told),)}
    assert promise(book) == expected


@pytest.mark.parametrize(
    ("earlier_by_days", "moved_to", "told"),
    [(0, 10, False), (0, 9, True), (1, 9, True), (2, 9, False), (2, 8, True)],
)
def test_how_much_earlier_is_news_is_the_hosts(book, earlier_by_days, moved_to, told):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    move(book, "PO-1/1", day(moved_to))
    assert bool(promise(book, earlier_by_days=earlier_by_days)) == told


def test_many_small_gains_become_news_together(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    for on, told in ((9, False), (8, False), (7, True), (6, False), (4, True)):
        move(book, "PO-1/1", day(on))
        assert bool(promise(book)) == told


def test_a_date_that_is_lost_is_news_once(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    do(book, plan_purchase_cancellation, "PO-1", reason="sold out", at=NOON)
    assert promise(book, reason="sold out") == {"O-1/1": ()}
    assert book.line("O-1/1").promised_on is None
    assert promise(book) == {}
    purchase(book, "PO-2", 5, day(15))
    assert promise(book) == {"O-1/1": ((5, 15),)}


def test_the_ledger_keeps_every_promise_with_its_cause(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    first = book.promises("O-1/1")
    move(book, "PO-1/1", day(20))
    promise(book, reason="strike")
    move(book, "PO-1/1", None)
    promise(book, reason="no news")
    ledger = book.promises("O-1/1")
    assert ledger[:1] == first
    assert [(one.promised_on, one.reason) for one in ledger] == [
        (day(10), "order placed"),
        (day(20), "strike"),
        (None, "no news"),
    ]


def test_only_those_are_told_whom_a_late_supply_reaches(book):
    purchase(book, "PO-1", 5, day(3))
    purchase(book, "PO-2", 5, day(10))
    for number in range(3):
        place(book, f"O-{number}", 4, number)
    promise(book, catalogue=LAMPS_IN_A_WEEK)
    move(book, "PO-2/1", day(12))
    assert sorted(promise(book, catalogue=LAMPS_IN_A_WEEK)) == ["O-1/1", "O-2/1"]


def test_goods_that_arrive_in_part_are_no_news_about_the_date(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    line = ReceiptLine("LAMP", 2, purchase_line="PO-1/1")
    do(book, plan_receipt, Receipt("R-1", NOON, [line]))
    assert promise(book) == {}


def test_a_date_of_goods_not_ordered_never_moves_a_promise_forward(book):
    purchase(book, "PO-1", 5, day(30))
    place(book, "O-1", 5)
    do(book, plan_purchase_cancellation, "PO-1", reason="late", at=NOON)
    assert promise(book, catalogue=LAMPS_IN_A_WEEK) == {}
    assert promise(book) == {"O-1/1": ()}


def test_a_line_that_is_served_hears_no_more_dates(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    stock(book, 5)
    move(book, "PO-1/1", day(20))
    assert promise(book) == {}


# Portions and pools


def test_a_line_in_two_places_is_told_of_both(book):
    place(book, "O-1", 5)
    do(book, plan_rerouting, "O-1/1", "north", at=NOON, quantity=2)
    purchase(book, "PO-1", 3, day(4))
    assert promise(book) == {}
    purchase(book, "PO-2", 2, day(9), location="north")
    for pools in (None, [Pool("LAMP")], [Pool("LAMP", "north")]):
        plan = plan_promises(book, at=NOON, pools=pools)
        [event] = plan.events
        told = [(one.quantity, one.on) for one in event.dates]
        assert told == [(3, day(4)), (2, day(9))]


def test_a_line_in_two_places_moves_with_either(book):
    place(book, "O-1", 5)
    do(book, plan_rerouting, "O-1/1", "north", at=NOON, quantity=2)
    purchase(book, "PO-1", 3, day(4))
    purchase(book, "PO-2", 2, day(9), location="north")
    promise(book)
    move(book, "PO-1/1", day(6))
    assert promise(book) == {}
    move(book, "PO-1/1", day(10))
    found = promise(book, pools=[Pool("LAMP", "north")])
    assert found == {"O-1/1": ((2, 9), (3, 10))}


def test_a_raised_line_is_told_of_its_last_unit(book):
    purchase(book, "PO-1", 5, day(4))
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    purchase(book, "PO-2", 9, day(9))
    do(book, plan_amendment, "O-1/1", 7, at=NOON + timedelta(minutes=2))
    assert promise(book) == {"O-1/1": ((5, 4), (2, 9)), "O-2/1": ((5, 9),)}


def test_pools_that_are_not_named_hear_nothing(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, location="north")
    purchase(book, "PO-1", 5, day(4))
    purchase(book, "PO-2", 5, day(4), location="north")
    assert sorted(promise(book, pools=[Pool("LAMP", "north")])) == ["O-2/1"]
    assert promise(book, pools=[Pool("RUG"), Pool("LAMP", "south")]) == {}
    assert promise(book, pools=[]) == {}
    assert sorted(promise(book)) == ["O-1/1"]


# The promise at order time is the date the book then shows

POLICIES = [oldest_first(), by_priority(), smallest_first(), earliest_promise_first()]


@given(
    policy=st.sampled_from(POLICIES),
    orders=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2)), max_size=7),
    on_hand=st.integers(0, 8),
    supplies=st.lists(st.tuples(st.integers(1, 8), st.integers(1, 20)), max_size=4),
)
def test_an_order_is_promised_the_days_its_place_in_the_queue_gives(
    policy, orders, on_hand, supplies
):
    book = OrderBook(policy)
    stock(book, on_hand)
    for number, (units, on) in enumerate(supplies):
        purchase(book, f"PO-{number}", units, day(on))
    for number, (units, priority) in enumerate(orders):
        line = Line(f"O-{number}/1", "LAMP", units)
        at = NOON + timedelta(minutes=number)
        order = Order(f"O-{number}", "ada", at, [line], priority=priority)
        plan = plan_order(book, order)
        book.follow([one for one in plan.events if not isinstance(one, PromiseMade)])
        wanted: dict[date, int] = {}
        owed = [
            one
            for one in expected_dates(book, line.ref)
            if one.source is not SupplySource.IN_STOCK
        ]
        for one in owed:
            if one.on is not None:
                wanted[one.on] = wanted.get(one.on, 0) + one.quantity
        complete = all(one.on is not None for one in owed)
        told = {
            part.on: part.quantity
            for one in plan.events
            if isinstance(one, PromiseMade)
            for part in one.dates
        }
        assert told == (wanted if complete else {})
        book.follow([one for one in plan.events if isinstance(one, PromiseMade)])
        book.check_invariants()


def test_a_promise_that_changes_the_queue_leaves_no_goods_beside_who_may_have_them():
    policy = earliest_promise_first(filling=Filling.WHOLE_LINE)
    book = OrderBook(policy)
    stock(book, 2)
    place(book, "O-1", 4)
    purchase(book, "PO-1", 9, day(9))
    # O-1 was told nothing yet; the promise puts O-2 before it, and two lie there.
    place(book, "O-2", 1, 1)
    assert book.line("O-2/1").allocated == 1


def test_new_promises_leave_no_goods_beside_who_may_have_them():
    book = OrderBook(earliest_promise_first(filling=Filling.WHOLE_LINE))
    place(book, "O-1", 4)
    stock(book, 2)
    place(book, "O-2", 1, 1, location="north")
    purchase(book, "PO-1", 1, day(9), location="north")
    promise(book)
    do(book, plan_rerouting, "O-2/1", "main", at=NOON)
    assert book.line("O-2/1").allocated == 1
    book.check_invariants()


def test_an_order_that_loses_its_promise_blocks_from_its_new_place():
    book = OrderBook(earliest_promise_first(together=ShipTogether.BLOCK))
    lines = [
        PurchaseLine(f"PO-1/{sku}", sku, 4, expected_on=day(9))
        for sku in ("LAMP", "RUG")
    ]
    do(book, plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, lines))
    both = [Line(f"O-1/{sku}", sku, 4) for sku in ("LAMP", "RUG")]
    whole = DeliveryRule.SHIP_COMPLETE
    do(book, plan_order, Order("O-1", "ada", NOON, both, delivery=whole))
    place(book, "O-2", 6, -1)
    stock(book, 2)
    assert book.line("O-2/1").allocated == 0
    do(book, plan_purchase_cancellation, "PO-1", reason="sold out", at=NOON)
    promise(book)
    assert book.line("O-2/1").allocated == 2


# Bad input


@pytest.mark.parametrize(
    "bad",
    [
        {"at": None},
        {"at": TODAY},
        {"earlier_by_days": -1},
        {"earlier_by_days": 1.5},
        {"reason": None},
        {"reason": 5},
    ],
)
def test_a_promise_is_planned_with_a_moment_a_cause_and_whole_days(book, bad):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 5, day(4))
    with pytest.raises(InvalidValue):
        plan_promises(book, **{"at": NOON, **bad})


def test_holding_an_order_does_not_rewrite_its_promise(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    do(book, plan_hold, "O-1", reason="check", at=NOON)
    move(book, "PO-1/1", day(20))
    assert promise(book) == {}
    assert book.line("O-1/1").promised_on == day(10)


# A promise stands until there is reason to move it


@pytest.mark.parametrize(
    ("later_by_days", "moved_to", "told"),
    [(1, 10, False), (1, 11, True), (3, 12, False), (3, 13, True), (3, 14, True)],
)
def test_how_much_later_is_news_is_the_hosts(book, later_by_days, moved_to, told):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    move(book, "PO-1/1", day(moved_to))
    assert bool(promise(book, later_by_days=later_by_days)) == told


def test_many_small_delays_become_news_together(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    for on, told in ((11, False), (12, False), (13, True), (15, False), (16, True)):
        move(book, "PO-1/1", day(on))
        assert bool(promise(book, later_by_days=3)) == told


@pytest.mark.parametrize("later_by_days", [1, 3, 999])
def test_a_day_that_is_lost_is_news_however_patient_the_host(book, later_by_days):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    move(book, "PO-1/1", None)
    assert promise(book, later_by_days=later_by_days) == {"O-1/1": ()}


@pytest.mark.parametrize("bad", [0, -1, 1.5, None])
def test_a_delay_that_is_news_is_a_day_or_more(book, bad):
    with pytest.raises(InvalidValue):
        plan_promises(book, at=NOON, later_by_days=bad)


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        (Evidence.CONFIRMATION, True),
        (Evidence.REQUEST, False),
        (Evidence.EXPERIENCE, False),
        (Evidence.CATALOGUE, False),
    ],
)
def test_an_earlier_day_is_told_only_if_somebody_stands_by_it(book, evidence, told):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    how = {"expected_on": day(4), "evidence": evidence, "reason": "news", "at": NOON}
    do(book, plan_supply_change, "PO-1/1", **how)
    assert bool(promise(book)) == told


def test_goods_that_are_under_way_are_sure_enough_for_an_earlier_day(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    how = {"expected_on": day(4), "at": NOON}
    do(book, plan_shipping_notice, "N-1", "PO-1/1", 4, **how)
    assert promise(book) == {}  # the fifth lamp still comes on the tenth day
    do(book, plan_shipping_notice, "N-1", "PO-1/1", 5, **how)
    assert promise(book) == {"O-1/1": ((5, 4),)}


def test_goods_that_come_from_another_place_are_sure_enough_too(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    stock(book, 5, location="north")
    way = {"source": "north", "destination": "main", "expected_on": day(4)}
    do(book, plan_dispatch, "T-1", "LAMP", 5, at=NOON, **way)
    [event] = do(book, plan_promises, at=NOON).events
    assert (event.promised_on, event.evidence) == (day(4), Evidence.TRANSFER)
    assert event.sources == ("T-1",)


def test_what_lies_there_for_a_parcel_is_sure_enough_too(book):
    """Both lines were told the tenth day; then all of it came on the second."""
    lines = [Line(f"O-1/{sku}", sku, 2) for sku in ("LAMP", "RUG")]
    bought = [
        PurchaseLine(f"P/{s}", s, 2, expected_on=day(10)) for s in ("LAMP", "RUG")
    ]
    do(book, plan_purchase_order, PurchaseOrder("P", "ACME", NOON, bought))
    whole = DeliveryRule.SHIP_COMPLETE
    do(book, plan_order, Order("O-1", "ada", NOON, lines, delivery=whole))
    stock(book, 2)
    move(book, "P/RUG", day(5))
    found = do(book, plan_promises, at=NOON)
    told = {one.line: (one.promised_on, one.evidence) for one in found.events}
    assert told == {
        "O-1/LAMP": (day(5), Evidence.STOCK),
        "O-1/RUG": (day(5), Evidence.CONFIRMATION),
    }


# What a promise rests on


def test_a_promise_names_its_sources_and_the_weakest_evidence(book):
    stock(book, 1)
    place(book, "O-1", 6)
    purchase(book, "PO-1", 3, day(4))
    purchase(book, "PO-2", 9, day(6))
    move(book, "PO-2/1", day(8))
    [event] = do(book, plan_promises, at=NOON).events
    assert event.sources == ("PO-1/1", "PO-2/1")
    assert event.evidence is Evidence.REQUEST
    move(book, "PO-1/1", day(5))
    [event] = do(book, plan_promises, at=NOON, earlier_by_days=0).events or [event]
    assert event.promised_on == day(8)


def test_a_promise_of_what_is_not_bought_rests_on_the_catalogue(book):
    place(book, "O-1", 5)
    purchase(book, "PO-1", 2, day(3))
    [event] = do(book, plan_promises, at=NOON, catalogue=LAMPS_IN_A_WEEK).events
    assert (event.evidence, event.sources) == (Evidence.CATALOGUE, ("PO-1/1",))


def test_a_lost_day_rests_on_nothing(book):
    purchase(book, "PO-1", 5, day(10))
    place(book, "O-1", 5)
    move(book, "PO-1/1", None)
    [event] = do(book, plan_promises, at=NOON).events
    assert (event.dates, event.sources) == ((), ())
    assert event.evidence is Evidence.NOTHING


def test_a_pinned_promise_follows_its_purchase_line(book):
    place(book, "O-1", 2)
    place(book, "O-2", 2, 1)
    purchase(book, "PO-1", 9, day(3))
    purchase(book, "PO-2", 9, day(6))
    do(book, plan_pin, "PO-2/1", "O-1/1", reason="hers", at=NOON)
    assert promise(book) == {"O-1/1": ((2, 6),), "O-2/1": ((2, 3),)}
    [last] = book.promises("O-1/1")
    assert last.sources == ("PO-2/1",)


# Lines or pools, and a ledger that only grows

LOCATIONS = ("main", "north")
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(
            ("order", "order", "buy", "move", "pin", "hold", "stock", "notice", "raise")
        ),
        st.integers(0, 9),
        st.integers(1, 5),
        st.none() | st.integers(-1, 12),
        st.sampled_from(LOCATIONS),
    ),
    max_size=9,
)


def change(book, number, step):
    """Carry out a step, if the book allows it."""
    kind, pick, units, on, location = step
    when = None if on is None else day(on)
    lines, bought = [*book.state.lines], book.purchase_lines()
    line = lines[pick % len(lines)] if lines else ""
    supply = bought[pick % len(bought)] if bought else ""
    at = NOON + timedelta(minutes=number)
    if kind == "order":
        wishes = [
            Line(f"O-{number}/1", "LAMP", units, location=location),
            Line(
                f"O-{number}/2",
                "RUG",
                1 + pick % 3,
                allocate_not_before=when if pick % 4 == 1 else None,
            ),
        ]
        whole = list(DeliveryRule)[pick % 2]
        do(book, plan_order, Order(f"O-{number}", "ada", at, wishes, delivery=whole))
    elif kind == "buy":
        skus = ("LAMP", "RUG")
        wanted = [
            PurchaseLine(f"P-{number}/{s}", s, units + 2, expected_on=when)
            for s in skus
        ]
        order = PurchaseOrder(f"P-{number}", "ACME", at, wanted, destination=location)
        do(book, plan_purchase_order, order)
    elif kind == "move":
        how = {"expected_on": when, "reason": "late", "at": at}
        do(
            book,
            plan_supply_change,
            supply,
            evidence=list(Evidence)[3 + pick % 4],
            **how,
        )
    elif kind == "pin":
        do(book, plan_pin, supply, line, reason="hers", at=at)
    elif kind == "hold":
        do(book, plan_hold, book.line(line).order, reason="unpaid", at=at)
    elif kind == "stock":
        do(book, plan_count, "LAMP", 9 - pick, at=at, location=location)
    elif kind == "notice":
        how = {"expected_on": when, "at": at}
        do(book, plan_shipping_notice, f"N-{number}", supply, units, **how)
    else:
        wanted = book.line(line).ordered + units
        do(book, plan_amendment, line, wanted, at=at)


def random_book(steps, told=lambda book, number: None):
    book = OrderBook(oldest_first())
    for number, step in enumerate(steps):
        try:
            change(book, number, step)
        except BackorderError:
            continue
        told(book, number)
    return book


@given(steps=CHANGES, dated=st.booleans())
def test_naming_the_lines_tells_the_same_as_naming_their_pools(steps, dated):
    book = random_book(steps)
    catalogue = LAMPS_IN_A_WEEK if dated else None
    how = {"at": NOON, "catalogue": catalogue}
    waiting = [ref for ref in book.state.lines if book.line(ref).waiting]
    open_lines = [ref for ref in waiting if not book.order(book.line(ref).order).held]
    by_lines = plan_promises(book, lines=open_lines, **how)
    everything = plan_promises(book, **how)
    assert as_told(by_lines) == as_told(everything)
    for ref in open_lines:
        pools = {
            Pool(book.line(ref).sku, one.location) for one in book.line(ref).portions
        }
        alone = as_told(plan_promises(book, lines=[ref], **how))
        assert alone.items() <= as_told(plan_promises(book, pools=pools, **how)).items()
        assert (ref in alone) == (ref in as_told(everything))


def as_told(plan):
    """Return what each line is told; no line is told two things at once."""
    events = [one for one in plan.events if isinstance(one, PromiseMade)]
    told = {one.line: (one.dates, one.evidence, one.sources) for one in events}
    assert len(told) == len(events)
    return told


@given(steps=CHANGES, later=st.integers(1, 4), earlier=st.integers(0, 4))
def test_the_ledger_only_grows_and_parcels_have_one_day(steps, later, earlier):
    ledger = {}

    def told(book, number):
        at = NOON + timedelta(minutes=number)
        how = {"later_by_days": later, "earlier_by_days": earlier}
        parcels = {}
        for one in do(book, plan_promises, at=at, **how).events:
            if isinstance(one, PromiseMade):
                check_news(book, one, later, max(earlier, 1))
                check_parcel(book, one)
                order = book.order(book.line(one.line).order).order
                if order.delivers_whole:
                    parcels.setdefault(order.ref, set()).add(one.promised_on)
        assert all(len(days) == 1 for days in parcels.values())
        assert plan_promises(book, at=at, **how).is_empty
        for ref in book.state.lines:
            now, before = book.promises(ref), ledger.get(ref, ())
            assert now[: len(before)] == before
            ledger[ref] = now

    random_book(steps, told)


def check_news(book, event, later, earlier):
    """A new promise differs from the last one by enough, and not for a weak reason."""
    *_, told, now = (None, *(one.promised_on for one in book.promises(event.line)))
    assert now == event.promised_on
    if told is None or now is None:
        assert told != now
    elif now > told:
        assert (now - told).days >= later
    else:
        assert (told - now).days >= earlier
        assert event.evidence in list(Evidence)[:4]


def check_parcel(book, event):
    """All of one parcel is told for one day."""
    assert sum(one.quantity for one in event.dates) in (
        0,
        book.line(event.line).waiting,
        book.line(event.line).allocated,
    )
    order = book.order(book.line(event.line).order).order
    if order.delivers_whole:
        assert len({one.on for one in event.dates}) <= 1
