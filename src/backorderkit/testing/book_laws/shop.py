"""A small shop to try decisions in, and the state machine behind its counter.

Two shelves, two suppliers, selling rules and sourcing functions of every kind. The
machine has no rules of its own: it keeps the book under watch, the time, and the
references that were used.

>>> [terms.supplier for terms in CATALOGUE.offers("LAMP")]
['ACME', 'BOLT']
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from backorderkit.book import LineStatus, OrderBook, PurchaseLineStatus
from backorderkit.deciding import (
    Sourcing,
    fewest_parcels,
    in_given_order,
    most_free_first,
)
from backorderkit.errors import BackorderError
from backorderkit.model import (
    UNLIMITED,
    Acceptance,
    AllocationPolicy,
    Catalogue,
    Plan,
    SellingRule,
    SellingRules,
    SupplierTerms,
)
from backorderkit.storage import Repository
from backorderkit.testing.book_laws.checked_book import WatchedBook
from backorderkit.testing.strategies import MONDAY, SKUS

SHELVES = ("main", "north")
CATALOGUE = Catalogue(
    [
        SupplierTerms("ACME", "LAMP", lead_time_days=3, minimum=4, multiple=2),
        SupplierTerms("BOLT", "LAMP", lead_time_days=1, preference=1),
        SupplierTerms("ACME", "CHAIR", lead_time_days=2),
    ]
)
SELLING = {
    f"{name}, {accept.value}": SellingRules(rule, accept=accept)
    for name, rule in (
        ("no limit", SellingRule(UNLIMITED)),
        ("at most 4 short", SellingRule(4)),
        ("nothing short", SellingRule(0, wait_days=0)),
        ("at most 9 short for 2 days", SellingRule(9, wait_days=2)),
    )
    for accept in Acceptance
}
SOURCING: dict[str, Sourcing | None] = {
    "own shelf": None,
    "north, main": in_given_order("north", "main"),
    "main, north": in_given_order("main", "north"),
    "most free": most_free_first(),
    "fewest parcels": fewest_parcels(),
}
NO_LIMIT = "no limit, what_fits"
some_selling: st.SearchStrategy[str] = st.just(NO_LIMIT) | st.sampled_from(
    list(SELLING)
)
some_sourcing: st.SearchStrategy[str] = st.sampled_from(list(SOURCING))
some_sku: st.SearchStrategy[str] = st.sampled_from(SKUS)
some_shelf: st.SearchStrategy[str] = st.sampled_from(SHELVES)
few: st.SearchStrategy[int] = st.integers(1, 4)
many: st.SearchStrategy[int] = st.integers(0, 9)
pick: st.SearchStrategy[int] = st.integers(0, 99)


class ShopMachine(RuleBasedStateMachine):
    """Keeps a book under watch; the rules are in the classes that follow."""

    policy: ClassVar[AllocationPolicy]
    repository: ClassVar[Callable[[], Repository] | None]
    seen: ClassVar[Counter[str]]

    def __init__(self) -> None:
        """Open an empty book on a Monday."""
        super().__init__()
        self.watched: WatchedBook = WatchedBook(self.policy, type(self).repository)
        self.book: OrderBook = self.watched.book
        self.now: datetime = MONDAY
        self.number: int = 0

    def teardown(self) -> None:
        """Compare all ways to the same book, and remember what was seen."""
        self.watched.close()
        self.seen.update(self.watched.seen)

    def do(self, decision: Callable[..., Plan], *args: Any, **kwargs: Any) -> None:
        """Carry out one decision under watch."""
        self.watched.carry_out(decision, *args, **kwargs)

    def decided(
        self, decision: Callable[..., Plan], *args: Any, **kwargs: Any
    ) -> Plan | None:
        """Return a decision that is not carried out; None if it is refused."""
        with suppress(BackorderError):
            return decision(self.book, *args, **kwargs)
        return None

    def new(self, letter: str) -> str:
        """Return an unused reference."""
        self.number += 1
        return f"{letter}{self.number}"

    def line(self, number: int, having: str = "") -> LineStatus:
        """Return one of the lines of the book, mostly one that has such units."""
        refs = self.book.orders()
        lines = [line for ref in refs for line in self.book.order(ref).lines]
        fitting = [line for line in lines if having and getattr(line, having)]
        if fitting and number % 5:
            lines = fitting
        return lines[number % len(lines)]

    def bought(self, number: int, having: str = "open") -> PurchaseLineStatus:
        """Return a purchase line or a transfer, mostly one that has such units."""
        lines = [self.book.purchase_line(ref) for ref in self.book.purchase_lines()]
        fitting = [line for line in lines if getattr(line, having)]
        if fitting and number % 5:
            lines = fitting
        return lines[number % len(lines)]

    def on(self, days: Any) -> Any:
        """Return the day n days from now; anything else is left as it is."""
        return self.now.date() + timedelta(days) if type(days) is int else days

    def days(self) -> Sequence[date | None]:
        """Return days to choose from: mostly none, else one soon."""
        today = self.now.date()
        return (None, None, None, *(today + timedelta(days) for days in (-1, 1, 2)))

    def queues(self) -> list[list[tuple[str, int]]]:
        """Return the present order of every queue."""
        return [
            [(one.line, one.portion) for one in self.book.backorders(*pool)]
            for pool in self.book.pools()
        ]

    def free(self, sku: str) -> int:
        """Return the units of a SKU that anybody may have, on all shelves."""
        return sum(self.book.pool(sku, shelf).free for shelf in SHELVES)

    def short(self, sku: str) -> int:
        """Return the units of a SKU that wait anywhere."""
        return sum(self.book.pool(sku, shelf).waiting for shelf in SHELVES)


def is_bought(machine: ShopMachine) -> bool:
    """Return whether there is a purchase line or a transfer to act on."""
    return bool(machine.book.purchase_lines())


def is_ordered(machine: ShopMachine) -> bool:
    """Return whether there is an order to act on."""
    return bool(machine.book.orders())
