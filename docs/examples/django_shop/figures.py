"""How each fact changes the shop's own tables.

`take_in` runs inside the transaction that stores the facts, after the rows they are
about were locked. Figures are changed in the database, by differences, so no row is
written back as it was read long ago. A line or purchase line that nobody placed is
passed over. A product or supplier that the catalogue does not know is entered under its
reference: what happened, happened.
"""

from collections.abc import Iterable

from django.db.models import F

from backorderkit.model import Event, events as facts
from django_shop.models import (
    Order,
    OrderLine,
    Portion,
    Product,
    Promise,
    PurchaseOrder,
    PurchaseOrderLine,
    Stock,
    Supplier,
)


def take_in(events: Iterable[Event]) -> None:
    """Change the tables as events say, in their order."""
    for event in events:
        _take_in(event)


def _take_in(event: Event) -> None:
    """Change what one event is about; what no table shows changes nothing."""
    match event:
        case facts.OrderPlaced():
            _place(event)
        case facts.QuoteHeld():
            _place(event, quoted_until=event.until)
        case facts.PortionAdded(portion):
            _queue(portion)
        case facts.PortionMoved():
            Portion.objects.create(
                line_id=event.line, number=event.number, location=event.destination
            )
        case facts.QuantityRefused():
            _add(_line(event.line), refused=event.quantity)
        case facts.QuantityCancelled():
            _add(_line(event.line), cancelled=event.quantity)
        case facts.OrderHeld():
            _order(event.order).update(held=event.reason)
        case facts.HoldReleased():
            _order(event.order).update(held="")
        case facts.QuoteAccepted():
            _order(event.order).update(held="", quoted_until=None)
        case facts.OrderReprioritised():
            _order(event.order).update(priority=event.priority)
        case facts.PromiseMade():
            _promise(event)
        case _:
            _take_in_goods(event)


def _take_in_goods(event: Event) -> None:
    """Change what an event about stock or supply is about."""
    match event:
        case facts.Allocated():
            _allocate(event, event.quantity)
        case facts.AllocationReleased():
            _allocate(event, -event.quantity)
        case facts.AllocationMoved():
            _add(_line(event.line), allocated=-event.quantity)
            _add(_line(event.to_line), allocated=event.quantity)
        case facts.GoodsShipped():
            _ship(event)
        case facts.GoodsReturned():
            _add(_line(event.line), returned=event.quantity)
            sku = OrderLine.objects.values_list("product_id", flat=True).get(
                ref=event.line
            )
            _shelve(sku, event.location, on_hand=event.restocked)
        case facts.GoodsReceived():
            _receive(event)
        case facts.StockCounted():
            _shelve(event.sku, event.location, on_hand=event.difference)
        case facts.ReserveSet():
            difference = event.quantity - F("reserve")
            _shelve(event.sku, event.location, reserve=difference)
        case facts.StockTransferred():
            _shelve(event.sku, event.source, on_hand=-event.quantity)
            _shelve(event.sku, event.destination, on_hand=event.quantity)
        case facts.TransferDispatched():
            _shelve(event.sku, event.source, on_hand=-event.quantity)
            _expect(event, event.sku, event.destination)
        case facts.PurchasePlaced():
            _buy(event)
        case facts.PurchaseConfirmed():
            _bought(event).update(confirmed_on=event.confirmed_on)
        case facts.PurchaseExpected():
            _bought(event).update(expected_on=event.expected_on)
        case facts.PurchaseLineClosed():
            _add(_bought(event), closed=event.quantity)


# Orders


def _place(event, quoted_until=None):
    """Enter an order or a quote, its lines, and where they queue."""
    order = event.order
    Order.objects.create(
        ref=order.ref,
        customer=order.customer,
        placed_at=order.placed_at,
        priority=order.priority,
        held=order.hold,
        quoted_until=quoted_until,
    )
    for line in order.lines:
        OrderLine.objects.create(
            ref=line.ref, order_id=order.ref, product=_product(line.sku)
        )
    for portion in event.portions:
        _queue(portion)


def _queue(portion):
    """Enter units of a line at a place of their own."""
    Portion.objects.create(
        line_id=portion.line, number=portion.number, location=portion.location
    )
    _add(_line(portion.line), ordered=portion.quantity)


def _promise(event):
    """Append to what was told of a line."""
    told = "; ".join(f"{one.quantity} on {one.on.isoformat()}" for one in event.dates)
    Promise.objects.create(
        line_id=event.line,
        made_at=event.at,
        promised_on=event.promised_on,
        dates=told,
        reason=event.reason,
        evidence=event.evidence.value,
    )
    _line(event.line).update(promised_on=event.promised_on)


# Stock


def _allocate(event, units):
    """Give stock to a line, or with negative units take it back."""
    _add(_line(event.line), allocated=units)
    _shelve(*_pool_of(event), allocated=units)


def _ship(event):
    """Let given units leave the shelf."""
    for part in event.lines:
        _add(_line(part.line), allocated=-part.quantity, shipped=part.quantity)
        units = -part.quantity
        _shelve(*_pool_of(part), allocated=units, on_hand=units)


def _receive(event):
    """Put accepted units on the shelf and settle their purchase lines."""
    for part in event.receipt.lines:
        _shelve(part.sku, part.location, on_hand=part.accepted)
        for bought in PurchaseOrderLine.objects.filter(ref=part.purchase_line):
            settled = min(part.accepted, bought.open)
            _add(
                PurchaseOrderLine.objects.filter(ref=bought.ref),
                accepted=settled,
                over=part.accepted - settled,
                rejected=part.rejected,
            )


# Supply


def _buy(event):
    """Enter a purchase order and its lines."""
    order = event.order
    supplier, _ = Supplier.objects.get_or_create(
        ref=order.supplier, defaults={"name": order.supplier}
    )
    PurchaseOrder.objects.create(
        ref=order.ref, supplier=supplier, ordered_at=order.ordered_at
    )
    for line in order.lines:
        _expect(line, line.sku, order.destination, purchase_order_id=order.ref)


def _expect(line, sku, destination, **more):
    """Enter a purchase line, or a transfer under way."""
    PurchaseOrderLine.objects.create(
        ref=line.ref,
        product=_product(sku),
        destination=destination,
        ordered=line.quantity,
        expected_on=line.expected_on,
        **more,
    )


# Rows


def _add(rows, **units):
    """Change figures by differences; return how many rows there were."""
    return rows.update(
        **{name: F(name) + difference for name, difference in units.items()}
    )


def _shelve(sku, location, **units):
    """Change what is on a shelf, which is entered if it is new."""
    shelf = Stock.objects.filter(product_id=sku, location=location)
    if not _add(shelf, **units):
        Stock.objects.create(product=_product(sku), location=location)
        _add(shelf, **units)


def _order(ref):
    """Return an order's row."""
    return Order.objects.filter(ref=ref)


def _line(ref):
    """Return a line's row."""
    return OrderLine.objects.filter(ref=ref)


def _bought(event):
    """Return the row of the purchase line an event is about."""
    return PurchaseOrderLine.objects.filter(ref=event.purchase_line)


def _product(sku):
    """Return a product, entered if the catalogue does not have it."""
    product, _ = Product.objects.get_or_create(sku=sku, defaults={"name": sku})
    return product


def _pool_of(part):
    """Return the product and the location that a portion of a line is served from."""
    portion = Portion.objects.select_related("line").get(
        line_id=part.line, number=part.portion
    )
    return portion.line.product_id, portion.location
