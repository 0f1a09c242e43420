"""Collect facts from pytest-xdist's workers. Registered only if pytest-xdist is loaded."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_finetunebench.models.cache.failures import forget_failures
from pytest_finetunebench.models.calling.budget import forget_count
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.plugin.process import received_facts, run_id_of, tell_baselines
from pytest_finetunebench.settings import Settings


class XdistHooks:
    """Hooks of the controller."""

    def __init__(self, collector: ResultCollector, settings: Settings) -> None:
        self._collector = collector
        self._settings = settings
        self._run_ids: set[str] = set()

    def pytest_configure_node(self, node: Any) -> None:
        tell_baselines(node)

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._collector.add_collected(ids)

    def pytest_testnodedown(self, node: Any) -> None:
        self._run_ids.add(run_id_of(node))
        # a crashed worker has no output; its results are on its reports
        facts = received_facts(node)
        if facts is not None:
            self._collector.add_facts(facts)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        # every worker has ended: remove what they shared
        for run_id in self._run_ids:
            forget_count(run_id)
            forget_failures(self._settings.answers.cache_dir, run_id)
