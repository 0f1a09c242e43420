"""The hooks that a conftest.py may implement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest


@pytest.hookspec
def pytest_finetunebench_graders(config: pytest.Config) -> Mapping[str, Callable[..., Any]] | None:
    """Return graders of your own, by the names that case files use.

    A grader is a plain function `grader(answer: str, probe: Probe, **options)`; the options are those that the case
    file gives beside the name. It returns True or False, `(bool, reason)`, or a `GraderResult`. One that raises leaves
    the probe unmeasured. Called once in every process that runs tests, and only where a model is named.

    In a conftest.py that must also work without the plugin, mark it `@pytest.hookimpl(optionalhook=True)`.
    """
