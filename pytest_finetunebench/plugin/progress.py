"""Show progress of calls: one live line on a terminal, a line every 30 seconds elsewhere.

Only the thread that runs the tests writes, while it waits for an answer and between tests: nothing that pytest prints
is torn. The live line stands below pytest's own, and is gone before pytest writes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from pytest_finetunebench.models.roles import CallStatus, ModelSet
from pytest_finetunebench.plugin.process import this_process

LIVE_SECONDS = 0.25
LOG_SECONDS = 30.0


def show_progress(config: pytest.Config, models: ModelSet) -> None:
    """Show progress of this process's calls until all are made. A worker owns no terminal."""
    if this_process(config).owns_run and config.pluginmanager.hasplugin("terminalreporter"):
        progress = Progress(config, models.status)
        models.calls.waiting = progress.tick
        config.pluginmanager.register(progress)


class Progress:
    """Shows progress between tests and while a test waits for its answer. Unregisters when all calls are made."""

    def __init__(self, config: pytest.Config, status: Callable[[], CallStatus]) -> None:
        self._plugins = config.pluginmanager
        self._writer = config.get_terminal_writer()
        self._status = status
        self._began = self._shown_at = self._looked_at = time.monotonic()
        self._shown = False

    def tick(self) -> None:
        """Show progress if it is time to. Called often, by the tests' thread."""
        now = time.monotonic()
        if now - self._looked_at < LIVE_SECONDS:
            return
        self._looked_at = now
        status = self._status()
        if status.done >= status.total:
            self.clear()
            # each hook of each test would be called in vain
            if self._plugins.is_registered(self):
                self._plugins.unregister(self)
        elif self._writer.hasmarkup:
            self._draw(progress_line(status, now - self._began)[: max(self._writer.fullwidth - 1, 20)])
        elif now - self._shown_at >= LOG_SECONDS:
            self._shown_at = now
            with self._uncaptured():
                self._writer.line()
                self._writer.line(f"finetunebench: {progress_line(status, now - self._began)}")

    def clear(self) -> None:
        """Remove the live line."""
        if self._shown:
            self._draw("")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self) -> None:
        self.clear()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        self.tick()

    def pytest_sessionfinish(self) -> None:
        self.clear()

    def _draw(self, line: str) -> None:
        # the line below, then back to where pytest left off
        column = self._writer.width_of_current_line
        back = f"\x1b[1A\r\x1b[{column}C" if column else "\x1b[1A\r"
        with self._uncaptured():
            self._writer._file.write(f"\n\x1b[2K{line}{back}")
            self._writer.flush()
        self._shown = bool(line)

    def _uncaptured(self) -> AbstractContextManager[None]:
        # while a test waits, what is written would be the test's captured output
        capture = self._plugins.get_plugin("capturemanager")
        return capture.global_and_fixture_disabled() if capture else nullcontext()


def progress_line(status: CallStatus, seconds: float) -> str:
    """Return the state in one line: answers, rate, calls in flight, retries, cost, time left."""
    rate = status.done / seconds if seconds > 0 else 0.0
    parts = [f"{status.done:,}/{status.total:,} answers", f"{rate:.1f}/s", f"{status.in_flight} in flight"]
    if status.retries:
        parts.append(f"{status.retries:,} retries")
    if status.cost is not None:
        parts.append(f"${status.cost:.4f}")
    if rate:
        left = round((status.total - status.done) / rate)
        parts.append(f"{left // 60}:{left % 60:02d} left")
    return ", ".join(parts)
