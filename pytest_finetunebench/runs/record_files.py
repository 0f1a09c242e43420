"""Run records as files: written atomically, and checked when they are read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from pytest_finetunebench.cases.grader_options import ALL_GUARDS, AutoGrader
from pytest_finetunebench.errors import RunError, one_line
from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.files.explain import explain, field_path
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.files.uncollected import uncollected
from pytest_finetunebench.runs.completeness import damage_of
from pytest_finetunebench.runs.record import SCHEMA_VERSION, RunRecord
from pytest_finetunebench.runs.results import ProbeResult

_RESULTS = b' "results": [\n'
_SHARED = ("id", "item", "system", "prompt", "expected", "place", "fact", "trained_prompt", "trained_answer", "reason")
"""Texts that pydantic does not share by itself, as they are long."""
_texts = attrgetter(*_SHARED)
_SETTERS = tuple(getattr(ProbeResult, name).__set__ for name in _SHARED)
_AUTO = AutoGrader()


def write_json(path: Path, record: RunRecord) -> None:
    """Write a run record atomically, making its folder; what is no regular file, /dev/stdout say, is written into.

    Raises:
        OSError: the file cannot be written; what stood there is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    special = path.exists() and not path.is_file()
    with path.open("wb") if special else replacing(path) as file:
        file.writelines(_json_parts(record))


def _json_parts(record: RunRecord) -> Iterator[bytes]:
    """Yield a record's JSON, a line for each result: a long run's is never held as a whole."""
    head = record.model_dump(mode="json", exclude={"results"})
    yield _utf8(json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")) + b',\n "results": ['
    for index, result in enumerate(record.results):
        yield (b",\n  " if index else b"\n  ") + result.to_utf8()
    yield b"\n ]\n}\n"


def _utf8(text: str) -> bytes:
    # what UTF-8 cannot hold, a lone surrogate, becomes its JSON escape
    return text.encode("utf-8", "backslashreplace")


def read_record(path: Path) -> RunRecord:
    """Read a run record of this version or an older one.

    Raises:
        RunError: there is none, or it is damaged; the message names the file.
    """
    with uncollected():
        record = _read_lines(path) or _read_whole(path)
        damage = damage_of(record)
    if damage:
        raise RunError(f"{shown(path)}: is damaged: {damage}")
    return record


def _read_lines(path: Path) -> RunRecord | None:
    """Read a record as `write_json` wrote it, result by result: a long one's JSON is never held as a whole.

    None where it is otherwise, or anything is wrong: `_read_whole` then says what.
    """
    head, results = [], []
    try:
        with path.open("rb") as file:
            for line in file:
                if line == _RESULTS:
                    break
                head.append(line)
            for line in file:
                if line == b" ]\n":
                    break
                text = line.removesuffix(b",\n")
                if b"NaN" in text or b"Infinity" in text:  # no JSON, but pydantic would take them as numbers
                    json.loads(text, parse_constant=_refuse_constant)
                results.append(_shared(ProbeResult.from_json(text)))
            if file.read() != b"}\n":
                return None
        data = json.loads(b"".join(head).removesuffix(b",\n") + b"}", parse_constant=_refuse_constant)
        version = data.get("schema_version")
        if type(version) is not int or not 1 <= version <= SCHEMA_VERSION or "results" in data:
            return None
        return RunRecord.model_validate(data | {"results": results})
    except (OSError, ValueError, RecursionError):  # pydantic's errors are ValueErrors
        return None


def _shared(result: ProbeResult) -> ProbeResult:
    """Return the result with texts that other results, and other runs of the suite, hold as well."""
    for put, value in zip(_SETTERS, _texts(result), strict=True):
        if value is not None and (held := sys.intern(value)) is not value:
            put(result, held)
    options = result.grader_options
    if type(options) is AutoGrader and options.guards is ALL_GUARDS:
        object.__setattr__(result, "grader_options", _AUTO)
    return result


def _read_whole(path: Path) -> RunRecord:
    try:
        data = json.loads(path.read_bytes(), parse_constant=_refuse_constant)
    except OSError as error:
        raise RunError(f"{shown(path)}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise RunError(f"{shown(path)}: is no run record: not JSON ({one_line(error, 80)})") from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise RunError(f"{shown(path)}: is no run record: it has no schema_version")
    if version > SCHEMA_VERSION:
        newer = f"schema_version {version}, and this version of the tool reads up to {SCHEMA_VERSION}"
        raise RunError(f"{shown(path)}: was written by a newer version ({newer}): update pytest-finetunebench")
    try:
        return RunRecord.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = field_path(fault["loc"])
        raise RunError(f"{shown(path)}: is damaged: {place}: {one_line(explain(fault), 160)}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
