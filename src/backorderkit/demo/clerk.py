"""A clerk at the order desk, who writes everything down.

>>> from backorderkit import oldest_first
>>> Clerk(oldest_first()).close_day()
()
"""

from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec

from backorderkit import (
    AllocationPolicy,
    MemoryRepository,
    Notice,
    OrderBook,
    OrderDesk,
    Plan,
)
from backorderkit.demo.trace import Kind, Step
from backorderkit.model import Event
from backorderkit.storage import Token

Arguments = ParamSpec("Arguments")


class Outbox:
    """Keeps the notices of the decision at hand.

    >>> Outbox().take()
    ()
    """

    def __init__(self) -> None:
        """Start empty."""
        self._notices: list[Notice] = []

    def send(self, notice: Notice) -> None:
        """Keep a notice."""
        self._notices.append(notice)

    def take(self) -> tuple[Notice, ...]:
        """Return what was kept, and forget it."""
        taken = tuple(self._notices)
        self._notices.clear()
        return taken


class Clerk:
    """Carries out decisions, and keeps the steps of the day with what they told."""

    def __init__(self, policy: AllocationPolicy) -> None:
        """Sit down at an empty desk."""
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
        """Carry out a decision and write down what came of it, unless nothing did."""
        plan = self._desk.carry_out(decision, *args, **kwargs)
        if not plan.is_empty:
            self.steps.append(Step(kind, about, moment, plan, self._outbox.take()))
        return plan

    def close_day(self) -> tuple[Step, ...]:
        """Return the steps of the day, and begin another."""
        steps = tuple(self.steps)
        self.steps.clear()
        return steps
