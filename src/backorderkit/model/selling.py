"""How far a shop may sell what it does not have: one rule per SKU.

Three answers must never be mixed up: no limit, a number, and not at all. "No limit" is
said with `UNLIMITED`; a limit of 0 units means that nothing may be short.

A rule can set four limits; the tightest decides. How many units may be short at one
time, over all locations. How many days the wait may take. The last day on which the
goods may arrive. And what is taken when a request does not fit: what fits, whole lines
only, or the whole order only.

>>> rule = SellingRule(20)
>>> rule.headroom(short_now=15)
5
>>> SellingRule(UNLIMITED).headroom(short_now=15) is UNLIMITED
True
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Final, Literal, TypeAlias

import attrs

from backorderkit.errors import InvalidValue
from backorderkit.values import (
    Sku,
    check_count,
    check_kind,
    check_mapping,
    check_ref,
    is_a,
    is_optional_date,
)

__all__ = ["UNLIMITED", "Acceptance", "SellingRule", "SellingRules", "Unlimited"]


class Unlimited(Enum):
    """The type of `UNLIMITED`, the limit that is none.

    >>> UNLIMITED
    <Unlimited.UNLIMITED: 'unlimited'>
    """

    UNLIMITED = "unlimited"


UNLIMITED: Final = Unlimited.UNLIMITED

Limit: TypeAlias = int | Literal[Unlimited.UNLIMITED]


class Acceptance(Enum):
    """What is accepted of a request that does not fit whole.

    >>> [choice.value for choice in Acceptance]
    ['what_fits', 'whole_lines', 'whole_order']
    """

    WHAT_FITS = "what_fits"
    WHOLE_LINES = "whole_lines"
    WHOLE_ORDER = "whole_order"


def _is_limit(_: object, field: "attrs.Attribute[Limit]", value: object) -> None:
    """Validate a whole number, 0 or more, or UNLIMITED."""
    if value is not UNLIMITED:
        if value is None:
            raise InvalidValue(field.name, value, "say UNLIMITED, or give a number")
        check_count(field.name, value)


@attrs.frozen
class SellingRule:
    """How much of one SKU may be sold short, and for how long.

    `backorders` is the number of units that may be short at one time (0: none).
    `wait_days` bounds the days from order to arrival. `until` is the last day on which
    the goods may arrive. A wait with an unknown end keeps no such bound.

    >>> SellingRule(-1)
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: backorders is -1: give 0 or more
    """

    backorders: Limit = attrs.field(validator=_is_limit)
    wait_days: Limit = attrs.field(default=UNLIMITED, validator=_is_limit, kw_only=True)
    until: date | None = attrs.field(
        default=None, validator=is_optional_date, kw_only=True
    )

    def headroom(self, short_now: int) -> Limit:
        """Return how many more units may be short when `short_now` already are."""
        if self.backorders is UNLIMITED:
            return UNLIMITED
        return max(self.backorders - short_now, 0)


def _copied(value: Mapping[Sku, SellingRule]) -> Mapping[Sku, SellingRule]:
    """Return a private copy of the rules by SKU, all of them rules."""
    rules = check_mapping("by_sku", value)
    for sku, rule in rules.items():
        check_kind(f"rule of {check_ref('SKU', sku)}", rule, SellingRule)
    return rules


@attrs.frozen
class SellingRules:
    """The rule of every SKU: a default and the exceptions from it.

    >>> rules = SellingRules(SellingRule(UNLIMITED), {"RUG": SellingRule(0)})
    >>> rules.of("LAMP").backorders is UNLIMITED, rules.of("RUG").backorders
    (True, 0)
    """

    default: SellingRule = attrs.field(validator=is_a(SellingRule))
    by_sku: Mapping[Sku, SellingRule] = attrs.field(factory=dict, converter=_copied)
    accept: Acceptance = attrs.field(
        default=Acceptance.WHAT_FITS, validator=is_a(Acceptance), kw_only=True
    )

    def of(self, sku: Sku) -> SellingRule:
        """Return the rule of a SKU."""
        return self.by_sku.get(sku, self.default)
