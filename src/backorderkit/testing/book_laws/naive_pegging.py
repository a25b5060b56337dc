"""Assign every waiting unit of a pool the day it comes, one by one, from the views.

A naive second answer to "who waits for what until when": plain lists of units, made
from what a book shows. The lines a purchase line is pinned to get its first units,
the first in rank first. Stock, and then what is left of the purchase lines by day, goes
to the queue in order. It caches nothing.

>>> from backorderkit import OrderBook, oldest_first
>>> dealt(OrderBook(oldest_first()), Pool("LAMP"), date(2026, 3, 2))
{}
"""

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from backorderkit.book import OrderBook, PurchaseLineStatus
from backorderkit.model import Backorder, PurchaseNeed
from backorderkit.values import LineRef, Pool

__all__ = ["dealt"]

Unit: TypeAlias = tuple[date | None, str | None]
"""The day a unit comes, and the purchase line that brings it; stock comes today."""
PortionRef: TypeAlias = tuple[LineRef, int]
Holder: TypeAlias = tuple[PortionRef, str | None]
"""A portion and the purchase line that keeps units for it; None: they queue."""
Supply: TypeAlias = tuple[date, str, str, date | None]


def dealt(book: OrderBook, pool: Pool, today: date) -> dict[Holder, list[Unit]]:
    """Return the day of every unit that is pinned to a portion or queues; O(units).

    A unit that nothing covers comes on no day and from nowhere.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, OrderBook, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 2, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("B1", "ada", now, [Line("B1/1", "LAMP", 1)])
    >>> book.apply(plan_order(book, order))
    >>> dealt(book, Pool("LAMP"), now.date())
    {(('B1/1', 0), None): [(None, None)]}
    """
    days: dict[Holder, list[Unit]] = {}
    left: list[Supply] = []
    for ref in sorted(book.purchase_lines()):
        bought = book.purchase_line(ref)
        coming = _units(bought) if bought.pool == pool else []
        for need in _by_rank(book, bought) if coming else ():
            units = [_unit(coming.pop(0)) for _ in range(need.quantity)]
            days[(need.line, need.portion), ref] = units
        left += coming
    stock = book.pool(*pool)
    shelf = stock.on_hand - stock.allocated - stock.reserve
    rest: list[Unit] = [(today, None)] * shelf
    rest += [_unit(one) for one in sorted(left)[max(-shelf, 0) :]]
    for one in book.backorders(*pool):
        mine, rest = rest[: one.quantity], rest[one.quantity :]
        nothing: list[Unit] = [(None, None)] * (one.quantity - len(mine))
        days[(one.line, one.portion), None] = mine + nothing
    return days


def _units(bought: PurchaseLineStatus) -> list[Supply]:
    """Return the open units of a purchase line by day, those of no known day last."""
    named = [(one.expected_on, one.ref, one.quantity) for one in bought.notices]
    named.append((bought.expected_on, "", bought.open - bought.announced))
    return sorted(
        (on or date.max, bought.ref, notice, on)
        for on, notice, units in named
        for _ in range(units)
    )


def _unit(supply: Supply) -> Unit:
    """Return the day of a unit and what brings it."""
    _, ref, _, on = supply
    return (on, ref)


def _by_rank(book: OrderBook, bought: PurchaseLineStatus) -> Iterator[PurchaseNeed]:
    """Yield the portions a purchase line is pinned to, in the order of the policy."""

    def place(need: PurchaseNeed) -> tuple[object, LineRef, int]:
        return (book.policy.rank(_claim(book, need)), need.line, need.portion)

    yield from sorted(bought.kept, key=place)


def _claim(book: OrderBook, need: PurchaseNeed) -> Backorder:
    """Return what a policy sees of units that are pinned to a portion."""
    line = book.line(need.line)
    order, portion = book.order(line.order), line.portions[need.portion]
    [details] = [one for one in order.order.lines if one.ref == need.line]
    return Backorder(
        need.line,
        need.portion,
        line.order,
        line.customer,
        line.sku,
        portion.location,
        quantity=need.quantity,
        ordered=portion.allocated + portion.shipped + need.quantity,
        queued_at=portion.queued_at,
        priority=order.priority,
        promised_on=line.promised_on,
        deliveries=line.deliveries,
        details=details,
    )
