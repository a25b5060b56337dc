"""Asking a policy: each answer is checked, and it is asked until it gives no more.

A policy may be a host's own. It sees only what is offered to it, and each award it
gives back must be of a backorder it was just offered, once, positive, and within what
that line waits for and what is free. A breach names the policy.

Everything asks in this way: the engine, which allocates every award before it asks
again, the laws, and `awards`, which shows what a policy gives in one pool to tables and
notebooks.

>>> from backorderkit.policies import oldest_first, smallest_first
>>> awards(oldest_first(), 10, (2, 4, 7, 8))
(2, 4, 4, 0)
>>> awards(smallest_first(), 5, (4, 3, 1))
(1, 3, 1)
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

import attrs

from backorderkit.errors import PolicyBreach
from backorderkit.model import AllocationPolicy, Award, Backorder, Bundle
from backorderkit.values import LineRef, check_count

__all__ = ["awards"]

PortionRef = tuple[LineRef, int]

START = datetime(2026, 1, 1, tzinfo=UTC)


def awards(
    policy: AllocationPolicy, available: int, claims: Sequence[int]
) -> tuple[int, ...]:
    """Return what each claim gets of the units available, in the order of the claims.

    The first claim is the oldest; each is the one line of an order of its own, by a
    customer of its own. Under a policy that completes whole orders, a claim that is not
    covered whole gets nothing, unless incomplete orders hold what they get.

    The policy is asked as the engine asks it: again with what is left, until it gives
    nothing more. Raises `PolicyBreach` for an award that the engine refuses.

    >>> from backorderkit.policies import uniform
    >>> awards(uniform(), 10, (2, 4, 7, 8))
    (2, 3, 3, 2)
    """
    check_count("available", available)
    waiting = [
        _backorder(n, units)
        for n, claim in enumerate(claims)
        if (units := check_count("claim", claim))
    ]
    in_wholes = policy.together.every_order and not policy.together.holds
    given = (_in_wholes if in_wholes else shared_out)(policy, available, waiting)
    return tuple(given.get((_ref(n), 0), 0) for n in range(len(claims)))


def checked_awards(
    policy: AllocationPolicy, free: int, offers: Iterable[Backorder]
) -> Iterator[Award]:
    """Yield the awards of one question, each checked; an empty queue is no question."""
    queue = iter(offers)
    head = next(queue, None)
    if head is None:
        return
    offered: dict[PortionRef, Backorder] = {}

    def noted() -> Iterator[Backorder]:
        for backorder in chain((head,), queue):
            offered[backorder.line, backorder.portion] = backorder
            yield backorder

    # Noted as the policy reads them: it may need only the head of a long queue.
    answer = policy.share(free, noted())
    if not isinstance(answer, Iterable):
        raise PolicyBreach(policy.name, f"gave back {answer!r} instead of awards")
    for award in answer:
        _check(policy.name, award, offered, free)
        free -= award.quantity
        yield award


def _check(
    name: str, award: object, offered: dict[PortionRef, Backorder], free: int
) -> None:
    """Refuse an award of what was not offered, not asked for, or is not there."""
    if not isinstance(award, Award) or not isinstance(award.backorder, Backorder):
        raise PolicyBreach(
            name, f"gave back {award!r}, which is no award of a backorder"
        )
    backorder, units = award.backorder, award.quantity
    if type(units) is not int or units <= 0:
        raise PolicyBreach(name, f"awarded {units!r} units to {backorder.line}")
    # An award takes its offer away, so a second one of the same line is refused. What
    # comes back is usually the very object; comparing all its fields would cost more.
    known = offered.pop((backorder.line, backorder.portion), None)
    if known is None or (known is not backorder and known != backorder):
        raise PolicyBreach(name, f"awarded {units} to {backorder.line}, not offered so")
    if units > backorder.quantity:
        wanted = f"which waits for {backorder.quantity}"
        raise PolicyBreach(name, f"awarded {units} to {backorder.line}, {wanted}")
    if units > free:
        raise PolicyBreach(name, f"awarded {units} of {free} free {backorder.sku}")


def repeated_awards(
    policy: AllocationPolicy, free: int, offers: Callable[[], Iterable[Backorder]]
) -> Iterator[Award]:
    """Yield checked awards until nothing is free or the policy gives nothing more.

    `offers` is read again before each question, when every award before it has been
    taken in: it returns what waits then.
    """
    before = -1
    while free > 0 and free != before:
        before = free
        for award in checked_awards(policy, free, offers()):
            free -= award.quantity
            yield award


def would_give(
    policy: AllocationPolicy, free: int, offers: Callable[[], Iterable[Backorder]]
) -> Mapping[PortionRef, int]:
    """Return what a policy would give to a queue; the order of the queue stays."""
    given: dict[PortionRef, int] = {}
    _take(repeated_awards(policy, free, lambda: _still_waiting(offers(), given)), given)
    return given


def shared_out(
    policy: AllocationPolicy, free: int, backorders: Sequence[Backorder]
) -> Mapping[PortionRef, int]:
    """Return what a policy would give to backorders, ranked before each question.

    A rank may depend on what still waits, so what was given can change the queue.
    """
    given: dict[PortionRef, int] = {}

    def queue() -> list[Backorder]:
        return sorted(
            _still_waiting(backorders, given),
            key=lambda waiting: (policy.rank(waiting), waiting.line, waiting.portion),
        )

    _take(repeated_awards(policy, free, queue), given)
    return given


def _take(answers: Iterable[Award], given: dict[PortionRef, int]) -> None:
    """Add awards to what was given."""
    for award in answers:
        ref = (award.backorder.line, award.backorder.portion)
        given[ref] = given.get(ref, 0) + award.quantity


def _still_waiting(
    backorders: Iterable[Backorder], given: Mapping[PortionRef, int]
) -> Iterator[Backorder]:
    """Yield backorders less what they were given."""
    for backorder in backorders:
        units = given.get((backorder.line, backorder.portion), 0)
        if units < backorder.quantity:
            left = backorder.quantity - units
            yield attrs.evolve(backorder, quantity=left) if units else backorder


def _in_wholes(
    policy: AllocationPolicy, free: int, backorders: Sequence[Backorder]
) -> Mapping[PortionRef, int]:
    """Complete the orders that the policy would fill whole, were each alone."""
    given: dict[PortionRef, int] = {}
    queue = sorted(backorders, key=lambda waiting: (policy.rank(waiting), waiting.line))
    blocked = len(queue)
    for place in _tried(policy, free, queue):
        backorder = queue[place]
        # Alone, because in this pool an order before it is either complete or passed.
        found = shared_out(policy, free, (backorder,))
        if place < blocked and sum(found.values()) == backorder.quantity:
            given |= found
            free -= backorder.quantity
        elif policy.together.blocks:
            blocked = min(blocked, place)
    return given


def _tried(
    policy: AllocationPolicy, free: int, queue: Sequence[Backorder]
) -> Iterable[int]:
    """Return the positions in the queue in the order in which they are tried."""
    choose = policy.together.choose
    if choose is None or not queue:
        return range(len(queue))
    places = {waiting.order: place for place, waiting in enumerate(queue)}
    bundles = [
        Bundle(waiting.order, "", {waiting.pool: waiting.quantity}) for waiting in queue
    ]
    chosen = [places[bundle.order] for bundle in choose(bundles, {queue[0].pool: free})]
    return dict.fromkeys((*chosen, *places.values()))


def _backorder(number: int, claim: int) -> Backorder:
    """Return the claim at a position as a backorder; later ones are younger."""
    return Backorder(
        _ref(number),
        0,
        f"O-{number:07d}",
        f"C-{number:07d}",
        "SKU",
        quantity=claim,
        ordered=claim,
        queued_at=START + timedelta(seconds=number),
    )


def _ref(number: int) -> str:
    """Return the line reference of the claim at a position."""
    return f"O-{number:07d}/1"
