"""A shop at its desk: decisions are carried out, and each is recorded.

Nothing here decides anything; each method carries out one of the library's decisions,
notifies the customers whose date moves, and keeps the steps.

>>> from backorderkit.demo.scenario import Scenario
>>> Shop(Scenario(title="An empty shop", orders=())).book
<OrderBook: 0 orders, 0 units waiting, version 0>
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any, Concatenate, ParamSpec

import attrs

from backorderkit import (
    Backorder,
    Catalogue,
    Line,
    MemoryRepository,
    Notice,
    Order,
    OrderBook,
    OrderDesk,
    Plan,
    Pool,
    PurchaseOrder,
    Receipt,
    plan_cancellation,
    plan_count,
    plan_day,
    plan_order,
    plan_promises,
    plan_receipt,
    plan_replenishment,
    plan_shipment,
    plan_supply_change,
)
from backorderkit.book import LineStatus
from backorderkit.demo.run import Kind, Step
from backorderkit.demo.scenario import Cancellation, Scenario, Slip
from backorderkit.errors import NotPossible
from backorderkit.model import (
    AllocationPolicy,
    Event,
    LineBecameDue,
    OrderPlaced,
    PurchasePlaced,
    QuantityCancelled,
)
from backorderkit.storage import Token
from backorderkit.values import LineRef, Location, OrderRef

SHOWN_BEHIND = 3


class Shop:
    """A shop with a clerk at its desk, and what is to do before the day ends."""

    def __init__(self, scenario: Scenario) -> None:
        """Open a shop with an empty book."""
        self.scenario: Scenario = scenario
        self.clerk: Clerk = Clerk(scenario.policy)
        self.book: OrderBook = self.clerk.book
        self._catalogue = Catalogue(scenario.terms)
        lines = [line for order in scenario.orders for line in order.lines]
        self._locations = sorted({line.location for line in lines})
        self._overtaken: dict[Pool, None] = {}
        self._last_rank: dict[Pool, Any] = {}  # a rank is what the policy makes it
        self._parcels = 0

    def fill_shelf(self, at: datetime) -> None:
        """Count the stock of the first day."""
        for pool, units in self.scenario.stock.items():
            self.clerk.do(
                Kind.STOCK,
                pool.sku,
                at,
                plan_count,
                pool.sku,
                units,
                at=at,
                location=pool.location,
                reason="there at the start",
            )

    def turn(self, at: datetime, promise: Catalogue) -> None:
        """Begin a day on which lines fall due or lapse."""
        plan = self.clerk.do(Kind.NEW_DAY, str(at.date()), at, plan_day, at=at)
        lines = [
            event.line
            for event in plan.events
            if isinstance(event, LineBecameDue | QuantityCancelled)
        ]
        self.tell(self._pools_of(lines), at, "a new day", promise)

    def take(self, order: Order, promise: Catalogue) -> None:
        """Place an order, and note in which pools it goes before others."""
        plan = self.clerk.do(
            Kind.ORDER,
            order.ref,
            order.placed_at,
            plan_order,
            order,
            rules=self.scenario.rules,
            catalogue=promise,
        )
        if isinstance(plan.events[0], OrderPlaced):
            statuses = self.book.order(order.ref).lines
            for line, status in zip(order.lines, statuses, strict=True):
                if status.waiting:
                    self._note_place(order, line, status)

    def _note_place(self, order: Order, line: Line, status: LineStatus) -> None:
        """Note whether a new line goes before a line that was there."""
        backorder = Backorder(
            line.ref,
            0,
            order.ref,
            order.customer,
            line.sku,
            line.location,
            quantity=status.waiting,
            ordered=line.quantity,
            queued_at=order.placed_at,
            priority=order.priority,
            promised_on=status.promised_on,
            details=line,
        )
        rank = self.scenario.policy.rank(backorder)
        last = self._last_rank.get(backorder.pool)
        if last is None or last <= rank:
            self._last_rank[backorder.pool] = rank
        else:
            self._overtaken[backorder.pool] = None

    def receive(
        self, receipt: Receipt, promise: Catalogue, slips: Iterable[Slip] = ()
    ) -> None:
        """Book a delivery in, hear when the rest will come, note who still waits."""
        at, pools, reason = receipt.received_at, _pools(receipt), receipt.ref
        self.clerk.do(Kind.RECEIPT, receipt.ref, at, plan_receipt, receipt)
        steps = self.clerk.steps
        place = len(steps) - 1
        for slip in slips:
            self._slip(slip, at)
            reason = slip.reason
        self.tell(pools, at, reason, promise)
        queues = [self.book.backorders(*pool) for pool in pools]
        behind = [wait for queue in queues for wait in islice(queue, SHOWN_BEHIND)]
        steps[place] = attrs.evolve(steps[place], behind=tuple(behind))

    def slip(self, slip: Slip, at: datetime, promise: Catalogue) -> None:
        """Record a new date of a purchase line, and notify whom it concerns."""
        self._slip(slip, at)
        pool = self.book.purchase_line(slip.purchase_line).pool
        self.tell([pool], at, slip.reason, promise)

    def _slip(self, slip: Slip, at: datetime) -> None:
        self.clerk.do(
            Kind.SLIP,
            slip.purchase_line,
            at,
            plan_supply_change,
            slip.purchase_line,
            expected_on=slip.expected_on,
            reason=slip.reason,
            at=at,
        )

    def miss(
        self, purchase_lines: Iterable[str], at: datetime, promise: Catalogue
    ) -> None:
        """Notify customers that goods did not come, and that their date is unknown."""
        for ref in purchase_lines:
            pool = self.book.purchase_line(ref).pool
            self.tell([pool], at, f"{ref} is overdue", promise, kind=Kind.OVERDUE)

    def cancel(self, wish: Cancellation, at: datetime, promise: Catalogue) -> None:
        """Cancel what still waits of an order."""
        waiting = {
            line.ref: line.waiting
            for line in self.book.order(wish.order).lines
            if line.waiting
        }
        if waiting:
            self.clerk.do(
                Kind.CANCELLATION,
                wish.order,
                at,
                plan_cancellation,
                wish.order,
                waiting,
                at=at,
                reason=wish.reason,
            )
            self.tell(self._pools_of(waiting), at, wish.reason, promise)

    def buy(self, at: datetime, promise: Catalogue) -> tuple[PurchaseOrder, ...]:
        """Order what is missing."""
        plan = self.clerk.do(
            Kind.PURCHASE, "", at, plan_replenishment, self._catalogue, at=at
        )
        orders = [
            event.order for event in plan.events if isinstance(event, PurchasePlaced)
        ]
        pools = [
            Pool(line.sku, order.destination)
            for order in orders
            for line in order.lines
        ]
        self.tell(pools, at, "ordered from the supplier", promise)
        return tuple(orders)

    def end_day(self, at: datetime, promise: Catalogue) -> None:
        """Notify the customers overtaken today; ship every parcel that may leave."""
        self.tell(self._overtaken, at, "an order that goes first", promise)
        self._overtaken.clear()
        plans = [step.plan for step in self.clerk.steps]
        freed = [ref for plan in plans for ref in plan.became_shippable]
        for ref in dict.fromkeys(freed):
            for location in self._locations:
                self._ship(ref, location, at)

    def _ship(self, order: OrderRef, location: Location, at: datetime) -> None:
        """Send what may leave of an order from one location, if there is any."""
        parcel = f"S-{self._parcels + 1}"
        try:
            self.clerk.do(
                Kind.SHIPMENT,
                parcel,
                at,
                plan_shipment,
                parcel,
                order,
                at=at,
                location=location,
            )
        except NotPossible:
            return  # its goods lie elsewhere
        self._parcels += 1

    def tell(
        self,
        pools: Iterable[Pool],
        at: datetime,
        reason: str,
        promise: Catalogue,
        *,
        kind: Kind = Kind.PROMISES,
    ) -> None:
        """Promise dates that became known, and move those that cannot be kept."""
        pools = tuple(pools)
        if pools:
            self.clerk.do(
                kind,
                reason,
                at,
                plan_promises,
                at=at,
                reason=reason,
                pools=pools,
                catalogue=promise,
            )

    def _pools_of(self, lines: Iterable[LineRef]) -> list[Pool]:
        """Return the pools in which lines queue."""
        statuses = map(self.book.line, lines)
        return sorted(
            {
                Pool(status.sku, portion.location)
                for status in statuses
                for portion in status.portions
            }
        )


def _pools(receipt: Receipt) -> list[Pool]:
    """Return the pools that a receipt fills."""
    return sorted({Pool(line.sku, line.location) for line in receipt.lines})


Arguments = ParamSpec("Arguments")


class Outbox(list[Notice]):
    """The notices of the decision at hand."""

    def send(self, notice: Notice, /) -> None:
        """Keep a notice."""
        self.append(notice)


class Clerk:
    """Carries out decisions, and keeps the steps of the day with their notices."""

    def __init__(self, policy: AllocationPolicy) -> None:
        """Start with an empty book."""
        self._repository, self._outbox = MemoryRepository(), Outbox()
        self._desk = OrderDesk(self._repository, policy, self._outbox)
        self.steps: list[Step] = []

    @property
    def book(self) -> OrderBook:
        """Return the book of the desk."""
        return self._desk.book

    @property
    def history(self) -> tuple[Event, ...]:
        """Return everything that happened so far."""
        events, _ = self._repository.history(Token(0))
        return tuple(events)

    def do(
        self,
        kind: Kind,
        about: str,
        moment: datetime,
        decision: Callable[Concatenate[OrderBook, Arguments], Plan],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Carry out a decision and record it, unless it changed nothing."""
        plan = self._desk.carry_out(decision, *args, **kwargs)
        if not plan.is_empty:
            self.steps.append(Step(kind, about, moment, plan, tuple(self._outbox)))
        self._outbox.clear()
        return plan

    def close_day(self) -> tuple[Step, ...]:
        """Return the steps of the day, and begin the next day."""
        steps = tuple(self.steps)
        self.steps.clear()
        return steps
