"""Policies that serve in turn: who is first, and what happens to the head of the queue.

A ranking policy sorts the waiting lines and serves them one after the other. Its key
decides who is first; `then` adds a second key for ties; the line's reference ends every
tie, so that the order in which rows arrive never decides.

Two questions remain for a line that cannot be covered whole. `Filling.PARTIAL` gives it
what is available; `Filling.WHOLE_LINE` gives it nothing. And when it gets nothing, no
line passes it under `QueueDiscipline.STRICT`, while `QueueDiscipline.SKIP` serves the
next that fits.

>>> policy = by_priority(then=oldest_first(), filling=Filling.WHOLE_LINE)
>>> policy.name
'by_priority, oldest_first, whole lines'
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias, TypedDict, Unpack

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.model import Award, Backorder, ShipTogether
from backorderkit.values import check_kind, is_a

__all__ = [
    "Filling",
    "QueueDiscipline",
    "Ranking",
    "RankingOptions",
    "by_priority",
    "earliest_promise_first",
    "oldest_first",
    "ranked_by",
    "smallest_first",
]

Key: TypeAlias = Callable[[Backorder], Any]  # anything that compares, as in sorted()


class Filling(Enum):
    """What a line gets that cannot be covered whole.

    >>> Filling.WHOLE_LINE.value
    'whole_line'
    """

    PARTIAL = "partial"
    WHOLE_LINE = "whole_line"


class QueueDiscipline(Enum):
    """Which lines may pass a line that gets nothing: none, or the next that fits.

    >>> QueueDiscipline.SKIP.value
    'skip'
    """

    STRICT = "strict"
    SKIP = "skip"


class RankingOptions(TypedDict, total=False):
    """The options of every policy that serves in turn.

    `filling` decides what a line gets that cannot be covered whole (default: a part),
    `queue` whether others may pass it (default: no), and `together` what incomplete
    orders get that ship together (default: what is available, held for them).

    >>> options = RankingOptions(filling=Filling.WHOLE_LINE)
    >>> oldest_first(**options).name
    'oldest_first, whole lines'
    """

    filling: Filling
    queue: QueueDiscipline
    together: ShipTogether


@attrs.frozen
class Ranking:
    """Serves waiting lines in turn, in the order of its keys.

    >>> oldest_first() == oldest_first()
    True
    """

    label: str
    keys: tuple[Key, ...]
    filling: Filling = attrs.field(
        default=Filling.PARTIAL, validator=is_a(Filling), kw_only=True
    )
    queue: QueueDiscipline = attrs.field(
        default=QueueDiscipline.STRICT, validator=is_a(QueueDiscipline), kw_only=True
    )
    together: ShipTogether = attrs.field(
        default=ShipTogether.HOLD, validator=is_a(ShipTogether), kw_only=True
    )

    @property
    def name(self) -> str:
        """Return the name that reasons and errors show."""
        parts = [self.label]
        if self.filling is Filling.WHOLE_LINE:
            parts.append("whole lines")
        if self.queue is QueueDiscipline.SKIP:
            parts.append("skipping")
        return ", ".join(parts)

    def rank(self, backorder: Backorder) -> Any:  # a tuple of whatever the keys give
        """Return the keys of a backorder, the lowest first."""
        return tuple([key(backorder) for key in self.keys])

    def share(self, available: int, backorders: Iterable[Backorder]) -> Iterator[Award]:
        """Serve in turn; O(lines served), and with SKIP also the lines passed over."""
        for backorder in backorders:
            wanted = backorder.quantity
            if wanted > available:
                if self.filling is Filling.PARTIAL:
                    wanted = available
                elif self.queue is QueueDiscipline.STRICT:
                    return
                else:
                    continue
            yield Award(backorder, wanted)
            available -= wanted
            if not available:
                return


def _age(backorder: Backorder) -> datetime:
    """Rank by the moment a backorder joined the queue."""
    return backorder.queued_at


def _priority(backorder: Backorder) -> int:
    """Rank by the order's priority, lower first."""
    return backorder.priority


def _promise(backorder: Backorder) -> date:
    """Rank by the day last promised, none last."""
    return backorder.promised_on or date.max


def _size(backorder: Backorder) -> int:
    """Rank by the units still waiting."""
    return backorder.quantity


def oldest_first(**options: Unpack[RankingOptions]) -> Ranking:
    """Return first come, first served, by the moment a line joined the queue.

    >>> oldest_first().name
    'oldest_first'
    """
    return Ranking("oldest_first", (_age,), **options)


def by_priority(
    then: Ranking | None = None, **options: Unpack[RankingOptions]
) -> Ranking:
    """Return the lowest priority number first, then another ranking, or the oldest.

    >>> by_priority(then=earliest_promise_first()).name
    'by_priority, earliest_promise_first, oldest_first'
    """
    return _chained("by_priority", _priority, then or oldest_first(), options)


def earliest_promise_first(**options: Unpack[RankingOptions]) -> Ranking:
    """Return the earliest promised day first, lines without a promise last.

    >>> earliest_promise_first().name
    'earliest_promise_first, oldest_first'
    """
    return _chained("earliest_promise_first", _promise, oldest_first(), options)


def smallest_first(**options: Unpack[RankingOptions]) -> Ranking:
    """Return the fewest waiting units first: most lines served, large ones starve.

    It can be gamed: who orders less than needed, or splits an order, is served earlier.

    >>> smallest_first(queue=QueueDiscipline.SKIP).name
    'smallest_first, oldest_first, skipping'
    """
    return _chained("smallest_first", _size, oldest_first(), options)


def ranked_by(
    key: Key, *, name: str = "", **options: Unpack[RankingOptions]
) -> Ranking:
    """Return the lowest key first; the key sees a `Backorder`, ties end at the oldest.

    >>> ranked_by(lambda backorder: backorder.customer != "ada", name="ada first").name
    'ada first, oldest_first'
    """
    if not callable(key):
        raise InvalidValue("key", key, "give a function of a Backorder")
    label = name or getattr(key, "__name__", "ranked_by")
    return _chained(label, key, oldest_first(), options)


def _chained(label: str, key: Key, then: Ranking, options: RankingOptions) -> Ranking:
    """Return a ranking by a key and then by those of another ranking."""
    check_kind("then", then, Ranking)
    return Ranking(f"{label}, {then.label}", (key, *then.keys), **options)
