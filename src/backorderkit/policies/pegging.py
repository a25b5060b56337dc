"""Goods go first to those they were bought for.

Every purchase line names the waiting portions it was bought for. Under `peg_first` a
delivery for it serves them before any other line, up to what was bought for each; a
short delivery is divided among them by the policy. What they do not need is shared like
any free stock, in the order of the queue.

>>> from backorderkit.policies import oldest_first
>>> peg_first(oldest_first()).name
'peg_first(oldest_first)'
"""

import attrs

from backorderkit.model import AllocationPolicy
from backorderkit.policies.wrapping import WrappedPolicy

__all__ = ["peg_first"]


def peg_first(policy: AllocationPolicy) -> WrappedPolicy:
    """Return a policy under which goods go first to those they were bought for.

    Orders that get nothing while incomplete are not served ahead of their turn. What
    was bought for a line counts as a claim of its own, so a condition (whole lines, a
    minimum) applies to that part. The policy states this in `together.pegged_first`, so
    any wrapper that passes `together` on keeps it. Among `tiers` or inside
    `per_customer` it has no effect, since pegs know no classes: put it outside.

    >>> from backorderkit.policies import uniform
    >>> peg_first(uniform()).together.pegged_first
    True
    """
    together = attrs.evolve(policy.together, pegged_first=True)
    return WrappedPolicy(f"peg_first({policy.name})", policy, together=together)
