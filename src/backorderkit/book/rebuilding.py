"""Laying out the records of a book from its content, without any history.

Figures are taken as they are, sums too: of a part, the sums of a pool tell how many
units were left out. Queues stand in the order of the policy, whatever order the records
came in. A content whose records exceed their sums, or fall short of them where nothing
may be left out, is refused as `InvariantBroken`.

>>> from backorderkit.policies import oldest_first
>>> state = State(oldest_first())
>>> rebuild(state, BookContent((PoolContent(Pool("LAMP"), reserve=2),)))
>>> state.pools[Pool("LAMP")].reserve
2
"""

from operator import attrgetter

import attrs

from backorderkit.book.contents import (
    BookContent,
    LineContent,
    OrderContent,
    PoolContent,
    PurchaseContent,
)
from backorderkit.book.partial import Extent, Laid, begin_part, close_gaps
from backorderkit.book.records import (
    LineRecord,
    OrderRecord,
    PoolRecord,
    PortionRecord,
    PurchaseRecord,
    SkuRecord,
)
from backorderkit.book.state import State
from backorderkit.errors import InvalidValue
from backorderkit.model import Line
from backorderkit.values import Pool, Sku

FIGURES = tuple(field.name for field in attrs.fields(PoolContent)[1:])
figures_of = attrgetter(*FIGURES)


def rebuild(state: State, content: BookContent, extent: Extent | None = None) -> None:
    """Lay out a content in an empty state; O(n log n)."""
    _Rebuilding(state, extent).rebuild(content)
    # What was laid out is not a change: the first rollback would take it away.
    state.commit()


@attrs.define
class _Rebuilding:
    """The records laid out so far, and what they add up to in each pool."""

    state: State
    extent: Extent | None
    skus: dict[Sku, SkuRecord] = attrs.field(factory=dict)
    laid: dict[Pool, Laid] = attrs.field(factory=dict)

    def rebuild(self, content: BookContent) -> None:
        """Lay out everything, the sums last."""
        state, extent = self.state, self.extent
        if extent is not None:
            begin_part(state, extent)
        for pool in content.pools:
            self._pool(pool)
        for sku in self.skus.values():
            sku.pools = tuple(sorted(sku.pools, key=attrgetter("pool")))
        for order in content.orders:
            self._order(order)
        for purchase in content.purchases:
            self._purchase(purchase)
        state.facts.update(dict.fromkeys(content.facts))
        close_gaps(state, self.laid, extent)

    def _is_loaded(self, sku: Sku) -> bool:
        """Tell whether all pools of a SKU are there."""
        return self.extent is None or sku in self.extent.skus

    def _pool(self, content: PoolContent) -> None:
        """Lay out the figures of a pool."""
        name = content.pool.sku
        sku = self.skus.setdefault(name, SkuRecord(name))
        if self._is_loaded(name):
            self.state.skus[name] = sku
        figures = dict(zip(FIGURES, figures_of(content), strict=True))
        record = PoolRecord(content.pool, sku, **figures)
        sku.waiting += record.waiting
        sku.pools = (*sku.pools, record)
        self.state.pools[content.pool] = record
        self.laid[content.pool] = Laid()

    def _at(self, pool: Pool, what: str) -> PoolRecord:
        """Return the pool that a record lies in."""
        if pool not in self.laid:
            raise InvalidValue(f"pool of {what}", tuple(pool), "restore it too")
        return self.state.pools[pool]

    def _order(self, content: OrderContent) -> None:
        """Lay out an order with its lines and portions."""
        order, state = content.order, self.state
        record = OrderRecord(order, content.held, order.groups, content.priority)
        record.quoted_until = content.quoted_until
        if len(content.lines) != len(order.lines):
            found = len(content.lines)
            raise InvalidValue(f"lines of {order.ref}", found, "restore all of them")
        state.orders[order.ref] = record
        record.lines = tuple(
            self._line(line, one, record)
            for line, one in zip(order.lines, content.lines, strict=True)
        )
        if record.quoted_until and record.waiting + record.allocated:
            record.expires = True
            state.quotes.add((record.quoted_until, order.ref))

    def _line(self, line: Line, content: LineContent, order: OrderRecord) -> LineRecord:
        """Lay out a line with its portions."""
        record = LineRecord(
            line,
            order,
            content.is_postponed,
            refused=content.refused,
            returned=content.returned,
            deliveries=content.deliveries,
            promises=content.promises,
        )
        self.state.lines[line.ref] = record
        record.portions = tuple(
            PortionRecord(
                record,
                number,
                self._at(Pool(line.sku, one.location), line.ref),
                one.quantity,
                one.queued_at,
                one.allocated,
                one.frozen,
                one.shipped,
                one.cancelled,
                one.pinned,
            )
            for number, one in enumerate(content.portions)
        )
        record.expires = line.cancel_after is not None and record.waiting > 0
        for portion in record.portions:
            self._portion(portion)
        return record

    def _portion(self, portion: PortionRecord) -> None:
        """Count a portion, and let it queue."""
        pool, order = portion.pool, portion.line.order
        laid = self.laid[pool.pool]
        order.waiting += portion.waiting
        order.allocated += portion.allocated
        laid.waiting += portion.waiting
        laid.allocated += portion.allocated
        if portion.allocated:
            pool.holders[portion.ref] = portion
        portion.key = self.state.key_of(portion)
        if portion.key is not None:
            portion.queued = portion.loose
            laid.queue.append(portion)

    def _purchase(self, content: PurchaseContent) -> None:
        """Lay out a purchase line and its pins."""
        state, line, order = self.state, content.line, content.order
        record = PurchaseRecord(
            line,
            order,
            self._at(content.pool, line.ref),
            content.expected_on,
            content.evidence,
            content.dated_at,
            content.is_transfer,
            content.named_on,
            content.confirmed_on,
            content.announced,
            content.accepted,
            content.over,
            content.rejected,
            content.closed,
            {(ref, number): units for ref, number, units in content.pins},
            {(ref, number): units for ref, number, units in content.given},
        )
        for ref, units in record.pins.items():
            state.pins.setdefault(ref, {})[line.ref] = units
        if not record.is_transfer:
            state.purchases[order.ref] = order
        state.purchase_lines[line.ref] = record
        self.laid[content.pool].open += record.open
        self.laid[content.pool].pinned += record.pinned
        state.resupply(record)
