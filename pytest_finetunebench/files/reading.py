"""Read files that people hand in. Each fault becomes a `Problem` with file and line, never an exception."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pytest_finetunebench.errors import Problem, counted, nearest, one_line
from pytest_finetunebench.files.scalars import Plain

LONGEST_CELL = 2**31 - 1
"""Characters. A cell may hold a whole article; the csv module's limit is 131,072."""


def shown(path: Path) -> str:
    """Return a path as messages show it: with `/`, and relative if it is below the working directory."""
    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    # a file name that is not UTF-8 holds surrogates, which no report can encode
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


_LFS = "version https://git-lfs.github.com/spec/"


def read_text(path: Path, problems: list[Problem]) -> str | None:
    """Return a UTF-8 file's text without its byte order mark; add a problem and return None if that fails."""
    name = shown(path)
    try:
        if not path.is_file():
            reason = "is not a regular file" if path.exists() else "no such file"
            problems.append(Problem(name, None, None, reason))
            return None
        data = path.read_bytes()
    except OSError as error:
        problems.append(Problem(name, None, None, f"cannot be read: {error.strerror}"))
        return None
    try:
        text = data.decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}; save the file as UTF-8"
        problems.append(Problem(name, line, None, message))
        return None
    if not text.strip():
        problems.append(Problem(name, None, None, "is empty"))
        return None
    if text.startswith(_LFS):
        problems.append(Problem(name, None, None, "holds a Git LFS pointer in place of the file: run `git lfs pull`"))
        return None
    return text


def line_at(text: str, index: int) -> int:
    """Return the line, counted from 1, of the character at `index`."""
    return text.count("\n", 0, index) + 1


MOST_FILES = 2000
"""A folder of case files holds a few dozen; `/` and home folders are given by mistake."""


def find_files(folder: Path, suffixes: tuple[str, ...], problems: list[Problem]) -> list[Path]:
    """Return the sorted files below a folder with one of `suffixes`, without hidden ones.

    A folder with more than `MOST_FILES` of them is a problem, and none is returned: it is no folder of case files.
    """

    def unreadable(error: OSError) -> None:
        problems.append(Problem(shown(Path(error.filename)), None, None, f"cannot be read: {error.strerror}"))

    found = []
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        found += [Path(parent, name) for name in names if not name.startswith(".") and name.lower().endswith(suffixes)]
        if len(found) > MOST_FILES:
            message = f"holds more than {MOST_FILES:,} {' and '.join(suffixes)} files: name the folder of your own"
            problems.append(Problem(shown(folder), None, None, message))
            return []
    return sorted(found, key=Path.as_posix)


class _NotPlainJsonError(ValueError):
    """Python's parser accepts this, but in a file that a person wrote it is a mistake."""


def parse_json(text: str) -> Any:
    """Parse one JSON value. Numbers stay text as written: 61.50 becomes "61.50".

    Raises:
        ValueError: The JSON is broken or too deeply nested, or holds a duplicate key or NaN. The message is one line.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON: {error.msg} (column {error.colno})") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


def _refuse_constant(name: str) -> NoReturn:
    raise _NotPlainJsonError(f"{name} is not JSON: put it in quotes")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _NotPlainJsonError(f"the key '{one_line(twice, 60)}' appears twice")
    return result


_DECODER = json.JSONDecoder(
    parse_int=Plain, parse_float=Plain, parse_constant=_refuse_constant, object_pairs_hook=_unique
)


def json_lines(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number and object. Skip blank lines; add a problem for each bad line."""
    name = shown(path)
    text = read_text(path, problems)
    # not splitlines(): JSON strings may hold U+2028 and other separators
    for number, line in enumerate((text or "").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = parse_json(line)
        except ValueError as error:
            problems.append(Problem(name, number, None, str(error)))
            continue
        if isinstance(value, dict):
            yield number, value
        else:
            problems.append(Problem(name, number, None, "write one JSON object a line: {…}"))


def json_objects(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a JSON Lines file, or of a `.json` file's list, with the lines they start at."""
    if path.suffix.lower() != ".json":
        yield from json_lines(path, problems)
        return
    text = read_text(path, problems)
    if text is None:
        return
    if not text.lstrip().startswith("["):
        with contextlib.suppress(ValueError, RecursionError):
            yield 1, _DECODER.decode(text)
            return
        yield from json_lines(path, problems)  # some tools name JSON Lines so
        return
    for line, value in _list_members(path, text, problems):
        if isinstance(value, dict):
            yield line, value
        else:
            problems.append(Problem(shown(path), line, None, "is not an object: {…}"))


def _list_members(path: Path, text: str, problems: list[Problem]) -> Iterator[tuple[int, Any]]:
    """Yield each member of a JSON list with the line it starts at."""
    end, line, counted = text.index("[") + 1, 1, 0
    while True:
        start = _SPACES.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing, too
        line += text.count("\n", counted, start)
        counted = start
        if text[start : start + 1] == "]":
            if text[start + 1 :].strip():
                problems.append(Problem(shown(path), line, None, "broken JSON: text after the list"))
            return
        try:
            value, end = _DECODER.raw_decode(text, start)
            yield line, value
            end = _SPACES.match(text, end).end()  # type: ignore[union-attr]
            if text[end : end + 1] not in (",", "]"):
                raise json.JSONDecodeError("Expecting ',' delimiter", text, end)
            end += text[end] == ","
        except json.JSONDecodeError as error:
            problems.append(Problem(shown(path), error.lineno, None, f"broken JSON: {error.msg}"))
            return
        except (ValueError, RecursionError) as error:
            what = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
            problems.append(Problem(shown(path), line, None, what))
            return


_SPACES = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True)
class CsvRow:
    """One row of a CSV file, with the line it starts at."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class CsvTable:
    """The column names and rows of a CSV file, in order."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]


def read_csv(path: Path, required: tuple[str, ...], problems: list[Problem], delimiter: str = ",") -> CsvTable | None:
    """Read a CSV file with a header, its cells exactly as written; return None if its columns are unusable."""
    name = shown(path)
    text = read_text(path, problems)
    if text is None:
        return None
    if "\0" in text:
        problems.append(Problem(name, line_at(text, text.index("\0")), None, "has a NUL byte: this is not CSV text"))
        return None
    numbered = _numbered_rows(name, text, problems, delimiter)
    header_line, header = next(numbered, (1, []))
    if not _header_is_usable(Problem(name, header_line, None, ""), header, required, problems):
        return None
    rows = []
    for line, cells in numbered:
        if len(cells) == len(header):
            rows.append(CsvRow(line, dict(zip(header, cells, strict=True))))
        else:
            what = "a line end" if len(cells) < len(header) else "the separator"
            message = (
                f"the row has {counted(len(cells), 'cell')}, the header {len(header)}: a cell with {what} needs quotes"
            )
            problems.append(Problem(name, line, None, message))
    return CsvTable(tuple(header), tuple(rows))


def _numbered_rows(name: str, text: str, problems: list[Problem], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the line it starts at."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    while True:
        start = reader.line_num + 1
        # the limit is global to the process: raise it for one row only
        limit = csv.field_size_limit(LONGEST_CELL)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(Problem(name, start, None, f"broken CSV: {error} (in the row that starts here)"))
            return
        finally:
            csv.field_size_limit(limit)
        if cells:
            yield start, cells


def _header_is_usable(place: Problem, header: list[str], required: tuple[str, ...], problems: list[Problem]) -> bool:
    twice = {column for column in header if column and header.count(column) > 1}
    missing = [column for column in required if column not in header]
    for column in sorted(twice):
        problems.append(Problem(place.file, place.line, one_line(column, 60), "this column appears twice"))
    for column in missing:
        found = one_line(", ".join(name for name in header if name) or "none")
        message = f"missing column{nearest(column, header)}; columns found: {found}"
        problems.append(Problem(place.file, place.line, column, message))
    return not twice and not missing
