"""Questions about dates beside a long queue, held against the same beside a short one.

`slip-scale` delays one of fifty purchase lines behind its neighbour: the twenty lines
that stand on the two move, whoever else waits. `slip-answer` does the same with ten
times as many lines on each, so the answer is ten times as long. `lookup-scale` asks of
lines at the head, in the middle and at the end where they stand and when they come, and
of every purchase line who waits for it.
"""

from datetime import date, datetime, timedelta
from functools import partial

from backorderkit import (
    OrderBook,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    expected_dates,
    plan_supply_change,
    queue_position,
)
from backorderkit.coverage import pegs_of_purchase_line
from backorderkit.model import PurchasePlaced
from tests.benchmarks.books import BEGIN, SKU, UNITS, book_of
from tests.benchmarks.timing import (
    Measurement,
    Work,
    contest,
    kept_for_good,
    per_command,
)

SHORT, LONG = 1_000, 100_000
LOOKUPS_LONG = 1_000_000
PURCHASES, LINES_EACH = 50, 10
SCALE_GOAL, ANSWER_GOAL = 2, 12
AT = BEGIN + timedelta(days=900)


def supplied_book(waiting: int, *, lines_each: int = LINES_EACH) -> OrderBook:
    """Return a book in which so many lines wait, the first of them for purchases."""
    book = book_of(waiting)
    lines = [
        PurchaseLine(ref(number), SKU, lines_each * UNITS, expected_on=day(number))
        for number in range(PURCHASES)
    ]
    book.follow([PurchasePlaced(PurchaseOrder("PO", "ACME", AT, lines))])
    return book


def ref(number: int) -> str:
    """Return the name of a purchase line."""
    return f"PO/{number:02}"


def day(number: int) -> date:
    """Return the day on which a purchase line is expected."""
    return AT.date() + timedelta(days=2 * number)


def slip_scale(
    rounds: int, *, short: int = SHORT, long: int = LONG, repeats: int = 20
) -> Measurement:
    """Time a delay in a long queue, against a short one; the same lines move."""
    books = {size: supplied_book(size) for size in (short, long)}
    with kept_for_good():
        times = contest(
            lambda: partial(_delays, books[long], repeats),
            lambda: partial(_delays, books[short], repeats),
            rounds=rounds,
        )
    against = f"the same beside {short:,} waiting lines instead of {long:,}"
    return per_command("slip-scale", times, repeats, against, SCALE_GOAL, rounds)


def slip_answer(
    rounds: int, *, waiting: int = LONG, factor: int = 10, repeats: int = 5
) -> Measurement:
    """Time a delay that moves ten times as many lines of the same queue."""
    few, many = (
        supplied_book(waiting, lines_each=LINES_EACH * each) for each in (1, factor)
    )
    with kept_for_good():
        times = contest(
            lambda: partial(_delays, many, repeats),
            lambda: partial(_delays, few, repeats),
            rounds=rounds,
        )
    against = f"a delay that moves one line for every {factor}"
    return per_command("slip-answer", times, repeats, against, ANSWER_GOAL, rounds)


def lookup_scale(
    rounds: int, *, short: int = SHORT, long: int = LOOKUPS_LONG, repeats: int = 50
) -> Measurement:
    """Time questions about single lines in a long queue, against a short one."""
    books = {size: supplied_book(size) for size in (short, long)}
    with kept_for_good():
        times = contest(
            lambda: _lookups(books[long], long, repeats),
            lambda: _lookups(books[short], short, repeats),
            rounds=rounds,
        )
    against = f"the same beside {short:,} waiting lines instead of {long:,}"
    return per_command("lookup-scale", times, repeats, against, SCALE_GOAL, rounds)


def delayed(book: OrderBook, number: int, at: datetime = AT) -> Plan:
    """Return the plan that lets one purchase line come just after the next one."""
    later = day(number) + timedelta(days=3)
    return plan_supply_change(
        book, ref(number), expected_on=later, reason="late", at=at
    )


def _delays(book: OrderBook, repeats: int) -> None:
    """Plan some delays, and drop them."""
    for number in range(repeats):
        delayed(book, number)


def _lookups(book: OrderBook, size: int, repeats: int) -> Work:
    """Make ready to ask about lines all over a queue, and about purchase lines."""
    step = max(size // repeats, 1)
    lines = [f"O-{number:09}/1" for number in range(0, size, step)][:repeats]

    def work() -> None:
        for number, line in enumerate(lines):
            queue_position(book, line)
            expected_dates(book, line)
            pegs_of_purchase_line(book, ref(number % PURCHASES))

    return work
