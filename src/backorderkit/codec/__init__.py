"""JSON for events, plans, notices and books (extra `json`: cattrs).

A document says its format and its kind, so that texts written today can be read by
every later release. What is written is canonical: equal values give the same bytes.
What is read is refused, with the place and the remedy, unless it is exactly what it
should be.
"""

from backorderkit.codec.documents import (
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
from backorderkit.codec.faults import (
    FAULTS as FAULTS,
    reading_fault as reading_fault,
    writing_fault as writing_fault,
)
from backorderkit.codec.migrations import (
    PRESENT_FORMAT as PRESENT_FORMAT,
)
from backorderkit.codec.parsing import (
    Limits,
    canonical as canonical,
    parsed as parsed,
)
from backorderkit.codec.shapes import (
    form_of as form_of,
)
from backorderkit.codec.tags import (
    TAG_OF as TAG_OF,
)
from backorderkit.errors import (
    DecodeError,
)

__all__ = [
    "DecodeError",
    "Limits",
    "decode_book",
    "decode_event",
    "decode_events",
    "decode_notice",
    "decode_notices",
    "decode_plan",
    "encode_book",
    "encode_event",
    "encode_events",
    "encode_notice",
    "encode_notices",
    "encode_plan",
]
