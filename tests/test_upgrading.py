"""A store that a release has left goes on under this one.

`golden/store_format_N.sql` is a database as SQLite tells it, with a story of every kind
of fact. Before a format is left behind, keep one of it for ever:

    python -m tests.test_upgrading > tests/golden/store_format_1.sql
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from backorderkit import (
    Line,
    Order,
    OrderBook,
    RequestDesk,
    oldest_first,
    plan_order,
    send_notices,
)
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from backorderkit.codec import encode_events, encode_notices
from backorderkit.storage import Token
from backorderkit.testing.store_laws import NOON
from backorderkit.testing.store_laws.round_trips import tell
from backorderkit.testing.store_laws.store_fixture import Store

GOLDEN = Path(__file__).with_name("golden")
FORMATS = {
    "store_format_1": ("0f9a7129cce35e4e", "4d67361351c142f7", 74, 26),
}
"""What each store holds: digests of its history and notices, and how many of either."""


def statements(name):
    """Return what fills the tables of a golden store."""
    dump = GOLDEN.joinpath(f"{name}.sql").read_text()
    database = sqlite3.connect(":memory:")
    with closing(database):
        database.executescript(dump)
        listed = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        for (table,) in database.execute(listed).fetchall():
            found = database.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - ours
            columns = [one[0] for one in found.description]
            rows = [dict(zip(columns, row, strict=True)) for row in found]
            places = ", ".join(f":{one}" for one in columns)
            names = ", ".join(f'"{one}"' for one in columns)
            into = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608
            yield table, text(into), rows


@pytest.fixture(params=FORMATS)
def left(request, sql_engine):
    """What a release has left, in a database of either kind, and what it must hold."""
    if sql_engine.dialect.name == "sqlite":
        dump = GOLDEN.joinpath(f"{request.param}.sql").read_text()
        with closing(sqlite3.connect(sql_engine.url.database)) as database:
            database.executescript(dump)
    else:
        SqlRepository(sql_engine).create_schema()
        with sql_engine.begin() as connection:
            for table, insert, rows in statements(request.param):
                connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608 - ours
                if rows:
                    connection.execute(insert, rows)
    repository = SqlRepository(sql_engine)
    repository.create_schema()
    return repository, FORMATS[request.param]


def digest(document):
    return sha256(document.encode()).hexdigest()[:16]


def test_what_a_release_has_left_is_read_whole(left):
    repository, (history, notices, facts, told) = left
    events, token = repository.history(Token(0))
    waiting = repository.unsent()
    assert (digest(encode_events(events)), len(events)) == (history, facts)
    assert (digest(encode_notices(waiting)), len(waiting)) == (notices, told)
    book, at = repository.load(oldest_first())
    assert at == token == facts
    assert book == OrderBook.replay(events, oldest_first())
    book.check_invariants()


def test_what_a_release_has_left_goes_on(left):
    repository, (_, _, facts, told) = left
    order = Order("NEW-1", "ada", NOON, [Line("NEW-1/1", "LAMP", 2)])
    desk = RequestDesk(repository, oldest_first(), ["LAMP"])
    plan = desk.carry_out_once("place NEW-1", plan_order, order)
    book, token = repository.load(oldest_first())
    assert token == facts + len(plan.events)
    events, _ = repository.history(Token(0))
    replayed = OrderBook.replay(events, oldest_first())
    assert book.snapshot() == replayed.snapshot()
    sent = []

    class Notifier:
        def send(self, notice):
            sent.append(notice.key)

    assert send_notices(repository, Notifier()) == told + 1 == len(set(sent))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        engine = sqlite_engine(path)
        repository = SqlRepository(engine)
        repository.create_schema()
        with Store(lambda: repository) as store:
            tell(store)
        engine.dispose()
        with closing(sqlite3.connect(path)) as database:
            sys.stdout.writelines(f"{line}\n" for line in database.iterdump())
