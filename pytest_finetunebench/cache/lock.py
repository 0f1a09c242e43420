"""One call for one request, across processes."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pytest_finetunebench.cache.folder import LOCKS, unavailable

if TYPE_CHECKING:
    from filelock import FileLock

FIRST_WAIT = 0.005
LONGEST_WAIT = 0.1
"""Seconds between two tries for a lock that another process holds."""


class RequestLock:
    """Held while a request is being answered: read the cache again once it is held, then call and store.

    The kernel releases the lock of a process that dies. A body that ends well unlinks the file before the release:
    whoever waits on it starts over with a new file, and finds the entry. After an exception the file stays.

    Raises:
        CacheUnavailableError: on entering, where the lock file cannot be made.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder
        self._path = folder / LOCKS / f"{fingerprint}.lock"
        self._held: FileLock | None = None

    async def __aenter__(self) -> None:
        from filelock import FileLock, Timeout

        lock = FileLock(self._path, mode=0o600)
        wait = FIRST_WAIT
        while True:
            try:
                lock.acquire(blocking=False)
                break
            except Timeout:
                await asyncio.sleep(wait)
                wait = min(wait * 1.5, LONGEST_WAIT)
            except OSError as error:
                raise unavailable(self._folder, error) from error
        self._held = lock

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        lock, self._held = self._held, None
        if lock is None:
            return
        try:
            if error is None:
                with contextlib.suppress(OSError):  # a lock file that stays harms nobody
                    self._path.unlink(missing_ok=True)
        finally:
            lock.release()
