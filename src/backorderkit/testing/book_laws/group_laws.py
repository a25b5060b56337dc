"""What must hold of orders that ship together where a policy gives all or nothing.

Where a policy holds goods for incomplete orders, their lines are like any other and
nothing is asked here. Else: a group that is given anything lacks nothing afterwards, no
group waits that could be completed, and where incomplete groups block, none passes.

Like law 5, the second asks the policy what it would give.

>>> from backorderkit import oldest_first
>>> from backorderkit.testing.book_laws import Look
>>> nothing = Look({}, {}, {}, {}, {})
>>> check_groups(oldest_first(), nothing, Plan((), basis=0), nothing, Ledger())
"""

from collections.abc import Iterator

from backorderkit.model import (
    Allocated,
    AllocationPolicy,
    Backorder,
    LineBecameDue,
    Order,
    OrderReprioritised,
    Plan,
    PromiseMade,
    PurchaseNeed,
    ShipTogether,
)
from backorderkit.testing.book_laws.ledger import Ledger
from backorderkit.testing.book_laws.step_laws import Look, served_by_pins
from backorderkit.testing.failures import BookLawBroken
from backorderkit.values import LineRef, Pool

__all__ = [
    "check_groups",
    "groups_get_all_or_nothing",
    "no_group_waits_in_vain",
    "nobody_passes_a_blocked_group",
]


CHANGES_OF_PLACE = LineBecameDue | OrderReprioritised | PromiseMade


def check_groups(
    policy: AllocationPolicy, before: Look, plan: Plan, after: Look, ledger: Ledger
) -> None:
    """Hold one applied plan against the laws of orders that ship together.

    The ledger is the recount of the history up to and with the plan.

    >>> from backorderkit import oldest_first
    >>> nothing = Look({}, {}, {}, {}, {})
    >>> check_groups(oldest_first(), nothing, Plan((), basis=0), nothing, Ledger())
    """
    together = policy.together
    if together.holds:
        return
    groups_get_all_or_nothing(before, plan, after, ledger, together)
    no_group_waits_in_vain(policy, after, ledger)
    if together.blocks and together.choose is None:
        nobody_passes_a_blocked_group(before, plan, after, ledger, together)


def groups_get_all_or_nothing(
    before: Look, plan: Plan, after: Look, ledger: Ledger, together: ShipTogether
) -> None:
    """A group that a plan allocates anything to lacks nothing afterwards.

    What was pinned to its lines goes to them whatever the others lack.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> groups_get_all_or_nothing(
    ...     nothing, Plan((), basis=0), nothing, Ledger(), ShipTogether.SKIP)
    """
    given = {one.line for one in _shared_out(before, plan)}
    for order, lines in _groups(ledger, together):
        lacking: list[Backorder | PurchaseNeed] = [
            *_waiting(after, order, lines),
            *_still_to_come(after, lines),
        ]
        if given.intersection(lines) and lacking:
            raise BookLawBroken(
                "groups_get_all_or_nothing",
                order.ref,
                given=sorted(given.intersection(lines)),
                lacking=[(one.line, one.quantity) for one in lacking],
            )


def _shared_out(before: Look, plan: Plan) -> list[Allocated]:
    """Return what a plan allocates by the policy, without pinned receipts."""
    kept = served_by_pins(before, plan)
    return [
        one for one in plan.events if isinstance(one, Allocated) and one not in kept
    ]


def no_group_waits_in_vain(
    policy: AllocationPolicy, after: Look, ledger: Ledger
) -> None:
    """No group waits whose every line the policy would serve whole.

    It is asked with the single lines before the group and the group's own; behind an
    incomplete group that blocks, nothing can be had. A group waits for what is pinned
    to it and has not come.

    >>> from backorderkit import oldest_first
    >>> nothing = Look({}, {}, {}, {}, {})
    >>> no_group_waits_in_vain(oldest_first(), nothing, Ledger())
    """
    for order, lines in _groups(ledger, policy.together):
        lacking = _waiting(after, order, lines)
        if not lacking or not all(ledger.is_due(one.line) for one in lacking):
            continue
        if _still_to_come(after, lines):
            continue
        if all(
            _could_complete(policy, after, ledger, pool, lacking)
            for pool in {one.pool for one in lacking}
        ):
            raise BookLawBroken(
                "no_group_waits_in_vain",
                order.ref,
                lacks=[(one.line, one.quantity) for one in lacking],
                free=[after.pools[one.pool].free for one in lacking],
            )


def _could_complete(
    policy: AllocationPolicy,
    after: Look,
    ledger: Ledger,
    pool: Pool,
    lacking: list[Backorder],
) -> bool:
    """Return whether the policy would serve all of a group that waits in one pool."""
    own = [one for one in after.queues[pool] if one in lacking]
    offered: list[Backorder] = []
    for one in after.queues[pool]:
        if one in own or not _is_bound(one, ledger, policy.together):
            offered.append(one)
        elif policy.together.blocks and _is_due(one, after, ledger, policy.together):
            return False
        if one == own[-1]:
            break
    awards = policy.share(after.pools[pool].free, offered)
    got = sum(one.quantity for one in awards if one.backorder in own)
    return got == sum(one.quantity for one in own)


def nobody_passes_a_blocked_group(
    before: Look, plan: Plan, after: Look, ledger: Ledger, together: ShipTogether
) -> None:
    """Where incomplete groups block, no line behind one of them is allocated anything.

    A plan that itself changes queue positions is not checked.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> nobody_passes_a_blocked_group(
    ...     nothing, Plan((), basis=0), nothing, Ledger(), ShipTogether.BLOCK)
    """
    if any(isinstance(one, CHANGES_OF_PLACE) for one in plan.events):
        return
    given = {(one.line, one.portion) for one in _shared_out(before, plan)}
    waiting = {
        (one.line, one.portion)
        for queue in after.queues.values()
        for one in queue
        if _is_bound(one, ledger, together) and _is_due(one, after, ledger, together)
    }
    for pool, queue in before.queues.items():
        blocked: list[Backorder] = []
        for one in queue:
            if (one.line, one.portion) in waiting:
                blocked.append(one)
            elif (one.line, one.portion) in given:
                passed = [other.line for other in blocked if _leads(before, other, one)]
                if passed:
                    raise BookLawBroken(
                        "nobody_passes_a_blocked_group",
                        " at ".join(pool),
                        passed=passed[0],
                        served=one.line,
                    )


def _leads(before: Look, first: Backorder, second: Backorder) -> bool:
    """Return whether an order is ahead of another in every queue that both are in.

    Where each is ahead of the other somewhere, one of them must pass.
    """
    for queue in before.queues.values():
        orders = [one.order for one in queue]
        both = first.order in orders and second.order in orders
        if both and orders.index(first.order) >= orders.index(second.order):
            return False
    return True


def _still_to_come(after: Look, lines: tuple[LineRef, ...]) -> list[PurchaseNeed]:
    """Return what purchase lines keep for some lines."""
    return [
        need
        for bought in after.purchases.values()
        for need in bought.kept
        if need.line in lines
    ]


def _groups(
    ledger: Ledger, together: ShipTogether
) -> Iterator[tuple[Order, tuple[LineRef, ...]]]:
    """Yield every group of lines that leave together, with its order."""
    for order in ledger.orders.values():
        if together.every_order:
            yield order, tuple(line.ref for line in order.lines)
        else:
            yield from ((order, lines) for lines in order.groups.values())


def _is_bound(one: Backorder, ledger: Ledger, together: ShipTogether) -> bool:
    """Return whether a backorder may only be served together with other lines."""
    return bool(ledger.group(one.line, together.every_order))


def _is_due(
    one: Backorder, after: Look, ledger: Ledger, together: ShipTogether
) -> bool:
    """Return whether all that ships together with a backorder may be served now."""
    lines = ledger.group(one.line, together.every_order)
    lacking = _waiting(after, ledger.orders[one.order], lines)
    return all(ledger.is_due(other.line) for other in lacking)


def _waiting(after: Look, order: Order, lines: tuple[LineRef, ...]) -> list[Backorder]:
    """Return what the lines of a group wait for in the queues."""
    return [
        one
        for queue in after.queues.values()
        for one in queue
        if one.order == order.ref and one.line in lines
    ]
