"""Decimal arithmetic that never rounds: it comes out exactly, or it is refused.

>>> exact_decimal("price", "0.10")
Decimal('0.10')
"""

from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation

from backorderkit.errors import InvalidValue


def exact_decimal(what: str, value: object) -> Decimal:
    """Return a finite Decimal of at most 40 digits, from a Decimal, text or int."""
    if type(value) in (str, int):
        try:
            value = Decimal(value)  # type: ignore[arg-type]  # str or int, just seen
        except ArithmeticError:
            raise InvalidValue(what, value, "give a decimal number") from None
    if type(value) is not Decimal:
        raise InvalidValue(what, value, "give a Decimal, never a float")
    if not value.is_finite() or not _is_short(value):
        raise InvalidValue(
            what, value, f"give a number of {_MOST_DIGITS} digits or less"
        )
    return value


def _is_short(value: Decimal) -> bool:
    """Return whether a number has few digits, written without an exponent."""
    _, digits, exponent = value.as_tuple()
    places = exponent if isinstance(exponent, int) else 0
    return len(digits) + abs(places) <= _MOST_DIGITS


def exactly(
    operation: Callable[[Decimal, Decimal], Decimal], one: Decimal, other: Decimal
) -> Decimal:
    """Return the exact result of an operation on two amounts, or raise."""
    try:
        return operation(one, other)
    except ArithmeticError:
        remedy = f"keep amounts within {_MOST_DIGITS} digits"
        raise InvalidValue("amounts", (one, other), remedy) from None


_MOST_DIGITS = 40
# A sum or product that 100 digits cannot hold exactly raises instead of rounding.
EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])
