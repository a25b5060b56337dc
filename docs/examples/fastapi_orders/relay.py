"""Notices leave after the command that caused them was stored, and none is lost.

A command stores its notices together with its facts. `Relay.send` hands over whatever
waits in the store: after each command, and again and again while the service runs. What
a dying process left behind goes out when the next one starts. A notice may therefore
come twice; its key tells.

>>> from backorderkit import MemoryRepository
>>> Relay(MemoryRepository(), LoggingNotifier()).send()
0
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Lock

import attrs

from backorderkit import Notice, send_notices
from backorderkit.errors import NoticeNotSent
from backorderkit.storage import Notifier, Repository

LOG = logging.getLogger("backorderkit.model.orders")


class LoggingNotifier:
    """Writes a line to the log for each notice; put your mail in its place.

    References only: names and addresses have no place in a log.
    """

    def send(self, notice: Notice) -> None:
        """Log one notice."""
        kind = notice.kind.value
        LOG.info("notice %s for order %s: %s", notice.key, notice.order, kind)


@attrs.frozen
class Relay:
    """Hands over what waits in a repository, one thread at a time."""

    repository: Repository
    notifier: Notifier
    _lock: Lock = attrs.field(factory=Lock, init=False)

    def send(self) -> int:
        """Hand over all notices; return how many, 0 if that did not succeed.

        A refused notice waits in the store, with those of its order, for the next try.
        Whatever fails is logged, and ends neither a request nor the service.
        """
        with self._lock:
            try:
                return send_notices(self.repository, self.notifier)
            except NoticeNotSent as refused:
                LOG.warning("%s", refused)
            except Exception:
                LOG.exception("the store did not answer; the notices wait in it")
            return 0

    @asynccontextmanager
    async def running(self, every_seconds: int) -> AsyncIterator[None]:
        """Send at the start, in a loop, and once more at the end."""
        await asyncio.to_thread(self.send)
        loop = asyncio.create_task(self._repeat(every_seconds))
        try:
            yield
        finally:
            loop.cancel()
            with suppress(asyncio.CancelledError):
                await loop
            await asyncio.to_thread(self.send)

    async def _repeat(self, every_seconds: int) -> None:
        """Send for ever."""
        while True:
            await asyncio.sleep(every_seconds)
            await asyncio.to_thread(self.send)
