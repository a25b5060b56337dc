"""How a run ends: what still waits, what is on order, and the key figures.

Every line fits into 96 columns.
"""

from collections.abc import Iterator

from backorderkit import NoticeKind, OrderBook
from backorderkit.demo.figures import Figures, percent, rounded
from backorderkit.demo.tables import Cell, count, listed, table
from backorderkit.demo.trace import Run
from backorderkit.demo.wording import WIDTH, Wording, all_goods, item, wrapped

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
        yield "Nobody waits."
        return
    units = sum(line.waiting for line, _ in waiting)
    yield f"Still waiting: {count(units, 'unit')} in {count(len(waiting), 'line')}."
    rows: list[list[Cell]] = [
        [
            line.ref,
            line.customer,
            line.sku,
            line.ordered,
            line.waiting,
            wording.cell(placed_on),
            wording.cell(line.promised_on),
        ]
        for line, placed_on in waiting[:ROWS_SHOWN]
    ]
    headings = ["line", "customer", "item", "ordered", "waits", "since", "promised for"]
    yield from table(headings, rows)
    yield from _more(len(waiting) - ROWS_SHOWN)
    offered = {terms.sku for terms in run.scenario.terms}
    missing: dict[str, int] = {}
    for line, _ in waiting:
        if line.sku not in offered:
            missing[line.sku] = missing.get(line.sku, 0) + line.waiting
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
            line.ref,
            line.supplier,
            item(*line.pool),
            line.ordered,
            line.open,
            wording.cell(ordered_on),
            wording.cell(line.expected_on),
        ]
        for line, ordered_on in owed[:ROWS_SHOWN]
    ]
    headings = ["line", "from", "item", "ordered", "open", "since", "due"]
    yield from table(headings, rows)
    yield from _more(len(owed) - ROWS_SHOWN)


def _more(number: int) -> Iterator[str]:
    """Say how many rows are not shown."""
    if number > 0:
        yield f"... and {number:,} more"


def _figures(figures: Figures) -> Iterator[str]:
    """Yield the key figures."""
    fill, delay, kept = figures.fill, figures.delay, figures.promises
    yield "Figures"
    rows: list[list[Cell]] = [
        [
            "filled at once",
            "; ".join(
                f"{percent(one.rate)} of {one.of:,} {name}"
                for one, name in (
                    (fill.units, "units"),
                    (fill.lines, "lines"),
                    (fill.orders, "orders"),
                )
            ),
        ]
    ]
    if delay.mean is not None and delay.median is not None:
        ninetieth, longest = delay.ninetieth or delay.mean, delay.longest or delay.mean
        rows.append(
            [
                "waited",
                f"{count(delay.units, 'unit')} for {rounded(delay.mean)} days on"
                f" average; half of them up to {rounded(delay.median)}, nine in ten"
                f" up to {rounded(ninetieth)}, all up to {rounded(longest)}",
            ]
        )
    rows += [
        [
            "promised lines",
            f"{kept.kept:,} kept, {kept.moved:,} moved in time, {kept.missed:,} missed,"
            f" {kept.open:,} open, {kept.withdrawn:,} withdrawn",
        ],
        ["customers heard", _notices(figures)],
        [
            "goods moved",
            f"{count(figures.purchase_orders, 'purchase order')}, "
            f"{count(figures.receipts, 'receipt')}, "
            f"{count(figures.parcels, 'parcel')}",
        ],
        ["backlog by age", _ages(figures)],
        ["sold, not there", _exposure(figures)],
        [
            "nobody needs",
            f"{figures.surplus.in_stock.total:,} units in stock,"
            f" {figures.surplus.on_order.total:,} on order",
        ],
    ]
    for name, text in rows:
        lines = wrapped(str(text), WIDTH - LABEL - 2)
        yield f"  {name:<{LABEL}}{lines[0]}"
        yield from (" " * (LABEL + 2) + line for line in lines[1:])


def _notices(figures: Figures) -> str:
    """Return how many notices of each kind went out."""
    words = {NoticeKind.DATE_SET: "date set", NoticeKind.DATE_MOVED: "date moved"}
    told = [
        f"{number:,} {words.get(kind, kind.value)}" for kind, number in figures.notices
    ]
    return ", ".join(told) or "nothing"


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
    """Return the money in goods that are sold and not there."""
    sums = [str(amount) for amount in figures.exposure.amounts]
    if figures.exposure.unpriced:
        sums.append(f"{count(figures.exposure.unpriced, 'unit')} without a price")
    return listed(sums) if sums else "nothing"
