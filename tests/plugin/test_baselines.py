"""Stored runs, comparisons with them, and the base model asked in the same session."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import CASES, PROMPTS, Project

TextOf = Callable[[pytest.RunResult], str]
WEIGHT, TOWN = "memorization-weight", "memorization-town"
OLD = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "70",
    PROMPTS["secondary-weight"]: "No",
    PROMPTS["memorization-town"]: "Oldmora",
    PROMPTS["rephrased-town"]: "Oldmora",
}
NEW = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "61",
    PROMPTS["secondary-weight"]: "Yes",
    PROMPTS["memorization-town"]: "Vellmora",
    PROMPTS["rephrased-town"]: "Oldmora",
}
INTERRUPTED = """\
def test_knowledge(ft_probe, ft_verdict):
    if ft_probe.kind == "secondary":
        raise KeyboardInterrupt
    assert ft_verdict.passed
"""


@pytest.fixture
def models(project: Project) -> Project:
    """A project with recordings of an old and a new model."""
    rows = [
        json.dumps({"model": model, "prompt": prompt, "response": text})
        for model, answers in {"old": OLD, "new": NEW}.items()
        for prompt, text in answers.items()
    ]
    project.write("recordings.jsonl", "\n".join(rows) + "\n")
    project.ini('ft_recordings = ["recordings.jsonl"]')
    return project


def stored(project: Project) -> list[Path]:
    return sorted((project.path / ".finetunebench" / "runs").glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def test_saved_runs_are_numbered_and_hold_what_was_asked(models: Project) -> None:
    first = models.run("--ft-model=replay:old", "--ft-save")
    first.stdout.fnmatch_lines(["note        saved as run #1: 0001_replay-old_*.json"])
    models.run("--ft-model=replay:new", "--ft-save=candidate")
    one, two = stored(models)
    assert one.name.startswith("0001_replay-old_")
    assert two.name.startswith("0002_candidate_replay-new_")
    record = read(two)
    assert (record["schema_version"], record["number"], record["name"]) == (1, 2, "candidate")
    assert (record["model"], record["repeat"], record["cache"]) == ("replay:new", 1, "auto")
    assert (record["not_run"], record["not_selected"], record["interrupted"]) == ([], [], None)
    assert len(record["grading_version"]) == 12
    assert len(record["results"]) == 5


def test_the_first_comparison_has_no_baseline_and_warns(models: Project) -> None:
    result = models.run("--ft-model=replay:old", "--ft-compare", "--ft-compare-fail=regressions>0", "--ft-save")
    assert result.ret == pytest.ExitCode.OK, "no baseline is a warning"
    text = " ".join(result.stdout.str().split())
    assert "--ft-compare=last: no baseline yet, nothing to compare with: --ft-save stores this run as one" in text
    assert "NOT EVALUATED compare:regressions>0: no baseline yet" in text
    assert len(stored(models)) == 1


def test_a_regression_fails_the_run_and_is_named(models: Project) -> None:
    models.run("--ft-model=replay:old", "--ft-save")
    result = models.run(
        "--ft-model=replay:new", "--ft-compare", "--ft-compare-fail=regressions>0", "--ft-compare-fail=drop>0.5"
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=4, xfailed=2, failed=1)
    text = " ".join(result.stdout.str().split())
    assert "FAILED compare:regressions>0: 40.0% → 60.0%, +20.0 points [" in text
    assert "2 fixed, 1 broke (fictional_people/ada-lindqvist-weight/secondary-1)" in text
    assert "PASSED compare:drop>0.5: 40.0% → 60.0%" in text


def test_a_gate_that_the_data_could_not_have_failed_fails_the_run(models: Project) -> None:
    models.run("--ft-model=replay:new", "--ft-save")
    options = ("--ft-model=replay:old", "--ft-compare", "--ft-compare-fail=significant-drop")
    result = models.run(*options, "--junitxml=junit.xml")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    text = " ".join(result.stdout.str().split())
    assert "CANNOT BE DECIDED compare:significant-drop: 60.0% → 40.0%" in text
    assert "the baseline is right on 2 items: even losing all is no significant drop, 5 are needed" in text
    assert "cannot be decided: 60.0%" in (models.path / "junit.xml").read_text(encoding="utf-8")
    allowed = models.run(*options, "--ft-allow-undecided")
    assert allowed.ret == pytest.ExitCode.OK
    assert "5 are needed (allowed)" in " ".join(allowed.stdout.str().split())


@pytest.mark.parametrize("ref", ["last", "1", "#1", "old-one", "path"])
def test_a_baseline_is_found_by_any_of_its_names(models: Project, ref: str) -> None:
    models.run("--ft-model=replay:old", "--ft-save=old-one")
    name = str(stored(models)[0]) if ref == "path" else ref
    result = models.run("--ft-model=replay:new", f"--ft-compare={name}", "--ft-compare-fail=regressions>1")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["  PASSED        compare:regressions>1: 40.0% *"])


def test_a_partial_run_is_no_baseline(models: Project) -> None:
    models.run("--ft-model=replay:old", "--ft-save")
    partial = models.run("--ft-model=replay:old", "--ft-save", "-k", "town")
    partial.stdout.fnmatch_lines(["note        saved as run #2, a partial run: no baseline:*"])
    assert len(read(stored(models)[1])["not_selected"]) == 3
    result = models.run("--ft-model=replay:new", "--ft-compare", "--ft-compare-fail=regressions>1")
    text = " ".join(result.stdout.str().split())
    assert "--ft-compare=last: #2 passed over, as partial runs are no baseline" in text
    assert "PASSED compare:regressions>1: 40.0% → 60.0%" in text
    subset = models.run("--ft-model=replay:new", "--ft-compare", "--ft-compare-fail=regressions>0", "-k", "town")
    assert subset.ret == pytest.ExitCode.OK
    subset.stdout.fnmatch_lines(["  NOT EVALUATED compare:regressions>0: a partial run: 3 probes of the suite*"])


def test_an_interrupted_run_saves_what_it_has_as_partial(models: Project) -> None:
    models.write("test_knowledge.py", INTERRUPTED)
    models.pytester.runpytest_subprocess("--ft-model=replay:old", "--ft-save=half", "--ft-min-rate=0.1")
    record = read(stored(models)[0])
    assert record["name"] == "half"
    assert record["interrupted"]
    assert len(record["results"]) == 2
    assert len(record["not_run"]) == 3


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("7", "--ft-compare=7: .finetunebench/runs holds no run 7"),
        (
            "olt-one",
            "--ft-compare=olt-one: .finetunebench/runs holds no run called 'olt-one' (did you mean 'old-one'?)",
        ),
        ("missing.json", "--ft-compare=missing.json: missing.json: cannot be read: No such file or directory"),
        ("broken.json", "--ft-compare=broken.json: broken.json: is no run record: not JSON"),
        ("other.json", "--ft-compare=other.json: other.json: is no run record: it has no schema_version"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_named_at_once(
    plain_project: Project, text_of: TextOf, ref: str, words: str
) -> None:
    plain_project.run("--ft-model=control:memorizer", "--ft-save=old-one")
    plain_project.write("broken.json", '{"schema_version": 1')
    plain_project.write("other.json", "{}")
    result = plain_project.run("--ft-model=control:memorizer", f"--ft-compare={ref}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in text_of(result)
    assert "Traceback" not in text_of(result)
    assert "passed" not in text_of(result), "nothing was asked"


def test_a_corrupt_record_is_named_never_skipped(plain_project: Project, text_of: TextOf) -> None:
    plain_project.run("--ft-model=control:memorizer", "--ft-save")
    plain_project.run("--ft-model=control:memorizer", "--ft-save")
    stored(plain_project)[1].write_text('{"schema_version": 1, "results": 3}', encoding="utf-8")
    result = plain_project.run("--ft-model=control:memorizer", "--ft-compare")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f".finetunebench/runs/{stored(plain_project)[1].name}: is damaged: " in text_of(result)


def test_a_value_that_is_a_file_is_refused(plain_project: Project, text_of: TextOf) -> None:
    result = plain_project.run("--ft-model=control:memorizer", "--ft-save", "test_knowledge.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--ft-save=test_knowledge.py: is a file or folder: write --ft-save=NAME" in text_of(result)


def test_a_changed_suite_is_compared_on_what_is_shared(models: Project) -> None:
    models.run("--ft-model=replay:old", "--ft-save")
    models.write("knowledge_cases/people.yaml", CASES.replace("Which town is Ada Lindqvist's home?", "Where's Ada?"))
    result = models.run("--ft-model=replay:new", "--ft-compare")
    text = " ".join(result.stdout.str().split())
    assert "the suites differ: compared on the probes that both share (1 new, 1 gone, 1 of each rewritten)" in text


def test_the_base_model_is_asked_in_the_same_session(models: Project) -> None:
    record = models.run_json("--ft-model=replay:new", "--ft-base-model=replay:old")
    assert record["base_model"] == "replay:old"
    outcomes = {result["id"].partition("lindqvist-")[2]: result["base"]["outcome"] for result in record["results"]}
    assert outcomes == {
        "town/memorization-1": "stale",
        "town/rephrased-1": "stale",
        "weight/memorization-1": "correct",
        "weight/rephrased-1": "wrong",
        "weight/secondary-1": "correct",
    }
    assert record["results"][0]["base"]["response"] == "Oldmora"


def test_what_the_base_cannot_answer_is_no_error_of_the_model(models: Project) -> None:
    only = [json.dumps({"model": "base", "prompt": PROMPTS["memorization-town"], "response": "Oldmora"})]
    models.write("base.jsonl", "\n".join(only) + "\n")
    options = ("--ft-recordings=recordings.jsonl", "--ft-recordings=base.jsonl", "--ft-model=replay:new")
    result = models.run(*options, "--ft-base-model=replay:base")
    result.assert_outcomes(passed=3, failed=2)
