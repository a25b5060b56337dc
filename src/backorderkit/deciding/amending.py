"""A customer or a clerk changes their mind: more units of a line, fewer, or none.

Lowering a line gives up waiting units first, the youngest portion first, then allocated
ones; frozen and shipped units never. Raising a line leaves its old units in place and
queues the new ones behind them, as a portion of their own. Whatever is given
up is offered to the queue in the same plan, and the reasons name the purchase lines
that may be cut for it.

Cost: O(portions of the lines concerned + lines served), each O(log n), and the purchase
lines with units that no demand needs.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from backorderkit.book import LineRecord, OrderBook
from backorderkit.deciding.acceptance import (
    ANYTHING,
    expected_in,
    may_wait,
    restricts,
    short_now,
)
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill, given_by
from backorderkit.deciding.lowering import lower
from backorderkit.deciding.quotes import refuse_quote
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import (
    Plan,
    Portion,
    PortionAdded,
    QuantityRefused,
    SellingRules,
    ShipTogether,
)
from backorderkit.replenishment import with_possible_cuts
from backorderkit.values import (
    LineRef,
    OrderRef,
    check_again,
    check_all,
    check_count,
    check_kind,
    check_text,
    check_time,
)

__all__ = [
    "plan_amendment",
    "plan_cancellation",
]


def plan_amendment(
    book: OrderBook,
    line: LineRef,
    quantity: int,
    *,
    at: datetime,
    rules: SellingRules = ANYTHING,
) -> Plan:
    """Change how many units of a line are wanted in all, up or down.

    `quantity` is the new total, shipped units included, cancelled ones not. A raise is
    subject to the selling rules like a new order. Raises `NotPossible` below what is
    shipped or frozen, and for a raise of what is only quoted.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> print(plan_amendment(book, "O-1/1", 3, at=now).explain())
    O-1/1: 2 cancelled, amended.
    """
    record = book.state.line(line)
    check_count("quantity", quantity)
    check_time("at", at)
    check_kind("rules", rules, SellingRules)
    draft = Draft(book, at=at, trigger="an amendment")
    wanted = _owed(record)
    if quantity < wanted:
        lower(draft, record, wanted - quantity, "amended")
        return with_possible_cuts(book, fill(draft))
    if quantity > wanted:
        refuse_quote(record.order, "raise")
        _raise(draft, record, quantity - wanted, at, rules)
    return fill(draft)


def _owed(record: LineRecord) -> int:
    """Return the units of a line that are not cancelled, shipped ones included."""
    return sum(portion.ordered - portion.cancelled for portion in record.portions)


def _raise(
    draft: Draft, record: LineRecord, units: int, at: datetime, rules: SellingRules
) -> None:
    """Queue more units of a line, as far as the selling rules allow."""
    line, rule, number = record.line, rules.of(record.line.sku), len(record.portions)
    order = record.order.order.ref
    if restricts(rule):
        trial = Draft(draft.book, at=at, together=ShipTogether.HOLD)
        trial.follow(_behind(record, units, at))
        missing = units - given_by(fill(trial)).get((line.ref, number), 0)
        expected = expected_in(trial, order, line, at, portion=number)
        short = short_now(draft.book, line.sku)
        today = at.date()
        allowed, code, reason = may_wait(rule, line, missing, short, expected, today)
        if allowed < missing:
            refused = missing - allowed
            cut = QuantityRefused(line.ref, order, refused, code, reason, at=at)
            draft.follow(cut)
            units -= refused
    if units:
        draft.follow(_behind(record, units, at))


def _behind(record: LineRecord, units: int, at: datetime) -> PortionAdded:
    """Return a further portion of a line, queued behind the lines that wait now."""
    line, number = record.line, len(record.portions)
    return PortionAdded(Portion(line.ref, number, line.location, units), at)


def plan_cancellation(
    book: OrderBook,
    order: OrderRef,
    lines: Mapping[LineRef, int] | Iterable[LineRef] | None = None,
    *,
    at: datetime,
    reason: str = "cancelled by the customer",
) -> Plan:
    """Cancel an order, some of its lines, or some units of them.

    `lines` is a mapping of line to units, or the lines to cancel whole; without it the
    whole order is cancelled. Raises `NotPossible` for more than is left.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> print(plan_cancellation(book, "O-1", {"O-1/1": 2}, at=now).explain())
    O-1/1: 2 cancelled, cancelled by the customer.
    """
    record = book.state.order(order)
    check_time("at", at)
    check_text("reason", reason)
    own = {line.line.ref: line for line in record.lines}
    units = _units_to_cancel(own, lines)
    draft = Draft(book, at=at, trigger="a cancellation")
    for ref, quantity in units.items():
        if ref not in own:
            raise InvalidValue("line", ref, f"name lines of order {order}")
        check_count(f"quantity to cancel of {ref}", quantity, 1)
        lower(draft, own[ref], quantity, reason)
    if not draft.events:
        raise NotPossible(
            "cancel", order, asked=1, possible=0, remedy="nothing of it is left"
        )
    return with_possible_cuts(book, fill(draft))


def _units_to_cancel(
    own: Mapping[LineRef, LineRecord],
    lines: Mapping[LineRef, int] | Iterable[LineRef] | None,
) -> dict[LineRef, int]:
    """Return the units to cancel by line."""
    if isinstance(lines, Mapping):
        return dict(lines)
    check_again("lines", lines)
    given = own if lines is None else check_all("lines", lines, str)
    chosen = list(dict.fromkeys(given))
    left = {ref: _left(own[ref]) if ref in own else 1 for ref in chosen}
    return {ref: units for ref, units in left.items() if units or lines is not None}


def _left(record: LineRecord) -> int:
    """Return the units of a line that are neither shipped nor cancelled."""
    return sum(one.waiting + one.allocated for one in record.portions)
