"""What a decision sees while it plans is what the book shows after `apply`.

A plan looks ahead: it follows its own events beside a book that has not changed yet.
Two places then define what an event changes, the draft and the fold of the book. This
law holds them equal: `foresee` makes a draft follow the events of a plan and records
all it shows, the plan is applied, and `check_foresight` compares that with the views of
the book, pool by pool and line by line.

>>> from backorderkit import Line, Order, OrderBook, oldest_first, plan_order
>>> book = OrderBook(oldest_first())
>>> order = Order("B1", "ada", MONDAY, [Line("B1/1", "LAMP", 5)])
>>> plan = plan_order(book, order)
>>> foreseen = foresee(book, plan)
>>> book.apply(plan)
>>> check_foresight(foreseen, book)
"""

from collections.abc import Iterable, Iterator, Mapping

import attrs

from backorderkit.book import LineStatus, OrderBook, PortionStatus
from backorderkit.deciding import Draft
from backorderkit.model import (
    Backorder,
    Event,
    OrderPlaced,
    Plan,
    PortionAdded,
    PortionMoved,
    QuoteHeld,
)
from backorderkit.policies import PortionRef
from backorderkit.testing.failures import BookLawBroken, lines_of, same
from backorderkit.testing.strategies import MONDAY
from backorderkit.values import LineRef, OrderRef, Pool

__all__ = ["Foresight", "check_foresight", "foresee"]

LAW = "draft_equals_book"


@attrs.frozen
class Foresight:
    """What a draft shows after it followed a plan, before the plan is applied.

    >>> from backorderkit import OrderBook, oldest_first
    >>> foresee(OrderBook(oldest_first()), Plan((), basis=0)).free
    {}
    """

    free: Mapping[Pool, int]
    reserved: Mapping[Pool, int]
    queues: Mapping[Pool, tuple[Backorder, ...]]
    ahead: Mapping[Pool, tuple[int, ...]]
    held: Mapping[OrderRef, bool]
    waiting: Mapping[LineRef, int]
    allocated: Mapping[LineRef, int]
    portions: Mapping[LineRef, tuple[Backorder | None, ...]]
    pins: Mapping[PortionRef, Mapping[str, int]]
    to_come: Mapping[LineRef, Mapping[Pool, int]]
    became_shippable: tuple[OrderRef, ...]
    was_shippable: frozenset[OrderRef]


def foresee(book: OrderBook, plan: Plan) -> Foresight:
    """Return what a draft shows of everything after the events of a plan; O(n).

    >>> from backorderkit import OrderBook, oldest_first, plan_count
    >>> book = OrderBook(oldest_first())
    >>> foresee(book, plan_count(book, "LAMP", 3, at=MONDAY)).free[Pool("LAMP")]
    3
    """
    draft = Draft(book, at=plan.at or MONDAY)
    for event in plan.events:
        draft.follow(event)
    pools = dict.fromkeys((*book.pools(), *draft.dirty))
    lines = {line.ref: line.order for line in lines_of(book)}
    lines.update(_new_lines(plan.events))
    queues = {pool: tuple(draft.queue(pool)) for pool in pools}
    shown = {
        ref: tuple(draft.waiting_portions(order, ref)) for ref, order in lines.items()
    }
    before = {line.ref: line for line in lines_of(book)}
    changes = {order: draft.change(order) for order in lines.values()}
    return Foresight(
        free={pool: draft.free(pool) for pool in pools},
        reserved={pool: draft.reserved(pool) for pool in pools},
        queues=queues,
        ahead={
            pool: tuple(draft.units_ahead(backorder) for backorder in queue)
            for pool, queue in queues.items()
        },
        held={order: change.held for order, change in changes.items()},
        waiting={
            ref: changes[order].waiting.get(ref, 0)
            + (before[ref].waiting if ref in before else 0)
            for ref, order in lines.items()
        },
        allocated={
            ref: changes[order].allocated.get(ref, 0)
            + (before[ref].allocated if ref in before else 0)
            for ref, order in lines.items()
        },
        portions=shown,
        pins={ref: dict(draft.pins(ref)) for ref in _portions(book, plan.events)},
        to_come={ref: dict(draft.to_come(ref)) for ref in lines},
        became_shippable=draft.plan().became_shippable,
        was_shippable=frozenset(
            ref for ref in book.orders() if book.order(ref).is_shippable
        ),
    )


def _portions(book: OrderBook, events: Iterable[Event]) -> Iterator[PortionRef]:
    """Yield every portion there is after some events."""
    for line in lines_of(book):
        yield from ((line.ref, portion.number) for portion in line.portions)
    for event in events:
        if isinstance(event, OrderPlaced | QuoteHeld):
            yield from ((new.line, new.number) for new in event.portions)
        elif isinstance(event, PortionAdded):
            yield (event.portion.line, event.portion.number)
        elif isinstance(event, PortionMoved):
            yield (event.line, event.number)


def _new_lines(events: Iterable[Event]) -> Iterator[tuple[LineRef, OrderRef]]:
    """Yield the lines of orders that a plan places."""
    for event in events:
        if isinstance(event, OrderPlaced | QuoteHeld):
            yield from ((line.ref, event.order.ref) for line in event.order.lines)


def check_foresight(foreseen: Foresight, book: OrderBook) -> None:
    """Check that the book after the plan shows what the draft showed; O(n).

    >>> from backorderkit import OrderBook, oldest_first, plan_count
    >>> book = OrderBook(oldest_first())
    >>> foreseen = foresee(book, plan_count(book, "LAMP", 3, at=MONDAY))
    >>> check_foresight(foreseen, book)
    Traceback (most recent call last):
        ...
    backorderkit.testing.failures.BookLawBroken: draft_equals_book, Pool(sku='LAMP', \
location='main'): free 3, recounted 0
    """
    for pool in dict.fromkeys((*foreseen.free, *book.pools())):
        _check_pool(foreseen, book, pool)
    for ref in book.orders():
        status = book.order(ref)
        same(LAW, ref, "held", foreseen.held[ref], bool(status.held))
        becomes = status.is_shippable and ref not in foreseen.was_shippable
        same(LAW, ref, "becomes", ref in foreseen.became_shippable, becomes)
    for line in lines_of(book):
        _check_line(foreseen, book, line)


def _check_pool(foreseen: Foresight, book: OrderBook, pool: Pool) -> None:
    """Compare the stock and the queue of one pool."""
    status, where = book.pool(*pool), str(pool)
    same(LAW, where, "free", foreseen.free.get(pool, 0), status.free)
    same(LAW, where, "reserve", foreseen.reserved.get(pool, 0), status.reserve)
    queue = tuple(
        backorder
        for backorder in book.backorders(*pool)
        if not book.line(backorder.line).is_postponed
    )
    same(LAW, where, "queue", foreseen.queues.get(pool, ()), queue)
    units = [backorder.quantity for backorder in queue]
    ahead = tuple(sum(units[:place]) for place in range(len(units)))
    same(LAW, where, "ahead", foreseen.ahead.get(pool, ()), ahead)


def _check_line(foreseen: Foresight, book: OrderBook, line: LineStatus) -> None:
    """Compare the units, the waiting portions and the pins of one line."""
    ref = line.ref
    if ref not in foreseen.portions:
        raise BookLawBroken(LAW, ref, foreseen=False)
    same(LAW, ref, "waiting", foreseen.waiting[ref], line.waiting)
    same(LAW, ref, "allocated", foreseen.allocated[ref], line.allocated)
    outside = line.is_postponed or bool(book.order(line.order).held)
    shown = tuple(
        None if outside else _queued(book, line, portion)
        for portion in line.portions
        if portion.waiting > portion.pinned
    )
    same(LAW, ref, "portions", foreseen.portions[ref], shown)
    pinned = _pinned(book)
    to_come: dict[Pool, int] = {}
    for portion in line.portions:
        own = pinned.get((ref, portion.number), {})
        known = foreseen.pins[ref, portion.number]
        kept = {name: units for name, units in known.items() if units}
        same(LAW, ref, "pins", kept, own)
        pool = Pool(line.sku, portion.location)
        to_come[pool] = to_come.get(pool, 0) + portion.pinned
    same(LAW, ref, "to_come", foreseen.to_come[ref], to_come)


def _queued(book: OrderBook, line: LineStatus, portion: PortionStatus) -> Backorder:
    """Return the place of a portion in the queue of its pool."""
    for backorder in book.backorders(line.sku, portion.location):
        if (backorder.line, backorder.portion) == (line.ref, portion.number):
            return backorder
    raise BookLawBroken(LAW, line.ref, portion=portion.number, queued=False)


def _pinned(book: OrderBook) -> dict[PortionRef, dict[str, int]]:
    """Return the units that purchase lines have pinned, by portion."""
    pinned: dict[PortionRef, dict[str, int]] = {}
    for ref in book.purchase_lines():
        for need in book.purchase_line(ref).kept:
            pinned.setdefault((need.line, need.portion), {})[ref] = need.quantity
    return pinned
