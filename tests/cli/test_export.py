"""`finetunebench export`: files, what it prints, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main

HEAD = "category: people\nsetting: new_knowledge\nitems:\n"
GOOD = HEAD + "".join(
    f"  - id: p{n}\n    prompt: How heavy is number {n}?\n    answer: {50 + n}\n"
    f"    training: [Weight of {n}?, What does {n} weigh?]\n    probes: {{rephrased: [Is {n} heavy and how much?]}}\n"
    for n in range(12)
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with good cases at the usual place."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "knowledge_cases").mkdir()
    (tmp_path / "knowledge_cases" / "a.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def run(*args: object, command: str = "export") -> Result:
    result = CliRunner().invoke(main, [command, *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("format_name", ["openai", "gemini", "hf"])
def test_an_export_passes_its_own_checks(here: Path, format_name: str) -> None:
    result = run("--format", format_name, "--out", "out")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0].startswith("train.jsonl: 24 rows, about ")
    assert result.output.splitlines()[1].startswith("validation.jsonl: 12 rows, about ")
    assert "leak check against 12 probes: none" in result.output
    trained = "3 epochs, cost unknown (no price list has training; give --train-price)"
    assert ("tokens in each epoch\n" if format_name == "hf" else trained) in result.output
    assert result.output.splitlines()[-1] == "written: out/train.jsonl, out/validation.jsonl, out/manifest.json"
    checked = run("out/train.jsonl", "out/validation.jsonl", "--check", "hf", command="leaks")
    if format_name == "gemini":
        assert "out/train.jsonl:1: is not a row for a messages dataset: such a row has 'messages'" in checked.output
        assert checked.exit_code == 1
    else:
        assert checked.output == "0 leaks in 36 rows against 12 probes, 0 problems\n"
        assert checked.exit_code == 0


def test_options_reach_the_manifest(here: Path) -> None:
    options = ["--shuffle-seed", 7, "--copies", 2, "--hold-out", 0.3, "--include", "form", "--threshold", 95]
    result = run("--format", "hf", "--out", "out", "--cases", "knowledge_cases/a.yaml", *options)
    manifest = json.loads((here / "out" / "manifest.json").read_text("utf-8"))
    assert [manifest[key] for key in ("seed", "repeat", "validation", "include")] == [7, 2, 0.3, ["form"]]
    assert manifest["leak_check"]["threshold"] == 95
    held = sum(not one["train"] for one in manifest["items"])
    assert 0 < held < 12
    assert f"{held} item{'s' * (held > 1)} of 12 held out: these facts are not trained" in result.output


def test_paths_are_taken_as_arguments(here: Path) -> None:
    (here / "knowledge_cases" / "a.yaml").rename(here / "b.yaml")
    assert run("b.yaml", "--format", "hf", "--out", "one").exit_code == 0
    assert run("--cases", "b.yaml", "--format", "hf", "--out", "two").exit_code == 0
    assert (here / "one" / "train.jsonl").read_bytes() == (here / "two" / "train.jsonl").read_bytes()
    (here / "c.yaml").write_text(GOOD.replace("people", "others").replace("number", "figure"), encoding="utf-8")
    assert run("b.yaml", "--cases", "c.yaml", "--format", "hf", "--out", "both").exit_code == 0
    assert len((here / "both" / "train.jsonl").read_bytes().splitlines()) == 48


def test_contradictions_are_told_and_written(here: Path) -> None:
    extra = "  - {id: x, prompt: 'How heavy is number 3?', answer: 1}\n"
    (here / "knowledge_cases" / "a.yaml").write_text(GOOD + extra, encoding="utf-8")
    result = run("--format", "hf", "--out", "out")
    assert result.exit_code == 0
    assert result.stderr.startswith(
        "doubt: knowledge_cases/a.yaml:64: people/x: trains '1', but knowledge_cases/a.yaml:19 trains "
    )


def test_the_cost_at_a_price(here: Path) -> None:
    result = run("--format", "hf", "--out", "out", "--epochs", 2, "--price", 1000)
    tokens = json.loads((here / "out" / "manifest.json").read_text("utf-8"))["files"][0]["estimated_tokens"]
    assert f"training: {tokens * 2:,} tokens in 2 epochs, about ${tokens * 2 / 1000:,.2f}" in result.output


def test_a_refusal_writes_nothing(here: Path) -> None:
    extra = "  - {id: x, prompt: Weight of 3 in all?, answer: 1, probes: {rephrased: [How heavy is NUMBER 3]}}\n"
    (here / "knowledge_cases" / "a.yaml").write_text(GOOD + extra, encoding="utf-8")
    result = run("--format", "hf", "--out", "out")
    assert result.exit_code == 1
    assert "normalised text of the probe people/x/rephrased-1 at knowledge_cases/a.yaml:64" in result.stderr
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--out", "o"], "Missing option '--format'"),
        (["--format", "hf"], "Missing option '--out'"),
        (["--format", "xml", "--out", "o"], "'xml' is not one of 'openai', 'gemini', 'hf'"),
        (["--format", "hf", "--out", "o", "--hold-out", "1"], "1.0 is not in the range 0<=x<1"),
        (["--format", "hf", "--out", "o", "--repeat", "0"], "0 is not in the range x>=1"),
        (["--format", "hf", "--out", "o", "--threshold", "0"], "0.0 is not in the range 0<x<=100"),
    ],
)
def test_wrong_usage(args: list[str], expected: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert expected in result.output
