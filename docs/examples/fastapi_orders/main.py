"""The service: an app made of a shop, and nothing global.

`create_app()` builds the app for the store that the environment names; a test gives a
shop of its own. The endpoints are plain functions, which FastAPI runs in its pool of
threads: each loads the part of the book it needs, decides, stores, and forgets.

>>> from backorderkit import MemoryRepository
>>> create_app(Shop(MemoryRepository())).title
'Orders'
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from backorderkit.storage import Notifier

from . import problems, selling, supplying
from .limits import BodyLimit
from .relay import LoggingNotifier, Relay
from .shop import Shop, repository

SECONDS_BETWEEN_RELAYS = 10
ABOUT = """Orders for a shop that sells more than it has.

Every change needs an `Idempotency-Key`: the same key again does nothing twice. Errors
are problem details (RFC 9457) that name the value and the remedy.
"""


def create_app(shop: Shop | None = None, notifier: Notifier | None = None) -> FastAPI:
    """Return the service for a shop."""
    shop = shop or Shop(repository())
    relay = Relay(shop.repository, notifier or LoggingNotifier())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with relay.running(SECONDS_BETWEEN_RELAYS):
            yield

    app = FastAPI(
        title="Orders",
        version="1",
        description=ABOUT,
        lifespan=lifespan,
        # A redirect would lead to whatever host the client named.
        redirect_slashes=False,
    )
    app.state.shop, app.state.relay = shop, relay
    app.include_router(selling.router)
    app.include_router(supplying.router)
    app.add_middleware(BodyLimit)
    problems.install(app)
    return app
