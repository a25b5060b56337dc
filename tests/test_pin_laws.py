"""The laws of pins, notices and slips accept what is right and name what is wrong.

Each fault is planted in a step that was right; then bugs are planted in the library and
a scripted day under watch must notice each of them.
"""

from datetime import date, datetime, timedelta
from itertools import islice

import attrs
import pytest

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    cover,
    oldest_first,
    plan_cancellation,
    plan_hold,
    plan_order,
    plan_pin,
    plan_promises,
    plan_purchase_order,
    plan_receipt,
    plan_shipping_notice,
    plan_special_order,
    plan_supply_change,
    plan_unpin,
)
from backorderkit.book.fold import pegs, supply
from backorderkit.deciding import Draft, receiving
from backorderkit.deciding.portion_deltas import PortionDelta
from backorderkit.model import Allocated, PinReleased, PurchaseNeed, UnitsPinned
from backorderkit.supply import purchase_orders as ordering, slips as slipping
from backorderkit.testing import LawBroken
from backorderkit.testing.book_laws import (
    WatchedBook,
    check_laws,
    check_pins,
    look,
    recount,
)
from backorderkit.testing.book_laws.naive_pegging import dealt
from backorderkit.testing.book_laws.step_laws import kept_by
from backorderkit.testing.strategies import MONDAY
from backorderkit.values import Pool

MARCH = {day: date(2026, 3, day) for day in range(1, 32)}
WHY = {"reason": "made to measure", "at": MONDAY}


def opened():
    """A book under watch: O-1 and O-2 wait for five each, PO-1 keeps four for O-2."""
    watched = WatchedBook(oldest_first())
    do = watched.carry_out
    for number in (1, 2):
        at = MONDAY + timedelta(hours=number)
        line = Line(f"O-{number}/1", "LAMP", 5)
        do(plan_order, Order(f"O-{number}", "ada", at, [line]))
    line = PurchaseLine("PO-1/1", "LAMP", 10, expected_on=MARCH[10])
    do(plan_purchase_order, PurchaseOrder("PO-1", "ACME", MONDAY, [line]))
    do(plan_pin, "PO-1/1", "O-2/1", 4, **WHY)
    return watched


def a_delivery(units, ref="R-1", purchase="PO-1/1", **details):
    line = ReceiptLine("LAMP", units, purchase_line=purchase, **details)
    return Receipt(ref, MONDAY, [line])


def seen(watched, decision, *args, **options):
    """Return a step: the look before, the plan, the look after, the recount."""
    before = look(watched.book)
    plan = watched.carry_out(decision, *args, **options)
    return before, plan, look(watched.book), recount(watched.events)


STEPS = {
    "pinned": (plan_pin, "PO-1/1", "O-1/1", 2, WHY),
    "let go": (plan_unpin, "PO-1/1", "O-2/1", 1, WHY),
    "received": (plan_receipt, a_delivery(5), {}),
    "short": (plan_receipt, a_delivery(3), {}),
    "cut": (
        plan_supply_change,
        "PO-1/1",
        {"open_quantity": 1, "reason": "cut", "at": MONDAY},
    ),
    "cancelled": (plan_cancellation, "O-2", {"O-2/1": 3}, {"at": MONDAY}),
    "held": (plan_hold, "O-2", WHY),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_without_a_fault_passes_every_law(name):
    decision, *args, options = STEPS[name]
    watched = opened()
    check_pins(*seen(watched, decision, *args, **options))
    watched.close()


def without(plan, kind):
    return attrs.evolve(
        plan, events=tuple(one for one in plan.events if not isinstance(one, kind))
    )


def test_a_pin_that_comes_or_goes_without_a_fact_is_noticed():
    for name, kind in (("pinned", UnitsPinned), ("cut", PinReleased)):
        decision, *args, options = STEPS[name]
        before, plan, after, ledger = seen(opened(), decision, *args, **options)
        with pytest.raises(LawBroken, match="pins_are_conserved"):
            check_pins(before, without(plan, kind), after, ledger)


def test_goods_that_go_to_others_than_they_are_kept_for_are_noticed():
    before, plan, after, ledger = seen(opened(), plan_receipt, a_delivery(5))
    first = plan.events[1]
    assert first == Allocated("O-2/1", 0, 4, 4, "PO-1/1", at=MONDAY)
    for wrong in (
        attrs.evolve(first, line="O-1/1"),
        attrs.evolve(first, quantity=3),
        attrs.evolve(first, source=None),
    ):
        events = (plan.events[0], wrong, *plan.events[2:])
        with pytest.raises(LawBroken):
            check_pins(before, attrs.evolve(plan, events=events), after, ledger)


def test_a_pin_that_is_let_go_for_no_reason_is_noticed():
    before, plan, after, ledger = seen(
        opened(), plan_unpin, "PO-1/1", "O-2/1", 1, **WHY
    )
    # As if it had happened in the course of something else.
    other = Allocated("O-1/1", 0, 1, 5, at=MONDAY)
    odd = attrs.evolve(plan, events=(other, *plan.events))
    with pytest.raises(LawBroken, match="pins_last"):
        check_pins(before, odd, after, ledger)


def test_goods_for_a_held_line_are_noticed_unless_they_were_kept_for_it():
    watched = opened()
    watched.carry_out(plan_hold, "O-2", **WHY)
    before, plan, after, ledger = seen(watched, plan_receipt, a_delivery(8))
    assert plan.allocated() == {"O-2/1": 4, "O-1/1": 4}
    more = Allocated("O-2/1", 0, 1, 1, at=MONDAY)
    odd = attrs.evolve(plan, events=(*plan.events, more))
    with pytest.raises(LawBroken, match="outsiders_get_only_what_is_kept, O-2/1"):
        check_pins(before, odd, after, ledger)


@pytest.mark.parametrize("field", ["pins", "announced"])
def test_a_history_that_lacks_a_pin_or_a_notice_is_noticed(field):
    watched = opened()
    watched.carry_out(
        plan_shipping_notice, "A-1", "PO-1/1", 3, expected_on=MARCH[9], at=MONDAY
    )
    check_laws(watched.book, watched.events)
    purchase = watched.book.state.purchase_lines["PO-1/1"]
    setattr(purchase, field, type(getattr(purchase, field))())
    with pytest.raises(LawBroken):
        check_laws(watched.book, watched.events)


def test_what_is_kept_is_told_by_purchase_line_and_portion():
    assert kept_by(look(opened().book)) == {("PO-1/1", ("O-2/1", 0)): 4}


def test_every_unit_is_dealt_its_day_from_the_views():
    watched, today = opened(), MONDAY.date()
    on = (MARCH[10], "PO-1/1")
    assert dealt(watched.book, Pool("LAMP"), today) == {
        (("O-2/1", 0), "PO-1/1"): [on] * 4,
        (("O-1/1", 0), None): [on] * 5,
        (("O-2/1", 0), None): [on],
    }
    pegs_of = [(peg.line, peg.quantity) for peg in cover(watched.book, "LAMP").pegs]
    assert pegs_of == [("O-2/1", 4), ("O-1/1", 5), ("O-2/1", 1)]


# Planted bugs


def leave_kept_goods_to_the_queue(monkeypatch):
    monkeypatch.setattr(receiving, "serve_pinned", lambda draft, ref, units: units)


def keep_what_will_not_come(monkeypatch):
    for module in (receiving, ordering):
        monkeypatch.setattr(module, "fit_pins", lambda *_: None)


def let_too_much_go(monkeypatch):
    unpin = Draft.unpin_beyond

    def hasty(self, portion, units, reason):
        unpin(self, portion, units + 1, reason)

    monkeypatch.setattr(Draft, "unpin_beyond", hasty)


def settle_the_latest_notice_first(monkeypatch):
    by_day, latest = supply._by_day, date(2030, 1, 1)

    def reversed_days(notice):
        day, ref = by_day(notice)
        return (date.min + (latest - min(day, latest)), ref)

    monkeypatch.setattr(supply, "_by_day", reversed_days)


def name_the_first_move_only(monkeypatch):
    moves = slipping._queue_moves
    monkeypatch.setattr(slipping, "_queue_moves", lambda *args: islice(moves(*args), 1))


def leave_out_who_is_kept_for(monkeypatch):
    monkeypatch.setattr(slipping, "_portion_moves", lambda *_: ())


def break_no_promise(monkeypatch):
    monkeypatch.setattr(slipping, "_broken", lambda *_: ())


def forget_who_is_kept_for(monkeypatch):
    monkeypatch.setattr(pegs, "pin", lambda state, event: None)


def let_held_lines_join_the_queue(monkeypatch):
    monkeypatch.setattr(PortionDelta, "is_outside", False)


def a_day_of_everything():
    """Let pins, notices and news meet once; the watch holds every step to the laws."""
    watched = opened()
    do = watched.carry_out
    do(plan_promises, at=MONDAY)
    need = [PurchaseNeed("O-1/1", 0, 2)]
    line = PurchaseLine("PO-2/1", "LAMP", 4, expected_on=MARCH[20], needs=need)
    do(plan_special_order, PurchaseOrder("PO-2", "ACME", MONDAY, [line]))
    for ref, day in (("A-1", 12), ("A-2", 9)):
        do(plan_shipping_notice, ref, "PO-1/1", 2, expected_on=MARCH[day], at=MONDAY)
    late = {"expected_on": MARCH[25], "reason": "late", "at": MONDAY}
    do(plan_supply_change, "PO-1/1", **late)
    do(plan_supply_change, "PO-2/1", **late)
    do(plan_receipt, a_delivery(1))
    do(plan_cancellation, "O-2", {"O-2/1": 2}, at=MONDAY)
    do(plan_hold, "O-1", **WHY)
    do(plan_receipt, a_delivery(1, "R-2", "PO-2/1"))
    do(plan_receipt, a_delivery(1, "R-3", final=True))
    do(plan_receipt, Receipt("R-4", MONDAY, [ReceiptLine("LAMP", 9)]))
    do(
        plan_supply_change,
        "PO-2/1",
        open_quantity=0,
        reason="cut",
        at=datetime.combine(MARCH[3], MONDAY.timetz()),
    )
    watched.close()
    return watched


def test_a_day_of_everything_passes_every_law():
    assert a_day_of_everything().seen["PinReleased"] >= 2


@pytest.mark.parametrize(
    "plant",
    [
        leave_kept_goods_to_the_queue,
        keep_what_will_not_come,
        let_too_much_go,
        settle_the_latest_notice_first,
        name_the_first_move_only,
        leave_out_who_is_kept_for,
        break_no_promise,
        forget_who_is_kept_for,
        let_held_lines_join_the_queue,
    ],
    ids=lambda plant: plant.__name__,
)
def test_a_planted_bug_is_noticed_without_the_book_checking_itself(plant, monkeypatch):
    plant(monkeypatch)
    monkeypatch.setattr(OrderBook, "check_invariants", lambda book: None)
    with pytest.raises(LawBroken):
        a_day_of_everything()


def test_a_plan_that_names_nothing_breaks_nothing():
    watched = opened()
    now = look(watched.book)
    check_pins(now, Plan((), basis=0), now, recount(watched.events))
