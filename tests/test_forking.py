"""Workers report, fail, die, and never hang their parent."""

import os
import signal
from functools import partial

import pytest

from tests import forking
from tests.forking import Workers, told_by


def count(number, tell):
    for one in range(number):
        tell("counted", one)


def fail(tell):
    tell("begun")
    raise ValueError("nothing to do")


def die(tell):
    tell("begun")
    os.kill(os.getpid(), signal.SIGKILL)


def hang(tell):
    signal.pause()


def test_workers_tell_what_they_do_in_order():
    told = told_by(partial(count, 3), partial(count, 2))
    assert [what for worker, what in told if worker == 0] == [
        ("counted", 0),
        ("counted", 1),
        ("counted", 2),
    ]
    assert [what for worker, what in told if worker == 1][-1] == ("counted", 1)


def test_a_worker_that_fails_says_why():
    with pytest.raises(AssertionError, match="ValueError: nothing to do"):
        told_by(partial(count, 1), fail)


def test_a_worker_that_dies_leaves_what_it_told_and_hangs_nobody():
    workers = Workers([die, partial(count, 1)])
    assert sorted(workers) == [(0, ("begun",)), (1, ("counted", 0))]
    assert [one.exitcode for one in workers.processes] == [-signal.SIGKILL, 0]


def test_a_worker_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(forking, "GUARD_SECONDS", 0.1)
    workers = Workers([hang])
    with pytest.raises(TimeoutError, match="no word"):
        list(workers)
    assert workers.processes[0].exitcode == -signal.SIGKILL
