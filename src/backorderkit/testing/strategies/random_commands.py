"""A clerk who thinks up commands: the daily business of a small shop, from a seed.

Every command names the SKUs it touches, so that it can be carried out on a book loaded
for these. Many commands ask for too much or come at the wrong time, and are refused.

>>> clerk = Clerk(7)
>>> [command.name for command in clerk.commands(3)]
['reserve', 'ship', 'place']
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import attrs

from backorderkit.deciding import (
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_pin,
    plan_priority,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_transfer,
)
from backorderkit.model import (
    DeliveryRule,
    Line,
    Order,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
)
from backorderkit.promising import plan_promises
from backorderkit.supply import (
    plan_purchase_order,
    plan_short_close,
    plan_supply_change,
)
from backorderkit.testing.strategies.values import MONDAY
from backorderkit.values import Sku

__all__ = ["Clerk", "Command"]

SHELVES = ("main", "main", "main", "north")
DELIVERIES = (*[DeliveryRule.SHIP_AS_AVAILABLE] * 3, *DeliveryRule)


@attrs.frozen
class Command:
    """One decision to be carried out on some desk, and the SKUs it touches.

    >>> Command("day", (), plan_count, ("LAMP", 3), {"at": MONDAY}).skus
    ()
    """

    name: str
    skus: tuple[Sku, ...]
    decision: Callable[..., Plan]
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = attrs.field(factory=dict)


class Clerk:
    """Remembers what was ordered and bought, right or wrong, and goes on from there.

    >>> next(Clerk(7, "A").commands(1)).skus
    ('CHAIR',)
    """

    def __init__(
        self, seed: int, prefix: str = "", skus: Sequence[Sku] = ("LAMP", "CHAIR")
    ) -> None:
        """Begin; references bear the prefix, so that several clerks do not collide."""
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._prefix, self._skus = prefix, tuple(skus)
        self._now, self._number = MONDAY, 0
        self._orders: list[Order] = []
        self._purchases: list[PurchaseOrder] = []

    def commands(self, count: int) -> Iterator[Command]:
        """Yield n commands."""
        for _ in range(count):
            self._now += timedelta(minutes=self._random.choice((0, 1, 30, 300)))
            yield self._random.choices(self._KINDS, self._WEIGHTS)[0](self)

    def _new(self, letter: str) -> str:
        """Return a new reference; now and then one that was used before."""
        self._number += self._one_in(30) ^ 1
        return f"{self._prefix}{letter}{self._number}"

    def _one_in(self, times: int) -> bool:
        """Return true once in n times."""
        return not self._random.randrange(times)

    def _line(self, order: Order) -> Line:
        """Return a line of an order."""
        return self._random.choice(order.lines)

    def _order(self) -> Order:
        """Return an order, mostly one of the last."""
        if not self._orders:
            return Order("nobody", "ada", self._now, [Line("nothing", "LAMP", 1)])
        return self._random.choice(self._orders[-6:])

    def _few(self) -> int:
        """Return a few units."""
        return self._random.randint(1, 5)

    def _about(self, name: str, order: Order, decision: Any, *args: Any) -> Command:
        """Return a command about an order, with the time."""
        skus = tuple(dict.fromkeys(line.sku for line in order.lines))
        return Command(name, skus, decision, args, {"at": self._now})

    # Customers

    def _place(self) -> Command:
        """Place an order of one to three lines."""
        ref, delivery = self._new("O"), self._random.choice(DELIVERIES)
        whole = delivery is not DeliveryRule.SHIP_AS_AVAILABLE
        groups = (None,) if whole else (None, None, "G")
        lines = [
            Line(
                f"{ref}/{number}",
                self._random.choice(self._skus),
                self._few(),
                location=self._random.choice(SHELVES),
                delivery_group=self._random.choice(groups),
            )
            for number in range(self._random.choice((1, 1, 2, 3)))
        ]
        hold = self._random.choice(("", "", "", "unpaid"))
        order = Order(ref, "ada", self._now, lines, delivery=delivery, hold=hold)
        self._orders.append(order)
        rules = SellingRules(SellingRule(self._random.choice((0, 6, 99, 99, 99))))
        skus = tuple(dict.fromkeys(line.sku for line in lines))
        return Command("place", skus, plan_order, (order,), {"rules": rules})

    def _amend(self) -> Command:
        """Ask for more or less."""
        order = self._order()
        line, units = self._line(order), self._random.randint(0, 7)
        return self._about("amend", order, plan_amendment, line.ref, units)

    def _cancel(self) -> Command:
        """Give up a line or an order."""
        order = self._order()
        lines = self._random.choice((None, {self._line(order).ref: 1}))
        return self._about("cancel", order, plan_cancellation, order.ref, lines)

    def _hold(self) -> Command:
        """Put an order on hold, or release the hold."""
        order = self._order()
        if self._one_in(2):
            return self._about("release", order, plan_release_hold, order.ref)
        held = self._about("hold", order, plan_hold, order.ref)
        held.kwargs["reason"] = "unpaid"
        return held

    def _reprioritise(self) -> Command:
        """Make an order more urgent, or less."""
        order = self._order()
        number = self._random.randint(-1, 2)
        urgent = self._about("priority", order, plan_priority, order.ref, number)
        urgent.kwargs.update(actor="eve", reason="a wedding")
        return urgent

    def _promise(self) -> Command:
        """Notify the customer of the dates of an order."""
        order = self._order()
        told = self._about("promise", order, plan_promises)
        told.kwargs["lines"] = [line.ref for line in order.lines]
        return told

    # The warehouse

    def _ship(self) -> Command:
        """Send what may leave."""
        order = self._order()
        return self._about("ship", order, plan_shipment, self._new("S"), order.ref)

    def _take_return(self) -> Command:
        """Take goods back."""
        order = self._order()
        ref, line = self._new("T"), self._line(order).ref
        return self._about("return", order, plan_return, ref, line, 1)

    def _freeze(self) -> Command:
        """Pick a unit."""
        order = self._order()
        return self._about("freeze", order, plan_freeze, {self._line(order).ref: 1})

    def _relocate(self) -> Command:
        """Reroute a line to another location."""
        order = self._order()
        ref, shelf = self._line(order).ref, self._random.choice(SHELVES)
        return self._about("relocate", order, plan_rerouting, ref, shelf)

    def _about_sku(self, name: str, decision: Any, *args: Any) -> Command:
        """Return a command about a pool: SKU, some units, shelf and time."""
        sku = self._random.choice(self._skus)
        how = {"at": self._now, "location": self._random.choice(SHELVES)}
        return Command(name, (sku,), decision, (*args, sku, self._few()), how)

    def _count(self) -> Command:
        """Count a shelf."""
        return self._about_sku("count", plan_count)

    def _reserve(self) -> Command:
        """Keep a few units back."""
        return self._about_sku("reserve", plan_reserve)

    def _transfer(self) -> Command:
        """Carry goods to the other shelf."""
        moved = self._about_sku("transfer", plan_transfer, self._new("M"))
        way = {"source": "main", "destination": "north", "at": self._now}
        return attrs.evolve(moved, kwargs=way)

    # Suppliers

    def _bought(self) -> PurchaseLine:
        """Return a known purchase line, or an unknown reference."""
        if not self._purchases:
            return PurchaseLine("nothing bought", self._skus[0], 1)
        return self._random.choice(self._purchases[-3:]).lines[0]

    def _buy(self) -> Command:
        """Buy a few units."""
        ref, sku = self._new("P"), self._random.choice(self._skus)
        on = self._now.date() + timedelta(self._random.randint(1, 9))
        line = PurchaseLine(f"{ref}/1", sku, self._few() + 2, expected_on=on)
        self._purchases.append(PurchaseOrder(ref, "ACME", self._now, [line]))
        return Command("buy", (sku,), plan_purchase_order, (self._purchases[-1],))

    def _receive(self) -> Command:
        """Book a delivery, bought or found."""
        bought = None if self._one_in(3) else self._bought()
        sku = self._random.choice(self._skus) if bought is None else bought.sku
        ref = None if bought is None else bought.ref
        line = ReceiptLine(sku, self._few(), purchase_line=ref)
        receipt = Receipt(self._new("R"), self._now, [line])
        return Command("receive", (sku,), plan_receipt, (receipt,))

    def _delay(self) -> Command:
        """Hear of another day."""
        bought = self._bought()
        on = self._now.date() + timedelta(self._random.randint(0, 30))
        how = {"reason": "late", "at": self._now, "expected_on": on}
        return Command("delay", (bought.sku,), plan_supply_change, (bought.ref,), how)

    def _close(self) -> Command:
        """Hear that the rest will not come."""
        bought = self._bought()
        how = {"reason": "lost at sea", "at": self._now}
        return Command("close", (bought.sku,), plan_short_close, (bought.ref,), how)

    def _pin(self) -> Command:
        """Keep an incoming unit for a line."""
        order, bought = self._order(), self._bought()
        line = self._line(order)
        how = {"reason": "bought for it", "at": self._now}
        skus = tuple(dict.fromkeys((bought.sku, *(one.sku for one in order.lines))))
        return Command("pin", skus, plan_pin, (bought.ref, line.ref, 1), how)

    _KINDS = (
        *(_place, _receive, _ship, _buy, _amend, _cancel, _hold, _pin, _delay),
        *(_reprioritise, _promise, _take_return, _freeze, _relocate),
        *(_count, _reserve, _transfer, _close),
    )
    _WEIGHTS = (9, 6, 4, 3, 3, 3, 2, 2, 2, *[1] * 9)
