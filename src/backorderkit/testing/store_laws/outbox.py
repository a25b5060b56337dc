"""Cases: a notice stays in the outbox until it is sent, in order, under its key.

A process that fails after sending and before marking sends again; by the key the
receiver recognises the duplicate.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     notices_wait_until_they_are_marked(store)
"""

from collections.abc import Callable

from backorderkit.deciding import plan_count, plan_order, plan_receipt
from backorderkit.errors import NoticeNotSent
from backorderkit.notices import Notice
from backorderkit.policies import oldest_first
from backorderkit.storage import OrderDesk, send_notices
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    Store,
    delivery,
    order,
    refuses,
    same,
)


def _three_orders(store: Store) -> tuple[str, ...]:
    """Place three orders, so that three notices wait; return their keys."""
    for number in (3, 1, 2):
        store.carry_out(plan_order, order(f"O-{number}", minute=number))
    keys = store.unsent()
    orders = [notice.order for notice in store.open().unsent()]
    same("whose notices wait", orders, ["O-3", "O-1", "O-2"])
    return keys


def notices_wait_until_they_are_marked(store: Store) -> None:
    """Asking for them does not take them away."""
    keys = _three_orders(store)
    same("notices asked for again", store.unsent(), keys)
    store.open().mark_sent(keys[:1])
    same("notices that wait", store.unsent(), keys[1:])
    store.open().mark_sent(keys[1:])
    same("notices that wait", store.unsent(), ())


def the_oldest_notice_comes_first(store: Store) -> None:
    """In the order of the saves, and within a save in the order given."""
    keys = _three_orders(store)
    store.carry_out(plan_receipt, delivery("R-1", units=2))
    later = store.unsent()
    same("older notices", later[:3], keys)
    arrived = [notice.order for notice in store.open().unsent()][3:]
    same("whose notices wait", arrived, ["O-1", "O-2"])


def notices_may_be_marked_out_of_order(store: Store) -> None:
    """The others keep theirs."""
    keys = _three_orders(store)
    store.open().mark_sent([keys[1]])
    same("notices that wait", store.unsent(), (keys[0], keys[2]))


def marking_an_unknown_key_is_harmless(store: Store) -> None:
    """Nothing is marked, and nothing fails."""
    store.open().mark_sent(["nothing of ours"])
    keys = _three_orders(store)
    store.open().mark_sent(["nothing of ours", keys[0], "nor this"])
    same("notices that wait", store.unsent(), keys[1:])


def marking_twice_is_harmless(store: Store) -> None:
    """At once and one after the other."""
    keys = _three_orders(store)
    repository = store.open()
    repository.mark_sent([keys[0], keys[0]])
    repository.mark_sent([keys[0]])
    store.open().mark_sent([keys[0]])
    same("notices that wait", store.unsent(), keys[1:])


def marking_nothing_is_harmless(store: Store) -> None:
    """All still wait."""
    keys = _three_orders(store)
    store.open().mark_sent([])
    same("notices that wait", store.unsent(), keys)


def keys_to_mark_may_be_read_once(store: Store) -> None:
    """Any iterable will do, a generator too."""
    keys = _three_orders(store)
    store.open().mark_sent(key for key in keys[:2])
    same("notices that wait", store.unsent(), keys[2:])


def a_marked_notice_stays_marked(store: Store) -> None:
    """Later saves bring theirs, not the old ones again."""
    store.open().mark_sent(_three_orders(store))
    store.carry_out(plan_order, order("O-4", minute=4))
    waiting = [notice.order for notice in store.open().unsent()]
    same("whose notices wait", waiting, ["O-4"])


def many_notices_are_marked_at_once(store: Store) -> None:
    """Hundreds of keys in one call."""
    lines = [order(f"O-{number}", minute=number) for number in range(30)]
    for one in lines:
        store.carry_out(plan_order, one)
    store.carry_out(plan_count, "LAMP", 30, at=NOON)
    keys = store.unsent()
    same("notices that wait", len(keys), 60)
    store.open().mark_sent(
        [*keys[:-1], *(f"unknown {number}" for number in range(300))]
    )
    same("notices that wait", store.unsent(), keys[-1:])


def marking_changes_no_facts(store: Store) -> None:
    """Who loaded before may still save."""
    keys = _three_orders(store)
    draft = store.draft(plan_count, "LAMP", 1, at=NOON)
    store.open().mark_sent(keys)
    same("token", draft.save(), 3 + len(draft.events))
    same("history", store.history(3), draft.events)


class _Mailbox:
    """Notes the keys it is given, and fails at one of them."""

    def __init__(self, fails_at: int = 10**9) -> None:
        """Begin with nothing."""
        self.keys: list[str] = []
        self._fails_at = fails_at

    def send(self, notice: Notice) -> None:
        """Take a notice."""
        if len(self.keys) == self._fails_at:
            raise OSError("the mail server is down")
        self.keys.append(notice.key)


def every_notice_leaves_in_order(store: Store) -> None:
    """Once, when nothing fails."""
    keys, mailbox = _three_orders(store), _Mailbox()
    same("how many went out", send_notices(store.open(), mailbox), 3)
    same("keys sent", tuple(mailbox.keys), keys)
    same("how many went out", send_notices(store.open(), mailbox), 0)


def what_could_not_leave_waits(store: Store) -> None:
    """What had left does not leave again."""
    keys, broken, mailbox = _three_orders(store), _Mailbox(1), _Mailbox()
    refuses(
        "a mail server that is down",
        lambda: send_notices(store.open(), broken),
        NoticeNotSent,
    )
    same("notices that wait", store.unsent(), keys[1:])
    send_notices(store.open(), mailbox)
    same("keys sent", (*broken.keys, *mailbox.keys), keys)


def who_dies_before_marking_sends_again(store: Store) -> None:
    """Under the same keys, so that a repetition can be known."""
    keys, lost, mailbox = _three_orders(store), _Mailbox(), _Mailbox()
    for notice in store.open().unsent():
        lost.send(notice)
    send_notices(store.open(), mailbox)
    same("keys sent again", tuple(mailbox.keys), keys)
    same("keys sent at first", tuple(lost.keys), keys)


def a_desk_sends_what_another_left(store: Store) -> None:
    """Notices belong to the store, not to who caused them."""
    keys, mailbox = _three_orders(store), _Mailbox()
    desk = OrderDesk(store.open(), oldest_first(), mailbox)
    desk.carry_out(plan_order, order("O-4", minute=4))
    same("keys sent", tuple(mailbox.keys[:3]), keys)
    same("how many were sent", len(mailbox.keys), 4)
    same("notices that wait", store.unsent(), ())


OUTBOX: tuple[Callable[[Store], None], ...] = (
    notices_wait_until_they_are_marked,
    the_oldest_notice_comes_first,
    notices_may_be_marked_out_of_order,
    marking_an_unknown_key_is_harmless,
    marking_twice_is_harmless,
    marking_nothing_is_harmless,
    keys_to_mark_may_be_read_once,
    a_marked_notice_stays_marked,
    many_notices_are_marked_at_once,
    marking_changes_no_facts,
    every_notice_leaves_in_order,
    what_could_not_leave_waits,
    who_dies_before_marking_sends_again,
    a_desk_sends_what_another_left,
)
