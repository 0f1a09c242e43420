"""The index of a runs folder: what listings need of each record, so that they need not read thousands of results.

A row holds the size and time of its record, and counts only where the file still has both. A missing or damaged index
is made anew.
"""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pytest_finetunebench.completions import CLOSED
from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.runs.rates import by_probe, share
from pytest_finetunebench.runs.record import RunRecord

FILE = ".index.json"
FORMAT = 1
"""Changes with what a row holds: rows of other formats are made anew."""
SETTLED = 2.0
"""Seconds for which a file must be unchanged before its row is kept: clocks of file systems are coarse."""


@dataclass(frozen=True, slots=True, config=CLOSED)
class Cell:
    """The probes of one category and kind. `correct` adds up the shares of right samples of the `n` measured ones."""

    category: str
    kind: str
    generalization: bool
    correct: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class RunHead:
    """A record without its results."""

    number: int | None
    name: str | None
    created: str
    commit: str | None
    model: str
    base_url: str | None
    base_model: str | None
    judge_model: str | None
    suite_hash: str | None
    partial: bool
    flaw: str | None
    title: str
    probes: int
    """How many probes have a result."""
    memorization: float | None
    generalization: float | None
    """Pass rates over all categories, 0..1, as stored; None where nothing was measured."""
    cells: tuple[Cell, ...]


def head_of(record: RunRecord) -> RunHead:
    """Return a record's row."""
    overall = {rate.kind: rate.rate for rate in record.pass_rates if rate.category is None}
    return RunHead(
        number=record.number,
        name=record.name,
        created=record.created,
        commit=record.commit,
        model=record.model,
        base_url=record.base_url,
        base_model=record.base_model,
        judge_model=record.judge_model,
        suite_hash=record.suite_hash,
        partial=record.partial,
        flaw=record.flaw,
        title=record.title,
        probes=len(by_probe(record.results)),
        memorization=overall.get("memorization"),
        generalization=overall.get("generalization"),
        cells=tuple(_cells(record)),
    )


def rate_over(cells: Iterable[Cell]) -> tuple[float | None, int]:
    """Return the pass rate over cells, 0..1 (None where nothing was measured), and the measured probes."""
    found = list(cells)
    measured = sum(cell.n for cell in found)
    return (math.fsum(cell.correct for cell in found) / measured if measured else None), measured


def _cells(record: RunRecord) -> Iterator[Cell]:
    groups = defaultdict(list)
    for result in record.results:
        groups[result.category, result.kind, result.generalization].append(result)
    for (category, kind, generalization), results in groups.items():
        values = [value for samples in by_probe(results).values() if (value := share(samples)) is not None]
        yield Cell(category, kind, generalization, math.fsum(values), len(values))


@dataclass(frozen=True, slots=True, config=CLOSED)
class _Row:
    size: int
    time: int
    """When the file was changed, in nanoseconds."""
    head: RunHead


_ROWS: TypeAdapter[dict[str, _Row]] = TypeAdapter(dict[str, _Row])


class RunIndex:
    """The rows of one folder, by file name."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._rows = self._read()
        self._changed = False

    def get(self, path: Path) -> RunHead | None:
        """Return the row of a file that is as it was; None otherwise."""
        row = self._rows.get(path.name)
        try:
            found = path.stat()
        except OSError:
            return None
        return row.head if row is not None and (found.st_size, found.st_mtime_ns) == (row.size, row.time) else None

    def put(self, path: Path, head: RunHead, *, written: bool = False) -> None:
        """Note a file's row. A file that just changed may change again unseen, unless this process has `written` it."""
        with contextlib.suppress(OSError):
            found = path.stat()
            if written or time.time() - found.st_mtime > SETTLED:
                self._rows[path.name] = _Row(found.st_size, found.st_mtime_ns, head)
                self._changed = True

    def save(self, paths: Sequence[Path]) -> None:
        """Write the rows of `paths`, whole or not at all. Without them the next listing reads the records."""
        names = {path.name for path in paths}
        kept = {name: row for name, row in self._rows.items() if name in names}
        if not self._changed and len(kept) == len(self._rows):
            return
        text = json.dumps({"format": FORMAT, "runs": _ROWS.dump_python(kept, mode="json")}, separators=(",", ":"))
        with contextlib.suppress(OSError), replacing(self._path) as file:
            file.write(text.encode("ascii"))

    def _read(self) -> dict[str, _Row]:
        try:
            stored = json.loads(self._path.read_bytes())
            if isinstance(stored, Mapping) and stored.get("format") == FORMAT:
                return _ROWS.validate_python(stored.get("runs"))
        except (OSError, ValueError, RecursionError, ValidationError):
            pass
        return {}
