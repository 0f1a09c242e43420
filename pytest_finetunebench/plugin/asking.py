"""Ask the model for one test after the other, grade, and put each result on its test's report."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, NoReturn

import pytest

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import NOT_ASKED_TEXT, NotAskedError
from pytest_finetunebench.grading.outcome import Verdict
from pytest_finetunebench.models.calling.answer import Answer, Exchange
from pytest_finetunebench.models.probe_once import control_outcome, grade_exchange, probe_arms, probe_base
from pytest_finetunebench.plugin.failure import raise_explained, shorten_summary, shorten_traceback
from pytest_finetunebench.plugin.garbage import freeze_garbage
from pytest_finetunebench.plugin.gating import GatePlan
from pytest_finetunebench.plugin.halting import leave_out, mark_report
from pytest_finetunebench.plugin.process import found_baselines, this_process
from pytest_finetunebench.plugin.samples import Sample, repeat_of
from pytest_finetunebench.reports.failing import unmeasured_text
from pytest_finetunebench.reports.junit import testcase_properties
from pytest_finetunebench.runs.results import ProbeResult, probe_result

if TYPE_CHECKING:
    from pytest_finetunebench.plugin.probing import ProbingSession

RESULT = pytest.StashKey[ProbeResult]()
PROPERTIES = pytest.StashKey[list[tuple[str, str]]]()
EXCHANGE = pytest.StashKey[Exchange]()
REPORT_ATTRIBUTE = "_finetunebench_result"


class Asking:
    """Serves each test that wants a probe.

    Its fixtures do not take pytest's `request`, which costs 15 µs for each of them and test: it knows which runs.
    """

    def __init__(self, config: pytest.Config, session: ProbingSession, plan: GatePlan) -> None:
        self._config = config
        self._session = session
        self._plan = plan
        self._crosses = not this_process(config).owns_run
        """Whether results go to another process."""
        self._item: pytest.Item | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._item = item  # no wrapper: it would stand in the traceback of each failing setup

    @pytest.fixture(scope="session")
    def ft_model(self) -> str:
        """The id of the model under test."""
        return self._session.settings.model.id

    @pytest.fixture
    def ft_probe(self, request: pytest.FixtureRequest) -> Probe:
        """The probe of this test. A test that names it runs once per probe of the suite."""
        if not hasattr(request, "param"):
            pytest.fail("name ft_probe, ft_completion or ft_verdict as an argument of the test", pytrace=False)
        sample: Sample = request.param
        return sample.probe

    @pytest.fixture
    def ft_completion(self, ft_probe: Probe) -> Completion:
        """The model's answer to the probe. Without an answer the test is an ERROR, not a failure."""
        return self._complete(self._running, ft_probe)

    @pytest.fixture
    def ft_verdict(self, ft_probe: Probe) -> Verdict:
        """The graded answer; it counts in the report. Without an answer the test is an ERROR, not a failure."""
        return self._judge(self._running, ft_probe)

    @property
    def _running(self) -> pytest.Item:
        if self._item is None:
            raise AssertionError("pytest says which test it sets up before it sets up its fixtures")
        return self._item

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        try:
            return (yield)
        except AssertionError as error:
            raise_explained(error, item.stash.get(RESULT, None))
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        result = item.stash.get(RESULT, None)
        if result is not None:
            shorten_traceback(call)
        report = yield
        # once per test: if setup did not pass, there is no call phase
        if result is not None and (report.when == "call" or (report.when == "setup" and not report.passed)):
            shorten_summary(report)
            setattr(report, REPORT_ATTRIBUTE, result.to_json() if self._crosses else result)
            if self._tolerates(item, call, report, result):
                report.outcome = "skipped"
                apart = "found hard, not counted: " * self._session.is_apart(result)
                report.wasxfail = f"{apart}{result.outcome}: {result.reason}"
        mark_report(item, report)
        if report.when == "teardown":
            self._item = None
            self._forget(item, result)
            if result is not None and self._session.models.calls.answered:
                freeze_garbage("the SDK")  # between tests, whose own garbage is not meant
        return report

    def _complete(self, node: pytest.Item, probe: Probe) -> Completion:
        """Ask the model. Without an answer, fail the test's setup in one line and record the probe as unmeasured."""
        if getattr(self._config.option, "setuponly", False):
            pytest.skip("--setup-only asks no model")
        exchange = node.stash.get(EXCHANGE, None)
        if exchange is not None and isinstance(exchange.outcome, Answer):
            return exchange.outcome.completion
        if RESULT in node.stash:  # the test caught what it was told, and asks on
            raise pytest.fail.Exception(unmeasured_text(node.stash[RESULT]), pytrace=False)
        if self._session.halting.leaves_out(probe):
            leave_out(node)
        repeat = repeat_of(node)
        exchange = self._session.models.ask(probe, repeat)
        if isinstance(exchange.outcome, Answer):
            node.stash[EXCHANGE] = exchange
            return exchange.outcome.completion
        if isinstance(exchange.outcome.error, NotAskedError):
            leave_out(node)
        found = grade_exchange(self._session.models, probe, exchange, self._session.graders)
        return self._unmeasured(node, probe_result(probe, found.fields, repeat=repeat))

    def _judge(self, node: pytest.Item, probe: Probe) -> Verdict:
        """Grade the answer and put the result on the test's report."""
        completion = self._complete(node, probe)
        found = grade_exchange(self._session.models, probe, node.stash[EXCHANGE], self._session.graders)
        judged, repeat = found.judged, repeat_of(node)
        if judged is None:
            raise AssertionError("a probe without an answer has failed its test before")
        result = probe_result(
            probe,
            found.fields,
            repeat=repeat,
            control=control_outcome(self._session.control, probe, judged, completion, self._session.graders),
            base=probe_base(self._session.models, probe, repeat, self._session.graders),
            arms=probe_arms(self._session.models, probe, repeat, self._session.graders),
        )
        # the base, an arm or the judge was to be asked just as the run stopped asking
        if any(answer.reason == NOT_ASKED_TEXT for answer in result.all_answers):
            leave_out(node)
        if not result.measured:
            self._unmeasured(node, result)
        self._record(node, result)
        return judged.verdict

    def _tolerates(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, result: ProbeResult
    ) -> bool:
        """Whether the failure is the probe's miss, and a gate tolerates it or it does not count."""
        missed = call.excinfo is not None and isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception)
        if not (report.when == "call" and report.failed and missed) or item.config.getoption("runxfail", False):
            return False
        if self._session.is_apart(result):
            # a run of nothing else could not fail: there a miss stays a failure
            return self._session.selects_counted and result.measured and not result.correct
        whole = self._session.selection.whole
        return self._plan.tolerates(result, whole=whole, baselines=found_baselines(self._config))

    def _unmeasured(self, node: pytest.Item, result: ProbeResult) -> NoReturn:
        self._record(node, result)
        raise pytest.fail.Exception(unmeasured_text(result), pytrace=False)

    def _record(self, node: pytest.Item, result: ProbeResult) -> None:
        node.stash[RESULT] = result
        properties = node.stash[PROPERTIES] = testcase_properties(result, self._session.settings.model.text)
        node.user_properties += properties

    def _forget(self, item: pytest.Item, result: ProbeResult | None) -> None:
        """Remove from the item what its reports carry. pytest keeps items until the end; a rerun adds it again."""
        if EXCHANGE in item.stash:
            if result is None:
                # no verdict was asked for, so the next test that reads the answer pays
                self._session.models.give_back(item.stash[EXCHANGE])
            del item.stash[EXCHANGE]
        if result is not None:
            del item.stash[RESULT]
            ours = item.stash[PROPERTIES]
            del item.stash[PROPERTIES]
            item.user_properties[:] = [pair for pair in item.user_properties if pair not in ours]
