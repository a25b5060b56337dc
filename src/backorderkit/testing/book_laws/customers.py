"""What customers and clerks may do to a book, as rules of a state machine.

Commands are drawn freely: many ask for too much or come at the wrong time, and must
then be refused without a trace.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from backorderkit.deciding import (
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_hold,
    plan_order,
    plan_priority,
    plan_reallocation,
    plan_reassignment,
    plan_release_hold,
    plan_rerouting,
)
from backorderkit.model import UNLIMITED, DeliveryRule
from backorderkit.testing.book_laws.shop import (
    CATALOGUE,
    NO_LIMIT,
    SELLING,
    SHELVES,
    SOURCING,
    ShopMachine,
    few,
    is_ordered,
    many,
    pick,
    some_selling,
    some_shelf,
    some_sourcing,
)
from backorderkit.testing.failures import BookLawBroken
from backorderkit.testing.strategies import SKUS, moments, orders


class CustomerRules(ShopMachine):
    """Orders are placed, changed, moved and given up."""

    @initialize(data=st.data(), units=few)
    def open_the_shop(self, data: st.DataObject, units: int) -> None:
        """Begin with some stock and a waiting customer."""
        for sku in SKUS:
            self.do(plan_count, sku, units, at=self.now)
        for _ in range(2):
            self.place(data, NO_LIMIT, "own shelf", False)

    @rule(data=st.data(), selling=some_selling, by=some_sourcing, dated=st.booleans())
    def place(self, data: st.DataObject, selling: str, by: str, dated: bool) -> None:
        """A customer orders; what may be short stays within the selling rule."""
        order = data.draw(
            orders(
                self.new("B"),
                placed_at=moments(self.now, hours_back=2, hours_on=1),
                locations=SHELVES,
                deliveries=tuple(DeliveryRule),
                holds=("", "", "", "fraud check"),
                days=self.days(),
                groups=(None, None, "G"),
            )
        )
        rules, catalogue = SELLING[selling], CATALOGUE if dated else None
        how: dict[str, Any] = {"sourcing": SOURCING[by], "catalogue": catalogue}
        short = {sku: self.short(sku) for sku in SKUS}
        self.do(plan_order, order, rules=rules, **how)
        for sku, before in short.items():
            most, now = rules.of(sku).backorders, self.short(sku) - self.free(sku)
            # What lies there for a held or bound order is not sold short.
            if most is not UNLIMITED and now > max(most, before):
                raise BookLawBroken(
                    "selling rule", sku, short=now, before=before, most=most
                )

    @precondition(is_ordered)
    @rule(number=pick, units=many, selling=some_selling)
    def amend(self, number: int, units: int, selling: str) -> None:
        """A customer wants more of a line, or less."""
        line = self.line(number).ref
        how = {"at": self.now, "rules": SELLING[selling]}
        self.do(plan_amendment, line, units, **how)

    @precondition(is_ordered)
    @rule(number=pick, units=st.none() | few)
    def cancel(self, number: int, units: int | None) -> None:
        """A customer gives up an order, a line, or part of one."""
        line = self.line(number, "ordered" if number % 2 else "pinned")
        lines = None if units == 1 else {line.ref: units} if units else [line.ref]
        self.do(plan_cancellation, line.order, lines, at=self.now)

    @precondition(is_ordered)
    @rule(number=pick)
    def hold_or_release(self, number: int) -> None:
        """A clerk stops an order, or lets it go on."""
        order = self.line(number).order
        if self.book.order(order).held:
            self.do(plan_release_hold, order, at=self.now)
        else:
            self.do(plan_hold, order, reason="unpaid", at=self.now)

    @precondition(is_ordered)
    @rule(number=pick, shelf=some_shelf, units=st.none() | few)
    def relocate(self, number: int, shelf: str, units: int | None) -> None:
        """A clerk lets a line be served from another shelf."""
        line = self.line(number, "" if number % 2 else "pinned").ref
        self.do(plan_rerouting, line, shelf, quantity=units, at=self.now)

    # By hand

    @precondition(is_ordered)
    @rule(number=pick, other=pick, units=few)
    def move(self, number: int, other: int, units: int) -> None:
        """A clerk gives one line's goods to another."""
        line, to_line = self.line(number, "allocated"), self.line(other, "waiting")
        how: dict[str, Any] = {"at": self.now, **self.by_hand}
        self.do(plan_reassignment, line.ref, to_line.ref, units, **how)

    @precondition(is_ordered)
    @rule(number=pick, priority=st.integers(-1, 3))
    def reprioritise(self, number: int, priority: int) -> None:
        """A clerk makes an order more urgent, or less."""
        order, by = self.line(number).order, self.by_hand
        self.do(plan_priority, order, priority, at=self.now, **by)

    @rule()
    def reallocate(self) -> None:
        """A clerk has everything allocated again."""
        self.do(plan_reallocation, at=self.now)

    @property
    def by_hand(self) -> dict[str, str]:
        """Return who does something by hand, and why."""
        return {"actor": "eve", "reason": "a wedding"}
