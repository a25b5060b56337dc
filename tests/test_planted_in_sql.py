"""Bugs planted in the SQL repository, each caught by a case of `check_repository`.

Those of the second list show on PostgreSQL only, where writers are at work side by side
and a count of rows says nothing. What is lost between two commits is no case of that
suite: it shows when the writer fails at each of its steps.
"""

from contextlib import contextmanager
from functools import partialmethod

import pytest
from sqlalchemy import create_engine, select

from backorderkit.adapters.sql import SqlRepository
from backorderkit.adapters.sql.reading import Reader
from backorderkit.adapters.sql.statements import ONCE, Statements
from backorderkit.adapters.sql.unit_of_work import Unit
from backorderkit.adapters.sql.writing import Writer, text_of
from backorderkit.errors import Conflict, Duplicate
from backorderkit.testing.store_laws import RepositoryLawBroken, check_repository
from tests.scripted import model
from tests.stores import emptied, opened, postgres_store
from tests.test_faults import Trouble, Troubled, is_before_or_after, is_whole, send

pytestmark = pytest.mark.slow


def compare_no_versions(plant):
    locked = Writer._locked
    plant(Writer, "_locked", lambda self, keys, _: locked(self, keys, 10**9))


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


def keep_a_unit_that_breaks(plant):
    @contextmanager
    def begin(self, skus, *, key=""):
        with self.engine.connect() as connection, connection.begin() as transaction:
            unit = self._unit(connection)
            unit.begin(skus, key)
            try:
                yield unit
            finally:
                transaction.commit()

    plant(SqlRepository, "begin", begin)


def remember_what_a_unit_has_saved_over(plant):
    save = Writer.save

    def kept(self, events, notices, token, *, key=""):
        writer = Writer(self.reader, self.ranking.policy, self.ranking.name)
        return save(writer, events, notices, token, key)

    plant(Unit, "save", kept)


def forget_the_key_of_a_unit(plant):
    plant(Unit, "_refuse_if_done", lambda self, key: None)


BUGS = {
    keep_a_unit_that_breaks: "a_unit_that_breaks_leaves_nothing",
    remember_what_a_unit_has_saved_over: "a_unit_may_save_more_than_once",
    forget_the_key_of_a_unit: "a_unit_of_a_known_command_is_refused",
    compare_no_versions: "a_stale_token_is_refused",
    forget_what_was_touched: "a_stale_token_is_refused",
    forget_the_keys_of_commands: "a_command_key_is_taken_once",
    lose_the_notices: "notices_wait_until_they_are_marked",
    leave_the_pools_as_they_were: "every_kind_of_fact_and_notice_survives",
    take_every_notice_for_sent: "notices_wait_until_they_are_marked",
    read_history_from_the_token_on: "history_is_given_since_any_token",
}


def caught(bug, case, engine, plant):
    """See that a case passes, and that it fails with a bug planted."""

    def check(times):
        for _ in range(times):  # a race is not lost every time
            check_repository(opens, cases=[case], tell=lambda _: None)

    opens = emptied(engine).__next__
    check(1)
    bug(plant)
    with pytest.raises(RepositoryLawBroken, match=case) as broken:
        check(5)
    print(broken.value)
    engine.dispose()


@pytest.mark.parametrize(
    ("bug", "case"), BUGS.items(), ids=[bug.__name__ for bug in BUGS]
)
def test_a_bug_planted_in_the_sql_repository_is_caught(
    bug, case, sql_engine, monkeypatch
):
    caught(bug, case, sql_engine, monkeypatch.setattr)


# What shows on PostgreSQL only


def versions(writer, keys, token, *, skipping):
    """Compare versions without waiting for anybody."""
    touched = writer.reader.tables.touched.c
    names = sorted(map(text_of, keys))
    ask = select(touched.kind, touched.name, touched.position)
    ask = ask.where(touched.key.in_(names)).order_by(touched.key)
    if skipping:
        ask = ask.with_for_update(skip_locked=True)
    found = writer.reader.connection.execute(ask).all()
    newest = max((row.position for row in found), default=0)
    if newest > token:
        raise Conflict(expected=token, found=newest)
    known = (row for row in found if row.position > 0)
    return tuple((row.kind, row.name) for row in known if row.kind in ONCE)


def lock_nothing(plant):
    lock_no_pools(plant)
    plant(Writer, "_locked", partialmethod(versions, skipping=False))


def lock_no_pools(plant):
    plant(Reader, "lock", lambda self, skus: None)


def ask_for_the_position_before_the_locks(plant):
    def early(self):
        if self._reader is None:
            self._reader = Reader(self.connection, self.statements)
            self._reader.about()
            self._reader.lock(self.skus)
        return self._reader

    plant(Unit, "reader", property(early))


def skip_what_is_locked(plant):
    lock_no_pools(plant)
    plant(Writer, "_locked", partialmethod(versions, skipping=True))


def count_rows_for_a_repetition(plant):
    append, about = Writer._append, Reader.about

    def some(self, events, texts, notes, keys, key, before):
        if key:
            row = {"key": key, "position": before + len(events)}
            insert = self.reader.statements.new_command_unless_known
            if not self.reader.connection.execute(insert, row).rowcount:
                raise Duplicate("command", key)
        append(self, events, texts, notes, keys, "", before)

    def known(self, tables, dialect):
        build(self, tables, dialect)
        insert = self._insert(tables.commands)
        self.new_command_unless_known = insert.on_conflict_do_nothing()

    build = Statements.__init__
    plant(Statements, "__init__", known)
    plant(Writer, "_append", some)
    plant(Reader, "about", lambda self, key="": about(self))


RACES = {
    lock_nothing: "threads_sell_the_last_units_once",
    lock_no_pools: "units_of_one_pool_wait_for_each_other",
    ask_for_the_position_before_the_locks: "units_of_one_pool_wait_for_each_other",
    skip_what_is_locked: "threads_sell_the_last_units_once",
    count_rows_for_a_repetition: "a_command_key_is_taken_once",
}


@pytest.mark.parametrize(
    ("bug", "case"), RACES.items(), ids=[bug.__name__ for bug in RACES]
)
def test_a_bug_that_shows_on_postgresql_only_is_caught(
    bug, case, postgres_url, monkeypatch
):
    caught(bug, case, create_engine(postgres_url), monkeypatch.setattr)


# What shows when a writer fails between two commits


def store_notices_in_a_transaction_of_their_own(plant):
    append = Writer._append

    def some(self, events, texts, notes, keys, key, before):
        with self.reader.connection.engine.begin() as other:
            reader = Reader(other, self.reader.statements)
            alone = Writer(reader, self.policy, self.ranking)
            append(alone, (), (), notes, (), "", before)
        append(self, events, texts, (), keys, key, before)

    plant(Writer, "_append", some)


def store_notices_after_the_commit(plant):
    begin, append, held = SqlRepository.begin, Writer._append, []

    def some(self, events, texts, notes, keys, key, before):
        held.append((notes, before + len(events)))
        append(self, events, texts, (), keys, key, before)

    @contextmanager
    def late(self, skus, *, key=""):
        with begin(self, skus, key=key) as unit:
            yield unit
        with self.engine.begin() as connection:
            writer = Writer(Reader(connection, self._statements), None, "")
            while held:
                notes, newest = held.pop()
                append(writer, (), (), notes, (), "", newest)

    plant(Writer, "_append", some)
    plant(SqlRepository, "begin", late)


@pytest.mark.parametrize(
    "bug",
    [store_notices_in_a_transaction_of_their_own, store_notices_after_the_commit],
    ids=lambda bug: bug.__name__,
)
def test_notices_that_are_stored_apart_are_caught(bug, postgres_url, monkeypatch):
    bug(monkeypatch.setattr)
    with opened(postgres_store(postgres_url)) as repository:
        trouble, counts = Troubled(repository), model().counts
        number = 20
        for earlier in range(number):
            send(repository, earlier)
        is_whole(repository, number)  # all is well as long as nothing fails
        while counts[number][1] == counts[number + 1][1]:  # it has no notice
            send(repository, number)
            number += 1
        trouble.ahead("after commit")
        with pytest.raises(Trouble):
            send(repository, number)
        trouble.ahead(None)
        with pytest.raises(AssertionError):
            is_before_or_after(repository, number)
