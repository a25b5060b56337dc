"""A missing data folder, library or program is never passed over in silence."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CONFTEST = Path(__file__).with_name("conftest.py")
# What tests ask for, and the name under which the gate demands it.
WANTED = {
    "shared_data": "DATA",
    "exact_solver": "EXACT",
    "holiday_lists": "CALENDARS",
    "fastapi_installed": "EXAMPLES",
    "django_installed": "EXAMPLES",
    "browser_installed": "BROWSER",
    "fuzzer": "FUZZER",
    "postgres_url": "POSTGRES",
    "durable_postgres": "POSTGRES",
}
WITH_NOTHING = """
import os, sys, types
for name in ("scipy", "holidays", "fastapi", "django", "atheris"):
    sys.modules[name] = None
postgres = types.ModuleType("tests.postgres")
postgres.NAMED_SERVER, postgres.binaries = "NO_SUCH_VARIABLE", lambda: None
sys.modules["tests.postgres"] = postgres
os.environ["PATH"] = ""
"""


def run(folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run one test per thing that may be missing; return exit code and output."""
    tests = folder / "checkout" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(CONFTEST, tests)
    tests.joinpath("test_one.py").write_text(
        "\n".join(f"def test_{name}({name}): pass" for name in WANTED),
        encoding="utf-8",
    )
    plugin = tests.parent / "with_nothing.py"
    plugin.write_text(WITH_NOTHING, encoding="utf-8")
    markers = "[pytest]\nmarkers = postgres: needs a server\n"
    tests.parent.joinpath("pytest.ini").write_text(markers, encoding="utf-8")
    options = ["-ra", "-p", "no:cacheprovider", "-p", "with_nothing"]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests"],
        cwd=tests.parent,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    return finished.returncode, finished.stdout


def environment(required: str) -> dict[str, str]:
    """Demand everything, or nothing."""
    names = set(WANTED.values())
    return {f"BACKORDERKIT_REQUIRE_{name}": required for name in names}


@pytest.fixture(scope="module")
def skipping(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """A run that may leave out what is missing."""
    return run(tmp_path_factory.mktemp("skipping"), environment(""))


@pytest.fixture(scope="module")
def demanding(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """A run in which nothing may be missing."""
    return run(tmp_path_factory.mktemp("demanding"), environment("1"))


def test_without_anything_the_run_passes_and_leaves_all_of_it_out(skipping):
    code, output = skipping
    assert code == 0, output
    assert f"{len(WANTED)} skipped" in output


@pytest.mark.parametrize("name", sorted(set(WANTED.values())))
def test_what_is_missing_is_said_at_the_end_with_the_remedy(skipping, name):
    left_out = sum(one == name for one in WANTED.values())
    said = re.findall(
        rf"(\d+) tests did not run\..*BACKORDERKIT_REQUIRE_{name}=1 turns", skipping[1]
    )
    assert sum(map(int, said)) == left_out


@pytest.mark.parametrize("fixture", WANTED)
def test_where_it_is_demanded_the_gate_fails(demanding, fixture):
    code, output = demanding
    assert code == 1
    reason = rf"ERROR \S+::test_{fixture} - .*"
    (line,) = re.findall(reason, output)
    assert "Failed: no " in line
    assert f"BACKORDERKIT_REQUIRE_{WANTED[fixture]}=1 asks for it" in output


def test_with_data_the_test_runs(tmp_path):
    data = tmp_path / "shared" / "data"
    data.mkdir(parents=True)
    (data / "oracles.json").write_text("{}", encoding="utf-8")
    code, output = run(tmp_path, {**environment(""), "BACKORDERKIT_REQUIRE_DATA": "1"})
    assert code == 0, output
    assert f"1 passed, {len(WANTED) - 1} skipped" in output
