"""What can be promised, what was promised, and when a promise moves."""

from backorderkit.promising.answers import (
    Answer,
    Availability,
)
from backorderkit.promising.atp_table import (
    AtpTable,
    PromiseClaim,
    Standing,
    atp_table,
    queue_table,
)
from backorderkit.promising.days import (
    days_to_tell as days_to_tell,
    expected_lines as expected_lines,
)
from backorderkit.promising.demands import (
    DatedDemand,
    Firmness,
    PurchaseToPlace,
    Scheduled,
)
from backorderkit.promising.inquiring import (
    check_availability,
    check_availability_together,
)
from backorderkit.promising.promises import (
    plan_promises,
)
from backorderkit.promising.quoting import (
    plan_acceptance,
    plan_quote,
)
from backorderkit.promising.scheduling import (
    schedule,
)
from backorderkit.promising.timeline import (
    Timeline,
)

__all__ = [
    "Answer",
    "AtpTable",
    "Availability",
    "DatedDemand",
    "Firmness",
    "PromiseClaim",
    "PurchaseToPlace",
    "Scheduled",
    "Standing",
    "Timeline",
    "atp_table",
    "check_availability",
    "check_availability_together",
    "plan_acceptance",
    "plan_promises",
    "plan_quote",
    "queue_table",
    "schedule",
]
