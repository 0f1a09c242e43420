"""Gather the results that test reports carry, in the process that owns the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

import pytest

from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.models.calling.answer import Source
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.plugin.asking import REPORT_ATTRIBUTE
from pytest_finetunebench.plugin.halting import take_mark
from pytest_finetunebench.plugin.probing import ProbingSession
from pytest_finetunebench.plugin.process import WorkerFacts, join_facts
from pytest_finetunebench.runs.found_hard import set_apart
from pytest_finetunebench.runs.gate_results import Coverage
from pytest_finetunebench.runs.git_revision import git_revision
from pytest_finetunebench.runs.measure import arm_entries, make_record
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.settings import Settings

SAMPLE_ATTRIBUTE = "_finetunebench_sample"
"""Names the sample on a report that failed for it."""
_Graded = TypeVar("_Graded", bound=GradedAnswer)


class ResultCollector:
    """Keeps one result per sample, however many tests and reruns ask it."""

    def __init__(self, config: pytest.Config, settings: Settings, session: ProbingSession) -> None:
        self._config = config
        self._settings = settings
        self._session = session
        self._results: dict[str, ProbeResult] = {}
        self._facts: list[WorkerFacts] = []
        self._workers: WorkerFacts | None = None
        """What the workers know together; None where it is to be joined anew."""
        self._collected: list[str] = []
        self._not_red: set[str] = set()
        self.test_file: str | None = None
        """A file with tests of probes, from pytest's root folder on; None before one was reported."""
        self._not_asked: set[str] = set()
        self.heard: Callable[[ProbeResult], object] = lambda _: None
        """Called with every result as it comes."""

    def add_facts(self, facts: WorkerFacts) -> None:
        """Add the facts of a worker."""
        self._facts.append(facts)
        self._workers = None

    def add_collected(self, node_ids: list[str]) -> None:
        """Add what a worker collected. Of an interrupted worker nothing else is known."""
        self._collected = node_ids

    def pytest_report_header(self) -> str:
        cases = ", ".join(shown(path) for path in self._settings.suite.cases)
        return f"finetunebench: model {self._settings.model.text}, cases {cases}, cache {self._settings.answers.cache}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # remove it from the report, which pytest keeps to the end
        left_out = take_mark(report)
        if left_out is not None:
            self._not_asked.add(left_out)
        carried = report.__dict__.pop(REPORT_ATTRIBUTE, None)
        if carried is not None:
            self.test_file = self.test_file or report.location[0]
            result = carried if isinstance(carried, ProbeResult) else ProbeResult.from_json(carried)
            earlier = self._results.get(result.sample_id)
            if not report.failed:
                self._not_red.add(result.sample_id)
            else:
                self._not_red.discard(result.sample_id)
                setattr(report, SAMPLE_ATTRIBUTE, result.sample_id)
            self._results[result.sample_id] = result if earlier is None else _joined(earlier, result)
            self.heard(result)

    @property
    def all_results(self) -> list[ProbeResult]:
        """The results so far. Calls that another process made ahead count to them."""
        unread = dict(self.facts.unread)
        found = self._results.values()
        return [result.with_prefetch_calls(unread) for result in found] if unread else list(found)

    @property
    def results(self) -> list[ProbeResult]:
        """Those of them that count in rates and gates."""
        return set_apart(self.all_results, counts=self._settings.suite.found_hard == "count")[0]

    @property
    def unused_calls(self) -> int:
        """Number of calls made ahead for tests that did not run."""
        unread = dict(self.facts.unread)
        if unread:
            for result in self._results.values():
                result.with_prefetch_calls(unread)
        return sum(unread.values())

    @property
    def graders(self) -> dict[str, GraderFunction]:
        """Custom graders by name."""
        return self._session.graders

    @property
    def probed(self) -> bool:
        """Whether probes were selected or answered at all."""
        return bool(self.facts.selected or self._results)

    @property
    def unmeasured(self) -> list[ProbeResult]:
        """Samples without a measured answer."""
        return [result for result in self._results.values() if not result.measured]

    @property
    def nothing_asked(self) -> bool:
        """Whether probes were selected, and no test read an answer: all were skipped, or not run."""
        return bool(self.not_run) and not self._results

    @property
    def hidden(self) -> list[ProbeResult]:
        """Unmeasured samples whose tests did not fail: an xfail marker, a skip, or a test that caught the failure."""
        return [result for result in self.unmeasured if result.sample_id in self._not_red]

    @property
    def missed(self) -> int:
        """Number of measured samples whose tests failed: the misses that no gate tolerates."""
        return sum(result.measured and name not in self._not_red for name, result in self._results.items())

    @property
    def by_sample(self) -> Mapping[str, ProbeResult]:
        """The results by the ids of their samples."""
        return self._results

    @property
    def not_run(self) -> list[str]:
        """Ids of selected samples without a result, though the run had not stopped asking."""
        return sorted(set(self.facts.selected) - self._results.keys() - self._not_asked)

    @property
    def not_asked(self) -> list[str]:
        """Ids of samples that were not asked, as every gate was decided."""
        return sorted(self._not_asked - self._results.keys())

    @property
    def base_url(self) -> str | None:
        """The address of a custom server; None for the provider's own."""
        return self.facts.base_url if self._settings.model.base_url else None

    @property
    def facts(self) -> WorkerFacts:
        """What all processes of the run know together."""
        if self._collected and not self._facts:
            self._session.selection.choose_named(self._collected)
            self._collected = []
        if self._workers is None:
            self._workers = join_facts(self._facts)
        own = self._session.facts
        if own is None:
            return self._workers
        return join_facts([own, self._workers] if self._facts else [own])

    def coverage(self, interrupted: str | None) -> Coverage:
        """Return how much of the suite the results cover."""
        facts = self.facts
        return Coverage(
            # a run that never got to select anything is not partial by choice
            not_selected=len(facts.not_selected) if facts.selected else 0,
            not_run=len(self.not_run),
            interrupted=interrupted,
            empty=not facts.selected,
            probes=len(facts.probes),
        )

    def record(self, interrupted: str | None, stopped: str | None = None) -> RunRecord:
        """Return the run's record as it stands; `stopped` says what was saved by not asking the rest."""
        facts = self.facts
        return make_record(
            self._settings,
            self.all_results,
            suite_hash=facts.suite_hash or self._session.suite_hash,
            base_url=facts.base_url,
            not_run=sorted([*self.not_run, *self.not_asked]),
            not_selected=sorted(facts.not_selected),
            probes=facts.probes,
            interrupted=interrupted,
            stopped=stopped,
            commit=self._commit,
            name=self._settings.output.save or None,
            notices=facts.notices,
            arms=arm_entries(self._settings, dict(facts.arm_notes)),
        )

    @cached_property
    def _commit(self) -> str | None:
        return git_revision(self._config.rootpath)


def _joined(earlier: ProbeResult, later: ProbeResult) -> ProbeResult:
    """Return the later result, or the earlier if only that is measured, with the calls of both."""
    kept, other = (earlier, later) if earlier.measured and not later.measured else (later, earlier)
    joined = _with_calls(kept, other)
    arms = {
        name: _with_calls(joined.arms[name], other.arms[name]) if name in joined.arms and name in other.arms else arm
        for name, arm in (other.arms | joined.arms).items()
    }
    base = joined.base or other.base
    if joined.base is not None and other.base is not None:
        base = _with_calls(joined.base, other.base)
    return replace(joined, base=base, arms=arms)


def _with_calls(kept: _Graded, other: GradedAnswer) -> _Graded:
    """Return an answer with the calls of another attempt added, the judge's too."""
    judge = kept.judge
    if judge is not None and other.judge is not None:
        cost = {"calls": judge.calls + other.judge.calls, "source": _source(judge, other.judge)}
        judge = judge.model_copy(update=cost)
    failed = kept.judge_failed_calls + other.judge_failed_calls
    return replace(
        kept,
        calls=kept.calls + other.calls,
        source=_source(kept, other),
        judge=judge,
        judge_failed_calls=failed,
    )


def _source(kept: GradedAnswer | Opinion, other: GradedAnswer | Opinion) -> Source | None:
    return "provider" if "provider" in (kept.source, other.source) else kept.source
