"""The figures of a replay, counted from its outcome.

Each kind of set-up has its own figures; their names and types are part of the answer. A
percentile is the nearest rank: the smallest wait that so many per cent do not exceed.
"""

from collections.abc import Mapping
from typing import Any

from tests.replays.demand import Kind
from tests.replays.replay import Outcome

Figures = dict[str, Any]  # whole numbers, one mean, texts, and groups of them


def figures(outcome: Outcome) -> Figures:
    """Return the figures that belong to the kind of a set-up."""
    match outcome.setup.kind:
        case Kind.FINITE:
            return _of_finite_stock(outcome)
        case Kind.WEEKLY:
            return _of_weekly_purchases(outcome)
        case Kind.DATED:
            return _of_dated_supply(outcome)


def _of_finite_stock(outcome: Outcome) -> Figures:
    """Return who was served while there was stock, and who was not."""
    filled, part, none, allocated, waiting = 0, 0, 0, 0, 0
    short_items, short_days = set(), set()
    for place, wanted in enumerate(outcome.setup.demand):
        line = outcome.book.line(outcome.line_ref(place))
        allocated += line.allocated
        waiting += line.waiting
        if not line.waiting:
            filled += 1
            continue
        part += line.allocated > 0
        none += line.allocated == 0
        short_items.add(line.sku)
        short_days.add(wanted.on)
    return {
        "lines": len(outcome.setup.demand),
        "filled_in_full": filled,
        "filled_in_part": part,
        "not_filled": none,
        "units_allocated": allocated,
        "units_backordered": waiting,
        "items_short": len(short_items),
        "first_shortage": min(short_days).isoformat() if short_days else None,
    }


def _of_weekly_purchases(outcome: Outcome) -> Figures:
    """Return what was bought, how long lines waited, and what was left over."""
    pools = [outcome.book.pool(*pool) for pool in outcome.book.pools()]
    return {
        "pos": outcome.purchase_orders,
        "po_lines": outcome.purchase_lines,
        "units_ordered": outcome.units_ordered,
        "po_value": str(outcome.value),
        "lines_filled_on_arrival": outcome.on_arrival,
        "wait": _spread(outcome.waits),
        "surplus_units_left": sum(pool.free for pool in pools),
    }


def _of_dated_supply(outcome: Outcome) -> Figures:
    """Return which lines a given supply completed, and how late."""
    lines = [outcome.book.line(ref) for ref in outcome.open]
    return {
        "lines": len(outcome.setup.demand),
        "filled_same_day": outcome.waits[0],
        "completed": outcome.waits.total(),
        "never_completed": len(lines),
        "units_on_never_completed_lines": sum(line.ordered for line in lines),
        "wait_of_completed": _spread(outcome.waits),
    }


def _spread(waits: Mapping[int, int]) -> Figures:
    """Return number, mean, percentiles and maximum of the waits, in days."""
    count = sum(waits.values())
    total = sum(days * lines for days, lines in waits.items())
    return {
        "lines": count,
        # A figure to compare, not to go on with: a float, to four places.
        "mean_days": round(total / count, 4) if count else None,
        "p50": _percentile(waits, 50),
        "p90": _percentile(waits, 90),
        "p95": _percentile(waits, 95),
        "max": max(waits, default=None),
    }


def _percentile(waits: Mapping[int, int], percent: int) -> int | None:
    """Return the smallest wait that so many per cent of the lines do not exceed."""
    rank = -(-percent * sum(waits.values()) // 100)
    for days in sorted(waits):
        rank -= waits[days]
        if rank <= 0:
            return days
    return None
