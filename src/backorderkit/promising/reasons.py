"""Why a demand is late or short, as reasons with figures.

Units that are not there on the day they are due come with later supply, or must be
bought, or never come. The same three answers tell of a delay and, where they come only
after the latest day allowed, of a shortage.

>>> demand = DatedDemand("O-1/1", "LAMP", 5, date(2026, 3, 5), most_days_late=0)
>>> print(awaiting(demand, 5, date(2026, 3, 9)))
O-1/1: 5 units wait for supply on 2026-03-09, later than 2026-03-05
"""

from collections.abc import Iterator
from datetime import date

from backorderkit.model import Reason, ReasonCode
from backorderkit.promising.demands import DatedDemand
from backorderkit.promising.supply import Supply


def awaiting(demand: DatedDemand, units: int, on: date) -> Reason:
    """Describe units that wait for supply."""
    text = f"{_units(units, 'waits', 'wait')} for supply on {on}"
    return _reason(
        demand, ReasonCode.AWAITING_SUPPLY, text + _too_late(demand, on), units
    )


def undated(demand: DatedDemand, units: int) -> Reason:
    """Describe units that wait for supply of unknown date."""
    verb = _units(units, "waits", "wait")
    text = f"{verb} for supply of unknown date"
    return _reason(demand, ReasonCode.AWAITING_SUPPLY, text, units)


def never(demand: DatedDemand, units: int) -> Reason:
    """Describe units that nothing supplies."""
    return _reason(
        demand, ReasonCode.MATERIAL, f"nothing supplies {_units(units)}", units
    )


def to_buy(demand: DatedDemand, units: int, on: date) -> Reason:
    """Describe units that must be bought, with their lead time."""
    verbs = "must be bought and comes", "must be bought and come"
    text = f"{_units(units, *verbs)} on {on}{_too_late(demand, on)}"
    return _reason(demand, ReasonCode.LEAD_TIME, text, units)


def too_few(demand: DatedDemand, units: int) -> Reason:
    """Describe units that are there in time, but fewer than the smallest shipment."""
    least = demand.least_shipment
    there = _units(units, "is", "are")
    text = f"{there} there in time, too few for shipments of {least}"
    figures = {"units": units, "minimum": least}
    return Reason(demand.ref, ReasonCode.MINIMUM_SHIPMENT, text, figures)


def waiting(demand: DatedDemand, other: DatedDemand, on: date | None) -> Reason:
    """Describe a demand that waits for another of its group; None: it never leaves."""
    if on is None:
        text = f"waits for {other.ref}, which cannot leave in time"
    else:
        text = f"waits for {other.ref} until {on}{_too_late(demand, on)}"
    return Reason(demand.ref, ReasonCode.WAITING, text)


def impatient(demand: DatedDemand, other: DatedDemand) -> Reason:
    """Describe a demand that comes too late for another of its group."""
    text = f"must leave with {other.ref}, on {other.latest_on} at the latest"
    return Reason(demand.ref, ReasonCode.WAITING, text)


def overdue(demand: DatedDemand, today: date) -> Iterator[Reason]:
    """Describe a demand that was due before today."""
    days = (today - demand.due_on).days
    if days > 0:
        allowed = f", {demand.latest_on} at the latest" * (demand.latest_on < today)
        text = f"was due on {demand.due_on}{allowed}, and today is {today}"
        yield Reason(demand.ref, ReasonCode.OVERDUE, text, {"days": days})


def shortage(
    demand: DatedDemand, supply: Supply, taken: int, units: int
) -> Iterator[Reason]:
    """Explain why units cannot come by the latest day.

    `taken` units of the same SKU come before them by then.
    """
    latest = demand.latest_on
    if latest < supply.today:
        return
    timeline = supply.timeline(demand.sku)
    bought_on = supply.bought_on(demand.sku, latest)
    there = min(max(timeline.available(latest) - taken, 0), units)
    last = timeline.available(bought_on or date.max)
    coming = min(max(last - taken, 0), units)
    on = timeline.earliest(taken + coming, latest) if coming > there else None
    if on is not None:
        yield awaiting(demand, coming - there, on)
    if units > coming and bought_on is not None:
        yield to_buy(demand, units - coming, bought_on)
    elif units > coming:
        yield never(demand, units - coming)


def _reason(demand: DatedDemand, code: str, text: str, units: int) -> Reason:
    """Return a reason that speaks of some units."""
    return Reason(demand.ref, code, text, {"units": units})


def _too_late(demand: DatedDemand, on: date) -> str:
    """Describe a day past the latest one; empty if it is not."""
    return f", later than {demand.latest_on}" if on > demand.latest_on else ""


def _units(units: int, verb: str = "", verbs: str = "") -> str:
    """Return a number of units and their verb in words."""
    return f"1 unit {verb}".strip() if units == 1 else f"{units} units {verbs}".strip()
