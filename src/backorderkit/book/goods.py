"""What a host reads of goods: the stock of a pool, and what came of a purchase line.

Views are values: they do not change when the book does, and equal answers are equal.
A supplier's days stand side by side, and none is ever written over another.

>>> PoolStatus(Pool("LAMP"), on_hand=8, allocated=5).free
3
"""

from datetime import date, datetime
from operator import attrgetter

import attrs

from backorderkit.book.records import PoolRecord, PurchaseRecord
from backorderkit.model import Confidence, Evidence, PurchaseNeed, SupplyShipped
from backorderkit.values import Pool

__all__ = ["PoolStatus", "PurchaseLineStatus"]


@attrs.frozen
class PoolStatus:
    """The stock of one SKU at one location, and what is waiting and coming.

    `free` is on hand less allocated and kept back. `waiting` is queued, postponed (not
    yet due), held and `pinned` (kept for by purchase lines) together. `incoming` is
    open on purchase orders and transfers, the pinned units among it.

    >>> PoolStatus(Pool("LAMP"), on_hand=8, allocated=5, reserve=1).free
    2
    """

    pool: Pool
    on_hand: int = attrs.field(default=0, kw_only=True)
    allocated: int = attrs.field(default=0, kw_only=True)
    reserve: int = attrs.field(default=0, kw_only=True)
    waiting: int = attrs.field(default=0, kw_only=True)
    queued: int = attrs.field(default=0, kw_only=True)
    postponed: int = attrs.field(default=0, kw_only=True)
    pinned: int = attrs.field(default=0, kw_only=True)
    incoming: int = attrs.field(default=0, kw_only=True)
    received: int = attrs.field(default=0, kw_only=True)
    returned: int = attrs.field(default=0, kw_only=True)
    counted: int = attrs.field(default=0, kw_only=True)
    transferred: int = attrs.field(default=0, kw_only=True)
    shipped: int = attrs.field(default=0, kw_only=True)

    @property
    def free(self) -> int:
        """Return the units that may be given to a line, never negative."""
        return max(self.on_hand - self.allocated - self.reserve, 0)

    @property
    def short(self) -> int:
        """Return the waiting units, held ones aside, that no supply covers."""
        supply = self.on_hand - self.allocated - self.reserve
        supply += self.incoming - self.pinned
        return max(self.queued + self.postponed - supply, 0)


@attrs.frozen
class PurchaseLineStatus:
    """What came of a purchase line: ordered = open + accepted + closed.

    `over` came beyond the order, `rejected` was refused at the dock; both are apart.
    The supplier's days are kept apart too: `requested_on` is what we asked for,
    `confirmed_on` what he said last, `expected_on` what we believe now, resting on
    `evidence` of the time `dated_at`. `announced` are units under way, by the shipping
    `notices`; `pinned` are open units `kept` for lines.

    >>> PurchaseLineStatus(
    ...     "PO-1/1", "PO-1", "ACME", Pool("LAMP"), ordered=10, accepted=6, closed=0,
    ...     over=0, rejected=1, expected_on=None,
    ... ).open
    4
    """

    ref: str
    order: str
    supplier: str
    pool: Pool
    ordered: int = attrs.field(kw_only=True)
    accepted: int = attrs.field(kw_only=True)
    closed: int = attrs.field(kw_only=True)
    over: int = attrs.field(kw_only=True)
    rejected: int = attrs.field(kw_only=True)
    pinned: int = attrs.field(default=0, kw_only=True)
    announced: int = attrs.field(default=0, kw_only=True)
    requested_on: date | None = attrs.field(default=None, kw_only=True)
    confirmed_on: date | None = attrs.field(default=None, kw_only=True)
    expected_on: date | None = attrs.field(kw_only=True)
    evidence: Evidence = attrs.field(default=Evidence.NOTHING, kw_only=True)
    ordered_at: datetime | None = attrs.field(default=None, kw_only=True)
    mode: str = attrs.field(default="", kw_only=True)
    dated_at: datetime | None = attrs.field(default=None, kw_only=True)
    is_transfer: bool = attrs.field(default=False, kw_only=True)
    notices: tuple[SupplyShipped, ...] = attrs.field(default=(), kw_only=True)
    kept: tuple[PurchaseNeed, ...] = attrs.field(default=(), kw_only=True)

    @property
    def open(self) -> int:
        """Return the units still to come."""
        return self.ordered - self.accepted - self.closed

    @property
    def confidence(self) -> Confidence:
        """Return how sure the expected day is."""
        return self.evidence.confidence


def pool_status(pool: PoolRecord) -> PoolStatus:
    """Return the view of a pool."""
    return PoolStatus(
        pool.pool,
        on_hand=pool.on_hand,
        allocated=pool.allocated,
        reserve=pool.reserve,
        waiting=pool.waiting,
        queued=pool.queued,
        postponed=pool.postponed,
        pinned=pool.pinned,
        incoming=pool.incoming,
        received=pool.received,
        returned=pool.returned,
        counted=pool.counted,
        transferred=pool.transferred,
        shipped=pool.shipped,
    )


def purchase_line_status(purchase: PurchaseRecord) -> PurchaseLineStatus:
    """Return the view of a purchase line."""
    return PurchaseLineStatus(
        purchase.line.ref,
        purchase.order.ref,
        purchase.order.supplier,
        purchase.pool.pool,
        ordered=purchase.line.quantity,
        accepted=purchase.accepted,
        closed=purchase.closed,
        over=purchase.over,
        rejected=purchase.rejected,
        pinned=purchase.pinned,
        announced=sum(one.quantity for one in purchase.announced),
        requested_on=purchase.line.requested_on,
        confirmed_on=purchase.confirmed_on,
        expected_on=purchase.expected_on,
        evidence=purchase.evidence,
        ordered_at=purchase.order.ordered_at,
        mode=purchase.order.mode,
        dated_at=purchase.dated_at,
        is_transfer=purchase.is_transfer,
        notices=tuple(sorted(purchase.announced, key=attrgetter("ref"))),
        kept=tuple(
            PurchaseNeed(*ref, units) for ref, units in sorted(purchase.pins.items())
        ),
    )
