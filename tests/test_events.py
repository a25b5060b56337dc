"""Every fact carries the moment at which it was decided."""

from datetime import datetime, timedelta
from typing import get_args

import attrs
from hypothesis import given

from backorderkit import (
    Line,
    Order,
    OrderBook,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_count,
    plan_order,
    plan_receipt,
)
from backorderkit.model import Event
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
