"""Public holidays by country and region (extra `calendars`: the library holidays).

A calendar of weekdays that is closed on the public holidays of one country, for those
who do not keep such a list themselves. Countries and regions have the codes the library
gives them. Years for which it has no list have no holidays.

>>> bavaria = public_holidays("DE", region="BY")
>>> [bavaria.is_open(date(2026, 1, day)) for day in (5, 6, 7)]  # Epiphany
[True, False, True]
"""

from collections.abc import Container, Iterable
from datetime import date
from importlib import import_module
from typing import Any

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.values import Weekdays, check_ref

__all__ = ["PublicHolidays", "public_holidays"]


@attrs.frozen
class PublicHolidays:
    """Weekdays that are no public holiday, equal when made alike.

    `is_open` costs O(1), and once for every year that is asked for a list of it.

    >>> public_holidays("DE") == public_holidays("DE", weekdays=[0, 1, 2, 3, 4])
    True
    """

    country: str
    region: str | None
    weekdays: Weekdays
    _listed: Container[date] = attrs.field(eq=False, repr=False)

    def is_open(self, day: date) -> bool:
        """Tell whether a day is one of the weekdays and no public holiday."""
        return self.weekdays.is_open(day) and day not in self._listed


def public_holidays(
    country: str, *, region: str | None = None, weekdays: Iterable[int] = range(5)
) -> PublicHolidays:
    """Return the calendar of a country (ISO 3166 code), or of a region of it.

    `weekdays` are those open but for holidays, 0 for Monday. Raises `InvalidValue` for
    a country or region without a list, `ImportError` where the library is missing.

    >>> friday = date(2026, 4, 3)  # Good Friday
    >>> public_holidays("DE").is_open(friday), public_holidays("FR").is_open(friday)
    (False, True)
    """
    library = _library()
    check_ref("country", country)
    if region is not None:
        check_ref("region", region)
    if country not in library.list_supported_countries():
        remedy = "give a code of ISO 3166 that the library lists, e.g. DE"
        raise InvalidValue("country", country, remedy)
    try:
        listed = library.country_holidays(country, subdiv=region)
    except NotImplementedError:
        known = ", ".join(library.list_supported_countries()[country])
        remedy = f"give one of {known}" if known else "leave it out"
        raise InvalidValue(f"region of {country}", region, remedy) from None
    return PublicHolidays(country, region, Weekdays(weekdays), listed)


def _library() -> Any:  # asked for only when it is needed
    """Return the library, or say how to get it."""
    try:
        return import_module("holidays")
    except ModuleNotFoundError as error:
        remedy = 'pip install "backorderkit[calendars]"'
        raise ImportError(f"public holidays need holidays: {remedy}") from error
