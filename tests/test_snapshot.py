"""A figure is named twice: in the model and in the tables; the rest follows names."""

from datetime import UTC, datetime

import attrs
import pytest
from sqlalchemy import MetaData

from backorderkit import (
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    oldest_first,
    plan_count,
    plan_order,
    plan_purchase_order,
)
from backorderkit.adapters.sql import tables
from backorderkit.adapters.sql.rows import POOL, Columns, pool_row
from backorderkit.book import (
    BookSnapshot,
    LineStatus,
    OrderStatus,
    PoolRecord,
    PoolStatus,
    PortionRecord,
    PortionStatus,
    PurchaseLineStatus,
    PurchaseRecord,
)
from backorderkit.errors import InvalidValue, InvariantBroken
from backorderkit.values import Pool

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = tables(MetaData())


def names(kind):
    return [field.name for field in attrs.fields(kind)]


@pytest.fixture
def book():
    """A book with an order, stock for a part of it, and a purchase."""
    book = OrderBook(oldest_first())
    bought = PurchaseOrder("PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 8)])
    lines = [Line("O-1/1", "LAMP", 5), Line("O-1/2", "LAMP", 2)]
    book.apply(plan_count(book, "LAMP", 3, at=NOON))
    book.apply(plan_order(book, Order("O-1", "ada", NOON, lines)))
    book.apply(plan_purchase_order(book, bought))
    return book


# Named twice


@pytest.mark.parametrize("name", names(PoolStatus)[1:])
def test_a_figure_of_a_pool_is_a_field_of_its_record_and_a_column(name):
    assert name in names(PoolRecord)
    assert name in TABLES.pools.columns


def test_every_number_of_the_table_of_pools_is_a_figure_of_a_pool():
    keys = {"sku", "location"}
    assert {*TABLES.pools.columns.keys()} - keys == {*names(PoolStatus)} - {"pool"}


@pytest.mark.parametrize(
    ("kind", "apart", "record", "table"),
    [
        (PortionStatus, set(), PortionRecord, TABLES.backorders),
        (OrderStatus, {"order", "lines"}, None, TABLES.orders),
        (
            LineStatus,
            {"order", "customer", "portions"},  # the order's, and rows of their own
            None,
            TABLES.lines,
        ),
        (
            PurchaseLineStatus,
            {"line", "purchase", "under_way", "kept"},  # as placed, JSON, and pins
            PurchaseRecord,
            TABLES.purchase_lines,
        ),
    ],
)
def test_a_field_of_a_status_is_a_column_of_the_same_name(kind, apart, record, table):
    stored = {*names(kind)} - apart
    assert stored <= {*table.columns.keys()}
    assert record is None or all(hasattr(record, name) for name in stored)


@attrs.frozen
class Grown(PoolStatus):
    """A pool with one more figure."""

    scrapped: int = attrs.field(default=0, kw_only=True)


def test_a_figure_that_is_added_to_the_model_is_written_and_read_by_its_name():
    columns, status = Columns.of(Grown, "pool"), Grown(Pool("LAMP"), scrapped=7)
    row = columns.written(status)
    assert row["scrapped"] == 7
    found = attrs.make_class("Found", [*row])(**row)
    assert Grown(Pool("LAMP"), **columns.read(found)) == status


def test_each_figure_of_a_pool_is_written_and_read_as_itself():
    figures = attrs.asdict(PoolStatus(Pool("LAMP")), recurse=False)
    given = {name: units for units, name in enumerate([*figures][1:])}
    status = PoolStatus(Pool("LAMP"), **given)
    row = {"sku": "LAMP", "location": "main", **POOL.written(status)}
    assert row == {"sku": "LAMP", "location": "main", **given}
    found = attrs.make_class("Found", [*row])(**row)
    assert PoolStatus(Pool("LAMP"), **POOL.read(found)) == status


def test_every_figure_of_a_pool_survives_a_restart(book):
    state = book.state
    before = state.pools[Pool("LAMP")]
    again = OrderBook.restored(book.snapshot(), oldest_first())
    assert pool_row(again.state.pools[Pool("LAMP")]) == pool_row(before)


# What a snapshot is


def test_a_snapshot_is_built_of_what_the_book_answers_with(book):
    assert book.snapshot() == BookSnapshot(
        (book.pool("LAMP"),),
        (book.order("O-1"),),
        (book.purchase_line("PO-1/1"),),
        (),
    )


def test_a_snapshot_does_not_change_with_its_book(book):
    before = book.snapshot()
    book.apply(plan_count(book, "LAMP", 9, at=NOON))
    assert before.pools[0].on_hand == 3
    assert book.snapshot() != before


@pytest.mark.parametrize("name", ["waiting", "allocated"])
def test_an_order_whose_sums_contradict_its_lines_is_refused(book, name):
    snapshot = book.snapshot()
    (order,) = snapshot.orders
    wrong = attrs.evolve(order, **{name: getattr(order, name) + 1})
    with pytest.raises(InvariantBroken, match="order O-1"):
        OrderBook.restored(attrs.evolve(snapshot, orders=(wrong,)), oldest_first())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"allocated": -1}, "allocated is -1"),
        ({"pinned": 1.5}, "pinned is 1.5"),
        ({"shipped": 10**16}, "shipped is 1"),
        ({"number": 1}, "portion number is 1"),
        ({"queued_at": NOON.replace(tzinfo=None)}, "queued_at"),
    ],
)
def test_a_portion_that_cannot_be_is_refused(book, change, said):
    snapshot = book.snapshot()
    (order,) = snapshot.orders
    line = order.lines[0]
    wrong = attrs.evolve(line.portions[0], **change)
    lines = (attrs.evolve(line, portions=(wrong,)), *order.lines[1:])
    order = attrs.evolve(order, lines=lines)
    with pytest.raises(InvalidValue, match=said):
        OrderBook.restored(attrs.evolve(snapshot, orders=(order,)), oldest_first())


def test_lines_in_another_order_than_placed_are_refused(book):
    snapshot = book.snapshot()
    (order,) = snapshot.orders
    order = attrs.evolve(order, lines=order.lines[::-1])
    with pytest.raises(InvalidValue, match="lines of O-1"):
        OrderBook.restored(attrs.evolve(snapshot, orders=(order,)), oldest_first())
