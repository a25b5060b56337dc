"""Hypothesis strategies for whole histories, and the books they lead to.

A few commands are drawn one after the other and decided on; what a book refuses leaves
no trace. Everything that moves units is among them: orders and changes, purchases for
all or for one, news, notices, deliveries and parcels. For every decision there is, and
laws around each, run `book_machine`.

>>> from hypothesis import given, settings
>>> from backorderkit import oldest_first
>>> @settings(max_examples=5, derandomize=True)
... @given(books(oldest_first()))
... def test_no_unit_is_allocated_that_is_not_on_hand(book):
...     lamp = book.pool("LAMP")
...     assert lamp.allocated <= lamp.on_hand
>>> test_no_unit_is_allocated_that_is_not_on_hand()
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import attrs
from hypothesis import strategies as st

from backorderkit.book import OrderBook
from backorderkit.deciding import (
    plan_amendment,
    plan_cancellation,
    plan_order,
    plan_pin,
    plan_receipt,
    plan_shipment,
    plan_unpin,
)
from backorderkit.errors import BackorderError
from backorderkit.model import AllocationPolicy, Event, Plan
from backorderkit.supply import (
    plan_purchase_order,
    plan_shipping_notice,
    plan_special_order,
    plan_supply_change,
)
from backorderkit.testing.strategies.values import (
    MONDAY,
    SKUS,
    orders,
    purchase_orders,
    receipts,
)
from backorderkit.values import Sku

__all__ = ["books", "histories"]


@st.composite
def histories(
    draw: st.DrawFn,
    policy: AllocationPolicy,
    *,
    most_commands: int = 8,
    skus: Sequence[Sku] = SKUS,
    most_units: int = 5,
) -> "tuple[Event, ...]":
    """Draw the events of a few commands: orders, supply, changes and parcels.

    >>> from hypothesis import given, settings
    >>> from backorderkit import oldest_first
    >>> @settings(max_examples=5, derandomize=True)
    ... @given(histories(oldest_first()))
    ... def test_a_replayed_book_counts_each_event(events):
    ...     book = OrderBook.replay(events, oldest_first())
    ...     assert book.version == len(events)
    >>> test_a_replayed_book_counts_each_event()
    """
    book = OrderBook(policy)
    events: list[Event] = []
    for number in range(1, draw(st.integers(1, most_commands)) + 1):
        try:
            plan = _command(_Drawing(draw, book, number, skus, most_units))
        except BackorderError:
            continue  # it asked for more than there is; nothing happened
        book.apply(plan)
        events += plan.events
    return tuple(events)


def books(
    policy: AllocationPolicy,
    *,
    most_commands: int = 8,
    skus: Sequence[Sku] = SKUS,
    most_units: int = 5,
) -> st.SearchStrategy[OrderBook]:
    """Return books that a few commands led to.

    >>> from hypothesis import given, settings
    >>> from backorderkit import oldest_first
    >>> @settings(max_examples=5, derandomize=True)
    ... @given(books(oldest_first(), skus=["LAMP", "CHAIR"]))
    ... def test_a_book_keeps_its_laws(book):
    ...     book.check_invariants()
    >>> test_a_book_keeps_its_laws()
    """
    drawn = histories(
        policy, most_commands=most_commands, skus=skus, most_units=most_units
    )
    return drawn.map(lambda events: OrderBook.replay(events, policy))


@attrs.frozen
class _Drawing:
    """A book to draw a command for, its number, and the bounds of what is drawn."""

    draw: st.DrawFn
    book: OrderBook
    number: int
    skus: Sequence[Sku]
    most_units: int

    @property
    def at(self) -> datetime:
        """Return the time of the command."""
        return MONDAY + timedelta(hours=self.number)

    def units(self, least: int = 1) -> int:
        """Draw a number of units."""
        return self.draw(st.integers(least, self.most_units))


def _command(one: _Drawing) -> Plan:
    """Draw a command that a book may or may not allow, and decide on it."""
    kinds: list[_Kind] = [_order, _receipt, _buy]
    kinds += [_amend, _cancel, _ship] if one.book.orders() else []
    if one.book.purchase_lines():
        kinds += [_hear, _announce, *([_pin, _unpin] if one.book.orders() else [])]
    return one.draw(st.sampled_from(kinds))(one)


_Kind: TypeAlias = Callable[[_Drawing], Plan]


def _order(one: _Drawing) -> Plan:
    """A customer orders."""
    ref, most = f"B{one.number}", one.most_units
    return plan_order(one.book, one.draw(orders(ref, skus=one.skus, most_units=most)))


def _receipt(one: _Drawing) -> Plan:
    """A delivery comes, planned or not."""
    bought = [one.book.purchase_line(ref) for ref in one.book.purchase_lines()]
    known = [(line.ref, *line.pool, line.open) for line in bought if line.open]
    shipment = receipts(
        f"R{one.number}",
        received_at=one.at,
        open_lines=known,
        skus=one.skus,
        most_units=one.most_units,
    )
    return plan_receipt(one.book, one.draw(shipment))


def _buy(one: _Drawing) -> Plan:
    """Somebody buys, for all or for one."""
    lines = [line for ref in one.book.orders() for line in one.book.order(ref).lines]
    waiting = [
        (line.ref, line.sku, line.portions[0].location, first)
        for line in lines
        if line.portions and (first := line.portions[0].waiting)
    ]
    order = one.draw(
        purchase_orders(
            f"P{one.number}",
            ordered_at=one.at,
            waiting=waiting,
            skus=one.skus,
            most_units=one.most_units,
            days=(None, *(one.at.date() + timedelta(days) for days in (1, 3))),
        )
    )
    buys = plan_special_order if order.lines[0].needs else plan_purchase_order
    return buys(one.book, order)


def _hear(one: _Drawing) -> Plan:
    """A supplier names another day, or sends less."""
    on = one.at.date() + timedelta(one.draw(st.integers(0, 4)))
    ref = one.draw(st.sampled_from(one.book.purchase_lines()))
    if one.draw(st.booleans()):
        return plan_supply_change(
            one.book, ref, confirmed_on=on, reason="late", at=one.at
        )
    units = one.units(0)
    return plan_supply_change(
        one.book, ref, open_quantity=units, reason="cut", at=one.at
    )


def _announce(one: _Drawing) -> Plan:
    """A supplier sends goods off."""
    on = one.at.date() + timedelta(one.draw(st.integers(0, 4)))
    ref, units = one.draw(st.sampled_from(one.book.purchase_lines())), one.units()
    notice = f"A{one.number}"
    return plan_shipping_notice(one.book, notice, ref, units, expected_on=on, at=one.at)


def _pin(one: _Drawing) -> Plan:
    """Open units are pinned to a line."""
    ref = one.draw(st.sampled_from(one.book.purchase_lines()))
    line, units = _line(one), one.units()
    return plan_pin(one.book, ref, line, units, reason="made to measure", at=one.at)


def _unpin(one: _Drawing) -> Plan:
    """The units pinned to a line are released."""
    ref = one.draw(st.sampled_from(one.book.purchase_lines()))
    return plan_unpin(one.book, ref, _line(one), reason="no longer wanted", at=one.at)


def _amend(one: _Drawing) -> Plan:
    """A customer wants more or less of a line."""
    return plan_amendment(one.book, _line(one), one.units(0), at=one.at)


def _cancel(one: _Drawing) -> Plan:
    """A customer gives up a line."""
    ref = _line(one)
    order = one.book.line(ref).order
    return plan_cancellation(one.book, order, [ref], at=one.at)


def _ship(one: _Drawing) -> Plan:
    """A parcel leaves."""
    order = one.book.line(_line(one)).order
    return plan_shipment(one.book, f"S{one.number}", order, at=one.at)


def _line(one: _Drawing) -> str:
    """Draw a line of the book."""
    lines = [line for ref in one.book.orders() for line in one.book.order(ref).lines]
    return one.draw(st.sampled_from([line.ref for line in lines]))
