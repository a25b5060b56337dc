"""Fill rates: the share of what was asked for that was there at once.

The same deliveries give three figures. A unit counts for itself; a line counts if all
of it was there; an order counts if all its lines were. A line that is one unit short
therefore weighs as much as one that is short of everything.

Filled at once means: allocated by the decision that placed the order. Refused units
were asked for and count as not filled. Lines not yet due and orders put on hold when
they were placed are left out: no stock could have filled them.

>>> rates = fill_rates([
...     FilledLine("O-1", "O-1/1", requested=10, filled=10),
...     FilledLine("O-1", "O-1/2", requested=10, filled=9),
... ])
>>> rates.units.rate, rates.lines.rate, rates.orders.rate
(Fraction(19, 20), Fraction(1, 2), Fraction(0, 1))
"""

from collections.abc import Iterable
from fractions import Fraction

import attrs

from backorderkit.model import (
    Allocated,
    Event,
    Order,
    OrderPlaced,
    OrderRefused,
    PromiseMade,
    QuantityRefused,
    QuoteAccepted,
    QuoteExpired,
    QuoteHeld,
    QuoteRefused,
)
from backorderkit.values import LineRef, OrderRef

__all__ = ["Fill", "FillRates", "FilledLine", "fill_rates", "filled_at_once"]


@attrs.frozen
class Fill:
    """How many of the units, lines or orders asked for were filled.

    >>> Fill(3, of=4).rate, Fill(0, of=0).rate
    (Fraction(3, 4), None)
    """

    filled: int
    of: int = attrs.field(kw_only=True)

    @property
    def rate(self) -> Fraction | None:
        """Return the share filled, None if nothing was asked for."""
        return Fraction(self.filled, self.of) if self.of else None


@attrs.frozen
class FillRates:
    """The same deliveries counted by unit, by line and by order.

    >>> FillRates(units=Fill(9, of=9), lines=Fill(2, of=2), orders=Fill(1, of=1)).orders
    Fill(filled=1, of=1)
    """

    units: Fill = attrs.field(kw_only=True)
    lines: Fill = attrs.field(kw_only=True)
    orders: Fill = attrs.field(kw_only=True)


@attrs.frozen
class FilledLine:
    """What was asked for in one line, and what of it was filled.

    >>> FilledLine("O-1", "O-1/1", requested=5, filled=3).is_whole
    False
    """

    order: OrderRef
    line: LineRef
    requested: int = attrs.field(kw_only=True)
    filled: int = attrs.field(kw_only=True)

    @property
    def is_whole(self) -> bool:
        """Return whether all of it was filled."""
        return self.filled == self.requested


def fill_rates(lines: Iterable[FilledLine]) -> FillRates:
    """Return the three fill rates of some lines; O(n).

    >>> fill_rates([FilledLine("O-1", "O-1/1", requested=5, filled=3)]).units
    Fill(filled=3, of=5)
    """
    lines = tuple(lines)
    orders: dict[OrderRef, bool] = {}
    for line in lines:
        orders[line.order] = orders.get(line.order, True) and line.is_whole
    return FillRates(
        units=Fill(
            sum(line.filled for line in lines),
            of=sum(line.requested for line in lines),
        ),
        lines=Fill(sum(line.is_whole for line in lines), of=len(lines)),
        orders=Fill(sum(orders.values()), of=len(orders)),
    )


def filled_at_once(history: "Iterable[Event]") -> tuple[FilledLine, ...]:
    """Return every line ever asked for, with what was there when it was; O(events).

    >>> from datetime import UTC, datetime
    >>> from backorderkit.model import Portion
    >>> from backorderkit.model import Line, Order
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> placed = OrderPlaced(order, (Portion("O-1/1", 0, "main", 5),))
    >>> filled_at_once([placed, Allocated("O-1/1", 0, 3, wanted=5, at=now)])[0].filled
    3
    """
    found: dict[LineRef, FilledLine] = {}
    just_placed: OrderRef | None = None
    quotes: dict[OrderRef, Order] = {}
    quoted: dict[LineRef, OrderRef] = {}
    for event in history:
        match event:
            case OrderPlaced(order):
                just_placed = order.ref
                for line in () if order.hold else order.lines:
                    if line.ref not in event.postponed:
                        found[line.ref] = FilledLine(
                            order.ref, line.ref, requested=line.quantity, filled=0
                        )
            case OrderRefused(order):
                just_placed = None
                for line in order.lines:
                    found[line.ref] = FilledLine(
                        order.ref, line.ref, requested=line.quantity, filled=0
                    )
            case QuoteHeld(order):
                quotes[order.ref] = order
                quoted.update((line.ref, order.ref) for line in order.lines)
            case QuoteAccepted(ref):
                just_placed = ref
                for line in quotes.pop(ref).lines:
                    del quoted[line.ref]
                    held = sum(
                        portion.allocated
                        for portion in event.portions
                        if portion.line == line.ref
                    )
                    found[line.ref] = FilledLine(
                        ref, line.ref, requested=line.quantity, filled=held
                    )
            case _ if getattr(event, "line", None) in quoted:
                pass  # an order that is only quoted is none yet
            case Allocated():
                one = found.get(event.line)
                if one is not None and one.order == just_placed:
                    filled = one.filled + event.quantity
                    found[event.line] = attrs.evolve(one, filled=filled)
            case QuantityRefused() | PromiseMade() | QuoteRefused() | QuoteExpired():
                pass  # part of the decision that placed the order
            case _:
                just_placed = None
    return tuple(found.values())
