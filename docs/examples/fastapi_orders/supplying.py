"""The supplier's side: what waits, what to buy, what arrived, what comes later."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from .answers import (
    DeliveryDone,
    Move,
    NewsDone,
    PurchasesDone,
    purchases,
)
from .commands import CommandHere, ShopHere
from .decisions import plan_buying, plan_delivery, plan_news
from .problems import documented
from .reading import Backlog, backlog_of
from .schemas import MOST_LINES, DeliveryWanted, NewsWanted, Reference, line_ref

router = APIRouter(tags=["supplying"])

MOST_SHOWN = 500
PurchaseHere = Annotated[Reference, Path(examples=["PO-1"])]
NumberHere = Annotated[int, Path(ge=1, le=MOST_LINES, examples=[1])]


@router.get(
    "/backlog/{sku}",
    summary="Who waits for a SKU?",
    responses=documented(),
)
def backlog(
    shop: ShopHere,
    sku: Annotated[Reference, Path(examples=["LAMP"])],
    most: Annotated[int, Query(ge=1, le=MOST_SHOWN, examples=[100])] = 100,
) -> Backlog:
    """Show the queue in the order in which it is served, and what covers each line."""
    return shop.read(lambda book: backlog_of(book, sku, most), [sku])


@router.post(
    "/purchase-orders",
    summary="Order what is missing",
    status_code=status.HTTP_201_CREATED,
    responses=documented(409),
)
def buy(command: CommandHere) -> PurchasesDone:
    """Buy what waits and nothing covers, one order per supplier, and promise days."""
    plan = command.carry_out(
        "buy", None, plan_buying, command.shop.catalogue, at=command.at
    )
    return PurchasesDone.of(plan, purchase_orders=purchases(plan))


@router.post(
    "/purchase-orders/{purchase}/lines/{number}/news",
    summary="Take in what a supplier says",
    responses=documented(400, 404, 409, 413, 415),
)
def hear(
    command: CommandHere, purchase: PurchaseHere, number: NumberHere, told: NewsWanted
) -> NewsDone:
    """Move the day or cut the quantity of a purchase line; tell whom it concerns."""
    line = line_ref(purchase, number)
    plan = command.carry_out(
        f"news {line}",
        (),
        plan_news,
        line,
        command.shop.catalogue,
        reason=told.reason,
        at=command.at,
        expected_on=told.expected_on,
        confirmed_on=told.confirmed_on,
        open_quantity=told.open_quantity,
    )
    moves = plan.slip.moves if plan.slip else ()
    must_hear = plan.slip.must_hear if plan.slip else ()
    return NewsDone.of(plan, moves=list(map(Move.of, moves)), must_hear=must_hear)


@router.post(
    "/receipts",
    summary="Book a delivery in",
    status_code=status.HTTP_201_CREATED,
    responses=documented(400, 404, 409, 413, 415),
)
def receive(command: CommandHere, wanted: DeliveryWanted) -> DeliveryDone:
    """Give the goods to those who wait, in their turn; the rest is free stock."""
    receipt = wanted.receipt(command.at)
    plan = command.carry_out(
        f"receive {wanted.ref}",
        wanted.skus,
        plan_delivery,
        receipt,
        command.shop.catalogue,
    )
    return DeliveryDone.of(
        plan,
        allocated=plan.allocated(),
        became_shippable=plan.became_shippable,
        left_backlog=plan.left_backlog,
    )
