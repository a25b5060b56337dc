"""Parts of a stored book: decided as on the whole, and no more read than is needed."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from backorderkit import (
    BackorderError,
    Together,
    by_priority,
    earliest_promise_first,
    oldest_first,
    smallest_first,
)
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from backorderkit.desk import RequestDesk
from backorderkit.protocols import Token
from backorderkit.testing import book_machine
from backorderkit.testing.strategies import SKUS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# These look at the whole book, not at the SKUs of a command.
LOOK_AT_ALL = {
    "plan_acceptance",
    "plan_day",
    "plan_order",
    "plan_overdue",
    "plan_promises",
    "plan_purchases",
    "plan_quote",
    "plan_reallocation",
}
POLICIES = {
    "oldest-first": oldest_first(),
    "blocking": by_priority(together=Together.BLOCK),
    "skipping": earliest_promise_first(together=Together.SKIP),
    "smallest": smallest_first(),
}


def emptied(repository):
    """Return the repository with nothing in it."""
    with repository.engine.begin() as connection:
        for table in repository.tables.all:
            connection.execute(table.delete())
    repository.create_schema()
    return repository


def answer(decide):
    """Return what a decision says, or how it refuses."""
    try:
        plan = decide()
    except BackorderError as error:
        return type(error).__name__
    return plan.events, plan.became_shippable, plan.left_backlog


def searched(policy, repository, ask):
    """Decide every command on parts too, and hold the answers against the whole."""
    machine = book_machine(policy)

    class Partly(machine):
        """A shop whose commands are also carried out by a desk that loads parts."""

        def __init__(self):
            super().__init__()
            emptied(repository)

        def do(self, decision, *args, **kwargs):
            skus = ask(decision)
            if skus is None:
                self.watched.carry_out(decision, *args, **kwargs)
                events, token = repository.history(Token(0))
                repository.save(self.watched.events[len(events) :], [], token)
                return
            desk = RequestDesk(repository, policy, skus)
            expected = answer(lambda: decision(self.book, *args, **kwargs))
            found = answer(lambda: desk.carry_out(decision, *args, **kwargs))
            assert found == expected
            self.watched.carry_out(decision, *args, **kwargs)
            assert repository.history(Token(0))[0] == tuple(self.watched.events)

    run_state_machine_as_test(
        Partly, settings=settings(max_examples=15, stateful_step_count=25)
    )
    return machine.seen


@pytest.fixture
def stored(tmp_path):
    """Make a repository for a policy that reads one portion of each queue at first."""
    made = []

    def make(policy, head=1):
        engine = sqlite_engine(tmp_path / "shop.db")
        made.append(engine)
        repository = SqlRepository(engine, policy=policy, head=head)
        repository.create_schema()
        return repository

    yield make
    for engine in made:
        assert engine.pool.checkedout() == 0
        engine.dispose()


@pytest.mark.parametrize("name", POLICIES)
def test_a_decision_on_the_heads_of_queues_is_that_on_the_whole(stored, name):
    policy = POLICIES[name]
    seen = searched(policy, stored(policy), lambda _: SKUS)
    assert seen["OrderPlaced"] > 5


@pytest.mark.parametrize("name", POLICIES)
def test_a_decision_that_was_told_no_sku_finds_out_what_it_needs(stored, name):
    policy = POLICIES[name]

    def ask(decision):
        return None if decision.__name__ in LOOK_AT_ALL else []

    seen = searched(policy, stored(policy), ask)
    assert seen["OrderPlaced"] > 5
