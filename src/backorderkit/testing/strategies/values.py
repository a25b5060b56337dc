"""Hypothesis strategies for the nouns of the library, as plain functions.

References are short and readable: orders are `B1`, `B2`, …, their lines `B1/1`,
receipts `R1`, purchase orders `P1`. What is drawn shrinks to the smallest thing of its
kind: one line, one unit, one SKU. Every bound is a keyword.

>>> from hypothesis import find
>>> order = find(orders("B7"), lambda order: order.lines[0].quantity > 2)
>>> [(line.ref, line.sku, line.quantity) for line in order.lines]
[('B7/1', 'LAMP', 3)]
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from backorderkit.model import (
    DeliveryRule,
    Line,
    Order,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Remedy,
)
from backorderkit.values import MAIN, LineRef, Location, Sku

__all__ = [
    "MONDAY",
    "backlogs",
    "lines",
    "moments",
    "orders",
    "purchase_orders",
    "receipts",
]

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SKUS = ("LAMP", "CHAIR")


def moments(
    start: datetime = MONDAY, *, hours_back: int = 0, hours_on: int = 3
) -> st.SearchStrategy[datetime]:
    """Return moments on the hour around a start; few, so that ties are common.

    >>> from hypothesis import find
    >>> find(moments(), lambda moment: True) == MONDAY
    True
    """
    hours = st.integers(-hours_back, hours_on)
    return hours.map(lambda hour: start + timedelta(hours=hour))


@st.composite
def lines(
    draw: st.DrawFn,
    ref: str = "B1/1",
    *,
    skus: Sequence[Sku] = SKUS,
    locations: Sequence[Location] = (MAIN,),
    most_units: int = 5,
    days: Sequence[date | None] = (None,),
    groups: Sequence[str | None] = (None,),
) -> Line:
    """Draw an order line; `days` are the choices for its first and last day.

    >>> from hypothesis import find
    >>> find(lines("B1/2"), lambda line: line.sku == "CHAIR").ref
    'B1/2'
    """
    return Line(
        ref,
        draw(st.sampled_from(skus)),
        draw(st.integers(1, most_units)),
        location=draw(st.sampled_from(locations)),
        allocate_not_before=draw(st.sampled_from(days)),
        cancel_after=draw(st.sampled_from(days)),
        delivery_group=draw(st.sampled_from(groups)),
    )


@st.composite
def orders(
    draw: st.DrawFn,
    ref: str = "B1",
    *,
    placed_at: st.SearchStrategy[datetime] | None = None,
    customers: Sequence[str] = ("ada", "bob"),
    most_lines: int = 3,
    deliveries: Sequence[DeliveryRule] = (DeliveryRule.SHIP_AS_AVAILABLE,),
    holds: Sequence[str] = ("",),
    skus: Sequence[Sku] = SKUS,
    locations: Sequence[Location] = (MAIN,),
    most_units: int = 5,
    days: Sequence[date | None] = (None,),
    groups: Sequence[str | None] = (None,),
) -> Order:
    """Draw an order; the lines of one that ships complete name no group.

    >>> from hypothesis import find
    >>> order = find(orders(), lambda order: len(order.lines) == 2)
    >>> [line.ref for line in order.lines], order.customer
    (['B1/1', 'B1/2'], 'ada')
    """
    delivery = draw(st.sampled_from(deliveries))
    whole = delivery is DeliveryRule.SHIP_COMPLETE
    drawn = [
        draw(
            lines(
                f"{ref}/{number}",
                skus=skus,
                locations=locations,
                most_units=most_units,
                days=days,
                groups=(None,) if whole else groups,
            )
        )
        for number in range(1, draw(st.integers(1, most_lines)) + 1)
    ]
    return Order(
        ref,
        draw(st.sampled_from(customers)),
        draw(moments() if placed_at is None else placed_at),
        drawn,
        priority=draw(st.integers(0, 2)),
        delivery=delivery,
        hold=draw(st.sampled_from(holds)),
    )


@st.composite
def backlogs(
    draw: st.DrawFn,
    *,
    sku: Sku = "LAMP",
    most_orders: int = 5,
    most_units: int = 5,
) -> tuple[Order, ...]:
    """Draw orders of one line each that wait for one SKU, at times that often tie.

    >>> from hypothesis import find
    >>> [order.ref for order in find(backlogs(), lambda orders: len(orders) == 2)]
    ['B1', 'B2']
    """
    count = draw(st.integers(1, most_orders))
    return tuple(
        draw(orders(f"B{number}", skus=(sku,), most_lines=1, most_units=most_units))
        for number in range(1, count + 1)
    )


@st.composite
def purchase_orders(
    draw: st.DrawFn,
    ref: str = "P1",
    *,
    ordered_at: datetime = MONDAY,
    waiting: Sequence[tuple[LineRef, Sku, Location, int]] = (),
    skus: Sequence[Sku] = SKUS,
    destination: Location = MAIN,
    most_units: int = 5,
    days: Sequence[date | None] = (None,),
) -> PurchaseOrder:
    """Draw a purchase order of one line, due on one of `days`, perhaps pinned.

    `waiting` are lines it may be bought for: reference, SKU, location and units. What
    is bought for a line is delivered to the location where the line waits.

    >>> from hypothesis import find
    >>> known = [("B1/1", "LAMP", "north", 4)]
    >>> order = find(purchase_orders(waiting=known), lambda one: one.lines[0].needs)
    >>> order.destination, order.lines[0].needs
    ('north', (PurchaseNeed(line='B1/1', portion=0, quantity=1),))
    """
    sku, needs = draw(st.sampled_from(skus)), list[PurchaseNeed]()
    is_special = draw(st.booleans())
    if waiting and is_special:
        line, sku, destination, units = draw(st.sampled_from(waiting))
        needs.append(PurchaseNeed(line, 0, draw(st.integers(1, units))))
    least = sum(need.quantity for need in needs)
    bought = PurchaseLine(
        f"{ref}/1",
        sku,
        draw(st.integers(max(least, 1), least + most_units)),
        expected_on=draw(st.sampled_from(days)),
        needs=needs,
    )
    return PurchaseOrder(ref, "ACME", ordered_at, [bought], destination=destination)


@st.composite
def receipts(
    draw: st.DrawFn,
    ref: str = "R1",
    *,
    received_at: datetime = MONDAY,
    open_lines: Sequence[tuple[str, Sku, Location, int]] = (),
    skus: Sequence[Sku] = SKUS,
    locations: Sequence[Location] = (MAIN,),
    most_lines: int = 2,
    most_units: int = 5,
) -> Receipt:
    """Draw a delivery: unplanned goods, or goods for purchase lines.

    `open_lines` are purchase lines that may be received: reference, SKU, location and
    open units. Less, exactly, or a little more than that comes, some of it rejected.

    >>> from hypothesis import find
    >>> known = [("P1/1", "LAMP", "main", 4)]
    >>> find(receipts(open_lines=known), lambda one: one.lines[0].accepted > 4).lines[0]
    ReceiptLine(sku='LAMP', accepted=5, location='main', purchase_line='P1/1', \
rejected=0, reason='', remedy=<Remedy.REPLACE: 'replace'>, final=False, unit_cost=None)
    """
    drawn = [_delivered(draw, one) for one in _some(draw, open_lines, most_lines)]
    if not drawn or draw(st.booleans()):
        drawn.append(
            ReceiptLine(
                draw(st.sampled_from(skus)),
                draw(st.integers(1, most_units)),
                location=draw(st.sampled_from(locations)),
            )
        )
    return Receipt(ref, received_at, drawn)


def _some(
    draw: st.DrawFn, known: Sequence[tuple[str, Sku, Location, int]], most: int
) -> list[tuple[str, Sku, Location, int]]:
    """Draw up to `most` different purchase lines, at least one if there are any."""
    if not known:
        return []
    return draw(
        st.lists(st.sampled_from(known), min_size=1, max_size=most, unique=True)
    )


def _delivered(
    draw: st.DrawFn, purchase: tuple[str, Sku, Location, int]
) -> ReceiptLine:
    """Draw what comes for a purchase line."""
    ref, sku, location, open_units = purchase
    accepted = draw(st.integers(0, open_units + 2))
    rejected = draw(st.integers(0 if accepted else 1, 2))
    return ReceiptLine(
        sku,
        accepted,
        location=location,
        purchase_line=ref,
        rejected=rejected,
        reason="broken" if rejected else "",
        remedy=draw(st.sampled_from(Remedy)),
        final=draw(st.booleans()),
    )
