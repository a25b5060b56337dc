"""What a customer ordered: an order, its lines, and which of them ship together.

An order is a fact of the shop, not of the warehouse: it never changes after it was
placed. What became of it (allocated, shipped, cancelled, waiting) is in the book.

By default each line ships as soon as any of it is there. An order may instead ask to
`SHIP_COMPLETE`, or its lines may name delivery groups: lines of one group leave in one
parcel, the others as they come.

>>> from datetime import datetime, UTC
>>> order = Order(
...     "O-1", "ada", datetime(2026, 3, 1, 9, tzinfo=UTC),
...     lines=[
...         Line("O-1/1", "LAMP", 2, delivery_group="desk"),
...         Line("O-1/2", "CHAIR", 1, delivery_group="desk"),
...         Line("O-1/3", "RUG", 1),
...     ],
... )
>>> order.groups
{'desk': ('O-1/1', 'O-1/2')}
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.values import (
    MAIN,
    CustomerRef,
    LineRef,
    Location,
    Money,
    OrderRef,
    Sku,
    check_all,
    is_a,
    is_optional,
    is_optional_date,
    is_optional_ref,
    is_quantity,
    is_ref,
    is_text,
    is_time,
)

__all__ = ["DeliveryRule", "Line", "Order"]

WHOLE_ORDER = ""
"""The name of the one delivery group of a ship-complete order; no line can name it."""


class DeliveryRule(Enum):
    """How the lines of an order may leave the house.

    >>> DeliveryRule.SHIP_COMPLETE.value
    'ship_complete'
    """

    SHIP_AS_AVAILABLE = "ship_as_available"
    SHIP_COMPLETE = "ship_complete"


@attrs.frozen
class Line:
    """One SKU and quantity of an order, with the customer's dates.

    `requested_on` is the customer's wish and moves nothing. Until
    `allocate_not_before` the goods go to others. `cancel_after` is the last day on
    which the rest is still wanted. `location` is where the line waits for what no
    sourcing function finds elsewhere.

    >>> Line("O-1/1", "LAMP", 2).location
    'main'
    """

    ref: LineRef = attrs.field(validator=is_ref)
    sku: Sku = attrs.field(validator=is_ref)
    quantity: int = attrs.field(validator=is_quantity)
    location: Location = attrs.field(default=MAIN, validator=is_ref, kw_only=True)
    unit_price: Money | None = attrs.field(
        default=None,
        validator=is_optional(Money),
        kw_only=True,
    )
    requested_on: date | None = attrs.field(
        default=None, validator=is_optional_date, kw_only=True
    )
    allocate_not_before: date | None = attrs.field(
        default=None, validator=is_optional_date, kw_only=True
    )
    cancel_after: date | None = attrs.field(
        default=None, validator=is_optional_date, kw_only=True
    )
    delivery_group: str | None = attrs.field(
        default=None, validator=is_optional_ref, kw_only=True
    )


def _lines(value: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines as a tuple, at least one."""
    return check_all("lines", value, Line, 1)


@attrs.frozen
class Order:
    """A customer's order: who, when, what, how urgent, and what ships together.

    A lower `priority` is served first. A `hold` (its reason) keeps the order out of
    every queue until it is released; `""` means no hold.

    >>> Order("O-1", "ada", "today", lines=[Line("O-1/1", "LAMP", 2)])
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: placed_at is 'today': give an aware datetime
    """

    ref: OrderRef = attrs.field(validator=is_ref)
    customer: CustomerRef = attrs.field(validator=is_ref)
    placed_at: datetime = attrs.field(validator=is_time)
    lines: tuple[Line, ...] = attrs.field(converter=_lines)
    priority: int = attrs.field(default=0, kw_only=True)
    delivery: DeliveryRule = attrs.field(
        default=DeliveryRule.SHIP_AS_AVAILABLE,
        validator=is_a(DeliveryRule),
        kw_only=True,
    )
    hold: str = attrs.field(default="", validator=is_text, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Check what no field can see alone."""
        check_priority(self.priority)
        if len({line.ref for line in self.lines}) < len(self.lines):
            refs = [line.ref for line in self.lines]
            raise InvalidValue("line references", refs, "give each line its own")
        if self.delivers_whole:
            for line in self.lines:
                if line.delivery_group is not None:
                    raise InvalidValue(
                        f"delivery_group of {line.ref}",
                        line.delivery_group,
                        "leave it out: the order already ships complete",
                    )

    @property
    def delivers_whole(self) -> bool:
        """Return whether nothing of the order leaves before all of it is there."""
        return self.delivery is DeliveryRule.SHIP_COMPLETE

    @property
    def groups(self) -> dict[str, tuple[LineRef, ...]]:
        """Return the lines that must leave together, by group name.

        A ship-complete order is one group, named `""`.
        """
        if self.delivers_whole:
            return {WHOLE_ORDER: tuple(line.ref for line in self.lines)}
        groups: dict[str, tuple[LineRef, ...]] = {}
        for line in self.lines:
            if line.delivery_group is not None:
                group = groups.get(line.delivery_group, ())
                groups[line.delivery_group] = (*group, line.ref)
        return groups


def check_priority(value: object) -> int:
    """Return a priority: a whole number between a million below and above zero.

    >>> check_priority(-1)
    -1
    """
    if type(value) is not int or abs(value) > _FURTHEST_PRIORITY:
        raise InvalidValue("priority", value, "give a small whole number")
    return value


_FURTHEST_PRIORITY = 10**6
