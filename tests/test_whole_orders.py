"""Whole orders over several pools: rules of thumb, and the exact choice behind them.

With orders as vertices and scarce SKUs as edges, completing the most orders is finding
a largest independent set; those sizes are known. The other optima are published or
small enough to enumerate here.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Pool,
    Receipt,
    ReceiptLine,
    plan_order,
    plan_receipt,
)
from backorderkit.adapters.exact import Solution, by_orders, by_units, exact, solve
from backorderkit.errors import InvalidValue, PolicyBreach
from backorderkit.model import Bundle, Incomplete
from backorderkit.policies import (
    at_least,
    densest_first,
    fewest_units_first,
    oldest_first,
    proportional,
    uniform,
    whole_order,
)
from tests.searching import examples

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def cycle(length: int) -> list[tuple[int, int]]:
    return [(n, (n + 1) % length) for n in range(length)]


def prism(length: int, step: int) -> list[tuple[int, int]]:
    """Two rings of vertices joined one to one; the inner ring goes `step` at a time."""
    outer = cycle(length)
    inner = [(length + n, length + (n + step) % length) for n in range(length)]
    return [*outer, *inner, *((n, length + n) for n in range(length))]


# Graph, size of its largest independent set, and what the simple rules reach.
GRAPHS = {
    "C5": (cycle(5), 2, 2),
    "K4": (list(combinations(range(4), 2)), 1, 1),
    "cube": (prism(4, 1), 4, 4),
    "Petersen": (prism(5, 2), 4, 3),
    "dodecahedron": (prism(10, 2), 8, 7),
}
"""The Petersen graph and the dodecahedron are the prisms (5, 2) and (10, 2)."""


def orders_of(edges: Iterable[tuple[int, int]]) -> list[dict[str, int]]:
    """One order per vertex, asking for one unit of each of its edges."""
    edges = list(edges)
    vertices = sorted({vertex for edge in edges for vertex in edge})
    return [
        {f"edge-{n:02}": 1 for n, edge in enumerate(edges) if vertex in edge}
        for vertex in vertices
    ]


def completed(
    policy, orders: list[Mapping[str, int]], stock: Mapping[str, int]
) -> list[int]:
    """Place orders, receive the stock; return the numbers of the complete orders."""
    book = OrderBook(policy)
    for number, needs in enumerate(orders, 1):
        lines = [
            Line(f"O-{number:02}/{sku}", sku, units) for sku, units in needs.items()
        ]
        at = START + timedelta(minutes=number)
        book.apply(plan_order(book, Order(f"O-{number:02}", "ada", at, lines)))
    arrived = [ReceiptLine(sku, units) for sku, units in stock.items()]
    at = START + timedelta(days=1)
    book.apply(plan_receipt(book, Receipt("R-1", at, arrived)))
    book.check_invariants()
    given = {ref: book.order(ref).lines for ref in book.orders()}
    whole = [ref for ref, lines in given.items() if not any(x.waiting for x in lines)]
    parts = [ref for ref, lines in given.items() if any(x.allocated for x in lines)]
    assert whole == parts
    return [int(ref.removeprefix("O-")) for ref in whole]


def bundles_of(orders: Iterable[Mapping[str, int]]) -> list[Bundle]:
    return [
        Bundle(f"O-{n:02}", "", {Pool(sku): units for sku, units in needs.items()})
        for n, needs in enumerate(orders, 1)
    ]


def free_of(stock: Mapping[str, int]) -> dict[Pool, int]:
    return {Pool(sku): units for sku, units in stock.items()}


def best_by_enumeration(bundles, free, value) -> Fraction:
    """Try every set of orders."""
    best = Fraction(0)
    for size in range(len(bundles) + 1):
        for chosen in combinations(bundles, size):
            if fits(chosen, free):
                best = max(
                    best, sum((Fraction(value(one)) for one in chosen), best * 0)
                )
    return best


def fits(chosen: Iterable[Bundle], free: Mapping[Pool, int]) -> bool:
    used: dict[Pool, int] = {}
    for one in chosen:
        for pool, units in one.needs.items():
            used[pool] = used.get(pool, 0) + units
    return all(units <= free.get(pool, 0) for pool, units in used.items())


def served_in_turn(chosen: Iterable[Bundle], free: Mapping[Pool, int]) -> list[Bundle]:
    taken: list[Bundle] = []
    for one in chosen:
        if fits([*taken, one], free):
            taken.append(one)
    return taken


@pytest.mark.parametrize("name", GRAPHS)
def test_in_turn_and_fewest_units_first_reach_what_they_reach_on_a_graph(name):
    edges, _, reached = GRAPHS[name]
    orders = orders_of(edges)
    stock = {sku: 1 for needs in orders for sku in needs}
    in_turn = completed(whole_order(oldest_first()), orders, stock)
    fewest = whole_order(oldest_first(), choose=fewest_units_first)
    assert len(in_turn) == len(completed(fewest, orders, stock)) == reached


@pytest.mark.usefixtures("exact_solver")
@pytest.mark.parametrize("name", GRAPHS)
def test_the_exact_choice_completes_a_largest_independent_set(name):
    edges, largest, _ = GRAPHS[name]
    orders = orders_of(edges)
    stock = {sku: 1 for needs in orders for sku in needs}
    policy = whole_order(oldest_first(), choose=exact())
    chosen = completed(policy, orders, stock)
    assert len(chosen) == largest
    assert not any({a + 1, b + 1} <= set(chosen) for a, b in edges)
    found = solve(bundles_of(orders), free_of(stock))
    assert (found.value, found.bound, found.gap) == (largest, largest, 0)


STAR = orders_of((0, leaf) for leaf in range(1, 7))
THREE_SKUS = (
    [{"A": 4, "B": 2}, {"A": 6, "C": 3}, {"B": 6}, {"A": 3, "B": 3, "C": 2}, {"C": 2}],
    {"A": 10, "B": 8, "C": 5},
)
TWO_SKUS = (
    [
        {"A": 60, "B": 10},
        {"A": 50, "B": 30},
        {"A": 40, "B": 20},
        {"A": 10, "B": 25},
        {"A": 30},
    ],
    {"A": 100, "B": 60},
)


def test_a_large_first_order_costs_six_others_unless_few_units_come_first():
    stock = dict.fromkeys(STAR[0], 1)
    assert completed(whole_order(oldest_first()), STAR, stock) == [1]
    policy = whole_order(oldest_first(), choose=fewest_units_first)
    assert completed(policy, STAR, stock) == [2, 3, 4, 5, 6, 7]
    policy = whole_order(oldest_first(), choose=densest_first)
    assert completed(policy, STAR, stock) == [2, 3, 4, 5, 6, 7]


@pytest.mark.usefixtures("exact_solver")
def test_the_exact_choice_leaves_the_large_first_order_out():
    stock = dict.fromkeys(STAR[0], 1)
    policy = whole_order(oldest_first(), choose=exact())
    assert completed(policy, STAR, stock) == [2, 3, 4, 5, 6, 7]


@pytest.mark.usefixtures("exact_solver")
def test_four_of_five_orders_over_three_skus_can_be_complete():
    orders, stock = THREE_SKUS
    bundles, free = bundles_of(orders), free_of(stock)
    assert best_by_enumeration(bundles, free, by_orders) == 4
    assert best_by_enumeration(bundles, free, by_units) == 23
    for value in (by_orders, by_units):
        found = solve(bundles, free, value=value)
        assert found.value == best_by_enumeration(bundles, free, value)
        assert found.gap == 0
    most_units = whole_order(oldest_first(), choose=exact(value=by_units))
    assert completed(most_units, orders, stock) == [1, 2, 3, 5]


@pytest.mark.usefixtures("exact_solver")
def test_most_orders_and_most_units_are_different_goals():
    orders, stock = TWO_SKUS
    bundles, free = bundles_of(orders), free_of(stock)
    in_turn = completed(whole_order(oldest_first()), orders, stock)
    assert in_turn == [1, 3]
    assert sum(bundles[n - 1].units for n in in_turn) == 130
    assert solve(bundles, free).value == 3
    policy = whole_order(oldest_first(), choose=exact())
    assert len(completed(policy, orders, stock)) == 3
    policy = whole_order(oldest_first(), choose=exact(value=by_units))
    assert completed(policy, orders, stock) == [2, 4, 5]
    assert solve(bundles, free, value=by_units).value == 145


def test_an_incomplete_order_is_passed_over_or_blocks_or_holds_what_it_gets():
    orders, stock = TWO_SKUS
    for incomplete, chosen in (
        (Incomplete.IS_SKIPPED, [1, 3]),
        (Incomplete.BLOCKS, [1]),
    ):
        policy = whole_order(oldest_first(), incomplete=incomplete)
        assert completed(policy, orders, stock) == chosen


def test_an_order_that_holds_keeps_what_it_gets():
    book = OrderBook(whole_order(oldest_first(), incomplete=Incomplete.HOLDS))
    lines = [Line("O-1/1", "LAMP", 2), Line("O-1/2", "RUG", 1)]
    book.apply(plan_order(book, Order("O-1", "ada", START, lines)))
    receipt = Receipt("R-1", START, [ReceiptLine("LAMP", 1)])
    book.apply(plan_receipt(book, receipt))
    assert book.line("O-1/1").allocated == 1


def test_whole_orders_may_wrap_a_policy_with_a_minimum():
    policy = whole_order(at_least(6)(proportional()))
    orders = [{"A": 8, "B": 7}, {"A": 6}, {"B": 5}]
    assert completed(policy, orders, {"A": 14, "B": 7}) == [1, 2]
    assert completed(policy, orders, {"A": 13, "B": 7}) == [1]


def test_lines_of_one_order_in_one_pool_count_together():
    book = OrderBook(whole_order(uniform()))
    lines = [Line("O-1/1", "LAMP", 2), Line("O-1/2", "LAMP", 2)]
    book.apply(plan_order(book, Order("O-1", "ada", START, lines)))
    for number, allocated in ((3, 0), (1, 2)):
        receipt = Receipt(f"R-{number}", START, [ReceiptLine("LAMP", number)])
        book.apply(plan_receipt(book, receipt))
        assert book.line("O-1/1").allocated == allocated


def test_a_choice_that_names_a_strange_order_is_refused_by_name():
    def stranger(bundles, free):
        return [Bundle("O-99", "", {})]

    policy = whole_order(oldest_first(), choose=stranger)
    with pytest.raises(PolicyBreach, match=r"its choice of orders.*O-99"):
        completed(policy, [{"A": 1}], {"A": 1})


@pytest.fixture
def knapsacks(shared_data):
    """The published problems, their numbers read exactly."""
    text = (shared_data / "or_library" / "mknap1.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


def bundles_of_problem(problem) -> tuple[list[Bundle], dict[Pool, int], dict]:
    """Items are orders with a value, resources are SKUs, capacities the stock."""
    pools = [Pool(f"SKU-{n:02}") for n in range(len(problem["capacities"]))]
    bundles = [
        Bundle(
            f"O-{item:02}",
            "",
            {
                pool: row[item]
                for pool, row in zip(pools, problem["weights"], strict=True)
                if row[item]
            },
        )
        for item in range(len(problem["values"]))
    ]
    worth = {
        one.order: value for one, value in zip(bundles, problem["values"], strict=True)
    }
    return bundles, dict(zip(pools, problem["capacities"], strict=True)), worth


@pytest.mark.usefixtures("exact_solver")
def test_the_exact_choice_reaches_every_published_optimum(knapsacks):
    assert len(knapsacks) == 4
    for problem in knapsacks:
        bundles, free, worth = bundles_of_problem(problem)
        found = solve(bundles, free, value=lambda one, worth=worth: worth[one.order])
        optimum = Fraction(Decimal(problem["optimum"]))
        assert (found.value, found.bound, found.gap) == (optimum, optimum, 0)
        assert fits(found.chosen, free)
        assert sum(Fraction(worth[one.order]) for one in found.chosen) == optimum


def test_no_rule_of_thumb_exceeds_a_published_optimum(knapsacks):
    for problem in knapsacks:
        bundles, free, worth = bundles_of_problem(problem)
        optimum = Decimal(problem["optimum"])
        for choice in (list(bundles), fewest_units_first(bundles, free)):
            assert value_of(served_in_turn(choice, free), worth) <= optimum
        densest = served_in_turn(densest_first(bundles, free), free)
        assert 0 < value_of(densest, worth) <= optimum


def value_of(chosen: Iterable[Bundle], worth: Mapping[str, Decimal | int]) -> Decimal:
    return sum((Decimal(worth[one.order]) for one in chosen), Decimal(0))


@pytest.mark.usefixtures("exact_solver")
def test_the_published_problems_are_solved_in_a_book_too(knapsacks):
    problem = knapsacks[0]
    bundles, free, worth = bundles_of_problem(problem)
    choose = exact(value=lambda one: worth[f"O-{int(one.order[2:]) - 1:02}"])
    orders = [{pool.sku: units for pool, units in one.needs.items()} for one in bundles]
    stock = {pool.sku: units for pool, units in free.items()}
    chosen = completed(whole_order(oldest_first(), choose=choose), orders, stock)
    assert sum(worth[f"O-{number - 1:02}"] for number in chosen) == 3800


SHOPS = st.tuples(
    st.lists(
        st.dictionaries(st.sampled_from("ABC"), st.integers(1, 5), min_size=1),
        min_size=1,
        max_size=6,
    ),
    st.fixed_dictionaries({sku: st.integers(0, 9) for sku in "ABC"}),
)


@pytest.mark.usefixtures("exact_solver")
@examples(60)
@given(SHOPS, st.sampled_from([by_orders, by_units]))
def test_no_set_of_orders_beats_the_exact_choice(shop, value):
    bundles, free = bundles_of(shop[0]), free_of(shop[1])
    found = solve(bundles, free, value=value)
    assert found.value == best_by_enumeration(bundles, free, value)
    assert found.gap == 0
    assert fits(found.chosen, free)
    for choice in (fewest_units_first, densest_first):
        taken = served_in_turn(choice(bundles, free), free)
        assert sum(map(value, taken)) <= found.value


@pytest.mark.usefixtures("exact_solver")
@examples(40)
@given(SHOPS, st.randoms(use_true_random=False), st.sampled_from("ABC"))
def test_the_sequence_of_orders_changes_nothing_and_more_stock_never_harms(
    shop, random, sku
):
    bundles, free = bundles_of(shop[0]), free_of(shop[1])
    found = solve(bundles, free, value=by_units)
    shuffled = bundles.copy()
    random.shuffle(shuffled)
    again = solve(shuffled, free, value=by_units)
    assert {one.order for one in again.chosen} == {one.order for one in found.chosen}
    more = {**free, Pool(sku): free[Pool(sku)] + 1}
    assert solve(bundles, more, value=by_units).value >= found.value


@pytest.mark.usefixtures("exact_solver")
def test_all_orders_of_five_give_the_same_choice():
    bundles, free = bundles_of(TWO_SKUS[0]), free_of(TWO_SKUS[1])
    chosen = {
        frozenset(one.order for one in solve(list(some), free).chosen)
        for some in permutations(bundles)
    }
    assert len(chosen) == 1


@pytest.mark.usefixtures("exact_solver")
def test_chosen_orders_come_back_in_rank_order():
    free = {Pool("A"): 3}
    bundles = bundles_of([{"A": 1}, {"A": 5}, {"A": 1}, {"A": 1}])[::-1]
    chosen = solve(bundles, free).chosen
    assert [one.order for one in chosen] == ["O-04", "O-03", "O-01"]


@pytest.mark.usefixtures("exact_solver")
def test_values_may_be_fractions_and_decimals_and_stay_exact():
    free = {Pool("A"): 3}
    worths = {"O-01": Fraction(1, 3), "O-02": Decimal("0.33"), "O-03": Fraction(1, 7)}
    bundles = bundles_of([{"A": 3}, {"A": 2}, {"A": 1}])
    found = solve(bundles, free, value=lambda one: worths[one.order])
    assert found.value == Fraction(33, 100) + Fraction(1, 7)
    assert [one.order for one in found.chosen] == ["O-02", "O-03"]


@pytest.mark.usefixtures("exact_solver")
@pytest.mark.parametrize("wrong", [0.5, -1, True, "1", None, Decimal("NaN")])
def test_a_value_that_is_no_exact_number_is_refused(wrong):
    with pytest.raises(InvalidValue, match="value of O-01"):
        solve(bundles_of([{"A": 1}]), {Pool("A"): 1}, value=lambda one: wrong)


@pytest.mark.usefixtures("exact_solver")
@pytest.mark.parametrize("wrong", [0, -1, 1.5])
def test_a_time_limit_is_a_whole_number_of_seconds(wrong):
    with pytest.raises(InvalidValue, match="time_limit_seconds"):
        exact(time_limit_seconds=wrong)


@pytest.mark.usefixtures("exact_solver")
def test_nothing_to_choose_or_nothing_there_chooses_nothing():
    nothing = Solution((), value=Fraction(0), bound=Fraction(0))
    assert solve([], {}) == nothing
    bundles = bundles_of([{"A": 1}, {"B": 2}])
    assert solve(bundles, {Pool("A"): 0, Pool("B"): 1}) == nothing
    assert solve(bundles, {Pool("A"): 1}, value=lambda one: 0) == nothing
    assert nothing.gap == 0


@pytest.mark.usefixtures("exact_solver")
def test_huge_quantities_are_counted_to_the_unit():
    huge = 10**15
    bundles = bundles_of([{"A": huge}, {"A": huge // 2}, {"A": huge // 2 + 1}])
    found = solve(bundles, {Pool("A"): huge})
    assert fits(found.chosen, {Pool("A"): huge})
    assert found.value == 1
    found = solve(bundles, {Pool("A"): huge + 1})
    assert [one.order for one in found.chosen] == ["O-02", "O-03"]


class Stopped:
    """A solver whose time was up before it found anything, or that answers wrongly."""

    Bounds = LinearConstraint = staticmethod(lambda *args, **options: None)

    def __init__(self, x, bound):
        self.x, self.mip_dual_bound = x, bound

    def milp(self, *args, **options):
        return self


@pytest.mark.parametrize(
    ("answer", "value", "bound"),
    [
        (Stopped(None, None), 130, 275),
        (Stopped(None, float("-inf")), 130, 275),
        (Stopped(None, -150.25), 130, 150),
        (Stopped([1, 1, 1, 1, 1], -275.0), 130, 275),
        (Stopped([0, 1, 0, 1, 1], -145.0000001), 145, 145),
        (Stopped([0, 0.9999999, 0, 1, 1], -144.9999999), 145, 145),
    ],
)
def test_what_the_solver_says_is_checked_and_never_worse_than_rules_of_thumb(
    monkeypatch, answer, value, bound
):
    monkeypatch.setattr("backorderkit.adapters.exact._solver", lambda: answer)
    bundles, free = bundles_of(TWO_SKUS[0]), free_of(TWO_SKUS[1])
    found = solve(bundles, free, value=by_units)
    assert fits(found.chosen, free)
    assert sum(one.units for one in found.chosen) == found.value
    assert (found.value, found.bound) == (value, bound)
    assert found.gap == Fraction(bound - value, bound)


def test_without_the_solver_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(ImportError, match=r'pip install "backorderkit\[exact\]"'):
        exact()
    with pytest.raises(ImportError, match=r'pip install "backorderkit\[exact\]"'):
        solve([], {})


@pytest.mark.usefixtures("exact_solver")
def test_choices_made_alike_are_equal():
    assert exact() == exact(value=by_orders)
    assert exact() != exact(value=by_units)
    assert hash(exact()) == hash(exact())
    assert whole_order(uniform(), choose=exact()) == whole_order(
        uniform(), choose=exact()
    )
