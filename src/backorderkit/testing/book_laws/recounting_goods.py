"""What facts about goods and supply mean, as plain arithmetic: part of `recounting`.

Stock comes, goes and is counted; purchase lines open, settle and close. Shipping
notices are settled by what comes, the earliest first, and cut by what is closed, the
latest first.

>>> from datetime import UTC, datetime
>>> from backorderkit.model import Receipt, ReceiptLine
>>> ledger, noon = Ledger(), datetime(2026, 3, 9, 12, tzinfo=UTC)
>>> record_goods(ledger, GoodsReceived(Receipt("R1", noon, [ReceiptLine("LAMP", 8)])))
>>> ledger.stock("LAMP", "main")["on_hand"]
8
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import assert_never

import attrs

from backorderkit.model import (
    GoodsReceived,
    GoodsReturned,
    PurchaseConfirmed,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchaseOrder,
    PurchasePlaced,
    ReserveSet,
    StockCounted,
    StockTransferred,
    SupplyShipped,
    TransferDispatched,
)
from backorderkit.testing.book_laws.ledger import Ledger
from backorderkit.values import Pool


def record_goods(
    ledger: Ledger,
    event: GoodsReturned
    | GoodsReceived
    | StockCounted
    | StockTransferred
    | ReserveSet
    | PurchasePlaced
    | PurchaseConfirmed
    | PurchaseExpected
    | PurchaseLineClosed
    | SupplyShipped
    | TransferDispatched,
) -> None:
    """Write a fact about stock or supply into the ledger."""
    match event:
        case GoodsReturned():
            ledger.returned[event.line] += event.quantity
            pool = ledger.pool(ledger.sku_of[event.line], event.location)
            pool.update(on_hand=event.restocked, returned=event.restocked)
        case GoodsReceived():
            _receive(ledger, event)
        case StockCounted():
            pool = ledger.pool(event.sku, event.location)
            pool.update(on_hand=event.difference, counted=event.difference)
        case StockTransferred():
            units = event.quantity
            ledger.pool(event.sku, event.source).update(
                on_hand=-units, transferred=-units
            )
            ledger.pool(event.sku, event.destination).update(
                on_hand=units, transferred=units
            )
        case ReserveSet():
            ledger.pool(event.sku, event.location)["reserve"] = event.quantity
        case PurchasePlaced():
            _buy(ledger, event.order)
        case TransferDispatched():
            units = event.quantity
            ledger.pool(event.sku, event.source).update(
                on_hand=-units, transferred=-units
            )
            ledger.transfers.add(event.ref)
            _expect(
                ledger,
                event.ref,
                Pool(event.sku, event.destination),
                units,
                event.expected_on,
            )
        case PurchaseConfirmed():
            ledger.confirmed_on[event.purchase_line] = event.confirmed_on
        case SupplyShipped():
            announced = ledger.announced.setdefault(event.purchase_line, {})
            announced[event.ref] = event
        case PurchaseExpected():
            ledger.expected_on[event.purchase_line] = event.expected_on
        case PurchaseLineClosed():
            figures = ledger.purchase_lines[event.purchase_line]
            figures.update(open=-event.quantity, closed=event.quantity)
            announced = ledger.announced.get(event.purchase_line, {})
            units = sum(one.quantity for one in announced.values())
            last = sorted(announced.values(), key=_by_day)[::-1]
            _settle(ledger, event.purchase_line, last, units - figures["open"])
        case _:
            assert_never(event)


def _receive(ledger: Ledger, event: GoodsReceived) -> None:
    """Put accepted units on the shelf and settle what they were bought on."""
    for line in event.receipt.lines:
        pool = ledger.pool(line.sku, line.location)
        is_transfer = line.purchase_line in ledger.transfers
        came = "transferred" if is_transfer else "received"
        pool.update({"on_hand": line.accepted, came: line.accepted})
        if line.purchase_line is not None:
            figures = ledger.purchase_lines[line.purchase_line]
            due = min(line.accepted, figures["open"])
            figures.update(open=-due, accepted=due)
            figures.update(over=line.accepted - due, rejected=line.rejected)
            announced = ledger.announced.get(line.purchase_line, {})
            first = sorted(announced.values(), key=_by_day)
            units = line.accepted + line.rejected
            _settle(ledger, line.purchase_line, first, units)


def _by_day(notice: SupplyShipped) -> tuple[bool, date, str]:
    """Return the order in which announced goods come, those of no known day last."""
    on = notice.expected_on
    return (on is None, on or date.min, notice.ref)


def _settle(
    ledger: Ledger, bought: str, notices: Iterable[SupplyShipped], units: int
) -> None:
    """Take units off what is announced, one notice after the other."""
    left = {}
    for one in notices:
        rest = min(one.quantity, max(one.quantity - units, 0))
        units -= one.quantity - rest
        if rest:
            left[one.ref] = attrs.evolve(one, quantity=rest)
    ledger.announced[bought] = left


def _buy(ledger: Ledger, order: PurchaseOrder) -> None:
    """Write a purchase order into the ledger, all of it open."""
    ledger.purchases[order.ref] = order
    for line in order.lines:
        pool = Pool(line.sku, order.destination)
        _expect(ledger, line.ref, pool, line.quantity, line.expected_on)


def _expect(
    ledger: Ledger, ref: str, pool: Pool, units: int, expected_on: date | None
) -> None:
    """Write open units of a purchase line or a transfer into the ledger."""
    ledger.purchase_lines[ref] = Counter(ordered=units, open=units)
    ledger.destination[ref], ledger.expected_on[ref] = pool, expected_on
    ledger.pool(*pool)
