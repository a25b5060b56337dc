"""How long a property test searches: one number for every machine and every law.

A test says how many examples it needs in the gate. The Hypothesis profile that runs
scales that number: `quick` takes a few of them, `gate` all, `long` and `thorough` many
times as many. A plain `@given` follows the profile by itself, like one of 100.

    @examples(300)
    @given(...)
"""

from typing import Any

from hypothesis import settings

IN_THE_GATE = 100
FEWEST = 3


def scaled(count: int) -> int:
    """Return how many of the gate's examples the current profile asks for."""
    share = count * settings().max_examples // IN_THE_GATE
    return max(min(count, FEWEST), share)


def examples(count: int, **details: Any) -> settings:
    """Return settings for a test that takes `count` examples in the gate."""
    return settings(max_examples=scaled(count), **details)
