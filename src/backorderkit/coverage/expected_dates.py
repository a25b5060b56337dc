"""When goods are expected, and which of those days a customer can be told.

A line's wait is made of portions: units, a day, and what that day rests on. A customer
can be told a day that has not passed. If the day of any unit is unknown, so is the day
of the whole line; lines that ship together come on the latest of their days.

>>> stock = ExpectedPortion(3, None, SupplySource.IN_STOCK)
>>> order = ExpectedPortion(2, date(2026, 3, 10), SupplySource.ON_ORDER, "PO-1/1")
>>> told_dates([stock, order], today=date(2026, 3, 1))[1]
DatedQuantity(quantity=2, on=datetime.date(2026, 3, 10))
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum

import attrs

from backorderkit.model import Confidence, DatedQuantity, Evidence, Order, PromiseMade
from backorderkit.values import LineRef

__all__ = ["ExpectedPortion", "SupplySource"]


class SupplySource(Enum):
    """Where a portion's goods come from, the surest first.

    >>> [source.value for source in SupplySource]
    ['in_stock', 'on_order', 'to_be_ordered', 'unknown']
    """

    IN_STOCK = "in_stock"
    ON_ORDER = "on_order"
    TO_BE_ORDERED = "to_be_ordered"
    UNKNOWN = "unknown"


@attrs.frozen
class ExpectedPortion:
    """Units of a line, the day they are expected, and what that rests on.

    `evidence` is what the day rests on; it decides how sure the day is.

    >>> portion = ExpectedPortion(5, date(2026, 3, 10), SupplySource.TO_BE_ORDERED)
    >>> portion.confidence.value
    'estimated'
    """

    quantity: int
    on: date | None
    source: SupplySource
    purchase_line: str | None = None
    evidence: Evidence = attrs.field()

    @evidence.default
    def _evidence(self) -> Evidence:
        """Return what the day rests on if no supplier is behind it."""
        return _EVIDENCE[self.source]

    @property
    def confidence(self) -> Confidence:
        """Return how sure the day is."""
        return self.evidence.confidence


_EVIDENCE = {
    SupplySource.IN_STOCK: Evidence.STOCK,
    SupplySource.ON_ORDER: Evidence.NOTHING,
    SupplySource.TO_BE_ORDERED: Evidence.CATALOGUE,
    SupplySource.UNKNOWN: Evidence.NOTHING,
}


def with_unordered(
    portions: list[ExpectedPortion], quantity: int, to_order_on: date | None
) -> list[ExpectedPortion]:
    """Return the portions completed by what must still be bought."""
    missing = quantity - sum(portion.quantity for portion in portions)
    if missing:
        source = (
            SupplySource.UNKNOWN if to_order_on is None else SupplySource.TO_BE_ORDERED
        )
        return [*portions, ExpectedPortion(missing, to_order_on, source)]
    return portions


def units_by_day(portions: Iterable[ExpectedPortion], today: date) -> dict[date, int]:
    """Return the units by the day a customer can be told, in order of days.

    Units in stock count for today. A day that has passed is no longer a date that
    anybody can be told, so such units are left out like those of unknown date.
    """
    units: dict[date, int] = {}
    for portion in portions:
        in_stock = portion.source is SupplySource.IN_STOCK and portion.on is None
        on = today if in_stock else portion.on
        if on is not None and on >= today:
            units[on] = units.get(on, 0) + portion.quantity
    return {on: units[on] for on in sorted(units)}


def not_before(
    portions: Iterable[ExpectedPortion], day: date | None
) -> list[ExpectedPortion]:
    """Return portions that come no earlier than the day from which they are wanted."""
    if day is None:
        return list(portions)
    return [
        attrs.evolve(portion, on=max(portion.on or day, day))
        if portion.on is not None or portion.source is SupplySource.IN_STOCK
        else portion
        for portion in portions
    ]


def told_dates(
    portions: Iterable[ExpectedPortion], today: date
) -> tuple[DatedQuantity, ...]:
    """Return the dates a customer can be told, by day; none if one is unknown."""
    portions = tuple(portions)
    days = units_by_day(portions, today)
    if sum(days.values()) < sum(portion.quantity for portion in portions):
        return ()
    return tuple(DatedQuantity(units, on) for on, units in days.items())


def promise_of(
    line: LineRef,
    dates: tuple[DatedQuantity, ...],
    expected: Iterable[ExpectedPortion],
    reason: str,
    at: datetime,
) -> PromiseMade:
    """Return the promise of some days, with the weakest evidence behind them.

    What only waits for its companions rests on what it lies on: the shelf.
    """
    portions = tuple(expected) if dates else ()
    weakest = max((part.evidence for part in portions), key=_BY_WEAKNESS, default=None)
    sources = dict.fromkeys(
        part.purchase_line for part in portions if part.purchase_line
    )
    ready = Evidence.STOCK if dates else Evidence.NOTHING
    return PromiseMade(line, dates, reason, at, weakest or ready, tuple(sources))


_BY_WEAKNESS = list(Evidence).index


def companions(order: Order, waiting: Iterable[LineRef]) -> list[LineRef]:
    """Return the lines that cannot leave before some waiting ones, themselves aside."""
    lines = set(waiting)
    return [
        ref
        for group in order.groups.values()
        if lines.intersection(group)
        for ref in group
        if ref not in lines
    ]


def together_dates(
    order: Order, dates: Mapping[LineRef, tuple[DatedQuantity, ...]]
) -> dict[LineRef, tuple[DatedQuantity, ...]]:
    """Return the dates of an order's waiting lines as its parcels will leave.

    Lines that ship together come on the latest of their days, or on a day nobody
    knows. Groups of which nothing waits are left out.
    """
    told = dict(dates)
    for group in order.groups.values():
        waiting = [ref for ref in group if ref in dates]
        known = all(dates[ref] for ref in waiting)
        latest = max((one.on for ref in waiting for one in dates[ref]), default=None)
        for ref in waiting:
            units = sum(one.quantity for one in dates[ref])
            told[ref] = (DatedQuantity(units, latest),) if known and latest else ()
    return told
