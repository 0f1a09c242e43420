"""Recognise our cache folder, and make the errors that name it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_finetunebench.errors import CacheError, one_line
from pytest_finetunebench.files.atomic import replacing

FORMAT = 1
MARKER = "finetunebench-cache.json"
DATABASE = "cache.db"
WAL = "cache.db-wal"
JOURNAL = "cache.db-journal"
DATABASE_FILES = (DATABASE, WAL, "cache.db-shm", JOURNAL)
LOCKS = "locks"
LONGEST_MARKER = 4096
_OPTIONS = "--ft-cache-dir, or --cache-dir"

SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What sqlite3 raises; the second where a message quotes a damaged name."""
_ENVIRONMENTAL = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class CacheUnavailableError(CacheError):
    """The cache cannot be opened or written for now: disk full, folder read-only, missing or busy."""


def damaged(folder: Path, found: str, *, readable: bool = False) -> CacheError:
    """Return the error for a damaged cache; `readable` says that other entries can still be read."""
    place = shlex.quote(str(folder))
    rescue = (
        f" (first, `finetunebench cache export FILE --cache-dir {place}` saves what is readable)" if readable else ""
    )
    return CacheError(
        f"the completion cache {folder} is damaged: {found}: "
        f"`finetunebench cache clear --cache-dir {place}` empties it{rescue}"
    )


def unavailable(folder: Path, reason: object) -> CacheUnavailableError:
    """Return the error for a cache that cannot be used for now."""
    return CacheUnavailableError(f"the completion cache {folder} cannot be used: {one_line(reason)}")


def translate(folder: Path, error: BaseException, *, readable: bool = False) -> CacheError:
    """Turn an error of SQLite or the operating system into the cache's own."""
    seen: BaseException | None = error
    while seen is not None:  # a failed ROLLBACK, or diskcache's Timeout, hides the cause
        if isinstance(seen, OSError):
            return unavailable(folder, seen.strerror or seen)
        if isinstance(seen, sqlite3.Error) and is_environmental(seen):
            return unavailable(folder, seen)
        seen = seen.__cause__ or seen.__context__
    return damaged(folder, one_line(error), readable=readable)


def is_environmental(error: sqlite3.Error) -> bool:
    """Whether SQLite failed for want of space, permission or a lock, not for what the file holds."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in _ENVIRONMENTAL and code != sqlite3.SQLITE_IOERR_SHORT_READ


def is_locked(error: sqlite3.Error) -> bool:
    """Whether another process held the database for the whole time that SQLite waits."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def translated(folder: Path, *, readable: bool = False) -> Iterator[None]:
    """Turn errors of SQLite and the operating system into the cache's own."""
    try:
        yield
    except sqlite3.ProgrammingError:  # the caller's mistake: the database was closed
        raise
    except (*SQLITE_ERRORS, OSError) as error:
        raise translate(folder, error, readable=readable) from error


def check_name(folder: Path) -> None:
    """Refuse a folder whose name the database cannot be opened by.

    Raises:
        CacheError: the name holds a variable, which diskcache would replace, or is no UTF-8, which SQLite needs.
        OSError: the folder is relative, and the current folder no longer exists.
    """
    path = str(folder.absolute())
    if os.path.expandvars(path) != path:
        raise CacheError(f"{folder}: a cache folder's name cannot hold a variable: name another with {_OPTIONS}")
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        readable = os.fsencode(folder).decode("utf-8", "backslashreplace")
        raise CacheError(f"{readable}: a cache folder's name must be UTF-8: name another with {_OPTIONS}") from None


def recognise(folder: Path, *, create: bool) -> None:
    """Make sure that the folder is a completion cache of a known format, making it one if it is missing or empty.

    Raises:
        CacheError: the folder is someone else's, of a newer format, or its marker is damaged.
        CacheUnavailableError: there is no cache and `create` is false.
        OSError: the folder cannot be read or made.
    """
    try:
        names = sorted(place.name for place in folder.iterdir())
    except FileNotFoundError:
        names = []
        if create:
            _make(folder)
    except NotADirectoryError as error:
        file = next(place for place in (folder, *folder.parents) if place.exists())
        raise CacheError(f"{folder}: {file} is a file: name a folder with {_OPTIONS}") from error
    marker = folder / MARKER
    if os.path.lexists(marker):  # asked after listing: the marker is made before all else
        _check_marker(folder, marker)
    elif foreign := [name for name in names if not name.removeprefix(".").startswith(MARKER)]:
        raise _foreign(folder, f"it holds '{one_line(foreign[0], 60)}' and no {MARKER}")
    elif create:
        _write_marker(marker)
    else:
        raise CacheUnavailableError(f"there is no completion cache at {folder}")
    _check_kind(folder, LOCKS, stat.S_ISDIR)


def is_cache_folder(folder: Path) -> bool:
    """Whether the folder has our marker, even if the cache is damaged."""
    try:
        return stat.S_ISREG((folder / MARKER).lstat().st_mode)
    except OSError:
        return False


def check_files(folder: Path) -> bool:
    """Check that the database files are plain files of this folder; return whether there is a database.

    SQLite follows links when it writes, and a planted rollback journal names files for it to delete.

    Raises:
        CacheError: a file is a link, empty, or left by something that is not this package.
    """
    found = [name for name in DATABASE_FILES if _check_kind(folder, name, stat.S_ISREG)]
    if JOURNAL in found:
        raise damaged(folder, f"{JOURNAL} is a rollback journal, which no cache of ours has")
    if DATABASE not in found:
        return False
    if (folder / DATABASE).lstat().st_size == 0:
        raise damaged(folder, f"{DATABASE} is empty")
    return True


def remove_files(folder: Path) -> None:
    """Remove database, locks and marker unopened. If other files remain, the marker stays too.

    Raises:
        CacheError: the folder is not a completion cache.
        CacheUnavailableError: a file cannot be removed.
    """
    with translated(folder):
        marker = folder / MARKER
        if not is_cache_folder(folder):
            recognise(folder, create=False)
        for name in DATABASE_FILES:
            (folder / name).unlink(missing_ok=True)
        locks = folder / LOCKS
        if locks.is_dir() and not locks.is_symlink():
            shutil.rmtree(locks)
        else:
            locks.unlink(missing_ok=True)
        for leftover in folder.glob(f".{MARKER}.*.tmp"):
            leftover.unlink()
        if [place.name for place in folder.iterdir()] == [MARKER]:
            marker.unlink()
        else:
            _write_marker(marker)


def _make(folder: Path) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def _write_marker(marker: Path) -> None:
    text = json.dumps({"what": "completion cache of pytest-finetunebench", "format": FORMAT}) + "\n"
    with replacing(marker, private=True) as file:
        file.write(text.encode("ascii"))


def _check_marker(folder: Path, marker: Path) -> None:
    status = marker.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise _foreign(folder, f"{MARKER} is not a plain file")
    if status.st_size > LONGEST_MARKER:
        raise damaged(folder, f"{MARKER} is {status.st_size} bytes long")
    try:
        content = json.loads(marker.read_bytes())
        number = content["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(folder, f"{MARKER} does not name a format") from error
    if type(number) is int and number > FORMAT:
        raise CacheError(
            f"the completion cache {folder} has format {number}, this version knows {FORMAT}: upgrade "
            f"pytest-finetunebench, or `finetunebench cache clear --cache-dir {shlex.quote(str(folder))}`"
        )
    if type(number) is not int or number != FORMAT:
        raise damaged(folder, f"{MARKER} names the format {one_line(number, 60)}")


def _check_kind(folder: Path, name: str, is_kind: Callable[[int], bool]) -> bool:
    try:
        status = (folder / name).lstat()
    except FileNotFoundError:
        return False
    if not is_kind(status.st_mode):
        raise damaged(folder, f"{name} is a {_kind(status.st_mode)}")
    if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
        raise damaged(folder, f"{name} is linked from elsewhere too")
    return True


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "symbolic link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "plain file" if stat.S_ISREG(mode) else "special file"


def _foreign(folder: Path, found: str) -> CacheError:
    return CacheError(f"{folder} is not a completion cache ({found}): name another folder with {_OPTIONS}")
