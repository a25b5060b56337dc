"""Planted bugs: what judges a world where everything goes wrong notices each of them.

A sound repository comes through (`simulating`); one with a bug does not, for some seed
of a few.
"""

import attrs
import pytest

from backorderkit import BackorderError, MemoryRepository, OrderBook
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import Allocated
from backorderkit.storage import Token
from tests.judging import Wrong
from tests.simulating import Died, World

pytestmark = pytest.mark.slow

SEEDS = range(12)


def verdict(made, seed):
    """Return what is wrong with a repository in the world of a seed, None if nothing.

    A desk that can go on no more, because what is stored makes no sense, is wrong too.
    """
    try:
        World(seed, made, messages=110).run()
    except (Wrong, BackorderError) as wrong:
        return wrong
    return None


def test_a_sound_repository_comes_through():
    assert [verdict(MemoryRepository, seed) for seed in SEEDS] == [None] * len(SEEDS)


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
    noticed = [one for one in found if one is not None]
    print(f"{len(noticed)} of {len(found)} seeds: {noticed[:1]}")
    assert noticed
