"""What is asked of a schedule, and what it answers: demands, deliveries, purchases.

A demand is a quantity of one SKU, due on a day. It may come in parts, in shipments of a
minimum size, up to a number of days late; demands of one group come on one day. An
answer lists what comes when, how much never does, why, and what must be bought for it.

>>> demand = DatedDemand("O-1/1", "LAMP", 20, date(2026, 3, 5), most_days_late=2)
>>> demand.latest_on
datetime.date(2026, 3, 7)
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import DatedQuantity, Reason, check_priority
from backorderkit.values import (
    Sku,
    check_count,
    check_date,
    is_a,
    is_quantity,
    is_ref,
    is_text,
)

__all__ = ["DatedDemand", "Firmness", "PurchaseToPlace", "Scheduled"]


class Firmness(Enum):
    """How binding a demand is.

    Orders come first. A quote that has not expired holds goods as an order does; an
    inquiry is told a date and holds nothing. What is closed, cancelled or expired is
    not planned.

    >>> Firmness.QUOTE.holds_supply, Firmness.INQUIRY.holds_supply
    (True, False)
    """

    ORDER = "order"
    QUOTE = "quote"
    INQUIRY = "inquiry"
    CLOSED = "closed"

    @property
    def holds_supply(self) -> bool:
        """Return whether goods planned for it are gone for others."""
        return self in (Firmness.ORDER, Firmness.QUOTE)


@attrs.frozen
class DatedDemand:
    """Units of one SKU that are due on a day, and how they may be delivered.

    A lower `priority` is served first. No shipment is smaller than `minimum_shipment`,
    or than the whole demand if that is less; no demand gets more than it asked for.
    `most_days_late` bounds the delay: 0 allows the due date only, None any day. Demands
    that name the same group in `together` are delivered whole, all on one day.

    >>> DatedDemand("O-1/1", "LAMP", 5, date(2026, 3, 5)).firmness.value
    'order'
    """

    ref: str = attrs.field(validator=is_ref)
    sku: Sku = attrs.field(validator=is_ref)
    quantity: int = attrs.field(validator=is_quantity)
    due_on: date
    priority: int = attrs.field(default=0, kw_only=True)
    minimum_shipment: int = attrs.field(default=1, validator=is_quantity, kw_only=True)
    most_days_late: int | None = attrs.field(default=None, kw_only=True)
    together: str = attrs.field(default="", validator=is_text, kw_only=True)
    firmness: Firmness = attrs.field(
        default=Firmness.ORDER, validator=is_a(Firmness), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Refuse a day that is no date and a delay that is no number."""
        check_date("due_on", self.due_on)
        check_priority(self.priority)
        if self.most_days_late is not None:
            check_count("most_days_late", self.most_days_late)

    @property
    def latest_on(self) -> date:
        """Return the last day on which a delivery is allowed."""
        days_left = (date.max - self.due_on).days
        if self.most_days_late is None or self.most_days_late > days_left:
            return date.max
        return self.due_on + timedelta(days=self.most_days_late)

    @property
    def least_shipment(self) -> int:
        """Return the smallest shipment allowed: the minimum, or all if that is less."""
        return min(self.minimum_shipment, self.quantity)


@attrs.frozen
class PurchaseToPlace:
    """Units to buy for one demand: the day to order them and the day they arrive.

    >>> PurchaseToPlace("LAMP", 20, date(2026, 3, 3), date(2026, 3, 17)).quantity
    20
    """

    sku: Sku
    quantity: int
    order_on: date
    arrives_on: date


@attrs.frozen
class Scheduled:
    """What a demand gets and when, what it never gets, and why it is late or short.

    The deliveries and `short` add up to the demand. The reasons bear these codes:

    - `overdue`: the demand was due before today;
    - `awaiting_supply`: units come with supply that arrives after the day they are due;
    - `lead_time`: units must be bought and arrive after that day;
    - `material`: nothing supplies the units, and no supplier offers them;
    - `minimum_shipment`: units are there in time but too few to ship;
    - `waiting`: the demand waits for another of its group, which the text names.

    `purchases` is what its deliveries rest on; an inquiry has none placed.

    >>> Scheduled("O-1/1", (DatedQuantity(5, date(2026, 3, 5)),), 0).complete_on
    datetime.date(2026, 3, 5)
    """

    ref: str
    deliveries: tuple[DatedQuantity, ...]
    short: int
    reasons: tuple[Reason, ...] = ()
    purchases: tuple[PurchaseToPlace, ...] = ()

    @property
    def complete_on(self) -> date | None:
        """Return the day of the last delivery, None if some units never come."""
        return None if self.short else self.deliveries[-1].on


def in_turn_order(demands: Sequence[DatedDemand]) -> tuple[DatedDemand, ...]:
    """Return the demands to be planned, the first served first.

    Orders before quotes and inquiries, then by priority, due date, quantity, reference.
    """
    refs = [demand.ref for demand in demands]
    if len(set(refs)) < len(refs):
        raise InvalidValue("demand references", refs, "give each demand its own")
    planned = [one for one in demands if one.firmness is not Firmness.CLOSED]
    return tuple(sorted(planned, key=_turn))


def _turn(demand: DatedDemand) -> tuple[bool, int, date, int, str]:
    """Return the place of a demand among others."""
    is_soft = demand.firmness is not Firmness.ORDER
    return is_soft, demand.priority, demand.due_on, demand.quantity, demand.ref
