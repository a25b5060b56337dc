"""The counter of the shop: where every page reads the book and carries out commands.

Each process keeps one book. Before it is used it takes in what other processes saved,
so a command costs what it touches and not the whole history. One thread at a time is at
the desk. Mail leaves after the command is stored and the desk is free again; while one
thread sends, it also sends what the others would.

Who comes first is the shop's choice, and said here: the lowest priority number, then
the oldest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, RLock
from typing import Any

from backorderkit import OrderBook, OrderDesk, Plan, by_priority, send_notices
from backorderkit.errors import NoticeNotSent
from django_shop.mailing import MailNotifier
from django_shop.storage import DjangoRepository

POLICY = by_priority()


class Counter:
    """One desk for all threads of a process."""

    def __init__(self) -> None:
        """Open the desk when it is first needed, for the database may not be there."""
        self._desk: OrderDesk | None = None
        self._turn, self._post = RLock(), Lock()

    @contextmanager
    def desk(self) -> Iterator[OrderDesk]:
        """Give the desk to one thread, its book up to date."""
        with self._turn:
            if self._desk is None:
                self._desk = OrderDesk(DjangoRepository(), POLICY)
            else:
                self._desk.catch_up()
            yield self._desk

    @contextmanager
    def book(self) -> Iterator[OrderBook]:
        """Give the book to one thread, to be read."""
        with self.desk() as desk:
            yield desk.book

    def carry_out(
        self, key: str, decision: Callable[..., Plan], *args: Any, **kwargs: Any
    ) -> Plan:
        """Carry a command out once under its key, then send the mail it asks for."""
        with self.desk() as desk:
            plan = desk.carry_out_once(key, decision, *args, **kwargs)
        with suppress(NoticeNotSent):  # it waits; the command `send_notices` tells
            self.send_mail()
        return plan

    def send_mail(self) -> int:
        """Send every notice that waits, unless another thread does; return how many."""
        if not self._post.acquire(blocking=False):
            return 0
        try:
            sent = 0
            while more := send_notices(DjangoRepository(), MailNotifier()):
                sent += more
            return sent
        finally:
            self._post.release()

    def close(self) -> None:
        """Forget the book; it is read from the database again."""
        with self._turn:
            self._desk = None


counter = Counter()


def was_done_before(plan: Plan) -> bool:
    """Tell whether a command did nothing because it was carried out before."""
    return any(reason.code == "done_before" for reason in plan.reasons)
