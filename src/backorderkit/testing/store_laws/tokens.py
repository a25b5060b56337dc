"""Cases: the first save wins, the second must replan, and a failed save leaves nothing.

Two writers decide on the same book and save one after the other. What they touch in
common decides whether the second is refused; a refused save leaves no trace.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     of_two_writers_of_a_pool_the_first_wins(store)
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import attrs

from backorderkit.deciding import plan_count, plan_order
from backorderkit.testing.store_laws.store_fixture import (
    BOTH,
    NOON,
    Draft,
    Store,
    first_wins,
    order,
    refuses,
    same,
)

Kind = TypeVar("Kind")


def a_stale_token_is_refused(store: Store) -> None:
    """A save based on a stale token is refused, by every instance."""
    stale = store.draft(plan_order, order("O-1", ("LAMP", 2)))
    store.carry_out(plan_count, "LAMP", 3, at=NOON)
    before = store.state()
    stale.is_refused()
    attrs.evolve(stale, repository=store.open()).is_refused()
    same("all there is after a refused save", store.state(), before)


def a_refused_save_leaves_nothing_behind(store: Store) -> None:
    """Neither facts nor notices nor the key of the command."""
    stale = store.draft(plan_order, order("O-1", ("LAMP", 2)))
    store.carry_out(plan_count, "LAMP", 3, at=NOON)
    stale.is_refused("place O-1")
    same("notices that wait", store.unsent(), ())
    again = store.draft(plan_order, order("O-1", ("LAMP", 2)))
    again.save("place O-1")
    same("history", store.history()[1:], again.events)


def the_token_before_the_last_is_refused(store: Store) -> None:
    """One fact less than there is, is one too few."""
    store.carry_out(plan_count, "LAMP", 1, at=NOON)
    store.carry_out(plan_count, "LAMP", 2, at=NOON)
    draft = store.draft(plan_count, "LAMP", 3, at=NOON)
    for token in (1, 0):
        draft.is_refused(token=token)
    same("token", draft.save(token=2), 3)


def a_token_of_the_future_is_refused(store: Store) -> None:
    """A token beyond the last stored event is refused."""
    store.carry_out(plan_count, "LAMP", 1, at=NOON)
    draft, before = store.draft(plan_count, "CHAIR", 1, at=NOON), store.state()
    for token in (2, 3, 10**9):
        draft.is_refused(token=token)
    same("all there is after a refused save", store.state(), before)


def a_negative_token_is_refused(store: Store) -> None:
    """There is nothing before the beginning."""
    draft = store.draft(plan_count, "LAMP", 1, at=NOON)
    for token in (-1, -(10**9)):
        draft.is_refused(token=token)
    same("history", store.history(), ())


def of_two_writers_of_a_pool_the_first_wins(store: Store) -> None:
    """The last unit is not given twice."""
    store.carry_out(plan_count, "LAMP", 1, at=NOON)
    left, right = (
        store.draft(plan_order, order(ref, ("LAMP", 1))) for ref in ("O-1", "O-2")
    )
    first_wins(store, left, right)
    given = store.book().pool("LAMP").allocated
    same("units given", given, 1)


def who_was_refused_may_decide_anew(store: Store) -> None:
    """On the book as it is now."""
    left, right = (
        store.draft(plan_order, order(ref, ("LAMP", 1))) for ref in ("O-1", "O-2")
    )
    first_wins(store, left, right)
    store.carry_out(plan_order, order("O-2", ("LAMP", 1)))
    same("orders", sorted(store.book().orders()), ["O-1", "O-2"])


def a_writer_is_second_to_itself(store: Store) -> None:
    """The token of a save counts what the same writer saved before."""
    draft = store.draft(plan_count, "LAMP", 1, at=NOON)
    token = draft.save()
    before = store.state()
    draft.is_refused()
    same("all there is after a refused save", store.state(), before)
    draft.save(token=token)


# All or nothing.


class _Breaking(Sequence[Any]):
    """Values that cannot be read to the end."""

    def __init__(self, values: Sequence[Kind], good: int) -> None:
        """Hold some values, of which only the first few can be read."""
        self._values, self._good = values, good

    def __getitem__(self, place: Any) -> Any:
        """Return a value that can be read."""
        if isinstance(place, slice) or place >= self._good:
            raise OSError("the connection is gone")
        return self._values[place]

    def __iter__(self) -> Iterator[Any]:
        """Yield the values that can be read."""
        yield from self._values[: self._good]
        raise OSError("the connection is gone")

    def __len__(self) -> int:
        """Return how many there should be."""
        return len(self._values)


def _stores_all_or_nothing(
    store: Store, spoil: Callable[[Draft], tuple[Any, Any]]
) -> None:
    """Save a spoilt batch, see that nothing is stored, then save the good one."""
    store.carry_out(plan_count, "LAMP", 3, at=NOON)
    good = store.draft(plan_order, order("O-1", *BOTH))
    before = store.state()
    facts, notices = spoil(good)
    save = good.repository.save
    refuses(
        "a spoilt batch", lambda: save(facts, notices, good.token, key="k"), Exception
    )
    same("all there is after a spoilt batch", store.state(), before)
    good.save("k")
    same("history afterwards", store.history(1), good.events)


def a_batch_that_begins_with_no_fact_is_refused(store: Store) -> None:
    """Nothing of it is stored, and the instance still works."""
    _stores_all_or_nothing(store, lambda good: ((None, *good.events), good.notices))


def a_batch_that_ends_with_no_fact_is_refused(store: Store) -> None:
    """What came before the bad one is not stored either."""
    _stores_all_or_nothing(store, lambda good: ((*good.events, "sold"), good.notices))


def a_batch_with_no_notice_is_refused(store: Store) -> None:
    """Facts without their notices would never be told."""
    _stores_all_or_nothing(store, lambda good: (good.events, (*good.notices, None)))


def facts_that_break_off_are_refused(store: Store) -> None:
    """A failure while the facts are read leaves none of them."""
    _stores_all_or_nothing(
        store, lambda good: (_Breaking(good.events, 2), good.notices)
    )


def notices_that_break_off_are_refused(store: Store) -> None:
    """A failure while the notices are read leaves no fact either."""
    _stores_all_or_nothing(
        store, lambda good: (good.events, _Breaking(good.notices, 0))
    )


TOKENS: tuple[Callable[[Store], None], ...] = (
    a_stale_token_is_refused,
    a_refused_save_leaves_nothing_behind,
    the_token_before_the_last_is_refused,
    a_token_of_the_future_is_refused,
    a_negative_token_is_refused,
    of_two_writers_of_a_pool_the_first_wins,
    who_was_refused_may_decide_anew,
    a_writer_is_second_to_itself,
    a_batch_that_begins_with_no_fact_is_refused,
    a_batch_that_ends_with_no_fact_is_refused,
    a_batch_with_no_notice_is_refused,
    facts_that_break_off_are_refused,
    notices_that_break_off_are_refused,
)
