"""How a need became an order quantity: every step in figures, in base units.

    need 90, minimum 125, packs of 100  →  90 + 35 to the minimum + 75 to whole packs

>>> Sizing(need=90, by_minimum=35, by_rounding=75).quantity
200
"""

from enum import Enum

import attrs

__all__ = ["Rounding", "Sizing"]


class Rounding(Enum):
    """Which way a need is brought to a whole number of packs.

    `DOWN` never rounds a need away: where it would leave less than the need that must
    be met, it takes one more pack.

    >>> Rounding.UP.value
    'up'
    """

    UP = "up"
    DOWN = "down"


@attrs.frozen(kw_only=True)
class Sizing:
    """How a need became an order quantity, step by step, in base units.

    >>> Sizing(need=90, by_minimum=35, by_rounding=75).quantity
    200
    """

    need: int
    by_minimum: int = 0
    by_rounding: int = 0
    by_maximum: int = 0

    @property
    def quantity(self) -> int:
        """Return what is ordered."""
        return self.need + self.by_minimum + self.by_rounding - self.by_maximum

    @property
    def surplus(self) -> int:
        """Return what is ordered beyond the need: supply for the next demand."""
        return max(self.quantity - self.need, 0)
