"""The cases for repositories and notifiers: who passes them, and which fault is caught.

A case that no fault can break proves nothing: every group of cases is shown to catch
repositories that are wrong in one place.
"""

from contextlib import contextmanager, suppress
from itertools import count
from threading import Barrier, BrokenBarrierError
from typing import get_args

import attrs
import pytest

from backorderkit import MemoryRepository
from backorderkit.errors import Conflict, Duplicate, InvalidValue
from backorderkit.model import Event, OrderPlaced
from backorderkit.notices import NoticeKind
from backorderkit.storage import Footprints, Token
from backorderkit.testing.notifier_laws import (
    Mailroom,
    NotifierLawBroken,
    check_notifier,
)
from backorderkit.testing.store_laws import (
    RepositoryLawBroken,
    check_repository,
    whole_story,
)
from backorderkit.testing.store_laws.storage_laws import GROUPS, repository_verdicts
from backorderkit.testing.strategies import Clerk
from tests.filed import FiledRepository


def shared(repository):
    """Return what opens one repository as often as it is asked."""
    return lambda: repository


def in_memory():
    return shared(MemoryRepository())


@pytest.fixture
def in_a_file(tmp_path):
    numbers = count()

    def make():
        path = tmp_path / f"{next(numbers)}.jsonl"
        return lambda: FiledRepository(path)

    return make


# Who passes


def test_the_repository_in_memory_passes_every_case(capsys):
    verdicts = check_repository(in_memory)
    assert [one.broken for one in verdicts] == [None] * len(verdicts)
    told = capsys.readouterr().out.splitlines()
    assert told == [str(verdict) for verdict in verdicts]
    assert told[0] == "kept    round trips  an_empty_store_has_nothing"


@pytest.mark.slow
def test_a_strangers_repository_passes_every_case(in_a_file):
    check_repository(in_a_file, tell=str)


def test_there_are_cases_enough_and_each_has_a_name_of_its_own():
    names = [case.__name__ for cases in GROUPS.values() for case in cases]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
    assert min(map(len, GROUPS.values())) >= 5


@pytest.mark.slow
def test_what_opens_a_store_may_be_a_context_manager():
    opened = []

    def make():
        repository = MemoryRepository()

        @contextmanager
        def opening():
            opened.append("opened")
            yield repository
            opened.append("closed")

        return opening

    check_repository(make, tell=str)
    assert opened.count("opened") == opened.count("closed") > 100


def test_cases_may_be_chosen_by_name():
    names = ["odd_keys_are_told_apart", "marking_twice_is_harmless"]
    verdicts = check_repository(in_memory, cases=names, tell=str)
    assert [one.case for one in verdicts] == names


def test_a_name_that_is_no_case_is_refused():
    with pytest.raises(InvalidValue, match="case is 'odd'"):
        check_repository(in_memory, cases=["odd"])


def test_the_story_has_every_kind_of_fact_and_notice():
    facts = {type(event) for one in whole_story() for event in one.events}
    assert facts == set(get_args(Event))
    kinds = {notice.kind for one in whole_story() for notice in one.notices}
    assert kinds == set(NoticeKind)


def test_clerks_do_the_same_from_the_same_seed_and_all_kinds_of_things():
    names = [one.name for one in Clerk(1).commands(400)]
    assert names == [one.name for one in Clerk(1).commands(400)]
    assert names != [one.name for one in Clerk(2).commands(400)]
    assert set(names) >= {"place", "ship", "receive", "transfer", "pin", "promise"}
    assert len(set(names)) >= 18


# Stores of earlier releases


def told(repository):
    """Save the whole story."""
    token = Token(0)
    for one in whole_story():
        token = repository.save(one.events, one.notices, token)
    return repository


def test_a_store_of_an_earlier_release_goes_on():
    older = {"format_1": lambda: shared(told(MemoryRepository()))}
    name = "an_older_store_goes_on_format_1"
    [verdict] = check_repository(in_memory, cases=[name], older=older, tell=str)
    assert verdict.group == "older"


class Forgetful(MemoryRepository):
    """Loads nothing of what it was left with."""

    def load(self, policy, skus=None):
        book, token = super().load(policy, skus)
        return type(book)(policy), token


@pytest.mark.parametrize("left", [MemoryRepository, lambda: told(Forgetful())])
def test_an_older_store_that_is_empty_or_cannot_be_loaded_is_told(left):
    older = {"format_1": lambda: shared(left())}
    name = "an_older_store_goes_on_format_1"
    with pytest.raises(RepositoryLawBroken, match=name):
        check_repository(in_memory, cases=[name], older=older, tell=str)


# Faults: each class is wrong in one place


class NoVersionTest(MemoryRepository):
    def _check(self, events, token):
        self._footprints.of(events)


class OneVersionForAll(MemoryRepository):
    def _check(self, events, token):
        super()._check(events, token)
        if events and token != len(self._events):
            raise Conflict(expected=token, found=len(self._events))


class FutureIsFine(MemoryRepository):
    def _check(self, events, token):
        super()._check(events, min(token, len(self._events)))


class BeforeTheBeginning(MemoryRepository):
    def _check(self, events, token):
        super()._check(events, max(token, 0))


class OneTooFewIsFine(MemoryRepository):
    def _check(self, events, token):
        super()._check(events, min(token + 1, max(token, len(self._events))))


class TokenOffByOne(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        return Token(super().save(events, notices, token, key=key) - len(events) // 2)


class Blind(Footprints):
    """Does not see some kinds of keys."""

    def __init__(self, *unseen):
        super().__init__()
        self._unseen = unseen

    def of(self, events):
        return tuple(one for one in super().of(events) if one[0] not in self._unseen)

    def follow(self, events):
        keys = super().follow(events)
        return tuple(one for one in keys if one[0] not in self._unseen)


def blind(*unseen):
    """Return a maker of repositories that do not look at some kinds of keys."""

    def made():
        repository = MemoryRepository()
        repository._footprints = Blind(*unseen)
        return repository

    return made


class SkusOnly(Footprints):
    """Takes all locations of a SKU for one."""

    def of(self, events):
        return tuple({one[:2] for one in super().of(events)})

    def follow(self, events):
        return tuple({one[:2] for one in super().follow(events)})


def skus_only():
    repository = MemoryRepository()
    repository._footprints = SkusOnly()
    return repository


class LosesNotices(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        return super().save(events, [], token, key=key)


class NoticesFirst(MemoryRepository):
    """Stores the notices in a transaction of their own."""

    def save(self, events, notices, token, *, key=""):
        notices = list(notices)
        self._unsent.update({one.key: one for one in notices})
        return super().save(events, notices, token, key=key)


class OneByOne(MemoryRepository):
    """Commits after every fact."""

    def save(self, events, notices, token, *, key=""):
        if key in self._commands:
            raise Duplicate("command", key)
        for event in events:
            super().save([event], [], Token(len(self._events)), key="")
        return super().save((), (), token) if not events else self._rest(notices, key)

    def _rest(self, notices, key):
        self._unsent.update({one.key: one for one in notices})
        self._commands.add(key or object())
        return Token(len(self._events))


class NoticesWithoutFacts(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        new = super().save(events, notices, token, key=key)
        self._unsent.update({one.key: one for one in notices})
        return new


class KeyIgnored(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        return super().save(events, notices, token)


class KeyTakenByAsking(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        new = super().save(events, notices, token, key=key)
        self._commands.add(key or object())
        return new


class KeyTakenByRefusal(MemoryRepository):
    def _check(self, events, token):
        try:
            super()._check(events, token)
        except Conflict:
            self._commands.add(self.key)
            raise

    def save(self, events, notices, token, *, key=""):
        self.key = key or object()
        return super().save(events, notices, token, key=key)


class TokenBeforeKey(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        self._check(events, token)
        return super().save(events, notices, token, key=key)


class NoKeyIsAKey(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        return super().save(events, notices, token, key=key or "none")


class FoldsKeys(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        return super().save(events, notices, token, key=key.casefold())


class Reversed(MemoryRepository):
    def history(self, since):
        events, token = super().history(since)
        return events[::-1], token


class SinceOffByOne(MemoryRepository):
    def history(self, since):
        return super().history(Token(max(0, since - 1)))


class ShowsItsList(MemoryRepository):
    def history(self, since):
        return (self._events if not since else self._events[since:]), Token(
            len(self._events)
        )


class ShowsItsNotices(MemoryRepository):
    def unsent(self):
        return self._unsent.values()


class KeepsTheCallersList(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        if not self._events and isinstance(events, list):
            super().save(events, notices, token, key=key)
            self._events = events
            return Token(len(events))
        return super().save(events, notices, token, key=key)


class OneBookForAll(MemoryRepository):
    book = None

    def load(self, policy, skus=None):
        events, token = self.history(Token(0))
        if self.book is None:
            self.book = super().load(policy)[0]
        self.book.follow(events[self.book.version :])
        return self.book, token


class FirstPolicyForAll(MemoryRepository):
    policy = None

    def load(self, policy, skus=None):
        self.policy = self.policy or policy
        return super().load(self.policy, skus)


class WrongElsewhere(MemoryRepository):
    """Counts one unit too many at the other location, when asked for some SKUs."""

    def load(self, policy, skus=None):
        book, token = super().load(policy, skus)
        if skus is not None and self._events:
            book.follow([attrs.evolve(self._events[0], location="north")])
        return book, token


class PartForTheWhole(MemoryRepository):
    """Lists the orders of some SKUs as if there were no others."""

    def load(self, policy, skus=None):
        book, token = super().load(policy, skus)
        if skus is not None:
            orders, wanted = map(book.order, book.orders()), set(skus)
            known = tuple(
                one.order.ref
                for one in orders
                if wanted & {line.sku for line in one.lines}
            )
            book.orders = lambda: known
        return book, token


class Unloaded(MemoryRepository):
    """Leaves out what was done last, when asked for some SKUs."""

    def load(self, policy, skus=None):
        book, token = super().load(policy, skus)
        if skus is not None and len(self._events) > 3:
            book = type(book).replay(self._events[:-1], policy)
        return book, token


class SkusReadTwice(MemoryRepository):
    def load(self, policy, skus=None):
        if skus is not None and not (list(skus) and list(skus)):
            return type(super().load(policy)[0])(policy), Token(0)
        return super().load(policy)


class AtMostOnce(MemoryRepository):
    """Forgets a notice as soon as it was asked for."""

    def unsent(self):
        found = super().unsent()
        self._unsent.clear()
        return found


class SortsNotices(MemoryRepository):
    def unsent(self):
        return tuple(sorted(super().unsent(), key=lambda one: one.key))


class NewestFirst(MemoryRepository):
    def unsent(self):
        return super().unsent()[::-1]


class MarksAll(MemoryRepository):
    def mark_sent(self, keys):
        if any(key in self._unsent for key in keys):
            self._unsent.clear()


class MarksUpTo(MemoryRepository):
    def mark_sent(self, keys):
        for key in keys:
            waiting = list(self._unsent)
            if key in waiting:
                super().mark_sent(waiting[: waiting.index(key) + 1])


class MarksKnownOnly(MemoryRepository):
    def mark_sent(self, keys):
        for key in keys:
            del self._unsent[key]


class MarksOne(MemoryRepository):
    def mark_sent(self, keys):
        super().mark_sent(list(keys)[:1])


class MarksAHundred(MemoryRepository):
    def mark_sent(self, keys):
        keys = list(keys)
        if len(keys) > 100:
            raise ValueError("too many parameters")
        super().mark_sent(keys)


class MarksNever(MemoryRepository):
    def mark_sent(self, keys):
        list(keys)


class MarkingCounts(MemoryRepository):
    """A mark moves the version of everything."""

    def mark_sent(self, keys):
        super().mark_sent(keys)
        self._touched = dict.fromkeys(self._touched, 10**6)


class TellsAgain(MemoryRepository):
    """Every save brings the old notices again."""

    def __init__(self):
        super().__init__()
        self.all = {}

    def save(self, events, notices, token, *, key=""):
        new = super().save(events, notices, token, key=key)
        if events:
            self.all.update({one.key: one for one in notices})
            self._unsent = dict(self.all)
        return new


class Writes(MemoryRepository):
    """Changes orders on the way in, as a column of the wrong type would."""

    def save(self, events, notices, token, *, key=""):
        events = [self._written(one) for one in tuple(events)]
        return super().save(events, notices, token, key=key)

    def _written(self, event):
        if isinstance(event, OrderPlaced):
            return attrs.evolve(event, order=self.write(event.order))
        return event


class CutsRefs(Writes):
    def write(self, order):
        return attrs.evolve(order, customer=order.customer[:100])


class Milliseconds(Writes):
    def write(self, order):
        whole = order.placed_at.microsecond // 1000 * 1000
        return attrs.evolve(order, placed_at=order.placed_at.replace(microsecond=whole))


class ForgetsTheZone(Writes):
    def write(self, order):
        utc = order.placed_at.replace(tzinfo=whole_story()[0].events[0].at.tzinfo)
        return attrs.evolve(order, placed_at=utc)


class NoDaysAfter2038(Writes):
    def write(self, order):
        lines = [
            attrs.evolve(line, requested_on=None)
            if line.requested_on and line.requested_on.year > 2038
            else line
            for line in order.lines
        ]
        return attrs.evolve(order, lines=lines)


class ShortReasons(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        events = [
            attrs.evolve(one, reason=one.reason[:255])
            if hasattr(one, "reason")
            else one
            for one in tuple(events)
        ]
        return super().save(events, notices, token, key=key)


class SmallNumbers(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        for one in tuple(events):
            if isinstance(one, OrderPlaced):
                for line in one.order.lines:
                    if line.quantity > 2**31:
                        raise OverflowError("integer out of range")
        return super().save(events, notices, token, key=key)


class LosesTheLastOfMany(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        kept = tuple(events)[:999]
        return super().save(kept, notices, token, key=key)


class TakesNothingOdd(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        if "%" in repr(events):
            raise ValueError("incomplete format")
        return super().save(events, notices, token, key=key)


class FoldsSkus(MemoryRepository):
    """Takes zoë for ZOË where it looks up a pool."""

    def load(self, policy, skus=None):
        book, token = super().load(policy, skus)
        if skus is not None:
            wanted = {sku.casefold() for sku in skus}
            for pool in book.pools():
                if pool.sku.casefold() in wanted and pool.sku not in wanted:
                    facts = [attrs.evolve(one, sku=pool.sku) for one in self._events]
                    return type(book).replay(facts, policy), token
        return book, token


class LooksThenWrites(MemoryRepository):
    """Tests the version, lets others pass, and writes."""

    together = Barrier(2)

    def save(self, events, notices, token, *, key=""):
        events = tuple(events)
        if key in self._commands:
            raise Duplicate("command", key)
        self._check(events, token)
        if events:
            with suppress(BrokenBarrierError):
                self.together.wait(0.05)
            self.together.reset()
            self._store(events, {one.key: one for one in notices}, key)
        return Token(len(self._events))


FAULTS = [
    (NoVersionTest, "of_two_writers_of_a_pool_the_first_wins"),
    (NoVersionTest, "a_stale_token_is_refused"),
    (NoVersionTest, "the_last_unit_is_sold_once"),
    (OneVersionForAll, "writers_of_different_pools_both_win"),
    (OneVersionForAll, "a_third_writer_passes_by_many"),
    (FutureIsFine, "a_token_of_the_future_is_refused"),
    (BeforeTheBeginning, "a_negative_token_is_refused"),
    (OneTooFewIsFine, "the_token_before_the_last_is_refused"),
    (TokenOffByOne, "the_token_counts_the_facts"),
    (blind("order", "line"), "one_order_reference_is_taken_once"),
    (blind("order"), "writers_of_one_order_meet"),
    (blind("purchase"), "writers_of_one_purchase_meet"),
    (blind("pool"), "a_hold_meets_writers_of_the_orders_pools"),
    (blind("pool"), "a_transfer_meets_writers_of_both_shelves"),
    (blind("line"), "one_line_reference_is_taken_once"),
    (blind("receipt"), "one_receipt_is_booked_once"),
    (blind("shipment"), "one_shipment_leaves_once"),
    (blind("return"), "one_return_is_booked_once"),
    (blind("transfer"), "one_transfer_is_booked_once"),
    (skus_only, "writers_of_different_locations_both_win"),
    (LosesNotices, "every_kind_of_fact_and_notice_survives"),
    (NoticesFirst, "a_refused_save_leaves_nothing_behind"),
    (NoticesFirst, "a_batch_that_ends_with_no_fact_is_refused"),
    (OneByOne, "a_batch_that_ends_with_no_fact_is_refused"),
    (OneByOne, "facts_that_break_off_are_refused"),
    (NoticesWithoutFacts, "a_save_without_facts_stores_no_notice"),
    (KeyIgnored, "a_command_key_is_taken_once"),
    (KeyIgnored, "a_lost_answer_may_be_asked_for_again"),
    (KeyTakenByAsking, "a_key_can_be_asked_for"),
    (KeyTakenByRefusal, "the_key_of_a_refused_save_is_free"),
    (TokenBeforeKey, "a_known_key_says_more_than_a_stale_token"),
    (NoKeyIsAKey, "a_save_without_a_key_may_come_again"),
    (FoldsKeys, "odd_keys_are_told_apart"),
    (Reversed, "facts_of_several_saves_keep_their_order"),
    (SinceOffByOne, "history_is_given_since_any_token"),
    (ShowsItsList, "a_history_that_was_handed_out_does_not_grow"),
    (ShowsItsNotices, "notices_that_were_handed_out_stay_the_same"),
    (KeepsTheCallersList, "what_was_handed_in_is_copied"),
    (OneBookForAll, "a_loaded_book_is_nobody_elses"),
    (FirstPolicyForAll, "a_book_is_loaded_under_any_policy"),
    (WrongElsewhere, "a_book_for_some_skus_knows_all_of_them"),
    (PartForTheWhole, "a_book_for_some_skus_never_passes_for_the_whole"),
    (Unloaded, "some_skus_decide_as_the_whole_book_oldest_first"),
    (Unloaded, "some_skus_decide_as_the_whole_book_uniform"),
    (SkusReadTwice, "skus_may_be_none_unknown_or_read_once"),
    (AtMostOnce, "notices_wait_until_they_are_marked"),
    (AtMostOnce, "who_dies_before_marking_sends_again"),
    (SortsNotices, "the_oldest_notice_comes_first"),
    (NewestFirst, "every_notice_leaves_in_order"),
    (MarksAll, "notices_may_be_marked_out_of_order"),
    (MarksUpTo, "notices_may_be_marked_out_of_order"),
    (MarksKnownOnly, "marking_an_unknown_key_is_harmless"),
    (MarksKnownOnly, "marking_twice_is_harmless"),
    (MarksOne, "keys_to_mark_may_be_read_once"),
    (MarksAHundred, "many_notices_are_marked_at_once"),
    (MarksNever, "every_notice_leaves_in_order"),
    (MarkingCounts, "marking_changes_no_facts"),
    (TellsAgain, "a_marked_notice_stays_marked"),
    (CutsRefs, "odd_identifiers_survive"),
    (TakesNothingOdd, "odd_identifiers_survive"),
    (FoldsSkus, "identifiers_that_look_alike_are_different"),
    (Milliseconds, "moments_survive_to_the_microsecond"),
    (ForgetsTheZone, "moments_survive_to_the_microsecond"),
    (NoDaysAfter2038, "days_survive"),
    (ShortReasons, "long_texts_survive"),
    (SmallNumbers, "the_largest_quantities_survive"),
    (LosesTheLastOfMany, "a_batch_of_many_facts_is_stored_whole"),
    (LooksThenWrites, "threads_sell_the_last_units_once"),
    (LooksThenWrites, "threads_carry_out_one_command_once"),
    (Forgetful, "a_loaded_book_is_the_replayed_history"),
]


@pytest.mark.parametrize(
    ("made", "case"), FAULTS, ids=[f"{one.__name__}-{case}" for one, case in FAULTS]
)
def test_each_planted_fault_is_caught(made, case):
    with pytest.raises(RepositoryLawBroken) as caught:
        check_repository(lambda: shared(made()), cases=[case], tell=str)
    assert caught.value.case == case


def test_a_repository_that_keeps_nothing_between_instances_is_caught():
    verdicts = list(repository_verdicts(lambda: MemoryRepository))
    broken = [one.case for one in verdicts if one.broken]
    assert "what_was_saved_is_read_by_a_fresh_instance" in broken
    assert len(broken) > len(verdicts) // 2


@pytest.mark.slow
def test_a_broken_case_is_told_with_what_was_expected_and_what_came(capsys):
    with pytest.raises(RepositoryLawBroken) as caught:
        check_repository(lambda: shared(TokenOffByOne()))
    assert "BROKEN  round trips  the_token_counts_the_facts" in capsys.readouterr().out
    law, expected, came = str(caught.value).splitlines()
    assert law.startswith("the repository breaks ")
    assert expected.startswith("expected: ")
    assert came.startswith("came: ")


def test_a_repository_that_fails_is_told_with_its_error():
    class Broken(MemoryRepository):
        def load(self, policy, skus=None):
            raise OSError("no such table")

    with pytest.raises(RepositoryLawBroken, match="no such table") as caught:
        check_repository(lambda: shared(Broken()), tell=str)
    assert isinstance(caught.value.__cause__, OSError)


# Notifiers


class Post:
    """A mailroom whose mailbox is a list; faults are made by subclasses."""

    def __init__(self):
        self.keys, self.is_down = [], False

    def send(self, notice):
        if self.is_down:
            raise OSError("the mail server is down")
        self.put(notice)

    def put(self, notice):
        self.keys.append(notice.key)

    def room(self):
        def mend():
            self.is_down = False

        def cut():
            self.is_down = True

        return Mailroom(self, lambda: self.keys, cut=cut, mend=mend)


class OnlyOnce(Post):
    def put(self, notice):
        if notice.key not in self.keys:
            super().put(notice)


class Silent(Post):
    def send(self, notice):
        with suppress(OSError):
            super().send(notice)


class GivesUp(Post):
    broken = False

    def send(self, notice):
        self.broken = self.broken or self.is_down
        if self.broken:
            raise OSError("the mail server is down")
        super().send(notice)


class FreshKeys(Post):
    def put(self, notice):
        self.keys.append(f"{notice.key}{'*' * (notice.key in self.keys)}")


class NewestOnTop(Post):
    def put(self, notice):
        self.keys.insert(0, notice.key)


class FoldsCase(Post):
    def put(self, notice):
        if notice.key.casefold() not in map(str.casefold, self.keys):
            super().put(notice)


class NoOdds(Post):
    def put(self, notice):
        notice.customer.encode("ascii")
        super().put(notice)


class Choosy(Post):
    def put(self, notice):
        if notice.kind is not NoticeKind.REFUSED:
            super().put(notice)


class Later(Post):
    async def _later(self, notice):
        super().send(notice)

    def send(self, notice):
        super().send(notice)
        return self._later(notice)


class Answers(Post):
    def send(self, notice):
        super().send(notice)
        return True


@pytest.mark.parametrize("kind", [Post, OnlyOnce])
def test_a_good_notifier_passes_every_case(kind, capsys):
    names = check_notifier(lambda: kind().room())
    assert len(names) == 8
    assert capsys.readouterr().out.splitlines() == [f"kept    {one}" for one in names]


def test_without_a_line_to_cut_those_cases_are_left_out():
    def make():
        post = Post()
        return Mailroom(post, lambda: post.keys)

    names = check_notifier(make, tell=str)
    assert [name for name in names if "cut" in name or "failed" in name] == []


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        (Silent, "a_cut_line_is_not_hidden"),
        (GivesUp, "what_failed_can_be_sent_again"),
        (FreshKeys, "a_repeated_notice_keeps_its_key"),
        (NewestOnTop, "every_kind_of_notice_arrives"),
        (FoldsCase, "look_alikes_have_keys_of_their_own"),
        (NoOdds, "odd_texts_arrive"),
        (Choosy, "every_kind_of_notice_arrives"),
        (Later, "sending_answers_nothing"),
        (Answers, "sending_answers_nothing"),
    ],
)
def test_each_fault_of_a_notifier_is_caught(kind, case):
    with pytest.raises(NotifierLawBroken) as caught:
        check_notifier(lambda: kind().room(), tell=str)
    assert caught.value.case == case
