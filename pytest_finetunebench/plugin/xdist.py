"""What crosses from pytest-xdist's workers to their controller; registered only where pytest-xdist is loaded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_finetunebench.models.cache.failures import forget_failures
from pytest_finetunebench.models.calling.budget import forget_count
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.settings import Settings


class XdistHooks:
    """Hooks of the controller."""

    def __init__(self, collector: ResultCollector, settings: Settings) -> None:
        self._collector = collector
        self._settings = settings
        self._run_ids: set[str] = set()

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._collector.add_collected(ids)

    def pytest_testnodedown(self, node: Any) -> None:
        self._run_ids.add(node.workerinput["testrunuid"])
        # a crashed worker has no output: the results it had are on its reports
        facts = getattr(node, "workeroutput", {}).get("finetunebench")
        if facts:
            self._collector.add_facts(json.loads(facts))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        # every worker has ended: what they kept for each other serves no one any more
        for run_id in self._run_ids:
            forget_count(run_id)
            forget_failures(self._settings.answers.cache_dir, run_id)
