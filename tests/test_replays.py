"""The replays, held against answers worked out by hand and against real histories.

A miniature of every data set is written to a folder of its own: rows out of order,
quoted cells, numbers that would sort differently as text, cells that are not known.
"""

import csv
import gzip
import json
import math
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.replays.dates import lateness, promises
from tests.replays.replay import run
from tests.replays.score import figures
from tests.replays.setups import SETUPS, read

ROOT = Path(__file__).parents[1]

ADVENTUREWORKS = {
    "sales_orders": """
        order_id,order_number,customer_id,order_date
        10,SO10,AW3,2024-01-02
        3,SO3,AW2,2024-01-02
        2,SO2,"AW, the second",2024-01-02
        1,SO1,,2024-01-01
        """,
    "sales_order_lines": """
        order_id,line_no,product_id,quantity,unit_price
        10,1,10,5,9.00
        3,2,10,1,9.00
        3,1,30,4,2.00
        2,1,10,3,9.00
        1,1,10,2,9.00
        1,2,20,1,3.00
        """,
    "inventory": """
        product_id,location_id,shelf,quantity
        10,1,A,3
        10,6,"B, left",4
        20,1,A,1
        """,
    "product_vendors": """
        product_id,vendor_id,average_lead_time_days,standard_price,min_order_qty
        10,8,4,5.00,1
        10,11,3,4.50,20
        30,10,2,1.00,
        30,9,10,1.00,
        99,9,1,0.10,
        """,
    "purchase_orders": """
        po_id,status,vendor_id
        3,pending,8
        2,rejected,8
        1,complete,8
        """,
    "purchase_order_lines": """
        po_line_id,po_id,product_id,due_date,order_qty,stocked_qty
        5,3,10,2024-01-05,1,1
        4,3,30,2024-01-05,9,
        3,3,99,2024-01-03,9,9
        2,2,10,2024-01-01,50,50
        1,1,10,2024-01-02,8,6
        """,
}
WWI = {
    "orders": """
        order_id,backorder_of,root_order_id,customer_id,order_date
        3,,3,7,2024-01-03
        9,1,1,7,2024-01-03
        1,,1,7,2024-01-03
        """,
    "order_lines": """
        order_line_id,order_id,root_order_id,stock_item_id,quantity,picked_ts
        1,3,3,5,25,2024-01-04T11:00
        7,9,1,5,12,
        3,1,1,6,4,2024-01-04T11:00
        """,
    "stock_items": """
        stock_item_id,name,supplier_id,lead_time_days,units_per_outer,target_stock_level,last_cost_price
        6,"Mug, large",4,2,4,0,0.55
        5,Cube,4,2,12,5,2.00
        """,
}
ONLINE_RETAIL = {
    "invoices": """
        invoice_no,kind,invoice_ts,customer_id
        9,sale,2024-01-02T08:00,
        C10,cancellation,2024-01-02T09:00,17
        A7,adjustment,2024-01-02T09:00,
        8,sale,2024-01-02T09:00,17
        12,sale,2024-01-29T23:59,17
        11,sale,2024-01-30T00:00,17
        """,
    "invoice_lines": """
        invoice_no,line_no,stock_code,quantity,unit_price_gbp,note
        11,1,AB,4,1.00,
        12,1,AB,1,1.00,
        8,2,ab,1,1.00,
        8,1,AB,3,1.00,
        C10,1,AB,-2,1.00,
        A7,1,AB,1,11062.06,
        9,4,AB,-7,1.00,"damaged, thrown away"
        9,3,AB,9,0.00,free
        9,2,POST,1,18.00,
        9,1,AB,2,1.00,
        """,
    "items": """
        stock_code,description,kind
        ab,"BAG, SMALL",goods
        AB,BAG,goods
        POST,POSTAGE,service
        """,
}
NORTHWIND = {
    "orders": """
        order_id,customer_id,order_date,shipped_date
        12,B,1998-05-01,
        11,A,1998-05-02,
        9,A,1998-04-01,1998-04-09
        """,
    "order_lines": """
        order_id,product_id,quantity
        12,7,6
        11,10,2
        11,7,5
        9,7,8
        """,
    "products": """
        product_id,name,units_in_stock,units_on_order
        7,Tea,9,2
        10,Salt,1,
        """,
}


def finite(lines: int, full: int, part: int, none: int, *rest: Any) -> dict[str, Any]:
    names = ("units_allocated", "units_backordered", "items_short", "first_shortage")
    return {
        "lines": lines,
        "filled_in_full": full,
        "filled_in_part": part,
        "not_filled": none,
        **dict(zip(names, rest, strict=True)),
    }


def waits(lines: int, mean: float, *rest: int) -> dict[str, Any]:
    named = dict(zip(("p50", "p90", "p95", "max"), rest, strict=True))
    return {"lines": lines, "mean_days": mean, **named}


def weekly(
    bought: tuple[int, int, int, str], arrived: int, wait: dict[str, Any], left: int
) -> dict[str, Any]:
    names = ("pos", "po_lines", "units_ordered", "po_value")
    return {
        **dict(zip(names, bought, strict=True)),
        "lines_filled_on_arrival": arrived,
        "wait": wait,
        "surplus_units_left": left,
    }


BY_HAND = {
    "A1": finite(6, 4, 1, 1, 8, 8, 2, "2024-01-02"),
    "A2": weekly((2, 2, 15, "53.50"), 0, waits(5, 10.6, 9, 16, 16, 16), 0),
    "A3": weekly((2, 2, 24, "94.00"), 0, waits(5, 10.6, 9, 16, 16, 16), 9),
    "A4": {
        "lines": 5,
        "filled_same_day": 2,
        "completed": 3,
        "never_completed": 2,
        "units_on_never_completed_lines": 9,
        "wait_of_completed": waits(3, 0.3333, 0, 1, 1, 1),
    },
    "A5": weekly((2, 2, 24, "94.00"), 5, waits(5, 0.0, 0, 0, 0, 0), 92 + 51),
    "W1": finite(3, 1, 1, 1, 25, 16, 2, "2024-01-03"),
    "W2": weekly((1, 2, 52, "98.20"), 0, waits(3, 7.0, 7, 7, 7, 7), 11),
    "W3": weekly((1, 2, 52, "98.20"), 3, waits(3, 0.0, 0, 0, 0, 0), 333 + 36 + 11),
    "W4": weekly((1, 2, 52, "98.20"), 3, waits(3, 0.0, 0, 0, 0, 0), 500 + 54 + 11),
    "O1": finite(5, 4, 0, 1, 7, 4, 1, "2024-01-30"),
    "O2": weekly((3, 3, 11, "0"), 0, waits(5, 18.8, 20, 21, 21, 21), 0),
    "O3": weekly((3, 3, 11, "0"), 5, waits(5, 0.0, 0, 0, 0, 0), 8 + 1),
    "O4": weekly((3, 3, 11, "0"), 5, waits(5, 0.0, 0, 0, 0, 0), 11 + 1),
    "O5": weekly((3, 3, 11, "0"), 5, waits(5, 0.0, 0, 0, 0, 0), 15 + 1),
    "N1": finite(3, 1, 2, 0, 10, 3, 2, "1998-05-02"),
    "N2": finite(3, 2, 1, 0, 12, 1, 1, "1998-05-02"),
}


def write(folder: Path, table: str, text: str) -> None:
    lines = [line.strip() for line in text.strip().splitlines()]
    path = folder / f"{table}.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        file.write("".join(f"{line}\n" for line in lines))


@pytest.fixture
def miniature(tmp_path: Path) -> Path:
    sets = {
        "adventureworks": ADVENTUREWORKS,
        "wwi": WWI,
        "online_retail": ONLINE_RETAIL,
        "northwind": NORTHWIND,
    }
    for name, tables in sets.items():
        for table, text in tables.items():
            write(tmp_path, f"{name}/{table}", text)
    return tmp_path


def command_line(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.replays", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )


def known_answer(data: Path, key: str) -> Any:
    answers = json.loads(data.joinpath("oracles.json").read_text(encoding="utf-8"))
    (found,) = [answers[name] for name in answers if name.startswith(f"{key}_")]
    return found


def test_every_set_up_has_an_answer_worked_out_by_hand() -> None:
    assert set(BY_HAND) == set(SETUPS)


@pytest.mark.parametrize("key", SETUPS)
def test_a_miniature_history_gives_the_answer_worked_out_by_hand(
    miniature: Path, key: str
) -> None:
    found = figures(run(read(key, miniature)))
    assert found == BY_HAND[key]
    assert json.dumps(found) == json.dumps(BY_HAND[key])  # order and types as well


@pytest.mark.parametrize("key", SETUPS)
def test_the_order_of_rows_changes_nothing(miniature: Path, key: str) -> None:
    for path in miniature.rglob("*.csv.gz"):
        if path.name == "invoices.csv.gz":
            continue  # the position of an invoice is its place in the queue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows[::-1]])
    assert figures(run(read(key, miniature))) == BY_HAND[key]


def test_a_history_without_lines_has_figures_too(miniature: Path) -> None:
    for table in ("invoices", "invoice_lines"):
        header = ONLINE_RETAIL[table].strip().splitlines()[0]
        write(miniature, f"online_retail/{table}", header)
    bought_nothing = weekly(
        (0, 0, 0, "0"), 0, waits(0, None, None, None, None, None), 0
    )
    assert figures(run(read("O3", miniature))) == bought_nothing
    nobody_short = finite(0, 0, 0, 0, 0, 0, 0, None)
    assert figures(run(read("O1", miniature))) == nobody_short


def test_an_order_placed_on_a_monday_is_bought_for_a_week_later(
    miniature: Path,
) -> None:
    orders = "order_id,order_date,customer_id\n1,2024-01-08,A"
    lines = "order_id,line_no,product_id,quantity\n1,1,10,5"
    write(miniature, "adventureworks/sales_orders", orders)
    write(miniature, "adventureworks/sales_order_lines", lines)
    assert figures(run(read("A2", miniature)))["wait"]["max"] == 7 + 3


@pytest.mark.parametrize("key", ["N1", "N2"])
def test_a_small_real_history_gives_the_known_answer(
    shared_data: Path, key: str
) -> None:
    assert figures(run(read(key, shared_data))) == known_answer(shared_data, key)


@pytest.mark.slow
def test_a_large_real_history_gives_the_known_answer(shared_data: Path) -> None:
    assert figures(run(read("A2", shared_data))) == known_answer(shared_data, "A2")


def test_the_command_prints_one_json_object_and_nothing_else(miniature: Path) -> None:
    done = command_line("A1", "--data", str(miniature), "--timing")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == BY_HAND["A1"]
    assert "plan_order" in done.stderr


def test_an_unknown_key_is_refused_by_name(miniature: Path) -> None:
    done = command_line("A9", "--data", str(miniature))
    assert done.returncode == 2
    assert "unknown set-up 'A9'; give one of A1, A2" in done.stderr
    assert not done.stdout


def test_a_missing_table_is_named(miniature: Path) -> None:
    miniature.joinpath("wwi/order_lines.csv.gz").unlink()
    done = command_line("W1", "--data", str(miniature))
    assert done.returncode == 1
    assert "wwi/order_lines.csv.gz: no such table" in done.stderr
    assert not done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "text", "complaint"),
    [
        ("products", "product_id,units_in_stock\n7,9", "no column units_on_order"),
        (
            "products",
            "product_id,units_in_stock,units_on_order\n7,nine,2",
            "line 2, column units_in_stock: 'nine': give a whole number",
        ),
        (
            "products",
            "product_id,units_in_stock,units_on_order\n7,9",
            "line 2, column units_on_order: the row ends before it",
        ),
        (
            "orders",
            "order_id,order_date,customer_id,shipped_date\n12,1998-13-01,B,",
            "line 2, column order_date: '1998-13-01': give a date, YYYY-MM-DD",
        ),
        (
            "order_lines",
            "order_id,product_id,quantity\n77,7,1",
            "order 77 has lines but is in no table",
        ),
        ("order_lines", "order_id,product_id,quantity\n12,7,0", "quantity is 0"),
    ],
)
def test_a_wrong_table_is_reported_with_its_place(
    miniature: Path, table: str, text: str, complaint: str
) -> None:
    write(miniature, f"northwind/{table}", text)
    done = command_line("N1", "--data", str(miniature))
    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_file_is_reported(miniature: Path) -> None:
    miniature.joinpath("northwind/products.csv.gz").write_bytes(b"not gzip")
    done = command_line("N1", "--data", str(miniature))
    assert done.returncode == 1
    assert "products.csv.gz: Not a gzipped file" in done.stderr


# Dates kept


SCMS_HEADER = (
    "line_id,fulfil_via,ship_mode,scheduled_delivery_date,delivered_date,recorded_date"
)


def write_deliveries(folder: Path, *lines: tuple[str, str, str, str]) -> None:
    cells = [f"{n},{','.join(line)},{line[-1]}" for n, line in enumerate(lines)]
    write(folder, "scms/lines", "\n".join([SCMS_HEADER, *cells]))


def test_lines_are_counted_by_how_their_day_was_kept(tmp_path: Path) -> None:
    write_deliveries(
        tmp_path,
        ("rdc", "Air", "2010-03-01", "2010-03-01"),
        ("rdc", "", "2010-03-01", "2010-03-04"),
        ("direct_drop", "Air", "2010-03-01", "2010-03-02"),
        ("direct_drop", "Air", "2010-03-01", "2010-02-09"),
    )
    done = command_line("S1", "--data", str(tmp_path))
    assert json.loads(done.stdout) == {
        "lines": 4,
        "late": 2,
        "on_the_day": 1,
        "early": 1,
        "total_days_late": 4,
    }


def test_margins_are_learnt_before_a_day_and_scored_from_it_on(tmp_path: Path) -> None:
    scheduled = "2010-03-10"
    learnt = [
        *[("rdc", "Air", scheduled, "2010-03-10")] * 44,
        *[("rdc", "Air", scheduled, "2010-03-12")] * 3,
        *[("rdc", "Air", scheduled, "2010-03-15")] * 3,
        *[("rdc", "Truck", scheduled, "2010-03-11")] * 49,
        ("direct_drop", "", scheduled, "2010-03-31"),
    ]
    future = [
        ("rdc", "Air", "2010-04-01", "2010-04-01"),
        ("rdc", "Air", "2010-04-01", "2010-04-03"),
        ("rdc", "Air", "2010-04-02", "2010-04-07"),
        ("rdc", "Air", "2010-04-02", "2010-04-08"),
        ("rdc", "Truck", "2010-04-01", "2010-04-02"),
        ("rdc", "Ocean", "2010-04-01", "2010-04-03"),
    ]
    # Not yet known on the day: scheduled before it, delivered on it.
    unknown = [("rdc", "Air", scheduled, "2010-04-01")] * 60
    write_deliveries(tmp_path, *future, *learnt, *unknown)
    done = command_line("S2", "--data", str(tmp_path), "--split-on", "2010-04-01")
    assert json.loads(done.stdout) == {
        "split_on": "2010-04-01",
        "learnt_lines": 100,
        "scored_lines": 6,
        "kept_scheduled": 0.1667,
        "kept_p90": 0.5,
        "kept_p95": 0.6667,
        "groups": [
            {
                "group": "rdc, Air",
                "learnt_lines": 50,
                "scored_lines": 4,
                "p90_days": 2,
                "p95_days": 5,
                "kept_scheduled": 0.25,
                "kept_p90": 0.5,
                "kept_p95": 0.75,
            },
            {
                "group": "all others",
                "learnt_lines": 50,
                "scored_lines": 2,
                "p90_days": 1,
                "p95_days": 1,
                "kept_scheduled": 0.0,
                "kept_p90": 0.5,
                "kept_p95": 0.5,
            },
        ],
    }


def recount(data: Path, split_on: str) -> dict[str, Any]:
    """Score the promises of the real lines with nothing but csv and sorted lists."""
    path = data / "scms" / "lines.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    for row in table:
        scheduled = date.fromisoformat(row["scheduled_delivery_date"])
        row["late"] = (date.fromisoformat(row["delivered_date"]) - scheduled).days
        row["kind"] = (row["fulfil_via"], row["ship_mode"])
    learnt = [row for row in table if row["delivered_date"] < split_on]
    scored = [row for row in table if row["scheduled_delivery_date"] >= split_on]
    sizes = Counter(row["kind"] for row in learnt)

    def margin(row: dict[str, Any], percent: int) -> int:
        pooled = sizes[row["kind"]] < 50
        alike = sorted(
            one["late"]
            for one in learnt
            if (sizes[one["kind"]] < 50 if pooled else one["kind"] == row["kind"])
        )
        return alike[math.ceil(Fraction(percent, 100) * len(alike)) - 1]

    margins = {
        (row["kind"], percent): margin(row, percent)
        for row in {row["kind"]: row for row in scored}.values()
        for percent in (90, 95)
    }
    kept = {
        percent: sum(row["late"] <= margins[row["kind"], percent] for row in scored)
        for percent in (90, 95)
    }
    return {
        "learnt_lines": len(learnt),
        "scored_lines": len(scored),
        "kept_scheduled": round(sum(r["late"] <= 0 for r in scored) / len(scored), 4),
        "kept_p90": round(kept[90] / len(scored), 4),
        "kept_p95": round(kept[95] / len(scored), 4),
    }


@pytest.mark.parametrize("split_on", ["2009-07-01", "2011-01-01", "2013-01-01"])
def test_real_promises_are_scored_as_in_a_count_without_the_library(
    shared_data: Path, split_on: str
) -> None:
    found = promises(shared_data, date.fromisoformat(split_on))
    expected = recount(shared_data, split_on)
    assert {name: found[name] for name in expected} == expected
    groups = found["groups"]
    for name in ("learnt_lines", "scored_lines"):
        assert sum(group[name] for group in groups) == expected[name]


def test_real_lines_are_counted_as_without_the_library(shared_data: Path) -> None:
    path = shared_data / "scms" / "lines.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        days = [
            date.fromisoformat(row["delivered_date"])
            - date.fromisoformat(row["scheduled_delivery_date"])
            for row in csv.DictReader(file)
        ]
    on_time = timedelta(0)
    assert lateness(shared_data) == {
        "lines": len(days),
        "late": sum(one > on_time for one in days),
        "on_the_day": days.count(on_time),
        "early": sum(one < on_time for one in days),
        "total_days_late": sum(max(one, on_time).days for one in days),
    }


@pytest.mark.slow
@pytest.mark.parametrize("split_on", ["2010-03-10", "2010-03-12"])
def test_a_day_that_leaves_nothing_to_learn_or_to_score_is_refused(
    tmp_path: Path, split_on: str
) -> None:
    write_deliveries(tmp_path, ("rdc", "Air", "2010-03-11", "2010-03-10"))
    done = command_line("S2", "--data", str(tmp_path), "--split-on", split_on)
    assert done.returncode == 1
    assert f"split_on is '{split_on}': give a day with deliveries" in done.stderr
    write_deliveries(tmp_path, ("rdc", "Air", "2010-03-12", "2010-03-10"))
    assert promises(tmp_path, date(2010, 3, 11))["kept_p90"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("A1", "--split-on", "2011-01-01"), "--split-on is for S2, not for A1"),
        (("S1", "--split-on", "2011-01-01"), "--split-on is for S2, not for S1"),
        (("S2", "--split-on", "soon"), "argument --split-on: invalid day value"),
        (("S1", "--timing"), "--timing is for A1, A2"),
    ],
)
def test_an_option_of_another_set_up_is_refused(
    miniature: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    done = command_line(*arguments, "--data", str(miniature))
    assert done.returncode == 2
    assert complaint in done.stderr
    assert not done.stdout
