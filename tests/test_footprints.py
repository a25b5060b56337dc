"""What a batch of facts touches: recounted from books, and named fact by fact."""

from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given

from backorderkit import (
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    oldest_first,
)
from backorderkit.model import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    Event,
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
    PurchaseNeed,
    PurchasePlaced,
    QuantityCancelled,
    QuantityRefused,
    QuoteAccepted,
    QuoteExpired,
    QuoteHeld,
    QuoteRefused,
    Receipt,
    ReceiptLine,
    ReserveSet,
    SegmentUnmet,
    ShippedLine,
    StockCounted,
    StockTransferred,
    SupplyShipped,
    TransferDispatched,
    UnitsPinned,
)
from backorderkit.storage import Footprints
from backorderkit.testing.strategies import histories
from tests.searching import examples

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARCH_10 = date(2026, 3, 10)
MAIN, NORTH = ("pool", "LAMP", "main"), ("pool", "LAMP", "north")
ORDER, OTHER = ("order", "O-1"), ("order", "O-2")


def an_order(ref, *skus):
    lines = [Line(f"{ref}/{n}", sku, 3) for n, sku in enumerate(skus, start=1)]
    return Order(ref, "ada", NOON, lines)


def placed(ref, *skus):
    order = an_order(ref, *skus)
    return OrderPlaced(
        order, tuple(Portion(one.ref, 0, "main", 3) for one in order.lines)
    )


BOUGHT = PurchaseLine("PO-1/1", "LAMP", 3, needs=[PurchaseNeed("O-1/1", 0, 3)])
BEFORE = (
    placed("O-1", "LAMP", "RUG"),
    placed("O-2", "LAMP"),
    PurchasePlaced(PurchaseOrder("PO-1", "ACME", NOON, [BOUGHT])),
    TransferDispatched("T-9", "LAMP", 1, "main", "north", None, NOON),
)
PURCHASE = ("purchase", "PO-1")
FACTS = [
    (StockCounted("LAMP", "main", 3, "counted", NOON), [MAIN]),
    (ReserveSet("LAMP", "north", 3, NOON), [NORTH]),
    (Allocated("O-1/1", 0, 3, wanted=3, at=NOON), [ORDER, MAIN]),
    (AllocationReleased("O-1/1", 0, 3, "counted", at=NOON), [ORDER, MAIN]),
    (AllocationFrozen("O-1/1", 0, 3, "picked", at=NOON), [ORDER, MAIN]),
    (AllocationThawed("O-1/1", 0, 3, at=NOON), [ORDER, MAIN]),
    (
        AllocationMoved("O-1/1", 0, "O-2/1", 0, 1, "eve", "why", NOON),
        [ORDER, OTHER, MAIN],
    ),
    (SegmentUnmet("O-2/1", 0, "gain", 3, 2, NOON), [OTHER, MAIN]),
    (QuantityCancelled("O-2/1", 0, 3, "amended", NOON), [OTHER, MAIN]),
    (QuantityRefused("O-2/1", "O-2", 3, "limit", "why", at=NOON), [OTHER, MAIN]),
    (PortionAdded(Portion("O-1/1", 1, "north", 2), NOON), [ORDER, NORTH]),
    (PortionMoved("O-1/1", 0, 2, "north", 1, NOON), [ORDER, MAIN, NORTH]),
    (OrderHeld("O-2", "unpaid", NOON), [OTHER, MAIN]),
    (OrderHeld("O-1", "unpaid", NOON), [ORDER, MAIN, ("pool", "RUG", "main")]),
    (HoldReleased("O-2", NOON), [OTHER, MAIN]),
    (OrderReprioritised("O-2", 1, "eve", "why", NOON), [OTHER, MAIN]),
    (QuoteAccepted("O-2", NOON), [OTHER, MAIN]),
    (LineBecameDue("O-2/1", NOON), [OTHER, MAIN]),
    (PromiseMade("O-2/1", (), "late", NOON), [OTHER, MAIN]),
    (UnitsPinned("PO-1/1", "O-1/1", 0, 3, "why", NOON), [ORDER, MAIN, PURCHASE]),
    (PinReleased("PO-1/1", "O-1/1", 0, 3, "why", NOON), [ORDER, MAIN, PURCHASE]),
    (PurchaseConfirmed("PO-1/1", MARCH_10, NOON), [MAIN, PURCHASE]),
    (PurchaseExpected("PO-1/1", MARCH_10, "late", NOON), [MAIN, PURCHASE]),
    (PurchaseExpected("T-9", MARCH_10, "late", NOON), [NORTH, ("purchase", "T-9")]),
    (PurchaseLineClosed("PO-1/1", 1, "sold out", NOON), [MAIN, PURCHASE]),
    (SupplyShipped("ASN-1", "PO-1/1", 1, MARCH_10, NOON), [MAIN, PURCHASE]),
    (
        GoodsShipped("S-1", "O-2", (ShippedLine("O-2/1", 0, 1),), NOON),
        [OTHER, MAIN, ("shipment", "S-1")],
    ),
    (
        GoodsReturned("RET-1", "O-2/1", 1, 1, "north", NOON),
        [OTHER, MAIN, NORTH, ("return", "RET-1")],
    ),
    (
        GoodsReceived(
            Receipt("R-1", NOON, [ReceiptLine("LAMP", 1, purchase_line="PO-1/1")])
        ),
        [MAIN, PURCHASE, ("receipt", "R-1")],
    ),
    (
        StockTransferred("T-1", "LAMP", 1, "main", "north", NOON),
        [MAIN, NORTH, ("transfer", "T-1")],
    ),
    (
        TransferDispatched("T-1", "LAMP", 1, "main", "north", None, NOON),
        [MAIN, NORTH, ("purchase", "T-1"), ("transfer", "T-1")],
    ),
    (OrderRefused(an_order("O-9", "LAMP"), ()), [("order", "O-9")]),
    (QuoteRefused(an_order("O-9", "LAMP"), (), NOON), [("order", "O-9")]),
    (
        QuoteHeld(an_order("O-9", "LAMP"), (Portion("O-9/1", 0, "main", 3),), NOON),
        [("line", "O-9/1"), ("order", "O-9"), MAIN],
    ),
    (QuoteExpired("O-2", NOON), [OTHER, MAIN]),
    (placed("O-9", "LAMP"), [("line", "O-9/1"), ("order", "O-9"), MAIN]),
    (
        OrderPlaced(an_order("O-9", "LAMP"), ()),
        [("line", "O-9/1"), ("order", "O-9")],
    ),
    (BEFORE[2], [MAIN, PURCHASE, ("purchase line", "PO-1/1")]),
]
ABOUT_NOBODY = [
    (Allocated("nobody/1", 0, 3, wanted=3, at=NOON), []),
    (AllocationMoved("nobody/1", 0, "nobody/2", 0, 1, "eve", "why", NOON), []),
    (PromiseMade("nobody/1", (), "late", NOON), []),
    (PortionMoved("nobody/1", 0, 2, "north", 1, NOON), [("pool", "", "north")]),
    (OrderHeld("nobody", "unpaid", NOON), [("order", "nobody")]),
    (UnitsPinned("nothing/1", "nobody/1", 0, 3, "why", NOON), []),
    (PurchaseConfirmed("nothing/1", MARCH_10, NOON), []),
    (
        GoodsShipped("S-1", "nobody", (ShippedLine("nobody/1", 0, 1),), NOON),
        [("shipment", "S-1")],
    ),
    (
        GoodsReturned("RET-1", "nobody/1", 1, 1, "north", NOON),
        [("pool", "", "north"), ("return", "RET-1")],
    ),
    (
        GoodsReceived(
            Receipt("R-1", NOON, [ReceiptLine("LAMP", 1, purchase_line="nothing/1")])
        ),
        [MAIN, ("receipt", "R-1")],
    ),
]


def named_by_kind(value):
    return type(value).__name__ if isinstance(value, Event) else ""


@pytest.mark.parametrize(("fact", "touched"), FACTS, ids=named_by_kind)
def test_a_fact_touches_what_it_is_about(fact, touched):
    known = Footprints()
    known.follow(BEFORE)
    assert known.of([fact]) == tuple(sorted(touched))


def test_no_kind_of_fact_is_forgotten():
    assert {type(fact) for fact, _ in FACTS} == set(get_args(Event))


@pytest.mark.parametrize(("fact", "touched"), ABOUT_NOBODY, ids=named_by_kind)
def test_what_nobody_placed_is_passed_over(fact, touched):
    assert Footprints().of([fact]) == tuple(touched)


def test_a_portion_is_known_at_the_location_it_moved_to():
    known = Footprints()
    known.follow((*BEFORE, PortionMoved("O-2/1", 0, 2, "north", 1, NOON)))
    assert known.of([Allocated("O-2/1", 1, 2, wanted=2, at=NOON)]) == (OTHER, NORTH)
    assert known.of([OrderHeld("O-2", "unpaid", NOON)]) == (OTHER, MAIN, NORTH)


def test_what_is_only_asked_for_is_not_remembered():
    known = Footprints()
    known.of([placed("O-1", "LAMP")])
    assert known.of([Allocated("O-1/1", 0, 3, wanted=3, at=NOON)]) == ()


def test_facts_of_one_batch_know_each_other():
    batch = [placed("O-1", "LAMP"), Allocated("O-1/1", 0, 3, wanted=3, at=NOON)]
    assert MAIN in Footprints().of(batch[1:] + batch[:1])
    assert Footprints().of(batch) == (("line", "O-1/1"), ORDER, MAIN)


@examples(30)
@given(histories(oldest_first()))
def test_every_pool_that_a_step_changes_is_touched_by_it(history):
    known, book = Footprints(), OrderBook(oldest_first())
    for event in history:
        before = {pool: book.pool(*pool) for pool in book.pools()}
        book.follow([event])
        touched = known.follow([event])
        for pool in book.pools():
            if before.get(pool) != book.pool(*pool):
                assert ("pool", *pool) in touched
