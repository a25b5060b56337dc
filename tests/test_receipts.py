"""Receipts as values: what a delivery may say, and what contradicts itself."""

from datetime import UTC, date, datetime

import pytest

from backorderkit import BackorderError, Money, Receipt, ReceiptLine
from backorderkit.errors import InvalidValue
from backorderkit.model import Remedy

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(("accepted", "rejected"), [(1, 0), (0, 1), (8, 2)])
def test_a_line_says_what_was_usable_and_what_was_not(accepted, rejected):
    line = ReceiptLine(
        "LAMP", accepted, purchase_line="P", rejected=rejected, reason="bent"
    )
    assert (line.accepted, line.rejected) == (accepted, rejected)


@pytest.mark.parametrize("bad", [-1, 1.0, 2.5, True, "3", None, 10**15 + 1])
@pytest.mark.parametrize("field", ["accepted", "rejected"])
def test_units_are_whole_numbers(field, bad):
    units = {"accepted": 1, "rejected": 1, field: bad}
    with pytest.raises(InvalidValue, match=f"^{field} is "):
        ReceiptLine("LAMP", purchase_line="P", reason="bent", **units)


def test_a_line_of_nothing_is_left_out():
    with pytest.raises(InvalidValue, match="leave the line out"):
        ReceiptLine("LAMP", 0, purchase_line="P", final=True)


def test_a_rejection_says_why():
    with pytest.raises(InvalidValue, match="say why units were rejected"):
        ReceiptLine("LAMP", 5, purchase_line="P", rejected=1)
    assert ReceiptLine("LAMP", 5, purchase_line="P", reason="wet box").rejected == 0


@pytest.mark.parametrize(
    "details", [{"rejected": 1, "reason": "bent"}, {"final": True}]
)
def test_only_what_was_purchased_can_be_rejected_or_final(details):
    with pytest.raises(InvalidValue, match="only a purchased line"):
        ReceiptLine("LAMP", 5, **details)
    assert ReceiptLine("LAMP", 5, purchase_line="P", **details).accepted == 5


def test_rejected_goods_stay_owed_unless_credited():
    assert ReceiptLine("LAMP", 5).remedy is Remedy.REPLACE


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("remedy", "credit"),
        ("remedy", None),
        ("unit_cost", 12.5),
        ("unit_cost", "12.50"),
        ("final", "no"),
        ("final", 1),
        ("reason", None),
        ("location", ""),
        ("purchase_line", ""),
    ],
)
def test_every_field_of_a_line_has_its_kind(field, bad):
    named = {"purchase_line": "P", field: bad}
    with pytest.raises(BackorderError):
        ReceiptLine("LAMP", 5, **named)


def test_a_delivery_has_a_cost_of_its_own():
    cost = Money("14.00", "EUR")
    assert ReceiptLine("LAMP", 5, unit_cost=cost).unit_cost == cost


@pytest.mark.parametrize("lines", [[], ["LAMP"], [None]])
def test_a_receipt_has_lines(lines):
    with pytest.raises(InvalidValue, match="give at least one ReceiptLine"):
        Receipt("R-1", NOON, lines)


@pytest.mark.parametrize("lines", [None, 3])
def test_what_cannot_be_walked_through_is_no_delivery(lines):
    with pytest.raises(BackorderError):
        Receipt("R-1", NOON, lines)


def test_a_purchase_line_is_named_once_per_receipt():
    twice = [ReceiptLine("LAMP", units, purchase_line="P") for units in (6, 4)]
    with pytest.raises(InvalidValue, match="name each only once"):
        Receipt("R-1", NOON, twice)


def test_goods_that_nobody_ordered_may_come_in_several_lines():
    lines = (ReceiptLine("LAMP", 6), ReceiptLine("LAMP", 4))
    assert Receipt("R-1", NOON, iter(lines)).lines == lines


@pytest.mark.parametrize("received_at", [date(2026, 3, 9), None, 0])
def test_a_receipt_is_booked_at_a_moment(received_at):
    with pytest.raises(InvalidValue, match=r"^received_at is "):
        Receipt("R-1", received_at, [ReceiptLine("LAMP", 1)])
