"""The CSV tables: what is written reads back equal, or is refused with its name."""

from datetime import UTC, date, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path

import attrs
import pytest
from hypothesis import given, strategies as st

from backorderkit import (
    DeliveryRule,
    Line,
    Money,
    Order,
    Pool,
    Receipt,
    ReceiptLine,
    SupplierTerms,
)
from backorderkit.adapters.csv import (
    DeliveredLine,
    Delivery,
    InvalidTable,
    read_orders,
    read_receipts,
    read_stock,
    read_terms,
    write_orders,
    write_receipts,
    write_stock,
    write_terms,
)
from backorderkit.errors import InvalidValue
from backorderkit.model import Remedy, Rounding
from backorderkit.values import OrderCalendar

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
READERS = [read_orders, read_stock, read_terms, read_receipts]

# Names as people give them, with all that CSV makes awkward.
refs = st.text(st.sampled_from("A1é椅 ,;\"'/-="), min_size=1, max_size=6).filter(
    lambda text: text == text.strip()
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
# Any instant of the years a table takes, as a shop of any zone writes it.
moments = st.builds(
    lambda since, zone: (datetime(2000, 1, 1, tzinfo=UTC) + since).astimezone(zone),
    st.timedeltas(timedelta(0), timedelta(days=36_500)),
    zones,
)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
amounts = st.decimals(0, 10**6, places=2).map(lambda amount: Money(amount, "EUR"))
units = st.integers(1, 10**15)


def maybe(strategy):
    """Draw from a strategy, or nothing."""
    return st.none() | strategy


@st.composite
def an_order(draw, ref: str) -> Order:
    """Draw an order whose lines are named after it."""
    complete = draw(st.booleans())
    names = draw(st.lists(refs, min_size=1, max_size=3, unique=True))
    return Order(
        ref,
        draw(refs),
        draw(moments),
        [
            Line(
                f"{ref}/{name}",
                draw(refs),
                draw(units),
                location=draw(refs),
                unit_price=draw(maybe(amounts)),
                requested_on=draw(maybe(days)),
                allocate_not_before=draw(maybe(days)),
                cancel_after=draw(maybe(days)),
                delivery_group=None if complete else draw(maybe(refs)),
            )
            for name in names
        ],
        priority=draw(st.integers(-(10**6), 10**6)),
        delivery=DeliveryRule.SHIP_COMPLETE
        if complete
        else DeliveryRule.SHIP_AS_AVAILABLE,
    )


@st.composite
def some_orders(draw) -> tuple[Order, ...]:
    """Draw orders whose lines have different names."""
    names = st.lists(refs, max_size=3, unique_by=lambda ref: ref.partition("/")[0])
    drawn = [draw(an_order(ref)) for ref in draw(names)]
    seen: dict[str, str] = {}
    for order in drawn:
        for line in order.lines:
            seen.setdefault(line.ref, order.ref)
    return tuple(
        order
        for order in drawn
        if all(seen[line.ref] == order.ref for line in order.lines)
    )


@st.composite
def some_terms(draw) -> tuple[SupplierTerms, ...]:
    """Draw offers of different suppliers or articles."""
    keys = draw(st.lists(st.tuples(refs, refs), max_size=3, unique=True))
    return tuple(
        SupplierTerms(
            supplier,
            sku,
            lead_time_days=draw(st.integers(0, 1000)),
            price=draw(maybe(amounts)),
            minimum=draw(units),
            multiple=draw(units),
            maximum=draw(maybe(units)),
            preference=draw(st.integers(0, 9)),
        )
        for supplier, sku in keys
    )


@st.composite
def delivered(draw, purchase_line: str | None) -> DeliveredLine:
    """Draw goods that a note may tell of."""
    rejected = draw(st.integers(0, 3))
    return DeliveredLine(
        draw(refs),
        draw(st.integers(0 if rejected else 1, 10**15)),
        location=draw(refs),
        purchase_line=purchase_line,
        rejected=rejected,
        reason=draw(refs) if rejected else draw(refs | st.just("")),
        remedy=draw(st.sampled_from(Remedy)),
        final=purchase_line is not None and draw(st.booleans()),
    )


@st.composite
def some_deliveries(draw) -> tuple[Delivery, ...]:
    """Draw deliveries, their purchase lines named or not."""
    notes = []
    for ref in draw(st.lists(refs, max_size=3, unique=True)):
        named = draw(st.lists(refs, max_size=3, unique=True))
        places = [*named, *[None] * draw(st.integers(0 if named else 1, 2))]
        lines = [draw(delivered(place)) for place in places]
        notes.append(Delivery(ref, draw(moments), lines))
    return tuple(notes)


def read_back(write, read, values):
    """Write values to a file in memory and read them from its lines."""
    file = StringIO(newline="")
    write(file, values)
    return read(StringIO(file.getvalue(), newline=""))


@given(some_orders())
def test_orders_that_are_written_read_back_equal(orders):
    assert read_back(write_orders, read_orders, orders) == orders


@given(st.dictionaries(st.builds(Pool, refs, refs), st.integers(0, 10**15)))
def test_stock_that_is_written_reads_back_equal(stock):
    again = read_back(write_stock, read_stock, stock)
    assert list(again.items()) == list(stock.items())


@given(some_terms())
def test_terms_that_are_written_read_back_equal(terms):
    assert read_back(write_terms, read_terms, terms) == terms


@given(some_deliveries())
def test_deliveries_that_are_written_read_back_equal(notes):
    assert read_back(write_receipts, read_receipts, notes) == notes


def test_receipts_that_are_written_read_back_as_receipts():
    bought = ReceiptLine(
        "LAMP", 4, purchase_line="PO-1/1", rejected=2, reason="broken", final=True
    )
    receipts = (Receipt("R-1", MONDAY, [bought, ReceiptLine("RUG", 1)]),)
    notes = read_back(write_receipts, read_receipts, receipts)
    assert tuple(note.as_receipt() for note in notes) == receipts
    assert [line.row for line in notes[0].lines] == [2, 3]


def test_rejected_goods_without_a_purchase_line_are_no_receipt():
    line = DeliveredLine("LAMP", 1, rejected=1, reason="broken")
    with pytest.raises(InvalidValue, match="only a purchased line"):
        Delivery("R-1", MONDAY, [line]).as_receipt()


PLAIN = Line("O-1/1", "LAMP", 1)
OFFER = SupplierTerms("ACME", "LAMP", lead_time_days=7)


@pytest.mark.parametrize(
    ("write", "values", "said"),
    [
        (write_orders, [Order("O-1", "a", MONDAY, [PLAIN], hold="fraud")], "'O-1'"),
        (write_orders, [Order("O-1", "a", MONDAY, [PLAIN])] * 2, "column line is '1'"),
        (write_orders, [Order("O-2", "a", MONDAY, [PLAIN])], "'O-1/1': name it O-2/"),
        (
            write_orders,
            [Order("O-1", "a", MONDAY.replace(year=1999), [PLAIN])],
            "row 2, column placed_at",
        ),
        (
            write_orders,
            [Order("O-1", "a", MONDAY, [attrs.evolve(PLAIN, ref="O-1/")])],
            "column line is '': fill it in",
        ),
        (write_terms, [OFFER, OFFER], "column sku is 'LAMP'"),
        (
            write_terms,
            [attrs.evolve(OFFER, rounding=Rounding.DOWN)],
            "entry of terms.csv is",
        ),
        (
            write_terms,
            [attrs.evolve(OFFER, calendar=OrderCalendar(order_weekdays=(0,)))],
            "entry of terms.csv is",
        ),
        (write_terms, [attrs.evolve(OFFER, lead_time_days=1001)], "at most 1,000"),
        (
            write_receipts,
            [
                Receipt(
                    "R-1", MONDAY, [ReceiptLine("LAMP", 1, unit_cost=Money(1, "EUR"))]
                )
            ],
            "entry of receipts.csv is 'R-1'",
        ),
        (
            write_receipts,
            [Delivery("R-1", MONDAY, [])],
            "entry of receipts.csv is 'R-1'",
        ),
        (write_stock, {Pool("LAMP"): -1}, "column on_hand is '-1'"),
    ],
)
def test_what_a_table_cannot_hold_is_refused_and_nothing_is_written(
    write, values, said, tmp_path
):
    path = tmp_path / "table.csv"
    path.write_text("as it was", encoding="utf-8")
    with pytest.raises((InvalidValue, InvalidTable)) as error:
        write(path, values)
    assert said in str(error.value)
    assert path.read_text("utf-8") == "as it was"


def test_a_file_is_read_by_its_path_its_text_path_or_when_open(tmp_path):
    path: Path = tmp_path / "shelf.csv"
    write_stock(path, {Pool("LAMP"): 3})
    assert path.read_bytes() == b"sku,location,on_hand\nLAMP,main,3\n"
    with path.open(encoding="utf-8", newline="") as file:
        found = [read_stock(path), read_stock(str(path)), read_stock(file)]
    assert found == [{Pool("LAMP"): 3}] * 3


def test_faults_name_the_file_or_the_table_that_lines_belong_to(tmp_path):
    lines = ["\ufeffsku,on_hand", "LAMP,2.5", "RUG"]
    path = tmp_path / "shelf.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    for source, name in ((lines, "stock.csv"), (path, "shelf.csv")):
        with pytest.raises(InvalidTable) as error:
            read_stock(source)
        cell, row = error.value.faults
        assert (cell.file, cell.row, cell.column) == (name, 2, "on_hand")
        assert (row.file, row.row, row.column) == (name, 3, None)
        assert str(row).startswith(f"{name}: row 3 has 1 cells")


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize("path", ["no\0where.csv", "", "x" * 999])
def test_a_path_that_leads_nowhere_is_a_fault_of_the_table(read, path):
    with pytest.raises(InvalidTable, match="cannot be read"):
        read(path)
