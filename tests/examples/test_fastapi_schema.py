"""What the example service says of itself is complete, and it keeps to it.

Requests are made from the service's own schema: such as it allows, and such as it
forbids. All run inside this process, without a socket.
"""

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given

from tests.searching import examples

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
# Earlier than any day that is made up, so that quotes can be made until then.
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
PROBLEM = "application/problem+json"
OPERATIONS = [
    "GET /backlog/{sku}",
    "GET /orders/{order}",
    "GET /promise",
    "PATCH /orders/{order}/lines/{number}",
    "POST /orders",
    "POST /orders/{order}/cancellations",
    "POST /orders/{order}/shipments",
    "POST /purchase-orders",
    "POST /purchase-orders/{purchase}/lines/{number}/news",
    "POST /quotes",
    "POST /quotes/{quote}/acceptance",
    "POST /receipts",
]


def module(name: str) -> ModuleType:
    """Import a module of the example as the start command does."""
    if str(EXAMPLES) not in sys.path:
        sys.path.insert(0, str(EXAMPLES))
    return importlib.import_module(f"fastapi_orders.{name}")


@pytest.fixture(scope="module")
def app(fastapi_installed, tmp_path_factory) -> Iterator[Any]:
    """A service on a file: an order waits, a quote holds, a purchase is under way."""
    from fastapi.testclient import TestClient  # noqa: PLC0415 - it may be missing

    file = tmp_path_factory.mktemp("store") / "orders.sqlite"
    store = module("shop").repository({"ORDERS_FILE": str(file)})
    shop = module("shop").Shop(store, clock=lambda: LONG_AGO)
    service = module("main").create_app(shop)
    lines = [{"sku": "LAMP", "quantity": 5}]
    order = {"ref": "O-1", "customer": "ada", "lines": lines}
    quote = {**order, "ref": "Q-1", "until": "2026-03-10T09:00:00Z"}
    received = {"ref": "R-1", "lines": [{"sku": "LAMP", "accepted": 4}]}
    for path, body in (
        ("/orders", order),
        ("/receipts", received),
        ("/purchase-orders", None),
        ("/quotes", quote),
    ):
        headers = {"Idempotency-Key": "before"}
        answer = TestClient(service).post(path, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
    yield service
    store.engine.dispose()


@pytest.fixture(scope="module")
def schema(app) -> dict[str, Any]:
    """What the service says of itself."""
    found: dict[str, Any] = app.openapi()
    return found


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside a schema."""
    while "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        part = schema["components"]["schemas"][name]
    return part


def operation(schema: dict[str, Any], label: str) -> dict[str, Any]:
    """Return the description of one operation."""
    method, path = label.split()
    found: dict[str, Any] = schema["paths"][path][method.lower()]
    return found


def test_every_operation_is_known_to_these_tests(schema):
    found = [
        f"{method.upper()} {path}"
        for path, methods in schema["paths"].items()
        for method in methods
    ]
    assert sorted(found) == OPERATIONS


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_says_what_it_does_and_shows_an_example(schema, label):
    said = operation(schema, label)
    assert said["summary"]
    assert said["description"]
    for parameter in said.get("parameters", []):
        assert parameter["schema"]["examples"], parameter["name"]
    if "requestBody" in said:
        [(media_type, body)] = said["requestBody"]["content"].items()
        assert media_type == "application/json"
        wanted = resolved(schema, body["schema"])
        assert wanted["examples"]
        assert wanted["additionalProperties"] is False


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_shows_what_it_answers_and_which_problems(schema, label):
    said = operation(schema, label)
    expected = {"422", "500"}
    if "requestBody" in said:
        expected |= {"400", "413", "415"}
    if not label.startswith("GET"):
        expected |= {"409"}
    if "{order}" in label or "{quote}" in label or "{purchase}" in label:
        expected |= {"404"}
    assert expected <= set(said["responses"])
    for status, answer in said["responses"].items():
        [(media_type, content)] = answer["content"].items()
        is_problem = int(status) >= 400
        assert media_type == (PROBLEM if is_problem else "application/json")
        assert resolved(schema, content["schema"])["examples"], (label, status)


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_command_asks_for_a_key(schema, label):
    headers = [
        one
        for one in operation(schema, label).get("parameters", [])
        if one["in"] == "header"
    ]
    if label.startswith("GET"):
        assert headers == []
    else:
        [key] = headers
        assert (key["name"], key["required"]) == ("Idempotency-Key", True)


def test_every_list_and_text_a_client_sends_has_a_limit(schema):
    for name, part in schema["components"]["schemas"].items():
        if name.endswith("Wanted") or name in ("LineUnits", "DeliveryLine"):
            for field, form in part["properties"].items():
                assert is_bounded(schema, form), (name, field)


def is_bounded(schema: dict[str, Any], form: dict[str, Any]) -> bool:
    """Tell whether a form of value bounds what can be sent."""
    form = resolved(schema, form)
    if "anyOf" in form:
        return all(is_bounded(schema, one) for one in form["anyOf"])
    match form["type"]:
        case "string":
            return "maxLength" in form or "format" in form or "enum" in form
        case "integer":
            return "maximum" in form and "minimum" in form
        case "array":
            return "maxItems" in form
    return form["type"] in ("boolean", "null", "object")


@pytest.mark.parametrize(
    ("where", "model", "name"),
    [
        ("answers", "OrderShown", "ORDER"),
        ("answers", "OrderDone", "ORDER_DONE"),
        ("answers", "DeliveryDone", "DELIVERY_DONE"),
        ("answers", "NewsDone", "NEWS_DONE"),
        ("answers", "PurchasesDone", "PURCHASES_DONE"),
        ("answers", "Answered", "ANSWERED"),
        ("reading", "Backlog", "BACKLOG"),
    ],
)
def test_a_sample_is_what_its_model_writes(app, where, model, name):
    sample = getattr(module("samples"), name)
    kind = getattr(module(where), model)
    assert kind.model_validate(sample).model_dump(mode="json") == sample


def test_the_examples_of_bodies_can_be_sent(schema):
    for name, part in schema["components"]["schemas"].items():
        if name.endswith("Wanted") and "examples" in part:
            for example in part["examples"]:
                getattr(module("schemas"), name).model_validate(example)


# Requests made from the schema.

KNOWN = {"order": "O-1", "quote": "Q-1", "purchase": "PO-1", "sku": "LAMP"}


def whole(value: Any) -> Any:
    """Return a body without floats: JSON Schema calls 5.0 an integer, we do not."""
    match value:
        case float():
            return int(value)
        case dict():
            return {key: whole(one) for key, one in value.items()}
        case list():
            return [whole(one) for one in value]
    return value


@pytest.mark.slow
@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "forbidden"])
def test_no_request_makes_it_fail_or_break_its_word(app, label, allowed):
    from schemathesis import GenerationMode, checks, openapi  # noqa: PLC0415
    from schemathesis.specs.openapi import checks as of_schema  # noqa: PLC0415

    kept = [
        checks.not_a_server_error,
        of_schema.status_code_conformance,
        of_schema.content_type_conformance,
        of_schema.response_headers_conformance,
        of_schema.response_schema_conformance,
        of_schema.negative_data_rejection,
    ]
    method, path = label.split()
    service = openapi.from_asgi("/openapi.json", app)[path][method]
    mode = GenerationMode.POSITIVE if allowed else GenerationMode.NEGATIVE
    seen: Counter[int] = Counter()

    @examples(25, database=None, suppress_health_check=list(HealthCheck))
    @given(service.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if allowed:
            case.body = whole(case.body)
            known = {
                name: KNOWN[name] for name in case.path_parameters if name in KNOWN
            }
            if sum(seen.values()) % 2:
                case.path_parameters.update(known)
        answer = case.call()
        seen[answer.status_code] += 1
        case.validate_response(answer, checks=kept)

    ask()
    # A run in which no decision was reached, or nothing refused, would show nothing.
    assert seen.keys() & ({200, 201, 409} if allowed else {400, 422}), seen
