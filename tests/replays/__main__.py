"""Replay one set-up and print its figures as one JSON object.

python -m tests.replays KEY --data DIR [--timing]
python -m tests.replays S1 --data DIR
python -m tests.replays S2 --data DIR [--split-on YYYY-MM-DD]

S1 and S2 are no replays but counts of dates kept (see `dates`).
"""

import argparse
import gc
import json
import sys
from pathlib import Path
from time import perf_counter, process_time

from backorderkit import BackorderError
from tests.replays.dates import SPLIT_ON, lateness, promises
from tests.replays.replay import run
from tests.replays.score import Figures, figures
from tests.replays.setups import SETUPS, read
from tests.replays.tables import TableError, day

KEYS = (*SETUPS, "S1", "S2")


def main(arguments: list[str] | None = None) -> int:
    """Replay the set-up that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.replays",
        description="Replay a real history and print its figures as JSON.",
    )
    parser.add_argument("key", help=f"the set-up: {', '.join(KEYS)}")
    parser.add_argument("--data", type=Path, required=True, help="folder of the tables")
    parser.add_argument(
        "--timing", action="store_true", help="say on stderr where the time went"
    )
    parser.add_argument(
        "--split-on", type=day, help=f"S2: learn before this day (usually {SPLIT_ON})"
    )
    given = parser.parse_args(arguments)
    if given.key not in KEYS:
        parser.error(f"unknown set-up {given.key!r}; give one of {', '.join(KEYS)}")
    if given.split_on and given.key != "S2":
        parser.error(f"--split-on is for S2, not for {given.key}")
    if given.timing and given.key not in SETUPS:
        parser.error(f"--timing is for {', '.join(SETUPS)}, not for {given.key}")
    try:
        print(json.dumps(_answer(given), indent=1))
    except (TableError, BackorderError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


def _answer(given: argparse.Namespace) -> Figures:
    """Return the figures that the command line asks for."""
    match given.key:
        case "S1":
            return lateness(given.data)
        case "S2":
            return promises(given.data, given.split_on or SPLIT_ON)
        case _:
            return _replayed(given.key, given.data, timing=given.timing)


def _replayed(key: str, data: Path, *, timing: bool) -> Figures:
    """Read, replay and count one set-up."""
    # A replay only grows. Searching all it keeps for garbage, again and again, would
    # take a third of the time and find nothing.
    gc.disable()
    begun, busy = perf_counter(), process_time()
    setup = read(key, data)
    read_in = process_time()
    outcome = run(setup)
    replayed = process_time()
    answer = figures(outcome)
    if timing:
        outcome.seconds["read the tables"] = read_in - busy
        outcome.seconds["count the figures"] = process_time() - replayed
        split = outcome.seconds
        for what in sorted(split, key=lambda what: split[what], reverse=True):
            print(f"{split[what]:8.2f} s  {what}", file=sys.stderr)
        print(
            f"{process_time() - busy:8.2f} s  of the processor in all, "
            f"{perf_counter() - begun:.2f} s by the clock, {len(setup.demand):,} lines",
            file=sys.stderr,
        )
    return answer


if __name__ == "__main__":
    sys.exit(main())
