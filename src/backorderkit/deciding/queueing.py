"""Who is in the queues, and where: hold, release, reroute, and what a new day changes.

A held order keeps its allocations and its positions in the queues, but is allocated
nothing until it is released. Units that move to another location keep their position.
A new day queues the lines that fall due and cancels what is no longer wanted. Each
decision ends by allocating free stock to the queues.
"""

from datetime import datetime

from backorderkit.book import OrderBook
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.deciding.lowering import lower
from backorderkit.deciding.quotes import end_expired, refuse_quote
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import (
    HoldReleased,
    LineBecameDue,
    OrderHeld,
    Plan,
    PortionMoved,
)
from backorderkit.values import (
    LineRef,
    Location,
    OrderRef,
    check_count,
    check_ref,
    check_text,
    check_time,
)

__all__ = ["plan_day", "plan_hold", "plan_release_hold", "plan_rerouting"]


def plan_hold(book: OrderBook, order: OrderRef, *, reason: str, at: datetime) -> Plan:
    """Take an order out of every queue; what is allocated to it stays.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> book.apply(plan_hold(book, "O-1", reason="fraud check", at=now))
    >>> book.order("O-1").held, list(book.backorders("LAMP"))
    ('fraud check', [])
    """
    record = book.state.order(order)
    if record.held:
        raise InvalidValue(f"hold of {order}", record.held, "release it first")
    check_time("at", at)
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    draft = Draft(book, at=at, trigger="an order was held")
    draft.follow(OrderHeld(order, reason, at))
    return fill(draft)


def plan_release_hold(book: OrderBook, order: OrderRef, *, at: datetime) -> Plan:
    """Release a held order: it is back in the queues, at its old positions.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> book.apply(plan_hold(book, "O-1", reason="fraud check", at=now))
    >>> book.apply(plan_release_hold(book, "O-1", at=now))
    >>> [backorder.line for backorder in book.backorders("LAMP")]
    ['O-1/1']
    """
    record = book.state.order(order)
    if not record.held:
        raise InvalidValue(f"hold of {order}", record.held, "it is not held")
    refuse_quote(record, "release")
    check_time("at", at)
    draft = Draft(book, at=at, trigger="an order was released")
    draft.follow(HoldReleased(order, at))
    return fill(draft)


def plan_rerouting(
    book: OrderBook,
    line: LineRef,
    destination: Location,
    *,
    at: datetime,
    quantity: int | None = None,
) -> Plan:
    """Serve units of a line from another location, at their old position.

    Waiting units move first, then allocated ones, whose stock is offered to the queue
    they leave. Without `quantity` everything moves that is not shipped or frozen.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> book.apply(plan_rerouting(book, "O-1/1", "north", at=now, quantity=2))
    >>> book.pool("LAMP").waiting, book.pool("LAMP", "north").waiting
    (3, 2)
    """
    record = book.state.line(line)
    check_ref("destination", destination)
    check_time("at", at)
    movable = [
        portion
        for portion in record.portions
        if portion.pool.pool.location != destination
    ]
    possible = sum(
        portion.waiting + portion.allocated - portion.frozen for portion in movable
    )
    units = possible if quantity is None else check_count("quantity", quantity, 1)
    if not 0 < units <= possible:
        raise NotPossible(
            "move",
            line,
            asked=max(units, 1),
            possible=possible,
            remedy="shipped and frozen units stay, as does what is already there",
        )
    draft = Draft(book, at=at, trigger=f"moved to {destination}")
    number = len(record.portions)
    from_queue: dict[int, int] = {}
    for portion in movable:
        from_queue[portion.number] = min(units, portion.waiting)
        units -= from_queue[portion.number]
    for portion in movable:
        taken = min(units, portion.allocated - portion.frozen)
        units -= taken
        moved = from_queue[portion.number] + taken
        if taken:
            draft.take_back(portion, taken, f"moves to {destination}")
        if moved:
            event = PortionMoved(line, portion.number, moved, destination, number, at)
            draft.unpin_beyond(portion, moved, "moved away")
            draft.follow(event)
            number += 1
    return fill(draft)


def plan_day(book: OrderBook, *, at: datetime) -> Plan:
    """Decide what a new day brings: lines fall due, others are no longer wanted.

    Lines whose `allocate_not_before` has come join the queue. What still waits of a
    line after its `cancel_after` is cancelled. Quotes whose time is over end. Run it
    once a day, before the first order. O(lines concerned × log n).

    >>> from datetime import UTC
    >>> from backorderkit.policies import oldest_first
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> plan_day(OrderBook(oldest_first()), at=now).is_empty
    True
    """
    today = check_time("at", at).date()
    draft, state = Draft(book, at=at, trigger="a new day"), book.state
    end_expired(draft, at)
    for on, ref in state.expiring:
        if on >= today:
            break
        line = state.lines[ref]
        ended = -draft.change(line.order.order.ref).waiting.get(ref, 0)
        lower(draft, line, line.waiting - ended, f"not wanted after {on}")
    for on, ref in state.postponed:
        if on > today:
            break
        draft.follow(LineBecameDue(ref, at))
    return fill(draft)
