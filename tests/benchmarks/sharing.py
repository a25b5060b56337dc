"""Sharing policies on one long queue, against one `sorted()` of the same claims.

`random_arrival` is not among them: it averages over every order of arrival and refuses
so many lines. The lottery draws unit by unit, so it gets as many units as lines.
"""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from backorderkit.model import AllocationPolicy, Backorder
from backorderkit.policies import (
    SharingBasis,
    fair_share,
    jefferson,
    largest_remainder,
    linear,
    linear_rationing,
    per_customer,
    pro_rata_fifo,
    proportional,
    proportional_lottery,
    talmud,
    uniform,
)
from tests.benchmarks.books import BEGIN, SKU
from tests.benchmarks.timing import Measurement, Work, contest

LINES = 100_000
LARGEST_CLAIM = 1_000
SECONDS_GOAL = 1
"""What one division of so many lines may take."""


def weight(backorder: Backorder) -> int:
    """Return a weight from 1 to 3."""
    return 1 + backorder.ordered % 3


def part(backorder: Backorder) -> Fraction:
    """Return a part of the shortage."""
    return Fraction(1, weight(backorder))


SHARING: Sequence[AllocationPolicy] = (
    uniform(),
    uniform(basis=SharingBasis.CUMULATIVE),
    uniform(weights=weight),
    linear(),
    proportional(),
    jefferson(),
    largest_remainder(),
    talmud(),
    proportional_lottery(7),
    pro_rata_fifo(minimum_fill=2, lot=5),
    fair_share(stocks=weight, daily_demands=weight),
    linear_rationing(part),
    per_customer(),
)


def share(rounds: int, *, lines: int = LINES) -> Measurement:
    """Time the division of half the claimed units under every sharing policy."""
    waiting = [_waiting(number) for number in range(lines)]
    claims = [one.quantity for one in waiting]
    seconds: dict[str, float] = {}
    ratios: dict[str, float] = {}
    for policy in SHARING:
        name = _name(policy)
        units = lines if "lottery" in name else sum(claims) // 2
        ours, base = contest(
            lambda policy=policy, units=units: _sharing(policy, units, waiting),
            lambda: lambda: sorted(claims),
            rounds=rounds,
        )
        seconds[name], ratios[name] = ours, ours / base
    slowest = max(seconds, key=lambda name: seconds[name])
    base = seconds[slowest] / ratios[slowest]
    figures = {
        "seconds_against": base,
        **{f"ratio_{name}": ratio for name, ratio in ratios.items()},
        **{f"seconds_{name}": taken for name, taken in seconds.items()},
    }
    against = f"sorted() of the same {lines:,} claims"
    goal = SECONDS_GOAL / base
    ratio = ratios[slowest]
    return Measurement("share", seconds[slowest], against, ratio, goal, rounds, figures)


def _waiting(number: int) -> Backorder:
    """Return a line that waits for units that look random and never change."""
    units = 1 + number * 7919 % 104_729 % LARGEST_CLAIM
    ref = f"O-{number:09}"
    return Backorder(
        f"{ref}/1",
        0,
        ref,
        f"C-{number:09}",
        SKU,
        quantity=units,
        ordered=units,
        queued_at=BEGIN + timedelta(seconds=number),
    )


def _sharing(
    policy: AllocationPolicy, units: int, waiting: Sequence[Backorder]
) -> Work:
    """Make ready to divide units among lines."""
    return lambda: sum(award.quantity for award in policy.share(units, waiting))


def _name(policy: AllocationPolicy) -> str:
    """Return a name that tells the policies apart."""
    runs = getattr(policy, "basis", None) is SharingBasis.CUMULATIVE
    return f"{policy.name}, cumulative" if runs else policy.name
