"""Timing two things fairly: in turn, round by round, and by the median of the rounds.

Seconds are the processor's: what else the machine does meanwhile does not count. A
round prepares its work, which is not timed, and then does it. The garbage collector
rests while work is timed, as it does in the standard library's `timeit`, and runs
before, so that no round pays for what an earlier one left behind. Two contestants
alternate, so that a slow minute of the machine meets both.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import process_time

import attrs

Work = Callable[[], object]
Prepare = Callable[[], Work]
"""Makes ready one round and returns the work to be timed."""


@attrs.frozen
class Measurement:
    """What one benchmark found: seconds, what they are held against, and the ratio.

    `figures` are further numbers that belong to it, each named with its unit. `goal` is
    the largest ratio that is good enough, None if there is no such bound.
    """

    name: str
    seconds: float
    against: str
    ratio: float
    goal: float | None
    rounds: int
    figures: Mapping[str, float] = attrs.field(factory=dict)


def contest(one: Prepare, other: Prepare, *, rounds: int) -> tuple[float, float]:
    """Return the median seconds of two kinds of work, done in turn."""
    times = [(timed(one), timed(other)) for _ in range(rounds)]
    return median(first for first, _ in times), median(second for _, second in times)


def timed(prepare: Prepare) -> float:
    """Return the processor seconds of one round."""
    work = prepare()
    gc.collect()
    with collector_at_rest():
        begun = process_time()
        work()
        return process_time() - begun


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from running for a while."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def kept_for_good() -> Iterator[None]:
    """Let the collector pass over all there is now: a large book takes it seconds."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def per_command(
    name: str,
    times: tuple[float, float],
    repeats: int,
    against: str,
    goal: float,
    rounds: int,
) -> Measurement:
    """Return the measurement of a contest, per command."""
    seconds, other = times[0] / repeats, times[1] / repeats
    figures = {"seconds_against": other}
    return Measurement(name, seconds, against, seconds / other, goal, rounds, figures)
