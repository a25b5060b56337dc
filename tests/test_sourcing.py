"""Where an order is served from: the shipped functions, and what a host may do."""

from datetime import UTC, datetime
from functools import partial
from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Quantities,
    oldest_first,
    plan_count,
    plan_order,
    plan_reserve,
)
from backorderkit.deciding import (
    Assignment,
    fewest_parcels,
    in_given_order,
    most_free_first,
)
from backorderkit.errors import PolicyBreach

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def lines(*asked):
    """Lines O-1/1, O-1/2, … of (SKU, quantity) pairs."""
    return [Line(f"O-1/{n}", sku, units) for n, (sku, units) in enumerate(asked, 1)]


def lamps(**units):
    """Free LAMPs by location."""
    return {place: Quantities(LAMP=one) for place, one in units.items()}


def parts(assignments):
    """Return (line number, location, units) of each assignment."""
    return [(one.line[-1], one.location, one.quantity) for one in assignments]


def stocked(stock):
    """A book with LAMPs at locations."""
    book = OrderBook(oldest_first())
    for location, units in stock.items():
        book.apply(plan_count(book, "LAMP", units, at=MONDAY, location=location))
    return book


def placed(book, sourcing, *asked, location="main"):
    """Place an order and return (location, allocated, waiting) of all portions."""
    order = Order(
        "O-1",
        "ada",
        MONDAY,
        [
            Line(f"O-1/{n}", sku, units, location=location)
            for n, (sku, units) in enumerate(asked, 1)
        ],
    )
    book.apply(plan_order(book, order, sourcing=sourcing))
    book.check_invariants()
    return {
        line.ref: [(one.location, one.allocated, one.waiting) for one in line.portions]
        for line in book.order("O-1").lines
    }


# In given order


def test_the_first_named_location_is_emptied_first():
    free = lamps(south=15, north=10)
    assert parts(in_given_order("north", "south")(lines(("LAMP", 13)), free)) == [
        ("1", "north", 10),
        ("1", "south", 3),
    ]


def test_locations_that_are_not_named_are_not_used():
    assert in_given_order("north")(lines(("LAMP", 1)), lamps(south=5)) == []
    assert in_given_order()(lines(("LAMP", 1)), lamps(south=5)) == []


def test_two_lines_of_one_sku_share_what_a_location_has():
    assigned = in_given_order("a", "b")(
        lines(("LAMP", 3), ("LAMP", 3)), lamps(a=4, b=9)
    )
    assert parts(assigned) == [("1", "a", 3), ("2", "a", 1), ("2", "b", 2)]


def test_a_location_named_twice_is_offered_once():
    book = stocked({"a": 2})
    sourcing = in_given_order("a", "a")
    assert placed(book, sourcing, ("LAMP", 5), location="a") == {"O-1/1": [("a", 2, 3)]}


# Most free first


def test_equally_full_locations_are_asked_in_alphabetical_order():
    assigned = most_free_first()(lines(("LAMP", 5)), lamps(b=3, c=3, a=3))
    assert parts(assigned) == [("1", "a", 3), ("1", "b", 2)]


def test_the_fullest_location_is_chosen_anew_for_each_line():
    assigned = most_free_first()(lines(("LAMP", 3), ("LAMP", 2)), lamps(a=4, b=3))
    assert parts(assigned) == [("1", "a", 3), ("2", "b", 2)]


def test_full_means_full_of_the_sku_of_the_line():
    free = {"a": Quantities(LAMP=1, RUG=50), "b": Quantities(LAMP=2)}
    assigned = most_free_first()(lines(("LAMP", 1), ("RUG", 1)), free)
    assert parts(assigned) == [("1", "b", 1), ("2", "a", 1)]


# Fewest parcels


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (2, ["a"]),
        (3, ["a"]),
        (4, ["big"]),
        (5, ["big"]),
        (6, ["a", "b"]),
        (7, ["a", "big"]),
    ],
)
def test_one_location_serves_it_all_if_one_can(wanted, places):
    assigned = fewest_parcels()(lines(("LAMP", wanted)), lamps(a=3, b=3, big=5))
    assert [one.location for one in assigned] == places


def test_the_whole_order_counts_and_not_each_line():
    free = {
        "a": Quantities(LAMP=1),
        "b": Quantities(RUG=1),
        "z": Quantities(LAMP=1, RUG=1),
    }
    assigned = fewest_parcels()(lines(("LAMP", 1), ("RUG", 1)), free)
    assert parts(assigned) == [("1", "z", 1), ("2", "z", 1)]


def test_preferred_locations_win_among_equally_few():
    free = lamps(a=3, b=3, c=3)
    assert parts(fewest_parcels()(lines(("LAMP", 3)), free)) == [("1", "a", 3)]
    chosen = fewest_parcels("c", "b")(lines(("LAMP", 3)), free)
    assert parts(chosen) == [("1", "c", 3)]
    chosen = fewest_parcels("c", "b")(lines(("LAMP", 4)), free)
    assert parts(chosen) == [("1", "c", 3), ("1", "b", 1)]


def test_a_preferred_location_that_does_not_help_is_not_used():
    assigned = fewest_parcels("a")(lines(("LAMP", 5)), lamps(a=1, b=5))
    assert parts(assigned) == [("1", "b", 5)]


def test_nothing_anywhere_gives_no_assignment():
    assert list(fewest_parcels()(lines(("LAMP", 5)), {})) == []
    assert list(fewest_parcels()(lines(("LAMP", 5)), {"a": Quantities(RUG=1)})) == []


def test_what_all_locations_together_lack_adds_no_location():
    assigned = fewest_parcels()(lines(("LAMP", 9)), lamps(a=2, b=3))
    assert parts(assigned) == [("1", "a", 2), ("1", "b", 3)]


def test_with_very_many_locations_the_one_that_serves_most_is_taken_next():
    """40 locations: more pairs of pairs than are tried one by one."""
    free = lamps(**{f"p{n:02}": 1 for n in range(38)}, x=5, y=6)
    assigned = list(fewest_parcels()(lines(("LAMP", 14)), free))
    places = [one.location for one in assigned]
    assert places == ["y", "x", "p00", "p01", "p02"]
    everything = list(fewest_parcels()(lines(("LAMP", 60)), free))
    assert sum(one.quantity for one in everything) == 49


@st.composite
def problems(draw):
    """Draw a few lines, and a few locations that have some of it."""
    asked = draw(
        st.lists(
            st.tuples(st.sampled_from(["LAMP", "RUG"]), st.integers(1, 6)),
            min_size=1,
            max_size=3,
        )
    )
    stock = st.fixed_dictionaries(
        {"LAMP": st.integers(0, 5), "RUG": st.integers(0, 5)}
    ).map(Quantities)
    free = draw(st.dictionaries(st.sampled_from("abcd"), stock, max_size=4))
    return lines(*asked), free


def served(asked, free, places):
    """Return the units that some locations could serve together, SKU by SKU."""
    total = 0
    for sku in {line.sku for line in asked}:
        wanted = sum(line.quantity for line in asked if line.sku == sku)
        total += min(wanted, sum(free[place][sku] for place in places))
    return total


@pytest.mark.parametrize(
    "sourcing", [in_given_order(*"dcba"), most_free_first(), fewest_parcels()]
)
@given(problem=problems())
def test_all_that_is_there_is_assigned_and_nothing_twice(sourcing, problem):
    asked, free = problem
    assigned = list(sourcing(asked, free))
    skus = {line.ref: line.sku for line in asked}
    for place, stock in free.items():
        for sku in ("LAMP", "RUG"):
            taken = [
                one.quantity
                for one in assigned
                if one.location == place and skus[one.line] == sku
            ]
            assert sum(taken) <= stock[sku]
    for line in asked:
        got = sum(one.quantity for one in assigned if one.line == line.ref)
        assert got <= line.quantity
    assert sum(one.quantity for one in assigned) == served(asked, free, free)


@given(problem=problems())
def test_no_smaller_set_of_locations_would_do(problem):
    asked, free = problem
    used = {one.location for one in fewest_parcels()(asked, free)}
    best = served(asked, free, free)
    fewest = min(
        size
        for size in range(len(free) + 1)
        for places in combinations(free, size)
        if served(asked, free, places) == best
    )
    assert len(used) == fewest


# What a host's own function sees


def test_a_sourcing_function_sees_what_is_free_of_the_skus_of_the_order():
    book = stocked({"north": 5, "south": 4})
    book.apply(plan_count(book, "RUG", 7, at=MONDAY, location="south"))
    first = Order("O-0", "bob", MONDAY, [Line("O-0/1", "LAMP", 2, location="north")])
    book.apply(plan_order(book, first))
    book.apply(plan_reserve(book, "LAMP", 1, at=MONDAY, location="south"))
    seen = []

    def host(asked, free):
        seen.append(([line.ref for line in asked], dict(free)))
        return []

    assert placed(book, host, ("LAMP", 2)) == {"O-1/1": [("main", 0, 2)]}
    (asked, free) = seen[0]
    assert asked == ["O-1/1"]
    assert free == {"north": Quantities(LAMP=3), "south": Quantities(LAMP=3)}
    assert list(free) == ["north", "south"]


def test_what_is_assigned_to_nobody_waits_at_the_lines_own_location():
    book = stocked({"north": 2, "south": 3})
    found = placed(book, in_given_order("south"), ("LAMP", 9), location="west")
    assert found == {"O-1/1": [("south", 3, 0), ("west", 0, 6)]}


def test_the_rest_joins_the_part_that_its_own_location_serves():
    book = stocked({"north": 2, "south": 3})
    sourcing = in_given_order("south", "north")
    found = placed(book, sourcing, ("LAMP", 9), location="south")
    assert found == {"O-1/1": [("south", 3, 4), ("north", 2, 0)]}


def test_assignments_to_one_location_become_one_portion():
    def piecemeal(asked, free):
        return [Assignment("O-1/1", "north", 1), Assignment("O-1/1", "north", 2)]

    book = stocked({"north": 3})
    assert placed(book, piecemeal, ("LAMP", 3)) == {"O-1/1": [("north", 3, 0)]}


# What a sourcing function must not give back

BREACHES = {
    "an unknown line": ([Assignment("O-9/1", "north", 1)], "unknown line 'O-9/1'"),
    "no units": ([Assignment("O-1/1", "north", 0)], "assigned 0 units"),
    "negative units": ([Assignment("O-1/1", "north", -1)], "assigned -1 units"),
    "half units": ([Assignment("O-1/1", "north", 0.5)], "assigned 0.5 units"),
    "a truth value": ([Assignment("O-1/1", "north", True)], "assigned True units"),
    "units that are not there": (
        [Assignment("O-1/1", "north", 4)],
        "assigned 4 LAMP that north does not have",
    ),
    "the same units twice": (
        [Assignment("O-1/1", "north", 2), Assignment("O-1/2", "north", 2)],
        "assigned 2 LAMP that north does not have",
    ),
    "an unknown location": (
        [Assignment("O-1/1", "moon", 1)],
        "assigned 1 LAMP that moon does not have",
    ),
    "more than was asked for": (
        [Assignment("O-1/2", "north", 2), Assignment("O-1/2", "south", 1)],
        "assigned more to O-1/2 than it asks for",
    ),
}


def nearest_house(answer):
    """A sourcing function, as hosts make them, that gives back what it is told."""

    def source(asked, free):
        return answer

    return source


@pytest.mark.parametrize("case", BREACHES)
def test_a_wrong_assignment_is_blamed_on_the_function_by_name(case):
    answer, breach = BREACHES[case]
    book = stocked({"north": 3, "south": 3})
    version = book.version
    with pytest.raises(PolicyBreach, match=breach) as caught:
        placed(book, nearest_house(answer), ("LAMP", 4), ("LAMP", 2))
    assert caught.value.plugin == "nearest_house"
    assert (book.version, book.orders()) == (version, ())


@pytest.mark.parametrize(
    "answer", [None, 5, [("O-1/1", "north", 1)], ["O-1/1"], [None]], ids=repr
)
def test_an_answer_of_another_kind_is_blamed_on_the_function(answer):
    book = stocked({"north": 3})
    with pytest.raises(PolicyBreach, match="nearest_house"):
        placed(book, nearest_house(answer), ("LAMP", 4))
    assert book.orders() == ()


def test_a_function_without_a_name_is_called_sourcing():
    def host(units, asked, free):
        return [Assignment("O-1/1", "north", units)]

    with pytest.raises(PolicyBreach) as caught:
        placed(stocked({"north": 3}), partial(host, 4), ("LAMP", 4))
    assert caught.value.plugin == "sourcing"


def test_the_order_in_which_lines_are_listed_decides_nothing():
    def served(*refs):
        book = OrderBook(oldest_first())
        book.apply(plan_count(book, "LAMP", 3, at=MONDAY, location="north"))
        lines = [Line(ref, "LAMP", 3) for ref in refs]
        order = Order("O-1", "ada", MONDAY, lines)
        book.apply(plan_order(book, order, sourcing=in_given_order("north")))
        return [book.line(ref).allocated for ref in sorted(refs)]

    assert served("O-1/1", "O-1/2") == served("O-1/2", "O-1/1") == [3, 0]
