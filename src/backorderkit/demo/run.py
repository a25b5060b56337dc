"""What happened in a run: its days, the decisions of each, and the key figures.

Both outputs are made from these values.

>>> Kind.RECEIPT.value
'receipt'
"""

from collections import Counter
from datetime import date, datetime
from enum import Enum
from fractions import Fraction

import attrs

from backorderkit import Backorder, Notice, OrderBook, Plan
from backorderkit.demo.scenario import Scenario, at
from backorderkit.kpis import (
    AgeBand,
    Exposure,
    FillRates,
    PromiseAccuracy,
    Surplus,
    backlog_by_age,
    fill_rates,
    filled_at_once,
    mean_days,
    percentile_days,
    prepaid_exposure,
    promise_accuracy,
    surplus,
    waits_of,
)
from backorderkit.model import Event
from backorderkit.notices import NoticeKind


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
    """A decision that was carried out, and the notices it led to.

    `behind` are the first lines that still wait after a receipt.
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
    """A scenario that was run: its days, the book at the end, the history."""

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


@attrs.frozen(kw_only=True)
class Delay:
    """How long the units waited that were not there at once and came later, in days.

    >>> Delay(units=0, mean=None, median=None, ninetieth=None, longest=None).units
    0
    """

    units: int
    mean: Fraction | None
    median: Fraction | None
    ninetieth: Fraction | None
    longest: Fraction | None


@attrs.frozen(kw_only=True)
class Figures:
    """How a run went, at the end of its last day."""

    fill: FillRates
    delay: Delay
    promises: PromiseAccuracy
    ages: tuple[AgeBand, ...]
    exposure: Exposure
    surplus: Surplus
    notices: tuple[tuple[NoticeKind, int], ...]
    purchase_orders: int
    receipts: int
    parcels: int


def figures_of(run: Run) -> Figures:
    """Return the key figures of a run; O(events)."""
    late = [
        wait
        for wait in waits_of(run.history)
        if wait.until is not None and wait.until > wait.since
    ]
    heard = Counter(
        notice.kind for day in run.days for step in day.steps for notice in step.notices
    )
    return Figures(
        fill=fill_rates(filled_at_once(run.history)),
        delay=Delay(
            units=sum(wait.quantity for wait in late),
            mean=mean_days(late),
            median=percentile_days(late, 50),
            ninetieth=percentile_days(late, 90),
            longest=percentile_days(late, 100),
        ),
        promises=promise_accuracy(run.history, on=run.ends_at.date()),
        ages=backlog_by_age(run.book, at=run.ends_at),
        exposure=prepaid_exposure(run.book),
        surplus=surplus(run.book),
        notices=tuple((kind, heard[kind]) for kind in NoticeKind if heard[kind]),
        purchase_orders=len(run.book.purchase_orders()),
        receipts=len(run.of(Kind.RECEIPT)),
        parcels=len(run.of(Kind.SHIPMENT)),
    )
