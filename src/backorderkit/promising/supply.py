"""What a schedule draws on: dated supply and purchases, less what is already planned.

Stock is supply of today. A SKU with a lead time can also be bought, in any quantity:
what is ordered today arrives that many days later, and what is needed later is ordered
later. Whatever a schedule decides is committed here before the next demand has its
turn, so that no unit is planned twice.

>>> stock = [DatedQuantity(5, date(2026, 3, 1))]
>>> supply = Supply(date(2026, 3, 1), {"LAMP": stock}, {"LAMP": 7})
>>> supply.earliest("LAMP", 5, supply.today), supply.earliest("LAMP", 6, supply.today)
(datetime.date(2026, 3, 1), datetime.date(2026, 3, 8))
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from backorderkit.model import DatedQuantity
from backorderkit.promising.demands import PurchaseToPlace, Scheduled
from backorderkit.promising.timeline import Timeline
from backorderkit.values import (
    Sku,
    check_all,
    check_count,
    check_date,
    check_mapping,
    check_ref,
    days_after,
)


class Supply:
    """The timelines of all SKUs, and how soon each can be bought.

    >>> Supply(date(2026, 3, 1), {}, {}).timeline("LAMP").available(date(2026, 3, 1))
    0
    """

    def __init__(
        self,
        today: date,
        supplies: Mapping[Sku, Iterable[DatedQuantity]],
        lead_time_days: Mapping[Sku, int],
    ) -> None:
        """Check and index the supplies; a day before today counts as today."""
        self.today: date = check_date("today", today)
        self._timelines: dict[Sku, Timeline] = {}
        self._lead_times: dict[Sku, int] = check_mapping(
            "lead_time_days", lead_time_days
        )
        for sku, days in self._lead_times.items():
            check_ref("SKU", sku)
            days_after(today, check_count(f"lead_time_days of {sku}", days))
        for sku, dated in check_mapping("supplies", supplies).items():
            check_ref("SKU", sku)
            for one in check_all(f"supplies of {sku}", dated, DatedQuantity):
                self.timeline(sku).receive(one.on, one.quantity)

    def timeline(self, sku: Sku) -> Timeline:
        """Return the receipts and claims of a SKU."""
        if sku not in self._timelines:
            self._timelines[sku] = Timeline(self.today)
        return self._timelines[sku]

    def bought_on(self, sku: Sku, wanted_on: date) -> date | None:
        """Return the first day from a wanted one on that a purchase can arrive."""
        days = self._lead_times.get(sku)
        return None if days is None else max(wanted_on, days_after(self.today, days))

    def earliest(self, sku: Sku, quantity: int, not_before: date) -> date | None:
        """Return the first day on which a quantity is there, bought if need be."""
        found = self.timeline(sku).earliest(quantity, not_before)
        bought = self.bought_on(sku, not_before)
        return min((day for day in (found, bought) if day is not None), default=None)

    def purchases(
        self, sku: Sku, quantity: int, arrives_on: date
    ) -> tuple[PurchaseToPlace, ...]:
        """Return the purchase that arrives just in time, none for nothing."""
        if quantity <= 0:
            return ()
        order_on = arrives_on - timedelta(days=self._lead_times[sku])
        return (PurchaseToPlace(sku, quantity, order_on, arrives_on),)

    def commit(self, sku: Sku, scheduled: Scheduled) -> None:
        """Take what a demand gets out of the supply."""
        timeline = self.timeline(sku)
        for purchase in scheduled.purchases:
            timeline.receive(purchase.arrives_on, purchase.quantity)
        for delivery in scheduled.deliveries:
            timeline.claim(delivery.on, delivery.quantity)
