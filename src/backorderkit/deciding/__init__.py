"""The decisions: every `plan_*` function reads a book and returns a `Plan`.

They change nothing. `placing` accepts orders, `receiving` books deliveries in,
`amending` raises, lowers and cancels, `queueing` holds, releases and moves, `shipping`
lets goods leave and come back, `stocking` counts, moves and keeps stock back, `pinning`
keeps what is on order for one line. All end in `filling`: what is free meets who waits.
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
from backorderkit.deciding.order_deltas import (
    Change as Change,
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
from backorderkit.deciding.quoted import (
    check_quote as check_quote,
)
from backorderkit.deciding.quotes import (
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
