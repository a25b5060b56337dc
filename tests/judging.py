"""How a store is judged after many worked on it: from the raw facts, all counted anew.

`audit` adds a history up with none of the library's code: no unit is given twice,
nobody is served before somebody older, what was acknowledged is there, once, and nobody
waits for what lies free at the end. `judge` also holds the loaded book against the
history.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import attrs

from backorderkit import Duplicate, OrderBook, oldest_first
from backorderkit.events import (
    Allocated,
    AllocationReleased,
    Event,
    GoodsReceived,
    GoodsShipped,
    OrderPlaced,
    OrderRefused,
    Portion,
    PortionAdded,
    QuantityCancelled,
    QuantityRefused,
)
from backorderkit.protocols import Repository, Token
from tests.workload import Command

NAMED = ("place", "receive", "ship")
"""Commands that leave a reference of their own in the history."""


class Wrong(AssertionError):
    """The history cannot be what a sound shop did."""


def judge(repository: Repository, acknowledged: Sequence[Command]) -> Counter[str]:
    """Hold a store against what was acknowledged; return what was seen."""
    facts, token = repository.history(Token(0))
    history = tuple(facts)
    seen = audit(history, acknowledged)
    book, at = repository.load(oldest_first())
    replayed = OrderBook.replay(history, oldest_first())
    if book != replayed or at != token or token != len(history):
        raise Wrong("the loaded book is not the replayed history")
    book.check_invariants()
    keys = [notice.key for notice in repository.unsent()]
    if len(set(keys)) < len(keys):
        raise Wrong("a notice waits twice")
    for one in acknowledged:
        try:
            repository.save((), (), token, key=one.key)
        except Duplicate:
            continue
        raise Wrong(f"the key of {one.key} is not known")
    return seen


def is_together(repository: Repository, sent: Iterable[Command]) -> None:
    """See that facts, keys and notices are there together or not at all.

    For stores out of which nobody has taken notices yet.
    """
    facts, token = repository.history(Token(0))
    sums = Sums()
    for event in facts:
        sums.take(event)
    for one in sent:
        try:
            repository.save((), (), token, key=one.key)
            is_known = False
        except Duplicate:
            is_known = True
        if one.kind in NAMED and is_known != bool(sums.refs[one.key]):
            raise Wrong(f"{one.key}: its key is known: {is_known}, unlike its facts")
    told = [notice.key.rpartition("/")[0] for notice in repository.unsent()]
    for event in facts:
        if (due := _due(event)) and due not in told:
            raise Wrong(f"nobody was told: {due}")
    orders = {ref for event in facts if (ref := _order(event))}
    for notice in repository.unsent():
        if notice.order not in orders:
            raise Wrong(f"told of what is not there: {notice}")


def _due(event: Event) -> str:
    """Return what somebody must be told of a fact."""
    match event:
        case OrderPlaced(order):
            return f"confirmed/{order.ref}"
        case OrderRefused(order):
            return f"refused/{order.ref}"
        case GoodsShipped():
            return f"shipped/{event.order}"
    return ""


def _order(event: Event) -> str:
    """Return the order that a fact brings."""
    match event:
        case OrderPlaced(order) | OrderRefused(order):
            return order.ref
    return ""


def audit(history: Iterable[Event], acknowledged: Sequence[Command]) -> Counter[str]:
    """Add up a history from its raw facts; raise `Wrong`, or return what was seen."""
    sums = Sums()
    for event in history:
        sums.take(event)
        for sku, units in sums.given.items():
            if not 0 <= units <= sums.on_hand[sku]:
                raise Wrong(f"{units} of {sums.on_hand[sku]} {sku} given by {event}")
    twice = [key for key, times in sums.refs.items() if times > 1]
    if twice:
        raise Wrong(f"done twice: {twice}")
    lost = {one.key for one in acknowledged if one.kind in NAMED} - set(sums.refs)
    if lost:
        raise Wrong(f"acknowledged, but lost: {sorted(lost)}")
    for one in sums.portions.values():
        if one.waiting and sums.on_hand[one.sku] > sums.given[one.sku]:
            raise Wrong(f"{one} waits beside free units")
    return sums.seen


@attrs.define
class Share:
    """What a portion waits for, has and had."""

    sku: str
    queued_at: datetime
    waiting: int
    allocated: int = 0
    shipped: int = 0
    cancelled: int = 0

    def move(self, source: str, target: str, units: int) -> None:
        """Move units from one state to another."""
        left = getattr(self, source) - units
        if left < 0 or units < 1:
            raise Wrong(f"{self} has no {units} {source}")
        setattr(self, source, left)
        setattr(self, target, getattr(self, target) + units)


@attrs.define
class Sums:
    """What a history adds up to."""

    on_hand: Counter[str] = attrs.field(factory=Counter)
    given: Counter[str] = attrs.field(factory=Counter)  # allocated units of each SKU
    refs: Counter[str] = attrs.field(factory=Counter)
    seen: Counter[str] = attrs.field(factory=Counter)
    portions: dict[tuple[str, int], Share] = attrs.field(factory=dict)
    sku_of: dict[str, str] = attrs.field(factory=dict)

    def take(self, event: Event) -> None:
        """Take in one fact."""
        match event:
            case OrderPlaced(order, placed):
                self.refs[f"place {order.ref[2:]}"] += 1
                self.sku_of.update({line.ref: line.sku for line in order.lines})
                for one in placed:
                    self._enter(one, order.placed_at)
            case OrderRefused(order):
                self.refs[f"place {order.ref[2:]}"] += 1
                self.seen["refused"] += 1
            case QuantityRefused():
                self.seen["refused in part"] += 1
            case PortionAdded(one):
                self._enter(one, event.queued_at)
                self.seen["amended up"] += 1
            case GoodsReceived(receipt):
                self.refs[f"receive {receipt.ref[2:]}"] += 1
                for line in receipt.lines:
                    self.on_hand[line.sku] += line.accepted
            case GoodsShipped():
                self._ship(event)
            case _:
                self._change(event)

    def _enter(self, one: Portion, queued_at: datetime) -> None:
        """Enter a new portion, all of which waits."""
        if (one.line, one.number) in self.portions:
            raise Wrong(f"{one} twice")
        share = Share(self.sku_of[one.line], queued_at, one.quantity)
        self.portions[one.line, one.number] = share

    def _change(self, event: Event) -> None:
        """Take in what becomes of waiting units."""
        match event:
            case Allocated():
                one = self.portions[event.line, event.portion]
                exact = event.quantity == event.wanted
                self.seen["exact fill" if exact else "partial fill"] += 1
                one.move("waiting", "allocated", event.quantity)
                self.given[one.sku] += event.quantity
                self._was_first(one)
            case AllocationReleased():
                one = self.portions[event.line, event.portion]
                self.seen["allocation released"] += 1
                one.move("allocated", "waiting", event.quantity)
                self.given[one.sku] -= event.quantity
            case QuantityCancelled():
                one = self.portions[event.line, event.portion]
                self.seen["cancelled"] += 1
                one.move("waiting", "cancelled", event.quantity)
            case _:
                raise Wrong(f"a fact nobody asked for: {event}")

    def _was_first(self, served: Share) -> None:
        """See that nobody older waits while a younger one is served."""
        for one in self.portions.values():
            is_older = one.sku == served.sku and one.queued_at < served.queued_at
            if is_older and one.waiting:
                raise Wrong(f"{served} is served before {one}")

    def _ship(self, event: GoodsShipped) -> None:
        """Take in a parcel."""
        self.refs[f"ship {event.shipment[2:]}"] += 1
        self.seen["shipped"] += 1
        for line in event.lines:
            one = self.portions[line.line, line.portion]
            one.move("allocated", "shipped", line.quantity)
            self.given[one.sku] -= line.quantity
            self.on_hand[one.sku] -= line.quantity
