"""Counts, transfers and reserves: what lies on the shelf, and who loses when it does
not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    BackorderError,
    OrderBook,
    by_priority,
    plan_count,
    plan_freeze,
    plan_hold,
    plan_reserve,
    plan_transfer,
)
from backorderkit.errors import Duplicate, InvalidValue, NotPossible
from tests.shop import NOON, do_at_noon as do, place, stock

NOT_A_COUNT = [-1, 1.0, 2.5, True, "1", None, 10**15 + 1]


def freeze(book, lines):
    book.apply(plan_freeze(book, lines, at=NOON))


def allocated(book):
    return {ref: book.order(ref).allocated for ref in book.orders()}


def everything(book):
    orders = [book.order(ref) for ref in book.orders()]
    return book.version, orders, [book.pool(*pool) for pool in book.pools()]


@contextmanager
def refused(book, error, match=None) -> Iterator[None]:
    """Expect one clear error, and a book that is as it was."""
    before = everything(book)
    with pytest.raises(error, match=match):
        yield
    assert everything(book) == before
    book.check_invariants()


# Counts


@pytest.mark.parametrize(
    ("found", "given_units", "free"), [(4, 4, 0), (5, 5, 0), (6, 5, 1)]
)
def test_what_is_found_meets_the_queue(book, found, given_units, free):
    place(book, "O-1", 5)
    plan = stock(book, found)
    assert plan.allocated() == {"O-1/1": given_units}
    assert (book.pool("LAMP").free, book.pool("LAMP").counted) == (free, found)


def test_a_count_that_finds_what_is_known_is_no_event(book):
    stock(book, 5)
    assert plan_count(book, "LAMP", 5, at=NOON).is_empty
    assert plan_count(book, "RUG", 0, at=NOON).is_empty


@pytest.mark.parametrize(
    ("found", "left"),
    [
        (10, {"O-1": 4, "O-2": 4}),
        (8, {"O-1": 4, "O-2": 4}),
        (7, {"O-1": 4, "O-2": 3}),
        (4, {"O-1": 4, "O-2": 0}),
        (3, {"O-1": 3, "O-2": 0}),
        (0, {"O-1": 0, "O-2": 0}),
    ],
)
def test_who_would_be_served_last_gives_back_first(book, found, left):
    stock(book, 10)
    place(book, "O-2", 4, 1)
    place(book, "O-1", 4)
    stock(book, found)
    assert allocated(book) == left
    assert book.pool("LAMP").on_hand == found


def test_the_least_urgent_gives_back_first():
    book = OrderBook(by_priority())
    stock(book, 9)
    for ref, priority, minute in (("O-1", 5, 0), ("O-2", 1, 1), ("O-3", 3, 2)):
        place(book, ref, 3, minute, priority=priority)
    stock(book, 4)
    assert allocated(book) == {"O-1": 0, "O-2": 3, "O-3": 1}


def test_what_was_taken_back_waits_at_its_old_place(book):
    stock(book, 8)
    place(book, "O-1", 4)
    place(book, "O-2", 4, 1)
    place(book, "O-3", 4, 2)
    stock(book, 2)
    waiting = [(one.line, one.quantity) for one in book.backorders("LAMP")]
    assert waiting == [("O-1/1", 2), ("O-2/1", 4), ("O-3/1", 4)]
    stock(book, 8)
    assert allocated(book) == {"O-1": 4, "O-2": 4, "O-3": 0}


@pytest.mark.parametrize(("found", "ok"), [(3, True), (2, True), (1, False)])
def test_picked_goods_are_never_counted_away(book, found, ok):
    stock(book, 8)
    place(book, "O-1", 4)
    place(book, "O-2", 4, 1)
    freeze(book, {"O-2/1": 2})
    if ok:
        stock(book, found)
        assert allocated(book) == {"O-1": found - 2, "O-2": 2}
        assert book.line("O-2/1").frozen == 2
    else:
        with refused(book, NotPossible, "cannot take back 7 of 'LAMP', only 6"):
            plan_count(book, "LAMP", found, at=NOON)


def test_goods_of_a_held_order_are_taken_back_in_their_turn(book):
    stock(book, 8)
    place(book, "O-1", 4)
    place(book, "O-2", 4, 1)
    do(book, plan_hold, "O-1", reason="check")
    stock(book, 3)
    assert allocated(book) == {"O-1": 3, "O-2": 0}
    assert [one.line for one in book.backorders("LAMP")] == ["O-2/1"]


def test_units_kept_back_are_not_given_when_some_are_lost(book):
    stock(book, 10)
    place(book, "O-1", 6)
    do(book, plan_reserve, "LAMP", 4)
    place(book, "O-2", 6, 1)
    stock(book, 5)
    assert allocated(book) == {"O-1": 5, "O-2": 0}
    stock(book, 10)
    assert allocated(book) == {"O-1": 6, "O-2": 0}


@pytest.mark.parametrize("found", NOT_A_COUNT)
def test_what_is_on_hand_is_a_count_and_never_negative(book, found):
    stock(book, 5)
    with refused(book, InvalidValue, "^on_hand is "):
        plan_count(book, "LAMP", found, at=NOON)


@pytest.mark.parametrize(
    "bad", [{"at": None}, {"location": ""}, {"reason": None}, {"sku": " "}]
)
def test_a_count_names_pool_reason_and_moment(book, bad):
    options = {"sku": "LAMP", "at": NOON, **bad}
    with refused(book, InvalidValue):
        plan_count(book, options.pop("sku"), 5, **options)


@given(
    orders=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=6),
    on_hand=st.integers(0, 20),
    picked=st.lists(st.integers(0, 3), max_size=6),
    found=st.integers(0, 20),
)
def test_a_count_leaves_what_serving_it_unit_by_unit_would(
    orders, on_hand, picked, found
):
    book = OrderBook(by_priority())
    stock(book, on_hand)
    held: dict[str, int] = {}
    free = on_hand
    for number, (quantity, priority) in enumerate(orders):
        ref = f"O-{number}"
        place(book, ref, quantity, number, priority=priority)
        held[ref] = min(quantity, free)
        free -= held[ref]
    frozen = {}
    for (ref, units), wanted in zip(held.items(), picked, strict=False):
        frozen[ref] = min(units, wanted)
        if frozen[ref]:
            freeze(book, {f"{ref}/1": frozen[ref]})
    # Units in the order in which they are given up: the last in rank first.
    numbered = list(enumerate(orders))
    ranked = sorted(numbered, key=lambda one: (one[1][1], one[0]), reverse=True)
    losable = [
        f"O-{number}"
        for number, _ in ranked
        for _ in range(held[f"O-{number}"] - frozen.get(f"O-{number}", 0))
    ]
    missing = sum(held.values()) - found
    if missing > len(losable):
        with refused(book, NotPossible):
            plan_count(book, "LAMP", found, at=NOON)
        return
    stock(book, found)
    lost = losable[: max(missing, 0)]
    expected = {ref: units - lost.count(ref) for ref, units in held.items()}
    if missing < 0:
        free = -missing
        for number, (quantity, _) in ranked[::-1]:
            ref = f"O-{number}"
            more = min(quantity - expected[ref], free)
            expected[ref], free = expected[ref] + more, free - more
    assert allocated(book) == expected


# Transfers


@pytest.mark.parametrize(("quantity", "ok"), [(1, True), (3, True), (4, False)])
def test_only_free_goods_are_moved(book, quantity, ok):
    stock(book, 8)
    place(book, "O-1", 5)
    options = {"source": "main", "destination": "north", "at": NOON}
    if ok:
        do(book, plan_transfer, "T-1", "LAMP", quantity, **options)
        assert book.pool("LAMP").free == 3 - quantity
        assert book.pool("LAMP", "north").free == quantity
    else:
        with refused(book, NotPossible, "cannot transfer 4 of 'LAMP', only 3"):
            plan_transfer(book, "T-1", "LAMP", quantity, **options)


def test_moved_goods_meet_the_queue_where_they_arrive(book):
    stock(book, 8)
    place(book, "O-1", 5, location="north")
    options = {"source": "main", "destination": "north"}
    plan = do(book, plan_transfer, "T-1", "LAMP", 6, **options)
    assert plan.allocated() == {"O-1/1": 5}
    assert plan.left_backlog == ("O-1",)
    assert book.pool("LAMP", "north").free == 1


def test_goods_kept_back_are_not_moved(book):
    stock(book, 8)
    do(book, plan_reserve, "LAMP", 6)
    with refused(book, NotPossible, "only 2: no more is free at main"):
        plan_transfer(
            book, "T-1", "LAMP", 3, source="main", destination="north", at=NOON
        )


def test_a_transfer_happens_once(book):
    stock(book, 8)
    options = {"source": "main", "destination": "north"}
    do(book, plan_transfer, "T-1", "LAMP", 1, **options)
    with refused(book, Duplicate, "transfer 'T-1'"):
        do(book, plan_transfer, "T-1", "LAMP", 1, **options)


@pytest.mark.parametrize(
    "bad",
    [
        {"destination": "main"},
        {"destination": ""},
        {"source": ["main"]},
        {"source": None},
        {"source": "nowhere"},
        {"ref": ""},
        {"sku": "RUG"},
        {"sku": ["LAMP"]},
        {"at": None},
        {"quantity": 0},
        *({"quantity": units} for units in NOT_A_COUNT),
    ],
    ids=str,
)
def test_a_transfer_that_makes_no_sense_is_refused(book, bad):
    stock(book, 8)
    options = {
        "ref": "T-1",
        "sku": "LAMP",
        "quantity": 1,
        "source": "main",
        "destination": "north",
        "at": NOON,
        **bad,
    }
    first = [options.pop(name) for name in ("ref", "sku", "quantity")]
    with refused(book, BackorderError):
        plan_transfer(book, *first, **options)


# Units kept back


@pytest.mark.parametrize(
    ("reserve", "given_units"), [(0, 5), (3, 5), (4, 4), (8, 0), (9, 0)]
)
def test_a_reserve_is_kept_from_every_line(book, reserve, given_units):
    stock(book, 8)
    do(book, plan_reserve, "LAMP", reserve)
    place(book, "O-1", 5)
    assert allocated(book) == {"O-1": given_units}
    assert book.pool("LAMP").free == max(8 - reserve - given_units, 0)


@pytest.mark.parametrize(
    ("lowered_to", "given_units"), [(6, 2), (5, 3), (3, 5), (0, 5)]
)
def test_what_a_smaller_reserve_frees_meets_the_queue(book, lowered_to, given_units):
    stock(book, 8)
    do(book, plan_reserve, "LAMP", 6)
    place(book, "O-1", 5)
    do(book, plan_reserve, "LAMP", lowered_to)
    assert allocated(book) == {"O-1": given_units}


def test_a_larger_reserve_takes_nothing_back(book):
    stock(book, 8)
    place(book, "O-1", 5)
    do(book, plan_reserve, "LAMP", 8)
    assert allocated(book) == {"O-1": 5}
    assert book.pool("LAMP").free == 0


def test_a_plan_says_that_a_reserve_keeps_goods_from_who_waits(book):
    do(book, plan_reserve, "LAMP", 6)
    place(book, "O-1", 5)
    plan = stock(book, 6)
    [reason] = plan.reasons
    assert (reason.code, reason.figures) == ("kept_back", {"reserve": 6, "wanted": 5})


def test_a_reserve_is_of_one_pool(book):
    stock(book, 8)
    do(book, plan_reserve, "LAMP", 8, location="north")
    place(book, "O-1", 5)
    assert allocated(book) == {"O-1": 5}
    assert book.pool("LAMP", "north").reserve == 8


@pytest.mark.parametrize("units", NOT_A_COUNT)
def test_a_reserve_is_a_count(book, units):
    with refused(book, InvalidValue):
        plan_reserve(book, "LAMP", units, at=NOON)


@pytest.mark.parametrize("bad", [{"at": date(2026, 3, 1)}, {"location": " "}])
def test_a_reserve_names_pool_and_moment(book, bad):
    with refused(book, InvalidValue):
        plan_reserve(book, "LAMP", 3, **{"at": NOON, **bad})
