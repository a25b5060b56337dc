"""What the senders of a small shop send: messages drawn from a seed.

A message is complete when it is sent: its body names orders, lines and purchases that
were sent before it, whether or not they have arrived, and bears the time of its
sender's clock. Some clocks are fast, some slow.

>>> from random import Random
>>> traffic = Traffic(Random(7))
>>> [traffic.message(tick).key for tick in range(3)]
['place O1', 'place O2', 'delay D3']
"""

from bisect import bisect
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

import attrs

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_hold,
    plan_order,
    plan_promises,
    plan_purchase_order,
    plan_receipt,
    plan_release_hold,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_short_close,
    plan_supply_change,
    plan_transfer,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SKUS = ("LAMP", "CHAIR")
PLACES = ("main", "main", "main", "north")
CLOCKS = (0, -20, 20, 7, -3)
"""By how many ticks the clocks of the senders are wrong; a tick is a minute."""
AT_MOST_THREE_SHORT = SellingRules(SellingRule(3))


@attrs.frozen(eq=False)
class Message:
    """One message: its key, what it is, the SKUs it is about, and what is to be done.

    `about` and `number` tell receipts for the same purchase line apart: the first of
    them was sent first.
    """

    key: str
    kind: str
    skus: tuple[str, ...]
    decide: Callable[..., Plan]
    about: str = ""
    number: int = 0


class Traffic:
    """Remembers what was sent, and sends what may follow from it."""

    def __init__(self, random: Random) -> None:
        """Begin with a shop that has nothing."""
        self._random, self._number = random.random, 0
        self._orders: list[Order] = []
        self._shipped: list[Order] = []
        self._purchases: list[PurchaseLine] = []
        self._at = NOON

    def message(self, tick: int) -> Message:
        """Return the next message."""
        self._number += 1
        self._at = NOON + timedelta(minutes=tick + self._one_of(CLOCKS))
        kind, maker = KINDS[bisect(BOUNDS, self._random() * BOUNDS[-1])]
        return maker(self, kind)

    def _one_of(self, some: Any) -> Any:
        """Return one of some."""
        return some[int(self._random() * len(some))]

    def _few(self, most: int) -> int:
        """Return one unit or a few."""
        return 1 + int(self._random() * most)

    def _order(self) -> Order:
        """Return an order, mostly one of the last; at first one nobody will place."""
        if not self._orders:
            return Order("O0", "ada", NOON, [Line("O0/1", "LAMP", 1)])
        return self._one_of(self._orders[-5:])

    def _told(
        self, kind: str, letter: str, skus: Any, decide: Any, *args: Any, **kwargs: Any
    ) -> Message:
        """Return a message with a reference of its own."""
        key = f"{kind} {letter}{self._number}"
        return Message(key, kind, skus, _deciding(decide, args, kwargs))

    # Customers

    def _place(self, kind: str) -> Message:
        """Order one line, or two of which both may be of one SKU."""
        ref = f"O{self._number}"
        lines = [
            Line(
                f"{ref}/{number}",
                self._one_of(SKUS),
                self._few(5),
                location=self._one_of(PLACES),
            )
            for number in range(1 + (self._random() < 0.2))
        ]
        priority = int(self._random() * 3)
        hold = "unpaid" if self._random() < 0.05 else ""
        order = Order(ref, "ada", self._at, lines, priority=priority, hold=hold)
        self._orders.append(order)
        skus = tuple({line.sku: None for line in lines})
        if self._random() < 0.1:
            rules = {"rules": AT_MOST_THREE_SHORT}
            return self._told(kind, "O", skus, plan_order, order, **rules)
        return self._told(kind, "O", skus, plan_order, order)

    def _amend(self, kind: str) -> Message:
        """Ask for more or less of a line."""
        line = self._order().lines[0]
        units = int(self._random() * 8)
        return self._told(
            kind, "A", (line.sku,), plan_amendment, line.ref, units, at=self._at
        )

    def _cancel(self, kind: str) -> Message:
        """Give up an order, or a unit of it."""
        order = self._order()
        some = {order.lines[0].ref: 1} if self._random() < 0.5 else None
        skus = tuple({line.sku: None for line in order.lines})
        return self._told(
            kind, "C", skus, plan_cancellation, order.ref, some, at=self._at
        )

    def _hold(self, kind: str) -> Message:
        """Stop an order, or let it go on."""
        order, at = self._order(), self._at
        skus = tuple({line.sku: None for line in order.lines})
        if self._random() < 0.5:
            return self._told(kind, "H", skus, plan_release_hold, order.ref, at=at)
        return self._told(kind, "H", skus, plan_hold, order.ref, reason="?", at=at)

    def _promise(self, kind: str) -> Message:
        """Tell the dates of an order."""
        order = self._order()
        refs, skus = [one.ref for one in order.lines], [one.sku for one in order.lines]
        how = {"lines": refs, "at": self._at, "earlier_by_days": 1}
        return self._told(kind, "W", tuple(dict.fromkeys(skus)), plan_promises, **how)

    # The warehouse

    def _ship(self, kind: str) -> Message:
        """Send what an order may send."""
        order, ref = self._order(), f"S{self._number}"
        self._shipped.append(order)
        skus = tuple({line.sku: None for line in order.lines})
        return self._told(kind, "S", skus, plan_shipment, ref, order.ref, at=self._at)

    def _take_back(self, kind: str) -> Message:
        """Take a unit back, which can be sold again or cannot."""
        line = (self._shipped or [self._order()])[-1].lines[0]
        ref, sound = f"T{self._number}", int(self._random() * 2)
        how = {"at": self._at, "restocked": sound}
        return self._told(kind, "T", (line.sku,), plan_return, ref, line.ref, 1, **how)

    def _count(self, kind: str) -> Message:
        """Count a shelf."""
        sku, units = self._one_of(SKUS), int(self._random() * 6)
        how = {"at": self._at, "location": self._one_of(PLACES)}
        return self._told(kind, "N", (sku,), plan_count, sku, units, **how)

    def _reserve(self, kind: str) -> Message:
        """Keep a unit back, or none."""
        sku, units = self._one_of(SKUS), int(self._random() * 2)
        return self._told(kind, "K", (sku,), plan_reserve, sku, units, at=self._at)

    def _transfer(self, kind: str) -> Message:
        """Carry a unit to the other place."""
        sku, ref = self._one_of(SKUS), f"M{self._number}"
        way = {"source": "main", "destination": "north", "at": self._at}
        return self._told(kind, "M", (sku,), plan_transfer, ref, sku, 1, **way)

    # Suppliers

    def _buy(self, kind: str) -> Message:
        """Buy a few units."""
        ref, sku, on = f"P{self._number}", self._one_of(SKUS), self._day()
        line = PurchaseLine(f"{ref}/1", sku, self._few(8), expected_on=on)
        self._purchases.append(line)
        order = PurchaseOrder(ref, "ACME", self._at, [line])
        return self._told(kind, "P", (sku,), plan_purchase_order, order)

    def _day(self) -> date:
        """Return some day of the coming weeks."""
        return (self._at + timedelta(days=int(self._random() * 20))).date()

    def _receive(self, kind: str) -> Message:
        """Book a delivery, bought or found."""
        ref, units = f"R{self._number}", self._few(6)
        if self._purchases and self._random() < 0.7:
            bought = self._one_of(self._purchases[-2:])
            line = ReceiptLine(bought.sku, units, purchase_line=bought.ref)
        else:
            line = ReceiptLine(self._one_of(SKUS), units, location=self._one_of(PLACES))
        receipt = Receipt(ref, self._at, [line])
        told = self._told(kind, "R", (line.sku,), plan_receipt, receipt)
        about = line.purchase_line or ""
        return attrs.evolve(told, about=about, number=self._number)

    def _delay(self, kind: str) -> Message:
        """Hear of another day."""
        line = (self._purchases or [PurchaseLine("P0/1", "LAMP", 1)])[-1]
        how = {"reason": "late", "at": self._at, "expected_on": self._day()}
        return self._told(kind, "D", (line.sku,), plan_supply_change, line.ref, **how)

    def _close(self, kind: str) -> Message:
        """Hear that the rest will not come."""
        line = (self._purchases or [PurchaseLine("P0/1", "LAMP", 1)])[-1]
        how = {"reason": "lost at sea", "at": self._at}
        return self._told(kind, "L", (line.sku,), plan_short_close, line.ref, **how)


def _deciding(decide: Any, args: Any, kwargs: Any) -> Callable[[OrderBook], Plan]:
    """Return a decision that only wants its book."""
    return lambda book: decide(book, *args, **kwargs)


_WEIGHTS = {
    "place": (12, Traffic._place),
    "receive": (8, Traffic._receive),
    "ship": (5, Traffic._ship),
    "buy": (3, Traffic._buy),
    "amend": (3, Traffic._amend),
    "cancel": (3, Traffic._cancel),
    "return": (2, Traffic._take_back),
    "delay": (2, Traffic._delay),
    "promise": (2, Traffic._promise),
    "count": (1, Traffic._count),
    "transfer": (1, Traffic._transfer),
    "hold": (1, Traffic._hold),
    "reserve": (0.3, Traffic._reserve),
    "close": (0.5, Traffic._close),
}
KINDS = tuple((kind, maker) for kind, (_, maker) in _WEIGHTS.items())
BOUNDS = tuple(accumulate(weight for weight, _ in _WEIGHTS.values()))
