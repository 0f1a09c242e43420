"""`finetunebench init`: the project that it writes, and where it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.cli.init import FILES
from tests.support.project import QUIET

NEXT = "Next: pytest knowledge_cases --ft-model=control:memorizer"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def run(*args: str) -> Result:
    result = CliRunner().invoke(main, list(args))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def test_an_empty_folder(here: Path) -> None:
    result = run("init")
    assert result.exit_code == 0
    assert result.output.splitlines() == [*(f"written  {Path(place)}" for place in FILES.values()), NEXT]
    assert files(here) == sorted(FILES.values())


def test_another_folder_is_made_and_named(here: Path) -> None:
    result = run("init", "my project")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == NEXT.replace("pytest", "cd 'my project' && pytest", 1)
    assert files(here / "my project") == sorted(FILES.values())


def test_files_that_are_there_are_kept(here: Path) -> None:
    (here / "knowledge_cases").mkdir()
    mine = here / "knowledge_cases" / "test_knowledge.py"
    mine.write_text("# mine\n", encoding="utf-8")
    assert "kept     knowledge_cases/test_knowledge.py (it is there already)" in run("init").output
    assert mine.read_text(encoding="utf-8") == "# mine\n"
    again = run("init")
    assert again.exit_code == 0
    assert again.output.count("kept") == 3
    assert files(here) == sorted(FILES.values())


def test_a_file_in_the_way_is_an_error(here: Path) -> None:
    (here / "knowledge_cases").touch()
    result = run("init")
    assert result.exit_code == 1
    assert result.output == "Error: knowledge_cases: cannot be written: File exists\n"


def test_a_folder_in_the_place_of_a_file_is_an_error(here: Path) -> None:
    (here / "knowledge_cases" / "example.yaml").mkdir(parents=True)
    result = run("init")
    assert result.exit_code == 1
    assert result.output == "Error: knowledge_cases/example.yaml: cannot be written: File exists\n"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_without_permission_is_an_error(here: Path) -> None:
    here.chmod(0o500)
    try:
        result = run("init")
    finally:
        here.chmod(0o700)
    assert result.exit_code == 1
    assert result.output == "Error: knowledge_cases: cannot be written: Permission denied\n"


def test_a_file_is_no_project_folder(here: Path) -> None:
    (here / "file").touch()
    result = run("init", "file")
    assert result.exit_code == 2
    assert "'file' is a file" in result.output


def test_the_example_raises_no_doubt() -> None:
    run("init")
    result = run("validate", "--strict", "knowledge_cases")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].endswith(", no errors, 1 doubt")


def test_the_workflow_is_yaml_that_never_pastes_the_model_into_a_shell() -> None:
    run("init")
    workflow = yaml.safe_load(Path(FILES["workflow.yml"]).read_text(encoding="utf-8"))
    steps = workflow["jobs"]["knowledge"]["steps"]
    assert any("--ft-model=" in step.get("run", "") for step in steps)
    assert not any("${{" in step.get("run", "") for step in steps)


def test_the_new_project_runs_as_the_last_line_says(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pytester.path)
    run("init")
    pytester.path.joinpath("pyproject.toml").write_text(f"[tool.pytest]\n{QUIET}\n", encoding="utf-8")
    result = pytester.runpytest_inprocess("knowledge_cases", "--ft-model=control:memorizer", "-v")
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] >= 2
    assert "errors" not in outcomes
    memorization = [line for line in result.outlines if "/memorization-1] " in line]
    assert memorization
    assert all(" PASSED" in line for line in memorization)
    result.stdout.fnmatch_lines(["  memorization *100.0 *22.4-100.0 *2"])
