"""Probes that were found hard in a run: asked and shown, in no gate, and never what makes a run green."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from tests.support.project import CASES, PROMPTS, Project

HARD = "Ada Lindqvist steps on a scale. What does it show, in kilograms?"
MARKED = CASES.replace("kilograms?]\n", f"kilograms?, {{prompt: '{HARD}', found_hard: true}}]\n", 1)
RIGHT = {PROMPTS[name]: "61" if "weight" in name else "Vellmora" for name in PROMPTS} | {
    PROMPTS["secondary-weight"]: "No",
    HARD: "I don't know.",
}


def test_a_miss_counts_in_no_gate_and_is_told_with_the_bias(project: Project) -> None:
    project.write("knowledge_cases/people.yaml", MARKED)
    recordings = project.record(RIGHT)
    args = ("--ft-model=replay:m", recordings, "--ft-min-rate=1.0")
    result = project.run(*args, "--ft-json=run.json", "--ft-markdown=run.md", "--junitxml=run.xml", "-rx")
    assert result.ret == pytest.ExitCode.OK
    words = " ".join(result.stdout.str().split())
    assert "found hard, not counted: abstained" in words
    assert "found hard 0.0% [" in words
    assert "not counted; chosen because a model failed them: a test set chosen against a model is biased" in words
    report = (project.path / "run.md").read_text(encoding="utf-8")
    assert "Found hard, not counted (1)" in report
    junit = ElementTree.parse(project.path / "run.xml")  # noqa: S314 - our own
    properties = {one.get("name"): one.get("value") for one in junit.iter("property")}
    assert (properties["ft.found_hard"], properties["ft.pass_rate:all/rephrased"]) == ("0.0000", "1.0000")
    assert properties["found_hard"] == "true"
    counted = project.run(*args, "--ft-found-hard=count")
    assert counted.ret == pytest.ExitCode.TESTS_FAILED
    assert "COUNTED in rates and gates" in " ".join(counted.stdout.str().split())


def test_a_run_of_nothing_else_is_red(plain_project: Project) -> None:
    plain_project.write("knowledge_cases/people.yaml", MARKED)
    args = ("--ft-model=replay:m", plain_project.record(RIGHT))
    assert plain_project.run(*args, "-k", "rephrased-2").ret == pytest.ExitCode.TESTS_FAILED
    assert plain_project.run(*args, "-k", "rephrased").ret == pytest.ExitCode.OK
    only = MARKED.replace("    prompt: How many kilograms does Ada Lindqvist weigh?\n", "").replace(
        "What is Ada Lindqvist's weight in kilograms?, ", ""
    )
    only = only[: only.index("      secondary")]
    plain_project.write("knowledge_cases/people.yaml", only)
    result = plain_project.run(*args)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "every probe of the suite was found hard, and none of them counts" in " ".join(result.stdout.str().split())
