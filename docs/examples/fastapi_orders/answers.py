"""What clients read: the library's values as flat, documented JSON.

What was promised and what is expected stand side by side, and the ledger shows every
promise ever made. A command answers with sentences; `done_before` marks a retry.

>>> Told(quantity=2, on=date(2026, 3, 9)).model_dump(mode="json")
{'quantity': 2, 'on': '2026-03-09'}
"""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from backorderkit import Plan, Reason
from backorderkit.coverage import ExpectedPortion
from backorderkit.model import DateMove, PromiseMade, PurchasePlaced
from backorderkit.promising import Answer

from . import samples

DONE_BEFORE = "done_before"


def sample(value: dict[str, Any]) -> ConfigDict:
    """Return the configuration of an answer that is documented by a sample."""
    return ConfigDict(json_schema_extra={"examples": [value]})


class Why(BaseModel):
    """Why something did not happen: a code for programs, a text for people."""

    subject: str
    code: str
    text: str

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """Return a reason."""
        return cls(subject=reason.subject, code=reason.code, text=reason.text)


class Expected(BaseModel):
    """Units, the day they come (none: in stock, or nobody knows), and why."""

    quantity: int
    on: date | None
    source: str
    purchase_line: str | None
    confidence: str

    @classmethod
    def of(cls, portion: ExpectedPortion) -> Self:
        """Return a portion of what is expected."""
        return cls(
            quantity=portion.quantity,
            on=portion.on,
            source=portion.source.value,
            purchase_line=portion.purchase_line,
            confidence=portion.confidence.value,
        )


class Told(BaseModel):
    """One day of a promise."""

    quantity: int
    on: date


class Promised(BaseModel):
    """An entry of the promise ledger: what was told, when, and on what it rested."""

    at: datetime
    reason: str
    dates: list[Told]
    confidence: str

    @classmethod
    def of(cls, promise: PromiseMade) -> Self:
        """Return an entry."""
        return cls(
            at=promise.at,
            reason=promise.reason,
            dates=[Told(quantity=one.quantity, on=one.on) for one in promise.dates],
            confidence=promise.confidence.value,
        )


class LineShown(BaseModel):
    """Where every unit of a line is: waiting, allocated, shipped, or cancelled."""

    ref: str
    sku: str
    summary: str = Field(examples=["partly covered, 3 of 5"])
    ordered: int
    waiting: int
    allocated: int
    shipped: int
    cancelled: int
    refused: int
    requested_on: date | None
    promised_on: date | None
    expected: list[Expected]
    promises: list[Promised]


class OrderShown(BaseModel):
    """An order or quote, its lines, and whether any of it may ship now."""

    model_config = sample(samples.ORDER)

    ref: str
    customer: str
    placed_at: datetime
    priority: int
    held: str
    quoted_until: datetime | None
    is_shippable: bool
    lines: list[LineShown]


class Done(BaseModel):
    """What a command did, in sentences, and why the rest did not happen.

    `done_before` says that this key was carried out earlier; nothing was done again.
    """

    done_before: bool
    happened: list[str] = Field(examples=[["O-1/1 gets 3 of the 5 it waits for."]])
    reasons: list[Why]

    @classmethod
    def of(cls, plan: Plan, **more: object) -> Self:
        """Return what a plan did."""
        return cls.model_validate(
            {
                "done_before": was_done_before(plan),
                "happened": sentences(plan),
                "reasons": list(map(Why.of, plan.reasons)),
                **more,
            }
        )


class OrderDone(Done):
    """What a command did to an order, and how the order stands now.

    There is no order if nothing of it was accepted; `happened` says why.
    """

    model_config = sample(samples.ORDER_DONE)

    order: OrderShown | None


class DeliveryDone(Done):
    """Who got what of a delivery, and which orders can leave or wait no more."""

    model_config = sample(samples.DELIVERY_DONE)

    allocated: dict[str, int] = Field(examples=[{"O-1/1": 5}])
    became_shippable: list[str]
    left_backlog: list[str]


class Move(BaseModel):
    """Units of a line that now come on another day."""

    line: str
    quantity: int
    moved_from: date | None
    moved_to: date | None

    @classmethod
    def of(cls, move: DateMove) -> Self:
        """Return a move."""
        return cls(
            line=move.line,
            quantity=move.quantity,
            moved_from=move.moved_from,
            moved_to=move.moved_to,
        )


class NewsDone(Done):
    """Whose days move, and to whom a promise breaks."""

    model_config = sample(samples.NEWS_DONE)

    moves: list[Move]
    must_hear: list[str]


class BoughtLine(BaseModel):
    """A SKU on a purchase order, and the units of each line it is for."""

    ref: str
    sku: str
    quantity: int
    expected_on: date | None
    needs: dict[str, int] = Field(examples=[{"O-1/1": 5}])


class Bought(BaseModel):
    """A purchase order as it goes to the supplier."""

    ref: str
    supplier: str
    lines: list[BoughtLine]

    @classmethod
    def of(cls, event: PurchasePlaced) -> Self:
        """Return a purchase order that was placed."""
        lines = [
            BoughtLine(
                ref=line.ref,
                sku=line.sku,
                quantity=line.quantity,
                expected_on=line.expected_on,
                needs={need.line: need.quantity for need in line.needs},
            )
            for line in event.order.lines
        ]
        return cls(ref=event.order.ref, supplier=event.order.supplier, lines=lines)


class PurchasesDone(Done):
    """What was ordered from the suppliers."""

    model_config = sample(samples.PURCHASES_DONE)

    purchase_orders: list[Bought]


class Answered(BaseModel):
    """When units could come; nothing is held for the asker."""

    model_config = sample(samples.ANSWERED)

    sku: str
    quantity: int
    availability: str = Field(examples=["partial"])
    complete_on: date | None
    portions: list[Expected]
    short: int
    reasons: list[Why]

    @classmethod
    def of(cls, given: Answer) -> Self:
        """Return an answer."""
        return cls(
            sku=given.sku,
            quantity=given.quantity,
            availability=given.availability.value,
            complete_on=given.complete_on,
            portions=list(map(Expected.of, given.portions)),
            short=given.short,
            reasons=list(map(Why.of, given.reasons)),
        )


def was_done_before(plan: Plan) -> bool:
    """Tell whether a plan only says that its command was carried out earlier."""
    return any(reason.code == DONE_BEFORE for reason in plan.reasons)


def sentences(plan: Plan) -> list[str]:
    """Return what a plan does, one sentence an event."""
    if plan.is_empty:
        return []
    return Plan(plan.events, basis=plan.basis).explain().split("\n")


def purchases(plan: Plan) -> list[Bought]:
    """Return the purchase orders that a plan places."""
    return [Bought.of(one) for one in plan.events if isinstance(one, PurchasePlaced)]
