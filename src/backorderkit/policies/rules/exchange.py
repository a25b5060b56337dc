"""Pro-rata with the rest by time, as futures exchanges match orders.

The goods pass through up to four steps, each working on what the step before left:

1. the oldest claim takes up to `top` units;
2. the claims at the positions in `guaranteed` take `guaranteed_share` of what is left,
   the older first, and sit out the next step;
3. the others share in proportion, rounded down to whole lots; a fill below
   `minimum_fill` becomes nothing;
4. what rounding left over goes to all claims by time.

When the goods cover every claim, every line simply gets what it claimed. The rule is
easy to explain and hard to love: an extra unit can move the rounding and cost another
line its fill, so it is for one division at a time, not for a running total.

>>> threshold_pro_rata(60, (10, 5, 20, 50, 75), top=10, minimum_fill=2)
(10, 3, 6, 16, 25)
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from fractions import Fraction
from itertools import pairwise

from backorderkit.errors import InvalidValue
from backorderkit.policies.rules.problems import (
    checked_counts,
    checked_fraction,
    checked_problem,
    checked_whole,
)

__all__ = ["LotRounding", "threshold_pro_rata"]


class LotRounding(Enum):
    """How a proportional fill becomes whole lots.

    >>> [rounding.value for rounding in LotRounding]
    ['down', 'nearest']
    """

    DOWN = "down"
    NEAREST = "nearest"


def threshold_pro_rata(
    available: int,
    claims: Sequence[int],
    *,
    top: int = 0,
    guaranteed: Iterable[int] = (),
    guaranteed_share: Fraction = Fraction(0),
    minimum_fill: int = 1,
    lot: int = 1,
    lot_rounding: LotRounding = LotRounding.DOWN,
) -> tuple[int, ...]:
    """Share in proportion, rounded to lots, and give the rest by time; O(n log n).

    `guaranteed` holds positions of claims, `guaranteed_share` a Fraction from 0 to 1.
    The rest by time ignores the lot, so that nothing is left idle. `NEAREST` rounds
    half a lot up; where that asks for too much, the newer lines do without.
    Source: the step tables of the CME and TSX matching algorithms.

    >>> threshold_pro_rata(20, (10, 30))
    (5, 15)
    >>> nearest = LotRounding.NEAREST
    >>> threshold_pro_rata(75000, (40000, 50000), lot=100, lot_rounding=nearest)
    (33300, 41700)
    >>> part = Fraction(2, 5)
    >>> threshold_pro_rata(500, (900, 900), guaranteed=[0], guaranteed_share=part)
    (200, 300)
    """
    available, claims = checked_problem(available, claims)
    top = checked_whole("top", top)
    minimum_fill = checked_whole("minimum_fill", minimum_fill)
    lot = checked_whole("lot", lot, least=1)
    favoured = _checked_positions(guaranteed, len(claims))
    remedy = "give a Fraction from 0 to 1"
    share = checked_fraction("guaranteed_share", guaranteed_share, remedy)
    if share > 1:
        raise InvalidValue("guaranteed_share", guaranteed_share, remedy)
    if available >= sum(claims):
        return claims

    awards = [0] * len(claims)
    left = available - _fill_by_time(min(available, top), claims, awards, range(1))
    left -= _fill_by_time(int(left * share), claims, awards, favoured)
    for line, fill in _proportional_fills(
        left, claims, awards, set(favoured), lot=lot, rounding=lot_rounding
    ):
        if fill >= minimum_fill:
            awards[line] += min(fill, left)
            left -= min(fill, left)
    _fill_by_time(left, claims, awards, range(len(claims)))
    return tuple(awards)


def _fill_by_time(
    units: int, claims: Sequence[int], awards: list[int], lines: Iterable[int]
) -> int:
    """Fill what is still open on the given lines; return how many units went out."""
    left = units
    for line in lines:
        fill = min(left, claims[line] - awards[line])
        awards[line] += fill
        left -= fill
    return units - left


def _proportional_fills(
    left: int,
    claims: Sequence[int],
    awards: Sequence[int],
    favoured: set[int],
    *,
    lot: int,
    rounding: LotRounding,
) -> list[tuple[int, int]]:
    """Return (line, fill) in time order for the lines that share in proportion."""
    still_open = {
        line: claim - award
        for line, (claim, award) in enumerate(zip(claims, awards, strict=True))
        if line not in favoured
    }
    total = sum(still_open.values())
    if left >= total:
        return list(still_open.items())
    up = lot * total // 2 if rounding is LotRounding.NEAREST else 0
    return [
        (line, min(quantity, (left * quantity + up) // (lot * total) * lot))
        for line, quantity in still_open.items()
    ]


def _checked_positions(positions: Iterable[int], length: int) -> tuple[int, ...]:
    places = sorted(checked_counts("guaranteed", positions))
    for place, following in pairwise([*places, length]):
        if place >= following:
            remedy = f"name each position once, from 0 to {length - 1}"
            raise InvalidValue("guaranteed", place, remedy)
    return tuple(places)
