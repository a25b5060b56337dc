"""What suppliers and buyers may do to a book, as rules of a state machine.

Goods are bought, for the queue or pinned to a line; they are announced, late, reduced,
in transit between two locations, and received. As with customers, commands are drawn
freely.
"""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from backorderkit.deciding import plan_pin, plan_receipt, plan_unpin
from backorderkit.model import (
    Evidence,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    cheapest,
    fastest,
)
from backorderkit.replenishment import TargetLevel, plan_replenishment
from backorderkit.supply import (
    UNCHANGED,
    Unchanged,
    plan_dispatch,
    plan_overdue,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_shipping_notice,
    plan_short_close,
    plan_special_order,
    plan_supply_change,
)
from backorderkit.testing.book_laws.shop import (
    CATALOGUE,
    SHELVES,
    ShopMachine,
    few,
    is_bought,
    is_ordered,
    pick,
    some_shelf,
    some_sku,
)
from backorderkit.testing.failures import BookLawBroken
from backorderkit.testing.strategies import receipts
from backorderkit.values import MAIN

some_days: st.SearchStrategy[int | None] = st.none() | st.integers(-1, 6)
some_evidence: st.SearchStrategy[Unchanged | Evidence] = st.sampled_from(
    [UNCHANGED, Evidence.EXPERIENCE, Evidence.CATALOGUE]
)


class SupplierRules(ShopMachine):
    """Goods are bought, dated, pinned to lines, and received or not received."""

    @rule(data=st.data(), is_kept=st.booleans())
    def receive(self, data: st.DataObject, is_kept: bool) -> None:
        """A delivery comes, planned or not, perhaps of pinned units."""
        refs = self.book.purchase_lines()
        bought = [self.book.purchase_line(ref) for ref in refs]
        due = [one for one in bought if one.open] or bought
        due = [one for one in bought if one.pinned and is_kept] or due
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
        self.do(plan_replenishment, CATALOGUE, at=self.now, **how)
        again = plan_replenishment(self.book, CATALOGUE, at=self.now, **how)
        if not again.is_empty:
            raise BookLawBroken("bought once", "purchases", again=again.explain())

    @rule(sku=some_sku, shelf=some_shelf, units=few, days=st.integers(0, 5))
    def buy_by_hand(self, sku: str, shelf: str, units: int, days: int) -> None:
        """A buyer buys without a proposal."""
        ref, on = self.new("P"), self.now.date() + timedelta(days)
        line = PurchaseLine(f"{ref}/1", sku, units, expected_on=on if days else None)
        order = PurchaseOrder(ref, "BOLT", self.now, [line], destination=shelf)
        self.do(plan_purchase_order, order)

    @precondition(is_bought)
    @rule(number=pick)
    def short_close(self, number: int) -> None:
        """A supplier will not send the rest."""
        ref = self.bought(number).ref
        self.do(plan_short_close, ref, reason="lost at sea", at=self.now)

    @precondition(is_bought)
    @rule(number=pick)
    def cancel_purchase(self, number: int) -> None:
        """A purchase order is cancelled."""
        ref = self.bought(number).order
        self.do(plan_purchase_cancellation, ref, reason="too dear", at=self.now)

    # What is heard of it

    @precondition(is_bought)
    @rule(
        number=pick,
        expected=st.just(UNCHANGED) | some_days,
        confirmed=st.just(UNCHANGED) | st.integers(-1, 6),
        still_open=st.sampled_from([UNCHANGED, UNCHANGED, 0, 1, 3]),
        evidence=some_evidence,
    )
    def hear_news(
        self, number: int, expected: Any, confirmed: Any, still_open: Any, evidence: Any
    ) -> None:
        """A supplier names another day, confirms one, cuts a line or cancels it."""
        news = {
            "expected_on": self.on(expected),
            "confirmed_on": self.on(confirmed),
            "open_quantity": still_open,
            "evidence": evidence,
        }
        ref = self.bought(number).ref
        self.do(plan_supply_change, ref, reason="late", at=self.now, **news)

    @precondition(is_bought)
    @rule(number=pick, units=st.none() | few, days=st.integers(-1, 6), again=pick)
    def announce(self, number: int, units: int | None, days: int, again: int) -> None:
        """A supplier ships goods, or corrects what they shipped."""
        bought = self.bought(number)
        known = [one.ref for one in bought.notices]
        ref = known[again % len(known)] if known and again % 2 else self.new("A")
        how = {"expected_on": self.on(days), "at": self.now}
        self.do(plan_shipping_notice, ref, bought.ref, units, **how)

    @rule(estimated=some_days, fence=st.sampled_from([0, 1, 3, 14]))
    def look_for_overdue(self, estimated: int | None, fence: int) -> None:
        """The days that have passed are given up, once."""
        on = None if estimated is None else self.on(estimated)
        how: dict[str, Any] = {"estimate": lambda *_: on, "fence_days": fence}
        self.do(plan_overdue, at=self.now, **how)
        again = self.decided(plan_overdue, at=self.now, **how)
        if again is not None and not again.is_empty:
            raise BookLawBroken("overdue once", "supply", again=again.explain())

    @rule(sku=some_sku, units=few, north=st.booleans(), days=some_days)
    def dispatch(self, sku: str, units: int, north: bool, days: int | None) -> None:
        """Free goods leave for the other shelf and are on their way."""
        source, destination = SHELVES if north else SHELVES[::-1]
        way = {"source": source, "destination": destination}
        way["expected_on"] = self.on(days)
        self.do(plan_dispatch, self.new("M"), sku, units, at=self.now, **way)

    # Which lines it is pinned to

    @precondition(is_bought)
    @precondition(is_ordered)
    @rule(number=pick, other=pick, units=st.none() | few)
    def pin(self, number: int, other: int, units: int | None) -> None:
        """A clerk keeps goods on order for one line."""
        line, bought = self.line(number, "waiting"), self.bought(other, "open")
        how = {"reason": "made to measure", "at": self.now}
        self.do(plan_pin, bought.ref, line.ref, units, **how)

    @precondition(is_bought)
    @precondition(is_ordered)
    @rule(number=pick, other=pick, units=st.none() | few)
    def unpin(self, number: int, other: int, units: int | None) -> None:
        """A clerk releases the units pinned to a line."""
        bought = self.bought(other, "pinned")
        kept = [need.line for need in bought.kept] or [self.line(number).ref]
        how = {"reason": "no longer wanted", "at": self.now}
        self.do(plan_unpin, bought.ref, kept[number % len(kept)], units, **how)

    @precondition(is_ordered)
    @rule(number=pick, units=few, more=st.integers(0, 2), days=some_days)
    def buy_to_order(self, number: int, units: int, more: int, days: Any) -> None:
        """Goods are bought for one line, and perhaps some more of them."""
        line, ref = self.line(number, "waiting"), self.new("P")
        wanted = [one for one in line.portions if one.waiting]
        portion, shelf = next(((one.number, one.location) for one in wanted), (0, MAIN))
        bought = PurchaseLine(
            f"{ref}/1",
            line.sku,
            units + more,
            expected_on=self.on(days),
            needs=[PurchaseNeed(line.ref, portion, units)],
        )
        order = PurchaseOrder(ref, "BOLT", self.now, [bought], destination=shelf)
        self.do(plan_special_order, order)
