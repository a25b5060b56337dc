"""What a date rests on, and how sure it is.

A supplier's shipping notice is worth more than their word, their word more than our
wish, and our wish more than a catalogue. The best evidence there is dates a supply;
where it came from and when it was said are kept beside the date.

    in stock     the goods lie on the shelf
    firm         they are under way: a shipping notice, a transfer
    confirmed    the supplier named the day
    estimated    we asked for it, or experience or a catalogue suggest it
    unknown      an unknown date: a state of its own, not a late date

>>> Evidence.SHIPPING_NOTICE.confidence
<Confidence.FIRM: 'firm'>
"""

from enum import Enum

__all__ = ["Confidence", "Evidence"]


class Confidence(Enum):
    """How sure a date is, the surest first.

    >>> [one.value for one in Confidence]
    ['in_stock', 'firm', 'confirmed', 'estimated', 'unknown']
    """

    IN_STOCK = "in_stock"
    FIRM = "firm"
    CONFIRMED = "confirmed"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"

    @property
    def is_sure(self) -> bool:
        """Return whether the goods are there, or somebody else stands by the day."""
        return self not in (Confidence.ESTIMATED, Confidence.UNKNOWN)


class Evidence(Enum):
    """What a date rests on, the best first.

    >>> Evidence.CATALOGUE.confidence.value, Evidence.NOTHING.confidence.value
    ('estimated', 'unknown')
    """

    STOCK = "stock"
    SHIPPING_NOTICE = "shipping_notice"
    TRANSFER = "transfer"
    CONFIRMATION = "confirmation"
    REQUEST = "request"
    EXPERIENCE = "experience"
    CATALOGUE = "catalogue"
    NOTHING = "nothing"

    @property
    def confidence(self) -> Confidence:
        """Return how sure a date is that rests on it."""
        return _CONFIDENCE[self]


_CONFIDENCE = {
    Evidence.STOCK: Confidence.IN_STOCK,
    Evidence.SHIPPING_NOTICE: Confidence.FIRM,
    Evidence.TRANSFER: Confidence.FIRM,
    Evidence.CONFIRMATION: Confidence.CONFIRMED,
    Evidence.REQUEST: Confidence.ESTIMATED,
    Evidence.EXPERIENCE: Confidence.ESTIMATED,
    Evidence.CATALOGUE: Confidence.ESTIMATED,
    Evidence.NOTHING: Confidence.UNKNOWN,
}
