"""A policy around another one: it answers as that one does, except where it differs.

Conditions, quotas, pegs, groups of customers and whole orders all wrap a policy. Each
states only what it does differently: how the units are divided, or what comes before
the queue (`together`). Everything else is the inner policy's.

>>> from backorderkit.policies import awards, oldest_first
>>> def all_but_one(inner, available, backorders):
...     return inner.share(available - 1, backorders) if available > 1 else ()
>>> awards(WrappedPolicy("all but one", oldest_first(), divide=all_but_one), 4, (2, 3))
(2, 1)
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import attrs

from backorderkit.model import AllocationPolicy, Award, Backorder, ShipTogether
from backorderkit.values import is_a

__all__ = ["WrappedPolicy"]

Division: TypeAlias = Callable[
    [AllocationPolicy, int, Iterable[Backorder]], Iterable[Award]
]
"""Called with the inner policy, the units available, the backorders in rank order."""


def _as_inner(
    inner: AllocationPolicy, available: int, backorders: Iterable[Backorder]
) -> Iterable[Award]:
    """Divide the units as the inner policy does."""
    return inner.share(available, backorders)


@attrs.frozen
class WrappedPolicy:
    """A policy that ranks and divides as `inner` does, unless it states otherwise.

    `divide(inner, available, backorders)` returns the awards; without it they are those
    of the inner policy. So is `together`, and with it whether a delivery serves first
    the lines it was bought for.

    >>> from backorderkit.policies import oldest_first, peg_first
    >>> ours = WrappedPolicy("ours", peg_first(oldest_first()))
    >>> ours.together.pegged_first
    True
    """

    name: str
    inner: AllocationPolicy
    divide: Division = attrs.field(default=_as_inner, kw_only=True)
    together: ShipTogether = attrs.field(validator=is_a(ShipTogether), kw_only=True)

    @together.default
    def _inner_together(self) -> ShipTogether:
        return self.inner.together

    def rank(self, backorder: Backorder, /) -> Any:  # whatever the inner policy gives
        """Return the rank of the inner policy."""
        return self.inner.rank(backorder)

    def share(
        self, available: int, backorders: Iterable[Backorder], /
    ) -> Iterable[Award]:
        """Return the awards; the cost is that of the division and the inner policy."""
        return self.divide(self.inner, available, backorders)
