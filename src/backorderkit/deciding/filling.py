"""Free goods meet the queue: the step every decision ends with.

Whatever freed stock or changed a queue, the same thing follows: each pool concerned
offers what is free now to the lines that wait now, in the policy's order. The size of
the change plays no role, so nobody is served with goods that do not exist, and nothing
that is free stays beside a line the policy would give it to.

Orders that ship together are first looked at as a whole when the policy says `SKIP` or
`BLOCK`: an order gets all it lacks, in all its pools, or nothing, and never at the
expense of a line that stands before it. Under `HOLD` their lines are served like any
other and keep what they have.

The engine does the arithmetic and checks every award; a breach names the policy.
"""

from collections.abc import Iterator
from itertools import takewhile

from backorderkit.backorders import Award, Backorder, Together
from backorderkit.deciding.draft import Draft, Place
from backorderkit.errors import PolicyBreach
from backorderkit.plan import Plan, Reason
from backorderkit.values import LineRef, OrderRef, Pool


def fill(draft: Draft) -> Plan:
    """Offer the free units of every pool concerned to its queue; return the plan."""
    pools = sorted(draft.dirty)
    barriers: dict[Pool, Place] = {}
    if draft.policy.together is not Together.HOLD:
        barriers = _fill_groups(draft, pools)
    for pool in pools:
        if draft.free(pool) > 0:
            _fill_pool(draft, pool, barriers.get(pool))
        _explain_reserve(draft, pool)
    return draft.plan()


def _fill_pool(draft: Draft, pool: Pool, barrier: Place | None) -> None:
    """Let the policy share what is free, until it gives no more of it."""
    while (free := draft.free(pool)) > 0:
        offered: dict[tuple[LineRef, int], int] = {}
        turn = _offers(draft, pool, barrier, offered)
        for award in draft.policy.share(free, turn):
            _check_award(draft, pool, award, offered)
            draft.allocate(*award)
        if draft.free(pool) == free:
            _explain_idle(draft, pool, free)
            return


def _check_award(
    draft: Draft, pool: Pool, award: Award, offered: dict[tuple[LineRef, int], int]
) -> None:
    """Refuse an award of what was not offered, not asked for, or is not there."""
    backorder, units = award
    free, name = draft.free(pool), draft.policy.name
    if type(units) is not int or units <= 0:
        raise PolicyBreach(name, f"awarded {units!r} units to {backorder.line}")
    if units > offered.pop((backorder.line, backorder.portion), 0):
        what = f"{units} units to {backorder.line}"
        raise PolicyBreach(name, f"awarded {what}, which was not offered so many")
    if units > free:
        raise PolicyBreach(name, f"awarded {units} of {free} free units of {pool.sku}")


def _offers(
    draft: Draft,
    pool: Pool,
    barrier: Place | None,
    offered: dict[tuple[LineRef, int], int],
) -> Iterator[Backorder]:
    """Yield the lines that may be served one by one, and note what was offered."""
    holds = draft.policy.together is Together.HOLD
    for backorder in draft.queue(pool):
        if barrier is not None and not draft.place(backorder) < barrier:
            return
        if holds or _group_of(draft, backorder) is None:
            offered[backorder.line, backorder.portion] = backorder.quantity
            yield backorder


# Orders that ship together, all at once or not at all


def _fill_groups(draft: Draft, pools: list[Pool]) -> dict[Pool, Place]:
    """Complete what can be completed; return where each pool's queue is blocked.

    O(grouped lines waiting in the pools), times the lines before each of them that the
    free units would serve.
    """
    candidates = [
        one
        for pool in pools
        if draft.free(pool) > 0
        for one in draft.queue(pool)
        if _group_of(draft, one) is not None
    ]
    blocks = draft.policy.together is Together.BLOCK
    barriers: dict[Pool, Place] = {}
    seen: dict[tuple[OrderRef, str | None], None] = {}
    for backorder in sorted(candidates, key=draft.place):
        group = (backorder.order, _group_of(draft, backorder))
        if group in seen:
            continue
        seen[group] = None
        members = _members(draft, backorder.order, group[1])
        lacking = _lacking(draft, members, barriers)
        if not lacking and members:
            for member in members:
                draft.allocate(member, member.quantity)
        else:
            _explain_incomplete(draft, backorder.order, lacking)
            for member in members if blocks else ():
                place = draft.place(member)
                known = barriers.get(member.pool, place)
                barriers[member.pool] = min(known, place)
    return barriers


def _group_of(draft: Draft, backorder: Backorder) -> str | None:
    """Return the delivery group of a backorder, None if it ships as it comes."""
    order = draft.changes.get(backorder.order)
    whole = (
        order.order if order else draft.state.orders[backorder.order].order
    ).delivers_whole
    if whole:
        return ""
    return backorder.details.delivery_group if backorder.details else None


def _members(draft: Draft, order: OrderRef, group: str | None) -> list[Backorder]:
    """Return everything a group waits for; nothing if part of it is not due."""
    lines = draft.change(order).order.groups[group or ""]
    members = [one for line in lines for one in draft.waiting_portions(order, line)]
    return (
        [] if any(one is None for one in members) else [one for one in members if one]
    )


def _lacking(
    draft: Draft, members: list[Backorder], barriers: dict[Pool, Place]
) -> dict[Pool, int]:
    """Return the units that are not there for a group, by pool."""
    needs: dict[Pool, int] = {}
    last: dict[Pool, Backorder] = {}
    for member in sorted(members, key=draft.place):
        needs[member.pool] = needs.get(member.pool, 0) + member.quantity
        last[member.pool] = member
    lacking: dict[Pool, int] = {}
    for pool, units in needs.items():
        room = _room(draft, pool, draft.place(last[pool]), barriers.get(pool))
        if room < units:
            lacking[pool] = units - room
    return lacking


def _room(draft: Draft, pool: Pool, place: Place, barrier: Place | None) -> int:
    """Return what is left for a place once the single lines before it are served."""
    if barrier is not None and barrier < place:
        return 0
    room = draft.free(pool)
    ahead = takewhile(lambda one: draft.place(one) < place, draft.queue(pool))
    for backorder in ahead:
        if room <= 0:
            return 0
        if _group_of(draft, backorder) is None:
            room -= backorder.quantity
    return max(room, 0)


# Reasons


def _explain_incomplete(
    draft: Draft, order: OrderRef, lacking: dict[Pool, int]
) -> None:
    """Say what a ship-together order still lacks."""
    missing = ", ".join(
        f"{units} {pool.sku} at {pool.location}" for pool, units in lacking.items()
    )
    draft.reasons.append(
        Reason(
            order,
            "incomplete",
            f"it ships together and lacks {missing or 'a line that is not due'}",
            {pool.sku: units for pool, units in lacking.items()},
        )
    )


def _explain_idle(draft: Draft, pool: Pool, available: int) -> None:
    """Say why free units stay beside a queue."""
    head = next(draft.queue(pool), None)
    if head is not None:
        draft.reasons.append(
            Reason(
                pool.sku,
                "idle",
                f"{available} stay free at {pool.location}: {draft.policy.name} gives "
                f"none to {head.line}, which waits for {head.quantity}",
                {"free": available, "wanted": head.quantity},
            )
        )


def _explain_reserve(draft: Draft, pool: Pool) -> None:
    """Say that a reserve keeps units from a queue."""
    record = draft.state.pools.get(pool)
    if record is not None and record.reserve and not draft.free(pool):
        head = next(draft.queue(pool), None)
        if head is not None:
            draft.reasons.append(
                Reason(
                    pool.sku,
                    "kept_back",
                    f"{record.reserve} are kept back at {pool.location} while "
                    f"{head.line} waits for {head.quantity}",
                    {"reserve": record.reserve, "wanted": head.quantity},
                )
            )
