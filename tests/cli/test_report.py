"""`finetunebench report`: a stored run as a page, pictures, Markdown and metrics."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main
from pytest_finetunebench.runs.record_files import write_json
from tests.support.stored import probes, stored


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for number, outcomes in ((1, "rrrrrr"), (2, "rrrrrw")):
        record = stored(probes(outcomes), number=number, model=f"ft:{number}", probes=())
        write_json(tmp_path / f"runs/000{number}_ft.json", record)
    return tmp_path


def run(*args: str) -> str:
    found = CliRunner().invoke(main, ["report", *args, "--runs-dir=runs"])
    assert found.exit_code == 0, found.output
    return found.output


def test_every_form_is_written(runs: Path) -> None:
    files = ("--html=out/a.html", "--svg=out/a.svg", "--badge=out/b.svg", "--markdown-brief=out/a.md")
    assert run("2", "1", *files, "--metrics=out/m.txt", "--markdown=out/full.md", "--min-rate=0.9") == ""
    page = (runs / "out/a.html").read_text(encoding="utf-8")
    assert "1 of 1 gate failed" in page
    assert "Compared with <bdi>#1 ft:1 of 2026-11-21</bdi>" in page
    assert "Stored runs" in page
    assert "right: 83%" in (runs / "out/b.svg").read_text(encoding="utf-8")
    assert "all 83.3% &lt; 90%" in (runs / "out/a.svg").read_text(encoding="utf-8")
    assert "finetunebench_gate_passed" in (runs / "out/m.txt").read_text(encoding="utf-8")
    assert "Compared with" in (runs / "out/a.md").read_text(encoding="utf-8")
    assert "Failures (1)" in (runs / "out/full.md").read_text(encoding="utf-8")


def test_without_a_file_it_is_printed(runs: Path) -> None:
    text = run("last", "1", "--min-rate=0.5")
    assert "category, kind" in text
    assert "before      #1 ft:1 of 2026-11-21" in text
    assert "PASSED all>=0.50  83.3% [" in text


def test_an_unknown_run_is_told(runs: Path) -> None:
    found = CliRunner().invoke(main, ["report", "9", "--runs-dir=runs", "--html=a.html"])
    assert found.exit_code == 1
    assert "Error: runs holds no run 9" in found.output
    assert not (runs / "a.html").exists()
