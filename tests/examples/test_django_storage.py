"""The Django shop's storage: the Protocol kept, and the shop's tables in step with it.

Every test runs on a SQLite file and, where there is a server, on PostgreSQL.
"""

import importlib
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from threading import Barrier, Thread

import pytest
from hypothesis.stateful import run_state_machine_as_test

from backorderkit import (
    BackorderError,
    Line,
    MemoryRepository,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    RequestDesk,
    by_priority,
    earliest_promise_first,
    oldest_first,
    plan_count,
    plan_dispatch,
    plan_order,
    plan_purchase_order,
    plan_receipt,
    plan_reserve,
    plan_return,
    plan_shipment,
)
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import Receipt, ReceiptLine
from backorderkit.storage import Footprints
from backorderkit.testing.book_laws import book_machine
from backorderkit.testing.store_laws import NOON, check_repository, whole_story
from backorderkit.testing.strategies import Clerk
from tests.forking import Workers
from tests.long_history import batches, kept_by
from tests.searching import examples


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, django_shop):
    """The shop's tables in a database of each kind."""
    if request.param == "sqlite":
        yield request.param
        return
    server = request.getfixturevalue("fast_postgres")
    url = server.new_database()
    entry = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.partition("?")[0].rpartition("/")[2],
        "HOST": str(server.home),
        "USER": "postgres",
    }
    bring_back = django_shop.use_database(entry)
    yield request.param
    bring_back()
    server.drop_database(url)


@pytest.fixture
def shop(database, shop):
    """The empty shop on each kind of database."""
    return shop


def line_figures(models):
    """Return what the tables say of every line, its order among it."""
    return {
        line.ref: (
            line.order_id,
            line.order.customer,
            line.product_id,
            line.ordered,
            line.waiting,
            line.allocated,
            line.shipped,
            line.cancelled,
            line.refused,
            line.returned,
            line.promised_on,
            [one.location for one in line.portions.all()],
            (line.order.held, line.order.priority, line.order.quoted_until),
            [(one.promised_on, one.reason) for one in line.promises.all()],
        )
        for line in models.OrderLine.objects.select_related("order")
    }


def line_figures_of(book):
    """Return what a book says of every line."""
    orders = [book.order(ref) for ref in book.orders()]
    return {
        line.ref: (
            line.order,
            line.customer,
            line.sku,
            line.ordered,
            line.waiting,
            line.allocated,
            line.shipped,
            line.cancelled,
            line.refused,
            line.returned,
            line.promised_on,
            [one.location for one in line.portions],
            (order.held, order.priority, order.quoted_until),
            [(one.promised_on, one.reason) for one in book.promises(line.ref)],
        )
        for order in orders
        for line in order.lines
    }


def purchase_figures(models):
    """Return what the tables say of every purchase line and transfer."""
    return {
        line.ref: (
            line.purchase_order_id or line.ref,
            (line.product_id, line.destination),
            line.ordered,
            line.accepted,
            line.closed,
            line.open,
            line.over,
            line.rejected,
            line.confirmed_on,
            line.expected_on,
        )
        for line in models.PurchaseOrderLine.objects.all()
    }


def purchase_figures_of(book):
    """Return what a book says of every purchase line and transfer."""
    return {
        line.ref: (
            line.order,
            tuple(line.pool),
            line.ordered,
            line.accepted,
            line.closed,
            line.open,
            line.over,
            line.rejected,
            line.confirmed_on,
            line.expected_on,
        )
        for line in map(book.purchase_line, book.purchase_lines())
    }


def stock_figures(models):
    """Return what the tables say of every shelf that holds or keeps anything."""
    return {
        (one.product_id, one.location): (
            one.on_hand,
            one.allocated,
            one.reserve,
            one.free,
        )
        for one in models.Stock.objects.all()
        if one.on_hand or one.reserve
    }


def stock_figures_of(book):
    """Return what a book says of every shelf that holds or keeps anything."""
    shelves = [book.pool(*pool) for pool in book.pools()]
    return {
        tuple(one.pool): (one.on_hand, one.allocated, one.reserve, one.free)
        for one in shelves
        if one.on_hand or one.reserve
    }


def agree(shop, book):
    """See that the tables, the history and a book say the same."""
    repository = shop.storage.DjangoRepository()
    stored, token = repository.load(book.policy)
    assert stored == book
    assert token == book.version
    assert line_figures(shop.models) == line_figures_of(book)
    assert purchase_figures(shop.models) == purchase_figures_of(book)
    assert stock_figures(shop.models) == stock_figures_of(book)


@pytest.mark.slow
def test_it_keeps_all_a_repository_owes(shop):
    @contextmanager
    def opened() -> Iterator[object]:
        yield shop.storage.DjangoRepository()
        shop.close()

    def make():
        shop.empty()
        return opened

    assert check_repository(make)


@pytest.mark.slow
def test_whatever_can_happen_the_tables_and_keys_keep_in_step(shop):
    repository, token = shop.storage.DjangoRepository(), 0
    book, remembered = OrderBook(oldest_first()), Footprints()
    for chapter in whole_story():
        found = Footprints(shop.storage.WhoseLines()).of(chapter.events)
        assert found == remembered.follow(chapter.events)
        token = repository.save(chapter.events, chapter.notices, token)
        book.follow(chapter.events)
        agree(shop, book)


@pytest.mark.slow
def test_it_makes_the_same_of_one_long_history_as_the_store_in_memory(shop):
    repository, some = shop.storage.DjangoRepository(), batches(10_000)
    assert kept_by(repository, some) == kept_by(MemoryRepository(), some)
    agree(shop, repository.load(oldest_first())[0])


@pytest.mark.parametrize("restocked", [0, 1, 2])
def test_only_what_is_usable_of_a_return_is_stock_again(shop, restocked):
    own = desk(shop)
    own.carry_out(plan_count, "LAMP", 2, at=NOON)
    order = Order("O-1", "ada", NOON, [Line("O-1/1", "LAMP", 2)])
    own.carry_out(plan_order, order)
    own.carry_out(plan_shipment, "S-1", "O-1", at=NOON)
    back = {"at": NOON, "restocked": restocked}
    own.carry_out(plan_return, "RET-1", "O-1/1", 2, **back)
    assert shop.models.Stock.objects.get().on_hand == restocked
    assert shop.models.OrderLine.objects.get().returned == 2


@pytest.mark.parametrize(
    ("came", "figures"), [(4, (4, 1, 0)), (5, (5, 0, 0)), (6, (5, 0, 1))]
)
def test_what_comes_beyond_the_order_is_kept_apart(shop, came, figures):
    own = desk(shop)
    bought = PurchaseOrder("PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 5)])
    own.carry_out(plan_purchase_order, bought)
    delivery = ReceiptLine("LAMP", came, purchase_line="PO-1/1")
    own.carry_out(plan_receipt, Receipt("R-1", NOON, [delivery]))
    line = shop.models.PurchaseOrderLine.objects.get()
    assert (line.accepted, line.open, line.over) == figures
    assert shop.models.Stock.objects.get().on_hand == came


def test_the_last_reserve_that_was_set_is_kept_back(shop):
    desk(shop).carry_out(plan_count, "LAMP", 9, at=NOON)
    for units in (4, 6, 1):
        desk(shop).carry_out(plan_reserve, "LAMP", units, at=NOON)
        shelf = shop.models.Stock.objects.get()
        assert (shelf.reserve, shelf.free) == (units, 9 - units)


@pytest.mark.slow
@pytest.mark.parametrize(
    "policy",
    [oldest_first(), by_priority(then=earliest_promise_first())],
    ids=lambda policy: policy.name,
)
def test_after_any_commands_the_tables_agree_with_the_book(shop, policy):
    class Machine(book_machine(policy)):
        def __init__(self):
            shop.empty()
            super().__init__()
            self.repository, self.token = shop.storage.DjangoRepository(), 0

        def do(self, decision, *args, **kwargs):
            super().do(decision, *args, **kwargs)
            if events := self.watched.events[self.token :]:
                self.token = self.repository.save(events, (), self.token)

        def teardown(self):
            super().teardown()
            events = self.watched.events[: self.token]
            agree(shop, OrderBook.replay(events, policy))

    few = examples(15, stateful_step_count=25)
    run_state_machine_as_test(Machine, settings=few)


def desk(shop):
    return RequestDesk(shop.storage.DjangoRepository(), oldest_first())


def test_two_shoppers_want_the_last_unit_and_one_gets_it(shop):
    desk(shop).carry_out(plan_count, "LAMP", 1, at=NOON)
    both_ready = Barrier(2)

    def buy(ref):
        order = Order(ref, "ada", NOON, [Line(f"{ref}/1", "LAMP", 1)])
        first_try = [both_ready]

        def decide(book):
            plan = plan_order(book, order)
            assert plan.allocated() or not first_try
            while first_try:
                first_try.pop().wait()
            return plan

        try:
            desk(shop).carry_out(decide)
        finally:
            shop.close()

    shoppers = [Thread(target=buy, args=(ref,)) for ref in ("O-1", "O-2")]
    for shopper in shoppers:
        shopper.start()
    for shopper in shoppers:
        shopper.join()
    lines = shop.models.OrderLine.objects.all()
    assert sorted((line.allocated, line.waiting) for line in lines) == [(0, 1), (1, 0)]
    agree(shop, shop.storage.DjangoRepository().load(oldest_first())[0])


@pytest.mark.slow
def test_many_writers_of_the_same_and_of_other_things_lose_nothing(shop):
    def work(number):
        try:
            for place in range(5):
                sku = ("LAMP", "CHAIR", f"SKU-{number}")[place % 3]
                ref = f"O-{number}-{place}"
                order = Order(ref, "ada", NOON, [Line(f"{ref}/1", sku, 2)])
                own = RequestDesk(
                    shop.storage.DjangoRepository(), oldest_first(), tries=50
                )
                own.carry_out_once(ref, plan_order, order)
                own.carry_out_once(ref, plan_order, order)
        finally:
            shop.close()

    writers = [Thread(target=work, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    book, _ = shop.storage.DjangoRepository().load(oldest_first())
    assert len(book.orders()) == 20
    positions = shop.models.Fact.objects.order_by("position")
    assert list(positions.values_list("position", flat=True)) == [
        *range(1, book.version + 1)
    ]
    agree(shop, book)


def test_a_save_that_fails_at_its_end_leaves_nothing(shop, monkeypatch):
    repository = shop.storage.DjangoRepository()
    book, token = repository.load(oldest_first())
    order = Order("O-1", "ada", NOON, [Line("O-1/1", "LAMP", 1)])
    plan = plan_order(book, order)

    def fail(texts):
        raise OSError("the disk is full")

    monkeypatch.setattr(shop.storage, "_append", fail)
    with pytest.raises(OSError, match="full"):
        repository.save(plan.events, (), token, key="place O-1")
    monkeypatch.undo()
    agree(shop, OrderBook(oldest_first()))
    assert not shop.models.Order.objects.exists()
    repository.save(plan.events, (), token, key="place O-1")
    with pytest.raises(Duplicate):
        repository.save(plan.events, (), token, key="place O-1")


def test_a_save_inside_a_transaction_of_somebody_else_is_refused(shop):
    transaction = importlib.import_module("django.db.transaction")
    repository = shop.storage.DjangoRepository()
    plan = plan_count(OrderBook(oldest_first()), "LAMP", 1, at=NOON)
    with pytest.raises(RuntimeError), transaction.atomic():
        repository.save(plan.events, (), 0)
    assert repository.history(0) == ((), 0)


def test_a_transfer_under_way_meets_who_changes_it(shop):
    own = desk(shop)
    own.carry_out(plan_count, "LAMP", 3, at=NOON)
    way = {"source": "main", "destination": "north", "at": NOON}
    own.carry_out(plan_dispatch, "T-1", "LAMP", 2, expected_on=None, **way)
    repository = shop.storage.DjangoRepository()
    book, token = repository.load(oldest_first())
    came = ReceiptLine("LAMP", 2, location="north", purchase_line="T-1")
    plan = plan_receipt(book, Receipt("R-1", NOON, [came]))
    own.carry_out(plan_count, "LAMP", 1, at=NOON, location="north")
    with pytest.raises(Conflict):
        repository.save(plan.events, (), token)
    own.carry_out(plan_receipt, Receipt("R-1", NOON, [came]))
    agree(shop, repository.load(oldest_first())[0])


def test_a_product_and_a_supplier_that_nobody_entered_are_entered(shop):
    desk(shop).carry_out(plan_count, "SOFA", 1, at=NOON)
    assert shop.models.Product.objects.get().name == "SOFA"


COMMANDS = tuple(Clerk(7, "", ("LAMP", "CHAIR")).commands(36))


def writer(shop, begin, last_step, tell):
    """Carry out commands from one on, and die at a step of the database.

    Step 0 is the moment after facts were committed, before anybody heard of it.
    """
    connection = importlib.import_module("django.db").connections["default"]
    commit, steps, appended = connection._commit, count(1), []

    def step(number=None):
        if (number or next(steps)) == (last_step or "committed"):
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute, sql, *arguments):
        step()
        answer = execute(sql, *arguments)
        if sql.startswith('INSERT INTO "shop_fact"'):
            appended.append(sql)
        step()
        return answer

    def commit_between_steps():
        step()
        commit()
        step("committed" if appended else None)

    connection._commit = commit_between_steps
    with connection.execute_wrapper(statement):
        for number in range(begin, len(COMMANDS)):
            one = COMMANDS[number]
            with suppress(BackorderError):  # the customer's fault, not the storage's
                desk(shop).carry_out_once(
                    f"command {number}", one.decision, *one.args, **one.kwargs
                )
            tell(number)


def carried_out(numbers):
    """Return the book to which commands lead in a world without accidents."""
    book = OrderBook(oldest_first())
    for number in numbers:
        one = COMMANDS[number]
        with suppress(BackorderError):
            book.apply(one.decision(book, *one.args, **one.kwargs))
    return book


@pytest.mark.slow
def test_a_writer_that_is_killed_at_any_step_leaves_all_of_a_command_or_nothing(shop):
    begin, seen, rounds = 0, Counter(), count()
    while begin < len(COMMANDS):
        shop.close()
        this = next(rounds)
        last_step = 3 * this if this % 4 else 0
        workers = Workers([partial(writer, shop, begin, last_step)])
        for _, (number,) in workers:
            begin = number + 1
        assert not workers.failures, workers.failures
        book, _ = shop.storage.DjangoRepository().load(oldest_first())
        before, after = carried_out(range(begin)), carried_out(range(begin + 1)[:36])
        assert book in (before, after)
        seen["stored" if book != before else "not stored"] += before != after
        agree(shop, book)
    assert min(seen["not stored"], seen["stored"]) > 3, seen
