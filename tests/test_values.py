"""References, counts, quantities, money and units: what each takes and refuses."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest
from hypothesis import given, strategies as st

from backorderkit import BackorderError, Money, Pool, Quantities, UnitOfMeasure
from backorderkit.errors import InvalidValue
from backorderkit.values import (
    LARGEST_QUANTITY,
    check_count,
    check_date,
    check_ref,
    check_text,
    check_time,
)

EUR = "EUR"

# References and texts


@pytest.mark.parametrize("ref", ["A", "O-1/1", "Ä 7", "漢字", "a" * 200, "a\u200bb"])
def test_a_reference_is_taken_as_it_is(ref):
    assert check_ref("SKU", ref) == ref


@pytest.mark.parametrize(
    "ref",
    ["", " ", " A", "A ", "\u00a0A", "A\n", "a\x00b", "a\tb", "\ud800", "a" * 201],
)
def test_a_reference_is_neither_empty_nor_padded_nor_unprintable(ref):
    with pytest.raises(InvalidValue, match=r"^SKU is "):
        check_ref("SKU", ref)


@pytest.mark.parametrize("ref", [None, 1, 1.5, b"A", ["A"], True])
def test_a_reference_is_a_string(ref):
    with pytest.raises(InvalidValue, match="give a string"):
        check_ref("SKU", ref)


@pytest.mark.parametrize(("length", "fits"), [(999, True), (1000, True), (1001, False)])
def test_a_text_has_at_most_a_thousand_characters(length, fits):
    if fits:
        assert len(check_text("reason", "x" * length)) == length
    else:
        with pytest.raises(InvalidValue, match="give at most 1000 characters"):
            check_text("reason", "x" * length)


def test_a_text_may_be_empty_and_a_reference_may_not():
    assert check_text("reason", "") == ""
    with pytest.raises(InvalidValue):
        check_ref("reason", "")


# Counts


@pytest.mark.parametrize("count", [0, 1, LARGEST_QUANTITY - 1, LARGEST_QUANTITY])
def test_a_count_goes_from_nothing_to_the_largest_quantity(count):
    assert check_count("quantity", count) == count


@pytest.mark.parametrize(
    ("count", "remedy"),
    [
        (-1, "give 0 or more"),
        (LARGEST_QUANTITY + 1, "give at most"),
    ],
)
def test_a_count_out_of_range_names_the_remedy(count, remedy):
    with pytest.raises(InvalidValue, match=remedy):
        check_count("quantity", count)


def test_a_count_too_long_to_print_is_still_one_clear_error():
    with pytest.raises(InvalidValue, match=r"^quantity is <int>: give at most"):
        check_count("quantity", 10**5000)


@pytest.mark.parametrize(("count", "fits"), [(2, False), (3, True), (4, True)])
def test_a_count_may_have_a_least_value(count, fits):
    if fits:
        assert check_count("quantity", count, 3) == count
    else:
        with pytest.raises(InvalidValue, match="give 3 or more"):
            check_count("quantity", count, 3)


@pytest.mark.parametrize(
    "count", [1.0, 2.5, float("nan"), True, False, "3", None, Decimal(3), Fraction(3)]
)
def test_a_count_is_an_int_and_nothing_that_looks_like_one(count):
    with pytest.raises(InvalidValue, match="give a whole number"):
        check_count("quantity", count)


# Times and dates


def test_a_time_knows_its_zone():
    zones = [UTC, timezone(timedelta(hours=-11))]
    for zone in zones:
        moment = datetime(2026, 3, 1, 9, tzinfo=zone)
        assert check_time("at", moment) is moment


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 3, 1), date(2026, 3, 1), "2026-03-01T09:00:00Z", 0, None],  # noqa: DTZ001
)
def test_anything_else_is_no_time(value):
    with pytest.raises(InvalidValue, match=r"^at is "):
        check_time("at", value)


@pytest.mark.parametrize(
    "value", [datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01", 20260301, None]
)
def test_a_date_is_a_date_and_no_datetime(value):
    assert check_date("on", date(2026, 3, 1)) == date(2026, 3, 1)
    with pytest.raises(InvalidValue, match="give a date"):
        check_date("on", value)


# Quantities

counts = st.dictionaries(st.sampled_from(["LAMP", "CHAIR", "RUG"]), st.integers(0, 9))


@given(counts, counts)
def test_quantities_calculate_like_a_counter(left, right):
    one, two = Counter(left), Counter(right)
    assert dict(Quantities(left) + Quantities(right)) == dict(one + two)
    assert dict(Quantities(left) - Quantities(right)) == dict(one - two)
    assert dict(Quantities(left) & Quantities(right)) == dict(one & two)
    assert Quantities(left).total == sum(left.values())


@given(counts)
def test_quantities_are_equal_whatever_the_order_and_the_zeros(given_counts):
    forward, backward = given_counts, dict(reversed(given_counts.items()))
    padded = {**backward, "TABLE": 0}
    assert Quantities(forward) == Quantities(padded)
    assert hash(Quantities(forward)) == hash(Quantities(padded))
    assert list(Quantities(padded)) == sorted(sku for sku in forward if forward[sku])


def test_quantities_read_as_a_mapping_that_answers_zero():
    some = Quantities({"A B": 1}, LAMP=2)
    assert (some["LAMP"], some["TABLE"], some.get("TABLE", 7)) == (2, 0, 0)
    assert ("LAMP" in some, "TABLE" in some, len(some)) == (True, False, 2)
    assert repr(some) == "Quantities({'A B': 1, 'LAMP': 2})"
    assert repr(Quantities(LAMP=2)) == "Quantities(LAMP=2)"
    assert Quantities() != {}


@pytest.mark.parametrize(
    "bad", [{"LAMP": -1}, {"LAMP": 1.0}, {"LAMP": True}, {"": 1}, {7: 1}]
)
def test_quantities_refuse_what_is_no_count_of_a_sku(bad):
    with pytest.raises(InvalidValue):
        Quantities(bad)


def test_quantities_keep_no_hold_on_the_mapping_they_were_made_from():
    source = {"LAMP": 1}
    some = Quantities(source)
    source["LAMP"] = 5
    assert some["LAMP"] == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        some._counts = {}


def test_a_pool_is_at_the_main_location_unless_another_is_named():
    assert Pool("LAMP") == ("LAMP", "main")
    assert Pool("LAMP", "north").location == "north"


# Money


@pytest.mark.parametrize("amount", ["12.50", Decimal("12.50"), 12, "-3", "0"])
def test_money_is_made_of_exact_amounts(amount):
    assert Money(amount, EUR).amount == Decimal(amount)


@pytest.mark.parametrize(
    "amount",
    [1.5, True, None, "abc", "", "NaN", "Infinity", Decimal("sNaN"), "1" * 41, [1]],
)
def test_money_refuses_what_is_no_exact_finite_amount(amount):
    with pytest.raises(InvalidValue, match=r"^amount is "):
        Money(amount, EUR)


def test_forty_digits_are_still_money():
    assert Money("9" * 40, EUR).amount == Decimal("9" * 40)


@pytest.mark.parametrize("currency", ["eur", "EURO", "EU", "", None, "€", "EUR\n", 978])
def test_a_currency_is_three_capital_letters(currency):
    with pytest.raises(InvalidValue, match=r"^currency is "):
        Money(1, currency)


@given(
    st.decimals(-(10**9), 10**9, places=4, allow_nan=False),
    st.decimals(-(10**9), 10**9, places=4, allow_nan=False),
    st.integers(-(10**6), 10**6),
)
def test_money_adds_and_multiplies_without_rounding(left, right, count):
    total = Money(left, EUR) + Money(right, EUR)
    assert Fraction(total.amount) == Fraction(left) + Fraction(right)
    assert Fraction((Money(left, EUR) * count).amount) == Fraction(left) * count


def test_money_of_two_currencies_is_not_added():
    with pytest.raises(InvalidValue, match="convert to EUR before adding"):
        Money(1, EUR) + Money(1, "USD")


@pytest.mark.parametrize("factor", [1.5, Decimal("1.5"), True, "2"])
def test_money_is_multiplied_by_whole_units_only(factor):
    with pytest.raises(InvalidValue, match="multiply money by whole units"):
        Money(1, EUR) * factor


def test_a_sum_that_cannot_be_exact_is_one_clear_error():
    with pytest.raises(BackorderError):
        Money("1E+100", EUR) + Money("0.01", EUR)


# Units of measure


@given(st.integers(1, 10**6), st.integers(0, 10**9))
def test_a_unit_splits_and_rejoins_its_base_units(base_units, units):
    whole, rest = UnitOfMeasure("box", base_units).split(units)
    assert whole * base_units + rest == units
    assert 0 <= rest < base_units


@given(st.sampled_from([1, 2, 5, 8, 10, 100, 1000, 625]), st.integers(0, 10**12))
def test_an_exact_decimal_goes_out_and_comes_back(base_units, units):
    unit = UnitOfMeasure("m", base_units)
    amount = unit.from_base(units)
    assert Fraction(amount) == Fraction(units, base_units)
    assert unit.to_base(amount) == units


@pytest.mark.parametrize(("amount", "units"), [("2.5", 250), ("0.01", 1), ("0", 0)])
def test_a_fraction_becomes_whole_base_units(amount, units):
    assert UnitOfMeasure("m", 100).to_base(Decimal(amount)) == units


@pytest.mark.parametrize("amount", ["0.005", "0.011", "1.999"])
def test_a_fraction_of_a_base_unit_is_refused_and_never_rounded(amount):
    with pytest.raises(InvalidValue, match="give a multiple of 1/100 m"):
        UnitOfMeasure("m", 100).to_base(Decimal(amount))


@pytest.mark.parametrize("amount", [2.5, -1, Decimal("-0.01"), "NaN", None, True])
def test_an_amount_of_a_unit_is_exact_and_not_negative(amount):
    with pytest.raises(InvalidValue, match=r"^amount in m is "):
        UnitOfMeasure("m", 100).to_base(amount)


def test_a_unit_of_twelve_has_no_decimal_for_five():
    box = UnitOfMeasure("box", 12)
    assert (box.from_base(6), box.from_base(24)) == (Decimal("0.5"), 2)
    with pytest.raises(InvalidValue, match="use split"):
        box.from_base(5)


@pytest.mark.parametrize("base_units", [0, -1, 2.5, True, None])
def test_a_unit_holds_at_least_one_base_unit(base_units):
    with pytest.raises(InvalidValue, match=r"^base_units is "):
        UnitOfMeasure("box", base_units)
