"""When each of several dated demands is delivered, in their order, from dated supply.

Demands have their turns one after the other and take what is available: the least
projected balance from a day on. A demand of lower priority that is due early thus
leaves alone what one of higher priority, planned before it, needs later.

A demand is delivered from its due date on, as early and as much at a time as its rules
allow: no shipment below the minimum, no rest below the minimum left behind, nothing
after the latest day. What a rule holds back waits for the next supply. A rest that
would be too small is accepted only if nothing better appears by the latest day.

A SKU with a lead time can be bought. A purchase covers what supply does not cover by
the day the purchase can arrive: coming supply is preferred while it is as fast, and
no demand waits for supply when buying is faster. It is placed as late as will do.

>>> day = date(2026, 3, 1)
>>> supplies = {"LAMP": [DatedQuantity(25, day)]}
>>> first = DatedDemand("O-1/1", "LAMP", 20, date(2026, 3, 10), priority=1)
>>> second = DatedDemand("O-2/1", "LAMP", 10, date(2026, 3, 5), priority=2)
>>> _, found = schedule([second, first], supplies, today=day)
>>> found.deliveries
(DatedQuantity(quantity=5, on=datetime.date(2026, 3, 5)),)
>>> print(*found.reasons)
O-2/1: nothing supplies 5 units
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import DatedQuantity, Reason
from backorderkit.promising.demands import (
    DatedDemand,
    PurchaseToPlace,
    Scheduled,
    in_turn_order,
)
from backorderkit.promising.joint import schedule_together
from backorderkit.promising.reasons import awaiting, overdue, shortage, to_buy, too_few
from backorderkit.promising.supply import Supply
from backorderkit.promising.timeline import Timeline
from backorderkit.values import Sku, check_again, check_all

__all__ = ["schedule"]

_NOTHING_TO_BUY: Mapping[Sku, int] = {}


def schedule(
    demands: Iterable[DatedDemand],
    supplies: Mapping[Sku, Iterable[DatedQuantity]],
    *,
    today: date,
    lead_time_days: Mapping[Sku, int] = _NOTHING_TO_BUY,
) -> tuple[Scheduled, ...]:
    """Return when each demand is delivered, in the order in which they are served.

    Orders come before quotes and inquiries, then the lower priority number, the earlier
    due date, the smaller quantity, the lower reference; a group has the turn of its
    first demand. Closed demands are left out. Stock is supply of today, and so is
    supply that was expected earlier. A SKU without a lead time cannot be bought.

    Raises `InvalidValue` for a reference given twice and for a group of unequal
    firmness. Cost O(n log n + deliveries × log days). Source: the demand planning of
    frePPLe, with the minimum shipment never above the demand.

    >>> demand = DatedDemand("O-1/1", "LAMP", 4, date(2026, 3, 5))
    >>> [found] = schedule(
    ...     [demand], {}, today=date(2026, 3, 1), lead_time_days={"LAMP": 3}
    ... )
    >>> found.complete_on, found.purchases[0].order_on
    (datetime.date(2026, 3, 5), datetime.date(2026, 3, 2))
    """
    supply = Supply(today, supplies, lead_time_days)
    check_again("demands", demands)
    in_turn = in_turn_order(check_all("demands", demands, DatedDemand))
    found: dict[str, Scheduled] = {}
    for turn in _turns(in_turn):
        if turn[0].together:
            answers = schedule_together(turn, supply)
        else:
            answers = [_deliver(turn[0], supply)]
        for demand, answer in zip(turn, answers, strict=True):
            found[demand.ref] = _settled(demand, answer, supply)
    return tuple(found[demand.ref] for demand in in_turn)


def _turns(in_turn: tuple[DatedDemand, ...]) -> Iterator[list[DatedDemand]]:
    """Yield the demands that are planned together, one by one or by group."""
    groups: dict[str, list[DatedDemand]] = {}
    for demand in in_turn:
        if demand.together:
            groups.setdefault(demand.together, []).append(demand)
    for demand in in_turn:
        group = groups.get(demand.together, [demand])
        if group[0] is not demand:
            continue
        if len({one.firmness for one in group}) > 1:
            remedy = "give its demands one firmness"
            raise InvalidValue("together", demand.together, remedy)
        yield group


def _settled(demand: DatedDemand, answer: Scheduled, supply: Supply) -> Scheduled:
    """Commit what an order or quote gets; an inquiry keeps the dates only."""
    if not demand.firmness.holds_supply:
        return attrs.evolve(answer, purchases=())
    supply.commit(demand.sku, answer)
    return answer


def _deliver(demand: DatedDemand, supply: Supply) -> Scheduled:
    """Return what one demand gets on its own."""
    timeline = supply.timeline(demand.sku)
    start = max(demand.due_on, supply.today)
    bought_on = supply.bought_on(demand.sku, start)
    deliveries = tuple(_deliveries(demand, timeline, start, bought_on))
    purchases: tuple[PurchaseToPlace, ...] = ()
    if bought_on is not None and any(one.on == bought_on for one in deliveries):
        missing = demand.quantity - timeline.available(bought_on)
        purchases = supply.purchases(demand.sku, missing, bought_on)
    short = demand.quantity - sum(one.quantity for one in deliveries)
    scheduled = Scheduled(demand.ref, deliveries, short, purchases=purchases)
    return attrs.evolve(scheduled, reasons=tuple(_reasons(demand, scheduled, supply)))


def _deliveries(
    demand: DatedDemand, timeline: Timeline, start: date, bought_on: date | None
) -> Iterator[DatedQuantity]:
    """Yield the shipments; on the day a purchase can arrive, everything is there."""
    left, too_early = demand.quantity, None
    on: date | None = start
    while left and on is not None and on <= demand.latest_on:
        available = timeline.available(on)
        room = left if on == bought_on else available - (demand.quantity - left)
        units = _shipment(room, left, demand.least_shipment)
        if units:
            yield DatedQuantity(units, on)
            left -= units
        elif room >= demand.least_shipment:
            too_early = DatedQuantity(room, on)
        days = (timeline.earliest(available + 1, on), bought_on)
        on = min((day for day in days if day is not None), default=None)
    if left and too_early is not None:
        yield too_early


def _shipment(room: int, left: int, least: int) -> int:
    """Return the largest shipment that leaves nothing, or enough for another one."""
    if room >= left:
        return left
    units = min(room, left - least)
    return units if units >= least else 0


def _reasons(
    demand: DatedDemand, scheduled: Scheduled, supply: Supply
) -> Iterator[Reason]:
    """Yield why units are late, then why units are short."""
    yield from overdue(demand, supply.today)
    start, latest = max(demand.due_on, supply.today), demand.latest_on
    bought = {one.arrives_on: one.quantity for one in scheduled.purchases}
    for delivery in scheduled.deliveries:
        units = bought.get(delivery.on, 0)
        if delivery.on > start and units:
            yield to_buy(demand, units, delivery.on)
        if delivery.on > start and delivery.quantity > units:
            yield awaiting(demand, delivery.quantity - units, delivery.on)
    if scheduled.short and latest >= supply.today:
        taken = demand.quantity - scheduled.short
        held_back = supply.timeline(demand.sku).available(latest) - taken
        if held_back > 0:
            yield too_few(demand, held_back)
        yield from shortage(demand, supply, taken, scheduled.short)
