"""Sharing anew what is already allocated, and moving it by hand.

A reallocation puts everything in play that is allocated but not frozen, and lets a
policy share it with what is free. The plan holds only the difference: who gives back,
who gets more. It is a preview until it is applied; plans under several policies can be
made on the same book and laid side by side.

With `segments` each line carries a promise of its own: a *win* ends with all it asked
for, a *gain* with no less than it has, a *fill* with no more, a *lose* with nothing, a
*skip* is left alone, and the others share what is left in rank order. Where a promise
cannot be kept nothing moves in that pool, and the plan says so.

By hand, stock moves from one line to another, and an order becomes more urgent: facts
with an actor and a reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain
from operator import itemgetter

import attrs

from backorderkit.backorders import AllocationPolicy, Backorder
from backorderkit.book import OrderBook
from backorderkit.checks import (
    check_all,
    check_count,
    check_ref,
    check_text,
    check_time,
)
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.events import (
    Allocated,
    AllocationMoved,
    AllocationReleased,
    Event,
    OrderReprioritised,
    SegmentUnmet,
)
from backorderkit.orders import check_priority
from backorderkit.plan import Plan
from backorderkit.records import PoolRecord, PortionRecord
from backorderkit.rules import (
    Segment,
    SegmentClaim,
    SegmentConflict,
    share_by_segment,
)
from backorderkit.values import LineRef, OrderRef, Pool

__all__ = ["plan_move", "plan_priority", "plan_reallocation"]


def plan_reallocation(
    book: OrderBook,
    policy: AllocationPolicy | None = None,
    pools: Iterable[Pool] | None = None,
    *,
    at: datetime,
    segments: Callable[[Backorder], Segment] | None = None,
    reason: str = "reallocated",
) -> Plan:
    """Decide who would have what, were everything not frozen shared again.

    Without `policy` the book's own decides, without `pools` all pools are in play.
    Lines of held orders, and lines not yet due, keep what they have.

    Cost: O(n log n) in the lines that wait or hold stock in the pools.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_count, plan_order
    >>> from backorderkit import uniform
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 4, at=now))
    >>> for n in (1, 2):
    ...     order = Order(f"O-{n}", "ada", now, [Line(f"O-{n}/1", "LAMP", 4)])
    ...     book.apply(plan_order(book, order))
    >>> plan = plan_reallocation(book, uniform(), at=now)
    >>> print(plan.explain())
    O-1/1 gives back 2, reallocated.
    O-2/1 gets 2 of the 4 it waits for.
    O-1/1: 2 of 4 by uniform: available 4, claimed 8, lines 2, level 2
    O-2/1: 2 of 4 by uniform: available 4, claimed 8, lines 2, level 2
    """
    check_time("at", at)
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    given = book.state.pools if pools is None else check_all("pools", pools, Pool)
    chosen = sorted(set(given))
    records = [book.state.pools[pool] for pool in chosen if pool in book.state.pools]
    if segments is not None:
        found = [
            _by_segment(book, policy, one, segments, reason, at) for one in records
        ]
        return _told(book, list(chain(*found)), at, reason)
    draft = Draft(book, policy, at=at, cause=reason)
    for record in records:
        # What is allocated goes to lines again, never to a reserve that lacks units.
        kept_back = min(record.reserve, record.on_hand - record.allocated)
        draft.reserve(record.pool, kept_back)
        for portion in _in_play(record):
            draft.take_back(portion, portion.allocated - portion.frozen, reason)
    trial = fill(draft)
    return attrs.evolve(trial, events=_difference(book, trial.events, reason))


def _told(book: OrderBook, events: list[Event], at: datetime, cause: str) -> Plan:
    """Return events as a plan that names the orders they set free."""
    draft = Draft(book, at=at, cause=cause)
    for event in events:
        for line, _, units in units_moved(event):
            change = draft.change(book.state.lines[line].order.order.ref)
            change.give(line, units)
            change.wait(line, -units)
    draft.events += events
    return draft.plan()


def units_moved(event: Event) -> tuple[tuple[LineRef, int, int], ...]:
    """Return the portions an event gives units to, or (negative) takes them from."""
    match event:
        case Allocated(line, portion, quantity):
            return ((line, portion, quantity),)
        case AllocationReleased(line, portion, quantity):
            return ((line, portion, -quantity),)
        case AllocationMoved(line, portion, to_line, to_portion, quantity):
            return ((line, portion, -quantity), (to_line, to_portion, quantity))
        case _:
            return ()


def _in_play(pool: PoolRecord) -> list[PortionRecord]:
    """Return the portions whose allocated units may be shared again, by reference."""
    holders = (one for _, one in sorted(pool.holders.items(), key=itemgetter(0)))
    loose = (one for one in holders if one.allocated > one.frozen)
    return [one for one in loose if not (one.line.order.held or one.line.postponed)]


def _difference(
    book: OrderBook, events: Iterable[Event], reason: str
) -> tuple[Event, ...]:
    """Return the net effect of taking back and giving out: first what is given back."""
    net: Counter[tuple[LineRef, int]] = Counter()
    for line, number, units in chain.from_iterable(map(units_moved, events)):
        net[line, number] += units
    return _as_events(book, net, reason)


def _as_events(
    book: OrderBook, net: Mapping[tuple[LineRef, int], int], reason: str
) -> tuple[Event, ...]:
    """Return what portions give back, and after it what portions get."""
    back = [
        AllocationReleased(line, number, -units, reason)
        for (line, number), units in net.items()
        if units < 0
    ]
    more = [
        Allocated(line, number, units, book.state.portion(line, number).waiting)
        for (line, number), units in net.items()
        if units > 0
    ]
    return (*back, *more)


def _by_segment(
    book: OrderBook,
    policy: AllocationPolicy | None,
    pool: PoolRecord,
    segments: Callable[[Backorder], Segment],
    reason: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Return the difference that segments make in one pool."""
    due = (one for one in pool.queue if not one.line.postponed)
    portions = {id(one): one for one in (*_in_play(pool), *due)}
    draft = Draft(book, policy)
    order = sorted(portions.values(), key=lambda one: draft.place(one.backorder()))
    refs = [(one.line.line.ref, one.number) for one in order]
    claims = [
        SegmentClaim(
            segments(one.backorder()),
            requested=one.waiting + one.allocated - one.frozen,
            held=one.allocated - one.frozen,
        )
        for one in order
    ]
    available = pool.free + sum(claim.held for claim in claims)
    shares = share_by_segment(available, claims)
    if isinstance(shares, SegmentConflict):
        return tuple(
            SegmentUnmet(
                *refs[one.position], one.segment.value, one.owed, one.possible, at
            )
            for one in shares.breaches
        )
    pairs = zip(claims, shares, strict=True)
    moved = [share - claim.held for claim, share in pairs]
    net = dict(zip(refs, moved, strict=True))
    return _as_events(book, net, reason)


def plan_move(
    book: OrderBook,
    line: LineRef,
    to_line: LineRef,
    quantity: int,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> Plan:
    """Give allocated units of one line to another that waits for the same goods.

    Raises `NotPossible` for more than the one has unfrozen in a pool, or than the
    other waits for there.

    >>> from backorderkit import oldest_first
    >>> book = OrderBook(oldest_first())
    >>> plan_move(book, "O-1/1", "O-2/1", 1, actor="eve", reason="a wedding", at=None)
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no line 'O-1/1': \
check the reference, or record it first
    """
    source, target = book.state.line(line), book.state.line(to_line)
    check_count("quantity", quantity, 1)
    _check_hand(actor, reason, at)
    if line == to_line:
        raise InvalidValue("line to give to", to_line, "name another line")
    pairs = [
        (min(one.allocated - one.frozen, other.waiting), one.number, other.number)
        for one in source.portions
        for other in target.portions
        if one.pool is other.pool
    ]
    possible, number, to_number = max(pairs, default=(0, 0, 0))
    if quantity > possible:
        remedy = f"it must be unfrozen, and {to_line} must wait for it there"
        asked = {"asked": quantity, "possible": possible}
        raise NotPossible("move", line, **asked, remedy=remedy)
    event = AllocationMoved(
        line, number, to_line, to_number, quantity, actor, reason, at
    )
    draft = Draft(book, at=at, cause=reason)
    draft.take_back(source.portions[number], quantity, reason)
    draft.supply(source.portions[number].pool.pool, -quantity)
    draft.cancel(target.portions[to_number], quantity, None)
    draft.change(target.order.order.ref).give(to_line, quantity)
    draft.events[:] = [event]
    return fill(draft)


def plan_priority(
    book: OrderBook,
    order: OrderRef,
    priority: int,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> Plan:
    """Make an order more urgent (a lower number), or less; what is allocated stays.

    >>> from backorderkit import oldest_first
    >>> book = OrderBook(oldest_first())
    >>> plan_priority(book, "O-1", -1, actor="eve", reason="a wedding", at=None)
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no order 'O-1': \
check the reference, or record it first
    """
    record = book.state.order(order)
    check_priority(priority)
    _check_hand(actor, reason, at)
    if record.priority == priority:
        return Plan((), basis=book.version)
    draft = Draft(book, at=at, cause=reason)
    draft.events.append(OrderReprioritised(order, priority, actor, reason, at))
    for line in record.lines:
        for one in tuple(draft.waiting_portions(order, line.line.ref)):
            if one is not None:
                draft._note(attrs.evolve(one, priority=priority), one.quantity)
    return fill(draft)


def _check_hand(actor: str, reason: str, at: datetime) -> None:
    """Refuse what is done by hand without a name, a reason or a time."""
    check_ref("actor", actor)
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    check_time("at", at)
