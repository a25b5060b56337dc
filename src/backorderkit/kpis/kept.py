"""Were promises kept? Every line that was promised a day, judged by what followed.

A promise for a day is kept if nothing of the line is owed any more when that day ends:
all of it left the house. It may be replaced by another one, in time or too late.

    kept        all left by the day first promised
    moved       another day was told before the one it replaced had passed, and the
                last one told holds: it was kept, or lies ahead, or is unknown
    missed      some promised day passed with units owed and no other day told
    open        the first promise holds and its day lies ahead
    withdrawn   the rest of the line was cancelled before any promise was missed

A day is a day of the times as given: a promise made in Berlin is judged by the date on
a Berlin parcel.

>>> accuracy = PromiseAccuracy(kept=8, moved=1, missed=1, open=3, withdrawn=0)
>>> accuracy.rate
Fraction(4, 5)
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import attrs

from backorderkit.model import (
    Event,
    GoodsShipped,
    OrderPlaced,
    PortionAdded,
    PromiseMade,
    QuantityCancelled,
    QuoteAccepted,
)
from backorderkit.values import LineRef

__all__ = ["PromiseAccuracy", "promise_accuracy"]


@attrs.frozen(kw_only=True)
class PromiseAccuracy:
    """How many promised lines fared how.

    >>> PromiseAccuracy(open=3).rate is None
    True
    """

    kept: int = 0
    moved: int = 0
    missed: int = 0
    open: int = 0
    withdrawn: int = 0

    @property
    def rate(self) -> Fraction | None:
        """Return the kept ones among those that are decided, None without any."""
        decided = self.kept + self.moved + self.missed
        return Fraction(self.kept, decided) if decided else None


@attrs.define
class _Line:
    """What is owed of a line, and the promises made while it is."""

    owed: int = 0
    promises: list[PromiseMade] = attrs.field(factory=list)

    def verdict(self, today: date, settled: str = "") -> str:
        """Return how the promises fared until today; "" if no day was ever told."""
        told = self.promises
        first = next((one.promised_on for one in told if one.promised_on), None)
        if first is None:
            return ""
        ends = [*(one.at.date() for one in told[1:]), today]
        for promise, end in zip(told, ends, strict=True):
            if promise.promised_on is not None and end > promise.promised_on:
                return "missed"
        if settled == "shipped":
            return "kept" if today <= first else "moved"
        if settled == "cancelled":
            return "withdrawn"
        return "open" if len(told) == 1 else "moved"


def promise_accuracy(history: "Iterable[Event]", *, on: date) -> PromiseAccuracy:
    """Return how the promises of a history fared, seen at the end of a day; O(events).

    A line that is raised after all of it left is judged again, as another line.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, MemoryRepository, Order, OrderDesk, oldest_first
    >>> from backorderkit import Catalogue, SupplierTerms, plan_order
    >>> shelf, monday = MemoryRepository(), datetime(2026, 3, 2, tzinfo=UTC)
    >>> desk = OrderDesk(shelf, oldest_first())
    >>> order = Order("O-1", "ada", monday, [Line("O-1/1", "LAMP", 5)])
    >>> week = Catalogue([SupplierTerms("ACME", "LAMP", lead_time_days=7)])
    >>> _ = desk.carry_out(plan_order, order, catalogue=week)
    >>> events, _ = shelf.history(0)
    >>> promise_accuracy(events, on=date(2026, 3, 9)).open
    1
    >>> promise_accuracy(events, on=date(2026, 3, 10)).missed
    1
    """
    lines: dict[LineRef, _Line] = {}
    verdicts: Counter[str] = Counter()
    for event in history:
        match event:
            case OrderPlaced() | QuoteAccepted():
                for portion in event.portions:
                    lines.setdefault(portion.line, _Line()).owed += portion.quantity
            case PortionAdded(portion):
                lines.setdefault(portion.line, _Line()).owed += portion.quantity
            case PromiseMade():
                lines[event.line].promises.append(event)
            case GoodsShipped():
                for one in event.lines:
                    verdict = _left(lines[one.line], one.quantity, event, "shipped")
                    verdicts[verdict] += 1
            case QuantityCancelled() if event.line in lines:  # not of a quote
                line = lines[event.line]
                verdict = _left(line, event.quantity, event, "cancelled")
                verdicts[verdict] += 1
            case _:
                pass  # nothing is promised or settled by it
    verdicts.update(line.verdict(on) for line in lines.values())
    del verdicts[""]
    return PromiseAccuracy(**verdicts)


def _left(
    line: _Line, units: int, event: GoodsShipped | QuantityCancelled, how: str
) -> str:
    """Take units off what a line is owed; return the verdict if that settles it."""
    line.owed -= units
    if line.owed:
        return ""
    verdict, line.promises = line.verdict(event.at.date(), how), []
    return verdict
