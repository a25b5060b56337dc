"""When could a newcomer have so many units? An inquiry: a date, and nothing is held.

A newcomer stands in the queue where his order would stand. What comes before him is
served first, whether or not anything covers it; lines that are not yet due but would be
served before him protect what they will need on their day. The rest is his: as early as
possible in parts, or all on one day. What nothing supplies is bought, if a catalogue
says how soon it comes, or else refused, with the reason.

    stock 5, PO-1 brings 10 on 10 March, 12 wait before him; he asks for 6
    →  3 on 10 March, and 3 that nothing supplies: no complete date

>>> from datetime import UTC
>>> from backorderkit import oldest_first, plan_count
>>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
>>> book.apply(plan_count(book, "LAMP", 5, at=now))
>>> answer = promise(book, "LAMP", 3, date(2026, 3, 4))
>>> answer.complete_on, answer.availability.value
(datetime.date(2026, 3, 4), 'full')
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import attrs

from backorderkit.backorders import Backorder
from backorderkit.book import OrderBook
from backorderkit.checks import (
    check_count,
    check_date,
    check_kind,
    check_mapping,
    check_ref,
    check_time,
)
from backorderkit.deciding.accepting import arrival
from backorderkit.errors import InvalidValue
from backorderkit.events import DatedQuantity
from backorderkit.evidence import Evidence
from backorderkit.expecting import ExpectedPortion, Source
from backorderkit.promising.answers import Answer
from backorderkit.promising.demands import DatedDemand, Firmness, Scheduled
from backorderkit.promising.scheduling import schedule
from backorderkit.purchasing import Catalogue
from backorderkit.records import PoolRecord
from backorderkit.values import MAIN, Location, Pool, Sku

__all__ = ["promise", "promise_together"]

# A newcomer stands behind everybody of the same rank.
_LAST = "\U0010ffff"


def promise(
    book: OrderBook,
    sku: Sku,
    quantity: int,
    on: date,
    *,
    at: datetime | None = None,
    location: Location = MAIN,
    priority: int = 0,
    catalogue: Catalogue | None = None,
    minimum_shipment: int = 1,
    most_days_late: int | None = None,
) -> Answer:
    """Return when units could come if they were ordered now and wanted on a day.

    `at` is the time of asking; without it, the beginning of the day `on`. The newcomer
    has the rank of an order placed then with this `priority`. No portion is smaller
    than `minimum_shipment`, nor is a rest below it left over; nothing comes more than
    `most_days_late` after `on` (None: without limit). With a `catalogue`, what nothing
    supplies is dated as if it were ordered now. Nothing is held: see `plan_quote`.

    Cost: O(log n + open purchase lines + lines not yet due + portions × log days).

    >>> from backorderkit import oldest_first
    >>> answer = promise(OrderBook(oldest_first()), "LAMP", 5, date(2026, 3, 4))
    >>> answer.short, str(answer.reasons[0])
    (5, 'LAMP: nothing supplies 5 units')
    """
    [answer] = promise_together(
        book,
        {sku: quantity},
        on,
        at=at,
        location=location,
        priority=priority,
        catalogue=catalogue,
        minimum_shipment=minimum_shipment,
        most_days_late=most_days_late,
    )
    return answer


def promise_together(
    book: OrderBook,
    quantities: Mapping[Sku, int],
    on: date,
    *,
    at: datetime | None = None,
    location: Location = MAIN,
    priority: int = 0,
    catalogue: Catalogue | None = None,
    minimum_shipment: int = 1,
    most_days_late: int | None = None,
) -> tuple[Answer, ...]:
    """Return when units of several SKUs could come in one parcel, all on one day.

    A single SKU may come in portions. The reasons name the SKU that others wait for.
    Arguments and cost are those of `promise`, for each SKU.

    >>> from backorderkit import Catalogue, SupplierTerms, oldest_first
    >>> terms = [SupplierTerms("ACME", "LAMP", lead_time_days=7),
    ...          SupplierTerms("ACME", "RUG", lead_time_days=30)]
    >>> wishes, march = {"LAMP": 1, "RUG": 1}, date(2026, 3, 1)
    >>> lamp, rug = promise_together(
    ...     OrderBook(oldest_first()), wishes, march, catalogue=Catalogue(terms))
    >>> lamp.complete_on == rug.complete_on == date(2026, 3, 31)
    True
    """
    check_date("on", on)
    check_ref("location", location)
    moment = datetime.combine(on, time.min, UTC) if at is None else check_time("at", at)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    wishes = check_mapping("quantities", quantities)
    if not wishes:
        raise InvalidValue("quantities", wishes, "name at least one SKU")
    for sku, quantity in wishes.items():
        check_count(f"quantity of {sku}", quantity, 1)
    together = "parcel" if len(wishes) > 1 else ""
    shelves = {
        sku: _Shelf.of(book, Pool(sku, location), quantity, moment, priority)
        for sku, quantity in wishes.items()
    }
    asked = [
        DatedDemand(
            sku,
            check_ref("SKU", sku),
            quantity,
            max(on, moment.date()),
            minimum_shipment=minimum_shipment,
            most_days_late=most_days_late,
            together=together,
            firmness=Firmness.INQUIRY,
        )
        for sku, quantity in wishes.items()
    ]
    found = schedule(
        [*(one for shelf in shelves.values() for one in shelf.claims()), *asked],
        {sku: shelf.supplies() for sku, shelf in shelves.items()},
        today=moment.date(),
        lead_time_days=_lead_times(wishes, catalogue, moment),
    )
    scheduled = {one.ref: one for one in found}
    return tuple(_answer(scheduled[one.ref], one, shelves[one.sku]) for one in asked)


def _lead_times(
    skus: Mapping[Sku, int], catalogue: Catalogue | None, at: datetime
) -> dict[Sku, int]:
    """Return in how many days a purchase made now would come, where it can be made."""
    days = {sku: arrival(catalogue, sku, at) for sku in skus}
    return {sku: (on - at.date()).days for sku, on in days.items() if on is not None}


@attrs.frozen
class _Shelf:
    """What a newcomer finds in a pool: supplies by evidence, and claims before his."""

    pool: Pool
    today: date
    units: tuple[tuple[int, date, str | None, Evidence], ...]
    ahead: Mapping[date, int]

    @classmethod
    def of(
        cls, book: OrderBook, pool: Pool, quantity: int, at: datetime, priority: int
    ) -> "_Shelf":
        """Look at a pool with the eyes of a newcomer."""
        record, today = book.state.pools.get(pool), at.date()
        if record is None:
            return cls(pool, today, (), {})
        place = _place(book, pool, quantity, at, priority)
        return cls(pool, today, tuple(_units(record, today)), _ahead(record, place, at))

    def supplies(self) -> list[DatedQuantity]:
        """Return the dated supplies."""
        return [DatedQuantity(units, on) for units, on, *_ in self.units]

    def claims(self) -> Iterator[DatedDemand]:
        """Yield what is served before the newcomer, by day."""
        for day, units in self.ahead.items():
            if units:
                yield DatedDemand(
                    f"{_LAST} {self.pool} {day}", self.pool.sku, units, day
                )

    def portion(self, quantity: int, on: date, before: int) -> ExpectedPortion:
        """Return a portion with what its day rests on: no weaker evidence than needed.

        `before` units of the same wish came earlier.
        """
        wanted = sum(self.ahead.values()) + before + quantity
        there = [one for one in self.units if one[1] <= on]
        for units, _, ref, evidence in sorted(there, key=lambda one: _weakness(one[3])):
            wanted -= units
            if wanted <= 0:
                source = Source.IN_STOCK if ref is None else Source.ON_ORDER
                return ExpectedPortion(quantity, on, source, ref, evidence)
        return ExpectedPortion(quantity, on, Source.TO_BE_ORDERED)


_weakness = list(Evidence).index


def _units(
    pool: PoolRecord, today: date
) -> Iterator[tuple[int, date, str | None, Evidence]]:
    """Yield the supplies of a pool that are kept for nobody and have a day."""
    if pool.free:
        yield pool.free, today, None, Evidence.STOCK
    for supply in pool.supplies:
        if supply.on is not None and supply.on >= today:
            yield supply.units, supply.on, supply.purchase.line.ref, supply.evidence


def _ahead(
    pool: PoolRecord, place: tuple[Any, str, int], at: datetime
) -> dict[date, int]:  # a place begins with whatever the policy ranks by
    """Return what is served before a newcomer: who is due now, and others on their day.

    What a reserve lacks is served before everybody.
    """
    today = at.date()
    units = {today: pool.queue.before((False, *place)) + max(-pool.unreserved, 0)}
    for _, portion in pool.queue.reaching_beyond(pool.queued):
        later = portion.line.line.allocate_not_before
        mine = portion.key and (portion.key[1][1], *portion.key[2:])
        if later is not None and mine and mine < place:
            day = max(later, today)
            units[day] = units.get(day, 0) + portion.queued
    return units


def _place(
    book: OrderBook, pool: Pool, quantity: int, at: datetime, priority: int
) -> tuple[Any, str, int]:  # the first is whatever the policy ranks by
    """Return where a newcomer would stand in a queue."""
    newcomer = Backorder(
        _LAST,
        0,
        _LAST,
        _LAST,
        *pool,
        quantity=quantity,
        ordered=quantity,
        queued_at=at,
        priority=priority,
    )
    return (book.policy.rank(newcomer), _LAST, 0)


def _answer(found: Scheduled, asked: DatedDemand, shelf: _Shelf) -> Answer:
    """Return the answer to one wish, each portion with what its day rests on."""
    portions: list[ExpectedPortion] = []
    for delivery in found.deliveries:
        before = sum(one.quantity for one in portions)
        portions.append(shelf.portion(delivery.quantity, delivery.on, before))
    return Answer(
        asked.sku,
        shelf.pool.location,
        asked.quantity,
        asked.due_on,
        tuple(portions),
        found.short,
        found.reasons,
    )
