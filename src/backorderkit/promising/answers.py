"""The answer to an inquiry: when units could come, what never comes, and why.

>>> answer = Answer("LAMP", "main", 5, date(2026, 3, 4), (), 5)
>>> answer.complete_on, answer.availability.value
(None, 'no')
"""

from datetime import date
from enum import Enum

import attrs

from backorderkit.coverage import ExpectedPortion
from backorderkit.model import DatedQuantity, Reason
from backorderkit.values import Location, Sku

__all__ = ["Answer", "Availability"]


class Availability(Enum):
    """What a shop window shows: all available, some, none yet, or never.

    >>> [one.value for one in Availability]
    ['full', 'partial', 'restock', 'no']
    """

    FULL = "full"
    PARTIAL = "partial"
    RESTOCK = "restock"
    NO = "no"


@attrs.frozen
class Answer:
    """When units could come: portions by day, what never comes, and why.

    `wanted_on` is the day that was asked for; nothing comes before it. The portions and
    `short` add up to the quantity.

    >>> Answer("LAMP", "main", 5, date(2026, 3, 4), (), 5).split
    ()
    """

    sku: Sku
    location: Location
    quantity: int
    wanted_on: date
    portions: tuple[ExpectedPortion, ...]
    short: int
    reasons: tuple[Reason, ...] = ()

    @property
    def complete_on(self) -> date | None:
        """Return the first day on which all of it can be there, None if never."""
        return None if self.short else self.portions[-1].on

    @property
    def split(self) -> tuple[DatedQuantity, ...]:
        """Return the earliest portions: units by day."""
        return tuple(
            DatedQuantity(one.quantity, one.on)
            for one in self.portions
            if one.on is not None
        )

    @property
    def availability(self) -> Availability:
        """Return in a word what can be had on the day that was asked for."""
        on_time = sum(one.quantity for one in self.portions if one.on == self.wanted_on)
        if on_time == self.quantity:
            return Availability.FULL
        if on_time:
            return Availability.PARTIAL
        return Availability.RESTOCK if self.portions else Availability.NO
