"""Policies made of policies: tiers of classes, and groups of customers.

Each takes a function `by` that names the class of a backorder. `tiers` serves one class
after the other, each by a policy of its own. `per_customer` shares between customers
first and among each one's lines second, so that splitting an order gains nothing.

>>> from backorderkit.policies import oldest_first
>>> from backorderkit.policies import uniform
>>> tiers(by=lambda line: line.customer, ada=uniform(), rest=oldest_first()).name
'tiers(ada: uniform, rest: oldest_first)'
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import groupby
from typing import Any, TypeAlias

import attrs

from backorderkit.model import AllocationPolicy, Award, Backorder, ShipTogether
from backorderkit.policies.ranking import oldest_first
from backorderkit.policies.sharing import uniform
from backorderkit.policies.wrapping import WrappedPolicy

__all__ = [
    "Tiers",
    "per_customer",
    "tiers",
]

ClassOf: TypeAlias = Callable[[Backorder], str]

REST = "rest"
"""The class of every backorder whose own class is not named."""


@attrs.frozen
class Tiers:
    """Serves one class after the other, each by its own policy.

    >>> tiers(by=lambda line: line.customer, rest=oldest_first()).together.holds
    True
    """

    by: ClassOf
    policies: tuple[tuple[str, AllocationPolicy], ...]
    together: ShipTogether = ShipTogether.HOLD

    @property
    def name(self) -> str:
        """Return the classes with their policies."""
        parts = ", ".join(f"{label}: {policy.name}" for label, policy in self.policies)
        return f"tiers({parts})"

    def rank(self, backorder: Backorder) -> Any:  # ranks of two tiers never meet
        """Return the place of the tier, then the rank inside it."""
        place = self._place(backorder)
        return (place, self.policies[place][1].rank(backorder))

    def share(self, available: int, backorders: Iterable[Backorder]) -> Iterator[Award]:
        """Serve the tiers in turn; a tier sees what those before it left."""
        for place, lines in groupby(backorders, key=self._place):
            for award in self.policies[place][1].share(available, lines):
                available -= award.quantity
                yield award
            if not available:
                return

    def _place(self, backorder: Backorder) -> int:
        """Return which tier a backorder belongs to."""
        label = self.by(backorder)
        for place, (named, _) in enumerate(self.policies):
            if named == label:
                return place
        return next(n for n, (named, _) in enumerate(self.policies) if named == REST)


def tiers(
    *,
    by: ClassOf,
    rest: AllocationPolicy,
    together: ShipTogether = ShipTogether.HOLD,
    **classes: AllocationPolicy,
) -> Tiers:
    """Return tiers in the order in which they are named; `rest` comes last.

    >>> tiers(by=lambda line: line.customer, rest=oldest_first()).name
    'tiers(rest: oldest_first)'
    """
    return Tiers(by, (*classes.items(), (REST, rest)), together)


@attrs.frozen
class _BetweenCustomers:
    """Shares between customers first, then among the lines of each."""

    between: AllocationPolicy
    by: Callable[[Backorder], Hashable]

    def __call__(
        self, within: AllocationPolicy, available: int, backorders: Iterable[Backorder]
    ) -> Iterator[Award]:
        """Give each customer a sum for all lines, and divide it; O(n log n)."""
        lines: dict[Hashable, list[Backorder]] = {}
        for backorder in backorders:
            lines.setdefault(self.by(backorder), []).append(backorder)
        # To the policy between customers, each is one line ranked like their best one.
        sums = [
            attrs.evolve(
                own[0],
                quantity=sum(line.quantity for line in own),
                ordered=sum(line.ordered for line in own),
            )
            for own in lines.values()
        ]
        owners = {
            (total.line, total.portion): own
            for total, own in zip(sums, lines.values(), strict=True)
        }
        sums.sort(
            key=lambda total: (self.between.rank(total), total.line, total.portion)
        )
        for award in self.between.share(available, sums):
            own = owners[award.backorder.line, award.backorder.portion]
            yield from within.share(award.quantity, own)


def _customer(backorder: Backorder) -> Hashable:
    """Return whose backorder it is."""
    return backorder.customer


def per_customer(
    between: AllocationPolicy | None = None,
    *,
    within: AllocationPolicy | None = None,
    by: Callable[[Backorder], Hashable] = _customer,
    together: ShipTogether = ShipTogether.HOLD,
) -> WrappedPolicy:
    """Return sharing between customers, then among their lines.

    Without arguments: equal awards per customer, each one's oldest line first.

    >>> per_customer(oldest_first()).name
    'per_customer(oldest_first, oldest_first)'
    """
    between, within = between or uniform(), within or oldest_first()
    return WrappedPolicy(
        f"per_customer({between.name}, {within.name})",
        within,
        divide=_BetweenCustomers(between, by),
        together=together,
    )
