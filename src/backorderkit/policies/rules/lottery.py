"""Drawing lots: every unit on the shelf is won by one of the units still claimed.

Each claimed unit is one ticket. Tickets are drawn one by one without putting them back,
so the chance to win the next unit is proportional to what a line still waits for. It is
the one fair rule of its family that gives the same chances however receipts are cut up
(Moulin 2002); whole units allow that only by lot.

The draw is repeatable. The seed is an argument, the generator is local to the call, and
only its raw random bits are used, so equal arguments give equal awards. With one seed,
what is drawn for 5 units is a beginning of what is drawn for 6: no line loses when
the total grows. For a second draw on what is still open, give another seed.

>>> drawn = proportional_random_allocation(5, (4, 4, 8), seed=7)
>>> drawn == proportional_random_allocation(5, (4, 4, 8), seed=7)
True
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random

from backorderkit.errors import InvalidValue
from backorderkit.policies.rules.problems import checked_problem, checked_whole

__all__ = ["MOST_DRAWS", "proportional_random_allocation"]

MOST_DRAWS = 1_000_000
"""How many units one lottery gives out; more are better shared by proportion."""


def proportional_random_allocation(
    available: int, claims: Sequence[int], *, seed: int
) -> tuple[int, ...]:
    """Draw the lines that win each unit, chances proportional to what is open.

    Cost O(available × log n): a lottery is drawn unit by unit. Raises `InvalidValue`
    when more than `MOST_DRAWS` units would have to be drawn.

    >>> sum(proportional_random_allocation(5, (4, 4, 8), seed=7))
    5
    """
    available, claims = checked_problem(available, claims)
    seed = checked_whole("seed", seed)
    total = sum(claims)
    if available >= total:
        return claims
    if available > MOST_DRAWS:
        remedy = f"draw at most {MOST_DRAWS}: count in packs, or share in proportion"
        raise InvalidValue("available", available, remedy)
    ends = list(accumulate(claims))
    awards = [0] * len(claims)
    for ticket in _drawn(available, total, Random(seed)):  # noqa: S311 - not a secret
        awards[bisect_right(ends, ticket)] += 1
    return tuple(awards)


def _drawn(draws: int, tickets: int, source: Random) -> list[int]:
    """Return the first tickets of a random order of all; only moved ones are kept."""
    moved: dict[int, int] = {}
    drawn = []
    for place in range(draws):
        picked = place + _below(tickets - place, source)
        drawn.append(moved.get(picked, picked))
        moved[picked] = moved.pop(place, place)
    return drawn


def _below(bound: int, source: Random) -> int:
    # Drawn from raw bits, which unlike `randrange` no Python version has redefined.
    width = bound.bit_length()
    while (number := source.getrandbits(width)) >= bound:
        pass
    return number
