"""Making the tables, and bringing those of an older release up to date.

`create_schema` does either: it may be called at every start. The format of a
newer release is refused, and nothing is changed then.

A step takes the tables of format n to format n + 1; it is given the connection and the
present tables, and may change any data. Every format that was ever released
stays in `MIGRATIONS`. Hosts whose own tool makes the tables call
`create_schema` all the same: it finds them there.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlalchemy import Connection, Engine, inspect, select, text

from backorderkit.adapters.sql.reading import PRESENT_FORMAT, check_format
from backorderkit.adapters.sql.statements import FORMAT, POSITION
from backorderkit.adapters.sql.tables import Tables
from backorderkit.errors import DecodeError

__all__ = ["create_schema"]

Migration: TypeAlias = Callable[[Connection, Tables], None]

MIGRATIONS: Mapping[int, Migration] = {}
"""What turns tables of format n into those of n + 1; there is no older format yet."""


def create_schema(target: Engine | Connection, tables: Tables) -> None:
    """Make what is missing of the tables, and bring them to the present format.

    With an engine that is a transaction of its own; with a connection it is part of the
    host's.

    >>> from backorderkit.adapters.sql import tables
    >>> from sqlalchemy import MetaData, create_engine
    >>> engine = create_engine("sqlite://")
    >>> shop = tables(MetaData(), prefix="shop_")
    >>> create_schema(engine, shop)
    >>> inspect(engine).has_table("shop_events")
    True
    >>> engine.dispose()
    """
    if isinstance(target, Engine):
        with target.begin() as connection:
            _create(connection, tables)
    else:
        _create(target, tables)


def _create(connection: Connection, tables: Tables) -> None:
    """Make or update the tables on a connection."""
    if connection.dialect.name == "postgresql":
        # Two processes that start together would make the same table twice.
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        connection.execute(lock, {"name": tables.about.name})
    older = _format(connection, tables)
    if older is not None and older > PRESENT_FORMAT:
        check_format(older)
    for number in range(PRESENT_FORMAT if older is None else older, PRESENT_FORMAT):
        if number not in MIGRATIONS:
            remedy = "give tables that a release has made"
            raise DecodeError("format of the tables", number, remedy)
        MIGRATIONS[number](connection, tables)
    tables.about.metadata.create_all(connection, tables=list(tables.all))
    about = tables.about
    if older is None:
        rows = {FORMAT: PRESENT_FORMAT, POSITION: 0}
        values = [{"name": name, "number": n, "words": ""} for name, n in rows.items()]
        connection.execute(about.insert(), values)
    elif older != PRESENT_FORMAT:
        present = about.update().where(about.c.name == FORMAT)
        connection.execute(present, {"number": PRESENT_FORMAT})


def _format(connection: Connection, tables: Tables) -> int | None:
    """Return the format of the tables that are there, None if there are none."""
    about = tables.about
    if not inspect(connection).has_table(about.name, schema=about.schema):
        return None
    number = select(about.c.number).where(about.c.name == FORMAT)
    found: int | None = connection.execute(number).scalar()
    return found
