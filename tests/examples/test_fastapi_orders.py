"""The example service, from the outside: every operation, and everything that fails."""

import asyncio
import gzip
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier
from types import ModuleType
from typing import Any

import pytest

from backorderkit import MemoryRepository, OrderBook, oldest_first
from backorderkit.errors import Conflict, DecodeError, InvariantBroken
from backorderkit.policies import Ranking
from backorderkit.storage import Token

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def example(fastapi_installed) -> Callable[[str], ModuleType]:
    """Import a module of the example as the start command does."""
    sys.path.insert(0, str(EXAMPLES))
    return lambda name: importlib.import_module(f"fastapi_orders.{name}")


class Clock:
    """A clock that shows a minute more each time it is read."""

    def __init__(self) -> None:
        self.time = NINE

    def __call__(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


class Mailbox:
    """A notifier that keeps what it is handed, or refuses it."""

    def __init__(self) -> None:
        self.notices: list[Any] = []
        self.is_down = False

    def send(self, notice: Any) -> None:
        if self.is_down:
            raise OSError("the mail server does not answer")
        self.notices.append(notice)

    def said(self) -> list[tuple[str, str]]:
        return [(notice.kind.value, notice.order) for notice in self.notices]


NUMBERS = count(1)


class Shopper:
    """Sends requests to a service, each command under a new key unless one is given."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key or f"key-{next(NUMBERS)}"}
        return self.client.request(method, path, json=body, headers=headers)

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        return self.send("POST", path, body, key)

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def place(self, ref: str, quantity: int, sku: str = "LAMP", **more: Any) -> Any:
        lines = [{"sku": sku, "quantity": quantity}]
        body = {"ref": ref, "customer": "ada", "lines": lines, **more}
        return self.post("/orders", body)

    def receive(self, ref: str, accepted: int, sku: str = "LAMP", **more: Any) -> Any:
        line = {"sku": sku, "accepted": accepted, **more}
        return self.post("/receipts", {"ref": ref, "lines": [line]})


Serve = Callable[..., Shopper]


@pytest.fixture(params=["memory", "SQLite", "PostgreSQL"])
def store(request, example, tmp_path) -> Iterator[Any]:
    """Give an empty store of each kind that the service runs on."""
    if request.param == "memory":
        yield MemoryRepository()
        return
    environment = {"ORDERS_FILE": str(tmp_path / "orders.sqlite")}
    if request.param == "PostgreSQL":
        url = request.getfixturevalue("postgres_url")
        environment["ORDERS_DATABASE_URL"] = url
    found = example("shop").repository(environment)
    assert found.engine.dialect.name == request.param.lower()
    yield found
    assert found.engine.pool.checkedout() == 0
    found.engine.dispose()


@pytest.fixture
def serve(example) -> Iterator[Serve]:
    """Start services on stores; each runs until the test ends."""
    from fastapi.testclient import TestClient  # noqa: PLC0415 - it may be missing

    running = []

    def start(repository: Any = None, notifier: Any = None, **more: Any) -> Shopper:
        store = MemoryRepository() if repository is None else repository
        shop = example("shop").Shop(store, **{"clock": Clock(), **more})
        app = example("main").create_app(shop, notifier or Mailbox())
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        # FastAPI builds a route when it is first asked for; two loops at once may not.
        client.post("/orders", json={})
        running.append(client)
        return Shopper(client)

    yield start
    for client in running:
        client.__exit__(None, None, None)


def book_of(repository: Any) -> OrderBook:
    """Return the book that a store's history adds up to, its laws counted again."""
    book = OrderBook.replay(repository.history(Token(0))[0], oldest_first())
    book.check_invariants()
    return book


# What a customer does.


def test_an_order_gets_what_is_free_and_a_day_for_the_rest(serve):
    shop = serve()
    shop.receive("R-1", 3)
    answer = shop.place("O-1", 5)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/orders/O-1"
    [line] = answer.json()["order"]["lines"]
    assert (line["allocated"], line["waiting"]) == (3, 2)
    assert line["promised_on"] == "2026-03-09"
    assert [(one["quantity"], one["source"]) for one in line["expected"]] == [
        (3, "in_stock"),
        (2, "to_be_ordered"),
    ]
    assert "O-1/1 gets 3 of the 5 it waits for." in answer.json()["happened"]


def test_an_order_that_may_not_wait_is_refused_with_the_reason(serve):
    shop = serve()
    answer = shop.place("O-1", 1, sku="LAST")
    assert answer.status_code == 200
    assert answer.json()["order"] is None
    assert answer.json()["happened"] == [
        "O-1 is refused: O-1/1: LAST is not sold short."
    ]
    assert shop.client.get("/orders/O-1").status_code == 404


@pytest.mark.parametrize(("wanted", "waits"), [(499, 499), (500, 500), (501, 500)])
def test_only_so_many_units_may_be_sold_short(serve, wanted, waits):
    order = serve().place("O-1", wanted).json()["order"]
    assert order["lines"][0]["waiting"] == waits
    assert order["lines"][0]["refused"] == wanted - waits


def test_a_wish_for_a_day_is_kept_beside_the_promise(serve):
    lines = [{"sku": "LAMP", "quantity": 1, "requested_on": "2026-03-04"}]
    answer = serve().post("/orders", {"ref": "O-1", "customer": "ada", "lines": lines})
    [line] = answer.json()["order"]["lines"]
    assert (line["requested_on"], line["promised_on"]) == ("2026-03-04", "2026-03-09")


def test_an_urgent_order_stands_before_an_older_one(serve):
    shop = serve()
    shop.place("O-1", 4)
    shop.place("O-2", 4, priority=-1)
    assert shop.receive("R-1", 5).json()["allocated"] == {"O-2/1": 4, "O-1/1": 1}


def test_lines_that_ship_together_leave_together(serve):
    shop = serve()
    shop.receive("R-1", 2)
    lines = [{"sku": sku, "quantity": 2} for sku in ("LAMP", "CHAIR")]
    body = {"ref": "O-1", "customer": "ada", "lines": lines}
    order = shop.post("/orders", {**body, "delivery": "ship_complete"}).json()["order"]
    assert not order["is_shippable"]
    assert shop.post("/orders/O-1/shipments", {"ref": "S-1"}).status_code == 409
    done = shop.receive("R-2", 2, sku="CHAIR").json()
    assert done["became_shippable"] == ["O-1"]
    assert shop.post("/orders/O-1/shipments", {"ref": "S-1"}).status_code == 201


def test_lines_of_one_group_leave_together_and_the_others_as_they_come(serve):
    shop = serve()
    shop.receive("R-1", 2)
    shop.receive("R-2", 1, sku="RUG")
    groups = {"LAMP": "desk", "CHAIR": "desk", "RUG": None}
    lines = [
        {"sku": sku, "quantity": 1, "delivery_group": group}
        for sku, group in groups.items()
    ]
    shop.post("/orders", {"ref": "O-1", "customer": "ada", "lines": lines})
    answer = shop.post("/orders/O-1/shipments", {"ref": "S-1"})
    shipped = [line["shipped"] for line in answer.json()["order"]["lines"]]
    assert shipped == [0, 0, 1]


def test_an_inquiry_names_days_and_holds_nothing(serve):
    store = MemoryRepository()
    shop = serve(store)
    shop.receive("R-1", 3)
    before = store.history(Token(0))
    answer = shop.get("/promise?sku=LAMP&quantity=5&on=2026-03-05")
    assert (answer["availability"], answer["complete_on"]) == ("partial", "2026-03-09")
    assert [(one["quantity"], one["on"]) for one in answer["portions"]] == [
        (3, "2026-03-05"),
        (2, "2026-03-09"),
    ]
    assert store.history(Token(0)) == before


def test_a_quote_holds_goods_until_it_is_accepted(serve):
    shop = serve()
    shop.receive("R-1", 3)
    lines = [{"sku": "LAMP", "quantity": 2}]
    quote = {"ref": "Q-1", "customer": "ada", "lines": lines}
    until = "2026-03-02T12:00:00+01:00"
    answer = shop.post("/quotes", {**quote, "until": until})
    assert answer.status_code == 201
    assert answer.json()["order"]["quoted_until"] == "2026-03-02T11:00:00Z"
    assert shop.place("O-1", 3).json()["order"]["lines"][0]["allocated"] == 1
    assert shop.post("/quotes/Q-1/acceptance").status_code == 200
    assert shop.get("/orders/Q-1")["lines"][0]["allocated"] == 2


def test_an_order_takes_over_what_a_quote_holds(serve):
    shop = serve()
    shop.receive("R-1", 2, sku="LAST")
    lines = [{"sku": "LAST", "quantity": 2}]
    quote = {"ref": "Q-1", "customer": "ada", "lines": lines}
    shop.post("/quotes", {**quote, "until": "2026-03-03T09:00:00Z"})
    assert shop.place("O-1", 1, sku="LAST").json()["order"] is None
    order = shop.place("O-2", 2, sku="LAST", quote="Q-1").json()["order"]
    assert order["lines"][0]["allocated"] == 2


def test_a_quote_that_expired_cannot_be_accepted(serve):
    shop = serve()
    shop.receive("R-1", 2)
    lines = [{"sku": "LAMP", "quantity": 2}]
    quote = {"ref": "Q-1", "customer": "ada", "lines": lines}
    shop.post("/quotes", {**quote, "until": "2026-03-02T09:03:00Z"})
    answer = shop.post("/quotes/Q-1/acceptance")
    assert answer.status_code == 422
    assert answer.json()["remedy"] == "place an order instead"


def test_a_line_is_raised_behind_the_others_and_lowered_from_its_end(serve):
    shop = serve()
    shop.place("O-1", 2)
    shop.place("O-2", 2)
    assert shop.send("PATCH", "/orders/O-1/lines/1", {"quantity": 3}).status_code == 200
    queue = shop.get("/backlog/LAMP")["queue"]
    assert [(one["line"], one["quantity"]) for one in queue] == [
        ("O-1/1", 2),
        ("O-2/1", 2),
        ("O-1/1", 1),
    ]
    answer = shop.send("PATCH", "/orders/O-1/lines/1", {"quantity": 2})
    assert answer.json()["order"]["lines"][0]["cancelled"] == 1
    assert shop.get("/backlog/LAMP")["waiting"] == 4


@pytest.mark.parametrize(("wanted", "waits"), [(500, 500), (501, 500)])
def test_a_raise_is_subject_to_the_selling_rules(serve, wanted, waits):
    shop = serve()
    shop.place("O-1", 2)
    answer = shop.send("PATCH", "/orders/O-1/lines/1", {"quantity": wanted})
    assert answer.json()["order"]["lines"][0]["waiting"] == waits


def test_what_is_cancelled_goes_to_the_next_in_line(serve):
    shop = serve()
    shop.receive("R-1", 2)
    shop.place("O-1", 2)
    shop.place("O-2", 2)
    part = {"lines": [{"number": 1, "quantity": 1}], "reason": "one is enough"}
    answer = shop.post("/orders/O-1/cancellations", part)
    assert answer.status_code == 200
    assert answer.json()["order"]["lines"][0]["cancelled"] == 1
    assert shop.get("/orders/O-2")["lines"][0]["allocated"] == 1
    shop.post("/orders/O-1/cancellations", {})
    assert shop.get("/orders/O-2")["lines"][0]["allocated"] == 2


def test_only_what_is_allocated_can_be_shipped(serve):
    shop = serve()
    shop.receive("R-1", 3)
    shop.place("O-1", 5)
    parcel = {"ref": "S-1", "lines": [{"number": 1, "quantity": 4}]}
    answer = shop.post("/orders/O-1/shipments", parcel)
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["asked"], problem["possible"]) == (4, 3)
    answer = shop.post("/orders/O-1/shipments", {"ref": "S-1"})
    assert answer.status_code == 201
    assert answer.json()["order"]["lines"][0]["shipped"] == 3


# What a buyer does.


def test_what_is_missing_is_bought_once_and_promised(serve):
    shop = serve()
    shop.place("O-1", 5)
    shop.place("O-2", 3, sku="CHAIR")
    answer = shop.post("/purchase-orders")
    assert answer.status_code == 201
    [order] = answer.json()["purchase_orders"]
    assert [(one["sku"], one["quantity"]) for one in order["lines"]] == [
        ("CHAIR", 4),
        ("LAMP", 12),
    ]
    assert order["lines"][1]["needs"] == {"O-1/1": 5}
    assert shop.post("/purchase-orders").json()["purchase_orders"] == []
    [waiting] = shop.get("/backlog/LAMP")["queue"]
    assert waiting["promised_on"] == "2026-03-09"
    [cover] = waiting["covered_by"]
    assert (cover["purchase_line"], cover["quantity"]) == ("PO-1/2", 5)


def test_a_late_supplier_moves_the_days_of_those_behind_it_only(serve):
    mailbox = Mailbox()
    shop = serve(notifier=mailbox)
    shop.place("O-1", 12)
    shop.post("/purchase-orders")
    shop.place("O-2", 12)
    shop.post("/purchase-orders")
    mailbox.notices.clear()
    news = {"reason": "strike", "expected_on": "2026-03-20"}
    answer = shop.post("/purchase-orders/PO-2/lines/1/news", news)
    assert answer.status_code == 200
    [move] = answer.json()["moves"]
    assert (move["line"], move["moved_from"], move["moved_to"]) == (
        "O-2/1",
        "2026-03-09",
        "2026-03-20",
    )
    assert mailbox.said() == [("date_moved", "O-2")]
    days = [one["dates"] for one in shop.get("/orders/O-2")["lines"][0]["promises"]]
    assert days == [
        [{"quantity": 12, "on": "2026-03-09"}],
        [{"quantity": 12, "on": "2026-03-20"}],
    ]


def test_a_delivery_for_others_takes_nobody_his_day(serve):
    mailbox = Mailbox()
    shop = serve(notifier=mailbox)
    shop.place("O-1", 12)
    shop.post("/purchase-orders")
    shop.place("O-2", 12)
    promised = shop.get("/orders/O-2")["lines"][0]["promises"]
    mailbox.notices.clear()
    assert shop.receive("R-1", 1, purchase_order="PO-1").status_code == 201
    assert shop.get("/orders/O-2")["lines"][0]["promises"] == promised
    assert mailbox.said() == [("arrived", "O-1")]


def test_units_that_a_supplier_cuts_get_the_day_on_which_new_ones_would_come(serve):
    store = MemoryRepository()
    shop = serve(store)
    shop.place("O-1", 12)
    shop.post("/purchase-orders")
    news = {"reason": "flood", "open_quantity": 0}
    later = serve(store, clock=lambda: NINE + timedelta(days=4))
    later.post("/purchase-orders/PO-1/lines/1/news", news)
    assert later.get("/orders/O-1")["lines"][0]["promised_on"] == "2026-03-13"


def test_a_confirmation_is_believed_and_a_cut_makes_a_shortage(serve):
    shop = serve()
    shop.place("O-1", 5)
    shop.post("/purchase-orders")
    news = {"reason": "letter", "confirmed_on": "2026-03-11", "open_quantity": 4}
    assert shop.post("/purchase-orders/PO-1/lines/1/news", news).status_code == 200
    backlog = shop.get("/backlog/LAMP")
    assert (backlog["incoming"], backlog["short"]) == (4, 1)
    [cover] = backlog["queue"][0]["covered_by"]
    assert (cover["expected_on"], cover["confidence"]) == ("2026-03-11", "confirmed")


def test_news_that_say_nothing_change_nothing(serve):
    store = MemoryRepository()
    shop = serve(store)
    shop.place("O-1", 5)
    shop.post("/purchase-orders")
    before = store.history(Token(0))
    answer = shop.post("/purchase-orders/PO-1/lines/1/news", {"reason": "a call"})
    assert (answer.status_code, answer.json()["happened"]) == (200, [])
    assert store.history(Token(0)) == before


def test_a_delivery_settles_its_purchase_line(serve):
    shop = serve()
    shop.place("O-1", 5)
    shop.post("/purchase-orders")
    broken = {"rejected": 2, "reason": "broken", "remedy": "credit", "final": True}
    done = shop.receive("R-1", 4, purchase_order="PO-1", number=1, **broken)
    assert done.status_code == 201
    assert done.json()["allocated"] == {"O-1/1": 4}
    backlog = shop.get("/backlog/LAMP")
    assert (backlog["incoming"], backlog["short"], backlog["on_hand"]) == (0, 1, 4)


@pytest.mark.parametrize(("remedy", "incoming"), [("replace", 8), ("credit", 6)])
def test_what_is_rejected_is_owed_unless_it_is_credited(serve, remedy, incoming):
    shop = serve()
    shop.place("O-1", 5)
    shop.post("/purchase-orders")
    broken = {"rejected": 2, "reason": "broken", "remedy": remedy}
    shop.receive("R-1", 4, purchase_order="PO-1", number=1, **broken)
    assert shop.get("/backlog/LAMP")["incoming"] == incoming


def test_each_part_of_a_line_shows_what_covers_that_part(serve):
    shop = serve()
    shop.place("O-1", 12)
    shop.post("/purchase-orders")
    shop.send("PATCH", "/orders/O-1/lines/1", {"quantity": 14})
    shop.post("/purchase-orders")
    queue = shop.get("/backlog/LAMP")["queue"]
    assert [
        [(cover["purchase_line"], cover["quantity"]) for cover in one["covered_by"]]
        for one in queue
    ] == [[("PO-1/1", 12)], [("PO-2/1", 2)]]


def test_the_backlog_is_shown_from_its_head(serve):
    shop = serve()
    for number in range(1, 5):
        shop.place(f"O-{number}", number)
    queue = shop.get("/backlog/LAMP?most=3")["queue"]
    assert [one["order"] for one in queue] == ["O-1", "O-2", "O-3"]
    assert shop.get("/backlog/LAMP")["waiting"] == 10


# The same command twice.

ORDER = {
    "ref": "O-2",
    "customer": "bob",
    "lines": [{"sku": "LAMP", "quantity": 2}],
}
REFUSED = {**ORDER, "lines": [{"sku": "LAST", "quantity": 1}]}
COMMANDS = [
    ("POST", "/orders", ORDER),
    ("POST", "/orders", {**REFUSED, "ref": "O-3"}),
    ("POST", "/quotes", {**ORDER, "ref": "Q-2", "until": "2026-03-03T09:00:00Z"}),
    ("POST", "/quotes/Q-1/acceptance", None),
    ("PATCH", "/orders/O-1/lines/1", {"quantity": 30}),
    ("POST", "/orders/O-1/cancellations", {"lines": [{"number": 1, "quantity": 1}]}),
    ("POST", "/orders/O-1/shipments", {"ref": "S-1"}),
    ("POST", "/purchase-orders", None),
    (
        "POST",
        "/purchase-orders/PO-1/lines/1/news",
        {"reason": "late", "expected_on": "2026-04-01"},
    ),
    ("POST", "/receipts", {"ref": "R-2", "lines": [{"sku": "LAMP", "accepted": 2}]}),
]


@pytest.fixture
def prepared(serve) -> Shopper:
    """A service with a quote, an order partly served, and a purchase under way."""
    store = MemoryRepository()
    shop = serve(store)
    shop.store = store
    shop.receive("R-1", 20)
    lines = [{"sku": "LAMP", "quantity": 2}]
    quote = {"ref": "Q-1", "customer": "ada", "lines": lines}
    shop.post("/quotes", {**quote, "until": "2026-03-03T09:00:00Z"})
    shop.place("O-1", 25)
    shop.post("/purchase-orders")
    shop.place("O-9", 6)
    return shop


@pytest.mark.parametrize(("method", "path", "body"), COMMANDS)
def test_the_same_key_does_nothing_twice(prepared, method, path, body):
    before = len(prepared.store.history(Token(0))[0])
    first = prepared.send(method, path, body, "same")
    facts = prepared.store.history(Token(0))[0]
    assert len(facts) > before
    second = prepared.send(method, path, body, "same")
    assert second.status_code == first.status_code
    assert first.json()["done_before"] is False
    assert second.json()["done_before"] is True
    assert second.json()["happened"] == []
    assert second.json().get("order") == first.json().get("order")
    assert prepared.store.history(Token(0))[0] == facts
    book_of(prepared.store)


def test_a_key_counts_for_one_command_about_one_thing(serve):
    shop = serve()
    lines = [{"sku": "LAMP", "quantity": 1}]
    for ref in ("O-1", "O-2"):
        body = {"ref": ref, "customer": "ada", "lines": lines}
        assert not shop.post("/orders", body, "one").json()["done_before"]
        answer = shop.post(f"/orders/{ref}/cancellations", {}, "one")
        assert not answer.json()["done_before"]


def test_a_reference_that_is_taken_is_refused_under_another_key(serve):
    shop = serve()
    shop.place("O-1", 1)
    answer = shop.place("O-1", 1)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":duplicate")
    assert answer.json()["ref"] == "O-1"


# What is refused.


def line(**more: Any) -> dict[str, Any]:
    return {**ORDER, "lines": [{"sku": "LAMP", "quantity": 1, **more}]}


BAD_ORDERS = {
    "a float": line(quantity=2.0),
    "a half": line(quantity=2.5),
    "a text for a number": line(quantity="2"),
    "a flag for a number": line(quantity=True),
    "nothing": line(quantity=0),
    "less than nothing": line(quantity=-1),
    "too many units": line(quantity=1_000_001),
    "an unknown field": line(quantty=3),
    "a blank in a reference": line(sku="LA MP"),
    "a line break in a reference": line(sku="LAMP\n"),
    "a slash in a reference": {**ORDER, "ref": "O/1"},
    "too long a reference": {**ORDER, "ref": "O" * 41},
    "no customer": {"ref": "O-1", "lines": ORDER["lines"]},
    "no lines": {**ORDER, "lines": []},
    "too many lines": {**ORDER, "lines": ORDER["lines"] * 101},
    "a day in another form": line(requested_on="20260310"),
    "a day as a number": line(requested_on=1_772_000_000),
    "a day that does not exist": line(requested_on="2026-02-30"),
    "a time for a day": line(requested_on="2026-03-10T00:00:00Z"),
    "an unknown word": {**ORDER, "delivery": "by_pigeon"},
    "a number for a word": {**ORDER, "delivery": 1},
    "a list": [ORDER],
    "null": None,
}


@pytest.mark.parametrize("body", BAD_ORDERS.values(), ids=BAD_ORDERS)
def test_a_body_of_another_shape_is_refused_and_changes_nothing(serve, body):
    store = MemoryRepository()
    answer = serve(store).post("/orders", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0].keys() == {"where", "value", "remedy"}
    assert store.history(Token(0)) == ((), 0)


@pytest.mark.parametrize(
    "until",
    [
        "2026-03-03T09:00:00",
        "2026-03-03",
        1_772_000_000,
        "1772000000",
        "2026-W10-2T09:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-03-02T09:01:00Z",
    ],
)
def test_a_time_must_have_an_offset_and_lie_ahead(serve, until):
    body = {**ORDER, "until": until}
    assert serve().post("/quotes", body).status_code == 422


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 422),
        (b"[" * 50_000, 400),
        (b"1" * 6_000, 400),
        (b'{"ref": "\xff"}', 400),
        (b'{"ref": "\\ud800"}', 422),
        (b'{"ref": NaN}', 422),
        (b" " * 100_001, 413),
    ],
    ids=["broken", "deep", "long number", "not UTF-8", "surrogate", "NaN", "large"],
)
def test_a_body_that_cannot_be_read_is_a_problem_not_a_failure(serve, content, status):
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = serve().client.post("/orders", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"ref": O-1}', "Expecting value at offset 8"),
        (b'{"ref": "O-1"', "Expecting ',' delimiter at offset 13"),
    ],
)
def test_a_body_that_is_no_json_is_told_where_it_breaks(serve, content, fault):
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    problem = serve().client.post("/orders", content=content, headers=headers).json()
    assert problem["detail"] == f"body is no JSON: {fault}"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "image/png", ""]
)
def test_a_body_that_does_not_say_it_is_json_is_refused(serve, kind):
    headers = {"Idempotency-Key": "k"} | ({"Content-Type": kind} if kind else {})
    content = json.dumps(ORDER).encode()
    answer = serve().client.post("/orders", content=content, headers=headers)
    assert answer.json()["status"] == answer.status_code == 415
    assert "Content-Type: application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "application/merge-patch+json"]
)
def test_a_body_may_say_in_several_ways_that_it_is_json(serve, kind):
    headers = {"Idempotency-Key": "k", "Content-Type": kind}
    content = json.dumps(ORDER).encode()
    answer = serve().client.post("/orders", content=content, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(("size", "status"), [(99_999, 201), (100_000, 201)])
def test_a_body_is_read_up_to_the_limit(serve, size, status):
    content = json.dumps(ORDER).encode().ljust(size)
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = serve().client.post("/orders", content=content, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
def test_a_compressed_body_is_refused_unread(serve, encoding):
    content = gzip.compress(json.dumps(ORDER).encode().ljust(10**8))
    assert len(content) < 100_000
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    client = serve().client
    answer = client.post(
        "/orders", content=content, headers={**headers, "Content-Encoding": encoding}
    )
    assert answer.json()["status"] == answer.status_code == 415
    assert "without compression" in answer.json()["detail"]
    plain = {**headers, "Content-Encoding": "Identity"}
    answer = client.post("/orders", content=json.dumps(ORDER), headers=plain)
    assert answer.status_code == 201


@pytest.mark.parametrize(("pieces", "is_read"), [(10, True), (11, False)])
def test_a_body_in_pieces_is_counted_whole(example, pieces, is_read):
    from fastapi import HTTPException  # noqa: PLC0415 - it may be missing

    sent = [{"type": "http.request", "body": b" " * 10_000}] * pieces
    left = iter(sent)
    read = []

    async def receive() -> Any:
        return next(left)

    async def app(_: Any, receive: Any, __: Any) -> None:
        read.extend([await receive() for _ in sent])

    service = example("limits").BodyLimit(app)
    refused = pytest.raises(HTTPException, match="413")
    with nullcontext() if is_read else refused:
        asyncio.run(service({"type": "http", "headers": []}, receive, None))
    assert (len(read) == pieces) is is_read


@pytest.mark.parametrize("key", [None, "", " ", "a b", "k" * 65, "schlüssel"])
def test_a_command_needs_a_key_of_printable_characters(serve, key):
    headers = {} if key is None else {"Idempotency-Key": key.encode()}
    answer = serve().client.post("/orders", json=ORDER, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "header.Idempotency-Key"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/orders/O-9", None),
        ("PATCH", "/orders/O-9/lines/1", {"quantity": 1}),
        ("POST", "/orders/O-9/cancellations", {}),
        ("POST", "/orders/O-9/shipments", {"ref": "S-1"}),
        ("POST", "/quotes/Q-9/acceptance", None),
        ("POST", "/orders", {**ORDER, "quote": "Q-9"}),
        ("POST", "/purchase-orders/PO-9/lines/1/news", {"reason": "late"}),
        (
            "POST",
            "/receipts",
            {
                "ref": "R-1",
                "lines": [{"sku": "LAMP", "accepted": 1, "purchase_order": "PO-9"}],
            },
        ),
    ],
)
def test_what_nobody_recorded_is_not_found(serve, method, path, body):
    answer = serve().send(method, path, body)
    assert answer.status_code == 404
    problem = answer.json()
    assert problem["type"].endswith(":unknown-reference")
    assert "-9" in problem["ref"]
    assert problem["instance"] == path


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/orders", 405), ("/orders/", 404), ("/a%20b%3Cc", 404)],
)
def test_even_the_web_frameworks_refusals_are_problems(serve, path, status):
    answer = serve().client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == path


def test_a_refused_method_names_the_allowed_ones(serve):
    assert serve().client.delete("/orders").headers["allow"] == "POST"


def test_the_librarys_words_reach_the_client(serve):
    shop = serve()
    shop.place("O-1", 2)
    lines = [{"number": 1, "quantity": 1}] * 2
    answer = shop.post("/orders/O-1/cancellations", {"lines": lines})
    assert answer.status_code == 422
    assert answer.json() == {
        "type": "tag:backorderkit.example,2026:invalid-value",
        "title": "A value is not allowed there",
        "status": 422,
        "detail": "lines is [1, 1]: name each line once",
        "instance": "/orders/O-1/cancellations",
        "what": "lines",
        "value": "[1, 1]",
        "remedy": "name each line once",
    }


# What fails inside.


class Failing(MemoryRepository):
    """A store that raises when something is saved."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def save(self, *_: Any, **__: Any) -> Token:
        raise self.error


def test_who_is_overtaken_too_often_is_told_to_come_again(serve):
    shop = serve(Failing(Conflict(expected=1, found=2)))
    answer = shop.place("O-1", 1)
    assert answer.status_code == 409
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["type"].endswith(":conflict")


@pytest.mark.parametrize(
    "error",
    [
        InvariantBroken("pool LAMP", "a secret"),
        DecodeError("events[3]", "a secret", "restore it"),
        OSError("a secret"),
        KeyError("a secret"),
    ],
)
def test_a_failure_inside_is_not_shown(serve, error):
    answer = serve(Failing(error)).place("O-1", 1)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(":internal-error")
    assert "secret" not in answer.text


def test_a_failure_inside_is_logged(serve, caplog):
    serve(Failing(InvariantBroken("pool LAMP", "a secret"))).place("O-1", 1)
    assert "a secret" in caplog.text


def test_a_policy_that_breaks_its_word_is_a_failure_inside(serve):
    class Generous(Ranking):
        def share(self, available, backorders):
            for award in super().share(available, backorders):
                yield award._replace(quantity=award.quantity + 1)

    policy = Generous("generous", lambda one: (one.queued_at,))
    shop = serve(policy=policy)
    shop.receive("R-1", 2)
    answer = shop.place("O-1", 1)
    assert answer.status_code == 500
    assert "generous" not in answer.text


# Notices.


def test_a_notice_leaves_after_its_command(serve):
    mailbox = Mailbox()
    shop = serve(notifier=mailbox)
    shop.place("O-1", 2)
    shop.receive("R-1", 2)
    shop.post("/orders/O-1/shipments", {"ref": "S-1"})
    assert mailbox.said() == [
        ("confirmed", "O-1"),
        ("arrived", "O-1"),
        ("shipped", "O-1"),
    ]


def test_a_notice_that_is_refused_waits_for_the_next_process(serve, example):
    store, mailbox = MemoryRepository(), Mailbox()
    mailbox.is_down = True
    shop = serve(store, mailbox)
    assert shop.place("O-1", 2).status_code == 201
    assert (mailbox.said(), len(store.unsent())) == ([], 1)
    mailbox.is_down = False
    serve(store, mailbox)
    assert mailbox.said() == [("confirmed", "O-1")]
    assert store.unsent() == ()


def test_what_waits_goes_out_when_the_service_stops(example):
    from fastapi.testclient import TestClient  # noqa: PLC0415 - it may be missing

    store, mailbox = MemoryRepository(), Mailbox()
    app = example("main").create_app(example("shop").Shop(store), mailbox)
    mailbox.is_down = True
    with TestClient(app) as client:
        Shopper(client).place("O-1", 2)
        mailbox.is_down = False
    assert mailbox.said() == [("confirmed", "O-1")]


def test_a_store_that_does_not_answer_for_a_while_ends_nothing(serve, caplog):
    class Silent(MemoryRepository):
        def unsent(self) -> Any:
            raise OSError("no answer")

    assert serve(Silent()).place("O-1", 2).status_code == 201
    assert "the notices wait in it" in caplog.text


def test_the_log_names_no_customer(serve, example, caplog):
    caplog.set_level("INFO")
    serve(notifier=example("relay").LoggingNotifier()).place("O-1", 2)
    assert "for order O-1: confirmed" in caplog.text
    assert "ada" not in caplog.text


# Several at once.


@pytest.mark.slow
def test_eight_shoppers_of_two_services_and_one_last_unit(store, serve):
    services = (serve(store), serve(store))
    services[0].receive("R-1", 1, sku="LAST")
    ready = Barrier(8)

    def order(number: int) -> Any:
        ready.wait(timeout=60)
        lines = [{"sku": "LAST", "quantity": 1}]
        body = {"ref": f"O-{number}", "customer": "ada", "lines": lines}
        return services[number % 2].post("/orders", body, f"order-{number}")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(order, range(8)))
    placed = [one for one in answers if one.status_code == 201]
    assert len(placed) == 1
    assert {one.status_code for one in answers} <= {200, 201, 409}
    assert placed[0].json()["order"]["lines"][0]["allocated"] == 1
    pool = book_of(store).pool("LAST")
    assert (pool.on_hand, pool.allocated, pool.waiting) == (1, 1, 0)


@pytest.mark.slow
def test_of_many_shoppers_of_one_service_nobody_is_sent_away(store, serve):
    shop, ready = serve(store), Barrier(24)

    def order(number: int) -> Any:
        ready.wait(timeout=60)
        return shop.place(f"O-{number}", 1)

    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(order, range(24)))
    assert [one.status_code for one in answers] == [201] * 24
    assert book_of(store).pool("LAMP").waiting == 24


class Meeting(MemoryRepository):
    """A store in which two processes read before either of them writes."""

    def __init__(self) -> None:
        super().__init__()
        self.barrier, self.left = Barrier(2), 2

    def load(self, *arguments: Any) -> Any:
        loaded = super().load(*arguments)
        self.left -= 1
        if self.left >= 0:
            self.barrier.wait(timeout=60)
        return loaded


@pytest.mark.parametrize("keys", [("same", "same"), ("one", "other")])
def test_a_form_that_is_sent_twice_at_once_is_one_order(serve, keys):
    store = Meeting()
    services = (serve(store), serve(store))
    with ThreadPoolExecutor(2) as threads:
        sent = [
            threads.submit(shop.post, "/orders", ORDER, key)
            for shop, key in zip(services, keys, strict=True)
        ]
        answers = [one.result() for one in sent]
    if keys[0] == keys[1]:
        assert [one.status_code for one in answers] == [201, 201]
        assert sorted(one.json()["done_before"] for one in answers) == [False, True]
    else:
        assert sorted(one.status_code for one in answers) == [201, 409]
    assert book_of(store).orders() == ("O-2",)


# On every store.


def a_day(shop: Shopper) -> list[tuple[int, Any]]:
    """Send every command and question once; return each status and answer."""
    lines = [{"sku": "LAMP", "quantity": 2}]
    quote = {"ref": "Q-1", "customer": "ada", "lines": lines}
    received = {"ref": "R-1", "lines": [{"sku": "LAMP", "accepted": 20}]}
    placed = {"ref": "O-1", "customer": "ada", "lines": [{**lines[0], "quantity": 25}]}
    morning = [
        ("POST", "/receipts", received),
        ("POST", "/quotes", {**quote, "until": "2026-03-03T09:00:00Z"}),
        ("POST", "/orders", placed),
        ("POST", "/purchase-orders", None),
        ("POST", "/orders", {**placed, "ref": "O-9"}),
    ]
    questions = [
        ("GET", f"/orders/{ref}", None)
        for ref in ("O-1", "O-2", "O-3", "O-9", "Q-1", "Q-2")
    ]
    questions += [
        ("GET", "/backlog/LAMP", None),
        ("GET", "/promise?sku=LAMP&quantity=5", None),
    ]
    answers = [
        shop.send(*command, key=f"day-{number}")
        for number, command in enumerate([*morning, *COMMANDS, *questions])
    ]
    return [(answer.status_code, answer.json()) for answer in answers]


def test_a_day_in_the_shop_goes_the_same_way_on_every_store(store, serve):
    shown = a_day(serve(store, clock=lambda: NINE))
    assert shown == a_day(serve(clock=lambda: NINE))
    assert {status for status, _ in shown} == {200, 201, 404}
    book_of(store)


def test_a_restart_keeps_everything(serve, example, tmp_path):
    environment = {"ORDERS_FILE": str(tmp_path / "orders.sqlite")}
    mailbox, repository = Mailbox(), example("shop").repository
    mailbox.is_down = True
    first = serve(repository(environment), mailbox)
    first.receive("R-1", 3)
    first.place("O-1", 5)
    first.post("/purchase-orders", key="buy")
    before = (first.get("/orders/O-1"), first.get("/backlog/LAMP"))
    mailbox.is_down = False
    second = serve(repository(environment), mailbox)
    assert (second.get("/orders/O-1"), second.get("/backlog/LAMP")) == before
    assert mailbox.said() == [("confirmed", "O-1")]
    assert second.post("/purchase-orders", key="buy").json()["done_before"]
    assert second.place("O-1", 5).status_code == 409
