"""The sharing rules against published figures, textbook definitions and their oracles.

Every exact number below is either published (and recomputed) or follows from the rule's
definition in exact fractions; none was read off this library.
"""

import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import permutations, product

import pytest
from hypothesis import example, given, strategies as st

from backorderkit.errors import InvalidValue
from backorderkit.policies.rules import (
    LotRounding,
    Segment,
    SegmentClaim,
    adams_method,
    booking_limits,
    constrained_equal_awards,
    constrained_equal_losses,
    critical_level_rationing,
    emsr_b,
    equal_awards_shares,
    equal_days_of_supply,
    equal_losses_shares,
    hamilton_method,
    in_turn,
    jefferson_method,
    largest_claim_first,
    linear_rationing_rule,
    littlewood,
    proportional_random_allocation,
    random_arrival_rule,
    random_arrival_shares,
    rounded,
    share_by_segment,
    smallest_claim_first,
    talmud_rule,
    talmud_shares,
    threshold_clearing_mechanism,
    threshold_pro_rata,
    webster_method,
)
from backorderkit.testing.policy_laws.counted_rules import (
    counted_adams,
    counted_jefferson,
    counted_linear,
    counted_uniform,
    counted_webster,
    quota_method,
)
from backorderkit.testing.policy_laws.counterexamples import find_counterexample
from backorderkit.testing.policy_laws.outcome_laws import feasible

F = Fraction
HUGE = 10**15


def with_ones(rule, *names):
    """Give a rule that needs a number per line the number 1 for each."""
    return lambda available, claims: rule(
        available, claims, **{name: (1,) * len(claims) for name in names}
    )


def equal_rationing(available, claims):
    parts = [F(1, len(claims) or 1)] * len(claims)
    return linear_rationing_rule(available, claims, fractions=parts)


# Every rule that leaves nothing idle, as a function of a problem alone.
RULES = {
    "in_turn": in_turn,
    "smallest_first": smallest_claim_first,
    "largest_first": largest_claim_first,
    "uniform": constrained_equal_awards,
    "uniform, weighted": with_ones(constrained_equal_awards, "weights"),
    "linear": constrained_equal_losses,
    "webster": webster_method,
    "jefferson": jefferson_method,
    "adams": adams_method,
    "largest_remainder": hamilton_method,
    "talmud": talmud_rule,
    "random_arrival": random_arrival_rule,
    "pro_rata_fifo": threshold_pro_rata,
    "pro_rata_fifo, all options": partial(
        threshold_pro_rata, top=2, guaranteed_share=F(1, 3), minimum_fill=2, lot=3
    ),
    "pro_rata_fifo, nearest": partial(
        threshold_pro_rata, lot=3, lot_rounding=LotRounding.NEAREST
    ),
    "fair_share": with_ones(equal_days_of_supply, "stocks", "daily_demands"),
    "linear_rationing": equal_rationing,
    "proportional_lottery": partial(proportional_random_allocation, seed=7),
    "quota_method": quota_method,
}
DIVISOR_METHODS = {
    "webster": (webster_method, counted_webster),
    "jefferson": (jefferson_method, counted_jefferson),
    "adams": (adams_method, counted_adams),
}

small_claims = st.lists(st.integers(0, 12), max_size=7).map(tuple)
large_claims = st.lists(st.integers(0, HUGE), max_size=30).map(tuple)


def shared(claims):
    """Draw problems in which the goods do not exceed the claims."""
    return claims.flatmap(
        lambda drawn: st.tuples(st.integers(0, sum(drawn)), st.just(drawn))
    )


small_problems = shared(small_claims)
large_problems = shared(large_claims)


def fractions(text):
    return tuple(F(part) for part in text.split())


@pytest.mark.parametrize(
    ("rule", "available", "claims", "shares"),
    [
        (talmud_shares, 100, (100, 200, 300), "100/3 100/3 100/3"),
        (talmud_shares, 200, (100, 200, 300), "50 75 75"),
        (talmud_shares, 300, (100, 200, 300), "50 100 150"),
        # The contested garment: one claims all of it and one half, in half units.
        (talmud_shares, 2, (2, 1), "3/2 1/2"),
        (talmud_shares, 1, (1, 1), "1/2 1/2"),
        (equal_awards_shares, 6, (4, 8), "3 3"),
        (equal_losses_shares, 6, (4, 8), "1 5"),
        (talmud_shares, 6, (4, 8), "2 4"),
        (equal_awards_shares, 10, (2, 4, 7, 8), "2 8/3 8/3 8/3"),
        (equal_losses_shares, 10, (2, 4, 7, 8), "0 1 4 5"),
        (talmud_shares, 10, (2, 4, 7, 8), "1 2 7/2 7/2"),
        (random_arrival_shares, 10, (2, 4, 7, 8), "1 11/6 10/3 23/6"),
        (equal_awards_shares, 200, (100, 200, 300), "200/3 200/3 200/3"),
        (equal_losses_shares, 200, (100, 200, 300), "0 50 150"),
        (random_arrival_shares, 200, (100, 200, 300), "100/3 250/3 250/3"),
        # Ibn Ezra's will, as told by O'Neill 1982.
        (equal_awards_shares, 120, (30, 40, 60, 120), "30 30 30 30"),
        (equal_losses_shares, 120, (30, 40, 60, 120), "0 20/3 80/3 260/3"),
        (talmud_shares, 120, (30, 40, 60, 120), "15 20 30 55"),
        (random_arrival_shares, 120, (30, 40, 60, 120), "85/6 115/6 175/6 115/2"),
        (partial(equal_awards_shares, weights=(3, 2, 1)), 12, (10, 10, 10), "6 4 2"),
        (
            partial(equal_awards_shares, weights=(3, 2, 1)),
            20,
            (10, 10, 10),
            "10 20/3 10/3",
        ),
        (
            partial(equal_awards_shares, weights=(1, 1, 2)),
            15,
            (4, 10, 20),
            "15/4 15/4 15/2",
        ),
        # A second claim met by the weighted level.
        (
            partial(equal_awards_shares, weights=(1, 1, 2)),
            20,
            (4, 10, 20),
            "4 16/3 32/3",
        ),
    ],
)
def test_exact_shares_are_the_published_ones(rule, available, claims, shares):
    assert rule(available, claims) == fractions(shares)


@pytest.mark.parametrize(
    ("stock", "needs", "report", "before", "after"),
    [
        (100, (60, 60), 90, "50 50", "65 35"),
        (100, (50, 50, 50), 75, "100/3 100/3 100/3", "50 25 25"),
        (90, (20, 40, 60), 30, "10 30 50", "50/3 80/3 140/3"),
    ],
)
def test_an_inflated_order_pays_where_losses_are_equal(
    stock, needs, report, before, after
):
    assert equal_losses_shares(stock, needs) == fractions(before)
    assert equal_losses_shares(stock, (report, *needs[1:])) == fractions(after)


@pytest.mark.parametrize(
    ("stock", "needs", "report", "before", "after"),
    [
        (100, (60, 60), 90, "50 50", "50 50"),
        (100, (50, 50, 50), 75, "100/3 100/3 100/3", "100/3 100/3 100/3"),
        # The first gets 10 more, but needed none of them.
        (90, (20, 40, 60), 30, "20 35 35", "30 30 30"),
    ],
)
def test_an_inflated_order_does_not_pay_where_awards_are_equal(
    stock, needs, report, before, after
):
    assert equal_awards_shares(stock, needs) == fractions(before)
    assert equal_awards_shares(stock, (report, *needs[1:])) == fractions(after)
    assert min(fractions(after)[0], needs[0]) <= fractions(before)[0]


def same_for(rules, awards):
    return [(rule, awards) for rule in rules]


PROPORTIONAL = [hamilton_method, quota_method, jefferson_method, webster_method]
BY_FLOOR = [adams_method, threshold_pro_rata]
SERVED = [in_turn, smallest_claim_first]
SHARED_EQUALLY = [
    constrained_equal_awards,
    constrained_equal_losses,
    *PROPORTIONAL,
    *BY_FLOOR,
    talmud_rule,
]
WHOLE_UNITS = [
    (
        *("I01", 10, (2, 4, 7, 8)),
        [
            *same_for(SERVED, (2, 4, 4, 0)),
            (largest_claim_first, (0, 0, 2, 8)),
            (constrained_equal_awards, (2, 3, 3, 2)),
            (constrained_equal_losses, (0, 1, 4, 5)),
            *same_for([*PROPORTIONAL, adams_method], (1, 2, 3, 4)),
            (threshold_pro_rata, (2, 2, 3, 3)),
            (talmud_rule, (1, 2, 4, 3)),
        ],
    ),
    (
        *("I02", 25, (10, 10, 10, 10)),
        [
            *same_for([*SERVED, largest_claim_first], (10, 10, 5, 0)),
            *same_for(SHARED_EQUALLY, (7, 6, 6, 6)),
        ],
    ),
    (
        *("I03", 7, (5, 5, 5)),
        [
            *same_for([*SERVED, largest_claim_first], (5, 2, 0)),
            *same_for(SHARED_EQUALLY, (3, 2, 2)),
        ],
    ),
    (
        *("I04", 1, (3, 3, 3)),
        same_for([*SERVED, largest_claim_first, *SHARED_EQUALLY], (1, 0, 0)),
    ),
    (
        *("I05", 100, (100, 200, 300)),
        [
            *same_for(SERVED, (100, 0, 0)),
            *same_for([largest_claim_first, constrained_equal_losses], (0, 0, 100)),
            *same_for([constrained_equal_awards, talmud_rule], (34, 33, 33)),
            *same_for([*PROPORTIONAL, *BY_FLOOR], (17, 33, 50)),
        ],
    ),
    (
        *("I06", 200, (100, 200, 300)),
        [
            *same_for(SERVED, (100, 100, 0)),
            (largest_claim_first, (0, 0, 200)),
            (constrained_equal_awards, (67, 67, 66)),
            (constrained_equal_losses, (0, 50, 150)),
            *same_for(PROPORTIONAL, (33, 67, 100)),
            (adams_method, (34, 67, 99)),
            (threshold_pro_rata, (34, 66, 100)),
            (talmud_rule, (50, 75, 75)),
        ],
    ),
    (
        *("I07", 300, (100, 200, 300)),
        [
            *same_for(SERVED, (100, 200, 0)),
            (largest_claim_first, (0, 0, 300)),
            (constrained_equal_awards, (100, 100, 100)),
            (constrained_equal_losses, (0, 100, 200)),
            *same_for([*PROPORTIONAL, *BY_FLOOR, talmud_rule], (50, 100, 150)),
        ],
    ),
    (
        *("I08", 50, (30, 40, 60, 120)),
        [
            *same_for(SERVED, (30, 20, 0, 0)),
            *same_for([largest_claim_first, constrained_equal_losses], (0, 0, 0, 50)),
            *same_for([constrained_equal_awards, talmud_rule], (13, 13, 12, 12)),
            *same_for([*PROPORTIONAL, *BY_FLOOR], (6, 8, 12, 24)),
        ],
    ),
    (
        "I14a",
        20,
        (10, 10, 10),
        [(partial(constrained_equal_awards, weights=(3, 2, 1)), (10, 7, 3))],
    ),
    (
        "I14b",
        15,
        (4, 10, 20),
        [(partial(constrained_equal_awards, weights=(1, 1, 2)), (4, 4, 7))],
    ),
]


@pytest.mark.parametrize("case", WHOLE_UNITS, ids=[case[0] for case in WHOLE_UNITS])
def test_whole_units_are_shared_as_the_definitions_say(case):
    _, available, claims, expected = case
    for rule, awards in expected:
        assert rule(available, claims) == awards, rule


METHODS = {
    "hamilton": hamilton_method,
    "jefferson": jefferson_method,
    "webster": webster_method,
    "adams": adams_method,
    "quota": quota_method,
}
WISCONSIN = (5525381, 3470152, 3864226, 201203)
WISCONSIN_LATER = (5657564, 3507464, 3885693, 201049)
SEATS = [
    # Balinski and Young 1975; Webster leaves the second one's quota of exactly 44.
    (
        *("P01", 100, (5117, 4400, 162, 161, 160)),
        {
            "hamilton": (51, 44, 2, 2, 1),
            "jefferson": (52, 45, 1, 1, 1),
            "webster": (51, 43, 2, 2, 2),
            "adams": (51, 43, 2, 2, 2),
            "quota": (52, 44, 2, 1, 1),
        },
    ),
    ("P02", 12, (14, 28, 7, 35), dict.fromkeys(METHODS, (2, 4, 1, 5))),
    ("P03", 6, (0, 14, 28, 0, 0), dict.fromkeys(METHODS, (0, 2, 4, 0, 0))),
    ("P04", 2, (2, 1, 1, 2, 2), dict.fromkeys(METHODS, (1, 0, 0, 1, 0))),
    # Alabama: two seats more, and the first loses one.
    ("P05a", 49, (3, 7, 90), {"hamilton": (2, 3, 44)}),
    ("P05b", 51, (3, 7, 90), {"hamilton": (1, 4, 46)}),
    ("P06a", 10, (6, 6, 2), {"hamilton": (4, 4, 2), "webster": (5, 4, 1)}),
    ("P06b", 11, (6, 6, 2), {"hamilton": (5, 5, 1), "webster": (5, 5, 1)}),
    # Population: the last gains a seat while its population falls.
    (
        *("P07a", 100, WISCONSIN),
        {"hamilton": (42, 27, 30, 1), "webster": (42, 26, 30, 2)},
    ),
    (
        *("P07b", 100, WISCONSIN_LATER),
        {"hamilton": (43, 26, 29, 2), "webster": (43, 26, 29, 2)},
    ),
    # New state: it brings its own seats, and an old state gains one.
    (
        *("P08a", 100, (9450, 90550)),
        dict.fromkeys(["hamilton", "webster", "jefferson"], (9, 91)),
    ),
    (
        *("P08b", 110, (9450, 90550, 10400)),
        {
            "hamilton": (10, 90, 10),
            "webster": (9, 91, 10),
            "jefferson": (9, 91, 10),
        },
    ),
    (
        *("P10", 4, (6, 1)),
        {"webster": (3, 1), "jefferson": (4, 0), "hamilton": (3, 1)},
    ),
    (
        *("P11", 20, (1, 3, 6, 7, 78)),
        {
            "hamilton": (0, 1, 1, 2, 16),
            "jefferson": (0, 0, 1, 1, 18),
            "webster": (0, 1, 1, 1, 17),
            "adams": (1, 1, 2, 2, 14),
            "quota": (0, 0, 1, 2, 17),
        },
    ),
]


@pytest.mark.parametrize("case", SEATS, ids=[case[0] for case in SEATS])
def test_seats_are_apportioned_as_published(case):
    _, seats, votes, expected = case
    assert {name: METHODS[name](seats, votes) for name in expected} == expected


def test_the_austrian_parliament_of_2019_is_seated():
    votes = (1789417, 1011868, 772666, 387124, 89169, 664055, 32736)
    votes = (*votes, 22168, 760, 4946, 260, 1767, 310)
    above = tuple(count if 100 * count >= 4 * sum(votes) else 0 for count in votes)
    seats = (71, 40, 31, 15, 0, 26, 0, 0, 0, 0, 0, 0, 0)
    assert jefferson_method(183, above) == seats


COUNTED = [
    *DIVISOR_METHODS.values(),
    (constrained_equal_awards, counted_uniform),
    (constrained_equal_losses, counted_linear),
]


@pytest.mark.parametrize(("rule", "counted"), COUNTED)
@given(problem=small_problems)
@example(problem=(3, (0, 5, 0, 5)))
def test_a_level_found_at_once_gives_what_counting_out_gives(rule, counted, problem):
    assert rule(*problem) == counted(*problem)


@pytest.mark.parametrize("divisors", ["webster", "jefferson"])
@given(problem=large_problems)
def test_no_unit_would_be_better_placed_with_another_line(divisors, problem):
    awards = DIVISOR_METHODS[divisors][0](*problem)
    lines = list(zip(problem[1], awards, strict=True))
    step = {"webster": 2, "jefferson": 1}[divisors]
    for (claim, award), (other, others) in product(lines, repeat=2):
        if award < claim and others > 0:
            next_divisor = step * award + 1
            last_divisor = step * (others - 1) + 1
            assert claim * last_divisor <= other * next_divisor


@given(problem=large_problems)
def test_no_first_or_later_unit_by_adams_would_be_better_placed_elsewhere(problem):
    lines = list(zip(problem[1], adams_method(*problem), strict=True))
    for (claim, award), (other, others) in product(lines, repeat=2):
        if award < claim and others > 1:
            assert award > 0
            assert claim * (others - 1) <= other * award


@given(problem=large_problems)
def test_largest_remainders_round_up_and_the_others_down(problem):
    available, claims = problem
    total = sum(claims) or 1
    parts = [
        (award - available * claim // total, available * claim % total, -line)
        for line, (claim, award) in enumerate(
            zip(claims, hamilton_method(*problem), strict=True)
        )
    ]
    assert all(extra in {0, 1} for extra, _, _ in parts)
    up = [part[1:] for part in parts if part[0] == 1]
    down = [part[1:] for part in parts if part[0] == 0]
    assert not up or not down or min(up) > max(down)
    assert sum(hamilton_method(*problem)) == available


@given(problem=large_problems)
def test_unfilled_lines_of_equal_awards_differ_by_one_and_no_filled_one_has_more(
    problem,
):
    claims, awards = problem[1], constrained_equal_awards(*problem)
    unfilled = [
        award for claim, award in zip(claims, awards, strict=True) if award < claim
    ]
    filled = [
        award for claim, award in zip(claims, awards, strict=True) if award == claim
    ]
    if unfilled:
        assert max(unfilled) - min(unfilled) <= 1
        assert max(filled, default=0) <= min(unfilled) + 1
        # The odd units sit with the oldest of them.
        assert unfilled == sorted(unfilled, reverse=True)
    assert sum(awards) == problem[0]


@given(problem=large_problems)
def test_lines_with_an_award_bear_losses_within_one_and_the_others_no_more(problem):
    claims, awards = problem[1], constrained_equal_losses(*problem)
    lines = list(zip(claims, awards, strict=True))
    served = [claim - award for claim, award in lines if award]
    wiped_out = [claim for claim, award in lines if not award]
    if served:
        assert max(served) - min(served) <= 1
        assert max(wiped_out, default=0) <= min(served) + 1
        assert served == sorted(served)
    assert sum(awards) == problem[0]


@given(problem=large_problems)
def test_equal_losses_mirror_equal_awards_of_the_shortage(problem):
    available, claims = problem
    shortage = constrained_equal_awards(sum(claims) - available, claims[::-1])[::-1]
    assert constrained_equal_losses(*problem) == tuple(
        claim - loss for claim, loss in zip(claims, shortage, strict=True)
    )
    exact = equal_awards_shares(sum(claims) - available, claims)
    assert equal_losses_shares(*problem) == tuple(
        claim - loss for claim, loss in zip(claims, exact, strict=True)
    )


@pytest.mark.parametrize(
    "rule", [webster_method, hamilton_method, talmud_rule, random_arrival_rule]
)
@given(problem=small_problems)
def test_some_rules_are_their_own_mirror_image(rule, problem):
    available, claims = problem
    losses = rule(sum(claims) - available, claims[::-1])[::-1]
    assert rule(available, claims) == tuple(
        claim - loss for claim, loss in zip(claims, losses, strict=True)
    )


@pytest.mark.parametrize("shares", [talmud_shares, random_arrival_shares])
@given(problem=small_problems)
def test_exact_shares_add_up_and_mirror_themselves(shares, problem):
    available, claims = problem
    exact = shares(available, claims)
    assert sum(exact) == available
    losses = shares(sum(claims) - available, claims)
    assert exact == tuple(
        claim - loss for claim, loss in zip(claims, losses, strict=True)
    )


ROUNDED = [
    (constrained_equal_awards, equal_awards_shares),
    (constrained_equal_losses, equal_losses_shares),
    (talmud_rule, talmud_shares),
    (random_arrival_rule, random_arrival_shares),
]


@pytest.mark.parametrize(("rule", "shares"), ROUNDED)
@given(problem=small_problems)
def test_whole_awards_are_less_than_one_from_the_exact_ones(rule, shares, problem):
    pairs = zip(rule(*problem), shares(*problem), strict=True)
    assert all(abs(award - share) < 1 for award, share in pairs)


def flow(available, claims, weights):
    """Pour water: raise all unfilled lines by weight until one is full; exact."""
    awards = [F(0)] * len(claims)
    left = F(available)
    while left > 0:
        rising = [line for line, claim in enumerate(claims) if awards[line] < claim]
        weight = sum(weights[line] for line in rising)
        to_next = min((claims[i] - awards[i]) / F(weights[i]) for i in rising)
        rise = min(to_next, left / weight)
        for line in rising:
            awards[line] += rise * weights[line]
        left -= rise * weight
    return tuple(awards)


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


@given(drawn=per_line(st.integers(1, 9)))
def test_weighted_awards_rise_like_water(drawn):
    (available, claims), weights = drawn
    poured = flow(available, claims, weights)
    assert equal_awards_shares(available, claims, weights=weights) == poured
    assert constrained_equal_awards(
        available, claims, weights=weights
    ) == to_whole_units(poured)


@given(problem=large_problems)
def test_equal_weights_of_any_size_change_nothing(problem):
    weights = [997] * len(problem[1])
    assert constrained_equal_awards(
        *problem, weights=weights
    ) == constrained_equal_awards(*problem)


@given(problem=shared(st.lists(st.integers(0, 9), max_size=5).map(tuple)))
def test_random_arrival_is_the_mean_over_every_order(problem):
    available, claims = problem
    orders = list(permutations(range(len(claims))))
    totals = Counter()
    for order in orders:
        left = available
        for line in order:
            totals[line] += min(left, claims[line])
            left -= min(left, claims[line])
    mean = tuple(F(totals[line], len(orders)) for line in range(len(claims)))
    assert random_arrival_shares(available, claims) == mean
    assert random_arrival_rule(available, claims) == to_whole_units(mean)


def test_random_arrival_counts_many_lines_when_few_units_are_shared():
    assert random_arrival_rule(40, (7,) * 400) == (1,) * 40 + (0,) * 360


@pytest.mark.slow
def test_random_arrival_refuses_more_sums_than_it_can_count():
    claims = tuple(10**6 + 2**power for power in range(24))
    with pytest.raises(InvalidValue, match="too many different sums"):
        random_arrival_rule(sum(claims) // 2, claims)
    # One unit short, seen from the side of the losses, is one sum to count.
    assert sum(random_arrival_rule(sum(claims) - 1, claims)) == sum(claims) - 1
    with pytest.raises(InvalidValue, match="too many different sums"):
        random_arrival_rule(1_000, (1,) * 5_000)


@pytest.mark.slow
def test_random_arrival_takes_seventeen_claims_whatever_their_sums():
    claims = tuple(HUGE + 2**power for power in range(17))
    assert sum(random_arrival_rule(sum(claims) // 2, claims)) == sum(claims) // 2


def test_shares_that_are_whole_are_not_rounded():
    assert rounded((6, 3, 9), 3) == (2, 1, 3)


@pytest.mark.parametrize("name", RULES)
def test_no_small_problem_gets_impossible_awards(name):
    problems = [
        (available, claims)
        for claims in product(range(4), repeat=3)
        for available in range(sum(claims) + 2)
    ]
    assert find_counterexample(feasible, RULES[name], problems=problems) is None


@pytest.mark.parametrize("name", RULES)
@given(problem=small_problems)
def test_larger_problems_get_possible_awards(name, problem):
    assert feasible(RULES[name], *problem) is None


@pytest.mark.parametrize("name", RULES)
def test_the_edges_are_plain(name):
    rule = RULES[name]
    assert rule(0, ()) == ()
    assert rule(5, ()) == ()
    assert rule(0, (3, 1)) == (0, 0)
    assert rule(5, (0, 0)) == (0, 0)
    assert rule(3, (5,)) == (3,)
    assert rule(9, (5, 1)) == (5, 1)
    assert rule(6, (5, 1)) == (5, 1)
    assert sum(rule(5, (5, 1))) == 5
    assert rule(4, [4, 0]) == (4, 0)


@pytest.mark.parametrize("name", [name for name in RULES if name != "quota_method"])
@pytest.mark.parametrize(
    ("available", "claims", "named"),
    [
        (-1, (1, 2), "available is -1"),
        (True, (1, 2), "available is True"),
        (1.0, (1, 2), "available is 1.0"),
        (None, (1, 2), "available is None"),
        (Decimal(1), (1, 2), "available is Decimal"),
        (1, (1, -2), r"claims\[1\] is -2"),
        (1, (1, True), r"claims\[1\] is True"),
        (1, (2.5, 1), r"claims\[0\] is 2.5"),
        (1, ("1", 1), r"claims\[0\] is '1'"),
        (1, None, "claims is None"),
        (1, 5, "claims is 5"),
        (1, "12", r"claims\[0\] is '1'"),
    ],
)
def test_bad_numbers_get_one_error_that_names_them(name, available, claims, named):
    rule = RULES[name]
    if name in {"fair_share", "linear_rationing", "uniform, weighted"}:
        sized = claims if isinstance(claims, tuple) else (1, 2)
        rule = {
            "fair_share": partial(
                equal_days_of_supply,
                stocks=(1,) * len(sized),
                daily_demands=(1,) * len(sized),
            ),
            "linear_rationing": partial(linear_rationing_rule, fractions=[F(1, 2)] * 2),
            "uniform, weighted": partial(
                constrained_equal_awards, weights=(1,) * len(sized)
            ),
        }[name]
    with pytest.raises(InvalidValue, match=named):
        rule(available, claims)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (
            lambda: constrained_equal_awards(1, (1, 2), weights=(1,)),
            r"weights is \(1,\): give 2",
        ),
        (
            lambda: constrained_equal_awards(1, (1, 2), weights=(1, 0)),
            r"weights\[1\] is 0",
        ),
        (
            lambda: constrained_equal_awards(1, (1, 2), weights=(1, -1)),
            r"weights\[1\] is -1",
        ),
        (
            lambda: constrained_equal_awards(1, (1, 2), weights=(1, 0.5)),
            r"weights\[1\] is 0.5",
        ),
        (
            lambda: constrained_equal_awards(9, (1, 2), weights=(1, 0)),
            r"weights\[1\] is 0",
        ),
        (lambda: constrained_equal_awards(1, (1, 2), weights=7), "weights is 7"),
        (lambda: equal_awards_shares(1, (1,), weights=(1, 1)), "weights is"),
        (lambda: proportional_random_allocation(1, (2,), seed="x"), "seed is 'x'"),
        (lambda: proportional_random_allocation(1, (2,), seed=-1), "seed is -1"),
        (lambda: threshold_pro_rata(1, (2,), top=-1), "top is -1"),
        (lambda: threshold_pro_rata(1, (2,), minimum_fill=-1), "minimum_fill is -1"),
        (lambda: threshold_pro_rata(1, (2,), lot=0), "lot is 0"),
        (lambda: threshold_pro_rata(1, (2,), guaranteed=[1]), "guaranteed is 1"),
        (lambda: threshold_pro_rata(1, (2,), guaranteed=[0, 0]), "guaranteed is 0"),
        (
            lambda: threshold_pro_rata(1, (2,), guaranteed=[-1]),
            r"guaranteed\[0\] is -1",
        ),
        (lambda: threshold_pro_rata(1, (2,), guaranteed_share=F(3, 2)), "_share is"),
        (lambda: threshold_pro_rata(1, (2,), guaranteed_share=F(-1, 2)), "_share is"),
        (lambda: threshold_pro_rata(1, (2,), guaranteed_share=0.5), "_share is 0.5"),
        (
            lambda: equal_days_of_supply(1, (2, 2), stocks=(1,), daily_demands=(1, 1)),
            "stocks is",
        ),
        (
            lambda: equal_days_of_supply(1, (2,), stocks=(-1,), daily_demands=(1,)),
            r"stocks\[0\] is -1",
        ),
        (
            lambda: equal_days_of_supply(1, (2,), stocks=(1,), daily_demands=(0,)),
            r"daily_demands\[0\] is 0",
        ),
        (
            lambda: linear_rationing_rule(1, (2, 2), fractions=[F(1, 2)]),
            "fractions is",
        ),
        (
            lambda: linear_rationing_rule(1, (2, 2), fractions=[F(1, 2), F(1, 3)]),
            "the sum of fractions",
        ),
        (
            lambda: linear_rationing_rule(1, (2, 2), fractions=[F(0), F(1)]),
            r"fractions\[0\] is 0",
        ),
        (
            lambda: linear_rationing_rule(1, (2, 2), fractions=[0.5, 0.5]),
            r"fractions\[0\] is 0.5",
        ),
        (lambda: critical_level_rationing(1, (2,), levels=(-1,)), r"levels\[0\] is -1"),
        (lambda: threshold_clearing_mechanism(1, (2,), levels=()), r"levels is \(\)"),
        (lambda: littlewood(1, 2, mean=1, deviation=1), "highest first"),
        (lambda: littlewood(2, 2, mean=1, deviation=1), "highest first"),
        (lambda: littlewood(2, 0, mean=1, deviation=1), "highest first"),
        (lambda: littlewood(2, 1.5, mean=1, deviation=1), r"prices\[1\] is 1.5"),
        (lambda: littlewood(2, 1, mean=-1, deviation=1), r"means\[0\] is -1"),
        (lambda: littlewood(2, 1, mean=1, deviation=True), r"deviations\[0\] is True"),
        (
            lambda: littlewood(2, 1, mean=Decimal("NaN"), deviation=1),
            r"means\[0\] is Decimal\('NaN'\)",
        ),
        (lambda: littlewood(10**13, 1, mean=1, deviation=1), "the price ratio"),
        (lambda: emsr_b((3, 2, 1), means=(1,), deviations=(1, 1)), "means is"),
        (lambda: emsr_b((3, 2), means=(1,), deviations=(1, 1, 1)), "deviations is"),
        (lambda: booking_limits(-1, ()), "capacity is -1"),
        (lambda: booking_limits(1, (-1,)), r"protected\[0\] is -1"),
        (lambda: share_by_segment(-1, ()), "available is -1"),
        (lambda: SegmentClaim("win", requested=1, held=0), "segment is 'win'"),
        (lambda: SegmentClaim(Segment.WIN, requested=-1, held=0), "requested is -1"),
        (lambda: SegmentClaim(Segment.WIN, requested=1, held=0.0), "held is 0.0"),
    ],
)
def test_bad_options_get_one_error_that_names_them(call, named):
    with pytest.raises(InvalidValue, match=named):
        call()


MANY = tuple(HUGE - 7 * place * place for place in range(100_000))
# Rules whose cost does not depend on the quantities.
FAST = [
    *[
        in_turn,
        smallest_claim_first,
        largest_claim_first,
        constrained_equal_awards,
        constrained_equal_losses,
        webster_method,
        jefferson_method,
    ],
    *[adams_method, hamilton_method, talmud_rule, threshold_pro_rata],
]


@pytest.mark.slow
@pytest.mark.parametrize("rule", FAST)
@pytest.mark.parametrize("available", [77_777, HUGE + 1, sum(MANY) // 3])
def test_a_hundred_thousand_huge_claims_are_shared_exactly(rule, available):
    awards = rule(available, MANY)
    assert sum(awards) == available
    assert all(0 <= award <= claim for award, claim in zip(awards, MANY, strict=True))
    if rule is webster_method:
        lines = list(zip(MANY, awards, strict=True))
        best = max(F(claim, 2 * award + 1) for claim, award in lines)
        assert best <= min(F(claim, 2 * award - 1) for claim, award in lines if award)


@pytest.mark.slow
def test_options_of_many_huge_claims_are_exact_too():
    count, third = len(MANY), sum(MANY) // 3
    weights = tuple(1 + place % 1_000 for place in range(count))
    parts = [F(1, count)] * count
    assert sum(constrained_equal_awards(third, MANY, weights=weights)) == third
    assert sum(linear_rationing_rule(third, MANY, fractions=parts)) == third
    assert (
        sum(equal_days_of_supply(third, MANY, stocks=weights, daily_demands=weights))
        == third
    )
