"""Atheris feeds the decoders whatever reaches new code; only `DecodeError` may escape.

    pip install atheris
    python tests/fuzz/decoding.py -runs=1000000 NEW_INPUTS tests/golden

Inputs that reach new code are kept in the folder NEW_INPUTS; the golden files are the
seeds. A finding ends the run and is written to a file named `crash-…`.
"""

import sys
from contextlib import suppress


def main() -> None:
    """Run until something is found or the given number of runs is over."""
    import atheris  # noqa: PLC0415 - no dependency of the suite; this file is a script

    with atheris.instrument_imports(include=["backorderkit"]):
        from backorderkit import codec, oldest_first  # noqa: PLC0415 - instrumented

    pairs = [
        (codec.decode_event, codec.encode_event),
        (codec.decode_events, codec.encode_events),
        (codec.decode_plan, codec.encode_plan),
        (codec.decode_notice, codec.encode_notice),
        (codec.decode_notices, codec.encode_notices),
    ]

    def one_input(text: bytes) -> None:
        for decode, encode in pairs:
            try:
                value = decode(text)
            except codec.DecodeError:
                continue
            if decode(encode(value)) != value:
                raise AssertionError(f"{value} does not come back")
        with suppress(codec.DecodeError):
            codec.decode_book(text, oldest_first()).check_invariants()

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
