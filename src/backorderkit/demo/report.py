"""A run as a story: how it begins, what each day brings, how it ends.

Every line fits into 96 columns, whatever the names are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from backorderkit import OrderBook
from backorderkit.demo import customers, suppliers
from backorderkit.demo.ending import ending
from backorderkit.demo.figures import Figures
from backorderkit.demo.scenario import Scenario
from backorderkit.demo.tables import count, listed
from backorderkit.demo.trace import Day, Kind, Run, Step
from backorderkit.demo.wording import WIDTH, Wording, all_goods, wrapped

DAYS_SHOWN = 10

Told: TypeAlias = str | list[str]
Way: TypeAlias = Callable[[OrderBook, Sequence[Step], Wording], Iterator[Told]]

WAYS: Mapping[Kind, Way] = {
    Kind.STOCK: lambda book, steps, wording: iter(()),
    Kind.NEW_DAY: customers.new_day,
    Kind.OVERDUE: suppliers.overdue,
    Kind.SLIP: suppliers.slips,
    Kind.RECEIPT: suppliers.receipts,
    Kind.CANCELLATION: customers.cancellations,
    Kind.ORDER: customers.orders,
    Kind.SHIPMENT: customers.parcels,
    Kind.PURCHASE: suppliers.purchases,
    Kind.PROMISES: customers.promises,
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
        f"On the shelf: {all_goods(_shelf(scenario))}.",
        f"Who goes first: {_first(scenario)}."
        f" Purchases: every {count(scenario.buying_every_days, 'day')}.",
        _supply(scenario),
    ):
        yield from wrapped(sentence, WIDTH)


def _people(scenario: Scenario) -> str:
    """Say how many orders there are, of whom, and who delivers."""
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
    """Return what lies there at the start, by SKU."""
    shelf: dict[str, int] = {}
    for pool, units in scenario.stock.items():
        shelf[pool.sku] = shelf.get(pool.sku, 0) + units
    return sorted(shelf.items())


def _first(scenario: Scenario) -> str:
    """Say who goes first."""
    name = scenario.policy.name
    return GOES_FIRST.get(name, name)


def _supply(scenario: Scenario) -> str:
    """Say what is taken for granted of the suppliers."""
    if scenario.deliveries is not None:
        return f"What comes: the {count(len(scenario.deliveries), 'receipt')} given."
    but = ", but for what is told below" if scenario.slips else ""
    return f"Assumed: suppliers deliver in full, on the expected day{but}."


# What each day brings


def _days(run: Run, wording: Wording) -> Iterator[str]:
    """Yield the days; of very many, the first and the last ones."""
    left_out = len(run.days) - 2 * DAYS_SHOWN
    first = run.days[:DAYS_SHOWN] if left_out > 0 else run.days
    yield from _block(run.book, first, wording)
    if left_out > 0:
        yield ""
        yield f"... {left_out:,} more days; --json tells of every one ..."
        yield from _block(run.book, run.days[-DAYS_SHOWN:], wording)


def _block(book: OrderBook, days: Sequence[Day], wording: Wording) -> Iterator[str]:
    """Yield some days; one with a table stands apart."""
    stood_apart = True
    for day in days:
        parts = list(_day(book, day, wording))
        stands_apart = any(isinstance(part, list) for part in parts)
        if parts and (stands_apart or stood_apart):
            yield ""
        stood_apart = stands_apart
        margin = wording.day(day.on)
        for text in (line for part in parts for line in _set(part, wording)):
            yield f"{margin:<{wording.margin}}{text}".rstrip()
            margin = ""


def _day(book: OrderBook, day: Day, wording: Wording) -> Iterator[Told]:
    """Yield what is told of a day: a paragraph for each kind of step, and tables.

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
