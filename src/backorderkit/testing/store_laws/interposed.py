"""A repository that lets something happen before or after a save.

>>> from backorderkit.adapters import MemoryRepository
>>> Between(MemoryRepository(), before=lambda: print("now")).save((), (), Token(0))
0
"""

from collections.abc import Callable, Sequence

from backorderkit.model import Event
from backorderkit.notices import Notice
from backorderkit.storage import Repository, Token


class Between:
    """A repository that lets something happen before or after the first save.

    It has the five methods only: who works on it holds nobody up between load and save.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        before: Callable[[], object] = tuple,
        after: Callable[[], object] = tuple,
    ) -> None:
        """Stand before a repository."""
        self.load, self.history = repository.load, repository.history
        self.unsent, self.mark_sent = repository.unsent, repository.mark_sent
        self._repository, self._before, self._after = repository, before, after

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
