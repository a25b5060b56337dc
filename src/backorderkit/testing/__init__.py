"""Tools to test a shop against the library's laws, and the library against itself.

`strategies` draws orders, deliveries and books. `laws`, `step_laws`, `pin_laws`,
`group_laws` and `slip_laws` say what must hold of a book and of a step, recounted from
outside. `book_machine` tries
every decision under any policy. `check_policy` certifies a policy, `properties` judges
sharing rules. `check_repository` and `check_notifier` prove what a host plugs in. Needs
the extra `testing`, which brings Hypothesis.
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
