"""Sharing again what is already given out: segments as inequalities.

When supply drops or a better order comes in, goods that lines already hold are shared
again. A segment states what may happen to a line between its old and its new quantity:

| segment      | the new quantity                                            |
| ------------ | ----------------------------------------------------------- |
| win          | is all that was requested                                   |
| gain         | is at least the old one                                     |
| redistribute | may be anything up to what was requested                    |
| fill         | is at most the old one                                      |
| lose         | is nothing                                                  |
| skip         | is the old one: picked, pinned, out of scope                |

Segments are served in that order, lines of one segment by rank, after the skipped ones
have kept theirs and every gain has its old quantity back. When a win, a gain or a skip
cannot be honoured there is no division at all: the answer is a `SegmentConflict` that
names every breach, never a silent cut.

>>> lines = [SegmentClaim(Segment.GAIN, requested=50, held=30),
...          SegmentClaim(Segment.FILL, requested=30, held=20)]
>>> share_by_segment(60, lines)
(50, 10)
>>> share_by_segment(20, lines).breaches[0].possible
20
"""

from collections.abc import Sequence
from enum import Enum
from typing import assert_never

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.policies.rules.problems import checked_whole

__all__ = [
    "Segment",
    "SegmentBreach",
    "SegmentClaim",
    "SegmentConflict",
    "may_become",
    "share_by_segment",
]


class Segment(Enum):
    """What may happen to a line when goods are shared again.

    >>> Segment("win")
    <Segment.WIN: 'win'>
    """

    WIN = "win"
    GAIN = "gain"
    REDISTRIBUTE = "redistribute"
    FILL = "fill"
    LOSE = "lose"
    SKIP = "skip"


@attrs.frozen
class SegmentClaim:
    """A line that is shared again: its segment, what it wants and what it holds now.

    >>> SegmentClaim(Segment.GAIN, requested=50, held=30).floor
    30
    """

    segment: Segment
    requested: int = attrs.field(kw_only=True)
    held: int = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no segment and no whole number of 0 or more."""
        if not isinstance(self.segment, Segment):
            raise InvalidValue("segment", self.segment, "give a Segment")
        checked_whole("requested", self.requested)
        checked_whole("held", self.held)

    @property
    def floor(self) -> int:
        """The least this line must end with."""
        match self.segment:
            case Segment.WIN:
                return self.requested
            case Segment.GAIN:
                return min(self.held, self.requested)
            case Segment.SKIP:
                return self.held
            case Segment.REDISTRIBUTE | Segment.FILL | Segment.LOSE:
                return 0
            case _:
                assert_never(self.segment)

    @property
    def ceiling(self) -> int:
        """The most this line may end with."""
        match self.segment:
            case Segment.WIN | Segment.GAIN | Segment.REDISTRIBUTE:
                return self.requested
            case Segment.FILL:
                return min(self.held, self.requested)
            case Segment.SKIP:
                return self.held
            case Segment.LOSE:
                return 0
            case _:
                assert_never(self.segment)


@attrs.frozen
class SegmentBreach:
    """A line whose segment cannot be honoured, and how far it could be.

    >>> SegmentBreach(position=1, segment=Segment.GAIN, owed=30, possible=20).possible
    20
    """

    position: int
    segment: Segment
    owed: int
    possible: int


@attrs.frozen
class SegmentConflict:
    """The answer when what must be kept exceeds what there is: nothing was shared.

    >>> SegmentConflict(breaches=()).breaches
    ()
    """

    breaches: tuple[SegmentBreach, ...]


def may_become(claim: SegmentClaim, quantity: int) -> bool:
    """Return whether a line's segment allows it to end with this quantity.

    >>> gain = SegmentClaim(Segment.GAIN, requested=5, held=3)
    >>> [may_become(gain, quantity) for quantity in (2, 3, 5, 6)]
    [False, True, True, False]
    """
    return claim.floor <= quantity <= claim.ceiling


def share_by_segment(
    available: int, claims: Sequence[SegmentClaim]
) -> tuple[int, ...] | SegmentConflict:
    """Share again among lines in rank order, or name every breach; O(n log n).

    `available` counts all goods in play, those the lines hold now included.
    Source: the strategies of SAP's backorder processing.

    >>> share_by_segment(100, [
    ...     SegmentClaim(Segment.WIN, requested=40, held=10),
    ...     SegmentClaim(Segment.REDISTRIBUTE, requested=70, held=30),
    ... ])
    (40, 60)
    """
    left = checked_whole("available", available)
    awards = [0] * len(claims)
    breaches = []
    for line in _in_order(claims, KEEPING):
        owed = claims[line].floor
        awards[line] = min(owed, left)
        left -= awards[line]
        if awards[line] < owed:
            segment = claims[line].segment
            breaches.append(SegmentBreach(line, segment, owed, awards[line]))
    if breaches:
        return SegmentConflict(tuple(breaches))
    for line in _in_order(claims, SERVING):
        more = min(claims[line].ceiling - awards[line], left)
        awards[line] += more
        left -= more
    return tuple(awards)


KEEPING = (Segment.SKIP, Segment.WIN, Segment.GAIN)
SERVING = (Segment.GAIN, Segment.REDISTRIBUTE, Segment.FILL)


def _in_order(
    claims: Sequence[SegmentClaim], segments: tuple[Segment, ...]
) -> list[int]:
    lines = [line for line, claim in enumerate(claims) if claim.segment in segments]
    return sorted(lines, key=lambda line: segments.index(claims[line].segment))
