"""`--ft-dry-run`: show what the tests would ask and what that would cost, and run none."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest

from pytest_finetunebench.errors import FinetuneBenchError, counted
from pytest_finetunebench.models.calling.budget import BATCH_SHARE
from pytest_finetunebench.models.plan import PlannedCalls, plan_calls
from pytest_finetunebench.models.role_prices import price_hint
from pytest_finetunebench.plugin.probing import ProbingSession
from pytest_finetunebench.plugin.samples import samples_of
from pytest_finetunebench.settings import Settings


class DryRun:
    """Replaces tests and reports: runs no test and sends nothing."""

    def __init__(self, config: pytest.Config, session: ProbingSession) -> None:
        self._session = session
        self._lines: list[str] = []
        # one process counts for all: nothing is asked
        config.option.dist, config.option.tx = "no", []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        asked = [(sample.probe, sample.repeat) for sample in samples_of(session)]
        if session.testsfailed:
            self._lines = ["the tests could not be collected"]
            return True
        try:
            planned = plan_calls(self._session.models, asked) if asked else []
        except FinetuneBenchError as error:
            raise pytest.UsageError(str(error)) from error
        self._lines = list(plan_lines(planned, self._session.settings))
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("finetunebench: dry run, nothing was sent")
        for line in self._lines:
            terminalreporter.line(line)


def plan_lines(planned: list[PlannedCalls], settings: Settings, width: int = 80) -> Iterator[str]:
    """Yield what each model would be asked, and what the run's limits would stop."""
    if not planned:
        yield "no probe was selected"
    for plan in planned:
        text = f"{counted(plan.calls, 'call')}, {counted(plan.known, 'request')} without one"
        if settings.answers.cache == "replay" and plan.calls:
            text = f"{counted(plan.known, 'request')} answered; --ft-cache=replay leaves {plan.calls:,} unmeasured"
        elif plan.calls:
            tokens = f"about {plan.input_tokens:,} tokens in, at most {plan.output_tokens:,} out"
            text += f"; {tokens}; {_cost(plan, settings)}"
        named = f"{plan.arm} ({plan.model}{', ' * bool(plan.note)}{plan.note})" if plan.arm else plan.model
        yield from textwrap.wrap(f"{named}: {text}", width, subsequent_indent="  ", break_on_hyphens=False)
    if settings.judge is not None:
        yield "the judge: what it is asked depends on the answers"
    calls = 0 if settings.answers.cache == "replay" else sum(plan.calls for plan in planned)
    yield from _limit_lines(calls, settings)


def _cost(plan: PlannedCalls, settings: Settings) -> str:
    if plan.cost is None:
        return f"price unknown ({price_hint(plan.role)})"
    if settings.answers.batch:
        return f"at most ${plan.cost * BATCH_SHARE:.4f} as a batch"
    return f"at most ${plan.cost:.4f}"


def _limit_lines(calls: int, settings: Settings) -> Iterator[str]:
    limits = settings.limits
    if limits.max_requests is not None and calls > limits.max_requests:
        yield f"--ft-max-requests={limits.max_requests} allows {limits.max_requests:,} of {calls:,} calls"
    if limits.rpm and calls and not settings.answers.batch:
        yield f"at {limits.rpm:g} calls a minute: {calls / limits.rpm:.1f} minutes at least"
