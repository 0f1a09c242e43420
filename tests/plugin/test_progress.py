"""The progress of calls: in one line, drawn below pytest's own and taken away again."""

from __future__ import annotations

import io
from typing import Any

import pluggy
import pytest
from _pytest._io import TerminalWriter

from pytest_finetunebench.models.completers import CallStatus
from pytest_finetunebench.plugin import progress
from pytest_finetunebench.plugin.progress import Pace, Progress, progress_text
from tests.support.project import Project


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


def paced(*seen: tuple[float, int]) -> Pace:
    """Return a pace that was told how many answers there were at which second."""
    pace = Pace()
    for now, done in seen:
        pace.note(now, done)
    return pace


@pytest.mark.parametrize(
    ("status", "pace", "line"),
    [
        (CallStatus(0, 10, 1, 0, None), paced(), "0/10 answers, 1 in flight"),
        (CallStatus(1, 10, 9, 0, None), paced((3.0, 1)), "1/10 answers, 9 in flight"),
        (
            CallStatus(51, 1051, 32, 3, 0.5),
            paced((2.0, 1), (12.0, 51)),
            "51/1,051 answers, 5.0/s, 32 in flight, 3 retries, $0.5000, 3:20 left",
        ),
    ],
)
def test_the_state_in_one_line(status: CallStatus, pace: Pace, line: str) -> None:
    assert progress_text(status, pace) == line


@pytest.mark.parametrize("latency", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("start", [0.5, 6.0])
def test_no_estimate_is_far_off(latency: float, start: float) -> None:
    """800 answers in waves of 32, after an SDK's import and one call alone: each estimate is near the truth."""
    total, at_once, pace = 800, 32, Pace()
    end = start + latency * (1 + (total - 1) / at_once)
    for step in range(int(end / 0.25)):
        now = step * 0.25
        waves = int(max(now - start, 0) / latency)
        done = min(total, 0 if waves < 1 else 1 + (waves - 1) * at_once)
        pace.note(now, done)
        if pace.rate is not None and done < total:
            left = (total - done) / pace.rate
            assert 0.3 * (end - now) - latency <= left <= 3 * (end - now) + latency, (now, left, end - now)
    assert pace.rate is not None


def test_answers_from_the_cache_are_forgotten_in_time() -> None:
    pace = paced(*((0.25 * step, 700) for step in range(1, 8)), *((2.0 + step, 700 + step) for step in range(1, 60)))
    assert pace.rate == pytest.approx(1.0)


def test_on_a_terminal_one_live_line_comes_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    config, done = Config(markup=True), [5]
    shown = ticking(config, done, monkeypatch, seconds=1.0)
    config.writer.write("....")
    shown.tick()
    assert config.written.getvalue().endswith("\n\x1b[2K5/10 answers, 4 in flight\x1b[1A\r\x1b[4C")
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


SLOW = """\
import asyncio

async def complete(request):
    await asyncio.sleep(0.15)
    return "61"
"""


def test_workers_tell_the_controller(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LOG_SECONDS", 0.0)
    project.write("slow_model.py", SLOW)
    project.ini('pythonpath = ["."]')
    result = project.run(
        "--ft-model=mine:m", "--ft-provider=mine=slow_model:complete", "--ft-concurrency=2", "--ft-repeat=4"
    )
    lines = [line for line in result.outlines if line.startswith("finetunebench: ") and " answers, " in line]
    assert lines, result.stdout.str()
    assert " in flight" in lines[0]
