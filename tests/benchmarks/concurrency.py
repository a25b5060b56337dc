"""Processes at one store, held against plain SQL that changes the same rows.

Each process places orders for a few SKUs that all share and books deliveries for them,
every command in a transaction of its own. As in a server that forks its workers, the
statements are compiled before; connections are not open yet. Seconds are those of the
clock on the wall, from the first command to the last: what processes wait for each
other counts. Both sides use files on one disk or one server, one after the other.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeAlias

import psycopg

from backorderkit import (
    Line,
    Order,
    Receipt,
    ReceiptLine,
    RequestDesk,
    oldest_first,
    plan_order,
    plan_receipt,
)
from backorderkit.adapters.sql import SqlRepository
from tests.benchmarks.handwritten import HandwrittenShop
from tests.benchmarks.timing import Measurement
from tests.forking import Tell, told_by
from tests.postgres import Server
from tests.stores import SqlStore, opened, postgres_store, rest, sqlite_store
from tests.workload import Counting

SKUS = tuple(f"SKU-{number:02}" for number in range(20))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOAL = 2.5
BY_HAND = "hand-written SQL that changes the same rows"

Worker: TypeAlias = Callable[[int, int, Tell], None]
"""Carries out the commands of a process: its number, how many, whom to tell."""
Connect: TypeAlias = Callable[[], Any]
"""Opens a connection of the driver."""


def commands(worker: int, number: int) -> tuple[str, Order | Receipt]:
    """Return one command of a worker: its key and what it is about."""
    sku = SKUS[(worker * 7 + number * 3) % len(SKUS)]
    ref, at = f"{worker}-{number}", NOON + timedelta(minutes=number)
    if number % 3 == 2:
        return f"receive {ref}", Receipt(f"R-{ref}", at, [ReceiptLine(sku, 3)])
    line = Line(f"O-{ref}/1", sku, 2)
    return f"place {ref}", Order(f"O-{ref}", "ada", at, [line])


def with_desks(
    given: SqlRepository, worker: int, count: int, tell: Callable[[int], object]
) -> None:
    """Carry out a worker's commands with the library."""
    repository = Counting(given)
    for number in range(count):
        key, about = commands(worker, number)
        skus = [about.lines[0].sku]
        desk = RequestDesk(repository, oldest_first(), skus, tries=1000)
        if isinstance(about, Order):
            desk.carry_out_once(key, plan_order, about)
        else:
            desk.carry_out_once(key, plan_receipt, about)
    tell(repository.seen["conflict"])


def by_hand(
    connect: Connect, worker: int, count: int, tell: Callable[[int], object]
) -> None:
    """Carry out a worker's commands in plain SQL."""
    connection = connect()
    shop = HandwrittenShop(connection)
    for number in range(count):
        key, about = commands(worker, number)
        if isinstance(about, Order):
            shop.place(key, about)
        else:
            shop.receive(key, about)
    connection.close()
    tell(0)


def processes(
    name: str,
    rounds: int,
    new: Callable[[], tuple[SqlStore, Connect]],
    *,
    workers: int,
    commands: int,
) -> Measurement:
    """Let processes work with the library and by hand, on new stores in each round."""
    ours, theirs, conflicts = [], [], 0
    for _ in range(rounds):
        store, connect = new()
        with opened(store) as repository:
            with_desks(repository, workers, 6, abs)  # it knows its statements now
            rest(repository)
            seconds, met = at_once(partial(with_desks, repository), workers, commands)
        ours.append(seconds)
        conflicts += met
        theirs.append(at_once(partial(by_hand, connect), workers, commands)[0])
    total = workers * commands
    seconds, base = median(ours) / total, median(theirs) / total
    return Measurement(
        name=name,
        seconds=seconds,
        against=BY_HAND,
        ratio=seconds / base,
        goal=GOAL,
        rounds=rounds,
        figures={
            "processes": workers,
            "commands_a_second": 1 / seconds,
            "commands_a_second_by_hand": 1 / base,
            "conflicts_a_command": conflicts / (total * rounds),
        },
    )


def at_once(work: Worker, workers: int, commands: int) -> tuple[float, int]:
    """Fork processes; return the seconds until the last has ended, and conflicts."""
    works = [partial(work, number, commands) for number in range(workers)]
    begun = perf_counter()
    told = told_by(*works)
    return perf_counter() - begun, sum(met for _, (met,) in told)


def processes_sqlite(
    rounds: int, *, workers: int = 4, commands: int = 100
) -> Measurement:
    """Time processes at a file of SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        numbers = count()

        def new() -> tuple[SqlStore, Connect]:
            path = Path(folder) / f"{next(numbers)}"
            connect = partial(connect_file, path.with_suffix(".hand"))
            _prepare(connect)
            return sqlite_store(path), connect

        sizes = {"workers": workers, "commands": commands}
        return processes("processes-sqlite", rounds, new, **sizes)


def processes_postgresql(
    rounds: int, *, workers: int = 4, commands: int = 100
) -> Measurement:
    """Time processes at a server that writes through to the disk."""
    with _served() as server:

        def new() -> tuple[SqlStore, Connect]:
            address = server.new_database().replace("+psycopg", "")
            connect = partial(psycopg.connect, address, autocommit=True)
            _prepare(connect)
            return postgres_store(server.new_database()), connect

        sizes = {"workers": workers, "commands": commands}
        return processes("processes-postgresql", rounds, new, **sizes)


@contextmanager
def _served() -> Iterator[Server]:
    """Run a server for a while."""
    server = Server(())
    yield server
    server.close()


def connect_file(path: Path) -> sqlite3.Connection:
    """Open a file with the settings of the library."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _prepare(connect: Connect) -> None:
    """Make the tables of the hand-written shop."""
    connection = connect()
    HandwrittenShop(connection).create()
    connection.close()
