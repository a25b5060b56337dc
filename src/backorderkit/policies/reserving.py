"""Policies that keep stock back for the classes that matter most.

`critical_levels` and `threshold_clearing` serve a class only from what lies above its
level; `quotas` keeps units for a class that the others may not touch. All decide from
what is on the shelf, never from the size of a receipt, so asking again changes nothing.

>>> from backorderkit.policies import awards
>>> policy = critical_levels(by=lambda line: line.customer, rest=2)
>>> awards(policy, 5, (2, 4))
(2, 1)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import AllocationPolicy, Award, Backorder, ShipTogether
from backorderkit.policies.ranking import Ranking, oldest_first
from backorderkit.policies.tiers import REST, ClassOf
from backorderkit.policies.wrapping import WrappedPolicy
from backorderkit.values import check_count

__all__ = ["Levels", "critical_levels", "quotas", "threshold_clearing"]


@attrs.frozen
class Levels:
    """Serves a class in turn, but only from the units above its level.

    >>> critical_levels(by=lambda line: line.customer, ada=0, rest=2).name
    'critical_levels(ada: 0, rest: 2)'
    """

    label: str
    by: ClassOf
    levels: tuple[tuple[str, int], ...]
    best_first: bool
    ranked: Ranking
    together: ShipTogether = ShipTogether.HOLD

    @property
    def name(self) -> str:
        """Return the classes with their levels."""
        parts = ", ".join(f"{label}: {level}" for label, level in self.levels)
        return f"{self.label}({parts})"

    def rank(self, backorder: Backorder) -> Any:  # a level, or the ranking's own key
        """Return the rank, behind the level where better classes come first."""
        rank = self.ranked.rank(backorder)
        return (self._level(backorder), rank) if self.best_first else rank

    def share(self, available: int, backorders: Iterable[Backorder]) -> Iterator[Award]:
        """Serve in turn; O(lines seen until nothing is above the lowest level)."""
        lowest = min(level for _, level in self.levels)
        for backorder in backorders:
            units = min(backorder.quantity, available - self._level(backorder))
            if units > 0:
                available -= units
                yield Award(backorder, units)
            if available <= lowest:
                return

    def _level(self, backorder: Backorder) -> int:
        """Return the units a backorder's class must leave untouched."""
        levels = dict(self.levels)
        return levels.get(self.by(backorder), levels[REST])


def critical_levels(
    *,
    by: ClassOf,
    rest: int,
    ranked: Ranking | None = None,
    together: ShipTogether = ShipTogether.HOLD,
    **levels: int,
) -> Levels:
    """Return service in rank order, each class only from above its critical level.

    The levels come from `rules.littlewood` or `rules.emsr_b`, or from experience
    (Dekker, Hill and Kleijn 1997).

    >>> critical_levels(by=lambda line: line.customer, rest=2).name
    'critical_levels(rest: 2)'
    """
    return _levels("critical_levels", by, {**levels, REST: rest}, ranked, together)


def threshold_clearing(
    *,
    by: ClassOf,
    rest: int,
    ranked: Ranking | None = None,
    together: ShipTogether = ShipTogether.HOLD,
    **levels: int,
) -> Levels:
    """Return service by class, the lowest level first, each only from above its level.

    A receipt clears the best class, then rebuilds its reserve, then serves the others
    (Deshpande, Cohen and Donohue 2003).

    >>> threshold_clearing(by=lambda line: line.customer, rest=2).name
    'threshold_clearing(rest: 2)'
    """
    return _levels("threshold_clearing", by, {**levels, REST: rest}, ranked, together)


def _levels(
    label: str,
    by: ClassOf,
    levels: Mapping[str, int],
    ranked: Ranking | None,
    together: ShipTogether,
) -> Levels:
    """Make a policy of levels, each a whole number."""
    for name, level in levels.items():
        check_count(f"level of {name}", level)
    best_first = label == "threshold_clearing"
    pairs = tuple(levels.items())
    return Levels(label, by, pairs, best_first, ranked or oldest_first(), together)


@attrs.frozen
class _Quotas:
    """Keeps units of the stock for a class; the others share what lies above."""

    by: ClassOf
    kept: tuple[tuple[str, int], ...]
    may_borrow: bool

    def __call__(
        self, inner: AllocationPolicy, available: int, backorders: Iterable[Backorder]
    ) -> Iterator[Award]:
        """Serve each class from what is not kept for others; O(n) and the inner cost.

        Classes come in the order of their best ranked line. Units that two waiting
        classes keep from each other go to the later one, up to its quota.
        """
        lines: dict[str, list[Backorder]] = {}
        for backorder in backorders:
            lines.setdefault(self.by(backorder), []).append(backorder)
        wanted = {
            label: sum(line.quantity for line in own) for label, own in lines.items()
        }
        for label, units in self._allowed(available, wanted).items():
            if units:
                yield from inner.share(units, lines[label])

    def _allowed(self, available: int, wanted: Mapping[str, int]) -> dict[str, int]:
        """Return the units that each class may have."""
        kept = {
            label: units
            for label, units in self.kept
            if label in wanted or not self.may_borrow
        }
        everything = sum(kept.values())
        allowed = {}
        for label, units in wanted.items():
            others = everything - kept.get(label, 0)
            allowed[label] = min(units, max(available - others, 0))
            available -= allowed[label]
        for label in reversed(tuple(wanted)):
            others = sum(
                units
                for named, units in kept.items()
                if named != label and allowed.get(named, 0) == wanted.get(named, 0)
            )
            missing = min(wanted[label], kept.get(label, 0)) - allowed[label]
            more = max(min(missing, available - others), 0)
            allowed[label] += more
            available -= more
        return allowed


def quotas(
    inner: AllocationPolicy, *, by: ClassOf, borrow: bool = False, **kept: int
) -> WrappedPolicy:
    """Return a policy that reserves units on hand for each named class.

    With `borrow` the others may have the units of a class in which no line waits.

    >>> policy = quotas(oldest_first(), by=lambda line: line.customer, web=5, shop=2)
    >>> policy.name
    'quotas(oldest_first, web: 5, shop: 2)'
    """
    if not kept:
        raise InvalidValue("quotas", kept, "name at least one class, e.g. web=5")
    for label, units in kept.items():
        check_count(f"quota of {label}", units)
    parts = ", ".join(f"{label}: {units}" for label, units in kept.items())
    name = f"quotas({inner.name}, {parts})"
    return WrappedPolicy(name, inner, divide=_Quotas(by, tuple(kept.items()), borrow))
