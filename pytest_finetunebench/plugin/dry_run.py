"""`--ft-dry-run`: in the place of the tests, say what they would ask and what that would cost."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest

from pytest_finetunebench.errors import FinetuneBenchError, counted
from pytest_finetunebench.plan import PlannedCalls, plan_calls
from pytest_finetunebench.plugin.probing import ProbingSession
from pytest_finetunebench.plugin.samples import samples_of
from pytest_finetunebench.throttle import Limits


class DryRun:
    """Runs no test and sends nothing; registered in the place of everything that reports results."""

    def __init__(self, config: pytest.Config, session: ProbingSession) -> None:
        self._session = session
        self._planned: list[PlannedCalls] = []
        # one process counts for all: nothing is asked
        config.option.dist, config.option.tx = "no", []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        asked = [(sample.probe, sample.repeat) for sample in samples_of(session)]
        if asked and not session.testsfailed:
            try:
                self._planned = plan_calls(self._session.models, asked)
            except FinetuneBenchError as error:
                raise pytest.UsageError(str(error)) from error
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("finetunebench: dry run, nothing was sent")
        for line in plan_lines(self._planned, self._session.settings.judge_model is not None, self._limits):
            terminalreporter.line(line)

    @property
    def _limits(self) -> Limits:
        settings = self._session.settings
        return Limits(settings.concurrency, settings.rpm, settings.tpm)


def plan_lines(planned: list[PlannedCalls], judged: bool, limits: Limits, width: int = 80) -> Iterator[str]:
    """Yield what each model would be asked."""
    if not planned:
        yield "no probe was selected"
    for plan in planned:
        cost = "price unknown (give it with --ft-price=IN:OUT)" if plan.cost is None else f"at most ${plan.cost:.4f}"
        tokens = f"about {plan.input_tokens:,} tokens in, at most {plan.output_tokens:,} out"
        text = f"{counted(plan.calls, 'call')}, {counted(plan.known, 'request')} without one"
        if plan.calls:
            text += f"; {tokens}; {cost}"
        yield from textwrap.wrap(f"{plan.model}: {text}", width, subsequent_indent="  ", break_on_hyphens=False)
    if judged:
        yield "the judge: what it is asked depends on the answers"
    calls = sum(plan.calls for plan in planned)
    if limits.requests_per_minute and calls:
        minutes = calls / limits.requests_per_minute
        yield f"at {limits.requests_per_minute:g} calls a minute: {minutes:.1f} minutes at least"
