"""What crosses from pytest-xdist's workers to their controller; registered only where pytest-xdist is loaded."""

from __future__ import annotations

import json
from typing import Any

from pytest_finetunebench.plugin.collector import ResultCollector


class XdistHooks:
    """Hooks of the controller."""

    def __init__(self, collector: ResultCollector) -> None:
        self._collector = collector

    def pytest_testnodedown(self, node: Any) -> None:
        # a crashed worker has no output: the results it had are on its reports
        facts = getattr(node, "workeroutput", {}).get("finetunebench")
        if facts:
            self._collector.add_facts(json.loads(facts))
