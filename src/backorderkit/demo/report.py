"""A run as a story: how it begins, what each day brings, how it ends.

Every line fits into 96 columns, whatever the names are.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from backorderkit import OrderBook
from backorderkit.demo import days
from backorderkit.demo.run import Day, Figures, Kind, Run, Step
from backorderkit.demo.scenario import Scenario
from backorderkit.demo.wording import (
    WIDTH,
    Cell,
    Wording,
    all_goods,
    count,
    item,
    listed,
    percent,
    rounded,
    table,
    wrapped,
)
from backorderkit.notices import NoticeKind

DAYS_SHOWN = 10

Told: TypeAlias = str | list[str]
Way: TypeAlias = Callable[[OrderBook, Sequence[Step], Wording], Iterator[Told]]

WAYS: Mapping[Kind, Way] = {
    Kind.STOCK: lambda book, steps, wording: iter(()),
    Kind.NEW_DAY: days.new_day,
    Kind.OVERDUE: days.overdue,
    Kind.SLIP: days.slips,
    Kind.RECEIPT: days.receipts,
    Kind.CANCELLATION: days.cancellations,
    Kind.ORDER: days.orders,
    Kind.SHIPMENT: days.parcels,
    Kind.PURCHASE: days.purchases,
    Kind.PROMISES: days.promises,
}


GOES_FIRST: Mapping[str, str] = {
    "by_priority, oldest_first": "the lowest priority number, then the oldest",
    "oldest_first": "the oldest order",
    "smallest_first, oldest_first": "the fewest waiting units, then the oldest",
    "earliest_promise_first, oldest_first": "the earliest promise, then the oldest",
}


def report(run: Run, figures: Figures) -> Iterator[str]:
    """Yield the lines of the story."""
    first, last = run.days[0].on, run.days[-1].on
    wording = Wording(years=first.year != last.year)
    yield from _opening(run)
    yield from _days(run, wording)
    yield ""
    yield from ending(run, figures, wording)


# How it begins


def _opening(run: Run) -> Iterator[str]:
    """Yield what is known before the first day."""
    scenario = run.scenario
    yield scenario.title
    yield "=" * min(len(scenario.title), WIDTH)
    for sentence in (
        _people(scenario),
        f"In stock: {all_goods(_shelf(scenario))}.",
        f"Who goes first: {_first(scenario)}."
        f" Purchases: every {count(scenario.buying_every_days, 'day')}.",
        _supply(scenario),
    ):
        yield from wrapped(sentence, WIDTH)


def _people(scenario: Scenario) -> str:
    """Return how many orders there are, of whom, and who delivers."""
    orders = scenario.orders
    customers = {order.customer for order in orders}
    skus = {line.sku for order in orders for line in order.lines}
    who = sorted({terms.supplier for terms in scenario.terms})
    suppliers = "no supplier"
    if who:
        suppliers = f"{count(len(who), 'supplier')} ({listed(who, 5)})"
    return (
        f"{count(len(orders), 'order')} of {count(len(customers), 'customer')} for"
        f" {count(len(skus), 'item')}; {suppliers}."
    )


def _shelf(scenario: Scenario) -> list[tuple[str, int]]:
    """Return the stock at the start, by SKU."""
    shelf: Counter[str] = Counter()
    for pool, units in scenario.stock.items():
        shelf[pool.sku] += units
    return sorted(shelf.items())


def _first(scenario: Scenario) -> str:
    name = scenario.policy.name
    return GOES_FIRST.get(name, name)


def _supply(scenario: Scenario) -> str:
    """Return what the run assumes of the suppliers."""
    if scenario.deliveries is not None:
        return f"What comes: the {count(len(scenario.deliveries), 'receipt')} given."
    but = ", with the exceptions shown below" if scenario.slips else ""
    return f"Assumed: suppliers deliver in full, on the expected day{but}."


# What each day brings


def _days(run: Run, wording: Wording) -> Iterator[str]:
    """Yield the days; of very many, the first and the last ones."""
    left_out = len(run.days) - 2 * DAYS_SHOWN
    first = run.days[:DAYS_SHOWN] if left_out > 0 else run.days
    yield from _block(run.book, first, wording)
    if left_out > 0:
        yield ""
        yield f"... {left_out:,} more days; --json shows all of them ..."
        yield from _block(run.book, run.days[-DAYS_SHOWN:], wording)


def _block(book: OrderBook, days: Sequence[Day], wording: Wording) -> Iterator[str]:
    """Yield some days; blank lines set off a day with a table."""
    was_apart = True
    for day in days:
        parts = list(_day(book, day, wording))
        is_apart = any(isinstance(part, list) for part in parts)
        if parts and (is_apart or was_apart):
            yield ""
        was_apart = is_apart
        margin = wording.day(day.on)
        for text in (line for part in parts for line in _set(part, wording)):
            yield f"{margin:<{wording.margin}}{text}".rstrip()
            margin = ""


def _day(book: OrderBook, day: Day, wording: Wording) -> Iterator[Told]:
    """Yield the story of a day: a paragraph for each kind of step, and tables.

    Promises belong to what made them necessary, parcels to the orders of the day.
    """
    paragraph: list[str] = []
    before = Kind.STOCK
    for kind, steps in groupby(day.steps, key=lambda step: step.kind):
        goes_on = kind is Kind.PROMISES or (before, kind) == (Kind.ORDER, Kind.SHIPMENT)
        if paragraph and not goes_on:
            yield " ".join(paragraph)
            paragraph = []
        before = kind
        for part in WAYS[kind](book, tuple(steps), wording):
            if isinstance(part, str):
                paragraph.append(part)
            else:
                yield " ".join(paragraph)
                yield part
                paragraph = []
    if paragraph:
        yield " ".join(paragraph)


def _set(part: Told, wording: Wording) -> list[str]:
    """Set a paragraph in lines, or a table a little further in."""
    if isinstance(part, list):
        return [f"  {line}" for line in part]
    return wrapped(part, wording.width)


LABEL = 18
ROWS_SHOWN = 10


def ending(run: Run, figures: Figures, wording: Wording) -> Iterator[str]:
    """Yield what is open at the end, and the key figures."""
    heading = f"The end, on {wording.day(run.ends_at.date())}"
    yield heading
    yield "-" * len(heading)
    yield from _waiting(run, wording)
    yield ""
    yield from _on_order(run.book, wording)
    yield ""
    yield from _figures(figures)


def _waiting(run: Run, wording: Wording) -> Iterator[str]:
    """Yield the lines that still wait, as they were ordered."""
    waiting = [
        (line, order.order.placed_at.date())
        for order in map(run.book.order, run.book.orders())
        if order.waiting
        for line in order.lines
        if line.waiting
    ]
    if not waiting:
        yield "No line is waiting."
        return
    units = sum(line.waiting for line, _ in waiting)
    yield f"Still waiting: {count(units, 'unit')} in {count(len(waiting), 'line')}."
    rows: list[list[Cell]] = [
        [
            *(line.ref, line.customer, line.sku, line.ordered, line.waiting),
            *(wording.cell(placed_on), wording.cell(line.promised_on)),
        ]
        for line, placed_on in waiting
    ]
    headings = ["line", "customer", "item", "ordered", "waits", "since", "promised for"]
    yield from table(headings, rows, most=ROWS_SHOWN)
    offered = {terms.sku for terms in run.scenario.terms}
    missing: Counter[str] = Counter()
    for line, _ in waiting:
        if line.sku not in offered:
            missing[line.sku] += line.waiting
    if missing:
        text = f"No supplier offers {all_goods(sorted(missing.items()))}."
        yield from wrapped(text, WIDTH)


def _on_order(book: OrderBook, wording: Wording) -> Iterator[str]:
    """Yield what suppliers still owe."""
    lines = [
        (book.purchase_line(line.ref), order.ordered_at.date())
        for order in book.purchase_orders()
        for line in order.lines
    ]
    owed = [(line, ordered_on) for line, ordered_on in lines if line.open]
    if not owed:
        yield "Nothing is on order."
        return
    units = sum(line.open for line, _ in owed)
    yield f"On order: {count(units, 'unit')} in {count(len(owed), 'purchase line')}."
    rows: list[list[Cell]] = [
        [
            *(line.ref, line.supplier, item(*line.pool), line.ordered, line.open),
            *(wording.cell(ordered_on), wording.cell(line.expected_on)),
        ]
        for line, ordered_on in owed
    ]
    headings = ["line", "from", "item", "ordered", "open", "since", "due"]
    yield from table(headings, rows, most=ROWS_SHOWN)


def _figures(figures: Figures) -> Iterator[str]:
    """Yield the key figures, each with its name in front."""
    yield "Figures"
    rows = {
        "filled at once": _filled(figures),
        "waited": _delay(figures),
        "promised lines": _promises(figures),
        "notices sent": _notices(figures),
        "goods moved": f"{count(figures.purchase_orders, 'purchase order')}, "
        f"{count(figures.receipts, 'receipt')}, {count(figures.parcels, 'parcel')}",
        "backlog by age": _ages(figures),
        "prepaid backlog": _exposure(figures),
        "surplus": f"{figures.surplus.in_stock.total:,} units in stock,"
        f" {figures.surplus.on_order.total:,} on order",
    }
    for name, text in rows.items():
        if text:
            first, *more = wrapped(text, WIDTH - LABEL - 2)
            yield f"  {name:<{LABEL}}{first}"
            yield from (" " * (LABEL + 2) + line for line in more)


def _filled(figures: Figures) -> str:
    fill = figures.fill
    rates = {"units": fill.units, "lines": fill.lines, "orders": fill.orders}
    return "; ".join(
        f"{percent(rate.rate)} of {rate.of:,} {name}" for name, rate in rates.items()
    )


def _delay(figures: Figures) -> str:
    """Return how long units waited, nothing if none did."""
    delay = figures.delay
    if delay.mean is None or delay.median is None:
        return ""
    ninetieth, longest = delay.ninetieth or delay.mean, delay.longest or delay.mean
    return (
        f"{count(delay.units, 'unit')} for {rounded(delay.mean)} days on average; half"
        f" of them up to {rounded(delay.median)}, nine in ten up to"
        f" {rounded(ninetieth)}, all up to {rounded(longest)}"
    )


def _promises(figures: Figures) -> str:
    kept = figures.promises
    return (
        f"{kept.kept:,} kept, {kept.moved:,} moved in time, {kept.missed:,} missed,"
        f" {kept.open:,} open, {kept.withdrawn:,} withdrawn"
    )


def _notices(figures: Figures) -> str:
    words = {NoticeKind.DATE_SET: "date set", NoticeKind.DATE_MOVED: "date moved"}
    counts = [
        f"{number:,} {words.get(kind, kind.value)}" for kind, number in figures.notices
    ]
    return ", ".join(counts) or "none"


def _ages(figures: Figures) -> str:
    """Return the units that wait, by days."""
    bands = [
        f"{band.units:,} for {band.from_days}-{band.to_days} days"
        if band.to_days is not None
        else f"{band.units:,} for over {band.from_days - 1} days"
        for band in figures.ages
        if band.units
    ]
    return "units waiting: " + ", ".join(bands) if bands else "nothing waits"


def _exposure(figures: Figures) -> str:
    """Return the money of goods that are sold and not yet in stock."""
    sums = [str(amount) for amount in figures.exposure.amounts]
    if figures.exposure.unpriced:
        sums.append(f"{count(figures.exposure.unpriced, 'unit')} without a price")
    return listed(sums) if sums else "nothing"
