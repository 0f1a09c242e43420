"""Test what a fine-tuned model learned, with pytest.

This module is the public face: build on the names in `__all__`, and on nothing in the rooms below. Each name is
imported at its first use, so that `import pytest_finetunebench` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Probe, Suite
    from pytest_finetunebench.completions import Completion, Request
    from pytest_finetunebench.grading.custom import GraderResult
    from pytest_finetunebench.grading.grade import grade
    from pytest_finetunebench.grading.outcome import Outcome, Verdict
    from pytest_finetunebench.loaders.suite import load_suite
    from pytest_finetunebench.runs.comparison import compare_runs
    from pytest_finetunebench.runs.record import RunRecord

__version__ = "0.1.0"

__all__ = [
    "Completion",
    "GraderResult",
    "Outcome",
    "Probe",
    "Request",
    "RunRecord",
    "Suite",
    "Verdict",
    "compare_runs",
    "grade",
    "load_suite",
]

_HOMES = {
    "Completion": "completions",
    "GraderResult": "grading.custom",
    "Outcome": "grading.outcome",
    "Probe": "cases.suite",
    "Request": "completions",
    "RunRecord": "runs.record",
    "Suite": "cases.suite",
    "Verdict": "grading.outcome",
    "compare_runs": "runs.comparison",
    "grade": "grading.grade",
    "load_suite": "loaders.suite",
}
"""The module that defines each public name."""


if not TYPE_CHECKING:  # else type checkers would accept any name

    def __getattr__(name: str) -> object:
        """Import a public name at its first use.

        Raises:
            AttributeError: the name is not public; the message names the nearest one.
        """
        if name not in _HOMES:
            from pytest_finetunebench.errors import nearest

            raise AttributeError(f"module '{__name__}' has no attribute '{name}'{nearest(name, __all__)}")
        from importlib import import_module

        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
