"""What a batch of facts touches: the pools, orders and purchase orders it is about.

Writers whose batches touch nothing in common may save in any order; a writer that
touches what has changed since its load must reload and plan again. Facts name lines and
purchase lines; the order and pools of each are known from the facts that created it.

>>> from backorderkit.model import StockCounted
>>> counted = StockCounted("LAMP", "main", 3, "counted", None)
>>> Footprints().of([counted])
(('pool', 'LAMP', 'main'),)
"""

from collections import ChainMap
from collections.abc import Iterable, Iterator, MutableMapping
from typing import TypeAlias, assert_never

import attrs

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

__all__ = ["Footprints", "Key"]

Key: TypeAlias = tuple[str, ...]
"""What can be touched: ("pool", SKU, location), ("order", ref), ("purchase", ref), …"""

Index: TypeAlias = MutableMapping[Key, tuple[Key, ...]]


@attrs.define
class Footprints:
    """The order and pools of every line, portion and purchase line of a history.

    A repository of your own asks it what a batch touches, and raises `Conflict` where
    that was touched after the token.

    >>> Footprints().of([])
    ()
    """

    _index: Index = attrs.field(factory=dict)

    def of(self, events: "Iterable[Event]") -> tuple[Key, ...]:
        """Return what events touch, in sorted order; they are not remembered.

        Lines that were never placed are ignored. O(events).
        """
        return _touched(ChainMap({}, self._index), events)

    def follow(self, events: "Iterable[Event]") -> tuple[Key, ...]:
        """Return what events touch, and remember the order and pools of new lines."""
        return _touched(self._index, events)


def _touched(index: Index, events: Iterable[Event]) -> tuple[Key, ...]:
    """Return what events touch, entering new lines in an index."""
    found: dict[Key, None] = {}
    for event in events:
        found.update(dict.fromkeys(_keys(index, event)))
    return tuple(sorted(found))


def _keys(index: Index, event: Event) -> Iterator[Key]:  # one case per kind of fact
    """Yield what one event touches."""
    match event:
        case OrderPlaced() | QuoteHeld():
            yield from _placed(index, event)
        case OrderRefused(order) | QuoteRefused(order):
            yield ("order", order.ref)
        case PortionAdded(portion):
            sku = _sku(index, portion.line)
            yield from _portion(
                index, portion.line, portion.number, sku, portion.location
            )
        case PortionMoved():
            sku = _sku(index, event.line)
            yield from index.get(("portion", event.line, str(event.portion)), ())
            yield from _portion(index, event.line, event.number, sku, event.destination)
        case (
            OrderHeld()
            | HoldReleased()
            | OrderReprioritised()
            | QuoteAccepted()
            | QuoteExpired()
        ):
            yield from index.get(("lines", event.order), ())
            yield ("order", event.order)
        case LineBecameDue() | PromiseMade() | QuantityRefused():
            yield from index.get(("line", event.line), ())
        case (
            Allocated()
            | AllocationReleased()
            | AllocationFrozen()
            | AllocationThawed()
            | QuantityCancelled()
            | SegmentUnmet()
        ):
            yield from index.get(("portion", event.line, str(event.portion)), ())
        case AllocationMoved():
            yield from index.get(("portion", event.line, str(event.portion)), ())
            yield from index.get(("portion", event.to_line, str(event.to_portion)), ())
        case UnitsPinned() | PinReleased():
            yield from index.get(("portion", event.line, str(event.portion)), ())
            yield from index.get(("purchase line", event.purchase_line), ())
        case GoodsShipped():
            yield ("shipment", event.shipment)
            for line in event.lines:
                yield from index.get(("portion", line.line, str(line.portion)), ())
        case _:
            yield from _goods(index, event)


def _goods(
    index: Index,
    event: GoodsReturned
    | GoodsReceived
    | StockCounted
    | StockTransferred
    | TransferDispatched
    | ReserveSet
    | PurchasePlaced
    | PurchaseConfirmed
    | PurchaseExpected
    | PurchaseLineClosed
    | SupplyShipped,
) -> Iterator[Key]:
    """Yield what a fact about stock or supply touches."""
    match event:
        case GoodsReturned():
            yield ("return", event.ref)
            yield ("pool", _sku(index, event.line), event.location)
            yield from index.get(("line", event.line), ())
        case GoodsReceived(receipt):
            yield ("receipt", receipt.ref)
            for line in receipt.lines:
                yield ("pool", line.sku, line.location)
                bought = ("purchase line", line.purchase_line or "")
                yield from index.get(bought, ())
        case StockCounted() | ReserveSet():
            yield ("pool", event.sku, event.location)
        case StockTransferred() | TransferDispatched():
            yield ("transfer", event.ref)
            yield ("pool", event.sku, event.source)
            yield ("pool", event.sku, event.destination)
            if isinstance(event, TransferDispatched):
                own = (("pool", event.sku, event.destination), ("purchase", event.ref))
                index["purchase line", event.ref] = own
                yield from own
        case PurchasePlaced(order):
            for bought_line in order.lines:
                pool = ("pool", bought_line.sku, order.destination)
                own = (pool, ("purchase", order.ref))
                index["purchase line", bought_line.ref] = own
                yield from (*own, ("purchase line", bought_line.ref))
        case (
            PurchaseConfirmed()
            | PurchaseExpected()
            | PurchaseLineClosed()
            | SupplyShipped()
        ):
            yield from index.get(("purchase line", event.purchase_line), ())
        case _:
            assert_never(event)


def _placed(index: Index, event: OrderPlaced | QuoteHeld) -> Iterator[Key]:
    """Yield what a new order touches, and enter its lines."""
    order = event.order
    yield ("order", order.ref)
    for line in order.lines:
        yield ("line", line.ref)
        index["order of", line.ref] = (("order", order.ref),)
        index["sku of", line.ref] = ((line.sku,),)
        index["line", line.ref] = (("order", order.ref),)
    skus = {line.ref: line.sku for line in order.lines}
    for portion in event.portions:
        ref, sku = portion.line, skus[portion.line]
        yield from _portion(index, ref, portion.number, sku, portion.location)


def _portion(
    index: Index, line: str, number: int, sku: str, location: str
) -> Iterator[Key]:
    """Yield what a new portion touches, and enter it."""
    order = index.get(("order of", line), ())
    pool = ("pool", sku, location)
    index["portion", line, str(number)] = (pool, *order)
    index["line", line] = (*index.get(("line", line), ()), pool)
    for _, ref in order:
        index["lines", ref] = (*index.get(("lines", ref), ()), pool)
    yield pool
    yield from order


def _sku(index: Index, line: str) -> str:
    """Return the SKU of a line that was placed."""
    known = index.get(("sku of", line), ())
    return known[0][0] if known else ""
