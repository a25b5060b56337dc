"""Supply on its way: purchases, the days they are expected on, and what slips."""

from backorderkit.supplying.changing import UNCHANGED, Unchanged, plan_supply_change
from backorderkit.supplying.ordering import (
    plan_purchase,
    plan_purchase_cancellation,
    plan_short_close,
    plan_special_order,
)
from backorderkit.supplying.overdue import Estimate, by_experience, plan_overdue
from backorderkit.supplying.travelling import plan_dispatch, plan_shipping_notice

__all__ = [
    "UNCHANGED",
    "Estimate",
    "Unchanged",
    "by_experience",
    "plan_dispatch",
    "plan_overdue",
    "plan_purchase",
    "plan_purchase_cancellation",
    "plan_shipping_notice",
    "plan_short_close",
    "plan_special_order",
    "plan_supply_change",
]
