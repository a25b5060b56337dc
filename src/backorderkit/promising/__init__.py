"""What can be promised, what was promised, and when a promise moves."""

from backorderkit.promising.answers import (
    Answer,
    Availability,
)
from backorderkit.promising.atp_table import (
    AtpTable,
    Claim,
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
    promise,
    promise_together,
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
    "Claim",
    "DatedDemand",
    "Firmness",
    "PurchaseToPlace",
    "Scheduled",
    "Standing",
    "Timeline",
    "atp_table",
    "plan_acceptance",
    "plan_promises",
    "plan_quote",
    "promise",
    "promise_together",
    "queue_table",
    "schedule",
]
