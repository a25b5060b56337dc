"""What a policy gives in one pool, for tables, notebooks and laws.

>>> from backorderkit.policies.ranking import oldest_first, smallest_first
>>> awards(oldest_first(), 10, (2, 4, 7, 8))
(2, 4, 4, 0)
>>> awards(smallest_first(), 5, (4, 3, 1))
(1, 3, 1)
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import attrs

from backorderkit.backorders import AllocationPolicy, Award, Backorder
from backorderkit.checks import check_count
from backorderkit.errors import PolicyBreach

__all__ = ["awards"]

START = datetime(2026, 1, 1, tzinfo=UTC)


def awards(
    policy: AllocationPolicy, available: int, claims: Sequence[int]
) -> tuple[int, ...]:
    """Return what each claim gets of the units available, in the order of the claims.

    The first claim is the oldest; each is the one line of an order of its own, by a
    customer of its own. A policy that completes whole orders is taken at its word: a
    claim it does not cover whole gets nothing, unless incomplete orders hold.

    The policy is asked as the engine asks it: again with what is left, until it gives
    nothing more. Raises `PolicyBreach` when it awards what is not there.

    >>> from backorderkit.policies import uniform
    >>> awards(uniform(), 10, (2, 4, 7, 8))
    (2, 3, 3, 2)
    """
    left = check_count("available", available)
    waiting = [
        _backorder(n, check_count("claim", claim)) for n, claim in enumerate(claims)
    ]
    waiting.sort(key=lambda one: (policy.rank(one), one.line))
    given = {one.line: 0 for one in waiting}
    while left:
        before = left
        for award in policy.share(left, waiting):
            _check(policy, award, waiting, left)
            given[award.backorder.line] += award.quantity
            left -= award.quantity
        if left == before:
            break
        waiting = [
            attrs.evolve(one, quantity=one.ordered - given[one.line]) for one in waiting
        ]
    return tuple(given[_ref(n)] for n in range(len(claims)))


def _backorder(number: int, claim: int) -> Backorder:
    """Return the claim at a position as a backorder; later ones are younger."""
    return Backorder(
        _ref(number),
        0,
        f"O-{number:07d}",
        f"C-{number:07d}",
        "SKU",
        quantity=claim,
        ordered=claim,
        queued_at=START + timedelta(seconds=number),
    )


def _ref(number: int) -> str:
    """Return the line reference of the claim at a position."""
    return f"O-{number:07d}/1"


def _check(
    policy: AllocationPolicy, award: Award, waiting: Sequence[Backorder], left: int
) -> None:
    """Refuse an award that the engine would refuse."""
    units = award.quantity
    if type(units) is not int or not 0 <= units <= min(left, award.backorder.quantity):
        claim = f"{award.backorder.quantity} wanted, {left} left"
        raise PolicyBreach(policy.name, f"awarded {units!r} units ({claim})")
