"""Show progress of calls: one live line on a terminal, a line every 30 seconds elsewhere.

Only the thread that runs the tests writes, while it waits for an answer and between tests: nothing that pytest prints
is torn. The live line stands below pytest's own, and is gone before pytest writes on. Under pytest-xdist the workers
tell the controller (`progress_telling`), which shows the sum.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from pytest_finetunebench.models.completers import CallStatus

LIVE_SECONDS = 0.25
LOG_SECONDS = 30.0
WINDOW_SECONDS = 15.0
"""The rate is that of the last 15 seconds, or of the last half of the run if that is longer."""
SURE_SECONDS = 0.5
"""How long answers must have come before the time left is estimated."""


class Progress:
    """Shows progress between tests and while a test waits for its answer.

    Unregisters when all calls are made, unless it `stays` because others may still begin.
    """

    def __init__(self, config: pytest.Config, status: Callable[[], CallStatus], *, stays: bool = False) -> None:
        self._stays = stays
        self._plugins = config.pluginmanager
        self._writer = config.get_terminal_writer()
        self._status = status
        self._pace = Pace()
        self._shown_at = self._looked_at = time.monotonic()
        self._shown = False

    def tick(self) -> None:
        """Show progress if it is time to. Called often, by the tests' thread."""
        now = time.monotonic()
        if now - self._looked_at < LIVE_SECONDS:
            return
        self._looked_at = now
        status = self._status()
        self._pace.note(now, status.done)
        if status.done >= status.total:
            self.clear()
            # each hook of each test would be called in vain
            if not self._stays and self._plugins.is_registered(self):
                self._plugins.unregister(self)
        elif self._writer.hasmarkup:
            self._draw(progress_text(status, self._pace)[: max(self._writer.fullwidth - 1, 20)])
        elif now - self._shown_at >= LOG_SECONDS:
            self._shown_at = now
            with self._uncaptured():
                self._writer.line()
                self._writer.line(f"finetunebench: {progress_text(status, self._pace)}")

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


class Pace:
    """How fast answers come. Counted from the first answer on: before it an SDK is imported and one call goes alone."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._began = 0.0

    def note(self, now: float, done: int) -> None:
        """Note how many answers there are, at a time in seconds."""
        if not done:
            return
        if not self._seen:
            self._began = now
        self._seen.append((now, done))
        oldest = now - max(WINDOW_SECONDS, (now - self._began) / 2)
        while len(self._seen) > 2 and self._seen[1][0] <= oldest:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Answers a second; None while too few have come to tell."""
        if not self._seen or self._seen[-1][0] - self._began < SURE_SECONDS:
            return None
        (since, first), (now, done) = self._seen[0], self._seen[-1]
        return (done - first) / (now - since) if done > first else None


def progress_text(status: CallStatus, pace: Pace) -> str:
    """Return the state in one line: answers, rate, calls in flight, retries, cost, time left."""
    parts = [f"{status.done:,}/{status.total:,} answers"]
    rate = pace.rate
    if rate is not None:
        parts.append(f"{rate:.1f}/s")
    parts.append(f"{status.in_flight} in flight")
    if status.retries:
        parts.append(f"{status.retries:,} retries")
    if status.cost is not None:
        parts.append(f"${status.cost:.4f}")
    if rate is not None:
        left = round((status.total - status.done) / rate)
        parts.append(f"{left // 60}:{left % 60:02d} left")
    return ", ".join(parts)
