"""Rules that divide whole units among claims, exactly.

A rule is a pure function of the units available and the claims in rank order (the first
is the oldest and wins every tie); it returns one award per claim. No rule knows orders,
stock or policies: analysts can use them alone, and `backorderkit.policies` builds on
them. Nothing here ever sees a float.

>>> uniform(10, (2, 4, 7, 8)), linear(10, (2, 4, 7, 8)), webster(10, (2, 4, 7, 8))
((2, 3, 3, 2), (0, 1, 4, 5), (1, 2, 3, 4))
"""

from backorderkit.policies.rules.apportionment import (
    adams,
    jefferson,
    largest_remainder,
    rounded,
    webster,
)
from backorderkit.policies.rules.balancing import (
    fair_share,
    linear_rationing,
)
from backorderkit.policies.rules.contested import (
    MOST_STEPS,
    random_arrival,
    random_arrival_shares,
    talmud,
    talmud_shares,
)
from backorderkit.policies.rules.exchange import (
    LotRounding,
    pro_rata_fifo,
)
from backorderkit.policies.rules.levelling import (
    in_turn,
    largest_first,
    linear,
    linear_shares,
    smallest_first,
    uniform,
    uniform_shares,
)
from backorderkit.policies.rules.lottery import (
    MOST_DRAWS,
    proportional_lottery,
)
from backorderkit.policies.rules.protection import (
    ProtectionLevel,
    booking_limits,
    emsr_b,
    littlewood,
)
from backorderkit.policies.rules.reserves import (
    critical_levels,
    threshold_clearing,
)
from backorderkit.policies.rules.segments import (
    Segment,
    SegmentBreach,
    SegmentClaim,
    SegmentConflict,
    may_become,
    share_by_segment,
)

__all__ = [
    "MOST_DRAWS",
    "MOST_STEPS",
    "LotRounding",
    "ProtectionLevel",
    "Segment",
    "SegmentBreach",
    "SegmentClaim",
    "SegmentConflict",
    "adams",
    "booking_limits",
    "critical_levels",
    "emsr_b",
    "fair_share",
    "in_turn",
    "jefferson",
    "largest_first",
    "largest_remainder",
    "linear",
    "linear_rationing",
    "linear_shares",
    "littlewood",
    "may_become",
    "pro_rata_fifo",
    "proportional_lottery",
    "random_arrival",
    "random_arrival_shares",
    "rounded",
    "share_by_segment",
    "smallest_first",
    "talmud",
    "talmud_shares",
    "threshold_clearing",
    "uniform",
    "uniform_shares",
    "webster",
]
