"""Sharing among places that already hold something, or that bear loss unequally.

- `equal_days_of_supply` looks at what each line has at hand and uses per day, and
  lifts the poorest until all would last equally long (in practice: fair shares).
- `linear_rationing_rule` takes the shortage away in given fractions. A line whose part
  of the shortage exceeds its claim gets nothing, and the others carry the rest in
  proportion to their fractions.

Both find one exact level and round the exact awards by largest remainder, so an award
can fall by a unit when the total grows.

>>> claims, stocks, daily_demands = (500, 500, 500), (50, 100, 75), (10, 50, 15)
>>> equal_days_of_supply(500, claims, stocks=stocks, daily_demands=daily_demands)
(47, 383, 70)
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from backorderkit.policies.rules.apportionment import rounded
from backorderkit.policies.rules.levelling import constrained_equal_awards
from backorderkit.policies.rules.problems import (
    checked_counts,
    checked_fractions,
    checked_problem,
)

__all__ = ["equal_days_of_supply", "linear_rationing_rule"]


def equal_days_of_supply(
    available: int,
    claims: Sequence[int],
    *,
    stocks: Sequence[int],
    daily_demands: Sequence[int],
) -> tuple[int, ...]:
    """Give so that stock plus award lasts equally many days; O(n log n).

    `stocks` and `daily_demands` hold one whole number per claim, demands of 1 or more
    (for rates below one a day count demand over a longer time; only proportions
    matter). A line that already lasts longer gets nothing; none gets more than its
    claim.

    >>> equal_days_of_supply(6, (9, 9), stocks=(0, 10), daily_demands=(1, 1))
    (6, 0)
    """
    available, claims = checked_problem(available, claims)
    stocks = checked_counts("stocks", stocks, length=len(claims))
    rates = checked_counts("daily_demands", daily_demands, least=1, length=len(claims))
    if available >= sum(claims):
        return claims
    if available == 0:
        return (0,) * len(claims)
    goods, rate = _common_cover(available, claims, stocks, rates)
    lines = zip(claims, stocks, rates, strict=True)
    shares = [
        min(max(0, goods * daily - stock * rate), claim * rate)
        for claim, stock, daily in lines
    ]
    return rounded(shares, rate)


def _common_cover(
    available: int, claims: Sequence[int], stocks: Sequence[int], rates: Sequence[int]
) -> tuple[int, int]:
    """Return the days of supply common to all lines still served, as goods and rate.

    A line is served from the day its stock runs out to the day its claim is used up
    too. Those days, sorted, are swept until the goods are spent. Different days differ
    by at least 1 / (largest rate)², so whole parts of day × rate² sort them exactly.
    """
    scale = max(rates) ** 2
    days = []
    for line, rate in enumerate(rates):
        empty, full = stocks[line], stocks[line] + claims[line]
        days.append((empty * scale // rate, empty, line, 1))
        days.append((full * scale // rate, full, line, -1))
    days.sort()
    # Awards at a day come to day × rate − owned: served lines' stocks less full claims.
    owned = served_rate = 0
    for _, quantity, line, step in days:
        if quantity * served_rate >= (available + owned) * rates[line]:
            break
        owned += step * quantity
        served_rate += step * rates[line]
    return available + owned, served_rate


def linear_rationing_rule(
    available: int, claims: Sequence[int], *, fractions: Sequence[Fraction]
) -> tuple[int, ...]:
    """Take the shortage away in the given fractions, none below zero; O(n log n).

    `fractions` holds one positive Fraction per claim, adding up to 1. With equal
    fractions this is `constrained_equal_losses`. Source: linear rationing (Lagodimos
    and Koukoumialos 2008).

    >>> parts = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))
    >>> linear_rationing_rule(30, (10, 20, 20), fractions=parts)
    (0, 15, 15)
    """
    available, claims = checked_problem(available, claims)
    parts = checked_fractions("fractions", fractions, length=len(claims))
    unit = lcm(*(part.denominator for part in parts))
    weights = [part.numerator * (unit // part.denominator) for part in parts]
    short = max(0, sum(claims) - available)
    losses = constrained_equal_awards(short, claims[::-1], weights=weights[::-1])[::-1]
    return tuple(claim - loss for claim, loss in zip(claims, losses, strict=True))
