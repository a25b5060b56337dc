"""What a sharing rule is asked: how much is available, and the claims in rank order.

A problem is one whole number of available units and one whole number per claim. The
first claim is the oldest and wins every tie. Every rule checks its problem here before
it computes anything, so a wrong number is named once, with a remedy, and never shared
out by accident. A float is refused: it cannot hold 10**16 + 1.

>>> checked_problem(10, [2, 4, 7])
(10, (2, 4, 7))
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from backorderkit.errors import InvalidValue

Number = TypeVar("Number")


def checked_problem(
    available: int, claims: Iterable[int]
) -> tuple[int, tuple[int, ...]]:
    """Return the problem with its claims as a tuple; O(n).

    Raises `InvalidValue` for anything but whole numbers of 0 or more.

    >>> checked_problem(10, (2, -4))
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: claims[1] is -4: give a whole number of 0 or more
    """
    return checked_whole("available", available), checked_counts("claims", claims)


def checked_whole(what: str, value: object, *, least: int = 0) -> int:
    """Return a whole number of at least `least`.

    >>> checked_whole("lot", True, least=1)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: lot is True: give a whole number of 1 or more
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    raise InvalidValue(what, value, f"give a whole number of {least} or more")


def checked_counts(
    what: str, values: Iterable[int], *, least: int = 0, length: int | None = None
) -> tuple[int, ...]:
    """Return whole numbers of at least `least`, as many as `length` when it is given.

    >>> checked_counts("weights", (3, 2), least=1, length=3)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: weights is (3, 2): give 3 of them, one per claim
    """
    numbers = _as_tuple(what, values, length)
    # One scan decides; only a doubtful list pays for naming its first bad number.
    if not all(type(number) is int and number >= least for number in numbers):
        for position, number in enumerate(numbers):
            checked_whole(f"{what}[{position}]", number, least=least)
    return numbers


def checked_fractions(
    what: str, values: Iterable[Fraction], *, length: int
) -> tuple[Fraction, ...]:
    """Return positive fractions that add up to 1, one per claim.

    >>> checked_fractions("fractions", (Fraction(1, 2), Fraction(1, 3)), length=2)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: the sum of fractions is Fraction(5, 6): make it 1
    """
    remedy = "give a Fraction above 0"
    numbers = tuple(
        checked_fraction(f"{what}[{position}]", value, remedy)
        for position, value in enumerate(_as_tuple(what, values, length))
    )
    if not all(numbers):
        raise InvalidValue(f"{what}[{numbers.index(Fraction(0))}]", 0, remedy)
    if numbers and sum(numbers) != 1:
        raise InvalidValue(f"the sum of {what}", sum(numbers), "make it 1")
    return numbers


def checked_fraction(what: str, value: object, remedy: str) -> Fraction:
    """Return an int, Fraction or Decimal of 0 or more as a Fraction, exactly.

    >>> checked_fraction("mean", 31.2, "use Decimal('31.2')")
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: mean is 31.2: use Decimal('31.2')
    """
    is_number = isinstance(value, int | Fraction) and not isinstance(value, bool)
    if isinstance(value, Decimal):
        is_number = value.is_finite()
    if isinstance(value, int | Fraction | Decimal) and is_number and value >= 0:
        return Fraction(value)
    raise InvalidValue(what, value, remedy)


def _as_tuple(
    what: str, values: Iterable[Number], length: int | None
) -> tuple[Number, ...]:
    try:
        numbers = tuple(values)
    except TypeError:
        raise InvalidValue(what, values, "give a sequence of numbers") from None
    if length is not None and len(numbers) != length:
        raise InvalidValue(what, numbers, f"give {length} of them, one per claim")
    return numbers
