"""What is written can be read, is always the same text, and stays readable."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from pathlib import Path
from types import NoneType, UnionType
from typing import get_args, get_origin
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, reject, strategies as st
from hypothesis.stateful import run_state_machine_as_test

from backorderkit import (
    Line,
    MemoryRepository,
    Money,
    Notice,
    Order,
    OrderBook,
    Plan,
    PurchaseLine,
    PurchaseOrder,
    Reason,
    Receipt,
    ReceiptLine,
    oldest_first,
    plan_order,
    plan_receipt,
    smallest_first,
)
from backorderkit.codec import (
    PRESENT_FORMAT,
    Limits,
    decode_book,
    decode_event,
    decode_events,
    decode_notice,
    decode_notices,
    decode_plan,
    encode_book,
    encode_event,
    encode_events,
    encode_notice,
    encode_notices,
    encode_plan,
    form_of,
)
from backorderkit.codec.forms import Misfit
from backorderkit.codec.migrations import MIGRATIONS
from backorderkit.codec.scalars import SCALARS, choice
from backorderkit.codec.tags import TAG_FIELD, TAGS
from backorderkit.errors import DecodeError, InvalidValue, InvariantBroken, PolicyBreach
from backorderkit.model import (
    Allocated,
    Event,
    GoodsReceived,
    GoodsShipped,
    OrderHeld,
    OrderPlaced,
    Portion,
    PortionAdded,
    PurchaseExpected,
    PurchaseNeed,
    PurchasePlaced,
    ReserveSet,
    ShippedLine,
    StockCounted,
)
from backorderkit.notices import NoticeKind, NoticeLine, notices_of
from backorderkit.policies import uniform
from backorderkit.testing.book_laws import book_machine
from backorderkit.testing.strategies import MONDAY, histories
from tests.searching import examples

GOLDEN = Path(__file__).with_name("golden")
KINDS = get_args(Event)
RESERVE = ReserveSet("LAMP", "main", 2, MONDAY)


# Any value of any class, drawn from the annotations alone: `testing` draws what shops
# do, this draws whatever the types allow.

refs = st.sampled_from(
    ["O-1", "O-1/1", "LAMP", "Lampe für Zoë", "灯", 'a"b\\c', "x" * 90]
)
ZONES = [UTC, timezone(timedelta(hours=14)), timezone(-timedelta(minutes=210))]
SIMPLE = {
    str: refs,
    int: st.integers(0, 4) | st.integers(-(10**15), 10**15),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.sampled_from(ZONES)).filter(
        lambda moment: 1 < moment.year < 9999  # a zone must not end the calendar
    ),
    time: st.times(),
    Decimal: st.decimals(-(10**9), 10**9, places=4),
    Fraction: st.fractions(),
}
OWN_REFS = {Line: "ref", PurchaseLine: "ref", ReceiptLine: "purchase_line"}


def values(kind):
    """Return a strategy for an annotation."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    if kind is Money:
        return st.builds(Money, SIMPLE[Decimal], st.sampled_from(["EUR", "JPY"]))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        one, own = values(arguments[0]), OWN_REFS.get(arguments[0])
        key = (lambda value: getattr(value, own)) if own else None
        return st.lists(one, max_size=3, unique_by=key).map(tuple)
    if origin is Mapping:
        return st.dictionaries(refs, values(arguments[1]), max_size=3)
    if origin is UnionType:
        return st.one_of(
            [st.none() if one is NoneType else values(one) for one in arguments]
        )
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return instances(kind)


@st.composite
def instances(draw, kind):
    """Draw an instance, with some of the fields that have defaults."""
    given = {}
    for field in attrs.fields(kind):
        if field.default is attrs.NOTHING or draw(st.booleans()):
            small = field.name in {"quantity", "accepted"}
            given[field.alias] = draw(
                st.integers(1, 10**15) if small else values(field.type)
            )
    try:
        return kind(**given)
    except InvalidValue:
        reject()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_event_comes_back_as_it_was(kind):
    @examples(25)
    @given(values(kind))
    def comes_back(event):
        text = encode_event(event)
        again = decode_event(text)
        assert again == event and type(again) is kind
        assert encode_event(again) == text

    comes_back()


@pytest.mark.parametrize(
    ("kind", "encode", "decode"),
    [
        (Plan, encode_plan, decode_plan),
        (Notice, encode_notice, decode_notice),
        (tuple[Notice, ...], encode_notices, decode_notices),
        (tuple[Event, ...], encode_events, decode_events),
    ],
    ids=["plan", "notice", "notices", "events"],
)
def test_any_plan_and_any_notice_comes_back_as_it_was(kind, encode, decode):
    @examples(40)
    @given(values(kind))
    def comes_back(value):
        text = encode(value)
        assert decode(text) == value
        assert decode(text.encode()) == value
        assert encode(decode(text)) == text

    comes_back()


@pytest.mark.parametrize(
    "policy", [oldest_first(), uniform()], ids=lambda one: one.name
)
def test_a_book_comes_back_from_its_history(policy):
    @examples(25)
    @given(histories(policy))
    def comes_back(history):
        assert decode_events(encode_events(history)) == history
        book = OrderBook.replay(history, policy)
        again = decode_book(encode_book(history), policy)
        assert again == book and again.version == book.version

    comes_back()


def test_whatever_any_decision_leads_to_comes_back():
    seen = Counter()

    class Stored(MemoryRepository):
        """A repository that keeps texts, and hands out what it reads from them."""

        def save(self, events, notices, token, *, key=""):
            written = decode_events(encode_events(events))
            told = decode_notices(encode_notices(notices))
            assert written == tuple(events) and told == tuple(notices)
            seen.update(type(event).__name__ for event in events)
            seen.update(notice.kind for notice in notices)
            return super().save(written, told, token, key=key)

    machine = book_machine(oldest_first(), repository=Stored)
    run_state_machine_as_test(machine, settings=examples(8, stateful_step_count=30))
    assert seen["OrderPlaced"] and seen["GoodsReceived"] and seen["PurchasePlaced"]
    assert seen[NoticeKind.CONFIRMED] and seen[NoticeKind.ARRIVED]


def test_the_plans_and_notices_of_a_shop_come_back():
    book = OrderBook(uniform())
    for number in (1, 2, 3):
        line = Line(f"O-{number}/1", "LAMP", 3, requested_on=date(2026, 3, 9))
        plan = plan_order(book, Order(f"O-{number}", "ada", MONDAY, [line]))
        assert decode_notices(encode_notices(notices_of(book, plan))) == notices_of(
            book, plan
        )
        book.apply(decode_plan(encode_plan(plan)))
    receipt = Receipt("R-1", MONDAY, [ReceiptLine("LAMP", 5)])
    plan = plan_receipt(book, receipt)
    assert plan.reasons and plan.reasons[0].figures
    assert decode_plan(encode_plan(plan)) == plan


# One text for one value.


def test_equal_values_have_one_text():
    north = timezone(timedelta(hours=9))
    same = [
        (RESERVE, attrs.evolve(RESERVE, at=MONDAY.astimezone(north))),
        (
            PurchasePlaced(purchase("12.50")),
            PurchasePlaced(purchase(Decimal("12.5000"))),
        ),
        (PurchasePlaced(purchase("0")), PurchasePlaced(purchase(Decimal("-0E+3")))),
    ]
    for one, other in same:
        assert one == other and repr(one) != repr(other)
        assert encode_event(one) == encode_event(other)


def purchase(cost):
    line = PurchaseLine("P1/1", "LAMP", 5, unit_cost=Money(cost, "EUR"))
    return PurchaseOrder("P1", "ACME", MONDAY, [line])


def test_figures_that_are_equal_have_one_text():
    def plan(figures):
        return encode_plan(Plan((), (Reason("LAMP", "x", "y", figures),), basis=0))

    assert plan({"a": 1, "b": 2}) == plan({"b": Fraction(2), "a": 1})
    assert '"figures":{"a":"-1/3","b":2}' in plan({"b": 2, "a": Fraction(-2, 6)})


def test_a_text_has_sorted_names_no_spaces_and_plain_unicode():
    text = encode_event(OrderHeld("灯", "nicht bezahlt", MONDAY))
    assert text == (
        '{"event":{"at":"2026-03-02T09:00:00Z","order":"灯","reason":"nicht bezahlt",'
        '"type":"order_held"},"format":1,"kind":"event"}'
    )


PROGRAM = """
import sys
from backorderkit.codec import decode_book, decode_events, encode_events
text = sys.stdin.buffer.read()
sys.stdout.buffer.write(encode_events(decode_events(text)).encode())
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1", "20231"])
def test_the_text_is_the_same_under_any_hash_seed(seed):
    golden = GOLDEN.joinpath("events_format_1.json").read_bytes()
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=golden,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    assert run.stdout + b"\n" == golden


# The simple values, at their boundaries.


def both_ways(kind, value):
    """Write and read one simple value."""
    form = SCALARS[kind]
    text = json.dumps(form.write(value))
    return json.loads(text), form.read(json.loads(text))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("12.5", "12.50"),
        ("12", "12.00"),
        ("0.125", "0.125"),
        ("-3.10", "-3.10"),
        ("0E+5", "0.00"),
        ("-0", "0.00"),
        ("1E+3", "1000.00"),
        ("9" * 36, "9" * 36 + ".00"),
        ("9" * 37, "9" * 37),
        ("1E+39", "1" + "0" * 39),
        ("1E-39", "0." + "0" * 38 + "1"),
        ("9" * 40, "9" * 40),
    ],
)
def test_an_amount_has_one_text_that_money_takes_back(given, text):
    found, again = both_ways(Decimal, Money(given, "EUR").amount)
    assert found == text
    assert Money(again, "EUR") == Money(given, "EUR")


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_amount_that_money_takes_comes_back(amount):
    try:
        money = Money(amount, "EUR")
    except InvalidValue:
        reject()
    _, again = both_ways(Decimal, money.amount)
    assert Money(again, "EUR") == money


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_an_amount_without_end_is_told_from_one_of_too_many_digits(amount):
    with pytest.raises(Misfit, match="give a finite Decimal"):
        SCALARS[Decimal].write(Decimal(amount))
    with pytest.raises(Misfit, match="40 digits or less"):
        SCALARS[Decimal].write(Decimal("1E+40"))


def test_a_moment_in_a_repeated_hour_comes_back_as_the_same_instant():
    berlin = ZoneInfo("Europe/Berlin")
    for fold, text in ((0, "2026-10-25T00:30:00Z"), (1, "2026-10-25T01:30:00Z")):
        moment = datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=berlin)
        written, again = both_ways(datetime, moment)
        assert written == text
        assert again.timestamp() == moment.timestamp() and again.tzinfo is UTC


def test_a_moment_may_be_given_with_its_distance_from_utc():
    read = SCALARS[datetime].read
    assert read("2026-03-02T10:00:00+01:00") == MONDAY
    assert read("2026-03-01T19:00:00-14:00") == MONDAY
    assert read("2026-03-02T09:00:00.000001Z").microsecond == 1


@pytest.mark.parametrize("digits", [39, 40])
def test_a_whole_number_may_have_forty_digits(digits):
    most = 10**digits - 1
    assert both_ways(int, most) == (most, most)
    assert both_ways(int, -most) == (-most, -most)
    for number in (most, -most):
        event = attrs.evolve(RESERVE, quantity=number)
        assert decode_event(encode_event(event)) == event


def test_a_whole_number_of_forty_one_digits_is_not_written():
    for number in (10**40, -(10**40)):
        with pytest.raises(InvalidValue, match=r"is -?10{40}: .* 40 digits or less"):
            encode_event(attrs.evolve(RESERVE, quantity=number))


def test_a_fraction_may_have_a_thousand_digits_on_either_side():
    most = 10**1000 - 1
    assert both_ways(Fraction, Fraction(1, most))[1] == Fraction(1, most)
    reason = Reason("LAMP", "x", "y", {"share": Fraction(1, most + 1)})
    with pytest.raises(InvalidValue, match="1000 digits"):
        encode_plan(Plan((), (reason,), basis=0))


def test_a_time_of_day_comes_back():
    assert both_ways(time, time(16, 30)) == ("16:30:00", time(16, 30))
    assert both_ways(time, time(16, 30, 0, 5)) == (
        "16:30:00.000005",
        time(16, 30, 0, 5),
    )


class Firmness(StrEnum):
    """A choice that is a string itself, as events may hold one day."""

    FIRM = "firm"


@attrs.frozen
class Confirmed:
    """What an event may look like one day."""

    purchase_line: str
    until: time
    firmness: Firmness | None = None
    shares: Mapping[str, Fraction] = attrs.field(factory=dict)
    parts: tuple[NoticeLine, ...] = ()


def test_a_class_of_tomorrow_needs_nothing_but_its_annotations():
    form, day = form_of(Confirmed), date(2026, 3, 10)
    short = Confirmed("P1/1", time(16))
    assert form.write(short) == {"purchase_line": "P1/1", "until": "16:00:00"}
    parts = (NoticeLine("O-1/1", "LAMP", 3, waiting=2, moved_from=day),)
    full = attrs.evolve(
        short, firmness=Firmness.FIRM, shares={"a": Fraction(2)}, parts=parts
    )
    plain = json.loads(json.dumps(form.write(full)))
    assert plain["firmness"] == "firm" and plain["shares"] == {"a": "2/1"}
    again = form.read(plain)
    assert again == full and type(again.firmness) is Firmness


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (time, MONDAY),
        (time, time(16, tzinfo=UTC)),
        (time, "16:30:00"),
        (Decimal, 12),
        (Decimal, 0.5),
        (Decimal, Decimal("NaN")),
        (Decimal, Decimal("-Infinity")),
        (Decimal, Decimal("1E+40")),
        (Decimal, Decimal("1E-40")),
        (Fraction, 2),
        (Fraction, Decimal(2)),
        (Fraction, Fraction(10**1000)),
        (Firmness, "firm"),
        (Firmness, None),
        (Mapping[str, int], [("a", 1)]),
        (tuple[int, ...], [1]),
        (int | None, "7"),
    ],
)
def test_a_simple_value_of_another_kind_is_not_written(kind, value):
    with pytest.raises(Misfit) as caught:
        form_of(kind).write(value)
    assert caught.value.value in (value, "a longer fraction")


@attrs.frozen
class Inexact:
    """A class that no text can hold."""

    share: float


def test_an_annotation_without_a_form_is_noticed_when_the_tags_are_read():
    with pytest.raises(TypeError, match="float"):
        form_of(Inexact)
    with pytest.raises(TypeError, match="no strings"):
        choice(Enum("Level", {"LOW": 1}))


# The tags.


def test_every_event_has_one_tag_and_every_tag_an_event():
    assert set(TAGS.values()) == set(KINDS)
    assert len(TAGS) == len(KINDS)


def test_no_event_has_a_field_where_the_tag_stands():
    names = [field.name for kind in KINDS for field in attrs.fields(kind)]
    assert TAG_FIELD not in names


def test_tags_are_lower_case_words():
    assert all(tag.replace("_", "").islower() and tag.isascii() for tag in TAGS)


# What is left out.


def test_a_field_that_equals_its_default_is_left_out():
    plain = Allocated("O-1/1", 0, 3, wanted=5, at=MONDAY)
    assert "source" not in encode_event(plain)
    assert '"source":"P1/1"' in encode_event(attrs.evolve(plain, source="P1/1"))


def test_a_field_that_is_left_out_or_written_out_has_its_default():
    short = (
        '{"event":{"at":"2026-03-02T09:00:00Z","line":"O-1/1","portion":0,'
        '"quantity":3,"wanted":5,"type":"allocated"},"format":1,"kind":"event"}'
    )
    long = short.replace('"wanted"', '"source":null,"wanted"')
    assert (
        decode_event(short)
        == decode_event(long)
        == Allocated("O-1/1", 0, 3, 5, at=MONDAY)
    )


# What is kept for ever.


def golden(name):
    return GOLDEN.joinpath(f"{name}_format_1.json").read_text(encoding="utf-8")


def test_the_events_of_format_1_are_still_read():
    events = decode_events(golden("events"))
    first, last = events[0], events[-1]
    assert isinstance(first, OrderPlaced)
    assert first.order.lines[0].unit_price == Money("12.50", "EUR")
    assert first.order.placed_at == MONDAY
    assert isinstance(last, StockCounted) and last.difference == -1
    assert len(events) == 29 == len({type(event) for event in events})


def test_the_book_of_format_1_is_still_read():
    book = decode_book(golden("book"), smallest_first())
    assert book.version == 11
    assert book.line("O-1/1").shipped == 2
    assert book.line("O-2/1").waiting == 1
    assert book.purchase_line("P-1/1").open == 3
    assert book.promises("O-2/1")[0].promised_on == date(2026, 3, 12)


def test_the_plan_of_format_1_is_still_read():
    plan = decode_plan(golden("plan"))
    assert plan.basis == 7 and plan.trigger == "count" and plan.at == MONDAY
    assert plan.reasons[0].figures == {"level": Fraction(5, 2), "lines": 3}
    assert plan.became_shippable == ("O-1",)


def test_the_notices_of_format_1_are_still_read():
    shipped, moved = decode_notices(golden("notices"))
    assert shipped.kind is NoticeKind.SHIPPED and shipped.lines[0].open == 1
    assert moved.lines[0].moved_from == date(2026, 3, 9)
    assert moved.lines[0].dates[0].on == date(2026, 3, 12)


# Older formats.


def from_0(document):
    """Turn an invented format 0, which said `kept_back` and `units`, into format 1."""

    def later(event):
        fields = dict(event)
        if fields["type"] == "kept_back":
            fields |= {"type": "reserve_set", "quantity": fields.pop("units")}
        return fields

    return {**document, "events": [later(event) for event in document["events"]]}


OLD = (
    '{"events":[{"at":"2026-03-02T09:00:00Z","location":"main","sku":"LAMP",'
    '"type":"kept_back","units":2}],"format":0,"kind":"events"}'
)


def test_an_older_format_is_read_through_its_migration(monkeypatch):
    monkeypatch.setitem(MIGRATIONS, 0, from_0)
    assert decode_events(OLD) == (RESERVE,)


def test_migrations_run_one_after_the_other(monkeypatch):
    monkeypatch.setitem(MIGRATIONS, 0, from_0)
    monkeypatch.setitem(
        MIGRATIONS, -1, lambda old: {"kind": old["kind"], "events": [old["only"]]}
    )
    event = json.loads(OLD)["events"][0]
    oldest = json.dumps({"format": -1, "kind": "events", "only": event})
    assert decode_events(oldest) == (RESERVE,)


def test_without_a_migration_an_older_format_is_refused():
    with pytest.raises(DecodeError, match="format is 0: give one that was ever"):
        decode_events(OLD)


@pytest.mark.parametrize("content", ["7", "[7]", '[{"type":"kept_back"}]', "null"])
def test_a_malformed_older_document_is_refused_like_any_other(monkeypatch, content):
    monkeypatch.setitem(MIGRATIONS, 0, from_0)
    with pytest.raises(DecodeError):
        decode_events(f'{{"events":{content},"format":0,"kind":"events"}}')


def test_the_present_format_is_written():
    assert json.loads(encode_events([]))["format"] == PRESENT_FORMAT == 1


# Books.


def test_a_history_that_cannot_have_happened_names_the_fact():
    events = [RESERVE, StockCounted("LAMP", "main", 1, "", MONDAY)]
    parcel = GoodsShipped("S-1", "O-1", (ShippedLine("O-1/1", 0, 1),), MONDAY)
    with pytest.raises(DecodeError) as caught:
        decode_book(encode_book([*events, parcel]), oldest_first())
    assert caught.value.where == "events[2]"
    assert "events[2] is goods_shipped: there is no line 'O-1/1'" in str(caught.value)


def test_a_fact_told_twice_is_refused():
    received = GoodsReceived(Receipt("R-1", MONDAY, [ReceiptLine("LAMP", 5)]))
    with pytest.raises(DecodeError, match="receipt 'R-1' is already recorded"):
        decode_book(encode_book([received, received]), oldest_first())


def test_a_history_that_breaks_a_law_is_refused(monkeypatch):
    def broken(book):
        raise InvariantBroken("pool LAMP at main", "allocated 4, lines say 3")

    monkeypatch.setattr(OrderBook, "check_invariants", broken)
    with pytest.raises(DecodeError, match="events is no possible history: pool LAMP"):
        decode_book(encode_book([RESERVE]), oldest_first())


def test_a_fault_of_the_policy_is_not_blamed_on_the_text():
    class Confused:
        name, together = "confused", oldest_first().together

        def rank(self, backorder):
            return {backorder.line: 1}

        def share(self, available, backorders):
            return ()

    plan = [
        Order(f"O-{n}", "ada", MONDAY, [Line(f"O-{n}/1", "LAMP", 3)]) for n in (1, 2)
    ]
    book, history = OrderBook(oldest_first()), []
    for order in plan:
        history += plan_order(book, order).events
        book.follow(history[-1:])
    with pytest.raises(PolicyBreach):
        decode_book(encode_book(history), Confused())
    with pytest.raises(InvalidValue, match="policy"):
        decode_book(encode_book([]), "first come")


# What cannot be written.


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (attrs.evolve(RESERVE, quantity=2.5), "event.quantity is 2.5"),
        (attrs.evolve(RESERVE, quantity=True), "event.quantity is True"),
        (attrs.evolve(RESERVE, quantity="2"), "event.quantity is '2'"),
        (attrs.evolve(RESERVE, sku=b"LAMP"), "event.sku is b'LAMP'"),
        (attrs.evolve(RESERVE, sku="LA\nMP"), "event.sku is"),
        (attrs.evolve(RESERVE, sku="\ud800"), "event.sku is '\\\\ud800'"),
        (attrs.evolve(RESERVE, at=None), "event.at is None"),
        (attrs.evolve(RESERVE, at=MONDAY.replace(tzinfo=None)), "event.at is datetime"),
        (attrs.evolve(RESERVE, at=date(2026, 3, 2)), "event.at is datetime.date"),
        (
            attrs.evolve(RESERVE, at=datetime.max.replace(tzinfo=ZONES[2])),
            "the calendar has in UTC",
        ),
        (
            PurchaseExpected("P1/1", MONDAY, "late", MONDAY),
            "event.expected_on is datetime.datetime.*: give a date",
        ),
        (
            PortionAdded(Portion("O-1/1", 1, "main", 3), MONDAY, 1),
            "event.postponed is 1: give true or false",
        ),
        (GoodsShipped("S", "O", [], MONDAY), "event.lines is \\[\\]: give a tuple"),
        (
            GoodsShipped("S", "O", (RESERVE,), MONDAY),
            "event.lines\\[0\\] is ReserveSet",
        ),
        (
            GoodsReceived(None, at=MONDAY),
            "event.receipt is None: give one of class Receipt",
        ),
        ("LAMP", "event is 'LAMP': give an event"),
        (PurchaseNeed("O-1/1", 0, 5), "event is PurchaseNeed"),
        (None, "event is None"),
    ],
)
def test_a_value_that_is_not_what_it_should_be_is_not_written(event, message):
    with pytest.raises(InvalidValue, match=message):
        encode_event(event)


@pytest.mark.parametrize("figure", [0.5, True, "1", None, Decimal(1)])
def test_a_figure_that_is_no_exact_number_is_not_written(figure):
    reason = Reason("LAMP", "x", "y", {"share": figure})
    with pytest.raises(InvalidValue, match=r"plan.reasons\[0\].figures.share is"):
        encode_plan(Plan((), (reason,), basis=0))


def test_a_name_that_is_no_string_is_not_written():
    reason = Reason("LAMP", "x", "y", {7: 1})
    with pytest.raises(InvalidValue, match="give a string"):
        encode_plan(Plan((), (reason,), basis=0))


@pytest.mark.parametrize("events", ["LAMP", 7, None, {"a": RESERVE}])
def test_only_a_list_of_events_is_a_history(events):
    for encode, name in (
        (encode_events, "events"),
        (encode_book, "history"),
        (encode_notices, "notices"),
    ):
        with pytest.raises(InvalidValue, match=f"^{name} is .*: give a list"):
            encode(events)


def test_an_iterator_of_events_will_do():
    assert encode_events(iter([RESERVE])) == encode_events([RESERVE])
    with pytest.raises(InvalidValue, match=r"events\[1\].quantity is None"):
        encode_events(iter([RESERVE, attrs.evolve(RESERVE, quantity=None)]))


# The extra.


def test_without_cattrs_one_error_says_what_to_install():
    program = (
        "import sys; sys.modules['cattrs'] = None\n"
        "import backorderkit\n"
        "import backorderkit.codec"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.stderr.splitlines()[-1] == (
        'ImportError: JSON needs cattrs: pip install "backorderkit[json]"'
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("most_bytes", 0),
        ("most_levels", 0),
        ("most_levels", 201),
        ("most_members", 2.5),
    ],
)
def test_limits_are_counts(name, wrong):
    with pytest.raises(InvalidValue) as caught:
        Limits(**{name: wrong})
    assert (caught.value.what, caught.value.value) == (name, wrong)


@pytest.mark.parametrize("levels", [1, 200])
def test_the_parser_can_follow_two_hundred_levels(levels):
    assert Limits(most_levels=levels).most_levels == levels
