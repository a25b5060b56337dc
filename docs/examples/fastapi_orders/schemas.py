"""What clients send: strict, bounded, and turned into the library's values at once.

Quantities are whole numbers: `2.0`, `"2"` and `true` are refused. Days are written
`2026-03-10` and times with their offset from UTC. Fields nobody knows are refused too,
for a misspelt wish must not look obeyed. Every text and every list has a limit.

>>> body = {"ref": "O-1", "customer": "ada", "lines": [{"sku": "LAMP", "quantity": 2}]}
>>> OrderWanted(**body).order(datetime(2026, 3, 2, tzinfo=UTC)).lines[0].ref
'O-1/1'
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

import attrs
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from backorderkit import DeliveryRule, Line, Order, Receipt, ReceiptLine
from backorderkit.errors import InvalidValue
from backorderkit.model import Remedy

MOST_LINES = 100
MOST_UNITS = 1_000_000
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def _day(value: object) -> date:
    """Return a day written as `2026-03-10`, nothing else."""
    if type(value) is str and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError("give a day as 2026-03-10")


def _time(value: object) -> datetime:
    """Return a time written with its offset, in UTC."""
    if type(value) is str and _TIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except OverflowError:
            pass  # the first and last days of the calendar have no time in UTC
    raise ValueError("give a time with its offset, as 2026-03-10T09:00:00Z")


Reference = Annotated[
    str,
    Field(
        strict=True,
        max_length=40,
        pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$",
    ),
]
Number = Annotated[int, Field(strict=True, ge=1, le=MOST_LINES)]
Units = Annotated[int, Field(strict=True, ge=1, le=MOST_UNITS)]
Count = Annotated[int, Field(strict=True, ge=0, le=MOST_UNITS)]
Words = Annotated[
    str,
    Field(
        strict=True,
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f-\x9f]*$",
    ),
]
Day = Annotated[date, BeforeValidator(_day), Field(examples=["2026-03-10"])]
Moment = Annotated[
    datetime, BeforeValidator(_time), Field(examples=["2026-03-10T09:00:00Z"])
]


class Wanted(BaseModel):
    """A request body: frozen, and without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def example(**body: Any) -> ConfigDict:
    """Return the configuration of a request body that is documented by an example."""
    return ConfigDict(json_schema_extra={"examples": [body]})


class LineWanted(Wanted):
    """A SKU and how many of it; lines of one delivery group leave in one parcel."""

    sku: Reference
    quantity: Units
    requested_on: Day | None = None
    delivery_group: Reference | None = None


class BasketWanted(Wanted):
    """What orders and quotes have in common; lines are numbered from 1."""

    ref: Reference
    customer: Reference
    lines: Annotated[list[LineWanted], Field(min_length=1, max_length=MOST_LINES)]

    @property
    def skus(self) -> tuple[str, ...]:
        """Return the SKUs of its lines."""
        return tuple(line.sku for line in self.lines)

    def order(self, placed_at: datetime) -> Order:
        """Return the library's order, placed at a time."""
        lines = [
            Line(
                line_ref(self.ref, number),
                line.sku,
                line.quantity,
                requested_on=line.requested_on,
                delivery_group=line.delivery_group,
            )
            for number, line in enumerate(self.lines, 1)
        ]
        return Order(self.ref, self.customer, placed_at, lines)


class OrderWanted(BasketWanted):
    """An order. A lower priority is served first; `quote` names one to take over."""

    model_config = example(
        ref="O-1", customer="ada", lines=[{"sku": "LAMP", "quantity": 5}]
    )

    priority: Annotated[int, Field(strict=True, ge=-100, le=100)] = 0
    delivery: DeliveryRule = DeliveryRule.SHIP_AS_AVAILABLE
    quote: Reference | None = None

    def order(self, placed_at: datetime) -> Order:
        """Return the library's order, placed at a time."""
        plain = super().order(placed_at)
        return attrs.evolve(plain, priority=self.priority, delivery=self.delivery)


class QuoteWanted(BasketWanted):
    """Lines for which goods are held until a time, without an order."""

    model_config = example(
        ref="Q-1",
        customer="ada",
        lines=[{"sku": "LAMP", "quantity": 2}],
        until="2026-03-10T09:00:00Z",
    )

    until: Moment


class AmendmentWanted(Wanted):
    """The new total of a line: shipped units included, cancelled ones not."""

    model_config = example(quantity=3)

    quantity: Count


class LineUnits(Wanted):
    """So many units of one line of an order."""

    number: Number
    quantity: Units


Parts = Annotated[list[LineUnits], Field(min_length=1, max_length=MOST_LINES)]


class CancellationWanted(Wanted):
    """Lines and units to cancel; without lines the whole order."""

    model_config = example(lines=[{"number": 1, "quantity": 2}], reason="too late")

    lines: Parts | None = None
    reason: Words = "cancelled by the customer"


class ShipmentWanted(Wanted):
    """A parcel; without lines it holds all that may leave now."""

    model_config = example(ref="S-1")

    ref: Reference
    lines: Parts | None = None


class DeliveryLine(Wanted):
    """What arrived of one SKU, and for which line of which purchase order.

    Rejected units are owed by the supplier unless he credits them; `final` says that
    nothing more comes.
    """

    sku: Reference
    accepted: Count
    rejected: Count = 0
    purchase_order: Reference | None = None
    number: Number = 1
    reason: Words | None = None
    remedy: Remedy = Remedy.REPLACE
    final: Annotated[bool, Field(strict=True)] = False


class DeliveryWanted(Wanted):
    """A delivery as it was booked in at the dock."""

    model_config = example(
        ref="R-1", lines=[{"sku": "LAMP", "accepted": 12, "purchase_order": "PO-1"}]
    )

    ref: Reference
    lines: Annotated[list[DeliveryLine], Field(min_length=1, max_length=MOST_LINES)]

    @property
    def skus(self) -> tuple[str, ...]:
        """Return the SKUs of its lines."""
        return tuple(line.sku for line in self.lines)

    def receipt(self, received_at: datetime) -> Receipt:
        """Return the library's receipt, booked in at a time."""
        return Receipt(self.ref, received_at, map(_received, self.lines))


class NewsWanted(Wanted):
    """What a supplier says of a purchase line; what he does not mention stays.

    `confirmed_on` is the day he named, `expected_on` the one to believe in instead,
    `open_quantity` what will still come.
    """

    model_config = example(reason="strike at the works", expected_on="2026-03-20")

    reason: Words
    expected_on: Day | None = None
    confirmed_on: Day | None = None
    open_quantity: Count | None = None


def line_ref(ref: str, number: int) -> str:
    """Return the reference of a line of an order or purchase order.

    >>> line_ref("O-1", 2)
    'O-1/2'
    """
    return f"{ref}/{number}"


def units_by_line(order: str, parts: list[LineUnits] | None) -> dict[str, int] | None:
    """Return units by line; a line that is named twice is an error.

    >>> units_by_line("O-1", [LineUnits(number=2, quantity=3)])
    {'O-1/2': 3}
    """
    if parts is None:
        return None
    units = {line_ref(order, one.number): one.quantity for one in parts}
    if len(units) < len(parts):
        numbers = [one.number for one in parts]
        raise InvalidValue("lines", numbers, "name each line once")
    return units


def _received(line: DeliveryLine) -> ReceiptLine:
    """Return one line of a receipt."""
    bought = line.purchase_order and line_ref(line.purchase_order, line.number)
    return ReceiptLine(
        line.sku,
        line.accepted,
        purchase_line=bought,
        rejected=line.rejected,
        reason=line.reason or "",
        remedy=line.remedy,
        final=line.final,
    )
