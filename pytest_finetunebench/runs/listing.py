"""List the stored runs of a folder without reading each: from the index, which it renews."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.runs.files import RunFolder, StoredRun
from pytest_finetunebench.runs.index import RunHead


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
    found = []
    with folder.heads() as head_of_run:
        for run in folder:
            try:
                found.append(ListedRun(run, head_of_run(run)))
            except RunError as error:
                if damaged is None:
                    raise
                damaged.append(str(error))
    return found
