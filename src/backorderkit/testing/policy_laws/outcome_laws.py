"""Laws that look at one division: who got how much of what.

Quotas are the exact proportional shares, `available * claim / total`; they are compared
by whole-number division.

>>> from backorderkit.policies.rules import webster_method
>>> feasible(webster_method, 10, (2, 4, 7, 8)) is None
True
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, permutations

from backorderkit.testing.policy_laws.counterexamples import Awards, Counterexample

__all__ = [
    "award_order_preserved",
    "equal_claims_within_one",
    "feasible",
    "larger_claim_within_one",
    "loss_order_preserved",
    "never_above_quota_ceiling",
    "never_below_quota_floor",
    "repeatable",
    "ties_to_the_earlier",
]


def feasible(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """Awards are whole, none exceeds its claim, nothing is idle while a claim is open.

    >>> print(feasible(lambda available, claims: (available,), 3, (2,)))
    feasible: 3 available, claims (2,)
    awards (3,)
    """
    given: object = awards(available, claims)
    if (
        isinstance(given, tuple)
        and len(given) == len(claims)
        and all(type(award) is int for award in given)
        and all(0 <= award <= claim for award, claim in zip(given, claims, strict=True))
        and sum(given) == min(available, sum(claims))
    ):
        return None
    return Counterexample("feasible", available, claims, f"awards {given!r}")


def repeatable(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """The same problem gets the same awards every time.

    >>> moods = iter([(1, 0), (0, 1)])
    >>> print(repeatable(lambda available, claims: next(moods), 1, (1, 1)))
    repeatable: 1 available, claims (1, 1)
    awards (1, 0), then (0, 1)
    """
    once, again = awards(available, claims), awards(available, claims)
    if once == again:
        return None
    evidence = f"awards {once}, then {again}"
    return Counterexample("repeatable", available, claims, evidence)


def equal_claims_within_one(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """Equal claims get awards that differ by one unit at most.

    >>> from backorderkit.policies.rules import in_turn
    >>> equal_claims_within_one(in_turn, 2, (2, 2)).evidence
    'awards (2, 0)'
    """
    given = awards(available, claims)
    for (claim, award), (other, others) in permutations(_lines(claims, given), 2):
        if claim == other and award > others + 1:
            return _seen("equal_claims_within_one", available, claims, given)
    return None


def ties_to_the_earlier(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """Of two equal claims the earlier gets no less.

    >>> ties_to_the_earlier(lambda available, claims: (0, 1), 1, (3, 3)).evidence
    'awards (0, 1)'
    """
    given = awards(available, claims)
    for (claim, award), (other, others) in combinations(_lines(claims, given), 2):
        if claim == other and award < others:
            return _seen("ties_to_the_earlier", available, claims, given)
    return None


def larger_claim_within_one(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """A larger claim never trails a smaller one by more than one unit.

    >>> from backorderkit.policies.rules import threshold_pro_rata
    >>> larger_claim_within_one(threshold_pro_rata, 2, (2, 2, 3)).evidence
    'awards (2, 0, 0)'
    """
    given = awards(available, claims)
    for (claim, award), (other, others) in permutations(_lines(claims, given), 2):
        if claim > other and award < others - 1:
            return _seen("larger_claim_within_one", available, claims, given)
    return None


def award_order_preserved(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """A larger claim never gets less than a smaller one.

    >>> from backorderkit.policies.rules import in_turn
    >>> award_order_preserved(in_turn, 1, (1, 2)).evidence
    'awards (1, 0)'
    """
    given = awards(available, claims)
    for (claim, award), (other, others) in permutations(_lines(claims, given), 2):
        if claim > other and award < others:
            return _seen("award_order_preserved", available, claims, given)
    return None


def loss_order_preserved(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """A larger claim never goes short by less than a smaller one.

    >>> from backorderkit.policies.rules import jefferson_method
    >>> loss_order_preserved(jefferson_method, 2, (2, 1)).evidence
    'awards (2, 0)'
    """
    given = awards(available, claims)
    for (claim, award), (other, others) in permutations(_lines(claims, given), 2):
        if claim > other and claim - award < other - others:
            return _seen("loss_order_preserved", available, claims, given)
    return None


def never_below_quota_floor(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """No line gets less than the whole part of the proportional share.

    >>> from backorderkit.policies.rules import constrained_equal_awards
    >>> never_below_quota_floor(constrained_equal_awards, 3, (2, 4)).evidence
    'awards (2, 1), quotas (1, 2)'
    """
    return _quota_kept(
        "never_below_quota_floor",
        awards,
        available,
        claims,
        lambda award, whole, rest: award >= whole,
    )


def never_above_quota_ceiling(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """No line gets more than the proportional share rounded up.

    >>> from backorderkit.policies.rules import jefferson_method
    >>> never_above_quota_ceiling(jefferson_method, 2, (2, 1, 1)).evidence
    'awards (2, 0, 0), quotas (1, 1/2, 1/2)'
    """
    return _quota_kept(
        "never_above_quota_ceiling",
        awards,
        available,
        claims,
        lambda award, whole, rest: award <= whole + (rest > 0),
    )


def _quota_kept(
    law: str,
    awards: Awards,
    available: int,
    claims: tuple[int, ...],
    keeps: Callable[[int, int, int], bool],
) -> Counterexample | None:
    given, total = awards(available, claims), sum(claims)
    shared = min(available, total)
    for claim, award in zip(claims, given, strict=True):
        if not keeps(award, *divmod(shared * claim, total or 1)):
            quotas = ", ".join(str(Fraction(shared * each, total)) for each in claims)
            evidence = f"awards {given}, quotas ({quotas})"
            return Counterexample(law, available, claims, evidence)
    return None


def _lines(
    claims: tuple[int, ...], given: tuple[int, ...]
) -> Iterator[tuple[int, int]]:
    return zip(claims, given, strict=True)


def _seen(
    law: str, available: int, claims: tuple[int, ...], given: tuple[int, ...]
) -> Counterexample:
    return Counterexample(law, available, claims, f"awards {given}")
