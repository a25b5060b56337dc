"""What a clerk is shown before a plan is released, and the proof that it is that plan.

A plan that was shown travels back as a fingerprint of its facts and reasons, never as
the plan itself: on release it is made anew, and stored only if it comes out the same.
If the book has moved on so that it does not, `MovedOn` brings the new plan to show. The
guard is part of the decision, so it also holds when the desk plans again after somebody
else was faster.

The time of the plan and the key of the command travel in a signed ticket.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Self
from uuid import uuid4

import attrs
from django.core import signing
from django.utils import timezone

from backorderkit import Notice, OrderBook, Plan, explain, notices_of
from backorderkit.codec import encode_plan
from backorderkit.values import Pool
from django_shop.decisions import Decision

MOST_SHOWN = 100


@attrs.frozen
class Ticket:
    """When a plan was made, and the key under which it is released once."""

    at: datetime
    key: str

    LASTS = timedelta(hours=1)

    @classmethod
    def new(cls) -> Self:
        """Return a ticket of this moment."""
        return cls(timezone.now(), uuid4().hex)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the ticket of a form; None if it is not ours, or too old."""
        try:
            at, key = signing.loads(text, salt="ticket", max_age=cls.LASTS)
        except signing.BadSignature:
            return None
        return cls(datetime.fromisoformat(at), key)

    def __str__(self) -> str:
        """Sign it."""
        return signing.dumps([self.at.isoformat(), self.key], salt="ticket")


class MovedOn(Exception):
    """The plan that would be released is not the one that was shown."""


def fingerprint(plan: Plan) -> str:
    """Return what two plans have in common that do the same for the same reasons."""
    text = encode_plan(attrs.evolve(plan, basis=0))
    return hashlib.sha256(text.encode()).hexdigest()


def as_shown(decision: Decision, shown: str) -> Decision:
    """Return a decision that raises `MovedOn` unless it comes out as it was shown."""

    def decide(book: OrderBook) -> Plan:
        plan = decision(book)
        if fingerprint(plan) != shown:
            raise MovedOn
        return plan

    return decide


@attrs.frozen
class Gets:
    """What a plan gives to one line, and why it is not more."""

    line: str
    customer: str
    sku: str
    waits: int
    gets: int
    why: str


@attrs.frozen
class Preview:
    """A plan as a page shows it."""

    plan: Plan
    ticket: Ticket
    shown: str
    lines: tuple[Gets, ...]
    notices: tuple[Notice, ...]


def preview(
    book: OrderBook, plan: Plan, ticket: Ticket, pools: Iterable[Pool] = ()
) -> Preview:
    """Return what to show of a plan: who gets what and why, and who is written to.

    Those who get nothing are named too, as far as they wait in the given pools.
    """
    return Preview(
        plan,
        ticket,
        fingerprint(plan),
        tuple(_gets(book, plan, pools)),
        notices_of(book, plan),
    )


def _gets(book: OrderBook, plan: Plan, pools: Iterable[Pool]) -> Iterator[Gets]:
    """Yield the lines that get something, then the next ones in the queues."""
    given = plan.allocated()
    known = dict.fromkeys(given)
    for pool in pools:
        queue = islice(book.backorders(*pool), MOST_SHOWN)
        known.update(dict.fromkeys(one.line for one in queue))
    before = {ref: book.line(ref) for ref in islice(known, MOST_SHOWN)}
    with book.trying(plan):
        why = {ref: str(explain(book, ref)) for ref in before}
    for ref, line in before.items():
        gets = given.get(ref, 0)
        yield Gets(ref, line.customer, line.sku, line.waiting, gets, why[ref])
