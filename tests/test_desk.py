"""The order desk: who saves first, who plans again, and when a notice leaves."""

from contextlib import suppress

import pytest

from backorderkit import (
    UNLIMITED,
    Catalogue,
    MemoryRepository,
    OrderBook,
    OrderDesk,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SellingRule,
    SellingRules,
    SupplierTerms,
    oldest_first,
    plan_count,
    plan_hold,
    plan_order,
    plan_purchase_order,
    plan_receipt,
    plan_replenishment,
    plan_shipment,
    send_notices,
)
from backorderkit.errors import (
    Conflict,
    Duplicate,
    InvalidValue,
    NoticeNotSent,
    NotPossible,
    StalePlan,
    UnknownReference,
)
from backorderkit.storage import Token
from tests.shop import NOON, an_order

NEVER_SHORT = SellingRules(SellingRule(0))


def delivery(ref, units):
    return Receipt(ref, NOON, [ReceiptLine("LAMP", units)])


class Mailbox:
    """Takes notices, and fails while it is told to."""

    def __init__(self):
        self.keys, self.broken, self.saved_before = [], False, []

    def send(self, notice):
        if self.broken:
            raise OSError("the mail server is down")
        self.keys.append(notice.key)


class Watched(MemoryRepository):
    """Notes the order of saves, and can let a save fail."""

    def __init__(self):
        super().__init__()
        self.log, self.fails = [], 0

    def save(self, events, notices, token, *, key=""):
        if self.fails:
            self.fails -= 1
            raise Conflict(expected=token, found="other")
        new = super().save(events, notices, token, key=key)
        self.log += ["saved", *(f"stored {one.key}" for one in notices)]
        return new

    def mark_sent(self, keys):
        keys = list(keys)
        self.log += [f"marked {key}" for key in keys]
        super().mark_sent(keys)


@pytest.fixture
def repository():
    return Watched()


@pytest.fixture
def desk(repository):
    return OrderDesk(repository, oldest_first())


def stored(repository):
    return [type(one).__name__ for one in repository.history(Token(0))[0]]


def reloaded(repository):
    """Return the book a new desk sees."""
    return OrderDesk(repository, oldest_first()).book


# Plan, save, apply


def test_a_command_is_decided_saved_and_made_true(desk, repository):
    plan = desk.carry_out(plan_order, an_order("O-1"))
    assert desk.book.line("O-1/1").waiting == 5
    assert repository.history(Token(0)) == (plan.events, len(plan.events))
    assert reloaded(repository) == desk.book


def test_options_reach_the_decision(desk):
    desk.carry_out(plan_order, an_order("O-1"), rules=NEVER_SHORT)
    assert desk.book.orders() == ()


def test_an_empty_plan_saves_nothing(desk, repository):
    plan = desk.carry_out(plan_count, "LAMP", 0, at=NOON)
    assert plan.is_empty
    assert repository.log == []
    assert desk.book.version == 0


def test_a_refusal_of_the_decision_saves_nothing(desk, repository):
    desk.carry_out(plan_order, an_order("O-1"))
    before, version = stored(repository), desk.book.version
    with pytest.raises(NotPossible):
        desk.carry_out(plan_shipment, "S-1", "O-1", at=NOON)
    with pytest.raises(Duplicate):
        desk.carry_out(plan_order, an_order("O-1"))
    assert (stored(repository), desk.book.version) == (before, version)


def test_a_save_that_fails_leaves_the_book_as_stored(desk, repository, monkeypatch):
    def broken(events, notices, token, *, key):
        raise OSError("disk full")

    monkeypatch.setattr(repository, "save", broken)
    with pytest.raises(OSError, match="disk full"):
        desk.carry_out(plan_order, an_order("O-1"))
    assert desk.book == OrderBook(oldest_first())
    monkeypatch.undo()
    desk.carry_out(plan_order, an_order("O-1"))
    assert reloaded(repository) == desk.book


def test_a_desk_begins_with_what_is_stored(repository):
    first = OrderDesk(repository, oldest_first())
    first.carry_out(plan_count, "LAMP", 3, at=NOON)
    first.carry_out(plan_order, an_order("O-1"))
    second = OrderDesk(repository, oldest_first())
    assert second.book == first.book
    assert second.book.version == first.book.version


# Two desks


@pytest.mark.parametrize(
    ("on_hand", "expected"), [(1, (1, 0)), (2, (1, 1)), (0, (0, 0))]
)
def test_the_last_unit_goes_to_one_of_two(repository, on_hand, expected):
    left, right = (OrderDesk(repository, oldest_first()) for _ in range(2))
    left.carry_out(plan_count, "LAMP", on_hand, at=NOON)
    right.catch_up()
    left.carry_out(plan_order, an_order("O-1", 1))
    right.carry_out(plan_order, an_order("O-2", 1, minute=1))
    left.catch_up()
    assert left.book == right.book == reloaded(repository)
    given = [left.book.line(f"O-{n}/1").allocated for n in (1, 2)]
    assert tuple(given) == expected
    left.book.check_invariants()


def test_who_is_second_is_decided_anew_by_the_rules(repository):
    left, right = (OrderDesk(repository, oldest_first()) for _ in range(2))
    left.carry_out(plan_count, "LAMP", 1, at=NOON)
    right.catch_up()
    left.carry_out(plan_order, an_order("O-1", 1), rules=NEVER_SHORT)
    plan = right.carry_out(plan_order, an_order("O-2", 1), rules=NEVER_SHORT)
    assert [type(one).__name__ for one in plan.events] == ["OrderRefused"]
    assert right.book.orders() == ("O-1",)


def test_the_same_order_at_two_desks_is_placed_once(repository):
    left, right = (OrderDesk(repository, oldest_first()) for _ in range(2))
    left.carry_out(plan_order, an_order("O-1"))
    with pytest.raises(Duplicate):
        right.carry_out(plan_order, an_order("O-1"))
    assert right.book == left.book


def test_the_same_receipt_at_two_desks_is_booked_once(repository):
    left, right = (OrderDesk(repository, oldest_first()) for _ in range(2))
    left.carry_out(plan_receipt, delivery("R-1", 3))
    with pytest.raises(Duplicate):
        right.carry_out(plan_receipt, delivery("R-1", 3))
    assert right.book.pool("LAMP").on_hand == 3


def test_a_decision_that_finds_nothing_left_to_do_saves_nothing(repository):
    left, right = (OrderDesk(repository, oldest_first()) for _ in range(2))
    left.carry_out(plan_order, an_order("O-1"))
    offers = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    left.carry_out(plan_replenishment, offers, at=NOON)
    assert right.carry_out(plan_replenishment, offers, at=NOON).is_empty
    right.catch_up()
    assert right.carry_out(plan_replenishment, offers, at=NOON).is_empty
    assert stored(repository).count("PurchasePlaced") == 1


@pytest.mark.parametrize(("tries", "conflicts", "saved"), [(1, 0, True), (1, 1, False)])
@pytest.mark.parametrize("more", [0, 1, 4])
def test_a_desk_tries_as_often_as_it_may(repository, tries, conflicts, saved, more):
    desk = OrderDesk(repository, oldest_first(), tries=tries + more)
    repository.fails = conflicts + more
    if saved:
        desk.carry_out(plan_order, an_order("O-1"))
    else:
        with pytest.raises(Conflict):
            desk.carry_out(plan_order, an_order("O-1"))
    assert bool(stored(repository)) == saved
    assert desk.book == reloaded(repository)


@pytest.mark.parametrize("tries", [0, -1, 1.5, None])
def test_a_desk_tries_at_least_once(repository, tries):
    with pytest.raises(InvalidValue, match=r"^tries is "):
        OrderDesk(repository, oldest_first(), tries=tries)


def test_an_order_of_commands_from_two_desks_is_one_history(repository):
    desks = [OrderDesk(repository, oldest_first()) for _ in range(2)]
    for number in range(12):
        desk = desks[number * 5 % 7 % 2]
        if number % 3 == 2:
            desk.carry_out(plan_receipt, delivery(f"R-{number}", number))
        else:
            desk.carry_out(plan_order, an_order(f"O-{number}", 4, minute=number))
    for desk in desks:
        desk.catch_up()
        desk.book.check_invariants()
    assert desks[0].book == desks[1].book == reloaded(repository)


# What was saved can always be loaded


def test_a_plan_made_for_another_book_is_not_saved(desk, repository):
    stale = plan_order(desk.book, an_order("O-1"))
    desk.carry_out(plan_count, "LAMP", 3, at=NOON)
    with pytest.raises(StalePlan):
        desk.carry_out(lambda book: stale)
    assert reloaded(repository) == desk.book
    assert stored(repository) == ["StockCounted"]


def test_a_plan_the_book_would_refuse_is_not_saved(desk, repository):
    taken = PurchaseOrder("OLD", "ACME", NOON, [PurchaseLine("PO-2/1", "RUG", 1)])
    desk.carry_out(plan_purchase_order, taken)
    desk.carry_out(plan_order, an_order("O-1"))
    offers = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    with pytest.raises(Duplicate):
        desk.carry_out(
            plan_replenishment, offers, at=NOON, numbered=lambda number: "PO-2"
        )
    assert "PO-2" not in [one.ref for one in desk.book.purchase_orders()]
    desk.carry_out(plan_replenishment, offers, at=NOON)
    assert "PO-3" in [one.ref for one in desk.book.purchase_orders()]
    assert reloaded(repository) == desk.book


def test_a_hosts_decision_that_makes_no_sense_is_not_saved(desk, repository):
    def twice(book):
        plan = plan_order(book, an_order("O-1"))
        return Plan((*plan.events, *plan.events), basis=book.version)

    with pytest.raises(Duplicate):
        desk.carry_out(twice)
    assert stored(repository) == []
    assert reloaded(repository) == desk.book == OrderBook(oldest_first())


def test_a_desk_that_is_behind_refuses_nothing_it_does_not_know_yet(repository):
    first, second = (OrderDesk(repository, oldest_first()) for _ in range(2))
    first.carry_out(plan_order, an_order("O-1"))
    second.carry_out(plan_hold, "O-1", reason="check", at=NOON)
    assert second.book.order("O-1").held == "check"


def test_a_desk_that_is_behind_does_not_find_nothing_to_do(repository):
    first, second = (OrderDesk(repository, oldest_first()) for _ in range(2))
    first.carry_out(plan_order, an_order("O-1"))
    offers = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    assert not second.carry_out(plan_replenishment, offers, at=NOON).is_empty


def test_what_is_wrong_on_the_newest_book_is_refused(repository):
    desk = OrderDesk(repository, oldest_first())
    with pytest.raises(UnknownReference):
        desk.carry_out(plan_hold, "O-9", reason="check", at=NOON)


# Notices


def test_notices_leave_after_the_save(repository):
    mailbox = Mailbox()
    desk = OrderDesk(repository, oldest_first(), mailbox)

    def send(notice):
        repository.log.append(f"sent {notice.key}")

    mailbox.send = send
    desk.carry_out(plan_order, an_order("O-1"))
    assert repository.log == [
        "saved",
        "stored confirmed/O-1/0",
        "sent confirmed/O-1/0",
        "marked confirmed/O-1/0",
    ]


def test_nothing_is_told_of_what_was_not_saved(repository):
    mailbox = Mailbox()
    desk = OrderDesk(repository, oldest_first(), mailbox, tries=2)
    repository.fails = 2
    with pytest.raises(Conflict):
        desk.carry_out(plan_order, an_order("O-1"))
    assert mailbox.keys == []
    assert repository.unsent() == ()


def test_a_plan_made_anew_tells_only_what_became_true(repository):
    mailbox = Mailbox()
    left = OrderDesk(repository, oldest_first())
    right = OrderDesk(repository, oldest_first(), mailbox)
    left.carry_out(plan_count, "LAMP", 1, at=NOON)
    right.catch_up()
    left.carry_out(plan_order, an_order("O-1", 1))
    right.carry_out(plan_order, an_order("O-2", 1))
    told = [key.rsplit("/", 1)[0] for key in mailbox.keys]
    assert told == ["confirmed/O-1", "confirmed/O-2"]
    assert repository.unsent() == ()


def test_a_notice_that_cannot_leave_stays_and_leaves_later_under_its_key(repository):
    mailbox = Mailbox()
    desk = OrderDesk(repository, oldest_first(), mailbox)
    mailbox.broken = True
    with suppress(OSError):  # shown or not, the order was placed
        desk.carry_out(plan_order, an_order("O-1"))
    assert desk.book.orders() == ("O-1",)
    assert reloaded(repository) == desk.book
    [waits] = repository.unsent()
    assert mailbox.keys == []
    mailbox.broken = False
    desk.carry_out(plan_receipt, delivery("R-1", 2))
    assert mailbox.keys[0] == waits.key
    assert [key.split("/")[0] for key in mailbox.keys] == ["confirmed", "arrived"]
    assert repository.unsent() == ()
    assert desk.send_notices() == 0


def test_a_notice_left_behind_by_another_desk_is_taken_along(repository):
    OrderDesk(repository, oldest_first()).carry_out(plan_order, an_order("O-1"))
    mailbox = Mailbox()
    desk = OrderDesk(repository, oldest_first(), mailbox)
    assert desk.send_notices() == 1
    assert mailbox.keys == ["confirmed/O-1/0"]
    assert desk.send_notices() == 0


def test_a_notifier_that_fails_halfway_repeats_nothing_that_left(repository):
    mailbox = Mailbox()
    desk = OrderDesk(repository, oldest_first())
    for number in range(3):
        desk.carry_out(plan_order, an_order(f"O-{number}", minute=number))
    keys = [one.key for one in repository.unsent()]
    picky = OrderDesk(repository, oldest_first(), mailbox)
    sent = mailbox.send

    def fail_second(notice):
        mailbox.broken = len(mailbox.keys) == 1
        sent(notice)

    mailbox.send = fail_second
    with pytest.raises(NoticeNotSent, match="could not be handed over"):
        picky.send_notices()
    assert mailbox.keys == keys[:1]
    assert [one.key for one in repository.unsent()] == keys[1:]
    mailbox.send, mailbox.broken = sent, False
    assert picky.send_notices() == 2
    assert mailbox.keys == keys


def test_an_address_that_fails_keeps_back_the_notices_of_its_order_only(repository):
    desk = OrderDesk(repository, oldest_first())
    for number in range(2):
        desk.carry_out(plan_order, an_order(f"O-{number}", minute=number))
    desk.carry_out(plan_receipt, delivery("R-1", 20))
    keys = [one.key for one in repository.unsent()]
    told = []

    class Picky:
        def send(self, notice):
            if notice.order == "O-0":
                raise OSError("no such address")
            told.append(notice.key)

    with pytest.raises(NoticeNotSent, match=keys[0]):
        send_notices(repository, Picky())
    assert told == [key for key in keys if "/O-1/" in key]
    assert len(told) == 2
    assert [one.key for one in repository.unsent()] == [
        key for key in keys if "/O-0/" in key
    ]


@pytest.mark.parametrize(
    ("failing", "asked", "waiting"),
    [
        ({1, 2}, 5, 2),
        ({1, 2, 3}, 3, 5),
        ({1, 2, 3, 4}, 3, 5),
        ({2, 3}, 5, 2),
        ({2, 3, 4}, 4, 4),
        ({1, 2, 4, 5}, 5, 4),
    ],
)
def test_a_notifier_that_fails_three_times_in_a_row_is_asked_no_more(
    repository, failing, asked, waiting
):
    desk, keys = OrderDesk(repository, oldest_first()), []
    for number in range(1, 6):
        desk.carry_out(plan_order, an_order(f"O-{number}", minute=number))

    class Down:
        def send(self, notice):
            keys.append(notice.key)
            if len(keys) in failing:
                raise OSError("the mail server is down")

    with pytest.raises(NoticeNotSent, match=f"O-{min(failing)}"):
        send_notices(repository, Down())
    assert len(keys) == asked
    assert len(repository.unsent()) == waiting


def test_without_a_notifier_notices_wait_in_the_repository(desk, repository):
    desk.carry_out(plan_order, an_order("O-1"))
    assert desk.send_notices() == 0
    assert len(repository.unsent()) == 1


def test_an_unlimited_rule_is_no_rule_at_the_desk(desk):
    desk.carry_out(
        plan_order, an_order("O-1"), rules=SellingRules(SellingRule(UNLIMITED))
    )
    assert desk.book.line("O-1/1").waiting == 5
