"""The example service as its README starts it, and each request that is shown there."""

import doctest
import importlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "examples" / "fastapi_orders"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SHOWN_AT = "http://127.0.0.1:8000"
BLOCK = re.compile(r"```(console|json)\n(.*?)```", re.DOTALL)
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "start")


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Start the service with the command of the README; give where it listens."""
    command = README.split("&& python ")[1].split("\n")[0]
    environment = {
        **os.environ,
        "ORDERS_PORT": "0",
        "ORDERS_FILE": str(folder / "orders.sqlite"),
    }
    service = subprocess.Popen(
        [sys.executable, *shlex.split(command)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert service.stderr is not None
        yield listens_at(service.stderr), service
    finally:
        service.terminate()
        service.communicate(timeout=60)


def listens_at(log: Any) -> str:
    """Read the log until it says where the service listens."""
    read = []
    for line in log:
        read.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found.group()
    raise AssertionError("".join(read))


def conversation() -> Iterator[tuple[list[str], Any]]:
    """Yield each request of the README as words, and what is shown of its answer."""
    blocks = [match.groups() for match in BLOCK.finditer(README)]
    for number, (kind, text) in enumerate(blocks):
        if kind == "console" and text.startswith("curl"):
            following = blocks[number + 1 : number + 2]
            shown = [json.loads(body) for name, body in following if name == "json"]
            yield shlex.split(text), shown[0] if shown else "…"


def asked(words: list[str], address: str) -> Any:
    """Send what curl would send."""
    import httpx2  # noqa: PLC0415 - it may be missing

    method, headers, body, url = "", {}, None, ""
    rest = iter(words[1:])
    for word in rest:
        match word:
            case "-X":
                method = next(rest)
            case "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            case "--json":
                body, method = json.loads(next(rest)), "POST"
            case _:
                assert word.startswith(SHOWN_AT)
                url = word.replace(SHOWN_AT, address)
    return httpx2.request(method or "GET", url, headers=headers, json=body).json()


def agrees(shown: Any, answer: Any) -> bool:
    """Tell whether an answer has all that is shown of it."""
    if shown == "…":
        return True
    if isinstance(shown, dict):
        return all(key in answer and agrees(shown[key], answer[key]) for key in shown)
    if isinstance(shown, list):
        return len(shown) == len(answer) and all(map(agrees, shown, answer))
    return bool(shown == answer)


@pytest.mark.slow
def test_the_readme_starts_the_service_and_every_answer_is_as_shown(
    fastapi_installed, tmp_path
):
    import httpx2  # noqa: PLC0415 - it may be missing

    with running(tmp_path) as (address, service):
        schema = httpx2.get(f"{address}/openapi.json").json()
        assert schema["info"]["title"] == "Orders"
        requests = list(conversation())
        assert len(requests) == 7
        for words, shown in requests:
            answer = asked(words, address)
            assert agrees(shown, answer), (words, answer)
    assert service.returncode in (0, -signal.SIGTERM)


@pytest.mark.slow
def test_what_was_answered_survives_a_kill(fastapi_installed, tmp_path):
    import httpx2  # noqa: PLC0415 - it may be missing

    delivery, order, *_ = [words for words, _ in conversation()]
    with running(tmp_path) as (address, service):
        asked(delivery, address)
        placed = asked(order, address)["order"]
        service.kill()
        service.wait(timeout=60)
    with running(tmp_path) as (address, _):
        [kept] = httpx2.get(f"{address}/orders/O-1").json()["lines"]
        [told] = placed["lines"]
        for name in ("allocated", "waiting", "promises"):
            assert kept[name] == told[name]
        assert asked(order, address)["done_before"]


@pytest.mark.parametrize(
    ("shown", "answer", "expected"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {}, False),
        ({"a": "…"}, {"a": [1]}, True),
        ([{"a": 1}], [{"a": 1}, {"a": 1}], False),
        ([{"a": 1}], [{"a": 1, "b": 2}], True),
    ],
)
def test_an_answer_that_differs_from_what_is_shown_is_noticed(shown, answer, expected):
    assert agrees(shown, answer) is expected


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_a_module_run(fastapi_installed, name):
    if str(FOLDER.parent) not in sys.path:
        sys.path.insert(0, str(FOLDER.parent))
    path = "fastapi_orders" if name == "__init__" else f"fastapi_orders.{name}"
    module = importlib.import_module(path)
    assert module.__doc__
    assert len((FOLDER / f"{name}.py").read_text("utf-8").splitlines()) <= 300
    assert doctest.testmod(module).failed == 0
