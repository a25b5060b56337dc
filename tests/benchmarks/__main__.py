"""Run benchmarks and print one JSON object per line.

python -m tests.benchmarks [NAME ...] [--data DIR] [--rounds N]
"""

import argparse
import json
import sys
from pathlib import Path

import attrs

from tests.benchmarks.cases import BENCHMARKS, replay_o2
from tests.benchmarks.timing import Measurement
from tests.replays.tables import TableError

REPLAY = "replay-O2"
NAMES = (*BENCHMARKS, REPLAY)
DATA = Path(__file__).parents[3] / "shared" / "data"
FEWEST_ROUNDS = 5


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that the command line names, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Hold speeds against bare loops; one JSON object per line.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--data", type=Path, default=DATA, help="folder of the tables that are replayed"
    )
    parser.add_argument(
        "--rounds", type=int, default=7, help="rounds to take the median of"
    )
    given = parser.parse_args(arguments)
    for name in given.names:
        if name not in NAMES:
            parser.error(f"unknown benchmark {name!r}; give any of {', '.join(NAMES)}")
    if given.rounds < FEWEST_ROUNDS:
        parser.error(f"--rounds is {given.rounds}; give {FEWEST_ROUNDS} or more")
    try:
        for name in given.names or NAMES:
            print(_line(_run(name, given.rounds, given.data)), flush=True)
    except TableError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


def _run(name: str, rounds: int, data: Path) -> Measurement:
    """Run one benchmark."""
    if name == REPLAY:
        return replay_o2(rounds, data=data)
    return BENCHMARKS[name](rounds)


def _line(found: Measurement) -> str:
    """Return a measurement as one line of JSON, four digits of each figure."""
    fields = attrs.asdict(found)
    fields.update(fields.pop("figures"))
    return json.dumps(
        {
            name: float(f"{value:.4g}") if isinstance(value, float) else value
            for name, value in fields.items()
        }
    )


if __name__ == "__main__":
    sys.exit(main())
