"""What a policy owes, and what it may promise beyond that."""

from backorderkit.testing.policy_laws.certifying import (
    PolicyLawBroken,
    Report,
    check_policy,
)
from backorderkit.testing.policy_laws.counterexamples import (
    Counterexample,
)
from backorderkit.testing.policy_laws.policy_as_rule import (
    OwnedClaim,
)
from backorderkit.testing.policy_laws.policy_laws import (
    LAW_NAMES,
    MANDATORY_LAWS,
)

__all__ = [
    "LAW_NAMES",
    "MANDATORY_LAWS",
    "Counterexample",
    "OwnedClaim",
    "PolicyLawBroken",
    "Report",
    "check_policy",
]
