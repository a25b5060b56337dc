"""Cases: writers who touch nothing in common both win; of others, the first.

What a fact touches is a pool, an order, a purchase order, or a reference that must be
new (see `footprints`). A reference can be taken by two writers who share no pool.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     writers_of_different_pools_both_win(store)
"""

from collections.abc import Callable

from backorderkit.book import OrderBook
from backorderkit.deciding import (
    plan_amendment,
    plan_count,
    plan_hold,
    plan_order,
    plan_receipt,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_transfer,
)
from backorderkit.model import Line, Order, PurchaseLine, PurchaseOrder
from backorderkit.policies import oldest_first
from backorderkit.supply import plan_purchase_order, plan_supply_change
from backorderkit.testing.store_laws.store_fixture import (
    BOTH,
    NOON,
    SOMEBODY_ELSE,
    Draft,
    Store,
    delivery,
    first_wins,
    order,
    purchase,
    same,
)


def both_win(store: Store, left: Draft, right: Draft) -> None:
    """See that drafts of different things are both stored, in the order of saving."""
    before = store.token()
    left.save()
    token = right.save()
    facts = (*left.events, *right.events)
    same("token of the second", token, before + len(facts))
    same("what was saved", store.history(before), facts)
    same("book", store.book(), OrderBook.replay(store.history(), oldest_first()))
    store.book().check_invariants()


def writers_of_different_pools_both_win(store: Store) -> None:
    """Other SKUs are other things."""
    left = store.draft(plan_order, order("O-1", ("LAMP", 2)))
    right = store.draft(plan_order, order("O-2", ("CHAIR", 2)))
    both_win(store, left, right)


def writers_of_different_locations_both_win(store: Store) -> None:
    """One SKU on two shelves are two pools."""
    left = store.draft(plan_count, "LAMP", 2, at=NOON, location="main")
    right = store.draft(plan_count, "LAMP", 3, at=NOON, location="north")
    both_win(store, left, right)


def writers_of_different_orders_both_win(store: Store) -> None:
    """Orders that share no pool may change at once."""
    store.carry_out(plan_order, order("O-1", ("LAMP", 2)))
    store.carry_out(plan_order, order("O-2", ("CHAIR", 2)))
    left = store.draft(plan_hold, "O-1", reason="unpaid", at=NOON)
    right = store.draft(plan_hold, "O-2", reason="unpaid", at=NOON)
    both_win(store, left, right)


def writers_of_different_purchases_both_win(store: Store) -> None:
    """Purchase orders that share no pool may change at once."""
    left = store.draft(plan_purchase_order, purchase("P-1", "LAMP"))
    right = store.draft(plan_purchase_order, purchase("P-2", "CHAIR"))
    both_win(store, left, right)
    how = {"reason": "late", "at": NOON, "expected_on": NOON.date()}
    left = store.draft(plan_supply_change, "P-1/1", **how)
    right = store.draft(plan_supply_change, "P-2/1", **how)
    both_win(store, left, right)


def a_third_writer_passes_by_many(store: Store) -> None:
    """However many saved of other things meanwhile, an old token is good enough."""
    patient = store.draft(plan_order, order("O-1", ("LAMP", 2)))
    for number in range(5):
        store.carry_out(plan_count, f"SKU-{number}", 1, at=NOON)
    same("token", patient.save(), 5 + len(patient.events))
    same("what was saved", store.history(5), patient.events)


def writers_of_one_order_meet(store: Store) -> None:
    """Two lines of one order, in two pools, are changed by two writers."""
    store.carry_out(plan_order, order("O-1", *BOTH))
    left = store.draft(plan_amendment, "O-1/1", 3, at=NOON)
    right = store.draft(plan_amendment, "O-1/2", 3, at=NOON)
    first_wins(store, left, right)


def writers_of_one_purchase_meet(store: Store) -> None:
    """Two lines of one purchase order, in two pools, are changed by two writers."""
    lines = [PurchaseLine("P-1/1", "LAMP", 5), PurchaseLine("P-1/2", "CHAIR", 5)]
    store.carry_out(plan_purchase_order, PurchaseOrder("P-1", "ACME", NOON, lines))
    how = {"reason": "late", "at": NOON, "expected_on": NOON.date()}
    left = store.draft(plan_supply_change, "P-1/1", **how)
    right = store.draft(plan_supply_change, "P-1/2", **how)
    first_wins(store, left, right)


def a_hold_meets_writers_of_the_orders_pools(store: Store) -> None:
    """An order leaves its queues, though the fact names no pool."""
    store.carry_out(plan_order, order("O-1", *BOTH))
    left = store.draft(plan_hold, "O-1", reason="unpaid", at=NOON)
    first_wins(store, left, store.draft(plan_reserve, "CHAIR", 1, at=NOON))


def a_transfer_meets_writers_of_both_shelves(store: Store) -> None:
    """Both pools are touched."""
    store.carry_out(plan_count, "LAMP", 3, at=NOON)
    way = {"source": "main", "destination": "north", "at": NOON}
    left = store.draft(plan_transfer, "M-1", "LAMP", 1, **way)
    right = store.draft(plan_count, "LAMP", 1, at=NOON, location="north")
    first_wins(store, left, right)


def a_reserve_meets_writers_of_its_pool(store: Store) -> None:
    """What is kept back is not given away by another."""
    store.carry_out(plan_count, "LAMP", 1, at=NOON)
    left = store.draft(plan_reserve, "LAMP", 1, at=NOON)
    first_wins(store, left, store.draft(plan_order, order("O-1", ("LAMP", 1))))


# References that must be new, taken by two writers who share no pool.


def one_order_reference_is_taken_once(store: Store) -> None:
    """The same reference for orders of different SKUs."""
    left = store.draft(plan_order, order("O-1", ("LAMP", 1)))
    right = store.draft(plan_order, order("O-1", ("CHAIR", 1)))
    first_wins(store, left, right, *SOMEBODY_ELSE)


def one_line_reference_is_taken_once(store: Store) -> None:
    """The same reference for lines of different orders."""
    left, right = (
        store.draft(plan_order, Order(ref, "ada", NOON, [Line("L-1", sku, 1)]))
        for ref, sku in (("O-1", "LAMP"), ("O-2", "CHAIR"))
    )
    first_wins(store, left, right, *SOMEBODY_ELSE)


def one_receipt_is_booked_once(store: Store) -> None:
    """The same reference for deliveries of different SKUs."""
    left = store.draft(plan_receipt, delivery("R-1", "LAMP"))
    right = store.draft(plan_receipt, delivery("R-1", "CHAIR"))
    first_wins(store, left, right, *SOMEBODY_ELSE)


def one_shipment_leaves_once(store: Store) -> None:
    """The same reference for parcels of different orders."""
    _two_shippable_orders(store)
    left = store.draft(plan_shipment, "S-1", "O-1", at=NOON)
    right = store.draft(plan_shipment, "S-1", "O-2", at=NOON)
    first_wins(store, left, right, *SOMEBODY_ELSE)


def one_return_is_booked_once(store: Store) -> None:
    """The same reference for goods of different orders."""
    _two_shippable_orders(store)
    store.carry_out(plan_shipment, "S-1", "O-1", at=NOON)
    store.carry_out(plan_shipment, "S-2", "O-2", at=NOON)
    left = store.draft(plan_return, "T-1", "O-1/1", 1, at=NOON)
    right = store.draft(plan_return, "T-1", "O-2/1", 1, at=NOON)
    first_wins(store, left, right, *SOMEBODY_ELSE)


def one_transfer_is_booked_once(store: Store) -> None:
    """The same reference for goods of different SKUs."""
    way = {"source": "main", "destination": "north", "at": NOON}
    for sku in ("LAMP", "CHAIR"):
        store.carry_out(plan_count, sku, 1, at=NOON)
    left = store.draft(plan_transfer, "M-1", "LAMP", 1, **way)
    right = store.draft(plan_transfer, "M-1", "CHAIR", 1, **way)
    first_wins(store, left, right, *SOMEBODY_ELSE)


def one_purchase_reference_is_taken_once(store: Store) -> None:
    """The same reference for purchase orders of different SKUs."""
    left = store.draft(plan_purchase_order, purchase("P-1", "LAMP"))
    right = store.draft(plan_purchase_order, purchase("P-1", "CHAIR"))
    first_wins(store, left, right, *SOMEBODY_ELSE)


def _two_shippable_orders(store: Store) -> None:
    """Place two orders of different SKUs, and goods for both."""
    for ref, sku in (("O-1", "LAMP"), ("O-2", "CHAIR")):
        store.carry_out(plan_count, sku, 1, at=NOON)
        store.carry_out(plan_order, order(ref, (sku, 1)))


MEETINGS: tuple[Callable[[Store], None], ...] = (
    writers_of_different_pools_both_win,
    writers_of_different_locations_both_win,
    writers_of_different_orders_both_win,
    writers_of_different_purchases_both_win,
    a_third_writer_passes_by_many,
    writers_of_one_order_meet,
    writers_of_one_purchase_meet,
    a_hold_meets_writers_of_the_orders_pools,
    a_transfer_meets_writers_of_both_shelves,
    a_reserve_meets_writers_of_its_pool,
    one_order_reference_is_taken_once,
    one_line_reference_is_taken_once,
    one_receipt_is_booked_once,
    one_shipment_leaves_once,
    one_return_is_booked_once,
    one_transfer_is_booked_once,
    one_purchase_reference_is_taken_once,
)
