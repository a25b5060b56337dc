"""Laws that ask whether it pays to order something else than what is needed.

A line's gain is what it can use: awards beyond the need count for nothing. A split line
takes the place of the whole, its parts next to each other.

>>> from backorderkit.policies.rules import constrained_equal_awards
>>> from backorderkit.policies.rules import constrained_equal_losses
>>> print(no_gain_from_inflating(constrained_equal_losses, 1, (1, 1)))
no_gain_from_inflating: 1 available, claims (1, 1)
line 2 reports 2 instead of 1: (1, 0) -> (0, 1)
>>> no_gain_from_inflating(constrained_equal_awards, 1, (1, 1)) is None
True
"""

from collections.abc import Iterator

from backorderkit.testing.policy_laws.counterexamples import Awards, Counterexample

__all__ = [
    "no_gain_from_inflating",
    "no_gain_from_merging",
    "no_gain_from_splitting",
    "no_gain_from_understating",
]


def no_gain_from_inflating(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """A line that claims one unit more than it needs gets no more of what it needs.

    >>> from backorderkit.policies.rules import webster_method
    >>> no_gain_from_inflating(webster_method, 1, (1, 1)).evidence
    'line 2 reports 2 instead of 1: (1, 0) -> (0, 1)'
    """
    given = awards(available, claims)
    for line, need in enumerate(claims):
        after = awards(available, _changed(claims, line, need + 1))
        if min(after[line], need) > given[line]:
            evidence = _report(line, need + 1, need, given, after)
            return Counterexample("no_gain_from_inflating", available, claims, evidence)
    return None


def no_gain_from_understating(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """A line that claims less than it needs gets no more.

    >>> from backorderkit.policies.rules import smallest_claim_first
    >>> no_gain_from_understating(smallest_claim_first, 2, (2, 2)).evidence
    'line 2 reports 1 instead of 2: (2, 0) -> (1, 1)'
    """
    given = awards(available, claims)
    for line, need in enumerate(claims):
        for report in range(need - 1, given[line], -1):
            after = awards(available, _changed(claims, line, report))
            if after[line] > given[line]:
                evidence = _report(line, report, need, given, after)
                return Counterexample(
                    "no_gain_from_understating", available, claims, evidence
                )
    return None


def no_gain_from_splitting(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """Two adjacent lines get no more together than one line in their place would.

    >>> from backorderkit.policies.rules import constrained_equal_awards
    >>> no_gain_from_splitting(constrained_equal_awards, 2, (1, 1, 1)).evidence
    'lines 1 and 2 as one (1, 1), split (1, 1, 0)'
    """
    split = awards(available, claims)
    for line, merged in _merged(claims):
        whole = awards(available, merged)
        if split[line] + split[line + 1] > whole[line]:
            evidence = f"lines {line + 1} and {line + 2} as one {whole}, split {split}"
            return Counterexample("no_gain_from_splitting", available, claims, evidence)
    return None


def no_gain_from_merging(
    awards: Awards, available: int, claims: tuple[int, ...]
) -> Counterexample | None:
    """One line in the place of two adjacent ones gets no more than they do together.

    >>> from backorderkit.policies.rules import jefferson_method
    >>> no_gain_from_merging(jefferson_method, 1, (1, 1, 1)).evidence
    'lines 2 and 3 apart (1, 0, 0), merged (0, 1)'
    """
    apart = awards(available, claims)
    for line, merged in _merged(claims):
        whole = awards(available, merged)
        if apart[line] + apart[line + 1] < whole[line]:
            evidence = f"lines {line + 1} and {line + 2} apart {apart}, merged {whole}"
            return Counterexample("no_gain_from_merging", available, claims, evidence)
    return None


def _changed(claims: tuple[int, ...], line: int, report: int) -> tuple[int, ...]:
    return (*claims[:line], report, *claims[line + 1 :])


def _merged(claims: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    for line in range(len(claims) - 1):
        one = claims[line] + claims[line + 1]
        yield line, (*claims[:line], one, *claims[line + 2 :])


def _report(
    line: int, report: int, need: int, given: tuple[int, ...], after: tuple[int, ...]
) -> str:
    return f"line {line + 1} reports {report} instead of {need}: {given} -> {after}"
