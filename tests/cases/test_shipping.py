"""Worked cases: goods are claimed, leave, are cancelled, and come back."""

from decimal import Decimal

import pytest

from backorderkit import (
    UNLIMITED,
    MemoryRepository,
    OrderDesk,
    SellingRule,
    SellingRules,
    UnitOfMeasure,
    oldest_first,
    plan_count,
    plan_order,
)
from backorderkit.deciding import Assignment
from backorderkit.errors import Conflict, NotPossible
from backorderkit.model import (
    Acceptance,
    AllocationReleased,
    GoodsReturned,
    GoodsShipped,
    QuantityCancelled,
)

ALL_OR_NOTHING = SellingRules(SellingRule(0), accept=Acceptance.WHOLE_ORDER)
ALWAYS = SellingRules(SellingRule(UNLIMITED))


def claimed_by_others(shop, line):
    """What an owner of a line, or an outsider (None), sees as taken."""
    own = shop.book.line(line).allocated if line else 0
    return shop.book.pool("LAMP").allocated - own


# Ten on hand, five of them allocated: the state most of these cases begin with.


@pytest.fixture
def claimed(shop):
    shop.stock("LAMP", 10)
    shop.order("O-1", {"LAMP": 5})
    return shop


@pytest.mark.parametrize(
    ("shipped", "allocated", "on_hand"), [(1, 4, 9), (3, 2, 7), (4, 1, 6), (5, 0, 5)]
)
def test_shipping_takes_from_the_claim_and_from_the_shelf__cm_R1(
    claimed, shipped, allocated, on_hand
):
    claimed.ship("O-1", {"O-1/1": shipped})
    assert claimed.book.line("O-1/1").allocated == allocated
    assert claimed.book.pool("LAMP").allocated == allocated
    assert claimed.on_hand("LAMP") == on_hand


@pytest.mark.parametrize("shipped", [6, 10, 11])
def test_no_more_can_leave_than_is_claimed__cm_R1(claimed, shipped):
    with claimed.refuses(NotPossible, f"cannot ship {shipped} of 'O-1/1', only 5"):
        claimed.ship("O-1", {"O-1/1": shipped})


@pytest.mark.parametrize(("cancelled", "allocated"), [(1, 4), (4, 1), (5, 0)])
def test_cancelling_frees_the_claim_and_leaves_the_shelf_alone__cm_R2(
    claimed, cancelled, allocated
):
    claimed.cancel("O-1", {"O-1/1": cancelled})
    assert claimed.figures("O-1/1") == (allocated, 0)
    assert claimed.on_hand("LAMP") == 10
    assert claimed.free("LAMP") == 10 - allocated


def test_cancelling_more_than_is_claimed_says_both_figures__cm_R3(claimed):
    with claimed.refuses(NotPossible) as caught:
        claimed.cancel("O-1", {"O-1/1": 6})
    assert (caught.value.asked, caught.value.possible) == (6, 5)


@pytest.mark.parametrize(
    ("wanted", "allocated"), [(19, 99), (20, 100), (21, 80), (1_000, 80)]
)
def test_an_order_beyond_what_is_free_is_refused_whole__cm_R4(shop, wanted, allocated):
    shop.stock("LAMP", 100)
    shop.order("O-1", {"LAMP": 80})
    plan = shop.order("O-2", {"LAMP": wanted}, rules=ALL_OR_NOTHING)
    assert shop.book.pool("LAMP").allocated == allocated
    assert bool(shop.refused(plan)) == (wanted > 20)
    assert ("O-2" in shop.book.orders()) == (wanted <= 20)


def test_no_more_leaves_one_house_than_is_claimed_there__cm_R7(shop):
    def two_and_one(lines, free):
        return [Assignment("O-1/1", "S0", 2), Assignment("O-1/1", "S1", 1)]

    shop.stock("LAMP", 4, "S0")
    shop.stock("LAMP", 3, "S1")
    shop.order("O-1", {"LAMP": 3}, sourcing=two_and_one)
    assert shop.at("O-1/1") == {"S0": (2, 0), "S1": (1, 0)}
    for too_many in (3, 4):
        with shop.refuses(NotPossible, f"cannot ship {too_many} of 'O-1/1', only 2"):
            shop.ship("O-1", {"O-1/1": too_many}, location="S0")
    shop.ship("O-1", {"O-1/1": 2}, location="S0")
    assert (shop.on_hand("LAMP", "S0"), shop.on_hand("LAMP", "S1")) == (2, 3)
    shop.ship("O-1", location="S1")
    assert (shop.on_hand("LAMP", "S0"), shop.on_hand("LAMP", "S1")) == (2, 2)


@pytest.mark.parametrize(
    ("rules", "figures"), [(ALL_OR_NOTHING, None), (ALWAYS, (2, 1))]
)
def test_the_missing_unit_is_refused_or_waits_by_the_rule__cm_R8(shop, rules, figures):
    shop.stock("LAMP", 2)
    shop.order("O-1", {"LAMP": 3}, rules=rules)
    if figures is None:
        assert shop.book.pool("LAMP").allocated == 0
        assert shop.book.orders() == ()
    else:
        assert shop.figures("O-1/1") == figures


@pytest.mark.parametrize(("raised_to", "waits"), [(9, 0), (10, 0), (11, 1)])
def test_a_claim_can_be_raised_to_all_there_is__cm_R9(shop, raised_to, waits):
    shop.stock("LAMP", 10)
    shop.order("O-1", {"LAMP": 3})
    shop.amend("O-1/1", raised_to)
    assert shop.figures("O-1/1") == (raised_to - waits, waits)


def test_the_ledger_sums_to_the_state_after_every_step__cm_R13(shop):
    def ledger():
        pool = shop.book.pool("LAMP")
        moved = pool.received + pool.returned + pool.counted + pool.transferred
        assert pool.on_hand == moved - pool.shipped
        return pool.on_hand, pool.allocated

    shop.receive("LAMP", 5)
    assert ledger() == (5, 0)
    shop.order("O-1", {"LAMP": 3})
    assert ledger() == (5, 3)
    shop.cancel("O-1", {"O-1/1": 1})
    assert ledger() == (5, 2)
    shop.ship("O-1")
    assert ledger() == (3, 0)
    shop.give_back("O-1/1", 2)
    assert ledger() == (5, 0)
    shop.order("O-2", {"LAMP": 1})
    assert ledger() == (5, 1)
    shop.ship("O-2")
    assert ledger() == (4, 0)
    shop.give_back("O-2/1", 1)
    # The customer of the cancelled parcel still wants the unit: a raise by the one.
    shop.amend("O-2/1", 2)
    assert ledger() == (5, 1)
    moves = [
        type(event).__name__
        for event in shop.history
        if isinstance(
            event, AllocationReleased | GoodsShipped | GoodsReturned | QuantityCancelled
        )
    ]
    assert moves == [
        "AllocationReleased",
        "QuantityCancelled",
        "GoodsShipped",
        "GoodsReturned",
        "GoodsShipped",
        "GoodsReturned",
    ]


def test_cancelling_what_was_never_allocated_releases_nothing__cm_R14(shop):
    shop.order("O-1", {"LAMP": 3})
    plan = shop.cancel("O-1")
    assert [type(event) for event in plan.events] == [QuantityCancelled]
    assert shop.on_hand("LAMP") == shop.free("LAMP") == 0
    shop.stock("LAMP", 3)
    assert shop.figures("O-1/1") == (0, 0)


def test_both_lines_of_one_sku_are_claimed__cm_R15(shop):
    shop.stock("LAMP", 35)
    shop.order("O-1", {"LAMP": 20})
    shop.order("O-2", [("LAMP", 10), ("LAMP", 5)])
    assert shop.book.pool("LAMP").allocated == 35
    assert shop.free("LAMP") == 0


def test_claims_and_what_is_given_back_are_exact_in_tenths__cm_R16(shop):
    kilo = UnitOfMeasure("kg", 10)
    shop.stock("TEA", kilo.to_base(Decimal("8.5")))
    shop.order("O-1", {"TEA": kilo.to_base(5)})
    shop.cancel("O-1", {"O-1/1": kilo.to_base(Decimal("1.5"))})
    assert kilo.from_base(shop.free("TEA")) == 5


def test_shipped_units_come_back_only_by_a_return__cm_R17(shop):
    shop.stock("LAMP", 100)
    shop.order("O-1", {"LAMP": 5})
    shop.ship("O-1")
    with shop.refuses(NotPossible, "nothing of it is left"):
        shop.cancel("O-1")
    assert shop.free("LAMP") == 95
    shop.give_back("O-1/1", 5)
    assert shop.free("LAMP") == 100


def test_on_hand_falls_at_shipment_and_not_before__cm_R18(shop):
    shop.stock("LAMP", 5)
    shop.order("O-1", {"LAMP": 3})
    pool = shop.book.pool("LAMP")
    assert (pool.allocated, pool.on_hand) == (3, 5)
    shop.ship("O-1")
    pool = shop.book.pool("LAMP")
    assert (pool.allocated, pool.on_hand) == (0, 2)


def test_a_cancelled_order_gives_all_of_it_back__cm_R20(shop):
    shop.stock("LAMP", 12)
    shop.order("O-1", {"LAMP": 8})
    assert shop.free("LAMP") == 4
    shop.cancel("O-1")
    assert shop.free("LAMP") == 12


def test_another_item_is_a_release_and_a_new_claim__cm_R22(shop):
    shop.stock("LAMP", 5)
    shop.stock("CHAIR", 5)
    shop.order("O-1", {"LAMP": 5})
    shop.cancel("O-1", ["O-1/1"])
    shop.order("O-2", {"CHAIR": 5})
    assert (shop.free("LAMP"), shop.free("CHAIR")) == (5, 0)


@pytest.mark.parametrize(("rules", "second"), [(ALL_OR_NOTHING, None), (ALWAYS, 1)])
def test_two_tills_at_the_same_time_never_sell_a_unit_twice__cm_R25(
    shop, rules, second
):
    repository = MemoryRepository()
    left, right = (OrderDesk(repository, oldest_first()) for _ in range(2))
    left.carry_out(plan_count, "LAMP", 5, at=shop.tick())
    right.catch_up()
    orders = [shop.make_order(f"O-{n}", {"LAMP": 3}) for n in (1, 2)]
    left.carry_out(plan_order, orders[0], rules=rules)
    # The right till still sees five free units when it begins.
    assert right.book.pool("LAMP").free == 5
    right.carry_out(plan_order, orders[1], rules=rules)
    left.catch_up()
    assert left.book == right.book
    assert left.book.pool("LAMP").on_hand == 5
    assert left.book.line("O-1/1").allocated == 3
    if second is None:
        assert left.book.orders() == ("O-1",)
    else:
        assert left.book.line("O-2/1").waiting == second


def test_a_till_that_may_try_once_only_is_told_of_the_conflict__cm_R25(shop):
    repository = MemoryRepository()
    left = OrderDesk(repository, oldest_first())
    right = OrderDesk(repository, oldest_first(), tries=1)
    left.carry_out(plan_count, "LAMP", 5, at=shop.tick())
    with pytest.raises(Conflict):
        right.carry_out(plan_order, shop.make_order("O-1", {"LAMP": 3}))
    assert len(repository.history(0)[0]) == 1


def test_a_claim_follows_the_stock_there_is__erp_E1(shop):
    shop.stock("LAMP", 30)
    shop.order("O-1", {"LAMP": 50})
    assert shop.book.line("O-1/1").summary == "partly covered, 30 of 50"
    shop.receive("LAMP", 20)
    assert shop.figures("O-1/1") == (50, 0)
    shop.stock("LAMP", 20)
    assert shop.figures("O-1/1") == (20, 30)
    shop.receive("LAMP", 30)
    assert shop.book.line("O-1/1").summary == "covered, 50 of 50"
    shop.cancel("O-1")
    assert shop.figures("O-1/1") == (0, 0)
    assert shop.free("LAMP") == 50


def test_claimed_goods_cannot_be_sent_elsewhere__erp_E2(shop):
    shop.stock("LAMP", 100)
    shop.order("O-1", {"LAMP": 50})
    for too_many in (51, 100):
        with shop.refuses(NotPossible, "only 50: no more is free at main"):
            shop.transfer("LAMP", too_many, "main", "north")
    shop.cancel("O-1")
    shop.transfer("LAMP", 100, "main", "north")
    assert (shop.on_hand("LAMP"), shop.on_hand("LAMP", "north")) == (0, 100)


def test_exactly_the_free_part_can_be_sent_elsewhere__erp_E2(shop):
    shop.stock("LAMP", 100)
    shop.order("O-1", {"LAMP": 50})
    shop.transfer("LAMP", 50, "main", "north")
    assert shop.figures("O-1/1") == (50, 0)
    assert shop.free("LAMP") == 0


def test_a_claim_is_delivered_in_parts_and_never_beyond__erp_E4(shop):
    shop.stock("LAMP", 100)
    shop.order("O-1", {"LAMP": 80})
    shop.ship("O-1", {"O-1/1": 10})
    assert (shop.book.line("O-1/1").shipped, shop.figures("O-1/1")) == (10, (70, 0))
    with shop.refuses(NotPossible, "cannot ship 71 of 'O-1/1', only 70"):
        shop.ship("O-1", {"O-1/1": 71})
    shop.ship("O-1", {"O-1/1": 70})
    assert shop.book.line("O-1/1").summary == "shipped"
    with shop.refuses(NotPossible, "cannot ship 1 of 'O-1/1', only 0"):
        shop.ship("O-1", {"O-1/1": 1})
    assert shop.on_hand("LAMP") == 20


def test_everyone_sees_what_the_others_hold__erp_M4(shop):
    shop.stock("LAMP", 80)
    shop.order("O-1", {"LAMP": 50})
    shop.order("O-2", {"LAMP": 30})
    seen = [claimed_by_others(shop, line) for line in (None, "O-1/1", "O-2/1")]
    assert seen == [80, 30, 50]
    shop.ship("O-1", {"O-1/1": 40})
    assert shop.book.line("O-1/1").allocated == 10
    assert claimed_by_others(shop, "O-2/1") == 10
    assert claimed_by_others(shop, None) == 40
    with shop.refuses(NotPossible, "cannot ship 999 of 'O-1/1', only 10"):
        shop.ship("O-1", {"O-1/1": 999})
