"""Stored runs, comparisons with them, and the base model asked in the same session."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main
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
    return sorted((project.path / ".finetunebench" / "runs").glob("[!.]*.json"))


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
    assert (record["schema_version"], record["number"], record["name"]) == (2, 2, "candidate")
    assert (record["model"], record["repeat"], record["cache"]) == ("replay:new", 1, "auto")
    assert (record["not_run"], record["not_selected"], record["interrupted"]) == ([], [], None)
    assert len(record["grading_version"]) == 12
    assert len(record["results"]) == 5


def test_a_comparison_gate_without_a_baseline_fails_and_tolerates_nothing(models: Project) -> None:
    options = ("--ft-model=replay:old", "--ft-compare", "--ft-compare-fail=regressions>0", "--ft-save")
    result = models.run(*options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, failed=4)  # three misses and the gate
    text = " ".join(result.stdout.str().split())
    assert "--ft-compare=last: no baseline yet, nothing to compare with: --ft-save stores this run as one" in text
    words = "there is no baseline: store one with --ft-save in a run without this gate, or say --ft-first-run"
    assert f"FAILED compare:regressions>0: cannot be evaluated: {words}" in text
    assert "saved as run #1, no baseline (its gates failed: compare:regressions>0): 0001_" in text
    first = models.run(*options, "--ft-first-run")
    assert first.ret == pytest.ExitCode.OK
    first.assert_outcomes(passed=2, xfailed=3, skipped=1)
    text = " ".join(first.stdout.str().split())
    assert "NOT EVALUATED compare:regressions>0: the first run: nothing to compare with (--ft-first-run)" in text
    assert "passed over: #1 (its gates failed: compare:regressions>0)" in text
    assert "saved as run #2: 0002_" in text
    assert models.run(*options).ret == pytest.ExitCode.OK


def test_first_run_is_refused_once_there_is_a_baseline(models: Project, text_of: TextOf) -> None:
    models.run("--ft-model=replay:old", "--ft-save")
    options = ("--ft-model=replay:old", "--ft-compare", "--ft-compare-fail=regressions>0", "--ft-first-run")
    result = models.run(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--ft-first-run: there is a baseline, #1 replay:old of " in text_of(result)


def test_a_run_whose_gates_failed_is_no_baseline_until_accepted(models: Project) -> None:
    gated = ("--ft-compare", "--ft-compare-fail=regressions>0", "--ft-save")
    models.run("--ft-model=replay:new", "--ft-save")
    for _ in range(2):
        # the second time the failed run would be its own baseline
        again = models.run("--ft-model=replay:old", *gated)
        assert again.ret == pytest.ExitCode.TESTS_FAILED
    text = " ".join(again.stdout.str().split())
    assert "--ft-compare=last: passed over: #2 (its gates failed: compare:regressions>0)" in text
    assert "saved as run #3, no baseline (its gates failed: compare:regressions>0)" in text
    chosen = models.run("--ft-model=replay:old", "--ft-compare=2", "--ft-compare-fail=regressions>0")
    assert chosen.ret == pytest.ExitCode.OK
    text = " ".join(chosen.stdout.str().split())
    assert "--ft-compare=2: #2 replay:old of " in text
    assert "is no baseline by itself: its gates failed: compare:regressions>0" in text
    accepted = CliRunner().invoke(main, ["runs", "accept", "2", "--runs-dir", str(stored(models)[0].parent)])
    assert accepted.exit_code == 0, accepted.output
    last = models.run("--ft-model=replay:old", *gated)
    assert last.ret == pytest.ExitCode.OK
    assert "before #2 replay:old" in " ".join(last.stdout.str().split())


def test_slow_drift_shows_against_the_oldest_accepted_run(models: Project) -> None:
    options = ("--ft-compare", "--ft-compare-fail=drop>0.25", "--ft-save")
    models.run("--ft-model=replay:new", "--ft-save=pinned")
    assert models.run("--ft-model=replay:old", *options).ret == pytest.ExitCode.OK
    worse = {prompt: "Oldmora" if prompt == PROMPTS["secondary-weight"] else text for prompt, text in OLD.items()}
    models.record(worse, model="worse")
    result = models.run("--ft-model=replay:worse", "--ft-recordings=recordings.jsonl", *options)
    assert result.ret == pytest.ExitCode.OK, "20 points, then 20 more"
    words = "since #1: -40.0 points (60.0% → 20.0%, n=5)"
    result.stdout.fnmatch_lines([f"drift       {words}"])
    command = ["gate", "last", "--compare=last", "--runs-dir", str(stored(models)[0].parent)]
    judged = CliRunner().invoke(main, [*command, "--json", "--markdown", str(models.path / "gate.md")])
    assert json.loads(judged.stdout)["comparison"]["drift"] == {"since": 1, "before": 0.6, "after": 0.2, "n": 5}
    assert "<b>drift</b> <code>since &#35;1&#58; -40.0 points" in (models.path / "gate.md").read_text(encoding="utf-8")
    for ref, gate in (("first", "since:first:drop>0.25"), ("pinned", "since:pinned:drop>0.25")):
        asked = models.run("--ft-model=replay:worse", f"--ft-compare-fail={gate}")
        assert asked.ret == pytest.ExitCode.TESTS_FAILED, ref
        assert f"FAILED {gate}: 60.0% → 20.0%, -40.0 points [" in " ".join(asked.stdout.str().split())


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
    partial.stdout.fnmatch_lines(["note        saved as run #2, no baseline (a partial run):*"])
    assert len(read(stored(models)[1])["not_selected"]) == 3
    result = models.run("--ft-model=replay:new", "--ft-compare", "--ft-compare-fail=regressions>1")
    text = " ".join(result.stdout.str().split())
    assert "--ft-compare=last: passed over: #2 (a partial run)" in text
    assert "PASSED compare:regressions>1: 40.0% → 60.0%" in text
    subset = models.run("--ft-model=replay:new", "--ft-compare", "--ft-compare-fail=regressions>0", "-k", "town")
    assert subset.ret == pytest.ExitCode.TESTS_FAILED, "a miss in a partial run is a failure"
    subset.stdout.fnmatch_lines(["  NOT EVALUATED compare:regressions>0: a partial run: 2 of 5 probes selected"])


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


def test_a_name_that_is_also_a_folder_is_a_name_where_it_is_joined(project: Project) -> None:
    (project.path / "nightly").mkdir()
    result = project.run("--ft-model=control:memorizer", "--ft-save=nightly")
    result.stdout.fnmatch_lines(["*saved as run #1: *nightly*"])


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
