"""The order desk: one object that loads, decides, saves, and notifies the customers.

The desk holds no rule. It carries out any `plan_*` function on the newest book: it
plans, saves events and notices under the token of its book, applies, and sends the
notices. After a concurrent update of the same things it takes in what was saved and
plans again; it also looks for updates before it refuses a command or does nothing.

An `OrderDesk` keeps its book; a `RequestDesk` loads one per command. A command with a
key is done once, however often it is sent.

Notices leave only after the save. One that cannot be sent stays in the repository and
is tried again with the next command, under the same key; a command does not fail for
it. `send_notices` tries at once and raises what the notifier raises.

>>> from datetime import UTC, datetime
>>> from backorderkit import Line, Order, oldest_first, plan_order
>>> from backorderkit.adapters import MemoryRepository
>>> desk = OrderDesk(MemoryRepository(), oldest_first())
>>> now = datetime(2026, 3, 1, tzinfo=UTC)
>>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
>>> plan = desk.carry_out(plan_order, order)
>>> desk.book.line("O-1/1").waiting
5
"""

from contextlib import suppress

from backorderkit.book import OrderBook
from backorderkit.errors import BackorderError, Conflict, Duplicate, NoticeNotSent
from backorderkit.model import AllocationPolicy, Plan
from backorderkit.storage.protocols import Notifier, Repository
from backorderkit.storage.saving import (
    Arguments,
    Command,
    Decision,
    Work,
    carry_out,
    retried,
    send_notices,
)
from backorderkit.values import check_count, check_ref

__all__ = ["OrderDesk"]


class OrderDesk:
    """Carries out decisions on a stored book that it keeps.

    >>> from backorderkit import oldest_first
    >>> from backorderkit.adapters import MemoryRepository
    >>> OrderDesk(MemoryRepository(), oldest_first()).book.version
    0
    """

    def __init__(
        self,
        repository: Repository,
        policy: AllocationPolicy,
        notifier: Notifier | None = None,
        *,
        tries: int = 5,
    ) -> None:
        """Load the book; without a notifier, notices wait in the repository."""
        self._repository, self._notifier = repository, notifier
        self._tries = check_count("tries", tries, 1)
        self._work = Work(repository, *repository.load(policy))

    @property
    def book(self) -> OrderBook:
        """Return the book, as of the last command."""
        return self._work.book

    def carry_out(
        self,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Decide, save, apply, send notices; return the plan that was applied.

        Raises `Conflict` if a concurrent update came first in every try, and what the
        decision raises. An empty plan is returned and saves nothing.
        """
        return self._carried_out(Command.of("", decision, *args, **kwargs))

    def carry_out_once(
        self,
        key: str,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Carry a command out unless its key says that it was carried out before.

        Then the plan is empty, with the reason `done_before`.
        """
        key = check_ref("command key", key)
        return self._carried_out(Command.of(key, decision, *args, **kwargs))

    def _carried_out(self, command: Command) -> Plan:
        """Carry a command out in as many tries as it needs, then send the notices."""
        newest = Command(lambda _: self._newest(command), command.key)
        plan = retried(lambda: self._try(newest), self._tries)
        # The plan is saved: a notifier that fails must not look like a plan that did.
        with suppress(NoticeNotSent):
            self.send_notices()
        return plan

    def _try(self, command: Command) -> Plan:
        """Carry a command out on the book as it is; when refused, take in the news."""
        try:
            plan = carry_out(self._work, command)
        except (Conflict, Duplicate) as error:
            self.catch_up()
            if isinstance(error, Duplicate) and command.is_named_by(error):
                return command.done_before(self.book.version)
            raise
        self._take_in_others(plan)
        return plan

    def _newest(self, command: Command) -> Plan:
        """Decide; before refusing or doing nothing, look for concurrent updates."""
        version = self.book.version
        try:
            plan = command.decide(self.book)
            if not plan.is_empty:
                return plan
        except BackorderError:
            self.catch_up()
            if self.book.version == version:
                raise
            return command.decide(self.book)
        self.catch_up()
        if self.book.version == version:
            return plan
        return command.decide(self.book)

    def _take_in_others(self, plan: Plan) -> None:
        """Take in what others saved of other things before our plan was saved."""
        since, newest = self._work.saved_on, self._work.token
        own = len(plan.events)
        others = newest - own - since
        if own and others > 0:
            # If the read fails, the old token makes the next save a conflict: a book
            # that lacks facts must not pass for the newest.
            self._work.token = since
            events, _ = self._repository.history(since)
            self.book.follow(events[:others])
            self._work.token = newest

    def catch_up(self) -> None:
        """Take in what others saved since the last command."""
        events, token = self._repository.history(self._work.token)
        self.book.follow(events)
        self._work.token = token

    def send_notices(self) -> int:
        """Send every notice that waits; return how many were sent.

        A notice whose notifier raises keeps waiting, and so do later ones of its order;
        that is raised as `NoticeNotSent` after the others were sent.
        """
        if self._notifier is None:
            return 0
        return send_notices(self._repository, self._notifier)
