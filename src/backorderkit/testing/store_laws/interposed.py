"""A repository that lets something happen before or after a save.

>>> from backorderkit.adapters import MemoryRepository
>>> Between(MemoryRepository(), before=lambda: print("now")).save((), (), Token(0))
0
"""

from collections.abc import Callable, Iterable, Sequence

from backorderkit.book import OrderBook
from backorderkit.model import AllocationPolicy, Event
from backorderkit.notices import Notice
from backorderkit.storage import Repository, Token
from backorderkit.values import Sku


class Between:
    """A repository that calls a function before or after the first save.

    It has the five methods only, so it holds no lock between load and save.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        before: Callable[[], object] = tuple,
        after: Callable[[], object] = tuple,
    ) -> None:
        """Wrap a repository."""
        self._repository, self._before, self._after = repository, before, after

    def load(
        self, policy: AllocationPolicy, /, skus: Iterable[Sku] | None = None
    ) -> tuple[OrderBook, Token]:
        """Load as the repository does."""
        return self._repository.load(policy, skus)

    def history(self, since: Token, /) -> tuple[Sequence[Event], Token]:
        """Return the history of the repository."""
        return self._repository.history(since)

    def unsent(self) -> Sequence[Notice]:
        """Return the outbox of the repository."""
        return self._repository.unsent()

    def mark_sent(self, keys: Iterable[str], /) -> None:
        """Remember what was handed over."""
        self._repository.mark_sent(keys)

    def save(
        self,
        events: Sequence[Event],
        notices: Sequence[Notice],
        token: Token,
        *,
        key: str = "",
    ) -> Token:
        """Save, with company."""
        before, after = (self._before, self._after) if events else (tuple, tuple)
        if events:
            self._before = self._after = tuple
        before()
        new = self._repository.save(events, notices, token, key=key)
        after()
        return new
