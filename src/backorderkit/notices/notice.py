"""A notice: one message for one customer about one order, as plain values.

>>> NoticeLine("O-1/1", "LAMP", 3, waiting=2, open=2).waiting
2
"""

from datetime import date, datetime
from enum import Enum

import attrs

from backorderkit.model import DatedQuantity
from backorderkit.values import CustomerRef, LineRef, OrderRef, Sku

__all__ = ["Notice", "NoticeKind", "NoticeLine"]


class NoticeKind(Enum):
    """What a customer must hear.

    >>> NoticeKind.DATE_MOVED.value
    'date_moved'
    """

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DATE_SET = "date_set"
    DATE_MOVED = "date_moved"
    ARRIVED = "arrived"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


@attrs.frozen
class NoticeLine:
    """One line of a notice.

    `quantity` is what the notice is about: units shipped, arrived, cancelled, or, where
    a date is told, the units that wait for it. `waiting` is what still waits
    afterwards, never the ordered quantity; `open` also counts what is there and has not
    left yet. `dates` say when the waiting units come, as far as they are known.

    >>> NoticeLine("O-1/1", "LAMP", 3, waiting=2).waiting
    2
    """

    line: LineRef
    sku: Sku
    quantity: int
    waiting: int = attrs.field(kw_only=True)
    open: int = attrs.field(default=0, kw_only=True)
    dates: tuple[DatedQuantity, ...] = attrs.field(default=(), kw_only=True)
    moved_from: date | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class Notice:
    """One message for one customer about one order; the host words and sends it.

    `key` is the same each time the same fact is told, so that a repeated delivery can
    be recognised.

    >>> shipped = NoticeKind.SHIPPED
    >>> Notice(shipped, "ada", "O-1", (), reason="S-1", key="k", at=None).order
    'O-1'
    """

    kind: NoticeKind
    customer: CustomerRef
    order: OrderRef
    lines: tuple[NoticeLine, ...]
    reason: str = attrs.field(kw_only=True)
    key: str = attrs.field(kw_only=True)
    at: datetime = attrs.field(kw_only=True)
