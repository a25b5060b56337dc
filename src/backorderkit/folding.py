"""How each fact changes the records: one function per event, total over the union.

Each function first checks that the fact fits what the book knows, then moves units. A
fact that does not fit raises and the whole change is undone by the caller, so a book is
never half changed.

Cost: O(log n) per unit-moving event in the length of the queue it touches.
"""

from typing import assert_never

from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from backorderkit.events import (
    Allocated,
    AllocationFrozen,
    AllocationReleased,
    AllocationThawed,
    Event,
    GoodsReceived,
    GoodsReturned,
    GoodsShipped,
    LineBecameDue,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    OrderReleased,
    PortionAdded,
    PortionMoved,
    PromiseMade,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
    QuantityCancelled,
    QuantityRefused,
    ReserveSet,
    StockCounted,
    StockTransferred,
)
from backorderkit.records import (
    LineRecord,
    OrderRecord,
    PortionRecord,
    PurchaseRecord,
    State,
)
from backorderkit.values import Pool, check_count


def fold(state: State, event: Event) -> None:  # one case per fact, the frequent first
    """Change the records as one event says."""
    match event:
        case Allocated():
            _allocate(state, event)
        case OrderPlaced():
            _place(state, event)
        case PromiseMade():
            _promise(state, event)
        case AllocationReleased():
            _release(state, event)
        case GoodsShipped():
            _ship(state, event)
        case GoodsReceived():
            _receive(state, event)
        case PurchasePlaced():
            _purchase(state, event)
        case PurchaseLineClosed():
            _close(state, event)
        case PurchaseExpected():
            _expect(state, event)
        case QuantityCancelled():
            _cancel(state, event)
        case QuantityRefused():
            line = state.line(event.line)
            state.touch(line)
            line.refused += event.quantity
        case OrderRefused():
            pass  # a fact of the history; the book owes nothing
        case PortionAdded():
            _add(state, event)
        case PortionMoved():
            _move(state, event)
        case OrderHeld() | OrderReleased():
            _hold(state, event)
        case LineBecameDue():
            _become_due(state, event)
        case AllocationFrozen() | AllocationThawed():
            _freeze(state, event)
        case GoodsReturned():
            _return(state, event)
        case StockCounted():
            _count(state, event)
        case StockTransferred():
            _transfer(state, event)
        case ReserveSet():
            pool = state.pool(Pool(event.sku, event.location))
            state.touch(pool)
            pool.reserve = check_count("reserve", event.quantity)
        case _:
            assert_never(event)


# Demand


def _place(state: State, event: OrderPlaced) -> None:
    """Record an order and queue its portions."""
    order = event.order
    if order.ref in state.orders:
        raise Duplicate("order", order.ref)
    for line in order.lines:
        if line.ref in state.lines:
            raise Duplicate("line", line.ref)
    record = OrderRecord(order, order.hold, order.groups)
    state.enter(state.orders, order.ref, record)
    record.lines = tuple(
        LineRecord(line, record, line.ref in event.postponed) for line in order.lines
    )
    for entry in record.lines:
        state.enter(state.lines, entry.line.ref, entry)
        _index_dates(state, entry)
    for portion in event.portions:
        line_record = state.line(portion.line)
        if line_record.order is not record:
            raise InvalidValue("portion", portion, f"name only lines of {order.ref}")
        _append(state, line_record, PortionAdded(portion, order.placed_at))


def _index_dates(state: State, line: LineRecord) -> None:
    """Enter a line in the calendars of the book."""
    if line.postponed and line.line.allocate_not_before:
        state.postponed.add((line.line.allocate_not_before, line.line.ref))
    if line.line.cancel_after:
        state.expiring.add((line.line.cancel_after, line.line.ref))


def _add(state: State, event: PortionAdded) -> None:
    """Queue more units of a line behind."""
    line = state.line(event.portion.line)
    _append(state, line, event)


def _append(state: State, line: LineRecord, event: PortionAdded) -> None:
    """Give a line its next portion."""
    portion = event.portion
    if portion.number != len(line.portions):
        raise InvalidValue("portion number", portion.number, "number them from 0 on")
    pool = state.pool(Pool(line.line.sku, portion.location))
    record = PortionRecord(line, portion.number, pool, 0, event.queued_at)
    state.touch(line)
    line.portions = (*line.portions, record)
    state.shift(record, added=check_count("quantity", portion.quantity, 1))


def _move(state: State, event: PortionMoved) -> None:
    """Let waiting units queue at another location, at their old place."""
    portion = state.portion(event.line, event.portion)
    _check(event.quantity, portion.waiting, "move", event.line, "units that wait")
    line = portion.line
    if event.number != len(line.portions):
        raise InvalidValue("portion number", event.number, "number them from 0 on")
    pool = state.pool(Pool(line.line.sku, event.destination))
    record = PortionRecord(line, event.number, pool, 0, portion.queued_at)
    state.touch(line)
    line.portions = (*line.portions, record)
    state.shift(portion, added=-event.quantity)
    state.shift(record, added=event.quantity)


def _cancel(state: State, event: QuantityCancelled) -> None:
    """End what is owed of waiting units."""
    portion = state.portion(event.line, event.portion)
    _check(event.quantity, portion.waiting, "cancel", event.line, "units that wait")
    state.shift(portion, cancelled=event.quantity)


def _hold(state: State, event: OrderHeld | OrderReleased) -> None:
    """Take an order out of the queues, or put it back."""
    order = state.order(event.order)
    state.touch(order)
    order.held = event.reason if isinstance(event, OrderHeld) else ""
    for line in order.lines:
        _requeue(state, line)


def _become_due(state: State, event: LineBecameDue) -> None:
    """Let a postponed line into the queue."""
    line = state.line(event.line)
    state.touch(line)
    if line.postponed and line.line.allocate_not_before:
        state.postponed.discard((line.line.allocate_not_before, event.line))
    line.postponed = False
    _requeue(state, line)


def _promise(state: State, event: PromiseMade) -> None:
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


# Stock


def _allocate(state: State, event: Allocated) -> None:
    """Give stock on hand to a portion."""
    portion = state.portion(event.line, event.portion)
    pool, quantity = portion.pool, event.quantity
    if not 0 < quantity <= portion.waiting:
        _check(quantity, portion.waiting, "allocate", event.line, "units that wait")
    if quantity > pool.on_hand - pool.allocated:
        free = pool.on_hand - pool.allocated
        _check(quantity, free, "allocate", event.line, "units on hand and free")
    state.shift(portion, allocated=quantity)


def _release(state: State, event: AllocationReleased) -> None:
    """Take allocated stock back."""
    portion = state.portion(event.line, event.portion)
    possible = portion.allocated - portion.frozen
    _check(event.quantity, possible, "take back", event.line, "units not frozen")
    state.shift(portion, allocated=-event.quantity)


def _freeze(state: State, event: AllocationFrozen | AllocationThawed) -> None:
    """Keep allocated units out of planning, or let them back in."""
    portion = state.portion(event.line, event.portion)
    state.touch(portion)
    if isinstance(event, AllocationFrozen):
        possible = portion.allocated - portion.frozen
        _check(event.quantity, possible, "freeze", event.line, "allocated units")
        portion.frozen += event.quantity
    else:
        _check(event.quantity, portion.frozen, "thaw", event.line, "frozen units")
        portion.frozen -= event.quantity


def _ship(state: State, event: GoodsShipped) -> None:
    """Let allocated units leave the house, frozen ones first."""
    _once(state, "shipment", event.shipment)
    for line in event.lines:
        portion = state.portion(line.line, line.portion)
        if portion.line.order.order.ref != event.order:
            raise InvalidValue(
                "shipped line", line.line, f"ship lines of {event.order}"
            )
        _check(line.quantity, portion.allocated, "ship", line.line, "allocated units")
        state.shift(portion, allocated=-line.quantity, shipped=line.quantity)
        portion.frozen = max(portion.frozen - line.quantity, 0)
        portion.pool.on_hand -= line.quantity
        portion.pool.shipped += line.quantity


def _return(state: State, event: GoodsReturned) -> None:
    """Take shipped units back, and put the usable ones on the shelf."""
    _once(state, "return", event.ref)
    line = state.line(event.line)
    out = sum(portion.shipped for portion in line.portions) - line.returned
    _check(event.quantity, out, "return", event.line, "units shipped and not returned")
    check_count("restocked", event.restocked)
    pool = state.pool(Pool(line.line.sku, event.location))
    state.touch(line)
    state.touch(pool)
    line.returned += event.quantity
    pool.on_hand += event.restocked
    pool.returned += event.restocked


def _count(state: State, event: StockCounted) -> None:
    """Correct what is on the shelf."""
    pool = state.pool(Pool(event.sku, event.location))
    if event.difference < pool.allocated - pool.on_hand:
        raise NotPossible(
            "take away",
            event.sku,
            asked=-event.difference,
            possible=pool.on_hand - pool.allocated,
            remedy="free allocated units first",
        )
    state.touch(pool)
    pool.on_hand += event.difference
    pool.counted += event.difference


def _transfer(state: State, event: StockTransferred) -> None:
    """Move free stock between locations."""
    _once(state, "transfer", event.ref)
    source = state.pool(Pool(event.sku, event.source))
    destination = state.pool(Pool(event.sku, event.destination))
    free = source.on_hand - source.allocated
    _check(event.quantity, free, "transfer", event.sku, "free units")
    for pool, quantity in ((source, -event.quantity), (destination, event.quantity)):
        state.touch(pool)
        pool.on_hand += quantity
        pool.transferred += quantity


# Supply


def _purchase(state: State, event: PurchasePlaced) -> None:
    """Record a purchase order; its lines are supply from now on."""
    order = event.order
    if order.ref in state.purchases:
        raise Duplicate("purchase order", order.ref)
    state.enter(state.purchases, order.ref, order)
    for line in order.lines:
        if line.ref in state.purchase_lines:
            raise Duplicate("purchase line", line.ref)
        pool = state.pool(Pool(line.sku, order.destination))
        record = PurchaseRecord(line, order, pool, line.expected_on)
        state.enter(state.purchase_lines, line.ref, record)
        state.touch(pool)
        pool.incoming += line.quantity
        pool.supplies.add(record.place)


def _receive(state: State, event: GoodsReceived) -> None:
    """Put accepted goods on the shelf and settle their purchase lines."""
    receipt = event.receipt
    _once(state, "receipt", receipt.ref)
    for line in receipt.lines:
        pool = state.pool(Pool(line.sku, line.location))
        state.touch(pool)
        pool.on_hand += line.accepted
        pool.received += line.accepted
        if line.purchase_line is not None:
            purchase = state.purchase_line(line.purchase_line)
            if purchase.pool is not pool:
                raise InvalidValue(
                    f"delivery for {line.purchase_line}",
                    pool.pool,
                    f"it must be {purchase.pool.pool}; else book it without the line",
                )
            settled = min(line.accepted, purchase.open)
            _settle(state, purchase, accepted=settled)
            purchase.over += line.accepted - settled
            purchase.rejected += line.rejected


def _close(state: State, event: PurchaseLineClosed) -> None:
    """Give up open units of a purchase line."""
    purchase = state.purchase_line(event.purchase_line)
    _check(event.quantity, purchase.open, "close", event.purchase_line, "open units")
    _settle(state, purchase, closed=event.quantity)


def _settle(
    state: State, purchase: PurchaseRecord, accepted: int = 0, closed: int = 0
) -> None:
    """Lower what is open of a purchase line."""
    state.touch(purchase)
    state.touch(purchase.pool)
    was_open = purchase.open
    purchase.accepted += accepted
    purchase.closed += closed
    purchase.pool.incoming -= accepted + closed
    if was_open and not purchase.open:
        purchase.pool.supplies.remove(purchase.place)


def _expect(state: State, event: PurchaseExpected) -> None:
    """Move a purchase line to another day."""
    purchase = state.purchase_line(event.purchase_line)
    state.touch(purchase)
    if purchase.open:
        purchase.pool.supplies.remove(purchase.place)
    purchase.expected_on = event.expected_on
    if purchase.open:
        purchase.pool.supplies.add(purchase.place)


def _once(state: State, kind: str, ref: str) -> None:
    """Refuse a fact that is already known, else remember it."""
    if (kind, ref) in state.facts:
        raise Duplicate(kind, ref)
    state.enter(state.facts, (kind, ref), None)


def _check(asked: int, possible: int, verb: str, ref: str, what: str) -> None:
    """Refuse a quantity below one or above what there is."""
    check_count(f"quantity to {verb} of {ref}", asked, 1)
    if asked > possible:
        raise NotPossible(
            verb,
            ref,
            asked=asked,
            possible=possible,
            remedy=f"there are {possible} {what}",
        )
