"""An axis of which some entries were left out: their units are known, they are not.

A partially loaded book holds the head of each long queue and a few later positions.

    units      0       40      60                     900     920
    queue      |- head -|-- A --|······· hidden ·······|-- B --|
                        first                    last

Ahead of a position in the head there are loaded entries only. Ahead of a position
behind the last one are all hidden entries, and their units are known. In between
nothing is known, and asking raises `NotLoaded`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import attrs

from backorderkit.book.axis import Axis
from backorderkit.errors import NotLoaded

Entry = TypeVar("Entry")


@attrs.frozen
class Stretch:
    """Units of entries that were left out, all behind `first` and none behind `last`.

    Keys are as on the axis; `first` None is before everything, `last` None is unknown.
    """

    units: int
    first: Any = None
    last: Any = None


class PartialAxis(Axis[Entry]):
    """An axis on which some entries are hidden.

    >>> axis = PartialAxis(lambda word: word, len, NotLoaded("queue", "LAMP"))
    >>> axis.fill(["apple", "fig"])
    >>> axis.hide([Stretch(100, first="fig", last="pear")])
    >>> axis.total, axis.before("fig"), axis.before("plum")
    (108, 5, 108)
    >>> axis.before("kiwi")
    Traceback (most recent call last):
        ...
    backorderkit.errors.NotLoaded: queue 'LAMP' is not loaded: load it too, or the \
whole book
    """

    def __init__(
        self,
        key: Callable[[Entry], Any],
        units: Callable[[Entry], int],
        missing: NotLoaded,
    ) -> None:
        """Make an axis that raises `missing` when it is asked for what is hidden."""
        super().__init__(key, units)
        self._missing = missing
        self._hidden: tuple[Stretch, ...] = ()

    def hide(self, stretches: Iterable[Stretch]) -> None:
        """Record what was left out, in order."""
        self._hidden = tuple(stretch for stretch in stretches if stretch.units)

    @property
    def total(self) -> int:
        """Return the units of all entries, hidden ones too."""
        return super().total + sum(stretch.units for stretch in self._hidden)

    def __bool__(self) -> bool:
        """Return whether there is any entry."""
        return bool(self._hidden) or super().__len__() > 0

    def __len__(self) -> int:
        """Return the number of entries."""
        self._check_whole()
        return super().__len__()

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over the entries in order, as far as they are known."""
        for entry in super().__iter__():
            self._check_known(self._key(entry))
            yield entry
        self._check_whole()

    def __reversed__(self) -> Iterator[Entry]:
        """Iterate over the entries, the last one first."""
        self._check_whole()
        return super().__reversed__()

    def before(self, key: Any) -> int:  # whatever the entries are ordered by
        """Return the units of the entries before a key."""
        passed = (stretch for stretch in self._hidden if self._is_passed(stretch, key))
        return super().before(key) + sum(stretch.units for stretch in passed)

    def rank(self, key: Any) -> int:  # whatever the entries are ordered by
        """Return the number of entries before a key."""
        self._check_known(key)
        return super().rank(key)

    def ahead(self, key: Any) -> Iterator[Entry]:  # whatever they are ordered by
        """Iterate over the entries before a key, the nearest first."""
        self._check_known(key)
        return super().ahead(key)

    def reaching_beyond(self, offset: int) -> Iterator[tuple[int, Entry]]:
        """Iterate over the entries that end after a unit, as far as they are known."""
        if offset >= self.total:
            return
        for start, entry in super().reaching_beyond(offset):
            self._check_known(self._key(entry))
            yield start, entry
        self._check_whole()

    def _is_passed(self, stretch: Stretch, key: Any) -> bool:
        """Return whether the hidden entries come before a key: all or none of them."""
        if stretch.first is not None and not key > stretch.first:
            return False
        if stretch.last is None or not key > stretch.last:
            raise self._missing
        return True

    def _check_known(self, key: Any) -> None:
        """Refuse a key that may have hidden entries before it."""
        for stretch in self._hidden[:1]:
            if stretch.first is None or key > stretch.first:
                raise self._missing

    def _check_whole(self) -> None:
        """Refuse to answer for hidden entries."""
        if self._hidden:
            raise self._missing
