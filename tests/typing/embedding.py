"""What a host's type checker sees; checked by mypy, never run."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, assert_type

from backorderkit import (
    AllocationPolicy,
    Award,
    Backorder,
    Line,
    MemoryRepository,
    Notice,
    Notifier,
    Order,
    OrderBook,
    OrderDesk,
    Plan,
    Repository,
    ShipTogether,
    awards,
    cover,
    notices_of,
    oldest_first,
    plan_count,
    plan_order,
    tiers,
    uniform,
)

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
