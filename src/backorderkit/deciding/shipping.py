"""Goods leave the house and come back; picked goods are out of planning's reach.

Only allocated units can ship, and only as the order's delivery rule allows: lines of
one group leave together, when nothing of the group waits any more. Frozen units are
picked, packed or locked: no later decision takes them back. A return puts usable goods
on the shelf, where they meet the queue.

Cost: O(lines of the parcel), plus O(lines of the order) where groups must be checked.
"""

from collections.abc import Mapping
from datetime import datetime

from backorderkit.book import LineRecord, OrderBook, OrderRecord
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.deciding.quotes import refuse_quote
from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from backorderkit.model import (
    AllocationFrozen,
    AllocationThawed,
    Event,
    GoodsReturned,
    GoodsShipped,
    Plan,
    ShippedLine,
)
from backorderkit.values import (
    LineRef,
    Location,
    OrderRef,
    check_count,
    check_mapping,
    check_ref,
    check_text,
    check_time,
)

__all__ = ["plan_freeze", "plan_return", "plan_shipment", "plan_thaw"]


def plan_shipment(
    book: OrderBook,
    shipment: str,
    order: OrderRef,
    lines: Mapping[LineRef, int] | None = None,
    *,
    at: datetime,
    location: Location | None = None,
) -> Plan:
    """Ship a parcel of an order: the given units, or all that may ship now.

    `location` limits the parcel to what lies there. Raises `NotPossible` for more than
    is allocated, `InvalidValue` for a held order or part of a delivery group.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_count, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> book.apply(plan_shipment(book, "S-1", "O-1", at=now))
    >>> book.line("O-1/1").shipped, book.pool("LAMP").on_hand
    (3, 0)
    """
    record = book.state.order(order)
    check_ref("shipment", shipment)
    check_time("at", at)
    if ("shipment", shipment) in book.state.facts:
        raise Duplicate("shipment", shipment)
    if record.held:
        raise InvalidValue(
            f"hold of {order}", record.held, "release it before shipping"
        )
    given = None if lines is None else check_mapping("lines", lines)
    units = _shippable(record, location) if given is None else given
    if lines is not None:
        _check_groups(record, units, location)
    own = {line.line.ref: line for line in record.lines}
    parcel: list[ShippedLine] = []
    for ref, quantity in units.items():
        check_count(f"quantity to ship of {ref}", quantity, 1)
        parcel += _from_portions(_own(own, ref, order), quantity, location)
    if not parcel:
        raise NotPossible(
            "ship", order, asked=1, possible=0, remedy="nothing of it may leave yet"
        )
    event = GoodsShipped(shipment, order, tuple(parcel), at)
    return Plan((event,), basis=book.version, at=at, trigger=shipment)


def _own(lines: Mapping[LineRef, LineRecord], ref: LineRef, order: str) -> LineRecord:
    """Return a line of an order."""
    if ref not in lines:
        raise InvalidValue("line", ref, f"name lines of order {order}")
    return lines[ref]


def _shippable(record: OrderRecord, location: Location | None) -> dict[LineRef, int]:
    """Return the allocated units that the delivery rule lets go, by line."""
    waiting = {line.line.ref: line.waiting for line in record.lines}
    kept = {
        ref
        for group in record.groups.values()
        if any(waiting[ref] for ref in group)
        for ref in group
    }
    units = {
        line.line.ref: _allocated(line, location)
        for line in record.lines
        if line.line.ref not in kept
    }
    return {ref: quantity for ref, quantity in units.items() if quantity}


def _allocated(line: LineRecord, location: Location | None = None) -> int:
    """Return the allocated units of a line, at one location or at all."""
    return sum(
        portion.allocated
        for portion in line.portions
        if location is None or portion.pool.pool.location == location
    )


def _check_groups(
    record: OrderRecord, units: Mapping[LineRef, int], location: Location | None
) -> None:
    """Refuse a parcel that would break up a delivery group."""
    lines = {line.line.ref: line for line in record.lines}
    for name, group in record.groups.items():
        if not any(ref in units for ref in group):
            continue
        label = f"delivery group {name!r}" if name else "the whole order"
        for ref in group:
            if lines[ref].waiting:
                raise InvalidValue(
                    f"waiting quantity of {ref}",
                    lines[ref].waiting,
                    f"wait until {label} is complete, or ship other lines",
                )
            there = _allocated(lines[ref], location)
            if units.get(ref, 0) != there:
                raise InvalidValue(
                    f"quantity to ship of {ref}",
                    units.get(ref, 0),
                    f"ship all {there}: {label} leaves together",
                )


def _from_portions(
    line: LineRecord, quantity: int, location: Location | None
) -> list[ShippedLine]:
    """Take units from the portions of a line, the first first."""
    possible = _allocated(line, location)
    if quantity > possible:
        raise NotPossible(
            "ship",
            line.line.ref,
            asked=quantity,
            possible=possible,
            remedy="only allocated units can leave",
        )
    taken: list[ShippedLine] = []
    for portion in line.portions:
        if location is None or portion.pool.pool.location == location:
            units = min(quantity, portion.allocated)
            if units:
                taken.append(ShippedLine(line.line.ref, portion.number, units))
                quantity -= units
    return taken


def plan_return(
    book: OrderBook,
    ref: str,
    line: LineRef,
    quantity: int,
    *,
    at: datetime,
    restocked: int | None = None,
    location: Location | None = None,
) -> Plan:
    """Take shipped units back; `restocked` of them (default: all) can be sold again.

    They come to the line's own location unless another is given, and are offered to
    the lines that wait there. Raises `NotPossible` for more than was shipped.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_count, plan_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> book.apply(plan_count(book, "LAMP", 3, at=now))
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> book.apply(plan_shipment(book, "S-1", "O-1", at=now))
    >>> book.apply(plan_return(book, "RET-1", "O-1/1", 2, at=now, restocked=1))
    >>> book.line("O-1/1").returned, book.pool("LAMP").on_hand
    (2, 1)
    """
    record = book.state.line(line)
    check_ref("return", ref)
    check_time("at", at)
    if ("return", ref) in book.state.facts:
        raise Duplicate("return", ref)
    out = sum(portion.shipped for portion in record.portions) - record.returned
    check_count("quantity", quantity, 1)
    if quantity > out:
        raise NotPossible(
            "return", line, asked=quantity, possible=out, remedy="no more were shipped"
        )
    usable = quantity if restocked is None else check_count("restocked", restocked)
    if usable > quantity:
        raise InvalidValue("restocked", usable, f"restock at most {quantity}")
    where = (
        record.line.location if location is None else check_ref("location", location)
    )
    draft = Draft(book, at=at, trigger=ref)
    draft.follow(GoodsReturned(ref, line, quantity, usable, where, at))
    return fill(draft)


def plan_freeze(
    book: OrderBook,
    lines: Mapping[LineRef, int],
    *,
    at: datetime,
    reason: str = "picked",
) -> Plan:
    """Freeze allocated units of lines for planning: picked, packed, locked.

    >>> from datetime import UTC, datetime
    >>> from backorderkit.policies import oldest_first
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> plan_freeze(OrderBook(oldest_first()), {}, at=now).is_empty
    True
    """
    check_time("at", at)
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    events: list[Event] = []
    for ref, quantity in check_mapping("lines", lines).items():
        left = check_count(f"quantity to freeze of {ref}", quantity, 1)
        refuse_quote(book.state.line(ref).order, "freeze")
        for portion in book.state.line(ref).portions:
            units = min(left, portion.allocated - portion.frozen)
            if units:
                events.append(
                    AllocationFrozen(ref, portion.number, units, reason, at=at)
                )
                left -= units
        _check_all_taken("freeze", ref, quantity, left, "allocated")
    return Plan(tuple(events), basis=book.version, at=at, trigger=reason)


def plan_thaw(book: OrderBook, lines: Mapping[LineRef, int], *, at: datetime) -> Plan:
    """Open frozen units of lines to planning again.

    >>> from datetime import UTC, datetime
    >>> from backorderkit.policies import oldest_first
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> plan_thaw(OrderBook(oldest_first()), {}, at=now).is_empty
    True
    """
    check_time("at", at)
    events: list[Event] = []
    for ref, quantity in check_mapping("lines", lines).items():
        left = check_count(f"quantity to thaw of {ref}", quantity, 1)
        for portion in book.state.line(ref).portions:
            units = min(left, portion.frozen)
            if units:
                events.append(AllocationThawed(ref, portion.number, units, at=at))
                left -= units
        _check_all_taken("thaw", ref, quantity, left, "frozen")
    return Plan(tuple(events), basis=book.version, at=at, trigger="thawed")


def _check_all_taken(verb: str, ref: str, asked: int, left: int, what: str) -> None:
    """Refuse a quantity that the portions of a line did not give."""
    if left:
        possible = asked - left
        raise NotPossible(
            verb,
            ref,
            asked=asked,
            possible=possible,
            remedy=f"{possible} units are {what}",
        )
