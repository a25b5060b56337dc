"""Allocate free stock to the queue: the step every decision ends with.

Whatever freed stock or changed a queue, the same thing follows: each pool concerned
offers what is free now to the lines that wait now, in the policy's order. The size of
the change plays no role, so no line is served with stock that does not exist, and none
that is free stays beside a line the policy would give it to.

Orders that ship together are looked at first, and as a whole, when the policy gives
incomplete ones nothing (see `grouping`). Otherwise their lines are served like any
other and keep what they get.

The engine does the arithmetic and checks every award; a breach names the policy.
"""

from collections.abc import Iterator
from functools import partial

from backorderkit.deciding.draft import Draft
from backorderkit.deciding.grouping import fill_groups, group_of
from backorderkit.deciding.overlay import Place
from backorderkit.model import (
    Allocated,
    Award,
    Backorder,
    Plan,
    Reason,
    ReasonCode,
)
from backorderkit.policies import PortionRef, in_words, repeated_awards
from backorderkit.values import Pool


def fill(draft: Draft) -> Plan:
    """Offer the free units of every pool concerned to its queue; return the plan."""
    barriers: dict[Pool, Place] = {}
    if not draft.together.holds:
        barriers = fill_groups(draft)
    for pool in sorted(draft.dirty):
        if draft.free(pool) > 0:
            _fill_pool(draft, pool, barriers.get(pool))
        _explain_reserve(draft, pool)
    return draft.plan()


def given_by(plan: Plan) -> dict[PortionRef, int]:
    """Return the units that a plan allocates to each portion."""
    units: dict[PortionRef, int] = {}
    for event in plan.events:
        if isinstance(event, Allocated):
            ref = (event.line, event.portion)
            units[ref] = units.get(ref, 0) + event.quantity
    return units


def _fill_pool(draft: Draft, pool: Pool, barrier: Place | None) -> None:
    """Ask the policy to share the free units until it allocates no more of them."""
    free = draft.free(pool)
    offers = partial(_offers, draft, pool, barrier)
    for award in repeated_awards(draft.policy, free, offers):
        draft.allocate(award.backorder, award.quantity)
        free -= award.quantity
        if award.figures:
            draft.reasons.append(_shared(draft, award))
    if free:
        _explain_idle(draft, pool, free)


def _offers(draft: Draft, pool: Pool, barrier: Place | None) -> Iterator[Backorder]:
    """Yield the lines that may be served one by one."""
    holds = draft.together.holds
    for backorder in draft.queue(pool):
        if barrier is not None and not draft.place(backorder) < barrier:
            return
        if holds or group_of(draft, backorder) is None:
            yield backorder


def _shared(draft: Draft, award: Award) -> Reason:
    """Return the figures by which a line got its share."""
    line, units, wanted = award.backorder.line, award.quantity, award.backorder.quantity
    figures = ", ".join(f"{name} {value}" for name, value in award.figures.items())
    policy = in_words(draft.policy.name)
    text = f"{units} of {wanted} (policy: {policy}): {figures}"
    return Reason(line, ReasonCode.SHARED, text, award.figures)


def _explain_idle(draft: Draft, pool: Pool, available: int) -> None:
    """Explain why units stay free although lines wait."""
    head = next(draft.queue(pool), None)
    if head is not None:
        policy = in_words(draft.policy.name)
        draft.reasons.append(
            Reason(
                pool.sku,
                ReasonCode.IDLE,
                f"{available} stay free at {pool.location}: {head.line} waits for "
                f"{head.quantity} and gets none of them (policy: {policy})",
                {"free": available, "wanted": head.quantity},
            )
        )


def _explain_reserve(draft: Draft, pool: Pool) -> None:
    """Explain that a reserve keeps units from a queue."""
    kept = draft.kept_back(pool)
    if kept and not draft.free(pool):
        head = next(draft.queue(pool), None)
        if head is not None:
            draft.reasons.append(
                Reason(
                    pool.sku,
                    ReasonCode.KEPT_BACK,
                    f"{kept} are kept back at {pool.location} while "
                    f"{head.line} waits for {head.quantity}",
                    {"reserve": kept, "wanted": head.quantity},
                )
            )
