"""Bugs planted in the SQL repository, each caught by a case of `check_repository`."""

from functools import partial

import pytest

from backorderkit.adapters.sql import sqlite_engine
from backorderkit.adapters.sql.repository import SqlRepository
from backorderkit.adapters.sql.writing import Writer
from backorderkit.testing import RepositoryLawBroken, check_repository
from tests.stores import emptied


def compare_no_versions(plant):
    locked = Writer._locked
    plant(Writer, "_locked", lambda self, keys, _, at: locked(self, keys, at, at))


def forget_what_was_touched(plant):
    append = Writer._append

    def some(self, events, texts, notes, keys, key, before):
        append(self, events, texts, notes, (), key, before)

    plant(Writer, "_append", some)


def forget_the_keys_of_commands(plant):
    append = Writer._append
    plant(
        Writer, "_append", lambda self, *given: append(self, *given[:4], "", given[5])
    )


def lose_the_notices(plant):
    append = Writer._append

    def some(self, events, texts, notes, keys, key, before):
        append(self, events, texts, notes[1:], keys, key, before)

    plant(Writer, "_append", some)


def leave_the_pools_as_they_were(plant):
    store = Writer._store

    def some(self, changed, **how):
        changed.pools.clear()
        store(self, changed, **how)

    plant(Writer, "_store", some)


def take_every_notice_for_sent(plant):
    unsent = SqlRepository.unsent

    def heard(self):
        found = unsent(self)
        self.mark_sent([one.key for one in found])
        return found

    plant(SqlRepository, "unsent", heard)


def read_history_from_the_token_on(plant):
    history = SqlRepository.history
    plant(SqlRepository, "history", lambda self, at: history(self, max(at - 1, 0)))


BUGS = {
    compare_no_versions: "a_stale_token_is_refused",
    forget_what_was_touched: "a_stale_token_is_refused",
    forget_the_keys_of_commands: "a_command_key_is_taken_once",
    lose_the_notices: "notices_wait_until_they_are_marked",
    leave_the_pools_as_they_were: "every_kind_of_fact_and_notice_survives",
    take_every_notice_for_sent: "notices_wait_until_they_are_marked",
    read_history_from_the_token_on: "history_is_given_since_any_token",
}


@pytest.mark.parametrize(
    ("bug", "case"), BUGS.items(), ids=[bug.__name__ for bug in BUGS]
)
def test_a_bug_planted_in_the_sql_repository_is_caught(
    bug, case, tmp_path, monkeypatch
):
    engine = sqlite_engine(tmp_path / "shop.db")
    check = partial(check_repository, emptied(engine).__next__, tell=lambda _: None)
    check(cases=[case])
    bug(monkeypatch.setattr)
    with pytest.raises(RepositoryLawBroken) as broken:
        check()
    engine.dispose()
    print(broken.value)
    with pytest.raises(RepositoryLawBroken, match=case):
        check(cases=[case])
    engine.dispose()
