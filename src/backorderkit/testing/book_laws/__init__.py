"""What must hold of a book and of a step, recounted from outside."""

from backorderkit.testing.book_laws.checked_book import (
    WatchedBook,
)
from backorderkit.testing.book_laws.draft_laws import (
    Foresight,
    check_foresight,
    foresee,
)
from backorderkit.testing.book_laws.group_laws import (
    check_groups,
)
from backorderkit.testing.book_laws.laws import (
    check_laws,
)
from backorderkit.testing.book_laws.ledger import (
    Ledger,
)
from backorderkit.testing.book_laws.machine import (
    book_machine,
)
from backorderkit.testing.book_laws.pin_laws import (
    check_pins,
)
from backorderkit.testing.book_laws.recounting import (
    recount,
)
from backorderkit.testing.book_laws.slip_laws import (
    slip_is_exact,
)
from backorderkit.testing.book_laws.step_laws import (
    Look,
    check_step,
    look,
)

__all__ = [
    "Foresight",
    "Ledger",
    "Look",
    "WatchedBook",
    "book_machine",
    "check_foresight",
    "check_groups",
    "check_laws",
    "check_pins",
    "check_step",
    "foresee",
    "look",
    "recount",
    "slip_is_exact",
]
