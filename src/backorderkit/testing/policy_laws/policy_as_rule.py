"""Small backlogs put to a policy, as the engine puts them.

The laws of sharing speak of numbers: units and claims. A policy sees more:
whose order it is, and how much of it was served before. A `OwnedClaim` is a whole
number that carries both through the sums a law does with it. So when a law lets one
line cancel, the others keep their customers; and when it shares a second receipt on
what is still open, the policy sees what the first one gave.

`posed` turns a policy into a rule over such numbers. It offers what the engine offers:
lines that still wait, in rank order, again and again until no more is given. What
whole orders get is decided over all their pools, so those are put into a real book.

>>> from backorderkit.policies import oldest_first
>>> posed(oldest_first())(5, (4, 0, 4))
(4, 0, 1)
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

from backorderkit.book import OrderBook
from backorderkit.deciding import plan_count
from backorderkit.model import (
    AllocationPolicy,
    Backorder,
    Line,
    Order,
    OrderPlaced,
    Portion,
)
from backorderkit.policies import shared_out
from backorderkit.testing.policy_laws.counterexamples import Awards, Problem
from backorderkit.values import MAIN, CustomerRef

__all__ = ["OwnedClaim", "book_of", "labelled", "posed", "served_in_a_book"]

SKU = "LAMP"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class OwnedClaim(int):
    """Units that a line waits for, whose they are, and how many were ordered.

    >>> more = OwnedClaim.of(3, "ada") + 1
    >>> more, more.customer, more.ordered
    (4, 'ada', 4)
    >>> rest = more - 3
    >>> rest, rest.customer, rest.ordered
    (1, 'ada', 4)
    """

    customer: CustomerRef
    ordered: int

    @classmethod
    def of(cls, units: int, customer: CustomerRef, ordered: int | None = None) -> Self:
        """Return a claim; without `ordered` nothing of it was served before."""
        claim = cls(units)
        claim.customer = customer
        claim.ordered = units if ordered is None else ordered
        return claim

    def __add__(self, other: int) -> "OwnedClaim":
        more = int(other)
        return OwnedClaim.of(int(self) + more, self.customer, self.ordered + more)

    def __sub__(self, other: int) -> "OwnedClaim":
        return OwnedClaim.of(int(self) - int(other), self.customer, self.ordered)


def labelled(
    problems: Iterable[Problem], customers: Sequence[CustomerRef] = ()
) -> Iterable[Problem]:
    """Yield problems whose claims belong to customers, each to its own by default.

    >>> [(available, claims)] = labelled([(5, (4, 4, 4))], customers=["ada", "bob"])
    >>> [claim.customer for claim in claims]
    ['ada', 'bob', 'ada']
    """
    for available, claims in problems:
        yield (
            available,
            tuple(_claim(n, units, customers) for n, units in enumerate(claims)),
        )


def posed(policy: AllocationPolicy, customers: Sequence[CustomerRef] = ()) -> Awards:
    """Return a policy as a rule over numbers, or over claims that have a customer.

    Raises `PolicyBreach` for awards that the engine refuses.

    >>> from backorderkit.policies import Filling, oldest_first, whole_order
    >>> posed(oldest_first(filling=Filling.WHOLE_LINE))(5, (6, 4))
    (0, 0)
    >>> posed(whole_order(oldest_first()))(5, (6, 4))
    (0, 4)
    """
    ask = served_in_a_book if policy.together.every_order else _served

    def awards(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
        own = [_claim(n, units, customers) for n, units in enumerate(claims)]
        return ask(policy, int(available), own)

    return awards


def remembering(awards: Awards) -> Awards:
    """Return a rule that is asked each question once.

    Laws ask the same again and again.
    """
    known: dict[object, tuple[int, ...]] = {}

    def remembered(available: int, claims: tuple[int, ...]) -> tuple[int, ...]:
        key = (available, tuple([_content(claim) for claim in claims]))
        if key not in known:
            known[key] = awards(available, claims)
        return known[key]

    return remembered


def _content(claim: int) -> tuple[object, ...]:
    """Return all fields of a claim; equal numbers may belong to different customers."""
    if isinstance(claim, OwnedClaim):
        return int(claim), claim.customer, claim.ordered
    return (claim,)


def _claim(position: int, units: int, customers: Sequence[CustomerRef]) -> OwnedClaim:
    """Return units as the claim of a customer; a claim that has one keeps it."""
    if isinstance(units, OwnedClaim):
        return units
    if customers:
        return OwnedClaim.of(units, customers[position % len(customers)])
    return OwnedClaim.of(units, f"C-{position}")


def _ref(position: int) -> str:
    """Return the order reference of the claim at a position."""
    return f"O-{position:03}"


def _served(
    policy: AllocationPolicy, available: int, claims: Sequence[OwnedClaim]
) -> tuple[int, ...]:
    """Ask a policy for awards until it gives nothing more."""
    waiting = [_backorder(n, claim) for n, claim in enumerate(claims) if claim]
    given = shared_out(policy, available, waiting)
    return tuple(given.get((f"{_ref(n)}/1", 0), 0) for n in range(len(claims)))


def _backorder(position: int, claim: OwnedClaim) -> Backorder:
    """Return a claim as the backorder that the engine would offer."""
    return Backorder(
        f"{_ref(position)}/1",
        0,
        _ref(position),
        claim.customer,
        SKU,
        quantity=int(claim),
        ordered=claim.ordered,
        queued_at=START + timedelta(minutes=position),
        deliveries=int(claim.ordered > claim),
    )


def served_in_a_book(
    policy: AllocationPolicy,
    available: int,
    claims: Sequence[int],
    placed: Sequence[int] | None = None,
) -> tuple[int, ...]:
    """Return what claims get in a real book when units are found.

    `placed` is the sequence in which the book learns of the orders, by position.

    >>> from backorderkit.policies import oldest_first
    >>> served_in_a_book(oldest_first(), 5, (4, 0, 4), placed=(2, 0, 1))
    (4, 0, 1)
    """
    book = book_of(policy, claims, placed)
    plan = plan_count(book, SKU, available, at=START + timedelta(days=1))
    given = plan.allocated()
    return tuple(given.get(f"{_ref(n)}/1", 0) for n in range(len(claims)))


def book_of(
    policy: AllocationPolicy,
    claims: Sequence[int],
    placed: Sequence[int] | None = None,
) -> OrderBook:
    """Return a book in which every claim but the empty ones waits.

    >>> from backorderkit.policies import oldest_first
    >>> book_of(oldest_first(), (4, 0, 4))
    <OrderBook: 2 orders, 8 units waiting, version 2>
    """
    book = OrderBook(policy)
    for position in range(len(claims)) if placed is None else placed:
        claim = _claim(position, claims[position], ())
        if claim:
            ref = _ref(position)
            line = Line(f"{ref}/1", SKU, int(claim))
            at = START + timedelta(minutes=position)
            order = Order(ref, claim.customer, at, [line])
            portion = Portion(line.ref, 0, MAIN, line.quantity)
            book.follow([OrderPlaced(order, (portion,))])
    return book
