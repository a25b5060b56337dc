"""Backorders for any shop: who waits, what to buy, who gets it, when it comes.

The front door holds what a shop writes every day. Everything else is one dot away:
`bk.policies.uniform`, `bk.errors.Conflict`, `bk.calendars`, `bk.events`, `bk.kpis`.

>>> import backorderkit as bk
>>> bk.policies.uniform().name
'uniform'
"""

from importlib import import_module
from types import ModuleType

from backorderkit import (
    adapters as adapters,
    book as book,
    coverage as coverage,
    deciding as deciding,
    errors as errors,
    leadtimes as leadtimes,
    model as model,
    notices as notices,
    policies as policies,
    promising as promising,
    replenishment as replenishment,
    storage as storage,
    supply as supply,
    values as values,
)
from backorderkit.adapters import (
    MemoryRepository,
)
from backorderkit.book import (
    OrderBook,
)
from backorderkit.coverage import (
    cover,
    dated_supply,
    differences,
    expected_dates,
    explain,
    late_lines,
    pegs_of_line,
    queue_position,
    shortages,
)
from backorderkit.deciding import (
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_pin,
    plan_priority,
    plan_reallocation,
    plan_reassignment,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_thaw,
    plan_transfer,
    plan_unpin,
)
from backorderkit.errors import (
    BackorderError,
)
from backorderkit.model import (
    UNLIMITED,
    Backorder,
    Catalogue,
    DeliveryRule,
    Line,
    Order,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Reason,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    SupplierTerms,
    events as events,
)
from backorderkit.notices import (
    Notice,
    notices_of,
)
from backorderkit.policies import (
    by_priority,
    earliest_promise_first,
    oldest_first,
    smallest_first,
)
from backorderkit.promising import (
    check_availability,
    check_availability_together,
    plan_acceptance,
    plan_promises,
    plan_quote,
)
from backorderkit.replenishment import (
    plan_replenishment,
)
from backorderkit.storage import (
    OrderDesk,
    RequestDesk,
    send_notices,
)
from backorderkit.supply import (
    plan_dispatch,
    plan_overdue,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_shipping_notice,
    plan_short_close,
    plan_special_order,
    plan_supply_change,
)
from backorderkit.values import (
    Money,
    Pool,
    Quantities,
    UnitOfMeasure,
    calendars as calendars,
)

__all__ = [
    "UNLIMITED",
    "Backorder",
    "BackorderError",
    "Catalogue",
    "DeliveryRule",
    "Line",
    "MemoryRepository",
    "Money",
    "Notice",
    "Order",
    "OrderBook",
    "OrderDesk",
    "Plan",
    "Pool",
    "PurchaseLine",
    "PurchaseOrder",
    "Quantities",
    "Reason",
    "Receipt",
    "ReceiptLine",
    "RequestDesk",
    "SellingRule",
    "SellingRules",
    "SupplierTerms",
    "UnitOfMeasure",
    "by_priority",
    "check_availability",
    "check_availability_together",
    "cover",
    "dated_supply",
    "differences",
    "earliest_promise_first",
    "expected_dates",
    "explain",
    "late_lines",
    "notices_of",
    "oldest_first",
    "pegs_of_line",
    "plan_acceptance",
    "plan_amendment",
    "plan_cancellation",
    "plan_count",
    "plan_day",
    "plan_dispatch",
    "plan_freeze",
    "plan_hold",
    "plan_order",
    "plan_overdue",
    "plan_pin",
    "plan_priority",
    "plan_promises",
    "plan_purchase_cancellation",
    "plan_purchase_order",
    "plan_quote",
    "plan_reallocation",
    "plan_reassignment",
    "plan_receipt",
    "plan_release_hold",
    "plan_replenishment",
    "plan_rerouting",
    "plan_reserve",
    "plan_return",
    "plan_shipment",
    "plan_shipping_notice",
    "plan_short_close",
    "plan_special_order",
    "plan_supply_change",
    "plan_thaw",
    "plan_transfer",
    "plan_unpin",
    "queue_position",
    "send_notices",
    "shortages",
    "smallest_first",
]


def __getattr__(name: str) -> ModuleType:
    """Import a package of the outer rows when it is first asked for."""
    if name in {"codec", "demo", "kpis", "testing"}:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
