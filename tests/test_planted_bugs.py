"""Planted bugs: what judges the concurrent and the killed notices every one of them.

Three workers take turns in one process, each of them between load and save of another;
saves break off halfway, answers get lost, and whoever sends notices dies before it can
say so. All of that is drawn from a seed. A sound repository comes through; one with a
bug does not, for some seed of a few.
"""

from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from random import Random

import attrs
import pytest

from backorderkit import (
    BackorderError,
    Conflict,
    Duplicate,
    MemoryRepository,
    OrderBook,
    RequestDesk,
    oldest_first,
    send_notices,
)
from backorderkit.errors import NoticeNotSent
from backorderkit.events import Allocated, GoodsShipped, OrderPlaced, OrderRefused
from backorderkit.protocols import Token
from tests.judging import Wrong, judge
from tests.workload import commands

SEEDS = range(8)


class Died(Exception):
    """The process is gone, and with it what it did not store."""


class Breaking(Sequence):
    """Facts of which only the first can be written before the process dies."""

    def __init__(self, facts):
        self._facts = facts

    def __getitem__(self, place):
        return self._facts[place]

    def __len__(self):
        return len(self._facts)

    def __iter__(self):
        yield self._facts[0]
        raise Died


class Between:
    """Stands before a repository, where things happen between load and save."""

    def __init__(self, repository, before, random, seen):
        self.load, self.history = repository.load, repository.history
        self.unsent, self.mark_sent = repository.unsent, repository.mark_sent
        self._repository, self._before = repository, before
        self._random, self._seen = random, seen

    def save(self, events, notices, token, *, key=""):
        if not events:
            return self._repository.save(events, notices, token, key=key)
        self._before()
        if self._random.randrange(8) == 0 and len(events) > 1:
            self._seen["broken off"] += 1
            events = Breaking(events)
        try:
            new = self._repository.save(events, notices, token, key=key)
        except Conflict:
            self._seen["conflict"] += 1
            raise
        if self._random.randrange(8) == 0:
            self._seen["answer lost"] += 1
            raise Died
        return new


class Mailbox:
    """Takes notices, and now and then dies with one."""

    def __init__(self, random):
        self.keys, self._random = [], random

    def send(self, notice):
        self.keys.append(notice.key)
        if self._random.randrange(5) == 0:
            raise Died


class Shop:
    """Three workers in turn at one repository."""

    def __init__(self, repository, seed, count=14):
        self.repository, self.seen = repository, Counter()
        self.random = Random(seed)  # noqa: S311 - repeatable, not secret
        self.queues = [deque(commands(number, count, seed)) for number in range(3)]
        self.acknowledged = []
        self.mailbox = Mailbox(self.random)

    def run(self):
        while any(self.queues):
            self.turn(self.random.randrange(3), depth=0)
            if self.random.randrange(3) == 0:
                self.tell()
        self.tell()

    def turn(self, worker, depth):
        """Carry out the next command of a worker, again and again until it answers."""
        if not self.queues[worker]:
            return
        command = self.queues[worker].popleft()

        def before():
            if depth < 2 and self.random.randrange(2):
                self.turn((worker + 1) % 3, depth + 1)

        plan = None
        for _ in range(30):
            between = Between(self.repository, before, self.random, self.seen)
            desk = RequestDesk(between, oldest_first(), command.skus, tries=50)
            with suppress(Died):
                plan = desk.carry_out_once(command.key, command.decide)
                break
        if plan is None:
            raise Wrong(f"{command.key} never came through")
        if plan.is_empty and self.is_known(command.key):
            self.seen["sent again"] += 1
        if not plan.is_empty or self.is_known(command.key):
            self.acknowledged.append(command)

    def is_known(self, key):
        try:
            self.repository.save((), (), self.repository.history(Token(0))[1], key=key)
        except Duplicate:
            return True
        return False

    def tell(self):
        for _ in range(20):
            with suppress(NoticeNotSent):
                send_notices(self.repository, self.mailbox)

    def judge(self):
        self.seen += judge(self.repository, self.acknowledged)
        heard = {key.rpartition("/")[0] for key in self.mailbox.keys}
        heard |= {one.key.rpartition("/")[0] for one in self.repository.unsent()}
        for event in self.repository.history(Token(0))[0]:
            match event:
                case OrderPlaced(order):
                    due = f"confirmed/{order.ref}"
                case OrderRefused(order):
                    due = f"refused/{order.ref}"
                case GoodsShipped():
                    due = f"shipped/{event.order}"
                case _:
                    continue
            if due not in heard:
                raise Wrong(f"nobody was told: {due}")


def verdict(made, seed):
    """Return what is wrong with a repository after a day of the shop, or what was seen.

    A desk that can go on no more, because what is stored makes no sense, is wrong too.
    """
    shop = Shop(made(), seed)
    try:
        shop.run()
        shop.judge()
    except (Wrong, BackorderError) as wrong:
        return wrong
    return shop.seen


def test_a_sound_repository_comes_through_and_everything_happened():
    seen = Counter()
    for seed in SEEDS:
        found = verdict(MemoryRepository, seed)
        assert isinstance(found, Counter), found
        seen += found
    print(seen)
    for sight in (
        *("conflict", "answer lost", "broken off", "sent again", "refused"),
        *("partial fill", "exact fill", "cancelled", "allocation released"),
        *("amended up",),
    ):
        assert seen[sight], sight


# The bugs


class NoVersionTest(MemoryRepository):
    def _check(self, events, token):
        self._footprints.of(events)


class KeyIgnored(MemoryRepository):
    def save(self, events, notices, token, *, key=""):
        return super().save(events, notices, token)


class KeyTakenFirst(MemoryRepository):
    """Notes the key in a transaction of its own, before it looks for conflicts."""

    def save(self, events, notices, token, *, key=""):
        if key in self._commands:
            raise Duplicate("command", key)
        if events:
            self._commands.add(key)
        return super().save(events, notices, token)


class KeyTakenLast(MemoryRepository):
    """Notes the key in a transaction of its own, which a crash may prevent."""

    number = 0

    def save(self, events, notices, token, *, key=""):
        if key in self._commands:
            raise Duplicate("command", key)
        new = super().save(events, notices, token)
        self.number += bool(events)
        if events and self.number % 5 == 4:
            raise Died
        if events:
            self._commands.add(key)
        return new


class FactByFact(MemoryRepository):
    """Commits every fact by itself."""

    def save(self, events, notices, token, *, key=""):
        if not events:
            return super().save(events, notices, token, key=key)
        self._check([events[0]], token)
        for event in events:
            super().save([event], [], Token(len(self._events)))
        self._commands.add(key)
        self._unsent.update({one.key: one for one in notices})
        return Token(len(self._events))


class NoticesLater(MemoryRepository):
    """Commits the notices after the facts, if it lives that long."""

    number = 0

    def save(self, events, notices, token, *, key=""):
        new = super().save(events, [], token, key=key)
        self.number += bool(events)
        if events and self.number % 5 == 4:
            raise Died
        self._unsent.update({one.key: one for one in notices})
        return new


class HidesConflicts(MemoryRepository):
    """Says that it stored what it refused."""

    def save(self, events, notices, token, *, key=""):
        try:
            return super().save(events, notices, token, key=key)
        except Conflict:
            return Token(len(self._events))


class StoresLater(MemoryRepository):
    """Keeps one batch in a buffer until the next comes."""

    buffered = None

    def save(self, events, notices, token, *, key=""):
        if not events:
            return super().save(events, notices, token, key=key)
        self._check(tuple(events), token)
        if self.buffered:
            waiting, told, other = self.buffered
            super().save(waiting, told, Token(len(self._events)), key=other)
        self.buffered = (events, notices, key)
        return Token(len(self._events))


class StoresTwice(MemoryRepository):
    """Tries again by itself, without looking whether the first time went well."""

    number = 0

    def save(self, events, notices, token, *, key=""):
        new = super().save(events, notices, token, key=key)
        self.number += bool(events)
        if events and self.number % 5 == 4:
            new = super().save(events, notices, new)
        return new


class StaleBook(MemoryRepository):
    """Gives an old book with the newest token."""

    known = 0

    def load(self, policy, skus=None):
        events, token = self.history(Token(0))
        self.known = token if token > self.known + 6 else self.known
        return OrderBook.replay(events[: self.known], policy), token


class OneUnitMore(MemoryRepository):
    """Rounds a split up."""

    def save(self, events, notices, token, *, key=""):
        events = [
            attrs.evolve(one, quantity=one.quantity + 1)
            if isinstance(one, Allocated) and one.quantity < one.wanted
            else one
            for one in events
        ]
        return super().save(events, notices, token, key=key)


class YoungestFirst(MemoryRepository):
    """Loads books in which the newest order is served first."""

    def load(self, policy, skus=None):
        class Backwards(type(policy)):
            def rank(self, backorder):
                return -backorder.queued_at.timestamp()

        events, token = self.history(Token(0))
        backwards = Backwards(
            **{
                field.name: getattr(policy, field.name)
                for field in attrs.fields(type(policy))
            }
        )
        return OrderBook.replay(events, backwards), token


class SentWhenRead(MemoryRepository):
    """Takes a notice for sent as soon as somebody asked for it."""

    def unsent(self):
        found = super().unsent()
        self._unsent.clear()
        return found


class LosesShelves(MemoryRepository):
    """Does not see that others touched the same pool."""

    def _check(self, events, token):
        found, self._footprints = self._footprints, NoPools(self._footprints)
        try:
            super()._check(events, token)
        finally:
            self._footprints = found


@attrs.define
class NoPools:
    """Footprints without those in pools."""

    _all: object

    def of(self, events):
        return [one for one in self._all.of(events) if one[0] != "pool"]


BUGS = [
    NoVersionTest,
    KeyIgnored,
    KeyTakenFirst,
    KeyTakenLast,
    FactByFact,
    NoticesLater,
    HidesConflicts,
    StoresLater,
    StoresTwice,
    StaleBook,
    OneUnitMore,
    YoungestFirst,
    SentWhenRead,
    LosesShelves,
]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_each_planted_bug_is_noticed(bug):
    found = [verdict(bug, seed) for seed in SEEDS]
    noticed = [one for one in found if not isinstance(one, Counter)]
    print(f"{len(noticed)} of {len(found)} seeds: {noticed[:1]}")
    assert noticed
