"""Run records as files: written atomically, read back checked, and numbered in a folder of their own."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError
from slugify import slugify

from pytest_finetunebench.errors import RunError, SettingsError, nearest, one_line
from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.files.explain import explain, field_path
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.runs.completeness import damage_of
from pytest_finetunebench.runs.index import RunIndex, head_of
from pytest_finetunebench.runs.record import SCHEMA_VERSION, RunRecord
from pytest_finetunebench.runs.results import ProbeResult

LAST = "last"
FIRST = "first"
"""The oldest accepted run."""
_SEE_LIST = ": `finetunebench runs list` shows what there is"
_NUMBERED = re.compile(r"([0-9]{4,9})(?:_.*)?\.json")
_NUMBER = re.compile(r"#?([0-9]{1,9})")
_LONGEST_NAME = 60
_RESULTS = b' "results": [\n'
_CONSTANTS = (b"NaN", b"Infinity")
"""No JSON, but pydantic would take them as numbers."""


def check_run_name(name: str, where: str) -> None:
    """Check that a name is one that `RunFolder.find` would look for as a name.

    Raises:
        SettingsError: it is not; the message begins with `where`, the option as the user gave it.
    """
    fault = None
    if not name.strip() or name != name.strip():
        fault = "is blank, or has blanks around it"
    elif name in (LAST, FIRST) or name.startswith("#") or name.isdigit():
        fault = "would be read as the last or first run, or as a run's number"
    elif name.endswith(".json") or "/" in name or "\\" in name:
        fault = "would be read as a path"
    elif len(name) > _LONGEST_NAME or not name.isprintable():
        fault = f"is longer than {_LONGEST_NAME} characters, or holds one that cannot be printed"
    if fault:
        raise SettingsError(
            f"{where}: '{one_line(name, _LONGEST_NAME)}' cannot name a run: it {fault}; write, say, baseline"
        )


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
        line = json.dumps(result.to_plain(), ensure_ascii=False, separators=(",", ":"))
        yield (b",\n  " if index else b"\n  ") + _utf8(line)
    yield b"\n ]\n}\n"


def _utf8(text: str) -> bytes:
    # what UTF-8 cannot hold, a lone surrogate, becomes its JSON escape
    return text.encode("utf-8", "backslashreplace")


def read_record(path: Path) -> RunRecord:
    """Read a run record of this version or an older one.

    Raises:
        RunError: there is none, or it is damaged; the message names the file.
    """
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
                text = line.removesuffix(b"\n").removesuffix(b",")
                if any(constant in text for constant in _CONSTANTS):
                    json.loads(text, parse_constant=_refuse_constant)
                results.append(ProbeResult.from_json(text))
            if file.read() != b"}\n":
                return None
        data = json.loads(b"".join(head).removesuffix(b",\n") + b"}", parse_constant=_refuse_constant)
        if type(data.get("schema_version")) is not int or data["schema_version"] != SCHEMA_VERSION or "results" in data:
            return None
        return RunRecord.model_validate(data | {"results": results})
    except (OSError, ValueError, RecursionError):  # pydantic's errors are ValueErrors
        return None


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


@dataclass(frozen=True)
class StoredRun:
    """A record in a runs folder."""

    path: Path
    number: int

    def read(self) -> RunRecord:
        """Read it; its number is that of its file.

        Raises:
            RunError: it is damaged.
        """
        return read_record(self.path).model_copy(update={"number": self.number})


class RunFolder:
    """Numbered run records in one folder, oldest first; none is ever overwritten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __iter__(self) -> Iterator[StoredRun]:
        found = []
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if match := _NUMBERED.fullmatch(path.name):
                    found.append(StoredRun(path, int(match[1])))
        return iter(sorted(found, key=lambda run: (run.number, run.path.name)))

    def save(self, record: RunRecord) -> StoredRun:
        """Store a record under the next free number.

        Raises:
            OSError: the folder cannot be written.
            SettingsError: the record has a name that cannot be looked for.
        """
        if record.name is not None:
            check_run_name(record.name, "the run record")
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder):
            number = max((run.number for run in self), default=0) + 1
            numbered = record.model_copy(update={"number": number})
            path = self.folder / _file_name(numbered)
            write_json(path, numbered)
            index = RunIndex(self.folder)
            index.put(path, head_of(numbered), written=True)
            index.save([run.path for run in self])
        return StoredRun(path, number)

    def find(self, ref: str) -> Found:
        """Find the record that `ref` names: `last`, a number (`7`, `#7`), or a name; none where no baseline is yet.

        `last` means the newest accepted one: whole, and its gates did not fail. A name means the newest accepted one
        called so, else the newest whole one. A partial one is found by its number only.

        Raises:
            RunError: a number is not there, or twice; a name is not there though others are; a record is damaged.
        """
        runs = list(self)
        if number := _NUMBER.fullmatch(ref):
            return Found(self._numbered(int(number[1]), runs).read())
        if ref == FIRST:
            records = (run.read() for run in runs)
            return Found(next((record for record in records if record.flaw is None), None))
        names: set[str] = set()
        passed_over: list[str] = []
        rejected: RunRecord | None = None
        for run in reversed(runs):
            record = run.read()
            if ref == LAST or record.name == ref:
                if record.flaw is None:
                    return Found(record, tuple(passed_over))
                passed_over.append(f"#{run.number} ({record.flaw})")
                rejected = rejected or (None if record.partial else record)
            names |= {record.name} if record.name else set()
        if ref == LAST or not runs:
            return Found(None, tuple(passed_over))
        if rejected is not None:
            return Found(rejected)
        hint = nearest(ref, names) or _SEE_LIST
        if ref in names:
            hint = " but partial ones, which are no baseline by name: give its number"
        raise RunError(f"{shown(self.folder)} holds no run called '{one_line(ref, 60)}'{hint}")

    def newest(self, ref: str) -> StoredRun:
        """Return the newest run that `ref` names, whether it is a baseline or not: `last`, a number, or a name.

        Raises:
            RunError: there is none; a record is damaged.
        """
        runs = list(self)
        if number := _NUMBER.fullmatch(ref):
            return self._numbered(int(number[1]), runs)
        if not runs:
            told = "holds no run yet: `pytest --ft-model=SPEC --ft-save` stores one"
            raise RunError(f"{shown(self.folder)} {told}")
        names: set[str] = set()
        for run in reversed(runs):
            name = run.read().name
            if ref == LAST or name == ref:
                return run
            names |= {name} if name else set()
        hint = nearest(ref, names) or _SEE_LIST
        raise RunError(f"{shown(self.folder)} holds no run called '{one_line(ref, 60)}'{hint}")

    def oldest_accepted(self, suite_hash: str | None) -> RunRecord | None:
        """Return the oldest accepted record of a suite: against it, slow drift shows.

        Raises:
            RunError: a record is damaged.
        """
        records = (run.read() for run in self)
        return next((r for r in records if r.flaw is None and r.suite_hash == suite_hash), None)

    def accept(self, ref: str) -> tuple[RunRecord, str | None]:
        """Mark a stored record, named by number or name, as a baseline. Return it, and what its flaw was.

        Raises:
            RunError: there is no such record in the folder, or it is damaged.
            OSError: the record cannot be written.
        """
        run = self.newest(ref)
        record = run.read()
        write_json(run.path, record.model_copy(update={"accepted": True}))
        return record, record.flaw

    def _numbered(self, number: int, runs: Sequence[StoredRun]) -> StoredRun:
        found = [run for run in runs if run.number == number]
        if len(found) > 1:
            names = ", ".join(run.path.name for run in found)
            raise RunError(f"{shown(self.folder)} holds several runs {number}: give the path of one of {names}")
        if not found:
            raise RunError(f"{shown(self.folder)} holds no run {number}{_SEE_LIST}")
        return found[0]


@dataclass(frozen=True)
class Found:
    """A record that was looked for. None: there is no baseline yet."""

    record: RunRecord | None
    passed_over: tuple[str, ...] = ()
    """Newer ones that are no baseline, with the reason: `#3 (a partial run)`."""

    @property
    def warning(self) -> str | None:
        """What to say where the record is no baseline by itself, but was asked for."""
        if self.record is None or self.record.flaw is None:
            return None
        return f"{self.record.title} is no baseline by itself: {self.record.flaw}"


def is_path(ref: str) -> bool:
    """Whether a reference is a path to a record."""
    return ref.endswith(".json") or "/" in ref or os.sep in ref


def find_record(folder: RunFolder, ref: str) -> Found:
    """Read the baseline at a path, or the one that the folder finds.

    Raises:
        RunError: what is named is not there, or damaged.
    """
    if is_path(ref):
        return Found(read_record(Path(ref)))
    return folder.find(ref)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def git_revision(folder: Path) -> str | None:
    """Return the commit checked out at a folder, with `+` where tracked files were changed; None outside of git."""
    try:
        head = _git(folder, "rev-parse", "HEAD").decode("ascii", "replace").strip()
        return head + "+" * bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *words: str) -> bytes:
    # a look at the tree must not take the lock that somebody's commit waits for
    command = ["git", "--no-optional-locks", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, check=True, timeout=10).stdout  # noqa: S603


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock

    # two runs that end at once must not take the same number
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire()
    except NotImplementedError as error:  # filelock's word for a file system without locks
        raise OSError(errno.ENOLCK, "the file system has no locks", str(folder)) from error
    try:
        yield
    finally:
        lock.release()


def _file_name(record: RunRecord) -> str:
    parts = [
        f"{record.number:04d}",
        slugify(record.name or "", max_length=40),
        slugify(record.model, max_length=60),
        slugify((record.commit or "")[:7]),
        slugify(record.created[:10]),
    ]
    return "_".join(part for part in parts if part) + ".json"
