"""Loading a book from the tables: all of it, or what concerns some SKUs.

A part is read in few statements, each of which names what it needs:

    the pools of the SKUs          every location, all figures
    open purchase lines            with their pins, and the orders pinned to them
    the head of every queue        in order of the stored place, and the last places
    quotes                         those that still hold anything
    the orders these belong to     whole, with their lines in other pools
    the pools of those lines       figures only: their queues are not read

Where the stored places are not those of the policy, everything open is read instead.
"""

from collections.abc import Iterable

import attrs

from backorderkit.adapters.sql.reading import Reader
from backorderkit.adapters.sql.rows import Found
from backorderkit.adapters.sql.sort_keys import NEXT, written
from backorderkit.book import (
    BookSnapshot,
    Extent,
    Head,
    OrderBook,
    OrderStatus,
    PoolStatus,
    PurchaseLineStatus,
)
from backorderkit.model import AllocationPolicy
from backorderkit.storage import Scope, Token
from backorderkit.values import Pool, Sku

FACTOR = 8
"""How much more of a queue is read each time more is asked for."""

# How the places begin of all that is due, and where they end: ranks follow.
SPLIT = NEXT + "1011"


def load_all(reader: Reader, policy: AllocationPolicy) -> tuple[OrderBook, Token]:
    """Return the whole book; O(n log n)."""
    position = reader.about().position
    facts = reader.rows(reader.statements.facts)
    snapshot = BookSnapshot(
        tuple(reader.pools()),
        tuple(reader.all_orders()),
        tuple(reader.purchase_lines()),
        tuple((row.kind, row.name) for row in facts),
    )
    book = OrderBook.restored(snapshot, policy, version=position)
    return book, Token(position)


def load_part(
    reader: Reader, policy: AllocationPolicy, scope: Scope, ranking: str, head: int
) -> tuple[OrderBook, Token]:
    """Return the part of the book that concerns some SKUs; O(rows read × log n)."""
    about = reader.about()
    position, part = about.position, _Part(reader, policy, scope)
    if ranking and ranking == about.ranking:
        part.head = head
        book = part.load(position)
        if part.stands_as_placed(book):
            return book, Token(position)
    # The places are those of another ranking: whole queues are read and ranked again.
    return _Part(reader, policy, scope).load(position), Token(position)


@attrs.define
class _Part:
    """What was read so far; without `head` the queues are read whole."""

    reader: Reader
    policy: AllocationPolicy
    scope: Scope
    head: int = 0
    orders: dict[str, None] = attrs.field(factory=dict)
    whole: dict[Sku, None] = attrs.field(factory=dict)
    heads: dict[Pool, Head] = attrs.field(factory=dict)
    placed: list[Found] = attrs.field(factory=list)

    def load(self, position: int) -> OrderBook:
        """Read everything, and lay it out."""
        reader, scope = self.reader, self.scope
        pools, bought = reader.pools(scope.skus), self._purchase_lines()
        wanted = (sku for sku in scope.skus if not self.head or scope.is_whole(sku))
        self.whole.update(dict.fromkeys(wanted))
        for pool in pools:
            if (pool.queued or pool.postponed) and pool.pool.sku not in self.whole:
                self._read_queue(pool.pool)
        self._name_orders(bought)
        orders = reader.orders(self.orders)
        snapshot = BookSnapshot(
            (*pools, *self._other_pools(pools, orders, bought)),
            tuple(orders),
            tuple(bought),
        )
        absent = frozenset(ref for _, ref in scope.refs)
        extent = Extent(
            frozenset(scope.skus),
            heads=self.heads,
            whole=frozenset(self.whole),
            absent=absent,
        )
        return OrderBook.restored(
            snapshot, self.policy, version=position, extent=extent
        )

    def _purchase_lines(self) -> list[PurchaseLineStatus]:
        """Return what is on its way, and the purchase lines that were asked for."""
        s, reader, scope = self.reader.statements, self.reader, self.scope
        rows = reader.incoming(scope.skus)
        rows += reader.by(s.purchase_lines, scope.refs_of("purchase line"))
        rows += reader.by(s.lines_of_purchases, scope.refs_of("purchase order"))
        return reader.purchase_lines(list({row.ref: row for row in rows}.values()))

    def _read_queue(self, pool: Pool) -> None:
        """Read the head of a queue, and its last positions."""
        s, depth = self.reader.statements, self.scope.depths.get(pool.sku, 0)
        most = self.head * FACTOR**depth
        here = {"sku": pool.sku, "location": pool.location}
        rows = self.reader.rows(s.head, {**here, "most": most + 1})
        if len(rows) > most:
            if self.reader.rows(s.unplaced, here):
                self.whole[pool.sku] = None
                return
            rows = rows[:most]
            lasts = self.reader.rows(s.last_due, {**here, "split": SPLIT})
            lasts = (*lasts, *self.reader.rows(s.last, here))
            until = (rows[-1].line, rows[-1].number)
            known = {(row.line, row.number): None for row in lasts}
            self.heads[pool] = Head(until, lasts=tuple(known))
            rows = (*rows, *lasts)
            self.placed += rows
        self.orders.update(dict.fromkeys(row.order_ref for row in rows))

    def _name_orders(self, bought: Iterable[PurchaseLineStatus]) -> None:
        """Name the orders that are needed beside those in the heads of the queues."""
        s, reader, scope = self.reader.statements, self.reader, self.scope
        lines = dict.fromkeys(scope.refs_of("line"))
        for status in bought:
            lines.update(dict.fromkeys(need.line for need in status.kept))
            if self.policy.together.pegged_first:
                needs = status.line.needs
                lines.update(dict.fromkeys(need.line for need in needs))
        self.orders.update(dict.fromkeys(scope.refs_of("order")))
        for rows in (
            reader.by(s.orders_of_lines, lines),
            reader.by(s.quotes, set(scope.skus) - set(self.whole)),
            reader.by(s.open_orders, self.whole),
        ):
            self.orders.update(dict.fromkeys(row.order_ref for row in rows))

    def _other_pools(
        self,
        pools: Iterable[PoolStatus],
        orders: Iterable[OrderStatus],
        bought: Iterable[PurchaseLineStatus],
    ) -> list[PoolStatus]:
        """Return the figures of the other pools in which any of these records lies."""
        needed = {status.pool for status in bought}
        needed.update(
            Pool(line.sku, portion.location)
            for order in orders
            for line in order.lines
            for portion in line.portions
        )
        needed -= {status.pool for status in pools}
        skus = {pool.sku for pool in needed}
        return [pool for pool in self.reader.pools(skus) if pool.pool in needed]

    def stands_as_placed(self, book: OrderBook) -> bool:
        """Return whether the heads of long queues are in the order of the policy."""
        portion = book.state.portion
        return all(
            row.place == written(portion(row.line, row.number).key)
            for row in self.placed
        )
