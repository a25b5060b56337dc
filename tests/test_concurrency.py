"""Many processes at one store: nothing is sold twice, nothing is lost.

Eight processes place, receive, amend, cancel and ship over the same twenty SKUs, each
command on a book loaded for it, some commands sent twice. What is counted afterwards is
counted from the raw facts. How fast it went is printed, and no matter for the verdict.
"""

from collections import Counter
from functools import partial
from itertools import chain
from time import perf_counter

import pytest

from backorderkit import (
    Line,
    Order,
    RequestDesk,
    SellingRule,
    SellingRules,
    oldest_first,
    plan_count,
    plan_order,
)
from tests.forking import told_by
from tests.judging import judge
from tests.stores import FileStore, opened, postgres_store, sqlite_store
from tests.workload import NOON, Counting, commands, work_off

SIGHTS = (
    *("conflict", "duplicate", "exact fill", "partial fill", "refused"),
    *("allocation released", "cancelled", "shipped"),
)
"""What must have happened at least once, or the run proves little."""


def serve(store, worker, count, tell, *, in_units):
    """Carry out one worker's commands, and tell each as soon as it is acknowledged."""
    repository = Counting(store(), in_units=in_units)
    work_off(
        repository,
        commands(worker, count),
        lambda one, did: tell("done", one.key, did),
    )
    tell("seen", repository.seen, 0)


def in_company(store, workers, count, *, in_units=True):
    """Let workers work at once; return what was acknowledged and what was seen."""
    begun = perf_counter()
    work = partial(serve, in_units=in_units)
    told = told_by(*(partial(work, store, one, count) for one in range(workers)))
    seconds = perf_counter() - begun
    each = (commands(worker, count) for worker in range(workers))
    some = {one.key: one for one in chain.from_iterable(each)}
    done = [(key, did) for _, (kind, key, did) in told if kind == "done"]
    seen = sum((one for _, (kind, one, _) in told if kind == "seen"), Counter())
    assert sorted(key for key, _ in done) == sorted(some)
    print(
        f"{len(done)} commands of {workers} processes in {seconds:.1f} s,"
        f" {len(done) / seconds:.0f} a second,"
        f" {seen['conflict'] / len(done):.3f} conflicts a command"
    )
    return [some[key] for key, did in done if did], seen


def judged(store, done):
    """Judge a store that was opened for that alone."""
    with opened(store) as repository:
        return judge(repository, done)


def goes_well(store, workers, count, sights=SIGHTS, *, in_units=True):
    """Let workers work at once, and judge what they leave."""
    done, seen = in_company(store, workers, count, in_units=in_units)
    seen += judged(store, done)
    print(dict(seen))
    assert [sight for sight in sights if not seen[sight]] == []


@pytest.mark.slow
def test_processes_share_a_file_of_lines(tmp_path):
    goes_well(FileStore(tmp_path / "shop.jsonl"), workers=3, count=20, sights=())


@pytest.fixture(params=["file", "sqlite", "postgresql"])
def store(request, tmp_path):
    """Return an empty store of each kind."""
    if request.param == "file":
        return FileStore(tmp_path / "shop.jsonl")
    if request.param == "sqlite":
        return sqlite_store(tmp_path / "shop.db")
    return postgres_store(request.getfixturevalue("postgres_url"))


DATABASES = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)


@pytest.mark.slow
@DATABASES
def test_eight_processes_share_a_database(store):
    sights = set(SIGHTS) - {"conflict"}  # each waits for what another has locked
    goes_well(store, workers=8, count=40, sights=sights)


@pytest.mark.slow
@DATABASES
def test_eight_processes_that_lock_nothing_notice_each_other(store):
    goes_well(store, workers=8, count=20, in_units=False)


# The last unit


def buy(store, ref, tell):
    """Order the last unit, if it is still there."""
    order = Order(f"O-{ref}", "ada", NOON, [Line(f"O-{ref}/1", "LAMP", 1)])
    desk = RequestDesk(store(), oldest_first(), ["LAMP"], tries=100)
    never_short = SellingRules(SellingRule(0))
    plan = desk.carry_out_once(f"place {ref}", plan_order, order, rules=never_short)
    tell(type(plan.events[0]).__name__)


@pytest.mark.parametrize("units", [0, 1, 3])
def test_of_four_shoppers_as_many_get_one_as_there_are(store, units):
    with opened(store) as repository:
        desk = RequestDesk(repository, oldest_first(), ["LAMP"])
        desk.carry_out(plan_count, "LAMP", units, at=NOON)
    told = told_by(*(partial(buy, store, ref) for ref in range(4)))
    ends = Counter(what for _, (what,) in told)
    assert (ends["OrderPlaced"], ends["OrderRefused"]) == (units, 4 - units)
