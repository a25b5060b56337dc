"""A book under watch: every decision is carried out, and everything is checked.

Each step decides twice and compares, applies, lets the book check itself, recounts the
history from outside, and holds the step against its laws. Then it tries what must not
work: the same plan again, the same facts again. With a repository, two desks share the
same work in turn, each behind the other, and must come to the same plans.

`seen` counts what happened, so that a run in which nothing happened can be told from
one in which nothing failed.

>>> from backorderkit import Line, Order, oldest_first, plan_order
>>> watched = WatchedBook(oldest_first())
>>> order = Order("B1", "ada", MONDAY, [Line("B1/1", "LAMP", 5)])
>>> plan = watched.carry_out(plan_order, order)
>>> watched.carry_out(plan_order, order), watched.seen["exact fill"]
(None, 0)
>>> watched.close()
"""

from collections import Counter
from collections.abc import Callable
from typing import ParamSpec

from backorderkit.book import OrderBook
from backorderkit.errors import BackorderError, Duplicate, StalePlan
from backorderkit.model import (
    AllocationPolicy,
    Event,
    GoodsReceived,
    GoodsReturned,
    GoodsShipped,
    OrderPlaced,
    Plan,
    PurchasePlaced,
    QuoteHeld,
    StockCounted,
    StockTransferred,
    TransferDispatched,
)
from backorderkit.notices import Notice, notices_of
from backorderkit.storage import Footprints, OrderDesk, Repository
from backorderkit.testing.book_laws.draft_laws import check_foresight, foresee
from backorderkit.testing.book_laws.group_laws import check_groups
from backorderkit.testing.book_laws.laws import check_laws
from backorderkit.testing.book_laws.pin_laws import check_pins
from backorderkit.testing.book_laws.slip_laws import slip_is_exact
from backorderkit.testing.book_laws.step_labels import sightings
from backorderkit.testing.book_laws.step_laws import (
    check_step,
    look,
    notices_tell_what_waits,
)
from backorderkit.testing.failures import BookLawBroken
from backorderkit.testing.strategies import MONDAY
from backorderkit.values import Pool

__all__ = ["MONDAY", "WatchedBook"]

Arguments = ParamSpec("Arguments")

ONCE_ONLY = (
    OrderPlaced
    | QuoteHeld
    | GoodsReceived
    | GoodsShipped
    | GoodsReturned
    | StockTransferred
    | PurchasePlaced
    | TransferDispatched
)
"""Facts with a reference of their own: told twice, they are refused."""


class WatchedBook:
    """A book, its whole history, and the checks around every step.

    >>> from backorderkit import oldest_first
    >>> WatchedBook(oldest_first()).events
    []
    """

    def __init__(
        self,
        policy: AllocationPolicy,
        repository: Callable[[], Repository] | None = None,
    ) -> None:
        """Open an empty book; with a repository, two desks work on it as well."""
        self.book: OrderBook = OrderBook(policy)
        self.events: list[Event] = []
        self.seen: Counter[str] = Counter()
        self._now = look(self.book)
        self._is_sound = True
        self._sent: list[Notice] = []
        self._desks: tuple[OrderDesk, ...] = ()
        if repository is not None:
            shared = repository()
            self._desks = tuple(OrderDesk(shared, policy, self) for _ in range(2))

    def send(self, notice: Notice) -> None:
        """Take a notice from a desk, as a notifier."""
        self._sent.append(notice)

    def carry_out(
        self,
        decision: Callable[..., Plan],  # any plan_* function; it gets the book first
        *args: object,
        **kwargs: object,
    ) -> Plan | None:
        """Decide, apply and check everything; None if the decision was refused."""
        self._is_sound = False  # until every check has passed
        plan = self._carried_out(decision, args, kwargs)
        self._is_sound = True
        return plan

    def _carried_out(
        self,
        decision: Callable[..., Plan],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> Plan | None:
        """Decide, apply and check everything."""
        try:
            plan = decision(self.book, *args, **kwargs)
        except BackorderError as error:
            self._refused(error, decision, args, kwargs)
            return None
        _same("deciding twice", plan, decision(self.book, *args, **kwargs))
        _same("deciding changes nothing", look(self.book), self._now)
        self._apply(plan)
        self._at_a_desk(plan, decision, args, kwargs)
        if any(isinstance(event, ONCE_ONLY) for event in plan.events):
            self._tell_again(plan, decision, args, kwargs)
        return plan

    def _apply(self, plan: Plan) -> None:
        """Make a plan true and hold book and step against every law."""
        before, notices = self._now, notices_of(self.book, plan)
        plan.explain()
        slip_is_exact(self.book, plan)
        foreseen = foresee(self.book, plan)
        self.book.apply(plan)
        self.events += plan.events
        self.book.check_invariants()
        check_foresight(foreseen, self.book)
        ledger = check_laws(self.book, self.events, before.promises)
        self._now = look(self.book)
        check_step(before, plan, self._now, ledger)
        check_pins(before, plan, self._now, ledger)
        check_groups(self.book.policy, before, plan, self._now, ledger)
        notices_tell_what_waits(notices, self._now)
        self.seen.update(sightings(before, plan))
        if not plan.is_empty:
            self._must_refuse("stale plan", StalePlan, lambda: self.book.apply(plan))

    def _tell_again(
        self,
        plan: Plan,
        decision: Callable[..., Plan],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        """Give the same command again, then the same facts: nothing happens twice."""
        try:
            again = decision(self.book, *args, **kwargs)
        except Duplicate:
            self._unchanged("same command")
        else:
            _same("the same command twice", again.events, ())
        # A fact that fits comes first: it must be undone with the others.
        pools = (Pool("LAMP", "nowhere"), *self._now.pools)
        slips = [StockCounted(*pool, 1, "a slip", MONDAY) for pool in pools]
        facts = [*slips, *plan.events]
        self._must_refuse("same facts", Duplicate, lambda: self.book.follow(facts))

    def _must_refuse(
        self, what: str, error: type[BackorderError], act: Callable[[], object]
    ) -> None:
        """Do what must not work, and see that it changes nothing."""
        try:
            act()
        except error:
            self.seen[f"refused: {error.__name__}"] += 1
        else:
            raise BookLawBroken("refused whole", what, refused=False)
        self._unchanged(what)

    def _unchanged(self, what: str) -> None:
        """Check that the book is unchanged and still sound."""
        _same(f"nothing changed by a refused {what}", look(self.book), self._now)
        _same("version", self.book.version, len(self.events))
        self.book.check_invariants()

    def _refused(
        self,
        error: BackorderError,
        decision: Callable[..., Plan],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        """See that a refused decision changed nothing, and that a desk refuses it."""
        self.seen[f"refused: {type(error).__name__}"] += 1
        self._unchanged("decision")
        for desk in self._desks:
            desk.catch_up()
            try:
                desk.carry_out(decision, *args, **kwargs)
            except BackorderError as again:
                _same("error at the desk", str(again), str(error))
            else:
                raise BookLawBroken("error at the desk", str(error), refused=False)

    def _at_a_desk(
        self,
        plan: Plan,
        decision: Callable[..., Plan],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        """Carry out the same decision at the desk that worked longest ago."""
        if not self._desks:
            return
        self._desks = self._desks[::-1]
        desk, is_behind = self._desks[0], self._desks[0].book != self._desks[1].book
        if is_behind and self._reads_what_changed(desk, plan, decision, args, kwargs):
            desk.catch_up()
        try:
            carried = desk.carry_out(decision, *args, **kwargs)
        except BackorderError:
            if not is_behind:
                raise
            desk.catch_up()  # it had not heard of what the decision is about
            carried = desk.carry_out(decision, *args, **kwargs)
        if carried.is_empty and not plan.is_empty and is_behind:
            desk.catch_up()
            carried = desk.carry_out(decision, *args, **kwargs)
        elif is_behind and carried.events:
            self.seen["conflict at a desk"] += 1
        _same("plan at the desk", carried.events, plan.events)

    def _reads_what_changed(
        self,
        desk: OrderDesk,
        plan: Plan,
        decision: Callable[..., Plan],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> bool:
        """Return whether a desk would decide otherwise without a conflict.

        It would, if it only reads what others have changed and changes other things
        itself, such as a cap that counts over all locations. That is allowed.
        """
        try:
            stale = decision(desk.book, *args, **kwargs)
        except BackorderError:
            return False
        if stale.is_empty or stale.events == plan.events:
            return False
        known, footprints = desk.book.version, Footprints()
        footprints.follow(self.events[:known])
        since = footprints.follow(self.events[known : -len(plan.events) or None])
        return set(since).isdisjoint(footprints.of(stale.events))

    def close(self) -> None:
        """See that history and desks all come to the same book, if no law is broken."""
        if not self._is_sound:
            return
        policy = self.book.policy
        _same("replay", OrderBook.replay(self.events, policy) == self.book, True)
        for desk in self._desks:
            desk.catch_up()
            _same("book at the desk", desk.book == self.book, True)
        keys = Counter(notice.key for notice in self._sent)
        _same("keys sent twice", [key for key in keys if keys[key] > 1], [])


def _same(what: str, found: object, wanted: object) -> None:
    """Compare two answers that must be one."""
    if found != wanted:
        raise BookLawBroken(what, "watched book", found=found, wanted=wanted)
