"""How a change of many records is undone as a whole, if it cannot be finished.

Before a record changes for the first time it is touched: its fields are remembered. A
change to anything else (a mapping, a tally) remembers how to take itself back. Sorted
views are left and entered again by the record's own fields, which is what `index` is
for.

Cost: a rollback is O(log n) per record changed.

>>> journal, names = Journal(), {}
>>> journal.enter(names, "LAMP", "a lamp")
'a lamp'
>>> journal.rollback()
>>> names
{}
"""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

import attrs

from backorderkit.book.records import (
    LineRecord,
    OrderRecord,
    PoolRecord,
    PortionRecord,
    PurchaseRecord,
    SkuRecord,
)


@attrs.define(eq=False)
class Journal:
    """What an unfinished change has done so far."""

    _undo: list[Callable[[], object]] = attrs.field(factory=list, init=False)
    _touched: dict[int, Any] = attrs.field(factory=dict, init=False)
    _entered: list[Any] = attrs.field(factory=list, init=False)

    def index(self, record: Any, *, leave: bool) -> None:
        """Let a record leave the sorted views, or enter them."""

    def enter(self, mapping: dict[Any, Any], key: Any, value: Any) -> Any:
        """Add a new entry to a mapping and return it."""
        mapping[key] = value
        self._undo.append(partial(mapping.pop, key))
        self._entered.append(value)
        return value

    def leave(self, mapping: dict[Any, Any], key: Any) -> None:
        """Take an entry out of a mapping."""
        self._undo.append(partial(mapping.__setitem__, key, mapping.pop(key)))

    def changed(self) -> tuple[Any, ...]:
        """Return the records that an unfinished change has made or touched, each once.

        For whoever stores them; the change is finished by `commit`. O(records).
        """
        touched = (record for record, _ in self._touched.values())
        records = (*self.made(), *touched)
        return tuple({id(record): record for record in records}.values())

    def made(self) -> tuple[Any, ...]:
        """Return the records that an unfinished change has made. O(records)."""
        return tuple(value for value in self._entered if type(value) in _FIELDS)

    def tally(self, tally: dict[Any, int], key: Any, units: int) -> None:
        """Add units to an entry of a tally, which ends when none are left."""
        before = tally.get(key, 0)
        if before + units:
            tally[key] = before + units
        else:
            tally.pop(key, None)
        if before:
            self._undo.append(partial(tally.__setitem__, key, before))
        else:
            self._undo.append(partial(tally.pop, key, None))

    def touch(self, record: Any) -> None:
        """Remember a record as it is before its first change."""
        if id(record) not in self._touched:
            self._touched[id(record)] = (record, _FIELDS[type(record)](record))

    def commit(self) -> None:
        """Forget how to undo: the change is complete."""
        self._undo.clear()
        self._touched.clear()
        self._entered.clear()

    def rollback(self) -> None:
        """Undo every change since the last commit."""
        for record, _ in self._touched.values():
            self.index(record, leave=True)
        for record, values in self._touched.values():
            for name, value in zip(_NAMES[type(record)], values, strict=True):
                setattr(record, name, value)
        for record, _ in self._touched.values():
            self.index(record, leave=False)
        for undo in reversed(self._undo):
            undo()
        self.commit()


# What is indexed or tallied is not restored by value.
_ELSEWHERE = {
    PoolRecord: {"queue", "supplies", "holders", "open_lines"},
    PurchaseRecord: {"pins", "given"},
}
_RECORDS = (
    SkuRecord,
    PoolRecord,
    OrderRecord,
    LineRecord,
    PortionRecord,
    PurchaseRecord,
)
_NAMES = {
    record: tuple(
        field.name
        for field in attrs.fields(record)
        if field.name not in _ELSEWHERE.get(record, ())
    )
    for record in _RECORDS
}
_FIELDS = {record: attrgetter(*names) for record, names in _NAMES.items()}
