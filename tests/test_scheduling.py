"""Schedules against recounts and full enumeration.

What the enumeration of all plans proves, on tiny instances: a single demand (beside one
that was planned first, or not) is complete on the earliest day of all plans its rules
allow; if it can be complete, its shipments are the earliest and then the largest of all
such plans; without a minimum shipment no plan has fewer units short or unit days late.
It does not prove that the fewest units are short when a minimum shipment keeps a demand
from ever being complete: the rule looks no further ahead than one shipment.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import attrs
import pytest
from hypothesis import assume, given, strategies as st

from backorderkit.errors import InvalidValue
from backorderkit.model import DatedQuantity
from backorderkit.promising import DatedDemand, Firmness, schedule

TODAY = date(2026, 3, 2)
SKUS = ("LAMP", "CHAIR")


def day(number):
    return TODAY + timedelta(days=number)


def number(on):
    return (on - TODAY).days


def dated(*pairs):
    return [DatedQuantity(units, day(on)) for units, on in pairs]


def lamp(quantity, due=0, ref="O-1/1", **rules):
    return DatedDemand(ref, "LAMP", quantity, day(due), **rules)


def one(demand, *supplies, **options):
    """Schedule a single demand over (units, day) of lamps."""
    [found] = schedule([demand], {"LAMP": dated(*supplies)}, today=TODAY, **options)
    return found


def shipped(found):
    return [(one.quantity, number(one.on)) for one in found.deliveries]


def codes(found):
    return [reason.code for reason in found.reasons]


# Shipments of a single demand, at, below and above each boundary.


@pytest.mark.parametrize(
    ("stock", "expected"),
    [
        (3, [(10, 5)]),
        (4, [(4, 0), (6, 5)]),
        (6, [(6, 0), (4, 5)]),
        (7, [(6, 0), (4, 5)]),
        (9, [(6, 0), (4, 5)]),
        (10, [(10, 0)]),
    ],
)
def test_no_shipment_and_no_rest_is_below_the_minimum(stock, expected):
    found = one(lamp(10, minimum_shipment=4), (stock, 0), (10, 5))
    assert shipped(found) == expected


def test_a_rest_below_the_minimum_is_left_only_if_nothing_better_appears():
    demand = lamp(5, minimum_shipment=3)
    assert shipped(one(demand, (3, 0), (1, 4))) == [(4, 4)]
    assert shipped(one(demand, (3, 0), (2, 4))) == [(5, 4)]
    found = one(demand, (3, 0))
    assert (shipped(found), found.short) == ([(3, 0)], 2)
    assert codes(found) == ["material"]


def test_units_too_few_to_ship_are_told_apart_from_missing_ones():
    found = one(lamp(5, minimum_shipment=3), (2, 0))
    assert (shipped(found), found.short) == ([], 5)
    assert [str(reason) for reason in found.reasons] == [
        "O-1/1: 2 units are there in time, too few for shipments of 3",
        "O-1/1: nothing supplies 3 units",
    ]


def test_a_minimum_above_the_demand_is_the_demand():
    [too_few, _] = one(lamp(2, minimum_shipment=3), (1, 0)).reasons
    assert too_few.figures == {"units": 1, "minimum": 2}


def test_one_unit_is_spoken_of_as_one():
    found = one(lamp(2, minimum_shipment=2), (1, 0))
    assert [reason.text for reason in found.reasons] == [
        "1 unit is there in time, too few for shipments of 2",
        "nothing supplies 1 unit",
    ]
    assert one(lamp(1), (1, 4)).reasons[0].text.startswith("1 unit waits for supply")


def test_nothing_is_delivered_before_it_is_due():
    assert shipped(one(lamp(5, due=3), (5, 0))) == [(5, 3)]
    assert one(lamp(5, due=3), (5, 0)).reasons == ()


@pytest.mark.parametrize(
    ("due", "most_days_late", "expected"),
    [(-3, 3, [(5, 0)]), (-3, 2, []), (-1, None, [(5, 0)]), (0, 0, [(5, 0)])],
)
def test_an_overdue_demand_is_delivered_today_if_it_may_be(
    due, most_days_late, expected
):
    found = one(lamp(5, due, most_days_late=most_days_late), (5, 0))
    assert shipped(found) == expected
    assert codes(found) == (["overdue"] if due < 0 else [])
    assert found.short == (0 if expected else 5)


def test_an_overdue_demand_says_since_when():
    [reason] = one(lamp(5, -3, most_days_late=1), (5, 0)).reasons
    assert reason.figures == {"days": 3}
    assert reason.text == (
        "was due on 2026-02-27, 2026-02-28 at the latest, and today is 2026-03-02"
    )


@pytest.mark.parametrize(
    ("most_days_late", "text"),
    [
        (2, "was due on 2026-02-27, 2026-03-01 at the latest, and today is 2026-03-02"),
        (3, "was due on 2026-02-27, and today is 2026-03-02"),
    ],
)
def test_the_latest_day_is_named_once_it_has_passed(most_days_late, text):
    found = one(lamp(5, -3, most_days_late=most_days_late), (5, 0))
    assert [reason.text for reason in found.reasons] == [text]


@pytest.mark.parametrize(
    ("most_days_late", "text"),
    [
        (3, "5 units wait for supply on 2026-03-06, later than 2026-03-05"),
        (4, "5 units wait for supply on 2026-03-06"),
    ],
)
def test_supply_after_the_latest_day_is_called_too_late(most_days_late, text):
    found = one(lamp(5, most_days_late=most_days_late), (5, 4))
    assert [reason.text for reason in found.reasons] == [text]


def test_supply_expected_before_today_counts_from_today():
    assert shipped(one(lamp(5), (5, -9))) == [(5, 0)]


def test_a_delay_longer_than_the_calendar_is_no_bound():
    found = one(lamp(5, most_days_late=10**15), (5, 4))
    assert shipped(found) == [(5, 4)]
    assert lamp(5, most_days_late=10**15).latest_on == date.max


@pytest.mark.parametrize(("more", "left"), [(-1, 1), (0, 0), (1, 0)])
def test_the_latest_day_is_never_past_the_calendar(more, left):
    days = (date.max - TODAY).days
    latest = lamp(5, most_days_late=days + more).latest_on
    assert (date.max - latest).days == left


# Buying.


@pytest.mark.parametrize(
    ("coming_on", "bought"),
    [(6, []), (7, []), (8, [(5, 7)])],
)
def test_supply_is_waited_for_as_long_as_it_is_no_slower_than_buying(coming_on, bought):
    found = one(lamp(5), (5, coming_on), lead_time_days={"LAMP": 7})
    assert shipped(found) == [(5, min(coming_on, 7))]
    assert [(p.quantity, number(p.arrives_on)) for p in found.purchases] == bought
    assert codes(found) == (["lead_time"] if bought else ["awaiting_supply"])


def test_only_what_is_not_covered_is_bought():
    found = one(lamp(9), (2, 0), (3, 7), lead_time_days={"LAMP": 7})
    assert shipped(found) == [(2, 0), (7, 7)]
    assert [p.quantity for p in found.purchases] == [4]
    assert [(r.code, r.figures["units"]) for r in found.reasons] == [
        ("lead_time", 4),
        ("awaiting_supply", 3),
    ]


def test_a_purchase_is_placed_as_late_as_will_do():
    found = one(lamp(5, due=20), lead_time_days={"LAMP": 7})
    [purchase] = found.purchases
    assert (number(purchase.order_on), number(purchase.arrives_on)) == (13, 20)
    assert found.reasons == ()


@pytest.mark.parametrize(("most_days_late", "is_bought"), [(6, False), (7, True)])
def test_nothing_is_bought_that_would_come_too_late(most_days_late, is_bought):
    demand = lamp(5, most_days_late=most_days_late)
    found = one(demand, (1, 0), lead_time_days={"LAMP": 7})
    assert bool(found.purchases) == is_bought
    assert found.short == (0 if is_bought else 4)
    assert codes(found) == ["lead_time"]


def test_a_shortage_counts_later_supply_and_what_must_be_bought():
    demand = lamp(9, most_days_late=1)
    found = one(demand, (2, 0), (3, 4), (9, 8), lead_time_days={"LAMP": 7})
    assert [(r.code, r.figures["units"]) for r in found.reasons] == [
        ("awaiting_supply", 3),
        ("lead_time", 4),
    ]


def test_an_inquiry_has_nothing_bought():
    inquiry = lamp(5, firmness=Firmness.INQUIRY)
    found = one(inquiry, lead_time_days={"LAMP": 7})
    assert (shipped(found), found.purchases) == ([(5, 7)], ())


def test_what_was_bought_for_one_demand_is_not_there_for_the_next():
    demands = [lamp(5), lamp(5, ref="O-2/1")]
    found = schedule(demands, {}, today=TODAY, lead_time_days={"LAMP": 0})
    assert [one.purchases[0].quantity for one in found] == [5, 5]


# Groups.


def together(*demands, supplies=None, **options):
    return schedule(
        [attrs.evolve(one, together="O-1") for one in demands],
        supplies or {},
        today=TODAY,
        **options,
    )


def chair(quantity, due=0, ref="O-1/2", **rules):
    return DatedDemand(ref, "CHAIR", quantity, day(due), **rules)


def test_lines_of_one_sku_in_a_group_share_the_supply():
    first, second = together(
        lamp(5, ref="O-1/1"),
        lamp(5, ref="O-1/2"),
        supplies={"LAMP": dated((8, 0))},
        lead_time_days={"LAMP": 7},
    )
    assert shipped(first) == shipped(second) == [(5, 7)]
    assert first.purchases == ()
    assert [p.quantity for p in second.purchases] == [2]
    assert codes(first) == ["waiting"] and codes(second) == ["lead_time"]


def test_a_group_waits_for_its_last_due_date():
    supplies = {"LAMP": dated((5, 0)), "CHAIR": dated((5, 0))}
    early, late = together(lamp(5), chair(5, due=4), supplies=supplies)
    assert shipped(early) == shipped(late) == [(5, 4)]
    assert str(early.reasons[0]) == "O-1/1: waits for O-1/2 until 2026-03-06"
    assert late.reasons == ()


def test_a_group_that_waits_for_supply_says_so():
    supplies = {"LAMP": dated((5, 0)), "CHAIR": dated((5, 4))}
    _, late = together(lamp(5), chair(5), supplies=supplies)
    assert str(late.reasons[0]) == "O-1/2: 5 units wait for supply on 2026-03-06"


def test_a_group_of_which_one_line_never_comes_gets_nothing():
    supplies = {"LAMP": dated((5, 0)), "CHAIR": dated((3, 0))}
    first, second = together(lamp(5), chair(5), supplies=supplies)
    assert (shipped(first), first.short) == ([], 5)
    assert (shipped(second), second.short) == ([], 5)
    assert [str(one.reasons[0]) for one in (first, second)] == [
        "O-1/1: waits for O-1/2, which cannot leave in time",
        "O-1/2: nothing supplies 2 units",
    ]


@pytest.mark.parametrize(("most_days_late", "is_delivered"), [(3, False), (4, True)])
def test_a_group_is_no_later_than_its_least_patient_line(most_days_late, is_delivered):
    supplies = {"LAMP": dated((5, 0)), "CHAIR": dated((5, 4))}
    hurried, late = together(
        lamp(5, most_days_late=most_days_late), chair(5), supplies=supplies
    )
    assert [bool(one.deliveries) for one in (hurried, late)] == [is_delivered] * 2
    if not is_delivered:
        assert [str(one.reasons[0]) for one in (hurried, late)] == [
            "O-1/1: waits for O-1/2 until 2026-03-06, later than 2026-03-05",
            "O-1/2: must leave with O-1/1, on 2026-03-05 at the latest",
        ]


def test_only_the_least_patient_lines_cannot_wait():
    supplies = {"LAMP": dated((9, 0)), "CHAIR": dated((5, 4))}
    found = together(
        lamp(1, due=0, ref="O-1/1", most_days_late=4),
        chair(5, due=0),
        lamp(3, due=2, ref="O-1/3", most_days_late=1),
        supplies=supplies,
    )
    assert {one.ref: str(one.reasons[0])[7:] for one in found} == {
        "O-1/1": "must leave with O-1/3, on 2026-03-05 at the latest",
        "O-1/2": "must leave with O-1/3, on 2026-03-05 at the latest",
        "O-1/3": "waits for O-1/2 until 2026-03-06, later than 2026-03-05",
    }


@pytest.mark.parametrize("stock", [0, 5])
def test_a_group_with_a_line_past_its_latest_day_gets_nothing(stock):
    supplies = {"LAMP": dated((5, 0))[:stock], "CHAIR": dated((5, 0))}
    first, second = together(
        lamp(5, due=-2, most_days_late=1), chair(5), supplies=supplies
    )
    assert codes(first) == ["overdue"]
    assert codes(second) == ["waiting"]


def test_a_group_that_fails_holds_nothing():
    group = [
        attrs.evolve(lamp(5), together="O-1"),
        attrs.evolve(chair(5), together="O-1"),
    ]
    last = lamp(5, ref="O-9/1", priority=9)
    *_, found = schedule([*group, last], {"LAMP": dated((5, 0))}, today=TODAY)
    assert shipped(found) == [(5, 0)]


def test_a_group_has_the_turn_of_its_first_line():
    group = [
        lamp(5, ref="O-1/1", together="O-1", priority=1),
        lamp(5, ref="O-1/2", together="O-1", priority=8),
    ]
    rival = lamp(5, ref="O-2/1", priority=4)
    found = schedule([*group, rival], {"LAMP": dated((10, 0))}, today=TODAY)
    assert [(one.ref, one.short) for one in found] == [
        ("O-1/1", 0),
        ("O-2/1", 5),
        ("O-1/2", 0),
    ]


def test_closed_lines_are_no_part_of_their_group():
    lines = [lamp(5), chair(5, firmness=Firmness.CLOSED)]
    [found] = together(*lines, supplies={"LAMP": dated((5, 0))})
    assert shipped(found) == [(5, 0)]


def test_a_group_of_inquiries_holds_nothing():
    inquiry = {"firmness": Firmness.INQUIRY, "together": "O-1"}
    quote = lamp(5, ref="O-9/1", priority=9, firmness=Firmness.QUOTE)
    lines = [lamp(5, **inquiry), chair(5, **inquiry), quote]
    first, second, last = schedule(
        lines, {"LAMP": dated((5, 0))}, today=TODAY, lead_time_days={"CHAIR": 3}
    )
    assert shipped(first) == shipped(second) == [(5, 3)]
    assert second.purchases == ()
    assert shipped(last) == [(5, 0)]


# The order of demands.


def test_demands_have_their_turns_by_firmness_priority_date_quantity_reference():
    demands = [
        lamp(1, 5, "O-1/1", priority=1),
        lamp(1, 3, "O-2/1", priority=2),
        lamp(1, 4, "O-3/1", priority=2),
        lamp(2, 4, "O-4/1", priority=2),
        lamp(2, 4, "O-5/1", priority=2),
        lamp(1, 0, "O-6/1", priority=0, firmness=Firmness.INQUIRY),
        lamp(1, 0, "O-7/1", priority=1, firmness=Firmness.QUOTE),
        lamp(1, 1, "O-8/1", priority=1, firmness=Firmness.INQUIRY),
    ]
    for shuffled in (demands, demands[::-1]):
        found = schedule(shuffled, {}, today=TODAY)
        assert [one.ref for one in found] == [one.ref for one in demands]


# Laws over drawn schedules.

sevenths = st.integers(-2, 7)
supplies = st.fixed_dictionaries(
    {
        sku: st.lists(
            st.builds(DatedQuantity, st.integers(1, 9), sevenths.map(day)), max_size=4
        )
        for sku in SKUS
    }
)
lead_times = st.dictionaries(st.sampled_from(SKUS), st.integers(0, 6))


@st.composite
def demand_lists(draw, most=6, groups=("", "", "G-1", "G-2")):
    """Draw demands with references in any order; a group has one firmness."""
    firmness_of = {name: draw(st.sampled_from(Firmness)) for name in set(groups) - {""}}
    demands = []
    for place in draw(st.permutations(range(draw(st.integers(0, most))))):
        group = draw(st.sampled_from(groups))
        firmness = firmness_of.get(group) or draw(st.sampled_from(Firmness))
        demands.append(
            DatedDemand(
                f"O-{place}/1",
                draw(st.sampled_from(SKUS)),
                draw(st.integers(1, 9)),
                day(draw(sevenths)),
                priority=draw(st.integers(0, 2)),
                minimum_shipment=draw(st.integers(1, 4)),
                most_days_late=draw(st.none() | st.integers(0, 6)),
                together=group,
                firmness=firmness,
            )
        )
    return demands


def there(supplies_of_sku, end):
    """Count the units of dated supply by the end of a day."""
    return sum(one.quantity for one in supplies_of_sku if max(number(one.on), 0) <= end)


@given(demand_lists(), supplies, lead_times)
def test_every_unit_is_delivered_once_or_short_and_from_somewhere(
    demands, drawn, lead_days
):
    found = schedule(demands, drawn, today=TODAY, lead_time_days=lead_days)
    by_ref = {one.ref: one for one in demands}
    planned = [one.ref for one in demands if one.firmness is not Firmness.CLOSED]
    assert sorted(one.ref for one in found) == sorted(planned)
    sources = {sku: list(drawn[sku]) for sku in SKUS}
    needs = {sku: [] for sku in SKUS}
    for one in found:
        demand = by_ref[one.ref]
        assert sum(part.quantity for part in one.deliveries) + one.short == (
            demand.quantity
        )
        days = [part.on for part in one.deliveries]
        assert days == sorted(set(days)) and one.short >= 0
        least = min(demand.minimum_shipment, demand.quantity)
        for part in one.deliveries:
            assert part.quantity >= least
            assert part.on >= max(demand.due_on, TODAY)
            late = (part.on - demand.due_on).days
            assert demand.most_days_late is None or late <= demand.most_days_late
        if demand.firmness in (Firmness.ORDER, Firmness.QUOTE):
            needs[demand.sku] += one.deliveries
            for purchase in one.purchases:
                lead = purchase.arrives_on - purchase.order_on
                assert lead == timedelta(days=lead_days[demand.sku])
                assert purchase.order_on >= TODAY and purchase.arrives_on in days
                assert purchase.quantity > 0 and purchase.sku == demand.sku
                sources[demand.sku].append(
                    DatedQuantity(purchase.quantity, purchase.arrives_on)
                )
        else:
            assert one.purchases == ()
            if demand.sku not in lead_days:
                alone = [one.deliveries, drawn[demand.sku]]
                assert all(
                    there(alone[0], end) <= there(alone[1], end) for end in range(20)
                )
    for sku in SKUS:
        for end in range(20):
            assert there(needs[sku], end) <= there(sources[sku], end)


@given(demand_lists(), supplies, lead_times)
def test_whoever_is_late_or_short_is_told_why(demands, drawn, lead_days):
    by_ref = {one.ref: one for one in demands}
    for one in schedule(demands, drawn, today=TODAY, lead_time_days=lead_days):
        demand = by_ref[one.ref]
        late = any(part.on > demand.due_on for part in one.deliveries)
        assert bool(one.reasons) == (late or one.short > 0 or demand.due_on < TODAY)
        assert all(reason.subject == one.ref for reason in one.reasons)


@given(demand_lists(), supplies, lead_times, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(demands, drawn, lead_days, chance):
    expected = schedule(demands, drawn, today=TODAY, lead_time_days=lead_days)
    shuffled = list(demands)
    chance.shuffle(shuffled)
    mixed = {sku: chance.sample(drawn[sku], len(drawn[sku])) for sku in SKUS[::-1]}
    found = schedule(shuffled, mixed, today=TODAY, lead_time_days=lead_days)
    assert found == expected


@given(demand_lists(), supplies, lead_times)
def test_lines_of_a_group_come_on_one_day_or_not_at_all(demands, drawn, lead_days):
    found = schedule(demands, drawn, today=TODAY, lead_time_days=lead_days)
    by_ref = {one.ref: one for one in found}
    groups = {}
    for one in demands:
        if one.together and one.ref in by_ref:
            groups.setdefault(one.together, []).append(by_ref[one.ref])
    for lines in groups.values():
        assert len({one.complete_on for one in lines}) == 1
        assert all(len(one.deliveries) == (one.short == 0) for one in lines)


@given(
    demand_lists(),
    supplies,
    lead_times,
    st.sampled_from(SKUS),
    st.builds(DatedQuantity, st.integers(1, 9), sevenths.map(day)),
    st.integers(0, 9),
    st.integers(0, 3),
)
def test_more_or_earlier_supply_never_makes_the_first_demand_later(
    demands, drawn, lead_days, sku, more, days_earlier, lead_less
):
    assume(demands)
    before = schedule(demands, drawn, today=TODAY, lead_time_days=lead_days)
    assume(before)
    better = {
        **drawn,
        sku: [
            DatedQuantity(one.quantity, one.on - timedelta(days=days_earlier))
            for one in drawn[sku]
        ]
        + [more],
    }
    faster = {name: max(days - lead_less, 0) for name, days in lead_days.items()}
    after = schedule(demands, better, today=TODAY, lead_time_days=faster)
    first, then = before[0], after[0]
    assert first.ref == then.ref
    if first.complete_on is not None:
        assert then.complete_on is not None
        assert then.complete_on <= first.complete_on
    demand = next(one for one in demands if one.ref == first.ref)
    if demand.minimum_shipment == 1:
        for end in range(20):
            assert there(then.deliveries, end) >= there(first.deliveries, end)


# Full enumeration.

DAYS = range(5)
tiny_supply = st.lists(st.tuples(st.integers(1, 4), st.integers(-1, 4)), max_size=3)
tiny_demands = st.builds(
    lamp,
    st.integers(1, 6),
    st.integers(0, 3),
    minimum_shipment=st.integers(1, 4),
    most_days_late=st.none() | st.integers(0, 4),
    priority=st.just(5),
)


def all_plans(demand, pairs, bought_on=None, others=()):
    """Yield every plan of units per day that the rules of one demand allow.

    `others` are the (units, day) that somebody before it gets.
    """
    least = min(demand.minimum_shipment, demand.quantity)
    due = number(demand.due_on)
    late = demand.most_days_late
    last = DAYS[-1] if late is None else due + late
    sizes = [0, *range(least, demand.quantity + 1)]
    choices = [sizes if due <= on <= last else [0] for on in DAYS]
    for plan in product(*choices):
        if sum(plan) <= demand.quantity and all(
            (bought_on is not None and end >= bought_on)
            or sum(units for units, on in pairs if on <= end)
            >= sum(plan[: end + 1]) + sum(units for units, on in others if on <= end)
            for end in DAYS
        ):
            yield plan


def as_plan(found):
    units = Counter({on: units for units, on in shipped(found)})
    return tuple(units[on] for on in DAYS)


def complete_day(plan):
    return max(on for on in DAYS if plan[on])


def judge(demand, found, plans):
    """Compare one schedule with all plans, as the head of this file says."""
    ours = as_plan(found)
    assert ours in plans
    complete = [plan for plan in plans if sum(plan) == demand.quantity]
    assert (found.short == 0) == bool(complete)
    if complete:
        assert complete_day(ours) == min(map(complete_day, complete))
        assert ours == max(complete)
    if demand.minimum_shipment == 1:
        due = number(demand.due_on)

        def cost(plan):
            short = demand.quantity - sum(plan)
            return short, sum(plan[on] * (on - due) for on in DAYS if on > due)

        assert cost(ours) == min(map(cost, plans))


@given(tiny_demands, tiny_supply)
def test_no_plan_is_better_for_a_single_demand(demand, pairs):
    judge(demand, one(demand, *pairs), list(all_plans(demand, pairs)))


@given(tiny_demands, tiny_supply, st.integers(0, 4))
def test_no_plan_is_better_where_goods_can_be_bought(demand, pairs, lead_days):
    bought_on = max(lead_days, number(demand.due_on))
    found = one(demand, *pairs, lead_time_days={"LAMP": lead_days})
    judge(demand, found, list(all_plans(demand, pairs, bought_on)))
    covered = there(dated(*pairs), bought_on)
    missing = max(demand.quantity - covered, 0) if found.short == 0 else 0
    assert sum(p.quantity for p in found.purchases) == missing


@given(tiny_demands, tiny_supply, st.integers(1, 4), st.integers(0, 4))
def test_no_plan_is_better_behind_a_claim_that_keeps_its_goods(
    demand, pairs, units, due
):
    first = lamp(units, due, "O-0/1", priority=1)
    before, found = schedule([demand, first], {"LAMP": dated(*pairs)}, today=TODAY)
    judge(demand, found, list(all_plans(demand, pairs, others=shipped(before))))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(SKUS),
            st.integers(1, 4),
            st.integers(0, 3),
            st.none() | st.integers(0, 4),
        ),
        min_size=1,
        max_size=3,
    ),
    supplies,
    lead_times,
)
def test_a_group_leaves_on_the_first_day_on_which_all_of_it_is_there(
    lines, drawn, lead_days
):
    demands = [
        DatedDemand(
            f"O-1/{place}", sku, units, day(due), most_days_late=late, together="O-1"
        )
        for place, (sku, units, due, late) in enumerate(lines)
    ]
    found = schedule(demands, drawn, today=TODAY, lead_time_days=lead_days)

    def can_leave(on):
        in_time = all(
            due <= on and (late is None or on <= due + late)
            for _, _, due, late in lines
        )
        return in_time and all(
            lead_days.get(sku, 99) <= on
            or there(drawn[sku], on)
            >= sum(units for one, units, *_ in lines if one == sku)
            for sku in {sku for sku, *_ in lines}
        )

    expected = next((day(on) for on in range(20) if can_leave(on)), None)
    assert {one.complete_on for one in found} == {expected}
    bought = Counter()
    for scheduled in found:
        for purchase in scheduled.purchases:
            bought[purchase.sku] += purchase.quantity
    for sku in SKUS:
        wanted = sum(units for one, units, *_ in lines if one == sku)
        lacking = (
            0 if expected is None else wanted - there(drawn[sku], number(expected))
        )
        assert bought[sku] == max(lacking, 0)


# What is refused.


@pytest.mark.parametrize(
    "wrong",
    [
        {"ref": ""},
        {"sku": " LAMP"},
        {"quantity": 0},
        {"quantity": 1.0},
        {"due_on": "2026-03-02"},
        {"priority": "high"},
        {"minimum_shipment": 0},
        {"most_days_late": -1},
        {"most_days_late": True},
        {"together": None},
        {"firmness": "order"},
    ],
)
def test_a_wrong_demand_is_refused_by_name(wrong):
    [name] = wrong
    with pytest.raises(InvalidValue, match=name):
        attrs.evolve(lamp(1), **wrong)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"demands": [lamp(1), lamp(2)]}, "demand references"),
        ({"demands": ["O-1/1"]}, "demands"),
        ({"demands": iter([])}, "demands is an iterator"),
        ({"supplies": []}, "supplies"),
        ({"supplies": {"LAMP": [5]}}, "supplies of LAMP"),
        ({"supplies": {"": []}}, "SKU"),
        ({"supplies": {"LAMP": [DatedQuantity(0, TODAY)]}}, "quantity is 0"),
        ({"supplies": {"LAMP": [DatedQuantity(1, None)]}}, "on is None"),
        ({"today": "2026-03-02"}, "today"),
        ({"lead_time_days": 7}, "lead_time_days"),
        ({"lead_time_days": {"LAMP": -1}}, "lead_time_days of LAMP"),
        ({"lead_time_days": {"LAMP": 10**9}}, "days"),
    ],
)
def test_a_wrong_question_is_refused_by_name(change, named):
    asked = {"demands": [], "supplies": {}, "today": TODAY, "lead_time_days": {}}
    with pytest.raises(InvalidValue, match=named):
        schedule(**(asked | change))


def test_a_group_of_unequal_firmness_is_refused():
    with pytest.raises(InvalidValue, match=r"together is 'O-1': .* one firmness"):
        together(lamp(5), chair(5, firmness=Firmness.QUOTE))
