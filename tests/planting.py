"""Bugs that several tests plant in the library, to see that they are noticed."""

from backorderkit.book import State
from backorderkit.book.fold import demand
from backorderkit.deciding import amending


def leave_cancelled_units(monkeypatch):
    """What a customer gives up is offered to nobody."""
    monkeypatch.setattr(amending, "fill", lambda draft: draft.plan())


def forget_cancelled_units(monkeypatch):
    shift = State.shift

    def forgetful(self, portion, **moved):
        moved.pop("cancelled", None)
        shift(self, portion, **moved)

    monkeypatch.setattr(State, "shift", forgetful)


def undo_nothing(monkeypatch):
    """A desk keeps in its book what it could not save."""
    monkeypatch.setattr(State, "rollback", State.commit)


def keep_the_last_promise_only(monkeypatch):
    def overwrite(state, event):
        line = state.line(event.line)
        state.touch(line)
        line.promises = (event,)

    monkeypatch.setattr(demand, "promise", overwrite)
