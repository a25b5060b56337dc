"""What a host's type checker sees; checked by mypy, never run."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, assert_type

from backorderkit import (
    Backorder,
    Line,
    MemoryRepository,
    Notice,
    Order,
    OrderBook,
    OrderDesk,
    Plan,
    cover,
    notices_of,
    oldest_first,
    plan_count,
    plan_order,
)
from backorderkit.model import AllocationPolicy, Award, Event, ShipTogether
from backorderkit.policies import awards, tiers, uniform
from backorderkit.storage import Notifier, Repository, Token
from backorderkit.values import Calendar

noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
order = Order("O-1", "ada", noon, [Line("O-1/1", "LAMP", 2)])


class OneEach:
    """A host's own policy."""

    name = "one each"
    together = ShipTogether.HOLD

    def rank(self, backorder: Backorder) -> Any:
        return backorder.queued_at

    def share(self, available: int, backorders: Iterable[Backorder]) -> Iterator[Award]:
        for _, backorder in zip(range(available), backorders, strict=False):
            yield Award(backorder, 1)


class Printer:
    """A host's own notifier."""

    def send(self, notice: Notice) -> None:
        print(notice.key)


class OwnWords:
    """A policy, a notifier, a calendar and a store, each with words of its own."""

    name = "own words"
    together = ShipTogether.HOLD

    def rank(self, waiting_line: Backorder) -> Any:
        return waiting_line.queued_at

    def share(self, units: int, queue: Iterable[Backorder]) -> Iterable[Award]:
        return [Award(waiting_line, units) for waiting_line in queue][:1]

    def send(self, letter: Notice) -> None:
        print(letter.key)

    def is_open(self, when: date) -> bool:
        return when.day == 1

    def load(
        self, rules: AllocationPolicy, skus: Iterable[str] | None = None
    ) -> tuple[OrderBook, Token]:
        return OrderBook(rules), Token(0)

    def save(
        self,
        facts: Sequence[Event],
        letters: Sequence[Notice],
        fence: Token,
        *,
        key: str = "",
    ) -> Token:
        return fence

    def history(self, after: Token) -> tuple[Sequence[Event], Token]:
        return (), after

    def unsent(self) -> Sequence[Notice]:
        return ()

    def mark_sent(self, letters: Iterable[str]) -> None:
        print(*letters)


class Half:
    """Not a policy: it cannot share."""

    name = "half"
    together = ShipTogether.HOLD

    def rank(self, backorder: Backorder) -> Any:
        return backorder.queued_at


own: AllocationPolicy = OneEach()
shipped: AllocationPolicy = tiers(
    by=lambda one: one.customer, ada=uniform(), rest=oldest_first()
)
repository: Repository = MemoryRepository()
notifier: Notifier = Printer()
named_freely: AllocationPolicy = OwnWords()
sends: Notifier = OwnWords()
closes: Calendar = OwnWords()
stores: Repository = OwnWords()
half: AllocationPolicy = Half()  # type: ignore[assignment]  # it has no share

book = OrderBook(own)
assert_type(plan_order(book, order), Plan)
assert_type(notices_of(book, plan_order(book, order)), tuple[Notice, ...])
assert_type(awards(own, 5, (2, 4)), tuple[int, ...])
assert_type(book.line("O-1/1").promised_on, date | None)
assert_type([peg.quantity for peg in cover(book, "LAMP").pegs], list[int])

desk = OrderDesk(repository, oldest_first(), notifier)
assert_type(desk.carry_out(plan_count, "LAMP", 3, at=noon), Plan)
desk.carry_out(plan_count, "LAMP", "3", at=noon)  # type: ignore[arg-type]  # no number
desk.carry_out(plan_count, "LAMP", 3)  # type: ignore[call-arg]  # it needs a time
plan_order(book, "O-1")  # type: ignore[arg-type]  # an order, not its reference
