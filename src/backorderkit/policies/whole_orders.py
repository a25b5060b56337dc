"""Policies that complete whole orders, over all their pools, or give them nothing.

The engine looks at each order as a bundle of what it lacks and completes those it can,
in rank order or in the order of a choice. Under such a policy the order's own delivery
rule plays no role.

>>> from backorderkit.policies import at_least
>>> from backorderkit.policies import proportional
>>> whole_order(at_least(6)(proportional())).name
'whole_order(at_least(6)(proportional))'
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from backorderkit.model import (
    AllocationPolicy,
    Bundle,
    BundleChoice,
    Incomplete,
)
from backorderkit.policies.wrapping import WrappedPolicy
from backorderkit.values import Pool

__all__ = ["densest_first", "fewest_units_first", "whole_order"]


def whole_order(
    policy: AllocationPolicy,
    *,
    incomplete: Incomplete = Incomplete.IS_SKIPPED,
    choose: BundleChoice | None = None,
) -> WrappedPolicy:
    """Return a policy that completes whole orders, over all their pools.

    An incomplete order is skipped, blocks those behind it, or holds what it gets
    (`incomplete`). Without `choose` orders are tried in rank order; the choices
    `fewest_units_first` and `densest_first` serve more of them, and the oldest may wait
    longer. Completing the most is set packing, hence NP-hard; `adapters.exact` does it.

    >>> from backorderkit.policies import oldest_first
    >>> whole_order(oldest_first(), choose=fewest_units_first).name
    'whole_order(oldest_first)'
    """
    together = attrs.evolve(
        policy.together, incomplete=incomplete, every_order=True, choose=choose
    )
    return WrappedPolicy(f"whole_order({policy.name})", policy, together=together)


def fewest_units_first(
    bundles: Sequence[Bundle], free: Mapping[Pool, int]
) -> list[Bundle]:
    """Choose the orders that lack the fewest units; O(n log n).

    >>> small, large = Bundle("O-2", "", {Pool("LAMP"): 1}), Bundle("O-1", "", {})
    >>> large = attrs.evolve(large, needs={Pool("LAMP"): 5})
    >>> best = fewest_units_first([large, small], {Pool("LAMP"): 5})
    >>> [bundle.order for bundle in best]
    ['O-2', 'O-1']
    """
    return sorted(bundles, key=lambda bundle: bundle.units)


def densest_first(bundles: Sequence[Bundle], free: Mapping[Pool, int]) -> list[Bundle]:
    """Choose the orders that take the smallest part of what is free; O(n log n).

    An order that needs what is scarce is heavy, whatever its units. The usual greedy
    rule for multidimensional knapsacks, with every order worth the same.

    >>> lamp, rug = Pool("LAMP"), Pool("RUG")
    >>> bundles = [Bundle("O-1", "", {lamp: 2}), Bundle("O-2", "", {rug: 3})]
    >>> [bundle.order for bundle in densest_first(bundles, {lamp: 2, rug: 9})]
    ['O-2', 'O-1']
    """

    def weight(bundle: Bundle) -> Fraction:
        return sum(
            (Fraction(units, free[pool] or 1) for pool, units in bundle.needs.items()),
            Fraction(0),
        )

    return sorted(bundles, key=weight)
