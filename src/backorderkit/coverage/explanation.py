"""Why a line has what it has: the clerk's answer on the phone.

Structured first: how much the line wanted and got, whether it is held or not yet due,
which lines before it in the policy's order have the stock, which of them wait before
it, and when the rest is expected from where. The text is made from that.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, oldest_first, plan_count, plan_order
>>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
>>> book.apply(plan_count(book, "LAMP", 20, at=now))
>>> for n, units in ((7, 15), (8, 20)):
...     order = Order(f"O-{n}", "ada", now, [Line(f"O-{n}/1", "LAMP", units)])
...     book.apply(plan_order(book, order))
>>> print(explain(book, "O-8/1"))
O-8/1 gets 5 of 20 (policy: oldest first): O-7/1 comes first and has 15; 15 more \
expected on an unknown date.
"""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain
from operator import attrgetter

import attrs

from backorderkit.book import OrderBook, PortionRecord
from backorderkit.coverage.coverage import expected_dates
from backorderkit.coverage.expected_dates import ExpectedPortion, SupplySource
from backorderkit.policies import in_words
from backorderkit.values import LineRef

__all__ = ["Explanation", "Rival", "explain"]


@attrs.frozen
class Rival:
    """A line that comes first in the policy's order, and the units it has or awaits.

    >>> Rival("O-7/1", 15).quantity
    15
    """

    line: LineRef
    quantity: int


@attrs.frozen
class Explanation:
    """Why a line has what it has.

    `took` are lines before it that hold stock of the same pool, `ahead` those before it
    that still wait; both in rank order, the best first.

    >>> Explanation("O-1/1", "oldest_first", wanted=5, got=5).waiting
    0
    """

    line: LineRef
    policy: str
    wanted: int = attrs.field(kw_only=True)
    got: int = attrs.field(kw_only=True)
    held: str = attrs.field(default="", kw_only=True)
    due_on: date | None = attrs.field(default=None, kw_only=True)
    took: tuple[Rival, ...] = attrs.field(default=(), kw_only=True)
    ahead: tuple[Rival, ...] = attrs.field(default=(), kw_only=True)
    expected: tuple[ExpectedPortion, ...] = attrs.field(default=(), kw_only=True)

    @property
    def waiting(self) -> int:
        """Return the units still missing."""
        return self.wanted - self.got

    def __str__(self) -> str:
        """Describe it in a sentence or two."""
        if not self.waiting:
            return f"{self.line} gets all of {self.wanted}."
        parts = []
        if self.held:
            parts.append(f"its order is held, {self.held}")
        if self.due_on is not None:
            parts.append(f"it is not due before {self.due_on}")
        if self.took:
            parts.append(_rivals(self.took, "has", "have"))
        if self.ahead:
            parts.append(_rivals(self.ahead, "waits for", "wait for"))
        parts += [_expectation(one) for one in self.expected]
        policy = in_words(self.policy)
        got = f"{self.line} gets {self.got} of {self.wanted} (policy: {policy})"
        return f"{got}: {'; '.join(parts)}."


def explain(book: OrderBook, line: LineRef) -> Explanation:
    """Return why a line has what it has, and what it waits for.

    Cost: O(k log k) in the portions that hold stock of its pools, and O(waiting
    portions before it).

    >>> from backorderkit import oldest_first
    >>> explain(OrderBook(oldest_first()), "O-1/1")
    Traceback (most recent call last):
        ...
    backorderkit.errors.UnknownReference: there is no line 'O-1/1': \
check the reference, or record it first
    """
    record = book.state.line(line)
    wanted = sum(one.ordered - one.cancelled for one in record.portions)
    waiting = [one for one in record.portions if one.waiting]
    allocated = sum(one.allocated for one in record.portions)
    took = [_took(book, portion) for portion in waiting]
    expected = expected_dates(book, line)
    return Explanation(
        line,
        book.policy.name,
        wanted=wanted,
        got=wanted - record.waiting,
        held=record.order.held,
        due_on=record.line.allocate_not_before if record.postponed else None,
        took=_merged(chain(*took), attrgetter("allocated")),
        ahead=_merged(chain(*map(_ahead, waiting)), attrgetter("queued")),
        expected=_still_to_come(expected, allocated),
    )


def _still_to_come(
    expected: Iterable[ExpectedPortion], allocated: int
) -> tuple[ExpectedPortion, ...]:
    """Return the portions without the units that the line already has in stock."""
    rest = []
    for one in expected:
        mine = one.source is SupplySource.IN_STOCK and one.on is None
        had = min(one.quantity, allocated) if mine else 0
        allocated -= had
        if had < one.quantity:
            rest.append(attrs.evolve(one, quantity=one.quantity - had))
    return tuple(rest)


def _took(book: OrderBook, portion: PortionRecord) -> list[PortionRecord]:
    """Return the portions that hold stock of a portion's pool and come before it."""
    rank = book.policy.rank
    mine = (rank(portion.backorder()), portion.line.line.ref, portion.number)
    places = []
    for one in portion.pool.holders.values():
        place = (rank(one.backorder()), one.line.line.ref, one.number)
        if one.line is not portion.line and place < mine:
            places.append((place, one))
    places.sort(key=lambda pair: pair[0])
    return [one for _, one in places]


def _ahead(portion: PortionRecord) -> list[PortionRecord]:
    """Return the portions of other lines that wait before a portion in its queue."""
    if portion.key is None:
        return []
    before = reversed(list(portion.pool.queue.ahead(portion.key)))
    return [one for one in before if one.line is not portion.line]


def _merged(
    portions: Iterable[PortionRecord], units_of: Callable[[PortionRecord], int]
) -> tuple[Rival, ...]:
    """Return the lines of portions with their units, each portion counted once."""
    units: dict[LineRef, int] = {}
    for one in {id(one): one for one in portions}.values():
        line = one.line.line.ref
        units[line] = units.get(line, 0) + units_of(one)
    return tuple(Rival(line, quantity) for line, quantity in units.items())


def _rivals(rivals: tuple[Rival, ...], verb: str, verbs: str) -> str:
    """Name up to three rivals and count the rest."""
    total = sum(one.quantity for one in rivals)
    names = [one.line for one in rivals[:_MOST_NAMED]]
    more = len(rivals) - len(names)
    if len(rivals) == 1:
        return f"{names[0]} comes first and {verb} {total}"
    named = ", ".join(names) + (f" and {more} more" if more else "")
    return f"{named} come first and {verbs} {total}"


_MOST_NAMED = 3


def _expectation(portion: ExpectedPortion) -> str:
    """Describe when some units are expected, and from where."""
    if portion.source is SupplySource.IN_STOCK and portion.on is None:
        return f"{portion.quantity} in stock that it is not given yet"
    when = portion.on.isoformat() if portion.on else "an unknown date"
    source = f" from {portion.purchase_line}" if portion.purchase_line else ""
    return f"{portion.quantity} more expected on {when}{source}"
