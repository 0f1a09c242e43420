"""How far the calls are: one live line on a terminal, a line every 30 seconds elsewhere.

Only the thread that runs the tests writes, while it waits for an answer and between tests: nothing that pytest prints
is torn. The live line stands below pytest's own, and is gone before pytest writes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pytest_finetunebench.models import CallStatus

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter

LIVE_SECONDS = 0.25
LOG_SECONDS = 30.0


class Progress:
    """Shows how far the calls of this process are."""

    def __init__(self, config: pytest.Config, status: Callable[[], CallStatus]) -> None:
        told = not hasattr(config, "workerinput") and config.pluginmanager.hasplugin("terminalreporter")
        self._writer = config.get_terminal_writer() if told else None
        self._status = status
        self._began = self._shown_at = time.monotonic()
        self._shown = False

    def tick(self) -> None:
        """Show the state, if it is time to; called often, by the tests' thread."""
        now = time.monotonic()
        writer = self._writer
        if writer is None or now - self._shown_at < (LIVE_SECONDS if writer.hasmarkup else LOG_SECONDS):
            return
        status = self._status()
        if status.done >= status.total:
            self.clear()
            return
        self._shown_at = now
        line = progress_line(status, now - self._began)
        if writer.hasmarkup:
            self._draw(writer, line[: max(writer.fullwidth - 1, 20)])
        else:
            writer.line()
            writer.line(f"finetunebench: {line}")

    def clear(self) -> None:
        """Take the live line away."""
        if self._shown and self._writer is not None:
            self._draw(self._writer, "")
            self._shown = False

    def _draw(self, writer: TerminalWriter, line: str) -> None:
        # the line below, then back to where pytest left off
        column = writer.width_of_current_line
        back = f"\x1b[1A\r\x1b[{column}C" if column else "\x1b[1A\r"
        writer._file.write(f"\n\x1b[2K{line}{back}")
        writer.flush()
        self._shown = bool(line)


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
