"""One fixed scenario: the daily business of some small shops, told in digests.

    python tests/determinism.py threads UTC0 here JST-9

prints, for each executor and time zone, the digest of every shop, and what the
interpreter is like: words that differ between hash seeds, time zones and locales, on
which no digest may depend. The shops are worked off one after the other (`here`), by
threads, or by processes that are started afresh. Whatever the library tells goes into a
digest: every plan and why, every refusal, the history, the notices, the book and what
is read off it.
"""

import json
import locale
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta, timezone
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from backorderkit import (
    BackorderError,
    Catalogue,
    MemoryRepository,
    OrderDesk,
    RequestDesk,
    SupplierTerms,
    by_priority,
    cover,
    dated_supply,
    earliest_promise_first,
    expected_dates,
    explain,
    late_lines,
    oldest_first,
    plan_promises,
    plan_reallocation,
    plan_replenishment,
    shortages,
)
from backorderkit.adapters.sql import SqlRepository, sqlite_engine
from backorderkit.codec import encode_book, encode_events, encode_notices, encode_plan
from backorderkit.kpis import (
    backlog_by_age,
    fill_rates,
    filled_at_once,
    gini,
    mean_days,
    waits_of,
)
from backorderkit.policies import (
    peg_first,
    proportional,
    proportional_lottery,
    whole_order,
)
from backorderkit.testing.strategies import MONDAY, Clerk

COMMANDS = 25
SKUS = ("LAMP", "Stühle", "灯")
LATE = (MONDAY + timedelta(60)).astimezone(timezone(timedelta(hours=14)))
POLICIES = (
    oldest_first(),
    by_priority(),
    proportional(),
    proportional_lottery(7),
    peg_first(earliest_promise_first()),
    whole_order(oldest_first()),
)
SHOPS = [(n, kind) for n in range(len(POLICIES)) for kind in ("memory", "sql")]


def main(*arguments: str) -> None:
    """Print what the shops tell in each zone, and what this interpreter is like."""
    locale.setlocale(locale.LC_ALL, "")
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    print(json.dumps([told_in(zone, executor) for executor, zone in pairs]))


def told_in(zone: str, executor: str) -> dict[str, object]:
    """Return what the shops tell in a time zone."""
    os.environ["TZ"] = zone
    time.tzset()
    return {
        "digests": EXECUTORS[executor](),
        "executor": executor,
        "version": list(sys.version_info),
        "hash": hash("LAMP"),
        "zone": time.strftime("%z"),
        "encoding": locale.getpreferredencoding(),
    }


def by_threads() -> list[str]:
    """Work the shops off side by side."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(digest, SHOPS))


def by_processes() -> list[str]:
    """Work the shops off in processes that share nothing with this one."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        return list(pool.map(digest, SHOPS, chunksize=3))


EXECUTORS: dict[str, Callable[[], list[str]]] = {
    "here": lambda: list(map(digest, SHOPS)),
    "threads": by_threads,
    "processes": by_processes,
}


def digest(shop: tuple[int, str]) -> str:
    """Return the digest of all that one shop tells."""
    number, kind = shop
    told = sha256()
    with TemporaryDirectory() as folder:
        for text in told_by(number, kind, Path(folder)):
            told.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return told.hexdigest()


def told_by(number: int, kind: str, folder: Path) -> Iterator[str]:
    """Yield all that one shop tells, command by command, and then the sum of it."""
    policy = POLICIES[number]
    repository: Any = MemoryRepository()  # or one in a database
    desk: OrderDesk | RequestDesk
    if kind == "sql":
        engine = sqlite_engine(folder / "shop.db")
        repository = SqlRepository(engine, policy=policy)
        repository.create_schema()
    whole = OrderDesk(repository, policy)
    for command in Clerk(number, "Ö-", SKUS).commands(COMMANDS):
        desk = RequestDesk(repository, policy, command.skus) if kind == "sql" else whole
        try:
            plan = desk.carry_out(command.decision, *command.args, **command.kwargs)
        except BackorderError as refused:
            yield repr(refused)
        else:
            yield encode_plan(plan) + plan.explain()
    yield from summed_up(repository, policy)
    if kind == "sql":
        repository.engine.dispose()


def summed_up(repository: Any, policy: Any) -> Iterator[str]:
    """Yield the history, the notices, the book, and what is read off it."""
    book, token = repository.load(policy)
    history, _ = repository.history(0)
    yield encode_events(history) + encode_book(history) + str(token)
    yield encode_notices(repository.unsent())
    yield repr((book.snapshot(), book.orders(), book.pools(), book.purchase_lines()))
    catalogue = Catalogue(
        [SupplierTerms("ACME", sku, lead_time_days=5, minimum=3) for sku in SKUS]
    )
    for sku in SKUS:
        supply = dated_supply(book, sku, at=LATE, catalogue=catalogue)
        yield repr((cover(book, sku), supply, list(book.backorders(sku))))
    waiting = [one.line for sku in SKUS for one in book.backorders(sku)]
    yield repr([(expected_dates(book, one), explain(book, one)) for one in waiting])
    yield repr((shortages(book), late_lines(book)))
    yield repr(plan_replenishment(book, catalogue, at=LATE))
    yield encode_plan(plan_promises(book, at=LATE, catalogue=catalogue))
    yield plan_reallocation(book, proportional(), at=LATE).explain()
    waits = waits_of(history)
    yield repr((backlog_by_age(book, at=LATE), waits, mean_days(waits)))
    yield repr(fill_rates(filled_at_once(history)))
    yield repr(gini([wait.quantity for wait in waits]))


if __name__ == "__main__":
    main(*sys.argv[1:])
