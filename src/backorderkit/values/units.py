"""Units of measure: what is sold in fractions enters and leaves as whole base units.

>>> metre = UnitOfMeasure("m", 100)
>>> metre.to_base(Decimal("2.5")), metre.from_base(250)
(250, Decimal('2.5'))
"""

from decimal import Decimal
from fractions import Fraction

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.values.exact import EXACT, exact_decimal
from backorderkit.values.validation import check_count, is_quantity, is_ref

__all__ = ["UnitOfMeasure"]


@attrs.frozen
class UnitOfMeasure:
    """A selling or buying unit that holds a whole number of base units.

    >>> box = UnitOfMeasure("box", 12)
    >>> box.to_base(3), box.split(40)
    (36, (3, 4))
    """

    name: str = attrs.field(validator=is_ref)
    base_units: int = attrs.field(validator=is_quantity)

    def to_base(self, amount: Decimal | int) -> int:
        """Return the base units in an amount of this unit; it must come out whole.

        >>> UnitOfMeasure("m", 100).to_base(Decimal("0.005"))
        Traceback (most recent call last):
            ...
        backorderkit.errors.InvalidValue: amount in m is Decimal('0.005'): \
give a multiple of 1/100 m
        """
        what = f"amount in {self.name}"
        units = Fraction(exact_decimal(what, amount)) * self.base_units
        if units.denominator != 1:
            raise InvalidValue(
                what, amount, f"give a multiple of 1/{self.base_units} {self.name}"
            )
        return check_count(what, units.numerator)

    def from_base(self, units: int) -> Decimal:
        """Return base units as an exact decimal amount of this unit.

        A unit of 12 has no exact decimal for 5; use `split` for such amounts.
        """
        amount = Fraction(check_count("units", units), self.base_units)
        twos_and_fives = amount.denominator
        for prime in (2, 5):
            while twos_and_fives % prime == 0:
                twos_and_fives //= prime
        if twos_and_fives != 1:
            raise InvalidValue(
                "units", units, f"use split: it is no exact decimal of {self.name}"
            )
        return EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator))

    def split(self, units: int) -> tuple[int, int]:
        """Return whole units of this measure, and the base units left over."""
        return divmod(check_count("units", units), self.base_units)
