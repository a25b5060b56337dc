"""Reasons carry codes for programs: ours are listed and explained, hosts add theirs."""

import ast
from pathlib import Path

from backorderkit import OrderBook, Plan, Reason, by_priority
from backorderkit.codec import decode_plan, encode_plan
from backorderkit.model import ReasonCode

SOURCES = Path(__file__).parents[1] / "src" / "backorderkit"


def literal_codes(source: str) -> list[str]:
    """Return the codes that a module writes as bare text in a Reason."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        given.value
        for call in calls
        if getattr(call.func, "id", "") in {"Reason", "QuantityRefused"}
        for given in call.args
        if isinstance(given, ast.Constant) and given.value in set(ReasonCode)
    ]


def test_the_library_writes_no_code_that_is_not_listed():
    paths = [path for path in SOURCES.rglob("*.py") if "testing" not in path.parts]
    assert len(paths) > 100
    found = {path: literal_codes(path.read_text("utf-8")) for path in paths}
    assert {path: codes for path, codes in found.items() if codes} == {}


def test_a_bare_code_is_noticed():
    assert literal_codes('Reason("LAMP", "idle", "free")') == ["idle"]


def test_every_code_is_explained_under_its_name():
    module = ast.parse((SOURCES / "model" / "reasons.py").read_text("utf-8"))
    [codes] = [
        node for node in module.body if getattr(node, "name", "") == "ReasonCode"
    ]
    body = codes.body[1:]
    names = [node.targets[0].id for node in body if isinstance(node, ast.Assign)]
    assert names == list(ReasonCode.__members__)
    assert all(
        isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        for code, text in zip(body[::2], body[1::2], strict=True)
    )


def test_a_host_may_write_codes_of_its_own():
    reason = Reason("LAMP", "collected_in_store", "the customer collects it")
    plan = Plan((), (reason,), basis=OrderBook(by_priority()).version)
    assert decode_plan(encode_plan(plan)).reasons == (reason,)


def test_a_code_is_plain_text():
    assert type(Reason("LAMP", ReasonCode.IDLE, "free").code) is str
