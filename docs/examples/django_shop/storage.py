"""The shop's own storage behind backorderkit's `Repository` Protocol.

Facts are stored as JSON in a journal and change the shop's tables in the same
transaction. Who may save what is decided by keys: a pool, an order, a purchase order.
Each key has a row with the position of the last fact about it. A writer

1. enters the command's key, which also refuses a second command under it;
2. locks the rows of all keys its facts touch, in sorted order, so that no two writers
   ever wait for each other;
3. finds that none was touched after its token, else it saves nothing (`Conflict`);
4. changes the tables, and last of all locks the end of the journal and appends to it.

So writers of different things meet only at the end of the journal. Its positions have
no gap and become visible in order: who has read up to a position has missed nothing
before it. On SQLite, which has no row locks, a writer has the database to itself from
its first statement on (`transaction_mode` in the settings).

Whose each line is, `WhoseLines` reads from the tables, not from the history.
"""

import json
from collections.abc import Iterable, Sequence

from django.db import transaction

from backorderkit import Notice, OrderBook
from backorderkit.codec import decode_event, decode_notice, encode_event, encode_notice
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import AllocationPolicy, Event
from backorderkit.storage import Footprints, Key, Token
from backorderkit.values import Sku
from django_shop import figures
from django_shop.models import (
    CommandKey,
    Fact,
    OrderLine,
    OutboxNotice,
    Portion,
    PurchaseOrderLine,
    TouchedKey,
)

END: Key = ("end of the journal",)
MOST_PARAMETERS = 500  # of one statement; SQLite once allowed no more than 999


class DjangoRepository:
    """Keeps the history and the notices in the shop's own database.

    Every save is a transaction of its own: what it returned for is stored for good.
    """

    def load(
        self, policy: AllocationPolicy, skus: Iterable[Sku] | None = None
    ) -> tuple[OrderBook, Token]:
        """Return a book of the whole history, whatever SKUs it is for; O(history)."""
        events, token = self.history(Token(0))
        return OrderBook.replay(events, policy), token

    def history(self, since: Token) -> tuple[Sequence[Event], Token]:
        """Return the events after a token, and the newest token."""
        newest = _position(END)
        stored = Fact.objects.filter(position__gt=since, position__lte=newest)
        texts = stored.order_by("position").values_list("event", flat=True)
        return tuple(map(decode_event, texts)), Token(newest)

    def save(
        self,
        events: Sequence[Event],
        notices: Sequence[Notice],
        token: Token,
        *,
        key: str = "",
    ) -> Token:
        """Store events and notices together, or raise `Conflict` or `Duplicate`."""
        events, texts = tuple(events), [encode_event(event) for event in events]
        outbox = [(notice.key, encode_notice(notice)) for notice in notices]
        with transaction.atomic(durable=True):
            if not events:
                return _asked(key, token)
            _enter_command(key)
            touched = [_text(one) for one in Footprints(WhoseLines()).of(events)]
            _lock_unchanged(touched, token)
            figures.take_in(events)
            newest = _append(texts)
            for names in _parts(touched):
                TouchedKey.objects.filter(key__in=names).update(position=newest)
            for name, text in outbox:
                OutboxNotice.objects.update_or_create(
                    key=name, defaults={"notice": text, "is_sent": False}
                )
        return Token(newest)

    def unsent(self) -> Sequence[Notice]:
        """Return the notices that were not handed over yet, the oldest first."""
        waiting = OutboxNotice.objects.filter(is_sent=False)
        texts = waiting.order_by("id").values_list("notice", flat=True)
        return tuple(map(decode_notice, texts))

    def mark_sent(self, keys: Iterable[str]) -> None:
        """Remember that notices were handed over."""
        for names in _parts(list(keys)):
            OutboxNotice.objects.filter(key__in=names).update(is_sent=True)


def _asked(key: str, token: Token) -> Token:
    """Answer whether a command was carried out, or a token is one; store nothing."""
    newest = _position(END)
    if CommandKey.objects.filter(key=key).exists():
        raise Duplicate("command", key)
    if not 0 <= token <= newest:
        raise Conflict(expected=token, found=newest)
    return Token(newest)


def _enter_command(key: str) -> None:
    """Enter a command's key, or refuse the command."""
    if key and not CommandKey.objects.get_or_create(key=key)[1]:
        raise Duplicate("command", key)


def _lock_unchanged(names: Sequence[str], token: Token) -> None:
    """Lock the rows of keys; refuse a token that is none, or older than one of them."""
    last = max(
        (position for part in _parts(names) for position in _lock(part)), default=0
    )
    newest = _position(END)
    if not 0 <= token <= newest or last > token:
        raise Conflict(expected=token, found=newest)


def _append(texts: Sequence[str]) -> int:
    """Append facts to the journal and return the new end, which stays locked."""
    (end,) = _lock([_text(END)])
    rows = [
        Fact(position=end + place, event=text) for place, text in enumerate(texts, 1)
    ]
    Fact.objects.bulk_create(rows, batch_size=MOST_PARAMETERS // 2)
    newest = end + len(texts)
    TouchedKey.objects.filter(key=_text(END)).update(position=newest)
    return newest


def _lock(names: Sequence[str]) -> list[int]:
    """Lock the rows of some keys in sorted order and return their positions."""
    new = [TouchedKey(key=name) for name in names]
    TouchedKey.objects.bulk_create(new, ignore_conflicts=True)
    rows = TouchedKey.objects.select_for_update().filter(key__in=names).order_by("key")
    return [row.position for row in rows]


def _position(key: Key) -> int:
    """Return the position of the last fact about a key, 0 if there is none."""
    found = TouchedKey.objects.filter(key=_text(key)).values_list("position", flat=True)
    return found.first() or 0


def _text(key: Key) -> str:
    """Return a key as the table has it."""
    return json.dumps(key, ensure_ascii=False)


def _parts(names: Sequence[str]) -> list[Sequence[str]]:
    """Cut names into parts that one statement can hold, in their order."""
    starts = range(0, len(names), MOST_PARAMETERS)
    return [names[start : start + MOST_PARAMETERS] for start in starts]


class WhoseLines:
    """Answers, from the tables, what `Footprints` would remember of the history.

    It is read like a mapping and never written to; each question is asked once.
    """

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._known: dict[Key, tuple[Key, ...]] = {}

    def __contains__(self, key: Key) -> bool:
        """Tell whether there is an answer."""
        return bool(self[key])

    def __getitem__(self, key: Key) -> tuple[Key, ...]:
        """Return the keys behind a line, a portion, an order, or a purchase line."""
        if key not in self._known:
            self._known[key] = tuple(self._asked(key))
        return self._known[key]

    def _asked(self, key: Key) -> Iterable[Key]:
        """Ask the tables."""
        match key:
            case ("order of", ref):
                return [("order", one.order_id) for one in _lines(ref=ref)]
            case ("sku of", ref):
                return [(one.product_id,) for one in _lines(ref=ref)]
            case ("line", ref):
                orders = [("order", one.order_id) for one in _lines(ref=ref)]
                return orders + _pools(line_id=ref)
            case ("lines", ref):
                return _pools(line__order_id=ref)
            case ("portion", ref, number):
                orders = [("order", one.order_id) for one in _lines(ref=ref)]
                return _pools(line_id=ref, number=int(number)) + orders
            case ("purchase line", ref):
                bought = PurchaseOrderLine.objects.filter(ref=ref)
                return [key for one in bought for key in _bought(one)]
        return ()


def _lines(**which: object) -> Iterable[OrderLine]:
    """Return lines."""
    return OrderLine.objects.filter(**which)


def _pools(**which: object) -> list[Key]:
    """Return where portions queue."""
    portions = Portion.objects.filter(**which).select_related("line")
    return [("pool", one.line.product_id, one.location) for one in portions]


def _bought(line: PurchaseOrderLine) -> tuple[Key, Key]:
    """Return what a purchase line concerns; a transfer under way is its own order."""
    order = line.purchase_order_id or line.ref
    return ("pool", line.product_id, line.destination), ("purchase", order)
