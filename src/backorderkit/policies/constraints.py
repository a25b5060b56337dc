"""Conditions that wrap a policy: whole lines, minimum parts, packs, few parcels.

A condition limits each award of the policy it wraps: it keeps all of it, less, or
nothing. What an award loses is offered to the other lines, in rank order; so a line
that cannot be served as the condition demands is passed over.

>>> from backorderkit.policies import proportional
>>> from backorderkit.policies import awards
>>> awards(at_least(6)(proportional()), 10, (10, 10))
(10, 0)
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import attrs

from backorderkit.model import AllocationPolicy, Award, Backorder
from backorderkit.policies.wrapping import WrappedPolicy
from backorderkit.values import check_count

__all__ = [
    "at_least",
    "at_most_deliveries",
    "capped",
    "in_multiples",
    "whole_line",
]

Wrapper: TypeAlias = Callable[[AllocationPolicy], WrappedPolicy]

Limit: TypeAlias = Callable[[Backorder, int], int]
"""Returns the largest award of at most n units that is valid for a backorder."""


@attrs.frozen
class _Limited:
    """Cuts the inner awards to their limits, and offers the rest in rank order.

    Each line is offered the rest alone, so that the inner policy decides how much of it
    the line may have. O(n) in the lines that wait, and the cost of the inner policy.
    """

    limit: Limit

    def __call__(
        self, inner: AllocationPolicy, available: int, backorders: Iterable[Backorder]
    ) -> Iterator[Award]:
        waiting = tuple(backorders)
        given = {(backorder.line, backorder.portion): 0 for backorder in waiting}
        for award in inner.share(available, waiting):
            backorder = award.backorder
            allowed = self.limit(backorder, award.quantity)
            given[backorder.line, backorder.portion] = allowed
            available -= allowed
        for backorder in waiting:
            if not available:
                break
            ref = (backorder.line, backorder.portion)
            most = given[ref] + _alone(inner, available, backorder, given[ref])
            better = max(self.limit(backorder, most), given[ref])
            available -= better - given[ref]
            given[ref] = better
        for backorder in waiting:
            units = given[backorder.line, backorder.portion]
            if units:
                yield Award(backorder, units)


def _alone(
    inner: AllocationPolicy, available: int, backorder: Backorder, given: int
) -> int:
    """Return what a policy gives a line alone, beyond what it was given."""
    if given == backorder.quantity:
        return 0
    rest = attrs.evolve(backorder, quantity=backorder.quantity - given)
    return sum(award.quantity for award in inner.share(available, (rest,)))


@attrs.frozen
class _WholeLine:
    """All a line waits for, or nothing."""

    def __call__(self, backorder: Backorder, units: int) -> int:
        return units if units >= backorder.quantity else 0


@attrs.frozen
class _AtLeast:
    """No part below the minimum, and no rest below it either."""

    minimum: int

    def __call__(self, backorder: Backorder, units: int) -> int:
        if units >= backorder.quantity:
            return backorder.quantity
        units = min(units, backorder.quantity - self.minimum)
        return units if units >= self.minimum else 0


@attrs.frozen
class _InMultiples:
    """Whole packs, or the rest of the line."""

    multiple: int

    def __call__(self, backorder: Backorder, units: int) -> int:
        if units >= backorder.quantity:
            return backorder.quantity
        return units - units % self.multiple


@attrs.frozen
class _AtMostDeliveries:
    """The last delivery that a line may have must bring all the rest."""

    most: int

    def __call__(self, backorder: Backorder, units: int) -> int:
        if backorder.deliveries + 1 < self.most:
            return units
        return units if units >= backorder.quantity else 0


@attrs.frozen
class _Capped:
    """No line has more than `most` units before it is complete."""

    most: int

    def __call__(self, backorder: Backorder, units: int) -> int:
        return min(units, max(self.most - backorder.covered, 0))


def whole_line(policy: AllocationPolicy) -> WrappedPolicy:
    """Return a policy that serves a line whole or not at all.

    >>> from backorderkit.policies import oldest_first
    >>> from backorderkit.policies import awards
    >>> awards(whole_line(oldest_first()), 5, (4, 3, 1))
    (4, 0, 1)
    """
    return _wrapper("whole_line", _WholeLine())(policy)


def at_least(minimum: int) -> Wrapper:
    """Return a wrapper: no part below `minimum`, and no useless rest below it.

    A line that waits for less than the minimum is served whole.

    >>> from backorderkit.policies import oldest_first
    >>> from backorderkit.policies import awards
    >>> awards(at_least(3)(oldest_first()), 5, (6, 7))
    (3, 0)
    """
    check_count("minimum", minimum, 1)
    return _wrapper(f"at_least({minimum})", _AtLeast(minimum))


def in_multiples(multiple: int) -> Wrapper:
    """Return a wrapper: whole packs of `multiple` units, or the rest of the line.

    >>> from backorderkit.policies import oldest_first
    >>> from backorderkit.policies import awards
    >>> awards(in_multiples(4)(oldest_first()), 7, (10, 3))
    (4, 3)
    """
    check_count("multiple", multiple, 1)
    return _wrapper(f"in_multiples({multiple})", _InMultiples(multiple))


def at_most_deliveries(most: int) -> Wrapper:
    """Return a wrapper: a line is served in at most `most` parts.

    >>> from backorderkit.policies import oldest_first
    >>> from backorderkit.policies import awards
    >>> awards(at_most_deliveries(1)(oldest_first()), 5, (6, 5))
    (0, 5)
    """
    check_count("most", most, 1)
    return _wrapper(f"at_most_deliveries({most})", _AtMostDeliveries(most))


def capped(most: int) -> Wrapper:
    """Return a wrapper: no waiting line has more than `most` units so far.

    Inside `per_customer` it caps what the waiting lines of a customer have together;
    lines that wait for nothing any more are not counted.

    >>> from backorderkit.policies import oldest_first
    >>> from backorderkit.policies import awards
    >>> awards(capped(4)(oldest_first()), 10, (9, 3))
    (4, 3)
    """
    check_count("most", most, 1)
    return _wrapper(f"capped({most})", _Capped(most))


def _wrapper(label: str, limit: Limit) -> Wrapper:
    """Return what puts a condition around a policy."""

    def wrap(policy: AllocationPolicy) -> WrappedPolicy:
        name = f"{label}({policy.name})"
        return WrappedPolicy(name, policy, divide=_Limited(limit))

    return wrap
