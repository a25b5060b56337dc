"""Stores to be tested: how each kind is made, emptied, and opened by any process.

A store is opened by calling it. No connection crosses a fork: who forks lets a
repository rest before. Steps on the way into a store can be heard of: before and after
each statement, and each commit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import attrs
from sqlalchemy import Connection, Engine, create_engine, event

from backorderkit.adapters.sql import SqlRepository, create_schema, sqlite_engine
from tests.filed import FiledRepository

Passing = Callable[[str], object]
"""Hears of a step, and may end it all there."""


@attrs.frozen
class FileStore:
    """A file of lines."""

    path: Path

    def __call__(self) -> FiledRepository:
        """Open it."""
        return FiledRepository(self.path)


@attrs.frozen
class SqlStore:
    """A database, by a function that makes an engine for it."""

    engine: Callable[[], Engine]
    tries: int = 8

    def __call__(self) -> SqlRepository:
        """Open it."""
        return SqlRepository(self.engine(), tries=self.tries)

    def made(self) -> "SqlStore":
        """Make the tables."""
        with opened(self) as repository:
            repository.create_schema()
        return self


def sqlite_store(path: Path, **more: Any) -> SqlStore:
    """Return a new store in a file of SQLite."""
    return SqlStore(lambda: sqlite_engine(path), **more).made()


def postgres_store(url: str, **more: Any) -> SqlStore:
    """Return a new store in a database of PostgreSQL."""
    return SqlStore(lambda: create_engine(url), **more).made()


@contextmanager
def opened(store: Callable[[], Any]) -> Iterator[Any]:
    """Open a store for a while, and leave no connection behind."""
    repository = store()
    try:
        yield repository
    finally:
        rest(repository)


def rest(repository: Any) -> None:
    """Close the connections of a repository, which opens others when it needs them."""
    if isinstance(repository, SqlRepository):
        repository.engine.dispose()


def arm(repository: Any, passing: Passing) -> None:
    """Let somebody hear of every step of a repository on the way into its store."""
    if isinstance(repository, SqlRepository):
        watch(repository.engine, passing)
    else:
        repository.passing = passing


def watch(engine: Engine, passing: Passing) -> None:
    """Let somebody hear of every statement and every commit of an engine."""

    wrote = False

    def before(_: Connection, __: object, statement: str, *___: object) -> None:
        nonlocal wrote
        wrote = wrote or statement.startswith(("INSERT", "UPDATE", "DELETE"))
        passing(f"before {_named(statement)}")

    def after(_: Connection, __: object, statement: str, *___: object) -> None:
        passing(f"after {_named(statement)}")

    dialect: Any = engine.dialect  # whose method is replaced
    commit = dialect.do_commit

    def do_commit(connection: object) -> None:
        nonlocal wrote
        what, wrote = "commit" if wrote else "end of reading", False
        passing(f"before {what}")
        commit(connection)
        passing(f"after {what}")

    dialect.do_commit = do_commit
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)


def _named(statement: str) -> str:
    """Return the verb of a statement and the table it is about."""
    words = statement.replace("(", " ").split()
    verb, places = words[0], {"INSERT": "INTO", "SELECT": "FROM", "DELETE": "FROM"}
    mark = places.get(verb, verb)
    named = words[words.index(mark) + 1] if mark in words[:-1] else ""
    return f"{verb} {named}".strip()


def emptied(engine: Engine, **more: Any) -> Iterator[Callable[[], SqlRepository]]:
    """Yield what opens a database, emptied before each: two instances in turn."""
    pair = [SqlRepository(engine, **more) for _ in range(2)]
    pair[0].create_schema()
    tables = pair[0].tables
    while True:
        with engine.begin() as connection:
            for table in reversed(tables.about.metadata.sorted_tables):
                connection.execute(table.delete())
            create_schema(connection, tables)
        yield cycle(pair).__next__
