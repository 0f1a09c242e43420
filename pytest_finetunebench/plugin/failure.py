"""Show a failing probe's question, answer and reason instead of a traceback."""

from __future__ import annotations

import linecache
from types import TracebackType

import pytest

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.reports.failing import failure_text
from pytest_finetunebench.runs.results import ProbeResult

PLAIN_ASSERTION = "assert ft_verdict.passed"


def raise_explained(error: AssertionError, result: ProbeResult | None) -> None:
    """Fail with the verdict's text if the verdict did not pass; else return.

    Any assertion but the plain one is shown too, with its words: it may be about something else.
    """
    if result is None or result.outcome == "correct":
        return
    line = _failing_line(error)
    text = failure_text(result)
    said = one_line(str(error).partition("\n")[0])
    if line != PLAIN_ASSERTION and said not in text:
        text += f"\n  assertion {line} ({said})"
    raise pytest.fail.Exception(text, pytrace=False) from None


def _failing_line(error: BaseException) -> str:
    innermost = _innermost(error.__traceback__)
    if innermost is None:
        return ""
    frame = innermost.tb_frame
    # not `traceback.extract_tb`, which takes a third of a millisecond
    return linecache.getline(frame.f_code.co_filename, innermost.tb_lineno, frame.f_globals).strip()


def _innermost(tb: TracebackType | None) -> TracebackType | None:
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    return tb


def shorten_traceback(call: pytest.CallInfo[None]) -> None:
    """Drop frames that will not be shown. Filtering them costs pytest 10 ms a test."""
    excinfo = call.excinfo
    if excinfo is None or not isinstance(excinfo.value, pytest.fail.Exception) or excinfo.value.pytrace:
        return
    call.excinfo = pytest.ExceptionInfo.from_exception(excinfo.value.with_traceback(_innermost(excinfo.tb)))


def shorten_summary(report: pytest.TestReport) -> None:
    """Keep only the message's first line for pytest's short summary and JUnit. In CI pytest shows all of it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        crash.message = crash.message.partition("\n")[0]
