"""Cases: a writer who finds the last unit sold replans; no unit is sold twice.

Every thread opens instances of its own. A store whose instances cannot be used from
several threads leaves these cases out by name.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     the_last_unit_is_sold_once(store)
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from backorderkit.book import OrderBook
from backorderkit.deciding import plan_count, plan_order, plan_receipt
from backorderkit.model import OrderRefused, Plan, SellingRule, SellingRules
from backorderkit.policies import oldest_first
from backorderkit.storage import OrderDesk, Repository, RequestDesk
from backorderkit.testing.store_laws.interposed import Between
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    Store,
    delivery,
    order,
    same,
)

NEVER_SHORT = SellingRules(SellingRule(0))
THREADS = 4


def the_last_unit_is_sold_once(store: Store) -> None:
    """Two desks that keep their books, both sure that it is free."""
    policy = oldest_first()
    left, right = (OrderDesk(store.open(), policy) for _ in range(2))
    left.carry_out(plan_count, "LAMP", 1, at=NOON)
    right.catch_up()
    left.carry_out(plan_order, order("O-1"), rules=NEVER_SHORT)
    plan = right.carry_out(plan_order, order("O-2"), rules=NEVER_SHORT)
    same("facts", [type(one) for one in plan.events], [OrderRefused])
    same("orders", store.book().orders(), ("O-1",))


def the_last_unit_is_sold_once_on_request(store: Store) -> None:
    """Two desks that load what they need, one between load and save of the other."""
    policy = oldest_first()
    store.carry_out(plan_count, "LAMP", 1, at=NOON)
    left, right = (
        RequestDesk(one, policy, ["LAMP"], tries=2)
        for one in (Between(store.open()), store.open())
    )

    def late(book: OrderBook) -> Plan:
        if not store.book().orders():
            right.carry_out(plan_order, order("O-2"), rules=NEVER_SHORT)
        return plan_order(book, order("O-1"), rules=NEVER_SHORT)

    plan = left.carry_out(late)
    same("facts", [type(one) for one in plan.events], [OrderRefused])
    same("orders", store.book().orders(), ("O-2",))


def threads_sell_the_last_units_once(store: Store) -> None:
    """Twelve customers in four threads, five units."""
    store.carry_out(plan_count, "LAMP", 5, at=NOON)
    refs = [f"O-{number}" for number in range(12)]
    in_threads(store, [partial(_sell, ref) for ref in refs])
    book = store.book()
    same("orders", len(book.orders()), 5)
    same("units given", book.pool("LAMP").allocated, 5)
    same("book", book, OrderBook.replay(store.history(), oldest_first()))
    book.check_invariants()


def _sell(ref: str, repository: Repository) -> None:
    """Sell one unit, if there is one."""
    desk = RequestDesk(repository, oldest_first(), ["LAMP"], tries=99)
    desk.carry_out_once(f"place {ref}", plan_order, order(ref), rules=NEVER_SHORT)


def threads_carry_out_one_command_once(store: Store) -> None:
    """Four threads book the same delivery under one key."""
    in_threads(store, [_receive] * THREADS)
    same("on hand", store.book().pool("LAMP").on_hand, 3)
    same("facts", len(store.history()), 1)


def _receive(repository: Repository) -> None:
    """Book a delivery."""
    desk = RequestDesk(repository, oldest_first(), ["LAMP"], tries=99)
    desk.carry_out_once("receive R-1", plan_receipt, delivery("R-1"))


def threads_share_no_more_than_they_must(store: Store) -> None:
    """Four threads with SKUs of their own all come through, and nothing is lost."""
    in_threads(store, [partial(_count, sku) for sku in ("A", "B", "C", "D")])
    book = store.book()
    for sku in ("A", "B", "C", "D"):
        same(f"on hand of {sku}", book.pool(sku).on_hand, 5)
    same("facts", len(store.history()), 20)


def _count(sku: str, repository: Repository) -> None:
    """Count five times."""
    desk = RequestDesk(repository, oldest_first(), [sku], tries=99)
    for units in range(1, 6):
        desk.carry_out(plan_count, sku, units, at=NOON)


def in_threads(store: Store, works: Sequence[Callable[[Repository], object]]) -> None:
    """Share works among threads that begin together; raise what one of them raised."""
    together = Barrier(THREADS)

    def work(mine: Sequence[Callable[[Repository], object]]) -> None:
        together.wait(60)
        for one in mine:
            with store.opened() as repository:
                one(repository)

    with ThreadPoolExecutor(THREADS) as pool:
        shares = [works[number::THREADS] for number in range(THREADS)]
        for done in [pool.submit(work, share) for share in shares]:
            done.result()


RACES: tuple[Callable[[Store], None], ...] = (
    the_last_unit_is_sold_once,
    the_last_unit_is_sold_once_on_request,
    threads_sell_the_last_units_once,
    threads_carry_out_one_command_once,
    threads_share_no_more_than_they_must,
)
