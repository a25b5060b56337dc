"""Who gets scarce goods: policies to choose from, to combine, or to write yourself.

A policy answers two questions about the waiting lines of a pool: who comes first, and
how much of the supply each one gets (`AllocationPolicy`). Each is made by a call and is
a value: equal when made alike. `ranking` serves in turn, `sharing` gives every line a
part, `reserving` keeps stock back, `tiers` combines policies, `constraints` and
`whole_orders` wrap them. `awarding` asks a policy and checks what it answers.
"""

from backorderkit.policies.awarding import (
    PortionRef as PortionRef,
    awards,
    repeated_awards as repeated_awards,
    shared_out as shared_out,
    would_give as would_give,
)
from backorderkit.policies.constraints import (
    at_least,
    at_most_deliveries,
    capped,
    in_multiples,
    whole_line,
)
from backorderkit.policies.pegging import (
    peg_first,
)
from backorderkit.policies.ranking import (
    Filling,
    QueueDiscipline,
    Ranking,
    RankingOptions,
    by_priority,
    earliest_promise_first,
    oldest_first,
    ranked_by,
    smallest_first,
)
from backorderkit.policies.rationing import (
    fair_share,
    linear_rationing,
    pro_rata_fifo,
    proportional_lottery,
    random_arrival,
)
from backorderkit.policies.reserving import (
    Levels,
    critical_levels,
    quotas,
    threshold_clearing,
)
from backorderkit.policies.sharing import (
    Sharing,
    SharingBasis,
    SharingOptions,
    jefferson,
    largest_remainder,
    linear,
    proportional,
    talmud,
    uniform,
)
from backorderkit.policies.shipped import (
    SHIPPED,
)
from backorderkit.policies.tiers import (
    Tiers,
    per_customer,
    tiers,
)
from backorderkit.policies.whole_orders import (
    densest_first,
    fewest_units_first,
    whole_order,
)
from backorderkit.policies.wording import (
    in_words as in_words,
)
from backorderkit.policies.wrapping import (
    WrappedPolicy,
)

__all__ = [
    "SHIPPED",
    "Filling",
    "Levels",
    "QueueDiscipline",
    "Ranking",
    "RankingOptions",
    "Sharing",
    "SharingBasis",
    "SharingOptions",
    "Tiers",
    "WrappedPolicy",
    "at_least",
    "at_most_deliveries",
    "awards",
    "by_priority",
    "capped",
    "critical_levels",
    "densest_first",
    "earliest_promise_first",
    "fair_share",
    "fewest_units_first",
    "in_multiples",
    "jefferson",
    "largest_remainder",
    "linear",
    "linear_rationing",
    "oldest_first",
    "peg_first",
    "per_customer",
    "pro_rata_fifo",
    "proportional",
    "proportional_lottery",
    "quotas",
    "random_arrival",
    "ranked_by",
    "smallest_first",
    "talmud",
    "threshold_clearing",
    "tiers",
    "uniform",
    "whole_line",
    "whole_order",
]
