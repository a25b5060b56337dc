"""Available-to-promise tables against their definitions, recounted from raw rows."""

from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import assume, given, strategies as st

from backorderkit.errors import InvalidValue
from backorderkit.promising import PromiseClaim, atp_table, queue_table

TODAY = date(2026, 3, 2)


def rows(table):
    return (
        table.discrete,
        table.running_discrete,
        table.cumulative,
        table.look_ahead,
        table.netted,
    )


def test_a_deficit_that_nothing_covers_stays_in_the_first_bucket():
    table = atp_table(3, [0, 4], [5, 9])
    assert rows(table) == ((-2, -5), (-2, -7), (-2, -7), (-7, -7), (-7, 0))
    assert table.earliest(1) is None


figures = st.lists(
    st.tuples(st.integers(0, 9) | st.just(0), st.integers(0, 9)),
    min_size=1,
    max_size=9,
)
problems = st.tuples(st.integers(0, 12), figures).map(
    lambda drawn: (
        drawn[0],
        [receipt for receipt, _ in drawn[1]],
        [order for _, order in drawn[1]],
    )
)


def balances(on_hand, receipts, orders):
    """The stock at the end of each bucket, counted from the start each time."""
    return [
        on_hand + sum(receipts[: end + 1]) - sum(orders[: end + 1])
        for end in range(len(receipts))
    ]


def receipt_buckets(receipts):
    return [place for place, units in enumerate(receipts) if units or place == 0]


@given(problems)
def test_the_rows_follow_their_definitions(problem):
    on_hand, receipts, orders = problem
    table, balance = atp_table(*problem), balances(*problem)
    starts = receipt_buckets(receipts)
    for place, end in zip(starts, [*starts[1:], len(receipts)], strict=True):
        stock = receipts[place] + (on_hand if place == 0 else 0)
        assert table.discrete[place] == stock - sum(orders[place:end])
    assert [n for n, one in enumerate(table.discrete) if one is not None] == starts
    assert list(table.cumulative) == balance
    assert list(table.look_ahead) == [min(balance[n:]) for n in range(len(balance))]
    assert list(table.look_ahead) == sorted(table.look_ahead)


@given(problems)
def test_the_discrete_row_adds_up_to_the_balance_before_each_receipt(problem):
    table, balance = atp_table(*problem), balances(*problem)
    ends = [place - 1 for place in receipt_buckets(problem[1])[1:]]
    for end in [*ends, len(balance) - 1]:
        assert table.running_discrete[end] == balance[end]


@given(problems)
def test_the_netted_row_adds_up_to_the_look_ahead_at_each_receipt(problem):
    table, balance = atp_table(*problem), balances(*problem)
    running = list(accumulate(figure or 0 for figure in table.netted))
    for place in receipt_buckets(problem[1]):
        assert running[place] == min(balance[place:])
    assert all(figure is None or figure >= 0 for figure in table.netted[1:])
    assert [one is None for one in table.netted] == [
        one is None for one in table.discrete
    ]


@given(problems, st.data())
def test_what_look_ahead_allows_can_be_promised_and_no_unit_more(problem, data):
    on_hand, receipts, orders = problem
    assume(min(balances(*problem)) >= 0)
    place = data.draw(st.integers(0, len(orders) - 1))
    free = atp_table(*problem).look_ahead[place]
    for more in (0, 1):
        promised = list(orders)
        promised[place] += free + more
        assert min(balances(on_hand, receipts, promised)) >= 0 or more
        assert min(balances(on_hand, receipts, promised)[place:]) == -more


@given(problems, st.integers(1, 30))
def test_the_earliest_bucket_is_the_first_that_keeps_every_later_balance(
    problem, units
):
    balance = balances(*problem)
    safe = [n for n in range(len(balance)) if min(balance[n:]) >= units]
    assert atp_table(*problem).earliest(units) == (safe[0] if safe else None)


@given(problems, st.integers(1, 30))
def test_a_split_is_as_early_as_can_be_and_takes_nobodys_goods(problem, units):
    on_hand, receipts, orders = problem
    parts = dict(atp_table(*problem).split(units))
    balance = balances(*problem)
    if balance[-1] < units:
        assert parts == {}
        return
    assert sum(parts.values()) == units and min(parts.values()) > 0
    for place in range(len(balance)):
        told = sum(part for bucket, part in parts.items() if bucket <= place)
        assert told == min(max(min(balance[place:]), 0), units)
    promised = [one + parts.get(n, 0) for n, one in enumerate(orders)]
    after = balances(on_hand, receipts, promised)
    assert min(after) >= min(0, *balance)


@given(problems)
def test_lists_and_tuples_give_the_same_table(problem):
    on_hand, receipts, orders = problem
    assert atp_table(*problem) == atp_table(on_hand, tuple(receipts), tuple(orders))


@pytest.mark.parametrize(
    ("on_hand", "receipts", "orders", "named"),
    [
        (-1, [0], [0], "on_hand is -1"),
        (True, [0], [0], "on_hand is True"),
        (1.0, [0], [0], "on_hand is 1.0"),
        (1, [0, -1], [0, 0], r"receipts\[1\] is -1"),
        (1, [0, 1.5], [0, 0], r"receipts\[1\] is 1.5"),
        (1, [0], [True], r"orders\[0\] is True"),
        (1, [0], [None], r"orders\[0\] is None"),
        (1, [0, 1], [0], r"length of receipts and orders is \(2, 1\)"),
        (1, [0], [0, 1], r"length of receipts and orders is \(1, 2\)"),
        (1, [], [], r"length of receipts and orders is \(0, 0\): .* at least one"),
        (1, {0}, [0], "receipts is {0}"),
        (1, [0], 0, "orders is 0"),
        (1, [0], "0", r"orders\[0\] is '0'"),
        (1, iter([0]), [0], "receipts is <list_iterator"),
    ],
)
def test_a_wrong_row_is_named(on_hand, receipts, orders, named):
    with pytest.raises(InvalidValue, match=named):
        atp_table(on_hand, receipts, orders)


@pytest.mark.parametrize("quantity", [0, -1, True, 1.0, "1"])
def test_a_wrong_quantity_has_no_bucket(quantity):
    with pytest.raises(InvalidValue, match="quantity"):
        atp_table(5, [1], [2]).earliest(quantity)
    with pytest.raises(InvalidValue, match="quantity"):
        atp_table(5, [1], [2]).split(quantity)


# The table of a queue.

claims = st.lists(
    st.builds(
        PromiseClaim,
        st.integers(1, 9),
        st.integers(-2, 6).map(lambda days: TODAY + timedelta(days=days)),
        st.booleans(),
    ),
    max_size=7,
)


@given(st.integers(0, 30), claims, st.none() | st.integers(0, 5))
def test_each_unreleased_claim_sees_what_counts_before_it(on_hand, queue, horizon):
    table = queue_table(on_hand, queue, today=TODAY, horizon_days=horizon)
    for place, (claim, found) in enumerate(zip(queue, table, strict=True)):
        if claim.is_released:
            continue
        before = 0
        for other_place, other in enumerate(queue):
            days = (other.on - TODAY).days
            in_horizon = horizon is None or days <= horizon
            if other.is_released or (other_place < place and in_horizon):
                before += other.quantity
        assert found.promised_before == before
        assert found.available == sorted([0, on_hand - before, claim.quantity])[1]


@given(st.integers(0, 30), claims)
def test_without_a_horizon_the_queue_gives_out_what_there_is(on_hand, queue):
    table = queue_table(on_hand, queue, today=TODAY)
    wanted = sum(claim.quantity for claim in queue)
    assert sum(found.available for found in table) == min(on_hand, wanted)


@given(st.integers(0, 30), claims)
def test_released_claims_stand_in_order_among_themselves(on_hand, queue):
    table = queue_table(on_hand, queue, today=TODAY, horizon_days=0)
    released = [one for one in queue if one.is_released]
    alone = queue_table(on_hand, released, today=TODAY)
    found = [one for one, claim in zip(table, queue, strict=True) if claim.is_released]
    assert found == list(alone)


@pytest.mark.parametrize(("days", "counts"), [(1, True), (2, True), (3, False)])
def test_a_claim_counts_up_to_the_last_day_of_the_horizon(days, counts):
    queue = [PromiseClaim(5, TODAY + timedelta(days=days)), PromiseClaim(20, TODAY)]
    found = queue_table(20, queue, today=TODAY, horizon_days=2)
    assert found[1] == ((5, 15) if counts else (0, 20))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"on_hand": -1}, "on_hand"),
        ({"claims": [5]}, "claims"),
        ({"claims": iter([])}, "claims"),
        ({"today": "2026-03-02"}, "today"),
        ({"horizon_days": -1}, "horizon_days"),
        ({"horizon_days": True}, "horizon_days"),
    ],
)
def test_a_wrong_queue_is_named(change, named):
    given_well = {"on_hand": 5, "claims": [], "today": TODAY, "horizon_days": 1}
    with pytest.raises(InvalidValue, match=named):
        queue_table(**(given_well | change))


@pytest.mark.parametrize(
    "wrong", [(0, TODAY), (1.0, TODAY), (1, "today"), (1, TODAY, "yes")]
)
def test_a_wrong_claim_is_refused(wrong):
    with pytest.raises(InvalidValue):
        PromiseClaim(*wrong)
