"""Collect the suite's probes as tests, ask the model, grade, and put each result on its test report.

Runs in every process that runs tests: the only one, or each pytest-xdist worker.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Generator, Iterator
from functools import cached_property
from typing import Any, NoReturn

import pytest

from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import CacheError, FinetuneBenchError, UnmeasuredError
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.completer import Answer
from pytest_finetunebench.models.graded import graded_fields, unmeasured
from pytest_finetunebench.models.judge import JudgedVerdict
from pytest_finetunebench.models.providers.control import Memorizer
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.plugin.batching import wait_for_batches
from pytest_finetunebench.plugin.custom_graders import own_graders
from pytest_finetunebench.plugin.failure import raise_explained, shorten_summary, shorten_traceback
from pytest_finetunebench.plugin.garbage import freeze_garbage
from pytest_finetunebench.plugin.gating import GatePlan
from pytest_finetunebench.plugin.progress import show_progress
from pytest_finetunebench.plugin.samples import Sample, param_of, repeat_of, samples_of, shows_only
from pytest_finetunebench.reports.junit import testcase_properties
from pytest_finetunebench.reports.terminal import unmeasured_text
from pytest_finetunebench.runs.results import ProbeResult, probe_result
from pytest_finetunebench.settings import Settings

RESULT = pytest.StashKey[ProbeResult]()
ANSWER = pytest.StashKey[tuple[Request, Answer]]()
REPORT_ATTRIBUTE = "_finetunebench_result"
FACTS = ("suite_hash", "base_url", "notices", "unread", "selected", "not_selected")


class ProbingSession:
    """The state of one process: suite, completer and control, each made when first needed."""

    def __init__(self, config: pytest.Config, settings: Settings, plan: GatePlan) -> None:
        self.settings = settings
        self._config = config
        self._plan = plan
        self._selected: set[str] = set()
        self._batch_notices: list[str] = []

    @cached_property
    def loaded(self) -> Suite:
        """The suite under test with what its loaders have to say."""
        return load_suite(self.settings.suite.cases, all_rows=self.settings.suite.all_rows, graders=self.graders.keys())

    @cached_property
    def graders(self) -> dict[str, GraderFunction]:
        """The user's own graders by name.

        Raises:
            SettingsError: one of them cannot be used.
        """
        return own_graders(self._config, self.settings)

    @cached_property
    def control(self) -> Memorizer:
        """The control model, whose answers every report shows beside the model's."""
        return Memorizer(self.loaded.trained)

    @cached_property
    def models(self) -> ModelSet:
        """The models of this run."""
        trained, run_id = self.loaded.trained, _run_id(self._config)
        return ModelSet(self.settings, dict(os.environ), trained, run_id, *_worker(self._config))

    def fact(self, name: str) -> Any:
        """Return what the process that owns the run must know of this one, a plain value; None if nothing was asked."""
        if "loaded" not in self.__dict__:
            return None
        models = self.__dict__.get("models")
        match name:
            case "suite_hash":
                return self.loaded.hash
            case "base_url":
                return models.base_url if models else None
            case "notices":
                return [*self.loaded.notices, *self._batch_notices, *(models.notices if models else [])]
            case "unread":
                return list(models.unread.items()) if models else []
            case "selected":
                return sorted(self._selected)
            case "not_selected":
                return sorted({one.probe.id for one in self._samples if one.id not in self._selected})
        raise KeyError(name)

    def take_collected(self, node_ids: list[str]) -> None:
        """Take what other processes selected from the ids of their tests."""
        named = {node_id.partition("[")[2].removesuffix("]") for node_id in node_ids}
        self._selected = {sample.id for sample in self._samples if sample.id in named}

    @property
    def _samples(self) -> Iterator[Sample]:
        probes = self.loaded.probes
        return (Sample(probe, index) for probe in probes for index in range(self.settings.suite.repeat))

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "ft_probe" not in metafunc.fixturenames:
            return
        try:
            self._plan.check(self.loaded.probes)
            if not shows_only(self._config):
                self.models.open()
        except FinetuneBenchError as error:
            raise pytest.Collector.CollectError(str(error)) from error
        metafunc.parametrize("ft_probe", [param_of(sample) for sample in self._samples], indirect=True)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._selected = {sample.id for sample in samples_of(session)}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        if self.settings.answers.dry_run:
            return (yield)
        samples = samples_of(session)
        broken = session.testsfailed and not session.config.option.continue_on_collection_errors
        if samples and not broken and not shows_only(session.config):
            freeze_garbage("the tests")
            show_progress(self._config, self.models)
            asked = [(sample.probe, sample.repeat) for sample in samples]
            if self.settings.answers.batch:
                self._batch_notices += wait_for_batches(self._config, self.models, asked)
            self.models.prefetch(asked, self.graders)
        try:
            outcome = yield
        except BaseException:
            if samples:
                self.models.stop(at_once=True)
            raise
        if samples and not shows_only(session.config):
            # a worker that stops early ends the run; else another's tests may wait for what this one has begun
            self.models.stop(at_once=bool(session.shouldfail or session.shouldstop))
        return outcome

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
        # once a test: where setup did not pass, another fixture's fault or skip included, there is no call
        if result is not None and (report.when == "call" or (report.when == "setup" and not report.passed)):
            shorten_summary(report)
            worker = hasattr(self._config, "workerinput")
            setattr(report, REPORT_ATTRIBUTE, result.to_json() if worker else result)
            if self._tolerates(item, call, report, result):
                report.outcome = "skipped"
                report.wasxfail = f"{result.outcome}: {result.reason}"
        if report.when == "teardown":
            self._let_go(item, result)
            if result is not None and self.models.calls.answered:
                freeze_garbage("the SDK")  # between tests, whose own garbage is not meant
        return report

    def pytest_sessionfinish(self) -> None:
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput["finetunebench"] = json.dumps({name: self.fact(name) for name in FACTS})

    def pytest_unconfigure(self) -> None:
        if "models" in self.__dict__:
            self.models.close()

    def complete(self, node: pytest.Item, probe: Probe) -> Completion:
        """Ask the model; without an answer the test fails in its setup, in one line, and counts as unmeasured."""
        if getattr(self._config.option, "setuponly", False):
            pytest.skip("--setup-only asks no model")
        if ANSWER in node.stash:
            return node.stash[ANSWER][1].completion
        if RESULT in node.stash:  # the test caught what it was told, and asks on
            raise pytest.fail.Exception(unmeasured_text(node.stash[RESULT]), pytrace=False)
        repeat = repeat_of(node)
        try:
            node.stash[ANSWER] = self.models.ask(probe, repeat)
        except UnmeasuredError as error:
            found = unmeasured(str(error), error.calls)
        except CacheError as error:
            found = unmeasured(str(error))
        else:
            return node.stash[ANSWER][1].completion
        # outside the handlers: pytest would format the chained exception too
        return self._unmeasured(node, probe_result(probe, found, repeat=repeat))

    def judge(self, node: pytest.Item, probe: Probe) -> Verdict:
        """Grade the answer for this test and put the result on its report."""
        self.complete(node, probe)
        request, answer = node.stash[ANSWER]
        judged = self.models.judged(probe, answer, self.graders)
        repeat = repeat_of(node)
        result = probe_result(
            probe,
            graded_fields(judged, answer, request.fingerprint),
            repeat=repeat,
            control=self._control(probe, judged, answer.completion),
            base=self.models.ask_base(probe, repeat, self.graders),
        )
        if not result.measured:
            self._unmeasured(node, result)
        self._record(node, result)
        return judged.verdict

    def _tolerates(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, result: ProbeResult
    ) -> bool:
        """Whether the failure is the probe's miss, and left to a gate."""
        missed = call.excinfo is not None and isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception)
        if not (report.when == "call" and report.failed and missed) or item.config.getoption("runxfail", False):
            return False
        return self._plan.tolerates(result)

    def _control(self, probe: Probe, judged: JudgedVerdict, completion: Completion) -> Outcome | None:
        answer = self.control.answer(probe.prompt)
        if answer is None:
            return None
        if judged.opinion is None and completion.text == answer and not completion.truncated:
            return judged.verdict.outcome  # a memorized answer is the control's to the letter
        return grade(probe, Completion(text=answer), self.graders).outcome

    def _unmeasured(self, node: pytest.Item, result: ProbeResult) -> NoReturn:
        self._record(node, result)
        raise pytest.fail.Exception(unmeasured_text(result), pytrace=False)

    def _record(self, node: pytest.Item, result: ProbeResult) -> None:
        node.stash[RESULT] = result
        node.user_properties += testcase_properties(result, self.settings.model.text)

    def _let_go(self, item: pytest.Item, result: ProbeResult | None) -> None:
        """Take off the test what is on its reports: pytest keeps items to the end, and a rerun puts it there anew."""
        if ANSWER in item.stash:
            if result is None:
                # no verdict was asked for: who pays for the answer is decided by the next test
                self.models.give_back(*item.stash[ANSWER])
            del item.stash[ANSWER]
        if result is not None:
            del item.stash[RESULT]
            ours = testcase_properties(result, self.settings.model.text)
            item.user_properties[:] = [pair for pair in item.user_properties if pair not in ours]


def _worker(config: pytest.Config) -> tuple[int, int]:
    """Return which of how many pytest-xdist workers this is; one that replaces a crashed one takes a share over."""
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is None:
        return 0, 1
    count = int(worker["workercount"])
    return int(worker["workerid"].removeprefix("gw")) % count, count


def _run_id(config: pytest.Config) -> str:
    """One id for all processes of a run: what a refresh has already asked is then not asked again."""
    worker: dict[str, str] | None = getattr(config, "workerinput", None)
    return worker["testrunuid"] if worker else uuid.uuid4().hex
