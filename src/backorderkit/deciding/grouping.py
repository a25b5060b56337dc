"""Orders that ship together get all they lack, in all their pools, or nothing.

Each order (or delivery group) that lacks goods in a pool with free stock is a bundle.
Bundles are tried in rank order, or in the order of the policy's own choice. One is
completed when the policy would give each of its lines everything, were it offered the
single lines before it and the bundle's own: so nobody who stands before it pays for it,
and a line that blocks the queue blocks it too. An incomplete bundle gets nothing. It
is passed over, or, where the policy says so, ends its queues at its place.

Cost: O(lines waiting in the pools), and for each bundle the lines before it that the
free units would serve.
"""

from collections.abc import Iterable, Iterator

import attrs

from backorderkit.backorders import Backorder, Bundle
from backorderkit.deciding.draft import Draft, Place
from backorderkit.errors import PolicyBreach
from backorderkit.orders import WHOLE_ORDER
from backorderkit.plan import Reason
from backorderkit.values import OrderRef, Pool

GroupId = tuple[OrderRef, str]


@attrs.frozen
class Group:
    """A bundle and the waiting portions it is made of."""

    bundle: Bundle
    members: tuple[Backorder, ...]
    is_due: bool


def group_of(draft: Draft, backorder: Backorder) -> str | None:
    """Return the delivery group of a backorder, None if it ships as it comes."""
    if draft.policy.together.every_order:
        return WHOLE_ORDER
    change = draft.changes.get(backorder.order)
    order = change.order if change else draft.state.orders[backorder.order].order
    if order.delivers_whole:
        return WHOLE_ORDER
    return backorder.details.delivery_group if backorder.details else None


def fill_groups(draft: Draft, pools: Iterable[Pool]) -> dict[Pool, Place]:
    """Complete what can be completed; return where each queue is blocked."""
    groups = _groups(draft, [pool for pool in pools if draft.free(pool) > 0])
    barriers: dict[Pool, Place] = {}
    for group in _in_order(draft, groups):
        lacking = _lacking(draft, group, barriers)
        if group.is_due and not lacking:
            for member in group.members:
                draft.allocate(member, member.quantity)
            continue
        _explain(draft, group, lacking)
        for member in group.members if draft.policy.together.blocks else ():
            place = draft.place(member)
            barriers[member.pool] = min(barriers.get(member.pool, place), place)
    return barriers


def _groups(draft: Draft, pools: Iterable[Pool]) -> dict[GroupId, Group]:
    """Return the groups that wait in some pools, the best ranked first."""
    waiting = [
        (draft.place(one), one.order, group)
        for pool in pools
        for one in draft.queue(pool)
        if (group := group_of(draft, one)) is not None
    ]
    waiting.sort()
    ids = dict.fromkeys((order, group) for _, order, group in waiting)
    return {one: _group(draft, *one) for one in ids}


def _group(draft: Draft, order: OrderRef, group: str) -> Group:
    """Return what a group waits for, over all its pools."""
    ordered = draft.change(order).order
    whole = tuple(line.ref for line in ordered.lines)
    lines = whole if group == WHOLE_ORDER else ordered.groups[group]
    portions = [one for ref in lines for one in draft.waiting_portions(order, ref)]
    members = tuple(one for one in portions if one is not None)
    needs: dict[Pool, int] = {}
    for one in members:
        needs[one.pool] = needs.get(one.pool, 0) + one.quantity
    return Group(Bundle(order, group, needs), members, len(members) == len(portions))


def _in_order(draft: Draft, groups: dict[GroupId, Group]) -> Iterator[Group]:
    """Yield the groups in the order in which they are to be tried."""
    choose = draft.policy.together.choose
    if choose is None:
        yield from groups.values()
        return
    due = [group.bundle for group in groups.values() if group.is_due]
    free = {pool: draft.free(pool) for one in due for pool in one.needs}
    left = dict(groups)
    for bundle in choose(due, free):
        group = left.pop((bundle.order, bundle.group), None)
        if group is None:
            name = f"{draft.policy.name} (its choice of orders)"
            raise PolicyBreach(name, f"chose {bundle.order}, which was not offered")
        yield group
    yield from left.values()


def _lacking(
    draft: Draft, group: Group, barriers: dict[Pool, Place]
) -> dict[Pool, int]:
    """Return the units that a group would not get, by pool."""
    lacking: dict[Pool, int] = {}
    for pool, units in group.bundle.needs.items():
        own = [one for one in group.members if one.pool == pool]
        last = max(draft.place(one) for one in own)
        barrier = barriers.get(pool)
        if barrier is not None and barrier < last:
            lacking[pool] = units
        elif (got := _would_get(draft, pool, own, last)) < units:
            lacking[pool] = units - got
    return lacking


def _would_get(draft: Draft, pool: Pool, own: list[Backorder], last: Place) -> int:
    """Return what the policy would give lines that stand behind the single ones."""
    free = draft.free(pool)
    if free <= 0:
        return 0
    ours = {(one.line, one.portion) for one in own}

    def offered() -> Iterator[Backorder]:
        for one in draft.queue(pool):
            if draft.place(one) > last:
                return
            if (one.line, one.portion) in ours or group_of(draft, one) is None:
                yield one

    return sum(
        award.quantity
        for award in draft.policy.share(free, offered())
        if (award.backorder.line, award.backorder.portion) in ours
    )


def _explain(draft: Draft, group: Group, lacking: dict[Pool, int]) -> None:
    """Say what a group still lacks."""
    missing = ", ".join(
        f"{units} {pool.sku} at {pool.location}" for pool, units in lacking.items()
    )
    draft.reasons.append(
        Reason(
            group.bundle.order,
            "incomplete",
            f"it ships together and lacks {missing or 'a line that is not due'}",
            {pool.sku: units for pool, units in lacking.items()},
        )
    )
