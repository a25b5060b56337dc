"""Cases: a unit of work is kept whole or not at all, and keeps the others waiting.

They are about repositories that offer units of work (see `Transactional`), and are left
out by name on the others.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     a_unit_is_kept_when_it_ends(store)
Traceback (most recent call last):
    ...
backorderkit.testing.store_laws.store_fixture.NotOffered: \
the repository has no units of work
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from functools import partial

from backorderkit.deciding import plan_count, plan_order
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import Plan
from backorderkit.notices import notices_of
from backorderkit.policies import oldest_first
from backorderkit.storage import (
    Repository,
    RequestDesk,
    Token,
    Transactional,
    UnitOfWork,
)
from backorderkit.testing.store_laws.races import THREADS, in_threads
from backorderkit.testing.store_laws.store_fixture import (
    BOTH,
    NOON,
    NotOffered,
    Store,
    order,
    refuses,
    same,
)


class _Broken(Exception):
    """Whatever goes wrong in the middle of a unit."""


def _begun(
    repository: Repository, skus: Iterable[str] = ("LAMP",), key: str = ""
) -> AbstractContextManager[UnitOfWork]:
    """Begin a unit of work, or leave the case out."""
    if not isinstance(repository, Transactional):
        raise NotOffered
    return repository.begin(skus, key=key)


def _count(unit: UnitOfWork, units: int, key: str = "") -> Token:
    """Count the lamps within a unit."""
    book, token = unit.load(oldest_first(), ["LAMP"])
    plan: Plan = plan_count(book, "LAMP", units, at=NOON)
    return unit.save(plan.events, notices_of(book, plan), token, key=key)


def a_unit_is_kept_when_it_ends(store: Store) -> None:
    """A fresh instance finds what was saved, and the key."""
    repository = store.open()
    with _begun(repository, key="count") as unit:
        token = _count(unit, 3, "count")
    same("token", token, store.token())
    same("on hand", store.book().pool("LAMP").on_hand, 3)
    part, whole = store.book(skus=["LAMP"]), store.book()
    same("pool", part.pool("LAMP"), whole.pool("LAMP"))
    refuses("the key again", lambda: _count(repository, 4, "count"), Duplicate)


def a_unit_that_breaks_leaves_nothing(store: Store) -> None:
    """Facts, notices and key: what was saved in the body is undone."""
    repository = store.open()
    before = store.state()
    with suppress(_Broken), _begun(repository, key="place") as unit:
        book, token = unit.load(oldest_first(), ["LAMP"])
        plan = plan_order(book, order("O-1"))
        unit.save(plan.events, notices_of(book, plan), token, key="place")
        raise _Broken
    same("all there is after a unit that broke", store.state(), before)
    with _begun(repository, key="place") as unit:
        _count(unit, 1, "place")
    same("facts", len(store.history()), 1)


def a_unit_without_a_save_changes_nothing(store: Store) -> None:
    """It may be begun to look, and again."""
    repository = store.open()
    before = store.state()
    for _ in range(2):
        with _begun(repository, key="look") as unit:
            same("token", unit.load(oldest_first(), ["LAMP"])[1], before[1])
    same("all there is", store.state(), before)


def a_unit_of_a_known_command_is_refused(store: Store) -> None:
    """Before anything is loaded; the store takes other commands as before."""
    repository = store.open()
    with _begun(repository, key="count") as unit:
        _count(unit, 3, "count")
    error = refuses("a known key", lambda: _looked(repository, "count"), Duplicate)
    same("what is taken", getattr(error, "ref", None), "count")
    same("another key", _looked(repository, "another"), store.token())


def _looked(repository: Repository, key: str) -> Token:
    """Load in a unit under a key, and return the token."""
    with _begun(repository, key=key) as unit:
        return unit.load(oldest_first(), ["LAMP"])[1]


def a_unit_refuses_a_stale_token(store: Store) -> None:
    """Units keep others away from load to save; older books are older still."""
    repository = store.open()
    book, old = repository.load(oldest_first(), ["LAMP"])
    plan = plan_count(book, "LAMP", 7, at=NOON)
    with _begun(repository) as unit:
        _count(unit, 3)
    before = store.state()

    def late() -> None:
        with _begun(repository) as unit:
            unit.load(oldest_first(), ["LAMP"])
            unit.save(plan.events, (), old)

    refuses("a stale token", late, Conflict)
    same("all there is", store.state(), before)


def a_unit_may_save_more_than_once(store: Store) -> None:
    """Each save is seen by the next load."""
    repository = store.open()
    with _begun(repository) as unit:
        for units in (3, 5, 4):
            _count(unit, units)
            same(
                "on hand",
                unit.load(oldest_first(), ["LAMP"])[0].pool("LAMP").on_hand,
                units,
            )
    same("facts", len(store.history()), 3)


def units_of_one_pool_wait_for_each_other(store: Store) -> None:
    """Desks that may try once only, at the same pools: none is refused."""
    _looked(store.open(), "look")
    for sku, _ in BOTH:  # a pool that is not there yet cannot be locked
        store.carry_out(plan_count, sku, 9, at=NOON)
    refs = [f"O-{number}" for number in range(6 * THREADS)]
    in_threads(store, [partial(_place, ref) for ref in refs])
    book = store.book()
    same("orders", sorted(book.orders()), sorted(refs))
    book.check_invariants()


def _place(ref: str, repository: Repository) -> None:
    """Place an order of two lines in one try."""
    desk = RequestDesk(repository, oldest_first(), ["LAMP", "CHAIR"], tries=1)
    desk.carry_out_once(f"place {ref}", plan_order, order(ref, *BOTH))


UNITS: tuple[Callable[[Store], None], ...] = (
    a_unit_is_kept_when_it_ends,
    a_unit_that_breaks_leaves_nothing,
    a_unit_without_a_save_changes_nothing,
    a_unit_of_a_known_command_is_refused,
    a_unit_refuses_a_stale_token,
    a_unit_may_save_more_than_once,
    units_of_one_pool_wait_for_each_other,
)
