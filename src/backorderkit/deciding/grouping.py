"""Orders that ship together get all they lack, in all their pools, or nothing.

Each order (or delivery group) that lacks goods in a pool with free stock is a bundle.
Bundles are tried in rank order, or in the order of the policy's own choice. One is
completed when the policy would give each of its lines everything, were it offered the
single lines before it and the bundle's own: so no line ahead of it pays for it,
and a line that blocks the queue blocks it too. An incomplete bundle gets nothing. It
is passed over, or, where the policy says so, ends its queues at its place. While goods
that are pinned to some of it are still to come, nothing completes it.

Cost: O(lines waiting in the pools) for each round in which something is completed, and
for each bundle that fits into what is free the queue before it.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping

import attrs

from backorderkit.deciding.draft import Draft
from backorderkit.deciding.overlay import Place
from backorderkit.errors import PolicyBreach
from backorderkit.model import (
    WHOLE_ORDER,
    Backorder,
    Bundle,
    Reason,
    ReasonCode,
)
from backorderkit.policies import would_give
from backorderkit.values import LineRef, OrderRef, Pool

GroupId = tuple[OrderRef, str]


@attrs.frozen
class Group:
    """A bundle and the waiting portions it is made of.

    `to_come` are open units pinned to it, by pool.
    """

    bundle: Bundle
    members: tuple[Backorder, ...]
    is_due: bool
    to_come: Mapping[Pool, int]

    @property
    def may_be_tried(self) -> bool:
        """Return whether stock on hand could complete it."""
        return self.is_due and not self.to_come


def group_of(draft: Draft, backorder: Backorder) -> str | None:
    """Return the delivery group of a backorder, None if it ships as it comes."""
    if draft.together.every_order:
        return WHOLE_ORDER
    change = draft.changes.get(backorder.order)
    order = change.order if change else draft.state.orders[backorder.order].order
    if order.delivers_whole:
        return WHOLE_ORDER
    return backorder.details.delivery_group if backorder.details else None


def fill_groups(draft: Draft) -> dict[Pool, Place]:
    """Complete what can be completed; return where each queue is blocked.

    Completing one can set another free, so it is done until nothing more comes of it.
    """
    _concern_groups(draft)
    while True:
        pools = _concerned(draft)
        barriers: dict[Pool, Place] = {}
        reasons: list[Reason] = []
        completed = [
            group
            for group in _in_order(draft, _groups(draft, pools))
            if _complete(draft, group, barriers, reasons)
        ]
        if not completed:
            draft.reasons += reasons
            return barriers
        for group in completed:
            draft.dirty.update(dict.fromkeys(group.bundle.needs))


def _concerned(draft: Draft) -> list[Pool]:
    """Return the pools whose groups must be looked at.

    Where an incomplete order blocks those behind it, also the other pools of its lines:
    other groups may be ahead of them there.
    """
    pools = [pool for pool in sorted(draft.dirty) if draft.free(pool) > 0]
    known = dict.fromkeys(pools)
    while draft.together.blocks and pools:
        found = _groups(draft, pools).values()
        reached = dict.fromkeys(one for group in found for one in group.bundle.needs)
        pools = [pool for pool in reached if pool not in known]
        known.update(dict.fromkeys(pools))
    return sorted(known)


def _concern_groups(draft: Draft) -> None:
    """Add the other pools of orders that the plan has changed."""
    for ref, change in tuple(draft.changes.items()):
        whole = draft.together.every_order or change.order.groups
        for line in change.order.lines if whole else ():
            for one in draft.waiting_portions(ref, line.ref):
                if one is not None:
                    draft.dirty[one.pool] = None


def _complete(
    draft: Draft, group: Group, barriers: dict[Pool, Place], reasons: list[Reason]
) -> bool:
    """Complete a group if everything it lacks is there; else say what is missing."""
    lacking = Counter(group.to_come) + Counter(_lacking(draft, group, barriers))
    if group.is_due and not lacking:
        for member in group.members:
            draft.allocate(member, member.quantity)
        return True
    reasons.append(_reason(group, lacking))
    if draft.together.blocks and group.is_due:
        for member in group.members:
            place = draft.place(member)
            barriers[member.pool] = min(barriers.get(member.pool, place), place)
    return False


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
    is_due = len(members) == len(portions)
    to_come = _still_to_come(draft, lines)
    return Group(Bundle(order, group, needs), members, is_due, to_come)


def _still_to_come(draft: Draft, lines: Iterable[LineRef]) -> Mapping[Pool, int]:
    """Return the open units pinned to some lines, by pool."""
    units: Counter[Pool] = Counter()
    for line in lines:
        units.update(draft.to_come(line))
    return +units


def _in_order(draft: Draft, groups: dict[GroupId, Group]) -> Iterator[Group]:
    """Yield the groups in the order in which they are to be tried."""
    choose = draft.together.choose
    if choose is None:
        yield from _in_rank_order(draft, groups.values())
        return
    name = f"{draft.policy.name} (its choice of orders)"
    due = [group.bundle for group in groups.values() if group.may_be_tried]
    answer = choose(due, {p: draft.free(p) for one in due for p in one.needs})
    if not isinstance(answer, Iterable):
        raise PolicyBreach(name, f"gave back {answer!r} instead of bundles")
    left = dict(groups)
    for bundle in answer:
        is_bundle = isinstance(bundle, Bundle)
        known = groups.get((bundle.order, bundle.group)) if is_bundle else None
        if known is None or known.bundle != bundle or not known.may_be_tried:
            raise PolicyBreach(name, f"chose {bundle!r}, which was not offered")
        group = left.pop((bundle.order, bundle.group), None)
        if group is None:
            raise PolicyBreach(name, f"chose {bundle.order} twice")
        yield group
    yield from left.values()


def _in_rank_order(draft: Draft, groups: Iterable[Group]) -> Iterator[Group]:
    """Yield groups so that in every pool those before a group come before it.

    A group can be first in one pool and last in another: then those before it in the
    other come first. Where each is ahead of the other, the better ranked goes first.
    """
    places: dict[Pool, list[tuple[Place, Group]]] = {}
    for group in groups:
        for pool, place in _places(draft, group).items():
            places.setdefault(pool, []).append((place, group))
    queues = {
        pool: deque(sorted(found, key=lambda pair: pair[0]))
        for pool, found in places.items()
    }
    seen: dict[int, None] = {}
    for first in groups:
        stack = [] if id(first) in seen else [first]
        while stack:
            seen[id(stack[-1])] = None
            before = _first_unseen_before(draft, stack[-1], queues, seen)
            if before is None:
                yield stack.pop()
            else:
                stack.append(before)


def _places(draft: Draft, group: Group) -> dict[Pool, Place]:
    """Return the position of a group in each of its pools: its first portion's."""
    places: dict[Pool, Place] = {}
    for member in group.members:
        place = draft.place(member)
        places[member.pool] = min(places.get(member.pool, place), place)
    return places


def _first_unseen_before(
    draft: Draft,
    group: Group,
    queues: Mapping[Pool, deque[tuple[Place, Group]]],
    seen: Mapping[int, None],
) -> Group | None:
    """Return a group that is ahead of another in some pool and was not seen yet.

    What was seen is cut off the head of each queue, so all calls together cost O(n).
    """
    for pool, place in _places(draft, group).items():
        queue = queues[pool]
        while queue and id(queue[0][1]) in seen and queue[0][0] < place:
            queue.popleft()
        if queue and queue[0][0] < place:
            return queue[0][1]
    return None


def _lacking(
    draft: Draft, group: Group, barriers: dict[Pool, Place]
) -> dict[Pool, int]:
    """Return the units that a group would not get, by pool."""
    lacking: dict[Pool, int] = {}
    for pool, units in group.bundle.needs.items():
        own = [one for one in group.members if one.pool == pool]
        last = max(draft.place(one) for one in own)
        barrier, free = barriers.get(pool), draft.free(pool)
        if barrier is not None and barrier < last:
            lacking[pool] = units
        elif free < units:
            lacking[pool] = units - free
        elif (got := _would_get(draft, pool, own, last)) < units:
            lacking[pool] = units - got
    return lacking


def _would_get(draft: Draft, pool: Pool, own: list[Backorder], last: Place) -> int:
    """Return what the policy would give lines that are behind the single ones."""
    ours = {(one.line, one.portion) for one in own}

    def offered() -> Iterator[Backorder]:
        for one in draft.queue(pool):
            if draft.place(one) > last:
                return
            if (one.line, one.portion) in ours or group_of(draft, one) is None:
                yield one

    given = would_give(draft.policy, draft.free(pool), offered)
    return sum(given.get(ref, 0) for ref in ours)


def _reason(group: Group, lacking: dict[Pool, int]) -> Reason:
    """Return what a group still lacks, as a reason."""
    missing = ", ".join(
        f"{units} {pool.sku} at {pool.location}" for pool, units in lacking.items()
    )
    return Reason(
        group.bundle.order,
        ReasonCode.INCOMPLETE,
        f"it ships together and lacks {missing or 'a line that is not due'}",
        {pool.sku: units for pool, units in lacking.items()},
    )
