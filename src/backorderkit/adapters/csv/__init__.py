"""CSV tables of orders, stock, supplier terms and receipts: read them, write them.

`docs/csv.md` shows the columns. A reader takes a path or lines and returns the
library's values; a writer takes a path or an open text file. All that is wrong in a
table comes in one `InvalidTable`, each fault with its file, row and column.
"""

from backorderkit.adapters.csv.columns import (
    TABLES,
    Column as Column,
    Table,
)
from backorderkit.adapters.csv.deliveries import (
    DeliveredLine,
    Delivery,
)
from backorderkit.adapters.csv.rows import (
    Fault,
    InvalidTable,
)
from backorderkit.adapters.csv.tables import (
    read_orders,
    read_receipts,
    read_stock,
    read_terms,
    write_orders,
    write_receipts,
    write_stock,
    write_terms,
)

__all__ = [
    "TABLES",
    "DeliveredLine",
    "Delivery",
    "Fault",
    "InvalidTable",
    "Table",
    "read_orders",
    "read_receipts",
    "read_stock",
    "read_terms",
    "write_orders",
    "write_receipts",
    "write_stock",
    "write_terms",
]
