"""What a customer is still owed, and the two questions a policy answers about it.

A `Backorder` is accepted demand that has no stock yet: units of one order line,
at one location, waiting since a moment that is its place in the queue. It is never a
negative stock figure: it has an owner, an age, and perhaps a promise.

A line usually has one backorder. It has several when its units queue in different
places: a raised quantity joins behind its old one, or sourcing split the line over
locations. `portion` counts them from 0.

An `AllocationPolicy` decides who comes first (`rank`) and how much of the supply each
one gets (`share`). `rank` orders every queue of the book, so the same order decides
allocations, pegs and expected dates; equal ranks end at the line's reference.

>>> from datetime import UTC
>>> Backorder(
...     "O-1/1", 0, "O-1", "ada", "LAMP", quantity=3, ordered=5,
...     queued_at=datetime(2026, 3, 1, tzinfo=UTC),
... ).pool
Pool(sku='LAMP', location='main')
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, ClassVar, NamedTuple, Protocol, TypeAlias

import attrs

from backorderkit.model.orders import Line
from backorderkit.values import (
    MAIN,
    CustomerRef,
    LineRef,
    Location,
    OrderRef,
    Pool,
    Sku,
    is_a,
    is_flag,
    is_optional_function,
)

__all__ = [
    "AllocationPolicy",
    "Award",
    "Backorder",
    "Bundle",
    "BundleChoice",
    "Incomplete",
    "ShipTogether",
]


@attrs.frozen
class Backorder:
    """Units of one order line that wait at one location, since a moment.

    `quantity` waits; `ordered` is the whole size of this portion, cancelled units
    aside, so `covered` units of it were already given. `details` is the order line as
    placed (dates, price, group). `deliveries` counts how often it was given goods.

    >>> from datetime import UTC
    >>> march = datetime(2026, 3, 1, tzinfo=UTC)
    >>> Backorder(
    ...     "O-1/1", 0, "O-1", "ada", "LAMP", quantity=3, ordered=5, queued_at=march
    ... ).quantity
    3
    """

    line: LineRef
    portion: int
    order: OrderRef
    customer: CustomerRef
    sku: Sku
    location: Location = MAIN
    quantity: int = attrs.field(kw_only=True)
    ordered: int = attrs.field(kw_only=True)
    queued_at: datetime = attrs.field(kw_only=True)
    priority: int = attrs.field(default=0, kw_only=True)
    promised_on: date | None = attrs.field(default=None, kw_only=True)
    deliveries: int = attrs.field(default=0, kw_only=True)
    details: Line | None = attrs.field(default=None, kw_only=True, repr=False)
    pool: Pool = attrs.field(init=False, repr=False, eq=False)

    @pool.default
    def _pool(self) -> Pool:
        """Return the pool it waits in."""
        return Pool(self.sku, self.location)

    @property
    def covered(self) -> int:
        """Return the units of this portion that were allocated or shipped."""
        return self.ordered - self.quantity


class Award(NamedTuple):
    """The units that a policy gives one backorder.

    `figures` are the numbers a rule used (an equal level, an exact share), for those
    who ask why.

    >>> Award._fields
    ('backorder', 'quantity', 'figures')
    """

    backorder: Backorder
    quantity: int
    figures: Mapping[str, int | Fraction] = {}


@attrs.frozen
class Bundle:
    """What an order (or a delivery group of it) lacks, all of it or nothing.

    >>> Bundle("O-1", "", {Pool("LAMP"): 3}).units
    3
    """

    order: OrderRef
    group: str
    needs: Mapping[Pool, int]

    @property
    def units(self) -> int:
        """Return the units it lacks in all."""
        return sum(self.needs.values())


BundleChoice: TypeAlias = Callable[
    [Sequence[Bundle], Mapping[Pool, int]], Iterable[Bundle]
]
"""Returns the bundles to try, best first, given them in rank order and what is free."""


class Incomplete(Enum):
    """What an order that ships together gets while it cannot be completed.

    >>> Incomplete.HOLDS.value
    'holds'
    """

    HOLDS = "holds"
    IS_SKIPPED = "is_skipped"
    BLOCKS = "blocks"


@attrs.frozen
class ShipTogether:
    """How a policy treats orders that ship together.

    `ShipTogether.HOLD` gives an incomplete order what there is and keeps that until the
    rest comes. `ShipTogether.SKIP` gives it nothing and serves the next.
    `ShipTogether.BLOCK` gives it nothing and serves no order behind it. With
    `every_order` all orders count as such, whatever their delivery rule. `choose` says
    which to try first; without it the rank decides.

    With `pegged_first` a delivery serves first the lines it was bought for, before the
    queue (see `policies.peg_first`). It is stated here because every policy has this
    value and every wrapper passes it on.

    >>> ShipTogether.SKIP.incomplete
    <Incomplete.IS_SKIPPED: 'is_skipped'>
    """

    HOLD: ClassVar["ShipTogether"]
    SKIP: ClassVar["ShipTogether"]
    BLOCK: ClassVar["ShipTogether"]

    incomplete: Incomplete = attrs.field(
        default=Incomplete.HOLDS, validator=is_a(Incomplete)
    )
    every_order: bool = attrs.field(default=False, validator=is_flag, kw_only=True)
    choose: BundleChoice | None = attrs.field(
        default=None, validator=is_optional_function, kw_only=True
    )
    pegged_first: bool = attrs.field(default=False, validator=is_flag, kw_only=True)

    @property
    def holds(self) -> bool:
        """Return whether incomplete orders keep what they get."""
        return self.incomplete is Incomplete.HOLDS

    @property
    def blocks(self) -> bool:
        """Return whether no order may pass an incomplete order."""
        return self.incomplete is Incomplete.BLOCKS


ShipTogether.HOLD = ShipTogether(Incomplete.HOLDS)
ShipTogether.SKIP = ShipTogether(Incomplete.IS_SKIPPED)
ShipTogether.BLOCK = ShipTogether(Incomplete.BLOCKS)


class AllocationPolicy(Protocol):
    """Who comes first, and how much each one gets.

    A ranking needs no class (see `ranked_by`); any other rule is a small one:

    >>> @attrs.frozen
    ... class OneEach:
    ...     name: str = "one_each"
    ...     together: ShipTogether = ShipTogether.HOLD
    ...     def rank(self, backorder):
    ...         return backorder.queued_at
    ...     def share(self, available, backorders):
    ...         for _, backorder in zip(range(available), backorders):
    ...             yield Award(backorder, 1)
    """

    @property
    def name(self) -> str:
        """Return the name that reasons and errors show."""

    @property
    def together(self) -> ShipTogether:
        """Return what incomplete orders get that must ship together."""

    def rank(self, backorder: Backorder, /) -> Any:  # any comparable key
        """Return the sort key of a backorder: the lowest is served first."""

    def share(
        self, available: int, backorders: Iterable[Backorder], /
    ) -> Iterable[Award]:
        """Return awards for one pool; the backorders come in rank order, lazily.

        There is at least one unit and one backorder.
        """
