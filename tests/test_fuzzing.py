"""The fuzzer finds nothing in a fixed number of runs from the golden files."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


@pytest.mark.slow
def test_the_fuzzer_finds_no_other_error_of_the_decoders(fuzzer, tmp_path):
    target = TESTS / "fuzz" / "decoding.py"
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    run = subprocess.run(
        [sys.executable, target, "-runs=50000", "-seed=1", inputs, TESTS / "golden"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    assert list(inputs.iterdir()), "no input reached any new code"
