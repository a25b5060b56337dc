"""What a book holds at one moment, as plain values: for stores that keep positions.

A history says how everything came about; a content says how it stands. One value per
pool, per order with its lines and portions, and per purchase line, each with the
figures that cannot be derived from the others. `restoring` turns a book into its
content and back.

>>> PoolContent(Pool("LAMP"), on_hand=3, received=3).on_hand
3
"""

from datetime import date, datetime
from typing import TypeAlias

import attrs

from backorderkit.model import (
    Evidence,
    Order,
    PromiseMade,
    PurchaseLine,
    PurchaseOrder,
    SupplyShipped,
)
from backorderkit.values import (
    LineRef,
    Location,
    Pool,
    check_count,
    is_count,
    is_ref,
    is_time,
)

__all__ = [
    "BookContent",
    "LineContent",
    "OrderContent",
    "PoolContent",
    "PortionContent",
    "PurchaseContent",
    "Share",
]

Share: TypeAlias = tuple[LineRef, int, int]
"""Units of a purchase line for one portion: line, number of the portion, units."""


def _is_change(_: object, field: "attrs.Attribute[int]", value: object) -> None:
    """Validate a sum of corrections, which may be negative."""
    check_count(field.name, abs(value) if type(value) is int else value)


@attrs.frozen
class PoolContent:
    """The stock ledger of a pool, and the sums over what waits in it and comes to it.

    The sums are kept beside the records, because a part of a book has not all of those.

    >>> PoolContent(Pool("LAMP"), on_hand=5, received=5, allocated=2).waiting
    0
    """

    pool: Pool
    on_hand: int = attrs.field(default=0, validator=is_count, kw_only=True)
    allocated: int = attrs.field(default=0, validator=is_count, kw_only=True)
    reserve: int = attrs.field(default=0, validator=is_count, kw_only=True)
    received: int = attrs.field(default=0, validator=is_count, kw_only=True)
    returned: int = attrs.field(default=0, validator=is_count, kw_only=True)
    counted: int = attrs.field(default=0, validator=_is_change, kw_only=True)
    transferred: int = attrs.field(default=0, validator=_is_change, kw_only=True)
    shipped: int = attrs.field(default=0, validator=is_count, kw_only=True)
    waiting: int = attrs.field(default=0, validator=is_count, kw_only=True)
    queued: int = attrs.field(default=0, validator=is_count, kw_only=True)
    postponed: int = attrs.field(default=0, validator=is_count, kw_only=True)
    pinned: int = attrs.field(default=0, validator=is_count, kw_only=True)
    incoming: int = attrs.field(default=0, validator=is_count, kw_only=True)


@attrs.frozen
class PortionContent:
    """The units of a line with one place in one queue.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> PortionContent("main", 5, noon, allocated=2).allocated
    2
    """

    location: Location = attrs.field(validator=is_ref)
    quantity: int = attrs.field(validator=is_count)
    queued_at: datetime = attrs.field(validator=is_time)
    allocated: int = attrs.field(default=0, validator=is_count, kw_only=True)
    frozen: int = attrs.field(default=0, validator=is_count, kw_only=True)
    shipped: int = attrs.field(default=0, validator=is_count, kw_only=True)
    cancelled: int = attrs.field(default=0, validator=is_count, kw_only=True)
    pinned: int = attrs.field(default=0, validator=is_count, kw_only=True)


@attrs.frozen
class LineContent:
    """What became of a line: its portions, in order of number, and its promises.

    >>> LineContent((), is_postponed=True).promises
    ()
    """

    portions: tuple[PortionContent, ...]
    is_postponed: bool = attrs.field(default=False, kw_only=True)
    refused: int = attrs.field(default=0, validator=is_count, kw_only=True)
    returned: int = attrs.field(default=0, validator=is_count, kw_only=True)
    deliveries: int = attrs.field(default=0, validator=is_count, kw_only=True)
    promises: tuple[PromiseMade, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class OrderContent:
    """An order as placed, and where it stands; `lines` go with those of the order.

    >>> from datetime import UTC
    >>> from backorderkit.model import Line
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> order = Order("O-1", "ada", noon, [Line("O-1/1", "LAMP", 5)])
    >>> OrderContent(order, (LineContent(()),), held="not paid").held
    'not paid'
    """

    order: Order
    lines: tuple[LineContent, ...]
    held: str = attrs.field(default="", kw_only=True)
    priority: int = attrs.field(default=0, kw_only=True)
    quoted_until: datetime | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class PurchaseContent:
    """A line of a purchase order, or a transfer under way, and what came of it.

    `pins` are open units kept for portions, `given` units that portions got because the
    line was bought for them.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> line = PurchaseLine("PO-1/1", "LAMP", 24)
    >>> order = PurchaseOrder("PO-1", "ACME", monday, [line])
    >>> PurchaseContent(line, order, dated_at=monday, accepted=4).pool
    Pool(sku='LAMP', location='main')
    """

    line: PurchaseLine
    order: PurchaseOrder
    is_transfer: bool = attrs.field(default=False, kw_only=True)
    expected_on: date | None = attrs.field(default=None, kw_only=True)
    evidence: Evidence = attrs.field(default=Evidence.NOTHING, kw_only=True)
    dated_at: datetime = attrs.field(validator=is_time, kw_only=True)
    named_on: date | None = attrs.field(default=None, kw_only=True)
    confirmed_on: date | None = attrs.field(default=None, kw_only=True)
    announced: tuple[SupplyShipped, ...] = attrs.field(default=(), kw_only=True)
    accepted: int = attrs.field(default=0, validator=is_count, kw_only=True)
    over: int = attrs.field(default=0, validator=is_count, kw_only=True)
    rejected: int = attrs.field(default=0, validator=is_count, kw_only=True)
    closed: int = attrs.field(default=0, validator=is_count, kw_only=True)
    pins: tuple[Share, ...] = attrs.field(default=(), kw_only=True)
    given: tuple[Share, ...] = attrs.field(default=(), kw_only=True)

    @property
    def pool(self) -> Pool:
        """Return the pool that the goods come to."""
        return Pool(self.line.sku, self.order.destination)


@attrs.frozen
class BookContent:
    """All that a book holds, or the part of it that concerns some SKUs.

    Orders and purchases are in the order in which they were placed. `facts` are the
    kinds and references of what can happen only once, such as ("receipt", "R-1").

    >>> BookContent().orders
    ()
    """

    pools: tuple[PoolContent, ...] = attrs.field(default=())
    orders: tuple[OrderContent, ...] = attrs.field(default=())
    purchases: tuple[PurchaseContent, ...] = attrs.field(default=())
    facts: tuple[tuple[str, str], ...] = attrs.field(default=())
