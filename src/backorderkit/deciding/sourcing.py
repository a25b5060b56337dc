"""Where a new order is served from: sourcing functions.

A sourcing function splits the lines of an order over locations. It sees the lines and
the free units of every location, and answers with assignments; what it assigns to
nobody waits at the line's own location. Each location is offered only the rest that no
earlier one took. A host may write its own: any function of that shape.

>>> lines = [Line("O-1/1", "LAMP", 13)]
>>> free = {"north": Quantities(LAMP=10), "south": Quantities(LAMP=15)}
>>> in_given_order("north", "south")(lines, free)
[Assignment(line='O-1/1', location='north', quantity=10), \
Assignment(line='O-1/1', location='south', quantity=3)]
>>> fewest_parcels()(lines, free)
[Assignment(line='O-1/1', location='south', quantity=13)]
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import TypeAlias

import attrs

from backorderkit.errors import InvalidValue, PolicyBreach
from backorderkit.model import Line, Order
from backorderkit.values import LineRef, Location, Quantities

__all__ = [
    "Assignment",
    "Sourcing",
    "fewest_parcels",
    "in_given_order",
    "most_free_first",
]


@attrs.frozen
class Assignment:
    """Units of a line that are to be served from a location.

    >>> Assignment("O-1/1", "north", 5).quantity
    5
    """

    line: LineRef
    location: Location
    quantity: int


Stock: TypeAlias = Mapping[Location, Quantities]
Sourcing: TypeAlias = Callable[[Sequence[Line], Stock], Iterable[Assignment]]


def in_given_order(*locations: Location) -> Sourcing:
    """Return a sourcing function that empties the locations one after the other.

    Locations that are not named are not used.

    >>> in_given_order("north")([Line("O-1/1", "LAMP", 1)], {})
    []
    """

    def source(lines: Sequence[Line], free: Stock) -> list[Assignment]:
        chosen = dict.fromkeys(locations)
        return _taken(lines, free, [one for one in chosen if one in free])

    return source


def most_free_first() -> Sourcing:
    """Return a sourcing function that asks, for each line, the fullest location first.

    >>> free = {"north": Quantities(LAMP=1), "south": Quantities(LAMP=2)}
    >>> [one.location for one in most_free_first()([Line("O-1/1", "LAMP", 3)], free)]
    ['south', 'north']
    """

    def source(lines: Sequence[Line], free: Stock) -> list[Assignment]:
        assignments: list[Assignment] = []
        left = dict(free)
        for line in lines:
            fullest = sorted(left, key=lambda one: (-left[one][line.sku], one))
            found = _taken([line], left, fullest)
            for one in found:
                used = Quantities({line.sku: one.quantity})
                left[one.location] = left[one.location] - used
            assignments += found
        return assignments

    return source


def fewest_parcels(*preferred: Location) -> Sourcing:
    """Return a sourcing function that uses as few locations as the whole order allows.

    No location is added that does not help to serve more units. Among equally few, the
    `preferred` come first, then the alphabet. Up to 20,000 combinations are tried; with
    more, the location that serves most is taken until nothing is left.

    >>> free = {one: Quantities(LAMP=3) for one in ("a", "b", "c")}
    >>> len(fewest_parcels()([Line("O-1/1", "LAMP", 5)], free))
    2
    """

    def source(lines: Sequence[Line], free: Stock) -> list[Assignment]:
        wanted = _wanted(lines)
        useful = [one for one in sorted(free) if (free[one] & wanted).total]
        useful.sort(key=lambda one: _position(preferred, one))
        best = _served(wanted, free, useful)
        for size in range(1, len(useful)):
            if comb(len(useful), size) > _MOST_COMBINATIONS:
                return _taken(lines, free, _greedily(wanted, free, useful))
            for chosen in combinations(useful, size):
                if _served(wanted, free, chosen) == best:
                    return _taken(lines, free, chosen)
        return _taken(lines, free, useful)

    return source


_MOST_COMBINATIONS = 20_000


def _position(preferred: tuple[Location, ...], location: Location) -> int:
    """Return the place of a location in a list of preferred ones, the rest behind."""
    return preferred.index(location) if location in preferred else len(preferred)


def _wanted(lines: Sequence[Line]) -> Quantities:
    """Return what the lines ask for together."""
    wanted = Quantities()
    for line in lines:
        wanted = wanted + Quantities({line.sku: line.quantity})
    return wanted


def _served(wanted: Quantities, free: Stock, locations: Iterable[Location]) -> int:
    """Return the units these locations can serve together."""
    left = wanted
    for location in locations:
        left = left - free[location]
    return wanted.total - left.total


def _greedily(
    wanted: Quantities, free: Stock, locations: Sequence[Location]
) -> list[Location]:
    """Return locations in the order in which each serves most of what is left."""
    chosen: list[Location] = []
    rest = list(locations)
    while rest and wanted.total:
        best = max(rest, key=lambda one: (free[one] & wanted).total)
        rest.remove(best)
        chosen.append(best)
        wanted = wanted - free[best]
    return chosen


def _taken(
    lines: Sequence[Line], free: Stock, locations: Iterable[Location]
) -> list[Assignment]:
    """Serve the lines from the locations in order, each offered only the rest."""
    rest = {line.ref: line.quantity for line in lines}
    assignments: list[Assignment] = []
    for location in locations:
        left = dict(free[location])
        for line in lines:
            units = min(rest[line.ref], left.get(line.sku, 0))
            if units:
                rest[line.ref] -= units
                left[line.sku] -= units
                assignments.append(Assignment(line.ref, location, units))
    order = {line.ref: number for number, line in enumerate(lines)}
    return sorted(assignments, key=lambda one: order[one.line])


def assigned(
    order: Order, sourcing: Sourcing, free: Stock
) -> dict[LineRef, list[Assignment]]:
    """Ask a sourcing function, check its answer, and return it by line."""
    if not callable(sourcing):
        raise InvalidValue("sourcing", sourcing, "give a function of lines and stock")
    name = getattr(sourcing, "__qualname__", "sourcing").split(".")[0]
    asked = {line.ref: line for line in order.lines}
    answer: dict[LineRef, list[Assignment]] = {ref: [] for ref in asked}
    left = {location: dict(stock) for location, stock in free.items()}
    # Sorted, so that the order in which lines are listed never decides who is served.
    lines = sorted(order.lines, key=lambda line: line.ref)
    given = sourcing(lines, free)
    if not isinstance(given, Iterable):
        raise PolicyBreach(name, f"gave back {given!r} instead of assignments")
    for one in given:
        if not isinstance(one, Assignment):
            raise PolicyBreach(name, f"gave back {one!r}, which is no Assignment")
        if one.line not in asked:
            raise PolicyBreach(name, f"assigned the unknown line {one.line!r}")
        if type(one.quantity) is not int or one.quantity <= 0:
            raise PolicyBreach(name, f"assigned {one.quantity!r} units to {one.line}")
        sku = asked[one.line].sku
        stock = left.get(one.location, {})
        if one.quantity > stock.get(sku, 0):
            raise PolicyBreach(
                name, f"assigned {one.quantity} {sku} that {one.location} does not have"
            )
        stock[sku] -= one.quantity
        answer[one.line].append(one)
    for ref, parts in answer.items():
        if sum(one.quantity for one in parts) > asked[ref].quantity:
            raise PolicyBreach(name, f"assigned more to {ref} than it asks for")
    return answer
