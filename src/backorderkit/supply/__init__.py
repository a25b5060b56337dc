"""Supply on its way: purchases, the days they are expected on, and what slips."""

from backorderkit.supply.in_transit import (
    plan_dispatch,
    plan_shipping_notice,
)
from backorderkit.supply.overdue import (
    Estimate,
    by_experience,
    plan_overdue,
)
from backorderkit.supply.purchase_orders import (
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_short_close,
    plan_special_order,
)
from backorderkit.supply.supplier_updates import (
    UNCHANGED,
    Unchanged,
    plan_supply_change,
)

__all__ = [
    "UNCHANGED",
    "Estimate",
    "Unchanged",
    "by_experience",
    "plan_dispatch",
    "plan_overdue",
    "plan_purchase_cancellation",
    "plan_purchase_order",
    "plan_shipping_notice",
    "plan_short_close",
    "plan_special_order",
    "plan_supply_change",
]
