"""A repository in one file, as a stranger might write it: a line of JSON for each save.

Readers and writers of any process take turns by a lock on the file. A line that was not
finished, because its writer died, never happened: the next writer cuts it off.

>>> import tempfile
>>> from pathlib import Path
>>> with tempfile.TemporaryDirectory() as folder:
...     FiledRepository(Path(folder) / "shop.jsonl").unsent()
()
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from backorderkit import MemoryRepository, Notice, OrderBook
from backorderkit.codec import (
    decode_events,
    decode_notices,
    encode_events,
    encode_notices,
)
from backorderkit.model import AllocationPolicy, Event
from backorderkit.storage import Token
from backorderkit.values import Sku


class FiledRepository:
    """Keeps its lines in a file, and what they add up to in memory."""

    def __init__(self, path: Path) -> None:
        """Remember the file; `passing` hears of every step on the way into it."""
        self._path, self._read, self._known = path, 0, MemoryRepository()
        self.passing: Callable[[str], object] = str

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """Hold the file for ourselves, and know all of it."""
        with open(self._path, "a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(self._read)
            for line in file:
                if line.endswith(b"\n"):
                    self._take(json.loads(line))
                    self._read += len(line)
            yield file

    def _take(self, line: dict[str, object]) -> None:
        """Take in one line."""
        if "sent" in line:
            self._known.mark_sent(line["sent"])
            return
        events = decode_events(line["events"])
        notices = decode_notices(line["notices"])
        newest = self._known.history(Token(0))[1]
        self._known.save(events, notices, newest, key=line["key"])

    def _write(self, file: BinaryIO, **line: object) -> None:
        """Add a line; whoever fails here begins again with what the file says."""
        text = json.dumps(line).encode() + b"\n"
        self._known, read = MemoryRepository(), self._read
        self._read = 0
        self.passing("before the write")
        file.truncate(read)
        for part in (text[: len(text) // 2], text[len(text) // 2 :]):
            file.write(part)
            file.flush()
            self.passing("after a part of the write")
        os.fsync(file.fileno())
        self.passing("after the write")

    def load(
        self, policy: AllocationPolicy, skus: Iterable[Sku] | None = None
    ) -> tuple[OrderBook, Token]:
        """Return the whole book."""
        with self._locked():
            return self._known.load(policy, skus)

    def history(self, since: Token) -> tuple[Sequence[Event], Token]:
        """Return the events after a token, and the newest token."""
        with self._locked():
            return self._known.history(since)

    def save(
        self,
        events: Sequence[Event],
        notices: Sequence[Notice],
        token: Token,
        *,
        key: str = "",
    ) -> Token:
        """Store events and notices together, or raise `Conflict`."""
        events, notices = tuple(events), tuple(notices)
        line = {"events": encode_events(events), "notices": encode_notices(notices)}
        with self._locked() as file:
            new = self._known.save(events, notices, token, key=key)
            if events:
                self._write(file, **line, key=key)
            return new

    def unsent(self) -> Sequence[Notice]:
        """Return the notices that were not handed over yet."""
        with self._locked():
            return self._known.unsent()

    def mark_sent(self, keys: Iterable[str]) -> None:
        """Remember that notices were handed over."""
        keys = list(keys)
        with self._locked() as file:
            self._write(file, sent=keys)
