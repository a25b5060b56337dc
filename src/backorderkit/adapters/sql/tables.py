"""The tables, attached to the host's own `MetaData`.

    events            every fact, in order, never changed          (the history)
    touched           where each pool, order … was touched last    (versions and locks)
    commands          the keys of commands that were carried out
    outbox            notices, and whether they were handed over
    pools             one row per SKU and location, all figures    (how it is now)
    orders, lines     the state of orders, promises and returns
    backorders        one row per portion: who waits for how much, and at which place
    purchases         purchase orders, and transfers under way
    purchase_lines    what is on order, with every day
    pins              open units that are pinned to one portion
    about             the format, the newest position, and the ranking

The history is the truth and the others follow it in the same transaction; a host may
read and join all of them, and writes none. References are text, moments whole
microseconds since 1970 in UTC, days ISO dates, and what has an inner structure is JSON.

>>> from sqlalchemy import MetaData
>>> tables(MetaData(), prefix="shop_").backorders.name
'shop_backorders'
"""

import re
from typing import Any

import attrs
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    literal_column,
    text,
)

from backorderkit.errors import InvalidValue

__all__ = ["Tables", "tables"]

NUMBER = BigInteger().with_variant(Integer(), "sqlite")
# Without "C" PostgreSQL would sort by the rules of a language, and Python would not.
REF = Text().with_variant(Text(collation="C"), "postgresql")
# Written out, as in the conditions of the indexes below: a value that is bound is not
# known yet when a database looks for an index that fits.
ZERO, ONE = literal_column("0", Integer), literal_column("1", Integer)


@attrs.frozen(eq=False)
class Tables:
    """The tables of one shop, for queries of the host.

    >>> "promised_on" in tables(MetaData()).backorders.columns
    True
    """

    about: Table
    events: Table
    touched: Table
    commands: Table
    outbox: Table
    pools: Table
    orders: Table
    lines: Table
    backorders: Table
    purchases: Table
    purchase_lines: Table
    pins: Table

    @property
    def all(self) -> tuple[Table, ...]:
        """Return every table."""
        return attrs.astuple(self, recurse=False)


def tables(metadata: MetaData, prefix: str = "backorderkit_") -> Tables:
    """Attach the tables to a `MetaData`, or return those that are attached already.

    The prefix is of small letters, digits and underscores, and no longer than 31.

    >>> tables(MetaData(), prefix="Shop; DROP TABLE")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: prefix is 'Shop; DROP TABLE': give small \
letters, digits and underscores, such as shop_
    """
    if type(prefix) is not str or not _NAME.fullmatch(prefix):
        remedy = "give small letters, digits and underscores, such as shop_"
        raise InvalidValue("prefix", prefix, remedy)
    if f"{prefix}events" in metadata.tables:
        names = [field.name for field in attrs.fields(Tables)]
        return Tables(*(metadata.tables[prefix + name] for name in names))
    make = _Maker(metadata, prefix)
    return Tables(
        about=make.table("about", _ref("name"), _number("number"), _text("words")),
        events=make.table(
            "events",
            Column("position", NUMBER, primary_key=True, autoincrement=False),
            _number("batch"),
            _text("kind"),
            _text("body"),
        ),
        touched=make.table(
            "touched",
            _ref("key"),
            *map(_text, ("kind", "name")),
            _number("position"),
        ),
        commands=make.table("commands", _ref("key"), _number("position")),
        outbox=make.outbox(),
        pools=make.pools(),
        orders=make.orders(),
        lines=make.lines(),
        backorders=make.backorders(),
        purchases=make.table(
            "purchases",
            _text("ref"),
            _number("is_transfer"),
            *map(_text, ("supplier", "destination")),
            _number("ordered_at"),
            _number("position"),
            _text("body"),
            PrimaryKeyConstraint("ref", "is_transfer"),
        ),
        purchase_lines=make.purchase_lines(),
        pins=make.pins(),
    )


_NAME = re.compile("[a-z_][a-z0-9_]{0,30}")


def _ref(name: str) -> Column[Any]:
    """Return a column that names the row."""
    return Column(name, REF, primary_key=True)


def _text(name: str) -> Column[Any]:
    """Return a column of text."""
    return Column(name, REF, nullable=False)


def _number(name: str) -> Column[Any]:
    """Return a column of whole numbers."""
    return Column(name, NUMBER, nullable=False)


def _maybe(name: str, kind: Any = NUMBER) -> Column[Any]:
    """Return a column that may be empty."""
    return Column(name, kind, nullable=True)


def _numbers(*names: str) -> list[Column[Any]]:
    """Return columns of whole numbers."""
    return [_number(name) for name in names]


@attrs.frozen
class _Maker:
    """Makes tables under one prefix."""

    metadata: MetaData
    prefix: str

    def table(self, name: str, *parts: Any) -> Table:
        """Make a table, strict about types in SQLite."""
        return Table(self.prefix + name, self.metadata, *parts, sqlite_strict=True)

    def index(self, name: str, *columns: Any, where: str = "") -> Index:
        """Make an index, perhaps over some rows only."""
        full, some = f"ix_{self.prefix}{name}", text(where) if where else None
        return Index(full, *columns, postgresql_where=some, sqlite_where=some)

    def check(self, name: str, claim: str) -> CheckConstraint:
        """Make a claim that every row must meet."""
        return CheckConstraint(claim, name=f"ck_{self.prefix}{name}")

    def outbox(self) -> Table:
        """Make the table of notices."""
        return self.table(
            "outbox",
            _ref("key"),
            *_numbers("position", "number", "is_sent"),
            _text("body"),
            self.index("unsent", "position", "number", where="is_sent = 0"),
        )

    def pools(self) -> Table:
        """Make the table of pools."""
        ledger = ("reserve", "received", "returned", "counted", "transferred")
        sums = ("shipped", "waiting", "queued", "postponed", "pinned", "incoming")
        return self.table(
            "pools",
            *map(_text, ("sku", "location")),
            *_numbers("on_hand", "allocated", *ledger, *sums),
            PrimaryKeyConstraint("sku", "location"),
            self.check("on_hand", "0 <= on_hand"),
            self.check("pool_allocated", "0 <= allocated AND allocated <= on_hand"),
            self.check("pool_sums", "0 <= waiting AND 0 <= queued AND 0 <= incoming"),
        )

    def orders(self) -> Table:
        """Make the table of orders."""
        return self.table(
            "orders",
            _ref("ref"),
            _text("customer"),
            _number("placed_at"),
            _text("held"),
            _number("priority"),
            _maybe("quoted_until"),
            *_numbers("is_shippable", "waiting", "allocated", "position"),
            _text("body"),
            self.check("order_units", "0 <= waiting AND 0 <= allocated"),
            self.index("customers", "customer", "placed_at"),
            self.index("shippable", "placed_at", "ref", where="is_shippable = 1"),
        )

    def lines(self) -> Table:
        """Make the table of order lines."""
        return self.table(
            "lines",
            _ref("ref"),
            *map(_text, ("order_ref", "sku")),
            *_numbers("is_postponed", "refused", "returned", "deliveries"),
            _text("promises"),
            self.check("line_units", "0 <= refused AND 0 <= returned"),
            self.index("lines_of_orders", "order_ref"),
            self.index("postponed", "sku", where="is_postponed = 1"),
        )

    def backorders(self) -> Table:
        """Make the table of portions: what every line is owed, and where it queues."""
        units = ("ordered", "waiting", "allocated", "frozen", "shipped", "cancelled")
        claim = "0 <= frozen AND frozen <= allocated AND 0 <= shipped AND 0 <= waiting"
        is_open = "waiting > 0 OR allocated > 0"
        return self.table(
            "backorders",
            _text("line"),
            _number("number"),
            *map(_text, ("order_ref", "customer", "sku", "location")),
            *_numbers(*units, "pinned", "queued_at"),
            _maybe("promised_on", REF),
            _maybe("quoted_until"),
            _number("is_queued"),
            _maybe("place", REF),
            PrimaryKeyConstraint("line", "number"),
            self.check("backorder_units", claim),
            self.check(
                "backorder_sum",
                "ordered = waiting + allocated + shipped + cancelled",
            ),
            self.check("backorder_pins", "0 <= pinned AND pinned <= waiting"),
            self.index("queue", "sku", "location", "place", where="is_queued = 1"),
            self.index("open", "sku", "location", where=is_open),
            self.index("quotes", "sku", where="quoted_until IS NOT NULL"),
            self.index("owed_to", "customer", where="waiting > 0"),
            self.index("by_age", "queued_at", where="waiting > 0"),
            self.index("by_promise", "promised_on", where="waiting > 0"),
            self.index("backorders_of_orders", "order_ref"),
        )

    def purchase_lines(self) -> Table:
        """Make the table of purchase lines, and of transfers under way."""
        days = ("requested_on", "expected_on", "named_on", "confirmed_on")
        units = ("ordered", "open", "accepted", "over", "rejected", "closed", "pinned")
        return self.table(
            "purchase_lines",
            _ref("ref"),
            _text("purchase"),
            _number("is_transfer"),
            _number("place"),
            *map(_text, ("supplier", "sku", "location")),
            *_numbers(*units),
            *(_maybe(day, REF) for day in days),
            _text("evidence"),
            *_numbers("dated_at", "position"),
            *map(_text, ("announced", "given")),
            self.check("purchase_units", "ordered = open + accepted + closed"),
            self.check("purchase_bounds", "0 <= pinned AND pinned <= open"),
            self.index("incoming", "sku", "location", where="open > 0"),
            self.index("lines_of_purchases", "purchase"),
        )

    def pins(self) -> Table:
        """Make the table of pinned pegs."""
        return self.table(
            "pins",
            *map(_text, ("purchase_line", "line")),
            *_numbers("number", "units"),
            PrimaryKeyConstraint("purchase_line", "line", "number"),
            self.check("pinned_units", "units > 0"),
            self.index("pins_of_lines", "line", "number"),
        )
