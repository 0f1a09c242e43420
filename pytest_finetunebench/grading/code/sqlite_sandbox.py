"""Run a stranger's query on a small SQLite database in memory: it can read its tables, and nothing else.

What holds it: an authorizer that allows listed actions, tables and functions only; SQLite's own limits on lengths and
depths; a count of steps and a clock in the progress handler; LIKE and GLOB replaced, since SQLite's can take hours in
one step; bounded rows. Extensions stay off, as Python's sqlite3 leaves them.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.code.wildcards import glob, like

MOST_STEPS = 1_000_000
"""SQLite's virtual machine steps for one script or query: about a tenth of a second."""
SECONDS = 5.0
"""A clock for what steps do not count; a query that reaches it has not been decided."""
TICK = 100
LONGEST_VALUE = 4_000
"""Bytes of one value or row, and so of what a function can build: with the steps it bounds the memory of sorting."""
LONGEST_QUERY = 20_000
LONGEST_SETUP = 100_000
MOST_ROWS = 5_000
MOST_BYTES = 2_000_000

_FUNCTIONS = frozenset(
    """
    abs avg ceil ceiling char coalesce concat concat_ws count cume_dist date datetime dense_rank exp first_value floor
    glob group_concat hex ifnull iif instr json json_array json_array_length json_extract json_group_array
    json_group_object json_object json_type json_valid julianday lag last_value lead length like ln log log10 log2
    lower ltrim max min mod nth_value ntile nullif percent_rank pow power quote rank replace round row_number rtrim
    sign sqrt strftime string_agg substr substring sum time total trim trunc typeof unhex unicode unixepoch upper
    -> ->>
    """.split()  # noqa: SIM905 - a list of 80 lines says no more
)
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})
_BUILDING = _READING | {
    sqlite3.SQLITE_ALTER_TABLE,
    sqlite3.SQLITE_CREATE_INDEX,
    sqlite3.SQLITE_CREATE_TABLE,
    sqlite3.SQLITE_CREATE_VIEW,
    sqlite3.SQLITE_DELETE,
    sqlite3.SQLITE_INSERT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_REINDEX,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_UPDATE,
}
_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 50,
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_SETUP,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: LONGEST_SETUP,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 0,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 50_000,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class QueryError(Exception):
    """A script or query cannot be run; the message is one line. `undecided` where only the clock says so."""

    def __init__(self, message: str, *, undecided: bool = False) -> None:
        self.undecided = undecided
        super().__init__(message)


@dataclass(frozen=True)
class Rows:
    """What a query gives. Numbers are comparable: whole ones as int, others rounded to 9 digits."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    reads_tables: bool

    @cached_property
    def counted(self) -> Counter[tuple[Any, ...]]:
        """The rows as a multiset."""
        return Counter(self.rows)


def run_query(setup: str, query: str) -> Rows:
    """Build a database from the script `setup`, make it read-only, and return what `query` gives.

    Raises:
        QueryError: the script or the query fails, wants more than it may, or takes too long.
    """
    with _Sandbox() as sandbox:
        sandbox.build(setup)
        return sandbox.query(query)


def setup_problem(setup: str) -> str | None:
    """Return what is wrong with a script that builds a database, or None."""
    try:
        with _Sandbox() as sandbox:
            sandbox.build(setup)
    except QueryError as error:
        return str(error)
    return None


class _Sandbox:
    def __init__(self) -> None:
        self._bound = ""
        self._refused = ""
        self._steps = 0
        self._deadline = time.monotonic() + SECONDS
        self._tables: Collection[str] = ()
        self._read: set[str] = set()
        self._db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
        self._db.text_factory = _text
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute("PRAGMA max_page_count = 5000")
        self._db.execute("PRAGMA cell_size_check = ON")
        for limit, value in _LIMITS.items():
            self._db.setlimit(limit, value)
        for name, arguments, function in (("like", 2, _like), ("like", 3, _like), ("glob", 2, _glob)):
            self._db.create_function(name, arguments, function, deterministic=True)
        self._db.set_progress_handler(self._tick, TICK)

    def __enter__(self) -> _Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def build(self, setup: str) -> None:
        self._db.set_authorizer(self._may_build)
        self._guarded(lambda: self._db.executescript(setup))
        self._db.set_authorizer(None)
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        names = self._db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        self._tables = {name.lower() for (name,) in names if not name.lower().startswith("sqlite_")}
        self._db.execute("PRAGMA query_only = ON")
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        self._db.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, LONGEST_QUERY)

    def query(self, query: str) -> Rows:
        self._steps = 0
        self._db.set_authorizer(self._may_read)
        rows: Rows = self._guarded(lambda: self._fetch(query))
        return rows

    def _fetch(self, query: str) -> Rows:
        cursor = self._db.execute(query)
        rows: list[tuple[Any, ...]] = []
        size = 0
        while batch := cursor.fetchmany(100):
            size += sum(len(value) if isinstance(value, str | bytes) else 8 for row in batch for value in row)
            rows += batch
            if len(rows) > MOST_ROWS or size > MOST_BYTES:
                raise QueryError(f"gives more than {MOST_ROWS:,} rows or {MOST_BYTES // 1_000_000} MB")
        columns = tuple(column[0] for column in cursor.description or ())
        return Rows(columns, tuple(tuple(map(_value, row)) for row in rows), bool(self._read))

    def _guarded(self, run: Callable[[], Any]) -> Any:
        try:
            return run()
        except (sqlite3.Error, sqlite3.Warning, ValueError, MemoryError) as error:
            if self._bound:
                raise QueryError(self._bound, undecided="seconds" in self._bound) from None
            if self._refused:
                raise QueryError(f"is refused: {self._refused}") from None
            raise QueryError(f"SQLite: {one_line(error) or type(error).__name__}") from None

    def _may_build(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action in _BUILDING or (action == sqlite3.SQLITE_FUNCTION and self._known_function(second)):
            return sqlite3.SQLITE_OK
        return self._refuse(action, first, second)

    def _may_read(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and (first or "").lower() in self._tables:
            self._read.add(str(first))
            return sqlite3.SQLITE_OK
        # a CTE that only its rows are counted of; no column of anything else can be read so
        if action == sqlite3.SQLITE_READ and not second and not (first or "").lower().startswith("sqlite_"):
            return sqlite3.SQLITE_OK
        if action in _READING or (action == sqlite3.SQLITE_FUNCTION and self._known_function(second)):
            return sqlite3.SQLITE_OK
        return self._refuse(action, first, second)

    def _known_function(self, name: str | None) -> bool:
        return (name or "").lower() in _FUNCTIONS

    def _refuse(self, action: int, first: str | None, second: str | None) -> int:
        what = _ACTIONS.get(action, f"action {action}")
        about = second if action == sqlite3.SQLITE_FUNCTION else first
        self._refused = self._refused or one_line(f"{what} {about or ''}", 80)
        return sqlite3.SQLITE_DENY

    def _tick(self) -> int:
        self._steps += TICK
        if self._steps > MOST_STEPS:
            self._bound = f"takes more than {MOST_STEPS:,} steps"
        elif time.monotonic() > self._deadline:
            self._bound = f"takes more than {SECONDS:g} seconds"
        return bool(self._bound)


_ACTIONS = {
    sqlite3.SQLITE_ATTACH: "ATTACH",
    sqlite3.SQLITE_CREATE_TABLE: "CREATE TABLE",
    sqlite3.SQLITE_CREATE_TEMP_TABLE: "CREATE TEMP TABLE",
    sqlite3.SQLITE_CREATE_TRIGGER: "CREATE TRIGGER",
    sqlite3.SQLITE_CREATE_VTABLE: "CREATE VIRTUAL TABLE",
    sqlite3.SQLITE_DELETE: "DELETE FROM",
    sqlite3.SQLITE_DETACH: "DETACH",
    sqlite3.SQLITE_DROP_TABLE: "DROP TABLE",
    sqlite3.SQLITE_FUNCTION: "the function",
    sqlite3.SQLITE_INSERT: "INSERT INTO",
    sqlite3.SQLITE_PRAGMA: "PRAGMA",
    sqlite3.SQLITE_READ: "reading",
    sqlite3.SQLITE_UPDATE: "UPDATE",
}
"""The refused actions that people meet, in their words."""


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _value(value: Any) -> Any:
    if isinstance(value, float):
        rounded = float(f"{value:.9g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    return value


def _like(pattern: Any, text: Any, escape: Any = None) -> bool | None:
    return None if pattern is None or text is None else like(str(pattern), str(text), escape)


def _glob(pattern: Any, text: Any) -> bool | None:
    return None if pattern is None or text is None else glob(str(pattern), str(text))
