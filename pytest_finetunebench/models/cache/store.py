"""The cache, which reads through the reader and writes through the writer."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.models.cache.entry import Entry, encode, new_entry
from pytest_finetunebench.models.cache.folder import (
    DATABASE,
    LOCKS,
    CacheUnavailableError,
    check_files,
    check_name,
    recognise,
    translated,
    unavailable,
)
from pytest_finetunebench.models.cache.lock import RequestLock, locked
from pytest_finetunebench.models.cache.nearest import Difference, nearest
from pytest_finetunebench.models.cache.reader import Reader
from pytest_finetunebench.models.cache.waiting import TOLD_AFTER, Tell, database_holder, tell_on_stderr, waits_for
from pytest_finetunebench.models.cache.writer import Writer, open_diskcache

OPENING_TIMEOUT = 60.0
"""Seconds to wait while another process makes the same cache."""


class CompletionCache:
    """Stored completions by their request's fingerprint. Several processes may share the folder.

    A folder that can be read but not written serves its entries; only `put` and `lock` then fail. With `read_only`
    nothing is made or changed. `tell` hears what a wait of more than 15 s is for. May be used from any thread.

    Raises:
        CacheError: the folder is not a completion cache, is of a newer format, or is damaged.
        CacheUnavailableError: there is no cache, and none can be made.
    """

    def __init__(self, folder: Path, run_id: str, *, read_only: bool = False, tell: Tell = tell_on_stderr) -> None:
        self.folder = folder
        self.run_id = run_id
        self._tell = tell
        self._writer: Writer | None = None
        self._awaited: tuple[Future[None], asyncio.Future[None]] | None = None
        self._obstacle = unavailable(folder, "it was opened for reading") if read_only else None
        with translated(folder):
            check_name(folder)
            recognise(folder, create=not read_only)
            with contextlib.ExitStack() as opening:
                try:
                    (folder / LOCKS).mkdir(mode=0o700, exist_ok=True)
                    what = f"to open the completion cache {folder}"
                    opening.enter_context(locked(folder / LOCKS / "opening.lock", tell, what, OPENING_TIMEOUT))
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

    def get_many(self, requests: Sequence[Request]) -> list[Entry]:
        """Return what is stored for some of `requests`, in no order.

        Raises:
            CacheError: an entry is damaged.
            CacheUnavailableError: the database cannot be read for now.
        """
        return self._reader.get_many(requests)

    def existing(self, fingerprints: Sequence[str]) -> set[str]:
        """Return the fingerprints that have an entry, sound or not.

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
        await asyncio.shield(self._awaitable(stored))

    def _tell_busy(self) -> None:
        self._tell(waits_for(f"to write to the completion cache {self.folder}", database_holder(self.folder)))

    def _awaitable(self, stored: Future[None]) -> asyncio.Future[None]:
        """Return one asyncio future per transaction: each future wakes the loop once."""
        known, loop = self._awaited, asyncio.get_running_loop()
        if known is None or known[0] is not stored or known[1].get_loop() is not loop:
            known = self._awaited = stored, asyncio.wrap_future(stored)
            late = loop.call_later(TOLD_AFTER, self._tell_busy)
            known[1].add_done_callback(lambda _: late.cancel())
        return known[1]

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
        return RequestLock(self.folder, request.fingerprint, self._tell)

    def lock_for(self, name: str, what: str) -> RequestLock:
        """Return a lock of another name; `what` says to whoever waits for it what for."""
        return RequestLock(self.folder, name, self._tell, what)

    def entries(self, skipped: list[str] | None = None) -> Iterator[Entry]:
        """Yield every entry, oldest first.

        Raises:
            CacheError: an entry is damaged; where `skipped` is given, it is noted there instead.
        """
        return self._reader.entries(skipped)

    def nearest(self, request: Request) -> tuple[Entry, list[Difference]] | None:
        """Return the most similar entry, and every part of the key that differs."""
        return nearest(self.entries(), request)

    def foreign_rows(self) -> int:
        """Return how many rows have a key that this package never writes, such as a pickled one."""
        return self._reader.foreign_rows()

    def __len__(self) -> int:
        return self._reader.count()

    def fold_soon(self) -> None:
        """Begin what closing would have to wait for. The cache stays open."""
        if self._writer is not None:
            self._writer.fold_soon()

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
        self._reader = Reader(self.folder, self._tell)
        if self._obstacle is None:
            try:
                self._writer = Writer(self.folder, self._tell_busy)
            except CacheUnavailableError as error:
                self._obstacle = error
            except BaseException:
                self._reader.close()
                raise

    def _writing(self) -> Writer:
        if self._writer is None:
            raise CacheUnavailableError(str(self._obstacle))
        return self._writer


def _create_database(folder: Path) -> None:
    """Make the database in a staging folder, then move it, so that it is never half made."""
    with tempfile.TemporaryDirectory(prefix="new-", dir=folder / LOCKS) as staging:
        open_diskcache(Path(staging)).close()
        (Path(staging) / DATABASE).chmod(0o600)  # answers may be private; SQLite's other files take its mode
        (Path(staging) / DATABASE).replace(folder / DATABASE)
