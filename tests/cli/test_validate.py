"""`finetunebench validate`: every error, every doubt, and the exit code that scripts read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main

PUBLISHED = Path(__file__).resolve().parents[2] / "fixtures" / "finetunebench" / "datasets"
HEAD = "category: people\nsetting: new_knowledge\nitems:\n"
GOOD = HEAD + "  - {id: ada, prompt: How heavy is Ada?, answer: 61, probes: {rephrased: [Ada's weight?]}}\n"
DOUBTFUL = HEAD + "  - {id: ada, prompt: How heavy is Ada?, answer: 61, probes: {rephrased: [How heavy is ADA]}}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: object) -> Result:
    result = CliRunner().invoke(main, ["validate", *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_good_file(here: Path) -> None:
    (here / "a.yaml").write_text(GOOD, encoding="utf-8")
    for args in (["a.yaml"], ["--strict", "."]):
        result = run(*args)
        assert (result.exit_code, result.output) == (0, "1 item, 2 probes, no errors, 0 doubts\n")


def test_every_error_is_listed_with_its_place(here: Path) -> None:
    items = "".join(f"  - {{id: i{n}, prompt: p{n}?, {'anwser: x' if n < 50 else ''}}}\n" for n in range(100))
    (here / "a.yaml").write_text(HEAD + items, encoding="utf-8")
    (here / "b.yaml").write_bytes(b"category: \xff\n")
    (here / "c.yaml").touch()
    result = run(".")
    assert result.exit_code == 1
    assert result.stderr == "Error: 102 errors\n"
    lines = result.stdout.splitlines()
    assert len(lines) == 102
    assert all(line.startswith("error  ") for line in lines)
    assert "error  a.yaml:4: items[0].anwser: unknown key 'anwser' (did you mean 'answer'?)" in lines
    assert "error  a.yaml:103: items[99].answer: missing answer (write null if the model must decline)" in lines
    assert next(line for line in lines if "b.yaml" in line).startswith("error  b.yaml:1: ")
    assert next(line for line in lines if "c.yaml" in line).startswith("error  c.yaml: ")


def test_one_error_in_one_of_several_paths(here: Path) -> None:
    (here / "a.yaml").write_text(GOOD, encoding="utf-8")
    result = run("a.yaml", "missing.yaml")
    assert result.exit_code == 1
    assert result.output == "error  missing.yaml: no such file or folder\nError: 1 error\n"


@pytest.mark.parametrize(("args", "code"), [([], 0), (["--strict"], 1)])
def test_doubts_fail_only_where_told(here: Path, args: list[str], code: int) -> None:
    (here / "a.yaml").write_text(DOUBTFUL, encoding="utf-8")
    result = run("a.yaml", *args)
    assert result.exit_code == code
    assert result.output.splitlines() == [
        "doubt  a.yaml:4: people/ada/rephrased-1: the same question as people/ada/memorization-1 at a.yaml:4: "
        "it counts twice",
        "doubt  a.yaml:4: people/ada/rephrased-1: repeats a trained wording, so it measures memorization, "
        "not rephrased",
        "1 item, 2 probes, no errors, 2 doubts",
    ]


def test_a_published_folder() -> None:
    result = run(PUBLISHED)
    assert result.exit_code == 0
    *notes, last = result.output.splitlines()
    assert notes
    assert all(line.startswith("note   ") for line in notes)
    assert last == "15 items, 33 probes, no errors, 0 doubts"


def test_rows_that_the_study_left_out_come_on_demand() -> None:
    assert run("--all-rows", PUBLISHED).output.splitlines()[-1] != run(PUBLISHED).output.splitlines()[-1]


def test_without_a_path_it_says_what_is_missing() -> None:
    result = run()
    assert result.exit_code == 2
    assert "Missing argument 'PATHS...'" in result.output
