"""All supply of a pool in one list: how much, when, how sure, and on what evidence.

Stock comes first, then open units by day, then what must still be bought, on the day on
which it would come if it were ordered now. Each entry keeps its evidence and the time
of that evidence, so that a host can show how old the news is. A day that has passed is
marked overdue: it stays on record, and nothing is promised from it.

>>> DatedSupply(5, None, Evidence.STOCK).confidence.value
'in_stock'
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import attrs

from backorderkit.book import OrderBook, PoolRecord, SupplyRecord
from backorderkit.leadtimes import arrival
from backorderkit.model import Catalogue, Confidence, Evidence
from backorderkit.values import MAIN, Location, Pool, Sku, check_kind, check_time

__all__ = ["DatedSupply", "dated_supply"]


@attrs.frozen
class DatedSupply:
    """Units of a pool that are there, or come on a day.

    `purchase_line` is where they come from, None for stock and for what is not ordered;
    `pinned` of them are pinned to lines. `age` is how old the evidence is.

    >>> DatedSupply(5, None, Evidence.NOTHING, "PO-1/1").confidence.value
    'unknown'
    """

    quantity: int
    on: date | None
    evidence: Evidence
    purchase_line: str | None = None
    pinned: int = attrs.field(default=0, kw_only=True)
    age: timedelta | None = attrs.field(default=None, kw_only=True)
    is_overdue: bool = attrs.field(default=False, kw_only=True)

    @property
    def confidence(self) -> Confidence:
        """Return how sure the day is; a day that has passed is none."""
        return Confidence.UNKNOWN if self.is_overdue else self.evidence.confidence


def dated_supply(
    book: OrderBook,
    sku: Sku,
    location: Location = MAIN,
    *,
    at: datetime,
    catalogue: Catalogue | None = None,
) -> tuple[DatedSupply, ...]:
    """Return the supply of a pool by day, seen at a time; O(open purchase lines).

    With a `catalogue` the shortage is listed last, on the day on which a purchase made
    now would come.

    >>> from datetime import UTC
    >>> from backorderkit import oldest_first, plan_count
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> dated_supply(book, "LAMP", at=now)[0].quantity
    3
    """
    check_time("at", at)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    pool = book.state.pools.get(Pool(sku, location))
    if pool is None:
        return ()
    return (*_present(pool), *_open(pool, at), *_planned(pool, at, catalogue))


def _present(pool: PoolRecord) -> Iterator[DatedSupply]:
    """Yield what is free on the shelf."""
    if pool.free:
        yield DatedSupply(pool.free, None, Evidence.STOCK)


def _open(pool: PoolRecord, at: datetime) -> Iterator[DatedSupply]:
    """Yield the open units by day, pinned ones included."""
    parts: list[tuple[SupplyRecord, int]] = []
    for purchase in pool.open_lines.values():
        pinned = purchase.pinned
        for part in purchase.parts():
            parts.append((part, min(pinned, part.units)))
            pinned -= min(pinned, part.units)
    for part, pinned in sorted(parts, key=lambda pair: pair[0].key):
        yield DatedSupply(
            part.units,
            part.on,
            part.evidence,
            part.purchase.line.ref,
            pinned=pinned,
            age=at - part.as_of,
            is_overdue=part.on is not None and part.on < at.date(),
        )


def _planned(
    pool: PoolRecord, at: datetime, catalogue: Catalogue | None
) -> Iterator[DatedSupply]:
    """Yield what must still be bought."""
    on = arrival(catalogue, pool.pool.sku, at)
    if catalogue is not None and pool.short:
        evidence = Evidence.NOTHING if on is None else Evidence.CATALOGUE
        yield DatedSupply(pool.short, on, evidence)
