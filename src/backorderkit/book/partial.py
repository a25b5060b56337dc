"""Parts of a book: asking for what was not loaded raises `NotLoaded`.

A book that was loaded for one command holds the records of some SKUs, and of a long
queue only the head. Every figure it shows is right. What it cannot answer raises: so a
decision on a part is the decision on the whole, or none at all.

* A record that was not loaded is not there to be read: `NotLoaded` names it.
* Listing, counting or adding up all orders, lines, pools or purchase lines concerns the
  whole book, and a part never holds it. `loaded` lists what is there, for the library's
  own bookkeeping.
* The sums of a pool are those of the whole. Where they are higher than the records add
  up to, units were left out, and that pool's queue, holders and supplies are closed.

An `Extent` describes how far a part reaches. In a whole book sums and records agree, or
`InvariantBroken` names the difference.

>>> Extent(frozenset({"LAMP"})).whole
frozenset()
"""

from collections.abc import Mapping
from datetime import date
from operator import attrgetter

import attrs

from backorderkit.book.partial_axis import PartialAxis, Stretch
from backorderkit.book.partial_records import (
    PartialGroup,
    PartialMapping,
    PartialPins,
    PartialPools,
    PartialRecords,
    PartialSkus,
    _PartialCalendar,
    loaded,
)
from backorderkit.book.records import (
    LineRecord,
    PoolRecord,
    PortionRecord,
    PortionRef,
    PurchaseRecord,
    SupplyRecord,
)
from backorderkit.book.state import State
from backorderkit.errors import InvariantBroken, NotLoaded, PolicyBreach
from backorderkit.values import Pool, Sku

MOST_LINKED = 20
"""The most SKUs that are named with a missing one because they share its orders."""


@attrs.frozen
class Head:
    """How much of a long queue was loaded.

    Everything up to the portion `until` is there, and the `lasts`: the last portion
    that is due and the last one of all. Without `until` the order is not known.

    >>> Head(until=("O-9/1", 0)).lasts
    ()
    """

    until: PortionRef | None = None
    lasts: tuple[PortionRef, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class Extent:
    """How far a part of a book reaches.

    The pools of `skus` are there, at all locations, with their open purchase lines and
    their queues up to their `heads`. For SKUs in `whole` everything open is there.
    `absent`: references known not to exist.

    >>> Extent(frozenset({"LAMP"})).heads
    {}
    """

    skus: frozenset[Sku]
    heads: Mapping[Pool, Head] = attrs.field(factory=dict, kw_only=True)
    whole: frozenset[Sku] = attrs.field(default=frozenset(), kw_only=True)
    absent: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)


# Marking what was left out of a part


@attrs.define
class Laid:
    """What the records of one pool add up to, and the portions that queue there.

    >>> Laid().open
    0
    """

    waiting: int = 0
    allocated: int = 0
    open: int = 0
    pinned: int = 0
    queue: list[PortionRecord] = attrs.field(factory=list)


def begin_part(state: State, extent: Extent) -> None:
    """Make an empty state a part that reaches as far as an extent."""
    absent = extent.absent
    state.loaded_skus = extent.skus
    state.skus, state.pools = PartialSkus(extent.skus), PartialPools(extent.skus)
    state.orders = PartialRecords("order", absent)
    state.lines = PartialRecords("line", absent)
    state.purchases = PartialRecords("purchase order", absent)
    state.purchase_lines = PartialRecords("purchase line", absent)
    state.facts = PartialMapping(NotLoaded("book", "every fact"))
    state.quotes = _PartialCalendar(NotLoaded("book", "every quote"))
    cut = sorted(extent.skus - extent.whole)
    missing = ("calendar", cut[0]) if cut else ("book", "every calendar")
    state.postponed = _PartialCalendar(NotLoaded(*missing))
    state.expiring = _PartialCalendar(NotLoaded(*missing))


def close_gaps(state: State, laid: Mapping[Pool, Laid], extent: Extent | None) -> None:
    """Lay out queues and calendars, and close what is not complete; O(n log n)."""
    pools = dict(loaded(state.pools))
    linked = _linked(pools, extent)
    for name, pool in pools.items():
        is_loaded = extent is None or name.sku in extent.skus
        others = [sku for sku in linked if sku != name.sku]
        missing = ("queue", name.sku) if is_loaded else ("SKU", name.sku, *others)
        gaps = _Gaps(state, pool, laid[name], extent, NotLoaded(*missing))
        gaps.lay_queue()
        gaps.close_holders()
        gaps.close_supplies()
        gaps.hidden("waiting", gaps.laid.waiting)
    lines = dict(loaded(state.lines))
    _fill_calendars(state, lines)
    if extent is not None:
        state.pins = PartialPins(state.pins, _unknown_pins(state, lines))


def _linked(pools: Mapping[Pool, PoolRecord], extent: Extent | None) -> list[Sku]:
    """Return the SKUs that share orders with those of a part, if they are few.

    A decision that needs one of them often needs the others, which is one more load.
    """
    if extent is None:
        return []
    skus = sorted({pool.sku for pool in pools} - extent.skus)
    return skus if len(skus) <= MOST_LINKED else []


@attrs.define
class _Gaps:
    """One pool, and what was left out of it."""

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
        """Put the portions in order, and mark what was left out of the queue."""
        queue = self.laid.queue
        try:
            queue.sort(key=attrgetter("key"))
        except TypeError:
            breach = "ranked lines that do not compare with each other"
            raise PolicyBreach(self.state.policy.name, breach) from None
        units = sum(portion.queued for portion in queue)
        later = sum(portion.queued for portion in queue if portion.line.postponed)
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
        """Return what was left out of a queue: units that are due, then the others."""
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
        """Close the list of portions that have stock, unless all were loaded."""
        if self.hidden("allocated", self.laid.allocated):
            holders = PartialGroup[PortionRef, PortionRecord](self.missing)
            holders.update(self.pool.holders)
            self.pool.holders = holders

    def close_supplies(self) -> None:
        """Close the supplies and open purchase lines, unless all were loaded."""
        pool, laid = self.pool, self.laid
        hidden = self.hidden("incoming", laid.open)
        if not hidden:
            return
        lines = PartialGroup[str, PurchaseRecord](self.missing)
        lines.update(pool.open_lines)
        axis = PartialAxis[SupplyRecord](
            attrgetter("key"), attrgetter("units"), self.missing
        )
        axis.fill(list(pool.supplies))
        axis.hide([Stretch(hidden - (pool.pinned - laid.pinned))])
        pool.open_lines, pool.supplies = lines, axis


def _fill_calendars(state: State, lines: Mapping[str, LineRecord]) -> None:
    """Enter lines in the calendars of what falls due and what is cancelled."""
    for ref, line in lines.items():
        if line.postponed:
            state.postponed.add((line.line.allocate_not_before or date.max, ref))
        if line.expires and line.line.cancel_after is not None:
            state.expiring.add((line.line.cancel_after, ref))


def _unknown_pins(
    state: State, lines: Mapping[str, LineRecord]
) -> dict[PortionRef, Sku]:
    """Return the portions to which more is pinned than the loaded lines bring."""
    return {
        portion.ref: portion.pool.pool.sku
        for line in lines.values()
        for portion in line.portions
        if portion.pinned > sum(state.pins.get(portion.ref, {}).values())
    }
