"""What shoppers and clerks do to a store at once, and how it is judged afterwards.

A worker carries out commands drawn from its seed, each under a key, some of them twice.
It tells what was acknowledged; `judging` holds the store against that.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import attrs

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Plan,
    Receipt,
    ReceiptLine,
    RequestDesk,
    SellingRule,
    SellingRules,
    oldest_first,
    plan_amendment,
    plan_cancellation,
    plan_order,
    plan_receipt,
    plan_shipment,
)
from backorderkit.errors import Conflict, Duplicate
from backorderkit.storage import Repository, Transactional

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SKUS = tuple(f"SKU-{number:02}" for number in range(20))
HOT = SKUS[:3]
NEVER_SHORT = SellingRules(SellingRule(0))
KINDS = ("place", "receive", "amend", "cancel", "ship")
WEIGHTS = (6, 4, 2, 2, 3)


@attrs.frozen
class Command:
    """One command: its key, what it is, the SKUs to load, and how to decide."""

    key: str
    kind: str
    skus: tuple[str, ...]
    decide: Callable[[OrderBook], Plan]
    units: int = 0


def commands(worker: int, count: int, seed: int = 0) -> Iterable[Command]:
    """Yield the commands of a worker."""
    random = Random(1000 * seed + worker)  # noqa: S311 - repeatable, not secret
    for number in range(count):
        kind = random.choices(KINDS, WEIGHTS)[0]
        ref = f"{worker}-{number}"
        at = NOON + timedelta(minutes=number)
        pool = HOT if random.randrange(3) else SKUS
        skus = tuple(dict.fromkeys(random.choices(pool, k=random.choice((1, 1, 2)))))
        yield _command(kind, ref, skus, at, random)


def _command(
    kind: str, ref: str, skus: tuple[str, ...], at: datetime, random: Random
) -> Command:
    """Return one command."""
    units, draw = random.randint(1, 4), random.random()
    key = f"{kind} {ref}"
    if kind == "place":
        lines = [Line(f"O-{ref}/{sku}", sku, units) for sku in skus]
        order = Order(f"O-{ref}", "ada", at, lines)
        rules = {"rules": NEVER_SHORT} if draw < 0.3 else {}
        return Command(key, kind, skus, lambda book: plan_order(book, order, **rules))
    if kind == "receive":
        receipt = Receipt(f"R-{ref}", at, [ReceiptLine(sku, units) for sku in skus])
        total = units * len(skus)
        decide = _with(plan_receipt, receipt)
        return Command(key, kind, skus, decide, total)
    decide = {"amend": _amend, "cancel": _cancel, "ship": _ship}[kind]
    return Command(
        key, kind, skus[:1], lambda book: decide(book, skus[0], ref, draw, at)
    )


def _with(decision: Callable[..., Plan], *args: Any) -> Callable[[OrderBook], Plan]:
    """Return a decision that only wants its book."""
    return lambda book: decision(book, *args)


def _pick(book: OrderBook, sku: str, draw: float, having: str) -> Any:
    """Return one of the lines of a SKU that have such units, None without any."""
    lines = [
        line
        for ref in sorted(book.orders())
        for line in book.order(ref).lines
        if line.sku == sku and getattr(line, having)
    ]
    return lines[int(draw * len(lines))] if lines else None


def _nothing(book: OrderBook) -> Plan:
    """Return the plan of somebody who finds nothing to do."""
    return Plan((), basis=book.version)


def _amend(book: OrderBook, sku: str, ref: str, draw: float, at: datetime) -> Plan:
    """Ask for one unit more or less of a line."""
    line = _pick(book, sku, draw, "waiting")
    if line is None:
        return _nothing(book)
    units = line.ordered - line.cancelled + (1 if draw < 0.5 else -1)
    return plan_amendment(book, line.ref, units, at=at)


def _cancel(book: OrderBook, sku: str, ref: str, draw: float, at: datetime) -> Plan:
    """Give up a line that has goods already."""
    line = _pick(book, sku, draw, "allocated")
    if line is None:
        return _nothing(book)
    return plan_cancellation(book, line.order, {line.ref: line.allocated}, at=at)


def _ship(book: OrderBook, sku: str, ref: str, draw: float, at: datetime) -> Plan:
    """Send what an order may send."""
    line = _pick(book, sku, draw, "allocated")
    if line is None:
        return _nothing(book)
    return plan_shipment(book, f"S-{ref}", line.order, at=at)


# At work


class Counting:
    """A repository that counts how its saves and units of work ended.

    It hides its units of work, where nobody is to be held up by them.
    """

    def __init__(self, repository: Repository, *, in_units: bool = True) -> None:
        """Stand before a repository."""
        self.load, self.history = repository.load, repository.history
        self.unsent, self.mark_sent = repository.unsent, repository.mark_sent
        self._save, self.seen = repository.save, Counter()
        if in_units and isinstance(repository, Transactional):
            self._begin, self.begin = repository.begin, self._begun

    def save(self, events: Any, notices: Any, token: Any, *, key: str = "") -> Any:
        """Save, and note what came of it."""
        with self._counted("saved" if events else "asked"):
            return self._save(events, notices, token, key=key)

    @contextmanager
    def _begun(self, skus: Any, *, key: str = "") -> Iterator[Any]:
        """Begin a unit of work, and note what came of it."""
        with self._counted("unit"), self._begin(skus, key=key) as unit:
            yield unit

    @contextmanager
    def _counted(self, good: str) -> Iterator[None]:
        """Note how something ends."""
        try:
            yield
        except Conflict:
            self.seen["conflict"] += 1
            raise
        except Duplicate:
            self.seen["duplicate"] += 1
            raise
        self.seen[good] += 1


def work_off(
    repository: Repository,
    some: Iterable[Command],
    acknowledged: Callable[[Command, bool], None],
    *,
    repeats: int = 7,
) -> None:
    """Carry out commands; every so many a command is sent a second time."""
    for number, command in enumerate(some):
        desk = RequestDesk(repository, oldest_first(), command.skus, tries=1000)
        plan = desk.carry_out_once(command.key, command.decide)
        acknowledged(command, not plan.is_empty)
        if number % repeats == 0 and not plan.is_empty:
            again = desk.carry_out_once(command.key, command.decide)
            if not again.is_empty:
                raise AssertionError(f"{command.key} was carried out twice")
