"""Four dates of a line, side by side: requested, promised, expected, actual.

None of them is ever written over another. What the customer requested is on the order,
what they were told is in the ledger of promises, what is believed now in the matching,
and what happened in the history.

>>> LineDates("O-1/1", requested_on=date(2026, 3, 4)).days_late is None
True
"""

from collections.abc import Iterable
from datetime import date

import attrs

from backorderkit.book import OrderBook
from backorderkit.coverage import ExpectedPortion, expected_dates
from backorderkit.model import DatedQuantity, Event, GoodsShipped, PromiseMade
from backorderkit.values import LineRef

__all__ = ["LineDates", "dates_of"]


@attrs.frozen
class LineDates:
    """The dates of one line, each by portion where it has portions.

    `promises` is the whole ledger, the oldest first; `expected` is what has not left
    yet, `actual` what has, parcel by parcel.

    >>> LineDates("O-1/1", promises=()).promised
    ()
    """

    line: LineRef
    requested_on: date | None = attrs.field(default=None, kw_only=True)
    promises: tuple[PromiseMade, ...] = attrs.field(default=(), kw_only=True)
    expected: tuple[ExpectedPortion, ...] = attrs.field(default=(), kw_only=True)
    actual: tuple[DatedQuantity, ...] = attrs.field(default=(), kw_only=True)

    @property
    def promised(self) -> tuple[DatedQuantity, ...]:
        """Return the days that were told last, none if they were unknown."""
        return self.promises[-1].dates if self.promises else ()

    @property
    def first_promised_on(self) -> date | None:
        """Return the day that was told first for all of it."""
        days = (one.promised_on for one in self.promises)
        return next((day for day in days if day is not None), None)

    @property
    def days_late(self) -> int | None:
        """Return by how many days the last parcel missed the first promise.

        Negative if it was early; None while something has not left, or without a
        promise.
        """
        first = self.first_promised_on
        if first is None or self.expected or not self.actual:
            return None
        return (self.actual[-1].on - first).days


def dates_of(
    book: OrderBook, history: "Iterable[Event]", lines: Iterable[LineRef] | None = None
) -> tuple[LineDates, ...]:
    """Return the dates of some lines, or of all; O(events + lines × log n).

    The history must be that of the book.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> wish = Line("O-1/1", "LAMP", 5, requested_on=date(2026, 3, 4))
    >>> plan = plan_order(book, Order("O-1", "ada", now, [wish]))
    >>> book.apply(plan)
    >>> [one.requested_on.isoformat() for one in dates_of(book, plan.events)]
    ['2026-03-04']
    """
    left: dict[LineRef, list[DatedQuantity]] = {}
    for event in history:
        if isinstance(event, GoodsShipped):
            for one in event.lines:
                parcel = DatedQuantity(one.quantity, event.at.date())
                left.setdefault(one.line, []).append(parcel)
    refs = book.state.lines if lines is None else dict.fromkeys(lines)
    return tuple(
        LineDates(
            ref,
            requested_on=book.state.line(ref).line.requested_on,
            promises=book.promises(ref),
            expected=expected_dates(book, ref),
            actual=tuple(left.get(ref, ())),
        )
        for ref in refs
    )
