"""Collect the suite's probes as tests, open what they need, and ask ahead of them.

Runs in every process that runs tests: the only one, or each pytest-xdist worker.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.errors import FinetuneBenchError
from pytest_finetunebench.grading.custom import GraderFunction
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.calling.line import Line
from pytest_finetunebench.models.completers import CallStatus
from pytest_finetunebench.models.providers.control import Memorizer
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.plugin.batching import wait_for_batches
from pytest_finetunebench.plugin.custom_graders import custom_graders
from pytest_finetunebench.plugin.garbage import freeze_garbage
from pytest_finetunebench.plugin.gating import GatePlan
from pytest_finetunebench.plugin.halting import Halting
from pytest_finetunebench.plugin.process import (
    WorkerFacts,
    channel_of,
    send_facts,
    this_process,
)
from pytest_finetunebench.plugin.progress_telling import show_progress
from pytest_finetunebench.plugin.samples import samples_of, shows_only
from pytest_finetunebench.plugin.selection import Selection
from pytest_finetunebench.plugin.telling import Telling
from pytest_finetunebench.runs.found_hard import check_counted
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.settings import Settings

if TYPE_CHECKING:
    from pytest_finetunebench.models.arms.arm import Arm


class ProbingSession:
    """The state of one process: suite, models and control, each made when first needed."""

    def __init__(self, config: pytest.Config, settings: Settings, plan: GatePlan) -> None:
        self.settings = settings
        self._config = config
        self._plan = plan
        self.selection = Selection(lambda: self.suite, settings.suite.repeat)
        self.halting = Halting(config, plan, lambda: self.suite, lambda: self._models, settings.model.text)
        self._batch_notices: list[str] = []
        self._suite: Suite | None = None
        self._models: ModelSet | None = None
        self._telling = Telling(config)

    @property
    def suite(self) -> Suite:
        """The suite under test, read when first needed."""
        if self._suite is None:
            given = self.settings.suite
            self._suite = load_suite(given.cases, all_rows=given.all_rows, graders=self.graders.keys())
        return self._suite

    @property
    def _counts_found_hard(self) -> bool:
        return self.settings.suite.found_hard == "count"

    def is_apart(self, probe: Probe | ProbeResult) -> bool:
        """Whether a probe counts in no rate and no gate, as it was chosen because a model failed it."""
        return probe.found_hard and not self._counts_found_hard

    @property
    def counted_probes(self) -> Iterator[Probe]:
        """The probes of the suite that count in rates and gates."""
        return (probe for probe in self.suite.probes if not self.is_apart(probe))

    @property
    def selects_counted(self) -> bool:
        """Whether the selected tests ask any probe that counts."""
        left_out = set(self.selection.left_out)
        return any(probe.id not in left_out for probe in self.counted_probes)

    @cached_property
    def graders(self) -> dict[str, GraderFunction]:
        """Custom graders by name.

        Raises:
            SettingsError: one of them cannot be used.
        """
        return custom_graders(self._config, self.settings.suite.graders)

    @cached_property
    def control(self) -> Memorizer:
        """The control model. Every report shows its rates beside the model's."""
        return Memorizer(self.suite.trained)

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        """The arms of the run.

        Raises:
            FinetuneBenchError: one of them cannot be used.
        """
        if not self.settings.arms.specs:
            return ()
        from pytest_finetunebench.training.arm_examples import checked_arms

        return checked_arms(self.settings.arms, self.suite)

    @property
    def models(self) -> ModelSet:
        """The models of this run, made when first needed."""
        if self._models is None:
            process, trained = this_process(self._config), self.suite.trained
            self._models = ModelSet(
                self.settings,
                dict(os.environ),
                trained,
                process.run_id,
                process.worker,
                process.workers,
                self._telling.tell,
                self._line,
                arms=self.arms,
            )
        return self._models

    @cached_property
    def _line(self) -> Line | None:
        """What asks for this process; None where it asks for itself."""
        channel = channel_of(self._config)
        if channel is None:
            return None
        from pytest_finetunebench.plugin.worker_line import WorkerLine

        return WorkerLine(channel, lambda: self.suite.hash)

    @property
    def status(self) -> CallStatus | None:
        """How far this process's calls are; None where it asked nothing."""
        return None if self._models is None else self._models.status()

    @property
    def facts(self) -> WorkerFacts | None:
        """What the process that owns the run needs to know; None if no suite was read."""
        if self._suite is None:
            return None
        models = self._models
        return WorkerFacts(
            None,  # it takes 8 µs a probe, and only a record holds it
            models.base_url if models else None,
            (*self._suite.notices, *self._batch_notices, *(models.notices if models else [])),
            tuple(models.unread.items()) if models else (),
            self.selection.ids,
            self.selection.left_out,
            self.selection.probe_ids,
            tuple((arm.name, arm.note) for arm in models.arms) if models else (),
        )

    @property
    def suite_hash(self) -> str | None:
        """The hash of the suite; None if no suite was read."""
        return None if self._suite is None else self._suite.hash

    def add_notices(self, notices: list[str]) -> None:
        """Add notices for the end of the run."""
        self._batch_notices += notices

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "ft_probe" not in metafunc.fixturenames:
            return
        try:
            check_counted((probe.found_hard for probe in self.suite.probes), counts=self._counts_found_hard)
            self._plan.check(list(self.counted_probes), list(filter(self.is_apart, self.suite.probes)))
            if not shows_only(self._config):
                self.models.open()
                if self.arms:
                    from pytest_finetunebench.models.arm_checks import check_arms

                    check_arms(self.models, self.settings, [(probe, 0) for probe in self.suite.probes])
        except FinetuneBenchError as error:
            raise pytest.Collector.CollectError(str(error)) from error
        metafunc.parametrize("ft_probe", self.selection.params, indirect=True)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, object, object]:
        outcome = yield
        self.halting.reorder(items)
        return outcome

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.selection.choose(samples_of(session))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        if self.settings.answers.dry_run:
            return (yield)
        samples = samples_of(session)
        self.selection.choose(samples)  # what other plugins left: known before the first test
        broken = session.testsfailed and not session.config.option.continue_on_collection_errors
        if samples and not broken and not shows_only(session.config):
            freeze_garbage("the tests")
            show_progress(self._config, self.models)
            asked = [(sample.probe, sample.repeat) for sample in samples]
            if self.settings.answers.batch and self._line is None:
                self._batch_notices += wait_for_batches(self._config, self.models, asked)
            self.halting.watch(self.models)
            self.models.prefetch(asked, self.graders)
        try:
            outcome = yield
        except BaseException:
            if samples:
                self.models.stop(at_once=True)
            raise
        if samples and not shows_only(session.config):
            # a worker that stops early ends the run; otherwise other workers' tests may wait for its calls
            self.models.stop(at_once=bool(session.shouldfail or session.shouldstop))
        return outcome

    def pytest_sessionfinish(self) -> None:
        if not this_process(self._config).owns_run:
            facts = self.facts
            send_facts(self._config, facts and replace(facts, suite_hash=self.suite_hash))

    def pytest_unconfigure(self) -> None:
        if self._models is not None:
            self._models.close()
