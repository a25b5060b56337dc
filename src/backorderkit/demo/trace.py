"""What happened in a run: days, and the decisions of each day.

>>> Kind.RECEIPT.value
'receipt'
"""

from datetime import date, datetime
from enum import Enum

import attrs

from backorderkit import Backorder, Notice, OrderBook, Plan
from backorderkit.demo.scenario import Scenario, at
from backorderkit.model import Event


class Kind(Enum):
    """What a step of a run did."""

    STOCK = "stock"
    NEW_DAY = "new_day"
    OVERDUE = "overdue"
    SLIP = "slip"
    RECEIPT = "receipt"
    CANCELLATION = "cancellation"
    ORDER = "order"
    SHIPMENT = "shipment"
    PURCHASE = "purchase"
    PROMISES = "promises"


@attrs.frozen
class Step:
    """One decision that was carried out, and what customers heard of it.

    `behind` are the first who still wait after a receipt.
    """

    kind: Kind
    about: str
    at: datetime
    plan: Plan
    notices: tuple[Notice, ...]
    behind: tuple[Backorder, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class Day:
    """A day on which something happened, step by step."""

    on: date
    steps: tuple[Step, ...]

    def of(self, *kinds: Kind) -> tuple[Step, ...]:
        """Return the steps of some kinds."""
        return tuple(step for step in self.steps if step.kind in kinds)


@attrs.frozen(kw_only=True)
class Run:
    """A scenario that was lived through: its days, the book at the end, the history."""

    scenario: Scenario
    days: tuple[Day, ...]
    book: OrderBook
    history: tuple[Event, ...]

    @property
    def ends_at(self) -> datetime:
        """Return the end of the last day on which something happened."""
        return at(self.days[-1].on, 23, 59)

    def of(self, *kinds: Kind) -> tuple[Step, ...]:
        """Return the steps of some kinds, over all days."""
        return tuple(step for day in self.days for step in day.of(*kinds))
