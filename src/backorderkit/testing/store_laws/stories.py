"""One story in which everything happens: every kind of fact, every kind of notice.

It is told by the decisions themselves, so that its facts fit together: any store can
keep it, whether it only writes facts down or also adds them up.

>>> len(whole_story()) == len(STEPS)
True
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeAlias

import attrs

from backorderkit.book import OrderBook
from backorderkit.deciding import (
    plan_amendment,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_freeze,
    plan_hold,
    plan_order,
    plan_pin,
    plan_priority,
    plan_reallocation,
    plan_reassignment,
    plan_receipt,
    plan_release_hold,
    plan_rerouting,
    plan_reserve,
    plan_return,
    plan_shipment,
    plan_thaw,
    plan_transfer,
    plan_unpin,
)
from backorderkit.model import (
    Acceptance,
    Backorder,
    Event,
    Line,
    Order,
    Plan,
    PurchaseLine,
    PurchaseNeed,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Remedy,
    SellingRule,
    SellingRules,
)
from backorderkit.notices import Notice, notices_of
from backorderkit.policies import oldest_first
from backorderkit.policies.rules import Segment
from backorderkit.promising import plan_acceptance, plan_promises, plan_quote
from backorderkit.supply import (
    plan_dispatch,
    plan_purchase_cancellation,
    plan_purchase_order,
    plan_shipping_notice,
    plan_short_close,
    plan_special_order,
    plan_supply_change,
)
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    delivery,
    order,
    purchase,
)

Step: TypeAlias = Callable[[OrderBook], Plan]


@attrs.frozen
class Chapter:
    """The facts and notices of one decision."""

    events: tuple[Event, ...]
    notices: tuple[Notice, ...]


def whole_story() -> tuple[Chapter, ...]:
    """Return the story, one chapter for each decision, under `oldest_first`."""
    book, chapters = OrderBook(oldest_first()), []
    for step in STEPS:
        plan = step(book)
        chapters.append(Chapter(plan.events, notices_of(book, plan)))
        book.apply(plan)
    return tuple(chapters)


def _step(
    decision: Callable[..., Plan], *args: object, **kwargs: object
) -> Step:  # any plan_* function; it gets the book first
    """Return a decision that only wants its book."""

    def decide(book: OrderBook) -> Plan:
        return decision(book, *args, **kwargs)

    return decide


def _segments(one: Backorder) -> Segment:
    """Promise two orders more than there is."""
    return Segment.WIN if one.order in ("O-2", "O-7") else Segment.LOSE


AT = NOON + timedelta(hours=1)
LATER = AT + timedelta(days=3)
APRIL, MAY = date(2026, 4, 9), date(2026, 5, 4)
NONE_SHORT = SellingRules(SellingRule(0), accept=Acceptance.WHOLE_ORDER)
FEW_SHORT = SellingRules(SellingRule(5))
POSTPONED = Line("O-4/1", "LAMP", 2, allocate_not_before=LATER.date())
BROKEN = ReceiptLine(
    "LAMP",
    3,
    purchase_line="P-1/1",
    rejected=1,
    reason="broken",
    remedy=Remedy.CREDIT,
)
SPECIAL = PurchaseOrder(
    "P-2",
    "BOLT",
    AT,
    [PurchaseLine("P-2/1", "CHAIR", 2, needs=[PurchaseNeed("O-1/2", 0, 1)])],
)
WEDDING: dict[str, Any] = {"actor": "eve", "reason": "a wedding", "at": AT}
ARRIVED = delivery("R-3", units=1, location="north", purchase_line="M-2")
TO_NORTH: dict[str, Any] = {"source": "main", "destination": "north", "at": AT}

STEPS: tuple[Step, ...] = (
    # Stock, and orders of every fate
    _step(plan_count, "LAMP", 4, at=AT, reason="first count"),
    _step(plan_reserve, "LAMP", 1, at=AT),
    _step(plan_order, order("O-1", ("LAMP", 5), ("CHAIR", 2))),
    _step(plan_order, order("O-2", ("LAMP", 4), minute=1), rules=FEW_SHORT),
    _step(plan_order, order("O-3", ("LAMP", 9), minute=2), rules=NONE_SHORT),
    _step(plan_order, Order("O-4", "ben", NOON, [POSTPONED])),
    _step(plan_order, order("O-5", ("CHAIR", 3), minute=3, hold="unpaid")),
    _step(plan_release_hold, "O-5", at=AT),
    _step(plan_hold, "O-5", reason="address unknown", at=AT),
    _step(plan_release_hold, "O-5", at=LATER),
    _step(plan_priority, "O-2", -1, **WEDDING),
    _step(plan_day, at=LATER),
    # Purchases: pinned, confirmed, late, announced, broken, given up
    _step(plan_purchase_order, purchase("P-1", "LAMP", 9)),
    _step(plan_special_order, SPECIAL),
    _step(plan_pin, "P-1/1", "O-1/1", 1, reason="bought for it", at=AT),
    _step(plan_pin, "P-1/1", "O-2/1", 1, reason="bought for it", at=AT),
    _step(plan_unpin, "P-1/1", "O-2/1", reason="not needed", at=AT),
    _step(
        plan_supply_change,
        "P-1/1",
        reason="the supplier wrote",
        at=AT,
        expected_on=APRIL,
        confirmed_on=APRIL,
    ),
    _step(plan_promises, at=AT),
    _step(plan_supply_change, "P-1/1", reason="a storm", at=AT, expected_on=MAY),
    _step(plan_promises, at=AT),
    _step(plan_shipping_notice, "N-1", "P-1/1", 5, expected_on=APRIL, at=AT),
    _step(plan_receipt, Receipt("R-1", LATER, [BROKEN])),
    _step(plan_short_close, "P-1/1", reason="lost at sea", at=LATER),
    _step(plan_purchase_order, purchase("P-3", "RUG", 1)),
    _step(plan_purchase_cancellation, "P-3", reason="too dear", at=AT),
    # The warehouse
    _step(plan_receipt, delivery("R-2", "CHAIR", 3)),
    _step(plan_freeze, {"O-1/2": 1}, at=LATER),
    _step(plan_thaw, {"O-1/2": 1}, at=LATER),
    _step(plan_reassignment, "O-1/2", "O-5/1", 1, **WEDDING),
    _step(plan_shipment, "S-1", "O-1", {"O-1/1": 2}, at=LATER),
    _step(plan_return, "T-1", "O-1/1", 1, restocked=1, at=LATER),
    _step(plan_count, "LAMP", 19, at=LATER),
    _step(plan_transfer, "M-1", "LAMP", 1, **TO_NORTH),
    _step(plan_dispatch, "M-2", "LAMP", 1, expected_on=APRIL, **TO_NORTH),
    _step(
        plan_receipt, delivery("R-3", units=1, location="north", purchase_line="M-2")
    ),
    # Changes of mind
    _step(plan_order, order("O-7", ("LAMP", 30), minute=5)),
    _step(plan_amendment, "O-7/1", 32, at=LATER),
    _step(plan_rerouting, "O-7/1", "north", quantity=2, at=LATER),
    _step(plan_reallocation, at=LATER, segments=_segments),
    _step(plan_count, "RUG", 2, at=AT),
    _step(plan_quote, order("Q-1", ("RUG", 2), minute=6), until=LATER),
    _step(plan_acceptance, "Q-1", at=AT),
    _step(plan_cancellation, "O-7", {"O-7/1": 2}, at=LATER),
    _step(plan_cancellation, "Q-1", at=LATER),
    _step(plan_quote, order("Q-2", ("SOFA", 1), minute=7), until=LATER),
    _step(plan_quote, order("Q-3", ("RUG", 1), minute=8), until=LATER),
    _step(plan_day, at=LATER),
)
