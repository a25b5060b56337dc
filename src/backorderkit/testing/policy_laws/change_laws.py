"""Laws that compare two divisions: what a unit more, a rival less or a second run does.

Changes are one unit at a time, or one line at a time; a law that holds for every single
step on every problem holds for larger steps too.

>>> from backorderkit.policies.rules import hamilton_method, webster_method
>>> print(resource_monotonicity(hamilton_method, 3, (1, 3, 3)))
resource_monotonicity: 3 available, claims (1, 3, 3)
(1, 1, 1), with 4 available (0, 2, 2)
>>> resource_monotonicity(webster_method, 3, (1, 3, 3)) is None
True
"""

from collections.abc import Iterator

from backorderkit.testing.policy_laws.counterexamples import Awards, Counterexample

__all__ = [
    "claims_monotonicity",
    "composition_down",
    "composition_up",
    "consistency",
    "population_monotonicity",
    "resource_monotonicity",
    "rivals_do_not_gain",
    "self_duality",
    "zero_lines_irrelevant",
]


def resource_monotonicity(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """One unit more on the shelf costs no line anything.

    >>> from backorderkit.policies.rules import threshold_pro_rata
    >>> resource_monotonicity(threshold_pro_rata, 2, (2, 2, 2)).evidence
    '(2, 0, 0), with 3 available (1, 1, 1)'
    """
    given = awards(available, claims)
    more = awards(available + 1, claims)
    if all(before <= after for before, after in zip(given, more, strict=True)):
        return None
    evidence = f"{given}, with {available + 1} available {more}"
    return Counterexample("resource_monotonicity", available, claims, evidence)


def claims_monotonicity(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """A line that claims one unit more gets no less.

    >>> from backorderkit.policies.rules import smallest_claim_first
    >>> claims_monotonicity(smallest_claim_first, 1, (1, 1)).evidence
    'line 1 claims 2: (1, 0) -> (0, 1)'
    """
    given = awards(available, claims)
    for line, raised in _raised(claims):
        after = awards(available, raised)
        if after[line] < given[line]:
            evidence = f"line {line + 1} claims {raised[line]}: {given} -> {after}"
            return Counterexample("claims_monotonicity", available, claims, evidence)
    return None


def rivals_do_not_gain(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """When a line claims one unit more, no other line gets more.

    >>> from backorderkit.policies.rules import threshold_pro_rata
    >>> rivals_do_not_gain(threshold_pro_rata, 2, (2, 0, 2)).evidence
    'line 2 claims 1: (1, 0, 1) -> (2, 0, 0)'
    """
    given = awards(available, claims)
    for line, raised in _raised(claims):
        after = awards(available, raised)
        if any(
            after[rival] > given[rival] for rival in range(len(claims)) if rival != line
        ):
            evidence = f"line {line + 1} claims {raised[line]}: {given} -> {after}"
            return Counterexample("rivals_do_not_gain", available, claims, evidence)
    return None


def population_monotonicity(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """When a line cancels, no other line gets less.

    >>> from backorderkit.policies.rules import hamilton_method
    >>> population_monotonicity(hamilton_method, 2, (3, 1, 1)).evidence
    'line 3 cancels: (1, 1, 0) -> (2, 0)'
    """
    given = awards(available, claims)
    for line in range(len(claims)):
        after = awards(available, _left_out(claims, line))
        kept = _left_out(given, line)
        if any(now < before for before, now in zip(kept, after, strict=True)):
            evidence = f"line {line + 1} cancels: {given} -> {after}"
            return Counterexample(
                "population_monotonicity", available, claims, evidence
            )
    return None


def consistency(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """When a line leaves with its award, the others share what is left as before.

    >>> from backorderkit.policies.rules import hamilton_method
    >>> consistency(hamilton_method, 2, (3, 1, 1)).evidence
    'all (1, 1, 0), without line 3 and its award (2, 0)'
    """
    given = awards(available, claims)
    for line in range(len(claims)):
        kept = _left_out(given, line)
        after = awards(sum(kept), _left_out(claims, line))
        if after != kept:
            evidence = f"all {given}, without line {line + 1} and its award {after}"
            return Counterexample("consistency", available, claims, evidence)
    return None


def composition_down(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """When less arrived than shared, sharing the awards again comes to the same.

    >>> from backorderkit.policies.rules import constrained_equal_losses
    >>> composition_down(constrained_equal_losses, 2, (1, 2)).evidence
    'corrected to 1: (0, 1), from the awards (1, 0)'
    """
    given = awards(available, claims)
    for less in range(min(available, sum(claims))):
        direct, again = awards(less, claims), awards(less, given)
        if direct != again:
            evidence = f"corrected to {less}: {direct}, from the awards {again}"
            return Counterexample("composition_down", available, claims, evidence)
    return None


def composition_up(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """A second receipt shared on what is open comes to the same as one receipt of both.

    >>> from backorderkit.policies.rules import constrained_equal_awards
    >>> composition_up(constrained_equal_awards, 1, (2, 1)).evidence
    '2 in one receipt (1, 1), 1 and 1 (2, 0)'
    """
    given = awards(available, claims)
    still_open = tuple(
        claim - award for claim, award in zip(claims, given, strict=True)
    )
    for more in range(1, sum(still_open) + 1):
        whole = awards(available + more, claims)
        second = awards(more, still_open)
        parts = tuple(map(sum, zip(given, second, strict=True)))
        if whole != parts:
            evidence = (
                f"{available + more} in one receipt {whole}, "
                f"{available} and {more} {parts}"
            )
            return Counterexample("composition_up", available, claims, evidence)
    return None


def self_duality(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """Sharing the shortage in reversed rank takes away what sharing the goods leaves.

    >>> from backorderkit.policies.rules import constrained_equal_losses
    >>> self_duality(constrained_equal_losses, 1, (1, 2)).evidence
    'awards (0, 1), dual (1, 0)'
    """
    given = awards(available, claims)
    losses = awards(max(0, sum(claims) - available), claims[::-1])[::-1]
    dual = tuple(claim - loss for claim, loss in zip(claims, losses, strict=True))
    if given == dual:
        return None
    evidence = f"awards {given}, dual {dual}"
    return Counterexample("self_duality", available, claims, evidence)


def zero_lines_irrelevant(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """Lines that claim nothing change nothing.

    >>> def per_head(available, claims):
    ...     return tuple(min(claim, available // len(claims)) for claim in claims)
    >>> zero_lines_irrelevant(per_head, 2, (2, 0)).evidence
    '(1, 0), without the empty lines (2,)'
    """
    given = awards(available, claims)
    alone = awards(available, tuple(claim for claim in claims if claim))
    if alone == tuple(
        award for award, claim in zip(given, claims, strict=True) if claim
    ):
        return None
    evidence = f"{given}, without the empty lines {alone}"
    return Counterexample("zero_lines_irrelevant", available, claims, evidence)


def _raised(claims: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    for line, claim in enumerate(claims):
        yield line, (*claims[:line], claim + 1, *claims[line + 1 :])


def _left_out(numbers: tuple[int, ...], line: int) -> tuple[int, ...]:
    return numbers[:line] + numbers[line + 1 :]
