"""The laws a sharing rule may keep, in one table, for whole-number awards.

There is no perfect rule, and this is a theorem: with indivisible units the rules that
keep `consistency`, `composition_up` and `composition_down` together are exactly those
that serve in a fixed order (Moulin 2000). So a rule is described by the laws it keeps
*and* by those it breaks, each breach with its smallest problem.

Five laws decide how a rule may be used:

- `resource_monotonicity`: sharing the running total again never takes anything back.
- `composition_up`: receipts may be shared as they come, on what is still open.
- `population_monotonicity`: a cancellation never hurts those who stay.
- `no_gain_from_inflating`: customers have no reason to order more than they need.
- `no_gain_from_splitting`: nor to spread an order over several lines.

>>> from backorderkit.policies.rules import webster_method
>>> [law.__name__ for law in LAWS if find_counterexample(law, webster_method)][:2]
['composition_down', 'composition_up']
"""

from backorderkit.testing.policy_laws.change_laws import (
    claims_monotonicity,
    composition_down,
    composition_up,
    consistency,
    population_monotonicity,
    resource_monotonicity,
    rivals_do_not_gain,
    self_duality,
    zero_lines_irrelevant,
)
from backorderkit.testing.policy_laws.counterexamples import (
    SMALL_PROBLEMS,
    Awards,
    Counterexample,
    Law,
    Problem,
    find_counterexample,
    scattered_problems,
    small_problems,
)
from backorderkit.testing.policy_laws.outcome_laws import (
    award_order_preserved,
    equal_claims_within_one,
    feasible,
    larger_claim_within_one,
    loss_order_preserved,
    never_above_quota_ceiling,
    never_below_quota_floor,
    repeatable,
    ties_to_the_earlier,
)
from backorderkit.testing.policy_laws.reporting_laws import (
    no_gain_from_inflating,
    no_gain_from_merging,
    no_gain_from_splitting,
    no_gain_from_understating,
)

__all__ = [
    "LAWS",
    "SMALL_PROBLEMS",
    "Awards",
    "Counterexample",
    "Law",
    "Problem",
    "award_order_preserved",
    "claims_monotonicity",
    "composition_down",
    "composition_up",
    "consistency",
    "equal_claims_within_one",
    "feasible",
    "find_counterexample",
    "larger_claim_within_one",
    "loss_order_preserved",
    "never_above_quota_ceiling",
    "never_below_quota_floor",
    "no_gain_from_inflating",
    "no_gain_from_merging",
    "no_gain_from_splitting",
    "no_gain_from_understating",
    "population_monotonicity",
    "repeatable",
    "resource_monotonicity",
    "rivals_do_not_gain",
    "scattered_problems",
    "self_duality",
    "small_problems",
    "ties_to_the_earlier",
    "zero_lines_irrelevant",
]

LAWS: tuple[Law, ...] = (
    feasible,
    repeatable,
    equal_claims_within_one,
    ties_to_the_earlier,
    larger_claim_within_one,
    award_order_preserved,
    loss_order_preserved,
    resource_monotonicity,
    claims_monotonicity,
    rivals_do_not_gain,
    population_monotonicity,
    consistency,
    composition_down,
    composition_up,
    self_duality,
    never_below_quota_floor,
    never_above_quota_ceiling,
    no_gain_from_inflating,
    no_gain_from_understating,
    no_gain_from_splitting,
    no_gain_from_merging,
    zero_lines_irrelevant,
)
"""Every law, in the order of the table: outcomes, changes, quotas, reports."""
