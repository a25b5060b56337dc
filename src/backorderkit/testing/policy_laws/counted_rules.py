"""The rules as textbooks define them, counting out one unit after the other.

They are slow, O(available × n), and have nothing in common with the fast rules but the
result, so each can judge the other. The quota method exists only here: it keeps quotas
and never takes back, but breaks most other laws.

>>> counted_webster(10, (2, 4, 7, 8)), counted_uniform(10, (2, 4, 7, 8))
((1, 2, 3, 4), (2, 3, 3, 2))
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

__all__ = [
    "counted_adams",
    "counted_jefferson",
    "counted_linear",
    "counted_uniform",
    "counted_webster",
    "quota_method",
]

Appeal: TypeAlias = Callable[[int, int], Fraction | int]
"""How strongly a line with this claim and this award so far calls for the next unit."""


def counted_webster(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
    """Give each unit to the largest claim / (2 × award + 1).

    >>> counted_webster(4, (6, 1))
    (3, 1)
    """
    return _counted(available, claims, lambda claim, got: Fraction(claim, 2 * got + 1))


def counted_jefferson(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
    """Give each unit to the largest claim / (award + 1).

    >>> counted_jefferson(4, (6, 1))
    (4, 0)
    """
    return _counted(available, claims, lambda claim, got: Fraction(claim, got + 1))


def counted_adams(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
    """Give each unit to the largest claim / award, a first unit before any second.

    >>> counted_adams(3, (6, 1))
    (2, 1)
    """
    first = sum(claims) + 1
    return _counted(
        available,
        claims,
        lambda claim, got: Fraction(claim, got) if got else claim * first,
    )


def counted_uniform(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
    """Give each unit to the line that has fewest.

    >>> counted_uniform(5, (1, 4, 4))
    (1, 2, 2)
    """
    return _counted(available, claims, lambda claim, got: -got)


def counted_linear(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
    """Give each unit to the line that is short of most.

    >>> counted_linear(5, (1, 4, 4))
    (0, 3, 2)
    """
    return _counted(available, claims, lambda claim, got: claim - got)


def quota_method(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
    """Give each unit as Jefferson does, but to no line above the quota rounded up.

    The quota is that of the units given so far and the next one. Source: Balinski and
    Young 1975.

    >>> quota_method(100, (5117, 4400, 162, 161, 160))
    (52, 44, 2, 1, 1)
    """
    total = sum(claims)
    awards = [0] * len(claims)
    for given in range(1, min(available, total) + 1):
        eligible = [
            line
            for line, claim in enumerate(claims)
            if awards[line] * total < given * claim
        ]
        best = max(eligible, key=lambda line: Fraction(claims[line], awards[line] + 1))
        awards[best] += 1
    return tuple(awards)


def _counted(
    available: int, claims: tuple[int, ...], appeal: Appeal
) -> tuple[int, ...]:
    awards = [0] * len(claims)
    for _ in range(min(available, sum(claims))):
        waiting = [line for line, claim in enumerate(claims) if awards[line] < claim]
        # `max` keeps the first of equals: the oldest line wins every tie.
        best = max(waiting, key=lambda line: appeal(claims[line], awards[line]))
        awards[best] += 1
    return tuple(awards)
