"""Workers: processes forked from the test, which report through a pipe of their own.

A worker that dies closes its pipe, so nobody waits for it; a worker that hangs is ended
by a guard, which is never part of a verdict.
"""

import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

Tell = Callable[..., None]
"""Reports something to the test; what was told before a death still arrives."""

GUARD_SECONDS = 120
FORKED = get_context("fork")


class Workers:
    """Some processes at work; each message comes with the number of its worker."""

    def __init__(self, works: Sequence[Callable[[Tell], None]]) -> None:
        """Fork a process for each work."""
        self._pipes: dict[Connection, int] = {}
        self.processes = []
        self.failures: list[str] = []
        for number, work in enumerate(works):
            ours, theirs = FORKED.Pipe(duplex=False)
            process = FORKED.Process(target=_run, args=(work, theirs, ours))
            process.start()
            theirs.close()
            self._pipes[ours] = number
            self.processes.append(process)

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        """Yield what the workers tell until all have ended."""
        while self._pipes:
            ready = wait(list(self._pipes), timeout=GUARD_SECONDS)
            if not ready:
                self.end()
                raise TimeoutError(f"no word in {GUARD_SECONDS} s: {self.failures}")
            for pipe in ready:
                number = self._pipes[pipe]
                try:
                    message = pipe.recv()
                except (EOFError, ConnectionError):
                    pipe.close()
                    del self._pipes[pipe]
                    continue
                if isinstance(message, _Failure):
                    self.failures.append(str(message))
                else:
                    yield number, message
        for process in self.processes:
            process.join(GUARD_SECONDS)

    def end(self) -> None:
        """Kill the workers that still run."""
        for process in self.processes:
            if process.is_alive():
                process.kill()
            process.join()


class _Failure(str):
    """How a worker failed, in the words of its traceback."""

    __slots__ = ()


def _run(work: Callable[[Tell], None], pipe: Connection, ours: Connection) -> None:
    """Do the work of one process, and leave without any farewell of the parent's."""
    ours.close()
    try:
        work(lambda *message: pipe.send(message))
    except BaseException:
        pipe.send(_Failure(traceback.format_exc()))
        os._exit(1)
    pipe.close()
    os._exit(0)


def told_by(*works: Callable[[Tell], None]) -> list[tuple[int, Any]]:
    """Let works be done, and return what was told; raise where one failed."""
    workers = Workers(works)
    told = list(workers)
    if workers.failures:
        raise AssertionError("\n".join(workers.failures))
    return told
