"""A browser that tests drive: Chromium, through the plain HTTP of its driver.

The WebDriver protocol is a dozen requests with JSON, so nothing need be installed
beside Debian's `chromium` and `chromium-driver`. The browser has a profile of its own
and asks nobody on the network but the page under test.
"""

import json
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which the protocol hands out elements."""


class Browser:
    """One window; open it with `with`."""

    def __init__(self, port: int, profile: Path) -> None:
        """Remember where the driver listens and where the browser keeps its things."""
        self._port, self._profile = port, profile
        self._session = ""

    def __enter__(self) -> "Browser":
        """Start the driver, and a browser by it."""
        command = ["chromedriver", f"--port={self._port}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._driver = subprocess.Popen(command, **quiet)
        self._await_driver()
        options = {"args": [*ARGUMENTS, f"--user-data-dir={self._profile}"]}
        always = {"browserName": "chrome", "goog:chromeOptions": options}
        asked = {"capabilities": {"alwaysMatch": always}}
        self._session = "/session/" + self._ask("POST", "/session", asked)["sessionId"]
        self._post("/timeouts", implicit=10_000)
        return self

    def __exit__(self, *_: object) -> None:
        """Close the window, and end the driver that we started."""
        with suppress(OSError):
            self._ask("DELETE", self._session)
        self._driver.terminate()
        self._driver.wait(timeout=20)

    def _await_driver(self) -> None:
        """Wait until the driver answers; fail if it ends before."""
        while self._driver.poll() is None:
            with suppress(URLError, ConnectionError):
                self._ask("GET", "/status")
                return
            with suppress(subprocess.TimeoutExpired):
                self._driver.wait(timeout=0.1)
        raise RuntimeError("chromedriver ended before it answered")

    def open(self, address: str) -> None:
        """Go to a page."""
        self._post("/url", url=address)

    def fill(self, name: str, text: str) -> None:
        """Type into the field of that name."""
        self._post(f"/element/{self._find(_named(name))}/value", text=text)

    def press(self, button: str) -> None:
        """Press the button with those words on it."""
        found = self._find(f"//button[normalize-space()='{button}']")
        self._post(f"/element/{found}/click")

    def read(self, path: str = "//main") -> str:
        """Return what people read of an element, by its XPath."""
        text: str = self._ask("GET", f"{self._session}/element/{self._find(path)}/text")
        return text

    def submit(self, name: str) -> None:
        """Send the form in which a field stands."""
        script = "arguments[0].form.submit()"
        element = {ELEMENT: self._find(_named(name))}
        self._post("/execute/sync", script=script, args=[element])

    def _find(self, path: str) -> str:
        """Return an element by its XPath, once it is there."""
        found = self._post("/element", using="xpath", value=path)
        return str(found[ELEMENT])

    def _post(self, address: str, **body: object) -> Any:
        """Ask the driver to do something in this window."""
        return self._ask("POST", self._session + address, body)

    def _ask(self, method: str, address: str, body: object = None) -> Any:
        """Ask the driver; raise what it says went wrong."""
        request = Request(
            f"http://127.0.0.1:{self._port}{address}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback only
                return json.load(answer)["value"]
        except HTTPError as error:
            raise RuntimeError(error.read().decode()) from error


def _named(name: str) -> str:
    """Return the XPath of a field."""
    return f"//*[@name='{name}']"
