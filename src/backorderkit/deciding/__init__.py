"""The decisions: every `plan_*` function reads a book and returns a `Plan`.

They change nothing. `placing` accepts orders, as far as `acceptance` allows;
`receiving` books deliveries in, `amending` raises, lowers and cancels, `queueing`
holds, releases and reroutes, `shipping` ships and takes returns, `stocking` counts,
transfers and reserves, `pinning` pins what is on order to one line. All of them write
their events through a `Draft` and end in `filling`: free stock meets the queue.
"""

from backorderkit.deciding.amending import (
    plan_amendment,
    plan_cancellation,
)
from backorderkit.deciding.draft import (
    Draft as Draft,
)
from backorderkit.deciding.filling import (
    fill as fill,
    given_by as given_by,
)
from backorderkit.deciding.manual import (
    plan_priority,
    plan_reassignment,
)
from backorderkit.deciding.pinning import (
    check_why as check_why,
    fit_pins as fit_pins,
    plan_pin,
    plan_unpin,
)
from backorderkit.deciding.placing import (
    check_new as check_new,
    plan_order,
)
from backorderkit.deciding.portions import (
    placed_draft as placed_draft,
    sourced as sourced,
)
from backorderkit.deciding.queueing import (
    plan_day,
    plan_hold,
    plan_release_hold,
    plan_rerouting,
)
from backorderkit.deciding.quotes import (
    check_quote as check_quote,
    end_expired as end_expired,
)
from backorderkit.deciding.reallocating import (
    plan_reallocation,
)
from backorderkit.deciding.receiving import (
    plan_receipt,
)
from backorderkit.deciding.shipping import (
    plan_freeze,
    plan_return,
    plan_shipment,
    plan_thaw,
)
from backorderkit.deciding.sourcing import (
    Assignment,
    Sourcing,
    fewest_parcels,
    in_given_order,
    most_free_first,
)
from backorderkit.deciding.stocking import (
    check_transfer as check_transfer,
    plan_count,
    plan_reserve,
    plan_transfer,
)

__all__ = [
    "Assignment",
    "Sourcing",
    "fewest_parcels",
    "in_given_order",
    "most_free_first",
    "plan_amendment",
    "plan_cancellation",
    "plan_count",
    "plan_day",
    "plan_freeze",
    "plan_hold",
    "plan_order",
    "plan_pin",
    "plan_priority",
    "plan_reallocation",
    "plan_reassignment",
    "plan_receipt",
    "plan_release_hold",
    "plan_rerouting",
    "plan_reserve",
    "plan_return",
    "plan_shipment",
    "plan_thaw",
    "plan_transfer",
    "plan_unpin",
]
