"""A slip names exactly whose day moves: recounted unit by unit, before and after.

Every unit waiting in the pool is assigned a day from the figures the book shows: its
queue, its stock, its purchase lines with their notices and pins. This is done twice,
before the plan and as it would be after it. The units whose day differs are the moves;
the slip must name all of them and no others.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, OrderBook, PurchaseLine, PurchaseOrder
>>> from backorderkit import oldest_first, plan_order, plan_purchase_order
>>> from backorderkit import plan_supply_change
>>> now, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
>>> line = PurchaseLine("P1/1", "LAMP", 8, expected_on=date(2026, 3, 10))
>>> book.apply(plan_purchase_order(book, PurchaseOrder("P1", "ACME", now, [line])))
>>> order = Order("B1", "ada", now, [Line("B1/1", "LAMP", 5)])
>>> book.apply(plan_order(book, order))
>>> plan = plan_supply_change(book, "P1/1", expected_on=None, reason="lost", at=now)
>>> slip_is_exact(book, plan)
>>> [(one.line, one.promised_on.day) for one in plan.slip.broken]
[('B1/1', 10)]
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain, zip_longest

from backorderkit.book import LineStatus, OrderBook, OrderStatus
from backorderkit.model import Allocated, BrokenPromise, PinReleased, Plan, Slip
from backorderkit.testing.book_laws.naive_pegging import Holder, PortionRef, Unit, dealt
from backorderkit.testing.failures import BookLawBroken, same
from backorderkit.values import Pool, check_time

__all__ = ["slip_is_exact"]

NEVER: Unit = (None, None)


def slip_is_exact(book: OrderBook, plan: Plan) -> None:
    """Hold the slip of a plan that is not yet applied against a recount; O(n²).

    A plan without a slip is not checked. Where a purchase line releases pinned units of
    a portion, those are the last it pinned, and they wait behind the other units of the
    portion; what a plan allocates to a portion at once is its first units.

    >>> from backorderkit import OrderBook, oldest_first
    >>> slip_is_exact(OrderBook(oldest_first()), Plan((), basis=0))
    """
    if plan.slip is None:
        return
    law, today, slip = "slip_is_exact", check_time("at", plan.at).date(), plan.slip
    pool = _pool_of(book, plan)
    where = " at ".join(pool)
    before = _let_go(plan, dealt(book, pool, today))
    with book.trying(plan):
        after = _given(plan, dealt(book, pool, today), today)
        moves = _moves(book, before, after)
        broken = Counter(_broken(book, moves, today))
    units, moved = sum(map(len, before.values())), sum(moves.values())
    same(law, where, "moves", _told(slip), moves)
    same(law, where, "moved", slip.moved_units, moved)
    same(law, where, "unmoved", slip.unmoved_units, units - moved)
    same(law, where, "broken", Counter(slip.broken), broken)


Move = tuple[PortionRef, str, str, date | None, date | None, str | None]


def _pool_of(book: OrderBook, plan: Plan) -> Pool:
    """Return the pool of the purchase line that a plan is about."""
    named = [getattr(event, "purchase_line", None) for event in plan.events]
    pools = {book.purchase_line(ref).pool for ref in named if ref is not None}
    if len(pools) != 1:
        raise BookLawBroken("slip_is_exact", "plan", pools=sorted(pools))
    return pools.pop()


def _let_go(plan: Plan, days: dict[Holder, list[Unit]]) -> dict[Holder, list[Unit]]:
    """Return units by who holds them after a plan, with the days from before."""
    for event in plan.events:
        if isinstance(event, PinReleased):
            ref = (event.line, event.portion)
            kept, loose = days[ref, event.purchase_line], days.get((ref, None), [])
            gone = kept[len(kept) - event.quantity :]
            days[ref, event.purchase_line] = kept[: len(kept) - event.quantity]
            days[ref, None] = loose + gone
    return days


def _given(
    plan: Plan, days: dict[Holder, list[Unit]], today: date
) -> dict[Holder, list[Unit]]:
    """Return days after a plan, with the units that it gives at once."""
    for event in plan.events:
        if isinstance(event, Allocated):
            holder = ((event.line, event.portion), None)
            given: list[Unit] = [(today, None)] * event.quantity
            days[holder] = given + days.get(holder, [])
    return days


def _moves(
    book: OrderBook,
    before: Mapping[Holder, list[Unit]],
    after: Mapping[Holder, list[Unit]],
) -> Counter[Move]:
    """Count the units that come on another day, by queue position and both days."""
    moves: Counter[Move] = Counter()
    for holder, units in before.items():
        line = book.line(holder[0][0])
        due = _due(book, line)
        pairs = zip_longest(units, after.get(holder, []), fillvalue=NEVER)
        for (was, _), (now, supply) in pairs:
            days = [day and max(day, due or day) for day in (was, now)]
            if days[0] != days[1]:
                who = (line.order, line.customer)
                moves[holder[0], *who, days[0], days[1], supply] += 1
    return moves


def _told(slip: Slip) -> Counter[Move]:
    """Count the units that a slip lists as moved."""
    told: Counter[Move] = Counter()
    for one in slip.moves:
        who = (one.order, one.customer)
        move = ((one.line, one.portion), *who, one.moved_from, one.moved_to, one.supply)
        told[move] += one.quantity
    return told


# The promises


def _broken(
    book: OrderBook, moves: Counter[Move], today: date
) -> Iterator[BrokenPromise]:
    """Yield the promises that cannot be kept, now that some units come later."""
    later = {
        ref
        for (ref, _), _, _, was, now, _ in moves
        if _or_never(now, today) > _or_never(was, today)
    }
    for name in sorted({book.line(ref).order for ref in later}):
        order = book.order(name)
        for lines in [] if order.held else _parcels(order):
            if later.isdisjoint(line.ref for line in lines):
                continue
            on = _leaves_on(book, lines, today)
            for line in lines:
                told = line.promised_on
                lies_or_waits = line.waiting + line.allocated > 0
                if told and lies_or_waits and _or_never(on, today) > told:
                    yield BrokenPromise(line.ref, name, line.customer, told, on)


def _or_never(day: date | None, today: date) -> date:
    """Return a day, or the last of all if it has passed or is unknown."""
    return day if day and day >= today else date.max


def _parcels(order: OrderStatus) -> list[tuple[LineStatus, ...]]:
    """Return the lines of an order, those together that leave together."""
    lines = {line.ref: line for line in order.lines}
    groups = [*order.order.groups.values()]
    alone = lines.keys() - set(chain(*groups))
    together = [*groups, *((ref,) for ref in sorted(alone))]
    return [tuple(lines[ref] for ref in refs) for refs in together]


def _leaves_on(
    book: OrderBook, lines: tuple[LineStatus, ...], today: date
) -> date | None:
    """Return the day on which all that waits of a parcel is there, None if unknown."""
    last = today
    for line in lines:
        due = _due(book, line)
        for pool in {Pool(line.sku, one.location) for one in line.portions}:
            for ((ref, _), _), units in dealt(book, pool, today).items():
                for on, supply in units if ref == line.ref else ():
                    day = due if due and supply is None and on else on
                    if day is None or (day := max(day, due or day)) < today:
                        return None
                    last = max(last, day)
    return last


def _due(book: OrderBook, line: LineStatus) -> date | None:
    """Return the day from which a line may be served, None if it may be now."""
    if not line.is_postponed:
        return None
    lines = book.order(line.order).order.lines
    [day] = [one.allocate_not_before for one in lines if one.ref == line.ref]
    return day
