"""Pin open purchase units to one line (hard pegging), or release the pin.

A pinned peg takes units of a purchase line and of a waiting line out of the common
matching: no other line gets these goods, whatever its rank, and the line takes no other
goods for these units. It lasts through every planning until the goods come, until
the pin is released, or until demand or supply shrinks below it. A line bought to order
is placed on hold, bought and pinned, and released: so it never takes what others wait
for.

When goods arrive for a purchase line, the lines they are pinned to get them first,
before the queue and whether or not their order is held. If too little comes, the policy
divides it; what a condition of the policy would leave idle goes by rank.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, PurchaseLine, PurchaseOrder
>>> from backorderkit import oldest_first, plan_order, plan_purchase_order
>>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
>>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
>>> book.apply(plan_order(book, order))
>>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 8)])
>>> book.apply(plan_purchase_order(book, bought))
>>> plan = plan_pin(book, "PO-1/1", "O-1/1", reason="made to measure", at=now)
>>> print(plan.explain())
PO-1/1: 5 are pinned to O-1/1, made to measure.
"""

from datetime import datetime

from backorderkit.book import OrderBook, PortionRecord
from backorderkit.deciding.draft import Draft
from backorderkit.deciding.filling import fill
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import Allocated, Plan, UnitsPinned
from backorderkit.policies import PortionRef, would_give
from backorderkit.values import LineRef, check_count, check_text, check_time

__all__ = ["plan_pin", "plan_unpin"]


def plan_pin(
    book: OrderBook,
    purchase_line: str,
    line: LineRef,
    quantity: int | None = None,
    *,
    reason: str,
    at: datetime,
) -> Plan:
    """Pin open units of a purchase line to a waiting line, until they arrive.

    Without `quantity`, as many as the line waits for and no other line has pinned.
    Raises `NotPossible` for more. O(portions of the line × log n).

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> from backorderkit import PurchaseLine, PurchaseOrder, plan_purchase_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 8)])
    >>> book.apply(plan_purchase_order(book, bought))
    >>> why = {"reason": "made for ada", "at": now}
    >>> book.apply(plan_pin(book, "PO-1/1", "O-1/1", 2, **why))
    >>> book.line("O-1/1").pinned
    2
    """
    purchase, record = book.state.purchase_line(purchase_line), book.state.line(line)
    check_why(reason, at)
    free = purchase.open - purchase.pinned
    wants = [one for one in record.portions if one.pool is purchase.pool and one.loose]
    possible = min(free, sum(one.loose for one in wants))
    units = possible if quantity is None else check_count("quantity", quantity, 1)
    if not 0 < units <= possible:
        raise NotPossible(
            "pin",
            purchase_line,
            asked=max(units, 1),
            possible=possible,
            remedy=f"they must be open and kept for nobody, and {line} wait for them",
        )
    draft = Draft(book, at=at, trigger=reason)
    for one in wants:
        taken = min(units, one.loose)
        units -= taken
        if taken:
            draft.follow(UnitsPinned(purchase_line, *one.ref, taken, reason, at))
    return fill(draft)


def plan_unpin(
    book: OrderBook,
    purchase_line: str,
    line: LineRef,
    quantity: int | None = None,
    *,
    reason: str,
    at: datetime,
) -> Plan:
    """Release units of a purchase line pinned to a line; it queues for any supply.

    Without `quantity` all of them. Raises `NotPossible` for more than are kept.

    >>> from datetime import UTC
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> from backorderkit import PurchaseLine, PurchaseOrder, plan_purchase_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> book.apply(plan_order(book, order))
    >>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 8)])
    >>> book.apply(plan_purchase_order(book, bought))
    >>> why = {"reason": "made for ada", "at": now}
    >>> book.apply(plan_pin(book, "PO-1/1", "O-1/1", **why))
    >>> book.apply(plan_unpin(book, "PO-1/1", "O-1/1", 2, **why))
    >>> book.line("O-1/1").pinned
    3
    """
    purchase, record = book.state.purchase_line(purchase_line), book.state.line(line)
    check_why(reason, at)
    kept = {one: purchase.pins.get(one.ref, 0) for one in record.portions}
    possible = sum(kept.values())
    units = possible if quantity is None else check_count("quantity", quantity, 1)
    if not 0 < units <= possible:
        raise NotPossible(
            "unpin",
            purchase_line,
            asked=max(units, 1),
            possible=possible,
            remedy=f"no more are kept for {line}",
        )
    draft = Draft(book, at=at, trigger=reason)
    for one in reversed(record.portions):
        taken = min(units, kept[one])
        units -= taken
        if taken:
            draft.unpin(purchase_line, one, taken, reason)
    return fill(draft)


def check_why(reason: str, at: datetime) -> None:
    """Refuse a decision without a reason or without a time."""
    if not check_text("reason", reason):
        raise InvalidValue("reason", reason, "say why")
    check_time("at", at)


def serve_pinned(draft: Draft, purchase_line: str, units: int) -> int:
    """Allocate goods of a purchase line to its pinned lines; return what is left."""
    kept = _by_rank(draft, purchase_line)
    claims = [draft.claim(portion, wanted) for portion, wanted in kept]
    given = would_give(draft.policy, units, lambda: claims)
    left = units - sum(given.values())
    for portion, wanted in kept:
        own = given.get(portion.ref, 0)
        more = min(left, wanted - own)
        left -= more
        if own + more:
            ref, units = portion.ref, own + more
            event = Allocated(*ref, units, wanted, purchase_line, at=draft.at)
            draft.follow(event)
    return left


def fit_pins(draft: Draft, purchase_line: str, is_open: int, reason: str) -> None:
    """Release pins on units that a purchase line will no longer bring.

    The last in the order of the queue lose first.
    """
    kept = _by_rank(draft, purchase_line)
    excess = sum(units for _, units in kept) - is_open
    for portion, units in reversed(kept):
        taken = min(excess, units)
        if taken > 0:
            draft.unpin(purchase_line, portion, taken, reason)
            excess -= taken


def _by_rank(draft: Draft, purchase_line: str) -> list[tuple[PortionRecord, int]]:
    """Return the portions a purchase line is pinned to, in the order of the queue."""
    pins: dict[PortionRef, int] = draft.pinned(purchase_line)
    known = [(draft.state.portion(*ref), units) for ref, units in pins.items()]
    return sorted(known, key=lambda pair: draft.place(draft.claim(*pair)))
