"""The smallest words of the field: references, quantities, money, units of measure.

Quantities are whole numbers of a SKU's base unit. Whatever is sold in fractions enters
and leaves through a `UnitOfMeasure`, exactly: 2.5 metres are 250 centimetres. Money is
a `Decimal` with its ISO currency. A float is refused everywhere, for it cannot say 0.1.
References are the host's own strings, taken as they are.

>>> metre = UnitOfMeasure("m", 100)
>>> metre.to_base(Decimal("2.5")), metre.from_base(250)
(250, Decimal('2.5'))
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from typing import NamedTuple, TypeAlias

import attrs

from backorderkit.checks import (
    LARGEST_QUANTITY,
    check_count,
    check_ref,
    is_quantity,
    is_ref,
)
from backorderkit.errors import InvalidValue

__all__ = [
    "LARGEST_QUANTITY",
    "MAIN",
    "CustomerRef",
    "LineRef",
    "Location",
    "Money",
    "OrderRef",
    "Pool",
    "Quantities",
    "Sku",
    "SupplierRef",
    "UnitOfMeasure",
]

Sku: TypeAlias = str
Location: TypeAlias = str
OrderRef: TypeAlias = str
LineRef: TypeAlias = str
CustomerRef: TypeAlias = str
SupplierRef: TypeAlias = str

MAIN: Location = "main"
"""The location of a shop that has only one."""


class Pool(NamedTuple):
    """One SKU at one location: where demand meets supply.

    >>> Pool("LAMP")
    Pool(sku='LAMP', location='main')
    """

    sku: Sku
    location: Location = MAIN


@attrs.frozen(init=False, eq=False, repr=False)
class Quantities(Mapping[str, int]):
    """How many of each SKU; what is not named counts 0.

    `+` adds, `-` takes away and stops at nothing, `&` keeps what both have.

    >>> shelf, wanted = Quantities(LAMP=3, CHAIR=1), Quantities(LAMP=5)
    >>> shelf & wanted, wanted - shelf
    (Quantities(LAMP=3), Quantities(LAMP=2))
    >>> (shelf + wanted)["LAMP"], shelf["TABLE"]
    (8, 0)
    """

    _counts: Mapping[str, int]

    def __init__(self, counts: Mapping[str, int] | None = None, **named: int) -> None:
        """Take counts from a mapping, keywords, or both; zeros are dropped."""
        merged = {**(counts or {}), **named}
        for sku, count in merged.items():
            check_ref("SKU", sku)
            check_count(f"quantity of {sku}", count)
        kept = {sku: merged[sku] for sku in sorted(merged) if merged[sku]}
        self.__attrs_init__(kept)

    def __getitem__(self, sku: str) -> int:
        """Return the quantity of a SKU, 0 if it is not named."""
        return self._counts.get(sku, 0)

    def __contains__(self, sku: object) -> bool:
        """Tell whether there is any of a SKU."""
        return sku in self._counts

    def __iter__(self) -> Iterator[str]:
        """Iterate over the SKUs in sorted order."""
        return iter(self._counts)

    def __len__(self) -> int:
        """Count the SKUs."""
        return len(self._counts)

    def __add__(self, other: "Quantities") -> "Quantities":
        """Return both together."""
        return Quantities({sku: self[sku] + other[sku] for sku in {*self, *other}})

    def __sub__(self, other: "Quantities") -> "Quantities":
        """Return what is left when the other is taken away."""
        return Quantities({sku: max(self[sku] - other[sku], 0) for sku in self})

    def __and__(self, other: "Quantities") -> "Quantities":
        """Return what both have."""
        return Quantities({sku: min(self[sku], other[sku]) for sku in self})

    @property
    def total(self) -> int:
        """Return the units of all SKUs together."""
        return sum(self._counts.values())

    def __eq__(self, other: object) -> bool:
        """Compare by SKU and quantity."""
        return isinstance(other, Quantities) and self._counts == other._counts

    def __hash__(self) -> int:
        """Hash by SKU and quantity."""
        return hash(tuple(self._counts.items()))

    def __repr__(self) -> str:
        """Show the quantities as they could be written."""
        if all(sku.isidentifier() for sku in self):
            named = ", ".join(f"{sku}={count}" for sku, count in self.items())
            return f"Quantities({named})"
        return f"Quantities({dict(self._counts)!r})"


def _amount(value: Decimal | str | int) -> Decimal:
    """Return the amount of a sum of money, exactly."""
    return _exact("amount", value)


@attrs.frozen
class Money:
    """An exact amount in one ISO 4217 currency.

    >>> Money("12.50", "EUR") * 3 + Money("0.10", "EUR")
    Money(amount=Decimal('37.60'), currency='EUR')
    """

    amount: Decimal = attrs.field(converter=_amount)
    currency: str

    def __attrs_post_init__(self) -> None:
        """Refuse a currency that is not three capital letters."""
        if not (type(self.currency) is str and re.fullmatch("[A-Z]{3}", self.currency)):
            raise InvalidValue("currency", self.currency, "give an ISO code, e.g. EUR")

    def __add__(self, other: "Money") -> "Money":
        """Add money of the same currency."""
        if other.currency != self.currency:
            raise InvalidValue(
                "currency", other.currency, f"convert to {self.currency} before adding"
            )
        return Money(exactly(_EXACT.add, self.amount, other.amount), self.currency)

    def __mul__(self, count: int) -> "Money":
        """Multiply a unit price by a whole number of units."""
        if type(count) is not int:
            raise InvalidValue("factor", count, "multiply money by whole units (int)")
        product = exactly(_EXACT.multiply, self.amount, Decimal(count))
        return Money(product, self.currency)

    def __str__(self) -> str:
        """Show amount and currency.

        >>> str(Money("3.20", "EUR"))
        '3.20 EUR'
        """
        return f"{self.amount} {self.currency}"


def _exact(what: str, value: object) -> Decimal:
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
    """Tell whether a number has few digits, written without an exponent."""
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
_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])


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
        units = Fraction(_exact(what, amount)) * self.base_units
        if units.denominator != 1:
            raise InvalidValue(
                what, amount, f"give a multiple of 1/{self.base_units} {self.name}"
            )
        return check_count(what, units.numerator)

    def from_base(self, units: int) -> Decimal:
        """Return base units as an exact decimal amount of this unit.

        A unit of 12 has no exact decimal for 5; `split` tells such amounts.
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
        return _EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator))

    def split(self, units: int) -> tuple[int, int]:
        """Return whole units of this measure, and the base units left over."""
        return divmod(check_count("units", units), self.base_units)
