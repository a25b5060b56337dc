"""A repository in SQLite or PostgreSQL (extra `sql`: SQLAlchemy and psycopg)."""

from backorderkit.adapters.sql.engines import prepare_sqlite, sqlite_engine
from backorderkit.adapters.sql.migrations import create_schema
from backorderkit.adapters.sql.repository import SqlRepository
from backorderkit.adapters.sql.tables import Tables, tables

__all__ = [
    "SqlRepository",
    "Tables",
    "create_schema",
    "prepare_sqlite",
    "sqlite_engine",
    "tables",
]
