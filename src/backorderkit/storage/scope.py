"""What a command is about: the SKUs, and what else it turned out to need.

A host that loads a book for some SKUs names them. If that is too little, the book
raises `NotLoaded`, and `widened` adds what was missing. A repository takes a scope
wherever it takes SKUs: iterating gives the SKUs, and a repository that knows scopes
reads the depths and references too.

>>> scope = Scope.of(["LAMP"]).widened(NotLoaded("SKU", "CHAIR"))
>>> list(scope)
['LAMP', 'CHAIR']
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import attrs

from backorderkit.errors import NotLoaded
from backorderkit.values import Sku, check_all

__all__ = ["Scope"]

WHOLE = 3
"""After this many requests for more of a queue, everything open of the SKU is read."""


def _skus(value: Iterable[Sku]) -> tuple[Sku, ...]:
    """Return SKUs, each once."""
    return tuple(dict.fromkeys(check_all("skus", value, str)))


@attrs.frozen
class Scope:
    """SKUs, how often more of their queues was asked for, and references.

    `refs` are kinds and references that are needed as well, such as ("order", "O-1").

    >>> scope = Scope(("LAMP",)).widened(NotLoaded("queue", "LAMP"))
    >>> scope.widened(NotLoaded("order", "O-1"))
    Scope(skus=('LAMP',), depths={'LAMP': 1}, refs=(('order', 'O-1'),))
    """

    skus: tuple[Sku, ...] = attrs.field(converter=_skus)
    depths: Mapping[Sku, int] = attrs.field(factory=dict)
    refs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, skus: Iterable[Sku]) -> "Scope":
        """Return SKUs as a scope, which they may be already."""
        if isinstance(skus, Scope):
            return skus
        return Scope(skus)

    def is_whole(self, sku: Sku) -> bool:
        """Return whether everything open of a SKU is needed.

        >>> Scope(("LAMP",)).widened(NotLoaded("calendar", "LAMP")).is_whole("LAMP")
        True
        """
        return self.depths.get(sku, 0) >= WHOLE

    def widened(self, missing: NotLoaded) -> Self | None:
        """Return a scope with what was missing, None if that is the whole book.

        O(size of the scope).

        >>> Scope(("LAMP",)).widened(NotLoaded("book", "every order")) is None
        True
        """
        if missing.kind == "book":
            return None
        if missing.kind == "SKU":
            return attrs.evolve(self, skus=(*self.skus, *missing.refs))
        if missing.kind in ("queue", "calendar"):
            depth = self.depths.get(missing.ref, 0) + 1
            depth = WHOLE if missing.kind == "calendar" else depth
            return attrs.evolve(self, depths={**self.depths, missing.ref: depth})
        refs = ((missing.kind, ref) for ref in missing.refs)
        return attrs.evolve(self, refs=(*self.refs, *refs))

    def __iter__(self) -> Iterator[Sku]:
        """Iterate over the SKUs."""
        return iter(self.skus)

    def refs_of(self, kind: str) -> tuple[str, ...]:
        """Return the references of a kind.

        >>> Scope((), {}, (("order", "O-1"), ("line", "O-2/1"))).refs_of("line")
        ('O-2/1',)
        """
        return tuple(ref for named, ref in self.refs if named == kind)
