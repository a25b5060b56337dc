"""What a policy gives in one pool, for tables, notebooks and laws.

>>> from backorderkit.policies import oldest_first, smallest_first
>>> awards(oldest_first(), 10, (2, 4, 7, 8))
(2, 4, 4, 0)
>>> awards(smallest_first(), 5, (4, 3, 1))
(1, 3, 1)
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import attrs

from backorderkit.errors import PolicyBreach, shown
from backorderkit.model import AllocationPolicy, Award, Backorder, Bundle
from backorderkit.values import LineRef, check_count

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
    in_wholes = policy.together.every_order and not policy.together.holds
    given = (_in_wholes if in_wholes else _in_parts)(policy, left, waiting)
    return tuple(given[_ref(n)] for n in range(len(claims)))


def _in_parts(
    policy: AllocationPolicy, left: int, waiting: Sequence[Backorder]
) -> dict[LineRef, int]:
    """Ask for awards until nothing is left, nobody waits, or the policy gives none."""
    given = {one.line: 0 for one in waiting}
    queue = [one for one in waiting if one.quantity]
    while left and queue:
        before = left
        offered = {one.line: one.quantity for one in queue}
        for award in policy.share(left, queue):
            units = _checked(policy, award, offered, left)
            given[award.backorder.line] += units
            left -= units
        if left == before:
            break
        queue = [
            attrs.evolve(one, quantity=one.ordered - given[one.line])
            for one in waiting
            if one.ordered > given[one.line]
        ]
        queue.sort(key=lambda one: (policy.rank(one), one.line))
    return given


def _in_wholes(
    policy: AllocationPolicy, left: int, waiting: Sequence[Backorder]
) -> dict[LineRef, int]:
    """Complete the orders that the policy would fill whole, were each alone."""
    given = {one.line: 0 for one in waiting}
    queue = [one for one in waiting if one.quantity]
    blocked = len(queue)
    for place in _tried(policy, left, queue):
        one = queue[place]
        awarded = policy.share(left, (one,)) if left else ()
        got = sum(award.quantity for award in awarded)
        if got == one.quantity and place < blocked:
            given[one.line] = got
            left -= got
        elif policy.together.blocks:
            blocked = min(blocked, place)
    return given


def _tried(
    policy: AllocationPolicy, left: int, queue: Sequence[Backorder]
) -> Iterable[int]:
    """Return the places in the queue in the order in which they are tried."""
    choose = policy.together.choose
    if choose is None or not queue:
        return range(len(queue))
    places = {one.order: place for place, one in enumerate(queue)}
    bundles = [Bundle(one.order, "", {one.pool: one.quantity}) for one in queue]
    chosen = [places[one.order] for one in choose(bundles, {queue[0].pool: left})]
    return dict.fromkeys((*chosen, *places.values()))


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


def _checked(
    policy: AllocationPolicy, award: object, offered: dict[LineRef, int], left: int
) -> int:
    """Return the units of an award; refuse one that the engine would refuse."""
    if not isinstance(award, Award):
        raise PolicyBreach(policy.name, f"gave back {shown(award)}, which is no Award")
    line, units = award.backorder.line, award.quantity
    wanted = offered.pop(line, 0)
    if type(units) is not int or not 0 < units <= min(left, wanted):
        claim = f"{wanted} wanted, {left} left"
        raise PolicyBreach(policy.name, f"awarded {units!r} units ({claim})")
    return units
