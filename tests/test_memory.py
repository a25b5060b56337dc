"""The repository in memory: history, token, and the notices that wait."""

import pytest

from backorderkit import MemoryRepository, Notice, oldest_first
from backorderkit.errors import Conflict, Duplicate
from backorderkit.model import ReserveSet
from backorderkit.notices import NoticeKind
from backorderkit.storage import Token
from tests.shop import NOON


def event(units):
    return ReserveSet("LAMP", "main", units, NOON)


def notice(key):
    return Notice(NoticeKind.SHIPPED, "ada", "O-1", (), reason="S-1", key=key, at=NOON)


@pytest.fixture
def repository():
    return MemoryRepository()


def test_an_empty_repository_has_no_history(repository):
    assert repository.history(Token(0)) == ((), 0)
    assert repository.unsent() == ()


def test_the_token_counts_what_was_saved(repository):
    token = repository.save([event(1), event(2)], [], Token(0))
    assert repository.history(Token(0)) == ((event(1), event(2)), token)
    later = repository.save([event(3)], [], token)
    assert repository.history(token) == ((event(3),), later)
    assert repository.history(later) == ((), later)


@pytest.mark.parametrize("token", [0, 1, 3, -1])
def test_who_holds_another_token_saves_nothing(repository, token):
    held = repository.save([event(1), event(2)], [notice("a")], Token(0))
    with pytest.raises(Conflict) as caught:
        repository.save([event(3)], [notice("b")], Token(token))
    assert (caught.value.expected, caught.value.found) == (token, held)
    assert repository.history(Token(0)) == ((event(1), event(2)), held)
    assert repository.unsent() == (notice("a"),)


def test_a_history_that_was_handed_out_does_not_grow(repository):
    repository.save([event(1)], [], Token(0))
    known, token = repository.history(Token(0))
    repository.save([event(2)], [], token)
    assert known == (event(1),)


def test_what_is_saved_is_copied_from_the_callers_list(repository):
    events, notices = [event(1)], [notice("a")]
    repository.save(events, notices, Token(0))
    events.append(event(2))
    notices.append(notice("b"))
    assert repository.history(Token(0))[0] == (event(1),)
    assert repository.unsent() == (notice("a"),)


def test_notices_wait_in_the_order_in_which_they_were_stored(repository):
    token = repository.save([event(1)], [notice("b"), notice("a")], Token(0))
    repository.save([event(2)], [notice("c")], token)
    assert [one.key for one in repository.unsent()] == ["b", "a", "c"]


def test_a_notice_that_was_handed_over_waits_no_longer(repository):
    repository.save([event(1)], [notice("a"), notice("b")], Token(0))
    repository.mark_sent(["a"])
    assert [one.key for one in repository.unsent()] == ["b"]
    repository.mark_sent(iter(["a", "b", "unknown"]))
    assert repository.unsent() == ()


@pytest.mark.parametrize("bad", [[None], None, ["notice"]])
def test_a_batch_with_a_bad_notice_stores_nothing(repository, bad):
    with pytest.raises((AttributeError, TypeError, ValueError)):
        repository.save([event(1)], bad, Token(0))
    assert repository.history(Token(0)) == ((), 0)
    assert repository.unsent() == ()


def test_a_batch_with_bad_events_stores_nothing(repository):
    with pytest.raises(TypeError):
        repository.save(None, [notice("a")], Token(0))
    assert repository.history(Token(0)) == ((), 0)
    assert repository.unsent() == ()


def test_two_repositories_share_nothing(repository):
    repository.save([event(1)], [notice("a")], Token(0))
    assert MemoryRepository().history(Token(0)) == ((), 0)
    assert MemoryRepository().unsent() == ()


# Whose facts they are, and whose command


def at_north(units):
    return ReserveSet("LAMP", "north", units, NOON)


def test_facts_about_others_do_not_matter_to_who_is_behind(repository):
    repository.save([event(1)], [], Token(0))
    assert repository.save([at_north(2)], [], Token(0)) == 2
    assert repository.history(Token(0)) == ((event(1), at_north(2)), 2)


def test_who_is_behind_in_one_of_the_things_he_touches_saves_nothing(repository):
    repository.save([event(1)], [], Token(0))
    with pytest.raises(Conflict):
        repository.save([at_north(2), event(3)], [], Token(0))
    assert repository.history(Token(0)) == ((event(1),), 1)
    assert repository.save([at_north(2), event(3)], [], Token(1)) == 3


def test_a_command_is_stored_once_under_its_key(repository):
    repository.save([event(1)], [notice("a")], Token(0), key="reserve")
    with pytest.raises(Duplicate) as caught:
        repository.save([event(2)], [notice("b")], Token(1), key="reserve")
    assert (caught.value.kind, caught.value.ref) == ("command", "reserve")
    assert repository.history(Token(0)) == ((event(1),), 1)
    assert repository.unsent() == (notice("a"),)


def test_a_key_is_asked_for_by_saving_nothing(repository):
    for _ in range(2):
        assert repository.save([], [], Token(0), key="reserve") == 0
    repository.save([event(1)], [], Token(0), key="reserve")
    with pytest.raises(Duplicate):
        repository.save([], [], Token(1), key="reserve")


def test_a_save_that_is_refused_does_not_use_up_its_key(repository):
    repository.save([event(1)], [], Token(0))
    with pytest.raises(Conflict):
        repository.save([event(2)], [], Token(0), key="reserve")
    assert repository.save([event(2)], [], Token(1), key="reserve") == 2


def test_a_loaded_book_is_the_whole_history_and_nobody_elses(repository):
    repository.save([event(1), at_north(2)], [], Token(0))
    book, token = repository.load(oldest_first(), ["LAMP"])
    assert token == 2
    assert [book.pool("LAMP", at).reserve for at in ("main", "north")] == [1, 2]
    book.follow([at_north(5)])
    again, _ = repository.load(oldest_first())
    assert again.pool("LAMP", "north").reserve == 2
