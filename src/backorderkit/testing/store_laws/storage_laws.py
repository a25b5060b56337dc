"""Prove a repository: everything that `protocols` asks of one, as cases to run.

`check_repository` takes a function that makes an empty storage and returns a function
that opens it. Every case has a storage of its own, made when the case before is over,
and opens it as often as it likes: what it saved must be there for a fresh instance.
What opens it may return the repository, or a context manager that closes it afterwards.

    def make():
        path = folder / f"{next(numbers)}.db"
        return lambda: SqlRepository(sqlite_engine(path))

Eight groups of cases: what was saved comes back (`round trips`), so does what is odd or
large (`limits`), who saves first wins (`tokens`), of things in common only
(`meetings`), a command is carried out once (`keys`), notices wait until they were
handed over (`outbox`), desks decide as on one book (`desks`), and threads sell no unit
twice (`races`).

>>> from backorderkit.adapters import MemoryRepository
>>> def make():
...     repository = MemoryRepository()
...     return lambda: repository
>>> verdicts = check_repository(make, cases=["an_empty_store_has_nothing"])
kept    round trips  an_empty_store_has_nothing
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import attrs

from backorderkit.book import OrderBook
from backorderkit.deciding import plan_count
from backorderkit.errors import InvalidValue, shown
from backorderkit.policies import oldest_first
from backorderkit.testing.store_laws.desks import DESKS
from backorderkit.testing.store_laws.limits import LIMITS
from backorderkit.testing.store_laws.meetings import MEETINGS
from backorderkit.testing.store_laws.once import KEYS
from backorderkit.testing.store_laws.outbox import OUTBOX
from backorderkit.testing.store_laws.races import RACES
from backorderkit.testing.store_laws.round_trips import ROUND_TRIPS
from backorderkit.testing.store_laws.store_fixture import (
    NOON,
    Differs,
    MakeStore,
    NotOffered,
    RepositoryLawBroken,
    Store,
    same,
)
from backorderkit.testing.store_laws.tokens import TOKENS
from backorderkit.testing.store_laws.units import UNITS

__all__ = ["Verdict", "check_repository", "repository_verdicts"]

Case = Callable[[Store], None]

GROUPS: Mapping[str, tuple[Case, ...]] = {
    "round trips": ROUND_TRIPS,
    "limits": LIMITS,
    "tokens": TOKENS,
    "meetings": MEETINGS,
    "keys": KEYS,
    "outbox": OUTBOX,
    "desks": DESKS,
    "races": RACES,
    "units": UNITS,
}
"""All cases, by what they are about."""


@attrs.frozen
class Verdict:
    """How one case ended; without `broken` the law is kept.

    Where `is_offered` is false the repository does not have what the case is about, and
    need not have it.

    >>> print(Verdict("tokens", "a_stale_token_is_refused"))
    kept    tokens       a_stale_token_is_refused
    """

    group: str
    case: str
    broken: RepositoryLawBroken | None = None
    is_offered: bool = True

    def __str__(self) -> str:
        """Return one line."""
        word = "kept" if self.is_offered else "without"
        word = "BROKEN" if self.broken else word
        return f"{word:7} {self.group:12} {self.case}"


def check_repository(
    make: MakeStore,
    *,
    cases: Iterable[str] | None = None,
    older: Mapping[str, MakeStore] | None = None,
    tell: Callable[[str], object] = print,
) -> tuple[Verdict, ...]:
    """Try every case, or those named, and tell each verdict; return them.

    `older` makes storages as earlier releases left them, each under a name: they must
    load, and take a command. Raises `RepositoryLawBroken` for the first case that is
    broken, after all were tried, and `InvalidValue` for a name that is none. Takes a
    few seconds on a store that takes a millisecond to save.

    >>> check_repository(None, cases=["an_empty_store"])
    Traceback (most recent call last):
        ...
    backorderkit.errors.InvalidValue: case is 'an_empty_store': name one of GROUPS
    """
    verdicts = []
    for verdict in repository_verdicts(make, cases=cases, older=older):
        tell(str(verdict))
        verdicts.append(verdict)
    for verdict in verdicts:
        if verdict.broken is not None:
            raise verdict.broken
    return tuple(verdicts)


def repository_verdicts(
    make: MakeStore,
    *,
    cases: Iterable[str] | None = None,
    older: Mapping[str, MakeStore] | None = None,
) -> Iterator[Verdict]:
    """Try cases one after the other, and yield how each ended; nothing is raised.

    >>> [verdict.case for verdict in repository_verdicts(None, cases=[])]
    []
    """
    known: dict[str, tuple[str, Case, MakeStore]] = {
        case.__name__: (group, case, make)
        for group, some in GROUPS.items()
        for case in some
    }
    for name, made in (older or {}).items():
        older_case = partial(_an_older_store_goes_on, name)
        known[f"an_older_store_goes_on_{name}"] = ("older", older_case, made)
    chosen = tuple(known) if cases is None else tuple(cases)
    for name in chosen:
        if name not in known:
            raise InvalidValue("case", name, "name one of GROUPS")
    for name in chosen:
        group, case, made = known[name]
        try:
            yield Verdict(group, name, _tried(name, case, made))
        except NotOffered:
            yield Verdict(group, name, is_offered=False)


def _tried(name: str, case: Case, make: MakeStore) -> RepositoryLawBroken | None:
    """Try one case on a new storage; return what was wrong."""
    try:
        with Store(make()) as store:
            case(store)
    except NotOffered:
        raise
    except Differs as found:
        return RepositoryLawBroken(name, found.expected, found.came)
    except Exception as error:  # whatever a plug-in raises is what came
        broken = RepositoryLawBroken(name, "no error", shown(error, 400))
        broken.__cause__ = error
        return broken
    return None


def _an_older_store_goes_on(name: str, store: Store) -> None:
    """What an earlier release stored is loaded, and can be added to."""
    policy = oldest_first()
    history = store.history()
    same(f"any facts in {name}", bool(history), True)
    same("book", store.book(), OrderBook.replay(history, policy))
    known = store.state()
    store.carry_out(plan_count, "a SKU of today", 3, at=NOON)
    same("older facts", store.history()[: len(history)], history)
    same("older notices", tuple(store.open().unsent()), known[2])
    store.book().check_invariants()
