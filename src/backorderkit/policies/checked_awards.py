"""Asking a policy, and checking every answer before it is used.

A policy may be a host's own. It sees only what is offered to it, and each award it
gives back must be of a backorder it was just offered, once, positive, and within what
that line waits for and what is free. A breach names the policy.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from backorderkit.errors import PolicyBreach
from backorderkit.model import AllocationPolicy, Award, Backorder
from backorderkit.values import LineRef

PortionRef = tuple[LineRef, int]


def awards_of(
    policy: AllocationPolicy, free: int, offers: Iterable[Backorder]
) -> Iterator[Award]:
    """Yield the awards of one question, each checked."""
    offered: dict[PortionRef, Backorder] = {}

    def noted() -> Iterator[Backorder]:
        for backorder in offers:
            offered[backorder.line, backorder.portion] = backorder
            yield backorder

    answer = policy.share(free, noted())
    if not isinstance(answer, Iterable):
        raise PolicyBreach(policy.name, f"gave back {answer!r} instead of awards")
    for award in answer:
        _check(policy.name, award, offered, free)
        free -= award.quantity
        yield award


def _check(
    name: str, award: object, offered: dict[PortionRef, Backorder], free: int
) -> None:
    """Refuse an award of what was not offered, not asked for, or is not there."""
    if not isinstance(award, Award) or not isinstance(award.backorder, Backorder):
        raise PolicyBreach(
            name, f"gave back {award!r}, which is no award of a backorder"
        )
    backorder, units = award.backorder, award.quantity
    if type(units) is not int or units <= 0:
        raise PolicyBreach(name, f"awarded {units!r} units to {backorder.line}")
    known = offered.pop((backorder.line, backorder.portion), None)
    if known is None or (known is not backorder and known != backorder):
        raise PolicyBreach(name, f"awarded {units} to {backorder.line}, not offered so")
    if units > backorder.quantity:
        wanted = f"which waits for {backorder.quantity}"
        raise PolicyBreach(name, f"awarded {units} to {backorder.line}, {wanted}")
    if units > free:
        raise PolicyBreach(name, f"awarded {units} of {free} free {backorder.sku}")


def would_give(
    policy: AllocationPolicy, free: int, offers: Callable[[], Iterable[Backorder]]
) -> Mapping[PortionRef, int]:
    """Return what a policy would give, asked until it gives nothing more."""
    given: dict[PortionRef, int] = {}
    while free > 0:
        before = free
        for award in awards_of(policy, free, _still_waiting(offers(), given)):
            ref = (award.backorder.line, award.backorder.portion)
            given[ref] = given.get(ref, 0) + award.quantity
            free -= award.quantity
        if free == before:
            break
    return given


def _still_waiting(
    backorders: Iterable[Backorder], given: Mapping[PortionRef, int]
) -> Iterator[Backorder]:
    """Yield backorders less what they were given."""
    for one in backorders:
        units = given.get((one.line, one.portion), 0)
        if units < one.quantity:
            less = one.quantity - units
            yield attrs.evolve(one, quantity=less) if units else one
