"""A unit of work: what a repository loads and saves within one transaction.

A read-only transaction shows one moment by itself, and in a SQLite file there is no
other writer meanwhile. In PostgreSQL a transaction that writes sees what others have
committed before each of its statements. There the pools it is about are locked, and
what lies in other pools is looked at again after the load:

    versions of the other pools ≤ the position before the load   it is one moment
    one of them is newer                                         the load is repeated

What is saved is fenced by the versions all the same.
"""

from collections.abc import Iterable, Sequence

import attrs
from sqlalchemy import Connection

from backorderkit.adapters.sql.loading import load_all, load_part
from backorderkit.adapters.sql.reading import Reader
from backorderkit.adapters.sql.statements import Statements
from backorderkit.adapters.sql.writing import Writer, text_of
from backorderkit.book import OrderBook, loaded
from backorderkit.errors import BackorderError, Conflict, Duplicate
from backorderkit.model import AllocationPolicy, Event
from backorderkit.notices import Notice
from backorderkit.storage import Scope, Token
from backorderkit.values import Sku

_LOOKS = 8
"""How often a load is repeated after concurrent updates."""


@attrs.frozen
class Ranking:
    """The policy of a store, whether it has stored sort keys, how many are read.

    `name` is empty where queues have no stored sort keys.
    """

    policy: AllocationPolicy
    name: str
    head: int


@attrs.define(eq=False)
class Unit:
    """Loads and saves in one transaction; the pools of its `skus` are locked.

    Lock, then position, then rows, in this order: a row newer than the position is
    noticed, and none that is older is missed.
    """

    connection: Connection
    statements: Statements
    ranking: Ranking
    shows_one_moment: bool
    skus: tuple[Sku, ...] = ()
    _reader: Reader | None = None
    _handed_out: tuple[OrderBook, Token] | None = None

    @property
    def reader(self) -> Reader:
        """Return what was read since the last save; the locks come first."""
        if self._reader is None:
            self._reader = Reader(self.connection, self.statements)
            self._reader.lock(self.skus)
        return self._reader

    def begin(self, skus: Iterable[Sku], key: str) -> None:
        """Lock the pools of some SKUs, for a command that was not carried out yet."""
        self._refuse_if_done(key)
        self.skus = tuple(skus)
        if self.reader.is_alone:
            self.shows_one_moment = True
            return
        # Waiting for the locks took time: the position is read again behind them.
        self._reader = None
        self._refuse_if_done(key)

    def _refuse_if_done(self, key: str) -> None:
        """Raise `Duplicate` if a command was carried out."""
        if key and self.reader.about(key).is_done:
            raise Duplicate("command", key)

    # What a command needs

    def load(
        self, policy: AllocationPolicy, skus: Iterable[Sku] | None = None
    ) -> tuple[OrderBook, Token]:
        """Return a book of one moment; see `SqlRepository.load`."""
        scope = None if skus is None else Scope.of(skus)
        for _ in range(_LOOKS):
            try:
                book, token = self._loaded(policy, scope)
            except BackorderError:
                if self._is_unchanged():  # no concurrent update explains it
                    raise
            else:
                if self._is_one_moment(book, scope):
                    self._handed_out = book, token
                    return book, token
            self._reader = None
        found = "concurrent updates during every load"
        raise Conflict(expected=self.reader.about().position, found=found)

    def _loaded(
        self, policy: AllocationPolicy, scope: Scope | None
    ) -> tuple[OrderBook, Token]:
        """Return a book as the rows say now."""
        if scope is None:
            return load_all(self.reader, policy)
        ranking = self.ranking
        name = ranking.name if policy == ranking.policy else ""
        return load_part(self.reader, policy, scope, name, ranking.head)

    def _is_unchanged(self) -> bool:
        """Return whether nothing was saved since the load began."""
        now = Reader(self.connection, self.statements)
        return self.shows_one_moment or now.about() == self.reader.about()

    def _is_one_moment(self, book: OrderBook, scope: Scope | None) -> bool:
        """Return whether nothing that was loaded changed during the load."""
        if scope is None or self.shows_one_moment:
            return self._is_unchanged()
        pools = {pool for pool, _ in loaded(book.state.pools)} - self.reader.locked
        names = [text_of(("pool", *pool)) for pool in pools]
        now = Reader(self.connection, self.statements)
        versions = now.by(self.statements.versions, names)
        position = self.reader.about().position
        return all(row.position <= position for row in versions)

    def save(
        self,
        events: Sequence[Event],
        notices: Sequence[Notice],
        token: Token,
        *,
        key: str = "",
    ) -> Token:
        """Store events and notices; see `SqlRepository.save`."""
        writer = Writer(self.reader, self.ranking.policy, self.ranking.name)
        new = writer.save(events, notices, token, key, self._planned_on(token))
        if events:
            self._reader = self._handed_out = None
        return new

    def _planned_on(self, token: Token) -> OrderBook | None:
        """Return the book that was loaded in this unit, if a token is still its own.

        Under another policy its sort keys are not those that the rows carry.
        """
        if self._handed_out is None or self._handed_out[1] != token:
            return None
        book, ranking = self._handed_out[0], self.ranking
        return book if not ranking.name or book.policy == ranking.policy else None
