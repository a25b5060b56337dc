"""From the book to what clients read: an order, and the head of a queue.

Nothing is computed here that the book does not say.

>>> from backorderkit import oldest_first
>>> backlog_of(OrderBook(oldest_first()), "LAMP", most=10).queue
[]
"""

from collections.abc import Callable
from datetime import date, datetime
from itertools import islice

from pydantic import BaseModel

from backorderkit import Backorder, OrderBook, expected_dates, pegs_of_line
from backorderkit.errors import UnknownReference

from . import samples
from .answers import Expected, LineShown, OrderShown, Promised, sample

Arrival = Callable[[str], date | None]


class Cover(BaseModel):
    """Units that a purchase line (none: stock) brings to a waiting line."""

    quantity: int
    purchase_line: str | None
    expected_on: date | None
    confidence: str


class Waiting(BaseModel):
    """One entry of the queue: who waits, since when, told what, covered by what."""

    line: str
    order: str
    customer: str
    quantity: int
    queued_at: datetime
    priority: int
    promised_on: date | None
    covered_by: list[Cover]


class Backlog(BaseModel):
    """The queue of one SKU, the next to be served first, and its stock."""

    model_config = sample(samples.BACKLOG)

    sku: str
    on_hand: int
    free: int
    incoming: int
    waiting: int
    short: int
    queue: list[Waiting]


def order_shown(book: OrderBook, ref: str, arrival: Arrival) -> OrderShown:
    """Return how an order stands; raises `UnknownReference`.

    `arrival` tells of a SKU when it would come if it were ordered now.
    """
    status = book.order(ref)
    wishes = {line.ref: line.requested_on for line in status.order.lines}
    lines = [
        LineShown(
            ref=line.ref,
            sku=line.sku,
            summary=line.summary,
            ordered=line.ordered,
            waiting=line.waiting,
            allocated=line.allocated,
            shipped=line.shipped,
            cancelled=line.cancelled,
            refused=line.refused,
            requested_on=wishes[line.ref],
            promised_on=line.promised_on,
            expected=[
                Expected.of(one)
                for one in expected_dates(book, line.ref, to_order_on=arrival(line.sku))
            ],
            promises=list(map(Promised.of, book.promises(line.ref))),
        )
        for line in status.lines
    ]
    return OrderShown(
        ref=ref,
        customer=status.order.customer,
        placed_at=status.order.placed_at,
        priority=status.priority,
        held=status.held,
        quoted_until=status.quoted_until,
        is_shippable=status.is_shippable,
        lines=lines,
    )


def order_if_any(book: OrderBook, ref: str, arrival: Arrival) -> OrderShown | None:
    """Return how an order stands, None if it was refused."""
    try:
        return order_shown(book, ref, arrival)
    except UnknownReference:
        return None


def backlog_of(book: OrderBook, sku: str, most: int) -> Backlog:
    """Return the head of a queue; O(most × log n)."""
    pool = book.pool(sku)
    queue = islice(book.backorders(sku), most)
    return Backlog(
        sku=sku,
        on_hand=pool.on_hand,
        free=pool.free,
        incoming=pool.incoming,
        waiting=pool.waiting,
        short=pool.short,
        queue=[_waiting(book, one) for one in queue],
    )


def _waiting(book: OrderBook, one: Backorder) -> Waiting:
    """Return one entry of a queue."""
    pegs = [peg for peg in pegs_of_line(book, one.line) if peg.portion == one.portion]
    return Waiting(
        line=one.line,
        order=one.order,
        customer=one.customer,
        quantity=one.quantity,
        queued_at=one.queued_at,
        priority=one.priority,
        promised_on=one.promised_on,
        covered_by=[
            Cover(
                quantity=peg.quantity,
                purchase_line=peg.purchase_line,
                expected_on=peg.expected_on,
                confidence=peg.confidence.value,
            )
            for peg in pegs
        ],
    )
