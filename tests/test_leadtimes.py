"""What experience says: quantiles against sorted lists, and facts read by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit import PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from backorderkit.errors import InvalidValue
from backorderkit.leadtimes import (
    Experience,
    ExperienceLevel,
    HandlingTime,
    LeadTimes,
    Observation,
    arrival_on,
    nearest_rank,
    observations,
)
from backorderkit.model import (
    Evidence,
    GoodsReceived,
    PurchaseConfirmed,
    PurchaseExpected,
    PurchasePlaced,
)
from backorderkit.values import Weekdays

DAYS = (12, 13, 13, 14, 14, 15, 15, 16, 18, 21, 34)
MONDAY = date(2026, 3, 2)


def seen(*days, supplier="ACME", sku="LAMP", mode="", lateness=None):
    return [
        Observation(
            supplier,
            sku,
            one,
            mode=mode,
            confirmed_days=None if lateness is None else one - lateness,
        )
        for one in days
    ]


def day(number: int) -> date:
    """Return the day so many days after the first Monday."""
    return MONDAY + timedelta(days=number)


def at(number: int, hour: int = 9) -> datetime:
    on = day(number)
    return datetime(on.year, on.month, on.day, hour, tzinfo=UTC)


# Quantiles


@pytest.mark.parametrize(
    ("percent", "days"),
    [(1, 12), (9, 12), (10, 13), (50, 15), (80, 18), (82, 21), (90, 21), (91, 34)],
)
def test_a_quantile_is_a_lead_time_that_occurred(percent, days):
    learnt = LeadTimes(seen(*DAYS))
    level = ExperienceLevel.SUPPLIER_AND_SKU
    assert learnt.quantile("ACME", "LAMP", percent) == Experience(days, level, 11)
    assert nearest_rank(DAYS[::-1], percent) == days


@given(st.lists(st.integers(-50, 400), min_size=1), st.integers(1, 100))
def test_the_nearest_rank_is_the_smallest_number_that_enough_do_not_exceed(
    days, percent
):
    enough = [
        one
        for one in days
        if 100 * sum(other <= one for other in days) >= percent * len(days)
    ]
    assert nearest_rank(days, percent) == min(enough)


@pytest.mark.parametrize("bad", [0, 101, -5, 50.0, "50", True])
def test_a_percentage_is_a_whole_number_from_1_to_100(bad):
    learnt = LeadTimes(seen(*DAYS))
    for ask in (
        lambda: nearest_rank(DAYS, bad),
        lambda: learnt.quantile("ACME", "LAMP", bad),
        lambda: learnt.overdue_quantile("ACME", "LAMP", bad, elapsed_days=1),
        lambda: LeadTimes().quantile("ACME", "LAMP", bad),
    ):
        with pytest.raises(InvalidValue, match=r"^percent is "):
            ask()


@pytest.mark.parametrize("bad", [[], [1.5], ["12"], None])
def test_a_rank_is_taken_among_whole_numbers(bad):
    with pytest.raises(InvalidValue, match=r"^days is "):
        nearest_rank(bad, 50)


# Levels

AIR, SEA = "air", "sea"
EXPERIENCE = [
    *seen(*[1] * 8, mode=AIR),
    *seen(*[2] * 8),
    *seen(*[3] * 20, sku="RUG", mode=AIR),
    *seen(*[4] * 40, sku="VASE"),
    *seen(*[5] * 90, supplier="BOLT"),
]


@pytest.mark.parametrize(
    ("asked", "days", "level", "count"),
    [
        (("ACME", "LAMP", AIR), 1, ExperienceLevel.SUPPLIER_SKU_AND_MODE, 8),
        (("ACME", "LAMP", SEA), 2, ExperienceLevel.SUPPLIER_AND_SKU, 16),
        (("ACME", "LAMP", ""), 2, ExperienceLevel.SUPPLIER_AND_SKU, 16),
        (("ACME", "CHAIR", AIR), 3, ExperienceLevel.SUPPLIER_AND_MODE, 28),
        (("ACME", "CHAIR", SEA), 4, ExperienceLevel.SUPPLIER, 76),
        (("ACME", "CHAIR", ""), 4, ExperienceLevel.SUPPLIER, 76),
        (("CORE", "LAMP", AIR), 5, ExperienceLevel.EVERYTHING, 166),
    ],
)
def test_the_narrowest_level_with_enough_observations_answers(
    asked, days, level, count
):
    supplier, sku, mode = asked
    found = LeadTimes(EXPERIENCE).quantile(supplier, sku, 60, mode=mode)
    assert found == Experience(days, level, count)


@pytest.mark.parametrize(
    ("count", "level"),
    [
        (7, ExperienceLevel.SUPPLIER),
        (8, ExperienceLevel.SUPPLIER_AND_SKU),
        (9, ExperienceLevel.SUPPLIER_AND_SKU),
    ],
)
def test_a_level_counts_from_eight_observations_on(count, level):
    learnt = LeadTimes([*seen(*[2] * count), *seen(9, 9, sku="RUG")])
    assert learnt.quantile("ACME", "LAMP", 50).level is level
    own = LeadTimes(seen(*[2] * count), at_least=count)
    assert own.quantile("ACME", "LAMP", 50).level is ExperienceLevel.SUPPLIER_AND_SKU


def test_too_little_experience_is_no_answer():
    assert LeadTimes(seen(*[2] * 7)).quantile("ACME", "LAMP", 50) is None
    assert LeadTimes().quantile("ACME", "LAMP", 50) is None
    assert LeadTimes().bias("ACME", "LAMP") is None


# Overdue


@pytest.mark.parametrize(
    ("elapsed", "days", "left"),
    [(0, 18, 11), (11, 18, 11), (12, 18, 10), (14, 21, 6), (18, 34, 2), (20, 34, 2)],
)
def test_what_has_not_come_is_expected_as_those_that_took_longer(elapsed, days, left):
    learnt = LeadTimes(seen(*DAYS), at_least=2)
    found = learnt.overdue_quantile("ACME", "LAMP", 80, elapsed_days=elapsed)
    assert (found.days, found.observations) == (days, left)


def test_too_few_late_ones_ask_the_next_level_and_in_the_end_nobody():
    learnt = LeadTimes([*seen(*DAYS), *seen(30, 40, sku="RUG")], at_least=2)
    found = [
        learnt.overdue_quantile("ACME", "LAMP", 50, elapsed_days=days)
        for days in (20, 21, 33, 34)
    ]
    assert found == [
        Experience(21, ExperienceLevel.SUPPLIER_AND_SKU, 2),
        Experience(34, ExperienceLevel.SUPPLIER, 3),
        Experience(34, ExperienceLevel.SUPPLIER, 2),
        None,
    ]


def test_a_wider_level_never_makes_an_overdue_delivery_earlier_than_it_was():
    learnt = LeadTimes([*seen(*[2] * 7, 90), *seen(*[20] * 9, sku="RUG")])
    usual = learnt.quantile("ACME", "LAMP", 100)
    assert usual.days == 90
    assert learnt.overdue_quantile("ACME", "LAMP", 100, elapsed_days=2) == Experience(
        90, ExperienceLevel.SUPPLIER, 10
    )
    late = learnt.overdue_quantile("ACME", "LAMP", 90, elapsed_days=2)
    assert late == learnt.quantile("ACME", "LAMP", 90) == usual


# Every experience

NAMES = st.sampled_from(["ACME", "BOLT"]), st.sampled_from(["LAMP", "RUG"])
MODES = st.sampled_from(["", AIR, SEA])
SEEN = st.builds(
    lambda supplier, sku, days, mode, confirmed: Observation(
        supplier, sku, days, mode=mode, confirmed_days=confirmed
    ),
    *NAMES,
    st.integers(0, 30),
    MODES,
    st.none() | st.integers(0, 30),
)
ASKED = st.tuples(*NAMES, MODES)
LEAST = st.integers(1, 4)


def by_hand(figures, asked, percent, at_least, longer_than=-1000):
    """Return the answer by looking through all figures, level by level."""
    supplier, sku, mode = asked
    matches = [
        lambda one: mode and (one.supplier, one.sku, one.mode) == asked,
        lambda one: (one.supplier, one.sku) == (supplier, sku),
        lambda one: mode and (one.supplier, one.mode) == (supplier, mode),
        lambda one: one.supplier == supplier,
        lambda one: True,
    ]
    for level, match in zip(ExperienceLevel, matches, strict=True):
        left = [n for one, n in figures if match(one) and n > longer_than]
        if len(left) >= at_least:
            wanted = percent * len(left)
            enough = [n for n in left if 100 * sum(m <= n for m in left) >= wanted]
            return Experience(min(enough), level, len(left))
    return None


@given(st.lists(SEEN), ASKED, st.integers(1, 100), LEAST, st.integers(0, 30))
def test_every_answer_is_the_one_found_by_looking_through_all(
    experience, asked, percent, at_least, elapsed
):
    learnt = LeadTimes(experience, at_least=at_least)
    supplier, sku, mode = asked
    figures = [(one, one.days) for one in experience]
    usual = by_hand(figures, asked, percent, at_least)
    assert learnt.quantile(supplier, sku, percent, mode=mode) == usual
    late = by_hand(figures, asked, percent, at_least, longer_than=elapsed)
    found = learnt.overdue_quantile(
        supplier, sku, percent, elapsed_days=elapsed, mode=mode
    )
    assert found == (usual if late and usual.days > late.days else late)
    confirmed = [
        (one, one.days - one.confirmed_days)
        for one in experience
        if one.confirmed_days is not None
    ]
    bias = learnt.bias(supplier, sku, mode=mode)
    assert bias == by_hand(confirmed, asked, 50, at_least)


@given(st.lists(SEEN, min_size=1), ASKED, LEAST)
def test_quantiles_rise_with_their_share_within_what_was_observed(
    experience, asked, at_least
):
    learnt = LeadTimes(experience, at_least=at_least)
    supplier, sku, mode = asked
    answers = [learnt.quantile(supplier, sku, n, mode=mode) for n in range(1, 101)]
    if None in answers:
        assert set(answers) == {None}
        return
    days = [answer.days for answer in answers]
    assert days == sorted(days)
    assert {*days} <= {one.days for one in experience}
    assert len({(answer.level, answer.observations) for answer in answers}) == 1


@given(st.lists(SEEN), ASKED, st.integers(1, 100), LEAST, st.integers(0, 40))
def test_an_expected_day_has_not_passed_and_is_never_before_the_usual_one(
    experience, asked, percent, at_least, elapsed
):
    learnt = LeadTimes(experience, at_least=at_least)
    supplier, sku, mode = asked
    late = learnt.overdue_quantile(
        supplier, sku, percent, elapsed_days=elapsed, mode=mode
    )
    usual = learnt.quantile(supplier, sku, percent, mode=mode)
    if late is not None:
        assert late.days > elapsed
        assert late.days >= usual.days
    on = arrival_on(
        learnt, supplier, sku, percent, ordered_on=MONDAY, today=day(elapsed), mode=mode
    )
    if on is not None:
        assert on >= max(day(elapsed), day(usual.days))


@given(st.lists(SEEN), st.randoms(use_true_random=False))
def test_the_order_of_observations_changes_nothing(experience, random):
    learnt = LeadTimes(experience, at_least=2)
    random.shuffle(experience)
    assert LeadTimes(experience, at_least=2) == learnt


# What the supplier confirms


@pytest.mark.parametrize("lateness", [-3, 0, 2])
def test_a_new_confirmation_is_moved_by_what_the_supplier_is_usually_off(
    lateness,
):
    learnt = LeadTimes(seen(*DAYS, lateness=lateness))
    bias = Experience(lateness, ExperienceLevel.SUPPLIER_AND_SKU, 11)
    assert learnt.bias("ACME", "LAMP") == bias
    assert learnt.corrected(day(10), "ACME", "LAMP") == day(10 + lateness)


def test_the_bias_is_a_median_that_one_disaster_does_not_move():
    experience = [*seen(*DAYS, lateness=1), *seen(300, 400, lateness=200)]
    assert LeadTimes(experience).bias("ACME", "LAMP").days == 1


@pytest.mark.parametrize(("count", "moved"), [(7, 0), (8, 2), (9, 2)])
def test_a_bias_needs_eight_confirmations(count, moved):
    unconfirmed = seen(*[9] * 20)
    learnt = LeadTimes([*unconfirmed, *seen(*[9] * count, lateness=2)])
    assert learnt.corrected(MONDAY, "ACME", "LAMP") == day(moved)


def test_a_bias_is_pooled_by_supplier_before_it_is_given_up():
    experience = [*seen(*[9] * 5, lateness=2), *seen(*[9] * 5, sku="RUG", lateness=4)]
    assert LeadTimes(experience).bias("ACME", "LAMP") == Experience(
        2, ExperienceLevel.SUPPLIER, 10
    )
    assert LeadTimes(experience).bias("BOLT", "LAMP") == Experience(
        2, ExperienceLevel.EVERYTHING, 10
    )


# Days


def arrives(today, percent=80, at_least=2, ordered=0):
    learnt = LeadTimes(seen(*DAYS), at_least=at_least)
    return arrival_on(
        learnt, "ACME", "LAMP", percent, ordered_on=day(ordered), today=day(today)
    )


@pytest.mark.parametrize(
    ("today", "expected"),
    [(-3, 18), (0, 18), (17, 18), (18, 18), (19, 34), (20, 34)],
)
def test_a_line_is_expected_as_usual_until_that_day_has_passed(today, expected):
    assert arrives(today) == day(expected)
    assert arrives(today + 5, ordered=5) == day(expected + 5)


def test_nobody_knows_when_a_line_comes_that_is_later_than_all_others():
    assert arrives(33, at_least=1) == day(34)
    assert arrives(34, at_least=1) is None
    assert arrives(19, at_least=8) is None
    assert arrives(18, at_least=8) == day(18)
    assert arrives(0, at_least=12) is None


FRIDAY, SATURDAY = day(4), day(5)


@pytest.mark.parametrize(
    ("arrival", "dock", "handling", "usable", "ships"),
    [
        (FRIDAY, 0, 0, FRIDAY, FRIDAY),
        (FRIDAY, 0, 1, FRIDAY, day(8)),  # Monday is a holiday
        (FRIDAY, 1, 0, day(8), day(8)),
        (FRIDAY, 1, 1, day(8), day(9)),
        (SATURDAY, 0, 0, day(8), day(8)),
        (SATURDAY, 1, 2, day(9), day(11)),
    ],
)
def test_work_in_the_warehouse_counts_its_open_days(
    arrival, dock, handling, usable, ships
):
    warehouse = Weekdays(closed_on=[day(7)])
    work = HandlingTime(
        dock_to_stock_days=dock, handling_days=handling, warehouse=warehouse
    )
    assert (work.usable_on(arrival), work.ships_on(arrival)) == (usable, ships)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 60))
def test_a_warehouse_that_never_closes_adds_days(dock, handling, arrival):
    work = HandlingTime(dock_to_stock_days=dock, handling_days=handling)
    assert work.ships_on(day(arrival)) == day(arrival + dock + handling)


# Facts


def ordered(
    ref="PO-1",
    number=0,
    expected=None,
    sku="LAMP",
    supplier="ACME",
    evidence=Evidence.CONFIRMATION,
    mode="",
):
    on = None if expected is None else day(expected)
    line = PurchaseLine(f"{ref}/1", sku, 24, expected_on=on, evidence=evidence)
    return PurchasePlaced(PurchaseOrder(ref, supplier, at(number), [line], mode=mode))


def received(ref, number, *lines):
    return GoodsReceived(Receipt(ref, at(number, 17), lines))


def goods(accepted, purchase_line="PO-1/1", sku="LAMP", **details):
    return ReceiptLine(sku, accepted, purchase_line=purchase_line, **details)


def test_every_delivery_for_a_purchase_line_is_an_observation_partial_ones_too():
    history = [
        ordered("PO-1", 0, expected=7),
        ordered("PO-2", 3, sku="RUG", supplier="BOLT"),
        received("R-1", 6, goods(10)),
        received("R-2", 9, goods(14), goods(24, "PO-2/1", "RUG")),
    ]
    assert observations(iter(history)) == (
        Observation("ACME", "LAMP", 6, confirmed_days=7),
        Observation("ACME", "LAMP", 9, confirmed_days=7),
        Observation("BOLT", "RUG", 6),
    )


def test_what_was_rejected_whole_took_no_lead_time_yet():
    broken = {"rejected": 24, "reason": "broken"}
    history = [
        ordered(),
        received("R-1", 6, goods(0, **broken)),
        received("R-2", 9, goods(1, rejected=2, reason="broken")),
    ]
    assert observations(history) == (Observation("ACME", "LAMP", 9),)


def test_goods_that_nobody_ordered_or_whose_order_is_not_known_are_passed_over():
    history = [
        received("R-1", 6, ReceiptLine("LAMP", 3), goods(5, "PO-9/1")),
        PurchaseExpected("PO-9/1", day(9), "late", at(6)),
    ]
    assert observations(history) == ()


@pytest.mark.parametrize(("number", "found"), [(-1, []), (0, [0]), (1, [1])])
def test_goods_that_came_before_their_order_was_released_say_nothing(number, found):
    history = [ordered(), received("R-1", number, goods(5))]
    assert [one.days for one in observations(history)] == found


@pytest.mark.parametrize(
    ("on_order", "named", "confirmed"),
    [
        (None, [], None),
        (7, [], 7),
        (7, [12, 14], 7),
        (None, [12, 14], 12),
        (None, [None, 12], 12),
        (0, [], 0),
        (-1, [], None),
    ],
)
def test_the_day_first_named_is_the_one_that_was_confirmed(on_order, named, confirmed):
    news = [
        PurchaseExpected("PO-1/1", None if one is None else day(one), "late", at(1))
        for one in named
    ]
    history = [ordered(expected=on_order), *news, received("R-1", 15, goods(24))]
    assert [one.confirmed_days for one in observations(history)] == [confirmed]


@pytest.mark.parametrize(
    "evidence", [one for one in Evidence if one is not Evidence.CONFIRMATION]
)
def test_a_day_that_the_supplier_did_not_name_is_none_that_he_confirmed(evidence):
    history = [
        ordered(expected=7, evidence=evidence),
        PurchaseExpected("PO-1/1", day(12), "overdue", at(8), evidence),
        received("R-1", 15, goods(5)),
        PurchaseConfirmed("PO-1/1", day(16), at(15)),
        received("R-2", 17, goods(19)),
    ]
    assert [one.confirmed_days for one in observations(history)] == [None, 16]


def test_deliveries_are_told_apart_by_how_they_travelled():
    history = [ordered(mode="sea"), received("R-1", 9, goods(5))]
    assert observations(history) == (Observation("ACME", "LAMP", 9, mode="sea"),)


def test_what_is_named_after_the_goods_came_confirms_nothing_of_them():
    late = PurchaseExpected("PO-1/1", day(30), "the rest", at(10))
    history = [ordered(), received("R-1", 9, goods(5)), late]
    assert observations(history) == (Observation("ACME", "LAMP", 9),)


# Bad input


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("supplier", ""),
        ("sku", None),
        ("days", -1),
        ("days", 1.5),
        ("mode", None),
        ("confirmed_days", -1),
        ("confirmed_days", 2.0),
    ],
)
def test_an_observation_is_checked(field, bad):
    named = {"supplier": "ACME", "sku": "LAMP", "days": 3, field: bad}
    with pytest.raises(InvalidValue, match=f"^{field} is "):
        Observation(**named)


def test_bad_questions_are_refused_by_name():
    learnt = LeadTimes(seen(*DAYS))
    for name, ask in {
        "at_least": lambda: LeadTimes([], at_least=0),
        "observations": lambda: LeadTimes([12]),
        "supplier": lambda: learnt.quantile("", "LAMP", 50),
        "SKU": lambda: learnt.bias("ACME", ""),
        "mode": lambda: learnt.quantile("ACME", "LAMP", 50, mode=None),
        "elapsed_days": lambda: learnt.overdue_quantile(
            "ACME", "LAMP", 50, elapsed_days=-1
        ),
        "confirmed_on": lambda: learnt.corrected(at(0), "ACME", "LAMP"),
        "today": lambda: arrival_on(
            learnt, "ACME", "LAMP", 50, ordered_on=MONDAY, today=at(0)
        ),
        "lead_times": lambda: arrival_on(
            None, "ACME", "LAMP", 50, ordered_on=MONDAY, today=MONDAY
        ),
        "handling_days": lambda: HandlingTime(handling_days=-1),
        "warehouse": lambda: HandlingTime(warehouse=None),
    }.items():
        with pytest.raises(InvalidValue, match=f"^{name} is "):
            ask()
