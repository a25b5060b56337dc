"""The cases of every repository, on SQLite and on PostgreSQL."""

import pytest

from backorderkit import oldest_first
from backorderkit.testing.store_laws import check_repository
from backorderkit.testing.store_laws.storage_laws import GROUPS
from tests.stores import emptied


def test_a_database_passes_every_case(sql_engine):
    check_repository(emptied(sql_engine).__next__)


@pytest.mark.slow
def test_a_database_that_reads_the_heads_of_queues_decides_the_same(sql_engine):
    make = emptied(sql_engine, policy=oldest_first(), head=1).__next__
    check_repository(make, cases=[case.__name__ for case in GROUPS["desks"]])
