"""A missing data folder or library is never passed over in silence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
A_TEST = "def test_data(shared_data):\n    assert shared_data.is_dir()\n"


@pytest.fixture
def run_one_test(tmp_path: Path):
    """Run one data test in a checkout of its own and return exit code and output."""
    tests = tmp_path / "checkout" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(CONFTEST, tests)
    (tests / "test_one.py").write_text(A_TEST, encoding="utf-8")

    def run(required: str) -> tuple[int, str]:
        finished = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests"],
            cwd=tests.parent,
            env={**os.environ, "BACKORDERKIT_REQUIRE_DATA": required},
            check=False,
            capture_output=True,
            text=True,
        )
        return finished.returncode, finished.stdout

    return run


def test_without_data_the_run_says_what_it_left_out(run_one_test):
    code, output = run_one_test("")
    assert code == 0
    assert "1 tests did not run" in output
    assert "1 skipped" in output


def test_without_data_the_gate_fails(run_one_test):
    code, output = run_one_test("1")
    assert code == 1
    assert "BACKORDERKIT_REQUIRE_DATA=1 asks for it" in output


def test_with_data_the_test_runs(run_one_test, tmp_path):
    data = tmp_path / "shared" / "data"
    data.mkdir(parents=True)
    (data / "oracles.json").write_text("{}", encoding="utf-8")
    code, output = run_one_test("1")
    assert code == 0, output
    assert "1 passed" in output


@pytest.mark.parametrize(
    ("library", "fixture", "name"),
    [
        ("scipy", "exact_solver", "EXACT"),
        ("holidays", "holiday_lists", "CALENDARS"),
        ("fastapi", "fastapi_installed", "EXAMPLES"),
        ("django", "django_installed", "EXAMPLES"),
    ],
)
@pytest.mark.parametrize("required", ["", "1"])
def test_without_a_library_the_run_says_so_and_the_gate_fails(
    tmp_path, library, fixture, name, required
):
    shutil.copy(CONFTEST, tmp_path)
    missing = f"import sys\nsys.modules[{library!r}] = None\n"
    tmp_path.joinpath("without_library.py").write_text(missing, encoding="utf-8")
    one_test = f"def test_library({fixture}):\n    pass\n"
    tmp_path.joinpath("test_one.py").write_text(one_test, encoding="utf-8")
    options = ["-p", "no:cacheprovider", "-p", "without_library"]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "."],
        cwd=tmp_path,
        env={**os.environ, f"BACKORDERKIT_REQUIRE_{name}": required},
        check=False,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == int(required or 0), finished.stdout
    said = f"BACKORDERKIT_REQUIRE_{name}=1 " + ("asks for it" if required else "turns")
    assert said in finished.stdout


NO_SERVER = """
import sys, types
postgres = types.ModuleType("tests.postgres")
postgres.NAMED_SERVER, postgres.binaries = "NO_SUCH_VARIABLE", lambda: None
sys.modules["tests.postgres"] = postgres
"""


@pytest.mark.parametrize("fixture", ["postgres_url", "durable_postgres"])
@pytest.mark.parametrize("required", ["", "1"])
def test_without_a_database_server_the_run_says_so_and_the_gate_fails(
    tmp_path, fixture, required
):
    shutil.copy(CONFTEST, tmp_path)
    tmp_path.joinpath("without_server.py").write_text(NO_SERVER, encoding="utf-8")
    one_test = f"def test_server({fixture}):\n    pass\n"
    tmp_path.joinpath("test_one.py").write_text(one_test, encoding="utf-8")
    markers = "[pytest]\nmarkers = postgres: needs a server\n"
    tmp_path.joinpath("pytest.ini").write_text(markers, encoding="utf-8")
    options = ["-p", "no:cacheprovider", "-p", "without_server"]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "."],
        cwd=tmp_path,
        env={**os.environ, "BACKORDERKIT_REQUIRE_POSTGRES": required},
        check=False,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == int(required or 0), finished.stdout
    said = "BACKORDERKIT_REQUIRE_POSTGRES=1 "
    assert said + ("asks for it" if required else "turns") in finished.stdout


@pytest.mark.parametrize("required", ["", "1"])
def test_without_a_browser_the_run_says_so_and_the_gate_fails(tmp_path, required):
    shutil.copy(CONFTEST, tmp_path)
    one_test = "def test_browser(browser_installed):\n    pass\n"
    tmp_path.joinpath("test_one.py").write_text(one_test, encoding="utf-8")
    wanted = {"BACKORDERKIT_REQUIRE_BROWSER": required, "PATH": str(tmp_path)}
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**os.environ, **wanted},
        check=False,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == int(required or 0), finished.stdout
    said = "BACKORDERKIT_REQUIRE_BROWSER=1 " + ("asks for it" if required else "turns")
    assert said in finished.stdout
