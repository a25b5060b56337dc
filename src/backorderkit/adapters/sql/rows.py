"""From a record to its row, and from rows to the statuses of a book.

A column bears the name of the field that it stores: `Columns` copies all fields of a
kind of value by name, so a new figure of a pool needs only its column. What is written
out below is what differs: keys, sums that hosts query, and JSON.

A row that cannot be read is refused with its name; the others are not harmed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

import attrs

from backorderkit.adapters.sql import sort_keys as places
from backorderkit.adapters.sql.json_columns import (
    day_or_none,
    iso_or_none,
    moment,
    moment_or_none,
    number_or_none,
    read,
    written,
)
from backorderkit.adapters.sql.sort_keys import microseconds
from backorderkit.book import (
    LineRecord,
    LineStatus,
    OrderRecord,
    OrderStatus,
    PoolRecord,
    PoolStatus,
    PortionRecord,
    PortionStatus,
    PurchaseLineStatus,
    PurchaseRecord,
    is_shippable,
    line_status,
    needs_of,
)
from backorderkit.errors import BackorderError, DecodeError
from backorderkit.model import (
    Evidence,
    Line,
    Order,
    PromiseMade,
    PurchaseNeed,
    PurchaseOrder,
    SupplyShipped,
)
from backorderkit.values import Pool

Row: TypeAlias = dict[str, Any]  # a column holds a text, a number or nothing
Found: TypeAlias = Any  # a row of SQLAlchemy, its columns by attribute
Status = TypeVar("Status")

PROMISES = tuple[PromiseMade, ...]
NOTICES = tuple[SupplyShipped, ...]
NEEDS = tuple[PurchaseNeed, ...]
_NOTHING = "[]"

# Type of a field → how a column holds it, and back. Numbers and texts are held as is.
_FORMS: Mapping[Any, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    bool: (int, bool),
    datetime: (microseconds, moment),
    datetime | None: (number_or_none, moment_or_none),
    date | None: (iso_or_none, day_or_none),
    Evidence: (attrgetter("value"), Evidence),
}


@attrs.frozen
class Columns:
    """The columns that bear the names of fields.

    >>> from datetime import UTC
    >>> start = datetime(1970, 1, 1, second=2, tzinfo=UTC)
    >>> portion = PortionStatus(0, "main", ordered=5, queued_at=start)
    >>> Columns.of(PortionStatus).written(portion)["queued_at"]
    2000000
    """

    copied: tuple[str, ...]
    formed: tuple[tuple[str, Callable[[Any], Any], Callable[[Any], Any]], ...]
    _names: tuple[str, ...] = attrs.field(init=False, repr=False)
    _get: Callable[[Any], tuple[Any, ...]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Prepare the look-up: rows are read by the hundred thousand."""
        names = (*self.copied, *(name for name, _, _ in self.formed))
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_get", attrgetter(*names))

    @classmethod
    def of(cls, kind: type, *apart: str) -> "Columns":
        """Return the columns of the fields of a kind of value, but for some apart."""
        types = {
            field.name: field.type
            for field in attrs.fields(kind)
            if field.name not in apart
        }
        formed = {name: _FORMS[kind] for name, kind in types.items() if kind in _FORMS}
        return cls(
            tuple(name for name in types if name not in formed),
            tuple((name, *forms) for name, forms in formed.items()),
        )

    def written(self, record: object) -> Row:
        """Return the columns of a record, or of a status."""
        row = dict(zip(self._names, self._get(record), strict=True))
        for name, write, _ in self.formed:
            row[name] = write(row[name])
        return row

    def read(self, row: Found) -> dict[str, Any]:
        """Return the fields that a row holds."""
        fields = dict(zip(self._names, self._get(row), strict=True))
        for name, _, read_one in self.formed:
            fields[name] = read_one(fields[name])
        return fields


POOL = Columns.of(PoolStatus, "pool")
ORDER = Columns.of(OrderStatus, "order", "lines")
LINE = Columns.of(LineStatus, "ref", "order", "customer", "sku", "portions", "promises")
PORTION = Columns.of(PortionStatus)
BOUGHT = Columns.of(
    PurchaseLineStatus, "line", "purchase", "under_way", "kept", "given"
)


def named(what: str, ref: object, make: Callable[[], Status]) -> Status:
    """Return what is made of a row, or name the row that is corrupt."""
    try:
        return make()
    except DecodeError:
        raise
    except (BackorderError, LookupError, TypeError, ValueError, OverflowError) as error:
        remedy = f"restore it from a backup ({error})"
        raise DecodeError(f"row of {what}", ref, remedy) from error


# Pools


def pool_row(pool: PoolRecord) -> Row:
    """Return the row of a pool."""
    return {"sku": pool.pool.sku, "location": pool.pool.location, **POOL.written(pool)}


def pool_of(row: Found) -> PoolStatus:
    """Return what the row of a pool says."""
    pool = Pool(row.sku, row.location)
    return named("pools", pool, lambda: PoolStatus(pool, **POOL.read(row)).checked())


# Orders, lines, portions


def order_row(order: OrderRecord) -> Row:
    """Return what may change of the row of an order."""
    return {
        **ORDER.written(order),
        "ref": order.order.ref,
        "is_shippable": int(is_shippable(order)),
    }


def new_order_row(order: OrderRecord, position: int) -> Row:
    """Return the row of an order that was placed at a position of the history."""
    placed = order.order
    return {
        **order_row(order),
        "customer": placed.customer,
        "placed_at": microseconds(placed.placed_at),
        "position": position,
        "body": written(Order, placed),
    }


def line_row(line: LineRecord) -> Row:
    """Return the row of an order line."""
    return {
        **LINE.written(line_status(line)),
        "ref": line.line.ref,
        "sku": line.line.sku,
        "order_ref": line.order.order.ref,
        "promises": written(PROMISES, line.promises),
    }


def portion_row(portion: PortionRecord, is_ranked: bool) -> Row:
    """Return the row of a portion; only under the stored ranking with its place."""
    line, order, key = portion.line, portion.line.order, portion.key
    return {
        **PORTION.written(portion),
        "line": line.line.ref,
        "order_ref": order.order.ref,
        "customer": order.order.customer,
        "sku": line.line.sku,
        "waiting": portion.waiting,
        "promised_on": iso_or_none(line.promised_on),
        # Only while it holds anything: the index of quotes is over what may yet expire.
        "quoted_until": number_or_none(order.quoted_until if order.expires else None),
        "place": places.written(key) if key is not None and is_ranked else None,
    }


def order_of(
    row: Found, lines: Iterable[Found], portions: Mapping[str, list[Found]]
) -> OrderStatus:
    """Return what the rows of an order, its lines and their portions say."""

    def status() -> OrderStatus:
        """Read the rows."""
        order = _placed(row.body, row.ref)
        by_ref = {line.ref: line for line in lines}
        return OrderStatus(
            order,
            tuple(
                line_of(by_ref[line.ref], order, line, portions.get(line.ref, ()))
                for line in order.lines
            ),
            **ORDER.read(row),
        )

    return named("orders", row.ref, status)


@lru_cache(maxsize=1_000)
def _placed(body: str, ref: str) -> Order:
    """Return an order as placed; it never changes, so it is read once for many uses."""
    order: Order = read(Order, body, f"order {ref}")
    return order


def line_of(
    row: Found, order: Order, line: Line, portions: Iterable[Found]
) -> LineStatus:
    """Return what the rows of a line and its portions say."""
    return LineStatus(
        line.ref,
        order.ref,
        order.customer,
        line.sku,
        portions=tuple([PortionStatus(**PORTION.read(found)) for found in portions]),
        # Most lines have none, and reading JSON is what a load spends its time on.
        promises=()
        if row.promises == _NOTHING
        else read(PROMISES, row.promises, f"promises of line {row.ref}"),
        **LINE.read(row),
    )


# Purchases


def purchase_row(order: PurchaseOrder, position: int, *, is_transfer: bool) -> Row:
    """Return the row of a purchase order, or of a transfer under way."""
    return {
        "ref": order.ref,
        "is_transfer": int(is_transfer),
        "supplier": order.supplier,
        "destination": order.destination,
        "ordered_at": microseconds(order.ordered_at),
        "position": position,
        "body": written(PurchaseOrder, order),
    }


def new_purchase_line_row(purchase: PurchaseRecord, position: int) -> Row:
    """Return the row of a purchase line that was placed at a position."""
    line, order = purchase.line, purchase.order
    return {
        **purchase_line_row(purchase),
        "purchase": order.ref,
        "place": order.lines.index(line),
        "supplier": order.supplier,
        "sku": line.sku,
        "location": order.destination,
        "ordered": line.quantity,
        "requested_on": iso_or_none(line.requested_on),
        "position": position,
    }


def purchase_line_row(purchase: PurchaseRecord) -> Row:
    """Return what may change of the row of a purchase line."""
    return {
        **BOUGHT.written(purchase),
        "ref": purchase.line.ref,
        "open": purchase.open,
        "pinned": purchase.pinned,
        "announced": written(NOTICES, purchase.announced),
        "given": written(NEEDS, needs_of(purchase.given)),
    }


def pin_rows(purchase: PurchaseRecord) -> list[Row]:
    """Return the rows of the pegs that are pinned to a purchase line."""
    ref = purchase.line.ref
    return [
        {
            "purchase_line": ref,
            "line": need.line,
            "number": need.portion,
            "units": need.quantity,
        }
        for need in needs_of(purchase.pins)
    ]


def purchase_line_of(
    row: Found, order: PurchaseOrder, pins: Iterable[PurchaseNeed]
) -> PurchaseLineStatus:
    """Return what the row of a purchase line and its pins say."""

    def status() -> PurchaseLineStatus:
        """Read the row."""
        where = f"purchase line {row.ref}"
        return PurchaseLineStatus(
            order.lines[row.place],
            order,
            under_way=read(NOTICES, row.announced, f"{where}, announced"),
            kept=tuple(pins),
            given=read(NEEDS, row.given, f"{where}, given"),
            **BOUGHT.read(row),
        )

    return named("purchase_lines", row.ref, status)
