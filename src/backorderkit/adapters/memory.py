"""A repository in memory: for tests, notebooks, and shops that only try things out.

It behaves like any other repository, but forgets everything when the process ends.

>>> repository = MemoryRepository()
>>> repository.history(Token(0))
((), 0)
"""

from collections.abc import Iterable, Sequence

from backorderkit.errors import Conflict
from backorderkit.events import Event
from backorderkit.protocols import Notice, Token

__all__ = ["MemoryRepository"]


class MemoryRepository:
    """Keeps events and notices in lists; O(1) per event.

    >>> from backorderkit.events import ReserveSet
    >>> from datetime import UTC, datetime
    >>> event = ReserveSet("LAMP", "main", 2, datetime(2026, 3, 1, tzinfo=UTC))
    >>> repository = MemoryRepository()
    >>> repository.save([event], [], Token(0))
    1
    """

    def __init__(self) -> None:
        """Start empty."""
        self._events: list[Event] = []
        self._unsent: dict[str, Notice] = {}

    def history(self, since: Token) -> tuple[Sequence[Event], Token]:
        """Return the events after a token, and the newest token."""
        return tuple(self._events[since:]), Token(len(self._events))

    def save(
        self, events: Sequence[Event], notices: Sequence[Notice], token: Token
    ) -> Token:
        """Store events and notices together, or raise `Conflict`."""
        if token != len(self._events):
            raise Conflict(expected=token, found=len(self._events))
        new = {notice.key: notice for notice in notices}
        self._events += tuple(events)
        self._unsent.update(new)
        return Token(len(self._events))

    def unsent(self) -> Sequence[Notice]:
        """Return the notices that were not handed over yet."""
        return tuple(self._unsent.values())

    def mark_sent(self, keys: Iterable[str]) -> None:
        """Remember that notices were handed over."""
        for key in keys:
            self._unsent.pop(key, None)
