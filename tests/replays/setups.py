"""The set-ups by key: which demand meets which supply.

The first letter names the history. 1 is stock without replenishment (of N also 2); of
A, W and O, 2 starts empty and buys weekly what waits; the higher ones add minimum
orders, real deliveries, or levels to fill up to.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from tests.replays.demand import Kind, Setup, total, with_targets
from tests.replays.histories import (
    arrivals,
    clean_sales,
    hashed_vendors,
    open_orders,
    order_lines,
    products,
    sales,
    shelves,
    suppliers,
    target_levels,
    vendors,
)


def read(key: str, data: Path) -> Setup:
    """Return the set-up of a key, from the tables under `data`."""
    return SETUPS[key](data)


def _a1(data: Path) -> Setup:
    return Setup(Kind.FINITE, sales(data), stock=shelves(data))


def _a2(data: Path) -> Setup:
    terms = vendors(data, with_minimum=False)
    return Setup(Kind.WEEKLY, sales(data, terms), catalogue=terms)


def _a3(data: Path) -> Setup:
    terms = vendors(data, with_minimum=True)
    return Setup(Kind.WEEKLY, sales(data, terms), catalogue=terms)


def _a4(data: Path) -> Setup:
    demand = sales(data, vendors(data, with_minimum=False))
    return Setup(Kind.DATED, demand, deliveries=arrivals(data))


def _w1(data: Path) -> Setup:
    stock = {sku: 5 * level for sku, level in target_levels(data).items()}
    return Setup(Kind.FINITE, order_lines(data), stock=stock)


def _w2(data: Path) -> Setup:
    return Setup(Kind.WEEKLY, order_lines(data), catalogue=suppliers(data))


def _o1(data: Path) -> Setup:
    demand = clean_sales(data)
    early = [one for one in demand if one.on < demand[0].on + timedelta(days=28)]
    return Setup(Kind.FINITE, demand, stock=total(early))


def _o2(data: Path) -> Setup:
    demand = clean_sales(data)
    return Setup(Kind.WEEKLY, demand, catalogue=hashed_vendors(demand))


def _northwind(data: Path, *, with_on_order: bool) -> Setup:
    stock = products(data, with_on_order=with_on_order)
    return Setup(Kind.FINITE, open_orders(data), stock=stock)


SETUPS: Mapping[str, Callable[[Path], Setup]] = {
    "A1": _a1,
    "A2": _a2,
    "A3": _a3,
    "A4": _a4,
    "A5": lambda data: with_targets(_a3(data), Fraction(3, 2)),
    "W1": _w1,
    "W2": _w2,
    "W3": lambda data: with_targets(_w2(data), Fraction(1)),
    "W4": lambda data: with_targets(_w2(data), Fraction(3, 2)),
    "O1": _o1,
    "O2": _o2,
    "O3": lambda data: with_targets(_o2(data), Fraction(1)),
    "O4": lambda data: with_targets(_o2(data), Fraction(3, 2)),
    "O5": lambda data: with_targets(_o2(data), Fraction(2)),
    "N1": lambda data: _northwind(data, with_on_order=False),
    "N2": lambda data: _northwind(data, with_on_order=True),
}
