"""One axis of units: entries in order, each as long as its units, laid end to end.

Waiting portions stand on one axis, incoming supplies on another; where two stretches
lie over one another, that supply covers that demand. So every question about a pool is
a question about an axis: how many units stand before an entry, and who stands at a
unit.

    units    0        5         9                        21
    entries  |--- A ---|--- B ---|---------- C -----------|

A starts at 0, B at 5; unit 7 belongs to B. Entries lie in buckets of bounded size, and
running sums over the buckets (Fenwick 1994) tell where a bucket starts.

Cost: finding, measuring and changing one entry takes O(log n) and one bucket; reading
on from there O(1) for each entry. Each time a bucket splits or empties, the running
sums are made anew: O(n / bucket) once in about so many insertions as a bucket holds.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")

FULL = 512  # entries in a bucket, at most


class RunningSums:
    """Numbers, and the prefix sums over them.

    Reading a sum or changing a number is O(log n), putting numbers in O(n).

    >>> sums = RunningSums()
    >>> sums.put(0, 0, [5, 4, 12])
    >>> sums.before(2), sums.find(7)
    (9, (1, 5))
    """

    def __init__(self) -> None:
        """Start without numbers."""
        self._numbers: list[int] = []
        self._tree: list[int] = []
        self.total: int = 0

    def put(self, begin: int, end: int, numbers: list[int]) -> None:
        """Put numbers in the places of some others."""
        self._numbers[begin:end] = numbers
        self._tree = tree = list(self._numbers)
        self.total = sum(tree)
        for place in range(len(tree)):
            above = place | (place + 1)
            if above < len(tree):
                tree[above] += tree[place]

    def add(self, place: int, change: int) -> None:
        """Change the number at a place."""
        self._numbers[place] += change
        self.total += change
        while place < len(self._tree):
            self._tree[place] += change
            place |= place + 1

    def before(self, place: int) -> int:
        """Return the sum of the numbers before a place."""
        total = 0
        while place:
            total += self._tree[place - 1]
            place &= place - 1
        return total

    def find(self, offset: int) -> tuple[int, int]:
        """Return the place of the number that reaches over an offset, and its start."""
        place, start = 0, 0
        step = 1 << len(self._tree).bit_length()
        while step := step >> 1:
            reached = place + step
            if reached <= len(self._tree):
                end = start + self._tree[reached - 1]
                if end <= offset:
                    place, start = reached, end
        return place, start


class Axis(Generic[Entry]):
    """Entries in rising order of key, each with a length in units.

    `key` and `units` read both from an entry. They must answer the same for as long as
    the entry stands on the axis; `resize` follows a length that has changed.

    >>> axis = Axis(key=lambda word: word, units=len)
    >>> for word in ("pear", "fig", "apple"):
    ...     axis.add(word)
    >>> list(axis), axis.total, axis.before("pear")
    (['apple', 'fig', 'pear'], 12, 8)
    >>> next(axis.reaching_beyond(6))
    (5, 'fig')
    """

    def __init__(
        self, key: Callable[[Entry], Any], units: Callable[[Entry], int]
    ) -> None:
        """Make an empty axis."""
        self._key, self._units = key, units
        self._buckets: list[list[Entry]] = []
        self._lasts: list[Any] = []  # the key of the last entry of each bucket
        self._lengths, self._sizes = RunningSums(), RunningSums()

    @property
    def total(self) -> int:
        """Return the units of all entries."""
        return self._lengths.total

    def __len__(self) -> int:
        """Return the number of entries."""
        return self._sizes.total

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over the entries in order."""
        for bucket in self._buckets:
            yield from bucket

    def __reversed__(self) -> Iterator[Entry]:
        """Iterate over the entries, the last one first."""
        for bucket in reversed(self._buckets):
            yield from reversed(bucket)

    # Questions

    def before(self, key: Any) -> int:  # whatever the entries are ordered by
        """Return the units of the entries before a key."""
        number, place = self.find(key)
        within = self._buckets[number][:place] if place else ()
        return self._lengths.before(number) + sum(map(self._units, within))

    def rank(self, key: Any) -> int:  # whatever the entries are ordered by
        """Return the number of entries before a key."""
        number, place = self.find(key)
        return self._sizes.before(number) + place

    def ahead(self, key: Any) -> Iterator[Entry]:  # whatever they are ordered by
        """Iterate over the entries before a key, the nearest first."""
        number, place = self.find(key)
        yield from reversed(self._buckets[number][:place] if place else ())
        for bucket in reversed(self._buckets[:number]):
            yield from reversed(bucket)

    def reaching_beyond(self, offset: int) -> Iterator[tuple[int, Entry]]:
        """Iterate over the entries that end after a unit, each with its start."""
        number, start = self._lengths.find(max(offset, 0))
        for bucket in self._buckets[number:]:
            for entry in bucket:
                end = start + self._units(entry)
                if end > offset:
                    yield start, entry
                start = end

    def find(self, key: Any) -> tuple[int, int]:  # whatever they are ordered by
        """Return the bucket, and the place in it, where a key is or would be."""
        number = bisect_left(self._lasts, key)
        if number == len(self._lasts):
            return number, 0
        return number, bisect_left(self._buckets[number], key, key=self._key)

    # Changes

    def fill(self, entries: Sequence[Entry]) -> None:
        """Put entries that stand in order already on an empty axis; O(n)."""
        starts = range(0, len(entries), FULL // 2)
        self._buckets = [list(entries[one : one + FULL // 2]) for one in starts]
        self._lasts = [self._key(bucket[-1]) for bucket in self._buckets]
        self._count(0, 0, of=len(self._buckets))

    def add(self, entry: Entry) -> None:
        """Put an entry in its place."""
        key = self._key(entry)
        number, place = self.find(key)
        if number == len(self._buckets):  # behind all others
            if not number:
                self._buckets.append([])
                self._lasts.append(key)
                self._count(0, 0, of=1)
            number = len(self._buckets) - 1
            place = len(self._buckets[number])
            self._lasts[number] = key
        bucket = self._buckets[number]
        bucket.insert(place, entry)
        self._lengths.add(number, self._units(entry))
        self._sizes.add(number, 1)
        if len(bucket) > FULL:
            self._split(number)

    def remove(self, entry: Entry) -> None:
        """Take an entry away, which is as it was when it came or was last resized."""
        number, place = self.find(self._key(entry))
        bucket = self._buckets[number] if number < len(self._buckets) else []
        if place >= len(bucket) or bucket[place] is not entry:
            raise LookupError(f"{entry!r} does not stand here")
        del bucket[place]
        if bucket:
            self._lasts[number] = self._key(bucket[-1])
            self._lengths.add(number, -self._units(entry))
            self._sizes.add(number, -1)
        else:
            del self._buckets[number], self._lasts[number]
            self._count(number, number + 1, of=0)

    def resize(self, entry: Entry, change: int) -> None:
        """Follow an entry whose units changed by n."""
        number, _ = self.find(self._key(entry))
        self._lengths.add(number, change)

    def _split(self, number: int) -> None:
        """Make two buckets of one that is too full."""
        bucket = self._buckets[number]
        half = len(bucket) // 2
        self._buckets[number : number + 1] = [bucket[:half], bucket[half:]]
        self._lasts.insert(number, self._key(bucket[half - 1]))
        self._count(number, number + 1, of=2)

    def _count(self, begin: int, end: int, of: int) -> None:
        """Sum up the buckets that stand where some others stood."""
        buckets = self._buckets[begin : begin + of]
        self._lengths.put(begin, end, [sum(map(self._units, one)) for one in buckets])
        self._sizes.put(begin, end, [len(one) for one in buckets])
