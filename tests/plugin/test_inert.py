"""Without a model the plugin stays out of the way."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.project import Project

OWN = [
    "options",
    "options.names",
    "options.option",
    "options.table",
    "plugin",
    "plugin.fixtures",
    "plugin.hooks",
    "plugin.options",
]
"""The modules of this project that every pytest start pays for."""
HEAVY = ["pydantic", "diskcache", "openai", "google.genai", "yaml", "rapidfuzz", "rich", "regex", "sqlite3"]


def test_tests_that_want_a_probe_are_skipped_with_a_hint(project: Project) -> None:
    result = project.run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(
        ["SKIPPED*no model: give one with --ft-model, for example --ft-model=control:memorizer*"]
    )


def test_nothing_is_written_and_nothing_is_reported(plain_project: Project) -> None:
    before = {path.name for path in plain_project.path.iterdir()}
    result = plain_project.run("-p", "no:cacheprovider")
    (line,) = [line for line in result.outlines if line.startswith("finetunebench")]
    assert line.startswith("finetunebench: 1 skipped: no model: give one with --ft-model")
    assert {path.name for path in plain_project.path.iterdir()} - before <= {"__pycache__"}


def test_nothing_heavy_is_imported(plain_project: Project) -> None:
    script = f"""
import gc, json, sys, pytest
frozen = gc.get_freeze_count()
pytest.main(["-q", "-p", "no:randomly", "-p", "no:asyncio", "-p", "no:xdist", "-p", "no:hypothesispytest"])
own = sorted(name.removeprefix("pytest_finetunebench.") for name in sys.modules if "pytest_finetunebench." in name)
print(json.dumps([[name for name in {HEAVY!r} if name in sys.modules], own, gc.get_freeze_count() - frozen]))
"""
    run = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], cwd=plain_project.path, capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout.splitlines()[-1]) == [[], OWN, 0]


def test_a_model_without_probe_tests_reports_nothing(plain_project: Project) -> None:
    plain_project.write("test_knowledge.py", "def test_other():\n    pass\n")
    (plain_project.path / "knowledge_cases" / "people.yaml").write_text("broken: [", encoding="utf-8")
    result = plain_project.run("--ft-model=control:memorizer")
    result.assert_outcomes(passed=1)
    assert "outcomes" not in result.stdout.str()
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize("options", [[], ["--ft-model=control:memorizer"]])
def test_each_fixture_is_listed_once(plain_project: Project, options: list[str]) -> None:
    listed = [line.split()[0] for line in plain_project.run("--fixtures", *options).outlines if line.startswith("ft_")]
    assert sorted(listed) == ["ft_completion", "ft_model", "ft_probe", "ft_verdict"]


IDS = [
    "fictional_people/ada-lindqvist-weight/memorization-1",
    "fictional_people/ada-lindqvist-weight/rephrased-1",
]


def test_editors_see_the_probes_without_a_model(plain_project: Project) -> None:
    listed = plain_project.run("--collect-only", "-q")
    assert [line for line in listed.outlines if "weight/" in line][:2] == [
        f"test_knowledge.py::test_knowledge[{name}]" for name in IDS
    ]
    saved = plain_project.run(f"test_knowledge.py::test_knowledge[{IDS[1]}]")
    saved.assert_outcomes(skipped=1)
    plain_project.write("knowledge_cases/people.yaml", "broken: [")
    assert "test_knowledge.py::test_knowledge" in plain_project.run("--collect-only", "-q").outlines


def test_pycharm_sees_the_probes_without_a_model(plain_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMCITY_VERSION", "LOCAL")
    plain_project.run().assert_outcomes(skipped=5)
    monkeypatch.setenv("TEAMCITY_VERSION", "2026.1")
    plain_project.run().assert_outcomes(skipped=1)


def test_an_editor_may_run_a_file_from_its_own_folder(plain_project: Project) -> None:
    (plain_project.path / "test_knowledge.py").rename(plain_project.path / "knowledge_cases" / "test_knowledge.py")
    plain_project.run("--ft-model=control:memorizer", "--rootdir=knowledge_cases", "knowledge_cases").assert_outcomes(
        passed=4, failed=1
    )


def test_a_custom_grader_beside_the_root_folder_is_found(plain_project: Project) -> None:
    cases = "category: c\nsetting: form\nitems:\n- {id: a, prompt: p, answer: null, grader: tone}\n"
    plain_project.write("knowledge_cases/people.yaml", cases)
    plain_project.write("graders_of_mine.py", "def tone(answer, probe):\n    return bool(answer)\n")
    script = (
        "import sys, pytest; sys.path = [part for part in sys.path if part not in ('', '.')]; sys.exit(pytest.main())"
    )
    options = ["--ft-graders=tone=graders_of_mine:tone", "--ft-model=replay:m", plain_project.record({"p": "x"})]
    command = [sys.executable, "-P", "-c", script, "-q", *options]
    run = subprocess.run(command, cwd=plain_project.path, capture_output=True, text=True, check=False)  # noqa: S603
    assert "1 passed" in run.stdout, run.stdout + run.stderr
