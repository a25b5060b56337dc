"""Cases: a command is carried out once, however often it is sent.

Who sends it again after a lost answer gives the same key.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     a_command_key_is_taken_once(store)
"""

from collections.abc import Callable
from functools import partial

from backorderkit.deciding import plan_count, plan_order
from backorderkit.errors import Duplicate
from backorderkit.policies import oldest_first
from backorderkit.storage import OrderDesk, RequestDesk
from backorderkit.testing.store_laws.interposed import Between
from backorderkit.testing.store_laws.limits import ODD
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    START,
    Store,
    first_wins,
    order,
    refuses,
    same,
)


def _is_known(store: Store, key: str) -> bool:
    """Ask a fresh instance whether a command was stored under a key."""
    repository = store.open()
    try:
        repository.save((), (), store.token(), key=key)
    except Duplicate as error:
        same("what is there already", (error.kind, error.ref), ("command", key))
        return True
    return False


def a_command_key_is_taken_once(store: Store) -> None:
    """A second save under it is refused and leaves no trace."""
    store.draft(plan_count, "LAMP", 1, at=NOON).save("count")
    again, before = store.draft(plan_count, "CHAIR", 1, at=NOON), store.state()
    error = refuses("the same key again", lambda: again.save("count"), Duplicate)
    named = (getattr(error, "kind", None), getattr(error, "ref", None))
    same("what is there already", named, ("command", "count"))
    same("all there is after a refused save", store.state(), before)
    again.save("count chairs")


def a_known_key_says_more_than_a_stale_token(store: Store) -> None:
    """Who repeats a command holds an old token: it must hear that it was done."""
    left, right = (store.draft(plan_order, order("O-1")) for _ in range(2))
    left.save("place O-1")
    before = store.state()
    refuses("the same key again", lambda: right.save("place O-1"), Duplicate)
    same("all there is after a refused save", store.state(), before)


def a_key_can_be_asked_for(store: Store) -> None:
    """A save without facts stores nothing, not even the key."""
    for _ in range(2):
        same("key is known", _is_known(store, "count"), False)
    store.draft(plan_count, "LAMP", 1, at=NOON).save("count")
    for _ in range(2):
        same("key is known", _is_known(store, "count"), True)
    same("history", len(store.history()), 1)


def a_save_without_facts_stores_no_notice(store: Store) -> None:
    """There is nothing to tell where nothing happened."""
    draft = store.draft(plan_order, order("O-1"))
    token = draft.repository.save((), draft.notices, START)
    same("token", token, 0)
    same("all there is", store.state(), ((), 0, ()))


def the_key_of_a_refused_save_is_free(store: Store) -> None:
    """Only what was stored is known."""
    left, right = (store.draft(plan_count, "LAMP", units, at=NOON) for units in (1, 2))
    first_wins(store, left, right)
    same("key is known", _is_known(store, "right"), False)
    same("key is known", _is_known(store, "left"), True)
    store.draft(plan_count, "LAMP", 2, at=NOON).save("right")


def a_save_without_a_key_may_come_again(store: Store) -> None:
    """No key is not a key."""
    for units in range(1, 4):
        store.draft(plan_count, "LAMP", units, at=NOON).save("")
    same("key is known", _is_known(store, ""), False)
    same("history", len(store.history()), 3)


def odd_keys_are_told_apart(store: Store) -> None:
    """Keys are texts like any reference."""
    for units, odd in enumerate(ODD, 1):
        same("key is known", _is_known(store, odd), False)
        store.draft(plan_count, "LAMP", units, at=NOON).save(odd)
    for odd in ODD:
        same("key is known", _is_known(store, odd), True)


def a_desk_carries_a_command_out_once(store: Store) -> None:
    """However often it is sent, to whichever desk."""
    policy = oldest_first()
    for number in range(3):
        for desk in (
            OrderDesk(store.open(), policy),
            RequestDesk(store.open(), policy, ["LAMP"]),
        ):
            plan = desk.carry_out_once("place", plan_order, order("O-1"))
            if number:
                same("plan of a repeated command", plan.events, ())
    same("orders", store.book().orders(), ("O-1",))
    same("notices", len(store.unsent()), 1)


def a_lost_answer_may_be_asked_for_again(store: Store) -> None:
    """The save was stored, but its caller never heard: a retry has no effect."""
    silent = Between(store.open(), after=_fail)
    desk = RequestDesk(silent, oldest_first(), ["LAMP"])
    refuses(
        "a lost answer",
        lambda: desk.carry_out_once("place", plan_order, order("O-1")),
        OSError,
    )
    before = store.state()
    again = RequestDesk(store.open(), oldest_first(), ["LAMP"])
    plan = again.carry_out_once("place", plan_order, order("O-1"))
    same("plan of the retry", plan.events, ())
    same("all there is", store.state(), before)
    same("orders", store.book().orders(), ("O-1",))


def a_command_sent_twice_at_once_is_done_once(store: Store) -> None:
    """Both desks find it new; who saves second hears that it was done."""
    policy = oldest_first()
    for number, kind in enumerate((OrderDesk, RequestDesk)):
        ref = f"O-{number}"
        other = RequestDesk(store.open(), policy)
        meanwhile = partial(other.carry_out_once, ref, plan_order, order(ref))
        desk = kind(Between(store.open(), before=meanwhile), policy)
        plan = desk.carry_out_once(ref, plan_order, order(ref))
        same(f"plan of the second {kind.__name__}", plan.events, ())
    same("orders", store.book().orders(), ("O-0", "O-1"))
    same("notices", len(store.unsent()), 2)


def _fail() -> None:
    """Cut the line."""
    raise OSError("the connection is gone")


KEYS: tuple[Callable[[Store], None], ...] = (
    a_command_key_is_taken_once,
    a_known_key_says_more_than_a_stale_token,
    a_key_can_be_asked_for,
    a_save_without_facts_stores_no_notice,
    the_key_of_a_refused_save_is_free,
    a_save_without_a_key_may_come_again,
    odd_keys_are_told_apart,
    a_desk_carries_a_command_out_once,
    a_lost_answer_may_be_asked_for_again,
    a_command_sent_twice_at_once_is_done_once,
)
