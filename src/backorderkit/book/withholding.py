"""What the sums of a pool say beyond its records: left out, or a contradiction.

The records of a pool were laid out and added up. Where the sums of the pool are higher,
units were left out: queues, holders and supplies that are not complete are closed, so
that nobody takes a part for the whole. In a book that is whole, sums and records agree,
or `InvariantBroken` says where they do not.

>>> Laid().open
0
"""

from collections.abc import Mapping
from datetime import date
from operator import attrgetter

import attrs

from backorderkit.book.partial import Extent, Withheld, WithheldDays, WithheldPins
from backorderkit.book.partial_axis import PartialAxis, Stretch
from backorderkit.book.records import (
    PoolRecord,
    PortionRecord,
    PortionRef,
    PurchaseRecord,
    SupplyRecord,
)
from backorderkit.book.state import State
from backorderkit.errors import InvariantBroken, NotLoaded, PolicyBreach
from backorderkit.values import Pool, Sku


@attrs.define
class Laid:
    """What the records of one pool add up to, and the portions that queue there."""

    waiting: int = 0
    allocated: int = 0
    open: int = 0
    pinned: int = 0
    queue: list[PortionRecord] = attrs.field(factory=list)


def withhold(state: State, laid: Mapping[Pool, Laid], extent: Extent | None) -> None:
    """Lay out queues and calendars, and close what is not complete; O(n log n)."""
    cut = sorted(extent.skus - extent.whole) if extent else []
    if cut:
        missing = NotLoaded("calendar", cut[0])
        state.postponed, state.expiring = WithheldDays(missing), WithheldDays(missing)
    for name, pool in state.pools.items():
        is_loaded = extent is None or name.sku in extent.skus
        missing = NotLoaded("queue" if is_loaded else "SKU", name.sku)
        known = _Known(state, pool, laid[name], extent, missing)
        known.lay_queue()
        known.close_holders()
        known.close_supplies()
        known.hidden("waiting", known.laid.waiting)
    _fill_calendars(state)
    if extent is not None:
        state.pins = WithheldPins(state.pins, _unknown_pins(state))


@attrs.define
class _Known:
    """One pool, and what is known of it."""

    state: State
    pool: PoolRecord
    laid: Laid
    extent: Extent | None
    missing: NotLoaded

    def hidden(self, what: str, known: int) -> int:
        """Return by how much a sum of the pool exceeds the records."""
        found: int = getattr(self.pool, what)
        if found < known or (found > known and self.extent is None):
            where = f"{self.pool.pool.sku} at {self.pool.pool.location}"
            finding = f"{what} is {found}, the records add up to {known}"
            raise InvariantBroken(where, finding)
        return found - known

    def lay_queue(self) -> None:
        """Put the portions in order, and say what is hidden of the queue."""
        queue = self.laid.queue
        try:
            queue.sort(key=attrgetter("key"))
        except TypeError:
            breach = "ranked lines that do not compare with each other"
            raise PolicyBreach(self.state.policy.name, breach) from None
        units = sum(one.queued for one in queue)
        later = sum(one.queued for one in queue if one.line.postponed)
        due = self.hidden("queued", units - later)
        later = self.hidden("postponed", later)
        if due or later:
            axis = PartialAxis[PortionRecord](
                attrgetter("key"), attrgetter("queued"), self.missing
            )
            axis.hide(self._stretches(due, later))
            self.pool.queue = axis
        self.pool.queue.fill(queue)

    def _stretches(self, due: int, later: int) -> list[Stretch]:
        """Return what is hidden of a queue: units that are due, then the others."""
        head = self.extent.heads.get(self.pool.pool) if self.extent else None
        if head is None or head.until is None:
            return [Stretch(due + later)]
        first = self._key(head.until)
        lasts = [self._key(ref) for ref in head.lasts]
        by_due = {key[:1]: key for key in lasts}
        return [
            Stretch(due, first, by_due.get((False,))),
            Stretch(later, max(first, (True,)), by_due.get((True,))),
        ]

    def _key(self, ref: PortionRef) -> tuple[object, ...]:
        """Return the place of a portion in its queue."""
        return self.state.portion(*ref).key or ()

    def close_holders(self) -> None:
        """Close the list of those who have goods, unless all of them are there."""
        if self.hidden("allocated", self.laid.allocated):
            holders = Withheld[PortionRecord](self.missing)
            holders.update(self.pool.holders)
            self.pool.holders = holders

    def close_supplies(self) -> None:
        """Close the supplies and open purchase lines, unless all of them are there."""
        pool, laid = self.pool, self.laid
        hidden = self.hidden("incoming", laid.open)
        if not hidden:
            return
        lines = Withheld[PurchaseRecord](self.missing)
        lines.update(pool.open_lines)
        axis = PartialAxis[SupplyRecord](
            attrgetter("key"), attrgetter("units"), self.missing
        )
        axis.fill(list(pool.supplies))
        axis.hide([Stretch(hidden - (pool.pinned - laid.pinned))])
        pool.open_lines, pool.supplies = lines, axis


def _fill_calendars(state: State) -> None:
    """Enter lines in the calendars of what falls due and what is given up."""
    for ref, one in state.lines.items():
        if one.postponed:
            state.postponed.add((one.line.allocate_not_before or date.max, ref))
        if one.expires and one.line.cancel_after is not None:
            state.expiring.add((one.line.cancel_after, ref))


def _unknown_pins(state: State) -> dict[PortionRef, Sku]:
    """Return the portions for which more is kept than the purchase lines say."""
    return {
        one.ref: one.pool.pool.sku
        for one in state.portions()
        if one.pinned > sum(state.pins.get(one.ref, {}).values())
    }
