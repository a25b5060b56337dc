"""A PostgreSQL server of our own, for as long as a test run takes.

The server is started from the binaries of the machine, as an unprivileged user, with
its data in a folder of its own and a Unix socket only: there is no port to collide and
nothing to expose. Fast servers forget how to survive a crash; a durable one is as the
makers ship it. `BACKORDERKIT_POSTGRES_DSN` names a running server to use instead of a
fast one, as a URL of SQLAlchemy whose database may be any.
"""

import os
import pwd
import shutil
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from subprocess import DEVNULL, run
from typing import Any

import psycopg
from psycopg import sql

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DURABLE: tuple[str, ...] = ()
NAMED_SERVER = "BACKORDERKIT_POSTGRES_DSN"


def binaries() -> Path | None:
    """Return the folder of the newest server on this machine, None if it has none."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(found, key=lambda path: int(path.parts[-3]))
    return newest[-1].parent if newest else None


class Server:
    """A server with databases, each made for one test."""

    def __init__(self, settings: Sequence[str] = FAST) -> None:
        """Make a server and start it."""
        self._settings, self._numbers = tuple(settings), count(1)
        self._who = _unprivileged()
        # The socket's path may have about a hundred bytes, and the folder of a test is
        # closed to other users.
        self.home = Path(tempfile.mkdtemp(prefix="bk-"))
        if self._who:
            os.chown(self.home, self._who["user"], self._who["group"])
        trust = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self._call("initdb", *trust, "--no-sync")
        self.start()

    def start(self) -> None:
        """Start the server, after a crash too."""
        options = f"-k {self.home} -c listen_addresses="
        options += "".join(f" -c {setting}" for setting in self._settings)
        self._call("pg_ctl", "-w", "-l", str(self.home / "log"), "-o", options, "start")

    def crash(self) -> None:
        """Stop the server at once, without any farewell."""
        self._call("pg_ctl", "-w", "-m", "immediate", "stop")

    def close(self) -> None:
        """Stop the server and forget its data."""
        self.crash()
        shutil.rmtree(self.home)

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database in the words of SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.home}"

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"shop_{next(self._numbers)}"
        self._say(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        name = sql.Identifier(url.partition("?")[0].rpartition("/")[2])
        self._say(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _say(self, statement: sql.Composed) -> None:
        """Run one statement outside any transaction."""
        address = self.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def _call(self, tool: str, *arguments: str) -> None:
        """Run one of the server's tools."""
        folder = binaries()
        if folder is None:
            raise FileNotFoundError("install postgresql, or put its bin on the path")
        command = [str(folder / tool), "-D", str(self.home / "data"), *arguments]
        quiet = {"stdin": DEVNULL, "stdout": DEVNULL, "stderr": DEVNULL}
        run(command, check=True, cwd=self.home, **quiet, **self._who)


class NamedServer(Server):
    """A server that somebody else runs."""

    def __init__(self, url: str) -> None:
        """Remember where it is."""
        self._url, self._numbers = url, count(os.getpid() * 1_000)

    def close(self) -> None:
        """Let it run."""

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        address, mark, options = self._url.partition("?")
        return f"{address.rpartition('/')[0]}/{database}{mark}{options}"


def fast_server() -> Server:
    """Return the server for ordinary tests."""
    named = os.environ.get(NAMED_SERVER)
    return NamedServer(named) if named else Server(FAST)


def _unprivileged() -> dict[str, Any]:
    """Return another user to run the server as, if we are root, whom it refuses."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
