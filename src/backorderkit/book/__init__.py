"""The order book: its records, how facts change them, and what it says."""

from backorderkit.book.axis import (
    Axis as Axis,
)
from backorderkit.book.contents import (
    BookContent,
    LineContent,
    OrderContent,
    PoolContent,
    PortionContent,
    PurchaseContent,
    Share,
)
from backorderkit.book.fold.dispatch import (
    fold as fold,
)
from backorderkit.book.goods import (
    PoolStatus,
    PurchaseLineStatus,
    purchase_line_status as purchase_line_status,
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
from backorderkit.book.rebuilding import (
    FIGURES as FIGURES,
    figures_of as figures_of,
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
from backorderkit.book.restoring import (
    restored,
    shares as shares,
)
from backorderkit.book.state import (
    State as State,
)
from backorderkit.book.views import (
    LineStatus,
    OrderStatus,
    PortionStatus,
    is_shippable as is_shippable,
    line_status as line_status,
    may_ship as may_ship,
)

__all__ = [
    "BookContent",
    "LineContent",
    "LineStatus",
    "OrderBook",
    "OrderContent",
    "OrderStatus",
    "PoolContent",
    "PoolStatus",
    "PortionContent",
    "PortionStatus",
    "PurchaseContent",
    "PurchaseLineStatus",
    "Share",
    "restored",
]
