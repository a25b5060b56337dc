"""What a clerk decides: move stock between lines, make an order more urgent.

Both are facts with an actor and a reason. The queue keeps its order in all else, and
free stock is allocated to it afterwards.

Invariant: a reassignment moves allocated, unfrozen units between two lines of one pool;
what is on hand and what is free stay as they are. O-1 holds 4 LAMP, O-2 waits for 2:
after 2 are reassigned, O-1 holds 2 and waits for 2, and O-2 is complete.
"""

from datetime import datetime

from backorderkit.book import OrderBook
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import AllocationMoved, OrderReprioritised, Plan, check_priority
from backorderkit.values import (
    LineRef,
    OrderRef,
    check_count,
    check_ref,
    check_text,
    check_time,
)

__all__ = [
    "plan_priority",
    "plan_reassignment",
]


def plan_reassignment(
    book: OrderBook,
    line: LineRef,
    to_line: LineRef,
    quantity: int,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> Plan:
    """Give allocated units of one line to another that waits for the same goods.

    Raises `NotPossible` for more than `line` has unfrozen in a pool, or than `to_line`
    waits for there.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_count, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 4, at=now))
    >>> for n in (1, 2):
    ...     order = Order(f"O-{n}", "ada", now, [Line(f"O-{n}/1", "LAMP", 4)])
    ...     book.apply(plan_order(book, order))
    >>> by_hand = {"actor": "eve", "reason": "a wedding", "at": now}
    >>> book.apply(plan_reassignment(book, "O-1/1", "O-2/1", 1, **by_hand))
    >>> book.line("O-1/1").allocated, book.line("O-2/1").allocated
    (3, 1)
    """
    source, target = book.state.line(line), book.state.line(to_line)
    check_count("quantity", quantity, 1)
    _check_hand(actor, reason, at)
    if line == to_line:
        raise InvalidValue("line to give to", to_line, "name another line")
    pairs = [
        (min(giver.allocated - giver.frozen, taker.loose), giver.number, taker.number)
        for giver in source.portions
        for taker in target.portions
        if giver.pool is taker.pool
    ]
    possible, number, to_number = max(pairs, default=(0, 0, 0))
    if quantity > possible:
        remedy = f"it must be unfrozen, and {to_line} must wait for it there"
        asked = {"asked": quantity, "possible": possible}
        raise NotPossible("move", line, **asked, remedy=remedy)
    event = AllocationMoved(
        line, number, to_line, to_number, quantity, actor, reason, at
    )
    draft = Draft(book, at=at, trigger=reason)
    draft.follow(event)
    return fill(draft)


def plan_priority(
    book: OrderBook,
    order: OrderRef,
    priority: int,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> Plan:
    """Make an order more urgent (a lower number), or less; what is allocated stays.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> by_hand = {"actor": "eve", "reason": "a wedding", "at": now}
    >>> book.apply(plan_priority(book, "O-1", -1, **by_hand))
    >>> book.order("O-1").priority
    -1
    """
    record = book.state.order(order)
    check_priority(priority)
    _check_hand(actor, reason, at)
    if record.priority == priority:
        return Plan((), basis=book.version)
    draft = Draft(book, at=at, trigger=reason)
    draft.follow(OrderReprioritised(order, priority, actor, reason, at))
    return fill(draft)


def _check_hand(actor: str, reason: str, at: datetime) -> None:
    """Refuse a manual decision without an actor, a reason or a time."""
    check_ref("actor", actor)
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    check_time("at", at)
