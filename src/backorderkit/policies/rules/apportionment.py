"""Sharing in proportion to the claims, in whole units.

The exact proportional share of a claim, its quota, is `available * claim / total` and
is seldom whole. Each rule here is one way to round all quotas at once:

- `hamilton_method` rounds down and gives what is left to the largest remainders. It
  never leaves the quota by a whole unit, but one unit more on the shelf, or a rival who
  cancels, can cost a line a unit.
- `webster_method` (Sainte-Laguë), `jefferson_method` (D'Hondt) and `adams_method` give
  unit after unit to the line with the largest claim per divisor: 1, 3, 5, … or
  1, 2, 3, … or 0, 1, 2, …. One unit more never costs any line anything, but a line may
  leave its quota.

No rule can avoid both faults (Balinski and Young). `webster_method` treats large and
small claims alike and is the default; `jefferson_method` favours large claims;
`adams_method` favours small ones and is here as a reference.

Counting out unit by unit would cost time in proportion to the goods. All lines start
instead at one common claim per divisor, which misses the total by less than one unit
per line, and a heap gives or takes the few that are missing.

>>> webster_method(10, (2, 4, 7, 8))
(1, 2, 3, 4)
>>> hamilton_method(3, (1, 3, 3)), hamilton_method(4, (1, 3, 3))
((1, 1, 1), (0, 2, 2))
"""

import heapq
from collections.abc import Callable, Sequence

from backorderkit.policies.rules.problems import checked_problem

__all__ = [
    "adams_method",
    "hamilton_method",
    "jefferson_method",
    "rounded",
    "webster_method",
]


def webster_method(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Share in proportion, rounding to nearest with one common divisor; O(n log n).

    Source: Webster 1832, Sainte-Laguë 1910. Dual to itself under reversed rank. It may
    leave the quota: the second line's quota below is exactly 44.

    >>> webster_method(100, (5117, 4400, 162, 161, 160))
    (51, 43, 2, 2, 2)
    """
    return _by_divisors(available, claims, step=2, first=1)


def jefferson_method(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Share in proportion, rounding down with one common divisor; O(n log n).

    Source: Jefferson 1792, D'Hondt 1878. No line gets less than the whole part of the
    quota, and splitting an order in two never pays.

    >>> jefferson_method(100, (5117, 4400, 162, 161, 160))
    (52, 45, 1, 1, 1)
    """
    return _by_divisors(available, claims, step=1, first=1)


def adams_method(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Share in proportion, rounding up with one common divisor; O(n log n).

    Source: Adams 1832. The first unit of every line comes before anyone's second;
    among first units the larger claim leads.

    >>> adams_method(20, (1, 3, 6, 7, 78))
    (1, 1, 2, 2, 14)
    """
    return _by_divisors(available, claims, step=1, first=0)


def hamilton_method(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Share in proportion: quotas rounded down, the rest to the largest remainders.

    Source: Hamilton 1792. Cost O(n log n). Not to be repeated on a running total: an
    award can fall when the total grows.

    >>> hamilton_method(100, (5117, 4400, 162, 161, 160))
    (51, 44, 2, 2, 1)
    """
    available, claims = checked_problem(available, claims)
    total = sum(claims)
    if available >= total:
        return claims
    return rounded([available * claim for claim in claims], total)


def rounded(numerators: Sequence[int], denominator: int) -> tuple[int, ...]:
    """Round exact shares `numerator / denominator` whose sum is a whole number.

    Shares are rounded down; the units left over go to the largest remainders, the
    earlier line first. A whole share is never changed. Cost O(n log n).

    >>> rounded((30, 20, 10), 4)
    (8, 5, 2)
    """
    parts = [divmod(numerator, denominator) for numerator in numerators]
    awards = [whole for whole, _ in parts]
    left = sum(remainder for _, remainder in parts) // denominator
    by_remainder = sorted(range(len(parts)), key=lambda line: -parts[line][1])
    for line in by_remainder[:left]:
        awards[line] += 1
    return tuple(awards)


def _by_divisors(
    available: int, claims: Sequence[int], *, step: int, first: int
) -> tuple[int, ...]:
    """Give the units whose `claim / divisor` is largest; divisors grow by `step`."""
    available, claims = checked_problem(available, claims)
    total = sum(claims)
    if available >= total:
        return claims
    if available == 0:
        return (0,) * len(claims)

    # Two different quotients of divisors below `bound` differ by more than 1 / bound²,
    # so the whole part of quotient × bound² orders them exactly, and in plain integers.
    scale = (step * (available + 2) + first) ** 2
    before_all = scale * (total + 1)

    def quotient(line: int, unit: int) -> int:
        divisor = step * unit + first
        return claims[line] * (scale if divisor else before_all) // (divisor or 1)

    # Every unit whose quotient reaches total / (step * available) is in.
    awards = [
        (step * available * claim + (step - first) * total) // (step * total)
        if claim
        else 0
        for claim in claims
    ]
    missing = available - sum(awards)
    if missing > 0:
        _give(missing, awards, quotient)
    elif missing < 0:
        _take(-missing, awards, quotient)
    return tuple(awards)


def _give(units: int, awards: list[int], quotient: Callable[[int, int], int]) -> None:
    """Add the units with the largest quotients, the earlier line first."""
    heap = [(-quotient(line, award), line) for line, award in enumerate(awards)]
    heapq.heapify(heap)
    for _ in range(units):
        line = heap[0][1]
        awards[line] += 1
        heapq.heapreplace(heap, (-quotient(line, awards[line]), line))


def _take(units: int, awards: list[int], quotient: Callable[[int, int], int]) -> None:
    """Remove the units with the smallest quotients, the later line first."""
    heap = [
        (quotient(line, award - 1), -line) for line, award in enumerate(awards) if award
    ]
    heapq.heapify(heap)
    for _ in range(units):
        line = -heap[0][1]
        awards[line] -= 1
        if awards[line]:
            heapq.heapreplace(heap, (quotient(line, awards[line] - 1), -line))
        else:
            heapq.heappop(heap)
