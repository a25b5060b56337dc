"""The columns of the four files, and how each cell is read.

A column without a default must be filled in every row; one with a default may be empty
or left out. The tables of the README are made from this list.

>>> print(SHEETS["stock"].markdown())
| column | must be filled | what it says |
| --- | --- | --- |
| `sku` | yes | the article |
| `location` | no (`main`) | where it lies |
| `on_hand` | yes | units that can be sold, 0 or more |
"""

from collections.abc import Mapping
from typing import Any

import attrs

from backorderkit import DeliveryRule, Remedy
from backorderkit.demo.cells import (
    Parse,
    currency,
    day,
    delivery,
    moment,
    price,
    priority,
    ref,
    remedy,
    text,
    units,
    yes_or_no,
)

LONGEST_LEAD_TIME_DAYS = 1000


class Unset:
    """The default of a column that must be filled."""


@attrs.frozen
class Column:
    """One column: its name, how a cell is read, what an empty one means."""

    name: str
    parse: Parse
    text: str
    default: Any = Unset  # of the type that `parse` returns

    @property
    def must_be_filled(self) -> bool:
        """Tell whether every row needs a value here."""
        return self.default is Unset


@attrs.frozen
class Sheet:
    """The columns of one file."""

    name: str
    columns: tuple[Column, ...]

    def markdown(self) -> str:
        """Return the columns as a Markdown table."""
        rows = ["| column | must be filled | what it says |", "| --- | --- | --- |"]
        for column in self.columns:
            shown = _shown(column.default)
            need = "yes" if column.must_be_filled else f"no{shown}"
            rows.append(f"| `{column.name}` | {need} | {column.text} |")
        return "\n".join(rows)


def _shown(default: Any) -> str:
    """Return a default as the README shows it."""
    if default is None or default is False or default == "":
        return ""
    return f" (`{getattr(default, 'value', default)}`)"


SHEETS: Mapping[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "orders",
            (
                Column("order", ref, "the order; its rows stand anywhere in the file"),
                Column("customer", ref, "who ordered"),
                Column(
                    "placed_at",
                    moment,
                    "when: `2026-03-02`, `2026-03-02T10:30` (UTC) or"
                    " `2026-03-02T10:30+01:00`",
                ),
                Column("line", ref, "the line, unique within its order"),
                Column("sku", ref, "the article"),
                Column("quantity", units(1), "units, a whole number"),
                Column("location", ref, "where it is served from", "main"),
                Column("priority", priority, "the lowest number is served first", 0),
                Column("unit_price", price, "what a unit is sold for", None),
                Column(
                    "currency", currency, "with a price: its ISO code, as `EUR`", None
                ),
                Column("requested_on", day, "the day the customer wishes", None),
                Column(
                    "allocate_not_before",
                    day,
                    "until then the goods go to others",
                    None,
                ),
                Column("cancel_after", day, "the last day on which it is wanted", None),
                Column(
                    "delivery",
                    delivery,
                    "`ship_as_available`, or `ship_complete` for one parcel",
                    DeliveryRule.SHIP_AS_AVAILABLE,
                ),
                Column(
                    "delivery_group", ref, "lines of one group leave together", None
                ),
            ),
        ),
        Sheet(
            "stock",
            (
                Column("sku", ref, "the article"),
                Column("location", ref, "where it lies", "main"),
                Column("on_hand", units(0), "units that can be sold, 0 or more"),
            ),
        ),
        Sheet(
            "terms",
            (
                Column("supplier", ref, "who offers it"),
                Column("sku", ref, "the article"),
                Column(
                    "lead_time_days",
                    units(0, LONGEST_LEAD_TIME_DAYS),
                    "days from order to arrival",
                ),
                Column("price", price, "what a unit costs", None),
                Column(
                    "currency", currency, "with a price: its ISO code, as `EUR`", None
                ),
                Column("minimum", units(1), "the smallest order", 1),
                Column("multiple", units(1), "the pack", 1),
                Column("maximum", units(1), "the largest order", None),
                Column(
                    "preference", units(0), "the supplier with the lowest is asked", 0
                ),
            ),
        ),
        Sheet(
            "receipts",
            (
                Column("receipt", ref, "the delivery; its rows stand anywhere"),
                Column("received_at", moment, "when, as in `placed_at`"),
                Column("sku", ref, "the article"),
                Column("accepted", units(0), "units that can be sold"),
                Column("location", ref, "where they were booked in", "main"),
                Column(
                    "purchase_line",
                    ref,
                    "the line of the shop's purchase order, as a run names it"
                    " (`PO-1/1`); without it the oldest open one is settled, and what"
                    " is left over is stock",
                    None,
                ),
                Column("rejected", units(0), "units that were refused", 0),
                Column("reason", text, "with rejected units: why", ""),
                Column(
                    "remedy",
                    remedy,
                    "of rejected units: `replace`, or `credit` if none follow",
                    Remedy.REPLACE,
                ),
                Column(
                    "final",
                    yes_or_no,
                    "`yes` if nothing more comes for the purchase line named",
                    False,
                ),
            ),
        ),
    )
}
