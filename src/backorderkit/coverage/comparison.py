"""What a plan changes for each line: the difference that a preview shows.

Plans made on one book, under one policy or several, can be compared: each difference
shows what a line has before and after, what its customer was promised, and
when the goods would come now.
"""

from collections.abc import Iterable
from datetime import date

import attrs

from backorderkit.book import OrderBook, line_status
from backorderkit.coverage.coverage import cover
from backorderkit.coverage.expected_dates import (
    ExpectedPortion,
    SupplySource,
    not_before,
    told_dates,
    with_unordered,
)
from backorderkit.model import (
    Allocated,
    AllocationMoved,
    AllocationReleased,
    Event,
    Plan,
)
from backorderkit.values import CustomerRef, LineRef, OrderRef

__all__ = ["Difference", "differences"]


@attrs.frozen
class Difference:
    """What a plan changes for one line.

    `expected_on` is when the last waiting unit would come after the plan, None if that
    is not known or nothing would wait.

    >>> Difference("O-1/1", "O-1", "ada", before=4, after=2, waiting=2).gains
    -2
    """

    line: LineRef
    order: OrderRef
    customer: CustomerRef
    before: int = attrs.field(kw_only=True)
    after: int = attrs.field(kw_only=True)
    waiting: int = attrs.field(kw_only=True)
    promised_on: date | None = attrs.field(default=None, kw_only=True)
    expected_on: date | None = attrs.field(default=None, kw_only=True)

    @property
    def gains(self) -> int:
        """Return the units the line gets; negative if it gives some back."""
        return self.after - self.before

    @property
    def breaks_promise(self) -> bool:
        """Return whether the plan breaks what was promised."""
        if self.promised_on is None or not self.waiting or self.gains >= 0:
            return False
        return self.expected_on is None or self.expected_on > self.promised_on


def differences(book: OrderBook, plan: Plan, *, today: date) -> tuple[Difference, ...]:
    """Return what a plan for this book would change, line by line, in plan order.

    Lines of orders that the plan itself places are left out. The plan is tried on the
    book and undone, so it must fit: raises `StalePlan` if it was made for another
    version.

    Cost: O(events + portions waiting in the pools of the lines concerned).

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, oldest_first, plan_count
    >>> from backorderkit.policies import linear
    >>> from backorderkit import plan_order, plan_reallocation
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 4, at=now))
    >>> for n in (1, 2):
    ...     order = Order(f"O-{n}", "ada", now, [Line(f"O-{n}/1", "LAMP", 4)])
    ...     book.apply(plan_order(book, order))
    >>> plan = plan_reallocation(book, linear(), at=now)
    >>> [(one.line, one.gains) for one in differences(book, plan, today=now.date())]
    [('O-1/1', -2), ('O-2/1', 2)]
    """
    net: dict[LineRef, int] = {}
    for event in plan.events:
        for line, _, units in units_moved(event):
            if line in book.state.lines:
                net[line] = net.get(line, 0) + units
    changed = {line: units for line, units in net.items() if units}
    had = {line: line_status(book.state.lines[line]) for line in changed}
    found: tuple[Difference, ...] = ()
    with book.trying(plan):
        when = _expected(book, changed, today)
        found = tuple(
            Difference(
                line,
                had[line].order,
                had[line].customer,
                before=had[line].allocated,
                after=had[line].allocated + units,
                waiting=book.state.lines[line].waiting,
                promised_on=had[line].promised_on,
                expected_on=when[line],
            )
            for line, units in changed.items()
        )
    return found


def _expected(
    book: OrderBook, lines: Iterable[LineRef], today: date
) -> dict[LineRef, date | None]:
    """Return the day on which the last waiting unit of each line comes, if known."""
    records = [book.state.lines[line] for line in lines]
    pools = {portion.pool.pool for record in records for portion in record.portions}
    pegs: dict[LineRef, list[ExpectedPortion]] = {}
    for pool in sorted(pools):
        for peg in cover(book, *pool).pegs:
            source = (
                SupplySource.ON_ORDER if peg.purchase_line else SupplySource.IN_STOCK
            )
            portion = ExpectedPortion(peg.quantity, peg.expected_on, source)
            pegs.setdefault(peg.line, []).append(portion)
    when: dict[LineRef, date | None] = {}
    for record in records:
        due = record.line.allocate_not_before if record.postponed else None
        supplied = not_before(pegs.get(record.line.ref, ()), due)
        told = told_dates(with_unordered(supplied, record.waiting, None), today)
        when[record.line.ref] = told[-1].on if told else None
    return when


def units_moved(event: Event) -> tuple[tuple[LineRef, int, int], ...]:
    """Return the portions an event gives units to, or (negative) takes them from."""
    match event:
        case Allocated(line, portion, quantity):
            return ((line, portion, quantity),)
        case AllocationReleased(line, portion, quantity):
            return ((line, portion, -quantity),)
        case AllocationMoved(line, portion, to_line, to_portion, quantity):
            return ((line, portion, -quantity), (to_line, to_portion, quantity))
        case _:
            return ()
