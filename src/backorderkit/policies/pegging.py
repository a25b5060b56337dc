"""Goods go first to those they were bought for.

Every purchase line names the waiting portions it was bought for. Under `peg_first` a
delivery for it serves them before anybody else, up to what was bought for each; a short
delivery is divided among them by the policy. What they do not need is shared like any
free stock, in the order of the queue.

>>> from backorderkit.policies import oldest_first
>>> peg_first(oldest_first()).name
'peg_first(oldest_first)'
"""

from collections.abc import Iterable
from typing import Any

import attrs

from backorderkit.model import AllocationPolicy, Award, Backorder, ShipTogether

__all__ = ["PegFirst", "peg_first"]


@attrs.frozen
class PegFirst:
    """A policy under which a delivery serves first whom it was bought for.

    >>> from backorderkit.policies import oldest_first
    >>> peg_first(oldest_first()) == PegFirst(oldest_first())
    True
    """

    inner: AllocationPolicy

    @property
    def name(self) -> str:
        """Return the policy it wraps."""
        return f"peg_first({self.inner.name})"

    @property
    def together(self) -> ShipTogether:
        """Return what the inner policy says."""
        return self.inner.together

    def rank(self, backorder: Backorder) -> Any:  # whatever the inner policy gives
        """Return the rank of the inner policy."""
        return self.inner.rank(backorder)

    def share(self, available: int, backorders: Iterable[Backorder]) -> Iterable[Award]:
        """Return the awards of the inner policy."""
        return self.inner.share(available, backorders)


def peg_first(policy: AllocationPolicy) -> PegFirst:
    """Return a policy under which goods go first to those they were bought for.

    Orders that get nothing while incomplete are not served ahead of their turn. What
    was bought for a line counts as a claim of its own, so a condition (whole lines, a
    minimum) applies to that part. Wrap it by conditions as you like; among `tiers` or
    inside `per_customer` it has no effect, since pegs know no classes: put it outside.

    >>> from backorderkit.policies import uniform
    >>> peg_first(uniform()).name
    'peg_first(uniform)'
    """
    return PegFirst(policy)


def serves_pegged_first(policy: AllocationPolicy) -> bool:
    """Tell whether a policy, or one it wraps, serves pegged lines first."""
    if isinstance(policy, PegFirst):
        return True
    inner = getattr(policy, "inner", None)
    return inner is not None and serves_pegged_first(inner)
