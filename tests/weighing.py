"""What a delivery did to a store, weighed against what it may have done.

`Scales` take the new facts from the store after each delivery. Only that delivery can
have stored them, so each fact is known to be the effect of one message: at most one
delivery of it may have any, with its key and the notices that its facts ask for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backorderkit import OrderBook, Plan
from backorderkit.errors import Duplicate
from backorderkit.model import (
    Allocated,
    AllocationReleased,
    Event,
    GoodsShipped,
    OrderPlaced,
    OrderRefused,
    PromiseMade,
    QuantityCancelled,
    QuantityRefused,
)
from backorderkit.notices import Notice
from backorderkit.storage import Repository, Token
from tests.judging import Shelf, Sums, Turn, Wrong
from tests.traffic import Message

Told = tuple[str, str]
"""The kind of a notice, and its order."""


class Scales:
    """Adds up what a store holds, and knows which message did what."""

    def __init__(self, store: Repository, turn: Turn, seen: Counter[str]) -> None:
        """Begin with an empty store."""
        self.store, self.seen, self.sums = store, seen, Sums(turn)
        self.facts: list[Event] = []
        self.done: dict[str, Message] = {}
        self.outbox: dict[str, Notice] = {}
        self.newest_receipts: dict[str, int] = {}  # of a purchase line

    def weigh(
        self,
        message: Message,
        plan: Plan | None,
        was_saved: bool | None,
        book: OrderBook | None,
    ) -> None:
        """See what a delivery did, whatever it answered, if anything."""
        known = len(self.facts)
        facts, token = self.store.history(Token(known))
        was_done = message.key in self.done
        if plan is not None:
            self._is_true(message, plan, facts, was_done)
        if was_saved is not None and bool(facts) != was_saved:
            raise Wrong(f"{message.key}: saved is {was_saved}, but there are {facts}")
        if facts:
            if was_done:
                raise Wrong(f"{message.key} is done twice: {facts}")
            self.done[message.key] = message
            self._take_in(message, facts)
        if token != len(self.facts):
            raise Wrong(f"{len(self.facts)} facts, but the token is {token}")
        if self._has_key(message.key) != (message.key in self.done):
            raise Wrong(f"{message.key}: done or not, its key says otherwise")
        self._are_told(message, facts)
        if facts and plan is not None and book is not None:
            self._compare(book, facts)

    def _is_true(
        self, message: Message, plan: Plan, facts: Sequence[Event], was_done: bool
    ) -> None:
        """See that an answer is what was done."""
        if plan.events != tuple(facts):
            raise Wrong(f"{message.key}: answered {plan.events}, stored {facts}")
        if was_done:
            self.seen["done before"] += 1
        says_so = [one.code for one in plan.reasons] == ["done_before"]
        if says_so != was_done:
            raise Wrong(f"{message.key}: done before is {was_done}: {plan.explain()}")

    def _take_in(self, message: Message, facts: Sequence[Event]) -> None:
        """Add up new facts."""
        take, shelves = self.sums.take, set[Shelf]()
        for fact in facts:
            shelves.update(take(fact))
        for shelf in shelves:
            shelf.has_no_idle_units()
        self.facts += facts
        if message.about:
            newest = self.newest_receipts.get(message.about, 0)
            self.seen["receipt out of order"] += message.number < newest
            self.newest_receipts[message.about] = max(newest, message.number)

    def _has_key(self, key: str) -> bool:
        """Tell whether the store knows the key of a command."""
        try:
            self.store.save((), (), Token(len(self.facts)), key=key)
        except Duplicate:
            return True
        return False

    # Notices

    def _are_told(self, message: Message, facts: Sequence[Event]) -> None:
        """See that new facts, and nothing else, have new notices."""
        new = [one for one in self.store.unsent() if one.key not in self.outbox]
        self.outbox.update((one.key, one) for one in new)
        told = sorted((one.kind.value, one.order) for one in new)
        if told != sorted(self._due(facts)):
            raise Wrong(f"{message.key}: {facts} told as {told}")

    def _due(self, facts: Iterable[Event]) -> Iterable[Told]:
        """Return what must be told of facts."""
        due, new, given = dict[Told, None](), "", Counter[str]()
        for fact in facts:
            match fact:
                case OrderPlaced(order):
                    new = order.ref
                    due["confirmed", new] = None
                case OrderRefused(order):
                    due["refused", order.ref] = None
                case QuantityRefused():
                    due["refused", fact.order] = None
                case Allocated():
                    given[fact.line] += fact.quantity
                case AllocationReleased():
                    given[fact.line] -= fact.quantity
                case QuantityCancelled():
                    due["cancelled", self._order(fact.line)] = None
                    is_given = given[fact.line] < 0
                    self.seen["allocated units cancelled"] += is_given
                case PromiseMade() if self._order(fact.line) != new:
                    due.update(self._due_date(fact))
                case GoodsShipped():
                    due["shipped", fact.order] = None
        for line, units in given.items():
            if units > 0 and (order := self._order(line)) != new:
                due["arrived", order] = None
        return due

    def _due_date(self, fact: PromiseMade) -> Iterable[tuple[Told, None]]:
        """Yield what must be told of a promise, if anything is still to come."""
        if any(one.waiting or one.allocated for one in self.sums.lines[fact.line]):
            told = self.sums.promises[fact.line]
            before = [one for one in told[: told.index(fact)][-1:] if one.dates]
            kind = "date_moved" if before else "date_set"
            yield (kind, self._order(fact.line)), None

    def _order(self, line: str) -> str:
        """Return whose a line is."""
        return self.sums.lines[line][0].order

    # What the library says

    def _compare(self, book: OrderBook, facts: Sequence[Event]) -> None:
        """Hold what the newest book says of what was touched against the sums."""
        pools = dict[tuple[str, str], None]()
        for fact in facts:
            if isinstance(fact, Allocated | QuantityCancelled):
                share = self.sums.portions[fact.line, fact.portion]
                pools[share.pool] = None
                self._compare_line(book, fact.line)
            elif isinstance(fact, PromiseMade):
                self._compare_line(book, fact.line)
        for pool in pools:
            self._compare_pool(book, pool)

    def _compare_line(self, book: OrderBook, line: str) -> None:
        """Hold the figures of a line against the sums."""
        said = [
            (one.ordered, one.waiting, one.allocated, one.shipped, one.cancelled)
            for one in book.line(line).portions
        ]
        wanted = [
            (
                one.waiting + one.allocated + one.shipped + one.cancelled,
                *(one.waiting, one.allocated, one.shipped, one.cancelled),
            )
            for one in self.sums.lines[line]
        ]
        if said != wanted:
            raise Wrong(f"{line}: the book says {said}, the facts {wanted}")
        promises = tuple(self.sums.promises.get(line, ()))
        if book.promises(line) != promises:
            raise Wrong(f"{line}: promised was {promises}")

    def _compare_pool(self, book: OrderBook, pool: tuple[str, str]) -> None:
        """Hold the figures of a pool against the sums."""
        one, shelf = book.pool(*pool), self.sums.shelves[pool]
        said = (one.on_hand, one.allocated, one.waiting, one.received, one.returned)
        said += (one.counted, one.transferred, one.shipped, one.reserve)
        waiting = sum(share.waiting for share in shelf.waiting.values())
        wanted = (shelf.on_hand, shelf.given, waiting, shelf.received, shelf.returned)
        wanted += (shelf.counted, shelf.transferred, shelf.shipped, shelf.reserve)
        if said != wanted:
            raise Wrong(f"{pool}: the book says {said}, the facts {wanted}")

    # The end

    def end(self, told: Mapping[str, Notice]) -> None:
        """See that the history stayed as it was, and that all notices were told."""
        facts, _ = self.store.history(Token(0))
        if list(facts) != self.facts:
            raise Wrong("the history has changed")
        if self.store.unsent() or set(told) != set(self.outbox):
            raise Wrong(f"not told: {sorted(set(self.outbox) ^ set(told))}")

    def compare_whole(self, book: OrderBook) -> None:
        """Hold a whole book against the sums."""
        book.check_invariants()
        for line in self.sums.lines:
            self._compare_line(book, line)
        for pool in self.sums.shelves:
            self._compare_pool(book, pool)
        for ref, bought in self.sums.bought.items():
            one = book.purchase_line(ref)
            said = (one.ordered, one.open, one.accepted, one.closed, one.over)
            wanted = (bought.ordered, bought.open, bought.accepted, bought.closed)
            if said != (*wanted, bought.over):
                raise Wrong(f"{ref}: the book says {said}, the facts {bought}")

    def figures(self) -> Any:
        """Return what every line and every shelf came to."""
        lines = [
            (*ref, one.waiting, one.allocated, one.shipped, one.cancelled)
            for ref, one in self.sums.portions.items()
        ]
        shelves = [
            (*pool, one.on_hand, one.given) for pool, one in self.sums.shelves.items()
        ]
        return sorted(lines), sorted(shelves)
