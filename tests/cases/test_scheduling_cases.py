"""Worked cases: when dated demands are delivered, in part, late, together or never."""

from datetime import date

import attrs
import pytest

from backorderkit.model import DatedQuantity
from backorderkit.promising import DatedDemand, Firmness, schedule

TODAY = date(2009, 1, 1)


def january(day):
    return date(2009, 1, day)


def supply(*dated):
    """Return dated supply of lamps from (units, day of January)."""
    return {"LAMP": [DatedQuantity(units, january(day)) for units, day in dated]}


def demand(ref, quantity, due, **rules):
    return DatedDemand(ref, "LAMP", quantity, january(due), **rules)


def delivered(scheduled):
    """Return (units, day of January) of the deliveries, all in January."""
    assert all(one.on < date(2009, 2, 1) for one in scheduled.deliveries)
    return [(one.quantity, one.on.day) for one in scheduled.deliveries]


def codes(scheduled):
    return [reason.code for reason in scheduled.reasons]


def twenty(**rules):
    """Twenty due on 5 January; ten are in stock and ten come on the 10th."""
    [found] = schedule(
        [demand("O-1/1", 20, 5, **rules)], supply((10, 1), (10, 10)), today=TODAY
    )
    return found


def test_what_is_there_goes_on_time_and_the_rest_follows__erp_F1():
    found = twenty()
    assert delivered(found) == [(10, 5), (10, 10)]
    assert found.short == 0
    assert found.complete_on == january(10)
    [reason] = found.reasons
    assert (reason.code, reason.figures) == ("awaiting_supply", {"units": 10})
    assert str(reason) == "O-1/1: 10 units wait for supply on 2009-01-10"


def test_no_lateness_means_the_due_date_only__erp_F2():
    found = twenty(most_days_late=0)
    assert (delivered(found), found.short) == ([(10, 5)], 10)
    assert found.complete_on is None
    assert [str(reason) for reason in found.reasons] == [
        "O-1/1: 10 units wait for supply on 2009-01-10, later than 2009-01-05"
    ]


def test_a_minimum_that_cannot_be_met_on_time_ships_nothing__erp_F4():
    found = twenty(minimum_shipment=20, most_days_late=0)
    assert (delivered(found), found.short) == ([], 20)
    assert codes(found) == ["minimum_shipment", "awaiting_supply"]
    assert [reason.figures["units"] for reason in found.reasons] == [10, 10]


@pytest.mark.parametrize("days", [2, 4])
def test_supply_after_the_latest_day_is_no_use__erp_F5(days):
    found = twenty(most_days_late=days)
    assert (delivered(found), found.short) == ([(10, 5)], 10)


def test_supply_on_the_latest_day_is_used__erp_F5():
    assert delivered(twenty(most_days_late=5)) == [(10, 5), (10, 10)]


def test_nobody_gets_more_than_was_ordered_to_reach_a_minimum__erp_F7():
    [found] = schedule(
        [demand("O-1/1", 20, 5, minimum_shipment=30)],
        supply((15, 1), (50, 10)),
        today=TODAY,
    )
    assert (delivered(found), found.short) == ([(20, 10)], 0)


LEAD_TIMES = {"LAMP": 14, "CHAIR": 6, "RUG": 30}


def bought_to_order(**rules):
    lines = [
        DatedDemand("O-1/1", "LAMP", 20, january(5), **rules),
        DatedDemand("O-1/2", "CHAIR", 20, january(6), **rules),
        DatedDemand("O-1/3", "RUG", 20, january(5), **rules),
    ]
    found = schedule(lines, {}, today=TODAY, lead_time_days=LEAD_TIMES)
    return {one.ref: one for one in found}


def test_lines_bought_to_order_come_as_their_lead_times_say__erp_F8():
    found = bought_to_order()
    assert {ref: delivered(one) for ref, one in found.items()} == {
        "O-1/1": [(20, 15)],
        "O-1/2": [(20, 7)],
        "O-1/3": [(20, 31)],
    }
    for one in found.values():
        [purchase] = one.purchases
        assert (purchase.quantity, purchase.order_on) == (20, TODAY)
        assert purchase.arrives_on == one.complete_on
        assert codes(one) == ["lead_time"]


def test_lines_that_come_together_wait_for_the_slowest__erp_F8():
    found = bought_to_order(together="O-1")
    assert [delivered(one) for one in found.values()] == [[(20, 31)]] * 3
    placed = {
        ref: [(one.sku, one.quantity, one.order_on.day, one.arrives_on.day)]
        for ref, found_one in found.items()
        for one in found_one.purchases
    }
    assert placed == {
        "O-1/1": [("LAMP", 20, 17, 31)],
        "O-1/2": [("CHAIR", 20, 25, 31)],
        "O-1/3": [("RUG", 20, 1, 31)],
    }
    assert {ref: [str(why) for why in one.reasons] for ref, one in found.items()} == {
        "O-1/1": ["O-1/1: waits for O-1/3 until 2009-01-31"],
        "O-1/2": ["O-1/2: waits for O-1/3 until 2009-01-31"],
        "O-1/3": ["O-1/3: 20 units must be bought and come on 2009-01-31"],
    }


THREE = (
    demand("O-1/1", 10, 10, priority=1),
    demand("O-2/1", 10, 11, priority=2),
    demand("O-3/1", 10, 5, priority=3),
)


def test_a_later_claim_of_higher_priority_protects_its_stock__erp_F10():
    found = schedule(THREE, supply((25, 1)), today=TODAY)
    assert [delivered(one) for one in found] == [[(10, 10)], [(10, 11)], [(5, 5)]]
    assert [one.short for one in found] == [0, 0, 5]
    assert [codes(one) for one in found] == [[], [], ["material"]]


def test_new_supply_goes_to_whom_the_protected_stock_was_denied__erp_F11():
    found = schedule(THREE, supply((25, 1), (2, 20)), today=TODAY)
    assert [one.short for one in found] == [0, 0, 3]
    assert delivered(found[2]) == [(5, 5), (2, 20)]
    assert [(one.code, one.figures["units"]) for one in found[2].reasons] == [
        ("awaiting_supply", 2),
        ("material", 3),
    ]


def test_quotes_hold_goods_and_inquiries_only_get_a_date__erp_F29():
    def of(firmness):
        return demand(f"O-{firmness.value}", 4, 5, priority=1, firmness=firmness)

    found = schedule([of(one) for one in Firmness], supply((10, 1)), today=TODAY)
    assert [(one.ref, delivered(one)) for one in found] == [
        ("O-order", [(4, 5)]),
        ("O-inquiry", [(4, 5)]),
        ("O-quote", [(4, 5)]),
    ]
    # Eight of the ten are held: two are left for a last order.
    last = demand("O-last", 4, 5, priority=2, firmness=Firmness.QUOTE)
    *_, late = schedule(
        [last, *(of(one) for one in Firmness)], supply((10, 1)), today=TODAY
    )
    assert (late.ref, delivered(late), late.short) == ("O-last", [(2, 5)], 2)


def test_an_inquiry_of_any_size_leaves_the_others_their_goods__erp_F29():
    huge = demand("O-0/1", 99, 1, priority=-9, firmness=Firmness.INQUIRY)
    quotes = [attrs.evolve(one, firmness=Firmness.QUOTE) for one in THREE]
    with_inquiry = schedule([huge, *quotes], supply((25, 1)), today=TODAY)
    assert with_inquiry[0].ref == "O-0/1"
    assert delivered(with_inquiry[0]) == [(25, 1)]
    assert with_inquiry[1:] == schedule(quotes, supply((25, 1)), today=TODAY)
