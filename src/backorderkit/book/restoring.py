"""From a book to its content and back, the whole of it or a part.

`restored(content_of(book), policy) == book`, without replaying the history: the figures
are taken as they are, and queues, calendars and pegs are laid out from the records, in
the order of the policy. So a store that keeps positions loads in O(n log n) of what is
open, however long the history.

A part holds the pools of some SKUs, whole orders, and purchase lines. Sums are those of
the pools, so that what was left out of a queue is known in units. An `Extent` says how
far the loaded part reaches.

>>> from backorderkit.policies import oldest_first
>>> from backorderkit.values import Pool
>>> content = BookContent((PoolContent(Pool("LAMP"), on_hand=3, received=3),))
>>> book = restored(content, oldest_first(), version=7)
>>> book.pool("LAMP").on_hand, book.version
(3, 7)
>>> content_of(book) == content
True
"""

from collections.abc import Mapping

from backorderkit.book.contents import (
    BookContent,
    LineContent,
    OrderContent,
    PoolContent,
    PortionContent,
    PurchaseContent,
    Share,
)
from backorderkit.book.order_book import OrderBook
from backorderkit.book.partial import Extent, Head
from backorderkit.book.rebuilding import FIGURES, figures_of, rebuild
from backorderkit.book.records import (
    OrderRecord,
    PoolRecord,
    PortionRecord,
    PortionRef,
    PurchaseRecord,
)
from backorderkit.model import AllocationPolicy

__all__ = ["Extent", "Head", "content_of", "restored"]


# From a book to its content


def content_of(book: OrderBook) -> BookContent:
    """Return what a book holds, as plain values; O(n log n).

    >>> from backorderkit.policies import oldest_first
    >>> content_of(OrderBook(oldest_first()))
    BookContent(pools=(), orders=(), purchases=(), facts=())
    """
    state = book.state
    return BookContent(
        tuple(_pool(state.pools[pool]) for pool in sorted(state.pools)),
        tuple(map(_order, state.orders.values())),
        tuple(map(_purchase, state.purchase_lines.values())),
        tuple(sorted(state.facts)),
    )


def _pool(pool: PoolRecord) -> PoolContent:
    """Return what a pool holds."""
    return PoolContent(pool.pool, **dict(zip(FIGURES, figures_of(pool), strict=True)))


def _order(order: OrderRecord) -> OrderContent:
    """Return how an order stands."""
    lines = tuple(
        LineContent(
            tuple(map(_portion, line.portions)),
            is_postponed=line.postponed,
            refused=line.refused,
            returned=line.returned,
            deliveries=line.deliveries,
            promises=line.promises,
        )
        for line in order.lines
    )
    return OrderContent(
        order.order,
        lines,
        held=order.held,
        priority=order.priority,
        quoted_until=order.quoted_until,
    )


def _portion(portion: PortionRecord) -> PortionContent:
    """Return how a portion stands."""
    return PortionContent(
        portion.pool.pool.location,
        portion.quantity,
        portion.queued_at,
        allocated=portion.allocated,
        frozen=portion.frozen,
        shipped=portion.shipped,
        cancelled=portion.cancelled,
        pinned=portion.pinned,
    )


def _purchase(purchase: PurchaseRecord) -> PurchaseContent:
    """Return what came of a purchase line."""
    return PurchaseContent(
        purchase.line,
        purchase.order,
        is_transfer=purchase.is_transfer,
        expected_on=purchase.expected_on,
        evidence=purchase.evidence,
        dated_at=purchase.dated_at,
        named_on=purchase.named_on,
        confirmed_on=purchase.confirmed_on,
        announced=purchase.announced,
        accepted=purchase.accepted,
        over=purchase.over,
        rejected=purchase.rejected,
        closed=purchase.closed,
        pins=shares(purchase.pins),
        given=shares(purchase.given),
    )


def shares(tally: Mapping[PortionRef, int]) -> tuple[Share, ...]:
    """Return a tally of units by portion as plain values, in order."""
    return tuple((*ref, tally[ref]) for ref in sorted(tally))


# From a content to a book


def restored(
    content: BookContent,
    policy: AllocationPolicy,
    *,
    version: int = 0,
    extent: Extent | None = None,
) -> OrderBook:
    """Return the book of a content, at a version, its queues in the order of a policy.

    Without `extent` the content is all there is; with it, the book raises `NotLoaded`
    when it is asked for more than it holds. O(n log n).

    >>> from backorderkit.policies import oldest_first
    >>> part = restored(BookContent(), oldest_first(), extent=Extent(frozenset()))
    >>> part.pool("LAMP")
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: SKU 'LAMP' is not loaded: load it too, or the whole \
book
    """
    book = OrderBook(policy)
    book.version = version
    rebuild(book.state, content, extent)
    return book
