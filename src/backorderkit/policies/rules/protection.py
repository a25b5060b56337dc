"""How much to keep for better-paying customers: Littlewood and EMSR-b.

A unit is worth keeping for the better class as long as its price times the chance of
still selling it there is at least the lower price. With normally distributed demand the
level is `mean + deviation × z`, where z is the point that demand exceeds with the
chance low price / high price.

This is the one place where the theory is about real numbers. They are computed in
`Decimal` with 60 digits (the normal distribution by its power series, its inverse by
Newton's method), shown with 10 decimals and turned into whole units by a rounding the
caller names. No float takes part, so every machine gives the same digits.

>>> littlewood(770, 440, mean=100, deviation=25)
ProtectionLevel(quantity=Decimal('95.4996907552'))
>>> littlewood(770, 440, mean=100, deviation=25).rounded_up
96
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TypeAlias

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.policies.rules.problems import (
    checked_counts,
    checked_fraction,
    checked_whole,
)

__all__ = ["ProtectionLevel", "booking_limits", "emsr_b", "littlewood"]

Real: TypeAlias = int | Decimal | Fraction

PI = Decimal("3.1415926535897932384626433832795028841971693993751058209749445923")
SMALLEST_CHANCE = Fraction(1, 10**12)
HALF = Fraction(1, 2)


@attrs.frozen
class ProtectionLevel:
    """How many units to keep, exact to 10 decimals; never below 0.

    >>> ProtectionLevel(Decimal("20.365")).nearest
    20
    """

    quantity: Decimal

    @property
    def rounded_up(self) -> int:
        """The smallest whole number that protects at least this much."""
        return int(self.quantity.to_integral_value(ROUND_CEILING))

    @property
    def nearest(self) -> int:
        """The nearest whole number, as tables print it."""
        return int(self.quantity.to_integral_value(ROUND_HALF_EVEN))


def littlewood(
    high_price: Real, low_price: Real, *, mean: Real, deviation: Real
) -> ProtectionLevel:
    """Return how much to keep for the high price, its demand being normal.

    Prices are positive and high is above low; `mean` and `deviation` are not negative.
    Source: Littlewood 1972.

    >>> littlewood(675, 375, mean=80, deviation=35).rounded_up
    76
    """
    (level,) = emsr_b((high_price, low_price), means=(mean,), deviations=(deviation,))
    return level


def emsr_b(
    prices: Sequence[Real], *, means: Sequence[Real], deviations: Sequence[Real]
) -> tuple[ProtectionLevel, ...]:
    """Return nested levels: the j-th is kept for the first j+1 classes together.

    `prices` fall strictly. `means` and `deviations` belong to the classes from the best
    down; the last class needs none, since nothing is kept for it. Each level is
    Littlewood's for the summed demand and its average price. Cost O(n) after O(1)
    quantiles per class. Source: Belobaba 1989, EMSR-b.

    >>> levels = emsr_b((1200, 1000, 800), means=(31, 11), deviations=(11, 7))
    >>> [level.nearest for level in levels]
    [20, 35]
    """
    exact_prices = _reals("prices", prices)
    for above, below in pairwise(exact_prices):
        if not 0 < below < above:
            raise InvalidValue("prices", prices, "give positive prices, highest first")
    for what, numbers in (("means", means), ("deviations", deviations)):
        if len(exact_prices) - len(numbers) not in {0, 1}:
            raise InvalidValue(what, numbers, "give one per class, or all but the last")
    classes = zip(
        exact_prices,
        exact_prices[1:],
        _reals("means", means),
        _reals("deviations", deviations),
        strict=False,
    )
    levels = []
    demand = variance = revenue = Fraction(0)
    for price, next_price, mean, deviation in classes:
        demand += mean
        variance += deviation**2
        revenue += price * mean
        # Without any expected demand the average is the class's own price.
        average = revenue / demand if demand else price
        levels.append(_level(demand, variance, next_price / average))
    return tuple(levels)


def booking_limits(capacity: int, protected: Sequence[int]) -> tuple[int, ...]:
    """Return how many units each class adds to those above it, the last class included.

    `protected` holds whole nested levels from the best class down. A level below an
    earlier one counts as that one.

    >>> booking_limits(100, (20, 35, 54, 80, 117))
    (20, 15, 19, 26, 20, 0)
    """
    capacity = checked_whole("capacity", capacity)
    levels = accumulate(checked_counts("protected", protected), max)
    nested = [0, *(min(level, capacity) for level in levels), capacity]
    return tuple(upper - lower for lower, upper in pairwise(nested))


def _reals(what: str, values: Sequence[Real]) -> list[Fraction]:
    remedy = "give an int, Decimal or Fraction of 0 or more"
    return [
        checked_fraction(f"{what}[{position}]", value, remedy)
        for position, value in enumerate(values)
    ]


def _level(mean: Fraction, variance: Fraction, chance: Fraction) -> ProtectionLevel:
    """Return the level that normal demand exceeds with the given chance."""
    if min(chance, 1 - chance) < SMALLEST_CHANCE:
        remedy = "keep neighbouring prices between 10⁻¹² and 1 − 10⁻¹² of each other"
        raise InvalidValue("the price ratio", chance, remedy)
    # The context is ours, so that a host's precision never changes an answer.
    with localcontext(Context(prec=60, rounding=ROUND_HALF_EVEN)):
        distance = -_below_middle(min(chance, 1 - chance))
        sign = 1 if chance <= HALF else -1
        quantity = _decimal(mean) + sign * distance * _decimal(variance).sqrt()
        return ProtectionLevel(max(Decimal(0), quantity).quantize(Decimal("1e-10")))


def _below_middle(chance: Fraction) -> Decimal:
    """Return the z, 0 or less, that a standard normal number stays below by chance.

    Left of 0 the distribution is convex, so Newton's method started at 0 approaches the
    answer from the right and cannot overshoot.
    """
    wanted, z = _decimal(chance), Decimal(0)
    while True:
        density = (-z * z / 2).exp() / (2 * PI).sqrt()
        step = (Decimal("0.5") + density * _series(z) - wanted) / density
        if abs(step) < Decimal("1e-30"):
            return z
        z -= step


def _series(z: Decimal) -> Decimal:
    """Return z + z³/3 + z⁵/15 + …, the area from 0 to z divided by the density at z."""
    term, total, odd = z, z, 1
    while abs(term) > Decimal("1e-50"):
        odd += 2
        term *= z * z / odd
        total += term
    return total


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
