"""Cases: what is odd, large, long, early, late or much survives like anything else.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     identifiers_that_look_alike_are_different(store)
"""

from datetime import UTC, date, datetime, timedelta, timezone

from backorderkit.book import OrderBook
from backorderkit.deciding import plan_count, plan_hold, plan_order, plan_receipt
from backorderkit.errors import shown
from backorderkit.model import Line, Order, Receipt, ReceiptLine, StockCounted
from backorderkit.policies import oldest_first
from backorderkit.supply import plan_purchase_order
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    START,
    Store,
    delivery,
    order,
    purchase,
    same,
)
from backorderkit.values import LARGEST_QUANTITY

ODD = (
    "O'Brien\"; DROP TABLE orders; --",
    "%s %(ref)s {ref} :ref ? $1 `x`",
    "back\\slash/and/slash",
    "Zo\u00eb",
    "Zoe\u0308",
    "zo\u00eb",
    "ZO\u00cb",
    "stra\u00dfe",
    "strasse",
    "\u706f",
    "\U0001f469\u200d\U0001f680",
    "\u202eright to left",
    "a\u00a0b\u2028c",
    "null",
    "None",
    "007",
    "7",
    "1e5",
    "true",
    "x" * 200,
)
"""References that escape, fold, compare or convert wrongly somewhere."""


def odd_identifiers_survive(store: Store) -> None:
    """Quotes, placeholders, other scripts, 200 characters: a reference is a text."""
    for odd in ODD:
        line = Line(odd, odd, 2, location=odd)
        placed = Order(odd, odd, NOON, [line])
        store.carry_out(plan_order, placed)
        same("order", store.book().order(odd).order, placed)
        received = Receipt(odd, NOON, [ReceiptLine(odd, 1, location=odd)])
        store.carry_out(plan_receipt, received)
    same("orders", sorted(store.book().orders()), sorted(ODD))
    same("book", store.book(), OrderBook.replay(store.history(), oldest_first()))


def identifiers_that_look_alike_are_different(store: Store) -> None:
    """Neither case, accents, width nor leading zeros are folded together."""
    for units, odd in enumerate(ODD, 1):
        store.carry_out(plan_count, odd, units, at=NOON, location=odd)
    for units, odd in enumerate(ODD, 1):
        what = f"on hand of {shown(odd)}"
        same(what, store.book().pool(odd, odd).on_hand, units)
        same(what, store.book(skus=[odd]).pool(odd, odd).on_hand, units)
    book = store.book()
    same("pools", len(book.pools()), len(ODD))


def the_largest_quantities_survive(store: Store) -> None:
    """Ten to the fifteenth units are ordered and received."""
    most = LARGEST_QUANTITY
    store.carry_out(plan_order, order("O-1", ("LAMP", most), ("CHAIR", most - 1)))
    store.carry_out(plan_receipt, delivery("R-1", "LAMP", most - 1))
    store.carry_out(plan_purchase_order, purchase("P-1", "CHAIR", most))
    pool = store.book().pool("LAMP")
    same("figures", (pool.allocated, pool.waiting), (most - 1, 1))
    same("incoming", store.book().pool("CHAIR").incoming, most)


def moments_survive_to_the_microsecond(store: Store) -> None:
    """Whatever the zone they were given in, they are the same instants."""
    moments = [
        datetime(1900, 1, 1, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, 59, 999_999, UTC),
        datetime(2038, 1, 19, 3, 14, 8, 1, UTC),
        datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=14))),
        datetime(2026, 3, 2, 1, 30, tzinfo=timezone(-timedelta(hours=9, minutes=30))),
        datetime(9999, 12, 31, 12, tzinfo=UTC),
    ]
    for number, moment in enumerate(moments):
        line = Line(f"O-{number}/1", "LAMP", 1)
        store.carry_out(plan_order, Order(f"O-{number}", "ada", moment, [line]))
    book = store.book()
    found = [book.order(f"O-{number}").order.placed_at for number in range(6)]
    same("placed at", found, moments)
    queue = [one.line for one in book.backorders("LAMP")]
    oldest = sorted(range(6), key=lambda number: (moments[number], number))
    same("queue", queue, [f"O-{number}/1" for number in oldest])


def days_survive(store: Store) -> None:
    """The last day of the calendar, a leap day, and no day at all."""
    days = (date(9999, 12, 31), date(2028, 2, 29), date(1900, 1, 1), None)
    lines = [
        Line(f"O-1/{number}", "LAMP", 1, requested_on=day)
        for number, day in enumerate(days)
    ]
    store.carry_out(plan_order, Order("O-1", "ada", NOON, lines))
    found = tuple(line.requested_on for line in store.book().order("O-1").order.lines)
    same("requested on", found, days)


def long_texts_survive(store: Store) -> None:
    """A reason of a thousand characters, in four-byte letters."""
    reason = "\U0001f4e6" * 1000
    store.carry_out(plan_order, order("O-1"))
    store.carry_out(plan_hold, "O-1", reason=reason, at=NOON)
    same("hold", store.book().order("O-1").held, reason)


def an_order_of_many_lines_is_stored_whole(store: Store) -> None:
    """Four hundred lines of fifty SKUs, then a delivery for all of them."""
    lines = [(f"SKU-{number % 50}", number % 7 + 1) for number in range(400)]
    store.carry_out(plan_order, order("O-1", *lines))
    received = [ReceiptLine(f"SKU-{number}", 9) for number in range(50)]
    draft = store.draft(plan_receipt, Receipt("R-1", NOON, received))
    draft.save()
    same("history", store.history()[-len(draft.events) :], draft.events)
    same("book", store.book(), OrderBook.replay(store.history(), oldest_first()))


def a_batch_of_many_facts_is_stored_whole(store: Store) -> None:
    """A thousand facts under one token, the last of them too."""
    facts = [
        StockCounted(f"SKU-{number % 20}", "main", 1, "counted", NOON)
        for number in range(1000)
    ]
    token = store.open().save(facts, (), START)
    same("token", token, 1000)
    same("history", store.history(), tuple(facts))
    same("history since 999", store.history(999), (facts[-1],))
    same("on hand", store.book().pool("SKU-19").on_hand, 50)


LIMITS = (
    odd_identifiers_survive,
    identifiers_that_look_alike_are_different,
    the_largest_quantities_survive,
    moments_survive_to_the_microsecond,
    days_survive,
    long_texts_survive,
    an_order_of_many_lines_is_stored_whole,
    a_batch_of_many_facts_is_stored_whole,
)
