"""Laws of sharing, and the smallest problem that breaks one.

A law is a function of a sharing rule and one problem. It runs the rule, here and on
problems close by, and returns None or a `Counterexample`. It counts for itself and asks
the rule for nothing but awards. Laws take feasible awards for granted: judge
`feasible` first.

`find_counterexample` tries a law on many problems, the smallest first, so what it finds
is minimal: fewest lines, then fewest units claimed.

>>> from backorderkit.testing.policy_laws.outcome_laws import equal_claims_within_one
>>> def oldest_takes_all(available, claims):
...     awards = []
...     for claim in claims:
...         awards.append(min(claim, available - sum(awards)))
...     return tuple(awards)
>>> print(find_counterexample(equal_claims_within_one, oldest_takes_all))
equal_claims_within_one: 2 available, claims (2, 2)
awards (2, 0)
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import TypeAlias

import attrs

__all__ = [
    "SMALL_PROBLEMS",
    "Awards",
    "Counterexample",
    "Law",
    "Problem",
    "find_counterexample",
    "scattered_problems",
    "small_problems",
]

Awards: TypeAlias = Callable[[int, tuple[int, ...]], tuple[int, ...]]
"""A sharing rule: takes units available and claims in rank order, returns awards."""

Problem: TypeAlias = tuple[int, tuple[int, ...]]
"""Units available, and claims in rank order."""


@attrs.frozen
class Counterexample:
    """A problem on which a rule breaks a law, and what was seen there.

    >>> print(Counterexample("feasible", 1, (2,), "awards (2,)"))
    feasible: 1 available, claims (2,)
    awards (2,)
    """

    law: str
    available: int
    claims: tuple[int, ...]
    evidence: str

    def __str__(self) -> str:
        return (
            f"{self.law}: {self.available} available, claims {self.claims}\n"
            f"{self.evidence}"
        )


Law: TypeAlias = Callable[[Awards, int, tuple[int, ...]], Counterexample | None]
"""Judges a rule on one problem."""


def find_counterexample(
    law: Law, awards: Awards, *, problems: Iterable[Problem] | None = None
) -> Counterexample | None:
    """Return the first problem that breaks the law, None when there is none.

    Without `problems` all of `SMALL_PROBLEMS` are tried, so the answer is minimal among
    them. None found is no proof: add `scattered_problems` for larger ones.

    >>> from backorderkit.testing.policy_laws.change_laws import resource_monotonicity
    >>> def all_or_nothing(available, claims):
    ...     return claims if available >= sum(claims) else (0,) * len(claims)
    >>> find_counterexample(resource_monotonicity, all_or_nothing) is None
    True
    """
    for available, claims in SMALL_PROBLEMS if problems is None else problems:
        found = law(awards, available, claims)
        if found is not None:
            return found
    return None


def small_problems(lines: int, largest_claim: int) -> Iterator[Problem]:
    """Yield every problem of n lines with claims from 0 up to the largest.

    Zero to all of the claimed units are available; small totals come first.

    >>> list(small_problems(1, 2))
    [(0, (0,)), (0, (1,)), (1, (1,)), (0, (2,)), (1, (2,)), (2, (2,))]
    """
    every = product(range(largest_claim + 1), repeat=lines)
    for claims in sorted(every, key=sum):
        for available in range(sum(claims) + 1):
            yield available, claims


SMALL_PROBLEMS: tuple[Problem, ...] = (
    *small_problems(1, 7),
    *small_problems(2, 7),
    *small_problems(3, 5),
    *small_problems(4, 3),
)
"""All problems of two lines up to 7, three up to 5 and four up to 3 units each."""


def scattered_problems(
    count: int, *, most_lines: int = 6, largest_claim: int = 15
) -> Iterator[Problem]:
    """Yield `count` larger problems that look random and are the same in every run.

    The numbers come from a multiplier and an increment known to mix well (Knuth), not
    from a random source, so no seed and no Python version changes them.

    >>> list(scattered_problems(2, most_lines=3))
    [(26, (9, 12, 6)), (12, (10, 6, 9))]
    """
    numbers = _scattered()
    for _ in range(count):
        lines = 1 + next(numbers) % most_lines
        claims = tuple(next(numbers) % (largest_claim + 1) for _ in range(lines))
        yield next(numbers) % (sum(claims) + 1), claims


def _scattered() -> Iterator[int]:
    state = 1
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33
