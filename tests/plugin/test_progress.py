"""The progress of calls: in one line, drawn below pytest's own and taken away again."""

from __future__ import annotations

import io
from typing import Any

import pluggy
import pytest
from _pytest._io import TerminalWriter

from pytest_finetunebench.models.roles import CallStatus
from pytest_finetunebench.plugin.progress import Progress, progress_line


class Config:
    """As much of pytest's as the progress reads."""

    def __init__(self, *, markup: bool) -> None:
        self.written = io.StringIO()
        self.writer = TerminalWriter(self.written)
        self.writer.hasmarkup = markup
        self.pluginmanager = pluggy.PluginManager("pytest")

    def get_terminal_writer(self) -> TerminalWriter:
        return self.writer


def ticking(config: Any, done: list[int], monkeypatch: pytest.MonkeyPatch, seconds: float) -> Progress:
    """Return a progress over ten answers whose clock goes `seconds` further at each look."""
    clock = iter(seconds * step for step in range(1, 100))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    shown = Progress(config, lambda: CallStatus(done[0], 10, 4, 0, None))
    config.pluginmanager.register(shown)
    return shown


@pytest.mark.parametrize(
    ("status", "seconds", "line"),
    [
        (CallStatus(0, 10, 1, 0, None), 0.0, "0/10 answers, 0.0/s, 1 in flight"),
        (
            CallStatus(50, 1050, 32, 3, 0.5),
            10.0,
            "50/1,050 answers, 5.0/s, 32 in flight, 3 retries, $0.5000, 3:20 left",
        ),
    ],
)
def test_the_state_in_one_line(status: CallStatus, seconds: float, line: str) -> None:
    assert progress_line(status, seconds) == line


def test_on_a_terminal_one_live_line_comes_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    config, done = Config(markup=True), [5]
    shown = ticking(config, done, monkeypatch, seconds=1.0)
    config.writer.write("....")
    shown.tick()
    assert config.written.getvalue().endswith("\n\x1b[2K5/10 answers, 5.0/s, 4 in flight, 0:01 left\x1b[1A\r\x1b[4C")
    shown.clear()
    assert config.written.getvalue().endswith("\n\x1b[2K\x1b[1A\r\x1b[4C")
    before = config.written.getvalue()
    shown.clear()
    done[0] = 10
    shown.tick()
    assert config.written.getvalue() == before, "nothing is left to show"
    assert not config.pluginmanager.is_registered(shown)
    shown.tick()
    assert config.written.getvalue() == before


def test_in_a_log_a_line_every_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(markup=False)
    shown = ticking(config, [5], monkeypatch, seconds=20.0)
    for _ in range(4):
        shown.tick()
    lines = [line for line in config.written.getvalue().splitlines() if line]
    assert len(lines) == 2
    assert lines[0].startswith("finetunebench: 5/10 answers, ")
