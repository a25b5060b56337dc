"""An invented shop: six articles, three suppliers, four weeks, too little of it all.

It is made to show each thing once. Orders are short and become backorders; shortages
become one purchase order per supplier; packs leave something over for the next order;
an urgent order goes first; a rug is late, chairs come broken, a customer has enough.

>>> the_story().orders[0].customer
'ada'
"""

from datetime import date

from backorderkit import (
    UNLIMITED,
    DeliveryRule,
    Line,
    Money,
    Order,
    Pool,
    SellingRule,
    SellingRules,
    SupplierTerms,
    by_priority,
)
from backorderkit.demo.scenario import Cancellation, Damage, Scenario, Slip, at
from backorderkit.model import AllocationPolicy


def the_story(policy: AllocationPolicy | None = None) -> Scenario:
    """Return the invented shop, with the policy of its owner or another one."""
    return Scenario(
        title="A small shop sells more than it has: four weeks in March",
        stock={Pool(sku): units for sku, units in SHELF.items()},
        orders=_orders(),
        terms=TERMS,
        slips=SLIPS,
        damages=DAMAGES,
        cancellations=CANCELLATIONS,
        policy=policy or by_priority(),
        rules=SellingRules(SellingRule(UNLIMITED), {"VASE": SellingRule(6)}),
        until=date(2026, 3, 29),
    )


SHELF = {"LAMP": 8, "CHAIR": 6, "TABLE": 2, "RUG": 3, "CLOCK": 2, "VASE": 6}

PRICES = {
    "LAMP": "24.90",
    "CHAIR": "79.00",
    "TABLE": "249.00",
    "RUG": "119.00",
    "CLOCK": "39.50",
    "VASE": "18.00",
}


def _euro(amount: str) -> Money:
    return Money(amount, "EUR")


TERMS = (
    SupplierTerms("ACME", "LAMP", lead_time_days=7, multiple=6, price=_euro("11.20")),
    SupplierTerms("ACME", "CLOCK", lead_time_days=7, minimum=4, price=_euro("17.00")),
    SupplierTerms("BIRCH", "CHAIR", lead_time_days=10, multiple=2, price=_euro("38")),
    SupplierTerms("BIRCH", "TABLE", lead_time_days=10, price=_euro("121.00")),
    SupplierTerms(
        "BIRCH", "LAMP", lead_time_days=10, price=_euro("12.90"), preference=1
    ),
    SupplierTerms("COVE", "RUG", lead_time_days=14, price=_euro("55.00")),
    SupplierTerms("COVE", "VASE", lead_time_days=14, multiple=12, price=_euro("6.40")),
)

# Day of March, customer, what, and what is special about the order.
ORDERS = """
 2  ada    4 LAMP
 2  ben    4 CHAIR, 1 TABLE        complete
 2  cleo   6 LAMP
 2  dora   2 RUG
 2  emil   1 CLOCK, 4 VASE
 3  finn   4 CHAIR
 3  gus    5 LAMP
 4  hana   2 TABLE
 4  ida    3 RUG
 4  jon    2 VASE
 5  kim    3 CLOCK
 5  leo    3 LAMP
 6  mia    1 TABLE, 2 CHAIR        complete
 6  noor   2 LAMP                  urgent
 9  otto   2 RUG, 1 VASE
 9  pia    4 LAMP
10  quin   8 VASE
10  rosa   3 CHAIR
11  sam    2 CLOCK, 1 LAMP
13  uma    4 CHAIR
16  vera   5 LAMP
16  will   2 RUG
17  xena   1 CLOCK
17  yara   2 TABLE, 2 CHAIR
19  ada    3 LAMP, 1 VASE
23  cleo   2 CHAIR
23  dora   1 TABLE, 1 LAMP         complete
26  gus    1 RUG
27  hana   2 CHAIR, 1 CLOCK
"""

SLIPS = (Slip(date(2026, 3, 16), "PO-4/1", date(2026, 3, 30), "a strike at the port"),)
DAMAGES = (Damage("PO-3/1", 2, "cracked legs", date(2026, 3, 26)),)
CANCELLATIONS = (Cancellation(date(2026, 3, 17), "O-9", "does not want to wait"),)


def _orders() -> tuple[Order, ...]:
    """Return the orders, numbered as they come, a quarter of an hour apart."""
    rows = [row for row in ORDERS.splitlines() if row]
    return tuple(_order(number, row) for number, row in enumerate(rows, 1))


def _order(number: int, row: str) -> Order:
    """Return the order that a row tells."""
    what, _, special = row[11:].strip().partition("  ")
    special = special.strip()
    ref, day, minutes = f"O-{number}", int(row[:2]), 9 * 60 + 10 * number
    wishes = [wish.split() for wish in what.split(", ")]
    return Order(
        ref,
        row[4:11].strip(),
        at(date(2026, 3, day), minutes // 60, minutes % 60),
        [
            Line(f"{ref}/{place}", sku, int(units), unit_price=_euro(PRICES[sku]))
            for place, (units, sku) in enumerate(wishes, 1)
        ],
        priority=-1 if special == "urgent" else 0,
        delivery=DeliveryRule.SHIP_COMPLETE
        if special == "complete"
        else DeliveryRule.SHIP_AS_AVAILABLE,
    )
