"""Books with long queues: many orders of one line each, all waiting in one pool.

They are made from events, as a host loads its history: in batches, because a batch is
taken in whole or not at all, and the book keeps what undoes it until then.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from backorderkit import Line, Order, OrderBook, Receipt, ReceiptLine, oldest_first
from backorderkit.model import OrderPlaced, Portion
from tests.benchmarks.bare import BareQueue, Waiting
from tests.benchmarks.timing import collector_at_rest

SKU = "LAMP"
UNITS = 3
"""What every line wants."""

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
BATCH = 1_000


def orders(first: int = 0) -> Iterator[Order]:
    """Yield orders of one line, a second apart, from a number on, without end."""
    for number in count(first):
        ref = f"O-{number:09}"
        at = BEGIN + timedelta(seconds=number)
        yield Order(ref, "ada", at, [Line(f"{ref}/1", SKU, UNITS)])


def placed(order: Order) -> OrderPlaced:
    """Return the fact that an order was placed and waits whole."""
    return OrderPlaced(
        order,
        tuple(
            Portion(line.ref, 0, line.location, line.quantity) for line in order.lines
        ),
    )


def book_of(waiting: int) -> OrderBook:
    """Return a book in which so many lines wait."""
    book, history = OrderBook(oldest_first()), orders()
    with collector_at_rest():  # nothing becomes garbage, and it would look every time
        for begun in range(0, waiting, BATCH):
            size = min(BATCH, waiting - begun)
            book.follow(placed(order) for order in islice(history, size))
    return book


def tuple_of(order: Order) -> Waiting:
    """Return the one line of an order as the bare loop keeps it."""
    (line,) = order.lines
    return order.placed_at, line.ref, order.ref, line.quantity


def bare_of(waiting: int) -> BareQueue:
    """Return a bare queue in which so many lines wait."""
    return BareQueue(tuple_of(order) for order in islice(orders(), waiting))


def receipt(number: int, lines: int) -> Receipt:
    """Return a receipt that fills so many lines."""
    at = BEGIN + timedelta(days=1_000, seconds=number)
    return Receipt(f"R-{number}", at, [ReceiptLine(SKU, lines * UNITS)])
