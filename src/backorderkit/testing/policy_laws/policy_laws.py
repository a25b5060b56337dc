"""Laws that every policy owes, and two that gather what a promise may say.

Laws of numbers judge a rule on one problem, like those of `properties`. Laws in a book
are made for a policy and put its problem into a real `OrderBook`, in which orders were
recorded in some sequence and goods were given before.

>>> from backorderkit.policies import oldest_first
>>> law = LAWS_IN_A_BOOK["order_independent"](oldest_first())
>>> law(lambda available, claims: (3, 1), 4, (3, 2)) is None
True
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, permutations
from typing import Any

import attrs

from backorderkit.deciding import plan_count
from backorderkit.errors import shown
from backorderkit.model import AllocationPolicy, ShipTogether
from backorderkit.testing.policy_laws.change_laws import zero_lines_irrelevant
from backorderkit.testing.policy_laws.counterexamples import Awards, Counterexample, Law
from backorderkit.testing.policy_laws.outcome_laws import (
    never_above_quota_ceiling,
    never_below_quota_floor,
    repeatable,
)
from backorderkit.testing.policy_laws.policy_as_rule import (
    SKU,
    START,
    book_of,
    served_in_a_book,
)
from backorderkit.testing.policy_laws.properties import LAWS

__all__ = [
    "LAWS_IN_A_BOOK",
    "LAWS_OF_NUMBERS",
    "LAWS_OF_WRAPPERS",
    "LAW_NAMES",
    "MANDATORY_LAWS",
    "no_idle_stock",
    "nothing_left_to_give",
    "order_independent",
    "passes_pegged_first_on",
    "pegged_first_inside",
    "quota_bounds",
    "within_bounds",
]

MOST_SEQUENCES = 6
"""How many sequences of placing are tried: all of them up to three lines."""


def within_bounds(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """No line gets more than it claims, nor all together more than there is.

    >>> within_bounds(lambda available, claims: (2, 0), 1, (2, 1)).evidence
    'awards (2, 0)'
    """
    try:
        given = awards(available, claims)
    except Exception as error:  # whatever a plug-in raises is what was seen
        evidence = f"raises {type(error).__name__}: {' '.join(str(error).split())}"
        return Counterexample("within_bounds", available, claims, evidence)
    pairs = zip(given, claims, strict=True)
    if sum(given) <= available and all(0 <= award <= claim for award, claim in pairs):
        return None
    return Counterexample("within_bounds", available, claims, f"awards {shown(given)}")


def no_idle_stock(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """No unit stays on the shelf while a claim is open.

    >>> no_idle_stock(lambda available, claims: (0,), 1, (2,)).evidence
    'awards (0,)'
    """
    given = awards(available, claims)
    if sum(given) == min(available, sum(claims)):
        return None
    return Counterexample("no_idle_stock", available, claims, f"awards {given}")


def quota_bounds(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """No line misses the proportional share by a whole unit, up or down.

    >>> from backorderkit.policies.rules import constrained_equal_awards
    >>> quota_bounds(constrained_equal_awards, 3, (2, 4)).evidence
    'awards (2, 1), quotas (1, 2)'
    """
    below = never_below_quota_floor(awards, available, claims)
    found = below or never_above_quota_ceiling(awards, available, claims)
    return None if found is None else attrs.evolve(found, law="quota_bounds")


def order_independent(policy: AllocationPolicy) -> Law:
    """A book gives the same, whichever order was recorded first.

    >>> from backorderkit.policies import oldest_first
    >>> law = order_independent(oldest_first())
    >>> print(law(lambda available, claims: (0, 1), 1, (1, 1)).evidence)
    (0, 1), but (1, 0) when recorded as 2, 1
    """

    def judged(
        awards: Awards, available: int, claims: tuple[int, ...]
    ) -> Counterexample | None:
        given = awards(available, claims)
        for placed in _sequences(len(claims)):
            found = served_in_a_book(policy, available, claims, placed)
            if found != given:
                lines = ", ".join(str(place + 1) for place in placed)
                evidence = f"{given}, but {found} when recorded as {lines}"
                return Counterexample("order_independent", available, claims, evidence)
        return None

    return judged


def _sequences(length: int) -> Iterator[tuple[int, ...]]:
    """Yield sequences of placing, the reversed one early."""
    yield tuple(reversed(range(length)))
    yield from islice(permutations(range(length)), MOST_SEQUENCES)


def nothing_left_to_give(policy: AllocationPolicy) -> Law:
    """Asked again after the goods were given, the policy gives nothing more.

    >>> from backorderkit.policies import oldest_first
    >>> law = nothing_left_to_give(oldest_first())
    >>> law(lambda available, claims: (1, 0), 1, (1, 1)) is None
    True
    """

    def judged(
        awards: Awards, available: int, claims: tuple[int, ...]
    ) -> Counterexample | None:
        book = book_of(policy, claims)
        book.apply(plan_count(book, SKU, available, at=START))
        free, waiting = book.pool(SKU).free, tuple(book.backorders(SKU))
        if not (free and waiting) or policy.together.every_order:
            return None
        again = sum(award.quantity for award in policy.share(free, waiting))
        if not again:
            return None
        evidence = f"{awards(available, claims)}, asked again it gives {again} more"
        return Counterexample("nothing_left_to_give", available, claims, evidence)

    return judged


def passes_pegged_first_on(policy: AllocationPolicy) -> Law:
    """A policy around one that serves pegged lines first serves them first too.

    The policy that it wraps is found among its attributes.

    >>> from backorderkit.policies import oldest_first, peg_first, per_customer
    >>> law = passes_pegged_first_on(per_customer(within=peg_first(oldest_first())))
    >>> print(law(lambda available, claims: (1,), 1, (1,)).evidence)
    wraps peg_first(oldest_first), but its `together` does not say `pegged_first`
    """

    def judged(
        awards: Awards, available: int, claims: tuple[int, ...]
    ) -> Counterexample | None:
        lost = () if policy.together.pegged_first else pegged_first_inside(policy)
        for name in lost:
            law = passes_pegged_first_on.__name__
            evidence = f"wraps {name}, but its `together` does not say `pegged_first`"
            return Counterexample(law, available, claims, evidence)
        return None

    return judged


def pegged_first_inside(policy: AllocationPolicy) -> tuple[str, ...]:
    """Return the names of the policies a policy wraps that serve pegged lines first.

    >>> from backorderkit.policies import oldest_first, peg_first, whole_line
    >>> pegged_first_inside(whole_line(peg_first(oldest_first())))
    ('peg_first(oldest_first)',)
    """
    return tuple(
        value.name
        for value in _flat(_attributes(policy))
        if isinstance(getattr(value, "together", None), ShipTogether)
        and value.together.pegged_first
    )


def _attributes(policy: object) -> list[object]:
    """Return the values that a policy was made of, whatever its class is made with."""
    names = [
        *getattr(policy, "__dict__", ()),
        *(name for kind in type(policy).__mro__ for name in _slots(kind)),
    ]
    return [getattr(policy, name, None) for name in names]


def _slots(kind: type) -> tuple[str, ...]:
    """Return the slots that a class declares."""
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _flat(values: Iterable[object]) -> Iterator[Any]:  # anything may be an attribute
    """Yield values, and those in tuples, lists and mappings among them."""
    for value in values:
        if isinstance(value, tuple | list):
            yield from _flat(value)
        elif isinstance(value, Mapping):
            yield from _flat(value.values())
        else:
            yield value


LAWS_IN_A_BOOK: Mapping[str, Callable[[AllocationPolicy], Law]] = {
    order_independent.__name__: order_independent,
    nothing_left_to_give.__name__: nothing_left_to_give,
}

LAWS_OF_WRAPPERS: Mapping[str, Callable[[AllocationPolicy], Law]] = {
    passes_pegged_first_on.__name__: passes_pegged_first_on,
}
"""What a policy around another one owes, unless it is declared to break it."""

_OUTCOMES: tuple[Law, ...] = (within_bounds, no_idle_stock, quota_bounds)

LAWS_OF_NUMBERS: Mapping[str, Law] = {law.__name__: law for law in (*_OUTCOMES, *LAWS)}

MANDATORY_LAWS = (
    within_bounds.__name__,
    repeatable.__name__,
    zero_lines_irrelevant.__name__,
    *LAWS_IN_A_BOOK,
)
"""What every policy owes."""

LAW_NAMES = (
    *MANDATORY_LAWS,
    *LAWS_OF_WRAPPERS,
    *(name for name in LAWS_OF_NUMBERS if name not in MANDATORY_LAWS),
)
"""Every law that a policy can be held against, by name."""
