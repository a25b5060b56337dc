"""The names that events have in a text, for ever.

A class may be renamed or moved; its name here may not. A new event is one new line.

>>> TAGS["stock_counted"].__name__
'StockCounted'
"""

from collections.abc import Mapping

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

TAGS: Mapping[str, type[Event]] = {
    "order_placed": OrderPlaced,
    "quantity_refused": QuantityRefused,
    "order_refused": OrderRefused,
    "portion_added": PortionAdded,
    "portion_moved": PortionMoved,
    "quantity_cancelled": QuantityCancelled,
    "order_held": OrderHeld,
    "hold_released": HoldReleased,
    "quote_held": QuoteHeld,
    "quote_refused": QuoteRefused,
    "quote_accepted": QuoteAccepted,
    "quote_expired": QuoteExpired,
    "line_became_due": LineBecameDue,
    "allocated": Allocated,
    "allocation_released": AllocationReleased,
    "allocation_frozen": AllocationFrozen,
    "allocation_thawed": AllocationThawed,
    "allocation_moved": AllocationMoved,
    "order_reprioritised": OrderReprioritised,
    "segment_unmet": SegmentUnmet,
    "goods_shipped": GoodsShipped,
    "goods_returned": GoodsReturned,
    "goods_received": GoodsReceived,
    "stock_counted": StockCounted,
    "stock_transferred": StockTransferred,
    "transfer_dispatched": TransferDispatched,
    "reserve_set": ReserveSet,
    "purchase_placed": PurchasePlaced,
    "purchase_confirmed": PurchaseConfirmed,
    "purchase_expected": PurchaseExpected,
    "purchase_line_closed": PurchaseLineClosed,
    "supply_shipped": SupplyShipped,
    "units_pinned": UnitsPinned,
    "pin_released": PinReleased,
    "promise_made": PromiseMade,
}
TAG_OF: Mapping[type, str] = {kind: tag for tag, kind in TAGS.items()}
TAG_FIELD = "type"
"""The member of an event's object that holds its tag; no event has such a field."""
