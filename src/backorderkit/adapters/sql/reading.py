"""Reading records of the store: all of them, or those of some references.

A reader belongs to one transaction and reads nothing twice: what was read for a
decision need not be read again to save it, because the writer checks that it has not
changed since. It returns statuses, as a `BookSnapshot` holds them; it decides nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import attrs
from sqlalchemy import Connection
from sqlalchemy.sql.base import Executable

from backorderkit.adapters.sql.json_columns import read
from backorderkit.adapters.sql.rows import (
    Found,
    Row,
    order_of,
    pool_of,
    purchase_line_of,
)
from backorderkit.adapters.sql.statements import FORMAT, POSITION, Statements
from backorderkit.book import OrderStatus, PoolStatus, PurchaseLineStatus
from backorderkit.errors import DecodeError
from backorderkit.model import PurchaseNeed, PurchaseOrder
from backorderkit.values import Pool, Sku

PRESENT_FORMAT = 1
"""The format of the tables that this release writes."""


@attrs.frozen
class About:
    """The newest position of the store, and the ranking of its places.

    `is_done` says whether the command that was asked about was carried out.
    """

    position: int
    ranking: str
    is_done: bool


@attrs.frozen(eq=False)
class Reader:
    """Reads in one transaction; what it has read it remembers, by reference."""

    connection: Connection
    statements: Statements
    locked: set[Pool] = attrs.field(factory=set, init=False)
    _asked: set[Sku] = attrs.field(factory=set, init=False)
    _known: dict[Executable, dict[str, list[Found]]] = attrs.field(
        factory=dict, init=False
    )
    _about: dict[str, About] = attrs.field(factory=dict, init=False)

    @property
    def is_alone(self) -> bool:
        """Return whether a transaction that writes keeps all others from writing."""
        return self.connection.dialect.name == "sqlite"

    def rows(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Row] = {}
    ) -> Sequence[Found]:
        """Return the rows of a statement; everything is read through here."""
        return self.connection.execute(statement, values).all()

    def by(self, statement: Executable, refs: Iterable[str]) -> list[Found]:
        """Return the rows of some references, which are read once, in sorted order."""
        wanted = sorted(set(refs))
        known = self._known.setdefault(statement, {})
        missing = [ref for ref in wanted if ref not in known]
        if missing:
            self._remember(statement, missing, self.rows(statement, {"refs": missing}))
        return [row for ref in wanted for row in known[ref]]

    def _remember(
        self, statement: Executable, refs: Iterable[str], rows: Iterable[Found]
    ) -> None:
        """Keep all the rows that a statement has of some references."""
        known = self._known.setdefault(statement, {})
        known.update((ref, []) for ref in refs)
        column = self.statements.columns[statement]
        for row in rows:
            known.setdefault(getattr(row, column), []).append(row)

    def lock(self, skus: Iterable[Sku]) -> None:
        """Keep others from changing the pools of some SKUs, in sorted order.

        A file is locked already, and a pool that is not there yet cannot be.
        """
        new = sorted(set(skus) - self._asked)
        self._asked.update(new)
        if new and not self.is_alone:
            found = self.rows(self.statements.locked_pools, {"refs": new})
            self.locked.update(Pool(row.sku, row.location) for row in found)

    def about(self, command: str = "") -> About:
        """Return position and ranking, or refuse a format that is not ours."""
        if not command and self._about:
            return next(iter(self._about.values()))
        if command not in self._about:
            self._about[command] = self._asked_about(command)
        return self._about[command]

    def _asked_about(self, command: str) -> About:
        """Read position and ranking, and whether a command was carried out."""
        s = self.statements
        asked = self.rows(s.about_and_command, {"key": command}) if command else ()
        known = {row.name: row for row in asked or self.rows(s.about)}
        check_format(known[FORMAT].number if FORMAT in known else None)
        row = known[POSITION]
        return About(row.number, row.words, is_done=bool(asked) and bool(row.is_done))

    # Statuses

    def pools(self, skus: Iterable[Sku] | None = None) -> list[PoolStatus]:
        """Return the pools of some SKUs at all locations, or all pools."""
        s = self.statements
        found = self.rows(s.all_pools) if skus is None else self.by(s.pools, skus)
        return [pool_of(row) for row in found]

    def all_orders(self) -> list[OrderStatus]:
        """Return all orders, in order of placing."""
        s = self.statements
        lines, portions = self.rows(s.all_lines), self.rows(s.all_backorders)
        return orders_of(self.rows(s.all_orders), lines, portions)

    def orders(self, refs: Iterable[str]) -> list[OrderStatus]:
        """Return some orders with all they have, in order of placing."""
        s, known = self.statements, tuple(refs)
        lines, portions = self.by(s.lines, known), self.by(s.backorders, known)
        for row in lines:
            self._remember(s.orders_of_lines, (row.ref,), (row,))
        return orders_of(self.by(s.orders, known), lines, portions)

    def incoming(self, skus: Iterable[Sku]) -> list[Found]:
        """Return the rows of the open purchase lines of some SKUs."""
        s = self.statements
        found = self.by(s.incoming, skus)
        self._remember(s.purchase_lines, (row.ref for row in found), found)
        return found

    def purchase_lines(
        self, lines: Sequence[Found] | None = None
    ) -> list[PurchaseLineStatus]:
        """Return what the given rows of purchase lines say, or all purchase lines."""
        s = self.statements
        if lines is None:
            rows, pins = self.rows(s.all_purchase_lines), self.rows(s.all_pins)
            orders = self.rows(s.all_purchases)
        else:
            rows = sorted(lines, key=lambda row: (row.position, row.place))
            pinned = [row.ref for row in rows if row.pinned]
            pins = self.by(s.pins, pinned)
            orders = self.by(s.purchases, [row.purchase for row in rows])
        kept: dict[str, list[PurchaseNeed]] = {}
        for pin in pins:
            need = PurchaseNeed(pin.line, pin.number, pin.units)
            kept.setdefault(pin.purchase_line, []).append(need)
        bodies = {(row.ref, row.is_transfer): row for row in orders}
        known: dict[tuple[str, int], PurchaseOrder] = {}
        return [
            purchase_line_of(
                row,
                _purchase_order(bodies, known, row),
                sorted(kept.get(row.ref, ()), key=_place_of),
            )
            for row in rows
        ]


def orders_of(
    orders: Iterable[Found], lines: Iterable[Found], portions: Iterable[Found]
) -> list[OrderStatus]:
    """Return what rows say of their orders, in order of placing."""
    by_order, by_line = grouped(lines, "order_ref"), grouped(portions, "line")
    return [
        order_of(row, by_order.get(row.ref, []), by_line)
        for row in sorted(orders, key=attrgetter("position"))
    ]


def _place_of(need: PurchaseNeed) -> tuple[str, int]:
    """Return the portion to which units are pinned."""
    return (need.line, need.portion)


def _purchase_order(
    rows: Mapping[tuple[str, int], Found],
    known: dict[tuple[str, int], PurchaseOrder],
    line: Found,
) -> PurchaseOrder:
    """Return the order of a purchase line, read once for all its lines."""
    name = (line.purchase, line.is_transfer)
    if name not in known:
        if name not in rows:
            remedy = "restore it from a backup (its order is missing)"
            raise DecodeError("row of purchase_lines", line.ref, remedy)
        known[name] = read(PurchaseOrder, rows[name].body, f"purchase {line.purchase}")
    return known[name]


def grouped(rows: Iterable[Found], name: str) -> dict[str, list[Found]]:
    """Return rows by the value of a column, in the order in which they came."""
    groups: dict[str, list[Found]] = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups


def check_format(found: int | None) -> None:
    """Refuse tables that this release does not read.

    >>> check_format(2)
    Traceback (most recent call last):
        ...
    backorderkit.errors.DecodeError: format of the tables is 2: use a newer release: \
this one knows up to 1
    """
    if found is not None and found > PRESENT_FORMAT:
        remedy = f"use a newer release: this one knows up to {PRESENT_FORMAT}"
        raise DecodeError("format of the tables", found, remedy)
    if found != PRESENT_FORMAT:
        remedy = "bring the tables up to date with create_schema"
        raise DecodeError("format of the tables", found, remedy)
