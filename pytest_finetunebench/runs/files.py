"""Stored runs: records numbered in a folder, found by number, by name, or as the last."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slugify import slugify

from pytest_finetunebench.errors import RunError, SettingsError, nearest, one_line
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.runs.index import RunHead, RunIndex, head_of
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.record_files import read_record, write_json

LAST = "last"
FIRST = "first"
"""The oldest accepted run."""
_SEE_LIST = ": `finetunebench runs list` shows what there is"
_NUMBERED = re.compile(r"([0-9]{4,9})(?:_.*)?\.json")
_NUMBER = re.compile(r"#?([0-9]{1,9})")
_LONGEST_NAME = 60


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
            return Found(self._first(lambda head: head.flaw is None))
        names: set[str] = set()
        passed_over: list[str] = []
        rejected: StoredRun | None = None
        with self.heads() as head_of_run:
            for run in reversed(runs):
                head = head_of_run(run)
                if ref == LAST or head.name == ref:
                    if head.flaw is None:
                        return Found(run.read(), tuple(passed_over))
                    passed_over.append(f"#{run.number} ({head.flaw})")
                    rejected = rejected or (None if head.partial else run)
                names |= {head.name} if head.name else set()
        if ref == LAST or not runs:
            return Found(None, tuple(passed_over))
        if rejected is not None:
            return Found(rejected.read())
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
        with self.heads() as head_of_run:
            for run in reversed(runs):
                if ref == LAST:
                    return run
                name = head_of_run(run).name
                if name == ref:
                    return run
                names |= {name} if name else set()
        hint = nearest(ref, names) or _SEE_LIST
        raise RunError(f"{shown(self.folder)} holds no run called '{one_line(ref, 60)}'{hint}")

    def oldest_accepted(self, suite_hash: str | None) -> RunRecord | None:
        """Return the oldest accepted record of a suite: against it, slow drift shows.

        Raises:
            RunError: a record is damaged.
        """
        return self._first(lambda head: head.flaw is None and head.suite_hash == suite_hash)

    def newest_before(self, number: int, name: str | None) -> RunRecord | None:
        """Return the newest accepted record before a run, of a name where one is given; None where there is none.

        Raises:
            RunError: a record is damaged.
        """
        with self.heads() as head_of_run:
            for run in reversed([run for run in self if run.number < number]):
                head = head_of_run(run)
                if head.flaw is None and name in (None, head.name):
                    return run.read()
        return None

    @contextlib.contextmanager
    def heads(self) -> Iterator[Callable[[StoredRun], RunHead]]:
        """Give what the index knows of a run, read from its record where the index is old; renew the index at the end.

        Raises:
            RunError: a record is damaged.
        """
        index = RunIndex(self.folder)

        def head_of_run(run: StoredRun) -> RunHead:
            head = index.get(run.path)
            if head is None:
                head = head_of(run.read())
                index.put(run.path, head)
            return head

        try:
            yield head_of_run
        finally:
            index.save([run.path for run in self])

    def _first(self, wanted: Callable[[RunHead], bool]) -> RunRecord | None:
        with self.heads() as head_of_run:
            return next((run.read() for run in self if wanted(head_of_run(run))), None)

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
