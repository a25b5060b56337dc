"""Which rule keeps which law: the whole table, cell by cell, and the known breaches."""

from fractions import Fraction
from functools import cache, partial

import pytest

from backorderkit.policies.rules import (
    adams_method,
    constrained_equal_awards,
    constrained_equal_losses,
    hamilton_method,
    in_turn,
    jefferson_method,
    largest_claim_first,
    smallest_claim_first,
    talmud_rule,
    threshold_pro_rata,
    webster_method,
)
from backorderkit.testing.policy_laws import Counterexample, properties
from backorderkit.testing.policy_laws.counted_rules import quota_method
from backorderkit.testing.policy_laws.counterexamples import (
    SMALL_PROBLEMS,
    find_counterexample,
    scattered_problems,
    small_problems,
)
from backorderkit.testing.policy_laws.properties import LAWS

RULES = {
    "in_turn": in_turn,
    "smallest_first": smallest_claim_first,
    "largest_first": largest_claim_first,
    "uniform": constrained_equal_awards,
    "linear": constrained_equal_losses,
    "largest_remainder": hamilton_method,
    "quota_method": quota_method,
    "jefferson": jefferson_method,
    "webster": webster_method,
    "adams": adams_method,
    "pro_rata_fifo": threshold_pro_rata,
    "pro_rata_fifo_2": partial(threshold_pro_rata, minimum_fill=2),
    "talmud": talmud_rule,
}
# The laws ask for the same awards again and again.
REMEMBERED = {name: cache(rule) for name, rule in RULES.items()}

# One letter per rule, in the order of RULES: y = kept, n = broken.
TABLE = {
    "feasible": "yyyyyyyyyyyyy",
    "equal_claims_within_one": "nnnyyyyyyynny",
    "ties_to_the_earlier": "yyyyyyyyyyyyy",
    "larger_claim_within_one": "nnyyyyyyyynny",
    "award_order_preserved": "nnynyyyyyynnn",
    "loss_order_preserved": "nynynynnyynnn",
    "resource_monotonicity": "yyyyynyyyynnn",
    "claims_monotonicity": "ynyyyynyyyyyy",
    "rivals_do_not_gain": "ynyyynnyyynnn",
    "population_monotonicity": "yyyyynnyyynnn",
    "consistency": "yyyyynnyyynnn",
    "composition_down": "ynyynnnnnnnnn",
    "composition_up": "yynnynnnnnnnn",
    "self_duality": "ynnnnynnynnny",
    "never_below_quota_floor": "nnnnnyyynnynn",
    "never_above_quota_ceiling": "nnnnnyynnynnn",
    "no_gain_from_inflating": "yynynnnnnnnnn",
    "no_gain_from_understating": "ynyyyynyyyyyy",
    "no_gain_from_splitting": "ynynynnynnyyn",
    "no_gain_from_merging": "yynynnnnnnnnn",
    "zero_lines_irrelevant": "yyyyyyyyyyyyy",
}
CELLS = [
    (law, rule, letter == "y")
    for law, letters in TABLE.items()
    for rule, letter in zip(RULES, letters, strict=True)
]
# Larger problems find what small ones cannot, here two breaches of the quota method.
LARGER_PROBLEMS = (
    *scattered_problems(1_000),
    (4, (1, 1, 4, 1, 3, 1)),
    (4, (1, 1, 4, 1, 4, 1)),
)


@pytest.mark.parametrize(
    ("law", "rule", "kept"), CELLS, ids=[f"{law}-{rule}" for law, rule, _ in CELLS]
)
def test_every_cell_of_the_table_is_so(law, rule, kept):
    judge, awards = getattr(properties, law), REMEMBERED[rule]
    found = find_counterexample(judge, awards) or find_counterexample(
        judge, awards, problems=LARGER_PROBLEMS
    )
    if kept:
        assert found is None
    else:
        assert judge(RULES[rule], found.available, found.claims) == found


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_repeats_itself(rule):
    assert find_counterexample(properties.repeatable, RULES[rule]) is None


def test_only_serving_in_turn_keeps_consistency_and_both_compositions():
    strong = ["consistency", "composition_down", "composition_up"]
    columns = zip(*(TABLE[law] for law in strong), strict=True)
    kept = [
        rule for rule, letters in zip(RULES, columns, strict=True) if "n" not in letters
    ]
    assert kept == ["in_turn"]


def test_the_table_names_every_law_once():
    assert [law.__name__ for law in LAWS if law.__name__ != "repeatable"] == [
        *["feasible", "equal_claims_within_one", "ties_to_the_earlier"],
        *[law for law in TABLE if law not in {*list(TABLE)[:3]}],
    ]


# id, law, rule, available, claims, and what must be seen in the evidence
BREACHES = [
    ("V01", "equal_claims_within_one", "in_turn", 2, (2, 2), "(2, 0)"),
    ("V02", "equal_claims_within_one", "pro_rata_fifo", 2, (2, 1, 2), "(2, 0, 0)"),
    ("V04", "larger_claim_within_one", "pro_rata_fifo", 2, (2, 2, 3), "(2, 0, 0)"),
    ("V05", "award_order_preserved", "in_turn", 1, (1, 2), "(1, 0)"),
    ("V07", "award_order_preserved", "pro_rata_fifo", 1, (1, 2), "(1, 0)"),
    ("V08", "loss_order_preserved", "in_turn", 2, (2, 1), "(2, 0)"),
    ("V10", "loss_order_preserved", "quota_method", 2, (2, 1), "(2, 0)"),
    ("V11", "loss_order_preserved", "jefferson", 2, (2, 1), "(2, 0)"),
    (
        *("V13", "resource_monotonicity", "largest_remainder", 3, (1, 3, 3)),
        "(1, 1, 1), with 4 available (0, 2, 2)",
    ),
    (
        *("V14", "resource_monotonicity", "pro_rata_fifo", 2, (2, 2, 2)),
        "(2, 0, 0), with 3 available (1, 1, 1)",
    ),
    (
        *("V16", "rivals_do_not_gain", "quota_method", 2, (2, 1, 0)),
        "line 3 claims 1: (2, 0, 0) -> (1, 1, 0)",
    ),
    (
        *("V17", "rivals_do_not_gain", "pro_rata_fifo", 2, (2, 0, 2)),
        "line 2 claims 1: (1, 0, 1) -> (2, 0, 0)",
    ),
    (
        *("V18", "population_monotonicity", "largest_remainder", 2, (3, 1, 1)),
        "line 3 cancels: (1, 1, 0) -> (2, 0)",
    ),
    (
        *("V20", "population_monotonicity", "pro_rata_fifo", 2, (2, 1, 2)),
        "line 2 cancels: (2, 0, 0) -> (1, 1)",
    ),
    (
        *("V21", "consistency", "largest_remainder", 2, (3, 1, 1)),
        "all (1, 1, 0), without line 3 and its award (2, 0)",
    ),
    (
        *("V23", "consistency", "pro_rata_fifo", 2, (1, 1, 2)),
        "all (1, 0, 1), without line 1 and its award (1, 0)",
    ),
    *(
        (id_, "composition_down", rule, available, claims, evidence)
        for id_, rule, available, claims, evidence in [
            ("V24", "linear", 2, (1, 2), "to 1: (0, 1), from the awards (1, 0)"),
            ("V26", "quota_method", 2, (1, 2), "to 1: (0, 1), from the awards (1, 0)"),
            ("V27", "jefferson", 2, (1, 2), "to 1: (0, 1), from the awards (1, 0)"),
            ("V29", "adams", 2, (1, 2), "to 1: (0, 1), from the awards (1, 0)"),
            ("V30", "pro_rata_fifo", 3, (2, 2), "to 2: (1, 1), from the awards (2, 0)"),
        ]
    ),
    *(
        (
            id_,
            "composition_up",
            rule,
            1,
            claims,
            "2 in one receipt (1, 1), 1 and 1 (2, 0)",
        )
        for id_, rule, claims in [
            ("V31", "uniform", (2, 1)),
            ("V33", "quota_method", (3, 2)),
            ("V34", "jefferson", (3, 2)),
            ("V36", "adams", (2, 1)),
            ("V37", "pro_rata_fifo", (2, 2)),
        ]
    ),
    ("V39", "self_duality", "linear", 1, (1, 2), "(0, 1), dual (1, 0)"),
    ("V40", "self_duality", "quota_method", 1, (1, 2), "(0, 1), dual (1, 0)"),
    ("V42", "self_duality", "adams", 2, (1, 3), "(1, 1), dual (0, 2)"),
    ("V43", "self_duality", "pro_rata_fifo", 2, (1, 1, 2), "(1, 0, 1), dual (1, 1, 0)"),
    *(
        (id_, f"never_{bound}", rule, available, claims, evidence)
        for id_, bound, rule, available, claims, evidence in [
            ("V45", "below_quota_floor", "uniform", 3, (2, 4), "(2, 1), quotas (1, 2)"),
            ("V46", "below_quota_floor", "linear", 3, (4, 2), "(3, 0), quotas (2, 1)"),
            (
                *("V48", "below_quota_floor", "adams", 3, (1, 1, 4)),
                "(1, 1, 1), quotas (1/2, 1/2, 2)",
            ),
            (
                "V49",
                "above_quota_ceiling",
                "in_turn",
                2,
                (2, 2),
                "(2, 0), quotas (1, 1)",
            ),
            (
                "V51",
                "above_quota_ceiling",
                "linear",
                3,
                (4, 2),
                "(3, 0), quotas (2, 1)",
            ),
            (
                *("V52", "above_quota_ceiling", "jefferson", 2, (2, 1, 1)),
                "(2, 0, 0), quotas (1, 1/2, 1/2)",
            ),
            (
                *("V54", "above_quota_ceiling", "pro_rata_fifo", 2, (2, 1, 1)),
                "(2, 0, 0), quotas (1, 1/2, 1/2)",
            ),
        ]
    ),
    *(
        (
            id_,
            "no_gain_from_inflating",
            rule,
            1,
            (1, 1),
            "2 instead of 1: (1, 0) -> (0, 1)",
        )
        for id_, rule in [
            ("V55", "linear"),
            ("V57", "quota_method"),
            ("V58", "jefferson"),
            ("V60", "adams"),
        ]
    ),
    (
        *("V61", "no_gain_from_inflating", "pro_rata_fifo", 2, (2, 1)),
        "line 2 reports 2 instead of 1: (2, 0) -> (1, 1)",
    ),
    *(
        (id_, "no_gain_from_splitting", rule, 2, claims, evidence)
        for id_, rule, claims, evidence in [
            ("V63", "largest_remainder", (1, 1, 1), "as one (1, 1), split (1, 1, 0)"),
            (
                *("V64", "quota_method", (1, 1, 1, 1)),
                "as one (1, 1, 0), split (1, 1, 0, 0)",
            ),
            ("V66", "adams", (1, 1, 1), "as one (1, 1), split (1, 1, 0)"),
        ]
    ),
    *(
        (id_, "no_gain_from_merging", rule, 1, (1, 1, 1), "(1, 0, 0), merged (0, 1)")
        for id_, rule in [
            ("V67", "linear"),
            ("V69", "quota_method"),
            ("V70", "jefferson"),
            ("V72", "adams"),
        ]
    ),
    (
        *("V73", "no_gain_from_merging", "pro_rata_fifo", 2, (2, 1, 1)),
        "(2, 0, 0), merged (1, 1)",
    ),
    (
        *("V75", "no_gain_from_understating", "quota_method", 4, (1, 1, 4, 1, 4, 1)),
        "line 5 reports 3 instead of 4: (1, 0, 2, 0, 1, 0) -> (0, 0, 2, 0, 2, 0)",
    ),
]


@pytest.mark.parametrize("breach", BREACHES, ids=[breach[0] for breach in BREACHES])
def test_a_known_breach_is_still_a_breach(breach):
    _, law, rule, available, claims, seen = breach
    found = getattr(properties, law)(RULES[rule], available, claims)
    assert found is not None
    assert (found.law, found.available, found.claims) == (law, available, claims)
    assert found.evidence.endswith(seen)


@pytest.mark.parametrize("breach", BREACHES[:-1], ids=[row[0] for row in BREACHES[:-1]])
def test_the_search_finds_a_breach_no_larger_than_the_known_one(breach):
    _, law, rule, _, claims, _ = breach
    found = find_counterexample(getattr(properties, law), REMEMBERED[rule])
    assert (len(found.claims), sum(found.claims)) <= (len(claims), sum(claims))


def nobody_gets_anything(available, claims):
    return (0,) * len(claims)


def everybody_gets_all(available, claims):
    return claims


def newest_first(available, claims):
    return in_turn(available, claims[::-1])[::-1]


def first_line_only(available, claims):
    return in_turn(available, claims)[:1]


def as_fractions(available, claims):
    return tuple(map(Fraction, in_turn(available, claims)))


def as_booleans(available, claims):
    return tuple(
        award == 1 if award < 2 else award for award in in_turn(available, claims)
    )


def as_a_list(available, claims):
    return list(in_turn(available, claims))


def one_is_taken_back(available, claims):
    first = in_turn(available, claims)[:1]
    return (*first, *(-1 if claim else 0 for claim in claims[1:]))


def more_than_claimed(available, claims):
    return (min(available, sum(claims)), *(0,) * (len(claims) - 1))


def per_head(available, claims):
    return tuple(min(claim, available // (len(claims) or 1)) for claim in claims)


@pytest.mark.parametrize(
    ("broken", "available", "claims"),
    [
        (nobody_gets_anything, 1, (1,)),
        (everybody_gets_all, 0, (1,)),
        (first_line_only, 0, (0, 0)),
        (as_fractions, 0, (0,)),
        (as_booleans, 0, (0,)),
        (as_a_list, 0, (0,)),
        (one_is_taken_back, 0, (0, 1)),
        (more_than_claimed, 1, (0, 1)),
    ],
)
def test_awards_that_cannot_be_are_noticed_at_once(broken, available, claims):
    found = find_counterexample(properties.feasible, broken)
    assert (found.available, found.claims) == (available, claims)


def test_a_newer_line_that_wins_a_tie_is_noticed():
    found = find_counterexample(properties.ties_to_the_earlier, newest_first)
    assert (found.available, found.claims) == (1, (1, 1))
    assert found.evidence == "awards (0, 1)"


def test_an_empty_line_that_takes_part_is_noticed():
    found = find_counterexample(properties.zero_lines_irrelevant, per_head)
    assert (found.available, found.claims) == (1, (0, 1))


def test_a_rule_that_changes_its_mind_is_noticed():
    calls = []

    def moody(available, claims):
        calls.append(claims)
        return (newest_first if len(calls) % 2 else in_turn)(available, claims)

    found = find_counterexample(properties.repeatable, moody)
    assert found.claims == (1, 1)


def test_a_counterexample_reads_in_two_lines():
    found = find_counterexample(properties.equal_claims_within_one, in_turn)
    assert str(found).splitlines() == [
        "equal_claims_within_one: 2 available, claims (2, 2)",
        "awards (2, 0)",
    ]


def test_each_small_problem_comes_once_and_smaller_ones_first():
    assert len(set(SMALL_PROBLEMS)) == len(SMALL_PROBLEMS)
    sizes = [(len(claims), sum(claims)) for _, claims in SMALL_PROBLEMS]
    assert sizes == sorted(sizes)
    # Pairs claim 7 on average, which leaves 8 choices of what is available, and so on.
    assert len(list(small_problems(2, 7))) == 64 * 8
    assert len(list(small_problems(3, 5))) == 6**3 * 17 // 2
    assert len(list(small_problems(4, 3))) == 4**4 * 7


def test_scattered_problems_stay_in_their_bounds_and_reach_them():
    problems = list(scattered_problems(2_000, most_lines=3, largest_claim=4))
    assert problems == list(scattered_problems(2_000, most_lines=3, largest_claim=4))
    assert {len(claims) for _, claims in problems} == {1, 2, 3}
    assert {claim for _, claims in problems for claim in claims} == set(range(5))
    assert all(0 <= available <= sum(claims) for available, claims in problems)
    assert any(available == sum(claims) > 0 for available, claims in problems)


def test_what_the_search_returns_is_a_plain_value():
    found = find_counterexample(properties.award_order_preserved, in_turn)
    assert found == Counterexample("award_order_preserved", 1, (1, 2), "awards (1, 0)")
