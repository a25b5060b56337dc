"""What to buy: net requirements, wait or buy, one order per supplier."""

from backorderkit.replenishment.proposals import (
    plan_replenishment,
)
from backorderkit.replenishment.reductions import (
    PurchaseReduction,
    proposed_reductions,
    with_possible_cuts as with_possible_cuts,
)
from backorderkit.replenishment.requirements import (
    TargetLevel,
)
from backorderkit.replenishment.wait_or_buy import (
    WaitWindow,
)

__all__ = [
    "PurchaseReduction",
    "TargetLevel",
    "WaitWindow",
    "plan_replenishment",
    "proposed_reductions",
]
