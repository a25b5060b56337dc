"""What it costs to keep a book: commands of a desk on a database, one commit each.

They are held against the same row changes by hand: the very statements that the
repository sent, with their values, sent again by the bare driver to an equal database,
one commit per command. What the library does beside that is decide, read, follow the
facts, and check. Seconds are those of the wall, for a commit waits for the disk.

`…-scale` holds receipts that a desk loads the head of a long queue for against the same
beside a short one.
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

from backorderkit import (
    Order,
    OrderDesk,
    Receipt,
    RequestDesk,
    oldest_first,
    plan_order,
    plan_receipt as plan_delivery,
)
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from backorderkit.storage import Token
from tests.benchmarks.books import BATCH, SKU, orders, placed, receipt
from tests.benchmarks.timing import Measurement, collector_at_rest
from tests.postgres import DURABLE, Server, binaries

BY_HAND = "the same row changes by hand"
GOAL, SCALE_GOAL = 2.5, 2
SHORT, LONG = 1_000, 100_000
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


def scale(
    name: str,
    new_engine: NewEngine,
    rounds: int,
    *,
    short: int = SHORT,
    long: int = LONG,
    repeats: int = 10,
) -> Measurement:
    """Time small receipts on a long queue in a database, against a short one."""
    shops = {waiting: _queue(new_engine(), waiting) for waiting in (short, long)}
    seconds: dict[int, list[float]] = {waiting: [] for waiting in shops}
    for number in range(rounds):
        for waiting, repository in shops.items():
            desk = RequestDesk(repository, oldest_first(), [SKU])
            first = number * repeats
            work = [receipt(first + one, FILLED) for one in range(repeats)]
            with _timed() as took:
                for one in work:
                    desk.carry_out(plan_delivery, one)
            seconds[waiting].append(took[0] / repeats)
    for repository in shops.values():
        repository.engine.dispose()
    ours, base = median(seconds[long]), median(seconds[short])
    against = f"the same beside {short:,} waiting lines instead of {long:,}"
    return Measurement(name, ours, against, ours / base, SCALE_GOAL, rounds)


def _queue(engine: Engine, waiting: int) -> SqlRepository:
    """Store so many waiting lines in a few large batches."""
    repository = SqlRepository(engine, policy=oldest_first())
    repository.create_schema()
    new, token = orders(), Token(0)
    while batch := [placed(one) for one in islice(new, min(waiting, BATCH))]:
        token = repository.save(batch, [], token)
        waiting -= len(batch)
    return repository


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


def sqlite_scale(rounds: int, **sizes: int) -> Measurement:
    """Time receipts on a long queue in a file of SQLite."""
    with files() as new:
        return scale("sqlite-scale", new, rounds, **sizes)


def postgres_scale(rounds: int, **sizes: int) -> Measurement:
    """Time receipts on a long queue in PostgreSQL."""
    with databases() as new:
        return scale("postgres-scale", new, rounds, **sizes)


STORES: Mapping[str, Callable[[int], Measurement]] = {
    "sqlite-create": sqlite_create,
    "sqlite-receipt": sqlite_receipt,
    "sqlite-scale": sqlite_scale,
}
SERVERS: Mapping[str, Callable[[int], Measurement]] = {
    "postgres-create": postgres_create,
    "postgres-receipt": postgres_receipt,
    "postgres-scale": postgres_scale,
}
HERE = {**STORES, **(SERVERS if binaries() else {})}
"""What can be measured on this machine."""
