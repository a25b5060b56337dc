"""Tools to test a shop against the library's laws, and the library against itself.

`strategies` draws orders, deliveries and books. `laws`, `step_laws`, `pin_laws`,
`group_laws` and `slip_laws` say what must hold of a book and of a step, recounted from
outside. `book_machine` tries
every decision under any policy. `check_policy` certifies a policy, `properties` judges
sharing rules. `check_repository` and `check_notifier` prove what a host plugs in. Needs
the extra `testing`, which brings Hypothesis.
"""

from backorderkit.policies import awards
from backorderkit.testing.breaking import LawBroken
from backorderkit.testing.certifying import PolicyLawBroken, Report, check_policy
from backorderkit.testing.clerks import Clerk, Command
from backorderkit.testing.counterexamples import Counterexample
from backorderkit.testing.group_laws import check_groups
from backorderkit.testing.histories import books, histories
from backorderkit.testing.laws import check_laws
from backorderkit.testing.ledger import Ledger
from backorderkit.testing.machine import book_machine
from backorderkit.testing.notifier_laws import (
    Mailroom,
    NotifierLawBroken,
    check_notifier,
)
from backorderkit.testing.pin_laws import check_pins
from backorderkit.testing.policy_laws import LAW_NAMES, MANDATORY_LAWS
from backorderkit.testing.recounting import recount
from backorderkit.testing.slip_laws import slip_is_exact
from backorderkit.testing.step_laws import Look, check_step, look
from backorderkit.testing.storage_laws import Verdict, check_repository
from backorderkit.testing.storing import RepositoryLawBroken
from backorderkit.testing.strategies import (
    MONDAY,
    backlogs,
    lines,
    moments,
    orders,
    purchase_orders,
    receipts,
)
from backorderkit.testing.watching import WatchedBook

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
