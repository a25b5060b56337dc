"""Prove a notifier: what it is given arrives, in order, under its key."""

from backorderkit.testing.notifier_laws.notifier_laws import (
    Mailroom,
    NotifierLawBroken,
    check_notifier,
)

__all__ = [
    "Mailroom",
    "NotifierLawBroken",
    "check_notifier",
]
