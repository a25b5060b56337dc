"""More policies that share: by lot, by average, by lots and time, by days of supply.

They share each receipt on what is open. Under each of them an extra unit could lower an
award, so all refuse a running total.

>>> from backorderkit.policies import awards
>>> awards(pro_rata_fifo(top=10, minimum_fill=2), 60, (10, 5, 20, 50, 75))
(10, 3, 6, 16, 25)
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Unpack

from backorderkit.policies import rules
from backorderkit.policies.sharing import PerLine, Sharing, SharingOptions, kept

__all__ = [
    "fair_share",
    "linear_rationing",
    "pro_rata_fifo",
    "proportional_lottery",
    "random_arrival",
]


def random_arrival(**options: Unpack[SharingOptions]) -> Sharing:
    """Return the average over all orders of arrival, rounded by largest remainder.

    Exact, for as many lines as `rules.random_arrival_rule` takes.

    >>> random_arrival().name
    'random_arrival'
    """
    rule = rules.random_arrival_rule
    return Sharing("random_arrival", rule, **options)


def proportional_lottery(seed: int, **options: Unpack[SharingOptions]) -> Sharing:
    """Return a draw, unit by unit, with chances in proportion to what is open.

    The same seed and the same claims draw the same.

    >>> proportional_lottery(7).name
    'proportional_lottery(7)'
    """
    rule, name = rules.proportional_random_allocation, f"proportional_lottery({seed})"
    return Sharing(name, rule, options=(("seed", seed),), **options)


def pro_rata_fifo(
    *,
    top: int = 0,
    guaranteed: Sequence[int] = (),
    guaranteed_share: Fraction = Fraction(0),
    minimum_fill: int = 1,
    lot: int = 1,
    lot_rounding: rules.LotRounding = rules.LotRounding.DOWN,
    **options: Unpack[SharingOptions],
) -> Sharing:
    """Return what futures exchanges do: pro-rata in lots, the rest by time.

    `guaranteed` names positions in rank order; see `rules.threshold_pro_rata`.

    >>> pro_rata_fifo(top=10, minimum_fill=2).name
    'pro_rata_fifo'
    """
    given: Mapping[str, Any] = {  # as many types as the rule has options
        "top": top,
        "guaranteed": tuple(guaranteed),
        "guaranteed_share": guaranteed_share,
        "minimum_fill": minimum_fill,
        "lot": lot,
        "lot_rounding": lot_rounding,
    }
    rule = rules.threshold_pro_rata
    return Sharing("pro_rata_fifo", rule, options=tuple(given.items()), **options)


def fair_share(
    *, stocks: PerLine, daily_demands: PerLine, **options: Unpack[SharingOptions]
) -> Sharing:
    """Return equal days of supply: what a customer holds and uses decides.

    >>> fair_share(stocks=(0, 10), daily_demands=(1, 1)).name
    'fair_share'
    """
    per_line = (("stocks", kept(stocks)), ("daily_demands", kept(daily_demands)))
    rule = rules.equal_days_of_supply
    return Sharing("fair_share", rule, per_line=per_line, **options)


def linear_rationing(fractions: PerLine, **options: Unpack[SharingOptions]) -> Sharing:
    """Return the claims less given fractions of the shortage, none below zero.

    Fractions by position add up to 1; what a function of the backorder gives counts in
    proportion.

    >>> linear_rationing((Fraction(1, 2), Fraction(1, 2))).name
    'linear_rationing'
    """
    per_line = (("fractions", kept(fractions)),)
    rule = _in_proportion if callable(fractions) else rules.linear_rationing_rule
    return Sharing("linear_rationing", rule, per_line=per_line, **options)


def _in_proportion(
    available: int, claims: Sequence[int], *, fractions: Sequence[Fraction]
) -> tuple[int, ...]:
    """Ration a shortage in parts that need not add up to 1."""
    total = sum(fractions, Fraction(0))
    parts = [part / total for part in fractions] if total else fractions
    return rules.linear_rationing_rule(available, claims, fractions=parts)
