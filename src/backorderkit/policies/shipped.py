"""Every policy of the library in a usual form, for the laws to run over.

Where a policy looks at whose order it is, customers whose reference ends in an odd
character are "gold" here, the others are "rest". Weights, stocks and demands follow
from the customer in the same way, so each policy can be asked about any backlog.

>>> len(SHIPPED) == len(set(SHIPPED))
True
"""

from fractions import Fraction

from backorderkit.model import AllocationPolicy, Backorder, Incomplete
from backorderkit.policies.constraints import (
    at_least,
    at_most_deliveries,
    capped,
    in_multiples,
    whole_line,
)
from backorderkit.policies.pegging import peg_first
from backorderkit.policies.ranking import (
    Filling,
    QueueDiscipline,
    by_priority,
    earliest_promise_first,
    oldest_first,
    ranked_by,
    smallest_first,
)
from backorderkit.policies.rationing import (
    fair_share,
    linear_rationing,
    pro_rata_fifo,
    proportional_lottery,
    random_arrival,
)
from backorderkit.policies.reserving import critical_levels, quotas, threshold_clearing
from backorderkit.policies.sharing import (
    SharingBasis,
    jefferson,
    largest_remainder,
    linear,
    proportional,
    talmud,
    uniform,
)
from backorderkit.policies.tiers import per_customer, tiers
from backorderkit.policies.whole_orders import (
    densest_first,
    fewest_units_first,
    whole_order,
)

__all__ = ["SHIPPED"]


def customer_class(backorder: Backorder) -> str:
    """Return "gold" or "rest", by the last character of the customer's reference."""
    return "gold" if is_gold(backorder) else "rest"


def is_gold(backorder: Backorder) -> bool:
    """Return whether the customer's reference ends in an odd character."""
    return ord(backorder.customer[-1]) % 2 == 1


def weight(backorder: Backorder) -> int:
    """Return the weight of a customer: gold counts three times."""
    return 3 if is_gold(backorder) else 1


def part(backorder: Backorder) -> Fraction:
    """Return the part of a shortage that a customer bears: gold a third as much."""
    return Fraction(1, weight(backorder))


def stock(backorder: Backorder) -> int:
    """Return what a customer still holds: gold has one unit."""
    return 1 if is_gold(backorder) else 0


def descending_size(backorder: Backorder) -> int:
    """Rank the most waiting units first."""
    return -backorder.quantity


SHIPPED: tuple[AllocationPolicy, ...] = (
    oldest_first(),
    oldest_first(filling=Filling.WHOLE_LINE),
    oldest_first(filling=Filling.WHOLE_LINE, queue=QueueDiscipline.SKIP),
    by_priority(),
    earliest_promise_first(),
    smallest_first(),
    ranked_by(descending_size, name="largest first"),
    uniform(),
    uniform(basis=SharingBasis.CUMULATIVE),
    uniform(weights=weight),
    linear(),
    linear(basis=SharingBasis.CUMULATIVE),
    proportional(),
    proportional(basis=SharingBasis.CUMULATIVE),
    jefferson(),
    jefferson(basis=SharingBasis.CUMULATIVE),
    largest_remainder(),
    talmud(),
    random_arrival(),
    proportional_lottery(7),
    pro_rata_fifo(),
    pro_rata_fifo(minimum_fill=2),
    pro_rata_fifo(top=2, lot=2),
    fair_share(stocks=stock, daily_demands=weight),
    linear_rationing(part),
    critical_levels(by=customer_class, gold=0, rest=2),
    threshold_clearing(by=customer_class, gold=0, rest=2),
    quotas(oldest_first(), by=customer_class, gold=2),
    quotas(oldest_first(), by=customer_class, gold=2, borrow=True),
    tiers(by=customer_class, gold=uniform(), rest=oldest_first()),
    per_customer(),
    whole_line(proportional()),
    at_least(2)(proportional()),
    in_multiples(2)(proportional()),
    at_most_deliveries(1)(uniform()),
    at_most_deliveries(2)(uniform()),
    capped(2)(oldest_first()),
    peg_first(oldest_first()),
    whole_order(oldest_first()),
    whole_order(oldest_first(), incomplete=Incomplete.BLOCKS),
    whole_order(oldest_first(), incomplete=Incomplete.HOLDS),
    whole_order(oldest_first(), choose=fewest_units_first),
    whole_order(oldest_first(), choose=densest_first),
    whole_order(at_least(2)(proportional())),
)
"""At least one of each, those that differ in what they promise more than once."""
