"""Worked cases: what can be promised by bucket and by place in a queue.

The rows are published ones, recomputed by hand where the source shows only a part.
Buckets are numbered from 1 in the sources and from 0 here.
"""

from datetime import date, timedelta

import pytest

from backorderkit.promising import PromiseClaim, Timeline, atp_table, queue_table

TODAY = date(2026, 3, 2)
ORLICKY = atp_table(
    172,
    (0, 150, 0, 150, 0, 150, 0, 150, 150, 150),
    (80, 120, 75, 30, 20, 10, 0, 0, 0, 0),
)
PUMPS = (33, 20, 10, 4, 2, 0, 0, 0)
EXERCISE = atp_table(
    56, (30, 35, 0, 24, 0, 25, 44, 28), (41, 19, 39, 11, 25, 20, 10, 0)
)


def row(text):
    """Read a row as it is printed: a dash where there is no figure."""
    return tuple(None if word == "-" else int(word) for word in text.split())


def rows(table):
    return (
        table.discrete,
        table.running_discrete,
        table.cumulative,
        table.look_ahead,
        table.netted,
    )


def test_a_deficit_is_shown_and_protected_against__A01():
    assert rows(ORLICKY) == (
        row("92 -45 - 100 - 140 - 150 150 150"),
        row("92 47 47 147 147 287 287 437 587 737"),
        row("92 122 47 167 147 287 287 437 587 737"),
        row("47 47 47 147 147 287 287 437 587 737"),
        row("47 0 - 100 - 140 - 150 150 150"),
    )


def test_lots_that_keep_the_balance_above_zero__A02():
    assert rows(atp_table(64, row("0 0 70 0 70 0 70 70"), PUMPS)) == (
        row("11 - 56 - 68 - 70 70"),
        row("11 11 67 67 135 135 205 275"),
        row("31 11 71 67 135 135 205 275"),
        row("11 11 67 67 135 135 205 275"),
        row("11 - 56 - 68 - 70 70"),
    )


def test_lots_that_keep_a_safety_stock__A03():
    assert rows(atp_table(64, row("0 70 0 0 70 70 0 70"), PUMPS)) == (
        row("31 36 - - 68 70 - 70"),
        row("31 67 67 67 135 205 205 275"),
        row("31 81 71 67 135 205 205 275"),
        row("31 67 67 67 135 205 205 275"),
        row("31 36 - - 68 70 - 70"),
    )


def test_two_large_receipts__A04():
    table = atp_table(55, row("0 150 0 0 0 0 150 0"), row("38 27 24 8 0 0 0 0"))
    assert rows(table) == (
        row("17 91 - - - - 150 -"),
        row("17 108 108 108 108 108 258 258"),
        row("17 140 116 108 108 108 258 258"),
        row("17 108 108 108 108 108 258 258"),
        row("17 91 - - - - 150 -"),
    )


def test_two_deficits_in_a_row__A05():
    assert rows(EXERCISE) == (
        row("45 -23 - -12 - 5 34 28"),
        row("45 22 22 10 10 15 49 77"),
        row("45 61 22 35 10 15 49 77"),
        row("10 10 10 10 10 15 49 77"),
        row("10 0 - 0 - 5 34 28"),
    )


def test_the_answer_that_forgets_the_deficits_is_not_ours__A05():
    # An answer that circulates for this exercise sets every deficit to nothing.
    circulating = row("45 0 0 0 0 0 34 28")
    assert EXERCISE.discrete != circulating
    assert EXERCISE.netted != circulating
    # It would promise 45 at once, of which a later order needs 35.
    assert EXERCISE.earliest(10) == 0
    assert EXERCISE.earliest(11) == 5


@pytest.mark.parametrize(
    ("quantity", "bucket"),
    [(47, 1), (48, 4), (147, 4), (148, 6), (287, 6), (288, 8), (437, 8), (737, 10)],
)
def test_the_earliest_bucket_for_a_new_quantity__A06(quantity, bucket):
    assert ORLICKY.earliest(quantity) == bucket - 1


def test_more_than_there_ever_is_has_no_bucket__A06():
    assert ORLICKY.earliest(738) is None
    assert ORLICKY.split(738) == ()


def test_raising_an_order_takes_what_is_left__A07():
    timeline = Timeline(TODAY, on_hand=145)
    timeline.claim(TODAY, 140 - 15)
    timeline.claim(TODAY, 15)
    assert timeline.available(TODAY) == 5
    timeline.withdraw_claim(TODAY, 15)
    timeline.claim(TODAY, 20)
    assert timeline.available(TODAY) == 0
    assert timeline.earliest(1) is None


def test_a_split_promise_ends_when_a_complete_one_would_come__A11():
    assert ORLICKY.split(200) == ((0, 47), (3, 100), (5, 53))
    assert ORLICKY.earliest(200) == 5
    assert ORLICKY.split(47) == ((0, 47),)
    assert ORLICKY.split(48) == ((0, 47), (3, 1))


QUANTITIES = (5, 3, 20, 20, 15)


def queue(first, *others, released=False, **options):
    """Return what claims find over a stock of 20; the first is dated late."""
    far = TODAY + timedelta(days=2)
    claims = [
        PromiseClaim(first, far, released),
        *(PromiseClaim(one, TODAY) for one in others),
    ]
    return queue_table(20, claims, today=TODAY, **options)


def test_large_early_claims_leave_nothing_behind_them__erp_C1():
    table = queue(*QUANTITIES)
    assert [one.promised_before for one in table] == [0, 5, 8, 28, 48]
    assert [one.available for one in table] == [5, 3, 12, 0, 0]


def test_an_urgent_claim_stands_before_all_others__erp_C2():
    urgent, *others = queue(20, 5, 3, 20, 15)
    assert urgent == (0, 20)
    assert [one.promised_before for one in others] == [20, 25, 28, 48]
    assert [one.available for one in others] == [0, 0, 0, 0]


def test_a_claim_beyond_the_horizon_counts_once_released__erp_C4():
    table = queue(*QUANTITIES, horizon_days=1)
    assert table[1] == (0, 3)
    assert table[2] == (3, 17)
    table = queue(*QUANTITIES, released=True, horizon_days=1)
    assert table[1] == (5, 3)
    assert table[2] == (8, 12)
