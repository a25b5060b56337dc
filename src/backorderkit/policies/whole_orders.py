"""Policies that complete whole orders, over all their pools, or give them nothing.

The engine looks at each order as a bundle of what it lacks and completes those it can,
in rank order or in the order of a choice. Under such a policy the order's own delivery
rule plays no role.

>>> from backorderkit.policies import at_least
>>> from backorderkit.policies import proportional
>>> whole_order(at_least(6)(proportional())).name
'whole_order(at_least(6)(proportional))'
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from backorderkit.model import (
    AllocationPolicy,
    Award,
    Backorder,
    Bundle,
    BundleChoice,
    Incomplete,
    ShipTogether,
)
from backorderkit.values import Pool

__all__ = ["WholeOrder", "densest_first", "fewest_units_first", "whole_order"]


@attrs.frozen
class WholeOrder:
    """A policy under which every order is completed at once or gets nothing.

    >>> from backorderkit.policies import oldest_first
    >>> whole_order(oldest_first()).together.every_order
    True
    """

    inner: AllocationPolicy
    together: ShipTogether

    @property
    def name(self) -> str:
        """Return the policy it wraps."""
        return f"whole_order({self.inner.name})"

    def rank(self, backorder: Backorder) -> Any:  # whatever the inner policy gives
        """Return the rank of the inner policy."""
        return self.inner.rank(backorder)

    def share(self, available: int, backorders: Iterable[Backorder]) -> Iterable[Award]:
        """Return the awards of the inner policy."""
        return self.inner.share(available, backorders)


def whole_order(
    policy: AllocationPolicy,
    *,
    incomplete: Incomplete = Incomplete.IS_SKIPPED,
    choose: BundleChoice | None = None,
) -> WholeOrder:
    """Return a policy that completes whole orders, over all their pools.

    An incomplete order is skipped, blocks those behind it, or holds what it gets
    (`incomplete`). Without `choose` orders are tried in rank order; the choices
    `fewest_units_first` and `densest_first` serve more of them, and the oldest may wait
    longer. Completing the most is set packing, hence NP-hard; `adapters.exact` does it.

    >>> from backorderkit.policies import oldest_first
    >>> whole_order(oldest_first(), choose=fewest_units_first).name
    'whole_order(oldest_first)'
    """
    return WholeOrder(policy, ShipTogether(incomplete, every_order=True, choose=choose))


def fewest_units_first(
    bundles: Sequence[Bundle], free: Mapping[Pool, int]
) -> list[Bundle]:
    """Choose the orders that lack the fewest units; O(n log n).

    >>> small, large = Bundle("O-2", "", {Pool("LAMP"): 1}), Bundle("O-1", "", {})
    >>> large = attrs.evolve(large, needs={Pool("LAMP"): 5})
    >>> [one.order for one in fewest_units_first([large, small], {Pool("LAMP"): 5})]
    ['O-2', 'O-1']
    """
    return sorted(bundles, key=lambda one: one.units)


def densest_first(bundles: Sequence[Bundle], free: Mapping[Pool, int]) -> list[Bundle]:
    """Choose the orders that take the smallest part of what is free; O(n log n).

    An order that needs what is scarce is heavy, whatever its units. The usual greedy
    rule for multidimensional knapsacks, with every order worth the same.

    >>> lamp, rug = Pool("LAMP"), Pool("RUG")
    >>> bundles = [Bundle("O-1", "", {lamp: 2}), Bundle("O-2", "", {rug: 3})]
    >>> [one.order for one in densest_first(bundles, {lamp: 2, rug: 9})]
    ['O-2', 'O-1']
    """

    def weight(bundle: Bundle) -> Fraction:
        return sum(
            (Fraction(units, free[pool] or 1) for pool, units in bundle.needs.items()),
            Fraction(0),
        )

    return sorted(bundles, key=weight)
