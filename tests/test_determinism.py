"""Equal commands lead to equal bytes, whatever the interpreter that runs them is like.

A small matrix of hash seeds, time zones and locales, the shops worked off in one
thread, in several, and in fresh processes. `BACKORDERKIT_PYTHONS` lists further
interpreters that have the library (separated as in PATH): each runs the whole matrix.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import pytest

SCENARIO = Path(__file__).with_name("determinism.py")
OTHERS = os.environ.get("BACKORDERKIT_PYTHONS", "").split(os.pathsep)
PYTHONS = [sys.executable, *filter(None, OTHERS)]
SEEDS = ("0", "1", "20231")
# Executor and zone: each seed and each zone meets each executor.
TURNS = (
    (("here", "UTC0"), ("threads", "<+14>-14"), ("processes", "<-1130>+11:30")),
    (("processes", "UTC0"), ("here", "<+14>-14"), ("threads", "<-1130>+11:30")),
    (("threads", "UTC0"), ("processes", "<+14>-14"), ("here", "<-1130>+11:30")),
)
AGAIN = (("here", "UTC0"), ("threads", "<+14>-14"), ("here", "<-1130>+11:30"))
# Without these Python would not believe a "C" locale and use UTF-8 all the same.
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
UNICODE = {"LC_ALL": "C.UTF-8"}

Turns: TypeAlias = Iterable[tuple[str, str]]


def runs() -> Iterator[tuple[Turns, dict[str, str]]]:
    """Yield what each interpreter is to do, and its environment."""
    for seed, turns in zip(SEEDS, TURNS, strict=True):
        yield turns, {"PYTHONHASHSEED": seed, **ASCII}
        yield AGAIN, {"PYTHONHASHSEED": seed, **UNICODE}


def told_by(python: str, turns: Turns, settings: dict[str, str]) -> list[Any]:
    """Return what an interpreter tells, once for each turn."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHON", "COV"))
    }
    ended = subprocess.run(
        [python, SCENARIO, *chain.from_iterable(turns)],
        env={**kept, **settings},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"{python} {turns} {settings}\n{ended.stderr}"
    return list(json.loads(ended.stdout))


@pytest.fixture(scope="module")
def reference() -> list[str]:
    """The digests that all must come to."""
    return list(told_by(sys.executable, [("here", "UTC0")], {})[0]["digests"])


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
def test_no_seed_zone_locale_thread_or_process_changes_a_byte(python, reference):
    with ThreadPoolExecutor(2) as two:
        parts = two.map(lambda run: told_by(python, *run), runs())
        told = list(chain.from_iterable(parts))
    version = ".".join(map(str, told[0]["version"][:3]))
    print(f"Python {version}: {len(told)} times {len(reference)} shops")
    assert [one for one in told if one["digests"] != reference] == []
    # The settings did arrive: else nothing would have been shown.
    names = ("hash", "zone", "encoding", "executor")
    seen = {name: len({one[name] for one in told}) for name in names}
    assert seen == {"hash": len(SEEDS), "zone": 3, "encoding": 2, "executor": 3}


@pytest.mark.slow
def test_the_shops_differ_and_each_tells_the_same_of_memory_and_of_a_database(
    reference,
):
    in_memory, in_sql = reference[::2], reference[1::2]
    assert in_memory == in_sql
    assert len(set(in_memory)) == len(in_memory) > 1


def test_the_listed_interpreters_are_of_different_versions():
    asked = "import sys; print(*sys.version_info[:2])"
    versions = [
        subprocess.run([python, "-c", asked], check=True, capture_output=True).stdout
        for python in PYTHONS
    ]
    assert len(set(versions)) == len(versions)
