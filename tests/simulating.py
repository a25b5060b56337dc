"""A small shop in a world where everything goes wrong, drawn from a seed.

Senders with wrong clocks send messages (`traffic`) over a network that delays,
reorders, doubles and loses them. Two hosts take them to one repository; a host may take
another message between its load and its save, and may die at any point. A relay hands
the notices over, and may die before it can say so. Who hears no answer sends again.

There is no process and no clock: a world is its seed. After every delivery the new
facts are taken from the store and added up anew (`judging.Sums`), and `Wrong` is raised
unless

- the message had its effect at most once, and the one that was answered (P3);
- facts, key and notices are all there or none (P4);
- the figures add up, and those of the host's book are the same (P1, P2);
- nobody was served before his turn (P5), and nobody waits beside free units (P6).

At the end every message was answered, every notice told, and every book is the history.

>>> world = World(7).run()
>>> world.digest() == World(7).run().digest()
True
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from heapq import heappop, heappush
from random import Random
from typing import Any

import attrs

from backorderkit import (
    BackorderError,
    MemoryRepository,
    OrderDesk,
    Plan,
    by_priority,
    oldest_first,
    send_notices,
    smallest_first,
)
from backorderkit.errors import (
    Conflict,
    Duplicate,
    InvalidValue,
    NotPossible,
    UnknownReference,
)
from backorderkit.model import AllocationPolicy, Event
from backorderkit.notices import Notice
from backorderkit.storage import Repository, Token
from tests.judging import Share, Turn, by_age
from tests.traffic import Message, Traffic
from tests.weighing import Scales, Wrong

DUPLICATES, DROPS, DEATHS, BETWEEN, RELAY_DEATHS = 0.15, 0.05, 0.05, 0.06, 0.1
LONGEST_DELAY, PATIENCE, TRIES = 12, 30, 4
POINTS = ("before load", "before save", "during save", "after save", "after answer")


def _messages(seed: int) -> int:
    """Return how many messages a world has: few, and now and then many."""
    return 400 if seed % 50 == 49 else 50


def by_urgency(one: Share) -> Any:
    """Put first what is urgent, then what is old."""
    return one.priority, one.queued_at


def by_size(one: Share) -> Any:
    """Put first who waits for little, then what is old."""
    return one.waiting, one.queued_at


POLICIES: tuple[tuple[AllocationPolicy, Turn], ...] = (
    (oldest_first(), by_age),
    (by_priority(), by_urgency),
    (oldest_first(), by_age),
    (smallest_first(), by_size),
)
"""What the shop is told, and what the judge understands by it."""


REFUSALS: dict[str, tuple[type[BackorderError], ...]] = {
    "amend": (NotPossible,),
    "cancel": (NotPossible,),
    "close": (InvalidValue, NotPossible),
    "delay": (InvalidValue,),
    "hold": (InvalidValue,),
    "return": (NotPossible,),
    "ship": (InvalidValue, NotPossible),
    "transfer": (NotPossible,),
}
"""What may be refused of messages that ask for too much or come at the wrong time."""


class Died(Exception):
    """The process is gone, and with it what it did not store."""


class Breaking(Sequence[Event]):
    """Facts of which only the first can be written before the process dies."""

    def __init__(self, facts: Sequence[Event]) -> None:
        """Take the facts."""
        self._facts = facts

    def __getitem__(self, place: Any) -> Any:
        return self._facts[place]

    def __len__(self) -> int:
        return len(self._facts)

    def __iter__(self) -> Any:
        yield self._facts[0]
        raise Died


@attrs.define(eq=False)
class HandlingTime:
    """One message in the hands of a host, where it dies with it, and what it did."""

    message: Message
    host: int
    fate: str
    was_saved: bool | None = False  # None if nobody can know


@attrs.define
class Report:
    """What many worlds came to."""

    worlds: int = 0
    deliveries: int = 0
    facts: int = 0
    seen: Counter[str] = attrs.field(factory=Counter)
    digests: dict[int, str] = attrs.field(factory=dict)

    def add(self, other: "Report") -> None:
        """Add what other worlds came to."""
        self.worlds += other.worlds
        self.deliveries += other.deliveries
        self.facts += other.facts
        self.seen += other.seen
        self.digests |= other.digests


def simulated(seeds: Iterable[int], *, digested: int = 1) -> Report:
    """Run the worlds of some seeds; return what happened, and digests of every n-th."""
    report = Report()
    for seed in seeds:
        world = World(seed)
        try:
            world.run()
        except BaseException as error:
            error.add_note(f"in the world of seed {seed}")
            raise
        report.worlds += 1
        report.deliveries += world.deliveries
        report.facts += len(world.scales.facts)
        report.seen += world.seen + world.scales.sums.seen
        if seed % digested == 0:
            report.digests[seed] = world.digest()
    return report


class World:
    """One shop, its senders, its hosts and its judge."""

    def __init__(
        self,
        seed: int,
        make: Callable[[], Repository] = MemoryRepository,
        messages: int = 0,
    ) -> None:
        """Begin with an empty store."""
        source = Random(seed)  # noqa: S311 - repeatable, not secret
        self.random = source.random
        self.policy, turn = POLICIES[seed % len(POLICIES)]
        self.store, self.seen = make(), Counter[str]()
        self.traffic, self.left = Traffic(source), messages or _messages(seed)
        self.network: list[tuple[int, int, int, Message]] = []
        self.tick = self.sent = self.deliveries = 0
        self.hosts: list[OrderDesk | None] = [None, None]
        self.at_work: list[HandlingTime] = []
        self.mailbox, self.border = Mailbox(), Border(self)
        self.scales = Scales(self.store, turn, self.seen)

    def run(self) -> "World":
        """Let it all happen, to the end."""
        while self.left or self.network:
            if self.left:
                self.left -= 1
                self.tick += int(self.random() * 3)
                self.send(self.traffic.message(self.tick))
            else:
                self.tick = max(self.tick, self.network[0][0])
            while self.network and self.network[0][0] <= self.tick:
                self.deliver(int(self.random() * 1.3))
                if self.random() < 0.2:
                    self.tell(RELAY_DEATHS)
        self.tell(0)
        self.end()
        return self

    # The network

    def send(self, message: Message, times: int = 1, wait: int = 0) -> None:
        """Send a message: it takes its time, is lost, or arrives twice."""
        draw = self.random()
        if draw < DROPS:
            self.seen["lost on the way"] += 1
            wait += PATIENCE  # then the sender sends it again
        elif draw < DROPS + DUPLICATES:
            self.seen["doubled on the way"] += 1
            self.arrive(message, times, wait)
        self.arrive(message, times, wait)

    def arrive(self, message: Message, times: int, wait: int) -> None:
        """Let a copy of a message arrive some time."""
        self.sent += 1
        due = self.tick + wait + int(self.random() * LONGEST_DELAY)
        heappush(self.network, (due, self.sent, times, message))

    # The hosts

    def deliver(self, host: int) -> None:
        """Hand the next message to a host, and judge what came of it."""
        self.deliveries += 1
        _, _, times, message = heappop(self.network)
        dies = self.random() < DEATHS
        fate = POINTS[int(self.random() * len(POINTS))] if dies else ""
        one, plan = HandlingTime(message, host, fate), None
        self.at_work.append(one)
        try:
            plan = self.handle(one)
        except Died:
            self.seen[f"died {one.fate or 'by itself'}"] += 1
            self.hosts[host] = None
            self.send(message, times, PATIENCE)
        except UnknownReference:
            self.seen["came too early"] += 1
            if times < TRIES:
                self.send(message, times + 1, PATIENCE)
        except BackorderError as error:
            if type(error) not in REFUSALS.get(message.kind, ()):
                raise Wrong(f"{message.key} is refused: {error}") from error
            self.seen[f"refused: {type(error).__name__}"] += 1
        self.at_work.pop()
        desk = self.hosts[host]
        self.scales.weigh(message, plan, one.was_saved, desk and desk.book)

    def handle(self, one: HandlingTime) -> Plan:
        """Let a host carry out a message, unless it dies."""
        if one.fate == "before load":
            raise Died
        message, desk = one.message, self.hosts[one.host]
        if desk is None:
            desk = self.hosts[one.host] = OrderDesk(self.border, self.policy)
        try:
            plan = desk.carry_out_once(message.key, message.decide)
        except BackorderError:
            if not one.fate:
                raise
            one.fate = "after nothing"
            raise Died from None
        if one.fate:
            one.fate = "after answer" if one.was_saved else "after nothing"
            raise Died
        return plan

    def tell(self, deaths: float) -> None:
        """Let the relay hand over what waits; it may die on its way."""
        with suppress(Died):
            send_notices(Relay(self, deaths), self.mailbox)

    # The end

    def end(self) -> None:
        """See that all was told, and that everybody knows the same."""
        self.seen += self.mailbox.seen
        self.scales.end(self.mailbox.notices)
        book, _ = self.store.load(self.policy)
        self.scales.compare_whole(book)
        for desk in filter(None, self.hosts):
            desk.catch_up()
            if desk.book != book:
                raise Wrong("the book of a host is not the stored one")

    def digest(self) -> str:
        """Return what tells two worlds apart: history, state and outbox."""
        parts = (self.scales.facts, self.scales.figures(), self.mailbox.notices)
        return blake2b(repr(parts).encode(), digest_size=8).hexdigest()


class Border:
    """Stands before the store for the hosts: here they meet, and die."""

    def __init__(self, world: World) -> None:
        """Stand before the store of a world."""
        self._world, store = world, world.store
        self.load, self.history = store.load, store.history
        self.unsent, self.mark_sent = store.unsent, store.mark_sent
        self._save = store.save

    def save(self, events: Any, notices: Any, token: Token, *, key: str = "") -> Token:
        """Save, unless somebody dies; others may come first."""
        if not events:
            return self._save(events, notices, token, key=key)
        world = self._world
        one = world.at_work[-1]
        if world.random() < BETWEEN and world.network and len(world.at_work) == 1:
            world.deliver(1 - one.host)
        if one.fate == "before save":
            raise Died
        if one.fate == "during save":
            events = Breaking(events)
        try:
            new = self._save(events, notices, token, key=key)
        except (Conflict, Duplicate) as error:
            world.seen[f"{type(error).__name__} at the save"] += 1
            raise
        except Died:
            one.was_saved = None if one.fate != "during save" else False
            raise
        one.was_saved = True
        if one.fate == "after save":
            raise Died
        return new


class Relay:
    """Stands before the store for the relay, which may die before it can say so."""

    def __init__(self, world: World, deaths: float) -> None:
        """Stand before the store of a world."""
        self.unsent, self._world, self._deaths = world.store.unsent, world, deaths

    def mark_sent(self, keys: Any) -> None:
        """Say that notices were handed over."""
        if self._world.random() < self._deaths:
            self._world.seen["relay died"] += 1
            raise Died
        self._world.store.mark_sent(keys)


class Mailbox:
    """Takes notices, each at least once and always the same."""

    def __init__(self) -> None:
        """Begin empty."""
        self.notices: dict[str, Notice] = {}
        self.seen = Counter[str]()

    def send(self, notice: Notice) -> None:
        """Take a notice."""
        known = self.notices.get(notice.key)
        if known is None:
            self.notices[notice.key] = notice
            return
        self.seen["told twice"] += 1
        if known != notice:
            raise Wrong(f"told otherwise the second time: {notice} after {known}")
