"""Keeping goods back for better customers: critical levels.

Every claim carries a level. It is served only from what lies above its level; the rest
stays for claims with lower levels. Level 0 is the best class and may take everything.

Two moments need two rules. While orders arrive, each is served at once or waits
(`critical_level_rationing`). When goods arrive, the better classes are filled first,
then the reserve is rebuilt, and only what lies above it clears the backlog of the other
classes (`threshold_clearing_mechanism`). Both may leave goods idle on purpose: that is
the reserve.

>>> critical_level_rationing(5, (1, 1, 1, 1, 1, 1, 1), levels=(2, 2, 0, 2, 0, 2, 0))
(1, 1, 1, 0, 1, 0, 1)
>>> threshold_clearing_mechanism(4, (1, 1), levels=(2, 2))
(1, 1)
"""

from collections.abc import Iterable, Sequence

from backorderkit.policies.rules.problems import checked_counts, checked_problem

__all__ = ["critical_level_rationing", "threshold_clearing_mechanism"]


def critical_level_rationing(
    available: int, claims: Sequence[int], *, levels: Sequence[int]
) -> tuple[int, ...]:
    """Serve the claims as they came, each only from above its level; O(n).

    `levels` holds one whole number per claim. Source: critical-level policies (Dekker,
    Hill and Kleijn 1997).

    >>> critical_level_rationing(5, (4, 4), levels=(3, 0))
    (2, 3)
    """
    available, claims = checked_problem(available, claims)
    levels = checked_counts("levels", levels, length=len(claims))
    return _served_above(available, claims, levels, range(len(claims)))


def threshold_clearing_mechanism(
    available: int, claims: Sequence[int], *, levels: Sequence[int]
) -> tuple[int, ...]:
    """Clear a backlog when goods arrive: better classes first; O(n log n).

    Lower levels come first, equal levels by rank. Source: Deshpande, Cohen and
    Donohue 2003.

    >>> threshold_clearing_mechanism(5, (4, 4), levels=(3, 0))
    (0, 4)
    """
    available, claims = checked_problem(available, claims)
    levels = checked_counts("levels", levels, length=len(claims))
    by_level = sorted(range(len(claims)), key=lambda line: levels[line])
    return _served_above(available, claims, levels, by_level)


def _served_above(
    available: int, claims: Sequence[int], levels: Sequence[int], order: Iterable[int]
) -> tuple[int, ...]:
    awards = [0] * len(claims)
    for line in order:
        awards[line] = min(claims[line], max(0, available - levels[line]))
        available -= awards[line]
    return tuple(awards)
