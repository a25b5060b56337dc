"""A line gives up units: first what waits, then what is allocated, never frozen units.

A lowered amendment, a cancellation, a passed `cancel_after` and the end of a quote all
give up units in this order. Of several portions the one that was queued last gives
first, so the oldest wait is kept longest. Allocated units are taken back before they
are cancelled, so their stock is offered to the queue in the same plan.

Invariant: shipped and frozen units are never given up. Of a line of 5 with 2 allocated,
giving up 4 cancels the 3 that wait and 1 of the allocated units.
"""

from backorderkit.book import LineRecord
from backorderkit.deciding.draft import Draft
from backorderkit.errors import NotPossible


def lower(draft: Draft, record: LineRecord, units: int, reason: str) -> None:
    """Give up units of a line: waiting ones first, then allocated, the last first."""
    ref = record.line.ref
    portions = sorted(
        record.portions, key=lambda one: (one.queued_at, one.number), reverse=True
    )
    possible = sum(one.waiting + one.allocated - one.frozen for one in portions)
    if units > possible:
        raise NotPossible(
            "give up",
            ref,
            asked=units,
            possible=possible,
            remedy="shipped units come back by a return, frozen ones must be thawed",
        )
    from_queue = {one.number: 0 for one in portions}
    for one in portions:
        from_queue[one.number] = min(units, one.waiting)
        units -= from_queue[one.number]
    for one in portions:
        taken = min(units, one.allocated - one.frozen)
        units -= taken
        if taken:
            draft.take_back(one, taken, reason)
        ended = from_queue[one.number] + taken
        if ended:
            draft.cancel(one, ended, reason)
