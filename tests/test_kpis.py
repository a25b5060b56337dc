"""Key figures: worked by hand, exact, and never taken from the code that is judged.

The cases M01, M02, M08, M09, M10 and M11 are known answers from the literature on
service levels, waiting time and fairness.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Catalogue,
    Line,
    MemoryRepository,
    Money,
    Order,
    OrderBook,
    OrderDesk,
    PurchaseLine,
    PurchaseOrder,
    Quantities,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    SupplierTerms,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_hold,
    plan_order,
    plan_promises,
    plan_purchase_order,
    plan_receipt,
    plan_rerouting,
    plan_reserve,
    plan_shipment,
    plan_supply_change,
)
from backorderkit.errors import InvalidValue
from backorderkit.kpis import (
    AgeBand,
    Exposure,
    Fill,
    FilledLine,
    PromiseAccuracy,
    Surplus,
    Wait,
    average_backlog,
    backlog_by_age,
    fill_rates,
    filled_at_once,
    gini,
    jain,
    mean_days,
    percentile_days,
    prepaid_exposure,
    promise_accuracy,
    surplus,
    waits_of,
)
from backorderkit.model import Allocated, OrderPlaced, Portion

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def day(number: int) -> datetime:
    """Return nine o'clock, `number` days after the Monday."""
    return MONDAY + timedelta(days=number)


class Shop:
    """A desk whose history can be read."""

    def __init__(self, **stock: int) -> None:
        self.shelf = MemoryRepository()
        self.desk = OrderDesk(self.shelf, oldest_first())
        for sku, units in stock.items():
            self.do(plan_count, sku, units, at=MONDAY)

    def do(self, decision, *args, **kwargs) -> None:
        self.desk.carry_out(decision, *args, **kwargs)
        self.desk.book.check_invariants()

    def order(self, ref: str, at: datetime, *units: int, catalogue=None, **line):
        lines = [
            Line(f"{ref}/{place}", "LAMP", count, **line)
            for place, count in enumerate(units, 1)
        ]
        self.do(plan_order, Order(ref, "ada", at, lines), catalogue=catalogue)

    @property
    def history(self):
        return self.shelf.history(0)[0]

    @property
    def book(self) -> OrderBook:
        return self.desk.book

    def waits(self) -> list[tuple[int, Fraction | None]]:
        return [(one.quantity, one.days) for one in waits_of(self.history)]


# Fill rates


def delivered(orders: list[list[tuple[int, int]]]) -> list[FilledLine]:
    """Return lines of (requested, filled), order by order."""
    return [
        FilledLine(f"O-{n}", f"O-{n}/{m}", requested=requested, filled=filled)
        for n, lines in enumerate(orders)
        for m, (requested, filled) in enumerate(lines)
    ]


def test_m01_80_percent_of_units_75_of_lines_and_70_of_orders():
    whole_orders = [[(4, 4)] * 6] * 350
    short_orders: list[list[tuple[int, int]]] = [[] for _ in range(150)]
    for n, missing in enumerate([4] * 725 + [6] * 50):
        short_orders[n % 150].append((missing, 0))
    for n, there in enumerate([19] * 224 + [144]):
        short_orders[n % 150].append((there, there))
    rates = fill_rates(delivered([*whole_orders, *short_orders]))
    assert rates.units == Fill(12_800, of=16_000)
    assert rates.lines == Fill(2_325, of=3_100)
    assert rates.orders == Fill(350, of=500)
    assert rates.units.rate == Fraction(80, 100)
    assert rates.lines.rate == Fraction(75, 100)
    assert rates.orders.rate == Fraction(70, 100)


@pytest.mark.parametrize(
    ("short", "by", "expected"), [(1, 1, 90), (1, 8, 90), (3, 1, 70)]
)
def test_m02_line_fill_counts_short_lines_and_not_by_how_much(short, by, expected):
    lines = [(10, 10 - by)] * short + [(10, 10)] * (10 - short)
    rates = fill_rates(delivered([lines]))
    assert rates.lines.rate == Fraction(expected, 100)
    assert rates.units.rate == 1 - Fraction(short * by, 100)


def test_nothing_asked_for_has_no_rate():
    assert fill_rates([]).units.rate is None
    assert fill_rates([]).orders == Fill(0, of=0)


def test_order_fill_can_exceed_line_fill_when_orders_differ_in_size():
    rates = fill_rates(delivered([[(1, 1)], [(1, 1)], [(1, 0)] * 4]))
    assert rates.orders.rate == Fraction(2, 3) > rates.lines.rate == Fraction(2, 6)


@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1))
def test_order_fill_is_at_most_line_fill_when_orders_are_of_one_size(orders):
    lines = [[(1, int(whole)) for whole in order] for order in orders]
    rates = fill_rates(delivered(lines))
    assert rates.orders.rate <= rates.lines.rate


def test_filled_at_once_is_what_the_placing_decision_gave_and_nothing_later():
    shop = Shop(LAMP=3)
    shop.order("O-1", MONDAY, 5, 2)
    shop.do(plan_receipt, Receipt("R-1", day(1), [ReceiptLine("LAMP", 9)]))
    shop.order("O-2", day(2), 5)
    assert filled_at_once(shop.history) == (
        FilledLine("O-1", "O-1/1", requested=5, filled=3),
        FilledLine("O-1", "O-1/2", requested=2, filled=0),
        FilledLine("O-2", "O-2/1", requested=5, filled=5),
    )


def test_goods_that_a_later_count_gives_at_once_after_an_order_are_not_its_own():
    shop = Shop()
    shop.order("O-1", MONDAY, 5)
    shop.do(plan_count, "LAMP", 5, at=MONDAY)
    assert filled_at_once(shop.history)[0].filled == 0


def test_refused_units_were_asked_for():
    shop = Shop(LAMP=3)
    rules = SellingRules(SellingRule(0))
    for ref, units in (("O-1", 5), ("O-2", 4)):
        order = Order(ref, "ada", MONDAY, [Line(f"{ref}/1", "LAMP", units)])
        shop.do(plan_order, order, rules=rules)
    assert filled_at_once(shop.history) == (
        FilledLine("O-1", "O-1/1", requested=5, filled=3),
        FilledLine("O-2", "O-2/1", requested=4, filled=0),
    )


def test_lines_not_yet_due_and_orders_on_hold_are_left_out():
    shop = Shop(LAMP=9)
    shop.order("O-1", MONDAY, 5, allocate_not_before=date(2026, 3, 3))
    line = Line("O-2/1", "LAMP", 1)
    shop.do(plan_order, Order("O-2", "ada", MONDAY, [line], hold="unpaid"))
    assert filled_at_once(shop.history) == ()


def test_an_allocation_to_another_line_within_the_decision_is_not_its_own():
    lines = [Line("O-1/1", "LAMP", 5)], [Line("O-2/1", "LAMP", 5)]
    history = [
        OrderPlaced(Order("O-1", "ada", MONDAY, lines[0]), (portion("O-1/1"),)),
        OrderPlaced(Order("O-2", "ben", MONDAY, lines[1]), (portion("O-2/1"),)),
        Allocated("O-1/1", 0, 4, wanted=5, at=MONDAY),
        Allocated("O-2/1", 0, 1, wanted=5, at=MONDAY),
    ]
    assert [one.filled for one in filled_at_once(history)] == [0, 1]


def portion(line: str) -> Portion:
    return Portion(line, 0, "main", 5)


# Waits


def spells(*rows: tuple[int, int, int | None]) -> list[Wait]:
    """Return waits of (day placed, units, day filled)."""
    return [
        Wait("O-1/1", units, day(begin), until=None if end is None else day(end))
        for begin, units, end in rows
    ]


M08 = spells((0, 3, 5), (1, 4, 4), (2, 2, 6), (6, 5, 9))


def test_m08_littles_law_holds_exactly_on_a_path_that_begins_and_ends_empty():
    assert average_backlog(M08, day(0), day(10)) == 5
    assert mean_days(M08) == Fraction(25, 7)
    rate = Fraction(sum(one.quantity for one in M08), 10)
    assert rate == Fraction(14, 10)
    assert rate * mean_days(M08) == average_backlog(M08, day(0), day(10))


def test_the_average_backlog_sees_only_the_part_inside_the_period():
    assert average_backlog(M08, day(0), day(1)) == 3
    assert average_backlog(M08, day(2), day(4)) == 9
    assert average_backlog(M08, day(9), day(10)) == 0
    assert average_backlog(spells((0, 2, None)), day(4), day(5)) == 2


@pytest.mark.parametrize("end", [0, -1])
def test_a_period_that_ends_before_it_begins_is_refused(end):
    with pytest.raises(InvalidValue, match="after the start"):
        average_backlog(M08, day(0), day(end))


def test_percentiles_are_nearest_ranks_of_units():
    # Ranks 1 to 9 of 14 waited 3 days, 10 and 11 waited 4, 12 to 14 waited 5.
    waits = spells((0, 9, 3), (0, 2, 4), (0, 3, 5))
    at = {percent: percentile_days(waits, percent) for percent in range(1, 101)}
    assert {percent for percent, days in at.items() if days == 3} == set(range(1, 65))
    assert {percent for percent, days in at.items() if days == 4} == set(range(65, 79))
    assert {percent for percent, days in at.items() if days == 5} == set(range(79, 101))


def test_the_known_percentiles_of_eleven_lead_times():
    times = [12, 13, 13, 14, 14, 15, 15, 16, 18, 21, 34]
    waits = spells(*((0, 1, days) for days in times))
    found = [percentile_days(waits, percent) for percent in (50, 80, 90)]
    assert found == [15, 18, 21]
    assert mean_days(waits) == Fraction(185, 11)


@pytest.mark.parametrize("percent", [0, 101])
def test_a_percentile_beyond_1_to_100_is_refused(percent):
    with pytest.raises(InvalidValue, match="percent"):
        percentile_days(M08, percent)


def test_waits_that_are_not_over_have_no_days_and_are_in_no_mean():
    waits = spells((0, 1, 4), (0, 99, None))
    assert mean_days(waits) == 4
    assert percentile_days(waits, 100) == 4
    assert mean_days(spells((0, 1, None))) is None
    assert percentile_days(spells((0, 1, None)), 50) is None


def test_waits_run_from_the_order_to_the_goods():
    shop = Shop(LAMP=1)
    shop.order("O-1", MONDAY, 5)
    shop.do(plan_receipt, Receipt("R-1", day(3), [ReceiptLine("LAMP", 2)]))
    assert shop.waits() == [(1, 0), (2, 3), (2, None)]


def test_units_taken_back_wait_on_from_their_first_moment():
    shop = Shop(LAMP=4)
    shop.order("O-1", MONDAY, 5)
    shop.do(plan_count, "LAMP", 1, at=day(1))
    shop.do(plan_count, "LAMP", 3, at=day(2))
    assert shop.waits() == [(1, 0), (2, 2), (2, None)]


def test_cancelled_units_drop_out():
    shop = Shop()
    shop.order("O-1", MONDAY, 5)
    shop.do(plan_cancellation, "O-1", {"O-1/1": 4}, at=day(1))
    assert shop.waits() == [(1, None)]


def test_raised_units_wait_from_the_day_they_were_added():
    shop = Shop()
    shop.order("O-1", MONDAY, 5)
    shop.do(plan_amendment, "O-1/1", 7, at=day(2))
    shop.do(plan_receipt, Receipt("R-1", day(3), [ReceiptLine("LAMP", 7)]))
    assert shop.waits() == [(5, 3), (2, 1)]


def test_units_that_move_to_another_location_keep_their_first_moment():
    shop = Shop()
    shop.order("O-1", MONDAY, 5)
    shop.do(plan_rerouting, "O-1/1", "north", quantity=2, at=day(1))
    shop.do(plan_count, "LAMP", 2, at=day(4), location="north")
    assert sorted(shop.waits(), key=str) == [(2, 4), (3, None)]


def test_a_line_ordered_ahead_waits_from_the_day_it_fell_due():
    shop = Shop()
    shop.order("O-1", MONDAY, 5, allocate_not_before=date(2026, 3, 6))
    midnight = datetime(2026, 3, 6, tzinfo=UTC)
    shop.do(plan_day, at=midnight)
    shop.do(
        plan_receipt,
        Receipt("R-1", midnight + timedelta(days=2), [ReceiptLine("LAMP", 5)]),
    )
    assert shop.waits() == [(5, 2)]


# Promises


WEEK = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
NEXT_MONDAY = date(2026, 3, 9)


@pytest.fixture
def promised() -> Shop:
    """A shop that promised five lamps for the next Monday."""
    shop = Shop()
    shop.order("O-1", MONDAY, 5, catalogue=WEEK)
    line = PurchaseLine("PO-1/1", "LAMP", 5, expected_on=NEXT_MONDAY)
    shop.do(plan_purchase_order, PurchaseOrder("PO-1", "ACME", MONDAY, [line]))
    assert shop.book.line("O-1/1").promised_on == NEXT_MONDAY
    return shop


def arrive(shop: Shop, at: datetime) -> None:
    """Let the five lamps come and leave."""
    lamps = ReceiptLine("LAMP", 5, purchase_line="PO-1/1")
    shop.do(plan_receipt, Receipt("R-1", at, [lamps]))
    shop.do(plan_shipment, "S-1", "O-1", at=at)


def slip(shop: Shop, number: int, at: datetime) -> None:
    """Let the supplier name another day, and tell the customer."""
    on = day(number).date()
    shop.do(plan_supply_change, "PO-1/1", expected_on=on, reason="late", at=at)
    shop.do(plan_promises, at=at)


def accuracy(shop: Shop, number: int = 60) -> PromiseAccuracy:
    return promise_accuracy(shop.history, on=day(number).date())


@pytest.mark.parametrize(
    ("number", "expected"),
    [(6, "kept"), (7, "kept"), (8, "missed")],
    ids=["a day before", "on the day", "a day after"],
)
def test_a_promise_is_kept_by_the_end_of_its_day(promised, number, expected):
    arrive(promised, day(number))
    assert accuracy(promised) == PromiseAccuracy(**{expected: 1})


@pytest.mark.parametrize(("number", "expected"), [(7, "open"), (8, "missed")])
def test_a_promise_is_open_until_its_day_has_passed(promised, number, expected):
    assert accuracy(promised, number) == PromiseAccuracy(**{expected: 1})


@pytest.mark.parametrize(
    ("told", "expected"),
    [(7, "moved"), (8, "missed")],
    ids=["told on the day", "told a day late"],
)
def test_another_day_must_be_told_before_the_old_one_has_passed(
    promised, told, expected
):
    slip(promised, 14, day(told))
    assert accuracy(promised, 10) == PromiseAccuracy(**{expected: 1})
    arrive(promised, day(14))
    assert accuracy(promised) == PromiseAccuracy(**{expected: 1})


def test_a_moved_promise_that_slips_again_unheard_is_missed(promised):
    slip(promised, 14, day(3))
    arrive(promised, day(15))
    assert accuracy(promised) == PromiseAccuracy(missed=1)


def test_a_promise_moved_forward_and_kept_by_the_first_day_is_kept(promised):
    slip(promised, 3, day(1))
    arrive(promised, day(3))
    assert accuracy(promised) == PromiseAccuracy(kept=1)


def test_an_unknown_day_is_no_promise_that_could_be_missed(promised):
    promised.do(
        plan_supply_change, "PO-1/1", expected_on=None, reason="strike", at=day(2)
    )
    promised.do(plan_promises, at=day(2))
    assert accuracy(promised) == PromiseAccuracy(moved=1)


@pytest.mark.parametrize(("number", "expected"), [(7, "withdrawn"), (8, "missed")])
def test_a_cancelled_line_had_its_promise_withdrawn_unless_it_was_missed(
    promised, number, expected
):
    promised.do(plan_cancellation, "O-1", at=day(number))
    assert accuracy(promised) == PromiseAccuracy(**{expected: 1})


def test_part_of_a_line_does_not_keep_a_promise(promised):
    lamps = ReceiptLine("LAMP", 4, purchase_line="PO-1/1")
    promised.do(plan_receipt, Receipt("R-1", day(7), [lamps]))
    promised.do(plan_shipment, "S-1", "O-1", at=day(7))
    assert accuracy(promised, 8) == PromiseAccuracy(missed=1)


def test_a_line_that_left_and_was_raised_is_judged_anew(promised):
    arrive(promised, day(7))
    promised.do(plan_amendment, "O-1/1", 6, at=day(20))
    assert accuracy(promised, 20) == PromiseAccuracy(kept=1)
    promised.do(plan_promises, at=day(20), catalogue=WEEK)
    assert accuracy(promised, 27) == PromiseAccuracy(kept=1, open=1)
    assert accuracy(promised, 28) == PromiseAccuracy(kept=1, missed=1)


def test_a_line_that_was_refused_and_then_raised_is_judged_like_any():
    shop = Shop(LAMP=1)
    order = Order(
        "O-1", "ada", MONDAY, [Line("O-1/1", "LAMP", 1), Line("O-1/2", "LAMP", 2)]
    )
    shop.do(plan_order, order, rules=SellingRules(SellingRule(0)))
    assert shop.book.line("O-1/2").ordered == 0
    shop.do(plan_amendment, "O-1/2", 3, at=day(2))
    shop.do(plan_promises, at=day(2), catalogue=WEEK)
    assert accuracy(shop, 9) == PromiseAccuracy(open=1)
    assert accuracy(shop, 10) == PromiseAccuracy(missed=1)


def test_lines_that_were_never_promised_a_day_are_not_counted():
    shop = Shop(LAMP=1)
    shop.order("O-1", MONDAY, 5)
    assert accuracy(shop) == PromiseAccuracy()
    assert accuracy(shop).rate is None


def test_the_rate_is_kept_among_decided():
    assert PromiseAccuracy(kept=1, moved=1, missed=1, open=9).rate == Fraction(1, 3)


# The backlog


@pytest.mark.parametrize(
    ("age", "band"), [(0, 0), (7, 0), (8, 1), (14, 1), (15, 2), (31, 3), (61, 4)]
)
def test_a_line_ages_from_band_to_band(age, band):
    shop = Shop()
    shop.order("O-1", MONDAY, 5)
    bands = backlog_by_age(shop.book, at=day(age))
    assert [one.units for one in bands] == [5 * (n == band) for n in range(5)]
    assert [one.lines for one in bands] == [int(n == band) for n in range(5)]


def test_an_age_is_counted_in_whole_days():
    shop = Shop()
    shop.order("O-1", MONDAY, 5)
    almost = day(8) - timedelta(microseconds=1)
    young, old = backlog_by_age(shop.book, at=almost, limits=[7])
    assert young == AgeBand(0, 7, units=5, lines=1)
    assert old == AgeBand(8, None)


def test_a_line_counts_once_in_the_band_of_its_oldest_units():
    shop = Shop()
    shop.order("O-1", MONDAY, 5)
    shop.do(plan_amendment, "O-1/1", 7, at=day(10))
    young, old = backlog_by_age(shop.book, at=day(12), limits=[7])
    assert (young.units, young.lines) == (2, 0)
    assert (old.units, old.lines) == (5, 1)


def test_held_and_later_lines_age_too():
    shop = Shop()
    shop.order("O-1", MONDAY, 5, allocate_not_before=date(2026, 4, 1))
    shop.order("O-2", MONDAY, 10)
    shop.do(plan_hold, "O-2", reason="unpaid", at=MONDAY)
    assert backlog_by_age(shop.book, at=MONDAY, limits=[])[0].units == 15


def test_limits_must_rise():
    with pytest.raises(InvalidValue, match="rising"):
        backlog_by_age(Shop().book, at=MONDAY, limits=[7, 7])


def test_exposure_is_the_price_of_waiting_units_by_currency():
    shop = Shop(LAMP=2)
    shop.order("O-1", MONDAY, 5, unit_price=Money("19.99", "EUR"))
    shop.order("O-2", MONDAY, 1, 2, unit_price=Money("0.10", "CHF"))
    shop.order("O-3", MONDAY, 4)
    assert prepaid_exposure(shop.book) == Exposure(
        (Money("0.30", "CHF"), Money("59.97", "EUR")), unpriced=4
    )
    shop.do(plan_count, "LAMP", 20, at=MONDAY)
    assert prepaid_exposure(shop.book) == Exposure()


def test_surplus_is_what_nobody_waits_for_stock_first():
    shop = Shop(LAMP=2)
    shop.order("O-1", MONDAY, 5)
    lines = [
        PurchaseLine("PO-1/1", "LAMP", 12, expected_on=NEXT_MONDAY),
        PurchaseLine("PO-1/2", "RUG", 4),
    ]
    shop.do(plan_purchase_order, PurchaseOrder("PO-1", "ACME", MONDAY, lines))
    shop.do(plan_count, "CHAIR", 3, at=MONDAY)
    shop.do(plan_count, "CHAIR", 2, at=MONDAY, location="north")
    assert surplus(shop.book) == Surplus(
        in_stock=Quantities(CHAIR=5), on_order=Quantities(LAMP=9, RUG=4)
    )


def test_stock_for_a_line_not_yet_due_leaves_purchases_spare():
    shop = Shop(LAMP=5)
    shop.order("O-1", MONDAY, 3, allocate_not_before=date(2026, 4, 1))
    line = PurchaseLine("PO-1/1", "LAMP", 4)
    shop.do(plan_purchase_order, PurchaseOrder("PO-1", "ACME", MONDAY, [line]))
    assert surplus(shop.book) == Surplus(
        in_stock=Quantities(LAMP=2), on_order=Quantities(LAMP=4)
    )


def test_what_is_kept_back_is_not_spare():
    shop = Shop(LAMP=5)
    shop.do(plan_reserve, "LAMP", 2, at=MONDAY)
    assert surplus(shop.book).in_stock == Quantities(LAMP=3)


# Fairness


@pytest.mark.parametrize(
    ("shares", "index"),
    [
        ([7, 7, 7], Fraction(1)),
        ([0, 9, 0, 0], Fraction(1, 4)),
        ([3, 3, 3, 0, 0], Fraction(3, 5)),
        ([1, 2, 3, 4], Fraction(5, 6)),
    ],
)
def test_m09_the_index_of_jain(shares, index):
    assert jain(shares) == index


@pytest.mark.parametrize(
    ("shares", "coefficient"),
    [
        ([5, 5, 5, 5], Fraction(0)),
        ([0, 0, 0, 100], Fraction(3, 4)),
        ([1, 2, 3, 4], Fraction(1, 4)),
        ([1, 1, 0, 0], Fraction(1, 2)),
    ],
)
def test_m10_the_coefficient_of_gini(shares, coefficient):
    assert gini(shares) == coefficient


# Awards of 10 units on claims of 2, 4, 7 and 8, divided as the rules are defined.
CLAIMS = [2, 4, 7, 8]
PROPORTIONAL = [Fraction(10 * claim, 21) for claim in CLAIMS]
EQUAL_AWARDS = [Fraction(2), *[Fraction(8, 3)] * 3]
EQUAL_LOSSES = [Fraction(0), *[Fraction(claim) - 3 for claim in CLAIMS[1:]]]
TALMUD = [Fraction(1), Fraction(2), Fraction(7, 2), Fraction(7, 2)]


@pytest.mark.parametrize(
    ("awards", "coefficient", "index"),
    [
        (PROPORTIONAL, Fraction(1, 4), Fraction(1)),
        (EQUAL_AWARDS, Fraction(1, 20), Fraction(5, 6)),
        (EQUAL_LOSSES, Fraction(9, 20), Fraction(2187, 3260)),
        (TALMUD, Fraction(9, 40), Fraction(961, 964)),
    ],
)
def test_m11_awards_and_fill_rates_rank_the_rules_differently(
    awards, coefficient, index
):
    assert sum(awards) == 10
    assert gini(awards) == coefficient
    rates = [award / claim for award, claim in zip(awards, CLAIMS, strict=True)]
    assert jain(rates) == index


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_gini_is_half_the_mean_difference_over_the_mean(shares):
    differences = sum(abs(one - other) for one in shares for other in shares)
    expected = None
    if sum(shares):
        expected = Fraction(differences, 2 * len(shares) * sum(shares))
    assert gini(shares) == expected


@given(st.lists(st.integers(0, 9), min_size=2, max_size=6))
def test_the_order_of_shares_changes_no_index(shares):
    turned = [*shares[1:], shares[0]]
    assert (jain(shares), gini(shares)) == (jain(turned), gini(turned))


@pytest.mark.parametrize("shares", [[], [0, 0]])
def test_nothing_to_share_has_no_index(shares):
    assert jain(shares) is None
    assert gini(shares) is None


@pytest.mark.parametrize("share", [-1, 0.5, True, "1"])
def test_a_share_that_is_no_exact_number_is_refused(share):
    for index in (jain, gini):
        with pytest.raises(InvalidValue, match="share"):
            index([1, share])
