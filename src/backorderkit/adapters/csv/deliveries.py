"""Deliveries as a delivery note states them.

A `Receipt` says which purchase line its goods settle. A delivery note often does not:
it names an article and a number. A `Delivery` holds what the note says; `as_receipt`
is for a note that names the purchase lines of all goods that have one.

>>> from datetime import UTC
>>> note = Delivery("R-1", datetime(2026, 3, 9, 8, tzinfo=UTC), [
...     DeliveredLine("LAMP", 6, purchase_line="PO-1/1"), DeliveredLine("RUG", 1)])
>>> [line.purchase_line for line in note.as_receipt().lines]
['PO-1/1', None]
"""

from collections.abc import Iterable
from datetime import datetime

import attrs

from backorderkit.model import Receipt, ReceiptLine, Remedy
from backorderkit.values import MAIN, Location, Sku


@attrs.frozen
class DeliveredLine:
    """Goods of one SKU in a delivery; `row` is their row in the file, 0 if none.

    Without a purchase line the oldest open one of the pool is to be settled first.

    >>> DeliveredLine("LAMP", 6).purchase_line is None
    True
    """

    sku: Sku
    accepted: int
    location: Location = attrs.field(default=MAIN, kw_only=True)
    purchase_line: str | None = attrs.field(default=None, kw_only=True)
    rejected: int = attrs.field(default=0, kw_only=True)
    reason: str = attrs.field(default="", kw_only=True)
    remedy: Remedy = attrs.field(default=Remedy.REPLACE, kw_only=True)
    final: bool = attrs.field(default=False, kw_only=True)
    row: int = attrs.field(default=0, kw_only=True, eq=False)


def _delivered(lines: Iterable[DeliveredLine]) -> tuple[DeliveredLine, ...]:
    """Return the lines as a tuple."""
    return tuple(lines)


@attrs.frozen
class Delivery:
    """Goods that come at one time, before it is known which purchases they settle.

    >>> from datetime import UTC
    >>> moment = datetime(2026, 3, 9, 8, tzinfo=UTC)
    >>> Delivery("R-1", moment, [DeliveredLine("LAMP", 6)]).lines[0].accepted
    6
    """

    ref: str
    received_at: datetime
    lines: tuple[DeliveredLine, ...] = attrs.field(converter=_delivered)

    def as_receipt(self) -> Receipt:
        """Return the receipt that says the same, purchase line by purchase line.

        Raises `InvalidValue` for rejected or final goods without a purchase line.
        """
        lines = [attrs.asdict(line, recurse=False) for line in self.lines]
        for line in lines:
            del line["row"]
        return Receipt(
            self.ref, self.received_at, [ReceiptLine(**line) for line in lines]
        )
