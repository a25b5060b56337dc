"""The SQL repository, on a SQLite file and on PostgreSQL alike."""

import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import MetaData, create_engine, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from backorderkit import (
    Conflict,
    DecodeError,
    Duplicate,
    InvalidValue,
    Line,
    MemoryRepository,
    Notice,
    NoticeKind,
    NotPossible,
    Order,
    OrderBook,
    OrderDesk,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    RequestDesk,
    Together,
    UnknownReference,
    by_priority,
    earliest_promise_first,
    oldest_first,
    plan_count,
    plan_hold,
    plan_order,
    plan_purchase,
    plan_receipt,
    plan_shipment,
    ranked_by,
)
from backorderkit.adapters.sql import (
    SqlRepository,
    create_schema,
    migrations,
    prepare_sqlite,
    reading,
    sqlite_engine,
    tables,
)
from backorderkit.events import Allocated, ReserveSet, StockCounted
from backorderkit.protocols import Token
from backorderkit.restoring import content_of
from backorderkit.testing import book_machine

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def reserved(units, sku="LAMP"):
    return ReserveSet(sku, "main", units, NOON)


def notice(key):
    return Notice(NoticeKind.SHIPPED, "ada", "O-1", (), cause="S-1", key=key, at=NOON)


def order(ref, units=5, minute=0, sku="LAMP", customer="ada", **details):
    at = NOON + timedelta(minutes=minute)
    return Order(ref, customer, at, [Line(f"{ref}/1", sku, units)], **details)


def delivery(ref, units, sku="LAMP", **details):
    return Receipt(ref, NOON, [ReceiptLine(sku, units, **details)])


@pytest.fixture
def repository(sql_engine):
    made = SqlRepository(sql_engine, policy=oldest_first())
    made.create_schema()
    return made


@pytest.fixture
def desk(repository):
    return OrderDesk(repository, oldest_first())


def emptied(repository):
    """Return the repository with nothing in it."""
    with repository.engine.begin() as connection:
        for table in repository.tables.all:
            connection.execute(table.delete())
    repository.create_schema()
    return repository


def is_as_stored(repository, policy=None):
    """Hold the tables against the replay of the history."""
    policy = policy or oldest_first()
    events, token = repository.history(Token(0))
    replayed = OrderBook.replay(events, policy)
    book, at = repository.load(policy)
    assert (at, book.version) == (token, len(events))
    assert book == replayed
    assert content_of(book) == content_of(replayed)
    book.check_invariants()
    return True


# Every decision, in any order


class Checked:
    """A repository that is held against the replay after every command."""

    def __init__(self, repository, policy):
        self.repository, self.policy = emptied(repository), policy

    def __getattr__(self, name):
        return getattr(self.repository, name)

    def save(self, events, notices, token, *, key=""):
        new = self.repository.save(events, notices, token, key=key)
        assert is_as_stored(self.repository, self.policy)
        assert_rows_agree(self.repository, self.policy)
        return new


def assert_rows_agree(repository, policy):
    """Hold the columns that hosts query against the views of the book."""
    book, _ = repository.load(policy)
    t = repository.tables
    with repository.engine.connect() as connection:
        rows = connection.execute(select(t.backorders)).all()
        orders = connection.execute(select(t.orders)).all()
        bought = connection.execute(select(t.purchase_lines)).all()
    for row in orders:
        status = book.order(row.ref)
        assert bool(row.is_shippable) == status.is_shippable
        assert (row.customer, row.held) == (status.order.customer, status.held)
        assert (row.waiting, row.allocated) == (status.waiting, status.allocated)
    for row in rows:
        status = book.line(row.line)
        portion = status.portions[row.number]
        assert row.customer == status.customer
        assert row.waiting == portion.waiting
        assert bool(row.is_queued) == portion.is_queued
        told = status.promised_on
        assert row.promised_on == (told.isoformat() if told else None)
        assert (row.place is not None) == (portion.is_queued)
    for row in bought:
        status = book.purchase_line(row.ref)
        assert (row.open, row.pinned) == (status.open, status.pinned)
        assert (row.sku, row.location) == tuple(status.pool)
    queues: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for row in rows:
        if row.is_queued:
            place = (row.place, row.line, row.number)
            queues.setdefault((row.sku, row.location), []).append(place)
    for pool, places in queues.items():
        stored = [place[1:] for place in sorted(places)]
        assert stored == [(one.line, one.portion) for one in book.backorders(*pool)]


@pytest.mark.parametrize(
    "policy",
    [
        oldest_first(),
        by_priority(together=Together.BLOCK),
        earliest_promise_first(together=Together.SKIP),
    ],
    ids=lambda policy: policy.name,
)
def test_the_tables_are_the_replayed_history_after_any_command(sql_engine, policy):
    repository = SqlRepository(sql_engine, policy=policy)
    repository.create_schema()
    machine = book_machine(policy, repository=lambda: Checked(repository, policy))
    run_state_machine_as_test(
        machine, settings=settings(max_examples=10, stateful_step_count=20)
    )
    assert machine.seen["OrderPlaced"] > 3 and machine.seen["Allocated"] > 1
