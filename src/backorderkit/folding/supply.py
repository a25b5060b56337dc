"""Facts about supply: purchased, received, expected on another day, closed."""

from functools import partial

from backorderkit.errors import Duplicate, InvalidValue
from backorderkit.events import (
    GoodsReceived,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
)
from backorderkit.folding.checking import check, once
from backorderkit.records import PurchaseRecord
from backorderkit.state import State
from backorderkit.values import Pool


def purchase(state: State, event: PurchasePlaced) -> None:
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
        state.on_undo(partial(pool.supplies.discard, record.place))


def receive(state: State, event: GoodsReceived) -> None:
    """Put accepted goods on the shelf and settle their purchase lines."""
    receipt = event.receipt
    once(state, "receipt", receipt.ref)
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


def close(state: State, event: PurchaseLineClosed) -> None:
    """Give up open units of a purchase line."""
    purchase = state.purchase_line(event.purchase_line)
    check(event.quantity, purchase.open, "close", event.purchase_line, "open units")
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


def expect(state: State, event: PurchaseExpected) -> None:
    """Move a purchase line to another day."""
    purchase = state.purchase_line(event.purchase_line)
    state.touch(purchase)
    if purchase.open:
        purchase.pool.supplies.remove(purchase.place)
    purchase.expected_on = event.expected_on
    if purchase.open:
        purchase.pool.supplies.add(purchase.place)
