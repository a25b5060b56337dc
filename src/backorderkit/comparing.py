"""What a plan changes, and for whom: the difference a preview shows.

Plans made on one book, under one policy or several, can be laid side by side: each
difference says what a line has before and after, what its customer was promised, and
when the goods would come now.
"""

from datetime import date

import attrs

from backorderkit.book import OrderBook
from backorderkit.deciding.accepting import expected_in
from backorderkit.deciding.draft import Draft
from backorderkit.events import Allocated, AllocationMoved, AllocationReleased
from backorderkit.expecting import told_dates
from backorderkit.plan import Plan
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
        """Tell whether what was promised can no longer be kept because of the plan."""
        if self.promised_on is None or not self.waiting or self.gains >= 0:
            return False
        return self.expected_on is None or self.expected_on > self.promised_on


def differences(book: OrderBook, plan: Plan, *, today: date) -> tuple[Difference, ...]:
    """Return what a plan for this book would change, line by line, in plan order.

    Lines of orders that the plan itself places are left out.

    Cost: O(events + portions behind each line that gives back).

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, linear, oldest_first, plan_count
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
    draft, net = Draft(book), dict[LineRef, int]()
    for event in plan.events:
        for line, portion, units in _moves(event):
            if line in book.state.lines:
                net[line] = net.get(line, 0) + units
                _follow(draft, line, portion, units)
    return tuple(
        _difference(draft, line, units, today) for line, units in net.items() if units
    )


def _moves(event: object) -> tuple[tuple[LineRef, int, int], ...]:
    """Return the portions an event gives units to, or (negative) takes them from."""
    match event:
        case Allocated():
            return ((event.line, event.portion, event.quantity),)
        case AllocationReleased():
            return ((event.line, event.portion, -event.quantity),)
        case AllocationMoved():
            return (
                (event.line, event.portion, -event.quantity),
                (event.to_line, event.to_portion, event.quantity),
            )
        case _:
            return ()


def _follow(draft: Draft, line: LineRef, portion: int, units: int) -> None:
    """Let a draft see that a portion got units, or gave them back."""
    record = draft.state.lines[line]
    if units < 0:
        draft.take_back(record.portions[portion], -units, "")
        return
    for one in draft.waiting_portions(record.order.order.ref, line):
        if one is not None and one.portion == portion:
            draft.allocate(one, units)


def _difference(draft: Draft, line: LineRef, units: int, today: date) -> Difference:
    """Return what a draft means for a line that gains or loses units."""
    record = draft.state.lines[line]
    order = record.order.order
    before = sum(portion.allocated for portion in record.portions)
    expected = expected_in(draft, order.ref, record.line, today) if units < 0 else []
    dates = told_dates(expected, today)
    return Difference(
        line,
        order.ref,
        order.customer,
        before=before,
        after=before + units,
        waiting=record.waiting - units,
        promised_on=record.promised_on,
        expected_on=dates[-1].on if dates else None,
    )
