"""A book as plain values, and back: for stores that keep how things are now.

A history says how everything came about; a snapshot says how it is. It is built of the
statuses that the book answers with (see `views`), so `OrderBook.restored` needs no
history: figures are taken as they are, and queues, calendars and pegs are laid out from
the records, in the order of the policy, in O(n log n) of what is open.

A partial snapshot holds the pools of some SKUs, whole orders, and purchase lines. The
sums of its pools are those of the whole book: so units that were left out of a queue
are known as a number. An `Extent` says how far the partial book reaches. A snapshot
whose records exceed those sums, or fall short of them where nothing may be left out, is
refused as `InvariantBroken`.

>>> from backorderkit.policies import oldest_first
>>> state = State(oldest_first())
>>> snapshot = BookSnapshot((PoolStatus(Pool("LAMP"), on_hand=3, received=3),))
>>> rebuild(state, snapshot)
>>> state.pools[Pool("LAMP")].on_hand
3
>>> snapshot_of(state) == snapshot
True
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter

import attrs

from backorderkit.book.partial import Extent, Laid, begin_part, close_gaps
from backorderkit.book.records import (
    LineRecord,
    OrderRecord,
    PoolRecord,
    PortionRecord,
    PortionRef,
    PurchaseRecord,
    SkuRecord,
)
from backorderkit.book.state import State
from backorderkit.book.views import (
    LineStatus,
    OrderStatus,
    PoolStatus,
    PortionStatus,
    PurchaseLineStatus,
)
from backorderkit.errors import InvalidValue, InvariantBroken
from backorderkit.model import Line, PurchaseNeed
from backorderkit.values import LARGEST_QUANTITY, Pool, Sku, check_count, check_time

__all__ = ["BookSnapshot"]


@attrs.frozen
class BookSnapshot:
    """All that a book holds, or the part of it that concerns some SKUs.

    Orders and purchase lines are in the order in which they were placed. `facts` are
    the kinds and references of what can happen only once, such as ("receipt", "R-1").

    >>> BookSnapshot().orders
    ()
    """

    pools: tuple[PoolStatus, ...] = attrs.field(default=())
    orders: tuple[OrderStatus, ...] = attrs.field(default=())
    purchase_lines: tuple[PurchaseLineStatus, ...] = attrs.field(default=())
    facts: tuple[tuple[str, str], ...] = attrs.field(default=())


def snapshot_of(state: State) -> BookSnapshot:
    """Return the records as plain values; O(n), and pools are sorted."""
    return BookSnapshot(
        tuple(pool_status(state.pools[pool]) for pool in sorted(state.pools)),
        tuple(map(order_status, state.orders.values())),
        tuple(map(purchase_line_status, state.purchase_lines.values())),
        tuple(sorted(state.facts)),
    )


# From records to statuses. Fields that both have are copied by name.


_FIGURES = tuple(field.name for field in attrs.fields(PoolStatus)[1:])
_of_pool = attrgetter(*_FIGURES)


def pool_status(pool: PoolRecord) -> PoolStatus:
    """Return the status of a pool."""
    return PoolStatus(pool.pool, **dict(zip(_FIGURES, _of_pool(pool), strict=True)))


def portion_status(portion: PortionRecord) -> PortionStatus:
    """Return the status of a portion."""
    return PortionStatus(
        portion.number,
        portion.pool.pool.location,
        ordered=portion.ordered,
        queued_at=portion.queued_at,
        allocated=portion.allocated,
        frozen=portion.frozen,
        shipped=portion.shipped,
        cancelled=portion.cancelled,
        pinned=portion.pinned,
        is_queued=portion.key is not None,
    )


def line_status(line: LineRecord) -> LineStatus:
    """Return the status of a line."""
    return LineStatus(
        line.line.ref,
        line.order.order.ref,
        line.order.order.customer,
        line.line.sku,
        portions=tuple(map(portion_status, line.portions)),
        refused=line.refused,
        returned=line.returned,
        deliveries=line.deliveries,
        is_postponed=line.postponed,
        promises=line.promises,
    )


def order_status(order: OrderRecord) -> OrderStatus:
    """Return the status of an order."""
    return OrderStatus(
        order.order,
        tuple(map(line_status, order.lines)),
        held=order.held,
        priority=order.priority,
        quoted_until=order.quoted_until,
        waiting=order.waiting,
        allocated=order.allocated,
    )


_APART = ("line", "purchase", "under_way", "kept", "given")
_PURCHASE = tuple(
    field.name for field in attrs.fields(PurchaseLineStatus) if field.name not in _APART
)
_of_purchase = attrgetter(*_PURCHASE)


def purchase_line_status(purchase: PurchaseRecord) -> PurchaseLineStatus:
    """Return the status of a purchase line."""
    return PurchaseLineStatus(
        purchase.line,
        purchase.order,
        under_way=purchase.announced,
        kept=needs_of(purchase.pins),
        given=needs_of(purchase.given),
        **dict(zip(_PURCHASE, _of_purchase(purchase), strict=True)),
    )


def needs_of(tally: Mapping[PortionRef, int]) -> tuple[PurchaseNeed, ...]:
    """Return a tally of units by portion as plain values, in order."""
    return tuple(PurchaseNeed(*ref, tally[ref]) for ref in sorted(tally))


# From a snapshot to records


def rebuild(state: State, snapshot: BookSnapshot, extent: Extent | None = None) -> None:
    """Lay out a snapshot in an empty state; O(n log n)."""
    _Rebuilding(state, extent).rebuild(snapshot)
    # What was laid out is not a change: the first rollback would take it away.
    state.commit()


@attrs.define
class _Rebuilding:
    """The records laid out so far, and what they add up to in each pool."""

    state: State
    extent: Extent | None
    skus: dict[Sku, SkuRecord] = attrs.field(factory=dict)
    laid: dict[Pool, Laid] = attrs.field(factory=dict)

    def rebuild(self, snapshot: BookSnapshot) -> None:
        """Lay out everything, the sums last."""
        state, extent = self.state, self.extent
        if extent is not None:
            begin_part(state, extent)
        for pool in snapshot.pools:
            self._pool(pool)
        for sku in self.skus.values():
            sku.pools = tuple(sorted(sku.pools, key=attrgetter("pool")))
        for order in snapshot.orders:
            self._order(order)
        for purchase_line in snapshot.purchase_lines:
            self._purchase_line(purchase_line)
        state.facts.update(dict.fromkeys(snapshot.facts))
        close_gaps(state, self.laid, extent)

    def _is_loaded(self, sku: Sku) -> bool:
        """Return whether all pools of a SKU are there."""
        return self.extent is None or sku in self.extent.skus

    def _pool(self, status: PoolStatus) -> None:
        """Lay out the figures of a pool."""
        name = status.pool.sku
        sku = self.skus.setdefault(name, SkuRecord(name))
        if self._is_loaded(name):
            self.state.skus[name] = sku
        figures = dict(zip(_FIGURES, _of_pool(status.checked()), strict=True))
        record = PoolRecord(status.pool, sku, **figures)
        sku.waiting += record.waiting
        sku.pools = (*sku.pools, record)
        self.state.pools[status.pool] = record
        self.laid[status.pool] = Laid()

    def _at(self, pool: Pool, what: str) -> PoolRecord:
        """Return the pool that a record lies in."""
        if pool not in self.laid:
            raise InvalidValue(f"pool of {what}", tuple(pool), "restore it too")
        return self.state.pools[pool]

    def _order(self, status: OrderStatus) -> None:
        """Lay out an order with its lines and portions."""
        order, state = status.order, self.state
        record = OrderRecord(order, status.held, order.groups, status.priority)
        record.quoted_until = status.quoted_until
        found = [line.ref for line in status.lines]
        if found != [line.ref for line in order.lines]:
            raise InvalidValue(f"lines of {order.ref}", found, "restore all of them")
        state.orders[order.ref] = record
        record.lines = tuple(
            self._line(line, said, record)
            for line, said in zip(order.lines, status.lines, strict=True)
        )
        sums = (record.waiting, record.allocated)
        if sums != (status.waiting, status.allocated):
            finding = f"waiting and allocated are not {sums}, as the lines add up to"
            raise InvariantBroken(f"order {order.ref}", finding)
        if record.quoted_until and record.waiting + record.allocated:
            record.expires = True
            state.quotes.add((record.quoted_until, order.ref))

    def _line(self, line: Line, status: LineStatus, order: OrderRecord) -> LineRecord:
        """Lay out a line with its portions."""
        record = LineRecord(
            line,
            order,
            status.is_postponed,
            refused=status.refused,
            returned=status.returned,
            deliveries=status.deliveries,
            promises=status.promises,
        )
        self.state.lines[line.ref] = record
        record.portions = tuple(
            [
                self._portion(record, number, portion)
                for number, portion in enumerate(status.portions)
            ]
        )
        record.expires = line.cancel_after is not None and record.waiting > 0
        return record

    def _portion(
        self, line: LineRecord, number: int, status: PortionStatus
    ) -> PortionRecord:
        """Lay out a portion, count it, and let it queue."""
        pool = self._at(Pool(line.line.sku, status.location), line.line.ref)
        portion = PortionRecord(
            line,
            _checked(status, number),
            pool,
            status.ordered,
            status.queued_at,
            status.allocated,
            status.frozen,
            status.shipped,
            status.cancelled,
            status.pinned,
        )
        order, laid = line.order, self.laid[pool.pool]
        waiting, allocated = portion.waiting, portion.allocated
        order.waiting += waiting
        order.allocated += allocated
        laid.waiting += waiting
        laid.allocated += allocated
        if allocated:
            pool.holders[portion.ref] = portion
        # Whether it queues, and where, follows from its units, order and policy.
        portion.key = self.state.key_of(portion)
        if portion.key is not None:
            portion.queued = waiting - portion.pinned
            laid.queue.append(portion)
        return portion

    def _purchase_line(self, status: PurchaseLineStatus) -> None:
        """Lay out a purchase line and its pins."""
        state, line, order = self.state, status.line, status.purchase
        pool = status.pool
        fields = dict(zip(_PURCHASE, _of_purchase(status), strict=True))
        record = PurchaseRecord(
            line,
            order,
            self._at(pool, line.ref),
            announced=status.under_way,
            pins=_tally_of(status.kept),
            given=_tally_of(status.given),
            **fields,
        )
        for ref, units in record.pins.items():
            state.pins.setdefault(ref, {})[line.ref] = units
        if not record.is_transfer:
            state.purchases[order.ref] = order
        state.purchase_lines[line.ref] = record
        self.laid[pool].open += record.open
        self.laid[pool].pinned += record.pinned
        state.resupply(record)


_UNITS = tuple(
    field.name
    for field in attrs.fields(PortionStatus)
    if field.type is int and field.name != "number"
)
_units_of = attrgetter(*_UNITS)


def _checked(portion: PortionStatus, number: int) -> int:
    """Return the number of a portion, or refuse figures that none can have."""
    if portion.number != number:
        raise InvalidValue("portion number", portion.number, "number them from 0 on")
    units = _units_of(portion)
    # In one go: most of a load is portions, and each figure by itself costs twice that.
    if {*map(type, units)} != {int} or min(units) < 0 or max(units) > LARGEST_QUANTITY:
        for name, value in zip(_UNITS, units, strict=True):
            check_count(name, value)
    check_time("queued_at", portion.queued_at)
    return number


def _tally_of(needs: Iterable[PurchaseNeed]) -> dict[PortionRef, int]:
    """Return units by portion."""
    return {(need.line, need.portion): need.quantity for need in needs}
