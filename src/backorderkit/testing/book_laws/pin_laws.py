"""Pinned units go to their line, and only an event releases a pin.

Pins are read from the views (`PurchaseLineStatus.kept`) before and after a step, and
from its events. A pin ends in three ways: its goods come, its demand or its supply goes
away, or a clerk releases it. Any other plan leaves it unchanged.

>>> nothing = Look({}, {}, {}, {}, {})
>>> check_pins(nothing, Plan((), basis=0), nothing, Ledger())
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TypeAlias

from backorderkit.model import (
    Allocated,
    Event,
    GoodsReceived,
    PinReleased,
    Plan,
    PortionMoved,
    PurchaseLineClosed,
    QuantityCancelled,
    UnitsPinned,
)
from backorderkit.testing.book_laws.ledger import Ledger
from backorderkit.testing.book_laws.step_laws import Look, kept_by, served_by_pins
from backorderkit.testing.failures import BookLawBroken, same
from backorderkit.values import LineRef

__all__ = [
    "check_pins",
    "goods_kept_for_somebody_are_his",
    "outsiders_get_only_what_is_kept",
    "pins_are_conserved",
    "pins_last",
]

PortionRef: TypeAlias = tuple[LineRef, int]


def check_pins(before: Look, plan: Plan, after: Look, ledger: Ledger) -> None:
    """Hold one applied plan against every law of pins.

    The ledger is the recount of the history up to and with the plan.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> check_pins(nothing, Plan((), basis=0), nothing, Ledger())
    """
    pins_are_conserved(before, plan, after)
    goods_kept_for_somebody_are_his(before, plan)
    pins_last(before, plan, after)
    outsiders_get_only_what_is_kept(before, plan, ledger)


def pins_are_conserved(before: Look, plan: Plan, after: Look) -> None:
    """Pins after a plan: those before, plus new ones, less released and received ones.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> pins_are_conserved(nothing, Plan((), basis=0), nothing)
    """
    kept = Counter(kept_by(before))
    for event in plan.events:
        for ref, units in _changes(before, event):
            kept[ref] += units
    same("pins_are_conserved", "book", "kept", dict(+kept), kept_by(after))


def _changes(
    before: Look, event: Event
) -> Iterator[tuple[tuple[str, PortionRef], int]]:
    """Yield the pins that an event makes or ends."""
    match event:
        case UnitsPinned(purchase_line, line, portion, quantity):
            yield (purchase_line, (line, portion)), quantity
        case PinReleased(purchase_line, line, portion, quantity):
            yield (purchase_line, (line, portion)), -quantity
        case Allocated(line, portion, quantity, source=str(source)):
            pin = (source, (line, portion))
            if pin in kept_by(before):
                yield pin, -quantity


def goods_kept_for_somebody_are_his(before: Look, plan: Plan) -> None:
    """Receipts of a purchase line go first to the lines it is pinned to.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> goods_kept_for_somebody_are_his(nothing, Plan((), basis=0))
    """
    kept = kept_by(before)
    came: Counter[str] = Counter()
    for event in plan.events:
        if isinstance(event, GoodsReceived):
            for line in event.receipt.lines:
                if line.purchase_line is not None:
                    came[line.purchase_line] += line.accepted
    given: Counter[tuple[str, PortionRef]] = Counter()
    for one in served_by_pins(before, plan):
        given[str(one.source), (one.line, one.portion)] += one.quantity
    for bought, units in came.items():
        wanted = {ref: kept[ref] for ref in kept if ref[0] == bought}
        # More than was kept is given because of another need for the same goods.
        got = sum(min(given[ref], wanted[ref]) for ref in wanted)
        law = "goods_kept_for_somebody_are_his"
        same(law, bought, "given", got, min(units, sum(wanted.values())))


def pins_last(before: Look, plan: Plan, after: Look) -> None:
    """A pin is released only with its demand, with its supply, or by hand.

    When demand shrinks, its unpinned units go first; when supply shrinks, no more is
    released than it cannot deliver.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> pins_last(nothing, Plan((), basis=0), nothing)
    """
    law = "pins_last"
    ended = {
        (one.line, one.portion)
        for one in plan.events
        if isinstance(one, QuantityCancelled | PortionMoved)
    }
    closed = {
        one.purchase_line for one in plan.events if isinstance(one, PurchaseLineClosed)
    }
    first = next(iter(plan.events), None)
    by_hand = isinstance(first, PinReleased) and not (ended or closed)
    for event in plan.events:
        if not isinstance(event, PinReleased) or by_hand:
            continue
        ref, bought = (event.line, event.portion), after.purchases[event.purchase_line]
        if event.purchase_line in closed:
            same(law, event.purchase_line, "still kept", bought.pinned, bought.open)
        elif ref in ended:
            queued = [
                one.quantity
                for one in chain(*after.queues.values())
                if (one.line, one.portion) == ref
            ]
            same(law, event.line, "queued", queued, [])
        else:
            raise BookLawBroken(
                law, event.line, let_go=event.quantity, why=event.reason
            )


def outsiders_get_only_what_is_kept(before: Look, plan: Plan, ledger: Ledger) -> None:
    """A line that is on hold or not yet due gets nothing but what is pinned to it.

    An order may be placed with the stock its quote held, and a quote with stock.

    >>> nothing = Look({}, {}, {}, {}, {})
    >>> outsiders_get_only_what_is_kept(nothing, Plan((), basis=0), Ledger())
    """
    kept = served_by_pins(before, plan)
    for one in plan.events:
        if not isinstance(one, Allocated) or one in kept or ledger.is_due(one.line):
            continue
        if ledger.order_of[one.line].ref not in before.orders:
            continue
        raise BookLawBroken(
            "outsiders_get_only_what_is_kept", one.line, given=one.quantity
        )
