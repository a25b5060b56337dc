"""Sharing rules in whole units: in turn, equal awards, equal losses.

Every rule is a pure function of what is available and of the claims in rank order
(the first is the oldest and wins every tie). It returns one award per claim, none above
its claim, and leaves nothing over while a claim is open.

- `in_turn` serves the claims one after the other; `smallest_claim_first` and
  `largest_claim_first` do so in order of size.
- `constrained_equal_awards` makes awards equal, as far as claims reach: a water level
  rises over all lines and stops at each claim it meets. Asking for more never helps.
- `constrained_equal_losses` makes losses equal: every claim is cut by as many units.

The two are mirror images: what the one does with awards, the other does with losses and
reversed rank. Both find their level from one sort and hand the last units, fewer than
there are lines, to the oldest.

>>> in_turn(10, (2, 4, 7, 8)), constrained_equal_awards(10, (2, 4, 7, 8))
((2, 4, 4, 0), (2, 3, 3, 2))
>>> constrained_equal_losses(10, (2, 4, 7, 8))
(0, 1, 4, 5)
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from backorderkit.policies.rules.apportionment import rounded
from backorderkit.policies.rules.problems import checked_counts, checked_problem

__all__ = [
    "constrained_equal_awards",
    "constrained_equal_losses",
    "equal_awards_shares",
    "equal_losses_shares",
    "in_turn",
    "largest_claim_first",
    "smallest_claim_first",
]


def in_turn(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Serve the oldest claim first, each as far as the goods reach; O(n).

    Only rules of this kind survive every way to cut up receipts, orders and rivals
    (Moulin 2000).

    >>> in_turn(25, (10, 10, 10, 10))
    (10, 10, 5, 0)
    """
    available, claims = checked_problem(available, claims)
    return served(available, claims, range(len(claims)))


def smallest_claim_first(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Serve the smallest claim first: most lines complete, but understating pays.

    Cost O(n log n). A line that raises its claim may get less, so a customer gains by
    asking for too little.

    >>> smallest_claim_first(10, (7, 2, 8, 4))
    (4, 2, 0, 4)
    """
    available, claims = checked_problem(available, claims)
    by_size = sorted(range(len(claims)), key=lambda line: claims[line])
    return served(available, claims, by_size)


def largest_claim_first(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Serve the largest claim first; a reference only, for it invites inflated orders.

    >>> largest_claim_first(10, (2, 4, 7, 8))
    (0, 0, 2, 8)
    """
    available, claims = checked_problem(available, claims)
    by_size = sorted(range(len(claims)), key=lambda line: -claims[line])
    return served(available, claims, by_size)


def served(
    available: int, claims: Sequence[int], order: Iterable[int]
) -> tuple[int, ...]:
    """Serve the lines at the given positions one after the other.

    >>> served(5, (4, 4), (1, 0))
    (1, 4)
    """
    awards = [0] * len(claims)
    for line in order:
        awards[line] = min(claims[line], available)
        available -= awards[line]
    return tuple(awards)


def constrained_equal_awards(
    available: int, claims: Sequence[int], *, weights: Sequence[int] | None = None
) -> tuple[int, ...]:
    """Give equal awards, capped by the claims (constrained equal awards); O(n log n).

    With whole positive `weights`, one per claim, awards grow in proportion to them. The
    exact awards are rounded by largest remainder; without weights all lines short of
    their claim are within one unit of each other.
    Source: the uniform rule (Sprumont 1991, Ching 1994).

    >>> constrained_equal_awards(10, (2, 4, 7, 8))
    (2, 3, 3, 2)
    >>> constrained_equal_awards(20, (10, 10, 10), weights=(3, 2, 1))
    (10, 7, 3)
    """
    available, claims = checked_problem(available, claims)
    return rounded(*uniform_level(available, claims, _checked_weights(claims, weights)))


def constrained_equal_losses(available: int, claims: Sequence[int]) -> tuple[int, ...]:
    """Cut all claims by the same number of units (constrained equal losses).

    No award falls below zero, and the newest line carries the odd unit; O(n log n). It
    rewards inflated orders; several receipts come to the same as one.
    Source: the dual of `constrained_equal_awards`; linear allocation (Cachon and
    Lariviere 1999).

    >>> constrained_equal_losses(200, (100, 200, 300))
    (0, 50, 150)
    """
    available, claims = checked_problem(available, claims)
    short = max(0, sum(claims) - available)
    losses = constrained_equal_awards(short, claims[::-1])[::-1]
    return tuple(claim - loss for claim, loss in zip(claims, losses, strict=True))


def equal_awards_shares(
    available: int, claims: Sequence[int], *, weights: Sequence[int] | None = None
) -> tuple[Fraction, ...]:
    """Return the exact equal awards, before rounding.

    >>> [str(share) for share in equal_awards_shares(10, (2, 4, 7, 8))]
    ['2', '8/3', '8/3', '8/3']
    """
    available, claims = checked_problem(available, claims)
    shares, unit = uniform_level(available, claims, _checked_weights(claims, weights))
    return tuple(Fraction(share, unit) for share in shares)


def equal_losses_shares(available: int, claims: Sequence[int]) -> tuple[Fraction, ...]:
    """Return the exact awards of equal losses, before rounding.

    >>> [str(share) for share in equal_losses_shares(4, (1, 3, 3))]
    ['0', '2', '2']
    """
    available, claims = checked_problem(available, claims)
    losses = equal_awards_shares(max(0, sum(claims) - available), claims)
    return tuple(claim - loss for claim, loss in zip(claims, losses, strict=True))


def uniform_level(
    available: int, claims: Sequence[int], weights: Sequence[int]
) -> tuple[list[int], int]:
    """Return the equal awards as numerators over one common denominator; O(n log n).

    The water level is what is left, divided by the weight of the lines not yet full.
    Claims per weight are sorted by the whole part of claim × W² / weight, W the largest
    weight: different quotients differ by at least 1 / W², so the order is exact.

    >>> uniform_level(15, (4, 10, 20), (1, 1, 2))
    ([15, 15, 30], 4)
    """
    if available >= sum(claims):
        return list(claims), 1
    scale = max(weights) ** 2
    by_level = sorted(
        range(len(claims)), key=lambda line: claims[line] * scale // weights[line]
    )
    left, unfilled, filled = available, sum(weights), 0
    while claims[line := by_level[filled]] * unfilled <= left * weights[line]:
        left -= claims[line]
        unfilled -= weights[line]
        filled += 1
    shares = [claim * unfilled for claim in claims]
    for line in by_level[filled:]:
        shares[line] = left * weights[line]
    return shares, unfilled


def _checked_weights(
    claims: Sequence[int], weights: Sequence[int] | None
) -> Sequence[int]:
    if weights is None:
        return (1,) * len(claims)
    return checked_counts("weights", weights, least=1, length=len(claims))
