"""A repository in a SQL database: a SQLite file, or PostgreSQL for many processes.

    sqlite_engine("shop.db")                     one file, one writer at a time
    create_engine("postgresql+psycopg://…")      many processes, rows locked by SKU

The tables belong to the host's `MetaData` and, where the host likes, everything happens
on the host's own connection and in its own transaction. What is stored survives what
the database's own settings let it survive.

>>> import tempfile
>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, OrderDesk, oldest_first, plan_order
>>> from backorderkit.adapters.sql import sqlite_engine
>>> now = datetime(2026, 3, 1, tzinfo=UTC)
>>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
>>> with tempfile.TemporaryDirectory() as folder:
...     repository = SqlRepository(sqlite_engine(f"{folder}/shop.db"))
...     repository.create_schema()
...     plan = OrderDesk(repository, oldest_first()).carry_out(plan_order, order)
...     OrderDesk(repository, oldest_first()).book.line("O-1/1").waiting
...     repository.engine.dispose()
5
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import DBAPIError, IntegrityError

from backorderkit.adapters.sql.engines import (
    READS_ONLY,
    is_prepared,
    is_retryable,
)
from backorderkit.adapters.sql.migrations import create_schema
from backorderkit.adapters.sql.reading import Reader
from backorderkit.adapters.sql.reranking import rank_all
from backorderkit.adapters.sql.statements import DIALECTS, Statements
from backorderkit.adapters.sql.tables import Tables, tables
from backorderkit.adapters.sql.unit_of_work import Ranking, Unit
from backorderkit.adapters.sql.writing import RankingChanged
from backorderkit.book import OrderBook
from backorderkit.codec import decode_event, decode_notice
from backorderkit.errors import Conflict, DecodeError, InvalidValue
from backorderkit.model import AllocationPolicy, Event
from backorderkit.notices import Notice
from backorderkit.policies import oldest_first
from backorderkit.storage import Token, UnitOfWork
from backorderkit.values import Sku, check_count, check_kind

__all__ = ["SqlRepository"]

Result = TypeVar("Result")
_ONE_MOMENT = "REPEATABLE READ"


class SqlRepository:
    """Keeps history, notices and present positions in one database.

    With a `policy` the rows of a queue carry their sort key, so that a command reads
    the head of a long queue only: the first `head` portions, and more where they do not
    suffice. A transaction that fails retryably is tried `tries` times.

    >>> from sqlalchemy import create_engine
    >>> SqlRepository(create_engine("sqlite://"))
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: engine is Engine(sqlite://): make it with \
sqlite_engine, or give it to prepare_sqlite
    """

    def __init__(
        self,
        engine: Engine,
        *,
        metadata: MetaData | None = None,
        prefix: str = "backorderkit_",
        policy: AllocationPolicy | None = None,
        tries: int = 8,
        head: int = 50,
    ) -> None:
        """Attach the tables to the host's `MetaData`, or to a new one."""
        check_kind("engine", engine, Engine)
        if engine.dialect.name not in DIALECTS:
            names = " or ".join(DIALECTS)
            raise InvalidValue("dialect", engine.dialect.name, f"give {names}")
        if not is_prepared(engine):
            remedy = "make it with sqlite_engine, or give it to prepare_sqlite"
            raise InvalidValue("engine", engine, remedy)
        is_file = engine.dialect.name == "sqlite"
        options = {READS_ONLY: True} if is_file else {"isolation_level": _ONE_MOMENT}
        self.engine: Engine = engine
        self._reading = engine.execution_options(**options)
        self.tables: Tables = tables(
            MetaData() if metadata is None else metadata, prefix
        )
        self._statements = Statements(self.tables, engine.dialect.name)
        name = policy.name if policy is not None else ""
        head = check_count("head", head, 1)
        self._ranking = Ranking(policy or oldest_first(), name, head)
        self._tries = check_count("tries", tries, 1)
        self._connection: Connection | None = None

    def on(self, connection: Connection) -> Self:
        """Return this repository on a connection, in whatever transaction it is in.

        The host's transaction is never committed and nothing is retried: a `Conflict`
        leaves the transaction as it was before.
        """
        check_kind("connection", connection, Connection)
        bound = type(self).__new__(type(self))
        bound.__dict__.update(self.__dict__)
        bound._connection = connection
        return bound

    def create_schema(self) -> None:
        """Make the tables, or bring those of an older release up to date."""
        create_schema(self._connection or self.engine, self.tables)

    def rerank(self) -> None:
        """Rewrite the sort key of every waiting portion, in the order of the policy.

        For a shop whose policy has changed: until then whole queues are read. O(n) for
        what waits; other writers wait meanwhile.
        """

        def rank(connection: Connection) -> None:
            """Rank everything in one transaction."""
            ranking = self._ranking
            reader = Reader(connection, self._statements)
            rank_all(reader, ranking.policy, ranking.name)

        self._write(rank)

    # The protocol

    @contextmanager
    def begin(self, skus: Iterable[Sku], *, key: str = "") -> Iterator[UnitOfWork]:
        """Begin a unit of work: everything in one transaction, the pools locked.

        See `Transactional`. In a file all other writers wait meanwhile; in PostgreSQL
        those that change pools of the same SKUs.
        """
        try:
            with self._writing() as connection:
                unit = self._unit(connection)
                unit.begin(skus, key)
                yield unit
        except (RankingChanged, IntegrityError) as error:
            raise _conflict(error) from error
        except DBAPIError as error:
            if self._connection is not None or not is_retryable(error):
                raise
            raise _conflict(error) from error

    def load(
        self, policy: AllocationPolicy, skus: Iterable[Sku] | None = None
    ) -> tuple[OrderBook, Token]:
        """Return a book from the present positions, and its token.

        With `skus` only their rows are read, and the orders they belong to; a `Scope`
        says what else. O(rows read × log n).
        """
        is_ours = self._connection is None
        with self._reading_in_one() as connection:
            return self._unit(connection, shows_one_moment=is_ours).load(policy, skus)

    def history(self, since: Token) -> "tuple[Sequence[Event], Token]":
        """Return the events after a token, and the newest token."""
        with self._reading_in_one() as connection:
            reader = Reader(connection, self._statements)
            newest = reader.about().position  # read first: later facts are not lost
            rows = reader.rows(reader.statements.history, {"since": since})
        events = tuple(_event(row.position, row.body) for row in rows)
        return events, Token(rows[-1].position if rows else newest)

    def save(
        self,
        events: "Sequence[Event]",
        notices: Sequence[Notice],
        token: Token,
        *,
        key: str = "",
    ) -> Token:
        """Store events and notices together and return the new token.

        Beside `Conflict` and `Duplicate` it raises what the fold raises for facts that
        cannot have happened; then nothing is stored. O(rows touched).
        """
        batch, outgoing = tuple(events), tuple(notices)

        def save(connection: Connection) -> Token:
            """Store in one transaction."""
            return self._unit(connection).save(batch, outgoing, token, key=key)

        return self._write(save)

    def unsent(self) -> Sequence[Notice]:
        """Return the stored notices that were not sent yet, the oldest first."""
        with self._reading_in_one() as connection:
            rows = Reader(connection, self._statements).rows(self._statements.unsent)
        return tuple(_notice(row.key, row.body) for row in rows)

    def mark_sent(self, keys: Iterable[str]) -> None:
        """Record that notices were sent."""
        given = [{"its_key": key} for key in keys]

        def mark(connection: Connection) -> None:
            """Mark them in one transaction."""
            if given:
                connection.execute(self._statements.sent, given)

        self._write(mark)

    # Transactions

    def _unit(self, connection: Connection, *, shows_one_moment: bool = False) -> Unit:
        """Return a unit of work in the transaction of a connection."""
        return Unit(connection, self._statements, self._ranking, shows_one_moment)

    @contextmanager
    def _reading_in_one(self) -> Iterator[Connection]:
        """Open a transaction that reads one snapshot, or use the host's."""
        if self._connection is not None:
            yield self._connection
            return
        with self._reading.connect() as connection, connection.begin():
            yield connection

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        """Do work in a transaction, and retry what is retryable.

        A unique key that a concurrent transaction took first has a cause: the second
        try finds it and names it. If it finds none, that is a conflict.
        """
        number, is_bound = 0, self._connection is not None
        while True:
            number += 1
            is_last = number == self._tries
            try:
                with self._writing() as connection:
                    return work(connection)
            except (RankingChanged, IntegrityError) as error:
                is_second = isinstance(error, IntegrityError) and number > 1
                if is_last or is_second:
                    raise _conflict(error) from error
            except DBAPIError as error:
                if is_last or is_bound or not is_retryable(error):
                    raise

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Open a transaction, or a savepoint in the host's."""
        if self._connection is None:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        elif self._connection.in_transaction():
            with self._connection.begin_nested():
                yield self._connection
        else:
            with self._connection.begin():
                yield self._connection


def _conflict(error: Exception) -> Conflict:
    """Return an error of the database as a conflict."""
    return Conflict(expected=None, found=str(getattr(error, "orig", error)))


def _event(position: int, body: str) -> Event:
    """Return a stored event, or name the row that is corrupt."""
    try:
        return decode_event(body)
    except DecodeError as error:
        where = f"event at position {position}, {error.where}"
        raise DecodeError(where, error.value, error.remedy) from None


def _notice(key: str, body: str) -> Notice:
    """Return a stored notice, or name the row that is corrupt."""
    try:
        return decode_notice(body)
    except DecodeError as error:
        where = f"notice {key}, {error.where}"
        raise DecodeError(where, error.value, error.remedy) from None
