"""A shop from its own files: orders, stock, terms and, if there are any, receipts.

The adapter reads the tables; here they become a scenario. If anything is wrong in any
of them, nothing is run.

>>> scenario_of(Paths("no.csv", "no.csv", "no.csv")).orders
Traceback (most recent call last):
    ...
backorderkit.adapters.csv.rows.InvalidTable: no.csv: cannot be read: No such file or \
directory
no.csv: cannot be read: No such file or directory
no.csv: cannot be read: No such file or directory
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import attrs

from backorderkit import AllocationPolicy
from backorderkit.adapters.csv import (
    Fault,
    InvalidTable,
    read_orders,
    read_receipts,
    read_stock,
    read_terms,
)
from backorderkit.demo.scenario import Scenario

Rows = TypeVar("Rows")


@attrs.frozen
class Paths:
    """Where the files are.

    >>> Paths("orders.csv", "stock.csv", "terms.csv").receipts is None
    True
    """

    orders: str
    stock: str
    terms: str
    receipts: str | None = None


def scenario_of(paths: Paths, policy: AllocationPolicy | None = None) -> Scenario:
    """Return the scenario that the files tell; raise `InvalidTable` if they cannot."""
    faults: list[Fault] = []
    orders = _read(read_orders, paths.orders, faults)
    stock = _read(read_stock, paths.stock, faults)
    terms = _read(read_terms, paths.terms, faults)
    receipts = None
    if paths.receipts is not None:
        receipts = _read(read_receipts, paths.receipts, faults)
    name = Path(paths.orders).name
    if not orders and not faults:
        faults.append(Fault(name, "holds no orders: give at least one row"))
    if faults or orders is None or stock is None or terms is None:
        raise InvalidTable(faults)
    scenario = Scenario(
        title=f"The orders of {name}",
        orders=orders,
        stock=stock,
        terms=terms,
        deliveries=receipts,
    )
    return scenario if policy is None else attrs.evolve(scenario, policy=policy)


def _read(reader: Callable[[str], Rows], path: str, faults: list[Fault]) -> Rows | None:
    """Return what a file holds, None if anything in it is wrong."""
    try:
        return reader(path)
    except InvalidTable as error:
        faults += error.faults
        return None
