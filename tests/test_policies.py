"""Policies against published figures, through `awards` and through real books.

Every exact number is published and recomputed, or follows from the definition of the
rule; none was read off the library.
"""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_count,
    plan_order,
    plan_receipt,
    policies,
    smallest_first,
)
from backorderkit.errors import InvalidValue, PolicyBreach
from backorderkit.model import Award, ShipTogether
from backorderkit.policies import (
    SHIPPED,
    Filling,
    QueueDiscipline,
    Sharing,
    SharingBasis,
    at_least,
    at_most_deliveries,
    awards,
    capped,
    critical_levels,
    fair_share,
    in_multiples,
    jefferson,
    largest_remainder,
    linear,
    linear_rationing,
    peg_first,
    per_customer,
    pro_rata_fifo,
    proportional,
    proportional_lottery,
    quotas,
    random_arrival,
    ranked_by,
    rules,
    talmud,
    threshold_clearing,
    tiers,
    uniform,
    whole_line,
    whole_order,
)
from backorderkit.testing.policy_laws import OwnedClaim
from backorderkit.testing.policy_laws.policy_as_rule import posed, served_in_a_book
from tests.searching import examples

F = Fraction
HUGE = 10**15
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def minutes(number):
    return START + timedelta(minutes=number)


def customer(backorder):
    return backorder.customer


def place(book, ref, units, *, by="ada", at=0):
    """Place an order of one line."""
    line = Line(f"{ref}/1", "LAMP", units)
    book.apply(plan_order(book, Order(ref, by, minutes(at), [line])))


def receive(book, ref, units, *, at=100):
    """Receive goods; return what each line gets."""
    receipt = Receipt(ref, minutes(at), [ReceiptLine("LAMP", units)])
    plan = plan_receipt(book, receipt)
    book.apply(plan)
    book.check_invariants()
    return plan.allocated()


def book_of(policy, claims, customers=()):
    """Return a book in which claims wait, the first the longest."""
    book = OrderBook(policy)
    for number, units in enumerate(claims):
        by = customers[number] if customers else f"C-{number}"
        place(book, f"O-{number}", units, by=by, at=number)
    return book


def allocated(book, lines):
    return tuple(book.line(f"O-{number}/1").allocated for number in range(lines))


# Published tables


def largest_first():
    return ranked_by(lambda one: -one.quantity, name="largest first")


TABLES = {
    "I01": (
        10,
        (2, 4, 7, 8),
        {
            (2, 4, 4, 0): [oldest_first(), smallest_first()],
            (0, 0, 2, 8): [largest_first()],
            (2, 3, 3, 2): [uniform()],
            (0, 1, 4, 5): [linear()],
            (1, 2, 3, 4): [largest_remainder(), jefferson(), proportional()],
            (2, 2, 3, 3): [pro_rata_fifo()],
            (1, 2, 4, 3): [talmud()],
        },
    ),
    "I02": (
        25,
        (10, 10, 10, 10),
        {
            (10, 10, 5, 0): [oldest_first(), smallest_first(), largest_first()],
            (7, 6, 6, 6): [
                *(uniform(), linear(), largest_remainder(), jefferson()),
                *(proportional(), pro_rata_fifo(), talmud()),
            ],
        },
    ),
    "I03": (
        7,
        (5, 5, 5),
        {
            (5, 2, 0): [oldest_first(), smallest_first(), largest_first()],
            (3, 2, 2): [
                *(uniform(), linear(), largest_remainder(), jefferson()),
                *(proportional(), pro_rata_fifo(), talmud()),
            ],
        },
    ),
    "I04": (
        1,
        (3, 3, 3),
        {
            (1, 0, 0): [
                *(oldest_first(), smallest_first(), largest_first(), uniform()),
                *(linear(), largest_remainder(), jefferson(), proportional()),
                *(pro_rata_fifo(), talmud()),
            ],
        },
    ),
    "I05": (
        100,
        (100, 200, 300),
        {
            (100, 0, 0): [oldest_first(), smallest_first()],
            (0, 0, 100): [largest_first(), linear()],
            (34, 33, 33): [uniform(), talmud()],
            (17, 33, 50): [
                *(largest_remainder(), jefferson(), proportional(), pro_rata_fifo()),
            ],
        },
    ),
    "I06": (
        200,
        (100, 200, 300),
        {
            (100, 100, 0): [oldest_first(), smallest_first()],
            (0, 0, 200): [largest_first()],
            (67, 67, 66): [uniform()],
            (0, 50, 150): [linear()],
            (33, 67, 100): [largest_remainder(), jefferson(), proportional()],
            (34, 66, 100): [pro_rata_fifo()],
            (50, 75, 75): [talmud()],
            # The exact averages are 100/3, 250/3, 250/3.
            (34, 83, 83): [random_arrival()],
        },
    ),
    "I07": (
        300,
        (100, 200, 300),
        {
            (100, 200, 0): [oldest_first(), smallest_first()],
            (0, 0, 300): [largest_first()],
            (100, 100, 100): [uniform()],
            (0, 100, 200): [linear()],
            (50, 100, 150): [
                *(largest_remainder(), jefferson(), proportional()),
                *(pro_rata_fifo(), talmud()),
            ],
        },
    ),
    "I08": (
        50,
        (30, 40, 60, 120),
        {
            (30, 20, 0, 0): [oldest_first(), smallest_first()],
            (0, 0, 0, 50): [largest_first(), linear()],
            (13, 13, 12, 12): [uniform(), talmud()],
            (6, 8, 12, 24): [
                *(largest_remainder(), jefferson(), proportional(), pro_rata_fifo()),
            ],
        },
    ),
    "I14, three weights": (
        20,
        (10, 10, 10),
        {(10, 7, 3): [uniform(weights=(3, 2, 1))]},
    ),
    "I14, one heavy": (15, (4, 10, 20), {(4, 4, 7): [uniform(weights=(1, 1, 2))]}),
    "X01": (
        60,
        (10, 5, 20, 50, 75),
        {(10, 3, 6, 16, 25): [pro_rata_fifo(top=10, minimum_fill=2)]},
    ),
    "X02": (
        401,
        (900, 200, 300, 400, 100),
        {(191, 42, 63, 84, 21): [pro_rata_fifo(minimum_fill=2)]},
    ),
    "X03": (
        291,
        (100, 200, 300, 400),
        {(100, 44, 63, 84): [pro_rata_fifo(top=100, minimum_fill=2)]},
    ),
    "X04": (
        21,
        (10, 40, 20, 30),
        {(10, 6, 2, 3): [pro_rata_fifo(top=10, minimum_fill=2)]},
    ),
    "X05": (20, (10, 30), {(5, 15): [pro_rata_fifo()]}),
    "X06": (50, (500, 500), {(25, 25): [pro_rata_fifo(), proportional()]}),
    "X07": (4, (1, 2, 3), {(1, 2, 1): [oldest_first()]}),
    "X08": (
        75000,
        (40000, 50000),
        {
            (33300, 41700): [
                pro_rata_fifo(lot=100, lot_rounding=rules.LotRounding.NEAREST)
            ]
        },
    ),
    "X09": (
        500,
        (900, 900),
        {(200, 300): [pro_rata_fifo(guaranteed=[0], guaranteed_share=F(2, 5))]},
    ),
    "R08": (
        500,
        (500, 500, 500),
        {(47, 383, 70): [fair_share(stocks=(50, 100, 75), daily_demands=(10, 50, 15))]},
    ),
    "R09": (
        75,
        (20, 30, 40),
        # The exact awards are 16.3, 24.8 and 33.9.
        {(16, 25, 34): [linear_rationing((F(37, 150), F(26, 75), F(61, 150)))]},
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_policies_give_what_the_tables_say(case):
    available, claims, expected = TABLES[case]
    for shares, made in expected.items():
        for policy in made:
            assert awards(policy, available, claims) == shares, policy.name


@pytest.mark.parametrize("case", [case for case in TABLES if "I14" not in case])
def test_a_book_gives_what_the_tables_say(case):
    available, claims, expected = TABLES[case]
    for shares, made in expected.items():
        for policy in made:
            assert served_in_a_book(policy, available, claims) == shares, policy.name


WISCONSIN = (5525381, 3470152, 3864226, 201203)
WISCONSIN_LATER = (5657564, 3507464, 3885693, 201049)
# Seats, votes, and the seats by Hamilton, Webster and Jefferson; None: not published.
SEATS = {
    "P01": (
        *(100, (5117, 4400, 162, 161, 160)),
        *((51, 44, 2, 2, 1), (51, 43, 2, 2, 2), (52, 45, 1, 1, 1)),
    ),
    "P02": (12, (14, 28, 7, 35), *((2, 4, 1, 5),) * 3),
    "P03": (6, (0, 14, 28, 0, 0), *((0, 2, 4, 0, 0),) * 3),
    "P04": (2, (2, 1, 1, 2, 2), *((1, 0, 0, 1, 0),) * 3),
    "P05, 49": (49, (3, 7, 90), (2, 3, 44), None, None),
    "P05, 51": (51, (3, 7, 90), (1, 4, 46), None, None),
    "P06, 10": (10, (6, 6, 2), (4, 4, 2), (5, 4, 1), None),
    "P06, 11": (11, (6, 6, 2), (5, 5, 1), (5, 5, 1), None),
    "P07": (100, WISCONSIN, (42, 27, 30, 1), (42, 26, 30, 2), None),
    "P07, later": (100, WISCONSIN_LATER, (43, 26, 29, 2), (43, 26, 29, 2), None),
    "P08": (100, (9450, 90550), *((9, 91),) * 3),
    "P08, a third": (
        *(110, (9450, 90550, 10400)),
        *((10, 90, 10), (9, 91, 10), (9, 91, 10)),
    ),
    "P10": (4, (6, 1), (3, 1), (3, 1), (4, 0)),
    "P11": (
        *(20, (1, 3, 6, 7, 78)),
        *((0, 1, 1, 2, 16), (0, 1, 1, 1, 17), (0, 0, 1, 1, 18)),
    ),
}


@pytest.mark.parametrize("case", SEATS)
def test_scarce_goods_are_shared_as_seats_are(case):
    available, votes, *seats = SEATS[case]
    # Far more is claimed than there is, so that no claim is ever filled.
    claims = tuple(vote * 1000 for vote in votes)
    policies = (largest_remainder(), proportional(), jefferson())
    for policy, expected in zip(policies, seats, strict=True):
        if expected is not None:
            assert awards(policy, available, claims) == expected, policy.name


def test_the_austrian_parliament_of_2019_is_seated():
    votes = (1789417, 1011868, 772666, 387124, 89169, 664055)
    fringe = (32736, 22168, 760, 4946, 260, 1767, 310)
    qualified = tuple(0 if vote == 89169 else vote for vote in votes)
    seats = awards(jefferson(), 183, (*qualified, *(0 for _ in fringe)))
    assert seats == (71, 40, 31, 15, 0, 26, 0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("levels", [critical_levels, threshold_clearing])
def test_the_low_class_waits_while_its_reserve_is_rebuilt(levels):
    book = OrderBook(levels(by=customer, high=0, low=2, rest=2))
    book.apply(plan_count(book, "LAMP", 5, at=START))
    for number, by in enumerate(["low", "low", "high", "low", "high", "low", "high"]):
        place(book, f"O-{number}", 1, by=by, at=number)
    assert allocated(book, 7) == (1, 1, 1, 0, 1, 0, 1)
    assert book.pool("LAMP").free == 0
    assert receive(book, "R-1", 4) == {"O-3/1": 1, "O-5/1": 1}
    assert book.pool("LAMP").free == 2
    assert book.pool("LAMP").waiting == 0


def test_a_receipt_clears_the_high_class_then_its_reserve_then_the_low_class():
    book = OrderBook(threshold_clearing(by=customer, high=0, low=2, rest=2))
    for number, by in enumerate(["low", "high", "low", "high"]):
        place(book, f"O-{number}", 1, by=by, at=number)
    assert receive(book, "R-1", 1) == {"O-1/1": 1}
    assert receive(book, "R-2", 3) == {"O-3/1": 1}
    assert receive(book, "R-3", 1) == {"O-0/1": 1}
    assert book.pool("LAMP").free == 2


# Edges and errors

WITHOUT_LIMIT = [
    policy
    for policy in SHIPPED
    # These keep units back, or cap what a line may have, whatever there is.
    if not policy.name.startswith(("capped", "critical", "threshold", "quotas"))
]


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.name)
def test_nothing_available_or_nothing_claimed_gives_nothing(policy):
    assert awards(policy, 0, (3, 1, 2)) == (0, 0, 0)
    assert awards(policy, 5, ()) == ()
    assert awards(policy, 5, (0, 0)) == (0, 0)


@pytest.mark.parametrize("policy", WITHOUT_LIMIT, ids=lambda policy: policy.name)
def test_enough_for_all_gives_all(policy):
    for claims in ((1,), (4, 0, 4), (3, 3, 3), (7, 1, 2, 5)):
        assert awards(policy, sum(claims), claims) == claims
        assert awards(policy, sum(claims) + 3, claims) == claims


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.name)
def test_zero_claims_change_nothing(policy):
    assert posed(policy)(4, (3, 0, 3)) == served_in_a_book(policy, 4, (3, 0, 3))
    alike = awards(policy, 4, (3, 0, 3, 0))
    assert alike[1] == alike[3] == 0
    assert alike == (*awards(policy, 4, (3, 0, 3)), 0)


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.name)
def test_huge_numbers_are_shared_to_the_unit(policy):
    available, claims = HUGE, (HUGE, HUGE // 3, 7)
    if "lottery" in policy.name:
        with pytest.raises(InvalidValue, match="draw at most 1000000"):
            awards(policy, available, claims)
        return
    given = awards(policy, available, claims)
    assert all(type(award) is int for award in given)
    assert all(0 <= award <= claim for award, claim in zip(given, claims, strict=True))
    assert sum(given) <= available


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        (oldest_first(), (HUGE, 0, 0)),
        (smallest_first(), (HUGE // 2 - 1, HUGE // 2, 1)),
        (uniform(), (HUGE // 2, HUGE // 2 - 1, 1)),
        (linear(), (3 * HUGE // 4, HUGE // 4, 0)),
        (proportional(), (666666666666666, 333333333333333, 1)),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_huge_claims_have_exact_shares(policy, given):
    assert awards(policy, HUGE, (HUGE, HUGE // 2, 1)) == given


@pytest.mark.parametrize("wrong", [-1, 1.0, True, "3", None, HUGE + 1])
def test_numbers_that_are_no_units_are_refused(wrong):
    with pytest.raises(InvalidValue, match="available"):
        awards(uniform(), wrong, (1, 2))
    with pytest.raises(InvalidValue, match="claim"):
        awards(uniform(), 1, (1, wrong))


@pytest.mark.parametrize(
    "weights", [(0, 1), (1,), (1, 1, 1), (1, 1.5), (-1, 2), (1, True)]
)
def test_bad_weights_are_refused(weights):
    with pytest.raises(InvalidValue, match="weights"):
        awards(uniform(weights=weights), 1, (2, 2))


def test_bad_weights_of_a_function_are_refused_too():
    with pytest.raises(InvalidValue, match=r"weights\[0\] is 0\.5"):
        awards(uniform(weights=lambda one: 0.5), 1, (2, 2))


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: fair_share(stocks=(-1, 0), daily_demands=(1, 1)), "stocks"),
        (lambda: fair_share(stocks=(1, 0), daily_demands=(1, 0)), "daily_demands"),
        (lambda: fair_share(stocks=(1,), daily_demands=(1, 1)), "stocks"),
        (lambda: linear_rationing((F(1, 2), F(1, 3))), "fractions"),
        (lambda: linear_rationing((0.5, 0.5)), "fractions"),
        (lambda: linear_rationing(lambda one: 0), "fractions"),
        (lambda: pro_rata_fifo(lot=0), "lot"),
        (lambda: pro_rata_fifo(top=-1), "top"),
        (lambda: pro_rata_fifo(minimum_fill=1.5), "minimum_fill"),
        (lambda: pro_rata_fifo(guaranteed=[2]), "guaranteed"),
        (lambda: pro_rata_fifo(guaranteed_share=0.4), "guaranteed_share"),
        (lambda: pro_rata_fifo(guaranteed_share=F(3, 2)), "guaranteed_share"),
        (lambda: proportional_lottery(-1), "seed"),
        (lambda: proportional_lottery("7"), "seed"),
        (lambda: capped(0)(uniform()), "most"),
        (lambda: at_least(0)(uniform()), "minimum"),
        (lambda: at_least(1.5)(uniform()), "minimum"),
        (lambda: in_multiples(0)(uniform()), "multiple"),
        (lambda: at_most_deliveries(0)(uniform()), "most"),
        (lambda: critical_levels(by=customer, rest=-1), "level of rest"),
        (lambda: threshold_clearing(by=customer, gold=1.5, rest=0), "level of gold"),
        (lambda: quotas(uniform(), by=customer), "quotas"),
        (lambda: quotas(uniform(), by=customer, web=-1), "quota of web"),
    ],
)
def test_bad_options_are_refused_by_name(make, named):
    with pytest.raises(InvalidValue, match=named):
        awards(make(), 1, (2, 2))


@pytest.mark.parametrize("wrong", ["oldest first", None, oldest_first, object()])
def test_what_is_no_policy_is_refused(wrong):
    with pytest.raises(InvalidValue, match="policy"):
        OrderBook(wrong)


@pytest.mark.slow
def test_random_arrival_refuses_what_it_cannot_count():
    claims = [2**n for n in range(30)]
    with pytest.raises(InvalidValue, match="by the Talmud rule"):
        awards(random_arrival(), 2**29, claims)


# Successive receipts

CUMULATIVE = [
    make(basis=SharingBasis.CUMULATIVE)
    for make in (uniform, linear, proportional, jefferson)
]


@pytest.mark.parametrize(
    ("basis", "given"), [(SharingBasis.OPEN, (2, 0)), (SharingBasis.CUMULATIVE, (1, 1))]
)
def test_two_receipts_are_shared_as_the_basis_says(basis, given):
    book = book_of(uniform(basis=basis), (2, 1))
    receive(book, "R-1", 1)
    assert allocated(book, 2) == (1, 0)
    receive(book, "R-2", 1)
    assert allocated(book, 2) == given


@pytest.mark.parametrize(
    "make",
    [
        largest_remainder,
        talmud,
        random_arrival,
        pro_rata_fifo,
        lambda basis: proportional_lottery(7, basis=basis),
        lambda basis: uniform(weights=(1, 2), basis=basis),
        lambda basis: Sharing("own", rules.hamilton_method, basis=basis),
    ],
)
def test_a_running_total_is_refused_where_it_could_take_goods_back(make):
    assert make(basis=SharingBasis.OPEN).basis is SharingBasis.OPEN
    with pytest.raises(InvalidValue, match=r"basis of .*use SharingBasis\.OPEN"):
        make(basis=SharingBasis.CUMULATIVE)


def test_the_reason_for_the_refusal_is_real():
    assert awards(largest_remainder(), 3, (1, 3, 3)) == (1, 1, 1)
    assert awards(largest_remainder(), 4, (1, 3, 3)) == (0, 2, 2)


CLAIMS = st.lists(st.integers(1, 9), min_size=1, max_size=5).map(tuple)


@examples(50)
@given(st.sampled_from(CUMULATIVE), CLAIMS, st.data())
def test_a_running_total_does_not_depend_on_how_receipts_are_cut_up(
    policy, claims, data
):
    cuts = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    book = book_of(policy, claims)
    for number, units in enumerate(cuts):
        receive(book, f"R-{number}", units)
    assert allocated(book, len(claims)) == awards(policy, sum(cuts), claims)


STEPS = st.lists(
    st.tuples(st.sampled_from(["order", "receipt"]), st.integers(1, 7)),
    min_size=1,
    max_size=10,
)


@examples(80)
@given(st.sampled_from(CUMULATIVE), STEPS)
def test_latecomers_under_a_running_total_never_take_anything_back(policy, steps):
    book, had, lines = OrderBook(policy), (), 0
    for number, (kind, units) in enumerate(steps):
        if kind == "order":
            place(book, f"O-{lines}", units, at=number)
            lines, had = lines + 1, (*had, 0)
        else:
            receive(book, f"R-{number}", units, at=number)
        has = allocated(book, lines)
        assert all(before <= now for before, now in zip(had, has, strict=True))
        pool, had = book.pool("LAMP"), has
        assert not (pool.free and pool.waiting)
        book.check_invariants()


def test_a_line_that_is_ahead_of_a_latecomer_waits_until_the_other_catches_up():
    book = book_of(uniform(basis=SharingBasis.CUMULATIVE), (9,))
    receive(book, "R-1", 4)
    place(book, "O-1", 9, at=50)
    receive(book, "R-2", 3)
    assert allocated(book, 2) == (4, 3)
    receive(book, "R-3", 4)
    assert allocated(book, 2) == (6, 5)


# Tiers, customers, quotas, levels


def parity(backorder):
    """Name the class of the customers that `awards` and `posed` number."""
    return "gold" if int(backorder.customer[2:]) % 2 else "rest"


INNER = [oldest_first(), uniform(), linear(), proportional(), talmud()]
FOUR = st.tuples(*[st.integers(0, 9)] * 4)


@given(st.sampled_from(INNER), st.sampled_from(INNER), st.integers(0, 30), FOUR, FOUR)
def test_a_tier_gets_the_same_whatever_the_tiers_below_it_claim(
    gold, rest, available, claims, others
):
    policy = tiers(by=parity, gold=gold, rest=rest)
    mixed = (others[0], claims[1], others[2], claims[3])
    given, again = (awards(policy, available, each) for each in (claims, mixed))
    assert given[1::2] == again[1::2] == awards(gold, available, claims[1::2])
    left = available - sum(given[1::2])
    assert given[::2] == awards(rest, left, claims[::2])


def test_a_class_without_a_tier_comes_last():
    policy = tiers(by=customer, bob=oldest_first(), rest=uniform())
    book = book_of(policy, (4, 4, 4), ("ada", "bob", "cleo"))
    receive(book, "R-1", 6)
    assert allocated(book, 3) == (1, 4, 1)


def test_composition_reads_like_a_sentence():
    policy = tiers(
        by=customer, bob=whole_line(uniform()), rest=at_least(2)(proportional())
    )
    assert policy.name == (
        "tiers(bob: whole_line(uniform), rest: at_least(2)(proportional))"
    )
    book = book_of(policy, (4, 4, 4), ("ada", "bob", "cleo"))
    assert receive(book, "R-1", 3) == {"O-0/1": 2}
    assert receive(book, "R-2", 4) == {"O-1/1": 4}


@given(
    st.sampled_from(INNER),
    st.integers(0, 30),
    st.lists(
        st.lists(st.integers(1, 5), min_size=1, max_size=3), min_size=1, max_size=3
    ),
)
def test_splitting_an_order_changes_no_customers_sum(between, available, parts):
    policy = per_customer(between)
    names = ("ada", "bob", "cleo")
    whole = posed(policy)(
        available,
        tuple(
            OwnedClaim.of(sum(own), by) for own, by in zip(parts, names, strict=False)
        ),
    )
    split = [
        OwnedClaim.of(units, by)
        for own, by in zip(parts, names, strict=False)
        for units in own
    ]
    given = posed(policy)(available, tuple(split))
    sums = dict.fromkeys(names[: len(parts)], 0)
    for claim, units in zip(split, given, strict=True):
        sums[claim.customer] += units
    assert tuple(sums.values()) == whole
    assert whole == awards(between, available, [sum(own) for own in parts])


def test_a_customers_own_lines_are_served_as_the_inner_policy_says():
    claims = (2, 6, 4, 6)
    customers = ("ada", "bob", "ada", "ada")
    book = book_of(per_customer(), claims, customers)
    receive(book, "R-1", 6)
    assert allocated(book, 4) == (2, 3, 1, 0)
    book = book_of(per_customer(within=uniform()), claims, customers)
    receive(book, "R-1", 6)
    assert allocated(book, 4) == (1, 3, 1, 1)


def test_a_cap_around_per_customer_counts_lines():
    claims, customers = (4, 4, 4), ("ada", "ada", "bob")
    book = book_of(capped(3)(per_customer()), claims, customers)
    receive(book, "R-1", 20)
    assert allocated(book, 3) == (3, 3, 3)
    assert book.pool("LAMP").free == 11


@given(st.integers(0, 30), FOUR, st.integers(0, 6), st.booleans())
def test_nobody_touches_the_quota_of_another_class(available, claims, kept, borrow):
    policy = quotas(oldest_first(), by=parity, borrow=borrow, gold=kept)
    given = awards(policy, available, claims)
    gold, rest = sum(claims[1::2]), sum(claims[::2])
    assert sum(given[1::2]) >= min(gold, kept, available)
    nobody_waits = borrow and not gold
    keeps = 0 if nobody_waits else kept
    assert sum(given[::2]) <= max(available - keeps, 0)
    if available >= gold + rest + kept:
        assert given == claims


def test_a_quota_is_kept_in_a_book_and_given_to_its_class():
    book = book_of(quotas(oldest_first(), by=customer, bob=5), (4, 4), ("ada", "ada"))
    assert receive(book, "R-1", 3) == {}
    assert receive(book, "R-2", 4) == {"O-0/1": 2}
    place(book, "O-2", 4, by="bob", at=200)
    assert book.line("O-2/1").allocated == 4
    assert book.pool("LAMP").free == 1


def test_a_quota_may_be_borrowed_while_nobody_of_its_class_waits():
    policy = quotas(oldest_first(), by=customer, borrow=True, bob=5)
    book = book_of(policy, (4,), ("ada",))
    assert receive(book, "R-1", 3) == {"O-0/1": 3}
    place(book, "O-1", 9, by="bob", at=200)
    assert receive(book, "R-2", 6) == {"O-0/1": 1, "O-1/1": 5}


def test_two_classes_that_wait_never_keep_units_from_each_other():
    policy = quotas(uniform(), by=customer, ada=5, bob=2)
    book = book_of(policy, (10, 10), ("ada", "bob"))
    receive(book, "R-1", 10)
    assert allocated(book, 2) == (8, 2)
    assert book.pool("LAMP").free == 0


@given(st.integers(0, 30), FOUR, st.integers(0, 6))
def test_levels_are_kept_as_the_rules_say(available, claims, level):
    levels = (level, 0, level, 0)
    policy = critical_levels(by=parity, gold=0, rest=level)
    expected = rules.critical_level_rationing(available, claims, levels=levels)
    assert awards(policy, available, claims) == expected
    policy = threshold_clearing(by=parity, gold=0, rest=level)
    expected = rules.threshold_clearing_mechanism(available, claims, levels=levels)
    assert awards(policy, available, claims) == expected


def test_fractions_of_a_shortage_follow_the_lines_that_wait():
    policy = linear_rationing(lambda one: F(1, 2) if one.customer == "ada" else F(1))
    book = book_of(policy, (6, 6, 1), ("ada", "bob", "cleo"))
    # Losses 5/2 and 5; cleo bears all of her one unit and the others the rest.
    receive(book, "R-1", 6)
    assert allocated(book, 3) == (4, 2, 0)
    receive(book, "R-2", 7)
    assert allocated(book, 3) == (6, 6, 1)


# Constraints

WRAPPED = [
    *INNER,
    oldest_first(filling=Filling.WHOLE_LINE),
    oldest_first(filling=Filling.WHOLE_LINE, queue=QueueDiscipline.SKIP),
    per_customer(),
]
RECEIPTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


def parts_of(policy, claims, receipts):
    """Return what each line is given by one receipt after the other."""
    book, had, parts = book_of(policy, claims), (0,) * len(claims), []
    for number, units in enumerate(receipts):
        receive(book, f"R-{number}", units)
        has = allocated(book, len(claims))
        parts.append([now - before for before, now in zip(had, has, strict=True)])
        had = has
    return [list(line) for line in zip(*parts, strict=True)]


@examples(60)
@given(st.sampled_from(WRAPPED), CLAIMS, RECEIPTS)
def test_a_line_is_served_whole_or_not_at_all(inner, claims, receipts):
    parts = parts_of(whole_line(inner), claims, receipts)
    for claim, line in zip(claims, parts, strict=True):
        assert sorted(line) in ([0] * len(line), [*[0] * (len(line) - 1), claim])


@examples(60)
@given(st.sampled_from(WRAPPED), CLAIMS, RECEIPTS, st.integers(1, 4))
def test_no_part_and_no_rest_is_below_the_minimum(inner, claims, receipts, minimum):
    parts = parts_of(at_least(minimum)(inner), claims, receipts)
    for claim, line in zip(claims, parts, strict=True):
        left = claim
        for part in line:
            assert part in (0, left) or minimum <= part <= left - minimum
            left -= part


@examples(60)
@given(st.sampled_from(WRAPPED), CLAIMS, RECEIPTS, st.integers(1, 4))
def test_a_part_is_whole_packs_or_all_the_rest(inner, claims, receipts, multiple):
    parts = parts_of(in_multiples(multiple)(inner), claims, receipts)
    for claim, line in zip(claims, parts, strict=True):
        left = claim
        for part in line:
            assert part % multiple == 0 or part == left
            left -= part


@examples(60)
@given(st.sampled_from(WRAPPED), CLAIMS, RECEIPTS, st.integers(1, 3))
def test_a_line_is_given_goods_at_most_so_many_times(inner, claims, receipts, most):
    parts = parts_of(at_most_deliveries(most)(inner), claims, receipts)
    for claim, line in zip(claims, parts, strict=True):
        times = [part for part in line if part]
        assert len(times) <= most
        assert len(times) < most or sum(times) == claim


@examples(60)
@given(st.sampled_from(WRAPPED), CLAIMS, RECEIPTS, st.integers(1, 5))
def test_no_waiting_line_has_more_than_the_cap(inner, claims, receipts, most):
    parts = parts_of(capped(most)(inner), claims, receipts)
    for claim, line in zip(claims, parts, strict=True):
        assert sum(line) <= min(claim, most)


def test_minimum_and_multiple_at_their_boundaries():
    for available, part in ((2, 0), (3, 3), (4, 3), (5, 3), (6, 6)):
        assert awards(at_least(3)(oldest_first()), available, (6,)) == (part,)
    for available, part in ((2, 0), (3, 0), (4, 4), (7, 4), (8, 8), (9, 8), (10, 10)):
        assert awards(in_multiples(4)(oldest_first()), available, (10,)) == (part,)
    assert awards(at_least(3)(oldest_first()), 5, (5, 4)) == (5, 0)
    assert awards(at_least(3)(oldest_first()), 4, (5, 4)) == (0, 4)
    assert awards(at_least(6)(proportional()), 10, (10, 10)) == (10, 0)


@pytest.mark.parametrize("wrap", [whole_line, at_least(2), in_multiples(2), capped(9)])
@given(available=st.integers(0, 20), claims=FOUR)
def test_a_condition_never_gives_what_the_inner_policy_keeps_back(
    wrap, available, claims
):
    levels = critical_levels(by=parity, gold=0, rest=3)
    given = awards(wrap(levels), available, claims)
    assert not sum(given[::2]) or available - sum(given[::2]) >= 3
    kept = quotas(oldest_first(), by=parity, gold=3)
    given = awards(wrap(kept), available, claims)
    assert sum(given[::2]) <= max(available - 3, 0)
    given = awards(wrap(capped(3)(uniform())), available, claims)
    assert max(given) <= 3
    strict = oldest_first(filling=Filling.WHOLE_LINE)
    given = awards(wrap(strict), available, claims)
    assert all(award in (0, claim) for award, claim in zip(given, claims, strict=True))


# Plug-ins


class Plugin:
    """A policy that answers with whatever a function makes of the first line."""

    name, together = "plug-in", ShipTogether.HOLD

    def __init__(self, answer):
        self.answer = answer

    def rank(self, backorder):
        return backorder.queued_at

    def share(self, available, backorders):
        return self.answer(available, tuple(backorders))


BAD_ANSWERS = {
    "more than the claim": lambda available, lines: [Award(lines[0], 3)],
    "more than there is": lambda available, lines: [Award(one, 2) for one in lines],
    "nothing at all": lambda available, lines: [Award(lines[0], 0)],
    "less than nothing": lambda available, lines: [Award(lines[0], -1)],
    "a fraction": lambda available, lines: [Award(lines[0], F(1))],
    "a truth": lambda available, lines: [Award(lines[0], True)],
    "the same line twice": lambda available, lines: [Award(lines[0], 1)] * 2,
    "no award": lambda available, lines: [(lines[0], 1)],
    "a stranger": lambda available, lines: [
        Award(attrs.evolve(lines[0], line="O-9/9"), 1)
    ],
    "a line grown larger": lambda available, lines: [
        Award(attrs.evolve(lines[0], quantity=3), 3)
    ],
}


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_bad_answer_is_refused_and_the_plug_in_named(answer):
    book = book_of(Plugin(answer), (2, 2))
    before = book.version
    with pytest.raises(PolicyBreach, match="'plug-in'"):
        receive(book, "R-1", 3)
    assert book.version == before
    with pytest.raises(PolicyBreach, match="'plug-in'"):
        awards(Plugin(answer), 3, (2, 2))


def test_a_plug_in_that_awards_what_it_may_is_served():
    policy = Plugin(lambda available, lines: [Award(lines[0], 1)])
    assert awards(policy, 3, (2, 2)) == (2, 1)
    assert receive(book_of(policy, (2, 2)), "R-1", 3) == {"O-0/1": 2, "O-1/1": 1}


def test_no_rule_is_called_like_a_policy():
    assert set(rules.__all__).isdisjoint(policies.__all__)
    pairs = re.findall(r"^\| `(.+)` \| `(.+)` \|$", rules.__doc__, re.M)
    assert len(pairs) == 14
    for policy, rule in pairs:
        assert policy in policies.__all__
        assert rule in rules.__all__


def test_a_whole_order_is_asked_for_again_until_it_is_complete():
    policy = whole_order(Plugin(lambda available, lines: [Award(lines[0], 1)]))
    assert awards(policy, 5, (3, 4, 2)) == (3, 0, 2)
    served = receive(book_of(policy, (3, 4, 2)), "R-1", 5)
    assert served == {"O-0/1": 3, "O-2/1": 2}


# What differs between a table and a book: references, the SKU, a backorder shown whole.
NAMES = re.compile(r"O-0+/1|O-0+1/1|LAMP|SKU|\(Backorder.*\)")


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_table_refuses_a_bad_answer_in_the_words_of_the_engine(answer):
    policy, texts = peg_first(Plugin(answer)), []
    for ask in (
        lambda: receive(book_of(policy, (2, 2)), "R-1", 3),
        lambda: awards(policy, 3, (2, 2)),
    ):
        with pytest.raises(PolicyBreach, match="'peg_first\\(plug-in\\)'") as error:
            ask()
        texts.append(NAMES.sub("…", str(error.value)))
    assert texts[0] == texts[1]
