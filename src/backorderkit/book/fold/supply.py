"""Facts about supply: purchased, received, expected on another day, closed."""

from collections.abc import Iterable
from datetime import date

import attrs

from backorderkit.book.fold.checking import check, once
from backorderkit.book.records import PurchaseRecord
from backorderkit.book.state import State
from backorderkit.errors import Duplicate, InvalidValue
from backorderkit.model import (
    Evidence,
    GoodsReceived,
    PurchaseConfirmed,
    PurchaseExpected,
    PurchaseLine,
    PurchaseLineClosed,
    PurchaseOrder,
    PurchasePlaced,
    SupplyShipped,
    TransferDispatched,
)
from backorderkit.values import Pool


def purchase(state: State, event: PurchasePlaced) -> None:
    """Record a purchase order; its lines are supply from now on."""
    order = event.order
    if order.ref in state.purchases:
        raise Duplicate("purchase order", order.ref)
    state.enter(state.purchases, order.ref, order)
    for line in order.lines:
        _expect(state, line, order)


def _expect(
    state: State, line: PurchaseLine, order: PurchaseOrder, *, is_transfer: bool = False
) -> None:
    """Add a purchase order line, or a transfer, as supply of its pool."""
    if line.ref in state.purchase_lines:
        raise Duplicate("purchase line", line.ref)
    pool = state.pool(Pool(line.sku, order.destination))
    record = PurchaseRecord(
        line,
        order,
        pool,
        line.expected_on,
        line.evidence if line.expected_on else Evidence.NOTHING,
        order.ordered_at,
        is_transfer,
    )
    state.enter(state.purchase_lines, line.ref, record)
    state.touch(record)
    state.touch(pool)
    pool.incoming += line.quantity
    state.resupply(record)


def dispatch(state: State, event: TransferDispatched) -> None:
    """Let free stock leave; until it arrives it is supply of its destination."""
    once(state, "transfer", event.ref)
    source = state.pool(Pool(event.sku, event.source))
    free = source.on_hand - source.allocated
    check(event.quantity, free, "transfer", event.sku, "free units")
    state.touch(source)
    source.on_hand -= event.quantity
    source.transferred -= event.quantity
    line = PurchaseLine(
        event.ref,
        event.sku,
        event.quantity,
        expected_on=event.expected_on,
        evidence=Evidence.TRANSFER,
    )
    order = PurchaseOrder(
        event.ref, event.source, event.at, [line], destination=event.destination
    )
    _expect(state, line, order, is_transfer=True)


def receive(state: State, event: GoodsReceived) -> None:
    """Put accepted goods on the shelf and settle their purchase lines."""
    receipt = event.receipt
    once(state, "receipt", receipt.ref)
    for line in receipt.lines:
        pool = state.pool(Pool(line.sku, line.location))
        state.touch(pool)
        pool.on_hand += line.accepted
        if line.purchase_line is None:
            pool.received += line.accepted
            continue
        purchase = state.purchase_line(line.purchase_line)
        if purchase.pool is not pool:
            raise InvalidValue(
                f"delivery for {line.purchase_line}",
                pool.pool,
                f"it must be {purchase.pool.pool}; else book it without the line",
            )
        if purchase.is_transfer:
            pool.transferred += line.accepted
        else:
            pool.received += line.accepted
        settled = min(line.accepted, purchase.open)
        state.touch(purchase)
        purchase.over += line.accepted - settled
        purchase.rejected += line.rejected
        first = sorted(purchase.announced, key=_by_day)
        purchase.announced = _less(first, line.accepted + line.rejected)
        _settle(state, purchase, accepted=settled)


def _less(announced: Iterable[SupplyShipped], units: int) -> tuple[SupplyShipped, ...]:
    """Return notices without so many units, taken from the first of them on."""
    under_way = []
    for one in announced:
        left = max(one.quantity - units, 0)
        units -= one.quantity - left
        if left:
            under_way.append(attrs.evolve(one, quantity=left))
    return tuple(under_way)


def _by_day(notice: SupplyShipped) -> tuple[date, str]:
    """Return the key by which notices arrive."""
    return (notice.expected_on or date.max, notice.ref)


def close(state: State, event: PurchaseLineClosed) -> None:
    """Give up open units of a purchase line, what is announced for last among them."""
    purchase = state.purchase_line(event.purchase_line)
    check(event.quantity, purchase.open, "close", event.purchase_line, "open units")
    announced = sum(one.quantity for one in purchase.announced)
    excess = announced - (purchase.open - event.quantity)
    state.touch(purchase)
    if excess > 0:
        last = sorted(purchase.announced, key=_by_day, reverse=True)
        purchase.announced = _less(last, excess)
    _settle(state, purchase, closed=event.quantity)


def _settle(
    state: State, purchase: PurchaseRecord, accepted: int = 0, closed: int = 0
) -> None:
    """Lower what is open of a purchase line."""
    state.touch(purchase)
    state.touch(purchase.pool)
    purchase.accepted += accepted
    purchase.closed += closed
    purchase.pool.incoming -= accepted + closed
    state.resupply(purchase)


def confirm(state: State, event: PurchaseConfirmed) -> None:
    """Remember the day a supplier named."""
    purchase = state.purchase_line(event.purchase_line)
    state.touch(purchase)
    purchase.confirmed_on = event.confirmed_on


def expect(state: State, event: PurchaseExpected) -> None:
    """Move what is not announced of a purchase line to another day."""
    purchase = state.purchase_line(event.purchase_line)
    state.touch(purchase)
    state.touch(purchase.pool)
    purchase.expected_on, purchase.dated_at = event.expected_on, event.at
    purchase.evidence = event.evidence
    is_made_up = event.evidence is Evidence.EXPERIENCE and purchase.named_on
    if event.expected_on is not None and not is_made_up:
        purchase.named_on = event.expected_on
    state.resupply(purchase)


def announce(state: State, event: SupplyShipped) -> None:
    """Mark open units of a purchase line as in transit."""
    purchase = state.purchase_line(event.purchase_line)
    others = tuple(one for one in purchase.announced if one.ref != event.ref)
    left = purchase.open - sum(one.quantity for one in others)
    check(event.quantity, left, "announce", event.purchase_line, "open units")
    state.touch(purchase)
    state.touch(purchase.pool)
    purchase.announced = (*others, event)
    state.resupply(purchase)
