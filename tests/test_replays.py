"""The replays, held against answers worked out by hand and against real histories.

A miniature of every data set is written to a folder of its own: rows out of order,
quoted cells, numbers that would sort differently as text, cells that are not known.
"""

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
