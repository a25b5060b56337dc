"""Facts about pegs: open purchase units pinned to a portion, and released."""

from backorderkit.book.fold.checking import check
from backorderkit.book.records import PortionRecord, PurchaseRecord
from backorderkit.book.state import State
from backorderkit.errors import InvalidValue
from backorderkit.model import PinReleased, UnitsPinned


def pin(state: State, event: UnitsPinned) -> None:
    """Keep open units of a purchase line for a portion."""
    purchase, portion = _pair(state, event)
    free = purchase.open - purchase.pinned
    check(event.quantity, free, "pin", event.purchase_line, "open units not pinned")
    check(event.quantity, portion.loose, "pin", event.line, "waiting units not pinned")
    state.pin(portion, purchase, event.quantity)


def release(state: State, event: PinReleased) -> None:
    """Release pinned units: the supply is free, and the portion queues again."""
    purchase, portion = _pair(state, event)
    kept = purchase.pins.get(portion.ref, 0)
    check(event.quantity, kept, "unpin", event.purchase_line, "units kept for it")
    state.pin(portion, purchase, -event.quantity)


def _pair(
    state: State, event: UnitsPinned | PinReleased
) -> tuple[PurchaseRecord, PortionRecord]:
    """Return the purchase line and the portion of one pool."""
    purchase = state.purchase_line(event.purchase_line)
    portion = state.portion(event.line, event.portion)
    same_pool(purchase, portion)
    return purchase, portion


def same_pool(purchase: PurchaseRecord, portion: PortionRecord) -> None:
    """Refuse a purchase line that is not for the goods a portion waits for."""
    if purchase.pool is not portion.pool:
        goods, wanted = tuple(purchase.pool.pool), tuple(portion.pool.pool)
        remedy = f"name a purchase line for {wanted}, not for {goods}"
        raise InvalidValue("purchase line", purchase.line.ref, remedy)
