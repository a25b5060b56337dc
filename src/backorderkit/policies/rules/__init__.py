"""Rules that divide whole units among claims, exactly.

A rule is a pure function of the units available and the claims in rank order (the first
is the oldest and wins every tie); it returns one award per claim. No rule knows orders,
stock or policies: analysts can use them alone, and `backorderkit.policies` builds on
them. Nothing here ever sees a float.

Rules bear the names that the literature gives them; the policies built on them bear the
names that a shop would use:

| policy | rule |
| --- | --- |
| `uniform` | `constrained_equal_awards` |
| `linear` | `constrained_equal_losses` |
| `smallest_first` | `smallest_claim_first` |
| `proportional` | `webster_method` |
| `jefferson` | `jefferson_method` |
| `largest_remainder` | `hamilton_method` |
| `talmud` | `talmud_rule` |
| `random_arrival` | `random_arrival_rule` |
| `proportional_lottery` | `proportional_random_allocation` |
| `pro_rata_fifo` | `threshold_pro_rata` |
| `fair_share` | `equal_days_of_supply` |
| `linear_rationing` | `linear_rationing_rule` |
| `critical_levels` | `critical_level_rationing` |
| `threshold_clearing` | `threshold_clearing_mechanism` |

>>> constrained_equal_awards(10, (2, 4, 7, 8))
(2, 3, 3, 2)
>>> constrained_equal_losses(10, (2, 4, 7, 8))
(0, 1, 4, 5)
>>> webster_method(10, (2, 4, 7, 8))
(1, 2, 3, 4)
"""

from backorderkit.policies.rules.apportionment import (
    adams_method,
    hamilton_method,
    jefferson_method,
    rounded,
    webster_method,
)
from backorderkit.policies.rules.balancing import (
    equal_days_of_supply,
    linear_rationing_rule,
)
from backorderkit.policies.rules.contested import (
    MOST_STEPS,
    random_arrival_rule,
    random_arrival_shares,
    talmud_rule,
    talmud_shares,
)
from backorderkit.policies.rules.exchange import (
    LotRounding,
    threshold_pro_rata,
)
from backorderkit.policies.rules.levelling import (
    constrained_equal_awards,
    constrained_equal_losses,
    equal_awards_shares,
    equal_losses_shares,
    in_turn,
    largest_claim_first,
    smallest_claim_first,
)
from backorderkit.policies.rules.lottery import (
    MOST_DRAWS,
    proportional_random_allocation,
)
from backorderkit.policies.rules.protection import (
    ProtectionLevel,
    booking_limits,
    emsr_b,
    littlewood,
)
from backorderkit.policies.rules.reserves import (
    critical_level_rationing,
    threshold_clearing_mechanism,
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
    "adams_method",
    "booking_limits",
    "constrained_equal_awards",
    "constrained_equal_losses",
    "critical_level_rationing",
    "emsr_b",
    "equal_awards_shares",
    "equal_days_of_supply",
    "equal_losses_shares",
    "hamilton_method",
    "in_turn",
    "jefferson_method",
    "largest_claim_first",
    "linear_rationing_rule",
    "littlewood",
    "may_become",
    "proportional_random_allocation",
    "random_arrival_rule",
    "random_arrival_shares",
    "rounded",
    "share_by_segment",
    "smallest_claim_first",
    "talmud_rule",
    "talmud_shares",
    "threshold_clearing_mechanism",
    "threshold_pro_rata",
    "webster_method",
]
