"""Documents: one JSON text for an event, a history, a plan, a notice or a book.

    {"events":[{"type":"reserve_set", …}],"format":1,"kind":"events"}

`decode_x(encode_x(value)) == value` for every value whose fields hold what they are
annotated with; any other value raises `InvalidValue` when it is written. Members are
sorted, there are no spaces, moments are in UTC (`scalars` has the list): equal values
give the same text. Two things are worth a thought. What is left out is a field that
equals its default, so that fields with a default can be added without a new format. And
a moment comes back as the same instant in UTC: a caller who wants its day in the shop's
zone converts it first. (In an hour that a zone repeats, Python calls no moment of the
zone equal to one of another; only there `==` does not hold.)

A book is its history. The state it adds up to depends on nothing else but the policy,
which is the shop's and not in the text; so a book is written as its events and read by
replaying them, and what is read has passed every check of a fact and every law.

Whatever is wrong with a text raises `DecodeError`. Nothing in a text is ever run.

Cost: O(n). One hundred thousand events take about 1 s to write and 2 s to read; a book
takes the time of its replay on top.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from backorderkit.book import OrderBook
from backorderkit.codec.faults import FAULTS, reading_fault, writing_fault
from backorderkit.codec.forms import Form, below
from backorderkit.codec.migrations import PRESENT_FORMAT, migrated
from backorderkit.codec.parsing import Limits, canonical, parsed
from backorderkit.codec.shapes import form_of
from backorderkit.codec.tags import TAG_OF
from backorderkit.errors import (
    BackorderError,
    DecodeError,
    InvariantBroken,
    PolicyBreach,
)
from backorderkit.model import AllocationPolicy, Event, Plan
from backorderkit.notices import Notice
from backorderkit.values import Said, check_all

__all__ = [
    "decode_book",
    "decode_event",
    "decode_events",
    "decode_notice",
    "decode_notices",
    "decode_plan",
    "encode_book",
    "encode_event",
    "encode_events",
    "encode_notice",
    "encode_notices",
    "encode_plan",
]

DEFAULT_LIMITS = Limits()


def encode_event(event: "Event") -> str:
    """Return an event as a document.

    >>> from datetime import UTC, datetime
    >>> from backorderkit.model import ReserveSet
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> print(encode_event(ReserveSet("LAMP", "main", 2, monday)))
    {"event":{"at":"2026-03-02T00:00:00Z","location":"main","quantity":2,"sku":"LAMP",\
"type":"reserve_set"},"format":1,"kind":"event"}
    """
    return _encoded("event", event)


def decode_event(text: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> "Event":
    """Return the event of a document.

    >>> decode_event('{"event":{"type":"sold"},"format":1,"kind":"event"}')
    Traceback (most recent call last):
        ...
    backorderkit.errors.DecodeError: event.type is 'sold': give the name of an event \
that this release knows
    """
    event: Event = _decoded("event", text, limits)
    return event


def encode_events(events: "Iterable[Event]") -> str:
    """Return a sequence of events as a document.

    >>> encode_events([])
    '{"events":[],"format":1,"kind":"events"}'
    """
    return _encoded("events", _listed("events", events))


def decode_events(
    text: str | bytes, *, limits: Limits = DEFAULT_LIMITS
) -> "tuple[Event, ...]":
    """Return the events of a document, in order.

    >>> decode_events('{"events":[],"format":1,"kind":"events"}')
    ()
    """
    events: tuple[Event, ...] = _decoded("events", text, limits)
    return events


def encode_plan(plan: Plan) -> str:
    """Return a plan as a document.

    >>> encode_plan(Plan((), basis=4, trigger="count"))
    '{"format":1,"kind":"plan","plan":{"basis":4,"events":[],"trigger":"count"}}'
    """
    return _encoded("plan", plan)


def decode_plan(text: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> Plan:
    """Return the plan of a document; a book still refuses it at another version.

    >>> decode_plan('{"format":1,"kind":"plan","plan":{"basis":4,"events":[]}}').basis
    4
    """
    plan: Plan = _decoded("plan", text, limits)
    return plan


def encode_notice(notice: Notice) -> str:
    """Return a notice as a document.

    >>> from datetime import UTC, datetime
    >>> from backorderkit.notices import NoticeKind
    >>> monday = datetime(2026, 3, 2, tzinfo=UTC)
    >>> shipped = NoticeKind.SHIPPED
    >>> notice = Notice(shipped, "ada", "O-1", (), reason="S-1", key="k", at=monday)
    >>> decode_notice(encode_notice(notice)) == notice
    True
    """
    return _encoded("notice", notice)


def decode_notice(text: str | bytes, *, limits: Limits = DEFAULT_LIMITS) -> Notice:
    """Return the notice of a document.

    >>> decode_notice('{"format":1,"kind":"notice","notice":{"kind":"sold"}}')
    Traceback (most recent call last):
        ...
    backorderkit.errors.DecodeError: notice.kind is 'sold': give one of confirmed, \
refused, date_set, date_moved, arrived, shipped, cancelled
    """
    notice: Notice = _decoded("notice", text, limits)
    return notice


def encode_notices(notices: Iterable[Notice]) -> str:
    """Return a sequence of notices as a document.

    >>> encode_notices([])
    '{"format":1,"kind":"notices","notices":[]}'
    """
    return _encoded("notices", _listed("notices", notices))


def decode_notices(
    text: str | bytes, *, limits: Limits = DEFAULT_LIMITS
) -> tuple[Notice, ...]:
    """Return the notices of a document, in order.

    >>> decode_notices('{"format":1,"kind":"notices","notices":[]}')
    ()
    """
    notices: tuple[Notice, ...] = _decoded("notices", text, limits)
    return notices


def encode_book(history: "Iterable[Event]") -> str:
    """Return a book, given by all its events from the first on, as a document.

    A book does not keep its history; whoever stores it does, such as a `Repository`.

    >>> from backorderkit.adapters import MemoryRepository
    >>> history, _ = MemoryRepository().history(0)
    >>> encode_book(history)
    '{"events":[],"format":1,"kind":"book"}'
    """
    return _encoded("book", _listed("history", history))


def decode_book(
    text: str | bytes, policy: AllocationPolicy, *, limits: Limits = DEFAULT_LIMITS
) -> OrderBook:
    """Return the book of a document, its queues in the order of a policy.

    Raises `DecodeError` for a history that cannot have happened, too. O(n log n).

    >>> from backorderkit.policies import oldest_first
    >>> decode_book('{"events":[],"format":1,"kind":"book"}', oldest_first())
    <OrderBook: 0 orders, 0 units waiting, version 0>
    """
    book = OrderBook(policy)
    events: tuple[Event, ...] = _decoded("book", text, limits)
    for place, event in enumerate(events):
        try:
            book.follow((event,))
        except PolicyBreach:
            raise  # the policy's fault, not the text's
        except BackorderError as error:
            fact = Said(TAG_OF[type(event)])
            raise DecodeError(f"events[{place}]", fact, str(error)) from error
    try:
        book.check_invariants()
    except InvariantBroken as error:
        history = Said("no possible history")
        raise DecodeError("events", history, str(error)) from error
    return book


# Kind of document → the member that holds the content, and its form.
_CONTENTS: Mapping[str, tuple[str, Form]] = {
    "event": ("event", form_of(Event)),
    "events": ("events", form_of(tuple[Event, ...])),
    "plan": ("plan", form_of(Plan)),
    "notice": ("notice", form_of(Notice)),
    "notices": ("notices", form_of(tuple[Notice, ...])),
    "book": ("events", form_of(tuple[Event, ...])),
}


def _encoded(kind: str, value: object) -> str:
    """Return a value as a document of a kind."""
    member, form = _CONTENTS[kind]
    try:
        content = form.write(value)
    except FAULTS as error:
        raise writing_fault(form, value, member, error) from None
    document = {"format": PRESENT_FORMAT, "kind": kind, member: content}
    return canonical(document)


def _decoded(kind: str, text: str | bytes, limits: Limits) -> Any:  # as `form` says
    """Return the content of a document of a kind."""
    document = migrated(_object(parsed(text, limits)))
    member, form = _CONTENTS[kind]
    if document.get("kind") != kind:
        found = document.get("kind", Said("missing"))
        raise DecodeError("kind", found, f"give {kind}, or decode it as what it is")
    for name in document:
        if name not in ("format", "kind", member):
            remedy = "leave it out: this release knows no such member"
            raise DecodeError(below("", name), document[name], remedy)
    if member not in document:
        raise DecodeError(member, Said("missing"), "give the content")
    try:
        return form.read(document[member])
    except FAULTS as error:
        raise reading_fault(form, document[member], member, error) from None


def _object(data: object) -> dict[str, Any]:  # JSON of any shape
    """Return a document as an object."""
    if not isinstance(data, dict):
        remedy = "give an object with format, kind and content"
        raise DecodeError("document", data, remedy)
    return data


def _listed(what: str, values: object) -> tuple[object, ...]:
    """Return the values of an iterable."""
    return check_all(what, values, object)
