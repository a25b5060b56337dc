"""What a change of supply does to whom: the difference between two coverages.

A slip lists the units whose day moves, and nobody else: the rest of the queue keeps the
day it had. It says which promises can no longer be kept, so that exactly those
customers are told.

>>> late = date(2026, 4, 9)
>>> move = DateMove("O-3/1", 0, "O-3", "cleo", 5, date(2026, 3, 10), late, "PO-1/1")
>>> slip = Slip((move,), (), moved_units=5, unmoved_units=40)
>>> slip.customers, slip.must_hear
(('cleo',), ())
"""

from datetime import date

import attrs

from backorderkit.values import CustomerRef, LineRef, OrderRef

__all__ = ["BrokenPromise", "DateMove", "Slip"]


@attrs.frozen
class DateMove:
    """Waiting units of a portion that now come on another day.

    A day is None when it is unknown or nothing covers the units any more. `supply` is
    the purchase line they wait for now, None for stock or for nothing.

    >>> DateMove("O-1/1", 0, "O-1", "ada", 5, date(2026, 3, 10), None, None).is_later
    True
    """

    line: LineRef
    portion: int
    order: OrderRef
    customer: CustomerRef
    quantity: int
    moved_from: date | None
    moved_to: date | None
    supply: str | None

    @property
    def is_later(self) -> bool:
        """Return whether the day is worse than before; unknown is the worst."""
        return (self.moved_to or date.max) > (self.moved_from or date.max)


@attrs.frozen
class BrokenPromise:
    """A promised day that can no longer be kept; None if the new date is unknown.

    >>> BrokenPromise("O-1/1", "O-1", "ada", date(2026, 3, 10), None).customer
    'ada'
    """

    line: LineRef
    order: OrderRef
    customer: CustomerRef
    promised_on: date
    expected_on: date | None


@attrs.frozen
class Slip:
    """The units that move, the promises that break, and who stays.

    Pinned units come first, then the queue in its order, then what
    queues no longer.

    `moved_units` and `unmoved_units` are all units of the pool that wait in its queue
    or are kept for; together they leave nobody out.

    >>> Slip().lines
    ()
    """

    moves: tuple[DateMove, ...] = ()
    broken: tuple[BrokenPromise, ...] = ()
    moved_units: int = attrs.field(default=0, kw_only=True)
    unmoved_units: int = attrs.field(default=0, kw_only=True)

    @property
    def lines(self) -> tuple[LineRef, ...]:
        """Return the lines of which units move, each once."""
        return tuple(dict.fromkeys(move.line for move in self.moves))

    @property
    def customers(self) -> tuple[CustomerRef, ...]:
        """Return the customers of whom units move, each once."""
        return tuple(dict.fromkeys(move.customer for move in self.moves))

    @property
    def must_hear(self) -> tuple[CustomerRef, ...]:
        """Return the customers to whom a promise breaks, each once."""
        return tuple(dict.fromkeys(one.customer for one in self.broken))
