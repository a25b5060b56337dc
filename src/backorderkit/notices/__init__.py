"""What customers must hear of a plan, as values; nothing is sent here.

`notices_of(book, plan)` reads the book as it was before the plan and says, per order
and kind, one notice: never one per line. Quantities are the short part, not the ordered
one. A notice about a parcel names what is still open, and when it comes.
"""

from backorderkit.notices.from_plans import (
    notices_of,
)
from backorderkit.notices.notice import (
    Notice,
    NoticeKind,
    NoticeLine,
)

__all__ = [
    "Notice",
    "NoticeKind",
    "NoticeLine",
    "notices_of",
]
