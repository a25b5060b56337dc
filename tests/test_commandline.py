"""`python -m backorderkit`: the invented shop, and the shop of a user's own files.

The answers for the tiny shop were worked out by hand, on paper, as the comments show.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from backorderkit import (
    Backorder,
    Line,
    Order,
    OrderBook,
    Pool,
    PurchaseLine,
    PurchaseOrder,
    SellingRule,
    SellingRules,
    oldest_first,
    plan_purchase_order,
    smallest_first,
)
from backorderkit.adapters.csv import TABLES, DeliveredLine, Delivery
from backorderkit.demo import main
from backorderkit.demo.booking import WrongDelivery, receipt_of
from backorderkit.demo.entry import POLICIES, Progress
from backorderkit.demo.report import report
from backorderkit.demo.run import Kind, figures_of
from backorderkit.demo.running import Diary, live
from backorderkit.demo.scenario import Scenario, at
from backorderkit.demo.story import the_story
from backorderkit.demo.wording import listed, percent, rounded, table, wrapped

ROOT = Path(__file__).parents[1]
WIDTH = 96


def command(*arguments: str, seed: str = "0", **options) -> subprocess.CompletedProcess:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "backorderkit", *arguments],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        check=False,
        capture_output=True,
        encoding="utf-8",
        **options,
    )


@pytest.fixture(scope="module")
def story() -> str:
    """What the command says without arguments."""
    finished = command()
    assert finished.returncode == 0
    assert all(line.startswith("... ") for line in finished.stderr.splitlines())
    return finished.stdout


@pytest.fixture(scope="module")
def run():
    """The invented shop, lived through."""
    return live(the_story())


def flat(text: str) -> str:
    """Return a text without its line ends and indents."""
    return " ".join(text.split())


# The invented shop


@pytest.mark.parametrize(
    "said",
    [
        "Who goes first: the lowest priority number, then the oldest.",
        "5 orders for 22 units: 20 in stock, 2 must wait.",
        "cleo (O-3) hears: 4 LAMP at once, 2 LAMP on Mon 9 Mar.",
        "The shop orders what is missing: 16 from ACME, 6 from BIRCH and 16 from COVE.",
        "PO-2/2 ACME LAMP 10 12 2 by pack Mon 16 Mar gus 3, leo 3, pia 4",
        "LAMP O-14/1 noor Fri 6 Mar 2 2 first in line, priority -1",
        "LAMP O-7/1 gus Tue 3 Mar 5 2 next in line; nothing left for 3",
        "LAMP O-12/1 leo Thu 5 Mar 3 0 nothing left; due Mon 16 Mar",
        "refused: only 5 more of VASE can be backordered (limit 6, 1 waiting).",
        "COVE will bring PO-4/1 (RUG) on Mon 30 Mar: a strike at the port.",
        "ida (O-9) hears: 2 RUG on Mon 30 Mar, not Mon 23 Mar.",
        "ida cancels 2 RUG of O-9: does not want to wait.",
        "2 CHAIR go back: cracked legs.",
        "mia (O-13) hears: 2 CHAIR on Thu 26 Mar, not Thu 19 Mar; 1 TABLE on",
        "next in line; order incomplete",
        "PO-4/1 COVE RUG 4 4 Mon 9 Mar Mon 30 Mar",
        "Still waiting:",
        "On order:",
        "filled at once",
    ],
)
def test_the_story_shows(story, said):
    assert said in flat(story)


def test_the_story_fits_the_screen(story):
    lines = story.splitlines()
    assert 100 <= len(lines) <= 160
    assert max(map(len, lines)) <= WIDTH
    assert not any(line != line.rstrip() for line in lines)
    assert story.isascii()


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_the_story_is_the_same_under_every_hash_seed(arguments):
    told = {command(*arguments, seed=seed).stdout for seed in ("0", "1", "20231")}
    assert len(told) == 1


def test_every_unit_of_the_story_is_accounted_for(run):
    run.book.check_invariants()
    assert OrderBook.replay(run.history, run.scenario.policy) == run.book
    lines = [line for ref in run.book.orders() for line in run.book.order(ref).lines]
    asked = sum(line.quantity for order in run.scenario.orders for line in order.lines)
    accepted = sum(line.ordered for line in lines)
    refused = sum(line.refused for line in lines)
    assert asked == accepted + refused
    assert figures_of(run).fill.units.of == asked
    shelf = sum(run.scenario.stock.values())
    bought = sum(
        run.book.purchase_line(line.ref).accepted
        for order in run.book.purchase_orders()
        for line in order.lines
    )
    shipped = sum(line.shipped for line in lines)
    on_hand = sum(run.book.pool(*pool).on_hand for pool in run.book.pools())
    assert shelf + bought == shipped + on_hand


@pytest.mark.parametrize("name", POLICIES)
def test_another_policy_moves_goods_between_customers_and_makes_none(name, run):
    other = live(the_story(POLICIES[name]()))
    other.book.check_invariants()
    figures, plain = figures_of(other), figures_of(run)
    assert figures.purchase_orders == plain.purchase_orders
    assert sum(band.units for band in figures.ages) == sum(
        band.units for band in plain.ages
    )


def test_the_smallest_orders_go_first_if_the_shop_says_so(capsys):
    assert main(["--policy", "smallest_first"]) == 0
    told = flat(capsys.readouterr().out)
    assert "Who goes first: the fewest waiting units, then the oldest." in told
    rank = smallest_first().rank
    waits = [
        Backorder(
            f"O-{units}/1",
            0,
            f"O-{units}",
            "ada",
            "LAMP",
            quantity=units,
            ordered=units,
            queued_at=datetime(2026, 3, 2, tzinfo=UTC),
        )
        for units in (5, 2)
    ]
    assert min(waits, key=rank).quantity == 2


def test_no_day_of_the_story_is_told_twice_and_none_after_its_end(run):
    days = [day.on for day in run.days]
    assert days == sorted(set(days))
    assert days[-1] <= date(2026, 3, 29)
    assert all(day.steps for day in run.days)


def test_every_promise_of_the_story_was_heard(run):
    made = [
        (event.line, event.promised_on)
        for event in run.history
        if type(event).__name__ == "PromiseMade"
    ]
    heard = [
        (line.line, line.dates[-1].on if line.dates else None)
        for day in run.days
        for step in day.steps
        for notice in step.notices
        if notice.kind.value in {"confirmed", "date_set", "date_moved"}
        for line in notice.lines
        if line.dates or notice.kind.value == "date_moved"
    ]
    assert sorted(map(str, made)) == sorted(map(str, heard))


# The command


def test_help_gives_examples():
    finished = command("--help")
    assert finished.returncode == 0
    assert "python -m backorderkit --orders orders.csv" in finished.stdout
    assert "--receipts" in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--orders", "a"], "belong together"),
        (["--orders", "a", "--stock", "b"], "belong together"),
        (["--receipts", "a"], "belong together"),
        (["--policy", "whim"], "invalid choice: 'whim'"),
        (["--order", "a"], "unrecognized arguments"),
        (["orders.csv"], "unrecognized arguments"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, said, capsys):
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    assert ending.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("--json",), ("--columns",)])
def test_a_reader_who_goes_away_sees_no_traceback(arguments):
    with subprocess.Popen(
        [sys.executable, "-m", "backorderkit", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        assert started.stdout is not None and started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
        assert started.wait() == 141
    assert b"Traceback" not in said
    assert b"Exception" not in said


def test_a_run_that_is_stopped_ends_without_a_traceback(monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("backorderkit.demo.entry.live", stop)
    assert main([]) == 130
    assert capsys.readouterr().err == ""


def test_progress_is_told_once_a_second_and_not_before(capsys):
    times = iter([10.0, 10.999, 11.0, 11.5, 12.0, 14.0])
    progress = Progress(lambda: next(times))
    for step in ("a", "b", "c", "d", "e"):
        progress(step)
    assert capsys.readouterr().err.split() == ["...", "b", "...", "d", "...", "e"]


def test_a_name_the_terminal_cannot_show_does_not_end_the_run(tmp_path):
    shop = files(tmp_path, orders=TINY["orders"].replace("ben", "Zoë"))
    finished = subprocess.run(
        [sys.executable, "-m", "backorderkit", *shop],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0
    assert "Zo\\xeb" in finished.stdout


# A tiny shop from files, worked out by hand
#
# 3 LAMP lie on the shelf. On Monday ada wants 5 (3 are there), ben 4; that evening
# 2 + 4 = 6 are bought. On Tuesday cleo wants 2 and goes first: of the 6 she gets 2, ada
# 2, ben 2, and ben's other 2 are bought on the next Monday, in a pack of 6.

TINY = {
    "orders": """\
order,customer,placed_at,line,sku,quantity,priority,unit_price,currency
O-1,ada,2026-03-02T09:00,1,LAMP,5,0,10.00,EUR
O-2,ben,2026-03-02T10:00,1,LAMP,4,0,10.00,EUR
O-3,cleo,2026-03-03,1,LAMP,2,-1,10.00,EUR
""",
    "stock": "sku,on_hand\nLAMP,3\n",
    "terms": "supplier,sku,lead_time_days,multiple\nACME,LAMP,7,6\n",
}
RECEIPTS_HEAD = (
    "receipt,received_at,sku,accepted,purchase_line,rejected,reason,remedy,final"
)


def files(folder: Path, **changed: str | bytes | None) -> list[str]:
    """Write the files of the tiny shop, some of them changed; return the arguments."""
    arguments: list[str] = []
    for name, text in {**TINY, **changed}.items():
        path = folder / f"{name}.csv"
        if isinstance(text, bytes):
            path.write_bytes(text)
        elif text is not None:
            path.write_text(text, encoding="utf-8", newline="")
        arguments += [f"--{name}", str(path)]
    return arguments


def told(capsys, arguments: list[str]) -> dict:
    """Run the command in this process and return its JSON."""
    assert main([*arguments, "--json"]) == 0
    said = capsys.readouterr()
    assert all(line.startswith("... ") for line in said.err.splitlines())
    return json.loads(said.out)


def notices(data: dict, kind: str) -> list[tuple]:
    """Return (day, customer, told days, day before) of the notices of a kind."""
    return [
        (
            day["on"],
            notice["customer"],
            [(one["quantity"], one["on"]) for one in line["dates"]],
            line["moved_from"],
        )
        for day in data["days"]
        for step in day["steps"]
        for notice in step["notices"]
        if notice["kind"] == kind
        for line in notice["lines"]
    ]


def allocated(data: dict, kind: str) -> list[tuple[str, dict[str, int]]]:
    """Return who got what, day by day, in steps of a kind."""
    return [
        (day["on"], step["allocated"])
        for day in data["days"]
        for step in day["steps"]
        if step["kind"] == kind
    ]


def test_the_tiny_shop_serves_as_worked_out_by_hand(tmp_path, capsys):
    data = told(capsys, files(tmp_path))
    assert allocated(data, "order") == [
        ("2026-03-02", {"O-1/1": 3}),
        ("2026-03-02", {}),
        ("2026-03-03", {}),
    ]
    assert allocated(data, "receipt") == [
        ("2026-03-09", {"O-3/1": 2, "O-1/1": 2, "O-2/1": 2}),
        ("2026-03-16", {"O-2/1": 2}),
    ]
    first = allocated(data, "receipt")[0][1]
    assert list(first) == ["O-3/1", "O-1/1", "O-2/1"]
    assert data["waiting"] == []


def test_the_tiny_shop_buys_as_worked_out_by_hand(tmp_path, capsys):
    first, second = told(capsys, files(tmp_path))["purchases"]
    assert (first["purchase_line"], first["need"], first["ordered"]) == ("PO-1/1", 6, 6)
    assert first["for"] == [
        {"line": "O-1/1", "quantity": 2},
        {"line": "O-2/1", "quantity": 4},
    ]
    assert (second["need"], second["by_rounding"], second["ordered"]) == (2, 4, 6)
    assert [one["expected_on"] for one in (first, second)] == [
        "2026-03-09",
        "2026-03-16",
    ]
    assert [one["open"] for one in (first, second)] == [0, 0]


def test_the_tiny_shop_tells_customers_as_worked_out_by_hand(tmp_path, capsys):
    data = told(capsys, files(tmp_path))
    assert notices(data, "confirmed") == [
        ("2026-03-02", "ada", [(2, "2026-03-09")], None),
        ("2026-03-02", "ben", [(4, "2026-03-09")], None),
        ("2026-03-03", "cleo", [(2, "2026-03-09")], None),
    ]
    # cleo's 2 push ben's last 2 behind the 6 that are on order, to the next purchase.
    moved = [(2, "2026-03-09"), (2, "2026-03-16")]
    assert notices(data, "date_moved") == [("2026-03-03", "ben", moved, "2026-03-09")]
    assert notices(data, "date_set") == []


def test_the_figures_of_the_tiny_shop_are_those_worked_out_by_hand(tmp_path, capsys):
    figures = told(capsys, files(tmp_path))["figures"]
    at_once = figures["filled_at_once"]
    assert at_once["units"] == {"filled": 3, "of": 11, "rate": "3/11"}
    assert at_once["lines"] == {"filled": 0, "of": 3, "rate": "0"}
    # Hours: ada 2 × 167, ben 2 × 166 and 2 × 334, cleo 2 × 152; receipts come at 8:00.
    hours = 2 * 167 + 2 * 166 + 2 * 334 + 2 * 152
    assert figures["delayed_units"] == {
        "units": 8,
        "mean_days": str(Fraction(hours, 8 * 24)),
        "median_days": str(Fraction(166, 24)),
        "90_percent_days": str(Fraction(334, 24)),
        "longest_days": str(Fraction(334, 24)),
    }
    promised = {"kept": 2, "moved": 1, "missed": 0, "open": 0, "withdrawn": 0}
    assert figures["promised_lines"] == promised
    assert figures["surplus"] == {"in_stock": {"LAMP": 4}, "on_order": {}}
    assert figures["prepaid_exposure"] == {"amounts": [], "unpriced_units": 0}
    assert (figures["purchase_orders"], figures["receipts"]) == (2, 2)
    assert figures["parcels"] == 1 + 3 + 1


def test_the_tables_say_what_the_json_says(tmp_path, capsys):
    arguments = files(tmp_path)
    data = told(capsys, arguments)
    assert main(arguments) == 0
    text = flat(capsys.readouterr().out)
    assert "suppliers deliver in full, on the expected day." in text
    assert "27.3 % of 11 units; 0.0 % of 3 lines; 0.0 % of 3 orders" in text
    mean = Fraction(data["figures"]["delayed_units"]["mean_days"])
    assert f"8 units for {rounded(mean)} days on average" in text
    assert "2 kept, 1 moved in time, 0 missed, 0 open, 0 withdrawn" in text
    assert "LAMP O-2/1 ben Mon 2 Mar 4 2 next in line; nothing left for 2" in text
    assert "ben (O-2) hears: 2 LAMP on Mon 9 Mar and 2 LAMP on Mon 16 Mar" in text
    assert "PO-2/1 ACME LAMP 2 6 4 by pack Mon 16 Mar ben 2" in text
    assert "No line is waiting. Nothing is on order." in text


def test_the_tables_of_the_story_say_what_its_json_says(story):
    data = json.loads(command("--json").stdout)
    assert data["days"][0]["on"] == "2026-03-02"
    text = flat(story)
    for line in data["waiting"][:10]:
        start = f"{line['line']} {line['customer']} {line['sku']}"
        assert f"{start} {line['ordered']} {line['waiting']} " in text
    figures = data["figures"]
    kept = figures["promised_lines"]
    assert f"{kept['kept']} kept, {kept['moved']} moved in time" in text
    for amount in figures["prepaid_exposure"]["amounts"]:
        assert f"{amount['amount']} {amount['currency']}" in text
    units = figures["filled_at_once"]["units"]
    assert f"{percent(Fraction(units['rate']))} of {units['of']} units" in text
    open_units = sum(line["open"] for line in data["purchases"])
    assert f"On order: {open_units} units" in text


# Receipts of a user's own


def receipts(*rows: str) -> str:
    """Return a file of receipts."""
    return "\n".join([RECEIPTS_HEAD, *rows, ""])


def open_units(data: dict) -> dict[str, tuple[int, int, int]]:
    """Return (open, accepted, closed) of each purchase line."""
    return {
        one["purchase_line"]: (one["open"], one["accepted"], one["closed"])
        for one in data["purchases"]
    }


def test_only_the_receipts_given_happen(tmp_path, capsys):
    arguments = files(tmp_path, receipts=receipts("R-7,2026-03-10,LAMP,5,,,,,"))
    data = told(capsys, arguments)
    assert not data["suppliers_assumed_to_deliver_in_full"]
    # On the next Monday 8 wait and 6 are on order: 2 are bought, as a pack of 6.
    assert open_units(data) == {"PO-1/1": (1, 5, 0), "PO-2/1": (6, 0, 0)}
    assert allocated(data, "receipt") == [
        ("2026-03-10", {"O-3/1": 2, "O-1/1": 2, "O-2/1": 1})
    ]
    assert [(one["line"], one["waiting"]) for one in data["waiting"]] == [("O-2/1", 3)]
    assert data["figures"]["prepaid_exposure"]["amounts"] == [
        {"amount": "30.00", "currency": "EUR"}
    ]
    assert main(arguments) == 0
    assert "What comes: the 1 receipt given." in capsys.readouterr().out


def test_customers_hear_when_goods_do_not_come_on_their_day(tmp_path, capsys):
    arguments = files(tmp_path, receipts=receipts("R-7,2026-03-10,LAMP,5,,,,,"))
    data = told(capsys, arguments)
    late = [one for one in notices(data, "date_moved") if one[0] == "2026-03-10"]
    assert {customer for _, customer, days, _ in late if days == []} >= {"ada", "cleo"}
    assert main(arguments) == 0
    assert "Not there yet: PO-1/1 is overdue." in flat(capsys.readouterr().out)


def test_nobody_is_late_on_days_of_which_the_receipts_say_nothing(tmp_path, capsys):
    arguments = files(tmp_path, receipts=receipts("R-7,2026-03-04,LAMP,1,,,,,"))
    data = told(capsys, arguments)
    assert data["days"][-1]["on"] == "2026-03-09"
    assert [days for _, _, days, _ in notices(data, "date_moved") if not days] == []


def test_no_receipts_at_all_leave_everybody_waiting(tmp_path, capsys):
    data = told(capsys, files(tmp_path, receipts=receipts()))
    assert sum(one["waiting"] for one in data["waiting"]) == 8
    assert allocated(data, "receipt") == []


def test_goods_without_a_purchase_line_settle_the_oldest_first(tmp_path, capsys):
    data = told(
        capsys,
        files(tmp_path, receipts=receipts("R-7,2026-03-12,LAMP,13,,,,,")),
    )
    # 6 for PO-1/1, 6 for PO-2/1, and 1 that nobody ordered.
    assert open_units(data) == {"PO-1/1": (0, 6, 0), "PO-2/1": (0, 6, 0)}
    [stock] = data["stock"]
    assert (stock["on_hand"], stock["free"]) == (3 + 13 - 11, 5)


def test_a_named_purchase_line_is_settled_whatever_its_age(tmp_path, capsys):
    row = "R-7,2026-03-12,LAMP,2,PO-2/1,,,,"
    data = told(capsys, files(tmp_path, receipts=receipts(row)))
    assert open_units(data) == {"PO-1/1": (6, 0, 0), "PO-2/1": (4, 2, 0)}


def test_more_than_was_ordered_is_kept_apart(tmp_path, capsys):
    row = "R-7,2026-03-12,LAMP,9,PO-1/1,,,,"
    first, _ = told(capsys, files(tmp_path, receipts=receipts(row)))["purchases"]
    assert (first["accepted"], first["over"], first["open"]) == (6, 3, 0)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("R-7,2026-03-12,LAMP,4,PO-1/1,2,broken,replace,", (2, 4, 0)),
        ("R-7,2026-03-12,LAMP,4,PO-1/1,2,broken,,", (2, 4, 0)),
        ("R-7,2026-03-12,LAMP,4,PO-1/1,2,broken,credit,", (0, 4, 2)),
        ("R-7,2026-03-12,LAMP,4,PO-1/1,,,,yes", (0, 4, 2)),
        ("R-7,2026-03-12,LAMP,4,PO-1/1,,,,no", (2, 4, 0)),
        ("R-7,2026-03-12,LAMP,4,,2,broken,,", (2, 4, 0)),
    ],
)
def test_rejected_and_final_goods_settle_their_purchase_line(
    tmp_path, capsys, row, expected
):
    data = told(capsys, files(tmp_path, receipts=receipts(row)))
    assert open_units(data)["PO-1/1"] == expected


def test_rows_of_one_receipt_are_one_delivery_wherever_they_stand(tmp_path, capsys):
    rows = receipts(
        "R-7,2026-03-12,LAMP,2,,,,,",
        "R-8,2026-03-13,LAMP,1,,,,,",
        "R-7,2026-03-12,LAMP,3,PO-2/1,,,,",
        "R-7,2026-03-12,LAMP,1,,,,,",
    )
    data = told(capsys, files(tmp_path, receipts=rows))
    assert [day for day, _ in allocated(data, "receipt")] == [
        "2026-03-12",
        "2026-03-13",
    ]
    assert open_units(data) == {"PO-1/1": (2, 4, 0), "PO-2/1": (3, 3, 0)}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "R-7,2026-03-08,LAMP,2,PO-2/1,,,,",
            "row 2, column purchase_line is 'PO-2/1': name one that is open for LAMP"
            " at main on that day (PO-1/1), or leave it empty",
        ),
        (
            "R-7,2026-03-08,RUG,2,PO-1/1,,,,",
            "row 2, column purchase_line is 'PO-1/1': name one that is open for RUG at"
            " main on that day (none), or leave it empty",
        ),
        (
            "R-7,2026-03-08,RUG,2,,1,broken,,",
            "row 2, column rejected is 1: leave it empty: none of it is on order",
        ),
    ],
)
def test_a_receipt_that_fits_no_purchase_is_named(tmp_path, capsys, row, said):
    assert main(files(tmp_path, receipts=receipts(row))) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"receipts.csv, {said}\n"


# Wrong cells: named with file, row, column, value and remedy, and nothing is run

ORDER = "O-9,zoe,2026-03-02,1,LAMP,1,0,10.00,EUR"
WHOLE = "give a whole number, {} or more"
DAY = "give a date like 2026-03-31"
MOMENT = "give a date and time like 2026-03-31T14:05 or 2026-03-31T14:05+02:00"
YEAR = "give a year from 2000 to 2099"


def refused(capsys, arguments: list[str]) -> list[str]:
    """Run the command, which must refuse, and return what it says."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()


def with_columns(**cells: str) -> str:
    """Return orders of one row with more columns than the tiny shop has."""
    names = "order,customer,placed_at,line,sku,quantity"
    head, values = (
        [*names.split(","), *cells],
        ["O-1", "ada", "2026-03-02", "1", "LAMP", "1"],
    )
    return "\n".join([",".join(head), ",".join([*values, *cells.values()]), ""])


@pytest.mark.parametrize(
    ("old", "new", "column", "value", "remedy"),
    [
        (",LAMP,1,", ",LAMP,2.5,", "quantity", "2.5", WHOLE.format(1)),
        (",LAMP,1,", ",LAMP,2.0,", "quantity", "2.0", WHOLE.format(1)),
        (",LAMP,1,", ",LAMP,1e3,", "quantity", "1e3", WHOLE.format(1)),
        (",LAMP,1,", ',LAMP,"1,000",', "quantity", "1,000", WHOLE.format(1)),
        (",LAMP,1,", ",LAMP,-1,", "quantity", "-1", WHOLE.format(1)),
        (",LAMP,1,", ",LAMP,\u0663,", "quantity", "\u0663", WHOLE.format(1)),
        (",LAMP,1,", ",LAMP,0,", "quantity", "0", "give 1 or more"),
        (",LAMP,1,", ",LAMP,few,", "quantity", "few", WHOLE.format(1)),
        (",LAMP,1,", ",LAMP,,", "quantity", "", "fill it in"),
        (
            ",LAMP,1,",
            ",LAMP,1000000000000001,",
            "quantity",
            "1000000000000001",
            "give at most 1000000000000000",
        ),
        (",LAMP,1,", f",LAMP,{'9' * 17},", "quantity", "9" * 17, WHOLE.format(1)),
        ("2026-03-02,", "02.03.2026,", "placed_at", "02.03.2026", MOMENT),
        ("2026-03-02,", "2026-02-30,", "placed_at", "2026-02-30", MOMENT),
        ("2026-03-02,", "2026-03-02T25:00,", "placed_at", "2026-03-02T25:00", MOMENT),
        ("2026-03-02,", "1926-03-02,", "placed_at", "1926-03-02", YEAR),
        ("2026-03-02,", "2100-01-01,", "placed_at", "2100-01-01", YEAR),
        ("2026-03-02,", ",", "placed_at", "", "fill it in"),
        ("O-9,", ",", "order", "", "fill it in"),
        ("zoe,", ",", "customer", "", "fill it in"),
        (",LAMP,", ",,", "sku", "", "fill it in"),
        ("O-9,", "O\x01,", "order", "O\x01", "leave out control characters"),
        (
            ",0,10",
            ",high,10",
            "priority",
            "high",
            "give a whole number from -1,000,000",
        ),
        (",0,10", ",1000001,10", "priority", "1000001", "to 1,000,000"),
        (",10.00,", ',"10,00",', "unit_price", "10,00", "give an amount like 12.50"),
        (",10.00,", ",1e1,", "unit_price", "1e1", "give an amount like 12.50"),
        (",10.00,", ",-1,", "unit_price", "-1", "give an amount like 12.50"),
        (",10.00,", ",NaN,", "unit_price", "NaN", "give an amount like 12.50"),
        (",EUR", ",euro", "currency", "euro", "give an ISO code, e.g. EUR"),
        (",EUR", ",", "currency", "", "give both price and currency, or neither"),
        (",10.00,", ",,", "unit_price", "", "give both price and currency"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path, capsys, old, new, column, value, remedy):
    assert ORDER.count(old) == 1
    orders = TINY["orders"] + ORDER.replace(old, new) + "\n"
    [said] = refused(capsys, files(tmp_path, orders=orders))
    assert said.startswith(f"orders.csv, row 5, column {column} is {value!r}: ")
    assert remedy in said


@pytest.mark.parametrize(
    ("cells", "column", "value", "remedy"),
    [
        ({"requested_on": "soon"}, "requested_on", "soon", DAY),
        ({"requested_on": "2026-3-2"}, "requested_on", "2026-3-2", DAY),
        ({"allocate_not_before": "20260302"}, "allocate_not_before", "20260302", DAY),
        ({"cancel_after": "2026-13-01"}, "cancel_after", "2026-13-01", DAY),
        ({"cancel_after": "1999-12-31"}, "cancel_after", "1999-12-31", YEAR),
        (
            {"delivery": "whole"},
            "delivery",
            "whole",
            "give ship_as_available or ship_complete",
        ),
        (
            {"delivery": "ship_complete", "delivery_group": "desk"},
            "delivery_group",
            "desk",
            "leave it empty: the order already ships complete",
        ),
    ],
)
def test_a_wrong_cell_of_a_column_that_may_be_left_out_is_named(
    tmp_path, capsys, cells, column, value, remedy
):
    said = refused(capsys, files(tmp_path, orders=with_columns(**cells)))
    assert said == [f"orders.csv, row 2, column {column} is {value!r}: {remedy}"]


@pytest.mark.parametrize(
    ("file", "content", "column", "value", "remedy"),
    [
        ("stock", "sku,on_hand\nLAMP,-3", "on_hand", "-3", WHOLE.format(0)),
        ("stock", "sku,on_hand\nLAMP,2.5", "on_hand", "2.5", WHOLE.format(0)),
        ("stock", "sku,on_hand\nLAMP,", "on_hand", "", "fill it in"),
        (
            "terms",
            "supplier,sku,lead_time_days\nACME,LAMP,1001",
            "lead_time_days",
            "1001",
            "give at most 1,000",
        ),
        (
            "terms",
            "supplier,sku,lead_time_days\nACME,LAMP,a week",
            "lead_time_days",
            "a week",
            WHOLE.format(0),
        ),
        (
            "terms",
            "supplier,sku,lead_time_days,minimum\nACME,LAMP,7,0",
            "minimum",
            "0",
            "give 1 or more",
        ),
        (
            "terms",
            "supplier,sku,lead_time_days,multiple\nACME,LAMP,7,0",
            "multiple",
            "0",
            "give 1 or more",
        ),
        (
            "terms",
            "supplier,sku,lead_time_days,maximum\nACME,LAMP,7,0",
            "maximum",
            "0",
            "give 1 or more",
        ),
        (
            "terms",
            "supplier,sku,lead_time_days,preference\nACME,LAMP,7,-1",
            "preference",
            "-1",
            WHOLE.format(0),
        ),
        (
            "terms",
            "supplier,sku,lead_time_days,price\nACME,LAMP,7,3.10",
            "price",
            "3.10",
            "",
        ),
        ("receipts", receipts("R-7,2026,LAMP,1,,,,,"), "received_at", "2026", MOMENT),
        (
            "receipts",
            receipts("R-7,2026-03-08,LAMP,0,,,,,"),
            "accepted",
            "0",
            "give accepted or rejected units, or leave the row out",
        ),
        (
            "receipts",
            receipts("R-7,2026-03-08,LAMP,1,PO-1/1,1,,,"),
            "reason",
            "",
            "say why units were rejected",
        ),
        (
            "receipts",
            receipts("R-7,2026-03-08,LAMP,1,PO-1/1,1,broken,keep,"),
            "remedy",
            "keep",
            "give replace or credit",
        ),
        (
            "receipts",
            receipts("R-7,2026-03-08,LAMP,1,,,,,yes"),
            "purchase_line",
            "",
            "name the purchase line of which nothing more comes",
        ),
        (
            "receipts",
            receipts("R-7,2026-03-08,LAMP,1,PO-1/1,,,,perhaps"),
            "final",
            "perhaps",
            "give yes or no",
        ),
    ],
)
def test_a_wrong_cell_of_another_file_is_named(
    tmp_path, capsys, file, content, column, value, remedy
):
    if (file, column) == ("terms", "price"):
        column, value, remedy = "currency", "", "give both price and currency"
    [said] = refused(capsys, files(tmp_path, **{file: content}))
    start = f"{file}.csv, row 2, column {column} is "
    assert said.startswith((f"{start}{value!r}: {remedy}", f"{start}{value}: {remedy}"))


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        (
            "orders",
            TINY["orders"] + "O-1,eve,2026-03-02T09:00,2,LAMP,1,0,10.00,EUR\n",
            "row 5, column customer is 'eve': say the same as row 2",
        ),
        (
            "orders",
            TINY["orders"] + "O-1,ada,2026-03-02T09:01,2,LAMP,1,0,10.00,EUR\n",
            "row 5, column placed_at is '2026-03-02 09:01:00+00:00': say the same as"
            " row 2",
        ),
        (
            "orders",
            TINY["orders"] + "O-1,ada,2026-03-02T09:00,2,LAMP,1,3,10.00,EUR\n",
            "row 5, column priority is 3: say the same as row 2",
        ),
        (
            "orders",
            TINY["orders"] + "O-1,ada,2026-03-02T09:00,1,LAMP,1,0,10.00,EUR\n",
            "row 5, column line is '1': row 2 already has it: keep one",
        ),
        (
            "orders",
            "order,customer,placed_at,line,sku,quantity\n"
            "A,ada,2026-03-02,B/C,LAMP,1\nA/B,ben,2026-03-02,C,LAMP,1\n",
            "row 3, column line is 'C': row 2 has the same name 'A/B/C': rename the"
            " order or line",
        ),
        (
            "stock",
            "sku,on_hand\nLAMP,3\nRUG,1\nLAMP,4\n",
            "row 4, column sku is 'LAMP': row 2 already has it: keep one",
        ),
        (
            "terms",
            "supplier,sku,lead_time_days\nACME,LAMP,7\nACME,LAMP,8\n",
            "row 3, column sku is 'LAMP': row 2 already has it: keep one",
        ),
        (
            "receipts",
            receipts("R-7,2026-03-10,LAMP,1,,,,,", "R-7,2026-03-11,RUG,1,,,,,"),
            "row 3, column received_at is '2026-03-11 00:00:00+00:00': say the same as"
            " row 2",
        ),
        (
            "receipts",
            receipts(*["R-7,2026-03-10,LAMP,1,PO-1/1,,,,"] * 2),
            "row 3, column purchase_line is 'PO-1/1': row 2 already has it: keep one",
        ),
    ],
)
def test_rows_that_contradict_each_other_are_named(
    tmp_path, capsys, file, content, said
):
    assert refused(capsys, files(tmp_path, **{file: content})) == [
        f"{file}.csv, {said}"
    ]


def test_a_line_name_that_grows_too_long_is_named(tmp_path, capsys):
    orders = TINY["orders"].replace("O-2,", "O" * 199 + ",")
    [said] = refused(capsys, files(tmp_path, orders=orders))
    assert said.startswith("orders.csv, row 3, column line is '1': ")
    assert "longer than 200" in said


def test_the_longest_line_name_is_taken(tmp_path, capsys):
    orders = TINY["orders"].replace("O-2,", "O" * 198 + ",")
    assert told(capsys, files(tmp_path, orders=orders))["waiting"] == []


def test_all_wrong_cells_are_named_at_once_over_all_files(tmp_path, capsys):
    said = refused(
        capsys,
        files(
            tmp_path,
            orders=TINY["orders"].replace("LAMP,5", "LAMP,x").replace("LAMP,2", ",2"),
            stock="sku,on_hand\nLAMP,x\n",
            terms="supplier,sku,lead_time_days\n,LAMP,x\n",
            receipts=receipts("R-7,2026-03-10,LAMP,x,,,,,"),
        ),
    )
    assert [line.split(" is ")[0] for line in said] == [
        "orders.csv, row 2, column quantity",
        "orders.csv, row 4, column sku",
        "stock.csv, row 2, column on_hand",
        "terms.csv, row 2, column supplier",
        "terms.csv, row 2, column lead_time_days",
        "receipts.csv, row 2, column accepted",
    ]


@pytest.mark.parametrize(("wrong", "more"), [(19, 0), (20, 0), (21, 1), (1500, 1480)])
def test_of_many_wrong_cells_the_first_twenty_are_named(tmp_path, capsys, wrong, more):
    rows = [f"O-{n},ada,2026-03-02,1,LAMP,x" for n in range(wrong)]
    orders = "\n".join(["order,customer,placed_at,line,sku,quantity", *rows])
    said = refused(capsys, files(tmp_path, orders=orders))
    assert said[0].startswith("orders.csv, row 2, ")
    assert len(said) == min(wrong, 20) + bool(more)
    assert not more or said[-1] == f"... and {more:,} more"


# Files that are no good as a whole


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "orders.csv: is empty: give a first row with the names order, customer"),
        (" \n\n", "orders.csv: is empty: give a first row with the names order"),
        (
            "order,customer,placed_at,line,sku,quantity\n",
            "orders.csv: holds no orders: give at least one row",
        ),
        (
            TINY["orders"].replace("quantity", "quantty"),
            "orders.csv: column 'quantty' is not known: did you mean 'quantity'?",
        ),
        (
            TINY["orders"].replace("unit_price", "colour"),
            "orders.csv: column 'colour' is not known: known are order, customer,",
        ),
        (
            TINY["orders"].replace("priority", "sku"),
            "orders.csv: column 'sku' is there twice: keep one",
        ),
        (
            TINY["orders"].replace(",line,", ",location,"),
            "orders.csv: column 'line' is missing: add it",
        ),
        (
            TINY["orders"] + "O-4,dora\n",
            "orders.csv: row 5 has 2 cells, the first row 9: check its commas",
        ),
        (
            TINY["orders"] + ORDER + ",more\n",
            "orders.csv: row 5 has 10 cells, the first row 9: check its commas",
        ),
        (
            TINY["orders"] + '"O-4,dora\n',
            "orders.csv: row 5 is no CSV: unexpected end of data",
        ),
        (
            TINY["orders"].replace("ben", "Zoë").encode("latin-1"),
            "orders.csv: row 3 is not UTF-8 (byte 0xeb): save it as CSV UTF-8",
        ),
        (
            TINY["orders"].encode("utf-16"),
            "orders.csv: row 1 is not UTF-8 (byte 0xff): save it as CSV UTF-8",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path, capsys, content, said):
    lines = refused(capsys, files(tmp_path, orders=content))
    assert lines[0].startswith(said)


def test_a_file_that_is_not_there_or_no_file_is_named(tmp_path, capsys):
    arguments = files(tmp_path)
    (tmp_path / "stock.csv").unlink()
    (tmp_path / "terms.csv").unlink()
    (tmp_path / "terms.csv").mkdir()
    assert refused(capsys, arguments) == [
        f"{tmp_path / 'stock.csv'}: cannot be read: No such file or directory",
        f"{tmp_path / 'terms.csv'}: cannot be read: Is a directory",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + TINY["orders"].encode(),
        TINY["orders"].replace(",", ";").encode(),
        TINY["orders"].replace(",", "\t").encode(),
        TINY["orders"].replace("\n", "\r\n").encode(),
        TINY["orders"].replace("O-1,ada", '"O-1", ada ').encode(),
        TINY["orders"].replace("order,customer", " Order ,CUSTOMER").encode(),
        TINY["orders"].replace("\nO-2", "\n\n,,,,,,,,\nO-2").encode(),
        TINY["orders"].replace("EUR", "EUR,,").replace("cy\n", "cy,,\n").encode(),
        TINY["orders"].replace("10:00,", "11:00+01:00,").encode(),
        TINY["orders"].replace("T10:00,", " 10:00:00Z,").encode(),
        TINY["orders"].rstrip("\n").encode(),
    ],
    ids=[
        *("byte order mark", "semicolons", "tabs", "windows lines", "quotes"),
        *(
            "capitals",
            "blank rows",
            "empty columns",
            "zone",
            "zulu",
            "no last line end",
        ),
    ],
)
def test_the_same_shop_is_read_from_files_written_otherwise(tmp_path, capsys, content):
    plain = told(capsys, files(tmp_path))
    assert told(capsys, files(tmp_path, orders=content)) == plain


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path, capsys):
    orders = (
        TINY["orders"].replace("ada", '"ada\nlovelace"').replace("\nO-2", "\n\nO-2")
    )
    said = refused(capsys, files(tmp_path, orders=orders.replace("LAMP,2", "LAMP,x")))
    assert [line.split(",")[1] for line in said] == [" row 2", " row 5"]


def test_columns_and_rows_may_stand_in_any_order(tmp_path, capsys):
    plain = told(capsys, files(tmp_path))
    rows = [row.split(",") for row in TINY["orders"].splitlines()]
    turned = [",".join(reversed(row)) for row in (rows[0], *reversed(rows[1:]))]
    again = told(capsys, files(tmp_path, orders="\n".join(turned)))
    assert again == plain


# What the columns mean


def test_what_nobody_offers_waits_and_is_named(tmp_path, capsys):
    arguments = files(tmp_path, terms="supplier,sku,lead_time_days\n")
    data = told(capsys, arguments)
    assert sum(one["waiting"] for one in data["waiting"]) == 8
    assert {one["promised_on"] for one in data["waiting"]} == {None}
    assert main(arguments) == 0
    text = flat(capsys.readouterr().out)
    assert "No supplier offers 8 LAMP." in text
    assert "date unknown" in text


def test_a_line_is_not_served_before_its_day_and_lapses_after_its_last(
    tmp_path, capsys
):
    orders = (
        "order,customer,placed_at,line,sku,quantity,allocate_not_before,cancel_after\n"
        "O-1,ada,2026-03-02,1,LAMP,1,2026-03-05,\n"
        "O-2,ben,2026-03-02,1,RUG,2,,2026-03-04\n"
    )
    arguments = files(tmp_path, orders=orders)
    data = told(capsys, arguments)
    assert allocated(data, "new_day") == [("2026-03-05", {"O-1/1": 1})]
    assert [one["customer"] for one in data["waiting"]] == []
    assert main(arguments) == 0
    text = flat(capsys.readouterr().out)
    assert "Due from today on: O-1/1, and get 1 unit from stock." in text
    assert "2 RUG of O-2/1 (ben) cancelled: not wanted after 2026-03-04." in text


def test_an_order_that_ships_complete_leaves_in_one_parcel(tmp_path, capsys):
    orders = (
        "order,customer,placed_at,line,sku,quantity,delivery\n"
        "O-1,ada,2026-03-02,1,LAMP,1,ship_complete\n"
        "O-1,ada,2026-03-02,2,RUG,1,ship_complete\n"
    )
    terms = "supplier,sku,lead_time_days\nCOVE,RUG,14\n"
    data = told(capsys, files(tmp_path, orders=orders, terms=terms))
    assert [day for day, _ in allocated(data, "shipment")] == ["2026-03-16"]


def test_lines_of_one_group_leave_together_and_others_as_they_come(tmp_path, capsys):
    orders = (
        "order,customer,placed_at,line,sku,quantity,delivery_group\n"
        "O-1,ada,2026-03-02,1,LAMP,1,desk\n"
        "O-1,ada,2026-03-02,2,RUG,1,desk\n"
        "O-1,ada,2026-03-02,3,LAMP,1,\n"
    )
    terms = "supplier,sku,lead_time_days\nCOVE,RUG,14\n"
    data = told(capsys, files(tmp_path, orders=orders, terms=terms))
    parcels = [
        [(line["line"], line["quantity"]) for line in step["notices"][0]["lines"]]
        for day in data["days"]
        for step in day["steps"]
        if step["kind"] == "shipment"
    ]
    shipped = [[line for line, units in parcel if units] for parcel in parcels]
    assert shipped == [["O-1/3"], ["O-1/1", "O-1/2"]]


def test_each_location_sends_its_own_parcel_and_buys_for_itself(tmp_path, capsys):
    orders = (
        "order,customer,placed_at,line,sku,quantity,location\n"
        "O-1,ada,2026-03-02,1,LAMP,1,\n"
        "O-1,ada,2026-03-02,2,LAMP,3,north\n"
    )
    stock = "sku,location,on_hand\nLAMP,main,1\nLAMP,north,2\n"
    arguments = files(tmp_path, orders=orders, stock=stock)
    data = told(capsys, arguments)
    assert [day for day, _ in allocated(data, "shipment")] == [
        "2026-03-02",
        "2026-03-02",
        "2026-03-09",
    ]
    [bought] = data["purchases"]
    assert (bought["location"], bought["need"]) == ("north", 1)
    assert main(arguments) == 0
    assert "LAMP at north O-1/2 ada" in flat(capsys.readouterr().out)


def test_the_supplier_with_the_lowest_preference_is_asked(tmp_path, capsys):
    terms = (
        "supplier,sku,lead_time_days,price,currency,minimum,maximum,preference\n"
        "ACME,LAMP,7,2.00,EUR,1,,1\n"
        "BOLT,LAMP,9,3.00,EUR,10,4,0\n"
    )
    first, second, *_ = told(capsys, files(tmp_path, terms=terms))["purchases"]
    assert (first["supplier"], first["ordered"]) == ("BOLT", 4)
    assert first["unit_cost"] == {"amount": "3.00", "currency": "EUR"}
    assert first["by_minimum"] == 4
    # What the maximum left out is bought a week later.
    assert second["ordered_at"].startswith("2026-03-09")


def test_a_supplier_who_sells_too_little_does_not_keep_the_run_going(tmp_path, capsys):
    terms = "supplier,sku,lead_time_days,maximum\nACME,LAMP,7,1\n"
    orders = TINY["orders"].replace("LAMP,5", "LAMP,5000")
    data = told(capsys, files(tmp_path, orders=orders, terms=terms))
    begin, end = (date.fromisoformat(data["days"][n]["on"]) for n in (0, -1))
    assert timedelta(days=1480) < end - begin <= timedelta(days=1501)
    assert sum(one["waiting"] for one in data["waiting"]) > 4000


def test_sums_beyond_any_shop_end_the_run_with_one_message(tmp_path, capsys):
    orders = TINY["orders"].replace("LAMP,5", f"LAMP,{10**15}")
    [said] = refused(capsys, files(tmp_path, orders=orders))
    assert "give at most 1000000000000000" in said


def test_an_empty_file_name_is_a_wrong_one_and_not_none(capsys):
    arguments = ["--orders", "", "--stock", "", "--terms", ""]
    assert len(refused(capsys, arguments)) == 3


def test_days_carry_their_year_when_a_run_sees_the_end_of_one(tmp_path, capsys):
    orders = TINY["orders"].replace("2026-03-02", "2025-12-30")
    assert main(files(tmp_path, orders=orders)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("Tue 30 Dec 2025  ") for line in lines)
    assert "PO-1/1 ACME LAMP 6 6 2026-01-06 ada 2, ben 4" in flat("\n".join(lines))
    assert max(map(len, lines)) <= WIDTH


def test_an_order_that_is_refused_whole_is_told_with_its_reason():
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    order = Order("O-1", "ada", monday, [Line("O-1/1", "LAMP", 5)])
    rules = SellingRules(SellingRule(0))
    refusing = live(Scenario(title="Sold out", orders=(order,), rules=rules))
    text = flat(" ".join(report(refusing, figures_of(refusing))))
    assert "1 order for 5 units: 5 refused. 5 of O-1/1 refused: LAMP is not" in text
    assert "No line is waiting." in text


@pytest.mark.parametrize(
    ("lines", "more"), [(4, ""), (5, "1 more line"), (6, "2 more")]
)
def test_of_many_lines_that_lapse_together_the_first_four_are_told(
    tmp_path, capsys, lines, more
):
    head = "order,customer,placed_at,line,sku,quantity,cancel_after"
    rows = [f"O-{n},ada,2026-03-02,1,RUG,1,2026-03-04" for n in range(lines)]
    assert main(files(tmp_path, orders="\n".join([head, *rows]))) == 0
    text = flat(capsys.readouterr().out)
    assert text.count("(ada) cancelled: not wanted after 2026-03-04") == 4
    assert ("cancelled likewise" in text) == bool(more)
    assert more in text


@pytest.mark.parametrize(("suppliers", "more"), [(3, ""), (4, "1 more receipt with 1")])
def test_of_many_receipts_of_one_day_the_first_three_are_told(
    tmp_path, capsys, suppliers, more
):
    numbers = range(suppliers)
    arguments = files(
        tmp_path,
        orders="\n".join(
            [
                "order,customer,placed_at,line,sku,quantity",
                *(f"O-{n},ada,2026-03-02,1,S{n},1" for n in numbers),
            ]
        ),
        terms="\n".join(
            ["supplier,sku,lead_time_days", *(f"V{n},S{n},7" for n in numbers)]
        ),
    )
    assert main(arguments) == 0
    text = flat(capsys.readouterr().out)
    assert [f"R-{n}: " in text for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert ("more receipt" in text) == bool(more)
    assert more in text


# The readme


def test_the_readme_shows_exactly_these_columns(capsys):
    assert main(["--columns"]) == 0
    printed = capsys.readouterr().out
    page = ROOT.joinpath("docs", "csv.md").read_text(encoding="utf-8")
    for name, columns in TABLES.items():
        shown = f"`{name}.csv`:\n\n{columns.markdown()}\n"
        assert shown in printed
        assert shown in page, (
            f"The columns of {name}.csv changed: paste what"
            " `python -m backorderkit --columns` prints into docs/csv.md"
        )
    assert page.count("| --- | --- | --- |") == len(TABLES)


# Many orders


def many(folder: Path, count: int) -> list[str]:
    """Write a shop of many orders over a year; return the arguments."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    rows = [
        f"O{n},C{n % 37},{begin + timedelta(hours=n * 8760 // count):%Y-%m-%dT%H:%M},"
        f"{place},A-LONGER-NAME-{(n * place) % 23},{1 + n % 5}"
        for n in range(count // 2)
        for place in (1, 2)
    ]
    head = "order,customer,placed_at,line,sku,quantity"
    skus = [f"A-LONGER-NAME-{n}" for n in range(23)]
    terms = [f"SUPPLIER-{n % 5},{sku},{3 + n}" for n, sku in enumerate(skus)]
    stock = [f"{sku},{n}" for n, sku in enumerate(skus)]
    return files(
        folder,
        orders="\n".join([head, *rows]),
        stock="\n".join(["sku,on_hand", *stock]),
        terms="\n".join(["supplier,sku,lead_time_days", *terms]),
    )


@pytest.mark.slow
def test_many_orders_are_told_briefly_and_add_up(tmp_path, capsys):
    arguments = many(tmp_path, 2000)
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 400
    assert max(map(len, lines)) <= WIDTH
    [gap] = [line for line in lines if "more days; --json shows all of them" in line]
    data = told(capsys, arguments)
    assert f"... {len(data['days']) - 20:,} more days" in gap
    assert data["waiting"] == []
    asked = sum(2 * (1 + n % 5) for n in range(1000))
    assert data["figures"]["filled_at_once"]["units"]["of"] == asked
    stock = sum(one["on_hand"] for one in data["stock"])
    bought = sum(one["accepted"] for one in data["purchases"])
    assert sum(range(23)) + bought - asked == stock


# The parts


def test_a_table_puts_numbers_to_the_right_and_cuts_what_is_too_wide():
    assert table(["item", "units", "why"], [["LAMP", 1200, "x" * 99]], width=30) == [
        "item  units  why",
        "LAMP  1,200  " + "x" * 14 + "...",
    ]
    assert table(["a", "b"], [["y" * 25, "z"]])[1] == "y" * 21 + "...  z"
    assert table(["a", "b"], [["y" * 24, "z"]])[1] == "y" * 24 + "  z"


def test_a_table_of_many_rows_says_how_many_it_leaves_out():
    rows = [[number, "x"] for number in range(1003)]
    assert table(["n", "x"], rows, most=3)[-1] == "... and 1,000 more"
    assert table(["n", "x"], rows[:4], most=3)[-1] == "... and 1 more"
    assert len(table(["n", "x"], rows[:3], most=3)) == 4
    assert table(["n", "x"], []) == ["n  x"]


def test_a_table_aligns_wide_and_combining_signs():
    lines = table(["item", "n"], [["\u6905\u5b50", 1], ["cafe\u0301", 2]])
    assert lines == ["item  n", "\u6905\u5b50  1", "cafe\u0301  2"]


def test_a_list_of_one_more_than_the_most_is_cut():
    assert listed(["a", "b"], 2) == "a and b"
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"


def test_a_paragraph_keeps_days_and_quantities_together():
    assert wrapped("on Mon 9 Mar", 10) == ["on", "Mon 9 Mar"]


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(0), 1, "0.0"),
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(49, 1000), 1, "0.0"),
        (Fraction(199, 20), 1, "10.0"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(1, 8), 2, "0.13"),
    ],
)
def test_a_figure_is_rounded_half_up(value, places, expected):
    assert rounded(value, places) == expected


def test_days_added_on_the_way_are_not_passed_over():
    diary, done = Diary(), []
    for number in (3, 1):
        moment = datetime(2026, 3, number, tzinfo=UTC)
        diary.note(moment, (0, "x"), lambda: done.append("deed"))
    days = diary.days()
    assert next(days).day == 1
    diary.open(date(2026, 3, 2))
    diary.open(date(2026, 3, 3))
    assert [day.day for day in days] == [2, 3]


def test_deeds_of_one_moment_keep_their_place_whenever_they_were_noted():
    noon, done = datetime(2026, 3, 1, 12, tzinfo=UTC), []
    diary = Diary()
    for place in (2, 0, 1):
        diary.note(noon, (place,), lambda place=place: done.append(place))
    for deed in diary.deeds(noon.date()):
        deed()
    assert done == [0, 1, 2]


@pytest.fixture
def book() -> OrderBook:
    """A book with two purchase lines of five lamps each."""
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    book = OrderBook(oldest_first())
    lines = [PurchaseLine(f"PO-1/{place}", "LAMP", 5) for place in (1, 2)]
    book.apply(plan_purchase_order(book, PurchaseOrder("PO-1", "ACME", monday, lines)))
    return book


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([DeliveredLine("LAMP", 4)], [("PO-1/1", 4)]),
        ([DeliveredLine("LAMP", 5)], [("PO-1/1", 5)]),
        ([DeliveredLine("LAMP", 6)], [("PO-1/1", 5), ("PO-1/2", 1)]),
        ([DeliveredLine("LAMP", 11)], [("PO-1/1", 5), ("PO-1/2", 5), (None, 1)]),
        (
            [
                DeliveredLine("LAMP", 6),
                DeliveredLine("LAMP", 3, purchase_line="PO-1/1"),
            ],
            [("PO-1/1", 5), ("PO-1/2", 4)],
        ),
        ([DeliveredLine("LAMP", 2), DeliveredLine("LAMP", 2)], [("PO-1/1", 4)]),
        ([DeliveredLine("LAMP", 1, location="north")], [(None, 1)]),
    ],
)
def test_a_delivery_settles_the_oldest_purchase_lines(book, lines, expected):
    delivery = Delivery("R-1", at(date(2026, 3, 9), 8), lines)
    settles = {Pool("LAMP"): ["PO-1/1", "PO-1/2"]}
    receipt = receipt_of(book, delivery, settles)
    assert [(one.purchase_line, one.accepted) for one in receipt.lines] == expected


def test_a_delivery_for_another_pool_names_what_is_open(book):
    line = DeliveredLine("LAMP", 1, location="north", purchase_line="PO-1/1", row=7)
    delivery = Delivery("R-1", at(date(2026, 3, 9), 8), [line])
    with pytest.raises(WrongDelivery) as error:
        receipt_of(book, delivery, {Pool("LAMP"): ["PO-1/1"]})
    assert (error.value.row, error.value.column) == (7, "purchase_line")


def test_every_kind_of_step_of_the_story_is_told(run):
    kinds = {step.kind for day in run.days for step in day.steps}
    assert kinds == set(Kind) - {Kind.NEW_DAY, Kind.OVERDUE}
    assert list(report(run, figures_of(run)))
