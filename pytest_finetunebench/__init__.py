"""Test what a fine-tuned model learned, with pytest.

This module is the public face: build on the names in `__all__`, and on nothing in the rooms below. Each name is
imported at its first use, so that `import pytest_finetunebench` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_finetunebench import callbacks
    from pytest_finetunebench.cases.suite import Probe, Suite
    from pytest_finetunebench.completions import Completion, Request, Sampling
    from pytest_finetunebench.evaluation.evaluate import aevaluate, evaluate
    from pytest_finetunebench.evaluation.run import Run, load_run
    from pytest_finetunebench.grading.custom import GraderResult
    from pytest_finetunebench.grading.grade import grade
    from pytest_finetunebench.grading.outcome import Outcome, Verdict
    from pytest_finetunebench.loaders.suite import load_suite
    from pytest_finetunebench.runs.comparison import compare_runs
    from pytest_finetunebench.runs.record import RunRecord
    from pytest_finetunebench.settings import CallLimits

__version__ = "0.1.0"

__all__ = [
    "CallLimits",
    "Completion",
    "GraderResult",
    "Outcome",
    "Probe",
    "Request",
    "Run",
    "RunRecord",
    "Sampling",
    "Suite",
    "Verdict",
    "aevaluate",
    "callbacks",
    "compare_runs",
    "evaluate",
    "grade",
    "load_run",
    "load_suite",
]

_HOMES = {
    "CallLimits": "settings",
    "Completion": "completions",
    "GraderResult": "grading.custom",
    "Outcome": "grading.outcome",
    "Probe": "cases.suite",
    "Request": "completions",
    "Run": "evaluation.run",
    "RunRecord": "runs.record",
    "Sampling": "completions",
    "Suite": "cases.suite",
    "Verdict": "grading.outcome",
    "aevaluate": "evaluation.evaluate",
    "compare_runs": "runs.comparison",
    "evaluate": "evaluation.evaluate",
    "grade": "grading.grade",
    "load_run": "evaluation.run",
    "load_suite": "loaders.suite",
}
"""The module that defines each public name."""


if not TYPE_CHECKING:  # else type checkers would accept any name

    def __getattr__(name: str) -> object:
        """Import a public name at its first use.

        Raises:
            AttributeError: the name is not public; the message names the nearest one.
        """
        from importlib import import_module

        if name == "callbacks":
            return import_module(f"{__name__}.callbacks")
        if name not in _HOMES:
            from pytest_finetunebench.errors import nearest

            raise AttributeError(f"module '{__name__}' has no attribute '{name}'{nearest(name, __all__)}")
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
