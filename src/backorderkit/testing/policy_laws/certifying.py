"""Certify a policy: what every policy owes, and what this one promises.

Whatever a policy decides, five laws hold for it, or it is broken:

- `within_bounds`: no line gets more than it claims, nor all more than there is;
- `repeatable`: the same question has the same answer;
- `zero_lines_irrelevant`: a line that waits for nothing changes nothing;
- `order_independent`: nor does the sequence in which a book learned of the orders;
- `nothing_left_to_give`: asked again after the goods were given, it gives nothing more.

A policy around one that serves pegged lines first (`policies.peg_first`) must pass that
on in its `together`, or be said to break `passes_pegged_first_on`: a forgotten
`together` would change who gets a delivery, and no award would show it.

Everything else is a promise. No policy can keep every law (see `properties`), so a
policy lists which ones it `keeps`, and may list which it `breaks` on purpose. Both are
tried on many small problems, the smallest first.

>>> from backorderkit.policies import uniform
>>> report = check_policy(
...     uniform(), keeps={"no_gain_from_inflating"}, breaks={"composition_up"}
... )
>>> print(report.broken[0])
composition_up: 1 available, claims (2, 1)
2 in one receipt (1, 1), 1 and 1 (2, 0)
"""

from collections.abc import Collection, Iterable, Sequence

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import AllocationPolicy
from backorderkit.testing.failures import LawBroken
from backorderkit.testing.policy_laws.counterexamples import (
    Counterexample,
    Problem,
    find_counterexample,
    small_problems,
)
from backorderkit.testing.policy_laws.outcome_laws import repeatable
from backorderkit.testing.policy_laws.policy_as_rule import labelled, posed, remembering
from backorderkit.testing.policy_laws.policy_laws import (
    LAW_NAMES,
    LAWS_IN_A_BOOK,
    LAWS_OF_NUMBERS,
    LAWS_OF_WRAPPERS,
    MANDATORY_LAWS,
    pegged_first_inside,
    within_bounds,
)
from backorderkit.values import CustomerRef

__all__ = [
    "PolicyLawBroken",
    "PolicyLawKept",
    "Report",
    "check_policy",
    "judge",
]

LAWS_OF_A_POLICY = {**LAWS_IN_A_BOOK, **LAWS_OF_WRAPPERS}

PROBLEMS: tuple[Problem, ...] = (
    *small_problems(1, 5),
    *small_problems(2, 5),
    *small_problems(3, 4),
    *small_problems(4, 2),
)
"""What a policy is asked by default."""

BOOK_PROBLEMS: tuple[Problem, ...] = (*small_problems(2, 3), *small_problems(3, 2))
"""What is put into real books by default, which takes longer."""


class PolicyLawBroken(LawBroken):
    """A policy does not do what it owes or promises; the message has three lines.

    >>> found = Counterexample("no_idle_stock", 1, (2,), "awards (0,)")
    >>> print(PolicyLawBroken("whole lines", found))
    'whole lines' must keep no_idle_stock, but does not:
    no_idle_stock: 1 available, claims (2,)
    awards (0,)
    """

    def __init__(self, policy: str, found: Counterexample) -> None:
        """Name the policy and the smallest problem on which it fails."""
        head = f"{policy!r} must keep {found.law}, but does not:"
        super().__init__(found.law, f"{head}\n{found}")
        self.policy: str = policy
        self.found: Counterexample = found


class PolicyLawKept(AssertionError):
    """A policy keeps a law that it was said to break.

    >>> print(PolicyLawKept("oldest_first", "composition_up"))
    'oldest_first' was said to break composition_up, but keeps it on every problem
    """

    def __init__(self, policy: str, law: str) -> None:
        """Name the policy and the law."""
        said = f"was said to break {law}, but keeps it on every problem"
        super().__init__(f"{policy!r} {said}")
        self.policy: str = policy
        self.law: str = law


@attrs.frozen
class Report:
    """Which laws a policy was seen to keep, and how it breaks the others.

    >>> Report("oldest_first", ("repeatable",), ()).breaks
    frozenset()
    """

    policy: str
    kept: tuple[str, ...]
    broken: tuple[Counterexample, ...]

    @property
    def breaks(self) -> frozenset[str]:
        """Return the names of the broken laws."""
        return frozenset(found.law for found in self.broken)


def check_policy(
    policy: AllocationPolicy,
    keeps: Collection[str] = frozenset(),
    breaks: Collection[str] = frozenset(),
    problems: Iterable[Problem] | None = None,
    *,
    customers: Sequence[CustomerRef] = (),
) -> Report:
    """Hold a policy against what it owes and promises; return what was seen.

    `keeps` and `breaks` are names from `LAW_NAMES`. `customers` names the owner of each
    claim, in turn; by default each has a customer of its own. Raises `PolicyLawBroken`
    with the smallest counterexample, `PolicyLawKept` when a law said to be broken is
    kept, and `InvalidValue` for a name that is none. Takes about a second.

    >>> from backorderkit.policies import oldest_first
    >>> check_policy(oldest_first(), keeps={"composition_up"}).kept[-1]
    'composition_up'
    """
    names = _checked_names(keeps, breaks)
    tried = None if problems is None else tuple(problems)
    owed = (*LAWS_OF_WRAPPERS,) if pegged_first_inside(policy) else ()
    report = judge(policy, (*MANDATORY_LAWS, *owed, *names), tried, customers=customers)
    for found in report.broken:
        if found.law not in breaks:
            raise PolicyLawBroken(policy.name, found)
    for name in breaks:
        if name in report.kept:
            raise PolicyLawKept(policy.name, name)
    return report


def judge(
    policy: AllocationPolicy,
    names: Iterable[str],
    problems: Sequence[Problem] | None = None,
    *,
    customers: Sequence[CustomerRef] = (),
) -> Report:
    """Try some laws on a policy, without a verdict.

    >>> from backorderkit.policies import largest_remainder
    >>> report = judge(largest_remainder(), ["resource_monotonicity"])
    >>> print(report.broken[0].evidence)
    (1, 1, 1), with 4 available (0, 2, 2)
    """
    direct = posed(policy, customers)
    remembered = remembering(direct)
    kept, broken = [], []
    for name in dict.fromkeys(names):
        if name in LAWS_OF_A_POLICY:
            law, awards, usual = LAWS_OF_A_POLICY[name](policy), direct, BOOK_PROBLEMS
        else:
            law, usual = LAWS_OF_NUMBERS[name], PROBLEMS
            awards = direct if law is repeatable else remembered
        asked = labelled(usual if problems is None else problems, customers)
        found = find_counterexample(law, awards, problems=asked)
        if found is None:
            kept.append(name)
        else:
            claims = tuple(int(claim) for claim in found.claims)
            broken.append(attrs.evolve(found, claims=claims))
            if name == within_bounds.__name__:
                break  # the other laws take awards that can be for granted
    return Report(policy.name, tuple(kept), tuple(broken))


def _checked_names(keeps: Collection[str], breaks: Collection[str]) -> tuple[str, ...]:
    """Return the declared names in the order of the laws."""
    declared = {*keeps, *breaks}
    for name in sorted(declared - set(LAW_NAMES)):
        raise InvalidValue("law", name, f"name any of {', '.join(LAW_NAMES)}")
    for name in sorted(set(keeps) & set(breaks)):
        raise InvalidValue("law", name, "it is either kept or broken")
    for name in sorted(set(breaks) & set(MANDATORY_LAWS)):
        raise InvalidValue("law", name, "every policy owes it: none may break it")
    return tuple(name for name in LAW_NAMES if name in declared)
