"""Processes that deliver the same messages: each has its effect once, in turn.

Every process delivers all receipts in an order of its own, so that most deliveries are
repetitions. What must be there follows from the sums alone: the oldest lines have what
was received, as far as it goes.
"""

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import accumulate
from random import Random
from time import perf_counter, sleep

import pytest
from sqlalchemy import text

from backorderkit import (
    Line,
    Order,
    OrderDesk,
    Receipt,
    ReceiptLine,
    RequestDesk,
    oldest_first,
    plan_order,
    plan_receipt,
)
from backorderkit.model import GoodsReceived
from backorderkit.storage import Token
from tests.forking import told_by
from tests.judging import judge
from tests.stores import opened, postgres_store, sqlite_store
from tests.workload import NOON, Counting

MOST_TRIES = 30
"""Whoever loses that often in a row has met something else than bad luck."""

LINES, HOT, MANY = 60, ("SKU-0",), tuple(f"SKU-{number}" for number in range(12))


def orders(skus):
    """Yield orders, the oldest first, of one line each."""
    for number in range(LINES):
        line = Line(f"O-{number}/1", skus[number % len(skus)], 1 + number % 3)
        at = NOON + timedelta(minutes=number)
        yield Order(f"O-{number}", "ada", at, [line])


def receipts(skus, count):
    """Return receipts of one or two units each."""
    at = NOON + timedelta(days=1)
    return [
        Receipt(
            f"R-{number}", at, [ReceiptLine(skus[number % len(skus)], 1 + number % 2)]
        )
        for number in range(count)
    ]


def deliver(store, all_skus, count, worker, tell):
    """Deliver all receipts in an order of one's own."""
    inside, mine = store(), receipts(all_skus, count)
    repository = Counting(inside)
    Random(worker).shuffle(mine)  # noqa: S311 - repeatable, not secret
    for one in mine:
        desk = RequestDesk(
            repository, oldest_first(), [one.lines[0].sku], tries=MOST_TRIES
        )
        plan = desk.carry_out_once(f"receive {one.ref}", plan_receipt, one)
        tell("saved" if plan.events else plan.reasons[0].code)
    tell("conflicts", repository.seen["conflict"])
    tell("checked out", inside.engine.pool.checkedout())


def left_open(repository):
    """Count the connections to a server but one's own; those that end may take time."""
    if repository.engine.dialect.name == "sqlite":
        return 0
    ask = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for _ in range(500):
        with repository.engine.connect() as connection:
            left = connection.execute(ask).scalar()
        if not left:
            break
        sleep(0.01)
    return left


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    if request.param == "sqlite":
        return sqlite_store(tmp_path / "shop.db")
    return postgres_store(request.getfixturevalue("postgres_url"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workers", "count"),
    [(2, 30), (8, 12), pytest.param(4, 200, marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("skus", [HOT, MANY], ids=["one SKU", "many SKUs"])
def test_the_same_receipts_from_all_sides_count_once(store, skus, workers, count):
    with opened(store) as repository:
        desk = OrderDesk(repository, oldest_first())
        for order in orders(skus):
            desk.carry_out(plan_order, order)
    begun = perf_counter()
    told = told_by(
        *(partial(deliver, store, skus, count, one) for one in range(workers))
    )
    seconds = perf_counter() - begun
    answers = Counter(what for _, (what, *more) in told if not more)
    conflicts, checked_out = (
        sum(more[0] for _, (what, *more) in told if what == asked)
        for asked in ("conflicts", "checked out")
    )
    deliveries = workers * count
    print(f"{deliveries / seconds:.0f} deliveries a second, {conflicts} conflicts")
    assert answers == {"saved": count, "done_before": deliveries - count}
    assert checked_out == 0
    with opened(store) as repository:
        assert left_open(repository) == 0
        judge(repository, [])
        book, _ = repository.load(oldest_first())
        facts = repository.history(Token(0))[0]
    booked = [one.receipt.ref for one in facts if isinstance(one, GoodsReceived)]
    assert sorted(booked) == sorted(one.ref for one in receipts(skus, count))
    for sku in skus:
        lines = [one.lines[0] for one in orders(skus) if one.lines[0].sku == sku]
        came = [one.lines[0] for one in receipts(skus, count)]
        units = sum(one.accepted for one in came if one.sku == sku)
        before = [0, *accumulate(line.quantity for line in lines)]
        for line, ahead in zip(lines, before, strict=False):
            due = min(max(units - ahead, 0), line.quantity)
            assert book.line(line.ref).allocated == due, line.ref
