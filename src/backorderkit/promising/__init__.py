"""What can be promised, what was promised, and when a promise moves."""

from backorderkit.promising.ledger import plan_promises

__all__ = ["plan_promises"]
