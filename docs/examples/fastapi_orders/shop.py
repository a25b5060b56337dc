"""The shop: what it sells, how far, from whom, where it stores, and what time it is.

Everything the routes need of the outside world is one frozen value, `Shop`, made once
when the service starts and replaced whole in a test. The library decides; this module
only says under which policy, catalogue and selling rules.

>>> from backorderkit import MemoryRepository
>>> shop = Shop(MemoryRepository())
>>> shop.read(lambda book: book.pool("LAMP").free, ["LAMP"])
0
"""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

import attrs
from sqlalchemy import create_engine

from backorderkit import (
    Catalogue,
    OrderBook,
    Plan,
    RequestDesk,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
)
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from backorderkit.model import AllocationPolicy
from backorderkit.storage import Repository

View = TypeVar("View")

POLICY = by_priority()
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
    policy: AllocationPolicy = attrs.field(default=POLICY, kw_only=True)
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


def repository(environment: Mapping[str, str] = os.environ) -> SqlRepository:
    """Return the store that the environment names, its tables made.

    `ORDERS_DATABASE_URL` is a PostgreSQL database, for many processes; without it,
    `ORDERS_FILE` is a SQLite file, or `orders.sqlite` in the present folder.
    """
    url = environment.get("ORDERS_DATABASE_URL")
    if url:
        engine = create_engine(url, pool_pre_ping=True)
    else:
        engine = sqlite_engine(environment.get("ORDERS_FILE", "orders.sqlite"))
    # The policy of the store and that of the shop are one: only then do long queues
    # lie sorted in the store, and only their heads are read.
    store = SqlRepository(engine, policy=POLICY)
    store.create_schema()
    return store
