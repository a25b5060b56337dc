"""Hypothesis strategies for the nouns of the library, and random commands."""

from backorderkit.testing.strategies.histories import (
    books,
    histories,
)
from backorderkit.testing.strategies.random_commands import (
    Clerk,
    Command,
)
from backorderkit.testing.strategies.values import (
    MONDAY,
    SKUS as SKUS,
    backlogs,
    lines,
    moments,
    orders,
    purchase_orders,
    receipts,
)

__all__ = [
    "MONDAY",
    "Clerk",
    "Command",
    "backlogs",
    "books",
    "histories",
    "lines",
    "moments",
    "orders",
    "purchase_orders",
    "receipts",
]
