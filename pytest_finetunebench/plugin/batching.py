"""`--ft-batch`: wait for batch jobs before the tests run, and show their progress."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import wait

import pytest

from pytest_finetunebench.errors import FinetuneBenchError
from pytest_finetunebench.models.batches.outcome import BatchProgress
from pytest_finetunebench.models.read_ahead import Sample
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.plugin.process import this_process

LOOK_SECONDS = 0.2
TOLD_SECONDS = 30.0
"""The least time between two lines that say the same."""


def wait_for_batches(config: pytest.Config, models: ModelSet, asked: Sequence[Sample]) -> list[str]:
    """Answer missing requests by batch jobs; return notices for the end of the run.

    A failed job leaves its requests unmeasured; each test says why. An interrupt leaves the job running; the next run
    finds it again.
    """
    latest: list[BatchProgress] = []
    pending = models.start_batches(asked, latest.append)
    telling = _Telling(config)
    try:
        while wait([pending], timeout=LOOK_SECONDS).not_done:
            if latest:
                telling.tell(latest[-1])
        return [outcome.describe() for outcome in pending.result()]
    except FinetuneBenchError as error:
        return [f"batch: {error}"]
    except KeyboardInterrupt:
        pending.cancel()
        raise


class _Telling:
    """Prints a line when the state changes, and every half minute."""

    def __init__(self, config: pytest.Config) -> None:
        told = this_process(config).owns_run and config.pluginmanager.hasplugin("terminalreporter")
        self._writer = config.get_terminal_writer() if told else None
        self._state: object = None
        self._told_at = 0.0

    def tell(self, progress: BatchProgress) -> None:
        now = time.monotonic()
        if self._writer is None or (progress.state == self._state and now - self._told_at < TOLD_SECONDS):
            return
        self._state, self._told_at = progress.state, now
        failed = f", {progress.failed:,} failed" if progress.failed else ""
        self._writer.line(
            f"finetunebench: batch {progress.state}: {progress.done:,}/{progress.total:,} answers{failed}"
        )
