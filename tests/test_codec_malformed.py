"""Whatever is not a document is refused, with one error; nothing else escapes."""

import inspect
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from backorderkit import BackorderError, oldest_first
from backorderkit.codec import (
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
)
from backorderkit.errors import DecodeError
from tests.searching import examples

GOLDEN = Path(__file__).with_name("golden")


def events(*members: str) -> str:
    """Return a document of events; each is given by the text of its members."""
    listed = ",".join(f"{{{one}}}" for one in members)
    return f'{{"events":[{listed}],"format":1,"kind":"events"}}'


def reserve(**changed: str) -> str:
    """Return the members of a good event, some of their texts changed or left out."""
    members = {
        "at": '"2026-03-02T09:00:00Z"',
        "location": '"main"',
        "quantity": "2",
        "sku": '"LAMP"',
        "type": '"reserve_set"',
    } | changed
    return ",".join(f'"{name}":{text}' for name, text in members.items() if text)


def order(**changed: str) -> str:
    """Return the members of an event that holds an order."""
    members = {
        "ref": '"O-1"',
        "customer": '"ada"',
        "placed_at": '"2026-03-02T09:00:00Z"',
        "lines": '[{"ref":"O-1/1","sku":"LAMP","quantity":2}]',
    } | changed
    inside = ",".join(f'"{name}":{text}' for name, text in members.items())
    return f'"type":"order_placed","portions":[],"order":{{{inside}}}'


def cost(amount: str) -> str:
    """Return the members of an event that holds an amount of money."""
    price = f'{{"amount":{amount},"currency":"EUR"}}'
    return order(lines=f'[{{"ref":"a","sku":"b","quantity":1,"unit_price":{price}}}]')


GOOD = reserve()
WHOLE = "give a whole number"
EXACT = "write whole numbers as such"
MOMENT = "give an instant with its zone"
DAY = "give a date such as"
PRICE = "events[0].order.lines[0].unit_price.amount"

MALFORMED = {
    # Not JSON, or not one document.
    "nothing": ("", "character 0", "the end"),
    "blanks": ("  \n", "character", "the end"),
    "a word": ("LAMP", "character 0", "give one JSON document"),
    "cut short": (events(GOOD)[:-1], "character", "the end"),
    "trailing garbage": (events() + "x", "character", "Extra data"),
    "two documents": (events() + events(), "character", "Extra data"),
    "single quotes": ("{'format':1}", "character 1", "give one JSON document"),
    "a comment": ("/* */ {}", "character 0", "give one JSON document"),
    "a comma too many": (events(GOOD + ","), "character", "give one JSON"),
    "a string without an end": ('{"a', "character 1", "Unterminated"),
    "a tab in a string": (events(reserve(sku='"\t"')), "character", "control"),
    "a bad escape": (events(reserve(sku='"\\x"')), "character", "escape"),
    "a byte order mark": ("\ufeff" + events(), "character 0", "BOM"),
    "Latin-1": (events(reserve(sku='"é"')).encode("latin-1"), "byte", "give UTF-8"),
    "UTF-16": (events().encode("utf-16"), "byte 0", "give UTF-8"),
    "a raw lone surrogate": (events(reserve(sku='"\ud800"')), "character", "UTF-8"),
    "a surrogate in bytes": (b'{"a":"\xed\xa0\x80"}', "byte 6", "give UTF-8"),
    "a NUL byte": (b"\0", "character 0", "give one JSON document"),
    "a list": ("[]", "document", "give an object"),
    "a number": ("7", "document", "give an object"),
    "null": ("null", "document", "give an object"),
    "not a text": (7, "document", "give str or bytes"),
    "a bytearray": (bytearray(b"{}"), "document", "give str or bytes"),
    # What JSON parsers let through.
    "a float": (events(reserve(quantity="2.5")), "events[0].quantity", EXACT),
    "a whole float": (events(reserve(quantity="2.0")), "events[0].quantity", EXACT),
    "an exponent": (events(reserve(quantity="1e3")), "events[0].quantity", EXACT),
    "a float too large": (events(reserve(quantity="1e400")), "events[0].quantity", ""),
    "NaN": (events(reserve(quantity="NaN")), "events[0].quantity", "is NaN"),
    "Infinity": (events(reserve(quantity="Infinity")), "events[0].quantity", EXACT),
    "-Infinity": (events(reserve(quantity="-Infinity")), "events[0].quantity", EXACT),
    "41 digits": (events(reserve(quantity="9" * 41)), "events[0].quantity", "40 digit"),
    "-41 digits": (events(reserve(quantity="-" + "9" * 41)), "events[0].quantity", ""),
    "5000 digits": (events(reserve(quantity="9" * 5000)), "events[0].quantity", "40"),
    "a name twice": (events(GOOD + ',"sku":"RUG"'), "events[0].sku", "given twice"),
    "a name thrice": (events(GOOD + ',"at":1,"at":2'), "events[0].at", "given twice"),
    "a format twice": (events()[:-1] + ',"format":1}', "format", "given twice"),
    "the same name, escaped": (events(GOOD + ',"sk\\u0075":"R"'), "events[0].sku", ""),
    "a float under a name given twice": ('{"a":1.5,"a":1}', "a", "given twice"),
    # The envelope.
    "no format": ('{"events":[],"kind":"events"}', "format", "missing"),
    "a format in words": (events().replace("1", '"1"'), "format", "give the number"),
    "a format that is true": (events().replace("1", "true"), "format", "give the num"),
    "format null": (events().replace("1", "null"), "format", "give the number"),
    "a future format": (events().replace("1", "2"), "format", "a newer release"),
    "format 0": (events().replace("1", "0"), "format", "ever written"),
    "format -1": (events().replace("1", "-1"), "format", "ever written"),
    "no kind": ('{"events":[],"format":1}', "kind", "missing"),
    "another kind": (events().replace('"events"}', '"plan"}'), "kind", "give events"),
    "a kind that is a list": (events().replace('"events"}', "[]}"), "kind", "give eve"),
    "no content": ('{"format":1,"kind":"events"}', "events", "missing"),
    "an unknown member": (events()[:-1] + ',"note":1}', "note", "leave it out"),
    "an unspeakable member": (events()[:-1] + ',"a b":1}', "['a b']", "leave it out"),
    "a very long member": (
        events()[:-1] + ',"' + "x" * 5000 + '":1}',
        "['" + "x" * 38 + "…]",
        "leave it out",
    ),
    # Events.
    "content null": (events().replace("[]", "null"), "events", "give a list"),
    "content text": (events().replace("[]", '"abc"'), "events", "give a list"),
    "content an object": (events().replace("[]", "{}"), "events", "give a list"),
    "an event that is null": (events().replace("[]", "[null]"), "events[0]", "object"),
    "an event that is a list": (events().replace("[]", "[[]]"), "events[0]", "object"),
    "no tag": (events(GOOD, reserve(type="")), "events[1].type", "missing"),
    "an unknown tag": (events(reserve(type='"sold"')), "events[0].type", "name of an"),
    "a Python path": (events(reserve(type='"ReserveSet"')), "events[0].type", "name"),
    "a tag that is a list": (events(reserve(type="[]")), "events[0].type", "name of"),
    "a tag that is null": (events(reserve(type="null")), "events[0].type", "name of"),
    "an unknown field": (events(GOOD + ',"hue":1'), "events[0].hue", "leave it out"),
    "a missing field": (events(GOOD, reserve(sku="")), "events[1].sku", "missing"),
    "a nested unknown field": (
        events(order(note="1")),
        "events[0].order.note",
        "leave it out",
    ),
    "a nested missing field": (
        events(order(lines='[{"ref":"O-1/1","sku":"LAMP"}]')),
        "events[0].order.lines[0].quantity",
        "missing",
    ),
    # Simple values of the wrong type.
    "text for an int": (events(reserve(quantity='"7"')), "events[0].quantity", WHOLE),
    "true for an int": (events(reserve(quantity="true")), "events[0].quantity", WHOLE),
    "null for an int": (events(reserve(quantity="null")), "events[0].quantity", WHOLE),
    "a list for an int": (events(reserve(quantity="[1]")), "events[0].quantity", WHOLE),
    "an int for text": (events(reserve(sku="7")), "events[0].sku", "give a string"),
    "null for text": (events(reserve(sku="null")), "events[0].sku", "give a string"),
    "an object for text": (events(reserve(sku="{}")), "events[0].sku", "give a string"),
    "text for a bool": (
        events(
            '"type":"portion_added","queued_at":"2026-03-02T09:00:00Z","postponed":"no",'
            '"portion":{"line":"a","number":0,"location":"b","quantity":1}'
        ),
        "events[0].postponed",
        "true or false",
    ),
    "1 for a bool": (
        events(
            '"type":"portion_added","queued_at":"2026-03-02T09:00:00Z","postponed":1,'
            '"portion":{"line":"a","number":0,"location":"b","quantity":1}'
        ),
        "events[0].postponed",
        "true or false",
    ),
    "text for a list": (
        events(order(lines='"abc"')),
        "events[0].order.lines",
        "give a list",
    ),
    "an object for a list": (
        events(order(lines='{"a":1}')),
        "events[0].order.lines",
        "give a list",
    ),
    "a list for an object": (
        events(order(lines="[[]]")),
        "events[0].order.lines[0]",
        "",
    ),
    "an unknown choice": (
        events(order(delivery='"SHIP_COMPLETE"')),
        "events[0].order.delivery",
        "give one of ship_as_available, ship_complete",
    ),
    "a choice of another type": (
        events(order(delivery="[]")),
        "events[0].order.delivery",
        "give one of",
    ),
    # Text that no reference may hold.
    "an escaped lone surrogate": (
        events(reserve(sku='"\\ud800"')),
        "events[0].sku",
        "control characters and surrogates",
    ),
    "a NUL": (events(reserve(sku='"\\u0000"')), "events[0].sku", "control characters"),
    "a line break": (
        events(reserve(sku='"a\\nb"')),
        "events[0].sku",
        "control charact",
    ),
    "a surrogate as a name": (
        events(GOOD + ',"\\udfff":1'),
        "events[0]['\\udfff']",
        "leave it out",
    ),
    # Moments and days.
    "a naive time": (
        events(reserve(at='"2026-03-02T09:00:00"')),
        "events[0].at",
        MOMENT,
    ),
    "a day for a time": (events(reserve(at='"2026-03-02"')), "events[0].at", MOMENT),
    "a number for a time": (events(reserve(at="1772442000")), "events[0].at", MOMENT),
    "a blank for the T": (
        events(reserve(at='"2026-03-02 09:00:00Z"')),
        "events[0].at",
        MOMENT,
    ),
    "24 o'clock": (
        events(reserve(at='"2026-03-02T24:00:00Z"')),
        "events[0].at",
        MOMENT,
    ),
    "second 60": (events(reserve(at='"2026-03-02T09:00:60Z"')), "events[0].at", MOMENT),
    "30 February": (
        events(reserve(at='"2026-02-30T09:00:00Z"')),
        "events[0].at",
        "that exist",
    ),
    "year 0": (events(reserve(at='"0000-01-01T00:00:00Z"')), "events[0].at", "exist"),
    "a zone of 99 hours": (
        events(reserve(at='"2026-03-02T09:00:00+99:00"')),
        "events[0].at",
        "that exist",
    ),
    "before the calendar": (
        events(reserve(at='"0001-01-01T00:00:00+14:00"')),
        "events[0].at",
        "calendar has in UTC",
    ),
    "other digits": (
        events(reserve(at='"\uff12026-03-02T09:00:00Z"')),
        "events[0].at",
        MOMENT,
    ),
    "a compact day": (
        events(
            '"type":"purchase_expected","purchase_line":"a","reason":"b",'
            '"at":"2026-03-02T09:00:00Z","expected_on":"20260310"'
        ),
        "events[0].expected_on",
        DAY,
    ),
    "a day of a week": (
        events(
            '"type":"purchase_expected","purchase_line":"a","reason":"b",'
            '"at":"2026-03-02T09:00:00Z","expected_on":"2026-W01-1"'
        ),
        "events[0].expected_on",
        DAY,
    ),
    "31 April": (
        events(
            '"type":"purchase_expected","purchase_line":"a","reason":"b",'
            '"at":"2026-03-02T09:00:00Z","expected_on":"2026-04-31"'
        ),
        "events[0].expected_on",
        "that the calendar has",
    ),
    # Amounts.
    "an amount as a number": (events(cost("12")), PRICE, "decimal as text"),
    "an amount as a float": (events(cost("12.5")), PRICE, EXACT),
    "an amount that is NaN": (events(cost('"NaN"')), PRICE, "decimal as text"),
    "an infinite amount": (events(cost('"-Infinity"')), PRICE, "decimal as text"),
    "an exponent in an amount": (events(cost('"1E+3"')), PRICE, "decimal as text"),
    "an amount with grouping": (events(cost('"1_000"')), PRICE, "decimal as text"),
    "an amount with blanks": (events(cost('" 1 "')), PRICE, "decimal as text"),
    "an amount of 41 digits": (events(cost(f'"{"9" * 41}"')), PRICE, "40 digits"),
    "an amount of 42 digits": (events(cost(f'"{"9" * 42}"')), PRICE, "decimal as text"),
    "a currency in words": (
        events(cost('"1","currency":"euro"').replace(',"currency":"EUR"', "")),
        "events[0].order.lines[0].unit_price.currency",
        "ISO code",
    ),
    # What the values themselves refuse.
    "an order of no lines": (
        events(order(lines="[]")),
        "events[0].order.lines",
        "at least one Line",
    ),
    "a line of no units": (
        events(order(lines='[{"ref":"O-1/1","sku":"LAMP","quantity":0}]')),
        "events[0].order.lines[0].quantity",
        "give 1 or more",
    ),
    "a SKU with blanks": (
        events(order(lines='[{"ref":"O-1/1","sku":" LAMP","quantity":1}]')),
        "events[0].order.lines[0].sku",
        "without blanks",
    ),
    "an order that is too urgent": (
        events(order(priority="-1000001")),
        "events[0].order.priority",
        "small whole number",
    ),
    "a receipt of nothing": (
        events(
            '"type":"goods_received","receipt":{"ref":"R-1","received_at":'
            '"2026-03-02T09:00:00Z","lines":[{"sku":"LAMP","accepted":0}]}'
        ),
        "events[0].receipt.lines[0], accepted + rejected",
        "leave the line out",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_document_is_refused(name):
    text, where, words = MALFORMED[name]
    with pytest.raises(DecodeError) as caught:
        decode_events(text)
    assert caught.value.where.startswith(where)
    assert words in str(caught.value)
    assert caught.value.remedy.split()[0] in {"give", "leave", "read", "write"}
    assert len(str(caught.value)) < 400
    assert isinstance(caught.value, BackorderError) and isinstance(
        caught.value, ValueError
    )


JSON = "give one JSON document"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"a":"\xff\xfe"}', "byte 6 is b'\\xff': give UTF-8"),
        (b"[" * 33 + b"\xff", "document is 33 levels deep: give 32 at most, or raise"),
        ('{"a":"\ud800\ud801"}', "character 6 is '\\ud800': give UTF-8"),
        ('{"a":', f"character 5 is the end: {JSON} (Expecting value)"),
        ("{}" + "x" * 30, f"character 2 is '{'x' * 20}': {JSON} (Extra data)"),
        ('{"a":1,"a":1}', "a is given twice: give it once"),
        (events(reserve(sku="")), "events[0].sku is missing: give it"),
        (events(reserve(type="")), "events[0].type is missing: give the name"),
        (events().replace("[]", "[null]"), "events[0] is None: give an object"),
        (events(order(lines="[7]")), "events[0].order.lines[0] is 7: give an object"),
        ("1" * 40, "document is 1111111111111111111111111111111111111111: give an"),
        ("1" * 41, "document is 11111111111111111111…: give 40 digits or less"),
        ("-" + "1" * 41, "document is -1111111111111111111…: give 40 digits or less"),
        ("[1." + "2" * 38 + "]", f"[0] is 1.{'2' * 38}: {EXACT}"),
        ("[1." + "2" * 39 + "]", f"[0] is 1.{'2' * 18}…: {EXACT}"),
    ],
)
def test_a_refusal_shows_what_was_found(text, message):
    assert refused(text).startswith(message)


def test_the_documents_that_the_corpus_changes_are_good_themselves():
    found = decode_events(events(GOOD, order(), cost('"1"'), order(hold='"x"')))
    assert len(found) == 4


@pytest.mark.parametrize(
    ("figures", "where", "words"),
    [
        ('{"a":0.5}', "plan.reasons[0].figures.a", EXACT),
        ('{"a":"1/0"}', "plan.reasons[0].figures.a", "fraction as text"),
        ('{"a":"1/000"}', "plan.reasons[0].figures.a", "fraction as text"),
        ('{"a":"0.5"}', "plan.reasons[0].figures.a", "fraction as text"),
        ('{"a":"1/-2"}', "plan.reasons[0].figures.a", "fraction as text"),
        ('{"a":"1/2\\n"}', "plan.reasons[0].figures.a", "fraction as text"),
        (f'{{"a":"1/{"1" * 1001}"}}', "plan.reasons[0].figures.a", "fraction as text"),
        ('{"a":true}', "plan.reasons[0].figures.a", WHOLE),
        ('{"a":null}', "plan.reasons[0].figures.a", WHOLE),
        ('{"\\ud800":1}', "plan.reasons[0].figures['\\ud800']", "surrogates"),
        ("[]", "plan.reasons[0].figures", "give an object"),
        ("null", "plan.reasons[0].figures", "give an object"),
    ],
)
def test_figures_are_refused_unless_they_are_exact(figures, where, words):
    reason = f'{{"subject":"LAMP","code":"x","text":"y","figures":{figures}}}'
    text = (
        f'{{"format":1,"kind":"plan","plan":{{"basis":0,"events":[],'
        f'"reasons":[{reason}]}}}}'
    )
    with pytest.raises(DecodeError) as caught:
        decode_plan(text)
    assert caught.value.where == where
    assert words in str(caught.value)


# Limits, at and just beyond each.


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def refused(text: str | bytes, **limits: int) -> str:
    """Return the message of the refusal of a text."""
    with pytest.raises(DecodeError) as caught:
        decode_events(text, limits=Limits(**limits))
    return str(caught.value)


def test_a_document_may_have_as_many_bytes_as_the_limit_says():
    text = events(reserve(sku='"灯"'))
    size = len(text.encode())
    for one in (text, text.encode()):
        decode_events(one, limits=Limits(most_bytes=size))
        found = f"at least {size} bytes long: give {size - 1} at most"
        assert found in refused(one, most_bytes=size - 1)
    found = f"at least {size - 2} bytes long: give {size - 3} at most"
    assert found in refused(text, most_bytes=len(text) - 1)


def test_a_document_may_be_as_deep_as_the_limit_says():
    assert "give an object" in refused(nested(32))
    assert "33 levels deep" in refused(nested(33))
    assert "give an object" in refused(nested(2), most_levels=2)
    assert "3 levels deep" in refused("[" + nested(2) + "]", most_levels=2)
    beside = "[" + ",".join([nested(3)] * 50) + "]"
    assert "give an object" in refused(beside, most_levels=4)


def test_a_document_may_have_as_many_members_as_the_limit_says():
    text = events(GOOD, GOOD)
    members = 3 + 2 + 5 * 2
    decode_events(text, limits=Limits(most_members=members))
    assert f"of {members} members" in refused(text, most_members=members - 1)


def test_brackets_in_strings_are_no_levels_and_commas_no_members():
    quoted = reserve(sku='"[[[{{{,,,\\"[[[\\\\"')
    limits = Limits(most_levels=3, most_members=9)
    assert decode_events(events(quoted), limits=limits)[0].sku == '[[[{{{,,,"[[[\\'


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "[" + "[]," * 1_000_000 + "[]]",
        "[" + "1," * 1_000_001 + "1]",
        '"' + '\\"' * 1_000_000,
        '"' * 1_000_001,
        "9" * 1_000_000,
        "[" + "0.5," * 100_000 + "1]",
        " " * 11_000_000,
        '"' + "x" * 11_000_000 + '"',
    ],
    ids=lambda bomb: f"{bomb[:10]}… {len(bomb)}",
)
def test_a_bomb_is_refused(bomb):
    with pytest.raises(DecodeError) as caught:
        decode_events(bomb)
    assert len(str(caught.value)) < 400


def test_a_bomb_that_is_too_large_is_not_parsed(monkeypatch):
    def parse(*_, **__):
        raise AssertionError("the text was parsed")

    monkeypatch.setattr(json, "loads", parse)
    for text in (nested(33), " " * 10_000_001, "[" + "1," * 1_000_001 + "1]"):
        refused(text)


class Unread(str):
    """A text that nobody looks into."""

    __slots__ = ()

    def encode(self, *_: str) -> bytes:
        """Refuse to be looked into."""
        raise AssertionError("the text was encoded")


def test_a_text_of_too_many_characters_is_not_looked_into():
    assert "at least 3 bytes" in refused(Unread("[ ]"), most_bytes=2)


def test_a_stack_that_is_nearly_full_is_no_other_error():
    def called_from(frames: int) -> None:
        if frames:
            called_from(frames - 1)
        else:
            assert "is too deep for this stack: allow fewer" in refused(
                nested(200), most_levels=200
            )

    # Room enough for the decoder, too little for two hundred levels of the parser.
    called_from(sys.getrecursionlimit() - len(inspect.stack()) - 100)


# Whatever comes.

EVERY = {
    "event": (decode_event, encode_event),
    "events": (decode_events, encode_events),
    "plan": (decode_plan, encode_plan),
    "notice": (decode_notice, encode_notice),
    "notices": (decode_notices, encode_notices),
}
NAMES = ("events", "book", "plan", "notices")
TEXTS = {name: GOLDEN.joinpath(f"{name}_format_1.json").read_bytes() for name in NAMES}


def read_by_all(text: str | bytes) -> None:
    """Read a text as everything; it is refused, or what it says comes back."""
    for decode, encode in EVERY.values():
        try:
            value = decode(text)
        except DecodeError:
            continue
        assert decode(encode(value)) == value
    try:
        book = decode_book(text, oldest_first())
    except DecodeError:
        return
    book.check_invariants()
    assert decode_book(encode_book(decode_events(as_events(text))), book.policy) == book


def as_events(text: str | bytes) -> str:
    """Return the document of a book as one of events."""
    document = json.loads(text)
    return json.dumps(document | {"kind": "events"})


@given(st.binary() | st.text(max_size=40))
def test_any_bytes_are_a_document_or_refused(text):
    read_by_all(text)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 9)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["LAMP", "O-1/1", "allocated", "1/2", "2026-03-02", "12.50"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=5,
)


@given(anything.map(json.dumps))
def test_any_json_is_a_document_or_refused(text):
    read_by_all(text)


@examples(300)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_a_document_with_some_bytes_changed_is_read_or_refused(data, name):
    text = TEXTS[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        stop = start + data.draw(st.integers(0, 4))
        put = st.binary(max_size=3) | st.sampled_from([b"9", b"-", b'"', b"0", b"{}"])
        text = text[:start] + data.draw(put) + text[stop:]
    read_by_all(text)


@examples(500)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_a_document_with_some_parts_changed_is_read_or_refused(data, name):
    document = json.loads(TEXTS[name])
    for _ in range(data.draw(st.integers(1, 3))):
        document = changed(data, document)
    read_by_all(json.dumps(document))


def changed(data: st.DataObject, part: object) -> object:
    """Return a document with one part somewhere dropped, doubled or replaced."""
    inside = bool(part) and isinstance(part, dict | list)
    if not inside or data.draw(st.integers(0, 9)) == 0:
        return data.draw(anything)
    places = sorted(part) if isinstance(part, dict) else range(len(part))
    place = data.draw(st.sampled_from(places))
    copy = part.copy()
    what = data.draw(st.sampled_from(["change"] * 7 + ["drop", "add"]))
    if what == "drop":
        del copy[place]
    elif what == "change":
        copy[place] = changed(data, part[place])
    elif isinstance(part, dict):
        copy[data.draw(st.text(max_size=3))] = data.draw(anything)
    else:
        copy.insert(place, part[data.draw(st.sampled_from(places))])
    return copy
