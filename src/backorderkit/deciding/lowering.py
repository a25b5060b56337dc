"""A line gives up units: first what waits, then what is allocated, never frozen units.

A lowered amendment, a cancellation, a passed `cancel_after` and the end of a quote all
give up units in this order. Of several portions the one that was queued last gives
first, so the oldest wait is kept longest. Allocated units are taken back before they
are cancelled, so their stock is offered to the queue in the same plan.

Invariant: shipped and frozen units are never given up. Of a line of 5 with 2 allocated,
giving up 4 cancels the 3 that wait and 1 of the allocated units.
"""

from datetime import datetime

from backorderkit.book import LineRecord, PortionRecord
from backorderkit.deciding.draft import Draft
from backorderkit.errors import NotPossible


def lower(draft: Draft, record: LineRecord, units: int, reason: str) -> None:
    """Give up units of a line: waiting ones first, then allocated, the last first."""
    ref = record.line.ref
    portions = sorted(record.portions, key=_age, reverse=True)
    possible = sum(part.waiting + part.allocated - part.frozen for part in portions)
    if units > possible:
        raise NotPossible(
            "give up",
            ref,
            asked=units,
            possible=possible,
            remedy="shipped units come back by a return, frozen ones must be thawed",
        )
    from_queue = {portion.number: 0 for portion in portions}
    for portion in portions:
        from_queue[portion.number] = min(units, portion.waiting)
        units -= from_queue[portion.number]
    # Only now: no allocated unit is given up while any portion still waits.
    for portion in portions:
        taken = min(units, portion.allocated - portion.frozen)
        units -= taken
        if taken:
            draft.take_back(portion, taken, reason)
        ended = from_queue[portion.number] + taken
        if ended:
            draft.cancel(portion, ended, reason)


def _age(portion: PortionRecord) -> tuple[datetime, int]:
    """Return the key by which portions of a line queued, the oldest first."""
    return (portion.queued_at, portion.number)
