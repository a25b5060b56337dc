"""What a day brings to customers, in sentences.

What happened often on one day is counted, and told of the first few.
"""

from collections.abc import Iterator, Sequence

from backorderkit import Notice, NoticeKind, OrderBook
from backorderkit.demo.tables import count, listed
from backorderkit.demo.trace import Step
from backorderkit.demo.wording import Wording, all_goods, goods
from backorderkit.model import (
    Allocated,
    GoodsShipped,
    LineBecameDue,
    OrderPlaced,
    OrderRefused,
    QuantityCancelled,
    QuantityRefused,
)
from backorderkit.values import OrderRef

SHOWN_CONFIRMATIONS = 1
SHOWN_REFUSALS = 2
SHOWN_MOVES = 4


def orders(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Tell of orders: what was asked for, what is there, and what waits until when."""
    asked = there = refused = 0
    for event in (event for step in steps for event in step.plan.events):
        match event:
            case OrderPlaced(order):
                asked += sum(line.quantity for line in order.lines)
            case OrderRefused(order):
                asked += sum(line.quantity for line in order.lines)
                refused += sum(one.quantity for one in event.refused)
            case QuantityRefused():
                refused += event.quantity
            case Allocated():
                there += event.quantity
            case _:
                pass  # a promise, which its customer hears
    waiting = asked - there - refused
    parts = [
        f"{units:,} {what}"
        for units, what in (
            (there, "in stock"),
            (waiting, "must wait"),
            (refused, "refused"),
        )
        if units
    ]
    fate = "all in stock" if there == asked else ", ".join(parts)
    yield f"{count(len(steps), 'order')} for {count(asked, 'unit')}: {fate}."
    yield from heard(steps, wording, SHOWN_CONFIRMATIONS)
    yield from _refusals(book, steps)


def _refusals(book: OrderBook, steps: Sequence[Step]) -> Iterator[str]:
    """Tell of the first few units that are not sold, and why."""
    events = [event for step in steps for event in step.plan.events]
    refused = [one for one in events if isinstance(one, QuantityRefused)]
    for order in (one for one in events if isinstance(one, OrderRefused)):
        refused += order.refused
    for one in refused[:SHOWN_REFUSALS]:
        yield f"{one.quantity:,} of {one.line} refused: {one.reason}."


def heard(steps: Sequence[Step], wording: Wording, most: int) -> Iterator[str]:
    """Tell which days the first few customers hear."""
    news: dict[OrderRef, list[Notice]] = {}
    for notice in (notice for step in steps for notice in step.notices):
        if _is_news(notice):
            news.setdefault(notice.order, []).append(notice)
    told = list(news.values())
    for notices in told[:most]:
        yield wording.hears(notices)
    if told[most:]:
        names = list(dict.fromkeys(notices[0].customer for notices in told[most:]))
        hear = "hears" if len(names) == 1 else "hear"
        yield f"{listed(names, 5)} {hear} of a day too."


def _is_news(notice: Notice) -> bool:
    """Tell whether a notice tells a day."""
    match notice.kind:
        case NoticeKind.DATE_SET | NoticeKind.DATE_MOVED:
            return True
        case NoticeKind.CONFIRMED:
            return any(line.waiting for line in notice.lines)
        case _:
            return False


def promises(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Tell who hears a first day, or another one."""
    yield from heard(steps, wording, SHOWN_MOVES)


def cancellations(
    book: OrderBook, steps: Sequence[Step], wording: Wording
) -> Iterator[str]:
    """Tell who gives up what."""
    for step in steps:
        events = [one for one in step.plan.events if isinstance(one, QuantityCancelled)]
        what = all_goods((book.line(one.line).sku, one.quantity) for one in events)
        who = book.order(step.about).order.customer
        yield f"{who} cancels {what} of {step.about}: {events[0].reason}."


def parcels(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Tell whose parcels leave."""
    events = [event for step in steps for event in step.plan.events]
    shipped = [event for event in events if isinstance(event, GoodsShipped)]
    units = sum(line.quantity for event in shipped for line in event.lines)
    names = [notice.customer for step in steps for notice in step.notices]
    leave = "leaves" if len(shipped) == 1 else "leave"
    what = f"{count(len(shipped), 'parcel')} {leave} with {count(units, 'unit')}"
    yield f"{what}: {listed(list(dict.fromkeys(names)))}."


def new_day(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Tell which lines fall due, and which are no longer wanted."""
    events = [event for step in steps for event in step.plan.events]
    due = [event.line for event in events if isinstance(event, LineBecameDue)]
    if due:
        units = sum(one.quantity for one in events if isinstance(one, Allocated))
        got = f", and get {count(units, 'unit')} from stock" if units else ""
        yield f"Due from today on: {listed(due)}{got}."
    lapsed = [event for event in events if isinstance(event, QuantityCancelled)]
    for event in lapsed[:SHOWN_MOVES]:
        status = book.line(event.line)
        what = f"{goods(event.quantity, status.sku)} of {event.line}"
        yield f"{what} ({status.customer}) cancelled: {event.reason}."
    if len(lapsed) > SHOWN_MOVES:
        yield f"{count(len(lapsed) - SHOWN_MOVES, 'more line')} cancelled likewise."
