"""Stock on hand: counts and corrections, transfers, reserves.

A count that finds more wakes the queue like a receipt. One that finds less than is
allocated takes allocations back in the reverse order of the queue, never frozen ones:
who would be served last gives back first. On hand is physical and never negative.

Cost: O(lines served) each O(log n); taking back, O(k log k) in the k portions that hold
stock of the pool.
"""

from datetime import datetime

from backorderkit.book import OrderBook, PoolRecord
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from backorderkit.model import Plan, ReserveSet, StockCounted, StockTransferred
from backorderkit.values import (
    MAIN,
    Location,
    Pool,
    Sku,
    check_count,
    check_ref,
    check_text,
    check_time,
)

__all__ = ["plan_count", "plan_reserve", "plan_transfer"]


def plan_count(
    book: OrderBook,
    sku: Sku,
    on_hand: int,
    *,
    at: datetime,
    location: Location = MAIN,
    reason: str = "counted",
) -> Plan:
    """Set what is on hand of a SKU at a location to what was found there.

    Raises `NotPossible` below the frozen units: those were seen when they were picked.

    >>> from datetime import UTC
    >>> from backorderkit.policies import oldest_first
    >>> book = OrderBook(oldest_first())
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> print(plan_count(book, "LAMP", 3, at=now).explain())
    LAMP at main: +3 on hand, counted.
    """
    pool = Pool(check_ref("SKU", sku), check_ref("location", location))
    check_count("on_hand", on_hand)
    check_time("at", at)
    check_text("reason", reason)
    draft = Draft(book, at=at, trigger="a stock count")
    record = book.state.pools.get(pool)
    difference = on_hand - (record.on_hand if record else 0)
    if not difference:
        return Plan((), basis=book.version)
    if record is not None and on_hand < record.allocated:
        _take_back(draft, record, record.allocated - on_hand, reason)
    draft.follow(StockCounted(sku, location, difference, reason, at))
    return fill(draft)


def _take_back(draft: Draft, pool: PoolRecord, units: int, reason: str) -> None:
    """Take allocated units back, from the last in the queue's order first."""
    holders = list(pool.holders.values())
    possible = sum(one.allocated - one.frozen for one in holders)
    if units > possible:
        raise NotPossible(
            "take back",
            pool.pool.sku,
            asked=units,
            possible=possible,
            remedy="the others are picked: thaw them or count again",
        )
    holders.sort(key=lambda one: draft.place(one.backorder()), reverse=True)
    for one in holders:
        taken = min(units, one.allocated - one.frozen)
        if taken:
            draft.take_back(one, taken, reason)
            units -= taken


def plan_transfer(
    book: OrderBook,
    ref: str,
    sku: Sku,
    quantity: int,
    *,
    source: Location,
    destination: Location,
    at: datetime,
) -> Plan:
    """Move free stock from one location to another, where it meets the queue.

    Raises `NotPossible` for more than is free at the source.

    >>> from datetime import UTC
    >>> from backorderkit import oldest_first
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> book.apply(plan_transfer(
    ...     book, "T-1", "LAMP", 2, source="main", destination="north", at=now))
    >>> book.pool("LAMP", "north").on_hand
    2
    """
    check_transfer(book, ref, sku, quantity, source, destination, at)
    draft = Draft(book, at=at, trigger=ref)
    draft.follow(StockTransferred(ref, sku, quantity, source, destination, at))
    return fill(draft)


def check_transfer(
    book: OrderBook,
    ref: str,
    sku: Sku,
    quantity: int,
    source: Location,
    destination: Location,
    at: datetime,
) -> None:
    """Refuse a transfer that is known, that goes nowhere, or of more than is free."""
    check_ref("transfer", ref)
    check_ref("destination", destination)
    check_count("quantity", quantity, 1)
    check_time("at", at)
    if ("transfer", ref) in book.state.facts:
        raise Duplicate("transfer", ref)
    if source == destination:
        raise InvalidValue("destination", destination, "name another location")
    free = book.pool(sku, source).free
    if quantity > free:
        raise NotPossible(
            "transfer",
            sku,
            asked=quantity,
            possible=free,
            remedy=f"no more is free at {source}",
        )


def plan_reserve(
    book: OrderBook,
    sku: Sku,
    quantity: int,
    *,
    at: datetime,
    location: Location = MAIN,
) -> Plan:
    """Reserve units of a pool: no line is allocated them (0 ends the reserve).

    What is already allocated stays; what a smaller reserve frees meets the queue.

    >>> from datetime import UTC
    >>> from backorderkit import oldest_first
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> book.apply(plan_reserve(book, "LAMP", 2, at=now))
    >>> book.pool("LAMP").free
    1
    """
    check_ref("SKU", sku)
    check_ref("location", location)
    check_count("quantity", quantity)
    check_time("at", at)
    draft = Draft(book, at=at, trigger="another reserve")
    draft.follow(ReserveSet(sku, location, quantity, at))
    return fill(draft)
