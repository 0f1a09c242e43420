"""Locks between processes: one call for one request, and one process at a time that opens the database."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import math
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from pytest_finetunebench.models.cache.folder import LOCKS, unavailable
from pytest_finetunebench.models.cache.waiting import TOLD_AFTER, Tell, tell_on_stderr, waits_for

FIRST_WAIT = 0.005
LONGEST_WAIT = 0.1
"""Seconds between two tries for a lock that another process holds."""
NAMED_AFTER = 1.0
"""Seconds after which the holder of a request's lock writes its name: most calls are over by then, and the file system
takes as long for a file with text as for the rest of a lock's life."""
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
_LONGEST_HOLDER = 300


class RequestLock:
    """Hold it to answer a request: read the cache again, then call and store.

    The kernel releases the lock of a process that dies. A body that ends well unlinks the file before the release:
    whoever waits on it starts over with a new file, and finds the entry. After an exception the file stays.
    After 15 s of waiting `tell` hears who holds it.

    Raises:
        CacheUnavailableError: on entering, where the lock file cannot be made.
    """

    def __init__(
        self,
        folder: Path,
        fingerprint: str,
        tell: Tell = tell_on_stderr,
        what: str = "for the answer to a request that another process asks",
    ) -> None:
        self._folder = folder
        self._file = _LockFile(os.path.join(folder, LOCKS, f"{fingerprint}.lock"))  # noqa: PTH118 - one per call
        self._tell = tell
        self._what = what
        self._naming: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        waits = _waits(self._file, self._tell, self._what)
        try:
            while not self._file.acquired():
                await asyncio.sleep(next(waits))
        except OSError as error:
            raise unavailable(self._folder, error) from error
        self._naming = asyncio.get_running_loop().call_later(NAMED_AFTER, self._file.name_holder)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._naming is not None:
            self._naming.cancel()
        self._file.release(unlink=error is None)


@contextlib.contextmanager
def locked(path: Path, tell: Tell, what: str, timeout: float = math.inf) -> Iterator[None]:
    """Let one process at a time do `what`, in a thread that may block. The file stays.

    Raises:
        OSError: the file cannot be written, or another process held it for longer than `timeout` seconds.
    """
    file = _LockFile(str(path))
    waits = _waits(file, tell, what)
    until = time.monotonic() + timeout
    while not file.acquired():
        if time.monotonic() >= until:
            raise TimeoutError(errno.ETIMEDOUT, f"{file.holder()}, since more than {timeout:.0f} s")
        time.sleep(next(waits))
    file.name_holder()
    try:
        yield
    finally:
        file.release(unlink=False)


def _waits(file: _LockFile, tell: Tell, what: str) -> Iterator[float]:
    """Yield how long to wait before each further try; once that took long, tell for whom."""
    began, told, wait = time.monotonic(), False, FIRST_WAIT
    while True:
        if not told and time.monotonic() - began > TOLD_AFTER:
            told = True
            tell(waits_for(what, file.holder()))
        yield wait
        wait = min(wait * 1.5, LONGEST_WAIT)


class _LockFile:
    """A file that one process locks at a time, and that names its holder."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._release: Callable[[], None] | None = None

    def acquired(self) -> bool:
        """Try to lock the file.

        Raises:
            OSError: it cannot be made or locked.
        """
        from filelock import lock_descriptor

        descriptor = self._open()
        held = False
        try:
            # no link is left where whoever held it unlinked it between our opening and locking
            held = lock_descriptor(descriptor, blocking=False) and (found := os.fstat(descriptor)).st_nlink > 0
            if held and found.st_size and _is_own(found):
                os.ftruncate(descriptor, 0)  # it names who held it before
        except OSError as error:
            if error.errno == errno.ENOSYS:  # a file system without locks
                return self._acquired_softly()
            raise
        finally:
            if not held:
                os.close(descriptor)
        if held:
            self._descriptor = descriptor
            self._release = lambda: _unlock(descriptor)
        return held

    def name_holder(self) -> None:
        """Write who holds the lock into its file, in the form of filelock's soft locks."""
        if self._descriptor is None or not _is_own(os.fstat(self._descriptor)):
            return
        with contextlib.suppress(OSError):  # a disk that is full takes no name, but still locks
            os.write(self._descriptor, f"pid={os.getpid()}\nhost={socket.gethostname()}\n".encode())

    def release(self, *, unlink: bool) -> None:
        """Unlock the file if it is locked, and `unlink` it before."""
        release, self._release, self._descriptor = self._release, None, None
        if release is None:
            return
        try:
            if unlink:
                with contextlib.suppress(OSError):  # a lock file that stays harms nobody
                    os.unlink(self._path)  # noqa: PTH108 - one per call
        finally:
            release()

    def holder(self) -> str:
        """Say which process holds the lock, as far as the file tells."""
        for path in (self._path, f"{self._path}.soft"):
            with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
                fields = dict(line.split("=", 1) for line in file.read(_LONGEST_HOLDER).splitlines() if "=" in line)
                if fields.get("pid", "").isdigit() and "host" in fields:
                    return f"process {fields['pid']} on {ascii(fields['host'])[1:-1]} holds the lock"
        return "another process holds the lock"

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
            Path(self._path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._path, _FLAGS, 0o600)


def _is_own(found: os.stat_result) -> bool:
    """Whether a lock file is an ordinary file under one name: another may have been planted, from elsewhere."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def _unlock(descriptor: int) -> None:
    from filelock import unlock_descriptor

    try:
        unlock_descriptor(descriptor)  # closing alone would leave it to a forked child
    finally:
        os.close(descriptor)
