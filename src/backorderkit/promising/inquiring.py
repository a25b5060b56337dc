"""When could a new order have its units? An inquiry gives a date and holds nothing.

A prospective order takes the queue position it would get. What comes before it is
served first, whether or not anything covers it; lines that are not yet due but would be
served before it protect what they will need on their day. The rest is available: as
early as possible in parts, or all on one day. What nothing supplies is bought, if a
catalogue gives a lead time, or else refused, with the reason.

    stock 5, PO-1 brings 10 on 10 March, 12 wait before it; it asks for 6
    →  3 on 10 March, and 3 that nothing supplies: no complete date

>>> from datetime import UTC
>>> from backorderkit import oldest_first, plan_count
>>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
>>> book.apply(plan_count(book, "LAMP", 5, at=now))
>>> answer = check_availability(book, "LAMP", 3, date(2026, 3, 4))
>>> answer.complete_on, answer.availability.value
(datetime.date(2026, 3, 4), 'full')
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import partial

import attrs

from backorderkit.book import OrderBook
from backorderkit.coverage import ExpectedPortion
from backorderkit.errors import InvalidValue
from backorderkit.leadtimes import arrival
from backorderkit.model import (
    Catalogue,
    DatedQuantity,
    Evidence,
    Reason,
    check_priority,
)
from backorderkit.promising.answers import Answer
from backorderkit.promising.availability import Lot, Shelf, claims, shelf_of
from backorderkit.promising.demands import DatedDemand, Firmness, Scheduled
from backorderkit.promising.reasons import awaiting, never, to_buy, undated
from backorderkit.promising.scheduling import schedule
from backorderkit.values import (
    MAIN,
    Location,
    Pool,
    Sku,
    check_count,
    check_date,
    check_kind,
    check_mapping,
    check_ref,
    check_time,
)

__all__ = ["check_availability", "check_availability_together"]


def check_availability(
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

    `at` is the time of asking, and a day before it counts as its day. Without it you
    ask at the beginning of the day `on`: supply expected earlier is late then, and not
    counted on. The inquiry has the rank of an order placed then with this `priority`.
    No portion is smaller than `minimum_shipment`, nor is a rest below it left over;
    nothing comes more than `most_days_late` after `on` (None: without limit). With a
    `catalogue`, what nothing supplies in time is dated as if it were ordered now.

    Nothing is held: see `plan_quote`. What a quote holds counts as held until it ends.

    Cost: O(log n + open purchase lines + lines not yet due + portions × log days).

    >>> from backorderkit import oldest_first
    >>> book, wednesday = OrderBook(oldest_first()), date(2026, 3, 4)
    >>> answer = check_availability(book, "LAMP", 5, wednesday)
    >>> answer.short, str(answer.reasons[0])
    (5, 'LAMP: nothing supplies 5 units')
    """
    [answer] = check_availability_together(
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


def check_availability_together(
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
    >>> lamp, rug = check_availability_together(
    ...     OrderBook(oldest_first()), wishes, march, catalogue=Catalogue(terms))
    >>> lamp.complete_on == rug.complete_on == date(2026, 3, 31)
    True
    """
    check_date("on", on)
    check_ref("location", location)
    check_priority(priority)
    moment = datetime.combine(on, time.min, UTC) if at is None else check_time("at", at)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    wishes = check_mapping("quantities", quantities)
    if not wishes:
        raise InvalidValue("quantities", wishes, "name at least one SKU")
    for sku, quantity in wishes.items():
        check_count(f"quantity of {sku}", quantity, 1)
    together = "parcel" if len(wishes) > 1 else ""
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
    book.state.check_loaded(wish.sku for wish in asked)
    views = [_view(book, one, location, moment, priority, catalogue) for one in asked]
    scheduled = schedule(
        [*claims(view.shelf for view in views), *asked],
        {view.wish.sku: view.shelf.supplies() for view in views},
        today=moment.date(),
    )
    found = {one.ref: one for one in scheduled}
    return tuple(_answer(found[view.wish.ref], view) for view in views)


@attrs.frozen
class _View:
    """A wish, the shelf that it finds, and what must be bought for it."""

    wish: DatedDemand
    shelf: Shelf
    bought: DatedQuantity | None = None


def _view(
    book: OrderBook,
    wish: DatedDemand,
    location: Location,
    at: datetime,
    priority: int,
    catalogue: Catalogue | None,
) -> _View:
    """Return what a wish finds, with what nothing supplies in time as if bought now."""
    shelf = shelf_of(book, wish, Pool(wish.sku, location), at, priority)
    missing = wish.quantity - shelf.left_by(wish.latest_on)
    if wish.most_days_late is None:
        missing -= shelf.undated
    on = arrival(catalogue, wish.sku, at)
    if missing <= 0 or on is None:
        return _View(wish, shelf)
    if on <= wish.latest_on:
        lot = Lot(missing, on, None, Evidence.CATALOGUE)
        shelf = attrs.evolve(shelf, lots=(*shelf.lots, lot))
    return _View(wish, shelf, DatedQuantity(missing, on))


def _answer(found: Scheduled, view: _View) -> Answer:
    """Return the answer to one wish, each portion with what its day rests on."""
    portions: list[ExpectedPortion] = []
    for delivery in found.deliveries:
        before = sum(one.quantity for one in portions)
        portions.append(view.shelf.portion(delivery.quantity, delivery.on, before))
    return Answer(
        view.wish.sku,
        view.shelf.pool.location,
        view.wish.quantity,
        view.wish.due_on,
        tuple(portions),
        found.short,
        tuple(_reasons(found, view)),
    )


def _reasons(found: Scheduled, view: _View) -> Iterator[Reason]:
    """Yield why units are late or short, and which of them must be bought."""
    wish, bought = view.wish, view.bought
    for reason in found.reasons:
        units = int(reason.figures.get("units", 0))
        if reason.code == "material":
            unknown = min(units, view.shelf.undated)
            yield from _said(undated, wish, unknown)
            missing = partial(to_buy, on=bought.on) if bought else never
            yield from _said(missing, wish, units - unknown)
        elif bought is not None and reason == awaiting(wish, units, bought.on):
            own = min(units, bought.quantity)
            yield from _said(partial(to_buy, on=bought.on), wish, own)
            yield from _said(partial(awaiting, on=bought.on), wish, units - own)
        else:
            yield reason


def _said(
    why: Callable[[DatedDemand, int], Reason], wish: DatedDemand, units: int
) -> Iterator[Reason]:
    """Yield a reason, if there are units it speaks of."""
    if units:
        yield why(wish, units)
