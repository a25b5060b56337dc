"""Whole numbers of units by SKU.

>>> Quantities(LAMP=3) + Quantities(CHAIR=1)
Quantities(CHAIR=1, LAMP=3)
"""

from collections.abc import Iterator, Mapping

import attrs

from backorderkit.values.validation import check_count, check_ref

__all__ = ["Quantities"]


@attrs.frozen(init=False, eq=False, repr=False)
class Quantities(Mapping[str, int]):
    """How many of each SKU; what is not named counts 0.

    `+` adds, `-` takes away and stops at nothing, `&` keeps what both have.

    >>> shelf, wanted = Quantities(LAMP=3, CHAIR=1), Quantities(LAMP=5)
    >>> shelf & wanted, wanted - shelf
    (Quantities(LAMP=3), Quantities(LAMP=2))
    >>> (shelf + wanted)["LAMP"], shelf["TABLE"]
    (8, 0)
    """

    _counts: Mapping[str, int]

    def __init__(self, counts: Mapping[str, int] | None = None, **named: int) -> None:
        """Take counts from a mapping, keywords, or both; zeros are dropped."""
        merged = {**(counts or {}), **named}
        for sku, count in merged.items():
            check_ref("SKU", sku)
            check_count(f"quantity of {sku}", count)
        kept = {sku: merged[sku] for sku in sorted(merged) if merged[sku]}
        self.__attrs_init__(kept)

    def __getitem__(self, sku: str) -> int:
        """Return the quantity of a SKU, 0 if it is not named."""
        return self._counts.get(sku, 0)

    def __contains__(self, sku: object) -> bool:
        """Return whether there is any of a SKU."""
        return sku in self._counts

    def __iter__(self) -> Iterator[str]:
        """Iterate over the SKUs in sorted order."""
        return iter(self._counts)

    def __len__(self) -> int:
        """Count the SKUs."""
        return len(self._counts)

    def __add__(self, other: "Quantities") -> "Quantities":
        """Return both together."""
        return Quantities({sku: self[sku] + other[sku] for sku in {*self, *other}})

    def __sub__(self, other: "Quantities") -> "Quantities":
        """Return what is left when the other is taken away."""
        return Quantities({sku: max(self[sku] - other[sku], 0) for sku in self})

    def __and__(self, other: "Quantities") -> "Quantities":
        """Return what both have."""
        return Quantities({sku: min(self[sku], other[sku]) for sku in self})

    @property
    def total(self) -> int:
        """Return the units of all SKUs together."""
        return sum(self._counts.values())

    def __eq__(self, other: object) -> bool:
        """Compare by SKU and quantity."""
        return isinstance(other, Quantities) and self._counts == other._counts

    def __hash__(self) -> int:
        """Hash by SKU and quantity."""
        return hash(tuple(self._counts.items()))

    def __repr__(self) -> str:
        """Show the quantities as they could be written."""
        if all(sku.isidentifier() for sku in self):
            named = ", ".join(f"{sku}={count}" for sku, count in self.items())
            return f"Quantities({named})"
        return f"Quantities({dict(self._counts)!r})"
