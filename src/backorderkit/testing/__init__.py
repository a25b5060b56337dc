"""Tools to test a shop against the library's laws, and the library against itself.

Five packages. `strategies` draws orders, deliveries, books and whole histories.
`book_laws` checks what must hold of a book and of a step by a recount, and
its `book_machine` tries every decision under any policy. `policy_laws` certifies an
allocation policy and judges sharing rules. `store_laws` proves a repository and
`notifier_laws` a notifier that a host plugs in. A broken law raises a `LawBroken`.
Needs the extra `testing`, which brings Hypothesis.
"""

from backorderkit.policies import (
    awards,
)
from backorderkit.testing.book_laws import (
    Ledger,
    Look,
    WatchedBook,
    book_machine,
    check_groups,
    check_laws,
    check_pins,
    check_step,
    look,
    recount,
    slip_is_exact,
)
from backorderkit.testing.failures import (
    BookLawBroken,
    LawBroken,
)
from backorderkit.testing.notifier_laws import (
    Mailroom,
    NotifierLawBroken,
    check_notifier,
)
from backorderkit.testing.policy_laws import (
    LAW_NAMES,
    MANDATORY_LAWS,
    Counterexample,
    PolicyLawBroken,
    Report,
    check_policy,
)
from backorderkit.testing.store_laws import (
    RepositoryLawBroken,
    Verdict,
    check_repository,
)
from backorderkit.testing.strategies import (
    MONDAY,
    Clerk,
    Command,
    backlogs,
    books,
    histories,
    lines,
    moments,
    orders,
    purchase_orders,
    receipts,
)

__all__ = [
    "LAW_NAMES",
    "MANDATORY_LAWS",
    "MONDAY",
    "BookLawBroken",
    "Clerk",
    "Command",
    "Counterexample",
    "LawBroken",
    "Ledger",
    "Look",
    "Mailroom",
    "NotifierLawBroken",
    "PolicyLawBroken",
    "Report",
    "RepositoryLawBroken",
    "Verdict",
    "WatchedBook",
    "awards",
    "backlogs",
    "book_machine",
    "books",
    "check_groups",
    "check_laws",
    "check_notifier",
    "check_pins",
    "check_policy",
    "check_repository",
    "check_step",
    "histories",
    "lines",
    "look",
    "moments",
    "orders",
    "purchase_orders",
    "receipts",
    "recount",
    "slip_is_exact",
]
