"""Leave out what need not be asked any more: each process's part of `--ft-stop-when-decided`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NoReturn

import pytest

from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.errors import NOT_ASKED_TEXT
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.plugin.gating import GatePlan
from pytest_finetunebench.plugin.process import found_baselines, stop_file, this_process
from pytest_finetunebench.plugin.samples import sample_of
from pytest_finetunebench.runs.units import cluster_of

_NOT_ASKED = pytest.StashKey[bool]()
_ATTRIBUTE = "_finetunebench_not_asked"
"""On the report of a test whose probe was not asked: the sample's id."""


class Halting:
    """Whether this process still asks. A worker learns it from a file of the process that owns the run."""

    def __init__(
        self,
        config: pytest.Config,
        plan: GatePlan,
        suite: Callable[[], Suite],
        models: Callable[[], ModelSet | None],
        model: str,
    ) -> None:
        self._config, self._plan = config, plan
        self._suite, self._models, self._model = suite, models, model
        self._halted = False

    @cached_property
    def unit_order(self) -> list[str]:
        """The units of the suite in the random order in which a sequential test takes them."""
        from pytest_finetunebench.runs.early import random_order

        suite = self._suite()
        return random_order([cluster_of(probe) for probe in suite.probes], f"{suite.hash} {self._model}")

    def halt(self) -> None:
        """Ask no further. Probes whose misses no gate covers are asked all the same."""
        self._halted = True
        models = self._models()
        if models is not None:
            models.halt(wholly=all(map(self._is_spare, self._suite().probes)))

    def leaves_out(self, probe: Probe) -> bool:
        """Whether a probe is not asked any more."""
        self.look()
        return self._halted and self._is_spare(probe)

    def look(self) -> None:
        """Look whether the process that owns the run has said to stop."""
        if self._halted or self._plan.stop_when_decided is None:
            return
        process = this_process(self._config)
        if process.role == "worker" and stop_file(process.run_id).exists():
            self.halt()

    def watch(self, models: ModelSet) -> None:
        """Look while tests wait, too. The process that owns the run needs no telling."""
        if self._plan.stop_when_decided is not None and not this_process(self._config).owns_run:
            models.calls.waiting = self.look

    def reorder(self, items: list[pytest.Item]) -> None:
        """Put the tests of probes in random order, unit by unit, where a sequential test needs it."""
        if self._plan.stop_when_decided != "interval":
            return
        ranks = {unit: rank for rank, unit in enumerate(self.unit_order)}
        asking = [(place, sample) for place, item in enumerate(items) if (sample := sample_of(item)) is not None]
        order = sorted(asking, key=lambda pair: ranks[cluster_of(pair[1].probe)])
        moved = [items[place] for place, _ in order]
        for (place, _), item in zip(asking, moved, strict=True):
            items[place] = item

    def _is_spare(self, probe: Probe) -> bool:
        return self._plan.covers_any_miss(probe, found_baselines(self._config))


def leave_out(node: pytest.Item) -> NoReturn:
    """Skip a test whose probe is not asked."""
    node.stash[_NOT_ASKED] = True
    pytest.skip(NOT_ASKED_TEXT)


def mark_report(item: pytest.Item, report: pytest.TestReport) -> None:
    """Say on a test's report that its probe was not asked."""
    if report.when == "setup" and item.stash.get(_NOT_ASKED, False) and (sample := sample_of(item)) is not None:
        setattr(report, _ATTRIBUTE, sample.id)


def take_mark(report: pytest.TestReport) -> str | None:
    """Return the id of the sample that a test left out, and remove it from the report."""
    found: str | None = report.__dict__.pop(_ATTRIBUTE, None)
    return found
