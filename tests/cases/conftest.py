"""A small shop for worked cases: one terse method per command, checked at every step.

Each method makes a plan, applies it, recounts the book, replays the whole history and
compares, and returns the plan. The clock moves one minute with every command, so that
"first" and "then" are what a case says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backorderkit import (
    BackorderError,
    Line,
    Order,
    OrderBook,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_pin,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_shipping_notice,
    plan_short_close,
    plan_special_order,
    plan_supply_change,
    plan_thaw,
    plan_transfer,
)
from backorderkit.model import AllocationPolicy, PurchaseNeed

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Shop:
    """An order book, a clock, and every fact since the shop opened."""

    def __init__(self, policy: AllocationPolicy | None = None) -> None:
        self.policy = policy or oldest_first()
        self.book = OrderBook(self.policy)
        self.history: list[Any] = []
        self.now = MONDAY
        self._numbers: dict[str, int] = {}

    # The machinery

    @property
    def today(self) -> date:
        return self.now.date()

    def tick(self, **later: int) -> datetime:
        """Let time pass (a minute if nothing is said) and return the new moment."""
        self.now += timedelta(**(later or {"minutes": 1}))
        return self.now

    def number(self, prefix: str) -> str:
        """Return the next unused reference: R-1, R-2, …"""
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}-{self._numbers[prefix]}"

    def apply(self, plan: Plan) -> Plan:
        """Apply a plan, recount the book, and compare it with its replayed history."""
        self.book.apply(plan)
        self.history += plan.events
        self.book.check_invariants()
        assert OrderBook.replay(self.history, self.policy) == self.book
        return plan

    def do(self, plan_fn: Callable[..., Plan], *args: Any, **options: Any) -> Plan:
        """Plan with any `plan_*` function (at the next minute, if it asks) and apply.

        `shop.do(plan_hold, "O-1", reason="check", at=shop.tick())`
        """
        return self.apply(plan_fn(self.book, *args, **options))

    @contextmanager
    def refuses(
        self, error: type[BackorderError], match: str | None = None
    ) -> Iterator[pytest.ExceptionInfo[BackorderError]]:
        """Expect one clear error, and a book that is as it was before."""
        before, version = OrderBook.replay(self.history, self.policy), self.book.version
        with pytest.raises(error, match=match) as caught:
            yield caught
        assert self.book == before
        assert self.book.version == version
        self.book.check_invariants()

    # Stock and supply

    def stock(self, sku: str, units: int, location: str = "main") -> Plan:
        """Count: so many are on hand now."""
        at = self.tick()
        return self.do(plan_count, sku, units, at=at, location=location)

    def receive(
        self,
        sku: str | Iterable[ReceiptLine],
        accepted: int = 0,
        location: str = "main",
        *,
        ref: str | None = None,
        **details: Any,
    ) -> Plan:
        """Book a delivery in: one SKU, or ready receipt lines.

        `details` go to `ReceiptLine`: purchase_line, rejected, reason, remedy, final.
        """
        lines: Iterable[ReceiptLine] = (
            [ReceiptLine(sku, accepted, location=location, **details)]
            if isinstance(sku, str)
            else sku
        )
        return self.do(
            plan_receipt, Receipt(ref or self.number("R"), self.tick(), lines)
        )

    def purchase(
        self,
        ref: str,
        units: Mapping[str, int],
        *,
        expected_on: date | None = None,
        location: str = "main",
        supplier: str = "ACME",
        unit_cost: Any = None,
    ) -> Plan:
        """Place a purchase order; its lines are called ref/1, ref/2, …"""
        lines = [
            PurchaseLine(
                f"{ref}/{number}",
                sku,
                quantity,
                expected_on=expected_on,
                unit_cost=unit_cost,
            )
            for number, (sku, quantity) in enumerate(units.items(), start=1)
        ]
        order = PurchaseOrder(ref, supplier, self.tick(), lines, destination=location)
        return self.do(plan_purchase_order, order)

    def special_order(
        self,
        ref: str,
        sku: str,
        needs: Mapping[str, int],
        *,
        units: int | None = None,
        expected_on: date | None = None,
    ) -> Plan:
        """Buy for lines and keep it for them: `{"O-1/1": 5}`; `units` may be more."""
        wanted = [PurchaseNeed(line, 0, quantity) for line, quantity in needs.items()]
        quantity = sum(needs.values()) if units is None else units
        line = PurchaseLine(
            f"{ref}/1", sku, quantity, expected_on=expected_on, needs=wanted
        )
        order = PurchaseOrder(ref, "ACME", self.tick(), [line])
        return self.do(plan_special_order, order)

    def pin(self, purchase_line: str, line: str, units: int | None = None) -> Plan:
        how: dict[str, Any] = {"reason": "bought for it", "at": self.tick()}
        return self.do(plan_pin, purchase_line, line, units, **how)

    def announce(
        self, ref: str, purchase_line: str, units: int, expected_on: date
    ) -> Plan:
        """Hear from the supplier that so many units are on their way."""
        how: dict[str, Any] = {"expected_on": expected_on, "at": self.tick()}
        return self.do(plan_shipping_notice, ref, purchase_line, units, **how)

    def short_close(self, purchase_line: str, reason: str = "no more") -> Plan:
        return self.do(plan_short_close, purchase_line, reason=reason, at=self.tick())

    def cancel_purchase(self, purchase_order: str, reason: str = "no more") -> Plan:
        return self.do(
            plan_purchase_cancellation, purchase_order, reason=reason, at=self.tick()
        )

    def expect(
        self, purchase_line: str, expected_on: date | None, reason: str = "late"
    ) -> Plan:
        return self.do(
            plan_supply_change,
            purchase_line,
            expected_on=expected_on,
            reason=reason,
            at=self.tick(),
        )

    def transfer(self, sku: str, units: int, source: str, destination: str) -> Plan:
        return self.do(
            plan_transfer,
            self.number("T"),
            sku,
            units,
            source=source,
            destination=destination,
            at=self.tick(),
        )

    def reserve(self, sku: str, units: int, location: str = "main") -> Plan:
        return self.do(plan_reserve, sku, units, at=self.tick(), location=location)

    # Demand

    def make_order(
        self,
        ref: str,
        lines: Mapping[str, int] | Iterable[tuple[str, int] | Line],
        *,
        customer: str = "ada",
        at: datetime | None = None,
        location: str = "main",
        group: str | None = None,
        **details: Any,
    ) -> Order:
        """Return an order; its lines are called ref/1, ref/2, … unless given ready.

        `details` go to `Order`: priority, delivery, hold.
        """
        asked = lines.items() if isinstance(lines, Mapping) else lines
        made = [
            one
            if isinstance(one, Line)
            else Line(
                f"{ref}/{number}",
                one[0],
                one[1],
                location=location,
                delivery_group=group,
            )
            for number, one in enumerate(asked, start=1)
        ]
        return Order(ref, customer, at or self.tick(), made, **details)

    def order(
        self,
        ref: str,
        lines: Mapping[str, int] | Iterable[tuple[str, int] | Line],
        *,
        rules: Any = None,
        sourcing: Any = None,
        catalogue: Any = None,
        **details: Any,
    ) -> Plan:
        """Place an order: `shop.order("O-1", {"LAMP": 5})` has the line `O-1/1`."""
        options = {"rules": rules, "sourcing": sourcing, "catalogue": catalogue}
        given = {name: value for name, value in options.items() if value is not None}
        return self.do(plan_order, self.make_order(ref, lines, **details), **given)

    def amend(self, line: str, quantity: int, **options: Any) -> Plan:
        return self.do(plan_amendment, line, quantity, at=self.tick(), **options)

    def cancel(self, order: str, lines: Any = None, **options: Any) -> Plan:
        return self.do(plan_cancellation, order, lines, at=self.tick(), **options)

    def hold(self, order: str, reason: str = "to be checked") -> Plan:
        return self.do(plan_hold, order, reason=reason, at=self.tick())

    def release(self, order: str) -> Plan:
        return self.do(plan_release_hold, order, at=self.tick())

    def relocate(
        self, line: str, destination: str, quantity: int | None = None
    ) -> Plan:
        return self.do(
            plan_rerouting, line, destination, at=self.tick(), quantity=quantity
        )

    def day(self, **later: int) -> Plan:
        """Let a day (or as much as is said) pass, and decide what it brings."""
        return self.do(plan_day, at=self.tick(**(later or {"days": 1})))

    # Goods in and out

    def ship(
        self,
        order: str,
        lines: Mapping[str, int] | None = None,
        *,
        ref: str | None = None,
        location: str | None = None,
    ) -> Plan:
        shipment = ref or self.number("S")
        at = self.tick()
        return self.do(plan_shipment, shipment, order, lines, at=at, location=location)

    def give_back(self, line: str, units: int, **options: Any) -> Plan:
        """Book a return; `options`: restocked, location."""
        ref = self.number("RET")
        return self.do(plan_return, ref, line, units, at=self.tick(), **options)

    def freeze(self, lines: Mapping[str, int], reason: str = "picked") -> Plan:
        return self.do(plan_freeze, lines, reason=reason, at=self.tick())

    def thaw(self, lines: Mapping[str, int]) -> Plan:
        return self.do(plan_thaw, lines, at=self.tick())

    # Figures

    def figures(self, line: str) -> tuple[int, int]:
        """Return (allocated, waiting) of a line."""
        status = self.book.line(line)
        return status.allocated, status.waiting

    def at(self, line: str) -> dict[str, tuple[int, int]]:
        """Return (allocated, waiting) of a line by location, where it has either."""
        found: dict[str, tuple[int, int]] = {}
        for one in self.book.line(line).portions:
            allocated, waiting = found.get(one.location, (0, 0))
            if one.allocated or one.waiting:
                found[one.location] = (
                    allocated + one.allocated,
                    waiting + one.waiting,
                )
        return found

    def free(self, sku: str, location: str = "main") -> int:
        """Return what is free in a pool."""
        return self.book.pool(sku, location).free

    def on_hand(self, sku: str, location: str = "main") -> int:
        return self.book.pool(sku, location).on_hand

    def refused(self, plan: Plan) -> dict[str, tuple[int, str]]:
        """Return (units, reason) by line of what a plan refuses."""
        found = {}
        for event in plan.events:
            for one in getattr(event, "refused", (event,)):
                if type(one).__name__ == "QuantityRefused":
                    found[one.line] = (one.quantity, one.reason)
        return found


@pytest.fixture
def shop() -> Shop:
    """An empty shop that serves the oldest first, in part, strictly."""
    return Shop()


@pytest.fixture
def open_shop() -> Callable[..., Shop]:
    """Open shops with other policies: `open_shop(smallest_first())`."""
    return Shop
