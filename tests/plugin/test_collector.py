"""The collector: what several attempts at one sample cost together."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.plugin.asking import REPORT_ATTRIBUTE
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.results import result


def collected(*attempts: ProbeResult) -> list[ProbeResult]:
    """Return what a collector keeps of results that come in one after the other."""
    nothing_known = cast(Any, SimpleNamespace(facts=None))
    collector = ResultCollector(cast(Any, None), cast(Any, None), nothing_known)
    for attempt in attempts:
        report = pytest.TestReport("t", ("t", 0, "t"), {}, "passed", None, "call")
        setattr(report, REPORT_ATTRIBUTE, attempt)
        collector.pytest_runtest_logreport(report)
    return collector.all_results


def test_a_rerun_adds_to_the_calls_of_model_and_judge() -> None:
    failed = result(Outcome.UNMEASURED, id="p", source="provider", calls=2, judge_failed_calls=3)
    measured = result(id="p", source="cache", judge_failed_calls=1)
    for attempts in ((failed, measured), (measured, failed)):
        (kept,) = collected(*attempts)
        assert (kept.outcome, kept.calls, kept.judge_failed_calls) == (Outcome.CORRECT, 2, 4)
