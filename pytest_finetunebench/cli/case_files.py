"""Case files that a command changes: found, and loaded without problems."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_finetunebench.loaders.native import LoadedItem


def load_files(paths: Sequence[Path], graders: Collection[str] = ()) -> dict[Path, list[LoadedItem]]:
    """Return the items of case files and folders by file, drafts included.

    Raises:
        CaseError: every problem in every file.
    """
    from pytest_finetunebench.errors import CaseError, Problem
    from pytest_finetunebench.files.reading import find_files, shown
    from pytest_finetunebench.loaders.native import SUFFIXES, load_case_file

    problems: list[Problem] = []
    files: dict[Path, Path] = {}
    for path in paths:
        before = len(problems)
        found = find_files(path, SUFFIXES, problems) if path.is_dir() else [path]
        if not found and len(problems) == before:
            problems.append(Problem(shown(path), None, None, f"no case file ({', '.join(SUFFIXES)}) in this folder"))
        for file in found:
            if not file.exists():
                problems.append(Problem(shown(file), None, None, "no such file or folder"))
            elif file.suffix.lower() not in SUFFIXES:
                problems.append(
                    Problem(shown(file), None, None, f"is not a case file: case files end in {', '.join(SUFFIXES)}")
                )
            else:
                files.setdefault(file.resolve(), file)
    loaded = {file: load_case_file(file, problems, graders) for file in files.values()}
    if problems:
        raise CaseError(problems)
    return loaded
