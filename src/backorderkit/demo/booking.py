"""Which purchase lines a delivery settles.

A delivery note often names goods and no purchase line. Such goods settle the open
purchase lines of their pool, the oldest first; the rest is unordered
stock. Lines that are named come first, so that they are not settled twice.

>>> from backorderkit import OrderBook, oldest_first
>>> from backorderkit.demo.scenario import at
>>> from datetime import date
>>> delivery = Delivery("R-1", at(date(2026, 3, 9), 8), [DeliveredLine("LAMP", 6)])
>>> receipt_of(OrderBook(oldest_first()), delivery, {}).lines[0].purchase_line is None
True
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from backorderkit import OrderBook, Pool, Receipt, ReceiptLine
from backorderkit.adapters.csv import DeliveredLine, Delivery
from backorderkit.errors import InvalidValue

PurchaseLines: TypeAlias = Mapping[Pool, Sequence[str]]
"""The references of all purchase lines of a pool, the oldest first."""


class WrongDelivery(InvalidValue):
    """A delivered line does not fit what is on order; `row` is its row in the file."""

    def __init__(
        self, line: DeliveredLine, column: str, value: object, remedy: str
    ) -> None:
        """Name the line, and what of it is wrong."""
        super().__init__(column, value, remedy)
        self.row: int = line.row
        self.column: str = column


def receipt_of(
    book: OrderBook, delivery: Delivery, purchase_lines: PurchaseLines
) -> Receipt:
    """Return the receipt that a delivery is.

    Raises `WrongDelivery` for a purchase line that does not exist yet or is of another
    pool, and for rejected goods that are not on order.
    """
    named = [line for line in delivery.lines if line.purchase_line is not None]
    others = [line for line in delivery.lines if line.purchase_line is None]
    booked: dict[tuple[Pool, str | None], ReceiptLine] = {}
    for line in named:
        _check_named(book, line, purchase_lines)
        _book(booked, line, line.purchase_line, line.accepted, line.rejected)
    for line in others:
        _settle_oldest(book, booked, line, purchase_lines)
    return Receipt(delivery.ref, delivery.received_at, booked.values())


def _check_named(
    book: OrderBook, line: DeliveredLine, purchase_lines: PurchaseLines
) -> None:
    """Refuse a purchase line that is unknown so far, or of another pool."""
    pool, ref = Pool(line.sku, line.location), line.purchase_line
    if ref in purchase_lines.get(pool, ()):
        return
    fitting = [open_ref for open_ref, _ in _open(book, pool, purchase_lines)]
    known = ", ".join(fitting[:5]) or "none"
    raise WrongDelivery(
        line,
        "purchase_line",
        ref,
        f"name one that is open for {line.sku} at {line.location} on that day"
        f" ({known}), or leave it empty",
    )


def _open(
    book: OrderBook, pool: Pool, purchase_lines: PurchaseLines
) -> list[tuple[str, int]]:
    """Return the purchase lines of a pool that are open, with their open units."""
    lines = [book.purchase_line(ref) for ref in purchase_lines.get(pool, ())]
    return [(line.ref, line.open) for line in lines if line.open]


def _settle_oldest(
    book: OrderBook,
    booked: dict[tuple[Pool, str | None], ReceiptLine],
    line: DeliveredLine,
    purchase_lines: PurchaseLines,
) -> None:
    """Give goods to the open purchase lines of their pool, the oldest first."""
    pool = Pool(line.sku, line.location)
    accepted, rejected = line.accepted, line.rejected
    lines = _open(book, pool, purchase_lines)
    if rejected and not lines:
        raise WrongDelivery(
            line, "rejected", rejected, "leave it empty: none of it is on order"
        )
    for ref, units in lines:
        known = booked.get((pool, ref))
        taken = min(accepted, max(units - known.accepted, 0) if known else units)
        if taken or rejected:
            _book(booked, line, ref, taken, rejected)
        accepted, rejected = accepted - taken, 0
    if accepted:
        _book(booked, line, None, accepted, 0)


def _book(
    booked: dict[tuple[Pool, str | None], ReceiptLine],
    line: DeliveredLine,
    purchase_line: str | None,
    accepted: int,
    rejected: int,
) -> None:
    """Add goods to the receipt line of a purchase line, made if it is new."""
    key = (Pool(line.sku, line.location), purchase_line)
    known = booked.get(key)
    booked[key] = ReceiptLine(
        line.sku,
        accepted + (known.accepted if known else 0),
        location=line.location,
        purchase_line=purchase_line,
        rejected=rejected + (known.rejected if known else 0),
        reason=(known.reason if known else "") or (line.reason if rejected else ""),
        remedy=(known or line).remedy,
        final=(known or line).final,
    )
