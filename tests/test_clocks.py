"""Clocks of all kinds: who waits longest is told by the instant, never by the wall.

Clocks are skewed, jump back, change for summer, stand in any zone and any year; orders
arrive in any order. Who is served first follows from the instants at which the orders
were placed, and another zone tells the same.
"""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given, strategies as st

from backorderkit import (
    Line,
    MemoryRepository,
    Order,
    OrderDesk,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_order,
    plan_receipt,
)
from backorderkit.storage import Token
from tests.searching import examples

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = [
    *(timezone(timedelta(hours=hours)) for hours in (-14, -3.5, 0, 5.75, 14)),
    *(BERLIN, NEW_YORK, UTC),
]
LATER = datetime(9999, 12, 30, 12, tzinfo=UTC)
BEFORE_AND_AFTER = [
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
    datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN),
]
"""Twenty minutes back on the wall, forty minutes on by the instant."""
TURNS = [
    *BEFORE_AND_AFTER,
    datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN),  # no wall has ever shown it
    datetime(2026, 3, 29, 3, 10, tzinfo=BERLIN),
    datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK),
    datetime(2026, 11, 1, 1, 15, fold=1, tzinfo=NEW_YORK),
    datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2028, 3, 1, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(9999, 12, 29, 23, 59, 59, tzinfo=UTC),
]
moments = st.sampled_from(TURNS) | st.datetimes(
    datetime(1999, 1, 1),  # noqa: DTZ001 - the zones are drawn
    datetime(9999, 12, 29),  # noqa: DTZ001 - the zones are drawn
    timezones=st.sampled_from(ZONES),
)


def the_order(number, at):
    return Order(f"O-{number}", "ada", at, [Line(f"O-{number}/1", "LAMP", 1)])


def served(orders, units):
    """Place orders as they arrive and receive some units; return who got one, and all
    that was written down."""
    repository = MemoryRepository()
    desk = OrderDesk(repository, oldest_first())
    for one in orders:
        desk.carry_out(plan_order, one)
    desk.carry_out(plan_receipt, Receipt("R-1", LATER, [ReceiptLine("LAMP", units)]))
    desk.book.check_invariants()
    got = {one.ref for one in orders if desk.book.line(f"{one.ref}/1").allocated}
    return got, repository.history(Token(0))[0], repository.unsent()


def instant(at):
    return at.astimezone(UTC)


@examples(2_000)
@given(when=st.lists(moments, min_size=2, max_size=6), units=st.integers(1, 5))
@example(when=BEFORE_AND_AFTER, units=1)
@example(when=BEFORE_AND_AFTER[::-1], units=1)
def test_who_waits_longest_by_the_instant_is_served_first(when, units):
    orders = [the_order(number, at) for number, at in enumerate(when)]
    got, history, notices = served(orders, units)
    queue = sorted(orders, key=lambda one: (instant(one.placed_at), one.ref))
    assert got == {one.ref for one in queue[:units]}
    same = [attrs.evolve(one, placed_at=instant(one.placed_at)) for one in orders]
    assert served(same, units)[0] == got
    again = served(orders, units)
    assert (again[1], again[2]) == (history, notices)


@pytest.mark.parametrize("when", [BEFORE_AND_AFTER, BEFORE_AND_AFTER[::-1]])
def test_the_hour_that_comes_twice_is_two_hours(when):
    orders = [the_order(number, at) for number, at in enumerate(when)]
    got, _, _ = served(orders, 1)
    assert got == {f"O-{when.index(BEFORE_AND_AFTER[0])}"}
