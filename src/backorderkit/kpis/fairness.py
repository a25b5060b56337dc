"""How evenly something was shared out: two indexes, exact.

Apply them to what customers got divided by what they asked for, and to what they got:
the two questions rank the same rules differently.

>>> jain([1, 2, 3, 4]), gini([1, 2, 3, 4])
(Fraction(5, 6), Fraction(1, 4))
"""

from collections.abc import Iterable
from fractions import Fraction

from backorderkit.errors import InvalidValue

__all__ = ["gini", "jain"]


def jain(shares: Iterable[int | Fraction]) -> Fraction | None:
    """Return Jain's index: 1 for equal shares, k/n if k of n get all of it equally.

    None if there are no shares, or all are nothing.

    >>> jain([5, 5, 0, 0])
    Fraction(1, 2)
    """
    exact = _checked(shares)
    squares = sum(share * share for share in exact)
    total = sum(exact)
    return Fraction(total * total) / (len(exact) * squares) if squares else None


def gini(shares: Iterable[int | Fraction]) -> Fraction | None:
    """Return the Gini coefficient: 0 for equal shares, (n − 1)/n if one gets all.

    None if there are no shares, or all are nothing.

    >>> gini([0, 0, 0, 100])
    Fraction(3, 4)
    """
    exact = sorted(_checked(shares))
    total, n = sum(exact), len(exact)
    if not total:
        return None
    # 1 − Σ (Y(k) + Y(k−1)) / n over the cumulated shares Y, brought to one fraction.
    weighted = sum((2 * (n - k) + 1) * share for k, share in enumerate(exact, 1))
    return 1 - Fraction(weighted) / (n * total)


def _checked(shares: Iterable[int | Fraction]) -> tuple[Fraction, ...]:
    """Return exact shares, none below nothing."""
    exact = tuple(shares)
    for share in exact:
        if type(share) not in (int, Fraction) or share < 0:
            raise InvalidValue("share", share, "give ints or Fractions of 0 or more")
    return tuple(map(Fraction, exact))
