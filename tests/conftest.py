"""What every test may rely on: fixed Hypothesis profiles and the folder of real data.

A test that needs the real data says so by asking for `shared_data`. Without the data it
is skipped with a reason, and the end of the run says how many and what to do; with
`BACKORDERKIT_REQUIRE_DATA=1` it fails instead. So it is with tests that ask for the
`exact_solver`, the extra `exact` and `BACKORDERKIT_REQUIRE_EXACT=1`, and for the
`fuzzer`, Atheris and `BACKORDERKIT_REQUIRE_FUZZER=1`.
"""

import importlib.util
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Read by the type checker only.
collect_ignore = ["typing"]
ROOT = Path(__file__).parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
NO_DATA = f"no real data: {SHARED_DATA} does not exist"
HAS_SOLVER = importlib.util.find_spec("scipy") is not None
NO_SOLVER = "no exact solver: SciPy is not installed"
HAS_FUZZER = importlib.util.find_spec("atheris") is not None
NO_FUZZER = "no fuzzer: Atheris is not installed"

# The same examples on every machine and in every run, and no verdict by the clock.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
# For a longer search with fresh examples: pytest --hypothesis-profile=thorough
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real orders, receipts and their known answers."""
    if SHARED_DATA.joinpath("oracles.json").is_file():
        return SHARED_DATA
    if os.environ.get("BACKORDERKIT_REQUIRE_DATA") == "1":
        pytest.fail(f"{NO_DATA}, and BACKORDERKIT_REQUIRE_DATA=1 asks for it")
    pytest.skip(NO_DATA)


@pytest.fixture(scope="session")
def exact_solver() -> None:
    """SciPy, which the extra `exact` brings."""
    if HAS_SOLVER:
        return
    if os.environ.get("BACKORDERKIT_REQUIRE_EXACT") == "1":
        pytest.fail(f"{NO_SOLVER}, and BACKORDERKIT_REQUIRE_EXACT=1 asks for it")
    pytest.skip(NO_SOLVER)


@pytest.fixture(scope="session")
def fuzzer() -> None:
    """Atheris, which finds inputs by watching which code they reach."""
    if HAS_FUZZER:
        return
    if os.environ.get("BACKORDERKIT_REQUIRE_FUZZER") == "1":
        pytest.fail(f"{NO_FUZZER}, and BACKORDERKIT_REQUIRE_FUZZER=1 asks for it")
    pytest.skip(NO_FUZZER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the examples of the exact adapter where they cannot run."""
    skips = not HAS_SOLVER and os.environ.get("BACKORDERKIT_REQUIRE_EXACT") != "1"
    for item in items if skips else ():
        if item.name.startswith("backorderkit.adapters.exact"):
            item.add_marker(pytest.mark.skip(NO_SOLVER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end how many tests had no data, and how to give it to them."""
    reports = terminalreporter.stats.get("skipped", [])
    wants = [
        ("real data", "DATA", NO_DATA, f"Put the data at {SHARED_DATA}"),
        ("the solver", "EXACT", NO_SOLVER, 'pip install "backorderkit[exact]"'),
        ("the fuzzer", "FUZZER", NO_FUZZER, "pip install atheris"),
    ]
    for want, name, reason, remedy in wants:
        count = sum(reason in str(report.longrepr) for report in reports)
        if count:
            terminalreporter.section(f"skipped for want of {want}", yellow=True)
            terminalreporter.line(
                f"{count} tests did not run. {remedy};"
                f" BACKORDERKIT_REQUIRE_{name}=1 turns this skip into a failure."
            )
