"""Run records as files: written atomically, read back checked, and numbered in a folder of their own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from slugify import slugify

from pytest_finetunebench.datafiles import shown
from pytest_finetunebench.errors import RunError, nearest, one_line
from pytest_finetunebench.runs import SCHEMA_VERSION, RunRecord
from pytest_finetunebench.validation import field_path

LAST = "last"
_NUMBERED = re.compile(r"(\d{4,})_.*\.json")


def write_json(path: Path, record: RunRecord) -> None:
    """Write a run record atomically, making its folder; what is no regular file, /dev/stdout say, is written into.

    Raises:
        OSError: the file cannot be written; what stood there is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # what UTF-8 cannot hold, a lone surrogate, becomes its JSON escape
    text = (json.dumps(record.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n").encode(
        "utf-8", "backslashreplace"
    )
    if path.exists() and not path.is_file():
        path.write_bytes(text)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_record(path: Path) -> RunRecord:
    """Read a run record of this version or an older one.

    Raises:
        RunError: there is none, or it is damaged; the message names the file.
    """
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise RunError(f"{shown(path)}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise RunError(f"{shown(path)}: is no run record: not JSON ({one_line(error, 80)})") from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise RunError(f"{shown(path)}: is no run record: it has no schema_version")
    if version > SCHEMA_VERSION:
        newer = f"schema_version {version}, and this version of the tool reads up to {SCHEMA_VERSION}"
        raise RunError(f"{shown(path)}: was written by a newer version ({newer}): update pytest-finetunebench")
    try:
        return RunRecord.model_validate_json(json.dumps(data))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = field_path(fault["loc"])
        raise RunError(f"{shown(path)}: is damaged: {place}: {one_line(fault['msg'], 120)}") from None


@dataclass(frozen=True)
class StoredRun:
    """A record in a runs folder."""

    path: Path
    number: int

    def read(self) -> RunRecord:
        """Read it.

        Raises:
            RunError: it is damaged.
        """
        return read_record(self.path)


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
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder):
            number = max((run.number for run in self), default=0) + 1
            numbered = record.model_copy(update={"number": number})
            path = self.folder / _file_name(numbered)
            write_json(path, numbered)
        return StoredRun(path, number)

    def find(self, ref: str) -> Found:
        """Find the record that `ref` names: `last`, a number, or a name; none where there is no baseline yet.

        `last` and names mean the newest such record of a whole suite; a partial one is found by its number only.

        Raises:
            RunError: a number or name is not there though others are; a record is damaged.
        """
        runs = list(self)
        if ref.lstrip("#").isdigit():
            number = int(ref.lstrip("#"))
            for run in runs:
                if run.number == number:
                    return Found(run.read())
            raise RunError(f"{shown(self.folder)} holds no run {number}: `finetunebench runs list` shows what there is")
        names: set[str] = set()
        passed_over: list[int] = []
        for run in reversed(runs):
            record = run.read()
            if ref == LAST or record.name == ref:
                if not record.partial:
                    return Found(record, tuple(passed_over))
                passed_over.append(run.number)
            names |= {record.name} if record.name else set()
        if ref == LAST or not runs:
            return Found(None, tuple(passed_over))
        partial = " but partial ones" if ref in names else ""
        hint = nearest(ref, names) or ": `finetunebench runs list` shows what there is"
        raise RunError(f"{shown(self.folder)} holds no run called '{ref}'{partial or hint}")


@dataclass(frozen=True)
class Found:
    """A record that was looked for (None: there is no baseline yet), and newer partial ones that were passed over."""

    record: RunRecord | None
    passed_over: tuple[int, ...] = ()


def find_record(folder: RunFolder, ref: str) -> Found:
    """Read the record at a path, or the one that the folder finds.

    Raises:
        RunError: what is named is not there, or damaged.
    """
    if ref.endswith(".json") or "/" in ref or os.sep in ref:
        return Found(read_record(Path(ref)))
    return folder.find(ref)


def git_revision(folder: Path) -> str | None:
    """Return the commit checked out at a folder, with `+` where tracked files were changed; None outside of git."""
    try:
        head = _git(folder, "rev-parse", "HEAD")
        return head + "+" * bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()  # noqa: S603


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock

    # two runs that end at once must not take the same number
    with FileLock(folder / ".lock"):
        yield


def _file_name(record: RunRecord) -> str:
    parts = [
        f"{record.number:04d}",
        slugify(record.name or "", max_length=40),
        slugify(record.model, max_length=60),
        (record.commit or "")[:7],
        record.created[:10],
    ]
    return "_".join(part for part in parts if part) + ".json"
