"""Stock shared anew, moved by hand, and orders made more urgent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    DeliveryRule,
    Line,
    Order,
    OrderBook,
    Pool,
    PurchaseLine,
    PurchaseOrder,
    by_priority,
    differences,
    expected_dates,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_priority,
    plan_purchase_order,
    plan_reallocation,
    plan_reassignment,
    plan_reserve,
    plan_shipment,
    smallest_first,
)
from backorderkit.errors import InvalidValue, NotPossible, StalePlan, UnknownReference
from backorderkit.model import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    OrderHeld,
    OrderReprioritised,
    SegmentUnmet,
    ShipTogether,
    StockCounted,
)
from backorderkit.policies import (
    Filling,
    linear,
    proportional,
    ranked_by,
    uniform,
    whole_line,
    whole_order,
)
from backorderkit.policies.rules import Segment
from tests.shop import NOON, TODAY, do, place, stock

BY_HAND = {"actor": "eve", "reason": "a wedding", "at": NOON}


def apply(book, plan):
    book.apply(plan)
    book.check_invariants()


def reallocated(book, policy=None, **options):
    return plan_reallocation(book, policy, at=NOON, **options)


def standing(book):
    """Return what each line has, in the order in which the orders were placed."""
    lines = [line for ref in book.orders() for line in book.order(ref).lines]
    return {line.ref: line.allocated for line in lines}


def pools(book):
    figures = {}
    for pool in book.pools():
        one = book.pool(*pool)
        figures[pool] = (one.on_hand, one.allocated + one.free)
    return figures


@contextmanager
def untouched(book) -> Iterator[None]:
    """Expect a book that says afterwards what it said before."""

    def says():
        orders = [book.order(ref) for ref in book.orders()]
        queues = [list(book.backorders(*pool)) for pool in book.pools()]
        return orders, queues, [book.pool(*pool) for pool in book.pools()], book.version

    before = says()
    yield
    assert says() == before
    book.check_invariants()


# Segments: R10 and R11 of the theory, on a real book


def in_segments(book, supply, *lines):
    """Place lines (segment, requested, held) and give each what it is said to hold."""
    segments = {}
    for n, (segment, requested, _) in enumerate(lines):
        place(book, f"O-{n}", requested, n)
        segments[f"O-{n}/1"] = segment
    allocated = [
        Allocated(f"O-{n}/1", 0, held, requested, at=NOON)
        for n, (_, requested, held) in enumerate(lines)
        if held
    ]
    book.follow([StockCounted("LAMP", "main", supply, "found", NOON), *allocated])
    return lambda backorder: segments[backorder.line]


WIN, GAIN, REDISTRIBUTE = Segment.WIN, Segment.GAIN, Segment.REDISTRIBUTE
FILL, LOSE, SKIP = Segment.FILL, Segment.LOSE, Segment.SKIP


def shared(book, segments):
    """Share anew; goods that a segment may not have can lie idle beside its lines."""
    plan = reallocated(book, segments=segments)
    book.apply(plan)
    return plan


def test_segments_are_served_in_their_order(book):
    segments = in_segments(
        book,
        100,
        (WIN, 40, 10),
        (GAIN, 50, 30),
        (REDISTRIBUTE, 40, 30),
        (REDISTRIBUTE, 30, 0),
        (FILL, 30, 20),
        (LOSE, 20, 10),
    )
    shared(book, segments)
    assert list(standing(book).values()) == [40, 50, 10, 0, 0, 0]
    assert pools(book) == {Pool("LAMP"): (100, 100)}


def test_a_gain_that_cannot_be_kept_is_named_and_nothing_moves(book):
    segments = in_segments(
        book, 60, (WIN, 40, 10), (GAIN, 50, 30), (REDISTRIBUTE, 40, 20)
    )
    plan = shared(book, segments)
    assert plan.events == (SegmentUnmet("O-1/1", 0, "gain", 30, 20, NOON),)
    assert plan.explain() == "O-1/1: gain needs 30, 20 are there; nothing was moved."
    assert list(standing(book).values()) == [10, 30, 20]


@pytest.mark.parametrize(
    ("supply", "result"),
    [(69, [10, 30, 20]), (70, [40, 30, 0]), (71, [40, 31, 0])],
)
def test_a_gain_is_kept_from_the_unit_on_that_is_enough(book, supply, result):
    lines = (WIN, 40, 10), (GAIN, 50, 30), (REDISTRIBUTE, 40, 20)
    segments = in_segments(book, supply, *lines)
    shared(book, segments)
    assert list(standing(book).values()) == result


@pytest.mark.parametrize(("supply", "unmet"), [(9, 1), (10, 0), (11, 0)])
def test_a_win_is_refused_below_all_that_it_asks_for(book, supply, unmet):
    segments = in_segments(book, supply, (WIN, 10, 0), (LOSE, 5, 5))
    plan = shared(book, segments)
    assert sum(isinstance(one, SegmentUnmet) for one in plan.events) == unmet
    left = supply - 10  # what nobody else wants, the losing line keeps
    assert list(standing(book).values()) == ([0, 5] if unmet else [10, left])


def test_every_promise_that_cannot_be_kept_is_named(book):
    segments = in_segments(book, 5, (WIN, 10, 0), (GAIN, 9, 5), (WIN, 3, 0))
    plan = shared(book, segments)
    assert [(one.line, one.owed, one.possible) for one in plan.events] == [
        ("O-0/1", 10, 5),
        ("O-2/1", 3, 0),
        ("O-1/1", 5, 0),
    ]


def test_a_skipped_line_keeps_exactly_what_it_has(book):
    segments = in_segments(book, 20, (SKIP, 9, 4), (WIN, 16, 0), (FILL, 9, 9))
    shared(book, segments)
    assert list(standing(book).values()) == [4, 16, 0]


def test_what_segments_give_to_nobody_meets_the_queue(book):
    segments = in_segments(book, 20, (FILL, 9, 4), (LOSE, 9, 9))
    shared(book, segments)
    assert list(standing(book).values()) == [9, 9]
    assert book.pool("LAMP").free == 2


def test_a_fill_keeps_what_it_has_and_a_lose_gives_up_to_who_may_gain(book):
    segments = in_segments(book, 13, (FILL, 9, 4), (LOSE, 9, 9), (WIN, 9, 0))
    shared(book, segments)
    assert list(standing(book).values()) == [4, 0, 9]


def test_a_conflict_in_one_pool_stops_no_other(book):
    place(book, "O-1", 5, sku="RUG")
    place(book, "O-2", 5)
    place(book, "O-3", 5, 1)
    book.follow([StockCounted("LAMP", "main", 5, "found", NOON)])
    plan = shared(book, lambda one: WIN)
    assert [one.line for one in plan.events] == ["O-3/1", "O-1/1"]
    order = Order("O-4", "ada", NOON, [Line("O-4/1", "BED", 5)])
    book.apply(plan_order(book, order))
    book.follow([StockCounted("BED", "main", 5, "found", NOON)])
    plan = shared(book, lambda one: WIN)
    assert plan.allocated() == {"O-4/1": 5}
    assert plan.left_backlog == ("O-4",)


def test_segments_tell_which_orders_become_shippable_and_leave_the_backlog(book):
    segments = in_segments(book, 10, (WIN, 10, 0), (LOSE, 10, 10))
    plan = reallocated(book, segments=segments)
    assert (plan.became_shippable, plan.left_backlog) == (("O-0",), ("O-0",))


@pytest.mark.parametrize(
    "options",
    [{"policy": whole_line(oldest_first())}, {"segments": lambda one: LOSE}],
    ids=["another policy", "a segment"],
)
def test_goods_that_a_reallocation_gives_to_nobody_meet_the_queue(book, options):
    stock(book, 4)
    place(book, "O-1", 6)
    do(book, plan_reallocation, at=NOON, **options)
    assert standing(book) == {"O-1/1": 4}


def test_frozen_units_are_not_part_of_what_segments_share(book):
    segments = in_segments(book, 10, (LOSE, 10, 10), (REDISTRIBUTE, 10, 0))
    book.apply(plan_freeze(book, {"O-0/1": 4}, at=NOON))
    shared(book, segments)
    assert list(standing(book).values()) == [4, 6]


@pytest.mark.parametrize(("supply", "result"), [(9, [4, 0]), (10, [10, 0])])
def test_a_win_asks_for_what_is_not_frozen_yet(book, supply, result):
    segments = in_segments(book, supply, (WIN, 10, 4), (LOSE, 5, 0))
    book.apply(plan_freeze(book, {"O-0/1": 4}, at=NOON))
    shared(book, segments)
    assert list(standing(book).values()) == result


def test_what_is_no_segment_is_refused(book):
    place(book, "O-1", 5)
    with untouched(book), pytest.raises(InvalidValue, match="give a Segment"):
        reallocated(book, segments=lambda one: "win")


# Sharing anew under a policy


def test_a_reallocation_shows_who_gives_back_before_who_gets(book):
    stock(book, 9)
    for n, quantity in enumerate((6, 6, 6)):
        place(book, f"O-{n}", quantity, n)
    assert list(standing(book).values()) == [6, 3, 0]
    with untouched(book):
        plan = reallocated(book, uniform())
    assert plan.events == (
        AllocationReleased("O-0/1", 0, 3, "reallocated", at=NOON),
        Allocated("O-2/1", 0, 3, wanted=6, at=NOON),
    )
    assert (plan.at, plan.trigger) == (NOON, "reallocated")


def test_the_figures_of_a_sharing_policy_are_in_the_reasons(book):
    stock(book, 10)
    for n, quantity in enumerate((2, 4, 7, 8)):
        place(book, f"O-{n}", quantity, n)
    reasons = {one.subject: one for one in reallocated(book, uniform()).reasons}
    assert set(reasons) == {f"O-{n}/1" for n in range(4)}
    assert {one.code for one in reasons.values()} == {"shared"}
    expected = {"available": 10, "claimed": 21, "lines": 4, "level": 3}
    assert dict(reasons["O-3/1"].figures) == expected
    cut = reallocated(book, linear()).reasons[-1].figures["cut"]
    assert cut == 2  # 21 - 10 = 11 units short: 2, 3, 3, 3


def test_only_the_pools_asked_for_are_shared_anew(book):
    for sku in ("LAMP", "RUG"):
        stock(book, 4, sku)
        place(book, f"O-{sku}-1", 4, 0, sku)
        place(book, f"O-{sku}-2", 4, 1, sku)
    plan = do(book, plan_reallocation, uniform(), [Pool("RUG")], at=NOON)
    assert plan.allocated() == {"O-RUG-2/1": 2}
    assert list(standing(book).values()) == [4, 0, 2, 2]
    assert reallocated(book, uniform(), pools=[]).is_empty
    assert reallocated(book, uniform(), pools=[Pool("BED")]).is_empty


def test_what_was_picked_held_or_not_due_keeps_what_it_has(book):
    place(book, "O-picked", 6)
    place(book, "O-held", 6, 1)
    place(book, "O-new", 9, 2)
    later = Line("O-later/1", "LAMP", 6, allocate_not_before=date(2026, 4, 1))
    do(book, plan_order, Order("O-later", "ada", NOON, [later]))
    stock(book, 18)
    move = ("O-new/1", "O-later/1", 5)
    do(book, plan_reassignment, *move, **BY_HAND)
    assert list(standing(book).values()) == [6, 6, 1, 5]
    do(book, plan_freeze, {"O-picked/1": 4}, at=NOON)
    do(book, plan_hold, "O-held", reason="fraud check", at=NOON)
    newest = ranked_by(lambda one: one.line != "O-new/1", name="the new one first")
    do(book, plan_reallocation, newest, at=NOON)
    assert list(standing(book).values()) == [4, 6, 3, 5]
    assert reallocated(book, segments=lambda one: LOSE).events == (
        AllocationReleased("O-new/1", 0, 2, "reallocated", at=NOON),
        Allocated("O-picked/1", 0, 2, wanted=2, at=NOON),
    )


def test_a_reserve_never_takes_what_is_allocated(book):
    stock(book, 6)
    place(book, "O-1", 4)
    place(book, "O-2", 5, 1)
    do(book, plan_reserve, "LAMP", 5, at=NOON)
    assert reallocated(book).is_empty
    do(book, plan_reallocation, uniform(), at=NOON)
    assert list(standing(book).values()) == [3, 3]
    assert book.pool("LAMP").reserve == 5


@pytest.mark.parametrize("reserve", [0, 1, 2, 3])
def test_a_reserve_is_kept_out_of_what_is_shared(book, reserve):
    book.follow([StockCounted("LAMP", "main", 6, "found", NOON)])
    do(book, plan_reserve, "LAMP", reserve, at=NOON)
    place(book, "O-1", 4)
    place(book, "O-2", 4, 1)
    do(book, plan_reallocation, uniform(), at=NOON)
    assert sum(standing(book).values()) == 6 - reserve


def test_an_order_that_ships_together_gives_back_what_the_policy_would_not_give(book):
    stock(book, 4)
    lines = [Line("O-1/1", "LAMP", 4), Line("O-1/2", "RUG", 1)]
    whole = DeliveryRule.SHIP_COMPLETE
    do(book, plan_order, Order("O-1", "ada", NOON, lines, delivery=whole))
    place(book, "O-2", 4, 1)
    assert reallocated(book).is_empty
    for policy in (
        oldest_first(together=ShipTogether.SKIP),
        whole_order(oldest_first()),
    ):
        plan = reallocated(book, policy)
        assert plan.left_backlog == ("O-2",)
        assert plan.became_shippable == ("O-2",)
        assert plan.allocated() == {"O-2/1": 4}


def test_a_reallocation_is_made_for_one_version_of_the_book(book):
    stock(book, 4)
    place(book, "O-1", 4)
    place(book, "O-2", 4, 1)
    plan = reallocated(book, uniform())
    apply(book, plan)
    with untouched(book), pytest.raises(StalePlan):
        book.apply(plan)


@pytest.mark.parametrize("options", [{"at": TODAY}, {"at": NOON, "reason": ""}])
def test_a_reallocation_needs_a_time_and_a_reason(book, options):
    with pytest.raises(InvalidValue):
        plan_reallocation(book, **options)


def test_a_plan_that_failed_leaves_no_trace_in_the_next_preview(book):
    stock(book, 6)
    for n in range(3):
        place(book, f"O-{n}", 4, n)
    before = reallocated(book, uniform())
    failing = [
        AllocationReleased("O-0/1", 0, 4, "a try", at=NOON),
        Allocated("O-0/1", 0, 5, wanted=4, at=NOON),
    ]
    with untouched(book), pytest.raises(NotPossible):
        book.follow(failing)
    assert reallocated(book, uniform()) == before


# The laws of a reallocation, on any book

RANKINGS = [oldest_first(), by_priority(), smallest_first()]
SHARINGS = [uniform(), linear(), proportional()]


@st.composite
def muddled(draw):
    """A book of one SKU in which anybody may hold anything."""
    book = OrderBook(oldest_first())
    on_hand = draw(st.integers(0, 20))
    events, left = [StockCounted("LAMP", "main", on_hand, "found", NOON)], on_hand
    ends = []
    for n in range(draw(st.integers(1, 6))):
        ref, quantity = f"O-{n}", draw(st.integers(1, 8))
        minute, priority = draw(st.integers(0, 3)), draw(st.integers(0, 2))
        later = draw(st.sampled_from([None, None, None, date(2026, 4, 1)]))
        line = Line(f"{ref}/1", "LAMP", quantity, allocate_not_before=later)
        at = NOON + timedelta(minutes=minute)
        order = Order(ref, "ada", at, [line], priority=priority)
        apply(book, plan_order(book, order))
        if extra := draw(st.integers(0, 3)):
            at = NOON + timedelta(hours=1)
            apply(book, plan_amendment(book, f"{ref}/1", quantity + extra, at=at))
        for portion in book.line(f"{ref}/1").portions:
            held = draw(st.integers(0, min(portion.ordered, left)))
            frozen = draw(st.integers(0, held))
            left -= held
            name = (f"{ref}/1", portion.number)
            if held:
                events.append(Allocated(*name, held, wanted=portion.ordered, at=NOON))
            if frozen:
                ends.append(AllocationFrozen(*name, frozen, "picked", at=NOON))
        if draw(st.sampled_from([False, False, True])):
            ends.append(OrderHeld(ref, "fraud check", NOON))
    book.follow([*events, *ends])
    return book


def shares(book):
    """Return what every portion has, and what of it nobody may touch."""
    found = {}
    for ref in book.orders():
        order = book.order(ref)
        for line in order.lines:
            later = order.order.lines[0].allocate_not_before is not None
            for one in line.portions:
                pinned = bool(order.held) or later
                least = one.allocated if pinned else one.frozen
                found[line.ref, one.number] = (one, least, pinned, order.priority)
    return found


@given(muddled(), st.sampled_from(RANKINGS + SHARINGS))
def test_sharing_anew_keeps_every_unit_and_what_is_pinned(book, policy):
    before, stocks = shares(book), pools(book)
    plan = reallocated(book, policy)
    assert shares(book) == before
    named = [(one.line, one.portion) for one in plan.events]
    assert len(set(named)) == len(named)
    assert all(isinstance(one, Allocated | AllocationReleased) for one in plan.events)
    apply(book, plan)
    assert pools(book) == stocks
    for ref, (one, _, pinned, _) in shares(book).items():
        was, least, _, _ = before[ref]
        assert one.allocated >= least
        assert one.frozen == was.frozen
        if pinned:
            assert one.allocated == was.allocated
    again = reallocated(book, policy)
    assert again.is_empty


def ranked_oracle(book, key):
    """Return what each portion in play has after serving in turn, by hand."""
    found = shares(book)
    pool = book.pool("LAMP")
    free = pool.on_hand - pool.allocated
    play = {ref: row for ref, row in found.items() if not row[2]}
    free += sum(row[0].allocated - row[1] for row in play.values())
    expected = {}
    for ref, (one, least, _, priority) in sorted(
        play.items(),
        key=lambda pair: (*key(pair[1][0], pair[1][3], pair[1][1]), pair[0]),
    ):
        units = min(free, one.waiting + one.allocated - least)
        free -= units
        expected[ref] = least + units
        assert priority in (0, 1, 2)
    return expected


KEYS = [
    (oldest_first(), lambda one, priority, least: (one.queued_at,)),
    (by_priority(), lambda one, priority, least: (priority, one.queued_at)),
    (
        smallest_first(),
        lambda one, priority, least: (
            one.waiting + one.allocated - least,
            one.queued_at,
        ),
    ),
]


@given(muddled(), st.sampled_from(KEYS))
def test_a_ranking_serves_all_that_is_in_play_in_turn(book, case):
    policy, key = case
    expected = ranked_oracle(book, key)
    apply(book, reallocated(book, policy))
    got = {ref: row[0].allocated for ref, row in shares(book).items() if not row[2]}
    assert got == expected


@given(muddled())
def test_equal_shares_differ_by_no_more_than_a_unit(book):
    apply(book, reallocated(book, uniform()))
    free = book.pool("LAMP").free
    play = [row for row in shares(book).values() if not row[2]]
    loose = [one.allocated - least for one, least, _, _ in play]
    short = [one.allocated - least for one, least, _, _ in play if one.waiting]
    assert not (free and short)
    assert not short or max(loose) <= min(short) + 1


@given(
    st.lists(st.tuples(st.integers(1, 8), st.integers(0, 3)), max_size=6),
    st.integers(0, 20),
    st.integers(0, 8),
)
def test_a_book_filled_oldest_first_has_nothing_to_share_anew(wishes, units, reserve):
    book = OrderBook(oldest_first())
    stock(book, units)
    do(book, plan_reserve, "LAMP", reserve, at=NOON)
    for n, (quantity, minute) in enumerate(sorted(wishes, key=lambda one: one[1])):
        place(book, f"O-{n}", quantity, minute)
    stock(book, units + 3)
    assert reallocated(book).is_empty


@given(muddled())
def test_previews_under_several_policies_can_be_laid_side_by_side(book):
    before, version = shares(book), book.version
    plans = {policy.name: reallocated(book, policy) for policy in RANKINGS + SHARINGS}
    for plan in plans.values():
        for one in differences(book, plan, today=TODAY):
            status = book.line(one.line)
            assert one.before == status.allocated
            assert one.gains == one.after - one.before != 0
            assert one.waiting == status.waiting - one.gains
    assert (shares(book), book.version) == (before, version)
    assert plans == {
        policy.name: reallocated(book, policy) for policy in RANKINGS + SHARINGS
    }


# By hand: moving stock


@pytest.fixture
def pair(book) -> OrderBook:
    stock(book, 5)
    place(book, "O-1", 5)
    place(book, "O-2", 3, 1)
    return book


@pytest.mark.parametrize("units", [1, 3])
def test_stock_is_moved_by_hand_with_a_name_and_a_reason(pair, units):
    plan = do(pair, plan_reassignment, "O-1/1", "O-2/1", units, **BY_HAND)
    event = AllocationMoved("O-1/1", 0, "O-2/1", 0, units, "eve", "a wedding", NOON)
    assert plan.events == (event,)
    assert list(standing(pair).values()) == [5 - units, units]
    said = "1 unit" if units == 1 else f"{units} units"
    assert plan.explain() == f"O-1/1 gives {said} to O-2/1 (eve: a wedding)."


def test_a_move_tells_who_became_shippable_and_who_waits_no_more(pair):
    plan = plan_reassignment(pair, "O-1/1", "O-2/1", 3, **BY_HAND)
    assert (plan.became_shippable, plan.left_backlog) == (("O-2",), ("O-2",))
    plan = plan_reassignment(pair, "O-1/1", "O-2/1", 2, **BY_HAND)
    assert (plan.became_shippable, plan.left_backlog) == (("O-2",), ())


def test_what_moved_away_waits_again_at_its_old_place(pair):
    do(pair, plan_reassignment, "O-1/1", "O-2/1", 2, **BY_HAND)
    assert [(one.line, one.quantity) for one in pair.backorders("LAMP")] == [
        ("O-1/1", 2),
        ("O-2/1", 1),
    ]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("O-9/1", "O-2/1", 1), UnknownReference),
        (("O-1/1", "O-9/1", 1), UnknownReference),
        (("O-1/1", "O-1/1", 1), InvalidValue),
        (("O-1/1", "O-2/1", 0), InvalidValue),
        (("O-1/1", "O-2/1", True), InvalidValue),
        (("O-1/1", "O-2/1", 4), NotPossible),
        (("O-2/1", "O-1/1", 1), NotPossible),
        (("O-1/1", "O-3/1", 1), NotPossible),
        (("O-1/1", "O-4/1", 1), NotPossible),
    ],
    ids=[
        "unknown line",
        "unknown target",
        "same line",
        "nothing",
        "no number",
        "more than waits",
        "nothing allocated",
        "other SKU",
        "other location",
    ],
)
def test_a_move_that_cannot_be_is_refused(pair, args, error):
    place(pair, "O-3", 2, 2, sku="RUG")
    place(pair, "O-4", 2, 3, location="north")
    with untouched(pair), pytest.raises(error):
        plan_reassignment(pair, *args, **BY_HAND)


@pytest.mark.parametrize(("frozen", "possible"), [(2, True), (3, False)])
def test_frozen_units_are_not_moved_by_hand(pair, frozen, possible):
    do(pair, plan_freeze, {"O-1/1": frozen}, at=NOON)
    if possible:
        do(pair, plan_reassignment, "O-1/1", "O-2/1", 3, **BY_HAND)
    else:
        with untouched(pair), pytest.raises(NotPossible):
            plan_reassignment(pair, "O-1/1", "O-2/1", 3, **BY_HAND)


@pytest.mark.parametrize(
    "missing", [{"actor": ""}, {"reason": ""}, {"at": None}, {"actor": None}]
)
def test_nothing_is_done_by_hand_without_a_name_a_reason_and_a_time(pair, missing):
    with untouched(pair), pytest.raises(InvalidValue):
        plan_reassignment(pair, "O-1/1", "O-2/1", 1, **{**BY_HAND, **missing})
    with untouched(pair), pytest.raises(InvalidValue):
        plan_priority(pair, "O-1", 3, **{**BY_HAND, **missing})


def test_a_told_move_is_checked_like_a_planned_one(pair):
    place(pair, "O-3", 2, 2, sku="RUG")
    by = ("eve", "a wedding", NOON)
    for event in (
        AllocationMoved("O-1/1", 0, "O-3/1", 0, 1, *by),
        AllocationMoved("O-1/1", 0, "O-2/1", 0, 4, *by),
        AllocationMoved("O-2/1", 0, "O-1/1", 0, 1, *by),
    ):
        with untouched(pair), pytest.raises((InvalidValue, NotPossible)):
            pair.follow([event])


# By hand: priority


def test_an_order_made_urgent_stands_first_from_now_on():
    book = OrderBook(by_priority())
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    order = PurchaseOrder(
        "PO-1",
        "ACME",
        NOON,
        [PurchaseLine("PO-1/1", "LAMP", 5, expected_on=date(2026, 3, 10))],
    )
    do(book, plan_purchase_order, order)
    plan = do(book, plan_priority, "O-2", -1, **BY_HAND)
    assert plan.events == (OrderReprioritised("O-2", -1, "eve", "a wedding", NOON),)
    assert plan.explain() == "O-2 now has priority -1 (eve: a wedding)."
    assert [one.line for one in book.backorders("LAMP")] == ["O-2/1", "O-1/1"]
    assert [one.priority for one in book.backorders("LAMP")] == [-1, 0]
    assert book.order("O-2").priority == -1
    assert expected_dates(book, "O-2/1")[0].on == date(2026, 3, 10)
    assert expected_dates(book, "O-1/1")[0].on is None
    at = NOON + timedelta(hours=1)
    do(book, plan_amendment, "O-2/1", 8, at=at)
    lines = [(one.line, one.portion) for one in book.backorders("LAMP")]
    assert lines == [("O-2/1", 0), ("O-2/1", 1), ("O-1/1", 0)]
    assert stock(book, 7).allocated() == {"O-2/1": 7}


def test_a_raise_is_served_by_the_new_priority_in_the_same_plan():
    book = OrderBook(by_priority(filling=Filling.WHOLE_LINE))
    stock(book, 1)
    place(book, "O-2", 1)
    place(book, "O-1", 5)
    stock(book, 4)  # three stay free: the first waits for five, and nobody passes it
    do(book, plan_priority, "O-2", -1, **BY_HAND)
    plan = do(book, plan_amendment, "O-2/1", 3, at=NOON + timedelta(hours=1))
    assert plan.allocated() == {"O-2/1": 2}


def test_what_is_allocated_stays_when_an_order_becomes_urgent():
    book = OrderBook(by_priority())
    stock(book, 5)
    place(book, "O-1", 5)
    place(book, "O-2", 5, 1)
    do(book, plan_priority, "O-2", -1, **BY_HAND)
    assert list(standing(book).values()) == [5, 0]
    do(book, plan_reallocation, at=NOON)
    assert list(standing(book).values()) == [0, 5]


def test_the_same_priority_changes_nothing(pair):
    assert plan_priority(pair, "O-1", 0, **BY_HAND).is_empty


@pytest.mark.parametrize("priority", [1.5, None, True, 10**6 + 1, -(10**6) - 1])
def test_a_priority_is_a_small_whole_number(pair, priority):
    with untouched(pair), pytest.raises(InvalidValue):
        plan_priority(pair, "O-1", priority, **BY_HAND)
    with pytest.raises(UnknownReference):
        plan_priority(pair, "O-9", 1, **BY_HAND)


def test_the_furthest_priorities_are_taken(pair):
    for priority in (10**6, -(10**6)):
        do(pair, plan_priority, "O-1", priority, **BY_HAND)
        assert pair.order("O-1").priority == priority


def test_who_becomes_first_in_a_strict_queue_gets_what_lies_free():
    """The plan that changes a queue ends with free goods meeting it."""
    book = OrderBook(by_priority(filling=Filling.WHOLE_LINE))
    place(book, "O-1", 5)
    place(book, "O-2", 3, 1)
    stock(book, 3)
    assert book.pool("LAMP").free == 3
    do(book, plan_priority, "O-2", -1, **BY_HAND)
    assert list(standing(book).values()) == [0, 3]


def test_a_line_filled_up_by_hand_lets_free_goods_pass():
    book = OrderBook(oldest_first(filling=Filling.WHOLE_LINE))
    stock(book, 2)
    place(book, "O-0", 2)
    place(book, "O-1", 5, 1)
    stock(book, 5)
    assert book.pool("LAMP").free == 3
    plan = do(book, plan_reassignment, "O-0/1", "O-1/1", 2, **BY_HAND)
    assert standing(book) == {"O-0/1": 2, "O-1/1": 2}  # the oldest is served again
    assert plan.became_shippable == ("O-1",)


def test_stock_moved_to_a_held_order_stays_with_it(pair):
    do(pair, plan_hold, "O-2", reason="fraud check", at=NOON)
    plan = do(pair, plan_reassignment, "O-1/1", "O-2/1", 2, **BY_HAND)
    assert (plan.became_shippable, plan.left_backlog) == ((), ())
    assert standing(pair) == {"O-1/1": 3, "O-2/1": 2}


def test_what_was_done_by_hand_is_replayed():
    policy = by_priority()
    book, history = OrderBook(policy), []
    stock_of = [
        lambda: plan_count(book, "LAMP", 5, at=NOON),
        lambda: plan_order(book, Order("O-1", "ada", NOON, [Line("O-1/1", "LAMP", 5)])),
        lambda: plan_order(book, Order("O-2", "bob", NOON, [Line("O-2/1", "LAMP", 5)])),
        lambda: plan_reassignment(book, "O-1/1", "O-2/1", 2, **BY_HAND),
        lambda: plan_priority(book, "O-2", -1, **BY_HAND),
        lambda: plan_reallocation(book, at=NOON),
        lambda: plan_shipment(book, "S-1", "O-2", at=NOON),
    ]
    for decision in stock_of:
        plan = decision()
        apply(book, plan)
        history += plan.events
        assert OrderBook.replay(history, policy) == book
    assert any(isinstance(one, AllocationMoved) for one in history)
    assert any(isinstance(one, OrderReprioritised) for one in history)


def test_a_history_undone_by_its_last_event_leaves_moves_and_priorities_undone(pair):
    by = ("eve", "a wedding", NOON)
    with untouched(pair), pytest.raises(NotPossible):
        pair.follow(
            [
                AllocationMoved("O-1/1", 0, "O-2/1", 0, 2, *by),
                OrderReprioritised("O-2", -1, *by),
                Allocated("O-1/1", 0, 1, wanted=2, at=NOON),
            ]
        )
    assert pair.order("O-2").priority == 0
    assert [one.line for one in pair.backorders("LAMP")] == ["O-2/1"]


def test_a_line_that_was_cancelled_or_fell_due_takes_part_again(book):
    stock(book, 6)
    later = Line("O-1/1", "LAMP", 6, allocate_not_before=date(2026, 3, 5))
    do(book, plan_order, Order("O-1", "ada", NOON, [later]))
    place(book, "O-2", 8, 1)
    assert reallocated(book, uniform()).is_empty
    do(book, plan_day, at=datetime(2026, 3, 5, tzinfo=UTC))
    do(book, plan_reallocation, uniform(), at=NOON)
    assert list(standing(book).values()) == [3, 3]
    do(book, plan_cancellation, "O-1", at=NOON)
    assert reallocated(book, uniform()).is_empty
    assert list(standing(book).values()) == [0, 6]
