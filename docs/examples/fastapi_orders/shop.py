"""The shop: what it sells, how far, from whom, where it stores, and what time it is.

Everything the routes need of the outside world is one frozen value, `Shop`, made once
when the service starts and replaced whole in a test. The library decides; this module
only says under which policy, catalogue and selling rules.

>>> shop = Shop(MemoryRepository())
>>> shop.read(lambda book: book.pool("LAMP").free, ["LAMP"])
0
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TypeVar

import attrs

from backorderkit import (
    AllocationPolicy,
    Catalogue,
    MemoryRepository,
    OrderBook,
    Plan,
    Repository,
    RequestDesk,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
)

View = TypeVar("View")

CATALOGUE = Catalogue(
    [
        SupplierTerms("ACME", "LAMP", lead_time_days=7, multiple=12),
        SupplierTerms("ACME", "CHAIR", lead_time_days=14, minimum=4),
        SupplierTerms("WEAVERS", "RUG", lead_time_days=30),
    ]
)
RULES = SellingRules(
    # What nobody supplies is sold off the shelf only.
    SellingRule(0),
    {
        "LAMP": SellingRule(500),
        "CHAIR": SellingRule(200, wait_days=60),
        "RUG": SellingRule(50, wait_days=60),
    },
)


def now() -> datetime:
    """Return the time of the machine, in UTC: the only clock of the service."""
    return datetime.now(UTC)


@attrs.frozen
class Shop:
    """What the routes are given: storage, rules, and a clock."""

    repository: Repository
    clock: Callable[[], datetime] = attrs.field(default=now, kw_only=True)
    policy: AllocationPolicy = attrs.field(factory=by_priority, kw_only=True)
    catalogue: Catalogue = attrs.field(default=CATALOGUE, kw_only=True)
    rules: SellingRules = attrs.field(default=RULES, kw_only=True)

    def desk(self, skus: Iterable[str] | None = ()) -> RequestDesk:
        """Return a desk for one command on some SKUs; None loads the whole book.

        What else the command turns out to need, such as the order it names, the desk
        loads by itself.
        """
        return RequestDesk(self.repository, self.policy, skus)

    def read(
        self, view: Callable[[OrderBook], View], skus: Iterable[str] | None = ()
    ) -> View:
        """Return what a function sees in the book, loaded like that of a command."""
        seen: list[View] = []

        def look(book: OrderBook) -> Plan:
            seen.append(view(book))
            return Plan((), basis=book.version)

        self.desk(skus).carry_out(look)
        return seen[-1]

    def arrival(self, sku: str) -> date | None:
        """Return the day on which units would come if they were ordered now."""
        return self.catalogue.earliest_arrival(sku, self.clock())


def repository() -> Repository:
    """Return the store."""
    return MemoryRepository()
