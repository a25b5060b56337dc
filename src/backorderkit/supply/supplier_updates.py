"""What is heard of open purchase lines: confirmed, late, early, cut, cancelled.

A purchase line keeps three days apart: the day we asked for, the day the
supplier named, and the day we believe in. News changes the last two; the plan's `slip`
says what that does to whom. What customers were told stays as it is, until
`plan_promises` is asked for `plan.slip.lines`.
"""

from datetime import date, datetime
from enum import Enum
from typing import Final, Literal, TypeAlias

from backorderkit.book import OrderBook, PurchaseRecord
from backorderkit.deciding import Draft, check_why, fill
from backorderkit.errors import NotPossible
from backorderkit.model import Evidence, Plan, PurchaseConfirmed, PurchaseExpected
from backorderkit.supply.purchase_orders import close
from backorderkit.supply.slips import with_slip
from backorderkit.values import check_count, check_date, check_kind

__all__ = ["UNCHANGED", "Unchanged", "plan_supply_change"]


class Unchanged(Enum):
    """The type of `UNCHANGED`, which leaves a figure as it is.

    >>> UNCHANGED
    <Unchanged.UNCHANGED: 'unchanged'>
    """

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED
Kept: TypeAlias = Literal[Unchanged.UNCHANGED]


def plan_supply_change(
    book: OrderBook,
    purchase_line: str,
    *,
    reason: str,
    at: datetime,
    expected_on: date | Kept | None = UNCHANGED,
    confirmed_on: date | Kept = UNCHANGED,
    open_quantity: int | Kept = UNCHANGED,
    evidence: Evidence | Kept = UNCHANGED,
) -> Plan:
    """Record a supplier update and report which customers it affects.

    `confirmed_on` is the day the supplier named; it is believed unless `expected_on`
    says otherwise. `expected_on` is the day we believe in, later or earlier (None:
    nobody knows); another day rests on the supplier's word unless `evidence` says on
    what. `open_quantity` is what will still come: less
    is a cut, 0 a cancellation. Units that are announced keep their day.

    The plan's `slip` names the units that move, from when to when, the promises that
    break and so who must hear of it, and counts those who stay. Nothing is promised
    anew.

    Cost: O(open purchase lines of the pool + pins of this line + portions that move,
    each O(log n)); a cut that releases pins costs O(portions of the pool).

    >>> from datetime import UTC
    >>> from backorderkit import PurchaseLine, PurchaseOrder, oldest_first
    >>> from backorderkit import plan_purchase_order
    >>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
    >>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 8)])
    >>> book.apply(plan_purchase_order(book, bought))
    >>> late = {"expected_on": date(2026, 3, 20), "reason": "late", "at": now}
    >>> book.apply(plan_supply_change(book, "PO-1/1", **late))
    >>> book.purchase_line("PO-1/1").expected_on.isoformat()
    '2026-03-20'
    """
    purchase = book.state.purchase_line(purchase_line)
    check_why(reason, at)
    if not isinstance(evidence, Unchanged):
        check_kind("evidence", evidence, Evidence)
    check_count(f"open quantity of {purchase_line}", purchase.open, 1)
    draft = Draft(book, at=at, trigger=reason)
    if not isinstance(confirmed_on, Unchanged):
        check_date("confirmed_on", confirmed_on)
        if purchase.confirmed_on != confirmed_on:
            draft.follow(PurchaseConfirmed(purchase_line, confirmed_on, at))
        if isinstance(expected_on, Unchanged):
            expected_on, evidence = confirmed_on, Evidence.CONFIRMATION
    if not isinstance(expected_on, Unchanged):
        _expect(draft, purchase, expected_on, evidence, reason, at)
    if not isinstance(open_quantity, Unchanged):
        _cut(draft, purchase, open_quantity, reason, at)
    if not draft.events:
        return Plan((), basis=book.version)
    return with_slip(book, fill(draft), purchase_line, at)


def _expect(
    draft: Draft,
    purchase: PurchaseRecord,
    on: date | None,
    evidence: Evidence | Kept,
    reason: str,
    at: datetime,
) -> None:
    """Expect a purchase line on another day, or on the same with better evidence."""
    if on is not None:
        check_date("expected_on", on)
    if isinstance(evidence, Unchanged):
        same = on == purchase.expected_on
        evidence = purchase.evidence if same else Evidence.CONFIRMATION
    known = Evidence.NOTHING if on is None else evidence
    if (on, known) != (purchase.expected_on, purchase.evidence):
        ref = purchase.line.ref
        draft.follow(PurchaseExpected(ref, on, reason, at, known))


def _cut(
    draft: Draft, purchase: PurchaseRecord, units: int, reason: str, at: datetime
) -> None:
    """Reduce the open units."""
    ref, is_open = purchase.line.ref, purchase.open
    check_count("open_quantity", units)
    if units > is_open:
        raise NotPossible(
            "expect",
            ref,
            asked=units,
            possible=is_open,
            remedy="more is bought by another purchase order",
        )
    if units < is_open:
        close(draft, purchase, is_open - units, reason, at)
