"""A set-up lived through day by day, by the decisions of the library alone.

Every day has the same course: deliveries arrive, on a Monday the missing goods are
ordered, then the day's orders are placed. All orders of a day carry the same moment, so
that their references alone tell them apart, and references are numbers of equal width
in the order of service. Everything known of an outcome comes from plans and from the
views of the book.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from time import process_time

import attrs

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Plan,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_count,
    plan_order,
    plan_receipt,
    plan_replenishment,
)
from backorderkit.model import PurchasePlaced, cheapest
from tests.replays.demand import Kind, Setup, Wanted

MORNING, NOON = time(0, tzinfo=UTC), time(12, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
MONDAY = 0


@attrs.define
class Open:
    """A line that is not complete: the day it was ordered, the units it lacks."""

    ordered_on: date
    missing: int


@attrs.define
class Outcome:
    """What came of a set-up: the figures are counted from this.

    `waits` counts complete lines by their days of waiting, `on_arrival` those that were
    complete when they were placed. `seconds` of the processor are kept by decision.
    """

    setup: Setup
    book: OrderBook = attrs.field(factory=lambda: OrderBook(oldest_first()))
    open: dict[str, Open] = attrs.field(factory=dict)
    waits: Counter[int] = attrs.field(factory=Counter)
    on_arrival: int = 0
    purchase_orders: int = 0
    purchase_lines: int = 0
    units_ordered: int = 0
    value: Decimal = Decimal(0)
    seconds: dict[str, float] = attrs.field(factory=lambda: defaultdict(float))

    def line_ref(self, place: int) -> str:
        """Return the reference of the line at a place of the demand."""
        return f"{place:0{len(str(len(self.setup.demand)))}}"


def run(setup: Setup) -> Outcome:
    """Live through a set-up, check the book, and return what came of it."""
    outcome, agenda = Outcome(setup), _Agenda(setup)
    by_day = {
        on: list(lines)
        for on, lines in groupby(enumerate(setup.demand), lambda one: one[1].on)
    }
    for today in agenda.days():
        if today == agenda.first:
            _count(outcome, today)
        _receive(outcome, agenda, today)
        if setup.kind is Kind.WEEKLY and today.weekday() == MONDAY:
            _buy(outcome, agenda, today)
            _receive(outcome, agenda, today)  # from whoever delivers at once
        for _, lines in groupby(by_day.get(today, ()), lambda one: one[1].order):
            _place(outcome, list(lines))
    begun = process_time()
    outcome.book.check_invariants()
    outcome.seconds["check_invariants"] = process_time() - begun
    return outcome


class _Agenda:
    """The days to live through, and the deliveries on their way."""

    def __init__(self, setup: Setup) -> None:
        self._due: dict[date, list[tuple[str, list[ReceiptLine]]]] = {}
        for (on, order), goods in groupby(
            setup.deliveries, attrgetter("on", "purchase_order")
        ):
            lines = [ReceiptLine(one.sku, one.quantity) for one in goods]
            self._due.setdefault(on, []).append((f"{order} on {on}", lines))
        days = {wanted.on for wanted in setup.demand} | set(self._due)
        self.first = min(days, default=date.max)
        self.last = max(days, default=date.min)
        if days and setup.kind is Kind.WEEKLY:
            # What was ordered last is bought on the next Monday.
            self.last += timedelta(days=7 - self.last.weekday())

    def days(self) -> Iterator[date]:
        """Yield every day until nothing can happen any more."""
        today = self.first
        while today <= self.last or self._due:
            yield today
            today += ONE_DAY

    def expect(self, order: PurchaseOrder) -> None:
        """Remember when the lines of a purchase order arrive, in full."""
        by_day: dict[date, list[ReceiptLine]] = {}
        for line in order.lines:
            goods = ReceiptLine(line.sku, line.quantity, purchase_line=line.ref)
            assert line.expected_on is not None, "every vendor has a lead time"
            by_day.setdefault(line.expected_on, []).append(goods)
        for on, lines in by_day.items():
            self._due.setdefault(on, []).append((f"{order.ref} on {on}", lines))

    def due(self, today: date) -> Sequence[tuple[str, list[ReceiptLine]]]:
        """Return what arrives today, once."""
        return self._due.pop(today, ())


def _count(outcome: Outcome, today: date) -> None:
    """Count the stock there is at the start."""
    at = datetime.combine(today, MORNING)
    for sku, units in outcome.setup.stock.items():
        begun = process_time()
        plan = plan_count(outcome.book, sku, units, at=at)
        _apply(outcome, "plan_count", plan, begun, today)


def _receive(outcome: Outcome, agenda: _Agenda, today: date) -> None:
    """Let the day's deliveries meet who waits."""
    at = datetime.combine(today, MORNING)
    for ref, lines in agenda.due(today):
        begun = process_time()
        plan = plan_receipt(outcome.book, Receipt(ref, at, lines))
        _apply(outcome, "plan_receipt", plan, begun, today)


def _buy(outcome: Outcome, agenda: _Agenda, today: date) -> None:
    """Order what is missing, one purchase order per vendor."""
    begun, setup = process_time(), outcome.setup
    plan = plan_replenishment(
        outcome.book,
        setup.catalogue,
        at=datetime.combine(today, MORNING),
        targets=setup.targets,
        choose=cheapest,
    )
    _apply(outcome, "plan_replenishment", plan, begun, today)
    orders = [one.order for one in plan.events if isinstance(one, PurchasePlaced)]
    for order in orders:
        outcome.purchase_orders += 1
        outcome.purchase_lines += len(order.lines)
        outcome.units_ordered += sum(line.quantity for line in order.lines)
        outcome.value += order.value.amount if order.value else 0
        agenda.expect(order)


def _place(outcome: Outcome, wanted: Sequence[tuple[int, Wanted]]) -> None:
    """Place one order with all its lines."""
    begun = process_time()
    place, first = wanted[0]
    lines = [
        Line(outcome.line_ref(place), one.sku, one.quantity) for place, one in wanted
    ]
    ref, at = f"O-{outcome.line_ref(place)}", datetime.combine(first.on, NOON)
    order = Order(ref, first.customer, at, lines)
    for line in lines:
        outcome.open[line.ref] = Open(first.on, line.quantity)
    outcome.seconds["Order"] += process_time() - begun
    begun, complete = process_time(), outcome.waits.total()
    plan = plan_order(outcome.book, order)
    _apply(outcome, "plan_order", plan, begun, first.on)
    outcome.on_arrival += outcome.waits.total() - complete


def _apply(
    outcome: Outcome, decision: str, plan: Plan, begun: float, today: date
) -> None:
    """Make a plan true, note who is complete by it, and keep the time it took."""
    planned = process_time()
    outcome.book.apply(plan)
    applied = process_time()
    outcome.seconds[decision] += planned - begun
    outcome.seconds[f"apply {decision}"] += applied - planned
    for ref, units in plan.allocated().items():
        line = outcome.open[ref]
        line.missing -= units
        if not line.missing:
            del outcome.open[ref]
            outcome.waits[(today - line.ordered_on).days] += 1
    outcome.seconds["counting"] += process_time() - applied
