"""Who waits for what, asked from either side: against the whole matching, and by hand.

The naive matcher lays units in a list, one by one, from the public views of a book. It
knows nothing of axes: the first unit that waits gets the first unit that comes.
"""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    by_priority,
    cover,
    expected_dates,
    oldest_first,
    pegs_of_line,
    plan_amendment,
    plan_count,
    plan_dispatch,
    plan_hold,
    plan_order,
    plan_pin,
    plan_purchase_order,
    plan_rerouting,
    plan_reserve,
    plan_shipping_notice,
    plan_supply_change,
    queue_position,
    smallest_first,
)
from backorderkit.book import PortionRecord, SupplyRecord
from backorderkit.coverage import Peg, SupplySource, pegs_of_purchase_line
from backorderkit.model import Evidence
from backorderkit.policies import Filling
from backorderkit.testing.strategies import MONDAY, books
from tests.shop import NOON, TODAY, an_order, day, do, place, purchase

PLACES = ("main", "north")


def pin(book, purchase_line, line, quantity=None):
    return do(book, plan_pin, purchase_line, line, quantity, reason="hers", at=NOON)


# Oracles


def together(pegs):
    """Return pegs without their order, units of one kind added up."""
    units = {}
    for one in pegs:
        key = (one.line, one.portion, one.purchase_line, one.expected_on, one.is_pinned)
        units[key] = units.get(key, 0) + one.quantity
    return units


def naive(book, sku, location):
    """Return the loose pegs of a pool: the first unit that waits gets the first."""
    pool = book.pool(sku, location)
    record = book.state.pools.get((sku, location))
    if record is None:
        return []
    lacking = max(pool.reserve + pool.allocated - pool.on_hand, 0)
    units = [(None, None)] * max(pool.on_hand - pool.allocated - pool.reserve, 0)
    coming = []
    for ref in book.purchase_lines():
        status = book.purchase_line(ref)
        if status.pool != (sku, location) or not status.open:
            continue
        known = book.state.purchase_lines[ref]
        parts, left = [], status.open
        for one in sorted(known.announced, key=lambda one: one.ref):
            parts += [(one.expected_on, one.ref)] * min(one.quantity, left)
            left -= min(one.quantity, left)
        parts += [(status.expected_on, "")] * left
        parts.sort(key=lambda one: (one[0] is None, one))
        coming += [(on, ref, notice) for on, notice in parts[status.pinned :]]
    coming.sort(key=lambda one: (one[0] is None, one))
    units += [(ref, on) for on, ref, _ in coming][lacking:]
    waiting = []
    rank = book.policy.rank
    for line in book.state.lines.values():
        for one in line.portions:
            if one.pool is record and not line.order.held and one.waiting > one.pinned:
                due = line.line.allocate_not_before if line.postponed else TODAY
                order = (line.postponed, due, rank(one.backorder()), *one.ref)
                waiting.append((order, one.waiting - one.pinned, one.ref))
    queue = [ref for _, count, ref in sorted(waiting) for _ in range(count)]
    pairs = zip(queue, units, strict=False)
    return [Peg(*ref, 1, source, on) for ref, (source, on) in pairs]


def check_answers(book):
    """Compare every answer with the matching of the pools, and that with the naive."""
    everything = []
    for sku, location in book.pools():
        coverage = cover(book, sku, location)
        everything += coverage.pegs
        loose = [one for one in coverage.pegs if not one.is_pinned]
        assert together(loose) == together(naive(book, sku, location))
        ahead, rank = 0, 0
        for one in book.backorders(sku, location):
            [place] = [
                found
                for found in queue_position(book, one.line)
                if found.portion == one.portion
            ]
            assert (place.units_ahead, place.portions_ahead) == (ahead, rank)
            assert (place.location, place.quantity) == (location, one.quantity)
            free = book.pool(sku, location).free
            assert place.available == max(min(free - ahead, one.quantity), 0)
            ahead, rank = ahead + one.quantity, rank + 1
    for ref in book.purchase_lines():
        # In the order of the queue, part by part: as the whole matching lists them.
        assert pegs_of_purchase_line(book, ref) == tuple(
            one for one in everything if one.purchase_line == ref
        )
    for ref in book.state.lines:
        own = [one for one in everything if one.line == ref]
        assert together(pegs_of_line(book, ref)) == together(own)
        check_dates(book, ref, own)


def check_dates(book, ref, pegs):
    """Compare what is expected of a line with its pegs."""
    status, record = book.line(ref), book.state.lines[ref]
    later = record.line.allocate_not_before if record.postponed else None
    expected = expected_dates(book, ref)
    assert sum(one.quantity for one in expected) == status.allocated + status.waiting
    wanted = {(None, None): status.allocated} if status.allocated else {}
    for one in pegs:
        on = one.expected_on
        if later is not None and (on or one.purchase_line is None):
            on = max(on or later, later)
        key = (one.purchase_line, on)
        wanted[key] = wanted.get(key, 0) + one.quantity
    found = {}
    for one in expected:
        if one.source in (SupplySource.IN_STOCK, SupplySource.ON_ORDER):
            key = (one.purchase_line, one.on)
            found[key] = found.get(key, 0) + one.quantity
    assert found == wanted


# Random books

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("order", "order", "order", "buy", "buy", "hold", "pin", "pin"),
                *("notice", "reserve", "dispatch", "move", "raise", "late"),
            )
        ),
        st.integers(0, 19),
        st.integers(1, 6),
        st.sampled_from(PLACES),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=14,
)
POLICIES = st.sampled_from([oldest_first(), by_priority(), smallest_first()])


def take(book, number, step):
    """Carry out a step on a book of lamps and chairs, if the book allows it."""
    kind, pick, units, location, days = step
    at = MONDAY + timedelta(hours=number)
    lines, bought = [*book.state.lines], [*book.purchase_lines()]
    line = lines[pick % len(lines)] if lines else ""
    supply = bought[pick % len(bought)] if bought else ""
    on = day(days) if days else None
    match kind:
        case "order":
            later = day(days) if pick % 5 == 0 else None
            wish = Line(
                f"O-{number}/1",
                "LAMP",
                units,
                location=location,
                allocate_not_before=later,
            )
            order = Order(f"O-{number}", "ada", at, [wish], priority=pick % 3)
            return plan_order(book, order)
        case "buy":
            wanted = PurchaseLine(f"P-{number}/1", "LAMP", units + 2, expected_on=on)
            place = {"destination": location}
            order = PurchaseOrder(f"P-{number}", "ACME", at, [wanted], **place)
            return plan_purchase_order(book, order)
        case "hold":
            ref = book.state.line(line).order.order.ref
            return plan_hold(book, ref, reason="unpaid", at=at)
        case "pin":
            return plan_pin(book, supply, line, reason="hers", at=at)
        case "notice":
            return plan_shipping_notice(
                book, f"N-{number}", supply, units, expected_on=on, at=at
            )
        case "reserve":
            return plan_reserve(book, "LAMP", units, at=at, location=location)
        case "dispatch":
            way = {"source": "main", "destination": "north", "expected_on": on}
            return plan_dispatch(book, f"T-{number}", "LAMP", units, at=at, **way)
        case "move":
            return plan_rerouting(book, line, location, at=at, quantity=units)
        case "raise":
            return plan_amendment(book, line, book.line(line).ordered + units, at=at)
        case _:
            return plan_supply_change(
                book, supply, expected_on=on, reason="late", at=at
            )


@given(policy=POLICIES, stock=st.integers(0, 15), steps=STEPS)
def test_every_answer_is_a_part_of_the_matching(policy, stock, steps):
    book = OrderBook(policy)
    for location in PLACES:
        place(book, f"A-{location}", 4, location=location)
        purchase(book, f"PO-{location}", 5, day(2), location=location)
    place(book, "B-1", 3, 1, allocate_not_before=day(4))
    place(book, "B-2", 3, 2)
    do(book, plan_count, "LAMP", stock, at=NOON)
    check_answers(book)
    for number, step in enumerate(steps):
        try:
            plan = take(book, number, step)
        except BackorderError:
            continue  # it asked for more than there is; nothing happened
        book.apply(plan)
        check_answers(book)


@given(book=books(by_priority(), most_commands=12), steps=STEPS)
def test_answers_hold_in_books_with_a_past(book, steps):
    for number, step in enumerate(steps, 100):
        try:
            book.apply(take(book, number, step))
        except BackorderError:
            continue
    check_answers(book)


# Examples


def test_a_held_order_queues_for_nothing_and_keeps_what_is_kept_for_it(book):
    place(book, "O-1", 5)
    place(book, "O-2", 2, 1)
    purchase(book, "PO-1", 8, day(3))
    pin(book, "PO-1/1", "O-1/1", 2)
    do(book, plan_hold, "O-1", reason="unpaid", at=NOON)
    assert [(one.quantity, one.is_pinned) for one in pegs_of_line(book, "O-1/1")] == [
        (2, True)
    ]
    assert queue_position(book, "O-1/1") == ()
    assert queue_position(book, "O-2/1")[0].units_ahead == 0
    assert [one.line for one in pegs_of_purchase_line(book, "PO-1/1")] == [
        "O-1/1",
        "O-2/1",
    ]
    assert [one.source for one in expected_dates(book, "O-1/1")] == [
        SupplySource.ON_ORDER,
        SupplySource.UNKNOWN,
    ]


def test_a_line_not_yet_due_stands_behind_all_that_are(book):
    place(book, "O-1", 5, allocate_not_before=day(9))
    place(book, "O-2", 2, 1)
    purchase(book, "PO-1", 4, day(3))
    assert [
        (one.line, one.quantity) for one in pegs_of_purchase_line(book, "PO-1/1")
    ] == [
        ("O-2/1", 2),
        ("O-1/1", 2),
    ]
    [place_] = queue_position(book, "O-1/1")
    assert (place_.units_ahead, place_.portions_ahead) == (2, 1)
    assert expected_dates(book, "O-1/1")[0].on == day(9)


def test_pinned_units_are_named_first_and_stand_in_no_queue(book):
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    purchase(book, "PO-1", 6, day(3))
    purchase(book, "PO-2", 6, day(7))
    pin(book, "PO-2/1", "O-2/1", 3)
    assert [
        (one.purchase_line, one.quantity, one.is_pinned)
        for one in pegs_of_line(book, "O-2/1")
    ] == [("PO-2/1", 3, True), ("PO-1/1", 1, False), ("PO-2/1", 1, False)]
    [place_] = queue_position(book, "O-2/1")
    assert (place_.quantity, place_.units_ahead) == (2, 5)


def test_of_a_line_that_comes_in_parts_the_pinned_come_first(book):
    place(book, "O-1", 4)
    place(book, "O-2", 4, 1)
    purchase(book, "PO-1", 8, day(9))
    notice = {"expected_on": day(2), "at": NOON}
    do(book, plan_shipping_notice, "N-1", "PO-1/1", 3, **notice)
    pin(book, "PO-1/1", "O-2/1", 4)
    assert [
        (one.line, one.quantity, one.expected_on, one.evidence)
        for one in pegs_of_purchase_line(book, "PO-1/1")
    ] == [
        ("O-2/1", 3, day(2), Evidence.SHIPPING_NOTICE),
        ("O-2/1", 1, day(9), Evidence.REQUEST),
        ("O-1/1", 4, day(9), Evidence.REQUEST),
    ]


def test_what_a_reserve_lacks_is_nobodys(book):
    place(book, "O-1", 5)
    do(book, plan_reserve, "LAMP", 4, at=NOON)
    purchase(book, "PO-1", 6, day(3))
    assert [one.quantity for one in pegs_of_purchase_line(book, "PO-1/1")] == [2]
    assert [one.quantity for one in pegs_of_line(book, "O-1/1")] == [2]


def test_a_line_in_two_places_waits_in_both_queues(book):
    place(book, "O-1", 5)
    do(book, plan_rerouting, "O-1/1", "north", at=NOON, quantity=2)
    purchase(book, "PO-1", 9, day(3))
    purchase(book, "PO-2", 9, day(4), location="north")
    assert [
        (one.portion, one.purchase_line) for one in pegs_of_line(book, "O-1/1")
    ] == [
        (0, "PO-1/1"),
        (1, "PO-2/1"),
    ]
    assert [one.location for one in queue_position(book, "O-1/1")] == ["main", "north"]


def test_raised_units_queue_at_a_place_of_their_own(book):
    place(book, "O-1", 2)
    place(book, "O-2", 3, 1)
    do(book, plan_amendment, "O-1/1", 6, at=NOON + timedelta(minutes=2))
    assert [
        (one.units_ahead, one.quantity) for one in queue_position(book, "O-1/1")
    ] == [
        (0, 2),
        (5, 4),
    ]


@pytest.mark.parametrize("stock", [0, 1, 8])
def test_free_stock_reaches_the_head_though_the_policy_leaves_it(stock):
    book = OrderBook(oldest_first(filling=Filling.WHOLE_LINE))
    place(book, "O-1", 4)
    place(book, "O-2", 9, 1)  # so much is never there
    place(book, "O-3", 3, 2)
    do(book, plan_count, "LAMP", 8, at=NOON)
    assert book.line("O-1/1").allocated == 4
    do(book, plan_count, "LAMP", 4 + stock, at=NOON)
    [head] = queue_position(book, "O-2/1")
    assert (head.units_ahead, head.available) == (0, stock)
    [second] = queue_position(book, "O-3/1")
    assert (second.units_ahead, second.available) == (9, 0)


# They look up, they do not walk


class Reads:
    """How often the portions and supplies of a book are looked at."""

    def __init__(self, monkeypatch):
        self.count = 0
        for record, name in (
            *((PortionRecord, name) for name in ("queued", "key")),
            (SupplyRecord, "units"),
        ):
            self.watch(monkeypatch, record, name)

    def watch(self, monkeypatch, record, name):
        slot = getattr(record, name)

        def read(one):
            self.count += 1
            return slot.__get__(one, record)

        def write(one, value):
            slot.__set__(one, value)

        monkeypatch.setattr(record, name, property(read, write))

    def of(self, question, *args):
        self.count = 0
        question(*args)
        return self.count


def crowded(waiting):
    """Return a book in which many wait, and whom PO-2 reaches in the middle."""
    book = OrderBook(oldest_first())
    for number in range(waiting):
        # Without the recount of `place`, which would walk the crowd for each of them.
        book.apply(plan_order(book, an_order(f"O-{number:05}", 2, number)))
    half = waiting // 2
    purchase(book, "PO-1", 2 * half, day(3))
    purchase(book, "PO-2", 6, day(5))
    purchase(book, "PO-3", 2 * waiting, day(9))
    return book, f"O-{half + 1:05}/1"


QUESTIONS = {
    "pegs_of_line": (pegs_of_line, lambda line: line),
    "pegs_of_purchase_line": (pegs_of_purchase_line, lambda line: "PO-2/1"),
    "queue_position": (queue_position, lambda line: line),
    "expected_dates": (expected_dates, lambda line: line),
}


def test_no_question_walks_the_pool(monkeypatch):
    seen = {}
    for waiting in (400, 4000):
        book, line = crowded(waiting)
        with monkeypatch.context() as patch:
            reads = Reads(patch)
            for name, (question, of) in QUESTIONS.items():
                seen[name, waiting] = reads.of(question, book, of(line))
            walked = reads.of(cover, book, "LAMP")
        assert walked > waiting  # the spy sees who walks
    for name in QUESTIONS:
        # A bucket holds 512 entries; each question looks into two or three.
        assert seen[name, 4000] <= 3 * 512
