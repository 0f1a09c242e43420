"""Hooks for a conftest.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest


@pytest.hookspec
def pytest_finetunebench_graders(config: pytest.Config) -> Mapping[str, Callable[..., Any]] | None:
    """Return custom graders by the names that case files use.

    A grader is a plain function `grader(answer: str, probe: Probe, **options)`. Options come from the case file. It
    returns True or False, `(bool, reason)`, or a `GraderResult`. If it raises, the probe is unmeasured. Called
    once in every process that runs tests, only if a model is named.

    In a conftest.py that must also work without the plugin, mark it `@pytest.hookimpl(optionalhook=True)`.
    """
