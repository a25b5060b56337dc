"""A repository in memory: for tests, notebooks, and shops that only try things out.

It behaves like any other repository, but loses everything when the process ends. One
lock makes it thread-safe.

>>> from backorderkit.policies import oldest_first
>>> repository = MemoryRepository()
>>> repository.load(oldest_first())
(<OrderBook: 0 orders, 0 units waiting, version 0>, 0)
"""

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from backorderkit.book import OrderBook
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import AllocationPolicy, Event
from backorderkit.notices import Notice
from backorderkit.storage import Footprints, Key, Token
from backorderkit.values import Sku

__all__ = ["MemoryRepository"]


class MemoryRepository:
    """Keeps events and notices in lists; O(1) per event, and O(history) to load.

    >>> from backorderkit.model import ReserveSet
    >>> from datetime import UTC, datetime
    >>> event = ReserveSet("LAMP", "main", 2, datetime(2026, 3, 1, tzinfo=UTC))
    >>> repository = MemoryRepository()
    >>> repository.save([event], [], Token(0))
    1
    """

    def __init__(self) -> None:
        """Start empty."""
        self._lock = Lock()
        self._events: list[Event] = []
        self._unsent: dict[str, Notice] = {}
        self._commands: set[str] = set()
        self._footprints = Footprints()
        self._touched: dict[Key, int] = {}  # position of the last touch

    def load(
        self, policy: AllocationPolicy, skus: Iterable[Sku] | None = None
    ) -> tuple[OrderBook, Token]:
        """Return a book of the whole history, whatever SKUs are named."""
        events, token = self.history(Token(0))
        return OrderBook.replay(events, policy), token

    def history(self, since: Token) -> "tuple[Sequence[Event], Token]":
        """Return the events after a token, and the newest token."""
        with self._lock:
            return tuple(self._events[since:]), Token(len(self._events))

    def save(
        self,
        events: "Sequence[Event]",
        notices: Sequence[Notice],
        token: Token,
        *,
        key: str = "",
    ) -> Token:
        """Store events and notices together, or raise `Conflict`."""
        events, new = tuple(events), {notice.key: notice for notice in notices}
        with self._lock:
            if key in self._commands:
                raise Duplicate("command", key)
            self._check(events, token)
            if events:
                self._store(events, new, key)
            return Token(len(self._events))

    def _store(
        self, events: Sequence[Event], notices: Mapping[str, Notice], key: str
    ) -> None:
        """Store a batch that has passed every check."""
        touched = self._footprints.follow(events)
        self._events += events
        self._unsent.update(notices)
        self._touched.update(dict.fromkeys(touched, len(self._events)))
        if key:
            self._commands.add(key)

    def _check(self, events: Sequence[Event], token: Token) -> None:
        """Refuse an unknown token, or facts about what was touched after it."""
        newest = len(self._events)
        touched = self._footprints.of(events)
        last = max((self._touched.get(key, 0) for key in touched), default=0)
        if not 0 <= token <= newest or last > token:
            raise Conflict(expected=token, found=newest)

    def unsent(self) -> Sequence[Notice]:
        """Return the notices that were not sent yet."""
        with self._lock:
            return tuple(self._unsent.values())

    def mark_sent(self, keys: Iterable[str]) -> None:
        """Record that notices were sent."""
        for key in keys:
            with self._lock:
                self._unsent.pop(key, None)
