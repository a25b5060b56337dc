"""Facts about orders: placed, raised, moved, cancelled, held, due, promised."""

from backorderkit.book.fold.checking import check
from backorderkit.book.records import LineRecord, OrderRecord, PortionRecord
from backorderkit.book.state import State
from backorderkit.errors import InvalidValue
from backorderkit.model import (
    HoldReleased,
    LineBecameDue,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    OrderReprioritised,
    PortionAdded,
    PortionMoved,
    PromiseMade,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuoteExpired,
    QuoteHeld,
    QuoteRefused,
    check_priority,
)
from backorderkit.values import Pool, check_count, fixed_offset


def refuse(state: State, event: QuantityRefused) -> None:
    """Remember what was not accepted of a line."""
    line = state.line(event.line)
    state.touch(line)
    line.refused += check_count("refused quantity", event.quantity, 1)


def turn_away(state: State, event: OrderRefused | QuoteRefused) -> None:
    """Check that an order is new; the book owes nothing for one that is refused."""
    state.check_new(event.order)


def place(state: State, event: OrderPlaced | QuoteHeld) -> None:
    """Record an order and queue its portions; those of a quote are on hold."""
    order = event.order
    state.check_new(order)
    record = OrderRecord(order, order.hold, order.groups, order.priority)
    postponed = event.postponed if isinstance(event, OrderPlaced) else ()
    if isinstance(event, QuoteHeld):
        record.quoted_until = fixed_offset(event.until)
    state.enter(state.orders, order.ref, record)
    record.lines = tuple(LineRecord(line, record) for line in order.lines)
    for entry in record.lines:
        state.enter(state.lines, entry.line.ref, entry)
        if entry.line.ref in postponed:
            state.postpone(entry, until_due=True)
    for portion in event.portions:
        line_record = state.line(portion.line)
        if line_record.order is not record:
            raise InvalidValue("portion", portion, f"name only lines of {order.ref}")
        _append(state, line_record, PortionAdded(portion, order.placed_at))


def add(state: State, event: PortionAdded) -> None:
    """Queue more units of a line behind."""
    line = state.line(event.portion.line)
    _append(state, line, event)


def _append(state: State, line: LineRecord, event: PortionAdded) -> None:
    """Give a line its next portion."""
    portion = event.portion
    if portion.number != len(line.portions):
        raise InvalidValue("portion number", portion.number, "number them from 0 on")
    pool = state.pool(Pool(line.line.sku, portion.location))
    queued_at = fixed_offset(event.queued_at)
    record = PortionRecord(line, portion.number, pool, 0, queued_at)
    state.touch(line)
    line.portions = (*line.portions, record)
    state.shift(record, added=check_count("quantity", portion.quantity, 1))


def move(state: State, event: PortionMoved) -> None:
    """Move waiting units to another location's queue, at their old position."""
    portion = state.portion(event.line, event.portion)
    check(event.quantity, portion.loose, "move", event.line, "units that wait")
    line = portion.line
    if event.number != len(line.portions):
        raise InvalidValue("portion number", event.number, "number them from 0 on")
    pool = state.pool(Pool(line.line.sku, event.destination))
    record = PortionRecord(line, event.number, pool, 0, portion.queued_at)
    state.touch(line)
    line.portions = (*line.portions, record)
    state.shift(portion, added=-event.quantity)
    state.shift(record, added=event.quantity)


def cancel(state: State, event: QuantityCancelled) -> None:
    """End what is owed of waiting units."""
    portion = state.portion(event.line, event.portion)
    check(event.quantity, portion.loose, "cancel", event.line, "units that wait")
    state.shift(portion, cancelled=event.quantity)


def hold(state: State, event: OrderHeld | HoldReleased) -> None:
    """Take an order out of the queues, or put it back."""
    order = state.order(event.order)
    state.touch(order)
    order.held = event.reason if isinstance(event, OrderHeld) else ""
    for line in order.lines:
        _requeue(state, line)


def accept(state: State, event: QuoteAccepted) -> None:
    """Turn a quote into an order: its units without a pin join the queues."""
    order = _quote(state, event)
    state.touch(order)
    state.follow_quote(order, has_ended=True)
    order.held, order.quoted_until = "", None
    for line in order.lines:
        _requeue(state, line)


def expire(state: State, event: QuoteExpired) -> None:
    """Check that the time of a quote is over; the facts that follow give it back."""
    until = _quote(state, event).quoted_until
    if until is None or event.at < until:
        raise InvalidValue("end of the quote", until, "wait until it has passed")


def _quote(state: State, event: QuoteAccepted | QuoteExpired) -> OrderRecord:
    """Return the record of a quote, or refuse what is none."""
    order = state.order(event.order)
    if order.quoted_until is None:
        raise InvalidValue("quote", event.order, "name an order that is only quoted")
    return order


def reprioritise(state: State, event: OrderReprioritised) -> None:
    """Make an order more or less urgent."""
    order = state.order(event.order)
    state.touch(order)
    order.priority = check_priority(event.priority)
    for line in order.lines:
        _requeue(state, line)


def become_due(state: State, event: LineBecameDue) -> None:
    """Put a postponed line into the queue."""
    line = state.line(event.line)
    state.postpone(line, until_due=False)
    _requeue(state, line)


def promise(state: State, event: PromiseMade) -> None:
    """Append to the promises of a line; its rank may follow."""
    line = state.line(event.line)
    state.touch(line)
    line.promises = (*line.promises, event)
    _requeue(state, line)


def _requeue(state: State, line: LineRecord) -> None:
    """Give every portion of a line its present place in the queue."""
    for portion in line.portions:
        state.touch(portion)
        state.touch(portion.pool)
        state.requeue(portion)
