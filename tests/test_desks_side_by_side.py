"""Several desks on one repository: side by side, and each command once."""

import pytest

from backorderkit import (
    Line,
    MemoryRepository,
    Order,
    OrderBook,
    OrderDesk,
    RequestDesk,
    SellingRule,
    SellingRules,
    oldest_first,
    plan_count,
    plan_order,
    plan_reserve,
    plan_shipment,
    send_notices,
)
from backorderkit.errors import Conflict, NotPossible
from tests.shop import NOON

NEVER_SHORT = SellingRules(SellingRule(0))


def order(ref, sku="LAMP", units=1):
    return Order(ref, "ada", NOON, [Line(f"{ref}/1", sku, units)])


@pytest.fixture
def repository():
    return MemoryRepository()


def a_desk(repository):
    return OrderDesk(repository, oldest_first())


def a_request_desk(repository, *skus):
    return RequestDesk(repository, oldest_first(), skus or None)


def replayed(repository):
    return OrderBook.replay(repository.history(0)[0], oldest_first())


@pytest.fixture(params=[a_desk, a_request_desk], ids=["resident", "request"])
def make(request):
    """Make desks that keep their book, then desks that load one for each command."""
    return request.param


def test_desks_that_touch_different_things_do_not_disturb_each_other(repository):
    lamps, rugs = a_desk(repository), a_desk(repository)
    for desk, sku in ((lamps, "LAMP"), (rugs, "RUG"), (lamps, "LAMP")):
        desk.carry_out(plan_count, sku, desk.book.pool(sku).on_hand + 1, at=NOON)
    assert lamps.book.pool("RUG").on_hand == 1
    assert lamps.book == replayed(repository)
    rugs.catch_up()
    assert rugs.book == lamps.book
    assert rugs.book.version == lamps.book.version == 3


def test_what_others_saved_meanwhile_is_taken_in_with_the_own_save(repository):
    slow, quick = a_desk(repository), a_desk(repository)
    for units in (1, 2, 3):
        quick.carry_out(plan_count, "RUG", units, at=NOON)
    slow.carry_out(plan_order, order("O-1"))
    assert slow.book.pool("RUG").on_hand == 3
    assert slow.book == replayed(repository)


def test_a_conflict_in_one_thing_plans_all_of_it_anew(repository):
    slow, quick = a_desk(repository), a_desk(repository)
    quick.carry_out(plan_count, "LAMP", 1, at=NOON)
    plan = slow.carry_out(plan_order, order("O-1"))
    assert plan.allocated() == {"O-1/1": 1}
    assert slow.book == replayed(repository)


def test_the_last_unit_goes_to_one_of_two(repository, make):
    a_desk(repository).carry_out(plan_count, "LAMP", 1, at=NOON)
    first, second = make(repository), make(repository)
    for desk, ref in ((first, "O-1"), (second, "O-2")):
        desk.carry_out(plan_order, order(ref), rules=NEVER_SHORT)
    book = replayed(repository)
    assert book.orders() == ("O-1",)
    assert book.pool("LAMP").free == 0


def test_a_command_under_a_key_is_carried_out_once(repository, make):
    done = make(repository).carry_out_once("c-1", plan_order, order("O-1"))
    again = make(repository).carry_out_once("c-1", plan_order, order("O-1"))
    assert not done.is_empty
    assert again.is_empty
    assert [(one.subject, one.code) for one in again.reasons] == [
        ("c-1", "done_before")
    ]
    assert replayed(repository).orders() == ("O-1",)


def test_a_command_that_was_refused_may_be_sent_again_under_its_key(repository, make):
    desk = make(repository)
    desk.carry_out(plan_order, order("O-1"))
    with pytest.raises(NotPossible):
        desk.carry_out_once("c-1", plan_shipment, "S-1", "O-1", at=NOON)
    desk.carry_out(plan_count, "LAMP", 1, at=NOON)
    plan = desk.carry_out_once("c-1", plan_shipment, "S-1", "O-1", at=NOON)
    assert not plan.is_empty
    assert replayed(repository).line("O-1/1").shipped == 1


def test_two_keys_are_two_commands(repository, make):
    desk = make(repository)
    for key, units in (("c-1", 1), ("c-2", 2)):
        desk.carry_out_once(key, plan_reserve, "LAMP", units, at=NOON)
    assert replayed(repository).pool("LAMP").reserve == 2


def test_a_key_that_another_stores_meanwhile_is_noticed(repository, make, monkeypatch):
    desk, other = make(repository), a_desk(repository)
    asked = []
    save = repository.save

    def overtaken(events, notices, token, *, key=""):
        if events and not asked:
            asked.append(key)
            other.carry_out_once("c-1", plan_order, order("O-1"))
        return save(events, notices, token, key=key)

    monkeypatch.setattr(repository, "save", overtaken)
    plan = desk.carry_out_once("c-1", plan_order, order("O-1"))
    assert plan.is_empty
    assert plan.reasons[0].code == "done_before"
    assert replayed(repository).orders() == ("O-1",)


@pytest.mark.parametrize("key", [7, None, "", " ", "a\nb"])
def test_a_key_that_is_none_is_refused(repository, make, key):
    with pytest.raises(ValueError, match="command key"):
        make(repository).carry_out_once(key, plan_order, order("O-1"))
    assert repository.history(0) == ((), 0)


@pytest.mark.parametrize(
    ("tries", "conflicts", "wins"), [(1, 0, True), (1, 1, False), (3, 2, True)]
)
def test_a_request_desk_tries_as_often_as_it_may(
    repository, monkeypatch, tries, conflicts, wins
):
    save, left = repository.save, [conflicts]

    def contested(events, notices, token, *, key=""):
        if events and left[0]:
            left[0] -= 1
            raise Conflict(expected=token, found="other")
        return save(events, notices, token, key=key)

    monkeypatch.setattr(repository, "save", contested)
    desk = RequestDesk(repository, oldest_first(), tries=tries)
    if wins:
        desk.carry_out(plan_order, order("O-1"))
    else:
        with pytest.raises(Conflict):
            desk.carry_out(plan_order, order("O-1"))
    assert (replayed(repository).orders() == ("O-1",)) == wins


def test_a_request_desk_asks_for_the_books_of_its_skus(repository, monkeypatch):
    asked, load = [], repository.load

    def noted(policy, skus=None):
        asked.append(skus if skus is None else tuple(skus))
        return load(policy, skus)

    monkeypatch.setattr(repository, "load", noted)
    a_request_desk(repository, "LAMP", "RUG").carry_out(plan_order, order("O-1"))
    a_request_desk(repository).carry_out(plan_order, order("O-2"))
    assert asked == [("LAMP", "RUG"), None]


def test_notices_of_a_request_desk_wait_until_somebody_hands_them_over(repository):
    a_request_desk(repository).carry_out(plan_order, order("O-1"))
    told = []

    class Notifier:
        def send(self, notice):
            told.append(notice.order)

    assert [one.order for one in repository.unsent()] == ["O-1"]
    assert (send_notices(repository, Notifier()), told) == (1, ["O-1"])
    assert send_notices(repository, Notifier()) == 0
