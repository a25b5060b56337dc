"""Which supplier to buy from: choices among the offers for one SKU.

A choice is any function of the offers (never empty) and the units needed that returns
one of the offers. Three are ready: by preference, by price, by speed. Ties end at the
supplier's name, so that the order of the offers never decides.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from backorderkit.errors import InvalidValue, PolicyBreach
from backorderkit.model.purchasing import SupplierTerms

__all__ = ["SupplierChoice", "cheapest", "fastest", "preferred"]

SupplierChoice: TypeAlias = Callable[[Sequence[SupplierTerms], int], SupplierTerms]
"""Chooses among the offers for a SKU (never empty) for a need of n units."""


def preferred(offers: Sequence[SupplierTerms], need: int) -> SupplierTerms:
    """Choose the lowest preference number, then the first supplier by name.

    >>> offers = [SupplierTerms("ACME", "LAMP", lead_time_days=7)]
    >>> preferred(offers, 5).supplier
    'ACME'
    """
    return min(offers, key=lambda one: (one.preference, one.supplier))


def cheapest(offers: Sequence[SupplierTerms], need: int) -> SupplierTerms:
    """Choose the lowest price, unpriced offers last, then as `preferred`.

    All prices must be in one currency.

    >>> from backorderkit.values import Money
    >>> price = {"ACME": Money(3, "EUR"), "BOLT": Money(2, "EUR")}
    >>> offers = [
    ...     SupplierTerms(name, "LAMP", lead_time_days=7, price=price[name])
    ...     for name in price
    ... ]
    >>> cheapest(offers, 5).supplier
    'BOLT'
    """
    priced = [one for one in offers if one.price is not None]
    currencies = sorted({one.price.currency for one in priced if one.price})
    if len(currencies) > 1:
        raise InvalidValue(
            f"currencies of the offers for {offers[0].sku}",
            currencies,
            "convert the prices, or choose by another rule",
        )
    return min(
        priced or offers,
        key=lambda one: (
            one.price.amount if one.price else 0,
            one.preference,
            one.supplier,
        ),
    )


def fastest(offers: Sequence[SupplierTerms], need: int) -> SupplierTerms:
    """Choose the shortest lead time, whenever its next slot is, then as `preferred`.

    >>> offers = [
    ...     SupplierTerms("ACME", "LAMP", lead_time_days=7),
    ...     SupplierTerms("BOLT", "LAMP", lead_time_days=3),
    ... ]
    >>> fastest(offers, 5).supplier
    'BOLT'
    """
    return min(
        offers, key=lambda one: (one.lead_time_days, one.preference, one.supplier)
    )


def chosen(
    choose: SupplierChoice, offers: Sequence[SupplierTerms], need: int
) -> SupplierTerms:
    """Ask the choice and check its answer."""
    if not callable(choose):
        raise InvalidValue("choose", choose, "give a function, e.g. cheapest")
    terms = choose(offers, need)
    if terms not in offers:
        name = getattr(choose, "__name__", "supplier choice")
        raise PolicyBreach(name, f"chose {terms!r}, which is not among the offers")
    return terms
