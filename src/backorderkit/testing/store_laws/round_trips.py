"""Cases: what was saved is loaded complete, in order, and never shared.

Every kind of event and of notice is read by a fresh instance, since any token; changing
a loaded object changes nothing that is stored.

>>> from backorderkit.adapters import MemoryRepository
>>> from backorderkit.testing.store_laws.store_fixture import Store
>>> repository = MemoryRepository()
>>> with Store(lambda: repository) as store:
...     every_kind_of_fact_and_notice_survives(store)
"""

from itertools import accumulate, chain

from backorderkit.book import OrderBook
from backorderkit.deciding import plan_count, plan_order
from backorderkit.model import Event, StockCounted
from backorderkit.policies import oldest_first, smallest_first
from backorderkit.storage import Token
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    START,
    Store,
    order,
    same,
)
from backorderkit.testing.store_laws.stories import whole_story


def an_empty_store_has_nothing(store: Store) -> None:
    """No facts, no notices, token 0, an empty book."""
    same("history", store.history(), ())
    same("token", store.token(), 0)
    same("notices that wait", store.unsent(), ())
    book, token = store.open().load(oldest_first())
    same("book", book, OrderBook(oldest_first()))
    same("token of the book", token, 0)


def what_was_saved_is_read_by_a_fresh_instance(store: Store) -> None:
    """The storage keeps it, not the instance."""
    draft = store.draft(plan_order, order("O-1", ("LAMP", 5)))
    draft.save()
    same("history", store.history(), draft.events)
    same("notices", tuple(store.open().unsent()), draft.notices)


def every_kind_of_fact_and_notice_survives(store: Store) -> None:
    """A story with all of them is read back as it was told."""
    tell(store)
    story = whole_story()
    facts = tuple(chain.from_iterable(one.events for one in story))
    notices = tuple(chain.from_iterable(one.notices for one in story))
    same("history", store.history(), facts)
    same("notices that wait", tuple(store.open().unsent()), notices)


def a_loaded_book_is_the_replayed_history(store: Store) -> None:
    """After every save the book shows what its events add up to."""
    repository, token, policy = store.open(), START, oldest_first()
    book = OrderBook(policy)
    for chapter in whole_story():
        token = repository.save(chapter.events, chapter.notices, token)
        book.follow(chapter.events)
        loaded, at = repository.load(policy)
        same("book", loaded, book)
        same("version", loaded.version, book.version)
        same("token of the book", at, token)
    store.book().check_invariants()


def a_book_is_loaded_under_any_policy(store: Store) -> None:
    """The policy is asked for when a book is loaded, not when facts are saved."""
    for minute, units in enumerate((5, 1, 3)):
        store.carry_out(plan_order, order(f"O-{units}", ("LAMP", units), minute=minute))
    for policy in (oldest_first(), smallest_first()):
        book, replayed = store.book(policy), OrderBook.replay(store.history(), policy)
        same("book", book, replayed)
        for pool in replayed.pools():
            queue = [one.line for one in book.backorders(*pool)]
            same("queue", queue, [one.line for one in replayed.backorders(*pool)])


def the_token_counts_the_facts(store: Store) -> None:
    """Each save returns how many facts are stored."""
    repository, token = store.open(), START
    counted = list(accumulate(len(one.events) for one in whole_story()))
    for number, chapter in zip(counted, whole_story(), strict=True):
        token = repository.save(chapter.events, chapter.notices, token)
        same("token", token, number)
        same("newest token", store.token(), number)


def history_is_given_since_any_token(store: Store) -> None:
    """What came after a token, and nothing else."""
    tell(store)
    whole, repository = store.history(), store.open()
    for since in range(len(whole) + 1):
        facts, token = repository.history(Token(since))
        same(f"history since {since}", tuple(facts), whole[since:])
        same("newest token", token, len(whole))


def facts_of_several_saves_keep_their_order(store: Store) -> None:
    """Every instance reads in the order in which events were stored."""
    for units in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5):
        for sku in ("LAMP", "CHAIR"):
            on_hand = units + store.book().pool(sku).on_hand
            store.carry_out(plan_count, sku, on_hand, at=NOON)
    units_counted = [_units(one) for one in store.history()]
    expected = [units for units in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5) for _ in "12"]
    same("units counted", units_counted, expected)
    same("history to another", store.history(), store.history())


def _units(event: Event) -> int:
    """Return how many units were counted."""
    return event.difference if isinstance(event, StockCounted) else 0


# What was handed out or in does not change later.


def a_history_that_was_handed_out_does_not_grow(store: Store) -> None:
    """Who read before a save still holds what there was then."""
    store.carry_out(plan_order, order("O-1"))
    facts, _ = store.open().history(START)
    known = tuple(facts)
    store.carry_out(plan_order, order("O-2", minute=1))
    same("history read before", tuple(facts), known)


def notices_that_were_handed_out_stay_the_same(store: Store) -> None:
    """Who read before a save or a mark still holds what there was then."""
    store.carry_out(plan_order, order("O-1"))
    waiting = store.open().unsent()
    known = tuple(waiting)
    store.carry_out(plan_order, order("O-2", minute=1))
    store.open().mark_sent([known[0].key])
    same("notices read before", tuple(waiting), known)


def what_was_handed_in_is_copied(store: Store) -> None:
    """Lists that the writer changes afterwards change nothing in the store."""
    draft = store.draft(plan_order, order("O-1"))
    facts, notices = list(draft.events), list(draft.notices)
    repository = draft.repository
    repository.save(facts, notices, START)
    facts.reverse()
    facts.append(facts[0])
    notices.clear()
    for reader in (repository, store.open()):
        same("history", tuple(reader.history(START)[0]), draft.events)
        same("notices", tuple(reader.unsent()), draft.notices)


def a_loaded_book_is_nobody_elses(store: Store) -> None:
    """What is done to it shows in no other book, nor in the store."""
    tell(store)
    repository = store.open()
    book, token = repository.load(oldest_first())
    other, _ = repository.load(oldest_first())
    history = store.history()
    book.apply(plan_order(book, order("O-99", ("LAMP", 3))))
    expected = OrderBook.replay(history, oldest_first())
    same("the other book", other, expected)
    same("a book loaded later", repository.load(oldest_first()), (expected, token))
    same("history", store.history(), history)


def tell(store: Store) -> None:
    """Save the whole story."""
    repository, token = store.open(), START
    for chapter in whole_story():
        token = repository.save(chapter.events, chapter.notices, token)


ROUND_TRIPS = (
    an_empty_store_has_nothing,
    what_was_saved_is_read_by_a_fresh_instance,
    every_kind_of_fact_and_notice_survives,
    a_loaded_book_is_the_replayed_history,
    a_book_is_loaded_under_any_policy,
    the_token_counts_the_facts,
    history_is_given_since_any_token,
    facts_of_several_saves_keep_their_order,
    a_history_that_was_handed_out_does_not_grow,
    notices_that_were_handed_out_stay_the_same,
    what_was_handed_in_is_copied,
    a_loaded_book_is_nobody_elses,
)
