"""What storage does to a writer: it fails at any call, fills up, goes away, comes back.

Whatever happens, the writer gets a clear error or its command is carried out; what is
stored is the whole of it or nothing; and the same command under the same key, sent when
the trouble is over, has its effect once.
"""

import resource
import signal
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from time import sleep

import psycopg
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Receipt,
    ReceiptLine,
    RequestDesk,
    oldest_first,
    plan_count,
    plan_order,
    plan_receipt,
    plan_shipment,
)
from backorderkit.adapters.sql import SqlRepository, prepare_sqlite, sqlite_engine
from backorderkit.adapters.sql.engines import READS_ONLY
from backorderkit.errors import Conflict
from tests.forking import told_by
from tests.scripted import POLICY, carry_out, model, script
from tests.stores import (
    FileStore,
    arm,
    opened,
    postgres_store,
    rest,
    sqlite_store,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MANY = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """Return an empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_store(tmp_path / "shop.db")
    return postgres_store(request.getfixturevalue("postgres_url"))


@pytest.fixture
def repository(store):
    with opened(store) as repository:
        yield repository


def send(repository, number):
    """Send one command of the script, once."""
    desk = RequestDesk(repository, POLICY, script()[number].skus, tries=4)
    carry_out(desk, number)


def is_whole(repository, number):
    """See that the commands before a number are there and nothing else."""
    facts, notices = model().counts[number]
    history, token = repository.history(0)
    assert (tuple(history), token) == (model().facts[:facts], facts)
    waiting = tuple(one.key for one in repository.unsent())
    assert waiting == model().keys[:notices]
    book, at = repository.load(POLICY)
    assert (book, at) == (OrderBook.replay(history, POLICY), token)
    book.check_invariants()


def is_before_or_after(repository, number):
    """See that a command is there as a whole or not at all; say whether it is."""
    stored = repository.history(0)[1]
    before, after = (model().counts[one][0] for one in (number, number + 1))
    is_there = stored == after != before
    is_whole(repository, number + is_there)
    return is_there


# Every call fails once


class Trouble(Exception):
    """Whatever may come from below."""


class Troubled:
    """Fails at one step, once: the so-many-th, or the first of a name."""

    def __init__(self, repository):
        self.step, self.passed = None, 0
        arm(repository, self)

    def __call__(self, name):
        self.passed += 1
        if self.step in (self.passed, name):
            self.step = None
            raise Trouble(name)

    def ahead(self, step):
        """Wait for a step, or for none."""
        self.step, self.passed = step, 0


def goes_on(repository, steps):
    """Send commands, each with trouble at a step, and once more when it is over."""
    trouble, there = Troubled(repository), []
    for number, step in enumerate(steps):
        trouble.ahead(step)
        with suppress(Trouble):
            send(repository, number)
        trouble.ahead(None)
        there.append(is_before_or_after(repository, number))
        send(repository, number)
        is_whole(repository, number + 1)
    assert set(there) == {True, False}


def test_a_failure_at_any_step_leaves_all_or_nothing_and_is_made_good(repository):
    steps = [number % 37 + 1 for number in range(MANY)]
    steps[::3] = ["after commit"] * len(steps[::3])
    goes_on(repository, steps)


def test_a_failure_of_the_file_of_lines_is_made_good(tmp_path):
    steps = [number % 4 + 1 for number in range(MANY)]
    goes_on(FileStore(tmp_path / "shop.jsonl")(), steps)


# What is tried again, and what is not


class Busy:
    """Fails some times at the so-many-th statement of a transaction that writes."""

    def __init__(self, repository, step):
        self.left = self.passed = 0
        self.step, self.error = step, busy(repository.engine.dialect.name)
        event.listen(repository.engine, "begin", self.begin)
        event.listen(repository.engine, "do_execute", self.execute)

    def begin(self, connection):
        self.passed = 0

    def execute(self, cursor, statement, parameters, context):
        options = context.root_connection.get_execution_options()
        if READS_ONLY in options or "isolation_level" in options:
            return
        self.passed += 1
        if self.left and self.passed == self.step:
            self.left -= 1
            raise self.error


def busy(dialect):
    """Return how a driver says that others were at work."""
    if dialect == "postgresql":
        return psycopg.errors.SerializationFailure("could not serialize access")
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"
    return error


@pytest.mark.parametrize("step", [1, 2, 4, 6])
def test_who_fails_for_the_others_at_work_comes_through(repository, step):
    trouble, failed = Busy(repository, step), 0
    send(repository, 0)  # so that it knows its server
    for number in range(1, 13):
        trouble.left = 3
        send(repository, number)
        failed += 3 - trouble.left
        is_whole(repository, number + 1)
    assert failed >= 3


def test_who_fails_for_the_others_for_ever_is_told(repository):
    for number in range(5):
        send(repository, number)
    trouble = Busy(repository, step=2)
    trouble.left = 100
    with pytest.raises(Conflict, match="concurrent update") as conflict:
        send(repository, 5)
    assert isinstance(conflict.value.__cause__, OperationalError)
    assert 100 - trouble.left == 4
    trouble.left = 0
    is_whole(repository, 5)
    send(repository, 5)
    is_whole(repository, 6)


# The answer of a commit is lost


LOST = 100


class Losing:
    """Loses the next answer to a commit that wrote something, in a way of its own."""

    def __init__(self, repository, lose):
        self.lose, self.is_ahead = lose, False
        self.dialect, self.wrote = repository.engine.dialect, False
        self.commit, self.dialect.do_commit = self.dialect.do_commit, self.do_commit
        event.listen(repository.engine, "before_cursor_execute", self.execute)

    def execute(self, connection, cursor, statement, *more):
        self.wrote |= statement.startswith(("INSERT", "UPDATE", "DELETE"))

    def do_commit(self, connection):
        wrote, self.wrote = self.wrote, False
        if not (wrote and self.is_ahead):
            self.commit(connection)
            return
        self.is_ahead = False
        self.lose(self, connection)
        raise self.dialect.dbapi.OperationalError("the answer is lost")


def forget(losing, connection):
    """Commit, and say that it failed."""
    losing.commit(connection)


def committing(connection):
    """Send the word, read no answer, and return who is asked."""
    asked = connection.driver_connection.pgconn
    pid = asked.backend_pid
    asked.send_query(b"COMMIT")
    while asked.flush():
        pass
    return asked, pid


def goes_on_until_it_is_all_there(repository, losing):
    """Lose an answer to each command that changes anything; tell what was there."""
    there, number = [], 0
    while len(there) < LOST:
        before, after = (model().counts[one][0] for one in (number, number + 1))
        losing.is_ahead = after > before
        if losing.is_ahead:
            with pytest.raises(DBAPIError):
                send(repository, number)
            assert not losing.is_ahead
            there.append(is_before_or_after(repository, number))
        send(repository, number)
        number += 1
        if after > before:
            is_whole(repository, number)
    return there


@pytest.mark.slow
def test_after_a_lost_answer_the_same_command_has_its_effect_once(repository):
    losing = Losing(repository, forget)
    assert all(goes_on_until_it_is_all_there(repository, losing))


# Connections end


@pytest.fixture
def remote(postgres_url):
    """Return a repository at the other end of a connection."""
    with opened(postgres_store(postgres_url)) as repository:
        yield repository


@pytest.fixture
def end_all(remote):
    """Return a function that ends every connection to the database but its own."""
    other = create_engine(remote.engine.url, isolation_level="AUTOCOMMIT")
    ask = text(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def end():
        with other.connect() as connection:
            connection.execute(ask).all()

    yield end
    other.dispose()


def test_a_connection_cut_at_any_step_leaves_all_or_nothing(remote, end_all):
    left = None

    def passing(step):
        nonlocal left
        if left is not None:
            left -= 1
            if not left:
                left = None
                end_all()

    arm(remote, passing)
    cut = 0
    for number in range(MANY):
        left = number % 37 + 1
        with suppress(DBAPIError):
            send(remote, number)
            cut -= 1
        cut += 1
        left = None
        rest(remote)
        is_before_or_after(remote, number)
        send(remote, number)
        is_whole(remote, number + 1)
    assert cut > MANY // 2


@pytest.mark.slow
@pytest.mark.parametrize("way", ["closed", "terminated"])
def test_a_connection_that_ends_before_the_answer_loses_nothing(remote, way):
    other = create_engine(remote.engine.url, isolation_level="AUTOCOMMIT")
    end = text("SELECT pg_terminate_backend(:pid)")
    left = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")

    def lose(losing, connection):
        asked, pid = committing(connection)
        if way == "closed":
            asked.finish()
        with other.connect() as looking:
            if way == "terminated":
                looking.execute(end, {"pid": pid})
            for _ in range(1_000):
                if not looking.execute(left, {"pid": pid}).scalar():
                    break
                sleep(0.01)
            else:
                raise AssertionError("somebody is still at work")
        asked.finish()

    there = goes_on_until_it_is_all_there(remote, Losing(remote, lose))
    other.dispose()
    print(f"{way}: {sum(there)} of {len(there)} were there")
    assert any(there)


def test_a_connection_that_ended_in_the_pool_costs_one_command(remote, end_all):
    for number in range(5):
        send(remote, number)
    end_all()
    with pytest.raises(OperationalError):
        send(remote, 5)
    is_whole(remote, 5)
    send(remote, 5)
    is_whole(remote, 6)


def test_a_pool_that_asks_before_notices_nothing(remote, end_all):
    engine = create_engine(remote.engine.url, pool_pre_ping=True)
    asking = SqlRepository(engine)
    for number in range(10):
        end_all()
        send(asking, number)
    is_whole(asking, 10)
    engine.dispose()


def test_a_server_that_starts_again_costs_one_command(durable_postgres):
    with opened(postgres_store(durable_postgres.new_database())) as repository:
        for number in range(5):
            send(repository, number)
        durable_postgres.crash()
        with pytest.raises(OperationalError):
            send(repository, 5)
        durable_postgres.start()
        is_whole(repository, 5)
        send(repository, 5)
        is_whole(repository, 6)


# The disk


def limited(path, pages):
    """Return an engine whose file may have so many pages."""
    engine = sqlite_engine(path)

    def limit(connection, _):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", limit)
    return engine


def is_full(repository, number):
    """Send a command; tell whether there was no room for it."""
    try:
        send(repository, number)
    except OperationalError as error:
        if "full" not in str(error):
            raise
        return True
    return False


@pytest.mark.slow
def test_a_full_disk_is_told_and_nothing_is_half_there(tmp_path):
    path = tmp_path / "shop.db"
    store = sqlite_store(path)
    with opened(store) as repository:
        pages = repository.engine.raw_connection().execute("PRAGMA page_count")
        small = SqlRepository(limited(path, pages.fetchone()[0] + 12))
        pages.close()
    number = next(number for number in range(len(script())) if is_full(small, number))
    is_whole(small, number)
    small.engine.dispose()
    with opened(store) as repository:
        is_whole(repository, number)
        send(repository, number)
        is_whole(repository, number + 1)


def fill(store, room_bytes, largest, tell):
    """Send commands until no file may grow any more."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    repository = store()
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + room_bytes,) * 2)
    for number in range(len(script())):
        try:
            send(repository, number)
        except (OSError, DBAPIError) as error:
            tell(number, type(error).__name__)
            return


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["file", "sqlite"])
@pytest.mark.parametrize("room_bytes", [5_000, 30_001])
def test_a_file_that_may_not_grow_is_told_and_nothing_is_half_there(
    kind, room_bytes, tmp_path
):
    path = tmp_path / "shop"
    store = sqlite_store(path) if kind == "sqlite" else FileStore(path)
    largest = max((one.stat().st_size for one in tmp_path.iterdir()), default=0)
    [(_, (number, error))] = told_by(partial(fill, store, room_bytes, largest))
    assert error in ("OSError", "OperationalError")
    with opened(store) as repository:
        is_before_or_after(repository, number)
        send(repository, number)
        is_whole(repository, number + 1)


def test_a_file_that_may_only_be_read_is_read_and_nothing_else(tmp_path):
    path = tmp_path / "shop.db"
    with opened(sqlite_store(path)) as repository:
        for number in range(8):
            send(repository, number)
        readable = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
        reader = SqlRepository(prepare_sqlite(readable))
        is_whole(reader, 8)
        for number in range(8, 12):
            with suppress(OperationalError):
                send(reader, number)
            is_whole(reader, 8)
        with pytest.raises(OperationalError, match="readonly"):
            RequestDesk(reader, POLICY).carry_out(plan_count, "LAMP", 99, at=NOON)
        with pytest.raises(OperationalError, match="readonly"):
            reader.mark_sent(["anything"])
        readable.dispose()
        is_whole(repository, 8)


def test_a_file_that_another_holds_is_told_and_nothing_is_half_there(tmp_path):
    path = tmp_path / "shop.db"
    sqlite_store(path)
    hasty = SqlRepository(sqlite_engine(path, busy_seconds=0))
    send(hasty, 0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Conflict, match="database is locked"):
        send(hasty, 8)
    is_whole(hasty, 1)
    other.execute("ROLLBACK")
    other.close()
    for number in range(1, 10):
        send(hasty, number)
    is_whole(hasty, 10)
    hasty.engine.dispose()


# Clocks


CLOCKS = [
    datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=1))),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=timezone(timedelta(hours=-11))),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    datetime(9999, 12, 30, tzinfo=UTC),
    datetime(2025, 12, 31, 12, tzinfo=timezone(timedelta(hours=-12))),
]
"""Moments in the order in which somebody's clock showed them."""


def test_a_clock_that_jumps_moves_nothing_in_the_history(repository):
    saved = []

    def carry(decision, *args, **kwargs):
        desk = RequestDesk(repository, oldest_first(), ["LAMP"])
        saved.extend(desk.carry_out(decision, *args, **kwargs).events)

    for number, at in enumerate(CLOCKS):
        ref = f"O-{number}"
        carry(plan_order, Order(ref, "ada", at, [Line(f"{ref}/1", "LAMP", 2)]))
        carry(plan_receipt, Receipt(f"R-{number}", at, [ReceiptLine("LAMP", 1)]))
    for number, at in enumerate(CLOCKS[:3]):
        carry(plan_count, "LAMP", 40 + number, at=at)
        carry(plan_shipment, f"S-{number}", f"O-{number}", at=at)
    history, _ = repository.history(0)
    assert tuple(history) == tuple(saved)
    book, _ = repository.load(oldest_first())
    assert book == OrderBook.replay(saved, oldest_first())
    book.check_invariants()
    assert book.pool("LAMP").waiting == 0


def test_who_waits_longest_is_served_first_whatever_the_clocks_zone(repository):
    def carry(decision, *args, **kwargs):
        desk = RequestDesk(repository, oldest_first(), ["LAMP"])
        desk.carry_out(decision, *args, **kwargs)

    for number, at in enumerate(CLOCKS):
        ref = f"O-{number}"
        carry(plan_order, Order(ref, "ada", at, [Line(f"{ref}/1", "LAMP", 1)]))
    carry(plan_count, "LAMP", 4, at=NOON)
    book, _ = repository.load(oldest_first())
    oldest = sorted(range(len(CLOCKS)), key=lambda number: (CLOCKS[number], number))
    served = [n for n in range(len(CLOCKS)) if book.line(f"O-{n}/1").allocated]
    assert served == sorted(oldest[:4])
