"""A state machine that tries every decision in any order and checks after each step.

`book_machine(policy)` returns a Hypothesis state machine: run it with
`run_state_machine_as_test`, or take its `TestCase` into a test module. It is made for
any policy, a host's own too. All checks are those of a `WatchedBook`; a failing run
shrinks to the few commands that matter.

>>> from backorderkit import oldest_first
>>> book_machine(oldest_first()).__name__
'BookMachine'
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from backorderkit.backorders import AllocationPolicy
from backorderkit.choosing import cheapest, fastest
from backorderkit.consolidating import TargetLevel, plan_purchases
from backorderkit.deciding import (
    plan_count,
    plan_day,
    plan_freeze,
    plan_receipt,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_thaw,
    plan_transfer,
)
from backorderkit.promising import plan_promises
from backorderkit.protocols import Repository
from backorderkit.purchasing import PurchaseLine, PurchaseOrder
from backorderkit.supplying import (
    plan_purchase,
    plan_purchase_cancellation,
    plan_short_close,
    plan_supply_change,
)
from backorderkit.testing.breaking import LawBroken
from backorderkit.testing.customers import CustomerRules
from backorderkit.testing.shop import (
    CATALOGUE,
    SHELVES,
    ShopMachine,
    few,
    is_bought,
    is_ordered,
    many,
    pick,
    some_shelf,
    some_sku,
)
from backorderkit.testing.strategies import receipts

__all__ = ["book_machine"]


def book_machine(
    policy: AllocationPolicy, *, repository: Callable[[], Repository] | None = None
) -> type[ShopMachine]:
    """Return a state machine over every decision, for one policy.

    With a maker of empty repositories, two desks carry out every command as well. The
    class attribute `seen` counts what happened over all runs.

    >>> from backorderkit import smallest_first
    >>> book_machine(smallest_first()).seen
    Counter()
    """
    attributes: dict[str, Any] = {
        "policy": policy,
        "repository": repository,
        "seen": Counter(),
    }
    return type("BookMachine", (_BookMachine,), attributes)


class _BookMachine(CustomerRules):
    """Goods move, suppliers deliver, days pass."""

    # The warehouse

    @precondition(is_ordered)
    @rule(number=pick, units=st.none() | few, shelf=st.none() | some_shelf)
    def ship(self, number: int, units: int | None, shelf: str | None) -> None:
        """A parcel leaves: what may leave, or what somebody asks for."""
        line = self.line(number, "allocated")
        lines = None if units is None else {line.ref: units}
        ref = self.new("S")
        self.do(plan_shipment, ref, line.order, lines, at=self.now, location=shelf)

    @precondition(is_ordered)
    @rule(number=pick, units=few, restocked=st.none() | st.integers(0, 1))
    def take_return(self, number: int, units: int, restocked: int | None) -> None:
        """A parcel comes back."""
        ref, line = self.new("T"), self.line(number, "shipped").ref
        self.do(plan_return, ref, line, units, at=self.now, restocked=restocked)

    @precondition(is_ordered)
    @rule(number=pick, units=few, freeze=st.booleans())
    def freeze_or_thaw(self, number: int, units: int, freeze: bool) -> None:
        """Goods are picked, or put back."""
        line = self.line(number, "allocated" if freeze else "frozen").ref
        self.do(plan_freeze if freeze else plan_thaw, {line: units})

    @rule(sku=some_sku, shelf=some_shelf, units=many)
    def count(self, sku: str, shelf: str, units: int) -> None:
        """Somebody counts a shelf."""
        self.do(plan_count, sku, units, at=self.now, location=shelf)

    @rule(sku=some_sku, units=few, north=st.booleans())
    def transfer(self, sku: str, units: int, north: bool) -> None:
        """Free goods go to the other shelf."""
        source, destination = SHELVES if north else SHELVES[::-1]
        way = {"source": source, "destination": destination}
        self.do(plan_transfer, self.new("M"), sku, units, at=self.now, **way)

    @rule(sku=some_sku, shelf=some_shelf, units=st.sampled_from([0, 0, 0, 1, 3]))
    def reserve(self, sku: str, shelf: str, units: int) -> None:
        """Units are kept back from everyone."""
        self.do(plan_reserve, sku, units, at=self.now, location=shelf)

    # Suppliers

    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        """A delivery comes, planned or not."""
        bought = [self.book.purchase_line(ref) for ref in self.purchase_lines()]
        due = [one for one in bought if one.open] or bought
        known = [(one.ref, *one.pool, one.open) for one in due]
        shipment = receipts(
            self.new("R"), received_at=self.now, open_lines=known, locations=SHELVES
        )
        self.do(plan_receipt, data.draw(shipment))

    @rule(
        levels=st.dictionaries(some_sku, st.integers(0, 4)),
        choose=st.sampled_from([cheapest, fastest]),
    )
    def purchase(self, levels: dict[str, int], choose: Any) -> None:
        """What is short is bought, once."""
        targets = {sku: TargetLevel(low, low + 2) for sku, low in levels.items()}
        how = {"targets": targets, "choose": choose, "numbered": "P9{}".format}
        self.do(plan_purchases, CATALOGUE, at=self.now, **how)
        again = plan_purchases(self.book, CATALOGUE, at=self.now, **how)
        if not again.is_empty:
            raise LawBroken("bought once", "purchases", again=again.explain())

    @rule(sku=some_sku, shelf=some_shelf, units=few, days=st.integers(0, 5))
    def buy_by_hand(self, sku: str, shelf: str, units: int, days: int) -> None:
        """Somebody buys on his own."""
        ref, on = self.new("P"), self.now.date() + timedelta(days)
        line = PurchaseLine(f"{ref}/1", sku, units, expected_on=on if days else None)
        order = PurchaseOrder(ref, "BOLT", self.now, [line], destination=shelf)
        self.do(plan_purchase, order)

    @precondition(is_bought)
    @rule(number=pick, days=st.none() | st.integers(-1, 6))
    def supply_change(self, number: int, days: int | None) -> None:
        """A supplier names another day."""
        refs = self.purchase_lines()
        on = None if days is None else self.now.date() + timedelta(days)
        ref = refs[number % len(refs)]
        self.do(plan_supply_change, ref, expected_on=on, cause="late", at=self.now)

    @precondition(is_bought)
    @rule(number=pick)
    def short_close(self, number: int) -> None:
        """A supplier will not send the rest."""
        refs = self.purchase_lines()
        ref = refs[number % len(refs)]
        self.do(plan_short_close, ref, reason="lost at sea", at=self.now)

    @precondition(is_bought)
    @rule(number=pick)
    def cancel_purchase(self, number: int) -> None:
        """A purchase order is cancelled."""
        bought = self.book.purchase_orders()
        ref = bought[number % len(bought)].ref
        self.do(plan_purchase_cancellation, ref, reason="too dear", at=self.now)

    # The calendar

    @rule(hours=st.sampled_from([0, 1, 24, 48, -1]))
    def pass_time(self, hours: int) -> None:
        """Hours or days pass; now and then a clock runs back."""
        self.now += timedelta(hours=hours)
        self.do(plan_day, at=self.now)

    @rule(earlier=st.integers(0, 3), dated=st.booleans())
    def promise(self, earlier: int, dated: bool) -> None:
        """Customers are told dates, once."""
        catalogue = CATALOGUE if dated else None
        how: dict[str, Any] = {"earlier_by_days": earlier, "catalogue": catalogue}
        before = self.queues()
        self.do(plan_promises, at=self.now, **how)
        again = plan_promises(self.book, at=self.now, **how)
        # A policy may rank by promises; then what was told moves the queue itself.
        if not again.is_empty and self.queues() == before:
            raise LawBroken("told once", "promises", again=again.explain())
