"""The backlog today: how old it is, what money is in it, what supply is spare.

Read off a book, at a cost that grows with its size: O(orders) and O(pools).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import attrs

from backorderkit.book import LineStatus, OrderBook
from backorderkit.errors import InvalidValue
from backorderkit.model import Line
from backorderkit.values import Money, Quantities, Sku, check_count, check_time

__all__ = [
    "AgeBand",
    "Exposure",
    "Surplus",
    "backlog_by_age",
    "prepaid_exposure",
    "surplus",
]


@attrs.frozen
class AgeBand:
    """Waiting units and lines whose age in whole days is `from_days` to `to_days`.

    `to_days` is None for the last band, which has no end.

    >>> AgeBand(0, 7, units=12, lines=3).units
    12
    """

    from_days: int
    to_days: int | None
    units: int = attrs.field(default=0, kw_only=True)
    lines: int = attrs.field(default=0, kw_only=True)


def backlog_by_age(
    book: OrderBook, *, at: datetime, limits: Sequence[int] = (7, 14, 30, 60)
) -> tuple[AgeBand, ...]:
    """Return what waits, by the days since its units joined the queue.

    `limits` are the last day of each band but the open one behind them. A line counts
    in the band of its oldest waiting units. O(lines).

    >>> from datetime import UTC
    >>> from backorderkit import Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> backlog_by_age(book, at=now + timedelta(days=8), limits=[7])[1]
    AgeBand(from_days=8, to_days=None, units=5, lines=1)
    """
    check_time("at", at)
    bands = list(_bands(limits))
    for _, line in _lines(book):
        waiting = [one for one in line.portions if one.waiting]
        for portion in waiting:
            place = _place(limits, at - portion.queued_at)
            band = bands[place]
            bands[place] = attrs.evolve(band, units=band.units + portion.waiting)
        if waiting:
            place = _place(limits, at - min(one.queued_at for one in waiting))
            bands[place] = attrs.evolve(bands[place], lines=bands[place].lines + 1)
    return tuple(bands)


def _bands(limits: Sequence[int]) -> Iterator[AgeBand]:
    """Yield the empty bands between limits."""
    begin = 0
    for limit in limits:
        if check_count("age limit in days", limit) < begin:
            raise InvalidValue("age limit in days", limit, "give rising limits")
        yield AgeBand(begin, limit)
        begin = limit + 1
    yield AgeBand(begin, None)


def _place(limits: Sequence[int], age: timedelta) -> int:
    """Return the band of an age."""
    return sum(age.days > limit for limit in limits)


def _lines(book: OrderBook) -> Iterator[tuple[Line, LineStatus]]:
    """Yield every line as ordered and as it is now; quotes are left out."""
    for ref in book.orders():
        status = book.order(ref)
        if status.waiting and status.quoted_until is None:
            lines = {line.ref: line for line in status.order.lines}
            yield from ((lines[line.ref], line) for line in status.lines)


@attrs.frozen
class Exposure:
    """Money for goods that are not there: one sum per currency, in order of code.

    `unpriced` counts the waiting units without a price.

    >>> Exposure((Money("99.80", "EUR"),)).unpriced
    0
    """

    amounts: tuple[Money, ...] = ()
    unpriced: int = attrs.field(default=0, kw_only=True)


def prepaid_exposure(book: OrderBook) -> Exposure:
    """Return what the waiting units were sold for, as if all were paid in advance.

    It is what would have to be paid back if nothing more came. O(lines).

    >>> from datetime import UTC
    >>> from backorderkit import Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> line = Line("O-1/1", "LAMP", 5, unit_price=Money("19.96", "EUR"))
    >>> book.apply(plan_order(book, Order("O-1", "ada", now, [line])))
    >>> [str(amount) for amount in prepaid_exposure(book).amounts]
    ['99.80 EUR']
    """
    sums: dict[str, Money] = {}
    unpriced = 0
    for line, status in _lines(book):
        if not status.waiting:
            continue
        if line.unit_price is None:
            unpriced += status.waiting
            continue
        price, known = line.unit_price, sums.get(line.unit_price.currency)
        value = price * status.waiting
        sums[price.currency] = value if known is None else known + value
    return Exposure(tuple(sums[code] for code in sorted(sums)), unpriced=unpriced)


@attrs.frozen(kw_only=True)
class Surplus:
    """Supply without demand, by SKU over all its locations.

    >>> Surplus(in_stock=Quantities(LAMP=3), on_order=Quantities()).in_stock.total
    3
    """

    in_stock: Quantities
    on_order: Quantities


def surplus(book: OrderBook) -> Surplus:
    """Return the free stock and the open purchases that are left over; O(pools).

    Stock serves waiting lines before what is still on order does. Held orders count as
    not waiting, as in every coverage; units kept back are not spare, nor are open ones
    that are pinned.

    >>> from datetime import UTC
    >>> from backorderkit import oldest_first, plan_count
    >>> book = OrderBook(oldest_first())
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> surplus(book)
    Surplus(in_stock=Quantities(LAMP=3), on_order=Quantities())
    """
    in_stock: dict[Sku, int] = {}
    on_order: dict[Sku, int] = {}
    for sku, location in book.pools():
        pool = book.pool(sku, location)
        demand = pool.queued + pool.postponed
        in_stock[sku] = in_stock.get(sku, 0) + max(pool.free - demand, 0)
        left = pool.incoming - pool.pinned - max(demand - pool.free, 0)
        on_order[sku] = on_order.get(sku, 0) + max(left, 0)
    return Surplus(in_stock=Quantities(in_stock), on_order=Quantities(on_order))
