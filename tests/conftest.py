"""What every test may rely on: fixed Hypothesis profiles and the folder of real data.

A test that needs the real data says so by asking for `shared_data`. Without the data it
is skipped with a reason, and the end of the run says how many and what to do; with
`BACKORDERKIT_REQUIRE_DATA=1` it fails instead. So it is with tests that ask for the
`exact_solver` (the extra `exact`, `BACKORDERKIT_REQUIRE_EXACT=1`), for the
`holiday_lists` (the extra `calendars`, `BACKORDERKIT_REQUIRE_CALENDARS=1`), for
`fastapi_installed` and `django_installed` (the extra `examples`,
`BACKORDERKIT_REQUIRE_EXAMPLES=1`), for `browser_installed` (Chromium,
`BACKORDERKIT_REQUIRE_BROWSER=1`), for the `fuzzer` (Atheris,
`BACKORDERKIT_REQUIRE_FUZZER=1`) and for a PostgreSQL server (`postgres_url`,
`durable_postgres`: `BACKORDERKIT_REQUIRE_POSTGRES=1`).
"""

import importlib
import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from backorderkit import OrderBook, oldest_first

# Read by the type checker only.
collect_ignore = ["typing"]
ROOT = Path(__file__).parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
NO_DATA = f"no real data: {SHARED_DATA} does not exist"
HAS_SOLVER = importlib.util.find_spec("scipy") is not None
NO_SOLVER = "no exact solver: SciPy is not installed"
HAS_HOLIDAYS = importlib.util.find_spec("holidays") is not None
NO_HOLIDAYS = "no public holidays: holidays is not installed"
HAS_FASTAPI = all(
    importlib.util.find_spec(name) for name in ("fastapi", "uvicorn", "httpx2")
)
NO_FASTAPI = "no HTTP service: FastAPI is not installed"
HAS_DJANGO = importlib.util.find_spec("django") is not None
NO_DJANGO = "no shop: Django is not installed"
HAS_BROWSER = all(map(shutil.which, ("chromium", "chromedriver")))
NO_BROWSER = "no browser: chromium and chromedriver are not installed"
HAS_FUZZER = importlib.util.find_spec("atheris") is not None
NO_FUZZER = "no fuzzer: Atheris is not installed"
SERVERS = {"fast_postgres", "durable_postgres"}
POSTGRES = {"postgresql", "PostgreSQL"}
NO_POSTGRES = "no PostgreSQL: its server is not installed"

# The gate: the same examples on every machine and in every run, and no clock decides.
settings.register_profile(
    "gate",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    max_examples=100,
)
# `quick` is what a plain run takes; `long` searches longer, `thorough` draws fresh
# examples each time: pytest --hypothesis-profile=long. `tests.searching` scales the
# tests that have a number of their own.
settings.register_profile("quick", settings.get_profile("gate"), max_examples=12)
settings.register_profile("long", settings.get_profile("gate"), max_examples=2_000)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile("quick")


@pytest.fixture
def book() -> OrderBook:
    """An empty book that serves the oldest first."""
    return OrderBook(oldest_first())


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real orders, receipts and their known answers."""
    if SHARED_DATA.joinpath("oracles.json").is_file():
        return SHARED_DATA
    if os.environ.get("BACKORDERKIT_REQUIRE_DATA") == "1":
        pytest.fail(f"{NO_DATA}, and BACKORDERKIT_REQUIRE_DATA=1 asks for it")
    pytest.skip(NO_DATA)


def installed(found: bool, name: str, reason: str) -> None:
    """Skip a test without its library, or fail it where the library is asked for."""
    if found:
        return
    if os.environ.get(f"BACKORDERKIT_REQUIRE_{name}") == "1":
        pytest.fail(f"{reason}, and BACKORDERKIT_REQUIRE_{name}=1 asks for it")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def exact_solver() -> None:
    """SciPy, which the extra `exact` brings."""
    installed(HAS_SOLVER, "EXACT", NO_SOLVER)


@pytest.fixture(scope="session")
def holiday_lists() -> None:
    """The library holidays, which the extra `calendars` brings."""
    installed(HAS_HOLIDAYS, "CALENDARS", NO_HOLIDAYS)


@pytest.fixture(scope="session")
def fastapi_installed() -> None:
    """FastAPI and its server, which the extra `examples` brings, and a test client."""
    installed(HAS_FASTAPI, "EXAMPLES", NO_FASTAPI)


@pytest.fixture(scope="session")
def django_installed() -> None:
    """Django, which the extra `examples` brings."""
    installed(HAS_DJANGO, "EXAMPLES", NO_DJANGO)


@pytest.fixture(scope="session")
def browser_installed() -> None:
    """Chromium, and the driver by which programs use it."""
    installed(HAS_BROWSER, "BROWSER", NO_BROWSER)


@pytest.fixture(scope="session")
def fuzzer() -> None:
    """Atheris, which finds inputs by watching which code they reach."""
    installed(HAS_FUZZER, "FUZZER", NO_FUZZER)


def postgres_server(*, is_durable: bool) -> Any:  # imported only where it is needed
    """Start a server, skip the test without one, or fail it where one is asked for."""
    postgres = importlib.import_module("tests.postgres")
    is_named = postgres.NAMED_SERVER in os.environ and not is_durable
    installed(is_named or postgres.binaries() is not None, "POSTGRES", NO_POSTGRES)
    return postgres.Server(postgres.DURABLE) if is_durable else postgres.fast_server()


@pytest.fixture(scope="session")
def fast_postgres() -> Iterator[Any]:
    """A server for ordinary tests, which could not survive a crash."""
    server = postgres_server(is_durable=False)
    yield server
    server.close()


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Any]:
    """A server that survives a crash; a test may let it `crash` and `start` again."""
    server = postgres_server(is_durable=True)
    yield server
    server.close()


@pytest.fixture
def postgres_url(fast_postgres: Any) -> Iterator[str]:
    """The address of an empty database on the fast server."""
    url = fast_postgres.new_database()
    yield url
    fast_postgres.drop_database(url)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def sql_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An engine for an empty database of either kind; it must come back unused."""
    if request.param == "sqlite":
        sql = importlib.import_module("backorderkit.adapters.sql")
        engine = sql.sqlite_engine(tmp_path / "shop.db")
    else:
        url = request.getfixturevalue("postgres_url")
        engine = importlib.import_module("sqlalchemy").create_engine(url)
    yield engine
    left = engine.pool.checkedout()
    engine.dispose()
    assert left == 0, f"{left} connections were left checked out"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server; skip examples of an adapter without its library.

    A quick run takes one store of each kind: what is tried on PostgreSQL is slow.
    """
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("postgres")
        asked = getattr(item, "callspec", None)
        kinds = asked.params.values() if asked else ()
        if item.get_closest_marker("postgres") or POSTGRES & set(map(str, kinds)):
            item.add_marker("slow")
    for found, name, module, reason in (
        (HAS_SOLVER, "EXACT", "exact", NO_SOLVER),
        (HAS_HOLIDAYS, "CALENDARS", "holidays", NO_HOLIDAYS),
    ):
        if found or os.environ.get(f"BACKORDERKIT_REQUIRE_{name}") == "1":
            continue
        for item in items:
            if item.name.startswith(f"backorderkit.adapters.{module}"):
                item.add_marker(pytest.mark.skip(reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end how many tests had no data, and how to give it to them."""
    reports = terminalreporter.stats.get("skipped", [])
    wants = [
        ("real data", "DATA", NO_DATA, f"Put the data at {SHARED_DATA}"),
        ("the solver", "EXACT", NO_SOLVER, 'pip install "backorderkit[exact]"'),
        (
            "holidays",
            "CALENDARS",
            NO_HOLIDAYS,
            'pip install "backorderkit[calendars]"',
        ),
        ("FastAPI", "EXAMPLES", NO_FASTAPI, 'pip install "backorderkit[dev]"'),
        ("Django", "EXAMPLES", NO_DJANGO, 'pip install "backorderkit[examples]"'),
        ("a browser", "BROWSER", NO_BROWSER, "apt-get install chromium-driver"),
        ("the fuzzer", "FUZZER", NO_FUZZER, "pip install atheris"),
        ("PostgreSQL", "POSTGRES", NO_POSTGRES, "apt-get install postgresql"),
    ]
    for want, name, reason, remedy in wants:
        count = sum(reason in str(report.longrepr) for report in reports)
        if count:
            terminalreporter.section(f"skipped for want of {want}", yellow=True)
            terminalreporter.line(
                f"{count} tests did not run. {remedy};"
                f" BACKORDERKIT_REQUIRE_{name}=1 turns this skip into a failure."
            )
