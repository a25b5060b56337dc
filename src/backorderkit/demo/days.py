"""What a day brings, in sentences and tables: to customers, and from suppliers.

What happened often on a day is shown a few times and then counted. A sentence is a
string, a table a list of lines.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar

from backorderkit import (
    Backorder,
    Notice,
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
from backorderkit.notices import NoticeKind
from backorderkit.values import OrderRef

Kind = TypeVar("Kind")

SHOWN_CONFIRMATIONS = 1
SHOWN_REFUSALS = 2
SHOWN_MOVES = 4


def _events(steps: Sequence[Step], kind: type[Kind]) -> list[Kind]:
    """Return the events of one kind, over all steps."""
    return [
        event for step in steps for event in step.plan.events if isinstance(event, kind)
    ]


def orders(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Yield what was ordered, what is in stock, and what waits until when."""
    asked = there = refused = 0
    for event in (event for step in steps for event in step.plan.events):
        match event:
            case OrderPlaced(order):
                asked += sum(line.quantity for line in order.lines)
            case OrderRefused(order):
                asked += sum(line.quantity for line in order.lines)
                refused += sum(refusal.quantity for refusal in event.refused)
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
    """Yield the first few units that are not sold, and why."""
    refused = _events(steps, QuantityRefused)
    for order in _events(steps, OrderRefused):
        refused += order.refused
    for event in refused[:SHOWN_REFUSALS]:
        yield f"{event.quantity:,} of {event.line} refused: {event.reason}."


def heard(steps: Sequence[Step], wording: Wording, most: int) -> Iterator[str]:
    """Yield the dates that the first few customers hear."""
    news: dict[OrderRef, list[Notice]] = {}
    for notice in (notice for step in steps for notice in step.notices):
        if _is_news(notice):
            news.setdefault(notice.order, []).append(notice)
    by_order = list(news.values())
    for notices in by_order[:most]:
        yield wording.hears(notices)
    if by_order[most:]:
        names = dict.fromkeys(notices[0].customer for notices in by_order[most:])
        hear = "hears" if len(names) == 1 else "hear"
        yield f"{listed(list(names), 5)} {hear} of a date too."


def _is_news(notice: Notice) -> bool:
    """Return whether a notice names a date."""
    match notice.kind:
        case NoticeKind.DATE_SET | NoticeKind.DATE_MOVED:
            return True
        case NoticeKind.CONFIRMED:
            return any(line.waiting for line in notice.lines)
        case _:
            return False


def promises(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Yield who hears a first date, or another date."""
    yield from heard(steps, wording, SHOWN_MOVES)


def cancellations(
    book: OrderBook, steps: Sequence[Step], wording: Wording
) -> Iterator[str]:
    """Yield who cancels what."""
    for step in steps:
        events = _events([step], QuantityCancelled)
        what = all_goods((book.line(cut.line).sku, cut.quantity) for cut in events)
        who = book.order(step.about).order.customer
        yield f"{who} cancels {what} of {step.about}: {events[0].reason}."


def parcels(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Yield whose parcels leave."""
    shipped = _events(steps, GoodsShipped)
    units = sum(line.quantity for event in shipped for line in event.lines)
    names = [notice.customer for step in steps for notice in step.notices]
    leave = "leaves" if len(shipped) == 1 else "leave"
    what = f"{count(len(shipped), 'parcel')} {leave} with {count(units, 'unit')}"
    yield f"{what}: {listed(list(dict.fromkeys(names)))}."


def new_day(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[str]:
    """Yield which lines fall due, and which are no longer wanted."""
    due = [event.line for event in _events(steps, LineBecameDue)]
    if due:
        units = sum(event.quantity for event in _events(steps, Allocated))
        got = f", and get {count(units, 'unit')} from stock" if units else ""
        yield f"Due from today on: {listed(due)}{got}."
    lapsed = _events(steps, QuantityCancelled)
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
    """Yield the new dates that suppliers name."""
    for event in _events(steps, PurchaseExpected):
        line = book.purchase_line(event.purchase_line)
        when = "on an unknown date"
        if event.expected_on is not None:
            when = f"on {wording.day(event.expected_on)}"
        what = f"{line.ref} ({item(*line.pool)})"
        yield f"{line.supplier} will bring {what} {when}: {event.reason}."


def overdue(book: OrderBook, steps: Sequence[Step], wording: Wording) -> Iterator[Told]:
    """Yield what did not come, and who hears that its date is unknown."""
    yield f"Not there yet: {listed([step.about for step in steps], 3)}."
    yield from heard(steps, wording, SHOWN_MOVES)


# Receipts: who gets what, and why


def receipts(
    book: OrderBook, steps: Sequence[Step], wording: Wording
) -> Iterator[Told]:
    """Yield deliveries: what comes, who gets it, who waits on."""
    arrived = [
        (step, event.receipt)
        for step in steps
        for event in _events([step], GoodsReceived)
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
    """Return what comes, from whom, and what is left over or sent back."""
    refs = [line.purchase_line for line in receipt.lines]
    lines = [book.purchase_line(ref) for ref in refs if ref is not None]
    suppliers = list(dict.fromkeys(line.supplier for line in lines))
    orders = list(dict.fromkeys(line.order for line in lines))
    who = listed(suppliers, 3) if lines else "An unplanned delivery"
    verb = "bring" if len(suppliers) > 1 else "brings"
    what = f" ({listed(orders, 3)})" if lines else ""
    comes: dict[str, int] = {}
    for goods_in in receipt.lines:
        comes[goods_in.sku] = comes.get(goods_in.sku, 0) + goods_in.accepted
    text = f"{receipt.ref}: {who} {verb} {all_goods(comes.items())}{what}."
    for back in receipt.lines:
        if back.rejected:
            text += f" {goods(back.rejected, back.sku)} go back: {back.reason}."
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
    for wait in behind:
        if wait.line not in step.plan.allocated():
            placed_on = book.order(wait.order).order.placed_at.date()
            why = f"nothing left; due {wording.cell(wait.promised_on)}"
            if wait.promised_on is None:
                why = "nothing left; date unknown"
            who = [item(*wait.pool), wait.line, wait.customer, wording.cell(placed_on)]
            rows.append([*who, wait.quantity, 0, why])
    return rows[:SHOWN_BEHIND]


# Purchases: what is bought, and for whom


def purchases(
    book: OrderBook, steps: Sequence[Step], wording: Wording
) -> Iterator[Told]:
    """Yield what is bought from whom, how it was sized, and for whom it is."""
    for step in steps:
        placed = [event.order for event in _events([step], PurchasePlaced)]
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
