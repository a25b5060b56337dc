"""A book from its snapshot is the book of its history; a part says what it lacks."""

from datetime import date, timedelta

import attrs
import pytest
from hypothesis.stateful import run_state_machine_as_test

from backorderkit import (
    Line,
    MemoryRepository,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    by_priority,
    earliest_promise_first,
    oldest_first,
    plan_count,
    plan_order,
    plan_purchase_order,
    plan_receipt,
    smallest_first,
)
from backorderkit.book import BookSnapshot, PoolStatus
from backorderkit.errors import InvalidValue, InvariantBroken, PolicyBreach
from backorderkit.model import ShipTogether
from backorderkit.policies import ranked_by
from backorderkit.storage import Token
from backorderkit.testing.book_laws import book_machine
from backorderkit.testing.store_laws import whole_story
from backorderkit.values import LARGEST_QUANTITY, Pool
from tests.searching import examples
from tests.shop import NOON, an_order

POLICIES = {
    "oldest-first": oldest_first(),
    "by-priority": by_priority(together=ShipTogether.BLOCK),
    "promise": earliest_promise_first(together=ShipTogether.SKIP),
    "smallest": smallest_first(),
    "a-key": ranked_by(lambda one: one.customer, name="customer"),
}


class Restoring(MemoryRepository):
    """Restores the book after every command, and holds it against the replay."""

    def __init__(self, policy):
        super().__init__()
        self.policy = policy

    def save(self, events, notices, token, *, key=""):
        new = super().save(events, notices, token, key=key)
        book, _ = self.load(self.policy)
        snapshot = book.snapshot()
        again = OrderBook.restored(snapshot, self.policy, version=book.version)
        assert again == book
        assert again.version == book.version
        assert again.snapshot() == snapshot
        again.check_invariants()
        assert kept_beside(again) == kept_beside(book)
        return new


def kept_beside(book):
    """Return what a book keeps beside what it says of itself."""
    state = book.state
    skus = {
        sku: (one.waiting, [pool.pool for pool in one.pools])
        for sku, one in state.skus.items()
    }
    expires = {ref: one.expires for ref, one in state.orders.items()}
    days = [list(one) for one in (state.postponed, state.expiring, state.quotes)]
    pins = {ref: kept for ref, kept in state.pins.items() if kept}
    bought = {
        ref: (one.named_on, one.given) for ref, one in state.purchase_lines.items()
    }
    return skus, days, expires, pins, bought


@pytest.mark.parametrize("name", POLICIES)
def test_a_restored_book_is_the_replayed_book_after_any_history(name):
    policy = POLICIES[name]
    machine = book_machine(policy, repository=lambda: Restoring(policy))
    run_state_machine_as_test(machine, settings=examples(6, stateful_step_count=25))
    assert machine.seen["Allocated"] > 1


def test_a_book_is_restored_after_every_chapter_of_a_story():
    repository, token = Restoring(oldest_first()), Token(0)
    for chapter in whole_story():
        token = repository.save(chapter.events, (), token)
    assert len(repository.load(oldest_first())[0].pools()) > 3


@pytest.fixture
def book():
    """A book with something of everything."""
    book = OrderBook(oldest_first())
    bought = PurchaseOrder("PO-1", "ACME", NOON, [PurchaseLine("PO-1/1", "LAMP", 8)])
    book.apply(plan_count(book, "LAMP", 3, at=NOON))
    book.apply(plan_order(book, an_order("O-1")))
    book.apply(plan_order(book, an_order("O-2", hold="not paid")))
    book.apply(plan_purchase_order(book, bought))
    return book


def test_what_was_only_tried_leaves_a_restored_book_as_it_was(book):
    again = OrderBook.restored(book.snapshot(), oldest_first(), version=book.version)
    with again.trying(plan_count(again, "LAMP", 1, at=NOON)):
        pass
    assert again == book
    again.check_invariants()


def test_a_restored_book_goes_on_like_the_other(book):
    again = OrderBook.restored(book.snapshot(), oldest_first(), version=book.version)
    for one in (book, again):
        one.apply(plan_count(one, "LAMP", 4, at=NOON))
    assert again == book
    again.check_invariants()


def test_the_queues_follow_the_policy_it_is_restored_under(book):
    book.apply(plan_order(book, an_order("O-3", priority=-1)))
    again = OrderBook.restored(book.snapshot(), by_priority())
    assert [one.line for one in again.backorders("LAMP")] == ["O-3/1", "O-1/1"]


def test_lines_that_do_not_compare_are_the_policys_fault(book):
    book.apply(plan_order(book, an_order("O-3")))
    odd = ranked_by(lambda one: 1 if one.order == "O-1" else "2", name="odd")
    with pytest.raises(PolicyBreach, match="do not compare"):
        OrderBook.restored(book.snapshot(), odd)


@pytest.mark.parametrize(
    "figure", ["waiting", "allocated", "queued", "postponed", "incoming"]
)
@pytest.mark.parametrize("change", [-1, 1])
def test_sums_that_contradict_the_records_are_refused(book, figure, change):
    snapshot = book.snapshot()
    pool = snapshot.pools[0]
    if getattr(pool, figure) + change < 0:
        return
    wrong = attrs.evolve(pool, **{figure: getattr(pool, figure) + change})
    with pytest.raises(InvariantBroken, match=figure):
        OrderBook.restored(attrs.evolve(snapshot, pools=(wrong,)), oldest_first())


def test_a_record_without_its_pool_is_refused(book):
    snapshot = attrs.evolve(book.snapshot(), pools=())
    with pytest.raises(InvalidValue, match="pool of O-1/1"):
        OrderBook.restored(snapshot, oldest_first())


def test_an_order_without_all_its_lines_is_refused(book):
    snapshot = book.snapshot()
    short = attrs.evolve(snapshot.orders[0], lines=())
    with pytest.raises(InvalidValue, match="lines of O-1"):
        OrderBook.restored(attrs.evolve(snapshot, orders=(short,)), oldest_first())


@pytest.mark.parametrize("figure", ["on_hand", "reserve", "waiting"])
@pytest.mark.parametrize("value", [-1, 2.5, True, "3"])
def test_a_figure_that_counts_nothing_is_refused(figure, value):
    pool = PoolStatus(Pool("LAMP"), **{figure: value})
    with pytest.raises(InvalidValue, match=figure):
        OrderBook.restored(BookSnapshot((pool,)), oldest_first())


def test_a_total_above_the_largest_quantity_is_restored(book):
    for ref in ("O-3", "O-4"):
        book.apply(plan_order(book, an_order(ref, LARGEST_QUANTITY)))
    again = OrderBook.restored(book.snapshot(), oldest_first(), version=book.version)
    assert again == book
    assert again.pool("LAMP").waiting > 10**15


def test_corrections_may_be_negative():
    pool = PoolStatus(Pool("LAMP"), counted=-2, transferred=-1, received=3)
    book = OrderBook.restored(BookSnapshot((pool,)), oldest_first())
    assert (book.pool("LAMP").counted, book.version) == (-2, 0)


def test_what_came_beyond_the_order_is_kept(book):
    received = ReceiptLine("LAMP", 9, purchase_line="PO-1/1")
    book.apply(plan_receipt(book, Receipt("R-1", NOON, [received])))
    again = OrderBook.restored(book.snapshot(), oldest_first())
    assert again.purchase_line("PO-1/1").over == 1
    assert again == book


def test_days_of_lines_are_kept(book):
    later = Line("O-3/1", "LAMP", 2, allocate_not_before=date(2026, 4, 1))
    until = Line("O-3/2", "LAMP", 2, cancel_after=date(2026, 3, 5))
    placed = Order("O-3", "bob", NOON + timedelta(minutes=1), [later, until])
    book.apply(plan_order(book, placed))
    again = OrderBook.restored(book.snapshot(), oldest_first())
    assert list(again.state.postponed) == [(date(2026, 4, 1), "O-3/1")]
    assert list(again.state.expiring) == [(date(2026, 3, 5), "O-3/2")]
