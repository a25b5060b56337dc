"""The timeline against a plain list of days, recounted for every answer."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import DatedQuantity
from backorderkit.promising import Timeline

TODAY = date(2026, 3, 2)
LAST = 14  # no drawn day is later, so the balance stays as it is from there on


def day(number):
    return TODAY + timedelta(days=number)


class Days:
    """What a timeline must answer, from one number per day."""

    def __init__(self, changes):
        self.balance = [
            sum(units for on, units in changes if max(on, 0) <= end)
            for end in range(LAST + 1)
        ]

    def available(self, on):
        return min(self.balance[max(on, 0) :])

    def earliest(self, quantity, not_before):
        for on in range(max(not_before, 0), LAST + 1):
            if self.available(on) >= quantity:
                return day(on)
        return None

    def split(self, quantity, not_before):
        if self.balance[-1] < quantity:
            return ()
        parts, told = [], 0
        for on in range(max(not_before, 0), LAST + 1):
            units = min(self.available(on), quantity) - told
            if units > 0:
                parts.append(DatedQuantity(units, day(on)))
                told += units
        return tuple(parts)


numbers = st.integers(-2, LAST)
changes = st.lists(
    st.tuples(numbers, st.integers(-9, 9).filter(bool)),
    max_size=12,
)


def timeline_of(drawn, on_hand=0):
    timeline = Timeline(TODAY, on_hand)
    for on, units in drawn:
        put(timeline, on, units)
    return timeline


def put(timeline, on, units):
    if units > 0:
        timeline.receive(day(on), units)
    else:
        timeline.claim(day(on), -units)


def take_back(timeline, on, units):
    if units > 0:
        timeline.withdraw_receipt(day(on), units)
    else:
        timeline.withdraw_claim(day(on), -units)


def answers(timeline):
    """Everything a timeline says about the drawn days."""
    days = [day(number) for number in range(-2, LAST + 2)]
    return [
        [(timeline.projected(on), timeline.available(on)) for on in days],
        [timeline.next_change(on) for on in days],
        [timeline.earliest(units, on) for units in range(1, 12) for on in days],
    ]


@given(changes, st.integers(0, 9))
def test_the_balance_of_every_day_is_a_plain_sum(drawn, on_hand):
    timeline, days = timeline_of(drawn, on_hand), Days([(0, on_hand), *drawn])
    for number in range(-2, LAST + 1):
        assert timeline.projected(day(number)) == days.balance[max(number, 0)]
        assert timeline.available(day(number)) == days.available(number)
    assert timeline.projected(date.max) == days.balance[-1]


@given(changes, st.integers(1, 25), numbers)
def test_the_earliest_day_is_the_first_that_keeps_every_later_balance(
    drawn, quantity, not_before
):
    timeline, days = timeline_of(drawn), Days(drawn)
    expected = days.earliest(quantity, not_before)
    assert timeline.earliest(quantity, day(not_before)) == expected
    assert timeline.earliest(quantity) == days.earliest(quantity, 0)


@given(changes, st.integers(1, 25), numbers)
def test_a_split_is_as_early_as_can_be(drawn, quantity, not_before):
    timeline, days = timeline_of(drawn), Days(drawn)
    expected = days.split(quantity, not_before)
    assert timeline.split(quantity, day(not_before)) == expected


@given(changes, st.integers(1, 9), numbers)
def test_a_split_that_is_claimed_leaves_no_new_deficit(drawn, quantity, not_before):
    timeline = timeline_of(drawn)
    before = timeline.available(TODAY)
    for part in timeline.split(quantity, day(not_before)):
        timeline.claim(part.on, part.quantity)
    assert timeline.available(TODAY) >= min(before, 0)


@given(changes)
def test_the_next_change_is_the_next_day_with_an_event(drawn):
    timeline = timeline_of(drawn)
    days = {max(on, 0) for on, _ in drawn}
    for number in range(-2, LAST + 1):
        later = min((on for on in days if on > number), default=None)
        expected = None if later is None else day(later)
        assert timeline.next_change(day(number)) == expected


@given(changes, changes, st.randoms(use_true_random=False))
def test_whatever_is_taken_back_never_happened(kept, tried, chance):
    timeline = timeline_of(kept)
    before = answers(timeline)
    for on, units in tried:
        put(timeline, on, units)
    chance.shuffle(tried)
    for on, units in tried:
        take_back(timeline, on, units)
    assert answers(timeline) == before


@given(changes, changes)
def test_a_copy_goes_its_own_way(kept, tried):
    timeline = timeline_of(kept)
    before, copied = answers(timeline), timeline.copy()
    assert copied.today == TODAY and answers(copied) == before
    for on, units in tried:
        put(copied, on, units)
    assert answers(timeline) == before
    assert answers(copied) == answers(timeline_of(kept + tried))


@given(changes, st.randoms(use_true_random=False))
def test_the_order_of_changes_is_no_matter(drawn, chance):
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    assert answers(timeline_of(shuffled)) == answers(timeline_of(drawn))


def test_a_receipt_counts_from_its_own_day():
    timeline = Timeline(TODAY)
    timeline.receive(day(5), 3)
    assert [timeline.available(day(n)) for n in (4, 5, 6)] == [0, 3, 3]
    assert timeline.earliest(3, day(6)) == day(6)
    assert timeline.earliest(4) is None


def test_a_claim_protects_its_goods_on_all_days_before():
    timeline = Timeline(TODAY, on_hand=5)
    timeline.claim(day(5), 3)
    assert [timeline.projected(day(n)) for n in (4, 5)] == [5, 2]
    assert [timeline.available(day(n)) for n in (0, 5)] == [2, 2]


def test_the_whole_calendar_can_be_used():
    timeline = Timeline(date.min)
    timeline.receive(date.max, 2)
    timeline.receive(date.min, 1)
    assert timeline.earliest(1) == date.min
    assert timeline.earliest(2) == timeline.earliest(3) == date.max
    assert timeline.split(3) == (
        DatedQuantity(1, date.min),
        DatedQuantity(2, date.max),
    )
    assert timeline.next_change(date.min) == date.max
    assert timeline.next_change(date.max) is None


def test_a_day_with_equal_receipt_and_claim_is_still_a_change():
    timeline = Timeline(TODAY)
    timeline.receive(day(3), 4)
    timeline.claim(day(3), 4)
    assert timeline.next_change(TODAY) == day(3)
    timeline.withdraw_claim(day(3), 4)
    assert timeline.available(day(3)) == 4


def test_stock_on_hand_is_a_receipt_of_today():
    timeline = Timeline(TODAY, on_hand=4)
    assert timeline.next_change(day(-1)) == TODAY
    timeline.withdraw_receipt(TODAY, 4)
    assert timeline.projected(TODAY) == 0
    assert timeline.next_change(day(-1)) is None


@pytest.mark.parametrize("units", [3, 4])
def test_no_more_is_taken_back_than_was_given(units):
    timeline = Timeline(TODAY, on_hand=9)
    timeline.receive(day(3), 3)
    timeline.claim(day(4), 3)
    if units == 3:
        timeline.withdraw_receipt(day(3), units)
        timeline.withdraw_claim(day(4), units)
        assert timeline.available(TODAY) == 9
        return
    before = answers(timeline)
    with pytest.raises(NotPossible, match=r"cannot withdraw 4 .*receipts.* only 3"):
        timeline.withdraw_receipt(day(3), units)
    with pytest.raises(NotPossible, match=r"cannot withdraw 4 .*claims.* only 3"):
        timeline.withdraw_claim(day(4), units)
    assert answers(timeline) == before


@pytest.mark.parametrize("quantity", [0, -1, True, 1.0, "1", None])
def test_a_wrong_quantity_is_refused_and_changes_nothing(quantity):
    timeline = Timeline(TODAY, on_hand=4)
    for ask in (
        timeline.receive,
        timeline.claim,
        timeline.withdraw_receipt,
        timeline.withdraw_claim,
    ):
        with pytest.raises(InvalidValue, match="quantity"):
            ask(TODAY, quantity)
    for ask in (timeline.earliest, timeline.split):
        with pytest.raises(InvalidValue, match="quantity"):
            ask(quantity)
    assert timeline.available(TODAY) == 4


@pytest.mark.parametrize("on", ["2026-03-02", datetime(2026, 3, 2), 5])  # noqa: DTZ001
def test_a_wrong_day_is_refused(on):
    timeline = Timeline(TODAY, on_hand=4)
    for ask in (timeline.receive, timeline.claim, timeline.withdraw_claim):
        with pytest.raises(InvalidValue, match="on is"):
            ask(on, 1)
    for ask in (timeline.projected, timeline.available, timeline.next_change):
        with pytest.raises(InvalidValue, match=r"is .*: give a date"):
            ask(on)
    for ask in (timeline.earliest, timeline.split):
        with pytest.raises(InvalidValue, match="on is"):
            ask(1, on)
    with pytest.raises(InvalidValue, match="today"):
        Timeline(on)


@pytest.mark.parametrize("on_hand", [-1, True, 1.5])
def test_stock_on_hand_is_a_whole_number(on_hand):
    with pytest.raises(InvalidValue, match="on_hand"):
        Timeline(TODAY, on_hand)
