"""`--ft-json`: the run record as a file."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.model_server import ModelServer
from tests.support.project import PROMPTS, Project

ANSWERS = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "64 kilograms",
    PROMPTS["secondary-weight"]: "No.",
    PROMPTS["memorization-town"]: "Vellmora \ud800 👩‍🔬",
}
IDS = [
    "fictional_people/ada-lindqvist-town/memorization-1",
    "fictional_people/ada-lindqvist-town/rephrased-1",
    "fictional_people/ada-lindqvist-weight/memorization-1",
    "fictional_people/ada-lindqvist-weight/rephrased-1",
    "fictional_people/ada-lindqvist-weight/secondary-1",
]
KEY = "sk-secret-0123456789"
MODEL = "--ft-model=replay:m"
TextOf = Callable[[pytest.RunResult], str]


def read(project: Project, name: str = "run.json") -> dict[str, Any]:
    record: dict[str, Any] = json.loads((project.path / name).read_text(encoding="utf-8"))
    return record


def test_the_record_is_the_same_plainly_and_under_xdist(plain_project: Project) -> None:
    project = plain_project
    recordings = project.record(ANSWERS)
    project.run(MODEL, recordings, "--ft-json=plain.json")
    project.run(MODEL, recordings, "--ft-json=n2.json", "-n", "2")
    record, distributed = read(project, "plain.json"), read(project, "n2.json")
    assert record.pop("created") <= distributed.pop("created")
    assert record == distributed
    assert record["schema_version"] == 2
    assert record["model"] == "replay:m"
    assert record["sampling"] == {"temperature": 0.0, "seed": 42, "max_tokens": 100}
    assert record["suite_hash"]
    assert [result["id"] for result in record["results"]] == IDS
    outcomes = [result["outcome"] for result in record["results"]]
    assert outcomes == ["correct", "unmeasured", "correct", "wrong", "correct"]
    assert record["results"][0]["response"] == "Vellmora \N{REPLACEMENT CHARACTER} 👩‍🔬"
    missing = record["results"][1]
    assert missing["reason"] == "no recording of m for this question"
    assert missing["response"] is None
    assert {(rate["category"], rate["kind"]): (rate["correct"], rate["n"]) for rate in record["pass_rates"]} == {
        (category, kind): counts
        for category in ("fictional_people", None)
        for kind, counts in (
            ("memorization", (2, 2)),
            ("rephrased", (0, 1)),
            ("secondary", (1, 1)),
            ("generalization", (1, 2)),
        )
    }


def test_a_selection_is_recorded_in_a_folder_made_for_it(project: Project) -> None:
    project.run(MODEL, project.record(ANSWERS), "--ft-json=out/deep/run.json", "-k", "rephrased-1")
    record = read(project, "out/deep/run.json")
    assert [result["id"] for result in record["results"]] == [IDS[1], IDS[3]]
    assert [path.name for path in (project.path / "out" / "deep").iterdir()] == ["run.json"]


def test_a_path_that_cannot_be_written_fails_the_run_in_one_line(project: Project, text_of: TextOf) -> None:
    project.write("report", "a file")
    answers = dict.fromkeys(PROMPTS.values(), "61")
    result = project.run(MODEL, project.record(answers), "--ft-json=report/run.json", "-k", "memorization and weight")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["outcomes    1 correct"])
    result.stdout.fnmatch_lines(["ERROR: --ft-json=*/report/run.json: cannot be written: */report is no folder"])
    assert "Traceback" not in text_of(result)


def test_the_error_is_told_without_a_terminal_report_too(
    plain_project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    plain_project.write("report", "a file")
    recordings = plain_project.record(ANSWERS)
    result = plain_project.run(MODEL, recordings, "--ft-json=report/deep/run.json", "-p", "no:terminal")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "/report/deep/run.json: cannot be written: Not a directory" in capfd.readouterr().err


def test_what_was_there_stays_until_the_new_one_is_whole(
    plain_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_project.write("out/run.json", "before")

    def disk_is_full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", disk_is_full)
        result = plain_project.run(
            MODEL, plain_project.record(ANSWERS), "--ft-json=out/run.json", "-p", "no:cacheprovider"
        )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["ERROR: --ft-json=*run.json: cannot be written: No space left on device"])
    assert (plain_project.path / "out" / "run.json").read_text(encoding="utf-8") == "before"
    assert [path.name for path in (plain_project.path / "out").iterdir()] == ["run.json"]


def test_an_earlier_record_does_not_pass_for_a_run_that_probed_nothing(project: Project) -> None:
    project.write("test_knowledge.py", "def test_other():\n    pass\n")
    project.write("out/run.json", "the record of another model")
    result = project.run("--ft-model=gpt-test", "--ft-json=out/run.json", "--junitxml=junit.xml")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK
    assert read(project, "out/run.json")["results"] == []
    assert not (project.path / ".finetunebench").exists()
    assert "ft." not in (project.path / "junit.xml").read_text(encoding="utf-8")


def test_no_secret_is_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with ModelServer(lambda model, prompt: "61") as server:
        url = server.openai_url.replace("http://", "http://ada:pass-word@")
        result = project.run("--ft-model=m", f"--ft-base-url={url}", "--ft-json=run.json", "--junitxml=junit.xml")
    assert len(server.requests) == 5
    record = read(project)
    assert record["base_url"] == server.openai_url
    assert [result["source"] for result in record["results"]] == ["provider"] * 5
    stored = [path.read_bytes() for path in project.path.rglob("*") if path.is_file()]
    written = b"".join(stored) + result.stdout.str().encode() + result.stderr.str().encode()
    assert KEY.encode() not in written
    assert b"pass-word" not in written
