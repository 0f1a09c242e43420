"""Custom graders: named by option, or returned by a conftest.py."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.grading.custom import GraderFunction, check_grader, import_grader
from pytest_finetunebench.settings import Settings

HOOK = "pytest_finetunebench_graders"


def custom_graders(config: pytest.Config, settings: Settings) -> dict[str, GraderFunction]:
    """Return all custom graders by name.

    Raises:
        SettingsError: one cannot be imported, is no plain function, or two have the same name.
    """
    graders = {
        name: import_grader(name, target, f"--ft-graders={name}={target}")
        for name, target in settings.suite.graders.items()
    }
    for given in config.hook.pytest_finetunebench_graders(config=config):
        if not isinstance(given, Mapping):
            raise SettingsError(f"{HOOK} returned {type(given).__name__}: return a mapping of names to functions")
        for name, function in given.items():
            check_grader(name, function, HOOK)
            if graders.setdefault(name, function) is not function:
                raise SettingsError(f"{HOOK}: there are two graders called '{name}'")
    return graders
