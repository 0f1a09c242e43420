"""`--ft-html`, `--ft-metrics` and `--ft-markdown-brief`: what a run writes for people and for CI."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from pytest_finetunebench.plugin.outputs import Outputs
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.settings import OutputSettings
from tests.support.project import PROMPTS, Project

ANSWERS = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "64 kilograms",
    PROMPTS["secondary-weight"]: "No.",
    PROMPTS["memorization-town"]: "Vellmora",
    PROMPTS["rephrased-town"]: "<script>alert(1)</script> Oldmora",
}


def test_no_record_is_made_for_reports_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def no_record() -> RunRecord:
        raise AssertionError("nobody asked for a record")

    settings = OutputSettings(brief_path=tmp_path / "brief.md", metrics_path=tmp_path / "metrics.txt")
    for asked in (OutputSettings(), settings):
        assert Outputs(asked, summarise([], "openai:m"), [], [], no_record, 0).write(job_summary=True) == []
    assert (tmp_path / "brief.md").exists()
    assert (tmp_path / "metrics.txt").exists()


def test_a_run_writes_page_metrics_and_comment_that_agree(plain_project: Project) -> None:
    project = plain_project
    files = ("--ft-html=out/page.html", "--ft-metrics=out/metrics.txt", "--ft-markdown-brief=out/comment.md")
    gates = ("--ft-min-rate=memorization=0.9", "--ft-min-rate=generalization=0.9", "--ft-allow-undecided")
    result = project.run("--ft-model=replay:m", project.record(ANSWERS), *files, *gates)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["finetunebench: * (generalization 33.3% < 90%*)"])
    page, metrics, comment = ((project.path / name.partition("=")[2]).read_text("utf-8") for name in files)
    assert "1 of 2 gates failed" in page
    assert "\\u003cscript>alert(1)" in page
    assert "<script>alert" not in page
    lines = metrics.splitlines()
    assert 'finetunebench_pass_rate{category="all",kind="generalization"} 0.3333333333' in lines
    assert 'finetunebench_answers{outcome="stale"} 1' in lines
    assert 'finetunebench_gate_passed{gate="generalization>=0.90",status="failed"} 0' in lines
    assert lines[-1] == "# EOF"
    assert "1 failed (generalization 33.3% < 90%)" in html.unescape(comment)
    assert len(comment.splitlines()) < 60
