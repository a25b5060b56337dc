"""The laws of a book, recounted from its raw records.

Nothing here trusts a sum, a queue or a calendar that the book keeps: every figure is
added up again from portions, purchase lines and order lines, and compared. A finding is
a defect of the library, reported with the record and both figures.

Cost: O(n log n) in the size of the book.
"""

from collections import Counter

from backorderkit.book.records import PoolRecord, PortionRecord, PortionRef
from backorderkit.book.state import State
from backorderkit.errors import InvariantBroken


def audit(state: State) -> None:
    """Raise `InvariantBroken` at the first law the records break."""
    by_pool: dict[int, list[PortionRecord]] = {}
    for portion in state.portions():
        _audit_portion(portion)
        by_pool.setdefault(id(portion.pool), []).append(portion)
    _audit_lines_and_orders(state)
    incoming, pinned = _audit_supply(state)
    for pool in state.pools.values():
        _audit_pool(pool, by_pool.get(id(pool), []))
        _expect(pool, "incoming", pool.incoming, incoming[id(pool)])
        _expect(pool, "pinned", pool.pinned, pinned[id(pool)])
        _audit_axes(state, pool)
        _audit_idle(state, pool)


def _audit_portion(portion: PortionRecord) -> None:
    """Law 1: ordered = waiting + allocated + shipped + cancelled, none negative."""
    where = f"portion {portion.number} of {portion.line.line.ref}"
    parts = (
        portion.ordered,
        portion.waiting,
        portion.allocated,
        portion.shipped,
        portion.cancelled,
        portion.frozen,
        portion.pinned,
        portion.loose,
    )
    if min(parts) < 0:
        raise InvariantBroken(where, f"a negative quantity among {parts}")
    if portion.frozen > portion.allocated:
        raise InvariantBroken(where, "more units frozen than allocated")
    queued = 0 if portion.line.order.held else portion.loose
    _same(where, "units in the queue", portion.queued, queued)
    if bool(queued) != (portion.key is not None):
        raise InvariantBroken(where, "its place in the queue is wrong")


def _audit_lines_and_orders(state: State) -> None:
    """Lines never exceed what was asked for at first; orders sum up their lines."""
    short: Counter[str] = Counter()
    for line in state.lines.values():
        shipped = sum(portion.shipped for portion in line.portions)
        if not 0 <= line.returned <= shipped:
            raise InvariantBroken(
                line.line.ref, f"{line.returned} of {shipped} returned"
            )
        short[line.line.sku] += line.waiting
    for sku in state.skus.values():
        _same(f"SKU {sku.sku}", "waiting", sku.waiting, short[sku.sku])
    for ref, order in state.orders.items():
        portions = [one for line in order.lines for one in line.portions]
        _same(ref, "waiting", order.waiting, sum(one.waiting for one in portions))
        _same(ref, "allocated", order.allocated, sum(one.allocated for one in portions))


def _audit_supply(state: State) -> tuple[Counter[int], Counter[int]]:
    """Laws 3 and 4: ordered = open + accepted + closed, and pins fit both sides.

    Returns what is incoming and what of it is pinned, per pool.
    """
    incoming: Counter[int] = Counter()
    pinned: Counter[int] = Counter()
    kept: Counter[PortionRef] = Counter()
    for purchase in state.purchase_lines.values():
        parts = (purchase.open, purchase.accepted, purchase.closed, purchase.over)
        if min(parts) < 0:
            raise InvariantBroken(purchase.line.ref, f"negative among {parts}")
        if (
            purchase.pinned > purchase.open
            or min(purchase.pins.values(), default=1) < 1
        ):
            raise InvariantBroken(purchase.line.ref, f"pins of {purchase.pins}")
        announced = sum(one.quantity for one in purchase.announced)
        if announced > purchase.open:
            finding = f"{announced} announced of {purchase.open} open"
            raise InvariantBroken(purchase.line.ref, finding)
        listed = purchase.pool.open_lines.get(purchase.line.ref) is purchase
        if listed != (purchase.open > 0):
            raise InvariantBroken(purchase.line.ref, "the list of open lines is wrong")
        loose = purchase.open - purchase.pinned
        laid = sum(one.units for one in purchase.supplies)
        _same(purchase.line.ref, "loose supply", laid, loose)
        incoming[id(purchase.pool)] += purchase.open
        pinned[id(purchase.pool)] += purchase.pinned
        kept.update(purchase.pins)
    for portion in state.portions():
        ref = portion.ref
        _same(f"portion {ref[1]} of {ref[0]}", "pinned", portion.pinned, kept[ref])
        pins = sum(state.pins.get(ref, {}).values())
        _same(f"portion {ref[1]} of {ref[0]}", "pins", pins, kept[ref])
    return incoming, pinned


def _audit_pool(pool: PoolRecord, portions: list[PortionRecord]) -> None:
    """Law 2: the stock ledger sums up, and nothing is allocated twice."""
    _expect(pool, "allocated", pool.allocated, sum(one.allocated for one in portions))
    _expect(pool, "shipped", pool.shipped, sum(one.shipped for one in portions))
    _expect(pool, "waiting", pool.waiting, sum(one.waiting for one in portions))
    due = sum(one.queued for one in portions if not one.line.postponed)
    later = sum(one.queued for one in portions if one.line.postponed)
    _expect(pool, "queued", pool.queued, due)
    _expect(pool, "postponed", pool.postponed, later)
    ledger = pool.received + pool.returned + pool.counted + pool.transferred
    _expect(pool, "on hand", pool.on_hand, ledger - pool.shipped)
    if not 0 <= pool.allocated <= pool.on_hand:
        raise InvariantBroken(
            str(pool.pool), f"{pool.allocated} allocated of {pool.on_hand} on hand"
        )
    holders = {(one.line.line.ref, one.number) for one in portions if one.allocated}
    if holders != set(pool.holders):
        raise InvariantBroken(str(pool.pool), "the list of holders is wrong")
    keyed = [one for one in portions if one.key is not None]
    keyed.sort(key=lambda one: one.key or ())
    if list(map(id, keyed)) != list(map(id, pool.queue)):
        raise InvariantBroken(str(pool.pool), "the queue is not in rank order")


def _audit_axes(state: State, pool: PoolRecord) -> None:
    """The axes measure what stands on them, in order; only known lines are open."""
    if any(
        state.purchase_lines.get(ref) is not pool.open_lines[ref]
        for ref in pool.open_lines
    ):
        raise InvariantBroken(str(pool.pool), "an open line that nobody placed")
    _expect(pool, "queue length", pool.queue.total, sum(p.queued for p in pool.queue))
    units = sum(one.units for one in pool.supplies)
    _expect(pool, "length of supply", pool.supplies.total, units)
    _expect(pool, "loose supply", units, pool.incoming - pool.pinned)
    keys = [one.key for one in pool.supplies]
    if keys != sorted(keys):
        raise InvariantBroken(str(pool.pool), "the supplies are not in order of time")


def _audit_idle(state: State, pool: PoolRecord) -> None:
    """Law 5: no free unit beside a waiting line that the policy would give it to."""
    if not pool.free or not pool.queue:
        return
    offered, together = [], state.policy.together
    for portion in pool.queue:
        grouped = not together.holds and ships_together(state, portion)
        if portion.line.postponed:
            break
        if grouped and together.blocks and _is_due(state, portion):
            break
        if not grouped:
            offered.append(portion.backorder())
    idle = list(state.policy.share(pool.free, offered))
    if idle:
        award = idle[0]
        raise InvariantBroken(
            str(pool.pool),
            f"{pool.free} units lie idle while {award.backorder.line} waits",
        )


def ships_together(state: State, portion: PortionRecord) -> bool:
    """Return whether a portion may only leave together with other lines."""
    line, order = portion.line.line, portion.line.order.order
    bound = line.delivery_group is not None or order.delivers_whole
    return bound or state.policy.together.every_order


def _is_due(state: State, portion: PortionRecord) -> bool:
    """Return whether everything a portion ships together with may be served now."""
    lines, order = portion.line.order.lines, portion.line.order
    whole = state.policy.together.every_order or order.order.delivers_whole
    group = portion.line.line.delivery_group
    return not any(
        line.postponed and any(portion.loose for portion in line.portions)
        for line in lines
        if whole or line.line.delivery_group == group
    )


def _expect(pool: PoolRecord, what: str, kept: int, counted: int) -> None:
    """Compare a figure of a pool with its recount."""
    _same(f"{pool.pool.sku} at {pool.pool.location}", what, kept, counted)


def _same(where: str, what: str, kept: int, counted: int) -> None:
    """Compare a kept figure with its recount."""
    if kept != counted:
        raise InvariantBroken(where, f"{what} is {kept}, a recount gives {counted}")
