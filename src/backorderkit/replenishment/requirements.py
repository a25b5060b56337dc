"""What a pool needs: what its queue lacks, and what a level asks for beyond it.

    need = waiting + target − free − incoming

Free stock and open purchase lines are netted before anything is rounded. A target level
says at which stock to refill, and up to how much; a minimum below zero allows that many
units to stay short. What lines need earlier than it comes (see `wait_or_buy`) is bought
whatever the level says.

>>> need_of(None, TargetLevel(5, 10), missing=0)
(10, 5)
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import attrs

from backorderkit.book import PoolRecord, PortionRecord
from backorderkit.errors import InvalidValue
from backorderkit.model import PurchaseNeed
from backorderkit.values import Sku, check_count, check_mapping, check_ref

__all__ = ["TargetLevel"]


@attrs.frozen
class TargetLevel:
    """Stock is filled up to `target` once it would fall below `minimum`.

    >>> TargetLevel(200, 300).wanted(level=194)
    (106, 6)
    """

    minimum: int
    target: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no whole number, and a target below the minimum.

        A negative minimum allows that many units to be short before anything is bought.
        """
        for name, value in (("minimum", self.minimum), ("target", self.target)):
            check_count(f"{name} level", abs(value) if type(value) is int else value)
        if self.target < self.minimum:
            raise InvalidValue("target", self.target, f"give {self.minimum} or more")

    def wanted(self, level: int) -> tuple[int, int]:
        """Return the units to order at a level, and those that may not stay missing."""
        if level >= self.minimum:
            return 0, 0
        return max(self.target - level, 0), self.minimum - level


Targets: TypeAlias = Mapping[Sku, int | TargetLevel]


def levels_of(targets: Targets | None) -> dict[Sku, TargetLevel]:
    """Return the targets as levels: a bare number is minimum and target at once."""
    levels: dict[Sku, TargetLevel] = {}
    for sku, given in check_mapping("targets", targets or {}).items():
        check_ref("SKU", sku)
        if isinstance(given, TargetLevel):
            levels[sku] = given
        else:
            level = check_count(f"target level of {sku}", given)
            levels[sku] = TargetLevel(level, level)
    return levels


def need_of(
    pool: PoolRecord | None, level: TargetLevel | None, missing: int
) -> tuple[int, int]:
    """Return the units a pool needs, and the part that rounding may not leave out.

    `missing` units are short or come too late.
    """
    if level is None:
        return missing, missing
    stock = 0 if pool is None else pool.covered - pool.queue.total
    wanted, urgent = level.wanted(stock)
    if missing > max(-stock, 0):
        wanted = max(wanted, missing)
    return wanted, max(urgent, min(missing, wanted))


def needs_of(
    lacking: Iterable[tuple[PortionRecord, int]], units: int
) -> Iterator[PurchaseNeed]:
    """Yield the portions that units are bought for, the first in the queue first."""
    for portion, lacks in lacking:
        if not units:
            return
        taken = min(lacks, units)
        units -= taken
        yield PurchaseNeed(*portion.ref, taken)
