"""Quotes are no orders: a history told as if only what was accepted had been placed.

A quote that is refused, expires or is taken over by an order leaves no trace in any
figure. One that is accepted counts as an order placed at that moment, with what was
held for it.

>>> list(as_ordered([]))
[]
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from backorderkit.model import (
    Allocated,
    AllocationMoved,
    AllocationReleased,
    Event,
    Order,
    OrderPlaced,
    OrderRefused,
    Portion,
    PortionMoved,
    QuantityCancelled,
    QuoteAccepted,
)
from backorderkit.values import LineRef, OrderRef

PortionRef = tuple[LineRef, int]


def as_ordered(history: Iterable[Event]) -> Iterator[Event]:
    """Yield a history without quotes, and accepted ones as orders; O(events)."""
    quotes: dict[OrderRef, _Quote] = {}
    lines: dict[LineRef, _Quote] = {}
    for event in history:
        if isinstance(event, OrderPlaced) and event.quoted_until is not None:
            quote = quotes[event.order.ref] = _Quote(event.order)
            quote.portions = {(one.line, one.number): one for one in event.portions}
            lines.update((one.ref, quote) for one in event.order.lines)
        elif isinstance(event, OrderRefused) and event.quoted_until is not None:
            continue
        elif isinstance(event, QuoteAccepted):
            quote = quotes.pop(event.order)
            for one in quote.order.lines:
                del lines[one.ref]
            yield from quote.as_placed(event.at)
        elif isinstance(event, AllocationMoved):
            yield from _moved(lines, event)
        elif (quoted := lines.get(getattr(event, "line", ""))) is not None:
            quoted.follow(event)
        else:
            yield event


def _moved(lines: dict[LineRef, "_Quote"], event: AllocationMoved) -> Iterator[Event]:
    """Yield what a move by hand means to those that are orders."""
    giver, taker = lines.get(event.line), lines.get(event.to_line)
    units = event.quantity
    if giver is None and taker is None:
        yield event
        return
    back = AllocationReleased(
        event.line, event.portion, units, event.reason, at=event.at
    )
    gift = Allocated(event.to_line, event.to_portion, units, units, at=event.at)
    for fact, quote in ((back, giver), (gift, taker)):
        if quote is None:
            yield fact
        else:
            quote.follow(fact)


@attrs.define
class _Quote:
    """What an order that is only quoted has, portion by portion."""

    order: Order
    portions: dict[PortionRef, Portion] = attrs.field(factory=dict)
    allocated: dict[PortionRef, int] = attrs.field(factory=dict)

    def follow(self, event: Event) -> None:
        """Take in what an event does to the quote."""
        match event:
            case Allocated():
                self._give((event.line, event.portion), event.quantity)
            case AllocationReleased():
                self._give((event.line, event.portion), -event.quantity)
            case QuantityCancelled():
                self._grow((event.line, event.portion), -event.quantity)
            case PortionMoved():
                self._grow((event.line, event.portion), -event.quantity)
                moved = Portion(
                    event.line, event.number, event.destination, event.quantity
                )
                self.portions[event.line, event.number] = moved
            case _:
                pass  # nothing that an order would show

    def _give(self, ref: PortionRef, units: int) -> None:
        """Count allocated units."""
        self.allocated[ref] = self.allocated.get(ref, 0) + units

    def _grow(self, ref: PortionRef, units: int) -> None:
        """Count units of a portion."""
        known = self.portions[ref]
        self.portions[ref] = attrs.evolve(known, quantity=known.quantity + units)

    def as_placed(self, at: datetime) -> Iterator[Event]:
        """Yield the order as if it had been placed when it was accepted."""
        parts = tuple(one for one in self.portions.values() if one.quantity)
        yield OrderPlaced(attrs.evolve(self.order, placed_at=at, hold=""), parts)
        for (line, number), units in self.allocated.items():
            if units:
                yield Allocated(line, number, units, units, at=at)
