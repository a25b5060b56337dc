"""The mappings of a part: an entry is given or asked for, and they are never listed.

They stand in for the mappings of a whole book: they take new records like any other.
Reading a record that was not loaded raises `NotLoaded`, and so does listing, counting
or adding up, which would pass off a part as the whole. `loaded` lists what is there,
for the library's own bookkeeping.

>>> orders = PartialRecords("order", {"O-2"})
>>> orders["O-1"] = "an order"
>>> orders["O-1"]
'an order'
>>> list(orders)
Traceback (most recent call last):
    ...
backorderkit.errors.NotLoaded: book 'every order' is not loaded: load it too, or the \
whole book
"""

from collections.abc import Container, ItemsView, Mapping
from typing import Any, NoReturn, TypeVar

from sortedcontainers import SortedList

from backorderkit.book.records import PortionRef
from backorderkit.errors import NotLoaded
from backorderkit.values import Pool, Sku

Key = TypeVar("Key")
Value = TypeVar("Value")


def loaded(mapping: dict[Key, Value]) -> ItemsView[Key, Value]:
    """Return what was loaded of a mapping: all of it in a whole book.

    For bookkeeping over the records at hand, never for an answer to a host.

    >>> orders = PartialRecords("order")
    >>> orders["O-1"] = 1
    >>> list(loaded(orders))
    [('O-1', 1)]
    """
    return dict.items(mapping)


class PartialMapping(dict[Key, Value]):
    """Entries of which some were left out: they are read one by one, never listed.

    Whether a key is `in` the mapping is answered for what was loaded: a store checks
    when it saves that new references are new.

    >>> holders = PartialMapping(NotLoaded("queue", "LAMP"))
    >>> holders["O-1/1"] = 3
    >>> len(holders)
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
        raise self._missing

    def __iter__(self) -> NoReturn:
        """Refuse to list the keys."""
        self._refuse()

    def __reversed__(self) -> NoReturn:
        """Refuse to list the keys."""
        self._refuse()

    def __len__(self) -> int:
        """Refuse to count."""
        raise self._missing

    def __eq__(self, other: object) -> bool:
        """Refuse to compare: what was left out may differ."""
        raise self._missing

    __hash__ = None  # as every dict

    def keys(self) -> NoReturn:
        """Refuse to list the keys."""
        self._refuse()

    def values(self) -> NoReturn:
        """Refuse to list the values."""
        self._refuse()

    def items(self) -> NoReturn:
        """Refuse to list the entries."""
        self._refuse()

    def copy(self) -> NoReturn:
        """Refuse to copy: the copy would pass for the whole."""
        self._refuse()


class PartialRecords(PartialMapping[str, Value]):
    """Records by reference; asking for one that was not loaded raises.

    A reference in `absent` is known not to exist.

    >>> PartialRecords("order", {"O-2"})["O-1"]
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: order 'O-1' is not loaded: load it too, or the \
whole book
    """

    def __init__(self, kind: str, absent: Container[str] = ()) -> None:
        """Start empty."""
        super().__init__(NotLoaded("book", f"every {kind}"))
        self._kind, self._absent = kind, absent

    def __missing__(self, ref: str) -> NoReturn:
        """Refuse a reference that was not loaded."""
        if ref in self._absent:
            raise KeyError(ref)
        raise NotLoaded(self._kind, ref)


class PartialPools(PartialMapping[Pool, Value]):
    """Pools, complete for some SKUs.

    >>> PartialPools({"LAMP"}).get(Pool("LAMP")) is None
    True
    """

    def __init__(self, skus: Container[Sku]) -> None:
        """Start empty."""
        super().__init__(NotLoaded("book", "every pool"))
        self._skus = skus

    def get(self, pool: Pool, default: Any = None) -> Any:  # as any mapping has it
        """Return a pool of a SKU that was loaded."""
        return super().get(pool, default) if pool in self else default

    def __contains__(self, pool: object) -> bool:
        """Return whether there is a pool."""
        if super().__contains__(pool):
            return True
        if isinstance(pool, Pool) and pool.sku not in self._skus:
            raise NotLoaded("SKU", pool.sku)
        return False

    def __missing__(self, pool: Pool) -> NoReturn:
        """Refuse a pool of another SKU."""
        raise NotLoaded("SKU", pool.sku)


class PartialSkus(PartialMapping[Sku, Value]):
    """What is known of SKUs, of those that were loaded.

    >>> PartialSkus({"LAMP"}).get("CHAIR")
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: SKU 'CHAIR' is not loaded: load it too, or the \
whole book
    """

    def __init__(self, skus: Container[Sku]) -> None:
        """Start empty."""
        super().__init__(NotLoaded("book", "every SKU"))
        self._skus = skus

    def get(self, sku: Sku, default: Any = None) -> Any:  # as any mapping has it
        """Return what is known of a SKU that was loaded."""
        self._check(sku)
        return super().get(sku, default)

    def __contains__(self, sku: object) -> bool:
        """Return whether anything is known of a SKU that was loaded."""
        self._check(sku)
        return super().__contains__(sku)

    def _check(self, sku: Any) -> None:
        if sku not in self._skus:
            raise NotLoaded("SKU", sku)


class PartialGroup(PartialMapping[Key, Value]):
    """Records of one pool, of which some are certainly missing.

    >>> bool(PartialGroup(NotLoaded("queue", "LAMP")))
    True
    """

    def __bool__(self) -> bool:
        """Return True: there is something, loaded or not."""
        return True


class PartialPins(PartialMapping[PortionRef, dict[str, int]]):
    """Pinned units by portion; of some portions more is pinned than was loaded.

    >>> PartialPins({}, {("O-1/1", 0): "LAMP"}).get(("O-1/1", 0))
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
        super().__init__(NotLoaded("book", "every pin"))
        self.update(pins)
        self._hidden = hidden

    def get(self, ref: PortionRef, default: Any = None) -> Any:  # as any mapping has it
        """Return what is pinned to a portion, if all of it was loaded."""
        if ref in self._hidden:
            raise NotLoaded("SKU", self._hidden[ref])
        return super().get(ref, default)


class _PartialCalendar(SortedList):  # type: ignore[type-arg]  # entries of any kind
    """A calendar of which some entries were left out: it is kept, but not read.

    >>> days = _PartialCalendar(NotLoaded("calendar", "LAMP"))
    >>> days.add(2)
    >>> list(days)
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: calendar 'LAMP' is not loaded: load it too, or the \
whole book
    """

    def __init__(self, missing: NotLoaded) -> None:
        """Start empty."""
        super().__init__()
        self._missing = missing

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        """Refuse to answer for entries that were left out."""
        raise self._missing

    # Sorted lists reach their own entries by other ways, so they can still be kept.
    __iter__ = __reversed__ = __len__ = __getitem__ = islice = irange = _refuse
