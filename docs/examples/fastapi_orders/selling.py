"""The customer's side: inquiries, quotes, orders, changes, cancellations, parcels."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response, status

from backorderkit import (
    OrderBook,
    Plan,
    check_availability,
    plan_acceptance,
    plan_amendment,
    plan_cancellation,
    plan_order,
    plan_quote,
    plan_shipment,
)
from backorderkit.promising import Answer

from .answers import Answered, OrderDone, OrderShown
from .commands import Command, CommandHere, ShopHere
from .problems import documented
from .reading import order_if_any, order_shown
from .schemas import (
    MOST_LINES,
    AmendmentWanted,
    CancellationWanted,
    Day,
    OrderWanted,
    QuoteWanted,
    Reference,
    ShipmentWanted,
    line_ref,
    units_by_line,
)

router = APIRouter(tags=["selling"])

OrderHere = Annotated[Reference, Path(examples=["O-1"])]
NumberHere = Annotated[int, Path(ge=1, le=MOST_LINES, examples=[1])]
PLACED: dict[int | str, dict[str, Any]] = {
    200: {"model": OrderDone, "description": "Nothing of it was accepted"},
    201: {
        "description": "It is accepted, in whole or in part",
        "headers": {
            "Location": {
                "description": "where it can be read",
                "schema": {"type": "string", "format": "uri-reference"},
            }
        },
    },
}


@router.get(
    "/promise",
    summary="When could units come?",
    responses=documented(),
)
def ask(
    shop: ShopHere,
    sku: Annotated[Reference, Query(examples=["LAMP"])],
    quantity: Annotated[int, Query(ge=1, le=1_000_000, examples=[5])],
    on: Annotated[Day | None, Query(examples=["2026-03-10"])] = None,
) -> Answered:
    """Answer for an order placed now and wanted on a day (today); nothing is held."""
    at = shop.clock()
    wanted_on: date = at.date() if on is None else on

    def look(book: OrderBook) -> Answer:
        return check_availability(
            book, sku, quantity, wanted_on, at=at, catalogue=shop.catalogue
        )

    return Answered.of(shop.read(look, [sku]))


@router.post(
    "/quotes",
    summary="Hold goods until a time",
    status_code=status.HTTP_201_CREATED,
    responses={**PLACED, **documented(400, 409, 413, 415)},
)
def quote(command: CommandHere, wanted: QuoteWanted, response: Response) -> OrderDone:
    """Hold stock and goods on order for a customer who has not decided yet."""
    plan = command.carry_out(
        f"quote {wanted.ref}",
        wanted.skus,
        plan_quote,
        wanted.order(command.at),
        until=wanted.until,
    )
    return _placed(command, plan, wanted.ref, response)


@router.post(
    "/quotes/{quote}/acceptance",
    summary="Make a quote an order",
    responses=documented(404, 409),
)
def accept(command: CommandHere, quote: OrderHere) -> OrderDone:
    """Let a quote become an order as it is, and promise what was quoted."""
    plan = command.carry_out(
        f"accept {quote}", (), plan_acceptance, quote, at=command.at
    )
    return _done(command, plan, quote)


@router.post(
    "/orders",
    summary="Place an order",
    status_code=status.HTTP_201_CREATED,
    responses={**PLACED, **documented(400, 404, 409, 413, 415)},
)
def place(command: CommandHere, wanted: OrderWanted, response: Response) -> OrderDone:
    """Give what is free, let the rest wait, and promise days for it.

    What may not be sold short is refused, with the reason; the rest is accepted.
    """
    plan = command.carry_out(
        f"place {wanted.ref}",
        wanted.skus,
        plan_order,
        wanted.order(command.at),
        rules=command.shop.rules,
        catalogue=command.shop.catalogue,
        quote=wanted.quote,
    )
    return _placed(command, plan, wanted.ref, response)


@router.get(
    "/orders/{order}",
    summary="How does an order stand?",
    responses=documented(404),
)
def read(shop: ShopHere, order: OrderHere) -> OrderShown:
    """Show every line: where its units are, what is expected, what was promised."""
    return shop.read(lambda book: order_shown(book, order, shop.arrival))


@router.patch(
    "/orders/{order}/lines/{number}",
    summary="Change the quantity of a line",
    responses=documented(400, 404, 409, 413, 415),
)
def amend(
    command: CommandHere, order: OrderHere, number: NumberHere, wanted: AmendmentWanted
) -> OrderDone:
    """Raise or lower a line: new units queue behind, the youngest are given up."""
    line = line_ref(order, number)
    plan = command.carry_out(
        f"amend {line}",
        (),
        plan_amendment,
        line,
        wanted.quantity,
        at=command.at,
        rules=command.shop.rules,
    )
    return _done(command, plan, order)


@router.post(
    "/orders/{order}/cancellations",
    summary="Cancel an order, or part of it",
    responses=documented(400, 404, 409, 413, 415),
)
def cancel(
    command: CommandHere, order: OrderHere, wanted: CancellationWanted
) -> OrderDone:
    """Cancel what is not shipped yet; what is given up goes to whoever waits."""
    plan = command.carry_out(
        f"cancel {order}",
        (),
        plan_cancellation,
        order,
        units_by_line(order, wanted.lines),
        at=command.at,
        reason=wanted.reason,
    )
    return _done(command, plan, order)


@router.post(
    "/orders/{order}/shipments",
    summary="Ship a parcel",
    status_code=status.HTTP_201_CREATED,
    responses=documented(400, 404, 409, 413, 415),
)
def ship(command: CommandHere, order: OrderHere, wanted: ShipmentWanted) -> OrderDone:
    """Let allocated units leave, as the delivery rule of the order allows."""
    plan = command.carry_out(
        f"ship {order} {wanted.ref}",
        (),
        plan_shipment,
        wanted.ref,
        order,
        units_by_line(order, wanted.lines),
        at=command.at,
    )
    return _done(command, plan, order)


def _placed(command: Command, plan: Plan, ref: str, response: Response) -> OrderDone:
    """Answer a new order or quote: 201 and where it is, or 200 if it was refused."""
    shop = command.shop
    order = shop.read(lambda book: order_if_any(book, ref, shop.arrival))
    if order is None:
        response.status_code = status.HTTP_200_OK
    else:
        response.headers["Location"] = f"/orders/{ref}"
    return OrderDone.of(plan, order=order)


def _done(command: Command, plan: Plan, ref: str) -> OrderDone:
    """Answer a change of an order with how it stands now."""
    shop = command.shop
    order = shop.read(lambda book: order_shown(book, ref, shop.arrival))
    return OrderDone.of(plan, order=order)
