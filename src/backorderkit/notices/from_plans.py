"""From the events of a plan to notices: one per order and kind of news.

The book is as it was before the plan. Per line the events are added up: what it was
given, lost, shipped, promised; together with the book that gives what waits afterwards.

    placed                          → confirmed, with what waits and until when
    nothing accepted                → refused
    promise, none before            → date set
    promise, another before         → date moved, from and to
    allocated after it was placed   → arrived
    shipped                         → shipped, with what is still open
    cancelled                       → cancelled

Within a plan that places an order, its allocations and first promises are part of the
confirmation, not news of their own. A quote is answered by whoever asked for it, and
brings no notices; when it is accepted it is confirmed like an order.

Cost: O(events + lines of the orders they concern).
"""

from collections.abc import Iterable

import attrs

from backorderkit.book import OrderBook, OrderRecord
from backorderkit.model import (
    Allocated,
    AllocationMoved,
    AllocationReleased,
    DatedQuantity,
    Event,
    GoodsShipped,
    Line,
    Order,
    OrderPlaced,
    OrderRefused,
    Plan,
    PortionAdded,
    PromiseMade,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuoteHeld,
    QuoteRefused,
)
from backorderkit.notices.notice import Notice, NoticeKind, NoticeLine
from backorderkit.values import LineRef, OrderRef, check_time

__all__ = ["notices_of"]


@attrs.define
class News:
    """What a plan does to one line; `held` was allocated to it before."""

    line: Line
    order: Order
    waiting: int = 0
    held: int = 0
    allocated: int = 0
    shipped: int = 0
    cancelled: int = 0
    refused: int = 0
    ended: str = ""
    dates: tuple[DatedQuantity, ...] = ()
    promise: PromiseMade | None = None

    @property
    def open(self) -> int:
        """Return the units that are not shipped and not cancelled."""
        return self.waiting + self.held + self.allocated - self.shipped


def notices_of(book: OrderBook, plan: Plan) -> tuple[Notice, ...]:
    """Return what customers must hear of a plan, in order of their orders.

    The book must be the one the plan was made for, before it is applied.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> plan = plan_order(book, Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)]))
    >>> [notice] = notices_of(book, plan)
    >>> notice.kind.value, notice.lines[0].waiting
    ('confirmed', 5)
    """
    news: dict[LineRef, News] = {}
    placed: dict[OrderRef, Order] = {}
    quotes: dict[OrderRef, None] = {}
    for event in plan.events:
        if isinstance(event, OrderPlaced | OrderRefused):
            placed[event.order.ref] = event.order
            _hear_order(news, event)
        elif isinstance(event, QuoteHeld | QuoteRefused):
            quotes[event.order.ref] = None
            _hear_order(news, event)
        elif isinstance(event, QuoteAccepted):
            record = book.state.order(event.order)
            placed[event.order] = record.order
            _hear_acceptance(news, record)
        else:
            _hear(book, news, event)
    orders: dict[OrderRef, list[News]] = {}
    for one in news.values():
        orders.setdefault(one.order.ref, []).append(one)
    told = [
        notice
        for ref, lines in orders.items()
        if not (ref in quotes or (ref not in placed and _is_quote(book, ref)))
        for notice in _tell(book, plan, lines, ref in placed)
    ]
    return tuple(told)


def _hear_order(
    news: dict[LineRef, News],
    event: OrderPlaced | OrderRefused | QuoteHeld | QuoteRefused,
) -> None:
    """Take in a new order, or a quote."""
    for line in event.order.lines:
        news[line.ref] = News(line, event.order)
    if isinstance(event, OrderPlaced | QuoteHeld):
        for portion in event.portions:
            news[portion.line].waiting += portion.quantity
    else:
        for line in event.order.lines:
            news[line.ref].refused = line.quantity


def _hear_acceptance(news: dict[LineRef, News], record: OrderRecord) -> None:
    """Take in a quote that became an order, with all it has."""
    for line in record.lines:
        waiting, allocated = line.waiting, line.allocated
        if waiting or allocated:
            news[line.line.ref] = News(
                line.line, record.order, waiting=waiting, allocated=allocated
            )


def _is_quote(book: OrderBook, ref: OrderRef) -> bool:
    """Return whether the book has only quoted an order."""
    return book.state.orders[ref].quoted_until is not None


def _hear(book: OrderBook, news: dict[LineRef, News], event: Event) -> None:
    """Take in what an event does to a line."""
    match event:
        case Allocated():
            one = _of(book, news, event.line)
            one.waiting -= event.quantity
            one.allocated += event.quantity
        case AllocationReleased():
            one = _of(book, news, event.line)
            one.waiting += event.quantity
            one.allocated -= event.quantity
        case AllocationMoved():
            giver, taker = _of(book, news, event.line), _of(book, news, event.to_line)
            giver.waiting, giver.allocated = (
                giver.waiting + event.quantity,
                giver.allocated - event.quantity,
            )
            taker.waiting -= event.quantity
            taker.allocated += event.quantity
        case QuantityCancelled():
            one = _of(book, news, event.line)
            one.waiting -= event.quantity
            one.cancelled += event.quantity
            one.ended = event.reason
        case QuantityRefused():
            _of(book, news, event.line).refused += event.quantity
        case PortionAdded(portion):
            _of(book, news, portion.line).waiting += portion.quantity
        case PromiseMade():
            one = _of(book, news, event.line)
            one.promise, one.dates = event, event.dates
        case GoodsShipped():
            for shipped in event.lines:
                _of(book, news, shipped.line).shipped += shipped.quantity
        case _:
            pass  # it concerns no line's customer


def _of(book: OrderBook, news: dict[LineRef, News], ref: LineRef) -> News:
    """Return the news of a line, begun with what the book records of it."""
    if ref not in news:
        record = book.state.line(ref)
        dates = record.promises[-1].dates if record.promises else ()
        news[ref] = News(
            record.line,
            record.order.order,
            waiting=record.waiting,
            held=record.allocated,
            dates=dates,
        )
    return news[ref]


def _tell(
    book: OrderBook, plan: Plan, lines: list[News], is_new: bool
) -> Iterable[Notice]:
    """Yield the notices of one order, one per kind."""
    order, ended = lines[0].order, next((one.ended for one in lines if one.ended), "")
    told: dict[NoticeKind, list[NoticeLine]] = {}
    for one in lines:
        for kind, quantity in _kinds(book, one, is_new):
            moved_from = None
            if kind is NoticeKind.DATE_MOVED:
                moved_from = book.state.line(one.line.ref).promised_on
            told.setdefault(kind, []).append(
                NoticeLine(
                    one.line.ref,
                    one.line.sku,
                    quantity,
                    waiting=one.waiting,
                    open=one.open,
                    dates=_latest(one.dates, one.waiting or one.open),
                    moved_from=moved_from,
                )
            )
    if NoticeKind.SHIPPED in told:
        told[NoticeKind.SHIPPED] += _still_open(book, order, lines)
    at = plan.at or (order.placed_at if is_new else None)
    for kind in NoticeKind:
        if kind in told:
            cancelled = ended if kind is NoticeKind.CANCELLED else ""
            key = f"{kind.value}/{order.ref}/{book.version}"
            yield Notice(
                kind,
                order.customer,
                order.ref,
                tuple(told[kind]),
                reason=cancelled or plan.trigger,
                key=key,
                at=check_time("plan.at", at),
            )


def _kinds(
    book: OrderBook, one: News, is_new: bool
) -> Iterable[tuple[NoticeKind, int]]:
    """Yield the kinds of news a line has, each with the quantity it is about."""
    if is_new:
        accepted = one.waiting + one.allocated
        if accepted:
            yield NoticeKind.CONFIRMED, one.allocated
        if one.refused:
            yield NoticeKind.REFUSED, one.refused
        return
    if one.refused:
        yield NoticeKind.REFUSED, one.refused
    if one.promise is not None and one.open:
        told_before = book.state.line(one.line.ref).promised_on is not None
        kind = NoticeKind.DATE_MOVED if told_before else NoticeKind.DATE_SET
        yield kind, one.waiting or one.open
    if one.allocated > 0:
        yield NoticeKind.ARRIVED, one.allocated
    if one.shipped:
        yield NoticeKind.SHIPPED, one.shipped
    if one.cancelled:
        yield NoticeKind.CANCELLED, one.cancelled


def _still_open(book: OrderBook, order: Order, lines: list[News]) -> list[NoticeLine]:
    """Return the lines of an order that are not in the parcel and not yet shipped."""
    named = {one.line.ref for one in lines if one.shipped}
    rest = []
    for line in book.state.order(order.ref).lines:
        if line.line.ref not in named and (line.waiting or line.allocated):
            dates = line.promises[-1].dates if line.promises else ()
            rest.append(
                NoticeLine(
                    line.line.ref,
                    line.line.sku,
                    0,
                    waiting=line.waiting,
                    open=line.waiting + line.allocated,
                    dates=_latest(dates, line.waiting),
                )
            )
    return rest


def _latest(
    dates: tuple[DatedQuantity, ...], waiting: int
) -> tuple[DatedQuantity, ...]:
    """Return what of the promised dates concerns the units that still wait.

    The earliest units came first, so the latest are left.
    """
    kept: list[DatedQuantity] = []
    for one in reversed(dates):
        units = min(one.quantity, waiting)
        waiting -= units
        if units:
            kept.append(DatedQuantity(units, one.on))
    return tuple(reversed(kept))
