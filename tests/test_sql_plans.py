"""How the databases find what a command reads and changes: by an index, always.

Rows that come back tell nothing of rows that were looked at, so the databases are asked
how they go about each statement. Conditions of partial indexes must stand in the
statement as they stand in the index: a database that plans before it knows the values
would otherwise look at the whole table.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, text

from backorderkit import (
    Line,
    Order,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    RequestDesk,
    oldest_first,
    plan_cancellation,
    plan_count,
    plan_order,
    plan_purchase_order,
    plan_receipt,
    plan_shipment,
    plan_special_order,
    send_notices,
)
from backorderkit.adapters.sql import (
    SqlRepository,
    open_backorders,
    open_purchase_lines,
    shippable_orders,
)
from backorderkit.model import PurchaseNeed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SKUS = ("LAMP", "CHAIR")
SMALL = "about"  # a table of two rows, which is read whole


def order(ref, skus=SKUS, units=2):
    lines = [Line(f"{ref}/{sku}", sku, units) for sku in skus]
    return Order(ref, "ada", NOON + timedelta(minutes=int(ref[2:])), lines)


class Silent:
    def send(self, notice):
        pass


def work(repository):
    """Do what touches every table."""
    desk = RequestDesk(repository, oldest_first(), SKUS)
    for number in range(60):
        desk.carry_out_once(f"place {number}", plan_order, order(f"O-{number}"))
    lines = [PurchaseLine(f"PO-1/{sku}", sku, 30) for sku in SKUS]
    desk.carry_out(plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, lines))
    need = PurchaseNeed("O-50/LAMP", 0, 2)
    special = PurchaseLine("PO-2/1", "LAMP", 2, needs=[need])
    desk.carry_out(plan_special_order, PurchaseOrder("PO-2", "ACME", NOON, [special]))
    came = [ReceiptLine(sku, 9, purchase_line=f"PO-1/{sku}") for sku in SKUS]
    desk.carry_out_once("receive", plan_receipt, Receipt("R-1", NOON, came))
    desk.carry_out(plan_shipment, "S-1", "O-0", at=NOON)
    desk.carry_out(plan_cancellation, "O-1", {"O-1/LAMP": 1}, at=NOON)
    desk.carry_out(plan_count, "LAMP", 20, at=NOON)
    send_notices(repository, Silent())


@pytest.fixture(params=[True, False], ids=["ranked", "whole queues"])
def shop(request, sql_engine):
    policy = oldest_first() if request.param else None
    repository = SqlRepository(sql_engine, policy=policy, head=10)
    repository.create_schema()
    return repository


def explained(connection, statement, values):
    """Return how a database goes about a statement, in lines.

    SQLite is told no value; PostgreSQL plans with the values and must have some.
    """
    if connection.dialect.name == "sqlite":
        values = (None,) * len(values)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in rows]
    return connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()


def looked_through(connection, statement, values):
    """Return the tables that a database would read from end to end."""
    if connection.dialect.name == "sqlite":
        whole = r"SCAN (?:TABLE )?backorderkit_(\w+)$"
    else:
        # It reads small tables whole unless that is made dear.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        whole = r"Seq Scan on backorderkit_(\w+)"
    lines = explained(connection, statement, values)
    return {name for line in lines for name in re.findall(whole, line)} - {SMALL}


def test_no_statement_of_a_command_looks_through_a_table(shop):
    sent = {}

    def hear(connection, cursor, statement, values, context, is_many):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            is_list = isinstance(values, list)
            sent[statement] = values[0] if is_list else values

    event.listen(shop.engine, "before_cursor_execute", hear)
    work(shop)
    event.remove(shop.engine, "before_cursor_execute", hear)
    with shop.engine.begin() as connection:
        found = {one: looked_through(connection, one, sent[one]) for one in sent}
    assert len(sent) > 25
    assert {one: tables for one, tables in found.items() if tables} == {}


def test_the_ready_queries_find_by_index_what_is_open(shop):
    work(shop)
    one = shop.tables.backorders.c
    queries = {
        "the backlog of a SKU": open_backorders(shop.tables).where(one.sku == "LAMP"),
        "of a customer": open_backorders(shop.tables).where(one.customer == "ada"),
        "by age": open_backorders(shop.tables).where(one.queued_at < 5),
        "by promise": open_backorders(shop.tables).where(one.promised_on < "2026"),
        "on order": open_purchase_lines(shop.tables),
        "may leave": shippable_orders(shop.tables),
    }
    with shop.engine.begin() as connection:
        for name, query in queries.items():
            compiled = query.compile(connection.engine)
            values = compiled.params
            if compiled.positional:
                values = tuple(values[name] for name in compiled.positiontup)
            lines = explained(connection, str(compiled), values)
            assert not looked_through(connection, str(compiled), values), (name, lines)
