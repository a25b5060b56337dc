"""A script of commands, and what it comes to when nothing goes wrong.

Stores that are killed or fail carry out the same commands, each under its key; after
any number of them they must hold what the model held.
"""

from functools import cache

import attrs

from backorderkit import BackorderError, MemoryRepository, OrderDesk, oldest_first
from backorderkit.errors import Conflict
from backorderkit.model import Event
from backorderkit.testing.strategies import Clerk

SKUS = ("LAMP", "CHAIR", "RUG")
POLICY = oldest_first()


@cache
def script():
    """Return the commands, always the same."""
    return tuple(Clerk(2026, "", SKUS).commands(600))


def key_of(number):
    """Return the key under which a command is sent, and sent again."""
    return f"command {number}"


def carry_out(desk, number):
    """Carry out one command of the script; most refusals are the customer's fault."""
    command = script()[number]
    try:
        desk.carry_out_once(
            key_of(number), command.decision, *command.args, **command.kwargs
        )
    except Conflict:
        raise
    except BackorderError:
        pass


@attrs.frozen
class Model:
    """What nobody killed: all facts, all keys of notices, and how many when."""

    facts: tuple[Event, ...]
    keys: tuple[str, ...]
    counts: tuple[tuple[int, int], ...]


@cache
def model():
    """Return what a desk in memory comes to with the whole script."""
    repository = MemoryRepository()
    desk, counts = OrderDesk(repository, POLICY), [(0, 0)]
    for number in range(len(script())):
        carry_out(desk, number)
        counts.append((repository.history(0)[1], len(repository.unsent())))
    keys = tuple(notice.key for notice in repository.unsent())
    return Model(repository.history(0)[0], keys, tuple(counts))
