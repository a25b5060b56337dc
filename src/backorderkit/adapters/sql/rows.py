"""Two functions per table: from a record to its row, and from a row to its content.

A row that cannot be read is refused with its name; the others are not harmed.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar

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
    FIGURES,
    LineContent,
    LineRecord,
    OrderContent,
    OrderRecord,
    PoolContent,
    PoolRecord,
    PortionContent,
    PortionRecord,
    PurchaseContent,
    PurchaseRecord,
    Share,
    figures_of,
    is_shippable,
    shares,
)
from backorderkit.errors import BackorderError, DecodeError
from backorderkit.model import (
    Evidence,
    Order,
    PromiseMade,
    PurchaseNeed,
    PurchaseOrder,
    SupplyShipped,
)
from backorderkit.values import Pool

Row: TypeAlias = dict[str, Any]  # a column holds a text, a number or nothing
Found: TypeAlias = Any  # a row of SQLAlchemy, its columns by attribute
Content = TypeVar("Content")

PROMISES = tuple[PromiseMade, ...]
NOTICES = tuple[SupplyShipped, ...]
SHARES = tuple[PurchaseNeed, ...]
_NOTHING = "[]"


def named(what: str, ref: object, make: Callable[[], Content]) -> Content:
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
    figures = dict(zip(FIGURES, figures_of(pool), strict=True))
    return {"sku": pool.pool.sku, "location": pool.pool.location, **figures}


def pool_content(row: Found) -> PoolContent:
    """Return what the row of a pool says."""
    pool = Pool(row.sku, row.location)
    figures = {name: getattr(row, name) for name in FIGURES}
    return named("pools", pool, lambda: PoolContent(pool, **figures))


# Orders, lines, portions


def order_row(order: OrderRecord) -> Row:
    """Return what may change of the row of an order."""
    return {
        "ref": order.order.ref,
        "held": order.held,
        "priority": order.priority,
        "quoted_until": number_or_none(order.quoted_until),
        "is_shippable": int(is_shippable(order)),
        "waiting": order.waiting,
        "allocated": order.allocated,
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
        "ref": line.line.ref,
        "order_ref": line.order.order.ref,
        "sku": line.line.sku,
        "is_postponed": int(line.postponed),
        "refused": line.refused,
        "returned": line.returned,
        "deliveries": line.deliveries,
        "promises": written(PROMISES, line.promises),
    }


def portion_row(portion: PortionRecord, is_ranked: bool) -> Row:
    """Return the row of a portion; only under the stored ranking with its place."""
    line, order, key = portion.line, portion.line.order, portion.key
    return {
        "line": line.line.ref,
        "number": portion.number,
        "order_ref": order.order.ref,
        "customer": order.order.customer,
        "sku": portion.pool.pool.sku,
        "location": portion.pool.pool.location,
        "ordered": portion.quantity,
        "waiting": portion.waiting,
        "allocated": portion.allocated,
        "frozen": portion.frozen,
        "shipped": portion.shipped,
        "cancelled": portion.cancelled,
        "pinned": portion.pinned,
        "queued_at": microseconds(portion.queued_at),
        "promised_on": iso_or_none(line.promised_on),
        "quoted_until": number_or_none(order.quoted_until if order.expires else None),
        "is_queued": int(key is not None),
        "place": places.written(key) if key is not None and is_ranked else None,
    }


def order_content(
    row: Found, lines: Iterable[Found], portions: Mapping[str, list[Found]]
) -> OrderContent:
    """Return what the rows of an order, its lines and their portions say."""

    def content() -> OrderContent:
        """Read the rows."""
        order = _placed(row.body, row.ref)
        by_ref = {line.ref: line for line in lines}
        return OrderContent(
            order,
            tuple(
                line_content(by_ref[line.ref], portions.get(line.ref, []))
                for line in order.lines
            ),
            held=row.held,
            priority=row.priority,
            quoted_until=moment_or_none(row.quoted_until),
        )

    return named("orders", row.ref, content)


@lru_cache(maxsize=1_000)
def _placed(body: str, ref: str) -> Order:
    """Return an order as placed; it never changes, so it is read once for many uses."""
    order: Order = read(Order, body, f"order {ref}")
    return order


def line_content(row: Found, portions: Iterable[Found]) -> LineContent:
    """Return what the rows of a line and its portions say."""
    return LineContent(
        tuple(map(_portion, portions)),
        is_postponed=bool(row.is_postponed),
        refused=row.refused,
        returned=row.returned,
        deliveries=row.deliveries,
        promises=()
        if row.promises == _NOTHING
        else read(PROMISES, row.promises, f"promises of line {row.ref}"),
    )


def _portion(row: Found) -> PortionContent:
    """Return what the row of a portion says."""
    return PortionContent(
        row.location,
        row.ordered,
        moment(row.queued_at),
        allocated=row.allocated,
        frozen=row.frozen,
        shipped=row.shipped,
        cancelled=row.cancelled,
        pinned=row.pinned,
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
        "is_transfer": int(purchase.is_transfer),
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
        "ref": purchase.line.ref,
        "open": purchase.open,
        "accepted": purchase.accepted,
        "over": purchase.over,
        "rejected": purchase.rejected,
        "closed": purchase.closed,
        "pinned": purchase.pinned,
        "expected_on": iso_or_none(purchase.expected_on),
        "named_on": iso_or_none(purchase.named_on),
        "confirmed_on": iso_or_none(purchase.confirmed_on),
        "evidence": purchase.evidence.value,
        "dated_at": microseconds(purchase.dated_at),
        "announced": written(NOTICES, purchase.announced),
        "given": written(
            SHARES, tuple(PurchaseNeed(*one) for one in shares(purchase.given))
        ),
    }


def pin_rows(purchase: PurchaseRecord) -> list[Row]:
    """Return the rows of the pegs that are pinned to a purchase line."""
    ref = purchase.line.ref
    return [
        {"purchase_line": ref, "line": line, "number": number, "units": units}
        for line, number, units in shares(purchase.pins)
    ]


def purchase_content(
    row: Found, order: PurchaseOrder, pins: Iterable[Share]
) -> PurchaseContent:
    """Return what the row of a purchase line and its pins say."""

    def content() -> PurchaseContent:
        """Read the row."""
        where = f"purchase line {row.ref}"
        given: tuple[PurchaseNeed, ...] = read(SHARES, row.given, f"{where}, given")
        return PurchaseContent(
            order.lines[row.place],
            order,
            is_transfer=bool(row.is_transfer),
            expected_on=day_or_none(row.expected_on),
            evidence=Evidence(row.evidence),
            dated_at=moment(row.dated_at),
            named_on=day_or_none(row.named_on),
            confirmed_on=day_or_none(row.confirmed_on),
            announced=read(NOTICES, row.announced, f"{where}, announced"),
            accepted=row.accepted,
            over=row.over,
            rejected=row.rejected,
            closed=row.closed,
            pins=tuple(pins),
            given=tuple((one.line, one.portion, one.quantity) for one in given),
        )

    return named("purchase_lines", row.ref, content)
