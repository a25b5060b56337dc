"""Which whole orders to complete, chosen by an exact solver (extra `exact`: SciPy).

Completing the most orders from several scarce SKUs is set packing: NP-hard, and every
rule of thumb can be far off. For some hundred orders a mixed-integer solver finds the
best choice in seconds. `solve` answers one such question, `exact` makes the answer a
choice for `whole_order`.

Outside everything is exact: needs and stock are whole numbers, values Fractions.
Inside, HiGHS computes with floats, so its answer is checked again in whole numbers
before it leaves, and it is never worse than three rules of thumb. The bound says what
a better choice could be worth at most. A gap of 0 means that there is none, as long as
a float tells the numbers apart: needs and values of up to nine digits.

Only a time limit makes the answer depend on the machine.

>>> from backorderkit.values import Pool
>>> lamp = Pool("LAMP")
>>> wanted = [Bundle(f"O-{units}", "", {lamp: units}) for units in (5, 3, 2)]
>>> [bundle.order for bundle in solve(wanted, {lamp: 5}).chosen]
['O-3', 'O-2']
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from math import floor, gcd, isfinite, lcm
from typing import Any, TypeAlias

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import Bundle
from backorderkit.policies import densest_first, fewest_units_first
from backorderkit.values import Pool, check_count

__all__ = ["Exact", "Solution", "by_orders", "by_units", "exact", "solve"]

Value: TypeAlias = Callable[[Bundle], int | Fraction | Decimal]
"""What completing an order is worth, 0 or more."""

TIME_LIMIT_SECONDS = 10
ABSOLUTE_ERROR, RELATIVE_ERROR = Fraction(1, 10**6), Fraction(1, 10**9)
"""By how much a bound computed with floats may be too low."""


@attrs.frozen
class Solution:
    """The orders to complete, what they are worth, and how good that is.

    No choice is worth more than `bound`; `gap` is (bound − value) / bound.

    >>> Solution((), value=Fraction(3), bound=Fraction(4)).gap
    Fraction(1, 4)
    """

    chosen: tuple[Bundle, ...]
    value: Fraction = attrs.field(kw_only=True)
    bound: Fraction = attrs.field(kw_only=True)

    @property
    def gap(self) -> Fraction:
        """Return the part of the bound that is not reached; 0 is proven best."""
        return (self.bound - self.value) / self.bound if self.bound else Fraction(0)


def by_orders(bundle: Bundle) -> int:
    """Return 1: as many complete orders as possible.

    >>> by_orders(Bundle("O-1", "", {}))
    1
    """
    return 1


def by_units(bundle: Bundle) -> int:
    """Return the units of an order: as many units as possible.

    >>> from backorderkit.values import Pool
    >>> by_units(Bundle("O-1", "", {Pool("LAMP"): 3}))
    3
    """
    return bundle.units


def solve(
    bundles: Sequence[Bundle],
    free: Mapping[Pool, int],
    *,
    value: Value = by_orders,
    time_limit_seconds: int = TIME_LIMIT_SECONDS,
) -> Solution:
    """Choose the orders that are worth most together and fit into what is free.

    The chosen ones come back in the order in which they were given; among equally good
    choices the same one is found whatever that order. NP-hard: exponential time at
    worst, cut off at the time limit. Raises `InvalidValue` for a value that is no exact
    number, and `ImportError` without SciPy.

    >>> from backorderkit.values import Pool
    >>> lamp, rug = Pool("LAMP"), Pool("RUG")
    >>> both = Bundle("O-1", "", {lamp: 4, rug: 1})
    >>> rest = [Bundle("O-2", "", {lamp: 3}), Bundle("O-3", "", {lamp: 2})]
    >>> found = solve([both, *rest], {lamp: 5, rug: 1}, value=by_units)
    >>> [bundle.order for bundle in found.chosen], found.value, found.gap
    (['O-1'], Fraction(5, 1), Fraction(0, 1))
    """
    solver = _solver()
    check_count("time_limit_seconds", time_limit_seconds, 1)
    worth = {id(one): _checked_value(one, value(one)) for one in bundles}
    fitting = [one for one in bundles if worth[id(one)] and _filled([one], free)]
    if not fitting:
        return Solution((), value=Fraction(0), bound=Fraction(0))
    # A fixed sequence, so that the sequence of the question cannot tip a balance.
    fitting.sort(key=lambda one: (one.order, one.group))
    unit = lcm(*(worth[id(one)].denominator for one in fitting))
    values = [int(worth[id(one)] * unit) for one in fitting]
    found, bound = _optimum(solver, fitting, free, values, time_limit_seconds)
    best = max(
        (found, *_thumb_rules(bundles, fitting, free)),
        key=lambda chosen: sum(worth[id(one)] for one in chosen),
    )
    reached = sum((worth[id(one)] for one in best), Fraction(0))
    taken = {id(one) for one in best}
    return Solution(
        tuple(one for one in bundles if id(one) in taken),
        value=reached,
        bound=max(reached, Fraction(bound, unit)),
    )


@attrs.frozen
class Exact:
    """A choice of whole orders by an exact solver, equal when made alike.

    >>> exact() == exact(time_limit_seconds=10)
    True
    """

    value: Value
    time_limit_seconds: int

    def __call__(
        self, bundles: Sequence[Bundle], free: Mapping[Pool, int]
    ) -> Iterable[Bundle]:
        """Return the orders to complete."""
        found = solve(
            bundles,
            free,
            value=self.value,
            time_limit_seconds=self.time_limit_seconds,
        )
        return found.chosen


def exact(
    *, value: Value = by_orders, time_limit_seconds: int = TIME_LIMIT_SECONDS
) -> Exact:
    """Return a choice for `whole_order` that completes what is worth most together.

    Raises `ImportError` at once where SciPy is not installed.

    >>> from backorderkit.policies import oldest_first, whole_order
    >>> policy = whole_order(oldest_first(), choose=exact(value=by_units))
    >>> policy.together.choose == exact(value=by_units)
    True
    """
    _solver()
    return Exact(value, check_count("time_limit_seconds", time_limit_seconds, 1))


def _solver() -> Any:  # SciPy carries no types
    """Return SciPy's optimizer, or say how to get it."""
    try:
        return import_module("scipy.optimize")
    except ModuleNotFoundError as error:
        remedy = 'pip install "backorderkit[exact]"'
        raise ImportError(f"exact choices need SciPy: {remedy}") from error


def _checked_value(bundle: Bundle, value: object) -> Fraction:
    """Return what an order is worth, exactly."""
    if isinstance(value, int | Fraction | Decimal) and not isinstance(value, bool):
        exactly = Fraction(value) if not isinstance(value, Decimal) else _exactly(value)
        if exactly is not None and exactly >= 0:
            return exactly
    remedy = "give an int, Fraction or Decimal of 0 or more, never a float"
    raise InvalidValue(f"value of {bundle.order}", value, remedy)


def _exactly(value: Decimal) -> Fraction | None:
    """Return a decimal as a fraction; NaN and infinity are none."""
    return Fraction(value) if value.is_finite() else None


def _thumb_rules(
    bundles: Sequence[Bundle], fitting: Sequence[Bundle], free: Mapping[Pool, int]
) -> list[list[Bundle]]:
    """Return what three simple rules choose: in rank order, fewest units, density."""
    known = {id(one) for one in fitting}
    ranked = [one for one in bundles if id(one) in known]
    rules = (ranked, fewest_units_first(ranked, free), densest_first(ranked, free))
    return [_filled(rule, free) for rule in rules]


def _filled(tried: Iterable[Bundle], free: Mapping[Pool, int]) -> list[Bundle]:
    """Return the orders that fit beside those taken before them, one by one."""
    taken: list[Bundle] = []
    left = dict(free)
    for bundle in tried:
        if all(left.get(pool, 0) >= units for pool, units in bundle.needs.items()):
            taken.append(bundle)
            for pool, wanted in bundle.needs.items():
                left[pool] = left.get(pool, 0) - wanted
    return taken


def _optimum(
    solver: Any,
    bundles: Sequence[Bundle],
    free: Mapping[Pool, int],
    values: Sequence[int],
    time_limit_seconds: int,
) -> tuple[list[Bundle], int]:
    """Return the solver's choice, made to fit exactly, and a bound on every choice."""
    rows, limits = [], []
    for pool in sorted({pool for one in bundles for pool in one.needs}):
        row = [one.needs.get(pool, 0) for one in bundles]
        step = gcd(*row) or 1  # smaller numbers lose less inside
        rows.append([wanted // step for wanted in row])
        limits.append(min(free[pool], sum(row)) // step)
    answer = solver.milp(
        [-value for value in values],
        constraints=solver.LinearConstraint(rows, ub=limits) if rows else (),
        bounds=solver.Bounds(0, 1),
        integrality=[1] * len(bundles),
        options={"time_limit": time_limit_seconds, "mip_rel_gap": 0},
    )
    marks = [0] * len(bundles) if answer.x is None else [round(x) for x in answer.x]
    chosen_first = sorted(range(len(bundles)), key=lambda place: -marks[place])
    found = _filled([bundles[place] for place in chosen_first], free)
    return found, _bound(answer, sum(values))


def _bound(answer: Any, total: int) -> int:  # SciPy carries no types
    """Return what no choice exceeds, from a bound that was computed with floats."""
    if answer.mip_dual_bound is None or not isfinite(answer.mip_dual_bound):
        return total
    proven = -Fraction(answer.mip_dual_bound)
    return min(total, floor(proven + max(ABSOLUTE_ERROR, abs(proven) * RELATIVE_ERROR)))
