"""How a store is judged: from the raw facts, all counted anew.

`Sums` adds facts up, one after the other, with none of the library's code, and raises
`Wrong` at the first that no sound shop could have stored: a unit that is given twice,
somebody who is served before somebody the policy puts first. `audit` does so with a
whole history and sees that what was acknowledged is there, once, and that nobody waits
beside free units; `judge` also holds the loaded book against the history.

>>> from datetime import UTC, datetime
>>> from backorderkit.model import StockCounted
>>> sums = Sums()
>>> touched = sums.take(StockCounted("LAMP", "main", 3, "counted", datetime.now(UTC)))
>>> sums.shelves["LAMP", "main"].free
3
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import attrs

from backorderkit import OrderBook, oldest_first
from backorderkit.errors import Duplicate
from backorderkit.model import (
    Allocated,
    AllocationReleased,
    Event,
    GoodsReceived,
    GoodsReturned,
    GoodsShipped,
    HoldReleased,
    OrderHeld,
    OrderPlaced,
    OrderRefused,
    Portion,
    PortionAdded,
    PromiseMade,
    PurchaseExpected,
    PurchaseLineClosed,
    PurchasePlaced,
    QuantityCancelled,
    QuantityRefused,
    ReserveSet,
    StockCounted,
    StockTransferred,
)
from backorderkit.storage import Repository, Token
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
        if one.kind in NAMED and is_known != (one.key in sums.done()):
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
    lost = {one.key for one in acknowledged if one.kind in NAMED} - sums.done()
    if lost:
        raise Wrong(f"acknowledged, but lost: {sorted(lost)}")
    for shelf in sums.shelves.values():
        shelf.has_no_idle_units()
    return sums.seen


@attrs.define(eq=False)
class Share:
    """What a portion of a line waits for, has and had."""

    line: str
    number: int
    order: str
    pool: tuple[str, str]
    queued_at: datetime
    priority: int
    waiting: int
    allocated: int = 0
    shipped: int = 0
    cancelled: int = 0
    is_held: bool = False

    def move(self, source: str, target: str, units: int) -> None:
        """Move units from one state to another."""
        left = getattr(self, source) - units
        if left < 0 or units < 1:
            raise Wrong(f"{self} has no {units} {source}")
        setattr(self, source, left)
        setattr(self, target, getattr(self, target) + units)


Turn = Callable[[Share], Any]
"""Who is first: the lowest key, whatever compares; ties end at the reference."""


def by_age(one: Share) -> Any:
    """Put first who came first."""
    return one.queued_at


@attrs.define(eq=False)
class Shelf:
    """What came to one SKU at one place, and who waits there."""

    received: int = 0
    returned: int = 0
    counted: int = 0
    transferred: int = 0
    shipped: int = 0
    given: int = 0
    reserve: int = 0
    waiting: dict[tuple[str, int], Share] = attrs.field(factory=dict)

    @property
    def on_hand(self) -> int:
        """Return what lies there."""
        came = self.received + self.returned + self.counted + self.transferred
        return came - self.shipped

    @property
    def free(self) -> int:
        """Return what lies there and is nobody's."""
        return self.on_hand - self.given

    def bears(self, event: Event) -> None:
        """See that no more is given than is there."""
        if not 0 <= self.given <= self.on_hand:
            raise Wrong(f"{self.given} of {self.on_hand} given by {event}")

    def has_no_idle_units(self) -> None:
        """See that nobody waits beside units that he could have."""
        if self.free > self.reserve:
            for one in self.waiting.values():
                if not one.is_held:
                    raise Wrong(f"{one} waits beside {self.free} free units")


@attrs.define(eq=False)
class Bought:
    """What came of a line that was bought."""

    ordered: int
    accepted: int = 0
    closed: int = 0
    over: int = 0

    @property
    def open(self) -> int:
        """Return what is still to come."""
        return self.ordered - self.accepted - self.closed


class Sums:
    """What a history adds up to."""

    def __init__(self, turn: Turn = by_age) -> None:
        """Begin with nothing."""
        self.turn = turn
        self.seen: Counter[str] = Counter()
        self.shelves: dict[tuple[str, str], Shelf] = {}
        self.portions: dict[tuple[str, int], Share] = {}
        self.lines: dict[str, list[Share]] = {}
        self.orders: dict[str, list[Share]] = {}
        self.promises: dict[str, list[PromiseMade]] = {}
        self.bought: dict[str, Bought] = {}
        self.returned: Counter[str] = Counter()
        self.refs: set[tuple[str, str]] = set()
        self._held: set[str] = set()
        self._skus: dict[str, str] = {}
        self._order_of: dict[str, Any] = {}
        self._takers: dict[type, Callable[[Any], Iterable[Shelf]]] = {
            OrderPlaced: self._placed,
            OrderRefused: self._refused,
            QuantityRefused: self._refused_in_part,
            PortionAdded: self._added,
            Allocated: self._allocated,
            AllocationReleased: self._released,
            QuantityCancelled: self._cancelled,
            PromiseMade: self._promised,
            OrderHeld: self._is_held,
            HoldReleased: self._is_let_go,
            GoodsShipped: self._shipped,
            GoodsReturned: self._came_back,
            GoodsReceived: self._received,
            StockCounted: self._counted,
            StockTransferred: self._transferred,
            ReserveSet: self._reserved,
            PurchasePlaced: self._bought,
            PurchaseExpected: self._expected,
            PurchaseLineClosed: self._closed,
        }

    def take(self, event: Event) -> Iterable[Shelf]:
        """Take in one fact; return the shelves it is about."""
        taker = self._takers.get(type(event))
        if taker is None:
            raise Wrong(f"a fact nobody asked for: {event}")
        try:
            shelves = taker(event)
        except KeyError as error:
            raise Wrong(f"about what nobody knows: {event}") from error
        for shelf in shelves:
            shelf.bears(event)
        return shelves

    def shelf(self, sku: str, location: str) -> Shelf:
        """Return a shelf, an empty one if nothing was heard of it."""
        found = self.shelves.get((sku, location))
        if found is None:
            found = self.shelves[sku, location] = Shelf()
        return found

    def done(self) -> set[str]:
        """Return the keys of the commands that left a reference of their own."""
        return {f"{kind} {ref[2:]}" for kind, ref in self.refs}

    def _once(self, kind: str, ref: str) -> None:
        """See that something of this name happens for the first time."""
        if (kind, ref) in self.refs:
            raise Wrong(f"done twice: {kind} {ref}")
        self.refs.add((kind, ref))

    # Customers

    def _placed(self, event: OrderPlaced) -> Iterable[Shelf]:
        order = event.order
        self._once("place", order.ref)
        self.orders[order.ref] = []
        if order.hold:
            self._held.add(order.ref)
        for line in order.lines:
            self._skus[line.ref], self._order_of[line.ref] = line.sku, order
            self.lines[line.ref] = []
        return [self._enter(one, order.placed_at) for one in event.portions]

    def _refused(self, event: OrderRefused) -> Iterable[Shelf]:
        self._once("place", event.order.ref)
        self.seen["refused"] += 1
        return ()

    def _refused_in_part(self, event: QuantityRefused) -> Iterable[Shelf]:
        self.seen["refused in part"] += 1
        return ()

    def _added(self, event: PortionAdded) -> Iterable[Shelf]:
        self.seen["amended up"] += 1
        return (self._enter(event.portion, event.queued_at),)

    def _enter(self, one: Portion, queued_at: datetime) -> Shelf:
        """Enter a new portion, all of which waits."""
        if (one.line, one.number) in self.portions:
            raise Wrong(f"{one} twice")
        order, pool = self._order_of[one.line], (self._skus[one.line], one.location)
        share = Share(
            one.line,
            one.number,
            order.ref,
            pool,
            queued_at,
            order.priority,
            one.quantity,
            is_held=order.ref in self._held,
        )
        self.portions[one.line, one.number] = share
        self.lines[one.line].append(share)
        self.orders[order.ref].append(share)
        shelf = self.shelf(*pool)
        shelf.waiting[one.line, one.number] = share
        return shelf

    def _allocated(self, event: Allocated) -> Iterable[Shelf]:
        share = self.portions[event.line, event.portion]
        shelf = self.shelves[share.pool]
        self._is_first(share, shelf)
        exact = event.quantity == event.wanted
        self.seen["exact fill" if exact else "partial fill"] += 1
        share.move("waiting", "allocated", event.quantity)
        shelf.given += event.quantity
        if not share.waiting:
            del shelf.waiting[event.line, event.portion]
        return (shelf,)

    def _is_first(self, served: Share, shelf: Shelf) -> None:
        """See that nobody waits whom the policy puts before the one who is served."""
        turn = self.turn
        key = (turn(served), served.line, served.number)
        for one in shelf.waiting.values():
            if (turn(one), one.line, one.number) < key and not one.is_held:
                raise Wrong(f"{served} is served before {one}")
        if served.is_held:
            raise Wrong(f"{served} is served while it is held")

    def _released(self, event: AllocationReleased) -> Iterable[Shelf]:
        share = self.portions[event.line, event.portion]
        shelf = self.shelves[share.pool]
        self.seen["allocation released"] += 1
        share.move("allocated", "waiting", event.quantity)
        shelf.given -= event.quantity
        shelf.waiting[event.line, event.portion] = share
        return (shelf,)

    def _cancelled(self, event: QuantityCancelled) -> Iterable[Shelf]:
        share = self.portions[event.line, event.portion]
        shelf = self.shelves[share.pool]
        self.seen["cancelled"] += 1
        share.move("waiting", "cancelled", event.quantity)
        if not share.waiting:
            del shelf.waiting[event.line, event.portion]
        return (shelf,)

    def _promised(self, event: PromiseMade) -> Iterable[Shelf]:
        self.seen["promised"] += 1
        told = self.promises.setdefault(event.line, [])
        self.seen["promised anew"] += bool(told)
        told.append(event)
        return ()

    def _is_held(self, event: OrderHeld) -> Iterable[Shelf]:
        self.seen["held"] += 1
        self._held.add(event.order)
        return self._hold(event.order, True)

    def _is_let_go(self, event: HoldReleased) -> Iterable[Shelf]:
        self.seen["let go on"] += 1
        self._held.remove(event.order)
        return self._hold(event.order, False)

    def _hold(self, order: str, is_held: bool) -> Iterable[Shelf]:
        """Mark what an order has as held or not."""
        for share in self.orders[order]:
            share.is_held = is_held
        return [self.shelves[share.pool] for share in self.orders[order]]

    # The warehouse

    def _shipped(self, event: GoodsShipped) -> Iterable[Shelf]:
        self._once("ship", event.shipment)
        self.seen["shipped"] += 1
        shelves = []
        for line in event.lines:
            share = self.portions[line.line, line.portion]
            share.move("allocated", "shipped", line.quantity)
            shelf = self.shelves[share.pool]
            shelf.given -= line.quantity
            shelf.shipped += line.quantity
            shelves.append(shelf)
        return shelves

    def _came_back(self, event: GoodsReturned) -> Iterable[Shelf]:
        self._once("return", event.ref)
        self.seen["returned"] += 1
        self.returned[event.line] += event.quantity
        gone = sum(share.shipped for share in self.lines[event.line])
        if self.returned[event.line] > gone or event.restocked > event.quantity:
            raise Wrong(f"more came back than had left: {event}")
        shelf = self.shelf(self._skus[event.line], event.location)
        shelf.returned += event.restocked
        return (shelf,)

    def _received(self, event: GoodsReceived) -> Iterable[Shelf]:
        self._once("receive", event.receipt.ref)
        shelves = []
        for line in event.receipt.lines:
            shelf = self.shelf(line.sku, line.location)
            shelf.received += line.accepted
            shelves.append(shelf)
            if line.purchase_line is not None:
                bought = self.bought[line.purchase_line]
                expected = min(line.accepted, bought.open)
                bought.accepted += expected
                bought.over += line.accepted - expected
                self.seen["came beyond the order"] += line.accepted > expected
        return shelves

    def _counted(self, event: StockCounted) -> Iterable[Shelf]:
        self.seen["counted"] += 1
        shelf = self.shelf(event.sku, event.location)
        shelf.counted += event.difference
        return (shelf,)

    def _transferred(self, event: StockTransferred) -> Iterable[Shelf]:
        self._once("transfer", event.ref)
        self.seen["transferred"] += 1
        ends = [self.shelf(event.sku, at) for at in (event.source, event.destination)]
        ends[0].transferred -= event.quantity
        ends[1].transferred += event.quantity
        return ends

    def _reserved(self, event: ReserveSet) -> Iterable[Shelf]:
        self.seen["kept back"] += 1
        shelf = self.shelf(event.sku, event.location)
        shelf.reserve = event.quantity
        return (shelf,)

    # Suppliers

    def _bought(self, event: PurchasePlaced) -> Iterable[Shelf]:
        self._once("buy", event.order.ref)
        for line in event.order.lines:
            self.bought[line.ref] = Bought(line.quantity)
        return ()

    def _expected(self, event: PurchaseExpected) -> Iterable[Shelf]:
        self.seen["day moved"] += 1
        return ()

    def _closed(self, event: PurchaseLineClosed) -> Iterable[Shelf]:
        self.seen["closed"] += 1
        bought = self.bought[event.purchase_line]
        if not 0 < event.quantity <= bought.open:
            raise Wrong(f"more is closed than is open: {event}")
        bought.closed += event.quantity
        return ()
