"""Read entries with plain SQL, over a connection that cannot write.

A cache folder may come from anyone. diskcache unpickles, opens and deletes what a planted row tells it to
(CVE-2025-69872), so it is not asked: a row is a compressed JSON text of ours, or it is damage.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import CacheError, one_line
from pytest_finetunebench.models.cache.entry import Entry, decode
from pytest_finetunebench.models.cache.folder import (
    DATABASE,
    WAL,
    damaged,
    is_environmental,
    is_locked,
    translated,
    unavailable,
)
from pytest_finetunebench.models.cache.waiting import TOLD_AFTER, Tell, database_holder, tell_on_stderr, waits_for

BUSY_TIMEOUT = 20.0
"""Seconds to wait while another process writes."""

SETTINGS: dict[str, int | str] = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "none",
    "size_limit": 2**62,
    "cull_limit": 0,
    "sqlite_auto_vacuum": 1,
    "sqlite_cache_size": 2**13,
    "sqlite_journal_mode": "wal",
    "sqlite_mmap_size": 0,  # a file cut short under a memory map ends the process
    "sqlite_synchronous": 1,
    "sqlite_trusted_schema": 0,
    "sqlite_cell_size_check": 1,
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
}
"""diskcache's settings as it stores them: no eviction, no size limit, every value inside the database."""
COUNTERS = {"count", "size", "hits", "misses"}

SCHEMA_NAMES = {
    "Settings",
    "sqlite_autoindex_Settings_1",
    "Cache",
    "Cache_key_raw",
    "Cache_expire_time",
    "Settings_count_insert",
    "Settings_count_delete",
    "Settings_size_insert",
    "Settings_size_update",
    "Settings_size_delete",
}
SCHEMA_SHA256 = "91921ee26f684c33c8e6c083499ba4dc7092cccda47fffe7c5662d8f812dd399"
"""The hash of diskcache 5.6's tables, indexes and triggers. A foreign trigger or view would run."""

_Result = TypeVar("_Result")
_COLUMNS = "key, raw, mode, filename, value"


class Reader:
    """Reads one cache's entries; safe to use from several threads, and while others write."""

    def __init__(self, folder: Path, tell: Tell = tell_on_stderr) -> None:
        self.folder = folder
        self._tell = tell
        self._guard = threading.Lock()
        with translated(folder):
            self._connection = self._patiently(lambda: _connect(folder))
            try:
                _check_length(self._connection, folder)
                _check_schema(self._connection, folder)
                _check_settings(self._connection, folder)
            except BaseException:
                self._connection.close()
                raise

    def get(self, request: Request) -> Entry | None:
        """Return the entry stored for `request`."""
        return next(iter(self.get_many([request])), None)

    def get_many(self, requests: Sequence[Request]) -> list[Entry]:
        """Return the entries stored for some of `requests`, in no order."""
        wanted = {request.fingerprint: request for request in requests}
        query = f"SELECT {_COLUMNS} FROM Cache WHERE key IN ({_marks(wanted)})"  # noqa: S608 - constants
        with translated(self.folder, readable=True):
            rows = self._rows(query, *wanted)
        found: dict[str, Entry] = {}
        for row in rows:
            if row[0] in found:
                raise self._damaged(row[0], "it is stored twice")
            found[row[0]] = self._entry(row, wanted.get(row[0]))
        return list(found.values())

    def existing(self, fingerprints: Sequence[str]) -> set[str]:
        """Return the fingerprints that have a row."""
        # in one row: each further one would wait for the interpreter's lock, which the tests hold
        query = f"SELECT group_concat(key) FROM Cache WHERE key IN ({_marks(fingerprints)}) AND raw = 1"  # noqa: S608
        with translated(self.folder, readable=True):
            ((found,),) = self._rows(query, *fingerprints)
        return set(found.split(",")) if found else set()

    def entries(self, skipped: list[str] | None = None) -> Iterator[Entry]:
        """Yield every entry, oldest first. Note damaged ones in `skipped` if it is given; else raise."""
        query = f"SELECT {_COLUMNS} FROM Cache WHERE rowid = ?"  # noqa: S608 — a constant
        for rowid in self._rowids():
            try:
                with translated(self.folder, readable=True):
                    rows = self._rows(query, rowid)
                if rows:  # none: cleared by another process meanwhile
                    yield self._entry(rows[0])
            except CacheError as error:
                if skipped is None:
                    raise
                skipped.append(str(error))

    def count(self) -> int:
        """Return how many entries there are."""
        with translated(self.folder):
            return int(self._rows("SELECT count(*) FROM Cache")[0][0])

    def foreign_rows(self) -> int:
        """Return how many rows have a key that this package never writes: no request is ever stored under them."""
        with translated(self.folder):
            return int(self._rows("SELECT count(*) FROM Cache WHERE raw IS NOT 1 OR typeof(key) != 'text'")[0][0])

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        with self._guard:
            self._connection.close()

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._guard:  # threads would share one prepared statement, and so each other's rows
            return self._patiently(lambda: self._connection.execute(query, values).fetchall())

    def _patiently(self, work: Callable[[], _Result]) -> _Result:
        """Wait once more while another process locks the database, and say so."""
        try:
            return work()
        except sqlite3.OperationalError as error:
            if not is_locked(error):
                raise
            self._tell(waits_for(f"to read the completion cache {self.folder}", database_holder(self.folder)))
            return work()

    def _rowids(self) -> list[int]:
        with translated(self.folder):
            try:  # this index alone lists all rows without touching a damaged page of the table
                found = self._rows("SELECT rowid FROM Cache INDEXED BY Cache_expire_time")
            except sqlite3.DatabaseError:
                found = self._rows("SELECT rowid FROM Cache NOT INDEXED")
        return sorted(rowid for (rowid,) in found)

    def _entry(self, row: tuple[Any, ...], request: Request | None = None) -> Entry:
        try:
            return decode(row, request)
        except ValueError as error:
            raise self._damaged(row[0], str(error)) from error

    def _damaged(self, key: object, found: str) -> CacheError:
        return damaged(self.folder, f"entry {one_line(key, 12)}: {one_line(found)}", readable=True)


def _marks(values: Collection[str]) -> str:
    return ",".join("?" * len(values))


def _connect(folder: Path) -> sqlite3.Connection:
    """Open for reading. A read-only folder is opened as immutable: nobody else may write it."""
    try:
        return _connect_with(folder, "mode=ro")
    except sqlite3.OperationalError as error:
        if not is_environmental(error) or is_locked(error):
            raise  # an immutable database that others write would serve old entries
        if _unfinished(folder):
            raise unavailable(folder, f"{WAL} holds unfinished writes, and the folder is read-only") from error
        return _connect_with(folder, "mode=ro&immutable=1")


def _connect_with(folder: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(folder.absolute() / DATABASE))}?{options}",
        uri=True,
        timeout=TOLD_AFTER,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        # for files of unknown origin: https://www.sqlite.org/security.html
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("SELECT count(*) FROM sqlite_master").close()
    except BaseException:
        connection.close()
        raise
    return connection


def _unfinished(folder: Path) -> bool:
    wal = folder / WAL
    return wal.exists() and wal.stat().st_size > 0


def _check_length(connection: sqlite3.Connection, folder: Path) -> None:
    # SQLite itself reads a page that is cut short as if it ended in zeros
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    if (folder / DATABASE).stat().st_size % page and not _unfinished(folder):
        raise damaged(folder, f"{DATABASE} is cut short")


def _check_schema(connection: sqlite3.Connection, folder: Path) -> None:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchmany(100)
    if strange := [row for row in rows if row[1] not in SCHEMA_NAMES]:
        raise damaged(folder, f"{DATABASE} holds the {one_line(strange[0][0], 20)} '{one_line(strange[0][1], 60)}'")
    if hashlib.sha256(repr(sorted(rows, key=repr)).encode()).hexdigest() != SCHEMA_SHA256:
        raise damaged(folder, f"the tables of {DATABASE} are not those of a completion cache")


def _check_settings(connection: sqlite3.Connection, folder: Path) -> None:
    rows = connection.execute("SELECT key, value FROM Settings").fetchmany(100)
    for key, value in rows:
        right = type(value) is int if key in COUNTERS else key in SETTINGS and _same(value, SETTINGS[key])
        if not right:
            raise damaged(folder, f"{DATABASE} has the setting {one_line(key, 60)} = {one_line(repr(value), 60)}")
    if missing := {*SETTINGS, *COUNTERS} - {key for key, _ in rows}:
        raise damaged(folder, f"{DATABASE} lacks the setting {min(missing)}")


def _same(value: object, expected: int | str) -> bool:
    return type(value) is type(expected) and value == expected
