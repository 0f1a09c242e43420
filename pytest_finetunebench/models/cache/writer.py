"""Write to the database with diskcache, on its own thread, in few transactions."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from pytest_finetunebench.models.cache.entry import MODE_RAW
from pytest_finetunebench.models.cache.folder import DATABASE, SQLITE_ERRORS, translate
from pytest_finetunebench.models.cache.reader import BUSY_TIMEOUT, SETTINGS
from pytest_finetunebench.models.cache.waiting import TOLD_AFTER

_Result = TypeVar("_Result")


class _Group:
    """Entries of one transaction, and the future of its commit."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, bytes]] = []
        self.stored: Future[None] = Future()
        self.stored.set_running_or_notify_cancel()  # one that waits and is cancelled must not take it from the others


class Writer:
    """Runs diskcache on one thread, since its connections belong to the threads that opened them.

    `tell_busy` is called where an operation takes longer than 15 s: another process holds the database.
    """

    def __init__(self, folder: Path, tell_busy: Callable[[], object]) -> None:
        self._folder = folder
        self._tell_busy = tell_busy
        self._closed = False
        self._guard = threading.Lock()
        self._waiting = _Group()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finetunebench-cache")
        try:
            self._cache = self._run(lambda: open_diskcache(folder))
        except BaseException:
            self._thread.shutdown()
            raise

    def begin_set(self, key: str, value: bytes) -> Future[None]:
        """Queue an entry. All queued entries share one transaction and one future.

        It begins at once: to wait for more would lose more answers where the process is killed.
        """
        with self._guard:
            if not self._waiting.entries:
                self._thread.submit(self._commit_waiting)
            self._waiting.entries.append((key, value))
            return self._waiting.stored

    def _commit_waiting(self) -> None:
        with self._guard:
            group, self._waiting = self._waiting, _Group()
        try:
            self._translated(lambda: self._set_all(group.entries))
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            group.stored.set_exception(error)
        else:
            group.stored.set_result(None)

    def _set_all(self, entries: Sequence[tuple[str, bytes]]) -> None:
        with self._cache.transact():
            for key, value in entries:
                self._cache.set(key, value)

    def fold_soon(self) -> None:
        """Begin to move the log into the database. `close` would wait for it, on a busy disk for half a second."""
        with contextlib.suppress(RuntimeError):  # it is closed already
            self._thread.submit(self._fold)

    def _fold(self) -> None:
        # what fails here `close` does, or the next run
        with contextlib.suppress(*SQLITE_ERRORS), contextlib.closing(_plain_connection(self._folder)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()

    def delete(self, key: str) -> None:
        self._run(lambda: self._cache.delete(key))

    def clear(self) -> None:
        self._run(lambda: self._cache.clear())

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._run(lambda: self._cache.close())
            self._thread.shutdown()

    def _run(self, work: Callable[[], _Result]) -> _Result:
        done = self._thread.submit(self._translated, work)
        if not wait([done], TOLD_AFTER).done:
            self._tell_busy()
        return done.result()

    def _translated(self, work: Callable[[], _Result]) -> _Result:
        import diskcache

        try:
            return work()
        except (*SQLITE_ERRORS, OSError, diskcache.Timeout) as error:
            # a COMMIT that failed may have left its transaction open
            if hasattr(self, "_cache"):
                self._cache.close()
            raise translate(self._folder, error) from error


def _plain_connection(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(folder.absolute() / DATABASE))}?mode=rw", uri=True, timeout=0)


def open_diskcache(folder: Path) -> Any:
    """Open or make a folder's database, so that no stored row can do harm.

    `folder.check_name` has seen the folder: diskcache would replace a variable in its name.
    """
    import diskcache

    class SafeDisk(diskcache.Disk):  # type: ignore[misc]
        """Writes values inline. Refuses to read, since a planted row may name pickles and files."""

        def put(self, key: str) -> tuple[str, bool]:
            return key, True

        def store(self, value: bytes, read: bool, key: object = None) -> tuple[int, int, None, bytes]:
            return 0, MODE_RAW, None, value

        def get(self, key: object, raw: object) -> None:
            raise ValueError("rows are read by the reader")

        def fetch(self, mode: object, filename: object, value: object, read: object) -> None:
            raise ValueError("rows are read by the reader")

        def remove(self, file_path: object) -> None:
            """Leave the file that a row names: none is ours."""

    return diskcache.Cache(str(folder.absolute()), timeout=BUSY_TIMEOUT, disk=SafeDisk, **SETTINGS)
