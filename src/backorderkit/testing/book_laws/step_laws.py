"""What must hold of one step: a look at the book before, the plan, the book after.

The laws of a book (see `laws`) hold at any moment; these limit what a single plan may
do. They compare two looks through the public views with the events of the plan.

>>> from backorderkit import OrderBook, oldest_first
>>> book = OrderBook(oldest_first())
>>> look(book) == look(book)
True
"""

from collections.abc import Mapping

import attrs

from backorderkit.book import OrderBook, OrderStatus, PoolStatus, PurchaseLineStatus
from backorderkit.model import Allocated, Backorder, Plan, PromiseMade
from backorderkit.notices import Notice
from backorderkit.testing.book_laws.ledger import Ledger
from backorderkit.testing.failures import BookLawBroken, lines_of
from backorderkit.values import LineRef, OrderRef, Pool

__all__ = [
    "Look",
    "check_step",
    "idleness_is_explained",
    "look",
    "news_is_right",
    "notices_tell_what_waits",
    "reserve_is_kept",
]


@attrs.frozen
class Look:
    """Everything a book shows at one moment, as values.

    >>> Look({}, {}, {}, {}, {}).orders
    {}
    """

    orders: Mapping[OrderRef, OrderStatus]
    pools: Mapping[Pool, PoolStatus]
    queues: Mapping[Pool, tuple[Backorder, ...]]
    purchases: Mapping[str, PurchaseLineStatus]
    promises: Mapping[LineRef, tuple[PromiseMade, ...]]


def look(book: OrderBook) -> Look:
    """Return everything a book shows now; O(n).

    >>> from backorderkit import OrderBook, oldest_first
    >>> look(OrderBook(oldest_first())).pools
    {}
    """
    return Look(
        {ref: book.order(ref) for ref in book.orders()},
        {pool: book.pool(*pool) for pool in book.pools()},
        {pool: tuple(book.backorders(*pool)) for pool in book.pools()},
        {ref: book.purchase_line(ref) for ref in book.purchase_lines()},
        {line.ref: book.promises(line.ref) for line in lines_of(book)},
    )


def kept_by(seen: Look) -> dict[tuple[str, tuple[LineRef, int]], int]:
    """Return the units that purchase lines keep, by purchase line and portion."""
    return {
        (ref, (need.line, need.portion)): need.quantity
        for ref, bought in seen.purchases.items()
        for need in bought.kept
    }


def served_by_pins(before: Look, plan: Plan) -> list[Allocated]:
    """Return what a plan gives to portions because purchase lines kept it for them."""
    kept = kept_by(before)
    return [
        one
        for one in plan.events
        if isinstance(one, Allocated)
        and one.source is not None
        and (one.source, (one.line, one.portion)) in kept
    ]


def check_step(before: Look, plan: Plan, after: Look, ledger: Ledger) -> None:
    """Hold one applied plan against every law of a step.

    The ledger is the recount of the history up to and with the plan.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> check_step(nothing, Plan((), basis=0), nothing, Ledger())
    """
    news_is_right(before, plan, after)
    reserve_is_kept(before, plan, after, ledger)
    idleness_is_explained(before, plan, after, ledger)


def news_is_right(before: Look, plan: Plan, after: Look) -> None:
    """The plan names exactly the orders that may ship now, or wait for nothing now.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> news_is_right(nothing, Plan((), basis=0), nothing)
    """
    shippable, cleared = set(), set()
    for ref, now in after.orders.items():
        was = before.orders.get(ref)
        if now.is_shippable and not (was and was.is_shippable):
            shippable.add(ref)
        if was and was.waiting and not now.waiting:
            cleared.add(ref)
    _same("news_is_right", "became_shippable", set(plan.became_shippable), shippable)
    _same("news_is_right", "left_backlog", set(plan.left_backlog), cleared)


def reserve_is_kept(before: Look, plan: Plan, after: Look, ledger: Ledger) -> None:
    """A plan that allocates more of a pool leaves its reserve in stock.

    What was allocated before the reserve was set may still pass from one line to
    another, and units pinned to a line are never part of a reserve.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> reserve_is_kept(nothing, Plan((), basis=0), nothing, Ledger())
    """
    kept = served_by_pins(before, plan)
    given = {
        ledger.place[one.line, one.portion]
        for one in plan.events
        if isinstance(one, Allocated) and one not in kept
    }
    for pool in given:
        stock, was = after.pools[pool], before.pools.get(pool, PoolStatus(pool))
        more = stock.allocated > was.allocated
        if more and stock.on_hand - stock.allocated < stock.reserve:
            raise BookLawBroken(
                "reserve_is_kept",
                " at ".join(pool),
                on_hand=stock.on_hand,
                allocated=stock.allocated,
                reserve=stock.reserve,
            )


def idleness_is_explained(
    before: Look, plan: Plan, after: Look, ledger: Ledger
) -> None:
    """A plan that changes a pool and leaves free stock beside a line gives a reason.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> idleness_is_explained(nothing, Plan((), basis=0), nothing, Ledger())
    """
    subjects = {reason.subject for reason in plan.reasons}
    for pool, stock in after.pools.items():
        was = before.pools.get(pool, PoolStatus(pool))
        changed = (was.free, was.queued) != (stock.free, stock.queued)
        waits = [one for one in after.queues[pool] if ledger.is_due(one.line)]
        named = {pool.sku, *(one.order for one in waits), *(one.line for one in waits)}
        if stock.free and waits and changed and not subjects & named:
            raise BookLawBroken(
                "idleness_is_explained",
                " at ".join(pool),
                free=stock.free,
                waits=waits[0].line,
                reasons=[str(reason) for reason in plan.reasons],
            )


def notices_tell_what_waits(notices: tuple[Notice, ...], after: Look) -> None:
    """A notice shows for each of its lines what waits once the plan is true.

    >>> notices_tell_what_waits((), Look({}, {}, {}, {}, {}))
    """
    waiting = {
        line.ref: line.waiting
        for order in after.orders.values()
        for line in order.lines
    }
    for notice in notices:
        for line in notice.lines:
            where = f"{notice.kind.value} {line.line}"
            _same(
                "notices_tell_what_waits",
                where,
                line.waiting,
                waiting.get(line.line, 0),
            )


def _same(law: str, where: str, shown: object, recounted: object) -> None:
    """Compare the figures of a plan with a recount."""
    if shown != recounted:
        raise BookLawBroken(law, where, shown=shown, recounted=recounted)
