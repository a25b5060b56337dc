"""Every fact carries the moment at which it was decided."""

from datetime import datetime, timedelta
from typing import get_args

import attrs
import pytest
from hypothesis import given

from backorderkit import (
    Line,
    Order,
    OrderBook,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_count,
    plan_order,
    plan_purchase_order,
    plan_quote,
    plan_receipt,
    plan_special_order,
)
from backorderkit.codec import decode_plan, encode_plan
from backorderkit.errors import InvalidValue
from backorderkit.model import Event, PurchaseNeed
from backorderkit.testing.strategies import MONDAY, histories


def test_every_kind_of_event_has_a_time():
    kinds = get_args(Event)
    assert [kind for kind in kinds if "at" not in attrs.fields_dict(kind)] == []
    assert len(kinds) > 30


@given(histories(oldest_first()))
def test_no_event_of_a_history_is_without_a_time(events):
    assert all(isinstance(event.at, datetime) for event in events)


def test_what_follows_from_a_receipt_happens_when_it_is_received():
    book, friday = OrderBook(oldest_first()), MONDAY + timedelta(days=4)
    book.apply(plan_count(book, "LAMP", 1, at=MONDAY))
    book.apply(plan_order(book, Order("O-1", "ada", MONDAY, [Line("L", "LAMP", 3)])))
    plan = plan_receipt(book, Receipt("R-1", friday, [ReceiptLine("LAMP", 2)]))
    assert [event.at for event in plan.events] == [friday] * 2


def _waiting_book():
    book = OrderBook(oldest_first())
    book.apply(plan_order(book, Order("O-1", "ada", MONDAY, [Line("L", "LAMP", 3)])))
    return book


def _delivery():
    return Receipt("R-1", MONDAY, [ReceiptLine("LAMP", 2)])


def _purchase():
    needs = [PurchaseNeed("L", 0, 3)]
    return PurchaseOrder(
        "PO-1", "ACME", MONDAY, [PurchaseLine("PL", "LAMP", 8, needs=needs)]
    )


DECISIONS = [
    pytest.param(plan_receipt, _delivery, 2, id="receipt"),
    pytest.param(plan_purchase_order, _purchase, 1, id="purchase_order"),
    pytest.param(plan_special_order, _purchase, 2, id="special_order"),
]


@pytest.mark.parametrize(("decide", "value", "facts"), DECISIONS)
def test_a_value_that_is_booked_later_has_its_facts_at_the_given_moment(
    decide, value, facts
):
    book, friday = _waiting_book(), MONDAY + timedelta(days=4)
    plan = decide(book, value(), at=friday)
    assert [event.at for event in plan.events] == [friday] * facts
    assert plan.at == friday
    assert decode_plan(encode_plan(plan)) == plan
    book.apply(plan)
    book.check_invariants()


@pytest.mark.parametrize(("decide", "value", "facts"), DECISIONS)
def test_without_a_moment_the_moment_of_the_value_holds(decide, value, facts):
    plan = decide(_waiting_book(), value())
    assert [event.at for event in plan.events] == [MONDAY] * facts


@pytest.mark.parametrize(("decide", "value", "facts"), DECISIONS)
def test_a_moment_without_a_zone_is_refused(decide, value, facts):
    with pytest.raises(InvalidValue):
        decide(_waiting_book(), value(), at=MONDAY.replace(tzinfo=None))


def test_an_order_is_decided_at_a_moment_and_queues_since_it_was_placed():
    book, friday = OrderBook(oldest_first()), MONDAY + timedelta(days=4)
    first = Order("O-1", "ada", MONDAY, [Line("O-1/1", "LAMP", 3)])
    second = Order("O-2", "bob", MONDAY + timedelta(days=1), [Line("O-2/1", "LAMP", 1)])
    book.apply(plan_order(book, second))
    plan = plan_order(book, first, at=friday)
    assert plan.at == friday
    assert {event.at for event in plan.events} == {friday}
    book.apply(plan)
    assert [waits.line for waits in book.backorders("LAMP")] == ["O-1/1", "O-2/1"]
    book.check_invariants()


def test_a_quote_ends_after_the_moment_of_its_decision():
    book, friday = OrderBook(oldest_first()), MONDAY + timedelta(days=4)
    wish = Order("Q-1", "ada", MONDAY, [Line("Q-1/1", "LAMP", 3)])
    with pytest.raises(InvalidValue, match="until"):
        plan_quote(book, wish, until=friday, at=friday)
    book.apply(plan_count(book, "LAMP", 3, at=MONDAY))
    plan = plan_quote(book, wish, until=friday + timedelta(days=1), at=friday)
    assert {event.at for event in plan.events} == {friday}
