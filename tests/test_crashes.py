"""Writers that are killed at every step: afterwards all or nothing is there, and it
goes on.

A writer carries out the commands of a clerk and is killed at a step of its storage. The
same commands on one book in memory say what must be there: what was acknowledged, with
or without the command under way, and nothing in between. The next writer begins with
the command that was not acknowledged, under its key.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import chain, count
from random import Random

import attrs
import pytest
from sqlalchemy.exc import DBAPIError

from backorderkit import OrderBook, RequestDesk, send_notices
from backorderkit.errors import Duplicate
from tests.forking import FORKED, GUARD_SECONDS, Workers
from tests.judging import is_together, judge
from tests.scripted import POLICY, carry_out, key_of, model, script
from tests.stores import FileStore, arm, opened, postgres_store, rest, sqlite_store
from tests.workload import commands, work_off

pytestmark = pytest.mark.slow


@attrs.define
class Mailbox:
    """Tells what it was given."""

    tell: Callable[..., None]

    def send(self, notice):
        self.tell("sent", notice.key)


class Story:
    """What writers did before they died, and what must be there after each death."""

    def __init__(self, store):
        self.repository, self.book = store(), OrderBook(POLICY)
        self.next, self.sent, self.seen = 0, set(), Counter()
        steps = Counter()
        self.passing = lambda step: steps.update([step])
        arm(self.repository, lambda step: self.passing(step))  # noqa: PLW0108 - it changes
        for self.next in range(12):  # by now it knows its statements by heart
            self.carry_out(self.next, self.hear)
        rest(self.repository)
        self.steps = tuple(steps)

    def carry_out(self, number, tell):
        """Carry out one command, and hand over what waits."""
        skus = script()[number].skus
        carry_out(RequestDesk(self.repository, POLICY, skus, tries=20), number)
        tell("done", number)
        send_notices(self.repository, Mailbox(tell))

    def hear(self, kind, what):
        """Take in what a writer tells."""
        if kind == "done":
            self.next = what + 1
        elif kind == "sent":
            self.seen["sent again"] += what in self.sent
            self.sent.add(what)
        else:
            self.seen[what] += 1

    def write(self, dies, tell):
        """Carry out commands until a step is one to die at."""
        numbers = count(1)

        def passing(step):
            if dies(next(numbers), step):
                tell("died", step)
                os.kill(os.getpid(), signal.SIGKILL)

        self.passing = passing
        for number in range(self.next, len(script())):
            self.carry_out(number, tell)

    def kill(self, dies):
        """Let a writer go on until it dies, and see what it left."""
        workers = Workers([partial(self.write, dies)])
        for _, (kind, what) in workers:
            self.hear(kind, what)
        assert not workers.failures, workers.failures
        assert workers.processes[0].exitcode == -signal.SIGKILL
        self.is_whole()

    def is_whole(self):
        """See that the command under way is there as a whole, or not at all."""
        repository, unkilled = self.repository, model()
        known = self.book.version
        history, token = repository.history(known)
        before, after = unkilled.counts[self.next : self.next + 2]
        facts, notices = after if token == after[0] else before
        if before != after:
            self.seen["stored" if token == after[0] else "not stored"] += 1
        assert (token, tuple(history)) == (facts, unkilled.facts[known:facts])
        self.book.follow(history)
        book, at = repository.load(POLICY)
        assert (book, at) == (self.book, token)
        book.check_invariants()
        told = unkilled.keys[:notices]
        waiting = [one.key for one in repository.unsent()]
        assert self.sent | set(waiting) == set(told)
        assert waiting == [key for key in told if key in set(waiting)]
        with suppress(Duplicate):
            repository.save((), (), token, key=key_of(self.next))
            assert token == before[0]
        rest(repository)


def at_number(number):
    """Return a death at the so-many-th step."""
    return lambda passed, step: passed == number


def at_step(name, times):
    """Return a death at a step of a name, when it comes for the so-many-th time."""
    passed = count(1)
    return lambda _, step: step == name and next(passed) == times


def kills(story, numbers):
    """Kill writers at steps by number and at every step by name.

    In a shuffled order, so that who dies early is followed by one who comes further.
    See that everything worth seeing happened.
    """
    deaths = [at_number(number) for number in numbers]
    deaths += [
        at_step(name, times)
        for name in story.steps
        for times in range(1, 5 if "commit" in name or "write" in name else 2)
    ]
    Random(7).shuffle(deaths)  # noqa: S311 - repeatable, not secret
    for dies in deaths:
        story.kill(dies)
    seen = story.seen
    print(f"{len(deaths)} kills, {story.next} commands: {dict(seen)}")
    wanted = ("stored", "not stored", "sent again", *story.steps)
    assert [sight for sight in wanted if not seen[sight]] == []
    return len(deaths)


def test_a_file_survives_writers_killed_at_every_step(tmp_path):
    kills(Story(FileStore(tmp_path / "shop.jsonl")), range(1, 12))


def test_a_file_of_sqlite_survives_writers_killed_at_every_step(tmp_path):
    assert kills(Story(sqlite_store(tmp_path / "shop.db")), range(1, 48)) >= 100


def test_postgresql_survives_writers_killed_at_every_step(postgres_url):
    assert kills(Story(postgres_store(postgres_url)), range(1, 52)) >= 100


# Killed in company: whoever is left goes on, and the killed begin again


def serve(store, worker, count, tell):
    """Carry out one worker's commands from the first on, until the store is gone."""
    done = partial(tell, "done")
    with suppress(DBAPIError):
        work_off(store(), commands(worker, count), lambda one, did: done(one.key, did))
        tell("ended", worker, True)


class Company:
    """Some workers at one store, and what was acknowledged to them."""

    def __init__(self, store, workers=3, count=25):
        self.store, self.count = store, count
        self.busy, self.acknowledged = set(range(workers)), set()
        each = (commands(worker, count) for worker in range(workers))
        self.commands = {one.key: one for one in chain.from_iterable(each)}

    def round(self, cut=None, after=0):
        """Let all who have not ended work, and cut them off after so many answers."""
        works = [partial(serve, self.store, one, self.count) for one in self.busy]
        workers, answers = Workers(works), 0
        for _, (kind, what, did) in workers:
            if kind == "ended":
                self.busy.discard(what)
                continue
            answers += did
            if did:
                self.acknowledged.add(what)
            if cut and answers == after:
                cut(workers)
                cut = None
        assert workers.failures == []

    def judge(self):
        """Hold the store against everything that was ever acknowledged."""
        with opened(self.store) as repository:
            judge(repository, [self.commands[key] for key in self.acknowledged])


def kill_one(workers):
    """Kill a worker at whatever it is doing."""
    workers.processes[0].kill()


def kill_all(workers):
    """Kill all workers at whatever they are doing."""
    for process in workers.processes:
        process.kill()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_survives_kills_in_company(kind, tmp_path, request):
    if kind == "sqlite":
        store = sqlite_store(tmp_path / "shop.db")
    else:
        store = postgres_store(request.getfixturevalue("postgres_url"))
    company = Company(store)
    for number in range(6):
        company.round((kill_one, kill_all)[number % 2], after=number + 2)
    company.round()
    assert company.busy == set()
    company.judge()


# The server crashes under writers that live on


def serve_on(store, worker, count, go_on, tell):
    """Carry out one worker's commands; when the server is gone, wait for it.

    The command under way is sent again, under its key: nobody knows what became of it.
    """
    repository = store()
    for one in commands(worker, count):
        desk, was_cut = RequestDesk(repository, POLICY, one.skus, tries=100), False
        while True:
            try:
                plan = desk.carry_out_once(one.key, one.decide)
                break
            except DBAPIError:
                was_cut = True
                tell("cut", worker)
                assert go_on.acquire(timeout=GUARD_SECONDS)
        is_known = [reason.code for reason in plan.reasons] == ["done_before"]
        assert was_cut or not is_known
        tell("done", one.key, bool(plan.events) or is_known, is_known)
    tell("ended", worker)
    repository.engine.dispose()


class Crashing:
    """Writers at a server that is stopped at once after every so many answers."""

    def __init__(self, server, workers=3, count=42, every=3, crashes=8):
        self.server, self.store = server, postgres_store(server.new_database())
        self.go_on, self.every, self.crashes = FORKED.Semaphore(0), every, crashes
        self.busy, self.waiting = set(range(workers)), set()
        self.acknowledged, self.history, self.seen = [], (), Counter()
        each = [tuple(commands(worker, count)) for worker in range(workers)]
        self.commands = {one.key: one for one in chain.from_iterable(each)}
        self.works = [
            partial(serve_on, self.store, worker, count, self.go_on)
            for worker in range(workers)
        ]

    def run(self):
        """Let the writers work to their end, and judge the store at every restart."""
        workers, answers, is_down = Workers(self.works), 0, False
        for _, (kind, *what) in workers:
            if kind == "done":
                answers += self.hear(*what)
            elif kind == "cut":
                self.waiting.update(what)
            else:
                self.busy.difference_update(what)
            is_due = answers >= self.every and self.seen["crashes"] < self.crashes
            if is_due and not is_down:
                answers, is_down = 0, True
                self.seen["crashes"] += 1
                self.server.crash()
            if is_down and self.waiting == self.busy:
                is_down, answers = False, 0
                self.server.start()
                self.judge()
                self.let_go()
        assert workers.failures == []
        self.judge()

    def hear(self, key, is_stored, was_known):
        """Take in an answer; tell whether it was about something stored."""
        if is_stored:
            self.acknowledged.append(self.commands[key])
        self.seen["answers lost"] += was_known
        return is_stored

    def let_go(self):
        """Let all who wait connect again."""
        self.seen["connected again"] += len(self.waiting)
        for _ in self.waiting:
            self.go_on.release()
        self.waiting.clear()

    def judge(self):
        """Hold the store against what was acknowledged, and against itself before."""
        with opened(self.store) as repository:
            seen = judge(repository, self.acknowledged)
            is_together(repository, self.commands.values())
            history = tuple(repository.history(0)[0])
        assert history[: len(self.history)] == self.history
        self.history = history
        self.seen["judged"] += 1
        self.seen["shipped"] = seen["shipped"]


def test_what_was_acknowledged_survives_crashes_of_the_server(durable_postgres):
    crashing = Crashing(durable_postgres)
    crashing.run()
    print(
        f"{len(crashing.acknowledged)} acknowledged of {len(crashing.commands)} sent,"
        f" {len(crashing.history)} facts: {dict(crashing.seen)}"
    )
    assert crashing.busy == set()
    assert (crashing.seen["crashes"], crashing.seen["judged"]) == (8, 9)
    assert crashing.seen["connected again"] >= 16
    assert crashing.seen["shipped"]
