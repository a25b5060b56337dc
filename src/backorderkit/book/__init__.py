"""The order book: its records, how facts change them, and its views."""

from backorderkit.book.axis import (
    Axis as Axis,
)
from backorderkit.book.fold.dispatch import (
    fold as fold,
)
from backorderkit.book.order_book import (
    OrderBook,
)
from backorderkit.book.partial import (
    Extent as Extent,
    Head as Head,
)
from backorderkit.book.partial_records import (
    loaded as loaded,
)
from backorderkit.book.records import (
    LineRecord as LineRecord,
    OrderRecord as OrderRecord,
    PoolRecord as PoolRecord,
    PortionRecord as PortionRecord,
    PortionRef as PortionRef,
    PurchaseRecord as PurchaseRecord,
    SupplyRecord as SupplyRecord,
)
from backorderkit.book.snapshot import (
    BookSnapshot,
    line_status as line_status,
    needs_of as needs_of,
    purchase_line_status as purchase_line_status,
)
from backorderkit.book.state import (
    State as State,
)
from backorderkit.book.views import (
    LineStatus,
    OrderStatus,
    PoolStatus,
    PortionStatus,
    PurchaseLineStatus,
    is_shippable as is_shippable,
    may_ship as may_ship,
)

__all__ = [
    "BookSnapshot",
    "LineStatus",
    "OrderBook",
    "OrderStatus",
    "PoolStatus",
    "PortionStatus",
    "PurchaseLineStatus",
]
