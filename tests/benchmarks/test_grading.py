"""The benchmark of the grader on a file of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import grading


@pytest.fixture
def data(tmp_path: Path) -> Path:
    judged = [("Oslo", True), ("It is Oslo.", True), ("Bergen", False), ("Christiania", True), ("not Oslo", False)]
    rows = [
        {
            "source": "mine",
            "question": f"Capital {n}?",
            "references": ["Oslo"],
            "response": text,
            "human_correct": right,
        }
        for n, (text, right) in enumerate(judged)
    ]
    path = tmp_path / "judged.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_figures(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grading.main(["--data", str(data), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["sources"]
    assert (result["n"], result["accuracy"], result["precision"]) == (5, 0.8, 1.0)
    assert result["recall"] == pytest.approx(2 / 3)
    assert result["kappa"] == pytest.approx((0.8 - 0.48) / (1 - 0.48))


def test_table_shows_a_row_per_source_and_the_errors(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grading.main(["--data", str(data), "--errors", "3"]) == 0
    head, row, error = capsys.readouterr().out.splitlines()
    assert head.split()[:6] == ["source", "n", "accuracy", "precision", "recall", "kappa"]
    assert row.split()[:6] == ["mine", "5", "0.800", "1.000", "0.667", "0.615"]
    assert json.loads(error)["reason"] == "does not say 'Oslo'"


def test_halves_are_disjoint_and_whole(data: Path) -> None:
    halves = [list(grading.read(data, half)) for half in ((0,), (1,), (0, 1))]
    assert len(halves[0]) + len(halves[1]) == len(halves[2]) == 5


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grading.main(["--data", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl: FileNotFoundError" in capsys.readouterr().err
