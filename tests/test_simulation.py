"""Many small worlds in which everything goes wrong, each drawn from its seed.

How a world goes and what is looked at after every delivery stands in `simulating`. The
number of deliveries is `BACKORDERKIT_DELIVERIES`, else 100,000; a failing world names
its seed. A run in which something of interest did not happen shows nothing, and fails.
"""

import json
import os
import subprocess
import sys
from functools import partial

import pytest

from backorderkit import BackorderError, OrderBook
from backorderkit.deciding import receiving, stocking
from backorderkit.policies import Ranking
from backorderkit.storage import order_desk as resident, saving
from tests.conftest import ROOT
from tests.forking import told_by
from tests.judging import Wrong
from tests.planting import (
    forget_cancelled_units,
    keep_the_last_promise_only,
    leave_cancelled_units,
    undo_nothing,
)
from tests.simulating import POINTS, Report, simulated

DELIVERIES = int(os.environ.get("BACKORDERKIT_DELIVERIES", "100_000"))
A_WORLD, BLOCK = 80, 50
SIGHTS = (
    *(f"died {point}" for point in POINTS),
    *("Conflict at the save", "Duplicate at the save", "done before"),
    *("came too early", "receipt out of order", "doubled on the way"),
    *("lost on the way", "relay died", "told twice"),
    *("partial fill", "exact fill", "allocated units cancelled", "cancelled"),
    *("allocation released", "amended up", "refused", "refused in part"),
    *("promised", "promised anew"),
    *("shipped", "returned", "counted", "transferred", "day moved", "closed"),
    *("kept back", "held", "let go on", "came beyond the order"),
    *("refused: NotPossible", "refused: InvalidValue"),
)
"""What must have happened at least once."""


def some_worlds(first, step, last, tell):
    """Run every so-many-th block of worlds."""
    for block in range(first, last, step):
        seeds = range(block * BLOCK, (block + 1) * BLOCK)
        tell(simulated(seeds, digested=9))


@pytest.mark.slow
def test_nothing_breaks_in_any_world_and_everything_happened():
    blocks, workers = -(-DELIVERIES // (A_WORLD * BLOCK)), os.cpu_count() or 1
    report = Report()
    for _, (one,) in told_by(
        *(partial(some_worlds, one, workers, blocks) for one in range(workers))
    ):
        report.add(one)
    print(
        f"{report.deliveries} deliveries in {report.worlds} worlds, {report.facts}"
        f" facts, no violation: below {3 / report.deliveries:.1e} a delivery (95 %)"
    )
    print(dict(sorted(report.seen.items())))
    assert [sight for sight in SIGHTS if not report.seen[sight]] == []
    assert report.deliveries >= DELIVERIES
    again = sorted(report.digests)[:20]
    assert simulated(again).digests == {seed: report.digests[seed] for seed in again}


@pytest.mark.slow
def test_the_shares_of_what_goes_wrong_are_those_that_are_said():
    report = simulated(range(200))
    sent = report.deliveries + report.seen["lost on the way"]
    deaths = sum(units for name, units in report.seen.items() if name[:5] == "died ")
    assert 0.10 < report.seen["doubled on the way"] / sent < 0.20
    assert 0.04 < deaths / report.deliveries < 0.06


DIGESTS = """
import json, sys
from tests.simulating import simulated
print(json.dumps(simulated(range(30)).digests))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "zone", "language"), [("1", "Pacific/Kiritimati", "C"), ("2", "UTC", "tr")]
)
def test_a_seed_is_a_world_whatever_the_hash_seed_the_zone_and_the_language(
    seed, zone, language
):
    elsewhere = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
    found = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        cwd=ROOT,
        env={**os.environ, **elsewhere},
        check=True,
        capture_output=True,
        text=True,
    )
    said = {int(number): digest for number, digest in json.loads(found.stdout).items()}
    assert said == simulated(range(30)).digests
    assert len(set(said.values())) == 30


# Planted bugs: each is noticed by what looks for it


def leave_free_units(monkeypatch):
    """What came in is offered to nobody."""
    monkeypatch.setattr(receiving, "fill", lambda draft: draft.plan())


def serve_the_last_first(monkeypatch):
    share = Ranking.share
    backwards = lambda self, units, queue: share(self, units, [*queue][::-1])  # noqa: E731
    monkeypatch.setattr(Ranking, "share", backwards)


def count_without_taking_back(monkeypatch):
    monkeypatch.setattr(stocking, "_take_back", lambda *_: None)


def tell_nobody_of_parcels(monkeypatch):
    notices_of = saving.notices_of
    some = lambda *it: [one for one in notices_of(*it) if one.kind.value != "shipped"]  # noqa: E731
    monkeypatch.setattr(saving, "notices_of", some)


def take_no_key_for_known(monkeypatch):
    monkeypatch.setattr(saving, "refuse_if_done", lambda *_: None)


def forget_what_others_saved(monkeypatch):
    monkeypatch.setattr(resident.OrderDesk, "_take_in_others", lambda *_: None)


BUGS = [
    (leave_free_units, "waits beside"),
    (leave_cancelled_units, "waits beside"),
    (serve_the_last_first, "is served before"),
    (count_without_taking_back, "is refused"),
    (forget_cancelled_units, "the book says"),
    (keep_the_last_promise_only, "promised was"),
    (tell_nobody_of_parcels, "told as"),
    (undo_nothing, None),
    (take_no_key_for_known, "is refused"),
    (forget_what_others_saved, None),
]


@pytest.mark.parametrize(
    ("plant", "words"), BUGS, ids=[bug.__name__ for bug, _ in BUGS]
)
def test_a_bug_planted_in_the_library_is_noticed(plant, words, monkeypatch):
    monkeypatch.setattr(OrderBook, "check_invariants", lambda book: None)
    plant(monkeypatch)
    with pytest.raises((Wrong, BackorderError), match=words) as found:
        simulated(range(60))
    print(found.value)
