"""The key figures of a run, as values; both outputs are made from them.

>>> from fractions import Fraction
>>> rounded(Fraction(25, 7)), percent(Fraction(2, 3)), percent(None)
('3.6', '66.7 %', 'none')
"""

from collections import Counter
from fractions import Fraction

import attrs

from backorderkit import NoticeKind
from backorderkit.demo.trace import Kind, Run
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
        one
        for one in waits_of(run.history)
        if one.until is not None and one.until > one.since
    ]
    heard = Counter(
        notice.kind for day in run.days for step in day.steps for notice in step.notices
    )
    return Figures(
        fill=fill_rates(filled_at_once(run.history)),
        delay=Delay(
            units=sum(one.quantity for one in late),
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


def rounded(value: Fraction, places: int = 1) -> str:
    """Return a number of 0 or more as a decimal, half a unit of the last place up.

    >>> rounded(Fraction(1, 4)), rounded(Fraction(1, 4), 0)
    ('0.3', '0')
    """
    units = (2 * value * 10**places + 1) // 2
    digits = str(units).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def percent(rate: Fraction | None) -> str:
    """Return a share as a percentage, or that there is none."""
    return "none" if rate is None else f"{rounded(rate * 100)} %"
