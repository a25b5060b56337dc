"""Two rules of the claims literature that treat awards and losses alike.

- `talmud_rule` splits what is contested: up to half of the claims it makes awards
  equal, beyond that it makes losses equal. No line gains more than half its claim
  before every line has half.
- `random_arrival_rule` is the average of serving the claims in turn over every order in
  which they could have arrived (the Shapley value of the claims). It is computed
  exactly, by counting how many sets of earlier rivals take how much.

Exact awards are rounded by largest remainder, so an award can fall by a unit when the
total grows: both rules are for one division, not for a running total.

>>> talmud_rule(200, (100, 200, 300))
(50, 75, 75)
>>> [str(share) for share in random_arrival_shares(10, (2, 4, 7, 8))]
['1', '11/6', '10/3', '23/6']
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb, lcm

from backorderkit.errors import InvalidValue
from backorderkit.policies.rules.apportionment import rounded
from backorderkit.policies.rules.levelling import uniform_level
from backorderkit.policies.rules.problems import checked_problem

__all__ = [
    "MOST_STEPS",
    "random_arrival_rule",
    "random_arrival_shares",
    "talmud_rule",
    "talmud_shares",
]

MOST_STEPS = 2_000_000
"""How much counting `random_arrival_rule` does before it refuses, about a second."""


def talmud_rule(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Make awards equal up to half of every claim, then losses; O(n log n).

    Source: Aumann and Maschler 1985.

    >>> talmud_rule(100, (100, 200, 300)), talmud_rule(300, (100, 200, 300))
    ((34, 33, 33), (50, 100, 150))
    """
    available, claims = checked_problem(available, claims)
    return rounded(*_talmud_level(available, claims))


def talmud_shares(available: int, claims: Sequence[int]) -> tuple[Fraction, ...]:
    """Return the exact awards of the Talmud rule, before rounding.

    >>> [str(share) for share in talmud_shares(2, (1, 2))]
    ['1/2', '3/2']
    """
    available, claims = checked_problem(available, claims)
    shares, unit = _talmud_level(available, claims)
    return tuple(Fraction(share, unit) for share in shares)


def _talmud_level(available: int, claims: tuple[int, ...]) -> tuple[list[int], int]:
    """Solve for half claims in half units, so that everything stays whole."""
    total, ones = sum(claims), (1,) * len(claims)
    if 2 * available <= total:
        shares, unit = uniform_level(2 * available, claims, ones)
        return shares, 2 * unit
    losses, unit = uniform_level(2 * max(0, total - available), claims, ones)
    awards = [
        2 * unit * claim - loss for claim, loss in zip(claims, losses, strict=True)
    ]
    return awards, 2 * unit


def random_arrival_rule(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Average serving in turn over every order of arrival, rounded.

    The cost grows with the number of different sums of claims below what is available,
    times n: 17 claims of any size are fine, or some hundreds when few units are shared.
    Beyond `MOST_STEPS` it raises `InvalidValue`. Source: O'Neill 1982.

    >>> random_arrival_rule(120, (30, 40, 60, 120))
    (14, 19, 29, 58)
    """
    shares = random_arrival_shares(available, claims)
    unit = lcm(*(share.denominator for share in shares))
    return rounded([int(share * unit) for share in shares], unit)


def random_arrival_shares(
    available: int, claims: Sequence[int]
) -> tuple[Fraction, ...]:
    """Return the exact averages over every order of arrival.

    >>> [str(share) for share in random_arrival_shares(200, (100, 200, 300))]
    ['100/3', '250/3', '250/3']
    """
    available, claims = checked_problem(available, claims)
    short = max(0, sum(claims) - available)
    # The rule is its own mirror image, and the smaller side has fewer sums to count.
    if short < available:
        losses = _averages(short, claims)
        return tuple(claim - loss for claim, loss in zip(claims, losses, strict=True))
    return _averages(available, claims)


def _averages(available: int, claims: tuple[int, ...]) -> tuple[Fraction, ...]:
    # No line can get more than there is, so a claim beyond that counts as that much.
    cut = [min(claim, available) for claim in claims]
    positive = [claim for claim in cut if claim]
    sets = _count_sets(available, positive)
    if sum(map(len, sets)) * len(set(positive)) > MOST_STEPS:
        raise _too_many(claims)
    averages = {0: Fraction(0)}
    for claim in set(positive):
        rivals = _without(claim, sets)
        averages[claim] = _average(available, claim, rivals, len(positive))
    return tuple(averages[claim] for claim in cut)


def _average(
    available: int, claim: int, rivals: list[dict[int, int]], lines: int
) -> Fraction:
    """Weigh what every set of earlier rivals leaves; all set sizes are as likely."""
    mean = Fraction(0)
    for size, by_sum in enumerate(rivals):
        left = sum(
            ways * min(claim, available - taken) for taken, ways in by_sum.items()
        )
        if left:
            mean += Fraction(left, lines * comb(lines - 1, size))
    return mean


def _count_sets(available: int, claims: Sequence[int]) -> list[dict[int, int]]:
    """Count the sets of lines by size and by sum, for sums below `available`."""
    sets: list[dict[int, int]] = [{0: 1}] if available else []
    steps = 0
    for claim in claims:
        if sets[-1]:
            sets.append({})
        for size in range(len(sets) - 1, 0, -1):
            larger = sets[size]
            for taken, ways in sets[size - 1].items():
                if taken + claim < available:
                    larger[taken + claim] = larger.get(taken + claim, 0) + ways
            steps += len(sets[size - 1])
        if steps > MOST_STEPS:
            raise _too_many(claims)
    return sets


def _without(claim: int, sets: list[dict[int, int]]) -> list[dict[int, int]]:
    """Take one line out of the count again: the sets that do not hold it."""
    rest: list[dict[int, int]] = []
    smaller: dict[int, int] = {}
    for by_sum in sets:
        kept = {
            taken: ways - smaller.get(taken - claim, 0)
            for taken, ways in by_sum.items()
        }
        smaller = {taken: ways for taken, ways in kept.items() if ways}
        rest.append(smaller)
    return rest


def _too_many(claims: Sequence[int]) -> InvalidValue:
    return InvalidValue(
        "claims",
        claims,
        "too many different sums to average over every order of arrival: "
        "share among fewer lines, or by the Talmud rule, which needs no averages",
    )
