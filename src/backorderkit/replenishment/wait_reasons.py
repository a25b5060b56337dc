"""What lines wait for once a purchase plan is carried out, and what is left over.

The new purchase joins the open supplies of its pool; laid under the queue they show
what each line will wait for. The reasons of a purchase plan with a window are:

    awaiting         it comes within the window from a purchase that is already open
    outside_window   it does not, or not surely enough, and yet no more is bought
    too_late         it comes after the last day on which the line is wanted
    surplus          units of an open purchase line that the plan leaves over

So no line becomes late unheard. Without a window only what is bought is looked at.

Cost: O(waiting portions + open supplies of the pools looked at).
"""

from collections.abc import Iterable, Iterator
from datetime import date

from backorderkit.book import (
    LineRecord,
    OrderBook,
    PoolRecord,
    PurchaseRecord,
    SupplyRecord,
)
from backorderkit.coverage import Overlap, Supplies, left_over, with_supplies
from backorderkit.model import (
    Line,
    PurchaseLine,
    PurchaseOrder,
    Reason,
    ReasonCode,
)
from backorderkit.replenishment.wait_or_buy import Choice, awaited


def reasons_for_needs(book: OrderBook, line: PurchaseLine) -> Iterator[Reason]:
    """Yield whom a purchase line is bought for and comes too late; O(its needs)."""
    late: dict[str, int] = {}
    for need in line.needs:
        wanted = book.state.line(need.line).line
        if _is_past(wanted, line.expected_on):
            late[need.line] = late.get(need.line, 0) + need.quantity
    for ref, units in late.items():
        yield _too_late(book.state.line(ref).line, units, line.ref, line.expected_on)


def reasons_for_pool(
    pool: PoolRecord,
    choice: Choice,
    bought: tuple[PurchaseLine, PurchaseOrder] | None,
) -> Iterator[Reason]:
    """Yield what lines wait for when a purchase is made, and what it leaves over."""
    new = [] if bought is None else list(_supplies(pool, *bought))
    supplies = with_supplies(pool, new)
    for (record, supply), units in _by_line(awaited(pool, supplies)).items():
        line = record.line
        if reason := _of_wait(line, supply, units, choice, is_new=supply in new):
            yield reason
    if bought is not None:
        before = _surplus(pool, None)
        for ref, units in _surplus(pool, supplies).items():
            freed = units - before.get(ref, 0)
            if freed > 0 and ref != bought[0].ref:
                text = f"{freed} are no longer needed"
                yield Reason(ref, ReasonCode.SURPLUS, text, {"units": freed})


def _supplies(
    pool: PoolRecord, line: PurchaseLine, order: PurchaseOrder
) -> Iterable[SupplyRecord]:
    """Return a purchase line as the supply it will be."""
    on, at = line.expected_on, order.ordered_at
    return PurchaseRecord(line, order, pool, on, line.evidence, at).parts()


def _surplus(pool: PoolRecord, supplies: Supplies | None) -> dict[str, int]:
    """Return the units of each purchase line that the queue leaves over."""
    units: dict[str, int] = {}
    for quantity, supply in left_over(pool, pool.queue.total, supplies):
        if supply is not None:
            ref = supply.purchase.line.ref
            units[ref] = units.get(ref, 0) + quantity
    return units


def _by_line(
    waiting: Iterable[Overlap],
) -> dict[tuple[LineRecord, SupplyRecord], int]:
    """Return the units by line and by what they wait for."""
    units: dict[tuple[LineRecord, SupplyRecord], int] = {}
    for portion, wanted, supply, _ in waiting:
        if supply is not None:
            key = (portion.line, supply)
            units[key] = units.get(key, 0) + wanted
    return units


def _of_wait(
    line: Line, supply: SupplyRecord, units: int, choice: Choice, *, is_new: bool
) -> Reason | None:
    """Describe what units wait for; None if a new purchase comes early enough."""
    on, source = supply.on, supply.purchase.line.ref
    if _is_past(line, on):
        return _too_late(line, units, source, on)
    if is_new:
        return None
    latest, counted = (
        choice.window.latest_day(line, choice.today),
        choice.counted(supply),
    )
    when = on or "an unknown date"
    if counted is not None and counted <= latest:
        text = f"awaiting {source}: {units} come on {when}"
        return Reason(line.ref, ReasonCode.AWAITING, text, {"units": units})
    why = f"after {latest}"
    if on is not None and on <= latest:
        why = f"which is only {supply.evidence.confidence.value}"
    text = f"{units} come in {source} on {when}, {why}"
    return Reason(line.ref, ReasonCode.OUTSIDE_WINDOW, text, {"units": units})


def _is_past(line: Line, on: date | None) -> bool:
    """Return whether a day is past the last one on which a line is wanted."""
    return line.cancel_after is not None and on is not None and on > line.cancel_after


def _too_late(line: Line, units: int, source: str, on: date | None) -> Reason:
    """Describe goods that come after a line is wanted."""
    text = (
        f"{units} come in {source} on {on}, and it is wanted until {line.cancel_after}"
    )
    return Reason(line.ref, ReasonCode.TOO_LATE, text, {"units": units})
