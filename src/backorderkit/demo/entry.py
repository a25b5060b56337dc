"""The command line itself: what is asked for, what is printed, how it ends.

It ends with 0 after a run, 2 if the arguments or files cannot be used (stderr names
them, and nothing is run), 130 if it was stopped, and 141 if the reader of the output
went away.
"""

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TypeVar

from backorderkit import (
    BackorderError,
    by_priority,
    earliest_promise_first,
    oldest_first,
    smallest_first,
)
from backorderkit.adapters.csv import (
    TABLES,
    Fault,
    InvalidTable,
    read_orders,
    read_receipts,
    read_stock,
    read_terms,
)
from backorderkit.demo.booking import WrongDelivery
from backorderkit.demo.machine import as_data
from backorderkit.demo.report import report
from backorderkit.demo.run import figures_of
from backorderkit.demo.running import live
from backorderkit.demo.scenario import Scenario
from backorderkit.demo.story import the_story
from backorderkit.model import AllocationPolicy

DONE, CANNOT_BE_USED, STOPPED, READER_GONE = 0, 2, 130, 141

POLICIES: Mapping[str, Callable[[], AllocationPolicy]] = {
    "by_priority": by_priority,
    "oldest_first": oldest_first,
    "earliest_promise_first": earliest_promise_first,
    "smallest_first": smallest_first,
}

DESCRIPTION = """\
Shows backorders from the first short order to the last parcel: what waits, what
is bought, who gets it and why, and what customers are told.
"""

EPILOGUE = """\
examples:
  python -m backorderkit
      four weeks of an invented shop
  python -m backorderkit --policy smallest_first
      the same weeks, had the smallest orders gone first
  python -m backorderkit --orders orders.csv --stock stock.csv --terms terms.csv
      your own orders; suppliers are assumed to deliver in full, on the expected day
  python -m backorderkit --orders orders.csv --stock stock.csv --terms terms.csv \\
      --receipts receipts.csv --json > run.json
      your own orders and deliveries, as one JSON object
  python -m backorderkit --columns
      the columns of the four files
"""


def main(arguments: Sequence[str]) -> int:
    """Run the command and return how it ends."""
    if hasattr(sys.stdout, "reconfigure"):
        # A name that the terminal cannot show must not end the run.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        ending = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends, and must find a reader then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except KeyboardInterrupt:
        return STOPPED
    return ending


def _run(arguments: Sequence[str]) -> int:
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.columns:
        print("\n".join(_columns()))
        return DONE
    needed = [chosen.orders, chosen.stock, chosen.terms]
    given = [path for path in (*needed, chosen.receipts) if path is not None]
    if given and None in needed:
        parser.error("--orders, --stock and --terms belong together: give all three")
    policy = POLICIES[chosen.policy]() if chosen.policy else None
    try:
        if given:
            return _show(scenario_of(chosen, policy), chosen)
        return _show(the_story(policy), chosen)
    except WrongDelivery as error:
        file, problem = Path(chosen.receipts).name, str(error).partition(" ")[2]
        fault = Fault(file, problem, row=error.row, column=error.column)
        print(fault, file=sys.stderr)
    except BackorderError as error:
        # Files that cannot be used, or sums that grow beyond what any shop has.
        print(error, file=sys.stderr)
    return CANNOT_BE_USED


def _show(scenario: Scenario, chosen: argparse.Namespace) -> int:
    """Run a scenario and print what happened."""
    with _no_search_for_garbage():
        run = live(scenario, Progress())
        figures = figures_of(run)
        if chosen.json:
            print(json.dumps(as_data(run, figures), ensure_ascii=False))
        else:
            for line in report(run, figures):
                print(line)
    return DONE


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """Keep the collector away: a run keeps all it makes, so a search finds nothing.

    It would take a third of the time of a large run.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Progress:
    """Prints on stderr how far a run is, every second after the first."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Start the clock."""
        self._clock = clock
        self._next = clock() + 1

    def __call__(self, how_far: str) -> None:
        """Print how far it is, at most once a second."""
        now = self._clock()
        if now >= self._next:
            print(f"... {how_far}", file=sys.stderr, flush=True)
            self._next = now + 1


def _columns() -> Iterator[str]:
    """Yield the columns of the files as Markdown."""
    for table in TABLES.values():
        yield f"`{table.name}.csv`:"
        yield ""
        yield table.markdown()
        yield ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backorderkit",
        description=DESCRIPTION,
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--orders", metavar="FILE", help="your orders, a CSV file")
    add("--stock", metavar="FILE", help="your stock before the first order")
    add("--terms", metavar="FILE", help="what your suppliers offer")
    add("--receipts", metavar="FILE", help="what was delivered, and nothing else")
    names = ", ".join(POLICIES)
    add("--policy", choices=POLICIES, metavar="NAME", help=f"who goes first: {names}")
    add("--json", action="store_true", help="print one JSON object")
    add("--columns", action="store_true", help="print the columns of the files")
    return parser


Rows = TypeVar("Rows")


def scenario_of(
    chosen: argparse.Namespace, policy: AllocationPolicy | None
) -> Scenario:
    """Return the scenario that files hold; raise `InvalidTable` if any is wrong."""
    faults: list[Fault] = []
    orders = _read(read_orders, chosen.orders, faults)
    stock = _read(read_stock, chosen.stock, faults)
    terms = _read(read_terms, chosen.terms, faults)
    receipts = None
    if chosen.receipts is not None:
        receipts = _read(read_receipts, chosen.receipts, faults)
    name = Path(chosen.orders).name
    if not orders and not faults:
        faults.append(Fault(name, "holds no orders: give at least one row"))
    if faults or orders is None or stock is None or terms is None:
        raise InvalidTable(faults)
    return Scenario(
        title=f"The orders of {name}",
        orders=orders,
        stock=stock,
        terms=terms,
        deliveries=receipts,
        policy=policy or by_priority(),
    )


def _read(reader: Callable[[str], Rows], path: str, faults: list[Fault]) -> Rows | None:
    """Return what a file holds, None if anything in it is wrong."""
    try:
        return reader(path)
    except InvalidTable as error:
        faults += error.faults
        return None
