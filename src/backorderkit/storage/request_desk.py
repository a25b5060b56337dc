"""A desk for a process that serves one request and forgets, such as a web worker.

It loads a book for the SKUs a command touches, decides, saves, and drops the book: in
one unit of work, if the repository has them. After a concurrent update of the same
things it loads again; when a decision asks for more than was loaded, it loads that as
well, at last the whole book. Notices wait in the repository for `send_notices`, which
is often called by another process.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext

from backorderkit.errors import Conflict, Duplicate, NotLoaded
from backorderkit.model import AllocationPolicy, Plan
from backorderkit.storage.protocols import Repository, Transactional, UnitOfWork
from backorderkit.storage.saving import Arguments, Command, Decision, Work, carry_out
from backorderkit.storage.scope import WHOLE, Scope
from backorderkit.values import Sku, check_count, check_ref

__all__ = ["RequestDesk"]

_MOST_REFS = 20
"""References that are loaded one by one; with more, the whole book is loaded."""


class RequestDesk:
    """Carries out commands, each on a book loaded for it.

    The commands are about the given SKUs; without them, the whole book is loaded. The
    notices wait in the repository for `send_notices`.

    >>> from datetime import UTC, datetime
    >>> from backorderkit import Line, Order, oldest_first, plan_order
    >>> from backorderkit.adapters import MemoryRepository
    >>> desk = RequestDesk(MemoryRepository(), oldest_first(), ["LAMP"])
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> order = Order("O-1", "ada", now, [Line("O-1/1", "LAMP", 5)])
    >>> desk.carry_out_once("place O-1", plan_order, order).is_empty
    False
    >>> print(desk.carry_out_once("place O-1", plan_order, order).explain())
    place O-1: the command was carried out before
    """

    def __init__(
        self,
        repository: Repository,
        policy: AllocationPolicy,
        skus: Iterable[Sku] | None = None,
        *,
        tries: int = 5,
    ) -> None:
        """Keep the repository and the policy; nothing is loaded yet."""
        self._repository, self._policy = repository, policy
        self._scope = None if skus is None else Scope.of(skus)
        self._tries = check_count("tries", tries, 1)

    def carry_out(
        self,
        decision: Decision[Arguments],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Load, decide, save; return the plan that was saved.

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
        """Load, decide and save until it is done, or the tries are used up."""
        tries, scope = self._tries, self._scope
        while True:
            try:
                return self._try(command, scope)
            except NotLoaded as missing:
                scope = self._widened(scope, missing)
            except Conflict:
                tries -= 1
                if not tries:
                    raise

    def _widened(self, scope: Scope | None, missing: NotLoaded) -> Scope | None:
        """Return what to load when a book was too small: at last all of it."""
        if scope is None or self._scope is None:
            raise missing
        # A second SKU that was not foreseen may be the first of many.
        is_chain = missing.kind == "SKU" and scope.skus != self._scope.skus
        # A calendar of one SKU is asked for by what looks at those of all SKUs.
        is_about_all = is_chain or missing.kind == "calendar"
        wider = None if is_about_all else scope.widened(missing)
        if wider is None:
            return None
        has_enough = max(wider.depths.values(), default=0) > WHOLE
        is_much = len(wider.refs) > _MOST_REFS or has_enough
        return None if is_much or wider == scope else wider

    def _try(self, command: Command, scope: Scope | None) -> Plan:
        """Carry a command out on a book as it is now, in one unit of work if possible.

        A load of the whole book locks nothing: a concurrent update is noticed by the
        save.
        """
        unit: AbstractContextManager[UnitOfWork] = nullcontext(self._repository)
        try:
            if scope is not None and isinstance(self._repository, Transactional):
                unit = self._repository.begin(scope, key=command.key)
            with unit as begun:
                return carry_out(Work(begun, *begun.load(self._policy, scope)), command)
        except Duplicate as error:
            if command.is_named_by(error):
                return command.done_before(0)
            raise
