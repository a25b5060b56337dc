"""Parts of a book: what was left out is known in sum, and asking for it raises.

A book that was loaded for one command holds the records of some SKUs, and of a long
queue only the head. Every figure it shows is right. What it cannot answer raises
`NotLoaded`: so a decision on a part is the decision on the whole, or none at all.

An `Extent` says how far a part reaches. The mappings here stand in for those of a whole
book: they take new records like any other, and refuse to speak of what was left out.

>>> Extent(frozenset({"LAMP"})).heads
{}
"""

from collections.abc import Container, Mapping
from typing import Any, NoReturn, TypeVar

import attrs
from sortedcontainers import SortedList

from backorderkit.book.records import PortionRef
from backorderkit.errors import NotLoaded
from backorderkit.values import Pool, Sku

Value = TypeVar("Value")


@attrs.frozen
class Head:
    """How much of a long queue was loaded.

    Everything up to the portion `until` is there, and the `lasts`: the last portion
    that is due and the last one of all. Without `until` the order is not known.

    >>> Head(until=("O-9/1", 0)).lasts
    ()
    """

    until: PortionRef | None = None
    lasts: tuple[PortionRef, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class Extent:
    """How far a part of a book reaches.

    The pools of `skus` are there, at all locations, their open purchase lines, and
    their queues up to their `heads`. Of `whole` ones everything open is there, and what
    has yet to fall due. Of `absent` references it is known that they name nothing.

    >>> Extent(frozenset({"LAMP"})).heads
    {}
    """

    skus: frozenset[Sku]
    heads: Mapping[Pool, Head] = attrs.field(factory=dict, kw_only=True)
    whole: frozenset[Sku] = attrs.field(default=frozenset(), kw_only=True)
    absent: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)


class PartialDict(dict[str, Value]):
    """Records by reference, of which some were left out; to ask for one raises.

    A reference in `absent` is known to name nothing. Whether one is `in` the mapping is
    answered for what was loaded: a store checks when it saves that new ones are new.

    >>> PartialDict("order", {"O-2"})["O-1"]
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: order 'O-1' is not loaded: load it too, or the \
whole book
    """

    def __init__(self, kind: str, absent: Container[str]) -> None:
        """Start empty."""
        super().__init__()
        self._kind, self._absent = kind, absent

    def __missing__(self, ref: str) -> NoReturn:
        """Refuse a reference that was not loaded."""
        if ref in self._absent:
            raise KeyError(ref)
        raise NotLoaded(self._kind, ref)


class Uncounted(PartialDict[Value]):
    """Records by reference, of which nobody knows how many there are.

    >>> len(Uncounted("purchase order", ()))
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: book 'every purchase order' is not loaded: load it \
too, or the whole book
    """

    def __len__(self) -> int:
        """Refuse to count."""
        raise NotLoaded("book", f"every {self._kind}")


class PartialPools(dict[Pool, Value]):
    """Pools, complete for some SKUs.

    >>> PartialPools({"LAMP"}).get(Pool("LAMP")) is None
    True
    """

    def __init__(self, skus: Container[Sku]) -> None:
        """Start empty."""
        super().__init__()
        self._skus = skus

    def get(self, pool: Pool, default: Any = None) -> Any:  # as any mapping has it
        """Return a pool of a SKU that was loaded."""
        return super().get(pool, default) if pool in self else default

    def __contains__(self, pool: object) -> bool:
        """Tell whether there is a pool."""
        if super().__contains__(pool):
            return True
        if isinstance(pool, Pool) and pool.sku not in self._skus:
            raise NotLoaded("SKU", pool.sku)
        return False

    def __missing__(self, pool: Pool) -> NoReturn:
        """Refuse a pool of another SKU."""
        raise NotLoaded("SKU", pool.sku)


class PartialSkus(dict[Sku, Value]):
    """What is known of SKUs, of those that were loaded.

    >>> PartialSkus({"LAMP"}).get("CHAIR")
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: SKU 'CHAIR' is not loaded: load it too, or the \
whole book
    """

    def __init__(self, skus: Container[Sku]) -> None:
        """Start empty."""
        super().__init__()
        self._skus = skus

    def get(self, sku: Sku, default: Any = None) -> Any:  # as any mapping has it
        """Return what is known of a SKU that was loaded."""
        if sku not in self._skus:
            raise NotLoaded("SKU", sku)
        return super().get(sku, default)


class Withheld(dict[Any, Value]):
    """A mapping of which some entries are hidden: it takes new ones, but is not read.

    >>> withheld = Withheld(NotLoaded("queue", "LAMP"))
    >>> withheld["O-1/1"] = 3
    >>> list(withheld.values())
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: queue 'LAMP' is not loaded: load it too, or the \
whole book
    """

    def __init__(self, missing: NotLoaded) -> None:
        """Start empty."""
        super().__init__()
        self._missing = missing

    def _refuse(self) -> NoReturn:
        """Refuse to speak for what is hidden."""
        raise self._missing

    def __iter__(self) -> NoReturn:
        """Refuse to list the keys."""
        self._refuse()

    def __len__(self) -> int:
        """Refuse to count."""
        raise self._missing

    def __bool__(self) -> bool:
        """Tell that there is something."""
        return True

    def keys(self) -> NoReturn:
        """Refuse to list the keys."""
        self._refuse()

    def values(self) -> NoReturn:
        """Refuse to list the values."""
        self._refuse()

    def items(self) -> NoReturn:
        """Refuse to list the entries."""
        self._refuse()


class WithheldDays(SortedList):  # type: ignore[type-arg]  # entries of any kind
    """A calendar of which some entries are hidden: it is kept, but not read.

    >>> WithheldDays(NotLoaded("queue", "LAMP")).__len__()
    0
    """

    def __init__(self, missing: NotLoaded) -> None:
        """Start empty."""
        super().__init__()
        self._missing = missing

    def __iter__(self) -> NoReturn:
        """Refuse to speak for what is hidden."""
        raise self._missing


class WithheldPins(dict[PortionRef, dict[str, int]]):
    """What is kept for portions, of which some are kept more for than is known.

    >>> WithheldPins({}, {("O-1/1", 0): "LAMP"}).get(("O-1/1", 0))
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: SKU 'LAMP' is not loaded: load it too, or the \
whole book
    """

    def __init__(
        self,
        pins: Mapping[PortionRef, dict[str, int]],
        hidden: Mapping[PortionRef, Sku],
    ) -> None:
        """Take the known pins, and the SKU of every portion that has others."""
        super().__init__(pins)
        self._hidden = hidden

    def get(self, ref: PortionRef, default: Any = None) -> Any:  # as any mapping has it
        """Return what is kept for a portion, if that is known."""
        if ref in self._hidden:
            raise NotLoaded("SKU", self._hidden[ref])
        return super().get(ref, default)
