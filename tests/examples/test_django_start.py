"""The Django shop as people meet it: one command, and a real browser."""

import importlib
import os
import re
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

pytestmark = pytest.mark.slow

SHOP = Path(__file__).parents[2] / "docs" / "examples" / "django_shop"


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def started(folder, **environment):
    """Start the shop over a data folder, give it once it answers, and stop it."""
    port, log = free_port(), folder / "log"
    address = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-W", "error", str(SHOP / "start.py")]
    given = ["--port", str(port), "--data", str(folder / "data")]
    clean = {name: os.environ[name] for name in os.environ if "SHOP" not in name}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [*command, *given],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=clean | {"PYTHONUNBUFFERED": "1"} | environment,
        )
    try:
        await_answer(process, address)
        assert process.poll() is None, log.read_text("utf-8")
        yield SimpleNamespace(
            address=address,
            data=folder / "data",
            log=lambda: log.read_text("utf-8"),
        )
    finally:
        process.terminate()
        process.wait(timeout=30)


def await_answer(process, address):
    """Wait until a page answers, or the process has ended."""
    while process.poll() is None:
        with suppress(URLError, ConnectionError):
            fetched(address)
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)


@pytest.fixture(scope="module")
def running(django_installed, tmp_path_factory):
    """The shop, started by its one command in an empty folder."""
    with started(tmp_path_factory.mktemp("running")) as shop:
        yield shop


def fetched(address):
    """Return the text of a page."""
    with sent(address) as answer:
        return answer.read().decode()


def test_one_command_serves_the_shop_with_its_demo(running):
    assert "Desk lamp" in fetched(running.address)
    assert "Oak chair" in fetched(f"{running.address}orders/DEMO-2")
    assert "Log in as clerk with the password" in running.log()


def test_the_admin_has_its_style(running):
    login = fetched(f"{running.address}admin/")
    (sheet,) = re.findall(r'href="(/static/[^"]*base\.css)"', login)
    assert "body" in fetched(running.address.rstrip("/") + sheet)


def test_the_secret_key_is_made_once_and_is_nobody_elses_to_read(running):
    path = running.data / "secret_key"
    assert len(path.read_text()) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_shop_that_is_started_again_goes_on_where_it_was(django_installed, tmp_path):
    with started(tmp_path) as first:
        key, known = (first.data / "secret_key").read_text(), ledger(first)
    with started(tmp_path) as again:
        assert (again.data / "secret_key").read_text() == key
        assert ledger(again) == known
        assert "Log in as clerk" not in again.log()


def ledger(shop):
    """Return what a customer was promised."""
    page = fetched(f"{shop.address}orders/DEMO-3")
    return page.partition("What we promised")[2]


def test_behind_https_forms_are_taken_and_cookies_kept(django_installed, tmp_path):
    with started(tmp_path, SHOP_HTTPS="1") as shop:
        forwarded = {"X-Forwarded-Proto": "https"}
        first = sent(shop.address, headers=forwarded)
        cookie, _, kept = first.headers["Set-Cookie"].partition(";")
        assert "Secure" in kept
        fields = {
            "csrfmiddlewaretoken": cookie.partition("=")[2],
            "form": re.search(r'name="form" value="([^"]*)"', first.read().decode())[1],
            "customer": "ada@example.com",
            "units_LAMP": "1",
        }
        origin = shop.address.replace("http:", "https:").rstrip("/")
        forwarded |= {"Origin": origin, "Cookie": cookie}
        form = urlencode(fields).encode()
        placed = sent(shop.address, data=form, headers=forwarded)
        assert "/orders/O-" in placed.url


def sent(address, **parts):
    """Return what is answered to a request of some parts."""
    return urlopen(Request(address, **parts), timeout=30)  # noqa: S310 - loopback only


def test_a_clerk_receives_goods_in_a_browser(running, browser_installed, tmp_path):
    password = re.search(r"the password (\S+)", running.log())[1]
    webdriver = importlib.import_module("tests.examples.webdriver")
    with webdriver.Browser(free_port(), tmp_path / "profile") as browser:
        browser.open(f"{running.address}staff/receipts/PO-1")
        browser.fill("username", "clerk")
        browser.fill("password", password)
        browser.submit("password")
        browser.fill("ref", "R-1")
        browser.fill("accepted_PO-1/1", "4")
        browser.press("Show the plan")
        table = browser.read("//table[caption='Who gets what, and why']")
        assert "DEMO-2/1 bob@example.com LAMP 3 3 DEMO-2/1 gets all of 4." in table
        assert "DEMO-3/1 cleo@example.com LAMP 2 1" in table
        browser.press("Release this plan")
        said = browser.read("//*[@role='status']")
        assert "DEMO-3/1 gets 1 of the 2 it waits for." in said
        browser.open(f"{running.address}orders/DEMO-2")
        assert "Desk lamp 4 4 0 0" in browser.read()
