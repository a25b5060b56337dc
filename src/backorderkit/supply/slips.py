"""Whose day moves when a purchase line does: two coverages compared where they differ.

Supply is a step function of the demand axis: unit for unit, the day on which it comes.
A change of one purchase line shifts some steps. Laid over the steps from before, it
shows the stretches in which the day is another one; only the lines that stand in those
stretches are looked at. So the cost is that of the answer, not of the queue.

    before   |--- PO-1: 10 March ---|--- PO-2: 20 March ---|--- PO-3: 9 April ---|
    PO-1 is late: 9 April
    after    |--- PO-2: 20 March ---|--------- PO-1, PO-3: 9 April ---------|
    moves    |    10 → 20 March     |    20 March → 9 April   |    nobody   |

Pinned units move with their purchase line. Where some pins must be released, those
units join the queue and every line behind them moves; then both coverages are compared
whole. The last units pinned to a portion are released first, and wait behind its other
units.

Cost: O(open purchase lines of the pool + pins of the line + portions that move, each
O(log n)); O(waiting portions of the pool) where pins are released. The plan is tried on
the book and undone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, pairwise

import attrs

from backorderkit.book import OrderBook, PoolRecord, PortionRecord, PortionRef
from backorderkit.coverage import Peg, cover, pins_of
from backorderkit.model import (
    Allocated,
    BrokenPromise,
    DateMove,
    PinReleased,
    Plan,
    Slip,
)
from backorderkit.promising import days_to_tell, expected_lines

Day = tuple[date | None, str | None]  # when, and from which purchase line
Steps = Sequence[tuple[int, Day]]  # units, and the day they come
Holder = tuple[
    PortionRef, str | None
]  # units pinned to a portion, or (None) in the queue
NEVER: Day = (None, None)


def with_slip(book: OrderBook, plan: Plan, purchase_line: str, at: datetime) -> Plan:
    """Return a plan that changes one purchase line, with the customers it affects."""
    pool, today = book.state.purchase_line(purchase_line).pool, at.date()
    slip, shifts = Slip(), _shifts_the_queue(plan)
    waiting = pool.queue.total + pool.pinned
    look = _whole if shifts else _pinned
    known, steps = look(book, pool, purchase_line, today), _steps(pool, today)
    known = _let_go(plan, known)
    given = _given(plan, today)
    with book.trying(plan):
        now = look(book, pool, purchase_line, today)
        moves = _portion_moves(book, known, _joined(given, now))
        queue = () if shifts else _queue_moves(pool, steps, _steps(pool, today))
        slip = _slip(book, waiting, [*moves, *queue], at)
    return attrs.evolve(plan, slip=slip)


def _shifts_the_queue(plan: Plan) -> bool:
    """Return whether a plan changes which portions queue, or for how much."""
    return any(isinstance(event, PinReleased | Allocated) for event in plan.events)


# Two scopes: every portion in the pool, or only those pinned to the line.


def _whole(
    book: OrderBook, pool: PoolRecord, _: str, today: date
) -> dict[Holder, Steps]:
    """Return the days of every waiting portion of a pool, covered or not."""
    coverage = cover(book, *pool.pool)
    days = _days(coverage.pegs, today)
    for missing in coverage.uncovered:
        holder = ((missing.line, missing.portion), None)
        days[holder] = [*days.get(holder, ()), (missing.quantity, NEVER)]
    return days


def _pinned(
    book: OrderBook, _: PoolRecord, purchase_line: str, today: date
) -> dict[Holder, Steps]:
    """Return the days of the portions that are pinned to a purchase line."""
    return _days(pins_of(book, book.state.purchase_line(purchase_line)), today)


def _days(pegs: Iterable[Peg], today: date) -> dict[Holder, Steps]:
    """Return when the pegged units of each portion come."""
    days: defaultdict[Holder, list[tuple[int, Day]]] = defaultdict(list)
    for peg in pegs:
        on = peg.expected_on if peg.purchase_line else today
        holder = ((peg.line, peg.portion), peg.purchase_line if peg.is_pinned else None)
        days[holder].append((peg.quantity, (on, peg.purchase_line)))
    return dict(days)


def _let_go(plan: Plan, known: Mapping[Holder, Steps]) -> dict[Holder, Steps]:
    """Return days by holder after a plan: units whose pins it releases queue then."""
    days = dict(known)
    for event in plan.events:
        if isinstance(event, PinReleased):
            ref = (event.line, event.portion)
            holder, loose = (ref, event.purchase_line), (ref, None)
            units = sum(units for units, _ in days[holder])
            days[holder], gone = _cut(days[holder], units - event.quantity)
            days[loose] = [*days.get(loose, ()), *gone]
    return days


def _cut(steps: Steps, units: int) -> tuple[Steps, Steps]:
    """Return the first units of some steps, up to a quantity, and the others."""
    first, then = [], []
    for length, day in steps:
        taken = min(length, max(units, 0))
        units -= length
        first += [(taken, day)] if taken else []
        then += [(length - taken, day)] if taken < length else []
    return first, then


def _given(plan: Plan, today: date) -> dict[Holder, Steps]:
    """Return the units that a plan gives out at once."""
    given: defaultdict[Holder, list[tuple[int, Day]]] = defaultdict(list)
    for event in plan.events:
        if isinstance(event, Allocated):
            holder = ((event.line, event.portion), None)
            given[holder].append((event.quantity, (today, None)))
    return dict(given)


def _joined(
    first: Mapping[Holder, Steps], then: Mapping[Holder, Steps]
) -> dict[Holder, Steps]:
    """Return the steps of both, one after the other."""
    holders = dict.fromkeys([*first, *then])
    return {one: [*first.get(one, ()), *then.get(one, ())] for one in holders}


def _steps(pool: PoolRecord, today: date) -> Steps:
    """Return when the loose units of a pool come, along its demand axis."""
    begin = pool.unreserved
    steps: list[tuple[int, Day]] = [(begin, (today, None))] if begin > 0 else []
    for supply in pool.supplies:
        units = min(supply.units, max(begin + supply.units, 0))  # the reserve first
        begin += supply.units
        if units:
            steps.append((units, (supply.on, supply.purchase.line.ref)))
    return steps


# The moves


def _portion_moves(
    book: OrderBook,
    before: Mapping[Holder, Steps],
    after: Mapping[Holder, Steps],
) -> Iterator[DateMove]:
    """Yield the units of portions that come on another day than before."""
    for holder in dict.fromkeys([*after, *before]):
        steps, portion = before.get(holder, ()), book.state.portion(*holder[0])
        for begin, end, was, now in _overlaps(steps, after.get(holder, ())):
            yield _move(portion, end - begin, was, now)


def _queue_moves(pool: PoolRecord, before: Steps, after: Steps) -> Iterator[DateMove]:
    """Yield the units of a queue that come on another day than before."""
    for begin, end, was, now in _overlaps(before, after):
        if was[0] == now[0]:
            continue
        for start, portion in pool.queue.reaching_beyond(begin):
            if start >= end:
                break
            units = min(start + portion.queued, end) - max(start, begin)
            yield _move(portion, units, was, now)


def _overlaps(one: Steps, other: Steps) -> Iterator[tuple[int, int, Day, Day]]:
    """Lay two step functions over one another: begin, end, and both days."""
    ends = [list(_ends(steps)) for steps in (one, other)]
    bounds = sorted({0, *(end for steps in ends for end, _ in steps)})
    places = [0, 0]
    for begin, end in pairwise(bounds):
        days = []
        for which, steps in enumerate(ends):
            while places[which] < len(steps) and steps[places[which]][0] <= begin:
                places[which] += 1
            place = places[which]
            days.append(steps[place][1] if place < len(steps) else NEVER)
        yield begin, end, days[0], days[1]


def _ends(steps: Steps) -> Iterator[tuple[int, Day]]:
    """Yield the unit at which each step ends, with its day."""
    end = 0
    for units, day in steps:
        end += units
        yield end, day


def _move(portion: PortionRecord, units: int, was: Day, now: Day) -> DateMove:
    """Return the move of some units; a line that is not due comes no earlier."""
    line, order = portion.line, portion.line.order.order
    due = line.line.allocate_not_before if line.postponed else None
    days = [day and max(day, due or day) for day in (was[0], now[0])]
    return DateMove(
        *portion.ref, order.ref, order.customer, units, days[0], days[1], now[1]
    )


# What follows from them


def _slip(
    book: OrderBook, waiting: int, found: Iterable[DateMove], at: datetime
) -> Slip:
    """Return the moves, joined, with the promises that can no longer be kept."""
    moves = [move for move in found if move.moved_from != move.moved_to]
    joined = [
        attrs.evolve(alike, quantity=sum(units))
        for alike, units in (
            (key, [move.quantity for move in group])
            for key, group in groupby(
                moves, lambda move: attrs.evolve(move, quantity=0)
            )
        )
    ]
    moved = sum(move.quantity for move in joined)
    return Slip(
        tuple(joined),
        tuple(_broken(book, joined, at)),
        moved_units=moved,
        unmoved_units=waiting - moved,
    )


def _broken(
    book: OrderBook, moves: Iterable[DateMove], at: datetime
) -> Iterator[BrokenPromise]:
    """Yield the promises that cannot be kept, now that some units come later.

    A day that has passed is as late as an unknown one.
    """
    today = at.date()
    lines = dict.fromkeys(
        one.line
        for one in moves
        if _or_never(one.moved_to, today) > _or_never(one.moved_from, today)
    )
    expected = expected_lines(book, lines, at)
    for ref, dates in days_to_tell(book, expected, today).items():
        record = book.state.lines[ref]
        told, on = record.promised_on, dates[-1].on if dates else None
        if told is not None and (on is None or on > told):
            order = record.order.order
            yield BrokenPromise(ref, order.ref, order.customer, told, on)


def _or_never(day: date | None, today: date) -> date:
    """Return a day that is still to come, else the last of all."""
    return date.max if day is None or day < today else day
