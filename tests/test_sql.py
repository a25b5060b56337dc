"""The SQL repository, on a SQLite file and on PostgreSQL alike."""

import sqlite3
from datetime import UTC, datetime
from threading import Thread

import pytest
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import MetaData, Table, create_engine, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError

from backorderkit import (
    Line,
    Notice,
    Order,
    OrderBook,
    OrderDesk,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    RequestDesk,
    SellingRule,
    SellingRules,
    by_priority,
    earliest_promise_first,
    oldest_first,
    plan_count,
    plan_dispatch,
    plan_hold,
    plan_order,
    plan_promises,
    plan_purchase_order,
    plan_receipt,
    plan_return,
    plan_shipment,
)
from backorderkit.adapters.sql import (
    SqlRepository,
    create_schema,
    json_columns as texts,
    migrations,
    open_backorders,
    open_purchase_lines,
    prepare_sqlite,
    shippable_orders,
    sqlite_engine,
    tables,
)
from backorderkit.adapters.sql.changed import Changed
from backorderkit.adapters.sql.engines import is_retryable
from backorderkit.adapters.sql.reading import Reader
from backorderkit.adapters.sql.references import Rows, footprint, mentioned, rows_of
from backorderkit.errors import (
    Conflict,
    DecodeError,
    Duplicate,
    InvalidValue,
    InvariantBroken,
    NotPossible,
    UnknownReference,
)
from backorderkit.model import (
    Allocated,
    OrderHeld,
    PromiseMade,
    ReserveSet,
    ShipTogether,
    StockCounted,
)
from backorderkit.notices import NoticeKind
from backorderkit.storage import Footprints, Token
from backorderkit.testing.book_laws import book_machine
from backorderkit.testing.store_laws import whole_story
from tests.searching import examples
from tests.shop import NOON, an_order


def reserved(units, sku="LAMP"):
    return ReserveSet(sku, "main", units, NOON)


def notice(key):
    return Notice(NoticeKind.SHIPPED, "ada", "O-1", (), reason="S-1", key=key, at=NOON)


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
    assert book.snapshot() == replayed.snapshot()
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
        by_priority(together=ShipTogether.BLOCK),
        earliest_promise_first(together=ShipTogether.SKIP),
    ],
    ids=lambda policy: policy.name,
)
def test_the_tables_are_the_replayed_history_after_any_command(sql_engine, policy):
    repository = SqlRepository(sql_engine, policy=policy)
    repository.create_schema()
    machine = book_machine(policy, repository=lambda: Checked(repository, policy))
    run_state_machine_as_test(machine, settings=examples(10, stateful_step_count=20))
    assert machine.seen["OrderPlaced"] > 3 and machine.seen["Allocated"] > 1


def assert_touched_as_known(repository, known, events):
    """Hold what the tables say that each fact touches against the history."""
    for event in events:
        with repository.engine.connect() as connection:
            reader = Reader(connection, repository._statements)
            rows = rows_of(reader, mentioned([event]))
        assert footprint([event], rows) == known.of([event])


def test_what_a_fact_touches_is_found_in_the_tables(repository):
    known, token = Footprints(), Token(0)
    for chapter in whole_story():
        assert_touched_as_known(repository, known, chapter.events)
        known.follow(chapter.events)
        token = repository.save(chapter.events, (), token)
    book, _ = repository.load(oldest_first())
    lines = [one for ref in book.orders() for one in book.order(ref).lines]
    asked = [OrderHeld(ref, "check", NOON) for ref in book.orders()]
    for line in lines:
        asked.append(PromiseMade(line.ref, (), "late", NOON))
        numbers = range(len(line.portions))
        asked += [
            Allocated(line.ref, number, 1, wanted=1, at=NOON) for number in numbers
        ]
    assert_touched_as_known(repository, known, asked)


def test_facts_may_be_saved_one_by_one(repository):
    token = Token(0)
    for event in (one for chapter in whole_story() for one in chapter.events):
        token = repository.save([event], (), token)
    assert is_as_stored(repository)


def test_a_line_of_which_nothing_was_accepted_is_kept(repository, desk):
    lines = [Line("O-1/1", "LAMP", 1), Line("O-1/2", "RUG", 1)]
    desk.carry_out(plan_count, "LAMP", 1, at=NOON)
    placed = Order("O-1", "ada", NOON, lines)
    desk.carry_out(plan_order, placed, rules=SellingRules(SellingRule(0)))
    desk.carry_out(plan_hold, "O-1", reason="check", at=NOON)
    assert desk.book.line("O-1/2").portions == ()
    assert is_as_stored(repository)


def test_what_came_beyond_the_order_is_kept(repository, desk):
    lines = [PurchaseLine("PO-1/1", "LAMP", 3)]
    desk.carry_out(plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, lines))
    desk.carry_out(plan_receipt, delivery("R-1", 5, purchase_line="PO-1/1"))
    assert desk.book.purchase_line("PO-1/1").over == 2
    assert is_as_stored(repository)


# The protocol


def test_an_empty_repository_has_no_history(repository):
    assert repository.history(Token(0)) == ((), 0)
    assert repository.unsent() == ()
    assert repository.load(oldest_first()) == (OrderBook(oldest_first()), 0)


def test_the_token_counts_what_was_saved(repository):
    token = repository.save([reserved(1), reserved(2)], [], Token(0))
    assert repository.history(Token(0)) == ((reserved(1), reserved(2)), token)
    later = repository.save([reserved(3)], [], token)
    assert repository.history(token) == ((reserved(3),), later)
    assert repository.history(later) == ((), later)
    assert repository.history(Token(99)) == ((), later)


@pytest.mark.parametrize("token", [0, 1, 3, -1])
def test_who_holds_another_token_saves_nothing(repository, token):
    held = repository.save([reserved(1), reserved(2)], [notice("a")], Token(0))
    with pytest.raises(Conflict) as caught:
        repository.save([reserved(3)], [notice("b")], Token(token))
    assert (caught.value.expected, caught.value.found) == (token, held)
    assert repository.history(Token(0)) == ((reserved(1), reserved(2)), held)
    assert repository.unsent() == (notice("a"),)


def test_who_touches_something_else_saves_beside_the_other(repository):
    repository.save([reserved(1)], [], Token(0))
    assert repository.save([reserved(2, "CHAIR")], [], Token(0)) == 2
    assert is_as_stored(repository)


def test_notices_wait_in_the_order_in_which_they_were_stored(repository):
    token = repository.save([reserved(1)], [notice("b"), notice("a")], Token(0))
    repository.save([reserved(2)], [notice("c")], token)
    assert [one.key for one in repository.unsent()] == ["b", "a", "c"]
    repository.mark_sent(iter(["a", "unknown"]))
    assert [one.key for one in repository.unsent()] == ["b", "c"]
    repository.mark_sent([])
    repository.mark_sent(["b", "c", "b"])
    assert repository.unsent() == ()


def test_a_notice_that_was_handed_over_is_not_told_again(repository):
    token = repository.save([reserved(1)], [notice("a")], Token(0))
    repository.mark_sent(["a"])
    repository.save([reserved(2)], [notice("a")], token)
    assert repository.unsent() == ()


@pytest.mark.parametrize("bad", [[None], None, ["notice"]])
def test_a_batch_with_a_bad_notice_stores_nothing(repository, bad):
    with pytest.raises((AttributeError, TypeError, ValueError)):
        repository.save([reserved(1)], bad, Token(0))
    assert repository.history(Token(0)) == ((), 0)


@pytest.mark.parametrize("bad", [None, [None], [reserved(1), "counted"]])
def test_a_batch_with_bad_events_stores_nothing(repository, bad):
    with pytest.raises((AssertionError, AttributeError, TypeError, ValueError)):
        repository.save(bad, [notice("a")], Token(0))
    assert repository.history(Token(0)) == ((), 0)
    assert repository.unsent() == ()


def test_a_command_is_carried_out_once_under_its_key(repository, desk):
    plan = desk.carry_out_once("place O-1", plan_order, an_order("O-1"))
    again = desk.carry_out_once("place O-1", plan_order, an_order("O-1"))
    assert (plan.is_empty, again.is_empty) == (False, True)
    with pytest.raises(Duplicate, match="place O-1"):
        repository.save([reserved(1)], [], Token(99), key="place O-1")
    with pytest.raises(Duplicate):
        repository.save((), (), Token(0), key="place O-1")
    assert repository.save((), (), Token(1), key="place O-2") == 1
    with pytest.raises(Conflict):
        repository.save((), (), Token(9), key="place O-2")


def test_a_fact_that_does_not_fit_is_refused_and_nothing_is_stored(repository):
    for wrong, error in (
        (Allocated("O-1/1", 0, 3, wanted=5, at=NOON), UnknownReference),
        (StockCounted("LAMP", "main", -1, "lost", NOON), NotPossible),
    ):
        with pytest.raises(error):
            repository.save([reserved(1), wrong], [notice("a")], Token(0), key="k")
    assert repository.history(Token(0)) == ((), 0)
    assert repository.unsent() == ()
    assert repository.save([reserved(1)], [], Token(0), key="k") == 1


def test_what_happens_once_is_refused_when_it_was_not_loaded_either(repository):
    desk = RequestDesk(repository, oldest_first(), ["LAMP"])
    bought = PurchaseOrder("PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 9)])
    same_line = PurchaseOrder("PO-2", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 9)])
    desk.carry_out(plan_receipt, delivery("R-1", 9))
    desk.carry_out(plan_order, an_order("O-1", 2))
    desk.carry_out(plan_purchase_order, bought)
    desk.carry_out(plan_receipt, delivery("R-2", 9, purchase_line="PO-1/1"))
    desk.carry_out(plan_shipment, "S-1", "O-1", at=NOON)
    desk.carry_out(plan_return, "RET-1", "O-1/1", 1, at=NOON)
    way = {"source": "main", "destination": "north", "at": NOON, "expected_on": None}
    desk.carry_out(plan_dispatch, "T-1", "LAMP", 1, **way)
    arrived = delivery("R-3", 1, purchase_line="T-1", location="north")
    desk.carry_out(plan_receipt, arrived)
    borrowed = Order("O-2", "bob", NOON, [Line("O-1/1", "LAMP", 1)])
    for kind, ref, decision, arguments in (
        ("receipt", "R-1", plan_receipt, (delivery("R-1", 1),)),
        ("order", "O-1", plan_order, (an_order("O-1"),)),
        ("line", "O-1/1", plan_order, (borrowed,)),
        ("purchase order", "PO-1", plan_purchase_order, (bought,)),
        ("purchase line", "PO-1/1", plan_purchase_order, (same_line,)),
        ("return", "RET-1", plan_return, ("RET-1", "O-1/1", 1)),
    ):
        at = {"at": NOON} if decision is plan_return else {}
        with pytest.raises(Duplicate) as caught:
            desk.carry_out(decision, *arguments, **at)
        assert (caught.value.kind, caught.value.ref) == (kind, ref)
    for ref in ("T-1", "PO-1/1"):
        with pytest.raises(Duplicate, match=ref):
            desk.carry_out(plan_dispatch, ref, "LAMP", 1, **way)
    assert is_as_stored(repository)


# Concurrency; more of it is in the tests of all repositories


def in_thread(work):
    """Start work in a thread; return the thread and a list that gets the outcome."""
    outcome = []

    def run():
        try:
            outcome.append(work())
        except Exception as error:
            outcome.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread, outcome


@pytest.mark.parametrize("sku", ["LAMP", "CHAIR"])
def test_a_second_writer_waits_for_the_first_and_then_sees_him(repository, sku):
    with repository.engine.connect() as connection, connection.begin():
        mine = repository.on(connection)
        assert mine.save([reserved(1)], [], Token(0)) == 1
        thread, outcome = in_thread(
            lambda: repository.save([reserved(2, sku)], [], Token(0))
        )
    thread.join(30)
    if sku == "LAMP":
        assert isinstance(outcome[0], Conflict)
    else:
        assert outcome == [2]
    assert is_as_stored(repository)


def test_two_desks_with_one_last_unit_give_it_to_one(repository, desk):
    desk.carry_out(plan_count, "LAMP", 1, at=NOON)
    desks = [RequestDesk(repository, oldest_first(), ["LAMP"]) for _ in range(4)]
    threads = [
        in_thread(lambda one=one, n=n: one.carry_out(plan_order, an_order(f"O-{n}", 1)))
        for n, one in enumerate(desks)
    ]
    for thread, _ in threads:
        thread.join(30)
    assert [len(outcome) for _, outcome in threads] == [1] * 4
    plans = [outcome[0] for _, outcome in threads]
    assert sorted(sum(plan.allocated().values()) for plan in plans) == [0, 0, 0, 1]
    assert is_as_stored(repository)


class Busy(sqlite3.OperationalError):
    """The file is locked."""

    sqlite_errorname = "SQLITE_BUSY"


class Failed(Exception):
    """An error of PostgreSQL."""

    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (Failed("40001"), True),
        (Failed("40P01"), True),
        (Failed("57P01"), False),
        (Failed("23505"), False),
        (Busy("database is locked"), True),
        (sqlite3.OperationalError("disk I/O error"), False),
    ],
)
def test_only_what_failed_for_others_is_tried_again(repository, error, again):
    wrapped = OperationalError("UPDATE", {}, error)
    assert is_retryable(wrapped) is again
    tries = []

    def fail_twice(connection):
        tries.append(1)
        if len(tries) < 3:
            raise wrapped
        return "done"

    if again:
        assert repository._write(fail_twice) == "done"
    else:
        with pytest.raises(OperationalError):
            repository._write(fail_twice)
        assert len(tries) == 1
    with pytest.raises(Conflict if again else OperationalError) as told:
        fail_in_a_unit(repository, wrapped)
    assert wrapped in (told.value, told.value.__cause__)


def fail_in_a_unit(repository, error):
    with repository.begin(["LAMP"]):
        raise error


def test_trying_again_has_an_end(sql_engine):
    repository = SqlRepository(sql_engine, tries=3)
    tries = []

    def fail(connection):
        tries.append(1)
        raise OperationalError("UPDATE", {}, Failed("40001"))

    with pytest.raises(OperationalError):
        repository._write(fail)
    assert len(tries) == 3


def test_a_row_that_somebody_else_made_first_is_looked_for_once(repository):
    tries = []

    def collide(connection):
        tries.append(1)
        raise IntegrityError("INSERT", {}, Failed("23505"))

    with pytest.raises(Conflict):
        repository._write(collide)
    assert len(tries) == 2
    with pytest.raises(Conflict, match="concurrent update"):
        fail_in_a_unit(repository, IntegrityError("INSERT", {}, Failed("23505")))


def count_in_a_unit(repository, units, *errors):
    """Count lamps in a unit, and then go wrong if there is any way to."""
    with repository.begin(["LAMP"], key=f"count {units}") as unit:
        book, token = unit.load(oldest_first(), ["LAMP"])
        unit.save(plan_count(book, "LAMP", units, at=NOON).events, (), token)
        for error in errors:
            raise error


def test_a_unit_on_the_hosts_connection_is_undone_alone_and_its_errors_are_the_hosts(
    repository,
):
    refused = OperationalError("UPDATE", {}, Failed("40001"))
    with repository.engine.connect() as connection, connection.begin():
        bound = repository.on(connection)
        count_in_a_unit(bound, 3)
        with pytest.raises(OperationalError):
            count_in_a_unit(bound, 9, refused)
        assert bound.load(oldest_first())[0].pool("LAMP").on_hand == 3
    assert repository.load(oldest_first())[0].pool("LAMP").on_hand == 3


def test_a_change_of_what_is_not_locked_is_a_defect():
    book = OrderBook(oldest_first())
    plan = plan_order(book, an_order("O-1"))
    with book.applying(plan):
        changed = Changed.of(book, Rows((), (), (), ()))
        assert (changed.orders, len(changed.new_orders)) == ([], 1)
        changed.check([("pool", "LAMP", "main"), ("order", "O-1")])
        with pytest.raises(InvariantBroken, match=r"^pool \('LAMP', 'main'\): it was"):
            changed.check([("order", "O-1")])
    with book.applying(plan_order(book, an_order("O-2"))):
        old = [type("Row", (), {"ref": "O-2"})]
        with pytest.raises(InvariantBroken, match="O-2"):
            Changed.of(book, Rows(old, (), (), ())).check([("pool", "LAMP", "main")])


# The host's own tables and transactions


def test_the_tables_belong_to_the_hosts_metadata(sql_engine):
    metadata = MetaData()
    repository = SqlRepository(sql_engine, metadata=metadata, prefix="shop_")
    assert {name for name in metadata.tables if name.startswith("shop_")} == {
        table.name for table in repository.tables.all
    }
    assert tables(metadata, "shop_").orders is repository.tables.orders
    repository.create_schema()
    other = SqlRepository(sql_engine, metadata=metadata, prefix="club_")
    other.create_schema()
    repository.save([reserved(1)], [], Token(0))
    assert other.history(Token(0)) == ((), 0)


def test_a_schema_that_the_hosts_tool_has_made_is_taken_over(sql_engine):
    metadata = MetaData()
    repository = SqlRepository(sql_engine, metadata=metadata)
    metadata.create_all(sql_engine)
    with pytest.raises(DecodeError, match="create_schema"):
        repository.load(oldest_first())
    repository.create_schema()
    repository.create_schema()
    assert repository.save([reserved(1)], [], Token(0)) == 1


@pytest.mark.parametrize("prefix", ["", "1shop", "Shop", "a-b", "a" * 32, "x;--", None])
def test_a_prefix_that_is_no_name_is_refused(prefix):
    with pytest.raises(InvalidValue, match="prefix"):
        tables(MetaData(), prefix)


def test_the_longest_prefix_is_taken(sql_engine):
    repository = SqlRepository(sql_engine, prefix="a" * 31)
    repository.create_schema()
    assert repository.save([reserved(1)], [], Token(0)) == 1


def test_what_the_host_rolls_back_was_never_saved(repository):
    with repository.engine.connect() as connection:
        transaction = connection.begin()
        mine = repository.on(connection)
        assert mine.save([reserved(1)], [notice("a")], Token(0), key="k") == 1
        assert mine.history(Token(0))[1] == 1
        transaction.rollback()
    assert repository.history(Token(0)) == ((), 0)
    assert repository.save([reserved(1)], [notice("a")], Token(0), key="k") == 1


def test_on_the_hosts_connection_a_conflict_leaves_the_transaction_usable(repository):
    repository.save([reserved(1)], [], Token(0))
    t = repository.tables
    with repository.engine.connect() as connection, connection.begin():
        mine = repository.on(connection)
        with pytest.raises(Conflict):
            mine.save([reserved(2)], [], Token(0))
        assert mine.load(oldest_first())[1] == 1
        mine.save([reserved(3)], [notice("a")], Token(1))
        mine.mark_sent(["a"])
        assert connection.in_transaction()
        assert connection.execute(select(t.events.c.position)).all() == [(1,), (2,)]
    assert repository.unsent() == ()
    assert is_as_stored(repository)


def test_on_a_connection_without_a_transaction_a_save_is_one(repository):
    with repository.engine.connect() as connection:
        assert repository.on(connection).save([reserved(1)], [], Token(0)) == 1
        assert not connection.in_transaction()
    assert repository.history(Token(0))[1] == 1


def test_the_schema_can_be_made_in_the_hosts_transaction(sql_engine):
    repository = SqlRepository(sql_engine)
    with sql_engine.begin() as connection:
        repository.on(connection).create_schema()
    create_schema(sql_engine, repository.tables)
    assert repository.history(Token(0)) == ((), 0)


def test_an_engine_without_the_settings_is_refused():
    with pytest.raises(InvalidValue, match="prepare_sqlite"):
        SqlRepository(create_engine("sqlite:///shop.db"))
    with pytest.raises(InvalidValue, match="Engine"):
        SqlRepository("sqlite:///shop.db")


def test_a_hosts_own_engine_can_be_given_the_settings(tmp_path):
    engine = prepare_sqlite(create_engine(f"sqlite:///{tmp_path}/own.db"))
    repository = SqlRepository(engine)
    repository.create_schema()
    assert repository.save([reserved(1)], [], Token(0)) == 1
    engine.dispose()


def test_sqlite_keeps_what_was_acknowledged(tmp_path):
    engine = sqlite_engine(tmp_path / "shop.db", busy_seconds=7)
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        ]
    assert found == ["wal", 2, 7_000, 1]
    engine.dispose()


# What hosts query


def test_the_ready_queries_answer_what_waits_what_comes_and_what_may_leave(desk):
    repository, now = desk._repository, NOON
    desk.carry_out(plan_count, "LAMP", 3, at=now)
    desk.carry_out(plan_order, an_order("O-1", 2))
    desk.carry_out(plan_order, an_order("O-2", 5, 1, customer="bob"))
    desk.carry_out(plan_order, an_order("O-3", 5, 2, hold="not paid"))
    day = datetime(2026, 3, 9, tzinfo=UTC).date()
    lines = [PurchaseLine("PO-1/1", "LAMP", 9, expected_on=day)]
    lines.append(PurchaseLine("PO-1/2", "CHAIR", 9))
    desk.carry_out(plan_purchase_order, PurchaseOrder("PO-1", "ACME", now, lines))
    desk.carry_out(plan_promises, at=now, reason="ordered")
    t = repository.tables
    with repository.engine.connect() as connection:
        waits = connection.execute(open_backorders(t)).all()
        of_bob = open_backorders(t).where(t.backorders.c.customer == "bob")
        bob = connection.execute(of_bob).all()
        due = t.backorders.c.promised_on <= "2026-03-09"
        promised = connection.execute(open_backorders(t).where(due)).all()
        comes = connection.execute(open_purchase_lines(t)).all()
        leaves = connection.execute(shippable_orders(t)).all()
    assert {(row.line, row.waiting, row.held) for row in waits} == {
        ("O-2/1", 4, ""),
        ("O-3/1", 5, "not paid"),
    }
    assert [row.line for row in bob] == [row.line for row in promised] == ["O-2/1"]
    assert [(row.ref, row.open, row.expected_on) for row in comes] == [
        ("PO-1/1", 9, "2026-03-09"),
        ("PO-1/2", 9, None),
    ]
    assert [(row.ref, row.allocated) for row in leaves] == [("O-1", 2), ("O-2", 1)]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("pools", {"on_hand": -1}),
        ("pools", {"allocated": 4}),
        ("backorders", {"allocated": 4}),
        ("backorders", {"pinned": 9}),
        ("purchase_lines", {"open": 8}),
        ("orders", {"waiting": -1}),
    ],
)
def test_the_database_refuses_figures_that_cannot_be(desk, name, change):
    desk.carry_out(plan_count, "LAMP", 3, at=NOON)
    desk.carry_out(plan_order, an_order("O-1", 5))
    bought = PurchaseOrder("PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 9)])
    desk.carry_out(plan_purchase_order, bought)
    table: Table = getattr(desk._repository.tables, name)
    with (
        pytest.raises(IntegrityError),
        desk._repository.engine.begin() as connection,
    ):
        connection.execute(table.update(), change)


# Odd names


ODD = [
    "'; DROP TABLE backorderkit_events; --",
    '"LAMP" OR 1=1',
    "100% %s %(sku)s :sku ? $1",
    "\\N{not a name} \\x00 {sku}",
    "🪑 chaise 椅子 ﷽",
    "a" * 100,
    "\u200d\u200fmixed",
    "NULL",
    "`LAMP`; SELECT 1",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_names_are_kept_as_they_are(repository, odd):
    shelf, now = f"shelf {odd}", NOON
    desk = RequestDesk(repository, oldest_first(), [odd])
    line = Line(f"line {odd}", odd, 5, location=shelf)
    placed = Order(odd, odd, now, [line], hold=odd)
    desk.carry_out_once(odd, plan_order, placed)
    desk.carry_out(plan_order, Order("O-2", odd, now, [Line("O-2/1", odd, 2)]))
    desk.carry_out(plan_count, odd, 3, at=now, location=shelf, reason=odd)
    bought = PurchaseOrder(odd, odd, now, [PurchaseLine(odd, odd, 9)], note=odd)
    desk.carry_out(plan_purchase_order, bought)
    desk.carry_out(plan_receipt, delivery(odd, 1, odd, purchase_line=odd))
    assert desk.carry_out_once(odd, plan_order, placed).is_empty
    book, _ = repository.load(oldest_first())
    assert book.order(odd).order == placed
    assert book.pool(odd, shelf).on_hand == 3
    assert {one.customer for one in repository.unsent()} == {odd}
    repository.mark_sent([one.key for one in repository.unsent()])
    assert repository.unsent() == ()
    assert is_as_stored(repository)
    names = inspect(repository.engine).get_table_names()
    assert {table.name for table in repository.tables.all} <= set(names)


def test_names_of_the_greatest_length_are_kept(repository):
    long = "\N{CHAIR}" * 200
    desk = RequestDesk(repository, oldest_first(), [long])
    line = Line(long, long, 5, location=long)
    desk.carry_out_once(long, plan_order, Order(long, long, NOON, [line]))
    assert is_as_stored(repository)
    part, _ = repository.load(oldest_first(), [long])
    assert [one.line for one in part.backorders(long, long)] == [long]


# Corrupt rows


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("orders", {"body": "{"}, "order O-1"),
        ("orders", {"body": '{"ref":7}'}, "order O-1"),
        ("lines", {"promises": "[7]"}, "promises of line O-1/1"),
        ("lines", {"deliveries": -1}, "orders is 'O-1'"),
        ("backorders", {"queued_at": 10**18}, "orders is 'O-1'"),
        ("purchase_lines", {"evidence": "a hunch"}, "purchase_lines is 'PO-1/1'"),
        ("purchase_lines", {"expected_on": "soon"}, "purchase_lines is 'PO-1/1'"),
        ("purchase_lines", {"given": "no"}, "purchase line PO-1/1, given"),
        ("purchase_lines", {"place": 5}, "purchase_lines is 'PO-1/1'"),
        ("purchases", {"body": "[]"}, "purchase PO-1"),
        ("purchases", {"is_transfer": 1}, "purchase_lines is 'PO-1/1'"),
        ("pools", {"reserve": -1}, "pools is Pool(sku='LAMP'"),
    ],
)
def test_a_corrupt_row_is_named_and_the_rest_stays_readable(
    repository, name, change, said
):
    desk = OrderDesk(repository, oldest_first())
    desk.carry_out(plan_order, an_order("O-1", 5))
    desk.carry_out(plan_order, an_order("O-2", 5, sku="CHAIR"))
    bought = PurchaseOrder("PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 9)])
    desk.carry_out(plan_purchase_order, bought)
    table = getattr(repository.tables, name)
    rows = {"lines": "O-1/1", "orders": "O-1"}
    with repository.engine.begin() as connection:
        corrupt = table.update().values(change)
        if "order_ref" in table.c:
            corrupt = corrupt.where(table.c.order_ref == "O-1")
        elif name in rows:
            corrupt = corrupt.where(table.c.ref == rows[name])
        elif "sku" in table.c:
            corrupt = corrupt.where(table.c.sku == "LAMP")
        connection.execute(corrupt)
    for skus in (None, ["LAMP"]):
        with pytest.raises(DecodeError) as caught:
            repository.load(oldest_first(), skus)
        assert said in str(caught.value)
    chairs, _ = repository.load(oldest_first(), ["CHAIR"])
    assert chairs.line("O-2/1").waiting == 5
    assert len(repository.history(Token(0))[0]) == 3
    request = RequestDesk(repository, oldest_first(), ["CHAIR"])
    assert not request.carry_out(plan_count, "CHAIR", 2, at=NOON).is_empty


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "order O-1, character 1 is the end: give one JSON document"),
        ("[1.5]", r"order O-1, \[0\] is 1.5: write whole numbers as such"),
        (None, "order O-1, document is None: give str or bytes"),
        ("7", "order O-1 is 7: give an object"),
        ('{"ref":7}', "order O-1.ref is 7: give a string"),
    ],
)
def test_a_corrupt_text_is_named_with_its_place(text, message):
    with pytest.raises(DecodeError, match=f"^{message}"):
        texts.read(Order, text, "order O-1")


def test_what_is_not_what_it_should_be_is_not_stored():
    with pytest.raises(InvalidValue, match=r"^stored value is 'O-1': give one"):
        texts.written(Order, "O-1")
    with pytest.raises(InvalidValue, match=r"^stored value\[1\] is 7: give"):
        texts.written(tuple[Order, ...], (an_order("O-1"), 7))


def test_a_corrupt_event_or_notice_is_named(repository):
    token = repository.save([reserved(1), reserved(2)], [notice("a")], Token(0))
    t = repository.tables
    with repository.engine.begin() as connection:
        connection.execute(
            t.events.update().where(t.events.c.position == 1), {"body": "?"}
        )
        connection.execute(t.outbox.update(), {"body": "{}"})
    with pytest.raises(DecodeError, match="event at position 1"):
        repository.history(Token(0))
    assert repository.history(Token(1)) == ((reserved(2),), token)
    with pytest.raises(DecodeError, match="notice a"):
        repository.unsent()


# Formats


def test_tables_of_a_newer_release_are_refused_and_not_touched(repository):
    about = repository.tables.about
    with repository.engine.begin() as connection:
        newer = about.update().where(about.c.name == "format")
        connection.execute(newer, {"number": 2})
    for use in (
        repository.create_schema,
        lambda: repository.load(oldest_first()),
        lambda: repository.history(Token(0)),
        lambda: repository.save([reserved(1)], [], Token(0)),
    ):
        with pytest.raises(DecodeError, match="newer release"):
            use()


def test_tables_of_an_older_release_are_brought_up_to_date(repository, monkeypatch):
    """An invented format 0 kept no place of its own for the reason of a hold."""
    desk = OrderDesk(repository, oldest_first())
    desk.carry_out(plan_order, an_order("O-1"))
    desk.carry_out(plan_hold, "O-1", reason="not paid", at=NOON)
    about, orders = repository.tables.about, repository.tables.orders
    with repository.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {orders.name} RENAME held TO stopped")
        older = about.update().where(about.c.name == "format")
        connection.execute(older, {"number": 0})
    with pytest.raises(DecodeError, match="create_schema"):
        repository.load(oldest_first())
    with pytest.raises(DecodeError, match="that a release has made"):
        repository.create_schema()

    def to_1(connection, tables):
        name = tables.orders.name
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME stopped TO held")

    monkeypatch.setattr(migrations, "MIGRATIONS", {0: to_1})
    repository.create_schema()
    assert repository.load(oldest_first())[0].order("O-1").held == "not paid"
    assert is_as_stored(repository)


def test_nothing_is_left_of_a_migration_that_fails(repository, monkeypatch):
    about = repository.tables.about
    with repository.engine.begin() as connection:
        older = about.update().where(about.c.name == "format")
        connection.execute(older, {"number": 0})

    def half(connection, tables):
        connection.exec_driver_sql("CREATE TABLE half (done integer)")
        raise RuntimeError("no more")

    monkeypatch.setattr(migrations, "MIGRATIONS", {0: half})
    with pytest.raises(RuntimeError):
        repository.create_schema()
    assert "half" not in inspect(repository.engine).get_table_names()
