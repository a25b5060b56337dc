"""What it costs to keep a book: commands of a desk on a database, one commit each.

They are held against the same row changes by hand: the very statements that the
repository sent, with their values, sent again by the bare driver to an equal database,
one commit per command. What the library does beside that is decide, read, follow the
facts, and check. Seconds are those of the wall, for a commit waits for the disk.
"""

import gc
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import attrs
from sqlalchemy import Engine, create_engine, event

from backorderkit import Order, OrderDesk, Receipt, oldest_first, plan_order
from backorderkit import plan_receipt as plan_delivery
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from tests.benchmarks.books import orders, receipt
from tests.benchmarks.timing import Measurement, collector_at_rest
from tests.postgres import DURABLE, Server, binaries

BY_HAND = "the same row changes by hand"
GOAL = 2.5
FILLED = 10
"""Lines that a small receipt fills."""

NewEngine = Callable[[], Engine]
Sent = tuple[str, Any, bool]  # a statement, its values, whether for many rows
Command = tuple[Callable[..., Any], Order | Receipt]


@attrs.define(eq=False)
class Shop:
    """A desk on a database, and what its commands have sent there."""

    engine: Engine
    waiting: int
    sent: list[Sent] = attrs.field(factory=list)

    def opened(self) -> OrderDesk:
        """Make the tables, and place so many orders."""
        repository = SqlRepository(self.engine, policy=oldest_first())
        repository.create_schema()
        desk = OrderDesk(repository, oldest_first())
        for order in islice(orders(), self.waiting):
            desk.carry_out(plan_order, order)
        return desk

    def listen(self) -> None:
        """Keep every statement that changes a row."""

        def hear(*heard: Any) -> None:
            statement, values = heard[2], heard[3]
            many = heard[5] and isinstance(values, list)
            if statement.startswith(("INSERT", "UPDATE", "DELETE")):
                self.sent.append((statement, values, many))

        event.listen(self.engine, "before_cursor_execute", hear)


def measured(
    name: str,
    new_engine: NewEngine,
    commands: list[Command],
    *,
    waiting: int,
    rounds: int,
) -> Measurement:
    """Time commands of a desk against their row changes, each from a fresh start."""
    batches = _batches(new_engine(), waiting, commands)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(_by_desk(new_engine(), waiting, commands))
        bare.append(_by_hand(new_engine(), waiting, batches))
    seconds, against = median(ours) / len(commands), median(bare) / len(commands)
    figures = {"seconds_against": against, "commits": float(len(commands))}
    ratio = seconds / against
    return Measurement(name, seconds, BY_HAND, ratio, GOAL, rounds, figures)


def _batches(engine: Engine, waiting: int, commands: list[Command]) -> list[list[Sent]]:
    """Return what each command changes."""
    shop = Shop(engine, waiting)
    desk = shop.opened()
    shop.listen()
    batches = []
    for decision, subject in commands:
        shop.sent.clear()
        desk.carry_out(decision, subject)
        batches.append(list(shop.sent))
    engine.dispose()
    return batches


def _by_desk(engine: Engine, waiting: int, commands: list[Command]) -> float:
    """Return the seconds that commands of a desk take."""
    desk = Shop(engine, waiting).opened()
    with _timed() as took:
        for decision, subject in commands:
            desk.carry_out(decision, subject)
    engine.dispose()
    return took[0]


def _by_hand(engine: Engine, waiting: int, batches: list[list[Sent]]) -> float:
    """Return the seconds that the bare driver takes for the same changes."""
    Shop(engine, waiting).opened()
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    is_file = engine.dialect.name == "sqlite"
    with _timed() as took:
        for batch in batches:
            cursor = connection.cursor()
            if is_file:  # psycopg begins by itself
                cursor.execute("BEGIN IMMEDIATE")
            for statement, values, many in batch:
                (cursor.executemany if many else cursor.execute)(statement, values)
            connection.commit()
    pooled.close()
    engine.dispose()
    return took[0]


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Time the body by the clock on the wall."""
    took: list[float] = []
    gc.collect()
    with collector_at_rest():
        begun = perf_counter()
        yield took
        took.append(perf_counter() - begun)


@contextmanager
def files() -> Iterator[NewEngine]:
    """Make engines for new files of SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        names = (Path(folder) / f"{number}.db" for number in range(10**6))
        yield lambda: sqlite_engine(next(names))


@contextmanager
def databases() -> Iterator[NewEngine]:
    """Make engines for new databases of a server that survives a crash."""
    server = Server(DURABLE)
    try:
        yield lambda: create_engine(server.new_database())
    finally:
        server.close()


def creating(repeats: int, waiting: int) -> list[Command]:
    """Return commands that place an order of one line each."""
    new = islice(orders(waiting), repeats)
    return [(plan_order, order) for order in new]


def receiving(repeats: int) -> list[Command]:
    """Return commands that receive what fills ten lines each."""
    return [(plan_delivery, receipt(number, FILLED)) for number in range(repeats)]


def sqlite_create(rounds: int, *, repeats: int = 50) -> Measurement:
    """Time orders into a file of SQLite."""
    with files() as new:
        work = creating(repeats, waiting=10)
        return measured("sqlite-create", new, work, waiting=10, rounds=rounds)


def sqlite_receipt(rounds: int, *, repeats: int = 10) -> Measurement:
    """Time small receipts into a file of SQLite."""
    with files() as new:
        work, waiting = receiving(repeats), 2 * FILLED * repeats
        return measured("sqlite-receipt", new, work, waiting=waiting, rounds=rounds)


def postgres_create(rounds: int, *, repeats: int = 50) -> Measurement:
    """Time orders into PostgreSQL."""
    with databases() as new:
        work = creating(repeats, waiting=10)
        return measured("postgres-create", new, work, waiting=10, rounds=rounds)


def postgres_receipt(rounds: int, *, repeats: int = 10) -> Measurement:
    """Time small receipts into PostgreSQL."""
    with databases() as new:
        work, waiting = receiving(repeats), 2 * FILLED * repeats
        return measured("postgres-receipt", new, work, waiting=waiting, rounds=rounds)


STORES: Mapping[str, Callable[[int], Measurement]] = {
    "sqlite-create": sqlite_create,
    "sqlite-receipt": sqlite_receipt,
}
SERVERS: Mapping[str, Callable[[int], Measurement]] = {
    "postgres-create": postgres_create,
    "postgres-receipt": postgres_receipt,
}
HERE = {**STORES, **(SERVERS if binaries() else {})}
"""What can be measured on this machine."""
