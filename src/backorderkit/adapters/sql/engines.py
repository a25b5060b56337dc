"""Engines for SQLite with the settings that storage needs, and what is retryable.

A file in WAL mode with `synchronous=FULL`: a commit that was acknowledged is on the
disk. A transaction that may write takes the lock at the start (`BEGIN IMMEDIATE`), so
that nothing changes between its reads and its writes; readers never wait.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     engine = sqlite_engine(f"{folder}/shop.db")
...     with engine.connect() as connection:
...         connection.exec_driver_sql("PRAGMA journal_mode").scalar()
...     engine.dispose()
'wal'
"""

from os import PathLike, fspath
from typing import Any

from backorderkit.errors import InvalidValue
from backorderkit.values import check_count

try:
    from sqlalchemy import Connection, Engine, create_engine, event
    from sqlalchemy.engine import URL
    from sqlalchemy.exc import DBAPIError
except ModuleNotFoundError as _error:
    remedy = 'pip install "backorderkit[sql]"'
    raise ImportError(f"SQL needs SQLAlchemy: {remedy}") from _error

__all__ = ["prepare_sqlite", "sqlite_engine"]

READS_ONLY = "backorderkit_reads_only"
"""The execution option of a connection that takes no lock."""


def sqlite_engine(path: str | PathLike[str], *, busy_seconds: int = 30) -> Engine:
    """Return an engine for a file, which is made when it is first used.

    A writer waits up to `busy_seconds` for another. The folder must be on a local
    disk: WAL does not work over a network.

    >>> sqlite_engine(":memory:")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: path is ':memory:': give a file; \
MemoryRepository needs none
    """
    file = fspath(path)
    if not file or file.startswith(":memory:"):
        raise InvalidValue("path", path, "give a file; MemoryRepository needs none")
    url = URL.create("sqlite", database=file)
    return prepare_sqlite(create_engine(url), busy_seconds=busy_seconds)


def prepare_sqlite(engine: Engine, *, busy_seconds: int = 30) -> Engine:
    """Give an engine of the host, for a file of SQLite, the settings that are needed.

    It concerns connections that are opened from now on.

    >>> prepare_sqlite(create_engine("sqlite:///shop.db")).dialect.name
    'sqlite'
    """
    wait = check_count("busy_seconds", busy_seconds) * 1_000

    def settle(connection: Any, _: object) -> None:  # a connection of the driver
        """Set up a new connection."""
        connection.isolation_level = None  # transactions begin where we say
        for setting in (
            f"busy_timeout = {wait}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {setting}")

    event.listen(engine, "connect", settle)
    event.listen(engine, "begin", _begin)
    return engine


def is_prepared(engine: Engine) -> bool:
    """Return whether an engine has the settings it needs."""
    return engine.dialect.name != "sqlite" or event.contains(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    """Begin a transaction, with the lock if anything may be written in it."""
    reads = connection.get_execution_options().get(READS_ONLY)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def is_retryable(error: DBAPIError) -> bool:
    """Return whether a transaction failed only because of concurrent transactions.

    That is a serialization failure or a deadlock of PostgreSQL, and a locked file of
    SQLite: nothing else is ever retried.
    """
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in ("40001", "40P01")
    return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
