"""What a batch of facts names, and whose that is: all that must be read to store it.

Facts name lines and purchase lines; the store says of which orders and pools they are.
From that the footprint of the batch follows: what must not have changed since.

>>> from datetime import UTC, datetime
>>> from backorderkit.model import LineBecameDue
>>> now = datetime(2026, 3, 1, tzinfo=UTC)
>>> list(mentioned([LineBecameDue("O-1/1", now)]).lines)
['O-1/1']
"""

from collections.abc import Iterable, Sequence
from typing import assert_never

import attrs

from backorderkit.adapters.sql.reading import Reader, grouped
from backorderkit.adapters.sql.rows import Found
from backorderkit.model import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    Event,
    GoodsReceived,
    GoodsReturned,
    GoodsShipped,
    HoldReleased,
    LineBecameDue,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    OrderReprioritised,
    PinReleased,
    PortionAdded,
    PortionMoved,
    PromiseMade,
    PurchaseConfirmed,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuoteExpired,
    QuoteHeld,
    QuoteRefused,
    ReserveSet,
    SegmentUnmet,
    StockCounted,
    StockTransferred,
    SupplyShipped,
    TransferDispatched,
    UnitsPinned,
)
from backorderkit.storage import Footprints, Key

Names = dict[str, None]


@attrs.frozen
class Mentioned:
    """The references in a batch, in the order in which they are named."""

    orders: Names = attrs.field(factory=dict)
    lines: Names = attrs.field(factory=dict)
    purchases: Names = attrs.field(factory=dict)
    purchase_lines: Names = attrs.field(factory=dict)


def mentioned(events: Iterable[Event]) -> Mentioned:
    """Return what a batch names."""
    found = Mentioned()
    for event in events:
        _note(found, event)
    return found


def _note(found: Mentioned, event: Event) -> None:
    """Enter what one fact names."""
    match event:
        case (
            OrderPlaced(order)
            | OrderRefused(order)
            | QuoteHeld(order)
            | QuoteRefused(order)
        ):
            found.orders[order.ref] = None
            found.lines.update(dict.fromkeys(line.ref for line in order.lines))
        case PortionAdded(portion):
            found.lines[portion.line] = None
        case GoodsShipped():
            found.orders[event.order] = None
            found.lines.update(dict.fromkeys(one.line for one in event.lines))
        case AllocationMoved():
            found.lines.update(dict.fromkeys((event.line, event.to_line)))
        case Allocated():
            found.lines[event.line] = None
            if event.source is not None:
                found.purchase_lines[event.source] = None
        case GoodsReceived(receipt):
            bought = (line.purchase_line for line in receipt.lines)
            found.purchase_lines.update(dict.fromkeys(ref for ref in bought if ref))
        case PurchasePlaced(order):
            found.purchases[order.ref] = None
            found.purchase_lines.update(dict.fromkeys(one.ref for one in order.lines))
        case TransferDispatched():
            found.purchase_lines[event.ref] = None
        case UnitsPinned() | PinReleased():
            found.lines[event.line] = None
            found.purchase_lines[event.purchase_line] = None
        case (
            PurchaseConfirmed()
            | PurchaseExpected()
            | PurchaseLineClosed()
            | SupplyShipped()
        ):
            found.purchase_lines[event.purchase_line] = None
        case (
            OrderHeld()
            | HoldReleased()
            | OrderReprioritised()
            | QuoteAccepted()
            | QuoteExpired()
        ):
            found.orders[event.order] = None
        case ReserveSet() | StockCounted() | StockTransferred():
            pass  # they name a pool
        case (
            AllocationReleased()
            | AllocationFrozen()
            | AllocationThawed()
            | GoodsReturned()
            | LineBecameDue()
            | PortionMoved()
            | PromiseMade()
            | QuantityCancelled()
            | QuantityRefused()
            | SegmentUnmet()
        ):
            found.lines[event.line] = None
        case _:
            assert_never(event)


@attrs.frozen(eq=False)
class Rows:
    """What the store knows of what a batch names."""

    orders: Sequence[Found]
    lines: Sequence[Found]
    portions: Sequence[Found]
    purchase_lines: Sequence[Found]


def rows_of(reader: Reader, named: Mentioned) -> Rows:
    """Return the rows of all that is named: whole orders, and purchase lines."""
    s = reader.statements
    refs = dict(named.orders)
    refs.update(
        (row.order_ref, None) for row in reader.by(s.orders_of_lines, named.lines)
    )
    orders = reader.by(s.orders, refs)
    known = [row.ref for row in orders]
    bought = reader.by(s.purchase_lines, named.purchase_lines)
    bought += reader.by(s.lines_of_purchases, named.purchases)
    return Rows(
        orders,
        reader.by(s.lines, known),
        reader.by(s.backorders, known),
        tuple({row.ref: row for row in bought}.values()),
    )


def footprint(events: Sequence[Event], rows: Rows) -> tuple[Key, ...]:
    """Return what a batch touches, in sorted order."""
    return Footprints(_index(rows)).of(events)


def _index(rows: Rows) -> dict[Key, tuple[Key, ...]]:
    """Return whose every line, portion and purchase line is, as footprints keep it."""
    index: dict[Key, tuple[Key, ...]] = {}
    portions = grouped(rows.portions, "line")
    for line in rows.lines:
        order: Key = ("order", line.order_ref)
        index["order of", line.ref] = (order,)
        index["sku of", line.ref] = ((line.sku,),)
        pools: list[Key] = []
        for one in portions.get(line.ref, ()):
            pools.append(("pool", one.sku, one.location))
            index["portion", line.ref, str(one.number)] = (pools[-1], order)
        index["line", line.ref] = (order, *pools)
        ref = ("lines", line.order_ref)
        index[ref] = (*index.get(ref, ()), *pools)
    for row in rows.purchase_lines:
        pool = ("pool", row.sku, row.location)
        index["purchase line", row.ref] = (pool, ("purchase", row.purchase))
    return index
