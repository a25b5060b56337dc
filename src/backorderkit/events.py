"""Everything that can happen to a book: the closed union of facts.

Events are in the past tense, frozen, and complete: replaying a history through an empty
book rebuilds the same book. Nothing else changes a book. A decision only proposes
events; what is not in this file cannot happen.

A portion is named by its line and a number (see `backorders`). Each event that moves
units moves them between two places of one law:

    ordered = waiting + allocated + shipped + cancelled        (a portion)
    on hand = received + returned ± counted ± transferred − shipped      (a pool)
    ordered = open + accepted + closed                         (a purchase line)

>>> Allocated("O-1/1", 0, 3, wanted=5)
Allocated(line='O-1/1', portion=0, quantity=3, wanted=5)
"""

from datetime import date, datetime
from typing import TypeAlias

import attrs

from backorderkit.orders import Order
from backorderkit.purchasing import PurchaseOrder
from backorderkit.receipts import Receipt
from backorderkit.values import LineRef, Location, OrderRef, Sku

__all__ = [
    "Allocated",
    "AllocationFrozen",
    "AllocationReleased",
    "AllocationThawed",
    "DatedQuantity",
    "Event",
    "GoodsReceived",
    "GoodsReturned",
    "GoodsShipped",
    "LineBecameDue",
    "OrderHeld",
    "OrderPlaced",
    "OrderRefused",
    "OrderReleased",
    "Portion",
    "PortionAdded",
    "PortionMoved",
    "PromiseMade",
    "PurchaseExpected",
    "PurchaseLineClosed",
    "PurchasePlaced",
    "QuantityCancelled",
    "QuantityRefused",
    "ReserveSet",
    "ShippedLine",
    "StockCounted",
    "StockTransferred",
]


@attrs.frozen
class Portion:
    """Part of a line with a place of its own in one queue.

    >>> Portion("O-1/1", 0, "main", 5).quantity
    5
    """

    line: LineRef
    number: int
    location: Location
    quantity: int


@attrs.frozen
class DatedQuantity:
    """Units and the day they are expected.

    >>> DatedQuantity(5, date(2026, 3, 10)).on.isoformat()
    '2026-03-10'
    """

    quantity: int
    on: date


@attrs.frozen
class OrderPlaced:
    """An order was accepted; its portions hold the accepted quantities.

    A line whose `allocate_not_before` has not come is named in `postponed`.
    """

    order: Order
    portions: tuple[Portion, ...]
    postponed: tuple[LineRef, ...] = ()


@attrs.frozen
class QuantityRefused:
    """Part of a line was not accepted when its order was placed."""

    line: LineRef
    order: OrderRef
    quantity: int
    reason: str


@attrs.frozen
class OrderRefused:
    """An order was not accepted at all; the refused quantities say why."""

    order: Order
    refused: tuple[QuantityRefused, ...]


@attrs.frozen
class PortionAdded:
    """A line was raised: new units queue at a place of their own."""

    portion: Portion
    queued_at: datetime
    postponed: bool = False


@attrs.frozen
class PortionMoved:
    """Waiting units of a portion queue at another location, at their old place."""

    line: LineRef
    portion: int
    quantity: int
    destination: Location
    number: int
    at: datetime


@attrs.frozen
class QuantityCancelled:
    """Waiting units of a portion are no longer owed."""

    line: LineRef
    portion: int
    quantity: int
    reason: str
    at: datetime


@attrs.frozen
class OrderHeld:
    """An order left the queues until it is released."""

    order: OrderRef
    reason: str
    at: datetime


@attrs.frozen
class OrderReleased:
    """A held order is back in the queues, at its old place."""

    order: OrderRef
    at: datetime


@attrs.frozen
class LineBecameDue:
    """The day came from which a line may be given goods."""

    line: LineRef
    on: date


@attrs.frozen
class Allocated:
    """Stock on hand was given to a portion, which wanted `wanted` units."""

    line: LineRef
    portion: int
    quantity: int
    wanted: int


@attrs.frozen
class AllocationReleased:
    """Allocated stock was taken back; the units wait again at their old place."""

    line: LineRef
    portion: int
    quantity: int
    reason: str


@attrs.frozen
class AllocationFrozen:
    """Allocated units were picked, packed or locked: planning leaves them alone."""

    line: LineRef
    portion: int
    quantity: int
    reason: str


@attrs.frozen
class AllocationThawed:
    """Frozen units are open to planning again."""

    line: LineRef
    portion: int
    quantity: int


@attrs.frozen
class ShippedLine:
    """Units of one portion in a parcel."""

    line: LineRef
    portion: int
    quantity: int


@attrs.frozen
class GoodsShipped:
    """A parcel of one order was handed to a carrier."""

    shipment: str
    order: OrderRef
    lines: tuple[ShippedLine, ...]
    at: datetime


@attrs.frozen
class GoodsReturned:
    """Shipped units came back; those fit for sale are on the shelf again."""

    ref: str
    line: LineRef
    quantity: int
    restocked: int
    location: Location
    at: datetime


@attrs.frozen
class GoodsReceived:
    """A delivery was booked in."""

    receipt: Receipt


@attrs.frozen
class StockCounted:
    """A count or correction changed what is on the shelf by `difference`."""

    sku: Sku
    location: Location
    difference: int
    reason: str
    at: datetime


@attrs.frozen
class StockTransferred:
    """Free stock moved from one location to another."""

    ref: str
    sku: Sku
    quantity: int
    source: Location
    destination: Location
    at: datetime


@attrs.frozen
class ReserveSet:
    """So many units of a pool are kept back from every line."""

    sku: Sku
    location: Location
    quantity: int
    at: datetime


@attrs.frozen
class PurchasePlaced:
    """A purchase order was placed: its open lines are supply now."""

    order: PurchaseOrder


@attrs.frozen
class PurchaseExpected:
    """The supplier named another day, or none, for a purchase line."""

    purchase_line: str
    expected_on: date | None
    cause: str
    at: datetime


@attrs.frozen
class PurchaseLineClosed:
    """Open units of a purchase line will never come."""

    purchase_line: str
    quantity: int
    reason: str
    at: datetime


@attrs.frozen
class PromiseMade:
    """A customer is told when what still waits of a line will be there.

    `dates` are the portions in order of arrival, empty when nobody knows. The ledger
    keeps every promise; a new one never rewrites an old one.
    """

    line: LineRef
    dates: tuple[DatedQuantity, ...]
    cause: str
    at: datetime

    @property
    def promised_on(self) -> date | None:
        """Return the day the last waiting unit is promised for."""
        return self.dates[-1].on if self.dates else None


Event: TypeAlias = (
    OrderPlaced
    | QuantityRefused
    | OrderRefused
    | PortionAdded
    | PortionMoved
    | QuantityCancelled
    | OrderHeld
    | OrderReleased
    | LineBecameDue
    | Allocated
    | AllocationReleased
    | AllocationFrozen
    | AllocationThawed
    | GoodsShipped
    | GoodsReturned
    | GoodsReceived
    | StockCounted
    | StockTransferred
    | ReserveSet
    | PurchasePlaced
    | PurchaseExpected
    | PurchaseLineClosed
    | PromiseMade
)
