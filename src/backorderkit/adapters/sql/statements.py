"""Every statement that is run often, built once for the tables of a shop.

Values are always bound. Both databases get the same statements, except for the
upsert, whose syntax differs.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    Select,
    Table,
    Text,
    TypeDecorator,
    Update,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from backorderkit.adapters.sql.tables import ONE, ZERO, Tables

POSITION, FORMAT = "position", "format"
ONCE = ("receipt", "return", "shipment", "transfer")
"""The kinds of facts whose reference happens only once."""

Upsert: TypeAlias = Any  # each database has a class of its own for it


class References(TypeDecorator[Sequence[str]]):
    """References bound as one value, so that a statement has one text for any number.

    PostgreSQL has arrays of text; SQLite reads a JSON array as a table.
    """

    impl: type[Text] = Text
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that a database has for it."""
        kind: TypeEngine[Any] = Text()
        if dialect.name == "postgresql":
            kind = postgresql.ARRAY(Text())
        return dialect.type_descriptor(kind)

    def process_bind_param(
        self, value: Sequence[str] | None, dialect: Dialect
    ) -> object:
        """Return what is bound."""
        refs = list(value or ())
        return json.dumps(refs) if dialect.name == "sqlite" else refs


def _change(table: Table, *keys: str) -> Update:
    """Return the update of the row with a key; the values given name the columns."""
    conditions = [table.c[key] == bindparam(f"its_{key}") for key in keys]
    return update(table).where(*conditions)


class Statements:
    """The statements of one shop on one kind of database."""

    def __init__(self, tables: Tables, dialect: str) -> None:
        """Build them."""
        t = tables
        self.tables: Tables = tables
        self._insert = _INSERTS[dialect]
        self._has_arrays = dialect == "postgresql"
        self.columns: dict[Executable, str] = {}
        """The column that the references of a statement are compared with."""
        known = exists().where(t.commands.c.key == bindparam("key"))
        self.about: Executable = select(t.about)
        self.about_and_command: Executable = select(t.about, known.label("is_done"))
        self._build_loads(t)
        self._build_heads(t)
        self._build_changes(t)

    def _among(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition that a column has one of the values bound as `refs`."""
        refs = bindparam("refs", type_=References())
        if self._has_arrays:
            return column == any_(refs)
        return column.in_(select(func.json_each(refs).table_valued("value")))

    def _by(
        self, query: Select[Any], column: Column[Any], *conditions: ColumnElement[bool]
    ) -> Select[Any]:
        """Return a query restricted to some references, bound as `refs`."""
        statement = query.where(self._among(column), *conditions)
        self.columns[statement] = column.name
        return statement

    def _build_loads(self, t: Tables) -> None:
        """Build what reads records, all of them or those of some references."""
        by = self._by
        self.all_pools: Select[Any] = select(t.pools).order_by(
            t.pools.c.sku, t.pools.c.location
        )
        self.all_orders: Select[Any] = select(t.orders).order_by(t.orders.c.position)
        self.all_lines: Select[Any] = select(t.lines)
        self.all_backorders: Select[Any] = select(t.backorders).order_by(
            t.backorders.c.line, t.backorders.c.number
        )
        lines = t.purchase_lines
        in_order = (lines.c.position, lines.c.place)
        self.all_purchase_lines: Select[Any] = select(lines).order_by(*in_order)
        self.all_purchases: Select[Any] = select(t.purchases).order_by(
            t.purchases.c.position
        )
        self.all_pins: Select[Any] = select(t.pins)
        self.facts: Executable = select(t.touched.c.kind, t.touched.c.name).where(
            t.touched.c.kind.in_(ONCE), t.touched.c.position > 0
        )
        self.pools: Executable = by(self.all_pools, t.pools.c.sku)
        names = (t.pools.c.sku, t.pools.c.location)
        self.locked_pools: Executable = (
            select(*names).where(self._among(names[0])).order_by(*names)
        ).with_for_update()
        self.orders: Executable = by(self.all_orders, t.orders.c.ref)
        self.lines: Executable = by(self.all_lines, t.lines.c.order_ref)
        self.backorders: Executable = by(self.all_backorders, t.backorders.c.order_ref)
        of_lines = select(t.lines.c.ref, t.lines.c.order_ref)
        self.orders_of_lines: Executable = by(of_lines, t.lines.c.ref)
        self.purchase_lines: Executable = by(self.all_purchase_lines, lines.c.ref)
        self.lines_of_purchases: Executable = by(
            self.all_purchase_lines, lines.c.purchase, lines.c.is_transfer == ZERO
        )
        self.purchases: Executable = by(self.all_purchases, t.purchases.c.ref)
        self.pins: Executable = by(self.all_pins, t.pins.c.purchase_line)
        self.history: Executable = (
            select(t.events.c.position, t.events.c.body)
            .where(t.events.c.position > bindparam("since"))
            .order_by(t.events.c.position)
        )
        self.unsent: Executable = (
            select(t.outbox.c.key, t.outbox.c.body)
            .where(t.outbox.c.is_sent == ZERO)
            .order_by(t.outbox.c.position, t.outbox.c.number)
        )

    def _build_heads(self, t: Tables) -> None:
        """Build what reads the queues of some SKUs, or their heads."""
        portion, lines, by = t.backorders.c, t.purchase_lines.c, self._by
        queue = select(
            portion.line, portion.number, portion.order_ref, portion.place
        ).where(
            portion.is_queued == ONE,
            portion.sku == bindparam("sku"),
            portion.location == bindparam("location"),
        )
        self.head: Executable = queue.order_by(portion.place).limit(bindparam("most"))
        self.unplaced: Executable = queue.where(portion.place.is_(None)).limit(1)
        self.last: Executable = queue.order_by(portion.place.desc()).limit(1)
        self.last_due: Executable = self.last.where(portion.place < bindparam("split"))
        of_sku = select(portion.sku, portion.order_ref)
        self.quotes: Executable = by(
            of_sku, portion.sku, portion.quoted_until.is_not(None)
        )
        self.open_orders: Executable = union_all(
            self.quotes,
            by(
                of_sku,
                portion.sku,
                or_(portion.waiting > ZERO, portion.allocated > ZERO),
            ),
            by(
                select(t.lines.c.sku, t.lines.c.order_ref),
                t.lines.c.sku,
                t.lines.c.is_postponed == ONE,
            ),
        )
        self.columns[self.open_orders] = portion.sku.name
        self.incoming: Executable = by(
            self.all_purchase_lines, lines.sku, lines.open > ZERO
        )

    def _build_changes(self, t: Tables) -> None:
        """Build what writes."""
        about, touched = t.about, t.touched
        self.next_position: Executable = (
            update(about)
            .where(about.c.name == POSITION)
            .values(number=about.c.number + bindparam("events"))
            .returning(about.c.number, about.c.words)
        )
        self.rank: Executable = update(about).where(about.c.name == POSITION)
        self.place: Executable = _change(t.backorders, "line", "number")
        self.versions: Executable = self._by(
            select(touched.c.key, touched.c.position).order_by(touched.c.key),
            touched.c.key,
        )
        self.locked_versions: Executable = (
            self._insert(touched)
            .on_conflict_do_update(
                index_elements=["key"], set_={"position": touched.c.position}
            )
            .returning(touched.c.key, touched.c.position)
        )
        self.touch: Executable = self.upsert(touched, "key", changing=["position"])
        self.new_notices: Executable = self._insert(t.outbox).on_conflict_do_nothing()
        self.sent: Executable = _change(t.outbox, "key").values(is_sent=1)
        self.store_pools: Executable = self.upsert(t.pools, "sku", "location")
        self.store_lines: Executable = self.upsert(t.lines, "ref")
        self.store_backorders: Executable = self.upsert(t.backorders, "line", "number")
        self.change_orders: Executable = _change(t.orders, "ref")
        self.change_purchase_lines: Executable = _change(t.purchase_lines, "ref")
        self.drop_pins: Executable = t.pins.delete().where(
            t.pins.c.purchase_line == bindparam("its_ref")
        )
        self.store_pins: Executable = t.pins.insert()
        self.new_orders: Executable = t.orders.insert()
        self.new_purchases: Executable = t.purchases.insert()
        self.new_purchase_lines: Executable = t.purchase_lines.insert()
        self.new_events: Executable = t.events.insert()
        self.new_command: Executable = t.commands.insert()

    def upsert(self, table: Table, *keys: str, changing: Iterable[str] = ()) -> Upsert:
        """Return the statement that inserts rows, or changes those that are there."""
        insert = self._insert(table)
        names = tuple(changing) or tuple(
            column.name for column in table.columns if column.name not in keys
        )
        return insert.on_conflict_do_update(
            index_elements=list(keys),
            set_={name: insert.excluded[name] for name in names},
        )


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
DIALECTS = tuple(_INSERTS)
