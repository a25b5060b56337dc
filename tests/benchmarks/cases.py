"""The benchmarks by name, most of them a contest of two.

`place`, `receipt-small` and `receipt-half` hold a decision and its application against
the bare loop. `receipt-scale` and `order-scale` hold a queue of a million lines against
one of a thousand; so do `slip-scale` and `lookup-scale` (see `dates`). `sqlite-…` and
`postgres-…` hold a stored command against its row changes, and a long stored queue
against a short one (see `storage`), and `processes-…` let several work at one store
(see `concurrency`). `replay-O2` is a whole history, `memory` what a waiting line takes.

Commands (orders, receipts, tuples) are made before the clock runs: what is timed is
what the library does with them, plan and application, checks and reasons included.
"""

import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from backorderkit import Order, OrderBook, Receipt, plan_order, plan_receipt
from tests.benchmarks.books import UNITS, bare_of, book_of, orders, receipt, tuple_of
from tests.benchmarks.concurrency import processes_postgresql, processes_sqlite
from tests.benchmarks.dates import lookup_scale, slip_answer, slip_scale
from tests.benchmarks.sharing import share
from tests.benchmarks.storage import HERE
from tests.benchmarks.timing import (
    Measurement,
    Work,
    contest,
    kept_for_good,
    per_command,
    timed,
)
from tests.replays.replay import run
from tests.replays.setups import read

WAITING, FEW = 10_000, 10
SHORT, LONG = 1_000, 1_000_000
BARE = "a loop over a SortedKeyList of tuples"
BARE_GOAL, SCALE_GOAL = 15, 2
O2_SECONDS = 120
"""What the replay of O2 may take."""


def place(rounds: int, *, waiting: int = WAITING, repeats: int = 200) -> Measurement:
    """Time an order line into a queue, against the bare loop."""

    def ours() -> Work:
        return _placing(book_of(waiting), islice(orders(waiting), repeats))

    def bare() -> Work:
        queue = bare_of(waiting)
        new = [tuple_of(order) for order in islice(orders(waiting), repeats)]
        return lambda: [queue.place(line) for line in new]

    seconds, base = contest(ours, bare, rounds=rounds)
    return per_command("place", (seconds, base), repeats, BARE, BARE_GOAL, rounds)


def receipt_small(
    rounds: int, *, waiting: int = WAITING, repeats: int = 50
) -> Measurement:
    """Time a receipt that fills ten lines, against the bare loop."""
    return _receipt("receipt-small", rounds, waiting, FEW, repeats)


def receipt_half(rounds: int, *, waiting: int = WAITING) -> Measurement:
    """Time a receipt that fills half of the lines, against the bare loop."""
    return _receipt("receipt-half", rounds, waiting, waiting // 2, 1)


def _receipt(
    name: str, rounds: int, waiting: int, filled: int, repeats: int
) -> Measurement:
    """Time receipts that fill so many lines each, against the bare loop."""

    def ours() -> Work:
        receipts = [receipt(number, filled) for number in range(repeats)]
        return _receiving(book_of(waiting), receipts)

    def bare() -> Work:
        queue = bare_of(waiting)
        return lambda: [queue.receive(filled * UNITS) for _ in range(repeats)]

    times = contest(ours, bare, rounds=rounds)
    return per_command(name, times, repeats, BARE, BARE_GOAL, rounds)


def receipt_scale(
    rounds: int, *, short: int = SHORT, long: int = LONG, repeats: int = 10
) -> Measurement:
    """Time a receipt that fills ten lines of a long queue, against a short one."""

    def course(book: OrderBook, size: int, turn: int) -> Work:
        first, served = size + (turn - 1) * repeats * FEW, repeats * FEW
        if turn:  # as many new lines join as the turn before has served
            _placing(book, islice(orders(first), served))()
        numbers = range(turn * repeats, (turn + 1) * repeats)
        return _receiving(book, [receipt(number, FEW) for number in numbers])

    return _scale("receipt-scale", rounds, (short, long), repeats, course)


def order_scale(
    rounds: int, *, short: int = SHORT, long: int = LONG, repeats: int = 10
) -> Measurement:
    """Time an order line into a long queue, against a short one."""

    def course(book: OrderBook, size: int, turn: int) -> Work:
        return _placing(book, islice(orders(size + turn * repeats), repeats))

    return _scale("order-scale", rounds, (short, long), repeats, course)


def _scale(
    name: str,
    rounds: int,
    sizes: tuple[int, int],
    repeats: int,
    course: Callable[[OrderBook, int, int], Work],
) -> Measurement:
    """Time the same work on a short and a long queue, round by round in turn.

    A course makes ready the work on a book, from its size and the number of the turn.
    """
    books = {size: book_of(size) for size in sizes}
    turns = {size: iter(range(rounds + 1)) for size in sizes}

    def ready(size: int) -> Work:
        return course(books[size], size, next(turns[size]))

    short, long = sizes
    with kept_for_good():
        for size in sizes:  # the first turn warms up
            timed(partial(ready, size))
        times = contest(partial(ready, long), partial(ready, short), rounds=rounds)
    against = f"the same beside {short:,} waiting lines instead of {long:,}"
    return per_command(name, times, repeats, against, SCALE_GOAL, rounds)


def replay_o2(rounds: int, *, data: Path, key: str = "O2") -> Measurement:
    """Time the replay of a real history by the clock, its tables already read."""
    setup = read(key, data)
    times = []
    for _ in range(rounds):
        begun = perf_counter()
        run(setup)
        times.append(perf_counter() - begun)
    seconds = median(times)
    lines = len(setup.demand)
    figures = {"lines": lines, "lines_per_second": lines / seconds}
    against, ratio = f"{O2_SECONDS} s", seconds / O2_SECONDS
    return Measurement(f"replay-{key}", seconds, against, ratio, 1, rounds, figures)


def memory(rounds: int, *, waiting: int = WAITING) -> Measurement:
    """Weigh a waiting line, its order included, against the bare loop's."""
    begun = perf_counter()
    weights = [
        (_weight(book_of, waiting), _weight(bare_of, waiting)) for _ in range(rounds)
    ]
    seconds = (perf_counter() - begun) / rounds
    ours, bare = (median(weight) for weight in zip(*weights, strict=True))
    figures = {"bytes_per_line": ours, "bytes_per_line_against": bare}
    return Measurement("memory", seconds, BARE, ours / bare, None, rounds, figures)


def _weight(make: Callable[[int], object], waiting: int) -> float:
    """Return the bytes of memory per line of what is made."""
    tracemalloc.start()
    made = make(waiting)
    weight, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del made
    return weight / waiting


def _placing(book: OrderBook, new: Iterable[Order]) -> Work:
    """Make ready to place some orders."""
    commands = list(new)

    def work() -> None:
        for order in commands:
            book.apply(plan_order(book, order))

    return work


def _receiving(book: OrderBook, receipts: Sequence[Receipt]) -> Work:
    """Make ready to take in some receipts."""

    def work() -> None:
        for one in receipts:
            book.apply(plan_receipt(book, one))

    return work


BENCHMARKS: Mapping[str, Callable[[int], Measurement]] = {
    "place": place,
    "receipt-small": receipt_small,
    "receipt-half": receipt_half,
    "receipt-scale": receipt_scale,
    "order-scale": order_scale,
    "slip-scale": slip_scale,
    "slip-answer": slip_answer,
    "lookup-scale": lookup_scale,
    "memory": memory,
    "share": share,
    **HERE,
    "processes-sqlite": processes_sqlite,
    "processes-postgresql": processes_postgresql,
}
"""All but the replay, which needs a folder of tables."""
