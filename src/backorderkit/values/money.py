"""Money: an exact amount with its currency. A float is refused, for it cannot hold 0.1.

>>> print(Money("12.50", "EUR"))
12.50 EUR
"""

import re
from decimal import Decimal

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.values.exact import EXACT, exact_decimal, exactly

__all__ = ["Money"]


def _amount(value: Decimal | str | int) -> Decimal:
    """Return the amount of a sum of money, exactly."""
    return exact_decimal("amount", value)


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
        return Money(exactly(EXACT.add, self.amount, other.amount), self.currency)

    def __mul__(self, count: int) -> "Money":
        """Multiply a unit price by a whole number of units."""
        if type(count) is not int:
            raise InvalidValue("factor", count, "multiply money by whole units (int)")
        product = exactly(EXACT.multiply, self.amount, Decimal(count))
        return Money(product, self.currency)

    def __str__(self) -> str:
        """Show amount and currency.

        >>> str(Money("3.20", "EUR"))
        '3.20 EUR'
        """
        return f"{self.amount} {self.currency}"
