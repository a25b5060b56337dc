"""The benchmarks run and count what they say; how fast is no matter for a test."""

import json
from functools import partial
from pathlib import Path

import pytest

from backorderkit import oldest_first, plan_receipt
from tests.benchmarks import cases
from tests.benchmarks.__main__ import main
from tests.benchmarks.books import SKU, UNITS, bare_of, book_of, receipt
from tests.benchmarks.concurrency import SKUS, by_hand, connect_file, with_desks
from tests.benchmarks.dates import delayed, supplied_book
from tests.benchmarks.handwritten import HandwrittenShop
from tests.stores import opened, sqlite_store


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("place", {"waiting": 30, "repeats": 2}),
        ("receipt-small", {"waiting": 30, "repeats": 2}),
        ("receipt-half", {"waiting": 30}),
        ("receipt-scale", {"short": 20, "long": 40, "repeats": 2}),
        ("order-scale", {"short": 20, "long": 40, "repeats": 2}),
        ("slip-scale", {"short": 600, "long": 700, "repeats": 2}),
        ("slip-answer", {"waiting": 700, "factor": 2, "repeats": 2}),
        ("lookup-scale", {"short": 20, "long": 40, "repeats": 2}),
        ("memory", {"waiting": 30}),
        pytest.param("share", {"lines": 30}, marks=pytest.mark.slow),
        ("sqlite-create", {"repeats": 2}),
        ("sqlite-receipt", {"repeats": 1}),
        ("sqlite-scale", {"short": 30, "long": 60, "repeats": 1}),
        ("processes-sqlite", {"workers": 2, "commands": 3}),
    ],
)
def test_a_benchmark_measures_something(name: str, sizes: dict[str, int]) -> None:
    found = cases.BENCHMARKS[name](2, **sizes)
    assert found.name == name
    assert found.rounds == 2
    assert found.seconds > 0
    assert found.ratio > 0


def test_a_replay_is_measured_in_lines_per_second(shared_data: Path) -> None:
    found = cases.replay_o2(1, data=shared_data, key="N1")
    assert found.figures["lines"] == 73
    assert found.figures["lines_per_second"] > 0


@pytest.mark.parametrize("filled", [1, 10, 29, 30])
def test_the_bare_loop_and_the_book_serve_the_same_lines(filled: int) -> None:
    book, bare = book_of(30), bare_of(30)
    plan = plan_receipt(book, receipt(1, filled))
    book.apply(plan)
    awards, complete = bare.receive(filled * UNITS)
    assert list(plan.allocated().items()) == awards
    assert list(plan.left_backlog) == complete
    assert len(awards) == filled
    pool = book.pool(SKU)
    assert (pool.on_hand, pool.allocated, pool.waiting) == (
        bare.on_hand,
        bare.allocated,
        bare.waiting,
    )
    book.check_invariants()


@pytest.mark.parametrize("waiting", [600, 1_000])
def test_a_delay_moves_the_lines_on_two_purchase_lines_and_nobody_else(
    waiting: int,
) -> None:
    book = supplied_book(waiting)
    slip = delayed(book, 3).slip
    assert slip is not None
    assert slip.lines == tuple(f"O-{number:09}/1" for number in range(30, 50))
    assert {move.is_later for move in slip.moves[:10]} == {True}
    assert (slip.moved_units, slip.unmoved_units) == (60, waiting * UNITS - 60)


def test_a_partly_served_line_keeps_its_place_in_both() -> None:
    book, bare = book_of(3), bare_of(3)
    for number, units in enumerate((UNITS - 1, 2)):
        one = receipt(number, 1)
        line = one.lines[0].__class__(SKU, units)
        plan = plan_receipt(book, one.__class__(one.ref, one.received_at, [line]))
        book.apply(plan)
        assert list(plan.allocated().items()) == bare.receive(units)[0]


def test_a_book_of_many_lines_is_a_sound_book() -> None:
    book = book_of(2_345)
    assert book.pool(SKU).waiting == 2_345 * UNITS
    assert len(list(book.backorders(SKU))) == 2_345
    book.check_invariants()


@pytest.mark.slow
def test_the_command_prints_one_json_object_per_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(
        cases.BENCHMARKS,
        "place",
        lambda rounds: cases.place(rounds, waiting=30, repeats=2),
    )
    assert main(["place", "place", "--rounds", "5"]) == 0
    for line in capsys.readouterr().out.splitlines():
        found = json.loads(line)
        assert found["name"] == "place"
        assert found["ratio"] > 0
        assert found["seconds_against"] > 0


@pytest.mark.parametrize("wrong", [["plaice"], ["place", "--rounds", "4"]])
def test_what_cannot_be_measured_is_refused(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(wrong)
    assert "give" in capsys.readouterr().err


def test_missing_tables_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay-O2", "--data", str(tmp_path)]) == 1
    assert "no such table" in capsys.readouterr().err


def test_the_hand_written_shop_and_the_library_come_to_the_same(tmp_path: Path) -> None:
    connection = connect_file(tmp_path / "hand")
    HandwrittenShop(connection).create()
    with opened(sqlite_store(tmp_path / "shop.db")) as repository:
        for worker in range(2):
            with_desks(repository, worker, 60, abs)
            by_hand(partial(connect_file, tmp_path / "hand"), worker, 60, abs)
        book, token = repository.load(oldest_first())
        told = len(repository.unsent())
    for sku in SKUS:
        pool = book.pool(sku)
        asked = "SELECT on_hand, allocated, waiting FROM pools WHERE sku = ?"
        found = connection.execute(asked, (sku,)).fetchone() or (0, 0, 0)
        assert found == (pool.on_hand, pool.allocated, pool.waiting)
    assert connection.execute("SELECT count(*) FROM events").fetchone() == (token,)
    assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (told,)
    connection.close()
