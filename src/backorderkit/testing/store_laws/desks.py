"""Cases: desks on the store decide as they would on one book in memory.

A book loaded for some SKUs decides as the whole book does: the same facts, reasons,
refusals and notices, over the histories of a clerk.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     a_reference_is_taken_wherever_it_was_used(store)
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import attrs

from backorderkit.book import OrderBook
from backorderkit.coverage import late_lines, shortages
from backorderkit.deciding import plan_count, plan_order, plan_receipt, plan_shipment
from backorderkit.errors import BackorderError, Duplicate, NotLoaded
from backorderkit.kpis import prepaid_exposure, surplus
from backorderkit.model import AllocationPolicy, Event, Plan, SellingRule, SellingRules
from backorderkit.notices import Notice, notices_of
from backorderkit.policies import (
    by_priority,
    oldest_first,
    smallest_first,
    uniform,
    whole_order,
)
from backorderkit.storage import OrderDesk, RequestDesk
from backorderkit.supply import plan_purchase_order
from backorderkit.testing.store_laws.round_trips import tell
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    Store,
    delivery,
    order,
    purchase,
    refuses,
    same,
)
from backorderkit.testing.strategies import Clerk


def a_book_for_some_skus_knows_all_of_them(store: Store) -> None:
    """Their pools at every location, their queues, what is still to come of them."""
    tell(store)
    policy = oldest_first()
    whole = OrderBook.replay(store.history(), policy)
    for sku in ("LAMP", "CHAIR", "RUG"):
        book, token = store.open().load(policy, [sku])
        same("token", token, len(store.history()))
        for pool in (one for one in whole.pools() if one.sku == sku):
            same(f"pool {pool}", book.pool(*pool), whole.pool(*pool))
            queue = tuple(whole.backorders(*pool))
            same(f"queue of {pool}", tuple(book.backorders(*pool)), queue)
        for bought in map(whole.purchase_line, whole.purchase_lines()):
            if bought.open and bought.pool.sku == sku:
                same(bought.ref, book.purchase_line(bought.ref), bought)


def a_book_for_some_skus_never_passes_for_the_whole(store: Store) -> None:
    """What is asked of all there is is answered for all of it, or not at all."""
    tell(store)
    whole = OrderBook.replay(store.history(), oldest_first())
    for sku in ("LAMP", "CHAIR", "RUG"):
        book, _ = store.open().load(oldest_first(), [sku])
        for name, ask in ABOUT_ALL.items():
            with suppress(NotLoaded):
                same(f"{name} of a book for {sku}", ask(book), ask(whole))


def skus_may_be_none_unknown_or_read_once(store: Store) -> None:
    """Whatever is asked for, the token is the newest."""
    tell(store)
    repository, policy, newest = store.open(), oldest_first(), store.token()
    for skus in ([], ["nobody sells this"], ["LAMP", "LAMP"], iter(["LAMP"])):
        same("token", repository.load(policy, skus)[1], newest)
    found = store.book(skus=iter(["LAMP"])).pool("LAMP")
    same("pool", found, store.book().pool("LAMP"))


def a_save_of_a_small_book_counts_like_any_other(store: Store) -> None:
    """Facts decided on a book of some SKUs are part of the whole."""
    tell(store)
    desk = RequestDesk(store.open(), oldest_first(), ["CHAIR"])
    desk.carry_out(plan_order, order("O-20", ("CHAIR", 3)))
    desk.carry_out(plan_receipt, delivery("R-20", "CHAIR", 9))
    same("book", store.book(), OrderBook.replay(store.history(), oldest_first()))
    store.book().check_invariants()


def decides_as_the_whole_book(
    name: str, policy: AllocationPolicy, seeds: Sequence[int]
) -> Callable[[Store], None]:
    """Return the case that some histories come out the same under a policy."""

    def case(store: Store) -> None:
        whole = OrderBook(policy)
        for seed in seeds:
            _same_history(store, whole, seed)

    case.__name__ = f"some_skus_decide_as_the_whole_book_{name}"
    return case


def _same_history(store: Store, whole: OrderBook, seed: int) -> None:
    """Carry out a clerk's commands on the store, and on a whole book beside it."""
    prefix, repository = f"{seed}-", store.open()
    skus = [prefix + sku for sku in ("LAMP", "CHAIR", "RUG")]
    before, waited = store.token(), len(store.unsent())
    facts: list[Event] = []
    notices: list[Notice] = []
    for number, command in enumerate(Clerk(seed, prefix, skus).commands(25)):
        decide = partial(command.decision, whole, *command.args, **command.kwargs)
        wanted = _outcome(decide)
        if isinstance(wanted, Plan):
            facts += wanted.events
            notices += notices_of(whole, wanted)
            whole.apply(wanted)
        desk = RequestDesk(repository, whole.policy, command.skus)
        carry = partial(desk.carry_out, command.decision)
        came = _outcome(partial(carry, *command.args, **command.kwargs))
        same(f"command {number} of seed {seed}", _said(came), _said(wanted))
    same(f"history of seed {seed}", store.history(before), tuple(facts))
    waiting = tuple(store.open().unsent())[waited:]
    same(f"notices of seed {seed}", waiting, tuple(notices))


def _outcome(act: Callable[[], Plan]) -> Plan | BackorderError:
    """Return what a command comes to: a plan, or its refusal."""
    try:
        return act()
    except BackorderError as error:
        return error


def _said(outcome: Plan | BackorderError) -> tuple[object, ...]:
    """Return facts and reasons, or the refusal in words."""
    if isinstance(outcome, Plan):
        return (*outcome.events, *outcome.reasons)
    return (type(outcome).__name__, str(outcome))


def desks_that_keep_their_book_make_one_history(store: Store) -> None:
    """Two desks in turn, each behind the other, and a third that forgets."""
    policy = oldest_first()
    keeping = [OrderDesk(store.open(), policy) for _ in range(2)]
    clerk = Clerk(11)
    for number, command in enumerate(clerk.commands(40)):
        forgetting = RequestDesk(store.open(), policy, command.skus)
        desks: tuple[OrderDesk | RequestDesk, ...] = (*keeping, forgetting)
        desk = desks[number * 5 % 7 % 3]
        try:
            desk.carry_out(command.decision, *command.args, **command.kwargs)
        except BackorderError as error:
            same("kind of refusal", isinstance(error, RuntimeError), False)
    whole = OrderBook.replay(store.history(), policy)
    whole.check_invariants()
    for one in keeping:
        one.catch_up()
        same("book of a desk", one.book, whole)
    same("book loaded at the end", store.book(), whole)


def a_reference_is_taken_wherever_it_was_used(store: Store) -> None:
    """A desk with another SKU's book hears it, too."""
    for sku, ref in (("LAMP", "O-1"), ("CHAIR", "O-2")):
        _desk(store, sku).carry_out(plan_count, sku, 2, at=NOON)
        _desk(store, sku).carry_out(plan_order, order(ref, (sku, 1)))
    decisions: tuple[tuple[Callable[..., Plan], list[object], list[object]], ...] = (
        (plan_order, [order("O-9", ("LAMP", 1))], [order("O-9", ("CHAIR", 1))]),
        (plan_receipt, [delivery("R-9", "LAMP")], [delivery("R-9", "CHAIR")]),
        (plan_purchase_order, [purchase("P-9", "LAMP")], [purchase("P-9", "CHAIR")]),
        (plan_shipment, ["S-9", "O-1"], ["S-9", "O-2"]),
    )
    for decision, taken, again in decisions:
        how = {"at": NOON} if decision is plan_shipment else {}
        _desk(store, "LAMP").carry_out(decision, *taken, **how)
        before = store.state()
        repeat = partial(_desk(store, "CHAIR").carry_out, decision, *again, **how)
        refuses(f"{decision.__name__} again", repeat, Duplicate)
        same("all there is after a refusal", store.state(), before)


def an_order_that_is_refused_takes_no_reference(store: Store) -> None:
    """Neither that of an order nor that of a line that another desk has placed."""
    _desk(store, "LAMP").carry_out(plan_order, order("O-1", ("LAMP", 1)))
    same_order = order("O-1", ("CHAIR", 1))
    same_line = attrs.evolve(order("O-2"), lines=same_order.lines)
    never_short, before = SellingRules(SellingRule(0)), store.state()
    for again in (same_order, same_line):
        desk = _desk(store, "CHAIR")
        place = partial(desk.carry_out, plan_order, again, rules=never_short)
        refuses("an order with references that are taken", place, Duplicate)
        same("all there is after a refusal", store.state(), before)


def _desk(store: Store, sku: str) -> RequestDesk:
    """Return a desk for one SKU."""
    return RequestDesk(store.open(), oldest_first(), [sku])


ABOUT_ALL: dict[str, Callable[[OrderBook], object]] = {
    "the orders": lambda book: sorted(book.orders()),
    "the pools": lambda book: book.pools(),
    "the purchase orders": lambda book: len(book.purchase_orders()),
    "the purchase lines": lambda book: sorted(book.purchase_lines()),
    "the shortages": shortages,
    "the late lines": late_lines,
    "the money at stake": prepaid_exposure,
    "the surplus": surplus,
}
POLICIES: dict[str, AllocationPolicy] = {
    "oldest_first": oldest_first(),
    "smallest_first": smallest_first(),
    "by_priority": by_priority(),
    "uniform": uniform(),
    "whole_order": whole_order(oldest_first()),
}
DESKS: tuple[Callable[[Store], None], ...] = (
    a_book_for_some_skus_knows_all_of_them,
    a_book_for_some_skus_never_passes_for_the_whole,
    skus_may_be_none_unknown_or_read_once,
    a_save_of_a_small_book_counts_like_any_other,
    *(
        decides_as_the_whole_book(name, policy, range(3 * number, 3 * number + 3))
        for number, (name, policy) in enumerate(POLICIES.items())
    ),
    desks_that_keep_their_book_make_one_history,
    a_reference_is_taken_wherever_it_was_used,
    an_order_that_is_refused_takes_no_reference,
)
