"""Many processes at one store: nothing is sold twice, nothing is lost, and all agree."""

from collections import Counter
from functools import partial
from time import perf_counter

from tests.filed import FiledRepository
from tests.forking import told_by
from tests.workload import Counting, commands, judge, work_off


def serve(open_store, worker, count, tell):
    """Carry out one worker's commands, and tell each as soon as it is acknowledged."""
    some = {one.key: one for one in commands(worker, count)}
    repository = Counting(open_store())
    work_off(repository, some.values(), lambda one, did: tell("done", one.key, did))
    tell("seen", repository.seen)


def in_company(open_store, workers, count):
    """Let workers work at once; return what was acknowledged, what was seen."""
    begun = perf_counter()
    told = told_by(
        *(partial(serve, open_store, worker, count) for worker in range(workers))
    )
    seconds = perf_counter() - begun
    some = {
        one.key: one for worker in range(workers) for one in commands(worker, count)
    }
    done = [some[key] for _, (kind, key, *did) in told if kind == "done" and did[0]]
    seen = sum((one for _, (kind, one, *_) in told if kind == "seen"), Counter())
    ended = sum(kind == "done" for _, (kind, *_) in told)
    print(
        f"{ended} commands of {workers} processes in {seconds:.1f} s,"
        f" {ended / seconds:.0f} a second,"
        f" {seen['conflict'] / max(1, seen['saved']):.2f} conflicts a save"
    )
    return done, seen, ended


def test_processes_share_a_file(tmp_path):
    open_store = partial(FiledRepository, tmp_path / "shop.jsonl")
    done, seen, ended = in_company(open_store, workers=3, count=15)
    assert ended == 45
    judge(open_store(), done)
