"""Everything that can happen to a book: the closed union of facts.

Events are in the past tense, frozen, and complete: replaying a history through an empty
book rebuilds the same book. Nothing else changes a book. A decision only proposes
events; what is not in this file cannot happen.

A portion is named by its line and a number (see `backorders`). Each event that moves
units moves them between two places of one law:

    ordered = waiting + allocated + shipped + cancelled        (a portion)
    on hand = received + returned ± counted ± transferred − shipped      (a pool)
    ordered = open + accepted + closed                         (a purchase line)

A transfer under way counts as a purchase line of its destination, whose name is the
reference of the transfer.

>>> Allocated("O-1/1", 0, 3, wanted=5, at=None).wanted
5
"""

from datetime import date, datetime
from typing import TypeAlias

import attrs

from backorderkit.model.evidence import Confidence, Evidence
from backorderkit.model.orders import Order
from backorderkit.model.purchasing import PurchaseOrder
from backorderkit.model.reasons import plain_code
from backorderkit.model.receipts import Receipt
from backorderkit.values import LineRef, Location, OrderRef, Sku

__all__ = [
    "Allocated",
    "AllocationFrozen",
    "AllocationMoved",
    "AllocationReleased",
    "AllocationThawed",
    "DatedQuantity",
    "Event",
    "GoodsReceived",
    "GoodsReturned",
    "GoodsShipped",
    "HoldReleased",
    "LineBecameDue",
    "OrderHeld",
    "OrderPlaced",
    "OrderRefused",
    "OrderReprioritised",
    "PinReleased",
    "Portion",
    "PortionAdded",
    "PortionMoved",
    "PromiseMade",
    "PurchaseConfirmed",
    "PurchaseExpected",
    "PurchaseLineClosed",
    "PurchasePlaced",
    "QuantityCancelled",
    "QuantityRefused",
    "QuoteAccepted",
    "QuoteExpired",
    "QuoteHeld",
    "QuoteRefused",
    "QuotedPortion",
    "ReserveSet",
    "SegmentUnmet",
    "ShippedLine",
    "StockCounted",
    "StockTransferred",
    "SupplyShipped",
    "TransferDispatched",
    "UnitsPinned",
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

    >>> from datetime import UTC
    >>> from backorderkit.model import Line
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> order = Order("O-1", "ada", noon, [Line("O-1/1", "LAMP", 5)])
    >>> OrderPlaced(order, (Portion("O-1/1", 0, "main", 5),)).postponed
    ()
    """

    order: Order
    portions: tuple[Portion, ...]
    postponed: tuple[LineRef, ...] = ()
    at: datetime = attrs.field(kw_only=True)

    @at.default
    def _at(self) -> datetime:
        """Return the moment of its value."""
        return self.order.placed_at


@attrs.frozen
class QuoteHeld:
    """Goods are held for an order that is only quoted, until a time.

    The order is on hold: `portions` are what stock and dated supply cover of it.

    >>> from datetime import UTC
    >>> from backorderkit.model.orders import Line
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> order = Order("Q-1", "ada", noon, [Line("Q-1/1", "LAMP", 5)], hold="quoted")
    >>> QuoteHeld(order, (Portion("Q-1/1", 0, "main", 5),), noon).until.hour
    12
    """

    order: Order
    portions: tuple[Portion, ...]
    until: datetime
    at: datetime = attrs.field(kw_only=True)

    @at.default
    def _at(self) -> datetime:
        """Return the moment of its value."""
        return self.order.placed_at


@attrs.frozen
class QuotedPortion:
    """Units of a line at one location that an accepted quote brings with it.

    `allocated` of them are in stock; the others wait.

    >>> QuotedPortion("Q-1/1", 0, "main", 5, allocated=3).allocated
    3
    """

    line: LineRef
    number: int
    location: Location
    quantity: int
    allocated: int


@attrs.frozen
class QuoteAccepted:
    """A quote became an order, with what it held.

    >>> QuoteAccepted("Q-1", None).order
    'Q-1'
    """

    order: OrderRef
    at: datetime
    portions: tuple[QuotedPortion, ...] = ()


@attrs.frozen
class QuoteExpired:
    """The time of a quote is over; what it held is given back.

    >>> QuoteExpired("Q-1", None).order
    'Q-1'
    """

    order: OrderRef
    at: datetime


@attrs.frozen
class QuantityRefused:
    """Part of a line was not accepted; `code` is for programs, `reason` for people.

    >>> why = "not_sold_short", "not sold short"
    >>> QuantityRefused("O-1/1", "O-1", 3, *why, at=None).quantity
    3
    """

    line: LineRef
    order: OrderRef
    quantity: int
    code: str = attrs.field(converter=plain_code)
    reason: str
    at: datetime = attrs.field(kw_only=True)


@attrs.frozen
class OrderRefused:
    """An order was not accepted at all; the refused quantities say why.

    >>> from datetime import UTC
    >>> from backorderkit.model import Line
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> order = Order("O-1", "ada", noon, [Line("O-1/1", "LAMP", 5)])
    >>> code, text = "not_sold_short", "not sold short"
    >>> why = QuantityRefused("O-1/1", "O-1", 5, code, text, at=noon)
    >>> OrderRefused(order, (why,)).refused[0].reason
    'not sold short'
    """

    order: Order
    refused: tuple[QuantityRefused, ...]
    at: datetime = attrs.field(kw_only=True)

    @at.default
    def _at(self) -> datetime:
        """Return the moment of its value."""
        return self.order.placed_at


@attrs.frozen
class QuoteRefused:
    """Nothing covers what a quote was asked for, so nothing is held.

    >>> from datetime import UTC
    >>> from backorderkit.model.orders import Line
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> order = Order("Q-1", "ada", noon, [Line("Q-1/1", "LAMP", 5)])
    >>> QuoteRefused(order, (), noon).order.ref
    'Q-1'
    """

    order: Order
    refused: tuple[QuantityRefused, ...]
    until: datetime
    at: datetime = attrs.field(kw_only=True)

    @at.default
    def _at(self) -> datetime:
        """Return the moment of its value."""
        return self.order.placed_at


@attrs.frozen
class PortionAdded:
    """A line was raised: new units queue at a place of their own.

    >>> PortionAdded(Portion("O-1/1", 1, "main", 3), None).portion.number
    1
    """

    portion: Portion
    queued_at: datetime
    postponed: bool = False
    at: datetime = attrs.field(kw_only=True)

    @at.default
    def _at(self) -> datetime:
        """Return the moment of its value."""
        return self.queued_at


@attrs.frozen
class PortionMoved:
    """Waiting units of a portion queue at another location, at their old place.

    >>> PortionMoved("O-1/1", 0, 3, "north", 1, None).destination
    'north'
    """

    line: LineRef
    portion: int
    quantity: int
    destination: Location
    number: int
    at: datetime


@attrs.frozen
class QuantityCancelled:
    """Waiting units of a portion are no longer owed.

    >>> QuantityCancelled("O-1/1", 0, 3, "amended", None).quantity
    3
    """

    line: LineRef
    portion: int
    quantity: int
    reason: str
    at: datetime


@attrs.frozen
class OrderHeld:
    """An order left the queues until it is released.

    >>> OrderHeld("O-1", "not paid", None).reason
    'not paid'
    """

    order: OrderRef
    reason: str
    at: datetime


@attrs.frozen
class HoldReleased:
    """A held order is back in the queues, at its old place.

    >>> HoldReleased("O-1", None).order
    'O-1'
    """

    order: OrderRef
    at: datetime


@attrs.frozen
class LineBecameDue:
    """The day came from which a line may be given goods.

    >>> LineBecameDue("O-1/1", None).line
    'O-1/1'
    """

    line: LineRef
    at: datetime


@attrs.frozen
class Allocated:
    """Stock on hand was given to a portion, which wanted `wanted` units.

    `source` is the purchase line that brought the goods, when they were given because
    they were bought for this portion.

    >>> Allocated("O-1/1", 0, 3, wanted=5, at=None).quantity
    3
    """

    line: LineRef
    portion: int
    quantity: int
    wanted: int
    source: str | None = None
    at: datetime = attrs.field(kw_only=True)


@attrs.frozen
class AllocationReleased:
    """Allocated stock was taken back; the units wait again at their old place.

    >>> AllocationReleased("O-1/1", 0, 3, "counted", at=None).reason
    'counted'
    """

    line: LineRef
    portion: int
    quantity: int
    reason: str
    at: datetime = attrs.field(kw_only=True)


@attrs.frozen
class AllocationFrozen:
    """Allocated units were picked, packed or locked: planning leaves them alone.

    >>> AllocationFrozen("O-1/1", 0, 3, "picked", at=None).reason
    'picked'
    """

    line: LineRef
    portion: int
    quantity: int
    reason: str
    at: datetime = attrs.field(kw_only=True)


@attrs.frozen
class AllocationThawed:
    """Frozen units are open to planning again.

    >>> AllocationThawed("O-1/1", 0, 3, at=None).quantity
    3
    """

    line: LineRef
    portion: int
    quantity: int
    at: datetime = attrs.field(kw_only=True)


@attrs.frozen
class AllocationMoved:
    """Somebody gave one line's allocated stock to another, by hand and for a reason.

    >>> AllocationMoved("O-1/1", 0, "O-2/1", 0, 3, "eve", "a wedding", None).actor
    'eve'
    """

    line: LineRef
    portion: int
    to_line: LineRef
    to_portion: int
    quantity: int
    actor: str
    reason: str
    at: datetime


@attrs.frozen
class OrderReprioritised:
    """Somebody changed how urgent an order is, by hand and for a reason.

    >>> OrderReprioritised("O-1", -1, "eve", "a wedding", None).priority
    -1
    """

    order: OrderRef
    priority: int
    actor: str
    reason: str
    at: datetime


@attrs.frozen
class SegmentUnmet:
    """A reallocation could not keep what a line's segment promises; nothing moved.

    >>> SegmentUnmet("O-1/1", 0, "gain", 30, 20, None).possible
    20
    """

    line: LineRef
    portion: int
    segment: str
    owed: int
    possible: int
    at: datetime


@attrs.frozen
class ShippedLine:
    """Units of one portion in a parcel.

    >>> ShippedLine("O-1/1", 0, 3).quantity
    3
    """

    line: LineRef
    portion: int
    quantity: int


@attrs.frozen
class GoodsShipped:
    """A parcel of one order was handed to a carrier.

    >>> GoodsShipped("S-1", "O-1", (ShippedLine("O-1/1", 0, 3),), None).shipment
    'S-1'
    """

    shipment: str
    order: OrderRef
    lines: tuple[ShippedLine, ...]
    at: datetime


@attrs.frozen
class GoodsReturned:
    """Shipped units came back; those fit for sale are on the shelf again.

    >>> GoodsReturned("RET-1", "O-1/1", 3, 2, "main", None).restocked
    2
    """

    ref: str
    line: LineRef
    quantity: int
    restocked: int
    location: Location
    at: datetime


@attrs.frozen
class GoodsReceived:
    """A delivery was booked in.

    >>> from datetime import UTC
    >>> from backorderkit.model import ReceiptLine
    >>> noon = datetime(2026, 3, 9, 12, tzinfo=UTC)
    >>> GoodsReceived(Receipt("R-1", noon, [ReceiptLine("LAMP", 8)])).receipt.ref
    'R-1'
    """

    receipt: Receipt
    at: datetime = attrs.field(kw_only=True)

    @at.default
    def _at(self) -> datetime:
        """Return the moment of its value."""
        return self.receipt.received_at


@attrs.frozen
class StockCounted:
    """A count or correction changed what is on the shelf by `difference`.

    >>> StockCounted("LAMP", "main", -2, "broken", None).difference
    -2
    """

    sku: Sku
    location: Location
    difference: int
    reason: str
    at: datetime


@attrs.frozen
class StockTransferred:
    """Free stock moved from one location to another.

    >>> StockTransferred("T-1", "LAMP", 3, "main", "north", None).quantity
    3
    """

    ref: str
    sku: Sku
    quantity: int
    source: Location
    destination: Location
    at: datetime


@attrs.frozen
class ReserveSet:
    """So many units of a pool are kept back from every line.

    >>> ReserveSet("LAMP", "main", 2, None).quantity
    2
    """

    sku: Sku
    location: Location
    quantity: int
    at: datetime


@attrs.frozen
class PurchasePlaced:
    """A purchase order was placed: its open lines are supply now.

    >>> from datetime import UTC
    >>> from backorderkit.model import PurchaseLine
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> lines = [PurchaseLine("PO-1/1", "LAMP", 24)]
    >>> PurchasePlaced(PurchaseOrder("PO-1", "ACME", monday, lines)).order.supplier
    'ACME'
    """

    order: PurchaseOrder
    at: datetime = attrs.field(kw_only=True)

    @at.default
    def _at(self) -> datetime:
        """Return the moment of its value."""
        return self.order.ordered_at


@attrs.frozen
class TransferDispatched:
    """Free stock left one location and will arrive at another.

    Until a receipt names it, it is supply of the destination, as a purchase line is.

    >>> TransferDispatched("T-1", "LAMP", 3, "main", "north", None, None).destination
    'north'
    """

    ref: str
    sku: Sku
    quantity: int
    source: Location
    destination: Location
    expected_on: date | None
    at: datetime


@attrs.frozen
class PurchaseConfirmed:
    """The supplier named a day for what is open of a purchase line.

    >>> PurchaseConfirmed("PO-1/1", date(2026, 3, 10), None).confirmed_on.isoformat()
    '2026-03-10'
    """

    purchase_line: str
    confirmed_on: date
    at: datetime


@attrs.frozen
class PurchaseExpected:
    """A purchase line is now expected on another day, or on an unknown date.

    `evidence` is what the day rests on. It concerns the open units that no shipping
    notice has dated.

    >>> PurchaseExpected("PO-1/1", date(2026, 3, 10), "late", None).reason
    'late'
    """

    purchase_line: str
    expected_on: date | None
    reason: str
    at: datetime
    evidence: Evidence = Evidence.CONFIRMATION


@attrs.frozen
class SupplyShipped:
    """The supplier dispatched n open units of a purchase line.

    A second notice of the same reference for the same line replaces the first. Without
    a day they are under way, and nobody knows until when.

    >>> SupplyShipped("ASN-1", "PO-1/1", 6, date(2026, 3, 10), None).quantity
    6
    """

    ref: str
    purchase_line: str
    quantity: int
    expected_on: date | None
    at: datetime


@attrs.frozen
class UnitsPinned:
    """Open units of a purchase line are pinned to one portion, through every planning.

    >>> UnitsPinned("PO-1/1", "O-1/1", 0, 5, "bought for it", None).quantity
    5
    """

    purchase_line: str
    line: LineRef
    portion: int
    quantity: int
    reason: str
    at: datetime


@attrs.frozen
class PinReleased:
    """The pin is released: the units are free again, and the portion queues for them.

    >>> PinReleased("PO-1/1", "O-1/1", 0, 5, "cancelled", None).reason
    'cancelled'
    """

    purchase_line: str
    line: LineRef
    portion: int
    quantity: int
    reason: str
    at: datetime


@attrs.frozen
class PurchaseLineClosed:
    """Open units of a purchase line will never come.

    >>> PurchaseLineClosed("PO-1/1", 4, "sold out", None).quantity
    4
    """

    purchase_line: str
    quantity: int
    reason: str
    at: datetime


@attrs.frozen
class PromiseMade:
    """A customer is told when what still waits of a line will be there.

    `dates` are the portions in order of arrival, empty when unknown. `evidence` is
    the weakest that any of them rests on, `sources` the purchase lines behind them. The
    ledger keeps every promise; a new one never rewrites an old one.

    >>> dates = (DatedQuantity(5, date(2026, 3, 10)),)
    >>> PromiseMade("O-1/1", dates, "order placed", None).promised_on.isoformat()
    '2026-03-10'
    """

    line: LineRef
    dates: tuple[DatedQuantity, ...]
    reason: str
    at: datetime
    evidence: Evidence = Evidence.NOTHING
    sources: tuple[str, ...] = ()

    @property
    def confidence(self) -> Confidence:
        """Return how sure the promised days were when they were told."""
        return self.evidence.confidence

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
    | HoldReleased
    | QuoteHeld
    | QuoteRefused
    | QuoteAccepted
    | QuoteExpired
    | LineBecameDue
    | Allocated
    | AllocationReleased
    | AllocationFrozen
    | AllocationThawed
    | AllocationMoved
    | OrderReprioritised
    | SegmentUnmet
    | GoodsShipped
    | GoodsReturned
    | GoodsReceived
    | StockCounted
    | StockTransferred
    | TransferDispatched
    | ReserveSet
    | PurchasePlaced
    | PurchaseConfirmed
    | PurchaseExpected
    | PurchaseLineClosed
    | SupplyShipped
    | UnitsPinned
    | PinReleased
    | PromiseMade
)
