"""The bare loop that the library is held against: tuples in a `SortedKeyList`.

It keeps the same figures as a pool of the book (stock, units allocated and waiting, by
line, by order and in all) and serves the same lines by the same rule, with no checks,
no events, no reasons, and no way to look before it acts.
"""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import TypeAlias

from sortedcontainers import SortedKeyList

Waiting = tuple[datetime, str, str, int]  # since when, line, order, units
QueueDiscipline: TypeAlias = "SortedKeyList[Waiting, tuple[datetime, str]]"


class BareQueue:
    """One pool as a plain program would keep it."""

    def __init__(self, waiting: Iterable[Waiting] = ()) -> None:
        """Let lines wait for stock that is not there."""
        self.on_hand = self.allocated = self.waiting = 0
        self.lines: dict[str, tuple[int, int]] = {}  # waiting and allocated units
        self.orders: dict[str, tuple[int, int]] = {}
        self.queue: QueueDiscipline = SortedKeyList(key=itemgetter(0, 1))
        for line in waiting:
            self.place(line)

    def place(self, line: Waiting) -> int:
        """Give a new line what is free, let it wait for the rest; return its share."""
        at, ref, order, wanted = line
        given = min(self.on_hand - self.allocated, wanted)
        missing = wanted - given
        self.allocated += given
        self.waiting += missing
        self.lines[ref] = missing, given
        waiting, allocated = self.orders.get(order, (0, 0))
        self.orders[order] = waiting + missing, allocated + given
        if missing:
            self.queue.add((at, ref, order, missing))
        return given

    def receive(self, units: int) -> tuple[list[tuple[str, int]], list[str]]:
        """Serve the queue from new stock; return who got what, and who is complete."""
        self.on_hand += units
        free = self.on_hand - self.allocated
        awards: list[tuple[str, int]] = []
        complete: list[str] = []
        while free and self.queue:
            at, ref, order, wanted = self.queue.pop(0)
            given = min(free, wanted)
            free -= given
            self.allocated += given
            self.waiting -= given
            missing, had = self.lines[ref]
            self.lines[ref] = missing - given, had + given
            waiting, allocated = self.orders[order]
            self.orders[order] = waiting - given, allocated + given
            if waiting == given:
                complete.append(order)
            if given < wanted:
                self.queue.add((at, ref, order, wanted - given))
            awards.append((ref, given))
        return awards, complete
