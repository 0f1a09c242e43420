"""List the stored runs of a folder without reading each: from the index, which it renews."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.runs.files import RunFolder, StoredRun
from pytest_finetunebench.runs.index import RunHead, RunIndex, head_of


@dataclass(frozen=True)
class ListedRun:
    """A stored run, with what listings need of it."""

    run: StoredRun
    head: RunHead


def listed(folder: RunFolder, damaged: list[str] | None = None) -> list[ListedRun]:
    """Return the folder's runs, oldest first. Records that cannot be read are named in `damaged`.

    Raises:
        RunError: a record is damaged, and `damaged` is not given.
    """
    index, found = RunIndex(folder.folder), []
    runs = list(folder)
    try:
        for run in runs:
            try:
                found.append(ListedRun(run, _head(run, index)))
            except RunError as error:
                if damaged is None:
                    raise
                damaged.append(str(error))
    finally:
        index.save([run.path for run in runs])
    return found


def _head(run: StoredRun, index: RunIndex) -> RunHead:
    head = index.get(run.path)
    if head is None:
        head = head_of(run.read())
        index.put(run.path, head)
    return head
