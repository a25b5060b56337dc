"""Lead times as they were, not as the catalogue has them: quantiles of experience.

A lead time is no number but a distribution with a long tail: the supplier had it in
stock, or was out too. No formula is fitted. A quantile is the nearest rank, a time that
really occurred: that percentage of the deliveries took no longer.

The narrowest experience counts that has enough observations: this supplier, SKU and
mode of transport; supplier and SKU; supplier and mode; supplier; everything; else none,
which is an answer too. Once a delivery is overdue, only those that took longer count.

>>> days = (12, 13, 13, 14, 14, 15, 15, 16, 18, 21, 34)
>>> learnt = LeadTimes(Observation("ACME", "LAMP", one) for one in days)
>>> [learnt.quantile("ACME", "LAMP", percent).days for percent in (50, 80, 90)]
[15, 18, 21]
>>> learnt.quantile("ACME", "RUG", 50).level.value
'supplier'
>>> LeadTimes().quantile("ACME", "LAMP", 50) is None
True
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import TypeAlias

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.leadtimes.observing import Observation
from backorderkit.values import (
    Sku,
    SupplierRef,
    check_all,
    check_count,
    check_date,
    check_ref,
    check_text,
    days_after,
)

__all__ = ["Experience", "ExperienceLevel", "LeadTimes", "nearest_rank"]


class ExperienceLevel(Enum):
    """Whose observations an answer rests on, the narrowest first.

    >>> ExperienceLevel.SUPPLIER_AND_SKU.value
    'supplier and SKU'
    """

    SUPPLIER_SKU_AND_MODE = "supplier, SKU and mode"
    SUPPLIER_AND_SKU = "supplier and SKU"
    SUPPLIER_AND_MODE = "supplier and mode"
    SUPPLIER = "supplier"
    EVERYTHING = "everything"


Key: TypeAlias = tuple[ExperienceLevel, SupplierRef, Sku, str]
Groups: TypeAlias = Mapping[Key, tuple[int, ...]]


@attrs.frozen
class Experience:
    """An answer in days, the level it was found at, and how many observations it has.

    >>> Experience(18, ExperienceLevel.SUPPLIER, 11).days
    18
    """

    days: int
    level: ExperienceLevel
    observations: int


def nearest_rank(days: Iterable[int], percent: int) -> int:
    """Return the smallest of some numbers that `percent` of them do not exceed.

    `percent` is 1 to 100; of an even count, 50 is the lower of the two in the middle.
    Raises `InvalidValue` if there are none. O(n log n).

    >>> nearest_rank([12, 34, 13, 15], 50), nearest_rank([12, 34, 13, 15], 76)
    (13, 34)
    """
    in_order = sorted(check_all("days", days, int, 1))
    return _at_rank(in_order, _checked(percent), 0)


def _checked(percent: int) -> int:
    """Return a whole percentage above 0."""
    if check_count("percent", percent, 1) > _WHOLE:
        raise InvalidValue("percent", percent, "give 1 to 100")
    return percent


_WHOLE = 100


def _at_rank(in_order: Sequence[int], percent: int, first: int) -> int:
    """Return the nearest rank among the numbers from a place on."""
    rank = -(-percent * (len(in_order) - first) // _WHOLE)
    return in_order[first + rank - 1]


@attrs.frozen(init=False, repr=False)
class LeadTimes:
    """What was observed of suppliers, learnt once, asked often.

    A level counts with `at_least` observations. Without a `mode` the levels that know
    one are passed over. The order of the observations changes nothing. Learning costs
    O(n log n), a question O(log n).

    >>> learnt = LeadTimes([Observation("ACME", "LAMP", 12)] * 8)
    >>> learnt.quantile("ACME", "LAMP", 90)
    Experience(days=12, level=<ExperienceLevel.SUPPLIER_AND_SKU: \
'supplier and SKU'>, observations=8)
    """

    _at_least: int
    _days: Groups
    _lateness: Groups

    def __init__(
        self, observations: Iterable[Observation] = (), *, at_least: int = 8
    ) -> None:
        """Sort the observations by everything that may be asked for."""
        given = check_all("observations", observations, Observation)
        check_count("at_least", at_least, 1)
        days = _grouped((one, one.days) for one in given)
        lateness = _grouped(
            (one, one.lateness) for one in given if one.lateness is not None
        )
        self.__attrs_init__(at_least, days, lateness)

    def quantile(
        self, supplier: SupplierRef, sku: Sku, percent: int, *, mode: str = ""
    ) -> Experience | None:
        """Return the days within which `percent` of the deliveries came."""
        return self._found(self._days, (supplier, sku, mode), percent)

    def overdue_quantile(
        self,
        supplier: SupplierRef,
        sku: Sku,
        percent: int,
        *,
        elapsed_days: int,
        mode: str = "",
    ) -> Experience | None:
        """Return the days, from the order on, of a delivery that has not come yet.

        Counts what took longer than `elapsed_days`, at wider levels where too few are
        left; None where that is so at every level. Never below `quantile`, from
        however wide a level the answer comes.
        """
        check_count("elapsed_days", elapsed_days)
        asked = supplier, sku, mode
        late = self._found(self._days, asked, percent, longer_than=elapsed_days)
        usual = self._found(self._days, asked, percent)
        if late is None or usual is None:
            return None
        return usual if usual.days > late.days else late

    def bias(
        self, supplier: SupplierRef, sku: Sku, *, mode: str = ""
    ) -> Experience | None:
        """Return the median of actual less confirmed days; negative means early."""
        return self._found(self._lateness, (supplier, sku, mode), 50)

    def corrected(
        self, confirmed_on: date, supplier: SupplierRef, sku: Sku, *, mode: str = ""
    ) -> date:
        """Return a newly confirmed day moved by the bias; as it is without experience.

        >>> late = Observation("ACME", "LAMP", 16, confirmed_days=14)
        >>> LeadTimes([late] * 8).corrected(date(2026, 3, 10), "ACME", "LAMP")
        datetime.date(2026, 3, 12)
        """
        check_date("confirmed_on", confirmed_on)
        bias = self.bias(supplier, sku, mode=mode)
        return confirmed_on if bias is None else days_after(confirmed_on, bias.days)

    def _found(
        self,
        groups: Groups,
        asked: tuple[SupplierRef, Sku, str],
        percent: int,
        *,
        longer_than: int | None = None,
    ) -> Experience | None:
        """Return the answer of the narrowest level with enough observations."""
        _checked(percent)
        for key in _keys(*asked):
            days = groups.get(key, ())
            first = 0 if longer_than is None else bisect_right(days, longer_than)
            left = len(days) - first
            if left >= self._at_least:
                return Experience(_at_rank(days, percent, first), key[0], left)
        return None

    def __repr__(self) -> str:
        """Show how much was observed."""
        everything = self._days.get((ExperienceLevel.EVERYTHING, "", "", ""), ())
        return f"<LeadTimes of {len(everything)} observations>"


def _keys(supplier: SupplierRef, sku: Sku, mode: str) -> Iterator[Key]:
    """Yield the keys of one supplier, SKU and mode, the narrowest first."""
    check_ref("supplier", supplier)
    check_ref("SKU", sku)
    if check_text("mode", mode):
        yield ExperienceLevel.SUPPLIER_SKU_AND_MODE, supplier, sku, mode
    yield ExperienceLevel.SUPPLIER_AND_SKU, supplier, sku, ""
    if mode:
        yield ExperienceLevel.SUPPLIER_AND_MODE, supplier, "", mode
    yield ExperienceLevel.SUPPLIER, supplier, "", ""
    yield ExperienceLevel.EVERYTHING, "", "", ""


def _grouped(figures: Iterable[tuple[Observation, int]]) -> Groups:
    """Return the figures of the observations, sorted, under every key they have."""
    groups: dict[Key, list[int]] = {}
    for one, figure in figures:
        for key in _keys(one.supplier, one.sku, one.mode):
            groups.setdefault(key, []).append(figure)
    return {key: tuple(sorted(groups[key])) for key in groups}
