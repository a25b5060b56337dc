"""A day that has passed is no day: overdue supply is dated anew, or nobody knows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    cover,
    oldest_first,
    plan_count,
    plan_dispatch,
    plan_order,
    plan_overdue,
    plan_pin,
    plan_promises,
    plan_purchase_order,
    plan_receipt,
    plan_shipping_notice,
    plan_supply_change,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import Evidence, PurchaseExpected, SupplyShipped
from backorderkit.testing.book_laws import WatchedBook

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARCH = {day: date(2026, 3, day) for day in range(1, 32)}


class Shop(WatchedBook):
    """A book under watch in which PO-1/1 brings ten on 10 March."""

    def __init__(self, on=MARCH[10], evidence=Evidence.REQUEST):
        super().__init__(oldest_first())
        line = PurchaseLine("PO-1/1", "LAMP", 10, expected_on=on, evidence=evidence)
        self.do(plan_purchase_order, PurchaseOrder("PO-1", "ACME", NOON, [line]))

    def do(self, decision, *args, **options):
        plan = decision(self.book, *args, **options)
        assert self.carry_out(decision, *args, **options) == plan
        return plan

    def look(self, day, **options):
        """Look for what is overdue on a day of March."""
        at = NOON.replace(day=day)
        plan = self.do(plan_overdue, at=at, **options)
        again = plan_overdue(self.book, at=at, **options)
        assert again.is_empty, again.explain()
        return plan

    @property
    def day(self):
        on = self.book.purchase_line("PO-1/1").expected_on
        return on and on.day


def naming(day):
    """Return an estimate that always names one day of March."""
    return lambda bought, today: day and MARCH[day]


@pytest.mark.parametrize(("day", "left"), [(9, 10), (10, 10), (11, None)])
def test_a_day_is_given_up_the_day_after(day, left):
    shop = Shop()
    plan = shop.look(day)
    assert shop.day == left
    assert plan.is_empty == (left is not None)


def test_who_gives_up_a_day_says_why():
    plan = Shop().look(11)
    at = NOON.replace(day=11)
    assert plan.events == (
        PurchaseExpected("PO-1/1", None, "overdue", at, Evidence.NOTHING),
    )
    assert plan.explain() == "PO-1/1 is expected on an unknown date, overdue."


@pytest.mark.parametrize(("named", "day"), [(12, 12), (19, 19), (None, None)])
def test_experience_may_name_another_day(named, day):
    shop = Shop()
    shop.look(12, estimate=naming(named))
    bought = shop.book.purchase_line("PO-1/1")
    assert shop.day == day
    assert bought.evidence is (Evidence.EXPERIENCE if day else Evidence.NOTHING)


def test_experience_is_asked_about_what_is_overdue_and_nothing_else():
    shop, asked = Shop(), []

    def estimate(bought, today):
        asked.append((bought.ref, bought.expected_on, today))

    shop.do(plan_overdue, at=NOON.replace(day=10), estimate=estimate)
    assert asked == []
    plan_overdue(shop.book, at=NOON.replace(day=11), estimate=estimate)
    assert asked == [("PO-1/1", MARCH[10], MARCH[11])]


@pytest.mark.parametrize("named", [MARCH[11], NOON, "soon"])
def test_an_estimate_that_names_no_day_to_come_is_refused(named):
    shop = Shop()
    with pytest.raises(InvalidValue, match="estimate for PO-1/1"):
        plan_overdue(shop.book, at=NOON.replace(day=12), estimate=lambda *_: named)


@pytest.mark.parametrize(("day", "left"), [(13, 20), (14, None)])
def test_more_than_a_fence_after_the_named_day_nobody_knows(day, left):
    shop = Shop()
    shop.look(11, estimate=naming(20))
    shop.look(day, estimate=naming(20), fence_days=3)
    assert shop.day == left


@pytest.mark.parametrize(("day", "left"), [(24, 30), (25, None)])
def test_the_fence_is_two_weeks_unless_said(day, left):
    shop = Shop()
    shop.look(day, estimate=naming(30))
    assert shop.day == left


def test_without_a_fence_no_estimate_is_believed():
    shop = Shop()
    shop.look(11, estimate=naming(20), fence_days=0)
    assert shop.day is None


def test_an_estimate_that_has_passed_is_made_anew_within_the_fence():
    shop = Shop()
    for today, named, left in (
        (11, 12, 12),
        (12, 15, 12),
        (13, 15, 15),
        (25, 28, None),
    ):
        shop.look(today, estimate=naming(named))
        assert shop.day == left


def test_a_supplier_who_names_another_day_starts_the_fence_anew():
    shop = Shop()
    shop.look(12)
    assert shop.day is None
    late = {"confirmed_on": MARCH[20], "reason": "called", "at": NOON}
    shop.do(plan_supply_change, "PO-1/1", **late)
    shop.look(20)
    assert shop.day == 20
    shop.look(21, estimate=naming(22), fence_days=1)
    assert shop.day == 22
    shop.look(22, estimate=naming(22), fence_days=1)
    assert shop.day is None


def test_a_day_that_only_experience_named_is_given_up_too():
    shop = Shop(on=None)
    guess = {"expected_on": MARCH[10], "evidence": Evidence.EXPERIENCE}
    shop.do(plan_supply_change, "PO-1/1", **guess, reason="learnt", at=NOON)
    shop.look(10)
    assert shop.day == 10
    shop.look(11, estimate=naming(12))
    assert shop.day == 12
    shop.look(12, estimate=naming(12), fence_days=1)
    assert shop.day is None


def test_a_day_that_nobody_knows_stays_unknown():
    shop = Shop(on=None)
    assert shop.look(30, estimate=naming(31)).is_empty
    assert shop.day is None


def test_goods_that_are_announced_and_overdue_have_no_day():
    shop = Shop()
    shop.do(plan_shipping_notice, "ASN-1", "PO-1/1", 4, expected_on=MARCH[5], at=NOON)
    assert shop.look(5).is_empty
    plan = shop.look(6, estimate=naming(9))
    at = NOON.replace(day=6)
    assert plan.events == (SupplyShipped("ASN-1", "PO-1/1", 4, None, at),)
    assert shop.day == 10
    pegs = dict(cover(shop.book, "LAMP").surplus)
    assert pegs == {"PO-1/1": 10}
    assert [one.expected_on for one in shop.book.purchase_line("PO-1/1").notices] == [
        None
    ]


def test_transfers_are_looked_at_as_well():
    shop = Shop()
    shop.do(plan_count, "LAMP", 3, at=NOON)
    way = {"source": "main", "destination": "north", "expected_on": MARCH[4]}
    shop.do(plan_dispatch, "T-1", "LAMP", 2, at=NOON, **way)
    shop.look(4)
    assert shop.book.purchase_line("T-1").expected_on == MARCH[4]
    plan = shop.look(5)
    assert [one.purchase_line for one in plan.events] == ["T-1"]


def test_what_has_come_or_will_not_come_is_not_overdue():
    shop = Shop()
    line = ReceiptLine("LAMP", 4, purchase_line="PO-1/1", final=True)
    shop.do(plan_receipt, Receipt("R-1", NOON, [line]))
    assert shop.look(30).is_empty


def test_purchases_that_were_undone_are_not_looked_for():
    book = OrderBook(oldest_first())
    order = Order("O-1", "ada", NOON, [Line("O-1/1", "LAMP", 5)])
    book.apply(plan_order(book, order))
    line = PurchaseLine("PO-1/1", "LAMP", 6, expected_on=MARCH[10])
    plan = plan_purchase_order(book, PurchaseOrder("PO-1", "ACME", NOON, [line]))
    with pytest.raises(ZeroDivisionError), book.applying(plan):
        raise ZeroDivisionError
    assert plan_overdue(book, at=NOON.replace(day=30)).is_empty


def test_what_is_kept_for_somebody_loses_its_day_and_stays_kept():
    shop = Shop()
    order = Order("O-1", "ada", NOON, [Line("O-1/1", "LAMP", 4)])
    shop.do(plan_order, order)
    shop.do(plan_promises, at=NOON)
    shop.do(plan_pin, "PO-1/1", "O-1/1", reason="special", at=NOON)
    shop.look(11)
    [peg] = cover(shop.book, "LAMP").of_line("O-1/1")
    assert (peg.quantity, peg.is_pinned, peg.expected_on) == (4, True, None)
    # Only then, and only if somebody asks, a customer is told.
    assert shop.book.line("O-1/1").promised_on == MARCH[10]
    told = shop.do(plan_promises, at=NOON.replace(day=11))
    assert [one.promised_on for one in told.events] == [None]


@pytest.mark.parametrize(
    "wrong",
    [{"at": NOON.replace(tzinfo=None)}, {"fence_days": -1}, {"fence_days": 1.5}],
    ids=lambda wrong: str(next(iter(wrong.values()))),
)
def test_a_look_without_a_time_or_a_fence_in_whole_days_is_refused(wrong):
    with pytest.raises(InvalidValue):
        plan_overdue(Shop().book, **{"at": NOON, **wrong})


# Any line, any day, against the rule said in one sentence

some_days = st.none() | st.integers(1, 28)


@given(
    expected=some_days,
    today=st.integers(1, 28),
    fence=st.integers(0, 20),
    after=some_days,
)
def test_a_line_is_expected_today_or_later_or_nobody_knows(
    expected, today, fence, after
):
    shop = Shop(on=expected and MARCH[expected])
    named = after and MARCH[today] + timedelta(after - 1)
    shop.do(
        plan_overdue,
        at=NOON.replace(day=today),
        estimate=lambda *_: named,
        fence_days=fence,
    )
    on = shop.book.purchase_line("PO-1/1").expected_on
    if expected is None or expected >= today:
        assert on == (expected and MARCH[expected])
    elif today - expected > fence:
        assert on is None
    else:
        assert on == named
