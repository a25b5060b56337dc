"""Demands that are delivered whole, all on one day.

Each demand of a group has a day of its own: the first, from its due date on, on which
its goods are there beside those of the demands before it, from supply or bought. The
latest of these days is the day of the group, and what must be bought arrives on it.
Demands that were ready earlier name the one that held them up.

If some demand never gets its goods, or the day is later than any one demand allows,
nothing is delivered, and each demand names the one that caused it.

>>> start = date(2026, 3, 1)
>>> group = [
...     DatedDemand("O-1/1", "LAMP", 2, start, together="O-1"),
...     DatedDemand("O-1/2", "CHAIR", 4, start, together="O-1"),
... ]
>>> supply = Supply(start, {"LAMP": [DatedQuantity(2, start)]}, {"CHAIR": 7})
>>> lamp, chair = schedule_together(group, supply)
>>> print(lamp.complete_on, *lamp.reasons)
2026-03-08 O-1/1: waits for O-1/2 until 2026-03-08
"""

from collections.abc import Iterator, Sequence
from datetime import date

import attrs

from backorderkit.model import DatedQuantity, Reason
from backorderkit.promising.demands import DatedDemand, Scheduled
from backorderkit.promising.reasons import (
    awaiting,
    impatient,
    overdue,
    shortage,
    to_buy,
    waiting,
)
from backorderkit.promising.supply import Supply
from backorderkit.values import Sku


@attrs.frozen
class Member:
    """A demand of a group, the units of its SKU before it, and its own day.

    >>> demand = DatedDemand("O-1/1", "LAMP", 2, date(2026, 3, 1), most_days_late=3)
    >>> Member(demand, 0, date(2026, 3, 5)).fails
    True
    """

    demand: DatedDemand
    before: int
    own_day: date | None

    @property
    def fails(self) -> bool:
        """Return whether its goods never come, or come too late."""
        return self.own_day is None or self.own_day > self.demand.latest_on


def schedule_together(
    demands: Sequence[DatedDemand], supply: Supply
) -> list[Scheduled]:
    """Return what each demand of a group gets, in the order given."""
    members = list(_members(demands, supply))
    days = [member.own_day for member in members if member.own_day is not None]
    on = max(days, default=date.max)
    if any(one.fails or on > one.demand.latest_on for one in members):
        return [_refused(member, members, on, supply) for member in members]
    return [_delivered(member, members, on, supply) for member in members]


def _members(demands: Sequence[DatedDemand], supply: Supply) -> Iterator[Member]:
    """Yield the demands with the day on which each could leave."""
    units: dict[Sku, int] = {}
    for demand in demands:
        before = units.get(demand.sku, 0)
        units[demand.sku] = before + demand.quantity
        start = max(demand.due_on, supply.today)
        own_day = supply.earliest(demand.sku, units[demand.sku], start)
        yield Member(demand, before, own_day)


def _delivered(
    member: Member, members: Sequence[Member], on: date, supply: Supply
) -> Scheduled:
    """Return a demand delivered on the day of its group."""
    demand = member.demand
    in_supply = max(supply.timeline(demand.sku).available(on) - member.before, 0)
    missing = demand.quantity - in_supply
    reasons = [*overdue(demand, supply.today)]
    if on > max(demand.due_on, supply.today):
        last = next(one.demand for one in members if one.own_day == on)
        if member.own_day != on:
            reasons.append(waiting(demand, last, on))
        elif missing > 0:
            reasons.append(to_buy(demand, missing, on))
        else:
            reasons.append(awaiting(demand, demand.quantity, on))
    return Scheduled(
        demand.ref,
        (DatedQuantity(demand.quantity, on),),
        0,
        tuple(reasons),
        supply.purchases(demand.sku, missing, on),
    )


def _refused(
    member: Member, members: Sequence[Member], on: date, supply: Supply
) -> Scheduled:
    """Return a demand that gets nothing, since its group cannot leave."""
    demand = member.demand
    reasons = (*overdue(demand, supply.today), *_blame(member, members, on, supply))
    return Scheduled(demand.ref, (), demand.quantity, reasons)


def _blame(
    member: Member, members: Sequence[Member], on: date, supply: Supply
) -> Iterator[Reason]:
    """Yield what a demand lacks, or else which other one is to blame."""
    demand = member.demand
    failing = next((one.demand for one in members if one.fails), None)
    if member.fails:
        yield from shortage(demand, supply, member.before, demand.quantity)
    elif failing is not None:
        yield waiting(demand, failing, None)
    elif on > demand.latest_on:
        last = next(one.demand for one in members if one.own_day == on)
        yield waiting(demand, last, on)
    else:
        hurried = min((one.demand for one in members), key=lambda one: one.latest_on)
        yield impatient(demand, hurried)
