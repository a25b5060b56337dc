"""Why something did not happen, or happened otherwise than expected.

A reason carries figures first and words second. Its code is text for programs: the
codes that the library itself writes are listed in `ReasonCode`; a host's policy may use
codes of its own.

>>> reason = Reason("LAMP", ReasonCode.NO_SOURCE, "no supplier offers LAMP")
>>> reason.code, str(reason)
('no_source', 'LAMP: no supplier offers LAMP')
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

import attrs

__all__ = ["Reason", "ReasonCode"]


class ReasonCode(StrEnum):
    """The codes of the library's own reasons and refusals.

    >>> ReasonCode.TOO_LATE == "too_late"
    True
    """

    # Selling rules, in `QuantityRefused`
    CAP_REACHED = "cap_reached"
    """No more units of the SKU may be backordered."""
    NOT_SOLD_SHORT = "not_sold_short"
    """The SKU is not sold without stock."""
    TOO_LATE = "too_late"
    """The goods would come after the last day allowed."""
    NOT_COVERED = "not_covered"
    """Neither stock nor dated supply covers the units of a quote."""

    # Allocation
    SHARED = "shared"
    """A policy divided scarce goods; the figures show how."""
    IDLE = "idle"
    """Free units stay beside a waiting line, as the policy decides."""
    KEPT_BACK = "kept_back"
    """A reserve keeps units from the queue."""
    INCOMPLETE = "incomplete"
    """An order that ships together still lacks units."""
    OVER_DELIVERY = "over_delivery"
    """More came than was open; the rest is free stock."""

    # Purchasing
    NO_SOURCE = "no_source"
    """No supplier offers a SKU that is needed."""
    MAXIMUM = "maximum"
    """The supplier's largest order leaves a rest for the next one."""
    AWAITING = "awaiting"
    """A line waits for supply that is already on order."""
    OUTSIDE_WINDOW = "outside_window"
    """Supply comes too late or not surely enough, and yet no more is bought."""
    SURPLUS = "surplus"
    """Units on order are no longer needed."""
    MAY_SHRINK = "may_shrink"
    """An unconfirmed purchase line may be cut."""

    # Availability and schedules
    AWAITING_SUPPLY = "awaiting_supply"
    """Units wait for supply on a day, or on an unknown date."""
    MATERIAL = "material"
    """Nothing supplies the units."""
    LEAD_TIME = "lead_time"
    """The units must be bought first."""
    MINIMUM_SHIPMENT = "minimum_shipment"
    """Too few units for the smallest shipment are there in time."""
    WAITING = "waiting"
    """A demand waits for another one of its group."""
    OVERDUE = "overdue"
    """A demand was due before today."""

    # Commands
    DONE_BEFORE = "done_before"
    """The command was already carried out under its key."""


def plain_code(code: str) -> str:
    """Return a code as plain text, whatever enumeration it comes from."""
    return str(code)


def _copied(figures: Mapping[str, int | Fraction]) -> Mapping[str, int | Fraction]:
    """Return a private copy."""
    return dict(figures)


@attrs.frozen
class Reason:
    """Why something did not happen, or happened otherwise than one might expect.

    `subject` is the reference it is about, `code` is for programs (see `ReasonCode`),
    `text` for people, and `figures` holds the numbers that the text mentions.

    >>> str(Reason("LAMP", "no_source", "no supplier offers LAMP"))
    'LAMP: no supplier offers LAMP'
    """

    subject: str
    code: str = attrs.field(converter=plain_code)
    text: str
    figures: Mapping[str, int | Fraction] = attrs.field(factory=dict, converter=_copied)

    def __str__(self) -> str:
        """Show subject and text."""
        return f"{self.subject}: {self.text}"
