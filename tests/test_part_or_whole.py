"""A part of a book never passes for the whole.

Every public reader of a book, every question about coverage, every figure and every
decision is asked of a shop and of parts of it: the answer is that of the whole, or
`NotLoaded` is raised. A public function that takes a book and has no row here fails.
"""

import importlib
import inspect
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from backorderkit.book import OrderBook
from backorderkit.coverage import (
    cover,
    dated_supply,
    differences,
    expected_dates,
    explain,
    late_lines,
    made_late_by,
    pegs_of_line,
    pegs_of_purchase_line,
    queue_position,
    shortages,
    what_makes_late,
)
from backorderkit.deciding import (
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_pin,
    plan_priority,
    plan_reallocation,
    plan_reassignment,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_thaw,
    plan_transfer,
    plan_unpin,
)
from backorderkit.errors import BackorderError, NotLoaded
from backorderkit.kpis import backlog_by_age, dates_of, prepaid_exposure, surplus
from backorderkit.model import (
    Catalogue,
    DeliveryRule,
    Line,
    Order,
    Plan,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    ShipTogether,
    SupplierTerms,
)
from backorderkit.notices import notices_of
from backorderkit.policies import by_priority, oldest_first, uniform
from backorderkit.promising import (
    check_availability,
    check_availability_together,
    plan_acceptance,
    plan_promises,
    plan_quote,
)
from backorderkit.replenishment import plan_replenishment, proposed_reductions
from backorderkit.storage import RequestDesk, Scope, Token
from backorderkit.supply import (
    plan_dispatch,
    plan_overdue,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_shipping_notice,
    plan_short_close,
    plan_special_order,
    plan_supply_change,
)
from backorderkit.testing.book_laws import book_machine
from backorderkit.testing.strategies import SKUS
from backorderkit.values import Pool

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=20)
ROOMS = ("book", "coverage", "deciding", "kpis", "leadtimes", "notices")
ROOMS += ("policies", "promising", "replenishment", "storage", "supply")
# What makes a book or changes it; the decisions below say by which plans.
CHANGES = {"apply", "applying", "follow", "replay", "restored", "trying"}
CHANGES |= {"is_applying"}


def order(ref, *units, minutes=0, **details):
    """Return an order of units of SKUs: "LAMP", 3, "RUG", 1."""
    wanted = zip(units[::2], units[1::2], strict=True)
    lines = [
        Line(f"{ref}/{number}", sku, quantity)
        for number, (sku, quantity) in enumerate(wanted, 1)
    ]
    return Order(ref, "ada", NOON + timedelta(minutes=minutes), lines, **details)


def bought(ref, sku, units, on, at="main"):
    """Return a purchase order of one line."""
    line = PurchaseLine(f"{ref}/1", sku, units, expected_on=on)
    return PurchaseOrder(ref, "ACME", NOON, [line], destination=at)


MARCH_9, MARCH_16 = date(2026, 3, 9), date(2026, 3, 16)
CATALOGUE = Catalogue(
    [SupplierTerms("ACME", sku, lead_time_days=7) for sku in ("LAMP", "RUG", "VASE")]
)
HISTORY = (
    (plan_count, "LAMP", 6, {"at": NOON}),
    (plan_count, "RUG", 9, {"at": NOON}),
    (plan_count, "RUG", 2, {"at": NOON, "location": "north"}),
    (plan_order, order("O-1", "LAMP", 4, minutes=1)),
    (plan_quote, order("Q-1", "RUG", 2), {"until": NOON + timedelta(days=1)}),
    (plan_quote, order("Q-2", "LAMP", 1), {"until": NOON + timedelta(days=30)}),
    (plan_order, order("O-2", "LAMP", 5, minutes=2)),
    (plan_purchase_order, bought("PO-1", "LAMP", 6, MARCH_9)),
    (plan_purchase_order, bought("PO-2", "RUG", 30, MARCH_16)),
    (plan_purchase_order, bought("PO-3", "LAMP", 2, MARCH_16)),
    *((plan_order, order(f"L-{n}", "LAMP", 2, minutes=n)) for n in range(3, 9)),
    *((plan_order, order(f"R-{n}", "RUG", 3, minutes=n)) for n in range(3, 9)),
    (
        plan_order,
        order(
            "BOTH", "LAMP", 1, "RUG", 1, minutes=9, delivery=DeliveryRule.SHIP_COMPLETE
        ),
    ),
    (
        plan_order,
        Order(
            "LATE",
            "bob",
            NOON + timedelta(minutes=10),
            [
                Line("LATE/1", "LAMP", 1, allocate_not_before=MARCH_9),
                Line("LATE/2", "VASE", 1, cancel_after=MARCH_9),
                Line("LATE/3", "RUG", 1, requested_on=NOON.date()),
            ],
        ),
    ),
    (plan_pin, "PO-1/1", "L-5/1", 1, {"reason": "asked", "at": NOON}),
    (plan_hold, "L-6", {"reason": "unpaid", "at": NOON}),
    (plan_freeze, {"O-1/1": 1}, {"at": NOON}),
    (
        plan_dispatch,
        "T-1",
        "RUG",
        1,
        {
            "source": "north",
            "destination": "main",
            "expected_on": MARCH_9,
            "at": NOON,
        },
    ),
    (plan_promises, {"at": NOON, "reason": "ordered"}),
)


def arguments(row):
    """Return a command as its decision, arguments and options."""
    decision, *args = row
    options = args.pop() if args and isinstance(args[-1], dict) else {}
    return decision, args, options


def told():
    """Return the history of the shop, and the book it makes."""
    book, events = OrderBook(oldest_first()), []
    for row in HISTORY:
        decision, args, options = arguments(row)
        plan = decision(book, *args, **options)
        book.apply(plan)
        events += plan.events
    return book, events


WHOLE, EVENTS = told()
REALLOCATED = plan_reallocation(WHOLE, uniform(), at=NOON)
RECEIVED = plan_receipt(WHOLE, Receipt("RC-0", NOON, [ReceiptLine("LAMP", 3)]))


def lines_of(sku):
    """Return the lines of a SKU in the shop."""
    orders = map(WHOLE.order, WHOLE.orders())
    return [line.ref for one in orders for line in one.lines if line.sku == sku]


def each(ask, *values):
    """Return one question per value."""
    return [lambda book, value=value: ask(book, value) for value in values]


def each_line(ask):
    """Return a question about every line in the shop."""
    return each(ask, *lines_of("LAMP"), *lines_of("RUG"), *lines_of("VASE"))


def each_purchase(ask):
    """Return a question about every purchase line in the shop."""
    return each(ask, "PO-1/1", "PO-2/1", "PO-3/1", "T-1")


def each_pool(ask):
    """Return a question about every pool in the shop, and one that has nothing."""
    return each(ask, *WHOLE.pools(), Pool("LAMP", "south"), Pool("TABLE"))


def each_order(ask):
    """Return a question about every order in the shop."""
    return each(ask, *WHOLE.orders())


def known_or_all(ask):
    """Return a question about no pools in particular, and about some."""
    rug, lamp = Pool("RUG"), Pool("LAMP")
    return each(ask, None, [lamp], [rug], [lamp, rug], [Pool("RUG", "north")])


WHY = {"reason": "asked", "at": NOON}
BY = {"actor": "eve", **WHY}
READERS = {
    "__eq__": [lambda book: book == WHOLE, lambda book: book == book],  # noqa: PLR0124
    "policy": [lambda book: book.policy.name],
    "check_invariants": [lambda book: book.check_invariants()],
    "orders": [lambda book: book.orders()],
    "snapshot": [lambda book: book.snapshot()],
    "pools": [lambda book: book.pools()],
    "purchase_lines": [lambda book: book.purchase_lines()],
    "purchase_orders": [lambda book: book.purchase_orders()],
    "order": each_order(lambda book, ref: book.order(ref)),
    "line": each_line(lambda book, ref: book.line(ref)),
    "promises": each_line(lambda book, ref: book.promises(ref)),
    "pool": each_pool(lambda book, pool: book.pool(*pool)),
    "backorders": each_pool(lambda book, pool: list(book.backorders(*pool))),
    "purchase_order": each(
        lambda book, ref: book.purchase_order(ref), "PO-1", "PO-2", "PO-3"
    ),
    "purchase_line": each_purchase(lambda book, ref: book.purchase_line(ref)),
}
QUESTIONS = {
    "cover": each_pool(lambda book, pool: cover(book, *pool)),
    "dated_supply": each_pool(lambda book, pool: dated_supply(book, *pool, at=NOON)),
    "differences": each(
        lambda book, plan: differences(book, plan, today=NOON.date()),
        REALLOCATED,
        RECEIVED,
    ),
    "expected_dates": each_line(expected_dates),
    "explain": each_line(explain),
    "late_lines": known_or_all(late_lines),
    "made_late_by": each_purchase(made_late_by),
    "pegs_of_line": each_line(pegs_of_line),
    "pegs_of_purchase_line": each_purchase(pegs_of_purchase_line),
    "queue_position": each_line(queue_position),
    "shortages": [shortages],
    "what_makes_late": each_line(what_makes_late),
    "backlog_by_age": [lambda book: backlog_by_age(book, at=LATER)],
    "dates_of": [
        lambda book: dates_of(book, EVENTS),
        *each_line(lambda book, ref: dates_of(book, EVENTS, [ref])),
    ],
    "prepaid_exposure": [prepaid_exposure],
    "surplus": [surplus],
    "check_availability": each_pool(
        lambda book, pool: check_availability(
            book, pool.sku, 3, MARCH_9, at=NOON, location=pool.location
        )
    ),
    "check_availability_together": each(
        lambda book, wanted: check_availability_together(
            book, wanted, MARCH_9, at=NOON
        ),
        {"LAMP": 2},
        {"LAMP": 2, "RUG": 1},
    ),
    "proposed_reductions": known_or_all(proposed_reductions),
    "notices_of": each(notices_of, REALLOCATED, RECEIVED),
}
NEW_LAMP, NEW_RUG = order("N-1", "LAMP", 3, minutes=99), order("N-2", "RUG", 3)
NEW_BOTH = order("N-3", "LAMP", 1, "RUG", 40, "VASE", 1, minutes=99)
# Placed when the time of the quote Q-1 of a RUG is over.
NEW_LATER = order("N-4", "LAMP", 2, minutes=60 * 24 * 7)
NEW_ORDERS = (NEW_LAMP, NEW_RUG, NEW_BOTH, NEW_LATER)
CAPPED = SellingRules(SellingRule(5))


def received(sku, units, **details):
    """Return a receipt of one SKU."""
    return Receipt("RC-1", LATER, [ReceiptLine(sku, units, **details)])


DECISIONS = {
    "plan_amendment": each_line(
        lambda book, ref: plan_amendment(book, ref, 3, at=NOON)
    ),
    "plan_cancellation": each_order(
        lambda book, ref: plan_cancellation(book, ref, at=NOON)
    ),
    "plan_count": each_pool(
        lambda book, pool: plan_count(
            book, pool.sku, 4, at=NOON, location=pool.location
        )
    ),
    "plan_day": each(lambda book, at: plan_day(book, at=at), NOON, LATER),
    "plan_freeze": each_line(lambda book, ref: plan_freeze(book, {ref: 1}, at=NOON)),
    "plan_hold": each_order(lambda book, ref: plan_hold(book, ref, **WHY)),
    "plan_order": [
        *each(plan_order, *NEW_ORDERS),
        *each(
            lambda book, new: plan_order(book, new, rules=CAPPED, catalogue=CATALOGUE),
            *NEW_ORDERS,
        ),
    ],
    "plan_pin": each_line(lambda book, ref: plan_pin(book, "PO-3/1", ref, 1, **WHY)),
    "plan_priority": each_order(lambda book, ref: plan_priority(book, ref, 9, **BY)),
    "plan_reallocation": known_or_all(
        lambda book, pools: plan_reallocation(book, uniform(), pools, at=NOON)
    ),
    "plan_reassignment": each_line(
        lambda book, ref: plan_reassignment(book, "O-1/1", ref, 1, **BY)
    ),
    "plan_receipt": each(
        plan_receipt,
        received("LAMP", 3),
        received("LAMP", 6, purchase_line="PO-1/1"),
        received("RUG", 30, purchase_line="PO-2/1"),
        received("TABLE", 1),
    ),
    "plan_release_hold": each_order(
        lambda book, ref: plan_release_hold(book, ref, at=NOON)
    ),
    "plan_rerouting": each_line(
        lambda book, ref: plan_rerouting(book, ref, "north", at=NOON)
    ),
    "plan_reserve": each_pool(
        lambda book, pool: plan_reserve(book, pool.sku, 2, at=NOON)
    ),
    "plan_return": each_line(
        lambda book, ref: plan_return(book, "RT-1", ref, 1, at=NOON)
    ),
    "plan_shipment": each_order(
        lambda book, ref: plan_shipment(book, "S-1", ref, at=NOON)
    ),
    "plan_thaw": each_line(lambda book, ref: plan_thaw(book, {ref: 1}, at=NOON)),
    "plan_transfer": each(
        lambda book, sku: plan_transfer(
            book, "T-2", sku, 1, source="north", destination="main", at=NOON
        ),
        "LAMP",
        "RUG",
    ),
    "plan_unpin": each_line(lambda book, ref: plan_unpin(book, "PO-1/1", ref, **WHY)),
    "plan_acceptance": each(
        lambda book, ref: plan_acceptance(book, ref, at=NOON), "Q-1", "Q-2"
    ),
    "plan_promises": [
        *known_or_all(
            lambda book, pools: plan_promises(
                book, at=LATER, pools=pools, catalogue=CATALOGUE
            )
        ),
        *each_line(lambda book, ref: plan_promises(book, at=LATER, lines=[ref])),
    ],
    "plan_quote": each(
        lambda book, new: plan_quote(book, new, until=LATER), *NEW_ORDERS
    ),
    "plan_replenishment": each(
        lambda book, targets: plan_replenishment(
            book, CATALOGUE, at=NOON, targets=targets
        ),
        None,
        {"LAMP": 20},
    ),
    "plan_dispatch": each(
        lambda book, sku: plan_dispatch(
            book,
            "T-2",
            sku,
            1,
            source="north",
            destination="main",
            expected_on=MARCH_9,
            at=NOON,
        ),
        "LAMP",
        "RUG",
    ),
    "plan_overdue": [lambda book: plan_overdue(book, at=LATER)],
    "plan_purchase_cancellation": each(
        lambda book, ref: plan_purchase_cancellation(book, ref, **WHY),
        "PO-1",
        "PO-2",
        "PO-3",
    ),
    "plan_purchase_order": each(
        plan_purchase_order,
        bought("PO-9", "LAMP", 4, MARCH_9),
        bought("PO-9", "RUG", 4, MARCH_9),
        bought("PO-9", "TABLE", 4, MARCH_9),
    ),
    "plan_shipping_notice": each_purchase(
        lambda book, ref: plan_shipping_notice(
            book, "ASN-1", ref, 1, expected_on=MARCH_16, at=NOON
        )
    ),
    "plan_short_close": each_purchase(
        lambda book, ref: plan_short_close(book, ref, **WHY)
    ),
    "plan_special_order": each(
        plan_special_order,
        PurchaseOrder(
            "PO-9",
            "ACME",
            NOON,
            [PurchaseLine("PO-9/1", "LAMP", 1, needs=[PurchaseNeed("L-4/1", 0, 1)])],
        ),
    ),
    "plan_supply_change": each_purchase(
        lambda book, ref: plan_supply_change(
            book, ref, expected_on=date(2026, 4, 1), **WHY
        )
    ),
}
TABLE = {**READERS, **QUESTIONS, **DECISIONS}
ABOUT_ALL = {
    "__eq__",
    "backlog_by_age",
    "check_invariants",
    "orders",
    "plan_day",
    "plan_overdue",
    "plan_replenishment",
    "pools",
    "prepaid_exposure",
    "purchase_lines",
    "purchase_orders",
    "shortages",
    "snapshot",
    "surplus",
}


def takers():
    """Return the name of every public function that is given a book."""
    for room in ROOMS:
        module = importlib.import_module(f"backorderkit.{room}")
        for name in module.__all__:
            value = getattr(module, name)
            is_function = inspect.isfunction(value)
            if is_function and "book" in inspect.signature(value).parameters:
                yield name


def test_every_public_function_that_takes_a_book_has_a_row():
    readers = {name for name in vars(OrderBook) if not name.startswith("_")}
    named = {*takers(), *readers, "__eq__"} - {"state", "__init__"}
    assert named == {*TABLE, *CHANGES}


PARTS = {
    "one SKU of several": (50, ["LAMP"]),
    "the head of a long queue": (1, ["LAMP"]),
    "the heads of two queues": (2, ["LAMP", "RUG"]),
    "one SKU, everything open": (1, Scope(["LAMP"], {"LAMP": 3})),
    "every SKU by name": (50, ["LAMP", "RUG", "VASE", "TABLE"]),
    "nothing": (50, []),
}


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Return parts of the stored shop, by name."""
    policy = oldest_first()
    engine = sqlite_engine(tmp_path_factory.mktemp("parts") / "shop.db")
    repository = SqlRepository(engine, policy=policy)
    repository.create_schema()
    _, token = repository.load(policy)
    repository.save(EVENTS, [], token)
    loaded = {}
    for name, (head, skus) in PARTS.items():
        store = SqlRepository(engine, policy=policy, head=head)
        loaded[name] = store.load(policy, skus)[0]
    yield loaded
    engine.dispose()


def answer(ask, book):
    """Return what a question is answered with, or the words of its refusal."""
    try:
        found = ask(book)
    except NotLoaded:
        raise
    except BackorderError as error:
        return type(error), str(error)
    if isinstance(found, Plan):
        return attrs.evolve(found, basis=0)
    return found


def asked(name, part):
    """Ask a part; return how many questions it answered, all as the whole would."""
    answered = 0
    for number, ask in enumerate(TABLE[name]):
        try:
            found = answer(ask, part)
        except NotLoaded:
            continue
        assert found == answer(ask, WHOLE), f"question {number} of {name}"
        answered += 1
    return answered


def test_the_whole_answers_every_question():
    for asks in TABLE.values():
        assert asks
        for ask in asks:
            answer(ask, WHOLE)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", TABLE)
def test_a_part_answers_as_the_whole_or_not_at_all(parts, part, name):
    asked(name, parts[part])


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", sorted(ABOUT_ALL))
def test_a_part_does_not_speak_for_the_whole(parts, part, name):
    """ST-7: what is asked of all that was loaded is asked of the whole book."""
    assert asked(name, parts[part]) == 0


@pytest.mark.parametrize("name", sorted(set(TABLE) - ABOUT_ALL))
def test_a_part_with_all_of_a_sku_answers_for_it(parts, name):
    assert asked(name, parts["one SKU, everything open"]) > 0


def test_a_part_says_that_it_is_one(parts):
    shown = [repr(part) for part in parts.values()]
    size = len(EVENTS)
    assert shown[0] == f"<OrderBook: a part, SKUs loaded: 1, version {size}>"
    assert shown[-1] == f"<OrderBook: a part, SKUs loaded: 0, version {size}>"


# Widening


class Counted(SqlRepository):
    """Remembers for which SKUs it was loaded."""

    loads = ()

    def load(self, policy, skus=None):
        self.loads = (*self.loads, None if skus is None else tuple(skus))
        return super().load(policy, skus)

    def begin(self, skus=None, *, key=""):
        self.loads = (*self.loads, None if skus is None else tuple(skus))
        return super().begin(skus, key=key)


@pytest.fixture
def counted(tmp_path):
    """A stored shop in which one order links a LAMP to forty other SKUs."""
    policy = oldest_first()
    engine = sqlite_engine(tmp_path / "shop.db")
    repository = Counted(engine, policy=policy)
    repository.create_schema()
    desk = RequestDesk(repository, policy)
    for number in range(40):
        wanted = ("LAMP", 1, f"S-{number}", 1)
        new = order(f"O-{number}", *wanted, minutes=number)
        desk.carry_out(plan_order, new)
    lines = [PurchaseLine(f"PO/{n}", f"S-{n}", 1, expected_on=MARCH_9) for n in (1, 2)]
    desk.carry_out(plan_purchase_order, PurchaseOrder("PO", "ACME", NOON, lines))
    repository.loads = ()
    yield repository
    engine.dispose()


ABOUT_THE_SHOP = {
    "plan_promises": (plan_promises, {"at": NOON, "catalogue": CATALOGUE}),
    "plan_overdue": (plan_overdue, {"at": LATER}),
    "plan_reallocation": (plan_reallocation, {"at": NOON}),
    "plan_day": (plan_day, {"at": NOON}),
    "plan_replenishment": (
        lambda book, **options: plan_replenishment(book, CATALOGUE, **options),
        {"at": NOON},
    ),
}


@pytest.mark.parametrize("name", ABOUT_THE_SHOP)
def test_a_decision_about_the_shop_widens_once_to_the_whole_book(counted, name):
    """ST-7: never a part in silence, never one load per SKU."""
    decision, options = ABOUT_THE_SHOP[name]
    book, _ = counted.load(oldest_first())
    expected = decision(book, **options)
    counted.loads = ()
    plan = RequestDesk(counted, oldest_first(), ["S-0"]).carry_out(decision, **options)
    assert plan == expected
    first = [skus for skus in counted.loads if skus is not None]
    assert set(first) == {("S-0",)}
    assert counted.loads[-1] is None
    assert counted.loads.count(None) == 1


def cancels_all(book, skus):
    """Look at one SKU after the other, as a host's own decision may."""
    waiting = [book.pool(sku).waiting for sku in skus]
    return plan_count(book, "LAMP", sum(waiting), at=NOON)


def test_one_sku_after_the_other_is_two_loads_and_then_the_whole_book(counted):
    skus = [f"S-{number}" for number in range(40)]
    desk = RequestDesk(counted, oldest_first(), ["T-1"])
    desk.carry_out(cancels_all, skus)
    assert list(dict.fromkeys(counted.loads)) == [("T-1",), ("T-1", "S-0"), None]


def test_an_order_of_many_skus_is_one_more_load(counted):
    wanted = [part for number in range(30) for part in (f"S-{number}", 1)]
    desk = RequestDesk(counted, oldest_first(), ["LAMP"])
    desk.carry_out(plan_order, order("NEW", *wanted, minutes=99))
    assert [len(skus) for skus in dict.fromkeys(counted.loads)] == [1, 31]


def test_skus_that_share_an_order_are_loaded_together(counted):
    """A desk that knows the order only needs its SKUs, and nothing of the rest."""
    policy, desk = oldest_first(), RequestDesk(counted, oldest_first(), ["LAMP"])
    new = order("PARCEL", "T-1", 1, "T-2", 1, "T-3", 1, minutes=99)
    desk.carry_out(plan_order, new)
    counted.loads = ()
    RequestDesk(counted, policy, []).carry_out(plan_cancellation, "PARCEL", at=NOON)
    loads = list(dict.fromkeys(counted.loads))
    assert loads[0] == ()
    assert None not in loads
    assert set(loads[-1]) <= {"T-1", "T-2", "T-3"}


def test_all_that_is_known_to_be_missing_is_named(counted):
    book, _ = counted.load(oldest_first(), ["S-0"])
    pools = [Pool("S-2"), Pool("S-0"), Pool("S-1")]
    for ask in (
        lambda: late_lines(book, pools),
        lambda: proposed_reductions(book, pools),
        lambda: plan_promises(book, at=NOON, pools=pools),
        lambda: plan_reallocation(book, pools=pools, at=NOON),
        lambda: check_availability_together(
            book, {"S-2": 1, "S-1": 1}, MARCH_9, at=NOON
        ),
        lambda: plan_receipt(
            book,
            Receipt("RC", NOON, [ReceiptLine("S-2", 1), ReceiptLine("S-1", 1)]),
        ),
    ):
        with pytest.raises(NotLoaded) as caught:
            ask()
        assert set(caught.value.refs) == {"S-1", "S-2"}
        assert "are not loaded: load them too" in str(caught.value)


# Any history


def questions(book):
    """Yield every reading question about everything in a book."""
    orders = [book.order(ref) for ref in book.orders()]
    for line in (line for one in orders for line in one.lines):
        for ask in (expected_dates, explain, pegs_of_line, queue_position):
            yield ask, (line.ref,)
        yield what_makes_late, (line.ref,)
        yield OrderBook.line, (line.ref,)
    for pool in book.pools():
        yield cover, pool
        yield OrderBook.pool, pool
        yield (lambda book, *pool: list(book.backorders(*pool))), pool
        yield (lambda book, *pool: dated_supply(book, *pool, at=LATER)), pool
        for ask in (late_lines, proposed_reductions):
            yield ask, ([pool],)
    for ref in book.purchase_lines():
        for ask in (made_late_by, pegs_of_purchase_line, OrderBook.purchase_line):
            yield ask, (ref,)
    for ask in (shortages, surplus, prepaid_exposure, OrderBook.orders):
        yield ask, ()


@pytest.mark.parametrize("head", [1, 3])
def test_no_part_of_any_shop_says_anything_else_than_the_whole(tmp_path, head):
    policy = by_priority(together=ShipTogether.SKIP)
    engine = sqlite_engine(tmp_path / "shop.db")
    repository = SqlRepository(engine, policy=policy, head=head)
    repository.create_schema()
    answered = []

    class Asked(book_machine(policy)):
        """A shop of which parts are loaded and asked after every command."""

        def __init__(self):
            super().__init__()
            with engine.begin() as connection:
                for table in repository.tables.all:
                    connection.execute(table.delete())
            repository.create_schema()

        def do(self, decision, *args, **kwargs):
            self.watched.carry_out(decision, *args, **kwargs)
            known, token = repository.history(Token(0))
            if len(known) == len(self.watched.events):
                return
            repository.save(self.watched.events[len(known) :], [], token)
            for skus in ([], SKUS[:1], SKUS[1:2], SKUS):
                part, _ = repository.load(policy, skus)
                for ask, about in questions(self.book):
                    with suppress(NotLoaded):
                        found = ask(part, *about)
                        assert found == ask(self.book, *about)
                        answered.append(ask)

    run_state_machine_as_test(
        Asked, settings=settings(max_examples=4, stateful_step_count=25)
    )
    engine.dispose()
    assert len(answered) > 100
