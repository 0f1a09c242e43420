"""One call for one request, across processes."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from pytest_finetunebench.models.cache.folder import LOCKS, unavailable

FIRST_WAIT = 0.005
LONGEST_WAIT = 0.1
"""Seconds between two tries for a lock that another process holds."""
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


class RequestLock:
    """Hold it to answer a request: read the cache again, then call and store.

    The kernel releases the lock of a process that dies. A body that ends well unlinks the file before the release:
    whoever waits on it starts over with a new file, and finds the entry. After an exception the file stays.

    Raises:
        CacheUnavailableError: on entering, where the lock file cannot be made.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder
        self._path = os.path.join(folder, LOCKS, f"{fingerprint}.lock")  # noqa: PTH118 - one per call
        self._release: Callable[[], None] | None = None

    async def __aenter__(self) -> None:
        wait = FIRST_WAIT
        try:
            while not self._acquired():
                await asyncio.sleep(wait)
                wait = min(wait * 1.5, LONGEST_WAIT)
        except OSError as error:
            raise unavailable(self._folder, error) from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        release, self._release = self._release, None
        if release is None:
            return
        try:
            if error is None:
                with contextlib.suppress(OSError):  # a lock file that stays harms nobody
                    os.unlink(self._path)  # noqa: PTH108 - one per call
        finally:
            release()

    def _acquired(self) -> bool:
        from filelock import lock_descriptor

        descriptor = self._open()
        held = False
        try:
            # no link is left where whoever held it unlinked it between our opening and locking
            held = lock_descriptor(descriptor, blocking=False) and os.fstat(descriptor).st_nlink > 0
        except OSError as error:
            if error.errno == errno.ENOSYS:  # a file system without locks
                return self._acquired_softly()
            raise
        finally:
            if not held:
                os.close(descriptor)
        if held:
            self._release = lambda: _unlock(descriptor)
        return held

    def _acquired_softly(self) -> bool:
        from filelock import SoftFileLock, Timeout

        # under a name of its own: the file that `_open` made would pass for another's lock
        lock = SoftFileLock(f"{self._path}.soft", mode=0o600)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        self._release = lock.release
        return True

    def _open(self) -> int:
        try:
            return os.open(self._path, _FLAGS, 0o600)
        except FileNotFoundError:  # the cache was cleared meanwhile
            (self._folder / LOCKS).mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._path, _FLAGS, 0o600)


def _unlock(descriptor: int) -> None:
    from filelock import unlock_descriptor

    try:
        unlock_descriptor(descriptor)  # closing alone would leave it to a forked child
    finally:
        os.close(descriptor)
