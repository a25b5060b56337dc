"""The order desk: one object that loads, decides, saves, and tells the customers.

The desk holds no rule. It carries out any `plan_*` function on the newest book: it
plans, saves events and notices under the token of its book, applies, and hands the
notices over. When somebody else changed the same first it takes in what they saved and
plans anew; it also looks for that before it refuses a command or finds nothing to do.

An `OrderDesk` keeps its book; see `request` for a desk that forgets. Under a key a
command is done once, however often it is sent.

Notices leave only after the save. One that cannot be handed over stays in the
repository and is tried again with the next command, under the same key; a command does
not fail for it. `send_notices` tries at once and raises what the notifier raises.

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

from backorderkit.errors import BackorderError, Conflict, Duplicate, NoticeNotSent
from backorderkit.model import AllocationPolicy, Plan
from backorderkit.storage.protocols import Notifier, Repository, Token
from backorderkit.storage.saving import (
    Arguments,
    Decision,
    done_before,
    is_done,
    save,
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
        self.book, self._token = repository.load(policy)

    def carry_out(
        self,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Decide, save, apply, tell; return the plan that was made true.

        Raises `Conflict` if others saved first as often as the desk may try, and
        whatever the decision raises. An empty plan is returned and saves nothing.
        """
        return self._carried_out("", decision, *args, **kwargs)

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
        return self._carried_out(key, decision, *args, **kwargs)

    def _carried_out(
        self,
        key: str,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Decide, save and tell."""
        plan = self._saved(key, decision, *args, **kwargs)
        # The plan is saved: a notifier that fails must not look like a plan that did.
        with suppress(NoticeNotSent):
            self.send_notices()
        return plan

    def _saved(
        self,
        key: str,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Decide until a plan is saved, or the tries are used up."""
        for _ in range(self._tries - 1):
            with suppress(Conflict):
                return self._try(key, decision, *args, **kwargs)
        return self._try(key, decision, *args, **kwargs)

    def _try(
        self,
        key: str,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Decide on the book as it is, save, and apply what was saved.

        A command is asked for where it may have been done: it is refused, or finds
        nothing to do, or its key is known.
        """
        try:
            plan = self._decided(decision, *args, **kwargs)
        except Exception:
            if self._is_done(key):
                return done_before(key, self.book.version)
            raise
        if plan.is_empty:
            return done_before(key, self.book.version) if self._is_done(key) else plan
        known = self._token
        try:
            token = save(self._repository, self.book, plan, known, key)
        except Conflict:
            self.catch_up()
            raise
        except Duplicate:
            self.catch_up()
            if self._is_done(key):
                return done_before(key, self.book.version)
            raise
        self._take_in_others(known, Token(token - len(plan.events)))
        self._token = token
        return plan

    def _is_done(self, key: str) -> bool:
        """Tell whether a command was carried out; then take in what it did."""
        if not is_done(self._repository, key, self._token):
            return False
        self.catch_up()
        return True

    def _take_in_others(self, known: Token, until: Token) -> None:
        """Take in what others saved of other things, until just before our own."""
        if until > known:
            events, _ = self._repository.history(known)
            self.book.follow(events[: until - known])

    def _decided(
        self,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Decide; before refusing or doing nothing, look whether others saved more."""
        version = self.book.version
        try:
            plan = decision(self.book, *args, **kwargs)
            if not plan.is_empty:
                return plan
        except BackorderError:
            self.catch_up()
            if self.book.version == version:
                raise
            return decision(self.book, *args, **kwargs)
        self.catch_up()
        if self.book.version == version:
            return plan
        return decision(self.book, *args, **kwargs)

    def catch_up(self) -> None:
        """Take in what others saved since the last command."""
        events, token = self._repository.history(self._token)
        self.book.follow(events)
        self._token = token

    def send_notices(self) -> int:
        """Hand over every notice that waits; return how many went out.

        A notifier that raises keeps its notice waiting, and those of the same order;
        that is told as `NoticeNotSent` when the others have left.
        """
        if self._notifier is None:
            return 0
        return send_notices(self._repository, self._notifier)
