"""One command of a client: who asks, under which key, at what time, on what book.

The header `Idempotency-Key` makes a retry safe. Together with the command's name and
what it is about, it becomes the key under which the store remembers the command. Sent
again, it is not done again: the answer has the same status, says `done_before`, and
shows how things stand now. A new wish needs a new key, even if it is about the same.

Commands about one SKU take turns in the store, whichever processes they come from.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Concatenate, ParamSpec

import attrs
from fastapi import BackgroundTasks, Depends, Header, Request

from backorderkit import OrderBook, Plan

from .relay import Relay
from .shop import Shop

Arguments = ParamSpec("Arguments")
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=64,
        pattern="^[!-~]+$",
        description="Your own unique text for this command; repeat it on a retry.",
        examples=["8a5f0d3e"],
    ),
]


async def shop_of(request: Request) -> Shop:
    """Return the shop of the running service."""
    shop: Shop = request.app.state.shop
    return shop


ShopHere = Annotated[Shop, Depends(shop_of)]


@attrs.frozen
class Command:
    """Carries a decision out once, and lets the notices leave after the answer."""

    shop: Shop
    key: str
    at: datetime
    _relay: Relay
    _tasks: BackgroundTasks

    def carry_out(
        self,
        name: str,
        skus: Iterable[str] | None,
        decision: Callable[Concatenate[OrderBook, Arguments], Plan],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Plan:
        """Load the SKUs, decide, store; return the plan that was made true.

        `name` says what is done to what. Raises what the decision raises, and
        `Conflict` if others were in the way each time.
        """
        desk = self.shop.desk(skus)
        key = f"{name} {self.key}"
        plan = desk.carry_out_once(key, decision, *args, **kwargs)
        self._tasks.add_task(self._relay.send)
        return plan


async def command_of(
    request: Request, shop: ShopHere, tasks: BackgroundTasks, key: Key
) -> Command:
    """Return the command that a request is."""
    return Command(shop, key, shop.clock(), request.app.state.relay, tasks)


CommandHere = Annotated[Command, Depends(command_of)]
