"""What arrived: receipts, with what was usable and what was refused.

Accepted goods become stock. Rejected goods do not, and the supplier still owes them
(`REPLACE`) or never will (`CREDIT`); a rejection always says why. Goods that were not
on any purchase order arrive too: their line simply names none.

>>> line = ReceiptLine("LAMP", 8, purchase_line="PO-1/1", rejected=2, reason="broken")
>>> line.accepted, line.rejected, line.remedy
(8, 2, <Remedy.REPLACE: 'replace'>)
"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.values import (
    MAIN,
    Location,
    Money,
    Sku,
    check_all,
    is_a,
    is_count,
    is_flag,
    is_optional,
    is_optional_ref,
    is_ref,
    is_text,
    is_time,
)

__all__ = ["Receipt", "ReceiptLine", "Remedy"]


class Remedy(Enum):
    """What the supplier does about rejected goods.

    >>> Remedy.CREDIT.value
    'credit'
    """

    REPLACE = "replace"
    CREDIT = "credit"


@attrs.frozen
class ReceiptLine:
    """One SKU of a delivery: accepted and rejected units, and the purchase line.

    `final` says that nothing more will come for the purchase line: the rest is closed
    short. `unit_cost` is what this delivery cost, whatever the order said.

    >>> ReceiptLine("LAMP", 0)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: accepted + rejected is 0: leave the line out
    """

    sku: Sku = attrs.field(validator=is_ref)
    accepted: int = attrs.field(validator=is_count)
    location: Location = attrs.field(default=MAIN, validator=is_ref, kw_only=True)
    purchase_line: str | None = attrs.field(
        default=None, validator=is_optional_ref, kw_only=True
    )
    rejected: int = attrs.field(default=0, validator=is_count, kw_only=True)
    reason: str = attrs.field(default="", validator=is_text, kw_only=True)
    remedy: Remedy = attrs.field(
        default=Remedy.REPLACE,
        validator=is_a(Remedy),
        kw_only=True,
    )
    final: bool = attrs.field(default=False, validator=is_flag, kw_only=True)
    unit_cost: Money | None = attrs.field(
        default=None, validator=is_optional(Money), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Check what no field can see alone."""
        if self.accepted + self.rejected == 0:
            raise InvalidValue("accepted + rejected", 0, "leave the line out")
        if self.rejected and not self.reason:
            raise InvalidValue("reason", self.reason, "say why units were rejected")
        if self.purchase_line is None and (self.rejected or self.final):
            raise InvalidValue(
                "purchase_line", None, "only a purchased line can be rejected or final"
            )


def _lines(value: Iterable[ReceiptLine]) -> tuple[ReceiptLine, ...]:
    """Return the lines as a tuple, at least one, no purchase line named twice."""
    lines = check_all("lines", value, ReceiptLine, 1)
    named = [line.purchase_line for line in lines if line.purchase_line is not None]
    if len(set(named)) < len(named):
        raise InvalidValue("purchase lines", named, "name each only once per receipt")
    return lines


@attrs.frozen
class Receipt:
    """A delivery as it was booked in at the dock.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 9, 12, tzinfo=UTC)
    >>> Receipt("R-1", noon, [ReceiptLine("LAMP", 8)]).lines[0].accepted
    8
    """

    ref: str = attrs.field(validator=is_ref)
    received_at: datetime = attrs.field(validator=is_time)
    lines: tuple[ReceiptLine, ...] = attrs.field(converter=_lines)
