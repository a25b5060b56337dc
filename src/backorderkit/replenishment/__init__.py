"""What to buy: net requirements, wait or buy, one order per supplier."""

from backorderkit.replenishment.proposals import (
    plan_purchases,
)
from backorderkit.replenishment.reductions import (
    Cut,
    proposed_cuts,
    with_possible_cuts as with_possible_cuts,
)
from backorderkit.replenishment.requirements import (
    TargetLevel,
)
from backorderkit.replenishment.wait_or_buy import (
    WaitWindow,
)

__all__ = [
    "Cut",
    "TargetLevel",
    "WaitWindow",
    "plan_purchases",
    "proposed_cuts",
]
