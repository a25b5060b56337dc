"""A repository in SQLite or PostgreSQL (extra `sql`: SQLAlchemy and psycopg)."""

from backorderkit.adapters.sql.engines import (
    prepare_sqlite,
    sqlite_engine,
)
from backorderkit.adapters.sql.migrations import (
    create_schema,
)
from backorderkit.adapters.sql.queries import (
    open_backorders,
    open_purchase_lines,
    shippable_orders,
)
from backorderkit.adapters.sql.repository import (
    SqlRepository,
)
from backorderkit.adapters.sql.tables import (
    Tables,
    tables,
)

__all__ = [
    "SqlRepository",
    "Tables",
    "create_schema",
    "open_backorders",
    "open_purchase_lines",
    "prepare_sqlite",
    "shippable_orders",
    "sqlite_engine",
    "tables",
]
