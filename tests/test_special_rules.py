"""The rules for special cases: exchanges, lots, stocks elsewhere, reserves, segments.

Exact numbers are published (and recomputed) or follow from exact fractions; slow and
plain versions of the rules stand beside them as oracles.
"""

import math
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from backorderkit.errors import InvalidValue
from backorderkit.policies.rules import (
    MOST_DRAWS,
    LotRounding,
    Segment,
    SegmentBreach,
    SegmentClaim,
    SegmentConflict,
    booking_limits,
    constrained_equal_losses,
    critical_level_rationing,
    emsr_b,
    equal_days_of_supply,
    in_turn,
    linear_rationing_rule,
    littlewood,
    may_become,
    proportional_random_allocation,
    share_by_segment,
    threshold_clearing_mechanism,
    threshold_pro_rata,
)

F = Fraction
HUGE = 10**15


def equal_rationing(available, claims):
    parts = [F(1, len(claims) or 1)] * len(claims)
    return linear_rationing_rule(available, claims, fractions=parts)


def shared(claims):
    """Draw problems in which the goods do not exceed the claims."""
    return claims.flatmap(
        lambda drawn: st.tuples(st.integers(0, sum(drawn)), st.just(drawn))
    )


small_claims = st.lists(st.integers(0, 12), max_size=7).map(tuple)
small_problems = shared(small_claims)


def to_whole_units(shares):
    """Round by largest remainder, the naive way."""
    awards = [math.floor(share) for share in shares]
    for _ in range(int(sum(shares)) - sum(awards)):
        gaps = [share - award for share, award in zip(shares, awards, strict=True)]
        awards[gaps.index(max(gaps))] += 1
    return tuple(awards)


def per_line(*numbers):
    """Draw a small problem and, line by line, one more number of each kind."""
    return small_problems.flatmap(
        lambda problem: st.tuples(
            st.just(problem),
            *(
                st.lists(each, min_size=len(problem[1]), max_size=len(problem[1]))
                for each in numbers
            ),
        )
    )


X08 = partial(threshold_pro_rata, lot=100, lot_rounding=LotRounding.NEAREST)
X09 = partial(threshold_pro_rata, guaranteed=[0], guaranteed_share=F(2, 5))


@pytest.mark.parametrize(
    ("rule", "incoming", "orders", "fills"),
    [
        # CME notice: top order, then pro-rata with a minimum of two, then by time.
        (
            *(partial(threshold_pro_rata, top=10, minimum_fill=2), 60),
            *((10, 5, 20, 50, 75), (10, 3, 6, 16, 25)),
        ),
        # CME complex match examples.
        (
            *(partial(threshold_pro_rata, minimum_fill=2), 401),
            *((900, 200, 300, 400, 100), (191, 42, 63, 84, 21)),
        ),
        (
            *(partial(threshold_pro_rata, top=100, minimum_fill=2), 291),
            *((100, 200, 300, 400), (100, 44, 63, 84)),
        ),
        (
            *(partial(threshold_pro_rata, top=10, minimum_fill=2), 21),
            *((10, 40, 20, 30), (10, 6, 2, 3)),
        ),
        (threshold_pro_rata, 20, (10, 30), (5, 15)),
        (threshold_pro_rata, 50, (500, 500), (25, 25)),
        (in_turn, 4, (1, 2, 3), (1, 2, 1)),
        # TSX: board lots, nearest lot; then a guaranteed share of 40 %.
        (X08, 75_000, (40_000, 50_000), (33_300, 41_700)),
        (X09, 500, (900, 900), (200, 300)),
    ],
    ids=[f"X0{number}" for number in range(1, 10)],
)
def test_orders_are_filled_as_exchanges_publish(rule, incoming, orders, fills):
    assert rule(incoming, orders) == fills


@pytest.mark.parametrize(
    ("minimum_fill", "fills"),
    [(0, (4, 1, 2)), (1, (4, 1, 2)), (2, (5, 0, 2)), (3, (6, 1, 0))],
)
def test_a_fill_below_the_minimum_goes_to_the_oldest_instead(minimum_fill, fills):
    # Shares of 7 in 12: 3.5, 1.17 and 2.33, rounded down 3, 1 and 2.
    assert threshold_pro_rata(7, (6, 2, 4), minimum_fill=minimum_fill) == fills


def test_a_top_order_takes_no_more_than_its_claim_or_the_limit():
    assert threshold_pro_rata(10, (4, 20), top=9) == (4, 6)
    assert threshold_pro_rata(10, (20, 20), top=3)[0] == 3 + 3 + 1
    assert threshold_pro_rata(2, (20, 20), top=3) == (2, 0)


def test_a_guaranteed_share_is_split_by_time_and_joins_again_for_the_rest():
    split = partial(threshold_pro_rata, guaranteed=[2, 0], guaranteed_share=F(1, 2))
    # 5 of 10 by time: 3 to the first, 2 to the third; the book's 2 leave 3 more.
    assert split(10, (3, 2, 9)) == (3, 2, 5)
    assert split(10, (4, 9, 9)) == (4, 5, 1)
    assert split(3, (0, 0, 5)) == (0, 0, 3)
    assert threshold_pro_rata(9, (9, 9), guaranteed=[1], guaranteed_share=F(0)) == (
        9,
        0,
    )
    assert threshold_pro_rata(9, (9, 9), guaranteed=[1], guaranteed_share=F(1)) == (
        0,
        9,
    )
    assert threshold_pro_rata(5, (9, 9), guaranteed=[1], guaranteed_share=F(1, 2)) == (
        3,
        2,
    )


def test_claims_that_the_rest_covers_are_filled_whole_whatever_the_lot():
    half = partial(threshold_pro_rata, guaranteed=[0], guaranteed_share=F(2, 5), lot=10)
    assert half(25, (40, 15)) == (10, 15)
    # One unit more claimed, and only a whole lot is shared: the rest goes by time.
    assert half(25, (40, 16)) == (15, 10)


@pytest.mark.parametrize(
    ("available", "down", "nearest"),
    [
        (149, (149, 0), (100, 49)),
        (99, (99, 0), (99, 0)),
        (100, (100, 0), (100, 0)),
        (300, (200, 100), (200, 100)),
    ],
)
def test_lots_round_down_or_to_nearest_with_half_a_lot_up(available, down, nearest):
    claims = (200, 200)
    assert threshold_pro_rata(available, claims, lot=100) == down
    both = threshold_pro_rata(
        available, claims, lot=100, lot_rounding=LotRounding.NEAREST
    )
    assert both == nearest


def test_half_a_lot_rounds_up_and_never_beyond_the_claim():
    nearest = partial(threshold_pro_rata, lot_rounding=LotRounding.NEAREST)
    assert nearest(200, (100, 100, 200), lot=100) == (100, 100, 0)
    assert nearest(199, (100, 100, 200), lot=100) == (99, 0, 100)
    assert nearest(9, (5, 5), lot=3) == (5, 4)


def test_the_same_seed_draws_the_same_lots_in_every_run():
    assert proportional_random_allocation(6, (4, 4, 8), seed=7) == (1, 2, 3)
    assert proportional_random_allocation(6, (4, 4, 8), seed=8) == (2, 3, 1)


@given(problem=small_problems, seed=st.integers(0, 99))
def test_one_unit_more_from_the_same_seed_takes_no_lot_back(problem, seed):
    available, claims = problem
    fewer = proportional_random_allocation(available, claims, seed=seed)
    more = proportional_random_allocation(available + 1, claims, seed=seed)
    if available + 1 < sum(claims):
        assert all(a <= b for a, b in pairwise_lines(fewer, more))


def pairwise_lines(first, second):
    return zip(first, second, strict=True)


def test_lots_are_drawn_with_chances_proportional_to_what_is_open():
    draws = Counter(
        proportional_random_allocation(2, (1, 3), seed=seed) for seed in range(4_000)
    )
    # Two of four tickets: the single one is among them half of the time.
    assert set(draws) == {(1, 1), (0, 2)}
    assert abs(draws[1, 1] - 2_000) < 5 * 32
    wins = Counter()
    for seed in range(3_000):
        wins.update(
            dict(enumerate(proportional_random_allocation(6, (2, 4, 6), seed=seed)))
        )
    assert all(
        abs(wins[line] - 3_000 * share) < 200 for line, share in enumerate((1, 2, 3))
    )


def test_a_lottery_of_more_draws_than_the_limit_is_refused():
    with pytest.raises(InvalidValue, match=f"draw at most {MOST_DRAWS}"):
        proportional_random_allocation(MOST_DRAWS + 1, (HUGE, HUGE), seed=1)
    assert proportional_random_allocation(2 * HUGE, (HUGE, HUGE), seed=1) == (
        HUGE,
        HUGE,
    )
    assert sum(proportional_random_allocation(1_000, (HUGE, HUGE), seed=1)) == 1_000


def test_days_of_supply_are_levelled_as_published():
    three = {"stocks": (50, 100, 75), "daily_demands": (10, 50, 15)}
    # All last 29/3 days: 140/3, 1150/3 and 70 units.
    assert equal_days_of_supply(500, (500, 500, 500), **three) == (47, 383, 70)
    # The second is full at 300; the others last 13 days.
    assert equal_days_of_supply(500, (500, 300, 500), **three) == (80, 300, 120)


def levelled(available, claims, stocks, rates):
    """Let the line that would run out first take, until all lines are level; exact."""
    days = {F(s, r) for s, r in zip(stocks, rates, strict=True)}
    days |= {F(s + c, r) for c, s, r in zip(claims, stocks, rates, strict=True)}

    def at(day):
        return [
            min(max(F(0), day * rate - stock), F(claim))
            for claim, stock, rate in zip(claims, stocks, rates, strict=True)
        ]

    if not days:
        return ()
    for before, after in pairwise([F(0), *sorted(days)]):
        low, high = sum(at(before)), sum(at(after))
        if low <= available <= high and high > low:
            part = (available - low) / (high - low)
            return tuple(at(before + part * (after - before)))
    return tuple(map(F, claims)) if available else (F(0),) * len(claims)


@given(drawn=per_line(st.integers(0, 20), st.integers(1, 6)))
def test_cover_is_lifted_from_the_poorest_up(drawn):
    (available, claims), stocks, rates = drawn
    awards = equal_days_of_supply(available, claims, stocks=stocks, daily_demands=rates)
    assert awards == to_whole_units(levelled(available, claims, stocks, rates))


def test_a_shortage_is_taken_away_in_the_given_fractions():
    sigma_squared = (4, 9, 12)
    parts = [F(1, 6) + F(each, 2 * 25) for each in sigma_squared]
    assert parts == [F(37, 150), F(26, 75), F(61, 150)]
    # Exactly 16.3, 24.8 and 33.9.
    assert linear_rationing_rule(75, (20, 30, 40), fractions=parts) == (
        16,
        25,
        34,
    )


def rationed(available, claims, parts):
    """Cut by fractions; whoever falls below zero stops there and the others go on."""
    short, cut = F(sum(claims) - available), [F(0)] * len(claims)
    while short:
        bearing = [line for line, claim in enumerate(claims) if cut[line] < claim]
        whole = sum(parts[line] for line in bearing)
        for line in bearing:
            cut[line] += short * parts[line] / whole
        short = sum(max(F(0), cut[line] - claims[line]) for line in bearing)
        cut = [min(loss, F(claim)) for loss, claim in zip(cut, claims, strict=True)]
    return tuple(claim - loss for claim, loss in zip(claims, cut, strict=True))


@given(drawn=per_line(st.integers(1, 9)))
def test_no_share_of_a_shortage_exceeds_the_claim_and_the_rest_is_carried_on(drawn):
    (available, claims), weights = drawn
    parts = [F(weight, sum(weights)) for weight in weights]
    exact = rationed(available, claims, parts)
    awards = linear_rationing_rule(available, claims, fractions=parts)
    assert awards == to_whole_units(exact)


@given(problem=small_problems)
def test_equal_fractions_are_equal_losses(problem):
    assert equal_rationing(*problem) == constrained_equal_losses(*problem)


def decimals(text):
    return [Decimal(number) for number in text.split()]


def three_decimals(levels):
    return [str(level.quantity.quantize(Decimal("0.001"))) for level in levels]


def test_nested_protection_levels_are_the_published_ones():
    levels = emsr_b(
        (1200, 1000, 800, 600, 400, 200),
        means=decimals("31.2 10.9 14.8 19.9 26.9 36.3"),
        deviations=decimals("11.2 6.6 7.7 8.9 10.4 12"),
    )
    assert three_decimals(levels) == ["20.365", "35.405", "54.339", "80.074", "117.436"]
    protected = [level.nearest for level in levels]
    assert protected == [20, 35, 54, 80, 117]
    assert booking_limits(100, protected) == (20, 15, 19, 26, 20, 0)


def test_another_textbook_has_the_same_levels():
    levels = emsr_b(
        (1050, 567, 534, 520),
        means=decimals("17.3 45.1 39.6 34.0"),
        deviations=decimals("5.8 15.0 13.2 11.3"),
    )
    assert three_decimals(levels) == ["16.717", "50.944", "83.155"]


def test_littlewood_keeps_what_the_textbooks_keep():
    full_fare = littlewood(770, 440, mean=100, deviation=25)
    assert str(full_fare.quantity.quantize(Decimal("0.0001"))) == "95.4997"
    assert full_fare.rounded_up == 96
    assert three_decimals([littlewood(675, 375, mean=80, deviation=35)]) == ["75.110"]


@pytest.mark.parametrize(
    ("chance", "point"),
    [
        # Points of the standard normal distribution from printed tables.
        ("0.5", "0.0000000000"),
        ("0.025", "1.9599639845"),
        ("0.01", "2.3263478740"),
        ("0.001", "3.0902323062"),
        ("0.000001", "4.7534243088"),
        ("0.000000000001", "7.0344838253"),
    ],
)
def test_the_normal_distribution_is_the_one_of_the_tables(chance, point):
    # With a large mean the clamp at zero stays out of the way.
    level = littlewood(1, Decimal(chance), mean=100, deviation=1)
    assert level.quantity - 100 == Decimal(point)
    mirrored = littlewood(1, 1 - Decimal(chance), mean=100, deviation=1)
    assert mirrored.quantity - 100 == -Decimal(point)


def test_no_context_of_the_host_changes_a_level():
    with localcontext() as context:
        context.prec = 3
        assert littlewood(770, 440, mean=100, deviation=25).rounded_up == 96
        assert littlewood(675, 375, mean=80, deviation=35).quantity > Decimal("75.1")


def test_levels_are_never_negative_and_sure_demand_is_kept_whole():
    assert littlewood(100, 99, mean=1, deviation=50).quantity == 0
    assert littlewood(100, 99, mean=7, deviation=0).quantity == 7
    assert emsr_b((3, 2), means=(0,), deviations=(0,))[0].quantity == 0
    assert emsr_b((3,), means=(), deviations=()) == ()


def test_booking_limits_nest_and_add_up_to_the_capacity():
    assert booking_limits(10, ()) == (10,)
    assert booking_limits(10, (4, 3, 12)) == (4, 0, 6, 0)


def test_classes_are_served_above_their_level_and_the_reserve_is_rebuilt_first():
    low, high = 2, 0
    arriving = (low, low, high, low, high, low, high)
    served = critical_level_rationing(5, (1,) * 7, levels=arriving)
    assert served == (1, 1, 1, 0, 1, 0, 1)
    assert 5 - sum(served) == 0
    assert threshold_clearing_mechanism(4, (1, 1), levels=(low, low)) == (1, 1)
    assert threshold_clearing_mechanism(3, (1, 1), levels=(low, low)) == (1, 0)
    assert threshold_clearing_mechanism(2, (1, 1), levels=(low, low)) == (0, 0)


def test_a_backlog_is_cleared_by_class_and_then_by_rank():
    assert threshold_clearing_mechanism(9, (3, 3, 3, 3), levels=(2, 0, 2, 0)) == (
        1,
        3,
        0,
        3,
    )
    assert critical_level_rationing(9, (3, 3, 3, 3), levels=(2, 0, 2, 0)) == (
        3,
        3,
        1,
        2,
    )


@given(drawn=per_line(st.integers(0, 5)))
def test_no_claim_reaches_below_its_level(drawn):
    (available, claims), levels = drawn
    for rule in (critical_level_rationing, threshold_clearing_mechanism):
        awards = rule(available, claims, levels=levels)
        assert all(
            0 <= award <= claim for award, claim in pairwise_lines(awards, claims)
        )
        left = available - sum(awards)
        assert left >= 0
        for award, claim, level in zip(awards, claims, levels, strict=True):
            # What is left idle beside an open claim is its reserve.
            assert award == claim or left <= level or rule is critical_level_rationing
    assert threshold_clearing_mechanism(
        available, claims, levels=[0] * len(claims)
    ) == in_turn(available, claims)


def service(stock, level, high, low, lead_time):
    """Fill rates and mean stock of one-for-one ordering with lost sales; exact.

    With n units on order the chain moves up with every unit served and down with every
    arrival: p(n+1) / p(n) = rate(n) × lead time / (n+1). Who is served on a given stock
    is asked of the rule under test.
    """
    weights = [F(1)]
    admits = [
        [
            critical_level_rationing(stock - n, (1,), levels=(each,)) == (1,)
            for each in (0, level)
        ]
        for n in range(stock + 1)
    ]
    for n in range(stock):
        rate = high * admits[n][0] + low * admits[n][1]
        weights.append(weights[-1] * rate * lead_time / (n + 1))
    total = sum(weights)
    fill = [
        sum(w for w, open_to in zip(weights, admits, strict=True) if open_to[kind])
        for kind in (0, 1)
    ]
    on_hand = sum(w * (stock - n) for n, w in enumerate(weights))
    return fill[0] / total, fill[1] / total, on_hand / total


def test_the_service_of_two_classes_is_what_queueing_theory_says():
    assert service(5, 2, high=1, low=2, lead_time=1) == (
        *(F(565, 574), F(170, 287), F(1625, 574)),
    )
    assert service(4, 1, high=1, low=1, lead_time=2) == (
        *(F(71, 87), F(13, 29), F(128, 87)),
    )


def segment_lines(text):
    """Read `win 40/10` as a claim that requests 40 and holds 10."""
    claims = []
    for part in text.split(", "):
        name, numbers = part.split()
        requested, held = map(int, numbers.split("/"))
        claims.append(SegmentClaim(Segment(name), requested=requested, held=held))
    return claims


def test_segments_are_served_in_their_order():
    lines = segment_lines(
        "win 40/10, gain 50/30, redistribute 40/30, redistribute 30/0,"
        " fill 30/20, lose 20/10"
    )
    assert share_by_segment(100, lines) == (40, 50, 10, 0, 0, 0)
    assert share_by_segment(100, lines[::-1]) == (0, 0, 10, 0, 50, 40)
    assert share_by_segment(190, lines) == (40, 50, 40, 30, 20, 0)


def test_a_gain_that_would_lose_is_an_exception_and_never_a_cut():
    lines = segment_lines("win 40/10, gain 50/30, redistribute 40/20")
    conflict = SegmentConflict((SegmentBreach(1, Segment.GAIN, owed=30, possible=20),))
    assert share_by_segment(60, lines) == conflict
    assert share_by_segment(69, lines).breaches[0].possible == 29
    assert share_by_segment(70, lines) == (40, 30, 0)
    assert share_by_segment(71, lines) == (40, 31, 0)


def test_every_breach_is_named():
    lines = segment_lines("gain 9/5, win 8/0, skip 3/3")
    assert share_by_segment(7, lines) == SegmentConflict(
        (
            SegmentBreach(1, Segment.WIN, owed=8, possible=4),
            SegmentBreach(0, Segment.GAIN, owed=5, possible=0),
        )
    )


def test_skipped_lines_keep_what_they_hold_and_two_gains_keep_theirs_first():
    assert share_by_segment(10, segment_lines("skip 9/4, lose 9/4")) == (4, 0)
    assert share_by_segment(10, segment_lines("gain 9/2, gain 9/6")) == (4, 6)
    # Whoever now requests less than it holds gives the difference back.
    assert share_by_segment(9, segment_lines("gain 2/6, fill 3/8")) == (2, 3)


@given(
    available=st.integers(0, 40),
    claims=st.lists(
        st.builds(
            SegmentClaim,
            st.sampled_from(Segment),
            requested=st.integers(0, 12),
            held=st.integers(0, 12),
        ),
        max_size=6,
    ),
)
def test_every_division_by_segments_keeps_every_inequality(available, claims):
    kept = {
        Segment.WIN: lambda old, new, asked: new == asked,
        Segment.GAIN: lambda old, new, asked: min(old, asked) <= new <= asked,
        Segment.REDISTRIBUTE: lambda old, new, asked: 0 <= new <= asked,
        Segment.FILL: lambda old, new, asked: 0 <= new <= min(old, asked),
        Segment.LOSE: lambda old, new, asked: new == 0,
        Segment.SKIP: lambda old, new, asked: new == old,
    }
    least = {
        Segment.WIN: lambda old, asked: asked,
        Segment.GAIN: min,
        Segment.SKIP: lambda old, asked: old,
    }
    owed = sum(
        least[c.segment](c.held, c.requested) for c in claims if c.segment in least
    )
    shared_out = share_by_segment(available, claims)
    assert isinstance(shared_out, SegmentConflict) == (owed > available)
    if isinstance(shared_out, SegmentConflict):
        assert sum(b.owed - b.possible for b in shared_out.breaches) == owed - available
        return
    assert sum(shared_out) <= available
    for claim, new in zip(claims, shared_out, strict=True):
        assert kept[claim.segment](claim.held, new, claim.requested)
        assert may_become(claim, new)
    idle = available - sum(shared_out)
    at_most = sum(claim.ceiling for claim in claims)
    assert idle == max(0, available - at_most)


@pytest.mark.parametrize(
    ("claim", "allowed"),
    [
        ("win 5/3", {5}),
        ("gain 5/3", {3, 4, 5}),
        ("redistribute 5/3", {0, 1, 2, 3, 4, 5}),
        ("fill 5/3", {0, 1, 2, 3}),
        ("lose 5/3", {0}),
        ("skip 5/3", {3}),
    ],
)
def test_a_segment_is_an_inequality(claim, allowed):
    (line,) = segment_lines(claim)
    assert {new for new in range(-1, 8) if may_become(line, new)} == allowed
