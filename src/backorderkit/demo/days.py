"""What a day brings, in sentences and tables: to customers, and from suppliers.

What happened often on one day is counted, and shown of the first few. A sentence is a
string, a table a list of lines.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from backorderkit import (
    Backorder,
    Notice,
    NoticeKind,
    OrderBook,
    Pool,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
)
from backorderkit.demo.run import Step
from backorderkit.demo.wording import (
    Cell,
    Wording,
    all_goods,
    count,
    goods,
    item,
    listed,
    table,
)
from backorderkit.model import (
    Allocated,
    GoodsReceived,
    GoodsShipped,
    LineBecameDue,
    OrderPlaced,
    OrderRefused,
    PurchaseExpected,
    PurchasePlaced,
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


Told: TypeAlias = str | list[str]
SHOWN_RECEIPTS = 3
SHOWN_ROWS = 10
SHOWN_BEHIND = 1
INDENT = 2


def slips(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[Told]:
    """Tell of other days that suppliers name."""
    for step in steps:
        for event in step.plan.events:
            if isinstance(event, PurchaseExpected):
                line = book.purchase_line(event.purchase_line)
                when = "on a day nobody knows"
                if event.expected_on is not None:
                    when = f"on {wording.day(event.expected_on)}"
                what = f"{line.ref} ({item(*line.pool)})"
                yield f"{line.supplier} will bring {what} {when}: {event.reason}."


def overdue(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[Told]:
    """Tell what did not come, and who hears that nobody knows when."""
    yield f"Not there yet: {listed([step.about for step in steps], 3)}."
    yield from heard(steps, wording, SHOWN_MOVES)


# Receipts: who gets what, and why


def receipts(
    book: OrderBook, steps: Sequence[Step], wording: Wording
) -> Iterator[Told]:
    """Tell of deliveries: what comes, who gets it, who stays behind."""
    arrived = [
        (step, event.receipt)
        for step in steps
        for event in step.plan.events
        if isinstance(event, GoodsReceived)
    ]
    for step, receipt in arrived[:SHOWN_RECEIPTS]:
        yield _arrival(book, step, receipt)
        if rows := _rows(book, step, wording):
            headings = ["item", "line", "customer", "ordered", "waits", "gets", "why"]
            yield table(headings, rows, most=SHOWN_ROWS, width=wording.width - INDENT)
    if rest := [receipt for _, receipt in arrived[SHOWN_RECEIPTS:]]:
        units = sum(line.accepted for receipt in rest for line in receipt.lines)
        yield f"{count(len(rest), 'more receipt')} with {count(units, 'unit')}."


def _arrival(book: OrderBook, step: Step, receipt: Receipt) -> str:
    """Say what comes, from whom, and what is left over or sent back."""
    ordered = [one for one in receipt.lines if one.purchase_line is not None]
    lines = [book.purchase_line(str(one.purchase_line)) for one in ordered]
    suppliers = list(dict.fromkeys(line.supplier for line in lines))
    orders = list(dict.fromkeys(line.order for line in lines))
    who = listed(suppliers, 3) if lines else "Somebody"
    verb = "bring" if len(suppliers) > 1 else "brings"
    what = f" ({listed(orders, 3)})" if lines else ""
    comes: dict[str, int] = {}
    for one in receipt.lines:
        comes[one.sku] = comes.get(one.sku, 0) + one.accepted
    text = f"{receipt.ref}: {who} {verb} {all_goods(comes.items())}{what}."
    for one in receipt.lines:
        if one.rejected:
            text += f" {goods(one.rejected, one.sku)} go back: {one.reason}."
    left = sum(comes.values()) - sum(step.plan.allocated().values())
    if left:
        text += f" {count(left, 'unit')} left over."
    return text


def _rows(book: OrderBook, step: Step, wording: Wording) -> list[list[Cell]]:
    """Return who gets goods, pool by pool, and the first who gets none."""
    behind: dict[Pool, list[Backorder]] = {}
    for backorder in step.behind:
        behind.setdefault(backorder.pool, []).append(backorder)
    rows: list[list[Cell]] = []
    before: Pool | None = None
    for event in step.plan.events:
        if isinstance(event, Allocated):
            pool = _pool(book, event)
            if before is not None and pool != before:
                rows += _without(book, step, behind.pop(before, []), wording)
            place = "first in line" if pool != before else "next in line"
            rows.append(_served(book, step, event, pool, place, wording))
            before = pool
    return rows + (
        _without(book, step, behind.get(before, []), wording) if before else []
    )


def _pool(book: OrderBook, event: Allocated) -> Pool:
    """Return the pool in which a portion got goods."""
    line = book.line(event.line)
    return Pool(line.sku, line.portions[event.portion].location)


def _served(
    book: OrderBook,
    step: Step,
    event: Allocated,
    pool: Pool,
    place: str,
    wording: Wording,
) -> list[Cell]:
    """Return the row of a line that gets goods."""
    order = book.order(book.line(event.line).order).order
    why = f"{place}, priority {order.priority}" if order.priority else place
    if event.quantity < event.wanted:
        why += f"; nothing left for {event.wanted - event.quantity}"
    elif order.groups and order.ref not in step.plan.became_shippable:
        why += "; order incomplete"
    return [
        item(*pool),
        event.line,
        order.customer,
        wording.cell(order.placed_at.date()),
        event.wanted,
        event.quantity,
        why,
    ]


def _without(
    book: OrderBook, step: Step, behind: Sequence[Backorder], wording: Wording
) -> list[list[Cell]]:
    """Return the rows of the first lines that get nothing and wait on."""
    rows: list[list[Cell]] = []
    for one in behind:
        if one.line not in step.plan.allocated():
            placed_on = book.order(one.order).order.placed_at.date()
            why = f"nothing left; due {wording.cell(one.promised_on)}"
            if one.promised_on is None:
                why = "nothing left; nobody knows when"
            who = [item(*one.pool), one.line, one.customer, wording.cell(placed_on)]
            rows.append([*who, one.quantity, 0, why])
    return rows[:SHOWN_BEHIND]


# Purchases: what is bought, and for whom


def purchases(
    book: OrderBook, steps: Sequence[Step], wording: Wording
) -> Iterator[Told]:
    """Tell what is bought from whom, how it was sized, and for whom it is."""
    for step in steps:
        placed = [
            event.order
            for event in step.plan.events
            if isinstance(event, PurchasePlaced)
        ]
        sums = [
            f"{sum(line.quantity for line in order.lines):,} from {order.supplier}"
            for order in placed
        ]
        yield f"The shop orders what is missing: {listed(sums)}."
        rows = [
            _bought(book, order, line, wording)
            for order in placed
            for line in order.lines
        ]
        headings = ["line", "from", "item", "need", "order", "spare", "due", "for"]
        yield table(headings, rows, most=SHOWN_ROWS, width=wording.width - INDENT)


def _bought(
    book: OrderBook, order: PurchaseOrder, line: PurchaseLine, wording: Wording
) -> list[Cell]:
    """Return the row of a purchase line."""
    sizing = line.sizing
    names: dict[str, int] = {}
    for need in line.needs:
        customer = book.line(need.line).customer
        names[customer] = names.get(customer, 0) + need.quantity
    spare = f"{line.surplus:,}" if line.surplus else ""
    if sizing is not None and line.surplus:
        why = ["minimum"] if sizing.by_minimum else []
        why += ["pack"] if sizing.by_rounding else []
        spare = f"{spare} by {listed(why)}" if why else spare
    return [
        line.ref,
        order.supplier,
        item(line.sku, order.destination),
        sizing.need if sizing else line.quantity,
        line.quantity,
        spare,
        wording.cell(line.expected_on),
        ", ".join(f"{name} {units:,}" for name, units in names.items()),
    ]
