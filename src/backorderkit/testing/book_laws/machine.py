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

from backorderkit.deciding import (
    plan_count,
    plan_day,
    plan_freeze,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_thaw,
    plan_transfer,
)
from backorderkit.model import AllocationPolicy
from backorderkit.promising import plan_promises
from backorderkit.storage import Repository
from backorderkit.testing.book_laws.customers import CustomerRules
from backorderkit.testing.book_laws.shop import (
    CATALOGUE,
    SHELVES,
    ShopMachine,
    few,
    is_ordered,
    many,
    pick,
    some_shelf,
    some_sku,
)
from backorderkit.testing.book_laws.suppliers import SupplierRules
from backorderkit.testing.failures import BookLawBroken

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


class _BookMachine(CustomerRules, SupplierRules):
    """Customers order, suppliers deliver, goods move, days pass."""

    # The warehouse

    @precondition(is_ordered)
    @rule(number=pick, units=st.none() | few, shelf=st.none() | some_shelf)
    def ship(self, number: int, units: int | None, shelf: str | None) -> None:
        """A shipment leaves: all that may ship, or the units requested."""
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
        decision = plan_freeze if freeze else plan_thaw
        self.do(decision, {line: units}, at=self.now)

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
            raise BookLawBroken("told once", "promises", again=again.explain())
