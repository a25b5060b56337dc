"""What a history adds up to: one dictionary of figures per portion, pool and purchase.

No queue, no index, no running sum, no check: plain numbers under plain names, to be
compared with what a book shows. `recounting` fills it.

>>> Ledger().stock("LAMP", "main")["on_hand"]
0
"""

from collections import Counter
from datetime import date
from typing import TypeAlias

import attrs

from backorderkit.model import Order, PromiseMade, PurchaseOrder, SupplyShipped
from backorderkit.values import LineRef, Location, OrderRef, Pool, Sku

__all__ = ["Ledger"]

PortionRef: TypeAlias = tuple[LineRef, int]
Figures: TypeAlias = Counter[str]


@attrs.define
class Ledger:
    """What a history adds up to; every figure is a plain number under its name.

    Portions count `ordered`, `waiting`, `allocated`, `frozen`, `shipped`, `cancelled`,
    `pinned`; pins are also told apart by purchase line and portion.
    Pools count what came and went; `stock` adds the units of their portions.

    >>> Ledger().stock("LAMP", "main")["waiting"]
    0
    """

    orders: dict[OrderRef, Order] = attrs.field(factory=dict)
    held: dict[OrderRef, str] = attrs.field(factory=dict)
    priority: dict[OrderRef, int] = attrs.field(factory=dict)
    order_of: dict[LineRef, Order] = attrs.field(factory=dict)
    sku_of: dict[LineRef, Sku] = attrs.field(factory=dict)
    postponed: set[LineRef] = attrs.field(factory=set)
    portions: dict[PortionRef, Figures] = attrs.field(factory=dict)
    place: dict[PortionRef, Pool] = attrs.field(factory=dict)
    refused: Counter[LineRef] = attrs.field(factory=Counter)
    returned: Counter[LineRef] = attrs.field(factory=Counter)
    pools: dict[Pool, Figures] = attrs.field(factory=dict)
    purchases: dict[str, PurchaseOrder] = attrs.field(factory=dict)
    purchase_lines: dict[str, Figures] = attrs.field(factory=dict)
    destination: dict[str, Pool] = attrs.field(factory=dict)
    expected_on: dict[str, date | None] = attrs.field(factory=dict)
    confirmed_on: dict[str, date] = attrs.field(factory=dict)
    announced: dict[str, dict[str, SupplyShipped]] = attrs.field(factory=dict)
    transfers: set[str] = attrs.field(factory=set)
    deliveries: Counter[LineRef] = attrs.field(factory=Counter)
    pins: Counter[tuple[str, PortionRef]] = attrs.field(factory=Counter)
    promises: dict[LineRef, tuple[PromiseMade, ...]] = attrs.field(factory=dict)

    def pool(self, sku: Sku, location: Location) -> Figures:
        """Return the stock ledger of a pool, to be changed."""
        return self.pools.setdefault(Pool(sku, location), Counter())

    def stock(self, sku: Sku, location: Location) -> Figures:
        """Return all figures of a pool: its stock, its portions, its supply."""
        pool = Pool(sku, location)
        total = Counter(self.pools.get(pool, Counter()))
        for ref, figures in self.portions.items():
            if self.place[ref] == pool:
                total["allocated"] += figures["allocated"]
                total["waiting"] += figures["waiting"]
                total["pinned"] += figures["pinned"]
                loose = figures["waiting"] - figures["pinned"]
                total[self._standing(ref[0])] += loose
        for name, figures in self.purchase_lines.items():
            if self.destination[name] == pool:
                total["incoming"] += figures["open"]
        return total

    def _standing(self, line: LineRef) -> str:
        """Return under which name the waiting units of a line are counted."""
        if self.held.get(self.order_of[line].ref):
            return "held"
        return "postponed" if line in self.postponed else "queued"

    def is_due(self, line: LineRef) -> bool:
        """Return whether a line may get stock now: neither on hold nor postponed."""
        return self._standing(line) == "queued"

    def group(self, line: LineRef, every_order: bool) -> tuple[LineRef, ...]:
        """Return the lines that ship together with a line, itself among them.

        Empty if it ships as it comes; with `every_order` the whole order counts.
        """
        order = self.order_of[line]
        if every_order:
            return tuple(one.ref for one in order.lines)
        return next((group for group in order.groups.values() if line in group), ())
