"""One history of ten thousand facts, and every store makes the same of it.

The Django shop's own storage is held against the same history in its own tests.
"""

from collections import Counter
from functools import cache
from typing import get_args

import pytest

from backorderkit import MemoryRepository
from backorderkit.model import Event
from tests.long_history import Digests, batches, kept_by
from tests.stores import opened, postgres_store, sqlite_store

FACTS = 10_000


@cache
def in_memory() -> Digests:
    """Return what the store in memory makes of the history."""
    return kept_by(MemoryRepository(), batches(FACTS))


@pytest.mark.slow
def test_the_history_has_all_kinds_of_facts_and_asks_for_every_answer():
    facts = [type(event) for batch in batches(FACTS) for event in batch.events]
    assert len(facts) >= FACTS
    assert set(facts) == set(get_args(Event))
    answers = in_memory().answers
    seen = Counter("saved" if one.isdigit() else one for one in answers)
    print(f"{len(facts)} facts in {len(batches(FACTS))} batches: {dict(seen)}")
    assert seen["saved"] == seen["Duplicate"] == len(batches(FACTS))
    assert seen["Conflict"] > 100


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_store_makes_the_same_of_one_long_history(kind, tmp_path, request):
    if kind == "sqlite":
        store = sqlite_store(tmp_path / "shop.db")
    else:
        store = postgres_store(request.getfixturevalue("postgres_url"))
    with opened(store) as repository:
        assert kept_by(repository, batches(FACTS)) == in_memory()
