"""Policies that share: every waiting line gets a part of what is available.

A sharing policy ranks the lines like any other, for ties, pegs and dates, and lets a
rule of exact integers divide the units (`policies.rules`). Its awards carry the figures
the rule used, so that a clerk can tell a customer why.

Successive receipts can be shared in two ways, and they differ. `SharingBasis.OPEN`
shares each receipt on what is still open. `SharingBasis.CUMULATIVE` shares everything
given so far and the new receipt on the original claims, and hands out the difference;
it is refused for rules under which an extra unit could take goods back.

>>> from backorderkit.policies import awards
>>> awards(uniform(), 10, (2, 4, 7, 8))
(2, 3, 3, 2)
>>> awards(uniform(weights=(3, 2, 1)), 20, (10, 10, 10))
(10, 7, 3)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, TypeAlias, TypedDict, Unpack

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import Award, Backorder, ShipTogether
from backorderkit.policies import rules
from backorderkit.policies.ranking import Ranking, oldest_first
from backorderkit.values import check_kind, is_a

__all__ = [
    "Sharing",
    "SharingBasis",
    "SharingOptions",
    "jefferson",
    "largest_remainder",
    "linear",
    "proportional",
    "talmud",
    "uniform",
]

Rule: TypeAlias = Callable[..., tuple[int, ...]]
"""Called with units available, claims in rank order, and the policy's options."""

PerLine: TypeAlias = Sequence[Any] | Callable[[Backorder], Any]
"""One value per claim: by position in rank order, or computed from the backorder."""


class SharingBasis(Enum):
    """What a receipt is shared on: what is open now, or everything given so far.

    >>> SharingBasis.CUMULATIVE.value
    'cumulative'
    """

    OPEN = "open"
    CUMULATIVE = "cumulative"


def _or_oldest(ranked: Ranking | None) -> Ranking:
    """Return a ranking, the oldest first if none is given."""
    return oldest_first() if ranked is None else check_kind("ranked", ranked, Ranking)


# Under these rules an extra unit never lowers an award.
NEVER_TAKES_BACK = (
    rules.constrained_equal_awards,
    rules.constrained_equal_losses,
    rules.webster_method,
    rules.jefferson_method,
)


class SharingOptions(TypedDict, total=False):
    """The options of every policy that shares.

    `ranked` decides ties and odd units (default: the oldest first), `basis` what a
    receipt is shared on (default: what is open), and `together` what incomplete orders
    get that ship together (default: what is available, which is held for them).

    >>> options = SharingOptions(basis=SharingBasis.CUMULATIVE)
    >>> uniform(**options).basis.value
    'cumulative'
    """

    ranked: Ranking | None
    basis: SharingBasis
    together: ShipTogether


@attrs.frozen
class Sharing:
    """Shares what is free among all waiting lines of a pool by a rule.

    `options` go to the rule as they are, `per_line` as one value per claim.

    >>> uniform() == uniform(), uniform() == linear()
    (True, False)
    """

    name: str
    rule: Rule
    options: tuple[tuple[str, Any], ...] = attrs.field(default=(), kw_only=True)
    per_line: tuple[tuple[str, PerLine], ...] = attrs.field(default=(), kw_only=True)
    ranked: Ranking = attrs.field(default=None, converter=_or_oldest, kw_only=True)
    basis: SharingBasis = attrs.field(
        default=SharingBasis.OPEN, validator=is_a(SharingBasis), kw_only=True
    )
    together: ShipTogether = attrs.field(
        default=ShipTogether.HOLD, validator=is_a(ShipTogether), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a running total for a rule that could take goods back."""
        safe = self.rule in NEVER_TAKES_BACK and not self.per_line
        if self.basis is SharingBasis.CUMULATIVE and not safe:
            raise InvalidValue(
                f"basis of {self.name}",
                self.basis.value,
                "use SharingBasis.OPEN: "
                "under this rule a later receipt could take goods back",
            )

    def rank(self, backorder: Backorder) -> Any:  # the rank of the ranking it is given
        """Return the sort key of a backorder: ties and odd units go to the lowest."""
        return self.ranked.rank(backorder)

    def share(self, available: int, backorders: Iterable[Backorder]) -> Iterator[Award]:
        """Divide the units by the rule; O(n log n) in the lines that wait."""
        waiting = tuple(backorders)
        if self.basis is SharingBasis.CUMULATIVE:
            shares = self._running(available, waiting)
        else:
            shares = self._divided(
                available, waiting, [line.quantity for line in waiting]
            )
        figures = self._figures(available, waiting, shares)
        for backorder, units in zip(waiting, shares, strict=True):
            if units:
                yield Award(backorder, units, figures)

    def _figures(
        self, available: int, waiting: Sequence[Backorder], shares: Sequence[int]
    ) -> dict[str, int]:
        """Return what the division was about, and the level it reached."""
        claimed = sum(line.quantity for line in waiting)
        figures = {"available": available, "claimed": claimed, "lines": len(waiting)}
        short = [
            (units, line.quantity - units)
            for line, units in zip(waiting, shares, strict=True)
            if units < line.quantity
        ]
        if short and self.rule is rules.constrained_equal_awards and not self.per_line:
            figures["level"] = max(units for units, _ in short)
        if short and self.rule is rules.constrained_equal_losses:
            figures["cut"] = min(loss for _, loss in short)
        return figures

    def _divided(
        self, available: int, waiting: Sequence[Backorder], claims: Sequence[int]
    ) -> tuple[int, ...]:
        """Ask the rule."""
        options = dict(self.options)
        for name, values in self.per_line:
            given = [values(line) for line in waiting] if callable(values) else values
            options[name] = given
        return self.rule(available, tuple(claims), **options)

    def _running(self, available: int, waiting: Sequence[Backorder]) -> tuple[int, ...]:
        """Share the running total on the original claims; return what is new of it.

        A line that joined late can leave an old one with more than its new share. Such
        lines keep what they have and the others share the rest. O(n² log n) at worst,
        O(n log n) while no line joins.
        """
        new = [0] * len(waiting)
        sharing = list(range(len(waiting)))
        while True:
            total = available + sum(waiting[place].covered for place in sharing)
            claims = [
                waiting[place].quantity + waiting[place].covered for place in sharing
            ]
            shares = self._divided(total, [waiting[place] for place in sharing], claims)
            ahead = [
                place
                for place, share in zip(sharing, shares, strict=True)
                if share < waiting[place].covered
            ]
            if not ahead:
                break
            sharing = [place for place in sharing if place not in set(ahead)]
        for place, share in zip(sharing, shares, strict=True):
            new[place] = share - waiting[place].covered
        return tuple(new)


def uniform(
    *, weights: PerLine | None = None, **options: Unpack[SharingOptions]
) -> Sharing:
    """Return equal awards, capped by the claims: ordering more gains nothing.

    `weights` (whole numbers) let awards grow in proportion: by position in rank order,
    or from a function of the backorder. Constrained equal awards; the uniform rule of
    Sprumont (1991).

    >>> uniform().name
    'uniform'
    """
    per_line = () if weights is None else (("weights", kept(weights)),)
    name = "uniform" if weights is None else "weighted uniform"
    return Sharing(name, rules.constrained_equal_awards, per_line=per_line, **options)


def linear(**options: Unpack[SharingOptions]) -> Sharing:
    """Return equal losses: the shortage is cut from every claim alike.

    However receipts are cut up, the result is the same; inflated orders gain.
    Constrained equal losses.

    >>> linear().name
    'linear'
    """
    return Sharing("linear", rules.constrained_equal_losses, **options)


def proportional(**options: Unpack[SharingOptions]) -> Sharing:
    """Return awards in proportion to the claims, rounded by Webster's method.

    >>> proportional().name
    'proportional'
    """
    return Sharing("proportional", rules.webster_method, **options)


def jefferson(**options: Unpack[SharingOptions]) -> Sharing:
    """Return proportional awards by Jefferson's method, which favours large claims.

    >>> jefferson().name
    'jefferson'
    """
    return Sharing("jefferson", rules.jefferson_method, **options)


def largest_remainder(**options: Unpack[SharingOptions]) -> Sharing:
    """Return proportional awards by largest remainder (Hamilton).

    Familiar, and full of paradoxes: an extra unit can lower an award, so it takes no
    running total.

    >>> largest_remainder().name
    'largest_remainder'
    """
    return Sharing("largest_remainder", rules.hamilton_method, **options)


def talmud(**options: Unpack[SharingOptions]) -> Sharing:
    """Return equal awards up to half of each claim, equal losses beyond.

    >>> talmud().name
    'talmud'
    """
    return Sharing("talmud", rules.talmud_rule, **options)


def kept(values: PerLine) -> PerLine:
    """Return values per line in a form that compares by value."""
    return values if callable(values) else tuple(values)
