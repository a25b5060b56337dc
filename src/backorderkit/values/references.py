"""The host's own names, taken as they are, and the pool: where demand meets supply.

>>> Pool("LAMP", "north").sku
'LAMP'
"""

from typing import NamedTuple, TypeAlias

Sku: TypeAlias = str
Location: TypeAlias = str
OrderRef: TypeAlias = str
LineRef: TypeAlias = str
CustomerRef: TypeAlias = str
SupplierRef: TypeAlias = str

MAIN: Location = "main"
"""The location of a shop that has only one."""


class Pool(NamedTuple):
    """One SKU at one location: where demand meets supply.

    >>> Pool("LAMP")
    Pool(sku='LAMP', location='main')
    """

    sku: Sku
    location: Location = MAIN
