"""Read the records of a file, whatever its type: CSV, TSV, XLSX, JSON, JSON Lines, YAML, Arrow, Parquet."""

from __future__ import annotations

import datetime
import json
import re
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pytest_finetunebench.errors import Problem, SettingsError, nearest, one_line
from pytest_finetunebench.files.reading import json_objects, read_csv, shown

Record = tuple[int, dict[str, Any]]
"""The line or row where a record starts, from 1, and its fields."""
_LONGEST_HEADER = 100_000
"""Bytes."""
TABLES = (".csv", ".tsv", ".xlsx")
SUFFIXES = (*TABLES, ".json", ".jsonl", ".yaml", ".yml", ".parquet", ".arrow")
_INSTALL = "pip install 'pytest-finetunebench[import]'"


@dataclass(frozen=True)
class Source:
    """What a file holds. `unit` says what the numbers of `records` count."""

    file: str
    unit: str
    records: tuple[Record, ...]
    columns: tuple[str, ...] = ()
    """The columns of a table."""
    notices: tuple[str, ...] = ()


def read_source(path: Path, problems: list[Problem], part: str | None = None) -> Source | None:
    """Return the records of a file, or of a folder that Hugging Face `datasets` saved.

    `part` names a sheet of a workbook or a split of a dataset; the default is the first sheet, or `train`. Faults
    become problems; the result is None if nothing can be read.

    Raises:
        SettingsError: A package is missing; the message holds the command that installs it.
    """
    if not path.exists():
        problems.append(Problem(shown(path), None, None, "no such file or folder"))
        return None
    suffix = path.suffix.lower()
    if path.is_dir():
        return _dataset(path, part, problems)
    if suffix in (".csv", ".tsv"):
        table = read_csv(path, (), problems, "\t" if suffix == ".tsv" else _delimiter(path))
        if table is None:
            return None
        rows = tuple((row.line, dict(row.cells)) for row in table.rows)
        return Source(shown(path), "line", rows, tuple(name for name in table.columns if name))
    if suffix == ".xlsx":
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out of a workbook, such as validation rules: no cell is among it
            warnings.simplefilter("ignore")
            return _workbook(path, part, problems)
    if suffix in (".parquet", ".arrow"):
        return _arrow_source(path, [path], (), problems)
    if suffix in (".yaml", ".yml"):
        return _yaml(path, problems)
    if suffix in (".json", ".jsonl"):
        return Source(shown(path), "line", tuple(json_objects(path, problems)))
    message = f"is of no known type: files end in {', '.join(SUFFIXES)}"
    problems.append(Problem(shown(path), None, None, message))
    return None


def _delimiter(path: Path) -> str:
    """Return what parts the cells of a CSV file: where the decimal comma is used, tables are written with `;`."""
    with path.open("rb") as file:
        header = re.sub(rb'"[^"]*"', b"", file.readline(_LONGEST_HEADER)).decode("utf-8", "replace")
    return next((one for one in (",", ";", "\t") if one in header), ",")


def _yaml(path: Path, problems: list[Problem]) -> Source | None:
    from pytest_finetunebench.loaders.yaml_lines import read_yaml

    document = read_yaml(path, problems)
    if document is None:
        return None
    found = document.data if isinstance(document.data, list) else [document.data]
    records = [(document.line((index,)) or 1, one) for index, one in enumerate(found) if isinstance(one, dict)]
    if len(records) < len(found):
        problems.append(Problem(shown(path), None, None, "is neither a mapping nor a list of mappings"))
        return None
    if isinstance(document.data, dict) and isinstance(document.data.get("tests"), list):
        for index, test in enumerate(document.data["tests"]):
            if isinstance(test, dict):  # promptfoo's tests are named by their lines
                test[LINE] = document.line(("tests", index))
    return Source(shown(path), "line", tuple(records))


LINE = "\0line"
"""The key under which a nested record keeps its line; no file can hold it."""


def _workbook(path: Path, part: str | None, problems: list[Problem]) -> Source | None:
    openpyxl: Any = _package("openpyxl", path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - openpyxl raises what zipfile and its XML parser raise
        problems.append(Problem(shown(path), None, None, _unread(error, "is not a workbook")))
        return None
    with closing(book):
        if part is not None and part not in book.sheetnames:
            _no_part(path, "sheet", part, book.sheetnames, problems)
            return None
        name = part or book.sheetnames[0]
        try:
            # a sheet is parsed only now
            numbered = [(number, list(map(_cell, row))) for number, row in enumerate(book[name].iter_rows(), start=1)]
        except Exception as error:  # noqa: BLE001 - as above
            problems.append(Problem(shown(path), None, None, _unread(error, f"the sheet '{name}' is damaged")))
            return None
    rows = [(number, cells) for number, cells in numbered if any(cells)]
    if len(rows) < 2:
        problems.append(Problem(shown(path), None, None, f"the sheet '{name}' has no rows below a header"))
        return None
    header = [column.strip() for column in rows[0][1]]
    records = tuple((number, dict(zip(header, cells, strict=False))) for number, cells in rows[1:])
    unread = [other for other in book.sheetnames if other != name]
    notices = (f"read the sheet '{name}', not {', '.join(unread)} (--part)",) if unread else ()
    return Source(shown(path), "row", records, tuple(column for column in header if column), notices)


def _unread(error: Exception, fault: str) -> str:
    reason = getattr(error, "strerror", None)
    return f"cannot be read: {reason}" if reason else f"{fault}: {type(error).__name__}"


def _cell(cell: Any) -> str:
    """Return a cell's value as the sheet shows it, but for decimals that its format hides."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        number = round(100 * value, 10) if percent else value
        return f"{int(number) if number == int(number) else number}{'%' * percent}"
    return str(value)


def _dataset(path: Path, part: str | None, problems: list[Problem]) -> Source | None:
    """Return the records of a folder as `Dataset.save_to_disk` or `DatasetDict.save_to_disk` writes it."""
    splits = _json(path / "dataset_dict.json").get("splits")
    notices: tuple[str, ...] = ()
    folder = path
    if splits:
        name = part or ("train" if "train" in splits else str(splits[0]))
        if name not in splits:
            _no_part(path, "split", name, splits, problems)
            return None
        unread = [one for one in splits if one != name]
        notices = (f"read the split '{name}', not {', '.join(unread)} (--part)",) if unread else ()
        folder = path / name
    files = [entry.get("filename") for entry in _json(folder / "state.json").get("_data_files", [])]
    if not files:
        message = "is a folder, but not a dataset that Hugging Face `datasets` saved: name a file"
        problems.append(Problem(shown(path), None, None, message))
        return None
    return _arrow_source(path, [folder / str(name) for name in files], notices, problems)


def _arrow_source(path: Path, files: list[Path], notices: tuple[str, ...], problems: list[Problem]) -> Source | None:
    _package("pyarrow", path)
    records: list[Record] = []
    try:
        for file in files:
            records.extend([(number, row) for number, row in enumerate(_arrow_rows(file), start=len(records) + 1)])
    except (OSError, ValueError) as error:  # pyarrow's errors are kinds of these
        problems.append(Problem(shown(path), None, None, f"cannot be read: {one_line(error, 200)}"))
        return None
    columns = dict.fromkeys(name for _, row in records[:1] for name in row)
    flat = not any(isinstance(value, dict | list) for _, row in records[:1] for value in row.values())
    return Source(shown(path), "row", tuple(records), tuple(columns) if flat else (), notices)


def _arrow_rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix.lower() == ".parquet":
        table = import_module("pyarrow.parquet").read_table(file)
    else:
        ipc = import_module("pyarrow").ipc
        with file.open("rb") as stream:
            is_file = stream.read(6) == b"ARROW1"
            stream.seek(0)
            table = (ipc.open_file if is_file else ipc.open_stream)(stream).read_all()
    yield from table.to_pylist()


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}  # then the folder is no saved dataset, which the caller says
    return found if isinstance(found, dict) else {}


def _no_part(path: Path, what: str, name: str, known: list[str], problems: list[Problem]) -> None:
    message = f"has no {what} '{name}'{nearest(name, known)}; it has: {', '.join(known)}"
    problems.append(Problem(shown(path), None, None, message))


def _package(name: str, path: Path) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise SettingsError(f"{shown(path)}: reading it needs {name}: {_INSTALL}") from error
