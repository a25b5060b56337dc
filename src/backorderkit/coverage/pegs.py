"""Pegs of a line, pegs of a purchase line, and the place of a line in its queue.

The matching of a pool is never walked for these answers: a line knows its stretch of
the demand axis, a purchase line its stretches of the supply axis, and each is looked up
on the other (see `matching`).

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, PurchaseLine, PurchaseOrder, oldest_first
>>> from backorderkit import plan_order, plan_purchase_order
>>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
>>> for n in (1, 2):
...     order = Order(f"O-{n}", "ada", now, [Line(f"O-{n}/1", "LAMP", 5)])
...     book.apply(plan_order(book, order))
>>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 8)])
>>> book.apply(plan_purchase_order(book, bought))
>>> [(peg.line, peg.quantity) for peg in pegs_of_purchase_line(book, "PO-1/1")]
[('O-1/1', 5), ('O-2/1', 3)]
>>> queue_position(book, "O-2/1")[0].units_ahead
5
"""

from collections.abc import Iterator

import attrs

from backorderkit.book import OrderBook, PortionRecord, PurchaseRecord, SupplyRecord
from backorderkit.coverage.matching import (
    Peg,
    peg_of,
    pins_of,
    pins_of_portion,
    supplied,
)
from backorderkit.values import LineRef, Location

__all__ = ["QueuePosition", "pegs_of_line", "pegs_of_purchase_line", "queue_position"]


def pegs_of_line(book: OrderBook, line: LineRef) -> tuple[Peg, ...]:
    """Return what a line waits for, portion by portion: pinned pegs, then the others.

    Units that nothing covers have no peg, and neither have those of a held order that
    nothing is kept for. O(log n + pegs), and the pins of a purchase line where some of
    the line is pinned.

    >>> from backorderkit import oldest_first
    >>> pegs_of_line(OrderBook(oldest_first()), "O-1/1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no line 'O-1/1': \
check the reference, or record it first
    """
    pegs: list[Peg] = []
    for portion in book.state.line(line).portions:
        pegs += pins_of_portion(book, portion)
        if portion.key is not None:
            start = portion.pool.queue.before(portion.key)
            for units, supply in supplied(portion.pool, start, start + portion.queued):
                pegs.append(peg_of(portion, units, supply))
    return tuple(pegs)


def pegs_of_purchase_line(book: OrderBook, purchase_line: str) -> tuple[Peg, ...]:
    """Return who waits for a purchase line: pinned pegs, then the queue's, in order.

    What of the line is nobody's has no peg. O(log n + pegs).

    >>> from backorderkit import oldest_first
    >>> pegs_of_purchase_line(OrderBook(oldest_first()), "PO-1/1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no purchase line 'PO-1/1': \
check the reference, or record it first
    """
    purchase = book.state.purchase_line(purchase_line)
    loose = (
        peg_of(portion, units, supply)
        for supply in purchase.supplies
        for units, portion in _waiting_for(purchase, supply)
    )
    return (*pins_of(book, purchase), *loose)


def _waiting_for(
    purchase: PurchaseRecord, supply: SupplyRecord
) -> Iterator[tuple[int, PortionRecord]]:
    """Yield the portions over one stretch of supply, with the units it covers."""
    pool = purchase.pool
    begin = pool.supplies.before(supply.key) + pool.unreserved
    begin, end = max(begin, 0), begin + supply.units
    for start, portion in pool.queue.reaching_beyond(begin):
        if start >= end:
            return
        yield min(start + portion.queued, end) - max(start, begin), portion


@attrs.frozen
class QueuePosition:
    """The place of a portion in its queue.

    `portions_ahead` and `units_ahead` are served before it; `available` units of the
    free stock reach it all the same (others may leave them, see `Plan.reasons`).

    >>> QueuePosition("O-1/1", 0, "main", 20, 2, 8, available=12).available
    12
    """

    line: LineRef
    portion: int
    location: Location
    quantity: int
    portions_ahead: int
    units_ahead: int
    available: int = attrs.field(kw_only=True)


def queue_position(book: OrderBook, line: LineRef) -> tuple[QueuePosition, ...]:
    """Return where the portions of a line stand that queue for anything; O(log n).

    `units_ahead` is what is promised before it in the ordered available-to-promise of
    OCA: everything that stands earlier, coverable or not.

    >>> from backorderkit import oldest_first
    >>> queue_position(OrderBook(oldest_first()), "O-1/1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no line 'O-1/1': \
check the reference, or record it first
    """
    return tuple(
        _position(portion)
        for portion in book.state.line(line).portions
        if portion.key is not None
    )


def _position(portion: PortionRecord) -> QueuePosition:
    """Return the place of a portion that queues."""
    pool = portion.pool
    ahead = pool.queue.before(portion.key)
    return QueuePosition(
        *portion.ref,
        pool.pool.location,
        portion.queued,
        pool.queue.rank(portion.key),
        ahead,
        available=min(max(pool.free - ahead, 0), portion.queued),
    )
