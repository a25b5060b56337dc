"""Smaller purchase lines: supply that is no longer needed is proposed to be cut.

When demand falls, supply is left over. The queue takes the earliest supplies, so the
surplus is at the far end, the latest first. A reduction is proposed for a line that the
supplier has neither confirmed nor announced: down to what is needed, pinned or
accepted, to the supplier's minimum and to whole packs, or to nothing. What the supplier
has confirmed is not cut; it is named as surplus.

Nothing changes by itself: `plan_supply_change` with the proposed open quantity carries
a reduction out. No line then waits longer than before, and no more is missing.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, PurchaseLine, PurchaseOrder
>>> from backorderkit import oldest_first, plan_cancellation, plan_order
>>> from backorderkit import plan_purchase_order
>>> now, book = datetime(2026, 3, 1, tzinfo=UTC), OrderBook(oldest_first())
>>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
>>> book.apply(plan_order(book, order))
>>> bought = PurchaseOrder("PO-1", "ACME", now, [PurchaseLine("PO-1/1", "LAMP", 5)])
>>> book.apply(plan_purchase_order(book, bought))
>>> print(plan_cancellation(book, "O-1", {"O-1/1": 2}, at=now).explain())
O-1/1: 2 cancelled, cancelled by the customer.
PO-1/1: 2 of 5 open units are no longer needed; they may be cut
"""

from collections.abc import Iterable, Iterator, Mapping

import attrs

from backorderkit.book import OrderBook, PoolRecord, PurchaseRecord
from backorderkit.coverage import left_over
from backorderkit.errors import InvalidValue
from backorderkit.model import (
    Catalogue,
    Plan,
    QuantityCancelled,
    Reason,
    ReasonCode,
)
from backorderkit.replenishment.requirements import TargetLevel, levels_of
from backorderkit.values import (
    Pool,
    Sku,
    check_kind,
    is_a,
    is_count,
    is_flag,
    is_ref,
)

__all__ = ["PurchaseReduction", "proposed_reductions"]


@attrs.frozen
class PurchaseReduction:
    """Surplus units of an open purchase line, and how many of them may be cut.

    `surplus` of the open units are not needed. `quantity` of them may be cut: fewer
    where the supplier's minimum or pack is in the way, none on a line that they have
    confirmed or announced. `open_quantity` would still come after the cut.

    >>> lamp, units = Pool("LAMP"), {"surplus": 5, "quantity": 4, "open_quantity": 8}
    >>> cut = PurchaseReduction("PO-1/1", lamp, **units)
    >>> cut.is_confirmed
    False
    """

    purchase_line: str = attrs.field(validator=is_ref)
    pool: Pool = attrs.field(validator=is_a(Pool))
    surplus: int = attrs.field(validator=is_count, kw_only=True)
    quantity: int = attrs.field(validator=is_count, kw_only=True)
    open_quantity: int = attrs.field(validator=is_count, kw_only=True)
    is_confirmed: bool = attrs.field(default=False, validator=is_flag, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse to cut what is needed or confirmed."""
        most = 0 if self.is_confirmed else self.surplus
        if self.quantity > most:
            raise InvalidValue("quantity", self.quantity, f"cut {most} at most")


def proposed_reductions(
    book: OrderBook,
    pools: Iterable[Pool] | None = None,
    *,
    catalogue: Catalogue | None = None,
    targets: Mapping[Sku, int | TargetLevel] | None = None,
) -> tuple[PurchaseReduction, ...]:
    """Return what is on order and not needed: by pool, the latest supply first.

    Without `pools`, all of them. The minimum and the pack are those of the first offer
    of a line's supplier in the catalogue; without one, any quantity can be ordered.
    `targets` are levels as for `plan_replenishment`: what fills stock up to them is
    needed. Transfers under way count as confirmed. Cost: O(pools + purchase lines
    named).

    >>> from backorderkit.policies import oldest_first
    >>> proposed_reductions(OrderBook(oldest_first()))
    ()
    """
    known, levels = book.state.pools, levels_of(targets)
    if catalogue is not None:
        check_kind("catalogue", catalogue, Catalogue)
    asked = book.state.pools_asked(pools)
    return tuple(
        _cut(pool, purchase, surplus, catalogue)
        for pool in sorted({one for one in asked if one in known})
        for purchase, surplus in _unneeded(known[pool], levels.get(pool.sku))
    )


def _unneeded(
    pool: PoolRecord, level: TargetLevel | None
) -> Iterator[tuple[PurchaseRecord, int]]:
    """Yield the purchase lines at the far end, with their surplus units."""
    target = 0 if level is None else max(level.target, 0)
    units: dict[str, int] = {}
    for surplus, supply in reversed([*left_over(pool, pool.queue.total + target)]):
        if supply is not None:
            ref = supply.purchase.line.ref
            units[ref] = units.get(ref, 0) + surplus
    for ref, surplus in units.items():
        yield pool.open_lines[ref], surplus


def _cut(
    pool: Pool,
    purchase: PurchaseRecord,
    surplus: int,
    catalogue: Catalogue | None,
) -> PurchaseReduction:
    """Return how far a purchase line can be cut, of which some is surplus."""
    still, confirmed = purchase.open - surplus, _is_confirmed(purchase)
    if confirmed:
        still = purchase.open
    elif still:
        whole = _least(purchase, purchase.accepted + still, catalogue)
        still = min(whole - purchase.accepted, purchase.open)
    return PurchaseReduction(
        purchase.line.ref,
        pool,
        surplus=surplus,
        quantity=purchase.open - still,
        open_quantity=still,
        is_confirmed=confirmed,
    )


def _is_confirmed(purchase: PurchaseRecord) -> bool:
    """Return whether a purchase line is confirmed, or its goods are in transit."""
    said = purchase.confirmed_on is not None or bool(purchase.announced)
    return said or purchase.is_transfer or purchase.evidence.confidence.is_sure


def _least(purchase: PurchaseRecord, units: int, catalogue: Catalogue | None) -> int:
    """Return the least order of that many units that the supplier takes."""
    offers = catalogue.offers(purchase.line.sku) if catalogue else ()
    for terms in offers:
        if terms.supplier == purchase.order.supplier:
            packs = -(-max(units, terms.minimum) // terms.multiple)
            return packs * terms.multiple
    return units


def with_possible_cuts(book: OrderBook, plan: Plan) -> Plan:
    """Return a plan that ends demand, with the purchase lines it lets be cut.

    Minimum and pack are not looked at. O(plan + open purchase lines of its pools).
    """
    ended = [event for event in plan.events if isinstance(event, QuantityCancelled)]
    touched = (book.state.portion(one.line, one.portion).pool for one in ended)
    pools = sorted({pool.pool for pool in touched if pool.open_lines})
    if not pools:
        return plan
    before = {
        one.purchase_line: one.quantity for one in proposed_reductions(book, pools)
    }
    now: tuple[PurchaseReduction, ...] = ()
    with book.trying(plan):
        now = proposed_reductions(book, pools)
    grown = [one for one in now if one.quantity > before.get(one.purchase_line, 0)]
    return attrs.evolve(plan, reasons=(*plan.reasons, *map(_may_shrink, grown)))


def _may_shrink(cut: PurchaseReduction) -> Reason:
    """Describe a purchase line that may be cut."""
    units, is_open = cut.quantity, cut.quantity + cut.open_quantity
    text = f"{units} of {is_open} open units are no longer needed; they may be cut"
    figures = {"quantity": units, "open_quantity": cut.open_quantity}
    return Reason(cut.purchase_line, ReasonCode.MAY_SHRINK, text, figures)
