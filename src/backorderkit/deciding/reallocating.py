"""Share allocated stock again under a policy.

A reallocation puts everything in play that is allocated but not frozen, and lets a
policy share it with what is free. The plan holds only the difference: who gives back,
who gets more. It is a preview until it is applied; plans under several policies can be
made on the same book and laid side by side.

With `segments` each line carries a promise of its own: a *win* ends with all it asked
for, a *gain* with no less than it has, a *fill* with no more, a *lose* with nothing, a
*skip* is left alone, and the others share what is left in rank order. Where a promise
cannot be kept nothing moves in that pool, and the plan says so.

What no line gets is offered to the queue: a reallocation leaves no stock idle beside a
line that the book would serve, so a *lose* keeps what no other line wants.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain
from operator import itemgetter

import attrs

from backorderkit.book import OrderBook, PoolRecord, PortionRecord
from backorderkit.coverage import units_moved
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.errors import InvalidValue
from backorderkit.model import (
    Allocated,
    AllocationPolicy,
    AllocationReleased,
    Backorder,
    Event,
    Plan,
    Reason,
    ReserveSet,
    SegmentUnmet,
)
from backorderkit.policies.rules import (
    Segment,
    SegmentClaim,
    SegmentConflict,
    share_by_segment,
)
from backorderkit.values import (
    LineRef,
    Pool,
    check_again,
    check_text,
    check_time,
)

__all__ = ["plan_reallocation"]


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
    >>> from backorderkit.policies import uniform
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 4, at=now))
    >>> for n in (1, 2):
    ...     order = Order(f"O-{n}", "ada", now, [Line(f"O-{n}/1", "LAMP", 4)])
    ...     book.apply(plan_order(book, order))
    >>> plan = plan_reallocation(book, uniform(), at=now)
    >>> print(plan.explain())
    O-1/1 gives back 2, reallocated.
    O-2/1 gets 2 of the 4 it waits for.
    O-1/1: 2 of 4 (policy: uniform): available 4, claimed 8, lines 2, level 2
    O-2/1: 2 of 4 (policy: uniform): available 4, claimed 8, lines 2, level 2
    """
    check_time("at", at)
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    check_again("pools", pools)
    given = book.state.pools_asked(pools)
    chosen = sorted(set(given))
    records = [book.state.pools[pool] for pool in chosen if pool in book.state.pools]
    if segments is not None:
        parts = (
            _by_segment(book, policy, one, segments, reason, at) for one in records
        )
        return _settled(book, list(chain.from_iterable(parts)), (), at, reason)
    draft = Draft(book, policy, at=at, trigger=reason)
    for record in records:
        # What is allocated goes to lines again, never to a reserve that lacks units.
        kept_back = min(record.reserve, record.on_hand - record.allocated)
        draft.follow(ReserveSet(*record.pool, kept_back, at))
        for portion in _in_play(record):
            draft.take_back(portion, portion.allocated - portion.frozen, reason)
    trial = fill(draft)
    events = _difference(book, trial.events, reason, at)
    return _settled(book, events, trial.reasons, at, reason)


def _settled(
    book: OrderBook,
    events: Iterable[Event],
    reasons: Iterable[Reason],
    at: datetime,
    reason: str,
) -> Plan:
    """Return moves as a plan in which nothing lies idle that the book would give away.

    What a stricter policy or a segment gives to no line is offered to the queue.
    """
    draft, told = Draft(book, at=at, trigger=reason), []
    for event in events:
        draft.follow(event)
        if not units_moved(event):
            told.append(event)
    plan = fill(draft)
    moved = _difference(book, plan.events, reason, at)
    return attrs.evolve(plan, events=(*told, *moved), reasons=(*reasons, *plan.reasons))


def _in_play(pool: PoolRecord) -> list[PortionRecord]:
    """Return the portions whose allocated units may be shared again, by reference."""
    holders = (one for _, one in sorted(pool.holders.items(), key=itemgetter(0)))
    loose = (one for one in holders if one.allocated > one.frozen)
    return [one for one in loose if not (one.line.order.held or one.line.postponed)]


def _difference(
    book: OrderBook, events: Iterable[Event], reason: str, at: datetime
) -> tuple[Event, ...]:
    """Return the net effect of taking back and giving out: first what is given back."""
    net: Counter[tuple[LineRef, int]] = Counter()
    for line, number, units in chain.from_iterable(map(units_moved, events)):
        net[line, number] += units
    return _as_events(book, net, reason, at)


def _as_events(
    book: OrderBook,
    net: Mapping[tuple[LineRef, int], int],
    reason: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Return what portions give back, and after it what portions get."""
    back = [
        AllocationReleased(line, number, -units, reason, at=at)
        for (line, number), units in net.items()
        if units < 0
    ]
    more = [
        Allocated(line, number, units, book.state.portion(line, number).loose, at=at)
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
    draft = Draft(book, policy, at=at)
    order = sorted(portions.values(), key=lambda one: draft.place(one.backorder()))
    refs = [(one.line.line.ref, one.number) for one in order]
    claims = [
        SegmentClaim(
            segments(one.backorder()),
            requested=one.loose + one.allocated - one.frozen,
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
    return _as_events(book, net, reason, at)
