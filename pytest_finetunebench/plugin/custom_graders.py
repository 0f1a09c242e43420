"""Custom graders: named by option, or returned by a conftest.py."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.files.user_code import described
from pytest_finetunebench.grading.custom import GraderFunction, check_grader, import_grader

HOOK = "pytest_finetunebench_graders"


def find_modules(config: pytest.Config) -> None:
    """Let custom graders and providers be imported from the root folder, as `python -m pytest` does."""
    root = str(config.rootpath)
    if root not in sys.path:
        sys.path.append(root)  # last, so that nothing installed is hidden


def custom_graders(config: pytest.Config, targets: Mapping[str, str]) -> dict[str, GraderFunction]:
    """Return all custom graders by name: those of `targets`, as `MODULE:ATTRIBUTE`, and those of conftest.py.

    Raises:
        SettingsError: one cannot be imported, is no plain function, or two have the same name.
    """
    if targets:
        find_modules(config)
    graders = {name: import_grader(name, target, f"--ft-graders={name}={target}") for name, target in targets.items()}
    for given in _returned(config):
        if not isinstance(given, Mapping):
            raise SettingsError(f"{HOOK} returned {type(given).__name__}: return a mapping of names to functions")
        for name, function in given.items():
            check_grader(name, function, HOOK)
            if graders.setdefault(name, function) is not function:
                raise SettingsError(f"{HOOK}: there are two graders called '{name}'")
    return graders


def _returned(config: pytest.Config) -> list[object]:
    try:
        found: list[object] = config.hook.pytest_finetunebench_graders(config=config)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a conftest.py may raise anything, SystemExit too
        raise SettingsError(f"{HOOK} raised {described(error)}") from error
    return found
