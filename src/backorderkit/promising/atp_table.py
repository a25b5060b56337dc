"""Available-to-promise as a table: how much of each bucket's goods is still free.

Time is cut into buckets, numbered from 0. Each has a receipt and the orders that leave
in it; stock on hand belongs to bucket 0. Three rows answer three questions:

- `discrete`: what does each receipt have left once it has served the orders up to the
  next receipt? A negative figure is a deficit that earlier receipts must cover.
- `cumulative`: what is the balance at the end of each bucket?
- `look_ahead`: how much may be promised in a bucket without taking what a later bucket
  already needs? It is the least cumulative figure still to come and never decreases.

Only the last row is safe to promise from. `queue_table` is the same question without
dates: what is left for each claim once all claims before it are served in full.

>>> table = atp_table(50, receipts=[0, 30, 0], orders=[10, 60, 5])
>>> table.discrete, table.cumulative, table.look_ahead
((40, -35, None), (40, 10, 5), (5, 5, 5))
>>> table.netted
(5, 0, None)
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.values import (
    check_again,
    check_all,
    check_count,
    check_date,
    days_after,
    is_flag,
    is_quantity,
)

__all__ = ["AtpTable", "PromiseClaim", "Standing", "atp_table", "queue_table"]


@attrs.frozen
class AtpTable:
    """The three rows of an available-to-promise table, one figure per bucket.

    `discrete` is None in a bucket without a receipt; the first bucket has a figure
    always. `atp_table` makes one.

    >>> atp_table(5, [0, 4], [2, 3]).look_ahead
    (3, 4)
    """

    discrete: tuple[int | None, ...]
    cumulative: tuple[int, ...]
    look_ahead: tuple[int, ...]

    @property
    def running_discrete(self) -> tuple[int, ...]:
        """Return the running sum of `discrete`, known in textbooks as cumulative.

        It counts a later deficit only in its own bucket and so promises goods twice.
        """
        return tuple(accumulate(figure or 0 for figure in self.discrete))

    @property
    def netted(self) -> tuple[int | None, ...]:
        """Return `discrete` with each deficit covered by the nearest earlier receipts.

        A deficit that no earlier receipt covers stays in the first bucket.
        """
        figures: list[int | None] = []
        deficit = 0
        for bucket in reversed(range(len(self.discrete))):
            figure = self.discrete[bucket]
            if figure is not None:
                left = figure - deficit
                deficit = max(-left, 0) if bucket else 0
                figure = left + deficit
            figures.append(figure)
        return tuple(reversed(figures))

    def earliest(self, quantity: int) -> int | None:
        """Return the first bucket in which a quantity can be promised whole, or None.

        O(log buckets).

        >>> atp_table(5, [0, 4], [2, 3]).earliest(4)
        1
        """
        check_count("quantity", quantity, 1)
        bucket = bisect_left(self.look_ahead, quantity)
        return bucket if bucket < len(self.look_ahead) else None

    def split(self, quantity: int) -> tuple[tuple[int, int], ...]:
        """Return (bucket, units) that deliver a quantity as early as possible.

        Empty when the quantity cannot be promised whole. O(buckets).

        >>> atp_table(5, [0, 4], [2, 3]).split(4)
        ((0, 3), (1, 1))
        """
        last = self.earliest(quantity)
        if last is None:
            return ()
        parts, promised = [], 0
        for bucket, free in enumerate(self.look_ahead[: last + 1]):
            reached = min(free, quantity)
            if reached > promised:
                parts.append((bucket, reached - promised))
                promised = reached
        return tuple(parts)


def atp_table(on_hand: int, receipts: Sequence[int], orders: Sequence[int]) -> AtpTable:
    """Return what can be promised in each bucket; O(buckets).

    `receipts` and `orders` have one figure per bucket, at least one. A receipt of 0 is
    no receipt. Orders may exceed all supply: the figures are negative then.

    Raises `InvalidValue` for anything but whole numbers of 0 or more, and for rows of
    unequal length. Source: the discrete and cumulative rows of MRP practice (Orlicky),
    with the look-ahead of the Infor LN manual.

    >>> atp_table(1, [0], [3]).cumulative
    (-2,)
    """
    check_count("on_hand", on_hand)
    _check_counts("receipts", receipts)
    _check_counts("orders", orders)
    if not receipts or len(receipts) != len(orders):
        sizes = (len(receipts), len(orders))
        remedy = "give as many receipts as orders, at least one"
        raise InvalidValue("length of receipts and orders", sizes, remedy)
    changes = [come - go for come, go in zip(receipts, orders, strict=True)]
    changes[0] += on_hand
    cumulative = tuple(accumulate(changes))
    look_ahead = tuple(accumulate(reversed(cumulative), min))[::-1]
    return AtpTable(_discrete(changes, receipts), cumulative, look_ahead)


def _check_counts(what: str, counts: Sequence[int]) -> None:
    """Refuse what is not a sequence of whole numbers of 0 or more."""
    if not isinstance(counts, Sequence):
        raise InvalidValue(what, counts, "give a list, one number per bucket")
    for position, count in enumerate(counts):
        check_count(f"{what}[{position}]", count)


def _discrete(
    changes: Sequence[int], receipts: Sequence[int]
) -> tuple[int | None, ...]:
    """Return what each receipt has left after the orders up to the next receipt."""
    figures: list[int | None] = [None] * len(changes)
    left = 0
    for bucket in reversed(range(len(changes))):
        left += changes[bucket]
        if receipts[bucket] or bucket == 0:
            figures[bucket], left = left, 0
    return tuple(figures)


@attrs.frozen
class PromiseClaim:
    """Units that one customer waits for, and the day they are wanted.

    A released claim is already being served.

    >>> PromiseClaim(5, date(2026, 3, 10)).is_released
    False
    """

    quantity: int = attrs.field(validator=is_quantity)
    on: date
    is_released: bool = attrs.field(default=False, validator=is_flag)

    def __attrs_post_init__(self) -> None:
        """Refuse a day that is no date."""
        check_date("on", self.on)


class Standing(NamedTuple):
    """What a claim finds promised before it, and what is left for it.

    >>> Standing(promised_before=8, available=12).available
    12
    """

    promised_before: int
    available: int


def queue_table(
    on_hand: int,
    claims: Iterable[PromiseClaim],
    *,
    today: date,
    horizon_days: int | None = None,
) -> tuple[Standing, ...]:
    """Return what is left for each claim when all before it are served in full; O(n).

    `claims` are in the order of the queue. A claim counts before others with its
    whole quantity, coverable or not, so a large one blocks those behind it. Released
    claims count before all unreleased ones, whatever their place. With `horizon_days`,
    an unreleased claim dated later than that many days after today is not counted.

    Source: the ordered available-to-promise of the OCA stock modules for Odoo, which
    asks for unreleased claims only; released ones are in order among themselves here.

    >>> day = date(2026, 3, 10)
    >>> claims = [PromiseClaim(units, day) for units in (5, 20, 1)]
    >>> queue_table(20, claims, today=day)[1:]
    (Standing(promised_before=5, available=15), Standing(promised_before=25, \
available=0))
    """
    check_count("on_hand", on_hand)
    check_again("claims", claims)
    claims = check_all("claims", claims, PromiseClaim)
    last = _last_day(check_date("today", today), horizon_days)
    released = 0
    waiting = sum(claim.quantity for claim in claims if claim.is_released)
    standings = []
    for claim in claims:
        before = released if claim.is_released else waiting
        available = min(max(on_hand - before, 0), claim.quantity)
        standings.append(Standing(before, available))
        if claim.is_released:
            released += claim.quantity
        elif claim.on <= last:
            waiting += claim.quantity
    return tuple(standings)


def _last_day(today: date, horizon_days: int | None) -> date:
    """Return the last day of the horizon, or of the calendar when there is none."""
    if horizon_days is None:
        return date.max
    return days_after(today, check_count("horizon_days", horizon_days))
