"""The book itself: whole or not at all, each fact once, the same however told."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from backorderkit import (
    BackorderError,
    Line,
    Order,
    OrderBook,
    Plan,
    Pool,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    by_priority,
    oldest_first,
    plan_count,
    plan_order,
    smallest_first,
)
from backorderkit.errors import (
    Duplicate,
    InvalidValue,
    NotPossible,
    StalePlan,
    UnknownReference,
)
from backorderkit.model import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    DatedQuantity,
    GoodsReceived,
    GoodsReturned,
    GoodsShipped,
    HoldReleased,
    LineBecameDue,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    OrderReprioritised,
    PinReleased,
    Portion,
    PortionAdded,
    PortionMoved,
    PromiseMade,
    PurchaseConfirmed,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuoteExpired,
    QuoteHeld,
    QuoteRefused,
    ReserveSet,
    SegmentUnmet,
    ShippedLine,
    ShipTogether,
    StockCounted,
    StockTransferred,
    SupplyShipped,
    TransferDispatched,
    UnitsPinned,
)
from backorderkit.testing.book_laws import look

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = date(2026, 3, 20)
TOMORROW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def an_order(ref, *lines, **options):
    made = [
        Line(f"{ref}/{number}", sku, units, **more)
        for number, (sku, units, more) in enumerate(lines, 1)
    ]
    return Order(ref, "ada", NOON, made, **options)


def a_purchase(ref, units):
    line = PurchaseLine(f"{ref}/1", "LAMP", units, expected_on=LATER)
    return PurchaseOrder(ref, "ACME", NOON, [line])


def a_receipt(ref, units, **more):
    return Receipt(ref, NOON, [ReceiptLine("LAMP", units, **more)])


FIRST = an_order("B1", ("LAMP", 6, {}), ("CHAIR", 2, {"cancel_after": LATER}))
SECOND = an_order("B2", ("LAMP", 4, {"allocate_not_before": LATER}), priority=1)
QUOTED = an_order("B4", ("LAMP", 1, {}), hold="quoted")
# At least one of every fact, each fitting what came before it.
HISTORY = (
    OrderPlaced(FIRST, (Portion("B1/1", 0, "main", 6), Portion("B1/2", 0, "main", 2))),
    OrderPlaced(SECOND, (Portion("B2/1", 0, "main", 3),), ("B2/1",)),
    QuantityRefused("B2/1", "B2", 1, "cap_reached", "too many wait", at=NOON),
    OrderRefused(an_order("B3", ("LAMP", 1, {})), ()),
    PurchasePlaced(a_purchase("P1", 8)),
    PurchaseExpected("P1/1", date(2026, 3, 25), "late", NOON),
    PromiseMade("B1/1", (DatedQuantity(6, LATER),), "order placed", NOON),
    GoodsReceived(a_receipt("R1", 5, purchase_line="P1/1")),
    PurchaseLineClosed("P1/1", 2, "lost at sea", NOON),
    StockCounted("LAMP", "main", 1, "counted", NOON),
    StockCounted("LAMP", "north", 4, "counted", NOON),
    Allocated("B1/1", 0, 5, wanted=6, at=NOON),
    AllocationReleased("B1/1", 0, 1, "counted again", at=NOON),
    AllocationFrozen("B1/1", 0, 3, "picked", at=NOON),
    AllocationThawed("B1/1", 0, 1, at=NOON),
    GoodsShipped("S1", "B1", (ShippedLine("B1/1", 0, 1),), NOON),
    GoodsReturned("T1", "B1/1", 1, 1, "main", NOON),
    PortionMoved("B1/1", 0, 1, "north", 1, NOON),
    PortionAdded(Portion("B1/1", 2, "main", 2), NOON),
    QuantityCancelled("B1/1", 2, 1, "amended", NOON),
    StockTransferred("M1", "LAMP", 2, "north", "main", NOON),
    ReserveSet("LAMP", "north", 1, NOON),
    OrderHeld("B1", "unpaid", NOON),
    HoldReleased("B1", NOON),
    OrderReprioritised("B2", -1, "eve", "a wedding", NOON),
    LineBecameDue("B2/1", LATER),
    AllocationMoved("B1/1", 0, "B2/1", 0, 1, "eve", "a wedding", NOON),
    SegmentUnmet("B1/1", 0, "gain", 3, 2, NOON),
    PurchasePlaced(a_purchase("P2", 6)),
    PurchaseConfirmed("P2/1", date(2026, 3, 18), NOON),
    SupplyShipped("N1", "P2/1", 4, date(2026, 3, 19), NOON),
    UnitsPinned("P2/1", "B1/1", 0, 2, "bought for it", NOON),
    PinReleased("P2/1", "B1/1", 0, 1, "no longer", NOON),
    TransferDispatched("M2", "LAMP", 1, "north", "main", LATER, NOON),
    QuoteHeld(QUOTED, (Portion("B4/1", 0, "main", 1),), TOMORROW),
    QuoteAccepted("B4", NOON),
    QuoteRefused(an_order("B5", ("LAMP", 1, {})), (), TOMORROW),
    QuoteHeld(
        attrs.evolve(QUOTED, ref="B6", lines=(Line("B6/1", "LAMP", 1),)), (), NOON
    ),
    QuoteExpired("B6", NOON),
)
KINDS = {type(event) for event in HISTORY}


class KeepsEverything:
    """Urgent orders first, and nobody is given anything but by hand."""

    name = "keeps everything"
    together = ShipTogether.HOLD
    rank = by_priority().rank

    def share(self, available, backorders):
        return ()


KEEPING = KeepsEverything()


def a_book(events=HISTORY, policy=KEEPING):
    return OrderBook.replay(events, policy)


def test_the_history_of_these_tests_holds_every_fact_there_is():
    union = Allocated.__module__
    module = __import__(union, fromlist=["Event"])
    assert set(module.Event.__args__) == KINDS


def test_the_history_adds_up_to_the_figures_that_were_meant():
    book = a_book()
    book.check_invariants()
    line = book.line("B1/1")
    assert (line.ordered, line.waiting, line.allocated) == (8, 4, 2)
    assert (line.frozen, line.shipped, line.cancelled, line.returned) == (1, 1, 1, 1)
    assert [portion.location for portion in line.portions] == ["main", "north", "main"]
    other = book.line("B2/1")
    assert (other.ordered, other.refused, other.allocated) == (3, 1, 1)
    stock = book.pool("LAMP")
    assert (stock.on_hand, stock.received, stock.counted) == (8, 5, 1)
    assert (stock.returned, stock.transferred, stock.shipped) == (1, 2, 1)
    assert (stock.incoming, book.pool("LAMP", "north").reserve) == (8, 1)
    assert (stock.pinned, line.pinned, book.pool("LAMP", "north").on_hand) == (1, 1, 1)
    under_way = book.purchase_line("P2/1")
    assert (under_way.announced, under_way.pinned) == (4, 1)
    days = (under_way.confirmed_on, under_way.expected_on)
    assert days == (date(2026, 3, 18), LATER)
    assert book.purchase_line("M2").is_transfer
    bought = book.purchase_line("P1/1")
    assert (bought.open, bought.accepted, bought.closed) == (1, 5, 2)
    assert bought.expected_on == date(2026, 3, 25)
    assert book.order("B2").priority == -1
    assert book.promises("B1/1")[0].promised_on == LATER
    assert book.version == len(HISTORY)


# Whole or not at all

UNKNOWN = Allocated("nobody/1", 0, 1, wanted=1, at=NOON)


@pytest.mark.parametrize("known", range(len(HISTORY)))
def test_a_plan_that_fails_at_its_last_fact_leaves_no_trace(known):
    book = a_book(HISTORY[:known])
    before = look(book)
    plan = Plan((*HISTORY[known:], UNKNOWN), basis=known)
    with pytest.raises(UnknownReference):
        book.apply(plan)
    assert (look(book), book.version) == (before, known)
    assert book == a_book(HISTORY[:known])
    book.check_invariants()
    book.follow(HISTORY[known:])
    assert book == a_book()
    book.check_invariants()


@pytest.mark.parametrize("length", range(1, len(HISTORY) + 1))
def test_a_plan_that_fails_early_leaves_no_trace_either(length):
    book = OrderBook(KEEPING)
    with pytest.raises(UnknownReference):
        book.apply(Plan((*HISTORY[:length], UNKNOWN), basis=0))
    assert book == OrderBook(KEEPING)
    assert (book.version, book.pools(), book.orders()) == (0, (), ())
    book.follow(HISTORY)
    assert book == a_book()


def test_a_failure_in_the_middle_of_a_fact_undoes_the_half_of_it():
    book = a_book()
    before = look(book)
    parcel = (ShippedLine("B1/1", 0, 1), ShippedLine("B2/1", 0, 1))
    with pytest.raises(InvalidValue):
        book.follow([GoodsShipped("S2", "B1", parcel, NOON)])
    lines = [ReceiptLine("RUG", 3), ReceiptLine("LAMP", 1, purchase_line="P9/1")]
    with pytest.raises(UnknownReference):
        book.follow([GoodsReceived(Receipt("R2", NOON, lines))])
    with pytest.raises(Duplicate):
        book.follow([OrderPlaced(attrs.evolve(FIRST, ref="B9"), ())])
    assert look(book) == before
    assert Pool("RUG") not in book.pools()
    book.check_invariants()
    book.follow([GoodsShipped("S2", "B1", parcel[:1], NOON)])
    assert book.line("B1/1").shipped == 2


def test_facts_that_cannot_even_be_read_leave_no_trace():
    def facts():
        yield HISTORY[0]
        raise OSError("the disk is gone")

    book = OrderBook(KEEPING)
    with pytest.raises(OSError, match="disk"):
        book.follow(facts())
    assert (book.version, book.orders()) == (0, ())


def test_a_plan_is_undone_when_what_must_go_with_it_fails():
    book = a_book()
    before = look(book)
    plan = plan_count(book, "LAMP", 20, at=NOON)

    def store():
        with book.applying(plan):
            assert book.pool("LAMP").on_hand == 20
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store()
    assert (look(book), book.version) == (before, len(HISTORY))
    with book.applying(plan):
        pass
    assert book.pool("LAMP").on_hand == 20


# Facts that do not fit

BAD = 1.5, True, 0, -1, 10**15 + 1, "1", None


@pytest.mark.parametrize("units", BAD, ids=repr)
@pytest.mark.parametrize(
    "fact",
    [
        lambda units: Allocated("B1/1", 0, units, wanted=5, at=NOON),
        lambda units: AllocationReleased("B1/1", 0, units, "counted", at=NOON),
        lambda units: AllocationFrozen("B1/1", 0, units, "picked", at=NOON),
        lambda units: AllocationThawed("B1/1", 0, units, at=NOON),
        lambda units: AllocationMoved("B1/1", 0, "B2/1", 0, units, "eve", "why", NOON),
        lambda units: QuantityCancelled("B1/1", 0, units, "amended", NOON),
        lambda units: QuantityRefused(
            "B1/1", "B1", units, "cap_reached", "too many", at=NOON
        ),
        lambda units: PortionAdded(Portion("B1/1", 3, "main", units), NOON),
        lambda units: PortionMoved("B1/1", 0, units, "north", 3, NOON),
        lambda units: GoodsShipped("S2", "B1", (ShippedLine("B1/1", 0, units),), NOON),
        lambda units: GoodsReturned("T2", "B1/1", units, 0, "main", NOON),
        lambda units: StockTransferred("M2", "LAMP", units, "main", "north", NOON),
        lambda units: PurchaseLineClosed("P1/1", units, "lost", NOON),
    ],
    ids=lambda fact: type(fact(1)).__name__,
)
def test_a_quantity_that_is_none_is_refused_in_every_fact(fact, units):
    book = a_book()
    before = look(book)
    with pytest.raises(BackorderError):
        book.follow([fact(units)])
    assert look(book) == before


@pytest.mark.parametrize("units", [2.5, True, "3", None, 10**15 + 1], ids=repr)
def test_a_count_or_a_reserve_that_is_no_number_of_units_is_refused(units):
    book = a_book()
    before = look(book)
    for fact in (
        StockCounted("LAMP", "main", units, "counted", NOON),
        ReserveSet("LAMP", "main", units, NOON),
        GoodsReturned("T2", "B1/1", 1, units, "main", NOON),
    ):
        with pytest.raises(BackorderError):
            book.follow([fact])
    assert look(book) == before


@pytest.mark.parametrize(
    "fact",
    [
        Allocated("B1/1", 0, 4, wanted=5, at=NOON),
        AllocationReleased("B1/1", 0, 2, "one of two is picked", at=NOON),
        AllocationFrozen("B1/1", 0, 2, "one of two is picked", at=NOON),
        AllocationThawed("B1/1", 0, 2, at=NOON),
        AllocationMoved("B1/1", 0, "B2/1", 0, 2, "eve", "a wedding", NOON),
        QuantityCancelled("B1/1", 1, 2, "one waits", NOON),
        PortionMoved("B1/1", 1, 2, "main", 3, NOON),
        GoodsShipped("S2", "B1", (ShippedLine("B1/1", 0, 3),), NOON),
        GoodsReturned("T2", "B1/1", 1, 1, "main", NOON),
        StockTransferred("M3", "LAMP", 2, "north", "main", NOON),
        TransferDispatched("M3", "LAMP", 2, "north", "main", LATER, NOON),
        SupplyShipped("N2", "P2/1", 3, LATER, NOON),
        UnitsPinned("P2/1", "B1/1", 0, 2, "one waits loosely", NOON),
        UnitsPinned("P1/1", "B2/1", 0, 2, "one is open", NOON),
        PinReleased("P2/1", "B1/1", 0, 2, "one is kept", NOON),
        QuantityCancelled("B1/1", 0, 2, "one of them is kept for", NOON),
        Allocated("B1/1", 0, 2, wanted=2, at=NOON),
        StockCounted("LAMP", "main", -6, "three are given", NOON),
        PurchaseLineClosed("P1/1", 2, "one is open", NOON),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_one_unit_more_than_there_is_is_refused(fact):
    book = a_book()
    before = look(book)
    with pytest.raises(NotPossible):
        book.follow([fact])
    assert look(book) == before


def test_goods_cannot_come_back_in_better_shape_than_they_left():
    book = a_book(HISTORY[:16])
    with pytest.raises(BackorderError):
        book.follow([GoodsReturned("T2", "B1/1", 1, 2, "main", NOON)])


# Each fact once


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (HISTORY[0], "order"),
        (OrderPlaced(an_order("B1", ("RUG", 1, {})), ()), "order"),
        (OrderPlaced(attrs.evolve(FIRST, ref="B9"), ()), "line"),
        (PurchasePlaced(a_purchase("P1", 8)), "purchase order"),
        (GoodsReceived(a_receipt("R1", 1)), "receipt"),
        (GoodsShipped("S1", "B1", (ShippedLine("B1/1", 0, 1),), NOON), "shipment"),
        (GoodsReturned("T1", "B1/1", 1, 1, "main", NOON), "return"),
        (StockTransferred("M1", "LAMP", 1, "main", "north", NOON), "transfer"),
        (
            TransferDispatched("M2", "LAMP", 1, "main", "north", LATER, NOON),
            "transfer",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_reference_is_never_taken_twice(fact, kind):
    book = a_book()
    with pytest.raises(Duplicate) as refused:
        book.follow([fact])
    assert refused.value.kind == kind
    assert book == a_book()


def test_a_purchase_line_of_another_purchase_is_refused():
    book = a_book()
    with pytest.raises(Duplicate, match="purchase line 'P1/1'"):
        book.follow([PurchasePlaced(attrs.evolve(a_purchase("P1", 8), ref="P3"))])
    assert len(book.purchase_orders()) == 2


def test_a_plan_for_another_version_is_refused():
    book = OrderBook(oldest_first())
    plan = plan_count(book, "LAMP", 3, at=NOON)
    other = plan_order(book, FIRST)
    book.apply(plan)
    for stale in (plan, other):
        with pytest.raises(StalePlan) as refused:
            book.apply(stale)
        assert (refused.value.planned_for, refused.value.version) == (0, 1)
    with pytest.raises(StalePlan):
        book.apply(Plan((), basis=2))
    book.apply(Plan((), basis=1))
    assert book.version == 1


def test_what_is_not_known_is_named():
    book = a_book()
    for ask, kind in (
        (book.order, "order"),
        (book.line, "line"),
        (book.promises, "line"),
        (book.purchase_order, "purchase order"),
        (book.purchase_line, "purchase line"),
    ):
        for ref in ("nobody", None, ["B1"]):
            with pytest.raises(UnknownReference, match=f"there is no {kind} "):
                ask(ref)
    with pytest.raises(UnknownReference, match="portion"):
        book.follow([Allocated("B1/1", 9, 1, wanted=1, at=NOON)])


def test_a_policy_must_be_one():
    for wrong in (None, "oldest first", oldest_first):
        with pytest.raises(InvalidValue, match="oldest_first"):
            OrderBook(wrong)


# The same book


def test_a_history_told_at_once_in_parts_or_fact_by_fact_gives_one_book():
    at_once, one_by_one = a_book(), OrderBook(KEEPING)
    for event in HISTORY:
        one_by_one.follow([event])
    for cut in range(len(HISTORY) + 1):
        parts = a_book(HISTORY[:cut])
        parts.follow(iter(HISTORY[cut:]))
        assert parts == at_once == one_by_one


def test_books_differ_that_differ_in_a_single_fact():
    whole = a_book()
    tail = {
        ReserveSet("LAMP", "north", 2, NOON),
        OrderHeld("B2", "unpaid", NOON),
        OrderReprioritised("B1", 5, "eve", "why", NOON),
        PromiseMade("B1/1", (), "nobody knows", NOON),
        PurchaseExpected("P1/1", None, "later", NOON),
        StockCounted("CHAIR", "main", 1, "counted", NOON),
        Allocated("B1/1", 0, 1, wanted=3, at=NOON),
        OrderPlaced(an_order("B7", ("RUG", 1, {})), ()),
    }
    for event in tail:
        other = a_book((*HISTORY, event))
        assert whole != other
        assert (whole == other) is False


def test_a_book_is_no_key_and_equals_only_books():
    with pytest.raises(TypeError):
        hash(a_book())
    assert a_book() != "a book"
    assert repr(a_book()) == "<OrderBook: 4 orders, 9 units waiting, version 39>"


def test_under_another_policy_only_the_queues_stand_otherwise():
    early = an_order("B5", ("LAMP", 9, {}))
    late = attrs.evolve(
        an_order("B6", ("LAMP", 1, {})), placed_at=NOON + timedelta(hours=1)
    )
    events = [
        OrderPlaced(one, (Portion(f"{one.ref}/1", 0, "main", units),))
        for one, units in ((early, 9), (late, 1))
    ]
    oldest, smallest = a_book(events, oldest_first()), a_book(events, smallest_first())
    assert [one.line for one in oldest.backorders("LAMP")] == ["B5/1", "B6/1"]
    assert [one.line for one in smallest.backorders("LAMP")] == ["B6/1", "B5/1"]
    assert oldest.order("B5") == smallest.order("B5")
    assert oldest != smallest


# Views


def test_a_view_stays_as_it_was_when_the_book_moves_on():
    book = a_book(HISTORY[:11])
    line, pool, order = book.line("B1/1"), book.pool("LAMP"), book.order("B1")
    book.follow(HISTORY[11:])
    assert (line.allocated, pool.allocated, order.allocated) == (0, 0, 0)
    assert book.line("B1/1").allocated == 2


def test_a_pool_that_nobody_has_heard_of_is_empty_and_stays_unheard_of():
    book = a_book()
    assert book.pool("RUG").on_hand == 0
    assert list(book.backorders("RUG", "north")) == []
    assert Pool("RUG") not in book.pools()


def test_pools_are_sorted_and_orders_stand_as_placed():
    book = a_book()
    assert book.pools() == (
        Pool("CHAIR", "main"),
        Pool("LAMP", "main"),
        Pool("LAMP", "north"),
    )
    assert book.orders() == ("B1", "B2", "B4", "B6")
    assert [one.ref for one in book.purchase_orders()] == ["P1", "P2"]
    assert book.purchase_lines() == ("P1/1", "P2/1", "M2")


def test_a_queue_names_what_waits_and_leaves_out_what_is_held():
    book = a_book()
    waiting = [(one.line, one.portion, one.quantity) for one in book.backorders("LAMP")]
    assert waiting == [("B2/1", 0, 2), ("B1/1", 0, 1), ("B1/1", 2, 1), ("B4/1", 0, 1)]
    book.follow([OrderHeld("B1", "unpaid", NOON)])
    assert [one.line for one in book.backorders("LAMP")] == ["B2/1", "B4/1"]
    assert book.pool("LAMP").waiting == 6
    assert book.pool("LAMP").queued == 3


def test_a_line_that_is_not_due_stands_behind_all_that_are():
    book = a_book(HISTORY[:3])
    assert [one.line for one in book.backorders("LAMP")] == ["B1/1", "B2/1"]
    assert (book.pool("LAMP").queued, book.pool("LAMP").postponed) == (6, 3)
    book.follow(
        [LineBecameDue("B2/1", LATER), OrderReprioritised("B2", -1, "e", "w", NOON)]
    )
    assert [one.line for one in book.backorders("LAMP")] == ["B2/1", "B1/1"]
