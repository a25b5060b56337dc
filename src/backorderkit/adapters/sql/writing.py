"""Storing a batch: versions first, then the fold, then the rows, the position last.

Inside one transaction, whose end is the caller's:

1. what the batch names is read, and with it the footprint of the batch;
2. the pools it touches are locked, then the versions of all it touches, both in sorted
   order, and none may be newer than the token: from here on no other writer can change
   what was read, and none has since the token;
3. the library's own fold follows the facts on the records that were read; a fact that
   does not fit is refused here, so rows and history cannot disagree. The book that this
   transaction loaded and that is applying the batch has done so already: it is used;
4. the rows of the records that the fold changed are written;
5. the position moves on, which is the last lock: so positions are in the order of the
   commits, and a reader that has read up to one has everything before it.

Cost: rows proportional to what the batch touches, whatever waits beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeGuard, TypeVar

import attrs
from sqlalchemy.sql.base import Executable

from backorderkit.adapters.sql import rows as making
from backorderkit.adapters.sql.changed import Changed, shows
from backorderkit.adapters.sql.reading import Reader, orders_of
from backorderkit.adapters.sql.references import (
    Mentioned,
    Rows,
    footprint,
    mentioned,
    rows_of,
)
from backorderkit.adapters.sql.rows import Found, Row
from backorderkit.adapters.sql.statements import ONCE
from backorderkit.book import BookSnapshot, Extent, OrderBook, fold
from backorderkit.codec import TAG_OF, encode_event, encode_notice
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import (
    AllocationPolicy,
    Event,
    OrderPlaced,
    PurchasePlaced,
    QuoteHeld,
    TransferDispatched,
)
from backorderkit.notices import Notice
from backorderkit.storage import Key, Token
from backorderkit.values import Pool

Record = TypeVar("Record")

_SEPARATOR = "\x1f"  # no reference contains it


def text_of(key: Key) -> str:
    """Return the text under which the version of a thing is kept."""
    return _SEPARATOR.join(key)


class RankingChanged(Exception):
    """The sort keys were rewritten while this batch was under way: retry it."""


@attrs.frozen(eq=False)
class Writer:
    """Stores one batch in one transaction."""

    reader: Reader
    policy: AllocationPolicy
    ranking: str

    def save(
        self,
        events: Sequence[Event],
        notices: Sequence[Notice],
        token: Token,
        key: str,
        planned_on: OrderBook | None = None,
    ) -> Token:
        """Store a batch, or raise and leave it to the caller to roll back."""
        about = self.reader.about(key)
        if about.is_done:
            raise Duplicate("command", key)
        if not 0 <= token <= about.position:
            raise Conflict(expected=token, found=about.position)
        if not events:
            return Token(about.position)
        texts = [encode_event(event) for event in events]
        notes = [(notice.key, encode_notice(notice)) for notice in notices]
        named = mentioned(events)
        found = rows_of(self.reader, named)
        keys = footprint(events, found)
        facts = self._locked(keys, token)
        book = planned_on
        # What is stored and was not loaded, only a book of these rows can refuse.
        if facts or not _is_applying(book, events) or not shows(book, found):
            book = self._book(named, found, keys, facts, about.position)
            for event in events:
                fold(book.state, event)
        ranking = about.ranking if about.position else self.ranking
        changed = Changed.of(book, found)
        changed.check(keys)
        self._store(changed, is_ranked=ranking == self.ranking != "")
        before = self._moved_on(len(events), about.ranking, ranking)
        self._store_new(changed, events, before)
        self._append(events, texts, notes, keys, key, before)
        return Token(before + len(events))

    def _locked(self, keys: Sequence[Key], token: Token) -> tuple[tuple[str, str], ...]:
        """Lock what is touched and compare versions; return the facts known before."""
        reader, s = self.reader, self.reader.statements
        reader.lock(key[1] for key in keys if key[0] == "pool")
        by_text = {text_of(key): key for key in keys}
        names = sorted(by_text)
        if reader.is_alone:
            found: Sequence[Found] = reader.by(s.versions, names)
        else:
            new = [_touched(by_text[name], 0) for name in names]
            found = reader.rows(s.locked_versions, new)
        newest = max((row.position for row in found), default=0)
        if newest > token:
            raise Conflict(expected=token, found=newest)
        known = (by_text[row.key] for row in found if row.position > 0)
        return tuple((key[0], key[1]) for key in known if key[0] in ONCE)

    def _book(
        self,
        named: Mentioned,
        found: Rows,
        keys: Sequence[Key],
        facts: tuple[tuple[str, str], ...],
        version: int,
    ) -> OrderBook:
        """Return the part of the book that a batch is about."""
        bought = self.reader.purchase_lines(found.purchase_lines)
        pools = {Pool(*key[1:]) for key in keys if key[0] == "pool"}
        pools.update(Pool(row.sku, row.location) for row in found.portions)
        pools.update(status.pool for status in bought)
        skus = frozenset(pool.sku for pool in pools)
        snapshot = BookSnapshot(
            tuple(pool for pool in self.reader.pools(skus) if pool.pool in pools),
            tuple(orders_of(found.orders, found.lines, found.portions)),
            tuple(bought),
            facts,
        )
        names = (named.orders, named.lines, named.purchases, named.purchase_lines)
        absent = frozenset(ref for refs in names for ref in refs)
        extent = Extent(skus, absent=absent)
        return OrderBook.restored(snapshot, self.policy, version=version, extent=extent)

    def _store(self, changed: Changed, *, is_ranked: bool) -> None:
        """Write the rows that hold no position of the history."""
        s = self.reader.statements
        self._run(s.store_pools, map(making.pool_row, changed.pools))
        self._run(s.change_orders, map(_its(making.order_row), changed.orders))
        self._run(s.store_lines, map(making.line_row, changed.lines))
        portions = (
            making.portion_row(portion, is_ranked) for portion in changed.portions
        )
        self._run(s.store_backorders, portions)
        bought = map(_its(making.purchase_line_row), changed.purchase_lines)
        self._run(s.change_purchase_lines, bought)
        self._run(s.drop_pins, ({"its_ref": ref} for ref in changed.once_pinned))
        every = (*changed.purchase_lines, *changed.new_purchase_lines)
        self._run(
            s.store_pins, (pin for line in every for pin in making.pin_rows(line))
        )

    def _moved_on(self, events: int, found: str, ranking: str) -> int:
        """Move the position on; return where it was before."""
        s = self.reader.statements
        (row,) = self.reader.rows(s.next_position, {"events": events})
        if row.words != found:
            raise RankingChanged("the ranking of the sort keys has changed")
        if found != ranking:
            self._run(s.rank, [{"words": ranking}])
        return int(row.number) - events

    def _store_new(
        self, changed: Changed, events: Sequence[Event], before: int
    ) -> None:
        """Write the rows of what was placed, with the positions at which it was."""
        s, at = self.reader.statements, _positions(events, before)
        self._run(
            s.new_orders,
            (
                making.new_order_row(order, at["order", order.order.ref])
                for order in changed.new_orders
            ),
        )
        placed = {
            (line.order.ref, line.is_transfer): line.order
            for line in changed.new_purchase_lines
        }
        self._run(
            s.new_purchases,
            (
                making.purchase_row(order, at["purchase", ref], is_transfer=is_transfer)
                for (ref, is_transfer), order in placed.items()
            ),
        )
        self._run(
            s.new_purchase_lines,
            (
                making.new_purchase_line_row(line, at["purchase", line.order.ref])
                for line in changed.new_purchase_lines
            ),
        )

    def _append(
        self,
        events: Sequence[Event],
        texts: Sequence[str],
        notes: Sequence[tuple[str, str]],
        keys: Sequence[Key],
        key: str,
        before: int,
    ) -> None:
        """Write history, versions, notices and the key of the command."""
        s, newest = self.reader.statements, before + len(events)
        self._run(
            s.new_events,
            (
                {
                    "position": before + place,
                    "batch": newest,
                    "kind": TAG_OF[type(event)],
                    "body": body,
                }
                for place, (event, body) in enumerate(
                    zip(events, texts, strict=True), 1
                )
            ),
        )
        self._run(s.touch, (_touched(touched, newest) for touched in keys))
        self._run(
            s.new_notices,
            (
                {
                    "key": one,
                    "position": newest,
                    "number": n,
                    "is_sent": 0,
                    "body": body,
                }
                for n, (one, body) in enumerate(notes)
            ),
        )
        if key:
            self._run(s.new_command, [{"key": key, "position": newest}])

    def _run(self, statement: Executable, rows: Iterable[Row]) -> None:
        """Run a statement once for each row, if there are any."""
        values = list(rows)
        if values:
            self.reader.connection.execute(statement, values)


def _is_applying(
    book: OrderBook | None, events: Sequence[Event]
) -> TypeGuard[OrderBook]:
    """Return whether there is a book that is applying just these events."""
    return book is not None and book.is_applying(events)


def _its(make: Callable[[Record], Row]) -> Callable[[Record], Row]:
    """Return a maker of rows that name the row to change."""

    def made(record: Record) -> Row:
        """Return the row with its key apart."""
        row = make(record)
        row["its_ref"] = row.pop("ref")
        return row

    return made


def _positions(events: Sequence[Event], before: int) -> dict[tuple[str, str], int]:
    """Return at which position orders and purchases of a batch are placed."""
    at: dict[tuple[str, str], int] = {}
    for position, event in enumerate(events, before + 1):
        match event:
            case OrderPlaced(order) | QuoteHeld(order):
                at["order", order.ref] = position
            case PurchasePlaced(purchase):
                at["purchase", purchase.ref] = position
            case TransferDispatched():
                at["purchase", event.ref] = position
            case _:
                pass  # it places nothing
    return at


def _touched(key: Key, position: int) -> Row:
    """Return the row that says where a thing was touched last."""
    return {"key": text_of(key), "kind": key[0], "name": key[1], "position": position}
