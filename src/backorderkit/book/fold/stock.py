"""Facts about goods on the shelf: given, taken back, shipped, counted, moved."""

from backorderkit.book.fold.checking import check, once
from backorderkit.book.fold.pegs import same_pool
from backorderkit.book.records import PortionRecord
from backorderkit.book.state import State
from backorderkit.errors import InvalidValue, NotPossible
from backorderkit.model import (
    Allocated,
    AllocationFrozen,
    AllocationMoved,
    AllocationReleased,
    AllocationThawed,
    GoodsReturned,
    GoodsShipped,
    ReserveSet,
    StockCounted,
    StockTransferred,
)
from backorderkit.values import Pool, check_count


def reserve(state: State, event: ReserveSet) -> None:
    """Keep units of a pool back."""
    pool = state.pool(Pool(event.sku, event.location))
    state.touch(pool)
    pool.reserve = check_count("reserve", event.quantity)


def allocate(state: State, event: Allocated) -> None:
    """Give stock on hand to a portion."""
    portion = state.portion(event.line, event.portion)
    pool, quantity = portion.pool, event.quantity
    if event.source is not None:
        _settle_need(state, event.source, portion, quantity)
    if type(quantity) is not int or not 0 < quantity <= portion.loose:
        check(quantity, portion.loose, "allocate", event.line, "units that wait")
    if quantity > pool.on_hand - pool.allocated:
        free = pool.on_hand - pool.allocated
        check(quantity, free, "allocate", event.line, "units on hand and free")
    state.touch(portion.line)
    portion.line.deliveries += 1
    state.shift(portion, allocated=quantity)


def _settle_need(
    state: State, source: str, portion: PortionRecord, quantity: int
) -> None:
    """Remember that a purchase line served whom it was bought for; its pins end."""
    purchase = state.purchase_line(source)
    same_pool(purchase, portion)
    state.touch(purchase)
    state.tally(purchase.given, portion.ref, quantity)
    if kept := min(purchase.pins.get(portion.ref, 0), quantity):
        state.pin(portion, purchase, -kept)


def release(state: State, event: AllocationReleased) -> None:
    """Take allocated stock back."""
    portion = state.portion(event.line, event.portion)
    possible = portion.allocated - portion.frozen
    check(event.quantity, possible, "take back", event.line, "units not frozen")
    state.shift(portion, allocated=-event.quantity)


def move(state: State, event: AllocationMoved) -> None:
    """Give allocated units of one portion to another of the same pool."""
    source = state.portion(event.line, event.portion)
    target = state.portion(event.to_line, event.to_portion)
    if source.pool is not target.pool:
        remedy = f"name a line that waits for {tuple(source.pool.pool)}"
        raise InvalidValue("line to give to", event.to_line, remedy)
    possible = source.allocated - source.frozen
    check(event.quantity, possible, "move", event.line, "units not frozen")
    check(event.quantity, target.loose, "move", event.to_line, "units that wait")
    state.shift(source, allocated=-event.quantity)
    state.touch(target.line)
    target.line.deliveries += 1
    state.shift(target, allocated=event.quantity)


def freeze(state: State, event: AllocationFrozen | AllocationThawed) -> None:
    """Keep allocated units out of planning, or include them again."""
    portion = state.portion(event.line, event.portion)
    state.touch(portion)
    if isinstance(event, AllocationFrozen):
        possible = portion.allocated - portion.frozen
        check(event.quantity, possible, "freeze", event.line, "allocated units")
        portion.frozen += event.quantity
    else:
        check(event.quantity, portion.frozen, "thaw", event.line, "frozen units")
        portion.frozen -= event.quantity


def ship(state: State, event: GoodsShipped) -> None:
    """Ship allocated units, frozen ones first."""
    once(state, "shipment", event.shipment)
    for line in event.lines:
        portion = state.portion(line.line, line.portion)
        if portion.line.order.order.ref != event.order:
            raise InvalidValue(
                "shipped line", line.line, f"ship lines of {event.order}"
            )
        check(line.quantity, portion.allocated, "ship", line.line, "allocated units")
        state.shift(portion, allocated=-line.quantity, shipped=line.quantity)
        portion.frozen = max(portion.frozen - line.quantity, 0)
        portion.pool.on_hand -= line.quantity
        portion.pool.shipped += line.quantity


def take_return(state: State, event: GoodsReturned) -> None:
    """Take shipped units back, and put the usable ones on the shelf."""
    once(state, "return", event.ref)
    line = state.line(event.line)
    out = sum(portion.shipped for portion in line.portions) - line.returned
    check(event.quantity, out, "return", event.line, "units shipped and not returned")
    usable = check_count("restocked", event.restocked)
    if usable > event.quantity:
        raise InvalidValue("restocked", usable, f"restock at most {event.quantity}")
    pool = state.pool(Pool(line.line.sku, event.location))
    state.touch(line)
    state.touch(pool)
    line.returned += event.quantity
    pool.on_hand += event.restocked
    pool.returned += event.restocked


def count(state: State, event: StockCounted) -> None:
    """Correct what is on the shelf."""
    change = event.difference
    check_count("difference", abs(change) if type(change) is int else change)
    pool = state.pool(Pool(event.sku, event.location))
    if event.difference < pool.allocated - pool.on_hand:
        raise NotPossible(
            "take away",
            event.sku,
            asked=-event.difference,
            possible=pool.on_hand - pool.allocated,
            remedy="free allocated units first",
        )
    state.touch(pool)
    pool.on_hand += event.difference
    pool.counted += event.difference


def transfer(state: State, event: StockTransferred) -> None:
    """Move free stock between locations."""
    once(state, "transfer", event.ref)
    source = state.pool(Pool(event.sku, event.source))
    destination = state.pool(Pool(event.sku, event.destination))
    free = source.on_hand - source.allocated
    check(event.quantity, free, "transfer", event.sku, "free units")
    for pool, quantity in ((source, -event.quantity), (destination, event.quantity)):
        state.touch(pool)
        pool.on_hand += quantity
        pool.transferred += quantity
