"""Running a scenario, day by day, and keeping what happened.

A day goes like this. Lines fall due or are no longer wanted; what should have come and
did not is noticed. Then, by the clock, suppliers report, goods come, orders come in. In
the evening of a buying day what is missing is ordered; then parcels leave. Whenever a
date may have moved, the customers whose date moved are notified.

Customers are promised the day on which goods bought on the next buying day arrive.

>>> from backorderkit.demo.scenario import Scenario
>>> live(Scenario(title="An empty shop", orders=())).days
()
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from operator import itemgetter
from typing import TypeAlias

import attrs

from backorderkit import Catalogue, Order, PurchaseOrder
from backorderkit.adapters.csv import DeliveredLine, Delivery
from backorderkit.demo.booking import receipt_of
from backorderkit.demo.run import Day, Run
from backorderkit.demo.scenario import Cancellation, Scenario, Slip, at
from backorderkit.demo.shop import Shop
from backorderkit.model import preferred
from backorderkit.values import Pool

Progress: TypeAlias = Callable[[str], object]
"""Is told often how far the run is."""

ONE_DAY = timedelta(days=1)
LONGEST_AFTERMATH = timedelta(days=1500)
"""A run ends this long after the last order, even if more could be bought."""


def live(scenario: Scenario, progress: Progress = lambda said: None) -> Run:
    """Run a scenario.

    Raises `WrongDelivery` if a delivery names a purchase line that does not exist then.
    """
    life = _Life(scenario, progress)
    days = tuple(life.days())
    clerk = life.shop.clerk
    return Run(scenario=scenario, days=days, book=clerk.book, history=clerk.history)


class _Life:
    """The calendar of a run: what happens when."""

    def __init__(self, scenario: Scenario, progress: Progress) -> None:
        """Note in the diary what is known in advance."""
        self.scenario, self.progress = scenario, progress
        self.shop, self.diary = Shop(scenario), Diary()
        self.turns: set[date] = set()
        self.awaited: dict[date, list[str]] = {}
        self.purchase_lines: dict[Pool, list[str]] = {}
        self.damages = {damage.purchase_line: damage for damage in scenario.damages}
        self.orders = self.deliveries = 0
        self.delayed_by = cache(self._delayed_by)
        self._note_orders()
        self._note_incidents()
        self.first_day, self.last_day = self.diary.span
        self.until = scenario.until or self.last_day + LONGEST_AFTERMATH
        self._note_turns()

    # What is known in advance

    def _note_orders(self) -> None:
        """Note the orders by the clock; at the same time, the urgent first."""
        for order in self.scenario.orders:
            place = (3, order.priority, order.ref)
            self.diary.note(order.placed_at, place, partial(self._order, order))

    def _note_incidents(self) -> None:
        """Note deliveries, slips and cancellations."""
        for delivery in self.scenario.deliveries or ():
            deed = partial(self._deliver, delivery)
            self.diary.note(delivery.received_at, (1, 0, delivery.ref), deed)
        for slip in self.scenario.slips:
            deed = partial(self._slip, slip)
            self.diary.note(at(slip.on, 7), (0, 0, slip.purchase_line), deed)
        for wish in self.scenario.cancellations:
            deed = partial(self._cancel, wish)
            self.diary.note(at(wish.on, 12), (2, 0, wish.order), deed)

    def _note_turns(self) -> None:
        """Note the days on which lines fall due or lapse."""
        for order in self.scenario.orders:
            for line in order.lines:
                if line.allocate_not_before:
                    self.turns.add(line.allocate_not_before)
                if line.cancel_after:
                    self.turns.add(line.cancel_after + ONE_DAY)
        for day in self.turns:
            if day > self.first_day:
                self.diary.open(day)

    # Day by day

    def days(self) -> Iterator[Day]:
        """Yield the days on which something happened."""
        for today in self.diary.days():
            if today > self.until:
                return
            self._live(today)
            if steps := self.shop.clerk.close_day():
                yield Day(today, steps)

    def _live(self, today: date) -> None:
        """Run one day."""
        if today == self.first_day:
            self.shop.fill_shelf(at(today, 0))
        if today in self.turns:
            self.shop.turn(at(today, 0), self._promise(today))
        self._await(today)
        for deed in self.diary.deeds(today):
            deed()
        evening, slot = at(today, 23, 59), self._buying_day(today)
        tomorrow = self._promise(today, bought=True)
        if slot == today:
            orders = self.shop.buy(evening, tomorrow)
            self._note_purchases(orders)
            slot = self._buying_day(today + ONE_DAY)
            if orders:
                self.diary.open(slot)
        else:
            self.diary.open(slot)
        self.shop.end_day(evening, tomorrow)

    def _buying_day(self, day: date) -> date:
        """Return the first buying day on or after a day."""
        every = self.scenario.buying_every_days
        return day + timedelta(days=(self.first_day - day).days % every)

    def _promise(self, today: date, *, bought: bool = False) -> Catalogue:
        """Return when goods would come that are bought on the next buying day."""
        slot = self._buying_day(today + ONE_DAY if bought else today)
        return self.delayed_by((slot - today).days)

    def _delayed_by(self, days: int) -> Catalogue:
        """Return the preferred offers, each taking some days longer."""
        catalogue = Catalogue(self.scenario.terms)
        skus = {terms.sku: None for terms in self.scenario.terms}
        chosen = [preferred(catalogue.offers(sku), 1) for sku in skus]
        return Catalogue(
            attrs.evolve(terms, lead_time_days=terms.lead_time_days + days)
            for terms in chosen
        )

    # What the suppliers do

    def _note_purchases(self, orders: Iterable[PurchaseOrder]) -> None:
        """Await what was bought."""
        for order in orders:
            for line in order.lines:
                pool = Pool(line.sku, order.destination)
                self.purchase_lines.setdefault(pool, []).append(line.ref)
                if line.expected_on is not None:
                    self._note_expected(line.ref, line.expected_on)

    def _note_expected(self, purchase_line: str, on: date) -> None:
        """Look for a purchase line on its day, or miss it on the day after."""
        if self.scenario.deliveries is not None:
            on += ONE_DAY
            if on > self.last_day:
                return
        self.awaited.setdefault(on, []).append(purchase_line)
        self.diary.open(on)

    def _await(self, today: date) -> None:
        """Deliver what is expected today, or notice what did not come."""
        book = self.shop.book
        lines = [book.purchase_line(ref) for ref in self.awaited.pop(today, ())]
        if self.scenario.deliveries is not None:
            late = [line.ref for line in lines if line.open]
            self.shop.miss(late, at(today, 0), self._promise(today))
            return
        vans: dict[tuple[str, str], list[DeliveredLine]] = {}
        for line in lines:
            if line.open and line.expected_on == today:
                damage = self.damages.get(line.ref)
                broken = min(damage.units, line.open) if damage else 0
                goods = DeliveredLine(
                    line.pool.sku,
                    line.open - broken,
                    location=line.pool.location,
                    purchase_line=line.ref,
                    rejected=broken,
                    reason=damage.reason if damage else "",
                )
                vans.setdefault((line.supplier, line.pool.location), []).append(goods)
        for van in vans.values():
            self.deliveries += 1
            delivery = Delivery(f"R-{self.deliveries}", at(today, 8), van)
            place, deed = (1, self.deliveries, ""), partial(self._deliver, delivery)
            self.diary.note(delivery.received_at, place, deed)

    # What is done at one moment

    def _order(self, order: Order) -> None:
        self.orders += 1
        today, all_orders = order.placed_at.date(), len(self.scenario.orders)
        self.progress(f"{self.orders:,} of {all_orders:,} orders, {today}")
        self.shop.take(order, self._promise(today))

    def _deliver(self, delivery: Delivery) -> None:
        """Book a delivery in, and the date on which broken goods are replaced."""
        receipt = receipt_of(self.shop.book, delivery, self.purchase_lines)
        today = delivery.received_at.date()
        slips = []
        for line in delivery.lines:
            damage = self.damages.pop(line.purchase_line or "", None)
            if damage is not None:
                ref, on = damage.purchase_line, damage.replaced_on
                reason = f"{line.rejected} came with {damage.reason}"
                slips.append(Slip(today, ref, on, reason))
                self._note_expected(ref, on)
        self.shop.receive(receipt, self._promise(today), slips)

    def _slip(self, slip: Slip) -> None:
        self._note_expected(slip.purchase_line, slip.expected_on)
        self.shop.slip(slip, at(slip.on, 7), self._promise(slip.on))

    def _cancel(self, wish: Cancellation) -> None:
        self.shop.cancel(wish, at(wish.on, 12), self._promise(wish.on))


Deed: TypeAlias = Callable[[], None]
Place: TypeAlias = tuple[int | str, ...]
"""Decides among deeds of the same time; all places in a diary have one shape."""


class Diary:
    """Deeds by day; days can be added while it is worked through."""

    def __init__(self) -> None:
        """Start empty."""
        self._days: list[date] = []
        self._deeds: dict[date, list[tuple[datetime, Place, Deed]]] = {}

    def open(self, day: date) -> None:
        """Make sure that a day is not passed over."""
        if day not in self._deeds:
            self._deeds[day] = []
            heapq.heappush(self._days, day)

    def note(self, moment: datetime, place: Place, deed: Deed) -> None:
        """Write a deed down for the day of its moment."""
        day = moment.astimezone(UTC).date()
        self.open(day)
        self._deeds[day].append((moment, place, deed))

    @property
    def span(self) -> tuple[date, date]:
        """Return the first and the last day there is, the first day of all if none."""
        return min(self._deeds, default=date.min), max(self._deeds, default=date.min)

    def days(self) -> Iterator[date]:
        """Yield the days in turn, those included that are added on the way."""
        while self._days:
            yield heapq.heappop(self._days)

    def deeds(self, day: date) -> Iterator[Deed]:
        """Yield what is to be done on a day, in order."""
        for _, _, deed in sorted(self._deeds[day], key=itemgetter(0, 1)):
            yield deed
