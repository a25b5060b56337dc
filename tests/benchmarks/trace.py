"""How many modules and calls one stored command passes through.

python -m tests.benchmarks.trace [--modules]

An order and a receipt are each carried out once by a `RequestDesk` on a SQLite file in
which a small shop is kept: three SKUs, twelve waiting orders, one purchase order on its
way. Counted are the Python calls into this library and the distinct modules that they
are in; what attrs, SQLAlchemy and the standard library do by themselves is not.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import FrameType

import backorderkit
from backorderkit import (
    Line,
    Order,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    RequestDesk,
    oldest_first,
    plan_order,
    plan_purchase_order,
    plan_receipt,
)
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from tests.benchmarks.books import BEGIN

LIBRARY = str(Path(backorderkit.__file__).parent)
SKUS = ("LAMP", "CHAIR", "VASE")
WAITING = 12


def main(arguments: list[str] | None = None) -> int:
    """Print what a stored order and a stored receipt pass through, as JSON lines."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.trace",
        description="Count the modules and calls of a stored command.",
    )
    parser.add_argument(
        "--modules", action="store_true", help="list the modules with their calls"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for name, calls in traced(str(Path(folder) / "shop.db")).items():
            found = {"modules": len(calls), "calls": calls.total()}
            print(json.dumps({"name": name, **found}))
            for module, number in calls.most_common() if given.modules else ():
                print(f"{number:6} {module}")
    return 0


def traced(path: str) -> dict[str, Counter[str]]:
    """Return the calls into each module, for an order and for a receipt."""
    repository = SqlRepository(sqlite_engine(path), policy=oldest_first())
    repository.create_schema()
    desk = RequestDesk(repository, oldest_first(), ["LAMP"])
    _open_shop(repository)
    order, receipt = _order(WAITING, "LAMP"), _receipt()

    def place() -> Plan:
        """Store an order that has to wait."""
        return desk.carry_out_once("place", plan_order, order)

    def deliver() -> Plan:
        """Store a receipt that fills the lines that wait the longest."""
        return desk.carry_out_once("deliver", plan_receipt, receipt)

    found = {"stored-order": calls_of(place), "stored-receipt": calls_of(deliver)}
    repository.engine.dispose()
    return found


def calls_of(command: Callable[[], Plan]) -> Counter[str]:
    """Return how often a command calls into each module of the library."""
    calls: Counter[str] = Counter()

    def hear(frame: FrameType, event: str, _: object) -> None:
        """Count a call of a function that is written in the library."""
        if event == "call" and frame.f_code.co_filename.startswith(LIBRARY):
            calls[str(frame.f_globals["__name__"])] += 1

    sys.setprofile(hear)
    try:
        plan = command()
    finally:
        sys.setprofile(None)
    if plan.is_empty:  # it would count next to nothing, and look like a gain
        raise AssertionError("the command did nothing")
    return calls


def _open_shop(repository: SqlRepository) -> None:
    """Place the orders that wait, and the purchase order that will fill some."""
    desk = RequestDesk(repository, oldest_first(), SKUS)
    for number in range(WAITING):
        desk.carry_out(plan_order, _order(number, SKUS[number % len(SKUS)]))
    line = PurchaseLine("PO-1/1", "LAMP", 6, expected_on=date(2026, 3, 20))
    order = PurchaseOrder("PO-1", "ACME", _hour(100), [line])
    desk.carry_out(plan_purchase_order, order)


def _order(number: int, sku: str) -> Order:
    """Return an order of one line, an hour after the one before."""
    ref = f"O-{number}"
    return Order(ref, "ada", _hour(number), [Line(f"{ref}/1", sku, 3)])


def _receipt() -> Receipt:
    """Return what ACME delivers: enough for two of the lines that wait."""
    line = ReceiptLine("LAMP", 6, purchase_line="PO-1/1")
    return Receipt("R-1", _hour(200), [line])


def _hour(number: int) -> datetime:
    """Return a moment, counted in hours from the beginning."""
    return BEGIN + timedelta(hours=number)


if __name__ == "__main__":
    sys.exit(main())
