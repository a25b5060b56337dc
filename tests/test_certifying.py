"""The certificate of a policy: what it owes, what it promises, and how it is caught."""

import re
from itertools import count
from pathlib import Path

import pytest

import backorderkit
from backorderkit import oldest_first
from backorderkit.errors import InvalidValue
from backorderkit.model import Award, ShipTogether
from backorderkit.policies import (
    SHIPPED,
    SharingBasis,
    WrappedPolicy,
    at_least,
    by_priority,
    earliest_promise_first,
    largest_remainder,
    peg_first,
    per_customer,
    quotas,
    tiers,
    uniform,
    whole_line,
    whole_order,
)
from backorderkit.testing.policy_laws import (
    LAW_NAMES,
    MANDATORY_LAWS,
    PolicyLawBroken,
    check_policy,
)
from backorderkit.testing.policy_laws.certifying import PolicyLawKept, judge
from backorderkit.testing.policy_laws.counterexamples import small_problems
from tests.searching import scaled

DOCUMENT = Path(__file__).parents[1] / "docs" / "policies.md"


class Plugin:
    """A policy that answers with whatever a function makes of the lines."""

    name, together = "plug-in", ShipTogether.HOLD

    def __init__(self, answer):
        self.answer = answer

    def rank(self, backorder):
        return backorder.queued_at

    def share(self, available, backorders):
        return self.answer(available, tuple(backorders))


def customer(backorder):
    return backorder.customer


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.name)
def test_every_shipped_policy_owes_nothing(policy):
    most = 3 if scaled(100) >= 100 else 2
    small = (*small_problems(2, most), *small_problems(3, most - 1))
    report = check_policy(policy, problems=(*small, (7, (4, 5, 3, 2))))
    assert report.kept == MANDATORY_LAWS
    assert report.policy == policy.name


def written_in_the_documentation(name):
    """Return what a Python example of the documentation defines under a name."""
    for example in re.findall(
        r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S
    ):
        if f"class {name}" in example:
            namespace = {"bk": backorderkit}
            definition = re.match(r".*?\n(?=\S(?!lass))", example + "\n#", re.S).group()
            exec(definition, namespace)  # noqa: S102 - our own documentation
            return namespace[name]
    raise AssertionError(f"no {name} in {DOCUMENT}")


def test_the_policy_of_the_documentation_is_certified():
    one_each = written_in_the_documentation("OneEach")
    report = check_policy(
        one_each(),
        keeps={"no_idle_stock", "resource_monotonicity", "no_gain_from_inflating"},
        breaks={"composition_up", "no_gain_from_splitting"},
    )
    assert report.breaks == {"composition_up", "no_gain_from_splitting"}
    assert set(report.kept) > set(MANDATORY_LAWS)


def told(error):
    lines = str(error.value).splitlines()
    assert len(lines) <= 3
    return lines


def test_a_broken_promise_is_told_in_three_lines():
    with pytest.raises(PolicyLawBroken) as error:
        check_policy(uniform(), keeps={"composition_up"})
    assert told(error) == [
        "'uniform' must keep composition_up, but does not:",
        "composition_up: 1 available, claims (2, 1)",
        "2 in one receipt (1, 1), 1 and 1 (2, 0)",
    ]
    assert isinstance(error.value, AssertionError)


def test_a_law_said_to_be_broken_must_be_broken():
    check_policy(uniform(), breaks={"composition_up"})
    with pytest.raises(PolicyLawKept) as error:
        check_policy(oldest_first(), breaks={"composition_up"})
    assert told(error) == [
        "'oldest_first' was said to break composition_up, but keeps it on every problem"
    ]


def newest_wins_ties(available, lines):
    return list(oldest_first().share(available, lines[::-1]))


def test_a_policy_that_prefers_the_newest_is_caught_by_the_ties():
    with pytest.raises(PolicyLawBroken) as error:
        check_policy(Plugin(newest_wins_ties), keeps={"ties_to_the_earlier"})
    assert told(error) == [
        "'plug-in' must keep ties_to_the_earlier, but does not:",
        "ties_to_the_earlier: 1 available, claims (1, 1)",
        "awards (0, 1)",
    ]


def test_a_policy_that_gives_too_much_is_caught():
    with pytest.raises(PolicyLawBroken) as error:
        check_policy(Plugin(lambda available, lines: [Award(one, 1) for one in lines]))
    assert told(error) == [
        "'plug-in' must keep within_bounds, but does not:",
        "within_bounds: 1 available, claims (1, 1)",
        "raises PolicyBreach: 'plug-in' awarded 1 of 0 free LAMP: "
        "the plug-in must be corrected",
    ]


def test_a_policy_that_raises_is_caught_with_what_it_raised():
    def divides(available, lines):
        return [Award(lines[0], available // (len(lines) - 1))]

    with pytest.raises(PolicyLawBroken) as error:
        check_policy(Plugin(divides))
    assert told(error)[1:] == [
        "within_bounds: 1 available, claims (1,)",
        "raises ZeroDivisionError: integer division or modulo by zero",
    ]


def test_a_policy_that_changes_its_mind_is_caught():
    turns = count()

    def moody(available, lines):
        return oldest_first().share(available, lines[:: 1 if next(turns) % 2 else -1])

    with pytest.raises(PolicyLawBroken) as error:
        check_policy(Plugin(moody))
    assert told(error)[0] == "'plug-in' must keep repeatable, but does not:"


def test_a_policy_that_ranks_by_when_it_was_asked_is_caught():
    class FirstAsked(Plugin):
        asked = count()

        def rank(self, backorder):
            return next(self.asked)

    with pytest.raises(PolicyLawBroken) as error:
        check_policy(FirstAsked(oldest_first().share))
    assert told(error) == [
        "'plug-in' must keep order_independent, but does not:",
        "order_independent: 1 available, claims (1, 1)",
        "(1, 0), but (0, 1) when recorded as 2, 1",
    ]


def test_a_policy_that_gives_more_after_it_gave_is_caught():
    served = [""]

    def never_twice_in_a_row(_, lines):
        due = [one for one in lines if not (one.covered and one.line == served[0])]
        served[0] = due[0].line if due else ""
        return [Award(one, 1) for one in due[:1]]

    with pytest.raises(PolicyLawBroken) as error:
        check_policy(Plugin(never_twice_in_a_row))
    assert told(error) == [
        "'plug-in' must keep nothing_left_to_give, but does not:",
        "nothing_left_to_give: 2 available, claims (0, 2)",
        "(0, 1), asked again it gives 1 more",
    ]


class Around:
    """A wrapper of a host, with names of its own for everything."""

    name = "around"

    def __init__(self, *around, together=None):
        self.around = around
        self.together = together or around[0].together

    def rank(self, waiting_line):
        return self.around[0].rank(waiting_line)

    def share(self, units, waiting_lines):
        return self.around[0].share(units, waiting_lines)


def test_a_wrapper_that_loses_that_pegs_come_first_is_caught():
    inner = peg_first(oldest_first())
    check_policy(Around(inner))
    check_policy(Around(oldest_first(), together=ShipTogether.HOLD))
    loses = Around(inner, together=ShipTogether.HOLD)
    with pytest.raises(PolicyLawBroken) as error:
        check_policy(loses)
    assert told(error)[::2] == [
        "'around' must keep passes_pegged_first_on, but does not:",
        "wraps peg_first(oldest_first), but its `together` does not say `pegged_first`",
    ]
    report = check_policy(loses, breaks={"passes_pegged_first_on"})
    assert report.breaks == {"passes_pegged_first_on"}


@pytest.mark.parametrize(
    "wrap",
    [
        whole_line,
        whole_order,
        at_least(2),
        lambda inner: quotas(inner, by=customer, ada=1),
        lambda inner: WrappedPolicy("ours", inner),
    ],
)
def test_every_wrapper_passes_on_that_pegs_come_first(wrap):
    policy = wrap(peg_first(oldest_first(together=ShipTogether.SKIP)))
    assert policy.together.pegged_first
    assert not policy.together.holds
    assert not wrap(oldest_first()).together.pegged_first
    assert "passes_pegged_first_on" in check_policy(policy).kept


@pytest.mark.parametrize(
    "policy",
    [
        tiers(by=customer, ada=peg_first(uniform()), rest=oldest_first()),
        per_customer(within=peg_first(oldest_first())),
    ],
    ids=lambda policy: policy.name,
)
def test_policies_of_classes_say_that_pegs_do_not_come_first(policy):
    with pytest.raises(PolicyLawBroken, match="passes_pegged_first_on"):
        check_policy(policy)
    check_policy(policy, breaks={"passes_pegged_first_on"})


def test_names_of_laws_are_checked():
    with pytest.raises(InvalidValue, match="'fair': name any of within_bounds, "):
        check_policy(uniform(), keeps={"fair"})
    with pytest.raises(InvalidValue, match="either kept or broken"):
        check_policy(uniform(), keeps={"consistency"}, breaks={"consistency"})
    with pytest.raises(InvalidValue, match="every policy owes it"):
        check_policy(uniform(), breaks={"repeatable"})
    assert len(set(LAW_NAMES)) == len(LAW_NAMES)


def test_customers_may_be_named_for_a_policy_that_knows_them():
    policy = tiers(by=customer, bob=oldest_first(), rest=oldest_first())
    assert (
        "ties_to_the_earlier"
        in check_policy(policy, keeps={"ties_to_the_earlier"}).kept
    )
    report = check_policy(
        policy, breaks={"ties_to_the_earlier"}, customers=("ada", "bob")
    )
    assert str(report.broken[0]).endswith("claims (1, 1)\nawards (0, 1)")


def test_a_line_that_stays_keeps_its_customer_when_another_leaves():
    policy = tiers(by=customer, bob=oldest_first(), rest=oldest_first())
    laws = ["population_monotonicity", "consistency", "composition_up"]
    assert judge(policy, laws, customers=("ada", "bob", "cleo")).kept == tuple(laws)


def test_a_second_receipt_knows_what_the_first_one_gave():
    assert "composition_up" in judge(uniform(), ["composition_up"]).breaks
    running = uniform(basis=SharingBasis.CUMULATIVE)
    assert judge(running, ["composition_up"]).kept == ("composition_up",)


def test_the_reports_are_values():
    found = judge(largest_remainder(), ["resource_monotonicity", "consistency"])
    assert found == judge(largest_remainder(), ["resource_monotonicity", "consistency"])
    assert [one.law for one in found.broken] == ["resource_monotonicity", "consistency"]
    assert found.kept == ()


@pytest.mark.parametrize("make", [by_priority, earliest_promise_first, whole_order])
def test_policies_made_alike_are_equal(make):
    given = (oldest_first(),) if make is whole_order else ()
    assert make(*given) == make(*given)
    assert hash(make(*given)) == hash(make(*given))
