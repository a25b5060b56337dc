"""The axis of units: who stands where, against a plain sorted list."""

from operator import itemgetter

import pytest
from hypothesis import example, given, strategies as st

from backorderkit.book import axis as axis_module
from backorderkit.book.axis import Axis, RunningSums


class Entry:
    """An entry whose key and length a test may look at."""

    def __init__(self, key, units):
        self.key, self.units = key, units

    def __repr__(self):
        return f"Entry({self.key}, {self.units})"


def axis_of(*entries):
    made = Axis(key=lambda entry: entry.key, units=lambda entry: entry.units)
    for entry in entries:
        made.add(entry)
    return made


def recount(axis, entries):
    """Compare every answer of an axis with plain sums over a sorted list."""
    entries = sorted(entries, key=lambda entry: entry.key)
    assert list(axis) == entries
    assert list(reversed(axis)) == entries[::-1]
    assert len(axis) == len(entries)
    assert axis.total == sum(entry.units for entry in entries)
    for key in range(-1, 42):
        earlier = [entry for entry in entries if entry.key < key]
        assert axis.before(key) == sum(entry.units for entry in earlier)
        assert axis.rank(key) == len(earlier)
        assert list(axis.ahead(key)) == earlier[::-1]
    starts = []
    for entry in entries:
        start = starts[-1][0] + starts[-1][1].units if starts else 0
        starts.append((start, entry))
    for offset in range(axis.total + 2):
        beyond = [one for one in starts if one[0] + one[1].units > offset]
        assert list(axis.reaching_beyond(offset)) == beyond


@pytest.fixture(autouse=True)
def small_buckets(monkeypatch):
    """Let buckets split and empty with few entries."""
    monkeypatch.setattr(axis_module, "FULL", 3)


STEPS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=40)


@given(STEPS)
@example([(key, 1) for key in range(12)])
@example([(key, 1) for key in reversed(range(12))])
def test_an_axis_answers_like_a_sorted_list(steps):
    """A key seen again resizes its entry; seen a third time, it takes it away."""
    axis, standing, seen = axis_of(), {}, {}
    for key, units in steps:
        seen[key] = seen.get(key, 0) + 1
        if seen[key] % 3 == 1:
            standing[key] = Entry(key, units)
            axis.add(standing[key])
        elif seen[key] % 3 == 2:
            change = units - standing[key].units
            standing[key].units = units
            axis.resize(standing[key], change)
        else:
            axis.remove(standing.pop(key))
    recount(axis, standing.values())


def test_an_empty_axis_has_no_units_and_nobody_on_it():
    recount(axis_of(), [])
    assert axis_of().find(7) == (0, 0)


def test_an_axis_can_be_emptied_and_filled_again():
    entries = [Entry(key, 2) for key in range(10)]
    axis = axis_of(*entries)
    for entry in entries:
        axis.remove(entry)
    recount(axis, [])
    axis.add(entries[4])
    recount(axis, [entries[4]])


@pytest.mark.parametrize("stranger", [Entry(1, 2), Entry(9, 2)])
def test_an_entry_that_does_not_stand_there_is_not_taken_away(stranger):
    entries = [Entry(1, 2), Entry(3, 2)]
    axis = axis_of(*entries)
    with pytest.raises(LookupError, match="does not stand here"):
        axis.remove(stranger)
    recount(axis, entries)


def test_a_key_that_cannot_be_compared_changes_nothing():
    entries = [Entry(1, 2), Entry(3, 2)]
    axis = axis_of(*entries)
    with pytest.raises(TypeError):
        axis.add(Entry("3", 2))
    recount(axis, entries)


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 60))
def test_running_sums_find_the_number_over_an_offset(numbers, offset):
    sums = RunningSums()
    sums.put(0, 0, numbers)
    starts = [(place, sum(numbers[:place])) for place in range(len(numbers) + 1)]
    over = [one for one in starts[:-1] if one[1] + numbers[one[0]] > offset]
    assert sums.find(offset) == min(over, key=itemgetter(0), default=starts[-1])
