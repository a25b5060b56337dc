"""Replay real histories and compare every field with the answers known beforehand.

The answers were computed without this library. Two replays run at a time.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any


def flat(answer: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the fields of an answer; those of a nested object as `outer.inner`."""
    for name, value in answer.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Name every field that is missing, added, of another type or of another value."""
    known, given = dict(flat(expected)), dict(flat(found))
    pairs = {
        name: (known.get(name, "no such field"), given.get(name, "no such field"))
        for name in {**known, **given}
    }
    return [
        f"{name}: expected {answer!r}, found {figure!r}"
        for name, (answer, figure) in pairs.items()
        if type(answer) is not type(figure) or answer != figure
    ]


def known_answer(data: Path, key: str) -> dict[str, Any]:
    """Return the one listed answer of a set-up."""
    text = (data / "oracles.json").read_text(encoding="utf-8")
    answers = json.loads(text, parse_float=Decimal)
    (found,) = [answers[name] for name in answers if name.startswith(f"{key}_")]
    return dict(found)


def faults(data: Path, key: str) -> tuple[list[str], float]:
    """Replay one set-up; return what is wrong with its answer, and its seconds."""
    begun = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "tests.replays", key, "--data", str(data)],
        check=False,
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - begun
    if run.returncode != 0:
        return [f"exit {run.returncode}\n{run.stderr[-4000:]}"], seconds
    try:
        found = json.loads(run.stdout, parse_float=Decimal)
    except json.JSONDecodeError:
        return [f"did not print one JSON object but: {run.stdout[:400]!r}"], seconds
    if not isinstance(found, dict):
        return [f"did not print one JSON object but: {run.stdout[:400]!r}"], seconds
    return differences(known_answer(data, key), found), seconds


def main(data: Path, keys: list[str]) -> int:
    """Replay every key and print one line for each."""
    wrong = 0
    with ThreadPoolExecutor(max_workers=2) as two:
        for key, (found, seconds) in zip(
            keys, two.map(lambda key: faults(data, key), keys), strict=True
        ):
            verdict = "matches" if not found else "DIFFERS: " + "; ".join(found)
            print(f"        {key} {verdict} ({seconds:.0f} s)")
            wrong += bool(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
