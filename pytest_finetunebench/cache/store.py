"""The cache: reads through the reader, writes through diskcache."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pytest_finetunebench.cache.folder import (
    DATABASE,
    LOCKS,
    SQLITE_ERRORS,
    CacheUnavailableError,
    check_files,
    recognise,
    translate,
    translated,
    unavailable,
)
from pytest_finetunebench.cache.lock import RequestLock
from pytest_finetunebench.cache.nearest import Difference, nearest
from pytest_finetunebench.cache.reader import BUSY_TIMEOUT, MODE_RAW, SETTINGS, Entry, Reader, encode, new_entry
from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import CacheError

OPENING_TIMEOUT = 60.0
"""Seconds to wait while another process makes the same cache."""

_Result = TypeVar("_Result")


class CompletionCache:
    """Completions by the fingerprint of their request, in a folder that several processes may share.

    A folder that can be read but not written serves its entries; only `put` and `lock` then fail. With `read_only`
    nothing is made or changed. May be used from any thread.

    Raises:
        CacheError: the folder is not a completion cache, is of a newer format, or is damaged.
        CacheUnavailableError: there is no cache, and none can be made.
    """

    def __init__(self, folder: Path, run_id: str, *, read_only: bool = False) -> None:
        self.folder = folder
        self.run_id = run_id
        self._writer: _Writer | None = None
        self._obstacle = unavailable(folder, "it was opened for reading") if read_only else None
        with translated(folder):
            recognise(folder, create=not read_only)
            with contextlib.ExitStack() as opening:
                try:
                    opening.enter_context(_opening_lock(folder))
                except OSError as error:
                    self._obstacle = unavailable(folder, error.strerror or error)
                self._open()

    def get(self, request: Request) -> Entry | None:
        """Return what is stored for `request`.

        Raises:
            CacheError: the entry is damaged.
            CacheUnavailableError: the database cannot be read for now.
        """
        return self._reader.get(request)

    def existing(self, fingerprints: Sequence[str]) -> set[str]:
        """Return those under which something is stored, sound or not.

        Raises:
            CacheUnavailableError: the database cannot be read for now.
        """
        return self._reader.existing(fingerprints)

    def put(self, request: Request, completion: Completion) -> Entry:
        """Store the answer to `request` as this run's, in place of any other.

        Raises:
            CacheError: the database is damaged.
            CacheUnavailableError: it cannot be written; what is stored stays readable.
        """
        entry = new_entry(request, completion, self.run_id)
        self.restore(entry)
        return entry

    async def put_soon(self, request: Request, completion: Completion) -> None:
        """Store the answer as `put` does, letting the event loop go on meanwhile.

        Raises:
            CacheError: the database is damaged.
            CacheUnavailableError: it cannot be written; what is stored stays readable.
        """
        value = self._encoded(new_entry(request, completion, self.run_id))
        stored = self._writing().begin_set(request.fingerprint, value)
        # what is paid for is stored, even where whoever waits is cancelled
        await asyncio.shield(asyncio.wrap_future(stored))

    def restore(self, entry: Entry) -> None:
        """Store an entry as it is, in place of any other under its request.

        Raises:
            CacheUnavailableError: it cannot be written.
        """
        self._writing().begin_set(entry.request.fingerprint, self._encoded(entry)).result()

    def _encoded(self, entry: Entry) -> bytes:
        try:
            return encode(entry)
        except ValueError as error:
            raise unavailable(self.folder, error) from error

    def remove(self, request: Request) -> None:
        """Remove the entry of `request`, if there is one."""
        self._writing().delete(request.fingerprint)

    def clear(self) -> None:
        """Remove every entry, damaged rows included."""
        self._writing().clear()

    def lock(self, request: Request) -> RequestLock:
        """Return the lock to hold, with `async with`, while `request` is being answered.

        Raises:
            CacheUnavailableError: the cache cannot be written, so there is nothing to wait for.
        """
        self._writing()
        return RequestLock(self.folder, request.fingerprint)

    def entries(self, skipped: list[str] | None = None) -> Iterator[Entry]:
        """Yield every entry, oldest first.

        Raises:
            CacheError: an entry is damaged; where `skipped` is given, it is noted there instead.
        """
        return self._reader.entries(skipped)

    def nearest(self, request: Request) -> tuple[Entry, list[Difference]] | None:
        """Return the entry that shares most with `request`, and every part of the key in which it differs."""
        return nearest(self.entries(), request)

    def __len__(self) -> int:
        return self._reader.count()

    def close(self) -> None:
        """Close the database; safe to call twice, from any thread."""
        self._reader.close()
        if self._writer is not None:
            self._writer.close()  # last: a reader cannot fold the log into the database

    def __enter__(self) -> CompletionCache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        if not check_files(self.folder):
            if self._obstacle is not None:
                raise self._obstacle
            _create_database(self.folder)
        self._reader = Reader(self.folder)
        if self._obstacle is None:
            try:
                self._writer = _Writer(self.folder)
            except CacheUnavailableError as error:
                self._obstacle = error
            except BaseException:
                self._reader.close()
                raise

    def _writing(self) -> _Writer:
        if self._writer is None:
            raise CacheUnavailableError(str(self._obstacle))
        return self._writer


class _Writer:
    """diskcache on a thread of its own: its connections belong to the threads that opened them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finetunebench-cache")
        try:
            self._cache = self._run(lambda: _open_diskcache(folder))
        except BaseException:
            self._thread.shutdown()
            raise

    def begin_set(self, key: str, value: bytes) -> Future[None]:
        return self._thread.submit(self._translated, lambda: self._cache.set(key, value))

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
        return self._thread.submit(self._translated, work).result()

    def _translated(self, work: Callable[[], _Result]) -> _Result:
        import diskcache

        try:
            return work()
        except (*SQLITE_ERRORS, OSError, diskcache.Timeout) as error:
            # a COMMIT that failed may have left its transaction open
            if hasattr(self, "_cache"):
                self._cache.close()
            raise translate(self._folder, error) from error


def _opening_lock(folder: Path) -> contextlib.AbstractContextManager[Any]:
    """Let one process at a time check, make and open the database.

    Raises:
        OSError: the folder cannot be written, or the lock was held for too long.
    """
    from filelock import FileLock

    (folder / LOCKS).mkdir(mode=0o700, exist_ok=True)
    return FileLock(folder / LOCKS / "opening.lock", timeout=OPENING_TIMEOUT, mode=0o600)


def _create_database(folder: Path) -> None:
    """Make the database beside its place, then move it there: it exists whole or not at all."""
    with tempfile.TemporaryDirectory(prefix="new-", dir=folder / LOCKS) as staging:
        _open_diskcache(Path(staging)).close()
        (Path(staging) / DATABASE).replace(folder / DATABASE)


def _open_diskcache(folder: Path) -> Any:
    import diskcache

    class SafeDisk(diskcache.Disk):  # type: ignore[misc]
        """Writes what it is given, inline; refuses to read, since a planted row names pickles and files."""

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

    path = str(folder.absolute())
    if os.path.expandvars(path) != path:  # diskcache would, and open another folder than the one that was checked
        raise CacheError(f"{folder}: a cache folder's name cannot hold a variable: name another with --ft-cache-dir")
    return diskcache.Cache(path, timeout=BUSY_TIMEOUT, disk=SafeDisk, **SETTINGS)
